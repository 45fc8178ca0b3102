"""Nothing inside a network is called, whatever it is called by; names are looked up once."""

from __future__ import annotations

import socket
import threading

import pytest

from core.time import now
from integrations import addresses, sending
from integrations.errors import BadAddress
from integrations.services.endpoints import new_secret
from tests.integrations import receivers

INSIDE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
]  # fmt: skip
OUTSIDE = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"]


def letter(url, *, allow_private=False):
    return sending.Letter(url, "evt_1", "{}", [new_secret()], allow_private)


def known_as(*found):
    """A resolver that answers so, and counts."""
    calls = []

    def getaddrinfo(host, port, **_given):
        calls.append(host)
        answers = found[min(len(calls), len(found)) - 1]
        family = {False: socket.AF_INET, True: socket.AF_INET6}
        return [(family[":" in address], socket.SOCK_STREAM, 6, "", (address, port)) for address in answers]

    return getaddrinfo, calls


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_called_under_any_name(address, monkeypatch):
    answered, _calls = known_as([address])
    monkeypatch.setattr(socket, "getaddrinfo", answered)
    monkeypatch.setattr(socket, "socket", None)  # nothing may be opened
    answer = sending.send(letter("https://harmless.example.com/hook"), now())
    assert answer.status is None
    assert "inside a network" in answer.error


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_when_it_is_typed(address):
    with pytest.raises(BadAddress):
        addresses.check(f"https://[{address}]/hook" if ":" in address else f"https://{address}/hook")


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_may_be_called(address, monkeypatch):
    answered, _calls = known_as([address])
    monkeypatch.setattr(socket, "getaddrinfo", answered)
    assert addresses.resolved("example.com", 443, allow_private=False)[0][1] == (address, 443)


def test_one_address_inside_among_others_is_enough_to_refuse(monkeypatch):
    answered, _calls = known_as([OUTSIDE[0], "10.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", answered)
    assert "10.0.0.1" in sending.send(letter("https://example.com/"), now()).error


def test_a_name_that_changes_between_the_look_and_the_call_leads_nowhere_else(monkeypatch):
    answered, calls = known_as([OUTSIDE[0]], ["127.0.0.1"])
    called = []

    class Nowhere:
        def __init__(self, *_given):
            pass

        def settimeout(self, _seconds):
            pass

        def connect(self, address):
            called.append(address)
            raise ConnectionRefusedError("nobody there")

        def close(self):
            pass

    monkeypatch.setattr(socket, "getaddrinfo", answered)
    monkeypatch.setattr(socket, "socket", Nowhere)
    assert sending.send(letter("https://example.com/"), now()).error == "nobody there"
    assert calls == ["example.com"]
    assert called == [(OUTSIDE[0], 443)]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",  # not encrypted
        "ftp://example.com/",
        "https:///hook",
        "https://user:pass@example.com/",
        "https://example.com/#part",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com/\r\nX: y",
        "https://localhost/",
        "https://desk.internal/",
        "https://[::1/",
        "example.com/hook",
        "https://example.com/" + "a" * 500,
        "https://" + "a" * 70 + ".com/",
    ],
)
def test_an_address_that_is_none_is_refused_in_a_sentence(url):
    with pytest.raises(BadAddress):
        addresses.check(url)


def test_where_it_is_allowed_addresses_inside_are_called_without_tls(settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    addresses.check("http://127.0.0.1:8080/hook?key=1")
    server = receivers.running()
    receiver = next(server)
    answer = sending.send(letter(receiver.url("/hook?key=1"), allow_private=True), now())
    assert (answer.status, answer.is_taken, "\0" in answer.text) == (200, True, False)
    path, headers, _body = receiver.got[0]
    assert (path, headers["host"]) == ("/hook?key=1", receiver.url()[7:].split("/")[0])
    next(server, None)


def test_a_server_without_the_right_certificate_is_told_nothing(settings):
    """What answers here speaks no TLS at all; it hears a greeting and no message."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen():
            line, _address = server.accept()
            with line:
                heard.append(line.recv(2000))
                line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=listen)
        thread.start()
        answer = sending.send(letter(f"https://127.0.0.1:{server.getsockname()[1]}/", allow_private=True), now())
        thread.join()
    assert answer.is_silent
    assert b"evt_1" not in heard[0]
