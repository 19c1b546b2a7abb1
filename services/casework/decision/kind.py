"""The kind `decision`: decisions of the nation that the law of the province refused (policy 五(五)3)."""

from __future__ import annotations

from events.governance.decision import DecisionDeclined
from events.words import label
from services.casework.decision.state import Declined, declined, declined_stream
from services.casework.kind import Kind
from services.casework.law import Chapter, Law
from services.casework.office import SYSTEM

DECISION = Kind(
    "decision",
    Declined,
    (
        Chapter(
            None,
            {DecisionDeclined: declined},
            (Law(DecisionDeclined, office=(SYSTEM,), rule="I-08", opens=True, once=True),),
        ),
    ),
    place=lambda decision: None,
    is_open=lambda decision: decision.declined is not None,
    label=lambda decision, language: (
        label(decision.declined.decision, language) if decision.declined is not None else ""
    ),
    key=lambda event: declined_stream(event.log, event.position),
)
