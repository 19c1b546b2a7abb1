"""The law alone: acts decided beside the streams they rest on, and all the decisions that may be taken on a unit."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from statistics import median
from uuid import UUID

from deploy.bench import units
from deploy.bench.result import Course, Result
from deploy.demo.application import LOCAL, NATIONAL
from deploy.demo.load import whole
from deploy.demo.people import desk, system_for
from deploy.demo.script import Act, Telling
from deploy.demo.setting import Days, setting
from deploy.demo.stories import CLEAN, clean
from deploy.demo.world import Asking, World
from events.envelope import Event
from events.unit.application import UnitApplicationAccepted
from events.unit.checks import UnitCheckOrdered, UnitVerified
from events.unit.cultivation import UnitContactAssigned, UnitFollowedUp
from events.unit.evaluation import UnitHouseOpined
from events.unit.honours import UnitRecommendedForHonour
from events.unit.incentives import UnitIncentiveGranted
from events.unit.naming import UnitNamed
from events.unit.registration import UnitDetailsChanged
from events.unit.signals import UnitSignalRecorded
from events.words import Category, CheckKind, FollowUpKind, House, Level, Opinion, Role, VerificationResult
from services.api.forms import Forms
from services.casework.decide import Situation
from services.casework.judgement import Possibility, judge, may
from services.casework.pack import load_pack
from services.casework.stream import fold
from services.casework.unit.kind import UNIT
from services.exploration.world import sealed

ENTRIES = 60
"""Of the unit that is decided upon: years of a model unit's life."""

