#!/usr/bin/env python
"""Translations without the gettext tools: extract, merge, check, compile.

    scripts/messages.py              bring every catalogue up to date with the sources
    scripts/messages.py sla tickets  only those of these apps
    scripts/messages.py --check      fail on what is missing, untranslated, fuzzy, malformed or translated in two ways
    scripts/messages.py --compile    write the .mo files that are older than their .po
    scripts/messages.py --prune      bring up to date and drop what no source uses any more

A string belongs to the app whose code or ``templates/<app>/`` holds it; what belongs to no app goes to core.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tokenize
import warnings
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
HOME = "core"
TEMPLATES_OF = {"account": "accounts", "mfa": "accounts", "usersessions": "accounts", "messages": "notifications"}
NOT_SOURCES = {"migrations", "tests", "locale"}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOISE = re.compile(rb'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid-Bugs-To)', re.MULTILINE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def apps() -> list[str]:
    """Answer the product's apps: the folders that register one."""
    return sorted(path.parent.name for path in ROOT.glob("*/apps.py"))


def owner(path: Path, known: list[str]) -> str:
    """Answer the app a source file's strings belong to."""
    top, *rest = path.relative_to(ROOT).parts
    name = TEMPLATES_OF.get(rest[0], rest[0]) if top == "templates" else top
    return name if name in known else HOME


def sources(known: list[str]) -> Iterator[Path]:
    """Yield every file that may hold a string for a person, in a stable order."""
    for folder in sorted({*known, "servicedesk", "templates", "integrations"}):
        for path in sorted((ROOT / folder).rglob("*")):
            parts = set(path.relative_to(ROOT / folder).parts)
            if path.suffix in {".py", ".html", ".txt"} and not parts & NOT_SOURCES:
                yield path


def strings(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Yield line, message, comments and context of each translatable string of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django makes calls out of its tags; the rest is blanked, but its indentation is not Python's.
        text = INDENT.sub("", templatize(text, origin=str(path.relative_to(ROOT))))
    try:
        yield from extract("python", io.BytesIO(text.encode()), KEYWORDS, ("Translators:",), {"encoding": "utf-8"})
    except (SyntaxError, tokenize.TokenError) as error:
        sys.exit(f"{path.relative_to(ROOT)} cannot be read: {error}")


def templates(known: list[str]) -> dict[str, Catalog]:
    """Answer what the sources of each app hold, untranslated."""
    catalogs: dict[str, Catalog] = defaultdict(lambda: Catalog(LOCALE, project="service-desk"))
    for path in sources(known):
        where = path.relative_to(ROOT).as_posix()
        for line, message, comments, context in strings(path):
            catalogs[owner(path, known)].add(message, None, [(where, line)], auto_comments=comments, context=context)
    return catalogs


def po_path(app: str) -> Path:
    """Answer where an app keeps its Chinese."""
    return ROOT / app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    """Read a catalogue; an absent one is empty."""
    if not path.exists():
        return Catalog(LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, abort_invalid=True)


def write(path: Path, catalog: Catalog, *, prune: bool) -> bool:
    """Write a catalogue without dates and line numbers, so that it changes only with its strings."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, include_lineno=False, sort_by_file=True, ignore_obsolete=prune)
    lines = [line for line in out.getvalue().splitlines(keepends=True) if not NOISE.match(line)]
    content = b"".join(line for line in lines if not line.startswith(b"# ")).lstrip()
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def merged(catalog: Catalog, template: Catalog) -> Catalog:
    """Take the template's strings with the catalogue's translations; one that comes back is remembered."""
    for key, message in list(catalog.obsolete.items()):
        catalog.obsolete.pop(key)
        catalog.add(message.id, message.string, context=message.context)
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalog.header_comment, catalog.fuzzy = "", False
    return catalog


def update(wanted: list[str], known: list[str], *, prune: bool) -> None:
    """Bring the catalogues of the wanted apps up to date and say what waits for a translator."""
    found = templates(known)
    for app in wanted:
        path = po_path(app)
        if app not in found and not path.exists():
            continue
        catalog = merged(read(path), found[app])
        changed = write(path, catalog, prune=prune)
        waiting = sum(1 for message in catalog if message.id and not translated(message))
        print(f"{app}: {len(catalog)} strings, {waiting} to translate{', written' if changed else ''}")


def translated(message: Message) -> bool:
    """Whether every form of a message has words."""
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(forms) and not message.fuzzy


def faults(app: str, template: Catalog) -> Iterator[str]:
    """Yield a sentence for each string of an app that a Chinese reader would not get right."""
    path = po_path(app)
    catalog = read(path)
    for wanted in template:
        if not wanted.id:
            continue
        message = catalog.get(wanted.id, wanted.context)
        where = ", ".join(sorted({name for name, _line in wanted.locations}))
        if message is None:
            yield f"{app}: not in the catalogue: {wanted.id!r} ({where})"
        elif not translated(message):
            yield f"{app}: {'fuzzy' if message.fuzzy else 'untranslated'}: {wanted.id!r} ({where})"
        else:
            yield from (f"{app}: {wanted.id!r}: {error}" for error in message.check(catalog))
            if lost := placeholders(message.id) ^ placeholders(message.string or ()):
                yield f"{app}: {wanted.id!r}: not in both languages: {', '.join(sorted(lost))}"


def placeholders(text: str | Iterable[str]) -> set[str]:
    """Answer the named facts a message (in all its forms) speaks of."""
    return set(PLACEHOLDER.findall(text if isinstance(text, str) else " ".join(text)))


def doubled(found: dict[str, Catalog]) -> Iterator[str]:
    """Yield a sentence for each string that apps translate differently: Django shows one of them, in all of the apps."""
    words: dict[tuple[str, str | None], dict[str, str]] = defaultdict(dict)
    for app, template in sorted(found.items()):
        catalog = read(po_path(app))
        for wanted in template:
            message = catalog.get(wanted.id, wanted.context)
            if wanted.id and message is not None and isinstance(message.id, str):
                words[message.id, wanted.context][app] = str(message.string)
    for (text, _context), given in words.items():
        if len(set(given.values())) > 1:
            yield f"{text!r} has more than one translation: {', '.join(f'{app} {word}' for app, word in given.items())}"


def check(wanted: list[str], known: list[str]) -> int:
    """Print what is wrong; answer the exit status."""
    found = templates(known)
    said = [*(fault for app in wanted for fault in faults(app, found[app])), *doubled(found)]
    print("\n".join(said) or f"translations: complete in {len(wanted)} apps")
    if said:
        print(f"{len(said)} strings: run `make messages`, fill in the Chinese")
    return 1 if said else 0


def compile_all(known: list[str]) -> None:
    """Write the compiled form of each catalogue that is newer than it."""
    for path in map(po_path, known):
        target = path.with_suffix(".mo")
        if not path.exists() or (target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns):
            continue
        unfinished = target.with_suffix(f".{os.getpid()}.tmp")  # two may compile at once
        with unfinished.open("wb") as file:
            write_mo(file, read(path))
        unfinished.replace(target)


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apps", nargs="*", help="only these apps")
    mode = parser.add_mutually_exclusive_group()
    for name in ("check", "compile", "prune"):
        mode.add_argument(f"--{name}", action="store_true")
    options = parser.parse_args()
    known = apps()
    wanted = options.apps or known
    if options.check:
        return check(wanted, known)
    if not options.compile:
        update(wanted, known, prune=options.prune)
    compile_all(known)
    return 0


if __name__ == "__main__":
    warnings.simplefilter("error")
    sys.exit(main())
