"""Connections to peer helpdesks: what managers see of them and do with them, and where the other side's webhooks arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required, provider_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from peers import selectors, services
from peers.errors import BadNudge
from peers.forms import ConnectionForm, MapForm, SendForm, TryReceiveForm, TrySendForm, pairs
from peers.models import Connection, Mapping, Subscription
from tickets import selectors as tickets

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from accounts.access import PersonRequest
    from peers.models import Link

LOG_SIZE = 25
LARGEST_NUDGE = 100_000


def _find(request: PersonRequest, pk: int) -> Connection:
    return get_object_or_404(selectors.connections_for(request.user), pk=pk)


@require_safe
@manager_required
def overview(request: PersonRequest) -> HttpResponse:
    """List the connections with how they stand, the newest first."""
    found = page(selectors.listed(request.user), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "peers/list.html", {"page": found})


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
@manager_required
@never_cache
@sensitive_variables("given")
def new(request: PersonRequest) -> HttpResponse:
    """Make a connection."""
    form = ConnectionForm(request.POST if request.method == "POST" else None, user=request.user)
    made: list[Connection] = []

    def act(**given: Any) -> None:
        made.append(services.create_connection(**given, actor=request.user, at=now()))

    if carried_out(form, act):
        messages.success(request, _("Made. Say now which of our sites stands for which of theirs."))
        return redirect("peers:mappings", made[0].pk)
    return render(request, "peers/form.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
@manager_required
@never_cache
@sensitive_variables("given")
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a connection."""
    found = _find(request, pk)
    form = ConnectionForm(request.POST if request.method == "POST" else None, user=request.user, connection=found)

    def act(**given: Any) -> None:
        services.change_connection(found, **given, actor=request.user, at=now())

    if carried_out(form, act):
        messages.success(request, _("Saved."))
        return redirect(found)
    return render(request, "peers/form.html", {"form": form, "connection": found}, status=422 if form.errors else 200)


@require_safe
@manager_required
def connection(request: PersonRequest, pk: int) -> HttpResponse:
    """Show how a connection stands, what is wrong, and its log."""
    return _page(request, pk)


@require_POST
@manager_required
@never_cache
@sensitive_variables("secret")
def hook(request: PersonRequest, pk: int) -> HttpResponse:
    """Make the secret of the other side's webhooks and show it, this once."""
    secret = services.new_hook_secret(_find(request, pk), actor=request.user, at=now())
    return _page(request, pk, secret=secret)


def _page(request: PersonRequest, pk: int, *, secret: str = "") -> HttpResponse:
    found = get_object_or_404(selectors.listed(request.user), pk=pk)
    given = {
        "connection": found,
        "problems": page(selectors.links_of(request.user, found, only_problems=True), descending=True, cursor="", size=5),
        "page": page(selectors.log_of(request.user, found), descending=True, cursor=request.GET.get("cursor", ""), size=LOG_SIZE),
        "hook_url": settings.PUBLIC_URL + reverse("peers:nudge", args=[found.hook]),
        "secret": secret,
        "subscription": Subscription.objects.filter(connection=found).first() if found.speaks_tmf else None,
    }
    return render(request, "peers/connection.html", given)


def _listed(request: PersonRequest, pk: int, rows: Callable[..., QuerySet[Any]], template: str) -> HttpResponse:
    found = _find(request, pk)
    shown = page(rows(request.user, found), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, template, {"connection": found, "page": shown})


@require_safe
@manager_required
def links(request: PersonRequest, pk: int) -> HttpResponse:
    """List linked tickets, the newest first."""
    return _listed(request, pk, selectors.links_of, "peers/links.html")


@require_safe
@manager_required
def log(request: PersonRequest, pk: int) -> HttpResponse:
    """List what was exchanged, the newest first."""
    return _listed(request, pk, selectors.log_of, "peers/log.html")


@require_safe
@manager_required
def conflicts(request: PersonRequest, pk: int) -> HttpResponse:
    """List where both sides had changed the same, the newest first."""
    return _listed(request, pk, selectors.conflicts_of, "peers/conflicts.html")


@require_safe
@manager_required
def differences(request: PersonRequest, pk: int) -> HttpResponse:
    """List how linked tickets differ, the newest first."""
    return _listed(request, pk, selectors.differences_of, "peers/differences.html")


