"""A province's policy as validated data: titles, standards, periods, quorums, thresholds, clauses, rules, pairs.

A pack is a folder `<id>/<version>/` of TOML files, read whole and checked whole (`pack_soundness.py`):
an act is judged by the pack in force on its day (rule I-23). A version never changes: what is
adopted is named by id, version and digest. Where a pack names a base, what it does not say is its base's.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, InstanceOf, TypeAdapter, ValidationError

from events.envelope import Entry, Event
from events.places import PlaceCode
from events.registry import EVENT_TYPES
from events.words import Category, Ground, ObligationKind, Ownership, Role, RoundKind
from services.casework.calendar import WEEKDAYS, Calendar, Span, read_calendar
from services.casework.pack_comparable import Comparable
from services.casework.pack_offices import Meetings, Pilot, Points, Stations, Task, YearDays
from services.casework.pack_parts import (
    STEPS,
    Award,
    Clause,
    Clauses,
    Data,
    Floor,
    GroundText,
    Honour,
    Incentive,
    Limits,
    Pair,
    Quorums,
    RankingTerm,
    RuleText,
    Scope,
    SignalCategory,
    Standard,
    StandardSet,
    Text,
    Title,
    Week,
    Windows,
)
from services.casework.pack_public import Publication
from services.casework.pack_retention import Retention
from services.casework.pack_soundness import problems_of
from services.errors import ConcordError

__all__ = [
    "DEFAULT_PACK",
    "FILES",
    "SHIPPED",
    "NoSuchPack",
    "Pack",
    "Scope",
    "Span",
    "Standard",
    "StandardSet",
    "Title",
    "UnsoundPack",
    "find_pack",
    "known_packs",
    "load_pack",
    "pack_of",
    "read_pack",
    "validate",
    "vocabulary_matters",
]

DEFAULT_PACK = "hunan-2023-15"
"""The pack that judges where none is set and none has been adopted; nothing else in the code names it."""

SHIPPED = Path(__file__).parent / "packs"
"""The packs that come with Concord, and under `holidays` the tables that packs share."""

MORE_PACKS = "CONCORD_PACKS"
"""The environment variable that names a folder of more packs, of the same form, beside the shipped ones."""

FILES: Mapping[str, tuple[str, ...]] = {
    "pack": (
        "id",
        "version",
        "base",
        "place",
        "zh",
        "en",
        "document",
        "direct_ownerships",
        "calendar",
        "windows",
        "quorums",
        "limits",
    ),
    "clauses": ("clauses",),
    "matters": ("matters", "duties"),
    "rules": ("rules",),
    "pairs": ("pairs",),
    "titles": ("titles", "ranking", "public_lists"),
    "standards": ("survey_indicators", "figures", "standard_sets"),
    "signals": ("floors", "categories", "grounds"),
    "incentives": ("incentives", "honours", "awards"),
    "offices": ("year", "lapses", "meetings", "tasks", "stations", "pilots"),
    "public": ("public",),
    "comparable": ("comparable",),
    "retention": ("retention",),
}
"""The files of a pack, each `<name>.toml`, with the keys that each holds."""

OPTIONAL = frozenset({"base"})
"""Keys that a pack may leave out."""

EXTENDED = frozenset(
    {
        "clauses",
        "matters",
        "duties",
        "rules",
        "windows",
        "quorums",
        "limits",
        "categories",
        "grounds",
        "public",
        "comparable",
        "retention",
    }
)
"""Tables whose rows come from the base one by one; of all else a pack has its own, or its base's whole."""

_FILE_OF = {key: f"{name}.toml" for name, keys in FILES.items() for key in keys}
_SUFFIXES = {".toml", ".csv", ".txt"}
_ROLES = {f"post:{role}": role for role in Role}


