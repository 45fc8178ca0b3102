"""What the pages of an archive share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from archive import selectors

if TYPE_CHECKING:
    from accounts.models import User
    from archive.scope import Scope


def scope_or_404(user: User, of: str, pk: int) -> Scope:
    """Answer the scope of an address; what a person may not see is not there."""
    found = selectors.scope_of(user, of, pk)
    if found is None:
        raise Http404
    return found
