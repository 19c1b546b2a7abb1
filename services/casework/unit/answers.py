"""What waits for an answer about a title: a proposal to revoke it, or the reason why not (I-14, T-11).

A fact that was serious while a title lasted is answered for that title after its term too, and after the unit's
closing: nobody escapes it by waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from services.casework.law import Intent, Refusal, refuse
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def unanswered(unit: Unit, title: str) -> Iterator[tuple[int, date]]:
    """The entries that wait for an answer about the title, with the days since which they do: serious assessments, the
    first of each signal, and a verification that asked for a proposal.
    """
    held = unit.naming.answerable().get(title)
    if held is None or title in unit.revocation.proposals:
        return
    assessed = (signal.unanswered(title) for signal in unit.signals.all.values())
    asked = (*assessed, unit.checks.to_propose.get(title))
    # what was known when a title was given is answered for from its naming on
    yield from ((one[0], max(one[1], held.named_on)) for one in asked if one is not None and one[1] <= held.term_until)


def titles_to_answer(unit: Unit) -> list[str]:
    """The titles held, and those gone of which something waits for an answer."""
    gone = unit.naming.answerable().keys() - unit.naming.held.keys()
    return sorted(unit.naming.held.keys() | {title for title in gone if any(unanswered(unit, title))})


def proposed_or_to_be_answered(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-14: dropped is what was proposed; or it is stated why a serious signal, or a verification that asked for
    it, leads to no proposal for this title.
    """
    title = act.title or ""
    if title in unit.revocation.proposals or any(unanswered(unit, title)):
        return None
    zh, en = "没有取消命名的提议或待答复的严重信号", "nothing is proposed, and no serious signal waits for an answer"
    return refuse(pack, "I-14", zh, en)