TODAY = date(2026, 11, 24)
GOAL_ACTS, GOAL_MAY_MS, GOAL_OPTIONS_MS = 5_000.0, 3.0, 25.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: turns through all acts, in each round; rounds, of which the middle one counts."""

    turns: int
    rounds: int


WHOLE, QUICK = Size(200, 7), Size(2, 1)


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return 1 + (QUICK if quick else WHOLE).rounds


def measure(server: str, quick: bool, course: Course) -> list[Result]:  # noqa: ARG001 (needs no database)
    """`law-decide` and `law-judge`, in acts a second of one core, `law-may` and `law-options`, in milliseconds: CPU
    time, so that what else the machine does does not count.

    Deciding is all between a request and what is appended: filling in, judging, the entries and their read-set.
    """
    size = QUICK if quick else WHOLE
    world = _life()
    asked = _asked(world)
    lawful = sum(not one.decide().refusals for one in asked)
    course.step("law")
    rounds = []
    for turn in range(size.rounds):
        rounds.append(_round(world, asked, size))
        course.step(f"law {turn + 1}/{size.rounds}")
    decided, judged, allowed, filled = (median(one[n] for one in rounds) for n in range(4))
    beside = sum(len(one.situation.context.states) for one in asked) / len(asked)
    note = f"{len(asked)} acts, {lawful} of them lawful, on {ENTRIES} entries beside {beside:.1f} streams"
    return [
        Result(
            "law-decide", decided, "acts/s", goal=f"≥ {GOAL_ACTS:,.0f}", met=decided >= GOAL_ACTS, note=note
        ),
        Result("law-judge", judged, "acts/s", note="the same acts, filled in already, judged and no more"),
        Result(
            "law-may", allowed, "ms", goal=f"≤ {GOAL_MAY_MS:g}", met=allowed <= GOAL_MAY_MS,
            note=f"all decisions of the prefecture's desk on {ENTRIES} entries",
        ),
        Result(
            "law-options", filled, "ms", goal=f"≤ {GOAL_OPTIONS_MS:g}", met=filled <= GOAL_OPTIONS_MS,
            note="the same with every field, its choices and an example body",
        ),
    ]  # fmt: skip


def _life() -> World:
    """A register in which a model unit has come to so many entries."""
    days = Days(TODAY, load_pack(units.PACK))
    telling = Telling(CLEAN, days.after(0, 4), days.until, Random(1), days.pack, punctual=True)  # noqa: S311 (repeats)
    clean(telling)
    world = World("bench", days.pack)
    script = sorted([*setting(days), *whole(telling)], key=lambda act: act.moment)
    for _ in world.commands(script, days.until):
        pass
    more = range(len(world.units[CLEAN.id].entries), ENTRIES)
    visits = [_act(desk(Level.COUNTY, CLEAN.place), _visit(), days, 90 - number) for number in more]
    for _ in world.commands(visits, days.until):
        pass
    # as a register has it: with personal data in envelopes
    world.states[CLEAN.id] = fold(UNIT, CLEAN.id, [sealed(entry) for entry in world.states[CLEAN.id].entries])
    return world


def _act(who: UUID, event: Event, days: Days, minutes: int) -> Act:
    return Act(days.until - timedelta(minutes=minutes), who, CLEAN.id, event)


def _visit() -> UnitFollowedUp:
    return UnitFollowedUp(kind=FollowUpKind.VISIT, on=TODAY - timedelta(days=1), summary="走访车间与职工代表（示例）")


def _asked(world: World) -> list[Asking]:
    """What officers, the unit and a source ask on the last day, lawful and not."""
    days, day = Days(TODAY, world.pack), TODAY - timedelta(days=1)
    prefecture, province = desk(Level.PREFECTURE, CLEAN.place), desk(Level.PROVINCE, CLEAN.place)
    source = system_for(Category.WAGE_ARREARS, CLEAN.place)
    signal = UnitSignalRecorded(
        source=source.uri, external_id="LD-2026-1", category=Category.WAGE_ARREARS, severity=2, occurred_on=day,
        reported_on=day, people=5, amount_fen=3_400_000, summary="反映迟发工资（示例）",
    )  # fmt: skip
    acts: Sequence[tuple[UUID, Event]] = (
        (desk(Level.COUNTY, CLEAN.place), _visit()),
        (source.id, signal),
        (prefecture, UnitCheckOrdered(kind=CheckKind.SPOT, reason="年度随机抽查")),
        (prefecture, UnitVerified(title=NATIONAL, period="2026年度", result=VerificationResult.KEEP)),
        (prefecture, UnitContactAssigned(officer=desk(Level.PREFECTURE, CLEAN.place, House.UNION), from_=day)),
        (prefecture, UnitRecommendedForHonour(honour="credit_enterprise", year=day.year)),
        (province, UnitIncentiveGranted(incentive="legal_education", title=NATIONAL, from_=day, basis="示例")),
        (desk(Level.COUNTY, CLEAN.place), UnitDetailsChanged(headcount=870, reason="年度用工备案")),
        # not lawful: no case is open, and the last may not do it anyway
        (prefecture, UnitApplicationAccepted(title=LOCAL)),
        (prefecture, UnitHouseOpined(title=NATIONAL, opinion=Opinion.SUPPORT)),
        (desk(Level.PROVINCE, CLEAN.place, role=Role.APPROVER), UnitNamed(title=NATIONAL, document_number="示例1号")),
        (CLEAN.agent, _visit()),
    )
    return [world.asked(_act(who, event, days, 5), event) for who, event in acts]


def _round(world: World, asked: Sequence[Asking], size: Size) -> tuple[float, float, float, float]:
    """Acts decided a second, acts judged a second, milliseconds of one question about all decisions, and with forms."""
    many = len(asked) * size.turns
    decided = many / _seconds(lambda: [one.decide() for one in asked], size.turns)
    judged = many / _seconds(lambda: [_judged(world, one) for one in asked], size.turns)
    office, day = asked[2].situation, TODAY - timedelta(days=1)
    allowed = _seconds(lambda: _may(world, office, day), size.turns)
    filled = _seconds(lambda: _forms(world, office, day), size.turns)
    return decided, judged, allowed / size.turns * 1_000, filled / size.turns * 1_000


def _forms(world: World, office: Situation, day: date) -> object:
    forms = Forms(office.state, world.pack, day, office.context, True)
    return [forms.document(possibility) for possibility in _may(world, office, day)]


def _may(world: World, office: Situation, day: date) -> Sequence[Possibility]:
    return may(office.state, office.posts, day, world.pack, office.context)


def _judged(world: World, one: Asking) -> object:
    day = TODAY - timedelta(days=1)
    on = one.situation
    return judge(on.state, one.request.event, on.posts[0], day, world.pack, context=on.context)


def _seconds(work: Callable[[], object], turns: int) -> float:
    begun = time.process_time()
    for _ in range(turns):
        work()
    return time.process_time() - begun
