"""Tasks over HTTP."""

from __future__ import annotations

from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.registry.tasks import domain
from services.registry.tasks.schemas import CompleteTaskSchema, ListTasksSchema, TaskRowSchema, TaskSchema
from services.registry.tasks.storage import Tasks

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)


class TaskRoutes:
    """What has to be done about people and households."""

    tasks = Storage(Tasks)

    @get("/v1/tasks", access=READERS, query=ListTasksSchema, answer=TaskRowSchema, many=True)
    def list_tasks(self, request):
        """List tasks, those first that are due first."""
        query = request.query
        filter = {name: query[name] for name in ("state", "kind", "grid_id", "person_id", "household_id") if name in query}
        if "due_by" in query:
            filter["due_on"] = {"$lte": query["due_by"].isoformat()}
        return self.tasks.page(filter, request.scope, query.get("cursor"), query["limit"], sort="due_on")

    @get("/v1/tasks/{task_id}", access=WRITERS, answer=TaskSchema)
    def get_task(self, request):
        """Show a task, and how it went."""
        return self.tasks.get(request.params["task_id"], request.scope)

    @post("/v1/tasks/{task_id}/completion", access=WRITERS, body=CompleteTaskSchema, answer=TaskSchema, writes="tasks")
    def complete_task(self, request):
        """Tick a task off; one that waits for a fact, such as a new head, is ended by that fact alone."""
        task = self.tasks.get(request.params["task_id"], request.scope)
        return self.tasks.save(task, *domain.complete(task.state, **request.body, today=request.today, by=request.by), request.cause)
