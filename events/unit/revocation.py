"""Chapter 取消: how a name is lost, step by step (policy 五(五)3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from events.envelope import About, Event, derived
from events.fields import (
    ConsentRef,
    Day,
    Digest,
    DocumentRef,
    Documents,
    EvidenceRef,
    GrantRef,
    Line,
    OpinionRef,
    Part,
    PlaqueRef,
    ProposedRevocationRef,
    Prose,
    TitleRef,
)
from events.words import Ground, ReconsiderationOutcome, Recovery, Service, label


class GroundWithEvidence(Part):
    """A ground and the entries of this stream that prove it."""

    ground: Ground
    evidence: Annotated[tuple[EvidenceRef, ...], Field(min_length=1, max_length=100)]

    def caption(self, language: str) -> str:
        """The ground alone."""
        return label(self.ground, language)


class UnitRevocationProposed(Event):
    """The prefecture or the province proposes to revoke a held title, on grounds with evidence."""

    about = About(
        "unit.revocation-proposed.v1", "拟取消命名", "Revocation proposed", "revocation",
        "拟取消{title}命名，事由：{grounds}", "Revocation of {title} proposed on: {grounds}",
        decision="propose-revocation",
    )  # fmt: skip
    title: TitleRef | None = None
    grounds: Annotated[tuple[GroundWithEvidence, ...], Field(min_length=1, max_length=20)]


class UnitRevocationDropped(Event):
    """The proposal is dropped, or it is stated why none is made (I-14)."""

    about = About(
        "unit.revocation-dropped.v1", "终止取消程序", "Revocation dropped", "revocation",
        "不取消{title}命名：{reason}", "No revocation of {title}: {reason}",
        decision="drop-revocation",
    )  # fmt: skip
    title: TitleRef | None = None
    reason: Prose
    paper: DocumentRef | None = None


class UnitHearingNotified(Event):
    """The notice of the grounds goes out to the unit; its days to be heard run from proved service (A-07, T-12)."""

    about = About(
        "unit.hearing-notified.v1", "告知", "Hearing notified", "revocation",
        "告知取消{title}命名的事由和陈述申辩的权利", "Notice of the grounds against {title}, and of the right to be heard",
        decision="notify-hearing",
    )  # fmt: skip
    title: TitleRef | None = None


class UnitNoticeServed(Event):
    """The notice reached the unit: opened in its account, or served by the office with proof (T-12).

    `on` is the day on which it was signed for, delivered or published; `served_on` the day from which it counts as
    served; `due` the last day on which the unit may be heard.
    """

    about = About(
        "unit.notice-served.v1", "送达告知书", "Notice served", "revocation",
        "取消{title}命名的告知书已送达（{how}）[，自{served_on}起视为送达][，陈述申辩至{due}]",
        "Notice of the revocation of {title} served ({how})[, as of {served_on}][; may be heard until {due}]",
        decision="serve-notice",
    )  # fmt: skip
    title: TitleRef | None = None
    how: Service
    on: Day | None = None
    documents: Documents = ()
    served_on: Day | None = derived()
    due: Day | None = derived()


class UnitStatementHeard(Event):
    """The unit made its statement, or waived it."""

    about = About(
        "unit.statement-heard.v1", "陈述申辩", "Statement heard", "revocation",
        "听取陈述申辩（{title}）[，放弃陈述：{waived}][：{text}]",
        "Statement heard on {title}[, waived: {waived}][: {text}]",
        decision="hear-statement",
    )  # fmt: skip
    title: TitleRef | None = None
    text: Prose | None = None
    waived: bool = False
    documents: Documents = ()


class UnitRevocationLapsed(Event):
    """A proposal whose notice was never served is over, and its grounds are unanswered again (T-12). By the
    timekeeper.
    """

    about = About(
        "unit.revocation-lapsed.v1", "取消程序未送达终止", "Revocation lapsed", "revocation",
        "拟取消{title}命名的告知书未送达，该次程序终止，事由仍待答复",
        "The notice of the revocation of {title} was never served: this proposal is over, its grounds unanswered",
    )  # fmt: skip
    title: TitleRef | None = None
    proposal: ProposedRevocationRef


class UnitConsentRequested(Event):
    """The province asks the national tripartite body for consent (报国家三方)."""

    about = About(
        "unit.consent-requested.v1", "报国家三方", "Consent requested", "consent",
        "就取消{title}命名报国家三方审议，文号{document_number}", "National consent requested for {title}, document {document_number}",
        decision="request-consent",
    )  # fmt: skip
    title: TitleRef | None = None
    document_number: Line


class UnitConsentGiven(Event):
    """The nation consents; or the province records it from the nation's registered paper (I-08)."""

    about = About(
        "unit.consent-given.v1", "国家三方同意", "Consent given", "consent",
        "国家三方同意取消{title}命名，文号{document_number}", "The nation consents to revoking {title}, document {document_number}",
        decision="give-consent",
    )  # fmt: skip
    title: TitleRef | None = None
    document_number: Line
    paper: DocumentRef | None = None
    document_digest: Digest | None = derived()


