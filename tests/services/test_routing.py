"""Each request tries the routes that begin as its path does, and finds the one that all routes in their order give."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route

from services.http.routing import ByBeginning, beginning
from services.server import create_app
from services.settings import Settings

STREAM = str(UUID(int=4 << 76 | 8 << 60))
ELSEWHERE = (
    "/",
    "/api",
    "/api/v1",
    "/api/v1/",
    "/api/v1/nothing",
    "/api/v1/unitss",
    "/api/v1/units/",
    "/unitsx",
    "//units",
)


def scope(path: str, method: str) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "root_path": "", "headers": [], "query_string": b""}


def trying(routes: list[BaseRoute]) -> Callable[[str, str], tuple[list[BaseRoute], BaseRoute | None]]:
    """Who tells which of these routes a request with a path and a method tries, and by which one it is served."""
    router, looked, served = APIRouter(routes=[]), list[BaseRoute](), list[BaseRoute]()

    class Looking(BaseRoute):
        def __init__(self, route: Any) -> None:
            self.route, self.path = route, route.path

        def matches(self, given: Any) -> tuple[Match, Any]:
            looked.append(self.route)
            match, child = self.route.matches(given)
            return match, {key: value for key, value in child.items() if key == "path_params"}

        async def handle(self, *_: Any) -> None:
            served.append(self.route)

    router.routes = [Looking(route) for route in routes]

    async def nothing(*_: Any) -> Any:
        return None

    by_beginning = ByBeginning(router)

    def tried(path: str, method: str) -> tuple[list[BaseRoute], BaseRoute | None]:
        looked.clear()
        served.clear()
        with suppress(HTTPException):  # 404, where none serves it
            asyncio.run(by_beginning({**scope(path, method), "app": None}, nothing, nothing))
        return list(looked), served[0] if served else None

    return tried


def in_order(routes: list[BaseRoute], path: str, method: str) -> BaseRoute | None:
    partly: BaseRoute | None = None
    for route in routes:
        match, _ = route.matches(scope(path, method))
        if match is Match.FULL:
            return route
        if match is Match.PARTIAL and partly is None:
            partly = route
    return partly


def sample(path: str) -> str:
    """A path that a route takes."""
    parts = [part if "{" not in part else _value(part) for part in path.split("/")]
    return "/".join(parts)


def _value(part: str) -> str:
    return {"{kinds:kinds}": "officers"}.get(part, STREAM)


def test_every_path_is_served_by_the_route_that_all_of_them_in_their_order_give(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, key_file=tmp_path / "key"), "")
    routes: list[Any] = list(app.router.routes)
    paths = {sample(str(route.path)) for route in routes} | {*ELSEWHERE}
    assert len(paths) > 100
    many, tried = 0, trying(routes)
    for path in sorted(paths):
        for method in ("GET", "POST", "DELETE"):
            looked, served = tried(path, method)
            assert served is in_order(routes, path, method), (method, path)
            many = max(many, len(looked))
    assert many < len(routes) / 3  # and most are never looked at


def _nothing() -> Response:
    return Response()


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("/a", 0),
        ("/a/b", 1),
        ("/b", 2),
        ("/b/x", 3),
        ("/static/x/y", 4),
        ("/api/v1/a", 5),
        ("/api/v1/b", 6),
        ("/c/d", None),
    ],
)
def test_what_begins_with_words_and_what_begins_with_a_parameter_keep_their_order(
    path: str, served: int | None
) -> None:
    routes: list[BaseRoute] = [
        Route("/a", _nothing), Route("/{any}/b", _nothing), Route("/{any}", _nothing), Route("/b/x", _nothing),
        Mount("/static", _nothing), Route("/api/v1/a", _nothing), Route("/api/v1/{any}", _nothing),
    ]  # fmt: skip
    assert trying(routes)(path, "GET")[1] is (None if served is None else routes[served])


def test_a_path_begins_with_its_first_part_below_the_base_of_the_api() -> None:
    found = [beginning(path) for path in ("/", "/units/x/y", "/api/v1/units/x", "/api/v1", "/api/v2/units")]
    assert found == ["/", "/units", "/api/v1/units", "/api", "/api"]
