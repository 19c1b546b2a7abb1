"""Chapter 自评: the report, its adoption by the congress, its seals (policy 四, 五(五)1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from events.envelope import Entry, Event
from events.unit.self_evaluation import (
    Survey,
    TrainingFunds,
    UnitReportAdopted,
    UnitReportSealed,
    UnitReportUpdated,
    UnitSelfEvaluated,
)
from events.words import ActorKind, BodyKind, Conductor, Role, Sealer, SurveyCounter, UnitKind
from services.casework.body.state import Body
from services.casework.days import fact_not_ahead
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.office import AGENT, AGENT_OR_UNION, COUNTY_UP, DESK, officer, same_person
from services.casework.pack import Pack
from services.casework.unit.checklist import (
    beside_is_another_standard,
    computed,
    figures_add_up,
    scored_item_by_item,
)
from services.casework.unit.registration import registered
from services.casework.unit.separation import apart_from_other_steps, apart_from_the_unit, people_before
from services.casework.unit.survey import no_survey_open

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


_OWN_BODY = (UnitKind.PARK, UnitKind.TOWNSHIP)
"""The kinds of unit that have a tripartite body of their own (五(五)1)."""


@dataclass(frozen=True, slots=True)
class SelfEvaluation:
    """The latest report (by its digest), whether it was adopted, and the seals under it.

    `day` is that on which it was drawn up, `entered_on` that of its recording; `whole` is all that it says, with what
    was brought up to date.
    """

    version: int | None = None
    day: date | None = None
    entered_on: date | None = None
    standard_set: str = ""
    conducted_by: Conductor | None = None
    score: int = 0
    scores: Mapping[str, int] = field(default_factory=dict)
    survey: Survey | None = None
    survey_by: SurveyCounter | None = None
    training_funds: TrainingFunds | None = None
    digest: str = ""
    adopted: int | None = None
    seals: Mapping[Sealer, int] = field(default_factory=dict)
    whole: UnitSelfEvaluated | None = None

    def complete_for(self, kind: UnitKind | None) -> bool:
        """Whether adoption and seals stand as an application of that kind of unit needs them."""
        if self.version is None:
            return False
        if kind is UnitKind.ENTERPRISE:
            return self.adopted is not None and {Sealer.ENTERPRISE, Sealer.UNION} <= self.seals.keys()
        return Sealer.TRIPARTITE in self.seals


def _evaluated(region: SelfEvaluation, entry: Entry[UnitSelfEvaluated]) -> SelfEvaluation:
    return _drawn_up(entry.event, entry)


def _drawn_up(event: UnitSelfEvaluated, entry: Entry[UnitSelfEvaluated] | Entry[UnitReportUpdated]) -> SelfEvaluation:
    return SelfEvaluation(
        version=entry.version, day=event.drawn_up_on or entry.day, entered_on=entry.day,
        standard_set=event.standard_set, conducted_by=event.conducted_by,
        score=event.score or 0, scores={one.standard: one.score for one in event.items},
        survey=event.survey_counted or event.survey, survey_by=event.survey_by,
        training_funds=event.training_funds, digest=event.report.sha256, whole=event,
    )  # fmt: skip


def _updated(region: SelfEvaluation, entry: Entry[UnitReportUpdated]) -> SelfEvaluation:
    """The report as it is brought up to date, to be adopted and sealed anew."""
    if region.whole is None:
        return region
    return _drawn_up(brought_up_to_date(region.whole, entry.event), entry)


def brought_up_to_date(report: UnitSelfEvaluated, event: UnitReportUpdated) -> UnitSelfEvaluated:
    """All that the report says, with what changed in place of what it said of that before."""
    scored, figures = {one.standard: one for one in event.items}, {one.figure: one for one in event.figures}
    stood = [one for one in report.figures if one.figure not in figures]
    changes: dict[str, object] = {
        "items": tuple(scored.get(one.standard, one) for one in report.items),
        "figures": (*stood, *event.figures),
        "training_funds": event.training_funds or report.training_funds,
        "report": event.report,
        "drawn_up_on": event.drawn_up_on,
        "score": event.score,
    }
    if event.survey is not None or event.survey_ref is not None:
        changes |= {name: getattr(event, name) for name in ("survey", "survey_ref", "survey_counted", "survey_by")}
    return report.model_copy(update=changes)


def _adopted(region: SelfEvaluation, entry: Entry[UnitReportAdopted]) -> SelfEvaluation:
    return replace(region, adopted=entry.version)


def _sealed(region: SelfEvaluation, entry: Entry[UnitReportSealed]) -> SelfEvaluation:
    return replace(region, seals={**region.seals, entry.event.sealed_by: entry.version})


def satisfaction(survey: Survey) -> Fraction:
    """The mean share of satisfied workers over the indicators (四(一)9)."""
    return Fraction(sum(survey.scores.values()), 100 * len(survey.scores))


def satisfaction_weighed(region: SelfEvaluation, pack: Pack) -> Fraction | None:
    """The satisfaction as it counts: what the unit entered itself weighs less (A-02); None without a survey."""
    if region.survey is None:
        return None
    whole = region.survey_by is SurveyCounter.REGISTER
    return satisfaction(region.survey) * (1 if whole else pack.quorums.survey_entered)


def survey_valid(survey: Survey, headcount: int | None, pack: Pack) -> bool:
    """A-02, T-01: enough answers, in number or as a share of the workers, of those that were asked or that there
    are, whichever is more; over every indicator.
    """
    workers = max(survey.entitled, headcount or 0)
    enough = survey.answered >= least_answers(workers, pack)
    return enough and survey.scores.keys() >= pack.survey_indicators.keys()


def least_answers(workers: int, pack: Pack) -> int:
    """The answers of so many workers by which a survey is valid: a number, or a share of them where that is less."""
    share = ceil(workers * pack.quorums.survey_share) if workers else pack.quorums.survey_answers
    return min(share, pack.quorums.survey_answers)


def front_line_share(funds: TrainingFunds) -> Fraction:
    """The share of the training funds that went to front-line workers (四(一)5)."""
    return Fraction(funds.front_line, funds.total) if funds.total else Fraction(0)


def propose_self_evaluated(unit: Unit, act: Act[UnitSelfEvaluated], pack: Pack) -> Event:
    """The total scores follow from the items, as the checklist weighs them, and what the figures compute from it."""
    event = act.event
    chosen, given = pack.standard_sets.get(event.standard_set), {item.standard: item.score for item in event.items}
    fits = chosen is not None and given.keys() <= chosen.standards.keys()
    score = chosen.points(given) if chosen is not None and fits else sum(given.values())
    filled: dict[str, object] = {"score": score}
    if chosen is not None and event.figures:
        filled["computed"] = tuple(computed(chosen, event.figures))
    counted = unit.surveys.counted.get(event.survey_ref or 0)
    if counted is not None:
        filled |= {"survey_counted": counted.survey, "survey_by": SurveyCounter.REGISTER}
    elif event.survey is not None:
        filled["survey_by"] = SurveyCounter.UNIT
    if event.beside is not None:
        filled["score_beside"] = sum(item.score for item in event.beside.items)
    return event.model_copy(update=filled)


def propose_updated(unit: Unit, act: Act[UnitReportUpdated], pack: Pack) -> Event:
    """The total with the standards that are scored anew."""
    report = unit.self_evaluation.whole
    if report is None:
        return act.event
    whole = brought_up_to_date(report, act.event)
    filled = propose_self_evaluated(unit, _as_whole(act, whole), pack)
    follows = ["score", *(("survey_counted", "survey_by") if act.event.survey or act.event.survey_ref else ())]
    return act.event.model_copy(update={name: getattr(filled, name) for name in follows})


def _as_whole(act: Act[UnitReportUpdated], whole: UnitSelfEvaluated) -> Act[UnitSelfEvaluated]:
    return Act(UnitSelfEvaluated, act.actor, act.day, whole, subject=act.subject, context=act.context)


def an_application_rests_on_it(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-16: what is brought up to date is the report of an open application, adopted and sealed."""
    report = unit.self_evaluation
    rests = any(case.report == report.version for case in unit.application.cases.values())
    if rests and report.complete_for(unit.life.kind):
        return None
    zh, en = "没有以最新报告在办的申报", "no open application rests on the latest report"
    return refuse(pack, "T-16", zh, en, (report.version,) if report.version is not None else ())


