"""The controls of a form, made from the types of an event's fields and the values that they can take. Pure.

Nobody is asked for an id, a digest or a version: what is known by such is chosen by what people call it, follows
from a file that is uploaded, or from a phrase that is kept secret.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel

from events.fields import Document
from events.labels import Label
from events.references import PackRef, StateId, StreamRef
from services.casework.field_shapes import DIGESTS, Field, Shape, fields_of
from services.casework.law import Law
from services.casework.options import Choice, Options
from services.casework.pack_parts import StandardSet
from services.casework.unit.state import Unit

Given = Mapping[str, Sequence[str]]
"""What was typed, by the names of the controls: the JSON pointer of the value, without its first stroke."""

MOST_RADIOS: Final = 7
"""Choices shown one beneath the other; more stand in a list that opens."""

FIND: Final = "?find"
"""What follows the name of a control in the name of the one by which its value is looked for."""

STANDARD_SET: Final = "standard_set"
"""The name of the field by which a set of standards is chosen, and with it the rows of a form."""

PHRASES: Final = frozenset({"share", "share_digest", "seed_digest"})
_NUMBERS: Final[Mapping[str, tuple[str, str]]] = {
    "count": ("", ""), "size": ("", ""), "score": ("分", "points"), "percent": ("%", "%"), "year": ("年", ""),
    "position": ("", ""),
}  # fmt: skip
_TEXTS: Final = {
    "line": "line", "prose": "prose", "sealed": "line", "person": "person", "code": "line", "number": "line",
    "new_id": "line", "uri": "line", "day": "day", "money": "number",
}  # fmt: skip
_GIVEN_BY_THE_REGISTER: Final = frozenset({StateId("checks"), StateId("signals")})
_SEVERITIES: Final = (
    Choice(1, "1级：提示", "1: a note"), Choice(2, "2级：一般", "2: minor"),
    Choice(3, "3级：较重", "3: major"), Choice(4, "4级：严重", "4: grave"),
)  # fmt: skip
_YES_NO: Final = (Choice(True, "是", "yes"), Choice(False, "否", "no"))


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen where the state does not say: all of it, or, where it is `more`, what was found so far."""

    choices: tuple[Choice, ...] = ()
    more: bool = False


Asked = tuple[str, str]
"""What an offer is of: `streams` of a kind, `places`, a table of the `pack`, `periods`, `packs`, `sources` …"""


@dataclass(frozen=True, slots=True)
class Control:
    """One control, a group of them, or rows of groups; `merges` says that its value is keys beside others."""

    name: str
    form: str
    label: Label
    required: bool
    kind: str = ""
    values: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    parts: tuple[Control, ...] = ()
    caption: Choice | None = None
    unit: tuple[str, str] = ("", "")
    merges: bool = False
    fixed: bool = False
    asks: str = ""
    """The kind of streams that is looked for."""

    found: str = ""
    """What was typed to look for the value."""

    relists: bool = False
    """Whether other rows are asked for where something else is chosen."""

    @property
    def id(self) -> str:
        """Its id in the page."""
        return _id(self.name)

    @property
    def key(self) -> str:
        """The last part of its name: its key in the value of what holds it."""
        return self.name.rpartition("/")[2]

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """The choices that are taken."""
        return tuple(one for one in self.choices if str(one.value) in self.values)

    def says_something(self, at: Container[str]) -> bool:
        """Whether it or a part of it is filled in, or has its id among those `at` which something is wrong."""
        filled_in = bool(self.values) and self.form != "hidden"
        return filled_in or self.id in at or any(part.says_something(at) for part in self.parts)


@lru_cache(4096)
def _id(name: str) -> str:
    return "f-" + re.sub(r"[^A-Za-z0-9_]", "-", name)


