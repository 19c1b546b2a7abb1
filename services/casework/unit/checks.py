"""Chapter 核查: checks, rectification, verification (policy 五(五)3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry, Event
from events.governance.check import CheckOrdered, CheckPlanned
from events.places import PLACES, at_level
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitCrossInspected,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
    UnitRectificationReported,
    UnitVerified,
)
from events.unit.publicity import UnitObjectionResolved
from events.unit.revocation import UnitRevocationDropped, UnitRevocationLapsed, UnitRevocationProposed
from events.words import (
    ActorKind,
    CheckKind,
    CheckResult,
    Level,
    ObligationKind,
    RectificationOutcome,
    Role,
    SignalOutcome,
    VerificationResult,
)
from services.casework.check.state import Plan
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation
from services.casework.office import AGENT, DESK, NATION_OR_PROVINCE, SYSTEM, desk, officer, same_person
from services.casework.pack import Pack
from services.casework.pack_parts import Scope
from services.casework.unit.charge import charge_of, where_title_is_watched, where_watched, where_watched_or_nation
from services.casework.unit.duties import of_office, of_unit
from services.casework.unit.naming.term import term_begun, term_not_over, title_is_held
from services.casework.unit.registration import known, registered
from services.casework.unit.severity import Measure, least_severity
from services.casework.unit.signals import nothing_frozen
from services.casework.unit.subjects import titles_held
from services.casework.unit.weights import Name, Weight, weights

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
    """An ordered rectification, by the version of its order, with the findings and signals that it is about."""

    version: int
    level: Level
    ordered_on: date
    due: date
    signals: tuple[str, ...] = ()
    findings: frozenset[int] = frozenset()
    reported_on: date | None = None
    outcome: RectificationOutcome | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check, another province's inspection, the verification of a title or an objection to it that was upheld
    found, by the version of its entry.

    `handled` says that a rectification of it was ordered, `settled` that one was accepted; nothing else settles it.
    Where one failed, on `failed_on`, it waits for another.
    """

    version: int
    day: date
    result: CheckResult
    measure: Measure
    severity: int
    title: str | None = None
    check: str | None = None
    signals: tuple[str, ...] = ()
    handled: bool = False
    settled: bool = False
    failed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Checks:
    """All checks, findings and rectifications of the unit; the last verification of each title, until when it is kept
    conditionally, and since when a verification asks for a proposal to revoke it, `proposed` where one was made.
    """

    ordered: Mapping[str, Check] = field(default_factory=dict)
    rectifications: Mapping[int, Rectification] = field(default_factory=dict)
    findings: Mapping[int, Finding] = field(default_factory=dict)
    verified: Mapping[str, date] = field(default_factory=dict)
    conditional: Mapping[str, date] = field(default_factory=dict)
    to_propose: Mapping[str, tuple[int, date]] = field(default_factory=dict)
    proposed: Mapping[str, tuple[int, date]] = field(default_factory=dict)

    @property
    def open_rectifications(self) -> tuple[Rectification, ...]:
        """Those not concluded yet."""
        return tuple(r for r in self.rectifications.values() if r.outcome is None)

    @property
    def unhandled(self) -> tuple[Finding, ...]:
        """Findings that no rectification was ordered for: other provinces' ones, those of verifications, and grave ones
        of a check that no signal led to.
        """
        return tuple(
            found
            for found in self.findings.values()
            if not found.handled and (found.check is None or (found.result is CheckResult.GRAVE and not found.signals))
        )

    @property
    def finding(self) -> Finding | None:
        """The last of other provinces' ones."""
        theirs = (found for found in self.unhandled if found.title is found.check is None)
        return max(theirs, key=lambda found: found.version, default=None)

    @property
    def failed(self) -> bool:
        """Whether the last word on some rectification is that it failed.

        What answers is a rectification that was ordered later, and accepted.
        """
        accepted = (r.version for r in self.rectifications.values() if r.outcome is RectificationOutcome.ACCEPTED)
        answered = max(accepted, default=0)
        failed = (r.version for r in self.rectifications.values() if r.outcome is RectificationOutcome.FAILED)
        return any(version > answered for version in failed)

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


