"""What a route takes in its query: one model behind its parsing, the OpenAPI document and the filters it answers with.

A parameter that is unknown, given twice, empty or of an unknown word is refused by its name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from events.envelope import CHINA
from events.fields import DAY_FORM, day_of
from events.folding import folded_code
from events.places import PLACES
from events.registry import EVENT_TYPES
from events.words import Level
from services.casework.pack import Pack, known_packs, load_pack
from services.errors import Malformed, Problem
from services.http.bodies import problem_of


class Query(BaseModel):
    """The parameters of a route; any other is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def in_force(self) -> dict[str, Any]:
        """The filters in force, defaults too, without what only turns pages."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=_TURNS_PAGES)


_TURNS_PAGES = {"after", "limit", "min_position", "lang", "options"}


def _wrong(code: str, zh: str, en: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{en}", {"zh": zh, "en": en})


def _digits(given: Any) -> Any:
    if isinstance(given, str) and not (given.isascii() and given.isdigit() and len(given) < 19):
        raise _wrong("number", "应为整数", "a whole number")
    return given


def _flag(given: Any) -> Any:
    if isinstance(given, str) and given not in ("true", "false"):
        raise _wrong("flag", "应为true或false", "true or false")
    return given


def _place(given: str) -> str:
    if given not in PLACES:
        raise _wrong("place", "没有此行政区划代码", "no place has this code")
    return given


def _province(given: str) -> str:
    if PLACES[_place(given)].level is not Level.PROVINCE:
        raise _wrong("province", "应为省级行政区划代码", "the code of a province")
    return given


def _text(given: str) -> str:
    if "\x00" in given:
        raise _wrong("nul", "含有空字符（NUL）", "contains NUL")
    if "\ufffd" in given:  # what stands where bytes were no UTF-8
        raise _wrong("utf8", "不是合法的UTF-8", "is not valid UTF-8")
    if given.isspace():
        raise _wrong("blank", "只有空白", "is blank")
    return given


_DAY = re.compile(DAY_FORM)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
"""RFC 3339, 5.6."""


def known_at(text: str) -> datetime:
    """The moment up to which something is known: RFC 3339 with its offset, or a day to its end in China.

    Raises ValueError.
    """
    if _DAY.fullmatch(text) is not None:
        return datetime.combine(day_of(text), time.max, CHINA)
    # a plus sign that was not escaped comes as a blank
    written = text.replace(" ", "+")
    if _MOMENT.fullmatch(written) is None:
        raise ValueError(text)
    found = datetime.fromisoformat(written)
    day_of(found.astimezone(CHINA).date().isoformat())
    return found


def _day(given: Any) -> Any:
    try:
        return day_of(given) if isinstance(given, str) else given
    except ValueError as error:
        raise _wrong("day", "应为1900至2199年的日期YYYY-MM-DD", "a day, YYYY-MM-DD, from 1900 to 2199") from error


def _known(given: Any) -> Any:
    try:
        return known_at(given) if isinstance(given, str) else given
    except (ValueError, OverflowError) as error:
        raise _wrong(
            "moment", "应为带时区的RFC 3339时间或日期", "a moment with its offset (RFC 3339), or a day"
        ) from error


def _id(given: Any) -> Any:
    try:
        return UUID(given) if isinstance(given, str) else given
    except ValueError as error:
        raise _wrong("id", "应为UUID", "a UUID") from error


def packs_here() -> Iterable[Pack]:
    """Every version of every policy pack that is here."""
    return (load_pack(name, version) for name, versions in known_packs().items() for version in versions)


@cache
def _acts() -> frozenset[str]:
    return frozenset({*EVENT_TYPES, *(event.about.decision for event in EVENT_TYPES.values() if event.about.decision)})


def _act(given: str) -> str:
    if given not in _acts():
        raise _wrong("act", "没有这种决定或事件类型", "no such decision, nor type of event")
    return given


def _title(given: str) -> str:
    if not any(given in pack.titles for pack in packs_here()):
        raise _wrong("title", "没有此称号", "no policy pack has this title")
    return given


def _rule(given: str) -> str:
    if not any(given in pack.rules for pack in packs_here()):
        raise _wrong("rule", "没有此规则", "no policy pack has this rule")
    return given


_HOLDER = re.compile(rf"unit|({'|'.join(level.value for level in Level)}):\d{{6}}", re.ASCII)


def _holder(given: str) -> str:
    if _HOLDER.fullmatch(given) is None:
        raise _wrong("holder", "应为unit或层级:地区", "unit, or level:place, as county:430104")
    return given


def _types(given: str) -> str:
    unknown = [name for name in given.split(",") if name not in EVENT_TYPES]
    if unknown:
        raise _wrong("event_type", "没有这种事件类型", f"no such event type: {unknown[0][:80]}")
    return given


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_text)]
Code = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_text), AfterValidator(folded_code)]
"""A public code, as codes are compared: in any width and case."""

Word = Annotated[str, Field(min_length=1, max_length=80)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Id = Annotated[UUID, BeforeValidator(_id)]
Place = Annotated[str, AfterValidator(_place), WithJsonSchema({"type": "string", "pattern": "^[0-9]{6}$"})]
Province = Annotated[str, AfterValidator(_province), WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}0000$"})]
Day = Annotated[date, BeforeValidator(_day)]
Known = Annotated[
    datetime,
    BeforeValidator(_known),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
]
"""A moment; a day means its end in China."""

Act = Annotated[Word, AfterValidator(_act)]
"""A decision (`name`), or the type of its event."""

Title = Annotated[Word, AfterValidator(_title)]
RuleId = Annotated[Word, AfterValidator(_rule)]
Holder = Annotated[Word, AfterValidator(_holder)]
Types = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(_types)]
"""Types of events, with commas between."""

Cursor = Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_text)]
"""Where the page before ended, as its `next` said."""

Position = Annotated[int, BeforeValidator(_digits), Field(ge=0, le=2**62)]
Version = Annotated[int, BeforeValidator(_digits), Field(ge=1, le=2**31 - 1)]
Limit = Annotated[int, BeforeValidator(_digits), Field(ge=1, le=500)]
Digits = BeforeValidator(_digits)
"""For other whole numbers: digits and nothing else."""


class Page(Query):
    """A page of a list of a projection, as fresh as `min_position`."""

    after: Cursor | None = None
    limit: Limit = 50
    min_position: Position | None = None


class Fresh(Query):
    """An answer of a projection, as fresh as `min_position`."""

    min_position: Position | None = None


class Spoken(Query):
    """A page in one of its two languages."""

    lang: Literal["zh", "en"] | None = None


Q = TypeVar("Q", bound=Query)


async def strict(request: Request) -> None:
    """A dependency of every route: nothing is given twice, and nothing to a route that takes nothing.

    What else is unknown, the route's own model refuses. Raises Malformed.
    """
    if not request.scope["query_string"]:
        return
    given = Counter(name for name, _ in request.query_params.multi_items())
    problems = [_twice(name) for name, times in given.items() if times > 1]
    dependant = getattr(request.scope.get("route"), "dependant", None)
    if dependant is None or not dependant.query_params:
        problems += map(_unknown, given)
    if problems:
        raise Malformed(problems)


def effective_on(request: Request) -> date | None:
    """From which day a decision holds, where not today: the one parameter of its route. Raises Malformed."""
    query = request.query_params
    given = Counter(name for name, _ in query.multi_items())
    problems = [_twice(name) for name, times in given.items() if times > 1]
    problems += [_unknown(name) for name in given if name != "effective_on"]
    if problems:
        raise Malformed(problems)
    if not given:
        return None
    try:
        return day_of(query["effective_on"])
    except ValueError as error:
        zh, en = "应为1900至2199年的日期YYYY-MM-DD", "a day, YYYY-MM-DD, from 1900 to 2199"
        raise Malformed([Problem("?effective_on", zh, en)]) from error


def tolerant(model: type[Q], request: Request) -> tuple[Q, list[Problem]]:
    """What a page was asked for as far as it can be read, and what of it could not: a page says so, keeps the rest.

    Fields of forms that were left empty are not asked for; of what is given twice the last counts.
    """
    pairs = [(name, value) for name, value in request.query_params.multi_items() if value]
    given, names = dict(pairs), [name for name, _ in pairs]
    problems = [_twice(name) for name in given if names.count(name) > 1]
    while True:
        try:
            return model.model_validate(given), problems
        except ValidationError as error:
            found = error.errors(include_url=False)
            problems += problems_of_query(found)
            for one in found:
                given.pop(str(one["loc"][0]), None)


def problems_of_query(found: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """What pydantic found of a query, each with its parameter."""
    return [
        _unknown(str(one["loc"][-1]))
        if one["type"] == "extra_forbidden"
        else problem_of(one, f"?{str(one['loc'][0 if one['loc'][0] != 'query' else 1])[:80]}")
        for one in found
    ]


def _twice(name: str) -> Problem:
    return Problem(f"?{name[:80]}", "参数重复", "is given twice")


def _unknown(name: str) -> Problem:
    return Problem(f"?{name[:80]}", "没有这个参数", "there is no such parameter here")
