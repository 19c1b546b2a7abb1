"""Chapter 信号: what was reported of a unit, what it turned out to be, and what it stops (policy 五(五)3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import CHINA, Entry, Event
from events.places import within
from events.unit.checks import UnitCheckOrdered, UnitRectificationConcluded, UnitRectificationOrdered
from events.unit.revocation import UnitRevocationDropped, UnitRevocationProposed
from events.unit.signals import UnitSignalAmended, UnitSignalAssessed, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import (
    ActorKind,
    Category,
    Ground,
    ObligationKind,
    RectificationOutcome,
    Role,
    SignalOutcome,
    Watch,
)
from services.casework.calendar import Span
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation
from services.casework.office import DESK, SOURCE, desk, officer
from services.casework.pack import Pack
from services.casework.pack_parts import GroundText, Windows
from services.casework.source.state import Source, source_stream
from services.casework.unit.charge import charge_over, where_watched
from services.casework.unit.duties import of_office
from services.casework.unit.registration import known

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


_LONGEST_ID = 300


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal as it stands now; `outcome` is None until it is assessed."""

    id: str
    version: int
    source: str
    category: Category
    severity: int
    stated_severity: int
    occurred_on: date
    reported_on: date
    recorded_at: datetime
    people: int | None = None
    amount_fen: int | None = None
    months: int | None = None
    penalised: bool = False
    case_number: str | None = None
    withdrawn: bool = False
    reassess_since: date | None = None
    outcome: SignalOutcome | None = None
    ground: Ground | None = None
    assessed: int | None = None
    assessed_on: date | None = None
    rectified: bool = False
    checked: bool = False
    answered: bool = False

    @property
    def recorded_on(self) -> date:
        """The local day on which the register learned of it."""
        return self.recorded_at.astimezone(CHINA).date()

    @property
    def is_open(self) -> bool:
        """Neither withdrawn nor assessed yet; or assessed serious and not put right.

        A withdrawal after an assessment settles nothing by itself: it needs an assessment anew (I-17).
        """
        if self.outcome is None:
            return not self.withdrawn
        return self.outcome is SignalOutcome.SERIOUS and not self.rectified

    @property
    def stands_serious(self) -> bool:
        """Whether it is assessed serious, and was not withdrawn since."""
        return self.outcome is SignalOutcome.SERIOUS and self.reassess_since is None


@dataclass(frozen=True, slots=True)
class Signals:
    """All signals of the unit by id."""

    all: Mapping[str, Signal] = field(default_factory=dict)
    rectifications: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def open(self) -> dict[str, Signal]:
        """Those that are open."""
        return {name: signal for name, signal in self.all.items() if signal.is_open}

    def freezing(self, pack: Pack) -> tuple[Signal, ...]:
        """Those that freeze the unit: of a ground's category, severity 3 or more, and open (domain §4)."""
        limit = pack.limits.frozen_severity
        return tuple(
            signal
            for signal in self.all.values()
            if signal.is_open
            and (signal.outcome is SignalOutcome.SERIOUS or (_has_ground(signal, pack) and signal.severity >= limit))
        )


def _has_ground(signal: Signal, pack: Pack) -> bool:
    return pack.categories[signal.category].ground is not None


def signal_id(source: str, external_id: str) -> str:
    """The id of a signal: its source and the id there; a digest where that grows too long."""
    whole = f"{source}#{external_id}"
    return whole if len(whole) <= _LONGEST_ID else f"sha256:{sha256(whole.encode()).hexdigest()}"


def floor(category: Category, people: int | None, amount_fen: int | None, pack: Pack) -> int:
    """The least severity that the pack gives these numbers."""
    floors = pack.categories[category].floors
    reached = [
        step.severity
        for step in floors
        if (not step.people and not step.amount_fen)
        or (step.people and (people or 0) >= step.people)
        or (step.amount_fen and (amount_fen or 0) >= step.amount_fen)
    ]
    return max(reached, default=1)


