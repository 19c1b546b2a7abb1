"""Whose a message is: every event that crosses the wire is signed by its register (Ed25519, RFC 8032; ADR 0029).

Events that are sent together are the leaves of a hash tree (SHA-256), and its root is signed once. The header
`concord-signature` holds the 64 bytes of that signature, then the siblings from the leaf up to the root, 32 bytes
each; a message alone has no siblings. So each message is checked by itself, in whatever order it comes, and a
signature costs what a part of one costs. The leaf is the hash of a zero byte and the attributes of SIGNED, a line
each; a node that of a one byte and its two children, the lesser first; what is signed is PREFIX and the root.

A key counts for the events after the position at which the register rotated to it (`register.key-rotated.v1`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final, Protocol
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from events.governance.register import RegisterKeyRotated
from events.registry import decode
from services.errors import ConcordError, Unavailable
from services.register.read import log_id, raw_tail
from services.vault.keys import KeyFile, Slot, provision

HEADER: Final = "concord-signature"
PREFIX: Final = b"concord/wire/v1\n"
HEAD: Final = b"concord/head/v1\n"
"""What is signed begins with it: of events, and of the heads of logs."""

SIGNED: Final = (
    "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_branch", "ce_position", "ce_version", "ce_digest",
)  # fmt: skip
"""The attributes that are signed; the bytes of the event are by their digest."""

_SIGNED = itemgetter(*SIGNED)

GROUP: Final = 128
"""Most events under one signature."""

ROTATED: Final = RegisterKeyRotated.about.type
PURPOSE: Final = "register.signing"

Headers = list[tuple[str, bytes]]

_SIGNATURE, _NODE = 64, 32
_LONGEST = _SIGNATURE + 16 * _NODE
_REMEMBERED = 20_000
_ALL = 2**31 - 1
_NUMBER = re.compile(rb"[1-9][0-9]{0,17}").fullmatch


class ForgedError(ConcordError):
    """A message is not signed by the register whose topic it came over."""

    code = "forged"


class Placed(Protocol):
    """A stored event, as far as its key is asked for."""

    @property
    def position(self) -> int:
        """Its position in the log."""


def leaf_of(attributes: Mapping[str, bytes]) -> bytes:
    """What is signed of a message. Raises KeyError where an attribute is missing."""
    return sha256(b"\0" + b"\n".join(_SIGNED(attributes))).digest()


def public(key: Ed25519PrivateKey) -> str:
    """The public half as events name it, 64 hexadecimal digits."""
    return key.public_key().public_bytes_raw().hex()


def signatures(key: Ed25519PrivateKey, leaves: Sequence[bytes]) -> list[bytes]:
    """The value of the header for each leaf, under one signature."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        nodes = [_node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        levels.append(nodes + below[len(nodes) * 2 :])
    ways = [b""]
    for level in reversed(levels[:-1]):
        ways = [
            level[at ^ 1] + ways[at >> 1] if at ^ 1 < len(level) else ways[at >> 1] for at in range(len(level))
        ]  # fmt: skip
    signed = key.sign(PREFIX + levels[-1][0])
    return [signed + way for way in ways]


def _node(one: bytes, other: bytes) -> bytes:
    return sha256(b"\1" + one + other if one < other else b"\1" + other + one).digest()


@dataclass(frozen=True, slots=True)
class Signer:
    """A register's keys, each with the position after which it counts, in their order."""

    keys: tuple[tuple[int, Ed25519PrivateKey], ...] = field(repr=False)

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> Signer:
        """A register that has had one key."""
        return cls(((0, key),))

    @property
    def key(self) -> str:
        """The public key that counts now."""
        return public(self.keys[-1][1])

    @property
    def verifier(self) -> Verifier:
        """Who believes what this register signs."""
        return Verifier.of(*((after, public(key)) for after, key in self.keys))

    def sign(self, events: Sequence[Placed], headers: Sequence[Headers]) -> None:
        """Add the signature to the headers of events that are sent together, in the order of positions."""
        turns = [after for after, _ in self.keys[1:]]
        cuts = [at for at, event in enumerate(events) if at and (at % GROUP == 0 or event.position - 1 in turns)]
        for first, last in pairwise([0, *cuts, len(events)] if events else []):
            key = self._at(events[first].position)
            group = headers[first:last]
            for one, signature in zip(group, signatures(key, [leaf_of(dict(one)) for one in group]), strict=True):
                one.append((HEADER, signature))

    def sign_head(self, position: int, value: bytes) -> bytes:
        """The signature of what is said of the log up to a position."""
        return self._at(max(position, 1)).sign(HEAD + value)

    def _at(self, position: int) -> Ed25519PrivateKey:
        return next(key for after, key in reversed(self.keys) if after < position)


