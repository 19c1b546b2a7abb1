"""One chain a title, from the report to the publicity (T-01, T-16, T-17, T-22, T-26, I-01 to I-06, I-16).

Each step is asked whether the one before it stands, whether it rests on the report that was adopted and
sealed, and whether what it rests on is younger than what it judges, by the fact's own day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from services.checker import objections
from services.checker.entries import Entry
from services.checker.pack import RANK, Pack, Title
from services.checker.rules import Rules
from services.checker.signals import freezing
from services.checker.state import Attempt, Register, Unit

BY_BODY = ("park", "township")
REPORT = ("self-evaluated", "report-updated", "report-adopted", "report-sealed")
_DRAWN_UP = ("unit.self-evaluated", "unit.report-updated")
_STEP_OF = {"evaluated": "evaluate", "reviewed": "review", "publicity-completed": "publicity", "nominated": "nominate"}
_EVENT_OF = {step: event for event, step in _STEP_OF.items()}
_AT_STEP = {"reviewed": "review", "publicity-started": "publicity", "nominated": "nominate", "named": "name"}
_OF_A_CASE_THAT_IS_OVER = "over"
"""What an objection is about once its case is over: it is looked into all the same, and stands in no other's way."""

_ENDS = ("application-withdrawn", "application-rejected", "named", "naming-refused")


def digest_of(entry: Entry) -> str:
    """The digest of the report that an entry of the report is about."""
    if entry.type in _DRAWN_UP:
        return str(entry.data["report"]["sha256"])
    return str(entry.data.get("report_digest", ""))


# --- the report -------------------------------------------------------------------------------------------------------


def _scores_fit(r: Register, u: Unit, e: Entry) -> None:
    """T-22: scores lie within their checklist."""
    most = r.pack(e.day).scores.get(e.data.get("standard_set", ""))
    for item in e.data.get("items", ()):
        score = item.get("score")
        limit = 100 if most is None else most.get(item["standard"], 100)
        if score is not None and score > limit:
            r.finds("T-22", e, f"标准{item['standard']}评分{score}超过上限{limit}", f"{score} of {limit} points")


def _of_an_open_case(r: Register, u: Unit, e: Entry) -> None:
    """T-16: what is brought up to date is the report of an open application, with figures of a year begun since, each
    standard that changed once.
    """
    base = next((one for one in reversed(u.report) if one.type in _DRAWN_UP), None)
    if base is None or not any(attempt.digest == digest_of(base) for attempt in u.attempts.values()):
        zh, en = "没有以该报告在办的申报", "no open application rests on the report that is brought up to date"
        r.finds("T-16", e, zh, en)
        return
    if e.data["drawn_up_on"][:4] <= (base.data.get("drawn_up_on") or base.day)[:4]:
        r.finds("T-16", e, "数据不属于报告形成之后的年度", "the figures are of no year that began since the report")
    named, known = [one["standard"] for one in e.data["items"]], {one["standard"] for one in base.data["items"]}
    if len(set(named)) < len(named) or not known.issuperset(named):
        r.finds("T-16", e, "标准重复或者不在报告内", "a standard stands twice, or is none of the report's")


def _updated_keeps(r: Register, u: Unit, e: Entry) -> None:
    """What did not change stands in it as it stood; `changed` are the standards that did."""
    base = next((one for one in reversed(u.report) if one.type in _DRAWN_UP), None)
    said = {name: value for name, value in e.data.items() if value is not None}
    scored = {one["standard"]: one for one in said["items"]}
    if base is not None:
        stood = [scored.get(one["standard"], one) for one in base.data["items"]]
        e.data = {**base.data, **said, "items": stood}
    e.data["changed"] = sorted(scored)
    _report_keeps(r, u, e)


def _changes_visited(r: Register, u: Unit, e: Entry) -> None:
    """T-16: of a report brought up to date, what changed was visited since."""
    attempt = attempt_of(r, u, e)
    if attempt is None:
        return
    for updated in attempt.all("report-updated"):
        visits = [one for one in attempt.all("site-visited") if one.version > updated.version]
        seen = {item["standard"] for one in visits for item in one.data.get("items") or ()}
        left = [name for name in updated.data["changed"] if name not in seen]
        if left:
            zh, en = f"更新后的标准{left[0]}尚未核验", f"{', '.join(left)} changed, and was not visited since"
            r.finds("T-16", e, zh, en)


