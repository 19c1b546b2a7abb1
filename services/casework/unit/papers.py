"""What a paper of the nation is worth in an act on a unit (T-08)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from events.record import ActProposed, DutyResumed, DutySuspended
from events.words import DocumentKind
from services.casework.document.state import Paper
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


class _WithPaper(Protocol):
    @property
    def paper(self) -> UUID | None: ...


def paper_of(*kinds: DocumentKind) -> Callable[[Unit, Act[Any], Pack], Refusal | None]:
    """T-23: the paper is one of these, names the unit, and does one thing about a title of it, once."""

    def paper_fits(unit: Unit, act: Act[Any], pack: Pack) -> Refusal | None:
        event: _WithPaper = act.event
        paper = act.context.find(Paper, event.paper)
        if paper is None or paper.recorded is None:
            return None
        if paper.recorded.kind not in kinds:
            is_of, zh_of, en_of = paper.recorded.kind, "或".join(k.zh for k in kinds), " or ".join(k.en for k in kinds)
            zh, en = f"该文件为{is_of.zh}，须为{zh_of}", f"that paper is of {is_of.en}, and it takes one of {en_of}"
            return refuse(pack, "T-23", zh, en, (paper.id,), "/paper")
        return _counts(unit, act, pack)

    return paper_fits


def no_older_than(since: Callable[[Unit, Intent], date | None]) -> Callable[[Unit, Act[Any], Pack], Refusal | None]:
    """T-23: a paper that answers is no older than what it answers, which came up on that day."""

    def paper_is_young(unit: Unit, act: Act[Any], pack: Pack) -> Refusal | None:
        event: _WithPaper = act.event
        paper, day = act.context.find(Paper, event.paper), since(unit, act)
        if paper is None or paper.recorded is None or day is None or paper.recorded.dated >= day:
            return None
        zh = f"文件日期{paper.recorded.dated}早于其所答复的事项（{day}）"
        en = f"the paper of {paper.recorded.dated} is older than what it answers, of {day}"
        return refuse(pack, "T-23", zh, en, (paper.id,), "/paper")

    return paper_is_young


def _counts(unit: Unit, act: Act[Any], pack: Pack) -> Refusal | None:
    """T-08, T-23: the paper names the unit if any, and nothing else was done by it about that title."""
    event: _WithPaper = act.event
    paper = act.context.find(Paper, event.paper)
    if paper is None:
        return None
    if paper.units and unit.id not in paper.units:
        zh, en = "所附文件的名单中没有该单位", "the unit is none of those that the paper names"
        return refuse(pack, "T-08", zh, en, (paper.id,), "/paper")
    used = [
        entry.version
        for entry in unit.entries
        if entry.version not in unit.voided and not isinstance(entry.event, ActProposed | DutySuspended | DutyResumed)
        if getattr(entry.event, "paper", None) == paper.id and getattr(entry.event, "title", None) == act.title
    ]
    if used:
        zh, en = "该文件已为该称号使用过", "the paper was used for that title before"
        return refuse(pack, "T-23", zh, en, used, "/paper")
    return None
