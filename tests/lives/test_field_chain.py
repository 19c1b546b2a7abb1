"""Ways round the law that got through once: what holds between the steps of one application."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.governance.officer import OfficerPersonTagged, OfficerRegistered
from events.unit.application import (
    UnitApplicationAccepted,
    UnitApplicationAmended,
    UnitApplicationForwarded,
    UnitApplicationRejected,
    UnitApplicationReturned,
    UnitApplicationWithdrawn,
)
from events.unit.checks import UnitRectificationOrdered, UnitRectificationReported
from events.unit.evaluation import UnitAssessedByThirdParty, UnitEvaluated, UnitHouseOpined, UnitReviewed
from events.unit.naming import UnitNamed
from events.unit.publicity import (
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitPublicityCompleted,
    UnitPublicityStarted,
)
from events.unit.registration import UnitDetailsChanged
from events.words import (
    ActorKind,
    DocumentKind,
    House,
    Level,
    ObligationKind,
    Opinion,
    Ownership,
    Recommendation,
    Role,
    Route,
    Sealer,
    Step,
    UnitKind,
)
from services.casework.kinds import KINDS
from services.casework.officer.state import Officer
from services.casework.pack import load_pack
from services.casework.unit.application import case_step, route_of
from services.casework.unit.state import Unit
from tests.casework.given import (
    COUNTY,
    NATIONAL,
    PACK,
    PREFECTURE,
    PROVINCE,
    PROVINCIAL,
    PUBLIC,
    TIMEKEEPER,
    Life,
    UnitEntryVoided,
    a_paper,
    an_assessor,
    approver,
    cited,
    desk,
    document,
    own_body,
    post,
    registration,
    self_evaluation,
)
from tests.casework.stages import (
    ON,
    adopted,
    applied,
    evaluate,
    life_at,
    name,
    nominate,
    opine,
    review,
    seal,
    sealed_by,
    to_evaluation,
    visited,
)
from tests.casework.world import World, tag_of

DAY = date(2024, 3, 4)
RECOMMENDED = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.RECOMMEND, score=92)
REVIEWED = UnitReviewed(title=PROVINCIAL, outcome=Recommendation.RECOMMEND)


@pytest.fixture
def world() -> World:
    made = World(load_pack("hunan-2023-15", "1"))
    made.begin()
    return made


def publicity(title: str, day: date) -> UnitPublicityStarted:
    until = PACK.after(day, PACK.windows.publicity)
    return UnitPublicityStarted(title=title, from_=day, until=until, channel="示例门户网站")


def _returned(life: Life, day: date, level: Level) -> None:
    life.act(day, desk(level), UnitApplicationReturned(title=PROVINCIAL, deficiencies=("示例：须补正",)))


def test_L_01_a_report_entered_anew_is_adopted_and_sealed_anew() -> None:
    """After applying, the self-evaluation was entered again with the same digest and better figures."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    before = life.digest
    life.act(day, life.agent, self_evaluation(satisfied=99))
    assert life.digest == before
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "T-01")
    _returned(life, day, Level.PREFECTURE)
    amended = UnitApplicationAmended(title=PROVINCIAL, note="示例：更正自评报告")
    cited(life.refused(day, life.agent, amended), "I-01")
    seal(life, day)
    life.act(day, life.agent, amended)
    life.act(day, desk(Level.PREFECTURE), UnitApplicationAccepted(title=PROVINCIAL))
    cited(life.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "A-12", "I-04")
    evaluate(life, day, PROVINCIAL)


