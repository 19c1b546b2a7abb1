"""What was filled into a form: read back into the body of the event, and told again to be checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, Final

from pydantic import BaseModel

from events.references import EntryRef
from services.casework.field_shapes import fields_of
from services.errors import Problem
from services.web.controls import PHRASES, Control

SHORTEST_PHRASE: Final = 16
"""Characters of a secret phrase, at least."""

_NOTHING: Final = object()


@dataclass(slots=True)
class Reading:
    """The values of controls as a body of JSON, and what is wrong with them."""

    problems: list[Problem] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    """Where in the body a row came to stand that stood elsewhere in the form, by their pointers without the stroke."""

    def body(self, controls: Iterable[Control], *, complete: bool = True) -> dict[str, Any]:
        """The values by their keys; where it is `complete`, what has to be there and is not is a problem."""
        body: dict[str, Any] = {}
        for one in controls:
            value = self._value(one)
            if value is _NOTHING:
                if one.required and complete:
                    self.problems.append(missing(one))
            elif one.merges:
                body.update(value)
            else:
                body[one.key if one.form != "file" else one.name.split("/")[-2]] = value
        return body

    def _value(self, one: Control) -> Any:
        match one.form:
            case "file":
                return self._file(one)
            case "files":
                return [self._file(part) for part in one.parts] or _NOTHING
            case "group":
                return self._group(one)
            case "rows":
                return self._rows(one)
            case "list":
                return self._list(one)
            case "checks" | "searches":
                return [self._choice(one, value) for value in one.values] or _NOTHING
        if not one.values:
            return _NOTHING
        return self._single(one, one.values[-1])

    def _single(self, one: Control, text: str) -> Any:
        if one.kind == "pack_name":
            return self._pack(one, text)
        if one.choices or one.form in ("radios", "select", "search"):
            return self._choice(one, text)
        if one.form == "flag":
            return True
        if one.kind == "money":
            return self._money(one, text)
        if one.form == "number":
            return self._number(one, text)
        if one.form == "day":
            return re.sub(r"[/.年月]", "-", text.strip()).rstrip("日")
        if one.form == "phrase":
            return self._phrase(one, text.strip())
        return text.replace("\r\n", "\n").strip()

    def _choice(self, one: Control, text: str) -> Any:
        known = next((choice.value for choice in one.choices if str(choice.value) == text), _NOTHING)
        if known is not _NOTHING:
            return known
        zh, en = (
            f"所选的“{one.label.zh}”已不可选，请重新选择",
            f"what was chosen for {one.label.en} is no longer offered",
        )
        if one.form != "search" and one.kind != "reference":
            self.problems.append(Problem("/" + one.name, zh, en + ": choose again"))
        return text

    def _number(self, one: Control, text: str) -> Any:
        digits = text.strip().replace(",", "").replace("，", "").removesuffix("%").strip()
        if digits.isascii() and digits.isdigit() and len(digits) < 16:
            return int(digits)
        zh = f"“{one.label.zh}”应为整数，请只填数字，例如 12"
        self.problems.append(Problem("/" + one.name, zh, f"{one.label.en} is a whole number: enter digits, such as 12"))
        return _NOTHING

    def _money(self, one: Control, text: str) -> Any:
        try:
            fen = Decimal(text.strip().replace(",", "").replace("，", "").removesuffix("元").strip()) * 100
            if fen.is_finite() and 0 <= fen < 10**15 and fen == fen.to_integral_value():
                return int(fen)
        except InvalidOperation:
            pass
        zh = f"“{one.label.zh}”应为金额，最多两位小数，例如 1250.50"
        en = f"{one.label.en} is an amount of yuan with two decimals at most, such as 1250.50"
        self.problems.append(Problem("/" + one.name, zh, en))
        return _NOTHING

    def _phrase(self, one: Control, text: str) -> str:
        if len(text) < SHORTEST_PHRASE:
            zh = f"口令只有{len(text)}个字符，请至少填写{SHORTEST_PHRASE}个"
            en = f"the phrase has {len(text)} characters: enter {SHORTEST_PHRASE} at least"
            self.problems.append(Problem("/" + one.name, zh, en))
        return text

    def _pack(self, one: Control, text: str) -> Any:
        chosen = next((choice.value for choice in one.choices if str(choice.value) == text), None)
        if chosen is None:
            return _NOTHING
        said = dict(zip(("pack_name", "pack_version", "pack_digest"), chosen.split("|"), strict=True))
        return {part.name: said[part.kind] for part in one.parts}

    def _file(self, one: Control) -> Any:
        said = {part.key: part.values[-1] for part in one.parts if part.values}
        if not any(part.kind == "digest" and part.values for part in one.parts):
            return _NOTHING
        sizes = [part.key for part in one.parts if part.kind == "size"]
        return {key: int(value) if key in sizes and value.isdigit() else value for key, value in said.items()}

    def _group(self, one: Control) -> Any:
        seen = Reading()
        body = seen.body(one.parts, complete=False)
        if not body and not seen.problems:
            return _NOTHING
        return self.body(one.parts)

    def _list(self, one: Control) -> Any:
        values: list[Any] = []
        for part in one.parts:
            value = self._value(part)
            if value is not _NOTHING:
                self.moved[f"{one.name}/{len(values)}"] = part.name
                values.append(value)
        return values or _NOTHING

    def control_of(self, pointer: str) -> str:
        """The name of the control that a pointer into the body means, or of what holds it."""
        name = pointer.lstrip("/")
        for stood, stands in self.moved.items():
            if name == stood or name.startswith(f"{stood}/"):
                return stands + name[len(stood) :]
        return name

    def _rows(self, one: Control) -> Any:
        rows: list[Any] = []
        for row in one.parts:
            filled = Reading().body((part for part in row.parts if part.form != "hidden"), complete=False)
            typed = any(part.values for part in row.parts if part.form != "hidden")
            if filled or typed:
                self.moved[f"{one.name}/{len(rows)}"] = row.name
                rows.append(self.body(row.parts))
        return rows or _NOTHING


def missing(one: Control) -> Problem:
    """That something has to be filled in and is not, and what to do."""
    chosen = one.choices or one.form in ("radios", "select", "checks")
    act_zh, act_en = ("选择", "Choose") if chosen else ("填写", "Enter")
    if one.form in ("file", "files"):
        act_zh, act_en = "上传", "Upload"
    if one.form in ("search", "searches"):
        act_zh, act_en = "查找并选择", "Find and choose"
    return Problem("/" + one.name, f"请{act_zh}“{one.label.zh}”", f"{act_en}: {one.label.en}")


def completed(event: type[BaseModel], body: Mapping[str, Any], stream: str, acts: Mapping[int, str]) -> dict[str, Any]:
    """The body with what follows from it: digests of phrases, and that of the proposal which is seconded (`acts`)."""
    made, before = dict(body), dict(body)
    for one in fields_of(event):
        kind, phrase = one.shape.kind, before.get(one.name)
        if kind == "act_digest":
            proposal = next(
                (before.get(o.name) for o in fields_of(event) if isinstance(o.shape.marker, EntryRef)), None
            )
            if isinstance(proposal, int) and proposal in acts:
                made[one.name] = acts[proposal]
        elif kind in PHRASES and isinstance(phrase, str):
            share = sha256(phrase.encode()).hexdigest()
            house = next((before.get(o.name) for o in fields_of(event) if o.shape.kind == "choice"), "")
            made[one.name] = (
                sha256(f"{stream}:{house}:{share}".encode()).hexdigest() if kind == "share_digest" else share
            )
    return made


# --- what was filled in, to be checked --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it is checked: which control, under which headings, what was answered, in both languages."""

    id: str
    zh: str
    en: str
    says_zh: str
    says_en: str


