"""What import-linter's contracts cannot say: an app is entered by its services, models, selectors and errors only."""

from __future__ import annotations

import tomllib
from pathlib import Path

import grimp
import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
EDGES = {"views", "api", "api_urls", "tasks", "admin", "management", "forms", "serializers", "urls", "filters"}


def test_nobody_enters_another_app_by_its_edges():
    apps = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    graph = grimp.build_graph(*apps, exclude_type_checking_imports=False)
    wrong = [
        f"{importer} imports {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if imported.partition(".")[0] not in {importer.partition(".")[0], "core"}
        and importer.partition(".")[0] != "servicedesk"
        and EDGES & set(imported.split(".")[1:2])
    ]
    assert wrong == []
