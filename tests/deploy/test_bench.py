"""Every benchmark runs in a small way and says what it found; no timing is asserted."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from unittest.mock import patch

import psycopg
import pytest

from deploy.bench import databases
from deploy.bench.run import CASES, run
from deploy.kafka import MissingError
from projections.crosscheck.questions import Kind

pytestmark = pytest.mark.long
FIELDS = {"case", "ours", "unit", "peer", "ratio_to_peer", "limit", "ratio_to_limit"}
QUESTIONS = [
    *(f"cross-check-{kind.value}" for kind in Kind),
    "provinces",
]
FOUND = {
    "append": ["append-1", "append-8", "append-32"],
    "http": ["http-command"],
    "edges": ["error-answers", "bulk-status", "crowd"],
    "rebuild": ["rebuild-board"],
    "history": ["history-1000"],
    "law": ["law-decide", "law-judge", "law-may", "law-options"],
    "verify": ["verify"],
    "latency": ["latency"],
    "growth": ["growth"],
    "programme": [
        "board-page",
        "trend",
        "duties-by-month",
        "governance",
        "ledger-xlsx",
        "draw",
        "timekeeper-cycle",
        "import",
        "session",
    ],
    "pages": ["pages", "page-bytes", "assets", "slider", "sign-in"],
    "nation": ["nation-load", *QUESTIONS],
    "intake": ["intake", "intake-poison", "intake-2"],
    "publish": ["publish"],
    "signal-latency": ["signal-latency"],
    "starts": ["starts"],
    "outages": ["outages"],
    "replicate": ["replicate"],
}
WITHOUT_PEER = {
    "http-command", "error-answers", "bulk-status",
    "history-1000", *FOUND["law"], "verify", "growth", *FOUND["programme"], *FOUND["pages"], "signal-latency",
    "starts", "outages", "nation-load", *QUESTIONS,
}  # fmt: skip
DATABASES = "SELECT datname FROM pg_database WHERE datname LIKE 'concord_bench_%'"


@pytest.fixture(scope="module", autouse=True)
def given(server: str) -> Iterator[str]:
    """The server of the run, given as an administrator would."""
    with patch.dict(os.environ, CONCORD_DATABASE_URL=server):
        yield server


@pytest.mark.parametrize("name", list(CASES))
def test_a_quick_run_prints_its_figures_as_the_last_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        documents = run(name, json=True, quick=True)
    except MissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"NO BROKER, NOT MEASURED: {error}")
    printed = capsys.readouterr().out.splitlines()
    assert json.loads(printed[-1]) == documents
    assert [document["case"] for document in documents] == FOUND[name]
    for document in documents:
        assert document.keys() == FIELDS
        assert document["ours"] > 0
        assert (document["peer"] is None) == (document["case"] in WITHOUT_PEER)
        for other in ("peer", "limit"):
            ratio = document[f"ratio_to_{other}"]
            assert (ratio is None) == (document[other] is None)
            assert ratio is None or ratio == pytest.approx(document["ours"] / document[other], rel=0.01)


def test_the_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    run("history", json=False, quick=True)
    printed = capsys.readouterr().out
    assert "history-1000" in printed
    assert "对照 peer" in printed
    assert not printed.splitlines()[-1].startswith("[")


def test_nothing_is_left_on_a_server_that_was_given(given: str) -> None:
    run("append", json=False, quick=True)
    with psycopg.connect(given) as conn:
        assert conn.execute(DATABASES).fetchall() == []


def test_a_server_of_its_own_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONCORD_DATABASE_URL")
    with databases.server() as conninfo, psycopg.connect(conninfo) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo)


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(KeyError):
        run("nothing", json=False, quick=True)
