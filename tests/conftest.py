"""One PostgreSQL a run and worker, one migrated template in it, and a fresh clone of that a test."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy import embedded
from deploy.cli.suite import LEFT_OUT
from deploy.left_behind import left_behind
from services.register.migrate import migrate
from tests.dealing import dealt

os.environ["CONCORD_PACKS"] = str(Path(__file__).parent / "packs")
"""The made-up second pack, example-1, is at hand in every test and in every process that one starts."""

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
"""No example is red because a machine is busy."""

NEEDS = {
    "playwright": "browser", "schemathesis": "services/test_conformance.py",
    "canaille": "services/test_real_provider.py",
}  # fmt: skip
"""Tests that need a library of requirements.all.lock, which `./concord test --all` installs."""

collect_ignore = [tests for library, tests in NEEDS.items() if find_spec(library) is None]
if collect_ignore and os.environ.get("CI") == "true":
    raise RuntimeError(f"needed where CI is true: pip install -r requirements.all.lock, for {collect_ignore}")

NOTHING_OUTLIVES_THE_MACHINE = ("fsync = off", "full_page_writes = off")
"""A server of a run need not survive a loss of power; killed processes lose nothing: commits are still written."""

TAKES_LONG = ("browser", "kafka", "faults", "long")
"""The marks (pyproject.toml) of what takes longer than other tests."""

_NUMBERS = itertools.count(1)
_LEFT_OUT = pytest.StashKey[int]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say what an earlier run left on this machine, and the line that ends it."""
    told = session.config.pluginmanager.get_plugin("terminalreporter")
    if told is not None and not hasattr(session.config, "workerinput"):
        for one in left_behind():
            told.write_line(f"遗留 LEFT BEHIND {one.seen}: {one.mend}", yellow=True)


def pytest_deselected(items: list[pytest.Item]) -> None:
    if items:
        items[0].config.stash[_LEFT_OUT] = items[0].config.stash.get(_LEFT_OUT, 0) + len(items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):  # of a worker, which alone knows what it collected
        session.config.workeroutput["left_out"] = session.config.stash.get(_LEFT_OUT, 0)


def pytest_testnodedown(node: Any) -> None:
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say aloud what the quick suite left out, and how it is run."""
    if missing := [tests for tests in collect_ignore if _asked_for(tests, config)]:
        terminalreporter.write_line(f"未运行 NOT RUN {', '.join(missing)}: ./concord test --all", yellow=True)
    if (left_out := config.stash.get(_LEFT_OUT, 0)) and config.option.markexpr == LEFT_OUT:
        ran = sum(len(terminalreporter.getreports(outcome)) for outcome in ("passed", "failed"))
        terminalreporter.section("快速测试 quick suite", bold=True)
        terminalreporter.write_line(
            f"已运行 ran {ran}；未运行 NOT RUN {left_out} (browser, broker, faults, long): ./concord test --all",
            yellow=True,
            bold=True,
        )


def _asked_for(tests: str, config: pytest.Config) -> bool:
    """Whether a file or folder of tests is among those that are named, or within one of them."""
    wanted = Path(__file__).parent / tests
    named = (config.invocation_params.dir / argument.partition("::")[0] for argument in config.args)
    return any(wanted.is_relative_to(one) or one.is_relative_to(wanted) for one in named)


@pytest.hookimpl(trylast=True)  # when every mark is set, and what is not to run is gone
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several workers, each begins with what takes long, so that light tests are left to share at the end."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1:
        items[:] = dealt(items, workers, heavy=_takes_long, file=lambda item: item.path)


def _takes_long(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(mark) for mark in TAKES_LONG)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The conninfo of an administrator's database: CONCORD_DATABASE_URL, else an embedded server of this run."""
    given = os.environ.get("CONCORD_DATABASE_URL")
    if given:
        yield given
        return
    own = embedded.start(tmp_path_factory.mktemp("postgres"))
    with psycopg.connect(own.url, autocommit=True) as conn:
        for setting in NOTHING_OUTLIVES_THE_MACHINE:
            conn.execute(f"ALTER SYSTEM SET {setting}")
        conn.execute("SELECT pg_reload_conf()")
    yield own.url
    embedded.erase(own)


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    """The name of a migrated database that nobody connects to."""
    name = f"concord_test_{os.getpid()}_template"
    with _created(server, name, "template0"):
        migrate(make_conninfo(server, dbname=name))
        yield name


@pytest.fixture
def database(server: str, template: str) -> Iterator[str]:
    """The conninfo of a migrated, empty database of this test's own."""
    name = f"concord_test_{os.getpid()}_{next(_NUMBERS)}"
    with _created(server, name, template):
        yield make_conninfo(server, dbname=name)


@pytest.fixture
def empty_database(server: str) -> Iterator[str]:
    """The conninfo of a database in which nothing has been migrated."""
    name = f"concord_test_{os.getpid()}_{next(_NUMBERS)}"
    with _created(server, name, "template0"):
        yield make_conninfo(server, dbname=name)


@contextmanager
def _created(server: str, name: str, template: str) -> Iterator[None]:
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    yield
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
