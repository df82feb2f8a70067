"""Everything that is owed at one door today, by all services, and what of a visit's report closes it (U13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from marshmallow import Schema

from gateway.views import fields
from gateway.views.access import masked
from gateway.views.cards import Cards
from gateway.views.community import Households
from gateway.views.day import Incidents, Pairings, Visits
from gateway.views.doors import VisitConsents
from gateway.views.freshness import Freshness
from gateway.views.invitations import HEALTH_CHECK, Invitations, health_checks_from, to_invite
from gateway.views.ledgers.census import Doors, Rounds
from gateway.views.ledgers.learning import AT_THE_DOOR, Coverages
from gateway.views.ledgers.visits import Obligations
from gateway.views.ledgers.wishes import Asked
from gateway.views.merges import Merges
from gateway.views.read_models import Put, ReadModel, Row, on
from gateway.views.resident import RESIDENT, Activities, CareRecipients, Residents, grid_of, home_of
from gateway.views.schemas import DatedSchema, NamedSchema, PlaceSchema
from services.common.calendar import business_date
from services.common.events.outreach import (
    CarePlanApproved,
    CarePlanClosed,
    NoResponsePlanAgreed,
    NoResponsePlanToReview,
    NoticeDelivered,
    NoticeDropped,
    NoticeHeld,
    NoticeOpened,
    NoticeOwedAgain,
    VisitAmended,
    VisitCompleted,
)
from services.common.events.registry import BirthdayDue, BirthdaySuppressed, TaskDone, TaskOpened
from services.common.events.volunteering import (
    ClassIncidentClosed,
    ClassIncidentGrewGrave,
    ClassIncidentGuardianTold,
    ClassIncidentRecorded,
    GreetingDone,
    GreetingReopened,
)
from services.common.http import Access, Role, get
from services.common.nameko import Storage
from services.common.store import Index

READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
DONE, ALIVE = "DONE", "ALIVE"
ASKED_BY_A_DEATH = frozenset({"BEREAVEMENT"})
"""What may be owed to a person although, or because, somebody died."""
SERVICES = {"CLASS_INCIDENT": "volunteering", "PLAN_REVIEW": "outreach"}
"""Whose ledger a thing owed stands in, where it is not the register's."""
THE_WISHERS_WORD = ("CALL_BACK", "RECHECK")
"""Steps of a wish that wait for its wisher: whether it was done well, whether it still holds (OUT-32, OUT-33)."""


class OwedThings(ReadModel):
    """Birthdays, tasks and news for people, and tasks about homes and doors: one section from who owes, one from each visit or other end."""

    collection = "view_owed_things"
    indexes = (Index("person_id"), Index("household_id"), Index("dwelling_id"), Index("ref"))


def _owed(person_id: str, kind: str, ref: str, section: str, **what: Any) -> Put:
    return Put(OwedThings, f"{kind}:{person_id}:{ref}", what, section, {"person_id": person_id, "kind": kind, "ref": ref})


@on(TaskOpened, TaskDone)
def task_changed(event):
    """Note something to find out or to do about a person, a household or a door, or that it is done."""
    task = event.data
    # One task is one row, whoever it is about by now: after a merge it is ended about the other record.
    about = {"person_id": task.person_id, "household_id": task.household_id, "dwelling_id": task.dwelling_id}
    what: Row = {"open": False}
    if isinstance(task, TaskOpened):
        what = {"due_on": task.due_on, "since": event.effective_on, "what": task.kind, "open": True}
    yield Put(OwedThings, f"TASK:{task.task_id}", what, "owed", {**about, "kind": "TASK", "ref": task.task_id})


@on(BirthdayDue)
def birthday_due(event):
    """Note a birthday to come."""
    day = event.data
    yield _owed(day.person_id, "BIRTHDAY", day.cycle_key, "owed", due_on=day.falls_on, since=event.effective_on, what=day.calendar, open=True)


@on(BirthdaySuppressed)
def birthday_suppressed(event):
    """Note a birthday that is not to be greeted."""
    day = event.data
    yield _owed(day.person_id, "BIRTHDAY", day.cycle_key, "owed", open=False)


