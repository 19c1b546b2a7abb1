"""Where a unit stands with its titles on a day, as the views of units show it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from events.words import Standing
from projections.days import ONE_DAY, adoptions
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.unit.naming.state import Held, standing_on
from services.casework.unit.state import Unit

_BEST_FIRST = (
    Standing.HELD, Standing.REVOCATION_PROPOSED, Standing.NAMED, Standing.RESERVE, Standing.EXPIRED,
    Standing.PASSED_ON, Standing.HANDED_OVER, Standing.ENDED_BY_CLOSING, Standing.REVOKED, Standing.NONE,
)  # fmt: skip
_RANK = {word: rank for rank, word in enumerate(_BEST_FIRST)}


def best_standing(unit: Unit, day: date, pack: Pack) -> tuple[Standing, str | None]:
    """The best standing on that day, and with which title: of two, that of the higher level."""
    naming = unit.naming
    names = sorted(naming.held.keys() | naming.gone.keys() | naming.reserve.keys())
    if not names:
        return Standing.NONE, None
    stands = {name: standing_on(unit, name, day) for name in names}

    def order(name: str) -> tuple[int, int]:
        level = pack.titles[name].level.rank if name in pack.titles else -1
        return _RANK[stands[name]], -level

    title = min(names, key=order)
    return stands[title], title


def standings(unit: Unit, day: date) -> dict[str, Any]:
    """The standing on that day with every title held, gone or in reserve, its term, and whether it was judged here."""
    naming = unit.naming
    shown: dict[str, Any] = {}
    for name in sorted(naming.held.keys() | naming.gone.keys() | naming.reserve.keys()):
        term = naming.held.get(name) or (naming.gone[name][1] if name in naming.gone else None)
        shown[name] = {
            "standing": standing_on(unit, name, day).value,
            "term_from": term.term_from.isoformat() if term else None,
            "term_until": term.term_until.isoformat() if term else None,
            "carried_in": term is not None and term.carried_in,
        }
    return shown


def in_term(unit: Unit, day: date) -> Iterator[Held]:
    """The titles held whose term is not over on that day."""
    return (held for held in unit.naming.held.values() if day <= held.term_until)


def turning(unit: Unit, packs: Packs) -> Iterator[date]:
    """The days on which standings may turn: a term begins after its naming, a term is over, another pack begins."""
    for held in unit.naming.held.values():
        yield held.term_until + ONE_DAY
        if held.named_on < held.term_from:
            yield held.term_from
    yield from adoptions(packs)
