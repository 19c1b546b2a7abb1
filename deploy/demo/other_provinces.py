"""Another province, in small: officers of the province alone, enterprises on the direct route, the parts of story 8."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from deploy.demo import after_naming, application
from deploy.demo.application import NATIONAL, PROVINCIAL
from deploy.demo.episodes import small_signal, spot_check
from deploy.demo.follow_ups import NAMED, OTHERS, appoint_coordinators, follow, follow_up, look_after
from deploy.demo.load import FORM, whole
from deploy.demo.people import PROVINCE, Person, founders, houses, systems
from deploy.demo.script import Act, Profile, Telling
from deploy.demo.setting import MONTHS, Days, naming_round, naming_rounds, opening
from deploy.demo.units import FIRST, INDUSTRIES, SECOND, credit_code, enterprise
from deploy.demo.world import World
from events.governance.round import RoundQuotaSet
from events.places import NATION, children, short_name
from events.words import Category, CheckResult, Ground, Level, Ownership, Role, Route, SignalOutcome, UnitKind
from services.casework.pack import Pack

PLACES = 40
"""Places of a province in a national round."""

SLOW, SILENT, SANCTIONING, OUT_OF_STEP, DOUBLED = "410000", "540000", "360000", "610000", ("450000", "520000")
"""The provinces of story 8: one lets signals lie, one says nothing any more, one sanctions what another
holds up as a model, one lets ended terms stand, and two know one code."""

SILENT_DAYS = 45
"""For how long the silent one has recorded nothing."""

LONGER_MONTHS, IDLE_DAYS = 44, 120
"""How long the one with ended terms keeps its register, and since when nobody there looks what has fallen due."""

LYING_DAYS = (90, 75, 60, 45)
"""How long signals have lain at the slow one."""

SHARED = credit_code(980_001, DOUBLED[0])
"""The code that two provinces know."""


def provinces() -> tuple[str, ...]:
    """All 31, in the order of their codes."""
    return children(NATION)


@dataclass(frozen=True, slots=True)
class Province:
    """Another province of the demonstration: how many units it knows, told up to which day."""

    place: str
    units: int
    days: Days

    def world(self) -> World:
        """Its register in memory, empty."""
        idle = self.days.until - timedelta(days=IDLE_DAYS) if self.place == OUT_OF_STEP else None
        return World(f"{FORM}:{self.place}:{self.days.today}:{self.units}", self.days.pack, self.place, idle)

    @property
    def officers(self) -> tuple[Person, ...]:
        """The founders, those of the province's four houses, and its auditor."""
        auditor = Person(f"{self.place}-auditor", Level.PROVINCE, self.place, Role.AUDITOR)
        return (*founders(Level.PROVINCE, self.place), *houses(Level.PROVINCE, self.place), auditor)


def elsewhere(place: str, units: int, today: date, pack: Pack) -> Province:
    """A province up to the day before today; the silent one stopped before."""
    last = today - timedelta(days=SILENT_DAYS if place == SILENT else 0)
    return Province(place, units, Days(last, pack, LONGER_MONTHS if place == OUT_OF_STEP else MONTHS))


def script(province: Province, seed: int, shared: Profile | None = None) -> list[Act]:
    """All acts of the province in the order of time; `shared` is the unit of Hunan that one province sanctions."""
    days, place = province.days, province.place
    acts = opening(days, place, province.officers, systems(place))
    acts += naming_rounds(days, place, (RoundQuotaSet(place=place, unit_kind=UnitKind.ENTERPRISE, places=PLACES),))
    administrators = province.officers[0].id, province.officers[1].id
    for telling in (*_ordinary(province, seed), *_told(province, seed, shared)):
        acts += whole(telling, administrators)
    return sorted(acts, key=lambda act: act.moment)


def _telling(province: Province, unit: Profile, begins: date, seed: int) -> Telling:
    random = Random(f"{seed}:{province.place}:{unit.code}")  # noqa: S311 (a draw that has to repeat, nothing secret)
    return Telling(unit, begins, province.days.until, random, province.days.pack, punctual=True)


def _ordinary(province: Province, seed: int) -> Iterator[Telling]:
    """Half are models of the nation, one in three the province's; the others are looked after."""
    random = Random(f"{seed}:{province.place}")  # noqa: S311 (the same)
    for number in range(1, province.units + 1):
        name = random.choice(FIRST) + random.choice(SECOND) + random.choice(SECOND)
        industry, headcount = random.choice(INDUSTRIES), random.randint(80, 2_400)
        whose = Ownership.CENTRAL if random.random() < 0.5 else Ownership.PROVINCIAL_SOE
        stem = f"{short_name(province.place)}{name}{industry}{number}号有限公司"
        unit = enterprise(number, _where(province.place), stem, whose, industry, headcount)
        begins = province.days.after(random.randint(1, 6), random.randrange(20))
        telling = _telling(province, unit, begins, seed)
        title = (NATIONAL, PROVINCIAL, NATIONAL, None)[number % 4]
        if title is None:
            application.register(telling)
            appoint_coordinators(telling)
            follow(telling, OTHERS)
        else:
            _model(telling, title)
            _years(telling, title)
        yield telling


