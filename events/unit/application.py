"""Chapter 申报: the application and its way up the levels (policy 五(五)1)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Day, Documents, Prose, ReportDigest, RoundRef, TitleRef
from events.words import Level, Route


class UnitApplied(Event):
    """The unit applies for a title with a sealed report; the route follows from its ownership."""

    about = About(
        "unit.applied.v1", "申报", "Applied", "application",
        "申报{title}，{route}[，说明：{reason}]", "Applied for {title}, {route}[; reason: {reason}]",
        decision="apply",
    )  # fmt: skip
    title: TitleRef
    round: RoundRef | None = None
    report_digest: ReportDigest
    route: Route
    reason: Prose | None = None
    documents: Documents = ()
    level: Level | None = derived()


class UnitApplicationAccepted(Event):
    """The office at which the application lies takes it up (受理)."""

    about = About(
        "unit.application-accepted.v1", "受理", "Application accepted", "application",
        "{level}受理{title}申报", "Application for {title} accepted at {level} level",
        decision="accept-application",
    )  # fmt: skip
    title: TitleRef | None = None
    level: Level | None = derived()


class UnitApplicationReturned(Event):
    """The office returns the application for correction (退回补正)."""

    about = About(
        "unit.application-returned.v1", "退回补正", "Application returned", "application",
        "{level}退回{title}申报，{due}前补正：{deficiencies}",
        "Application for {title} returned at {level} level, correct by {due}: {deficiencies}",
        decision="return-application",
    )  # fmt: skip
    title: TitleRef | None = None
    deficiencies: Annotated[tuple[Prose, ...], Field(min_length=1, max_length=50)]
    due: Day | None = None
    level: Level | None = derived()


class UnitApplicationAmended(Event):
    """The unit corrects its application; a changed report must be adopted and sealed anew."""

    about = About(
        "unit.application-amended.v1", "补正", "Application amended", "application",
        "补正{title}申报：{note}", "Application for {title} amended: {note}",
        decision="amend-application",
    )  # fmt: skip
    title: TitleRef | None = None
    report_digest: ReportDigest | None = None
    note: Prose
    documents: Documents = ()


class UnitApplicationWithdrawn(Event):
    """The unit withdraws its application."""

    about = About(
        "unit.application-withdrawn.v1", "撤回申报", "Application withdrawn", "application",
        "撤回{title}申报：{reason}", "Application for {title} withdrawn: {reason}",
        decision="withdraw-application",
    )  # fmt: skip
    title: TitleRef | None = None
    reason: Prose


class UnitApplicationForwarded(Event):
    """The office forwards the application one level up (逐级上报)."""

    about = About(
        "unit.application-forwarded.v1", "上报", "Application forwarded", "application",
        "{title}申报由{from_}上报{to}", "Application for {title} forwarded from {from_} to {to} level",
        decision="forward-application",
    )  # fmt: skip
    title: TitleRef | None = None
    note: Prose | None = None
    from_: Level | None = derived(alias="from")
    to: Level | None = derived()


class UnitApplicationRejected(Event):
    """The office at which the application lies rejects it (不予通过)."""

    about = About(
        "unit.application-rejected.v1", "不予通过", "Application rejected", "application",
        "{level}对{title}申报不予通过：{reason}", "Application for {title} rejected at {level} level: {reason}",
        decision="reject-application",
    )  # fmt: skip
    title: TitleRef | None = None
    reason: Prose
    decided_on: Day | None = None
    level: Level | None = derived()