@on(GreetingDone)
def birthday_greeted(event):
    """Note that somebody was greeted, by whatever way."""
    done = event.data
    yield _owed(done.person_id, "BIRTHDAY", done.cycle_key, f"done.{done.greeting_id}", on=done.done_on)


@on(GreetingReopened)
def birthday_owed_again(event):
    """Note that the visit by which somebody counted as greeted was none (OUT-17)."""
    again = event.data
    yield _owed(again.person_id, "BIRTHDAY", again.cycle_key, f"done.{again.greeting_id}", on=None, not_by=again.closed_by_ref)


@on(NoResponsePlanToReview)
def plan_to_ask_about(event):
    """Note that what is to be done when nobody opens must be asked about again (OUT-23)."""
    plan = event.data
    # Whether somebody can still decide so is answered without a fact, so it is read where it is asked: GET /v1/no-response-plans.
    if plan.reason != "ASK":
        yield _owed(plan.person_id, "PLAN_REVIEW", plan.person_id, "owed", due_on=plan.review_on, since=event.effective_on, what="NO_RESPONSE_PLAN", open=True)


@on(NoResponsePlanAgreed)
def plan_agreed(event):
    """Note that it was."""
    yield _owed(event.data.person_id, "PLAN_REVIEW", event.data.person_id, "owed", open=False)


@on(CarePlanApproved)
def care_plan_holds(event):
    """Note by when a care plan must be looked at again; until then nothing is owed."""
    plan = event.data
    yield _owed(plan.person_id, "PLAN_REVIEW", plan.plan_id, "owed", due_on=plan.review_on, since=event.effective_on, what="CARE_PLAN", open=True)


@on(CarePlanClosed)
def care_plan_closed(event):
    """Note that it holds no longer, or that another one does."""
    yield _owed(event.data.person_id, "PLAN_REVIEW", event.data.plan_id, "owed", open=False)


@on(NoticeOpened)
def news_owed(event):
    """Note that somebody is to be told of a change of what they wished, said or signed up for (OUT-31, OUT-40)."""
    news = event.data
    if news.person_id and news.state == "TO_DELIVER":
        told = {"about": news.about, "about_id": news.about_id, "what": news.change}
        yield _owed(news.person_id, "NEWS", news.notice_id, "owed", due_on=None, since=event.effective_on, **told, open=True)


@on(NoticeOwedAgain)
def news_owed_again(event):
    """Note that somebody who is alive after all is to be told (REG-30)."""
    news = event.data
    told = {"about": news.about, "about_id": news.about_id, "what": news.change}
    yield _owed(news.person_id, "NEWS", news.notice_id, "owed", due_on=None, since=event.effective_on, **told, open=True)


@on(NoticeDelivered, NoticeDropped, NoticeHeld)
def news_told(event):
    """Note that the words have reached them, or are not to be told, for now or any more."""
    if event.data.person_id:
        yield _owed(event.data.person_id, "NEWS", event.data.notice_id, "owed", open=False)


@on(ClassIncidentRecorded, ClassIncidentGrewGrave)
def family_to_be_told(event):
    """Note that a child's family is to hear of what happened in a class."""
    incident = event.data
    due_on = business_date(incident.due_at) if incident.due_at else None
    for child_id in incident.person_ids:
        yield _owed(child_id, "CLASS_INCIDENT", incident.incident_id, "owed", due_on=due_on, since=event.effective_on, what="TELL_GUARDIAN", open=True)


@on(ClassIncidentGuardianTold)
def family_told(event):
    """Note that a guardian was told."""
    yield _owed(event.data.child_id, "CLASS_INCIDENT", event.data.incident_id, f"done.{event.data.guardian_id}", on=event.effective_on)


@on(ClassIncidentClosed)
def incident_settled(event):
    """Note that nothing is to be told any more."""
    for child_id in event.data.person_ids:
        yield _owed(child_id, "CLASS_INCIDENT", event.data.incident_id, "owed", open=False)


