"""What a field is called on a form and what it means, in Chinese and English (`labels.csv`)."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from pydantic import BaseModel


class Label(NamedTuple):
    """A short name as people see it, and the meaning in a sentence."""

    zh: str
    en: str
    help_zh: str
    help_en: str


@cache
def all_labels() -> dict[str, Label]:
    """Field (or `Class.field`, where it means something of its own) → its label; fields by their names in JSON."""
    text = files("events").joinpath("labels.csv").read_text(encoding="utf-8")
    return {
        row["field"]: Label(row["zh"], row["en"], row["help_zh"], row["help_en"])
        for row in csv.DictReader(text.splitlines())
    }


@cache
def label_key(owner: type[BaseModel], field: str) -> str:
    """The row that labels a field of an event, a part or the envelope; KeyError where there is none.

    `field` is the name in JSON or in Python. A class takes the labels of its bases before those of
    the field's name alone.
    """
    known = owner.model_fields.get(field)
    name = known.alias if known is not None and known.alias else field
    for key in (*(f"{base.__name__}.{name}" for base in owner.__mro__), name):
        if key in all_labels():
            return key
    raise KeyError(f"{owner.__name__}.{name} has no label")


def label_of(owner: type[BaseModel], field: str) -> Label:
    """What a field of an event, a part or the envelope is called and means; KeyError where nobody said."""
    return all_labels()[label_key(owner, field)]
