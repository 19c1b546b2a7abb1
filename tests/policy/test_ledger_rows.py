"""R-38: what stands in the ledgers of the offices."""

from __future__ import annotations

from events.record import COMMON
from events.registry import EVENT_TYPES
from services.ledgers import LEDGERS

MORE = {"unit.signal", "unit.personal", "unit.taking", "unit.step", "unit.officer"}
"""What is of no ledger: signals have a list of their own, and how work is shared out is no business of the ledgers."""


def test_R_38_every_event_of_a_unit_stands_in_a_ledger() -> None:
    listed = {name for ledger in LEDGERS.values() for name in ledger.types}
    common = {event.about.type for made in COMMON.values() for event in made.all}
    missing = [
        name for name in EVENT_TYPES
        if name.startswith("unit.") and name not in listed | common and not name.startswith(tuple(MORE))
    ]  # fmt: skip
    assert missing == []


def test_R_38_the_five_ledgers_that_the_policy_names_are_there() -> None:
    names = [LEDGERS[name].zh for name in ("applications", "filings", "files", "evaluations", "adjustments")]
    assert names == [f"{name}台账" for name in ("申报", "备案", "资料建档", "评价评审", "动态调整")]
