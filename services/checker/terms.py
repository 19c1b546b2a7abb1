"""Titles and their terms, incentives, plaques, what is brought in (T-08, T-09, T-14, T-24, I-11)."""

from __future__ import annotations

from services.checker.chain import majority, opinions_of, title_of
from services.checker.entries import Entry
from services.checker.pack import RANK
from services.checker.rules import Rules
from services.checker.signals import freezing
from services.checker.state import Holding, Plaque, Register, Unit
from services.checker.time import plus_days, plus_months


def proven_by_paper(r: Register, e: Entry) -> bool:
    """Whether an act of the nation is its own, or rests on its paper."""
    return e.level == "nation" or bool(e.data.get("paper") or e.data.get("document_digest"))


def _by_its_level(r: Register, u: Unit, e: Entry) -> None:
    """T-08, I-08, I-13: a title is given and refused by its level; a national one by the nation or on its paper."""
    title = title_of(r, u, e)
    if title is None:
        return
    if title.named_by == "nation":
        if not proven_by_paper(r, e):
            r.finds(
                "T-08", e, "全国称号既非国家办理，又无国家文件", "a national title by neither the nation nor its paper"
            )
            r.finds(
                "I-08", e, "未据国家文件（文号、摘要）记录", "not recorded from the nation's document with its digest"
            )
    elif e.level is not None and e.level != title.named_by:
        r.finds("I-13", e, f"该称号由{title.named_by}级命名", f"the title is the {title.named_by}'s to give")


def _term(r: Register, u: Unit, e: Entry) -> None:
    """I-11: the term's length; T-14: it begins on the day of the decision, or up to thirty days later."""
    title, pack = title_of(r, u, e), r.pack(e.day)
    since, until = e.data.get("term_from") or e.day, e.data.get("term_until")
    if title is not None and until is not None:
        right = plus_days(plus_months(since, title.term_months), -1)
        if until not in (right, plus_days(right, 1)):
            r.finds(
                "I-11", e, f"认定期{since}至{until}，应至{right}", f"the term from {since} ends on {right}, not {until}"
            )
    decided = e.data.get("decided_on") or e.day
    if since > pack.after(decided, "term_begins"):
        r.finds(
            "T-14", e, f"认定期始于{since}，过晚", f"a term begins within thirty days of the decision, not on {since}"
        )
    if title is not None and title.named_by == "nation":
        decided = _day_of_the_nation(r, u, e)
    if since < decided:
        r.finds("T-14", e, f"认定期始于{since}，早于决定", f"the term begins on {since}, before the decision")


def _day_of_the_nation(r: Register, u: Unit, e: Entry) -> str:
    """T-14: the nation decided on the day of its paper, and not before the unit was nominated."""
    attempt, paper = u.attempts.get(u.the_title(e)), r.thing(e.data.get("paper"), "document")
    nominated = attempt.last("nominated") if attempt is not None else None
    since = (nominated.data.get("decided_on") or nominated.day) if nominated is not None else ""
    dated = str(paper.first["dated"]) if paper is not None and paper.first else since
    if dated < since:
        r.finds("T-14", e, f"国家文件{dated}早于推荐之日{since}", f"the paper of {dated} is older than the nomination")
    return dated


def _opinions_carry_the_naming(r: Register, u: Unit, e: Entry) -> None:
    """T-22: a naming rests on the opinions of its level, where they were asked."""
    attempt = u.attempts.get(u.the_title(e))
    title = title_of(r, u, e)
    if attempt is None or title is None or title.named_by == "nation":
        return
    said = opinions_of(attempt.chain, title.named_by, "application")
    if said and not majority(r.pack(e.day), said):
        r.finds("T-22", e, "各家意见不支持命名", "the houses' opinions do not carry the naming")


