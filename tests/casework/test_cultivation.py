"""培育: a contact for every unit, and to be seen in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from events.unit.cultivation import (
    UnitContactAssigned,
    UnitContactReleased,
    UnitCoordinatorAppointed,
    UnitCultivationConcluded,
    UnitCultivationListed,
    UnitCultivationPlanned,
    UnitFollowedUp,
)
from events.words import CultivationOutcome, FollowUpKind, Level, ObligationKind, Role, RoundKind, UnitKind
from tests.casework.given import (
    COUNTY,
    DAY,
    NATIONAL,
    PACK,
    PREFECTURE,
    Life,
    a_round,
    add_working_days,
    approver,
    cited,
    desk,
    post,
    self_evaluation,
    somebody,
)
from tests.casework.stages import ON, life_at

PAST = CultivationOutcome.NOT_REACHED
CONTACT = post(Role.CONTACT, Level.COUNTY)


def _assigned(from_: date = DAY, until: date | None = None, name: str = "联系人") -> UnitContactAssigned:
    return UnitContactAssigned(officer=somebody(name), from_=from_, until=until)


def _due(life: Life, kind: ObligationKind) -> list[tuple[str, date]]:
    return [(owed.holder, owed.due) for owed in life.owed() if owed.kind is kind]


def test_the_contact_is_another_officer_than_before() -> None:
    life = life_at("registered")
    life.act(DAY, desk(Level.PREFECTURE), _assigned())
    cited(life.refused(DAY, desk(Level.PREFECTURE), _assigned()), "I-00")
    life.act(DAY, desk(Level.PREFECTURE), _assigned(name="另一联系人"))


def test_t_02_the_contact_holds_a_post_that_covers_the_units_place() -> None:
    life, elsewhere = life_at("registered"), post(Role.CONTACT, Level.COUNTY, place="430204")
    life.knows(CONTACT, elsewhere)
    assigned = UnitContactAssigned(officer=elsewhere.id, from_=DAY)
    assert cited(life.refused(DAY, desk(Level.PREFECTURE), assigned), "T-02") == (str(elsewhere.id),)
    life.act(DAY, desk(Level.PREFECTURE), assigned.model_copy(update={"officer": CONTACT.id}))


def test_i_21_a_contact_is_assigned_for_days_that_are_not_over() -> None:
    life, prefecture = life_at("registered"), desk(Level.PREFECTURE)
    for since, until in ((DAY, DAY - timedelta(days=1)), (DAY - timedelta(days=9), DAY - timedelta(days=1))):
        over = _assigned().model_copy(update={"from_": since, "until": until})
        cited(life.refused(DAY, prefecture, over), "I-21")
    life.act(DAY, prefecture, _assigned().model_copy(update={"until": DAY}))


def test_only_the_contact_is_released() -> None:
    life, prefecture = life_at("registered"), desk(Level.PREFECTURE)
    released = UnitContactReleased(officer=somebody("联系人"), on=DAY)
    cited(life.refused(DAY, prefecture, released), "I-00")
    life.act(DAY, prefecture, _assigned())
    other = UnitContactReleased(officer=somebody("另一联系人"), on=DAY)
    cited(life.refused(DAY, prefecture, other), "I-00")
    life.act(DAY, prefecture, released)
    assert life.unit.cultivation.contact is None


def test_certified_coordinators_are_among_the_coordinators() -> None:
    life = life_at("registered")
    cited(life.refused(DAY, life.agent, UnitCoordinatorAppointed(count=1, certified=2)), "I-00")
    life.act(DAY, life.agent, UnitCoordinatorAppointed(count=2, certified=2))
    assert life.unit.cultivation.certified == 2


def test_i_21_a_visit_is_not_dated_ahead() -> None:
    life = life_at("registered")
    visit = UnitFollowedUp(kind=FollowUpKind.VISIT, on=DAY, summary="示例")
    ahead = visit.model_copy(update={"on": DAY + timedelta(days=1)})
    cited(life.refused(DAY, CONTACT, ahead), "I-21")
    life.act(DAY, CONTACT, visit)
    life.act(DAY, CONTACT, visit.model_copy(update={"on": DAY - timedelta(days=3)}))
    assert (life.unit.cultivation.last_seen, life.unit.cultivation.follow_ups) == (DAY, 2)


PLAN = UnitCultivationPlanned(standards=("training", "care"), by=date(2025, 1, 1))


def _concluded(life: Life, outcome: CultivationOutcome) -> UnitCultivationConcluded:
    plan = life.unit.cultivation.plan
    return UnitCultivationConcluded(plan=plan.version if plan else 1, outcome=outcome, summary="示例")


def test_a_50_a_plan_is_of_its_own_standards_one_at_a_time_and_for_days_to_come() -> None:
    life, county = life_at("registered"), desk(Level.COUNTY)
    park = next(found for found in PACK.standard_sets.values() if UnitKind.PARK in found.kinds)
    of_parks = PLAN.model_copy(update={"standards": (next(iter(park.standards)),)})
    cited(life.refused(DAY, county, of_parks), "A-50")
    cited(life.refused(DAY, county, PLAN.model_copy(update={"standards": ("training", "training")})), "A-50")
    for by in (DAY - timedelta(days=1), DAY + timedelta(days=800)):
        cited(life.refused(DAY, county, PLAN.model_copy(update={"by": by})), "A-50")
    life.act(DAY, county, PLAN)
    cited(life.refused(DAY, county, PLAN), "A-50")


def test_a_50_a_plan_is_concluded_as_the_self_evaluation_since_then_shows() -> None:
    life, county = life_at("registered"), desk(Level.COUNTY)
    cited(life.refused(DAY, county, _concluded(life, CultivationOutcome.REACHED)), "A-50")
    version = life.act(DAY, county, PLAN).version
    cited(life.refused(DAY, county, _concluded(life, CultivationOutcome.REACHED)), "A-50")
    low = self_evaluation()
    weak = tuple(
        item.model_copy(update={"score": 2, "items": ()}) if item.standard == "care" else item for item in low.items
    )
    life.act(DAY, life.agent, low.model_copy(update={"items": weak}))
    cited(life.refused(DAY, county, _concluded(life, CultivationOutcome.REACHED)), "A-50")
    told = life.act(DAY, county, _concluded(life, CultivationOutcome.NOT_REACHED))
    assert isinstance(told.event, UnitCultivationConcluded)
    assert {one.standard: one.score for one in told.event.measured or ()}["care"] == 2
    assert life.unit.cultivation.plan is None
    cited(life.refused(DAY, county, UnitCultivationConcluded(plan=version, outcome=PAST, summary="示例")), "A-50")
    again = life.act(DAY, county, PLAN)
    assert isinstance(again.event, UnitCultivationPlanned)
    assert {one.standard: one.score for one in again.event.measured or ()}["care"] == 2
    life.act(DAY, life.agent, self_evaluation(report="第二份报告"))
    cited(life.refused(DAY, county, _concluded(life, CultivationOutcome.NOT_REACHED)), "A-50")
    life.act(DAY, county, _concluded(life, CultivationOutcome.REACHED))
    assert [one.outcome for one in life.unit.cultivation.concluded] == [PAST, CultivationOutcome.REACHED]
    assert life.unit.cultivation.concluded[1].plan.before["care"] == 2


def test_what_a_plan_led_to_is_owed_by_who_planned_until_it_is_said() -> None:
    life, county = life_at("registered"), desk(Level.COUNTY)
    life.act(DAY, county, PLAN)
    assert _due(life, ObligationKind.CULTIVATE) == [(f"county:{COUNTY}", PLAN.by)]
    life.act(DAY, county, _concluded(life, CultivationOutcome.GIVEN_UP))
    assert _due(life, ObligationKind.CULTIVATE) == []


def test_a_51_a_unit_is_picked_once_for_a_round_that_begins_within_a_year() -> None:
    life, prefecture, open_now = life_at("registered"), desk(Level.PREFECTURE), a_round()

    def listed(begins: date, title: str = NATIONAL, kind: RoundKind = RoundKind.NAMING) -> UnitCultivationListed:
        coming = replace(open_now, kind=kind, title=title, since=begins, until=begins + timedelta(days=300))
        life.known[coming.id] = coming
        return UnitCultivationListed(round=coming.id, programme="千户企业（示例）")

    cited(life.refused(DAY, prefecture, listed(DAY)), "A-51")
    cited(life.refused(DAY, prefecture, listed(DAY + timedelta(days=400))), "A-51")
    cited(life.refused(DAY, prefecture, listed(DAY + timedelta(days=90), "model_site")), "A-51")
    cited(life.refused(DAY, prefecture, listed(DAY + timedelta(days=90), kind=RoundKind.RESERVE)), "T-18")
    ahead = listed(DAY + timedelta(days=90))
    life.act(DAY, prefecture, ahead)
    cited(life.refused(DAY, prefecture, ahead), "A-51")


def test_a_contact_is_owed_from_the_registration_the_release_and_the_end_of_its_term() -> None:
    life, prefecture = life_at("registered"), f"prefecture:{PREFECTURE}"
    assert _due(life, ObligationKind.CONTACT) == [(prefecture, add_working_days(DAY, 20))]
    until, released = date(2024, 12, 31), date(2024, 6, 3)
    life.act(DAY, desk(Level.PREFECTURE), _assigned(until=until))
    assert _due(life, ObligationKind.CONTACT) == [(prefecture, add_working_days(until, 20))]
    life.act(released, approver(Level.PREFECTURE), UnitContactReleased(officer=somebody("联系人"), on=released))
    assert _due(life, ObligationKind.CONTACT) == [(prefecture, add_working_days(released, 20))]


def test_a_04_a_model_unit_is_seen_every_90_days_and_others_every_180() -> None:
    candidate, model = life_at("registered"), life_at("named")
    for life in (candidate, model):
        life.act(ON["named"], desk(Level.PREFECTURE), _assigned(ON["named"]))
    assert _due(candidate, ObligationKind.FOLLOW_UP)[0][1] == ON["named"] + timedelta(days=180)
    assert _due(model, ObligationKind.FOLLOW_UP)[0][1] == ON["named"] + timedelta(days=90)
    seen = ON["named"] + timedelta(days=30)
    model.act(seen, CONTACT, UnitFollowedUp(kind=FollowUpKind.CALL, on=seen, summary="示例"))
    assert _due(model, ObligationKind.FOLLOW_UP)[0][1] == seen + timedelta(days=90)
