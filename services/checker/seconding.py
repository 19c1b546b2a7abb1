"""Two persons means two acts: the proposal, the seconding, and the act itself in one command (T-04)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.signals import sent
from services.checker.state import Register, Stream
from services.checker.time import plus_days

TWO = frozenset(("officer.person-tagged", "officer.reinstated", "policy.adopted",
                 "policy.holidays-announced", "unit.personal-data-erased",
                 "register.hold-lifted", "register.content-destroyed",
                 "register.person-answered", "register.person-refused",
                 "unit.title-carried-in", "document.titles-carried-in", "unit.ordered-from-above", "unit.step-taken-up",
                 "unit.officer-lent", "unit.handed-over", "unit.received", "source.suspended", "source.resumed",
                 "source.closed", "source.key-registered", "source.key-revoked",
                 "register.nation-recognised"))  # fmt: skip
_TWO_ROLES = frozenset(("approver", "administrator", "auditor", "data_officer"))
_TWO_HOUSES = frozenset(
    (
        "policy.adopted", "policy.holidays-announced", "unit.title-carried-in", "document.titles-carried-in",
        "unit.named", "unit.term-extended", "unit.handed-over", "unit.received",
    )
)  # fmt: skip
_NOT_A_MOVE = (".act-proposed", ".deadline-missed")


def takes_two(r: Register, e: Entry) -> bool:
    """Whether the act needs a second person; what the register itself does at its founding needs none."""
    if e.actor["kind"] in ("system", "timekeeper", "source", "public"):
        return False
    if e.type in TWO or e.common in ("duty-released", "entry-corrected"):
        return True
    if e.type == "officer.appointed":
        return not _TWO_ROLES.isdisjoint(e.data["roles"])
    if e.type in ("signal.matched", "signal.discarded"):
        return _would_freeze(r, e)
    if e.type == "officer.suspended":
        until = e.data.get("until")
        return until is None or until > r.pack(e.day).after(e.day, "suspension_alone")
    return False


def _would_freeze(r: Register, e: Entry) -> bool:
    """T-10: what would freeze a unit is no one person's to put to a unit or aside, nor what nobody can read."""
    found, pack = r.thing(e.stream, "signal"), r.pack(e.day)
    if found is None or not found.first:
        return False
    said = sent(found.first["message"]) or {}
    category, severity = said.get("category"), said.get("severity") or 0
    numbers = [said.get(name) for name in ("people", "amount_fen", "months")]
    if not isinstance(category, str) or any(not isinstance(one or 0, int) for one in (severity, *numbers)):
        return True
    least = pack.floor(category, *numbers, penalised=bool(said.get("penalised")))
    return max(severity, least) >= pack.frozen_severity


def in_two_acts(r: Register, s: Stream, e: Entry) -> None:
    """T-04: an act of two persons is proposed and seconded; what was seconded follows at once."""
    waiting = r.waiting.pop(s.id, None)
    if e.common == "act-proposed":
        _proposed(r, s, e)
    elif e.common == "act-seconded":
        _seconded(r, s, e)
    elif e.second is not None:
        if waiting is not None or not _imported(r, e):
            _act(r, e, waiting)
        return
    elif takes_two(r, e):
        r.finds("T-04", e, "须由两人办理，仅有一人", "this takes two persons, and one did it")
    if waiting is not None:
        r.finds("T-04", e, "附议之后未见所附议的事项", "what was seconded does not follow the seconding")


def _proposed(r: Register, s: Stream, e: Entry) -> None:
    if e.data["at_version"] != e.version - 1:
        r.finds("T-04", e, "提请所依版本与记录流不符", "proposed on another version than that of the stream")
    whole = {
        "actor": {name: value for name, value in e.actor.items() if value is not None},
        "at_version": e.data["at_version"], "effective_on": e.effective, "payload": e.data["payload"],
        "stream": e.stream, "type": e.data["type"],
    }  # fmt: skip
    if "roles" not in whole["actor"]:
        whole["actor"]["roles"] = []
    written = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if sha256(written.encode()).hexdigest() != e.data["digest"]:
        r.finds("T-04", e, "摘要不是所提事项的摘要", "the digest is not that of the whole proposed entry")
    limit = r.pack(e.day).after(e.day, "second_act")
    for version in [v for v, one in s.proposals.items() if one.day < plus_days(limit, -60)]:
        del s.proposals[version]
    s.proposals[e.version] = e


