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
obligation_late       office lead, managers   items: list of {title, customer, due_at, link, [contract]}
score_filled          customer's supervisors, number, period, score, total, customer, [contract]
                      office lead, managers
score_disputed        the other side          number, item, reason, name: who disputes it
score_answered        who disputed it         number, item, before and after: points, text: why
inspection_report     the customer            inspection, [visited_on], [failed: number of findings], [opened: number of
                                              faults opened for them], [facts]
survey_invited        who was served          about: ticket or contract in words, [ticket_number],
                                              [expires_at], [theme, theme_en]; the one-time link is the draft's
                                              ``link``
survey_reminder       who has not answered    as survey_invited; a further one-time link
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
calls_late            office lead             calls: list of {call, subject, customer, due_at}, count: how many there are, office
heightened_period     customer, who is on     period and period_en: its name, starts_at, ends_at, [for_customer: true]
                      duty, managers
training_invited      attendees, trainers     course, starts_at, ends_at, place, trainers, [customer], [note], [for_trainer: true]
training_open         customer's supervisors  course, starts_at, ends_at, place, trainers, seats: how many are left, [note]
training_changed      attendees, trainers     as training_invited, [text: why]
training_cancelled    attendees, trainers     as training_invited, [text: why], [off_list: true where only this person is not expected]
training_reminder     attendees, trainers     as training_invited
training_certificate  who passed              course, name, number, [valid_on: its last day]
training_certificate_ends  who holds it, the  as training_certificate, [for_lead: true]
                      office lead
staff_certificate_ends  who holds it, the    certificate, name, number, valid_on: its last day, [certificate_en], [for_lead: true]
                      office lead
named_engineer_gap    managers                contract, customer, role, name, gaps: list of {kind: left, missing, expired or ending,
                                              about: which certificate or skill, on: the day it ends}, [role_en]
loop_said             office lead, managers   ticket_number, subject, source, [text], [facts]
loop_asked            the department's people ticket_number, subject, department, due_at, [text: what is asked], [facts]
loop_late             its lead, office lead,  ticket_number, subject, department, due_at, [facts]
                      managers
loop_turn             the customer            ticket_number, subject, asks: agree or verdict, [text: the plan or the result], [facts]
loop_again            handler, office lead,   ticket_number, subject, round: its number, [text: what they say], [facts]
                      managers
loop_closed           customer, handler,      ticket_number, subject, rounds: how many, [text: the result], [for_customer: true],
                      office lead, managers   [facts]
request_quoted        customer's supervisors,  ticket_number, subject, total, valid_on, [text: the plan], [customer]
                      who asked
quotation_answered    who wrote it, assignee  ticket_number, subject, approved: true or false, name: who said it, [text],
                                              [customer]
request_overridden    customer's supervisors,  ticket_number, subject, text: why it began before the approval
                      who asked
campaign_told         customer's supervisors  release, equipment: names, number: how many, published_on, [severity],
                                              [text: what it brings], [risk], [mandatory: true], [reminder: number of the
                                              reminder], [after_term: true after the end of the service term]
campaign_answered     who assessed, opened    release, customer, equipment: names, agreed: true or false, name: who said it,
                                              [text], [wanted_on]
term_ending           customer's supervisors, term and term_en: its kind, about: contract or equipment, customer, ends_on,
                      office lead             days left, [for_customer: true]
quotation_asked       office lead             as term_ending without days, quotation: its number, [text: the wish],
                                              [automatic: opened by itself at the end]
quotation_ready       customer's supervisors  as quotation_asked, amount, valid_until
renewal_answered      who quoted, office lead as quotation_asked, amount, accepted: true or false, name, [text: why not]
charge_asked          the customer            ticket_number, subject, [about: the amount in words]
remedy_to_approve     managers                ticket_number, subject, remedy and remedy_en: its kind, what, [charged], [paid]
remedy_to_agree       the customer            as remedy_to_approve
webhook_disabled      who made the endpoint   endpoint: its name, address, reason
mail_flood            managers                sender: address or mailbox, count: mails, minutes: within how many
mailbox_failing       who made the mailbox,   mailbox: its name, reason
                      managers
