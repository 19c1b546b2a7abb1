"""Who was refused: tokens that are none, and what an account may not, into the security log."""

from __future__ import annotations

from typing import cast

from fastapi import FastAPI, Request, Response

from services.access import accounts, security
from services.access.sessions import Session
from services.errors import Forbidden
from services.http.context import Unauthorised, context
from services.http.problems import Page, answer, negotiated


def add(app: FastAPI, page: Page) -> None:
    """Answer refusals as all errors, and note them."""
    app.add_exception_handler(Forbidden, negotiated(_refused, page))


async def _refused(request: Request, error: Exception) -> Response:
    """A request without any token or session is nobody's, and leaves no line."""
    refused = cast("Forbidden", error)
    token = request.headers.get("authorization", "").partition(" ")[2]
    session: Session | None = getattr(request.state, "session", None)
    if token or session:
        known = session.account if session else accounts.remembered(token)
        await security.note(
            context(request).pool,
            security.What.TOKEN if isinstance(error, Unauthorised) else security.What.ACCESS,
            done=False,
            token=token,
            who=known.holder if known else None,
            address=address_of(request),
            detail=f"{request.method} {request.url.path}: {refused.code}",
        )
    return answer(refused)


def address_of(request: Request) -> str | None:
    """Where a request comes from."""
    return request.client.host if request.client else None
