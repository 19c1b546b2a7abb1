"""Which unit a message is about (domain §6), asked the same way by one message and by many at once.

By its credit code; else, of an amendment, where its report stands; else by another public code that is known;
else by exact name and place where that is one unit only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from events.envelope import Event
from events.unit.registration import UnitRegistered
from events.words import UnitKind
from services.casework.registration import unit_id
from services.casework.signals import signal_id
from services.casework.source import Source
from services.intake.message import Message, Reported, is_credit_code

Opening = Callable[[Source], Event | None]
"""How a unit is opened that is not known yet, by what its source may say of it."""

Found = tuple[UUID, Opening]

KNOWN_OF_CODES: Final = "SELECT stream FROM register.events WHERE version = 1 AND stream = ANY (%s)"
REPORTED_ON: Final = "SELECT DISTINCT unit FROM projections.signals WHERE signal = %s LIMIT 2"
ON_THE_BOARD: Final = """
    SELECT unit FROM projections.board
    WHERE (%(code)s::text IS NOT NULL AND code = %(code)s)
       OR (%(name)s::text IS NOT NULL AND name = %(name)s AND place = %(place)s) LIMIT 2"""


async def find_unit(conn: AsyncConnection[Any], message: Message) -> Found | None:
    """The unit that a message is about, with how to open it where it is not known yet; None where none is found."""
    ids = ids_of_code(message)
    if ids:
        rows = await (await conn.execute(KNOWN_OF_CODES, (ids,))).fetchall()
        return by_credit_code(message, rows)
    if not isinstance(message.data, Reported):
        rows = await (await conn.execute(REPORTED_ON, (signal_of(message),))).fetchall()
        if len(rows) == 1:
            return the_only(rows)
    return the_only(await (await conn.execute(ON_THE_BOARD, on_the_board(message))).fetchall())


def ids_of_code(message: Message) -> list[UUID]:
    """The ids that units of the message's credit code can have, one a kind; none without a valid code."""
    code = message.code
    return [unit_id(kind, code) for kind in UnitKind] if code is not None and is_credit_code(code) else []


def by_credit_code(message: Message, known: Sequence[Sequence[Any]]) -> Found:
    """The unit of any kind registered with the code where that is one only, else the enterprise of that code."""
    only = the_only(known)
    if only is not None:
        return only
    code, told = message.code or "", message.data.unit
    name, place = told.name or code, told.place

    def opening(source: Source) -> Event:
        return UnitRegistered(
            kind=UnitKind.ENTERPRISE, name=name, code=code, place=place or source.place, provisional=True
        )

    return unit_id(UnitKind.ENTERPRISE, code), opening


def signal_of(message: Message) -> str:
    """The id of the signal that a message reports, amends or withdraws."""
    return signal_id(message.source, message.data.external_id)


def on_the_board(message: Message) -> dict[str, str | None]:
    """The parameters of ON_THE_BOARD."""
    return {"code": message.code, "name": message.data.unit.name, "place": message.data.unit.place}


def the_only(rows: Sequence[Sequence[Any]]) -> Found | None:
    """The known unit of the rows where they are one; such a unit is never opened."""
    return (rows[0][0], never_opened) if len(rows) == 1 else None


def never_opened(_source: Source) -> Event | None:
    """The opening of a unit that is known."""
    return None