def _not_frozen(r: Register, u: Unit, e: Entry) -> None:
    """I-07: no naming, extension, incentive while frozen; T-10: by the one measure of severity."""
    if e.type == "unit.publicity-completed" and e.data.get("outcome") == "upheld":
        return
    if e.type == "unit.verified" and not e.data["result"].startswith("keep"):
        return
    if e.type in ("unit.evaluated", "unit.reviewed") and e.data.get("outcome") != "recommend":
        return
    plainly, strictly = freezing(r, u, e.day)
    late = e.type in ("unit.named", "unit.term-extended", "unit.incentive-granted", "unit.incentive-resumed",
                      "unit.publicity-completed", "unit.nominated")  # fmt: skip
    if plainly and late:
        r.finds("I-07", e, f"单位因{'、'.join(plainly)}冻结", f"the unit is frozen by {', '.join(plainly)}")
    elif strictly:
        r.finds("T-10", e, f"单位应因{'、'.join(strictly)}冻结", f"the unit is to be frozen by {', '.join(strictly)}")


def _nothing_proposed(r: Register, u: Unit, e: Entry) -> None:
    """T-09: no extension, grant, renewal, listing, commendation while a revocation is proposed."""
    accused = [title for title, held in u.held.items() if held.revocation is not None and held.revoked is None]
    if accused:
        zh = f"{'、'.join(accused)}正在拟取消命名"
        r.finds("T-09", e, zh, f"a revocation of {', '.join(accused)} is proposed")


def _held(r: Register, u: Unit, e: Entry) -> None:
    """T-09: a title is held until its day, whether or not its end was recorded."""
    holding = u.held.get(u.the_title(e))
    if holding is None:
        r.finds("T-09", e, "单位未获该称号", "the unit does not hold the title")
    elif not holding.held_on(e.day):
        r.finds("T-09", e, f"称号已于{holding.until}届满或取消", f"the title ended, its term on {holding.until}")


def _extension(r: Register, u: Unit, e: Entry) -> None:
    """T-08, T-09: by the title's level, once, to bridge a renewal under way."""
    name, title = u.the_title(e), title_of(r, u, e)
    holding = u.held.get(name)
    if holding is None or title is None:
        return
    if title.named_by == "nation":
        if not proven_by_paper(r, e):
            r.finds("T-08", e, "全国称号未经国家续期", "a national title is extended by the nation alone")
    elif e.level is not None and e.level != title.named_by:
        r.finds("T-09", e, f"续期应由{title.named_by}级作出", f"an extension is the {title.named_by}'s")
    if holding.extended:
        r.finds("T-09", e, "认定期已续过一次", "the term was extended before")
    if name not in u.attempts:
        r.finds("T-09", e, "没有在办的复评，不得续期", "no renewal is under way that an extension could bridge")


def _expiry(r: Register, u: Unit, e: Entry) -> None:
    """T-09: a term ends on its day."""
    holding = u.held.get(e.data["title"])
    if holding is not None and (e.data["on"] != holding.until or e.day <= holding.until):
        r.finds("T-09", e, f"认定期应于{holding.until}届满", f"the term ends on {holding.until}, not {e.data['on']}")


def _within_the_term(r: Register, u: Unit, e: Entry) -> None:
    """I-11: an incentive lies within the term."""
    holding = u.held.get(u.the_title(e))
    if holding is None:
        return
    until = e.data.get("until") or holding.until
    if e.data["from"] < holding.since or until > holding.until:
        zh = f"激励{e.data['from']}至{until}超出认定期"
        r.finds("I-11", e, zh, f"the incentive from {e.data['from']} until {until} is not within the term")


