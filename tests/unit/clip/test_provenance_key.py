"""Keys: one's own, checked before the work; else one that is made once, kept privately, and shared by all processes."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from stillreel.clip import provenance_key, write
from stillreel.clip.provenance import seal_for
from stillreel.clip.verify import verify
from stillreel.errors import UsageError
from stillreel.request import make_request
from tests.unit.clip.test_encode import TIMING, drift

KEYS = {
    "es256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "es384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "es512": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ps256": lambda: rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(key: Any, issuer_key: Any, issuer: str, ca: bool = False, days: int = 30) -> x509.Certificate:
    """For `key`, by the authority `issuer`; valid until `days` from now."""
    no = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    begin = datetime.now(UTC) - timedelta(days=60)
    builder = (
        x509.CertificateBuilder(named(issuer), named(issuer if ca else "A Maker"), key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=60 + days))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(x509.KeyUsage(not ca, key_cert_sign=ca, crl_sign=ca, **no), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if not ca:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(
        issuer_key, None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    )


def private(key: Any, password: bytes | None = None) -> bytes:
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


@pytest.fixture(scope="module")
def authority() -> tuple[Any, x509.Certificate]:
    key = KEYS["es256"]()
    return key, certificate(key, key, "An Authority", ca=True)


def signed(folder: Path, key: Path, chain: Path | None) -> Path:
    path = folder / "a.gif"
    asked = make_request(photo="a.jpg", output=path, signing_key=key, signing_certificate=chain)
    write(drift(), path, TIMING, format="gif", document={}, seal=seal_for(asked))
    return path


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_key_of_ones_own_signs_and_an_authority_makes_it_trusted(
    tmp_path: Path, authority: tuple[Any, x509.Certificate], algorithm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = KEYS[algorithm]()
    leaf, root = (
        one.public_bytes(Encoding.PEM)
        for one in (certificate(key, authority[0], "An Authority"), authority[1])
    )
    (tmp_path / "key.pem").write_bytes(private(key))
    (tmp_path / "chain.pem").write_bytes(leaf + root)
    path = signed(tmp_path, tmp_path / "key.pem", tmp_path / "chain.pem")
    signer = verify(path).signer
    assert signer is not None
    assert (signer.name, signer.issuer, signer.algorithm) == ("A Maker", "An Authority", algorithm)
    assert signer.trust == "unknown"
    (tmp_path / "root.pem").write_bytes(root)
    monkeypatch.setenv("STILLREEL_TRUST", str(tmp_path / "root.pem"))
    verdict = verify(path)
    assert verdict.signer is not None
    assert (verdict.state, verdict.signer.trust) == ("valid", "trusted")


def test_key_and_certificate_may_share_a_file_named_by_the_environment(
    tmp_path: Path, authority: tuple[Any, x509.Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = KEYS["es256"]()
    leaf = certificate(key, authority[0], "An Authority").public_bytes(Encoding.PEM)
    (tmp_path / "both.pem").write_bytes(leaf + private(key))
    monkeypatch.setenv("STILLREEL_SIGNING_KEY", str(tmp_path / "both.pem"))
    credential = seal_for(make_request(photo="a.jpg", output=tmp_path / "a.mp4")).credential
    assert credential is not None
    assert (credential.name, credential.self_signed, credential.notes) == ("A Maker", False, ())
    assert private(key).decode() not in repr(credential)


def test_what_cannot_sign_is_refused_before_the_work(
    tmp_path: Path, authority: tuple[Any, x509.Certificate]
) -> None:
    key, other = KEYS["es256"](), KEYS["es256"]()
    bitcoin = ec.generate_private_key(ec.SECP256K1())
    leaf = certificate(key, authority[0], "An Authority").public_bytes(Encoding.PEM)
    files = {
        "other": (private(other), leaf, "provenance.key_mismatch"),
        "locked": (private(key, b"secret"), leaf, "provenance.key_locked"),
        "nonsense": (b"-----BEGIN", leaf, "provenance.key_unreadable"),
        "large": (b" " * 100_000, leaf, "provenance.key_unreadable"),
        "bare": (private(key), b"", "provenance.certificate_unreadable"),
        "weak": (private(rsa.generate_private_key(65537, 1024)), leaf, "provenance.key_mismatch"),
        "dsa": (private(dsa.generate_private_key(2048)), leaf, "provenance.key_kind"),
        "curve": (
            private(bitcoin),
            certificate(bitcoin, authority[0], "An Authority").public_bytes(Encoding.PEM),
            "provenance.key_kind",
        ),
        "old": (
            private(key),
            certificate(key, authority[0], "An Authority", days=-1).public_bytes(Encoding.PEM),
            "provenance.certificate_expired",
        ),
        "authority": (
            private(authority[0]),
            authority[1].public_bytes(Encoding.PEM),
            "provenance.certificate_refused",
        ),
    }
    for name, (secret, chain, code) in files.items():
        (tmp_path / "key.pem").write_bytes(secret)
        (tmp_path / "chain.pem").write_bytes(chain)
        with pytest.raises(UsageError) as refused:
            signed(tmp_path, tmp_path / "key.pem", tmp_path / "chain.pem")
        assert refused.value.code == code, name
        assert not (tmp_path / "a.gif").exists()
    with pytest.raises(UsageError) as refused:
        signed(tmp_path, tmp_path / "nowhere.pem", None)
    assert refused.value.code == "provenance.key_unreadable"


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "new" / "config"
    monkeypatch.setenv("STILLREEL_CONFIG", str(folder))
    assert provenance_key.local_certificate() is None
    assert not folder.exists()
    first = provenance_key.local()
    again = provenance_key.local()
    assert [note.code for note in first.notes] == ["provenance.key_made"]
    assert "self-signed" in first.notes[0].message
    assert again.notes == ()
    assert (first.key, first.chain, first.self_signed) == (again.key, again.chain, True)
    assert [one.name for one in folder.iterdir()] == [provenance_key.LOCAL]
    assert stat.S_IMODE((folder / provenance_key.LOCAL).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert provenance_key.local_certificate() == first.chain


def test_anothers_self_signed_key_is_not_taken_for_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate bears the same names: whoever changes a clip can sign it again, and cannot pass for its maker."""
    for name in ("maker", "forger"):
        (tmp_path / name).mkdir()
    path = tmp_path / "a.gif"
    trust = {}
    for signer in ("maker", "forger"):
        monkeypatch.setenv("STILLREEL_CONFIG", str(tmp_path / signer))
        asked = make_request(photo="a.jpg", output=path)
        write(drift(), path, TIMING, format="gif", document={}, seal=seal_for(asked), overwrite=True)
        monkeypatch.setenv("STILLREEL_CONFIG", str(tmp_path / "maker"))
        verdict = verify(path)
        assert verdict.signer is not None
        assert (verdict.state, verdict.signer.name) == ("valid", provenance_key.NAME)
        trust[signer] = verdict.signer.trust
    assert trust == {"maker": "own", "forger": "self-signed"}


