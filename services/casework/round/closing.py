"""A round is closed once, and not over a list that is still to be public (I-18, T-26)."""

from __future__ import annotations

from services.casework.law import Intent, Refusal, refuse
from services.casework.pack import Pack
from services.casework.round.state import Round


def not_closed(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """I-18: a closed round changes no more."""
    return refuse(pack, "I-18", "该轮次已结束", "the round is closed", final=True) if round_.closed else None


def in_public_first(round_: Round, pack: Pack) -> bool:
    """Whether the list is to be in public before it is published: the pack says so of such rounds, or it was."""
    return round_.kind in pack.public_lists or round_.in_public is not None


def list_not_waiting(round_: Round, act: Intent, pack: Pack) -> Refusal | None:
    """T-26: whose list is to be in public first is closed once that is published, unless nobody stands on it."""
    waits = bool(round_.taken) if round_.in_public is None else True
    if round_.published is not None or not waits or not in_public_first(round_, pack):
        return None
    return refuse(pack, "T-26", "名单尚未公示、公布", "its list is still to be in public and published")
