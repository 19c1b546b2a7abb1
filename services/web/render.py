"""Rendering: templates with the labels, places and language of the reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from events import words
from events.characters import escaped
from events.envelope import CHINA
from events.places import PLACES, short_name
from events.words import Word, label
from services.api.context import context
from services.casework.pack import Pack

HERE = Path(__file__).parent
LANGUAGE_COOKIE = "concord_lang"

_WORDS: dict[str, type[Word]] = {
    "kind": words.UnitKind,
    "standing": words.Standing,
    "step": words.Step,
    "watch": words.Watch,
    "house": words.House,
    "obligation": words.ObligationKind,
    "category": words.Category,
    "outcome": words.SignalOutcome,
    "result": words.CheckResult,
}
_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: escaped(value) if type(value) is str else value,
)


def language_of(request: Request) -> str:
    """`?lang=en`, else as remembered, else Chinese."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or "zh"
    return "en" if asked == "en" else "zh"


def page(request: Request, template: str, status: int = 200, *, pack: Pack | None = None, **shown: Any) -> Response:
    """A page in the reader's language, which is remembered when it was asked for; titles as the pack calls them."""
    titles = pack if pack is not None else context(request).decisions.pack
    lang = language_of(request)
    other = request.url.include_query_params(lang="zh" if lang == "en" else "en")
    html = _templates.get_template(template).render(
        lang=lang,
        t=lambda zh, en: zh if lang == "zh" else en,
        label=lambda word: label(word, lang),
        word_label=_word_label(lang),
        place_label=lambda code: _place(code, lang),
        pack_label=lambda word: titles.label(word, lang),
        holder_label=lambda holder: _holder(holder, lang),
        moment=lambda when: f"{when.astimezone(CHINA):%Y-%m-%d %H:%M}",
        at_the_nation=context(request).settings.level == "national",
        other_language=f"{other.path}?{other.query}",
        **shown,
    )
    response = Response(html, status, media_type="text/html; charset=utf-8")
    if request.query_params.get("lang"):
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=31_536_000, httponly=True, samesite="lax")
    return response


def _word_label(lang: str) -> Callable[[str, str], str]:
    def shown(group: str, value: str) -> str:
        known = _WORDS[group]
        return label(next((word for word in known if word.value == value), value), lang)

    return shown


def _place(code: str, lang: str) -> str:
    place = PLACES.get(code)
    if place is None:
        return code
    return short_name(code) if lang == "zh" else place.en


def _holder(holder: str, lang: str) -> str:
    code = holder.partition(":")[2]
    if not code:
        return "单位" if lang == "zh" else "the unit"
    return _place(code, lang)
