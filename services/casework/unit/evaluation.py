"""Chapter 评审: visits, the houses' opinions, evaluation and review (policy 五(五)1, 五(五)2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry, Event
from events.fields import JudgedItem
from events.unit.application import UnitApplicationAmended, UnitApplicationRejected, UnitApplied
from events.unit.evaluation import (
    UnitAssessedByThirdParty,
    UnitEvaluated,
    UnitHouseOpined,
    UnitReviewed,
    UnitSiteVisited,
)
from events.unit.naming import UnitNamingRefused
from events.unit.revocation import UnitReconsiderationRequested, UnitRevocationProposed
from events.unit.self_evaluation import UnitReportUpdated, UnitSelfEvaluated
from events.words import House, Level, Matter, ObligationKind, Opinion, Recommendation, Role, SessionMatter, Step
from services.casework.body.state import Body
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Intent, Law, Others, Refusal, refuse
from services.casework.office import approver, desk, officer, same_person
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.session.state import Session
from services.casework.unit.application import (
    at_step,
    case_of,
    case_open,
    correction_is_late,
    deciding_level,
    evaluating_level,
    leave_place,
    people_and_rounds,
    propose_at_level,
    where_decided,
    where_evaluated,
    where_it_lies,
)
from services.casework.unit.charge import where_houses_speak
from services.casework.unit.checklist import departs_with_a_reason, vetoed_by_the_checklist
from services.casework.unit.registration import registered, was_registered
from services.casework.unit.self_evaluation import front_line_share, satisfaction_weighed
from services.casework.unit.separation import apart_from_other_steps, apart_from_the_unit, people_before
from services.casework.unit.signals import nothing_frozen
from services.casework.unit.standing_in import is_lent_for
from services.casework.unit.subjects import matters_of_opinion, titles_in_case

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Visit:
    """A site visit: who was there, and what they judged."""

    version: int
    on: date
    visitors: frozenset[UUID]
    items: tuple[JudgedItem, ...]
    vetoes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenOpinion:
    """A house's last word on a matter at a level."""

    version: int
    opinion: Opinion
    officer: UUID
    day: date
    objection_ref: int | None = None

    def younger_than(self, visit: Visit) -> bool:
        """Whether it was given after that visit, on one day by their order in the register."""
        return (self.day, self.version) > (visit.on, visit.version)


_WORKING = (Step.ACCEPTED, Step.FORWARDED)

