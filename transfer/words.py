"""What is wrong with a row, in words that say what to do."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Role
from core.templatetags.moments import absolute
from core.time import now
from customers.models import Equipment
from tickets.models import Channel, Kind, Status
from transfer.engine.fields import EQUIPMENT, FIELD_LABELS, FIELDS, LABELS, MOMENT, PERSON, TICKET, field_of

if TYPE_CHECKING:
    from transfer.models import ImportProblem

CHOICES: dict[tuple[str, str], Any] = {
    (TICKET, "status"): Status.choices, (TICKET, "kind"): Kind.choices, (TICKET, "channel"): Channel.choices,
    (PERSON, "role"): Role.choices, (EQUIPMENT, "kind"): Equipment.Kind.choices,
}  # fmt: skip
"""What our own words for a field are called."""
SENTENCES = {
    "required": gettext_noop("It is empty. Fill it in, or give it a default in the mapping."),
    "bad_date": gettext_noop("“%(value)s” is no moment that can be read. Name its format under “dates” in the mapping."),
    "date_out_of_range": gettext_noop("“%(value)s” lies before 1990 or after 2099. Correct the row, or the format in the mapping."),
    "in_the_future": gettext_noop("“%(value)s” has not come yet. Correct the row, or the time zone in the mapping."),
    "ends_too_early": gettext_noop("“%(value)s” lies before its beginning. Correct the row."),
    "bad_number": gettext_noop("“%(value)s” is no whole number. Correct the row."),
    "out_of_range": gettext_noop("“%(value)s” is too small or too large. Correct the row."),
    "bad_bool": gettext_noop("“%(value)s” is neither yes nor no. Add it to “values” in the mapping."),
    "unknown_value": gettext_noop("“%(value)s” has no counterpart. Add it to “values” in the mapping, or give an “else”."),
    "too_long": gettext_noop("“%(value)s” is too long. Shorten it."),
    "broken_line": gettext_noop("This line is no row: “%(value)s”. Correct it in the file."),
    "too_long_to_read": gettext_noop("This row is too long: a cell, and a line of JSON Lines, may have 4 million characters. “%(value)s”…"),
    "unreadable_signs": gettext_noop(
        "Here the file is not written in its encoding: “%(value)s”. Save it as UTF-8 or GB18030 from beginning to end."
    ),
    "not_followed": gettext_noop(
        "The ticket that is here keeps what it has: this cannot follow the file. Change it here by hand, if at all."
    ),
    "twice_in_file": gettext_noop("“%(value)s” stands in the file twice; the first one counts. Take one out."),
    "gone": gettext_noop("What “%(value)s” had become was removed here. Take the row out, or use another name for the source."),
    "no_organization": gettext_noop("No organization is named. Fill it in, or name one in the options of the mapping."),
    "unknown_organization": gettext_noop("There is no organization “%(value)s”. Import it before, or have what is missing made."),
    "unknown_site": gettext_noop("There is no site “%(value)s”. Import it before, or have what is missing made."),
    "unknown_region": gettext_noop("There is no region “%(value)s”. Use the code of one of ours."),
    "no_region": gettext_noop("A new site needs a region. Name one in the options of the mapping."),
    "unknown_plan": gettext_noop("There is no service plan “%(value)s”. Use the code of one of ours."),
    "unknown_equipment": gettext_noop("There is no equipment “%(value)s” of this organization. Import it before."),
    "unknown_ticket": gettext_noop("No ticket “%(value)s” has come from this source. Import it before."),
    "bad_code": gettext_noop("“%(value)s” is no code: letters, digits, hyphens and underscores only."),
    "bad_email": gettext_noop("“%(value)s” is no e-mail address. An account needs one."),
    "taken": gettext_noop("“%(value)s” belongs to another organization here. Correct the row."),
    "no_such_file": gettext_noop("The ZIP has no file “%(value)s”. Put it in under this path."),
    "file_too_large": gettext_noop("The file “%(value)s” is too large to be kept."),
    "file_unreadable": gettext_noop("The file “%(value)s” in the ZIP cannot be read. Pack it again, without a password."),
    "file_refused": gettext_noop("The file was not kept. %(value)s"),
    "not_taken": gettext_noop("%(value)s"),
    "not_stored": gettext_noop("The database did not take this row (%(value)s). Tell an administrator."),
}


def sentence(problem: ImportProblem) -> str:
    """Say what is wrong and what to do, in the active language."""
    words = SENTENCES.get(problem.code)
    return _(words) % {"value": problem.value} if words else problem.code


def field(name: str) -> str:
    """Answer what a field is called."""
    return str(FIELD_LABELS.get(name, name))


def kind(name: str) -> str:
    """Answer what a kind of thing is called."""
    return str(LABELS.get(name, name))


def shown(kind: str, name: str, value: Any) -> str:
    """Write a value of a first row as our pages do: moments in local time, our own words by their labels."""
    wanted = field_of(kind, name) if kind in FIELDS else None
    if wanted is not None and wanted.type == MOMENT:
        with suppress(TypeError, ValueError):
            return absolute(datetime.fromisoformat(value), now())
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(dict(CHOICES.get((kind, name), ())).get(value, value))


def heads() -> list[str]:
    """Answer the heads of the table of refused rows."""
    return [_("Table"), _("Line"), _("Kind"), _("Id in the other system"), _("Field"), _("Code"), _("How to mend it"), _("Row")]


def cells(problem: ImportProblem) -> list[Any]:
    """Answer a problem as a line of that table."""
    row = "; ".join(f"{name}={value}" for name, value in problem.data.items())
    return [
        problem.table, problem.line, kind(problem.kind), problem.key, field(problem.field), problem.code, sentence(problem), row,
    ]  # fmt: skip
