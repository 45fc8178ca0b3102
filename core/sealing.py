"""Secrets of others that the desk has to present itself: encrypted under a key that is made from the desk's own and stands in no table."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@dataclass(frozen=True, slots=True)
class Box:
    """Seals what serves one purpose; what was sealed for another is not opened."""

    purpose: str

    def seal(self, text: str) -> str:
        """Answer what may lie in the database; nothing for nothing."""
        return self._keys().encrypt(text.encode()).decode() if text else ""

    def opened(self, sealed: str) -> str | None:
        """Answer the text again; None where it was sealed under a key that is neither SECRET_KEY nor one of its fallbacks."""
        try:
            return self._keys().decrypt(sealed.encode()).decode() if sealed else ""
        except InvalidToken:
            return None

    def _keys(self) -> MultiFernet:
        return MultiFernet([_made(self.purpose, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@lru_cache(maxsize=32)
def _made(purpose: str, key: str) -> Fernet:
    """Make the key of a purpose (HKDF, RFC 5869; Fernet is AES-128-CBC with HMAC-SHA256)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
