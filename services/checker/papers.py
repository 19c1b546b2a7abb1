"""Papers: number and digest one to one, confirmed once by another, each used once for what it says (T-23)."""

from __future__ import annotations

from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Register, Stream, Thing, Unit

_KIND = {
    "unit.named": "naming", "unit.consent-given": "consent", "unit.consent-refused": "refusal",
    "unit.naming-refused": "refusal", "unit.title-carried-in": "naming", "officer.appointed": "appointment",
    "unit.handed-over": "transfer", "unit.received": "transfer",
}  # fmt: skip
_UNDOES = ("consent", "refusal", "order", "ruling")
_KINDS = {
    "unit.reconsideration-decided": _UNDOES, "unit.revocation-dropped": _UNDOES,
    "unit.term-extended": ("naming", "order"), "unit.succeeded": ("naming", "consent", "order"),
    **{name: (kind,) for name, kind in _KIND.items()},
}  # fmt: skip
"""What may rest on a paper, and on papers of which kinds."""


def _one_to_one(r: Register, s: Thing, e: Entry) -> None:
    """T-23: a number has one digest, and a digest one number; a paper is recorded once."""
    said = e.data
    if "recorded_by" in s.notes:
        r.finds("T-23", e, f"文号{said['number']}已登记", "the paper is recorded already")
    for key in (f"paper {said['issuer']} {said['number']}", f"digest {said['sha256']}"):
        before = r.codes.setdefault(key, s.id)
        if before != s.id:
            r.finds("T-23", e, f"文号{said['number']}或其摘要已登记", "the number, or the digest, is another paper's")
    s.notes["recorded_by"] = e.who


def _confirmed(r: Register, s: Thing, e: Entry) -> None:
    """T-23: confirmed once, by another than who recorded it (T-03)."""
    if "confirmed_by" in s.notes:
        r.finds("T-23", e, "文件已确认过", "the paper was confirmed before")
    recorder = s.notes.get("recorded_by")
    if recorder is not None and r.person(recorder) == r.person(e.who):
        r.finds("T-03", e, "录入与确认为同一人", "one person recorded the paper and confirms it")
    s.notes["confirmed_by"] = e.who
    s.notes["units"] = e.data.get("units") or []


def _used(r: Register, s: Stream, e: Entry) -> None:
    """T-23: used once for a unit, title and act, for which it is, confirmed before."""
    paper = r.thing(e.data.get("paper"), "document")
    if paper is None or not paper.first:
        return
    kinds = _KINDS[e.type]
    if paper.first["kind"] not in kinds:
        zh = f"文件为{paper.first['kind']}，不是{'、'.join(kinds)}"
        r.finds("T-23", e, zh, f"the paper is one of {paper.first['kind']}, not {' or '.join(kinds)}")
    if paper.notes.get("units") and s.kind == "unit" and s.id not in paper.notes["units"]:
        r.finds("T-23", e, "文件名单中没有该单位", "the unit is not on the paper's list")
    digest = e.data.get("document_digest")
    if digest is not None and digest != paper.first["sha256"]:
        r.finds("T-23", e, "摘要与登记的文件不符", "the digest is not that of the registered paper")
    if isinstance(s, Unit) and paper.first["dated"] < (answers := _answers(s, e)):
        zh = f"文件日期{paper.first['dated']}早于其所答复的事项（{answers}）"
        r.finds("T-23", e, zh, f"the paper of {paper.first['dated']} is older than what it answers, of {answers}")
    uses: set[tuple[str, str]] = paper.notes.setdefault("uses", set())
    use = (s.id, str(e.data.get("title")))
    if use in uses and e.type != "officer.appointed":
        r.finds("T-23", e, "文件已为该单位的同一称号使用过", "the paper was used for that unit and title before")
    uses.add(use)


def _answers(u: Unit, e: Entry) -> str:
    """The day of what a paper answers: nothing is older than the empty one."""
    title = u.the_title(e)
    attempt, holding = u.attempts.get(title), u.held.get(title)
    revocation = holding.revocation if holding is not None else None
    if e.type == "unit.term-extended" and attempt is not None:
        return attempt.applied.day
    if e.type == "unit.naming-refused" and attempt is not None:
        nominated = attempt.last("nominated")
        return str(nominated.data.get("decided_on") or nominated.day) if nominated is not None else ""
    if e.type in ("unit.consent-given", "unit.consent-refused") and revocation is not None:
        asked = revocation.last("consent-requested")
        return asked.day if asked is not None else ""
    if e.type == "unit.revocation-dropped" and revocation is not None:
        return (revocation.last("consent-given") or revocation.proposed).day
    if e.type == "unit.reconsideration-decided" and holding is not None and holding.revoked is not None:
        return holding.revoked.day
    return ""


ASKS: Rules = {
    "document.recorded": (_one_to_one,),
    "document.confirmed": (_confirmed,),
    **dict.fromkeys(_KINDS, (_used,)),
}
KEEPS: Rules = {}