def test_L_02_another_report_is_evaluated_anew() -> None:
    """The province returned an evaluated case, the unit amended it with another report, and it was reviewed."""
    life, day = life_at("at_decision"), ON["reviewed"]
    _returned(life, day, Level.PROVINCE)
    seal(life, day, report="另一份自评报告")
    life.act(day, life.agent, UnitApplicationAmended(title=PROVINCIAL, report_digest=life.digest, note="示例"))
    case = life.unit.application.cases[PROVINCIAL]
    assert (case.level, case_step(life.unit, PROVINCIAL)) == (Level.PREFECTURE, Step.APPLIED)
    assert not life.unit.evaluation.visits.get(PROVINCIAL)
    cited(life.refused(day, approver(Level.PROVINCE), REVIEWED), "I-03", "I-04", "I-05")
    life.act(day, desk(Level.PREFECTURE), UnitApplicationAccepted(title=PROVINCIAL))
    assert case.evaluated_at is None
    early = visited(life, day - timedelta(days=5), PROVINCIAL)
    cited(life.refused(day, desk(Level.PREFECTURE), early), "T-01")
    evaluate(life, day, PROVINCIAL)
    life.act(day, desk(Level.PREFECTURE), UnitApplicationForwarded(title=PROVINCIAL))
    review(life, day, PROVINCIAL)


def test_L_02_a_correction_of_anything_else_restarts_nothing() -> None:
    """A corrected telephone number leaves the evaluation standing."""
    life, day = life_at("at_decision"), ON["reviewed"]
    _returned(life, day, Level.PROVINCE)
    life.act(day, life.agent, UnitApplicationAmended(title=PROVINCIAL, note="示例：更正联系电话"))
    life.act(day, desk(Level.PROVINCE), UnitApplicationAccepted(title=PROVINCIAL))
    review(life, day, PROVINCIAL)
    assert life.types[-1] == "reviewed"
    assert life.types.count("evaluated") == 1


def test_L_02_opinions_are_younger_than_the_last_visit() -> None:
    """Opinions given before a visit said nothing of what it found, and were relied on."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    life.act(day, desk(Level.PREFECTURE), visited(life, day - timedelta(days=2), PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    later = life.copy()
    life.act(day, approver(Level.PREFECTURE), RECOMMENDED)
    later.act(day, desk(Level.PREFECTURE), visited(later, day, PROVINCIAL))
    assert len(cited(later.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "T-01")) == 4
    opine(later, day, Level.PREFECTURE, PROVINCIAL)
    later.act(day, approver(Level.PREFECTURE), RECOMMENDED)


@pytest.mark.parametrize("entitled", [1, 14])
def test_L_08_a_congress_is_of_the_workers_and_after_the_report(entitled: int) -> None:
    """A congress of one, dated before the report, adopted it for a firm of 300; one worker answered the survey."""
    life, day = life_at("registered"), ON["sealed"]
    one = self_evaluation()
    assert one.survey is not None
    alone = one.survey.model_copy(update={"entitled": 1, "answered": 1})
    cited(life.refused(day, life.agent, one.model_copy(update={"survey": alone})), "A-02")
    life.act(day, life.agent, one)
    few = adopted(life, day).model_copy(
        update={"entitled": entitled, "present": entitled, "in_favour": entitled, "against": 0}
    )
    cited(life.refused(day, life.agent, few), "T-01")
    cited(life.refused(day, life.agent, adopted(life, day - timedelta(days=1))), "T-01")
    enough = few.model_copy(update={"entitled": 15, "present": 15, "in_favour": 15})
    life.act(day, life.agent, enough)


def test_L_08_a_stated_headcount_counts_where_it_is_larger() -> None:
    """The survey's own number of workers, or that of the register, whichever is more."""
    life, day = life_at("registered"), ON["sealed"]
    life.act(day, life.agent, UnitDetailsChanged(headcount=600, reason="示例"))
    cited(life.refused(day, life.agent, self_evaluation()), "A-02")
    assert PACK.quorums.survey_share * 600 > 150


def test_L_42_a_report_is_applied_with_while_it_is_young() -> None:
    """An application rested on a report ten years old."""
    life = life_at("sealed")
    last = PACK.after(ON["sealed"], PACK.windows.report_counts)
    cited(life.refused(last + timedelta(days=1), life.agent, applied(life, PROVINCIAL)), "T-16")
    life.act(last, life.agent, applied(life, PROVINCIAL))


