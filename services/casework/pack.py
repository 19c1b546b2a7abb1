"""A province's policy as validated data: titles, standards, windows, quorums, thresholds, clauses, rules.

A pack is a folder of TOML files under `packs/`, read whole and checked whole: an act is judged by
the pack in force on its day (rule I-23).
"""

from __future__ import annotations

import hashlib
import tomllib
from fractions import Fraction
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from events.envelope import Entry, Event
from events.words import Category, Ground, House, Level, UnitKind

DEFAULT_PACK = "hunan-2023-15"
"""The pack that judges where none is set and none has been adopted."""

FILES = ("pack", "clauses", "rules", "titles", "standards", "signals", "incentives")
"""The files of a pack, each `<name>.toml`, merged into one document."""

STEPS = ("evaluate", "review", "publicity", "nominate", "name")
"""The steps of a case after it is applied for, in their order (I-05)."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Data):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Clause(Text):
    """A clause of the policy: `zh` is its own text, `en` our translation."""


class RuleText(Text):
    """A rule as people read it: general sentence, what would have to be true, and its ground.

    `assumption` names the A-nn that fills what the policy leaves open, with its reasoning.
    """

    clause: str
    assumption: str | None = None
    needs_zh: str
    needs_en: str
    reason_zh: str = ""
    reason_en: str = ""


class Title(Text):
    """A title that a unit may hold: who may, what it needs, who gives it and for how long."""

    clause: str
    level: Level
    kinds: tuple[UnitKind, ...]
    steps: tuple[str, ...]
    evaluated_by: Level
    named_by: Level
    revoked_by: Level
    consent_by: Level | None = None
    minimum_score: int = Field(ge=0, le=1000)
    requires_title: str | None = None
    requires_months: int = 0
    needs_round: bool = False
    term_months: int = Field(gt=0)
    plaque: Text


class Item(Text):
    """A sub-item of a standard, with its highest score."""

    score: int = Field(gt=0)


class Standard(Text):
    """One standard of a checklist; `must` items have to be judged met (A-01)."""

    clause: str
    must: bool
    items: dict[str, Item]

    @property
    def score(self) -> int:
        """The highest score of the whole standard."""
        return sum(item.score for item in self.items.values())


class StandardSet(Text):
    """A checklist with its code and version, for units of some kinds."""

    clause: str
    code: str
    version: str
    kinds: tuple[UnitKind, ...]
    conducted_by: str
    standards: dict[str, Standard]


class Floor(_Data):
    """The least severity of a signal from these numbers on; a source may say higher.

    It applies from so many people, or from such an amount, on; 0 means that the number does not
    count, and a floor with neither applies always.
    """

    severity: int = Field(ge=1, le=4)
    people: int = 0
    amount_fen: int = 0


class SignalCategory(_Data):
    """What a category of signal means here: its ground, if it can cost the name, and its floors."""

    ground: Ground | None = None
    clause: str
    floors: tuple[Floor, ...]


class GroundText(Text):
    """A ground of revocation with the test of "major" that it needs (A-06).

    Any one of the thresholds given is enough, or an administrative penalty; where `together`, all
    of them have to be reached. Where `always`, a serious assessment is enough by itself.
    """

    clause: str
    major_zh: str
    major_en: str
    people: int | None = None
    amount_fen: int | None = None
    months: int | None = None
    share: Annotated[Fraction, BeforeValidator(Fraction)] | None = None
    together: bool = False
    always: bool = False


class Incentive(Text):
    """An entry of the incentive catalogue (湘人社发〔2022〕27号, or a prefecture's own)."""

    clause: str
    area: str
    titles: tuple[str, ...]
    owner: str
    needs_credit_grade: str | None = None
    suspended_by_signal: bool = False


class Windows(_Data):
    """Every period of the policy; working days unless the name says otherwise."""

    publicity: int
    hearing: int
    assess_signal: int
    propose_revocation: int
    order_check: int
    conduct_check: int
    recover_plaque: int
    announce: int
    handle_step: int
    correction: int
    issue_plaque: int
    handle_finding: int
    contact: int
    follow_up_model_days: int
    follow_up_other_days: int
    verification_months: int
    reapply_after_rejection_months: int
    reapply_after_revocation_months: int


class Quorums(_Data):
    """Shares and majorities, as exact fractions."""

    congress_present: Annotated[Fraction, BeforeValidator(Fraction)]
    congress_in_favour: Annotated[Fraction, BeforeValidator(Fraction)]
    survey_share: Annotated[Fraction, BeforeValidator(Fraction)]
    survey_answers: int
    satisfaction: Annotated[Fraction, BeforeValidator(Fraction)]
    front_line_share: Annotated[Fraction, BeforeValidator(Fraction)]
    houses: tuple[House, ...]
    veto: tuple[House, ...]
    most_opposed: int
    visitors: int
    visiting_houses: int


class Limits(_Data):
    """Severities and sizes on which other rules hang."""

    frozen_severity: int
    targeted_check_severity: int
    reserve_list: int
    reserve_tolerance: Annotated[Fraction, BeforeValidator(Fraction)]


class Pack(_Data):
    """One province's policy, whole."""

    id: str
    version: str
    place: str
    zh: str
    en: str
    document: str
    clauses: dict[str, Clause]
    rules: dict[str, RuleText]
    titles: dict[str, Title]
    standard_sets: dict[str, StandardSet]
    survey_indicators: dict[str, Text]
    categories: dict[Category, SignalCategory]
    grounds: dict[Ground, GroundText]
    incentives: dict[str, Incentive]
    windows: Windows
    quorums: Quorums
    limits: Limits
    digest: str = ""

    @property
    def name(self) -> str:
        """What an entry's authority calls it: id and version."""
        return f"{self.id}@{self.version}"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        cited = {
            *(rule.clause for rule in self.rules.values()),
            *(title.clause for title in self.titles.values()),
            *(s.clause for s in self.standard_sets.values()),
            *(st.clause for s in self.standard_sets.values() for st in s.standards.values()),
            *(c.clause for c in self.categories.values()),
            *(g.clause for g in self.grounds.values()),
            *(i.clause for i in self.incentives.values()),
        }
        problems = [f"clause {clause} is cited but not given" for clause in sorted(cited - self.clauses.keys())]
        problems += [f"category {c} has no entry" for c in Category if c not in self.categories]
        problems += [f"ground {g} has no entry" for g in Ground if g not in self.grounds]
        for name, title in self.titles.items():
            if [step for step in STEPS if step in title.steps] != list(title.steps):
                problems.append(f"title {name}: steps are unknown or out of order")
            if "name" not in title.steps:
                problems.append(f"title {name} can never be named")
            if title.requires_title is not None and title.requires_title not in self.titles:
                problems.append(f"title {name} requires {title.requires_title}, which does not exist")
            if not any(set(title.kinds) & set(s.kinds) for s in self.standard_sets.values()):
                problems.append(f"title {name} has no standard set for its kinds")
        for name, incentive in self.incentives.items():
            problems += [f"incentive {name}: no title {t}" for t in incentive.titles if t not in self.titles]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def label(self, word: str, language: str) -> str:
        """The label of a pack's own id (title, incentive, standard set, standard); else the id itself."""
        text = self._texts.get(word)
        if text is None:
            return word
        return text.zh if language == "zh" else text.en

    @cached_property
    def _texts(self) -> dict[str, Text]:
        standards = {name: standard for s in self.standard_sets.values() for name, standard in s.standards.items()}
        return {**standards, **self.standard_sets, **self.incentives, **self.titles}


def read_pack(folder: Traversable) -> Pack:
    """Read and check a pack; raises pydantic's ValidationError with every problem found."""
    texts = [folder.joinpath(f"{name}.toml").read_bytes() for name in FILES]
    document: dict[str, object] = {}
    for text in texts:
        document |= tomllib.loads(text.decode())
    digest = hashlib.sha256(b"\0".join(texts)).hexdigest()
    return Pack.model_validate(document | {"digest": digest})


def pack_of(entry: Entry[Event]) -> Pack:
    """The pack under which an entry was judged, for its labels; the default one where it is not here."""
    name = entry.authority.pack.partition("@")[0] if entry.authority else DEFAULT_PACK
    try:
        return load_pack(name)
    except KeyError:
        return load_pack()


@cache
def load_pack(name: str = DEFAULT_PACK) -> Pack:
    """The pack of that name that ships with Concord; KeyError where there is none."""
    folder = files("services.casework").joinpath("packs", name)
    if not folder.is_dir():
        raise KeyError(name)
    return read_pack(folder)
