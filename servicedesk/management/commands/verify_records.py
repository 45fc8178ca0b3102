"""Find any row of the record that was changed or taken out behind the application's back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from servicedesk import verifying


class Command(BaseCommand):
    """``manage.py verify_records``: walks records, documents, signatures and files; ends with 1 where something does not fit."""

    help = "Verify the hash chains of tickets, visits and inspections, and the hashes of documents, signatures and files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk, say what was found, and how much was looked at."""
        tally: list[verifying.Walked] = []
        count = 0
        for finding in (*verifying.records(tally), *verifying.documents()):
            count += 1
            self.stdout.write(self.style.ERROR(verifying.sentence(finding)))
        looked = {"records": sum(each.records for each in tally), "lines": sum(each.lines for each in tally)}
        if count:
            raise CommandError(_("%(count)s things do not fit in %(records)s records with %(lines)s lines.") % {"count": count, **looked})
        self.stdout.write(self.style.SUCCESS(_("%(records)s records with %(lines)s lines: every one as it was written.") % looked))
