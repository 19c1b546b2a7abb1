"""What is owed by when: done, or called missed, and by whom (T-05, T-12, T-16, T-25, I-10, I-14, I-15).

A duty ends by the act that settles it, naming it. One that is neither done nor called missed some days
after its day is a finding, and so is one called missed that nobody owed, or far too late.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from services.checker.chain import attempt_of, opinions_of
from services.checker.entries import Entry
from services.checker.pack import Pack, at_level
from services.checker.rules import Rules
from services.checker.signals import covers, freezing, in_sums
from services.checker.state import Duty, Found, Register, Stream, Unit
from services.checker.time import plus_days

_WEEK = 7


def owe(
    r: Register,
    s: Stream,
    e: Entry,
    key: str,
    kind: str,
    due: str,
    rule: str,
    zh: str,
    en: str,
    *,
    unfrozen: bool = False,
) -> None:
    """Something is owed from now on; the same duty does not begin again. `unfrozen`: not while the unit is frozen."""
    if key in s.duties:
        return
    pack = r.pack(e.day)
    limit = pack.after(max(due, e.day), "waiting_for_the_watch")
    if kind == "revocation_step":
        limit = pack.after(limit, "last_call")
    s.duties[key] = Duty(kind, due, limit, rule, e.version, zh, en, e.day, unfrozen)
    s.earliest = min(s.earliest, limit)
    if e.position is not None:
        heappush(r.due, (limit, s.id, key))


def settle(s: Stream, key: str) -> None:
    """It was done; at a clock of it that stands still nobody has to look any more."""
    duty = s.duties.pop(key, None)
    if duty is not None and duty.clock is not None:
        s.duties.pop(duty.clock, None)


def overdue(r: Register, s: Stream, day: str) -> None:
    """What of this stream is overdue, and nobody said so."""
    for key, duty in list(s.duties.items()):
        if duty.limit < day and not duty.missed:
            _said(r, s, key, duty, day)
    s.earliest = min((duty.limit for duty in s.duties.values() if not duty.missed), default="9999")


def all_overdue(r: Register, day: str) -> None:
    """What of the whole register is overdue by that day, in the order in which it became so."""
    while r.due and r.due[0][0] < day:
        limit, stream, key = heappop(r.due)
        s = r.streams[stream]
        duty = s.duties.get(key)
        if duty is not None and duty.limit == limit and not duty.missed:
            _said(r, s, key, duty, day)


def _said(r: Register, s: Stream, key: str, duty: Duty, day: str) -> None:
    if duty.unfrozen and isinstance(s, Unit) and any(freezing(r, s, day)):
        duty.limit = r.pack(day).after(day, "handle_step")
        if r.position:
            heappush(r.due, (duty.limit, s.id, key))
        return
    zh, en = f"{duty.zh}（应于{duty.due}前），亦无逾期记录", f"{duty.en}, due {duty.due}, and nobody called it missed"
    r.finds_at(duty.rule, s.id, duty.version, zh, en)
    duty.missed = True
    if duty.kind in ("revocation_step", "handle_application"):
        settle(s, key)


def _is_overdue(r: Register, s: Stream, e: Entry) -> None:
    """T-05: after its day, once, and not while its clock stands still."""
    said = e.data
    if e.day <= said["due"]:
        r.finds("T-05", e, f"期限{said['due']}未满", f"it is not overdue before {said['due']}")
    if said["ref"] in s.missed:
        r.finds("T-05", e, "逾期已有记录", "that it was missed is recorded already")
    whose = next(
        (
            people
            for day, holder, *people in reversed(s.assigned.get(said["ref"], []))
            if day <= said["due"] and holder == said["holder"]
        ),
        [None, None],
    )
    if [said.get("assigned_to"), said.get("deputy")] != whose:
        r.finds("T-05", e, "逾期记录的承办人不符", "on its day it was other people's")
    if s.ordered.get(said["ref"], (False, None))[1] is not None:
        r.finds("T-05", e, "中止计时期间不算逾期", "nothing is missed while its clock stands still")


def missed(r: Register, s: Stream, e: Entry) -> None:
    """T-05: what is called missed is owed, by that holder; T-25: in time."""
    said, pack = e.data, r.pack(e.day)
    _is_overdue(r, s, e)
    s.missed.add(said["ref"])
    late = e.day > pack.after(said["due"], "waiting_for_the_watch") and not _waits_while_frozen(s, said["obligation"])
    if late and not _unwatched(r, said["due"], e.day) and not _arose_late(s, said, e.day):
        r.finds(
            "T-25",
            e,
            f"应于{said['due']}后即记，迟至{e.day}而未记停摆",
            f"recorded long after {said['due']}: not watched, and unsaid",
        )
    if isinstance(s, Unit):
        _holder(r, s, e)
    if s.kind == "check" and said["obligation"] == "order_check":
        _plan_missed(r, s, said["ref"].rpartition(":")[2])
    for key, duty in list(s.duties.items()):
        if duty.kind == said["obligation"] and duty.due <= said["due"]:
            duty.missed = True
        elif duty.kind == "revocation_step" and said["obligation"] in STEPS_OWED:
            settle(s, key)


def _waits_while_frozen(s: Stream, kind: str) -> bool:
    """Whether a duty of that kind is owed here that nobody misses while the unit is frozen."""
    return any(duty.unfrozen and duty.kind == kind for duty in s.duties.values())


def _plan_missed(r: Register, plan: Stream, unit: str) -> None:
    """What a plan still owed a drawn unit is called missed where it is owed: in the plan's own stream."""
    found = r.streams.get(unit)
    duty = found.duties.get(f"drawn:{plan.id}") if found is not None else None
    if duty is not None:
        duty.missed = True


