"""The other ways in: a pipe, and a mail server that hands over."""

from __future__ import annotations

import io
import os
import smtplib
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from django.core.management import call_command
from django.db import DatabaseError

from core.time import now
from mailroom import services
from mailroom.management.commands import receive_smtp
from mailroom.models import IncomingMail
from tests.mailroom.conftest import REPLY, written
from tests.processes import free_port


def pipe(monkeypatch, raw: bytes, *given: str) -> int:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    try:
        call_command("receive_mail", *given, stdout=io.StringIO(), stderr=io.StringIO())
    except SystemExit as end:
        return int(end.code)
    return 0


def test_a_pipe_says_by_its_status_what_the_mail_server_is_to_do(db, monkeypatch, settings):
    raw = written("a@b.example")
    assert pipe(monkeypatch, raw, "--from", "a@b.example", "--to", "desk@desk.example") == os.EX_OK
    assert pipe(monkeypatch, raw) == os.EX_OK  # the same again
    row = IncomingMail.objects.get()
    assert (row.way, row.envelope_from, row.envelope_to) == ("pipe", "a@b.example", "desk@desk.example")
    assert pipe(monkeypatch, b"") == os.EX_DATAERR
    settings.MAIL_MAX_BYTES = 100
    assert pipe(monkeypatch, b"x" * 200) == os.EX_DATAERR
    assert IncomingMail.objects.count() == 1


def test_a_head_that_no_program_wrote_is_kept_and_put_before_a_person(db, monkeypatch):
    raw = b"Content-Type: multipart/mixed; boundary=a\n" * 120 + written("a@b.example", subject="forged")
    assert pipe(monkeypatch, raw) == os.EX_OK
    services.process_next(now())
    row = IncomingMail.objects.get()
    assert (row.sender, row.subject, row.state, row.reason) == ("a@b.example", "forged", "review", "unreadable")


def test_a_pipe_has_the_mail_tried_again_while_the_database_is_away(monkeypatch):
    def away(*_given, **_more):
        raise DatabaseError("away")

    monkeypatch.setattr(services, "receive", away)
    assert pipe(monkeypatch, written("a@b.example")) == os.EX_TEMPFAIL


@pytest.fixture
def kept(monkeypatch):
    """What is handed over to be kept; the database is another test's business."""
    kept: list[tuple[bytes, str, str]] = []

    def keep(raw, sender, to):
        kept.append((raw, sender, to))
        return "451 4.3.0 Try again later" if b"later" in raw else "250 2.0.0 Kept"

    monkeypatch.setattr(receive_smtp, "keep", keep)
    monkeypatch.setattr(receive_smtp, "domains", lambda: {"desk.example"})
    return kept


class Lmtp(Controller):
    def factory(self):
        return LMTP(self.handler, **self.SMTP_kwargs)


@pytest.mark.once
@pytest.mark.parametrize(("made", "client"), [(Controller, smtplib.SMTP), (Lmtp, smtplib.LMTP)])
def test_a_mail_server_hands_over_and_is_told_what_became_of_it(kept, made, client):
    port = free_port()
    controller = made(receive_smtp.Receiver(), hostname="127.0.0.1", port=port, data_size_limit=5000, ident="mail")
    controller.start()
    try:
        with client("127.0.0.1", port) as line:
            raw = written("a@b.example", "八位正文")
            line.sendmail("a@b.example", [REPLY, "x+tag@desk.example"], raw)
            assert kept[0][0].replace(b"\r\n", b"\n").strip() == raw.strip()
            assert kept[0][1:] == ("a@b.example", f"x+tag@desk.example {REPLY}")
            for to, content, code in (
                ("x@elsewhere.example", raw, 550),
                (REPLY, written("a@b.example", "later"), 451),
                (REPLY, b"x" * 6000, 552),
            ):
                with pytest.raises(smtplib.SMTPException) as refused:
                    line.sendmail("a@b.example", [to], content)
                error = refused.value
                assert code in (
                    {error.smtp_code}
                    if isinstance(error, smtplib.SMTPResponseException)
                    else {told[0] for told in error.recipients.values()}
                )
                line.rset()
    finally:
        controller.stop()


def test_what_is_handed_over_is_kept_before_it_is_said_so(db, settings, monkeypatch):
    monkeypatch.setattr(receive_smtp, "close_old_connections", bool)
    assert receive_smtp.keep(written("a@b.example"), "a@b.example", REPLY).startswith("250")
    assert IncomingMail.objects.get().way == "smtp"
    assert receive_smtp.keep(b"", "", "").startswith("554")
    settings.MAIL_MAX_BYTES = 100
    assert receive_smtp.keep(b"x" * 200, "", "").startswith("552")

    def fail(*_given, **_more):
        raise DatabaseError("away")

    assert receive_smtp.domains() == {"desk.example"}
    monkeypatch.setattr(services, "receive", fail)
    assert receive_smtp.keep(b"x", "", "").startswith("451")