class Pack(Data):
    """One province's policy, whole. Made by `read_pack`."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,64}$")
    version: str = Field(pattern=r"^[1-9][0-9]{0,5}$")
    base: str | None = Field(default=None, pattern=r"^[a-z0-9-]{1,64}@[1-9][0-9]{0,5}$")
    """The pack whose parts stand where this one says nothing, as `id@version`."""
    place: PlaceCode
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    document: str = Field(min_length=1)
    direct_ownerships: tuple[Ownership, ...]
    """Enterprises of which ownership apply directly to the province (R-17)."""
    clauses: dict[str, Clause]
    matters: dict[str, Clauses]
    """The clauses of what an event is about; the first is the one cited."""
    duties: dict[str, str]
    """The clause under which each kind of obligation is owed."""
    rules: dict[str, RuleText]
    pairs: tuple[Pair, ...]
    titles: dict[str, Title]
    ranking: tuple[RankingTerm, ...]
    """The formula by which candidates of a reserve list are ranked; without a term nobody is ranked (A-53)."""
    public_lists: tuple[RoundKind, ...]
    """The kinds of rounds whose list is in public for objections before it is published (T-26)."""
    standard_sets: dict[str, StandardSet]
    survey_indicators: dict[str, Text]
    figures: dict[str, Text]
    """Ratios that units enter as a part of a whole, from which items of checklists are computed."""
    floors: tuple[Floor, ...]
    """The least severities of facts of every category (T-10)."""
    categories: dict[Category, SignalCategory]
    grounds: dict[Ground, GroundText]
    incentives: dict[str, Incentive]
    honours: dict[str, Honour]
    awards: dict[str, Award]
    """Commendations and notices of praise, with the steps to each (五(六)1)."""
    windows: Windows
    quorums: Quorums
    limits: Limits
    year: YearDays
    lapses: dict[ObligationKind, Points]
    """The points that missing a duty costs in the yearly assessment; other duties cost none."""
    meetings: Meetings
    tasks: dict[str, Task]
    stations: Stations
    pilots: dict[str, Pilot]
    public: dict[str, Publication]
    """What anybody may see without an account, a line a subject."""
    comparable: Comparable
    """What titles and severities are beside those of other provinces."""
    retention: dict[str, Retention]
    """How long each kind of thing is kept."""
    calendar: InstanceOf[Calendar]
    digest: str
    """SHA-256 over every file of the pack and the table of holidays that it follows."""

    @property
    def name(self) -> str:
        """What an entry's authority calls it: id and version."""
        return f"{self.id}@{self.version}"

    def after(self, day: date, span: Span) -> date:
        """The day on which a period ends that begins with `day`, by this pack's calendar."""
        return self.calendar.after(day, span)

    def before(self, day: date, span: Span) -> date:
        """The day that lies a period before `day`, by this pack's calendar."""
        return self.calendar.before(day, span)

    def working_days_between(self, start: date, end: date) -> int:
        """The working days after `start` up to and including `end`; negative where `end` is before `start`."""
        return self.calendar.working_days_between(start, end)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on that day."""
        return self.calendar.is_working_day(day)

    def provisional(self, day: date) -> bool:
        """Whether the holidays of that year are not yet known."""
        return self.calendar.provisional(day)

    def clause_of(self, matter: str) -> str:
        """The clause cited for an event about that matter. KeyError where the pack has no such matter."""
        return self.matters[matter][0]

    def clauses_of(self, matter: str) -> tuple[str, ...]:
        """Every clause that the matter rests on. KeyError where the pack has no such matter."""
        return self.matters[matter]

    def duty_clause(self, kind: str) -> str:
        """The clause under which an obligation of that kind is owed. KeyError where the pack has none."""
        return self.duties[kind]

    def pairs_in(self, scope: Scope, steps: Collection[str] = STEPS) -> frozenset[frozenset[str]]:
        """Every two names that are not one person's within the scope, for a title of these steps."""
        return frozenset(
            frozenset({first, second})
            for pair in self.pairs
            if pair.scope is scope and pair.without_step not in steps
            for first in pair.first
            for second in pair.second
        )

    @cached_property
    def post_pairs(self) -> frozenset[frozenset[Role]]:
        """Every two roles that one person does not hold at the same time, whatever the post, level or house."""
        return frozenset(frozenset(_ROLES[name] for name in names) for names in self.pairs_in(Scope.POST))

    def table(self, name: str) -> Collection[str]:
        """The ids of a table that the vocabulary refers to (`PackRef`). Raises KeyError for an unknown table."""
        return self._tables[name]

    @cached_property
    def _tables(self) -> Mapping[str, Collection[str]]:
        # dictionaries of their own, for a pack is sent to other processes, and views of its own cannot be;
        # their order is that of the pack, the same in every run
        tables = {name: dict.fromkeys(texts) for name, texts in self._texts_of.items()}
        sets = self.standard_sets.values()
        return tables | {
            "items": dict.fromkeys(item for chosen in sets for one in chosen.standards.values() for item in one.items)
        }

    def label(self, word: str, language: str) -> str:
        """The label of a pack's own id (title, incentive, standard set, standard) or of itself; else the id."""
        text = self if word == self.id else self._texts.get(word)
        if text is None:
            return word
        return text.zh if language == "zh" else text.en

    def texts(self, table: str) -> Mapping[str, Text]:
        """The ids of a table with what they are called there, in the pack's order. Raises KeyError for none."""
        return self._texts_of[table]

    @cached_property
    def standards(self) -> Mapping[str, Standard]:
        """The standards of all sets, each as in the last set that has it."""
        return {name: standard for s in self.standard_sets.values() for name, standard in s.standards.items()}

    @cached_property
    def _texts_of(self) -> Mapping[str, Mapping[str, Text]]:
        return {
            "titles": self.titles,
            "standards": self.standards,
            "standard_sets": self.standard_sets,
            "incentives": self.incentives,
            "honours": self.honours,
            "awards": self.awards,
            "indicators": self.survey_indicators,
            "tasks": self.tasks,
            "pilots": self.pilots,
            "retention": self.retention,
            "figures": self.figures,
            "vetoes": {name: text for chosen in self.standard_sets.values() for name, text in chosen.vetoes.items()},
            "items": {
                name: item
                for chosen in self.standard_sets.values()
                for one in chosen.standards.values()
                for name, item in one.items.items()
            },
        }

    @cached_property
    def _texts(self) -> dict[str, Text]:
        parts = {name: part for chosen in self.standard_sets.values() for name, part in chosen.parts.items()}
        tables = (
            "pilots",
            "retention",
            "tasks",
            "figures",
            "vetoes",
            "standards",
            "standard_sets",
            "incentives",
            "honours",
            "awards",
            "titles",
        )
        return {**parts, **{word: text for table in tables for word, text in self._texts_of[table].items()}}


