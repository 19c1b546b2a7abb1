"""What the register itself reads for some decisions before they are judged: the bytes of a paper, who may be drawn,
who is in post, now or when a pack begins, what was kept for its time, how far the log goes.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

from events.envelope import Event
from events.fields import Document
from events.governance.check import CheckDrawn, CheckListFrozen
from events.governance.crosscheck import CrosscheckAssigned, CrosscheckListsFrozen
from events.governance.document import DocumentRecorded
from events.governance.policy import PolicyAdopted
from events.governance.retention import RegisterContentDestroyed
from events.governance.year_reports import YearBulletinPublished
from events.unit.self_evaluation import UnitReportSealed
from events.unit.standing_in import UnitTakingUpRequested
from events.words import ActorKind
from services import content, retention, standing_in
from services.casework.pack import find_pack
from services.casework.policy.staffing import unstaffed
from services.casework.register.state import Register, register_stream
from services.certificate_status import send
from services.draws import drawn, frozen
from services.electronic_seals import SealRefused, Trust, trusted, verified
from services.errors import Malformed, Problem
from services.http.context import Context
from services.nation import draw as nation
from services.register import read_async


async def prepared(here: Context, who: ActorKind, stream: UUID, event: Event) -> Event:
    """The event with what is read for it. Raises Malformed where a paper's bytes are not here, and what draws raise."""
    match event:
        case DocumentRecorded():
            async with here.pool.connection() as conn:
                await content.must_be_stored(conn, event)
        case UnitReportSealed(signature=Document() as signature):
            return await _sealed(here, event, signature)
        case PolicyAdopted():
            return await _staffed(here, event)
        case YearBulletinPublished(position=position):
            return await _read_up_to(here, event, position)
        case RegisterContentDestroyed():
            return await _certified(here, event)
        case UnitTakingUpRequested():
            unit = await here.states.unit(stream)
            return await standing_in.asked(here.states, unit, event, here.today, await here.pack_today())
        case CheckListFrozen() | CheckDrawn() | CrosscheckListsFrozen() | CrosscheckAssigned():
            return await _of_a_draw(here, who, stream, event)
    return event


async def _of_a_draw(
    here: Context,
    who: ActorKind,
    stream: UUID,
    event: CheckListFrozen | CheckDrawn | CrosscheckListsFrozen | CrosscheckAssigned,
) -> Event:
    """A step of a draw with what it rests on: the list, the log's head, who was drawn (T-19)."""
    pack, papers, kept = await here.pack_today(), here.decisions.papers, who is ActorKind.OFFICER
    async with here.pool.connection() as conn:
        match event:
            case CheckListFrozen():
                return await frozen(conn, papers, stream, event, here.today, pack, kept=kept)
            case CheckDrawn():
                return await drawn(conn, papers, stream, event)
            case CrosscheckListsFrozen():
                return await nation.frozen(conn, papers, stream, event, pack, here.today, kept=kept)
            case CrosscheckAssigned():
                return await nation.assigned(conn, papers, stream, event)


async def _read_up_to(here: Context, event: YearBulletinPublished, position: int) -> YearBulletinPublished:
    """The bulletin as it is (A-34). Raises Malformed where its figures are of a position beyond the log's end."""
    async with here.pool.connection() as conn:
        last = await read_async.last_position(conn)
    if position > last:
        zh, en = (
            f"登记簿目前到第{last}位，尚无该截止位置",
            f"the log ends at {last}: figures are not of a later position",
        )
        raise Malformed([Problem("/position", zh, en)])
    return event


async def _certified(here: Context, event: RegisterContentDestroyed) -> Event:
    """The certificate with what is due under its line; as it is, where the register or the line is none."""
    register, pack = await here.states.current(Register, register_stream(here.settings.place)), await here.pack_today()
    if register is None or event.line not in pack.retention:
        return event
    async with here.pool.connection() as conn:
        return await retention.certified(conn, register, event, pack, here.today)


async def _staffed(here: Context, event: PolicyAdopted) -> Event:
    """The adoption with the offices whose people of that day are too few; without, where the pack is not here."""
    try:
        pack = find_pack(event.pack, event.pack_version, event.digest)
    except KeyError:
        return event
    return event.model_copy(update={"unstaffed": unstaffed(pack, await standing_in.officers(here.states), event.from_)})


async def _sealed(here: Context, event: UnitReportSealed, signature: Document) -> Event:
    """The seal with the certificate that its signature shows (R-14). Raises Malformed with what it lacks."""
    async with here.pool.connection() as conn:
        known = await content.known(conn, signature.sha256)
    if known is None:
        zh, en = "登记簿中没有该签名文件，请先上传", "no bytes with this digest are stored: upload them first"
        raise Malformed([Problem("/signature/sha256", zh, en)])
    signed = await content.whole(here.decisions.papers, known)
    path = here.settings.seal_trust
    try:
        trust = trusted(path) if path is not None else Trust()
        trust = replace(trust, send=send if here.settings.seal_ocsp else None)
        certificate = await asyncio.to_thread(verified, signed.data, event.report_digest, trust, here.today)
    except SealRefused as refused:
        raise Malformed([Problem("/signature", refused.zh, refused.en)]) from refused
    return event.model_copy(update={"certificate": certificate})
