"""Which pictures are taken of the demo world: every page, as a role that works with it."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pictures
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import admin
from django.urls import URLPattern, get_resolver, reverse
from django.utils.timezone import localdate

from accounts.models import User
from accounts.secrets import digest_of
from core.time import now
from customers import selectors as customers
from documents.models import Document, Kind
from inspections.models import Finding, Inspection
from integrations.models import WebhookDelivery
from notifications.models import Message
from parts.models import Depot, PartType, Purchase, Repair, Reservation
from reports.models import MonthlyReport
from servicedesk.demo import ACCOUNTS
from sla.models import Audit, Plan
from surveys.models import Cause, SurveyInvitation
from tickets import selectors as tickets
from tickets.errands import of
from tickets.models import Rehearsal, Status, Ticket
from visits.dispatch.waiting import waiting
from visits.models import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

NOBODY = "nobody"
NO_PAGES = {
    "accounts:end_absence",
    "accounts:home",  # leads on
    "accounts:issue_token",
    "accounts:language",
    "accounts:revoke_token",
    "accounts:rotate_token",
    "api-schema",
    "customers:announce_period",
    "customers:drop_agreed",
    "customers:relieve",
    "customers:label",  # leads on
    "customers:qr_image",
    "customers:take_down",
    "documents:file",
    "documents:refuse",
    "healthz",
    "healthz_deep",
    "inspections:fault",  # raises a finding and leads on
    "inspections:drop_photo",
    "inspections:item",
    "inspections:photo",
    "inspections:photos",
    "inspections:sign",  # leads on
    "inspections:start",
    "parts:export",
    "parts:minimum",
    "parts:order_low",
    "parts:purchase_step",
    "parts:release",
    "parts:repair_step",
    "inspections:verdict",
    "integrations:pause",
    "integrations:replay",
    "integrations:replay_lost",
    "integrations:resume",
    "integrations:rotate",
    "integrations:test",
    "notifications:bell",
    "notifications:open",
    "notifications:read",
    "notifications:read_all",
    "notifications:resend",
    "notifications:resend_all",
    "reports:file",
    "reports:send",
    "visits:act",
    "visits:paper",
    "visits:photo",
    "visits:token",
    "visits:worker",
    "tickets:cancel_rehearsal",
    "tickets:export_rehearsal",
    "tickets:rehearsal_progress",
    "sla:calendar_discard",
    "sla:calendar_export",
    "sla:calendar_feed",
    "sla:calendar_import",
    "status:metrics",
    "tickets:acknowledge",
    "tickets:acknowledge_many",
    "tickets:assign_many",
    "tickets:attachment",
    "tickets:figures_export",
    "tickets:figures_tickets_export",
    "tickets:forget_view",
    "tickets:log_places",
    "tickets:log_terms",
    "tickets:move",
    "tickets:people",
    "tickets:presence",
    "tickets:report_places",
    "tickets:report_terms",
    "tickets:save_view",
    "tickets:take_next",
    "visits:feed",
    "visits:revoke_feed",
}
"""What answers a part of a page, a file or another address, or is only sent to."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture to take: what it is called, who looks, where, and what they do there first."""

    name: str
    role: str
    address: str
    status: int = 200
    """Of the page itself; what is done there may be answered otherwise."""
    act: Callable[[Page], None] | None = None


def everything() -> Iterator[Shot]:
    """Yield what there is to see."""
    yield from entry()
    yield from portal()
    yield from desk()
    yield from managing()
    yield from dispatch()
    yield from visits()
    yield from on_site()
    yield from stock()
    yield from surveys()
    yield from monthly()
    yield from webhooks()
    for part in _parts():
        yield from part.shots()
    yield from administration()


def without_pictures() -> set[str]:
    """Answer the names of addresses that show nothing of their own."""
    return NO_PAGES.union(*(part.NO_PAGES for part in _parts()))


def _parts() -> list[Any]:
    """Answer the modules in which newer apps name their pictures."""
    return [import_module(f"pictures.{module.name}") for module in pkgutil.iter_modules(pictures.__path__)]


def routes() -> set[str]:
    """Answer the names of all addresses but those of the REST interface and the administration."""
    return set(_routes(get_resolver().url_patterns, ""))


