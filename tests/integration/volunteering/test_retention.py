"""What volunteering forgets of children and of failed checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.common.errors import Erased
from services.common.process import Process
from services.common.retention import EVERYTHING, Forgotten
from services.common.settings import load
from services.common.store import Cause
from services.volunteering.children.storage import Children
from services.volunteering.health_checks.domain import HealthCheck, Measures
from services.volunteering.health_checks.storage import HealthChecks
from services.volunteering.hours.domain.entries import HoursBasis, HoursEntry, HoursState
from services.volunteering.hours.storage import Hours
from services.volunteering.incidents.domain import ClassIncident, IncidentKind, IncidentState
from services.volunteering.incidents.storage import ClassIncidents
from services.volunteering.photos.domain import ClassPhoto, PhotoState
from services.volunteering.photos.storage import ClassPhotos
from services.volunteering.retention import JOBS
from services.volunteering.safeguarding.domain import ChildSafeguardingPolicy, Harm, raise_case
from services.volunteering.safeguarding.storage import ChildCases
from services.volunteering.series.domain.enrolments import Enrolment, EnrolmentState
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.service import SERVICE
from services.volunteering.sessions.storage import ClassSessions
from services.volunteering.volunteers.domain import Clearance, ClearanceResult, ClearanceType
from services.volunteering.volunteers.storage import Volunteers
from tests.unit.volunteering.builders import a_child, a_consent, a_series, a_session, a_volunteer

AT = datetime(2025, 7, 1, tzinfo=UTC)


@pytest.fixture
def process(platform):
    process = Process(SERVICE, load("volunteering", platform.env))
    process.prepare()
    yield process
    process.client.close()


def night(process, now):
    process.db["retention"].drop()
    for job in JOBS:
        job(process, now)
    # What was told is published by the relay in the meantime.
    for name in ("class_series", "class_sessions", "class_photos", "children", "volunteers"):
        process.db[name].update_many({}, {"$set": {"outbox": []}, "$unset": {"pending": ""}})


def cause(name):
    return Cause(name, name, AT)


@pytest.mark.rule("X-4")
@pytest.mark.rule("X-19")
def test_a_year_after_the_season_nothing_is_known_any_more_of_its_children(process):
    children, series, sessions = (process.storage(cls) for cls in (Children, SeriesOfClasses, ClassSessions))
    for id in ("K1", "K2"):
        children.add(a_child(id, registered_at=AT), [], cause(id))
    place = {"state": EnrolmentState.ENROLLED, "applied_at": AT, "consents": (a_consent(),)}
    series.add(a_series("S1", enrolments=(Enrolment("E1", "K1", **place), Enrolment("E2", "K2", **place))), [], cause("S1"))
    later = {"starts_on": date(2026, 1, 20), "ends_on": date(2026, 2, 10)}
    series.add(a_series("S2", enrolments=(Enrolment("E3", "K2", **place),), **later), [], cause("S2"))
    sessions.add(a_session("M1", series_id="S1"), [], cause("M1"))

    night(process, datetime(2026, 8, 31, 3, tzinfo=UTC))
    assert len(series.get("S1", EVERYTHING).state.enrolments) == 2 and sessions.get("M1", EVERYTHING)
    assert {one.id for one in children.find({}, EVERYTHING)} == {"K1", "K2"}

    night(process, datetime(2026, 9, 1, 3, tzinfo=UTC))
    assert series.get("S1", EVERYTHING).state.enrolments == ()
    assert [one.id for one in children.find({}, EVERYTHING)] == ["K2"], "a later season still names the other child"
    for storage, id in ((children, "K1"), (sessions, "M1")):
        with pytest.raises(Erased):
            storage.get(id, EVERYTHING)
    assert sessions.find({}, EVERYTHING) == []
    assert "王某" not in repr(process.db["children"].find_one({"_id": "K1"}))

    night(process, datetime(2027, 2, 11, 3, tzinfo=UTC))
    assert children.find({}, EVERYTHING) == []


@pytest.mark.rule("X-19")
def test_failed_checks_lose_what_they_found_at_once_and_are_gone_after_a_year(process):
    volunteers = process.storage(Volunteers)
    failed = Clearance("C1", ClearanceType.RECORD_CHECK, ClearanceResult.NOT_CLEAR, date(2025, 7, 1), evidence_ref="file 7")
    volunteers.add(a_volunteer(clearances=(failed,)), [], cause("add"))
    id = volunteers.find({}, EVERYTHING)[0].id

    night(process, AT)
    assert [(one.result, one.evidence_ref) for one in volunteers.get(id, EVERYTHING).state.clearances] == [(ClearanceResult.NOT_CLEAR, None)]
    night(process, datetime(2026, 7, 2, 3, tzinfo=UTC))
    assert volunteers.get(id, EVERYTHING).state.clearances == ()


@pytest.mark.rule("X-19", "VOL-59")
def test_a_year_after_a_picture_was_taken_nothing_says_where_it_lies(process):
    photos = process.storage(ClassPhotos)
    for id, taken_at in (("F1", AT), ("F2", datetime(2026, 7, 1, tzinfo=UTC))):
        photos.add(ClassPhoto(id, "M1", "相册 3", ("K1",), PhotoState.KEPT, taken_at), [], cause(id))

    night(process, datetime(2026, 8, 31, 3, tzinfo=UTC))

    assert [one.id for one in photos.find({}, EVERYTHING)] == ["F2"]
    with pytest.raises(Erased):
        photos.get("F1", EVERYTHING)


def an_open_thing(kind):
    """Return a storage, what of a person is open in it, and how that looks once it is settled."""
    if kind == "hours":
        span = {"starts_at": AT, "ends_at": AT, "minutes": 60, "stated_minutes": 60, "planned_minutes": 60, "basis": HoursBasis.CHECKED}
        entry = HoursEntry("H1", "V1", "P-V1", "A1", **span, state=HoursState.CHECKED)
        return Hours, entry, replace(entry, state=HoursState.VERIFIED)
    if kind == "call":
        check = HealthCheck("HC1", "A1", "P-V1", AT.date(), Measures(systolic=191), call_due_on=AT.date())
        return HealthChecks, check, replace(check, call_due_on=None)
    incident = ClassIncident("I1", "M1", "S1", IncidentKind.INJURY, AT, AT, None, "P-V1", child_ids=("P-V1",))
    return ClassIncidents, incident, replace(incident, state=IncidentState.CLOSED)


@pytest.mark.rule("X-4")
@pytest.mark.parametrize("kind", ["hours", "call", "incident"])
def test_a_key_goes_only_when_nothing_of_the_person_is_open_any_more(process, kind):
    def keys():
        return process.db["data_keys"].count_documents({"keyAltNames": "P-V1"})

    process.storage(Volunteers).add(a_volunteer(limits="不能久站"), [], cause("V1"))
    storage, open_thing, settled = an_open_thing(kind)
    stored = process.storage(storage).add(open_thing, [], cause("open"))
    process.storage(Forgotten).ask("P-V1", "PERSON_DECEASED", AT)
    night(process, AT)
    assert keys() == 1

    process.storage(storage).save(stored, settled, [], cause("settled"))
    night(process, AT)
    assert keys() == 0


@pytest.mark.rule("X-4", "VOL-60")
def test_a_suspicion_of_harm_keeps_the_childs_key(process):
    policy = ChildSafeguardingPolicy()
    raised = raise_case(id="CASE1", child_id="K1", signs=[Harm.PHYSICAL], at=AT, by="S1", policy=policy)[0]
    process.storage(ChildCases).add(raised, [], cause("raised"))
    process.storage(Forgotten).ask("K1", "CLASS_TERM", AT)

    night(process, datetime(2035, 7, 1, tzinfo=UTC))

    assert process.db["data_keys"].count_documents({"keyAltNames": "K1"}) == 1
    assert process.storage(ChildCases).get("CASE1", EVERYTHING).state.signs == (Harm.PHYSICAL,)
