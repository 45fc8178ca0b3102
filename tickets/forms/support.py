"""What the steps of remote support, departments, emergency teams and stop-gaps have to know."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.facts import MoveForm, words
from tickets.forms.waiting import moment_field
from tickets.models import Event


class TeamForm(MoveForm):
    """Who is in the emergency team."""

    members = words(_("Who is in the team"), rows=2, help_text=_("The customer is told."))


class DepartmentForm(MoveForm):
    """Which department is to say something, and about what."""

    department = forms.CharField(label=_("Department"), max_length=80)
    text = words(_("What is asked"), rows=2, required=False)


class OpinionForm(MoveForm):
    """What a department intends."""

    department = forms.CharField(label=_("Department"), max_length=80)
    text = words(_("What the department intends"), help_text=_("Among us; tell the customer in a message of its own."))

    def shape(self) -> None:
        """Begin with the department that was asked last."""
        asked = self.ticket.events.filter(type=Event.Type.OPINION_ASKED).order_by("-seq").first()
        if asked is not None:
            self.initial.setdefault("department", asked.facts.get("department", ""))


class ConsentForm(MoveForm):
    """The customer's consent; our side says whose it is."""

    text = words(_("Remark"), rows=2, required=False)
    purpose = words(_("For what"), rows=2, required=False, help_text=_("Empty: for what this ticket is about."))
    until = moment_field(_("Holds until"), help_text=_("Empty: for a day. A consent is for one session."))

    def shape(self) -> None:
        """What a customer agrees to needs no more words; what we put down for them does."""
        if not self.user.is_customer:
            self.fields["text"].label, self.fields["text"].required = _("Who agreed, and how"), True


class EndRemoteForm(MoveForm):
    """What was done in a session."""

    text = words(_("What was done in the session"), help_text=_("The customer reads this."))


class StopgapForm(MoveForm):
    """What helps for the time being."""

    measure = words(_("What keeps the customer working"), help_text=_("The customer reads this; the fault stays open."))
