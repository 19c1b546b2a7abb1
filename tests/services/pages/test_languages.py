"""Two languages: what a template says stands in both, and what one does is told as an act."""

from __future__ import annotations

import re
from pathlib import Path

from events.registry import EVENT_TYPES
from services.web import render

TEMPLATES = sorted((Path(render.__file__).parent / "templates").glob("*.html"))
EXPRESSION = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def test_templates_hold_no_chinese_but_beside_its_english() -> None:
    found = {
        file.name: CHINESE.findall(EXPRESSION.sub("", file.read_text(encoding="utf-8")).replace("和谐", ""))
        for file in TEMPLATES
    }
    assert {name: chars for name, chars in found.items() if chars} == {}


def test_what_one_does_is_told_as_an_act_in_english() -> None:
    told = {one.about.act_en for one in EVENT_TYPES.values() if one.about.decision is not None}
    assert "Accept application" in told
    assert all(not CHINESE.search(one) and one[0].isupper() for one in told)
