"""Signals, checks and rectifications: one measure of severity, and what settles a fact (T-06, T-10, I-17).

Frozen is asked twice: plainly, as the policy has it (I-07: the severity last stated of a category with a
ground, not yet assessed; or assessed serious and not rectified), and strictly by T-10.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from services.checker.entries import Entry
from services.checker.pack import RANK, Ground, Pack, within
from services.checker.rules import Rules
from services.checker.state import Found, Register, Signal, Thing, Unit

_FOUND = ("unfounded", "not_attributable")
_FOUND_UNMEASURED = ("unit.check-conducted", "unit.cross-inspected")
"""Acts that find something even where they do not measure it."""


def major(ground: Ground, signal: Signal, headcount: int | None) -> bool:
    """The test of major of a ground (A-06); a penalty or a listing is major whatever the figures."""
    if signal.penalised or ground.always:
        return True
    tests = [
        (signal.people or 0) >= ground.people if ground.people is not None else None,
        (signal.amount or 0) >= ground.amount_fen if ground.amount_fen is not None else None,
        (signal.months or 0) >= ground.months if ground.months is not None else None,
        Fraction(signal.people or 0, headcount) >= ground.share if ground.share is not None and headcount else None,
    ]
    asked = [test for test in tests if test is not None]
    return all(asked) if ground.together else any(asked)


def least_severity(pack: Pack, signal: Signal) -> int:
    """What the one measure makes of a fact: the floors of its category and of all (T-10)."""
    return pack.floor(signal.category, signal.people, signal.amount, signal.months, penalised=signal.penalised)


def freezing(r: Register, u: Unit, day: str) -> tuple[list[str], list[str]]:
    """The signals that freeze the unit plainly, and those that freeze it by T-10 (the same ones among them)."""
    if not u.signals and not u.found:
        return [], []
    pack = r.pack(day)
    plainly, strictly = [], []
    for signal in u.signals.values():
        if _freezes_plainly(pack, signal):
            plainly.append(signal.id)
        if _freezes(pack, signal):
            strictly.append(signal.id)
    heavy = in_sums(pack, u)
    strictly += [n for n, s in u.signals.items() if n not in strictly and _unsettled(s) and _heavy(pack, heavy, n)]
    for fact in u.found.values():
        own = fact.grave or fact.severity >= pack.frozen_severity
        if not fact.settled and (own or _heavy(pack, heavy, fact.version)):
            strictly.append(str(fact.version))
    return plainly, strictly


def _unsettled(signal: Signal) -> bool:
    return not (signal.settled or signal.rectified or signal.decided)


def _heavy(pack: Pack, sums: dict[str | int, list[_Sum]], name: str | int) -> bool:
    return any(one.severity >= pack.frozen_severity for one in sums.get(name, ()))


def _freezes_plainly(pack: Pack, signal: Signal) -> bool:
    if signal.withdrawn is not None or signal.rectified or signal.decided:
        return False
    outcome = signal.outcome
    if outcome is not None:
        return outcome == "serious"
    return signal.ground is not None and signal.severity >= pack.frozen_severity


def _freezes(pack: Pack, signal: Signal) -> bool:
    if signal.rectified or signal.decided:
        return False
    if signal.settled:
        return signal.outcome == "serious"
    return max(signal.highest, least_severity(pack, signal)) >= pack.frozen_severity


@dataclass(slots=True)
class _Sum:
    """What facts of one ground within the pack's months come to."""

    ground: str
    people: int
    amount: int
    months: int
    severity: int


class _Row(NamedTuple):
    """A fact as it counts in a sum."""

    day: str
    name: str | int
    category: str
    people: int
    amount: int
    months: int


