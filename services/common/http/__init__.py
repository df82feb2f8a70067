"""HTTP as features use it: routes with their access, schemas, and nothing else."""

from services.common.access import PUBLIC, Access, Role
from services.common.http.routes import Request, delete, get, patch, post, put

__all__ = ["PUBLIC", "Access", "Request", "Role", "delete", "get", "patch", "post", "put"]
