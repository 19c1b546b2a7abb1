"""The same name written otherwise is the same name."""

from __future__ import annotations

import pytest

from events.folding import folded, folded_code

NAME = "长沙测试（湖南）科技有限公司"


@pytest.mark.parametrize(
    "written",
    [
        "长沙测试(湖南)科技有限公司",
        "长沙测试〔湖南〕科技有限公司",
        "长沙测试【湖南】科技有限公司",
        "长沙测试 （湖南） 科技有限公司",
        "长沙测试\u3000(湖南）科技有限公司",
    ],
)
def test_E_24_widths_brackets_and_blanks_are_alike(written: str) -> None:
    assert folded(written) == folded(NAME)


def test_E_24_so_are_case_dashes_and_dots() -> None:
    assert folded("Concord－Hunan・ABC") == folded("CONCORD–hunan·abc") == folded("ｃｏｎｃｏｒｄ-hunan•ABC")
    assert folded("湘人社发〔2026〕1号") == folded("湘人社发[２０２６]1号")
    assert folded_code("ｐａｒｋ–01 ") == "PARK-01"


def test_E_24_other_names_stay_others() -> None:
    assert folded("长沙测试（湖南）一公司") != folded("长沙测试（湖南）二公司")
    assert folded(folded(NAME)) == folded(NAME)
