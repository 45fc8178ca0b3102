"""Addresses of the REST interface of tickets."""

from rest_framework.routers import SimpleRouter

from tickets.api.escalations import EscalationViewSet
from tickets.api.views import TicketViewSet

router = SimpleRouter()
router.register("tickets", TicketViewSet, basename="ticket")
router.register("escalations", EscalationViewSet, basename="escalation")