def _arose_late(s: Stream, said: dict[str, Any], day: str) -> bool:
    """Whether nobody could call it missed earlier. Something was voided or lapsed in the stream lately: what it had
    settled is owed again, since its day. Or what it is owed for was recorded late: it is called missed from then on.
    """
    of_it = (duty for duty in s.duties.values() if duty.kind == said["obligation"] and duty.due == said["due"])
    return s.reopened_on >= plus_days(day, -_WEEK) or any(duty.since > duty.due and day <= duty.limit for duty in of_it)


def _unwatched(r: Register, due: str, day: str) -> bool:
    """Whether it is recorded that nobody watched in some days between, down to a week before it was recorded."""
    return any(since <= plus_days(due, _WEEK) and until >= plus_days(day, -_WEEK) for since, until in r.not_watched)


def _not_watched(r: Register, s: Stream, e: Entry) -> None:
    """T-25: days that are over, since the opening, each recorded once."""
    since, until = e.data["from"], e.data["until"]
    if not since <= until < e.day or (r.opened_on is not None and since < r.opened_on):
        r.finds("T-25", e, "未监测的日期不在启用之后、今日之前", "not days between the opening and today")
    if any(since <= known for _, known in r.not_watched):
        r.finds("T-25", e, "该日期已有记录", "those days were recorded before")


def _not_watched_keeps(r: Register, s: Stream, e: Entry) -> None:
    r.not_watched.append((e.data["from"], e.data["until"]))


STEPS_OWED = frozenset(
    (
        "statement", "notify_hearing", "serve_notice", "revocation_opinions", "ask_consent", "answer_consent",
        "decide_revocation",
    )
)  # fmt: skip


def _holder(r: Register, u: Unit, e: Entry) -> None:
    if e.data["obligation"] == "second_act":
        return  # owed by the office of who proposed, wherever the unit goes
    level, _, place = e.data["holder"].partition(":")
    if place and place != at_level(u.place_on(e.data["due"]), level):
        zh = f"责任方{e.data['holder']}不是当日的责任方"
        r.finds("T-05", e, zh, f"{e.data['holder']} is not who owed it on {e.data['due']}")


# --- what begins and settles them -------------------------------------------------------------------------------------


def _parked(r: Register, s: Stream, e: Entry) -> None:
    """T-05: what waits for a person is matched or discarded by a day."""
    owe(
        r, s, e, "match", "match_signal", _due(r, e, "match_signal"), "T-05",
        "待匹配信号未匹配也未作废", "the parked signal was neither matched nor discarded",
    )  # fmt: skip


