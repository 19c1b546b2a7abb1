"""Whether the process lives, whether it is ready, and its numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import Request, Response
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout

from events.envelope import CHINA
from projections import freshness
from projections.catalogue import CATALOGUE
from services.api import models
from services.follower import processes
from services.http import readers
from services.http.answers import json_response
from services.http.context import context, reader
from services.http.readers import Row
from services.http.routing import api_router
from services.intake import deadletters
from services.observability import metrics
from services.register import read_async
from services.register.migrate import migrations

router = api_router("operations", base="")

NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": models.Ready, "description": "Not ready"}}
NUMBERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The numbers", "content": {"text/plain": {"schema": {"type": "string"}}}}
}
LAG_ALARM = 10_000
"""Events behind from which on a projection counts as not ready."""


@router.get("/livez", response_model=models.Alive)
async def livez() -> Response:
    """The process answers; touches nothing else."""
    return json_response({"alive": True})


@router.get("/readyz", response_model=models.Ready, responses=NOT_READY)
async def readyz(request: Request) -> Response:
    """The database answers and is at this program's schema; the projections follow, and somebody takes events in."""
    checks: dict[str, object] = {}
    try:
        async with context(request).pool.connection() as conn:
            applied = await (await conn.execute("SELECT count(*) FROM register.migrations")).fetchone()
            checks["migrations"] = bool(applied and applied[0] == len(migrations()))
            position = await read_async.last_position(conn)
            found = [await freshness.freshness(conn, name) for name in CATALOGUE]
            well = [one is not None and one.shown_status == "running" and one.lag < LAG_ALARM for one in found]
            checks["database"] = True
            checks["position"] = position
            checks["projections"] = {
                name: {"lag": one.lag, "status": one.shown_status} if one else {"status": "missing"}
                for name, one in zip(CATALOGUE, found, strict=True)
            }
            running = await processes.processes(conn)
            checks["processes"] = [{"name": one.name, "state": one.state, "since": one.since} for one in running]
            ready = bool(checks["migrations"]) and all(well)
    except (DatabaseError, PoolTimeout, OSError) as error:
        checks["database"] = False
        checks["error"] = type(error).__name__
        ready = False
    return json_response({"ready": bool(ready), **checks}, 200 if ready else 503)


@router.get("/api/v1/processes", response_model=models.Processes)
async def running(request: Request) -> Response:
    """What runs where: how far each process is, how far behind, its last error; idle or stale."""
    readers.must_read(await reader(request), Row(readers.PROCESSES))
    async with context(request).pool.connection() as conn:
        position = await read_async.last_position(conn)
        found = await processes.processes(conn)
    return json_response({"position": position, "processes": [asdict(one) for one in found]})


@router.get("/api/v1/now", response_model=models.Now)
async def now(request: Request) -> Response:
    """The moment and the day by which this register judges."""
    moment = context(request).decisions.clock()
    return json_response({"moment": moment, "day": moment.astimezone(CHINA).date()})


async def _projectors(conn: read_async.Connection) -> None:
    """How far each projection is; read here, because the projector is a process that serves no HTTP."""
    head = await read_async.last_position(conn)
    for name in CATALOGUE:
        found = await freshness.freshness(conn, name)
        if found is not None:
            metrics.PROJECTOR_POSITION.labels(name).set(found.position)
            metrics.PROJECTOR_LAG.labels(name).set(head - found.position)


@router.get("/metrics", response_class=Response, responses=NUMBERS)
async def numbers(request: Request) -> Response:
    """This process's metrics in the OpenMetrics or Prometheus format."""
    try:
        async with context(request).pool.connection() as conn:
            metrics.DEAD_LETTERS.set(await deadletters.waiting(conn))
            await _projectors(conn)
    except (DatabaseError, PoolTimeout):
        metrics.DEAD_LETTERS.set(float("nan"))
    body, content_type = metrics.exposition(request.headers.get("accept", ""))
    return Response(body, media_type=content_type)
