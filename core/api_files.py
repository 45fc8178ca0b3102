"""Files of records over REST: always a download, with the hash as its tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile


def sent(file: FieldFile, *, name: str, kind: str, sha256: str = "") -> FileResponse:
    """Answer the content of a stored file; one that was lost is not found."""
    try:
        content = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    tag = {"ETag": f'"{sha256}"'} if sha256 else {}
    return FileResponse(content, as_attachment=True, filename=name, content_type=kind, headers=tag)
