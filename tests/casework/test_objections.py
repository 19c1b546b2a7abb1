"""公示异议: admitted first, joined, set aside, resolved; what interrupts a publicity makes it longer (T-26)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.unit.application import UnitApplicationWithdrawn
from events.unit.publicity import (
    UnitObjectionAdmitted,
    UnitObjectionJoined,
    UnitObjectionRaised,
    UnitObjectionResolved,
    UnitObjectionSetAside,
    UnitPublicityCompleted,
    UnitPublicityInterrupted,
)
from events.words import House, Level, ObligationKind, Step
from services.casework.timekeeping import brought_about
from services.casework.unit.application import case_step
from tests.casework.given import (
    PACKS,
    PROVINCE,
    PROVINCIAL,
    PUBLIC,
    TIMEKEEPER,
    Life,
    UnitEntryVoided,
    add_working_days,
    approver,
    cited,
    desk,
)
from tests.casework.stages import ON, life_at

FROM = ON["in_publicity"]
UNTIL = add_working_days(FROM, 5)
LAST = add_working_days(FROM, 2)
"""The last day on which an objection of the first day is admitted, joined or set aside."""

AFTER = UNTIL + timedelta(days=1)
COMPLETED = UnitPublicityCompleted(title=PROVINCIAL)
DESK, HEAD = desk(Level.PROVINCE, House.UNION), approver(Level.PROVINCE, House.UNION)


def _raised(text: str, ground: str = "示例：加班未付酬") -> UnitObjectionRaised:
    return UnitObjectionRaised(title=PROVINCIAL, ground=ground, text=text)


def _objected(*texts: str) -> tuple[Life, list[int]]:
    life = life_at("in_publicity")
    return life, [life.act(FROM, PUBLIC, _raised(text)).version for text in texts]


def _owed(life: Life, kind: ObligationKind) -> list[tuple[str, str, date]]:
    return [(one.ref, one.holder, one.due) for one in life.owed() if one.kind is kind]


def _set_aside(ref: int) -> UnitObjectionSetAside:
    return UnitObjectionSetAside(objection_ref=ref, reason="示例：未写明任何事实")


def _resolved(ref: int, *, upheld: bool = False) -> UnitObjectionResolved:
    return UnitObjectionResolved(objection_ref=ref, upheld=upheld, findings="示例：核查结论")


def test_T_26_an_objection_is_admitted_in_two_working_days_or_the_timekeeper_says_that_it_was_not() -> None:
    life, (ref,) = _objected("示例")
    assert _owed(life, ObligationKind.ADMIT_OBJECTION) == [(str(ref), f"province:{PROVINCE}", LAST)]
    missed = [e for e in brought_about(life.unit, LAST + timedelta(days=1), PACKS) if hasattr(e, "obligation")]
    assert [event.obligation for event in missed] == [ObligationKind.ADMIT_OBJECTION]
    life.act(LAST, DESK, UnitObjectionAdmitted(objection_ref=ref))
    assert _owed(life, ObligationKind.ADMIT_OBJECTION) == []
    assert [one[0] for one in _owed(life, ObligationKind.RESOLVE_OBJECTION)] == [str(ref)]
    cited(life.refused(LAST, DESK, UnitObjectionAdmitted(objection_ref=ref)), "T-26")


def test_T_26_a_thousand_copies_of_one_objection_are_one() -> None:
    """Sent again word for word, in whatever widths and blanks: each shares what becomes of the first."""
    life, (first,) = _objected("加班 费 未付 ABC")
    for text in ("加班费未付ＡＢＣ", "加班 费 未付 abc") * 20:
        copy = life.act(FROM, PUBLIC, _raised(text))
        assert copy.event.same_as == first  # type: ignore[attr-defined]
        cited(life.refused(FROM, DESK, UnitObjectionAdmitted(objection_ref=copy.version)), "I-00")
    assert [o.version for o in life.unit.publicity.open_objections(PROVINCIAL)] == [first]
    assert len(_owed(life, ObligationKind.ADMIT_OBJECTION)) == 1
    life.act(AFTER, DESK, _resolved(first))
    life.act(AFTER, TIMEKEEPER, COMPLETED)
    assert case_step(life.unit, PROVINCIAL) is Step.CLEARED


def test_T_26_a_copy_of_what_was_upheld_ends_the_case_with_it() -> None:
    life, (first, _) = _objected("示例", "示例")
    life.act(AFTER, DESK, _resolved(first, upheld=True))
    life.act(AFTER, TIMEKEEPER, COMPLETED)
    assert not life.unit.application.cases


def test_T_26_who_says_something_else_is_no_copy() -> None:
    life, (_, other) = _objected("示例一", "示例二")
    assert life.unit.publicity.objections[other].open
    elsewhere = life.act(FROM, PUBLIC, _raised("示例一", ground="示例：社会保险"))
    assert elsewhere.event.same_as is None  # type: ignore[attr-defined]


def test_T_26_the_same_matter_is_joined_to_one_that_is_still_to_be_answered() -> None:
    life, (first, second, third) = _objected("示例一", "示例二", "示例三")

    def joined(one: int, to: int) -> UnitObjectionJoined:
        return UnitObjectionJoined(objection_ref=one, to=to)

    cited(life.refused(FROM, DESK, joined(second, second)), "T-26")
    life.act(FROM, HEAD, _set_aside(third))
    cited(life.refused(FROM, DESK, joined(second, third)), "T-26")
    life.act(FROM, DESK, joined(second, first))
    cited(life.refused(FROM, HEAD, _set_aside(first)), "T-26")
    cited(life.refused(FROM, DESK, _resolved(second)), "I-00")
    assert _owed(life, ObligationKind.ADMIT_OBJECTION) == []
    cited(life.refused(AFTER, TIMEKEEPER, COMPLETED), "I-06")
    life.act(AFTER, DESK, _resolved(first))
    life.act(AFTER, TIMEKEEPER, COMPLETED)


def test_T_26_the_empty_is_set_aside_by_an_approver_in_its_days() -> None:
    life, (ref,) = _objected("示例")
    cited(life.refused(FROM, DESK, _set_aside(ref)), "I-13")
    late = LAST + timedelta(days=1)
    cited(life.refused(late, HEAD, _set_aside(ref)), "T-26")
    admitted = life.copy()
    admitted.act(FROM, DESK, UnitObjectionAdmitted(objection_ref=ref))
    cited(admitted.refused(FROM, HEAD, _set_aside(ref)), "T-26")
    version = life.act(LAST, HEAD, _set_aside(ref)).version
    assert "T-13" in {r.rule for r in life.refused(LAST, HEAD, UnitEntryVoided(version=version, reason="示例"))}
    assert not {ObligationKind.ADMIT_OBJECTION, ObligationKind.RESOLVE_OBJECTION} & {one.kind for one in life.owed()}
    life.act(AFTER, TIMEKEEPER, COMPLETED)


def test_T_26_silence_admits() -> None:
    """An office that lets an objection lie over its days clears nothing by that."""
    life, (ref,) = _objected("示例")
    cited(life.refused(AFTER, TIMEKEEPER, COMPLETED), "I-06")
    cited(life.refused(AFTER, HEAD, _set_aside(ref)), "T-26")
    life.act(AFTER, DESK, UnitObjectionAdmitted(objection_ref=ref))


@pytest.mark.parametrize("answer", ["join", "set aside"])
def test_T_26_who_reviewed_the_case_sets_nothing_aside(answer: str) -> None:
    life, (first, second) = _objected("示例一", "示例二")
    reviewer = approver(Level.PROVINCE, n=2)
    event = UnitObjectionJoined(objection_ref=second, to=first) if answer == "join" else _set_aside(second)
    cited(life.refused(FROM, reviewer, event), "T-03")


def test_T_26_what_is_left_of_a_case_that_is_over_is_looked_into() -> None:
    """Withdrawing takes an objection along: nobody sets it aside then."""
    life, (ref,) = _objected("示例")
    life.act(FROM, life.agent, UnitApplicationWithdrawn(title=PROVINCIAL, reason="示例"))
    cited(life.refused(FROM, HEAD, _set_aside(ref)), "T-26")
    life.act(FROM, DESK, _resolved(ref))


def _interrupted(since: date, until: date) -> UnitPublicityInterrupted:
    return UnitPublicityInterrupted(title=PROVINCIAL, from_=since, until=until, reason="示例：页面无法访问")


def test_T_26_an_outage_makes_a_publicity_longer_by_its_working_days() -> None:
    """Two days nobody could read it; over the weekend it counts nothing."""
    life, day = life_at("in_publicity"), date(2024, 3, 28)
    life.act(day, TIMEKEEPER, _interrupted(date(2024, 3, 27), day))
    longer = add_working_days(UNTIL, 2)
    assert life.unit.publicity.periods[PROVINCIAL].until == longer
    life.copy().act(longer, PUBLIC, _raised("示例"))
    cited(life.refused(AFTER, TIMEKEEPER, COMPLETED), "I-06")
    life.act(longer + timedelta(days=1), TIMEKEEPER, COMPLETED)


@pytest.mark.parametrize(
    ("since", "until", "day"),
    [
        (date(2024, 3, 25), date(2024, 3, 27), date(2024, 3, 28)),  # before it began
        (date(2024, 3, 28), date(2024, 3, 27), date(2024, 3, 28)),  # no days
        (date(2024, 3, 28), date(2024, 3, 29), date(2024, 3, 28)),  # ahead
        (date(2024, 3, 30), date(2024, 3, 31), date(2024, 4, 1)),  # a weekend
    ],
)
def test_T_26_only_days_of_the_publicity_that_are_over_are_lost(since: date, until: date, day: date) -> None:
    cited(life_at("in_publicity").refused(day, desk(Level.PROVINCE), _interrupted(since, until)), "T-26")


def test_T_26_a_day_is_lost_once() -> None:
    life, day = life_at("in_publicity"), date(2024, 3, 28)
    life.act(day, TIMEKEEPER, _interrupted(date(2024, 3, 27), day))
    cited(life.refused(day, TIMEKEEPER, _interrupted(day, day)), "T-26")
    life.act(date(2024, 3, 29), TIMEKEEPER, _interrupted(date(2024, 3, 29), date(2024, 3, 29)))


def test_T_03_nobody_answers_an_objection_that_they_raised() -> None:
    life, (first,) = _objected("二〇二四年三月超时加班（示例）")
    mine = life.act(FROM, HEAD, _raised("四月超时加班（示例）")).version
    joined = UnitObjectionJoined(objection_ref=mine, to=first)
    for answer in (joined, _set_aside(mine), _resolved(mine, upheld=True)):
        cited(life.refused(FROM, HEAD, answer), "T-03")
    life.act(FROM, DESK, joined)


def test_T_26_an_objection_to_which_another_was_joined_is_not_set_aside() -> None:
    """Two objections, the strong one joined to the weak one, and that set aside as empty."""
    life, (weak, strong) = _objected("不好（示例）", "二〇二四年三月欠薪十二人（示例）")
    life.act(FROM, DESK, UnitObjectionJoined(objection_ref=strong, to=weak))
    cited(life.refused(FROM, HEAD, _set_aside(weak)), "T-26")
    life.act(FROM, HEAD, _resolved(weak, upheld=True))
