"""Where the pictures of the classes are kept, by where their files lie."""

from __future__ import annotations

from datetime import datetime

from services.common.consents import Purpose
from services.common.redirects import Redirects
from services.common.store import Aggregates, Cause, Index, Scope
from services.volunteering.photos import domain
from services.volunteering.photos.domain import ClassPhoto, PhotoState

PICTURES = (Purpose.CHILD_PHOTO, Purpose.PHOTO_PUBLIC)
EVERYBODY = Scope.everything("classes belong to the whole community")


class ClassPhotos(Aggregates[ClassPhoto]):
    """Pictures, one document each."""

    collection, aggregate, state = "class_photos", "class_photo", ClassPhoto
    erasable = True
    indexes = (Index("session_id"), Index("child_ids", "state"), Index("taken_at"))

    def take_back(self, child_id: str, cause: Cause, until: datetime | None = None) -> list[str]:
        """Take every picture back in which a child is who may be in none any more, or may not have been in those of a time."""
        shown: dict = {"child_ids": self._process.storage(Redirects).matching(child_id), "state": {"$ne": PhotoState.UNPUBLISHED.value}}
        if until is not None:
            shown["taken_at"] = {"$lte": until}
        self.change_each(shown, EVERYBODY, lambda photo: domain.unpublish(photo.state, at=cause.at), cause.part("photos"))
        return [one.id for one in self.find({"child_ids": shown["child_ids"], "unpublished_at": cause.at}, EVERYBODY)]
