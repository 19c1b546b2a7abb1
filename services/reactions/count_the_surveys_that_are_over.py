"""When the last day of a survey of the workers is past, the register counts it (四(一)9)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from services import surveys
from services.casework.decide import DecisionRequest
from services.casework.timekeeping import TIMEKEEPER
from services.casework.unit.state import Unit
from services.errors import Refused

if TYPE_CHECKING:
    from services.decisions import Decisions


async def count_the_surveys_that_are_over(decisions: Decisions, stream: UUID, day: date) -> int:
    """Count what is over on that day in a unit's life; how many surveys that were."""
    unit, done = (await decisions.states.load([stream], fresh=False)).get(stream), 0
    if not isinstance(unit, Unit):
        return done
    for survey in unit.surveys.over_on(day):
        indicators, pack = unit.surveys.open[survey].indicators, (await decisions.states.packs()).on(day)
        async with decisions.states.pool.connection() as conn:
            event = await surveys.counted(conn, stream, survey, indicators, pack.limits.survey_fewest)
        request = DecisionRequest(
            command_id=uuid5(stream, f"count-survey:{survey}"),
            digest=b"count-survey",
            stream=stream,
            event=event,
            who=TIMEKEEPER.id,
            posts=(TIMEKEEPER,),
        )
        try:
            await decisions.decide(request)
        except Refused:
            continue
        done += 1
    return done