def _congress_of_the_workers(r: Register, u: Unit, e: Entry) -> None:
    """T-01: those entitled to the congress are a share of the workers."""
    entitled = e.data["entitled"]
    if u.headcount and entitled < u.headcount * r.pack(e.day).shares["congress_entitled"]:
        zh, en = f"职代会应到{entitled}人，与职工{u.headcount}人不相称", f"{entitled} entitled of {u.headcount} workers"
        r.finds("T-01", e, zh, en)


def _report_keeps(r: Register, u: Unit, e: Entry) -> None:
    if e.type == "unit.self-evaluated" and not u.attempts:
        last = next((one.version for one in reversed(u.report) if one.type == e.type), 0)
        u.report[:] = [one for one in u.report if one.version >= last]
    u.report.append(e)
    for attempt in u.attempts.values():
        attempt.chain.append(e)


def _basis(chain: Iterable[Entry], digest: str) -> tuple[Entry | None, Entry | None, dict[str, Entry]]:
    """The last self-evaluation with that report, and what was adopted and sealed after it."""
    evaluated: Entry | None = None
    adopted: Entry | None = None
    sealed: dict[str, Entry] = {}
    for entry in chain:
        if entry.type[5:] not in REPORT or digest_of(entry) != digest:
            continue
        if entry.type in _DRAWN_UP:
            evaluated, adopted, sealed = entry, None, {}
        elif entry.type == "unit.report-adopted":
            adopted = entry
        else:
            sealed[entry.data["sealed_by"]] = entry
    return evaluated, adopted, sealed


def _wanting(u: Unit, adopted: Entry | None, sealed: Mapping[str, Entry]) -> list[str]:
    """What an application of this kind of unit still lacks."""
    if u.unit_kind in BY_BODY:
        return [] if "tripartite" in sealed else ["tripartite"]
    if u.unit_kind != "enterprise":
        return [] if sealed else ["seal"]
    return [*(() if adopted is not None else ("congress",)), *(s for s in ("enterprise", "union") if s not in sealed)]


def _report_is_complete(r: Register, u: Unit, e: Entry) -> None:
    """I-01, I-02: adopted and sealed, over the same digest; T-01, T-16: in the order of their days, and not too old."""
    digest = e.data["report_digest"]
    evaluated, adopted, sealed = _basis(u.report, digest)
    rule = "I-02" if u.unit_kind in BY_BODY else "I-01"
    if evaluated is None:
        r.finds(rule, e, "申报所附报告没有相应的自我评价", "no self-evaluation has the report applied with")
        return
    missing = _wanting(u, adopted, sealed)
    if missing:
        r.finds(rule, e, f"报告尚缺：{'、'.join(missing)}", f"the report still lacks: {', '.join(missing)}")
    if u.unit_kind in BY_BODY and evaluated.data.get("conducted_by") != "tripartite":
        r.finds(
            "I-02",
            e,
            "园区、乡镇（街道）自评未由三方机构组织",
            "its tripartite body did not conduct the self-evaluation",
        )
    pack = r.pack(e.day)
    if adopted is not None:
        _congress(r, u, e, pack, evaluated, adopted)
    _survey(r, u, e, pack, evaluated)
    drawn_up = evaluated.data.get("drawn_up_on", evaluated.day)
    if pack.after(drawn_up, "report_counts") < e.day:
        r.finds("T-16", e, f"报告形成于{drawn_up}，已过时", f"the report of {drawn_up} is too old to apply with")


def _congress(r: Register, u: Unit, e: Entry, pack: Pack, evaluated: Entry, adopted: Entry) -> None:
    said = adopted.data
    entitled, present, in_favour = said["entitled"], said["present"], said["in_favour"]
    if Fraction(present) < entitled * pack.shares["congress_present"] or Fraction(in_favour) <= (
        entitled * pack.shares["congress_in_favour"]
    ):
        r.finds(
            "I-01", e, f"职代会应到{entitled}实到{present}同意{in_favour}，未获通过", "the congress did not carry it"
        )
    if said["on"] < evaluated.data.get("drawn_up_on", evaluated.day):
        r.finds(
            "T-01", e, f"职代会{said['on']}早于报告形成之日", f"the congress of {said['on']} is older than the report"
        )
    if u.headcount and entitled < u.headcount * pack.shares["congress_entitled"]:
        zh = f"职代会应到{entitled}人，与职工{u.headcount}人不相称"
        r.finds("T-01", e, zh, f"{entitled} entitled to the congress of {u.headcount} workers are too few")


