"""Which part of a mail is new, and which is the mail that it answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mailparser_reply import EmailReplyParser

from mailroom.engine.html import BORDER

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 200_000
LONGEST_ENGLISH = 4000
"""The library's patterns take their time; what is longer is read by our own rules alone."""
LONGEST_LINE, LONGEST_LEAD, LONGEST_PHONE = 400, 500, 200
"""Characters of a line that a mail program writes; what is longer is somebody's words, and no pattern is tried on it."""
MOST_ASKED = 20
"""Lines of a question that are repeated with its answer."""
MARK = re.compile(r"##-.{0,200}?-##", re.DOTALL)
"""The line that our own mails begin with."""
RULE = re.compile(
    r"^[\s>]*[-_=*—─－]{2,}\s*(?:原始邮件|原邮件|原始郵件|原始訊息|邮件原件|转发邮件|转发的邮件|轉寄郵件|轉寄信件|回复的原邮件|回复的邮件|回覆的郵件|"
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
    r"^[\s*>]*(?P<who>发件人|寄件者|寄件人|From)?"
    r"(?P<when>发送时间|发送日期|发件时间|发件日期|寄件日期|傳送時間|傳送日期|日期|时间|時間|Sent|Date)?"
    r"(?P<more>收件人|收件者|抄送|副本|主题|主旨|To|Cc|Subject|Reply-To)?\**\s*[:：]",
    re.IGNORECASE,
)
FIRST = re.compile(r"^[\s*>]*(发件人|寄件者|寄件人|From)\**\s*[:：]", re.IGNORECASE)
PHONE = re.compile(
    r"^\s*(?:发自我的\s*\S.{0,30}|发自\s*\S.{0,30}|从我的\s*.{1,20}\s*发送|來自我的\s*.{1,20}|來自.{1,20}的郵件|Sent from (?:my )?.{1,40}|"
    r"Get Outlook for (?:iOS|Android).{0,60}|获取\s*Outlook.{0,30}|Envoyé de mon .{1,20}|发送自\s*.{1,30}|来自我的华为手机|来自QQ邮箱)\s*$",
    re.IGNORECASE,
)
ALONE = re.compile(r"^\s*[\w.+-]{1,64}@[\w.-]{1,190}\s*$")
TABLE = re.compile(r"^\|\s*\|$")
"""How the signature of NetEase's program begins in plain text."""
HEADS_WITHIN = 6


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
    words = "\n".join(line.rstrip() for line in _english(words).split("\n")).strip()
    answers = _answers(quoted)
    if not words:
        interleaved = "\n".join(line for line in lines if line != BORDER)
        return Split(answers or _own_lines(interleaved), interleaved.strip())
    return Split("\n\n".join(filter(None, (words, answers))), "\n".join(line for line in quoted if line != BORDER).strip())


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
    if line == BORDER or MARK.search(line):
        return True
    if len(line) > LONGEST_LINE:
        return False
    if RULE.match(line) or _is_said(lines, place) or _is_head(lines, place):
        return True
    return bool(PLAIN_RULE.match(line)) and any(FIRST.match(each[:LONGEST_LINE]) for each in lines[place + 1 : place + 4])


def _is_said(lines: list[str], place: int) -> bool:
    """Whether somebody is quoted from here on; mail programs break that line in two or three."""
    if len(lines[place]) > LONGEST_LINE or not LEADS.match(lines[place]):
        return False
    for many in (1, 2, 3):
        joined = " ".join(each.strip() for each in lines[place : place + many])
        if len(joined) <= LONGEST_LEAD and SAID.match(joined):
            follows = [each for each in lines[place + many : place + many + 4] if each.strip()]
            return (
                not follows
                or follows[0].lstrip().startswith(">")
                or follows[0] == BORDER
                or bool(re.search(WHEN + r"|@|\d{1,2}:\d{2}", joined))
            )
    return False


def _is_head(lines: list[str], place: int) -> bool:
    """Whether the head of a mail stands here: from whom, of when, and more. Of a log somebody pastes at most two of the three are usual."""
    if not FIRST.match(lines[place][:LONGEST_LINE]):
        return False
    found = [each for line in lines[place : place + HEADS_WITHIN] if (each := HEAD.match(line[:LONGEST_LINE]))]
    return all(any(each[name] for each in found) for name in ("when", "more"))


