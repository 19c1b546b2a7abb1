"""The kind `document`: papers, number and digest one to one (T-23)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from events.governance.code import CodeClaimed
from events.governance.document import (
    DocumentConfirmed,
    DocumentRecorded,
    DocumentTitlesCarriedIn,
    DocumentWithdrawn,
)
from events.places import at_level
from events.unit.naming import UnitTitleCarriedIn
from events.words import CodeScope, DocumentKind, Level, Role
from services.casework.code.state import Code, code_stream
from services.casework.document import state
from services.casework.document.state import Paper, document_stream
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Effect, Intent, Law, Refusal, Second, refuse
from services.casework.office import ANY_OFFICE, IN_PROVINCE, approver, at, desk, officer, same_person
from services.casework.pack import Pack
from services.casework.register.state import register_stream

_DESK = desk(ANY_OFFICE)
_APPROVER = approver(at(*IN_PROVINCE))


def of_an_appointment(paper: Paper, act: Intent) -> bool:
    """Whether the paper is one of appointment, which administrators handle too: a house's first officer needs one."""
    recorded = act.event if isinstance(act, Act) and isinstance(act.event, DocumentRecorded) else paper.recorded
    return recorded is None or recorded.kind is DocumentKind.APPOINTMENT


_HANDLES_PAPERS = (*_DESK, replace(officer(Role.ADMINISTRATOR), when=of_an_appointment))


def number_is_new(paper: Paper, act: Intent, pack: Pack) -> Refusal | None:
    """T-23: a number is one paper, with one digest."""
    if paper.recorded is None:
        return None
    digest = paper.recorded.sha256
    zh, en = f"该文号已登记，摘要{digest}", f"that number is recorded already, with digest {digest}"
    return refuse(pack, "T-23", zh, en, (digest,), final=True)


def digest_is_new(paper: Paper, act: Act[DocumentRecorded], pack: Pack) -> Refusal | None:
    """T-23: a digest is one paper, under one number."""
    claim = act.context.find(Code, _code(act.event))
    if claim is None or claim.holder in (None, paper.id):
        return None
    return refuse(
        pack, "T-23", "同一文件已以另一文号登记", "these bytes are another paper's", (claim.holder,), "/sha256"
    )


def dated_by_today(paper: Paper, act: Act[DocumentRecorded], pack: Pack) -> Refusal | None:
    """I-21: a paper is not of a later day."""
    if act.event.dated > act.day:
        return refuse(pack, "I-21", "文件日期晚于今日", "the paper is dated after today", (), "/dated")
    return None


def not_confirmed_yet(paper: Paper, act: Intent, pack: Pack) -> Refusal | None:
    """T-23: a paper is confirmed once, with its list."""
    if paper.confirmed is not None or paper.withdrawn:
        return refuse(
            pack, "T-23", "文件已确认或撤回", "the paper is confirmed, or withdrawn", (paper.version,), final=True
        )
    return None


def by_another(paper: Paper, act: Intent, pack: Pack) -> Refusal | None:
    """T-23: whoever confirms a paper is not who recorded it."""
    if paper.recorded_by is not None and same_person(paper.recorded_by, act.actor.id, act.context):
        return refuse(pack, "T-23", "登记人不得自行确认", "who recorded it does not confirm it", (act.actor.id,))
    return None


def counts(paper: Paper, act: Intent, pack: Pack) -> Refusal | None:
    """T-23: only what counts is withdrawn."""
    return refuse(pack, "T-23", "文件已撤回", "the paper is withdrawn already", final=True) if paper.withdrawn else None


def two_confirmed_it(paper: Paper, act: Act[DocumentWithdrawn], pack: Pack) -> bool:
    """T-23: what two persons stand for, two withdraw."""
    return paper.confirmed is not None


def names_who_is_carried_in(paper: Paper, act: Intent, pack: Pack) -> Refusal | None:
    """T-24: what was named before the register comes by a confirmed paper of naming."""
    if paper.recorded is None or paper.withdrawn:
        return refuse(pack, "T-23", "文件未登记或已撤回", "the paper is not recorded, or withdrawn")
    if paper.recorded.kind is not DocumentKind.NAMING or paper.confirmed is None:
        return refuse(
            pack, "T-24", "须为已确认的命名文件", "it takes a paper of naming that was confirmed", (paper.id,)
        )
    return None


