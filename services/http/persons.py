"""What routes and pages share of persons' requests: who sees which, what is held of who asks, and the copy (T-29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from services import personal_copies
from services.casework.officer.state import Officer
from services.casework.register.state import Register, register_stream
from services.errors import NotFound
from services.http import readers
from services.http.context import Context
from services.http.openings import note_opening
from services.http.readers import Reader, Row
from services.personal_copies import Clear, Held, PersonRequest


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of the register, and the person tag of who reads; None where they have none."""

    all: tuple[PersonRequest, ...]
    tag: str | None

    def row(self, who: Reader, one: PersonRequest) -> Row:
        """What a request is to who reads: to be answered while it waits, then the copy of whoever asked."""
        if one.settled is None:
            return Row(readers.REQUESTS)
        return Row(readers.COPIES, stream=who.holder if one.told_to(self.tag) else None)


async def requests(here: Context, who: Reader) -> Requests:
    """Every request of the register. Raises NotFound where it is not opened yet."""
    stream = register_stream(here.settings.place)
    states = await here.states.load([stream, who.holder], fresh=True)
    register, person = states.get(stream), states.get(who.holder)
    if not isinstance(register, Register):
        raise NotFound("the register, which is not opened yet")
    found = tuple(personal_copies.requests(register, await here.states.packs(fresh=True)))
    return Requests(found, person.tag if isinstance(person, Officer) else None)


async def seen(here: Context, who: Reader) -> Sequence[PersonRequest]:
    """The requests that somebody sees: those that wait, who answers them; and their own that was answered. Raises
    Forbidden where they see none of either.
    """
    if readers.scope(who, readers.REQUESTS) is None:
        readers.must_list(who, readers.COPIES)
    found = await requests(here, who)
    return [one for one in found.all if readers.may_read(who, found.row(who, one))]


async def held(here: Context, who: Reader, number: str) -> tuple[PersonRequest, Held]:
    """A request, and what is held of who asked. Raises NotFound, Forbidden."""
    found = await requests(here, who)
    asked = next((one for one in found.all if str(one.number) == number), None)
    if asked is None:
        if readers.scope(who, readers.REQUESTS) is None:
            readers.must_read(who, Row(readers.REQUESTS))
        raise NotFound(f"request {number[:20]} of a person")
    readers.must_read(who, found.row(who, asked))
    async with here.pool.connection() as conn:
        return asked, await personal_copies.held(conn, asked, found.all)


async def copy(request: Request, here: Context, who: Reader, number: str) -> tuple[PersonRequest, Held, Clear]:
    """The same with its personal fields in clear text; that is written down first, entry by entry. Raises NotFound,
    Forbidden, and Unavailable where it cannot be written down.
    """
    asked, found = await held(here, who, number)
    reason = f"第{number}号个人信息请求"
    async with here.pool.connection() as conn:
        for entry, paths in personal_copies.sealed(found):
            await note_opening(conn, request, who, entry, paths, reason)
        return asked, found, await personal_copies.opened(conn, here.decisions.keys, found)
