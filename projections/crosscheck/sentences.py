"""What each finding of the cross-check says, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from events.places import PLACES, short_name
from events.words import Category, NationalDecision
from projections.crosscheck.questions import Kind

Facts = Mapping[str, Any]
Said = tuple[str, str]
_CATEGORIES = {word.value: word for word in Category}
_DECISIONS = {word.value: word for word in NationalDecision}
_SANCTIONS = {
    "revoked": ("被取消命名", "had a title revoked"),
    "serious": ("有信号被认定严重", "has a signal assessed serious"),
    "frozen": ("处于冻结", "is frozen"),
}


def _unhandled(facts: Facts, days: int) -> Said:
    if "category" not in facts:
        return f"互检发现的问题已{days}天未处置", f"A cross-inspection's finding has not been handled for {days} days"
    category, severity = _CATEGORIES[facts["category"]], facts["severity"]
    if facts["assessed_on"] is None:
        return (
            f"{category.zh}信号（{severity}级）已{days}天未核实",
            f"A {category.en} signal of severity {severity} has not been assessed for {days} days",
        )
    return (
        f"{category.zh}信号（{severity}级）于{facts['assessed_on']}认定严重，未提出取消命名也未说明理由，已{days}天",
        f"A {category.en} signal of severity {severity} was assessed serious on {facts['assessed_on']}, and neither"
        f" revocation proposed nor a reason given, {days} days after it came",
    )


def _conflict(facts: Facts, _days: int) -> Said:
    zh, en = _SANCTIONS[facts["sanction"]]
    other = facts["other"]
    return (
        f"在本省持有全国称号，同一代码单位在{short_name(other)}{zh}",
        f"Holds the national title here; the unit of the same code {en} in {PLACES[other].en}",
    )


def _duplicate(facts: Facts, _days: int) -> Said:
    places = facts["provinces"]
    zh, en = "、".join(map(short_name, places)), ", ".join(PLACES[place].en for place in places)
    return f"同一代码登记了{len(places)}次：{zh}", f"The same code is registered {len(places)} times: {en}"


def _term(facts: Facts, _days: int) -> Said:
    match facts["what"]:
        case "length":
            return (
                f"认定期{facts['term_from']}至{facts['named_until']}不是三年（应至{facts['lawful_until']}）",
                f"The term from {facts['term_from']} until {facts['named_until']} is not three years"
                f" (until {facts['lawful_until']})",
            )
        case "past":
            return (
                f"认定期已于{facts['term_until']}届满，称号仍在",
                f"The term ended on {facts['term_until']}; still held",
            )
    return (
        f"认定期自{facts['term_from']}，国家决定为自{facts['decided']}",
        f"The term is from {facts['term_from']}; the nation decided from {facts['decided']}",
    )


def _silent(facts: Facts, days: int) -> Said:
    if facts["stopped"]:
        return f"数据接收已停止：{facts['reason']}", f"The feed stopped: {facts['reason']}"
    if facts["unfolded"]:
        return f"事件无法计算，已停止：{facts['unfolded']}", f"An event cannot be folded: {facts['unfolded']}"
    if facts["hours"] is None:
        return "接入后从未收到数据", "Nothing was ever heard since it joined"
    hours = int(facts["hours"])
    return f"已{hours}小时没有消息（{days}天）", f"Nothing was heard for {hours} hours ({days} days)"


def _undelivered(facts: Facts, days: int) -> Said:
    decision, number = _DECISIONS[facts["decision"]], facts["document_number"]
    zh, en = (f"（{number}）", f" ({number})") if number else ("", "")
    if facts["refusals"]:
        rules = facts["refusals"]
        return (
            f"国家决定“{decision.zh}”{zh}未能记入：{'；'.join(one['zh'] for one in rules)}",
            f"The national decision {decision.en}{en} was declined: {'; '.join(one['en'] for one in rules)}",
        )
    return (
        f"国家决定“{decision.zh}”{zh}已{days}天，省里尚未记录",
        f"The national decision {decision.en}{en} has not been recorded by the province for {days} days",
    )


def _unissued(facts: Facts, _days: int) -> Said:
    return (
        f"所记事项称由国家决定{facts['cause']}引起，国家登记册没有作出该决定",
        f"The entry names the national decision {facts['cause']} as its cause, which the nation never issued",
    )


def _transfer(facts: Facts, days: int) -> Said:
    zh, en = short_name(facts["other"]), PLACES[facts["other"]].en
    match facts["what"]:
        case "waiting":
            return f"移交{zh}已{days}天，尚未接收", f"Handed over to {en} {days} days ago, and not received"
        case "differs":
            return f"移交{zh}的称号或限期与接收的不符", f"What went along to {en} is not what was received there"
    return f"自{zh}接收，该省没有这份移交", f"Received from {en}, which handed over nothing on that paper"


SAID: Mapping[Kind, Callable[[Facts, int], Said]] = MappingProxyType(
    {
        Kind.UNHANDLED: _unhandled,
        Kind.CONFLICT: _conflict,
        Kind.DUPLICATE: _duplicate,
        Kind.TERM: _term,
        Kind.SILENT: _silent,
        Kind.UNDELIVERED: _undelivered,
        Kind.UNISSUED: _unissued,
        Kind.TRANSFER: _transfer,
    }
)
"""The sentences of a finding by its kind, from its facts and its days."""
