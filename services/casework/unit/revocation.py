"""Chapter 取消: how a name is lost, step by step, none left out (policy 五(五)3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry, Event
from events.unit.checks import UnitCheckConducted, UnitCrossInspected, UnitVerified
from events.unit.naming import UnitNamed
from events.unit.publicity import UnitObjectionResolved
from events.unit.revocation import (
    GroundWithEvidence,
    UnitConsentGiven,
    UnitConsentRefused,
    UnitConsentRequested,
    UnitHearingNotified,
    UnitNoticeServed,
    UnitPlaqueRecovered,
    UnitReconsiderationDecided,
    UnitReconsiderationRequested,
    UnitRevocationAnnounced,
    UnitRevocationDropped,
    UnitRevocationLapsed,
    UnitRevocationProposed,
    UnitRevoked,
    UnitStatementHeard,
)
from events.unit.signals import UnitSignalAssessed, UnitSignalRecorded
from events.words import (
    ActorKind,
    CheckResult,
    DocumentKind,
    Ground,
    Level,
    Matter,
    ObligationKind,
    ReconsiderationOutcome,
    Service,
)
from services.casework.calendar import Span
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.obligation import Obligation
from services.casework.office import (
    AGENT,
    ALL_LEVELS,
    IN_PROVINCE,
    NATION_OR_PROVINCE,
    PROVINCE,
    TIMEKEEPER,
    approver,
    desk,
)
from services.casework.pack import Pack
from services.casework.pack_parts import Windows
from services.casework.policy.state import Packs
from services.casework.stream import Common
from services.casework.unit.answers import proposed_or_to_be_answered, titles_to_answer, unanswered
from services.casework.unit.charge import charge_of
from services.casework.unit.checks import Finding
from services.casework.unit.duties import of_office, of_unit
from services.casework.unit.evaluation import not_carried, opinions_relied_on
from services.casework.unit.naming import term_not_over, title_is_held
from services.casework.unit.papers import paper_of
from services.casework.unit.plaques import PlaqueState
from services.casework.unit.registration import was_registered
from services.casework.unit.separation import apart_from_other_steps, not_of_the_papers_hands, people_before
from services.casework.unit.severity import is_major, shows
from services.casework.unit.signals import major_in_a_sum
from services.casework.unit.standing_in import pressed
from services.casework.unit.subjects import (
    titles_proposed,
    titles_proposed_or_to_answer,
    titles_reconsidered,
    titles_revoked,
    titles_to_propose,
)

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Proposal:
    """An open proposal to revoke a title, and how far it is."""

    title: str
    version: int
    day: date
    proposer: UUID
    level: Level | None
    grounds: tuple[GroundWithEvidence, ...]
    notified_on: date | None = None
    served_on: date | None = None
    hearing_due: date | None = None
    heard: int | None = None
    heard_on: date | None = None
    consent_requested: int | None = None
    consent_requested_on: date | None = None
    consent: int | None = None
    consent_on: date | None = None
    consent_refused: int | None = None
    consent_refused_on: date | None = None

    def hearing_last_day(self, common: Common) -> date | None:
        """The last day on which the unit may speak, as it was extended or stands still; None before its days run."""
        if self.hearing_due is None:
            return None
        return common.last_day(f"{ObligationKind.STATEMENT.value}:{self.version}", self.hearing_due)

    def hearing_over_on(self, common: Common) -> date | None:
        """The last day of the hearing: the unit spoke, or its days are over; None where its days do not run yet."""
        last = self.hearing_last_day(common)
        return min((day for day in (self.heard_on, last) if day is not None), default=None)

    def hearing_is_over(self, day: date, common: Common) -> bool:
        """Whether the unit has spoken, or has let its days pass, by that day."""
        last = self.hearing_last_day(common)
        return self.heard is not None or (last is not None and day > last)


@dataclass(frozen=True, slots=True)
class Revocation:
    """A revocation that took place, and what it still owes (I-10)."""

    title: str
    version: int
    day: date
    decided_by: UUID
    announced: bool = False
    reconsideration: int | None = None
    reconsideration_on: date | None = None
    consent: int | None = None


@dataclass(frozen=True, slots=True)
class Revocations:
    """Open proposals and revocations by title; all proposals ever made, with what they rested on."""

    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    done: Mapping[str, Revocation] = field(default_factory=dict)
    evidence: Mapping[int, frozenset[int]] = field(default_factory=dict)


def _proposed(region: Revocations, entry: Entry[UnitRevocationProposed]) -> Revocations:
    title = entry.event.title or ""
    proposal = Proposal(title, entry.version, entry.day, entry.actor.id, entry.actor.level, entry.event.grounds)
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
    return _with(region, entry.event.title, notified_on=entry.day)


def _served(region: Revocations, entry: Entry[UnitNoticeServed]) -> Revocations:
    """The first day on which the notice counts as served stands, whatever was recorded first."""
    event, proposal = entry.event, region.proposals.get(entry.event.title or "")
    if proposal is None or event.served_on is None or event.due is None:
        return region
    served = min(event.served_on, proposal.served_on or event.served_on)
    return _with(region, event.title, served_on=served, hearing_due=min(event.due, proposal.hearing_due or event.due))


def _lapsed(region: Revocations, entry: Entry[UnitRevocationLapsed]) -> Revocations:
    return _without(region, entry.event.title)


def _heard(region: Revocations, entry: Entry[UnitStatementHeard]) -> Revocations:
    """The hearing is over with the first statement; what is said after it starts no clock again."""
    proposal = region.proposals.get(entry.event.title or "")
    if proposal is None or proposal.heard is not None:
        return region
    return _with(region, proposal.title, heard=entry.version, heard_on=entry.day)


def _requested(region: Revocations, entry: Entry[UnitConsentRequested]) -> Revocations:
    return _with(
        region, entry.event.title, consent_requested=entry.version, consent_requested_on=entry.day, consent_refused=None
    )


def _given(region: Revocations, entry: Entry[UnitConsentGiven]) -> Revocations:
    return _with(region, entry.event.title, consent=entry.version, consent_on=entry.day)


def _refused(region: Revocations, entry: Entry[UnitConsentRefused]) -> Revocations:
    return _with(region, entry.event.title, consent_refused=entry.version, consent_refused_on=entry.day)


def _revoked(region: Revocations, entry: Entry[UnitRevoked]) -> Revocations:
    title = entry.event.title or ""
    return replace(
        _without(region, title),
        done={
            **region.done,
            title: Revocation(title, entry.version, entry.day, entry.actor.id, consent=entry.event.consent_ref),
        },
    )


def _done_with(region: Revocations, title: str | None, **changes: object) -> Revocations:
    done = region.done.get(title or "")
    if done is None:
        return region
    return replace(region, done={**region.done, done.title: replace(done, **changes)})  # type: ignore[arg-type]


def _announced(region: Revocations, entry: Entry[UnitRevocationAnnounced]) -> Revocations:
    return _done_with(region, entry.event.title, announced=True)


def _reconsideration(region: Revocations, entry: Entry[UnitReconsiderationRequested]) -> Revocations:
    return _done_with(region, entry.event.title, reconsideration=entry.version, reconsideration_on=entry.day)


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


def where_dropped(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """Where it is proposed, and the level whose consent the title takes (T-07)."""
    return where_proposed(unit, act, pack) | _consenting(act, pack)


def where_reconsidered(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that revokes the title, and the level whose consent that took (T-07)."""
    return where_revoked(unit, act, pack) | _consenting(act, pack)