def _placed(r: Register, s: Stream, e: Entry) -> None:
    settle(s, "match")


def _sample_planned(r: Register, s: Stream, e: Entry) -> None:
    """A-35: a sample that was planned is drawn."""
    owe(
        r, s, e, "sample", "draw_sample", _due(r, e, "draw_share"), "A-35",
        "抽查方案未抽取", "the sample was planned, and not drawn",
    )  # fmt: skip


def _sample_drawn(r: Register, s: Stream, e: Entry) -> None:
    settle(s, "sample")


def _signal(r: Register, u: Unit, e: Entry) -> None:
    pack = r.pack(e.day)
    name = u.signal_at.get(e.version)
    if name is None:
        return
    signal = u.signals[name]
    owe(
        r, u, e, f"assess:{name}", "assess_signal", pack.after(e.day, "assess_signal"), "T-05",
        f"信号{name}未核实认定", f"the signal {name} was not assessed",
    )  # fmt: skip
    if signal.severity >= pack.check_severity:
        owe(
            r, u, e, f"order:{name}", "order_check", pack.after(e.day, "order_check"), "I-15",
            f"信号{name}未下达专项核查", f"no targeted check of the signal {name} was ordered",
        )  # fmt: skip
    _summed(r, u, e)


def _summed(r: Register, u: Unit, e: Entry) -> None:
    """I-15, T-10: a signal in question that a sum makes severe is checked, since the sum is known."""
    pack = r.pack(e.day)
    for name, totals in in_sums(pack, u).items():
        signal = u.signals.get(str(name))
        severe = any(total.severity >= pack.check_severity for total in totals)
        if severe and signal is not None and not signal.settled and signal.checked is None and name not in _ordered(u):
            owe(
                r, u, e, f"order:{name}", "order_check", pack.after(e.day, "order_check"), "I-15",
                f"信号{name}未下达专项核查", f"no targeted check of the signal {name} was ordered",
            )  # fmt: skip


def _in_no_sum_any_more(r: Register, u: Unit, e: Entry) -> None:
    """T-10: what only a sum made severe, and an assessment took out of it, is owed no check any more."""
    pack = r.pack(e.day)
    severe = {
        f"order:{name}" for name, totals in in_sums(pack, u).items()
        if any(total.severity >= pack.check_severity for total in totals)
    }  # fmt: skip
    light = {f"order:{one.id}" for one in u.signals.values() if one.highest < pack.check_severity}
    for key in light.intersection(u.duties) - severe:
        settle(u, key)


def _worse(r: Register, u: Unit, e: Entry) -> None:
    """I-15, T-10: a signal that grew worse is checked for what is said now."""
    pack, signal = r.pack(e.day), u.signals.get(e.data["signal"])
    if signal is None or signal.raised is not e or signal.highest < pack.check_severity or signal.id in _ordered(u):
        return
    owe(
        r, u, e, f"order:{signal.id}", "order_check", pack.after(e.day, "order_check"), "I-15",
        f"信号{signal.id}加重后未下达专项核查", f"the signal {signal.id} grew worse, and no check of it was ordered",
    )  # fmt: skip


def _ordered(u: Unit) -> set[str]:
    """The signals of which a targeted check is ordered and not made yet."""
    waiting = (order.data for order, made in u.checks.values() if made is None and order.data["kind"] == "targeted")
    return {name for said in waiting for name in said.get("signals", ())}


def _signal_gone(r: Register, u: Unit, e: Entry) -> None:
    """What was withdrawn before it was assessed is owed nothing more; T-10 keeps the freeze."""
    settle(u, f"order:{e.data['signal']}")
    settle(u, f"assess:{e.data['signal']}")


