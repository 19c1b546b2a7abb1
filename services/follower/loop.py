"""An event loop for a follower whose sink is asynchronous: it runs while the sink works, and rests between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def within(runner: asyncio.Runner, resource: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """An asynchronous resource, open while the block runs."""
    entered = runner.run(_entered(resource))
    try:
        yield entered
    finally:
        runner.run(_left(resource))


async def _entered(resource: AbstractAsyncContextManager[T]) -> T:
    return await resource.__aenter__()


async def _left(resource: AbstractAsyncContextManager[T]) -> None:
    await resource.__aexit__(None, None, None)