def _consenting(act: Intent, pack: Pack) -> frozenset[Level]:
    title = pack.titles.get(act.title or "")
    return frozenset({title.consent_by}) if title is not None and title.consent_by is not None else frozenset()


def where_plaque_is_watched(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that watches over a title whose plaque is to come back, and those above it in the province."""
    waiting = (p.title for p in unit.naming.plaques.values() if p.state is PlaqueState.TO_RECOVER)
    lowest = min((charge_of(title, pack).rank for title in waiting), default=Level.PREFECTURE.rank)
    return frozenset(level for level in IN_PROVINCE if level.rank >= lowest)


def propose_served(unit: Unit, act: Act[UnitNoticeServed], pack: Pack) -> Event:
    """Served on the day of the proof, by public notice some days after it; the unit may be heard from then on, and not
    before the register knows of it (A-07, T-12).
    """
    event = act.event
    on = event.on or act.day
    served = pack.after(on, pack.windows.public_notice) if event.how is Service.PUBLIC_NOTICE else on
    due = pack.after(max(served, act.day), pack.windows.hearing)
    return event.model_copy(update={"on": on, "served_on": served, "due": due})


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
            "incentives_ended": tuple(grant.version for grant in unit.incentives.running_on(act.day, event.title)),
        }
    )


def propose_reconsidered(unit: Unit, act: Act[UnitReconsiderationDecided], pack: Pack) -> Event:
    """The opinions that it rests on are those of the level that revoked (T-07)."""
    event = act.event
    if event.title is None or event.title not in pack.titles:
        return event
    level = pack.titles[event.title].revoked_by
    return event.model_copy(
        update={"opinions": opinions_relied_on(unit, Matter.RECONSIDERATION, event.title, level) or None}
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
    or a check that found what is of its category and major.
    """
    event = act.event
    for ground in event.grounds:
        if not any(_proves(unit, version, ground, pack) for version in ground.evidence):
            name = ground.ground
            return refuse(
                pack, "A-06", f"事由“{name.zh}”没有认定依据", f"nothing proves the ground: {name.en}", ground.evidence
            )
    return None


def _proves(unit: Unit, version: int, ground: GroundWithEvidence, pack: Pack) -> bool:
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
        case UnitCheckConducted() | UnitCrossInspected() | UnitVerified() | UnitObjectionResolved():
            found = unit.checks.findings.get(version)
            return found is not None and _found_major(found, ground.ground, unit, pack)
    return False


def _found_major(found: Finding, ground: Ground, unit: Unit, pack: Pack) -> bool:
    """Whether what was found is of the ground's category and passes its test, alone or in a sum (T-10)."""
    test = pack.grounds[ground]
    if not shows(ground, found.measure, pack) or (test.always and found.result is not CheckResult.GRAVE):
        return False
    alone = is_major(test, found.measure, unit.life.fewest)
    return alone or major_in_a_sum(unit, found.version, ground, pack)


def some_ground_proved(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-06: something proves a ground: a signal that stands serious, or what a check found and is major."""
    found = (_found_major(one, ground, unit, pack) for one in unit.checks.findings.values() for ground in pack.grounds)
    if any(found) or any(signal.stands_serious for signal in unit.signals.all.values()):
        return None
    return refuse(
        pack, "A-06", "没有认定严重的信号或重大的检查发现", "no serious signal, and no check found what is major"
    )


def proposal_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: there is a proposal to revoke the title."""
    proposals = unit.revocation.proposals
    if act.title is not None and act.title in proposals:
        return None
    if act.title is None and len(proposals) > 1:
        return refuse(pack, "I-00", "须指明称号", "the title has to be named", sorted(proposals))
    return refuse(pack, "I-05", "没有取消命名的提议", "no revocation is proposed")


def held_or_to_be_answered(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-09, I-14: a title is held until its day; one that is over is proposed for what waited when it ended."""
    title = act.title or ""
    if title not in unit.naming.lasting_on(act.day) and any(unanswered(unit, title)):
        return None
    return title_is_held(unit, act, pack) or term_not_over(unit, act, pack)


def dropped_by_level_of_proposer(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-13, T-11: a proposal is dropped at the level that made it, or above; where there is none, the level that
    revokes the title says why not.
    """
    proposal, title = unit.revocation.proposals.get(act.title or ""), pack.titles.get(act.title or "")
    if proposal is None:
        below = title is not None and act.actor.level is not None and act.actor.level.rank < title.revoked_by.rank
        if title is None or not below:
            return None
        zh, en = f"由{title.revoked_by.zh}级说明不提出的理由", f"the {title.revoked_by.en} level says why not"
        return refuse(pack, "T-11", zh, en, (act.title,))
    level = proposal.level
    if level is not None and act.actor.level is not None and act.actor.level.rank < level.rank:
        return refuse(
            pack,
            "I-13",
            f"由{level.zh}级提出，不得由下级终止",
            f"proposed at the {level.en} level, not for a lower one to drop",
            (proposal.version,),
        )
    return None


def dropped_with_the_nation(unit: Unit, act: Act[UnitRevocationDropped], pack: Pack) -> Refusal | None:
    """T-07: a proposal that the nation consented to is dropped by the nation, or by its paper."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None or proposal.consent is None:
        return None
    return _with_the_nation(act, act.event.paper, proposal.consent, pack)


def set_aside_with_the_nation(unit: Unit, act: Act[UnitReconsiderationDecided], pack: Pack) -> Refusal | None:
    """T-07, T-08: a revocation that the nation consented to is set aside by the nation, or by its paper."""
    done, title = unit.revocation.done.get(act.title or ""), pack.titles.get(act.title or "")
    if done is None or title is None or act.event.outcome is not ReconsiderationOutcome.SET_ASIDE:
        return None
    if done.consent is None and title.named_by is not Level.NATION:
        return None
    return _with_the_nation(act, act.event.paper, done.consent or done.version, pack)


def _with_the_nation(act: Intent, paper: UUID | None, rests_on: int, pack: Pack) -> Refusal | None:
    """T-07: what the nation consented to is undone by the nation's act, or by its paper in the register."""
    if act.actor.level is Level.NATION or paper is not None:
        return None
    zh = "事关国家三方的决定，须由国家办理或附已登记的国家文件"
    en = "the nation decided on it: the nation acts, or its paper is given as a document of the register"
    return refuse(pack, "T-07", zh, en, (rests_on,), "/paper")


def set_aside_with_the_houses(unit: Unit, act: Act[UnitReconsiderationDecided], pack: Pack) -> Refusal | None:
    """T-07: what was revoked with the houses' opinions is set aside with their opinions on the reconsideration."""
    title = pack.titles.get(act.title or "")
    if title is None or act.title is None or act.event.outcome is not ReconsiderationOutcome.SET_ASIDE:
        return None
    wanting = not_carried(Matter.RECONSIDERATION, unit, act.title, title.revoked_by, pack)
    return refuse(pack, "T-07", wanting.zh, wanting.en, wanting.facts) if wanting is not None else None


def not_notified_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-09: the unit is told once; its days run from then."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is not None and proposal.notified_on is not None:
        return refuse(pack, "I-09", f"已于{proposal.notified_on}告知", f"the unit was told on {proposal.notified_on}")
    return None


def not_served_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-12: what counts as served is not served again; while a public notice runs, it may be served before."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None or proposal.served_on is None or proposal.served_on > act.day:
        return None
    zh, en = f"已于{proposal.served_on}送达", f"it was served on {proposal.served_on}"
    return refuse(pack, "T-12", zh, en, (proposal.version,))


def served_by_whom_it_can_be(unit: Unit, act: Act[UnitNoticeServed], pack: Pack) -> Refusal | None:
    """T-12: the unit itself opens what lies in its account; any other service is the office's, with proof."""
    event, by_unit = act.event, act.actor.kind is ActorKind.APPLICANT
    if by_unit is not (event.how is Service.ACCOUNT):
        zh, en = (
            "账户签收由单位自己作出，其他方式由机关办理",
            "only the unit opens its account; the office serves else",
        )
        return refuse(pack, "T-12", zh, en, (), "/how")
    if not by_unit and not event.documents:
        return refuse(pack, "T-12", "送达须附凭证", "service is proved by a document", (), "/documents")
    return None


def served_after_the_notice(unit: Unit, act: Act[UnitNoticeServed], pack: Pack) -> Refusal | None:
    """T-12, I-21: nothing is served before the notice went out, nor later than today."""
    proposal, on = unit.revocation.proposals.get(act.title or ""), act.event.on
    if proposal is None or proposal.notified_on is None or on is None or proposal.notified_on <= on:
        return None
    zh, en = f"告知书于{proposal.notified_on}发出", f"the notice went out on {proposal.notified_on}"
    return refuse(pack, "T-12", zh, en, (proposal.version,), "/on")


def opened_today(unit: Unit, act: Act[UnitNoticeServed], pack: Pack) -> Refusal | None:
    """T-12: a unit opens its account on the day on which it does."""
    if act.event.how is not Service.ACCOUNT or act.event.on in (None, act.day):
        return None
    return refuse(pack, "T-12", "账户签收记于当日", "an account is opened on the day itself", (), "/on")


def never_served(unit: Unit, act: Act[UnitRevocationLapsed], pack: Pack) -> Refusal | None:
    """T-12: over by rule is only a proposal whose notice was not served by its last call, every lapse on record."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None:
        return None
    if act.event.proposal != proposal.version:
        return refuse(pack, "T-12", "不是该次提议", "that is another proposal", (proposal.version,), "/proposal")
    if proposal.hearing_over_on(unit.common) is None:
        packs = act.context.packs or Packs.fixed(pack)
        waiting = list(pressed(unit, proposal.title, _to_serve(unit, proposal, packs), packs))
        last = max(duty.due for duty in waiting if duty.kind is not ObligationKind.TAKE_UP)
        on_record = all(duty.key in unit.common.missed for duty in waiting)
        if on_record and act.day > pack.after(last, pack.windows.last_call):
            return None
    return refuse(pack, "T-12", "告知书已送达或送达期限未满", "it was served, or may be still", (proposal.version,))


def _to_serve(unit: Unit, proposal: Proposal, packs: Packs) -> Obligation:
    """What the office that proposed owes until the notice is served: sending it, then its service."""
    sent, pack = proposal.notified_on, packs.on(proposal.notified_on or proposal.day)
    kind = ObligationKind.SERVE_NOTICE if sent else ObligationKind.NOTIFY_HEARING
    due = pack.after(sent or proposal.day, pack.windows.serve_notice if sent else pack.windows.notice)
    level = proposal.level or pack.titles[proposal.title].revoked_by
    return of_office(unit, pack, kind, str(proposal.version), level, sent or proposal.day, due)


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
        return refuse(pack, "I-09", "陈述申辩内容为空", "the statement is empty and not waived", pointer="/text")
    return None


def heard_or_time_passed(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-09 (A-07, T-12): told and heard, or its working days over since the notice was served."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None or proposal.hearing_is_over(act.day, unit.common):
        return None
    if proposal.notified_on is None:
        return refuse(pack, "I-09", "尚未告知单位事由", "the unit was not told the grounds", (proposal.version,))
    if proposal.hearing_due is None:
        return refuse(pack, "T-12", "告知书尚未送达", "no service of the notice is proved", (proposal.version,))
    last = proposal.hearing_last_day(unit.common)
    return refuse(pack, "I-09", f"陈述申辩期至{last}", f"the unit may be heard until {last}")


def said_for_the_unit_with_its_paper(unit: Unit, act: Act[UnitStatementHeard], pack: Pack) -> Refusal | None:
    """T-12: what an office records as the unit's word, or as its waiver, is a document that the unit signed."""
    if not _said_for_the_unit(unit, act, pack) or act.event.documents:
        return None
    zh, en = "代录单位的陈述或放弃须附其签署的文件", "what is recorded for the unit needs the document that it signed"
    return refuse(pack, "T-12", zh, en, (), "/documents")


def _said_for_the_unit(unit: Unit, act: Intent, pack: Pack) -> bool:
    return act.actor.kind is ActorKind.OFFICER


def opinions_in_on_revocation(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-04 (R-27), T-22: the four houses have given their opinions at the level that revokes, and carry it."""
    if act.title not in unit.revocation.proposals or act.title not in pack.titles:
        return None
    level = pack.titles[act.title].revoked_by
    return not_carried(Matter.REVOCATION, unit, act.title, level, pack)


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


def was_revoked(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05 (I-10): only a revocation is announced or reconsidered."""
    if (act.title or "") not in unit.revocation.done:
        return refuse(pack, "I-05", "该称号未被取消", "the title has not been revoked")
    return None


def not_announced_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-10: announced once."""
    done = unit.revocation.done.get(act.title or "")
    if done is not None and done.announced:
        return refuse(pack, "I-10", "已向社会公布", "announced already", (done.version,), final=True)
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
        return refuse(pack, "I-10", "不是待收回的铭牌", "that plaque is not to be recovered", pointer="/plaque")
    since = plaque.to_recover_since
    if since is not None and act.event.on is not None and act.event.on < since:
        return refuse(pack, "I-21", f"{since}起方须收回", f"it is to be recovered since {since}", (since,), "/on")
    return None


def reconsideration_asked(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05, T-07: what is reconsidered is a revocation of which the unit asked for that."""
    done = unit.revocation.done.get(act.title or "")
    if done is not None and done.reconsideration is not None:
        return None
    return refuse(pack, "I-05", "没有复核申请", "no reconsideration was asked for", sorted(unit.revocation.done))


def reconsidered_once_at_a_time(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: what is asked for already is not asked for again."""
    done = unit.revocation.done.get(act.title or "")
    if done is None or done.reconsideration is None:
        return None
    return refuse(pack, "I-05", "已申请复核", "asked for already", (done.reconsideration,), final=True)


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """For what waits for an answer about a title, a proposal or the reason why not (I-14); the next step of every
    proposal in its days (T-12); after a revocation the plaque back, the announcement
    (I-10), and the answer to who asks for it to be reconsidered; of each, what follows where it is missed.
    """
    for title in titles_to_answer(unit):
        for version, since in unanswered(unit, title):
            pack, ref = packs.on(since), f"{version}:{title}"
            due, level = pack.after(since, pack.windows.propose_revocation), charge_of(title, pack)
            yield of_office(unit, pack, ObligationKind.PROPOSE_REVOCATION, ref, level, since, due)
    for title, duty in _owed(unit, packs):
        yield from pressed(unit, title, duty, packs)


def _owed(unit: Unit, packs: Packs) -> Iterator[tuple[str, Obligation]]:
    for proposal in unit.revocation.proposals.values():
        if proposal.title in packs.on(proposal.day).titles:
            yield from ((proposal.title, duty) for duty in _steps(unit, proposal, packs))
    yield from _plaques(unit, packs)
    for title, done in unit.revocation.done.items():
        pack = packs.on(done.day)
        if title not in pack.titles:
            continue
        if not done.announced:
            due, level = pack.after(done.day, pack.windows.announce), pack.titles[title].revoked_by
            ref, kind = str(done.version), ObligationKind.ANNOUNCE
            yield title, of_office(unit, pack, kind, ref, level, done.day, due)
        if done.reconsideration is not None and done.reconsideration_on is not None:
            since, ref, pack = done.reconsideration_on, str(done.reconsideration), packs.on(done.reconsideration_on)
            kind, level = ObligationKind.DECIDE_RECONSIDERATION, pack.titles[title].revoked_by
            yield title, of_office(unit, pack, kind, ref, level, since, pack.after(since, pack.windows.reconsideration))


def _plaques(unit: Unit, packs: Packs) -> Iterator[tuple[str, Obligation]]:
    """A plaque that is to come back, since the revocation, the closing or the succession (I-10, T-21)."""
    for plaque in unit.naming.plaques.values():
        since = plaque.to_recover_since
        if since is None or plaque.state is not PlaqueState.TO_RECOVER:
            continue
        pack = packs.on(since)
        due, level = pack.after(since, pack.windows.recover_plaque), charge_of(plaque.title, pack)
        yield plaque.title, of_office(unit, pack, ObligationKind.RECOVER_PLAQUE, plaque.code, level, since, due)


def _steps(unit: Unit, proposal: Proposal, packs: Packs) -> Iterator[Obligation]:
    """What is owed next in a proposal: the grounds told, the unit heard, the houses, the nation, the decision."""
    ref, title = str(proposal.version), packs.on(proposal.day).titles[proposal.title]

    def owed(kind: ObligationKind, level: Level, since: date, days: Callable[[Windows], Span]) -> Obligation:
        pack = packs.on(since)
        return of_office(unit, pack, kind, ref, level, since, pack.after(since, days(pack.windows)))

    over = proposal.hearing_over_on(unit.common)
    if over is None:
        yield _to_serve(unit, proposal, packs)
        return
    if proposal.heard is None and proposal.hearing_due is not None:
        since, level = proposal.served_on or proposal.day, proposal.level or title.revoked_by
        yield of_unit(packs.on(since), ObligationKind.STATEMENT, ref, since, proposal.hearing_due, level)
    if over == date.max:
        return
    opined = _houses_opined_on(unit, proposal, packs.on(over))
    if opined is None:
        yield owed(
            ObligationKind.REVOCATION_OPINIONS, title.revoked_by, over, lambda windows: windows.revocation_opinions
        )
    elif title.consent_by is None:
        yield owed(
            ObligationKind.DECIDE_REVOCATION, title.revoked_by, opined, lambda windows: windows.decide_revocation
        )
    elif proposal.consent_requested_on is None:
        yield owed(ObligationKind.ASK_CONSENT, Level.PROVINCE, opined, lambda windows: windows.ask_consent)
    else:
        refused = proposal.consent_refused_on if proposal.consent_refused is not None else None
        answered = proposal.consent_on or refused
        if answered is None:
            asked = proposal.consent_requested_on
            yield owed(ObligationKind.ANSWER_CONSENT, title.consent_by, asked, lambda windows: windows.answer_consent)
        else:
            yield owed(
                ObligationKind.DECIDE_REVOCATION, title.revoked_by, answered, lambda windows: windows.decide_revocation
            )


def _houses_opined_on(unit: Unit, proposal: Proposal, pack: Pack) -> date | None:
    """The day on which the last of the houses opined; None where one is missing."""
    given = unit.evaluation.given(Matter.REVOCATION, proposal.title, pack.titles[proposal.title].revoked_by)
    if any(house not in given for house in pack.quorums.houses):
        return None
    return max(opinion.day for opinion in given.values())


_UNDOES = (DocumentKind.CONSENT, DocumentKind.REFUSAL, DocumentKind.ORDER, DocumentKind.RULING)
"""Papers by which a revocation is given up or set aside."""

CHAPTER: Chapter[Unit] = Chapter(
    "revocation",
    {
        UnitRevocationProposed: _proposed,
        UnitRevocationDropped: _dropped,
        UnitHearingNotified: _notified,
        UnitNoticeServed: _served,
        UnitRevocationLapsed: _lapsed,
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
            about=titles_to_propose,
            rule="A-06",
            state=(was_registered, held_or_to_be_answered, not_proposed_yet, some_ground_proved),
            content=(grounds_are_proved,),
            steps=("act:propose_revocation",),
            settles=(ObligationKind.PROPOSE_REVOCATION,),
            undone_by_procedure=True,
        ),
        Law(
            UnitRevocationDropped,
            office=approver(where_dropped),
            about=titles_proposed_or_to_answer,
            rule="I-14",
            state=(was_registered, proposed_or_to_be_answered, dropped_by_level_of_proposer, apart_from_other_steps),
            content=(dropped_with_the_nation, paper_of(*_UNDOES), not_of_the_papers_hands),
            reads=people_before,
            steps=("act:decide_revocation",),
            settles=(
                ObligationKind.PROPOSE_REVOCATION,
                ObligationKind.NOTIFY_HEARING,
                ObligationKind.SERVE_NOTICE,
                ObligationKind.STATEMENT,
                ObligationKind.REVOCATION_OPINIONS,
                ObligationKind.ASK_CONSENT,
                ObligationKind.ANSWER_CONSENT,
                ObligationKind.DECIDE_REVOCATION,
            ),
            undone_by_procedure=True,
        ),
        Law(
            UnitHearingNotified,
            office=desk(where_proposed),
            about=titles_proposed,
            rule="I-09",
            state=(was_registered, proposal_open, not_notified_yet),
            settles=(ObligationKind.NOTIFY_HEARING,),
        ),
        Law(
            UnitNoticeServed,
            office=(AGENT, *desk(where_proposed)),
            about=titles_proposed,
            rule="T-12",
            state=(was_registered, proposal_open, was_notified, not_served_yet),
            content=(served_by_whom_it_can_be, served_after_the_notice, opened_today, fact_not_ahead),
            propose=propose_served,
            settles=(ObligationKind.SERVE_NOTICE,),
        ),
        Law(
            UnitRevocationLapsed,
            office=(TIMEKEEPER,),
            about=titles_proposed,
            rule="T-12",
            state=(was_registered, proposal_open),
            content=(never_served,),
            settles=(ObligationKind.NOTIFY_HEARING, ObligationKind.SERVE_NOTICE, ObligationKind.TAKE_UP),
            undone_by_procedure=True,
        ),
        Law(
            UnitStatementHeard,
            office=(AGENT, *desk(where_proposed)),
            about=titles_proposed,
            rule="I-09",
            state=(was_registered, proposal_open, was_notified, apart_from_other_steps),
            content=(statement_has_text, said_for_the_unit_with_its_paper),
            reads=people_before,
            steps=("act:conduct_hearing",),
            second=Second(desk(where_proposed), when=_said_for_the_unit),
            settles=(ObligationKind.STATEMENT, ObligationKind.SERVE_NOTICE),
        ),
        Law(
            UnitConsentRequested,
            office=desk(PROVINCE),
            about=titles_proposed,
            rule="I-08",
            state=(
                was_registered,
                proposal_open,
                needs_consent,
                consent_not_requested,
                heard_or_time_passed,
                opinions_in_on_revocation,
                apart_from_other_steps,
            ),
            reads=people_before,
            steps=("act:ask_consent",),
            settles=(ObligationKind.ASK_CONSENT,),
            undone_by_procedure=True,
        ),
        Law(
            UnitConsentGiven,
            office=approver(NATION_OR_PROVINCE),
            about=titles_proposed,
            rule="I-08",
            state=(was_registered, proposal_open, consent_awaited, apart_from_other_steps),
            content=(national_paper_given, paper_of(DocumentKind.CONSENT), not_of_the_papers_hands),
            reads=people_before,
            steps=("act:record_consent",),
            undone_by_procedure=True,
            settles=(ObligationKind.ANSWER_CONSENT,),
        ),
        Law(
            UnitConsentRefused,
            office=approver(NATION_OR_PROVINCE),
            about=titles_proposed,
            rule="I-08",
            state=(was_registered, proposal_open, consent_awaited, apart_from_other_steps),
            content=(national_paper_given, paper_of(DocumentKind.REFUSAL), not_of_the_papers_hands),
            reads=people_before,
            steps=("act:record_consent",),
            settles=(ObligationKind.ANSWER_CONSENT,),
            undone_by_procedure=True,
        ),
        Law(
            UnitRevoked,
            office=approver(where_revoked),
            about=titles_proposed,
            rule="I-08",
            state=(
                was_registered,
                proposal_open,
                heard_or_time_passed,
                opinions_in_on_revocation,
                nation_consented,
                apart_from_other_steps,
            ),
            reads=people_before,
            steps=("act:decide_revocation",),
            propose=propose_revoked,
            undone_by_procedure=True,
            settles=(ObligationKind.DECIDE_REVOCATION, ObligationKind.STATEMENT),
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitPlaqueRecovered,
            office=desk(where_plaque_is_watched),
            rule="I-10",
            state=(was_registered, plaque_to_recover),
            content=(that_plaque_to_recover, fact_not_ahead),
            propose=propose_recovered,
            settles=(ObligationKind.RECOVER_PLAQUE,),
        ),
        Law(
            UnitRevocationAnnounced,
            office=desk(where_revoked),
            about=titles_revoked,
            rule="I-10",
            state=(was_registered, was_revoked, not_announced_yet),
            settles=(ObligationKind.ANNOUNCE,),
        ),
        Law(
            UnitReconsiderationRequested,
            office=(AGENT,),
            about=titles_revoked,
            rule="I-13",
            state=(was_registered, was_revoked, reconsidered_once_at_a_time),
        ),
        Law(
            UnitReconsiderationDecided,
            office=approver(where_reconsidered),
            about=titles_reconsidered,
            rule="T-07",
            state=(was_registered, reconsideration_asked, apart_from_other_steps),
            content=(
                set_aside_with_the_nation,
                set_aside_with_the_houses,
                paper_of(*_UNDOES),
                not_of_the_papers_hands,
            ),
            reads=people_before,
            steps=("act:decide_reconsideration",),
            propose=propose_reconsidered,
            undone_by_procedure=True,
            settles=(ObligationKind.DECIDE_RECONSIDERATION,),
            decided=lambda event: event.decided_on,
        ),
    ),
    obligations,
)
