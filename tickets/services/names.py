"""What the moves are called, as something to do."""

from django.utils.translation import gettext_lazy as _

MOVES = {
    "register": _("Register and classify"),
    "accept": _("Accept"),
    "assign": _("Assign"),
    "contact": _("Contact the customer"),
    "form-team": _("Form the emergency team"),
    "ask-department": _("Ask the department"),
    "give-opinion": _("Record the department's opinion"),
    "diagnose": _("Deliver the diagnosis"),
    "reject-diagnosis": _("Reject the diagnosis"),
    "agree-remote": _("Consent to remote support"),
    "start-remote": _("Begin remote support"),
    "end-remote": _("End remote support"),
    "request-onsite": _("Request on-site work"),
    "depart": _("Depart for the site"),
    "check-in": _("Check in on site"),
    "leave": _("Leave the site"),
    "hold": _("Put on hold"),
    "resume": _("Resume"),
    "move-arrival": _("Move the expected arrival"),
    "object": _("Object to the pause"),
    "uphold-objection": _("Uphold the objection"),
    "refuse-objection": _("Refuse the objection"),
    "set-severity": _("Change the severity"),
    "stopgap": _("Put a stop-gap in place"),
    "resolve": _("Resolve"),
    "confirm": _("Confirm the solution"),
    "reject": _("Reject the solution"),
    "reopen": _("Open again"),
    "close": _("Close"),
    "cancel": _("Cancel the ticket"),
    "follow-up": _("Follow up"),
}
"""By the names of ``tickets.workflow``; the forms of the pages are headed by them too."""
