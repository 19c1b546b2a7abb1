"""The tasks of the policy's annex, each assigned to a place, followed, and done by its day (六(二), annex)."""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import Day, Document, Documents, OfficerRef, Percent, Prose, TaskRef
from events.places import PlaceCode
from events.words import House


class TaskAssigned(Event):
    """A task of the annex is assigned in a place: to which house and officer, with key points, day and safeguards."""

    about = About(
        "task.assigned.v1", "分解任务", "Task assigned", "tasks",
        "{place}分解任务“{task}”，由{house}负责，{due}前完成：{key_points}",
        "{task} assigned in {place} to the {house}, due {due}: {key_points}",
        decision="assign",
    )  # fmt: skip
    task: TaskRef
    place: PlaceCode
    house: House
    officer: OfficerRef | None = None
    due: Day
    key_points: Prose
    safeguards: Prose | None = None


class TaskProgressed(Event):
    """How far a task is."""

    about = About(
        "task.progressed.v1", "报告进度", "Task progressed", "tasks",
        "截至{on}完成{percent}%：{summary}", "{percent}% done by {on}: {summary}",
        decision="report-progress", fact=True,
    )  # fmt: skip
    on: Day
    percent: Percent
    summary: Prose
    documents: Documents = ()


class TaskCompleted(Event):
    """A task is done, with the document that shows it."""

    about = About(
        "task.completed.v1", "完成任务", "Task completed", "tasks",
        "{on}完成任务：{summary}，附{document}", "Completed on {on}: {summary}, shown by {document}",
        decision="complete",
    )  # fmt: skip
    on: Day
    summary: Prose
    document: Document


class TaskRescheduled(Event):
    """The level above, or the province for its own, puts the day of a task off."""

    about = About(
        "task.rescheduled.v1", "调整时限", "Task rescheduled", "tasks",
        "任务时限调整为{due}：{reason}", "The task is now due {due}: {reason}",
        decision="reschedule",
    )  # fmt: skip
    due: Day
    reason: Prose
