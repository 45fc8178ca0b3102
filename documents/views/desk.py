"""Documents for those who are logged in: the list, one as page and PDF, signing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from documents import selectors, services
from documents.forms import FilterForm, RefuseForm, SignForm
from documents.models import LANGUAGES

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from documents.models import Document


def _find(request: PersonRequest, pk: int) -> Document:
    rows = selectors.documents_for(request.user).select_related("signature", "organization", "site", "issued_by", "replaces", "replaced_by")
    return get_object_or_404(rows.prefetch_related("files"), pk=pk)


@require_safe
@login_required
def overview(request: PersonRequest) -> HttpResponse:
    """List the documents a person may see, the newest first."""
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = selectors.found(selectors.documents_for(request.user), wanted.get("q") or "")
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    rows = rows.select_related("organization", "site", "signature").prefetch_related("files")
    found = page(rows, by="pk", descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "documents/list.html", {"page": found, "form": form})


@require_safe
@login_required
@never_cache
def document(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a document in the reader's language, with its versions."""
    shown = _find(request, pk)
    given = {"document": shown, "versions": selectors.versions_of(shown), "may_sign": _may_sign(request, shown)}
    return render(request, "documents/document.html", given)


def _may_sign(request: PersonRequest, shown: Document) -> bool:
    return shown.awaits_signature and selectors.may_sign(request.user, shown)


@require_safe
@login_required
def file(request: PersonRequest, pk: int, language: str) -> HttpResponseBase:
    """Send the stored PDF; of a document that is not signed yet, say so on its page."""
    shown = _find(request, pk)
    if language not in LANGUAGES:
        raise Http404(language)
    if shown.awaits_signature:
        messages.info(request, _("The PDF is made when the document is signed, or when it is noted that it was not."))
        return redirect(shown)
    made = services.made_file(shown, language, at=now())
    return FileResponse(
        made.file.open("rb"), as_attachment=True, filename=f"{shown.full_number}-{language}.pdf", content_type="application/pdf"
    )


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def sign(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Show what is to be signed with the field to sign in; take the signature."""
    shown = _find(request, pk)
    name = request.user.name if request.user.is_customer else ""
    form = SignForm(request.POST if request.method == "POST" else None, initial={"name": name, "seen": shown.content_hash})
    if carried_out(form, partial(services.sign, shown, actor=request.user, at=now())):
        messages.success(request, _("Signed. Thank you."))
        return _on(request, shown)
    return _sign_page(request, shown, form, RefuseForm())


@require_POST
@login_required
def refuse(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Note that the document is not signed, and why."""
    shown = _find(request, pk)
    form = RefuseForm(request.POST)
    if carried_out(form, partial(services.refuse, shown, actor=request.user, at=now())):
        messages.info(request, _("It is noted that it was not signed, and why."))
        return _on(request, shown)
    return _sign_page(request, shown, SignForm(initial={"seen": shown.content_hash}), form)


def _on(request: PersonRequest, shown: Document) -> HttpResponseBase:
    """Go back to where the signature was asked for, else to the document."""
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if wanted and own else shown.get_absolute_url())


def _sign_page(request: PersonRequest, shown: Document, form: SignForm, refusal: RefuseForm) -> HttpResponse:
    given = {
        "document": shown,
        "form": form,
        "refusal": refusal,
        "may_sign": _may_sign(request, shown),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "documents/sign.html", given, status=422 if form.errors or refusal.errors else 200)
