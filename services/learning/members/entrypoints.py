"""Members over HTTP; what concerns their lives is for the secretary of their branch and the administrator only (LRN-1)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from services.common.errors import Invalid, NotFound
from services.common.hands import Hands
from services.common.http import Access, Role, get, post
from services.common.http.schemas import ListQuery
from services.common.nameko import Policy, Storage
from services.common.store import Page
from services.learning.branches.storage import Branches
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.ledger import Ledger
from services.learning.members import domain
from services.learning.members.questions import questions
from services.learning.members.schemas import (
    AddCircumstanceSchema,
    CapabilitiesSchema,
    ChangeMemberSchema,
    CircumstancesSchema,
    ConfirmAddressSchema,
    EndCircumstanceSchema,
    JoinBranchSchema,
    LeaveBranchSchema,
    ListMembersSchema,
    MemberSchema,
    QuestionsSchema,
    ReviewCircumstanceSchema,
    SetCapabilitiesSchema,
    StaySchema,
)
from services.learning.members.storage import Members, away_id

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
READERS = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR, Role.AUDITOR)


class MemberRoutes:
    """Joining, leaving, circumstances and capabilities."""

    branches, members = Storage(Branches), Storage(Members)
    hands, study_terms = Storage(Hands), Policy(StudyPolicy)

    @post("/v1/members", access=SECRETARIES, body=JoinBranchSchema, answer=MemberSchema, writes="members", status=201)
    def join_branch(self, request):
        """Enter a person as a member; sessions that are still to come are owed to them at once."""
        try:
            self.branches.get(request.body["branch_id"], request.scope)
        except NotFound:
            raise Invalid.field("branch_id", "NOT_FOUND") from None
        by = request.by
        return self._and_rows(
            request, self.members.add(*domain.join(id=request.new_id(), **request.body, at=request.now, by=by), request.cause)
        )

    @post("/v1/members/{member_id}/membership", access=SECRETARIES, body=ChangeMemberSchema, answer=MemberSchema, writes="members")
    def change_member(self, request):
        """Put a member into another group, take a probationary one in for good, or note how they want to be told."""
        member = self._member(request)
        return self.members.save(member, *domain.change(member.state, **request.body), request.cause)

    @post("/v1/members/{member_id}/departure", access=SECRETARIES, body=LeaveBranchSchema, answer=MemberSchema, writes="members")
    def leave_branch(self, request):
        """End a membership."""
        member = self._member(request)
        return self._and_rows(request, self.members.save(member, *domain.leave(member.state, **request.body), request.cause))

    @post(
        "/v1/members/{member_id}/circumstances",
        access=SECRETARIES,
        body=AddCircumstanceSchema,
        answer=MemberSchema,
        writes="members",
        status=201,
    )
    def add_circumstance(self, request):
        """Put a circumstance on record; ways that are not yet under way are chosen anew."""
        member = self._member(request)
        by = request.by
        decision = domain.add_circumstance(member.state, id=request.new_id("circumstance"), **request.body, by=by)
        return self._and_rows(request, self.members.save(member, *decision, request.cause))

    @post(
        "/v1/members/{member_id}/circumstances/{circumstance_id}/ending",
        access=SECRETARIES,
        body=EndCircumstanceSchema,
        answer=MemberSchema,
        writes="members",
    )
    def end_circumstance(self, request):
        """Say when a circumstance ends; from the next day on the member is invited like everyone else."""
        member = self._member(request)
        decision = domain.end_circumstance(member.state, request.params["circumstance_id"], **request.body, today=request.today)
        return self._and_rows(request, self.members.save(member, *decision, request.cause))

    @post(
        "/v1/members/{member_id}/circumstances/{circumstance_id}/review",
        access=SECRETARIES,
        body=ReviewCircumstanceSchema,
        answer=MemberSchema,
        writes="members",
    )
    def review_circumstance(self, request):
        """Note what the member said when asked whether a circumstance still holds."""
        member = self._member(request)
        circumstance_id = request.params["circumstance_id"]
        decision = domain.review_circumstance(member.state, circumstance_id, **request.body, today=request.today, by=request.by)
        return self._and_rows(request, self.members.save(member, *decision, request.cause))

    @post("/v1/members/{member_id}/capabilities", access=SECRETARIES, body=SetCapabilitiesSchema, answer=MemberSchema, writes="members")
    def set_capabilities(self, request):
        """Say what a member can use, who helps, where parcels go, and what the member would like."""
        member = self._member(request)
        helper = request.body.pop("relative_helper", None)
        helper = domain.RelativeHelper(**helper) if helper else None
        decision = domain.set_capabilities(member.state, today=request.today, relative_helper=helper, **request.body)
        return self._and_rows(request, self.members.save(member, *decision, request.cause))

    @post("/v1/members/{member_id}/address-confirmation", access=SECRETARIES, body=ConfirmAddressSchema, answer=MemberSchema, writes="members")
    def confirm_address(self, request):
        """Note where parcels go, as the member said just now; parcels that waited for it may go."""
        member = self._member(request)
        decision = domain.confirm_address(member.state, **request.body, today=request.today)
        return self._and_rows(request, self.members.save(member, *decision, request.cause))

    @post("/v1/members/{member_id}/stay", access=SECRETARIES, body=StaySchema, answer=MemberSchema, writes="members")
    def stay_member(self, request):
        """Answer that a member who moved to another community stays with the branch and studies from away."""
        member = self._member(request)
        decision = domain.stay(member.state, **request.body, id=away_id(member.id), today=request.today, by=request.by)
        return self._and_rows(request, self.members.save(member, *decision, request.cause))

    @get("/v1/branches/{branch_id}/questions", access=SECRETARIES, query=ListQuery, answer=QuestionsSchema, many=True)
    def list_questions(self, request):
        """List the members, page by page, with what has to be asked of each anew; most have nothing to be asked."""
        branch = self.branches.get(request.params["branch_id"], request.scope)
        cursor, limit = request.query.get("cursor"), request.query["limit"]
        page = self.members.page({"branch_id": branch.id, "active": True}, request.scope, cursor, limit)
        return Page([self._asked(member, request.today) for member in page.items], page.next_cursor)

    @get("/v1/members/{member_id}", access=READERS, answer=MemberSchema)
    def get_member(self, request):
        """Show a membership."""
        return self._member(request)

    @get("/v1/members", access=READERS, query=ListMembersSchema, answer=MemberSchema, many=True)
    def list_members(self, request):
        """List memberships."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        return self.members.page(request.query, request.scope, cursor, limit)

    @get("/v1/members/{member_id}/circumstances", access=SECRETARIES, answer=CircumstancesSchema)
    def get_circumstances(self, request):
        """Show a member's circumstances to the secretary."""
        return self._member(request)

    @get("/v1/members/{member_id}/capabilities", access=SECRETARIES, answer=CapabilitiesSchema)
    def get_capabilities(self, request):
        """Show what a member can use to the secretary."""
        return self._member(request)

    def _asked(self, member, today):
        asked = SimpleNamespace(person_id=member.state.person_id, questions=questions(member.state, today, self.study_terms))
        return replace(member, state=asked)

    def _member(self, request):
        return self.members.get(request.params["member_id"], request.scope)

    def _and_rows(self, request, member):
        Ledger(self.hands).settle_member(member.state, request.now, request.cause)
        return member
