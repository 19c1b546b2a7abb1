"""What pages cost in a large register: the time and the bytes of every kind of page, as an officer, an applicant and
the public open them, a move of the slider over a long life, and people who sign in while others read.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

import psycopg

from deploy.bench import units
from deploy.bench.append import percentile
from deploy.bench.databases import database
from deploy.bench.http_command import holding, officer, served
from deploy.bench.result import Course, Result
from events.governance.officer import OfficerRegistered
from events.words import ActorKind, Role
from services import web
from services.access.accounts import Account, hash_of
from services.access.passwords import Hashing
from services.casework.pack import load_pack
from services.projector.rebuild import rebuild

PAGE_GOAL, SLIDER_GOAL = 60.0, 150.0
"""Milliseconds, p95."""

MOST_HTML, MOST_ASSETS = 120 * 1024, 60 * 1024
"""Bytes of a page as it is, and of styles and scripts together as gzip makes them."""

SIGN_INS, MOST_RATIO = 20, 1.5
"""Sign-ins a second; how much slower the p95 of another request may be beside them."""

WAYS: Final = 8
"""People who sign in at the same time, each again and again."""

START: Final = 300
"""Seconds that the process may take until its first answer."""

LONG = 500
"""Events of the life over which the slider moves."""

NAME, PASSWORD = "bench.officer", "four plain words together"

LONG_LIFE = "/units/{long}"
"""The file of the life over which the slider moves."""

OFFICER = (
    LONG_LIFE, f"{LONG_LIFE}?on=2024-03-10",
    "/", "/board", "/board?place=430100", "/board?standing=named&sort=term", f"/board?q={quote('示例制造')}",
    "/board?sort=due", "/cases", "/cases/{unit}", "/units/{unit}", "/units/{unit}?against=2024-03-10",
    "/units/{unit}/readers", "/units/{unit}/decide", "/units/{unit}/decide/follow-up",
    "/units/{unit}/decide/order-check", "/audit", "/audit?act=name", "/audit?place=430100", "/signals",
    "/governance", "/outbox", "/officers", "/sources", "/rounds", "/documents", "/years", "/sessions", "/account",
    "/help/policy",
)  # fmt: skip
APPLICANT = (
    "/", "/units/{unit}", "/units/{unit}/readers", "/units/{unit}/decide", "/units/{unit}/decide/self-evaluate",
    "/units/{unit}/decide/change-details", "/sessions",
)  # fmt: skip
PUBLIC = (
    "/sign-in", "/roll", f"/roll?q={quote('示例制造')}", "/roll?place=430100", "/roll/check", "/p/{plaque}",
    "/publicity", "/announcements", "/objections", "/survey", "/help/policy", "/help/public",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: units, how often each page is asked, moves of the slider, seconds of signing in."""

    units: int
    repeated: int
    moves: int
    seconds: float


