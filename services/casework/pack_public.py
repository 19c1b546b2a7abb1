"""What anybody may see without an account: of whom, which fields, from when, until when, as `public.toml` writes it.

The pages for anybody show what stands here, and are given nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field

from services.casework.calendar import Calendar, Span
from services.casework.pack_parts import Text

T = TypeVar("T")

ENDED: Literal["ended"] = "ended"
ALWAYS: Literal["always"] = "always"


@dataclass(frozen=True, slots=True)
class Subject:
    """Of whom something is public: the moments between which it can be, its fields, and the pages that show it.

    Without an `ends` nothing ends it: it is public for a time, or always. Fields and moments have their labels.
    """

    begins: str
    begins_label: Text
    fields: Mapping[str, Text]
    routes: tuple[str, ...]
    ends_label: Text | None = None
    times: bool = False


def _fields(**labels: str) -> Mapping[str, Text]:
    pairs = {name: label.split("|") for name, label in labels.items()}
    return MappingProxyType({name: Text(zh=zh, en=en) for name, (zh, en) in pairs.items()})


_NAME, _CODE, _PLACE, _TITLE = "名称|name", "统一社会信用代码|public code", "地区|place", "称号|title"

SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {
        "holder": Subject(
            "named",
            Text(zh="认定期首日", en="the first day of the term"),
            _fields(
                name=_NAME, code=_CODE, place=_PLACE, title=_TITLE, term="认定期|term",
                carried_in="是否承接|whether it was taken over",
            ),
            ("/roll", "/roll.csv", "/roll.jsonld", "/roll/check"),
            Text(zh="称号终止", en="the end of the title"),
        ),
        "candidate": Subject(
            "publicity_starts",
            Text(zh="公示首日", en="the first day of publicity"),
            _fields(name=_NAME, code=_CODE, place=_PLACE, title=_TITLE, days="公示期|days of publicity"),
            ("/publicity", "/api/v1/publicity", "/publicity/{unit}/object"),
            Text(zh="公示结束", en="the end of publicity"),
        ),
        "listed": Subject(
            "publicity_starts",
            Text(zh="名单公示首日", en="the first day of the list's publicity"),
            _fields(list="名单|list", name=_NAME, code=_CODE, place=_PLACE, days="公示期|days of publicity"),
            ("/publicity/lists/{round}", "/publicity/lists/{round}/object"),
            Text(zh="名单公布", en="the publication of the list"),
        ),
        "published": Subject(
            "list_published",
            Text(zh="名单公布日", en="the day on which the list was published"),
            _fields(
                list="名单|list", name=_NAME, code=_CODE, place=_PLACE, day="公布日期|day of publication",
                document="文号|number of the document",
            ),
            ("/publicity/lists/{round}", "/api/v1/publicity/lists/{round}"),
            times=True,
        ),
        "commended": Subject(
            "publicity_starts",
            Text(zh="公示首日", en="the first day of publicity"),
            _fields(
                award="荣誉|award", recipient="对象类别|kind of recipient", name=_NAME, place=_PLACE,
                step="环节|step", days="公示期|days of publicity", channel="公示渠道|where it is public",
            ),
            ("/publicity/honours/{honour}", "/publicity/honours/{honour}/object"),
            Text(zh="授予或者不予表彰", en="the award, or that it is declined"),
        ),
        "plaque": Subject(
            "issued",
            Text(zh="授牌", en="its issue"),
            _fields(
                name=_NAME, place=_PLACE, title=_TITLE, plaque="铭牌编号|number of the plaque",
                validity="是否有效|whether it is valid", term="认定期|term", history="称号的经过|history of the title",
            ),
            ("/p/{code}",),
        ),
        "revocation": Subject(
            "announced",
            Text(zh="公告日", en="the day of the announcement"),
            _fields(name=_NAME, place=_PLACE, day="公告日|day", announcement="公告|announcement"),
            ("/announcements",),
            times=True,
        ),
        "objection": Subject(
            "raised",
            Text(zh="提出异议，凭受理编号", en="its receipt, to whoever has its number"),
            _fields(
                name=_NAME, day="收到日|day of receipt", due="答复期限|when it is to be answered",
                outcome="核查结论|outcome", findings="核查情况|findings",
            ),
            ("/objections", "/objections/{number}"),
        ),
    }
)  # fmt: skip
"""Everybody of whom something is public, and whatever can be of them; a pack says how much of that is."""


def _until(text: Any) -> Any:
    return Span.parse(text) if isinstance(text, str) and text not in (ENDED, ALWAYS) else text


class Publication(Text):
    """A line of the table: what of a subject anybody may see, from when until when, and by which clause."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    clause: str
    fields: tuple[str, ...] = Field(min_length=1)
    from_: str = Field(alias="from")
    until: Annotated[Literal["ended", "always"] | Span, BeforeValidator(_until)]
    """`ended`, with what it is about; `always`; or so long after its beginning."""

    def shown(self, values: Mapping[str, T]) -> dict[str, T]:
        """Of what there is, what anybody may see. KeyError where a public field is not among it."""
        return {name: values[name] for name in self.fields}

    def earliest(self, today: date, calendar: Calendar) -> date | None:
        """What began on that day or later is public still; None where it does not end with time."""
        return calendar.before(today, self.until) if isinstance(self.until, Span) else None


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line of the table as people read it, with its labels."""

    subject: str
    zh: str
    en: str
    clause: str
    fields: Mapping[str, Text]
    from_: Text
    until: Text
    routes: tuple[str, ...] = field(default=())


def lines(table: Mapping[str, Publication]) -> Iterator[PublicLine]:
    """The table, line by line."""
    for name, line in table.items():
        subject = SUBJECTS[name]
        labels = {one: subject.fields[one] for one in line.fields}
        until = _until_label(line, subject)
        yield PublicLine(name, line.zh, line.en, line.clause, labels, subject.begins_label, until, subject.routes)


def _until_label(line: Publication, subject: Subject) -> Text:
    if isinstance(line.until, Span):
        return Text(zh=f"{line.until.zh}后", en=f"{line.until.en} later")
    if line.until == ENDED and subject.ends_label is not None:
        return subject.ends_label
    return Text(zh="长期", en="for good")


def problems_of_table(table: Mapping[str, Publication]) -> Iterator[tuple[str, str]]:
    """What a table says that no page could keep to, and who is left out."""
    yield from ((f"public.{name}", "is missing") for name in SUBJECTS if name not in table)
    for name, line in table.items():
        subject = SUBJECTS.get(name)
        if subject is None:
            yield f"public.{name}", f"is none of {', '.join(SUBJECTS)}"
            continue
        unknown = [one for one in line.fields if one not in subject.fields]
        if unknown or len(set(line.fields)) < len(line.fields):
            yield f"public.{name}.fields", f"are each one of {', '.join(subject.fields)}, once"
        if line.from_ != subject.begins:
            yield f"public.{name}.from", f"is {subject.begins}"
        if not _can_end(line, subject):
            possible = [ENDED] if subject.ends_label else [ALWAYS, *(["a period"] if subject.times else [])]
            yield f"public.{name}.until", f"is {' or '.join(possible)}"


def _can_end(line: Publication, subject: Subject) -> bool:
    if isinstance(line.until, Span):
        return subject.times
    return (line.until == ENDED) is (subject.ends_label is not None)
