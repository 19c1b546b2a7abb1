"""Chapter 申报: open cases, one a title, and their way up the levels (policy 五(五)1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from events.envelope import Entry, Event
from events.unit.application import (
    UnitApplicationAccepted,
    UnitApplicationAmended,
    UnitApplicationForwarded,
    UnitApplicationRejected,
    UnitApplicationReturned,
    UnitApplicationWithdrawn,
    UnitApplied,
)
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed, UnitSiteVisited
from events.unit.naming import UnitNamed, UnitNamingRefused, UnitNominated
from events.unit.publicity import (
    UnitObjectionRaised,
    UnitPublicityCompleted,
    UnitPublicityStarted,
)
from events.unit.registration import UnitClosed
from events.unit.revocation import UnitReconsiderationDecided, UnitRevoked
from events.unit.self_evaluation import UnitReportUpdated, UnitSelfEvaluated
from events.words import (
    Level,
    Matter,
    ObligationKind,
    PublicityOutcome,
    Recommendation,
    ReconsiderationOutcome,
    RoundKind,
    Route,
    Step,
    UnitKind,
)
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, StateRule, refuse
from services.casework.obligation import Obligation
from services.casework.office import AGENT, IN_PROVINCE, desk
from services.casework.pack import Pack
from services.casework.unit.duties import of_office, of_unit
from services.casework.unit.places import place_left_in, round_agrees
from services.casework.unit.registration import registered
from services.casework.unit.self_evaluation import front_line_share
from services.casework.unit.separation import apart_from_other_steps, apart_from_the_unit, people_before
from services.casework.unit.subjects import titles_for_kind, titles_in_case

if TYPE_CHECKING:
    from services.casework.policy.state import Packs
    from services.casework.unit.state import Unit


@dataclass(frozen=True, slots=True)
class Case:
    """An open application: where it lies, how far it is, on which self-evaluation it rests, and since when.

    `report` is that self-evaluation's version; `evaluated_at` the level that evaluated it; `looked_into` whether it was
    visited, opined on or objected to.
    """

    title: str
    digest: str
    route: Route
    level: Level
    step: Step
    opened: int
    since: date
    round: UUID | None = None
    nominated_in: UUID | None = None
    nominated_on: date | None = None
    accepted: bool = False
    correction_due: date | None = None
    report: int | None = None
    rests_since: date = date.min
    evaluated_at: Level | None = None
    looked_into: bool = False

    @property
    def correction_ref(self) -> str:
        """By what the duty to correct it is known."""
        return f"{self.opened}:{self.since}"


@dataclass(frozen=True, slots=True)
class Applications:
    """Open cases by title, the days on which titles were refused or lost (I-16), and the unit's latest report."""

    cases: Mapping[str, Case] = field(default_factory=dict)
    report: int | None = None
    digest: str = ""
    rejected: Mapping[str, date] = field(default_factory=dict)
    revoked: Mapping[str, date] = field(default_factory=dict)


def _evaluated_itself(region: Applications, entry: Entry[UnitSelfEvaluated | UnitReportUpdated]) -> Applications:
    return replace(region, report=entry.version, digest=entry.event.report.sha256)


def _applied(region: Applications, entry: Entry[UnitApplied]) -> Applications:
    event = entry.event
    case = Case(
        title=event.title, digest=event.report_digest, route=event.route, level=event.level or Level.COUNTY,
        step=Step.APPLIED, opened=entry.version, since=entry.day, round=event.round,
        report=region.report, rests_since=entry.day,
    )  # fmt: skip
    return replace(region, cases={**region.cases, event.title: case})


def _moved(**changes: object) -> Callable[[Applications, Entry[Event]], Applications]:
    """The case of the event's title takes these values and stands there since that day."""

    def fold(region: Applications, entry: Entry[Event]) -> Applications:
        return _with_case(region, entry, **changes)

    return fold


