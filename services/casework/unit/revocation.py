"""Chapter 取消: how a name is lost, step by step, none left out (policy 五(五)3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry, Event
from events.unit.checks import UnitCheckConducted, UnitCrossInspected
from events.unit.naming import UnitNamed
from events.unit.revocation import (
    GroundWithEvidence,
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
from events.unit.signals import UnitSignalAssessed, UnitSignalRecorded
from events.words import CheckResult, Level, Matter, ObligationKind, SignalOutcome
from services.casework.law import Act, Chapter, Intent, Law, Refusal, StateRule, refuse
from services.casework.obligation import Obligation
from services.casework.office import AGENT, ALL_LEVELS, IN_PROVINCE, NATION_OR_PROVINCE, PROVINCE, approver, desk
from services.casework.pack import Pack
from services.casework.unit.charge import charge_of
from services.casework.unit.duties import of_office, of_unit
from services.casework.unit.evaluation import all_four_in, none_opposed, opinions_relied_on
from services.casework.unit.naming import PlaqueState, title_is_held
from services.casework.unit.registration import registered
from services.casework.unit.subjects import titles_held, titles_proposed, titles_proposed_or_held, titles_revoked

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


_FOUND = (CheckResult.PROBLEMS, CheckResult.GRAVE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An open proposal to revoke a title, and how far it is."""

    title: str
    version: int
    day: date
    proposer: UUID
    grounds: tuple[GroundWithEvidence, ...]
    notified_on: date | None = None
    hearing_due: date | None = None
    heard: int | None = None
    consent_requested: int | None = None
    consent: int | None = None
    consent_refused: int | None = None


@dataclass(frozen=True, slots=True)
class Revocation:
    """A revocation that took place, and what it still owes (I-10)."""

    title: str
    version: int
    day: date
    decided_by: UUID
    announced: bool = False
    reconsideration: int | None = None


@dataclass(frozen=True, slots=True)
class Revocations:
    """Open proposals and revocations by title; all proposals ever made, with what they rested on."""

    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    done: Mapping[str, Revocation] = field(default_factory=dict)
    evidence: Mapping[int, frozenset[int]] = field(default_factory=dict)


def _proposed(region: Revocations, entry: Entry[UnitRevocationProposed]) -> Revocations:
    title = entry.event.title or ""
    proposal = Proposal(title, entry.version, entry.day, entry.actor.id, entry.event.grounds)
    evidence = frozenset(version for ground in entry.event.grounds for version in ground.evidence)
    return replace(
        region,
        proposals={**region.proposals, title: proposal},
        evidence={**region.evidence, entry.version: evidence},
    )


def _without(region: Revocations, title: str | None) -> Revocations:
    return replace(region, proposals={name: p for name, p in region.proposals.items() if name != title})


def _dropped(region: Revocations, entry: Entry[UnitRevocationDropped]) -> Revocations:
    return _without(region, entry.event.title)


def _with(region: Revocations, title: str | None, **changes: object) -> Revocations:
    proposal = region.proposals.get(title or "")
    if proposal is None:
        return region
    changed = replace(proposal, **changes)  # type: ignore[arg-type]
    return replace(region, proposals={**region.proposals, proposal.title: changed})


def _notified(region: Revocations, entry: Entry[UnitHearingNotified]) -> Revocations:
    return _with(region, entry.event.title, notified_on=entry.day, hearing_due=entry.event.due)


def _heard(region: Revocations, entry: Entry[UnitStatementHeard]) -> Revocations:
    return _with(region, entry.event.title, heard=entry.version)


def _requested(region: Revocations, entry: Entry[UnitConsentRequested]) -> Revocations:
    return _with(region, entry.event.title, consent_requested=entry.version, consent_refused=None)


def _given(region: Revocations, entry: Entry[UnitConsentGiven]) -> Revocations:
    return _with(region, entry.event.title, consent=entry.version)


def _refused(region: Revocations, entry: Entry[UnitConsentRefused]) -> Revocations:
    return _with(region, entry.event.title, consent_refused=entry.version)


def _revoked(region: Revocations, entry: Entry[UnitRevoked]) -> Revocations:
    title = entry.event.title or ""
    return replace(
        _without(region, title),
        done={**region.done, title: Revocation(title, entry.version, entry.day, entry.actor.id)},
    )


