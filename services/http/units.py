"""What is special about units over HTTP; all else they have in common with every kind (`services.http.streams`)."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request

from services.casework.unit.state import Unit
from services.errors import NotFound
from services.http.context import context


def unit_of(text: str) -> UUID:
    """The unit of a path. Raises NotFound where it is no id at all."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"unit {text[:60]}") from error


async def known_unit(request: Request, unit: str) -> Unit:
    """The unit as it is now. Raises NotFound."""
    state = await context(request).states.unit(unit_of(unit))
    if state.life.since is None:
        raise NotFound(f"unit {unit[:60]}")
    return state