@pytest.mark.parametrize("title", [PROVINCIAL, NATIONAL])
def test_L_42_a_cleared_publicity_leads_on_while_it_is_young(title: str) -> None:
    """Years after its publicity a unit could be named or nominated; now it is made public anew."""
    life = life_at("cleared", title)
    last = PACK.after(ON["cleared"], PACK.windows.publicity_counts)
    late = last + timedelta(days=1)
    by_then = life.copy()
    step = nominate if title == NATIONAL else name
    step(by_then, last, title)
    with pytest.raises(AssertionError, match="T-16"):
        step(life, late, title)
    cited(by_then.refused(last, desk(Level.PROVINCE), publicity(title, last)), "I-05" if title == NATIONAL else "I-00")
    life.act(late, desk(Level.PROVINCE), publicity(title, late))
    cleared = PACK.after(late, PACK.windows.publicity) + timedelta(days=1)
    life.act(cleared, TIMEKEEPER, UnitPublicityCompleted(title=title))
    step(life, cleared, title)


def test_L_42_an_objection_has_its_day_whatever_becomes_of_the_case() -> None:
    """An objection lay open, and no day came by which it was owed; nor did withdrawing make it owed less."""
    life, day = life_at("in_publicity"), ON["in_publicity"]
    version = life.act(day, PUBLIC, UnitObjectionRaised(title=PROVINCIAL, ground="示例", text="示例：有拖欠")).version

    def owed() -> list[tuple[str, str, date]]:
        return [(o.ref, o.holder, o.due) for o in life.owed() if o.kind is ObligationKind.RESOLVE_OBJECTION]

    due = PACK.after(day, PACK.windows.resolve_objection)
    assert owed() == [(str(version), f"province:{PROVINCE}", due)]
    life.act(day, life.agent, UnitApplicationWithdrawn(title=PROVINCIAL, reason="示例"))
    again = PACK.after(day, PACK.windows.reapply_after_rejection)
    life.act(again, life.agent, applied(life, PROVINCIAL))
    assert owed() == [(str(version), f"province:{PROVINCE}", due)]
    assert not life.unit.publicity.open_objections(PROVINCIAL)
    resolved = UnitObjectionResolved(objection_ref=version, upheld=False, findings="示例")
    life.act(again, desk(Level.PROVINCE, n=2), resolved)
    assert owed() == []


def _two_posts(one: Officer, other: Officer) -> Officer:
    """One person with the posts of both."""
    second = replace(other.appointments[0], version=one.version + 1)
    return replace(one, version=one.version + 1, appointments=(*one.appointments, second))


def test_L_03_who_records_or_makes_a_visit_does_not_evaluate() -> None:
    """A prefecture's approver recorded a site visit, and evaluated; voiding the visit would have hidden it (L-41)."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    head = approver(Level.PREFECTURE)
    visit = life.act(day, head, visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    assert cited(life.refused(day, head, RECOMMENDED), "T-03") == (str(visit.version),)
    possible = {p.decision: p for p in life.may(day, head)}
    assert [refusal.rule for refusal in possible["evaluate"].refusals] == ["T-03"]
    life.act(day, head, UnitEntryVoided(version=visit.version, reason="示例：误录"))
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(day, head, RECOMMENDED), "T-03")
    rejected = UnitApplicationRejected(title=PROVINCIAL, reason="示例")
    assert "T-03" in {refusal.rule for refusal in life.refused(day, head, rejected)}
    life.act(day, approver(Level.PREFECTURE, n=2), RECOMMENDED)


def test_L_03_an_earlier_attempt_that_is_over_separates_nobody() -> None:
    """Who visited for an application that was withdrawn may evaluate the next one."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    head = approver(Level.PREFECTURE)
    life.act(day, head, visited(life, day, PROVINCIAL))
    life.act(day, life.agent, UnitApplicationWithdrawn(title=PROVINCIAL, reason="示例"))
    day = PACK.after(day, PACK.windows.reapply_after_rejection)
    seal(life, day)
    life.act(day, life.agent, applied(life, PROVINCIAL))
    to_evaluation(life, day, PROVINCIAL)
    evaluate(life, day, PROVINCIAL)
    assert life.unit.entries[-1].actor.id == head.id