class UnitConsentRefused(Event):
    """The nation does not consent."""

    about = About(
        "unit.consent-refused.v1", "国家三方不同意", "Consent refused", "consent",
        "国家三方不同意取消{title}命名：{reason}", "The nation does not consent to revoking {title}: {reason}",
        decision="refuse-consent",
    )  # fmt: skip
    title: TitleRef | None = None
    document_number: Line
    reason: Prose
    paper: DocumentRef | None = None
    document_digest: Digest | None = derived()


class UnitRevoked(Event):
    """The title is revoked (取消命名); its incentives end at once, its plaque is to come back (I-10)."""

    about = About(
        "unit.revoked.v1", "取消命名", "Revoked", "revocation",
        "取消{title}命名，事由：{grounds}，文号{document_number}", "{title} revoked on: {grounds}, document {document_number}",
        decision="revoke",
    )  # fmt: skip
    title: TitleRef | None = None
    document_number: Line
    decided_on: Day | None = None
    grounds: tuple[GroundWithEvidence, ...] | None = derived()
    opinions: tuple[OpinionRef, ...] | None = derived()
    consent_ref: ConsentRef | None = derived()
    incentives_ended: tuple[GrantRef, ...] | None = derived()


class UnitPlaqueRecovered(Event):
    """The plaque was taken back (收回铭牌)."""

    about = About(
        "unit.plaque-recovered.v1", "收回铭牌", "Plaque recovered", "revocation",
        "收回铭牌{plaque}（{how}）", "Plaque {plaque} recovered ({how})",
        decision="recover-plaque",
    )  # fmt: skip
    plaque: PlaqueRef
    how: Recovery
    on: Day | None = None


class UnitRevocationAnnounced(Event):
    """The revocation is announced within the province (向社会公布)."""

    about = About(
        "unit.revocation-announced.v1", "向社会公布", "Revocation announced", "revocation",
        "取消{title}命名已向社会公布，{channel}，文号{document_number}",
        "Revocation of {title} announced, {channel}, document {document_number}",
        decision="announce-revocation",
    )  # fmt: skip
    title: TitleRef | None = None
    channel: Line
    document_number: Line


class UnitReconsiderationRequested(Event):
    """The unit asks for the revocation to be reconsidered (申请复核)."""

    about = About(
        "unit.reconsideration-requested.v1", "申请复核", "Reconsideration requested", "reconsideration",
        "申请复核取消{title}命名的决定：{text}", "Reconsideration of the revocation of {title} requested: {text}",
        decision="request-reconsideration",
    )  # fmt: skip
    title: TitleRef | None = None
    text: Prose
    documents: Documents = ()


class UnitReconsiderationDecided(Event):
    """The deciding level upholds the revocation or sets it aside, on the houses' opinions and, where the nation
    consented, by the nation or its paper; set aside, the title is held again for the rest of its term (T-07).
    """

    about = About(
        "unit.reconsideration-decided.v1", "复核决定", "Reconsideration decided", "reconsideration",
        "复核决定（{title}）：{outcome}，{reason}", "Reconsideration of {title}: {outcome}, {reason}",
        decision="decide-reconsideration",
    )  # fmt: skip
    title: TitleRef | None = None
    outcome: ReconsiderationOutcome
    reason: Prose
    document_number: Line | None = None
    paper: DocumentRef | None = None
    decided_on: Day | None = None
    opinions: tuple[OpinionRef, ...] | None = derived()