WHOLE, QUICK = Size(100_000, 20, 60, 8.0), Size(40, 2, 2, 0.5)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as it was answered: by whom and which, milliseconds in order of size, bytes."""

    page: str
    ms: Sequence[float]
    size: int

    @property
    def p95(self) -> float:
        """Milliseconds that one in twenty goes beyond."""
        return percentile(self.ms, 0.95)


def steps(quick: bool) -> float:  # noqa: ARG001 (the same of both sizes)
    """Steps of the progress bar."""
    return 6


def measure(server: str, quick: bool, course: Course) -> list[Result]:
    """`pages` and `slider` in milliseconds, `page-bytes` and `assets` in bytes, `sign-in` in sign-ins a second."""
    size = QUICK if quick else WHOLE
    with database(server) as conninfo:
        streams = units.load(conninfo, size.units)
        (long,) = units.load(conninfo, 1, LONG)
        course.step("pages: events")
        pack = load_pack()
        rebuild(conninfo, None, pack, pack.place)
        units.settle(conninfo)
        course.step("pages: projections", 2)
        tokens = _accounts(conninfo, streams[0])
        plaque = _plaque(conninfo, streams[0])
        with served(conninfo) as port:
            cookies = [_signed_in(port, token) for token in tokens]
            asked = list(_pages(port, cookies, streams, {"plaque": plaque, "long": str(long)}, size))
            course.step("pages: pages")
            slider = _slid(port, cookies[0], long, size)
            course.step("pages: slider")
            signing = _signing_in(port, cookies[0], streams, size)
            course.step("pages: sign-in")
    return [*_told(asked, len(streams)), slider, signing]


def _accounts(conninfo: str, unit: UUID) -> tuple[str, str]:
    """Tokens of an officer of the province, who may sign in by a password too, and of an applicant of the unit."""
    of_officer = officer(conninfo)
    password = asyncio.run(Hashing().hash_of(PASSWORD))
    with psycopg.connect(conninfo) as conn:
        conn.execute(
            "INSERT INTO accounts.people (name, token, password) VALUES (%s, %s, %s)",
            [NAME, hash_of(of_officer), password],
        )
    agent = OfficerRegistered(kind=ActorKind.APPLICANT, unit=unit, roles=(Role.APPLICANT,))
    return of_officer, holding(conninfo, Account(uuid4(), ActorKind.APPLICANT, unit, "bench"), [agent])


def _plaque(conninfo: str, unit: UUID) -> str:
    with psycopg.connect(conninfo) as conn:
        row = conn.execute(
            "SELECT convert_from(state, 'UTF8')::jsonb #>> '{event,plaque}' FROM register.events "
            "WHERE stream = %s AND type = 'unit.plaque-issued.v1'", [unit],
        ).fetchone()  # fmt: skip
    return str(row[0]) if row is not None else ""


def _signed_in(port: int, token: str) -> str:
    """The cookie of a session. Raises RuntimeError."""
    connection = HTTPConnection("127.0.0.1", port, timeout=START)
    cookie = _posted(connection, port, {"token": token})
    connection.close()
    return cookie


def _posted(connection: HTTPConnection, port: int, form: dict[str, str]) -> str:
    headers = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", urlencode(form), headers)
    answer = connection.getresponse()
    text, cookie = answer.read(), answer.headers.get("Set-Cookie", "")
    if answer.status != 303 or not cookie:
        raise RuntimeError(f"signing in was answered {answer.status}: {text[:200]!r}")
    return cookie.partition(";")[0]


def _got(connection: HTTPConnection, path: str, cookie: str) -> tuple[int, float]:
    """Bytes and milliseconds of a page. Raises RuntimeError where it is none."""
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    size = len(answer.read())
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered {answer.status}")
    return size, (time.perf_counter() - begun) * 1_000


def _pages(
    port: int, cookies: Sequence[str], streams: Sequence[UUID], known: Mapping[str, str], size: Size
) -> Iterator[Asked]:
    """Every page by whom it is for; an officer opens the file of another unit each time, an applicant their own.
    `known` are the other parts of paths.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for who, paths, cookie, files in (
        ("officer", OFFICER, cookies[0], streams[1:]), ("applicant", APPLICANT, cookies[1], streams[:1]),
        ("public", PUBLIC, "", streams[:1]),
    ):  # fmt: skip
        for path in paths:
            ask = partial(_of, connection, path, cookie, files, known)
            ask(0)
            found = [ask(number) for number in range(1, size.repeated + 1)]
            yield Asked(f"{who} {path}", sorted(ms for _, ms in found), max(taken for taken, _ in found))
    connection.close()


def _of(
    connection: HTTPConnection, path: str, cookie: str, files: Sequence[UUID], known: Mapping[str, str], number: int
) -> tuple[int, float]:
    return _got(connection, path.format(unit=files[number * 37 % len(files)], **known), cookie)


