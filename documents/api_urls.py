"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from documents.api import DocumentProofViewSet, DocumentViewSet

router = SimpleRouter()
router.register("documents", DocumentViewSet, "document")
router.register("document-proofs", DocumentProofViewSet, "document-proof")
