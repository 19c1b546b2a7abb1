"""The nation's part of the smoke test: replicas equal to the logs, every route asked, story 8 found as it was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from hashlib import sha256
from typing import Any, LiteralString

import httpx2
import psycopg

from deploy.demo.nation import Nation
from deploy.demo.nation_story import Desk, behind, desks, positions, types_of
from deploy.demo.nationwide import CANDIDATE, CONSENT
from deploy.demo.other_provinces import DOUBLED, OUT_OF_STEP, SANCTIONING, SLOW, provinces
from deploy.supervise import Supervisor
from events.places import NATION
from services.register.read import raw_tail

TIMEOUT = 15.0
KINDS = ("unhandled", "conflict", "duplicate", "term", "silent", "undelivered", "unissued")
TOLD = {"unhandled": {SLOW}, "conflict": {SANCTIONING, "430000"}, "duplicate": set(DOUBLED), "term": {OUT_OF_STEP}}
"""What the cross-check has to show of which provinces (of a conflict: of one of them)."""

_REPLICA: LiteralString = """
    SELECT position, stream, version, type, state FROM nation.replica
    WHERE place = %s AND position <= %s ORDER BY position"""


def smoke_nation(nation: Nation, supervisor: Supervisor) -> dict[str, Any]:
    """What the smoke test's line says of the nation; `problems` are for its list."""
    desk, hunan = desks(nation, supervisor)
    wanted, simulated = positions(nation), nation.simulated()
    wanted |= {place: told["position"] for place, told in simulated.items()}
    desk.until("the replicas", lambda: not behind(wanted, desk))
    apart = list(disagreements(nation, wanted, simulated))
    problems = [f"the replica of {place} is not its log" for place in apart]
    problems += [*_routes(nation), *_crosschecked(desk), *_decided(hunan)]
    return {"provinces": len(desk.get("/national/provinces")["provinces"]), "disagreements": len(apart),
            "problems": problems}  # fmt: skip


def disagreements(
    nation: Nation, wanted: Mapping[str, int], simulated: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """The provinces whose replica is not their log, event for event; of simulated ones the generator knows a digest."""
    with psycopg.connect(nation.national.database, autocommit=True) as conn:
        for instance in nation.provinces:
            with psycopg.connect(instance.database, autocommit=True) as own:
                log = [(*raw[:4], bytes(raw.state)) for raw in raw_tail(own, 0, wanted[instance.place])]
            if log != _replica(conn, instance.place, wanted[instance.place]):
                yield instance.place
        for place, told in simulated.items():
            replica = _replica(conn, place, told["position"])
            digest = reduce(lambda so_far, row: sha256(so_far + row[4]).digest(), replica, bytes(32))
            if digest.hex() != told["digest"] or len(replica) != told["position"]:
                yield place


def _replica(conn: psycopg.Connection[Any], place: str, last: int) -> list[tuple[Any, ...]]:
    return [(*row[:4], bytes(row[4])) for row in conn.execute(_REPLICA, [place, last])]


def _routes(nation: Nation) -> Iterator[str]:
    paths = [
        "/", "/national", "/national?lang=en", f"/national/430000/units/{CONSENT.id}",
        "/api/v1/national/provinces", "/api/v1/national/cross-inspections",
        *(f"/api/v1/national/cross-check?kind={kind}" for kind in KINDS),
    ]  # fmt: skip
    headers = nation.national.token("nation-auditor")
    with httpx2.Client(base_url=nation.national.base, timeout=TIMEOUT, headers=headers) as client:
        for path in paths:
            response = client.get(path)
            if response.status_code != 200 or not response.content:
                yield f"{NATION} GET {path}: {response.status_code}"
        if 'href="/national"' not in client.get("/").text:
            yield "the nation's home page does not link its own page"


def _crosschecked(desk: Desk) -> Iterator[str]:
    listed = {row["province"] for row in desk.get("/national/provinces")["provinces"]}
    if listed != set(provinces()):
        yield f"provinces that are not shown: {sorted(set(provinces()) - listed)}"
    for kind, wanted in TOLD.items():
        shown = {row["province"] for row in desk.get(f"/national/cross-check?kind={kind}&limit=200")["findings"]}
        if not wanted & shown:
            yield f"the cross-check's {kind} shows {sorted(shown)}, not {sorted(wanted)}"
    unissued = desk.get("/national/cross-check?kind=unissued")["findings"]
    if unissued:
        yield f"{len(unissued)} entries name decisions that the nation never issued"
    undelivered = desk.get("/national/cross-check?kind=undelivered")["findings"]
    if undelivered:
        yield f"{len(undelivered)} decisions of the nation did not arrive"
    found = sum(len(one["findings"]) for one in desk.get("/national/cross-inspections")["inspections"])
    if found < len(provinces()):
        yield f"{found} findings of the cross-inspection, not {len(provinces())}"


def _decided(hunan: Desk) -> Iterator[str]:
    for unit, recorded in ((CONSENT.id, "unit.consent-given.v1"), (CANDIDATE.id, "unit.named.v1")):
        times = types_of(hunan, unit).count(recorded)
        if times != 1:
            yield f"{recorded} came back {times} times"
    if "unit.revoked.v1" not in types_of(hunan, CONSENT.id):
        yield "the title was not revoked after the nation's consent"
