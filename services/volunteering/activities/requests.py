"""What joint activities ask of volunteering (OUT-50)."""

from __future__ import annotations

from services.common.events.outreach import JointActivityCancelled, JointActivityScheduled, VolunteersRequested
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause, Scope
from services.volunteering.activities.domain import requests
from services.volunteering.activities.storage import COMMUNITY, Activities


class RequestSubscriptions:
    """Plans an activity for each request, and keeps it as the request is."""

    activities = Storage(Activities)

    @subscribe(VolunteersRequested)
    def on_volunteers_requested(self, event):
        """Open an activity with as many places as are asked for, or bring it to what is asked for now."""
        data, cause = event.data, Cause.of_event(event, "request")
        times = {"starts_at": data.starts_at, "ends_at": data.ends_at}
        known = self._known(event)
        if known:
            self._save(known, requests.changed(known.state, people=data.people, **times, at=event.time), cause)
        elif data.people:
            ids = {"id": id_from("request", data.joint_activity_id), "need_id": id_from("request need", data.joint_activity_id)}
            new = requests.requested(**ids, origin_id=data.joint_activity_id, kind=data.program_kind, people=data.people, **times, at=event.time)
            self.activities.add(*new, cause)

    @subscribe(JointActivityScheduled)
    def on_joint_activity_scheduled(self, event):
        """Follow a joint activity to its new time."""
        known = self._known(event)
        if known:
            moved = requests.moved(known.state, starts_at=event.data.starts_at, ends_at=event.data.ends_at)
            self._save(known, moved, Cause.of_event(event, "request"))

    @subscribe(JointActivityCancelled)
    def on_joint_activity_cancelled(self, event):
        """Call the activity off with the joint one."""
        known = self._known(event)
        if known:
            times = {"starts_at": known.state.starts_at, "ends_at": known.state.ends_at}
            self._save(known, requests.changed(known.state, people=0, **times, at=event.time), Cause.of_event(event, "request"))

    def _known(self, event):
        return self.activities.find_one({"origin_id": event.data.joint_activity_id}, Scope.everything(COMMUNITY))

    def _save(self, known, change, cause):
        after, facts = change
        if facts or after != known.state:
            self.activities.save(known, after, facts, cause)