def _told(asked: Sequence[Asked], many: int) -> list[Result]:
    slowest = sorted(asked, key=lambda one: one.p95, reverse=True)
    largest = max(asked, key=lambda one: one.size)
    middle = median(one.p95 for one in asked)
    worst = ", ".join(f"{one.page} {one.p95:.0f}" for one in slowest[:5])
    assets = sum(len(gzip.compress(file.read_bytes())) for file in _assets())
    return [
        Result(
            "pages", slowest[0].p95, "ms", goal=f"≤ {PAGE_GOAL:g} ms", met=slowest[0].p95 <= PAGE_GOAL,
            note=f"the worst p95 of {len(asked)} pages at {many:,} units, {many * units.LENGTH:,} events; the middle "
            f"one {middle:.0f}; {sum(one.p95 > PAGE_GOAL for one in asked)} beyond; slowest: {worst}",
        ),
        Result(
            "page-bytes", largest.size, "bytes", goal=f"≤ {MOST_HTML:,}", met=largest.size <= MOST_HTML,
            note=largest.page,
        ),
        Result("assets", assets, "bytes", goal=f"≤ {MOST_ASSETS:,}", met=assets <= MOST_ASSETS, note="gzip"),
    ]  # fmt: skip


def _assets() -> list[Path]:
    static = Path(web.__file__).parent / "static"
    return [file for file in static.iterdir() if file.suffix in (".css", ".js")]


def _slid(port: int, cookie: str, unit: UUID, size: Size) -> Result:
    """Moves of the slider, from the first day of the life to the last and back."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    found = []
    for number in range(size.moves + 1):
        day = (units.BEGINNING + timedelta(days=number * 97 % LONG)).date()
        found.append(_got(connection, f"/units/{unit}?on={day}&known={day}", cookie)[1])
    connection.close()
    p95 = percentile(sorted(found[1:]), 0.95)
    return Result(
        "slider", p95, "ms", goal=f"≤ {SLIDER_GOAL:g} ms", met=p95 <= SLIDER_GOAL,
        note=f"p95 of {size.moves} moves over {LONG} events",
    )  # fmt: skip


def _signing_in(port: int, cookie: str, streams: Sequence[UUID], size: Size) -> Result:
    """Sign-ins a second beside the reading of pages, which goes on quietly before."""
    quiet = _read(port, cookie, streams, size.seconds)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as others:
        signing = others.submit(sign_in_again, port, size.seconds)
        time.sleep(min(1.0, size.seconds / 2))  # until its process has begun
        beside = _read(port, cookie, streams, size.seconds)
        rate = signing.result()
    ratio = beside / quiet
    return Result(
        "sign-in", rate, "sign-ins/s", goal=f"≥ {SIGN_INS}/s, others ≤ {MOST_RATIO:g} ×",
        met=rate >= SIGN_INS and ratio <= MOST_RATIO,
        note=f"p95 of a file read beside {beside:.0f} ms, quiet {quiet:.0f} ms: {ratio:.2f} ×",
    )  # fmt: skip


def _read(port: int, cookie: str, streams: Sequence[UUID], seconds: float) -> float:
    """p95 of reading files of units for so many seconds, in milliseconds."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    found: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or not found:
        found.append(_got(connection, f"/units/{streams[len(found) % len(streams)]}", cookie)[1])
    connection.close()
    return percentile(sorted(found), 0.95)


def sign_in_again(port: int, seconds: float) -> float:
    """Sign-ins a second by the password, `SIGN_INS` and a half as many at the most; in a process of its own."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(WAYS) as ways:
        done = sum(ways.map(partial(_again, port, begun + seconds), range(WAYS)))
    return done / (time.perf_counter() - begun)


def _again(port: int, end: float, way: int) -> int:
    connection: Any = HTTPConnection("127.0.0.1", port, timeout=60)
    every, done = WAYS / (SIGN_INS * 1.5), 0
    turn = time.perf_counter() + every * way / WAYS
    while turn < end:
        time.sleep(max(0.0, turn - time.perf_counter()))
        _posted(connection, port, {"name": NAME, "password": PASSWORD})
        done, turn = done + 1, max(turn + every, time.perf_counter())
    connection.close()
    return done
