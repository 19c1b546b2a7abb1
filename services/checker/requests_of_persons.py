"""What persons ask about themselves: by whom, and answered once, in its days (T-29)."""

from __future__ import annotations

from services.checker.duties import owe, settle
from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Register, Thing


def _asked(r: Register, s: Thing, e: Entry) -> None:
    """T-29, I-21: whoever acts for a person shows it; received by today, and no longer ago than the pack says."""
    if e.data.get("by", "self") != "self" and not e.data.get("document"):
        r.finds("T-29", e, "代为请求而无文件", "who acts for a person shows no paper")
    if e.data["received_on"] > e.day:
        r.finds("I-21", e, "收到之日晚于记录之日", "received after it was recorded")
    if e.data["received_on"] < (earliest := r.pack(e.day).months(e.day, "dated_back")):
        r.finds("I-21", e, f"收到之日早于{earliest}", f"received before {earliest}, and recorded on {e.day}")


def _asked_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes.setdefault("requests", {})[e.version] = e.data["tag"]["tag"]
    received = e.data["received_on"]
    owe(
        r, s, e, f"person:{e.version}", "answer_person", r.pack(received).after(received, "answer_person"), "T-29",
        f"个人信息请求（第{e.version}号）未答复", f"the request of entry {e.version} was not answered",
    )  # fmt: skip


def _settled(r: Register, s: Thing, e: Entry) -> None:
    """T-29: a request is answered or refused once, by others than who it is about; that it takes two persons is asked
    of every such act (T-04).
    """
    waiting = s.notes.get("requests", {})
    if e.data["request"] not in waiting:
        r.finds("T-29", e, f"没有待答复的第{e.data['request']}号请求", f"no request {e.data['request']} waits")
    elif waiting[e.data["request"]] in (r.person(e.who), r.person((e.second or {}).get("id", ""))):
        r.finds("T-29", e, "本人答复了关于自己的请求", "somebody answered what was asked about themselves")


def _settled_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes.setdefault("requests", {}).pop(e.data["request"], None)
    settle(s, f"person:{e.data['request']}")


ASKS: Rules = {
    "register.person-requested": (_asked,),
    "register.person-answered": (_settled,),
    "register.person-refused": (_settled,),
}
KEEPS: Rules = {
    "register.person-requested": (_asked_keeps,),
    "register.person-answered": (_settled_keeps,),
    "register.person-refused": (_settled_keeps,),
}
