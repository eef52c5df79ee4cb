"""docs/reading.md: its lines of Python print what it shows, on the demo's export."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest

from harness import ROOT, Project

PAGE = (ROOT / "docs" / "reading.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


def test_lines_print_what_is_shown(
    demo: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after another, as somebody types them."""
    for library in ("pandas", "polars", "pyarrow"):
        pytest.importorskip(library)
    assert len(BLOCKS) == PAGE.count("```python")
    project = Project(tmp_path).parse()
    shutil.copy(demo.database, project.database)
    folder = tmp_path / "exports"
    project.succeed("run-operation", "rfm_export", "--args", f"{{folder: '{folder}'}}")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for code, output in BLOCKS:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, names)
        assert printed.getvalue() == output
