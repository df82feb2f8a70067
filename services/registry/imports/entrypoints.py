"""Imports over HTTP: a template, a spreadsheet handed in, how far it is, and its errors."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from services.common.errors import NotFound
from services.common.http import Access, Request, Role, get, post
from services.common.http.routes import Upload
from services.common.messages import language_of, say
from services.common.nameko import Policy, Storage
from services.common.store import Scope, Stored
from services.registry.imports import domain, sheets
from services.registry.imports.domain import Import, ImportPolicy
from services.registry.imports.rows import CHOICES, COLUMNS, HINTS, NEEDED
from services.registry.imports.schemas import ImportSchema, ListImportsSchema
from services.registry.imports.storage import ERRORS, SHEET, ImportFiles, Imports
from services.registry.messages import MESSAGES

LEADS = Access(Role.GRID_LEAD, Role.ADMINISTRATOR)
OWN = Scope.everything("an import is shown to who handed it in, and to administrators")
EXAMPLE = ("JY-01", "景园", "3号楼", "2单元", "501室", "5", "住宅", "无电梯", "", "王秀英", "户主", "居民身份证", "11010519491231002X", "女", "1949-12-31", "13812345678", "少量", "山东话", "否", "", "")


class ImportRoutes:
    """Residents and doors out of spreadsheets."""

    imports = Storage(Imports)
    files = Storage(ImportFiles)
    import_policy = Policy(ImportPolicy)

    @get("/v1/imports/template", access=LEADS, produces=sheets.MEDIA)
    def get_import_template(self, request):
        """Give the spreadsheet to fill in: one row for each resident, or for a door that nobody lives behind."""
        head = [f"{name}*" if name in NEEDED else name for name in COLUMNS]
        choices = {f"{name}*" if name in NEEDED else name: allowed for name, allowed in CHOICES.items()}
        return _file(sheets.write(head, [EXAMPLE], choices, HINTS), "residents.xlsx")

    @post("/v1/imports", access=LEADS, upload=Upload(sheets.MEDIA), answer=ImportSchema, writes="imports", status=202)
    def import_residents(self, request):
        """Hand in a filled template, as the body itself; it is entered in the background, each row for itself.

        A grid lead's rows are entered for their own grids only. The same file again enters nothing twice.
        """
        sheets.check_form(request.content, self.import_policy.max_unpacked)
        grids = None if request.scope.areas is None else tuple(sorted(request.scope.areas))
        received = domain.receive(
            id=request.new_id(), size=len(request.content), grid_ids=grids, today=request.today, at=request.now, by=request.by
        )
        # The file first: an import without one could not be entered, and a file without an import is deleted in a day.
        self.files.put(received[0].id, SHEET, request.content, request.now)
        return self.imports.add(*received, request.cause)

    @get("/v1/imports", access=LEADS, query=ListImportsSchema, answer=ImportSchema, many=True)
    def list_imports(self, request):
        """List the caller's imports; administrators see all."""
        filter = {} if request.actor.has(Role.ADMINISTRATOR) else {"asked_by": request.by}
        if "state" in request.query:
            filter["state"] = request.query["state"]
        return self.imports.page(filter, OWN, request.query.get("cursor"), request.query["limit"])

    @get("/v1/imports/{import_id}", access=LEADS, answer=ImportSchema)
    def get_import(self, request):
        """Show how far an import is, and what was wrong with which row."""
        return _told(self._own(request), request)

    @get("/v1/imports/{import_id}/errors", access=LEADS, produces=sheets.MEDIA)
    def get_import_errors(self, request):
        """Give the rows that were not entered as a spreadsheet, each with its number and the reason; it is kept for a week."""
        import_ = self._own(request)
        domain.must_have_errors(import_.state)
        return _file(b"".join(self.files.pieces(import_.id, ERRORS)), "errors.xlsx")

    def _own(self, request: Request) -> Stored[Import]:
        import_ = self.imports.get(request.params["import_id"], OWN)
        if import_.state.asked_by != request.by and not request.actor.has(Role.ADMINISTRATOR):
            raise NotFound()
        return import_


def _told(import_: Stored[Import], request: Request) -> dict[str, Any]:
    language, state = language_of(request.raw.headers.get("Accept-Language")), import_.state
    shown = {name: getattr(state, name) for name in ImportSchema().fields if hasattr(state, name)}
    problems = [{"row": one.row, "column": one.column, "code": one.code, "message": say(one.code, language, {}, MESSAGES)} for one in state.problems]
    told = say(state.refusal, language, {}, MESSAGES) if state.refusal else None
    return {**shown, "id": import_.id, "version": import_.version, "problems": problems, "refusal_text": told}


def _file(content: bytes, name: str) -> Response:
    response = Response(content, content_type=sheets.MEDIA)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
