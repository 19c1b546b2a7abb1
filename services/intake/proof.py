"""Whose word a signal is: an Ed25519 signature by a key of its source, over what it says, whatever way it took.

Signed is the CloudEvent in the one form that RFC 8785 gives its JSON: `data`, `id`, `source`, `subject`, `time` and
`type`, those that it has. The signature stands beside them as the extension attribute `signature`, in Base64.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.errors import Malformed, Problem

ATTRIBUTE: Final = "signature"
_SIGNED: Final = ("data", "id", "source", "subject", "time", "type")
_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Proof:
    """A signature, and what it is said to be over."""

    signature: bytes
    text: bytes

    def by_one_of(self, keys: Iterable[str]) -> bool:
        """Whether one of these public keys made the signature."""
        return any(_made_by(key, self) for key in keys)


def proof_of(attributes: Mapping[str, Any], data: Any) -> Proof | None:
    """The proof that a CloudEvent brings along; None where it brings none. Raises Malformed: it is no signature."""
    given = attributes.get(ATTRIBUTE)
    if given is None:
        return None
    try:
        signature = b64decode(given, validate=True) if isinstance(given, str) else b""
        if len(signature) != _LENGTH:
            raise ValueError(given)
        return Proof(signature, text_of({**attributes, "data": data}))
    except (ValueError, TypeError) as error:
        zh, en = "应为Base64编码的Ed25519签名（64字节）", "an Ed25519 signature, 64 bytes in Base64"
        raise Malformed([Problem(f"/{ATTRIBUTE}", zh, en)]) from error


def text_of(document: Mapping[str, Any]) -> bytes:
    """What is signed of a CloudEvent: its JSON by RFC 8785. Raises TypeError for numbers that no JSON reader shares."""
    said = {name: document[name] for name in _SIGNED if document.get(name) is not None}
    # names are ASCII and numbers whole, of which the order and form of RFC 8785 are these
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)


def signed(document: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """A CloudEvent with its signature, as its source sends it."""
    return {**document, ATTRIBUTE: b64encode(key.sign(text_of(document))).decode()}


def _made_by(key: str, proof: Proof) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(proof.signature, proof.text)
    except (InvalidSignature, ValueError):
        return False
    return True
