"""Moving a visit, calling it off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import PROVIDER_ROLES, User

if TYPE_CHECKING:
    from inspections.models import Inspection


class StaffField(forms.ModelChoiceField):
    """One of our own people, with the office they belong to."""

    def label_from_instance(self, obj: Any) -> str:
        """Say who it is and where."""
        return f"{obj} · {obj.office}" if obj.office else str(obj)


def staff() -> Any:
    """Answer who can carry out a visit."""
    return User.objects.filter(is_active=True, role__in=PROVIDER_ROLES).select_related("office").order_by("office", "name")


class RescheduleForm(forms.Form):
    """Another day, or somebody else."""

    planned_on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    engineer = StaffField(label=_("Engineer"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("StaffField", self.fields["engineer"]).queryset = staff()

    @classmethod
    def of(cls, visit: Inspection) -> RescheduleForm:
        """Answer the form as the visit stands."""
        return cls(initial={"planned_on": visit.planned_on, "engineer": visit.engineer_id})


class CancelForm(forms.Form):
    """Calling a visit off."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
