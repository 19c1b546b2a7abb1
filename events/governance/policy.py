"""The policy in force: which pack, from which day (I-23), and the holidays of each year (T-13)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Day, Digest, ForeignTitleRef, Line, PackDigest, PackName, PackVersion, Part, Prose, Year
from events.places import PLACES, PlaceCode
from events.words import StaffingLack, StaffingRemedy


class UnstaffedOffice(Part):
    """An office whose people of that day cannot do their steps towards these titles of the pack."""

    place: PlaceCode
    lack: StaffingLack
    titles: tuple[ForeignTitleRef, ...]

    def caption(self, language: str) -> str:
        """The place, what it lacks, and for how many titles."""
        place = PLACES[self.place]
        if language == "zh":
            return f"{place.zh}：{self.lack.zh}（{len(self.titles)}项称号）"
        return f"{place.en}: {self.lack.en} ({len(self.titles)} titles)"


class StaffingArrangement(Part):
    """What is done where the people are too few: in a place and all below it, for one title or for all."""

    place: PlaceCode
    title: ForeignTitleRef | None = None
    remedy: StaffingRemedy
    note: Prose | None = None

    def caption(self, language: str) -> str:
        """The place and the remedy."""
        place = PLACES[self.place]
        return f"{place.zh}：{self.remedy.zh}" if language == "zh" else f"{place.en}: {self.remedy.en}"


class PolicyAdopted(Event):
    """The province adopts a policy pack from a day on; every act is judged by the pack of its day.

    `unstaffed` are the offices whose people of that day cannot take a unit to each title, as the register itself finds
    them; each is answered by an arrangement.
    """

    about = About(
        "policy.adopted.v1", "采用政策包", "Policy adopted", "policy",
        "采用政策包 {pack}（第{pack_version}版），自{from_}起施行[；人员不足的机关{unstaffed#}处]",
        "Policy pack {pack} version {pack_version} adopted from {from_}[; {unstaffed#} offices too small]",
        decision="adopt",
    )  # fmt: skip
    pack: PackName
    pack_version: PackVersion
    digest: PackDigest
    from_: Day = Field(alias="from")
    unstaffed: tuple[UnstaffedOffice, ...] | None = derived()
    arrangements: Annotated[tuple[StaffingArrangement, ...], Field(max_length=1_000)] = ()


Days = Annotated[tuple[Day, ...], Field(max_length=120)]


class PolicyHolidaysAnnounced(Event):
    """The province records the State Council's notice of a year's holidays: the days that offices rest beside their
    week, and those that they work instead. Until then a year counts its week alone (T-13).
    """

    about = About(
        "policy.holidays-announced.v1", "放假安排", "Holidays announced", "policy",
        "{year}年放假安排（{notice}）：放假{rest#}日，调休上班{work#}日",
        "Holidays of {year} by {notice}: {rest#} days of rest, {work#} worked instead",
        decision="announce-holidays",
    )  # fmt: skip
    year: Year
    notice: Line
    digest: Digest
    rest: Days
    work: Days = ()
