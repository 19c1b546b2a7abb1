"""Which unit a message is about (domain §6), asked of many at once.

By its public code: a credit code is one unit everywhere, any other code one of the prefecture of its place; else
by code, or exact name and place, on the board where that is one unit only. A change stands where its report does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from psycopg import Cursor

from events.folding import folded
from services.casework.unit.registration import is_credit_code, unit_id
from services.casework.unit.signals import signal_id
from services.intake.message import Message
from services.register.read import EXISTING

REPORTED_ON: Final = "SELECT DISTINCT signal, unit FROM projections.signals WHERE signal = ANY (%s)"
ON_THE_BOARD: Final = """
    SELECT unit FROM projections.board
    WHERE (%(code)s::text IS NOT NULL AND code = %(code)s)
       OR (%(name)s::text IS NOT NULL AND folded = %(name)s AND place = %(place)s) LIMIT 2"""


def units_of(cursor: Cursor[Any], read: Sequence[Message]) -> dict[UUID, UUID | None]:
    """The unit that each message is about, by its command's id, known or to be opened by its credit code; None where
    none is found. Of an amendment, the unit that it names (see `reports_of`).
    """
    named = {one.command_id: named_unit(one) for one in read}
    asked = {unit for one in read if (unit := named[one.command_id]) is not None and not by_credit_code(one)}
    here = {stream for (stream,) in cursor.execute(EXISTING, [list(asked)])} if asked else set()
    found: dict[UUID, UUID | None] = {}
    for one in read:
        unit = named[one.command_id]
        if unit is not None and (by_credit_code(one) or unit in here):
            found[one.command_id] = unit
        else:
            found[one.command_id] = the_only(cursor.execute(ON_THE_BOARD, on_the_board(one)).fetchall())
    return found


def reports_of(cursor: Cursor[Any], signals: Iterable[str]) -> dict[str, UUID]:
    """The unit on which the report of each signal stands, as far as the projection has come."""
    found: dict[str, list[UUID]] = {}
    for signal, unit in cursor.execute(REPORTED_ON, [list(signals)]):
        found.setdefault(signal, []).append(unit)
    return {signal: units[0] for signal, units in found.items() if len(units) == 1}


def named_unit(message: Message) -> UUID | None:
    """The id that a unit of the message's code has; None without a code, or where nobody says which office gave it."""
    code, place = message.code, message.data.unit.place
    if code is None or (place is None and not by_credit_code(message)):
        return None
    return unit_id(code, place or "")


def by_credit_code(message: Message) -> bool:
    """Whether the message names its unit by a credit code with its right check digit."""
    return message.code is not None and _is_credit_code(message.code)


_is_credit_code = lru_cache(maxsize=100_000)(is_credit_code)


def signal_of(message: Message) -> str:
    """The id of the signal that a message reports, amends or withdraws."""
    return signal_id(message.source, message.data.external_id)


def on_the_board(message: Message) -> dict[str, str | None]:
    """The parameters of ON_THE_BOARD."""
    name = message.data.unit.name
    return {"code": message.code, "name": folded(name) if name else None, "place": message.data.unit.place}


def the_only(rows: Sequence[Sequence[Any]]) -> UUID | None:
    """The unit of the rows where they are one."""
    return rows[0][0] if len(rows) == 1 else None
