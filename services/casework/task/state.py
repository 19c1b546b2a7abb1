"""A task of the annex in a place (policy 六(二), annex)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from events.envelope import Entry
from events.governance.task import TaskAssigned, TaskCompleted, TaskProgressed, TaskRescheduled
from services.casework.stream import State

_TASKS = uuid5(NAMESPACE_URL, "concord:task")


def task_stream(place: str, task: str) -> UUID:
    """The stream of a task of the annex in a place."""
    return uuid5(_TASKS, f"{place}:{task}")


@dataclass(frozen=True, slots=True)
class Task(State):
    """A task as of a version of its stream; `percent` is how far it was last said to be, `first_due` the day that it
    was given when it was assigned.
    """

    place: str = ""
    task: str = ""
    since: date | None = None
    due: date | None = None
    first_due: date | None = None
    rescheduled: int | None = None
    percent: int = 0
    completed: date | None = None


def assigned(task: Task, entry: Entry[TaskAssigned]) -> Task:
    """The task as it was assigned."""
    event = entry.event
    return replace(task, place=event.place, task=event.task, since=entry.day, due=event.due, first_due=event.due)


def progressed(task: Task, entry: Entry[TaskProgressed]) -> Task:
    """The task with how far it is."""
    return replace(task, percent=entry.event.percent)


def completed(task: Task, entry: Entry[TaskCompleted]) -> Task:
    """The task that is done."""
    return replace(task, completed=entry.event.on, percent=100)


def rescheduled(task: Task, entry: Entry[TaskRescheduled]) -> Task:
    """The task with another day."""
    return replace(task, due=entry.event.due, rescheduled=entry.version)
