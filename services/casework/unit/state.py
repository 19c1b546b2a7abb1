"""A unit: the regions of all chapters, folded from its one stream."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.casework.stream import State
from services.casework.unit.application import Applications
from services.casework.unit.checks import Checks
from services.casework.unit.cultivation import Cultivation
from services.casework.unit.evaluation.state import Evaluation
from services.casework.unit.handover import Handover
from services.casework.unit.honours import Honours
from services.casework.unit.incentives import Incentives
from services.casework.unit.naming.state import Naming
from services.casework.unit.practices import Practices
from services.casework.unit.publicity import Publicity
from services.casework.unit.record import Record
from services.casework.unit.registration import Registration
from services.casework.unit.revocation.state import Revocations
from services.casework.unit.self_evaluation import SelfEvaluation
from services.casework.unit.signals import Signals
from services.casework.unit.standing_in import StandIns
from services.casework.unit.survey import Surveys


@dataclass(frozen=True, slots=True)
class Unit(State):
    """Everything that is so of a unit after `version` events; `entries` are those events."""

    life: Registration = field(default_factory=Registration)
    cultivation: Cultivation = field(default_factory=Cultivation)
    practices: Practices = field(default_factory=Practices)
    surveys: Surveys = field(default_factory=Surveys)
    self_evaluation: SelfEvaluation = field(default_factory=SelfEvaluation)
    application: Applications = field(default_factory=Applications)
    evaluation: Evaluation = field(default_factory=Evaluation)
    publicity: Publicity = field(default_factory=Publicity)
    naming: Naming = field(default_factory=Naming)
    incentives: Incentives = field(default_factory=Incentives)
    honours: Honours = field(default_factory=Honours)
    signals: Signals = field(default_factory=Signals)
    checks: Checks = field(default_factory=Checks)
    revocation: Revocations = field(default_factory=Revocations)
    stand_ins: StandIns = field(default_factory=StandIns)
    handover: Handover = field(default_factory=Handover)
    record: Record = field(default_factory=Record)