def _found(entry: Entry[UnitCheckConducted] | Entry[UnitCrossInspected], check: Check | None = None) -> Finding:
    event = entry.event
    name, signals = (check.id, check.signals) if check is not None else (None, ())
    return Finding(
        entry.version, entry.day, event.result, Measure.of(event), event.severity or 1, check=name, signals=signals
    )


def _conducted(region: Checks, entry: Entry[UnitCheckConducted]) -> Checks:
    check = region.ordered.get(entry.event.check)
    if check is None:
        return region
    done = replace(check, conducted=entry.version, result=entry.event.result)
    region = replace(region, ordered={**region.ordered, check.id: done})
    if entry.event.result is CheckResult.CLEAN:
        return region
    return replace(region, findings={**region.findings, entry.version: _found(entry, check)})


def _inspected(region: Checks, entry: Entry[UnitCrossInspected]) -> Checks:
    """A clean inspection adds nothing, and wipes nothing (T-06)."""
    if entry.event.result is CheckResult.CLEAN:
        return region
    return replace(region, findings={**region.findings, entry.version: _found(entry)})


def _rectification(region: Checks, entry: Entry[UnitRectificationOrdered]) -> Checks:
    """A rectification is of the findings that it names: by themselves, by their check, or by signals of it."""
    event = entry.event
    of = frozenset(
        found.version
        for found in region.findings.values()
        if found.version == event.finding
        or (found.check is not None and (found.check == event.check or set(found.signals) & set(event.signals)))
    )
    order = Rectification(entry.version, event.level or Level.PREFECTURE, entry.day, event.due, event.signals, of)
    region = _mark(region, of, handled=True)
    return replace(region, rectifications={**region.rectifications, entry.version: order})


def _mark(region: Checks, versions: Iterable[int], **changes: bool | date) -> Checks:
    marked = {version: replace(region.findings[version], **changes) for version in versions}  # type: ignore[arg-type]
    return replace(region, findings={**region.findings, **marked})


def _with(region: Checks, ref: int, **changes: object) -> Checks:
    order = region.rectifications.get(ref)
    if order is None:
        return region
    return replace(region, rectifications={**region.rectifications, ref: replace(order, **changes)})  # type: ignore[arg-type]


def _reported(region: Checks, entry: Entry[UnitRectificationReported]) -> Checks:
    """Reported again, the clock of who has to conclude it does not start again (T-05)."""
    order = region.rectifications.get(entry.event.rectification_ref)
    since = order.reported_on if order is not None else None
    return _with(region, entry.event.rectification_ref, reported_on=since or entry.day)


def _concluded(region: Checks, entry: Entry[UnitRectificationConcluded]) -> Checks:
    event = entry.event
    order = region.rectifications.get(event.rectification_ref)
    if order is not None and event.outcome is RectificationOutcome.ACCEPTED:
        region = _mark(region, order.findings, settled=True)
    elif order is not None:
        waiting = [version for version in order.findings if not region.findings[version].settled]
        region = _mark(region, waiting, handled=False, failed_on=entry.day)
    return _with(region, event.rectification_ref, outcome=event.outcome)


def not_clean(event: UnitVerified | UnitObjectionResolved) -> bool:
    """Whether a verification, or what became of an objection, says that something was found."""
    return event.upheld if isinstance(event, UnitObjectionResolved) else event.result is not VerificationResult.KEEP


def _measured(entry: Entry[UnitVerified] | Entry[UnitObjectionResolved], title: str) -> Finding:
    event = entry.event
    return Finding(entry.version, entry.day, CheckResult.PROBLEMS, Measure.of(event), event.severity or 1, title=title)


