"""Chapter 核查: checks, rectification, verification (policy 五(五)3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from events.envelope import Entry, Event
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitCrossInspected,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
    UnitVerified,
)
from events.words import (
    CheckKind,
    CheckResult,
    Level,
    ObligationKind,
    RectificationOutcome,
    Role,
    VerificationResult,
)
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation
from services.casework.office import AGENT, DESK, NATION_OR_PROVINCE, desk, officer
from services.casework.pack import Pack
from services.casework.unit.charge import charge_of, where_title_is_watched, where_watched, where_watched_or_nation
from services.casework.unit.duties import of_office, of_unit
from services.casework.unit.naming import title_is_held
from services.casework.unit.registration import known, registered
from services.casework.unit.subjects import titles_held

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Check:
    """An ordered check; `result` is None until it was conducted."""

    id: str
    version: int
    kind: CheckKind
    level: Level
    ordered_on: date
    due: date
    signals: tuple[str, ...] = ()
    conducted: int | None = None
    result: CheckResult | None = None


@dataclass(frozen=True, slots=True)
class Rectification:
    """An ordered rectification, by the version of its order."""

    version: int
    level: Level
    ordered_on: date
    due: date
    signals: tuple[str, ...] = ()
    reported_on: date | None = None
    outcome: RectificationOutcome | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Another province's finding, until the unit's own province has handled it."""

    version: int
    day: date
    result: CheckResult


@dataclass(frozen=True, slots=True)
class Checks:
    """All checks and rectifications of the unit; the last verification of each title."""

    ordered: Mapping[str, Check] = field(default_factory=dict)
    rectifications: Mapping[int, Rectification] = field(default_factory=dict)
    verified: Mapping[str, date] = field(default_factory=dict)
    conditional: Mapping[str, date] = field(default_factory=dict)
    finding: Finding | None = None

    @property
    def open_rectifications(self) -> tuple[Rectification, ...]:
        """Those not concluded yet."""
        return tuple(r for r in self.rectifications.values() if r.outcome is None)

    @property
    def failed(self) -> bool:
        """Whether the last word on some rectification is that it failed, or grave findings stand unanswered.

        What answers is a rectification that was ordered later, and accepted.
        """
        accepted = (r.version for r in self.rectifications.values() if r.outcome is RectificationOutcome.ACCEPTED)
        answered = max(accepted, default=0)
        failed = (r.version for r in self.rectifications.values() if r.outcome is RectificationOutcome.FAILED)
        grave = (check.conducted or 0 for check in self.ordered.values() if check.result is CheckResult.GRAVE)
        return any(version > answered for version in (*failed, *grave))

    @property
    def unsettled(self) -> bool:
        """Whether a check is still to be conducted, or a rectification still to be concluded."""
        return bool(self.open_rectifications) or any(check.result is None for check in self.ordered.values())


def _ordered(region: Checks, entry: Entry[UnitCheckOrdered]) -> Checks:
    event = entry.event
    name = event.check or f"C{entry.version}"
    check = Check(
        id=name, version=entry.version, kind=event.kind, level=event.level or Level.PREFECTURE,
        ordered_on=entry.day, due=event.due or entry.day, signals=event.signals,
    )  # fmt: skip
    return replace(region, ordered={**region.ordered, name: check})


def _conducted(region: Checks, entry: Entry[UnitCheckConducted]) -> Checks:
    check = region.ordered.get(entry.event.check)
    if check is None:
        return region
    done = replace(check, conducted=entry.version, result=entry.event.result)
    return replace(region, ordered={**region.ordered, check.id: done})


def _inspected(region: Checks, entry: Entry[UnitCrossInspected]) -> Checks:
    clean = entry.event.result is CheckResult.CLEAN
    return replace(region, finding=None if clean else Finding(entry.version, entry.day, entry.event.result))


def _rectification(region: Checks, entry: Entry[UnitRectificationOrdered]) -> Checks:
    event = entry.event
    order = Rectification(entry.version, event.level or Level.PREFECTURE, entry.day, event.due, event.signals)
    return replace(region, rectifications={**region.rectifications, entry.version: order}, finding=None)


def _with(region: Checks, ref: int, **changes: object) -> Checks:
    order = region.rectifications.get(ref)
    if order is None:
        return region
    return replace(region, rectifications={**region.rectifications, ref: replace(order, **changes)})  # type: ignore[arg-type]


def _reported(region: Checks, entry: Entry[UnitRectificationReported]) -> Checks:
    return _with(region, entry.event.rectification_ref, reported_on=entry.day)


def _concluded(region: Checks, entry: Entry[UnitRectificationConcluded]) -> Checks:
    return _with(region, entry.event.rectification_ref, outcome=entry.event.outcome)


def _verified(region: Checks, entry: Entry[UnitVerified]) -> Checks:
    event = entry.event
    title = event.title or ""
    conditional = {name: until for name, until in region.conditional.items() if name != title}
    if event.result is VerificationResult.KEEP_CONDITIONALLY and event.until is not None:
        conditional[title] = event.until
    return replace(region, verified={**region.verified, title: entry.day}, conditional=conditional)


