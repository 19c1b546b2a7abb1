"""Which unit a message is about (domain §6), asked the same way by one message and by many at once.

By its credit code; of an amendment, where its report stands, if that is not there; else by another public code
that is known; else by exact name and place where that is one unit only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection, Cursor

from events.envelope import Event
from events.unit.registration import UnitRegistered
from events.words import UnitKind
from services.casework.unit.registration import unit_id
from services.casework.unit.signals import signal_id
from services.casework.source import Source
from services.intake.message import Message, Reported, is_credit_code

Opening = Callable[[Source], Event | None]
"""How a unit is opened that is not known yet, by what its source may say of it."""

Found = tuple[UUID, Opening]

KNOWN_OF_CODES: Final = "SELECT stream FROM register.events WHERE version = 1 AND stream = ANY (%s)"
REPORTED_ON: Final = "SELECT DISTINCT signal, unit FROM projections.signals WHERE signal = ANY (%s)"
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
    stands = None if isinstance(message.data, Reported) else await find_report(conn, message)
    return stands or the_only(await (await conn.execute(ON_THE_BOARD, on_the_board(message))).fetchall())


async def find_report(conn: AsyncConnection[Any], message: Message) -> Found | None:
    """The unit on which the report stands that a message amends or withdraws, as far as the projection has come."""
    rows = await (await conn.execute(REPORTED_ON, ([signal_of(message)],))).fetchall()
    return the_only([(unit,) for _, unit in rows])


def units_of(cursor: Cursor[Any], read: Sequence[Message]) -> dict[UUID, Found | None]:
    """`find_unit` of each message by its command's id, those with a credit code in one question; of an amendment,
    the unit that it names (see `reports_of`).
    """
    ids = {one.command_id: ids_of_code(one) for one in read}
    wanted = list({stream for known in ids.values() for stream in known})
    here = {stream for (stream,) in cursor.execute(KNOWN_OF_CODES, [wanted])} if wanted else set()
    found: dict[UUID, Found | None] = {}
    for one in read:
        known = ids[one.command_id]
        if known:
            found[one.command_id] = by_credit_code(one, [(stream,) for stream in known if stream in here])
            continue
        found[one.command_id] = the_only(cursor.execute(ON_THE_BOARD, on_the_board(one)).fetchall())
    return found


def reports_of(cursor: Cursor[Any], signals: Iterable[str]) -> dict[str, UUID]:
    """`find_report` of each signal, in one question."""
    found: dict[str, list[UUID]] = {}
    for signal, unit in cursor.execute(REPORTED_ON, [list(signals)]):
        found.setdefault(signal, []).append(unit)
    return {signal: units[0] for signal, units in found.items() if len(units) == 1}


def ids_of_code(message: Message) -> list[UUID]:
    """The ids that units of the message's credit code can have, one a kind; none without a valid code."""
    return list(_ids(message.code)) if message.code is not None else []


@lru_cache(maxsize=100_000)
def _ids(code: str) -> tuple[UUID, ...]:
    return tuple(unit_id(kind, code) for kind in UnitKind) if is_credit_code(code) else ()


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
