"""The life of a broker of one node (KRaft, no ZooKeeper): formatted once, started or joined, stopped.

It runs detached and survives the process that started it; killed at any moment, the next `up` goes on
with what it had acknowledged.
"""

from __future__ import annotations

import base64
import fcntl
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import owner
from deploy.embedded.cluster import free_port
from deploy.embedded.process import look
from deploy.kafka.jars import KafkaError, jars, java
from deploy.kafka.topics import answers, ensure

FIRST_PORT = 9_092
PATIENCE = 60.0
"""Seconds that a start may take, recovery of logs included; and a clean stop."""

PORT_PATIENCE = 10.0
"""Seconds for which the remembered port is waited for before another is taken."""

STARTS = 8
"""How often a broker is started that ends at once: another program may have taken its port in between, and one
killed while it made a topic ends at each half-made partition that it finds, having put it aside."""

STEP = 0.1

LOGGING = Path(__file__).with_name("log4j2.properties")

CONFIGURATION = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
message.max.bytes=2097152
compression.type=uncompressed
log.retention.hours=168
"""


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that answers; `bootstrap` is what clients are given."""

    bootstrap: str
    pid: int
    directory: Path


@dataclass(frozen=True, slots=True)
class _Home:
    path: Path

    @property
    def configuration(self) -> Path:
        return self.path / "server.properties"

    @property
    def formatted(self) -> Path:
        return self.path / "cluster-id"

    @property
    def pid(self) -> Path:
        return self.path / "pid"

    @property
    def port(self) -> Path:
        return self.path / "port"

    @property
    def log(self) -> Path:
        return self.path / "broker.log"

    @property
    def output(self) -> Path:
        """What the machine under the broker says, which is little."""
        return self.path / "broker.out"


def up(directory: Path, port: int | None = None) -> Broker:
    """The broker under `directory/kafka`: joined if it runs, else started, and set up before if it is the first time.

    Returns once it answers and has the topics. A free port is taken and remembered. Safe to call at
    the same time from many processes. Raises KafkaError with what would mend it.
    """
    program, home = java(), _home(directory)
    with _alone(home):
        until = time.monotonic() + PATIENCE
        starts = 0
        while True:
            pid = _pid(home)
            if pid is None and starts == STARTS:
                raise KafkaError(f"the broker ended {starts} times (log: {home.log}): {_said(home)}")
            if pid is None:  # there was none, or the one that was joined was just dying
                _start(home, program, port)
                starts += 1
            elif _answers(home):
                ensure(_bootstrap(home))
                owner.claim(home.path)
                return Broker(_bootstrap(home), pid, directory.absolute())
            if time.monotonic() > until:
                raise KafkaError(f"the broker does not answer after {PATIENCE:.0f} s (log: {home.log})")
            time.sleep(STEP)


def status(directory: Path) -> Broker | None:
    """The broker of `directory` if its process runs and answers."""
    home = _home(directory)
    pid = _pid(home)
    if pid is None or not _answers(home):
        return None
    return Broker(_bootstrap(home), pid, directory.absolute())


def down(directory: Path) -> bool:
    """Stop the broker cleanly, or kill it where it does not end; whether one ran."""
    home = _home(directory)
    if not home.path.is_dir():
        return False
    with _alone(home):
        pid = _pid(home)
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while _pid(home) is not None:
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
            time.sleep(STEP)
        return True


def is_home(path: Path) -> bool:
    """Whether a broker of ours lives there: its configuration and its storage's id stand in it."""
    home = _Home(path)
    return home.configuration.exists() and home.formatted.exists()


def port_of(path: Path) -> int | None:
    """The port that the broker that lives there takes clients on."""
    try:
        return int(_Home(path).port.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _home(directory: Path) -> _Home:
    return _Home(directory.absolute() / "kafka")


@contextmanager
def _alone(home: _Home) -> Iterator[None]:
    home.path.mkdir(parents=True, exist_ok=True)
    with (home.path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _pid(home: _Home) -> int | None:
    """The pid of the broker's process if it lives: a pid handed out again is another program, or in another place."""
    try:
        pid = int(home.pid.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None
    process = look(pid)
    if process is None or process.defunct or process.name != "java":
        return None
    return pid if process.directory in (home.path, None) else None


def _answers(home: _Home) -> bool:
    return answers(_bootstrap(home), home.formatted.read_text(encoding="ascii"))


def _bootstrap(home: _Home) -> str:
    return f"127.0.0.1:{home.port.read_text(encoding='ascii')}"


def _configure(home: _Home, wanted: int | None) -> None:
    remembered = int(home.port.read_text(encoding="ascii")) if home.port.exists() else None
    if remembered is not None and wanted in (None, remembered):
        # a killed broker may hold its port a moment longer than its pid, and clients know this port
        until = time.monotonic() + PORT_PATIENCE
        while free_port(remembered) != remembered and time.monotonic() < until:
            time.sleep(STEP)
    port = free_port(wanted or remembered or FIRST_PORT)
    text = CONFIGURATION.format(port=port, controller=free_port(port + 1), data=home.path / "data")
    home.configuration.write_text(text, encoding="utf-8")
    home.port.write_text(str(port), encoding="ascii")


def _format(home: _Home, program: str, classes: Path) -> None:
    """Format the storage, once; a format that was cut short is done again."""
    if home.formatted.exists():
        return
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    done = subprocess.run(  # noqa: S603 (fixed words, paths of ours)
        [
            *(program, "-cp", f"{classes}/*", "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}"),
            *("--config", str(home.configuration), "--ignore-formatted"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise KafkaError(f"the storage cannot be formatted: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    home.formatted.write_text(cluster, encoding="ascii")


def _start(home: _Home, program: str, port: int | None) -> None:
    classes = jars()
    _configure(home, port)
    _format(home, program, classes)
    _spawn(home, program, classes)


def _spawn(home: _Home, program: str, classes: Path) -> None:
    """Start the broker in a session of its own, detached from this process (Ctrl-C here is not its), and remember its
    pid.
    """
    logging = [f"-Dlog4j2.configurationFile={LOGGING}", f"-Dbroker.log={home.log}"]
    arguments = [program, "-Xms128m", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError", *logging, "-cp", f"{classes}/*"]
    script = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
    shell = subprocess.run(  # noqa: S603 (a fixed script, paths as arguments)
        ["/bin/sh", "-c", script, "sh", str(home.output), *arguments, "kafka.Kafka", str(home.configuration)],
        cwd=home.path,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    home.pid.write_text(shell.stdout.strip(), encoding="ascii")


def _said(home: _Home) -> str:
    """The last line of its log, else of what the machine under it said."""
    for path in (home.log, home.output):
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.exists() else []
        if lines:
            return lines[-1]
    return "it said nothing"
