"""What is refused about training."""

from __future__ import annotations

from core.errors import NotAllowed, NotNow


class SessionNotNow(NotNow):
    """The state of the session does not allow the step."""

    code = "training_not_now"


class SessionFull(NotNow):
    """No seat is left."""

    code = "training_full"


class NotYourTraining(NotAllowed):
    """The step is up to other people."""

    code = "training_not_yours"


class CertificateWithdrawn(NotNow):
    """A certificate that was withdrawn is not changed any more."""

    code = "certificate_withdrawn"


class ConsentMissing(NotNow):
    """A contract names the person; another one needs the customer's recorded consent."""

    code = "consent_missing"
