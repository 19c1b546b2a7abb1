"""The kind `task`: the tasks of the policy's annex, place by place (六(二), annex; R-45, R-49)."""

from __future__ import annotations

from collections.abc import Iterator

from events.governance.task import TaskAssigned, TaskCompleted, TaskProgressed, TaskRescheduled
from events.places import PLACES
from events.words import Level, ObligationKind
from services.casework.called import in_pack, place_called
from services.casework.days import fact_not_ahead
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, owed
from services.casework.office import COUNTY_UP, approver, at, desk
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.task import state
from services.casework.task.state import Task, task_stream


def day_lies_ahead(task: Task, act: Act[TaskAssigned | TaskRescheduled], pack: Pack) -> Refusal | None:
    """A-37: a task is due today or later."""
    if act.event.due >= act.day:
        return None
    return refuse(pack, "A-37", f"时限{act.event.due}已过", f"its day {act.event.due} is over", (), "/due")


def not_beyond_the_policy(task: Task, act: Act[TaskAssigned], pack: Pack) -> Refusal | None:
    """A-37: the day of a place is not beyond that of the annex, while that lies ahead; else within the pack's days."""
    known = pack.tasks.get(act.event.task)
    if known is None:
        return None
    if known.due is not None and known.due >= act.day:
        latest, zh, en = known.due, f"政策规定{known.due}前完成", f"the policy has it done by {known.due}"
    else:
        latest = pack.after(act.day, pack.windows.planned_ahead)
        zh, en = f"时限不晚于{latest}", f"it is due by {latest} at the latest"
    return refuse(pack, "A-37", zh, en, (), "/due") if act.event.due > latest else None


def put_off_no_further(task: Task, act: Act[TaskRescheduled], pack: Pack) -> Refusal | None:
    """A-37, T-05: however often a task is put off, no further than the pack's days after its first day."""
    if task.first_due is None or act.event.due <= (
        latest := pack.after(max(task.first_due, task.since or task.first_due), pack.windows.planned_ahead)
    ):
        return None
    zh, en = f"最迟调整至{latest}", f"it is put off until {latest} at the latest"
    return refuse(pack, "A-37", zh, en, (task.first_due,), "/due")


def by_one_of_its_house(task: Task, act: Act[TaskAssigned], pack: Pack) -> Refusal | None:
    """T-02: whoever is named holds a post of that house there."""
    event = act.event
    person = act.context.find(Officer, event.officer)
    if event.house not in pack.quorums.houses:
        return refuse(pack, "A-37", "不是成员单位", "that house is none of the programme's", (event.house,), "/house")
    if person is None or person.held_on(act.day, event.place, event.house):
        return None
    zh, en = f"该人员不在{event.house.zh}任职", f"that officer holds no post of the {event.house.en} there"
    return refuse(pack, "T-02", zh, en, (event.officer,), "/officer")


def still_open(task: Task, act: Intent, pack: Pack) -> Refusal | None:
    """A-37: what is done is done."""
    return refuse(pack, "A-37", "任务已办结", "the task is done", final=True) if task.completed is not None else None


def not_back(task: Task, act: Act[TaskProgressed], pack: Pack) -> Refusal | None:
    """A-37: progress goes forward; what was said wrongly is voided."""
    if act.event.percent >= task.percent:
        return None
    zh, en = f"进度不得低于已报的{task.percent}%", f"it was {task.percent}% before"
    return refuse(pack, "A-37", zh, en, (), "/percent")


def not_before_it_was_assigned(task: Task, act: Act[TaskProgressed | TaskCompleted], pack: Pack) -> Refusal | None:
    """I-21: nothing of a task is done before it was assigned."""
    if task.since is None or act.event.on >= task.since:
        return None
    return refuse(pack, "I-21", "完成日早于分解之日", "it was not assigned yet", (), "/on")


def from_above(task: Task, act: Intent, pack: Pack) -> Refusal | None:
    """A-37: the level above puts a day off; the province its own."""
    if not task.place or act.actor.level is None:
        return None
    least = min(PLACES[task.place].level.rank + 1, Level.PROVINCE.rank)
    if act.actor.level.rank >= least:
        return None
    return refuse(pack, "A-37", "时限由上级调整", "the level above reschedules")


def obligations(task: Task, packs: Packs) -> Iterator[Obligation]:
    """A task is done by its day."""
    if task.since is None or task.due is None or task.completed is not None:
        return
    ref = f"{task.task}:{task.rescheduled}" if task.rescheduled is not None else task.task
    holder = f"{PLACES[task.place].level.value}:{task.place}"
    yield owed(packs.on(task.since), ObligationKind.COMPLETE_TASK, ref, holder, task.since, task.due)


_DESK = desk(COUNTY_UP)

TASK = Kind(
    "task",
    Task,
    (
        Chapter(
            None,
            {
                TaskAssigned: state.assigned,
                TaskProgressed: state.progressed,
                TaskCompleted: state.completed,
                TaskRescheduled: state.rescheduled,
            },
            (
                Law(
                    TaskAssigned,
                    office=_DESK,
                    rule="A-37",
                    opens=True,
                    once=True,
                    content=(day_lies_ahead, not_beyond_the_policy, by_one_of_its_house),
                    place=lambda event: event.place,
                ),
                Law(
                    TaskProgressed,
                    office=_DESK,
                    rule="A-37",
                    state=(still_open,),
                    content=(fact_not_ahead, not_before_it_was_assigned, not_back),
                ),
                Law(
                    TaskCompleted,
                    office=_DESK,
                    rule="A-37",
                    weighs=(TaskProgressed,),
                    state=(still_open,),
                    content=(fact_not_ahead, not_before_it_was_assigned),
                    settles=(ObligationKind.COMPLETE_TASK,),
                ),
                Law(
                    TaskRescheduled,
                    office=approver(at(Level.PREFECTURE, Level.PROVINCE)),
                    rule="A-37",
                    state=(still_open, from_above),
                    content=(day_lies_ahead, put_off_no_further),
                ),
            ),
            obligations,
        ),
    ),
    place=lambda task: task.place or None,
    is_open=lambda task: task.since is not None and task.completed is None,
    label=lambda task, language: f"{place_called(task.place, language)} {in_pack(task, task.task, language)}",
    key=lambda event: task_stream(event.place, event.task),
)