@dataclass(slots=True)
class Form:
    """The controls of a decision on a state, filled in as given."""

    law: Law[Any, Any]
    options: Options
    given: Given
    offers: Mapping[Asked, Offer] = field(default_factory=dict)
    settled: Mapping[str, Any] = field(default_factory=dict)
    """What the decision is about where it can be about one thing alone: told, and not asked."""

    own_scores: Mapping[str, int] = field(default_factory=dict)
    """How the unit scored itself on the standards that are judged."""

    def controls(self) -> tuple[Control, ...]:
        """The controls of all fields, in their order; without those that may be left out and offer nothing."""
        event: type[BaseModel] = self.law.event
        names = {one.name: one.attribute for one in fields_of(event)}
        told = (self._told(one, self.settled.get(names.get(one.name, ""), _ASKED)) for one in self._of(event, ""))
        return tuple(one for one in told if one is not None and not _offers_nothing(one))

    def _told(self, one: Control, value: Any) -> Control | None:
        """The control of what is settled already, as it is told; None where it is settled that there is nothing."""
        if value is _ASKED:
            return one
        text = str(getattr(value, "value", value))
        chosen = tuple(choice for choice in one.choices if str(choice.value) == text)
        if value is None or not chosen:
            return None if value is None else one
        return replace(one, form="settled", values=(text,), choices=chosen)

    def _of(self, model: type[BaseModel], prefix: str, standard: str = "") -> Iterator[Control]:
        """The controls of a model; those of a `standard` ask for its own items alone."""
        fields = fields_of(model)
        for one in fields:
            shape, name = one.shape, f"{prefix}{one.name}"
            if _not_asked(one):
                continue
            if shape.kind == "digest":
                yield self._file(name, one.label, one.required, fields, prefix)
            elif shape.kind == "pack_name":
                yield self._packs(one, name, fields)
            else:
                yield self._field(one, name, standard)

    def _field(self, one: Field, name: str, standard: str = "") -> Control:
        shape, choices = one.shape, self._choices(one)
        if shape.keys is not None:
            return self._map(one, name)
        if shape.part is not None and issubclass(shape.part, Document):
            parts = fields_of(shape.part)
            if shape.many:
                return self._files(one, name, parts)
            digest = next(part.name for part in parts if part.shape.kind == "digest")
            return self._file(f"{name}/{digest}", one.label, one.required, parts, f"{name}/")
        if shape.part is not None:
            return self._rows(one, name, shape.part, standard) if shape.many else self._group(one, name, shape.part)
        if choices is not None and (choices.choices or not choices.more or shape.many):
            return self._chosen(one, name, choices)
        if choices is not None:
            return self._search(one, name, choices)
        if shape.many:
            return self._list(one, name)
        return self._plain(shape, name, one.label, one.required)

    def _choices(self, one: Field) -> Offer | None:
        """What can be chosen; None where anything of the type will do."""
        shape = one.shape
        asked = asked_of(shape)
        if asked is not None:
            return self.offers.get(asked, Offer())
        if shape.kind == "severity":
            return Offer(_SEVERITIES)
        if shape.kind == "flag":
            return Offer(_YES_NO) if one.required else None
        offered = self.options.of(self.law, one)
        if offered is None:
            return None
        if offered.ask is not None and not offered.offered:
            return self.offers.get((offered.ask.what, offered.ask.name), Offer())
        return Offer(offered.offered)

    # --- one control --------------------------------------------------------------------------------------------------

    def _plain(self, shape: Shape, name: str, label: Label, required: bool) -> Control:
        values = self._values(name)
        if shape.kind in PHRASES:
            return Control(name, "phrase", _PHRASE, required, shape.kind, values)
        if shape.kind == "flag":
            return Control(name, "flag", label, False, shape.kind, values)
        if shape.kind in _NUMBERS:
            return Control(name, "number", label, required, shape.kind, values, unit=_NUMBERS[shape.kind])
        if shape.kind == "money":
            return Control(name, "number", _in_yuan(label), required, shape.kind, values, unit=("元", "yuan"))
        return Control(name, _TEXTS.get(shape.kind, "line"), label, required, shape.kind, values)

    def _chosen(self, one: Field, name: str, offer: Offer) -> Control:
        shape, choices, values = one.shape, offer.choices, self._values(name)
        if shape.many:
            form = "searches" if offer.more else "checks"
        else:
            form = "radios" if len(choices) <= MOST_RADIOS else "select"
            if one.required and len(choices) == 1 and not values:
                values = (str(choices[0].value),)
        found = "\n".join(self._values(name + FIND))
        asks = shape.of[0] if shape.of else ""
        relists = one.name == STANDARD_SET and len(choices) > 1
        return Control(
            name, form, one.label, one.required, shape.kind, values, choices, asks=asks, found=found, relists=relists
        )

    def _search(self, one: Field, name: str, offer: Offer) -> Control:
        found = " ".join(self._values(name + FIND))
        values = self._values(name)
        asks = one.shape.of[0] if one.shape.of else ""
        return Control(
            name, "search", one.label, one.required, one.shape.kind, values, offer.choices, asks=asks, found=found
        )

    def _file(self, name: str, label: Label, required: bool, fields: Sequence[Field], prefix: str) -> Control:
        """A file to upload; what is known of it afterwards is kept beside it."""
        kinds = (
            {"digest", "media_type", "size"} if any(one.shape.kind == "media_type" for one in fields) else {"digest"}
        )
        title = prefix.endswith("/")
        parts = tuple(
            Control(f"{prefix}{one.name}", "hidden", one.label, False, one.shape.kind, self._values(prefix + one.name))
            for one in fields
            if one.shape.kind in kinds or (title and one.shape.kind == "line")
        )
        return Control(name, "file", label, required, "file", parts=parts, merges=not title)

    def _files(self, one: Field, name: str, parts: Sequence[Field]) -> Control:
        digest = next(part.name for part in parts if part.shape.kind == "digest")
        rows = tuple(
            replace(self._file(f"{name}/{row}/{digest}", one.label, False, parts, f"{name}/{row}/"), merges=False)
            for row in self._row_numbers(name)
        )
        return Control(name, "files", one.label, one.required, "files", parts=rows)

    def _packs(self, one: Field, name: str, fields: Sequence[Field]) -> Control:
        choices = self.offers.get(("packs", ""), Offer()).choices
        parts = tuple(
            Control(other.name, "hidden", other.label, False, other.shape.kind)
            for other in fields
            if other.shape.kind in ("pack_name", "pack_version", "pack_digest")
        )
        return Control(
            name, "radios", one.label, one.required, "pack_name", self._values(name), choices, parts, merges=True
        )

    # --- several ------------------------------------------------------------------------------------------------------

    def _group(self, one: Field, name: str, part: type[BaseModel]) -> Control:
        return Control(name, "group", one.label, one.required, "part", parts=tuple(self._of(part, f"{name}/")))

    def _map(self, one: Field, name: str) -> Control:
        keys = self.options.values(one.shape.keys) if one.shape.keys is not None else None
        bare = replace_shape(one.shape)
        parts = tuple(
            self._plain(bare, f"{name}/{key.value}", Label(key.zh, key.en, "", ""), False)
            for key in (keys.offered if keys is not None else ())
        )
        return Control(name, "group", one.label, one.required, "map", parts=parts)

    def _list(self, one: Field, name: str) -> Control:
        rows = tuple(
            self._plain(replace_shape(one.shape), f"{name}/{row}", one.label, False)
            for row in self._row_numbers(name, least=1)
        )
        return Control(name, "list", one.label, one.required, "list", parts=rows)

    def _rows(self, one: Field, name: str, part: type[BaseModel], standard: str) -> Control:
        """Rows of a part: one for each value that its first field can take, or as many as are wanted."""
        lead = fields_of(part)[0]
        choices = self._choices(lead) if isinstance(lead.shape.marker, PackRef) and not lead.shape.many else None
        if choices is None or not choices.choices:
            rows = tuple(
                Control(f"{name}/{row}", "row", one.label, False, "part", parts=tuple(self._of(part, f"{name}/{row}/")))
                for row in self._row_numbers(name, least=1)
            )
            return Control(name, "rows", one.label, one.required, "rows", parts=rows)
        asked = self._asked_of_the_sets(lead, name, standard)
        fixed = tuple(
            Control(
                f"{name}/{row}", "row", one.label, False, "part", caption=self._with_points(lead, name, choice),
                parts=tuple(self._led(part, f"{name}/{row}/", lead, choice)),
            )
            for row, choice in enumerate(choices.choices)
            if asked is None or choice.value in asked
        )  # fmt: skip
        return Control(name, "rows", one.label, one.required, "rows", parts=fixed, fixed=True)

    def _asked_of_the_sets(self, lead: Field, name: str, standard: str) -> Container[Any] | None:
        """The standards, or the items of one, of the sets that count for these rows; None of rows of anything else."""
        sets = [one.standards for one in self._standard_sets(name)]
        if lead.shape.of == ("standards",):
            return frozenset(named for standards in sets for named in standards)
        if not standard:
            return None
        return frozenset(item for standards in sets if standard in standards for item in standards[standard].items)

    def _with_points(self, lead: Field, rows: str, choice: Choice) -> Choice:
        """A standard with its highest score and that of the unit itself, which the person who scores it has to know."""
        name = str(choice.value)
        sets = [one.standards for one in self._standard_sets(rows) if name in one.standards]
        if lead.shape.of != ("standards",) or not sets:
            return choice
        most = "/".join(str(score) for score in dict.fromkeys(one[name].score for one in sets))
        own = self.own_scores.get(name)
        zh, en = ("", "") if own is None else (f"，自评{own}分", f", by itself {own}")
        return Choice(choice.value, f"{choice.zh}（满分{most}分{zh}）", f"{choice.en} (up to {most} points{en})")

    def _standard_sets(self, name: str) -> Sequence[StandardSet]:
        """The set chosen beside these rows, else the one that the unit's report is by, else all for the unit."""
        sets, state = self.options.pack.standard_sets, self.options.state
        report = state.self_evaluation.whole if isinstance(state, Unit) and not self._chooses_a_set() else None
        given = self._set_beside(name)
        chosen = given or ((report.standard_set,) if report is not None else ())
        return [sets[name] for name in chosen if name in sets] or [
            sets[name] for name in self.options.for_kind("standard_sets")
        ]

    def _set_beside(self, name: str) -> tuple[str, ...]:
        """What is chosen by the control of a set that stands nearest to a control of that name."""
        while name:
            above = name.rpartition("/")[0]
            if values := self._values(f"{above}/{STANDARD_SET}" if above else STANDARD_SET):
                return values
            name = above
        return ()

    def _chooses_a_set(self) -> bool:
        event: type[BaseModel] = self.law.event
        return any(one.name == STANDARD_SET for one in fields_of(event))

    def _led(self, part: type[BaseModel], prefix: str, lead: Field, choice: Choice) -> Iterator[Control]:
        standard = str(choice.value) if lead.shape.of == ("standards",) else ""
        for one in self._of(part, prefix, standard):
            if one.key == lead.name:
                yield replace(one, form="hidden", values=(str(choice.value),), choices=(choice,))
            else:
                yield one

    def _row_numbers(self, name: str, least: int = 0) -> list[int]:
        start = f"{name}/"
        given = (key[len(start) :].partition("/")[0] for key in self.given if key.startswith(start))
        numbers = sorted({int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 4})
        return [*numbers, *range(len(numbers), least)] if len(numbers) < least else numbers

    def _values(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self.given.get(name, ()) if value.strip())


