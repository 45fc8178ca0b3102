"""Several workers at the same moment, each with a database connection of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable


def at_once(count: int, act: Callable[[], object]) -> list[object]:
    """Let so many threads act at the same moment; answer what each came to, an exception if it raised one."""
    gate, outcomes = threading.Barrier(count), []

    def worker() -> None:
        try:
            gate.wait()
            outcomes.append(act())
        except Exception as error:  # noqa: BLE001 - the caller asserts on it
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
