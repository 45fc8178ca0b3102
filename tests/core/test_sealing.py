"""Secrets of others, sealed."""

from __future__ import annotations

from core.sealing import Box


def test_what_is_sealed_is_opened_for_its_purpose_alone():
    sealed = Box("mail").seal("密码 1")
    assert "密码 1" not in sealed
    assert Box("mail").opened(sealed) == "密码 1"
    assert Box("chat").opened(sealed) is None
    assert (Box("mail").seal(""), Box("mail").opened("")) == ("", "")


def test_a_key_before_still_opens_and_no_longer_seals(settings):
    box, before = Box("mail"), settings.SECRET_KEY
    sealed = box.seal("words")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [before]
    assert box.opened(sealed) == "words"
    new = box.seal("words")
    settings.SECRET_KEY_FALLBACKS = []
    assert (box.opened(sealed), box.opened(new)) == (None, "words")
