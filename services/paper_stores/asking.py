"""Asking a store that may hang: by so many threads at once, each for so long, and never longer than the process lives.

A mount that is gone blocks whoever touches it, and a server may send a byte now and then. Requests that wait for a
store hold a connection of the database; they are fewer than there are connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import BoundedSemaphore, Thread
from typing import Final, ParamSpec, TypeVar

from services.errors import Unavailable

AT_ONCE: Final = 3
SECONDS: Final = 20.0
"""How long a store is waited for, whatever it does meanwhile."""

_WAIT_SECONDS: Final = 0.5
"""How long a place among those who ask is waited for."""

_places: Final = BoundedSemaphore(AT_ONCE)

P = ParamSpec("P")
T = TypeVar("T")


async def asked(work: Callable[P, T], *arguments: P.args, **more: P.kwargs) -> T:
    """What a call on a store gives, made in a thread of its own. Raises Unavailable where it takes too long, or too
    many are under way; the thread keeps its place until it ends.
    """
    until = asyncio.get_running_loop().time() + _WAIT_SECONDS
    while not _places.acquire(blocking=False):
        if asyncio.get_running_loop().time() > until:
            raise Unavailable("the store of papers (CONCORD_PAPERS: too many wait for it)")
        await asyncio.sleep(0.02)
    future = _started(lambda: work(*arguments, **more))
    future.add_done_callback(lambda _: _places.release())
    try:
        return await asyncio.wait_for(asyncio.wrap_future(future), SECONDS)
    except TimeoutError as error:
        raise Unavailable("the store of papers (CONCORD_PAPERS: it does not answer)") from error


def _started(work: Callable[[], T]) -> Future[T]:
    """A thread that no end of the process waits for."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # whoever waits may give it up, and does not end it

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            future.set_exception(error)

    Thread(target=run, name="papers", daemon=True).start()
    return future