def _survey(r: Register, u: Unit, e: Entry, pack: Pack, evaluated: Entry) -> None:
    survey = evaluated.data.get("survey_counted") or evaluated.data.get("survey")
    if survey is None:
        return
    of = max(survey["entitled"], u.headcount or 0)
    answered = survey["answered"]
    if answered < of * pack.shares["survey_share"] and answered < pack.shares["survey_answers"]:
        zh = f"满意度调查{of}人中仅{answered}人答复"
        r.finds("T-01", e, zh, f"{answered} of {of} workers answered the survey")


# --- the application and its way up -----------------------------------------------------------------------------------


def _title_fits(r: Register, u: Unit, e: Entry) -> None:
    """T-01: the title exists and is for units of this kind."""
    title = r.pack(e.day).titles.get(e.data["title"])
    if title is None:
        r.finds("T-02", e, f"没有称号{e.data['title']}", f"there is no title {e.data['title']}")
    elif u.unit_kind not in title.kinds:
        r.finds("T-01", e, f"该称号不授予{u.unit_kind}", f"the title is not for a {u.unit_kind}")


def _route_fits(r: Register, u: Unit, e: Entry) -> None:
    """I-03: the route follows from the ownership; T-17: never for parks, and on a confirmed claim."""
    pack = r.pack(e.day)
    title = pack.titles.get(e.data["title"])
    upwards = title is not None and title.decided_by == "province"
    direct, entitled = e.data["route"] == "direct", upwards and u.ownership in pack.direct
    if direct and u.unit_kind in (*BY_BODY, "industry", "building", "block"):
        r.finds("T-17", e, "直接申报仅限集团公司与总部企业", "the direct route is for groups and head companies only")
    if direct is not entitled:
        zh = f"所有制{u.ownership}不适用{e.data['route']}路径"
        r.finds("I-03", e, zh, f"the route {e.data['route']} does not follow from the ownership {u.ownership}")


def _one_open(r: Register, u: Unit, e: Entry) -> None:
    """I-16: one open application a title; the waiting times after rejection, withdrawal and revocation."""
    title, pack = e.data["title"], r.pack(e.day)
    if title in u.attempts and u.attempts[title].ended is None:
        r.finds("I-16", e, "该称号已有在办申报", "an application for the title is open")
    before = u.ended.get(title)
    if before is not None and before.ended is not None:
        _waiting_time(r, e, pack, before)
    holding = u.held.get(title)
    if holding is None:
        return
    if holding.revoked is not None and e.day <= pack.after(holding.revoked.day, "reapply_after_revocation"):
        r.finds("I-16", e, "取消命名后等待期未满", "the waiting time after the revocation is not over")
    if holding.held_on(e.day) and e.day < pack.months(holding.until, "renewal_opens"):
        r.finds(
            "I-16", e, f"认定期至{holding.until}，尚不能申请复评", f"held until {holding.until}: too early to renew"
        )


def _waiting_time(r: Register, e: Entry, pack: Pack, before: Attempt) -> None:
    ended = before.ended
    assert ended is not None  # noqa: S101 (said by who calls)
    begun = before.last("site-visited", "house-opined", "objection-raised") is not None
    refused = ended.type in ("unit.application-rejected", "unit.naming-refused")
    withdrawn = ended.type == "unit.application-withdrawn" and begun
    if (refused or withdrawn) and e.day <= pack.after(ended.day, "reapply_after_rejection"):
        if withdrawn:
            r.finds(
                "T-22", e, "核验后撤回视同不予通过，等待期未满", "withdrawn after a visit: the waiting time is not over"
            )
        else:
            r.finds("I-16", e, "不予通过后等待期未满", "the waiting time after the rejection is not over")


def _applied_keeps(r: Register, u: Unit, e: Entry) -> None:
    attempt = Attempt(e)
    attempt.chain = [one for one in u.report if digest_of(one) == e.data["report_digest"]]
    attempt.chain.append(e)
    u.attempts[e.data["title"]] = attempt
    u.ended.pop(e.data["title"], None)


_EVIDENCE = (
    "application-accepted", "application-forwarded", "site-visited", "house-opined", "evaluated", "reviewed",
    "publicity-completed", "nominated",
)  # fmt: skip