def test_L_04_who_sealed_for_a_body_neither_evaluates_nor_reviews_nor_names() -> None:
    """A prefecture's approver evaluated a park for itself, sealed for its tripartite body, and evaluated it."""
    life, day = life_at("registered", kind=UnitKind.PARK), ON["sealed"]
    head = approver(Level.PREFECTURE)
    life.act(day, head, self_evaluation(UnitKind.PARK))
    life.act(day, desk(Level.COUNTY), sealed_by(life, Sealer.TRIPARTITE))
    life.act(day, life.agent, applied(life, PROVINCIAL))
    to_evaluation(life, day, PROVINCIAL)
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(day, head, RECOMMENDED), "T-03")
    sealed = life_at("at_decision", kind=UnitKind.PARK)
    opine(sealed, day, Level.PROVINCE, PROVINCIAL)
    sealer = _two_posts(desk(Level.COUNTY), approver(Level.PROVINCE))
    cited(sealed.refused(day, sealer, REVIEWED), "T-03")
    sealed.act(day, approver(Level.PROVINCE), REVIEWED)


def test_L_07_agent_and_union_are_two_persons_and_neither_holds_an_office(world: World) -> None:
    """One account held the roles of agent and union, and put both seals."""
    first, second = world.people["administrator 1"], world.people["administrator 2"]
    unit, both = world.new(), (Role.APPLICANT, Role.UNIT_UNION)
    registered = OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=both)
    assert world.rules(DAY, first, world.new(), registered) == {"T-03"}
    life, day = life_at("registered"), ON["sealed"]
    world.knows(life.unit)
    agents = {role: world.new() for role in both}
    for role, agent in agents.items():
        event = OfficerRegistered(kind=ActorKind.APPLICANT, unit=life.unit.id, roles=(role,))
        world.act(DAY, first, agent, event)
        world.by_two(DAY, first, second, agent, OfficerPersonTagged(tag=tag_of("示例甲")))
    clerk = world.hires(DAY, Role.OFFICER, Level.COUNTY, place=COUNTY, name="示例甲")
    agent, union = agents[Role.APPLICANT], agents[Role.UNIT_UNION]
    world.act(day, agent, life.unit.id, self_evaluation())
    world.act(day, agent, life.unit.id, adopted(_as_in(world, life), day))
    world.act(day, agent, life.unit.id, sealed_by(_as_in(world, life), Sealer.ENTERPRISE))
    seals = sealed_by(_as_in(world, life), Sealer.UNION)
    assert world.rules(day, union, life.unit.id, seals) == {"T-03"}
    assert world.rules(day, clerk, life.unit.id, self_evaluation()) == {"T-03"}
    assert world.rules(day, agent, life.unit.id, seals) == {"I-01"}
    other = world.new()
    world.act(day, first, other, OfficerRegistered(kind=ActorKind.APPLICANT, unit=life.unit.id, roles=both[1:]))
    world.act(day, other, life.unit.id, seals)


def _as_in(world: World, life: Life) -> Life:
    return replace(life, unit=world.state(Unit, life.unit.id))


def test_L_10_one_person_with_two_posts_does_not_go_all_the_way() -> None:
    """One person with posts at two levels evaluated, reviewed, nominated and recorded the nation's naming."""
    one = _two_posts(approver(Level.PREFECTURE), approver(Level.PROVINCE))
    life, day = life_at("at_decision", NATIONAL), ON["reviewed"]
    opine(life, day, Level.PROVINCE, NATIONAL)
    reviewed = UnitReviewed(title=NATIONAL, outcome=Recommendation.RECOMMEND)
    cited(life.refused(day, one, reviewed), "T-03")
    life.act(day, approver(Level.PROVINCE, n=2), reviewed)
    nominated = life_at("nominated", NATIONAL)
    paper = a_paper(kind=DocumentKind.NAMING, dated=ON["nominated"])
    nominated.knows(paper)
    named = UnitNamed(title=NATIONAL, document_number="示例", paper=paper.id)
    cited(nominated.refused(ON["named"], approver(Level.PROVINCE), named), "T-03")
    recorder = replace(approver(Level.PROVINCE, n=2), id=paper.recorded_by)
    cited(nominated.refused(ON["named"], recorder, named), "T-03")
    nominated.act(ON["named"], approver(Level.PROVINCE, n=2), named)
    by_whom_nominated = life_at("nominated", NATIONAL)
    by_whom_nominated.knows(replace(paper, recorded_by=approver(Level.PROVINCE).id))
    cited(by_whom_nominated.refused(ON["named"], approver(Level.PROVINCE, n=2), named), "T-03")


