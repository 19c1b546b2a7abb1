"""Every kind of stream, a line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.casework.body.kind import BODY
from services.casework.check.kind import CHECK
from services.casework.code.kind import CODE
from services.casework.crosscheck.kind import CROSSCHECK
from services.casework.decision.kind import DECISION
from services.casework.document.kind import DOCUMENT
from services.casework.honour.kind import HONOUR
from services.casework.kind import Kind
from services.casework.national.kind import NATIONAL
from services.casework.officer.kind import OFFICER
from services.casework.policy.kind import POLICY
from services.casework.province.kind import PROVINCE
from services.casework.register.kind import REGISTER
from services.casework.round.kind import ROUND
from services.casework.session.kind import SESSION
from services.casework.signal.kind import SIGNAL
from services.casework.source.kind import SOURCE
from services.casework.standard.kind import STANDARD
from services.casework.station.kind import STATION
from services.casework.task.kind import TASK
from services.casework.unit.kind import UNIT
from services.casework.year.kind import YEAR

KINDS: Mapping[str, Kind[Any]] = {
    kind.name: kind
    for kind in (
        UNIT, OFFICER, SOURCE, ROUND, POLICY, CHECK, SIGNAL, PROVINCE, CROSSCHECK, YEAR, NATIONAL, DECISION,
        BODY, SESSION, DOCUMENT, CODE, REGISTER, TASK, STATION, STANDARD, HONOUR,
    )
}  # fmt: skip
"""The kinds by name, as the vocabulary has them."""
