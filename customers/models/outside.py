"""What other programs call a thing: an id of their own, by which they find it again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Called(models.Model):
    """A row that a program may have named; each program has names of its own, our people share theirs."""

    external_id = models.CharField(_("external id"), max_length=120, blank=True, editable=False)
    external_source = models.CharField(
        _("whose external id"),
        max_length=40,
        blank=True,
        editable=False,
        help_text=_("The client of the interface that gave it. Empty: one of our people."),
    )

    class Meta:
        abstract = True


def once(name: str) -> models.UniqueConstraint:
    """Answer the constraint that a source names one row with an id."""
    return models.UniqueConstraint(
        fields=["external_source", "external_id"],
        condition=~Q(external_id=""),
        name=name,
        violation_error_message=_("This external id names another one already; choose another."),
    )
