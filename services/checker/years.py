"""What a place's year says: lapses that were missed, points for them, bulletins, the sample (A-33, A-34, A-35)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from unicodedata import normalize

from services.checker.entries import Entry
from services.checker.pack import within
from services.checker.rules import Rules
from services.checker.state import Register, Thing

_LAST = {
    "": "12-31", "H1": "06-30", "H2": "12-31", "Q1": "03-31", "Q2": "06-30", "Q3": "09-30", "Q4": "12-31",
    **{f"{month:02}": f"{month:02}-{31 if month in (1, 3, 5, 7, 8, 10, 12) else 30}" for month in range(1, 13)},
    "02": "02-28",
}  # fmt: skip
"""The last day of a part of a year; a leap day more or less makes no bulletin early by more than that."""


def _lapse(r: Register, s: Thing, e: Entry) -> None:
    """A-33: what counts as a lapse is a duty that the pack names, recorded as missed, of a prefecture, and once."""
    said = e.data
    if said["obligation"] not in r.pack(e.day).lapses or said["place"].endswith("0000") or said["place"][4:] != "00":
        r.finds("A-33", e, f"{said['obligation']}不计为失职", f"missing {said['obligation']} is no lapse")
    missed_in = r.streams.get(said["unit"]) if said.get("unit") else s
    if missed_in is not None and said["ref"] not in missed_in.missed:
        r.finds("A-33", e, "没有相应的逾期记录", "nothing recorded as missed is that lapse")
    found: set[tuple[str, str | None]] = s.notes.setdefault("lapses", set())
    if (said["ref"], said.get("unit")) in found:
        r.finds("A-33", e, "该项失职已有记载", "that lapse was found already")
    found.add((said["ref"], said.get("unit")))
    s.notes.setdefault("points", {})[e.version] = r.pack(e.day).lapses.get(said["obligation"])


def _answered(r: Register, s: Thing, e: Entry) -> None:
    """A-33: a lapse is answered once; what is deducted without a number is what the pack has for it."""
    version = e.data["lapse"]
    points: dict[int, Any] = s.notes.get("points", {})
    if s.type_at(version) != "year.lapse-found":
        r.finds("A-33", e, f"第{version}号记录不是失职", f"entry {version} is no lapse")
        return
    answered: set[int] = s.notes.setdefault("answered", set())
    if version in answered:
        r.finds("A-33", e, "该项失职已处理", "that lapse was answered already")
    answered.add(version)
    if e.type == "year.score-deducted" and e.data.get("points") is None and points.get(version) is not None:
        r.finds("A-33", e, "核减未记分值", f"nothing was deducted: the pack has {points[version]} points for it")


def _one_lapse_less(r: Register, s: Thing, e: Entry) -> None:
    """Where a lapse does not count, the criticism that is owed is for a later one, and since its day."""
    s.reopened_on = e.day


def _bulletin(r: Register, s: Thing, e: Entry) -> None:
    """A-34: on a period of the year that is over, once, with the digest of its own figures."""
    said = e.data
    lines = [str(said["position"]), said["period"], *(f"{one['name']}:{one['value']}" for one in said["figures"])]
    if said.get("figures_digest") != sha256("\n".join(lines).encode()).hexdigest():
        r.finds("A-34", e, "摘要与所列指标不符", "the digest is not that of the figures")
    year, _, part = said["period"].partition("-")
    if year != str(s.first.get("year", year)) or f"{year}-{_LAST[part]}" > e.day:
        zh, en = f"{said['period']}尚未结束或者不属该年度", f"{said['period']} is not over, or of another year"
        r.finds("A-34", e, zh, en)
    published: set[str] = s.notes.setdefault("bulletins", set())
    if said["period"] in published:
        r.finds("A-34", e, f"{said['period']}已通报", f"there is a bulletin on {said['period']} already")
    published.add(said["period"])
    if e.position is not None and said["position"] > e.position:
        r.finds("A-34", e, "截止位置尚未到达", "the log has not come to the position that it names")


def _sample_planned(r: Register, s: Thing, e: Entry) -> None:
    """A-35: a year has one sample, of the pack's share at least."""
    if "sample" in s.notes:
        r.finds("A-35", e, "已制定抽查比例", "a sample is planned already")
    if e.data["share"] < r.pack(e.day).sampled:
        r.finds("A-35", e, f"抽查比例{e.data['share']}%过低", f"a share of {e.data['share']} % is too small")
    s.notes["sample"] = e.data


