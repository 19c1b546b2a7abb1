"""A province's belonging to the nation's check (policy 五(五)3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.province import ProvinceBranchFollowed, ProvinceJoined, ProvinceLeft
from services.casework.stream import State

_PROVINCES = uuid5(NAMESPACE_URL, "concord:province")


def province_stream(place: str) -> UUID:
    """The stream of a province's belonging."""
    return uuid5(_PROVINCES, place)


@dataclass(frozen=True, slots=True)
class Belonging(State):
    """A province with its log and the public key that signs it, while it belongs."""

    place: str = ""
    name: str = ""
    log: UUID | None = None
    key: str = ""

    @property
    def belongs(self) -> bool:
        """Whether it belongs now."""
        return self.log is not None


def joined(belonging: Belonging, entry: Entry[ProvinceJoined]) -> Belonging:
    """The province with its log."""
    event = entry.event
    return replace(belonging, place=event.place, name=event.name, log=event.log, key=event.key)


def left(belonging: Belonging, entry: Entry[ProvinceLeft]) -> Belonging:
    """The province without."""
    return replace(belonging, log=None)


def branch_followed(belonging: Belonging, entry: Entry[ProvinceBranchFollowed]) -> Belonging:
    """The province with the log that is followed from now on."""
    return replace(belonging, log=entry.event.log)
