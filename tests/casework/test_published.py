"""What is published of the law is what it declares: who may do what, what settles which duty, what can be undone."""

from __future__ import annotations

from pathlib import Path

from deploy.contract.law import COMMON_BASES, duties, said_of
from events.registry import EVENT_TYPES, stream_kind
from services.casework.kinds import KINDS
from services.checker.voids import DECISIONS, ELSEWHERE

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
EVENTS = (REFERENCE / "events.md").read_text(encoding="utf-8")
OWN = [name for name, event in EVENT_TYPES.items() if not issubclass(event, COMMON_BASES)]

NEVER_VOIDED = [
    name for name in EVENT_TYPES if name.rpartition(".v")[0] in (DECISIONS | ELSEWHERE) - {"unit.term-expired"}
]
"""Decisions, opinions, and what changes another stream, as the checker has them; what the timekeeper recorded is no
void's to strike, whatever its declaration says.
"""


def test_the_dictionary_says_of_each_event_who_may_cause_it() -> None:
    for name in OWN:
        section = EVENTS.partition(f"`{name}`\n")[2].partition("\n### ")[0]
        published = [line for line in section.splitlines() if line.startswith(("- 由谁", "- 两人", "- 环节"))]
        assert published == said_of(EVENT_TYPES[name]), name


def test_the_page_of_duties_is_the_laws() -> None:
    assert (REFERENCE / "duties.md").read_text(encoding="utf-8") == duties()


def test_i_21_only_changed_details_and_voids_hold_from_a_day_before_their_recording() -> None:
    corrects = {law.event.about.type.partition(".v")[0] for kind in KINDS.values() for law in kind.laws.values()
                if law.corrects}  # fmt: skip
    assert corrects == {"unit.details-changed", *(f"{name}.entry-voided" for name in KINDS)}


def test_t_13_no_void_strikes_what_the_checker_says_it_never_may() -> None:
    for name in NEVER_VOIDED:
        law = KINDS[stream_kind(name)].laws[EVENT_TYPES[name]]
        assert law.undone_by_procedure or law.effects is not None, name
