"""Branches over HTTP."""

from __future__ import annotations

from services.common.http import Access, Role, get, post
from services.common.http.schemas import ListQuery
from services.common.nameko import Storage
from services.learning.branches import domain
from services.learning.branches.schemas import BranchSchema, ChangeSecretarySchema, FoundBranchSchema
from services.learning.branches.storage import Branches

READERS = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM)


class BranchRoutes:
    """Founding branches and naming their secretaries."""

    branches = Storage(Branches)

    @post("/v1/branches", access=Access(Role.ADMINISTRATOR), body=FoundBranchSchema, answer=BranchSchema, writes="branches", status=201)
    def found_branch(self, request):
        """Enter a branch."""
        groups = tuple(request.body.pop("groups", ()))
        by = request.by
        branch, facts = domain.found(id=request.new_id(), **request.body, groups=groups, at=request.now, by=by)
        return self.branches.add(branch, facts, request.cause)

    @post(
        "/v1/branches/{branch_id}/secretary",
        access=Access(Role.ADMINISTRATOR),
        body=ChangeSecretarySchema,
        answer=BranchSchema,
        writes="branches",
    )
    def change_secretary(self, request):
        """Give a branch another secretary."""
        branch = self.branches.get(request.params["branch_id"], request.scope)
        return self.branches.save(branch, *domain.change_secretary(branch.state, **request.body), request.cause)

    @get("/v1/branches/{branch_id}", access=READERS, answer=BranchSchema)
    def get_branch(self, request):
        """Show a branch."""
        return self.branches.get(request.params["branch_id"], request.scope)

    @get("/v1/branches", access=READERS, query=ListQuery, answer=BranchSchema, many=True)
    def list_branches(self, request):
        """List branches."""
        return self.branches.page({}, request.scope, request.query.get("cursor"), request.query["limit"])
