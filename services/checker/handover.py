"""A unit that goes to the register of another province, or comes from one (T-28)."""

from __future__ import annotations

from services.checker.closing import closed_keeps
from services.checker.duties import verification_of
from services.checker.entries import Entry
from services.checker.pack import Pack, within
from services.checker.rules import Rules
from services.checker.state import Holding, Register, Unit
from services.checker.time import plus_months


def _nothing_is_escaped(r: Register, u: Unit, e: Entry) -> None:
    """T-28: what is open is brought to its end before the unit goes."""
    accused = any(
        one.asked_again is not None or (one.revocation is not None and one.revoked is None) for one in u.held.values()
    )
    signals = [one.id for one in u.signals.values() if one.outcome is None and one.withdrawn is None]
    checks = [name for name, (_, conducted) in u.checks.items() if conducted is None]
    owed = any(key.startswith("propose:") for key in u.duties)
    if accused or signals or checks or owed or u.rectifications or u.attempts:
        r.finds("T-28", e, "仍有未办结的事项即移交外省", "handed over while something of it is open")


def _what_goes_along(r: Register, u: Unit, e: Entry) -> None:
    """T-28: an enterprise, to another province, with the terms that it has."""
    if u.unit_kind != "enterprise":
        r.finds("T-28", e, "移交的不是企业", "what is handed over is no enterprise")
    if within(e.data["to"], u.place[:2] + "0000"):
        r.finds("T-28", e, "移交到本省", "handed over within the province")
    has = sorted((one.since, one.until) for one in u.held.values() if one.held_on(e.day))
    told = sorted((one["term_from"], one["term_until"]) for one in e.data.get("titles") or ())
    if has != told:
        r.finds("T-28", e, "随带的称号与持有的不符", "the titles that go along are not those that it holds")


def _handed_over_keeps(r: Register, u: Unit, e: Entry) -> None:
    closed_keeps(r, u, e)
    u.handed_over = True


def _is_received(r: Register, u: Unit, e: Entry) -> None:
    """T-28: a unit that is not here, from another province; what it holds on came along and is taken in by the pack."""
    if u.unit_kind and not u.handed_over and not u.provisional:
        r.finds("T-28", e, "该单位在本登记册中", "the unit stands in this register")
    if within(e.data["from"], e.data["place"][:2] + "0000"):
        r.finds("T-28", e, "接收自本省", "received from within the province")
    along = {(one["worth"], one["term_from"], one["term_until"]) for one in e.data.get("titles") or ()}
    pack = r.pack(e.day)
    for one in e.data.get("held") or ():
        worth = pack.worth.get(one["title"])
        if worth not in pack.taken_in or (worth, one["term_from"], one["term_until"]) not in along:
            r.finds("T-28", e, f"{one['title']}不能承接", f"{one['title']} did not come along, or is not taken in")
        elif one["term_from"] > pack.after(e.day, "term_begins") or one["term_until"] > _latest(pack, one):
            r.finds(
                "T-28",
                e,
                f"{one['title']}的认定期过长或者尚早",
                f"the term of {one['title']} is none that the policy gives",
            )
    taken_away = _taken_away(u, e, pack)
    for one in e.data.get("titles") or ():
        if one["worth"] in taken_away:
            r.finds(
                "T-28",
                e,
                f"{one['worth']}称号在此取消命名后等待期未满",
                f"the {one['worth']} title was taken away here",
            )


def _latest(pack: Pack, title: dict[str, str]) -> str:
    """The last day that a term can have, with the one extension of a renewal."""
    return pack.after(plus_months(title["term_from"], pack.titles[title["title"]].term_months), "extension")


def _taken_away(u: Unit, e: Entry, pack: Pack) -> set[str]:
    """What titles are worth that this register took away, and for which the unit waits still."""
    waits = {worth for worth, until in u.waits.items() if e.day < until}
    for name, one in u.held.items():
        if one.revoked is not None and e.day < pack.after(one.revoked.day, "reapply_after_revocation"):
            waits.add(pack.worth.get(name, ""))
    return waits


def _received_keeps(r: Register, u: Unit, e: Entry) -> None:
    said = e.data
    u.unit_kind, u.code, u.place, u.closed, u.handed_over = "enterprise", said["code"], said["place"], None, False
    u.provisional = False
    u.places.append((e.day, u.place))
    u.ownership, u.headcount, u.claimed_by = said.get("ownership"), said.get("headcount"), "officer"
    u.waits = {one["worth"]: one["until"] for one in said.get("waits") or ()}
    for one in said.get("held") or ():
        u.held[one["title"]] = Holding(one["title"], e, one["term_from"], one["term_until"], watched=e.day)
        verification_of(r, u, e, one["title"])


def _waits(r: Register, u: Unit, e: Entry) -> None:
    """T-28: a waiting time of before goes on in the other province."""
    until = u.waits.get(r.pack(e.day).worth.get(e.data["title"], ""))
    if until is not None and e.day < until:
        r.finds("T-28", e, f"{until}前不得申报", f"not to be applied for before {until}")


ASKS: Rules = {
    "unit.handed-over": (_nothing_is_escaped, _what_goes_along),
    "unit.received": (_is_received,),
    "unit.applied": (_waits,),
}
KEEPS: Rules = {"unit.handed-over": (_handed_over_keeps,), "unit.received": (_received_keeps,)}
