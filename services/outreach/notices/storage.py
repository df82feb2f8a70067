"""Where notices are kept: the list of who is still to be told, by grid."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from services.common.calendar import business_date
from services.common.events.base import CloudEvent
from services.common.ids import id_from
from services.common.redirects import Redirects
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.outreach.care.domain import Life
from services.outreach.care.storage import CareRecipients
from services.outreach.notices import domain
from services.outreach.notices.domain import About, Notice

EVERYBODY = Scope.everything("whom a change concerns knows no areas")


class Notices(Aggregates[Notice]):
    """Notices, one document for each person and change."""

    collection, aggregate, state = "notices", "notice", Notice
    area = "grid_id"
    indexes = (Index("state", "opened_at"), Index("about_id", "opened_at"), Index("person_id", "state"), Index("grid_id", "opened_at", "_id"), Index("opened_at", "_id"), Index("visit_id"))

    def tell(
        self,
        event: CloudEvent,
        about: About,
        about_id: str,
        grid_id: str | None,
        change: str,
        whom: Iterable[tuple[str, str | None, str]],
        families: Collection[str] = (),
    ) -> None:
        """Owe each of these (who, person, channel) the news of one event, each once, however often it comes.

        The dead hear of nothing (REG-30); of those among `families` the family hears in their stead (OUT-35).
        """
        people = self._process.storage(CareRecipients)
        for who, person_id, channel in whom:
            known = people.known(people.present_id(person_id)) if person_id else None
            life = known.state.life if known else Life.ALIVE
            if life is Life.DECEASED and who not in families:
                continue
            decision = domain.open_notice(
                id=id_from("notice", event.id, who),
                grid_id=grid_id,
                about=about,
                about_id=about_id,
                change=change,
                channel=channel,
                who=who,
                person_id=None if life is Life.DECEASED else person_id,
                at=event.time,
                on=business_date(event.time),
                held=life is Life.DEATH_REPORTED,
            )
            self.add(*decision, Cause.of_event(event, f"notice:{who}"))

    def waiting_about(self, about_id: str, person_ids: Iterable[str]) -> list[Stored[Notice]]:
        """Return what these people are still to be told about one thing, under whichever id they were known."""
        redirects = self._process.storage(Redirects)
        ids = {id for person_id in person_ids for id in redirects.ids_of(person_id)}
        waiting = {"about_id": about_id, "state": "TO_DELIVER", "person_id": {"$in": sorted(ids)}}
        return self.find(waiting, EVERYBODY)

    def told_by(self, visit_id: str) -> list[Stored[Notice]]:
        """Return what a visit told."""
        return self.find({"visit_id": visit_id}, EVERYBODY)

    def waiting_for(self, person_id: str) -> list[Stored[Notice]]:
        """Return all that one person is still to be told, now or once one knows that they live, under whichever id they were known."""
        ids = self._process.storage(Redirects).matching(person_id)
        return self.find({"person_id": ids, "state": {"$in": ["TO_DELIVER", "HELD"]}}, EVERYBODY)
