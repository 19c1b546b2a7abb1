"""Chapter 登记: who the unit is, and the rules of registering, changing and closing it (policy 二)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from stdnum.cn import uscc

from events.envelope import Entry
from events.folding import folded_code
from events.governance.code import CodeClaimed
from events.places import PLACES, at_level, children, within
from events.unit.handover import UnitHandedOver, UnitReceived
from events.unit.registration import (
    Succession,
    UnitClosed,
    UnitDetailsChanged,
    UnitMemberJoined,
    UnitMemberLeft,
    UnitRegistered,
    UnitSucceeded,
    UnitTitleTakenOver,
)
from events.words import (
    ActorKind,
    CodeScope,
    DocumentKind,
    Level,
    ObligationKind,
    Ownership,
    Role,
    SubKind,
    SuccessionRole,
    UnitKind,
)
from services.casework.code.state import Code, code_stream
from services.casework.judgement import obligations
from services.casework.law import Act, Chapter, Context, Effect, Intent, Law, Refusal, refuse
from services.casework.obligation import THE_UNIT
from services.casework.office import AGENT, COUNTY_UP, DESK, SOURCE, SYSTEM, approver, desk, officer
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.unit.charge import where_watched_or_nation
from services.casework.unit.papers import paper_of
from services.casework.unit.places import leave_every_place, rounds_with_a_place
from services.casework.unit.weights import freezing

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


_UNITS = uuid5(NAMESPACE_URL, "concord:unit")

PARK_KINDS = (SubKind.ECONOMIC_ZONE, SubKind.HIGH_TECH_ZONE, SubKind.SCIENCE_PARK, SubKind.OTHER_CLUSTER)
_PROVINCE = Level.PROVINCE.rank
GATHERINGS = (UnitKind.PARK, UnitKind.TOWNSHIP, UnitKind.INDUSTRY, UnitKind.BUILDING, UnitKind.BLOCK)
"""The kinds of unit that have member units."""


def unit_id(code: str, place: str) -> UUID:
    """The id of a unit, the same in every province: uuid5 of its public code."""
    return uuid5(_UNITS, public_code(code, place))


def public_code(code: str, place: str) -> str:
    """The code by which a unit is known everywhere: its credit code (GB 32100-2015), or the code that an office
    gave it, prefixed by the prefecture's office; as codes are compared.
    """
    code = folded_code(code)
    return code if is_credit_code(code) else f"{at_level(place, Level.PREFECTURE) or place}:{code}"


@dataclass(frozen=True, slots=True)
class Registration:
    """Who the unit is; `since` is None until it is known at all, `ownership_entered` where an office entered it.

    `fewest` and `most` are the bounds of the headcounts that the unit stated since an office entered one (T-17).
    """

    since: date | None = None
    known_on: date | None = None
    provisional: bool = False
    kind: UnitKind | None = None
    sub_kind: SubKind | None = None
    name: str = ""
    code: str = ""
    place: str = ""
    ownership: Ownership | None = None
    ownership_entered: bool = False
    industry: str | None = None
    headcount: int | None = None
    fewest: int | None = None
    most: int | None = None
    closed: bool = False
    places: tuple[tuple[date, str], ...] = ()
    members: Mapping[UUID, date] = field(default_factory=dict)

    def place_on(self, day: date) -> str:
        """The place that had the unit when that day began; the first one known for days before."""
        had = [place for since, place in self.places if since < day]
        return had[-1] if had else self.places[0][1] if self.places else self.place

    @property
    def lowest_level(self) -> Level:
        """The office nearest to the unit: its county's, or the prefecture's where the place is no county."""
        return Level.COUNTY if at_level(self.place, Level.COUNTY) else Level.PREFECTURE


def _registered(region: Registration, entry: Entry[UnitRegistered]) -> Registration:
    event = entry.event
    return replace(
        region,
        since=entry.effective_on, known_on=entry.day, provisional=event.provisional, kind=event.kind,
        sub_kind=event.sub_kind, name=event.name, code=event.code, place=event.place, ownership=event.ownership,
        industry=event.industry, headcount=event.headcount, fewest=event.headcount, most=event.headcount,
        places=(*region.places, (entry.day, event.place)),
        ownership_entered=entry.actor.kind is ActorKind.OFFICER,
    )  # fmt: skip


def _changed(region: Registration, entry: Entry[UnitDetailsChanged]) -> Registration:
    event = entry.event
    names = ("name", "sub_kind", "place", "ownership", "industry", "headcount")
    given = {name: getattr(event, name) for name in names if getattr(event, name) is not None}
    if event.place is not None:
        given["places"] = (*region.places, (entry.day, event.place))
    if event.headcount is not None:
        by_office = entry.actor.kind is ActorKind.OFFICER
        stated = (event.headcount,) if by_office else (region.fewest, region.most, event.headcount)
        known = [number for number in stated if number is not None]
        given |= {"fewest": min(known), "most": max(known)}
    if event.ownership is not None:
        given["ownership_entered"] = entry.actor.kind is ActorKind.OFFICER
    return replace(region, **given)


def _joined(region: Registration, entry: Entry[UnitMemberJoined]) -> Registration:
    return replace(region, members={**region.members, entry.event.member: entry.event.from_})


def _left(region: Registration, entry: Entry[UnitMemberLeft]) -> Registration:
    return replace(region, members={unit: day for unit, day in region.members.items() if unit != entry.event.member})


def _closed(region: Registration, entry: Entry[UnitClosed | UnitHandedOver]) -> Registration:
    return replace(region, closed=True)


def _received(region: Registration, entry: Entry[UnitReceived]) -> Registration:
    event = entry.event
    return replace(
        region,
        since=entry.effective_on, known_on=entry.day, provisional=False, kind=UnitKind.ENTERPRISE, closed=False,
        name=event.name, code=event.code, place=event.place, ownership=event.ownership, industry=event.industry,
        headcount=event.headcount, fewest=event.headcount, most=event.headcount,
        places=(*region.places, (entry.day, event.place)), ownership_entered=True,
    )  # fmt: skip


def registered(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: an act presupposes that the unit is registered and not closed."""
    if unit.life.since is None or unit.life.provisional:
        return refuse(pack, "I-00", "该单位尚未登记", "the unit is not registered")
    return _open(unit, pack)


_MAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+").fullmatch


def mail_is_an_address(unit: Unit, act: Act[UnitRegistered | UnitDetailsChanged], pack: Pack) -> Refusal | None:
    """I-00: letters are mailed to one address (RFC 5321, 4.1.2, as it is commonly written); once sealed it stands."""
    mail = act.event.mail
    if mail is None or mail.clear is None or (len(mail.clear) <= 254 and _MAIL(mail.clear)):
        return None
    return refuse(pack, "I-00", "电子邮箱不是一个有效的地址", "that is no mail address", (), "/mail")


def known(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00, T-21: a fact may be recorded of a unit that is known, even if only by a signal, and after its closing."""
    if unit.life.since is None:
        return refuse(pack, "I-00", "登记簿中没有该单位", "the unit is not known to the register")
    return None


def was_registered(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00, T-21: what was begun is brought to its end of a closed unit as of any other."""
    if unit.life.since is None or unit.life.provisional:
        return refuse(pack, "I-00", "该单位尚未登记", "the unit is not registered")
    return None


def closed_with_nothing_left_open(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-21: a county closes what holds, owes and is accused of nothing; anything else is closed by an approver of
    the prefecture or above.
    """
    level = act.actor.level
    if level is not None and level.rank > Level.COUNTY.rank and Role.APPROVER in act.actor.roles:
        return None
    titles: Mapping[tuple[str, str], Sequence[object]] = {("持有称号", "holds a title"): sorted(unit.naming.held)}
    found = {**(titles if unit.naming.held else {}), **left_open(unit, act.context, pack)}
    if not found:
        return None
    zh = "由市州以上审批人员办理注销：" + "、".join(words[0] for words in found)
    en = "an approver of the prefecture or above closes it: " + ", ".join(words[1] for words in found)
    return refuse(pack, "T-21", zh, en, [fact for facts in found.values() for fact in facts])


def left_open(unit: Unit, context: Context, pack: Pack) -> dict[tuple[str, str], Sequence[object]]:
    """What the unit is accused of, or owes, in both languages, with the entries; nothing where all is at its end."""
    owed = obligations(unit, context.packs or Packs.fixed(pack))
    left: dict[tuple[str, str], Sequence[object]] = {
        ("拟取消命名", "revocation is proposed"): [p.version for p in unit.revocation.proposals.values()],
        ("申请复核未决", "a reconsideration is asked for"): [
            done.reconsideration for done in unit.revocation.done.values() if done.reconsideration is not None
        ],
        ("有未结信号", "a signal is open"): sorted(unit.signals.open),
        ("有未结核查或整改", "a check or rectification is open"): ["checks"] if unit.checks.unsettled else [],
        ("有未履行的义务", "owes something"): [duty.key for duty in owed if duty.holder == THE_UNIT],
    }
    return {words: facts for words, facts in left.items() if facts}


def grave_facts_are_answered(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-21, I-14: what is owed about a title for a serious fact, a proposal to revoke it or the reason why not, comes
    before the closing or handing over, which would leave nothing to propose it of.
    """
    owed = obligations(unit, act.context.packs or Packs.fixed(pack))
    waiting = [duty.key for duty in owed if duty.kind is ObligationKind.PROPOSE_REVOCATION]
    if not waiting:
        return None
    zh = "须先就严重情形提出取消命名或者说明理由"
    return refuse(pack, "T-21", zh, "a revocation is proposed first, or the reason why not is given", waiting)


def _open(unit: Unit, pack: Pack) -> Refusal | None:
    if unit.life.closed:
        return refuse(pack, "I-00", "该单位已注销", "the unit is closed", final=True)
    return None


def not_registered_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: a unit is registered once; a provisional one is registered over its signals."""
    if unit.life.since is not None and not unit.life.provisional:
        zh, en = f"该单位已于{unit.life.since}登记", f"the unit was registered on {unit.life.since}"
        return refuse(pack, "I-00", zh, en, final=True)
    return None


def provisional_by_signal_only(unit: Unit, act: Act[UnitRegistered], pack: Pack) -> Refusal | None:
    """I-00: only the register itself opens a unit provisionally, at a first signal."""
    event = act.event
    by_system = act.actor.kind in (ActorKind.SOURCE, ActorKind.SYSTEM)
    if isinstance(event, UnitRegistered) and event.provisional and not by_system:
        return refuse(pack, "I-00", "仅信号可产生临时登记", "only a signal opens a unit provisionally")
    return None


@lru_cache(4_096)
def is_credit_code(code: str) -> bool:
    """Written as the standard has it: one code, one unit."""
    return bool(uscc.is_valid(code)) and uscc.compact(code) == code


def code_fits_kind(unit: Unit, act: Act[UnitRegistered | UnitReceived], pack: Pack) -> Refusal | None:
    """I-00: an enterprise's code is its unified social credit code (GB 32100-2015), check digit and all."""
    event = act.event
    enterprise = isinstance(event, UnitReceived) or event.kind is UnitKind.ENTERPRISE
    if enterprise and not is_credit_code(event.code):
        return refuse(
            pack,
            "I-00",
            f"统一社会信用代码校验不通过：{event.code}",
            f"{event.code} is no valid credit code",
            (),
            "/code",
        )
    return None


def sub_kind_fits_kind(unit: Unit, act: Act[UnitDetailsChanged | UnitRegistered], pack: Pack) -> Refusal | None:
    """I-00: parks have kinds of park (policy 二), townships their own, others none."""
    event = act.event
    if not isinstance(event, UnitRegistered | UnitDetailsChanged) or event.sub_kind is None:
        return None
    kind = event.kind if isinstance(event, UnitRegistered) else unit.life.kind
    allowed = {UnitKind.PARK: PARK_KINDS, UnitKind.TOWNSHIP: (SubKind.SUBDISTRICT, SubKind.TOWN)}
    if kind is None or event.sub_kind not in allowed.get(kind, ()):
        return refuse(
            pack,
            "I-00",
            f"{event.sub_kind.zh}不是该类单位的类别",
            f"no such unit can be a {event.sub_kind.en}",
            (),
            "/sub_kind",
        )
    return None


def moved_by_an_office(unit: Unit, act: Act[UnitDetailsChanged], pack: Pack) -> Refusal | None:
    """I-13: a unit does not move itself into the charge of other offices."""
    event = act.event
    if isinstance(event, UnitDetailsChanged) and event.place is not None and act.actor.kind is ActorKind.APPLICANT:
        return refuse(
            pack,
            "I-13",
            "所在地变更由主管部门办理",
            "another place is entered by the office in charge",
            pointer="/place",
        )
    return None


def route_claimed_by_an_office(unit: Unit, act: Act[UnitDetailsChanged], pack: Pack) -> Refusal | None:
    """T-17: a unit does not change by itself the ownership on which its route hangs."""
    claimed, now = act.event.ownership, unit.life.ownership
    by_itself = act.actor.kind is ActorKind.APPLICANT and unit.life.kind is UnitKind.ENTERPRISE
    if not by_itself or claimed is None or claimed is now or not {claimed, now} & set(pack.direct_ownerships):
        return None
    zh, en = "所有制决定申报路径，由主管部门录入", "the route hangs on this ownership, which an office enters"
    return refuse(pack, "T-17", zh, en, (claimed,), "/ownership")


def within_the_province(
    unit: Unit, act: Act[UnitRegistered | UnitReceived | UnitDetailsChanged], pack: Pack
) -> Refusal | None:
    """T-20: a unit lies in the province of this register, in a place of it, not in the province at large, unless
    no places of it are known.
    """
    place = act.event.place
    at_large = act.actor.kind is ActorKind.SOURCE or not children(pack.place)
    if place is None or (within(place, pack.place) and (place != pack.place or at_large)):
        return None
    zh = f"所在地须为{PLACES[pack.place].zh}的市州或县市区"
    en = f"the place is a prefecture or county of {PLACES[pack.place].en}"
    return refuse(pack, "T-20", zh, en, (place,), "/place")


def code_is_free(unit: Unit, act: Act[UnitRegistered | UnitReceived], pack: Pack) -> Refusal | None:
    """T-20: a public code is one unit."""
    claim = act.context.find(Code, _code(act.event))
    if claim is None or claim.holder in (None, unit.id):
        return None
    zh, en = f"代码{act.event.code}已属于另一单位", f"the code {act.event.code} is another unit's"
    return refuse(pack, "T-20", zh, en, (claim.holder,), "/code")


def _code(event: UnitRegistered | UnitReceived) -> UUID:
    return code_stream(CodeScope.PUBLIC_CODE, public_code(event.code, event.place))


def code_of(unit: Unit, event: UnitRegistered | UnitReceived) -> Iterator[UUID]:
    """The stream of the unit's public code."""
    yield _code(event)


def claim_code(unit: Unit, act: Act[UnitRegistered | UnitReceived], pack: Pack) -> Iterator[Effect]:
    """The public code becomes the unit's with its first registration."""
    stream = _code(act.event)
    claim = act.context.find(Code, stream)
    if claim is None or claim.holder != unit.id:
        value = public_code(act.event.code, act.event.place)
        yield Effect(stream, CodeClaimed(scope=CodeScope.PUBLIC_CODE, value=value, holder=unit.id))


def has_members(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: only parks, townships, industries, buildings and blocks have member units (五(九))."""
    if unit.life.kind not in GATHERINGS:
        return refuse(pack, "I-00", "企业没有成员单位", "an enterprise has no member units")
    return None


def member_matches(unit: Unit, act: Act[UnitMemberJoined | UnitMemberLeft], pack: Pack) -> Refusal | None:
    """I-00: a unit joins once, and only a member leaves."""
    event = act.event
    if isinstance(event, UnitMemberJoined) and event.member in unit.life.members:
        return refuse(pack, "I-00", "该成员单位已加入", "that unit is a member already", (event.member,), "/member")
    if isinstance(event, UnitMemberJoined) and event.member == unit.id:
        return refuse(pack, "I-00", "单位不能成为自己的成员", "a unit cannot be its own member", (), "/member")
    if isinstance(event, UnitMemberJoined):
        member = act.context.find(type(unit), event.member)
        if member is not None and member.life.place and not within(member.life.place, unit.life.place):
            zh, en = "该单位不在所在地内", "that unit lies elsewhere"
            return refuse(pack, "T-17", zh, en, (event.member,), "/member")
    if isinstance(event, UnitMemberLeft) and event.member not in unit.life.members:
        return refuse(pack, "I-00", "该单位不是成员", "that unit is no member", (event.member,), "/member")
    return None


_MIRRORED = {
    SuccessionRole.SUCCESSOR: SuccessionRole.PREDECESSOR,
    SuccessionRole.PREDECESSOR: SuccessionRole.SUCCESSOR,
}
"""What this unit is to the other, where the other is that to it."""


def another_unit(unit: Unit, act: Act[UnitSucceeded], pack: Pack) -> Refusal | None:
    """T-21: nobody succeeds themselves."""
    if act.event.other.unit != unit.id:
        return None
    return refuse(pack, "T-21", "单位不能承继自身", "a unit does not succeed itself", (unit.id,), "/other/unit")


def titles_move_to_a_successor(unit: Unit, act: Act[UnitSucceeded], pack: Pack) -> Refusal | None:
    """T-21: a title passes from who holds it to its successor; recorded the other way round nothing would move."""
    other = act.event.other
    if not act.event.titles_carried or (other.role is SuccessionRole.SUCCESSOR and other.unit != unit.id):
        return None
    zh, en = "承继称号由原持有单位一方记录", "titles are passed on where they are held: at the predecessor"
    return refuse(pack, "T-21", zh, en, (other.unit,), "/titles_carried")


def nothing_stands_against_what_is_carried(unit: Unit, act: Act[UnitSucceeded], pack: Pack) -> Refusal | None:
    """T-21, T-09: a title that may be lost, or of a frozen unit, does not pass on."""
    proposed = [unit.revocation.proposals[name].version for name in unit.revocation.proposals]
    signals, findings = freezing(unit, pack)
    frozen = [*(signal.id for signal in signals), *(found.version for found in findings)]
    if not act.event.titles_carried or not (proposed or frozen):
        return None
    zh, en = (
        "拟取消命名或被冻结期间称号不得承继",
        "no title passes on while a revocation is proposed or the unit is frozen",
    )
    return refuse(pack, "T-21", zh, en, (*proposed, *frozen), "/titles_carried")


def national_titles_pass_with_the_nation(unit: Unit, act: Act[UnitSucceeded], pack: Pack) -> Refusal | None:
    """T-08: a title of the nation begins nowhere without the nation, not at a successor either."""
    of_the_nation = [
        name for name in act.event.titles_carried if name in pack.titles and pack.titles[name].named_by is Level.NATION
    ]
    if not of_the_nation or act.actor.level is Level.NATION or act.event.paper is not None:
        return None
    zh, en = "须附已登记的国家文件", "the nation's paper is needed, as a document of the register"
    return refuse(pack, "T-08", zh, en, of_the_nation, "/paper")


def pass_titles_on(unit: Unit, act: Act[UnitSucceeded], pack: Pack) -> Iterator[Effect]:
    """T-21, A-11: the other unit tells the same; a title carried becomes the successor's for the rest of its term; an
    extension bridges the predecessor's own renewal, and does not pass on (T-09).
    """
    event = act.event
    other = act.context.find(type(unit), event.other.unit)
    if other is not None:
        role = _MIRRORED[event.other.role]
        yield Effect(other.id, UnitSucceeded(other=Succession(unit=unit.id, role=role), how=event.how))
    for title in event.titles_carried:
        held = unit.naming.held[title]
        taken = UnitTitleTakenOver(
            title=title, predecessor=unit.id, term_from=held.term_from, term_until=held.own_term_until,
            carried_in=held.carried_in,
        )  # fmt: skip
        yield Effect(event.other.unit, taken)


def carries_held_titles(unit: Unit, act: Act[UnitSucceeded], pack: Pack) -> Refusal | None:
    """I-00 (A-11): only titles that this unit holds can be carried over to another."""
    event = act.event
    if isinstance(event, UnitSucceeded):
        lasting = {name for name, held in unit.naming.held.items() if act.day <= held.own_term_until}
        missing = [title for title in event.titles_carried if title not in lasting]
        if missing and event.other.role == "successor":
            return refuse(
                pack,
                "I-00",
                "承继的称号并未持有",
                "a title carried over is not held",
                missing,
                pointer="/titles_carried",
            )
    return None


def carried_by_level_of_title(unit: Unit, act: Act[UnitSucceeded], pack: Pack) -> Refusal | None:
    """A-11: a title passes only where the level that gives it decides so (the province for the nation's)."""
    event = act.event
    level = act.actor.level
    above = [
        name
        for name in event.titles_carried
        if name not in pack.titles or level is None or level.rank < min(pack.titles[name].named_by.rank, _PROVINCE)
    ]
    if above:
        return refuse(
            pack,
            "A-11",
            "称号须由其命名层级决定承继",
            "the level of the title decides on it",
            above,
            pointer="/titles_carried",
        )
    return None


def has_a_member(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is a member to leave."""
    if not unit.life.members:
        return refuse(pack, "I-00", "没有成员单位", "there are no member units")
    return None


CHAPTER: Chapter[Unit] = Chapter(
    "life",
    {
        UnitRegistered: _registered,
        UnitDetailsChanged: _changed,
        UnitMemberJoined: _joined,
        UnitMemberLeft: _left,
        UnitClosed: _closed,
        UnitHandedOver: _closed,
        UnitReceived: _received,
    },
    (
        Law(
            UnitRegistered,
            office=(AGENT, officer(*DESK, levels=COUNTY_UP), SOURCE, SYSTEM),
            opens=True,
            place=lambda event: event.place,
            reads=code_of,
            effects=claim_code,
            rule="I-13",
            state=(not_registered_yet,),
            content=(
                mail_is_an_address,
                provisional_by_signal_only,
                code_fits_kind,
                sub_kind_fits_kind,
                within_the_province,
                code_is_free,
            ),
        ),
        Law(
            UnitDetailsChanged,
            office=(AGENT, officer(*DESK, levels=COUNTY_UP)),
            corrects=True,
            rule="I-13",
            state=(registered,),
            content=(
                mail_is_an_address,
                sub_kind_fits_kind,
                moved_by_an_office,
                route_claimed_by_an_office,
                within_the_province,
            ),
        ),
        Law(
            UnitMemberJoined,
            office=(AGENT, officer(*DESK, levels=COUNTY_UP)),
            rule="I-13",
            state=(registered, has_members),
            content=(member_matches,),
        ),
        Law(
            UnitMemberLeft,
            office=(AGENT, officer(*DESK, levels=COUNTY_UP)),
            rule="I-13",
            state=(registered, has_members, has_a_member),
            content=(member_matches,),
        ),
        Law(
            UnitSucceeded,
            office=(*approver(where_watched_or_nation), SYSTEM),
            rule="A-11",
            state=(was_registered,),
            content=(
                another_unit,
                titles_move_to_a_successor,
                carries_held_titles,
                carried_by_level_of_title,
                nothing_stands_against_what_is_carried,
                national_titles_pass_with_the_nation,
                paper_of(DocumentKind.NAMING, DocumentKind.CONSENT, DocumentKind.ORDER),
            ),
            effects=pass_titles_on,
            undone_by_procedure=True,
        ),
        Law(
            UnitClosed,
            office=desk(COUNTY_UP),
            rule="T-21",
            state=(registered, closed_with_nothing_left_open, grave_facts_are_answered),
            reads=rounds_with_a_place,
            effects=leave_every_place,
            undone_by_procedure=True,
        ),
    ),
)
