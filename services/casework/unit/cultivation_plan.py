"""A plan of cultivation: standards that a unit is to reach by a day, measured by its self-evaluations (三, R-03)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from events.envelope import Event
from events.unit.cultivation import MeasuredStandard, UnitCultivationConcluded, UnitCultivationPlanned
from events.words import CultivationOutcome, Level, ObligationKind, UnitKind
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.obligation import Obligation
from services.casework.pack import Pack
from services.casework.unit.duties import of_office

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Plan:
    """What is aimed at by which day, the office of which level planned it, and the points of each standard then."""

    version: int
    standards: tuple[str, ...]
    since: date
    by: date
    level: Level | None
    before: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Concluded:
    """A plan that is over, with its outcome and the points of each standard at its end."""

    plan: Plan
    version: int
    outcome: CultivationOutcome
    after: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one standard of a plan has come: points when it was planned and now, of how many at most."""

    standard: str
    most: int
    before: int | None
    now: int | None

    def reached(self, pack: Pack) -> bool:
        """Whether the points are the share of the most that the pack asks for (A-50)."""
        return self.now is not None and Fraction(self.now, self.most) >= pack.limits.cultivated_share


def standards_for(kind: UnitKind | None, pack: Pack) -> frozenset[str]:
    """The standards of every checklist for units of that kind."""
    return frozenset(
        name for chosen in pack.standard_sets.values() if kind in chosen.kinds for name in chosen.standards
    )


def measured(unit: Unit, standards: Iterable[str], pack: Pack) -> tuple[MeasuredStandard, ...]:
    """The points of these standards in the latest self-evaluation; a standard that it does not score is left out."""
    report = unit.self_evaluation
    chosen = pack.standard_sets.get(report.standard_set)
    if chosen is None:
        return ()
    return tuple(
        MeasuredStandard(standard=name, score=report.scores[name], most=chosen.standards[name].score)
        for name in standards
        if name in report.scores and name in chosen.standards
    )


def progress(unit: Unit, plan: Plan, pack: Pack) -> tuple[Progress, ...]:
    """How far each standard of a plan has come by the latest self-evaluation that is younger than the plan."""
    now = {one.standard: one for one in measured(unit, plan.standards, pack)} if report_since(unit, plan) else {}
    return tuple(
        Progress(
            standard=name,
            most=now[name].most if name in now else pack.standards[name].score,
            before=plan.before.get(name),
            now=now[name].score if name in now else None,
        )
        for name in plan.standards
        if name in pack.standards
    )


def report_since(unit: Unit, plan: Plan) -> bool:
    """Whether the unit evaluated itself after it was planned."""
    return unit.self_evaluation.version is not None and unit.self_evaluation.version > plan.version


def propose_planned(unit: Unit, act: Act[UnitCultivationPlanned], pack: Pack) -> Event:
    """Where the unit stands with these standards when it is planned."""
    return act.event.model_copy(update={"measured": measured(unit, act.event.standards, pack)})


def propose_concluded(unit: Unit, act: Act[UnitCultivationConcluded], pack: Pack) -> Event:
    """The standards of the plan as the self-evaluation since then has them."""
    plan = unit.cultivation.plan
    found = measured(unit, plan.standards, pack) if plan is not None and report_since(unit, plan) else ()
    return act.event.model_copy(update={"measured": found})


def no_plan_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-50: a plan is concluded before there is another one."""
    plan = unit.cultivation.plan
    if plan is None:
        return None
    return refuse(pack, "A-50", "已有未完成的培育计划", "a plan is under way already", (plan.version,))


def a_plan_is_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-50: only a plan under way is concluded."""
    if unit.cultivation.plan is not None:
        return None
    return refuse(pack, "A-50", "没有进行中的培育计划", "no plan is under way")


def its_own_standards(unit: Unit, act: Act[UnitCultivationPlanned], pack: Pack) -> Refusal | None:
    """A-50 (R-03): a plan names standards of the unit's own kind, each once."""
    named, own = act.event.standards, standards_for(unit.life.kind, pack)
    strange = [name for name in dict.fromkeys(named) if name not in own]
    if strange:
        zh, en = "计划所列标准不适用于该类单位", "the plan names standards for other kinds of unit"
        return refuse(pack, "A-50", zh, en, strange, "/standards")
    if len(set(named)) < len(named):
        return refuse(pack, "A-50", "同一标准列了两次", "a standard is named twice", (), "/standards")
    return None


def by_a_day_ahead(unit: Unit, act: Act[UnitCultivationPlanned], pack: Pack) -> Refusal | None:
    """A-50: what is planned lies ahead, and not beyond the pack's days."""
    latest = pack.after(act.day, pack.windows.cultivation)
    if act.day <= act.event.by <= latest:
        return None
    zh, en = f"计划期限须在今日至{latest}之间", f"the day of a plan lies between today and {latest}"
    return refuse(pack, "A-50", zh, en, (), "/by")


def is_the_open_plan(unit: Unit, act: Act[UnitCultivationConcluded], pack: Pack) -> Refusal | None:
    """A-50: the plan that is concluded is the one under way."""
    plan = unit.cultivation.plan
    if plan is None or plan.version == act.event.plan:
        return None
    return refuse(pack, "A-50", "该计划已完成", "that plan is over", (plan.version,), "/plan")


def as_measured(unit: Unit, act: Act[UnitCultivationConcluded], pack: Pack) -> Refusal | None:
    """A-50 (R-03): what is said of a plan is what the self-evaluation since then shows; without one it is given up."""
    plan, outcome = unit.cultivation.plan, act.event.outcome
    if plan is None or outcome is CultivationOutcome.GIVEN_UP:
        return None
    if not report_since(unit, plan):
        zh, en = "计划制定后尚无自评", "the unit has not evaluated itself since it was planned"
        return refuse(pack, "A-50", zh, en, (plan.version,), "/outcome")
    short = [one.standard for one in progress(unit, plan, pack) if not one.reached(pack)]
    if (outcome is CultivationOutcome.REACHED) is not bool(short):
        return None
    if short:
        zh, en = "自评未达到计划的标准", "by its self-evaluation the unit falls short of these standards"
        return refuse(pack, "A-50", zh, en, short, "/outcome")
    zh, en = "自评已达到计划的标准", "by its self-evaluation the unit has reached what was planned"
    return refuse(pack, "A-50", zh, en, (), "/outcome")


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """Whoever planned says by the plan's day what it led to."""
    plan = unit.cultivation.plan
    if plan is not None and plan.level is not None:
        pack, ref = packs.on(plan.since), str(plan.version)
        yield of_office(unit, pack, ObligationKind.CULTIVATE, ref, plan.level, plan.since, plan.by)