def _done_with(region: Revocations, title: str | None, **changes: object) -> Revocations:
    done = region.done.get(title or "")
    if done is None:
        return region
    return replace(region, done={**region.done, done.title: replace(done, **changes)})  # type: ignore[arg-type]


def _announced(region: Revocations, entry: Entry[UnitRevocationAnnounced]) -> Revocations:
    return _done_with(region, entry.event.title, announced=True)


def _reconsideration(region: Revocations, entry: Entry[UnitReconsiderationRequested]) -> Revocations:
    return _done_with(region, entry.event.title, reconsideration=entry.version)


def _settled(region: Revocations, entry: Entry[UnitReconsiderationDecided | UnitNamed]) -> Revocations:
    """Set aside, the revocation is over; upheld, it stands; a new naming ends what the old one owed."""
    event = entry.event
    if isinstance(event, UnitReconsiderationDecided) and event.outcome.value == "upheld":
        return _done_with(region, event.title, reconsideration=None)
    return replace(region, done={name: done for name, done in region.done.items() if name != event.title})


def where_revoked(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that revokes the title."""
    title = pack.titles.get(act.title or "")
    return frozenset({title.revoked_by}) if title is not None else ALL_LEVELS


def where_proposed(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The prefecture, or the level that revokes."""
    return where_revoked(unit, act, pack) | {Level.PREFECTURE}


def where_plaque_is_watched(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that watches over a title whose plaque is to come back, and those above it in the province."""
    waiting = (p.title for p in unit.naming.plaques.values() if p.state is PlaqueState.TO_RECOVER)
    lowest = min((charge_of(title, pack).rank for title in waiting), default=Level.PREFECTURE.rank)
    return frozenset(level for level in IN_PROVINCE if level.rank >= lowest)


def propose_notified(unit: Unit, act: Act[UnitHearingNotified], pack: Pack) -> Event:
    """The unit has five working days to be heard (A-07)."""
    event = act.event
    return event.model_copy(update={"due": event.due or pack.after(act.day, pack.windows.hearing)})


def propose_revoked(unit: Unit, act: Act[UnitRevoked], pack: Pack) -> Event:
    """Grounds, opinions, consent and the incentives that end follow from the proposal."""
    event = act.event
    proposal = unit.revocation.proposals.get(event.title or "")
    if proposal is None or event.title not in pack.titles:
        return event
    level = pack.titles[event.title].revoked_by
    return event.model_copy(
        update={
            "grounds": proposal.grounds,
            "opinions": opinions_relied_on(unit, Matter.REVOCATION, event.title, level),
            "consent_ref": proposal.consent,
            "incentives_ended": tuple(grant.version for grant in unit.incentives.running(event.title)),
        }
    )


def propose_recovered(unit: Unit, act: Act[UnitPlaqueRecovered], pack: Pack) -> Event:
    """Without a day of its own, today."""
    event = act.event
    return event.model_copy(update={"on": event.on or act.day})


def not_proposed_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-16: one proposal a title at a time."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is not None:
        return refuse(pack, "I-16", "取消命名已提出", "revocation is proposed already", (proposal.version,))
    return None


def grounds_are_proved(unit: Unit, act: Act[UnitRevocationProposed], pack: Pack) -> Refusal | None:
    """A-06 (R-25, R-26): each ground rests on entries of this stream that prove it: a serious assessment of it,
    or a check that found problems.
    """
    event = act.event
    for ground in event.grounds:
        if not any(_proves(unit, version, ground) for version in ground.evidence):
            name = ground.ground
            return refuse(
                pack, "A-06", f"事由“{name.zh}”没有认定依据", f"nothing proves the ground: {name.en}", ground.evidence
            )
    return None


def _proves(unit: Unit, version: int, ground: GroundWithEvidence) -> bool:
    if not 1 <= version <= unit.version or version in unit.voided:
        return False
    event = unit.entries[version - 1].event
    match event:
        case UnitSignalAssessed():
            signal = unit.signals.all.get(event.signal)
            current = signal is not None and signal.assessed == version
            return current and signal is not None and signal.stands_serious and signal.ground is ground.ground
        case UnitSignalRecorded():
            signal = unit.signals.all.get(event.signal or "")
            return signal is not None and signal.stands_serious and signal.ground is ground.ground
        case UnitCheckConducted() | UnitCrossInspected():
            return event.result in _FOUND
    return False


def some_ground_proved(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-06: something proves a ground: a signal that stands serious, or a check that found problems."""
    found = any(check.result in _FOUND for check in unit.checks.ordered.values()) or unit.checks.finding is not None
    if found or any(signal.stands_serious for signal in unit.signals.all.values()):
        return None
    return refuse(pack, "A-06", "没有认定严重的信号或发现问题的核查", "no serious signal, and no check found problems")


def proposal_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: there is a proposal to revoke the title."""
    proposals = unit.revocation.proposals
    if act.title is not None and act.title in proposals:
        return None
    if act.title is None and len(proposals) > 1:
        return refuse(pack, "I-00", "须指明称号", "the title has to be named", sorted(proposals))
    return refuse(pack, "I-05", "没有取消命名的提议", "no revocation is proposed")


def proposal_or_serious_signal(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-14: dropped is what was proposed; or it is stated why a serious signal leads to no proposal."""
    serious = any(s.outcome is SignalOutcome.SERIOUS and not s.answered for s in unit.signals.all.values())
    if act.title in unit.revocation.proposals or (serious and unit.naming.held):
        return None
    return refuse(
        pack,
        "I-14",
        "没有取消命名的提议或待答复的严重信号",
        "nothing is proposed, and no serious signal waits for an answer",
    )


def dropped_by_level_of_proposer(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-13: a proposal is dropped at the level that made it, or above."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None:
        return None
    level = unit.entries[proposal.version - 1].actor.level
    if level is not None and act.actor.level is not None and act.actor.level.rank < level.rank:
        return refuse(
            pack,
            "I-13",
            f"由{level.zh}级提出，不得由下级终止",
            f"proposed at the {level.en} level, not for a lower one to drop",
            (proposal.version,),
        )
    return None


def not_notified_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-09: the unit is told once; its days run from then."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is not None and proposal.notified_on is not None:
        return refuse(pack, "I-09", f"已于{proposal.notified_on}告知", f"the unit was told on {proposal.notified_on}")
    return None


def hearing_days_enough(unit: Unit, act: Act[UnitHearingNotified], pack: Pack) -> Refusal | None:
    """I-09 (A-07): five working days to be heard, at least."""
    event = act.event
    least = pack.after(act.day, pack.windows.hearing)
    if event.due is not None and event.due < least:
        return refuse(pack, "I-09", f"陈述申辩期至少至{least}", f"the hearing's days run until {least} at least")
    return None


def was_notified(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-09: nobody is heard who was not told the grounds."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is not None and proposal.notified_on is None:
        return refuse(pack, "I-09", "尚未告知单位", "the unit has not been told the grounds", (proposal.version,))
    return None


def statement_has_text(unit: Unit, act: Act[UnitStatementHeard], pack: Pack) -> Refusal | None:
    """I-09: a statement says something, or is waived."""
    event = act.event
    if not event.waived and event.text is None and not event.documents:
        return refuse(pack, "I-09", "陈述申辩内容为空", "the statement is empty and not waived")
    return None


def heard_or_time_passed(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-09 (A-07): told and heard, or its five working days over."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None or proposal.heard is not None:
        return None
    if proposal.notified_on is None:
        return refuse(pack, "I-09", "尚未告知单位事由", "the unit was not told the grounds", (proposal.version,))
    if proposal.hearing_due is not None and act.day <= proposal.hearing_due:
        return refuse(
            pack, "I-09", f"陈述申辩期至{proposal.hearing_due}", f"the unit may be heard until {proposal.hearing_due}"
        )
    return None


def opinions_in_on_revocation(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-04 (R-27): the four houses have given their opinions at the level that revokes."""
    if act.title not in unit.revocation.proposals or act.title not in pack.titles:
        return None
    level = pack.titles[act.title].revoked_by
    return all_four_in(Matter.REVOCATION, unit, act.title, level, pack) or none_opposed(
        Matter.REVOCATION, unit, act.title, level, pack
    )


def needs_consent(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-08 (I-08): only a national title goes to the nation for consent."""
    if act.title in pack.titles and pack.titles[act.title].consent_by is None:
        return refuse(pack, "I-08", "该称号由命名层级自行取消", "this title is revoked without the nation")
    return None


def consent_not_requested(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: consent is asked for once; again after it was refused."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is not None and proposal.consent_requested is not None and proposal.consent_refused is None:
        return refuse(pack, "I-05", "已报国家三方", "consent was requested already", (proposal.consent_requested,))
    return None


def consent_awaited(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-08: the nation answers what it was asked, once."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None or (
        proposal.consent_requested is not None and proposal.consent is proposal.consent_refused is None
    ):
        return None
    return refuse(pack, "I-08", "没有待答复的报请", "no request for consent is waiting", (proposal.version,))


def national_paper_given(unit: Unit, act: Act[UnitConsentGiven | UnitConsentRefused], pack: Pack) -> Refusal | None:
    """I-08: recorded by the province, the nation's word needs its paper in the register."""
    if act.actor.level is Level.NATION or act.event.paper is not None:
        return None
    return refuse(
        pack,
        "I-08",
        "须附已登记的国家文件",
        "the nation's paper is needed, as a document of the register",
        (),
        "/paper",
    )


def nation_consented(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-08 (R-27): a national title is revoked only after the nation's consent."""
    title, proposal = pack.titles.get(act.title or ""), unit.revocation.proposals.get(act.title or "")
    if title is None or title.consent_by is None or proposal is None or proposal.consent is not None:
        return None
    return refuse(pack, "I-08", "国家三方尚未同意", "the nation has not consented", (proposal.version,))


def not_who_revoked(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-12: who revoked a title does not decide whether that was right."""
    done = unit.revocation.done.get(act.title or "")
    if done is not None and done.decided_by == act.actor.id:
        return refuse(pack, "I-12", "原决定人不得决定复核", "who revoked it does not reconsider it", (done.version,))
    return None


def not_the_proposer(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-12: who proposes a revocation does not decide it."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is not None and proposal.proposer == act.actor.id:
        return refuse(pack, "I-12", "提议人不得决定", "who proposed it does not decide it", (proposal.version,))
    return None


def was_revoked(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05 (I-10): only a revocation is announced or reconsidered."""
    if (act.title or "") not in unit.revocation.done:
        return refuse(pack, "I-05", "该称号未被取消", "the title has not been revoked")
    return None


def not_announced_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-10: announced once."""
    done = unit.revocation.done.get(act.title or "")
    if done is not None and done.announced:
        return refuse(pack, "I-10", "已向社会公布", "announced already", (done.version,))
    return None


def plaque_to_recover(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-10: a plaque of a revoked title that is still out."""
    if not any(p.state is PlaqueState.TO_RECOVER for p in unit.naming.plaques.values()):
        return refuse(pack, "I-10", "没有待收回的铭牌", "there is no plaque to recover")
    return None


def that_plaque_to_recover(unit: Unit, act: Act[UnitPlaqueRecovered], pack: Pack) -> Refusal | None:
    """I-10: the plaque named is the one to recover."""
    plaque = unit.naming.plaques.get(act.event.plaque)
    if plaque is None or plaque.state is not PlaqueState.TO_RECOVER:
        return refuse(pack, "I-10", "不是待收回的铭牌", "that plaque is not to be recovered")
    return None


def reconsideration_state(wanted: bool) -> StateRule[Unit]:
    """Whether a reconsideration is going on."""

    def reconsideration_is(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
        done = unit.revocation.done.get(act.title or "")
        if done is None or (done.reconsideration is not None) is wanted:
            return None
        zh, en = ("没有复核申请", "no reconsideration was asked for") if wanted else ("已申请复核", "asked for already")
        return refuse(pack, "I-05", zh, en, (done.version,))

    return reconsideration_is


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """The unit's statement in its days; after a revocation the plaque back and the announcement (I-10)."""
    for proposal in unit.revocation.proposals.values():
        if proposal.notified_on is not None and proposal.heard is None and proposal.hearing_due is not None:
            ref, since = str(proposal.version), proposal.notified_on
            yield of_unit(packs.on(since), ObligationKind.STATEMENT, ref, since, proposal.hearing_due)
    for title, done in unit.revocation.done.items():
        pack = packs.on(done.day)
        if title not in pack.titles:
            continue
        due = pack.after(done.day, pack.windows.recover_plaque)
        for plaque in unit.naming.plaques.values():
            if plaque.title == title and plaque.state is PlaqueState.TO_RECOVER:
                kind = ObligationKind.RECOVER_PLAQUE
                yield of_office(unit, pack, kind, plaque.code, charge_of(title, pack), done.day, due)
        if not done.announced:
            due, level = pack.after(done.day, pack.windows.announce), pack.titles[title].revoked_by
            yield of_office(unit, pack, ObligationKind.ANNOUNCE, str(done.version), level, done.day, due)


CHAPTER: Chapter[Unit] = Chapter(
    "revocation",
    {
        UnitRevocationProposed: _proposed,
        UnitRevocationDropped: _dropped,
        UnitHearingNotified: _notified,
        UnitStatementHeard: _heard,
        UnitConsentRequested: _requested,
        UnitConsentGiven: _given,
        UnitConsentRefused: _refused,
        UnitRevoked: _revoked,
        UnitRevocationAnnounced: _announced,
        UnitReconsiderationRequested: _reconsideration,
        UnitReconsiderationDecided: _settled,
        UnitNamed: _settled,
    },
    (
        Law(
            UnitRevocationProposed,
            office=desk(where_proposed),
            about=titles_held,
            rule="A-06",
            state=(registered, title_is_held, not_proposed_yet, some_ground_proved),
            content=(grounds_are_proved,),
            settles=(ObligationKind.PROPOSE_REVOCATION,),
        ),
        Law(
            UnitRevocationDropped,
            office=approver(where_proposed),
            about=titles_proposed_or_held,
            rule="I-14",
            state=(registered, proposal_or_serious_signal, dropped_by_level_of_proposer, not_the_proposer),
            settles=(ObligationKind.PROPOSE_REVOCATION,),
        ),
        Law(
            UnitHearingNotified,
            office=desk(where_proposed),
            about=titles_proposed,
            rule="I-09",
            state=(registered, proposal_open, not_notified_yet),
            content=(hearing_days_enough,),
            propose=propose_notified,
        ),
        Law(
            UnitStatementHeard,
            office=(AGENT, *desk(where_proposed)),
            about=titles_proposed,
            rule="I-09",
            later=False,
            state=(registered, proposal_open, was_notified),
            content=(statement_has_text,),
            settles=(ObligationKind.STATEMENT,),
        ),
        Law(
            UnitConsentRequested,
            office=desk(PROVINCE),
            about=titles_proposed,
            rule="I-08",
            state=(
                registered,
                proposal_open,
                needs_consent,
                consent_not_requested,
                heard_or_time_passed,
                opinions_in_on_revocation,
            ),
        ),
        Law(
            UnitConsentGiven,
            office=approver(NATION_OR_PROVINCE),
            about=titles_proposed,
            rule="I-08",
            state=(registered, proposal_open, consent_awaited),
            content=(national_paper_given,),
            undone_by_procedure=True,
        ),
        Law(
            UnitConsentRefused,
            office=approver(NATION_OR_PROVINCE),
            about=titles_proposed,
            rule="I-08",
            state=(registered, proposal_open, consent_awaited),
            content=(national_paper_given,),
        ),
        Law(
            UnitRevoked,
            office=approver(where_revoked),
            about=titles_proposed,
            rule="I-08",
            state=(
                registered,
                proposal_open,
                heard_or_time_passed,
                opinions_in_on_revocation,
                nation_consented,
                not_the_proposer,
            ),
            propose=propose_revoked,
            undone_by_procedure=True,
        ),
        Law(
            UnitPlaqueRecovered,
            office=desk(where_plaque_is_watched),
            rule="I-10",
            later=False,
            state=(registered, plaque_to_recover),
            content=(that_plaque_to_recover,),
            propose=propose_recovered,
            settles=(ObligationKind.RECOVER_PLAQUE,),
        ),
        Law(
            UnitRevocationAnnounced,
            office=desk(where_revoked),
            about=titles_revoked,
            rule="I-10",
            later=False,
            state=(registered, was_revoked, not_announced_yet),
            settles=(ObligationKind.ANNOUNCE,),
        ),
        Law(
            UnitReconsiderationRequested,
            office=(AGENT,),
            about=titles_revoked,
            rule="I-13",
            later=False,
            state=(registered, was_revoked, reconsideration_state(False)),
        ),
        Law(
            UnitReconsiderationDecided,
            office=approver(where_revoked),
            about=titles_revoked,
            rule="I-13",
            state=(registered, was_revoked, reconsideration_state(True), not_who_revoked),
        ),
    ),
    obligations,
)
