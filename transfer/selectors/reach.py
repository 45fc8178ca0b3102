"""What becomes in an export of every table whose rows lead to an organization: the kind of file it is, or why it is left out.

A table that is not named here fails the tests, so that nobody adds one without deciding (tests/transfer/test_reach.py).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a table is in no export."""

    because: str


FILES_MADE = LeftOut("a file that is made from what is exported, and made again when it is asked for")
OURS = LeftOut("how we plan and supply our own work; what of it reached the customer is exported with the ticket, visit or call")
INTERFACE = LeftOut("bookkeeping and keys of a connection to another program; the tickets that came or went by it are exported")
SECRET = LeftOut("a secret link; what was answered by it is exported")
WITHIN = LeftOut("a list inside of another file: see its owner")
REACH: dict[str, str | LeftOut] = {
    "customers.Organization": "organizations",
    "customers.Site": "sites",
    "customers.Membership": "people",
    "customers.Membership_sites": WITHIN,
    "customers.Equipment": "equipment",
    "customers.Contract": "contracts",
    "customers.Contract_equipment": WITHIN,
    "customers.Term": "terms",
    "customers.AgreedTarget": "agreed_targets",
    "customers.HeightenedPeriod": "heightened_periods",
    "customers.HeightenedPeriod_organizations": LeftOut("names the other customers of a period as well; the period is exported"),
    "customers.Duty": "duties",
    "customers.ConfigurationChange": "configuration_changes",
    "customers.Downtime": "downtimes",
    "obligations.Obligation": "obligations",
    "documents.Document": "documents",
    "documents.Signature": "signatures",
    "documents.DocumentFile": LeftOut("the PDF itself lies in the ZIP, in the language of the export"),
    "tickets.Ticket": "tickets",
    "tickets.Event": "events",
    "tickets.Attachment": "attachments",
    "tickets.TicketLink": "ticket_links",
    "tickets.Ticket_tags": "ticket_tags",
    "tickets.Ticket_watchers": LeftOut("who wants to be told: a choice of each person's own"),
    "tickets.Concerned": LeftOut("whom of ours a complaint is about, which may be confidential"),
    "tickets.RehearsalCount": OURS,
    "tickets.RehearsalFinding": OURS,
    "visits.Visit": "visits",
    "visits.Visit_helpers": OURS,
    "visits.VisitEvent": "visit_events",
    "visits.VisitPhoto": "visit_photos",
    "inspections.InspectionPlan": "inspection_plans",
    "inspections.InspectionPlan_helpers": OURS,
    "inspections.Inspection": "inspections",
    "inspections.Inspection_helpers": OURS,
    "inspections.InspectionResult": "inspection_results",
    "inspections.InspectionPhoto": "inspection_photos",
    "inspections.InspectionEvent": "inspection_events",
    "inspections.Finding": "findings",
    "inspections.CarriedFinding": "carried_findings",
    "inspections.ReadingBatch": INTERFACE,
    "parts.StockMovement": "parts",
    "parts.Purchase": OURS,
    "parts.Repair": OURS,
    "parts.Reservation": OURS,
    "knowledge.Article": LeftOut("our own knowledge, gathered from many customers"),
    "knowledge.ArticleWord": LeftOut("our own knowledge, gathered from many customers"),
    "knowledge.ArticleUse": LeftOut("our own knowledge, gathered from many customers"),
    "knowledge.ArticleVote": LeftOut("our own knowledge, gathered from many customers"),
    "loops.Loop": "complaints",
    "loops.Round": "complaint_rounds",
    "loops.Opinion": "complaint_opinions",
    "surveys.SurveyInvitation": "surveys",
    "surveys.SurveyAnswer": "survey_answers",
    "surveys.SurveyValue": "survey_values",
    "surveys.SurveyLink": SECRET,
    "surveys.SurveyPoster": SECRET,
    "surveys.SurveyCampaign": LeftOut("a mailing of ours to many customers; what each was asked and answered is exported"),
    "surveys.SurveyCampaign_organizations": LeftOut("a mailing of ours to many customers; what each was asked and answered is exported"),
    "surveys.SurveyCampaign_contracts": LeftOut("a mailing of ours to many customers; what each was asked and answered is exported"),
    "care.Call": "calls",
    "care.Call_served_by": OURS,
    "care.Attempt": "call_attempts",
    "care.CallItem": "call_items",
    "care.Considered": OURS,
    "care.Quota": OURS,
    "catalogue.Request": "service_requests",
    "catalogue.Quotation": "quotations",
    "catalogue.QuotationLine": "quotation_lines",
    "catalogue.CampaignItem": "campaign_items",
    "catalogue.Notice": LeftOut("each reminder by itself; when they were told, and how often reminded, is exported with its equipment"),
    "entitlements.Charge": "visit_charges",
    "entitlements.QuotationRequest": "renewal_quotations",
    "entitlements.QuotationLine": "renewal_quotation_lines",
    "entitlements.Remedy": "remedies",
    "training.Session": "trainings",
    "training.Session_trainers": OURS,
    "training.Move": "training_moves",
    "training.Attendee": "attendees",
    "training.Certificate": "certificates",
    "training.NamedEngineer": "named_engineers",
    "scoresheets.Agreement": "score_agreements",
    "scoresheets.Score": "scores",
    "scoresheets.Line": "score_lines",
    "scoresheets.Dispute": "score_disputes",
    "reports.MonthlyReport": "reports",
    "mailroom.IncomingMail": "mails",
    "status.Canary": LeftOut("a trial of the desk with itself, no customer's ticket"),
    "archive.ArchiveExport": FILES_MADE,
    "transfer.DataExport": FILES_MADE,
    "integrations.WebhookEndpoint": INTERFACE,
    "integrations.WebhookDelivery": INTERFACE,
    "inbound.Source": INTERFACE,
    "inbound.Arrival": INTERFACE,
    "inbound.Case": INTERFACE,
    "inbound.Name": INTERFACE,
    "peers.Connection": INTERFACE,
    "peers.Mapping": INTERFACE,
    "peers.Link": INTERFACE,
    "peers.Outgoing": INTERFACE,
    "peers.Entry": INTERFACE,
    "peers.Conflict": INTERFACE,
    "peers.Difference": INTERFACE,
    "peers.Piece": INTERFACE,
    "peers.Subscription": INTERFACE,
    "tmf.Profile": INTERFACE,
    "tmf.TroubleTicket": INTERFACE,
    "tmf.Term": INTERFACE,
    "tmf.Addition": INTERFACE,
    "tmf.Hub": INTERFACE,
    "tmf.Appointment": INTERFACE,
    "tmf.SlotSearch": INTERFACE,
}
"""By the label of the table. Lines of the field history (``Historical…``) are left out: who changed what is told by the records."""
BESIDE = {"comments": "tickets.Event", "clocks": "sla.Clock", "escalations": "sla.Escalation"}
"""Files whose tables stand in another file as well, or lead to their organization by the ticket that leads to them."""
