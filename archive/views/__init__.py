"""Pages of the service archive."""

from archive.views.exports import export, exports, file, new_export, progress
from archive.views.find import find
from archive.views.timeline import latest, timeline

__all__ = ["export", "exports", "file", "find", "latest", "new_export", "progress", "timeline"]
