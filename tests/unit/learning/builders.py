"""Members, sessions and rows as the tests of learning need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from services.learning.coverage.domain import acts, rows, settling
from services.learning.coverage.domain.following import follow
from services.learning.members import domain as members
from services.learning.members.domain import CircumstanceCode, Member, RelativeHelper, ToldBy
from services.learning.parcels import domain as parcels
from services.learning.parcels.domain import Content, Parcel
from services.learning.sessions import domain as sessions
from services.learning.sessions.domain import Form, Material, SessionKind, StudySession

HELD_ON = date(2025, 4, 10)
HELD_AT = datetime(2025, 4, 10, 6, 0, tzinfo=UTC)
BEFORE = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)
COVER_BY = date(2025, 5, 10)
EVERY_FORM = tuple(Form)
_ids = count(1)


def at(day: date, hour: int = 10) -> datetime:
    """Return the moment of this local hour."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 8)


def a_member(
    *codes: CircumstanceCode, since=date(2020, 1, 1), circumstance_from=date(2025, 1, 1), until=date(2025, 12, 31), **changes
) -> Member:
    """Return a member with these circumstances in 2025, a smartphone and an address."""
    number = next(_ids)
    member, _ = members.join(id=f"member-{number}", branch_id="branch", person_id=f"person-{number}", since=since, at=BEFORE, by="staff")
    for code in codes:
        member, _ = members.add_circumstance(
            member, id=f"c-{next(_ids)}", code=code, since=circumstance_from, until=until, told_by=ToldBy.SELF, by="staff"
        )
    wanted = {"smartphone": True, "delivery_address": "x", **changes}
    if wanted.pop("helper", False):
        wanted["relative_helper"] = RelativeHelper("n", "12345")
    member, _ = members.set_capabilities(member, today=BEFORE.date(), **wanted)
    return member


def a_session(*, forms=EVERY_FORM, scheduled: bool = True, **changes) -> StudySession:
    """Return a session scheduled for 10 April 2025 with every form of material."""
    materials = tuple(Material(form, "lesson") for form in forms)
    session, _ = sessions.draft(
        id="session", branch_id="branch", kind=SessionKind.TOPIC_STUDY, title="t", at=BEFORE, by="staff", materials=materials, **changes
    )
    if scheduled:
        session, _ = sessions.schedule(session, held_at=HELD_AT, held_on=HELD_ON, cover_by_on=COVER_BY, at=BEFORE)
    return session


def held(session: StudySession, *attended: Member, audience: tuple[Member, ...] = ()) -> StudySession:
    """Return the session after it took place with these members."""
    ids = frozenset(member.id for member in (*attended, *audience))
    after, _ = sessions.hold(
        session, attended_member_ids=tuple(member.id for member in attended), member_ids=ids, at=at(HELD_ON, 16), by="host"
    )
    return after


def a_row(session: StudySession, member: Member):
    """Return the row of a member and a session, just planned."""
    return rows.plan(id=f"row-{member.id}", session=session, member=member, today=date(2025, 3, 1))[0]


def settled(row, session: StudySession, member: Member, day: date):
    """Return the row as it stands on a day, with the facts."""
    return settling.settle(row, session, member, now=at(day), today=day)


def assigned(session: StudySession, member: Member, day: date = HELD_ON - timedelta(days=3)):
    """Return the row with its way chosen."""
    return settled(a_row(session, member), session, member, day)[0]


def dispatched(session: StudySession, member: Member, day: date = HELD_ON, **how):
    """Return the row with the lesson on its way."""
    row = assigned(session, member)
    if row.mode == "PARCEL":
        return followed(row, sent(packed(row, day=day), day), session, member, day)[0]
    return acts.dispatch(row, at=at(day), today=day, by="staff", **how)[0]


def packed(*rows, address="x", id: str | None = None, abroad: bool = False, day: date = HELD_ON) -> Parcel:
    """Return a parcel with the lessons of these rows."""
    contents = tuple(Content(row.id, row.session_id, row.member_id, row.person_id) for row in rows)
    addresses = {row.member_id: address for row in rows}
    id = id or f"parcel-{next(_ids)}"
    return parcels.pack(id=id, branch_id="branch", contents=contents, addresses=addresses, abroad=abroad, today=day, by="staff")[0]


def sent(parcel: Parcel, day: date = HELD_ON) -> Parcel:
    """Return the parcel in the carrier's hands."""
    return parcels.hand_over(parcel, carrier="post", tracking_no="1", today=day, address_holds=True, held=False)[0]


def parcel_of(row) -> Parcel:
    """Return the parcel of a row as far as the row knows it."""
    mark = row.delivery.parcel
    return replace(sent(packed(row, id=mark.id)), state=mark.state, last_scan_on=mark.last_scan_on, delivered_to=mark.delivered_to, delivered_on=mark.delivered_on)


def followed(row, parcel: Parcel, session: StudySession, member: Member, day: date = HELD_ON):
    """Return the row after it followed its parcel, with the facts."""
    return follow(row, parcel, session, member, now=at(day), today=day)


def events(facts):
    """Return the events of facts, dated or not."""
    return [getattr(fact, "event", fact) for fact in facts]


def names(facts):
    """Return the names of the events of facts."""
    return [type(event).__name__ for event in events(facts)]
