"""Electronic seals: a CMS signature (RFC 5652) over a report, checked against a trust list (R-14).

It comes detached, its message digest the SHA-256 of the report, or embedded in the signed report (PAdES), where it is
over the file that the report begins. OFD (GB/T 33190) is not read yet: of it the detached signature is handed in.
Certificates that a revocation list of their issuer names (RFC 5280, 5) are refused, and where it is asked for, those of
which the issuer's responder says so; while that cannot be reached a seal is set aside, to be handed in again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from events.envelope import CHINA
from events.unit.self_evaluation import SealCertificate
from services.certificate_status import Sender, StatusUnknownError, is_revoked
from services.pdf_signatures import NotSignedSo, embedded

MOST_BYTES = 65_536
"""Longest signature taken: a handful of certificates and one signer."""

PDF, OFD = b"%PDF-", b"PK\x03\x04"
"""How a signed report begins; OFD is a ZIP archive."""

_LONGEST_CHAIN = 4
_SEQUENCE, _SET, _INTEGER, _OCTETS, _OID, _SIGNED_ATTRIBUTES = 0x30, 0x31, 0x02, 0x04, 0x06, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_SHA256 = bytes.fromhex("608648016503040201")


@dataclass(eq=False)
class SealRefused(Exception):
    """Why a seal does not count, in both languages: altered, over another report, expired, not trusted, unreadable."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True)
class _Element:
    """One element of DER: its tag, its contents, and all its bytes."""

    tag: int
    value: bytes
    whole: bytes


@dataclass(frozen=True, slots=True)
class Trust:
    """The issuers whose seals count, the lists by which issuers revoked certificates, and how responders are asked;
    None: nobody is asked.
    """

    issuers: tuple[x509.Certificate, ...] = ()
    revoked: tuple[x509.CertificateRevocationList, ...] = ()
    send: Sender | None = None


def trusted(path: Path) -> Trust:
    """The trust list: a PEM file of issuers, or a folder of such files (`*.pem`) and of revocation lists (`*.crl`, PEM
    or DER). Raises OSError, ValueError; so does a list that is only a part of one (RFC 5280, 5.2).
    """
    if not path.is_dir():
        return Trust(tuple(x509.load_pem_x509_certificates(path.read_bytes())))
    issuers = [one for file in sorted(path.glob("*.pem")) for one in x509.load_pem_x509_certificates(file.read_bytes())]
    return Trust(tuple(issuers), tuple(_revocation_list(file.read_bytes()) for file in sorted(path.glob("*.crl"))))


def _revocation_list(data: bytes) -> x509.CertificateRevocationList:
    load = x509.load_pem_x509_crl if data.startswith(b"-----BEGIN") else x509.load_der_x509_crl
    found = load(data)
    if any(extension.critical for extension in found.extensions):
        raise ValueError("a revocation list of a part of the certificates is not read")
    return found


def verified(file: bytes, report: str, trust: Trust, day: date) -> SealCertificate:
    """Whose seal it is, where it is over the report of that digest and counts on that day: a detached signature, or
    the signed report. Raises SealRefused.
    """
    if file.startswith(OFD):
        raise SealRefused("暂不支持OFD签章，请提交分离签名", "OFD is not read yet: hand in the detached signature")
    if not file.startswith(PDF):
        return _of(file, report, trust, day)
    try:
        found = embedded(file, report)
    except NotSignedSo as refused:
        raise SealRefused(refused.zh, str(refused)) from refused
    try:
        signature = next(_elements(found.cms)).whole
    except (ValueError, IndexError, StopIteration) as error:
        raise SealRefused("无法读取的电子签名", "the signature in the PDF cannot be read") from error
    return _of(signature, found.digest, trust, day)


def _of(signature: bytes, report: str, trust: Trust, day: date) -> SealCertificate:
    """Whose detached signature it is."""
    if len(signature) > MOST_BYTES:
        raise SealRefused("签名文件过大", "the signature is too long")
    try:
        signer, certificates = _signer(signature), pkcs7.load_der_pkcs7_certificates(signature)
        serial, attributes, value = _signer_parts(signer)
        digest = _message_digest(attributes)
    except (ValueError, IndexError, UnsupportedAlgorithm) as error:
        raise SealRefused(
            "无法读取的电子签名", "the signature cannot be read: it is no detached CMS of SHA-256"
        ) from error
    if digest.hex() != report:
        raise SealRefused("电子印章所签不是该报告", "the seal is over another report")
    found = [one for one in certificates if one.serial_number == serial]
    if not found:
        raise SealRefused("签名未附签章人证书", "the signer's certificate is not there")
    certificate = found[0]
    _signed_by(certificate, attributes, value)
    _trusted(certificate, certificates, trust, day)
    return SealCertificate(
        subject=certificate.subject.rfc4514_string()[:200] or "-",
        issuer=certificate.issuer.rfc4514_string()[:200] or "-",
        serial=f"{serial:x}",
        until=certificate.not_valid_after_utc.astimezone(CHINA).date(),
        fingerprint=sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
    )


def _signed_by(certificate: x509.Certificate, attributes: _Element, value: bytes) -> None:
    # signed is the SET itself, not the implicitly tagged field (RFC 5652, 5.4)
    message = bytes([_SET]) + attributes.whole[1:]
    try:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, message, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, message, ec.ECDSA(hashes.SHA256()))
        else:
            raise SealRefused("不支持该签名算法", "seals are signed with RSA or ECDSA")
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        raise SealRefused("电子印章已被改动", "the seal was altered: its signature does not hold") from error