def _with_case(region: Applications, entry: Entry[Event], **changes: object) -> Applications:
    title = getattr(entry.event, "title", None)
    case = region.cases.get(title) if title else None
    if case is None:
        return region
    moved = replace(case, since=entry.day, **changes)  # type: ignore[arg-type]
    return replace(region, cases={**region.cases, case.title: moved})


def _accepted(region: Applications, entry: Entry[UnitApplicationAccepted]) -> Applications:
    return _with_case(region, entry, step=Step.ACCEPTED, accepted=True, correction_due=None)


def _returned(region: Applications, entry: Entry[UnitApplicationReturned]) -> Applications:
    return _with_case(region, entry, step=Step.RETURNED, accepted=False, correction_due=entry.event.due)


def _amended(region: Applications, entry: Entry[UnitApplicationAmended]) -> Applications:
    """Corrected, it lies where it lay; with another report it comes down to the level that evaluates (T-01)."""
    changes: dict[str, object] = {"step": Step.APPLIED, "correction_due": None}
    case = region.cases.get(entry.event.title or "")
    if case is not None and case.report != region.report:
        level = case.evaluated_at or case.level
        changes |= {"report": region.report, "digest": region.digest, "rests_since": entry.day}
        changes |= {"level": level, "evaluated_at": None}
    return _with_case(region, entry, **changes)


def _forwarded(region: Applications, entry: Entry[UnitApplicationForwarded]) -> Applications:
    return _with_case(region, entry, step=Step.FORWARDED, level=entry.event.to)


def _nominated(region: Applications, entry: Entry[UnitNominated]) -> Applications:
    on = entry.event.decided_on or entry.day
    return _with_case(region, entry, step=Step.NOMINATED, nominated_in=entry.event.round, nominated_on=on)


def _without(region: Applications, title: str | None) -> Applications:
    return replace(region, cases={name: case for name, case in region.cases.items() if name != title})


def _withdrawn(region: Applications, entry: Entry[UnitApplicationWithdrawn]) -> Applications:
    """Withdrawn after it was looked into, it counts as rejected for the waiting time (T-22)."""
    title = entry.event.title or ""
    case, without = region.cases.get(title), _without(region, title)
    if case is None or not case.looked_into:
        return without
    return replace(without, rejected={**region.rejected, title: entry.day})


def _looked_into(region: Applications, entry: Entry[UnitSiteVisited | UnitHouseOpined]) -> Applications:
    case = region.cases.get(entry.event.title or "")
    if case is None or getattr(entry.event, "matter", Matter.APPLICATION) is not Matter.APPLICATION:
        return region
    return replace(region, cases={**region.cases, case.title: replace(case, looked_into=True)})


def _named(region: Applications, entry: Entry[UnitNamed]) -> Applications:
    return _without(region, entry.event.title)


def _rejected(region: Applications, entry: Entry[UnitApplicationRejected | UnitNamingRefused]) -> Applications:
    title = entry.event.title or ""
    return replace(_without(region, title), rejected={**region.rejected, title: entry.day})


def _revoked(region: Applications, entry: Entry[UnitRevoked]) -> Applications:
    """A revocation also ends the open application for that title (a renewal under way)."""
    title = entry.event.title or ""
    return replace(_without(region, title), revoked={**region.revoked, title: entry.day})


def _reconsidered(region: Applications, entry: Entry[UnitReconsiderationDecided]) -> Applications:
    if entry.event.outcome is not ReconsiderationOutcome.SET_ASIDE:
        return region
    return replace(region, revoked={name: day for name, day in region.revoked.items() if name != entry.event.title})


def _closed(region: Applications, entry: Entry[UnitClosed]) -> Applications:
    """With the unit its open applications are over."""
    return replace(region, cases={})


def _judged(step: Step) -> Callable[[Applications, Entry[Event]], Applications]:
    """Recommended, the case goes on to the step; declined, it is over as rejected."""

    def fold(region: Applications, entry: Entry[Event]) -> Applications:
        event = entry.event
        assert isinstance(event, UnitEvaluated | UnitReviewed)
        if event.outcome is Recommendation.RECOMMEND:
            at = {"evaluated_at": event.level} if isinstance(event, UnitEvaluated) else {}
            return _with_case(region, entry, step=step, **at)
        title = event.title or ""
        return replace(_without(region, title), rejected={**region.rejected, title: entry.day})

    return fold