def _carried_in(r: Register, u: Unit, e: Entry) -> None:
    """T-24: by two of the title's level, for a day before the register's opening; a national one on its paper."""
    title, since = r.pack(e.day).titles.get(e.data["title"]), e.data["term_from"]
    if e.second is None:
        r.finds("T-24", e, "既有称号须由两人录入", "a title is carried in by two persons")
    if r.opened_on is not None and since >= r.opened_on:
        r.finds("T-24", e, f"{since}不早于登记册启用日{r.opened_on}", f"{since} is not before the register's opening")
    if e.data["title"] in u.held or e.data["title"] in u.attempts:
        r.finds("T-24", e, "本登记册已有该称号的记录", "the title is held, was lost or is applied for here")
    _named_by_the_paper(r, u, e)
    if title is None:
        return
    right = plus_days(plus_months(since, title.term_months), -1)
    if not e.day <= e.data["term_until"] <= plus_days(right, 1):
        zh = f"认定期至{e.data['term_until']}，已届满或长于规定"
        r.finds("T-24", e, zh, f"a term until {e.data['term_until']} is over, or longer than the policy gives")
    wanted = "province" if title.named_by == "nation" else title.named_by
    levels = {e.level, (e.second or e.actor).get("level")}
    if levels - {wanted}:
        r.finds("T-24", e, f"应由{wanted}级录入", f"it is carried in by two of the {wanted}")
    if title.named_by == "nation":
        houses = {e.house, (e.second or {}).get("house")}
        if len(houses) < 2:
            r.finds(
                "T-24", e, "全国称号须由两家据国家文件录入", "a national title takes two houses and the nation's paper"
            )


def _named_by_the_paper(r: Register, u: Unit, e: Entry) -> None:
    """T-24: the paper is older than the register, and lists the unit."""
    paper = r.thing(e.data["paper"], "document")
    if paper is None or not paper.first:
        return
    if r.opened_on is not None and paper.first["dated"] >= r.opened_on:
        r.finds("T-24", e, "命名文件不早于登记册启用日", "the paper of naming is not older than the register")
    if u.id not in paper.notes.get("units", ()):
        r.finds("T-24", e, "该单位不在命名文件的名单中", "the unit is not on the list of the paper of naming")
    since, latest = paper.first["dated"], r.pack(e.day).after(paper.first["dated"], "term_begins")
    if not since <= e.data["term_from"] <= latest:
        r.finds("T-24", e, f"认定期不自文件日期{since}起", f"a term of another day than the paper of {since}")
    if e.data["title"] in u.reserve:
        r.finds("T-24", e, "该单位在储备名单上", "the unit is on the reserve list for the title")


def _taken_over(r: Register, u: Unit, e: Entry) -> None:
    """T-09: an extension bridges the predecessor's renewal, and does not pass on; T-18: a successor is on no list."""
    held = getattr(r.streams.get(e.data["predecessor"]), "held", {}).get(e.data["title"])
    if held is not None and held.extended and e.data["term_until"] > held.bridged_from:
        r.finds("T-09", e, f"承继的认定期只到{held.bridged_from}", f"what passes on ends on {held.bridged_from}")
    if e.data["title"] in u.reserve:
        r.finds("T-18", e, "承继单位在储备名单上", "the successor is on the reserve list for the title")


def _named_keeps(r: Register, u: Unit, e: Entry) -> None:
    title = u.the_title(e)
    row = r.pack(e.day).titles.get(title)
    since = e.data.get("term_from") or e.data.get("from") or e.day
    until = e.data.get("term_until") or e.data.get("until")
    if until is None:
        until = plus_days(plus_months(since, row.term_months if row is not None else 36), -1)
    u.held[title] = Holding(title, e, since, until, watched=max(since, e.day))


def _extended_keeps(r: Register, u: Unit, e: Entry) -> None:
    holding = u.held.get(u.the_title(e))
    if holding is not None:
        holding.extended.append(e)
        holding.bridged_from = holding.until
        holding.until = e.data["until"]


def _expired_keeps(r: Register, u: Unit, e: Entry) -> None:
    holding = u.held.get(e.data["title"])
    if holding is not None:
        holding.expired = e
    for version in [v for v, grant in u.grants.items() if grant[0] == e.data["title"]]:
        del u.grants[version]


def _granted_keeps(r: Register, u: Unit, e: Entry) -> None:
    title = u.the_title(e)
    holding = u.held.get(title)
    until = e.data.get("until") or (holding.until if holding is not None else "9999-12-31")
    u.grants[e.version] = (title, e.data["from"], until, "active")


