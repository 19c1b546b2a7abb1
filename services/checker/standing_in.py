"""Where a place is too small: steps taken up by the level above, and officers lent, each by two (T-03, T-12)."""

from __future__ import annotations

from services.checker.entries import Entry
from services.checker.pack import within
from services.checker.rules import Rules
from services.checker.state import Register, StandIn, Unit

_ABOVE = {"county": "prefecture", "prefecture": "province"}
_BELOW = {above: level for level, above in _ABOVE.items()}
_ALIKE = (
    frozenset(("unit.evaluated", "unit.application-rejected")),
    frozenset(("unit.named", "unit.naming-refused")),
    frozenset(("unit.consent-given", "unit.consent-refused")),
    frozenset(("unit.revoked", "unit.revocation-dropped")),
)
"""Acts that are one step, whichever way it goes."""


def recognised(r: Register, u: Unit, e: Entry) -> None:
    """T-03: who stands in says by which entry, and that is of this step and day; then the act is that office's."""
    version = e.actor.get("stands_in")
    if version is None or e.common:
        return
    one = u.stand_ins.get(version)
    if one is None or not _of_the_step(one, e):
        r.finds("T-03", e, f"第{version}号记录未由此人代办此项", f"entry {version} lets nobody stand in for this step")
        return
    if one.officer is None:
        if one.used or e.level != _ABOVE[one.level]:
            r.finds("T-03", e, "该环节的提级办理已用或非其级别", "it was used already, or is another level's")
        one.used = True
    elif one.officer != e.who or e.day > one.until:
        r.finds("T-03", e, "并未指定此人，或指定期限已过", "somebody else was lent, or until an earlier day")
    e.standing_for = one.level


def _of_the_step(one: StandIn, e: Entry) -> bool:
    alike = one.step == e.type or any({one.step, e.type} <= group for group in _ALIKE)
    return alike and one.title == e.data.get("title") and one.objection == e.data.get("objection_ref")


def _taken_up(r: Register, u: Unit, e: Entry) -> None:
    """T-03: by two of the level above, with a reason."""
    second = e.second or {}
    if e.level not in _BELOW or second.get("level", e.level) != e.level:
        r.finds("T-03", e, "提级办理须由上一级两人决定", "two of the level above take a step up")


def _lent(r: Register, u: Unit, e: Entry) -> None:
    """T-03: until a day, no longer than the days set, somebody who has no office over the unit by their own post."""
    pack = r.pack(e.day)
    if not e.day <= e.data["until"] <= pack.after(e.day, "lent"):
        r.finds("T-03", e, f"指定至{e.data['until']}，超出期限", f"lent until {e.data['until']}, for too long")
    officer = r.officer(e.data["officer"])
    posts = [post for post in officer.posts.values() if post.holds(e.day)] if officer is not None else []
    if officer is not None and not any(not within(u.place, post.place) for post in posts):
        r.finds("T-03", e, "所指定的人员在其他地区并无职务", "who is lent holds no post in another place")


def _keeps(r: Register, u: Unit, e: Entry) -> None:
    taken = e.type == "unit.step-taken-up"
    level = _BELOW.get(e.level or "", "") if taken else ""
    u.stand_ins[e.version] = StandIn(
        step=e.data["step"].rpartition(".v")[0], title=e.data.get("title"), objection=e.data.get("objection_ref"),
        level=level, officer=None if taken else e.data["officer"], until=e.data.get("until", "9999"),
    )  # fmt: skip


def _over(r: Register, u: Unit, e: Entry) -> None:
    """What was arranged for the last attempt or revocation is not for the next."""
    for version in [v for v, one in u.stand_ins.items() if one.title == e.data.get("title")]:
        del u.stand_ins[version]


ASKS: Rules = {"unit.step-taken-up": (_taken_up,), "unit.officer-lent": (_lent,)}
KEEPS: Rules = {
    "unit.step-taken-up": (_keeps,),
    "unit.officer-lent": (_keeps,),
    "unit.applied": (_over,),
    "unit.revocation-proposed": (_over,),
}
