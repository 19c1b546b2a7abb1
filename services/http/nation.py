"""What the nation alone answers: refused at a province, and where its projections are not made yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Request
from psycopg import AsyncConnection
from psycopg.errors import UndefinedTable

from services.errors import NotFound, Unavailable
from services.http.context import context


def at_the_nation(request: Request) -> None:
    """Raises NotFound where this register is a province's."""
    if context(request).settings.level != "national":
        raise NotFound("the nation's register (this one is a province's)")


@asynccontextmanager
async def national_board(request: Request) -> AsyncIterator[AsyncConnection[Any]]:
    """A connection to ask the national projections over. Raises Unavailable where there are none yet."""
    async with context(request).pool.connection() as conn:
        try:
            yield conn
        except UndefinedTable as error:
            raise Unavailable("the national board (concord serve projector --national makes it)") from error
