"""Characters that hide, turn a line round or pretend to be others are refused; what is shown acts on nothing."""

from __future__ import annotations

import json

import pytest

from events.characters import Form, escaped, unfit

GOOD = [
    "长沙测试（湖南）科技有限公司",
    "Société Générale",
    "Ｃｏｎｃｏｒｄ",
    "示例 1号·东区",
    "ООО Пример",
    "Ελλάδα ΑΕ",
    "한국",
    "αβ公司",
]
HIDDEN = {
    "blanks": "   ",
    "wide blanks": "\u3000\u3000",
    "a line break": "示例\n公司",
    "a carriage return": "示例\r公司",
    "a line separator": "示例\u2028公司",
    "a tab": "示例\t公司",
    "right to left": "示例\u202e公司",
    "isolate": "示例\u2066公司",
    "zero width": "示例\u200b公司",
    "joiner": "示例\u200d公司",
    "a byte order mark": "\ufeff示例",
    "soft hyphen": "示\u00ad例",
    "escape": "示例\x1b[31m",
    "C1": "示例\x9b31m",
    "NUL": "示\x00例",
    "backspace": "示例\x08",
    "Hangul filler": "\u3164",
    "braille blank": "\u2800",
    "a tag": "示例\U000e0041",
    "variation": "示\ufe00例",
    "private": "示\ue000例",
    "unassigned": "示\u0378例",
    "a heap of marks": "e" + "\u0301" * 9,
    "before": " 示例",
    "after": "示例 ",
    "no letter": "———",
    "Cyrillic a": "Exаmple",
    "Greek o": "Cοncord",
    "no-break": "示\u2007例",
}


@pytest.mark.parametrize("text", GOOD)
def test_E_25_names_of_the_world_are_taken(text: str) -> None:
    assert unfit(text, Form.LINE) is None


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN.keys())
def test_E_25_what_hides_is_no_name(text: str) -> None:
    assert unfit(text, Form.LINE) is not None


def test_E_25_prose_has_lines_and_emoji_and_hides_nothing() -> None:
    assert unfit("第一行\n第二行\r\n\t三 👨\u200d👩\u200d👧 ❤\ufe0f ", Form.PROSE) is None
    for text in ("a\u202eb", "a\x1b[0m", "a\u200bb", "\n \n", "a\x00"):
        assert unfit(text, Form.PROSE) is not None


def test_E_25_an_id_has_no_blanks_and_nothing_hidden() -> None:
    assert unfit("示例-1/（2026）#2", Form.ID) is None
    for text in ("a b", "a\u3000b", "a\u200bb", "a\u202eb", "a\n"):
        assert unfit(text, Form.ID) is not None


@pytest.mark.parametrize("code", ["PARK-01", "园区1号", "91430100MA4L16JQ9D", "A.1/2_B"])
def test_E_25_a_code_is_written_one_way(code: str) -> None:
    assert unfit(code, Form.CODE) is None


@pytest.mark.parametrize(
    "code",
    [
        "park-01",
        "ＰＡＲＫ-01",
        "PARK–01",
        "РARK-01",
        "PARK-0１",
        "PARK--01",
        "PARK-01 ",
        "PARK\u200b-01",
        "PАRK-01",
        "-",
        "PARK-",
    ],
)
def test_E_25_look_alikes_of_a_code_are_refused(code: str) -> None:
    assert unfit(code, Form.CODE) is not None


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b31m", "a\u202eb", "a\u2028b", "\U000e0041", "\x07", "\r", "\ud800"])
def test_E_25_what_is_shown_acts_on_nothing(text: str) -> None:
    assert escaped(text).isascii()
    assert json.loads(f'"{escaped(text)}"') == text


def test_E_25_what_is_plain_is_shown_as_it_is() -> None:
    for text in (*GOOD, "两行\n\t一列", "👨"):
        assert escaped(text) == text