def answers(controls: Iterable[Control], above: tuple[str, str] = ("", "")) -> Iterator[Answer]:
    """All that was answered, in order."""
    for one in controls:
        zh, en = above[0] + one.label.zh, above[1] + one.label.en
        match one.form:
            case "hidden":
                continue
            case "group":
                yield from answers(one.parts, (f"{zh}：", f"{en}: "))
            case "rows":
                yield from _rows_answered(one, zh, en)
            case "list":
                filled = [part for part in one.parts if part.values]
                for number, part in enumerate(filled, 1):
                    yield Answer(part.id, f"{zh} {number}", f"{en} {number}", part.values[-1], part.values[-1])
            case "file" | "files":
                yield from _files_answered(one, zh, en)
            case _ if one.values:
                yield Answer(one.id, zh, en, *_says(one))


def _files_answered(one: Control, zh: str, en: str) -> Iterator[Answer]:
    titles = [_title(part) for part in (one.parts if one.form == "files" else (one,))]
    said = "、".join(title for title in titles if title)
    if said:
        yield Answer(one.id, zh, en, said, said)


def _rows_answered(one: Control, zh: str, en: str) -> Iterator[Answer]:
    for number, row in enumerate(one.parts, 1):
        called = (row.caption.zh, row.caption.en) if row.caption is not None else (f"{zh} {number}", f"{en} {number}")
        yield from answers(row.parts, (f"{called[0]}：", f"{called[1]}: "))


def _says(one: Control) -> tuple[str, str]:
    chosen = one.chosen
    if chosen:
        return "；".join(choice.zh for choice in chosen), "; ".join(choice.en for choice in chosen)
    if one.form == "phrase":
        return "已填写，不在此显示", "entered, and not shown here"
    if one.form == "flag":
        return "是", "yes"
    text = one.values[-1]
    return f"{text}{one.unit[0]}", f"{text} {one.unit[1]}".rstrip()


def _title(one: Control) -> str:
    said = {part.kind: part.values[-1] for part in one.parts if part.values}
    if "digest" not in said:
        return ""
    size = f"{int(said['size']):,} B" if said.get("size", "").isdigit() else ""
    return f"{said.get('line', '')} {size}".strip() or "已上传 / uploaded"
