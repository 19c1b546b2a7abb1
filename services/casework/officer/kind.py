"""The kind `officer`: who somebody is, which posts they hold, what they may not do (domain §7; T-02, T-03, T-04)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from events.governance.code import CodeClaimed
from events.governance.officer import (
    OfficerAppointed,
    OfficerInterestDeclared,
    OfficerLeaveRecorded,
    OfficerMandated,
    OfficerPersonTagged,
    OfficerRegistered,
    OfficerReinstated,
    OfficerRelieved,
    OfficerSuspended,
)
from events.places import PLACES, within
from events.posts import capital, english
from events.words import ActorKind, CodeScope, DocumentKind, Role
from services.casework.code.state import Code, code_stream
from services.casework.document.state import Paper
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, Second, refuse
from services.casework.office import officer as officer_with
from services.casework.officer import state
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.pack_parts import Scope
from services.casework.register.state import AT_GENESIS
from services.casework.unit.state import Unit

SENSITIVE = frozenset({Role.APPROVER, Role.ADMINISTRATOR, Role.AUDITOR, Role.DATA_OFFICER})
"""Posts that it takes two persons to give (T-04)."""

_ADMINISTRATOR = (officer_with(Role.ADMINISTRATOR),)
_ADMINISTRATOR_OR_HOUSE = (*_ADMINISTRATOR, officer_with(Role.APPROVER))
_ANY_POST = (officer_with(*Role, anywhere=True),)


def not_oneself(officer: Officer, act: Intent, pack: Pack) -> Refusal | None:
    """I-12: nobody appoints, relieves, suspends, reinstates or tags themselves."""
    if act.actor.id == officer.id:
        return refuse(pack, "I-12", "不得任免自己", "nobody appoints, relieves or suspends themselves")
    return None


def oneself(officer: Officer, act: Intent, pack: Pack) -> Refusal | None:
    """I-12: an interest is declared by the officer concerned."""
    if act.actor.id != officer.id:
        return refuse(pack, "I-12", "利害关系由本人申报", "an interest is declared by the officer concerned")
    return None


def oneself_or_in_charge(officer: Officer, act: Intent, pack: Pack) -> Refusal | None:
    """T-05: who is away says so, or an administrator of the place does."""
    if act.actor.id == officer.id:
        return None
    if Role.ADMINISTRATOR not in act.actor.roles:
        zh, en = "请假由本人或者管理员登记", "leave is recorded by oneself or by an administrator"
        return refuse(pack, "T-05", zh, en)
    return within_own_place(officer, act, pack)


def leave_in_order(officer: Officer, act: Act[OfficerLeaveRecorded], pack: Pack) -> Refusal | None:
    """I-21: a leave does not end before it begins, is not over yet, and lies within the pack's days on both sides."""
    event, windows = act.event, pack.windows
    earliest, latest = pack.before(act.day, windows.dated_back), pack.after(act.day, windows.planned_ahead)
    if event.until < max(event.from_, act.day):
        zh, en = "截止日早于起始日或者今日", "it ends before it begins, or is over"
        return refuse(pack, "I-21", zh, en, (), "/until")
    if earliest <= event.from_ and event.until <= latest:
        return None
    zh, en = f"请假须在{earliest}至{latest}之间", f"a leave lies between {earliest} and {latest}"
    return refuse(pack, "I-21", zh, en, (), "/from" if event.from_ < earliest else "/until")


def only_people(officer: Officer, act: Act[OfficerRegistered], pack: Pack) -> Refusal | None:
    """I-12: officers and agents are registered; an agent with its unit and as its agent or its union."""
    event = act.event
    if event.kind is ActorKind.OFFICER and event.unit is None and not event.roles:
        return None
    own = {Role.APPLICANT, Role.UNIT_UNION}
    if event.kind is ActorKind.APPLICANT and event.unit is not None and event.roles and set(event.roles) <= own:
        return None
    return refuse(pack, "I-12", "只能登记工作人员或单位代理人", "only officers, and agents of a unit, are registered")


