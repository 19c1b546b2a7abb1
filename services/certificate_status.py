"""Online status of certificates (OCSP, RFC 6960): what the responder says that a certificate names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit

import httpx2
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from events.envelope import CHINA

TIMEOUT: Final = httpx2.Timeout(5, connect=2)
MOST_BYTES: Final = 65_536
"""Longest answer taken."""

Sender = Callable[[str, bytes], bytes]
"""Sends a request to a responder and returns its answer. Raises OSError or httpx2.HTTPError."""


@dataclass(eq=False)
class StatusUnknownError(Exception):
    """The responder was not reached, or its answer says nothing of the certificate that can be relied on."""

    why: str

    def __str__(self) -> str:
        return self.why


def send(url: str, request: bytes) -> bytes:
    """The answer of the responder at an address, or the beginning of one that is too long. Raises httpx2.HTTPError,
    OSError.
    """
    with httpx2.Client(timeout=TIMEOUT, trust_env=False) as client:
        headers = {"content-type": "application/ocsp-request"}
        with client.stream("POST", url, content=request, headers=headers) as answer:
            answer.raise_for_status()
            data = b""
            for piece in answer.iter_bytes():
                data += piece
                if len(data) > MOST_BYTES:
                    break
            return data


def is_revoked(certificate: x509.Certificate, issuer: x509.Certificate, day: date, send: Sender) -> bool:
    """Whether its issuer's responder says that it was revoked by that day; a certificate that names no responder is
    not asked for. Raises StatusUnknownError.
    """
    url = _responder(certificate)
    if url is None:
        return False
    # responders need to know no other digest than SHA-1 here (RFC 5019, 2.1.1): it names an issuer and proves nothing
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
    try:
        data = send(url, request.public_bytes(Encoding.DER))
    except (OSError, httpx2.HTTPError) as error:
        raise StatusUnknownError(f"the responder was not reached ({type(error).__name__})") from error
    try:
        return _says_revoked(data, request, issuer, day)
    except (ValueError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise StatusUnknownError("the responder's answer cannot be relied on") from error


def _says_revoked(data: bytes, request: ocsp.OCSPRequest, issuer: x509.Certificate, day: date) -> bool:
    """Raises StatusUnknownError, ValueError, UnsupportedAlgorithm, InvalidSignature."""
    if len(data) > MOST_BYTES:
        raise StatusUnknownError("the responder's answer is too long")
    answer = ocsp.load_der_ocsp_response(data)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise StatusUnknownError(f"the responder answers {answer.response_status.name.lower()}")
    _signed_for(answer, issuer, day)
    for name in ("serial_number", "issuer_name_hash", "issuer_key_hash"):
        if getattr(answer, name) != getattr(request, name):
            raise StatusUnknownError("the responder's answer is about another certificate")
    begins = datetime.combine(day, time(0), CHINA)
    until = answer.next_update_utc or answer.this_update_utc + timedelta(days=1)
    if answer.this_update_utc >= begins + timedelta(days=1) or until < begins:
        raise StatusUnknownError("the responder's answer is of another day")
    if answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise StatusUnknownError("the responder does not know the certificate")
    at = answer.revocation_time_utc
    return answer.certificate_status is ocsp.OCSPCertStatus.REVOKED and (at is None or at < begins + timedelta(days=1))


def _responder(certificate: x509.Certificate) -> str | None:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    found = [
        one.access_location.value
        for one in access
        if one.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(one.access_location, x509.UniformResourceIdentifier)
    ]
    return next((url for url in found if urlsplit(url).scheme in ("http", "https")), None)


def _signed_for(answer: ocsp.OCSPResponse, issuer: x509.Certificate, day: date) -> None:
    """The issuer signed the answer, or whom it made its responder (RFC 6960, 4.2.2.2). Raises as `_says_revoked`."""
    noon = datetime.combine(day, time(12), CHINA)
    for signer in (issuer, *(one for one in answer.certificates if _is_responder(one, issuer, noon))):
        try:
            _verified(answer, signer)
        except InvalidSignature:
            continue
        return
    raise StatusUnknownError("the responder's answer is signed by nobody whom the issuer named")


def _is_responder(certificate: x509.Certificate, issuer: x509.Certificate, moment: datetime) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False
    in_force = certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc
    return in_force and ExtendedKeyUsageOID.OCSP_SIGNING in uses


def _verified(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> None:
    key, algorithm = signer.public_key(), answer.signature_hash_algorithm
    if algorithm is None or isinstance(algorithm, hashes.SHA1 | hashes.MD5):
        raise ValueError("signed with a digest that proves nothing")
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
    else:
        raise ValueError("responders sign with RSA or ECDSA")
