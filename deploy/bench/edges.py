"""What the edges cost: answers to what is wrong, a read beside a crowd that hangs on, and a thousand codes at once."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from statistics import median
from uuid import UUID, uuid4

import orjson
import psycopg

from deploy.bench import units
from deploy.bench.append import percentile
from deploy.bench.databases import database
from deploy.bench.http_command import officer, served
from deploy.bench.result import Course, Result
from services.casework.pack import load_pack
from services.projector.rebuild import rebuild

MOST_BYTES, MOST_MS = 64 * 1024, 100.0
"""Goals for an answer to what is wrong."""

CROWD, MOST_RATIO = 200, 1.5
"""Connections with half a request, and followers of the feed; how much slower a read may be beside both."""

CODES, MOST_BULK_MS = 1_000, 200.0

HALF = b"GET /api/v1/units HTTP/1.1\r\nHost: bench\r\nX-Half: "


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: units, rounds of a quiet and a crowded part, reads of each, repetitions of an answer, crowd."""

    units: int
    rounds: int
    reads: int
    repeated: int
    crowd: int


WHOLE, QUICK = Size(2_000, 3, 400, 20, CROWD), Size(64, 1, 10, 2, 5)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A request that is refused."""

    name: str
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] | None = None


@dataclass(slots=True)
class Client:
    """One connection of somebody who is known."""

    port: int
    token: str
    _connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, int, float]:
        """Status, bytes and milliseconds of the answer."""
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **(headers or {})}
        begun = time.perf_counter()
        try:
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
            status, size = answer.status, len(answer.read())
        except (ConnectionError, OSError):  # refused before all was read
            self._connection.close()
            return 0, 0, (time.perf_counter() - begun) * 1_000
        return status, size, (time.perf_counter() - begun) * 1_000


def steps(quick: bool) -> float:
    """Steps of the progress bar."""
    return 4 + 2 * (QUICK if quick else WHOLE).rounds


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`error-answers` and `bulk-status` in milliseconds, `crowd` as p95 in milliseconds beside the quiet one."""
    size = QUICK if quick else WHOLE
    with database(server) as conninfo:
        streams = units.load(conninfo, size.units)
        pack = load_pack()
        rebuild(conninfo, None, pack, pack.place)
        units.settle(conninfo)
        token = officer(conninfo)
        codes = _codes(conninfo)
        course.step("edges", 2)
        with served(conninfo) as port:
            client = Client(port, token)
            client.ask("GET", f"/api/v1/units/{streams[0]}")  # the process has started once it is answered
            found = [_answers(client, _wrong(streams[0]), size)]
            course.step("edges: answers")
            found.append(_bulk(client, codes, size))
            course.step("edges: bulk")
            found.append(_crowd(client, streams, size, course))
    return found


def _codes(conninfo: str) -> list[str]:
    with psycopg.connect(conninfo) as conn:
        rows = conn.execute("SELECT code FROM projections.board ORDER BY code LIMIT %s", [CODES]).fetchall()
    known = [code for (code,) in rows]
    return known + [f"UNKNOWN{number}" for number in range(CODES - len(known))]


def _wrong(unit: UUID) -> Sequence[Wrong]:
    """Requests of many kinds, each as large as it may be."""
    decide = f"/api/v1/units/{unit}/decisions/follow-up"
    acting = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    items = orjson.dumps({"standards": [{"x": "y"}] * 20_000})[: 250 * 1024]
    many = orjson.dumps({f"k{number}": 1 for number in range(20_000)})
    return (
        Wrong("wrong items", "POST", decide, b'{"parts":[' + b",".join([b'{"a":1}'] * 30_000) + b"]}", acting),
        Wrong("unknown fields", "POST", decide, many, acting),
        Wrong("cut short", "POST", decide, items, acting),
        Wrong("deep", "POST", decide, b"[" * 50_000 + b"]" * 50_000, acting),
        Wrong("too large", "POST", decide, b'{"summary":"' + b"x" * 300_000 + b'"}', acting),
        Wrong("too many codes", "POST", "/api/v1/inspection/status", orjson.dumps({"codes": ["x"] * 20_000})),
        Wrong("wrong codes", "POST", "/api/v1/inspection/status", orjson.dumps({"codes": [1] * 1_000})),
        Wrong("another media type", "POST", decide, b"{}", {**acting, "Content-Type": "text/plain"}),
        Wrong("no key", "POST", decide, b"{}"),
        Wrong("unknown parameters", "GET", "/api/v1/units?" + "&".join(f"p{n}=1" for n in range(1_000))),
        Wrong("a wrong cursor", "GET", f"/api/v1/units?after={'A' * 4_000}"),
        Wrong("nothing there", "GET", f"/api/v1/units/{UUID(int=1)}"),
        Wrong("a method that is none", "DELETE", decide),
        Wrong("no token", "GET", "/api/v1/units", b"", {"Authorization": "Bearer nonsense"}),
        Wrong("a version that is none", "POST", decide, _VISIT, acting),
    )


