"""The chapter that every kind of stream has: acts of two persons, voids, and what becomes of duties (T-04, T-05)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError

from events.envelope import Actor, Entry, Event
from events.record import COMMON, ActProposed, ActSeconded, DeadlineMissed
from events.registry import EVENT_TYPES
from events.words import ActorKind, Level, ObligationKind
from services.casework import corrections, duties, voids
from services.casework.judgement import act_of, judge
from services.casework.law import (
    Act,
    Chapter,
    Entitled,
    Intent,
    Law,
    Refusal,
    Subjects,
    refuse,
)
from services.casework.obligation import Obligation, owed
from services.casework.office import (
    ANY_OFFICE,
    entitled_by,
    no_interest,
)
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.stream import Common, OpenAct, State

ANYBODY = tuple(Entitled(kind, ANY_OFFICE, anywhere=True) for kind in ActorKind)
"""Whoever it is: what is asked of them is asked by the rules."""


# --- folds ------------------------------------------------------------------------------------------------------------


def _proposed(region: Common, entry: Entry[ActProposed]) -> Common:
    event = entry.event
    waiting = OpenAct(
        version=entry.version, type=event.type, payload=event.payload, digest=event.digest, actor=entry.actor,
        day=entry.day, effective_on=entry.effective_on, at_version=event.at_version,
        relied_on=entry.relied_on or {},
    )  # fmt: skip
    return replace(region, open_acts={**region.open_acts, entry.version: waiting})


def _seconded(region: Common, entry: Entry[ActSeconded]) -> Common:
    waiting = {version: act for version, act in region.open_acts.items() if version != entry.event.proposal}
    return replace(region, open_acts=waiting)


# --- acts of two persons (T-04) ---------------------------------------------------------------------------------------


def takes_two(state: State, act: Act[Any], pack: Pack) -> bool:
    """Whether the act holds only when a second person has seconded it."""
    law = state.descriptor.laws[act.type]
    return law.second is not None and law.second.when(state, act, pack)


def proposal_of(state: State, act: Act[Any], effective_on: date) -> ActProposed:
    """The event by which an act that takes two persons is proposed."""
    payload = canonical(act.event)
    digest = proposal_digest(state, act.type, payload, act.actor, effective_on)
    return COMMON[state.descriptor.name].act_proposed(
        type=act.type.about.type, payload=payload, digest=digest, at_version=state.version
    )


def canonical(event: Event) -> str:
    """The payload as canonical JSON: sorted keys, no spaces, no empty fields."""
    document = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def proposal_digest(state: State, event_type: type[Event], payload: str, actor: Actor, effective_on: date) -> str:
    """SHA-256 of the whole proposed entry: stream, version, type, payload, actor, day, as canonical JSON."""
    whole = {
        "actor": actor.model_dump(mode="json", exclude_none=True),
        "at_version": state.version,
        "effective_on": effective_on.isoformat(),
        "payload": payload,
        "stream": str(state.id),
        "type": event_type.about.type,
    }
    return sha256(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)).hexdigest()


def event_of(waiting: OpenAct | ActProposed) -> Event:
    """The event that was proposed."""
    return EVENT_TYPES[waiting.type].model_validate_json(waiting.payload)


def seconded_act(state: State, event: ActSeconded) -> tuple[OpenAct, Event] | None:
    """The act that a seconding brings about; None where nothing of the kind waits."""
    waiting = state.common.open_acts.get(event.proposal)
    return (waiting, event_of(waiting)) if waiting is not None else None


def lapses_on(waiting: OpenAct, pack: Pack) -> date:
    """The last day on which a proposed act can be seconded."""
    return pack.after(waiting.day, pack.windows.second_act)


def _pack_of(waiting: OpenAct, act: Intent, pack: Pack) -> Pack:
    """The pack under which the act was proposed: a later one gives its proposal no other window."""
    return act.context.packs.on(waiting.day) if act.context.packs is not None else pack


def _waiting(act: Intent, state: State) -> OpenAct | None:
    return state.common.open_acts.get(act.subject.get("proposal") or 0)


def some_act_waits(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-04: what is seconded was proposed, waits still, and has not lapsed."""
    waiting = _waiting(act, state)
    if waiting is None:
        return refuse(pack, "T-04", "没有这项待附议的事项", "no such act waits for a second person")
    last = lapses_on(waiting, _pack_of(waiting, act, pack))
    if act.day > last:
        return refuse(pack, "T-04", f"附议期至{last}，须重新提出", f"it lapsed after {last}", (waiting.version,))
    return None