def propose_ordered(unit: Unit, act: Act[UnitCheckOrdered], pack: Pack) -> Event:
    """The check's id, the level that orders, and the days it has (I-15)."""
    event = act.event
    due = event.due or pack.after(act.day, pack.windows.conduct_check)
    check = event.check or f"C{unit.version + 1}"
    return event.model_copy(update={"check": check, "due": due, "level": act.actor.level})


def propose_rectification(unit: Unit, act: Act[UnitRectificationOrdered], pack: Pack) -> Event:
    """The level that orders."""
    event = act.event
    return event.model_copy(update={"level": act.actor.level})


def due_not_past(unit: Unit, act: Act[UnitCheckOrdered | UnitRectificationOrdered], pack: Pack) -> Refusal | None:
    """I-21: what is ordered is due today or later."""
    due = act.event.due
    if due is not None and due < act.day:
        return refuse(pack, "I-21", f"期限{due}已过", f"the due day {due} is past")
    return None


def signals_are_known(unit: Unit, act: Act[UnitCheckOrdered | UnitRectificationOrdered], pack: Pack) -> Refusal | None:
    """I-00: the signals that a check or rectification names are this unit's."""
    event = act.event
    unknown = [name for name in event.signals if name not in unit.signals.all]
    if unknown:
        return refuse(pack, "I-00", "所列信号不存在", "a signal named is none of this unit's", unknown)
    return None


def targeted_in_time(unit: Unit, act: Act[UnitCheckOrdered], pack: Pack) -> Refusal | None:
    """I-15 (A-16): a targeted check names its signals, and is due within its working days."""
    event = act.event
    if event.kind is not CheckKind.TARGETED:
        return None
    if not event.signals:
        return refuse(pack, "I-15", "专项核查须指明信号", "a targeted check names its signals")
    latest = pack.after(act.day, pack.windows.conduct_check)
    if event.due is not None and event.due > latest:
        return refuse(pack, "I-15", f"专项核查最迟{latest}完成", f"a targeted check is due by {latest} at the latest")
    return None


def check_id_is_new(unit: Unit, act: Act[UnitCheckOrdered], pack: Pack) -> Refusal | None:
    """I-00: a check's id is given once."""
    event = act.event
    if event.check in unit.checks.ordered:
        return refuse(pack, "I-00", "核查编号重复", "the id of the check is taken", (event.check,))
    return None


