"""The order of a reserve list's candidates by the pack's formula, each term of it shown (五(六)1, R-32)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from events.governance.round import RankedCandidate, RankedTerm
from events.words import CultivationOutcome, RankedBy
from services.casework.pack import Pack
from services.casework.pack_parts import RankingTerm

if TYPE_CHECKING:
    from services.casework.unit.state import Unit

HUNDREDTHS = 100
"""Points are told in hundredths, rounded down, so that everybody computes the same."""


def _self_evaluation(unit: Unit, day: date, pack: Pack) -> Fraction:
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    return Fraction(100 * unit.self_evaluation.score, chosen.score) if chosen is not None else Fraction(0)


_MEASURES: Mapping[RankedBy, Callable[[Unit, date, Pack], Fraction]] = {
    RankedBy.SELF_EVALUATION: _self_evaluation,
    RankedBy.TITLES: lambda unit, day, pack: Fraction(len(unit.naming.held_on(day))),
    RankedBy.COORDINATORS: lambda unit, day, pack: Fraction(unit.cultivation.certified),
    RankedBy.FOLLOW_UPS: lambda unit, day, pack: Fraction(unit.cultivation.follow_ups),
    RankedBy.PLANS_REACHED: lambda unit, day, pack: Fraction(
        sum(one.outcome is CultivationOutcome.REACHED for one in unit.cultivation.concluded)
    ),
}


def ranked(units: Iterable[Unit], day: date, pack: Pack) -> tuple[RankedCandidate, ...]:
    """The candidates by their points, the most first; alike ones by their public codes."""
    told = sorted(
        ((sum(term.points for term in terms), unit, terms) for unit in units for terms in [_terms(unit, day, pack)]),
        key=lambda row: (-row[0], row[1].life.code, row[1].id),
    )
    return tuple(
        RankedCandidate(unit=unit.id, rank=rank, points=points, terms=terms)
        for rank, (points, unit, terms) in enumerate(told, 1)
    )


def _terms(unit: Unit, day: date, pack: Pack) -> tuple[RankedTerm, ...]:
    return tuple(RankedTerm(by=term.by, points=_points(term, unit, day, pack)) for term in pack.ranking)


def _points(term: RankingTerm, unit: Unit, day: date, pack: Pack) -> int:
    counted = term.weight * _MEASURES[term.by](unit, day, pack)
    return min(term.most * HUNDREDTHS, floor(HUNDREDTHS * counted))