def _trusted(certificate: x509.Certificate, beside: Sequence[x509.Certificate], trust: Trust, day: date) -> None:
    """Follow the issuers to one that is trusted, each in force on the day and revoked by nobody; no responder is asked
    that a trusted issuer does not stand behind.
    """
    noon, current = datetime.combine(day, time(12), CHINA), certificate
    way = list[tuple[x509.Certificate, x509.Certificate]]()
    for _ in range(_LONGEST_CHAIN):
        if not current.not_valid_before_utc <= noon <= current.not_valid_after_utc:
            raise SealRefused("证书不在有效期内", "a certificate of the seal is not in force on that day")
        anchor = next((one for one in trust.issuers if _issued(current, one) and _in_force(one, noon)), None)
        if anchor is not None:
            for one, issuer in (*way, (current, anchor)):
                _not_revoked(one, issuer, trust, noon)
                _not_revoked_online(one, issuer, trust, day)
            return
        above = next((one for one in beside if one != current and _is_authority(one) and _issued(current, one)), None)
        if above is None:
            break
        way.append((current, above))
        current = above
    raise SealRefused("证书颁发者不在信任列表", "nobody on the trust list issued the seal's certificate")


def _not_revoked(certificate: x509.Certificate, issuer: x509.Certificate, trust: Trust, moment: datetime) -> None:
    """Whether the lists of the issuer do not name it. While one is out of date, nothing is taken."""
    for one in trust.revoked:
        if one.issuer != issuer.subject or not one.is_signature_valid(_key_of(issuer)):
            continue
        if one.next_update_utc is not None and one.next_update_utc < moment:
            zh, en = "证书吊销列表已过期，请更新后再提交", "the revocation list of the seal's issuer is out of date"
            raise SealRefused(zh, en)
        entry = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and entry.revocation_date_utc <= moment:
            raise SealRefused("证书已被吊销", "the certificate of the seal, or of its issuer, was revoked")


def _not_revoked_online(certificate: x509.Certificate, issuer: x509.Certificate, trust: Trust, day: date) -> None:
    """Whether the responder of the issuer does not say so. While it says nothing, nothing is taken."""
    if trust.send is None:
        return
    try:
        revoked = is_revoked(certificate, issuer, day, trust.send)
    except StatusUnknownError as error:
        zh, en = "证书在线状态暂时无法核实，请稍后重新提交", f"the status of the certificate is not known now: {error}"
        raise SealRefused(zh, en) from error
    if revoked:
        raise SealRefused("证书已被吊销", "the certificate of the seal, or of its issuer, was revoked")


def _key_of(issuer: x509.Certificate) -> CertificateIssuerPublicKeyTypes:
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise SealRefused("不支持该签名算法", "issuers sign with RSA or ECDSA")
    return key


def _in_force(anchor: x509.Certificate, moment: datetime) -> bool:
    return anchor.not_valid_before_utc <= moment <= anchor.not_valid_after_utc


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _signer(signature: bytes) -> _Element:
    """The one SignerInfo of a SignedData (RFC 5652, 5.1)."""
    content_info = list(_elements(_only(signature, _SEQUENCE).value))
    if content_info[0].value != _SIGNED_DATA:
        raise ValueError("no SignedData")
    signed_data = list(_elements(_only(content_info[1].value, _SEQUENCE).value))
    if signed_data[-1].tag != _SET:
        raise ValueError("no signers")
    return _only(signed_data[-1].value, _SEQUENCE)


def _signer_parts(signer: _Element) -> tuple[int, _Element, bytes]:
    """The serial number of the signer's certificate, the signed attributes, the signature (RFC 5652, 5.3)."""
    parts = list(_elements(signer.value))
    serial = list(_elements(parts[1].value))[1] if parts[1].tag == _SEQUENCE else None
    algorithm = next(_elements(parts[2].value))
    attributes = parts[3]
    if serial is None or serial.tag != _INTEGER or algorithm.value != _SHA256 or attributes.tag != _SIGNED_ATTRIBUTES:
        raise ValueError("no signer by issuer and serial number, with SHA-256 and signed attributes")
    if parts[5].tag != _OCTETS:
        raise ValueError("no signature")
    return int.from_bytes(serial.value, signed=True), attributes, parts[5].value


def _message_digest(attributes: _Element) -> bytes:
    for attribute in _elements(attributes.value):
        kind, values = _elements(attribute.value)
        if kind.tag == _OID and kind.value == _MESSAGE_DIGEST:
            return _only(values.value, _OCTETS).value
    raise ValueError("no message digest")


def _only(data: bytes, tag: int) -> _Element:
    (element,) = _elements(data)
    if element.tag != tag:
        raise ValueError(f"tag {element.tag:#x} where {tag:#x} is due")
    return element


def _elements(data: bytes) -> Iterator[_Element]:
    """The elements of DER one after another. Raises ValueError where they do not fill the data."""
    at = 0
    while at < len(data):
        start, tag, size = at, data[at], data[at + 1]
        at += 2
        if size & 0x80:
            octets = size & 0x7F
            if not 1 <= octets <= 3:
                raise ValueError("a length of no fixed form")
            size = int.from_bytes(data[at : at + octets])
            at += octets
        if at + size > len(data):
            raise ValueError("an element is cut short")
        yield _Element(tag, data[at : at + size], data[start : at + size])
        at += size
