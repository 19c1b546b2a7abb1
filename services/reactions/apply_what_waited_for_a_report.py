"""When a report is recorded, the amendments and withdrawals that came before it are taken, in the order they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.unit.signals import UnitSignalRecorded
from services.register.append import Stored

if TYPE_CHECKING:
    from services.decisions import Decisions
    from services.intake.reception import Reception


async def apply_what_waited_for_a_report(reception: Reception, _: Decisions, stored: Stored) -> None:
    """Take again every message that waited for a report that stands in what was stored."""
    units = {
        (recorded.entry.event.source, recorded.entry.event.external_id): recorded.entry.stream
        for recorded in stored.recorded
        if isinstance(recorded.entry.event, UnitSignalRecorded)
    }
    if units:
        await reception.reports_stand(units)
