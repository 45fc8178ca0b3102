"""How documents are shown in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from core import languages
from core.templatetags.inline import badge
from documents import drawing, pdf, selectors

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from documents.models import Document, Signature

register = template.Library()
TONES = {"awaiting": ("risk", "signature"), "issued": ("info", "file-text"), "signed": ("met", "check"), "refused": ("late", "x")}


@register.simple_tag
def document_state(document: Document) -> SafeString:
    """Show whether a document is signed: {% document_state document %}."""
    tone, sign = TONES[document.status]
    return badge(document.get_status_display(), tone, sign)


@register.simple_tag
def documents_about(kind: str, pk: int) -> list[Document]:
    """Answer the newest version of each document about a thing: {% documents_about "ticket" ticket.pk as found %}."""
    return list(selectors.documents_about(f"{kind}/{pk}"))


@register.simple_tag
def signature_drawing(signature: Signature) -> SafeString:
    """Show what was drawn."""
    return format_html(
        '<svg class="signature-drawing" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}"/></svg>',
        drawing.WIDE,
        drawing.HIGH,
        signature.name,
        drawing.path_of(signature.strokes),
    )


@register.filter
def correction_of(document: Document) -> str:
    """Say which version a document corrects and why."""
    return pdf.correction(document.content)


@register.filter
def head_of(document: Document) -> dict[str, str]:
    """Answer the letterhead in the language of the page."""
    found: dict[str, str] = document.content["letterhead"][languages.active()]
    return found


@register.filter
def trend_drawing(trend: dict[str, Any]) -> SafeString:
    """Draw a trend; the numbers beside it say the same."""
    return mark_safe(drawing.trend_svg(trend))  # noqa: S308 - made of numbers only


@register.filter
def labelled(block: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """Answer the rows of a table, each cell with the head of its column: {% for row in block|labelled %}."""
    return [list(zip(block["heads"], row, strict=True)) for row in block["rows"]]
