"""What is typed about imports and exports; the forms only validate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from django import forms
from django.utils.translation import gettext_lazy as _

from core import languages
from core.errors import DomainError
from customers.models import Organization
from transfer import selectors, services
from transfer.engine import mapping as mappings

if TYPE_CHECKING:
    from accounts.models import User

LANGUAGES = ((languages.CHINESE, "中文"), (languages.ENGLISH, "English"))
SIGNS = {"": _("found by itself"), ",": ",", ";": ";", "\t": _("tab"), "|": "|"}


def written(mapping: Any) -> str:
    """Write a mapping as YAML, in its own order and letters."""
    return yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False, width=120)


class UploadForm(forms.Form):
    """A file of another system."""

    source = forms.SlugField(
        label=_("Name of the other system"),
        max_length=40,
        help_text=_("Letters, digits and hyphens, such as “zammad”. Keep it for every later file: by it we know what is here already."),
    )
    file = forms.FileField(
        label=_("File"), help_text=_("CSV, JSON Lines, JSON, or a ZIP of these with the files that they name."), widget=forms.FileInput
    )
    preset_name = forms.ChoiceField(label=_("Kind of file"), required=False)
    mapping_file = forms.FileField(
        label=_("Mapping"), required=False,
        help_text=_("A YAML or JSON of an earlier import; without one it is suggested from the columns."),
        widget=forms.FileInput,
    )  # fmt: skip
    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=_("Between the columns"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields
        chosen["preset_name"].choices = [("", _("found by itself")), *services.PRESETS.items()]
        chosen["encoding"].choices = [(code, code.upper() or _("found by itself")) for code in services.ENCODINGS]
        chosen["delimiter"].choices = list(SIGNS.items())

    def clean_delimiter(self) -> str:
        """Keep a tab, which is white space."""
        return self.data.get("delimiter", "") if self.data.get("delimiter", "") in SIGNS else ""

    def clean(self) -> dict[str, Any]:
        """Read the mapping that was sent along."""
        given: dict[str, Any] = super().clean() or {}
        sent = given.pop("mapping_file", None)
        given["mapping"] = None
        if sent is not None:
            try:
                given["mapping"] = mappings.parsed(sent.read(mappings.LONGEST * 4).decode("utf-8", "replace"))
                mappings.read(given["mapping"])
            except DomainError as refusal:
                self.add_error("mapping_file", str(refusal))
        return given


class MappingForm(forms.Form):
    """Which columns become which fields."""

    mapping = forms.CharField(label=_("Mapping"), widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code"}))

    def clean_mapping(self) -> dict[str, Any]:
        """Answer what it says."""
        try:
            found = mappings.parsed(self.cleaned_data["mapping"])
            mappings.read(found)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return found


class ExportForm(forms.Form):
    """Of whom everything is wanted."""

    organization = forms.ModelChoiceField(label=_("Customer"), queryset=Organization.objects.none())
    language = forms.ChoiceField(label=_("Language of the documents"), choices=LANGUAGES)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["organization"]
        choice.queryset = selectors.organizations_for(user).order_by("name")
        if not user.is_provider:
            choice.initial = choice.queryset.first()
            choice.empty_label = None