def each_once(paper: Paper, act: Act[DocumentTitlesCarriedIn], pack: Pack) -> Refusal | None:
    """T-24: a title of a unit stands once in an import."""
    rows = [(row.unit, row.title) for row in act.event.titles]
    twice = sorted({str(unit) for unit, title in rows if rows.count((unit, title)) > 1})
    if not twice:
        return None
    return refuse(pack, "T-24", "同一单位同一称号重复", "a title of a unit stands there twice", twice, "/titles")


def register_of(paper: Paper, event: DocumentTitlesCarriedIn) -> Iterator[UUID]:
    """The register, for the day of its opening, and the codes of the plaques."""
    province = at_level(paper.place, Level.PROVINCE)
    if province is not None:
        yield register_stream(province)
    yield from (code_stream(CodeScope.PLAQUE, row.plaque) for row in event.titles if row.plaque is not None)


def carry_in(paper: Paper, act: Act[DocumentTitlesCarriedIn], pack: Pack) -> Iterator[Effect]:
    """Each title is taken over in its unit's stream, by the same two persons; its plaque's code becomes the unit's."""
    for row in act.event.titles:
        carried = UnitTitleCarriedIn(
            title=row.title, term_from=row.term_from, term_until=row.term_until, paper=paper.id, plaque=row.plaque
        )
        yield Effect(row.unit, carried, act.actor)
        if row.plaque is not None:
            claimed = CodeClaimed(scope=CodeScope.PLAQUE, value=row.plaque, holder=row.unit)
            yield Effect(code_stream(CodeScope.PLAQUE, row.plaque), claimed)


def _code(event: DocumentRecorded) -> UUID:
    return code_stream(CodeScope.DOCUMENT_DIGEST, event.sha256)


def code_of(paper: Paper, event: DocumentRecorded) -> Iterator[UUID]:
    """The stream of the digest."""
    yield _code(event)


def recorder_of(paper: Paper, event: DocumentConfirmed) -> Iterator[UUID]:
    """Who recorded the paper, so that persons can be told by their tags."""
    if paper.recorded_by is not None:
        yield paper.recorded_by


def claim_digest(paper: Paper, act: Act[DocumentRecorded], pack: Pack) -> Iterator[Effect]:
    """The digest becomes this paper's."""
    event = act.event
    yield Effect(_code(event), CodeClaimed(scope=CodeScope.DOCUMENT_DIGEST, value=event.sha256, holder=paper.id))


DOCUMENT = Kind(
    "document",
    Paper,
    (
        Chapter(
            None,
            {
                DocumentRecorded: state.recorded,
                DocumentConfirmed: state.confirmed,
                DocumentWithdrawn: state.withdrawn,
            },
            (
                Law(
                    DocumentRecorded,
                    office=_HANDLES_PAPERS,
                    rule="T-23",
                    opens=True,
                    state=(number_is_new,),
                    content=(digest_is_new, dated_by_today),
                    reads=code_of,
                    effects=claim_digest,
                ),
                Law(
                    DocumentConfirmed,
                    office=_HANDLES_PAPERS,
                    rule="T-23",
                    state=(not_confirmed_yet, by_another),
                    reads=recorder_of,
                    undone_by_procedure=True,
                ),
                Law(
                    DocumentTitlesCarriedIn,
                    office=_APPROVER,
                    rule="T-24",
                    state=(names_who_is_carried_in,),
                    content=(each_once,),
                    reads=register_of,
                    effects=carry_in,
                    second=Second(_APPROVER, two_houses=True),
                    undone_by_procedure=True,
                ),
                Law(
                    DocumentWithdrawn,
                    office=_HANDLES_PAPERS,
                    rule="T-23",
                    state=(counts,),
                    second=Second(_HANDLES_PAPERS, two_confirmed_it),
                    undone_by_procedure=True,
                ),
            ),
        ),
    ),
    place=lambda paper: paper.place or None,
    is_open=lambda paper: paper.recorded is not None and not paper.withdrawn,
    label=lambda paper, language: (
        f"{paper.recorded.issuer} {paper.recorded.number}" if paper.recorded is not None else ""
    ),
    key=lambda event: document_stream(event.issuer, event.number),
)