def _above(lines: list[str], place: int) -> int:
    """Go up over rules and the lines that only lead to the quotation."""
    while place and (not lines[place - 1].strip() or _is_rule(lines[place - 1])):
        place -= 1
    return place


def _is_rule(line: str) -> bool:
    return len(line) <= LONGEST_LINE and bool(RULE.match(line) or PLAIN_RULE.match(line))


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _answers(quoted: list[str]) -> str:
    """Answer what stands between and below the quoted lines, each with the paragraph it answers.

    Only where the quotation has a sign before each line: what is quoted otherwise cannot be told from what answers it.
    """
    begin = next((place for place, line in enumerate(quoted) if _is_quoted(line)), len(quoted))
    lead = [line.strip() for line in quoted[:begin] if line.strip() and line != BORDER and not _is_rule(line)]
    said = " ".join(lead)
    if lead and (len(said) > LONGEST_LEAD or not SAID.match(said)):
        return ""
    written: list[str] = []
    asked: list[str] = []
    is_over = False
    for line in _without_heads(quoted, begin):
        if not line.strip("> \t"):
            is_over = True
            (asked or written).extend([] if _is_quoted(line) else [""])
        elif _is_quoted(line):
            asked = [line] if is_over else [*asked[-MOST_ASKED:], line]
            is_over = False
        else:
            written += [*asked, line]
            asked = []
    return _without_tail(_without_tail("\n".join(written))).strip()


def _without_heads(lines: list[str], begin: int) -> Iterator[str]:
    """Yield the lines of a quotation with signs and what is between, up to a quotation without; the heads of others are left out."""
    place = begin
    while place < len(lines):
        line = lines[place]
        if not _is_quoted(line) and _begins(lines, place, line):
            place = next((later for later in range(place + 1, min(place + 5, len(lines))) if _is_quoted(lines[later])), len(lines))
            continue
        yield line
        place += 1


def _without_tail(text: str) -> str:
    """Take away quoted lines and the signature at the end, and what phones write there."""
    lines = text.split("\n")
    while lines and (not lines[-1].strip() or _is_quoted(lines[-1]) or _is_phone(lines[-1]) or PLAIN_RULE.match(lines[-1])):
        lines.pop()
    while len(lines) > 1 and (not lines[-1].strip() or ALONE.match(lines[-1])):
        lines.pop()  # Foxmail's own address, above what is answered
    for place, line in enumerate(lines):
        if place and TABLE.match(line):
            return "\n".join(lines[:place])
        if line in {"-- ", "--"} and place:  # the mark of a signature (RFC 3676, section 4.3)
            return "\n".join(lines[:place])
    return "\n".join(lines)


def _is_phone(line: str) -> bool:
    words = line.strip()
    return len(words) <= LONGEST_PHONE and bool(PHONE.match(words))


def _english(text: str) -> str:
    """Have the library look for who is quoted in English, which it is right about; heads of mails are told by our own rule."""
    if not text.isascii() or "wrote:" not in text.lower() or len(text) > LONGEST_ENGLISH:
        return text
    lines = [line.strip() for line in text.split("\n")]
    if any(len(line) > LONGEST_LINE for line in lines):
        return text
    closer = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    first, *others = EmailReplyParser(languages=["en"]).read(text=closer).replies
    return first.content if first.content.strip() and others and not HEAD.match(others[0].headers or "") else text


def _own_lines(text: str) -> str:
    """Answer what stands between the quoted lines of a mail that begins with them; the heads of quotations are left out."""
    kept = [
        line
        for line in text.split("\n")
        if not (_is_quoted(line) or MARK.search(line) or (len(line) <= LONGEST_LINE and (SAID.match(line.strip()) or RULE.match(line))))
    ]
    words = "\n".join(kept).strip()
    if _is_head(words.split("\n"), 0):
        return ""
    return _without_tail(re.sub(r"\n{3,}", "\n\n", words)).strip()
