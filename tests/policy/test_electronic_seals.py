"""R-14 (五(五)1): electronic seals over the report's digest; altered, expired and untrusted ones are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from events.unit.self_evaluation import SealCertificate, UnitReportSealed
from events.words import Sealer
from services.certificate_status import send
from services.electronic_seals import MOST_BYTES, SealRefused, Trust, trusted, verified
from tests.casework.given import DAY, cited, document, self_evaluation
from tests.casework.stages import adopted, life_at, sealed_by

REPORT = "示例自评报告".encode()
DIGEST = sha256(REPORT).hexdigest()
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Holder:
    """Somebody with a certificate and its key."""

    certificate: x509.Certificate
    key: Key


def _holder(
    name: str, issuer: Holder | None = None, *, authority: bool = False, days: int = 365, key: Key | None = None,
    extensions: tuple[x509.ExtensionType, ...] = (),
) -> Holder:  # fmt: skip
    own = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) - timedelta(days=30)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer is not None else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return Holder(builder.sign(issuer.key if issuer is not None else own, hashes.SHA256()), own)


ROOT = _holder("示例电子认证根", authority=True, days=3650)
TRUST = Trust((ROOT.certificate,))
ENTERPRISE = _holder("示例企业", ROOT)


def _seal(holder: Holder, over: bytes = REPORT, beside: tuple[Holder, ...] = ()) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(over)
    builder = builder.add_signer(holder.certificate, holder.key, hashes.SHA256())
    for other in beside:
        builder = builder.add_certificate(other.certificate)
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])


@pytest.mark.parametrize("rsa_key", [False, True])
def test_R_14_a_seal_over_the_reports_digest_by_a_trusted_issuers_certificate_counts(rsa_key: bool) -> None:
    key = rsa.generate_private_key(65537, 2048) if rsa_key else None
    holder = _holder("示例企业", ROOT, key=key)
    found = verified(_seal(holder), DIGEST, TRUST, DAY)
    assert found.subject == "CN=示例企业"
    assert found.issuer == "CN=示例电子认证根"
    assert found.until == DAY + timedelta(days=335)


def test_R_14_an_issuer_between_is_followed_if_it_is_an_authority() -> None:
    between = _holder("示例电子认证子机构", ROOT, authority=True)
    verified(_seal(_holder("示例企业", between), beside=(between,)), DIGEST, TRUST, DAY)
    impostor = _holder("示例冒充机构", ROOT)
    with pytest.raises(SealRefused, match="trust list"):
        verified(_seal(_holder("示例企业", impostor), beside=(impostor,)), DIGEST, TRUST, DAY)


def test_R_14_a_seal_over_another_report_is_refused() -> None:
    with pytest.raises(SealRefused, match="another report"):
        verified(_seal(ENTERPRISE, b"another"), DIGEST, TRUST, DAY)


def test_R_14_an_altered_seal_is_refused_wherever_a_byte_changes() -> None:
    seal = _seal(ENTERPRISE)
    for at in range(0, len(seal), 7):
        altered = seal[:at] + bytes([seal[at] ^ 1]) + seal[at + 1 :]
        try:
            found = verified(altered, DIGEST, TRUST, DAY)
        except SealRefused:
            continue
        # what is not signed may be written otherwise; what it says may not
        assert found == verified(seal, DIGEST, TRUST, DAY), at


@pytest.mark.parametrize("day", [DAY - timedelta(days=31), DAY + timedelta(days=336)])
def test_R_14_a_certificate_that_is_not_in_force_is_refused(day: date) -> None:
    with pytest.raises(SealRefused, match="in force"):
        verified(_seal(ENTERPRISE), DIGEST, TRUST, day)


def test_R_14_an_issuer_that_nobody_trusts_is_refused() -> None:
    other = _holder("示例电子认证根", authority=True)
    for trust in (Trust((other.certificate,)), Trust()):
        with pytest.raises(SealRefused, match="trust list"):
            verified(_seal(ENTERPRISE), DIGEST, trust, DAY)
    with pytest.raises(SealRefused, match="trust list"):
        verified(_seal(_holder("示例自签")), DIGEST, TRUST, DAY)


def _revokes(issuer: Holder, *serials: int, key: Key | None = None, days: int = 60) -> x509.CertificateRevocationList:
    """The list of an issuer, of 30 days before the day, with the next one due so many days later."""
    begins = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) - timedelta(days=30)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(begins).next_update(begins + timedelta(days=days))
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(begins).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(key or issuer.key, hashes.SHA256())


def test_R_14_a_certificate_on_its_issuers_revocation_list_is_refused() -> None:
    between = _holder("示例电子认证子机构", ROOT, authority=True)
    below = _holder("示例企业", between)
    serial, above = ENTERPRISE.certificate.serial_number, between.certificate.serial_number
    through = _seal(below, beside=(between,))
    for revoked, seal in (
        (_revokes(ROOT, serial), _seal(ENTERPRISE)),
        (_revokes(ROOT, above), through),
        (_revokes(between, below.certificate.serial_number), through),
    ):
        with pytest.raises(SealRefused, match="revoked"):
            verified(seal, DIGEST, Trust(TRUST.issuers, (revoked,)), DAY)
    with pytest.raises(SealRefused, match="out of date"):
        verified(_seal(ENTERPRISE), DIGEST, Trust(TRUST.issuers, (_revokes(ROOT, days=29),)), DAY)
    forged = _revokes(ROOT, serial, key=ec.generate_private_key(ec.SECP256R1()))
    others = _revokes(_holder("示例另一认证根", authority=True), serial)
    lists = (forged, others, _revokes(ROOT, serial + 1))
    assert verified(_seal(ENTERPRISE), DIGEST, Trust(TRUST.issuers, lists), DAY).serial == f"{serial:x}"


def test_R_14_issuers_and_revocation_lists_are_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    assert verified(_seal(ENTERPRISE), DIGEST, trusted(tmp_path), DAY)
    assert trusted(tmp_path / "root.pem") == trusted(tmp_path)
    whole = _revokes(ROOT, ENTERPRISE.certificate.serial_number)
    for encoding in (Encoding.PEM, Encoding.DER):
        (tmp_path / "root.crl").write_bytes(whole.public_bytes(encoding))
        with pytest.raises(SealRefused, match="revoked"):
            verified(_seal(ENTERPRISE), DIGEST, trusted(tmp_path), DAY)
    (tmp_path / "root.crl").write_bytes(b"-----BEGIN rubbish")
    with pytest.raises(ValueError, match=r"."):
        trusted(tmp_path)


RESPONDER = "http://ocsp.example/"
_NAMED = x509.AuthorityInformationAccess([
    x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(RESPONDER))
])  # fmt: skip
ASKABLE = _holder("示例可查询企业", ROOT, extensions=(_NAMED,))


def _answers(
    status: ocsp.OCSPCertStatus, by: Holder = ROOT, about: Holder = ASKABLE, *, days: int = 0, issuer: Holder = ROOT
) -> Callable[[str, bytes], bytes]:
    """What a responder says of a certificate, at noon so many days after the day, for a day."""
    at = datetime(DAY.year, DAY.month, DAY.day, 4, tzinfo=UTC) + timedelta(days=days)
    gone = status is ocsp.OCSPCertStatus.REVOKED

    def ask(url: str, request: bytes) -> bytes:
        assert url == RESPONDER
        assert ocsp.load_der_ocsp_request(request).serial_number == ASKABLE.certificate.serial_number
        builder = ocsp.OCSPResponseBuilder().add_response(
            about.certificate, issuer.certificate, hashes.SHA1(), status, at, at + timedelta(hours=2),  # noqa: S303
            at - timedelta(days=1) if gone else None, None,
        )  # fmt: skip
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate).certificates([by.certificate])
        return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)

    return ask


def _delegated(*uses: x509.ObjectIdentifier, issuer: Holder = ROOT) -> Holder:
    return _holder("示例应答机构", issuer, extensions=(x509.ExtendedKeyUsage(uses),))


GOOD, REVOKED, UNKNOWN = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN
OTHER_ROOT = _holder("示例另一认证根", authority=True)


@pytest.mark.parametrize("by", [ROOT, _delegated(ExtendedKeyUsageOID.OCSP_SIGNING)])
def test_R_14_a_certificate_that_its_responder_calls_revoked_is_refused(by: Holder) -> None:
    seal = _seal(ASKABLE)
    assert verified(seal, DIGEST, Trust(TRUST.issuers, send=_answers(GOOD, by)), DAY).subject == "CN=示例可查询企业"
    with pytest.raises(SealRefused, match="revoked"):
        verified(seal, DIGEST, Trust(TRUST.issuers, send=_answers(REVOKED, by)), DAY)


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (_answers(UNKNOWN), "does not know"),
        (_answers(GOOD, days=-2), "another day"),
        (_answers(GOOD, days=2), "another day"),
        (_answers(GOOD, about=ENTERPRISE), "another certificate"),
        (_answers(GOOD, issuer=OTHER_ROOT), "another certificate"),
        (_answers(GOOD, by=_delegated(ExtendedKeyUsageOID.CLIENT_AUTH)), "nobody whom the issuer named"),
        (_answers(GOOD, by=_delegated(ExtendedKeyUsageOID.OCSP_SIGNING, issuer=OTHER_ROOT)), "nobody whom"),
        (_answers(GOOD, by=ENTERPRISE), "nobody whom the issuer named"),
        (lambda _url, _request: b"rubbish", "relied on"),
        (lambda _url, _request: bytes(70_000), "too long"),
        (lambda _url, _request: ocsp.OCSPResponseBuilder.build_unsuccessful(
            ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER), "try_later"),
    ],
)  # fmt: skip
def test_R_14_while_a_responder_says_nothing_to_rely_on_the_seal_is_set_aside(ask: Any, why: str) -> None:
    with pytest.raises(SealRefused, match=why) as refused:
        verified(_seal(ASKABLE), DIGEST, Trust(TRUST.issuers, send=ask), DAY)
    assert "重新提交" in refused.value.zh


def test_R_14_a_responder_out_of_reach_is_said_and_asked_only_where_it_is_named_and_its_issuer_trusted() -> None:
    asked_for = list[str]()

    def ask(url: str, _request: bytes) -> bytes:
        asked_for.append(url)
        raise ConnectionRefusedError

    trust = Trust(TRUST.issuers, send=ask)
    with pytest.raises(SealRefused, match="not reached"):
        verified(_seal(ASKABLE), DIGEST, trust, DAY)
    assert asked_for == [RESPONDER]
    assert verified(_seal(ENTERPRISE), DIGEST, trust, DAY)
    assert verified(_seal(ASKABLE), DIGEST, TRUST, DAY)
    with pytest.raises(SealRefused, match="trust list"):
        verified(_seal(_holder("示例", OTHER_ROOT, extensions=(_NAMED,))), DIGEST, trust, DAY)
    assert asked_for == [RESPONDER]


def test_R_14_a_responder_is_asked_over_http() -> None:
    class Responder(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["content-length"]))
            assert self.headers["content-type"] == "application/ocsp-request"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(request[::-1])

        def log_message(self, *_words: object) -> None:
            """Nothing is logged."""

    with HTTPServer(("127.0.0.1", 0), Responder) as server:
        Thread(target=server.handle_request, daemon=True).start()
        assert send(f"http://127.0.0.1:{server.server_port}/", b"abc") == b"cba"


@pytest.mark.parametrize(
    "rubbish", [b"", b"\x30", b"%PDF-1.7 not a signature", b"\x30\x80\x00\x00", bytes(MOST_BYTES + 1), b"\x30\x84" * 9]
)
def test_R_14_what_is_no_signature_is_refused_and_breaks_nothing(rubbish: bytes) -> None:
    with pytest.raises(SealRefused):
        verified(rubbish, DIGEST, TRUST, DAY)


def test_R_14_an_electronic_seal_counts_only_once_it_was_verified_and_while_it_holds() -> None:
    life = life_at("registered")
    life.act(DAY, life.agent, self_evaluation())
    life.act(DAY, life.agent, adopted(life, DAY))
    certificate = SealCertificate(subject="CN=示例企业", issuer="CN=示例", serial="1", until=DAY, fingerprint="a" * 64)
    plain = sealed_by(life, Sealer.ENTERPRISE)
    unverified = plain.model_copy(update={"signature": document("电子签名")})
    cited(life.refused(DAY, life.agent, unverified), "I-01")
    ended = certificate.model_copy(update={"until": DAY - timedelta(days=1)})
    cited(life.refused(DAY, life.agent, unverified.model_copy(update={"certificate": ended})), "I-01")
    entry = life.act(DAY, life.agent, unverified.model_copy(update={"certificate": certificate}))
    assert isinstance(entry.event, UnitReportSealed)


# --- embedded in the signed report (PAdES) ---------------------------------------------------------------------------

_PLACE = 4_096
"""Bytes of CMS for which a signed file has room."""

_OBJECTS = {
    1: b"<< /Type /Catalog /Pages 2 0 R >>",
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << >> >>",
    4: b"<< /Length 9 >>\nstream\n0 0 m S %\nendstream",
}
_SIGNED = {
    1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] /SigFlags 3 >> >>",
    3: _OBJECTS[3].replace(b" /Resources", b" /Annots [5 0 R] /Resources"),
    5: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [0 0 0 0] /P 3 0 R /V 6 0 R >>",
}
_VALUE = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [%s] /Contents <%s> >>"


def _revision(before: bytes, objects: dict[int, bytes], size: int) -> bytes:
    """The file with these objects appended, and a table of where they are."""
    data = before or b"%PDF-1.7\n"
    places = {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, last = len(data), before.rpartition(b"startxref\n")[2].partition(b"\n")[0]
    data += b"xref\n0 1\n0000000000 65535 f \n"
    data += b"".join(b"%d 1\n%010d 00000 n \n" % one for one in places.items())
    previous = b" /Prev " + last if last else b""
    return data + b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (size, previous, start)


PDF_REPORT = _revision(b"", _OBJECTS, 5)
PDF_DIGEST = sha256(PDF_REPORT).hexdigest()


def _signed(holder: Holder, changed: dict[int, bytes] | None = None, report: bytes = PDF_REPORT) -> bytes:
    """The report with a signature appended, and whatever else is changed in the same revision."""
    room = b"0" * (2 * _PLACE)
    ranges = b" ".join([b"%010d" % 0] * 4)
    data = _revision(report, {**_SIGNED, **(changed or {}), 6: _VALUE % (ranges, room)}, 7)
    first = data.index(b"<" + room)
    second = first + len(room) + 2
    told = b" ".join(b"%010d" % one for one in (0, first, second, len(data) - second))
    data = data.replace(ranges, told)
    seal = _seal(holder, data[:first] + data[second:]).hex().encode()
    return data[: first + 1] + seal + data[first + 1 + len(seal) :]


def test_R_14_a_signature_embedded_in_the_signed_report_counts_as_the_detached_one_does() -> None:
    signed = _signed(ENTERPRISE)
    assert signed.startswith(PDF_REPORT)
    assert verified(signed, PDF_DIGEST, TRUST, DAY) == verified(_seal(ENTERPRISE, PDF_REPORT), PDF_DIGEST, TRUST, DAY)


def test_R_14_a_signed_pdf_over_another_report_or_without_a_signature_is_refused() -> None:
    for file in (_signed(ENTERPRISE), PDF_REPORT):
        with pytest.raises(SealRefused, match="another report"):
            verified(file, DIGEST, TRUST, DAY)
    with pytest.raises(SealRefused, match="another report"):
        verified(PDF_REPORT, PDF_DIGEST, TRUST, DAY)
    bare = _revision(PDF_REPORT, {5: b"<< >>"}, 6)
    with pytest.raises(SealRefused, match="covers the whole file"):
        verified(bare, PDF_DIGEST, TRUST, DAY)


def test_R_14_what_was_changed_after_or_in_signing_is_refused() -> None:
    signed = _signed(ENTERPRISE)
    for later in (b"\n", _revision(signed, {4: _OBJECTS[4].replace(b"0 0 m", b"9 9 m")}, 7)[len(signed) :]):
        with pytest.raises(SealRefused, match=r"covers the whole file|changed in signing"):
            verified(signed + later, PDF_DIGEST, TRUST, DAY)
    other_page = _OBJECTS[4].replace(b"0 0 m", b"9 9 m")
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [0 0 200 200] /Contents (another) >>"
    annotated = _SIGNED[3].replace(b"[5 0 R]", b"[5 0 R 7 0 R]")
    moved = _SIGNED[1].replace(b"/Pages 2 0 R", b"/Pages 8 0 R")
    for changed in ({4: other_page}, {3: annotated, 7: note}, {1: moved, 8: _OBJECTS[2]}):
        with pytest.raises(SealRefused, match="changed in signing"):
            verified(_signed(ENTERPRISE, changed), PDF_DIGEST, TRUST, DAY)


def test_R_14_an_altered_signed_pdf_is_refused_wherever_a_byte_changes() -> None:
    signed = _signed(ENTERPRISE)
    whole = verified(signed, PDF_DIGEST, TRUST, DAY)
    for at in range(0, len(signed), 97):
        altered = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
        try:
            found = verified(altered, PDF_DIGEST, TRUST, DAY)
        except SealRefused:
            continue
        # the zeros behind a signature, and what of it is not signed, may be written otherwise; what it says may not
        assert found == whole, at
        assert signed.index(b"/Contents <") < at < signed.rindex(b"> >>"), at


def test_R_14_an_embedded_signature_that_ended_or_that_nobody_trusts_is_refused() -> None:
    with pytest.raises(SealRefused, match="in force"):
        verified(_signed(ENTERPRISE), PDF_DIGEST, TRUST, DAY + timedelta(days=336))
    with pytest.raises(SealRefused, match="trust list"):
        verified(_signed(_holder("示例自签")), PDF_DIGEST, TRUST, DAY)


def test_R_14_ofd_is_told_to_be_not_read_yet_and_a_renamed_program_is_no_seal() -> None:
    with pytest.raises(SealRefused, match="OFD is not read yet"):
        verified(b"PK\x03\x04 OFD.xml", DIGEST, TRUST, DAY)
    for rubbish in (b"MZ\x90\x00", b"\x7fELF", b"%PDF-1.7\n%%EOF", PDF_REPORT + b"%%EOF" * 10_000):
        with pytest.raises(SealRefused):
            verified(rubbish, DIGEST, TRUST, DAY)