def _decided_after_its_evidence(r: Register, u: Unit, e: Entry) -> None:
    """T-14: what was decided some days ago is not older than what it rests on."""
    decided, attempt = e.data.get("decided_on"), attempt_of(r, u, e)
    last = attempt.last(*_EVIDENCE) if attempt is not None else None
    if decided is not None and last is not None and decided < last.day:
        zh = f"{decided}的决定早于其依据（第{last.version}号，{last.day}）"
        r.finds("T-14", e, zh, f"decided on {decided}, before entry {last.version} of {last.day} that it rests on")


def attempt_of(r: Register, u: Unit, e: Entry) -> Attempt | None:
    """The open case that a step is about; a finding where there is none."""
    return u.attempts.get(u.the_title(e))


def _case_open(r: Register, u: Unit, e: Entry) -> None:
    """T-01: a step is one of an open attempt."""
    if attempt_of(r, u, e) is None:
        r.finds("T-01", e, "没有在办的该称号申报", "no application for the title is open")


def _at_its_level(r: Register, u: Unit, e: Entry) -> None:
    """I-03: the office at which the application lies does it."""
    attempt = attempt_of(r, u, e)
    if attempt is not None and e.by_officer and e.level != attempt.at():
        r.finds(
            "I-03", e, f"申报在{attempt.at()}级，由{e.level}级办理", f"it lies at the {attempt.at()}, not the {e.level}"
        )


def _one_level_up(r: Register, u: Unit, e: Entry) -> None:
    """I-03: no level is skipped."""
    start, to = e.data.get("from"), e.data.get("to")
    if start in RANK and to in RANK and RANK[to] != RANK[start] + 1:
        r.finds("I-03", e, f"由{start}越级上报{to}", f"forwarded from {start} to {to}: a level is skipped")


def _amendment_is_complete(r: Register, u: Unit, e: Entry) -> None:
    """T-01: another report is adopted and sealed before it is brought in; T-16: what is brought in is not too old."""
    digest, attempt = e.data.get("report_digest"), attempt_of(r, u, e)
    latest = next((one for one in reversed(u.report) if one.type in _DRAWN_UP), None)
    drawn_up = (latest.data.get("drawn_up_on") or latest.day) if latest is not None else e.day
    if r.pack(e.day).after(drawn_up, "report_counts") < e.day:
        r.finds("T-16", e, f"报告形成于{drawn_up}，已过时", f"the report of {drawn_up} is too old to be brought in")
    if digest is None or attempt is None or digest == attempt.digest:
        return
    evaluated, adopted, sealed = _basis(attempt.chain, digest)
    if evaluated is None or _wanting(u, adopted, sealed):
        r.finds("T-01", e, "补正的报告未经审议通过并签署盖章", "the report brought in was not adopted and sealed")


def _claims_confirmed(r: Register, u: Unit, e: Entry) -> None:
    """T-17: the office that accepts confirms the claim on which the route rests, with a document."""
    attempt = attempt_of(r, u, e)
    if attempt is None or not attempt.direct or u.claimed_by != "applicant":
        return
    if not (e.data.get("documents") or e.data.get("claims") or e.data.get("confirmed")):
        zh = "直接申报所依所有制由单位自报，受理时未以文件核实"
        r.finds("T-17", e, zh, "the ownership on which the direct route rests is the unit's own claim, never confirmed")


def _seal_of_the_body(r: Register, u: Unit, e: Entry) -> None:
    """T-17: the tripartite body's seal is a member's act."""
    if e.data["sealed_by"] != "tripartite":
        return
    if not e.by_officer:
        r.finds("T-17", e, "三方机构印章由单位自行加盖", "the unit itself put the seal of its tripartite body")
        return
    body = r.thing(e.data.get("body"), "body")
    if body is not None and e.who not in body.notes.get("members", {}).values():
        r.finds("T-17", e, "盖章人不是该三方机构成员", "who put the seal is no member of the body")
    elif e.data.get("body") is None and r.whole and u.unit_kind in ("park", "township"):
        r.finds("T-17", e, "未注明盖章的三方机构", "no registered body is named for the seal")


# --- evaluation and review --------------------------------------------------------------------------------------------


