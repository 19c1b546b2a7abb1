"""When the erasure of somebody's personal data is stored, the keys under which it was sealed are destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.unit.record import UnitPersonalDataErased
from services import vault
from services.register.append import Stored

if TYPE_CHECKING:
    from services.decisions import Decisions


async def destroy_keys_of_the_erased(decisions: Decisions, stored: Stored) -> None:
    """Destroy the keys of everybody whose erasure stands in what was stored."""
    erased = [r.entry.event.subject for r in stored.recorded if isinstance(r.entry.event, UnitPersonalDataErased)]
    if erased:
        async with decisions.states.pool.connection() as conn:
            for subject in erased:
                await vault.adestroy(conn, subject)
