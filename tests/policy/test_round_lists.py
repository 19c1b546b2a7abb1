"""R-32, T-26 (五(六)1): a reserve list is in public for objections, which are answered before it is published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.governance.round import RoundClosed, RoundListPublished, RoundOpened
from events.governance.round_publicity import (
    RoundListPublicised,
    RoundObjectionAdmitted,
    RoundObjectionJoined,
    RoundObjectionRaised,
    RoundObjectionResolved,
    RoundObjectionSetAside,
)
from events.record import COMMON
from events.registry import encode
from events.unit.naming import UnitReserveListed
from events.words import House, ObligationKind, RoundKind
from services.casework.law import Refusal
from services.casework.round.state import Round
from services.checker import check
from tests.casework.given import PUBLIC, Life, registration
from tests.casework.years import Years
from tests.checker.told import PACK as FOLDER

PROVINCE, TITLE = "430000", "national_model"
DAY, UNTIL = date(2024, 3, 4), date(2024, 6, 28)
OVER = UNTIL + timedelta(days=3)


class Told:
    """A reserve round that is over, with two units on its list."""

    def __init__(self) -> None:
        self.years, self.day = Years.begun(), DAY
        self.world = self.years.world
        self.desk, self.approver = self.years.desk(PROVINCE), self.years.approver(PROVINCE)
        self.another = self.years.desk(PROVINCE, House.UNION)
        self.round = self.world.new()
        self.act(RoundOpened(
            kind=RoundKind.RESERVE, name="示例储备名单", title=TITLE, place=PROVINCE, from_=DAY, until=UNTIL
        ))  # fmt: skip
        self.units = tuple(self._unit(n) for n in (1, 2))
        self.day = OVER
        self.published = RoundListPublished(units=self.units, document_number="示例〔2024〕1号")

    def _unit(self, n: int) -> UUID:
        life = Life.of(n=n)
        self.world.act(self.day, self.years.desk("430100"), life.unit.id, registration(life))
        self.world.act(self.day, self.approver, life.unit.id, UnitReserveListed(title=TITLE, round=self.round))
        return life.unit.id

    def act(self, event: object, by: object = None) -> int:
        return self.world.act(self.day, by or self.approver, self.round, event).version  # type: ignore[arg-type]

    def rules(self, event: object, by: object = None) -> set[str]:
        return self.world.rules(self.day, by or self.approver, self.round, event)  # type: ignore[arg-type]

    def refusals(self, event: object) -> list[Refusal]:
        return self.world.refused(self.day, self.approver, self.round, event)  # type: ignore[arg-type]

    def publicises(self, *units: UUID) -> None:
        until = self.world.pack.after(self.day, self.world.pack.windows.publicity)
        self.act(RoundListPublicised(units=units or self.units, from_=self.day, until=until, channel="示例"), self.desk)

    def publicity_passes(self) -> None:
        listed = self.world.state(Round, self.round).in_public
        assert listed is not None
        self.day = max(self.day, listed.until + timedelta(days=1))

    def owed(self) -> set[ObligationKind]:
        return {duty.kind for duty in self.world.owed(self.round)} - {ObligationKind.ROUND_RESULT}


def _lines(told: Told) -> Iterator[str]:
    for entry in told.world.log:
        yield f'{{"type":"{entry.event.about.type}","state":{encode(entry).decode()}}}'


def _found(told: Told, *left_out: str) -> set[str]:
    """The rules of which the checker finds a breach in what was told, without the entries of some types."""
    told_of = (line for line in _lines(told) if not any(f'"{name}.v1"' in line for name in left_out))
    return {finding.rule for finding in check(told_of, FOLDER, whole=False)}


@pytest.fixture
def told() -> Told:
    return Told()


def test_R_32_a_reserve_list_is_in_public_before_it_is_published(told: Told) -> None:
    assert told.rules(told.published) == {"I-06"}
    short = RoundListPublicised(units=told.units, from_=told.day, until=told.day, channel="示例")
    assert told.rules(short) == {"I-06"}
    assert told.rules(RoundObjectionRaised(ground="示例", text="示例"), PUBLIC) == {"I-06"}
    told.publicises()
    assert told.rules(told.published) == {"I-06"}
    told.publicity_passes()
    told.act(told.published)
    assert _found(told) == set()
    assert _found(told, "round.list-publicised") >= {"I-06"}


def test_I_06_an_objection_out_of_time_is_told_from_when_to_when_it_could_be_raised(told: Told) -> None:
    raised = RoundObjectionRaised(ground="示例", text="示例")
    (early,) = told.world.refused(told.day, PUBLIC, told.round, raised)
    assert (early.rule, early.facts, early.final) == ("I-06", (), False)
    told.publicises()
    listed = told.world.state(Round, told.round).in_public
    assert listed is not None
    told.publicity_passes()
    (late,) = told.world.refused(told.day, PUBLIC, told.round, raised)
    assert (late.rule, late.facts) == ("I-06", (f"{listed.since}", f"{listed.until}"))
    assert "who objects does so within the publicity" in late.needs_en


def test_T_26_objections_to_a_list_are_admitted_first_and_hold_it_back(told: Told) -> None:
    told.publicises()
    first = RoundObjectionRaised(ground="欠薪", text="二〇二四年四月欠薪（示例）", unit=told.units[0])
    one = told.act(first, PUBLIC)
    copy = told.act(first, PUBLIC)
    another = told.act(first.model_copy(update={"text": "四月、五月欠薪（示例）"}), PUBLIC)
    empty = told.act(first.model_copy(update={"ground": "不好", "text": "不好", "unit": None}), PUBLIC)
    assert told.world.state(Round, told.round).objections[copy].head == one
    assert told.owed() == {ObligationKind.ADMIT_OBJECTION, ObligationKind.RESOLVE_OBJECTION}
    assert told.rules(first.model_copy(update={"unit": told.world.new()}), PUBLIC) >= {"T-02"}
    told.act(RoundObjectionAdmitted(objection=one), told.desk)
    (refusal,) = told.refusals(RoundObjectionSetAside(objection=one, reason="示例"))
    assert (refusal.rule, refusal.final) == ("T-26", False)
    assert told.rules(RoundObjectionJoined(objection=another, to=another), told.another) == {"T-26"}
    told.act(RoundObjectionJoined(objection=another, to=one), told.another)
    told.act(RoundObjectionSetAside(objection=empty, reason="未写明任何事实（示例）"))
    told.publicity_passes()
    assert told.rules(told.published) == {"T-26"}
    assert told.rules(RoundObjectionResolved(objection=another, upheld=True, findings="示例"), told.another) == {"T-26"}
    told.act(RoundObjectionResolved(objection=one, upheld=True, findings="欠薪属实（示例）"), told.another)
    assert not told.owed()
    assert told.rules(told.published) == {"T-26"}
    told.act(told.published.model_copy(update={"units": told.units[1:]}))
    assert _found(told) == set()
    assert "T-26" in _found(told, "round.objection-resolved")


def test_T_03_who_made_the_list_or_objected_to_it_answers_no_objection(told: Told) -> None:
    told.publicises()
    raised = RoundObjectionRaised(ground="示例", text="程序不公开（示例）")
    mine = told.act(raised, told.another)
    public = told.act(raised.model_copy(update={"text": "另有事实（示例）"}), PUBLIC)
    answers = (
        RoundObjectionResolved(objection=mine, upheld=True, findings="示例"),
        RoundObjectionJoined(objection=mine, to=public),
    )
    for answer in answers:
        assert told.rules(answer, told.another) == {"T-03"}, "who raised it"
        assert told.rules(answer, told.desk) == {"T-03"}, "who made the list public"
    assert told.rules(RoundObjectionResolved(objection=public, upheld=False, findings="示例"), told.desk) == {"T-03"}
    told.act(answers[0])
    assert _found(told) == set()


def test_T_18_a_round_that_was_closed_stays_so() -> None:
    told = Told()
    round_, opened = told.world.new(), RoundOpened(
        kind=RoundKind.NAMING, name="示例轮次", title="provincial_harmonious", place=PROVINCE, from_=DAY, until=UNTIL
    )  # fmt: skip
    told.day = DAY
    told.world.act(DAY, told.approver, round_, opened)
    closing = told.world.act(DAY, told.approver, round_, RoundClosed())
    void = COMMON["round"].entry_voided(version=closing.version, reason="示例")
    assert told.world.rules(DAY, told.approver, round_, void) == {"I-00"}
    told.world.act(DAY, told.approver, told.world.new(), opened)
    assert told.world.rules(DAY, told.approver, round_, void) == {"I-00"}, "two rounds of one title at once"


def test_T_26_an_admission_that_was_voided_is_none(told: Told) -> None:
    told.publicises()
    one = told.act(RoundObjectionRaised(ground="示例", text="程序不公开（示例）"), PUBLIC)
    admitted = told.act(RoundObjectionAdmitted(objection=one))
    told.act(COMMON["round"].entry_voided(version=admitted, reason="示例：误点"))
    told.act(RoundObjectionAdmitted(objection=one))
    assert _found(told) == set()
    assert told.rules(RoundObjectionAdmitted(objection=one)) == {"T-26"}


def test_T_26_what_was_left_lying_counts_as_admitted_and_moves_the_day_of_the_list(told: Told) -> None:
    told.publicises()
    (due,) = (duty.due for duty in told.world.owed(told.round))
    one = told.act(RoundObjectionRaised(ground="示例", text="程序不公开（示例）"), PUBLIC)
    told.day += timedelta(days=7)
    (refusal,) = told.refusals(RoundObjectionSetAside(objection=one, reason="示例"))
    assert (refusal.rule, refusal.final) == ("T-26", True)
    told.publicity_passes()
    told.act(RoundObjectionResolved(objection=one, upheld=True, findings="示例：属实"), told.another)
    assert told.rules(told.published) == {"T-26"}
    told.publicises(told.units[0])
    told.publicity_passes()
    assert told.rules(told.published) == {"T-26"}
    (later,) = (duty.due for duty in told.world.owed(told.round))
    assert later >= due
    told.act(told.published.model_copy(update={"units": told.units[:1]}))
    assert not told.world.owed(told.round)
    assert _found(told) == set()