_PHRASE: Final = Label(
    "保密口令", "Secret phrase",
    "自拟一段至少16个字符、他人猜不到的口令，自己另行保管；公开时须一字不差地再次填写。登记簿只记录由它算出的数。",
    "Make up at least 16 characters that nobody can guess, and keep them yourself: they are asked for again, letter "
    "for letter, when the share is revealed. The register stores only what is computed from them.",
)  # fmt: skip


def _in_yuan(label: Label) -> Label:
    """The label of an amount as people fill it in: the register keeps fen."""
    return label._replace(help_zh=label.help_zh.replace("（分）", ""), help_en=label.help_en.replace(", in fen", ""))


_ASKED: Final = object()


def _offers_nothing(one: Control) -> bool:
    """Whether it may be left out, and there is nothing to choose."""
    return not one.required and one.form in ("radios", "checks", "select") and not one.choices and not one.values


def replace_shape(shape: Shape) -> Shape:
    """The shape of one of many values."""
    return Shape(shape.kind, shape.of, shape.marker, shape.words, shape.part, least=shape.least, most=shape.most)


def _not_asked(one: Field) -> bool:
    """Whether a field is filled in by what stands beside it, or by the register."""
    shape = one.shape
    if shape.marker in _GIVEN_BY_THE_REGISTER or shape.kind in ("act_digest", "pack_version", "pack_digest"):
        return True
    return shape.kind in ("media_type", "size") or (shape.kind == "uuid" and not one.required)


