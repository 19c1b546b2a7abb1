"""R-14 (五(五)1): electronic seals over the report's digest; altered, expired and untrusted ones are refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from events.unit.self_evaluation import SealCertificate, UnitReportSealed
from events.words import Sealer
from services.electronic_seals import MOST_BYTES, SealRefused, verified
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
    name: str, issuer: Holder | None = None, *, authority: bool = False, days: int = 365, key: Key | None = None
) -> Holder:
    own = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) - timedelta(days=30)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer is not None else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(issuer.key if issuer is not None else own, hashes.SHA256())
    )
    return Holder(certificate, own)


ROOT = _holder("示例电子认证根", authority=True, days=3650)
TRUST = (ROOT.certificate,)
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
    for trust in ((other.certificate,), ()):
        with pytest.raises(SealRefused, match="trust list"):
            verified(_seal(ENTERPRISE), DIGEST, trust, DAY)
    with pytest.raises(SealRefused, match="trust list"):
        verified(_seal(_holder("示例自签")), DIGEST, TRUST, DAY)


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
