"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from transfer.api import DataExportViewSet, ImportViewSet

router = SimpleRouter()
router.register("imports", ImportViewSet, "import")
router.register("exports", DataExportViewSet, "data-export")