def of_one_side(officer: Officer, act: Act[OfficerRegistered], pack: Pack) -> Refusal | None:
    """T-03: the agent of a unit and that of its union are two persons."""
    roles = {f"post:{role}" for role in act.event.roles}
    if any(pair <= roles for pair in pack.pairs_in(Scope.UNIT)):
        zh, en = "企业与企业工会须由不同人员代理", "a unit and its union have different agents"
        return refuse(pack, "T-03", zh, en, sorted(act.event.roles), "/roles")
    return None


def unit_in_own_place(officer: Officer, act: Act[OfficerRegistered], pack: Pack) -> Refusal | None:
    """I-13: whoever registers a unit's agent has the unit within their place."""
    unit = act.context.find(Unit, act.event.unit)
    if unit is None or not unit.life.place or within(unit.life.place, act.actor.place):
        return None
    zh, en = "单位不在任职地区内", "the unit lies outside the place of the post"
    return refuse(pack, "I-13", zh, en, (unit.id,), "/unit")


def an_agent(officer: Officer, act: Intent, pack: Pack) -> Refusal | None:
    """T-02: a mandate is a unit's agent's."""
    if officer.unit is not None and officer.own_roles:
        return None
    return refuse(pack, "T-02", "只有单位代理人持授权", "only a unit's agent acts by a mandate")


def mandate_has_a_term(officer: Officer, act: Act[OfficerMandated | OfficerRegistered], pack: Pack) -> Refusal | None:
    """T-02: a mandate ends today at the earliest, and within the pack's time; only an agent has one."""
    event = act.event
    until, pointer = (
        (event.until, "/until") if isinstance(event, OfficerMandated) else (event.mandate_until, "/mandate_until")
    )
    latest = pack.after(act.day, pack.windows.mandate)
    agent = isinstance(event, OfficerMandated) or bool(event.roles)
    if until is None or (agent and act.day <= until <= latest):
        return None
    zh, en = f"代理人授权截止日须在{act.day}至{latest}之间", f"an agent's mandate ends between {act.day} and {latest}"
    return refuse(pack, "T-02", zh, en, (), pointer)


def not_above_oneself(officer: Officer, act: Act[OfficerAppointed], pack: Pack) -> Refusal | None:
    """I-13: nobody gives a post above their own level."""
    level, own = act.event.level, act.actor.level
    if level is not None and own is not None and level.rank > own.rank:
        return refuse(pack, "I-13", "不得任命上级职务", "nobody appoints above their own level", (), "/level")
    return None


def level_of_the_place(officer: Officer, act: Act[OfficerAppointed], pack: Pack) -> Refusal | None:
    """I-13: a post of a level is a post in a place of that level."""
    level, place = act.event.level, PLACES[act.event.place]
    if level is not None and level is not place.level:
        zh, en = f"{place.zh}不是{level.zh}级地区", f"{place.en} is no place of that level"
        return refuse(pack, "I-13", zh, en, (act.event.place,), "/level")
    return None


def told_apart(officer: Officer, act: Act[OfficerAppointed], pack: Pack) -> Refusal | None:
    """T-02: posts go to persons with a tag; who has none may be anybody else without one."""
    if officer.tag is not None:
        return None
    return refuse(pack, "T-02", "须先登记人员标识", "the person is tagged first", (officer.id,))


def an_officer(officer: Officer, act: Intent, pack: Pack) -> Refusal | None:
    """I-13: posts are held by officers; an agent's roles come with its registration."""
    if officer.kind is not ActorKind.OFFICER:
        return refuse(pack, "I-13", "单位代理人不任职务", "a unit's agent holds no post")
    return None


def days_in_order(officer: Officer, act: Act[OfficerAppointed | OfficerSuspended], pack: Pack) -> Refusal | None:
    """I-21: what ends does not end before it begins."""
    event = act.event
    if event.until is not None and event.until < event.from_:
        return refuse(pack, "I-21", "终止日早于起始日", "it ends before it begins", (), "/until")
    return None


def genesis_posts_only(officer: Officer, act: Act[OfficerAppointed], pack: Pack) -> Refusal | None:
    """T-04: the operator appoints administrators and data officers alone, to set the register up."""
    if act.actor.kind is ActorKind.SYSTEM and not set(act.event.roles) <= {Role.ADMINISTRATOR, Role.DATA_OFFICER}:
        return refuse(pack, "T-04", "启用前只任命管理员与个人信息保护人员", "only administrators and data officers")
    return None


