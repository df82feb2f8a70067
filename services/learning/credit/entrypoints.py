"""Credit over HTTP, computed from the ledger when it is asked for; there is no counter that could drift."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from services.common.hands import Hands
from services.common.http import Access, Role, get, post
from services.common.nameko import Policy, Storage
from services.learning.branches.storage import Branches
from services.learning.credit.domain import credit as domain
from services.learning.credit.domain.credit import CreditPolicy
from services.learning.credit.jobs import learnt, standing_of
from services.learning.credit.schemas import (
    ApproveReductionSchema,
    CreditSchema,
    ListShortfallListsSchema,
    ListShortfallsSchema,
    ProposeReductionSchema,
    ShortfallListSchema,
    ShortfallsSchema,
    YearSchema,
)
from services.learning.credit.storage import ShortfallLists
from services.learning.members.schemas import MemberSchema
from services.learning.members.storage import Members

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
TOO_EARLY = "TOO_EARLY"


class CreditRoutes:
    """What a year asks of a member, what they have, and who will not reach it (LRN-32)."""

    branches, members, shortfall_lists, hands = Storage(Branches), Storage(Members), Storage(ShortfallLists), Storage(Hands)
    credit_policy = Policy(CreditPolicy)

    @post(
        "/v1/members/{member_id}/credit-reductions",
        access=SECRETARIES,
        body=ProposeReductionSchema,
        answer=MemberSchema,
        writes="members",
        status=201,
    )
    def propose_credit_reduction(self, request):
        """Propose that less be asked of a member for a time; it holds when somebody else approved it."""
        member = self._member_of_credit(request)
        how = {**request.body, "id": request.new_id("reduction"), "today": request.today, "by": request.by}
        return self.members.save(member, *domain.propose(member.state, self.credit_policy, **how), request.cause)

    @post(
        "/v1/members/{member_id}/credit-reductions/{reduction_id}/approval",
        access=SECRETARIES,
        body=ApproveReductionSchema,
        answer=MemberSchema,
        writes="members",
    )
    def approve_credit_reduction(self, request):
        """Approve what somebody else proposed."""
        member = self._member_of_credit(request)
        decision = domain.approve(member.state, request.params["reduction_id"], today=request.today, by=request.by)
        return self.members.save(member, *decision, request.cause)

    @get("/v1/members/{member_id}/credit", access=SECRETARIES, query=YearSchema, answer=CreditSchema)
    def get_credit(self, request):
        """Show how a member stands in a year."""
        member = self._member_of_credit(request)
        standing = standing_of(self.hands, member, request.query["year"], request.today)
        waiting = [
            {"coverage_id": row.id, "session_id": row.session_id, "held_on": row.held_on, "minutes": row.verification.credit_minutes}
            for row in domain.to_accept(*learnt(self.hands, member, request.query["year"]))
        ]
        told = SimpleNamespace(**vars(standing), person_id=member.state.person_id, reductions=member.state.reductions, to_accept=waiting)
        return replace(member, state=told)

    @get("/v1/branches/{branch_id}/credit-shortfalls", access=SECRETARIES, query=ListShortfallsSchema, answer=ShortfallsSchema)
    def list_credit_shortfalls(self, request):
        """Look at a page of a branch's members and list those who will not reach what the year asks; too early in a year nobody is."""
        branch = self.branches.get(request.params["branch_id"], request.scope)
        year, from_day = request.query["year"], domain.projected_from(request.query["year"], self.credit_policy)
        told = {"year": year, "as_of": request.today, "projected_from": from_day, "empty_because": TOO_EARLY, "items": [], "next_cursor": None}
        if request.today >= from_day:
            cursor, limit = request.query.get("cursor"), request.query["limit"]
            page = self.members.page({"branch_id": branch.id, "active": True}, request.scope, cursor, limit)
            standings = [(member, standing_of(self.hands, member, year, request.today)) for member in page.items]
            items = [
                SimpleNamespace(**vars(standing), member_id=member.id, person_id=member.state.person_id)
                for member, standing in standings
                if standing.shortfall_minutes
            ]
            told |= {"empty_because": None, "items": items, "next_cursor": page.next_cursor}
        return replace(branch, state=SimpleNamespace(**told))

    @get("/v1/branches/{branch_id}/shortfall-lists", access=SECRETARIES, query=ListShortfallListsSchema, answer=ShortfallListSchema, many=True)
    def list_shortfall_lists(self, request):
        """List what was drawn up month by month: who was projected to be short then; the newest first."""
        branch = self.branches.get(request.params["branch_id"], request.scope)
        query = request.query
        filter = {"branch_id": branch.id} | ({"year": query["year"]} if "year" in query else {})
        return self.shortfall_lists.page(filter, request.scope, query.get("cursor"), query["limit"], sort="-as_of")

    def _member_of_credit(self, request):
        return self.members.get(request.params["member_id"], request.scope)