def _assessed(r: Register, u: Unit, e: Entry) -> None:
    name = e.data["signal"]
    settle(u, f"assess:{name}")
    _in_no_sum_any_more(r, u, e)
    for fact in u.found.values():
        if name in fact.signals and fact.grave and _less_than_serious(u, fact):
            _to_handle(r, u, e, fact)
    if e.data["outcome"] != "serious":
        return
    due = r.pack(e.day).after(e.day, "propose_revocation")
    for title, held in u.held.items():
        if held.held_on(e.day) and not _proposed_on(u, title, name):
            owe(
                r, u, e, f"propose:{title}:{name}", "propose_revocation", due, "I-14",
                f"就{title}未提出取消也未说明理由", f"neither a revocation of {title} proposed nor a reason given",
            )  # fmt: skip


def _proposed_on(u: Unit, title: str, name: str) -> bool:
    revocation = u.held[title].revocation
    if revocation is None:
        return False
    return any(
        u.signal_at.get(version) == name for one in revocation.proposed.data["grounds"] for version in one["evidence"]
    )


def _proposed(r: Register, u: Unit, e: Entry) -> None:
    title = u.the_title(e)
    for one in e.data["grounds"]:
        for version in one["evidence"]:
            settle(u, f"propose:{title}:{u.signal_at.get(version, version)}")
    _revocation_step(r, u, e)


def _not_proposed(r: Register, u: Unit, e: Entry) -> None:
    title = u.the_title(e)
    u.reasons[title] = e.version
    ended = (f"propose:{title}:", f"revocation:{title}", f"last_call:{title}")
    for key in [key for key in u.duties if key.startswith(ended)]:
        settle(u, key)
    _not_asked_any_more(u, title)


def _lapsed(r: Register, u: Unit, e: Entry) -> None:
    """T-12: a proposal that the unit never heard of answers nothing: its grounds wait as before."""
    title = u.the_title(e)
    u.reopened_on = e.day
    settle(u, f"revocation:{title}")
    settle(u, f"last_call:{title}")
    for name, signal in u.signals.items():
        ref = f"propose_revocation:{signal.assessed[-1].version}:{title}" if signal.assessed else ""
        answered = bool(signal.assessed) and signal.assessed[-1].version < u.reasons.get(title, 0)
        if signal.outcome == "serious" and ref not in u.missed and not answered:
            due = r.pack(e.day).after(signal.assessed[-1].day, "propose_revocation")
            owe(
                r, u, e, f"propose:{title}:{name}", "propose_revocation", due, "I-14",
                f"就{title}未提出取消也未说明理由", f"neither a revocation of {title} proposed nor a reason given",
            )  # fmt: skip


def _revocation_step(r: Register, u: Unit, e: Entry) -> None:
    """T-12: after each step the next one has its clock; what is said again after the hearing starts none."""
    title = u.the_title(e)
    revocation = u.held[title].revocation if title in u.held else None
    said = [one for one in revocation.chain if one.type == "unit.statement-heard"] if revocation is not None else []
    if e.type == "unit.statement-heard" and len(said) > 1:
        return
    settle(u, f"last_call:{title}")
    settle(u, f"revocation:{title}")
    window = "answer_consent" if e.type == "unit.consent-requested" else "handle_step"
    owe(
        r, u, e, f"revocation:{title}", "revocation_step", r.pack(e.day).after(e.day, window), "T-12",
        f"取消{title}的程序停滞", f"the revocation of {title} was left lying",
    )  # fmt: skip


def _seen(r: Register, u: Unit, e: Entry) -> None:
    """A visit entered late has a next one that may be overdue at once."""
    u.reopened_on = e.day


def _revoked(r: Register, u: Unit, e: Entry) -> None:
    title, pack = u.the_title(e), r.pack(e.day)
    for key in [k for k in u.duties if k.startswith((f"revocation:{title}", f"last_call:{title}", f"verify:{title}"))]:
        settle(u, key)
    _not_asked_any_more(u, title)
    owe(
        r, u, e, f"announce:{title}", "announce", pack.after(e.day, "announce"), "I-10",
        f"取消{title}未向社会公布", f"the revocation of {title} was not announced",
    )  # fmt: skip
    for code, plaque in u.plaques.items():
        if plaque.title == title and plaque.state == "to recover":
            owe_plaque(r, u, e, code)


