"""What the register itself adds to some decisions before they are judged, and how some are stored.

A draw reads who holds which title, a paper needs its bytes, a matched signal is recorded in its unit too.
"""

from __future__ import annotations

from uuid import UUID

from events.envelope import Event
from events.governance.crosscheck import CrosscheckAssigned, CrosscheckPlanned
from events.governance.document import DocumentRecorded
from events.governance.signal import SignalMatched
from services.api.context import Context
from services.content import must_be_stored
from services.decisions import DecisionRequest
from services.intake.match import match as match_signal
from services.nation.draw import assigned, planned
from services.register.append import Stored


async def prepared(here: Context, stream: UUID, event: Event) -> Event:
    """The event with what is read for it. Raises Malformed where a paper's bytes are not here, and what draws raise."""
    match event:
        case DocumentRecorded():
            async with here.pool.connection() as conn:
                await must_be_stored(conn, event)
        case CrosscheckPlanned():
            async with here.pool.connection() as conn:
                return await planned(conn, event, await here.pack_today())
        case CrosscheckAssigned():
            async with here.pool.connection() as conn:
                return await assigned(conn, stream, event, await here.pack_today())
    return event


async def stored(here: Context, request: DecisionRequest) -> Stored:
    """What the decision stored, in all streams that it touches."""
    if isinstance(request.event, SignalMatched):
        return await match_signal(here.decisions, request)
    return await here.decisions.decide(request)
