"""When a draw is stored, the register orders the check of every unit drawn, at once (T-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from events.governance.check import CheckDrawn
from events.unit.checks import UnitCheckOrdered
from services.casework.check.state import Plan
from services.casework.decide import REGISTER, DecisionRequest
from services.errors import OtherKind, Refused, Unavailable
from services.register.append import Stored

if TYPE_CHECKING:
    from services.decisions import Decisions


async def order_the_checks_that_were_drawn(decisions: Decisions, stored: Stored) -> None:
    """Order what the plans whose draw stands in what was stored still owe.

    Where the law refuses one, or the register is too busy, the plan's office goes on owing it.
    """
    for recorded in stored.recorded:
        if isinstance(recorded.entry.event, CheckDrawn):
            await order_owed(decisions, recorded.entry.stream)


async def order_owed(decisions: Decisions, stream: UUID) -> int:
    """Order the checks that a drawn plan still owes, one after the other; how many were ordered."""
    plan, done = await decisions.states.current(Plan, stream), 0
    if plan is None or plan.planned is None:
        return done
    event = UnitCheckOrdered(kind=plan.planned.kind, plan=stream)
    for unit in plan.to_order:
        request = DecisionRequest(
            command_id=uuid5(stream, f"order-check:{unit}"),
            digest=b"order-check",
            stream=unit,
            event=event,
            who=REGISTER.id,
            posts=(REGISTER,),
        )
        try:
            await decisions.decide(request)
        except (Refused, OtherKind, Unavailable):
            continue
        done += 1
    return done
