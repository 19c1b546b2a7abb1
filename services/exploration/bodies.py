"""How a body is filled in: as it was told, with every name, day and digest of the world as it now is, or askew.

Everything follows from the types of the fields (`services/casework/field_shapes.py`); the shares of a draw and the seed
of a sample alone are known beforehand, as those know them who committed to them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from hashlib import sha256
from random import Random
from typing import Any, Final
from uuid import UUID, uuid5

import orjson
from pydantic import BaseModel, ValidationError

from events.envelope import Event
from events.figures import CorrectedFigure, figures_of
from events.governance.year_reports import YearSampleDrawn, YearSamplePlanned
from events.record import ActSeconded, EntryCorrected
from events.references import EntryRef, PackRef, StateRef, StreamRef
from events.registry import EVENT_TYPES, encode
from events.words import House
from services.casework.check.draw import seed_digest, share_digest
from services.casework.check.state import Plan
from services.casework.crosscheck.state import CrossInspection
from services.casework.field_shapes import DIGESTS, Field, Shape, fields_of
from services.casework.law import Law
from services.casework.shares import ShareCommitted, ShareRevealed
from services.casework.stream import State, as_corrected
from services.exploration.draws import SEED, share_of
from services.exploration.templates import Body, Template
from services.exploration.world import World

_DIGEST = re.compile(rb'"([0-9a-f]{64})"')
_LATEST = 12
"""Entries of a stream that are looked through for a digest."""

_ASTRAY = UUID("5f5f5f5f-5f5f-4f5f-8f5f-5f5f5f5f5f5f")
"""The id of nothing."""

_AMOUNTS: Final = (0, 1, 2, 3, 4, 5, 9, 10, 11, 29, 30, 49, 50, 51, 59, 60, 79, 80, 99, 100, 101, 199, 200, 300,
                   9_999_999, 10_000_000, 10_000_001, 100_000_000)  # fmt: skip
"""Counts and sums on both sides of what packs compare with."""

_TEXTS: Final = frozenset({"line", "id", "uri", "source", "number", "period", "duty", "pack_name", "pack_version"})
_NUMBERS: Final = frozenset({"count", "money", "percent", "score", "severity", "version", "position", "year", "size"})

_DAYS: Final = (-400, -190, -31, -11, -8, -3, -1, 1, 3, 8, 15, 40, 100, 200, 1_200)
"""By how many days a day is off."""


PLACES_OF_THE_WORLD: Final = ("430000", "430100", "430102", "430103", "430200", "430300", "420000")
"""Places of the told province, one of it that is not told, and another province."""


class NothingFitsError(LookupError):
    """A field that has to be filled in, and nothing at hand for it."""


@dataclass(slots=True)
class Filling:
    """One body while it is made for a stream of a world; `askew` is how likely a field is filled in wrongly, `renamed`
    how likely a text is another one that names something; where it is `faithful`, words and amounts are as told.
    """

    world: World
    state: State
    random: Random
    askew: float = 0.0
    renamed: float = 0.25
    faithful: bool = False
    shift: int = 0

    def event(self, law: Law[Any, Any], subject: Mapping[str, Any], template: Template | None) -> Event | None:
        """The event, about that subject; None where no such body can be made."""
        event_type: type[Event] = law.event
        told: Body = template.body if template is not None else {}
        self.shift = (self.world.day - template.day).days if template is not None else 0
        try:
            body = self._filled(event_type, told, subject)
            event = event_type.model_validate_json(orjson.dumps(body))
        except (NothingFitsError, ValidationError):
            return None
        return self._as_known(event)

    def _filled(self, event_type: type[Event], told: Body, subject: Mapping[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for one in fields_of(event_type):
            meant = subject.get(one.attribute)
            if meant is not None and not self._wrong():
                body[one.name] = meant.value if isinstance(meant, Enum) else meant
            elif one.name in told:
                body[one.name] = self._of(one, told[one.name], top=True)
            elif one.required or self._wrong():
                body[one.name] = self._of(one, None, top=True)
        return body

    def value(self, one: Field) -> Any:
        """A value for one field alone. Raises NothingFitsError."""
        return self._of(one, None, top=True)

    def _wrong(self) -> bool:
        return self.askew > 0 and self.random.random() < self.askew

    def _of(self, one: Field, told: Any, *, top: bool = False) -> Any:
        shape = one.shape
        if shape.keys is not None:
            return self._map(shape, told)
        if shape.many:
            return self._several(shape, told)
        return self._value(shape, told, top=top)

    def _map(self, shape: Shape, told: Any) -> dict[str, Any]:
        if told and not self._wrong():
            return {name: self._value(shape, value) for name, value in told.items()}
        names = self._table(shape.keys) if shape.keys is not None else ()
        return {name: self._value(shape, None) for name in names}

    def _several(self, shape: Shape, told: Any) -> list[Any]:
        values = list(told) if told is not None else [None]
        if self._wrong():
            values = self.random.choice((values[:1], [*values, *values[:1]], values[1:], []))
        return [self._value(shape, value) for value in values]

    def _value(self, shape: Shape, told: Any, *, top: bool = False) -> Any:
        if shape.part is not None:
            return self._part(shape.part, told)
        wrong = self._wrong()
        match shape.marker:
            case StreamRef() as marker:
                return self._stream(marker, told, wrong=wrong)
            case EntryRef() as marker:
                return self._entry(marker, wrong=wrong)
            case StateRef(what=what):
                return self._named(list(self.state.descriptor.choices[what](self.state)), told, wrong=wrong)
            case PackRef():
                return self._named(list(self._table(shape)), told, wrong=wrong)
        return self._scalar(shape, told, top=top, wrong=wrong)

    def _part(self, part: type[BaseModel], told: Any) -> dict[str, Any]:
        told = told or {}
        return {
            one.name: self._of(one, told.get(one.name)) for one in fields_of(part) if one.required or one.name in told
        }

    def _table(self, shape: Shape) -> Sequence[str]:
        return tuple(self.world.pack.table(shape.of[0]))

    def _stream(self, marker: StreamRef, told: Any, *, wrong: bool) -> str:
        known = self.world.states.get(UUID(told)) if told is not None else None
        if marker.foreign:
            return str(told or _ASTRAY)
        if wrong:
            return str(self.random.choice((_ASTRAY, self.state.id, *list(self.world.states)[-20:])))
        if known is not None and self.random.random() < 0.8:
            return str(told)
        streams = self.world.by_kind.get(marker.kind, ())
        if not streams:
            raise NothingFitsError
        return str(self.random.choice(streams))

    def _entry(self, marker: EntryRef, *, wrong: bool) -> int:
        state = self.state
        if wrong:
            return self.random.randint(1, state.version + 1)
        named = [
            entry.version
            for entry in reversed(state.entries)
            if marker.takes(entry.event.about.type) and entry.version not in state.voided
        ]
        if not named:
            raise NothingFitsError
        return named[0] if self.random.random() < 0.6 else self.random.choice(named)

    def _named(self, offered: Sequence[Any], told: Any, *, wrong: bool) -> Any:
        if wrong:
            return self.random.choice(("no_such", *map(str, offered)))
        if told is not None and told in offered and self.random.random() < 0.7:
            return told
        if not offered:
            raise NothingFitsError
        return str(offered[-1] if self.random.random() < 0.6 else self.random.choice(offered))

    def _scalar(self, shape: Shape, told: Any, *, top: bool, wrong: bool) -> Any:
        match shape.kind:
            case "day":
                return self._day(told, wrong=wrong)
            case "public_key":
                return sha256(self._fresh("key").encode()).hexdigest()
            case kind if kind in DIGESTS:
                return self._digest(told, top=top, wrong=wrong)
            case "place":
                return self._place(told, wrong=wrong)
            case "choice":
                return self._choice(shape, told, wrong=wrong)
            case kind if kind in _NUMBERS:
                return self._amount(shape, told, wrong=wrong)
        return self._other(shape, told, wrong=wrong)

    def _other(self, shape: Shape, told: Any, *, wrong: bool) -> Any:
        match shape.kind:
            case "new_id":
                return told if wrong and told is not None else self._fresh("no")
            case "sealed":
                return self._sealed()
            case "person":
                return {"tag": sha256(self._fresh("person").encode()).hexdigest()}
            case "flag":
                return (not told) if wrong else bool(told)
            case "uuid" | "subject" | "log":
                return self._subject_of_data() if told is None or self.random.random() < 0.8 else told
            case "event_type":
                return self.random.choice(list(EVENT_TYPES)) if wrong or told is None else told
        return self._text(shape, told, wrong=wrong)

    def _day(self, told: Any, *, wrong: bool) -> str:
        day = self.world.day if told is None else _shifted(date.fromisoformat(told), self.shift)
        return _shifted(day, self.random.choice(_DAYS) if wrong else 0).isoformat()

    def _digest(self, told: Any, *, top: bool, wrong: bool) -> str:
        if not top:
            return told if wrong and told is not None else sha256(self._fresh("document").encode()).hexdigest()
        spoken = [] if wrong else self.spoken()
        if spoken:
            return spoken[0] if self.random.random() < 0.8 else self.random.choice(spoken)
        return sha256(self._fresh("digest").encode()).hexdigest()

    def spoken(self) -> list[str]:
        """The digests that the stream's latest entries speak of, the newest first."""
        found: dict[str, None] = {}
        for entry in self.state.entries[-_LATEST:][::-1]:
            found.update(dict.fromkeys(one.decode() for one in _DIGEST.findall(encode(entry))))
        return list(found)

    def _place(self, told: Any, *, wrong: bool) -> str:
        if wrong or told is None:
            own = self.state.descriptor.place(self.state)
            return self.random.choice((*([own] if own else []), *PLACES_OF_THE_WORLD))
        return str(told)

    def _sealed(self) -> dict[str, Any]:
        subject = uuid5(_ASTRAY, self._fresh("subject"))
        digest = sha256(subject.bytes).hexdigest()[:43]
        return {"v": 1, "subject": str(subject), "kid": str(uuid5(subject, "kid")), "kc": digest, "nonce": digest[:16],
                "ct": digest}  # fmt: skip

    def _subject_of_data(self) -> str:
        """Whoever stands sealed in the newest entry that has somebody."""
        for entry in reversed(self.state.entries):
            found = _SUBJECT.search(encode(entry))
            if found is not None:
                return found.group(1).decode()
        return str(_ASTRAY)

    def _choice(self, shape: Shape, told: Any, *, wrong: bool) -> str:
        if told is not None and not wrong and (self.faithful or self.random.random() < 0.85):
            return str(told)
        return str(self.random.choice(list(shape.words or ())).value)

    def _amount(self, shape: Shape, told: Any, *, wrong: bool) -> int:
        if shape.kind == "year":
            return self.world.day.year + (self.random.choice((-1, 1)) if wrong else 0)
        if told is not None and not wrong and (self.faithful or self.random.random() < 0.8):
            return int(told)
        near: tuple[int, ...] = (told - 1, told + 1) if told else ()
        amount = self.random.choice((*_AMOUNTS, *near))
        return max(min(amount, shape.most if shape.most is not None else amount), shape.least or 0)

    def _text(self, shape: Shape, told: Any, *, wrong: bool) -> str:
        if told is None:
            return {"media_type": "application/pdf", "uri": f"urn:example:{self._fresh('source')}",
                    "source": f"urn:example:{self._fresh('source')}", "json": "{}",
                    "holder": "unit"}.get(shape.kind, self._fresh("x"))  # fmt: skip
        if shape.kind in _TEXTS and (wrong or self.random.random() < self.renamed):
            return self._fresh(str(told)[:40])
        return str(told)

    def _fresh(self, stem: str) -> str:
        return f"{stem}-{self.random.getrandbits(40):x}"

    def _as_known(self, event: Event) -> Event:
        """What only its own people know: the digest of what waits for a second person, the shares of a draw."""
        if isinstance(event, ActSeconded):
            waiting = self.state.common.open_acts.get(event.proposal)
            return event.model_copy(update={"digest": waiting.digest}) if waiting is not None else event
        if isinstance(event, EntryCorrected):
            return self._correction(event)
        if isinstance(event, ShareCommitted | ShareRevealed) and isinstance(self.state, Plan | CrossInspection):
            return self._share(event, self.state)
        if isinstance(event, YearSamplePlanned | YearSampleDrawn):
            return self._seed(event)
        return event

    def _correction(self, event: EntryCorrected) -> Event:
        """Of the entry that it names, a figure as it stands there, somewhat more or less."""
        version = min(event.version, self.state.version)
        entries = as_corrected(tuple(self.state.entries))
        known = figures_of(entries[version - 1].event, typed=True) if version else {}
        if not known or self._wrong():
            return event
        pointer = self.random.choice(list(known))
        now = max(known[pointer] + self.random.choice((-9, -1, 1, 9)), 0)
        figure = CorrectedFigure(field=pointer, was=known[pointer], now=now)
        return event.model_copy(update={"version": version, "figures": (figure,)})

    def _share(self, event: ShareCommitted | ShareRevealed, drawing: Plan | CrossInspection) -> Event:
        if self._wrong():
            return event
        house: House = event.house
        share = share_of(drawing.id, drawing.shares.attempt, house)
        if isinstance(event, ShareRevealed):
            return event.model_copy(update={"share": share})
        return event.model_copy(update={"digest": share_digest(drawing.id, house.value, share)})

    def _seed(self, event: YearSamplePlanned | YearSampleDrawn) -> Event:
        if self._wrong():
            return event
        if isinstance(event, YearSampleDrawn):
            return event.model_copy(update={"seed": SEED})
        return event.model_copy(update={"commitment": seed_digest(SEED)})


_SUBJECT = re.compile(rb'"subject":"([0-9a-f-]{36})"')


def _shifted(day: date, days: int) -> date:
    try:
        return max(min(day + timedelta(days=days), date(2199, 12, 31)), date(1900, 1, 1))
    except OverflowError:
        return day
