"""When a report is recorded, the amendments and withdrawals that came before it are taken, in the order they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.unit.signals import UnitSignalRecorded
from services.intake import deadletters
from services.intake.take import retry
from services.register.append import Stored

if TYPE_CHECKING:
    from services.decisions import Decisions


async def apply_what_waited_for_a_report(decisions: Decisions, stored: Stored) -> None:
    """Take again every message that waited for a report that stands in what was stored."""
    for recorded in stored.recorded:
        event = recorded.entry.event
        if not isinstance(event, UnitSignalRecorded):
            continue
        async with decisions.pool.connection() as conn:
            letters = await deadletters.waiting_for(conn, event.source, event.external_id)
        for letter in letters:
            await retry(decisions, letter, recorded.entry.stream)
