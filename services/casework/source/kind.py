"""The kind `source`: which system may report what, and where (policy 五(五)3)."""

from __future__ import annotations

from events.governance.source import (
    SourceClosed,
    SourceKeyRegistered,
    SourceKeyRevoked,
    SourceRegistered,
    SourceResumed,
    SourceSuspended,
)
from events.words import Level, Role
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, StateRule, refuse
from services.casework.office import at, officer
from services.casework.pack import Pack
from services.casework.source import state
from services.casework.source.state import Source, source_stream

_ADMINISTRATOR = (officer(Role.ADMINISTRATOR, levels=at(Level.PROVINCE, Level.NATION)),)


def not_closed(source: Source, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: a closed source stays closed."""
    return refuse(pack, "I-00", "该来源已关闭", "the source is closed", final=True) if source.closed else None


def suspended(wanted: bool) -> StateRule[Source]:
    """I-00: only a source that reports is suspended, and only a suspended one resumes."""

    def stands_so(source: Source, act: Intent, pack: Pack) -> Refusal | None:
        if source.suspended is wanted:
            return None
        zh, en = ("该来源未暂停", "the source is not suspended") if wanted else ("该来源已暂停", "it is suspended")
        return refuse(pack, "I-00", zh, en)

    return stands_so


MOST_KEYS = 4
"""Keys of a source at a time: the one in use, and those that take its place."""


def key_is_new(source: Source, act: Act[SourceKeyRegistered], pack: Pack) -> Refusal | None:
    """I-17: a key that was revoked, or is registered already, is not registered again; few are held at a time."""
    known = {entry.event.key for entry in source.entries if isinstance(entry.event, SourceKeyRegistered)}
    if act.event.key in known:
        zh, en = "该公钥已经登记过，请使用新的密钥", "this key was registered before; a new one is needed"
        return refuse(pack, "I-17", zh, en, (), "/key")
    if len(source.keys) >= MOST_KEYS:
        zh, en = (
            f"来源至多{MOST_KEYS}个公钥，请先撤销不用的",
            f"a source has {MOST_KEYS} keys at most; revoke one first",
        )
        return refuse(pack, "I-17", zh, en)
    return None


SOURCE = Kind(
    "source",
    Source,
    (
        Chapter(
            None,
            {
                SourceRegistered: state.registered,
                SourceSuspended: state.suspended,
                SourceResumed: state.resumed,
                SourceClosed: state.closed,
                SourceKeyRegistered: state.key_registered,
                SourceKeyRevoked: state.key_revoked,
            },
            (
                Law(
                    SourceRegistered,
                    office=_ADMINISTRATOR,
                    rule="I-17",
                    opens=True,
                    once=True,
                    place=lambda event: event.place,
                ),
                Law(
                    SourceSuspended,
                    office=_ADMINISTRATOR,
                    rule="I-17",
                    state=(not_closed, suspended(False)),
                    second=Second(_ADMINISTRATOR),
                    undone_by_procedure=True,
                ),
                Law(
                    SourceResumed,
                    office=_ADMINISTRATOR,
                    rule="I-17",
                    state=(not_closed, suspended(True)),
                    second=Second(_ADMINISTRATOR),
                    undone_by_procedure=True,
                ),
                Law(
                    SourceClosed,
                    office=_ADMINISTRATOR,
                    rule="I-17",
                    state=(not_closed,),
                    second=Second(_ADMINISTRATOR),
                    undone_by_procedure=True,
                ),
                Law(
                    SourceKeyRegistered,
                    office=_ADMINISTRATOR,
                    rule="I-17",
                    state=(not_closed,),
                    content=(key_is_new,),
                    second=Second(_ADMINISTRATOR),
                    undone_by_procedure=True,
                ),
                Law(
                    SourceKeyRevoked,
                    office=_ADMINISTRATOR,
                    rule="I-17",
                    state=(not_closed,),
                    second=Second(_ADMINISTRATOR),
                    undone_by_procedure=True,
                ),
            ),
        ),
    ),
    place=lambda source: source.place or None,
    is_open=lambda source: bool(source.uri) and not source.closed,
    label=lambda source, language: source.name,
    key=lambda event: source_stream(event.uri),
    choices={"keys": lambda source: source.keys},
)
