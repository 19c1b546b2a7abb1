"""Who may propose to revoke a title, on which grounds, and who may drop the proposal (policy 五(五)3)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.unit.checks import UnitCheckConducted, UnitCrossInspected, UnitVerified
from events.unit.publicity import UnitObjectionResolved
from events.unit.revocation import (
    GroundWithEvidence,
    UnitRevocationDropped,
    UnitRevocationProposed,
)
from events.unit.signals import UnitSignalAssessed, UnitSignalRecorded
from events.words import (
    CheckResult,
    DocumentKind,
    Ground,
    Level,
    Matter,
)
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.office import (
    ALL_LEVELS,
)
from services.casework.pack import Pack
from services.casework.unit.answers import unanswered
from services.casework.unit.checks import Finding
from services.casework.unit.evaluation.majority import not_carried
from services.casework.unit.naming.term import term_not_over, title_is_held
from services.casework.unit.severity import is_major, shows
from services.casework.unit.signals import major_in_a_sum

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def where_revoked(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that revokes the title."""
    title = pack.titles.get(act.title or "")
    return frozenset({title.revoked_by}) if title is not None else ALL_LEVELS


def where_proposed(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The prefecture, or the level that revokes."""
    return where_revoked(unit, act, pack) | {Level.PREFECTURE}


def where_dropped(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """Where it is proposed, and the level whose consent the title takes (T-07)."""
    return where_proposed(unit, act, pack) | consenting(act, pack)


def consenting(act: Intent, pack: Pack) -> frozenset[Level]:
    title = pack.titles.get(act.title or "")
    return frozenset({title.consent_by}) if title is not None and title.consent_by is not None else frozenset()


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
    return with_the_nation(act, act.event.paper, proposal.consent, pack)


def proposed_or_consented_on(unit: Unit, act: Intent) -> date | None:
    """The day of the proposal that is dropped, or on which the nation consented to it."""
    proposal = unit.revocation.proposals.get(act.title or "")
    return (proposal.consent_on or proposal.day) if proposal is not None else None


def not_dropped_against_the_houses(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-22: a revocation that the houses of the level that revokes carried is not dropped by one person; where the
    nation was asked, it is dropped as the nation answers (T-07).
    """
    proposal, title = unit.revocation.proposals.get(act.title or ""), pack.titles.get(act.title or "")
    if proposal is None or title is None or act.actor.level is Level.NATION:
        return None
    answered = proposal.consent is not None or proposal.consent_refused is not None
    if answered or not_carried(Matter.REVOCATION, unit, proposal.title, title.revoked_by, pack) is not None:
        return None
    given = unit.evaluation.given(Matter.REVOCATION, proposal.title, title.revoked_by)
    zh, en = f"{title.revoked_by.zh}各成员单位的意见为取消", f"the houses of the {title.revoked_by.en} are for it"
    return refuse(pack, "T-22", zh, en, sorted(one.version for one in given.values()))


def with_the_nation(act: Intent, paper: UUID | None, rests_on: int, pack: Pack) -> Refusal | None:
    """T-07: what the nation consented to is undone by the nation's act, or by its paper in the register."""
    if act.actor.level is Level.NATION or paper is not None:
        return None
    zh = "事关国家三方的决定，须由国家办理或附已登记的国家文件"
    en = "the nation decided on it: the nation acts, or its paper is given as a document of the register"
    return refuse(pack, "T-07", zh, en, (rests_on,), "/paper")


UNDOES = (DocumentKind.CONSENT, DocumentKind.REFUSAL, DocumentKind.ORDER, DocumentKind.RULING)
"""Papers by which a revocation is given up or set aside."""
