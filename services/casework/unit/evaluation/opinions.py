"""Opinions of the houses: when one is due, and when one takes the place of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.envelope import Event
from events.unit.evaluation import (
    UnitHouseOpined,
)
from events.words import Matter, Role, Step
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.office import same_person
from services.casework.pack import Pack
from services.casework.unit.application import (
    case_of,
    case_open,
    deciding_level,
    evaluating_level,
)
from services.casework.unit.evaluation.state import AT_WORK, GivenOpinion

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def propose_opined(unit: Unit, act: Act[UnitHouseOpined], pack: Pack) -> Event:
    """House and level are those of the officer's post; what it replaces is that house's last word on this."""
    event = act.event
    before = _last_word(unit, act)
    replaced = before.version if before is not None else None
    return event.model_copy(update={"level": act.actor.level, "house": act.actor.house, "replaces": replaced})


def _last_word(unit: Unit, act: Intent) -> GivenOpinion | None:
    """What the house said of the same at that level, and on what nobody has gone on yet: no decision rests on it, and
    no visit came after it.
    """
    about, level, house = act.subject, act.actor.level, act.actor.house
    title, matter = about.get("title") or "", about["matter"]
    if level is None or house is None:
        return None
    before = unit.evaluation.opinions.get((matter, title, level, house))
    if before is None or before.objection_ref != about.get("objection_ref"):
        return None
    if matter is not Matter.APPLICATION:
        return before
    visits = unit.evaluation.visits.get(title, ())
    decided = max((version for version, _ in unit.evaluation.decided.get(title, ())), default=0)
    counts = before.version > decided and all(before.younger_than(visit) for visit in visits)
    return before if counts else None


def _of_a_colleague(unit: Unit, act: Intent) -> GivenOpinion | None:
    before = _last_word(unit, act)
    return None if before is None or same_person(before.officer, act.actor.id, act.context) else before


def not_over_a_colleague(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-07: a house's opinion is replaced by who gave it, or by an approver of the house."""
    before = _of_a_colleague(unit, act)
    if before is None or Role.APPROVER in act.actor.roles:
        return None
    zh, en = "本部门意见由本人或者审批人员变更", "another of the house gave it: it or an approver replaces it"
    return refuse(pack, "T-07", zh, en, (before.version,))


def says_why_it_is_replaced(unit: Unit, act: Act[UnitHouseOpined], pack: Pack) -> Refusal | None:
    """T-07: whoever replaces another's opinion gives a reason."""
    before = _of_a_colleague(unit, act)
    if before is None or act.event.reason:
        return None
    zh, en = "变更他人意见须说明理由", "who replaces another's opinion says why"
    return refuse(pack, "T-07", zh, en, (before.version,), "/reason")


def opinion_is_due(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: a house gives its opinion where the case lies, before that level has decided."""
    matter = act.subject["matter"]
    if matter is Matter.REVOCATION:
        return _revocation_is_open(unit, act, pack)
    if matter is Matter.RECONSIDERATION:
        return _reconsideration_is_open(unit, act, pack)
    if matter is Matter.OBJECTION:
        return _objection_is_open(unit, act, act.subject["objection_ref"], pack)
    return _level_still_decides(unit, act, pack)


def _level_still_decides(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    case = case_of(unit, act)
    if case is None:
        return case_open(unit, act, pack)
    if case.level is not act.actor.level:
        return refuse(pack, "I-05", f"申报现在{case.level.zh}级", f"the application lies at the {case.level.en} level")
    if case.step in (Step.APPLIED, Step.RETURNED):
        return refuse(pack, "I-05", "申报尚未受理", "the application has not been accepted")
    title = pack.titles[case.title]
    review_ahead = case.step is Step.EVALUATED and case.level is deciding_level(case.title, pack)
    naming_ahead = case.step is Step.CLEARED and case.level is title.named_by
    if case.step not in AT_WORK and not (review_ahead and "review" in title.steps) and not naming_ahead:
        return refuse(pack, "I-05", "该层级已作出决定", "that level has decided already")
    return None


def _objection_is_open(unit: Unit, act: Intent, ref: int | None, pack: Pack) -> Refusal | None:
    objection = unit.publicity.objections.get(ref or 0)
    if objection is None or not objection.open or objection.title != act.title:
        return refuse(pack, "I-05", "没有这件待核查的异议", "there is no such open objection")
    level = deciding_level(objection.title, pack)
    if act.actor.level is not level:
        return refuse(pack, "I-05", f"由{level.zh}级发表意见", f"the {level.en} level gives its opinion")
    return None


def _revocation_is_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None:
        return refuse(pack, "I-05", "没有取消命名的提议", "no revocation is proposed")
    level = pack.titles[act.title or ""].revoked_by
    if act.actor.level is not level:
        return refuse(pack, "I-05", f"由{level.zh}级发表意见", f"the {level.en} level gives its opinion")
    if not proposal.hearing_is_over(act.day, unit.common):
        zh, en = "单位尚未陈述，陈述期未满", "the unit was not heard, nor are its days to speak over"
        return refuse(pack, "T-12", zh, en, (proposal.version,))
    return None


def _reconsideration_is_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    done, title = unit.revocation.done.get(act.title or ""), pack.titles.get(act.title or "")
    if done is None or done.reconsideration is None or title is None:
        return refuse(pack, "I-05", "没有待决定的复核申请", "no reconsideration is waiting")
    level = title.revoked_by
    if act.actor.level is not level:
        return refuse(pack, "I-05", f"由{level.zh}级发表意见", f"the {level.en} level gives its opinion")
    return None


def opinions_after_visit(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-01: the opinions that an evaluation rests on were given after the last visit."""
    case = case_of(unit, act)
    visits = unit.evaluation.visits.get(case.title, ()) if case is not None else ()
    if case is None or not visits:
        return None
    last = max(visits, key=lambda visit: (visit.on, visit.version))
    given = unit.evaluation.given(Matter.APPLICATION, case.title, evaluating_level(unit, case.title, pack))
    before = {house: said for house, said in given.items() if not said.younger_than(last)}
    if not before:
        return None
    zh = f"{'、'.join(house.zh for house in before)}的意见早于{last.on}的核验"
    en = f"before the visit of {last.on}: the opinion of {', '.join(house.en for house in before)}"
    return refuse(pack, "T-01", zh, en, [said.version for said in before.values()])
