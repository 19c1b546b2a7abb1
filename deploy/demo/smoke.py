"""The smoke test: every page and interface asked once, a decision taken, all replayed, compared and judged again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx2
import psycopg

from deploy import terminal
from deploy.demo import wire
from deploy.demo.instance import Instance
from services.audit import audit
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.errors import Unavailable
from services.projector.compare import compare
from services.register import read

SIGNALS = 200
"""Signals sent over Kafka."""

TIMEOUT = 15.0
"""Seconds that one request may take."""


def smoke(
    instance: Instance,
    pack: Pack,
    loaded: dict[str, Any],
    more: Callable[[], dict[str, Any]],
    meanwhile: Callable[[], object],
) -> dict[str, Any]:
    """Ask everything once, then `more`; the result that the command prints, `ok` only where all is well.

    `meanwhile` is called now and then while it waits.
    """
    problems: list[str] = []
    accounts = instance.accounts()
    with httpx2.Client(base_url=instance.base, timeout=TIMEOUT, headers=_token(accounts, "auditor")) as client:
        for path in _paths(accounts):
            response = client.get(path)
            if response.status_code != 200 or not response.content:
                problems.append(f"GET {path}: {response.status_code}")
        problems += _feed(client)
        problems += _decide(client, accounts)
    wired = _over_kafka(instance, meanwhile) if instance.kafka is not None else {}
    for part in (wired, beside := more()):
        problems += part.pop("problems", [])
    with terminal.progress("重放 replaying", None) as advance:
        mismatches = compare(instance.database, pack, instance.place, lambda done: advance(done.events, done.total))
    with terminal.step("审计 judging"), psycopg.connect(instance.database, autocommit=True) as conn:
        unlawful = sum(1 for _ in audit(conn, Packs.fixed(pack)))
    for problem in problems:
        terminal.console.print(f"  ✕ {problem}")
    with psycopg.connect(instance.database, autocommit=True) as conn:
        events = read.last_position(conn)
    return {
        "units": loaded["units"],
        "events": events,
        "named": loaded["named"],
        "revoked": loaded["revoked"],
        "load_seconds": loaded["load_seconds"],
        "replay_mismatches": len(mismatches),
        "audit_findings": unlawful,
        **wired,
        **beside,
        "problems": problems,
        "ok": not problems and not mismatches and not unlawful,
    }


def _over_kafka(instance: Instance, meanwhile: Callable[[], object]) -> dict[str, Any]:
    """Send signals over Kafka until all are on the board, and compare the topic with the register, byte by byte."""
    if instance.kafka is None:
        raise Unavailable("Kafka (this demonstration runs without it)")
    messages = wire.signals(instance.database, SIGNALS, "smoke")
    wire.send(instance.kafka, messages)
    taken = wire.await_on_board(instance.database, messages, meanwhile)
    found = wire.carried(instance.database, instance.kafka, instance.topic, meanwhile)
    problems = [f"{len(messages) - taken} of {len(messages)} signals are not on the board"] * (taken < len(messages))
    problems += [f"{found.differing} events on {instance.topic} are not the register's"] * bool(found.differing)
    return {"broker": True, "published": found.published, "taken": taken, "problems": problems}


def _token(accounts: dict[str, Any], who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {accounts['accounts'][who]['token']}"}


def _paths(accounts: dict[str, Any]) -> list[str]:
    unit = accounts["stories"]["1"]["unit"]
    stories = [f"/units/{story['unit']}" for story in accounts["stories"].values()]
    return [
        "/", "/board", "/board?place=430100&standing=held&lang=en", "/audit", "/audit?act=revoke", *stories,
        f"/units/{unit}?version=3", f"/units/{unit}?lang=en",
        "/livez", "/readyz", "/metrics", "/openapi.json",
        "/api/v1/units?limit=20", "/api/v1/units?place=430100", f"/api/v1/units/{unit}",
        f"/api/v1/units/{unit}?version=3", f"/api/v1/units/{unit}/events", f"/api/v1/units/{unit}/decisions",
        "/api/v1/events?after=0&limit=10", "/api/v1/acts?act=name", "/api/v1/acts?act=revoke&by=effective",
        "/api/v1/deadlines", "/api/v1/signals", "/api/v1/search?q=430100", "/api/v1/intake/dead-letters",
    ]  # fmt: skip


def _feed(client: httpx2.Client) -> list[str]:
    with client.stream("GET", "/api/v1/events", headers={"Accept": "text/event-stream"}) as response:
        for line in response.iter_lines():
            if line.startswith("data: "):
                return []
    return ["the event stream sent nothing"]


def _decide(client: httpx2.Client, accounts: dict[str, Any]) -> list[str]:
    """A follow-up is recorded, seen on the board, and answered the same when it is sent again."""
    unit = accounts["stories"]["1"]["unit"]
    who = _token(accounts, "prefecture-430100-hr-officer")
    key = {"Idempotency-Key": str(uuid4()), **who}
    today = client.get("/api/v1/now").json()["day"]
    body = {"kind": "visit", "on": today, "summary": "示例：演示走访"}
    url = f"/api/v1/units/{unit}/decisions/follow-up"
    first, again = (client.post(url, json=body, headers=key) for _ in range(2))
    if first.status_code != 201 or again.json() != first.json():
        return [f"follow-up: {first.status_code} {first.text[:200]}; again {again.status_code}"]
    position = first.json()["position"]
    seen = client.get(f"/api/v1/units?unit={unit}&min_position={position}")
    rows = seen.json().get("units", [])
    if seen.status_code != 200 or not rows or rows[0]["version"] < first.json()["version"]:
        return [f"the follow-up is not on the board: {seen.status_code} {seen.text[:200]}"]
    return []
