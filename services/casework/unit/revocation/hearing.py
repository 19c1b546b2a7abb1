"""The notice of a hearing, its service, and what the unit says or lets pass (I-09, T-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.envelope import Event
from events.unit.revocation import (
    UnitNoticeServed,
    UnitRevocationLapsed,
    UnitStatementHeard,
)
from events.words import (
    ActorKind,
    ObligationKind,
    Service,
)
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.obligation import Obligation
from services.casework.pack import Pack
from services.casework.policy.state import Packs
from services.casework.unit.duties import of_office
from services.casework.unit.revocation.state import Proposal
from services.casework.unit.standing_in import pressed

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def propose_served(unit: Unit, act: Act[UnitNoticeServed], pack: Pack) -> Event:
    """Served on the day of the proof, by public notice some days after it; the unit may be heard from then on, and not
    before the register knows of it (A-07, T-12).
    """
    event = act.event
    on = event.on or act.day
    served = pack.after(on, pack.windows.public_notice) if event.how is Service.PUBLIC_NOTICE else on
    due = pack.after(max(served, act.day), pack.windows.hearing)
    return event.model_copy(update={"on": on, "served_on": served, "due": due})


def not_notified_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-09: the unit is told once; its days run from then."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is not None and proposal.notified_on is not None:
        return refuse(pack, "I-09", f"已于{proposal.notified_on}告知", f"the unit was told on {proposal.notified_on}")
    return None


def not_served_yet(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """T-12: what counts as served is not served again; while a public notice runs, it may be served before."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None or proposal.served_on is None or proposal.served_on > act.day:
        return None
    zh, en = f"已于{proposal.served_on}送达", f"it was served on {proposal.served_on}"
    return refuse(pack, "T-12", zh, en, (proposal.version,))


def served_by_whom_it_can_be(unit: Unit, act: Act[UnitNoticeServed], pack: Pack) -> Refusal | None:
    """T-12: the unit itself opens what lies in its account; any other service is the office's, with proof."""
    event, by_unit = act.event, act.actor.kind is ActorKind.APPLICANT
    if by_unit is not (event.how is Service.ACCOUNT):
        zh, en = (
            "账户签收由单位自己作出，其他方式由机关办理",
            "only the unit opens its account; the office serves else",
        )
        return refuse(pack, "T-12", zh, en, (), "/how")
    if not by_unit and not event.documents:
        return refuse(pack, "T-12", "送达须附凭证", "service is proved by a document", (), "/documents")
    return None


def served_after_the_notice(unit: Unit, act: Act[UnitNoticeServed], pack: Pack) -> Refusal | None:
    """T-12, I-21: nothing is served before the notice went out, nor later than today."""
    proposal, on = unit.revocation.proposals.get(act.title or ""), act.event.on
    if proposal is None or proposal.notified_on is None or on is None or proposal.notified_on <= on:
        return None
    zh, en = f"告知书于{proposal.notified_on}发出", f"the notice went out on {proposal.notified_on}"
    return refuse(pack, "T-12", zh, en, (proposal.version,), "/on")


def opened_today(unit: Unit, act: Act[UnitNoticeServed], pack: Pack) -> Refusal | None:
    """T-12: a unit opens its account on the day on which it does."""
    if act.event.how is not Service.ACCOUNT or act.event.on in (None, act.day):
        return None
    return refuse(pack, "T-12", "账户签收记于当日", "an account is opened on the day itself", (), "/on")


def never_served(unit: Unit, act: Act[UnitRevocationLapsed], pack: Pack) -> Refusal | None:
    """T-12: over by rule is only a proposal whose notice was not served by its last call, every lapse on record."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None:
        return None
    if act.event.proposal != proposal.version:
        return refuse(pack, "T-12", "不是该次提议", "that is another proposal", (proposal.version,), "/proposal")
    if proposal.hearing_over_on(unit.common) is None:
        packs = act.context.packs or Packs.fixed(pack)
        waiting = list(pressed(unit, proposal.title, to_serve(unit, proposal, packs), packs))
        last = max(duty.due for duty in waiting if duty.kind is not ObligationKind.TAKE_UP)
        on_record = all(duty.key in unit.common.missed for duty in waiting)
        if on_record and act.day > pack.after(last, pack.windows.last_call):
            return None
    return refuse(pack, "T-12", "告知书已送达或送达期限未满", "it was served, or may be still", (proposal.version,))


def to_serve(unit: Unit, proposal: Proposal, packs: Packs) -> Obligation:
    """What the office that proposed owes until the notice is served: sending it, then its service."""
    sent, pack = proposal.notified_on, packs.on(proposal.notified_on or proposal.day)
    kind = ObligationKind.SERVE_NOTICE if sent else ObligationKind.NOTIFY_HEARING
    due = pack.after(sent or proposal.day, pack.windows.serve_notice if sent else pack.windows.notice)
    level = proposal.level or pack.titles[proposal.title].revoked_by
    return of_office(unit, pack, kind, str(proposal.version), level, sent or proposal.day, due)


def was_notified(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-09: nobody is heard who was not told the grounds."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is not None and proposal.notified_on is None:
        return refuse(pack, "I-09", "尚未告知单位", "the unit has not been told the grounds", (proposal.version,))
    return None


def statement_has_text(unit: Unit, act: Act[UnitStatementHeard], pack: Pack) -> Refusal | None:
    """I-09: a statement says something, or is waived."""
    event = act.event
    if not event.waived and event.text is None and not event.documents:
        return refuse(pack, "I-09", "陈述申辩内容为空", "the statement is empty and not waived", pointer="/text")
    return None


def heard_or_time_passed(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-09 (A-07, T-12): told and heard, or its working days over since the notice was served."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None or proposal.hearing_is_over(act.day, unit.common):
        return None
    if proposal.notified_on is None:
        return refuse(pack, "I-09", "尚未告知单位事由", "the unit was not told the grounds", (proposal.version,))
    if proposal.hearing_due is None:
        return refuse(pack, "T-12", "告知书尚未送达", "no service of the notice is proved", (proposal.version,))
    last = proposal.hearing_last_day(unit.common)
    return refuse(pack, "I-09", f"陈述申辩期至{last}", f"the unit may be heard until {last}")


def said_for_the_unit_with_its_paper(unit: Unit, act: Act[UnitStatementHeard], pack: Pack) -> Refusal | None:
    """T-12: what an office records as the unit's word, or as its waiver, is a document that the unit signed."""
    if not said_for_the_unit(unit, act, pack) or act.event.documents:
        return None
    zh, en = "代录单位的陈述或放弃须附其签署的文件", "what is recorded for the unit needs the document that it signed"
    return refuse(pack, "T-12", zh, en, (), "/documents")


def said_for_the_unit(unit: Unit, act: Intent, pack: Pack) -> bool:
    return act.actor.kind is ActorKind.OFFICER