def in_sums(pack: Pack, u: Unit) -> dict[str | int, list[_Sum]]:
    """By fact the sums that it is part of: facts of one ground, but for those found to be nothing; of a signal that was
    amended, the most that was told of it since it was assessed (T-10).
    """
    facts: dict[str, list[_Row]] = {}
    for signal in u.signals.values():
        for row in _rows(signal) if signal.outcome not in _FOUND else ():
            ground = pack.ground_of.get(row.category)
            if ground is not None:
                facts.setdefault(ground, []).append(row)
    for fact in u.found.values():
        if fact.ground is not None:
            facts.setdefault(fact.ground, []).append(_beyond_its_signals(u, fact))
    sums: dict[str | int, list[_Sum]] = {}
    for ground, rows in facts.items():
        rows.sort(key=lambda row: row.day)
        for n in range(1, len(rows)):
            since = pack.months(rows[n].day, "facts_summed")
            part = [row for row in rows[: n + 1] if row.day >= since]
            most: dict[str | int, tuple[int, int, int]] = {}
            for row in part:
                before = most.get(row.name, (0, 0, 0))
                most[row.name] = (
                    max(before[0], row.people), max(before[1], row.amount), max(before[2], row.months)
                )  # fmt: skip
            people, amount, months = (sum(one[of] for one in most.values()) for of in range(3))
            severity = pack.floor_of_sum({row.category for row in part}, people, amount, months)
            whole = _Sum(ground, people, amount, months, severity)
            for name in most if len(most) > 1 else ():
                sums.setdefault(name, []).append(whole)
    return sums


def _rows(signal: Signal) -> list[_Row]:
    """What was told of a signal since it was assessed, the newest last."""
    day = signal.occurred or signal.recorded.data["occurred_on"]
    newest = (day, signal.category, signal.people or 0, signal.amount or 0, signal.months or 0)
    return [_Row(told[0], signal.id, *told[1:]) for told in (*signal.told, newest)]


def _beyond_its_signals(u: Unit, fact: Found) -> _Row:
    """A check's finding, less what the signals say that it looked into: nothing counts twice."""
    told = [u.signals[name] for name in fact.signals if name in u.signals]
    counted = [_rows(one) for one in told if one.outcome not in _FOUND]
    same = [[row for row in rows if row.category == fact.category] for rows in counted]
    people = max(0, fact.people - sum(max((row.people for row in rows), default=0) for rows in same))
    amount = max(0, fact.amount - sum(max((row.amount for row in rows), default=0) for rows in same))
    months = max(0, fact.months - sum(max((row.months for row in rows), default=0) for rows in same))
    return _Row(fact.day, fact.version, fact.category, people, amount, months)


# --- signals ----------------------------------------------------------------------------------------------------------


def _signal_of(u: Unit, e: Entry, pack: Pack) -> Signal:
    said = e.data
    name = said.get("signal") or f"{said['source']}#{said['external_id']}"
    return Signal(
        name, e, said["category"], pack.ground_of.get(said["category"]), said["severity"], said["severity"],
        said.get("people"), said.get("amount_fen"), said.get("months"), bool(said.get("penalised")),
    )  # fmt: skip


def _measured(r: Register, u: Unit, e: Entry) -> None:
    """T-10: no less severe than its category, people, amount, months, share and penalty make it."""
    pack = r.pack(e.day)
    signal = _signal_of(u, e, pack)
    least = least_severity(pack, signal)
    if signal.severity < least:
        r.finds(
            "T-10",
            e,
            f"记为{signal.severity}级，依其情节至少{least}级",
            f"severity {signal.severity}, at least {least}",
        )


def _recorded_keeps(r: Register, u: Unit, e: Entry) -> None:
    signal = _signal_of(u, e, r.pack(e.day))
    old = r.pack(e.day).months(e.day, "facts_summed")
    for name in [n for n, one in u.signals.items() if one.settled and not _open(one) and one.recorded.day < old]:
        del u.signals[name]
        u.settled_long_ago.add(name)
    u.signals[signal.id] = signal
    u.signal_at[e.version] = signal.id


def _open(signal: Signal) -> bool:
    return signal.outcome == "serious" and not signal.rectified and not signal.decided


def _same_source(r: Register, u: Unit, e: Entry) -> None:
    """I-17: only the source that sent it amends or withdraws it."""
    signal = u.signals.get(e.data["signal"])
    if signal is not None and e.who != _reporter(r, signal):
        r.finds("I-17", e, "非原来源更正或撤回信号", "another than the source that sent it changes the signal")


def _happened_by(r: Register, u: Unit, e: Entry) -> None:
    """I-21: nothing happened after it was reported."""
    signal = u.signals.get(e.data["signal"])
    if signal is not None and (e.data.get("occurred_on") or "") > signal.recorded.data["reported_on"]:
        r.finds("I-21", e, "发生日期晚于报告日期", "it is to have happened after it was reported")