def owe_plaque(r: Register, u: Unit, e: Entry, plaque: str) -> None:
    """I-10, T-21: a plaque comes back after a revocation or a closing; the clock does not start again."""
    owe(
        r, u, e, f"recover:{plaque}", "recover_plaque", r.pack(e.day).after(e.day, "recover_plaque"), "I-10",
        f"铭牌{plaque}未收回", f"the plaque {plaque} was not recovered",
    )  # fmt: skip


def _set_aside(r: Register, u: Unit, e: Entry) -> None:
    if e.data["outcome"] == "set_aside":
        for key in [key for key in u.duties if key.startswith(("announce:", "recover:"))]:
            settle(u, key)


def _plaque(r: Register, u: Unit, e: Entry) -> None:
    settle(u, f"recover:{e.data['plaque']}")


def _announced(r: Register, u: Unit, e: Entry) -> None:
    settle(u, f"announce:{u.the_title(e)}")


def _all_opined(r: Register, u: Unit, e: Entry) -> None:
    """T-12: with the last house's opinion on a revocation the decision has its clock."""
    title, pack = u.the_title(e), r.pack(e.day)
    revocation, row = u.held[title].revocation if title in u.held else None, pack.titles.get(title)
    if e.data.get("matter") != "revocation" or revocation is None or row is None:
        return
    said = opinions_of(revocation.chain, row.revoked_by, "revocation")
    if revocation.last("consent-requested") is None and all(house in said for house in pack.houses):
        _revocation_step(r, u, e)


def _contact_for_days_to_come(r: Register, u: Unit, e: Entry) -> None:
    """I-21: a contact's days are not over, and do not end before they begin."""
    if (e.data.get("until") or "9999") < max(e.data["from"], e.day):
        r.finds("I-21", e, "定点联系期限已过", "a contact is assigned for days that are over")


def _asked_above(r: Register, u: Unit, e: Entry) -> None:
    """T-03: where nobody in the place can, the level above owes an answer."""
    owe(
        r, u, e, f"above:{e.data['step']}:{e.data.get('title')}", "take_up", r.pack(e.day).after(e.day, "take_up"),
        "T-03", "提请提级办理未获答复", "the level above was asked to take a step up, and did not answer",
    )  # fmt: skip


def _not_asked_any_more(u: Unit, title: str) -> None:
    """What the step was of is over."""
    for key in [key for key in u.duties if key.startswith("above:") and key.endswith(f":{title}")]:
        settle(u, key)


def done_after_all(u: Unit, e: Entry) -> None:
    """A step that the level above was asked for was done in the place, or by who stood in."""
    for key in [key for key in u.duties if key.startswith(f"above:{e.type}.")]:
        if key.endswith((":None", f":{u.the_title(e)}")):
            settle(u, key)


def _over(r: Register, u: Unit, e: Entry) -> None:
    """Of a title that is over nobody is asked for a step any more, but for the steps of a revocation."""
    titles = (e.data["title"],) if "title" in e.data else e.data.get("titles_carried", tuple(u.held))
    for title in titles:
        holding = u.held.get(title)
        if holding is None or (holding.revocation is None and holding.asked_again is None):
            _not_asked_any_more(u, title)


def _answered_above(r: Register, u: Unit, e: Entry) -> None:
    settle(u, f"above:{e.data['step']}:{e.data.get('title')}")
    title = e.data.get("title")
    settle(u, f"last_call:{title}")
    if title in u.held and u.held[title].revocation is not None:
        _revocation_step(r, u, e)


def _last_call(r: Register, u: Unit, e: Entry) -> None:
    """T-12: so long after a missed step the level above took it up, or that is missed, again and again; where none is
    above, the step itself is.
    """
    said = e.data
    step, _, of = said["ref"].removeprefix("take_up:").partition(":")
    if step not in _LASTING:
        return
    version = of.partition("+")[0].partition("^")[0]
    for title, held in u.held.items():
        if held.revocation is not None and str(held.revocation.proposed.version) == version:
            settle(u, f"last_call:{title}")
            above = said["obligation"] == "take_up" or not said["holder"].startswith(("province", "nation"))
            due = r.pack(e.day).after(said["due"], "last_call")
            owe(
                r, u, e, f"last_call:{title}", "take_up" if above else said["obligation"], due, "T-12",
                f"取消{title}的程序逾期后无人续办", f"the revocation of {title} was missed, and nobody took it up",
            )  # fmt: skip


