"""What is refused about imports and exports."""

from core.errors import DomainError, Invalid, NotNow


class BadFile(Invalid):
    """The file cannot be read as what it says it is."""

    code = "bad_file"


class BadMapping(Invalid):
    """The mapping does not say what can be done."""

    code = "bad_mapping"


class Busy(NotNow):
    """Another import is under way; two at once would not see each other's rows."""

    code = "import_under_way"


class NotReady(NotNow):
    """The file is not made yet, or is gone again."""

    code = "export_not_ready"


class TooMany(NotNow):
    """The person has as many exports under way as one person may have."""

    code = "too_many_exports"


class Lost(DomainError):
    """Another worker holds it by now, or it was stopped: what was begun here is thrown away."""

    code = "lost"
