"""What was said of children and pictures, wherever it was said: in the register, with an enrolment, on the child's own record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from services.common.calendar import business_date
from services.common.consent_copies import ConsentCopies
from services.common.hands import Hands
from services.common.redirects import Redirects
from services.common.store import Cause
from services.volunteering.children.domain import Child, forbid_photos
from services.volunteering.children.storage import Children
from services.volunteering.photos.domain import Word, may_be_shown
from services.volunteering.photos.storage import EVERYBODY, PICTURES, ClassPhotos
from services.volunteering.series.domain.enrolments import GuardianConsent
from services.volunteering.series.storage import SeriesOfClasses


def hide(hands: Hands, child_id: str, at: datetime, cause: Cause) -> list[str]:
    """Let a child be in no more pictures after a NO, and take those back that show it; return which those were (X-14, VOL-59).

    First the record, so that no picture is published while the others are taken back. The record says NO also when the
    course with which it was said is forgotten (X-19). A NO that is heard late leaves alone what was taken after a later YES.
    """
    children = hands.storage(Children)
    child = children.get(child_id, EVERYBODY)
    children.save(child, forbid_photos(child.state, at), [], cause.part("photos.child"))
    [now] = heard(hands, [child_id], business_date(at))
    return hands.storage(ClassPhotos).take_back(child_id, cause.part("photos"), at if now.photo_ok else None)


def heard(hands: Hands, child_ids: Iterable[str], today: date) -> list[Child]:
    """Return the children of a picture, each with `photo_ok` as all that was said lets it be (X-15, VOL-50, VOL-59).

    What was said under ids that were merged away counts, and what was said with an enrolment that is over.
    """
    children, redirects = hands.storage(Children).of(child_ids), hands.storage(Redirects)
    known_as = redirects.ids_of_each([one.id for one in children])
    ids = {id for each in known_as.values() for id in each}
    refused = {id for purpose in PICTURES for id in hands.storage(ConsentCopies).refused(ids, purpose, today)}
    voices: dict[str, list[GuardianConsent]] = {id: [] for id in ids}
    for series in hands.storage(SeriesOfClasses).ever_with(ids):
        for place in series.state.enrolments:
            if place.child_id in ids:
                voices[place.child_id] += place.consents

    def may(child: Child) -> bool:
        spoken = [voice for id in known_as[child.id] for voice in voices[id] if voice.guardian_id not in (*child.blocked_ids, *child.lost_ids)]
        words = [Word(redirects.resolve(one.guardian_id), said, one.photo_at or one.given_at) for one in spoken if (said := one.says_of_photos) is not None]
        return refused.isdisjoint(known_as[child.id]) and may_be_shown(child, words)

    return [replace(one, photo_ok=may(one)) for one in children]