channel_disabled      who made the channel    name, reason: what the other side said last
heartbeat_missed      who made the source     source: its name, minutes: how long it may be silent, last_at
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
TRAINING = frozenset({"course", "starts_at", "ends_at", "place", "trainers"})
CERTIFICATE = frozenset({"course", "name", "number"})
REPORT = frozenset({"report", "month", "customer", "contract", "decided", "kept", "missed"})
SCORE = frozenset({"number"})
TERM = frozenset({"term", "about", "customer", "ends_on"})
QUOTATION = TERM | {"quotation"}
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
    is_internal: bool = False
    """Whether it tells our people of what is among us: their answer to it is a note, and nothing that goes to the customer."""

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
        Kind("ticket_mentioned", _("Mention"), TICKET | {"author"}, is_internal=True),
        Kind("ticket_raised", _("Handed over"), TICKET | {"author"}, is_internal=True),
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
        Kind("score_filled", _("Score sheet filled"), SCORE | {"period", "score", "total", "customer"}),
        Kind("score_disputed", _("Line of a score sheet disputed"), SCORE | {"item", "reason", "name"}),
        Kind("score_answered", _("Dispute answered"), SCORE | {"item", "before", "after", "text"}),
        Kind("obligation_late", _("Obligation late"), frozenset({"items"}), each=frozenset({"title", "customer", "due_at", "link"})),
        Kind("inspection_report", _("Inspection report"), frozenset({"inspection"})),
        Kind("visit_planned", _("Visit planned"), VISIT | {"starts_at", "ends_at", "engineer"}),
        Kind("visit_changed", _("Visit changed"), VISIT | {"starts_at", "ends_at", "engineer"}),
        Kind("visit_cancelled", _("Visit cancelled"), VISIT | {"text"}),
        Kind("visit_departed", _("Engineer on the way"), VISIT | {"engineer"}),
        Kind("visit_failed", _("Visit failed"), VISIT | {"cause"}),
        Kind("visit_plan", _("Plan of work to approve"), VISIT | {"text"}),
        Kind("visit_plan_answered", _("Answer to a plan of work"), VISIT | {"approved", "name"}),
        Kind("visit_overridden", _("Work begun without approval"), VISIT | {"text"}),
        Kind("calls_late", _("Calls late"), frozenset({"calls", "count", "office"})),
        Kind("survey_invited", _("Survey invitation"), frozenset({"about"})),
        Kind("survey_reminder", _("Survey reminder"), frozenset({"about"})),
        Kind("survey_low_score", _("Low score"), TICKET | {"score"}, is_internal=True),
        Kind("audit_differs", _("Audit of the clocks"), frozenset({"audit_on", "checked", "differing"})),
        Kind("monthly_report", _("Monthly report"), REPORT),
        Kind("canary", _("Canary"), TICKET),
        Kind("stock_low", _("Stock below the minimum"), PART | {"available", "minimum"}),
        Kind("part_arrived", _("Part arrived"), PART | {"quantity", "purchase"}, is_internal=True),
        Kind("emergency_supply", _("Emergency supply"), PART | {"quantity"}, is_internal=True),
        Kind("heightened_period", _("Heightened service"), frozenset({"period", "starts_at", "ends_at"})),
        Kind("training_invited", _("Invitation to a training"), TRAINING),
        Kind("training_open", _("Training announced"), TRAINING | {"seats"}),
        Kind("training_changed", _("Training changed"), TRAINING),
        Kind("training_cancelled", _("Training called off"), TRAINING),
        Kind("training_reminder", _("Training tomorrow"), TRAINING),
        Kind("training_certificate", _("Training certificate"), CERTIFICATE),
        Kind("training_certificate_ends", _("Training certificate ends"), CERTIFICATE | {"valid_on"}),
        Kind("staff_certificate_ends", _("Certificate of staff ends"), frozenset({"certificate", "name", "number", "valid_on"})),
        Kind("named_engineer_gap", _("Named engineer"), frozenset({"contract", "customer", "role", "name", "gaps"})),
        Kind("loop_said", _("Complaint or feedback"), TICKET | {"source"}, is_internal=True),
        Kind("loop_asked", _("Tracking form"), TICKET | {"department", "due_at"}, is_internal=True),
        Kind("loop_late", _("Opinion overdue"), TICKET | {"department", "due_at"}, is_internal=True),
        Kind("loop_turn", _("Your word is asked for"), TICKET | {"asks"}),
        Kind("loop_again", _("Customer not satisfied"), TICKET | {"round"}, is_internal=True),
        Kind("loop_closed", _("Customer satisfied"), TICKET | {"rounds"}, is_internal=True),
        Kind("request_quoted", _("Quotation to approve"), TICKET | {"total", "valid_on"}),
        Kind("quotation_answered", _("Answer to a quotation"), TICKET | {"approved", "name"}),
        Kind("request_overridden", _("Request begun without approval"), TICKET | {"text"}),
        Kind("campaign_told", _("Upgrade for your equipment"), frozenset({"release", "equipment", "number", "published_on"})),
        Kind("campaign_answered", _("Answer to an upgrade"), frozenset({"release", "customer", "equipment", "agreed", "name"})),
        Kind("term_ending", _("End of a term"), TERM | {"days"}),
        Kind("quotation_asked", _("Quotation asked for"), QUOTATION),
        Kind("quotation_ready", _("Quotation ready"), QUOTATION | {"amount", "valid_until"}),
        Kind("renewal_answered", _("Answer to a renewal"), QUOTATION | {"amount", "accepted", "name"}),
        Kind("charge_asked", _("Charge to agree to"), TICKET),
        Kind("remedy_to_approve", _("Remedy to approve"), TICKET | {"remedy", "what"}, is_internal=True),
        Kind("remedy_to_agree", _("Remedy to agree to"), TICKET | {"remedy", "what"}),
        Kind("mail_flood", _("Flood of mail"), frozenset({"sender", "count", "minutes"})),
        Kind("mailbox_failing", _("Mailbox cannot be read"), frozenset({"mailbox", "reason"})),
        Kind("webhook_disabled", _("Webhook disabled"), frozenset({"endpoint", "address", "reason"})),
        Kind("channel_disabled", _("Chat disabled"), frozenset({"name", "reason"})),
        Kind("heartbeat_missed", _("Source silent"), frozenset({"source", "minutes", "last_at"})),
    )
}
COLLECTED_KINDS = [name for name, kind in KINDS.items() if kind.is_collected]
INTERNAL_KINDS = frozenset(name for name, kind in KINDS.items() if kind.is_internal)
