"""Finding documents, and who may see and sign them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from accounts.models import Role
from customers import selectors as customers
from documents.models import Document

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def documents_for(user: User) -> QuerySet[Document]:
    """Answer what a person may see: staff all, a supervisor their organization's, a customer those of their sites."""
    if user.is_provider:
        return Document.objects.all()
    if user.role == Role.SUPERVISOR:
        return Document.objects.filter(organization__memberships__user=user)
    return Document.objects.filter(site__in=customers.sites_for(user).values("pk"))


def documents_about(*subjects: str) -> QuerySet[Document]:
    """Answer the newest version of each document about these things, with who signed, the newest first."""
    newer = Document.objects.filter(replaces=OuterRef("pk"))
    rows = Document.objects.filter(~Exists(newer), about__in=subjects)
    return rows.select_related("signature", "issued_by").prefetch_related("files").order_by("-id")


def versions_of(document: Document) -> QuerySet[Document]:
    """Answer every version of a document, the newest first."""
    same = Document.objects.filter(kind=document.kind, about=document.about)
    return same.select_related("signature", "issued_by").order_by("-version")


def by_token(token: str) -> Document | None:
    """Answer the document that a QR code leads to, or None."""
    return Document.objects.select_related("signature", "replaced_by").prefetch_related("files").filter(token=token).first()


def may_sign(user: User, document: Document) -> bool:
    """Whether it may be signed in this person's hands: a customer who may see it, or our engineer who stands beside them."""
    return user.is_provider or documents_for(user).filter(pk=document.pk).exists()


def found(documents: QuerySet[Document], words: str) -> QuerySet[Document]:
    """Narrow documents down to those whose number or kind says these words."""
    words = words.strip()
    return documents.filter(Q(number__icontains=words) | Q(organization__name__icontains=words)) if words else documents
