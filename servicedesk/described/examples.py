"""Examples of requests and answers: kept in two files beside this one, put where the description has a place for them.

``asked.yaml`` is written by hand, by operation. ``answered.yaml`` is what the interface answered in a filled world; ``make examples``
records it anew. Both are held to the schemas by the check of the description.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from servicedesk.described import operations

if TYPE_CHECKING:
    from servicedesk.described import Described

HERE = Path(__file__).resolve().parent
JSON = "application/json"
FORMS = (JSON, "multipart/form-data")
GOOD = ("200", "201", "202")


@cache
def read(name: str) -> Described:
    """Answer what one of the two files says."""
    return dict(yaml.load((HERE / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def describe_examples(result: Described, **_given: Any) -> Described:
    """Show what is sent and what is answered."""
    asked, answered = read("asked"), read("answered")
    schemas = result["components"]["schemas"]
    result["components"]["examples"] = {name: {"value": value} for name, value in sorted(answered.items()) if name in schemas}
    for _path, _method, operation in operations(result):
        name = operation["operationId"]
        if name in asked:
            content = operation["requestBody"]["content"]
            for form in (form for form in FORMS if form in content and not _is_form_of_files(form, content)):
                content[form]["examples"] = {"typical": {"value": asked[name]}}
        for status in GOOD:
            media = operation["responses"].get(status, {}).get("content", {}).get(JSON)
            if media and (shown := _shown(name, media["schema"], answered)):
                media["examples"] = shown
    return result


def _is_form_of_files(form: str, content: Described) -> bool:
    """Whether the same is better shown as JSON."""
    return form != JSON and JSON in content


def _shown(name: str, schema: Described, answered: Described) -> Described:
    """Answer the example of an answer: that of its schema, which operations share, or one of its own."""
    of_schema = schema.get("$ref", "").rpartition("/")[2]
    if of_schema in answered:
        return {of_schema: {"$ref": f"#/components/examples/{of_schema}"}}
    return {"typical": {"value": answered[name]}} if name in answered else {}
