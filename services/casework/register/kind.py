"""The kind `register`: its opening, once, its recovery (T-04), its keys, the nation that it recognises, how long
things are kept (T-27), and what persons ask about themselves (T-29).
"""

from __future__ import annotations

from datetime import date, timedelta

from events.governance.register import (
    RegisterBranched,
    RegisterKeyRotated,
    RegisterNationRecognised,
    RegisterNotWatched,
    RegisterOpened,
    RegisterRecovered,
)
from events.words import Level, Role
from services.casework.called import place_called
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.office import PROVINCE, SYSTEM, TIMEKEEPER, officer
from services.casework.officer.state import Officer
from services.casework.pack import Pack
from services.casework.register import persons, retention
from services.casework.register.state import (
    RECOVERY_DAYS,
    Register,
    branched,
    key_rotated,
    nation_recognised,
    not_watched,
    opened,
    recovered,
    register_stream,
)


def by_an_auditor(register: Register, act: Act[RegisterRecovered], pack: Pack) -> Refusal | None:
    """T-04: a recovery has an auditor of the register as its second."""
    auditor = act.context.find(Officer, act.event.auditor)
    if auditor is None or any(Role.AUDITOR in post.roles for post in auditor.actors(act.day)):
        return None
    return refuse(pack, "T-04", "恢复须有审计人员附议", "a recovery takes an auditor", (auditor.id,), "/auditor")


def by_the_sealed_code(register: Register, act: Act[RegisterRecovered], pack: Pack) -> Refusal | None:
    """T-04: the code is the one that was sealed last, and each is used once."""
    event, sealed = act.event, register.recovery_digest
    if sealed is None:
        return refuse(pack, "T-04", "该登记册没有封存恢复码", "no code for a recovery was sealed", (), "/code_digest")
    if event.code_digest != sealed:
        return refuse(
            pack, "T-04", "恢复码不是封存的那一个", "that is not the code that was sealed", (), "/code_digest"
        )
    if event.next_digest == sealed:
        return refuse(pack, "T-04", "恢复码只用一次", "a code is used once", (), "/next_digest")
    return None


def is_opened(register: Register, act: Intent, pack: Pack) -> Refusal | None:
    """T-25: what is not opened yet is not watched."""
    if register.opened_on is not None:
        return None
    return refuse(pack, "T-25", "登记册尚未启用", "the register is not opened yet")


def days_past_and_new(register: Register, act: Act[RegisterNotWatched], pack: Pack) -> Refusal | None:
    """T-25: days that are over, since the opening, and each recorded once."""
    event, last = act.event, max((until for _, until in register.not_watched), default=date.min)
    if last < event.from_ <= event.until < act.day and event.from_ >= (register.opened_on or act.day):
        return None
    zh, en = "未监测的日期须已过去、未曾记录", "days that are over, since the opening, and not recorded before"
    return refuse(pack, "T-25", zh, en, (last,) if last > date.min else (), "/from")


def next_key(register: Register, act: Act[RegisterKeyRotated], pack: Pack) -> Refusal | None:
    """I-00: keys are counted, and each follows the one before."""
    if act.event.number == register.keys + 1:
        return None
    zh, en = f"下一把密钥为第{register.keys + 1}号", f"the next key is number {register.keys + 1}"
    return refuse(pack, "I-00", zh, en, (register.keys,), "/number")


def of_a_province(register: Register, act: Intent, pack: Pack) -> Refusal | None:
    """I-00: what recognises the nation is the register of a province, once it is opened."""
    if register.level is Level.PROVINCE:
        return None
    return refuse(pack, "I-00", "须为已启用的省登记册", "this takes the register of a province, opened")


_ADMINISTRATOR = (officer(Role.ADMINISTRATOR, levels=PROVINCE),)

REGISTER = Kind(
    "register",
    Register,
    (
        Chapter(
            None,
            {
                RegisterOpened: opened,
                RegisterRecovered: recovered,
                RegisterNotWatched: not_watched,
                RegisterKeyRotated: key_rotated,
                RegisterBranched: branched,
                RegisterNationRecognised: nation_recognised,
            },
            (
                Law(RegisterOpened, office=(SYSTEM,), rule="T-04", opens=True, once=True),
                Law(
                    RegisterRecovered,
                    office=(SYSTEM,),
                    rule="T-04",
                    content=(by_the_sealed_code, by_an_auditor),
                    undone_by_procedure=True,
                ),
                Law(
                    RegisterNotWatched,
                    office=(TIMEKEEPER,),
                    rule="T-25",
                    state=(is_opened,),
                    content=(days_past_and_new,),
                    undone_by_procedure=True,
                ),
                Law(
                    RegisterKeyRotated,
                    office=(SYSTEM,),
                    rule="I-13",
                    content=(next_key,),
                    undone_by_procedure=True,
                ),
                Law(RegisterBranched, office=(SYSTEM,), rule="I-13", undone_by_procedure=True),
                Law(
                    RegisterNationRecognised,
                    office=_ADMINISTRATOR,
                    rule="I-13",
                    state=(of_a_province,),
                    second=Second(_ADMINISTRATOR),
                    undone_by_procedure=True,
                ),
            ),
        ),
        retention.CHAPTER,
        persons.CHAPTER,
    ),
    place=lambda register: register.place or None,
    is_open=lambda register: register.opened_on is not None,
    label=lambda register, language: place_called(register.place, language),
    key=lambda event: register_stream(event.place),
)


def recovering(register: Register, day: date) -> bool:
    """Whether a recovery is so recent that every page says so."""
    return recovered_on(register, day) is not None


def recovered_on(register: Register, day: date) -> date | None:
    """The day of the last recovery, where it is so recent that every page says so."""
    last = max(register.recovered, default=None)
    return last if last is not None and day <= last + timedelta(days=RECOVERY_DAYS) else None
