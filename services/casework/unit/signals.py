"""Chapter 信号: what was reported of a unit, what it turned out to be, and what it stops (policy 五(五)3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import CHINA, Entry, Event
from events.places import within
from events.unit.checks import (
    UnitCheckConducted,
    UnitCheckOrdered,
    UnitRectificationConcluded,
    UnitRectificationOrdered,
)
from events.unit.revocation import (
    UnitRevocationDropped,
    UnitRevocationLapsed,
    UnitRevocationProposed,
    UnitRevoked,
)
from events.unit.signals import UnitSignalAmended, UnitSignalAssessed, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import (
    ActorKind,
    Category,
    CheckKind,
    Ground,
    ObligationKind,
    RectificationOutcome,
    Role,
    SignalOutcome,
    Watch,
)
from services.casework.calendar import Span
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.obligation import Obligation
from services.casework.office import DESK, SOURCE, desk, officer, same_person
from services.casework.pack import Pack
from services.casework.pack_parts import Scope, Windows
from services.casework.signal.state import Parked, reported
from services.casework.source.state import Source, source_stream
from services.casework.unit.charge import charge_over, where_watched
from services.casework.unit.duties import of_office
from services.casework.unit.registration import known
from services.casework.unit.severity import Measure, is_major, least_severity, shows
from services.casework.unit.weights import Fact, freezing, sums_with, told_of, weight_of, weights

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


_LONGEST_ID = 300
_AMENDABLE = UnitSignalAmended.model_fields.keys() - {"signal", "reason", "digest"}


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
    raised: bool = False
    outcome: SignalOutcome | None = None
    ground: Ground | None = None
    assessed: int | None = None
    assessed_on: date | None = None
    rectified: bool = False
    rises: tuple[tuple[int, date], ...] = ()
    serious: tuple[tuple[int, date], ...] = ()
    ordered: bool = False
    checked: int | None = None
    answered: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    told_before: tuple[Fact, ...] = ()
    """What was told of it before its last amendment, since it was assessed (T-10)."""

    amended_on: date | None = None

    @property
    def told_on(self) -> date:
        """The day on which the register learned what it says now."""
        return self.amended_on or self.recorded_on

    @property
    def recorded_on(self) -> date:
        """The local day on which the register learned of it."""
        return self.recorded_at.astimezone(CHINA).date()

    @property
    def in_question(self) -> bool:
        """Whether it waits for an assessment that decides: there was none, or worse was reported since (T-10).

        A withdrawal settles nothing by itself: it needs an assessment too (I-17).
        """
        return self.outcome is None or self.raised

    @property
    def is_open(self) -> bool:
        """In question; or assessed serious and not put right."""
        return self.in_question or (self.outcome is SignalOutcome.SERIOUS and not self.rectified)

    @property
    def stands_serious(self) -> bool:
        """Whether it is assessed serious, and was not withdrawn since."""
        return self.outcome is SignalOutcome.SERIOUS and not (self.withdrawn and self.reassess_since is not None)

    def reached(self, severity: int) -> date | None:
        """The day since which it is of that severity, the highest ever stated counting; None where it is not."""
        return next((day for stated, day in self.rises if stated >= severity), None)

    def unanswered(self, title: str) -> tuple[int, date] | None:
        """The first serious assessment, with its day, that nothing answers for that title yet (T-05, T-11)."""
        if self.outcome is not SignalOutcome.SERIOUS:
            return None
        answer = max(self.answered.get(title, ()), default=0)
        return next(((version, day) for version, day in self.serious if version > answer), None)


@dataclass(frozen=True, slots=True)
class Signals:
    """All signals of the unit by id; what the checks ordered for them are called; titles with an open proposal."""

    all: Mapping[str, Signal] = field(default_factory=dict)
    rectifications: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    targeted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    proposed: frozenset[str] = frozenset()

    @property
    def open(self) -> dict[str, Signal]:
        """Those that are open."""
        return {name: signal for name, signal in self.all.items() if signal.is_open}


def signal_id(source: str, external_id: str) -> str:
    """The id of a signal: its source and the id there; a digest where that grows too long."""
    whole = f"{source}#{external_id}"
    return whole if len(whole) <= _LONGEST_ID else f"sha256:{sha256(whole.encode()).hexdigest()}"


def _recorded(region: Signals, entry: Entry[UnitSignalRecorded]) -> Signals:
    event = entry.event
    name = event.signal or signal_id(event.source, event.external_id)
    signal = Signal(
        id=name, version=entry.version, source=event.source, category=event.category, severity=event.severity,
        stated_severity=event.stated_severity or event.severity, occurred_on=event.occurred_on,
        reported_on=event.reported_on, recorded_at=entry.recorded_at, people=event.people, amount_fen=event.amount_fen,
        months=event.months, penalised=event.penalised, case_number=event.case_number,
        rises=((event.severity, entry.day),),
    )  # fmt: skip
    return replace(region, all={**region.all, name: signal})


def _with(region: Signals, name: str, **changes: object) -> Signals:
    signal = region.all.get(name)
    if signal is None:
        return region
    return replace(region, all={**region.all, name: replace(signal, **changes)})  # type: ignore[arg-type]


def _amended(region: Signals, entry: Entry[UnitSignalAmended]) -> Signals:
    """The most ever told counts until it is assessed; worse than what was assessed opens the question again, and worse
    than what was checked is checked again (T-10).
    """
    event, signal = entry.event, region.all.get(entry.event.signal)
    if signal is None:
        return region
    names = ("category", "occurred_on", "people", "amount_fen", "months", "penalised", "case_number")
    given = {name: getattr(event, name) for name in names if getattr(event, name) is not None}
    stated = event.severity or signal.severity
    if stated > signal.severity:
        given |= {"severity": stated, "rises": (*signal.rises, (stated, entry.day))}
    worse = stated > signal.severity or Measure.of(event, signal).worse_than(signal)
    if worse and signal.outcome is not None:
        given |= {"raised": True, "reassess_since": signal.reassess_since or entry.day}
    if worse and (signal.outcome is not None or signal.checked is not None):
        given |= {"ordered": False, "checked": None, "rises": ((max(stated, signal.severity), entry.day),)}
    return _with(region, event.signal, told_before=told_of(signal), amended_on=entry.day, **given)


def _withdrawn(region: Signals, entry: Entry[UnitSignalWithdrawn]) -> Signals:
    signal = region.all.get(entry.event.signal)
    since = (signal.reassess_since or entry.day) if signal is not None and signal.outcome is not None else None
    return _with(region, entry.event.signal, withdrawn=True, reassess_since=since)


def _assessed(region: Signals, entry: Entry[UnitSignalAssessed]) -> Signals:
    event = entry.event
    signal = region.all.get(event.signal)
    serious = signal.serious if signal is not None else ()
    if event.outcome is SignalOutcome.SERIOUS:
        serious = (*serious, (entry.version, entry.day))
    return _with(
        region, event.signal, outcome=event.outcome, ground=event.ground, assessed=entry.version,
        assessed_on=entry.day, rectified=False, reassess_since=None, raised=False, serious=serious,
        told_before=(),
    )  # fmt: skip


def _check_ordered(region: Signals, entry: Entry[UnitCheckOrdered]) -> Signals:
    """Only a check of those very signals is the one owed for them (T-06)."""
    event = entry.event
    if event.kind is not CheckKind.TARGETED:
        return region
    for name in event.signals:
        region = _with(region, name, ordered=True)
    return replace(region, targeted={**region.targeted, event.check or "": event.signals})


def _check_conducted(region: Signals, entry: Entry[UnitCheckConducted]) -> Signals:
    for name in region.targeted.get(entry.event.check, ()):
        if (signal := region.all.get(name)) is not None and signal.ordered:
            region = _with(region, name, checked=entry.version)
    return region


def _rectification_ordered(region: Signals, entry: Entry[UnitRectificationOrdered]) -> Signals:
    return replace(region, rectifications={**region.rectifications, entry.version: entry.event.signals})


def _rectification_concluded(region: Signals, entry: Entry[UnitRectificationConcluded]) -> Signals:
    if entry.event.outcome is RectificationOutcome.ACCEPTED:
        for name in region.rectifications.get(entry.event.rectification_ref, ()):
            region = _with(region, name, rectified=True)
    return region


def _answered(region: Signals, names: Iterable[str], title: str, version: int) -> Signals:
    for name in names:
        before = region.all[name].answered
        region = _with(region, name, answered={**before, title: (*before.get(title, ()), version)})
    return region


def _proposed(region: Signals, entry: Entry[UnitRevocationProposed]) -> Signals:
    """A proposal answers the signals among its evidence, for its title (T-06)."""
    title = entry.event.title or ""
    evidence = {version for ground in entry.event.grounds for version in ground.evidence}
    proved = [
        name
        for name, signal in region.all.items()
        if evidence & {signal.version, *(version for version, _ in signal.serious)}
    ]
    return replace(_answered(region, proved, title, entry.version), proposed=region.proposed | {title})


def _dropped(region: Signals, entry: Entry[UnitRevocationDropped]) -> Signals:
    """What is dropped answers for that title; without a proposal the reason is about all that is serious (I-14)."""
    title = entry.event.title or ""
    if title in region.proposed:
        return replace(region, proposed=region.proposed - {title})
    serious = [name for name, signal in region.all.items() if signal.unanswered(title) is not None]
    return _answered(region, serious, title, entry.version)


def _lapsed(region: Signals, entry: Entry[UnitRevocationLapsed]) -> Signals:
    """A proposal that the unit never heard of answers nothing (T-12)."""
    title = entry.event.title or ""
    for name, signal in region.all.items():
        left = tuple(version for version in signal.answered.get(title, ()) if version != entry.event.proposal)
        region = _with(region, name, answered={**signal.answered, title: left})
    return replace(region, proposed=region.proposed - {title})


def _revoked(region: Signals, entry: Entry[UnitRevoked]) -> Signals:
    return replace(region, proposed=region.proposed - {entry.event.title or ""})


def propose_recorded(unit: Unit, act: Act[UnitSignalRecorded], pack: Pack) -> Event:
    """The signal's id; its severity is at least the pack's floor, and what the source said is kept."""
    event = act.event
    least = least_severity(event, pack)
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
        least = least_severity(Measure.of(event, signal), pack)
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
        return refuse(
            pack, "I-17", "该信号已收到", "that signal is recorded already", (signal.version,), pointer="/external_id"
        )
    return None


def days_in_order(unit: Unit, act: Act[UnitSignalRecorded | UnitSignalAmended], pack: Pack) -> Refusal | None:
    """I-21: a signal happened before it was reported, and was reported by today."""
    event = act.event
    if isinstance(event, UnitSignalAmended):
        signal = unit.signals.all.get(event.signal)
        latest = min(signal.reported_on, act.day) if signal is not None else act.day
        if event.occurred_on is None or event.occurred_on <= latest:
            return None
        zh, en = f"发生日期不得晚于{latest}", f"it cannot have happened after {latest}"
        return refuse(pack, "I-21", zh, en, (latest,), "/occurred_on")
    if not event.occurred_on <= event.reported_on <= act.day:
        zh = f"发生{event.occurred_on}、报告{event.reported_on}与今日{act.day}次序不符"
        return refuse(
            pack,
            "I-21",
            zh,
            f"occurred {event.occurred_on}, reported {event.reported_on}, today {act.day}: out of order",
        )
    return None


def something_amended(unit: Unit, act: Act[UnitSignalAmended], pack: Pack) -> Refusal | None:
    """I-17: an amendment says what it amends."""
    if any(getattr(act.event, name) is not None for name in _AMENDABLE):
        return None
    return refuse(pack, "I-17", "未载明更正的内容", "nothing is said to be amended")


def not_in_a_sources_name(unit: Unit, act: Act[UnitSignalRecorded], pack: Pack) -> Refusal | None:
    """I-17: what a registered source reports, it reports itself, or somebody matches what it reported."""
    named = act.context.find(Source, source_stream(act.event.source))
    matched = act.context.find(Parked, act.event.parked) is not None
    if act.actor.kind is ActorKind.SOURCE or matched or named is None or not named.uri:
        return None
    zh = "以来源系统名义的信号只由该来源报告"
    return refuse(pack, "I-17", zh, "a source's signals are reported by itself", (named.uri,), "/source")


def as_it_was_matched(unit: Unit, act: Act[UnitSignalRecorded], pack: Pack) -> Refusal | None:
    """I-17: of a parked signal that is recorded which its source sent, at the unit that it was matched to."""
    event, parked = act.event, act.context.find(Parked, act.event.parked)
    if event.parked is None or parked is None or parked.parked is None:
        return None
    sent = reported(parked.parked)
    as_sent = event.model_copy(update={"severity": event.stated_severity or event.severity})
    same = all(getattr(as_sent, name) == getattr(sent, name) for name in sent.model_fields_set)
    if same and parked.matched == unit.id:
        return None
    zh, en = (
        "与待匹配信号或者其匹配结果不符",
        "that is not what the parked signal says, or it is matched to no such unit",
    )
    return refuse(pack, "I-17", zh, en, (event.parked,), "/parked")


def source_may_report(
    unit: Unit, act: Act[UnitSignalRecorded | UnitSignalAmended | UnitSignalWithdrawn], pack: Pack
) -> Refusal | None:
    """I-13 (R-23): a source reports its own signals, of its categories, about units in its place; what it sent while it
    was in service is matched afterwards too.
    """
    event = act.event
    matched = event if isinstance(event, UnitSignalRecorded) and event.parked is not None else None
    if act.actor.kind is not ActorKind.SOURCE and matched is None:
        return None
    source = act.context.find(Source, source_stream(matched.source) if matched is not None else act.actor.id)
    if source is None:
        return None
    if matched is None and not source.in_service:
        return refuse(pack, "I-13", "该来源已暂停或关闭", "the source is suspended or closed")
    if not within(unit.life.place, source.place):
        return refuse(pack, "I-13", "该来源无权报告此地单位", "the source does not report on this place")
    if isinstance(event, UnitSignalRecorded):
        if event.source != source.uri:
            return refuse(
                pack,
                "I-13",
                "来源标识不符",
                "the source is another than the one that sends",
                (source.uri,),
                pointer="/source",
            )
        if event.category not in source.categories:
            return refuse(
                pack,
                "I-13",
                f"该来源无权报告{event.category.zh}",
                f"the source does not report {event.category.en}",
                pointer="/category",
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
        return refuse(pack, "I-00", f"没有信号{name}", f"there is no signal {name}", pointer="/signal")
    return None


def some_signal_to_change(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-17: there is a signal, not withdrawn, that this actor reported."""
    by_id = act.actor.kind is ActorKind.SOURCE and act.context.find(Source, act.actor.id) is None
    for signal in unit.signals.all.values():
        recorder = unit.entries[signal.version - 1].actor.id
        if _not_by(signal, unit, act, pack) is None and not (by_id and recorder != act.actor.id):
            return None
    return refuse(
        pack, "I-17", "没有可更正或撤回的信号", "there is no signal of one's own to change", pointer="/signal"
    )


