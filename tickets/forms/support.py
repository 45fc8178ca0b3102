"""What the steps of remote support, departments, emergency teams and stop-gaps have to know."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import PROVIDER_ROLES, User
from tickets.forms.facts import MoveForm, words
from tickets.forms.waiting import moment_field
from tickets.models import Event, Tier


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


class RaiseForm(MoveForm):
    """To which tier it goes, and what was tried."""

    tier = forms.ChoiceField(label=_("To"), choices=[(tier.value, tier.label) for tier in (Tier.EXPERT, Tier.VENDOR)])
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Whom"), required=False, empty_label=_("the team's and office's leads decide")
    )
    text = words(_("What was tried, what is asked"), help_text=_("Among us; goes along to whoever takes it over."))

    def shape(self) -> None:
        """Offer our people, and of the tiers those above."""
        people = User.objects.filter(role__in=PROVIDER_ROLES, is_active=True).exclude(pk=self.ticket.assignee_id or 0).order_by("name")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        if self.ticket.tier == Tier.EXPERT:
            self.fields["tier"].choices = [(Tier.VENDOR.value, Tier.VENDOR.label)]  # type: ignore[attr-defined]


class TakeOverForm(MoveForm):
    """That it is taken over; of the vendor under which number."""

    reference = forms.CharField(label=_("The vendor's number"), max_length=80)
    text = words(_("Remark"), rows=2, required=False)

    def shape(self) -> None:
        """An expert has no number."""
        if self.ticket.tier != Tier.VENDOR:
            del self.fields["reference"]


class StopgapForm(MoveForm):
    """What helps for the time being."""

    measure = words(_("What keeps the customer working"), help_text=_("The customer reads this; the fault stays open."))