_LASTING = frozenset(("revocation_opinions", "ask_consent", "answer_consent", "decide_revocation"))


def _check(r: Register, u: Unit, e: Entry) -> None:
    said, pack = e.data, r.pack(e.day)
    if said["kind"] == "targeted":
        for name in said.get("signals", ()):
            settle(u, f"order:{name}")
    if said.get("plan"):
        settle(u, f"drawn:{said['plan']}")
    name = said.get("check") or str(e.version)
    due = said.get("due") or pack.after(e.day, "conduct_check")
    rule = "I-15" if said["kind"] == "targeted" else "T-05"
    owe(r, u, e, f"conduct:{name}", "conduct_check", due, rule, f"核查{name}未实施", f"the check {name} was not made")


def _check_in_time(r: Register, u: Unit, e: Entry) -> None:
    """I-15: a targeted check is to be made within twenty working days; T-05: any other within the pack's days."""
    due = e.data.get("due")
    if due is not None and e.data["kind"] != "targeted" and due > r.pack(e.day).after(e.day, "planned_ahead"):
        r.finds("T-05", e, f"核查期限{due}过迟", f"a check due {due} is due too late")
    if due is not None and e.data["kind"] == "targeted" and due > r.pack(e.day).after(e.day, "conduct_check"):
        r.finds("I-15", e, f"专项核查限期{due}过迟", f"a targeted check due {due} is due too late")


def _checked(r: Register, u: Unit, e: Entry) -> None:
    settle(u, f"conduct:{e.data['check']}")


def _rectify(r: Register, u: Unit, e: Entry) -> None:
    """T-05: what is to be put right has a day that comes."""
    if e.data["due"] > r.pack(e.day).after(e.day, "rectify"):
        r.finds("T-05", e, f"整改期限{e.data['due']}过迟", f"to be put right by {e.data['due']}, too late")
    for fact in u.found.values():
        if covers(e, fact):
            settle(u, f"handle:{fact.version}")
    owe(
        r, u, e, f"rectify:{e.version}", "rectify", e.data["due"], "T-05",
        f"整改（第{e.version}号）未完成", f"the rectification of entry {e.version} was not reported",
    )  # fmt: skip


def _rectified(r: Register, u: Unit, e: Entry) -> None:
    ref = e.data["rectification_ref"]
    settle(u, f"rectify:{ref}")
    owe(
        r, u, e, f"conclude:{ref}", "conclude_rectification", r.pack(e.day).after(e.day, "handle_step"), "T-05",
        f"整改（第{ref}号）未验收", f"the rectification of entry {ref} was not concluded",
    )  # fmt: skip


def _concluded(r: Register, u: Unit, e: Entry) -> None:
    settle(u, f"rectify:{e.data['rectification_ref']}")
    settle(u, f"conclude:{e.data['rectification_ref']}")
    for fact in u.found.values():
        if fact.failed == e.version and _waits_by_itself(fact):
            _to_handle(r, u, e, fact)


def _found(r: Register, u: Unit, e: Entry) -> None:
    """T-05: what was found is to be put right by a rectification."""
    fact = u.found.get(e.version)
    if fact is not None and _waits_by_itself(fact):
        _to_handle(r, u, e, fact)


def _waits_by_itself(fact: Found) -> bool:
    """Whether nothing but a rectification answers it: no check found it, or a grave one that no signal led to."""
    return fact.check is None or (fact.grave and not fact.signals)


def _less_than_serious(u: Unit, fact: Found) -> bool:
    told = (u.signals[name] for name in fact.signals if name in u.signals)
    return all(signal.settled and signal.outcome != "serious" for signal in told)


