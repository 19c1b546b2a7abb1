"""Pages of the nation: which province is slow, where do provinces disagree, and a unit of a province as it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from events.places import NATION, PLACES, children
from events.words import Level
from projections.crosscheck.queries import OLDER_THAN, findings
from projections.crosscheck.questions import Kind
from projections.league.queries import Province
from services.casework.policy.state import policy_stream
from services.casework.stream import fold
from services.casework.unit.kind import UNIT
from services.errors import NotFound
from services.http import readers
from services.http.context import context
from services.http.filters import CrosscheckFilter
from services.http.nation import at_the_nation, national_board
from services.http.queries import Cursor, Spoken, tolerant
from services.http.units import unit_of
from services.nation.cross_inspections import inspections
from services.nation.league import league
from services.nation.replicated import packs_of, replicated
from services.state_documents import overview
from services.views import View
from services.web.life import bars_and_dots, ticks
from services.web.pages import turned
from services.web.render import notices, page
from services.web.session import reader_of, to_sign_in
from services.web.streams import StreamPage
from services.web.tiles import HEIGHT, MEASURES, WIDTH, tiles
from services.web.timeline import timeline

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

ROWS = 50
ROUNDS = 5
SILENT_HOURS = OLDER_THAN[Kind.SILENT]
SKEW_SECONDS = 60.0
"""From which on the page says that a province's clock is off."""

KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.UNHANDLED: ("逾期未处置", "not handled in time"),
    Kind.CONFLICT: ("省际冲突", "conflicts between provinces"),
    Kind.DUPLICATE: ("重复登记", "registered twice"),
    Kind.TERM: ("认定期异常", "terms out of step"),
    Kind.SILENT: ("停滞失联", "stopped or silent"),
    Kind.UNDELIVERED: ("决定未入册", "decisions not recorded"),
    Kind.UNISSUED: ("无据决定", "decisions never issued"),
}
"""What each question is called."""

ASKS: Mapping[Kind, tuple[str, str]] = {
    Kind.UNHANDLED: (
        "全国示范单位的3级以上信号或互检问题，21天内未处置",
        "signals of severity 3 or more and findings about national model units, not handled in 21 days",
    ),
    Kind.CONFLICT: (
        "一省持有全国称号，同一代码在另一省被取消、冻结或认定严重",
        "held nationally in one province; revoked, frozen or serious in another",
    ),
    Kind.DUPLICATE: ("同一代码在两省，或在一省两次", "one code in two provinces, or twice in one"),
    Kind.TERM: (
        "全国称号认定期不是三年、已届满仍在、或与国家决定不符",
        "not three years, over and still held, or not as the nation decided",
    ),
    Kind.SILENT: ("数据停止，或24小时没有消息", "the feed stopped, or nothing was heard for 24 hours"),
    Kind.UNDELIVERED: (
        "国家决定省里尚未记录，或依规未能记入",
        "not recorded by the province yet, or declined by the law",
    ),
    Kind.UNISSUED: (
        "省里所记称由国家决定，而国家登记册没有该决定",
        "recorded as the nation's, and not in the nation's register",
    ),
}
"""What each question asks."""


def _measure(given: str) -> str:
    if given not in MEASURES:
        raise PydanticCustomError("measure", "one of {known}", {"zh": "没有此指标", "known": ", ".join(MEASURES)})
    return given


@dataclass(frozen=True, slots=True)
class Trouble:
    """A province of which the page says loudly that what it shows may be old."""

    place: str
    status: str
    reason: str | None
    hours: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What is odd about the feed of a province that goes on: by how many seconds its clock is ahead of ours, and what
    came over its topic that it did not say.
    """

    place: str
    ahead: int | None
    forged: int
    reason: str | None


class NationalPage(CrosscheckFilter, Spoken):
    """What the nation's page shows, its map coloured by a measure."""

    measure: Annotated[str, AfterValidator(_measure)] = "unhandled"
    after: Cursor | None = None


@router.get("/national")
async def national(request: Request) -> Response:
    """Which province is slow, where do provinces disagree?"""
    at_the_nation(request)
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    readers.must_list(who, "crosscheck")
    asked, problems = tolerant(NationalPage, request)
    now, measure = context(request).decisions.clock(), asked.measure
    async with national_board(request) as conn:
        found = await league(conn, now)
        listed = await turned(lambda after: findings(conn, asked.wanted, now, after, ROWS), asked.after, problems)
        rounds = await inspections(conn, None, ROUNDS)
    return page(
        request,
        "national.html",
        tiles=tiles(found, measure),
        size=(WIDTH, HEIGHT),
        measures=MEASURES,
        measure=measure,
        provinces=found,
        now=now,
        troubles=_troubles(found, now),
        notices=_notices(found),
        findings=listed.rows,
        next=str(request.url.include_query_params(after=listed.next)) if listed.next else None,
        kinds=KINDS,
        asks=ASKS,
        asked=asked.in_force,
        problems=problems,
        names=children(NATION),
        link=lambda **more: f"?{request.url.include_query_params(**more).remove_query_params('after').query}",
        rounds=rounds.rows,
    )


def _troubles(found: list[Province], now: datetime) -> list[Trouble]:
    """Provinces that stopped, cannot be folded, or from which nothing was heard for a day."""
    troubles = []
    for one in found:
        hours = one.silent_hours(now)
        if one.status != "running" or hours is None or hours >= SILENT_HOURS:
            troubles.append(Trouble(one.place, one.status, one.reason, hours))
    return troubles


def _notices(found: list[Province]) -> list[Notice]:
    """Provinces whose clock is off, or over whose topic something forged came."""
    notices = []
    for one in found:
        off = one.skew_seconds is not None and abs(one.skew_seconds) >= SKEW_SECONDS
        if off or one.forged:
            ahead = round(one.skew_seconds) if off and one.skew_seconds is not None else None
            notices.append(Notice(one.place, ahead, one.forged, one.forged_reason))
    return notices


@router.get("/national/{place}/units/{unit}")
async def unit_page(request: Request, place: str, unit: str) -> Response:
    """What a province's register says happened to a unit: sentences, who, when; from the replica, as it was stored."""
    at_the_nation(request)
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    readers.must_list(who, "crosscheck")
    if place not in PLACES or PLACES[place].level is not Level.PROVINCE:
        raise NotFound(f"province {place[:20]}")
    stream: UUID = unit_of(unit)
    here = context(request)
    async with here.pool.connection() as conn:
        found = await replicated(conn, place, [stream, policy_stream(place)])
    recorded = found[stream]
    whole = fold(UNIT, stream, [one.entry for one in recorded])
    if whole.life.since is None:
        raise NotFound(f"unit {stream} of {place}")
    asked, problems = tolerant(StreamPage, request)
    seen = View(asked.version).of(whole)
    adopted = [one.entry for one in found[policy_stream(place)]]
    packs, today = packs_of(place, adopted, here.states.pack), here.today
    bars, dots = bars_and_dots(seen, today, packs.on(today))
    return page(
        request,
        "national_unit.html",
        province=place,
        position=recorded[-1].position,
        pack=packs.on(today),
        state=overview(seen, packs, today),
        signals=sorted(seen.signals.all.values(), key=lambda signal: -signal.version),
        lines=timeline(seen, who, {}),
        asked_version=asked.version,
        problems=problems,
        bars=bars,
        dots=dots,
        ticks=ticks(seen, today),
    )