class UnsoundPack(ConcordError):
    """A pack that cannot judge: `problems` has every one found, each with its file in `folder` and its key."""

    code = "unsound-pack"

    def __init__(self, folder: Path, problems: Iterable[str]) -> None:
        self.folder = folder
        self.problems = tuple(problems)
        super().__init__("\n- ".join((f"policy pack {folder.parent.name}@{folder.name}", *self.problems)))


class NoSuchPack(KeyError):
    """No pack here fits; `part` says which of id, version and digest does not, `present` what there is of it."""

    def __init__(self, part: Literal["id", "version", "digest"], wanted: str, present: Iterable[str]) -> None:
        self.part, self.wanted, self.present = part, wanted, tuple(present)
        super().__init__(wanted)

    def __str__(self) -> str:
        return f"no policy pack with the {self.part} {self.wanted}; here: {', '.join(self.present) or 'none'}"


def vocabulary_matters() -> frozenset[str]:
    """What the events are about, for which a pack has to give clauses."""
    matters = (getattr(event.about, "matter", None) for event in EVENT_TYPES.values())
    return frozenset(str(matter) for matter in matters if matter is not None)


def validate(pack: Pack, matters: Iterable[str]) -> tuple[str, ...]:
    """Every problem of a pack whose parts are well formed, each with its file and key; none where it can judge.

    `matters` are those that a vocabulary's events are about.
    """
    return _placed(problems_of(pack, frozenset(Pack.model_fields), frozenset(matters)))


