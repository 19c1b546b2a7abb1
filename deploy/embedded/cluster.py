"""Setting a cluster up: `initdb`, its password, its configuration and its port."""

from __future__ import annotations

import re
import secrets
import shutil
import socket
import tempfile
from pathlib import Path

from deploy.embedded.place import EmbeddedError, Place, socket_directory

USER = DATABASE = "concord"
FIRST_PORT = 15_432
"""Below the range from which systems take ports for outgoing connections."""


def initialise(place: Place) -> None:
    """Set the cluster up beside and rename it, so that an interrupted set-up is never taken for a cluster."""
    if not place.password.exists():
        _write(place.password, secrets.token_urlsafe(24), 0o600)
    begun = place.home / "data.initialising"
    if begun.exists():
        shutil.rmtree(begun)  # an interrupted set-up: no server ever ran on it
    begun.mkdir(mode=0o700)
    place.give(begun)
    with tempfile.NamedTemporaryFile("w", dir=place.home / "run") as secret:
        secret.write(place.password.read_text(encoding="ascii"))
        secret.flush()
        place.give(Path(secret.name))
        done = place.call(
            "initdb",
            f"--pgdata={begun}",
            f"--username={USER}",
            f"--pwfile={secret.name}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
        )
    if done.returncode != 0:
        raise EmbeddedError(f"the database could not be set up: {last_line(done.stderr + done.stdout)}")
    with (begun / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write("\ninclude '../concord.conf'\n")
    begun.rename(place.data)


def configure(place: Place, port: int) -> None:
    sockets = str(socket_directory(place)).replace('"', '""').replace("'", "''")
    lines = (
        "# Written at each start. Use ALTER SYSTEM for settings of your own.",
        "listen_addresses = '127.0.0.1'",
        f"port = {port}",
        f"unix_socket_directories = '\"{sockets}\"'",
        "unix_socket_permissions = 0700",
        "max_connections = 200",
        "shared_buffers = '256MB'",
        "fsync = on",
        "timezone = 'Asia/Shanghai'",
        "log_timezone = 'Asia/Shanghai'",
    )
    _write(place.settings, "\n".join(lines) + "\n", 0o640)
    place.give(place.settings)


def _write(path: Path, text: str, mode: int) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as begun:
        begun.write(text)
    Path(begun.name).chmod(mode)
    Path(begun.name).replace(path)


def remembered_port(place: Place) -> int:
    if not place.settings.exists():
        return FIRST_PORT
    found = re.search(r"^port = (\d+)$", place.settings.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]) if found else FIRST_PORT


def free_port(wanted: int) -> int:
    for port in range(wanted, 65_536):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue  # taken: the next one
            return port
    raise EmbeddedError(f"no free port from {wanted} upwards")


def last_line(text: str) -> str:
    """The line of a log that says why: the last failure in it, else simply the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    failures = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error):", line)]
    return (failures or lines or ["it said nothing"])[-1]
