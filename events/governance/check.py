"""Draws of checks, made by the register and redone by anybody (policy 五(五)3, T-19)."""

from __future__ import annotations

from events.envelope import About, Event, derived
from events.fields import (
    Count,
    Day,
    Digest,
    Document,
    KnownUnitRef,
    Line,
    Part,
    Percent,
    PeriodCode,
    Position,
    Prose,
    Share,
    ShareDigest,
    TitleRef,
)
from events.places import PlaceCode
from events.words import CheckKind, House, StratifiedBy, UnitKind


class CheckPlanned(Event):
    """A draw is planned: of whom, how large a share, by which strata. One a place, kind and period."""

    about = About(
        "check.planned.v1", "制定抽查方案", "Check planned", "checks",
        "制定{kind}方案：{name}（{period}），比例{share}%", "{kind} {name} planned for {period}, share {share}%",
        decision="plan",
    )  # fmt: skip
    kind: CheckKind
    name: Line
    place: PlaceCode
    period: PeriodCode
    title: TitleRef | None = None
    unit_kinds: tuple[UnitKind, ...] = ()
    strata: tuple[StratifiedBy, ...] = ()
    share: Percent
    due: Day


class Stratum(Part):
    """A stratum of the frozen list, and how many units are in it."""

    stratum: Line
    units: Count

    def caption(self, language: str) -> str:  # noqa: ARG002 (its name has one language)
        """Its name and size."""
        return f"{self.stratum}：{self.units}"


class CheckListFrozen(Event):
    """The register freezes who may be drawn: its own list as of a position of its log, kept as a paper.

    The paper has a line a unit, in the order of ids: the id, a space, the stratum. `shares` is how many houses
    commit to a share.
    """

    about = About(
        "check.list-frozen.v1", "冻结名单", "List frozen", "checks",
        "冻结名单：{population}户，截至第{position}位，由{shares}家提交份额",
        "List of {population} units frozen at position {position}; {shares} houses commit to shares",
        decision="freeze-list",
    )  # fmt: skip
    position: Position | None = derived()
    population: Count | None = derived()
    strata: tuple[Stratum, ...] | None = derived()
    document: Document | None = derived()
    shares: Count | None = derived()


class CheckShareCommitted(Event):
    """A house commits to its share of the seed: the SHA-256 of `plan:house:share`, the share itself kept secret."""

    about = About(
        "check.share-committed.v1", "提交份额摘要", "Share committed", "checks",
        "{house}提交份额摘要{digest}", "{house} commits to a share with digest {digest}",
        decision="commit-share",
    )  # fmt: skip
    house: House
    digest: ShareDigest


class CheckShareRevealed(Event):
    """A house reveals the share that it committed to, once all have committed."""

    about = About(
        "check.share-revealed.v1", "公开份额", "Share revealed", "checks",
        "{house}公开份额{share}", "{house} reveals its share {share}",
        decision="reveal-share",
    )  # fmt: skip
    house: House
    share: Share


class CheckShareWithheld(Event):
    """A house withheld its share beyond its days: the draw is void and begins again with new shares.

    From the second one of a plan on, the level above commits and reveals for each house that withheld; in the
    province an approver of another house.
    """

    about = About(
        "check.share-withheld.v1", "份额未提交", "Share withheld", "checks",
        "{house}逾期未提交或未公开份额，本次抽取作废：{reason}", "{house} withheld its share, the draw is void: {reason}",
        decision="record-withholding",
    )  # fmt: skip
    house: House
    reason: Prose


class CheckDrawn(Event):
    """The draw, made by the register: the seed from the shares and the log's head, and the units of each stratum.

    `head` is the position of the last commitment, `head_digest` is made of that entry.
    """

    about = About(
        "check.drawn.v1", "抽取单位", "Check drawn", "checks",
        "从{population}户中抽取{units#}户，种子{seed}", "{units#} of {population} units drawn with seed {seed}",
        decision="draw",
    )  # fmt: skip
    head: Position | None = derived()
    head_digest: Digest | None = derived()
    seed: Digest | None = derived()
    population: Count | None = derived()
    population_digest: Digest | None = derived()
    units: tuple[KnownUnitRef, ...] | None = derived()


class CheckOrdered(Event):
    """The check of a drawn unit was ordered, as its own stream has it."""

    about = About(
        "check.ordered.v1", "已下达核查", "Check of a drawn unit ordered", "checks",
        "已向抽中的{unit}下达核查", "Drawn: a check of {unit} is ordered",
    )  # fmt: skip
    unit: KnownUnitRef
