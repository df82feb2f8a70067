"""The list that staff work through while an elder is not found, and after."""

from __future__ import annotations

from typing import Any

from services.outreach.incidents.domain.incidents import Duty, Incident, StepResult
from services.outreach.incidents.domain.ladder import ACTIONS, Action

ONLY_IF = {Action.LOCKSMITH_OR_FIRE_CALLED: "DANGER_SIGNS", Action.ENTERED: "POLICE_OR_KEY_HOLDER", Action.SECOND_ATTEMPT: "ANOTHER_PERSON"}


def checklist(incident: Incident, duty: Duty) -> dict[str, Any]:
    """Return what there is to do on each step, with its clock, and what is left to do afterwards."""
    done = {step.action for step in incident.steps if step.result is not StepResult.NOT_POSSIBLE}
    ticked = {one.item for one in incident.ticked}
    return {
        "incident_id": incident.id,
        "person_id": incident.person_id,
        "state": incident.state,
        "call_first": duty.of(incident.level) if incident.open else [],
        "phone_list": {
            "card": f"/v1/people/{incident.person_id}/card",
            "kin": f"/v1/people/{incident.person_id}/kin/emergency",
            "whereabouts": f"/v1/people/{incident.person_id}/whereabouts",
            "plan": f"/v1/no-response-plans/{incident.person_id}",
        },
        "ladder": [
            {
                "level": level,
                "due_at": incident.due_at[level],
                "current": incident.open and level == incident.level,
                "to_do": [{"action": action, "done": action in done, "only_if": ONLY_IF.get(action)} for action in actions],
            }
            for level, actions in ACTIONS.items()
            if level <= incident.top
        ],
        "aftercare": [{"item": item, "done": item in ticked} for item in incident.aftercare],
    }
