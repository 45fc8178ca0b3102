"""What the steps are called, as something to do."""

from django.utils.translation import gettext_lazy as _

STEPS = {
    "ask": _("Ask departments"),
    "answer": _("Give the department's opinion"),
    "look-into": _("Look into why it came back"),
    "tell": _("Tell the customer"),
    "agree": _("The customer agrees"),
    "disagree": _("The customer does not agree"),
    "carry-out": _("Record what was carried out"),
    "request-close": _("Request to close"),
    "satisfied": _("Satisfied"),
    "not-satisfied": _("Not satisfied"),
    "withdraw": _("Withdraw"),
    "concern": _("Who is concerned"),
}
"""By the names of ``loops.workflow``; forms and buttons are headed by them."""
OWN = {**STEPS, "agree": _("I agree"), "disagree": _("I do not agree")}
"""The same as customers read them."""
