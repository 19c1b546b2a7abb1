"""Deciding on pages: what may be done now and what not, a form for each decision, its answers checked, the entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from events.envelope import Entry, Event
from events.sentences import Labels, sentence
from events.unit.evaluation import UnitEvaluated, UnitHouseOpined, UnitReviewed, UnitSiteVisited
from events.unit.self_evaluation import UnitReportUpdated, UnitSelfEvaluated
from events.unit.signals import UnitSignalAssessed
from events.unit.survey import UnitSurveyOpened
from services.access.accounts import Account
from services.casework.pack import pack_of
from services.casework.record import event_of
from services.casework.second_person import waiting
from services.casework.unit.kind import UNIT
from services.errors import Malformed, NotFound, Refused, Stale
from services.http.context import context
from services.http.deciding import take
from services.http.streams import kind_of, law_of, situation, stream_of
from services.web.acting import Sent, acting, sent
from services.web.case_context import MatterContext, SignalContext, context_of
from services.web.consequences import consequences
from services.web.deciding import Deciding, Fault
from services.web.names import called, labels_of, names_in
from services.web.possibilities import grouped, listed
from services.web.render import notices, page
from services.web.session import to_sign_in
from services.web.submitted_form import answers

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

LAID_OUT: Final[Mapping[type[Event], str]] = {
    UnitSelfEvaluated: "form-report.html", UnitReportUpdated: "form-report.html", UnitSurveyOpened: "form-survey.html",
    UnitSiteVisited: "form-visit.html", UnitHouseOpined: "form-opinion.html", UnitEvaluated: "form-evaluation.html",
    UnitReviewed: "form-evaluation.html", UnitSignalAssessed: "form-assessment.html",
}  # fmt: skip
"""The forms that are laid out for what they decide; all others show their fields one after the other."""

# --- what may be done -------------------------------------------------------------------------------------------------


@router.get("/{kinds:kinds}/{stream}/decide")
async def possibilities(request: Request) -> Response:
    """What may I do here now, and what not: why, by which clause, and who could."""
    who = await acting(request)
    if who is None:
        return to_sign_in(request)
    kind = kind_of(request)
    here = await situation(request, who, kind, stream_of(request, kind))
    if here.state.version == 0:
        raise NotFound(f"{kind.words.en} {here.state.id}")
    names = await names_in(context(request), (event_of(act) for act in here.state.common.open_acts.values()))
    found = listed(here, labels_of(names, here.pack))
    return page(
        request,
        "decide.html",
        pack=here.pack,
        plural=kind.words.plural,
        stream=here.state.id,
        name=called(here.state),
        posts=here.posts,
        allowed=grouped(one for one in found if not one.refusals),
        blocked=grouped(one for one in found if one.refusals and not one.of_others),
        others=grouped(one for one in found if one.of_others),
    )


# --- a form, its check, the entry -------------------------------------------------------------------------------------


@router.get("/{kinds:kinds}/decide/{decision}")
@router.get("/{kinds:kinds}/{stream}/decide/{decision}")
async def form(request: Request) -> Response:
    """The form of a decision, with what was asked for already filled in."""
    who = await acting(request)
    if who is None:
        return to_sign_in(request)
    deciding = await _deciding(request, who)
    if isinstance(deciding, Response):
        return deciding
    if request.query_params:
        names = {one.name for one in deciding.controls()}
        deciding.given |= {name: values for name, values in _query(request).items() if name in names}
    possible = deciding.possible
    if possible is None or not possible.allowed:
        return _page(deciding, "not-now.html", refusals=possible.refusals if possible is not None else ())
    resumed = await deciding.resume()
    deciding.begin()
    await deciding.look()
    deciding.problems.clear()
    return await _form(deciding, draft="resumed" if resumed else "")


@router.post("/{kinds:kinds}/decide/{decision}")
@router.post("/{kinds:kinds}/{stream}/decide/{decision}")
async def filled(request: Request) -> Response:
    """What was filled in: more rows, a draft, its answers to be checked, or the entry."""
    who = await acting(request)
    if who is None:
        return to_sign_in(request)
    came = await sent(request)
    deciding = await _deciding(request, who)
    if isinstance(deciding, Response):
        return deciding
    deciding.given, step = dict(came.given), came.own.get(".step", "check")
    deciding.command = _command(came)
    await deciding.look()
    await deciding.keep(came.files)
    act, _, what = step.partition(":")
    if act in ("add", "remove", "change"):
        _rows(deciding.given, act, what)
        deciding.problems.clear()
        await deciding.look()
        return await _form(deciding)
    if act == "discard":
        await deciding.discard()
        return RedirectResponse(deciding.address, 303)
    if act == "save":
        await deciding.save()
        deciding.problems.clear()
        return await _form(deciding, draft="saved")
    return await _checked(deciding, came, confirmed=step == "confirm")


async def _checked(deciding: Deciding, came: Sent, *, confirmed: bool) -> Response:
    body = deciding.read()
    if deciding.problems:
        return await _form(deciding, 422)
    expected = _expected(deciding, came)
    try:
        asked = await deciding.ask(body, expected)
        if not confirmed:
            outlook = await deciding.outlook(asked)
            return await (_form(deciding, 409) if outlook is None else _check(deciding, outlook))
        stored = await take(context(deciding.request), deciding.who, asked)
    except Malformed as error:
        deciding.problems += error.problems
        return await _form(deciding, error.status)
    except Refused as error:
        deciding.refusals = error.refusals
        return await _form(deciding, error.status)
    except Stale as error:
        return await _stale(deciding, error)
    await deciding.discard()
    own = [recorded.entry for recorded in stored.recorded if recorded.entry.stream == asked.stream]
    return RedirectResponse(f"/{deciding.kind.words.plural}/{asked.stream}#v{own[-1].version}", 303)


async def _deciding(request: Request, who: Account) -> Deciding | Response:
    """The decision that the path names; where it begins a stream without a key, first to an id of its own."""
    kind = kind_of(request)
    law, decision = law_of(kind, request.path_params["decision"]), request.path_params["decision"]
    if "stream" in request.path_params:
        stream = stream_of(request, kind)
    elif kind.own is not None:
        stream = kind.own(context(request).settings.place)
    elif kind.key is None:
        return RedirectResponse(f"/{kind.words.plural}/{uuid4()}/decide/{decision}", 303)
    else:
        stream = who.unit if kind is UNIT and who.unit is not None else uuid4()
    return Deciding(request, who, kind, law, decision, await situation(request, who, kind, stream))


def _query(request: Request) -> dict[str, list[str]]:
    return {name: [value] for name, value in request.query_params.items()}


def _command(came: Sent) -> UUID:
    """The command of this form: sent twice, it is stored once."""
    try:
        given = UUID(came.own.get(".command", ""))
    except ValueError:
        return uuid4()
    return given if given.version == 4 else uuid4()


def _expected(deciding: Deciding, came: Sent) -> int | None:
    """The version that the form was filled in at; None for what holds whatever came since."""
    law, text = deciding.law, came.own.get(".at", "")
    if law.event.about.fact or (deciding.here.state.version == 0 and law.once):
        return None
    if deciding.here.state.version == 0:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else deciding.here.state.version


def _rows(given: dict[str, list[str]], act: str, what: str) -> None:
    """A row more, or one less."""
    if act == "add":
        numbers = [key[len(what) + 1 :].partition("/")[0] for key in given if key.startswith(f"{what}/")]
        given[f"{what}/{1 + max((int(one) for one in numbers if one.isdigit()), default=0)}/"] = [""]
    elif act == "remove":
        for key in [key for key in given if key == what or key.startswith(f"{what}/")]:
            del given[key]


# --- their pages ------------------------------------------------------------------------------------------------------


def _page(deciding: Deciding, template: str, status: int = 200, **shown: Any) -> Response:
    here, about = deciding.here, deciding.event.about
    pack = here.pack
    clauses = [(name, pack.clauses[name]) for name in pack.clauses_of(about.matter) if name in pack.clauses]
    possible = deciding.possible
    return page(
        deciding.request,
        template,
        status,
        pack=pack,
        about=about,
        law=deciding.law,
        clauses=clauses,
        kind=deciding.kind.words,
        stream=here.state.id if here.state.version else None,
        name=called(here.state) if here.state.version else None,
        actor=possible.actor if possible is not None else None,
        address=deciding.address,
        version=here.state.version,
        command=deciding.command,
        **shown,
    )


async def _form(deciding: Deciding, status: int = 200, draft: str = "") -> Response:
    faults = deciding.faults()
    at: dict[str, list[Fault]] = {}
    for fault in faults:
        at.setdefault(fault.id, []).append(fault)
    possible, here = deciding.possible, deciding.here
    waits = waiting(here.state, possible.subject, deciding.law, here.pack) if possible is not None else None
    names = await names_in(context(deciding.request), [waits.event] if waits is not None else ())
    shown = context_of(deciding.as_read, deciding.event, deciding.meant(), here.pack)
    told = await _said(deciding, shown.entries) if isinstance(shown, MatterContext | SignalContext) else ()
    settled = deciding.settled
    follows = consequences(here, settled, deciding.meant()) if settled is not None else {}
    return _page(
        deciding, LAID_OUT.get(deciding.event, "form.html"), status, controls=deciding.controls(), faults=faults, at=at,
        waits=waits, draft=draft, labels=labels_of(names, here.pack), shown=shown, told=told, follows=follows,
        fresh_form=deciding.request.method == "GET",
    )  # fmt: skip


async def _check(deciding: Deciding, outlook: Any) -> Response:
    return _page(
        deciding, "check.html", answers=list(answers(deciding.controls())), outlook=outlook, kept=_kept(deciding),
        beside=await _said(deciding, outlook.beside),
    )  # fmt: skip


async def _stale(deciding: Deciding, error: Stale) -> Response:
    """What came meanwhile; what was typed is kept."""
    return _page(
        deciding, "stale.html", error.status, came=await _said(deciding, error.since), kept=_kept(deciding),
        answers=list(answers(deciding.controls())), seen=error.expected,
    )  # fmt: skip


def _kept(deciding: Deciding) -> list[tuple[str, str]]:
    return [(name, value) for name, values in deciding.given.items() for value in values if value]


async def _said(deciding: Deciding, entries: Sequence[Entry[Event]]) -> list[dict[str, Any]]:
    """Entries as sentences, with who acted."""
    names = await names_in(context(deciding.request), (entry.event for entry in entries))
    return [_sentences(entry, labels_of(names, pack_of(entry))) for entry in entries]


def _sentences(entry: Entry[Event], labels: Labels) -> dict[str, Any]:
    return {
        "version": entry.version, "recorded_at": entry.recorded_at, "actor": entry.actor,
        "zh": sentence(entry.event, "zh", labels), "en": sentence(entry.event, "en", labels),
    }  # fmt: skip
