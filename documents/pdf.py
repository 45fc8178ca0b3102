"""A document as PDF: the same content, signature and language make the same bytes.

Typst reads a fixed file (templates/documents/document.typ) and is given every word as data, so nothing that somebody wrote can run.
Its only fonts are those that set-up fetched; they are embedded, only the glyphs that are used.
"""

from __future__ import annotations

import io
import json
import shutil
import struct
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
import typst
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image, ImageOps

from documents.drawing import signature_svg, trend_svg
from documents.errors import NoFonts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from documents.models import Signature

CONTENT_TYPE = "application/pdf"
FONT = "Noto Sans SC"
TEMPLATE = settings.BASE_DIR / "templates" / "documents" / "document.typ"
UNREADABLE = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, struct.error, Image.DecompressionBombError)
"""What a picture that is lost, broken or monstrous may fail with: it is left out, the document is made all the same."""
PHOTO_SIDE = 1000
"""Pixels of the longer side of a photo on paper: sharp at half a page's width."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the paper says of itself: where to prove it, the hash of what it says, and whose word stands under it."""

    address: str
    hash: str
    signature: Signature | None = None
    awaited: bool = False


def render(content: Mapping[str, Any], language: str, *, proof: Proof | None = None) -> bytes:
    """Answer the PDF in one language; raises NoFonts where set-up has not been run."""
    with override(language), _room(content) as (folder, pictures):
        words = _words(content, language, proof, pictures)
        compiler = typst.Compiler(
            folder / "document.typ", root=folder, font_paths=_fonts(settings.FONTS_DIR), sys_inputs={"data": json.dumps(words)}
        )
        made = compiler.compile(format="pdf", timestamp=int(datetime.fromisoformat(content["issued_at"]).timestamp()))
    if not isinstance(made, bytes):
        raise TypeError(made)
    return made


@lru_cache(maxsize=1)
def _fonts(folder: Path) -> typst.Fonts:
    """Read the fonts once a process, and none of the system's: a machine must not change what a document looks like."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    if FONT not in fonts.families():
        raise NoFonts(_("The fonts for PDF are not there; whoever runs the desk has to run its set-up (make setup)."))
    return fonts


@contextmanager
def _room(content: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, str]]]:
    """Answer the folder to compile in, with the pictures of the document in it: beside its template where there are none."""
    files = {content["letterhead"][language]["logo"] for language in content["letterhead"]}
    files |= {photo["file"] for block in _blocks(content) if block["type"] == "photos" for photo in block["photos"]}
    if not (files := files - {""}):
        yield TEMPLATE.parent, {}
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / "document.typ")
        yield folder, {each: _picture(each, folder / f"{place}.jpg") for place, each in enumerate(sorted(files))}


def _blocks(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for sheet in content["sheets"].values():
        yield from sheet["blocks"]


def _picture(stored: str, target: Path) -> str:
    """Put a stored picture into the folder, upright and no larger than paper needs; answer its name there, or nothing without it."""
    try:
        with default_storage.open(stored) as file, Image.open(file) as read:
            upright = ImageOps.exif_transpose(read).convert("RGBA")
    except UNREADABLE:
        return ""
    upright.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    paper.save(target, "JPEG", quality=82)
    return target.name


def _words(content: Mapping[str, Any], language: str, proof: Proof | None, pictures: Mapping[str, str]) -> dict[str, Any]:
    sheet, head = content["sheets"][language], content["letterhead"][language]
    issued = timezone.localtime(datetime.fromisoformat(content["issued_at"]), timezone.get_default_timezone())
    number = content["number"] if content["version"] == 1 else f"{content['number']}-V{content['version']}"
    return {
        "lang": "en" if language == "en" else "zh",
        "region": "GB" if language == "en" else "CN",
        "title": sheet["title"],
        "provider": head["provider"],
        "contact": " · ".join(filter(None, (head["office"], head["address"], head["phone"]))),
        "logo": pictures.get(head["logo"], ""),
        "number": number,
        "made": [issued.year, issued.month, issued.day],
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "correction": correction(content),
        "facts": sheet["facts"],
        "summary": sheet.get("summary", ""),
        "blocks": [_block(block, pictures) for block in sheet["blocks"]],
        "signature": _signature(content, proof) if proof else None,
        "proof": _proof(proof) if proof else None,
    }


def correction(content: Mapping[str, Any]) -> str:
    """Say which version this one corrects and why, in the active language; nothing for a first version."""
    old = content["corrects"]
    return _("Corrects %(number)s: %(reason)s") % old if old else ""


def _block(block: Mapping[str, Any], pictures: Mapping[str, str]) -> dict[str, Any]:
    if block["type"] == "table":
        count = len(block["heads"])
        return {"says": "", "widths": [1] * count, "bars": [], "numbers": [False] * count, "nothing": "—", **block}
    if block["type"] == "photos":
        shown = [[pictures.get(photo["file"], ""), photo.get("caption", "")] for photo in block["photos"]]
        return {**block, "photos": [each for each in shown if each[0]]}
    if block["type"] == "trends":
        return {**block, "trends": [[_trend_label(trend), trend_svg(trend)] for trend in block["trends"]]}
    return dict(block)


def _trend_label(trend: Mapping[str, Any]) -> str:
    unit = f" ({trend['unit']})" if trend.get("unit") else ""
    last = trend["points"][-1]
    return f"{trend['label']}{unit}: {last[1]:g} · {trend['points'][0][0]} – {last[0]}"


def _signature(content: Mapping[str, Any], proof: Proof) -> dict[str, str] | None:
    signed = proof.signature
    if signed is None and not proof.awaited:
        return None
    given = {"heading": _("Customer's signature"), "ours": _("For the provider"), "us": content["issued_by"], "note": "", "svg": ""}
    given |= {"name": "", "at": "", "refusal": ""}
    if signed is None:
        return given
    at = timezone.localtime(signed.at, timezone.get_default_timezone())
    given |= {"name": signed.name, "at": f"{at:%Y-%m-%d %H:%M}"}
    if signed.refusal:
        given["refusal"] = _("Not signed: %(reason)s") % {"reason": signed.refusal}
    elif signed.strokes:
        given["svg"] = signature_svg(signed.strokes)
    else:
        given["note"] = _("signed by typing the name")
    return given


def _proof(proof: Proof) -> dict[str, str]:
    buffer = io.BytesIO()
    segno.make(proof.address, error="m").save(buffer, kind="svg", border=0, xmldecl=False)
    words = _("Scan to see whether this is the document on record, who signed it and when.")
    return {"qr": buffer.getvalue().decode(), "words": words, "address": proof.address, "hash": proof.hash}
