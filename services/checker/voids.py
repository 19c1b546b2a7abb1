"""A void mends a slip of the pen, and nothing else (T-13)."""

from __future__ import annotations

from services.checker.entries import DUTY_ORDERS, Entry
from services.checker.pack import RANK
from services.checker.state import OUTSIDE, RESTED, VOIDED, Duty, Register, Stream, Unit
from services.checker.streams import voided
from services.checker.time import plus_days

_KEPT = 30
"""For so many days it is known who made an entry; five working days are fewer, whatever the holidays."""

_FEW = 16

DECISIONS = frozenset(
    f"unit.{name}"
    for name in (
        "house-opined", "evaluated", "reviewed", "publicity-completed", "nominated", "named", "naming-refused",
        "term-extended", "term-expired", "revocation-dropped", "revocation-lapsed", "revoked",
        "consent-requested", "consent-given",
        "consent-refused", "reconsideration-decided", "signal-assessed", "rectification-concluded",
        "application-rejected", "objection-resolved", "objection-joined", "objection-set-aside",
        "verified", "title-carried-in", "ordered-from-above", "commended",
    )
) | {
    "round.list-published", "year.criticised", "year.opened", "year.ended", "year.training-apportioned",
    "year.training-target-set", "year.lapse-found", "year.lapse-excused", "year.score-deducted",
    "year.reconsideration-requested", "year.reconsideration-decided", "year.bulletin-published",
    "year.sample-planned", "year.sample-drawn", "year.sampled",
    "standard.published",
}  # fmt: skip
"""Decisions and opinions are decided anew, never voided (T-07, T-13)."""

PROCEDURES = frozenset(
    f"{kind}.{name}"
    for kind, names in {
        "unit": (
            "succeeded", "closed", "publicity-interrupted", "check-ordered", "check-conducted", "cross-inspected",
            "rectification-ordered", "revocation-proposed", "step-taken-up", "officer-lent", "personal-data-erased",
            "signal-recorded", "signal-amended", "signal-withdrawn", "title-taken-over", "handed-over", "received",
            "survey-opened",
        ),
        "officer": (
            "mandated", "person-tagged", "appointed", "relieved", "suspended", "reinstated", "interest-declared",
        ),
        "source": ("suspended", "resumed", "closed", "key-registered", "key-revoked"),
        "policy": ("adopted", "holidays-announced"),
        "round": (
            "candidates-ranked", "place-released", "award-place-released", "list-publicised", "objection-joined",
            "objection-set-aside", "objection-resolved", "closed",
        ),
        "code": ("claimed", "released"),
        "check": (
            "planned", "list-frozen", "share-committed", "share-revealed", "share-withheld", "drawn", "ordered",
        ),
        "crosscheck": ("lists-frozen", "share-committed", "share-revealed", "share-withheld", "assigned"),
        "signal": ("matched", "discarded"),
        "session": ("opinions-given", "held"),
        "document": ("confirmed", "titles-carried-in", "withdrawn"),
        "honour": ("publicised", "reviewed", "objection-set-aside", "objection-resolved", "awarded", "declined"),
        "register": (
            "recovered", "not-watched", "key-rotated", "nation-recognised", "branched", "hold-placed", "hold-lifted",
            "content-destroyed", "person-requested", "person-answered", "person-refused",
        ),
        "province": ("branch-followed",),
        "national": ("decided",),
    }.items()
    for name in names
)  # fmt: skip
"""What is undone by acts of its own alone, such as a relief or a lifting (T-13)."""

ELSEWHERE = frozenset(
    (
        "unit.application-withdrawn",
        "unit.cultivation-listed",
        "unit.reserve-listed",
        "unit.reserve-delisted",
        "unit.plaque-issued",
        "document.recorded",
    )
)
"""What may change another stream as well: voided here, it would stand there."""

MARKS = (
    ".deadline-missed",
    ".entry-voided",
    ".entry-corrected",
    ".act-seconded",
    ".act-proposed",
    ".registered",
    ".opened",
    ".place-taken",
    ".award-place-taken",
    ".unit-cultivated",
    *(f".{name}" for name in DUTY_ORDERS),
)
_AGENT = 4
_STEPS = ("evaluated", "reviewed", "publicity-started", "publicity-completed", "nominated")


def keep_recent(s: Stream, e: Entry) -> None:
    """Who made the newest entries, and when."""
    recent = s.recent
    recent[e.version] = (e.who, e.day)
    if e.second is not None:
        s.by_two.add(e.version)
    if len(recent) > _FEW:
        oldest = next(iter(recent))
        if recent[oldest][1] < e.day and recent[oldest][1] < plus_days(e.day, -_KEPT):
            del recent[oldest]


