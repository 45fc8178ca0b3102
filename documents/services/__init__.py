"""What can be done to documents; used through the module: ``services.issue(…)``."""

from documents.services.issuing import issue
from documents.services.listeners import on_written
from documents.services.rendering import made_file, render_next_batch
from documents.services.signing import checked_strokes, on_sealed, refuse, sign

__all__ = ["checked_strokes", "issue", "made_file", "on_sealed", "on_written", "refuse", "render_next_batch", "sign"]
