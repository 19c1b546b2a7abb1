"""The law as a whole: how an act is proposed and judged, and what somebody may do now.

propose   fills in what follows from the state
judge     all refusals, or none
may       for every decision: allowed, or refused and why
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from events.envelope import Actor, Authority, Entry, Event
from events.registry import CHAPTER_OF
from events.unit.application import UnitApplicationForwarded, UnitApplied
from events.unit.checks import UnitCheckOrdered, UnitDeadlineMissed, UnitRectificationOrdered, UnitVerified
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed, UnitSiteVisited
from events.unit.incentives import UnitIncentiveGranted
from events.unit.naming import (
    UnitNamed,
    UnitNominated,
    UnitPlaqueIssued,
    UnitReserveDelisted,
    UnitReserveListed,
    UnitTermExpired,
    UnitTermExtended,
)
from events.unit.publicity import UnitPublicityCompleted, UnitPublicityStarted
from events.unit.record import UnitEntryVoided
from events.unit.registration import UnitDetailsChanged
from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRefused,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitPlaqueRecovered,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationAnnounced,
    UnitRevocationDropped,
    UnitRevocationProposed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.self_evaluation import UnitReportAdopted, UnitReportSealed
from events.unit.signals import UnitSignalAmended, UnitSignalAssessed, UnitSignalRecorded, UnitSignalWithdrawn
from events.words import Matter
from services.casework import checks, evaluation
from services.casework.authority import acts_within_office, no_interest
from services.casework.law import NOTHING_BESIDE, Act, Beside, Refusal, Rule, Rules, refuse
from services.casework.obligation import Obligation
from services.casework.officer import Officer
from services.casework.pack import Pack
from services.casework.unit import CHAPTERS, Unit, advance, fold

LAW: Mapping[type[Event], Rules] = {
    event_type: rules for chapter in CHAPTERS.values() for event_type, rules in chapter.LAW.items()
}
"""The rules of every type of event of a unit, besides those of every act."""

PROPOSALS: Mapping[type[Event], Any] = {
    event_type: fill for chapter in CHAPTERS.values() for event_type, fill in getattr(chapter, "PROPOSE", {}).items()
}
_PROPOSALS_BY_POST = {
    UnitHouseOpined: evaluation.propose_opined,
    UnitCheckOrdered: checks.propose_ordered,
    UnitRectificationOrdered: checks.propose_rectification,
}
"""Those in which the actor's post says something of the event."""

DECISIONS: Mapping[str, type[Event]] = {
    event_type.about.decision: event_type for event_type in CHAPTER_OF if event_type.about.decision
}
"""Every decision on a unit by its imperative, in the order of a unit's life."""

_EVERY_ACT: tuple[Rule, ...] = (acts_within_office, no_interest)

_OF_HELD_TITLE = (
    UnitPlaqueIssued, UnitTermExtended, UnitTermExpired, UnitVerified, UnitIncentiveGranted, UnitRevocationProposed,
)  # fmt: skip
_OF_REVOKED_TITLE = (UnitRevocationAnnounced, UnitReconsiderationRequested, UnitReconsiderationDecided)


def candidate_titles(unit: Unit, event_type: type[Event], matter: Matter | None = None) -> tuple[str, ...]:
    """The titles that an act of this type can be about, as the unit stands."""
    if event_type in _OF_HELD_TITLE:
        return tuple(sorted(unit.naming.held))
    if event_type in _OF_REVOKED_TITLE:
        return tuple(sorted(unit.revocation.done))
    if event_type is UnitReserveDelisted:
        return tuple(sorted(unit.naming.reserve))
    if event_type is UnitRevocationDropped:
        return tuple(sorted(unit.revocation.proposals)) or tuple(sorted(unit.naming.held))
    if event_type.__module__.endswith(".revocation") or matter is Matter.REVOCATION:
        return tuple(sorted(unit.revocation.proposals))
    return tuple(sorted(unit.application.cases))


def title_of(unit: Unit, event: Event) -> str | None:
    """The title an event is about: as it says, or the only one that it can mean."""
    if "title" not in type(event).model_fields:
        return None
    title: str | None = getattr(event, "title", None)
    if title is not None:
        return title
    candidates = candidate_titles(unit, type(event), getattr(event, "matter", None))
    return candidates[0] if len(candidates) == 1 else None


def propose(unit: Unit, event: Event, actor: Actor, day: date, pack: Pack) -> Event:
    """The event with what follows from the state filled in: title, level, opinions relied on, ends of terms."""
    title = title_of(unit, event)
    if title is not None and getattr(event, "title", None) is None:
        event = event.model_copy(update={"title": title})
    version = unit.version + 1
    fill = PROPOSALS.get(type(event))
    if fill is not None:
        event = fill(unit, event, version, day, pack)
    by_post = _PROPOSALS_BY_POST.get(type(event))
    if by_post is not None:
        act = Act(type(event), actor, day, event, title=title)
        event = by_post(unit, event, version, day, pack, act)
    return event


