"""What is refused about archives."""

from core.errors import DomainError, NotNow


class TooMany(NotNow):
    """The person has as many exports under way as one person may have."""

    code = "too_many_exports"


class NotReady(NotNow):
    """The file is not made yet, or is gone again."""

    code = "export_not_ready"


class TooLarge(DomainError):
    """There is more than one file may hold."""

    code = "export_too_large"