def _reporter(r: Register, signal: Signal) -> str | None:
    """Who reported a signal: the source of one that was matched, whoever matched it."""
    recorded = signal.recorded
    matched = recorded.data.get("parked") is not None
    return r.codes.get(f"source {recorded.data['source']}", recorded.who) if matched else recorded.who


def _amended_keeps(r: Register, u: Unit, e: Entry) -> None:
    signal = u.signals.get(e.data["signal"])
    if signal is None:
        return
    said, pack = e.data, r.pack(e.day)
    was = (
        signal.highest,
        signal.people or 0,
        signal.amount or 0,
        signal.months or 0,
        signal.penalised,
        signal.category,
    )
    told = _rows(signal)[-1]
    signal.told.append((told.day, told.category, told.people, told.amount, told.months))
    signal.occurred = said.get("occurred_on") or signal.occurred
    if said.get("category"):
        signal.category = said["category"]
        signal.ground = pack.ground_of.get(said["category"])
    signal.people = said.get("people", signal.people)
    signal.amount = said.get("amount_fen", signal.amount)
    signal.months = said.get("months", signal.months)
    if said.get("penalised") is not None:
        signal.penalised = said["penalised"]
    signal.severity = said.get("severity", least_severity(pack, signal) or signal.severity)
    signal.highest = max(signal.highest, signal.severity)
    now = (
        signal.highest,
        signal.people or 0,
        signal.amount or 0,
        signal.months or 0,
        signal.penalised,
        signal.category,
    )
    if any(a > b for a, b in zip(now[:5], was[:5], strict=True)) or now[5] != was[5]:
        signal.raised = e
        signal.rectified = False
        signal.checked = None
    u.signal_at[e.version] = signal.id


def _withdrawn_keeps(r: Register, u: Unit, e: Entry) -> None:
    signal = u.signals.get(e.data["signal"])
    if signal is not None:
        signal.withdrawn = e


def _assessment(r: Register, u: Unit, e: Entry) -> None:
    """T-10, I-17, T-07: a heavy or serious fact is assessed by an approver with another house, a heavy one on its
    check; what its source took back, by an approver alone.
    """
    signal, pack = u.signals.get(e.data["signal"]), r.pack(e.day)
    if signal is not None and e.data.get("ground") not in (None, pack.ground_of.get(signal.category)):
        r.finds("T-10", e, f"{signal.category}不属于该事由", f"{signal.category} is not of the ground that is named")
    if signal is None:
        if e.data["signal"] not in u.settled_long_ago:
            r.finds("T-06", e, f"没有信号{e.data['signal']}", f"there is no signal {e.data['signal']}")
        return
    before = signal.assessed[-1] if signal.assessed else None
    asked_again = signal.withdrawn is not None and before is not None and signal.withdrawn.version > before.version
    if before is not None and not asked_again and RANK.get(e.level or "", 9) < RANK.get(before.level or "", 0):
        r.finds("T-07", e, "下级改变上级的认定", "a lower level overrules the assessment of a higher one")
    if e.data["outcome"] == "serious":
        _serious(r, u, e, pack, signal)
    heavy = max(signal.highest, least_severity(pack, signal)) >= pack.frozen_severity
    heavy = heavy or (_unsettled(signal) and _heavy(pack, in_sums(pack, u), signal.id))
    serious = "serious" in (signal.outcome, e.data["outcome"])
    of_a_source = not signal.recorded.by_officer or signal.recorded.data.get("parked") is not None
    taken_back = signal.withdrawn is not None and of_a_source and e.data["outcome"] != "serious"
    if heavy and signal.checked is None and not taken_back:
        r.finds("T-10", e, "未经专项核查即认定", "assessed without the targeted check having been made")
    if not heavy and not serious:
        return
    houses = {e.house, (e.second or {}).get("house")} - {None}
    if "approver" not in e.actor.get("roles", ()) or (len(houses) < 2 and not taken_back):
        r.finds(
            "T-10", e, "重大信号须由审批人会同另一家认定", "a heavy fact is assessed by an approver with another house"
        )


