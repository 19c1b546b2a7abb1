"""The steps of a cross-inspection, as the register and two houses of the nation take them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from uuid import UUID

from events.envelope import Event
from events.fields import Document
from events.governance.crosscheck import (
    CrosscheckAssigned,
    CrosscheckListsFrozen,
    CrosscheckShareCommitted,
    CrosscheckShareRevealed,
    ListedProvince,
)
from events.words import House
from services.casework.check.draw import share_digest
from services.casework.crosscheck.draw import assignments, lists_text
from services.casework.crosscheck.state import CrossInspection

Populations = Mapping[str, Iterable[UUID]]
TWO = (House.HR, House.UNION)


def share(house: House) -> str:
    """The share that a house keeps to itself until it reveals it."""
    return sha256(f"示例份额:{house.value}".encode()).hexdigest()


def listed(populations: Populations, last: Mapping[str, str] | None = None) -> CrosscheckListsFrozen:
    """The lists as the register fills them in."""
    text, before = lists_text(populations), last or {}
    provinces = tuple(
        ListedProvince(place=place, position=900, population=len(set(populations[place])), last=before.get(place))
        for place in sorted(populations)
    )
    kept = Document(sha256=sha256(text).hexdigest(), media_type="text/plain", title="互检名单", size=len(text))
    return CrosscheckListsFrozen(provinces=provinces, document=kept, shares=len(TWO))


def commits(stream: UUID, house: House) -> CrosscheckShareCommitted:
    """The commitment of a house."""
    return CrosscheckShareCommitted(house=house, digest=share_digest(stream, house.value, share(house)))


def reveals(house: House) -> CrosscheckShareRevealed:
    """Its share, revealed."""
    return CrosscheckShareRevealed(house=house, share=share(house))


def shared(stream: UUID) -> list[tuple[House, Event]]:
    """Both houses commit, then both reveal."""
    return [*((house, commits(stream, house)) for house in TWO), *((house, reveals(house)) for house in TWO)]


def drawn(inspection: CrossInspection, populations: Populations, position: int) -> CrosscheckAssigned:
    """The draw as the register makes it, the last commitment standing at that position of the log."""
    assert inspection.plan is not None
    assert inspection.lists is not None
    assert inspection.shares.last is not None
    head = inspection.shares.last.head(position, inspection.id)
    seed = inspection.shares.seed(head)
    pairs = assignments(seed, inspection.lists.provinces or (), populations, inspection.plan.per_province)
    return CrosscheckAssigned(head=position, head_digest=head, seed=seed, assignments=pairs)
