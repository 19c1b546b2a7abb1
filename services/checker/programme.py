"""Tasks, stations and standards: each step after the one before it, by its own day, and none put off for ever."""

from __future__ import annotations

from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Register, Thing
from services.checker.years import alike


def _task_assigned(r: Register, s: Thing, e: Entry) -> None:
    """A-37: by the day that the policy has for it, else within the pack's days."""
    pack, due = r.pack(e.day), _due_by_the_policy(r, e)
    latest = due if due is not None and due >= e.day else pack.after(e.day, "planned_ahead")
    if not e.day <= e.data["due"] <= latest:
        r.finds(
            "A-37", e, f"时限{e.data['due']}不在规定范围", f"a task due {e.data['due']}, and {latest} is the latest"
        )
    s.notes["due"], s.notes["since"] = e.data["due"], e.day


def _due_by_the_policy(r: Register, e: Entry) -> str | None:
    """The day that the policy has for a task."""
    due = r.pack(e.day).tasks.get(e.data["task"], {}).get("due")
    return str(due) if due is not None else None


def _task_rescheduled(r: Register, s: Thing, e: Entry) -> None:
    """A-37, T-05: put off no further than the pack's days after its first day."""
    if "due" in s.notes:
        latest = r.pack(e.day).after(max(s.notes["due"], s.notes["since"]), "planned_ahead")
        if e.data["due"] > latest:
            r.finds("A-37", e, f"时限调整至{e.data['due']}，过迟", f"put off until {e.data['due']}, beyond {latest}")


def _task_progressed(r: Register, s: Thing, e: Entry) -> None:
    """I-21: nothing of a task is done before it was assigned."""
    if e.data["on"] < s.notes.get("since", ""):
        r.finds("I-21", e, "早于任务分解之日", "of a day before the task was assigned")


def _station_planned(r: Register, s: Thing, e: Entry) -> None:
    """A-38: for a day to come, within the pack's days."""
    if not e.day <= e.data["due"] <= r.pack(e.day).after(e.day, "planned_ahead"):
        r.finds("A-38", e, f"启用期限{e.data['due']}不在规定范围", f"a station planned for {e.data['due']}")
    s.notes["last"] = e.day


def _station(r: Register, s: Thing, e: Entry) -> None:
    """A-38, I-21: planned, opened, inspected and closed in that order, by the days of the facts."""
    if e.data["on"] < s.notes.get("last", ""):
        r.finds("I-21", e, f"{e.data['on']}早于前一环节", f"of {e.data['on']}, before what came before it")
    s.notes["last"] = max(e.data["on"], s.notes.get("last", ""))


def _consulted(r: Register, s: Thing, e: Entry) -> None:
    s.notes["consulted"] = min(e.data["on"], s.notes.get("consulted", e.data["on"]))


def _piloted(r: Register, s: Thing, e: Entry) -> None:
    """A-39: a standard is tried after others were asked about it."""
    if e.data["from"] < s.notes.get("consulted", ""):
        r.finds("A-39", e, "试点早于征求意见", "piloted before anybody was consulted")


def _published(r: Register, s: Thing, e: Entry) -> None:
    """A-39: a number is that of one standard, however it is written."""
    number = alike(e.data["number"])
    if r.codes.setdefault(f"standard {number}", s.id) != s.id:
        r.finds("A-39", e, f"编号{e.data['number']}已属另一标准", f"{e.data['number']} is another standard's number")


ASKS: Rules = {
    "task.assigned": (_task_assigned,),
    "task.rescheduled": (_task_rescheduled,),
    "task.progressed": (_task_progressed,),
    "task.completed": (_task_progressed,),
    "station.planned": (_station_planned,),
    **dict.fromkeys(("station.opened", "station.inspected", "station.closed"), (_station,)),
    "standard.consulted": (_consulted,),
    "standard.piloted": (_piloted,),
    "standard.published": (_published,),
}