@require_http_methods(["GET", "POST"])
@manager_required
def mappings(request: PersonRequest, pk: int) -> HttpResponse:
    """Show and change what stands for what."""
    found = _find(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = MapForm({"what": asked.get("what") or Mapping.What.SITE, "way": asked.get("way") or Mapping.Way.OUT})
    what, way = (chosen.cleaned_data["what"], chosen.cleaned_data["way"]) if chosen.is_valid() else (Mapping.What.SITE, Mapping.Way.OUT)
    rows = pairs(found, what, way, request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and chosen.is_valid() and rows.is_valid():
        given = [(row.get("ours", ""), row.get("theirs", "")) for row in rows.cleaned_data]
        try:
            services.map_values(found, what=what, way=way, pairs=given, actor=request.user, at=now())
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('peers:mappings', args=[found.pk])}?what={what}&way={way}")
    wrong = bool(refusal) or (request.method == "POST")
    context = {"connection": found, "chosen": chosen, "rows": rows, "refusal": refusal, "what": what, "way": way}
    return render(request, "peers/mappings.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
@manager_required
def dry_run(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what would be sent or taken, and do neither."""
    found = _find(request, pk)
    is_sent, is_taken = "number" in request.POST, "document" in request.POST
    send, take = TrySendForm(request.POST if is_sent else None), TryReceiveForm(request.POST if is_taken else None)
    shown: list[Any] = []

    def try_send(number: str) -> None:
        ticket = get_object_or_404(tickets.tickets_for(request.user), number=number.strip())
        shown.extend(services.sent(found, ticket))

    def try_take(document: str) -> None:
        shown.extend(services.received(found, document))

    _tried = carried_out(send, try_send) if is_sent else carried_out(take, try_take)
    context = {"connection": found, "send": send, "take": take, "shown": shown, "is_sent": is_sent}
    return render(request, "peers/try.html", context, status=422 if send.errors or take.errors else 200)


def _done(request: PersonRequest, back: Any, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(back)


@require_POST
@manager_required
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    """Exchange nothing until it goes on."""
    found = _find(request, pk)
    said = _("Paused. What happens here meanwhile is kept and sent afterwards.")
    return _done(request, found, lambda: services.pause(found, actor=request.user, at=now()), said)


@require_POST
@manager_required
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Go on."""
    found = _find(request, pk)
    return _done(request, found, lambda: services.resume(found, actor=request.user, at=now()), _("It goes on."))


@require_POST
@manager_required
def compare(request: PersonRequest, pk: int) -> HttpResponse:
    """Compare all linked tickets now."""
    found = _find(request, pk)
    said = _("They are being compared; what differs appears here.")
    return _done(request, found, lambda: services.compare_now(found, actor=request.user, at=now()), said)


@require_POST
@manager_required
def mend(request: PersonRequest, pk: int, row: int) -> HttpResponse:
    """Make one side follow the other."""
    found = _find(request, pk)
    difference = get_object_or_404(selectors.differences_of(request.user, found), pk=row)
    back = reverse("peers:differences", args=[found.pk])
    said = _("On its way. The difference is gone from here after the next comparison.")
    ours = request.POST.get("side") == "ours"
    return _done(request, back, lambda: services.mend(difference, ours=ours, actor=request.user, at=now()), said)


def _link(request: PersonRequest, pk: int, row: int) -> Link:
    return get_object_or_404(selectors.links_of(request.user, _find(request, pk)), pk=row)


@require_POST
@manager_required
def retry(request: PersonRequest, pk: int, row: int) -> HttpResponse:
    """Serve a linked ticket now."""
    link = _link(request, pk, row)
    return _done(request, link.connection, lambda: services.retry(link, actor=request.user, at=now()), _("It is tried again."))


@require_POST
@manager_required
def skip(request: PersonRequest, pk: int, row: int) -> HttpResponse:
    """Leave out what was refused."""
    link = _link(request, pk, row)
    said = _("Left out; what waited behind it goes on.")
    return _done(request, link.connection, lambda: services.skip(link, actor=request.user, at=now()), said)


@require_POST
@provider_required
def send(request: PersonRequest, number: str) -> HttpResponse:
    """Send a ticket to a peer by hand."""
    ticket = get_object_or_404(tickets.tickets_for(request.user), number=number)
    form = SendForm(request.POST)
    chosen = get_object_or_404(Connection, pk=form.cleaned_data["connection"] if form.is_valid() else 0)
    said = _("Ticket %(number)s is sent to %(name)s.") % {"number": ticket.number, "name": chosen.name}
    return _done(request, ticket, lambda: services.send_ticket(ticket, chosen, actor=request.user, at=now()), said)


@csrf_exempt
@require_POST
def nudge(request: HttpRequest, hook: UUID) -> HttpResponse:
    """A webhook of the other side: ask it for news now. Who cannot sign is told so, and nothing else."""
    found = get_object_or_404(Connection, hook=hook)
    if len(request.body) > LARGEST_NUDGE:
        return HttpResponse(status=413)
    try:
        services.nudged(found, request.body.decode("utf-8", "replace"), request.headers, at=now())
    except BadNudge:
        return HttpResponse(status=401)
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def told(request: HttpRequest, hook: UUID, token: str, event: str = "") -> HttpResponse:
    """A hub of the other side tells of a change: ask it for news now. Who knows the address was told it by us; what is said is not read."""
    services.told(get_object_or_404(Connection, hook=hook), token, at=now())
    return HttpResponse(status=204)
