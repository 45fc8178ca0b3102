"""What is done with imports and exports; used through the module."""

from transfer.services.asking import ask, fetched, make_next, remove_next_exports
from transfer.services.presets import PRESETS
from transfer.services.uploading import (
    DELIMITERS,
    ENCODINGS,
    cancel,
    change_mapping,
    check,
    remove_next_files,
    run,
    upload,
    wake_if_more,
)
from transfer.services.working import counted, work_next

__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "PRESETS",
    "ask",
    "cancel",
    "change_mapping",
    "check",
    "counted",
    "fetched",
    "make_next",
    "remove_next_exports",
    "remove_next_files",
    "run",
    "upload",
    "wake_if_more",
    "work_next",
]
