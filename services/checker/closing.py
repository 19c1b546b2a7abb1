"""Units that are closed, and those that go on in another (T-21)."""

from __future__ import annotations

from services.checker.duties import owe_plaque
from services.checker.entries import DUTY_ORDERS, Entry
from services.checker.pack import RANK
from services.checker.rounds import leaves_every_list
from services.checker.rules import Rules
from services.checker.signals import freezing
from services.checker.state import Register, Unit

_AFTER = frozenset(
    f"unit.{name}"
    for name in (
        *DUTY_ORDERS,
        "entry-voided", "deadline-missed", "act-proposed", "act-seconded", "personal-data-erased", "succeeded",
        "signal-recorded", "signal-amended", "signal-withdrawn", "signal-assessed", "check-ordered", "check-conducted",
        "taking-up-requested", "step-taken-up", "officer-lent", "hearing-notified", "notice-served",
        "revocation-proposed", "revocation-lapsed", "statement-heard", "house-opined", "consent-requested",
        "consent-given", "consent-refused",
        "revoked", "revocation-dropped", "revocation-announced", "plaque-recovered", "plaque-reported-lost",
        "reconsideration-requested", "reconsideration-decided", "incentive-ended", "term-expired",
        "rectification-reported", "rectification-concluded", "reserve-delisted", "contact-released",
        "ordered-from-above", "received",
    )
)  # fmt: skip
"""What may still be recorded of a closed unit: signals, and what ends and settles."""


def of_a_closed_unit(r: Register, u: Unit, e: Entry) -> None:
    """T-21: a closed unit gains nothing more."""
    found = e.type == "unit.rectification-ordered" and e.data.get("finding") is not None
    if u.closed is not None and e.type not in _AFTER and not found:
        r.finds("T-21", e, "单位已注销", "the unit is closed")


def _closes_nothing_open(r: Register, u: Unit, e: Entry) -> None:
    """T-21: a county closes what holds, owes and is accused of nothing; else an approver of the prefecture or above."""
    held = [title for title, one in u.held.items() if one.held_on(e.day)]
    accused = any(
        one.asked_again is not None or (one.revocation is not None and one.revoked is None) for one in u.held.values()
    )
    open_checks = any(made is None for _, made in u.checks.values())
    in_question = any(not one.settled for one in u.signals.values())
    burdened = held or accused or u.rectifications or open_checks or in_question or freezing(r, u, e.day)[0]
    from_above = RANK.get(e.level or "", 0) >= RANK["prefecture"] and "approver" in e.actor.get("roles", ())
    if burdened and not from_above:
        r.finds(
            "T-21",
            e,
            "单位仍有称号、义务或在办取消，须由市州以上审批人员注销",
            "a unit that holds, owes or is accused, closed by no approver of the prefecture or above",
        )


def _grave_facts_are_answered(r: Register, u: Unit, e: Entry) -> None:
    """T-21: a revocation that is owed is proposed first, or it is said why not."""
    if any(key.startswith("propose:") for key in u.duties):
        r.finds("T-21", e, "应当提出取消命名而未提出即注销", "closed while a proposal to revoke was owed")


def closed_keeps(r: Register, u: Unit, e: Entry) -> None:
    """Its titles end on the closing's own day; a revocation under way is decided as if held."""
    u.closed = e
    for version in [v for v, grant in u.grants.items() if grant[3] == "active"]:
        del u.grants[version]
    for key in [key for key in u.duties if key.startswith(("verify:", "case:"))]:
        del u.duties[key]
    held = {title for title, holding in u.held.items() if holding.held_on(e.day)}
    for holding in u.held.values():
        if holding.revocation is None:
            holding.until = min(holding.until, e.day)
    for plaque in u.call_back(held, e.day):
        owe_plaque(r, u, e, plaque)
    leaves_every_list(r, u)


def _succession(r: Register, u: Unit, e: Entry) -> None:
    """T-21: succession is one command on both units."""
    pending = r.successions.setdefault(e.command or "", [])
    other = e.data["other"]["unit"]
    if other == u.id:
        r.finds("T-21", e, "单位不能承继自身", "a unit does not succeed itself")
    partner = next((one for one in pending if one.stream == other and one.data["other"]["unit"] == u.id), None)
    if partner is not None:
        pending.remove(partner)
    else:
        pending.append(e)
    for title in e.data.get("titles_carried", ()):
        row = r.pack(e.day).titles.get(title)
        if row is not None and u.unit_kind not in row.kinds:
            r.finds("T-21", e, f"{title}不授予承继单位的类别", f"{title} is not for a unit of the successor's kind")


def _passed_on(r: Register, u: Unit, e: Entry) -> None:
    """What a successor carries on is held here no more, and its plaques are to come back."""
    carried = e.data.get("titles_carried", ())
    for title in carried:
        if title in u.held:
            u.held[title].until = min(u.held[title].until, e.day)
        u.duties.pop(f"verify:{title}", None)
    if e.data["other"]["role"] == "successor":
        u.call_back(carried, e.day)


def left_alone(r: Register, command: str | None) -> None:
    """T-21: a succession whose command is over, and of which the other unit knows nothing."""
    for one in list(r.successions):
        if one != command:
            for e in r.successions.pop(one):
                r.finds("T-21", e, "承继只记于一方", "the succession stands in one of the two units only")


ASKS: Rules = {"unit.closed": (_closes_nothing_open, _grave_facts_are_answered), "unit.succeeded": (_succession,)}
KEEPS: Rules = {"unit.closed": (closed_keeps,), "unit.succeeded": (_passed_on,)}
