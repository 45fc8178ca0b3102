"""Score sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {"scoresheets:issue", "scoresheets:workbook"}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from shots import Shot

    from scoresheets.models import Agreement, Dispute, Score

    yield Shot("scoresheets", "manager", reverse("scoresheets:list"))
    yield Shot("scoresheets-sheets", "manager", reverse("scoresheets:sheets"))
    yield Shot("scoresheets-new-sheet", "manager", reverse("scoresheets:new_sheet"))
    yield Shot("scoresheets-sheet", "manager", reverse("scoresheets:sheet", args=["standard"]))
    yield Shot("scoresheets-agree", "manager", reverse("scoresheets:agree"))
    if agreement := Agreement.objects.first():
        yield Shot("scoresheets-end", "manager", reverse("scoresheets:end", args=[agreement.pk]))
    if row := Score.objects.filter(lines__disputes__isnull=False).first() or Score.objects.first():
        yield Shot("score", "manager", row.get_absolute_url())
        yield Shot("score-dispute", "manager", reverse("scoresheets:dispute", args=[row.lines.all()[0].pk]))
    if waiting := Dispute.objects.filter(answered_at=None).first():
        yield Shot("score-answer", "manager", reverse("scoresheets:answer", args=[waiting.pk]))
