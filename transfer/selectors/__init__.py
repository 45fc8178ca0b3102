"""Which imports and exports there are for whom, and what an export holds."""

from transfer.selectors.kind import Kind
from transfer.selectors.kinds import ALL, kinds_for
from transfer.selectors.lists import exports_for, imports_for, may_export, may_import, organizations_for, problems_of
from transfer.selectors.reach import REACH, LeftOut

__all__ = [
    "ALL", "REACH", "Kind", "LeftOut", "exports_for", "imports_for", "kinds_for", "may_export", "may_import", "organizations_for",
    "problems_of",
]  # fmt: skip
