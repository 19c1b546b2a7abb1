"""What a policy pack is made of, part by part, as its files write it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from events.places import PlaceCode
from events.words import Ground, House, Level, Ownership, RankedBy, Recipient, Role, StepOfAward, UnitKind, Word
from services.casework.calendar import Span

STEPS = ("evaluate", "review", "publicity", "nominate", "name")
"""The steps of a case after it is applied for, in their order (I-05)."""

ONE_ACT = (frozenset({"act:name", "act:confirm_paper"}),)
"""What is one act of one person: a title is named by who confirms the paper with it."""

Share = Annotated[Fraction, BeforeValidator(Fraction)]
Period = Annotated[Span, BeforeValidator(lambda text: Span.parse(text) if isinstance(text, str) else text)]
Severity = Annotated[int, Field(ge=1, le=4)]
Clauses = Annotated[tuple[str, ...], Field(min_length=1)]


class Data(BaseModel):
    """The base of what packs are made of: frozen, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Data):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Clause(Text):
    """A clause of the policy: `zh` is its own text, `en` our translation."""


class RuleText(Text):
    """A rule as people read it: general sentence, what would have to be true, and its ground.

    `assumption` names what fills what the policy leaves open (A-nn, T-nn), with its reasoning.
    """

    clause: str
    assumption: str | None = None
    needs_zh: str = Field(min_length=1)
    needs_en: str = Field(min_length=1)
    reason_zh: str = ""
    reason_en: str = ""


class Title(Text):
    """A title that a unit may hold: who may, what it needs, who gives it and for how long.

    `minimum_score` is of the whole checklist, `minimum_part` of single standards or parts of it,
    `minimum_self_score` what a unit has to give itself to apply. A title that builds on another names it,
    and for how long that one has to be held.
    """

    clause: str
    level: Level
    kinds: tuple[UnitKind, ...] = Field(min_length=1)
    steps: tuple[str, ...]
    evaluated_by: Level
    named_by: Level
    revoked_by: Level
    consent_by: Level | None = None
    minimum_score: int = Field(ge=0, le=1000)
    minimum_part: dict[str, int] = Field(default_factory=dict)
    minimum_self_score: int = Field(default=0, ge=0, le=1000)
    requires_title: str | None = None
    requires_held: Period | None = None
    needs_round: bool = False
    term: Period
    plaque: Text


class Band(Data):
    """From this ratio on, so many points."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    from_: Share = Field(alias="from")
    score: int = Field(ge=0)


class Computed(Data):
    """How an item's points follow from a figure: by bands, the highest first, or less by so much a missing percent."""

    figure: str
    bands: tuple[Band, ...] = ()
    per_missing_percent: Share | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.bands) == (self.per_missing_percent is not None):
            raise ValueError("bands, or a deduction a missing percent: one of the two")
        if [band.from_ for band in self.bands] != sorted((band.from_ for band in self.bands), reverse=True):
            raise ValueError("the highest band comes first")
        return self

    def points(self, ratio: Fraction, most: int) -> int:
        """The points for a ratio of the figure, whole ones, never below none."""
        if self.per_missing_percent is not None:
            return max(0, int(most - (100 - 100 * ratio) * self.per_missing_percent))
        return next((min(band.score, most) for band in self.bands if ratio >= band.from_), 0)


class Item(Text):
    """A sub-item of a standard, with its highest score; `computed` where that follows from a figure."""

    score: int = Field(gt=0)
    computed: Computed | None = None


class Standard(Text):
    """One standard of a checklist; `must` items have to be judged met (A-01).

    A `front_line` standard is not met where too little of the training funds went to front-line workers.
    """

    clause: str
    must: bool
    front_line: bool = False
    items: dict[str, Item]

    @property
    def score(self) -> int:
        """The highest score of the whole standard."""
        return sum(item.score for item in self.items.values())


class WeighedPart(Text):
    """A part of a checklist: its standards together count as so many points of the whole."""

    weight: int = Field(gt=0)
    standards: tuple[str, ...] = Field(min_length=1)


