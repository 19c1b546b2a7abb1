"""Whether the process lives, whether it is ready, and its numbers."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout

from projections import freshness
from services.api.answers import json_response
from services.api.context import context
from services.observed import metrics
from services.register import read_async
from services.register.migrate import migrations

router = APIRouter(tags=["operations"])

LAG_ALARM = 10_000
"""Events behind from which on a projection counts as not ready."""


@router.get("/livez")
async def livez() -> Response:
    """The process answers; touches nothing else."""
    return json_response({"alive": True})


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """The database answers and is at this program's schema; the projections follow."""
    checks: dict[str, object] = {}
    try:
        async with context(request).pool.connection() as conn:
            applied = await (await conn.execute("SELECT count(*) FROM register.migrations")).fetchone()
            checks["migrations"] = bool(applied and applied[0] == len(migrations()))
            position = await read_async.last_position(conn)
            lags = {name: position - at for name, at in (await freshness.positions(conn)).items()}
            checks["database"] = True
            checks["position"] = position
            checks["projections"] = {name: {"lag": lag, "ok": lag < LAG_ALARM} for name, lag in sorted(lags.items())}
            ready = checks["migrations"] and bool(lags) and all(lag < LAG_ALARM for lag in lags.values())
    except (DatabaseError, PoolTimeout, OSError) as error:
        checks["database"] = False
        checks["error"] = type(error).__name__
        ready = False
    return json_response({"ready": bool(ready), **checks}, 200 if ready else 503)


@router.get("/metrics")
async def numbers(request: Request) -> Response:
    """This process's metrics in the OpenMetrics or Prometheus format."""
    body, content_type = metrics.exposition(request.headers.get("accept", ""))
    return Response(body, media_type=content_type)
