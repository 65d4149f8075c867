"""Signs tokens with the key of the stack's own issuer, including tokens it would never issue, and with other keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from scripts.local.stack import LocalStack


class Issuer:
    """`header` and `claims` are those of the development user's own access token."""

    def __init__(self, stack: LocalStack) -> None:
        header, claims, _ = stack.info.token.split(".")
        self.header: dict[str, Any] = json.loads(_decoded(header))
        self.claims: dict[str, Any] = json.loads(_decoded(claims))
        self.pool = self.claims["iss"].rpartition("/")[2]
        kept = stack.state / "emulator" / "kept" / "cognito-pool-keys" / f"{self.pool}-access.pem"
        key = load_pem_private_key(kept.read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        self._key = key

    def token(
        self,
        *,
        header: Mapping[str, Any] | None = None,
        without: str = "",
        key: rsa.RSAPrivateKey | None = None,
        **claims: Any,
    ) -> str:
        """The user's token with other claims and header, without one claim, signed with the issuer's key or another."""
        payload = {name: value for name, value in {**self.claims, **claims}.items() if name != without}
        signed = f"{_encoded({**self.header, **(header or {})})}.{_encoded(payload)}"
        signature = (key or self._key).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_base64(signature)}"

    def signed_with_the_public_key(self) -> str:
        """As HS256: a verifier that trusts the header would use the public key as the secret."""
        secret = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        signed = f"{_encoded({**self.header, 'alg': 'HS256'})}.{_encoded(self.claims)}"
        return f"{signed}.{_base64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"

    def unsigned(self, algorithm: str = "none") -> str:
        return f"{_encoded({**self.header, 'alg': algorithm})}.{_encoded(self.claims)}."


def some_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(key: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": _base64(numbers.n.to_bytes(256)), "e": _base64(numbers.e.to_bytes(3))}


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(document: Mapping[str, Any]) -> str:
    return _base64(json.dumps(document).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
