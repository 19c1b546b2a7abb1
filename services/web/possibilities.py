"""What may be done on a stream and what not, listed: what waits for a second person, what is due, the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from urllib.parse import urlencode

from events.envelope import Actor, Event
from events.registry import CHAPTER_OF
from events.sentences import Labels, sentence
from events.words import Chapter
from services.casework.judgement import Possibility, obligations
from services.casework.law import Refusal
from services.casework.obligation import Obligation
from services.casework.second_person import Waiting, waiting
from services.http.streams import Situation

_CHAPTERS: Final = tuple(Chapter)
_SECOND, _DUE, _REST = ("请我会签", "Waits for a second person"), ("有时限的", "With a day"), ("其他", "The rest")


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision as it is listed: what it is, about what, in which post, by when, and why not.

    `about` and `says` are in Chinese and in English; `says` is what a seconding would bring about.
    """

    decision: str
    event: type[Event]
    subject: Mapping[str, Any]
    query: str
    about: tuple[str, str]
    actor: Actor | None
    refusals: Sequence[Refusal]
    due: date | None
    waits: Waiting | None
    says: tuple[str, str] | None

    @property
    def of_others(self) -> bool:
        """Whether it belongs to another post."""
        return any(refusal.rule == "I-13" for refusal in self.refusals)

    @property
    def not_yet(self) -> bool:
        """Whether nothing is in the way but that the stream is not at that step (I-00)."""
        return bool(self.refusals) and all(refusal.rule == "I-00" for refusal in self.refusals)

    @property
    def chapter(self) -> Chapter | None:
        """The chapter of a unit's life that it belongs to."""
        return CHAPTER_OF.get(self.event)


@dataclass(frozen=True, slots=True)
class Group:
    """Decisions that are listed under one heading."""

    heading: tuple[str, str]
    rows: tuple[Shown, ...]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.rows)


def listed(here: Situation, labels: Labels) -> list[Shown]:
    """Every decision on the stream as whoever asks may take it or not, in the order of the law."""
    duties = {duty.key: duty for duty in obligations(here.state, here.packs)}
    return [_shown(here, one, duties, labels) for one in here.may()]


def grouped(rows: Iterable[Shown]) -> list[Group]:
    """First what waits for a second person, then what is due, the earliest first, then the rest by chapter."""
    every = list(rows)
    seconds = tuple(one for one in every if one.waits is not None)
    due = sorted(
        (one for one in every if one.waits is None and one.due is not None), key=lambda one: one.due or date.max
    )
    rest = sorted((one for one in every if one.waits is None and one.due is None), key=_place)
    found = [Group(_SECOND, seconds), Group(_DUE, tuple(due))]
    for chapter, members in groupby(rest, attrgetter("chapter")):
        found.append(Group((chapter.zh, chapter.en) if chapter is not None else _REST, tuple(members)))
    return [group for group in found if group.rows]


def _place(one: Shown) -> int:
    return _CHAPTERS.index(one.chapter) if one.chapter is not None else len(_CHAPTERS)


def _shown(here: Situation, one: Possibility, duties: Mapping[str, Obligation], labels: Labels) -> Shown:
    subject = _subject(one)
    zh, en = (
        "、".join(_called(here, value, language, duties, labels) for value in subject.values())
        for language in ("zh", "en")
    )
    settled = [duty.due for duty in duties.values() if duty.kind in one.law.settles and not duty.suspended]
    waits = waiting(here.state, one.subject, one.law, here.pack)
    return Shown(
        one.decision, one.type, subject, query_of(one), (zh, en), one.actor, one.refusals,
        min(settled, default=None), waits, (waits.says("zh", labels), waits.says("en", labels)) if waits else None,
    )  # fmt: skip


def query_of(one: Possibility) -> str:
    """What a decision is about, as what follows the address of its form; empty where it is about nothing."""
    subject = _subject(one)
    aliases = {name: one.type.model_fields[name].alias or name for name in subject}
    query = urlencode({aliases[name]: getattr(value, "value", value) for name, value in subject.items()})
    return f"?{query}" if query else ""


def _subject(one: Possibility) -> Mapping[str, Any]:
    return {name: value for name, value in one.subject.items() if value is not None}


def _called(here: Situation, value: Any, language: str, duties: Mapping[str, Obligation], labels: Labels) -> str:
    """What people call what a decision is about: a duty, an entry, a term, a stream."""
    if value in duties:
        duty = duties[value]
        return f"{duty.kind.zh if language == 'zh' else duty.kind.en} {duty.due}"
    if isinstance(value, int):
        return sentence(here.state.entries[value - 1].event, language, labels)
    word = getattr(value, language, None)
    return word if isinstance(word, str) else labels(str(value), language)
