"""A picture of a class meeting: where it lies, who is in it, and whether it may be shown (VOL-59)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import ClassPhotoPublished, ClassPhotoUnpublished
from services.common.states import StateMachine, Transition
from services.volunteering.children.domain import Child


class PhotoState(StrEnum):
    """Whether a picture is shown."""

    KEPT = "KEPT"
    PUBLISHED = "PUBLISHED"
    UNPUBLISHED = "UNPUBLISHED"
    """Taken back, for good: a child's NO came after it was shown, or before it could be."""


LIFECYCLE = StateMachine(
    "ClassPhoto",
    PhotoState,
    Transition(("",), "KEPT", "a picture of children who may be in it is entered", "VOL-59"),
    Transition(("KEPT",), "PUBLISHED", "every child in it may still be shown", "VOL-59"),
    Transition(("KEPT", "PUBLISHED"), "UNPUBLISHED", "a child in it may be shown no more", "VOL-59"),
)


@dataclass(frozen=True)
class ClassPhoto:
    """One picture, by where its file lies; the file itself is not here."""

    id: str
    session_id: str
    file_ref: str
    child_ids: tuple[str, ...]
    state: PhotoState
    taken_at: datetime
    taken_by: str | None = None
    published_at: datetime | None = None
    published_by: str | None = None
    unpublished_at: datetime | None = None


@dataclass(frozen=True)
class Word:
    """What one guardian said of pictures of a child, and when."""

    guardian_id: str
    yes: bool
    at: datetime


Change = tuple[ClassPhoto, list[Event]]


def may_be_shown(child: Child, words: Iterable[Word]) -> bool:
    """Say whether a child may be in pictures by what was said, in whatever order it is heard (VOL-50, VOL-59).

    Of each guardian the last word counts, and a NO holds until that guardian says YES. Where nobody says NO, a YES counts
    unless the child's own record said NO later; and where no guardian said anything, the record decides.
    """
    last: dict[str, Word] = {}
    # Of two words of one moment the NO counts.
    for word in sorted(words, key=lambda word: (word.at, not word.yes)):
        last[word.guardian_id] = word
    if not all(word.yes for word in last.values()):
        return False
    recorded = child.photo_said_at
    return child.photo_ok or any(recorded is None or recorded < word.at for word in last.values())


def enter(
    *, id: str, session_id: str, file_ref: str, child_ids: Sequence[str], children: Sequence[Child], at: datetime, by: str | None
) -> Change:
    """Enter a picture; no child is in it who may not be."""
    ids = tuple(dict.fromkeys(child_ids))
    unknown = set(ids) - {child.id for child in children}
    if unknown:
        raise Invalid.field("child_ids", "NOT_FOUND")
    _refuse_unless_ok(children)
    return ClassPhoto(id, session_id, file_ref, ids, LIFECYCLE.step("", PhotoState.KEPT), at, by), []


def publish(photo: ClassPhoto, children: Sequence[Child], *, at: datetime, by: str | None) -> Change:
    """Show a picture; a group photo with one NO is not published (VOL-59)."""
    if photo.state is PhotoState.PUBLISHED:
        return photo, []
    if photo.state is PhotoState.UNPUBLISHED:
        raise Conflict("PHOTO_TAKEN_BACK")
    _refuse_unless_ok(children, missing=len(photo.child_ids) - len(children))
    shown = replace(photo, state=LIFECYCLE.step(photo.state, PhotoState.PUBLISHED), published_at=at, published_by=by)
    return shown, [ClassPhotoPublished(photo_id=photo.id, session_id=photo.session_id)]


def unpublish(photo: ClassPhoto, *, at: datetime) -> Change:
    """Take a picture back; whoever shows it takes it down."""
    if photo.state is PhotoState.UNPUBLISHED:
        return photo, []
    back = replace(photo, state=LIFECYCLE.step(photo.state, PhotoState.UNPUBLISHED), unpublished_at=at)
    told = photo.state is PhotoState.PUBLISHED
    return back, [ClassPhotoUnpublished(photo_id=photo.id, session_id=photo.session_id)] if told else []


def _refuse_unless_ok(children: Sequence[Child], missing: int = 0) -> None:
    said_no = [child.id for child in children if not child.photo_ok]
    if said_no or missing:
        raise Conflict("PHOTO_NOT_OK", extra={"child_ids": said_no}, count=len(said_no) + missing)
