"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from inbound.api.sources import SourceViewSet

router = SimpleRouter()
router.register("inbound-sources", SourceViewSet, "inbound-source")
