"""What the register itself reads for some decisions before they are judged: the bytes of a paper, who may be drawn,
who is in post.
"""

from __future__ import annotations

from uuid import UUID

from events.envelope import Event
from events.governance.check import CheckDrawn, CheckListFrozen
from events.governance.crosscheck import CrosscheckAssigned, CrosscheckPlanned
from events.governance.document import DocumentRecorded
from events.unit.standing_in import UnitTakingUpRequested
from events.words import ActorKind
from services import standing_in
from services.content import must_be_stored
from services.draws import drawn, frozen
from services.http.context import Context
from services.nation.draw import assigned, planned


async def prepared(here: Context, who: ActorKind, stream: UUID, event: Event) -> Event:
    """The event with what is read for it. Raises Malformed where a paper's bytes are not here, and what draws raise."""
    match event:
        case DocumentRecorded():
            async with here.pool.connection() as conn:
                await must_be_stored(conn, event)
        case CheckListFrozen():
            async with here.pool.connection() as conn:
                pack = await here.pack_today()
                return await frozen(conn, stream, event, here.today, pack, kept=who is ActorKind.OFFICER)
        case UnitTakingUpRequested():
            unit = await here.decisions.unit(stream)
            return await standing_in.asked(here.decisions, unit, event, here.today, await here.pack_today())
        case CheckDrawn():
            async with here.pool.connection() as conn:
                return await drawn(conn, stream, event)
        case CrosscheckPlanned():
            async with here.pool.connection() as conn:
                return await planned(conn, event)
        case CrosscheckAssigned():
            async with here.pool.connection() as conn:
                return await assigned(conn, stream, event, await here.pack_today(), here.today)
    return event
