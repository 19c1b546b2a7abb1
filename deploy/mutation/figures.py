"""Mutants of a pack: each of its numbers moved by one, up and down, in the pack that the tests load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from deploy.mutation.mutant import Mutant
from services.casework.calendar import Span
from services.casework.pack import Pack, load_pack

A_LITTLE = Fraction(1, 1000)
"""By how much a share is moved."""


def figures() -> Iterator[Mutant]:
    """Every mutant of the shipped pack's numbers, and each of its pairs left out."""
    pack = load_pack()
    for name in ("windows", "quorums", "limits"):
        yield from _of(pack, getattr(pack, name), name)
    for name, title in pack.titles.items():
        yield from _of(pack, title, f"titles.{name}")
    for ground, text in pack.grounds.items():
        yield from _of(pack, text, f"grounds.{ground.value}")
    for n, pair in enumerate(pack.pairs):
        less = (*pack.pairs[:n], *pack.pairs[n + 1 :])
        yield Mutant(f"packs.{pack.id}", "pairs", f"{pair.en} left out", _setting(pack, pack, "pairs", less))


def _of(pack: Pack, part: BaseModel, where: str) -> Iterator[Mutant]:
    for name in type(part).model_fields:
        was = getattr(part, name)
        for value in _moved(was):
            said = f"{was} is {value}"
            yield Mutant(f"packs.{pack.id}", f"{where}.{name}", said, _setting(pack, part, name, value))


def _setting(pack: Pack, part: BaseModel, name: str, value: Any) -> Any:
    def apply() -> None:
        part.__dict__[name] = value
        for followed in [one for one in vars(type(pack)) if isinstance(vars(type(pack))[one], cached_property)]:
            pack.__dict__.pop(followed, None)

    return apply


def _moved(value: Any) -> tuple[Any, ...]:
    match value:
        case bool():
            return ()
        case int():
            return (value - 1, value + 1)
        case Fraction():
            return (value - A_LITTLE, value + A_LITTLE)
        case Span() if value.n:
            return (replace(value, n=value.n - 1), replace(value, n=value.n + 1))
    return ()