def _recorded(region: Signals, entry: Entry[UnitSignalRecorded]) -> Signals:
    event = entry.event
    name = event.signal or signal_id(event.source, event.external_id)
    signal = Signal(
        id=name, version=entry.version, source=event.source, category=event.category, severity=event.severity,
        stated_severity=event.stated_severity or event.severity, occurred_on=event.occurred_on,
        reported_on=event.reported_on, recorded_at=entry.recorded_at, people=event.people, amount_fen=event.amount_fen,
        months=event.months, penalised=event.penalised, case_number=event.case_number,
    )  # fmt: skip
    return replace(region, all={**region.all, name: signal})


def _with(region: Signals, name: str, **changes: object) -> Signals:
    signal = region.all.get(name)
    if signal is None:
        return region
    return replace(region, all={**region.all, name: replace(signal, **changes)})  # type: ignore[arg-type]


def _amended(region: Signals, entry: Entry[UnitSignalAmended]) -> Signals:
    event = entry.event
    names = ("category", "severity", "occurred_on", "people", "amount_fen", "months", "penalised", "case_number")
    given = {name: getattr(event, name) for name in names if getattr(event, name) is not None}
    return _with(region, event.signal, **given)


def _withdrawn(region: Signals, entry: Entry[UnitSignalWithdrawn]) -> Signals:
    signal = region.all.get(entry.event.signal)
    assessed = signal is not None and signal.outcome is not None
    return _with(region, entry.event.signal, withdrawn=True, reassess_since=entry.day if assessed else None)


def _assessed(region: Signals, entry: Entry[UnitSignalAssessed]) -> Signals:
    event = entry.event
    return _with(
        region, event.signal, outcome=event.outcome, ground=event.ground, assessed=entry.version,
        assessed_on=entry.day, rectified=False, answered=False, reassess_since=None,
    )  # fmt: skip


def _check_ordered(region: Signals, entry: Entry[UnitCheckOrdered]) -> Signals:
    for name in entry.event.signals:
        region = _with(region, name, checked=True)
    return region


def _rectification_ordered(region: Signals, entry: Entry[UnitRectificationOrdered]) -> Signals:
    return replace(region, rectifications={**region.rectifications, entry.version: entry.event.signals})


def _rectification_concluded(region: Signals, entry: Entry[UnitRectificationConcluded]) -> Signals:
    if entry.event.outcome is RectificationOutcome.ACCEPTED:
        for name in region.rectifications.get(entry.event.rectification_ref, ()):
            region = _with(region, name, rectified=True)
    return region


def _proposed(region: Signals, entry: Entry[UnitRevocationProposed | UnitRevocationDropped]) -> Signals:
    """A proposal, or the reason why none is made, answers every serious signal assessed before it (I-14)."""
    for name, signal in region.all.items():
        if signal.outcome is SignalOutcome.SERIOUS and not signal.answered:
            region = _with(region, name, answered=True)
    return region


def propose_recorded(unit: Unit, act: Act[UnitSignalRecorded], pack: Pack) -> Event:
    """The signal's id; its severity is at least the pack's floor, and what the source said is kept."""
    event = act.event
    least = floor(event.category, event.people, event.amount_fen, pack)
    update: dict[str, object] = {
        "signal": signal_id(event.source, event.external_id),
        "severity": max(event.severity, least),
        "digest": event.digest or _digest(event),
    }
    if least > event.severity:
        update["stated_severity"] = event.severity
    return event.model_copy(update=update)


def propose_changed(unit: Unit, act: Act[UnitSignalAmended | UnitSignalWithdrawn], pack: Pack) -> Event:
    """An amendment by numbers that reach a higher floor raises the severity with them."""
    event = act.event
    update: dict[str, object] = {"digest": event.digest or _digest(event)}
    if isinstance(event, UnitSignalAmended) and (signal := unit.signals.all.get(event.signal)) is not None:
        people = event.people if event.people is not None else signal.people
        amount = event.amount_fen if event.amount_fen is not None else signal.amount_fen
        least = floor(event.category or signal.category, people, amount, pack)
        if least > (event.severity or signal.severity):
            update["severity"] = least
    return event.model_copy(update=update)


def _digest(event: Event) -> str:
    return sha256(event.model_dump_json(exclude_none=True).encode()).hexdigest()