def _to_handle(r: Register, u: Unit, e: Entry, fact: Found) -> None:
    """T-05: what was found, and is not settled nor being put right, is answered by a rectification."""
    if fact.settled or any(covers(order, fact) for order, _ in u.rectifications.values()):
        return
    owe(
        r, u, e, f"handle:{fact.version}", "handle_finding", _due(r, e, "handle_finding"), "T-05",
        f"检查发现（第{fact.version}号）未责令整改", f"no rectification of finding {fact.version} was ordered",
    )  # fmt: skip


def _verification(r: Register, u: Unit, e: Entry) -> None:
    """A-05: one for every year of the term but the last, by the day on which the year ends."""
    verification_of(r, u, e, u.the_title(e))


def verification_of(r: Register, u: Unit, e: Entry, title: str) -> None:
    """A-05: the next verification of a title that is held."""
    holding = u.held.get(title)
    if holding is None:
        return
    settle(u, f"verify:{title}")
    last = e.day if e.type == "unit.verified" else holding.watched or holding.since
    due = r.pack(last).after(last, "verification")
    if e.data.get("result") == "keep_conditionally":
        due = min(due, e.data.get("until") or due)
    elif e.data.get("result") == "propose_revocation" and holding.revocation is None and not _to_propose(u, title):
        owe(
            r, u, e, f"propose:{title}:{e.version}", "propose_revocation",
            r.pack(e.day).after(e.day, "propose_revocation"), "T-05",
            f"核查建议取消{title}而未提出", f"a verification says to revoke {title}, and nothing followed",
        )  # fmt: skip
    if due <= holding.until:
        owe(
            r, u, e, f"verify:{title}", "verification", due, "T-05",
            f"{title}未作定期核查", f"the holding of {title} was not verified",
        )  # fmt: skip


def _to_propose(u: Unit, title: str) -> bool:
    """Whether an earlier verification says already that the title is to be revoked: its clock does not begin again."""
    asked = (key.rpartition(":")[2] for key in u.duties if key.startswith(f"propose:{title}:"))
    return any(one.isdigit() and u.type_at(int(one)) == "unit.verified" for one in asked)


def _term_ends(r: Register, u: Unit, e: Entry) -> None:
    settle(u, f"verify:{e.data['title']}")


def _case(r: Register, u: Unit, e: Entry) -> None:
    """T-16: every open step has its holder and its day."""
    title = u.the_title(e)
    settle(u, f"case:{title}")
    attempt = u.attempts.get(title)
    if attempt is None or attempt.ended is not None:
        _not_asked_any_more(u, title)
        return
    due = _case_due(r.pack(e.day), e)
    owe(
        r, u, e, f"case:{title}", _CASE_DUTY.get(e.type, "handle_application"), due,
        "T-16", f"{title}申报搁置", f"the application for {title} was left lying", unfrozen=e.type in _ONLY_UNFROZEN,
    )  # fmt: skip


_ONLY_UNFROZEN = frozenset(
    ("unit.publicity-started", "unit.publicity-interrupted", "unit.publicity-completed", "unit.nominated")
)
"""After these nothing goes on while the unit is frozen."""

_CASE_DUTY = {"unit.application-returned": "correction", "unit.publicity-started": "complete_publicity",
              "unit.publicity-interrupted": "complete_publicity"}  # fmt: skip


def _case_due(pack: Pack, e: Entry) -> str:
    if e.type == "unit.application-returned":
        return str(e.data.get("due") or pack.after(e.day, "correction"))
    if e.type == "unit.publicity-started":
        return pack.after(e.data["until"], "handle_step")
    if e.type == "unit.publicity-interrupted":
        return pack.after(e.data["extended_to"], "handle_step")
    if e.type in ("unit.nominated", "unit.publicity-completed"):
        return pack.after(e.day, "publicity_counts")
    return pack.after(e.day, "handle_step")


def _due(r: Register, e: Entry, window: str) -> str:
    return r.pack(e.day).after(e.day, window)