class StandardSet(Text):
    """A checklist with its code and version, for units of some kinds.

    With `parts`, each standard counts within its part, and a part by its weight. With an `adjustment`, an evaluation
    departs from what the visitors judged by so many points at most. With a veto no unit is recommended.
    """

    clause: str
    code: str
    version: str
    kinds: tuple[UnitKind, ...]
    conducted_by: str
    standards: dict[str, Standard]
    parts: dict[str, WeighedPart] = Field(default_factory=dict)
    adjustment: int | None = Field(default=None, ge=0)
    vetoes: dict[str, Text] = Field(default_factory=dict)

    @property
    def score(self) -> int:
        """The highest score of the whole checklist."""
        if self.parts:
            return sum(part.weight for part in self.parts.values())
        return sum(standard.score for standard in self.standards.values())

    def points(self, given: Mapping[str, int]) -> int:
        """What points given standard by standard come to, whole points rounded down; 0 for a standard without."""
        if not self.parts:
            return sum(given.values())
        return floor(sum(self._weighed(part, given) for part in self.parts.values()))

    def points_in(self, part: str, given: Mapping[str, int]) -> int:
        """What they come to in a part, or in a single standard."""
        if part in self.parts:
            return floor(self._weighed(self.parts[part], given))
        return given.get(part, 0)

    def most_in(self, part: str) -> int | None:
        """The highest score of a part or of a single standard; None where there is no such one."""
        if part in self.parts:
            return self.parts[part].weight
        return self.standards[part].score if part in self.standards else None

    def _weighed(self, part: WeighedPart, given: Mapping[str, int]) -> Fraction:
        most = sum(self.standards[name].score for name in part.standards)
        return Fraction(part.weight * sum(given.get(name, 0) for name in part.standards), most)


class Floor(Data):
    """The least severity of a signal from these numbers on; a source may say higher.

    It applies from so many people, such an amount or so many months on, or to what was penalised; 0 means
    that the number does not count, and a floor with none of them applies always.
    """

    severity: Severity
    people: int = 0
    amount_fen: int = 0
    months: int = 0
    penalised: bool = False

    @property
    def always(self) -> bool:
        """Whether it applies whatever the numbers are."""
        return not (self.people or self.amount_fen or self.months or self.penalised)


class SignalCategory(Data):
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
    share: Share | None = None
    together: bool = False
    always: bool = False


class Incentive(Text):
    """A measure of the incentive catalogue (湘人社发〔2022〕27号, or a prefecture's own).

    `department` grants it; `condition` is what else it takes, where the notice says so.
    """

    clause: str
    area: str
    department: Text
    condition: Text | None = None
    titles: tuple[str, ...]
    owner: PlaceCode
    needs_credit_grade: str | None = None
    suspended_by_signal: bool = False


class Honour(Text):
    """An honour for which a unit that is up to standard is recommended (五(六)2): for which units, holding one of which
    titles; of any ownership where none is given.
    """

    clause: str
    kinds: Annotated[tuple[UnitKind, ...], Field(min_length=1)]
    ownerships: tuple[Ownership, ...] = ()
    titles: Annotated[tuple[str, ...], Field(min_length=1)]


class RankingTerm(Text):
    """A term of the formula by which candidates of a reserve list are ranked: so many points for each of what is
    counted, and no more than `most`.
    """

    by: RankedBy
    weight: Share
    most: int = Field(gt=0, le=1000)


class AwardStep(Text):
    """A step before an award: a review or a publicity, of the office of a level."""

    does: StepOfAward
    level: Level


class Award(Text):
    """A commendation or notice of praise (五(六)1): for whom, given by which level, after which steps in their order.

    `needs_round`: candidates are proposed in a round of commendation alone; `most` of them are given in one.
    """

    clause: str
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]
    given_by: Level
    needs_round: bool = False
    most: int | None = Field(default=None, ge=1)
    steps: tuple[AwardStep, ...] = ()


class Scope(Word):
    """Within what two things are not done by one person (T-03)."""

    ATTEMPT = "attempt", "一次申报", "one attempt at a title"
    SIGNAL = "signal", "一条信号", "one signal"
    RECTIFICATION = "rectification", "一次整改", "one rectification"
    REVOCATION = "revocation", "一次取消命名", "one revocation"
    UNIT = "unit", "一个单位", "one unit"
    POST = "post", "任职", "the posts of one person"


def _acts(*names: str) -> frozenset[str]:
    return frozenset(f"act:{name}" for name in names)


