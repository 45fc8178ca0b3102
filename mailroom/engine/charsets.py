"""Bytes to words, whatever the mail says they are."""

from __future__ import annotations

import codecs
import re

ALIASES = {
    # Chinese programs write the smaller set and send characters of the larger one.
    **dict.fromkeys(
        ("gb2312", "gb_2312-80", "gb2312-80", "csgb2312", "gbk", "x-gbk", "cp936", "ms936", "windows-936", "chinese"), "gb18030"
    ),
    **dict.fromkeys(("big5", "big5-hkscs", "big-5", "csbig5", "cn-big5", "x-x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("utf8mb4", "utf-8mb4", "unicode-1-1-utf-8", "utf8", "x-utf-8", "cp65001"), "utf-8"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji"), "cp932"),
    **dict.fromkeys(("ks_c_5601-1987", "euc-kr", "ksc5601"), "cp949"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii", "ansi_x3.4-1968"), "cp1252"),
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-8-i": "iso-8859-8",
}
SURE = frozenset({"utf-7", "iso-2022-jp", "iso-2022-kr", "hz", "utf-16", "utf-16le", "utf-16be", "utf-32"})
"""Encodings in which the bytes of another make no words."""
WIDE = re.compile("[\u3400-\u9fff]")
HIDDEN = re.compile("[\u200b\u2060-\u2064\ufeff\u00ad\u180e\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb]|[\U000e0000-\U000e007f]")
JOINERS = re.compile("(?<![\u2190-\U0001faff])[\u200c\u200d]+")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")


def decoded(data: bytes, label: str = "") -> str:
    """Answer the words of some bytes. ``label`` is what the mail says of them, which is believed as far as it can be true."""
    codec = _codec(label)
    if codec in SURE or not _has_high(data):
        return clean(_tried(data, codec) or data.decode("ascii", "replace"))
    guess = _tried(data, "utf-8")
    if guess is not None and (codec in {"", "utf-8", "cp1252"} or WIDE.search(guess)):
        return clean(guess)  # bytes of another encoding are hardly ever valid UTF-8 of Chinese characters
    if codec in {"", "cp1252", "utf-8"} and (chinese := _chinese(data)) is not None:
        return clean(chinese)
    if codec and (told := _tried(data, codec)) is not None:
        return clean(told)
    return clean(data.decode(codec or "utf-8", "replace"))


def _codec(label: str) -> str:
    name = label.strip().strip("\"'").lower()[:40].replace("_", "-") if label else ""
    name = ALIASES.get(name) or ALIASES.get(label.strip().strip("\"'").lower()[:40]) or name
    if name in {"unknown-8bit", "8bit", "default", "x-unknown", "binary", "unknown"} or not name.isascii():
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return name if getattr(found, "_is_text_encoding", True) else ""


def _tried(data: bytes, codec: str) -> str | None:
    if not codec:
        return None
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _has_high(data: bytes) -> bool:
    return not data.isascii()


def _chinese(data: bytes) -> str | None:
    """Answer the words where most of what is no ASCII reads as Chinese characters; bytes that were cut short at the end do no harm."""
    for codec in ("gb18030", "big5hkscs"):
        text = _tried(data, codec) or _tried(data[:-1], codec)
        if text:
            high = [letter for letter in text if ord(letter) > 127]  # noqa: PLR2004 - ASCII
            if sum(
                1 for letter in high if "\u4e00" <= letter <= "\u9fff" or "\u3000" <= letter <= "\u303f" or letter >= "\uff00"
            ) * 2 > len(high):
                return text
    return None


def clean(text: str) -> str:
    """Answer the words without what a reader cannot see: controls, marks of direction, characters of no width, halves of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = SPACES.sub(" ", JOINERS.sub("", HIDDEN.sub("", CONTROLS.sub("", text))))
    return text.encode("utf-8", "replace").decode("utf-8")
