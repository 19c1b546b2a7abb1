"""Passwords: made into argon2id hashes a few at a time, what is no good one, and how long who guesses has to wait."""

from __future__ import annotations

import asyncio
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from services.errors import Problem, TooManyRequests

AT_ONCE: Final = 4
"""Hashes at a time; each takes 19 MiB."""

MOST_WAITING: Final = 64
"""Hashes that may wait for their turn; who comes then is told to come again."""

SHORTEST, LONGEST = 12, 128
"""Characters of a password (ASVS 5.0, 6.2.1 and 6.2.9)."""

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
"""As OWASP asks for at the least: 19 MiB, two passes, one lane."""

NOBODYS: Final = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"
"""Of no password, by the same parameters: verified where there is no account, an answer takes as long as any other."""

T = TypeVar("T")


def _yields() -> None:
    # hashing waits behind everything else that is served; Linux sets this for a thread alone
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    except OSError:
        return


@dataclass(slots=True)
class Hashing:
    """Hashes passwords in threads of its own."""

    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(AT_ONCE, "argon2", initializer=_yields)
    )
    _waiting: int = 0

    async def hash_of(self, password: str) -> str:
        """What is kept of a password. Raises TooManyRequests."""
        return await self._run(lambda: _HASHER.hash(password))

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one that was kept; takes as long where nothing was. Raises TooManyRequests."""
        return await self._run(lambda: _verified(kept or NOBODYS, password)) and kept is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise TooManyRequests(1.0)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1


def _verified(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def wrong_with(password: str, name: str) -> Problem | None:
    """What makes a password no good one, and what to do; None where it is good. Any characters are taken."""
    bare = re.sub(r"[\W_]", "", password.casefold())
    plain = len(set(bare)) < 5 or bare in "01234567890123456789" or bare in "abcdefghijklmnopqrstuvwxyz"
    checks = (
        (len(password) < SHORTEST, f"密码至少{SHORTEST}个字符，可用几个词连成一句",
         f"{SHORTEST} characters at least: a few words do"),
        (len(password) > LONGEST, f"密码至多{LONGEST}个字符", f"{LONGEST} characters at most"),
        (name in password.casefold() or bare.startswith(("concord", "password", "hexie")),
         "密码不能含账号名，也不能以常见词开头", "it holds the account's name, or begins as every guess does"),
        (plain, "密码过于简单，请用不相干的几个词", "it is too plain: use a few words that do not belong together"),
    )  # fmt: skip
    return next((Problem("/password", zh, en) for wrong, zh, en in checks if wrong), None)


@dataclass(slots=True)
class Delays:
    """How long who fails has to wait: by account and address, doubling, so that nobody locks somebody else out.

    Whoever once signed in from an address waits for their own failures alone. From elsewhere, an account at which
    many have failed lets wait a little, and never for good.
    """

    free: int = 5
    longest: float = 300.0
    free_anywhere: int = 50
    longest_anywhere: float = 30.0
    most_remembered: int = 50_000
    _failed: OrderedDict[tuple[str, str], tuple[int, float]] = field(default_factory=OrderedDict)
    _known: OrderedDict[tuple[str, str], None] = field(default_factory=OrderedDict)

    def seconds(self, name: str, address: str) -> float:
        """Seconds to wait before this address may try this account."""
        own = self._left((name, address), self.free, self.longest)
        if (name, address) in self._known:
            return own
        return max(own, self._left((name, ""), self.free_anywhere, self.longest_anywhere))

    def failed(self, name: str, address: str) -> None:
        """One try that was wrong."""
        for key in ((name, address), (name, "")):
            times, _ = self._failed.pop(key, (0, 0.0))
            self._failed[key] = times + 1, time.monotonic()
        while len(self._failed) > self.most_remembered:
            self._failed.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """The account was signed in to from there."""
        self._failed.pop((name, address), None)
        self._known[name, address] = None
        while len(self._known) > self.most_remembered:
            self._known.popitem(last=False)

    def _left(self, key: tuple[str, str], free: int, longest: float) -> float:
        times, last = self._failed.get(key, (0, 0.0))
        if times < free:
            return 0.0
        return max(0.0, last + min(longest, 2.0 ** min(times - free, 20)) - time.monotonic())