def judge(
    unit: Unit,
    event: Event,
    actor: Actor,
    day: date,
    pack: Pack,
    *,
    effective_on: date | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> list[Refusal]:
    """Every rule that refuses the event on this state; empty where it is lawful."""
    act = Act(type(event), actor, day, event, effective_on, title_of(unit, event), beside)
    rules = LAW[type(event)]
    refusals = _asked((*_EVERY_ACT, effective_in_time, *rules.state), unit, act, pack)
    return refusals or _asked((*rules.content, *_OF_THE_WHOLE.get(type(event), ())), unit, act, pack)


def _asked(rules: Iterable[Rule], unit: Unit, act: Act, pack: Pack) -> list[Refusal]:
    return [refusal for rule in rules if (refusal := rule(unit, act, pack)) is not None]


def effective_in_time(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-21: facts hold from today at the latest; a decision may take effect later, never before it is recorded,
    save voids and corrections, which give their reason.
    """
    if act.effective_on is None or act.effective_on == act.day:
        return None
    if act.type.about.fact and act.effective_on > act.day:
        return refuse(pack, "I-21", "事实生效日不得晚于今日", "a fact cannot hold from a later day")
    correcting = act.type in (UnitEntryVoided, UnitDetailsChanged)
    if not act.type.about.fact and not correcting and act.effective_on < act.day:
        return refuse(pack, "I-21", "决定不得早于记录之日生效", "a decision cannot take effect before it is recorded")
    return None


def owed_and_overdue(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: what is recorded as missed is owed, by that holder and day, overdue, and not recorded before."""
    event = act.event
    assert isinstance(event, UnitDeadlineMissed)
    if event.ref in unit.checks.missed:
        return refuse(pack, "I-00", "逾期已有记录", "that it was missed is recorded already", (event.ref,))
    for owed in obligations(unit, pack):
        if owed.key == event.ref and (owed.kind, owed.due, owed.holder) == (event.obligation, event.due, event.holder):
            return None if owed.due < act.day else refuse(pack, "I-00", "期限未满", "it is not overdue", (event.ref,))
    return refuse(pack, "I-00", "没有这项未履行的义务", "nothing of the kind is owed", (event.ref,))


def later_entries_stand_without_it(unit: Unit, act: Act, pack: Pack) -> Refusal | None:
    """I-00: what later entries presuppose is not voided: each would still be lawful without it."""
    event = act.event
    assert isinstance(event, UnitEntryVoided)
    past, gone = tuple(unit.entries[: event.version]), unit.voided
    counting = [e for e in past if e.version not in gone and not isinstance(e.event, UnitEntryVoided)]
    whole = replace(fold(unit.id, counting), entries=past, voided=gone)
    without = replace(
        fold(unit.id, [e for e in counting if e.version != event.version]), entries=past, voided=gone | {event.version}
    )
    resting = []
    for entry in unit.entries[event.version :]:
        if entry.version in gone or isinstance(entry.event, UnitEntryVoided):
            whole, without = (replace(one, entries=(*one.entries, entry)) for one in (whole, without))
            continue
        if _unlawful(without, entry, pack) and not _unlawful(whole, entry, pack):
            resting.append(entry.version)
        whole, without = advance(whole, (entry,)), advance(without, (entry,))
    if resting:
        return refuse(pack, "I-00", "后续记录以该记录为前提", "later entries presuppose it", resting)
    return None


def _unlawful(unit: Unit, entry: Entry[Event], pack: Pack) -> bool:
    return bool(judge(unit, entry.event, entry.actor, entry.day, pack, effective_on=entry.effective_on))


_OF_THE_WHOLE: Mapping[type[Event], tuple[Rule, ...]] = {
    UnitDeadlineMissed: (owed_and_overdue,),
    UnitEntryVoided: (later_entries_stand_without_it,),
}
"""Rules that ask the law of all chapters."""


_RULE_OF: Mapping[type[Event], str] = {
    UnitReportAdopted: "A-03",
    UnitReportSealed: "I-01",
    UnitApplied: "I-03",
    UnitApplicationForwarded: "I-03",
    UnitSiteVisited: "A-12",
    UnitHouseOpined: "I-04",
    UnitEvaluated: "I-04",
    UnitReviewed: "I-04",
    UnitPublicityStarted: "I-06",
    UnitPublicityCompleted: "I-06",
    UnitNominated: "I-18",
    UnitNamed: "I-05",
    UnitTermExtended: "I-11",
    UnitTermExpired: "I-11",
    UnitReserveListed: "I-20",
    UnitIncentiveGranted: "I-11",
    UnitSignalRecorded: "I-17",
    UnitSignalAmended: "I-17",
    UnitSignalWithdrawn: "I-17",
    UnitSignalAssessed: "A-06",
    UnitCheckOrdered: "I-15",
    UnitDeadlineMissed: "I-14",
    UnitRevocationProposed: "A-06",
    UnitRevocationDropped: "I-14",
    UnitHearingNotified: "I-09",
    UnitStatementHeard: "I-09",
    UnitConsentRequested: "I-08",
    UnitConsentGiven: "I-08",
    UnitConsentRefused: "I-08",
    UnitRevoked: "I-08",
    UnitPlaqueRecovered: "I-10",
    UnitRevocationAnnounced: "I-10",
}
"""The rule that decides whether such an act may stand; for all others it is that of office."""


def authority_of(event: Event, pack: Pack) -> Authority:
    """By what right the act was done: the rule that decided over it, the clause of the event, the pack."""
    return Authority(rule=_RULE_OF.get(type(event), "I-13"), clause=event.about.clauses[0], pack=pack.name)


@dataclass(frozen=True, slots=True)
class Possibility:
    """Whether somebody may take a decision now, about which title, and if not, why."""

    decision: str
    type: type[Event]
    title: str | None
    actor: Actor | None
    refusals: Sequence[Refusal]

    @property
    def allowed(self) -> bool:
        """Whether no rule that needs only actor and state refuses it."""
        return not self.refusals


def may(unit: Unit, actors: Sequence[Actor], day: date, pack: Pack, person: Officer | None = None) -> list[Possibility]:
    """For every decision, with the post that fits best: allowed, or refused by which rules."""
    return [
        _possibility(name, event_type, title, unit, actors, day, pack, person)
        for name, event_type in DECISIONS.items()
        for title in _titles_asked(unit, event_type, pack)
    ]


def _titles_asked(unit: Unit, event_type: type[Event], pack: Pack) -> Iterator[str | None]:
    if "title" not in event_type.model_fields:
        yield None
        return
    if event_type in (UnitApplied, UnitReserveListed):
        yield from (name for name, title in pack.titles.items() if unit.life.kind in title.kinds)
        return
    candidates = dict.fromkeys(candidate_titles(unit, event_type))
    if event_type is UnitHouseOpined:
        candidates |= dict.fromkeys(unit.revocation.proposals)
    yield from candidates or (None,)


_TITLE_RULES_WITHOUT_EVENT: Mapping[type[Event], tuple[str, ...]] = {
    UnitApplied: ("title_for_kind", "no_other_case", "not_held_already", "waiting_period_over", "prerequisite_held"),
    UnitReserveListed: ("not_in_reserve",),
}


def _possibility(
    name: str,
    event_type: type[Event],
    title: str | None,
    unit: Unit,
    actors: Sequence[Actor],
    day: date,
    pack: Pack,
    person: Officer | None,
) -> Possibility:
    rules = LAW[event_type]
    by_title = _TITLE_RULES_WITHOUT_EVENT.get(event_type, ())
    asked = (*_EVERY_ACT, *rules.state, *(rule for rule in rules.content if rule.__name__ in by_title))
    best: tuple[Actor | None, list[Refusal]] | None = None
    for actor in actors:
        act = Act(event_type, actor, day, None, None, title, Beside(officer=person))
        refusals = _asked(asked, unit, act, pack)
        if best is None or len(refusals) < len(best[1]):
            best = (actor, refusals)
    if best is None:
        return Possibility(name, event_type, title, None, [_no_post(pack)])
    return Possibility(name, event_type, title, best[0], best[1])


def _no_post(pack: Pack) -> Refusal:
    return refuse(pack, "I-13", "今日没有可行使的职务", "no post is held today")


def best_post(
    unit: Unit, event: Event, actors: Sequence[Actor], day: date, pack: Pack, person: Officer | None
) -> Actor | None:
    """The post in which somebody acts: the first that is entitled; else the first held, so that it can be refused."""
    if len(actors) == 1:
        return actors[0]
    title = title_of(unit, event)
    for actor in actors:
        act = Act(type(event), actor, day, event, None, title, Beside(officer=person))
        if acts_within_office(unit, act, pack) is None:
            return actor
    return actors[0] if actors else None


def obligations(unit: Unit, pack: Pack) -> list[Obligation]:
    """All that is owed for this unit, earliest due first; nothing for a unit that is closed."""
    owed: list[Obligation] = []
    if unit.life.closed:
        return owed
    for chapter in CHAPTERS.values():
        if hasattr(chapter, "obligations"):
            owed.extend(chapter.obligations(unit, pack))
    return sorted(owed, key=lambda obligation: (obligation.due, obligation.key))


@dataclass(frozen=True, slots=True)
class Finding:
    """A stored entry that the law, as asked, would refuse."""

    entry: Entry[Event]
    refusals: Sequence[Refusal]


def rejudge(
    stream: UUID, entries: Sequence[Entry[Event]], pack: Pack, beside: Mapping[UUID, Beside] | None = None
) -> list[Finding]:
    """Judge stored history again, each entry on the state before it, by this pack.

    `beside` gives the streams beside the unit by actor id where they are at hand. With another
    pack than that of the day this is what-if replay: it writes nothing (I-23).
    """
    findings: list[Finding] = []
    unit = fold(stream, ())
    for entry in entries:
        context = (beside or {}).get(entry.actor.id, NOTHING_BESIDE)
        refusals = judge(
            unit, entry.event, entry.actor, entry.day, pack, effective_on=entry.effective_on, beside=context
        )
        if refusals:
            findings.append(Finding(entry, refusals))
        unit = advance(unit, (entry,))
    return findings
