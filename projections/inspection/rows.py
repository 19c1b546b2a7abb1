"""The row of a unit that was ever granted reduced inspection (湘人社发〔2022〕27号, policy 五(六)2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from events.folding import folded_code
from projections.days import adoptions
from projections.history import History, Lens, sentences
from services.casework.pack import Pack
from services.casework.unit.incentives import Grant
from services.casework.unit.state import Unit

AREA = "reduced_inspection"
"""What packs call the area of the catalogue whose incentives mean fewer routine inspections."""


class Row(NamedTuple):
    """A unit with its grants; columns are explained in table.sql."""

    unit: UUID
    code: str
    name: str
    place: str
    grants: list[dict[str, Any]]


def rows(history: History[Unit], lens: Lens) -> Iterator[Row]:
    """The row of the unit, if there was such a grant by any pack adopted so far."""
    unit, life = history.state, history.state.life
    packs = [lens.packs.on(day) for day in (history.begun, *adoptions(lens.packs))]
    grants = [_from_entries(unit, grant, lens) for grant in unit.incentives.grants.values() if _reduces(grant, packs)]
    if grants:
        yield Row(unit=unit.id, code=folded_code(life.code), name=life.name, place=life.place, grants=grants)


def _reduces(grant: Grant, packs: Iterable[Pack]) -> bool:
    return any(pack.incentives[name].area == AREA for pack in packs if (name := grant.incentive) in pack.incentives)


def _from_entries(unit: Unit, grant: Grant, lens: Lens) -> dict[str, Any]:
    by = unit.entries[grant.changed - 1]
    zh, en = sentences(by, lens)
    return {
        "version": grant.version, "title": grant.title, "since": grant.since.isoformat(),
        "until": grant.until.isoformat(), "state": grant.state.value, "changed": grant.changed,
        "changed_on": by.day.isoformat(), "zh": zh, "en": en,
    }  # fmt: skip
