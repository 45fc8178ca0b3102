"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from catalogue.api import CampaignItemViewSet, CampaignViewSet, ItemViewSet, RequestViewSet

router = SimpleRouter()
router.register("catalogue", ItemViewSet, "catalogue-item")
router.register("service-requests", RequestViewSet, "service-request")
router.register("campaigns", CampaignViewSet, "campaign")
router.register("campaign-items", CampaignItemViewSet, "campaign-item")
