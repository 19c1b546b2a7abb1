"""How a name is lost, step by step, and undone (T-06, T-07, T-11, T-12, I-08 to I-10)."""

from __future__ import annotations

from services.checker.chain import all_heard, majority, opinions_of, title_of
from services.checker.entries import Entry
from services.checker.pack import RANK
from services.checker.rules import Rules
from services.checker.state import Holding, Register, Revocation, Unit
from services.checker.terms import proven_by_paper


def _holding(u: Unit, e: Entry) -> Holding | None:
    title = e.data.get("title")
    if title is None:
        accused = [name for name, held in u.held.items() if held.revocation is not None]
        title = accused[0] if len(accused) == 1 else u.the_title(e)
    return u.held.get(title)


def _open_revocation(u: Unit, e: Entry) -> Revocation | None:
    holding = _holding(u, e)
    return holding.revocation if holding is not None else None


def _proposal(r: Register, u: Unit, e: Entry) -> None:
    """T-06: on a title held, once; its evidence is of this unit and proves its ground."""
    holding = _holding(u, e)
    if holding is None or holding.revoked is not None:
        r.finds("T-06", e, "单位未获该称号，无从取消", "the title is not held")
    elif holding.revocation is not None:
        r.finds("T-06", e, "该称号已在取消程序中", "a revocation of the title is proposed already")
    elif not holding.held_on(e.day) and not any(key.startswith(f"propose:{holding.title}:") for key in u.duties):
        r.finds(
            "T-09", e, f"称号已于{holding.until}届满", f"the title ended on {holding.until}, and no answer was owed"
        )
    for one in e.data["grounds"]:
        proofs = 0
        for version in one["evidence"]:
            signal = u.signals.get(u.signal_at.get(version, ""))
            if signal is not None and signal.ground == one["ground"] and signal.outcome in (None, "serious"):
                proofs += 1
            elif signal is not None:
                zh = f"第{version}号记录不能证明{one['ground']}"
                r.finds("T-06", e, zh, f"entry {version} is no evidence of {one['ground']}")
            elif u.type_at(version) in ("unit.check-conducted", "unit.cross-inspected"):
                zh = f"第{version}号核查未经认定，不足以证明{one['ground']}"
                r.finds("T-10", e, zh, f"the check of entry {version} was not assessed on the ground {one['ground']}")


def _proposed_keeps(r: Register, u: Unit, e: Entry) -> None:
    holding = _holding(u, e)
    if holding is not None:
        holding.revocation = Revocation(e, [e])
        holding.revoked = None


def _step(r: Register, u: Unit, e: Entry) -> None:
    """I-09: a step of a revocation is one of a proposal that is open."""
    if _open_revocation(u, e) is None:
        r.finds("I-09", e, "没有在办的取消程序", "no revocation of the title is proposed")


def _step_keeps(r: Register, u: Unit, e: Entry) -> None:
    revocation = _open_revocation(u, e)
    if revocation is not None:
        revocation.chain.append(e)


def _waiver(r: Register, u: Unit, e: Entry) -> None:
    """I-09: heard after notice; T-12: a waiver is the unit's own act, or a document that it signed."""
    revocation = _open_revocation(u, e)
    if revocation is not None and revocation.last("hearing-notified") is None:
        r.finds("I-09", e, "未告知即听取陈述", "heard before the unit was told the grounds")
    if e.data.get("waived") and e.actor["kind"] != "applicant" and not e.data.get("documents"):
        r.finds(
            "T-12", e, "机关代记放弃陈述而无单位签署的文件", "a waiver recorded by an office, without a document signed"
        )


def _service(r: Register, u: Unit, e: Entry) -> None:
    """T-12: the unit opens its account itself, the office serves with proof, after the notice and not ahead."""
    revocation = _open_revocation(u, e)
    by_unit, how = e.actor["kind"] == "applicant", e.data["how"]
    if by_unit is not (how == "account"):
        r.finds("T-12", e, "账户签收须由单位自己作出", "the account is the unit's own to open, and nothing else is")
    elif not by_unit and not e.data.get("documents"):
        r.finds("T-12", e, "送达没有凭证", "a service without proof")
    notified = revocation.last("hearing-notified") if revocation is not None else None
    on = e.data.get("on") or e.day
    if notified is None or on < notified.day or on > e.day:
        r.finds("T-12", e, f"送达日{on}不在告知之后", f"served on {on}: before the notice, or ahead")
    pack = r.pack(e.day)
    served = pack.after(on, "public_notice") if how == "public_notice" else on
    if e.data.get("due", "") < pack.after(max(served, e.day), "hearing"):
        r.finds("T-12", e, "陈述申辩期短于规定", "the hearing is shorter than its days from the service")