def _objection(r: Register, u: Unit, e: Entry) -> None:
    """T-16: an objection has its day; T-26: and one by which it is admitted, joined or set aside, but for a copy."""
    if attempt_of(r, u, e) is not None and e.data.get("same_as") is None:
        owe(
            r, u, e, f"admit:{e.version}", "admit_objection", r.pack(e.day).after(e.day, "admit_objection"), "T-26",
            f"异议（第{e.version}号）未作受理处理", f"the objection of entry {e.version} was left lying",
        )  # fmt: skip
        owe(
            r, u, e, f"objection:{e.version}", "resolve_objection", _due(r, e, "resolve_objection"), "T-16",
            f"异议（第{e.version}号）未核查", f"the objection of entry {e.version} was not looked into",
        )  # fmt: skip


def _admitted(r: Register, u: Unit, e: Entry) -> None:
    settle(u, f"admit:{e.data.get('to', e.data['objection_ref'])}")


def _resolved(r: Register, u: Unit, e: Entry) -> None:
    settle(u, f"objection:{e.data['objection_ref']}")
    settle(u, f"admit:{e.data['objection_ref']}")


_CASE_STEPS = (
    "applied", "application-accepted", "application-returned", "application-amended", "application-withdrawn",
    "application-forwarded", "application-rejected", "evaluated", "reviewed", "publicity-started",
    "publicity-interrupted", "publicity-completed", "nominated", "naming-refused",
)  # fmt: skip

ASKS: Rules = {
    "unit.check-ordered": (_check_in_time,),
    "unit.contact-assigned": (_contact_for_days_to_come,),
    "register.not-watched": (_not_watched,),
}
KEEPS: Rules = {
    **{f"unit.{name}": (_case,) for name in _CASE_STEPS},
    "unit.named": (_case, _verification),
    "unit.title-carried-in": (_verification,),
    "unit.title-taken-over": (_verification,),
    "unit.verified": (_verification, _found),
    "unit.term-expired": (_term_ends, _over),
    "unit.closed": (_over,),
    "unit.handed-over": (_over,),
    "unit.succeeded": (_over,),
    "signal.parked": (_parked,),
    "signal.matched": (_placed,),
    "signal.discarded": (_placed,),
    "year.sample-planned": (_sample_planned,),
    "year.sample-drawn": (_sample_drawn,),
    "unit.signal-recorded": (_signal,),
    "unit.signal-amended": (_worse, _summed),
    "unit.signal-withdrawn": (_signal_gone,),
    "unit.signal-assessed": (_assessed,),
    "unit.check-ordered": (_check,),
    "unit.check-conducted": (_checked, _found),
    "unit.cross-inspected": (_found,),
    "unit.rectification-ordered": (_rectify,),
    "unit.rectification-reported": (_rectified,),
    "unit.rectification-concluded": (_concluded,),
    "unit.objection-raised": (_objection,),
    "unit.followed-up": (_seen,),
    "unit.objection-admitted": (_admitted,),
    "unit.objection-joined": (_resolved, _admitted),
    "unit.objection-set-aside": (_resolved,),
    "unit.objection-resolved": (_resolved, _found),
    "unit.revocation-proposed": (_proposed,),
    "unit.revocation-dropped": (_not_proposed,),
    "unit.hearing-notified": (_revocation_step,),
    "unit.house-opined": (_all_opined,),
    "unit.notice-served": (_revocation_step,),
    "unit.revocation-lapsed": (_lapsed,),
    "unit.taking-up-requested": (_asked_above,),
    "unit.step-taken-up": (_answered_above,),
    "unit.officer-lent": (_answered_above,),
    "unit.deadline-missed": (_last_call,),
    "unit.statement-heard": (_revocation_step,),
    "unit.consent-requested": (_revocation_step,),
    "unit.consent-given": (_revocation_step,),
    "unit.consent-refused": (_revocation_step,),
    "unit.revoked": (_revoked,),
    "unit.reconsideration-decided": (_set_aside, _over),
    "unit.plaque-recovered": (_plaque,),
    "unit.revocation-announced": (_announced,),
    "register.not-watched": (_not_watched_keeps,),
}
