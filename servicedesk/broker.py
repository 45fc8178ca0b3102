"""A Celery broker made of files, for one machine without a server (docs/decisions/embedded-broker.md).

A message is a file. It is published by renaming a finished file into the folder of its queue, taken
by renaming it into the folder of the consumer, and deleted when it was acknowledged. A consumer
holds a lock on its folder for as long as it or a child of it lives; whoever finds a folder whose
lock is free puts what lies in it back. So no reader sees half a message, and a message whose worker
was killed is delivered again: at least once, as with every broker.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEME = "files"
LOOK_AFTER_OTHERS_SECONDS = 5.0
REDIS_OPTIONS = {
    # Longer than a task may run, or a task still running would be given to a second worker.
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}


def settings_for(redis_url: str, folder: Path) -> tuple[str, dict[str, Any]]:
    """Answer Celery's broker URL and transport options: Redis when there is one, files in ``folder`` otherwise."""
    if redis_url:
        return redis_url, dict(REDIS_OPTIONS)
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
    return f"{SCHEME}://localhost//", {"folder": str(folder), "polling_interval": 0.05}


def _entries(folder: Path) -> list[str]:
    """Answer the finished messages of a folder, oldest first; none when the folder is gone."""
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except FileNotFoundError:
        return []


def _moved(source: Path, target: Path) -> bool:
    """Rename; False when somebody else was quicker."""
    try:
        source.rename(target)
    except FileNotFoundError:
        return False
    return True


class Held:
    """What one process has taken and not yet acknowledged, in a folder under its lock."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pid = os.getpid()
        self.folder = root / uuid.uuid4().hex
        root.mkdir(parents=True, exist_ok=True)
        # Locked before the folder exists: nobody may ever see the folder with its lock free.
        self._lock = open(self._lock_of(self.folder), "w")  # noqa: SIM115 (held until close)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.folder.mkdir()

    @staticmethod
    def _lock_of(folder: Path) -> Path:
        return folder.with_name(f".{folder.name}.lock")

    def abandoned(self) -> Iterator[Path]:
        """Yield what consumers held that no longer live; their lock is ours while we look."""
        for name in _entries(self.root):
            folder = self.root / name
            if folder == self.folder:
                continue
            with open(self._lock_of(folder), "w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield from (folder / entry for entry in _entries(folder))
                self._remove(folder)

    def close(self) -> None:
        """Let go; what is still inside will be put back by the next consumer that looks."""
        if not _entries(self.folder):
            self._remove(self.folder)
        self._lock.close()

    def _remove(self, folder: Path) -> None:
        with suppress(FileNotFoundError):  # another consumer was here first
            folder.rmdir()
        self._lock_of(folder).unlink(missing_ok=True)


class QoS(virtual.QoS):
    """Forgets the file of a message once its fate is settled."""

    channel: Channel

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge: the message is done."""
        super().ack(delivery_tag)
        self.channel.forget(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 (kombu's signature)
        """Reject: the message is dropped, or published again first."""
        super().reject(delivery_tag, requeue=requeue)
        self.channel.forget(delivery_tag)

    def restore_unacked_once(self, stderr: Any = None) -> None:
        """Publish again what was delivered and not acknowledged, then forget its files."""
        tags = list(self._delivered or ())
        super().restore_unacked_once(stderr)
        for tag in tags:
            self.channel.forget(tag)


class Channel(virtual.Channel):
    """Puts and takes messages as files."""

    QoS = QoS

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self.folder = Path(connection.client.transport_options["folder"])
        self._held: Held | None = None
        self._files: dict[str, Path] = {}
        self._fire_and_forget: set[str] = set()
        self._next_look = 0.0

    def basic_consume(self, queue: str, no_ack: bool, callback: Any, consumer_tag: str, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: FBT001 (the stubs err)
        """Consume; note the queues whose messages nobody will acknowledge."""
        if no_ack:
            self._fire_and_forget.add(queue)
        super().basic_consume(queue, no_ack, callback, consumer_tag, **kwargs)

    def forget(self, delivery_tag: str) -> None:
        """Delete the file of a message that needs no second delivery."""
        if path := self._files.pop(delivery_tag, None):
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Give back what was not acknowledged, then the folder."""
        super().close()
        if self._held and self._held.pid == os.getpid():
            self._held.close()
            self._held = None

    def _lookup(self, exchange: str, routing_key: str, default: str | None = None) -> list[str]:
        # Bindings are each process's own; for an exchange it did not declare, the queue that has the
        # name of the routing key is meant, if there is one.
        known = [routing_key] if (self.folder / "ready" / routing_key).is_dir() else []
        return list(super()._lookup(exchange, routing_key, default)) or known

    def _queue_folder(self, queue: str) -> Path:
        folder = self.folder / "ready" / queue
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _new_queue(self, queue: str, **kwargs: Any) -> None:
        self._queue_folder(queue)

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        folder = self._queue_folder(queue)
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}"
        unfinished = folder / f".{name}"
        unfinished.write_text(dumps(message), encoding="utf-8")
        unfinished.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        held = self._own()
        ready = self.folder / "ready" / queue
        for name in _entries(ready):
            path = held.folder / f"{name}@{queue}"
            if not _moved(ready / name, path):
                continue
            message: dict[str, Any] = loads(path.read_text(encoding="utf-8"))
            self._files[message["properties"]["delivery_tag"]] = path
            if queue in self._fire_and_forget:
                self.forget(message["properties"]["delivery_tag"])
            return message
        raise Empty

    def _size(self, queue: str) -> int:
        return len(_entries(self.folder / "ready" / queue))

    def _purge(self, queue: str) -> int:
        folder = self._queue_folder(queue)
        names = _entries(folder)
        for name in names:
            (folder / name).unlink(missing_ok=True)
        return len(names)

    def _own(self) -> Held:
        """Answer this process's folder, having looked after dead consumers now and then."""
        if self._held is None or self._held.pid != os.getpid():
            self._held = Held(self.folder / "held")
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_AFTER_OTHERS_SECONDS
            for path in self._held.abandoned():
                name, _, queue = path.name.partition("@")
                _moved(path, self._queue_folder(queue) / name)
        return self._held


class Transport(virtual.Transport):
    """The transport behind ``files://``; direct exchanges only, so no remote control and no events."""

    Channel = Channel
    driver_type = SCHEME
    driver_name = SCHEME
    default_port = 0
    implements = virtual.Transport.implements.extend(exchange_type=frozenset(["direct"]))

    def driver_version(self) -> str:
        """Answer a version, as Celery's banner asks for one."""
        return "1"