@on(VisitCompleted, VisitAmended)
def visit_closed_things(event):
    """Note what of the things owed a visit did for the people seen, at once or as was added since."""
    visit = event.data
    for item in visit.items:
        if item.kind == "BIRTHDAY" and item.ref and item.result in (None, DONE):
            for person_id in visit.seen_person_ids:
                yield _owed(person_id, "BIRTHDAY", item.ref, f"done.{visit.visit_id}", on=event.effective_on)


class LivingSchema(NamedSchema):
    life = fields.code("Whether the person is alive; only their own search and what is owed because of a death stand here otherwise.", "ALIVE")
    no_visits = fields.yes("Whether they said no to visits at home: telephone instead, except for a duty of care.", False)


class OwedSchema(Schema):
    kind = fields.code("VISIT, JOINT_VISIT, INCIDENT, LESSON, BIRTHDAY, TASK, WISH, NEWS, PLAN_REVIEW, CLASS_INCIDENT, HEALTH_CHECK, SWEEP or PLANNED_VISIT.", "LESSON")
    service = fields.code("The service whose ledger it stands in.", "learning")
    ref = fields.code("The row of that ledger.", fields.ID)
    person = fields.one(NamedSchema, "To whom it is owed; null for what is owed to the door.")
    what = fields.code("More about it, as a code.", "ROUTINE")
    since = fields.day("Since when it is owed.")
    due_on = fields.day("By when.")
    late = fields.yes("Whether that day has passed.")
    closed_by = fields.code("The kind of item by which a visit's report closes it; null where being seen is enough, or a visit alone does not do.", "LEARNING_DELIVERY")
    item_ref = fields.code("The ref that this item must carry.", fields.ID)


class TodaySchema(DatedSchema):
    person = fields.one(LivingSchema, "Whose door it is.")
    grid_id = fields.an_id("The grid.", allow_none=True)
    place = fields.one(PlaceSchema, "The door.")
    people = fields.many(LivingSchema, "Everybody who lives behind it.")
    looked_for = fields.yes("Whether somebody here is being looked for after an unanswered door.")
    items = fields.many(OwedSchema, "What is owed here, what is late first.")