def _grant_runs(r: Register, u: Unit, e: Entry) -> None:
    """I-11, T-09: an incentive whose days are over, or that ended, is neither suspended nor resumed."""
    grant = u.grants.get(e.data["grant_ref"])
    if grant is None or grant[2] < e.day:
        r.finds("I-11", e, "没有这项有效的激励", "no such incentive runs on that day")


def _not_from_below(r: Register, u: Unit, e: Entry) -> None:
    """T-07: what a higher level granted, or suspended, a lower one does not end, suspend or resume."""
    ref = e.data["grant_ref"]
    decided = u.suspended_by.get(ref, 0) if e.type == "unit.incentive-resumed" else _level_of(u, ref)
    if e.by_officer and RANK.get(e.level or "", 0) < decided:
        r.finds("T-07", e, "下级变更上级的激励决定", "a lower level changes what a higher one decided of an incentive")


def _level_of(u: Unit, version: int) -> int:
    """The level that made an entry of the unit, the county's where no level did."""
    maker = u.flags[version - 1] & 7 if 1 <= version <= len(u.flags) else 0
    return maker if maker <= RANK["nation"] else 0


def _suspended_keeps(r: Register, u: Unit, e: Entry) -> None:
    u.suspended_by[e.data["grant_ref"]] = RANK.get(e.level or "", 0) if e.by_officer else 0


def _grant_ends(r: Register, u: Unit, e: Entry) -> None:
    u.grants.pop(e.data["grant_ref"], None)


def _plaque_is_new(r: Register, u: Unit, e: Entry) -> None:
    """T-18: plaque codes are unique."""
    code = e.data.get("plaque")
    before = r.plaques.get(code) if code is not None else None
    if before is not None and not (before == u.id and code not in u.plaques):
        r.finds("T-18", e, f"铭牌编号{code}已用过", f"the plaque code {code} was used before")


def _plaque_keeps(r: Register, u: Unit, e: Entry) -> None:
    if (code := e.data.get("plaque")) is not None:
        r.plaques[code] = u.id
        u.plaques[code] = Plaque(u.the_title(e))


def _plaque_lost(r: Register, u: Unit, e: Entry) -> None:
    found = u.plaques.get(e.data["plaque"])
    if found is not None:
        found.state, found.lost = "lost", True


ASKS: Rules = {
    "unit.evaluated": (_not_frozen,),
    "unit.reviewed": (_not_frozen,),
    "unit.publicity-completed": (_not_frozen,),
    "unit.verified": (_not_frozen,),
    "unit.nominated": (_not_frozen,),
    "unit.named": (_by_its_level, _term, _opinions_carry_the_naming, _not_frozen, _nothing_proposed),
    "unit.naming-refused": (_by_its_level,),
    "unit.plaque-issued": (_held, _plaque_is_new),
    "unit.term-extended": (_held, _extension, _not_frozen, _nothing_proposed),
    "unit.term-expired": (_expiry,),
    "unit.reserve-listed": (_nothing_proposed,),
    "unit.commended": (_not_frozen, _nothing_proposed),
    "unit.incentive-granted": (_held, _within_the_term, _not_frozen, _nothing_proposed),
    "unit.incentive-suspended": (_grant_runs, _not_from_below),
    "unit.incentive-resumed": (_grant_runs, _not_from_below, _not_frozen, _nothing_proposed),
    "unit.incentive-ended": (_grant_runs, _not_from_below),
    "unit.title-carried-in": (_carried_in, _plaque_is_new),
    "unit.title-taken-over": (_taken_over,),
}
KEEPS: Rules = {
    "unit.named": (_named_keeps,),
    "unit.title-carried-in": (_named_keeps, _plaque_keeps),
    "unit.title-taken-over": (_named_keeps,),
    "unit.plaque-issued": (_plaque_keeps,),
    "unit.plaque-reported-lost": (_plaque_lost,),
    "unit.term-extended": (_extended_keeps,),
    "unit.term-expired": (_expired_keeps,),
    "unit.incentive-granted": (_granted_keeps,),
    "unit.incentive-suspended": (_suspended_keeps,),
    "unit.incentive-ended": (_grant_ends,),
}
