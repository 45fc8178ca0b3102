"""The form of an item, drawn from its definition; what is answered is checked by the engine alone."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.engine import check, spoken
from catalogue.forms.keeping import Keeping
from core import languages
from core.file_fields import ACCEPT, FilesInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from catalogue.engine import Definition, Field, Known

PREFIX = "f-"


class FindForm(forms.Form):
    """Which items to look for."""

    find = forms.CharField(
        label=gettext_lazy("What do you need?"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


class AskForm(forms.Form):
    """Where, and the item's own questions. ``values`` and ``uploads`` are what was understood once it is valid.

    ``user``: whose files are kept while the rest is put right; whoever shows the form again calls ``keeping.set_aside()`` first,
    and ``keeping.forget()`` once the files were taken over.
    """

    use_required_attribute = False
    site = forms.ChoiceField(label=gettext_lazy("For which site"))
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, definition: Definition, known: Known, *args: Any, user: User | None = None, **given: Any) -> None:
        given.setdefault("initial", {})
        given["initial"] = {"token": uuid.uuid4(), **_only(known), **given["initial"]}
        super().__init__(*args, **given)
        self.definition, self.known = definition, known
        self.values: dict[str, Any] = {}
        choices = [(str(pk), name) for pk, name in known.sites.items()]
        self.fields["site"] = forms.ChoiceField(label=self.fields["site"].label, choices=choices)
        for each in definition.fields:
            self.fields[PREFIX + each.code] = _field(each, known)
        self.keeping = Keeping(self, definition.fields, PREFIX, user)

    @property
    def uploads(self) -> dict[str, Sequence[UploadedFile]]:
        """Answer the files that came along, by field."""
        return self.keeping.uploads

    def raw(self) -> dict[str, Any]:
        """Answer what was typed, by field, as it came."""
        return {
            each.code: self.fields[PREFIX + each.code].widget.value_from_datadict(
                self.data, self.files, self.add_prefix(PREFIX + each.code)
            )
            for each in self.definition.fields
            if each.kind != "file"
        }

    def _clean_fields(self) -> None:
        """Leave the answers to the engine: a field that is not shown is not needed."""
        for name in ("site", "token"):
            field = self.fields[name]
            try:
                self.cleaned_data[name] = field.clean(field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))
            except forms.ValidationError as error:
                self.add_error(name, error)
        found = check(self.definition, self.raw(), _with(self.known, self.keeping.names()))
        self.values = found.values
        for code, (text, values) in found.errors.items():
            self.add_error(PREFIX + code, _(text) % values)

    def refuse_values(self, wrong: dict[str, str]) -> None:
        """Show what the service says about single answers."""
        for code, sentence in wrong.items():
            self.add_error(PREFIX + code if PREFIX + code in self.fields else None, sentence)


def _with(known: Known, files: dict[str, list[str]]) -> Known:
    return type(known)(today=known.today, zone=known.zone, sites=known.sites, equipment=known.equipment, files=files)


def _only(known: Known) -> dict[str, Any]:
    return {"site": str(next(iter(known.sites)))} if known.sites else {}


def _field(each: Field, known: Known) -> forms.Field:
    language = languages.active()
    unit = spoken(each.unit, language)
    label = spoken(each.label, language)
    kind, given = _shape(each, known, language)
    field: forms.Field = kind(
        label=f"{label} ({unit})" if unit else label, help_text=_help(each, language), required=each.required, **given
    )
    field.widget.attrs.update(_shown(each))
    return field


def _help(each: Field, language: str) -> str:
    words = [spoken(each.help, language)]
    if each.least is not None and each.most is not None:
        words.append(_("From %(least)s to %(most)s.") % {"least": _plain(each.least), "most": _plain(each.most)})
    return " ".join(filter(None, words))


def _plain(number: float) -> str:
    return f"{number:g}"


def _shown(each: Field) -> dict[str, str]:
    """Answer what the page's script shows the field by; without script all are shown, and what is not asked is left out."""
    if each.when is None:
        return {}
    return {"data-when": PREFIX + each.when.field, "data-is": json.dumps(each.when.values)}


def _shape(each: Field, known: Known, language: str) -> tuple[type[forms.Field], dict[str, Any]]:
    """Answer the field's class and what it is made with."""
    nothing = [("", _("please choose"))]
    if each.kind in ("choice", "many"):
        return _choosing([(option.code, spoken(option.label, language)) for option in each.options], several=each.kind == "many")
    if each.kind == "equipment" and each.several:
        return _choosing(_named(known.equipment), several=True)
    if each.kind in ("equipment", "site"):
        return forms.ChoiceField, {"choices": nothing + _named(known.equipment if each.kind == "equipment" else known.sites)}
    if each.kind == "file":
        return forms.FileField, {"widget": FilesInput(attrs={"accept": ACCEPT, "multiple": each.several})}
    return (forms.BooleanField, {}) if each.kind == "yes" else (forms.CharField, {"widget": _typed(each)})


def _choosing(choices: list[tuple[str, str]], *, several: bool) -> tuple[type[forms.Field], dict[str, Any]]:
    if several:
        return forms.MultipleChoiceField, {"choices": choices, "widget": forms.CheckboxSelectMultiple}
    return forms.ChoiceField, {"choices": choices, "widget": forms.RadioSelect}


def _named(among: Mapping[int, str]) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in among.items()]


def _typed(each: Field) -> forms.Widget:
    """Answer what words, numbers and times are typed into."""
    if each.kind == "long":
        return forms.Textarea(attrs={"rows": 4, "maxlength": each.length})
    if each.kind == "number":
        limits = {"step": "1" if each.whole else "any", "min": each.least, "max": each.most}
        return forms.NumberInput(attrs={key: value for key, value in limits.items() if value is not None})
    if each.kind in ("date", "moment"):
        return forms.TextInput(attrs={"type": "date" if each.kind == "date" else "datetime-local"})
    return forms.TextInput(attrs={"maxlength": each.length})
