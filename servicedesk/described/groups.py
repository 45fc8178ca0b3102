"""The groups of operations, and where the interface is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servicedesk.described import operations

if TYPE_CHECKING:
    from servicedesk.described import Described

GROUPS = {
    "archive-exports": "Files made of a service archive: asked for, watched, fetched.",
    "articles": "The knowledge base: what helped before, its versions, votes and uses.",
    "calls": "Calls to customers that are owed: taken, tried, answered.",
    "campaign-items": "What an upgrade campaign means for each equipment.",
    "campaigns": "Upgrade campaigns: a release, and who is offered it.",
    "catalogue": "What can be asked for beside faults, with the fields each asks.",
    "checklists": "What is looked at when a site is inspected.",
    "changes": "What was changed, in order, for whoever was away.",
    "contracts": "Contracts: what is covered, by which plan, from when to when.",
    "document-proofs": "Whether a paper is genuine, asked by the code that is printed on it.",
    "documents": "Papers: what they say, their PDF, the customer's word under them.",
    "entitlements": "What is free for an equipment today, and why.",
    "equipment": "What is served: where it stands, what it is entitled to, all that happened to it.",
    "escalations": "Levels that were reached for clocks of tickets, and who put a name to them.",
    "exports": "Everything of one organization as a file: asked for, watched, fetched; each person has their own.",
    "findings": "What inspections found, and what became of it.",
    "heightened-periods": "Days of heightened service (重保): tighter times, and who is on duty.",
    "imports": "Files of other desks: mapped, tried, brought in, with what was refused.",
    "inbound-sources": "Systems that send to the desk: made, changed, paused, given new secrets; what they sent.",
    "inspection-plans": "Which sites are inspected how often, by whom, with which checklist.",
    "inspections": "Planned visits with a checklist: begun, filled in, finished, signed.",
    "loops": "Complaints and feedback: round after round until the customer says it is well.",
    "mails": "Mail that came in: what became of it, and the review tray.",
    "named-engineers": "The engineers a contract names, with their certificates.",
    "obligations": "What a plan owes for every period: planned, owed, done, late or waived.",
    "organizations": "Customers.",
    "parts": "Spare parts and where they were used.",
    "people": "The customers' people: their accounts, and what they see.",
    "purchases": "Parts that are ordered: placed, tracked, taken in.",
    "quotation-requests": "Renewals: quotations asked for, made and answered.",
    "remedies": "Exchange, repair and compensation: proposed, approved, agreed, carried out.",
    "repairs": "Parts sent away to be repaired.",
    "scoresheets": "The customer's own score sheet, filled from the record.",
    "service-requests": "What was asked for from the catalogue: approved, quoted, done.",
    "sites": "Places of a customer.",
    "staff-certificates": "What our engineers are certified for, and until when.",
    "stock": "What lies where, and every movement.",
    "survey-answers": "What customers answered, in their words.",
    "survey-campaigns": "One template sent to many chosen people.",
    "survey-posters": "Codes that hang at a site, for everybody who passes.",
    "survey-questions": "Questions of drafts of survey templates.",
    "survey-results": "The figures of surveys.",
    "survey-rules": "Who is asked by itself, on which occasion.",
    "survey-templates": "Questions of surveys, in versions: written as a draft, published for good.",
    "surveys": "Surveys that were sent: read and answered.",
    "terms": "Warranty and maintenance: what ends when.",
    "tickets": "Reports and their life: the record, the clocks and why they stand as they do, files, escalations.",
    "training": "Courses, trainings, attendance and certificates.",
    "visits": "On-site work: planned, approved, departed, arrived, done; its notes, photos and papers.",
}
"""What each group is about; a group without a word here is described by nothing and fails the check of the description."""

SERVERS: list[Described] = [
    {"url": "/", "description": "The desk that serves this description."},
    {
        "url": "https://{desk}",
        "description": "A desk by its name.",
        "variables": {"desk": {"default": "desk.example.com", "description": "Where your desk is."}},
    },
]


def describe_groups(result: Described, **_given: Any) -> Described:
    """Name the groups that there are, in the order of the alphabet, and the servers."""
    used = {tag for _path, _method, operation in operations(result) for tag in operation["tags"]}
    result["tags"] = [{"name": name, "description": GROUPS[name]} for name in sorted(used) if name in GROUPS]
    result["servers"] = SERVERS
    return result


def loosen_alternatives(result: Described, **_given: Any) -> Described:
    """Let what is open be so: who reads formats as remarks finds that "" is both an address and nothing, which `oneOf` forbids."""
    _loosen(result["components"]["schemas"])
    return result


def _loosen(schema: Any) -> None:
    if isinstance(schema, dict):
        if {"type": "string", "maxLength": 0} in schema.get("oneOf", ()):
            schema["anyOf"] = schema.pop("oneOf")
        for value in schema.values():
            _loosen(value)
    elif isinstance(schema, list):
        for value in schema:
            _loosen(value)
