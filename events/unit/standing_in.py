"""Chapter 提级与指定: who does a step where nobody in the place can (T-03)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import Day, ObjectionRef, OfficerRef, Prose, StepRef, TitleRef


class UnitTakingUpRequested(Event):
    """Nobody in the place can do a step, for each has done what is kept apart from it, or stays out: the level above
    owes its taking-up or the lending of somebody. `officers` are those whose post is of the step.
    """

    about = About(
        "unit.taking-up-requested.v1", "提请提级办理", "Taking-up requested", "standing_in",
        "提请上级办理或者指定人员办理“{step}”[（{title}）]：{reason}",
        "The level above is asked to take up, or to lend somebody for: {step}[ ({title})]: {reason}",
        decision="request-taking-up",
    )  # fmt: skip
    step: StepRef
    title: TitleRef | None = None
    objection_ref: ObjectionRef | None = None
    reason: Prose
    officers: Annotated[tuple[OfficerRef, ...] | None, Field(max_length=1_000)] = derived()


class UnitStepTakenUp(Event):
    """The level above does this step itself (提级办理); by two persons."""

    about = About(
        "unit.step-taken-up.v1", "提级办理", "Step taken up", "standing_in",
        "“{step}”[（{title}）]由上级办理：{reason}", "The level above takes up: {step}[ ({title})]: {reason}",
        decision="take-up-step",
    )  # fmt: skip
    step: StepRef
    title: TitleRef | None = None
    objection_ref: ObjectionRef | None = None
    reason: Prose


class UnitOfficerLent(Event):
    """A named officer of another place does this step of this unit until a day (指定办理); by two persons above both."""

    about = About(
        "unit.officer-lent.v1", "指定办理", "Officer lent", "standing_in",
        "指定其他地区人员办理“{step}”[（{title}）]，至{until}：{reason}",
        "An officer of another place is lent until {until} for: {step}[ ({title})]: {reason}",
        decision="lend-officer",
    )  # fmt: skip
    step: StepRef
    title: TitleRef | None = None
    objection_ref: ObjectionRef | None = None
    officer: OfficerRef
    until: Day
    reason: Prose
