"""Characters that a text may hold: none that hides, turns round, or pretends to be another.

Unicode (UAX #9, UTS #39, UAX #44): controls, formats, surrogates, private and unassigned code points and line
separators are refused, so are characters without a shape of their own.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import Final, NamedTuple

_REFUSED: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_SHAPELESS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Default_Ignorable_Code_Point that is of no refused category, and the blank of Braille."""

_MARKS: Final = 3
"""Most combining marks on one letter; every living script needs fewer."""

_PROSE: Final = frozenset("\n\r\t\u200d\ufe0f")
"""Beside the rest, prose has lines, tabs, and the joiners of emoji."""

_PLAIN: Final = re.compile(r"[ -~一-鿿，。、；：？！“”‘’（）《》〈〉【】〔〕·—…￥％①-⑳０-９Ａ-Ｚａ-ｚ]*")
"""What most texts are made of; they are looked at no closer."""

_CODE: Final = re.compile(r"[0-9A-Z一-鿿]+(?:[._/-][0-9A-Z一-鿿]+)*")
"""A public code: capitals, digits and Chinese characters, with single signs between; none looks like another's."""

_MIXED: Final = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"))
"""Scripts whose letters are taken for each other: a word is of one of them."""


class Form(Enum):
    """What a text is: a line of its own, prose of several, or an id without blanks."""

    LINE = "line"
    PROSE = "prose"
    ID = "id"
    CODE = "code"


class Unfit(NamedTuple):
    """What is wrong with a text, in both languages."""

    zh: str
    en: str


def unfit(text: str, form: Form) -> Unfit | None:
    """Why a text cannot be taken; None where it can."""
    if form is Form.CODE and _CODE.fullmatch(text) is None:
        zh, en = (
            "代码由大写字母、数字、汉字组成，可用.-_/连接",
            "a code is of capitals, digits and Chinese, joined by .-_/",
        )
        return Unfit(zh, en)
    if form is not Form.PROSE and text != text.strip():
        return Unfit("首尾不得有空白", "begins or ends with a blank")
    hidden = _hidden(text, form)
    if hidden:
        return Unfit(f"含有不可见或控制字符（{hidden}）", f"holds an invisible or control character ({hidden})")
    if not any(character.isalnum() for character in text):
        return Unfit("没有文字或数字", "has neither a letter nor a digit")
    word = _mixed(text) if form is not Form.PROSE else None
    if word is not None:
        return Unfit(f"“{word}”混用形近的不同文字", f"{word} mixes scripts that look alike")
    return None


def _hidden(text: str, form: Form) -> str | None:
    """The first code point that is not taken, as U+XXXX."""
    if _PLAIN.fullmatch(text):
        return f"U+{ord(' '):04X}" if form is Form.ID and " " in text else None
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if form is Form.PROSE and character in _PROSE:
            continue
        blank = category == "Zs" and (form is Form.ID or character not in " \u3000\u00a0")
        if category in _REFUSED or blank or marks > _MARKS or _SHAPELESS.match(character):
            return f"U+{ord(character):04X}"
    return None


def _mixed(text: str) -> str | None:
    """The first word of letters of two scripts that look alike."""
    if text.isascii() or _PLAIN.fullmatch(text):
        return None
    for word in re.findall(r"[^\W\d_一-鿿]+", text):
        scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in unicodedata.normalize("NFKC", word)}
        if len(scripts & _MIXED) > 1:
            return str(word)
    return None


def escaped(text: str) -> str:
    r"""The text for showing, where it would act on a terminal or turn a line round as JSON writes it: `\u202e`.

    Lines and tabs stay. An escaped JSON document is the same document.
    """
    if _PLAIN.fullmatch(text):
        return text
    return "".join(character if character in "\n\t" or not _acts(character) else _code(character) for character in text)


def _acts(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED or _SHAPELESS.match(character) is not None


def _code(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True))