def signing_key(conn: psycopg.Connection[Any], kek: KeyFile, log: UUID, number: int) -> Ed25519PrivateKey:
    """The register's key of that number, made where there is none. Raises Unavailable where it was destroyed."""
    slot = Slot(log, f"{PURPOSE}.{number}")
    seed = provision(conn, kek, [slot])[slot].key
    if seed is None:
        raise Unavailable(f"the register's signing key {number} (it was destroyed)")
    return Ed25519PrivateKey.from_private_bytes(seed)


def signer_of(conn: psycopg.Connection[Any], kek: KeyFile) -> Signer:
    """The keys of this register; the first is made at its first start."""
    log = log_id(conn)
    rotated = [raw.position for raw in raw_tail(conn, 0, _ALL, [ROTATED])]
    return Signer(tuple((after, signing_key(conn, kek, log, n)) for n, after in enumerate([0, *rotated], 1)))


@dataclass(slots=True)
class _Key:
    """A public key, and nodes of trees whose roots it signed."""

    after: int
    public: Ed25519PublicKey
    nodes: set[bytes] = field(default_factory=set)


@dataclass(slots=True)
class Verifier:
    """What is known of a register's keys, and of what they signed."""

    _keys: list[_Key]

    @classmethod
    def of(cls, *keys: tuple[int, str]) -> Verifier:
        """By position after which each counts, and public key in hexadecimal, in their order."""
        return cls([_Key(after, Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))) for after, key in keys])

    def learn(self, position: int, state: bytes) -> None:
        """Take the key to which the register rotated by the event at a position, which is believed."""
        event = decode(ROTATED, state).event
        if isinstance(event, RegisterKeyRotated) and position > self._keys[-1].after:
            self._keys.append(_Key(position, Ed25519PublicKey.from_public_bytes(bytes.fromhex(event.key))))

    def signed(self, attributes: Mapping[str, bytes]) -> bool:
        """Whether the register signed the message of these headers as its event at the position that they say."""
        try:
            node, signature, said = leaf_of(attributes), attributes[HEADER], attributes["ce_position"]
        except KeyError:
            return False
        if not _NUMBER(said):
            return False
        key = self._at(int(said))
        return node in key.nodes or _leads_to_a_root(key, node, signature)

    def signed_head(self, position: int, value: bytes, signature: bytes) -> bool:
        """Whether the register said this of its log up to a position."""
        try:
            self._at(max(position, 1)).public.verify(signature, HEAD + value)
        except InvalidSignature:
            return False
        return True

    def _at(self, position: int) -> _Key:
        last = self._keys[-1]
        return last if last.after < position else next(one for one in reversed(self._keys) if one.after < position)


def _leads_to_a_root(key: _Key, node: bytes, signature: bytes) -> bool:
    """Whether the leaf and its siblings lead to what the key signed; all on the way is then known of it too."""
    if not _SIGNATURE <= len(signature) <= _LONGEST or len(signature) % _NODE:
        return False
    way = [node]
    for at in range(_SIGNATURE, len(signature), _NODE):
        sibling = signature[at : at + _NODE]
        node = _node(node, sibling)
        way.append(sibling)
        if node in key.nodes:
            break
        way.append(node)
    else:
        try:
            key.public.verify(signature[:_SIGNATURE], PREFIX + node)
        except InvalidSignature:
            return False
    if len(key.nodes) > _REMEMBERED:
        key.nodes.clear()
    key.nodes.update(way)
    return True
