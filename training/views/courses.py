"""The catalogue of courses and the material."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, login_required, manager_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from training import selectors, services
from training.forms import CourseForm, MaterialForm
from training.views.shared import as_file, form_page

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from training.models import Course


@require_safe
@login_required
def courses(request: PersonRequest) -> HttpResponse:
    """Show what is taught."""
    rows = selectors.courses_for(request.user).prefetch_related("skills")
    return render(request, "training/courses.html", {"page": page(rows, by="code", cursor=request.GET.get("cursor", ""))})


def _course_or_404(request: PersonRequest, pk: int) -> Course:
    return get_object_or_404(selectors.course_page(request.user), pk=pk)


@require_safe
@login_required
def course(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a course with its material."""
    return _course(request, _course_or_404(request, pk), MaterialForm())


def _course(request: PersonRequest, row: Course, form: MaterialForm) -> HttpResponse:
    files = selectors.materials_for(request.user).filter(course=row)
    given: dict[str, Any] = {"course": row, "form": form, "materials": selectors.newest_material(files)}
    if request.user.is_provider:
        given["older"] = files.exclude(pk__in=selectors.newest_material(files).values("pk")).order_by("title", "-version")
    return render(request, "training/course.html", given, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@manager_required
def new_course(request: PersonRequest) -> HttpResponse:
    """Take a course into the catalogue."""
    return _edit(request, None, _("New course"))


@require_http_methods(["GET", "POST"])
@manager_required
def edit_course(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct a course."""
    row = _course_or_404(request, pk)
    return _edit(request, row, str(row))


def _edit(request: PersonRequest, row: Course | None, title: str) -> HttpResponse:
    form = CourseForm(request.POST or None, instance=row)
    if carried_out(form, partial(services.save_course, row, actor=request.user, at=now())):
        messages.success(request, _("The course is saved."))
        return redirect("training:courses")
    return form_page(request, form, title, back=reverse("training:courses"), back_label=_("Courses"), button=_("Save"))


@require_POST
@dispatcher_required
def add_material(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep a file with a course."""
    row = _course_or_404(request, pk)
    form = MaterialForm(request.POST, request.FILES)
    if carried_out(form, partial(services.add_material, row, actor=request.user, at=now())):
        messages.success(request, _("The file is kept with the course."))
        return redirect(row)
    return _course(request, row, form)


@require_safe
@login_required
def material(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Hand out a file to those who are taught by it."""
    row = get_object_or_404(selectors.materials_for(request.user), pk=pk)
    return as_file(row.file, row.name, row.content_type)
