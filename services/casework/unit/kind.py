"""The kind `unit`: one unit of the programme, from its registration on."""

from __future__ import annotations

from services.casework.kind import Kind
from services.casework.unit import (
    application,
    checks,
    cultivation,
    handover,
    honours,
    incentives,
    objections,
    practices,
    publicity,
    record,
    registration,
    self_evaluation,
    signals,
    standing_in,
    survey,
    time,
)
from services.casework.unit.evaluation.chapter import CHAPTER as EVALUATION
from services.casework.unit.naming.chapter import CHAPTER as NAMING
from services.casework.unit.revocation.chapter import CHAPTER as REVOCATION
from services.casework.unit.state import Unit

UNIT = Kind(
    "unit",
    Unit,
    (
        registration.CHAPTER,
        cultivation.CHAPTER,
        practices.CHAPTER,
        survey.CHAPTER,
        self_evaluation.CHAPTER,
        application.CHAPTER,
        EVALUATION,
        publicity.CHAPTER,
        objections.CHAPTER,
        NAMING,
        incentives.CHAPTER,
        honours.CHAPTER,
        signals.CHAPTER,
        checks.CHAPTER,
        REVOCATION,
        standing_in.CHAPTER,
        handover.CHAPTER,
        record.CHAPTER,
    ),
    place=lambda unit: unit.life.place or None,
    is_open=lambda unit: unit.life.since is not None and not unit.life.closed,
    label=lambda unit, language: unit.life.name,
    key=lambda event: registration.unit_id(event.code, event.place),
    unit=lambda unit: unit.id,
    stands_in=standing_in.stands_in,
    choices={
        "steps": standing_in.steps,
        "signals": lambda unit: unit.signals.all,
        "checks": lambda unit: unit.checks.ordered,
        "plaques": lambda unit: unit.naming.plaques,
    },
    by_time=time.brought_about,
    own_duties=time.OWN,
)
