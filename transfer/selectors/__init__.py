"""Which imports and exports there are for whom, and what an export holds."""

from transfer.selectors.kinds import ALL, Kind, kinds_for
from transfer.selectors.lists import exports_for, imports_for, may_export, may_import, organizations_for, problems_of

__all__ = ["ALL", "Kind", "exports_for", "imports_for", "kinds_for", "may_export", "may_import", "organizations_for", "problems_of"]
