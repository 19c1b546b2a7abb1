"""The survey of the workers: the page on which a worker answers by a one-time code, without a name, an account or a
cookie; and the sheet of codes that the unit prints once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import segno
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from events.unit.survey import SCALE, UnitSurveyOpened
from services import surveys
from services.casework.pack import Pack
from services.casework.pack_parts import Text
from services.casework.unit.survey import OpenSurvey
from services.errors import TooManyRequests
from services.http import readers
from services.http.context import context
from services.http.middleware import address
from services.http.surveys import hand_out, open_survey
from services.http.units import known_unit
from services.surveys import Held
from services.web.case_context import context_of
from services.web.deciding import Fault
from services.web.render import language_of, notices, page
from services.web.session import form_of, own_form, reader_of, same_origin, to_sign_in

router = APIRouter(include_in_schema=False)

LONGEST_FORM: Final = 8 * 1024

ANSWERS: Final = (
    (5, "很满意", "very satisfied"), (4, "满意", "satisfied"), (3, "一般", "neither"), (2, "不满意", "dissatisfied"),
    (1, "很不满意", "very dissatisfied"),
)  # fmt: skip
"""What is answered on an indicator."""

_NOT_A_CODE = Fault("code", "调查码不正确，请核对后重新填写", "This is no code of a survey: look again")
_USED = Fault("code", "该调查码已经使用过", "This code was used already")
_OVER = Fault("code", "该次调查已经截止", "This survey is over")


@router.get("/survey")
async def begin(request: Request) -> Response:
    """Where a worker types the code of the sheet."""
    return _code_form(request, None)


@router.post("/survey")
async def questions(request: Request) -> Response:
    """What the survey asks, for who has a code; and, once everything is answered, the thanks."""
    same_origin(request)
    here, given = context(request), await form_of(request, LONGEST_FORM)
    if seconds := here.failures.would_wait(address(request.scope)):
        raise TooManyRequests(seconds)
    code = given.get("code", [""])[0][:100]
    async with here.pool.connection() as conn:
        held = await surveys.by_code(conn, code)
    fault = _wrong(held, request)
    if held is None or fault is not None:
        here.failures.wait(address(request.scope))
        return _code_form(request, fault or _NOT_A_CODE)
    unit = await here.states.unit(held.unit)
    asked = unit.surveys.open.get(held.survey)
    if asked is None:  # the entry that opened it was voided
        return _code_form(request, _OVER)
    chosen = {name: given.get(f"a-{name}", [""])[0] for name in asked.indicators}
    answers = [int(one) for one in chosen.values() if one.isdecimal() and 1 <= int(one) <= SCALE]
    if len(answers) == len(asked.indicators):
        async with here.pool.connection() as conn:
            taken = await surveys.answer(conn, code, here.today, answers)
        return RedirectResponse(f"/survey/thanks{_spoken(request)}", 303) if taken else _code_form(request, _USED)
    called = _called(await here.pack_today(), asked)
    missing = [name for name, one in chosen.items() if not one] if "sent" in given else ()
    faults = [Fault(f"a-{name}", f"请选择：{called[name].zh}", f"Choose: {called[name].en}") for name in missing]
    return page(
        request, "survey.html", 422 if faults else 200, public=True, unit=unit.life, survey=asked, called=called,
        code=code, chosen=chosen, faults=faults, answers=ANSWERS,
    )  # fmt: skip


def _called(pack: Pack, survey: OpenSurvey) -> dict[str, Text]:
    """The indicators as the pack calls them, in the order of the survey; one that it has no more by its id."""
    known = pack.texts("indicators")
    return {name: known.get(name) or Text(zh=name, en=name) for name in survey.indicators}


@router.get("/survey/thanks")
async def thanks(request: Request) -> Response:
    """The answers were counted."""
    return page(request, "survey-thanks.html", public=True)


def _wrong(held: Held | None, request: Request) -> Fault | None:
    if held is None:
        return _NOT_A_CODE
    if held.used:
        return _USED
    return _OVER if held.closed or held.until < context(request).today else None


def _code_form(request: Request, fault: Fault | None) -> Response:
    faults: Sequence[Fault] = () if fault is None else (fault,)
    return page(request, "survey-code.html", 422 if fault else 200, public=True, faults=faults)


def _spoken(request: Request) -> str:
    return "?lang=en" if language_of(request, remembered=False) == "en" else ""


# --- the sheet --------------------------------------------------------------------------------------------------------


@router.get("/units/{unit}/surveys/{survey}", dependencies=[Depends(notices)])
async def progress(request: Request, unit: str, survey: str) -> Response:
    """How many answered so far, and the button that hands out the codes."""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    state = await known_unit(request, unit)
    readers.must_read(who, readers.row_of(state))
    version, held = open_survey(state, survey)
    async with context(request).pool.connection() as conn:
        so_far = await surveys.progress(conn, state.id, version)
    return page(
        request, "survey-progress.html", pack=await context(request).pack_today(), unit=state, version=version,
        survey=held, so_far=so_far, own=who.unit == state.id,
        shown=context_of(state, UnitSurveyOpened, {}, await context(request).pack_today()),
    )  # fmt: skip


@router.post("/units/{unit}/surveys/{survey}", dependencies=[Depends(notices)])
async def sheet(request: Request, unit: str, survey: str) -> Response:
    """The codes, this once, each with the address of the page, to be printed, cut and given to the workers."""
    session, _ = await own_form(request)
    state = await known_unit(request, unit)
    version, held = open_survey(state, survey)
    codes = await hand_out(request, session.account, state, version, held)
    link = f"{request.url.scheme}://{request.url.netloc}/survey"
    drawn = segno.make(link, error="m").svg_inline(scale=3, border=2, svgclass="qr", lineclass=None)
    return page(
        request, "survey-sheet.html", pack=await context(request).pack_today(), unit=state, survey=held, codes=codes,
        link=link, qr=Markup(drawn),  # noqa: S704 (drawn here, of squares alone)
    )  # fmt: skip
