"""Mutants of the declarations: what a `Law` says of its event, changed in place, so that every kind sees it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from deploy.mutation.mutant import DECLARED, Mutant
from events.envelope import Event
from events.words import ActorKind, Role
from services.casework.kinds import KINDS
from services.casework.law import Chapter, Entitled, Law, Second
from services.casework.office import ANY_OFFICE
from services.casework.record import common_chapter

COMMON_OF = "unit"
"""The kind whose common acts stand for those of all: every kind has the same."""

LAW = "services.casework"

PUBLISHED = frozenset({"deploy.contract.law:said_of", "deploy.contract.law:duties"})
"""Whoever publishes the declarations of the law reads all of them, and judges by none."""

_RULES = ("unfilled", "state", "content")
_LEFT_OUT: dict[str, Any] = {
    "propose": None, "reads": None, "effects": None, "second": None, "settles": (), "steps": (), "others": None,
    "place": None, "begins": None,
}  # fmt: skip
_LOOSENED = {"once": False, "corrects": True, "undone_by_procedure": False}


def declarations() -> Iterator[Mutant]:
    """Every mutant of every declaration."""
    modules = _modules()
    for kind in KINDS.values():
        common = {law.event for law in common_chapter(kind.name).acts}
        for law in kind.laws.values():
            if law.event in common and kind.name != COMMON_OF:
                continue
            module = f"{LAW}.record" if law.event in common else modules.get(law.event, f"{LAW}.{kind.name}.kind")
            yield from _of(law, module)


def _modules() -> dict[type[Event], str]:
    """The module of the chapter in which an event is declared."""
    return {
        law.event: name
        for name, module in sys.modules.items()
        if name.startswith(f"{LAW}.")
        for value in vars(module).values()
        if isinstance(value, Chapter)
        for law in value.acts
        if name.rpartition(".")[2] not in ("kind", "kinds")
    }


def _of(law: Law[Any, Any], module: str) -> Iterator[Mutant]:
    event: type[Event] = law.event

    def mutant(what: str, **changed: Any) -> Mutant:
        def apply() -> None:
            for name, value in changed.items():
                object.__setattr__(law, name, value)

        return Mutant(module, event.__name__, what, apply, PUBLISHED | {DECLARED, event.about.type})

    for what, changed in _changes(law):
        yield mutant(what, **changed)


def _changes(law: Law[Any, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """In words, and by field: what can be left out of a declaration, or be looser in it."""
    for name in _RULES:
        rules: tuple[Any, ...] = getattr(law, name)
        for n, rule in enumerate(rules):
            yield f"rule {_called(rule)} left out", {name: rules[:n] + rules[n + 1 :]}
    for name, nothing in _LEFT_OUT.items():
        if getattr(law, name) != nothing:
            yield f"{name} left out", {name: nothing}
    for name, loose in _LOOSENED.items():
        if getattr(law, name) != loose:
            yield f"{name} is {loose}", {name: loose}
    for what, office in _wider(law.office):
        yield f"office of {what}", {"office": office}
    if law.second is not None:
        for what, second in _looser(law.second):
            yield what, {"second": second}


def _looser(second: Second[Any, Any]) -> Iterator[tuple[str, Second[Any, Any]]]:
    """What is asked of a second person, less one thing."""
    if second.two_houses:
        yield "second of one house", replace(second, two_houses=False)
    for what, office in _wider(second.office):
        yield f"second of {what}", replace(second, office=office)


def _called(rule: Any) -> str:
    """The name of a rule, or of what it was made from."""
    return getattr(rule, "__qualname__", repr(rule)).replace(".<locals>.", " ")


def _wider(office: tuple[Entitled, ...]) -> Iterator[tuple[str, tuple[Entitled, ...]]]:
    """An office that takes more than it should, in one way."""
    ways: tuple[tuple[str, dict[str, Any]], ...] = (
        ("any level", {"levels": ANY_OFFICE}),
        ("any role", {"roles": frozenset(Role)}),
        ("any house", {"house": None}),
        ("any place", {"anywhere": True}),
        ("any state", {"when": None}),
    )
    for what, change in ways:
        wider = tuple(replace(one, **change) if one.kind is ActorKind.OFFICER else one for one in office)
        if wider != office:
            yield what, wider
    if not any(one.kind is ActorKind.OFFICER for one in office):
        yield "officers too", (*office, Entitled(ActorKind.OFFICER, ANY_OFFICE, frozenset(Role)))
