"""The components pages are made of; `templates/components/README.md` shows each in use."""

from __future__ import annotations

from django import template

from core.templatetags import blocks, forms, inline, moments, shell

register = template.Library()

for library in (shell, inline, moments, forms, blocks):
    register.tags.update(library.register.tags)
    register.filters.update(library.register.filters)