NAMES: Mapping[Scope, frozenset[str]] = {
    Scope.ATTEMPT: _acts(
        "enter",
        "accept",
        "visit",
        "record_visit",
        "seal_for_body",
        "evaluate",
        "review",
        "nominate",
        "name",
        "record_paper",
        "confirm_paper",
        "resolve_objection",
        "set_aside_objection",
    ),
    Scope.SIGNAL: _acts("record_signal", "assess_signal"),
    Scope.RECTIFICATION: _acts("order_rectification", "accept_rectification"),
    Scope.REVOCATION: _acts(
        "propose_revocation",
        "conduct_hearing",
        "decide_revocation",
        "decide_reconsideration",
        "ask_consent",
        "record_consent",
        "confirm_consent",
    ),
    Scope.UNIT: frozenset({"post:applicant", "post:unit_union", "post:any_office"}),
    Scope.POST: frozenset(f"post:{role}" for role in Role if role not in (Role.APPLICANT, Role.UNIT_UNION)),
}
"""What a pair may name, scope by scope: acts, and posts by their role."""


class Pair(Text):
    """Who does one of `first` does none of `second`, within the scope (T-03); `zh` and `en` say why.

    `without_step` limits it to titles that do not have that step.
    """

    clause: str
    scope: Scope
    first: Annotated[tuple[str, ...], Field(min_length=1)]
    second: Annotated[tuple[str, ...], Field(min_length=1)]
    without_step: str | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = sorted({*self.first, *self.second} - NAMES[self.scope])
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no act or post of the scope {self.scope.value}")
        if set(self.first) & set(self.second):
            raise ValueError(f"{', '.join(sorted(set(self.first) & set(self.second)))}: cannot be apart from itself")
        if self.without_step is not None and self.without_step not in STEPS:
            raise ValueError(f"{self.without_step} is no step")
        return self


class Windows(Data):
    """Every period of the policy, with its unit."""

    publicity: Period
    """A publicity lasts so long at least (A-13)."""
    hearing: Period
    """The unit may speak so long after it was notified (A-07)."""
    assess_signal: Period
    """A signal is assessed so long after it came."""
    match_signal: Period
    """A signal that came without a unit is matched or discarded so long after (T-05)."""
    propose_revocation: Period
    """After a serious assessment a revocation is proposed, or it is said why not (A-09)."""
    order_check: Period
    """A targeted check is ordered so long after the signal (A-16)."""
    conduct_check: Period
    """It is conducted so long after the order (A-16)."""
    recover_plaque: Period
    """From the revocation to the plaque's recovery (I-10)."""
    announce: Period
    """From the revocation to its announcement (I-10)."""
    handle_step: Period
    """An application lies so long at one office."""
    correction: Period
    """The unit corrects a returned application."""
    issue_plaque: Period
    """From the naming to its plaque."""
    handle_finding: Period
    """A finding of a cross-inspection is handled."""
    contact: Period
    """A unit without a contact is given one."""
    follow_up_model: Period
    """A unit that holds a title is visited or called at least so often (A-04)."""
    follow_up_other: Period
    """Any other unit (A-04)."""
    verification: Period
    """A named unit is verified so often (A-05)."""
    reapply_after_rejection: Period
    """Before this a rejected unit does not apply again (A-17)."""
    reapply_after_revocation: Period
    """Before this a unit whose title was revoked does not apply again (A-17)."""
    renewal_opens: Period
    """So long before its end a held title may be applied for again, or extended."""
    second_act: Period
    """A proposed act waits so long for its second person (T-04)."""
    suspension_alone: Period
    """One person may suspend an officer for so long (T-04)."""
    body_member: Period
    """A newly established body has a member of every house within this."""
    minutes: Period
    """The minutes of a review session are recorded so long after it (A-20)."""
    round_result: Period
    """A round's list is published so long after its last day."""
    mutual_appointment: Period
    """Who appointed the other within this does not second what he proposes (T-04)."""
    void_slip: Period
    """One's own slip is voided within this; after it, by two of the level above (T-13)."""
    adoption_notice: Period
    """A pack is adopted for a day that lies at least so far ahead (T-14)."""
    pack_stays: Period
    """A pack stays in force so long before another begins (T-14)."""
    draw_share: Period
    """A house commits to its share of a draw within this, and reveals it within as long again (T-19); a sample of
    prefectures is drawn so long after it was planned (A-35)."""
    stay_after_move: Period
    """Whoever moved away so shortly before a list is frozen stays on it (T-19)."""
    rectify: Period
    """What is to be put right is due within this (T-05)."""
    decided_back: Period
    """The meeting or paper by which something was decided lies so far back at most (T-14)."""
    clock_stands: Period
    """The clock of a duty stands still for so long before its office looks again (T-05)."""
    dated_back: Period
    """What names no day of its own is recorded as of a day so far back at most, and a request of a person as received
    no longer ago (I-21)."""
    term_begins: Period
    """A term begins so long after the naming at the latest (T-14)."""
    extension: Period
    """A term is extended so far at most while a renewal is under way (T-09)."""
    notice: Period
    """The unit is told the grounds so long after the proposal (T-12)."""
    serve_notice: Period
    """The notice of a revocation is served within this after it went out (T-12)."""
    public_notice: Period
    """A notice made public counts as served so long after (T-12)."""
    last_call: Period
    """So long after a missed step of a revocation the level above takes it up, or it is missed again; a proposal
    whose notice was never served is over (T-12)."""
    take_up: Period
    """Where nobody in a place can do a step, the level above takes it up within this (T-03)."""
    lent: Period
    """An officer is lent to another place for so long at most (T-03)."""
    mandate: Period
    """An agent acts for a unit by one mandate for so long at most (T-02)."""
    revocation_opinions: Period
    """The houses opine so long after the hearing (T-12)."""
    ask_consent: Period
    """The nation is asked so long after the opinions (T-12)."""
    answer_consent: Period
    """The nation answers so long after it was asked (T-12)."""
    decide_revocation: Period
    """It is decided so long after the last step before it (T-12)."""
    reconsideration: Period
    """A reconsideration is decided so long after it was asked for (T-12)."""
    report_counts: Period
    """A report is applied with within this (T-16)."""
    publicity_counts: Period
    """A cleared publicity leads to a nomination or naming within this (T-16)."""
    credit_counts: Period
    """A credit grade that is claimed was given so long ago at most (A-46)."""
    admit_objection: Period
    """An objection is admitted, joined or set aside within this; after it, it counts as admitted (T-26)."""
    answer_person: Period
    """A person is answered about what is held of them within this (T-29)."""
    resolve_objection: Period
    """An objection is resolved within this (T-16)."""
    cultivation: Period
    """A plan of cultivation is for so long at most (A-50)."""
    planned_ahead: Period
    """What is planned or ordered without a day of its own in the policy is due within this (T-05)."""
    round_lasts: Period
    """A round ends within this after its first day (T-18)."""
    commendation_every: Period
    """A round of commendation begins so long after the last (A-54)."""
    survey_again: Period
    """A unit whose workers were surveyed is surveyed again after this at the earliest (A-02)."""
    cultivation_ahead: Period
    """Units are picked for intensive cultivation so long before a round begins, at most (A-51)."""
    survey: Period
    """A survey of the workers lasts so long at most (A-02)."""
    facts_summed: Period
    """Facts of one ground are added up that happened within this (T-10)."""


