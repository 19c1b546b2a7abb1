"""Bulletins and yearly reports on paper: what they say is what their entries say, whatever came later."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from uuid import uuid4

from pypdf import PdfReader
from world import PREFECTURE, World

from events.governance.year_reports import BulletinFigure, YearBulletinPublished
from services.casework.year.reports import figures_digest
from services.casework.year.state import year_stream
from services.letters.rendering import paper_as_pdf
from services.letters.year_paper import YearPaper, paper_of
from tests.casework.years import PLACE, Years, report

FIGURES = (BulletinFigure(name="命名有效", value=120), BulletinFigure(name="#panic()", value=8))


def text_of(paper: bytes) -> str:
    """The text of a PDF without its blanks, read by another library than the one that wrote it."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages).split())


def test_R_38_a_bulletin_says_its_frozen_figures_with_their_digest() -> None:
    years, province = Years.begun(), "430000"
    published = YearBulletinPublished(period="2024-02", number="示例通报1号", position=500, figures=FIGURES)
    years.at(date(2024, 3, 4), province, published)
    state = years.state(province)
    paper = paper_of(state, state.entries[-1])
    assert paper is not None
    assert (paper.number, paper.figures) == ("示例通报1号", (("命名有效", "120"), ("#panic()", "8")))
    assert paper.digest == figures_digest(published)
    told = text_of(paper_as_pdf(paper))
    assert "#panic()" in told, "texts, and never markup"
    for said in (*(f"{name}{value}" for name, value in paper.figures), paper.number, paper.digest, paper.reference):
        assert said in told, said
    assert paper_of(state, state.entries[0]) is None


def test_R_47_a_yearly_report_stands_beside_what_the_register_holds() -> None:
    years = Years.begun()
    years.at(date(2024, 12, 4), PLACE, report())
    state = years.state(PLACE)
    paper = paper_of(state, state.entries[-1])
    assert isinstance(paper, YearPaper)
    assert paper.heading == "2024年度工作报告"
    assert dict(paper.figures) | {"培训合格人数": "0", "逾期报送": "4日"} == dict(paper.figures)
    assert paper.digest == report().document.sha256


def test_the_paper_of_a_filed_report_is_read_by_whoever_reads_the_year(served: World) -> None:
    year, province = served.today.year, "430000"
    stream, opened = year_stream(PREFECTURE, year), {"place": province, "year": year}
    served.must("province-hr-officer", year_stream(province, year), "open", opened, kinds="years")
    document = {"sha256": "a" * 64, "media_type": "application/pdf", "title": "示例报告", "size": 9}
    filed = served.must(
        "prefecture-hr-officer", stream, "file-report", {"summary": "示例：总结", "document": document}, kinds="years"
    )
    version = filed["version"]
    found = served.get(f"years/{stream}/reports/{version}.pdf", "prefecture-hr-officer")
    assert (found.status_code, found.headers["content-type"]) == (200, "application/pdf")
    told = text_of(found.content)
    (entry,) = (one for one in served.get(f"years/{stream}/events").json()["events"] if one["version"] == version)
    assert entry["event"]["summary"] in told
    assert f"{stream}/{version}" in told
    assert entry["event"]["document"]["sha256"] in told
    for path in (
        f"years/{stream}/bulletins/{version}.pdf", f"years/{stream}/reports/999.pdf", f"years/{uuid4()}/reports/1.pdf",
        "years/x/reports/1.pdf",
    ):  # fmt: skip
        assert served.get(path, "prefecture-hr-officer").status_code == 404, path
    assert served.get(f"years/{stream}/reports/{version}.pdf", "applicant-1").status_code == 403