def _sample_drawn(r: Register, s: Thing, e: Entry) -> None:
    """A-35: the seed is the one that was committed to; as many as the share takes, each a prefecture of the place."""
    plan, places = s.notes.get("sample"), e.data.get("places") or []
    if plan is None:
        r.finds("A-35", e, "没有待抽取的方案", "no sample was planned")
        return
    if sha256(e.data["seed"].encode()).hexdigest() != plan["commitment"]:
        r.finds("A-35", e, "种子与事先公布的摘要不符", "the seed is not the one that was committed to")
    own = s.first.get("place", "")
    strange = [one for one in places if not within(one, own) or one == own or one[4:] != "00"]
    year = s.first.get("year")
    below = {
        one.first["place"]
        for one in r.streams.values()
        if isinstance(one, Thing) and one.kind == "year" and one.first.get("year") == year and one.first["place"] != own
    }
    wanted = -(-len(below) * plan["share"] // 100)
    if strange or len(set(places)) < len(places) or (r.whole and len(places) != wanted):
        zh = f"抽取{len(places)}个，按比例应为{wanted}个市州"
        r.finds("A-35", e, zh, f"{len(places)} drawn, and the share takes {wanted} prefectures, each once")


def alike(name: str) -> str:
    """A name of the same characters in another width, case or spacing is the same name."""
    return "".join(normalize("NFKC", name).casefold().split())


def _apportioned(r: Register, s: Thing, e: Entry) -> None:
    """A-31: training is shared out while there is time to hold it."""
    year = s.first.get("year")
    if year is not None and int(e.day[:4]) > year:
        r.finds("A-31", e, f"{year}年度已过才分配培训任务", f"training of {year} shared out when the year was over")


def _trained(r: Register, s: Thing, e: Entry) -> None:
    """A-31: of a course of that kind, day and house there is one entry."""
    held: dict[int, tuple[Any, ...]] = s.notes.setdefault("trainings", {})
    said = (e.data["kind"], alike(e.data["course"]), e.data["on"], e.data.get("house"))
    if any(one == said and s.type_at(version) is not None for version, one in held.items()):
        r.finds("A-31", e, "该期培训已登记", "that training is recorded already")
    held[e.version] = said


def _supervised(r: Register, s: Thing, e: Entry) -> None:
    """A-32: what is found is put right within the pack's days."""
    latest = r.pack(e.day).after(e.day, "rectify")
    for one in e.data.get("problems") or ():
        if one["due"] > latest:
            r.finds("A-32", e, f"问题整改期限{one['due']}过迟", f"a finding due {one['due']}, beyond {latest}")


def _supervised_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes.setdefault("found", {}).update((one["id"], e.who) for one in e.data.get("problems") or ())


def _finding_closed(r: Register, s: Thing, e: Entry) -> None:
    """A-32: who found it does not say that it was put right."""
    found = s.notes.get("found", {}).get(e.data["finding"])
    if found is not None and r.person(found) == r.person(e.who):
        r.finds("A-32", e, "发现问题的人员予以销号", "who found it closes it")


def _plan_filed_keeps(r: Register, s: Thing, e: Entry) -> None:
    s.notes["filed_by"] = e.who


def _plan_answered(r: Register, s: Thing, e: Entry) -> None:
    """T-03: who filed a plan does not answer it; T-05: a change is due within the pack's days."""
    filed = s.notes.get("filed_by")
    if filed is not None and r.person(filed) == r.person(e.who):
        r.finds("T-03", e, "报备人自行备案或退回", "who filed the plan answers it")
    if (e.data.get("due") or "") > r.pack(e.day).after(e.day, "rectify"):
        r.finds("T-05", e, f"修改期限{e.data['due']}过迟", f"the change is due {e.data['due']}, too late")


def _report_filed(r: Register, s: Thing, e: Entry) -> None:
    """I-19: a report is drawn up towards the end of its year."""
    first = f"{s.first.get('year', '')}-{r.pack(e.day).report_from}"
    if e.day < first:
        r.finds("I-19", e, f"年度报告早于{first}报送", f"the report of a year filed before {first}")


def _costs_something(r: Register, s: Thing, e: Entry) -> None:
    """A-33: what costs nothing is excused."""
    if e.data.get("points") == 0:
        r.finds("A-33", e, "核减零分", "nothing was deducted")


ASKS: Rules = {
    "year.lapse-found": (_lapse,),
    "year.score-deducted": (_answered, _costs_something),
    "year.lapse-excused": (_answered,),
    "year.bulletin-published": (_bulletin,),
    "year.sample-planned": (_sample_planned,),
    "year.sample-drawn": (_sample_drawn,),
    "year.training-apportioned": (_apportioned,),
    "year.training-held": (_trained,),
    "year.supervision-conducted": (_supervised,),
    "year.finding-closed": (_finding_closed,),
    **dict.fromkeys(("year.plan-accepted", "year.plan-returned"), (_plan_answered,)),
    "year.report-filed": (_report_filed,),
}
KEEPS: Rules = {
    "year.supervision-conducted": (_supervised_keeps,),
    "year.plan-filed": (_plan_filed_keeps,),
    **dict.fromkeys(("year.lapse-excused", "year.reconsideration-decided"), (_one_lapse_less,)),
}
