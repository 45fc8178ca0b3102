"""Which part of a mail is new, and which is the mail that it answers."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailparser_reply import EmailReplyParser

from mailroom.engine.html import BORDER

LONGEST = 200_000
LONGEST_ENGLISH = 4000
"""The library's patterns take their time; what is longer is read by our own rules alone."""
MARK = re.compile(r"##-.{0,200}?-##", re.DOTALL)
"""The line that our own mails begin with."""
RULE = re.compile(
    r"^\s*>*\s*[-_=*—─－]{2,}\s*(?:原始邮件|原邮件|原始郵件|原始訊息|邮件原件|转发邮件|转发的邮件|轉寄郵件|轉寄信件|回复的原邮件|回复的邮件|回覆的郵件|"
    r"Original Message|Original|Origin message|Forwarded message|Forwarded by .{1,80})\s*[-_=*—─－]{2,}\s*$",
    re.IGNORECASE,
)
PLAIN_RULE = re.compile(r"^\s*[_\-—]{20,}\s*$")
"""What Outlook draws above the head of the mail that is answered."""
WHEN = r"(?:\d{4}\s*[-/年.]\s*\d{1,2}\s*[-/月.]\s*\d{1,2}|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2,4})"
SAID = re.compile(
    rf"^\s*(?:(?:在\s*)?{WHEN}.{{0,160}}?(?:写道|寫道|写到|wrote|来信)\s*[:：]?\s*$"
    rf"|(?:At|On)\s.{{6,300}}?(?:wrote|写道|寫道)\s*[:：]\s*$"
    rf"|(?:在|于|於)\s.{{4,200}}?(?:写道|寫道|写到)\s*[:：]?\s*$"
    rf"|.{{1,120}}(?:于|於)\s*{WHEN}.{{0,80}}?(?:写道|寫道)\s*[:：]?\s*$"
    rf"|.{{1,120}}\s<?[\w.+-]+@[\w.-]+>?\s*(?:写道|寫道|wrote)\s*[:：]\s*$)",
    re.IGNORECASE,
)
LEADS = re.compile(rf"^\s*(?:At|On|在|于|於)\b|^\s*[在于於]|^.{{0,120}}(?:{WHEN}|@)", re.IGNORECASE)
"""How such a line begins, also where it goes on below."""
HEAD = re.compile(
    r"^\s*[*>\s]*(发件人|寄件者|寄件人|发送时间|寄件日期|收件人|收件者|抄送|副本|主题|主旨|日期|时间|发送日期|From|Sent|To|Cc|Subject|Date|Reply-To)\**\s*[:：]\s*\**",
    re.IGNORECASE,
)
FIRST = re.compile(r"^\s*[*>\s]*(发件人|寄件者|寄件人|From)\**\s*[:：]", re.IGNORECASE)
PHONE = re.compile(
    r"^\s*(?:发自我的\s*\S.{0,30}|发自\s*\S.{0,30}|从我的\s*.{1,20}\s*发送|來自我的\s*.{1,20}|來自.{1,20}的郵件|Sent from (?:my )?.{1,40}|"
    r"Get Outlook for (?:iOS|Android).{0,60}|获取\s*Outlook.{0,30}|Envoyé de mon .{1,20}|发送自\s*.{1,30}|来自我的华为手机|来自QQ邮箱)\s*$",
    re.IGNORECASE,
)
ALONE = re.compile(r"^\s*[\w.+-]{1,64}@[\w.-]{1,190}\s*$")
TABLE = re.compile(r"^\|\s*\|$")
"""How the signature of NetEase's program begins in plain text."""
HEADS_NEEDED, HEADS_WITHIN = 2, 6


class Split(NamedTuple):
    """What is new, and the rest."""

    new: str
    quoted: str