def _publicity_completed(region: Applications, entry: Entry[UnitPublicityCompleted]) -> Applications:
    if entry.event.outcome is PublicityOutcome.CLEARED:
        return _with_case(region, entry, step=Step.CLEARED)
    title = entry.event.title or ""
    return replace(_without(region, title), rejected={**region.rejected, title: entry.day})


def case_step(unit: Unit, title: str) -> Step:
    """Where the application for that title stands, as people read it."""
    case = unit.application.cases.get(title)
    if case is not None:
        objected = case.step is Step.OBJECTED and not unit.publicity.open_objections(title)
        return Step.IN_PUBLICITY if objected else case.step
    return Step.NONE


def current_step(unit: Unit) -> tuple[str | None, Step]:
    """The most advanced open case with its title; before an application, how far its report is."""
    if unit.application.cases:
        title = max(unit.application.cases, key=lambda name: unit.application.cases[name].since)
        return title, case_step(unit, title)
    report = unit.self_evaluation
    named = (*unit.naming.held.values(), *(held for _, held in unit.naming.gone.values()))
    used = any(made.version > (report.version or 0) and not made.carried_in for made in named)
    if report.version is None or used:
        return None, Step.NONE
    if report.complete_for(unit.life.kind):
        return None, Step.SEALED
    return None, Step.ADOPTED if report.adopted else Step.EVALUATED_BY_ITSELF


def route_of(unit: Unit, title: str, pack: Pack) -> Route:
    """The route follows from ownership (R-17), for titles that the province decides or passes on; of enterprises
    alone, and where an office has entered it (T-17).
    """
    life = unit.life
    owned = life.kind is UnitKind.ENTERPRISE and life.ownership_entered and life.ownership in pack.direct_ownerships
    direct = owned and deciding_level(title, pack) is Level.PROVINCE
    return Route.DIRECT if direct else Route.LEVELS


def evaluating_level(unit: Unit, title: str, pack: Pack) -> Level:
    """Who evaluates: the title's level of evaluation; on the direct route the province (五(五)1)."""
    case = unit.application.cases.get(title)
    if case is not None and case.route is Route.DIRECT:
        return Level.PROVINCE
    return pack.titles[title].evaluated_by


def deciding_level(title: str, pack: Pack) -> Level:
    """The level in the province that reviews and makes public: the title's own, the province for the nation's."""
    named_by = pack.titles[title].named_by
    return Level.PROVINCE if named_by is Level.NATION else named_by


