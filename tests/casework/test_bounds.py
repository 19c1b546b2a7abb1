"""The last value that is taken, and the next that is refused: days, counts, shares and scores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events.envelope import Actor
from events.governance.year_work import SupervisionFinding
from events.words import ActorKind, Level, Recommendation, Role, RoundKind, Supervision, UnitKind
from services.casework.officer.state import Officer
from services.casework.register.state import Register
from services.casework.round.state import Round
from services.casework.session.state import Session
from services.casework.standard.state import Standard
from services.casework.station.state import Station
from services.casework.stream import State
from services.casework.task.state import Task
from services.casework.unit.state import Unit
from services.casework.year.state import Plan as WorkPlan
from services.casework.year.state import Year
from tests.casework.given import DAY, PACK, PROVINCE, PROVINCIAL, PUBLIC, approver, desk, self_evaluation, somebody
from tests.casework.rules import AHEAD, ID, LATE, SOMEBODY, YESTERDAY, refusals_of
from tests.casework.stages import ON, life_at, opine, visited

OPENED = Year(ID, 1, place="430100", year=2024, opened=DAY)
STATION = Station(ID, 1, place="430104", since=DAY)
TASK = Task(ID, 1, place="430104", since=DAY)
LATEST = PACK.after(DAY, PACK.windows.planned_ahead)
STANDARD = Standard(ID, 1, place="430000")
CONSULTED = replace(STANDARD, consulted=YESTERDAY)
ROUND = Round(ID, 1, place="430000")
REGISTER = Register(ID, 1)
OFFICER = Officer(ID, 1)


def _taken(count: int) -> Round:
    places = {somebody(f"示例单位{n}"): (PROVINCE, UnitKind.ENTERPRISE) for n in range(count)}
    return replace(ROUND, kind=RoundKind.NAMING, quotas={(PROVINCE, UnitKind.ENTERPRISE): 2}, taken=places)


TWO_TAKEN = _taken(2)
PLACE_OF = {"place": PROVINCE, "unit_kind": UnitKind.ENTERPRISE}
SHARED_OUT = {"people": 100}
AGENT = replace(OFFICER, kind=ActorKind.APPLICANT, own_roles=(Role.APPLICANT,))
LAST_OF_MANDATE = date(2027, 3, 4)

BOUNDS: list[tuple[str, State, dict[str, Any], str, tuple[Any, ...], tuple[Any, ...], str]] = [
    ("station.planned", Station(ID), {"pilot": None}, "due", (DAY, AHEAD), (YESTERDAY,), "its day is over"),
    ("station.inspected", replace(STATION, opened=YESTERDAY), {}, "on", (YESTERDAY, DAY),
     (YESTERDAY - timedelta(days=1),), "the station was not open yet"),
    ("station.inspected", replace(STATION, opened=YESTERDAY), {}, "on", (DAY,), (AHEAD,), LATE),
    ("task.rescheduled", TASK, {}, "due", (DAY, AHEAD), (YESTERDAY,), f"its day {YESTERDAY} is over"),
    ("task.rescheduled", replace(TASK, first_due=DAY - timedelta(days=9)), {}, "due", (LATEST,),
     (LATEST + timedelta(days=1),), f"it is put off until {LATEST} at the latest"),
    ("task.rescheduled", replace(TASK, since=YESTERDAY, first_due=DAY), {}, "due", (LATEST,),
     (LATEST + timedelta(days=1),), f"it is put off until {LATEST} at the latest"),
    ("task.progressed", replace(TASK, percent=40), {"on": DAY}, "percent", (40, 41), (39,), "it was 40% before"),
    ("task.completed", TASK, {}, "on", (DAY,), (YESTERDAY,), "it was not assigned yet"),
    ("standard.piloted", CONSULTED, {"place": "430100"}, "from_", (YESTERDAY, DAY), (AHEAD,),
     "it begins after today"),
    ("standard.piloted", replace(CONSULTED, piloted=frozenset({"430100"})), {"from_": DAY}, "place",
     ("430200",), ("430100",), "it is piloted there already"),
    ("session.convened", Session(ID), {}, "on", (DAY, AHEAD), (YESTERDAY,), "that day is over"),
    ("round.opened", Round(ID), {"from_": DAY}, "until", (DAY, AHEAD), (YESTERDAY,),
     "the round ends before it begins"),
    ("round.quota-set", TWO_TAKEN, PLACE_OF, "places", (2, 3), (0, 1), "more places than that are taken"),
    ("round.list-published", replace(TWO_TAKEN, until=YESTERDAY), {}, "units",
     (tuple(TWO_TAKEN.taken), tuple(TWO_TAKEN.taken)[:1]), ((*TWO_TAKEN.taken, ID), (ID,)),
     "units without a place stand on the list"),
    ("year.opened", Year(ID), {"place": PROVINCE}, "year", (2024, 2025), (2023, 2026), "is not opened on"),
    ("year.training-held", OPENED, {"on": DAY, **SHARED_OUT}, "certified", (0, 99, 100), (101,),
     "more are certified than took part"),
    ("year.plan-returned", replace(OPENED, plan=WorkPlan(5, DAY)), {}, "due", (AHEAD,), (DAY, YESTERDAY),
     "the change is due after today"),
    ("officer.suspended", OFFICER, {"from_": DAY}, "until", (DAY, AHEAD), (YESTERDAY,), "it ends before it begins"),
    ("officer.mandated", AGENT, {}, "until", (DAY, LAST_OF_MANDATE),
     (YESTERDAY, LAST_OF_MANDATE + timedelta(days=1)), "an agent's mandate ends between"),
    ("register.key-rotated", replace(REGISTER, keys=1), {}, "number", (2,), (1, 3), "the next key is number 2"),
]  # fmt: skip
"""An event on a state, the field that is tried, values that are taken, values that are refused, and the words."""


@pytest.mark.parametrize(("name", "state", "fields", "field", "taken", "refused", "words"), BOUNDS)
def test_the_last_value_is_taken_and_the_next_refused(
    name: str,
    state: State,
    fields: dict[str, Any],
    field: str,
    taken: tuple[Any, ...],
    refused: tuple[Any, ...],
    words: str,
) -> None:
    for values, expected in ((taken, False), (refused, True)):
        for value in values:
            found = refusals_of(name, state, **fields, **{field: value})
            assert any(words in one for one in found) is expected, (value, found)


def test_a_place_is_taken_while_one_is_left() -> None:
    full = "no such place was given, or all are taken"
    for count in (0, 1, 2, 3):
        assert (full in refusals_of("round.place-taken", _taken(count), **PLACE_OF)) is (count >= 2), count


def test_a_list_is_public_the_day_after_the_round_at_the_earliest() -> None:
    words = f"the round goes on until {DAY}"
    round_ = replace(TWO_TAKEN, until=DAY)
    assert words in refusals_of("round.list-published", round_, day=DAY)
    assert words not in refusals_of("round.list-published", round_, day=AHEAD)


def test_a_year_ends_once_and_on_the_day_after_its_last() -> None:
    new_year = date(2025, 1, 1)
    assert refusals_of("year.ended", OPENED, year=2024, day=new_year) == set()
    assert refusals_of("year.ended", OPENED, year=2024, day=date(2024, 12, 31)) == {"the year is not over"}
    ended = {"that year has ended already"}
    assert refusals_of("year.ended", replace(OPENED, ended=True), year=2024, day=new_year) == ended
    assert refusals_of("year.ended", OPENED, year=2023, day=new_year) == ended


def test_a_finding_is_put_right_by_a_day_that_is_not_over() -> None:
    by_the_place = SOMEBODY.model_copy(update={"place": "430100"})
    for due, expected in ((DAY, set()), (AHEAD, set()), (YESTERDAY, {"a day for it is past"})):
        problems = (SupervisionFinding(id="一", findings="示例", due=due),)
        fields: dict[str, Any] = {"actor": by_the_place, "kind": Supervision.SELF, "on": DAY, "problems": problems}
        assert refusals_of("year.supervision-conducted", OPENED, **fields) == expected


def test_somebody_is_lent_and_a_duty_extended_until_a_last_day() -> None:
    lent, last = "somebody is lent until 2024-05-03 at the latest", date(2024, 5, 3)
    unit, officer = life_at("registered").unit, {"step": "unit.evaluated.v1"}
    for until, expected in ((DAY, False), (last, False), (YESTERDAY, True), (last + timedelta(days=1), True)):
        assert (lent in refusals_of("unit.officer-lent", unit, until=until, **officer)) is expected, until
    life, day = life_at("at_evaluation"), ON["at_evaluation"]
    (duty, *_) = life.owed()
    beyond = f"it is put off beyond {duty.due}, until {date(2024, 4, 15)} at the latest"
    for due, expected in (
        (duty.due, True), (duty.due + timedelta(days=1), False), (date(2024, 4, 15), False), (date(2024, 4, 16), True),
    ):  # fmt: skip
        assert (beyond in refusals_of("unit.duty-extended", life.unit, ref=duty.key, day=day, due=due)) is expected, due


# --- units ------------------------------------------------------------------------------------------------------------

Try = tuple[dict[str, Any], str | None]
"""How an event differs, and what is said of it: nothing, where it is within its bounds."""


def _refused(name: str, unit: Unit, tries: list[Try], **fields: Any) -> None:
    """Each of them is refused by its one bound, or by none."""
    for changed, words in tries:
        assert refusals_of(f"unit.{name}", unit, **fields, **changed) == ({words} if words else set()), changed


def _approves(level: Level, n: int = 1) -> Actor:
    return approver(level, n=n).actors(DAY)[0]


def test_a_congress_has_its_quorum_its_majority_and_its_share_of_the_workers() -> None:
    life, day = life_at("registered"), ON["sealed"]
    life.act(day, life.agent, self_evaluation())

    def congress(entitled: int, present: int, in_favour: int, against: int) -> dict[str, Any]:
        return {"entitled": entitled, "present": present, "in_favour": in_favour, "against": against}

    tries: list[Try] = [
        (congress(100, 67, 51, 16), None),
        (congress(100, 66, 51, 15), "too few of the entitled were present"),
        (congress(100, 67, 50, 17), "not more than half of the entitled were in favour"),
        (congress(15, 15, 15, 0), None),
        (congress(14, 14, 14, 0), "14 entitled of 300 workers, fewer than 5%"),
        (congress(100, 100, 95, 5), None),
        (congress(100, 101, 75, 5), "the counts do not add up"),
        (congress(100, 80, 75, 6), "the counts do not add up"),
    ]
    _refused("report-adopted", life.unit, tries, day=day, on=day, report_digest=life.digest)
    the_day_before = {"on": day - timedelta(days=1), **congress(100, 80, 75, 5)}
    before: list[Try] = [(the_day_before, f"the congress was before the report of {day}")]
    _refused("report-adopted", life.unit, before, day=day, report_digest=life.digest)


def test_a_survey_has_answers_enough_and_no_more_than_workers() -> None:
    report = self_evaluation()
    fields = {name: getattr(report, name) for name in type(report).model_fields if name != "survey"}
    assert report.survey is not None
    few, many = "the survey has too few answers or indicators", "more answers than workers"
    tries: list[Try] = [
        ({"survey": report.survey.model_copy(update={"entitled": 300, "answered": answered})}, words)
        for answered, words in ((89, few), (90, None), (300, None), (301, many))
    ]
    _refused("self-evaluated", life_at("registered").unit, tries, day=ON["sealed"], **fields)


def test_a_report_counts_until_its_last_day() -> None:
    unit, words = life_at("sealed").unit, "the report of 2024-03-11 counted until 2025-03-11"
    for day, old in ((date(2025, 3, 11), False), (date(2025, 3, 12), True)):
        assert (words in refusals_of("unit.applied", unit, day=day, title=PROVINCIAL)) is old, day


def test_a_recommendation_takes_the_points_of_its_title_and_gives_no_more_than_there_are() -> None:
    life, day = life_at("at_evaluation"), ON["evaluated"]
    life.act(day, desk(Level.PREFECTURE), visited(life, day, PROVINCIAL))
    opine(life, day, Level.PREFECTURE, PROVINCIAL)
    tries: list[Try] = [
        ({"score": 74}, "74 points, 75 needed"),
        ({"score": 75}, None),
        ({"score": 100}, None),
        ({"score": 101}, "101 points of 100"),
    ]
    fields: dict[str, Any] = {"title": PROVINCIAL, "outcome": Recommendation.RECOMMEND, "session": None}
    _refused("evaluated", life.unit, tries, day=day, actor=_approves(Level.PREFECTURE), **fields)


def test_a_term_begins_within_its_days_and_is_over_after_its_last() -> None:
    day = ON["named"]
    fields: dict[str, Any] = {"title": PROVINCIAL, "term_until": None, "decided_on": None, "round": None, "paper": None}
    tries: list[Try] = [
        ({"term_from": day}, None),
        ({"term_from": day + timedelta(days=30)}, None),
        ({"term_from": day + timedelta(days=31)}, f"the term begins on {day + timedelta(days=30)} at the latest"),
    ]
    _refused("named", life_at("cleared").unit, tries, day=day, actor=_approves(Level.PROVINCE, 3), **fields)
    enjoying = life_at("enjoying").unit
    last = enjoying.naming.held[PROVINCIAL].term_until
    over: list[Try] = [({"day": last}, f"the term runs until {last}"), ({"day": last + timedelta(days=1)}, None)]
    _refused("term-expired", enjoying, over, title=PROVINCIAL)
    held, opens = f"the title is held until {last}", date(2026, 10, 9)
    for again, early in ((opens - timedelta(days=1), True), (opens, False)):
        assert (held in refusals_of("unit.applied", enjoying, day=again, title=PROVINCIAL)) is early, again


def test_an_incentive_lies_within_the_term() -> None:
    unit = life_at("enjoying").unit
    held = unit.naming.held[PROVINCIAL]
    one, words = timedelta(days=1), f"within the term, {held.term_from} to {held.term_until}"
    for from_, until, outside in (
        (held.term_from, held.term_until, False),
        (held.term_from - one, held.term_until, True),
        (held.term_from, held.term_until + one, True),
    ):
        found = refusals_of(
            "unit.incentive-granted", unit, day=ON["enjoying"], title=PROVINCIAL, from_=from_, until=until, credit=None
        )
        assert (words in found) is outside, (from_, until)


def test_a_publicity_has_its_days_and_objections_come_within_them() -> None:
    day, last, after = ON["in_publicity"], date(2024, 4, 2), date(2024, 4, 3)
    tries: list[Try] = [
        ({"from_": day, "until": last}, None),
        ({"from_": day, "until": date(2024, 4, 1)}, f"4 working days only; until {last} at least"),
        ({"from_": day - timedelta(days=1), "until": date(2024, 4, 9)}, "publicity cannot begin in the past"),
    ]
    _refused("publicity-started", life_at("reviewed").unit, tries, day=day, title=PROVINCIAL)
    unit = life_at("in_publicity").unit
    ends: list[Try] = [({"day": last}, f"publicity runs until {last}"), ({"day": after}, None)]
    _refused("publicity-completed", unit, ends, title=PROVINCIAL)
    outside = f"publicity is from {day} until {last}"
    raised: list[Try] = [
        ({"day": day - timedelta(days=1)}, outside),
        ({"day": day}, None),
        ({"day": last}, None),
        ({"day": after}, outside),
    ]
    _refused("objection-raised", unit, raised, title=PROVINCIAL, actor=PUBLIC)


def test_a_contact_a_certificate_and_a_rectification_have_their_last_day_or_number() -> None:
    unit = life_at("registered").unit
    ended = "the contact's days end before they begin, or are over"
    contact: list[Try] = [({"until": DAY}, None), ({"until": YESTERDAY}, ended)]
    _refused("contact-assigned", unit, contact, from_=DAY)
    certified: list[Try] = [({"certified": 2}, None), ({"certified": 3}, "more certified than appointed")]
    _refused("coordinator-appointed", unit, certified, count=2)
    latest = date(2024, 6, 2)
    due: list[Try] = [
        ({"due": latest}, None),
        ({"due": latest + timedelta(days=1)}, f"it is put right by {latest} at the latest"),
    ]
    _refused("rectification-ordered", unit, due, signals=(), finding=None)