def recorded_once(unit: Unit, act: Act[UnitSignalRecorded], pack: Pack) -> Refusal | None:
    """I-17: a source's id names one signal; what changes is an amendment."""
    event = act.event
    signal = unit.signals.all.get(signal_id(event.source, event.external_id))
    if signal is not None:
        return refuse(pack, "I-17", "该信号已收到", "that signal is recorded already", (signal.version,))
    return None


def days_in_order(unit: Unit, act: Act[UnitSignalRecorded | UnitSignalAmended], pack: Pack) -> Refusal | None:
    """I-21: a signal happened before it was reported, and was reported by today."""
    event = act.event
    if isinstance(event, UnitSignalAmended):
        ahead = event.occurred_on is not None and event.occurred_on > act.day
        return refuse(pack, "I-21", "发生日期晚于今日", "it cannot have happened after today") if ahead else None
    if not event.occurred_on <= event.reported_on <= act.day:
        zh = f"发生{event.occurred_on}、报告{event.reported_on}与今日{act.day}次序不符"
        return refuse(
            pack,
            "I-21",
            zh,
            f"occurred {event.occurred_on}, reported {event.reported_on}, today {act.day}: out of order",
        )
    return None


def not_in_a_sources_name(unit: Unit, act: Act[UnitSignalRecorded], pack: Pack) -> Refusal | None:
    """I-17: what a registered source reports, it reports itself."""
    named = act.context.find(Source, source_stream(act.event.source))
    if act.actor.kind is ActorKind.SOURCE or named is None or not named.uri:
        return None
    zh = "以来源系统名义的信号只由该来源报告"
    return refuse(pack, "I-17", zh, "a source's signals are reported by itself", (named.uri,), "/source")


def source_may_report(
    unit: Unit, act: Act[UnitSignalRecorded | UnitSignalAmended | UnitSignalWithdrawn], pack: Pack
) -> Refusal | None:
    """I-13 (R-23): a source reports its own signals, of its categories, about units in its place."""
    event, source = act.event, act.context.find(Source, act.actor.id)
    if act.actor.kind is not ActorKind.SOURCE or source is None:
        return None
    if source.suspended or source.closed:
        return refuse(pack, "I-13", "该来源已暂停或关闭", "the source is suspended or closed")
    if not within(unit.life.place, source.place):
        return refuse(pack, "I-13", "该来源无权报告此地单位", "the source does not report on this place")
    if isinstance(event, UnitSignalRecorded):
        if event.source != source.uri:
            return refuse(pack, "I-13", "来源标识不符", "the source is another than the one that sends", (source.uri,))
        if event.category not in source.categories:
            return refuse(
                pack, "I-13", f"该来源无权报告{event.category.zh}", f"the source does not report {event.category.en}"
            )
    return None


def named_source(unit: Unit, event: UnitSignalRecorded) -> Iterator[UUID]:
    """The stream of the source in whose name a signal is reported."""
    yield source_stream(event.source)


def signal_is_known(
    unit: Unit, act: Act[UnitSignalAmended | UnitSignalAssessed | UnitSignalWithdrawn], pack: Pack
) -> Refusal | None:
    """I-00: the signal is one of this unit's."""
    name = act.event.signal
    if name not in unit.signals.all:
        return refuse(pack, "I-00", f"没有信号{name}", f"there is no signal {name}")
    return None


