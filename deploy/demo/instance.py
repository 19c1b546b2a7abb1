"""One register of the demonstration: its place, its database, where it is served, and the processes that serve it."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import orjson

from deploy.logins import as_process
from deploy.supervise import Supervisor
from services.casework.pack import DEFAULT_PACK
from services.errors import Unavailable
from services.intake.topics import EVENTS

READY_SECONDS = 60.0
"""How long an instance has to become ready, times the instances that start together."""

MOST_DEATHS = 3
"""Deaths in a row from which on a start is given up."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A register that is served: `directory` holds its keys and accounts, `topic` carries its events where `kafka` is.

    `base` is its URL, once it is known; `pack` judges it until it adopts one, `packs` is a folder of more packs.
    """

    place: str
    directory: Path
    database: str
    host: str
    level: str = "provincial"
    kafka: str | None = None
    topic: str = EVENTS
    base: str = ""
    pack: str = DEFAULT_PACK
    packs: Path | None = None

    @property
    def accounts_file(self) -> Path:
        """Where clients find the tokens."""
        return self.directory / "accounts.json"

    def accounts(self) -> dict[str, Any]:
        """What is in that file."""
        document: dict[str, Any] = orjson.loads(self.accounts_file.read_bytes())
        return document

    def token(self, who: str) -> dict[str, str]:
        """The header by which somebody of the accounts signs in."""
        return {"Authorization": f"Bearer {self.accounts()['accounts'][who]['token']}"}

    def environment_of(self, process: str) -> dict[str, str]:
        """The settings of one of its processes, which connects as its own login."""
        return {**self.environment, "CONCORD_DATABASE_URL": as_process(self.database, process)}

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its processes."""
        kafka = {"CONCORD_KAFKA": self.kafka, "CONCORD_EVENTS_TOPIC": self.topic} if self.kafka else {}
        packs = {"CONCORD_PACKS": str(self.packs)} if self.packs is not None else {}
        return {
            "CONCORD_DATABASE_URL": self.database,
            "CONCORD_DATA_DIR": str(self.directory),
            "CONCORD_PLACE": self.place,
            "CONCORD_LEVEL": self.level,
            "CONCORD_LOG_LEVEL": "warning",
            "CONCORD_OPEN_PAGES": "true",
            "CONCORD_DEMONSTRATION": "true",
            "CONCORD_PACK": self.pack,
            **kafka,
            **packs,
        }


def serve(instance: Instance, supervisor: Supervisor, port: int, processes: Sequence[Sequence[str]]) -> Instance:
    """Start its API and the other processes of `concord serve`; the instance with its URL, which accounts then name."""
    served = replace(instance, base=f"http://{instance.host}:{port}")
    for words in processes:
        environment = served.environment_of(words[0])
        supervisor.start(f"{served.place} {' '.join(words)}", "serve", *words, environment=environment)
    at = ("--host", served.host, "--port", str(port))
    supervisor.start(f"{served.place} api", "serve", "api", *at, environment=served.environment_of("api"))
    document = served.accounts()
    if document.get("base") != served.base:
        write_private(served.accounts_file, {**document, "base": served.base})
    return served


def free_ports(host: str, first: int, count: int) -> list[int]:
    """The given number of different ports that are free, from there on as far as possible. Raises Unavailable."""
    wanted = range(first, min(first + 100, 65_536)) if first else ()
    found: list[int] = []
    with ExitStack() as probes:
        for port in (*wanted, *[0] * count):
            probe = probes.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            found.append(probe.getsockname()[1])
            if len(found) == count:
                return found
    raise Unavailable(f"a free port on {host}")


def await_ready(instances: Sequence[Instance], supervisor: Supervisor) -> None:
    """Wait until all answer as ready. Raises Unavailable where one does not."""
    deadline = time.monotonic() + READY_SECONDS * len(instances)
    waiting = list(instances)
    # one for all questions: making a client reads every certificate authority, which takes longer than the answer
    with httpx2.Client(timeout=2) as client:
        while time.monotonic() < deadline:
            supervisor.look_after()
            if any(child.deaths >= MOST_DEATHS for child in supervisor.children):
                raise Unavailable("a process of the demonstration (it ended again and again; see above)")
            waiting = [one for one in waiting if not _is_ready(client, one)]
            if not waiting:
                return
            time.sleep(0.05)
    raise Unavailable(f"the API at {waiting[0].base} (it did not become ready in time)")


def _is_ready(client: httpx2.Client, instance: Instance) -> bool:
    try:
        return client.get(f"{instance.base}/readyz").status_code == 200
    except httpx2.HTTPError:
        return False


def write_private(path: Path, document: dict[str, Any]) -> None:
    """Write a JSON document that only its owner may read, whole or not at all."""
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2))
    beside.replace(path)
