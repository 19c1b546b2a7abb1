"""Surveys of the workers that the register counts: their days, their totals, and what rests on them (A-02)."""

from __future__ import annotations

from services.checker.entries import Entry
from services.checker.rules import Rules
from services.checker.state import Register, Unit


def _opened(r: Register, u: Unit, e: Entry) -> None:
    """A-02: one survey at a time, with an end to come, and no more codes than workers."""
    latest = r.pack(e.day).after(e.day, "survey")
    if not e.day < e.data["until"] <= latest:
        r.finds("A-02", e, f"调查截止日{e.data['until']}不合期限", f"a survey until {e.data['until']}")
    if u.headcount is not None and e.data["codes"] > u.headcount:
        r.finds("A-02", e, f"调查码{e.data['codes']}个多于职工{u.headcount}人", "more codes than workers")
    if u.surveys:
        r.finds("A-02", e, "上一次调查尚未计票", "the survey before it is not counted")
    counted, _ = u.counts[max(u.counts)] if u.counts else (None, None)
    if counted is not None and counted.data.get("scores"):
        again = r.pack(e.day).after(counted.day, "survey_again")
        if e.day <= again:
            r.finds("A-02", e, f"{again}前再次调查", f"surveyed again before {again}")


def _counted(r: Register, u: Unit, e: Entry) -> None:
    """A-02: counted once, after its last day; each answer once on each indicator; the percent follow from that."""
    opened, pack, answered = u.surveys.get(e.data["survey_ref"]), r.pack(e.day), e.data["answered"]
    if opened is None:
        r.finds("A-02", e, "没有该次调查，或者已计票", "no such survey is open")
        return
    if opened.data["until"] >= e.day:
        r.finds(
            "A-02", e, f"调查至{opened.data['until']}止，提前计票", f"counted before {opened.data['until']} was over"
        )
    totals = {one["indicator"]: one["answers"] for one in e.data.get("answers", ())}
    short = answered < pack.survey_fewest
    if answered > opened.data["codes"] or any(sum(one) != answered for one in totals.values()):
        r.finds("A-02", e, f"答卷{answered}份与计票不符", f"the totals are not those of {answered} answers")
    if set(totals) != (set() if short else set(opened.data["indicators"])):
        r.finds("A-02", e, "计票的指标与所问的不符", "the totals are not of what was asked")
    percent = {name: 100 * sum(one[pack.survey_satisfied - 1 :]) // answered for name, one in totals.items()}
    if e.data.get("scores", {}) != percent:
        r.finds("A-02", e, "满意率与计票不符", "the percent satisfied do not follow from the totals")


def _taken(r: Register, u: Unit, e: Entry) -> None:
    """A-02: a report takes the survey that was counted last, as it was counted, and is no older than the count."""
    if u.surveys:
        r.finds("A-02", e, "调查尚未计票", "a survey is not counted yet")
    ref = e.data.get("survey_ref")
    last, _ = u.counts[max(u.counts)] if u.counts else (None, None)
    fresh = last is not None and e.day <= r.pack(e.day).after(last.day, "report_counts")
    if ref is None:
        if fresh and last is not None and last.data.get("scores") and e.data.get("survey") is not None:
            r.finds("A-02", e, "未采用登记簿的计票", "the survey that the register counted is not taken")
        return
    if not fresh:
        r.finds("T-16", e, "所采用的计票已过有效期", "the count that is taken is too old")
    if not u.counts or ref != max(u.counts):
        r.finds("A-02", e, "引用的不是最近一次计票", "not the survey that was counted last")
        return
    counted, opened = u.counts[ref]
    survey = e.data.get("survey_counted") or {}
    said = (survey.get("entitled"), survey.get("answered"), survey.get("scores"))
    if said != (opened.data["codes"], counted.data["answered"], counted.data["scores"]):
        r.finds("A-02", e, "所采用的调查与计票不符", "the survey is not as it was counted")
    if e.data.get("drawn_up_on", e.day) < counted.day or e.data.get("survey_by") != "register":
        r.finds("A-02", e, "报告早于计票，或者未标明由登记簿计票", "older than the count, or not marked as counted")


def _not_open(r: Register, u: Unit, e: Entry) -> None:
    if u.surveys:
        r.finds("A-02", e, "调查尚未计票，职代会已审议", "the congress met before the survey was counted")


def _opened_keeps(r: Register, u: Unit, e: Entry) -> None:
    u.surveys[e.version] = e


def _counted_keeps(r: Register, u: Unit, e: Entry) -> None:
    opened = u.surveys.pop(e.data["survey_ref"], None)
    if opened is not None:
        u.counts[e.version] = (e, opened)


ASKS: Rules = {
    "unit.survey-opened": (_opened,),
    "unit.survey-counted": (_counted,),
    "unit.self-evaluated": (_taken,),
    "unit.report-adopted": (_not_open,),
}
KEEPS: Rules = {
    "unit.survey-opened": (_opened_keeps,),
    "unit.survey-counted": (_counted_keeps,),
}