def test_L_10_two_accounts_of_one_person_are_one_person(world: World) -> None:
    """The same tag is the same person, whatever account they use; and no second account gets it."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    tag = tag_of("示例乙")
    visitor, again = replace(desk(Level.PREFECTURE), tag=tag), replace(approver(Level.PREFECTURE), tag=tag)
    life.knows(visitor, again)
    life.act(day, visitor, visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    cited(life.refused(day, again, RECOMMENDED), "T-03")
    life.act(day, approver(Level.PREFECTURE, n=2), RECOMMENDED)
    world.hires(day, Role.OFFICER, Level.PREFECTURE, place=PREFECTURE, name="示例乙")
    first, account = world.people["administrator 1"], world.new()
    world.act(day, first, account, OfficerRegistered())
    assert "T-02" in world.rules(day, first, account, OfficerPersonTagged(tag=tag))


@pytest.mark.parametrize("level", [Level.COUNTY, Level.PREFECTURE])
def test_L_10_an_objection_is_looked_into_by_somebody_who_had_no_part(level: Level) -> None:
    """Who accepted, evaluated or reviewed the case resolved what was objected to it."""
    life, day = life_at("in_publicity"), ON["in_publicity"]
    ref = life.act(day, PUBLIC, UnitObjectionRaised(title=PROVINCIAL, ground="示例", text="示例")).version
    resolved = UnitObjectionResolved(objection_ref=ref, upheld=False, findings="示例")
    for who in (desk(level), approver(Level.PROVINCE, n=2)):
        moved = _two_posts(who, desk(Level.PROVINCE, House.UNION))
        cited(life.refused(day, moved, resolved), "T-03")
    life.act(day, desk(Level.PROVINCE, House.UNION), resolved)


def test_T_03_the_pairs_are_the_packs() -> None:
    """Where a pack keeps two steps together, one person does both."""
    life, day = life_at("at_decision"), ON["reviewed"]
    opine(life, day, Level.PROVINCE, PROVINCIAL)
    one = _two_posts(approver(Level.PREFECTURE), approver(Level.PROVINCE))
    cited(life.refused(day, one, REVIEWED), "T-03")
    life.pack = PACK.model_copy(update={"pairs": tuple(pair for pair in PACK.pairs if pair.first != ("act:evaluate",))})
    assert isinstance(life.act(day, one, REVIEWED).event, UnitReviewed)


def test_L_44_what_has_happened_is_not_dated_ahead() -> None:
    """Self-evaluation, adoption, seal, assessment and rectification report were recorded as of next month."""
    ahead = {"effective_on": DAY + timedelta(days=60)}
    life, day = life_at("registered"), ON["sealed"]
    report = self_evaluation()
    for who in (life.agent, desk(Level.COUNTY)):
        cited(life.refused(day, who, report, **ahead), "I-21")
    life.act(day, life.agent, report)
    cited(life.refused(day, life.agent, adopted(life, day), **ahead), "I-21")
    cited(life.refused(day, life.agent, adopted(life, day + timedelta(days=1))), "I-21")
    life.act(day, life.agent, adopted(life, day))
    cited(life.refused(day, life.agent, sealed_by(life, Sealer.ENTERPRISE), **ahead), "I-21")
    cited(life_at("sealed").refused(day, life.agent, applied(life_at("sealed"), PROVINCIAL), **ahead), "I-21")
    case, assessor = life_at("at_evaluation"), post(Role.ASSESSOR, Level.PREFECTURE, None)
    body = an_assessor(assessor.id)
    case.knows(body)
    assessment = UnitAssessedByThirdParty(body=body.id, assessor=assessor.id, score=88, report=document("社会评估报告"))
    cited(case.refused(day, assessor, assessment, **ahead), "I-21")
    cited(case.refused(day, desk(Level.PREFECTURE), visited(case, ON["evaluated"], PROVINCIAL), **ahead), "I-21")
    opinion = UnitHouseOpined(title=PROVINCIAL, opinion=Opinion.SUPPORT)
    cited(case.refused(day, desk(Level.PREFECTURE), opinion, **ahead), "I-21")
    ordered = life.act(day, desk(Level.PREFECTURE), UnitRectificationOrdered(items=("示例",), due=day))
    reported = UnitRectificationReported(rectification_ref=ordered.version, text="示例：已整改")
    cited(life.refused(day, life.agent, reported, **ahead), "I-21")
    life.act(day, life.agent, reported)


def test_L_44_whatever_only_a_unit_says_holds_when_it_is_said() -> None:
    """Of no event that a unit causes by itself, the law says that it begins on a later day."""
    for law in (law for kind in KINDS.values() for law in kind.laws.values()):
        alone = {one.kind for one in law.office} == {ActorKind.APPLICANT}
        assert not (alone and law.begins), law.event.about.type


ABSTAIN, OPPOSE = Opinion.ABSTAIN, Opinion.OPPOSE


@pytest.mark.parametrize(
    "opinions",
    [
        dict.fromkeys(House, ABSTAIN),
        {House.HR: ABSTAIN, House.UNION: ABSTAIN},
        {House.UNION: OPPOSE, House.FEDERATION: ABSTAIN, House.COMMERCE: ABSTAIN},
    ],
)
def test_L_35_abstentions_carry_nothing(opinions: dict[House, Opinion]) -> None:
    """Four abstentions, and a unit was named."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL, opinions=opinions)
    cited(life.refused(day, approver(Level.PREFECTURE), RECOMMENDED), "T-22")
    cleared = life_at("cleared")
    opine(cleared, ON["cleared"], Level.PROVINCE, PROVINCIAL, opinions=opinions)
    named = UnitNamed(title=PROVINCIAL, document_number="示例")
    cited(cleared.refused(ON["cleared"], approver(Level.PROVINCE), named), "T-22")
    opine(life, day, Level.PREFECTURE, PROVINCIAL, opinions={House.HR: ABSTAIN})
    life.act(day, approver(Level.PREFECTURE), RECOMMENDED)