def posts_kept_apart(officer: Officer, act: Act[OfficerAppointed], pack: Pack) -> Refusal | None:
    """T-03: some posts one person never holds together, in whatever place, level or house."""
    event = act.event
    held = {
        role
        for post in officer.appointments
        if (post.until is None or event.from_ <= post.until) and (event.until is None or post.since <= event.until)
        for role in post.roles
    }
    for pair in pack.post_pairs:
        if pair <= held | set(event.roles) and pair & set(event.roles):
            one, other = sorted(pair)
            zh, en = f"{one.zh}与{other.zh}须由不同人员担任", f"{one.en} and {other.en} are different persons"
            return refuse(pack, "T-03", zh, en, sorted(pair), "/roles")
    return None


def within_own_place(officer: Officer, act: Intent, pack: Pack) -> Refusal | None:
    """I-13: whoever relieves, suspends or tags has every post of the officer within their place, or the agent's unit,
    or, where there is neither, the office that registered them.
    """
    unit = act.context.find(Unit, officer.unit)
    places = [post.place for post in officer.appointments if post.until is None or act.day <= post.until]
    if officer.unit is not None or not places:
        places.append((unit.life.place if unit is not None else "") or officer.place)
    outside = [place for place in places if place and not within(place, act.actor.place)]
    if outside:
        zh, en = "该人员的职务不在任职地区内", "the officer holds a post outside the place of yours"
        return refuse(pack, "I-13", zh, en, outside)
    return None


def not_dated_back(
    officer: Officer, act: Act[OfficerRelieved | OfficerSuspended | OfficerReinstated], pack: Pack
) -> Refusal | None:
    """T-04, I-21: who was in office stays so until the recording; what waits for a second person may be of the day
    on which it was proposed, and counts from its recording.
    """
    event = act.event
    on = event.from_ if isinstance(event, OfficerSuspended) else event.on
    second = officer.descriptor.laws[act.type].second
    waits = second is not None and second.when(officer, act, pack)
    earliest = pack.before(act.day, pack.windows.second_act) if waits else act.day
    if on >= earliest:
        return None
    return refuse(pack, "I-21", "任免、暂停不得追溯", "nobody is relieved, suspended or reinstated from a day before")


