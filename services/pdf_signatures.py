"""Signatures embedded in PDF (PAdES, ETSI EN 319 142-1; ISO 32000-1, 12.8): a report with a seal appended to it.

A signer appends to the report and never changes it: its bytes begin the signed file, and the signature covers the file
whole, but for its own place in it. What is appended may add signatures and nothing else; every object of the report
reads afterwards as before, so that no later revision shows another text than the one that was adopted.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

MOST_OBJECTS: Final = 100_000
"""Objects of a report, at most: each is compared."""

_END: Final = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
_OF_SIGNING: Final = {
    "catalog": frozenset({"/AcroForm", "/Extensions", "/Version", "/DSS", "/Perms"}),
    "page": frozenset({"/Annots"}),
    "form": frozenset({"/Fields", "/SigFlags"}),
}
"""What signing changes of the objects that there were."""


class NotSignedSo(ValueError):
    """Why a PDF is not a report with a signature appended, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


@dataclass(frozen=True, slots=True)
class Embedded:
    """The signature that covers a file: its CMS, padded with zeros, and the SHA-256 of what it is over."""

    cms: bytes
    digest: str


def embedded(data: bytes, report: str) -> Embedded:
    """The last signature of a file that is the report of that digest, signed. Raises NotSignedSo."""
    end = _end_of(data, report)
    if end is None:
        raise NotSignedSo("所签的PDF不是该报告", "the signed PDF is over another report, or the report was changed")
    try:
        before, after = PdfReader(io.BytesIO(data[:end]), strict=True), PdfReader(io.BytesIO(data))
        _only_signed(before, after)
        found = [_covering(one, data, end) for one in _signatures(after)]
    except NotSignedSo:
        raise
    except Exception as error:
        raise NotSignedSo("无法读取的PDF", f"the PDF cannot be read ({type(error).__name__})") from error
    whole = [one for one in found if one is not None]
    if len(whole) != 1:
        zh = "签名未覆盖整个文件，或者签名之后又有改动"
        raise NotSignedSo(zh, "no signature covers the whole file: it is not signed, or was changed after signing")
    return whole[0]


def _end_of(data: bytes, report: str) -> int | None:
    """Where the report ends in the file that begins with it, at the end of one of its revisions."""
    running, at = sha256(), 0
    for found in _END.finditer(data):
        for end in dict.fromkeys((found.start() + len(b"%%EOF"), found.end())):
            running.update(data[at:end])
            at = end
            if end < len(data) and running.copy().hexdigest() == report:
                return end
    return None


def _covering(signature: DictionaryObject, data: bytes, end: int) -> Embedded | None:
    """The signature, where its ranges are the whole file but for its own contents, behind the report."""
    ranges = [int(one) for one in signature.get("/ByteRange", ())]
    if len(ranges) != 4:
        return None
    begin, first, second, last = ranges
    if begin != 0 or not end <= first < second or second + last != len(data):
        return None
    gap = data[first:second]
    if gap[:1] != b"<" or gap[-1:] != b">":
        return None
    cms = bytes.fromhex(gap[1:-1].decode("ascii"))
    return Embedded(cms, sha256(data[:first] + data[second:]).hexdigest())


def _signatures(reader: PdfReader) -> Iterator[DictionaryObject]:
    root: Any = reader.trailer["/Root"].get_object()
    form = root.get("/AcroForm", DictionaryObject()).get_object()
    for one in form.get("/Fields", ArrayObject()).get_object():
        field = one.get_object()
        if field.get("/FT") == "/Sig" and "/V" in field:
            yield field["/V"].get_object()


def _only_signed(before: PdfReader, after: PdfReader) -> None:
    """Every object of the report is as it was, but for what signing adds. Raises NotSignedSo."""
    if before.is_encrypted or after.is_encrypted:
        raise NotSignedSo("PDF已加密", "the PDF is encrypted")
    root = before.trailer.raw_get("/Root")
    if after.trailer.raw_get("/Root").idnum != root.idnum or len(before.pages) != len(after.pages):
        raise NotSignedSo("签名之外还有改动", "something else was changed in signing")
    told: Any = before.trailer["/Size"]
    size = int(told)
    if size > MOST_OBJECTS:
        raise NotSignedSo("PDF过大", "the PDF has too many objects")
    kinds = _kinds(before)
    for number in range(1, size):
        old = before.get_object(IndirectObject(number, 0, before))
        new = after.get_object(IndirectObject(number, 0, after))
        if not _as_before(old, new, kinds.get(number, "")):
            raise NotSignedSo("签名之外还有改动", f"object {number} of the report was changed in signing")


def _kinds(reader: PdfReader) -> dict[int, str]:
    """Which objects signing may touch, by their numbers."""
    catalog: Any = reader.trailer["/Root"].get_object()
    found = {reader.trailer.raw_get("/Root").idnum: "catalog"}
    for page in reader.pages:
        if page.indirect_reference is not None:
            found[page.indirect_reference.idnum] = "page"
        if "/Annots" in page and isinstance(page.raw_get("/Annots"), IndirectObject):
            found[page.raw_get("/Annots").idnum] = "list"
    for holder, key, kind in (
        (reader.trailer, "/Info", "told"),
        (catalog, "/Metadata", "told"),
        (catalog, "/AcroForm", "form"),
    ):
        if key in holder and isinstance(holder.raw_get(key), IndirectObject):
            found[holder.raw_get(key).idnum] = kind
    return found


def _as_before(old: Any, new: Any, kind: str) -> bool:
    match kind:
        case "told":  # who made it, and when: nothing that is shown
            return True
        case "list":
            return _grown(old, new)
        case "":
            return _same(old, new)
    touched = _OF_SIGNING[kind]
    if not isinstance(old, DictionaryObject) or not isinstance(new, DictionaryObject):
        return False
    kept = old.keys() - touched
    if kept != new.keys() - touched or not all(_same(old.raw_get(key), new.raw_get(key)) for key in kept):
        return False
    lists = {"page": "/Annots", "form": "/Fields"}
    name = lists.get(kind)
    return name is None or _grown(old.get(name, ArrayObject()), new.get(name, ArrayObject()))


def _grown(old: Any, new: Any) -> bool:
    """Whether a list of annotations or fields is as it was, with signatures at its end."""
    was, now = list(old.get_object()), list(new.get_object())
    same = len(now) >= len(was) and all(_same(*pair) for pair in zip(was, now, strict=False))
    return same and all(_is_signature(one.get_object()) for one in now[len(was) :])


def _is_signature(field: Any) -> bool:
    return isinstance(field, DictionaryObject) and field.get("/FT") == "/Sig" and field.get("/Subtype") == "/Widget"


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, IndirectObject) or isinstance(new, IndirectObject):
        both = isinstance(old, IndirectObject) and isinstance(new, IndirectObject)
        return both and (old.idnum, old.generation) == (new.idnum, new.generation)
    if type(old) is not type(new):
        return False
    if isinstance(old, StreamObject) and old._data != new._data:
        return False
    if isinstance(old, DictionaryObject):
        return old.keys() == new.keys() and all(_same(old.raw_get(key), new.raw_get(key)) for key in old)
    if isinstance(old, ArrayObject):
        return len(old) == len(new) and all(_same(*pair) for pair in zip(list(old), list(new), strict=True))
    return bool(old == new)