def _objection_upheld(region: Checks, entry: Entry[UnitObjectionResolved]) -> Checks:
    """An upheld objection whose fact was measured is a finding like any other (T-10)."""
    event = entry.event
    if not not_clean(event) or event.category is None:
        return region
    return replace(region, findings={**region.findings, entry.version: _measured(entry, event.title or "")})


def _verified(region: Checks, entry: Entry[UnitVerified]) -> Checks:
    event = entry.event
    title = event.title or ""
    conditional = {name: until for name, until in region.conditional.items() if name != title}
    if event.result is VerificationResult.KEEP_CONDITIONALLY and event.until is not None:
        conditional[title] = event.until
    to_propose = dict(region.to_propose)
    if event.result is VerificationResult.PROPOSE_REVOCATION:
        to_propose.setdefault(title, (entry.version, entry.day))
    findings = dict(region.findings)
    if event.result is VerificationResult.RECTIFY or (not_clean(event) and event.category is not None):
        findings[entry.version] = _measured(entry, title)
    verified = {**region.verified, title: entry.day}
    return replace(region, verified=verified, conditional=conditional, to_propose=to_propose, findings=findings)


def _answered(region: Checks, entry: Entry[UnitRevocationProposed | UnitRevocationDropped]) -> Checks:
    """A proposal, or the reason why none is made, answers the verification that asked for one, for that title."""
    title = entry.event.title or ""
    asked = {name: since for name, since in region.to_propose.items() if name == title}
    proposed = {name: since for name, since in region.proposed.items() if name != title}
    left = {name: since for name, since in region.to_propose.items() if name != title}
    return replace(region, to_propose=left, proposed=proposed | asked)


def _lapsed(region: Checks, entry: Entry[UnitRevocationLapsed]) -> Checks:
    """A proposal that the unit never heard of answers nothing: what asked for it waits as before (T-12)."""
    title = entry.event.title or ""
    again = {name: since for name, since in region.proposed.items() if name == title}
    proposed = {name: since for name, since in region.proposed.items() if name != title}
    return replace(region, to_propose={**again, **region.to_propose}, proposed=proposed)


def propose_ordered(unit: Unit, act: Act[UnitCheckOrdered], pack: Pack) -> Event:
    """The check's id, the level that orders (the plan's for a drawn unit), and the days it has (I-15, T-19)."""
    event, plan = act.event, _plan(act)
    check = event.check or f"C{unit.version + 1}"
    if plan is None:
        due = event.due or pack.after(act.day, pack.windows.conduct_check)
        return event.model_copy(update={"check": check, "due": due, "level": act.actor.level})
    due = event.due or (plan.due if plan.due >= act.day else pack.after(act.day, pack.windows.conduct_check))
    level = act.actor.level or PLACES[plan.place].level
    return event.model_copy(update={"check": check, "due": due, "level": level})


def _plan(act: Act[UnitCheckOrdered]) -> CheckPlanned | None:
    plan = act.context.find(Plan, act.event.plan)
    return plan.planned if plan is not None else None


def drawn_by_its_plan(unit: Unit, act: Act[UnitCheckOrdered], pack: Pack) -> Refusal | None:
    """T-19: a check of a plan is of a unit that it drew, of its kind and once; the register orders no other."""
    event, plan = act.event, act.context.find(Plan, act.event.plan)
    if event.plan is None and act.actor.kind is ActorKind.SYSTEM:
        return refuse(pack, "T-19", "登记簿只下达抽中单位的核查", "the register orders checks of drawn units alone")
    if plan is None or plan.planned is None:
        return None
    if unit.id not in plan.to_order or event.kind is not plan.planned.kind:
        zh, en = "该方案未抽中该单位，或核查已下达", "the plan did not draw the unit, or its check was ordered already"
        return refuse(pack, "T-19", zh, en, (event.plan,), "/plan")
    return None


def tell_the_plan(unit: Unit, act: Act[UnitCheckOrdered], pack: Pack) -> Iterator[Effect]:
    """The plan owes the order of this check no more."""
    if act.event.plan is not None:
        yield Effect(act.event.plan, CheckOrdered(unit=unit.id))


