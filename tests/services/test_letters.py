"""Letters: what an entry says, as PDF and by an office's own Word template; a template that is none is refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from pypdf import PdfReader
from world import World, enterprise

from events.registry import EVENT_TYPES
from services.letters.letter import FIELDS, LETTERS, Letter
from services.letters.rendering import MOST_BYTES, TemplateRefused, as_pdf, as_word, checked

LETTER = Letter(
    name="named", heading="命名通知书", unit="示例企业{{ secret }}<w:t>", code="1", place="长沙市",
    title="示例称号", text="命名 #panic() $x$", reason="", office="示例岗位", house="人社",
    number="示例〔2026〕1号", dated="2026年1月1日", due="", clause="五(六)", reference="u/1", link="https://example.invalid/p/1",
)  # fmt: skip


def template(path: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path


def read(paper: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages).split())


def words(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def test_every_letter_is_on_an_event_that_there_is_and_has_its_own_name() -> None:
    assert set(LETTERS) <= set(EVENT_TYPES)
    assert len({name for name, _ in LETTERS.values()}) == len(LETTERS)
    assert {"received", "returned", "publicity", "objection", "hearing", "named", "revoked"} <= {
        name for name, _ in LETTERS.values()
    }


def test_a_pdf_is_made_of_texts_and_never_of_markup() -> None:
    whole, bare = as_pdf(LETTER), as_pdf(replace(LETTER, link=""))
    assert whole.startswith(b"%PDF-")
    assert len(whole) > len(bare)


def test_a_letter_as_pdf_read_by_another_library_says_every_field_as_it_is() -> None:
    said = read(as_pdf(LETTER))
    for name in ("heading", "unit", "text", "office", "number", "dated", "clause", "reference"):
        assert "".join(getattr(LETTER, name).split()) in said, name


def test_a_word_letter_has_the_fields_in_place_and_takes_nothing_for_markup(tmp_path: Path) -> None:
    made = as_word(LETTER, template(tmp_path / "named.docx", "{{ unit }}：{{ text }}", "{% if due %}期限{% endif %}"))
    assert words(made).splitlines()[0] == f"{LETTER.unit}：{LETTER.text}"
    assert "期限" not in words(made)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ salary }}", "salary"),
        ("{% for x in secrets %}{{ x }}{% endfor %}", "secrets"),
        ("{{ unit", "cannot be read"),
    ],
)
def test_a_template_with_an_unknown_field_is_refused_by_its_name(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(TemplateRefused, match=why):
        checked(template(tmp_path / "named.docx", text))


def test_a_template_reaches_nothing_beside_the_letter(tmp_path: Path) -> None:
    file = template(tmp_path / "named.docx", "{{ unit.__class__.__mro__ }}")
    with pytest.raises(TemplateRefused):
        as_word(LETTER, file)


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00", b"PK\x03\x04 and no more"])
def test_what_is_no_docx_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "named.docx").write_bytes(data)
    with pytest.raises(TemplateRefused):
        checked(tmp_path / "named.docx")


def test_a_template_with_macros_is_refused(tmp_path: Path) -> None:
    file = template(tmp_path / "named.docx", "{{ unit }}")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    with pytest.raises(TemplateRefused, match="macros"):
        checked(file)


def test_a_template_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    file = template(tmp_path / "named.docx", "{{ unit }}")
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", bytes(11 * MOST_BYTES))
    with pytest.raises(TemplateRefused, match="too large"):
        checked(file)


def test_the_letter_on_an_entry_is_for_who_reads_the_file(served: World) -> None:
    unit = served.register(1)
    answer = served.get(f"units/{unit}/letters/1", "county-hr-officer")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    told = served.get(f"units/{unit}", "county-hr-officer").json()
    assert {told["name"], told["code"]} <= {
        word for word in (told["name"], told["code"]) if word in read(answer.content)
    }
    assert served.get(f"units/{unit}/letters/1", "430200-hr-officer").status_code == 403
    for missing in ("0", "99", "x"):
        assert served.get(f"units/{unit}/letters/{missing}", "county-hr-officer").status_code == 404
    no_template: Any = served.get(f"units/{unit}/letters/1?format=docx", "county-hr-officer")
    assert no_template.status_code == 404
    assert served.get(f"units/{enterprise(30)}/letters/1", "county-hr-officer").status_code == 404
    assert "unit" in FIELDS
