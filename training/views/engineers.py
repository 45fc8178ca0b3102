"""Certificates of our own people, engineers whom contracts name, regional representatives."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, manager_required, provider_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from customers import selectors as customers
from training import selectors, services
from training.forms import (
    EngineersFilter,
    NamedEngineerChangeForm,
    NamedEngineerForm,
    RepresentativeForm,
    StaffCertificateForm,
    WithdrawForm,
)
from training.views.shared import as_file, form_page

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from accounts.models import User
    from training.models import RegionalRepresentative, StaffCertificate


@require_safe
@provider_required
def engineers(request: PersonRequest) -> HttpResponse:
    """Show the certificates of our people, those that end first on top, and the named engineers with whom something is amiss."""
    form, today = EngineersFilter(request.GET), timezone.localdate(now())
    wanted = form.cleaned_data if form.is_valid() else {}
    office, skill = wanted.get("office"), wanted.get("skill")
    rows = selectors.searched_staff(
        selectors.staff_certificates_for(request.user), today, show=wanted.get("show", ""), find=wanted.get("find", ""),
        office=office.pk if office else None, skill=skill.pk if skill else None,
    )  # fmt: skip
    found = page(rows, by="lasts_until", cursor=request.GET.get("cursor", ""))
    given = {"page": found, "form": form, "today": today, "amiss": selectors.with_gaps(request.user, today)}
    return render(request, "training/engineers.html", given)


@require_safe
@provider_required
def engineer(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one of ours: the certificates, and the contracts that name them."""
    return _engineer(request, get_object_or_404(selectors.staff_for(request.user).select_related("office"), pk=pk))


def _engineer(request: PersonRequest, person: User, refused: tuple[int, WithdrawForm] | None = None) -> HttpResponse:
    """Show the page; ``refused`` is the certificate that could not be withdrawn, and the form that says why."""
    today = timezone.localdate(now())
    held = list(selectors.staff_certificates_for(request.user).filter(person=person).order_by("lasts_until", "pk"))
    forms = {row.pk: WithdrawForm(auto_id=f"id_{row.pk}_%s") for row in held} | dict([refused] if refused else [])
    given = {
        "person": person, "today": today, "certificates": held,
        "withdrawals": [(row, forms[row.pk]) for row in held if row.withdrawn_at is None],
        "refused": refused[1] if refused and refused[1].non_field_errors() else None,
        "named": selectors.with_papers(selectors.named_for(request.user).filter(person=person)).order_by("-starts_on", "-pk"),
    }  # fmt: skip
    return render(request, "training/engineer.html", given, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def new_staff_certificate(request: PersonRequest) -> HttpResponse:
    """Enter a certificate."""
    return _edit_certificate(request, None, _("New certificate"))


@require_http_methods(["GET", "POST"])
@dispatcher_required
def edit_staff_certificate(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct a certificate."""
    row = _certificate_or_404(request, pk)
    return _edit_certificate(request, row, str(row))


def _certificate_or_404(request: PersonRequest, pk: int) -> StaffCertificate:
    return get_object_or_404(selectors.staff_certificates_for(request.user), pk=pk)


def _edit_certificate(request: PersonRequest, row: StaffCertificate | None, title: str) -> HttpResponse:
    first = {"person": request.GET.get("person", "")} if row is None else {}
    form = StaffCertificateForm(request.POST or None, request.FILES or None, instance=row, initial=first)
    if carried_out(form, partial(services.save_staff_certificate, row, actor=request.user, at=now())):
        messages.success(request, _("The certificate is saved."))
        return redirect("training:engineer", form.cleaned_data["person"].pk)
    back = reverse("training:engineers")
    return form_page(request, form, title, back=back, back_label=_("Certificates"), button=_("Save"), with_file=True)


@require_POST
@dispatcher_required
def withdraw_staff_certificate(request: PersonRequest, pk: int) -> HttpResponse:
    """Withdraw a certificate."""
    row, form = _certificate_or_404(request, pk), WithdrawForm(request.POST, auto_id=f"id_{pk}_%s")
    if carried_out(form, partial(services.withdraw_staff_certificate, row, actor=request.user, at=now())):
        messages.success(request, _("The certificate is withdrawn."))
        return redirect("training:engineer", row.person_id)
    return _engineer(request, row.person, (pk, form))


@require_safe
@provider_required
def staff_certificate_file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Hand out the scan of a certificate."""
    row = _certificate_or_404(request, pk)
    if not row.file:
        raise Http404(row.number)
    return as_file(row.file, row.file_name, row.content_type)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def new_named_engineer(request: PersonRequest, pk: int) -> HttpResponse:
    """Put down whom a contract names."""
    contract = get_object_or_404(customers.contracts_for(request.user), pk=pk)
    form = NamedEngineerForm(request.POST or None)
    if carried_out(form, partial(services.name_engineer, contract, actor=request.user, at=now())):
        messages.success(request, _("The engineer is named."))
        return redirect("customers:contract", pk)
    back = reverse("customers:contract", args=[pk])
    return form_page(request, form, _("Name an engineer"), back=back, back_label=contract.number, button=_("Save"))


@require_http_methods(["GET", "POST"])
@dispatcher_required
def edit_named_engineer(request: PersonRequest, pk: int) -> HttpResponse:
    """Change it; another person needs the customer's consent."""
    row = get_object_or_404(selectors.named_for(request.user).select_related("contract"), pk=pk)
    shown = get_object_or_404(selectors.named_for(request.user), pk=pk)  # the form writes into its own copy
    form = NamedEngineerChangeForm(request.POST or None, instance=shown)
    if carried_out(form, partial(services.change_named_engineer, row, actor=request.user, at=now())):
        messages.success(request, _("The named engineer is saved."))
        return redirect("customers:contract", row.contract_id)
    back = reverse("customers:contract", args=[row.contract_id])
    return form_page(request, form, row.shown_role, back=back, back_label=row.contract.number, button=_("Save"))


@require_safe
@provider_required
def representatives(request: PersonRequest) -> HttpResponse:
    """Show who represents us where, the newest first."""
    rows = page(selectors.representatives_for(request.user), by="starts_on", descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "training/representatives.html", {"page": rows, "today": timezone.localdate(now())})


@require_safe
@provider_required
def representatives_of(request: PersonRequest, pk: int) -> HttpResponse:
    """Answer a piece of a customer's page: who represents us where its sites are."""
    regions = get_object_or_404(customers.organizations_for(request.user), pk=pk).sites.values("region")
    found = selectors.representatives_at(request.user, regions, timezone.localdate(now()))
    return render(request, "training/_representatives.html", {"representatives": found})


@require_http_methods(["GET", "POST"])
@manager_required
def new_representative(request: PersonRequest) -> HttpResponse:
    """Say who represents us in a region."""
    return _edit_representative(request, None, _("New representative"))


@require_http_methods(["GET", "POST"])
@manager_required
def edit_representative(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct it, or let it end."""
    row = get_object_or_404(selectors.representatives_for(request.user), pk=pk)
    return _edit_representative(request, row, str(row))


def _edit_representative(request: PersonRequest, row: RegionalRepresentative | None, title: str) -> HttpResponse:
    form = RepresentativeForm(request.POST or None, instance=row)
    if carried_out(form, partial(services.save_representative, row, actor=request.user, at=now())):
        messages.success(request, _("The representative is saved."))
        return redirect("training:representatives")
    back = reverse("training:representatives")
    return form_page(request, form, title, back=back, back_label=_("Regional representatives"), button=_("Save"))