def propose_rectification(unit: Unit, act: Act[UnitRectificationOrdered], pack: Pack) -> Event:
    """The level that orders; and the finding, where nothing else is named and only one waits."""
    event, waiting = act.event, unit.checks.unhandled
    named = event.finding is not None or event.check is not None or event.signals
    finding = waiting[0].version if not named and len(waiting) == 1 else event.finding
    return event.model_copy(update={"level": act.actor.level, "finding": finding})


def propose_verified(unit: Unit, act: Act[UnitVerified], pack: Pack) -> Event:
    """How severe it is what a verification found, by the pack's measure (T-10)."""
    event = act.event
    if event.category is None or not not_clean(event):
        return event
    return event.model_copy(update={"severity": least_severity(event, pack)})


def propose_found(unit: Unit, act: Act[UnitCheckConducted | UnitCrossInspected], pack: Pack) -> Event:
    """How severe it is what was found, by the pack's measure (T-10)."""
    event = act.event
    if event.result is CheckResult.CLEAN:
        return event
    least = pack.limits.frozen_severity if event.result is CheckResult.GRAVE else 1
    return event.model_copy(update={"severity": max(least, least_severity(event, pack))})


def checked_in_time(unit: Unit, act: Act[UnitCheckOrdered], pack: Pack) -> Refusal | None:
    """T-05: a check that no signal hurries is due within the pack's days: one of a hundred years from now is none."""
    due, latest = act.event.due, pack.after(act.day, pack.windows.planned_ahead)
    if due is None or act.event.kind is CheckKind.TARGETED or due <= latest:
        return None
    return refuse(pack, "T-05", f"核查最迟{latest}完成", f"a check is due by {latest} at the latest", (), "/due")


def due_not_past(unit: Unit, act: Act[UnitCheckOrdered | UnitRectificationOrdered], pack: Pack) -> Refusal | None:
    """I-21: what is ordered is due today or later."""
    due = act.event.due
    if due is not None and due < act.day:
        return refuse(pack, "I-21", f"期限{due}已过", f"the due day {due} is past", pointer="/due")
    return None


def rectified_in_time(unit: Unit, act: Act[UnitRectificationOrdered], pack: Pack) -> Refusal | None:
    """T-05: what is to be put right has a day that comes."""
    latest = pack.after(act.day, pack.windows.rectify)
    if act.event.due <= latest:
        return None
    return refuse(pack, "T-05", f"整改最迟{latest}完成", f"it is put right by {latest} at the latest", (), "/due")


def signals_are_known(unit: Unit, act: Act[UnitCheckOrdered | UnitRectificationOrdered], pack: Pack) -> Refusal | None:
    """I-00: the signals that a check or rectification names are this unit's."""
    event = act.event
    unknown = [name for name in event.signals if name not in unit.signals.all]
    if unknown:
        return refuse(
            pack, "I-00", "所列信号不存在", "a signal named is none of this unit's", unknown, pointer="/signals"
        )
    return None


def targeted_in_time(unit: Unit, act: Act[UnitCheckOrdered], pack: Pack) -> Refusal | None:
    """I-15 (A-16): a targeted check names its signals, and is due within its working days."""
    event = act.event
    if event.kind is not CheckKind.TARGETED:
        return None
    if not event.signals:
        return refuse(pack, "I-15", "专项核查须指明信号", "a targeted check names its signals", pointer="/signals")
    latest = pack.after(act.day, pack.windows.conduct_check)
    if event.due is not None and event.due > latest:
        return refuse(
            pack,
            "I-15",
            f"专项核查最迟{latest}完成",
            f"a targeted check is due by {latest} at the latest",
            pointer="/due",
        )
    return None


