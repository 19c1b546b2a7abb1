"""Passages of a telling: a plan of cultivation, and what became of it."""

from __future__ import annotations

from deploy.demo.people import desk
from deploy.demo.script import Telling
from events.unit.cultivation import UnitCultivationConcluded, UnitCultivationPlanned
from events.words import CultivationOutcome, Level
from services.casework.calendar import add_months
from services.casework.pack import StandardSet
from services.casework.unit.cultivation_plan import progress
from services.casework.unit.state import Unit


def plan_cultivation(t: Telling, chosen: StandardSet) -> None:
    """The county plans for a year ahead, against three standards of the checklist."""
    t.planned_by = add_months(t.day, 12)
    wanted = tuple(t.random.sample(sorted(chosen.standards), 3))
    t.act(desk(Level.COUNTY, t.unit.place), UnitCultivationPlanned(standards=wanted, by=t.planned_by))


def conclude_cultivation(t: Telling, *, evaluated: bool) -> None:
    """The county says what its plan led to, as the self-evaluation shows; without one it is given up."""
    if t.planned_by is None:
        return

    def told(unit: Unit) -> UnitCultivationConcluded:
        plan = unit.cultivation.plan
        reached = plan is not None and all(one.reached(t.pack) for one in progress(unit, plan, t.pack))
        outcome = CultivationOutcome.REACHED if reached else CultivationOutcome.NOT_REACHED
        if not evaluated:
            outcome = CultivationOutcome.GIVEN_UP
        summary = "按计划培育，已自评（示例）" if evaluated else "单位暂不自评，终止计划（示例）"
        return UnitCultivationConcluded(plan=plan.version if plan is not None else 1, outcome=outcome, summary=summary)

    t.act(desk(Level.COUNTY, t.unit.place), told)
    t.planned_by = None
