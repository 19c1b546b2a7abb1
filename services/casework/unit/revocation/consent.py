"""The nation's consent to the revocation of a title that it gave (I-08)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from events.unit.revocation import (
    UnitConsentGiven,
    UnitConsentRefused,
)
from events.words import (
    Level,
)
from services.casework.law import Act, Intent, Refusal, refuse
from services.casework.pack import Pack

if TYPE_CHECKING:
    from services.casework.unit.state import Unit


def needs_consent(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """A-08 (I-08): only a national title goes to the nation for consent."""
    if act.title in pack.titles and pack.titles[act.title].consent_by is None:
        return refuse(pack, "I-08", "该称号由命名层级自行取消", "this title is revoked without the nation")
    return None


def consent_not_requested(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-05: consent is asked for once; again after it was refused."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is not None and proposal.consent_requested is not None and proposal.consent_refused is None:
        return refuse(pack, "I-05", "已报国家三方", "consent was requested already", (proposal.consent_requested,))
    return None


def consent_awaited(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-08: the nation answers what it was asked, once."""
    proposal = unit.revocation.proposals.get(act.title or "")
    if proposal is None or (
        proposal.consent_requested is not None and proposal.consent is proposal.consent_refused is None
    ):
        return None
    return refuse(pack, "I-08", "没有待答复的报请", "no request for consent is waiting", (proposal.version,))


def consent_asked_on(unit: Unit, act: Intent) -> date | None:
    """The day on which the nation was asked."""
    proposal = unit.revocation.proposals.get(act.title or "")
    return proposal.consent_requested_on if proposal is not None else None


def national_paper_given(unit: Unit, act: Act[UnitConsentGiven | UnitConsentRefused], pack: Pack) -> Refusal | None:
    """I-08: recorded by the province, the nation's word needs its paper in the register."""
    if act.actor.level is Level.NATION or act.event.paper is not None:
        return None
    return refuse(
        pack,
        "I-08",
        "须附已登记的国家文件",
        "the nation's paper is needed, as a document of the register",
        (),
        "/paper",
    )


def nation_consented(unit: Unit, act: Intent, pack: Pack) -> Refusal | None:
    """I-08 (R-27): a national title is revoked only after the nation's consent."""
    title, proposal = pack.titles.get(act.title or ""), unit.revocation.proposals.get(act.title or "")
    if title is None or title.consent_by is None or proposal is None or proposal.consent is not None:
        return None
    return refuse(pack, "I-08", "国家三方尚未同意", "the nation has not consented", (proposal.version,))
