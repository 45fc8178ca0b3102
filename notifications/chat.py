"""One text to one chat or phone, through the library that speaks to all of them; no database here.

The library is given only what is on the list below. Where it connects to is checked as for webhooks: the name is looked up once, an
address inside a network is refused unless allowed, and after a fixed time the line is cut, whatever the other side sends.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock, Timer
from typing import Any

from apprise import AppriseAsset, NotifyType
from apprise.plugins.bulksms import NotifyBulkSMS
from apprise.plugins.clicksend import NotifyClickSend
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.messagebird import NotifyMessageBird
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.twilio import NotifyTwilio
from apprise.plugins.vonage import NotifyVonage
from apprise.plugins.wecombot import NotifyWeComBot
from apprise.plugins.workflows import NotifyWorkflows
from django.utils.translation import gettext as _
from urllib3.util import connection as wire

from core.addresses import BadAddress, check, resolved

KINDS = {
    "wecombot": "WeCom", "dingtalk": "DingTalk", "feishu": "Feishu", "lark": "Lark", "slack": "Slack", "workflows": "Microsoft Teams",
    "tgram": "Telegram", "jsons": "JSON", "json": "JSON", "twilio": "SMS (Twilio)", "vonage": "SMS (Vonage)", "bulksms": "SMS (BulkSMS)",
    "clicksend": "SMS (ClickSend)", "msgbird": "SMS (MessageBird)",
}  # fmt: skip
"""What may be sent to, by the library's name for it."""
SENDERS: dict[str, type[Any]] = {
    "wecombot": NotifyWeComBot, "dingtalk": NotifyDingTalk, "feishu": NotifyFeishu, "lark": NotifyLark, "slack": NotifySlack,
    "workflows": NotifyWorkflows, "tgram": NotifyTelegram, "jsons": NotifyJSON, "json": NotifyJSON, "twilio": NotifyTwilio,
    "vonage": NotifyVonage, "bulksms": NotifyBulkSMS, "clicksend": NotifyClickSend, "msgbird": NotifyMessageBird,
}  # fmt: skip
"""Taken one by one: the library's own search would load its senders for everything, files and commands too."""
PLAIN = frozenset({"json", "jsons"})
"""Whose address is any host: the others know their own."""
SMS = frozenset({"twilio", "vonage", "bulksms", "clicksend", "msgbird"})
CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 4.0, 8.0, 15.0
TEXT, SMS_TEXT, LONGEST = 1000, 140, 500
"""Characters of a text, of a short message, and of an address."""


@dataclass(slots=True)
class _Call:
    """What holds while one text is sent in this thread."""

    allow_private: bool
    ends: float
    lines: list[socket.socket] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    is_over: bool = False


_call: ContextVar[_Call | None] = ContextVar("chat_call", default=None)
_usual, _lock = wire.create_connection, Lock()


def plugin_for(url: str, *, allow_private: bool) -> Any:
    """Answer what sends to an address. Raises BadAddress in a sentence for one that is none, or not allowed."""
    _watch()
    if len(url) > LONGEST or not url.isprintable() or " " in url:
        raise BadAddress(_("Write an address of at most 500 characters, without spaces."), field="url")
    scheme, facts = _parsed(url)
    if facts and facts.get("verify") is False:
        raise BadAddress(_("Whose certificate is not checked may be anybody: take “verify=no” out of the address."), field="url")
    try:
        found = SENDERS[scheme](**facts, asset=_asset()) if facts else None
    except (TypeError, ValueError):  # what the library says of an address that lacks something
        found = None
    if found is None:
        raise BadAddress(_("This is no address of a chat or phone that is known here. See the examples."), field="url")
    if scheme in PLAIN:
        if scheme == "json" and not allow_private:
            raise BadAddress(_("Take jsons://, which is encrypted."), field="url")
        if not allow_private:
            check(f"https://{found.host}/")
    found.socket_connect_timeout, found.socket_read_timeout, found.redirects = CONNECT_SECONDS, READ_SECONDS, False
    return found


def scheme_of(url: str) -> str:
    """Answer the library's name of the kind; a page address of a service is that service's."""
    return _parsed(url)[0]


def _parsed(url: str) -> tuple[str, dict[str, Any] | None]:
    scheme = url.partition("://")[0].lower()
    if scheme in SENDERS:
        return scheme, SENDERS[scheme].parse_url(url)
    for name, sender in SENDERS.items() if scheme == "https" else ():
        if facts := sender.parse_native_url(url):
            return name, facts
    return "", None


def send(url: str, title: str, body: str, *, allow_private: bool) -> str:
    """Send a text once; answer why it did not arrive, nothing where it did."""
    call = _Call(allow_private, time.monotonic() + TOTAL_SECONDS)
    token, timer = _call.set(call), Timer(TOTAL_SECONDS, _cut, [call])
    timer.daemon = True
    timer.start()
    try:
        sender = plugin_for(url, allow_private=allow_private)
        most = SMS_TEXT if scheme_of(url) in SMS else min(TEXT, sender.body_maxlen)
        if sender.notify(body=body[:most], title=title[:100], notify_type=NotifyType.INFO):
            return ""
    except BadAddress as refusal:
        return str(refusal)
    except Exception as error:  # noqa: BLE001 - the senders of the library fail in their own ways
        call.said.append(type(error).__name__)
    finally:
        timer.cancel()
        _call.reset(token)
        for line in call.lines:
            line.close()
    if call.is_over:
        return f"No answer within {TOTAL_SECONDS:.0f} s."
    return (call.said[-1] if call.said else "Not taken.")[:300]


def _cut(call: _Call) -> None:
    call.is_over = True
    for line in call.lines:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def _connect(address: tuple[str, int], *args: Any, **given: Any) -> socket.socket:
    """Connect as the HTTP library does; while a text is sent, only to an address that was looked up here and may be called."""
    call = _call.get()
    if call is None:
        return _usual(address, *args, **given)
    if call.is_over:
        raise TimeoutError
    trouble: OSError = OSError("no address")
    for _family, to in resolved(address[0], address[1], allow_private=call.allow_private):
        try:
            line = _usual(to, *args, **given)
        except OSError as error:
            trouble = error
            continue
        call.lines.append(socket.socket(fileno=os.dup(line.fileno())))  # TLS takes the line itself away
        return line
    raise trouble


class _Hearing(logging.Handler):
    """What the library says of a try goes to who asked; it never reaches a log, since addresses are keys."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning for the call of this thread."""
        if (call := _call.get()) is not None and record.levelno >= logging.WARNING:
            call.said.append(record.getMessage())


@lru_cache
def _watch() -> None:
    with _lock:
        wire.create_connection = _connect
        logger = logging.getLogger("apprise")
        logger.handlers, logger.propagate = [_Hearing()], False
        logger.setLevel(logging.WARNING)


@lru_cache
def _asset() -> Any:
    return AppriseAsset(app_id="PledgeDesk", app_desc="Pledge Desk", async_mode=False)
