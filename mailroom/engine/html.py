"""HTML of mails: as text, and as something that is safe to show."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

from mailroom.engine.charsets import clean

LONGEST, MOST_TAGS, MOST_SIGNS = 800_000, 8_000, 40_000
TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "hr", "i", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot"),
    *("th", "thead", "tr", "u", "ul"),
}
SILENT = {"script", "style", "head", "title", "template", "noscript", "object", "embed", "iframe", "svg", "math", "textarea", "select"}
MARKS = {"div": {"class", "id"}, "blockquote": {"class", "id", "type"}, "hr": {"id"}}
BLOCKS = {
    "p",
    "div",
    "li",
    "tr",
    "table",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "hr",
    "section",
}
OPEN_AGAIN = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol"}
"""What is set off by an empty line."""
UNSEEN = re.compile(
    r"<(\w+)\b[^<>]{0,400}?style\s*=\s*[\"'][^\"'<>]{0,300}?(?:display\s*:\s*none|font-size\s*:\s*0(?:px|pt|em)?\s*[;\"']|visibility\s*:\s*hidden)"
    r"[^<>]{0,400}>[^<]{0,2000}</\1\s*>",
    re.IGNORECASE,
)
QUOTES = re.compile(
    r"gmail_quote|gmail_attr|moz-cite-prefix|yahoo_quoted|divrplyfwdmsg|appendonsend|isreplycontent|ntes-mailmaster-quote|qmbox_quote|"
    r"outlookmessageheader|protonmail_quote|zmail_extra|alimail-quote",
    re.IGNORECASE,
)
BORDER = "\x00quote\x00"


def _within_bounds(markup: str) -> str:
    """Cut what is far too much: a parser is asked for no more than it answers at once, and some take the square of it."""
    markup = markup[:LONGEST].replace("\x00", "")
    for sign, most in (("<", MOST_TAGS), ("&", MOST_SIGNS)):
        if markup.count(sign) > most:
            markup = sign.join(markup.split(sign, most)[:most])
    return markup


def shown(markup: str) -> str:
    """Answer HTML that does nothing: no script, style, form, picture or address but links that say where they lead from."""
    return nh3.clean(
        UNSEEN.sub("", _within_bounds(markup)),
        tags=TAGS,
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        clean_content_tags=SILENT,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def as_text(markup: str) -> str:
    """Answer the words of HTML; where a mail program marks the quoted mail, a line of :data:`BORDER` says so."""
    tidy = nh3.clean(
        UNSEEN.sub("", _within_bounds(markup)),
        tags=TAGS,
        attributes={**MARKS, "a": {"href"}},
        clean_content_tags=SILENT,
        link_rel=None,
    )
    writer = _Writer()
    writer.feed(tidy)  # well formed and bounded by now
    writer.close()
    return writer.words()


class _Writer(HTMLParser):
    """Writes lines; quotes get the sign that mails in plain text have."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._depth = 0
        self._pre = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a quote or a cell."""
        if tag in BLOCKS:
            self._break(twice=tag in OPEN_AGAIN)
        if any(name in {"class", "id"} and QUOTES.search(value or "") for name, value in attrs):
            self._lines += [BORDER, ""]
        if tag == "blockquote":
            self._depth = min(self._depth + 1, 20)
        elif tag == "br":
            self._lines.append("")
        elif tag == "li":
            self._lines[-1] += "- "
        elif tag == "pre":
            self._pre += 1
        elif tag in {"td", "th"} and self._lines[-1].strip("> "):
            self._lines[-1] += " | "
        elif tag == "hr":
            self._lines += ["----------", ""]

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag in BLOCKS:
            self._break(twice=tag in OPEN_AGAIN)
        if tag == "blockquote":
            self._depth = max(0, self._depth - 1)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)

    def handle_data(self, data: str) -> None:
        """Write words; spaces count only where the mail says so."""
        pieces = data.split("\n") if self._pre else [re.sub(r"[ \t\r\n\f]+", " ", data)]
        for place, piece in enumerate(pieces):
            if place:
                self._lines.append("")
            if not self._lines[-1]:
                piece = piece if self._pre else piece.lstrip(" ")  # noqa: PLW2901
                if piece and self._depth:
                    self._lines[-1] = "> " * self._depth
            self._lines[-1] += piece

    def _break(self, *, twice: bool) -> None:
        if self._lines[-1].strip("> "):
            self._lines.append("")
        if twice and len(self._lines) > 1 and self._lines[-2].strip():
            self._lines.append("")

    def words(self) -> str:
        """Answer what was written, no two empty lines in a row."""
        text = "\n".join(line.rstrip() for line in self._lines)
        return BORDER.join(clean(piece) for piece in re.sub(r"\n{3,}", "\n\n", text).split(BORDER)).strip("\n ")