OpinionKey = tuple[Matter, str, Level, House]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the current case of each title has been given; a new application, or another report, begins afresh.

    `report` is the latest self-evaluation, `rests_on` that of each title's case. `updates` are the standards that a
    report changed, with the report that it brought up to date; `revisit` those of a case to be visited again (T-16).
    """

    report: int | None = None
    rests_on: Mapping[str, int | None] = field(default_factory=dict)
    visits: Mapping[str, tuple[Visit, ...]] = field(default_factory=dict)
    opinions: Mapping[OpinionKey, GivenOpinion] = field(default_factory=dict)
    score: Mapping[str, int] = field(default_factory=dict)
    decided: Mapping[str, tuple[tuple[int, UUID], ...]] = field(default_factory=dict)
    updates: Mapping[int, tuple[int | None, frozenset[str]]] = field(default_factory=dict)
    revisit: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def given(self, matter: Matter, title: str, level: Level) -> dict[House, GivenOpinion]:
        """The opinions on that matter at that level, by house."""
        return {
            house: opinion
            for (m, t, at, house), opinion in self.opinions.items()
            if m is matter and t == title and at is level
        }


def _afresh(region: Evaluation, matter: Matter, title: str) -> Evaluation:
    kept = {key: given for key, given in region.opinions.items() if key[0] is not matter or key[1] != title}
    return replace(region, opinions=kept)


def _evaluated_itself(region: Evaluation, entry: Entry[UnitSelfEvaluated]) -> Evaluation:
    return replace(region, report=entry.version)


def _report_updated(region: Evaluation, entry: Entry[UnitReportUpdated]) -> Evaluation:
    changed = (region.report, frozenset(one.standard for one in entry.event.items))
    return replace(region, report=entry.version, updates={**region.updates, entry.version: changed})


def _applied(region: Evaluation, entry: Entry[UnitApplied]) -> Evaluation:
    return _restarted(region, entry.event.title)


def _amended(region: Evaluation, entry: Entry[UnitApplicationAmended]) -> Evaluation:
    """What rested on another report counts no more (T-01); of one brought up to date, what is said of the standards
    that changed (T-16).
    """
    title = entry.event.title or ""
    if region.rests_on.get(title) == region.report:
        return region
    changed = _changed_since(region, region.rests_on.get(title))
    return _restarted(region, title) if changed is None else _looked_at_again(region, title, changed)


def _changed_since(region: Evaluation, version: int | None) -> frozenset[str] | None:
    """The standards that changed since that report; None where the latest is another one."""
    changed, at = frozenset[str](), region.report
    while at != version:
        if at is None or at not in region.updates:
            return None
        at, names = region.updates[at]
        changed |= names
    return changed


def _looked_at_again(region: Evaluation, title: str, changed: frozenset[str]) -> Evaluation:
    visits = tuple(
        replace(visit, items=tuple(item for item in visit.items if item.standard not in changed))
        for visit in region.visits.get(title, ())
    )
    kept = _afresh(region, Matter.APPLICATION, title)
    return replace(
        kept,
        visits={**region.visits, title: visits},
        decided={name: made for name, made in region.decided.items() if name != title},
        rests_on={**region.rests_on, title: region.report},
        revisit={**region.revisit, title: region.revisit.get(title, frozenset()) | changed},
    )


def _restarted(region: Evaluation, title: str) -> Evaluation:
    kept = _afresh(region, Matter.APPLICATION, title)
    return replace(
        kept,
        visits={name: visits for name, visits in region.visits.items() if name != title},
        decided={name: made for name, made in region.decided.items() if name != title},
        rests_on={**region.rests_on, title: region.report},
        revisit={name: changed for name, changed in region.revisit.items() if name != title},
    )


def _revocation_proposed(region: Evaluation, entry: Entry[UnitRevocationProposed]) -> Evaluation:
    return _afresh(region, Matter.REVOCATION, entry.event.title or "")


def _reconsideration_requested(region: Evaluation, entry: Entry[UnitReconsiderationRequested]) -> Evaluation:
    return _afresh(region, Matter.RECONSIDERATION, entry.event.title or "")


def _visited(region: Evaluation, entry: Entry[UnitSiteVisited]) -> Evaluation:
    event = entry.event
    title = event.title or ""
    visitors = frozenset(visitor.officer for visitor in event.visitors)
    visit = Visit(entry.version, event.on, visitors, event.items, event.vetoes)
    return replace(region, visits={**region.visits, title: (*region.visits.get(title, ()), visit)})


def _opined(region: Evaluation, entry: Entry[UnitHouseOpined]) -> Evaluation:
    event = entry.event
    if event.level is None or event.house is None:
        return region
    key = (event.matter, event.title or "", event.level, event.house)
    given = GivenOpinion(entry.version, event.opinion, entry.actor.id, entry.day, event.objection_ref)
    return replace(region, opinions={**region.opinions, key: given})


def _decided(region: Evaluation, entry: Entry[UnitEvaluated | UnitReviewed]) -> Evaluation:
    event = entry.event
    title = event.title or ""
    decided = {**region.decided, title: (*region.decided.get(title, ()), (entry.version, entry.actor.id))}
    score = {**region.score, title: event.score} if isinstance(event, UnitEvaluated) else region.score
    return replace(region, decided=decided, score=score)


def opinions_relied_on(unit: Unit, matter: Matter, title: str, level: Level) -> tuple[int, ...]:
    """The versions of the opinions that a decision at that level rests on."""
    return tuple(sorted(given.version for given in unit.evaluation.given(matter, title, level).values()))


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


def propose_evaluated(unit: Unit, act: Act[UnitEvaluated], pack: Pack) -> Event:
    """The level and the opinions follow from the case."""
    event = act.event
    if event.title is None or event.title not in unit.application.cases:
        return event
    level = evaluating_level(unit, event.title, pack)
    opinions = opinions_relied_on(unit, Matter.APPLICATION, event.title, level)
    return event.model_copy(update={"level": level, "opinions": opinions})


def propose_reviewed(unit: Unit, act: Act[UnitReviewed], pack: Pack) -> Event:
    """The level, the opinions and the record check (signals then open) follow from the state."""
    event = act.event
    if event.title is None or event.title not in unit.application.cases:
        return event
    level = deciding_level(event.title, pack)
    opinions = opinions_relied_on(unit, Matter.APPLICATION, event.title, level)
    signals = tuple(sorted(unit.signals.open))
    return event.model_copy(update={"level": level, "opinions": opinions, "open_signals": signals})


def enough_visitors(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """A-12, T-02: two visitors or more, from two houses or more; each person once, for one house."""
    event = act.event
    people = [visitor.officer for visitor in event.visitors]
    houses = {visitor.house for visitor in event.visitors}
    twice = {one for n, one in enumerate(people) for other in people[:n] if same_person(one, other, act.context)}
    if twice:
        zh, en = "同一人员列了两次", "one person stands among the visitors twice"
        return refuse(pack, "A-12", zh, en, sorted(twice), "/visitors")
    if len(people) < pack.quorums.visitors or len(houses) < pack.quorums.visiting_houses:
        return refuse(
            pack,
            "A-12",
            "实地核验须两人以上、来自两家以上",
            "a visit takes two people from two houses",
            sorted(people),
            pointer="/visitors",
        )
    return None


def visitors_hold_posts(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """T-02: each visitor held, on the day of the visit, a post of that house which covers the unit's place; or one
    anywhere, who is lent for the visit (T-03).
    """
    for number, visitor in enumerate(act.event.visitors):
        person = act.context.find(Officer, visitor.officer)
        lent = is_lent_for(unit, visitor.officer, act)
        if person is not None and not person.held_on(act.event.on, None if lent else unit.life.place, visitor.house):
            zh = f"{visitor.house.zh}核验人员当日不任职于该地"
            en = f"who visited for the {visitor.house.en} held no such post there on {act.event.on}"
            return refuse(pack, "T-02", zh, en, (visitor.officer,), f"/visitors/{number}/officer")
    return None


def items_of_standard(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """I-00 (R-04): what visitors judge are standards of the set that the unit used."""
    event = act.event
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    known = chosen.standards.keys() if chosen else set()
    unknown = [item.standard for item in event.items if item.standard not in known]
    if unknown:
        return refuse(
            pack, "I-00", "核验项目不在所用标准内", "an item is no standard of the set used", unknown, pointer="/items"
        )
    over = [i.standard for i in event.items if chosen and (i.score or 0) > chosen.standards[i.standard].score]
    if over:
        return refuse(
            pack, "I-00", "得分超过该项满分", "a score is above the points of its standard", over, pointer="/items"
        )
    return None


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
    if case.step not in _WORKING and not (review_ahead and "review" in title.steps) and not naming_ahead:
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


def all_four_in(matter: Matter, unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    """I-04: an opinion of each house at that level is in, whichever way it goes."""
    given = unit.evaluation.given(matter, title, level)
    missing = [house for house in pack.quorums.houses if house not in given]
    if missing:
        zh, en = "、".join(h.zh for h in missing), ", ".join(h.en for h in missing)
        return refuse(
            pack, "I-04", f"{level.zh}缺少{zh}的意见", f"no opinion at the {level.en} level from: {en}", missing
        )
    return None


def none_opposed(matter: Matter, unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    """A-14: no veto (the default gives it to hr), and not too many opposed."""
    given = unit.evaluation.given(matter, title, level)
    opposed = [house for house, said in given.items() if said.opinion is Opinion.OPPOSE]
    vetoes = [house for house in opposed if house in pack.quorums.veto]
    if vetoes or len(opposed) > pack.quorums.most_opposed:
        zh, en = "、".join(h.zh for h in opposed), ", ".join(h.en for h in opposed)
        return refuse(pack, "A-14", f"{zh}反对", f"opposed: {en}", [given[house].version for house in opposed])
    return None


def enough_in_favour(matter: Matter, unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    """T-22: enough houses spoke, enough of them in favour, and more than against; who abstains does not speak."""
    given = unit.evaluation.given(matter, title, level)
    said = [given[house].opinion for house in pack.quorums.houses if house in given]
    favour, against = said.count(Opinion.SUPPORT), said.count(Opinion.OPPOSE)
    least = pack.quorums.least_in_favour
    if favour + against >= pack.quorums.least_opined and favour >= least and favour > against:
        return None
    zh, en = f"同意{favour}家，反对{against}家，不足多数", f"{favour} in favour and {against} against are no majority"
    return refuse(pack, "T-22", zh, en, sorted(one.version for one in given.values()))


MAJORITY = (all_four_in, none_opposed, enough_in_favour)
"""What it takes for the houses of a level to carry something, asked one after the other."""


def not_carried(matter: Matter, unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    """T-22: the houses of that level have all spoken, and are for it by the majority that it takes."""
    asked = (rule(matter, unit, title, level, pack) for rule in MAJORITY)
    return next((refusal for refusal in asked if refusal is not None), None)


def not_refused_against_the_houses(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-22: what the houses carried is not refused by one person, unless the unit is frozen meanwhile, or the nation
    refuses by its paper.
    """
    case = case_of(unit, act)
    if case is None or nothing_frozen(unit, act, pack) is not None:
        return None
    if act.type is UnitNamingRefused and pack.titles[case.title].named_by is Level.NATION:
        return None
    return _against_the_houses(unit, case.title, case.level, pack)


