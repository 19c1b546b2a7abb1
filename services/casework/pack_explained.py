"""A pack told as the ways to its titles: step by step who decides, at which level, within which window; and two packs
compared. Text for people, and Mermaid for a chart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from events.words import House, Level
from services.casework.calendar import Span
from services.casework.pack import Pack
from services.casework.pack_parts import Text, Title

_LEVELS = sorted(Level, key=lambda level: level.rank)
_STEPS = {
    "evaluate": Text(zh="组织评价", en="evaluation"),
    "review": Text(zh="审核", en="review"),
    "publicity": Text(zh="公示", en="publicity"),
    "nominate": Text(zh="推荐申报", en="nomination"),
    "name": Text(zh="命名", en="naming"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """A station on the way to a title: what is done, at which level (None: by the unit), within what, needing what.

    `at_least` says that the time is the least, not the most.
    """

    zh: str
    en: str
    level: Level | None = None
    within: Span | None = None
    needs_zh: tuple[str, ...] = ()
    needs_en: tuple[str, ...] = ()
    at_least: bool = False

    @property
    def time(self) -> str:
        """Its time, in both languages, with the sign of most or least; empty where it has none."""
        if self.within is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {self.within.zh} {self.within.en}"


def way_to(name: str, pack: Pack) -> Iterator[Station]:
    """Every station to the title of that name, from the report to the end of its term. KeyError for no title."""
    title = pack.titles[name]
    yield _application(title, pack)
    for level in _LEVELS:
        if level.rank < title.evaluated_by.rank and level.rank >= Level.COUNTY.rank:
            yield Station("受理并上报", "accepted and forwarded", level, pack.windows.handle_step)
    for step in title.steps:
        yield _station(step, title, pack)
    yield Station("授牌", "plaque", _deciding(title), pack.windows.issue_plaque)
    kept = (f"每{pack.windows.verification.zh}核查",), (f"verified every {pack.windows.verification.en}",)
    yield Station(f"认定期{title.term.zh}", f"held for {title.term.en}", None, None, *kept)
    consent = title.consent_by
    asked = ((f"经{consent.zh}同意",), (f"the {consent.en} consents",)) if consent is not None else ((), ())
    yield Station("取消命名", "revocation", title.revoked_by, pack.windows.decide_revocation, *asked)


def _application(title: Title, pack: Pack) -> Station:
    needs = []
    if title.requires_title is not None and title.requires_held is not None:
        before = pack.titles[title.requires_title]
        needs.append((f"持有{before.zh}满{title.requires_held.zh}", f"{before.en}, held {title.requires_held.en}"))
    if title.needs_round:
        needs.append(("有届次的名额", "a place of a round"))
    if title.minimum_self_score:
        least = title.minimum_self_score
        needs.append((f"自评{least}分以上", f"{least} points in its own report"))
    return _needing(Station("自评、申报", "self-evaluation and application"), needs)


def _station(step: str, title: Title, pack: Pack) -> Station:
    called, handled = _STEPS[step], pack.windows.handle_step
    match step:
        case "evaluate":
            needs = [_points(title), *_parts(title, pack), _houses(pack)]
            return _needing(Station(called.zh, called.en, title.evaluated_by, handled), needs)
        case "review":
            return _needing(Station(called.zh, called.en, _deciding(title), handled), [_houses(pack)])
        case "publicity":
            return Station(called.zh, called.en, _deciding(title), pack.windows.publicity, at_least=True)
        case "nominate":
            return Station(called.zh, called.en, Level.PROVINCE, pack.windows.publicity_counts)
        case _:
            return Station(called.zh, called.en, title.named_by, pack.windows.publicity_counts)


def _needing(station: Station, needs: list[tuple[str, str]]) -> Station:
    zh, en = zip(*needs, strict=True) if needs else ((), ())
    return Station(station.zh, station.en, station.level, station.within, zh, en)


def _points(title: Title) -> tuple[str, str]:
    return f"{title.minimum_score}分以上", f"{title.minimum_score} points"


def _parts(title: Title, pack: Pack) -> Iterator[tuple[str, str]]:
    for part, least in title.minimum_part.items():
        yield f"{pack.label(part, 'zh')}{least}分以上", f"{least} points in {pack.label(part, 'en')}"


def _houses(pack: Pack) -> tuple[str, str]:
    houses: tuple[House, ...] = pack.quorums.houses
    return "、".join(house.zh for house in houses) + "的意见", f"opinions of {', '.join(h.en for h in houses)}"


def _deciding(title: Title) -> Level:
    return Level.PROVINCE if title.named_by is Level.NATION else title.named_by


def as_text(pack: Pack) -> str:
    """The ways to all titles, line by line."""
    lines = [f"{pack.name}  {pack.zh} / {pack.en}", f"{pack.document}" + (f"  ← {pack.base}" if pack.base else "")]
    for name, title in pack.titles.items():
        lines += ["", f"{name}  {title.zh} / {title.en}  ({', '.join(kind.zh for kind in title.kinds)})"]
        lines += [f"  {number}. {_line(one)}" for number, one in enumerate(way_to(name, pack), 1)]
    return "\n".join(lines)


def _line(station: Station) -> str:
    where = f" @ {station.level.zh} {station.level.en}" if station.level is not None else ""
    within = f" {station.time}" if station.time else ""
    needs = "".join(f"\n     · {zh} / {en}" for zh, en in zip(station.needs_zh, station.needs_en, strict=True))
    return f"{station.zh} {station.en}{where}{within}{needs}"


def as_mermaid(pack: Pack) -> str:
    """The same as a Mermaid flow chart; a title that another one asks for leads to its application."""
    lines = ["flowchart TD"]
    for name, title in pack.titles.items():
        way = list(way_to(name, pack))
        lines.append(f'  subgraph {name}["{title.zh} · {title.en}"]')
        lines += [f'    {name}_{number}["{_box(one)}"]' for number, one in enumerate(way)]
        lines += [f"    {name}_{number} --> {name}_{number + 1}" for number in range(len(way) - 1)]
        lines.append("  end")
    for name, title in pack.titles.items():
        if title.requires_title is not None:
            held = len(list(way_to(title.requires_title, pack))) - 2
            lines.append(f"  {title.requires_title}_{held} --> {name}_0")
    return "\n".join(lines)


def _box(station: Station) -> str:
    where = f"<br>{station.level.zh} {station.level.en}" if station.level is not None else ""
    within = f"<br>{station.time}" if station.time else ""
    needs = "".join(f"<br>{zh}" for zh in station.needs_zh)
    return f"{station.zh} {station.en}{where}{within}{needs}".replace('"', "#quot;")


# --- two packs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A key that two packs do not agree on: what each says; None where one says nothing of it."""

    key: str
    before: str | None
    after: str | None


def differences(before: Pack, after: Pack) -> Iterator[Difference]:
    """Everything that `after` says otherwise than `before`, key by key; digests and calendars' days are left out."""
    left, right = (
        {key: said for name, part in _said(pack) for key, said in _leaves(name, part)} for pack in (before, after)
    )
    for key in sorted(left.keys() | right.keys()):
        if left.get(key) != right.get(key):
            yield Difference(key, left.get(key), right.get(key))


def _said(pack: Pack) -> Iterator[tuple[str, Any]]:
    """The fields of a pack; what was once derived of it stands beside them, and is no part of what it says."""
    return ((name, getattr(pack, name)) for name in Pack.model_fields if name not in ("digest", "calendar"))


def _leaves(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """The parts of a value that have none themselves, each by its key and as it is written."""
    if isinstance(value, BaseModel | Mapping):
        for name, part in dict(value).items():
            yield from _leaves(f"{key}.{name}", part)
    elif isinstance(value, tuple) and any(isinstance(part, BaseModel) for part in value):
        for number, part in enumerate(value):
            yield from _leaves(f"{key}.{number}", part)
    elif value is not None:
        yield key, ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
