"""Credentials of other systems: needed in the clear to be shown to them, so they are kept sealed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.sealing import Box
from peers.errors import SecretUnreadable

_BOX = Box("credentials of connections")
seal = _BOX.seal


def opened(sealed: str) -> str:
    """Answer the words again.

    Raises SecretUnreadable where the desk's own key is another than the one they were sealed under.
    """
    words = _BOX.opened(sealed)
    if words is None:
        raise SecretUnreadable(_("The secret was kept under another SECRET_KEY of this desk. Enter it again."), field="secret")
    return words