def test_whoever_comes_at_once_gets_the_same_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for turn in range(5):
        monkeypatch.setenv("STILLREEL_CONFIG", str(tmp_path / str(turn)))
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: provenance_key.local(), range(8)))
        assert len({one.key for one in made}) == 1
        assert sum(bool(one.notes) for one in made) == 1
        assert len(list((tmp_path / str(turn)).iterdir())) == 1


def test_where_nothing_can_be_kept_the_clip_is_signed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STILLREEL_CONFIG", str(tmp_path / "file" / "config"))
    credential = provenance_key.local()
    assert credential.self_signed
    assert [note.code for note in credential.notes] == ["provenance.key_not_kept"]


def test_a_broken_key_of_ones_own_is_told_and_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STILLREEL_CONFIG", str(tmp_path))
    (tmp_path / provenance_key.LOCAL).write_text("damaged")
    with pytest.raises(UsageError) as refused:
        provenance_key.local()
    assert refused.value.code == "provenance.key_unreadable"
    assert (tmp_path / provenance_key.LOCAL).read_text() == "damaged"


def test_a_missing_trust_list_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.gif"
    write(drift(), path, TIMING, format="gif", document={})
    monkeypatch.setenv("STILLREEL_TRUST", str(tmp_path / "nowhere.pem"))
    with pytest.raises(UsageError) as refused:
        verify(path)
    assert refused.value.code == "provenance.trust_unreadable"
