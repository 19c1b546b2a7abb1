"""Every kind of stream is declared once, and each has the events that all have in common."""

from __future__ import annotations

import pickle

import pytest
from vocabulary import sample

from deploy.contract.law import COMMON_BASES
from events import record
from events.record import COMMON
from events.registry import CHAPTER_OF, EVENT_TYPES, KINDS, decisions_of, stream_kind
from events.words import Chapter


def test_kinds_types_and_names_agree() -> None:
    assert {stream_kind(name) for name in EVENT_TYPES} == KINDS.keys() == COMMON.keys()
    assert len({kind.plural for kind in KINDS.values()}) == len(KINDS)
    assert len({event.__name__ for event in EVENT_TYPES.values()}) == len(EVENT_TYPES)


def test_ids_that_are_given_and_ids_that_follow_from_a_key() -> None:
    assert {name for name, kind in KINDS.items() if not kind.keyed} == {
        "officer", "round", "session", "crosscheck", "honour",
    }  # fmt: skip


def test_the_chapters_of_a_unit() -> None:
    assert {stream_kind(event.about.type) for event in CHAPTER_OF} == {"unit"}
    assert len(CHAPTER_OF) == sum(stream_kind(name) == "unit" for name in EVENT_TYPES)
    assert CHAPTER_OF[COMMON["unit"].entry_voided] is Chapter.RECORD


@pytest.mark.parametrize("kind", KINDS)
def test_decisions_of_a_kind(kind: str) -> None:
    decisions = decisions_of(kind)
    assert decisions["second-act"] is COMMON[kind].act_seconded
    assert decisions["void-entry"] is COMMON[kind].entry_voided
    named = [event for name, event in EVENT_TYPES.items() if stream_kind(name) == kind and event.about.decision]
    assert list(decisions.values()) == named


def test_no_kind_no_decisions() -> None:
    with pytest.raises(KeyError):
        decisions_of("dream")


@pytest.mark.parametrize("kind", KINDS)
def test_the_common_events_of_a_kind(kind: str) -> None:
    common = COMMON[kind]
    for event, base, ending in zip(
        common.all,
        COMMON_BASES,
        (
            "act-proposed",
            "act-seconded",
            "entry-voided",
            "entry-corrected",
            "deadline-missed",
            "duty-assigned",
            "duty-released",
            "duty-extended",
            "duty-suspended",
            "duty-resumed",
        ),
        strict=True,
    ):
        assert issubclass(event, base)
        assert event.about.type == f"{kind}.{ending}.v1"
        assert EVENT_TYPES[event.about.type] is event
        assert getattr(record, event.__name__) is event
        stored = sample(event.about.type).event
        assert isinstance(stored, base)
        assert pickle.loads(pickle.dumps(stored)) == stored  # noqa: S301 (our own bytes)


def test_one_kind_is_not_another() -> None:
    fields = {"version": 3, "reason": "示例"}
    assert COMMON["unit"].entry_voided(**fields) != COMMON["officer"].entry_voided(**fields)
    assert COMMON["unit"].entry_voided.__name__ == "UnitEntryVoided"
