"""What a killed run left on the machine is found, named, and ended by the line that is said."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import embedded
from deploy.cli import doctor
from deploy.embedded import owner
from deploy.left_behind import LeftBehind, left_behind
from services.settings import Settings

ROOT = Path(__file__).parents[2]
START = """
import sys
from pathlib import Path
from deploy.embedded import start
server = start(Path(sys.argv[1]))
print(server.pid, server.port, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "left"
    yield made
    embedded.erase(made)


def of(directory: Path) -> list[LeftBehind]:
    return [one for one in left_behind() if one.directory == directory.resolve()]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found on Linux alone")
def test_E_28_what_a_killed_suite_left_is_found_and_named(directory: Path, tmp_path: Path) -> None:
    started = subprocess.Popen(
        [sys.executable, "-c", START, str(directory)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdout is not None
    pid, port = map(int, started.stdout.readline().split())
    assert of(directory) == [], "whoever started it lives"
    started.kill()
    started.communicate()
    (found,) = of(directory)
    assert (found.what, found.pid, found.port, found.mend) == ("PostgreSQL", pid, port, f"kill -INT {pid}")
    assert left_behind(apart=directory) == [one for one in left_behind() if one != found]
    checks = doctor.left(Settings(data_dir=tmp_path / "another"))
    assert [check.mend for check in checks if str(directory.resolve()) in check.seen] == [f"kill -INT {pid}"]
    again = embedded.start(directory)
    assert (again.pid, of(directory)) == (pid, []), "somebody owns it again"
    (found.home / owner.FILE).write_text(json.dumps({"pid": os.getpid(), "started": 1.0}))
    assert of(directory) == [found], "that pid is another process now"
    subprocess.run(["/bin/sh", "-c", found.mend], check=True)
    deadline = time.monotonic() + 30
    while of(directory):
        assert time.monotonic() < deadline, "it does not end"
        time.sleep(0.02)


@pytest.mark.skipif(os.geteuid() != 0, reason="the files of a plain user lie in the directory itself")
def test_E_28_files_of_a_directory_that_is_gone_are_named(directory: Path) -> None:
    embedded.stop(embedded.start(directory))
    assert of(directory) == []
    shutil.rmtree(directory)
    (found,) = of(directory)
    assert (found.what, found.pid, found.mend) == ("files", None, f"rm -r {found.home}")
    subprocess.run(["/bin/sh", "-c", found.mend], check=True)
    assert of(directory) == []


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found on Linux alone")
def test_E_28_a_broker_is_known_by_where_it_lives(directory: Path) -> None:
    home = directory / "kafka"
    home.mkdir(parents=True)
    java = home / "java"
    shutil.copy("/bin/sleep", java)
    with subprocess.Popen([java, "60"], cwd=home) as broker:
        assert of(directory) == [], "any program may be called so"
        for file, text in (("server.properties", ""), ("cluster-id", "x"), ("port", "9")):
            (home / file).write_text(text)
        assert of(directory) == [], "nobody noted who started it"
        (home / owner.FILE).write_text(json.dumps({"pid": os.getpid(), "started": 1.0}))
        (found,) = of(directory)
        assert (found.what, found.pid, found.port, found.mend) == ("Kafka", broker.pid, 9, f"kill {broker.pid}")
        owner.claim(home)
        assert of(directory) == []
        broker.kill()