_VISIT = orjson.dumps({"kind": "visit", "on": "2024-03-01", "summary": "示例"})


def _answers(client: Client, wrong: Sequence[Wrong], size: Size) -> Result:
    worst, largest = ("", 0.0), ("", 0)
    for one in wrong:
        asked = [client.ask(one.method, one.path, one.body, one.headers) for _ in range(size.repeated)]
        if good := [status for status, *_ in asked if not (status == 0 or 400 <= status < 500)]:
            raise RuntimeError(f"{one.name}: answered {good[0]}")
        worst = max(worst, (one.name, percentile(sorted(ms for *_, ms in asked), 0.95)), key=lambda pair: pair[1])
        largest = max(largest, (one.name, max(taken for _, taken, _ in asked)), key=lambda pair: pair[1])
    return Result(
        "error-answers", worst[1], "ms", goal=f"≤ {MOST_MS:g} ms, ≤ {MOST_BYTES // 1024} KiB",
        met=worst[1] <= MOST_MS and largest[1] <= MOST_BYTES,
        note=f"slowest p95 of {len(wrong)} kinds: {worst[0]}; largest {largest[1]:,} bytes: {largest[0]}",
    )  # fmt: skip


def _bulk(client: Client, codes: Sequence[str], size: Size) -> Result:
    body = orjson.dumps({"codes": codes})
    asked = [client.ask("POST", "/api/v1/inspection/status", body) for _ in range(max(size.repeated, 3))]
    if any(status != 200 for status, *_ in asked):
        raise RuntimeError(f"the status of {len(codes)} codes was not answered: {asked[0]}")
    p95 = percentile(sorted(ms for *_, ms in asked), 0.95)
    return Result(
        "bulk-status", p95, "ms", goal=f"≤ {MOST_BULK_MS:g} ms", met=p95 <= MOST_BULK_MS,
        note=f"p95 of {len(asked)}, {len(codes):,} codes; p50 {median(ms for *_, ms in asked):.0f} ms",
    )  # fmt: skip


def _crowd(client: Client, streams: Sequence[UUID], size: Size, course: Course) -> Result:
    rounds = []
    for turn in range(size.rounds):
        quiet = _reads(client, streams, size.reads)
        course.step(f"edges: quiet {turn + 1}/{size.rounds}")
        with _hanging_on(client, size.crowd):
            rounds.append((_reads(client, streams, size.reads), quiet))
        course.step(f"edges: crowd {turn + 1}/{size.rounds}")
    ours, peer = (median(one[n] for one in rounds) for n in range(2))
    return Result(
        "crowd", ours, "ms", peer=peer, goal=f"≤ {MOST_RATIO:g} ×", met=ours <= MOST_RATIO * peer,
        note=f"p95 of a read beside {size.crowd} half-open connections and {size.crowd} streams; quiet beside",
    )  # fmt: skip


def _reads(client: Client, streams: Sequence[UUID], reads: int) -> float:
    """p95 of reading units, in milliseconds, on a connection of its own: an idle one may have been ended meanwhile."""
    client = Client(client.port, client.token)
    client.ask("GET", f"/api/v1/units/{streams[0]}")
    asked = [client.ask("GET", f"/api/v1/units/{streams[n % len(streams)]}") for n in range(reads)]
    if wrong := [status for status, *_ in asked if status != 200]:
        raise RuntimeError(f"{len(wrong)} of {reads} reads of a unit were answered {wrong[0]}")
    return percentile(sorted(ms for *_, ms in asked), 0.95)


@contextmanager
def _hanging_on(client: Client, many: int) -> Iterator[None]:
    """The given number of connections that never end their headers, and as many that follow the feed."""
    follow = (
        f"GET /api/v1/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n"
        f"Authorization: Bearer {client.token}\r\nLast-Event-ID: {{}}\r\n\r\n"
    )
    end = _end(client)
    with ExitStack() as stack:
        for sent in (HALF, follow.format(end).encode()):
            for _ in range(many):
                one = stack.enter_context(socket.create_connection(("127.0.0.1", client.port), timeout=20))
                one.sendall(sent)
                if sent is not HALF and not one.recv(12).endswith(b"200"):
                    raise RuntimeError("a stream did not begin")
        yield


def _end(client: Client) -> str:
    """Where the log ends, so that streams wait instead of sending all of it."""
    connection = HTTPConnection("127.0.0.1", client.port, timeout=20)
    connection.request("HEAD", "/api/v1/units?limit=1", headers={"Authorization": f"Bearer {client.token}"})
    end = connection.getresponse().headers["X-Position"]
    connection.close()
    return str(end)