def _model(t: Telling, title: str) -> None:
    """From registration to the plaque, straight through the province."""
    application.register(t)
    t.wait(2, 10)
    appoint_coordinators(t)
    campaign = naming_round(1) if title == NATIONAL else None
    application.apply(t, title, application.report(t), Route.DIRECT, campaign)
    t.wait(2, 8)
    application.accept(t, title, Level.PROVINCE)
    t.wait(3, 10)
    application.evaluate(t, title, Level.PROVINCE)
    application.review(t, title)
    t.until(application.make_public(t, title, Level.PROVINCE))
    t.wait(1)
    application.name(t, title, Level.NATION if title == NATIONAL else Level.PROVINCE, campaign)


def _years(t: Telling, title: str, end: date = date.max) -> None:
    """Visits, the yearly verification and spot check, now and then something small, until that day or today."""
    verified = t.day
    while not t.over and t.seen + timedelta(days=NAMED[1]) < end:
        due = after_naming.months_after(verified, 12)
        if t.seen + timedelta(days=NAMED[1]) < due:
            look_after(t, NAMED)
        else:
            t.until(due)
            after_naming.verify(t, title)
            follow_up(t)
            spot_check(t)
            verified = t.day
        if t.chance(0.08):
            small_signal(t)


def _told(province: Province, seed: int, shared: Profile | None) -> Iterator[Telling]:
    """What this province adds to story 8."""
    for unit, begins, tell in _parts(province, shared):
        telling = _telling(province, unit, begins, seed)
        tell(telling)
        yield telling


Part = tuple[Profile, date, Callable[[Telling], None]]


def _parts(province: Province, shared: Profile | None) -> Iterator[Part]:
    place, days, early = province.place, province.days, province.days.after(1, 5)
    if place == SLOW:
        for number, lying in enumerate(LYING_DAYS):
            unit = _enterprise(place, 970_001 + number, f"中原重装{number + 1}号")
            yield unit, early, partial(_let_lie, day=days.today - timedelta(days=lying))
    if place == SANCTIONING and shared is not None:
        unit = Profile(shared.kind, shared.name, shared.code, _where(place), Ownership.CENTRAL, shared.industry, 90)
        yield unit, days.today - timedelta(days=80), _sanction
    if place == OUT_OF_STEP:
        yield _enterprise(place, 960_001, "秦川机电"), early, _be_a_model
    if place in DOUBLED:
        unit = _enterprise(place, 980_001, "同码物流")
        yield Profile(unit.kind, unit.name, SHARED, unit.place, unit.ownership, unit.industry, 300), early, _be_a_model


def _where(place: str) -> str:
    """Where a unit of the province lies: in the first of its places that is known, else in it at large."""
    return next(iter(children(place)), place)


def _enterprise(place: str, number: int, name: str) -> Profile:
    return enterprise(number, _where(place), f"{short_name(place)}{name}有限公司", Ownership.CENTRAL, "装备制造", 1_800)


def _be_a_model(t: Telling) -> None:
    _model(t, NATIONAL)
    _years(t, NATIONAL)


def _let_lie(t: Telling, day: date) -> None:
    """A grave signal against a model unit, and nobody looks into it."""
    _model(t, NATIONAL)
    _years(t, NATIONAL, day)
    t.until(day)
    after_naming.signal(
        t, Category.WAGE_ARREARS, 3, people=58, amount_fen=61_000_000, months=2, summary="反映拖欠两个月工资（示例）"
    )


def _sanction(t: Telling) -> None:
    """The branch of a model unit of Hunan owes wages here: assessed serious."""
    application.register(t, contact=False)
    t.wait(5)
    name = after_naming.signal(
        t, Category.WAGE_ARREARS, 3, people=72, amount_fen=88_000_000, months=3, summary="分公司拖欠三个月工资（示例）"
    )
    t.wait(2)
    after_naming.check(t, CheckResult.GRAVE, "欠薪属实", signals=(name,))
    t.wait(2)
    after_naming.assess_together(t, name, SignalOutcome.SERIOUS, "拖欠三个月工资，人数较多", Ground.WAGE_ARREARS)


REAL: Mapping[str, int] = {"420000": 12, "440000": 16}
"""Provinces beside Hunan that run as instances of their own, and how many units each knows."""

SIMULATED = tuple(place for place in provinces() if place not in (PROVINCE, *REAL))
"""The others: their logs are made by a generator."""