def _seconded(r: Register, s: Stream, e: Entry) -> None:
    proposal = s.proposals.pop(e.data["proposal"], None)
    if proposal is None:
        r.finds("T-04", e, "没有这项待附议的事项", "no such act waits for a second person")
        return
    r.waiting[s.id] = (proposal, e)
    if e.data["digest"] != proposal.data["digest"]:
        r.finds("T-04", e, "摘要与所提事项不符", "another act is seconded than was proposed")
    pack = r.pack(e.day)
    if e.day > pack.after(proposal.day, "second_act"):
        r.finds("T-04", e, "提请已失效", "the proposal had lapsed")
    moved = [
        v
        for v in range(proposal.version + 1, s.version + 1)
        if not (s.type_at(v) or ".deadline-missed").endswith(_NOT_A_MOVE)
    ]
    if moved:
        r.finds("T-04", e, "提请后情况已变化", f"the stream has moved since it was proposed: entries {moved}")
    first, second = r.person(proposal.who), r.person(e.who)
    if first == second or proposal.who == e.who:
        r.finds("T-04", e, "提请人与附议人为同一人", "one person both proposed and seconded")
    for one, other in ((proposal.who, second), (e.who, first)):
        officer = r.officer(one)
        since = officer.appointed_by.get(other) if officer is not None else None
        if since is not None and e.day <= pack.after(since, "mutual_appointment"):
            r.finds("T-04", e, f"其中一人于{since}由另一人任命", f"one of them was appointed by the other on {since}")


def _imported(r: Register, e: Entry) -> bool:
    """T-24: what an import says of a unit is carried in by its two persons, in its command."""
    found = r.imported
    if found is None or found.command != e.command or e.type != "unit.title-carried-in":
        return False
    said = {name: value for name, value in e.data.items() if name != "paper" and value is not None}
    same = found.who == e.who and (found.second or {}).get("id") == (e.second or {}).get("id")
    rows = [{name: value for name, value in row.items() if value is not None} for row in found.data["titles"]]
    return same and e.data["paper"] == found.stream and said | {"unit": e.stream} in rows


def _import_keeps(r: Register, s: Stream, e: Entry) -> None:
    r.imported = e


KEEPS: Rules = {"document.titles-carried-in": (_import_keeps,)}


def _act(r: Register, e: Entry, waiting: tuple[Entry, Entry] | None) -> None:
    if waiting is None:
        r.finds("T-04", e, "所称附议没有记录", "a second person is named, and nothing was proposed and seconded")
        return
    proposal, seconding = waiting
    if e.command != seconding.command:
        r.finds("T-04", e, "附议与事项不在同一指令", "the seconding and the act are not of one command")
    said: dict[str, Any] = json.loads(proposal.data["payload"])
    same = all(e.data.get(name) == value for name, value in said.items())
    if not same or proposal.data["type"].rpartition(".v")[0] != e.type or e.who != proposal.who:
        r.finds("T-04", e, "所办事项不是所提事项", "what was done is not what was proposed")
    assert e.second is not None  # noqa: S101 (said by who calls)
    if e.second["id"] != seconding.who:
        r.finds("T-04", e, "记录的附议人不是附议者", "the second person named is not who seconded")
    if (
        (e.type in _TWO_HOUSES or e.common == "duty-released")
        and e.house == e.second.get("house")
        and e.house is not None
    ):
        r.finds("T-04", e, "两人出自同一家", "the two persons are of one house")