def _against_the_houses(unit: Unit, title: str, level: Level, pack: Pack) -> Refusal | None:
    if not_carried(Matter.APPLICATION, unit, title, level, pack) is not None:
        return None
    given = unit.evaluation.given(Matter.APPLICATION, title, level)
    zh, en = f"{level.zh}各成员单位的意见为通过", f"the houses of the {level.en} level are for it"
    return refuse(pack, "T-22", zh, en, sorted(one.version for one in given.values()))


def formal_or_with_opinions(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-22: before a case is accepted where it is evaluated, or where it was not corrected in its days, it is rejected
    for its form; else a rejection is one of the merits, and rests on the houses' opinions.
    """
    case = case_of(unit, act)
    if case is None or correction_is_late(unit, case, act.day):
        return None
    accepted = case.step is Step.ACCEPTED and case.level.rank >= evaluating_level(unit, case.title, pack).rank
    if not accepted and case.evaluated_at is None:
        return None
    missing = all_four_in(Matter.APPLICATION, unit, case.title, case.level, pack)
    if missing is None:
        return None
    return refuse(pack, "T-22", missing.zh, missing.en, missing.facts)


def score_within_checklist(
    unit: Unit, act: Act[UnitEvaluated | UnitAssessedByThirdParty], pack: Pack
) -> Refusal | None:
    """T-22: a score lies within the points of the checklist that the unit used."""
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    if chosen is None or act.event.score <= (most := chosen.score + (chosen.adjustment or 0)):
        return None
    zh, en = f"得分{act.event.score}超过满分{most}", f"{act.event.score} points of {most}"
    return refuse(pack, "T-22", zh, en, (), "/score")


def declined_with_reason(unit: Unit, act: Act[UnitEvaluated | UnitReviewed], pack: Pack) -> Refusal | None:
    """T-22: a conference does not decline what its houses carried and nothing stands against."""
    event, case = act.event, case_of(unit, act)
    if case is None or event.outcome is not Recommendation.DECLINE or nothing_frozen(unit, act, pack) is not None:
        return None
    if isinstance(event, UnitEvaluated):
        recommended = event.model_copy(update={"outcome": Recommendation.RECOMMEND})
        as_if = Act(UnitEvaluated, act.actor, act.day, recommended, subject=act.subject, context=act.context)
        if any(rule(unit, as_if, pack) is not None for rule in (report_applied_with, merits_recommendation)):
            return None
        return _against_the_houses(unit, case.title, evaluating_level(unit, case.title, pack), pack)
    return _against_the_houses(unit, case.title, deciding_level(case.title, pack), pack)


def opinions_in_to_evaluate(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-04 (R-16) at the evaluating level."""
    case = case_of(unit, act)
    if case is None:
        return None
    return all_four_in(Matter.APPLICATION, unit, case.title, evaluating_level(unit, case.title, pack), pack)


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


def visit_after_application(unit: Unit, act: Act[UnitSiteVisited], pack: Pack) -> Refusal | None:
    """T-01: a visit is of this application, and of the report that it rests on."""
    case = case_of(unit, act)
    if case is None or act.event.on >= case.rests_since:
        return None
    zh, en = f"核验早于{case.rests_since}的申报", f"the visit was before the application of {case.rests_since}"
    return refuse(pack, "T-01", zh, en, (case.opened,), "/on")


def opinions_in_to_review(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-04 (R-19) at the level that reviews."""
    case = case_of(unit, act)
    if case is None:
        return None
    return all_four_in(Matter.APPLICATION, unit, case.title, deciding_level(case.title, pack), pack)


def not_opposed(unit: Unit, act: Act[UnitEvaluated | UnitReviewed], pack: Pack) -> Refusal | None:
    """A-14, T-22: what is recommended has the houses' majority."""
    event, case = act.event, case_of(unit, act)
    if case is None or event.outcome is not Recommendation.RECOMMEND:
        return None
    evaluating = isinstance(event, UnitEvaluated)
    level = evaluating_level(unit, case.title, pack) if evaluating else deciding_level(case.title, pack)
    matter = Matter.APPLICATION
    return none_opposed(matter, unit, case.title, level, pack) or enough_in_favour(
        matter, unit, case.title, level, pack
    )


def case_at_evaluating_level(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-03: no level skipped: the case has come up to the level that evaluates."""
    case = case_of(unit, act)
    if case is not None and case.level is not evaluating_level(unit, case.title, pack):
        return refuse(
            pack, "I-03", f"申报仍在{case.level.zh}级", f"the application is still at the {case.level.en} level"
        )
    return None


def accepted_first(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: nothing is evaluated that no office has accepted."""
    case = case_of(unit, act)
    if case is not None and not case.accepted:
        return refuse(pack, "I-05", "申报尚未受理", "the application has not been accepted")
    return None


def case_at_deciding_level(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-03: the case has been reported up to the level that decides."""
    case = case_of(unit, act)
    if case is not None and case.level is not deciding_level(case.title, pack):
        return refuse(
            pack,
            "I-03",
            f"申报仍在{case.level.zh}级，尚未上报",
            f"the application is still at the {case.level.en} level",
        )
    return None


def review_is_a_step(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: only a title with a review is reviewed."""
    if act.title is not None and act.title in pack.titles and "review" not in pack.titles[act.title].steps:
        return refuse(pack, "I-05", "该称号不设审核环节", "this title has no review")
    return None


def evaluated_first(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05 (R-16, R-17): nothing is reviewed that was not evaluated, on the direct route neither."""
    if act.title in unit.application.cases and not unit.evaluation.decided.get(act.title or ""):
        return refuse(pack, "I-05", "申报尚未组织评价", "the application has not been evaluated")
    return None


def site_was_visited(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-12 (R-16): strict examination: a site visit before the evaluation."""
    if act.title is not None and not unit.evaluation.visits.get(act.title):
        return refuse(pack, "A-12", "尚未实地核验", "the site has not been visited")
    return None


def what_changed_was_visited(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-16: of a report brought up to date, the standards that changed were visited again since."""
    judged = {item.standard for visit in unit.evaluation.visits.get(act.title or "", ()) for item in visit.items}
    left = sorted(unit.evaluation.revisit.get(act.title or "", frozenset()) - judged)
    if not left:
        return None
    zh = "更新后的标准尚未核验：" + "、".join(pack.label(name, "zh") for name in left)
    en = "changed since, and not visited again: " + ", ".join(pack.label(name, "en") for name in left)
    return refuse(pack, "T-16", zh, en, left)


def own_report(unit: Unit, act: Act[UnitAssessedByThirdParty], pack: Pack) -> Refusal | None:
    """I-13: a third party gives its own reports only."""
    event = act.event
    if event.assessor != act.actor.id:
        return refuse(
            pack, "I-13", "第三方只能提交本机构的评估报告", "an assessor gives its own reports only", pointer="/body"
        )
    return None


def under_contract(unit: Unit, act: Act[UnitAssessedByThirdParty], pack: Pack) -> Refusal | None:
    """A-20: who assesses does so for a registered assessor, by a contract of that day over units of this kind."""
    body = act.context.find(Body, act.event.body)
    if body is None or body.assesses(unit.life.kind, act.event.assessor, act.day):
        return None
    zh, en = "该评估机构当日无评估此类单位的合同或者未派该评估人", "no contract of that day covers this kind and person"
    return refuse(pack, "A-20", zh, en, (body.id,), "/body")


def taken_up_by_the_session(unit: Unit, act: Act[UnitEvaluated | UnitReviewed], pack: Pack) -> Refusal | None:
    """A-20: a session that a decision names was held, of the same place, with this case on its agenda."""
    session = act.context.find(Session, act.event.session)
    if session is None:
        return None
    case = (unit.id, act.event.title, SessionMatter.APPLICATION)
    if session.held is not None and session.place == act.actor.place and case in session.agenda:
        return None
    zh, en = (
        "该评审会未形成纪要、不属本级或者未列此议题",
        "that session has no minutes, is another place's or had not this case",
    )
    return refuse(pack, "A-20", zh, en, (session.id,), "/session")


def report_applied_with(unit: Unit, act: Act[UnitEvaluated], pack: Pack) -> Refusal | None:
    """T-01: what is recommended is the report applied with; a self-evaluation entered since, be it with the same
    digest, is adopted and sealed and brought in by an amendment.
    """
    event, case = act.event, case_of(unit, act)
    report = unit.self_evaluation
    if case is None or event.outcome is not Recommendation.RECOMMEND or case.report == report.version:
        return None
    return refuse(
        pack, "T-01", "申报后自评报告已变更", "the report was changed after the application", (report.version or 0,)
    )


def merits_recommendation(unit: Unit, act: Act[UnitEvaluated], pack: Pack) -> Refusal | None:
    """A-01, A-02 (R-04 … R-06): a recommendation needs the score, of the whole and of the parts that the title names,
    every must item met, and satisfied workers.
    """
    event = act.event
    if event.outcome is not Recommendation.RECOMMEND or act.title not in pack.titles:
        return None
    minimum = pack.titles[act.title].minimum_score
    if event.score < minimum:
        return refuse(pack, "A-01", f"得分{event.score}低于{minimum}", f"{event.score} points, {minimum} needed")
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    judged = judged_scores(unit, act.title)
    for part, least in pack.titles[act.title].minimum_part.items():
        given = chosen.points_in(part, judged) if chosen is not None else 0
        if given < least:
            name = pack.label(part, "zh"), pack.label(part, "en")
            zh, en = f"{name[0]}核验得分{given}，低于{least}", f"{name[1]}: {given} points judged, {least} needed"
            return refuse(pack, "A-01", zh, en, (part,))
    vetoes = sorted({veto for visit in unit.evaluation.visits.get(act.title, ()) for veto in visit.vetoes})
    if vetoes:
        zh = "有否决项：" + "、".join(pack.label(veto, "zh") for veto in vetoes)
        en = "vetoed: " + ", ".join(pack.label(veto, "en") for veto in vetoes)
        return refuse(pack, "A-24", zh, en, vetoes)
    unmet = _unmet_musts(unit, act.title, pack)
    if unmet:
        return refuse(
            pack, "A-01", "必备项目未达标：" + "、".join(unmet), "must items not met: " + ", ".join(unmet), unmet
        )
    satisfied = satisfaction_weighed(unit.self_evaluation, pack)
    if satisfied is not None and satisfied < pack.quorums.satisfaction:
        return refuse(pack, "A-02", "职工满意度不足", "the workers are not satisfied enough", (float(satisfied),))
    return None


def judged_scores(unit: Unit, title: str) -> dict[str, int]:
    """The points that visitors gave, standard by standard, the last ones that did."""
    return {
        item.standard: item.score
        for visit in unit.evaluation.visits.get(title, ())
        for item in visit.items
        if item.score is not None
    }


def departs_no_further(unit: Unit, act: Act[UnitEvaluated], pack: Pack) -> Refusal | None:
    """A-01 (§12): where the checklist sets how far, an evaluation departs no further from what the visitors judged."""
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    if chosen is None or chosen.adjustment is None or act.title is None:
        return None
    judged = judged_scores(unit, act.title)
    unjudged = sorted(chosen.standards.keys() - judged.keys())
    if unjudged:
        return refuse(
            pack, "A-01", "核验未逐项评分", "the visitors did not score every standard", unjudged, pointer="/items"
        )
    points = chosen.points(judged)
    if abs(act.event.score - points) <= chosen.adjustment:
        return None
    zh = f"核验{points}分，评价{act.event.score}分，加减不得超过{chosen.adjustment}分"
    en = f"{points} points judged, {act.event.score} given: {chosen.adjustment} more or less at most"
    return refuse(pack, "A-01", zh, en, (points,), "/score")


def _unmet_musts(unit: Unit, title: str, pack: Pack) -> list[str]:
    """Must items not judged met; that of training also needs funds in full and the front line's share (R-05)."""
    chosen = pack.standard_sets.get(unit.self_evaluation.standard_set)
    if chosen is None:
        return []
    judged = {item.standard: item.met for visit in unit.evaluation.visits.get(title, ()) for item in visit.items}
    unmet = [name for name, standard in chosen.standards.items() if standard.must and not judged.get(name, False)]
    funds = unit.self_evaluation.training_funds
    short = funds is not None and funds.due is not None and funds.total < funds.due
    if funds is not None and (short or front_line_share(funds) < pack.quorums.front_line_share):
        unmet += [name for name, standard in chosen.standards.items() if standard.front_line and name not in unmet]
    return unmet


def recommend_only_unfrozen(unit: Unit, act: Act[UnitEvaluated | UnitReviewed], pack: Pack) -> Refusal | None:
    """I-07: a frozen unit is recommended neither by an evaluation nor by a review."""
    event = act.event
    return nothing_frozen(unit, act, pack) if event.outcome is Recommendation.RECOMMEND else None


_JUDGED = (UnitSelfEvaluated, UnitReportUpdated, UnitSiteVisited, UnitAssessedByThirdParty)
"""The entries whose figures opinions and decisions on an application weigh."""

CHAPTER: Chapter[Unit] = Chapter(
    "evaluation",
    {
        UnitSelfEvaluated: _evaluated_itself,
        UnitReportUpdated: _report_updated,
        UnitApplied: _applied,
        UnitApplicationAmended: _amended,
        UnitRevocationProposed: _revocation_proposed,
        UnitReconsiderationRequested: _reconsideration_requested,
        UnitSiteVisited: _visited,
        UnitHouseOpined: _opined,
        UnitEvaluated: _decided,
        UnitReviewed: _decided,
    },
    (
        Law(
            UnitSiteVisited,
            office=desk(where_evaluated),
            about=titles_in_case,
            rule="A-12",
            weighs=(UnitSelfEvaluated, UnitReportUpdated),
            state=(
                registered,
                case_open,
                case_at_evaluating_level,
                accepted_first,
                at_step(*_WORKING),
                apart_from_other_steps,
                apart_from_the_unit,
            ),
            reads=people_before,
            steps=("act:record_visit",),
            others=Others("act:visit", lambda event: (visitor.officer for visitor in event.visitors)),
            content=(
                enough_visitors,
                visitors_hold_posts,
                items_of_standard,
                departs_with_a_reason,
                vetoed_by_the_checklist,
                fact_not_ahead,
                visit_after_application,
            ),
        ),
        Law(
            UnitAssessedByThirdParty,
            office=(officer(Role.ASSESSOR),),
            about=titles_in_case,
            rule="I-13",
            state=(registered, case_open),
            content=(own_report, under_contract, score_within_checklist),
        ),
        Law(
            UnitHouseOpined,
            office=desk(where_houses_speak),
            about=matters_of_opinion,
            rule="I-04",
            weighs=_JUDGED,
            state=(was_registered, opinion_is_due, not_over_a_colleague, apart_from_the_unit),
            content=(says_why_it_is_replaced,),
            reads=people_before,
            propose=propose_opined,
            settles=(ObligationKind.REVOCATION_OPINIONS,),
            undone_by_procedure=True,
        ),
        Law(
            UnitEvaluated,
            office=approver(where_evaluated),
            about=titles_in_case,
            rule="I-04",
            weighs=_JUDGED,
            state=(
                registered,
                case_open,
                case_at_evaluating_level,
                accepted_first,
                at_step(*_WORKING),
                site_was_visited,
                what_changed_was_visited,
                apart_from_other_steps,
                apart_from_the_unit,
                opinions_in_to_evaluate,
                opinions_after_visit,
            ),
            content=(
                not_opposed,
                taken_up_by_the_session,
                report_applied_with,
                score_within_checklist,
                merits_recommendation,
                departs_no_further,
                declined_with_reason,
                recommend_only_unfrozen,
            ),
            propose=propose_evaluated,
            reads=people_before,
            steps=("act:evaluate",),
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitApplicationRejected,
            office=approver(where_it_lies),
            about=titles_in_case,
            rule="I-13",
            weighs=_JUDGED,
            state=(
                registered,
                case_open,
                at_step(Step.APPLIED, Step.ACCEPTED, Step.FORWARDED, Step.RETURNED),
                apart_from_other_steps,
                apart_from_the_unit,
                formal_or_with_opinions,
                not_refused_against_the_houses,
            ),
            propose=propose_at_level,
            reads=people_and_rounds,
            effects=leave_place,
            steps=("act:evaluate",),
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
        Law(
            UnitReviewed,
            office=approver(where_decided),
            about=titles_in_case,
            rule="I-04",
            weighs=_JUDGED,
            state=(
                registered,
                case_open,
                review_is_a_step,
                case_at_deciding_level,
                at_step(Step.FORWARDED, Step.EVALUATED, Step.ACCEPTED),
                evaluated_first,
                apart_from_other_steps,
                apart_from_the_unit,
                opinions_in_to_review,
            ),
            content=(not_opposed, taken_up_by_the_session, recommend_only_unfrozen, declined_with_reason),
            propose=propose_reviewed,
            reads=people_before,
            steps=("act:review",),
            settles=(ObligationKind.HANDLE_APPLICATION,),
            undone_by_procedure=True,
            decided=lambda event: event.decided_on,
        ),
    ),
)