def some_post(officer: Officer, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is a post to leave."""
    if any(post.until is None or act.day <= post.until for post in officer.appointments):
        return None
    return refuse(pack, "I-00", "没有可免去的任职", "there is no post to leave")


def post_is_theirs(officer: Officer, act: Act[OfficerRelieved], pack: Pack) -> Refusal | None:
    """I-00: the post that ends is held, or will be."""
    event = act.event
    post = next((post for post in officer.appointments if post.version == event.appointment), None)
    if post is None or (post.until is not None and post.until < event.on):
        return refuse(pack, "I-00", "该任职已终止", "that post has ended", (event.appointment,), "/appointment")
    return None


def some_suspension(officer: Officer, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: there is a suspension to lift."""
    if any(span.until is None or act.day <= span.until for span in officer.suspensions):
        return None
    return refuse(pack, "I-00", "没有须解除的暂停", "there is no suspension to lift")


def suspension_runs(officer: Officer, act: Act[OfficerReinstated], pack: Pack) -> Refusal | None:
    """I-00: the suspension that is lifted runs still."""
    span = next((span for span in officer.suspensions if span.version == act.event.suspension), None)
    if span is None or (span.until is not None and span.until < act.event.on):
        return refuse(pack, "I-00", "该暂停已结束", "that suspension has ended", (act.event.suspension,), "/suspension")
    return None


def not_tagged_yet(officer: Officer, act: Intent, pack: Pack) -> Refusal | None:
    """T-02: a person has one tag, for ever."""
    if officer.tag is not None:
        return refuse(pack, "T-02", "人员标识已登记", "the person is tagged already", final=True)
    return None


def takes_two_to_relieve(officer: Officer, act: Act[OfficerRelieved], pack: Pack) -> bool:
    """T-04: who took two to appoint takes two to relieve; what cannot wait, one suspends."""
    posts = [post for post in officer.appointments if post.version == act.event.appointment]
    return any(post.house is not None or SENSITIVE & set(post.roles) for post in posts)


def tag_is_nobodys(officer: Officer, act: Act[OfficerPersonTagged], pack: Pack) -> Refusal | None:
    """T-02: one officer is one person: a tag is that of one officer. Agents act for a unit each, and may share it."""
    claim = act.context.find(Code, _tag(act.event))
    if officer.kind is not ActorKind.OFFICER or claim is None or claim.holder in (None, officer.id):
        return None
    zh, en = "该人员已以另一编号登记", "that person is registered already"
    return refuse(pack, "T-02", zh, en, (claim.holder,), "/tag")


def _tag(event: OfficerPersonTagged) -> UUID:
    return code_stream(CodeScope.PERSON_TAG, event.tag.tag)


def unit_and_tag_of(officer: Officer, event: OfficerPersonTagged) -> Iterator[UUID]:
    """The unit for which an agent acts, and the stream of the tag."""
    yield from unit_of(officer, event)
    yield _tag(event)


def claim_tag(officer: Officer, act: Act[OfficerPersonTagged], pack: Pack) -> Iterator[Effect]:
    """The tag becomes this officer's."""
    if officer.kind is ActorKind.OFFICER:
        claimed = CodeClaimed(scope=CodeScope.PERSON_TAG, value=act.event.tag.tag, holder=officer.id)
        yield Effect(_tag(act.event), claimed)


def takes_two_to_appoint(officer: Officer, act: Act[OfficerAppointed], pack: Pack) -> bool:
    """T-04, T-02: appointments for a house, and of approvers, administrators, auditors and data officers, but for the
    register's genesis.
    """
    for_a_house = act.event.house is not None
    return act.actor.kind is not ActorKind.SYSTEM and (for_a_house or bool(SENSITIVE & set(act.event.roles)))


def of_a_house(officer: Officer, act: Act[OfficerAppointed], pack: Pack) -> Refusal | None:
    """T-02: whoever handles or approves cases does so for a house."""
    if act.event.house is not None or not {Role.OFFICER, Role.APPROVER} & set(act.event.roles):
        return None
    return refuse(pack, "T-02", "经办、审批人员须属于一方", "who handles or approves cases is of a house", (), "/house")


def with_its_house(officer: Officer, act: Act[OfficerAppointed], pack: Pack) -> Refusal | None:
    """T-02: an appointment for a house is seconded by that house, or by an administrator on that house's paper."""
    event, roles = act.event, act.actor.roles
    by_the_house = event.house is not None and act.actor.house is event.house
    on_its_paper = event.house is None or event.paper is not None
    if by_the_house or (on_its_paper and Role.ADMINISTRATOR in roles):
        return None
    if event.house is None:
        return refuse(pack, "I-13", "须由另一管理员附议", "another administrator seconds it")
    zh = f"须由{event.house.zh}附议，或据其任命文件由另一管理员附议"
    en = f"{event.house.en} seconds it, or another administrator on its paper of appointment"
    return refuse(pack, "T-02", zh, en, (), "/paper")


def on_a_paper_of_appointment(officer: Officer, act: Act[OfficerAppointed], pack: Pack) -> Refusal | None:
    """T-23: the paper that an appointment rests on is one of appointment."""
    paper = act.context.find(Paper, act.event.paper)
    if paper is None or paper.recorded is None:
        return None
    if paper.recorded.kind is DocumentKind.APPOINTMENT:
        return None
    zh, en = "须为任命文件", "it takes a paper of appointment"
    return refuse(pack, "T-23", zh, en, (paper.id,), "/paper")


def takes_two_to_suspend(officer: Officer, act: Act[OfficerSuspended], pack: Pack) -> bool:
    """T-04: one person may suspend for a few working days at once, and not again right after it."""
    few, event = pack.windows.suspension_alone, act.event
    again = any(span.until is None or event.from_ <= pack.after(span.until, few) for span in officer.suspensions)
    return again or event.until is None or event.until > pack.after(act.day, few)


def takes_two(officer: Officer, act: Act[OfficerPersonTagged], pack: Pack) -> bool:
    """T-04: person tags, but for the register's genesis."""
    return act.actor.kind is not ActorKind.SYSTEM


def unit_of(officer: Officer, event: object) -> Iterator[UUID]:
    """The unit for which an agent acts."""
    if officer.unit is not None:
        yield officer.unit


def _called(officer: Officer, language: str) -> str:
    """The last post; what somebody without one is."""
    if not officer.appointments:
        return capital(officer.kind.en) if language == "en" else officer.kind.zh
    post = officer.appointments[-1]
    return english(post.roles, post.house, post.place) if language == "en" else post.post


OFFICER = Kind(
    "officer",
    Officer,
    (
        Chapter(
            None,
            {
                OfficerRegistered: state.registered,
                OfficerMandated: state.mandated,
                OfficerPersonTagged: state.tagged,
                OfficerAppointed: state.appointed,
                OfficerRelieved: state.relieved,
                OfficerSuspended: state.suspended,
                OfficerReinstated: state.reinstated,
                OfficerInterestDeclared: state.interested,
                OfficerLeaveRecorded: state.left,
            },
            (
                Law(
                    OfficerRegistered,
                    office=(*_ADMINISTRATOR, AT_GENESIS),
                    rule="I-12",
                    opens=True,
                    once=True,
                    content=(only_people, of_one_side, unit_in_own_place, mandate_has_a_term),
                ),
                Law(
                    OfficerMandated,
                    office=_ADMINISTRATOR,
                    rule="T-02",
                    state=(not_oneself, an_agent, within_own_place),
                    content=(mandate_has_a_term,),
                    reads=unit_of,
                    undone_by_procedure=True,
                ),
                Law(
                    OfficerPersonTagged,
                    office=(*_ADMINISTRATOR, AT_GENESIS),
                    rule="T-02",
                    state=(not_oneself, within_own_place, not_tagged_yet),
                    content=(tag_is_nobodys,),
                    reads=unit_and_tag_of,
                    effects=claim_tag,
                    second=Second(_ADMINISTRATOR, takes_two),
                    undone_by_procedure=True,
                ),
                Law(
                    OfficerAppointed,
                    office=(*_ADMINISTRATOR, AT_GENESIS),
                    rule="I-13",
                    state=(not_oneself, an_officer),
                    content=(
                        not_above_oneself,
                        level_of_the_place,
                        days_in_order,
                        genesis_posts_only,
                        posts_kept_apart,
                        told_apart,
                        of_a_house,
                        on_a_paper_of_appointment,
                    ),
                    second=Second(_ADMINISTRATOR_OR_HOUSE, takes_two_to_appoint, rule=with_its_house),
                    place=lambda event: event.place,
                    undone_by_procedure=True,
                ),
                Law(
                    OfficerRelieved,
                    office=_ADMINISTRATOR,
                    rule="I-13",
                    state=(not_oneself, within_own_place, some_post),
                    content=(post_is_theirs, not_dated_back),
                    second=Second(_ADMINISTRATOR, takes_two_to_relieve),
                    undone_by_procedure=True,
                ),
                Law(
                    OfficerSuspended,
                    office=_ADMINISTRATOR,
                    rule="T-04",
                    state=(not_oneself, within_own_place),
                    content=(days_in_order, not_dated_back),
                    reads=unit_of,
                    second=Second(_ADMINISTRATOR, takes_two_to_suspend),
                    undone_by_procedure=True,
                ),
                Law(
                    OfficerReinstated,
                    office=_ADMINISTRATOR,
                    rule="T-04",
                    state=(not_oneself, within_own_place, some_suspension),
                    content=(suspension_runs, not_dated_back),
                    reads=unit_of,
                    second=Second(_ADMINISTRATOR),
                    undone_by_procedure=True,
                ),
                Law(
                    OfficerLeaveRecorded,
                    office=_ANY_POST,
                    rule="T-05",
                    state=(an_officer, oneself_or_in_charge),
                    content=(leave_in_order,),
                ),
                Law(OfficerInterestDeclared, office=_ANY_POST, rule="I-12", state=(oneself,), undone_by_procedure=True),
            ),
        ),
    ),
    place=lambda officer: None,
    is_open=lambda officer: officer.version > 0,
    label=_called,
)
