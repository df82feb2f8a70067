"""Two services as small as services can be, to try every fault of the common parts on: one defines grids, one counts them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from marshmallow import fields, validate

from services.common.errors import Conflict
from services.common.events.registry import GridDefined
from services.common.http import Access, Role, get, post
from services.common.http.schemas import Id, Input, ListQuery, Output
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.service import Service
from services.common.store import Aggregates, Cause, Index, Scope


@dataclass(frozen=True)
class Grid:
    id: str
    code: str
    renamed: int = 0
    secret: str | None = None


class Grids(Aggregates[Grid]):
    collection, aggregate, state = "grids", "grid", Grid
    indexes = (Index("code", unique=True, code="CODE_TAKEN"),)
    sealed = ("secret",)
    lookups = {"secret_hash": lambda grid, blind: grid.secret and blind("secret", grid.secret)}


class DefineGridSchema(Input):
    id = Id()
    code = fields.String(required=True, validate=validate.Length(1, 40))
    secret = fields.String()


class RenameGridSchema(Input):
    code = fields.String(required=True, validate=validate.Length(1, 40))


class GridSchema(Output):
    code = fields.String()
    renamed = fields.Integer()
    secret = fields.String()


EVERYBODY = Access(Role.ADMINISTRATOR, Role.WORKER)


class GridRoutes:
    grids = Storage(Grids)

    @post("/v1/grids", access=EVERYBODY, body=DefineGridSchema, answer=GridSchema, writes="grids", status=201)
    def define_grid(self, request):
        """Define a grid."""
        grid = Grid(request.new_id(), **request.body)
        return self.grids.add(grid, [GridDefined(grid_id=grid.id, code=grid.code)], request.cause)

    @post("/v1/grids/{grid_id}/name", access=EVERYBODY, body=RenameGridSchema, answer=GridSchema, writes="grids")
    def rename_grid(self, request):
        """Rename a grid."""
        grid = self.grids.get(request.params["grid_id"], request.scope)
        if request.body["code"] == "forbidden":
            raise Conflict("CODE_TAKEN")
        renamed = replace(grid.state, code=request.body["code"], renamed=grid.state.renamed + 1)
        return self.grids.save(grid, renamed, [GridDefined(grid_id=grid.id, code=renamed.code)], request.cause)

    @get("/v1/grids/{grid_id}", access=EVERYBODY, answer=GridSchema)
    def get_grid(self, request):
        """Show a grid."""
        return self.grids.get(request.params["grid_id"], request.scope)

    @get("/v1/grids", access=EVERYBODY, query=ListQuery, answer=GridSchema, many=True)
    def list_grids(self, request):
        """List grids."""
        return self.grids.page({}, request.scope, request.query.get("cursor"), request.query["limit"])

    @get("/v1/failure", access=EVERYBODY)
    def fail(self, request):
        """Fail with a text that nobody may see."""
        raise RuntimeError("110105194912310021 lives at 1-2-3")


class OwnFacts:
    """The register follows grids itself, and here nothing comes of it."""

    name = "registry.inbox"

    @subscribe(GridDefined)
    def on_grid_defined(self, event):
        """Take it from the queue."""


class GridApi(GridRoutes):
    name = "registry"


REGISTRY = Service("registry", api=GridApi, inbox=OwnFacts, storages=(Grids,))


@dataclass(frozen=True)
class Count:
    """What the follower made of one grid: how often, and the codes in the order in which they came."""

    id: str
    times: int = 0
    codes: tuple[str, ...] = ()


class Counts(Aggregates[Count]):
    collection, aggregate, state = "counts", "care_recipient", Count


class CountSchema(Output):
    times = fields.Integer()
    codes = fields.List(fields.String())


class CountRoutes:
    counts = Storage(Counts)

    @get("/v1/counts/{grid_id}", access=EVERYBODY, answer=CountSchema)
    def get_count(self, request):
        """Show a count."""
        return self.counts.get(request.params["grid_id"], request.scope)


class CountSubscriptions:
    counts = Storage(Counts)

    @subscribe(GridDefined)
    def on_grid_defined(self, event):
        """Count: deliberately not idempotent by itself, so that only the platform's promise makes it right."""
        _misbehave(event)
        cause = Cause.of_event(event, "count")
        everything = Scope.everything("test")
        found = self.counts.find_one({"_id": event.data.grid_id}, everything)
        if found is None:
            self.counts.add(Count(event.data.grid_id, 1, (event.data.code,)), [], cause)
        else:
            count = found.state
            self.counts.save(found, replace(count, times=count.times + 1, codes=(*count.codes, event.data.code)), [], cause)


_failures: dict[str, int] = {}


def _misbehave(event) -> None:
    # A code such as `fails-2-x` makes the handler fail twice; `fails-9-` outlasts any ladder until the mending file is there.
    if event.data.code.startswith("fails-") and not os.path.exists(os.environ.get("NUANXIN_TEST_MENDED", "/nonexistent")):
        wanted = int(event.data.code.split("-")[1])
        _failures[event.id] = _failures.get(event.id, 0) + 1
        if _failures[event.id] <= wanted:
            raise RuntimeError("a defect with 13812345678 in its text")


class CountApi(CountRoutes):
    name = "outreach"


class CountInbox(CountSubscriptions):
    name = "outreach.inbox"


OUTREACH = Service("outreach", api=CountApi, inbox=CountInbox, storages=(Counts,))
