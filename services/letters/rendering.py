"""A letter as PDF by our own template, or as Word by an office's."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import orjson
import segno
import typst
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from services.errors import ConcordError
from services.letters.letter import FIELDS, Letter
from services.letters.person_copy import PersonCopy
from services.letters.year_paper import YearPaper

PDF: Final = "application/pdf"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

MOST_BYTES: Final = 4 * 1024 * 1024
"""Longest template taken; unpacked ten times as much."""


@dataclass(eq=False)
class TemplateRefused(ConcordError):
    """An office's template cannot be used, and why; no letter is made by it (409)."""

    told_zh: str
    told_en: str
    code = "template-refused"
    status = 409

    @property
    def zh(self) -> str:
        return self.told_zh

    def __str__(self) -> str:
        return self.told_en


def as_pdf(letter: Letter) -> bytes:
    """The letter as PDF on one page, with a code to look it up by where it has a link."""
    code = segno.make(letter.link, error="m").svg_inline(scale=4, border=0) if letter.link else ""
    if code:
        code = code.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return _compiled("letter.typ", {"letter": orjson.dumps(asdict(letter)).decode(), "code": code})


def paper_as_pdf(paper: YearPaper) -> bytes:
    """The paper of a place's year as PDF."""
    return _compiled("year-paper.typ", {"paper": orjson.dumps(asdict(paper)).decode()})


def copy_as_pdf(copy: PersonCopy) -> bytes:
    """The copy of what is held of a person as PDF."""
    return _compiled("person-copy.typ", {"copy": orjson.dumps(asdict(copy)).decode()})


def _compiled(template: str, inputs: Mapping[str, str]) -> bytes:
    """A template of this room with its inputs: texts, and never markup."""
    source = (files("services.letters") / template).read_bytes()
    with warnings.catch_warnings():
        # a font of the list that is not on this machine is no fault: the next one is taken
        warnings.simplefilter("ignore")
        made: bytes = typst.compile(source, sys_inputs=dict(inputs))
    return made


def as_word(letter: Letter, template: Path) -> bytes:
    """The letter as Word, by a template whose fields are those of a letter (`{{ unit }}`). Raises TemplateRefused."""
    document = checked(template)
    data = io.BytesIO()
    try:
        document.render(asdict(letter), SandboxedEnvironment(autoescape=True), autoescape=True)
    except TemplateError as error:
        raise _unreadable(error) from error
    document.save(data)
    return data.getvalue()


def checked(template: Path) -> DocxTemplate:
    """The template, where it is one and names no field that a letter has not. Raises TemplateRefused."""
    data = template.read_bytes()[: MOST_BYTES + 1]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            large = len(data) > MOST_BYTES or sum(part.file_size for part in archive.infolist()) > 10 * MOST_BYTES
            if large or any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
                raise TemplateRefused("模板过大或含有宏", "the template is too large, or holds macros")
        document = DocxTemplate(io.BytesIO(data))
        named = document.get_undeclared_template_variables(SandboxedEnvironment(autoescape=True))
    except (zipfile.BadZipFile, KeyError, ValueError, TemplateError, SyntaxError) as error:
        raise _unreadable(error) from error
    if unknown := sorted(named - FIELDS):
        names = "、".join(unknown)
        raise TemplateRefused(
            f"模板使用了不存在的字段：{names}", f"the template names fields that no letter has: {names}"
        )
    return document


def _unreadable(error: Exception) -> TemplateRefused:
    return TemplateRefused("模板无法读取，须为DOCX", f"the template cannot be read as DOCX ({type(error).__name__})")