def _on_the_same_report(r: Register, u: Unit, e: Entry) -> None:
    """T-01: each step rests on the report that was adopted and sealed, and on what was judged of it."""
    attempt = attempt_of(r, u, e)
    if attempt is None:
        return
    evaluated, adopted, sealed = _basis(attempt.chain, attempt.digest)
    if evaluated is None or _wanting(u, adopted, sealed):
        zh = "所依报告的内容在审议盖章后已改动"
        r.finds("T-01", e, zh, "the report on which it rests was changed after it was adopted and sealed")
        return
    judged = attempt.last("evaluated")
    if judged is None or e.type == "unit.evaluated":
        return
    brought_in = next((one for one in attempt.all("application-amended") if one.data.get("report_digest")), None)
    newest = max(evaluated.version, brought_in.version if brought_in is not None else 0)
    if newest > judged.version:
        r.finds(
            "T-01",
            e,
            "评价之后换了报告，未重新评价",
            "the report changed after the evaluation, which was not made anew",
        )


def _step_before(r: Register, u: Unit, e: Entry) -> None:
    """I-05: the steps of the title in the order of the pack."""
    attempt, title = attempt_of(r, u, e), r.pack(e.day).titles.get(u.the_title(e))
    if attempt is None or title is None:
        return
    step = _AT_STEP[e.type[5:]]
    if step not in title.steps:
        r.finds("I-05", e, f"该称号没有{step}环节", f"the title has no step {step}")
        return
    before = title.steps[title.steps.index(step) - 1]
    done = attempt.last(_EVENT_OF[before])
    if done is None or done.data.get("outcome") in ("decline", "upheld"):
        r.finds("I-05", e, f"前一环节{before}未完成", f"the step before, {before}, is not completed")
    elif before == "publicity" and r.pack(e.day).after(done.day, "publicity_counts") < e.day:
        r.finds("T-16", e, f"公示结束于{done.day}，已过时", f"the publicity cleared on {done.day} is too old")


def _visited(r: Register, u: Unit, e: Entry) -> None:
    """T-01: an evaluation relies on a visit of this attempt, and a case accepted."""
    attempt = attempt_of(r, u, e)
    if attempt is None:
        return
    if attempt.last("application-accepted") is None:
        r.finds("I-05", e, "申报未经受理即评价", "evaluated before the application was accepted")
    if attempt.last("site-visited") is None:
        r.finds("T-01", e, "评价没有本次申报的实地核验", "no site visit of this attempt was made")


def _visit_is_younger(r: Register, u: Unit, e: Entry) -> None:
    """T-01: the visit comes after the application, by its own day."""
    attempt = attempt_of(r, u, e)
    if attempt is not None and e.data["on"] < attempt.applied.day:
        r.finds(
            "T-01", e, f"核验日{e.data['on']}早于申报", f"the visit of {e.data['on']} is older than the application"
        )


def _evaluating_level(r: Register, u: Unit, e: Entry) -> None:
    """I-03: the title's level evaluates, the province on the direct route; the deciding level reviews."""
    attempt, title = attempt_of(r, u, e), r.pack(e.day).titles.get(u.the_title(e))
    if attempt is None or title is None:
        return
    wanted = title.decided_by if e.type != "unit.evaluated" else "province" if attempt.direct else title.evaluated_by
    if e.level is not None and e.level != wanted:
        r.finds("I-03", e, f"应由{wanted}级办理，实为{e.level}级", f"this is the {wanted}'s, not the {e.level}'s")


def opinions_of(chain: Iterable[Entry], level: str, matter: str) -> dict[str, Entry]:
    """The last word of each house at a level on a matter."""
    return {
        one.data.get("house") or one.house or "": one
        for one in chain
        if one.type == "unit.house-opined"
        and one.data.get("matter", "application") == matter
        and (one.data.get("level") or one.level) == level
    }


def majority(pack: Pack, said: Mapping[str, Entry]) -> bool:
    """T-22: the veto does not oppose, one at most opposes, more are for than against, and two at least are for."""
    words = {house: one.data["opinion"] for house, one in said.items()}
    against = [house for house, word in words.items() if word == "oppose"]
    in_favour = sum(word == "support" for word in words.values())
    return (
        not pack.veto.intersection(against)
        and len(against) <= pack.shares["most_opposed"]
        and in_favour > len(against)
        and in_favour >= pack.shares["least_in_favour"]
    )


def all_heard(r: Register, e: Entry, said: Mapping[str, Entry], since: str) -> None:
    """I-04: an opinion of each house; who did not speak in five working days abstains, and three spoke at least."""
    pack = r.pack(e.day)
    silent = [house for house in pack.houses if house not in said]
    waited = e.day > pack.after(since, "abstention")
    if len(said) < min(len(pack.houses), int(pack.shares["least_opined"])) or (silent and not waited):
        r.finds("I-04", e, f"尚缺{'、'.join(silent)}意见", f"the opinion of {', '.join(silent)} is wanting")


