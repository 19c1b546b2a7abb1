"""Chapter 培育: designated contact, follow-up and cultivation (policy 五(三), 五(五)3, 五(九))."""

from __future__ import annotations

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import (
    Count,
    CultivationPlanRef,
    Day,
    Line,
    OfficerRef,
    Part,
    Prose,
    RoundRef,
    Score,
    StandardRef,
)
from events.words import CultivationOutcome, FollowUpKind


class UnitContactAssigned(Event):
    """The prefecture assigns the unit's designated contact officer (定点联系)."""

    about = About(
        "unit.contact-assigned.v1", "确定定点联系人", "Contact assigned", "contact",
        "确定定点联系人，自{from_}起[至{until}]", "Designated contact assigned from {from_}[ until {until}]",
        decision="assign-contact",
    )  # fmt: skip
    officer: OfficerRef
    from_: Day = Field(alias="from")
    until: Day | None = None


class UnitContactReleased(Event):
    """The designated contact is released."""

    about = About(
        "unit.contact-released.v1", "解除定点联系", "Contact released", "contact",
        "解除定点联系人，{on}[：{reason}]", "Designated contact released on {on}[: {reason}]",
        decision="release-contact",
    )  # fmt: skip
    officer: OfficerRef
    on: Day
    reason: Prose | None = None


class UnitCoordinatorAppointed(Event):
    """The unit appoints labour-relations coordinators (五(三))."""

    about = About(
        "unit.coordinator-appointed.v1", "配备协调员", "Coordinator appointed", "coordinators",
        "配备劳动关系协调员{count}名，其中持证{certified}名", "{count} coordinators appointed, {certified} certified",
        decision="appoint-coordinator", fact=True,
    )  # fmt: skip
    count: Count
    certified: Count = 0


class UnitFollowedUp(Event):
    """A visit, call, guidance or legal education by the contact or any house (五(五)3, 五(七))."""

    about = About(
        "unit.followed-up.v1", "跟踪服务", "Followed up", "follow_up",
        "{on}{kind}：{summary}[；发现问题：{problems}]", "{kind} on {on}: {summary}[; problems: {problems}]",
        decision="follow-up", fact=True,
    )  # fmt: skip
    kind: FollowUpKind
    on: Day
    summary: Prose
    problems: Prose | None = None


class MeasuredStandard(Part):
    """The points of a standard in the unit's latest self-evaluation, and the most that it can have."""

    standard: StandardRef
    score: Score
    most: Score


class UnitCultivationPlanned(Event):
    """A county or prefecture plans the unit's cultivation against standards of its own kind (三, 五(五)3)."""

    about = About(
        "unit.cultivation-planned.v1", "制定培育计划", "Cultivation planned", "cultivation",
        "制定培育计划，对照{standards#}项标准，{by}前完成", "Cultivation planned against {standards#} standards by {by}",
        decision="plan-cultivation",
    )  # fmt: skip
    standards: tuple[StandardRef, ...] = Field(min_length=1)
    by: Day
    measured: tuple[MeasuredStandard, ...] | None = derived()


class UnitCultivationConcluded(Event):
    """The office that follows the unit says what a plan led to, as the self-evaluation since then shows (三, 五(五)3)."""

    about = About(
        "unit.cultivation-concluded.v1", "培育计划总结", "Cultivation concluded", "cultivation",
        "培育计划（第{plan}号记录）{outcome}：{summary}", "Plan of entry {plan} concluded, {outcome}: {summary}",
        decision="conclude-cultivation",
    )  # fmt: skip
    plan: CultivationPlanRef
    outcome: CultivationOutcome
    summary: Prose
    measured: tuple[MeasuredStandard, ...] | None = derived()


class UnitCultivationListed(Event):
    """The unit is picked for intensive cultivation ahead of a round (五(九))."""

    about = About(
        "unit.cultivation-listed.v1", "列入强化培育", "Listed for cultivation", "cultivation_list",
        "列入强化培育名单[，轮次{round}]", "Listed for intensive cultivation[ ahead of round {round}]",
        decision="list-for-cultivation",
    )  # fmt: skip
    round: RoundRef
    programme: Line | None = None