class TodayRoutes:
    """One visit that does it all."""

    residents = Storage(Residents)
    households = Storage(Households)
    obligations = Storage(Obligations)
    incidents = Storage(Incidents)
    visits = Storage(Visits)
    pairings = Storage(Pairings)
    coverages = Storage(Coverages)
    owed_things = Storage(OwedThings)
    invitations = Storage(Invitations)
    activities = Storage(Activities)
    recipients = Storage(CareRecipients)
    asked = Storage(Asked)
    doors = Storage(Doors)
    rounds = Storage(Rounds)
    merges = Storage(Merges)
    visit_consents = Storage(VisitConsents)
    cards = Storage(Cards)
    freshness = Storage(Freshness)

    @get("/v1/people/{person_id}/today", access=READERS, answer=TodaySchema)
    def get_today(self, request):
        """Show everything owed at this resident's door by all services, to everybody who lives there, with the items by which one visit closes it."""
        row = self.residents.within(request.params["person_id"], request.scope)
        home = home_of(row)
        people = self._behind_the_door(row["_id"], home)
        hide, today = masked(request.actor), request.today.isoformat()
        lives = {id: one.get("person", {}).get("life") or ALIVE for id, one in self.residents.of(people).items()}
        # What stands under an id that was merged away is owed to whom it leads to (REG-54).
        present = self.merges.ids_of(people)
        owed = [one | {"person_id": present[one["person_id"]]} for one in self._of_people(present)]
        owed += self._invitations(people, present, request.now)
        # That a lesson is brought to somebody tells why they do not come; who checks the work need not know (LRN-2).
        owed = [one for one in owed if not (one["kind"] == "LESSON" and hide)]
        things = [one for one in owed if hurts_nobody(one, lives.get(one["person_id"], ALIVE)) and is_time(one, today)]
        things += self._of_door(home[0], home[1]["dwelling_id"]) if home else ()
        names, unwelcome = self.cards.show("person", people), self.visit_consents.unwelcome(people, request.today)
        items = [{**thing, "person": names.named(thing["person_id"], hide), "late": bool(thing["due_on"] and thing["due_on"] < today)} for thing in things]
        return {
            "person": {**names.named(row["_id"], hide), "life": lives[row["_id"]], "no_visits": row["_id"] in unwelcome},
            "grid_id": grid_of(row),
            "place": self.cards.show("dwelling", [home[1]["dwelling_id"]]).placed(home[1]["dwelling_id"], hide) if home else None,
            "people": [{**names.named(id, hide), "life": lives.get(id, ALIVE), "no_visits": id in unwelcome} for id in people],
            "looked_for": any(item["kind"] == "INCIDENT" for item in items),
            "items": sorted(items, key=lambda item: (item["kind"] != "INCIDENT", item["due_on"] or "9999", item["kind"], item["ref"])),
            **self.freshness.now(request),
        }

    def _behind_the_door(self, person_id: str, home: tuple[str, Row] | None) -> list[str]:
        if home is None:
            return [person_id]
        household = self.households.of([home[0]]).get(home[0], {})
        others = [id for id, member in sorted(household.get("members", {}).items()) if member.get("until") is None and member.get("primary") and id != person_id]
        return [person_id, *others]

    def _of_people(self, present: dict[str, str]):
        people = list(present)
        wanted = {"person_id": {"$in": people}}
        for row in self.obligations.every({**wanted, "open": True}, RESIDENT):
            yield from visit_of(row)
        for row in self.incidents.every(wanted, RESIDENT):
            if row["state"] != "RESOLVED":
                yield thing("INCIDENT", "outreach", row["_id"], row["person_id"], row.get("tier"), row.get("opened_on"), row.get("opened_on"))
        for row in self.pairings.every({**wanted, "state": "HANDING_OVER"}, RESIDENT):
            if row.get("joint_due_on"):
                yield thing("JOINT_VISIT", "outreach", row["_id"], row["person_id"], "HANDOVER", None, row["joint_due_on"])
        for row in self.visits.every({"person_ids": {"$in": people}, "state": "PLANNED"}, RESIDENT):
            on = row["planned_for"].date().isoformat()
            yield from (thing("PLANNED_VISIT", "outreach", row["_id"], id, None, None, on) for id in row["person_ids"] if id in people)
        for row in self.coverages.every(wanted, RESIDENT):
            if row.get("open") and row.get("mode") in AT_THE_DOOR:
                yield thing("LESSON", "learning", row["_id"], row["person_id"], None, row.get("planned_on"), row.get("cover_by_on"), "LEARNING_DELIVERY")
        for row in as_one(self.owed_things.every(wanted, RESIDENT), present):
            yield from owed_of(row)
        for row in self.asked.every(wanted, RESIDENT):
            yield from wish_of(row)

    def _invitations(self, people: list[str], present: dict[str, str], now: datetime):
        in_care = [id for id, one in self.recipients.of(people).items() if one.get("in_care")]
        checks = self.activities.find(health_checks_from(now), RESIDENT, sort="starts_at") if in_care else []
        heard = self.invitations.every({"person_id": {"$in": list(present)}}, RESIDENT) if checks else []
        heard = [row | {"person_id": present[row["person_id"]]} for row in heard]
        for person_id, activity_id, day in to_invite(in_care, checks, heard):
            yield thing(HEALTH_CHECK, "volunteering", activity_id, person_id, "INVITE", None, day, HEALTH_CHECK)

    def _of_door(self, household_id: str, dwelling_id: str):
        for place in ({"household_id": household_id, "person_id": None}, {"dwelling_id": dwelling_id, "person_id": None, "household_id": None}):
            for row in self.owed_things.every(place, RESIDENT):
                yield from owed_of(row)
        for row in self.doors.every({"dwelling_id": dwelling_id}, RESIDENT):
            if row.get("open"):
                round = self.rounds.of([row["round_id"]]).get(row["round_id"], {})
                yield thing("SWEEP", "registry", row["_id"], None, row.get("state"), row.get("added_on"), round.get("due_on"))


