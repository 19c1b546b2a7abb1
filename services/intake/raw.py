"""A message as it came, before anything was made of it: body, headers, key, and the way it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

Headers = Sequence[tuple[str, bytes | None]]


class Binding(StrEnum):
    """How CloudEvents travel: by the Kafka or the HTTP protocol binding of CloudEvents 1.0."""

    KAFKA = "kafka"
    HTTP = "http"

    @property
    def prefix(self) -> str:
        """What stands before an attribute's name in a header, in binary mode."""
        return "ce_" if self is Binding.KAFKA else "ce-"


@dataclass(frozen=True, slots=True)
class Raw:
    """One message; `sender` is the stream of the source whose token brought it over HTTP, or whose key signed it, as
    was found when it came.
    """

    body: bytes
    headers: Headers = ()
    key: bytes | None = None
    binding: Binding = Binding.KAFKA
    sender: UUID | None = None