def check_id_is_new(unit: Unit, act: Act[UnitCheckOrdered], pack: Pack) -> Refusal | None:
    """I-00: a check's id is given once."""
    event = act.event
    if event.check in unit.checks.ordered:
        return refuse(pack, "I-00", "核查编号重复", "the id of the check is taken", (event.check,), pointer="/check")
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
        return refuse(
            pack, "I-00", "没有这项待实施的核查", "there is no such open check", (event.check,), pointer="/check"
        )
    if event.on < check.ordered_on:
        return refuse(
            pack, "I-21", "核查早于下达之日", "conducted before it was ordered", (check.version,), pointer="/on"
        )
    return None


def has_open_rectification(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is a rectification going on."""
    if not unit.checks.open_rectifications:
        return refuse(pack, "I-00", "没有进行中的整改", "there is no open rectification")
    return None


def rectified_late(unit: Unit, order: Rectification, day: date) -> bool:
    """Whether the days of a rectification are over, as they were extended or stood still (T-05)."""
    return day > unit.common.last_day(f"{ObligationKind.RECTIFY.value}:{order.version}", order.due)


def has_rectification_to_conclude(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: some rectification was reported, or its days are over."""
    going_on = unit.checks.open_rectifications
    if not going_on or any(order.reported_on is not None or rectified_late(unit, order, act.day) for order in going_on):
        return None
    return refuse(pack, "I-05", "没有可验收的整改", "no rectification was reported, nor are its days over")


def accepted_by_another(unit: Unit, act: Act[UnitRectificationConcluded], pack: Pack) -> Refusal | None:
    """T-03: who ordered a rectification does not accept it."""
    event = act.event
    apart = frozenset({"act:order_rectification", "act:accept_rectification"}) in pack.pairs_in(Scope.RECTIFICATION)
    if not apart or event.outcome is not RectificationOutcome.ACCEPTED:
        return None
    order = unit.checks.rectifications.get(event.rectification_ref)
    if order is None or not same_person(unit.entries[order.version - 1].actor.id, act.actor.id, act.context):
        return None
    return refuse(pack, "T-03", "责令整改的人不验收", "who ordered it does not accept it", (order.version,))


def who_ordered_it(unit: Unit, event: UnitRectificationConcluded) -> Iterator[UUID]:
    """The stream of the officer who ordered the rectification."""
    if event.rectification_ref in unit.checks.rectifications:
        yield unit.entries[event.rectification_ref - 1].actor.id


def inspected_from_outside(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-06: the unit's own province does not record what another one found."""
    own = at_level(unit.life.place, Level.PROVINCE)
    if act.actor.level is Level.NATION or act.actor.place != own:
        return None
    zh, en = "互检结果由检查省自己记录", "another province inspects and records it, not the unit's own"
    return refuse(pack, "T-06", zh, en, (act.actor.place,))


def inspected_by_its_province(unit: Unit, act: Act[UnitCrossInspected], pack: Pack) -> Refusal | None:
    """T-06: another province inspects, and records it itself, or the nation for it."""
    event, own = act.event, at_level(unit.life.place, Level.PROVINCE)
    by = at_level(event.inspecting_place, Level.PROVINCE)
    in_its_name = act.actor.level is Level.PROVINCE and act.actor.place != by
    if by is not None and by != own and not in_its_name:
        return None
    zh, en = (
        "检查地须为外省，由该省自己记录",
        "the inspecting place is another province, and records what it found itself",
    )
    return refuse(pack, "T-06", zh, en, (event.inspecting_place,), "/inspecting_place")


def finding_waits(unit: Unit, act: Act[UnitRectificationOrdered], pack: Pack) -> Refusal | None:
    """T-06: the finding named is of this unit and not settled."""
    ref = act.event.finding
    found = unit.checks.findings.get(ref or 0)
    if ref is None or (found is not None and not found.settled):
        return None
    return refuse(pack, "T-06", "没有这项待整改的检查发现", "no such finding waits", (ref,), "/finding")


def closed_is_rectified_on_findings(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-21: a closed unit takes on nothing new; what a check has found of it is rectified like any other finding."""
    if not unit.life.closed:
        return None
    waiting = [version for version, finding in unit.checks.findings.items() if not finding.settled]
    named = act.event.finding if isinstance(act, Act) else next(iter(waiting), None)
    if named is not None:
        return None
    zh, en = "单位已注销，只能就检查发现责令整改", "the unit is closed: only what a check has found of it is rectified"
    return refuse(pack, "T-21", zh, en, waiting, "/finding")


def frozen_is_not_kept(unit: Unit, act: Act[UnitVerified], pack: Pack) -> Refusal | None:
    """I-07: a verification does not keep the title of a frozen unit, nor under a condition."""
    kept = act.event.result in (VerificationResult.KEEP, VerificationResult.KEEP_CONDITIONALLY)
    return nothing_frozen(unit, act, pack) if kept else None


def rectification_is_open(
    unit: Unit, act: Act[UnitRectificationReported | UnitRectificationConcluded], pack: Pack
) -> Refusal | None:
    """I-00: the rectification named is open; it is concluded once it was reported or its days are over."""
    event = act.event
    order = unit.checks.rectifications.get(event.rectification_ref)
    if order is None or order.outcome is not None:
        return refuse(
            pack,
            "I-00",
            "没有这项进行中的整改",
            "there is no such open rectification",
            (event.rectification_ref,),
            pointer="/rectification_ref",
        )
    if not isinstance(event, UnitRectificationConcluded):
        return None
    if order.reported_on is None and not rectified_late(unit, order, act.day):
        return refuse(pack, "I-05", "单位尚未报告整改", "the unit has not reported yet", (order.version,))
    return _concluded_as_it_stands(event, order, act, pack)


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
    if not any(
        pack.titles[name].named_by is Level.NATION for name in unit.naming.held_on(act.day) if name in pack.titles
    ):
        return refuse(pack, "I-00", "不是全国示范单位", "the unit holds no national title")
    return None


def condition_has_end(unit: Unit, act: Act[UnitVerified], pack: Pack) -> Refusal | None:
    """I-00: keeping conditionally says until when."""
    event = act.event
    if event.result is VerificationResult.KEEP_CONDITIONALLY and (event.until is None or event.until <= act.day):
        return refuse(
            pack, "I-00", "有条件保留须写明期限", "keeping conditionally needs a day until when", pointer="/until"
        )
    return None


def waiting_for_rectification(unit: Unit, packs: Packs) -> Iterator[tuple[Finding, date]]:
    """Findings for which a rectification is to be ordered, with the day since which they wait: those unhandled, anew
    where one failed; what a sum makes freeze (T-10); what froze beside signals that turned out to be less.
    """
    waiting = unit.checks.unhandled
    weighed: dict[str, Mapping[Name, Weight]] = {}  # once a pack: a long life has many findings
    for found in unit.checks.findings.values():
        since = max(found.day, found.failed_on or found.day)
        if found in waiting:
            yield found, since
            continue
        assessed = _less_than_serious_since(unit, found)
        if found.handled or found.settled or assessed is None:
            continue
        pack = packs.on(found.day)
        if pack.digest not in weighed:
            weighed[pack.digest] = weights(unit, pack)
        weight = weighed[pack.digest].get(found.version)
        by_itself = bool(found.signals) and (
            found.result is CheckResult.GRAVE or found.severity >= pack.limits.frozen_severity
        )
        if by_itself or (weight is not None and weight.severity >= pack.limits.frozen_severity):
            yield found, max(since, assessed)


def _less_than_serious_since(unit: Unit, found: Finding) -> date | None:
    """The day since which no signal that the check looked into is in question or serious; None while one is."""
    signals = [unit.signals.all[name] for name in found.signals if name in unit.signals.all]
    if any(signal.in_question or signal.outcome is SignalOutcome.SERIOUS for signal in signals):
        return None
    return max((signal.assessed_on or found.day for signal in signals), default=found.day)


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
            pack = packs.on(order.ordered_on)
            yield of_unit(pack, ObligationKind.RECTIFY, ref, order.ordered_on, order.due, order.level)
        else:
            since, pack = order.reported_on, packs.on(order.reported_on)
            due = pack.after(since, pack.windows.handle_step)
            yield of_office(unit, pack, ObligationKind.CONCLUDE_RECTIFICATION, ref, order.level, since, due)
    for found, since in waiting_for_rectification(unit, packs):
        pack = packs.on(since)
        due = pack.after(since, pack.windows.handle_finding)
        ref = str(found.version) if since == found.day else f"{found.version}:{since}"
        by = region.ordered.get(found.check or "")
        level = by.level if by is not None else Level.PROVINCE
        level = charge_of(found.title, pack) if found.title is not None else level
        yield of_office(unit, pack, ObligationKind.HANDLE_FINDING, ref, level, since, due)
    for title, held in unit.naming.held.items():
        last = max(region.verified.get(title, held.watched_from), held.watched_from)
        pack = packs.on(last)
        due = min(pack.after(last, pack.windows.verification), region.conditional.get(title, date.max))
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
        UnitObjectionResolved: _objection_upheld,
        UnitRevocationProposed: _answered,
        UnitRevocationDropped: _answered,
        UnitRevocationLapsed: _lapsed,
    },
    (
        Law(
            UnitCheckOrdered,
            office=(*desk(where_watched_or_nation), SYSTEM),
            rule="I-15",
            state=(known,),
            content=(
                due_not_past,
                signals_are_known,
                targeted_in_time,
                checked_in_time,
                check_id_is_new,
                drawn_by_its_plan,
            ),
            propose=propose_ordered,
            effects=tell_the_plan,
            settles=(ObligationKind.ORDER_CHECK,),
            undone_by_procedure=True,
        ),
        Law(
            UnitCheckConducted,
            office=(officer(Role.INSPECTOR, *DESK),),
            rule="I-13",
            state=(known, has_open_check),
            content=(check_is_open, fact_not_ahead),
            propose=propose_found,
            settles=(ObligationKind.CONDUCT_CHECK,),
            undone_by_procedure=True,
        ),
        Law(
            UnitCrossInspected,
            office=(officer(Role.INSPECTOR, *DESK, levels=NATION_OR_PROVINCE, anywhere=True),),
            rule="I-13",
            state=(registered, national_title_is_held, inspected_from_outside),
            content=(fact_not_ahead, inspected_by_its_province),
            propose=propose_found,
            undone_by_procedure=True,
        ),
        Law(
            UnitRectificationOrdered,
            office=desk(where_watched),
            rule="I-13",
            state=(known, closed_is_rectified_on_findings),
            content=(due_not_past, rectified_in_time, signals_are_known, finding_waits),
            propose=propose_rectification,
            settles=(ObligationKind.HANDLE_FINDING,),
            undone_by_procedure=True,
        ),
        Law(
            UnitRectificationReported,
            office=(AGENT,),
            rule="I-13",
            state=(known, has_open_rectification),
            content=(rectification_is_open,),
            settles=(ObligationKind.RECTIFY,),
        ),
        Law(
            UnitRectificationConcluded,
            office=desk(where_watched),
            rule="I-13",
            state=(known, has_open_rectification, has_rectification_to_conclude),
            content=(rectification_is_open, accepted_by_another),
            reads=who_ordered_it,
            settles=(ObligationKind.RECTIFY, ObligationKind.CONCLUDE_RECTIFICATION),
            undone_by_procedure=True,
        ),
        Law(
            UnitVerified,
            office=desk(where_title_is_watched),
            about=titles_held,
            rule="I-13",
            state=(registered, title_is_held, term_not_over, term_begun),
            content=(condition_has_end, frozen_is_not_kept),
            propose=propose_verified,
            settles=(ObligationKind.VERIFICATION,),
            undone_by_procedure=True,
        ),
    ),
    obligations,
)