def _serious(r: Register, u: Unit, e: Entry, pack: Pack, signal: Signal) -> None:
    name = e.data.get("ground")
    ground = pack.grounds.get(name or "")
    if ground is None:
        r.finds("T-10", e, "认定严重未注明事由", "assessed serious on no ground")
    elif name != signal.ground:
        zh = f"{signal.category}不属于事由{name}"
        r.finds("T-10", e, zh, f"{signal.category} is no category of the ground {name}")
    elif not major(ground, signal, u.headcount) and not _major_in_a_sum(pack, u, ground, signal):
        r.finds("T-10", e, f"未达到{name}的重大标准", f"the test of major of {name} is not met")


def _major_in_a_sum(pack: Pack, u: Unit, ground: Ground, signal: Signal) -> bool:
    for one in in_sums(pack, u).get(signal.id, ()):
        if major(ground, replace(signal, people=one.people, amount=one.amount, months=one.months), u.headcount):
            return True
    return False


def _assessed_keeps(r: Register, u: Unit, e: Entry) -> None:
    signal = u.signals.get(e.data["signal"])
    if signal is not None:
        signal.assessed.append(e)
        signal.told.clear()
        u.signal_at[e.version] = signal.id


def sent(message: str) -> dict[str, Any] | None:
    """What the source of a parked signal sent; None for what is no JSON object."""
    try:
        said = json.loads(message)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _parked(r: Register, s: Thing, e: Entry) -> None:
    """I-17: what waits for a person is what a source sent, and sources send JSON objects alone."""
    if sent(e.data["message"]) is None:
        r.finds("I-17", e, "待匹配信号的原文不是JSON对象", "the message of the parked signal is no JSON object")


# --- checks and rectifications ----------------------------------------------------------------------------------------


def _ordered_keeps(r: Register, u: Unit, e: Entry) -> None:
    name = e.data.get("check") or str(e.version)
    u.checks[name] = (e, None)


def _that_check(r: Register, u: Unit, e: Entry) -> None:
    """T-06: a check is the check that was ordered, made once."""
    found = u.checks.get(e.data["check"])
    if found is None or found[1] is not None:
        r.finds("T-06", e, f"没有下达过核查{e.data['check']}", f"no check {e.data['check']} is ordered and open")
    elif e.data["on"] < found[0].day:
        r.finds("T-01", e, "核查日早于下达", "the check is older than its order")


def _conducted_keeps(r: Register, u: Unit, e: Entry) -> None:
    found = u.checks.get(e.data["check"])
    if found is None:
        return
    u.checks[e.data["check"]] = (found[0], e)
    for name in found[0].data.get("signals", ()):
        if name in u.signals and found[0].data["kind"] == "targeted":
            u.signals[name].checked = e
    done = [n for n, (_, made) in u.checks.items() if made is not None]
    for name in done[:-50]:
        del u.checks[name]


def _found_keeps(r: Register, u: Unit, e: Entry) -> None:
    """What was found waits for its rectification, measured or not."""
    said, pack = e.data, r.pack(e.day)
    category = said.get("category") or ""
    if not _found_something(e) or not (category or e.type in _FOUND_UNMEASURED or said.get("result") == "rectify"):
        return
    ordered = u.checks.get(said.get("check") or "")
    names = tuple(ordered[0].data.get("signals", ())) if ordered is not None else ()
    u.found[e.version] = Found(
        e.version, e.day, category, pack.ground_of.get(category), said.get("severity") or 1, said.get("people") or 0,
        said.get("amount_fen") or 0, said.get("months") or 0, said.get("check"), names, said.get("result") == "grave",
    )  # fmt: skip
    old = pack.months(e.day, "facts_summed")
    for version in [n for n, one in u.found.items() if one.settled and one.day < old]:
        del u.found[version]


def _found_something(e: Entry) -> bool:
    return e.data.get("result") not in ("clean", "keep") and e.data.get("upheld") is not False


def _weighed(r: Register, u: Unit, e: Entry) -> None:
    """T-10: what was found is no less severe than its numbers make it."""
    said, pack = e.data, r.pack(e.day)
    category = said.get("category")
    if category is None or not _found_something(e):
        return
    least = pack.floor(category, said.get("people"), said.get("amount_fen"))
    if (said.get("severity") or 1) < least:
        zh, en = f"记为{said.get('severity') or 1}级，依其情节至少{least}级", f"severity below {least}"
        r.finds("T-10", e, zh, en)