def by_same_source(unit: Unit, act: Act[UnitSignalAmended | UnitSignalWithdrawn], pack: Pack) -> Refusal | None:
    """I-17: only the source that sent a signal may amend or withdraw it; once withdrawn it is over."""
    signal = unit.signals.all.get(act.event.signal)
    return _not_by(signal, unit, act, pack) if signal is not None else None


def _not_by(signal: Signal, unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    if signal.withdrawn:
        return refuse(pack, "I-17", "信号已撤回", "the signal is withdrawn already", (signal.version,), final=True)
    source = act.context.find(Source, act.actor.id)
    own = source is not None and signal.source == source.uri
    if act.actor.kind is ActorKind.SOURCE and source is not None and not own:
        return refuse(
            pack, "I-17", "仅原来源可更正或撤回", "only the source that sent it may change it", (signal.source,)
        )
    recorded = unit.entries[signal.version - 1]
    matched = isinstance(recorded.event, UnitSignalRecorded) and recorded.event.parked is not None
    if act.actor.kind is not ActorKind.SOURCE and (matched or recorded.actor.id != act.actor.id):
        return refuse(pack, "I-17", "仅原报告人可更正或撤回", "only who reported it may change it", (signal.source,))
    return None


def some_signal_to_assess(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00, T-10: there is a signal that this actor can assess."""
    refusal: Refusal | None = refuse(
        pack, "I-00", "没有可核实的信号", "there is no signal to assess", pointer="/signal"
    )
    for signal in unit.signals.all.values():
        refusal = (
            _serious_without_news(signal, pack)
            or _for_an_approver(signal, unit, act, pack)
            or _not_checked(signal, unit, pack)
            or _recorded_by_the_same(signal.id, unit, act, pack)
        )
        if refusal is None:
            break
    return refusal


def assessable(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """I-17: what is settled is not assessed in the same way again."""
    event = act.event
    signal = unit.signals.all.get(event.signal)
    same = signal is not None and (signal.outcome, signal.ground) == (event.outcome, event.ground)
    if signal is not None and signal.reassess_since is None and same:
        return refuse(
            pack,
            "I-17",
            "该信号已作同样认定",
            "the signal has that assessment already",
            (signal.assessed,),
            pointer="/outcome",
        )
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


def serious_stands_without_news(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """T-10: what was assessed serious is assessed anew only on a withdrawal, on worse news, or on a later check."""
    signal = unit.signals.all.get(act.event.signal)
    return _serious_without_news(signal, pack) if signal is not None else None


def _serious_without_news(signal: Signal, pack: Pack) -> Refusal | None:
    checked_since = (signal.checked or 0) > (signal.assessed or 0)
    if signal.outcome is not SignalOutcome.SERIOUS or signal.reassess_since is not None or checked_since:
        return None
    zh = "已认定严重，此后没有撤回、加重或者新的专项核查"
    en = "it is assessed serious, and since then it was neither withdrawn, nor made worse, nor checked again"
    return refuse(pack, "T-10", zh, en, (signal.assessed,))


def ground_of_category(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """T-10: each ground has its categories."""
    event, signal = act.event, unit.signals.all.get(act.event.signal)
    if signal is None or event.ground is None or shows(event.ground, signal, pack):
        return None
    zh, en = signal.category.zh, signal.category.en
    return refuse(pack, "T-10", f"{zh}不属于该事由", f"{en} is not of that ground", (signal.version,), "/ground")


def serious_is_major(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """A-06 (R-25, R-26): serious takes a ground, and the ground's own test of major."""
    event = act.event
    signal = unit.signals.all.get(event.signal)
    if signal is None or event.outcome is not SignalOutcome.SERIOUS:
        return None
    if event.ground is None:
        return refuse(pack, "A-06", "认定严重须指明事由", "a serious assessment names its ground", pointer="/ground")
    test = pack.grounds[event.ground]
    if not is_major(test, signal, unit.life.fewest) and not major_in_a_sum(unit, signal.id, event.ground, pack):
        return refuse(
            pack, "A-06", f"未达到重大标准：{test.major_zh}", f"not major: {test.major_en}", (signal.version,)
        )
    return None


def major_in_a_sum(unit: Unit, name: str | int, ground: Ground, pack: Pack) -> bool:
    """Whether a sum that a fact is part of passes the test of that ground (T-10)."""
    test = pack.grounds[ground]
    return any(
        total.ground is ground and is_major(test, total.measure, unit.life.fewest)
        for total in sums_with(unit, name, pack)
    )


def grave_is_an_approvers(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """T-10: what freezes, is serious or was held serious, is assessed by an approver."""
    signal = unit.signals.all.get(act.event.signal)
    return _for_an_approver(signal, unit, act, pack, act.event.outcome) if signal is not None else None


def _for_an_approver(
    signal: Signal, unit: Unit, act: Intent, pack: Pack, outcome: SignalOutcome | None = None
) -> Refusal | None:
    if not _is_grave(unit, signal, pack, outcome) or Role.APPROVER in act.actor.roles:
        return None
    zh, en = "达到冻结程度或者严重的信号由审批人员认定", "what freezes or is serious is assessed by an approver"
    return refuse(pack, "T-10", zh, en, (signal.version,))


def _is_grave(unit: Unit, signal: Signal, pack: Pack, outcome: SignalOutcome | None) -> bool:
    freezes = weight_of(unit, signal, pack) >= pack.limits.frozen_severity
    return freezes or SignalOutcome.SERIOUS in (signal.outcome, outcome)


def takes_another_house(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> bool:
    """T-10: what freezes or is serious is assessed by two houses, but for what its source took back."""
    signal, outcome = unit.signals.all.get(act.event.signal), act.event.outcome
    if signal is None or _taken_back(signal, unit, outcome):
        return False
    return _is_grave(unit, signal, pack, outcome)


def grave_was_checked(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """T-10: what freezes is assessed on the targeted check that was conducted for it; what was withdrawn, on the
    source's paper, as anything but serious.
    """
    signal = unit.signals.all.get(act.event.signal)
    return _not_checked(signal, unit, pack, act.event.outcome) if signal is not None else None


def _not_checked(signal: Signal, unit: Unit, pack: Pack, outcome: SignalOutcome | None = None) -> Refusal | None:
    if weight_of(unit, signal, pack) < pack.limits.frozen_severity or signal.checked is not None:
        return None
    if _taken_back(signal, unit, outcome):
        return None
    zh = "该信号的专项核查尚未实施"
    return refuse(pack, "T-10", zh, "no targeted check of that signal was conducted", (signal.version,))


def _taken_back(signal: Signal, unit: Unit, outcome: SignalOutcome | None) -> bool:
    """Whether its source took it back; what an officer recorded and withdraws is looked into like any other."""
    recorded = unit.entries[signal.version - 1]
    matched = isinstance(recorded.event, UnitSignalRecorded) and recorded.event.parked is not None
    of_a_source = recorded.actor.kind is ActorKind.SOURCE or matched
    return signal.withdrawn and of_a_source and outcome is not SignalOutcome.SERIOUS


def not_who_recorded_it(unit: Unit, act: Act[UnitSignalAssessed], pack: Pack) -> Refusal | None:
    """T-03: who recorded a signal neither assesses it nor seconds that; entries that were voided count."""
    return _recorded_by_the_same(act.event.signal, unit, act, pack)


def _recorded_by_the_same(name: str, unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    if frozenset({"act:record_signal", "act:assess_signal"}) not in pack.pairs_in(Scope.SIGNAL):
        return None
    own = [entry.version for entry in _records_of(unit, name) if same_person(entry.actor.id, act.actor.id, act.context)]
    return refuse(pack, "T-03", "记录信号的人不认定该信号", "who recorded it does not assess it", own) if own else None


def _records_of(unit: Unit, name: str) -> Iterator[Entry[Event]]:
    return (e for e in unit.entries if isinstance(e.event, UnitSignalRecorded) and e.event.signal == name)


def who_recorded_it(unit: Unit, event: UnitSignalAssessed) -> Iterator[UUID]:
    """The streams of the officers who recorded the signal."""
    return (e.actor.id for e in _records_of(unit, event.signal) if e.actor.kind is ActorKind.OFFICER)


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """Assess in time, anew after a withdrawal or worse news (I-17); a check of a major one (I-15), assessed or not,
    unless it was taken back, and of one in question that a sum makes major (T-10).
    """
    if unit.life.since is None:
        return

    def owed(kind: ObligationKind, ref: str, since: date, days: Callable[[Windows], Span]) -> Obligation:
        pack = packs.on(since)
        due = pack.after(since, days(pack.windows))
        return of_office(unit, pack, kind, ref, charge_over(unit, pack), since, due)

    for signal in unit.signals.all.values():
        ref, since = str(signal.version), signal.recorded_on
        if signal.reassess_since is not None:
            since = signal.reassess_since
            yield owed(ObligationKind.ASSESS_SIGNAL, f"{ref}:{since}", since, lambda windows: windows.assess_signal)
        elif signal.outcome is None:
            yield owed(ObligationKind.ASSESS_SIGNAL, ref, since, lambda windows: windows.assess_signal)
        reached = _reached(unit, signal, packs.on(since))
        taken_back = signal.withdrawn and signal.outcome is not None and signal.reassess_since is None
        if reached is not None and not signal.ordered and not taken_back:
            cause = str(signal.version) if reached == signal.recorded_on else f"{signal.version}:{reached}"
            yield owed(ObligationKind.ORDER_CHECK, cause, reached, lambda windows: windows.order_check)


def _reached(unit: Unit, signal: Signal, pack: Pack) -> date | None:
    """The day since which a targeted check of the signal is owed: it reached the severity by itself, or in a sum."""
    limit = pack.limits.targeted_check_severity
    by_itself = signal.reached(limit)
    if by_itself is not None or not signal.in_question:
        return by_itself
    heavier = weights(unit, pack).get(signal.id)
    return heavier.since if heavier is not None and heavier.severity >= limit else None


def nothing_frozen(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-07: no naming, extension or incentive while frozen; the refusal lists the signals."""
    frozen, found = freezing(unit, pack)
    if frozen or found:
        ids = [*(signal.id for signal in frozen), *(one.version for one in found)]
        zh = "；".join(
            [f"{s.category.zh}（{s.severity}级，{s.occurred_on}）" for s in frozen]
            + [f"{one.result.zh}（{one.severity}级，{one.day}）" for one in found]
        )
        en = "; ".join(
            [f"{s.category.en} (severity {s.severity}, {s.occurred_on})" for s in frozen]
            + [f"{one.result.en} (severity {one.severity}, {one.day})" for one in found]
        )
        return refuse(pack, "I-07", f"单位处于冻结状态：{zh}", f"the unit is frozen by: {en}", ids)
    return None


def watch(unit: Unit, pack: Pack) -> Watch:
    """The watch level: a pure function of open signals, checks and rectifications."""
    if any(freezing(unit, pack)):
        return Watch.FROZEN
    severities = [signal.severity for signal in unit.signals.all.values() if signal.is_open]
    if unit.checks.failed:
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
        UnitCheckConducted: _check_conducted,
        UnitRectificationOrdered: _rectification_ordered,
        UnitRectificationConcluded: _rectification_concluded,
        UnitRevocationProposed: _proposed,
        UnitRevocationDropped: _dropped,
        UnitRevocationLapsed: _lapsed,
        UnitRevoked: _revoked,
    },
    (
        Law(
            UnitSignalRecorded,
            office=(SOURCE, officer(Role.INSPECTOR, *DESK)),
            rule="I-17",
            state=(known,),
            content=(recorded_once, days_in_order, not_in_a_sources_name, as_it_was_matched, source_may_report),
            reads=named_source,
            propose=propose_recorded,
            undone_by_procedure=True,
        ),
        Law(
            UnitSignalAmended,
            office=(SOURCE, officer(Role.INSPECTOR, *DESK)),
            rule="I-17",
            unfilled=(some_signal_to_change,),
            state=(known,),
            content=(signal_is_known, by_same_source, source_may_report, days_in_order, something_amended),
            propose=propose_changed,
            undone_by_procedure=True,
        ),
        Law(
            UnitSignalWithdrawn,
            office=(SOURCE, officer(Role.INSPECTOR, *DESK)),
            rule="I-17",
            unfilled=(some_signal_to_change,),
            state=(known,),
            content=(signal_is_known, by_same_source, source_may_report),
            propose=propose_changed,
            undone_by_procedure=True,
        ),
        Law(
            UnitSignalAssessed,
            office=desk(where_watched),
            rule="A-06",
            unfilled=(some_signal_to_assess,),
            state=(known,),
            content=(
                signal_is_known,
                assessable,
                not_below_who_assessed,
                serious_stands_without_news,
                ground_of_category,
                serious_is_major,
                grave_is_an_approvers,
                grave_was_checked,
                not_who_recorded_it,
            ),
            reads=who_recorded_it,
            second=Second(desk(where_watched), when=takes_another_house, two_houses=True, rule=not_who_recorded_it),
            settles=(ObligationKind.ASSESS_SIGNAL,),
            undone_by_procedure=True,
        ),
    ),
    obligations,
)
