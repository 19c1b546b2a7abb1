"""What routes and pages share of how much offices have to do: who of their people has what, and who is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Final
from uuid import UUID

from projections.governance import queries as governance
from projections.page import Connection, Visible
from services.casework.officer.state import Officer
from services.http.context import Context

SOON: Final = 14
"""Days ahead in which something is due soon."""


@dataclass(frozen=True, slots=True)
class OfficeLoad(governance.Load):
    """A row of load, with what the people are called (their posts), and whether they are away today.

    `unattended`: nobody of the office has it in hand, since it was given to nobody, or all to whom it was are away.
    """

    officer_post: str | None
    deputy_post: str | None
    away: bool
    deputy_away: bool
    unattended: bool


async def office_load(here: Context, conn: Connection, place: str, seen: Visible | None) -> Sequence[OfficeLoad]:
    """What the offices of a place and all below still owe, by the people to whom they gave it (T-05)."""
    today = here.today
    found = await governance.load(conn, place, today, today + timedelta(days=SOON), seen)
    people = {person for row in found for person in (row.assigned_to, row.deputy) if person is not None}
    states = await here.states.load(sorted(people), fresh=True)

    def officer(person: UUID | None) -> Officer | None:
        state = states.get(person) if person is not None else None
        return state if isinstance(state, Officer) else None

    def row_of(row: governance.Load) -> OfficeLoad:
        first, second = officer(row.assigned_to), officer(row.deputy)
        return OfficeLoad(
            **{field.name: getattr(row, field.name) for field in fields(row)},
            officer_post=first.descriptor.label(first, "zh") if first is not None else None,
            deputy_post=second.descriptor.label(second, "zh") if second is not None else None,
            away=first is not None and first.away_on(today),
            deputy_away=second is not None and second.away_on(today),
            unattended=all(one is None or one.away_on(today) for one in (first, second)),
        )

    return [row_of(row) for row in found]