def _own_province(r: Register, u: Unit, e: Entry) -> None:
    """T-06: a cross-inspection is another province's, and in its own name."""
    inspecting = e.data["inspecting_place"]
    if inspecting[:2] == u.place[:2]:
        r.finds("T-06", e, "本省自行互检", "the unit's own province inspects itself")
    elif e.level not in (None, "nation") and not within(e.actor["place"], inspecting):
        r.finds("T-06", e, f"以{inspecting}名义由外省记录", f"recorded in the name of {inspecting} by another")


def _rectification_ordered_keeps(r: Register, u: Unit, e: Entry) -> None:
    u.rectifications[e.version] = (e, False)


def _that_rectification(r: Register, u: Unit, e: Entry) -> None:
    """T-06: what is reported or concluded is a rectification that was ordered and is open."""
    found = u.rectifications.get(e.data["rectification_ref"])
    if found is None or found[1]:
        r.finds("T-06", e, "没有这项在办的整改", "no such rectification is open")


def _concluded_keeps(r: Register, u: Unit, e: Entry) -> None:
    found = u.rectifications.pop(e.data["rectification_ref"], None)
    if found is None:
        return
    for fact in u.found.values():
        if covers(found[0], fact):
            fact.failed = e.version if e.data["outcome"] == "failed" else fact.failed
            fact.settled = fact.settled or e.data["outcome"] == "accepted"
    if e.data["outcome"] != "accepted":
        return
    order = found[0].data
    for name in order.get("signals", ()):
        if name in u.signals and u.signals[name].assessed:
            u.signals[name].rectified = True


def covers(order: Entry, fact: Found) -> bool:
    """Whether a rectification is of that finding: by itself, by its check, or by a signal of it."""
    said = order.data
    of_its_check = fact.check is not None and (
        fact.check == said.get("check") or bool(set(fact.signals) & set(said.get("signals", ())))
    )
    return fact.version < order.version and (fact.version == said.get("finding") or of_its_check)


def _known_signals(r: Register, u: Unit, e: Entry) -> None:
    """T-06: the signals that a check or a rectification answers are the unit's."""
    for name in e.data.get("signals", ()):
        if name not in u.signals and name not in u.settled_long_ago:
            r.finds("T-06", e, f"没有信号{name}", f"there is no signal {name}")


def _finding_waits(r: Register, u: Unit, e: Entry) -> None:
    """T-06: the finding that is rectified was found of this unit, and is not settled."""
    ref = e.data.get("finding")
    found = u.found.get(ref) if ref is not None else None
    if ref is not None and (found is None or found.settled):
        r.finds("T-06", e, f"没有这项待整改的检查发现（第{ref}号）", f"no finding of entry {ref} waits")


ASKS: Rules = {
    "signal.parked": (_parked,),
    "unit.signal-recorded": (_measured,),
    "unit.signal-amended": (_same_source, _happened_by),
    "unit.signal-withdrawn": (_same_source,),
    "unit.signal-assessed": (_assessment,),
    "unit.check-ordered": (_known_signals,),
    "unit.check-conducted": (_that_check, _weighed),
    "unit.cross-inspected": (_own_province, _weighed),
    "unit.verified": (_weighed,),
    "unit.objection-resolved": (_weighed,),
    "unit.rectification-ordered": (_known_signals, _finding_waits),
    "unit.rectification-reported": (_that_rectification,),
    "unit.rectification-concluded": (_that_rectification,),
}
KEEPS: Rules = {
    "unit.signal-recorded": (_recorded_keeps,),
    "unit.signal-amended": (_amended_keeps,),
    "unit.signal-withdrawn": (_withdrawn_keeps,),
    "unit.signal-assessed": (_assessed_keeps,),
    "unit.check-ordered": (_ordered_keeps,),
    "unit.check-conducted": (_conducted_keeps, _found_keeps),
    "unit.cross-inspected": (_found_keeps,),
    "unit.verified": (_found_keeps,),
    "unit.objection-resolved": (_found_keeps,),
    "unit.rectification-ordered": (_rectification_ordered_keeps,),
    "unit.rectification-concluded": (_concluded_keeps,),
}
