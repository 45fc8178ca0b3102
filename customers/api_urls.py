"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from customers.api import ContractViewSet, EquipmentViewSet, OrganizationViewSet, PeriodViewSet, PersonViewSet, SiteViewSet

router = SimpleRouter()
router.register("organizations", OrganizationViewSet, "organization")
router.register("sites", SiteViewSet, "site")
router.register("people", PersonViewSet, "person")
router.register("equipment", EquipmentViewSet, "equipment")
router.register("contracts", ContractViewSet, "contract")
router.register("heightened-periods", PeriodViewSet, "heightened-period")
