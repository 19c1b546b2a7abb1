"""The kind `check`: a plan of spot checks and its draw, that anyone can redo (policy 五(五)3, I-22)."""

from __future__ import annotations

from events.governance.check import CheckDrawn, CheckPlanned
from services.casework.check import state
from services.casework.check.draw import seed_digest
from services.casework.check.state import Plan
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.office import ABOVE_COUNTY, desk
from services.casework.pack import Pack


def not_drawn_yet(plan: Plan, act: Intent, pack: Pack) -> Refusal | None:
    """I-22: a plan is drawn once."""
    return refuse(pack, "I-22", "该方案已抽取", "this plan was drawn already") if plan.drawn is not None else None


def seed_as_committed(plan: Plan, act: Act[CheckDrawn], pack: Pack) -> Refusal | None:
    """I-22: the seed revealed is the one committed."""
    if plan.planned is not None and plan.planned.seed_digest != seed_digest(act.event.seed):
        zh = "种子与事先公布的摘要不符"
        return refuse(pack, "I-22", zh, "the seed is not the one that was committed", (), "/seed")
    return None


def units_of_population(plan: Plan, act: Act[CheckDrawn], pack: Pack) -> Refusal | None:
    """I-22: units are drawn once each, from the population."""
    event = act.event
    if len(event.units) > event.population or len(set(event.units)) < len(event.units):
        zh = "抽取结果与总体不符"
        return refuse(pack, "I-22", zh, "more units than the population, or one drawn twice", (), "/units")
    return None


_DESK = desk(ABOVE_COUNTY)

CHECK = Kind(
    "check",
    Plan,
    (
        Chapter(
            None,
            {CheckPlanned: state.planned, CheckDrawn: state.drawn},
            (
                Law(
                    CheckPlanned, office=_DESK, rule="I-22", opens=True, once=True, place=lambda event: event.place,
                ),
                Law(
                    CheckDrawn,
                    office=_DESK,
                    rule="I-22",
                    state=(not_drawn_yet,),
                    content=(seed_as_committed, units_of_population),
                    undone_by_procedure=True,
                ),
            ),
        ),
    ),
    place=lambda plan: plan.planned.place if plan.planned is not None else None,
    is_open=lambda plan: plan.planned is not None,
    label=lambda plan: plan.planned.name if plan.planned is not None else "",
)  # fmt: skip
