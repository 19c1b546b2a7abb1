"""Free text that comes in, by the types of its fields: nothing hidden in it, and nobody's number.

What is entered by a person is refused with a pointer; what a source sends has the numbers masked, so that no
signal is lost over one. Nothing of it could be erased later: an entry is kept for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel

from events.characters import Form, unfit
from events.personal import is_personal, masked
from events.references import Scalar, markers_of
from events.sealed import Sealed
from services.errors import Malformed, Problem
from services.strict_json import escaped

M = TypeVar("M", bound=BaseModel)

_FORMS: Final[Mapping[object, Form]] = {
    Scalar("line"): Form.LINE,
    Scalar("prose"): Form.PROSE,
    Scalar("id"): Form.ID,
    Scalar("uri"): Form.ID,
    Scalar("source"): Form.ID,
    Scalar("number"): Form.ID,
    Scalar("period"): Form.ID,
    Scalar("pack_name"): Form.ID,
    Scalar("pack_version"): Form.LINE,
    Scalar("duty"): Form.LINE,
    Scalar("code"): Form.CODE,
}
"""The forms of free texts by their markers."""


_FREE: Final = (Form.LINE, Form.PROSE)
"""Where anything may be written."""


class Text(NamedTuple):
    """A free text in a document: where, of which form, and whether it is kept sealed."""

    pointer: str
    form: Form
    text: str
    sealed: bool = False


def check(document: BaseModel, where: str = "") -> None:
    """Raises Malformed for every text that hides something, or looks like an identity or telephone number."""
    problems = [problem for text in texts(document, where) if (problem := _problem(text)) is not None]
    if problems:
        raise Malformed(problems)


def _problem(text: Text) -> Problem | None:
    wrong = unfit(text.text, text.form)
    if wrong is not None:
        return Problem(text.pointer, *wrong)
    if text.form in _FREE and not text.sealed and is_personal(text.text):
        zh, en = "疑有身份证号或电话号码，请删去", "looks like an ID number or a telephone: leave it out"
        return Problem(text.pointer, zh, en)
    return None


def texts(document: BaseModel, where: str = "") -> Iterator[Text]:
    """Every free text of a document, in the order of its fields."""
    for name, pointer, form in _fields(type(document)):
        yield from _texts(getattr(document, name), where + pointer, form)


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str, Form | None], ...]:
    """Each field of a model: its name, its pointer, and the form of the texts in it, where they are free."""
    markers = markers_of(model)
    return tuple(
        (name, f"/{escaped(field.alias or name)}", _FORMS.get(markers.get(name)))
        for name, field in model.model_fields.items()
    )


def _texts(value: Any, pointer: str, form: Form | None) -> Iterator[Text]:
    match value:
        case str() if form is not None:
            yield Text(pointer, form, value)
        case Sealed(clear=str(clear)):
            yield Text(pointer, Form.PROSE, clear, sealed=True)
        case BaseModel():
            yield from texts(value, pointer)
        case tuple() | list():
            for index, part in enumerate(value):
                yield from _texts(part, f"{pointer}/{index}", form)


def without_personal(document: M) -> M:
    """The document with every such number in its free texts masked; the same one where there is none."""
    markers, changed = markers_of(type(document)), dict[str, Any]()
    for name in type(document).model_fields:
        value = getattr(document, name)
        form = _FORMS.get(markers.get(name))
        clean = _clean(value, form in _FREE)
        if clean is not value:
            changed[name] = clean
    return document.model_copy(update=changed) if changed else document


def _clean(value: Any, free: bool) -> Any:
    match value:
        case str() if free:
            clean = masked(value)
            return value if clean == value else clean
        case BaseModel():
            return without_personal(value)
        case tuple():
            parts = tuple(_clean(part, free) for part in value)
            return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
    return value
