"""What a place's year says to others: bulletins frozen with their figures, and which places are looked at (五(七), 六(四))."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Count, Digest, Document, Line, Part, Percent, PeriodCode, SeedDigest, ToldPosition
from events.places import PlaceCode


class BulletinFigure(Part):
    """A figure of a bulletin by its name."""

    name: Line
    value: Count

    def caption(self, language: str) -> str:  # noqa: ARG002 (its name has one language)
        """Its name and value."""
        return f"{self.name}：{self.value}"


class YearBulletinPublished(Event):
    """A bulletin on a period that is over, frozen with its figures as of a position of the log, and their digest.

    `figures_digest` is SHA-256 of position, period and figures, a line each, in their order.
    """

    about = About(
        "year.bulletin-published.v1", "发布通报", "Bulletin published", "bulletins",
        "发布{period}创建活动信息通报（{number}），截至第{position}位，指标{figures#}项",
        "Bulletin {number} on {period} published as of position {position}, with {figures#} figures",
        decision="publish-bulletin",
    )  # fmt: skip
    period: PeriodCode
    number: Line
    position: ToldPosition
    figures: Annotated[tuple[BulletinFigure, ...], Field(min_length=1, max_length=200)]
    document: Document | None = None
    figures_digest: Digest | None = derived()


class YearSamplePlanned(Event):
    """The province plans which share of its prefectures it looks at; the seed is committed to, and kept secret."""

    about = About(
        "year.sample-planned.v1", "制定抽查比例", "Sample planned", "sampling",
        "按{share}%抽查市州，种子摘要{commitment}", "{share}% of the prefectures are sampled, seed digest {commitment}",
        decision="plan-sample",
    )  # fmt: skip
    share: Percent
    commitment: SeedDigest


class YearSampleDrawn(Event):
    """The seed is revealed, and the register draws: by the seed and the moment at which it stored the plan."""

    about = About(
        "year.sample-drawn.v1", "抽取市州", "Sample drawn", "sampling",
        "以种子{seed}抽取[{places#}个市州]", "[{places#} prefectures ]drawn with seed {seed}",
        decision="draw-sample",
    )  # fmt: skip
    seed: Line
    places: tuple[PlaceCode, ...] | None = derived()


class YearSampled(Event):
    """The place was drawn: the province looks at what it did in the year. By the register."""

    about = About(
        "year.sampled.v1", "被抽中", "Sampled", "sampling",
        "被抽中接受省级抽查", "Drawn to be looked at by the province",
    )  # fmt: skip
