"""Where a place has not the people for a title, whoever adopts a pack says what is done there (I-23, T-03)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import pytest

from events.governance.policy import StaffingArrangement, UnstaffedOffice
from events.words import House, Level, Role, StaffingLack, StaffingRemedy
from services.casework.officer.state import Appointment, Officer, Suspension
from services.casework.pack import load_pack
from services.casework.policy.staffing import unstaffed
from services.casework.policy.state import policy_stream
from tests.casework.world import World, adoption

DAY = date(2024, 6, 3)
PACK = load_pack()
PROVINCE, PREFECTURE, COUNTY = "430000", "430100", "430102"
HOUSES = (House.HR, House.UNION, House.FEDERATION, House.COMMERCE)


def person(
    number: int, *roles: Role, house: House = House.HR, level: Level = Level.PREFECTURE, place: str = PREFECTURE,
    tag: str | None = None, until: date | None = None, suspended: bool = False,
) -> Officer:  # fmt: skip
    post = Appointment(1, "示例", house, level, place, roles, date(2024, 1, 1), until)
    away = (Suspension(2, date(2024, 1, 1), None),) if suspended else ()
    return Officer(UUID(int=number), appointments=(post,), tag=tag, suspensions=away)


@pytest.fixture(scope="module")
def world() -> World:
    made = World(PACK)
    made.begin()
    return made


def office() -> list[Officer]:
    """Enough people for whatever a prefecture does: an officer and an approver of each house."""
    people = []
    for number, house in enumerate(HOUSES):
        people.append(person(2 * number + 1, Role.OFFICER, house=house))
        people.append(person(2 * number + 2, Role.APPROVER, house=house))
    return people


def lacks(people: Iterable[Officer], place: str = PREFECTURE, day: date = DAY) -> dict[str, StaffingLack]:
    """What the place lacks, by title."""
    found = unstaffed(PACK, people, day)
    return {title: one.lack for one in found if one.place == place for title in one.titles}


def test_an_office_with_people_of_every_house_lacks_nothing() -> None:
    assert lacks(office()) == {}


def test_a_place_where_nobody_is_in_post_lacks_people_for_every_title_whose_way_leads_there() -> None:
    assert lacks([]) == dict.fromkeys(PACK.titles, StaffingLack.PEOPLE)
    assert set(lacks([], COUNTY)) == set(PACK.titles), "a county accepts what is then sent on"
    assert COUNTY not in {
        one.place for one in unstaffed(PACK, [person(1, Role.OFFICER, level=Level.COUNTY, place=COUNTY)], DAY)
    }


def test_people_of_two_houses_are_too_few_for_the_opinions() -> None:
    two = [one for one in office() if one.appointments[0].house in HOUSES[:2]]
    assert set(lacks(two).values()) == {StaffingLack.HOUSES}


def test_who_visits_does_not_evaluate_so_that_three_persons_are_too_few() -> None:
    """Two visitors and the evaluation, and where a title is named there, nobody is left who names."""
    three = [person(n, Role.APPROVER, house=house) for n, house in enumerate(HOUSES[:3], 1)]
    assert set(lacks(three).values()) == {StaffingLack.PERSONS}
    five = [*three, person(4, Role.APPROVER, house=HOUSES[3]), person(5, Role.APPROVER)]
    assert lacks(five) == {}


@pytest.mark.parametrize("away", [{"until": date(2024, 6, 2)}, {"suspended": True}])
def test_who_is_away_on_that_day_is_not_counted(away: dict[str, date | bool]) -> None:
    people = [one for one in office() if one.appointments[0].roles == (Role.OFFICER,)]
    gone = person(99, Role.APPROVER, **away)  # type: ignore[arg-type]
    assert set(lacks([*people, gone]).values()) == {StaffingLack.PEOPLE}


def test_two_accounts_of_one_person_are_one_person() -> None:
    approvers = [person(n, Role.APPROVER, house=house, tag="one") for n, house in enumerate(HOUSES, 1)]
    assert set(lacks(approvers).values()) == {StaffingLack.PERSONS}


# --- adopting -------------------------------------------------------------------------------------------------------


SMALL = UnstaffedOffice(place=COUNTY, lack=StaffingLack.PEOPLE, titles=("provincial_harmonious", "national_model"))
PROVINCIAL = UnstaffedOffice(place=PROVINCE, lack=StaffingLack.PERSONS, titles=("national_model",))


def arranged(place: str, remedy: StaffingRemedy, title: str | None = None) -> StaffingArrangement:
    return StaffingArrangement(place=place, remedy=remedy, title=title)


@pytest.mark.parametrize(
    ("unstaffed", "arrangements", "open_"),
    [
        ((SMALL,), (), 1),
        ((SMALL,), (arranged(COUNTY, StaffingRemedy.TAKEN_UP, "national_model"),), 1),
        ((SMALL,), (arranged("430103", StaffingRemedy.TAKEN_UP),), 1),
        ((SMALL,), (arranged(PREFECTURE, StaffingRemedy.TAKEN_UP),), 0),
        ((SMALL, PROVINCIAL), (arranged(PROVINCE, StaffingRemedy.LENT),), 1),
        ((SMALL, PROVINCIAL), (arranged(PROVINCE, StaffingRemedy.APPOINTED),), 0),
    ],
)
def test_i_23_a_pack_is_adopted_once_it_is_said_what_is_done_where_people_are_too_few(
    world: World, unstaffed: tuple[UnstaffedOffice, ...], arrangements: tuple[StaffingArrangement, ...], open_: int
) -> None:
    one = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    later = world.packs.on(DAY).after(world.packs.on(DAY).after(DAY, PACK.windows.pack_stays), PACK.windows.pack_stays)
    event = adoption(PACK, later).model_copy(update={"unstaffed": unstaffed, "arrangements": arrangements})
    refusals = world.decided(DAY, one, policy_stream(PROVINCE), event).refusals
    found = [refusal for refusal in refusals if refusal.pointer == "/arrangements"]
    assert [(refusal.rule, len(refusal.facts)) for refusal in found] == ([("I-23", open_)] if open_ else [])
    assert len(refusals) == len(found)
