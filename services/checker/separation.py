"""Who did one thing does not do another: by person, within a case, a signal, a rectification, a revocation (T-03).

The pairs are the table of T-03. A voided entry counts; a finished attempt does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.checker.chain import attempt_of, digest_of
from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Register, Unit

_ROWS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("enter", "accept", "visit", "record the visit", "seal for the body"), ("evaluate",)),
    (("visit", "seal for the body"), ("review", "name")),
    (("evaluate",), ("review",)),
    (("nominate",), ("record the paper", "confirm the paper")),
    (("record the paper",), ("confirm the paper",)),
    (("accept", "evaluate", "review"), ("resolve an objection",)),
    (("propose",), ("decide", "hear", "reconsider")),
    (("hear", "decide"), ("reconsider",)),
    (("ask for consent",), ("record the consent", "confirm the consent")),
    (("record the consent",), ("confirm the consent",)),
)
PAIRS = frozenset(frozenset((a, b)) for first, second in _ROWS for a in first for b in second)
_AGAINST: dict[str, tuple[str, ...]] = {
    act: tuple(other for pair in PAIRS if act in pair for other in pair if other != act)
    for act in {one for pair in PAIRS for one in pair}
}
NOT_WITHOUT_REVIEW = ("evaluate", "name")
"""Where a title has no review, the naming is the second look (evaluate ↔ name)."""


def persons(r: Register, e: Entry) -> set[str]:
    """Who did it: the actor, and the second person."""
    found = {r.person(e.who)}
    if e.second is not None:
        found.add(r.person(e.second["id"]))
    return found


def separate(
    r: Register, e: Entry, did: dict[str, set[str]], act: str, who: set[str], extra: Iterable[str] = ()
) -> None:
    """Say where one of them did what goes not with this act, and note that they did it."""
    for other in (*_AGAINST.get(act, ()), *extra):
        if who & did.get(other, set()):
            r.finds("T-03", e, f"同一人先后办理“{other}”与“{act}”", f"one person did both: {other}, and {act}")
    did.setdefault(act, set()).update(who)


_ATTEMPT_ACTS = {
    "unit.self-evaluated": "enter", "unit.report-updated": "enter", "unit.report-adopted": "enter",
    "unit.applied": "enter",
    "unit.application-amended": "enter", "unit.application-accepted": "accept", "unit.evaluated": "evaluate",
    "unit.reviewed": "review", "unit.nominated": "nominate", "unit.named": "name",
}  # fmt: skip


_BEFORE_THE_CASE = {"unit.self-evaluated", "unit.report-updated", "unit.report-adopted", "unit.applied"}


def _in_the_report(r: Register, u: Unit, e: Entry) -> None:
    """What was done before the application is of the attempt that begins with it."""
    attempt = u.attempts.get(e.data["title"])
    if attempt is None:
        return
    for one in u.report:
        if digest_of(one) == e.data["report_digest"] and one.actor["kind"] == "officer":
            act = "seal for the body" if one.data.get("sealed_by") == "tripartite" else "enter"
            attempt.did.setdefault(act, set()).update(persons(r, one))
    attempt.did.setdefault("enter", set()).update(persons(r, e))


def _in_the_attempt(r: Register, u: Unit, e: Entry) -> None:
    attempt = attempt_of(r, u, e)
    if attempt is None:
        return
    title = r.pack(e.day).titles.get(u.the_title(e))
    act = _ATTEMPT_ACTS[e.type]
    extra: tuple[str, ...] = ()
    if act in NOT_WITHOUT_REVIEW and title is not None and "review" not in title.steps:
        extra = tuple(other for other in NOT_WITHOUT_REVIEW if other != act)
    if e.by_officer:
        separate(r, e, attempt.did, act, persons(r, e), extra)
    if act == "name":
        _paper(r, e, attempt.did, "record the paper", "confirm the paper")


def _paper(r: Register, e: Entry, did: dict[str, set[str]], recorded: str, confirmed: str) -> None:
    paper = r.thing(e.data.get("paper"), "document")
    if paper is None:
        return
    separate(r, e, did, recorded, {r.person(paper.notes["recorded_by"])})
    if "confirmed_by" in paper.notes:
        separate(r, e, did, confirmed, {r.person(paper.notes["confirmed_by"])})


def _report_in_the_attempt(r: Register, u: Unit, e: Entry) -> None:
    if e.by_officer:
        act = "seal for the body" if e.data.get("sealed_by") == "tripartite" else "enter"
        for attempt in u.attempts.values():
            separate(r, e, attempt.did, act, persons(r, e))


def _visit(r: Register, u: Unit, e: Entry) -> None:
    attempt = attempt_of(r, u, e)
    if attempt is not None:
        visitors = {r.person(one["officer"]) for one in e.data["visitors"] if "officer" in one}
        separate(r, e, attempt.did, "visit", visitors)
        separate(r, e, attempt.did, "record the visit", persons(r, e))


def _objection(r: Register, u: Unit, e: Entry) -> None:
    found = u.objections.get(e.data.get("objection_ref", 0))
    attempt = u.attempts.get(found[0]) if found is not None else None
    if attempt is not None:
        separate(r, e, attempt.did, "resolve an objection", persons(r, e))


def _signal(r: Register, u: Unit, e: Entry) -> None:
    signal = u.signals.get(e.data["signal"])
    if signal is not None and signal.recorded.by_officer and r.person(signal.recorded.who) in persons(r, e):
        r.finds("T-03", e, "记录信号的检查员又作认定", "the inspector who recorded the signal assesses it")


def _rectification(r: Register, u: Unit, e: Entry) -> None:
    found = u.rectifications.get(e.data["rectification_ref"])
    if found is not None and e.data["outcome"] == "accepted" and persons(r, found[0]) & persons(r, e):
        r.finds("T-03", e, "责令整改与验收整改为同一人", "who ordered the rectification accepts it")


_REVOCATION_ACTS = {
    "unit.revocation-proposed": "propose", "unit.statement-heard": "hear", "unit.revoked": "decide",
    "unit.revocation-dropped": "decide",
    "unit.consent-requested": "ask for consent", "unit.consent-given": "record the consent",
    "unit.consent-refused": "record the consent", "unit.reconsideration-decided": "reconsider",
}  # fmt: skip


def _in_the_revocation(r: Register, u: Unit, e: Entry) -> None:
    holding = u.held.get(u.the_title(e))
    revocation = holding.revocation if holding is not None else None
    act = _REVOCATION_ACTS[e.type]
    if revocation is None or not e.by_officer:
        return
    if act == "record the consent":
        _paper(r, e, revocation.did, "record the consent", "confirm the consent")
        if e.level == "nation":
            return
    separate(r, e, revocation.did, act, persons(r, e))


def agents_and_offices(r: Register, u: Unit, e: Entry) -> None:
    """T-03: agent and union are two persons, and neither holds an office over the unit."""
    kind = e.actor["kind"]
    if kind == "applicant":
        roles, person = e.actor.get("roles", ()), r.person(e.who)
        own, other = (u.unions, u.agents) if "unit_union" in roles else (u.agents, u.unions)
        if person in other or {"applicant", "unit_union"} <= set(roles):
            r.finds("T-03", e, "企业与工会为同一人", "one person acts for the unit and for its union")
        own.add(person)
    elif kind == "officer" and (u.agents or u.unions):
        person = r.person(e.who)
        if person in u.agents or person in u.unions:
            r.finds("T-03", e, "申报单位的人以机关身份办理", "who acts for the unit acts on it in an office")


ASKS: Rules = {
    **dict.fromkeys(
        (
            *_ATTEMPT_ACTS.keys()
            - {"unit.self-evaluated", "unit.report-updated", "unit.report-adopted", "unit.applied"},
        ),
        (_in_the_attempt,),
    ),
    "unit.self-evaluated": (_report_in_the_attempt,),
    "unit.report-updated": (_report_in_the_attempt,),
    "unit.report-adopted": (_report_in_the_attempt,),
    "unit.report-sealed": (_report_in_the_attempt,),
    "unit.site-visited": (_visit,),
    "unit.objection-resolved": (_objection,),
    "unit.objection-set-aside": (_objection,),
    "unit.objection-joined": (_objection,),
    "unit.signal-assessed": (_signal,),
    "unit.rectification-concluded": (_rectification,),
    **dict.fromkeys(_REVOCATION_ACTS.keys() - {"unit.revocation-proposed"}, (_in_the_revocation,)),
}
KEEPS: Rules = {"unit.applied": (_in_the_report,), "unit.revocation-proposed": (_in_the_revocation,)}
"""After the case and the procedure are there."""
