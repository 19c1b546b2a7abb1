"""How routes begin: each says its whole path, those of the API take no parameter that they do not know, and a request
tries those alone whose paths begin as its own does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

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


class ByBeginning:
    """A router's routes, sorted by how their paths begin when the first request comes; among those that begin alike,
    and those that begin with what the request names, the order stays.
    """

    def __init__(self, router: APIRouter) -> None:
        self.router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.router.app(scope, receive, send)
            return
        scope["router"] = self.router
        await self._sorted.get(beginning(scope["path"]), self._others).app(scope, receive, send)

    @cached_property
    def _sorted(self) -> Mapping[str, APIRouter]:
        paths = [_path(route) for route in self.router.routes]
        return {begun: self._of(begun) for begun in map(beginning, paths) if "{" not in begun}

    @cached_property
    def _others(self) -> APIRouter:
        return self._of(None)

    def _of(self, begun: str | None) -> APIRouter:
        """The routes that a path beginning so can mean; None: one that begins as no route does by its words."""
        routes = [route for route in self.router.routes if _may_begin(_path(route), begun)]
        return APIRouter(routes=routes, redirect_slashes=False)


def beginning(path: str) -> str:
    """The first part of a path; below the base of the API, with the base."""
    parts = 4 if path.startswith(f"{BASE}/") else 2
    return "/".join(path.split("/", parts)[:parts])


def _may_begin(path: str, begun: str | None) -> bool:
    own = beginning(path)
    if "{" not in own:
        return own == begun
    return begun is None or begun.startswith(own.partition("{")[0])


def _path(route: Any) -> str:
    path: str = route.path
    return path