def test_L_35_one_person_does_not_decline_what_the_houses_carried() -> None:
    """One approver declined, or rejected, against four houses in favour."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    head = approver(Level.PREFECTURE)
    rejected = UnitApplicationRejected(title=PROVINCIAL, reason="示例")
    cited(life.refused(day, head, rejected), "T-22")
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    declined = UnitEvaluated(title=PROVINCIAL, outcome=Recommendation.DECLINE, score=92)
    cited(life.refused(day, head, rejected), "T-22")
    cited(life.refused(day, head, declined), "T-22")
    life.copy().act(day, head, declined.model_copy(update={"score": 60}))
    opine(life, day, Level.PREFECTURE, PROVINCIAL, opinions={House.UNION: OPPOSE, House.COMMERCE: OPPOSE})
    life.copy().act(day, head, rejected)
    life.act(day, head, declined)
    at_province = life_at("at_decision")
    cited(at_province.refused(day, approver(Level.PROVINCE), rejected), "T-22")
    formal = life_at("applied")
    formal.act(day, approver(Level.COUNTY), rejected)


def test_L_35_a_score_lies_within_its_checklist() -> None:
    """999 points of 100 were taken."""
    life, day = life_at("at_evaluation"), ON["evaluated"]
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    over = RECOMMENDED.model_copy(update={"score": 101})
    cited(life.refused(day, approver(Level.PREFECTURE), over), "T-22")
    assessor = post(Role.ASSESSOR, Level.PREFECTURE, None)
    body = an_assessor(assessor.id)
    life.knows(body)
    assessment = UnitAssessedByThirdParty(
        body=body.id, assessor=assessor.id, score=101, report=document("社会评估报告")
    )
    cited(life.refused(day, assessor, assessment), "T-22")
    life.act(day, assessor, assessment.model_copy(update={"score": 100}))
    life.act(day, approver(Level.PREFECTURE), RECOMMENDED.model_copy(update={"score": 100}))


@pytest.mark.parametrize("kind", [UnitKind.PARK, UnitKind.TOWNSHIP, UnitKind.BUILDING])
def test_L_05_a_body_seals_by_its_members(kind: UnitKind) -> None:
    """A park's own agent alone declared its tripartite body's evaluation, and put its seal."""
    life, day = life_at("registered", kind=kind), ON["sealed"]
    life.act(day, life.agent, self_evaluation(kind))
    seals = sealed_by(life, Sealer.TRIPARTITE)
    cited(life.refused(day, life.agent, seals), "T-17")
    assert not {p.decision: p for p in life.may(day, life.agent)}["seal-report"].allowed
    clerk = desk(Level.COUNTY)
    if kind is not UnitKind.BUILDING:
        cited(life.refused(day, clerk, seals.model_copy(update={"body": None})), "T-17")
    cited(life.refused(day, desk(Level.COUNTY, House.UNION), seals), "T-17")
    another = own_body(life_at("registered", kind=kind, n=7).unit.id)
    life.knows(another)
    cited(life.refused(day, clerk, seals.model_copy(update={"body": another.id})), "T-17")
    body = own_body(life.unit.id)
    over = replace(body.members[0], until=day - timedelta(days=1))
    released = life.copy()
    released.knows(replace(body, members=(over,)))
    cited(released.refused(day, clerk, seals), "T-17")
    life.act(day, clerk, seals)


def test_L_06_the_direct_route_is_for_whose_ownership_an_office_has_entered() -> None:
    """A private firm changed its ownership to central, applied directly, and changed it back."""
    life, day = life_at("sealed"), ON["applied"]
    central = UnitDetailsChanged(ownership=Ownership.CENTRAL, reason="示例")
    cited(life.refused(day, life.agent, central), "T-17")
    life.act(day, life.agent, UnitDetailsChanged(ownership=Ownership.COLLECTIVE, reason="示例"))
    assert route_of(life.unit, PROVINCIAL, PACK) is Route.LEVELS
    life.act(day, desk(Level.COUNTY), central)
    assert route_of(life.unit, PROVINCIAL, PACK) is Route.DIRECT
    private = UnitDetailsChanged(ownership=Ownership.PRIVATE, reason="示例")
    cited(life.refused(day, life.agent, private), "T-17")
    life.act(day, life.agent, applied(life, PROVINCIAL))
    life.act(day, desk(Level.COUNTY), private)
    assert life.unit.application.cases[PROVINCIAL].route is Route.DIRECT
    cited(life.refused(day, desk(Level.PREFECTURE), UnitApplicationAccepted(title=PROVINCIAL)), "I-13")


def test_L_06_what_a_unit_says_of_itself_when_it_registers_opens_no_way() -> None:
    """A firm registered itself as central, and was evaluated by the province alone."""
    claiming = Life.of(ownership=Ownership.CENTRAL)
    claiming.act(DAY, claiming.agent, registration(claiming))
    assert route_of(claiming.unit, PROVINCIAL, PACK) is Route.LEVELS
    entered = Life.of(ownership=Ownership.CENTRAL, n=2)
    entered.act(DAY, desk(Level.COUNTY), registration(entered))
    assert route_of(entered.unit, PROVINCIAL, PACK) is Route.DIRECT
    park = Life.of(UnitKind.PARK, ownership=Ownership.CENTRAL)
    park.act(DAY, desk(Level.COUNTY), registration(park))
    assert route_of(park.unit, PROVINCIAL, PACK) is Route.LEVELS