def _lapsed(r: Register, u: Unit, e: Entry) -> None:
    """T-12: over by rule is a proposal never served, twenty days after its last day to serve, and no other."""
    revocation, pack = _open_revocation(u, e), r.pack(e.day)
    if revocation is None:
        return
    if revocation.last("notice-served", "statement-heard") is not None:
        r.finds("T-12", e, "已送达的程序不得自行终止", "a procedure that was served does not end by itself")
    notified = revocation.last("hearing-notified")
    due = pack.after(notified.day, "serve_notice") if notified is not None else revocation.proposed.day
    if e.day <= pack.after(due, "last_call"):
        r.finds("T-12", e, "送达期限未满", "the notice can still be served")


def _lapsed_keeps(r: Register, u: Unit, e: Entry) -> None:
    holding = _holding(u, e)
    if holding is not None:
        holding.revocation = None


def _heard(r: Register, revocation: Revocation, e: Entry) -> str | None:
    """The day from which the unit has been heard, or let its time pass; None where it has not."""
    statement = revocation.last("statement-heard")
    if revocation.last("hearing-notified") is None:
        return None
    if statement is not None:
        return statement.day
    due = min((one.data["due"] for one in revocation.chain if one.type == "unit.notice-served"), default="9999")
    return due if e.day > due else None


def _opinion_after_hearing(r: Register, u: Unit, e: Entry) -> None:
    """T-01: opinions on a revocation come after the hearing."""
    if e.data.get("matter") != "revocation":
        return
    revocation = _open_revocation(u, e)
    if revocation is not None and _heard(r, revocation, e) is None:
        r.finds("T-01", e, "意见早于听取陈述", "the opinion on the revocation is older than the hearing")


def _opinion_keeps(r: Register, u: Unit, e: Entry) -> None:
    holding, matter = _holding(u, e), e.data.get("matter")
    if matter == "reconsideration" and holding is not None:
        holding.opinions_again.append(e)
    if matter != "revocation":
        return
    if holding is not None and holding.revocation is not None:
        holding.revocation.chain.append(e)


def _consent(r: Register, u: Unit, e: Entry) -> None:
    """I-08: given or refused by the nation alone, or recorded from its document; asked before."""
    revocation = _open_revocation(u, e)
    if not proven_by_paper(r, e):
        r.finds("I-08", e, "既非国家作出，又无国家文件摘要", "neither the nation's act nor recorded from its document")
        r.finds(
            "T-08", e, "国家的决定须为国家所作或有其文件", "what is the nation's is its act, or proven by its paper"
        )
    if revocation is not None and revocation.last("consent-requested") is None:
        r.finds("I-08", e, "未报请即有答复", "an answer to what was not asked")


def _revoked(r: Register, u: Unit, e: Entry) -> None:
    """I-04, I-08, I-09, T-11, T-22: heard, opined, consented, by the level of the title, about all that it holds."""
    holding, title, pack = _holding(u, e), title_of(r, u, e), r.pack(e.day)
    if holding is None or holding.revocation is None:
        r.finds("I-09", e, "未经提出即取消命名", "revoked without a proposal")
        return
    revocation = holding.revocation
    heard = _heard(r, revocation, e)
    if heard is None:
        r.finds("I-09", e, "未告知、未听取陈述即取消命名", "revoked before the unit was told and heard")
    if title is None:
        return
    if e.level is not None and e.level != title.revoked_by:
        r.finds("T-07", e, f"应由{title.revoked_by}级取消", f"the title is the {title.revoked_by}'s to revoke")
    said = opinions_of(revocation.chain, title.revoked_by, "revocation")
    all_heard(r, e, said, heard or revocation.proposed.day)
    if said and not majority(pack, said):
        r.finds("T-22", e, "各家意见不支持取消命名", "the houses' opinions do not carry the revocation")
    answer = revocation.last("consent-given", "consent-refused")
    if title.consent_by is not None and (answer is None or answer.type != "unit.consent-given"):
        r.finds("I-08", e, "未经国家同意即取消全国称号", "a national title revoked without the nation's consent")
    _everything_held(r, u, e, holding)
    _incentives_end(r, u, e, holding)


