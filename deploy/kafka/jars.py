"""The broker's jars: fetched once by Maven as `pom.xml` says; the programs that this takes."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from services.errors import ConcordError

POM = Path(__file__).with_name("pom.xml")
TARGET = Path(__file__).with_name("target")

APT = "apt-get install openjdk-17-jre-headless maven"
"""The line that installs what the broker needs on Debian and Ubuntu."""


class KafkaError(ConcordError):
    """The broker cannot be brought up, and what would mend it."""

    code = "kafka"


class MissingError(KafkaError):
    """A program is missing on this machine, and the line that installs it."""


def java() -> str:
    """The path of Java. Raises MissingError."""
    found = shutil.which("java")
    if found is None:
        raise MissingError(f"Kafka 需要 Java 17 / Kafka needs Java 17. Debian, Ubuntu: {APT}")
    return found


def jars() -> Path:
    """The directory of the jars that `pom.xml` names, fetched if they are missing or others. Raises KafkaError."""
    wanted = TARGET / f"jars-{sha256(POM.read_bytes()).hexdigest()[:12]}"
    TARGET.mkdir(exist_ok=True)
    with (TARGET / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.is_dir():
            _fetch(wanted)
    return wanted


def _fetch(wanted: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingError(f"取得 Kafka 需要 Maven / fetching Kafka's jars needs Maven. Debian, Ubuntu: {APT}")
    unfinished = wanted.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    done = subprocess.run(  # noqa: S603 (a program of the machine, paths of ours)
        [maven, "-B", "-q", "-f", str(POM), "dependency:copy-dependencies", f"-Djars={unfinished}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if "ERROR" in line]
        raise KafkaError(f"Maven: {(lines or [done.stderr or 'it said nothing'])[0]}")
    unfinished.rename(wanted)
