"""When the certificate of a destruction is stored, the bytes and keys that it names are destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import retention
from services.register.append import Stored

if TYPE_CHECKING:
    from services.decisions import Decisions


async def destroy_what_was_certified(decisions: Decisions, stored: Stored) -> None:
    """Destroy what every certificate names that stands in what was stored."""
    async with decisions.states.pool.connection() as conn:
        for entry in filter(retention.is_certificate, [recorded.entry for recorded in stored.recorded]):
            await retention.destroy(conn, decisions.papers, entry.command_id, entry.event)
