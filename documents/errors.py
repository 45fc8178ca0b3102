"""What may be refused about documents."""

from __future__ import annotations

from core.errors import DomainError, NotAllowed, NotNow


class NotAwaited(NotNow):
    """The document does not wait for a signature."""

    code = "not_awaited"


class NotYourSignature(NotAllowed):
    """Somebody else signs this."""

    code = "not_your_signature"


class Changed(NotNow):
    """What was shown is not what is on record."""

    code = "document_changed"


class Superseded(NotNow):
    """A newer version stands in its place."""

    code = "superseded"


class NoFonts(DomainError):
    """Set-up has not fetched the fonts that a PDF embeds."""

    code = "fonts_missing"
    status = 503