def thing(kind: str, service: str, ref: str, person_id: str | None, what: str | None, since: Any, due_on: Any, closed_by: str | None = None) -> dict[str, Any]:
    """Return one thing owed, as it is read."""
    place = {"kind": kind, "service": service, "ref": ref, "person_id": person_id, "what": what}
    return place | {"since": since, "due_on": due_on, "closed_by": closed_by, "item_ref": ref if closed_by else None}


def hurts_nobody(owed: dict[str, Any], life: str) -> bool:
    """Say whether something may be shown as owed: of whoever may be dead, only that they are looked for and what their death asks for (REG-30)."""
    return life == ALIVE or owed["kind"] == "INCIDENT" or owed["what"] in ASKED_BY_A_DEATH


def is_time(owed: dict[str, Any], today: str) -> bool:
    """Say whether something is owed by now: a plan holds until the day on which it must be looked at again."""
    return owed["kind"] != "PLAN_REVIEW" or owed["due_on"] <= today


def visit_of(row: Row):
    """Give a visit that is owed; one that rests, because of an absence or a death, is not asked for at the door."""
    if row.get("open") and row["state"] != "EXCUSED":
        yield thing("VISIT", "outreach", row["_id"], row["person_id"], row["kind"], row.get("opened_on"), row["due_on"])


def owed_of(row: Row):
    """Give what of a row is still owed: a task that is open, a birthday that nobody greeted yet, news that nobody told yet."""
    owed = row.get("owed", {})
    if row["kind"] == "NEWS":
        if owed.get("open"):
            # What is said of a wish at the door tells its news along; of an opinion or an activity a notice says so itself.
            by_item = {"closed_by": "WISH_FOLLOWUP", "item_ref": owed["about_id"]} if owed["about"] == "WISH" else {}
            yield thing("NEWS", "outreach", row["ref"], row["person_id"], owed["what"], owed["since"], None) | by_item
    elif owed.get("open") and not _is_done(row):
        closed_by = "BIRTHDAY" if row["kind"] == "BIRTHDAY" else None
        yield thing(row["kind"], SERVICES.get(row["kind"], "registry"), row["ref"], row["person_id"], owed.get("what"), owed.get("since"), owed.get("due_on"), closed_by)


def as_one(rows: list[Row], present: dict[str, str]) -> Iterator[Row]:
    """Give the rows with those of one person's ids about one thing as one: it is owed once, and done for either (REG-53, REG-54)."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["kind"], present[row["person_id"]], row["ref"]), []).append(row)
    for same in found.values():
        owed = [row["owed"] for row in same if "owed" in row]
        ended = [one for one in owed if not one.get("open")]
        done = {ref: one for row in same for ref, one in row.get("done", {}).items()}
        yield same[0] | {"owed": (ended or owed or [{}])[0], "done": done}


def _is_done(row: Row) -> bool:
    """Say whether something was done, by a visit or else; a visit that was none did nothing."""
    done: dict[str, Row] = row.get("done", {})
    none = {one["not_by"] for one in done.values() if one.get("not_by")}
    return any(one.get("on") for ref, one in done.items() if ref not in none)


def wish_of(row: Row):
    """Give what of a wish can be done at the door: hear the wisher's word, or ask what is to be asked (OUT-30, OUT-32, OUT-33)."""
    if row.get("kind") != "WISH" or not row.get("open"):
        return
    if row.get("term") in THE_WISHERS_WORD:
        yield thing("WISH", "outreach", row["_id"], row["person_id"], row["term"], row.get("since"), row.get("owed_on"), "WISH_FOLLOWUP")
    elif row.get("state") == "NEEDS_INFO":
        yield thing("WISH", "outreach", row["_id"], row["person_id"], "NEEDS_INFO", row.get("since"), row.get("owed_on"))
