"""What the pages share."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import segno
from django.shortcuts import render
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpResponse
    from django.utils.functional import Promise

    from accounts.access import PersonRequest


def form_page(
    request: PersonRequest,
    form: BaseForm,
    title: str | Promise,
    *,
    back: str,
    back_label: str | Promise,
    button: str | Promise,
    **given: Any,
) -> HttpResponse:
    """Show a page with one form; one that was refused says so in its status as well."""
    shown = {"form": form, "title": title, "back": back, "back_label": back_label, "button": button, **given}
    return render(request, "surveys/form.html", shown, status=422 if form.errors else 200)


def qr_of(address: str) -> SafeString:
    """Answer a QR code as a picture that stands in the page."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=6, border=2, xmldecl=False, svgns=True, dark="#111", light="#fff")
    return SafeString(picture.getvalue().decode())
