"""Rendering: templates with the labels, places and language of the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from events import words
from events.characters import escaped
from events.envelope import CHINA
from events.places import PLACES, short_name
from events.posts import post_in
from events.words import Word, label
from services.access.sessions import Session
from services.casework.pack import Pack
from services.casework.register.kind import recovered_on
from services.casework.register.state import Register, register_stream
from services.http.context import context
from services.web.session import session_of

HERE = Path(__file__).parent
LANGUAGE_COOKIE = "concord_lang"
REGULATION: Final = "制度"
"""What packs cite where the register's own regulation says so, and no clause of the policy."""

KEPT: Final = "public, max-age=60"
"""How long caches may keep a page for anybody without asking: a minute."""

_NOTHING: Final[Mapping[str, Any]] = {}

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
templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: escaped(value) if type(value) is str else value,
)


def cited(clause: str | None, lang: str) -> str:
    """A clause by its number; what no clause says is the register's own regulation."""
    return "regulation" if clause == REGULATION and lang == "en" else clause or ""


templates.filters["cited"] = cited


def language_of(request: Request, *, remembered: bool = True) -> str:
    """`?lang=en`, else as remembered, else Chinese."""
    cookie = request.cookies.get(LANGUAGE_COOKIE) if remembered else None
    asked = request.query_params.get("lang") or cookie or "zh"
    return "en" if asked == "en" else "zh"


async def notices(request: Request) -> None:
    """What every page says: who reads it, and that the administration of the register was recovered of late (T-04)."""
    here = context(request)
    session = await session_of(request)
    if session is not None and language_of(request) == "en":
        holder = (await here.states.load([session.account.holder], fresh=False)).get(session.account.holder)
        request.state.called_en = holder.descriptor.label(holder, "en") if holder is not None else None
    register = await here.states.current(Register, register_stream(here.settings.place))
    request.state.recovered_on = recovered_on(register, here.today) if register is not None else None


def page(
    request: Request, template: str, status: int = 200, *, pack: Pack | None = None, public: bool = False,
    asked: Mapping[str, Any] = _NOTHING, **shown: Any,
) -> Response:  # fmt: skip
    """A page in the reader's language, which is remembered when it was asked for; titles as the pack calls them.

    `asked` are the filters in force, by their names.

    A `public` one follows from its address alone: no cookie is read or set, and nobody is signed in.
    """
    titles = pack if pack is not None else context(request).states.pack
    lang = language_of(request, remembered=not public)
    other = request.url.include_query_params(lang="zh" if lang == "en" else "en")
    html = templates.get_template(template).render(
        lang=lang,
        t=lambda zh, en: zh if lang == "zh" else en,
        label=lambda word: label(word, lang),
        word_label=_word_label(lang),
        place_label=lambda code: _place(code, lang),
        pack_label=lambda word: titles.label(word, lang),
        holder_label=lambda holder: _holder(holder, lang),
        post_of=lambda actor: post_in(actor, lang),
        moment=lambda when: f"{when.astimezone(CHINA):%Y-%m-%d %H:%M}",
        at_the_nation=context(request).settings.level == "national",
        other_language=f"{other.path}?{other.query}",
        filters=[(name, FILTERS[name]) for name in asked if name in FILTERS],
        asked=asked,
        filter_value=lambda name, value: _filter_value(name, value, lang, titles),
        recovered_on=getattr(request.state, "recovered_on", None),
        session=None if public else getattr(request.state, "session", None),
        signed_in_as=_signed_in_as(request),
        public=public,
        demonstration=context(request).settings.demonstration,
        provider=getattr(context(request).provider, "called", None),
        pack=titles,
        **shown,
    )
    response = Response(html, status, media_type="text/html; charset=utf-8")
    if request.query_params.get("lang") and not public:
        response.set_cookie(LANGUAGE_COOKIE, lang, max_age=31_536_000, httponly=True, samesite="lax")
    return response


def kept(response: Response) -> Response:
    """The answer for caches: with its entity tag, and no cookie."""
    response.headers["ETag"] = f'"{sha256(bytes(response.body)).hexdigest()[:32]}"'
    response.headers["Cache-Control"] = KEPT
    return response


def _signed_in_as(request: Request) -> str:
    """What whoever signed in is called; in English as the register calls them, where it knows them."""
    session: Session | None = getattr(request.state, "session", None)
    return getattr(request.state, "called_en", None) or (session.account.label if session is not None else "")


def problem_page(request: Request, problem: Mapping[str, Any]) -> Response:
    """The page of an error, in the reader's language."""
    return page(request, "problem.html", problem["status"], problem=problem)


FILTERS: dict[str, tuple[str, str]] = {
    "q": ("名称或代码", "name or code"),
    "kind": ("类别", "kind"),
    "place": ("地区", "place"),
    "province": ("省份", "province"),
    "standing": ("称号状态", "standing"),
    "step": ("在办步骤", "step"),
    "watch": ("关注", "watch"),
    "title": ("称号", "title"),
    "term_end_before": ("认定期早于", "term ends before"),
    "name": ("名称", "name"),
    "contact": ("联系人", "contact"),
    "act": ("决定", "act"),
    "officer": ("人员", "officer"),
    "house": ("部门", "house"),
    "level": ("层级", "level"),
    "unit": ("单位", "unit"),
    "ground": ("事由", "ground"),
    "rule": ("规则", "rule"),
    "from": ("自", "from"),
    "to": ("至", "to"),
    "by": ("按", "by"),
    "older_than": ("超过", "older than"),
    "version": ("截至版本", "as of version"),
    "on": ("事实日", "true on"),
    "known": ("知悉", "known at"),
    "against": ("对比", "compared with"),
    "sort": ("排序", "sorted by"),
}
"""What a page calls the filters in force."""

_FILTER_WORDS: dict[str, type[Word]] = {**_WORDS, "ground": words.Ground, "level": words.Level}
_SORTS = {
    "name": ("名称", "name"),
    "term": ("认定期", "end of term"),
    "due": ("最近时限", "next due"),
    "age": ("停留最久", "longest at its step"),
}
_BY = {"recorded": ("记录日", "recorded"), "effective": ("生效日", "effective")}


def _filter_value(name: str, value: Any, lang: str, titles: Pack) -> str:
    known = next((word for word in _FILTER_WORDS.get(name, ()) if word.value == value), None)
    if known is not None:
        return label(known, lang)
    match name:
        case "place" | "province":
            return _place(value, lang)
        case "title":
            return titles.label(value, lang)
        case "by":
            return _BY[value][lang == "en"]
        case "sort":
            return _SORTS[value][lang == "en"]
        case "officer":
            return "所选人员" if lang == "zh" else "the one chosen"
    return str(value)


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
