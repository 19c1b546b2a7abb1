"""The policy in force: which pack, from which day (I-23), and the holidays of each year (T-13)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event
from events.fields import Day, Digest, Line, PackDigest, PackName, PackVersion, Year


class PolicyAdopted(Event):
    """The province adopts a policy pack from a day on; every act is judged by the pack of its day."""

    about = About(
        "policy.adopted.v1", "采用政策包", "Policy adopted", "policy",
        "采用政策包 {pack}（第{pack_version}版），自{from_}起施行", "Policy pack {pack} version {pack_version} adopted from {from_}",
        decision="adopt",
    )  # fmt: skip
    pack: PackName
    pack_version: PackVersion
    digest: PackDigest
    from_: Day = Field(alias="from")


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