def _everything_held(r: Register, u: Unit, e: Entry, revoked: Holding) -> None:
    since = revoked.revocation.proposed.version if revoked.revocation is not None else 0
    for title, other in u.held.items():
        if other is revoked or not other.held_on(e.day):
            continue
        asked = other.revocation
        if asked is None and f"{title}:answered" not in u.missed and since:
            zh = f"未就同时持有的{title}一并提出或说明理由"
            r.finds("T-11", e, zh, f"nothing was proposed on {title}, held too, and nobody said why not")


def _incentives_end(r: Register, u: Unit, e: Entry, holding: Holding) -> None:
    """I-10: incentives end at once."""
    running = {v for v, (title, _, until, _) in u.grants.items() if title == holding.title and until >= e.day}
    left = running - set(e.data.get("incentives_ended") or ())
    if left:
        zh = f"第{'、'.join(map(str, sorted(left)))}号激励未随之终止"
        r.finds("I-10", e, zh, f"the incentives of entries {sorted(left)} do not end with it")


def _revoked_keeps(r: Register, u: Unit, e: Entry) -> None:
    holding = _holding(u, e)
    if holding is None:
        return
    holding.revoked = e
    if holding.revocation is not None:
        holding.consented = holding.revocation.last("consent-given") is not None
        holding.revocation.chain.append(e)
        for one in holding.revocation.proposed.data["grounds"]:
            for version in one["evidence"]:
                signal = u.signals.get(u.signal_at.get(version, ""))
                if signal is not None:
                    signal.decided = True
    for version in [v for v, grant in u.grants.items() if grant[0] == holding.title]:
        del u.grants[version]
    u.call_back((holding.title,), e.day)


def _dropped(r: Register, u: Unit, e: Entry) -> None:
    """T-07: dropped by the level that proposed or above; after the nation's consent only with the nation."""
    revocation = _open_revocation(u, e)
    if revocation is None:
        return
    if RANK.get(e.level or "", 9) < RANK.get(revocation.proposed.level or "", 0):
        r.finds("T-07", e, "下级终止上级提出的程序", "a lower level drops what a higher one proposed")
    if revocation.last("consent-given") is not None and not proven_by_paper(r, e):
        r.finds("T-07", e, "国家已同意取消，未经国家即终止", "the nation consented: it is dropped only with the nation")
    title, pack = title_of(r, u, e), r.pack(e.day)
    answered = e.level == "nation" or revocation.last("consent-given", "consent-refused") is not None
    said = opinions_of(revocation.chain, title.revoked_by, "revocation") if title is not None else {}
    if not answered and all(house in said for house in pack.houses) and majority(pack, said):
        r.finds("T-22", e, "各家同意取消，由一人终止", "one person drops what the houses carried")


def _dropped_keeps(r: Register, u: Unit, e: Entry) -> None:
    holding = _holding(u, e)
    if holding is not None:
        holding.revocation = None
        u.missed.add(f"{holding.title}:answered")


def _asked_again_keeps(r: Register, u: Unit, e: Entry) -> None:
    holding = _holding(u, e)
    if holding is not None:
        holding.asked_again = e
        holding.opinions_again = []


def _reconsidered(r: Register, u: Unit, e: Entry) -> None:
    """T-07: on request; setting aside takes the level, the four houses and the nation that the revocation took."""
    holding, title = _holding(u, e), title_of(r, u, e)
    if holding is None or title is None:
        return
    if holding.asked_again is None:
        r.finds("T-07", e, "未经申请即作复核决定", "reconsidered without a request")
    if holding.revoked is not None and RANK.get(e.level or "", 9) < RANK.get(holding.revoked.level or "", 0):
        r.finds("T-07", e, "下级复核上级的决定", "a lower level reconsiders the decision of a higher one")
    said, pack = opinions_of(holding.opinions_again, title.revoked_by, "reconsideration"), r.pack(e.day)
    carried = all(house in said for house in pack.houses) and majority(pack, said)
    if e.data["outcome"] == "upheld" and carried and not holding.consented and title.named_by != "nation":
        r.finds("T-22", e, "各家同意撤销，由一人维持", "one person upholds what the houses would set aside")
    if e.data["outcome"] != "set_aside" or holding.revocation is None:
        return
    if holding.consented and not proven_by_paper(r, e):
        r.finds(
            "T-07",
            e,
            "经国家同意的取消，未经国家即撤销",
            "a revocation that the nation consented to, set aside without it",
        )
    if len(said) < pack.shares["least_opined"] or not majority(pack, said):
        r.finds("T-07", e, "撤销取消决定未重新经各家意见", "set aside without the houses having opined anew")


