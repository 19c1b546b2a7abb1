"""Acts that wait for a second person: what a seconding would bring about, and whether a decision needs one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from events.envelope import Event
from events.record import ActSeconded
from events.sentences import Labels, sentence
from services.casework.judgement import act_of
from services.casework.law import Law, Second
from services.casework.pack import Pack
from services.casework.record import event_of, lapses_on, takes_two
from services.casework.stream import OpenAct, State


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposed act as its second person sees it."""

    proposal: OpenAct
    event: Event
    lapses_on: date

    def says(self, language: Literal["zh", "en"], labels: Labels) -> str:
        """What the act says."""
        return sentence(self.event, language, labels)


def waiting(state: State, subject: Mapping[str, Any], law: Law[Any, Any], pack: Pack) -> Waiting | None:
    """What a seconding with that subject would bring about; None for all other decisions."""
    if not issubclass(law.event, ActSeconded):
        return None
    proposal = state.common.open_acts.get(subject.get("proposal") or 0)
    return Waiting(proposal, event_of(proposal), lapses_on(proposal, pack)) if proposal is not None else None


def second_person(state: State, law: Law[Any, Any], pack: Pack, example: Event | None = None, **by: Any) -> bool | None:
    """Whether a second person will be needed: known of the decision itself, or else of its example; None unknown."""
    if law.second is None:
        return False
    if law.second.when is _ALWAYS:
        return True
    if example is None:
        return None
    return takes_two(state, act_of(law, example, by["actor"], by["day"], context=by["context"]), pack)


_ALWAYS: Final = Second.__dataclass_fields__["when"].default
"""What says that an act takes two persons whatever is filled in."""
