"""The meetings of a body: who was there, whether they were enough, and what they decided (五(一); R-08)."""

from __future__ import annotations

from collections.abc import Iterator

from events.envelope import Event
from events.governance.body import BodyMeetingHeld
from events.places import PLACES
from events.words import BodyKind, DocumentKind, ObligationKind
from services.casework.body import state
from services.casework.body.state import Body
from services.casework.days import fact_not_ahead
from services.casework.document.state import Paper
from services.casework.law import Act, Chapter, Intent, Law, Refusal, refuse
from services.casework.obligation import Obligation, owed
from services.casework.office import COUNTY_UP, desk
from services.casework.pack import Pack
from services.casework.policy.state import Packs


def not_dissolved(body: Body, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: a dissolved body changes no more."""
    return refuse(pack, "I-00", "该机构已撤销", "the body is dissolved", final=True) if body.dissolved else None


def has_quorum(body: Body, event: BodyMeetingHeld, pack: Pack) -> bool:
    """Whether more than the pack's share of the members of that day were present."""
    members = body.members_on(event.on)
    return len(members & set(event.present)) > pack.meetings.present * len(members)


def count_members(body: Body, act: Act[BodyMeetingHeld], pack: Pack) -> Event:
    """How many members there were, and whether those present were enough."""
    event = act.event
    members = len(body.members_on(event.on))
    return event.model_copy(update={"members": members, "quorum": has_quorum(body, event, pack)})


def some_member_serves(body: Body, act: Intent, pack: Pack) -> Refusal | None:
    """A-36: a body without members does not meet."""
    return None if body.members else refuse(pack, "A-36", "该机构没有成员", "the body has no members")


def members_were_present(body: Body, act: Act[BodyMeetingHeld], pack: Pack) -> Refusal | None:
    """A-36: those present are members of that day, each once; the body existed then."""
    event = act.event
    if body.since is not None and event.on < body.since:
        return refuse(pack, "I-21", "会议早于机构成立", "the body was not set up yet", (), "/on")
    strangers = sorted(set(event.present) - body.members_on(event.on))
    if strangers or len(set(event.present)) < len(event.present):
        zh, en = "到会者不是当日成员或者重复", "somebody present is no member of that day, or stands there twice"
        return refuse(pack, "A-36", zh, en, strangers, "/present")
    return None


def minutes_are_minutes(body: Body, act: Act[BodyMeetingHeld], pack: Pack) -> Refusal | None:
    """A-36: the minutes are a paper of that kind, of the day of the meeting or after it."""
    paper = act.context.find(Paper, act.event.minutes)
    if paper is None or paper.recorded is None:
        return None
    if paper.recorded.kind is DocumentKind.MINUTES and paper.recorded.dated >= act.event.on:
        return None
    zh, en = "所附文件不是该次会议的纪要", "that paper is no minutes of the meeting"
    return refuse(pack, "A-36", zh, en, (paper.id,), "/minutes")


def minutes_of_one_meeting(body: Body, act: Act[BodyMeetingHeld], pack: Pack) -> Refusal | None:
    """A-36, T-23: a paper of minutes is that of one meeting."""
    if act.event.minutes not in body.minutes:
        return None
    zh, en = "该纪要已用于另一次会议", "those are the minutes of another meeting"
    return refuse(pack, "A-36", zh, en, (act.event.minutes,), "/minutes")


def decided_by_a_quorum(body: Body, act: Act[BodyMeetingHeld], pack: Pack) -> Refusal | None:
    """A-36: a meeting without quorum decides nothing; a decision has the votes of those present, most in favour."""
    event = act.event
    if not event.decisions:
        return None
    if not has_quorum(body, event, pack):
        zh, en = "到会人数不足，不得作出决定", "too few were present to decide anything"
        return refuse(pack, "A-36", zh, en, (len(event.present),), "/decisions")
    for number, one in enumerate(event.decisions):
        votes = one.in_favour + one.against + one.abstained
        if votes != len(event.present) or 2 * one.in_favour <= votes:
            zh, en = "票数与到会人数不符或者未过半数", "the votes are not those of whom was present, or no majority"
            return refuse(pack, "A-36", zh, en, (one.subject,), f"/decisions/{number}")
    return None


def obligations(body: Body, packs: Packs) -> Iterator[Obligation]:
    """A leading group meets regularly."""
    if body.since is None or body.dissolved or body.kind is not BodyKind.LEADING_GROUP:
        return
    since = body.met or body.since
    pack = packs.on(since)
    holder = f"{PLACES[body.place].level.value}:{body.place}"
    yield owed(pack, ObligationKind.MEET, since.isoformat(), holder, since, pack.after(since, pack.meetings.every))


MEETINGS: Chapter[Body] = Chapter(
    None,
    {BodyMeetingHeld: state.met},
    (
        Law(
            BodyMeetingHeld,
            office=desk(COUNTY_UP),
            rule="A-36",
            state=(not_dissolved, some_member_serves),
            content=(
                fact_not_ahead,
                members_were_present,
                minutes_are_minutes,
                minutes_of_one_meeting,
                decided_by_a_quorum,
            ),
            propose=count_members,
            settles=(ObligationKind.MEET,),
        ),
    ),
    obligations,
)