def asked_of(shape: Shape) -> Asked | None:
    """What is to be looked up to offer the values of a shape; None where the state or the type says them."""
    if isinstance(shape.marker, StreamRef):
        return "streams", shape.marker.kind
    match shape.kind:
        case "place":
            return "places", ""
        case "pack_name":
            return "packs", ""
        case "source" | "period" | "subject" | "log":
            return f"{shape.kind}s", ""
    return None


def asked_by(model: type[BaseModel]) -> frozenset[Asked]:
    """Everything that is to be looked up for the form of an event."""
    found: set[Asked] = set()
    for one in fields_of(model):
        asked = asked_of(one.shape)
        if asked is not None:
            found.add(asked)
        if isinstance(one.shape.marker, PackRef):
            found.add(("pack", one.shape.marker.table))
        if one.shape.part is not None:
            found |= asked_by(one.shape.part)
    return frozenset(found)


def periods(today: date) -> tuple[Choice, ...]:
    """The periods that a plan can be for: this year and the next, their halves, quarters and months."""
    found: list[Choice] = []
    for year in (today.year, today.year + 1):
        found.append(Choice(f"{year}", f"{year}年", f"{year}"))
        halves = ((1, "上半年", "first half"), (2, "下半年", "second half"))
        found += [Choice(f"{year}-H{n}", f"{year}年{zh}", f"{year}, {en}") for n, zh, en in halves]
        found += [Choice(f"{year}-Q{n}", f"{year}年第{n}季度", f"{year}, quarter {n}") for n in range(1, 5)]
        found += [Choice(f"{year}-{n:02}", f"{year}年{n}月", f"{year}-{n:02}") for n in range(1, 13)]
    return tuple(found)


def asks_for_what_nobody_knows(one: Control) -> bool:
    """Whether a control that is typed into asks for an id, a digest, a version or JSON."""
    typed = one.form in ("line", "prose", "number", "person", "day")
    return typed and (one.kind in DIGESTS or one.kind in _KNOWN_TO_MACHINES)


_KNOWN_TO_MACHINES: Final = frozenset(
    {"id", "uuid", "version", "position", "json", "holder", "event_type", "media_type", "size", "reference", "entry",
     "pack", "state", "source", "duty", "subject", "log", "pack_name", "pack_version", "place", "choice"}
)  # fmt: skip
