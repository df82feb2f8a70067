"""What a pledge made elsewhere does here: an application, or a volunteer at once (OUT-42)."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.errors import Conflict, StaleVersion
from services.common.events.outreach import PledgeEnded, PledgeMade, PledgeResumed, SilverTalentLimited
from services.common.events.registry import PersonErased
from services.common.hands import Hands
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.volunteering.activities.desk import Desk
from services.volunteering.pledges.limits import LimitsTold
from services.volunteering.volunteers import pledges, screening
from services.volunteering.volunteers.domain import ApplicationSource, VolunteerKind
from services.volunteering.volunteers.storage import Volunteers

KINDS = {"OFFER": VolunteerKind.SILVER, "PLEDGE": VolunteerKind.GENERAL}
MADE = "MADE"


class PledgeSubscriptions:
    """Makes applications of pledges, and tells what became of each."""

    volunteers, limits_told, hands = Storage(Volunteers), Storage(LimitsTold), Storage(Hands)

    @subscribe(SilverTalentLimited)
    def on_talent_limited(self, event):
        """Keep lighter work for whoever told of limits, and have the places judged anew that they have already (OUT-42)."""
        person_id, cause = event.data.person_id, Cause.of_event(event, "limits")
        self.limits_told.told(person_id, event.data.talent_id, cause)
        known = self.volunteers.of_person(person_id)
        if known:
            Desk(self.hands).review_all(known.id, event.time, cause)

    @subscribe(PersonErased)
    def on_limited_person_erased(self, event):
        """Forget with a person that there were limits (X-4)."""
        self.limits_told.forget(event.data.person_id, Cause.of_event(event, "limits"))

    @subscribe(PledgeMade)
    def on_pledge_made(self, event):
        """Take a pledge as an offer of help: who may serve is taken up at once, who is new has to be checked first."""
        self._receive(event, KINDS.get(event.data.kind, VolunteerKind.GENERAL))

    @subscribe(PledgeResumed)
    def on_pledge_resumed(self, event):
        """Take a pledge up anew that had ended by a death that was none."""
        if event.data.state == MADE:
            self._receive(event, VolunteerKind.SILVER)

    @subscribe(PledgeEnded)
    def on_pledge_ended(self, event):
        """Wait no longer for a pledge that was taken back or ran out."""
        known = self.volunteers.of_person(event.data.person_id)
        if known and event.data.pledge_id in known.state.pledge_ids:
            self.volunteers.save(known, *pledges.ended(known.state, event.data.pledge_id), Cause.of_event(event, "pledge"))

    def _receive(self, event, kind):
        data, cause, today = event.data, Cause.of_event(event, "pledge"), business_date(event.time)
        known = self.volunteers.of_person(data.person_id)
        if known:
            self.volunteers.save(known, *pledges.received(known.state, pledge_id=data.pledge_id, kind=kind, today=today), cause)
            return
        volunteer, facts = screening.apply(
            id=id_from("pledged", data.person_id),
            person_id=data.person_id,
            kinds=[kind],
            born_on=None,
            source=ApplicationSource.PLEDGE,
            pledge_ids=[data.pledge_id],
            today=today,
            at=event.time,
            by=None,
        )
        try:
            self.volunteers.add(volunteer, facts, cause)
        except Conflict:
            # Somebody entered the same person at this moment; the next attempt finds them.
            raise StaleVersion() from None
