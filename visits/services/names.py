"""What the steps are called, as something to do."""

from django.utils.translation import gettext_lazy as _

STEPS = {
    "schedule": _("Set time and engineers"),
    "propose": _("Propose a plan of work"),
    "approve": _("Approve the plan of work"),
    "reject": _("Reject the plan of work"),
    "override": _("Begin without approval"),
    "depart": _("Depart"),
    "check-in": _("Check in"),
    "note": _("Note work"),
    "photo": _("Add a photo"),
    "check-out": _("Check out"),
    "fail": _("Nothing could be done"),
    "cancel": _("Cancel the visit"),
}
"""By the names of ``visits.workflow``; the forms of the pages are headed by them too."""
