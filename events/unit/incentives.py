"""Chapter 激励: joint incentives within the term (policy 五(六)2)."""

from __future__ import annotations

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Day, GrantRef, IncentiveRef, Line, Part, Prose, TitleRef


class CreditClaim(Part):
    """The unit's law-abiding credit grade, who gave it, and on which day."""

    grade: Line
    source: Line
    on: Day


class UnitIncentiveGranted(Event):
    """The responsible department grants an incentive of the catalogue within the term of a held title."""

    about = About(
        "unit.incentive-granted.v1", "给予激励", "Incentive granted", "incentive",
        "[{department}]给予激励：{incentive}，自{from_}起[至{until}]",
        "Incentive granted[ by {department}]: {incentive} from {from_}[ until {until}]",
        decision="grant-incentive",
    )  # fmt: skip
    incentive: IncentiveRef
    title: TitleRef | None = None
    from_: Day = Field(alias="from")
    until: Day | None = None
    basis: Line
    credit: CreditClaim | None = None
    department: Line | None = derived()


class UnitIncentiveSuspended(Event):
    """An incentive is suspended, by its department or at once by a serious signal."""

    about = About(
        "unit.incentive-suspended.v1", "暂停激励", "Incentive suspended", "incentive",
        "暂停激励：{incentive}，{reason}", "Incentive suspended: {incentive}, {reason}",
        decision="suspend-incentive",
    )  # fmt: skip
    grant_ref: GrantRef
    reason: Prose
    incentive: IncentiveRef | None = derived()


class UnitIncentiveResumed(Event):
    """A suspended incentive goes on."""

    about = About(
        "unit.incentive-resumed.v1", "恢复激励", "Incentive resumed", "incentive",
        "恢复激励：{incentive}，{reason}", "Incentive resumed: {incentive}, {reason}",
        decision="resume-incentive",
    )  # fmt: skip
    grant_ref: GrantRef
    reason: Prose
    incentive: IncentiveRef | None = derived()


class UnitIncentiveEnded(Event):
    """An incentive ends before its day; with the term or a revocation it ends by itself."""

    about = About(
        "unit.incentive-ended.v1", "终止激励", "Incentive ended", "incentive",
        "终止激励：{incentive}，{reason}", "Incentive ended: {incentive}, {reason}",
        decision="end-incentive",
    )  # fmt: skip
    grant_ref: GrantRef
    reason: Prose
    incentive: IncentiveRef | None = derived()