def split(text: str) -> Split:
    """Take the new part of a mail from the mail that it answers; where nothing would be left, all of it is new."""
    text = text[:LONGEST]
    lines = text.split("\n")
    end = _end(lines)
    new, quoted = lines[:end], lines[end:]
    words = _without_tail("\n".join(line for line in new if line != BORDER))
    words = _english(words)
    if not words.strip():
        interleaved = "\n".join(line for line in lines if line != BORDER)
        return Split(_own_lines(interleaved), interleaved.strip())
    return Split(words.strip(), "\n".join(line for line in quoted if line != BORDER).strip())


def whole(text: str) -> str:
    """Answer all of a mail, without the marks of this module."""
    return "\n".join(line for line in text.split("\n") if line != BORDER).strip()


def _end(lines: list[str]) -> int:
    """Answer the first line that is no longer new."""
    for place, line in enumerate(lines):
        if _begins(lines, place, line):
            return _above(lines, place)
    return len(lines)


def _begins(lines: list[str], place: int, line: str) -> bool:
    if line == BORDER or MARK.search(line) or RULE.match(line) or _is_said(lines, place):
        return True
    if FIRST.match(line) and _heads(lines, place) >= HEADS_NEEDED:
        return True
    return bool(PLAIN_RULE.match(line)) and any(FIRST.match(each) for each in lines[place + 1 : place + 4])


def _is_said(lines: list[str], place: int) -> bool:
    """Whether somebody is quoted from here on; mail programs break that line in two or three."""
    if len(lines[place]) > 400 or not LEADS.match(lines[place]):  # noqa: PLR2004 - no line of that kind
        return False
    for many in (1, 2, 3):
        joined = " ".join(each.strip() for each in lines[place : place + many])
        if len(joined) <= 500 and SAID.match(joined):  # noqa: PLR2004
            follows = [each for each in lines[place + many : place + many + 4] if each.strip()]
            return (
                not follows
                or follows[0].lstrip().startswith(">")
                or follows[0] == BORDER
                or bool(re.search(WHEN + r"|@|\d{1,2}:\d{2}", joined))
            )
    return False


def _heads(lines: list[str], place: int) -> int:
    return sum(1 for line in lines[place : place + HEADS_WITHIN] if HEAD.match(line))


def _above(lines: list[str], place: int) -> int:
    """Go up over rules and the lines that only lead to the quotation."""
    while place and (not lines[place - 1].strip() or RULE.match(lines[place - 1]) or PLAIN_RULE.match(lines[place - 1])):
        place -= 1
    return place


def _without_tail(text: str) -> str:
    """Take away quoted lines and the signature at the end, and what phones write there."""
    lines = text.split("\n")
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">") or PHONE.match(lines[-1]) or PLAIN_RULE.match(lines[-1])):
        lines.pop()
    while len(lines) > 1 and (not lines[-1].strip() or ALONE.match(lines[-1])):
        lines.pop()  # Foxmail's own address, above what is answered
    for place, line in enumerate(lines):
        if place and TABLE.match(line):
            return "\n".join(lines[:place])
        if line in {"-- ", "--"} and place:  # the mark of a signature (RFC 3676, section 4.3)
            return "\n".join(lines[:place])
    return "\n".join(lines)


def _english(text: str) -> str:
    """Have the library look at what is written in English, which it is right about."""
    if not text.isascii() or not text.strip() or len(text) > LONGEST_ENGLISH:
        return text
    found = EmailReplyParser(languages=["en"]).parse_reply(text=text)
    return found if found and found.strip() else text


def _own_lines(text: str) -> str:
    """Answer what stands between the quoted lines of a mail that begins with them; the heads of quotations are left out."""
    kept = [
        line
        for line in text.split("\n")
        if not (line.lstrip().startswith(">") or SAID.match(line[:400]) or MARK.search(line) or RULE.match(line))
    ]
    words = "\n".join(kept).strip()
    if FIRST.match(words) and _heads(words.split("\n"), 0) >= HEADS_NEEDED:
        return ""
    return _without_tail(re.sub(r"\n{3,}", "\n\n", words)).strip()
