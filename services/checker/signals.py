"""Signals, checks and rectifications: one measure of severity, and what settles a fact (T-06, T-10, I-17).

Frozen is asked twice: plainly, as the policy has it (I-07: the severity last stated of a category with a
ground, not yet assessed; or assessed serious and not rectified), and strictly by T-10.
"""

from __future__ import annotations

from fractions import Fraction

from services.checker.entries import Entry
from services.checker.pack import RANK, Ground, Pack, within
from services.checker.rules import Rules
from services.checker.state import Register, Signal, Unit

_FOUND = ("unfounded", "not_attributable")


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


def least_severity(pack: Pack, signal: Signal, headcount: int | None) -> int:
    """What the one measure makes of a fact: the floor of its category; what is major freezes (T-10)."""
    least = pack.floor(signal.category, signal.people, signal.amount)
    ground = pack.grounds.get(signal.ground or "")
    weighty = signal.penalised or (ground is not None and not ground.always and major(ground, signal, headcount))
    return max(least, pack.frozen_severity) if weighty else least


def freezing(r: Register, u: Unit, day: str) -> tuple[list[str], list[str]]:
    """The signals that freeze the unit plainly, and those that freeze it by T-10 (the same ones among them)."""
    if not u.signals:
        return [], []
    pack = r.pack(day)
    plainly, strictly = [], []
    for signal in u.signals.values():
        if _freezes_plainly(pack, signal):
            plainly.append(signal.id)
        if _freezes(pack, signal, u.headcount):
            strictly.append(signal.id)
    if not strictly:
        strictly = _together(pack, u, day)
    return plainly, strictly


def _freezes_plainly(pack: Pack, signal: Signal) -> bool:
    if signal.withdrawn is not None or signal.rectified or signal.decided:
        return False
    outcome = signal.outcome
    if outcome is not None:
        return outcome == "serious"
    return signal.ground is not None and signal.severity >= pack.frozen_severity


def _freezes(pack: Pack, signal: Signal, headcount: int | None) -> bool:
    if signal.rectified or signal.decided:
        return False
    if signal.settled:
        return signal.outcome == "serious"
    return max(signal.highest, least_severity(pack, signal, headcount)) >= pack.frozen_severity


def _together(pack: Pack, u: Unit, day: str) -> list[str]:
    """Facts of one ground, summed over twelve months, without those found to be nothing."""
    since = pack.months(day, "facts_summed")
    sums: dict[str, list[Signal]] = {}
    for signal in u.signals.values():
        recent = signal.recorded.data["occurred_on"] >= since
        if recent and signal.ground is not None and signal.withdrawn is None and signal.outcome not in _FOUND:
            sums.setdefault(signal.ground, []).append(signal)
    found = []
    for facts in sums.values():
        people, amount = sum(one.people or 0 for one in facts), sum(one.amount or 0 for one in facts)
        unsettled = [one.id for one in facts if not one.settled and not one.rectified and not one.decided]
        heavy = max(pack.floor(one.category, people, amount) for one in facts) >= pack.frozen_severity
        if len(facts) > 1 and unsettled and heavy:
            found += unsettled
    return found


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
    least = least_severity(pack, signal, u.headcount)
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
    u.signals[signal.id] = signal
    u.signal_at[e.version] = signal.id


def _open(signal: Signal) -> bool:
    return signal.outcome == "serious" and not signal.rectified and not signal.decided


def _same_source(r: Register, u: Unit, e: Entry) -> None:
    """I-17: only the source that sent it amends or withdraws it."""
    signal = u.signals.get(e.data["signal"])
    if signal is not None and signal.recorded.who != e.who:
        r.finds("I-17", e, "非原来源更正或撤回信号", "another than the source that sent it changes the signal")


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
    if said.get("category"):
        signal.category = said["category"]
        signal.ground = pack.ground_of.get(said["category"])
    signal.people = said.get("people", signal.people)
    signal.amount = said.get("amount_fen", signal.amount)
    signal.months = said.get("months", signal.months)
    if said.get("penalised") is not None:
        signal.penalised = said["penalised"]
    signal.severity = said.get("severity", pack.floor(signal.category, signal.people, signal.amount) or signal.severity)
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
    u.signal_at[e.version] = signal.id


def _withdrawn_keeps(r: Register, u: Unit, e: Entry) -> None:
    signal = u.signals.get(e.data["signal"])
    if signal is not None:
        signal.withdrawn = e


def _assessment(r: Register, u: Unit, e: Entry) -> None:
    """T-10, I-17, T-07: a heavy fact is assessed by an approver with another house, on its check."""
    signal, pack = u.signals.get(e.data["signal"]), r.pack(e.day)
    if signal is None:
        r.finds("T-06", e, f"没有信号{e.data['signal']}", f"there is no signal {e.data['signal']}")
        return
    before = signal.assessed[-1] if signal.assessed else None
    if before is not None and RANK.get(e.level or "", 9) < RANK.get(before.level or "", 0):
        r.finds("T-07", e, "下级改变上级的认定", "a lower level overrules the assessment of a higher one")
    if e.data["outcome"] == "serious":
        _serious(r, u, e, pack, signal)
    heavy = max(signal.highest, least_severity(pack, signal, u.headcount)) >= pack.frozen_severity
    if not heavy or signal.withdrawn is not None:
        return
    if signal.checked is None:
        r.finds("T-10", e, "未经专项核查即认定", "assessed without the targeted check having been made")
    houses = {e.house, (e.second or {}).get("house")} - {None}
    if "approver" not in e.actor.get("roles", ()) or len(houses) < 2:
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
    elif not major(ground, signal, u.headcount):
        r.finds("T-10", e, f"未达到{name}的重大标准", f"the test of major of {name} is not met")


def _assessed_keeps(r: Register, u: Unit, e: Entry) -> None:
    signal = u.signals.get(e.data["signal"])
    if signal is not None:
        signal.assessed.append(e)
        u.signal_at[e.version] = signal.id


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
    if found is None or e.data["outcome"] != "accepted":
        return
    for name in found[0].data.get("signals", ()):
        if name in u.signals and u.signals[name].assessed:
            u.signals[name].rectified = True


def _known_signals(r: Register, u: Unit, e: Entry) -> None:
    """T-06: the signals that a check or a rectification answers are the unit's."""
    for name in e.data.get("signals", ()):
        if name not in u.signals:
            r.finds("T-06", e, f"没有信号{name}", f"there is no signal {name}")


ASKS: Rules = {
    "unit.signal-recorded": (_measured,),
    "unit.signal-amended": (_same_source,),
    "unit.signal-withdrawn": (_same_source,),
    "unit.signal-assessed": (_assessment,),
    "unit.check-ordered": (_known_signals,),
    "unit.check-conducted": (_that_check,),
    "unit.cross-inspected": (_own_province,),
    "unit.rectification-ordered": (_known_signals,),
    "unit.rectification-reported": (_that_rectification,),
    "unit.rectification-concluded": (_that_rectification,),
}
KEEPS: Rules = {
    "unit.signal-recorded": (_recorded_keeps,),
    "unit.signal-amended": (_amended_keeps,),
    "unit.signal-withdrawn": (_withdrawn_keeps,),
    "unit.signal-assessed": (_assessed_keeps,),
    "unit.check-ordered": (_ordered_keeps,),
    "unit.check-conducted": (_conducted_keeps,),
    "unit.rectification-ordered": (_rectification_ordered_keeps,),
    "unit.rectification-concluded": (_concluded_keeps,),
}
