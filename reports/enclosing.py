"""The report as a file of the mail about it, made when the mail is sent: from frozen figures it is the same at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import override

from core import languages
from core.time import now
from reports import pdf
from reports.models import MonthlyReport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from notifications.models import Message

KIND = "monthly_report"


def enclosed(message: Message) -> Iterable[tuple[str, bytes, str]]:
    """Yield the report as PDF in the language of who reads the mail; names of our people only for our people."""
    report = MonthlyReport.objects.select_related("contract", "organization").get(pk=message.context["report"])
    for_staff = bool(message.recipient and message.recipient.is_provider)
    with override(message.read_in):
        made = pdf.render(report, for_staff=True) if for_staff else pdf.customers_copy(report, languages.active(), at=now())
        yield f"{report.number}.pdf", made, pdf.CONTENT_TYPE
