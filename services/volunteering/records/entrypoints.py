"""Trainings, awards and evaluations over HTTP, and a volunteer's whole record."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.volunteering.certificates.domain import in_hours
from services.volunteering.hours.storage import Hours
from services.volunteering.records import domain
from services.volunteering.records.domain import RecordKind
from services.volunteering.records.schemas import (
    ListRecordsSchema,
    RecordSchema,
    ServiceRecordSchema,
    VolunteerRecordSchema,
    WithdrawRecordSchema,
)
from services.volunteering.records.storage import VolunteerRecords
from services.volunteering.volunteers.storage import Volunteers

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
SHOWN = 200


class RecordRoutes:
    """What is on record of a volunteer beside the hours."""

    volunteer_records, volunteers, hours = Storage(VolunteerRecords), Storage(Volunteers), Storage(Hours)

    @post(
        "/v1/volunteers/{volunteer_id}/records",
        access=COORDINATORS,
        body=RecordSchema,
        answer=VolunteerRecordSchema,
        writes="volunteer_records",
        status=201,
    )
    def record_of_volunteer(self, request):
        """Record a training, an award or an evaluation."""
        volunteer = self.volunteers.get(request.params["volunteer_id"], request.scope).state
        made = domain.record(
            id=request.new_id(),
            volunteer_id=volunteer.id,
            person_id=volunteer.person_id,
            **request.body,
            today=request.today,
            at=request.now,
            by=request.by,
        )
        return self.volunteer_records.add(*made, request.cause)

    @post(
        "/v1/volunteer-records/{record_id}/withdrawal",
        access=COORDINATORS,
        body=WithdrawRecordSchema,
        answer=VolunteerRecordSchema,
        writes="volunteer_records",
    )
    def withdraw_record(self, request):
        """Take a wrong record back; it stays readable with the reason."""
        stored = self.volunteer_records.get(request.params["record_id"], request.scope)
        return self.volunteer_records.save(
            stored, *domain.withdraw(stored.state, **request.body, at=request.now, by=request.by), request.cause
        )

    @get(
        "/v1/volunteers/{volunteer_id}/records", access=COORDINATORS, query=ListRecordsSchema, answer=VolunteerRecordSchema, many=True
    )
    def list_records_of_volunteer(self, request):
        """List a volunteer's trainings, awards and evaluations, the earliest first; those that were taken back too."""
        query = request.query
        filter = {"volunteer_id": {"$in": self.volunteers.every_id(request.params["volunteer_id"])}}
        if "kind" in query:
            filter["kind"] = query["kind"].value
        return self.volunteer_records.page(filter, request.scope, query.get("cursor"), query["limit"], sort="on")

    @get("/v1/volunteers/{volunteer_id}/service-record", access=COORDINATORS, answer=ServiceRecordSchema)
    def get_service_record(self, request):
        """Show all that the rules ask to be on record: basic, service, training, award and evaluation data (VOL-30)."""
        volunteer = self.volunteers.get(request.params["volunteer_id"], request.scope).state
        ids = self.volunteers.every_id(volunteer.id)
        served = [one.state for one in self.hours.counted(ids)]
        held = {"volunteer_id": {"$in": ids}, "withdrawn_at": None}
        records = [one.state for one in self.volunteer_records.find(held, request.scope, sort="-on", limit=SHOWN)][::-1]
        minutes = sum(one.minutes for one in served)
        days = sorted(business_date(one.starts_at) for one in served if one.fills_time)
        return {
            "volunteer_id": volunteer.id,
            "person_id": volunteer.person_id,
            "kinds": volunteer.kinds,
            "applied_on": volunteer.applied_on,
            "skills": volunteer.skills,
            "minutes": minutes,
            "hours": in_hours(minutes),
            "times": len({one.activity_id for one in served if one.fills_time}),
            "first_on": days[0] if days else None,
            "last_on": days[-1] if days else None,
            "training_minutes": sum(one.minutes or 0 for one in records if one.kind == RecordKind.TRAINING),
            "records": records,
        }