def nothing_came_since(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-04: where what it rests on moved, it is proposed and seconded anew."""
    waiting = _waiting(act, state)
    if waiting is None:
        return None
    since = [
        entry.version
        for entry in state.entries[waiting.version :]
        if entry.version not in state.voided and not isinstance(entry.event, ActProposed | DeadlineMissed)
    ]
    if since:
        return refuse(
            pack, "T-04", "提出后情况已变化，须重新提出", "the stream has moved since; propose it anew", since
        )
    return None


def may_second(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-04, I-13: who seconds could do it alone if it took one, and is certainly another person than who proposed."""
    waiting = _waiting(act, state)
    if waiting is None:
        return None
    inner = state.descriptor.laws.get(EVENT_TYPES[waiting.type])
    if inner is None or inner.second is None:
        return refuse(pack, "T-04", "该事项无须附议", "that act takes no second person", (waiting.version,))
    same = act_of(inner, event_of(waiting), act.actor, act.day, context=act.context)
    refusal = may_be_second(state, same, waiting.actor, pack)
    return replace(refusal, pointer=None) if refusal is not None else None  # no field of the seconding


def may_be_second(state: State, act: Act[Any], first: Actor, pack: Pack) -> Refusal | None:
    """T-04, I-12, I-13: why the actor is not the second person of an act that the first one proposed."""
    law = state.descriptor.laws[act.type]
    if law.second is None:
        return None
    refusal = entitled_by(law.second.office, state, act, law, pack) or no_interest(state, act, pack)
    refusal = refusal or two_persons(act, first, pack)
    two_houses = law.second.two_houses
    apart = two_houses(state, act, pack) if callable(two_houses) else two_houses
    if refusal is None and apart and act.actor.house is first.house:
        zh, en = "须由两个部门的人员办理", "the two persons are of two houses"
        refusal = refuse(pack, "T-04", zh, en, (first.id,))
    if refusal is None and law.second.rule is not None:
        refusal = law.second.rule(state, act, pack)
    asked = (rule(state, act, pack) for rule in law.state) if refusal is None else ()
    return refusal or next((found for found in asked if found is not None), None)


def two_persons(act: Intent, first: Actor, pack: Pack) -> Refusal | None:
    """T-04, T-02: two persons are two by their tags, and neither appointed the other of late."""
    one, other = act.context.find(Officer, first.id), act.context.find(Officer, act.actor.id)
    if first.id == act.actor.id:
        return refuse(pack, "T-04", "提出人不得附议自己", "nobody seconds what they proposed", (first.id,))
    if one is None or other is None:
        return None
    if one.tag == other.tag:
        zh = "两名人员未以人员标识区分为不同的人"
        return refuse(pack, "T-04", zh, "their person tags do not show them to be two persons", (first.id,))
    for appointed, by in ((one, other), (other, one)):
        last = appointed.appointed_on_by(by.id)
        if last is not None and act.day <= pack.after(last, pack.windows.mutual_appointment):
            zh = f"附议人与提出人于{last}有任命关系"
            return refuse(pack, "T-04", zh, f"one of them appointed the other on {last}", (first.id,))
    return None


def same_proposal(state: State, act: Act[ActSeconded], pack: Pack) -> Refusal | None:
    """T-04: what is seconded is what was proposed, to the byte."""
    waiting = state.common.open_acts.get(act.event.proposal)
    if waiting is not None and waiting.digest != act.event.digest:
        zh = "摘要与所提事项不符"
        return refuse(pack, "T-04", zh, "the digest is not that of what was proposed", (waiting.version,), "/digest")
    return None


def act_is_lawful_still(state: State, act: Intent, pack: Pack) -> Refusal | None:
    """T-04: the proposed act is judged when it is stored; its proposer holds the post then."""
    waiting = _waiting(act, state)
    if waiting is None or any(rule(state, act, pack) for rule in (some_act_waits, nothing_came_since, may_second)):
        return None
    on = max(waiting.effective_on, act.day)
    refusals = judge(state, event_of(waiting), waiting.actor, act.day, pack, effective_on=on, context=act.context)
    return replace(refusals[0], pointer=None) if refusals else None  # no field of the seconding


def proposes_what_is_lawful(state: State, act: Act[ActProposed], pack: Pack) -> Refusal | None:
    """T-04: what is proposed is judged as if it were done, and takes two persons."""
    event_type = EVENT_TYPES.get(act.event.type)
    law = state.descriptor.laws.get(event_type) if event_type is not None else None
    if law is None:
        return refuse(pack, "T-04", "所提事项不属于该记录流", "no such act is of this kind of stream", (), "/type")
    try:
        event = event_of(act.event)
    except ValidationError:
        event = None
    if event is None or canonical(event) != act.event.payload:
        return refuse(pack, "T-04", "所提内容不合格式", "that is no such act, or not canonical", (), "/payload")
    refusals = judge(state, event, act.actor, act.day, pack, effective_on=act.effective_on, context=act.context)
    if refusals:
        return replace(refusals[0], pointer="/payload")
    inner = act_of(law, event, act.actor, act.day, effective_on=act.effective_on, context=act.context)
    if not takes_two(state, inner, pack):
        return refuse(pack, "T-04", "该事项无须附议", "that act takes no second person")
    return None


def digest_is_its_own(state: State, act: Act[ActProposed], pack: Pack) -> Refusal | None:
    """T-04: a proposal names the version at which it is judged, and the digest of the whole entry proposed."""
    event, event_type = act.event, EVENT_TYPES.get(act.event.type)
    if event_type is None or act.effective_on is None:
        return None
    if event.at_version != state.version:
        zh, en = f"提出时版本应为{state.version}", f"it is judged at version {state.version}"
        return refuse(pack, "T-04", zh, en, (state.version,), "/at_version")
    if event.digest != proposal_digest(state, event_type, event.payload, act.actor, act.effective_on):
        return refuse(pack, "T-04", "摘要与所提事项不符", "the digest is not that of what is proposed", (), "/digest")
    return None


def acts_waiting(state: State, packs: Packs) -> Iterator[Obligation]:
    """A proposed act is seconded in its days, or lapses."""
    for waiting in state.common.open_acts.values():
        pack = packs.on(waiting.day)
        level = waiting.actor.level or Level.PROVINCE
        holder = f"{level}:{waiting.actor.place}"
        yield owed(pack, ObligationKind.SECOND_ACT, str(waiting.version), holder, waiting.day, lapses_on(waiting, pack))


PROPOSALS: Subjects[State] = Subjects(
    ("proposal",), lambda state, pack: ((version,) for version in sorted(state.common.open_acts))
)


@cache
def common_chapter(kind: str) -> Chapter[State]:
    """The chapter for a kind of that name, whose events of it bear its name."""
    events = COMMON[kind]
    return Chapter(
        "common",
        {
            events.act_proposed: _proposed,
            events.act_seconded: _seconded,
            **duties.folds(events),
        },
        (
            Law(
                events.act_proposed,
                office=ANYBODY,
                rule="T-04",
                opens=True,
                content=(proposes_what_is_lawful, digest_is_its_own),
            ),
            Law(
                events.act_seconded,
                office=ANYBODY,
                rule="T-04",
                about=PROPOSALS,
                state=(some_act_waits, nothing_came_since, may_second, act_is_lawful_still),
                content=(same_proposal,),
                reads=_proposer,
                settles=(ObligationKind.SECOND_ACT,),
            ),
            voids.law(events),
            corrections.law(events),
            *duties.laws(events),
        ),
        acts_waiting,
    )  # fmt: skip


def _proposer(state: State, event: ActSeconded) -> Iterator[UUID]:
    waiting = state.common.open_acts.get(event.proposal)
    if waiting is not None:
        yield waiting.actor.id
