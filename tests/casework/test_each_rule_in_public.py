"""Every rule of honours and of a round's lists is asked where what it presupposes is missing, and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from events.envelope import Actor, Entry, Event
from events.registry import decode
from events.words import Level, Recipient, RoundKind, UnitKind
from services.casework.honour.state import Honour
from services.casework.objections import Objection
from services.casework.round.state import ListInPublic, Round
from services.casework.stream import State
from tests.casework.given import DAY, PROVINCE, beside, somebody
from tests.casework.rules import AHEAD, ID, SAMPLES, SOMEBODY, YESTERDAY, refusals_of
from tests.casework.stages import ON, life_at

ANOTHER = SOMEBODY.model_copy(update={"id": somebody("另一名经办")})

HONOUR = Honour(ID, 1, award="national_collective", recipient=Recipient.BODY, place="430100")
STEP = "the next step is publicity in its own unit"
NOT_DONE = "there is still publicity in its own unit"
NOT_PUBLIC = "it is not in public yet"
OVER = "it was awarded or declined already"
AGAINST = "a review was against it"
RUNNING = f"publicity runs until {DAY}"
OPEN, ANSWERED = "1 objections are open", "that objection was answered"
OBJECTION = Objection(5, YESTERDAY, Level.PROVINCE)
THEIRS = "who proposed or reviewed does not answer an objection to it"
FIVE = {"objection": 5}

UNIT = somebody("示例入围单位")
ROUND = Round(
    ID, 1, kind=RoundKind.COMMENDATION, place=PROVINCE, taken={UNIT: (PROVINCE, UnitKind.ENTERPRISE)},
    in_public=ListInPublic(4, YESTERDAY, DAY, frozenset({UNIT}), Level.PROVINCE),
)  # fmt: skip
CLOSED, PUBLISHED = "the round is closed", "the list is public already"
NO_COMMENDATION, NO_RESERVE = "the round is none of commendation", "the round is none of a reserve list"
NO_AWARDS, NO_PLACE = "no places were given for this award here", "that candidate has no place"
TWICE = "somebody is on the list already"
NONE_OPEN, JOINS = "there is no open objection", "it is joined to another open objection"
LISTED: dict[str, Any] = {"units": (UNIT,)}
PUBLIC = {**LISTED, "from_": DAY, "until": DAY + timedelta(days=14)}
UPHELD = replace(OBJECTION, answered=True, upheld=True)

Row = tuple[str, dict[str, Any], set[str]]

STATES: dict[str, tuple[State, list[Row]]] = {
    "an honour that was awarded": (
        replace(HONOUR, awarded=7),
        [
            ("honour.publicised", {}, {OVER}),
            ("honour.reviewed", {}, {OVER, STEP}),
            ("honour.objection-raised", {}, {OVER, NOT_PUBLIC}),
            ("honour.awarded", {}, {OVER, NOT_DONE}),
            ("honour.declined", {}, {OVER}),
        ],
    ),
    "an honour that was reviewed against": (
        replace(HONOUR, against=7),
        [
            ("honour.publicised", {}, {AGAINST}),
            ("honour.reviewed", {}, {AGAINST, STEP}),
            ("honour.awarded", {}, {AGAINST, NOT_DONE}),
        ],
    ),
    "an honour in public until today": (
        replace(HONOUR, public_from=YESTERDAY, public_until=DAY, public_at=Level.PROVINCE),
        [
            ("honour.publicised", {}, {RUNNING}),
            ("honour.reviewed", {}, {RUNNING, STEP}),
            ("honour.awarded", {}, {RUNNING, NOT_DONE}),
            ("honour.publicised", {"day": AHEAD, "from_": AHEAD}, set()),
            ("honour.objection-raised", {}, set()),
            ("honour.objection-raised", {"day": AHEAD}, {f"it is in public from {YESTERDAY} until {DAY}"}),
        ],
    ),
    "an honour that is objected to": (
        replace(HONOUR, objections={5: OBJECTION}),
        [
            ("honour.publicised", {}, {OPEN}),
            ("honour.reviewed", {}, {OPEN, STEP}),
            ("honour.awarded", {}, {OPEN, NOT_DONE}),
            ("honour.declined", {}, {OPEN}),
            ("honour.objection-set-aside", FIVE, set()),
            ("honour.objection-resolved", FIVE, set()),
        ],
    ),
    "an honour against which an objection was upheld": (
        replace(HONOUR, objections={5: UPHELD}),
        [
            ("honour.publicised", {}, {"an objection was upheld"}),
            ("honour.reviewed", {}, {"an objection was upheld", STEP}),
            ("honour.awarded", {}, {"an objection was upheld", NOT_DONE}),
            ("honour.objection-set-aside", FIVE, {ANSWERED}),
            ("honour.objection-resolved", FIVE, {ANSWERED}),
            ("honour.declined", {}, set()),
        ],
    ),
    "an honour that somebody proposed": (
        replace(HONOUR, people=(SOMEBODY.id,), objections={5: OBJECTION}),
        [
            ("honour.reviewed", {}, {"another person takes this step", OPEN, STEP}),
            ("honour.awarded", {}, {"another person takes this step", OPEN, NOT_DONE}),
            ("honour.objection-set-aside", FIVE, {THEIRS}),
            ("honour.objection-resolved", FIVE, {THEIRS}),
        ],
    ),
    "a round that is closed": (
        replace(ROUND, closed=True),
        [
            ("round.award-place-taken", {}, {CLOSED, NO_AWARDS}),
            ("round.award-quota-set", {}, {CLOSED}),
            ("round.candidates-ranked", {}, {CLOSED, NO_RESERVE, TWICE}),
            ("round.unit-cultivated", {}, {CLOSED}),
            ("round.list-publicised", PUBLIC, {CLOSED, RUNNING}),
        ],
    ),
    "a round of naming": (
        replace(ROUND, kind=RoundKind.NAMING),
        [
            ("round.award-place-taken", {}, {NO_COMMENDATION, NO_AWARDS}),
            ("round.award-place-released", {}, {NO_COMMENDATION, NO_PLACE}),
            ("round.award-quota-set", {}, {NO_COMMENDATION}),
        ],
    ),
    "a round without candidates": (
        ROUND,
        [
            ("round.award-place-released", {}, {NO_PLACE}),
            ("round.award-place-taken", {}, {NO_AWARDS}),
        ],
    ),
    "a round whose list is public": (
        replace(ROUND, published=9),
        [
            ("round.candidates-ranked", {}, {PUBLISHED, NO_RESERVE, TWICE}),
            ("round.list-publicised", PUBLIC, {PUBLISHED, RUNNING}),
            ("round.objection-raised", {"unit": UNIT}, {PUBLISHED}),
            ("round.objection-admitted", FIVE, {PUBLISHED, NONE_OPEN}),
            ("round.objection-joined", FIVE, {PUBLISHED, NONE_OPEN, JOINS}),
            ("round.objection-set-aside", FIVE, {PUBLISHED, NONE_OPEN}),
            ("round.objection-resolved", FIVE, {PUBLISHED, NONE_OPEN}),
        ],
    ),
    "a round whose list is in public until today": (
        ROUND,
        [
            ("round.list-publicised", PUBLIC, {RUNNING}),
            ("round.list-publicised", {**PUBLIC, "day": AHEAD, "from_": AHEAD}, set()),
            ("round.objection-raised", {"unit": UNIT}, set()),
            ("round.objection-raised", {"unit": None}, set()),
            ("round.objection-raised", {"unit": ID}, {"that unit is not on the list"}),
        ],
    ),
    "a round whose list is objected to": (
        replace(ROUND, objections={5: OBJECTION}),
        [
            ("round.list-publicised", {**PUBLIC, "day": AHEAD, "from_": AHEAD}, {OPEN}),
            ("round.objection-admitted", FIVE, set()),
            ("round.objection-set-aside", FIVE, set()),
            ("round.objection-resolved", FIVE, set()),
        ],
    ),
    "a round whose objection was upheld": (
        replace(ROUND, objections={5: UPHELD}, about={5: UNIT}),
        [
            ("round.list-publicised", {**PUBLIC, "day": AHEAD, "from_": AHEAD}, {"an objection about them was upheld"}),
            ("round.objection-admitted", FIVE, {NONE_OPEN, ANSWERED}),
            ("round.objection-joined", FIVE, {NONE_OPEN, ANSWERED, JOINS}),
            ("round.objection-set-aside", FIVE, {NONE_OPEN, ANSWERED}),
            ("round.objection-resolved", FIVE, {NONE_OPEN, ANSWERED}),
        ],
    ),
}  # fmt: skip
"""A state, and what the rules of declarations say on it, each asked for itself."""


@pytest.mark.parametrize("stream", STATES)
def test_each_rule_of_what_is_in_public_is_asked(stream: str) -> None:
    state, rows = STATES[stream]
    for name, fields, expected in rows:
        assert refusals_of(name, state, **fields) == expected, (name, fields)


def _entry(name: str, by: Actor) -> Entry[Event]:
    kept = decode(f"{name}.v1", (SAMPLES / f"{name}.v1.json").read_bytes())
    return kept.model_copy(update={"actor": by})


ANSWERS = ("objection-joined", "objection-set-aside", "objection-resolved")


@pytest.mark.parametrize("made", ["candidates-ranked", "list-publicised"])
def test_t_03_who_made_a_list_answers_no_objection_to_it(made: str) -> None:
    theirs = "who ranked or publicised the list does not answer an objection to it"
    listed = replace(ROUND, entries=(_entry(f"round.{made}", SOMEBODY),))
    for name in ANSWERS:
        assert theirs in refusals_of(f"round.{name}", listed, objection=5), name
        assert theirs not in refusals_of(f"round.{name}", listed, objection=5, actor=ANOTHER), name


@pytest.mark.parametrize(("kind", "names"), [("round", ANSWERS), ("honour", ANSWERS[1:])])
def test_t_03_who_raised_an_objection_does_not_answer_it(kind: str, names: tuple[str, ...]) -> None:
    theirs = "who raised the objection does not answer it"
    raised = (_entry(f"{kind}.objection-raised", SOMEBODY),)
    state: State = replace(ROUND, entries=raised) if kind == "round" else replace(HONOUR, entries=raised)
    for name in names:
        assert theirs in refusals_of(f"{kind}.{name}", state, objection=1), name
        assert theirs not in refusals_of(f"{kind}.{name}", state, objection=1, actor=ANOTHER), name


def test_i_07_a_unit_is_not_honoured_while_it_is_frozen_or_may_lose_a_title() -> None:
    words = "the unit is frozen, or may lose a title"
    for stage, kept in (("named", True), ("found_serious", False), ("proposed", False)):
        unit, day = life_at(stage).unit, ON[stage]
        honour = replace(HONOUR, recipient=Recipient.ENTERPRISE, unit=unit.id)
        assert (words not in refusals_of("honour.awarded", honour, day=day, context=beside(unit))) is kept, stage


def test_a_52_a_unit_that_is_proposed_is_of_the_recipients_kind_and_place() -> None:
    unit, words = life_at("registered").unit, "the unit is of another kind, or lies elsewhere"
    for recipient, place, fits in (
        (Recipient.ENTERPRISE, "430100", True),
        (Recipient.PARK, "430100", False),
        (Recipient.ENTERPRISE, "430200", False),
    ):
        found = refusals_of(
            "honour.proposed", Honour(ID), recipient=recipient, place=place, unit=unit.id, context=beside(unit)
        )
        assert (words not in found) is fits, (recipient, place)
