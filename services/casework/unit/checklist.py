"""A checklist as it is scored: item by item, computed from entered figures where the pack says how (四; R-04).

The pack says for an item either bands (from a ratio on, so many points) or what each missing percent costs. What a
figure computes is neither scored higher nor lower by whoever evaluates itself; reviewers depart from a score with a
reason, and note what is vetoed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from events.unit.evaluation import UnitSiteVisited
from events.unit.self_evaluation import ComputedItem, Figure, StandardScore, UnitSelfEvaluated
from services.casework.law import Act, Refusal, refuse
from services.casework.pack import Pack
from services.casework.pack_parts import StandardSet

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def computed(chosen: StandardSet, figures: Iterable[Figure]) -> Iterator[ComputedItem]:
    """The points of every item of the checklist that follows from one of these figures; from one that is no part of its
    whole nothing does.
    """
    ratios = {one.figure: Fraction(one.part, one.whole) for one in figures if one.whole and one.part <= one.whole}
    for name, standard in chosen.standards.items():
        for key, item in standard.items.items():
            if item.computed is not None and item.computed.figure in ratios:
                yield ComputedItem(
                    standard=name, item=key, score=item.computed.points(ratios[item.computed.figure], item.score)
                )


def figures_add_up(unit: Unit, act: Act[UnitSelfEvaluated], pack: Pack) -> Refusal | None:
    """A-24: a figure is entered once, as a part of a whole."""
    said = act.event.figures
    for index, one in enumerate(said):
        if one.part > one.whole or not one.whole or [other.figure for other in said].count(one.figure) > 1:
            zh, en = "数据不自洽或者重复", "a figure that is no part of its whole, or stands there twice"
            return refuse(pack, "A-24", zh, en, (one.figure,), f"/figures/{index}")
    return None


def scored_item_by_item(unit: Unit, act: Act[UnitSelfEvaluated], pack: Pack) -> Refusal | None:
    """A-24 (R-04): items are the standard's, within their points, and add up to its score; what is computed stands."""
    event = act.event
    chosen = pack.standard_sets.get(event.standard_set)
    if chosen is None:
        return None
    follows = {(one.standard, one.item): one.score for one in computed(chosen, event.figures)}
    for index, one in enumerate(event.items):
        standard = chosen.standards.get(one.standard)
        if standard is None or one.score > standard.score:
            continue  # told by the rule of the whole checklist
        fixed = {key: score for (name, key), score in follows.items() if name == one.standard}
        pointer = f"/items/{index}"
        if one.items:
            wrong = _wrong_items(one, {key: item.score for key, item in standard.items.items()}, fixed)
            if wrong:
                zh, en = f"{standard.zh}的分项得分有误", f"{standard.en}: its items are not scored as they can be"
                return refuse(pack, "A-24", zh, en, wrong, pointer)
        rest = sum(item.score for key, item in standard.items.items() if key not in fixed)
        if not sum(fixed.values()) <= one.score <= sum(fixed.values()) + rest:
            zh, en = f"{standard.zh}的得分与数据不符", f"{standard.en}: its score does not follow from the figures"
            return refuse(pack, "A-24", zh, en, sorted(fixed), pointer)
    return None


def _wrong_items(one: StandardScore, most: dict[str, int], fixed: dict[str, int]) -> list[str]:
    """The items that are no such item, above their points, other than computed, or missing; the standard's id where
    they do not add up.
    """
    given = {item.item: item.score for item in one.items}
    wrong = [name for name, score in given.items() if score > most.get(name, -1) or fixed.get(name, score) != score]
    wrong += sorted(most.keys() - given.keys())
    if len(given) != len(one.items) or (not wrong and sum(given.values()) != one.score):
        wrong.append(one.standard)
    return wrong


def beside_is_another_standard(unit: Unit, act: Act[UnitSelfEvaluated], pack: Pack) -> Refusal | None:
    """A-24 (R-12): the second checklist is another one for such units, with each of its standards scored once."""
    beside = act.event.beside
    if beside is None:
        return None
    chosen = pack.standard_sets.get(beside.standard_set)
    if chosen is None or unit.life.kind not in chosen.kinds or beside.standard_set == act.event.standard_set:
        zh, en = "并列标准不适用或者与主标准相同", "the second checklist is not for such units, or the same"
        return refuse(pack, "A-24", zh, en, (beside.standard_set,), "/beside/standard_set")
    names = sorted(one.standard for one in beside.items)
    over = [
        one.standard for one in beside.items if one.score > getattr(chosen.standards.get(one.standard), "score", -1)
    ]
    if names == sorted(chosen.standards) and not over:
        return None
    zh, en = "并列标准须逐项自评且不超过满分", "each of its standards is scored once, within its points"
    return refuse(pack, "A-24", zh, en, over or sorted(chosen.standards), "/beside/items")


def departs_with_a_reason(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """A-24 (R-04): visitors who give another score than the unit gave itself say why."""
    own = unit.self_evaluation.scores
    for index, item in enumerate(act.event.items):
        scored = own.get(item.standard)
        if item.score is not None and scored is not None and item.score != scored and not item.note:
            name = pack.label(item.standard, "zh"), pack.label(item.standard, "en")
            zh, en = f"{name[0]}自评{scored}分，改评须说明理由", f"{name[1]}: {scored} by itself, say why another"
            return refuse(pack, "A-24", zh, en, (item.standard,), f"/items/{index}/note")
    return None


def vetoed_by_the_checklist(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """A-24: what visitors note as vetoed is a veto of the checklist that the unit used."""
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    unknown = sorted(set(act.event.vetoes) - (chosen.vetoes.keys() if chosen is not None else set()))
    return refuse(pack, "A-24", "清单无此否决项", "no such veto", unknown, "/vetoes") if unknown else None
