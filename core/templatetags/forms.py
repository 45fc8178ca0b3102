"""Form fields with their label, help and error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms, template

if TYPE_CHECKING:
    from django.forms import BaseForm, BoundField

register = template.Library()

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def css_class(widget: forms.Widget) -> str:
    """Answer the design system's class for a kind of widget."""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def _control(bound: BoundField) -> str:
    widget = bound.field.widget
    classes = [str(widget.attrs.get("class", "")), css_class(widget), "is-invalid" if bound.errors else ""]
    return bound.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, label_hidden: bool = False) -> dict[str, Any]:
    """Show a form field whole: {% field form.subject %}."""
    widget = bound.field.widget
    given = {"field": bound, "label_hidden": label_hidden, "hidden": bound.is_hidden}
    if isinstance(widget, CHOICES):
        widget.attrs.setdefault("class", "form-check-input")  # its single inputs are drawn by the template
        return given | {"shape": "choices"}
    return given | {"shape": "check" if isinstance(widget, forms.CheckboxInput) else "plain", "control": _control(bound)}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Show what is wrong, then every field in order: {% form_fields form %}."""
    return {"form": form}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Show what is wrong with a form, each with a link to its field: {% form_errors form %}."""
    wrong = [bound for bound in form if bound.errors]
    return {"form": form, "wrong": wrong, "general": form.non_field_errors()}
