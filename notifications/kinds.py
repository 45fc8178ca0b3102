"""What can be told, and what each message has to know.

A kind is the name of a template, ``templates/messages/<kind>.txt``: its first line is the subject, the
rest the body. ``context`` is plain data, rendered when it is delivered or read, in the language of who
reads it. Keys without brackets must be given (``post`` refuses a draft without them), those in brackets
are left out of the text when missing.

====================  ======================  ==============================================================
kind                  told to                 context
====================  ======================  ==============================================================
ticket_reported       dispatchers, the team;  ticket_number, subject, [receipt: true for the customer who
                      the customer (receipt)  reported], [promises: list of {promise, due_at}], [facts]
ticket_assigned       the assignee            ticket_number, subject, [by: who assigned], [promises], [facts]
ticket_replied        the other side          ticket_number, subject, author (empty: the system), [text]
ticket_mentioned      who was mentioned       ticket_number, subject, author, [text]
ticket_hold           the customer            ticket_number, subject, cause, [text: the note]
ticket_late           the customer            ticket_number, subject, owed: list of {promise, due_at, late}, [late: true]
ticket_resolved       the customer            ticket_number, subject, [cause], [solution], [prevention]
ticket_closed         customer, assignee      ticket_number, subject
diagnosis_delivered   the customer            ticket_number, subject, cause, [plan], [risk]
escalation            who the level names     items: list of {ticket_number, subject, promise, level, due_at,
                                              link, escalation_id, [level_name], [late: true once due],
                                              [unanswered: true], [did: what the level did]},
                                              [instead_of: names of those who are away]
inspection_planned    customer, engineer      inspection: its title, planned_on, [for_customer: true],
                                              [engineer], [facts]
inspection_cancelled  customer, engineer      inspection, planned_on, [text: why], [facts]
visit_planned         customer, engineers     subject, starts_at, ends_at, engineer, [ticket_number], [for_customer: true],
                                              [facts]
visit_changed         customer, engineers     as visit_planned
visit_cancelled       customer, engineers     subject, text: why, [starts_at], [ticket_number], [facts]
visit_departed        the customer            subject, engineer, [ticket_number], [facts]
visit_failed          customer, dispatchers,  subject, cause, [text], [starts_at], [ticket_number], [for_customer: true],
                      the assignee            [facts]
visit_plan            the customer            subject, text: what is to be done, [risk], [ticket_number], [facts]
visit_plan_answered   engineers               subject, approved: true or false, name: who said it, [text], [ticket_number], [facts]
visit_overridden      the customer            subject, text: why work began before their word, [ticket_number], [facts]
inspection_late       engineer, office lead,  inspection, planned_on, [due_on: the last day it can be done on], [engineer],
                      managers                [facts]
inspection_missed     the same people         inspection, due_on, [planned_on], [contract], [engineer], [facts]
inspection_report     the customer            inspection, [visited_on], [failed: number of findings], [opened: number of
                                              faults opened for them], [facts]
survey_invited        who was served          about: ticket or contract in words, [ticket_number],
                                              [expires_at]; the one-time link is the draft's ``link``
survey_low_score      managers                ticket_number of the follow-up, subject, score, [customer],
                                              [engineer], [text: the customer's words]
audit_differs         managers, admins        audit_on, checked and differing: numbers of tickets
monthly_report        customer's supervisors,  report: its id (the mail carries it as PDF), month, customer, contract,
                      office lead, managers   decided, kept and missed: numbers of promises, [revision, reason],
                                              [for_customer: true]
canary                who watches the desk    ticket_number, subject
stock_low             depot keeper, managers  part, depot, available, minimum
part_arrived          who asked, assignee     part, depot, quantity, purchase, [ticket_number, subject]
emergency_supply      depot keeper, managers  part, depot, quantity, [text: why], [to_buy: true where no depot has it],
                                              [ticket_number, subject]
heightened_period     customer, who is on     period and period_en: its name, starts_at, ends_at, [for_customer: true]
                      duty, managers
webhook_disabled      who made the endpoint   endpoint: its name, address, reason
====================  ======================  ==============================================================

[facts] are customer, site, equipment, severity: each shown on a line of its own where given.

* A key that ends in ``_at`` holds an instant, one that ends in ``_on`` a date: given as ``datetime`` and
  ``date`` or in ISO 8601, shown in the service desk's time zone.
* A word in two languages is given as ``promise`` (Chinese) and ``promise_en``; a lazy translation is
  stored in both by itself. The template says ``promise`` and gets the right one.
* ``items`` makes a digest: one message holds many, the text is worded for one and for several. The first
  ``ITEMS_SHOWN`` are kept, ``count`` tells how many there were (give it where you make no more than those).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.utils.functional import Promise

ITEMS_SHOWN = 50
"""More lines than this help nobody; the pages they link to show the rest."""

TICKET = frozenset({"ticket_number", "subject"})
VISIT = frozenset({"subject"})
PART = frozenset({"part", "depot"})
REPORT = frozenset({"report", "month", "customer", "contract", "decided", "kept", "missed"})
ESCALATION = TICKET | {"promise", "level", "due_at", "link", "escalation_id"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A message that can be sent: its name, what it is called in lists, and what its text needs."""

    name: str
    label: Promise
    needs: frozenset[str]
    each: frozenset[str] = frozenset()
    """What every item of a digest needs."""
    is_collected: bool = False
    """Whether many mails of it to one person become one (notifications/collecting.py)."""

    def missing(self, context: Mapping[str, Any]) -> list[str]:
        """Answer the names of what the context lacks."""
        lacking = self.needs - context.keys()
        for item in context.get("items", ()) if self.each else ():
            lacking |= self.each - item.keys()
        return sorted(lacking)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("ticket_reported", _("Ticket reported"), TICKET),
        Kind("ticket_assigned", _("Ticket assigned"), TICKET),
        Kind("ticket_replied", _("Reply"), TICKET | {"author"}),
        Kind("ticket_mentioned", _("Mention"), TICKET | {"author"}),
        Kind("ticket_hold", _("Ticket on hold"), TICKET | {"cause"}),
        Kind("ticket_late", _("Promised time"), TICKET | {"owed"}),
        Kind("ticket_resolved", _("Ticket resolved"), TICKET),
        Kind("ticket_closed", _("Ticket closed"), TICKET),
        Kind("diagnosis_delivered", _("Diagnosis report"), TICKET | {"cause"}),
        Kind("escalation", _("Escalation"), frozenset({"items"}), each=ESCALATION, is_collected=True),
        Kind("inspection_planned", _("Inspection planned"), frozenset({"inspection", "planned_on"})),
        Kind("inspection_cancelled", _("Inspection cancelled"), frozenset({"inspection", "planned_on"})),
        Kind("inspection_late", _("Inspection late"), frozenset({"inspection", "planned_on"})),
        Kind("inspection_missed", _("Inspection missed"), frozenset({"inspection", "due_on"})),
        Kind("inspection_report", _("Inspection report"), frozenset({"inspection"})),
        Kind("visit_planned", _("Visit planned"), VISIT | {"starts_at", "ends_at", "engineer"}),
        Kind("visit_changed", _("Visit changed"), VISIT | {"starts_at", "ends_at", "engineer"}),
        Kind("visit_cancelled", _("Visit cancelled"), VISIT | {"text"}),
        Kind("visit_departed", _("Engineer on the way"), VISIT | {"engineer"}),
        Kind("visit_failed", _("Visit failed"), VISIT | {"cause"}),
        Kind("visit_plan", _("Plan of work to approve"), VISIT | {"text"}),
        Kind("visit_plan_answered", _("Answer to a plan of work"), VISIT | {"approved", "name"}),
        Kind("visit_overridden", _("Work begun without approval"), VISIT | {"text"}),
        Kind("survey_invited", _("Survey invitation"), frozenset({"about"})),
        Kind("survey_low_score", _("Low score"), TICKET | {"score"}),
        Kind("audit_differs", _("Audit of the clocks"), frozenset({"audit_on", "checked", "differing"})),
        Kind("monthly_report", _("Monthly report"), REPORT),
        Kind("canary", _("Canary"), TICKET),
        Kind("stock_low", _("Stock below the minimum"), PART | {"available", "minimum"}),
        Kind("part_arrived", _("Part arrived"), PART | {"quantity", "purchase"}),
        Kind("emergency_supply", _("Emergency supply"), PART | {"quantity"}),
        Kind("heightened_period", _("Heightened service"), frozenset({"period", "starts_at", "ends_at"})),
        Kind("webhook_disabled", _("Webhook disabled"), frozenset({"endpoint", "address", "reason"})),
    )
}
COLLECTED_KINDS = [name for name, kind in KINDS.items() if kind.is_collected]