def a_new_year_began(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-16: a year began since the report was drawn up; in its own year it is drawn up anew."""
    before = unit.self_evaluation.day
    if before is None or act.day.year > before.year:
        return None
    zh, en = f"报告形成于{before}，尚无新年度数据", f"the report is of {before}, and no new year has begun"
    return refuse(pack, "T-16", zh, en, (before,))


def of_a_new_year(unit: Unit, act: Act[UnitReportUpdated], pack: Pack) -> Refusal | None:
    """T-16: the figures are of a year that began since the report was drawn up; in its own year it is drawn up anew."""
    before = unit.self_evaluation.day
    if before is None or act.event.drawn_up_on.year > before.year:
        return None
    zh, en = f"报告形成于{before}，须为{before.year}年之后的数据", f"the report is of {before}: a later year's figures"
    return refuse(pack, "T-16", zh, en, (before,), "/drawn_up_on")


def changed_standards_are_named(unit: Unit, act: Act[UnitReportUpdated], pack: Pack) -> Refusal | None:
    """T-16: each standard of which something changed is scored anew, once, and so visited: of the funds for training,
    those of training.
    """
    report = unit.self_evaluation.whole
    if report is None:
        return None
    named, known = [one.standard for one in act.event.items], {one.standard for one in report.items}
    wrong = sorted({one for one in named if named.count(one) > 1 or one not in known})
    if wrong:
        zh, en = "标准重复或者不在报告内", "a standard stands twice, or not in the report"
        return refuse(pack, "T-16", zh, en, wrong, "/items")
    chosen = pack.standard_sets.get(report.standard_set)
    if act.event.training_funds is None or chosen is None:
        return None
    left = sorted(name for name, one in chosen.standards.items() if one.front_line and name not in named)
    if not left:
        return None
    zh, en = "经费有变的标准须重新自评", "the standard whose funds changed is scored anew"
    return refuse(pack, "T-16", zh, en, left, "/items")


def lawful_as_a_whole(unit: Unit, act: Act[UnitReportUpdated], pack: Pack) -> Refusal | None:
    """I-00, A-01, A-02, A-24: with what is brought in the report is one that could be entered."""
    report = unit.self_evaluation.whole
    if report is None:
        return None
    whole = _as_whole(act, brought_up_to_date(report, act.event))
    rules = (
        standards_fit,
        figures_add_up,
        scored_item_by_item,
        the_workers_own_answers_stand,
        survey_counts_fit,
        funds_fit,
    )
    return next((found for rule in rules if (found := rule(unit, whole, pack)) is not None), None)


def standards_fit(unit: Unit, act: Act[UnitSelfEvaluated], pack: Pack) -> Refusal | None:
    """I-00 (R-12): the standard set is of this kind of unit; each standard is scored once, within its points."""
    event = act.event
    chosen = pack.standard_sets.get(event.standard_set)
    if chosen is None or unit.life.kind not in chosen.kinds:
        return refuse(
            pack,
            "I-00",
            f"标准{event.standard_set}不适用于该类单位",
            f"{event.standard_set} is no standard for this kind",
        )
    names = [item.standard for item in event.items]
    if sorted(names) != sorted(chosen.standards):
        return refuse(
            pack,
            "I-00",
            "须对照标准逐项自评，每项一次",
            "every standard of the set is scored once",
            sorted(chosen.standards),
            pointer="/items",
        )
    over = [item.standard for item in event.items if item.score > chosen.standards[item.standard].score]
    if over:
        return refuse(
            pack, "I-00", "得分超过该项满分", "a score is above the points of its standard", over, pointer="/items"
        )
    return None


def conducted_by_right_body(unit: Unit, act: Act[UnitSelfEvaluated], pack: Pack) -> Refusal | None:
    """I-02 (R-18): a park's or township's self-evaluation is organised by its own tripartite body."""
    event = act.event
    if unit.life.kind in _OWN_BODY and event.conducted_by is not Conductor.TRIPARTITE:
        return refuse(
            pack,
            "I-02",
            "园区、乡镇（街道）自评应由其三方机构组织",
            "its tripartite body has to conduct it",
            pointer="/conducted_by",
        )
    if unit.life.kind is UnitKind.ENTERPRISE and event.conducted_by is not Conductor.UNIT:
        return refuse(pack, "I-01", "企业自评由企业自身开展", "an enterprise evaluates itself", pointer="/conducted_by")
    return None


def survey_counts_fit(unit: Unit, act: Act[UnitSelfEvaluated], pack: Pack) -> Refusal | None:
    """A-02 (R-06): an enterprise surveys its workers over the eight indicators; answers are among those asked."""
    survey = act.event.survey_counted or act.event.survey
    if survey is None:
        if act.event.survey_ref is not None:
            return refuse(pack, "A-02", "该次调查答卷过少", "too few answered that survey", (), "/survey_ref")
        if unit.life.kind is UnitKind.ENTERPRISE:
            return refuse(pack, "A-02", "缺少职工满意度调查", "the workers' survey is missing", pointer="/survey")
        return None
    if survey.answered > survey.entitled:
        return refuse(pack, "A-02", "答卷人数多于职工人数", "more answers than workers", pointer="/survey/answered")
    unknown = survey.scores.keys() - pack.survey_indicators.keys()
    if unknown:
        return refuse(
            pack,
            "A-02",
            "调查指标不在八项之内",
            "an indicator is none of the eight",
            sorted(unknown),
            pointer="/survey",
        )
    if not survey_valid(survey, unit.life.most, pack):
        zh, en = "满意度调查样本或指标不足", "the survey has too few answers or indicators"
        return refuse(pack, "A-02", zh, en, pointer="/survey/answered")
    return None


def the_workers_own_answers_stand(unit: Unit, act: Act[UnitSelfEvaluated], pack: Pack) -> Refusal | None:
    """A-02, T-16: what the register counted within the time for which a report counts is taken, the last count of it,
    by a report drawn up after it; what the unit enters does not stand beside it, nor in its place. An older count is
    not taken.
    """
    event, latest = act.event, unit.surveys.latest
    if unit.surveys.open:
        return no_survey_open(unit, act, pack)
    fresh = latest is not None and act.day <= pack.after(latest.on, pack.windows.report_counts)
    if event.survey_ref is None:
        if latest is None or latest.survey is None or event.survey is None or not fresh:
            return None
        zh, en = "登记簿已对职工调查计票，应予采用", "the register counted a survey, which is to be taken"
        return refuse(pack, "A-02", zh, en, (latest.version,), "/survey")
    if event.survey is not None:
        zh, en = "已引用登记簿计票的调查，不再另行填报", "the counted survey is taken, and none is entered beside it"
        return refuse(pack, "A-02", zh, en, (event.survey_ref,), "/survey")
    if latest is not None and event.survey_ref != latest.version:
        zh, en = "应采用最近一次计票的调查", "the survey that was counted last is taken"
        return refuse(pack, "A-02", zh, en, (latest.version,), "/survey_ref")
    if latest is not None and not fresh:
        zh, en = f"{latest.on}的计票已过有效期", f"the count of {latest.on} is too old"
        return refuse(pack, "T-16", zh, en, (latest.version,), "/survey_ref")
    if latest is not None and (event.drawn_up_on or act.day) < latest.on:
        zh, en = f"报告早于{latest.on}的计票", f"the report is older than the count of {latest.on}"
        return refuse(pack, "A-02", zh, en, (latest.version,), "/drawn_up_on")
    return None


def funds_fit(unit: Unit, act: Act[UnitSelfEvaluated], pack: Pack) -> Refusal | None:
    """A-01 (R-05): an enterprise states its training funds; the front line's are part of the whole."""
    event = act.event
    if event.training_funds is None:
        if unit.life.kind is UnitKind.ENTERPRISE:
            return refuse(pack, "A-01", "缺少职工教育经费", "the training funds are missing", pointer="/training_funds")
        return None
    if event.training_funds.front_line > event.training_funds.total:
        zh, en = "一线经费多于经费总额", "the front line's funds exceed the whole"
        return refuse(pack, "A-01", zh, en, pointer="/training_funds/front_line")
    return None


def drawn_up_in_time(unit: Unit, act: Act[UnitSelfEvaluated | UnitReportUpdated], pack: Pack) -> Refusal | None:
    """I-21, T-01: a report is drawn up by the day of its recording, and after that of the one that it replaces."""
    drawn_up, before = act.event.drawn_up_on, unit.self_evaluation.entered_on
    if drawn_up is None:
        return None
    if drawn_up > act.day:
        zh, en = f"形成日期{drawn_up}晚于今日{act.day}", f"it cannot be of {drawn_up}, after today {act.day}"
        return refuse(pack, "I-21", zh, en, (), "/drawn_up_on")
    if before is not None and drawn_up < before:
        zh, en = f"形成日期早于{before}登记的上一份报告", f"it was drawn up before the report recorded on {before}"
        return refuse(pack, "T-01", zh, en, (unit.self_evaluation.version or 0,), "/drawn_up_on")
    return None


def has_report(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-01: there is a report to adopt or seal."""
    if unit.self_evaluation.version is None:
        return refuse(pack, "I-01", "尚未自我评价", "there is no self-evaluation yet")
    return None


def is_enterprise(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-02 (R-18): only an enterprise's report goes to a workers' congress."""
    if unit.life.kind is not UnitKind.ENTERPRISE:
        return refuse(
            pack, "I-02", "园区、乡镇（街道）报告不经职代会", "only an enterprise's report is adopted by a congress"
        )
    return None


def same_report(unit: Unit, act: Act[UnitReportAdopted | UnitReportSealed], pack: Pack) -> Refusal | None:
    """I-01: adoption, seals and application are over the same digest; a changed report voids them."""
    digest = act.event.report_digest
    if digest is not None and digest != unit.self_evaluation.digest:
        version = unit.self_evaluation.version or ""
        return refuse(
            pack,
            "I-01",
            "报告摘要与最新自评报告不符",
            "the digest is not that of the latest report",
            (version,),
            pointer="/report_digest",
        )
    return None


def congress_carried(unit: Unit, act: Act[UnitReportAdopted], pack: Pack) -> Refusal | None:
    """A-03 (R-13): two thirds of the entitled present, more than half of the entitled in favour."""
    event = act.event
    counts = f"{event.present}/{event.entitled}, {event.in_favour}"
    if event.in_favour + event.against > event.present or event.present > event.entitled or not event.entitled:
        return refuse(pack, "A-03", "表决人数不自洽", "the counts do not add up", (counts,))
    if Fraction(event.present, event.entitled) < pack.quorums.congress_present:
        return refuse(
            pack, "A-03", "到会人数不足", "too few of the entitled were present", (counts,), pointer="/present"
        )
    if Fraction(event.in_favour, event.entitled) <= pack.quorums.congress_in_favour:
        return refuse(
            pack,
            "A-03",
            "赞成人数未过半",
            "not more than half of the entitled were in favour",
            (counts,),
            pointer="/in_favour",
        )
    return None


def congress_after_report(unit: Unit, act: Act[UnitReportAdopted], pack: Pack) -> Refusal | None:
    """T-01: the congress adopts a report that was there."""
    drawn_up = unit.self_evaluation.day
    if drawn_up is None or act.event.on >= drawn_up:
        return None
    zh, en = f"职代会早于{drawn_up}的自评报告", f"the congress was before the report of {drawn_up}"
    return refuse(pack, "T-01", zh, en, (unit.self_evaluation.version or 0,), "/on")


def congress_of_the_workers(unit: Unit, act: Act[UnitReportAdopted], pack: Pack) -> Refusal | None:
    """T-01: those entitled are at least a share of the workers that there are."""
    headcount, share = unit.life.most or 0, pack.quorums.congress_entitled
    if act.event.entitled >= headcount * share:
        return None
    zh = f"职工{headcount}人，应到{act.event.entitled}人，不足{float(share):.0%}"
    en = f"{act.event.entitled} entitled of {headcount} workers, fewer than {float(share):.0%}"
    return refuse(pack, "T-01", zh, en, (headcount,), "/entitled")


def right_sealer(unit: Unit, act: Act[UnitReportSealed], pack: Pack) -> Refusal | None:
    """I-01, I-02 (R-14, R-18): enterprise and union each seal for themselves; a park's tripartite body for it."""
    event = act.event
    return _may_not_seal(event.sealed_by, unit, act, pack)


def some_seal_wanting(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-01, I-02: before anything is filled in: a seal is wanting that this actor may give."""
    refusals = [_may_not_seal(sealer, unit, act, pack) for sealer in Sealer if sealer not in unit.self_evaluation.seals]
    if refusals:
        return None if None in refusals else refusals[0]
    return refuse(pack, "I-01", "报告已盖章", "the report is sealed")


def _may_not_seal(sealer: Sealer, unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    enterprise = unit.life.kind is UnitKind.ENTERPRISE
    rule = "I-01" if enterprise else "I-02"
    if enterprise == (sealer is Sealer.TRIPARTITE):
        return refuse(pack, rule, f"该类单位的报告不由{sealer.zh}盖章", f"{sealer.en} does not seal such a report")
    if sealer is Sealer.TRIPARTITE and act.actor.kind is not ActorKind.OFFICER:
        return refuse(
            pack, "T-17", "须由三方机构的人员盖章", "somebody of the tripartite body seals, not the unit's agent"
        )
    roles = act.actor.roles
    if sealer is Sealer.UNION and Role.UNIT_UNION not in roles:
        return refuse(pack, rule, "企业工会的章由企业工会盖", "only the enterprise's union seals for the union")
    if sealer is Sealer.ENTERPRISE and Role.APPLICANT not in roles:
        return refuse(pack, rule, "企业的章由企业盖", "only the enterprise seals for the enterprise")
    return None


def sealed_by_own_body(unit: Unit, act: Act[UnitReportSealed], pack: Pack) -> Refusal | None:
    """T-17: a park's or township's seal is that of its own tripartite body, put by who is a member of it that day; of
    other units too, where a body is named.
    """
    event, own = act.event, unit.life.kind in _OWN_BODY
    if event.sealed_by is not Sealer.TRIPARTITE:
        return None
    if event.body is None:
        zh, en = "须指明其三方机构", "the seal names the unit's tripartite body"
        return refuse(pack, "T-17", zh, en, (), "/body") if own else None
    body = act.context.find(Body, event.body)
    if body is None:
        return None
    if body.kind is not BodyKind.TRIPARTITE or body.unit not in ((unit.id,) if own else (unit.id, None)):
        return refuse(
            pack, "T-17", "所指机构不是该单位的三方机构", "that is not this unit's tripartite body", (body.id,), "/body"
        )
    if not any(same_person(m.officer, act.actor.id, act.context) and m.serves_on(act.day) for m in body.members):
        return refuse(pack, "T-17", "盖章人当日不是该机构成员", "who seals is no member of it on that day", (body.id,))
    return None


def sealed_once(unit: Unit, act: Act[UnitReportSealed], pack: Pack) -> Refusal | None:
    """I-01: one seal a sealer under a report."""
    event = act.event
    seal = unit.self_evaluation.seals.get(event.sealed_by)
    if seal is not None:
        return refuse(pack, "I-01", f"{event.sealed_by.zh}已盖章", f"{event.sealed_by.en} has sealed already", (seal,))
    return None


def electronic_seal_verified(unit: Unit, act: Act[UnitReportSealed], pack: Pack) -> Refusal | None:
    """I-01 (R-14): an electronic seal counts where its signature was verified, and is in force on the day."""
    event = act.event
    if event.signature is None:
        return None
    if event.certificate is None:
        zh, en = "电子印章未经验证", "the electronic seal was not verified"
        return refuse(pack, "I-01", zh, en, (), "/signature")
    if event.certificate.until < act.day:
        zh, en = f"电子印章证书于{event.certificate.until}到期", f"its certificate ended on {event.certificate.until}"
        return refuse(pack, "I-01", zh, en, (event.certificate.until,), "/signature")
    return None


def adopted_before_seal(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-01 (R-13): an enterprise's report is adopted by the congress before it is sealed."""
    if unit.life.kind is UnitKind.ENTERPRISE and unit.self_evaluation.adopted is None:
        return refuse(pack, "I-01", "报告尚未经职工（代表）大会审议通过", "the congress has not adopted the report")
    return None


CHAPTER: Chapter[Unit] = Chapter(
    "self_evaluation",
    {
        UnitSelfEvaluated: _evaluated,
        UnitReportUpdated: _updated,
        UnitReportAdopted: _adopted,
        UnitReportSealed: _sealed,
    },
    (
        Law(
            UnitSelfEvaluated,
            office=(AGENT, officer(*DESK, levels=COUNTY_UP)),
            rule="I-13",
            state=(registered, apart_from_other_steps, apart_from_the_unit),
            reads=people_before,
            steps=("act:enter",),
            content=(
                standards_fit,
                figures_add_up,
                scored_item_by_item,
                beside_is_another_standard,
                conducted_by_right_body,
                the_workers_own_answers_stand,
                survey_counts_fit,
                funds_fit,
                drawn_up_in_time,
            ),
            propose=propose_self_evaluated,
        ),
        Law(
            UnitReportUpdated,
            office=(AGENT, officer(*DESK, levels=COUNTY_UP)),
            rule="T-16",
            weighs=(UnitSelfEvaluated, UnitReportUpdated),
            state=(
                registered,
                an_application_rests_on_it,
                a_new_year_began,
                apart_from_other_steps,
                apart_from_the_unit,
            ),
            reads=people_before,
            steps=("act:enter",),
            content=(of_a_new_year, changed_standards_are_named, lawful_as_a_whole, drawn_up_in_time),
            propose=propose_updated,
        ),
        Law(
            UnitReportAdopted,
            office=(AGENT_OR_UNION,),
            rule="A-03",
            weighs=(UnitSelfEvaluated, UnitReportUpdated),
            state=(registered, is_enterprise, has_report, no_survey_open, apart_from_the_unit),
            reads=people_before,
            content=(same_report, fact_not_ahead, congress_carried, congress_after_report, congress_of_the_workers),
        ),
        Law(
            UnitReportSealed,
            office=(AGENT_OR_UNION, officer(*DESK, levels=COUNTY_UP)),
            rule="I-01",
            weighs=(UnitSelfEvaluated, UnitReportUpdated),
            unfilled=(some_seal_wanting,),
            state=(registered, has_report, adopted_before_seal, apart_from_other_steps, apart_from_the_unit),
            reads=people_before,
            steps=("act:seal_for_body",),
            content=(same_report, right_sealer, sealed_by_own_body, electronic_seal_verified, sealed_once),
        ),
    ),
)