def has_open_check(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is a check to conduct."""
    if all(check.result is not None for check in unit.checks.ordered.values()):
        return refuse(pack, "I-00", "没有待实施的核查", "there is no check to conduct")
    return None


def check_is_open(unit: Unit, act: Act[UnitCheckConducted], pack: Pack) -> Refusal | None:
    """I-00: the check named is open, and was conducted on or after the day it was ordered."""
    event = act.event
    check = unit.checks.ordered.get(event.check)
    if check is None or check.result is not None:
        return refuse(pack, "I-00", "没有这项待实施的核查", "there is no such open check", (event.check,))
    if event.on < check.ordered_on:
        return refuse(pack, "I-21", "核查早于下达之日", "conducted before it was ordered", (check.version,))
    return None


def has_open_rectification(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is a rectification going on."""
    if not unit.checks.open_rectifications:
        return refuse(pack, "I-00", "没有进行中的整改", "there is no open rectification")
    return None


def has_rectification_to_conclude(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: some rectification was reported, or its days are over."""
    going_on = unit.checks.open_rectifications
    if not going_on or any(order.reported_on is not None or act.day > order.due for order in going_on):
        return None
    return refuse(pack, "I-05", "没有可验收的整改", "no rectification was reported, nor are its days over")


def rectification_is_open(
    unit: Unit, act: Act[UnitRectificationReported | UnitRectificationConcluded], pack: Pack
) -> Refusal | None:
    """I-00: the rectification named is open; it is concluded once it was reported or its days are over."""
    event = act.event
    order = unit.checks.rectifications.get(event.rectification_ref)
    if order is None or order.outcome is not None:
        return refuse(
            pack, "I-00", "没有这项进行中的整改", "there is no such open rectification", (event.rectification_ref,)
        )
    if isinstance(event, UnitRectificationConcluded) and order.reported_on is None and act.day <= order.due:
        return refuse(pack, "I-05", "单位尚未报告整改", "the unit has not reported yet", (order.version,))
    if isinstance(event, UnitRectificationConcluded):
        return _concluded_as_it_stands(event, order, act, pack)
    return None


def _concluded_as_it_stands(
    event: UnitRectificationConcluded, order: Rectification, act: Intent, pack: Pack
) -> Refusal | None:
    """I-00, I-13: what was never reported cannot be accepted; the level that ordered concludes, or one above."""
    if event.outcome is RectificationOutcome.ACCEPTED and order.reported_on is None:
        return refuse(
            pack, "I-00", "未报告的整改不能验收合格", "nothing was reported that could be accepted", (order.version,)
        )
    if act.actor.level is not None and act.actor.level.rank < order.level.rank:
        return refuse(
            pack, "I-13", f"由{order.level.zh}级验收", f"the {order.level.en} level ordered it", (order.version,)
        )
    return None


def national_title_is_held(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00 (R-28): cross-inspections are of national model units."""
    if not any(pack.titles[name].named_by is Level.NATION for name in unit.naming.held if name in pack.titles):
        return refuse(pack, "I-00", "不是全国示范单位", "the unit holds no national title")
    return None


def condition_has_end(unit: Unit, act: Act[UnitVerified], pack: Pack) -> Refusal | None:
    """I-00: keeping conditionally says until when."""
    event = act.event
    if event.result is VerificationResult.KEEP_CONDITIONALLY and (event.until is None or event.until <= act.day):
        return refuse(pack, "I-00", "有条件保留须写明期限", "keeping conditionally needs a day until when")
    return None


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """Conduct what was ordered, rectify in time, conclude, verify each year, handle findings of others."""
    region = unit.checks
    for check in region.ordered.values():
        if check.result is None:
            kind, pack = ObligationKind.CONDUCT_CHECK, packs.on(check.ordered_on)
            yield of_office(unit, pack, kind, check.id, check.level, check.ordered_on, check.due)
    for order in region.open_rectifications:
        ref = str(order.version)
        if order.reported_on is None:
            yield of_unit(packs.on(order.ordered_on), ObligationKind.RECTIFY, ref, order.ordered_on, order.due)
        else:
            since, pack = order.reported_on, packs.on(order.reported_on)
            due = pack.after(since, pack.windows.handle_step)
            yield of_office(unit, pack, ObligationKind.CONCLUDE_RECTIFICATION, ref, order.level, since, due)
    if region.finding is not None:
        since, pack = region.finding.day, packs.on(region.finding.day)
        due, ref = pack.after(since, pack.windows.handle_finding), str(region.finding.version)
        yield of_office(unit, pack, ObligationKind.HANDLE_FINDING, ref, Level.PROVINCE, since, due)
    for title, held in unit.naming.held.items():
        last = max(region.verified.get(title, held.term_from), held.term_from)
        pack = packs.on(last)
        due = pack.after(last, pack.windows.verification)
        if due <= held.term_until:
            ref, level = f"{title}:{last}", charge_of(title, pack)
            yield of_office(unit, pack, ObligationKind.VERIFICATION, ref, level, last, due)


CHAPTER: Chapter[Unit] = Chapter(
    "checks",
    {
        UnitCheckOrdered: _ordered,
        UnitCheckConducted: _conducted,
        UnitCrossInspected: _inspected,
        UnitRectificationOrdered: _rectification,
        UnitRectificationReported: _reported,
        UnitRectificationConcluded: _concluded,
        UnitVerified: _verified,
    },
    (
        Law(
            UnitCheckOrdered,
            office=desk(where_watched_or_nation),
            rule="I-15",
            state=(known,),
            content=(due_not_past, signals_are_known, targeted_in_time, check_id_is_new),
            propose=propose_ordered,
            settles=(ObligationKind.ORDER_CHECK,),
        ),
        Law(
            UnitCheckConducted,
            office=(officer(Role.INSPECTOR, *DESK),),
            rule="I-13",
            later=False,
            state=(known, has_open_check),
            content=(check_is_open, fact_not_ahead),
            settles=(ObligationKind.CONDUCT_CHECK,),
        ),
        Law(
            UnitCrossInspected,
            office=(officer(Role.INSPECTOR, *DESK, levels=NATION_OR_PROVINCE, anywhere=True),),
            rule="I-13",
            later=False,
            state=(registered, national_title_is_held),
            content=(fact_not_ahead,),
        ),
        Law(
            UnitRectificationOrdered,
            office=desk(where_watched),
            rule="I-13",
            state=(known,),
            content=(due_not_past, signals_are_known),
            propose=propose_rectification,
            settles=(ObligationKind.HANDLE_FINDING,),
        ),
        Law(
            UnitRectificationReported,
            office=(AGENT,),
            rule="I-13",
            later=False,
            state=(known, has_open_rectification),
            content=(rectification_is_open,),
            settles=(ObligationKind.RECTIFY,),
        ),
        Law(
            UnitRectificationConcluded,
            office=desk(where_watched),
            rule="I-13",
            state=(known, has_open_rectification, has_rectification_to_conclude),
            content=(rectification_is_open,),
            settles=(ObligationKind.RECTIFY, ObligationKind.CONCLUDE_RECTIFICATION),
        ),
        Law(
            UnitVerified,
            office=desk(where_title_is_watched),
            about=titles_held,
            rule="I-13",
            state=(registered, title_is_held),
            content=(condition_has_end,),
            settles=(ObligationKind.VERIFICATION,),
        ),
    ),
    obligations,
)
