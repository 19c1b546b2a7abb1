"""Ways round the law that got through once: signals, checks, verification, voids, row by row of the table."""

from __future__ import annotations

from datetime import timedelta

from events.unit.naming import UnitNamed
from events.unit.signals import UnitSignalAssessed
from events.words import Level, SignalOutcome
from tests.casework.given import Life, approver, cited, desk, signal, source
from tests.casework.stages import ON, assessed, life_at

DAY = ON["enjoying"]
PETITIONS = source()
NAME = f"{PETITIONS.uri}#示例-1"
PREF = desk(Level.PREFECTURE)


def _signalled(stage: str = "named", **numbers: object) -> Life:
    life = life_at(stage)
    life.act(DAY, PETITIONS, signal(PETITIONS, DAY, **numbers))  # type: ignore[arg-type]
    return life


def test_L_43_a_decision_holds_from_the_day_it_is_recorded() -> None:
    """An assessment "unfounded" was given for a day next month: calm at once, and frozen on the board."""
    life, later = _signalled(severity=1, people=1), DAY + timedelta(days=30)
    unfounded: UnitSignalAssessed = assessed(life, NAME, outcome=SignalOutcome.UNFOUNDED)
    cited(life.refused(DAY, PREF, unfounded, effective_on=later), "I-21")
    life.act(DAY, PREF, unfounded)
    cleared, on = life_at("cleared"), ON["named"]
    named = UnitNamed(document_number="示例", term_from=on + timedelta(days=9))
    cited(cleared.refused(on, approver(Level.PROVINCE), named, effective_on=on + timedelta(days=8)), "I-21")
    cleared.act(on, approver(Level.PROVINCE), named, effective_on=named.term_from)
