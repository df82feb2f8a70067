"""Where productions are kept, and the files that they made."""

from __future__ import annotations

import gridfs

from services.common.store import Aggregates, Index, Scope, Stored
from services.learning.productions.domain import Production, ProductionState

ALL = Scope.everything("files are made for every branch")
BUCKET = "lesson_files"


class Productions(Aggregates[Production]):
    """One document for each form of each edition."""

    collection, aggregate, state = "productions", "production", Production
    area = "branch_id"
    indexes = (Index("session_id", "_id"), Index("lesson_id", "form"), Index("state", "due_at"), Index("branch_id", "_id"))

    def of_lesson(self, lesson_id: str) -> list[Stored[Production]]:
        """Return every production of one edition."""
        return self.find({"lesson_id": lesson_id}, ALL)

    def waiting(self) -> list[Stored[Production]]:
        """Return what is still to be made, what was begun first."""
        begun = self.find({"state": ProductionState.RUNNING.value}, ALL, sort="due_at")
        return begun + self.find({"state": ProductionState.QUEUED.value}, ALL, sort="due_at")


def given(production_id: str) -> str:
    """Return under which id a recording lies as it was handed in, until it is made into one that plays everywhere."""
    return f"{production_id}:given"


class LessonFiles:
    """Recordings, videos and pages in GridFS; they are about a lesson and about nobody."""

    def __init__(self, process):
        self._bucket = gridfs.GridFSBucket(process.db, bucket_name=BUCKET)
        self._files = process.db[f"{BUCKET}.files"]

    def prepare(self) -> None:
        """GridFS makes its own indexes with the first file."""

    def put(self, id: str, content, media: str) -> None:
        """Keep a file; kept again it takes the place of the one before."""
        self.delete(id)
        self._bucket.upload_from_stream_with_id(id, id, content, metadata={"media": media})

    def open(self, id: str) -> gridfs.GridOut:
        """Return a file to read from; it knows its length."""
        return self._bucket.open_download_stream(id)

    def delete(self, id: str) -> None:
        """Delete a file, if there is one."""
        if self._files.find_one({"_id": id}, {"_id": 1}):
            self._bucket.delete(id)
