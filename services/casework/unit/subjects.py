"""What acts on a unit can be about: titles in each of their standings, and open objections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from events.words import Matter
from services.casework.law import Subjects
from services.casework.pack import Pack
from services.casework.unit.answers import titles_to_answer

if TYPE_CHECKING:
    from services.casework.unit.state import Unit

_TITLE = ("title",)


def _each(names: Iterable[Any]) -> Iterator[tuple[Any]]:
    return ((name,) for name in sorted(names))


def _for_kind(unit: Unit, pack: Pack) -> Iterator[tuple[str]]:
    return ((name,) for name, title in pack.titles.items() if unit.life.kind in title.kinds)


def _opined(unit: Unit, pack: Pack) -> Iterator[tuple[Matter, str, int | None]]:
    for title in sorted(unit.application.cases):
        yield Matter.APPLICATION, title, None
    for title in sorted(unit.revocation.proposals):
        yield Matter.REVOCATION, title, None
    for title, done in sorted(unit.revocation.done.items()):
        if done.reconsideration is not None:
            yield Matter.RECONSIDERATION, title, None
    for objection in unit.publicity.objections.values():
        if objection.open:
            yield Matter.OBJECTION, objection.title, objection.version


titles_in_case: Subjects[Unit] = Subjects(_TITLE, lambda unit, pack: _each(unit.application.cases))
titles_held: Subjects[Unit] = Subjects(_TITLE, lambda unit, pack: _each(unit.naming.held))
titles_revoked: Subjects[Unit] = Subjects(_TITLE, lambda unit, pack: _each(unit.revocation.done))
titles_reconsidered: Subjects[Unit] = Subjects(
    _TITLE,
    lambda unit, pack: _each(t for t, done in unit.revocation.done.items() if done.reconsideration is not None),
)
titles_in_reserve: Subjects[Unit] = Subjects(_TITLE, lambda unit, pack: _each(unit.naming.reserve))
titles_proposed: Subjects[Unit] = Subjects(_TITLE, lambda unit, pack: _each(unit.revocation.proposals))
titles_to_propose: Subjects[Unit] = Subjects(_TITLE, lambda unit, pack: _each(titles_to_answer(unit)))
titles_proposed_or_to_answer: Subjects[Unit] = Subjects(
    _TITLE, lambda unit, pack: _each(unit.revocation.proposals or titles_to_answer(unit))
)
titles_for_kind: Subjects[Unit] = Subjects(_TITLE, _for_kind)
open_objections: Subjects[Unit] = Subjects(
    ("objection_ref",),
    lambda unit, pack: _each(o.version for o in unit.publicity.objections.values() if o.open),
)
matters_of_opinion: Subjects[Unit] = Subjects(("matter", "title", "objection_ref"), _opined)