def _rests_on_opinions(r: Register, u: Unit, e: Entry) -> None:
    """I-04, T-22: the houses at that level, and their majority; a refusal on the merits rests on them too."""
    attempt = attempt_of(r, u, e)
    if attempt is None:
        return
    level = str(e.data.get("level") or e.level)
    said = opinions_of(attempt.chain, level, "application")
    arrived = next((one.day for one in reversed(attempt.chain) if one.type in _ARRIVALS), attempt.applied.day)
    all_heard(r, e, said, arrived)
    carried = majority(r.pack(e.day), said)
    recommended = e.data["outcome"] == "recommend"
    on_its_merits = not recommended and (e.type == "unit.evaluated" or freezing(r, u, e.day)[1])
    if said and carried is not recommended and not on_its_merits:
        zh = f"结论{e.data['outcome']}与各家意见不符"
        r.finds("T-22", e, zh, f"the outcome {e.data['outcome']} is not what the houses' opinions carry")
    if e.type == "unit.evaluated":
        visit = attempt.last("site-visited")
        older = [house for house, one in said.items() if visit is not None and one.version < visit.version]
        if older:
            r.finds(
                "T-01", e, f"{'、'.join(older)}意见早于最后一次核验", f"{', '.join(older)} spoke before the last visit"
            )


_ARRIVALS = ("unit.application-forwarded", "unit.application-accepted", "unit.applied")


def _score_fits(r: Register, u: Unit, e: Entry) -> None:
    """T-22: no more than a checklist gives."""
    most = r.pack(e.day).most_points
    if e.data["score"] > most:
        r.finds("T-22", e, f"评分{e.data['score']}超过{most}", f"{e.data['score']} points of {most}")


def _opinion_replaced(r: Register, u: Unit, e: Entry) -> None:
    """T-07: an opinion is replaced by who gave it, or by the house's approver with a reason."""
    level, house = str(e.data.get("level") or e.level), e.data.get("house") or e.house
    matter = e.data.get("matter", "application")
    before = opinions_of(_opinions_on(r, u, e, matter), level, matter).get(house or "")
    if before is None or r.person(before.who) == r.person(e.who):
        return
    if before.data.get("objection_ref") != e.data.get("objection_ref"):
        return
    if "approver" not in e.actor.get("roles", ()) or not e.data.get("reason"):
        r.finds(
            "T-07",
            e,
            f"{house}意见由他人无理由更改",
            f"the opinion of {house} was replaced by another, without a reason",
        )


def _opinions_on(r: Register, u: Unit, e: Entry, matter: str) -> list[Entry]:
    """The opinions that count as the last words: of an application, those since its last decision and visit."""
    attempt, holding = attempt_of(r, u, e), u.held.get(u.the_title(e))
    if matter == "reconsideration":
        return holding.opinions_again if holding is not None else []
    if matter == "revocation":
        return holding.revocation.chain if holding is not None and holding.revocation is not None else []
    if attempt is None:
        return []
    last = (
        attempt.last("evaluated", "reviewed", "site-visited", "application-amended")
        if matter == "application"
        else None
    )
    return [one for one in attempt.chain if last is None or one.version > last.version]


# --- publicity -----------------------------------------------------------------------------------------


def _long_enough(r: Register, u: Unit, e: Entry) -> None:
    """I-06: five working days at least, T-05: and not for ever."""
    least = r.pack(e.day).after(max(e.data["from"], e.day), "publicity")
    if e.data["until"] < least:
        zh = f"公示至{e.data['until']}，不足规定的工作日（{least}）"
        r.finds("I-06", e, zh, f"public until {e.data['until']}, before {least}: too short")
    objections.over_in_time(r, e)


