"""What looks like a telephone or an identity number, however it is written: in other widths, digits or separators.

GB 11643 (identity numbers), the numbering plan of the People's Republic (mobile and fixed lines).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from events.sealed import MASK

_FEWEST: Final = 10
"""Digits of the shortest number that is looked for."""

_SIGNS: Final = ("〇零○０", "一壹幺１", "二贰２", "三叁３", "四肆４", "五伍５", "六陆６", "七柒７", "八捌８", "九玖９")
_DIGITS: Final = {ord(sign): str(digit) for digit, signs in enumerate(_SIGNS) for sign in signs}
_DIGIT: Final = re.compile(f"[0-9{''.join(_SIGNS)}]")
_SEPARATOR: Final = r"[\s\-‐-―−._·•・/\\*|,，、()（）+~'\"转]{0,3}"
"""What may stand between two digits of one number."""

_RUN: Final = re.compile(rf"[0-9](?:{_SEPARATOR}[0-9])*(?:{_SEPARATOR}[Xx](?![A-Za-z]))?")
_AMOUNT: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_DATE: Final = re.compile(r"(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}(?![0-9])")

_PROVINCE: Final = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)"
_DAY: Final = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_AREA: Final = r"(?:10|2[0-9]|[3-9][0-9]{2})"
_LINE: Final = r"[2-8][0-9]{6,7}"
_NUMBERS: Final = tuple(
    map(
        re.compile,
        (
            rf"{_PROVINCE}[0-9]{{4}}(?:18|19|20)[0-9]{{2}}{_DAY}[0-9]{{3}}[0-9Xx]",  # identity number
            rf"{_PROVINCE}[0-9]{{4}}[0-9]{{2}}{_DAY}[0-9]{{3}}",  # of before 1999
            r"(?:(?:00)?86)?1[3-9][0-9]{9}",  # mobile telephone
            rf"(?:0|(?:00)?86){_AREA}{_LINE}",  # fixed line
        ),
    )
)
_PLAIN: Final = re.compile("[\x00-\x7f一-鿿　，。、；：？！“”‘’（）《》【】〔〕·—…]*")
_CODE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32,}"
    r"|(?=[0-9]{0,16}[A-Z])[0-9A-Z]{18})(?![0-9A-Za-z])"
)
"""An id, a digest, a credit code: no telephone is looked for in them."""


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where such numbers stand in a text: from, until."""
    if len(_DIGIT.findall(text)) < _FEWEST and _PLAIN.fullmatch(text) is not None:  # as nearly all
        return
    plain = text.translate(_DIGITS)
    at: list[int] | None = None
    if _PLAIN.fullmatch(plain) is None:
        plain, at = _folded(plain)
    if sum(map(str.isdigit, plain)) < _FEWEST:
        return
    plain = _CODE.sub(lambda code: "_" * len(code[0]), plain)
    for run in _RUN.finditer(plain):
        if len(run[0]) >= _FEWEST and _AMOUNT.fullmatch(run[0]) is None:
            places = [place for place in range(*run.span()) if plain[place].isascii() and plain[place].isalnum()]
            written = [text[place if at is None else at[place]] for place in places]
            for first, last in _within(plain, places, written):
                yield (first, last + 1) if at is None else (at[first], at[last] + 1)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text with plain digits and widths, without what cannot be seen; and where each character came from."""
    plain: list[str] = []
    at: list[int] = []
    for index, character in enumerate(text):
        if unicodedata.category(character) in ("Cf", "Mn", "Me"):
            continue
        for part in unicodedata.normalize("NFKC", character).translate(_DIGITS):
            digit = unicodedata.decimal(part, -1)
            plain.append(part if digit < 0 else str(digit))
            at.append(index)
    return "".join(plain), at


def _within(plain: str, places: Sequence[int], written: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first and the last digit of each number among the digits of a run, which begins and ends where a group does:
    at a separator, and where digits are written in another way (the name 张三 before a number is no part of it).
    """
    digits = "".join(plain[place] for place in places)
    other = [unicodedata.decimal(sign, -1) < 0 for sign in written]
    turns = (n for n in range(1, len(places)) if places[n] > places[n - 1] + 1 or other[n] != other[n - 1])
    begins = {0, *turns}
    ends = {*begins, len(places)}
    done = 0
    for start in sorted(begins):
        if start < done or _DATE.match(plain, places[start]):
            continue
        for number in _NUMBERS:
            found = number.match(digits, start)
            if found is None or found.end() not in ends:
                continue
            done = found.end()
            yield places[start], places[done - 1]
            break


def is_personal(text: str) -> bool:
    """Whether there is such a number in it."""
    return next(spans(text), None) is not None


def masked(text: str) -> str:
    """The text with a mask in place of each such number."""
    parts, end = [], 0
    for first, until in spans(text):
        parts += [text[end:first], MASK]
        end = until
    return "".join([*parts, text[end:]]) if parts else text