def where_it_lies(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level at which the application lies."""
    case = unit.application.cases.get(act.title or "")
    return frozenset({case.level}) if case else IN_PROVINCE


def where_evaluated(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level that evaluates this case."""
    title = act.title or ""
    return frozenset({evaluating_level(unit, title, pack)}) if title in pack.titles else IN_PROVINCE


def where_decided(unit: Unit, act: Intent, pack: Pack) -> frozenset[Level]:
    """The level in the province that reviews, makes public and (but for the nation's titles) names."""
    title = act.title or ""
    return frozenset({deciding_level(title, pack)}) if title in pack.titles else IN_PROVINCE


def propose_applied(unit: Unit, act: Act[UnitApplied], pack: Pack) -> Event:
    """The level at which an application lies follows from its route."""
    event = act.event
    level = Level.PROVINCE if event.route is Route.DIRECT else unit.life.lowest_level
    return event.model_copy(update={"level": level})


def propose_at_level(
    unit: Unit, act: Act[UnitApplicationAccepted | UnitApplicationRejected | UnitApplicationReturned], pack: Pack
) -> Event:
    """The level is that at which the case lies; a return gives its days for correction."""
    event = act.event
    case = unit.application.cases.get(getattr(event, "title", None) or "")
    if case is None:
        return event
    update: dict[str, object] = {"level": case.level}
    if isinstance(event, UnitApplicationReturned) and event.due is None:
        update["due"] = pack.after(act.day, pack.windows.correction)
    return event.model_copy(update=update)


def corrected_in_time(unit: Unit, act: Act[UnitApplicationReturned], pack: Pack) -> Refusal | None:
    """T-16: what is returned has a day for its correction: not one that is past, nor one that never comes."""
    due, latest = act.event.due, pack.after(act.day, pack.windows.handle_step)
    if due is None or act.day < due <= latest:
        return None
    zh, en = f"补正期限应在今日之后、{latest}之前", f"it is corrected after today, and by {latest} at the latest"
    return refuse(pack, "T-16", zh, en, (), "/due")


def propose_forwarded(unit: Unit, act: Act[UnitApplicationForwarded], pack: Pack) -> Event:
    """One level up, never further."""
    event = act.event
    case = unit.application.cases.get(getattr(event, "title", None) or "")
    if case is None:
        return event
    above = list(Level)[min(case.level.rank + 1, Level.PROVINCE.rank)]
    return event.model_copy(update={"from_": case.level, "to": above})


def case_of(unit: Unit, act: Intent) -> Case | None:
    """The open case that an act is about."""
    return unit.application.cases.get(act.title or "")


def correction_is_late(unit: Unit, case: Case, day: date) -> bool:
    """Whether a case was returned and not corrected in its days, as they were extended or stood still (T-05)."""
    if case.correction_due is None:
        return False
    key = f"{ObligationKind.CORRECTION.value}:{case.correction_ref}"
    return day > unit.common.last_day(key, case.correction_due)


def case_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is an open application for the title."""
    if act.title is not None and act.title in unit.application.cases:
        return None
    if act.title is None and len(unit.application.cases) > 1:
        titles = sorted(unit.application.cases)
        return refuse(pack, "I-00", "须指明称号", "the title has to be named", titles)
    return refuse(pack, "I-00", "没有在办的申报", "there is no open application")


def at_step(*steps: Step, rule: str = "I-05") -> StateRule[Unit]:
    """The case stands at one of these steps; none out of order."""

    def stands_at_step(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
        case = case_of(unit, act)
        if case is None:
            return None
        now = case_step(unit, case.title)
        if now in steps:
            return None
        wanted_zh, wanted_en = "、".join(s.zh for s in steps), " or ".join(s.en for s in steps)
        return refuse(
            pack,
            rule,
            f"申报现为“{now.zh}”，须为“{wanted_zh}”",
            f"the application is {now.en}, not {wanted_en}",
            (case.opened,),
        )

    return stands_at_step


def no_other_case(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-16: one open application a title and unit."""
    if act.title is not None and act.title in unit.application.cases:
        opened = unit.application.cases[act.title].opened
        return refuse(pack, "I-16", "该称号已有在办申报", "an application for this title is open", (opened,))
    return None


def title_for_kind(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: the title exists and is open to units of this kind."""
    if act.title is None:
        return None
    title = pack.titles.get(act.title)
    if title is None or unit.life.kind not in title.kinds:
        return refuse(pack, "I-00", f"该类单位不能申报{act.title}", f"units of this kind cannot apply for {act.title}")
    return None


def waiting_period_over(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-16 (A-17), T-22: six months after a rejection, or a withdrawal of what was looked into; three years after a
    revocation. T-28: in another province too.
    """
    title = act.title or ""
    region, windows = unit.application, pack.windows
    for days, wait, zh, en in (
        (region.rejected, windows.reapply_after_rejection, "不予通过", "rejection"),
        (region.revoked, windows.reapply_after_revocation, "取消命名", "revocation"),
    ):
        if title in days and act.day < (free := pack.after(days[title], wait)):
            return refuse(pack, "I-16", f"{zh}后{free}起方可再次申报", f"after a {en}, again from {free}")
    worth = pack.comparable.titles.get(title)
    until = unit.handover.waits.get(worth) if worth is not None else None
    if until is not None and act.day < until:
        zh, en = f"移交前的限期至{until}", f"the waiting time of before the handing over ends on {until}"
        return refuse(pack, "T-28", zh, en, (until,))
    return None


def prerequisite_held(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00 (§10): a title that builds on another needs that one, held long enough."""
    title = pack.titles.get(act.title or "")
    if title is None or title.requires_title is None or title.requires_held is None:
        return None
    held = unit.naming.held_on(act.day).get(title.requires_title)
    if held is None or pack.after(held.term_from, title.requires_held) > act.day:
        wanted = pack.titles[title.requires_title]
        return refuse(
            pack,
            "I-00",
            f"须先持有{wanted.zh}{title.requires_held.zh}",
            f"needs {wanted.en}, held {title.requires_held.en}",
        )
    return None


def self_score_enough(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00 (§10): a title may ask for so many points of the unit's own report before it applies."""
    title = pack.titles.get(act.title or "")
    report = unit.self_evaluation
    if title is None or report.version is None or report.score >= title.minimum_self_score:
        return None
    zh = f"自评{report.score}分，低于{title.minimum_self_score}分，不得申报"
    en = f"the report gives {report.score} points, {title.minimum_self_score} are needed to apply"
    return refuse(pack, "I-00", zh, en, (report.version,))


def not_held_already(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-16: a title that is held is extended, not applied for; again in its last half year."""
    held = unit.naming.held.get(act.title or "")
    if held is not None and pack.before(held.term_until, pack.windows.renewal_opens) > act.day:
        return refuse(
            pack, "I-16", f"称号有效至{held.term_until}", f"the title is held until {held.term_until}", (held.version,)
        )
    return None


def nothing_proposed(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-09: nothing is added to what a unit has while it may lose a title."""
    proposed = unit.revocation.proposals.values()
    if not proposed:
        return None
    named = [pack.titles[proposal.title] for proposal in proposed if proposal.title in pack.titles]
    zh = "拟取消命名：" + "、".join(title.zh for title in named)
    en = "revocation is proposed of: " + ", ".join(title.en for title in named)
    return refuse(pack, "T-09", zh, en, [proposal.version for proposal in proposed])


def not_renewed_while_it_may_go(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-09: nobody applies for more of what they hold while they may lose it."""
    return nothing_proposed(unit, act, pack) if act.title in unit.naming.held else None


_Leaving = UnitApplicationWithdrawn | UnitApplicationRejected | UnitNamingRefused | UnitRevoked


def rounds_of_cases(unit: Unit, event: _Leaving) -> Iterator[UUID]:
    """The round in which the case has a place."""
    for case in unit.application.cases.values():
        if case.nominated_in is not None and event.title in (None, case.title):
            yield case.nominated_in


def people_and_rounds(unit: Unit, event: _Leaving) -> Iterator[UUID]:
    """What a refusal of the case rests on: who took part before, and the round in which the case has a place."""
    yield from people_before(unit, event)
    yield from rounds_of_cases(unit, event)


def leave_place(unit: Unit, act: Act[_Leaving], pack: Pack) -> Iterator[Effect]:
    """T-18: whoever withdraws, is rejected or refused, or loses the title, leaves the place of the round."""
    case = case_of(unit, act)
    if case is not None and case.nominated_in is not None:
        yield from place_left_in(unit, case.nominated_in, act)


def report_complete(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-01, I-02 (R-13, R-14, R-18): adopted and sealed by both, or sealed by the tripartite body."""
    report = unit.self_evaluation
    if report.complete_for(unit.life.kind):
        return None
    if unit.life.kind is UnitKind.ENTERPRISE:
        missing = [] if report.adopted else ["report-adopted"]
        missing += [f"report-sealed:{sealer}" for sealer in ("enterprise", "union") if sealer not in report.seals]
        return refuse(
            pack,
            "I-01",
            "报告须经职代会通过并由企业和工会盖章",
            "the report must be adopted and sealed by both",
            missing,
        )
    return refuse(pack, "I-02", "自评报告须由三方机构盖章", "the tripartite body must seal the report")


def report_is_latest(unit: Unit, act: Act[UnitApplicationAmended | UnitApplied], pack: Pack) -> Refusal | None:
    """I-01: the application rests on the very report that was adopted and sealed."""
    digest = act.event.report_digest
    if digest is not None and digest != unit.self_evaluation.digest:
        return refuse(
            pack,
            "I-01",
            "报告摘要与盖章的报告不符",
            "the digest is not that of the sealed report",
            pointer="/report_digest",
        )
    return None


def route_follows_ownership(unit: Unit, act: Act[UnitApplied], pack: Pack) -> Refusal | None:
    """I-03 (R-17): the direct route for central enterprises and provincial SOEs only, and they no other."""
    event = act.event
    if event.title not in pack.titles:
        return None
    route = route_of(unit, event.title, pack)
    if event.route is not route:
        return refuse(pack, "I-03", f"该单位应{route.zh}", f"this unit applies {route.en}", pointer="/route")
    return None


def report_still_counts(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-16: a report is applied with, and brought in by an amendment, within its time."""
    drawn_up = unit.self_evaluation.day
    if drawn_up is None or act.day <= (last := pack.after(drawn_up, pack.windows.report_counts)):
        return None
    zh, en = f"{drawn_up}的自评报告有效至{last}", f"the report of {drawn_up} counted until {last}"
    return refuse(pack, "T-16", zh, en, (unit.self_evaluation.version or 0,))


def low_training_share_explained(unit: Unit, act: Act[UnitApplied], pack: Pack) -> Refusal | None:
    """A-01 (R-05): below 60 % for the front line an application states its reason."""
    event = act.event
    funds = unit.self_evaluation.training_funds
    if funds is not None and front_line_share(funds) < pack.quorums.front_line_share and event.reason is None:
        share = f"{float(front_line_share(funds)):.0%}"
        return refuse(
            pack,
            "A-01",
            f"一线职工教育经费占比{share}，须说明理由",
            f"front-line share {share} needs a stated reason",
            pointer="/reason",
        )
    return None


def below_province(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-03: forwarding goes up to the level that decides in the province, and no further."""
    case = case_of(unit, act)
    if case is not None and case.level.rank >= deciding_level(case.title, pack).rank:
        return refuse(pack, "I-03", "申报已在决定层级", "the application lies at the level that decides")
    return None


def evaluated_before_leaving(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-03 (R-16): the evaluating level evaluates before it forwards; below it acceptance is enough."""
    case = case_of(unit, act)
    if case is None:
        return None
    if case.level is evaluating_level(unit, case.title, pack):
        return at_step(Step.EVALUATED, rule="I-03")(unit, act, pack)
    return at_step(Step.ACCEPTED, rule="I-03")(unit, act, pack)


def obligations(unit: Unit, packs: Packs) -> Iterator[Obligation]:
    """A returned case is corrected in its days, or handled by its office; one at an office is handled in its days."""
    for case in unit.application.cases.values():
        pack = packs.on(case.since)
        if case.step is Step.RETURNED and case.correction_due is not None:
            ref = case.correction_ref
            correction = of_unit(pack, ObligationKind.CORRECTION, ref, case.since, case.correction_due, case.level)
            yield correction
            if correction.key in unit.common.missed:
                yield _handled(unit, packs, case, unit.common.last_day(correction.key, case.correction_due))
        elif case.step in (Step.APPLIED, Step.ACCEPTED, Step.FORWARDED, Step.EVALUATED, Step.REVIEWED):
            yield _handled(unit, packs, case, case.since)


def _handled(unit: Unit, packs: Packs, case: Case, since: date) -> Obligation:
    """T-16: the office where a case lies handles it in its days from then on."""
    pack = packs.on(since)
    due = pack.after(since, pack.windows.handle_step)
    ref = f"{case.opened}:{case.step.value}:{case.level.value}:{since}"
    return of_office(unit, pack, ObligationKind.HANDLE_APPLICATION, ref, case.level, since, due)


CHAPTER: Chapter[Unit] = Chapter(
    "application",
    {
        UnitSelfEvaluated: _evaluated_itself,
        UnitReportUpdated: _evaluated_itself,
        UnitApplied: _applied,
        UnitApplicationAccepted: _accepted,
        UnitApplicationReturned: _returned,
        UnitApplicationAmended: _amended,
        UnitApplicationWithdrawn: _withdrawn,
        UnitApplicationForwarded: _forwarded,
        UnitApplicationRejected: _rejected,
        UnitEvaluated: _judged(Step.EVALUATED),
        UnitReviewed: _judged(Step.REVIEWED),
        UnitPublicityStarted: _moved(step=Step.IN_PUBLICITY),
        UnitObjectionRaised: _moved(step=Step.OBJECTED, looked_into=True),
        UnitSiteVisited: _looked_into,
        UnitHouseOpined: _looked_into,
        UnitPublicityCompleted: _publicity_completed,
        UnitNominated: _nominated,
        UnitNamed: _named,
        UnitNamingRefused: _rejected,
        UnitRevoked: _revoked,
        UnitReconsiderationDecided: _reconsidered,
        UnitClosed: _closed,
    },
    (
        Law(
            UnitApplied,
            office=(AGENT,),
            about=titles_for_kind,
            rule="I-03",
            weighs=(UnitSelfEvaluated, UnitReportUpdated),
            state=(
                registered,
                report_complete,
                report_still_counts,
                title_for_kind,
                no_other_case,
                not_held_already,
                not_renewed_while_it_may_go,
                waiting_period_over,
                prerequisite_held,
                self_score_enough,
            ),
            content=(
                report_is_latest,
                route_follows_ownership,
                low_training_share_explained,
                round_agrees(RoundKind.NAMING, ahead=True),
            ),
            propose=propose_applied,
        ),
        Law(
            UnitApplicationAccepted,
            office=desk(where_it_lies),
            about=titles_in_case,
            rule="I-13",
            state=(
                registered,
                case_open,
                at_step(Step.APPLIED, Step.FORWARDED),
                apart_from_other_steps,
                apart_from_the_unit,
            ),
            propose=propose_at_level,
            reads=people_before,
            steps=("act:accept",),
            settles=(ObligationKind.HANDLE_APPLICATION,),
        ),
        Law(
            UnitApplicationReturned,
            office=desk(where_it_lies),
            about=titles_in_case,
            rule="I-13",
            state=(registered, case_open, at_step(Step.APPLIED, Step.ACCEPTED, Step.FORWARDED)),
            propose=propose_at_level,
            settles=(ObligationKind.HANDLE_APPLICATION,),
            content=(corrected_in_time,),
        ),
        Law(
            UnitApplicationAmended,
            office=(AGENT,),
            about=titles_in_case,
            rule="I-13",
            weighs=(UnitSelfEvaluated, UnitReportUpdated),
            state=(registered, case_open, at_step(Step.RETURNED), report_complete, report_still_counts),
            content=(report_is_latest,),
            settles=(ObligationKind.CORRECTION, ObligationKind.HANDLE_APPLICATION),
        ),
        Law(
            UnitApplicationWithdrawn,
            office=(AGENT,),
            about=titles_in_case,
            rule="I-13",
            state=(registered, case_open),
            reads=rounds_of_cases,
            effects=leave_place,
        ),
        Law(
            UnitApplicationForwarded,
            office=desk(where_it_lies),
            about=titles_in_case,
            rule="I-03",
            state=(registered, case_open, below_province, evaluated_before_leaving),
            propose=propose_forwarded,
            settles=(ObligationKind.HANDLE_APPLICATION,),
        ),
    ),
    obligations,
)