def _nothing_objected(r: Register, u: Unit, e: Entry) -> None:
    """I-06: ended after its last day; what is open or upheld keeps it from being cleared."""
    attempt = attempt_of(r, u, e)
    if attempt is None:
        return
    started = attempt.last("publicity-started")
    if started is None:
        r.finds("I-05", e, "未开始公示即结束", "no publicity was started")
        return
    last = objections.last_public_day(attempt)
    if e.day <= last:
        r.finds("I-06", e, f"公示至{last}，尚未期满", f"public until {last}: not over")
    title = u.the_title(e)
    for version, (about, _, resolved) in u.objections.items():
        if about != title:
            continue
        if resolved is None:
            r.finds("I-06", e, f"异议（第{version}号记录）未核查", f"the objection of entry {version} is open")
        elif resolved.data.get("upheld") and e.data.get("outcome") != "upheld":
            r.finds("I-06", e, f"异议（第{version}号记录）成立", f"the objection of entry {version} was upheld")


# --- what is kept -----------------------------------------------------------------------------------------------------


def step_keeps(r: Register, u: Unit, e: Entry) -> None:
    """The step joins its case; what ends the case takes its objections along."""
    title = u.the_title(e)
    attempt = u.attempts.get(title)
    if attempt is None:
        return
    attempt.chain.append(e)
    if e.type[5:] in _ENDS or e.data.get("outcome") in ("decline", "upheld"):
        attempt.ended = e
        if e.type[5:] in _ENDS or e.type == "unit.publicity-completed":
            u.ended[title] = u.attempts.pop(title)
            _bridge_ends(u, title, e)
            for version, (about, raised, resolved) in u.objections.items():
                if about == title:
                    u.objections[version] = (_OF_A_CASE_THAT_IS_OVER, raised, resolved)


def _bridge_ends(u: Unit, title: str, e: Entry) -> None:
    """T-09: an extension ends with the attempt that it bridged, never before its term or that day."""
    holding = u.held.get(title)
    if holding is not None and holding.bridged_from:
        holding.until = min(holding.until, max(holding.bridged_from, e.day))


def title_of(r: Register, u: Unit, e: Entry) -> Title | None:
    """The pack's row of the title that the entry is about."""
    return r.pack(e.day).titles.get(u.the_title(e))


ASKS: Rules = {
    "unit.self-evaluated": (_scores_fit,),
    "unit.report-updated": (_of_an_open_case,),
    "unit.report-adopted": (_congress_of_the_workers,),
    "unit.assessed-by-third-party": (_score_fits,),
    "unit.report-sealed": (_seal_of_the_body,),
    "unit.applied": (_title_fits, _report_is_complete, _route_fits, _one_open),
    "unit.application-accepted": (_case_open, _at_its_level, _claims_confirmed),
    "unit.application-returned": (_case_open, _at_its_level),
    "unit.application-amended": (_case_open, _amendment_is_complete),
    "unit.application-withdrawn": (_case_open,),
    "unit.application-forwarded": (_case_open, _at_its_level, _one_level_up),
    "unit.application-rejected": (_case_open, _at_its_level, _decided_after_its_evidence),
    "unit.site-visited": (_case_open, _visit_is_younger, _scores_fit),
    "unit.house-opined": (_opinion_replaced,),
    "unit.evaluated": (
        _case_open, _evaluating_level, _visited, _changes_visited, _on_the_same_report, _rests_on_opinions, _score_fits,
        _decided_after_its_evidence,
    ),
    "unit.reviewed": (_case_open, _evaluating_level, _step_before, _on_the_same_report, _rests_on_opinions,
                      _decided_after_its_evidence),
    "unit.publicity-started": (_case_open, _step_before, _on_the_same_report, _long_enough),
    "unit.publicity-completed": (_case_open, _nothing_objected),
    "unit.nominated": (_case_open, _step_before, _on_the_same_report, _decided_after_its_evidence),
    "unit.named": (_case_open, _step_before, _on_the_same_report, _decided_after_its_evidence),
    "unit.naming-refused": (_case_open, _decided_after_its_evidence),
}  # fmt: skip

KEEPS: Rules = {
    "unit.self-evaluated": (_report_keeps,),
    "unit.report-updated": (_updated_keeps,),
    "unit.report-adopted": (_report_keeps,),
    "unit.report-sealed": (_report_keeps,),
    "unit.applied": (_applied_keeps,),
    **{
        f"unit.{name}": (step_keeps,)
        for name in (
            "application-accepted", "application-returned", "application-amended", "application-withdrawn",
            "application-forwarded", "application-rejected", "site-visited", "house-opined", "evaluated", "reviewed",
            "publicity-started", "publicity-interrupted", "publicity-completed", "nominated", "named",
            "naming-refused", "assessed-by-third-party",
        )
    },
}  # fmt: skip
