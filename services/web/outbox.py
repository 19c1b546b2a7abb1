"""The page of letters on their way: what was sent to whom, when, with which proof, why not, and sent again."""

from __future__ import annotations

from typing import Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.errors import NotFound
from services.http import letters_sent
from services.http.context import context
from services.http.queries import Id, Place, Position, Spoken, tolerant
from services.outbox.sent_letters import Filter
from services.web.pages import places_of
from services.web.render import notices, page
from services.web.session import own_form, reader_of, to_sign_in

router = APIRouter(include_in_schema=False, dependencies=[Depends(notices)])

ROWS: Final = 50

STATES: Final = {
    "waiting": ("投递中", "on its way"), "sent": ("已投递", "sent"), "given_up": ("投递失败", "given up"),
    "unaddressed": ("没有地址", "no address"), "settled": ("已无需告知", "nothing to tell any more"),
}  # fmt: skip
CHANNELS: Final = {
    "mail": ("电子邮件", "mail"),
    "platform": ("消息平台", "message platform"),
    "print": ("打印邮寄", "print"),
}


class OutboxPage(Spoken):
    """Which letters are shown."""

    unit: Id | None = None
    place: Place | None = None
    state: Literal["waiting", "sent", "given_up", "unaddressed", "settled"] | None = None
    channel: Literal["mail", "platform", "print"] | None = None
    after: Position | None = None


@router.get("/outbox")
async def outbox(request: Request) -> Response:
    """What went to whom, did it arrive, and what has to be sent again?"""
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    asked, problems = tolerant(OutboxPage, request)
    here = context(request)
    wanted = Filter(unit=asked.unit, place=asked.place, state=asked.state, channel=asked.channel)
    found = await letters_sent.letters(here, who, wanted, asked.after, ROWS)
    more = len(found) == ROWS
    return page(
        request,
        "outbox.html",
        rows=[(letter, letters_sent.may_send_again(who, letter)) for letter in found],
        next=str(request.url.include_query_params(after=found[-1].number)) if more else None,
        asked=asked.in_force,
        problems=problems,
        places=places_of(request),
        states=STATES,
        channels=CHANNELS,
    )


@router.post("/outbox/{number}/again")
async def again(request: Request, number: str) -> Response:
    """Send a letter again. Raises NotOurs, NotFound, Forbidden, NotOver."""
    await own_form(request)
    who = await reader_of(request)
    if who is None:
        return to_sign_in(request)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound(f"letter {number[:40]}")
    letter = await letters_sent.send_again(context(request), who, int(number))
    return RedirectResponse("/outbox?" + urlencode({"unit": str(letter.unit)}), 303)
