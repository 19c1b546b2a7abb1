"""The nightly verification: what can be checked without proofs is checked once a night, noted, counted and said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any, Final, LiteralString

import psycopg
import structlog

from events.envelope import CHINA
from services.decisions import Clock, now
from services.follower import AWAY, Control, Follower, Process
from services.observability import metrics
from services.paper_stores import PaperStore
from services.vault import KeyFile
from services.verifier.verify import Verified, verify

AT: Final = time(2, 0)
"""In China, when few work; a process that starts later does it then."""

PAUSE_SECONDS: Final = 60.0
"""Between two looks at the clock."""

LONGEST_SECONDS: Final = 3_600.0
"""That a verification may take before it counts as hanging."""

LOCK: Final = 2023060
"""Advisory lock of a database: of several timekeepers one verifies."""

MOST_TOLD: Final = 100
"""Findings that are logged one by one; the rest is counted."""

_LAST: LiteralString = "SELECT max(at) FROM register.verifications"

log = structlog.get_logger("verify")


def due(last: datetime | None, moment: datetime) -> bool:
    """Whether a night began since the last verification."""
    local = moment.astimezone(CHINA)
    night = datetime.combine(local.date(), AT, CHINA)
    night = night if night <= local else night - timedelta(days=1)
    return last is None or last < night


def verify_tonight(
    conninfo: str, kek: KeyFile | None, moment: datetime, papers: PaperStore | None = None
) -> Verified | None:
    """Verify where it is due and nobody else does; None where not. Raises psycopg's errors."""
    with psycopg.connect(conninfo, autocommit=True, application_name="concord verify") as conn:
        if not _asked(conn, "SELECT pg_try_advisory_lock(%s)", LOCK) or not due(_asked(conn, _LAST), moment):
            return None
        found = verify(conninfo, kek, papers)
    metrics.VERIFIED_POSITION.set(found.position)
    metrics.VERIFY_FINDINGS.set(len(found.findings))
    # the digest leaves the database with this line: who keeps the log can hold it against the database later
    log.info(
        "verified",
        position=found.position,
        digest=found.digest,
        findings=len(found.findings),
        orphans=len(found.orphans),
    )
    for finding in found.findings[:MOST_TOLD]:
        log.error("does not agree", check=finding.check, row=finding.row, why=finding.en)
    return found


def _asked(conn: psycopg.Connection[Any], query: LiteralString, *values: object) -> Any:
    row = conn.execute(query, values).fetchone()
    return row[0] if row else None


def process(conninfo: str, kek: KeyFile | None, papers: PaperStore | None = None, clock: Clock = now) -> Process:
    """Verifies every night."""

    @contextmanager
    def opened(_control: Control) -> Iterator[Follower[str, datetime]]:
        def source() -> Iterator[tuple[str, Sequence[datetime]]]:
            yield "nights", [clock()]

        def sink(_nights: str, moments: Sequence[datetime]) -> int:
            return sum(verify_tonight(conninfo, kek, moment, papers) is not None for moment in moments)

        yield Follower(source, sink, list)

    return Process(
        "verification", conninfo, opened, poll_seconds=PAUSE_SECONDS, long_steps=LONGEST_SECONDS,
        away=(*AWAY, psycopg.Error),
    )  # fmt: skip
