"""Secrets that programs present: long, random, recognisable by scanners, kept as a hash only."""

from __future__ import annotations

import hashlib
import secrets

PREFIX = "sdk_"


def new_secret() -> str:
    """Make a secret of 256 random bits; its prefix lets a scanner of leaked keys know what it is."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Answer what is stored; a plain hash is enough, since nobody can try out 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
