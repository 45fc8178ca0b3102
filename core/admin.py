"""What the administration of all apps shares."""

from __future__ import annotations

from typing import Any


class Reading:
    """Records are looked at here; they are changed by the product's own pages, which know the rules."""

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False
