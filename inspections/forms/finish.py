"""The end of a visit: what is said, what becomes of the findings, what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Equipment
from inspections.models import Becomes, CarriedFinding, InspectionResult
from inspections.services import Change, Conclusion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

ITEM, CARRIED = "becomes_", "carried_"
MOST_CHANGES = 20


class FinishForm(forms.Form):
    """The end of a visit; each finding that no fault follows yet has a choice of its own."""

    summary = forms.CharField(label=_("What was found"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    advice = forms.CharField(
        label=_("Advice to the customer"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Tuning, expansion, maintenance: what should be done before something fails."),
    )
    changes = forms.CharField(
        label=_("Changes to the configuration, in words"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What concerns single equipment goes into the lines below and is kept in its archive."),
    )

    def __init__(self, data: Any = None, failed: Sequence[InspectionResult] = (), still: Sequence[CarriedFinding] = ()) -> None:
        super().__init__(data)
        for result in failed:
            self.fields[f"{ITEM}{result.position}"] = _choice(f"{result.position}. {result}", Becomes.FAULT)
        for carried in still:
            self.fields[f"{CARRIED}{carried.finding_id}"] = _choice(str(carried.finding), Becomes.ADVICE)
        self.order_fields([name for name in self.fields if name.startswith((ITEM, CARRIED))])

    def said(self, changes: Sequence[Change]) -> Conclusion:
        """Answer what was typed, for the services."""
        given = self.cleaned_data
        return Conclusion(
            summary=given["summary"],
            advice=given["advice"],
            changes=given["changes"],
            becomes=self._chosen(ITEM),
            carried=self._chosen(CARRIED),
            configuration=changes,
        )

    def _chosen(self, prefix: str) -> dict[int, str]:
        return {int(name.removeprefix(prefix)): value for name, value in self.cleaned_data.items() if name.startswith(prefix) and value}


def _choice(label: str, usual: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Becomes.choices, initial=usual, required=False, widget=forms.RadioSelect)


class ChangeForm(forms.Form):
    """One change of one equipment's configuration."""

    equipment = forms.ModelChoiceField(
        label=_("Equipment"), queryset=Equipment.objects.none(), empty_label=_("please choose"), required=False
    )
    what = forms.CharField(label=_("Change made"), max_length=120, required=False)
    before = forms.CharField(label=_("Before"), max_length=200, required=False)
    after = forms.CharField(label=_("After"), max_length=200, required=False)

    def __init__(self, *args: Any, equipment: QuerySet[Equipment], **given: Any) -> None:
        super().__init__(*args, **given)
        cast("forms.ModelChoiceField", self.fields["equipment"]).queryset = equipment

    def clean(self) -> dict[str, Any]:
        """Ask for the equipment and the change where a line was begun."""
        given: dict[str, Any] = super().clean() or {}
        if any(given.values()):
            for name in ("equipment", "what"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill this in, or empty the line."))
        return given


class ChangeFormSet(forms.BaseFormSet):
    """Lines of which the empty ones are left out."""

    def __init__(self, *args: Any, equipment: QuerySet[Equipment], **given: Any) -> None:
        self.equipment = equipment
        super().__init__(*args, **given)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Tell each line what stands at the site."""
        return {**super().get_form_kwargs(index), "equipment": self.equipment}

    def changes(self) -> list[Change]:
        """Answer the lines that were filled in, for the services."""
        return [Change(**form.cleaned_data) for form in self.forms if any(form.cleaned_data.values())]


ChangeForms = forms.formset_factory(
    ChangeForm, formset=ChangeFormSet, extra=2, max_num=MOST_CHANGES, validate_max=True, absolute_max=MOST_CHANGES
)


def change_forms(data: Any, equipment: QuerySet[Equipment]) -> ChangeFormSet:
    """Answer the lines for changes at what stands at a site."""
    return cast("ChangeFormSet", ChangeForms(data, prefix="change", equipment=equipment))  # type: ignore[call-arg]
