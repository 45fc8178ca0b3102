"""What a mail server in front says of the sender (Authentication-Results, RFC 8601)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

COMMENT = re.compile(r"\([^()]*\)")
VERDICT = re.compile(r"^\s*(dmarc|spf|dkim)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)


def is_refuted(results: Iterable[str], trusted: Collection[str]) -> bool:
    """Whether a server that is trusted says that the mail is not from whom it names: DMARC fails, or both SPF and DKIM do.

    ``results`` are the fields as they stand, ``trusted`` the names under which those servers write them, in small letters. What
    others wrote, also the sender, says nothing; a server removes what comes in under its own name (RFC 8601, section 5).
    """
    said: dict[str, set[str]] = {"dmarc": set(), "spf": set(), "dkim": set()}
    for result in results:
        server, *verdicts = COMMENT.sub(" ", " ".join(result.split())).split(";")
        if next(iter(server.lower().split()), "") not in trusted:
            continue
        for verdict in verdicts:
            if found := VERDICT.match(verdict):
                said[found[1].lower()].add(found[2].lower())
    if "fail" in said["dmarc"]:
        return True
    return not said["dmarc"] and all("fail" in said[way] and "pass" not in said[way] for way in ("spf", "dkim"))
