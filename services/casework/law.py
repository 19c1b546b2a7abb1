"""What the law speaks of: acts, rules and refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from events.envelope import Actor, Event
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.officer import Officer
    from services.casework.policy import Policy
    from services.casework.round import Round
    from services.casework.source import Source
    from services.casework.unit import Unit


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is refused: the rule, its clause, what is so, and what would have to be true.

    `facts` names the entries (versions), signals or units that stand in the way.
    """

    rule: str
    clause: str
    zh: str
    en: str
    needs_zh: str
    needs_en: str
    assumption: str | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """The streams beside the unit that an act rests on, as they were when it was judged.

    Where one is None it was not at hand (an old entry judged from the unit's stream alone), and
    the rules that need it hold their peace.
    """

    officer: Officer | None = None
    round: Round | None = None
    source: Source | None = None
    policy: Policy | None = None


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class Act:
    """Who wants to do what on which day; `event` is None while nothing has been filled in."""

    type: type[Event]
    actor: Actor
    day: date
    event: Event | None = None
    effective_on: date | None = None
    title: str | None = None
    beside: Beside = field(default=NOTHING_BESIDE)


Rule = Callable[["Unit", Act, Pack], "Refusal | None"]


@dataclass(frozen=True, slots=True)
class Rules:
    """The law of one type of event: what can be asked before anything is filled in, and the rest."""

    state: tuple[Rule, ...] = ()
    content: tuple[Rule, ...] = ()


def refuse(pack: Pack, rule: str, zh: str, en: str, facts: Sequence[object] = ()) -> Refusal:
    """The refusal under a rule of the pack, with the sentence of this case."""
    text = pack.rules[rule]
    return Refusal(
        rule, text.clause, zh, en, text.needs_zh, text.needs_en, text.assumption, tuple(str(fact) for fact in facts)
    )
