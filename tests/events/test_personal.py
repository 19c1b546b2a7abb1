"""Telephone and identity numbers are found however they are written, and nothing else is taken for one."""

from __future__ import annotations

import time

import pytest

from events.personal import is_personal, masked
from events.sealed import MASK

NUMBERS = [
    "13912345678", "电话13800138000，", "１３９１２３４５６７８", "139-1234-5678", "139 1234 5678", "139.1234.5678",
    "139—1234—5678", "1 3 9 1 2 3 4 5 6 7 8", "139\u200b1234\u200b5678", "139\u00ad1234\u00ad5678", "tel13912345678",
    "+86 139 1234 5678", "008613912345678", "8613912345678", "①③⑨①②③④⑤⑥⑦⑧", "𝟏𝟑𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "一三九一二三四五六七八",
    "幺三九一二三四五六七八", "壹叁玖壹贰叁肆伍陆柒捌", "١٣٩١٢٣٤٥٦٧٨", "13८0013८000", "139/1234/5678", "139_1234_5678",
    "(139)12345678", "139\n1234\n5678", "139,1234,5678", "139，1234，5678", "A13912345678B", "第1 13912345678",
    "13912345678 13912345679", "0731-84901234", "（0731）84901234", "073184901234", "+86-731-84901234", "010 62345678",
    "110105199003070000", "110105 19900307 0000", "110105-1990-03-07-000X", "１１０１０５１９９００３０７０００X",
    "张三13812345678", "编号一13812345678", "李四430302199001011234", "13812345678二楼", "1381234567八", "½13812345678",
    "①13812345678二", "138转1234转5678",
    "1-1-0-1-0-5-1-9-9-0-0-3-0-7-0-0-0-0", "110105900307000", "身份证号：430104199003070011（示例）",
]  # fmt: skip
NO_NUMBERS = [
    "91430100MA4L16JQ9D", "914301000000000018", "2026-11-26至2026-12-01", "13,800,138,000分", "湘人社发〔2026〕15号",
    "b3a13912345678cdb3a13912345678cdb3a13912345678cd", "0190163d-8694-739b-aea5-966c26f8ad91", "1999-12-31 100人",
    "（2026）湘0104民初12345号", "涉及300人，金额12000000元", "2026-11-26 13:45:12", "20261126134512", "430104",
    "430100202613450001", "1980-2001年间12次", "12345678901", "1 2 3 4 5 6 7 8 9 10 11 12", "", "一二三",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_E_44_a_number_is_found_however_it_is_written(text: str) -> None:
    assert is_personal(text)
    assert not is_personal(masked(text))


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_E_44_nothing_else_is_taken_for_one(text: str) -> None:
    assert not is_personal(text)
    assert masked(text) == text


def test_E_44_only_the_number_is_masked() -> None:
    assert masked("来电１３９ 1234 5678，涉及12人") == f"来电{MASK}，涉及12人"
    assert masked("a 13912345678 b 110105199003070000") == f"a {MASK} b {MASK}"


@pytest.mark.parametrize("text", ["1-" * 2_000, "1" * 4_000, "1   3   9   " * 350, "0 3 1 2 3 " * 400, "①" * 4_000,
                                  "a1-" * 1_300, "13912345678 " * 330, "1A" * 2_000])  # fmt: skip
def test_E_44_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    masked(text)
    assert time.process_time() - began < 1
