"""Where joint activities are kept; what came of them lies encrypted, because people may be named in it."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.joint_activities.domain.activity import JointActivity

EVERYBODY = Scope.everything("joint activities are the whole community's")


class JointActivities(Aggregates[JointActivity]):
    """Joint activities, one document each, however many hosts; they belong to no grid."""

    collection, aggregate, state = "joint_activities", "joint_activity", JointActivity
    indexes = (
        Index("state", "report_due_on"),
        Index("state", "proposed_at"),
        Index("proposed_at", "_id"),
        Index("terms.hosts.org", "proposed_at"),
        Index("sign_ups.person_id", "state"),
    )
    sealed = ("outcomes", "revert_reason")

    def known(self, activity_id: str) -> Stored[JointActivity] | None:
        """Return an activity, whatever became of it."""
        return self.find_one({"_id": activity_id}, EVERYBODY)

    def planned_with(self, person_ids: list[str]) -> list[Stored[JointActivity]]:
        """Return the activities to come for which somebody has signed up, under whichever of their ids."""
        found = self.find({"sign_ups.person_id": {"$in": person_ids}}, EVERYBODY)
        return [activity for activity in found if activity.state.state in ("PROPOSED", "AGREED", "SCHEDULED")]
