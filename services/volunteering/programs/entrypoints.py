"""Programs over HTTP."""

from __future__ import annotations

from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.volunteering.programs import domain
from services.volunteering.programs.schemas import BeginProgramSchema, EndProgramSchema, ListProgramsSchema, ProgramSchema
from services.volunteering.programs.storage import Programs

WRITERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.WORKER, Role.GRID_LEAD, Role.AUDITOR)


class ProgramRoutes:
    """What is done regularly."""

    programs = Storage(Programs)

    @post("/v1/programs", access=WRITERS, body=BeginProgramSchema, answer=ProgramSchema, writes="programs", status=201)
    def begin_program(self, request):
        """Begin a program; activities name it by its id."""
        return self.programs.add(*domain.begin(id=request.new_id(), **request.body, at=request.now, by=request.by), request.cause)

    @post("/v1/programs/{program_id}/end", access=WRITERS, body=EndProgramSchema, answer=ProgramSchema, writes="programs")
    def end_program(self, request):
        """End a program; what is planned of it stays planned."""
        stored = self.programs.get(request.params["program_id"], request.scope)
        return self.programs.save(stored, *domain.end(stored.state, **request.body, at=request.now, by=request.by), request.cause)

    @get("/v1/programs/{program_id}", access=READERS, answer=ProgramSchema)
    def get_program(self, request):
        """Show a program."""
        return self.programs.get(request.params["program_id"], request.scope)

    @get("/v1/programs", access=READERS, query=ListProgramsSchema, answer=ProgramSchema, many=True)
    def list_programs(self, request):
        """List programs, the earliest first."""
        query = request.query
        filter = {"kind": query["kind"].value} if "kind" in query else {}
        return self.programs.page(filter, request.scope, query.get("cursor"), query["limit"], sort="begins_on")
