"""Finding documents, and who may see and sign them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import Role
from customers import selectors as customers
from documents.models import INTERNAL, Document

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User


Hiding = Callable[["User"], "QuerySet[Any]"]
HIDING: list[Hiding] = []
"""Who else says what is kept from a person: each answers what they are not to read of, as :attr:`Document.about` has it."""


def hide(rule: Hiding) -> None:
    """Have a rule of an app above keep the documents about some things from a person of ours."""
    if rule not in HIDING:
        HIDING.append(rule)


def documents_for(user: User) -> QuerySet[Document]:
    """Answer what a person may see: staff all but what is kept from them, a supervisor their organization's, a customer their sites'."""
    if user.is_provider:
        rows = Document.objects.all()
        for rule in HIDING:
            rows = rows.exclude(about__in=rule(user))
        return rows
    shown = Document.objects.exclude(kind__in=sorted(INTERNAL))
    if user.role == Role.SUPERVISOR:
        return shown.filter(organization__memberships__user=user)
    return shown.filter(site__in=customers.sites_for(user).values("pk"))


def documents_about(*subjects: str) -> QuerySet[Document]:
    """Answer the newest version of each document about these things, with who signed, the newest first."""
    newer = Document.objects.filter(replaces=OuterRef("pk"))
    rows = Document.objects.filter(~Exists(newer), about__in=subjects)
    return rows.select_related("signature", "issued_by").prefetch_related("files").order_by("-id")


def with_all(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Add what a line of a list and a document's own answer show, in a constant number of queries."""
    related = documents.select_related("signature", "organization", "site", "issued_by", "replaced_by")
    return related.prefetch_related("files")


def changed_since(documents: QuerySet[Document], at: datetime) -> QuerySet[Document]:
    """Narrow to what was issued, signed, refused or corrected from an instant on."""
    corrected = Document.objects.filter(issued_at__gte=at, replaces__isnull=False).values("replaces")
    sealed = Document.objects.filter(sealed_at__gte=at).values("pk")
    issued = Document.objects.filter(issued_at__gte=at).values("pk")
    return documents.filter(Q(pk__in=issued) | Q(pk__in=sealed) | Q(pk__in=corrected))


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
