"""Pages of imports and exports."""

from transfer.views.exports import export, export_file, export_progress, exports
from transfer.views.imports import cancel, check, imports, mapping, new, one, progress, refused, run

__all__ = [
    "cancel",
    "check",
    "export",
    "export_file",
    "export_progress",
    "exports",
    "imports",
    "mapping",
    "new",
    "one",
    "progress",
    "refused",
    "run",
]