def read_pack(folder: Path) -> Pack:
    """Read and check a pack. Raises UnsoundPack with every problem found."""
    texts, problems = _files(folder)
    document, found, unread = _document(texts)
    problems += found
    base = _base(folder, document, problems)
    document = _over(document, base[0] if base else {})
    problems += _missing(texts, document, unread)
    problems += [
        f"pack.toml: {key}: is {document[key]}, and its folder is called {called}"
        for key, called in (("id", folder.parent.name), ("version", folder.name))
        if document.get(key, called) != called
    ]
    table, found = _table(folder, document)
    problems += found
    document["digest"] = _digest(texts, table, base[1] if base else {})
    sections, found = _sections(document, table[1])
    problems += found
    pack = Pack.model_construct(**sections)
    problems += _placed(problems_of(pack, sections.keys(), vocabulary_matters()))
    if problems:
        raise UnsoundPack(folder, problems)
    return pack


def _placed(problems: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{_FILE_OF[key.partition('.')[0]]}: {key}: {problem}" for key, problem in problems)


def _files(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    texts = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    strange = [
        name
        for name in texts
        if Path(name).suffix not in _SUFFIXES or (name.endswith(".toml") and name.removesuffix(".toml") not in FILES)
    ]
    return texts, [f"{name}: is no file of a pack" for name in strange]


def _document(texts: Mapping[str, bytes]) -> tuple[dict[str, Any], list[str], set[str]]:
    """What the files say, every problem of them, and which cannot be read."""
    document: dict[str, Any] = {}
    problems: list[str] = []
    unread: set[str] = set()
    for name, keys in FILES.items():
        file = f"{name}.toml"
        if file not in texts:
            continue
        try:
            part = tomllib.loads(texts[file].decode())
        except ValueError as error:  # TOMLDecodeError, UnicodeDecodeError
            problems.append(f"{file}: {error}")
            unread.add(name)
            continue
        problems += [f"{file}: {key}: does not belong here" for key in part if key not in keys]
        document |= {key: part[key] for key in keys if key in part}
    return document, problems, unread


def _missing(texts: Mapping[str, bytes], document: Mapping[str, Any], unread: Collection[str]) -> list[str]:
    """What neither the pack nor its base says."""
    problems = []
    for name, keys in FILES.items():
        if name in unread:
            continue
        absent = [key for key in keys if key not in document and key not in OPTIONAL]
        if absent and f"{name}.toml" not in texts:
            problems.append(f"{name}.toml: is missing")
        else:
            problems += [f"{name}.toml: {key}: is missing" for key in absent]
    return problems


def _base(
    folder: Path, document: Mapping[str, Any], problems: list[str]
) -> tuple[dict[str, Any], dict[str, bytes]] | None:
    """What the base says, and its files; None where the pack names none that is here, which is told in `problems`."""
    name = document.get("base")
    if not isinstance(name, str):
        return None
    called, _, version = name.partition("@")
    found = [root / called / version for root in (folder.parent.parent, *_roots())]
    here = next((base for base in found if (base / "pack.toml").is_file()), None)
    if here is None:
        problems.append(f"pack.toml: base: there is no pack {name}")
        return None
    texts, _ = _files(here)
    said, _, _ = _document(texts)
    if "base" in said:
        problems.append(f"pack.toml: base: {name} has a base itself")
    return said, texts


def _over(document: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """What the pack says, over what its base says."""
    both = {
        key: {**base[key], **document[key]}
        for key in EXTENDED & document.keys() & base.keys()
        if isinstance(document[key], dict) and isinstance(base[key], dict)
    }
    return {**base, **document, **both}


def _table(folder: Path, document: Mapping[str, Any]) -> tuple[tuple[str, str | None], list[str]]:
    """The name and text of the holiday table that the pack follows: its own, its neighbours', or a shipped one."""
    try:
        name = Week.model_validate(document.get("calendar")).holidays
    except ValidationError:
        return ("", None), []
    if name is None:
        return ("", None), []
    for place in (folder, folder.parent.parent / "holidays", SHIPPED / "holidays"):
        if (place / name).is_file():
            return (name, (place / name).read_text(encoding="utf-8")), []
    return ("", None), [f"pack.toml: calendar.holidays: there is no table {name}"]


def _digest(texts: Mapping[str, bytes], table: tuple[str, str | None], base: Mapping[str, bytes]) -> str:
    name, text = table
    parts = {**texts, **{f"base/{path}": content for path, content in base.items()}}
    if text is not None:
        parts[f"holidays/{name}"] = text.encode()
    digest = hashlib.sha256()
    for path, content in sorted(parts.items()):
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _sections(document: Mapping[str, Any], table: str | None) -> tuple[dict[str, Any], list[str]]:
    """The parts that are well formed, and every problem of form of the others."""
    sections: dict[str, Any] = {}
    problems: list[str] = []
    for key in Pack.model_fields.keys() & document.keys():
        try:
            made = _form(key)(document[key])
            if key == "calendar":
                made = read_calendar([WEEKDAYS.index(day) for day in made.working_week], table)
            sections[key] = made
        except ValidationError as error:
            problems += [
                f"{_FILE_OF[key]}: {'.'.join(map(str, (key, *one['loc'])))}: {one['msg'].removeprefix('Value error, ')}"
                for one in error.errors()
            ]
        except ValueError as error:
            problems.append(f"{_FILE_OF[key]}: {key}.holidays: {error}")
    return sections, sorted(problems)


@cache
def _form(key: str) -> Callable[[Any], Any]:
    field = Pack.model_fields[key]
    kind: Any = Week if key == "calendar" else Annotated[field.annotation, field]
    return TypeAdapter(kind).validate_python


def known_packs() -> Mapping[str, tuple[str, ...]]:
    """Every pack that is here: its id, with its versions from the oldest to the newest."""
    return {name: tuple(versions) for name, versions in _folders(_roots()).items()}


def load_pack(name: str = DEFAULT_PACK, version: str | None = None) -> Pack:
    """The pack of that id, in that version or else its newest. Raises NoSuchPack, or UnsoundPack if it cannot judge."""
    return _load(_roots(), name, version)


def find_pack(name: str, version: str, digest: str) -> Pack:
    """The pack that was adopted, to the letter. Raises NoSuchPack, which says what of it does not fit."""
    pack = load_pack(name, version)
    if pack.digest != digest:
        raise NoSuchPack("digest", digest, (pack.digest,))
    return pack


def pack_of(entry: Entry[Event]) -> Pack:
    """The pack under which an entry was judged, for its labels; where it is not here, the one nearest to it."""
    return pack_named(entry.authority.pack if entry.authority else DEFAULT_PACK)


def pack_named(name: str) -> Pack:
    """The pack that an authority names, for its labels; where it is not here, the one nearest to it."""
    return _nearest(_roots(), name)


def _roots() -> tuple[Path, ...]:
    more = os.environ.get(MORE_PACKS)
    return (SHIPPED, Path(more)) if more else (SHIPPED,)


def _folders(roots: tuple[Path, ...]) -> dict[str, dict[str, list[Path]]]:
    files = sorted(
        (file for root in roots for file in root.glob("*/*/pack.toml") if file.parent.name.isdecimal()),
        key=lambda file: int(file.parent.name),
    )
    folders: dict[str, dict[str, list[Path]]] = {}
    for file in files:
        folders.setdefault(file.parent.parent.name, {}).setdefault(file.parent.name, []).append(file.parent)
    return dict(sorted(folders.items()))


@cache
def _load(roots: tuple[Path, ...], name: str, version: str | None) -> Pack:
    folders = _folders(roots)
    if name not in folders:
        raise NoSuchPack("id", name, folders)
    versions = folders[name]
    if version is None:
        return _load(roots, name, list(versions)[-1])
    if version not in versions:
        raise NoSuchPack("version", version, versions)
    first, *others = (read_pack(folder) for folder in versions[version])
    if any(other.digest != first.digest for other in others):
        raise UnsoundPack(
            versions[version][0], [f"pack.toml: version: another with this version is in {versions[version][1]}"]
        )
    return first


@lru_cache(maxsize=1_000)
def _nearest(roots: tuple[Path, ...], name: str) -> Pack:
    wanted, _, version = name.partition("@")
    folders = _folders(roots)
    if version in folders.get(wanted, {}):
        return _load(roots, wanted, version)
    chosen = next((id_ for id_ in (wanted, DEFAULT_PACK) if id_ in folders), next(iter(folders), wanted))
    return _load(roots, chosen, None)
