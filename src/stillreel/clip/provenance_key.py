"""Who signs: the key that the user gives, else one that is made here once and kept."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from stillreel.errors import UsageError
from stillreel.events import Warned
from stillreel.settings import config_folder

__all__ = ["LOCAL", "Credential", "given", "local", "local_certificate"]

LOCAL = "signing-key.pem"  # in the configuration folder: private key and certificate together
NAME = "Stillreel, self-signed on this computer"  # names nobody: a clip tells no more than its maker wants
_YEARS = 20  # without a trusted time stamp a signature ends with its certificate
_MOST = 65_536  # bytes of a PEM file
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}

_Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Credential:
    """A private key with its certificates, checked to belong together."""

    key: bytes = field(repr=False)  # PEM, PKCS #8
    chain: bytes = field(repr=False)  # PEM, the signer's own certificate first
    algorithm: str  # as C2PA calls it (13.2.1): es256, es384, es512, ps256, ed25519
    name: str  # the certificate's common name
    self_signed: bool
    notes: tuple[Warned, ...] = ()


def given(key: Path, certificate: Path | None) -> Credential:
    """The credential in the user's PEM files; the certificates may stand in the key's own file.

    Raises UsageError `provenance.key_unreadable`, `provenance.key_locked`, `provenance.key_kind`,
    `provenance.certificate_unreadable`, `provenance.certificate_expired` or `provenance.key_mismatch`.
    """
    data = _read(key, "provenance.key_unreadable")
    chain = data if certificate is None else _read(certificate, "provenance.certificate_unreadable")
    return _checked(data, chain, key, certificate or key)


def local() -> Credential:
    """The key of this computer's user, made and kept at the first call.

    Where the folder cannot be written to, the key serves one clip alone and a note says so. Raises what `given` does.
    """
    path = config_folder() / LOCAL
    if path.exists():
        return given(path, None)
    made = _make()
    try:
        mine = _keep(path, made)
    except OSError as error:
        why = error.strerror or type(error).__name__
        text = f"The signing key made now cannot be kept in {path.parent} ({why}); it signs this clip alone."
        return _checked(made, made, path, path, Warned("provenance.key_not_kept", text))
    if not mine:  # another process was faster
        return given(path, None)
    text = f"A signing key was made in {path}. It is self-signed: it shows that a clip is unchanged, not whose it is."
    return _checked(made, made, path, path, Warned("provenance.key_made", text))


def local_certificate() -> bytes | None:
    """The certificate of `local` (PEM) where there is one; nothing is made."""
    try:
        return given(config_folder() / LOCAL, None).chain
    except UsageError:
        return None


def _make() -> bytes:
    """A P-256 key and a certificate for it that fits C2PA's profile (14.5.1), as one PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Stillreel"),
                      x509.NameAttribute(NameOID.COMMON_NAME, NAME)])  # fmt: skip
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
         "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks differ
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    certificate = builder.sign(key, hashes.SHA256())
    return _pem(key) + certificate.public_bytes(Encoding.PEM)


def _keep(path: Path, data: bytes) -> bool:
    """Put `data` at `path`, whole, readable by its owner alone; False where something lies there by now."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".signing-", dir=path.parent)  # mode 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _publish(part, path)
    except FileExistsError:
        return False
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return True


def _publish(part: Path, path: Path) -> None:
    """Give `part` the name `path`; FileExistsError where that is taken."""
    try:
        os.link(part, path)  # unlike a rename it replaces nothing
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        if path.exists():
            raise FileExistsError from None
        part.rename(path)


def _read(path: Path, code: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except (OSError, ValueError) as error:
        raise UsageError(code, f"{path} cannot be read: {error}.", "Name a PEM file.") from None
    if len(data) > _MOST:
        raise UsageError(code, f"{path} has more than {_MOST} bytes.", "Name a PEM file.")
    return data


def _checked(key: bytes, chain: bytes, key_path: Path, chain_path: Path, *notes: Warned) -> Credential:
    private = _private(key, key_path)
    certificates = _certificates(chain, chain_path)
    first = certificates[0]
    if _public(first.public_key()) != _public(private.public_key()):
        raise UsageError(
            "provenance.key_mismatch",
            f"The first certificate in {chain_path} is not for the key in {key_path}.",
            "Give the certificate that was issued for this key, first in its file.",
        )
    now = datetime.now(UTC)
    if not first.not_valid_before_utc <= now <= first.not_valid_after_utc:
        raise UsageError(
            "provenance.certificate_expired",
            f"The certificate in {chain_path} is valid from {first.not_valid_before_utc:%Y-%m-%d} "
            f"to {first.not_valid_after_utc:%Y-%m-%d}.",
            "Give one that is valid now.",
        )
    names = first.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else first.subject.rfc4514_string()
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in certificates)
    return Credential(
        _pem(private), pem, _algorithm(private, key_path), name, first.subject == first.issuer, notes
    )


def _private(data: bytes, path: Path) -> _Private:
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except TypeError:  # that is how a missing password is told
        raise UsageError(
            "provenance.key_locked", f"The key in {path} is locked with a password.", "Give an unlocked copy."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(
            "provenance.key_unreadable", f"{path} holds no private key in PEM form.", "Name a PEM file."
        ) from None
    if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        return key
    raise _kind(path)


def _certificates(data: bytes, path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError:
        raise UsageError(
            "provenance.certificate_unreadable",
            f"{path} holds no certificate in PEM form.",
            "Name the certificate chain's file with --signing-certificate.",
        ) from None


def _algorithm(key: _Private, path: Path) -> str:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return "ps256"
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    raise _kind(path)


def _kind(path: Path) -> UsageError:
    return UsageError(
        "provenance.key_kind",
        f"The key in {path} is of a kind that C2PA does not take.",
        "It takes P-256, P-384, P-521, Ed25519, and RSA of 2048 bits and more.",
    )


def _pem(key: _Private) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