class Quorums(Data):
    """Shares and majorities, as exact fractions."""

    congress_present: Share
    congress_in_favour: Share
    congress_entitled: Share
    survey_share: Share
    survey_answers: int
    satisfaction: Share
    survey_entered: Share
    """What a survey that the unit entered itself weighs, of one that the register counted (A-02)."""
    front_line_share: Share
    houses: tuple[House, ...] = Field(min_length=1)
    veto: tuple[House, ...]
    most_opposed: int = Field(ge=0)
    least_opined: int = Field(ge=0)
    least_in_favour: int = Field(ge=0)
    visitors: int = Field(ge=1)
    visiting_houses: int = Field(ge=1)
    draw_houses: int = Field(ge=1)
    """Houses that commit to shares in a draw of a county or prefecture; above, all do (T-19)."""


class Limits(Data):
    """Severities and sizes on which other rules hang."""

    frozen_severity: Severity
    targeted_check_severity: Severity
    reserve_list: int = Field(ge=0)
    reserve_tolerance: Share
    survey_satisfied: int = Field(ge=1, le=5)
    """The answer, of 1 to 5, from which a worker counts as satisfied (A-02)."""
    survey_fewest: int = Field(ge=1)
    """Answers from which the totals of a survey are told (A-02)."""
    extension_share: Share
    """A duty is extended by this share of its days at most (T-05)."""
    cultivated_share: Share
    """A standard is reached from this share of its points on (A-50)."""


class Week(Data):
    """How a pack writes its calendar: the working days of its week, and the table of holidays that it follows."""

    working_week: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(min_length=1)
    holidays: str | None = Field(default=None, pattern=r"^[a-z0-9_-]+\.csv$")
