"""Joint activities over HTTP, and the news for who signed up."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import FieldError, Invalid
from services.common.events.outreach import JointActivityAgreementBroken, JointActivityCancelled, JointActivityScheduled
from services.common.http import get, post, put
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.outreach.access import MOBILISATION_LEADS, MOBILISER_READERS, MOBILISERS, acting
from services.outreach.care.storage import CareRecipients
from services.outreach.joint_activities import schemas
from services.outreach.joint_activities.domain import holding, planning
from services.outreach.joint_activities.domain.activity import OWN, ActivityState, JointActivityPolicy
from services.outreach.joint_activities.storage import JointActivities
from services.outreach.notices.domain import About
from services.outreach.notices.storage import Notices
from services.outreach.partners.storage import Partners

JOINT = schemas.JointActivitySchema
NEWS = {
    JointActivityScheduled: "SCHEDULED_ANEW",
    JointActivityAgreementBroken: "OPEN_AGAIN",
    JointActivityCancelled: "CANCELLED",
}


class JointActivityRoutes:
    """Activities of several hosts (联学联建)."""

    joint_activities, hosting_partners, participants = Storage(JointActivities), Storage(Partners), Storage(CareRecipients)
    joint_policy = Policy(JointActivityPolicy)

    @post("/v1/joint-activities", access=MOBILISERS, body=schemas.ProposeSchema, answer=JOINT, writes="joint_activities", status=201)
    def propose_joint_activity(self, request):
        """Propose an activity to all of its hosts; it is agreed when every one of them has accepted (OUT-50)."""
        terms = request.body["terms"]
        self._look_at_terms(terms)
        return self.joint_activities.add(*planning.propose(id=request.new_id(), terms=terms, at=request.now, by=acting(request)), request.cause)

    @put("/v1/joint-activities/{activity_id}/terms", access=MOBILISERS, body=schemas.ProposeSchema, answer=JOINT, writes="joint_activities")
    def revise_joint_activity(self, request):
        """Change what is proposed; every host accepts anew, because it accepts what stands (OUT-50)."""
        terms = request.body["terms"]
        self._look_at_terms(terms)
        return self._save_joint(request, lambda activity: planning.revise(activity, terms=terms))

    @post("/v1/joint-activities/{activity_id}/acceptances", access=MOBILISERS, body=schemas.OrgSchema, answer=JOINT, writes="joint_activities")
    def accept_joint_activity(self, request):
        """Take down that one host accepts; the last one makes it agreed (OUT-50)."""
        org = request.body["org"]
        return self._save_joint(request, lambda activity: planning.accept(activity, org=org, at=request.now, by=acting(request)))

    @post("/v1/joint-activities/{activity_id}/withdrawals", access=MOBILISERS, body=schemas.OrgSchema, answer=JOINT, writes="joint_activities")
    def withdraw_from_joint_activity(self, request):
        """Take down that a host withdraws; what was agreed is a proposal again, and who signed up is told (OUT-50)."""
        org = request.body["org"]
        return self._save_joint(request, lambda activity: planning.withdraw(activity, org=org, at=request.now))

    @post("/v1/joint-activities/{activity_id}/schedule", access=MOBILISERS, body=schemas.ScheduleSchema, answer=JOINT, writes="joint_activities")
    def schedule_joint_activity(self, request):
        """Give it its date and place, here or at a partner's; volunteering is asked for volunteers (OUT-50)."""
        return self._save_joint(request, lambda activity: planning.schedule(activity, **request.body, now=request.now))

    @post("/v1/joint-activities/{activity_id}/rain", access=MOBILISERS, answer=JOINT, writes="joint_activities")
    def carry_out_rain_plan(self, request):
        """Do what the rain plan says; who signed up is told (OUT-50)."""
        return self._save_joint(request, lambda activity: planning.rain(activity, now=request.now))

    @post("/v1/joint-activities/{activity_id}/cancellation", access=MOBILISERS, body=schemas.CancelSchema, answer=JOINT, writes="joint_activities")
    def cancel_joint_activity(self, request):
        """Call it off; who signed up is told, and volunteers are needed no more (OUT-50)."""
        return self._save_joint(request, lambda activity: planning.cancel(activity, **request.body))

    @post("/v1/joint-activities/{activity_id}/sign-ups", access=MOBILISERS, body=schemas.SignUpSchema, answer=schemas.SignedUpSchema, writes="joint_activities", status=201)
    def sign_up_for_joint_activity(self, request):
        """Keep a place for somebody, as long as there is one (OUT-50)."""
        body = request.body
        person = self.participants.living_here(body["person_id"], request.scope)
        wish = {"person_id": person.id, "channel": body["channel"], "at": request.now, "policy": self.joint_policy}
        return self._save_joint(request, lambda activity: holding.sign_up(activity, **wish))

    @post(
        "/v1/joint-activities/{activity_id}/sign-up-removals",
        access=MOBILISERS,
        body=schemas.GiveBackSchema,
        answer=schemas.SignedUpSchema,
        writes="joint_activities",
    )
    def give_place_back(self, request):
        """Give a place back, for somebody who does not come after all."""
        return self._save_joint(request, lambda activity: holding.give_back(activity, **request.body))

    @post("/v1/joint-activities/{activity_id}/holding", access=MOBILISERS, body=schemas.HoldSchema, answer=JOINT, writes="joint_activities")
    def hold_joint_activity(self, request):
        """Say that it took place and who came: some by name, all by number, each of them once (OUT-50)."""
        body = {"held_on": request.today, **request.body}
        when = {"now": request.now, "today": request.today, "policy": self.joint_policy}
        return self._save_joint(request, lambda activity: holding.hold(activity, **body, **when))

    @post("/v1/joint-activities/{activity_id}/report", access=MOBILISERS, body=schemas.ReportSchema, answer=JOINT, writes="joint_activities")
    def report_joint_activity(self, request):
        """Put on record what came of it; refused while what one host contributed is missing (OUT-50)."""
        body = {"cost_split": None, **request.body}
        return self._save_joint(request, lambda activity: holding.report(activity, **body, at=request.now, by=acting(request)))

    @post(
        "/v1/joint-activities/{activity_id}/report-reversal",
        access=MOBILISATION_LEADS,
        body=schemas.RevertSchema,
        answer=JOINT,
        writes="joint_activities",
    )
    def revert_joint_report(self, request):
        """Take a report back that did not hold; it is due again (OUT-50)."""
        return self._save_joint(request, lambda activity: holding.revert(activity, **request.body, today=request.today, policy=self.joint_policy))

    @get("/v1/joint-activities", access=MOBILISER_READERS, query=schemas.ListActivitiesSchema, answer=JOINT, many=True)
    def list_joint_activities(self, request):
        """List joint activities, the latest first: by state or partner; `unreported=true` are those that took place and have no report yet (OUT-50)."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        if "partner_id" in query:
            query["terms.hosts.org"] = query.pop("partner_id")
        # Not by its date, which a proposal has none of: a page could not start behind nothing.
        sort = "-proposed_at"
        if query.pop("unreported", False):
            query["state"], sort = ActivityState.HELD.value, "report_due_on"
        page = self.joint_activities.page(query, request.scope, cursor, limit, sort=sort)
        return replace(page, items=[_joint_shown(activity, request) for activity in page.items])

    @get("/v1/joint-activities/{activity_id}", access=MOBILISER_READERS, answer=JOINT)
    def get_joint_activity(self, request):
        """Show a joint activity."""
        return _joint_shown(self._joint(request), request)

    def _joint(self, request):
        return self.joint_activities.get(request.params["activity_id"], request.scope)

    def _save_joint(self, request, decide):
        activity = self._joint(request)
        return self.joint_activities.save(activity, *decide(activity.state), request.cause)

    def _look_at_terms(self, terms):
        """Refuse hosts that are no partners, and resources that they do not offer."""
        errors, partners = [], {}
        for place, host in enumerate(terms.hosts):
            if host.org == OWN:
                continue
            partner = self.hosting_partners.known(host.org)
            if partner is None or not partner.state.open:
                errors.append(FieldError(f"hosts.{place}.org", "PARTNER_UNKNOWN"))
            else:
                partners[host.org] = partner.state
        for place, part in enumerate(terms.contributions):
            if part.resource_id and part.org in partners and not partners[part.org].offers(part.resource_id):
                errors.append(FieldError(f"contributions.{place}.resource_id", "RESOURCE_NOT_OFFERED"))
        if errors:
            raise Invalid("INVALID", errors=errors)


class JointActivitySubscriptions:
    """Whoever signed up hears of every change (OUT-50)."""

    changed_activities, notices_of_activities, signed_up = Storage(JointActivities), Storage(Notices), Storage(CareRecipients)

    def on_joint_activity_changed_tell(self, event):
        """Owe the news to everybody who had signed up by then, each once, in the grid in which they live (OUT-50)."""
        known = self.changed_activities.known(event.data.joint_activity_id)
        # Who signed up since knows the activity as it has become.
        for one in (one for one in known.state.sign_ups if one.at < event.time) if known else ():
            person = self.signed_up.known(one.person_id)
            grid_id = person.state.grid_id if person else None
            whom = [(one.person_id, one.person_id, one.channel.value)]
            self.notices_of_activities.tell(event, About.ACTIVITY, known.id, grid_id, NEWS[type(event.data)], whom)

    for _kind in NEWS:
        on_joint_activity_changed_tell = subscribe(_kind)(on_joint_activity_changed_tell)
    del _kind


def _joint_shown(activity, request):
    """Return an activity as this reader may see it: an auditor sees figures, no names and no free words (X-16)."""
    if request.actor.has(*MOBILISERS.roles):
        return activity
    attendance = activity.state.attendance and replace(activity.state.attendance, person_ids=())
    return replace(activity, state=replace(activity.state, outcomes=(), sign_ups=(), attendance=attendance))