def some_signal_to_change(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-17: there is a signal, not withdrawn, that this actor reported."""
    by_id = act.actor.kind is ActorKind.SOURCE and act.context.find(Source, act.actor.id) is None
    for signal in unit.signals.all.values():
        recorder = unit.entries[signal.version - 1].actor.id
        if _not_by(signal, unit, act, pack) is None and not (by_id and recorder != act.actor.id):
            return None
    return refuse(pack, "I-17", "没有可更正或撤回的信号", "there is no signal of one's own to change")


def by_same_source(unit: Unit, act: Act[UnitSignalAmended | UnitSignalWithdrawn], pack: Pack) -> Refusal | None:
    """I-17: only the source that sent a signal may amend or withdraw it; once withdrawn it is over."""
    signal = unit.signals.all.get(act.event.signal)
    return _not_by(signal, unit, act, pack) if signal is not None else None


def _not_by(signal: Signal, unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    if signal.withdrawn:
        return refuse(pack, "I-17", "信号已撤回", "the signal is withdrawn already", (signal.version,))
    source = act.context.find(Source, act.actor.id)
    own = source is not None and signal.source == source.uri
    if act.actor.kind is ActorKind.SOURCE and source is not None and not own:
        return refuse(
            pack, "I-17", "仅原来源可更正或撤回", "only the source that sent it may change it", (signal.source,)
        )
    recorder = unit.entries[signal.version - 1].actor.id
    if act.actor.kind is not ActorKind.SOURCE and recorder != act.actor.id:
        return refuse(pack, "I-17", "仅原报告人可更正或撤回", "only who reported it may change it", (signal.source,))
    return None


def has_open_signal(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is a signal to assess."""
    if all(signal.withdrawn and signal.outcome is None for signal in unit.signals.all.values()):
        return refuse(pack, "I-00", "没有可核实的信号", "there is no signal to assess")
    return None


def assessable(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """I-17: a withdrawn signal is assessed anew only where it had been assessed; a settled one is not."""
    event = act.event
    signal = unit.signals.all.get(event.signal)
    if signal is not None and signal.withdrawn and signal.outcome is None:
        return refuse(pack, "I-17", "信号已撤回", "the signal is withdrawn", (signal.version,))
    same = signal is not None and (signal.outcome, signal.ground) == (event.outcome, event.ground)
    if signal is not None and signal.reassess_since is None and same:
        return refuse(pack, "I-17", "该信号已作同样认定", "the signal has that assessment already", (signal.assessed,))
    return None


def not_below_who_assessed(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """T-07: what a higher level assessed, a lower one does not assess otherwise, but for a withdrawal since."""
    signal = unit.signals.all.get(act.event.signal)
    if signal is None or signal.assessed is None or signal.reassess_since is not None:
        return None
    level = unit.entries[signal.assessed - 1].actor.level
    if level is None or act.actor.level is None or act.actor.level.rank >= level.rank:
        return None
    zh, en = (
        f"由{level.zh}级认定，由{level.zh}级或其上级变更",
        f"the {level.en} level assessed it: it or one above acts",
    )
    return refuse(pack, "T-07", zh, en, (signal.assessed,))


def _is_major(test: GroundText, signal: Signal, headcount: int | None) -> bool:
    """Whether the numbers reach the ground's thresholds: any of them, or all where they count together."""
    if test.always:
        return True
    reached = [
        (number or 0) >= threshold
        for number, threshold in (
            (signal.people, test.people),
            (signal.amount_fen, test.amount_fen),
            (signal.months, test.months),
        )
        if threshold is not None
    ]
    if test.share is not None and headcount and signal.people:
        reached.append(Fraction(signal.people, headcount) >= test.share)
    return bool(reached) and (all(reached) if test.together else any(reached))


def serious_is_major(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """A-06 (R-25, R-26): serious takes a ground, and the ground's own test of major."""
    event = act.event
    signal = unit.signals.all.get(event.signal)
    if signal is None or event.outcome is not SignalOutcome.SERIOUS:
        return None
    if event.ground is None:
        return refuse(pack, "A-06", "认定严重须指明事由", "a serious assessment names its ground")
    test = pack.grounds[event.ground]
    if not (signal.penalised or _is_major(test, signal, unit.life.headcount)):
        return refuse(
            pack, "A-06", f"未达到重大标准：{test.major_zh}", f"not major: {test.major_en}", (signal.version,)
        )
    return None


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """Assess in time, anew after a withdrawal (I-17); a check on a major one (I-15); a proposal, or a reason
    why not, after a serious one (I-14) while a title is held that none is proposed for.
    """
    if unit.life.since is None:
        return
    unproposed = unit.naming.held.keys() - unit.revocation.proposals.keys()

    def owed(kind: ObligationKind, ref: str, since: date, days: Callable[[Windows], Span]) -> Obligation:
        pack = packs.on(since)
        due = pack.after(since, days(pack.windows))
        return of_office(unit, pack, kind, ref, charge_over(unit, pack), since, due)

    for signal in unit.signals.all.values():
        ref, since = str(signal.version), signal.recorded_on
        if signal.reassess_since is not None:
            since = signal.reassess_since
            yield owed(ObligationKind.ASSESS_SIGNAL, f"{ref}:{since}", since, lambda windows: windows.assess_signal)
        elif signal.outcome is None and not signal.withdrawn:
            yield owed(ObligationKind.ASSESS_SIGNAL, ref, since, lambda windows: windows.assess_signal)
            if signal.severity >= packs.on(since).limits.targeted_check_severity and not signal.checked:
                yield owed(ObligationKind.ORDER_CHECK, ref, since, lambda windows: windows.order_check)
        elif signal.outcome is SignalOutcome.SERIOUS and not signal.answered and unproposed:
            # what was known when a title was given is answered for from its naming on
            first_named = min(held.named_on for held in unit.naming.held.values())
            since, ref = max(signal.assessed_on or since, first_named), str(signal.assessed)
            yield owed(ObligationKind.PROPOSE_REVOCATION, ref, since, lambda windows: windows.propose_revocation)


def nothing_frozen(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-07: no naming, extension or incentive while frozen; the refusal lists the signals."""
    frozen = unit.signals.freezing(pack)
    if frozen:
        ids = [signal.id for signal in frozen]
        zh = "；".join(f"{s.category.zh}（{s.severity}级，{s.occurred_on}）" for s in frozen)
        en = "; ".join(f"{s.category.en} (severity {s.severity}, {s.occurred_on})" for s in frozen)
        return refuse(pack, "I-07", f"单位处于冻结状态：{zh}", f"the unit is frozen by: {en}", ids)
    return None


def watch(unit: Unit, pack: Pack) -> Watch:
    """The watch level: a pure function of open signals, checks and rectifications."""
    if unit.signals.freezing(pack):
        return Watch.FROZEN
    severities = [signal.severity for signal in unit.signals.all.values() if signal.is_open]
    if any(severity >= pack.limits.frozen_severity for severity in severities) or unit.checks.failed:
        return Watch.ALERT
    if severities or unit.checks.unsettled:
        return Watch.ATTENTION
    return Watch.CALM


CHAPTER: Chapter[Unit] = Chapter(
    "signals",
    {
        UnitSignalRecorded: _recorded,
        UnitSignalAmended: _amended,
        UnitSignalWithdrawn: _withdrawn,
        UnitSignalAssessed: _assessed,
        UnitCheckOrdered: _check_ordered,
        UnitRectificationOrdered: _rectification_ordered,
        UnitRectificationConcluded: _rectification_concluded,
        UnitRevocationProposed: _proposed,
        UnitRevocationDropped: _proposed,
    },
    (
        Law(
            UnitSignalRecorded,
            office=(SOURCE, officer(Role.INSPECTOR, *DESK)),
            rule="I-17",
            state=(known,),
            content=(recorded_once, days_in_order, not_in_a_sources_name, source_may_report),
            reads=named_source,
            propose=propose_recorded,
        ),
        Law(
            UnitSignalAmended,
            office=(SOURCE, officer(Role.INSPECTOR, *DESK)),
            rule="I-17",
            unfilled=(some_signal_to_change,),
            state=(known,),
            content=(signal_is_known, by_same_source, source_may_report, days_in_order),
            propose=propose_changed,
        ),
        Law(
            UnitSignalWithdrawn,
            office=(SOURCE, officer(Role.INSPECTOR, *DESK)),
            rule="I-17",
            unfilled=(some_signal_to_change,),
            state=(known,),
            content=(signal_is_known, by_same_source, source_may_report),
            propose=propose_changed,
        ),
        Law(
            UnitSignalAssessed,
            office=desk(where_watched),
            rule="A-06",
            state=(known, has_open_signal),
            content=(signal_is_known, assessable, not_below_who_assessed, serious_is_major),
            settles=(ObligationKind.ASSESS_SIGNAL,),
        ),
    ),
    obligations,
)
