"""The second factor: codes that follow from a secret and the time (RFC 6238), and codes for when it is lost."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import pyotp

from services.vault.keys import KeyFile, Slot, commitment_of

STEP_SECONDS: Final = 30
STEPS_ASIDE: Final = 1
"""Steps before and after that are taken too: clocks differ."""

CODES: Final = 10
CODE_BYTES: Final = 15
"""120 random bits, written in 24 characters: no slow hash is needed (ASVS 5.0, 6.5.2)."""

_PURPOSE: Final = "second-factor"
_COMMITMENT_BYTES: Final = 32


def fresh_secret() -> str:
    """A new secret of 160 bits, in base32."""
    return pyotp.random_base32(32)


def wrapped(keys: KeyFile, holder: UUID, secret: str) -> bytes:
    """The secret as it is kept: by the key file, and bound to whose it is."""
    clear = secret.encode()
    return commitment_of(clear) + keys.wrap(holder, Slot(holder, _PURPOSE), clear)


def unwrapped(keys: KeyFile, holder: UUID, kept: bytes) -> str:
    """The secret. Raises Unavailable where another key file wrapped it."""
    commitment, ciphertext = kept[:_COMMITMENT_BYTES], kept[_COMMITMENT_BYTES:]
    return keys.unwrap(holder, Slot(holder, _PURPOSE), ciphertext, commitment).decode()


def address_of(secret: str, name: str) -> str:
    """What an authenticator reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Concord 和谐")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code that is, of those near by; None where it is none."""
    digits = code.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return None
    totp, step = pyotp.TOTP(secret, interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS
    near = range(step - STEPS_ASIDE, step + STEPS_ASIDE + 1)
    return next((one for one in near if secrets.compare_digest(totp.generate_otp(one), digits)), None)


def fresh_codes() -> Sequence[str]:
    """New codes, each good once: six groups of four."""
    return [_grouped(base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()) for _ in range(CODES)]


def hash_of_code(code: str) -> bytes:
    """What is kept of a code, however it is grouped or cased."""
    return sha256("".join(code.upper().split()).replace("-", "").encode()).digest()


def _grouped(text: str) -> str:
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
