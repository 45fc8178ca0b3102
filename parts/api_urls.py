"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from parts.api import MovementViewSet, PartViewSet, PurchaseViewSet, RepairViewSet, StockViewSet, UsedViewSet

router = SimpleRouter()
router.register("parts/used", UsedViewSet, "used-part")
router.register("parts", PartViewSet, "part")
router.register("stock/movements", MovementViewSet, "stock-movement")
router.register("stock", StockViewSet, "stock")
router.register("purchases", PurchaseViewSet, "purchase")
router.register("repairs", RepairViewSet, "repair")
