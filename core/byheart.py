"""What every write has to ask and what hardly ever changes: known by heart, in every process, until somebody changes it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWN_SECONDS = 5.0
"""How long it is believed without a look at the rows, should the cache lose the mark of a change."""

Value = TypeVar("Value")


class ByHeart(Generic[Value]):
    """A value read from rows; whoever changes these says ``forget``, and every process reads them anew from their commit on.

    The cache that all processes share holds a mark of the last change: asking for it costs no query where the cache is a server.
    """

    def __init__(self, name: str, read: Callable[[], Value], none: Value) -> None:
        """Know nothing yet; ``none`` is the value when there are no rows."""
        self._key, self._read, self._none = f"by-heart:{name}", read, none
        self._mark: str | None = None
        self._value, self._until, self._is_silent = none, float("-inf"), False

    def __call__(self) -> Value:
        """Answer the value as of the last change that was committed, and in the transaction of a change as it stands there."""
        if self._is_silent:
            return self._none
        mark = cache.get(self._key)
        if mark != self._mark or time.monotonic() >= self._until:
            self._value = self._read()
            self._mark, self._until = mark, time.monotonic() + KNOWN_SECONDS
        return self._value

    def forget(self) -> None:
        """Have it read anew, in this transaction and, once that is committed, by everybody."""
        self._forget()
        transaction.on_commit(self._tell)

    def nobody(self) -> None:
        """Take it that there are no rows until this process makes one."""
        self._value, self._is_silent = self._none, True

    def _tell(self) -> None:
        cache.set(self._key, uuid4().hex, timeout=None)
        self._forget()

    def _forget(self) -> None:
        self._until, self._is_silent = float("-inf"), False
