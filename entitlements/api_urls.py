"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from entitlements import api

router = SimpleRouter()
router.register("terms", api.TermViewSet, "term")
router.register("entitlements", api.EntitlementViewSet, "entitlement")
router.register("quotation-requests", api.QuotationViewSet, "quotation-request")
router.register("remedies", api.RemedyViewSet, "remedy")
