"""How the routes of the API begin: each of them says its whole path, and takes no parameter that it does not know."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from services.http.queries import strict

BASE: Final = "/api/v1"


def api_router(tag: str, prefix: str = "", *, base: str = BASE) -> APIRouter:
    """A router for routes below the base, described under this tag.

    Its routes are served as they are: a router that another one includes is matched anew by each request.
    """
    return APIRouter(
        prefix=base + prefix, tags=[tag], dependencies=[Depends(strict)], generate_unique_id_function=_operation_id
    )


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}-{route.name}".replace("_", "-") if route.tags else route.name