def _reconsidered_keeps(r: Register, u: Unit, e: Entry) -> None:
    holding = _holding(u, e)
    if holding is not None:
        holding.asked_again = None
    if holding is not None and e.data["outcome"] == "set_aside":
        holding.revoked = None
        holding.revocation = None
        for plaque in u.plaques.values():
            if plaque.title == holding.title and plaque.state == "to recover":
                plaque.state = "lost" if plaque.lost else "issued"


def _that_plaque(r: Register, u: Unit, e: Entry) -> None:
    """I-10: a plaque comes back that has to, once; I-21: not before it had to."""
    plaque = u.plaques.get(e.data["plaque"])
    if plaque is None or plaque.state != "to recover":
        zh, en = f"没有待收回的铭牌{e.data['plaque']}", f"no plaque {e.data['plaque']} is to come back"
        r.finds("I-10", e, zh, en)
    elif (e.data.get("on") or e.day) < plaque.since:
        r.finds("I-21", e, f"铭牌自{plaque.since}起方须收回", f"a plaque recovered before it had to be: {plaque.since}")


def _recovered_keeps(r: Register, u: Unit, e: Entry) -> None:
    plaque = u.plaques.get(e.data["plaque"])
    if plaque is not None:
        plaque.state = "recovered"


def _was_revoked(r: Register, u: Unit, e: Entry) -> None:
    """I-10: what is announced was revoked."""
    holding = _holding(u, e)
    if holding is None or holding.revoked is None:
        r.finds("I-10", e, "公布的称号未被取消", "what is announced was not revoked")


def _decided_after_its_evidence(r: Register, u: Unit, e: Entry) -> None:
    """T-14: a revocation decided some days ago is not older than the steps that it rests on."""
    decided, holding = e.data.get("decided_on"), u.held.get(u.the_title(e))
    chain = holding.revocation.chain if holding is not None and holding.revocation is not None else []
    if decided is not None and chain and decided < chain[-1].day:
        zh = f"{decided}的决定早于其依据（第{chain[-1].version}号）"
        r.finds("T-14", e, zh, f"decided on {decided}, before entry {chain[-1].version} that it rests on")


ASKS: Rules = {
    "unit.revocation-proposed": (_proposal,),
    "unit.hearing-notified": (_step,),
    "unit.notice-served": (_step, _service),
    "unit.revocation-lapsed": (_step, _lapsed),
    "unit.statement-heard": (_step, _waiver),
    "unit.house-opined": (_opinion_after_hearing,),
    "unit.consent-requested": (_step,),
    "unit.consent-given": (_step, _consent),
    "unit.consent-refused": (_step, _consent),
    "unit.revoked": (_revoked, _decided_after_its_evidence),
    "unit.revocation-dropped": (_dropped,),
    "unit.reconsideration-decided": (_reconsidered,),
    "unit.plaque-recovered": (_that_plaque,),
    "unit.revocation-announced": (_was_revoked,),
}
KEEPS: Rules = {
    "unit.revocation-proposed": (_proposed_keeps,),
    "unit.hearing-notified": (_step_keeps,),
    "unit.notice-served": (_step_keeps,),
    "unit.revocation-lapsed": (_lapsed_keeps,),
    "unit.statement-heard": (_step_keeps,),
    "unit.house-opined": (_opinion_keeps,),
    "unit.consent-requested": (_step_keeps,),
    "unit.consent-given": (_step_keeps,),
    "unit.consent-refused": (_step_keeps,),
    "unit.revoked": (_revoked_keeps,),
    "unit.revocation-dropped": (_dropped_keeps,),
    "unit.reconsideration-requested": (_asked_again_keeps,),
    "unit.reconsideration-decided": (_reconsidered_keeps,),
    "unit.plaque-recovered": (_recovered_keeps,),
}
