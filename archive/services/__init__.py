"""What is done with archives: files are asked for, made, fetched and removed."""

from archive.services.asking import LIVE_OF_ONE, ask
from archive.services.making import KEPT, LEASE, fetched, make_next, remove_next

__all__ = ["KEPT", "LEASE", "LIVE_OF_ONE", "ask", "fetched", "make_next", "remove_next"]
