"""T-29: persons see, copy and correct what is held of them, within thirty days, by two persons or with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from events.envelope import Event
from events.governance.document import DocumentConfirmed, DocumentRecorded
from events.governance.persons import RegisterPersonAnswered, RegisterPersonRefused, RegisterPersonRequested
from events.person import PersonTag
from events.record import ActProposed
from events.registry import encode
from events.words import AsksFor, DocumentKind, Level, ObligationKind, PersonRight, Role
from services.casework.document.state import document_stream
from services.casework.officer.state import Officer
from services.casework.pack import load_pack
from services.casework.register.state import Register, register_stream
from services.casework.timekeeping import TIMEKEEPER
from services.checker import check
from tests.casework.world import World, seconding
from tests.checker.told import PACK as FOLDER

DAY, PROVINCE = date(2024, 6, 3), "430000"
STREAM = register_stream(PROVINCE)
REQUESTED = RegisterPersonRequested(
    right=PersonRight.COPY, tag=PersonTag(tag="3f" * 32), received_on=DAY, request="示例：复制本人任职信息"
)


class Told:
    """A register with two data officers."""

    def __init__(self) -> None:
        self.world = World(load_pack())
        self.world.begin()
        self.one, self.other = (self.world.hires(DAY, Role.DATA_OFFICER, Level.PROVINCE) for _ in range(2))

    def asked(self) -> int:
        return self.world.act(DAY, self.one, STREAM, REQUESTED).version

    def rules(self, event: Event, by: UUID | None = None, day: date = DAY) -> set[str]:
        return self.world.rules(day, by or self.one, STREAM, event)

    def owed(self) -> list[tuple[str, str, date]]:
        duties = self.world.owed(STREAM)
        return [(one.ref, one.holder, one.due) for one in duties if one.kind is ObligationKind.ANSWER_PERSON]

    def found(self, *left_out: str) -> set[str]:
        """The rules of which the checker finds a breach in what was told, without the entries of some types."""
        return {finding.rule for finding in check(self._lines(left_out), FOLDER, whole=False)}

    def _lines(self, left_out: tuple[str, ...]) -> Iterator[str]:
        for entry in self.world.log:
            name = entry.event.about.type
            if name.rpartition(".")[0] not in left_out:
                yield f'{{"type":"{name}","state":{encode(entry).decode()}}}'


@pytest.fixture
def told() -> Told:
    return Told()


def test_t_29_a_request_is_owed_an_answer_within_thirty_days(told: Told) -> None:
    asked = told.asked()
    assert told.owed() == [(str(asked), f"province:{PROVINCE}", DAY + timedelta(days=30))]
    assert told.found() == set()


@pytest.mark.parametrize("answers", [RegisterPersonAnswered, RegisterPersonRefused])
def test_t_29_it_is_answered_or_refused_once_by_two_persons(told: Told, answers: type[Event]) -> None:
    said = {"reason": "示例：身份不能核实"} if answers is RegisterPersonRefused else {"answer": "示例：当面交付"}
    event = answers.model_validate({"request": told.asked(), **said})
    alone = told.world.act(DAY, told.one, STREAM, event)
    assert isinstance(alone.event, ActProposed), "one person alone answers nothing"
    assert told.owed()
    told.world.by_two(DAY, told.one, told.other, STREAM, event)
    assert told.owed() == []
    assert not told.world.state(Register, STREAM).requests
    assert told.rules(event) == {"T-29"}, "once"
    assert told.found() == set()
    assert told.found("register.person-requested") >= {"T-29"}


def test_t_29_who_acts_for_a_person_shows_it(told: Told) -> None:
    for by in (AsksFor.AGENT, AsksFor.RELATIVE):
        assert told.rules(REQUESTED.model_copy(update={"by": by})) == {"T-29"}
    recorded = DocumentRecorded(
        kind=DocumentKind.OTHER, issuer="示例", number="示例委托书1号", dated=DAY, title="示例委托书", sha256="a" * 64,
        media_type="application/pdf", size=7,
    )  # fmt: skip
    paper = document_stream(recorded.issuer, recorded.number)
    desk, approver = (told.world.hires(DAY, role, Level.PROVINCE) for role in (Role.OFFICER, Role.APPROVER))
    told.world.act(DAY, desk, paper, recorded)
    told.world.act(DAY, approver, paper, DocumentConfirmed())
    told.world.act(DAY, told.one, STREAM, REQUESTED.model_copy(update={"by": AsksFor.AGENT, "document": paper}))


def test_i_21_a_request_is_received_by_today(told: Told) -> None:
    assert told.rules(REQUESTED.model_copy(update={"received_on": DAY + timedelta(days=1)})) == {"I-21"}
    late = REQUESTED.model_copy(update={"received_on": DAY - timedelta(days=10)})
    asked = told.world.act(DAY, told.one, STREAM, late).version
    assert told.owed() == [(str(asked), f"province:{PROVINCE}", DAY + timedelta(days=20))]


def test_i_21_a_request_was_received_no_longer_ago_than_the_pack_says(told: Told) -> None:
    earliest = date(2023, 6, 3)
    assert told.rules(REQUESTED.model_copy(update={"received_on": earliest - timedelta(days=1)})) == {"I-21"}
    told.world.act(DAY, told.one, STREAM, REQUESTED.model_copy(update={"received_on": earliest}))
    assert told.found() == set()


def test_t_25_what_is_recorded_after_its_days_is_called_missed_at_once(told: Told) -> None:
    late = REQUESTED.model_copy(update={"received_on": DAY - timedelta(days=200)})
    asked = told.world.act(DAY, told.one, STREAM, late).version
    day = DAY + timedelta(days=1)
    (missed,) = told.world.time_passes(day, STREAM)
    told.world.act(day, TIMEKEEPER, STREAM, missed)
    assert told.world.state(Register, STREAM).common.missed == {f"answer_person:{asked}"}
    assert told.found() == set()


def test_i_13_data_officers_alone_record_and_answer(told: Told) -> None:
    clerk = told.world.hires(DAY, Role.OFFICER, Level.PROVINCE)
    assert told.rules(REQUESTED, clerk) == {"I-13"}
    answered = RegisterPersonAnswered(request=told.asked(), answer="示例")
    assert told.rules(answered, clerk) == {"I-13"}


def test_t_29_nobody_answers_what_was_asked_about_themselves(told: Told) -> None:
    """A data officer's own request: neither as the first nor as the second person; others answer it."""
    tag = told.world.state(Officer, told.one).tag or ""
    mine = REQUESTED.model_copy(update={"tag": PersonTag(tag=tag)})
    event = RegisterPersonAnswered(request=told.world.act(DAY, told.other, STREAM, mine).version, answer="示例")
    assert told.rules(event) == {"T-29"}
    proposed = told.world.act(DAY, told.other, STREAM, event)
    assert told.rules(seconding(proposed)) == {"T-29"}
    third = told.world.hires(DAY, Role.DATA_OFFICER, Level.PROVINCE)
    told.world.by_two(DAY, told.other, third, STREAM, event)
    assert told.owed() == []
