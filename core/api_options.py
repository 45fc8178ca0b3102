"""What OPTIONS answers."""

from __future__ import annotations

from typing import Any

from rest_framework.metadata import SimpleMetadata


class Options(SimpleMetadata):
    """The name of the address, and what it takes and gives; the fields are described in the schema, once."""

    def determine_actions(self, request: Any, view: Any) -> dict[str, Any]:
        """Answer nothing: the serializer of a view is what it gives, not what it takes."""
        return {}
