"""轮次: its days, quotas, list; what is owed when it is over (I-18, I-20, I-21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.round import RoundClosed, RoundListPublished, RoundOpened, RoundPlaceTaken, RoundQuotaSet
from events.governance.round_publicity import RoundListPublicised
from events.words import Level, ObligationKind, Role, RoundKind, UnitKind
from services.casework.decide import REGISTER
from services.casework.pack import load_pack
from services.casework.round.state import Round
from services.casework.timekeeping import TIMEKEEPER
from tests.casework.world import World

PACK = load_pack()
DAY, UNTIL = date(2024, 3, 4), date(2024, 12, 31)
OPENED = RoundOpened(
    kind=RoundKind.NAMING, name="示例轮次", title="national_model", place="430000", from_=DAY, until=UNTIL
)
QUOTA = RoundQuotaSet(place="430100", unit_kind=UnitKind.ENTERPRISE, places=3)


@pytest.fixture
def world() -> World:
    made = World(PACK)
    made.begin()
    return made


def _opened(world: World) -> tuple[UUID, UUID]:
    approver = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    stream = world.new()
    world.act(DAY, approver, stream, OPENED)
    return approver, stream


def test_i_18_a_round_is_opened_by_an_approver_of_the_province_for_a_title(world: World) -> None:
    approver = world.hires(DAY, Role.APPROVER, Level.PROVINCE)
    desk = world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    prefecture = world.hires(DAY, Role.APPROVER, Level.PREFECTURE, place="430100")
    stream = world.new()
    for who in (desk, prefecture):
        assert world.rules(DAY, who, stream, OPENED) == {"I-13"}
    assert world.rules(DAY, approver, stream, OPENED.model_copy(update={"place": "420000"})) == {"I-13"}
    assert world.rules(DAY, approver, stream, OPENED.model_copy(update={"title": "no_such_title"})) == {"I-00"}
    backwards = OPENED.model_copy(update={"until": DAY - timedelta(days=1)})
    assert world.rules(DAY, approver, stream, backwards) == {"I-21"}
    world.act(DAY, approver, stream, OPENED)
    assert world.rules(DAY, approver, stream, OPENED) == {"I-00"}


def test_i_18_places_are_given_within_the_round_while_it_is_open(world: World) -> None:
    approver, stream = _opened(world)
    assert world.rules(DAY, approver, stream, QUOTA.model_copy(update={"place": "420000"})) == {"I-13"}
    local = world.new()
    world.act(DAY, approver, local, OPENED.model_copy(update={"place": "430100", "title": "provincial_harmonious"}))
    assert world.rules(DAY, approver, local, QUOTA.model_copy(update={"place": "430200"})) == {"I-18"}
    world.act(DAY, approver, stream, QUOTA)
    world.act(DAY, approver, stream, QUOTA.model_copy(update={"places": 5}))
    assert world.state(Round, stream).quotas == {("430100", UnitKind.ENTERPRISE): 5}
    world.act(DAY, approver, stream, RoundClosed())
    for event in (QUOTA, RoundClosed()):
        assert world.rules(DAY, approver, stream, event) == {"I-18"}
    assert not world.state(Round, stream).open_on(DAY)


def test_a_place_is_taken_by_the_register_alone(world: World) -> None:
    approver, stream = _opened(world)
    taken = RoundPlaceTaken(unit=world.new(), place="430100", unit_kind=UnitKind.ENTERPRISE)
    assert "I-13" in world.rules(DAY, approver, stream, taken)
    assert world.rules(DAY, REGISTER, stream, taken) == {"T-02"}


def test_the_list_of_a_round_is_owed_twenty_working_days_after_its_last_day(world: World) -> None:
    approver, stream = _opened(world)
    due = PACK.after(UNTIL, PACK.windows.round_result)
    assert [(o.kind, o.holder, o.due) for o in world.owed(stream)] == [
        (ObligationKind.ROUND_RESULT, "province:430000", due)
    ]
    (missed,) = world.time_passes(due + timedelta(days=1), stream)
    published = RoundListPublished(units=(), document_number="示例〔2025〕1号")
    early = world.states[stream]
    assert world.rules(UNTIL, approver, stream, published) == {"T-18"}
    world.act(UNTIL + timedelta(days=1), approver, stream, published)
    assert not world.owed(stream)
    world.states[stream] = early
    world.act(due + timedelta(days=1), TIMEKEEPER, stream, missed)
    assert world.time_passes(due + timedelta(days=2), stream) == []
    strangers = published.model_copy(update={"units": (world.new(),)})
    assert world.rules(due, approver, stream, strangers) == {"T-02"}


def test_who_may_do_what_with_a_round(world: World) -> None:
    approver, stream = _opened(world)
    may = {name: offered.allowed for name, offered in world.may(DAY, approver, stream).items()}
    assert may == {
        "open": False, "set-quota": True, "publish-list": False, "close": True, "second-act": False, "void-entry": True,
        "correct-entry": False, "rank-candidates": False, "publicise-list": False, "raise-objection": False,
        "admit-objection": False, "join-objection": False, "set-aside-objection": False, "resolve-objection": False,
        "set-award-quota": False,
        "assign-duty": True, "release-duty": True, "extend-duty": True, "suspend-duty": True, "resume-duty": False,
    }  # fmt: skip
    auditor = world.hires(DAY, Role.AUDITOR, Level.PROVINCE, None)
    assert not any(offered.allowed for offered in world.may(DAY, auditor, stream).values())


@pytest.mark.parametrize("kind", [RoundKind.RESERVE, RoundKind.NAMING])
def test_E_52_a_second_round_of_one_year_gives_no_more_places(world: World, kind: RoundKind) -> None:
    """A second reserve round of the same year gave 110 more places."""
    approver, first, second, third = _opened(world)[0], world.new(), world.new(), world.new()
    title = "provincial_harmonious"
    year = OPENED.model_copy(update={"kind": kind, "title": title})

    def days(since: date, until: date) -> RoundOpened:
        return year.model_copy(update={"from_": since, "until": until})

    world.act(DAY, approver, first, year)
    for again in (
        days(DAY, UNTIL),
        days(date(2024, 12, 31), date(2025, 12, 31)),
        year.model_copy(update={"place": "430100"}),
    ):
        assert world.rules(DAY, approver, second, again) == {"T-18"}, "of the same year"
    other = world.new()
    past = days(date(2023, 12, 31), UNTIL).model_copy(update={"title": "prefecture_harmonious"})
    assert world.rules(DAY, approver, other, past) == {"T-18"}, "of a year that is over"
    world.act(DAY, approver, second, days(date(2025, 1, 1), date(2026, 1, 31)))
    assert world.rules(DAY, approver, third, days(date(2026, 1, 31), date(2026, 12, 31))) == {"T-18"}, "they overlap"
    world.act(DAY, approver, second, RoundClosed(reason="示例：误开"))
    assert world.rules(DAY, approver, third, days(date(2024, 12, 31), UNTIL)) == {"T-18"}
    world.act(DAY, approver, third, days(date(2025, 3, 1), UNTIL.replace(year=2025)))
    taken = RoundPlaceTaken(unit=world.new(), place="430100", unit_kind=UnitKind.ENTERPRISE)
    world.states[third] = replace(world.state(Round, third), taken={taken.unit: (taken.place, taken.unit_kind)})
    if kind is RoundKind.RESERVE:
        assert world.rules(DAY, approver, third, RoundClosed()) == {"T-26"}, "its list is not public yet"
        world.states[third] = replace(world.state(Round, third), published=9)
    world.act(DAY, approver, third, RoundClosed())
    assert world.rules(DAY, approver, world.new(), days(date(2025, 6, 1), UNTIL.replace(year=2025))) == {"T-18"}
    world.act(DAY, approver, world.new(), days(date(2026, 1, 1), UNTIL.replace(year=2026)))


def test_R_31_commendations_are_five_years_apart(world: World) -> None:
    """Of whatever title: the second would give the nation's places again."""
    approver, first, second = _opened(world)[0], world.new(), world.new()
    commendation = OPENED.model_copy(update={"kind": RoundKind.COMMENDATION})
    world.act(DAY, approver, first, commendation)

    def begins(on: date, title: str = OPENED.title) -> RoundOpened:
        days = {"from_": on, "until": on + timedelta(days=100), "title": title}
        return commendation.model_copy(update=days)

    five_years = DAY.replace(year=DAY.year + 5)
    for on in (DAY, five_years - timedelta(days=1)):
        assert world.rules(DAY, approver, second, begins(on, "provincial_harmonious")) == {"A-54"}
    (refusal,) = world.decided(DAY, approver, second, begins(DAY)).refusals
    assert (refusal.clause, refusal.pointer) == ("五(六)1", "/from")
    assert not world.decided(five_years, approver, second, begins(five_years)).refusals
    world.act(DAY, approver, first, RoundClosed(reason="示例：误开"))
    world.act(DAY, approver, second, begins(DAY))


def test_T_26_a_closed_round_puts_no_list_in_public(world: World) -> None:
    """It could, and what was objected to it could not lead to a list anew."""
    approver, stream = _opened(world)
    day = UNTIL + timedelta(days=1)
    listed = RoundListPublicised(units=(), from_=day, until=day + timedelta(days=20), channel="示例")
    world.act(day, approver, stream, listed)
    assert world.rules(day, approver, stream, RoundClosed()) == {"T-26"}
    another = world.new()
    world.act(DAY, approver, another, OPENED.model_copy(update={"title": "provincial_harmonious"}))
    world.act(DAY, approver, another, RoundClosed())
    assert world.rules(day, approver, another, listed) == {"I-18"}
    assert not world.owed(another), "nobody took a place: there is no list"