def _routes(patterns: list[Any], namespace: str) -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLPattern):
            if entry.name:
                yield namespace + entry.name
        elif entry.namespace != "admin" and str(entry.pattern) != "v1/":
            yield from _routes(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def person(role: str) -> User:
    """Answer the demo account of a role."""
    return User.objects.get(email=next(email for name, email, _label in ACCOUNTS if name == role))


def ticket(role: str, *states: str, **narrowed: Any) -> Ticket:
    """Answer the newest ticket in one of these states that the person sees, first of those assigned to them."""
    seen = tickets.tickets_for(person(role)).filter(status__in=states, **narrowed).order_by("-created_at")
    found = seen.filter(assignee=person(role)).first() or seen.first()
    if found is None:
        raise LookupError(f"the demo world has no {' or '.join(states)} ticket for the {role}")
    return found


def page_of(found: Ticket) -> str:
    """Answer the address of a ticket."""
    return reverse("tickets:ticket", args=[found.number])


def clock_of(found: Ticket) -> str:
    """Answer the address of the page that explains the ticket's clock with the longest way."""
    if found.commitment is None:
        raise LookupError(f"{found} has no clocks")
    clock = found.commitment.clocks.exclude(started_at=None).latest("target_seconds")
    return reverse("tickets:clock", args=[found.number, clock.pk])


def entry() -> Iterator[Shot]:
    """The way in, and the pages of refusals."""
    key = f"{user_pk_to_url_str(person('engineer'))}-{default_token_generator.make_token(person('engineer'))}"
    yield Shot("login", NOBODY, reverse("account_login"))
    yield Shot("login-refused", NOBODY, reverse("account_login"), act=log_in_wrongly)
    yield Shot("password-reset", NOBODY, reverse("account_reset_password"))
    yield Shot("password-reset-done", NOBODY, reverse("account_reset_password_done"))
    yield Shot("password-reset-key", NOBODY, reverse("account_reset_password_from_key", args=key.split("-", 1)))
    yield Shot("password-reset-key-done", NOBODY, reverse("account_reset_password_from_key_done"))
    yield Shot("signup", NOBODY, reverse("account_signup"), status=200)
    yield Shot("inactive", NOBODY, reverse("account_inactive"))
    yield Shot("api-docs", NOBODY, reverse("api-docs"))
    yield Shot("password-change", "customer", reverse("account_change_password"))
    yield Shot("logout", "customer", reverse("account_logout"))
    yield Shot("missing", "customer", "/tickets/SD-19990101-0001/", status=404)
    yield Shot("forbidden", "customer", reverse("tickets:queue"), status=403)
    yield Shot("profile", "engineer", reverse("accounts:profile"))
    yield Shot("absences", "manager", reverse("accounts:absences"))
    yield Shot("absences-refused", "manager", reverse("accounts:absences"), act=be_away_without_dates)
    yield from errands()


def errands() -> Iterator[Shot]:
    """The links of the mail that tells of late promises."""
    mail = Message.objects.filter(kind="escalation").latest("pk")
    mail.created_at = now()
    first = mail.context["items"][0]["escalation_id"]
    yield Shot("errand", NOBODY, reverse("tickets:errand", args=[of(mail, first).token]))
    yield Shot("errand-all", NOBODY, reverse("tickets:errand", args=[of(mail).token]))
    yield Shot("errand-unknown", NOBODY, reverse("tickets:errand", args=["mistyped"]), status=404)


def be_away_without_dates(page: Page) -> None:
    """Send the form as it is, past the browser's own check."""
    page.evaluate("document.querySelector('form[data-guard]').noValidate = true")
    page.locator("form[data-guard] [type=submit]").click()
    page.wait_for_load_state()


def log_in_wrongly(page: Page) -> None:
    """Mistype the password."""
    page.locator("[name=login]").fill("somebody@example.com")
    page.locator("[name=password]").fill("mistyped-password")
    page.locator("main form [type=submit], form.login [type=submit]").first.click()
    page.wait_for_load_state()


def portal() -> Iterator[Shot]:
    """What a customer sees."""
    report = reverse("tickets:report")
    supervisor = person("supervisor")
    yield Shot("portal", "customer", reverse("tickets:portal"))
    yield Shot("portal-all", "supervisor", reverse("tickets:portal"))
    yield Shot("portal-nothing", "customer", f"{reverse('tickets:portal')}?q=zzzz")
    yield Shot("report", "customer", report)
    yield Shot("report-promised", "customer", report, act=choose_what_is_broken)
    yield Shot("report-refused", "customer", report, act=send_nothing)
    yield Shot("portal-ticket-running", "customer", page_of(ticket("customer", Status.NEW, Status.ACCEPTED, Status.IN_PROGRESS)))
    yield Shot("portal-ticket-waiting", "supervisor", page_of(ticket("supervisor", Status.WAITING)))
    yield Shot("portal-ticket-clock", "supervisor", clock_of(ticket("supervisor", Status.WAITING, kind="fault")))
    yield Shot("portal-ticket-resolved", "customer", page_of(ticket("customer", Status.RESOLVED)))
    yield Shot("portal-ticket-closed", "customer", page_of(ticket("customer", Status.CLOSED)))
    yield Shot("contracts", "supervisor", reverse("customers:contracts"))
    yield Shot("contract", "supervisor", reverse("customers:contract", args=[customers.contracts_for(supervisor)[0].pk]))
    yield Shot("equipment", "supervisor", reverse("customers:equipment", args=[customers.equipment_for(supervisor)[0].pk]))
    yield Shot("plan", "supervisor", reverse("sla:plan", args=["p0"]))
    yield Shot("customer-inbox", "supervisor", reverse("notifications:inbox"))


def choose_what_is_broken(page: Page) -> None:
    """Pick the first equipment and the second severity, as far as what is promised shows."""
    with page.expect_response(lambda answer: reverse("tickets:report_terms") in answer.url):
        page.locator("[name=place]").first.check(force=True)
    page.wait_for_timeout(300)
    page.locator("[name=severity]").nth(1).check(force=True)
    page.locator("[name=subject]").fill("挂号系统打不开")


def send_nothing(page: Page) -> None:
    """Send the form as it is."""
    page.evaluate("document.querySelector('form[data-report]').noValidate = true")
    page.locator("form[data-report] [type=submit]:not([name])").last.click()
    page.wait_for_load_state()


def desk() -> Iterator[Shot]:
    """What an engineer and a dispatcher work with."""
    queue = reverse("tickets:queue")
    yield Shot("queue", "engineer", queue)
    yield Shot("queue-keys", "engineer", queue, act=lambda page: page.keyboard.press("?"))
    yield Shot("queue-chosen", "dispatcher", queue, act=choose_two)
    yield Shot("queue-nothing", "dispatcher", f"{queue}?q=zzzz")
    for state in Status.values:
        if tickets.tickets_for(person("engineer")).filter(status=state).exists():
            yield Shot(f"ticket-{state.replace('_', '-')}", "engineer", page_of(ticket("engineer", state)))
    on_the_way = tickets.tickets_for(person("engineer")).filter(events__type="departed", status=Status.IN_PROGRESS).latest("updated_at")
    yield Shot("ticket-on-the-way", "engineer", page_of(on_the_way))
    worked = ticket("engineer", Status.IN_PROGRESS, Status.RESOLVED)
    yield Shot("ticket-dispatcher", "dispatcher", page_of(ticket("dispatcher", Status.NEW)))
    yield Shot("ticket-history", "engineer", reverse("tickets:history", args=[worked.number]))
    yield Shot("ticket-clock", "engineer", clock_of(worked))
    yield Shot("log", "dispatcher", reverse("tickets:log"))
    yield Shot("escalations", "manager", reverse("tickets:escalations"))
    yield Shot("escalations-mine", "engineer", reverse("tickets:escalations"))
    yield Shot("inbox", "engineer", reverse("notifications:inbox"))


def choose_two(page: Page) -> None:
    """Tick the first two rows."""
    for place in range(2):
        page.locator("[data-keys-list] input[type=checkbox]").nth(place).check()
    page.wait_for_timeout(200)


def managing() -> Iterator[Shot]:
    """What a manager watches."""
    manager = person("manager")
    yield Shot("dashboard", "manager", reverse("tickets:dashboard"))
    days = f"since={localdate() - timedelta(days=90)}&until={localdate()}"
    yield Shot("dashboard-tickets", "manager", f"{reverse('tickets:figures_tickets')}?{days}")
    yield Shot("audits", "manager", reverse("tickets:audits"))
    for night in Audit.objects.order_by("-day")[:1]:
        yield Shot("audit", "manager", reverse("tickets:audit", args=[night.day]))
    yield Shot("rehearsals", "manager", reverse("tickets:rehearsals"))
    yield Shot("rehearsal-new", "manager", f"{reverse('tickets:new_rehearsal')}?plan=p0")
    yield Shot("rehearsal-refused", "manager", f"{reverse('tickets:new_rehearsal')}?plan=p0", act=mistype_a_target)
    for tried in Rehearsal.objects.all():
        yield Shot(f"rehearsal-{tried.state}", "manager", reverse("tickets:rehearsal", args=[tried.pk]))
    yield Shot("outbox", "manager", reverse("notifications:outbox"))
    yield Shot("outbox-waiting", "manager", f"{reverse('notifications:outbox')}?state=pending")
    yield Shot("quiet-hours", "engineer", reverse("notifications:quiet_hours"))
    yield Shot("organizations", "manager", reverse("customers:organizations"))
    yield Shot("organization", "manager", reverse("customers:organization", args=[customers.organizations_for(manager)[0].pk]))
    yield Shot("contract-staff", "manager", reverse("customers:contract", args=[customers.contracts_for(manager)[0].pk]))
    yield Shot("contract-agree", "manager", reverse("customers:agree", args=[customers.contracts_for(manager)[0].pk]))
    yield Shot("periods", "manager", reverse("customers:periods"))
    yield Shot("period-new", "manager", reverse("customers:new_period"))
    for period in customers.periods_for(manager)[:1]:
        yield Shot("period", "manager", period.get_absolute_url())
        yield Shot("period-customer", "supervisor", period.get_absolute_url())
        yield Shot("period-edit", "manager", reverse("customers:edit_period", args=[period.pk]))
        yield Shot("period-duty", "manager", reverse("customers:duty", args=[period.pk]))
    yield Shot("equipment-staff", "manager", reverse("customers:equipment", args=[customers.equipment_for(manager)[0].pk]))
    yield Shot("plans", "manager", reverse("sla:plans"))
    for plan in Plan.objects.values_list("code", flat=True):
        yield Shot(f"plan-{plan}", "manager", reverse("sla:plan", args=[plan]))
    yield Shot("plan-changes", "manager", reverse("sla:changes", args=["p3"]) + "?from=1&to=2")
    yield from calendars()


def calendars() -> Iterator[Shot]:
    """A year to read, and the next one as a draft."""
    yield Shot("calendars", "manager", reverse("sla:calendars"))
    yield Shot("calendar", "engineer", reverse("sla:calendar", args=["office-cn"]))
    yield Shot("calendar-days", "manager", reverse("sla:calendar_days", args=["office-cn"]), act=close_a_week)
    yield Shot("calendar-draft", "manager", reverse("sla:calendar_draft", args=["office-cn"]))
    yield Shot("calendar-week", "manager", reverse("sla:calendar_week", args=["office-cn"]))
    yield Shot("calendar-preview", "manager", reverse("tickets:calendar_preview", args=["office-cn"]))


def close_a_week(page: Page) -> None:
    """Begin a draft."""
    first = localdate() + timedelta(days=1)
    page.locator("[name=first]").fill(first.isoformat())
    page.locator("[name=last]").fill((first + timedelta(days=6)).isoformat())
    page.locator("[name=name]").fill("停电检修")
    page.locator("[data-guard] [type=submit]").click()


def mistype_a_target(page: Page) -> None:
    """Write a duration that is none, far down in the text."""
    text = page.locator("[name=text]")
    text.fill(text.input_value().replace("target: 3h", "target: soon", 1))
    page.locator(".rehearsal-form [type=submit]").click()
    page.wait_for_load_state()


def dispatch() -> Iterator[Shot]:
    """Who goes where, and the calendars that are subscribed to."""
    board = reverse("visits:board")
    yield Shot("board", "dispatcher", board)
    yield Shot("board-week", "dispatcher", f"{board}?span=week")
    yield Shot("board-all", "manager", f"{board}?office=all")
    yield Shot("board-nothing", "dispatcher", f"{board}?team=1&office=2")
    yield Shot("board-looked-at", "engineer", board)
    yield Shot("board-dialog", "dispatcher", board, act=choose_what_waits)
    for card in waiting(now()).cards[:1]:
        yield Shot("board-send", "dispatcher", reverse("visits:send", args=[card.ticket.number]) if card.ticket else board)
    for planned in Visit.objects.filter(status="planned", lead__isnull=False)[:1]:
        yield Shot("board-arrange", "dispatcher", reverse("visits:arrange", args=[planned.pk]))
    yield Shot("feeds", "dispatcher", reverse("visits:feeds"))
    yield Shot("feeds-made", "dispatcher", reverse("visits:feeds"), act=make_a_feed)


def choose_what_waits(page: Page) -> None:
    """Open the form for the first card."""
    page.locator(".wait").first.click()
    page.locator("dialog[open] h1").wait_for()


def make_a_feed(page: Page) -> None:
    """Make an address and see it."""
    page.locator("main form [type=submit]").last.click()
    page.wait_for_load_state()


def visits() -> Iterator[Shot]:
    """Inspections, from the plan to the signed report."""
    mine = Inspection.objects.filter(engineer=person("engineer"))
    planned, under_way, done = (
        mine.filter(status=state, signed_at=None).latest("planned_on") for state in ("planned", "under_way", "done")
    )
    organization = person("supervisor").membership.organization
    signed = mine.exclude(signed_at=None).filter(organization=organization).latest("planned_on")

    def at(view: str, visit: Inspection) -> str:
        return reverse(f"inspections:{view}", args=[visit.pk])

    yield Shot("inspections", "engineer", reverse("inspections:list"))
    yield Shot("inspections-customer", "supervisor", reverse("inspections:list"))
    yield Shot("inspections-year", "dispatcher", reverse("inspections:year"))
    yield Shot("inspection-plans", "dispatcher", reverse("inspections:plans"))
    yield Shot("inspection-plan-new", "dispatcher", reverse("inspections:new_plan"))
    yield Shot("inspection-plan", "dispatcher", reverse("inspections:plan", args=[planned.plan_id]))
    yield Shot("visit-planned", "engineer", at("visit", planned))
    yield Shot("visit-reschedule", "dispatcher", at("reschedule", planned))
    yield Shot("visit-cancel", "dispatcher", at("cancel", planned))
    yield Shot("visit-under-way", "dispatcher", at("visit", under_way))
    yield Shot("visit-fill", "engineer", at("fill", under_way))
    yield Shot("visit-finish", "engineer", at("finish", under_way))
    yield Shot("visit-done", "engineer", at("visit", done))
    yield Shot("visit-signed", "supervisor", at("visit", signed))
    yield Shot("findings", "dispatcher", reverse("inspections:findings"))
    raised = Finding.objects.filter(state="open").order_by("-times_found", "pk")[0]
    yield Shot("finding", "manager", reverse("inspections:finding", args=[raised.pk]))
    yield Shot("visit-report", "supervisor", at("report", signed))


def on_site() -> Iterator[Shot]:
    """Going there: what an engineer holds in the hand, what the customer sees."""
    engineer = person("engineer")
    under_way = Visit.objects.filter(lead=engineer, status="departed", ticket__isnull=False).latest("pk")
    planned = Visit.objects.filter(lead=engineer, status="planned", ticket__isnull=False).latest("pk")
    done = Visit.objects.filter(lead=engineer, status="done", ticket__isnull=False).latest("pk")
    yield Shot("my-visits", "engineer", reverse("visits:mine"))
    yield Shot("on-site-planned", "engineer", planned.get_absolute_url())
    yield Shot("on-site-under-way", "engineer", under_way.get_absolute_url())
    yield Shot("on-site-customer", "supervisor", under_way.get_absolute_url())
    yield Shot("on-site-done", "engineer", done.get_absolute_url())
    yield Shot("on-site-correct", "engineer", reverse("visits:correct", args=[done.pk]))
    yield Shot("on-site-new", "dispatcher", reverse("visits:new", args=[Ticket.objects.get(visits=planned).number]))
    yield Shot("on-site-schedule", "dispatcher", reverse("visits:schedule", args=[planned.pk]))
    yield Shot("on-site-offline", "engineer", reverse("visits:offline"))


def stock() -> Iterator[Shot]:
    """Spare parts, from the catalogue to the ticket that they were used on."""
    part = PartType.objects.get(code="psu-800")
    kept = Reservation.objects.filter(left__gt=0).latest("pk")
    number = kept.ticket.number  # type: ignore[union-attr]

    def at(view: str, *given: Any) -> str:
        return reverse(f"parts:{view}", args=given)

    for view in ("stock", "low", "ledger", "forecast", "catalogue", "depots", "purchases", "repairs"):
        yield Shot(f"parts-{view}", "dispatcher", at(view))
    yield Shot("part", "manager", at("part", part.pk))
    yield Shot("part-new", "manager", at("new_part"))
    yield Shot("part-edit", "manager", at("edit_part", part.pk))
    yield Shot("depot-new", "manager", at("new_depot"))
    yield Shot("depot", "manager", at("depot", Depot.objects.earliest("pk").pk))
    for view in ("receive", "transfer", "new_purchase", "new_repair"):
        yield Shot(f"part-{view}", "dispatcher", at(view, part.pk))
    buyer = kept.ticket.site_id  # type: ignore[union-attr]
    yield Shot("part-sell", "dispatcher", f"{at('sell', part.pk)}?site={buyer}")
    yield Shot("part-count", "manager", at("count", part.pk))
    yield Shot("purchase", "dispatcher", at("purchase", Purchase.objects.filter(pauses=True).latest("pk").pk))
    yield Shot("repair", "dispatcher", at("repair", Repair.objects.latest("pk").pk))
    yield Shot("parts-ticket", "engineer", at("of_ticket", number))
    for act in ("reserve", "use", "exchange", "sell", "emergency"):
        yield Shot(f"parts-{act}", "engineer", at("act", number, kept.part_id, act))
    yield Shot("parts-order", "dispatcher", at("act", number, kept.part_id, "order"))


def surveys() -> Iterator[Shot]:
    """Asking how it was."""
    asked = SurveyInvitation.objects.filter(organization=person("supervisor").membership.organization, cause=Cause.CLOSE)
    open_one = asked.filter(answered_at=None).latest("created_at")
    answered = asked.exclude(answered_at=None).latest("answered_at")
    for name, survey in (("picture", open_one), ("picture-answered", answered)):
        SurveyInvitation.objects.filter(pk=survey.pk).update(token_hash=digest_of(name))  # a link whose secret we know
    yield Shot("survey-link", NOBODY, reverse("surveys:link", args=["picture"]))
    yield Shot("survey-link-answered", NOBODY, reverse("surveys:link", args=["picture-answered"]), status=410)
    yield Shot("survey-link-unknown", NOBODY, reverse("surveys:link", args=["unknown"]), status=404)
    yield Shot("surveys-mine", "supervisor", reverse("surveys:list"))
    yield Shot("survey-open", "supervisor", reverse("surveys:survey", args=[open_one.pk]))
    yield Shot("survey-answered", "supervisor", reverse("surveys:survey", args=[answered.pk]))
    yield Shot("surveys", "manager", reverse("surveys:list"))
    yield Shot("surveys-engineer", "engineer", reverse("surveys:list"))
    yield Shot("survey-answers", "manager", reverse("surveys:answers"))


def monthly() -> Iterator[Shot]:
    """The monthly reports, and how the desk itself is."""
    worst = MonthlyReport.objects.order_by("-missed", "pk")[0]
    theirs = MonthlyReport.objects.filter(organization=person("supervisor").membership.organization).latest("pk")
    signed = Document.objects.filter(kind=Kind.FAULT_REPORT).latest("pk")
    yield Shot("documents", "engineer", reverse("documents:list"))
    yield Shot("document", "engineer", signed.get_absolute_url())
    yield Shot("document-sign", "engineer", reverse("documents:sign", args=[signed.pk]))
    yield Shot("document-proof", NOBODY, reverse("documents:proof", args=[signed.token]))
    yield Shot("reports", "manager", reverse("reports:list"))
    yield Shot("reports-mine", "supervisor", reverse("reports:list"))
    yield Shot("report-month", "manager", worst.get_absolute_url())
    yield Shot("report-month-customer", "supervisor", theirs.get_absolute_url())
    yield Shot("report-make", "manager", reverse("reports:make"))
    yield Shot("report-correct", "manager", reverse("reports:correct", args=[worst.pk]))
    yield Shot("status", "manager", reverse("status:page"))


def webhooks() -> Iterator[Shot]:
    """Who else is told."""
    told = WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING).latest("pk")
    yield Shot("webhooks", "manager", reverse("integrations:list"))
    yield Shot("webhooks-mine", "supervisor", reverse("integrations:list"))
    yield Shot("webhook", "manager", told.endpoint.get_absolute_url())
    yield Shot("webhook-new", "supervisor", reverse("integrations:new"))
    yield Shot("webhook-edit", "manager", reverse("integrations:edit", args=[told.endpoint_id]))
    yield Shot("webhook-delivery", "manager", told.get_absolute_url())


def administration() -> Iterator[Shot]:
    """Lists and forms of the administration, each with its newest object."""
    yield Shot("admin", "admin", reverse("admin:index"))
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label_lower):  # noqa: SLF001
        names = model._meta.app_label, model._meta.model_name
        yield Shot(f"admin-{names[0]}-{names[1]}", "admin", reverse("admin:{}_{}_changelist".format(*names)))
        if newest := model._default_manager.order_by("pk").last():
            change = reverse("admin:{}_{}_change".format(*names), args=[newest.pk])
            yield Shot(f"admin-{names[0]}-{names[1]}-change", "admin", change)
