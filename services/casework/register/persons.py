"""Chapter 个人信息请求: what persons ask about themselves, and its answer within the days of the pack (T-29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from events.envelope import Entry
from events.governance.persons import RegisterPersonAnswered, RegisterPersonRefused, RegisterPersonRequested
from events.words import AsksFor, Level, ObligationKind, Role
from services.casework.law import Act, Chapter, Law, Refusal, Second, refuse
from services.casework.obligation import Obligation, holder, owed
from services.casework.office import NATION_OR_PROVINCE, officer
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.register.retention import opened_register
from services.casework.register.state import Register, WaitingRequest

if TYPE_CHECKING:
    from services.casework.policy.state import Packs

_DATA_OFFICER = (officer(Role.DATA_OFFICER, levels=NATION_OR_PROVINCE),)
_SECOND = (officer(Role.DATA_OFFICER, Role.APPROVER, levels=NATION_OR_PROVINCE),)


def requested(register: Register, entry: Entry[RegisterPersonRequested]) -> Register:
    """The register with one request more that waits for its answer."""
    waiting = WaitingRequest(entry.event.received_on, entry.event.tag.tag)
    return replace(register, requests={**register.requests, entry.version: waiting})


def settled(register: Register, entry: Entry[RegisterPersonAnswered] | Entry[RegisterPersonRefused]) -> Register:
    """The register without the request."""
    return replace(register, requests={at: one for at, one in register.requests.items() if at != entry.event.request})


def received_by_today(register: Register, act: Act[RegisterPersonRequested], pack: Pack) -> Refusal | None:
    """I-21: a request was received by today, and no earlier than the pack's days ago, however late it is recorded."""
    received, earliest = act.event.received_on, pack.before(act.day, pack.windows.dated_back)
    if received > act.day:
        return refuse(pack, "I-21", "收到之日晚于今日", "it cannot be received after today", (), "/received_on")
    if received < earliest:
        zh, en = f"收到之日不得早于{earliest}", f"it cannot be received before {earliest}"
        return refuse(pack, "I-21", zh, en, (earliest,), "/received_on")
    return None


def shown_to_act_for_them(register: Register, act: Act[RegisterPersonRequested], pack: Pack) -> Refusal | None:
    """T-29: whoever acts for a person shows the paper that says so."""
    if act.event.by is AsksFor.SELF or act.event.document is not None:
        return None
    zh, en = "代为请求须有委托或者亲属关系文件", "who acts for a person shows a mandate, or the kinship"
    return refuse(pack, "T-29", zh, en, (), "/document")


def waits(register: Register, act: Act[RegisterPersonAnswered | RegisterPersonRefused], pack: Pack) -> Refusal | None:
    """T-29: a request is answered or refused once."""
    if act.event.request in register.requests:
        return None
    return refuse(pack, "T-29", "该请求已办结", "that request was answered already", (act.event.request,), "/request")


def of_somebody_else(
    register: Register, act: Act[RegisterPersonAnswered | RegisterPersonRefused], pack: Pack
) -> Refusal | None:
    """T-29: nobody answers, or seconds the answer to, what was asked about themselves."""
    asked, officer = register.requests.get(act.event.request), act.context.find(Officer, act.actor.id)
    if asked is None or officer is None or officer.tag != asked.tag:
        return None
    zh, en = "本人不得答复关于自己的请求", "nobody answers what was asked about themselves"
    return refuse(pack, "T-29", zh, en, (act.event.request,), "/request")


def obligations(register: Register, packs: Packs) -> Iterator[Obligation]:
    """Every request is answered within its days, from the day on which it was received."""
    for version, asked in register.requests.items():
        pack, its_own = packs.on(asked.received_on), holder(register.level or Level.PROVINCE, register.place)
        due = pack.after(asked.received_on, pack.windows.answer_person)
        yield owed(pack, ObligationKind.ANSWER_PERSON, str(version), its_own, asked.received_on, due)


CHAPTER: Chapter[Register] = Chapter(
    None,
    {
        RegisterPersonRequested: requested,
        RegisterPersonAnswered: settled,
        RegisterPersonRefused: settled,
    },
    (
        Law(
            RegisterPersonRequested,
            office=_DATA_OFFICER,
            rule="T-29",
            state=(opened_register,),
            content=(received_by_today, shown_to_act_for_them),
            undone_by_procedure=True,
        ),
        Law(
            RegisterPersonAnswered,
            office=_DATA_OFFICER,
            rule="T-29",
            state=(opened_register,),
            content=(waits, of_somebody_else),
            second=Second(_SECOND, rule=of_somebody_else),
            settles=(ObligationKind.ANSWER_PERSON,),
            undone_by_procedure=True,
        ),
        Law(
            RegisterPersonRefused,
            office=_DATA_OFFICER,
            rule="T-29",
            state=(opened_register,),
            content=(waits, of_somebody_else),
            second=Second(_SECOND, rule=of_somebody_else),
            settles=(ObligationKind.ANSWER_PERSON,),
            undone_by_procedure=True,
        ),
    ),
    obligations,
)
