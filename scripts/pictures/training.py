"""Training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES = {
    "training:add_material",
    "training:answer",
    "training:calendar",
    "training:certificate_file",
    "training:close",
    "training:hold",
    "training:invite",
    "training:mark",
    "training:material",
    "training:representatives_of",
    "training:scores",
    "training:staff_certificate_file",
    "training:step",
    "training:withdraw_staff_certificate",
}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from shots import Shot

    from training.models import Attendee, Course, NamedEngineer, RegionalRepresentative, Session, StaffCertificate

    coming = Session.objects.filter(status="announced").earliest("starts_at")
    held, closed = Session.objects.filter(status="held").latest("pk"), Session.objects.filter(status="closed").latest("starts_at")
    course, who = Course.objects.earliest("pk"), Attendee.objects.filter(session=coming).earliest("pk")
    yield Shot("trainings", "dispatcher", reverse("training:list"))
    yield Shot("trainings-all", "dispatcher", f"{reverse('training:list')}?show=all")
    yield Shot("trainings-customer", "supervisor", f"{reverse('training:list')}?show=all")
    yield Shot("trainings-owed", "manager", reverse("training:owed"))
    yield Shot("training-certificates", "manager", reverse("training:certificates"))
    yield Shot("training-courses", "manager", reverse("training:courses"))
    yield Shot("training-course", "manager", course.get_absolute_url())
    yield Shot("training-course-new", "manager", reverse("training:new_course"))
    yield Shot("training-course-edit", "manager", reverse("training:edit_course", args=[course.pk]))
    yield Shot("training-new-whose", "dispatcher", reverse("training:new"))
    yield Shot("training-new", "dispatcher", f"{reverse('training:new')}?organization={coming.organization_id}")
    yield Shot("training-edit", "dispatcher", reverse("training:edit", args=[coming.pk]))
    yield Shot("training-announced", "dispatcher", coming.get_absolute_url())
    yield Shot("training-held", "dispatcher", held.get_absolute_url())
    yield Shot("training-closed", "manager", closed.get_absolute_url())
    yield Shot("training-customer", "supervisor", coming.get_absolute_url())
    yield Shot("training-day", "dispatcher", reverse("training:day", args=[coming.pk]))
    yield Shot("training-sign", "dispatcher", reverse("training:sign", args=[who.pk]))
    named, paper = NamedEngineer.objects.earliest("pk"), StaffCertificate.objects.earliest("pk")
    speaks = RegionalRepresentative.objects.earliest("pk")
    yield Shot("engineers", "dispatcher", reverse("training:engineers"))
    yield Shot("engineer", "dispatcher", reverse("training:engineer", args=[named.person_id]))
    yield Shot("engineer-certificate-new", "dispatcher", reverse("training:new_staff_certificate"))
    yield Shot("engineer-certificate-edit", "dispatcher", reverse("training:edit_staff_certificate", args=[paper.pk]))
    yield Shot("engineer-named-new", "dispatcher", reverse("training:new_named_engineer", args=[named.contract_id]))
    yield Shot("engineer-named-edit", "dispatcher", reverse("training:edit_named_engineer", args=[named.pk]))
    yield Shot("representatives", "manager", reverse("training:representatives"))
    yield Shot("representative-new", "manager", reverse("training:new_representative"))
    yield Shot("representative-edit", "manager", speaks.get_absolute_url())
