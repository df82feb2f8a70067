"""What a volunteer has to bring to members' homes: the list that the branch gives them, because volunteers do not sign in (U10, LRN-2).

It says to whom, where, by when, and whether to teach or to bring papers; neither why it is brought nor anybody's telephone.
"""

from __future__ import annotations

from marshmallow import Schema

from gateway.views import fields
from gateway.views.cards import Cards
from gateway.views.doors import VisitConsents
from gateway.views.freshness import Freshness
from gateway.views.ledgers.learning import AT_THE_DOOR, Coverages, StudySessions
from gateway.views.merges import Merges
from gateway.views.resident import Residents, Volunteers, home_of
from gateway.views.schemas import DatedSchema, NamedSchema, PlaceSchema
from gateway.views.today import ALIVE
from services.common.http import Access, Role, get
from services.common.nameko import Storage
from services.common.store import Scope

GIVERS = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
"""Those who name who brings a lesson; no colleague learns from it who has lessons brought (LRN-2)."""
TASKS = {"HOME_TEACHING": "TEACH", "PAPER_BY_HAND": "BRING"}


class LessonOfVolunteerSchema(Schema):
    coverage_id = fields.an_id("The row of the study ledger.")
    person = fields.one(NamedSchema, "To whom.")
    place = fields.one(PlaceSchema, "Where they live; null where the register knows no home.")
    no_visits = fields.yes("Whether they said that they do not want to be visited; the branch chooses another way then.")
    task = fields.code("TEACH, or BRING the papers.", "TEACH")
    kind = fields.code("The kind of study.", "TOPIC_STUDY")
    held_at = fields.time("When the session was, or is.")
    due_on = fields.day("By when.")


class VolunteerDaySchema(DatedSchema):
    volunteer_id = fields.an_id("Whose day it is.")
    volunteer = fields.one(NamedSchema, "Who that is.")
    date = fields.day("Today.")
    lessons = fields.many(LessonOfVolunteerSchema, "Lessons that they were named to bring to somebody's home, the most urgent first.")


class BearerRoutes:
    """What volunteers bring to members' homes."""

    volunteers, coverages, study_sessions = Storage(Volunteers), Storage(Coverages), Storage(StudySessions)
    residents, merges, visit_consents = Storage(Residents), Storage(Merges), Storage(VisitConsents)
    cards, freshness = Storage(Cards), Storage(Freshness)

    @get("/v1/volunteers/{volunteer_id}/day", access=GIVERS, answer=VolunteerDaySchema)
    def get_volunteer_day(self, request):
        """Show what a volunteer is to bring to members of the secretary's branches, to give to them: to whom, where and by when."""
        volunteer = self.volunteers.get(request.params["volunteer_id"], Scope.everything("volunteers serve the whole community; what they bring is of a branch"))
        to_bring = {"bearer_id": volunteer["_id"], "open": True, "mode": {"$in": sorted(AT_THE_DOOR)}}
        rows = self.coverages.find(to_bring, request.scope, "cover_by_on")
        merged = self.merges.present(row["person_id"] for row in rows)
        rows = [row | {"person_id": merged.get(row["person_id"], row["person_id"])} for row in rows]
        residents = self.residents.of(row["person_id"] for row in rows)
        # Nobody is sent to the door of somebody who may be dead (REG-30).
        rows = [row for row in rows if (residents.get(row["person_id"], {}).get("person", {}).get("life") or ALIVE) == ALIVE]
        doors = {id: home[1]["dwelling_id"] for id, one in residents.items() if (home := home_of(one))}
        unwelcome = self.visit_consents.unwelcome([row["person_id"] for row in rows], request.today)
        people = self.cards.show("person", [volunteer["person_id"], *(row["person_id"] for row in rows)])
        places, sessions = self.cards.show("dwelling", doors.values()), self.study_sessions.of(row["session_id"] for row in rows)
        return {
            "volunteer_id": volunteer["_id"],
            "volunteer": people.named(volunteer["person_id"], False),
            "date": request.today.isoformat(),
            "lessons": [
                {
                    "coverage_id": row["_id"],
                    "person": people.named(row["person_id"], False),
                    "place": places.placed(doors.get(row["person_id"]), False),
                    "no_visits": row["person_id"] in unwelcome,
                    "task": TASKS[row["mode"]],
                    "due_on": row.get("cover_by_on"),
                    **{name: sessions.get(row["session_id"], {}).get(name) for name in ("kind", "held_at")},
                }
                for row in rows
            ],
            **self.freshness.now(request),
        }