def a_slip_of_the_pen(r: Register, s: Stream, e: Entry) -> None:
    """T-13: one's own, before anything rests on it, within five working days; else two of the level above."""
    version = e.data["version"]
    if not 1 <= version < e.version or version > len(s.types):
        r.finds("T-13", e, f"没有第{version}号记录", f"there is no entry {version} to void")
        return
    kind = s.type_at(version)
    if kind is None:
        r.finds("T-13", e, f"第{version}号记录已冲正", f"entry {version} is voided already")
        return
    _never(r, s, e, version, kind)
    flags, made = s.flags[version - 1], s.recent.get(version)
    resting = flags & RESTED or (isinstance(s, Unit) and _judged_since(s, version))
    own = made is not None and made[0] == e.who
    soon = made is not None and e.day <= r.pack(e.day).after(made[1], "void_slip")
    if own and soon and not resting:
        return
    if resting:
        r.finds("T-13", e, f"后续决定以第{version}号记录为依据", f"something rests on entry {version}")
    elif e.second is None:
        r.finds(
            "T-13",
            e,
            "非本人五个工作日内的记录，须由上级两人冲正",
            "not one's own of five days: it takes two of the level above",
        )
    else:
        _from_above(r, e, flags & 7, made[0] if made is not None else None)


def _from_above(r: Register, e: Entry, maker: int, who: str | None) -> None:
    """Both are above the maker, or, at the top of the register, approvers of two houses; neither is the maker."""
    both = (e.actor, e.second or {})
    levels = {RANK.get(e.level or "", 0), RANK.get((e.second or {}).get("level") or "", 0)}
    top = maker == RANK["province"] and min(levels) == maker
    if maker < _AGENT and min(levels) <= maker and not top:
        r.finds("T-13", e, "冲正者不是上级", "who voids it is not of a level above its maker")
    if top and (any("approver" not in one["roles"] for one in both) or len({one.get("house") for one in both}) == 1):
        r.finds("T-13", e, "最高层级须由两部门审批人员冲正", "at the top it takes two approvers of two houses")
    if who is not None and r.person(who) in {r.person(one["id"]) for one in both}:
        r.finds("T-13", e, "原记录人参与冲正", "its maker voids it from another post")


def _never(r: Register, s: Stream, e: Entry, version: int, kind: str) -> None:
    maker = s.flags[version - 1] & 7
    made = s.recent.get(version)
    if kind in DECISIONS:
        r.finds(
            "T-13",
            e,
            f"决定与意见（第{version}号）不得冲正",
            f"entry {version} is a decision or opinion, decided anew only",
        )
    elif kind in ELSEWHERE:
        r.finds("T-13", e, f"第{version}号记录改变了其他记录流", f"entry {version} is one that changes other streams")
    elif kind in PROCEDURES or version in s.by_two:
        r.finds("T-13", e, f"第{version}号记录须按其程序变更", f"entry {version} is undone by its own procedure")
    elif kind.endswith(MARKS) and version not in s.proposals:
        r.finds("T-13", e, f"第{version}号记录不得冲正", f"entry {version} is no slip of a pen")
    elif maker >= OUTSIDE or maker == RANK["nation"]:
        r.finds(
            "T-13",
            e,
            f"第{version}号记录非机关所记，不得冲正",
            f"entry {version} came from a source, a program or the nation",
        )
    elif maker == _AGENT and (made is None or made[0] != e.who):
        r.finds(
            "T-13",
            e,
            f"第{version}号记录为单位自述，不得由他人冲正",
            f"entry {version} is what the unit wrote of itself",
        )
    _lifts(r, s, e, version, kind)


def _lifts(r: Register, s: Stream, e: Entry, version: int, kind: str) -> None:
    """T-13: what is owed for an entry is owed without it too, no later; nor does a freeze end with it."""
    found = s.rectifications.get(version) if isinstance(s, Unit) else None
    began = [one for key, one in s.duties.items() if one.version == version and not _remains(s, key, one, kind)]
    if began or (found is not None and found[0].data.get("signals")):
        r.finds("T-13", e, "冲正不得解除冻结或义务", "no void lifts a freeze or a duty")


def _remains(s: Stream, key: str, duty: Duty, kind: str) -> bool:
    """Whether a duty is none of this entry's, or is owed without it too."""
    in_a_plan, next_step = key.startswith("drawn:"), key.startswith("case:") and kind != "unit.applied"
    same = (one for one in s.duties.values() if one is not duty and one.kind == duty.kind and one.due <= duty.due)
    return in_a_plan or (next_step and duty.kind == "handle_application") or any(same)


def _judged_since(u: Unit, version: int) -> bool:
    """Whether a step of a case was decided after an entry of that case."""
    for attempt in u.attempts.values():
        if any(one.version == version for one in attempt.chain) or attempt.applied.version == version:
            return any(one.version > version for one in attempt.all(*_STEPS))
    return False


def void(r: Register, s: Stream, e: Entry) -> None:
    """The entry counts no more."""
    version = e.data["version"]
    s.proposals.pop(version, None)
    s.typed.pop(version, None)
    s.reopened_on = e.day
    if 1 <= version <= len(s.flags) and not s.flags[version - 1] & VOIDED:
        voided(s, version)
        s.forget(version)
