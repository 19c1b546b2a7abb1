"""What was held back and what was destroyed: no hold is lifted or passed over, and nothing goes too early (T-27)."""

from __future__ import annotations

from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Register, Thing
from services.checker.time import plus_months

_LEAST_MONTHS = {"papers": 360, "attachments": 120, "contacts": 60, "signers": 120, "objectors": 24}
"""The least times of the shipped table; packs may keep longer, and other lines are not asked here."""


def _holds(s: Thing) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    found: dict[int, tuple[frozenset[str], frozenset[str]]] = s.notes.setdefault("holds", {})
    return found


def _placed(r: Register, s: Thing, e: Entry) -> None:
    """T-27: a hold names what it keeps back."""
    if not (e.data.get("units") or e.data.get("papers")):
        r.finds("T-27", e, "停止销毁未指明单位或者文件", "a hold that keeps nothing back")


def _placed_keeps(r: Register, s: Thing, e: Entry) -> None:
    _holds(s)[e.version] = (frozenset(e.data.get("units") or ()), frozenset(e.data.get("papers") or ()))


def _lifted(r: Register, s: Thing, e: Entry) -> None:
    """T-27: a hold is lifted once; that it takes two persons is asked of every such act (T-04)."""
    if e.data["hold"] not in _holds(s):
        r.finds("T-27", e, f"第{e.data['hold']}号停止销毁不在有效", f"hold {e.data['hold']} is not in force")


def _lifted_keeps(r: Register, s: Thing, e: Entry) -> None:
    _holds(s).pop(e.data["hold"], None)


def _destroyed(r: Register, s: Thing, e: Entry) -> None:
    """T-27: nothing that a hold keeps, and nothing before its time."""
    items = e.data.get("items") or ()
    if not items:
        r.finds("T-27", e, "销毁证明没有清单", "a certificate that names nothing")
    months = _LEAST_MONTHS.get(e.data["line"]) if e.pack is not None and e.pack.startswith("hunan-") else None
    for item in items:
        for version, (units, papers) in _holds(s).items():
            if item.get("digest") in papers or units & set(item.get("streams") or ()):
                r.finds("T-27", e, f"第{version}号停止销毁仍在有效", f"hold {version} keeps it back")
        if months is not None and plus_months(item["since"], months) > e.day:
            r.finds("T-27", e, f"自{item['since']}起保管期限未满", f"kept since {item['since']}, not for its time")


ASKS: Rules = {
    "register.hold-placed": (_placed,),
    "register.hold-lifted": (_lifted,),
    "register.content-destroyed": (_destroyed,),
}
KEEPS: Rules = {"register.hold-placed": (_placed_keeps,), "register.hold-lifted": (_lifted_keeps,)}
