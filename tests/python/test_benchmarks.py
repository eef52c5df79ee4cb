"""The benchmarks, small: invented orders are the same again, and everyone gives the same answer.

They need the packages of the extra `bench`. Without them these tests are skipped, unless
RFM_REQUIRE_ENGINES is 1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from harness import ROOT, Project

PACKAGES = ("matplotlib", "pandas", "polars", "pyarrow")
MISSING = [package for package in PACKAGES if find_spec(package) is None]
if MISSING and os.environ.get("RFM_REQUIRE_ENGINES") != "1":
    pytest.skip(
        f"not installed: {', '.join(MISSING)} (pip install -c constraints.txt '.[bench]')",
        allow_module_level=True,
    )

BENCHMARKS = ROOT / "benchmarks"
LINES = 20_000
SCHEME = "finance_software"
COLUMNS = ("line_id", "quantity", "product_name", "category", "region", "channel", "store_code")
CONTENDERS = {
    "handwritten.py": ("handwritten.duckdb", "from customer_tiers"),
    "with_polars.py": ("polars.parquet", "from answer"),
    "with_pandas.py": ("pandas.parquet", "from answer"),
}


def run(script: str, *arguments: str | Path, code: int = 0) -> str:
    """Run a script of the benchmarks that must end with this code; what it printed."""
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == code, outcome.stderr
    return outcome.stderr if code else outcome.stdout


def graded(place: Path, orders: Path, columns: tuple[str, ...]) -> Path:
    """The project's answer, as a reference for the others."""
    project = Project(
        place,
        vars={
            "rfm_orders_path": str(orders),
            "rfm_order_columns": {column: column for column in columns},
            "rfm_enabled_schemes": [SCHEME],
        },
    )
    project.parse()
    for command in ("seed", "run"):
        project.succeed(command, "--select", "+rfm_customer_tiers")
    reference = place / "reference.parquet"
    query = f"from rfm_customer_tiers where scheme = '{SCHEME}'"
    run("answers.py", "tiers", project.database, query, "--reference", reference, "--write")
    return reference


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented order lines."""
    path = tmp_path_factory.mktemp("orders") / "orders.parquet"
    run("generate.py", path, "--lines", str(LINES))
    return path


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, orders: Path) -> Path:
    """The project's answer on them."""
    return graded(tmp_path_factory.mktemp("project"), orders, COLUMNS)


@pytest.mark.parametrize(("seed", "is_same"), [("1", True), ("2", False)])
def test_the_seed_decides_the_orders(
    tmp_path: Path, orders: Path, seed: str, is_same: bool
) -> None:
    """The same arguments give the same file, another seed another one."""
    path = tmp_path / "again.parquet"
    run("generate.py", path, "--lines", str(LINES), "--seed", seed)
    assert (path.read_bytes() == orders.read_bytes()) is is_same


@pytest.mark.parametrize("script", CONTENDERS)
def test_contenders_answer_as_the_project(
    tmp_path: Path, orders: Path, reference: Path, script: str
) -> None:
    """Every contender writes the project's scores and tiers."""
    result, query = CONTENDERS[script]
    run(script, orders, tmp_path / result)
    run("answers.py", "tiers", tmp_path / result, query, "--reference", reference)


def test_another_answer_is_noticed(tmp_path: Path, orders: Path, reference: Path) -> None:
    """An answer as of another day is not the same."""
    result = tmp_path / "handwritten.duckdb"
    run("handwritten.py", orders, result, "--as-of-date", "2024-12-30")
    compared = ("tiers", result, "from customer_tiers", "--reference", reference)
    printed = run("answers.py", *compared, code=1)
    assert "too many" in printed
    assert "missing" in printed


def test_one_line_orders(tmp_path: Path) -> None:
    """Where a row is an order, the project without line_id and the shorter SQL agree."""
    orders, result = tmp_path / "orders.parquet", tmp_path / "handwritten.duckdb"
    run("generate.py", orders, "--lines", str(LINES), "--lines-per-order", "1")
    reference = graded(tmp_path, orders, columns=())
    run("handwritten.py", orders, result, "--one-line-orders")
    run("answers.py", "tiers", result, "from customer_tiers", "--reference", reference)


def test_measure_and_report(tmp_path: Path) -> None:
    """A mode compares, measures and writes its figures, and the report shows them."""
    folder, results, docs = (tmp_path / name for name in ("folder", "results", "docs"))
    arguments = ("--customers", "2000", "--runs", "1", "--folder", folder, "--results", results)
    table = run("run.py", "scoring", *arguments)
    statements = json.loads((folder / "scoring-statements.json").read_text(encoding="utf-8"))
    assert all('"int_rfm__' in sql.split(" as (")[0] for sql in statements["grades"])
    assert statements["scores"][:-1] == statements["grades"][:-1]
    facts = json.loads((results / "scoring.json").read_text(encoding="utf-8"))
    (case,) = facts["cases"]
    assert set(case["contenders"]) == {
        "project",
        "project_grades",
        "ntile_wide",
        "ntile_long",
    }
    for found in case["contenders"].values():
        assert found["seconds"] > 0
        assert found["peak_mib"] > 0
        assert found["title"] in table

    run("run.py", "report", "--results", results, "--docs", docs)
    text = (docs / "benchmarks.md").read_text(encoding="utf-8")
    assert table.strip() in text
    assert "| scoring, times as fast as plain ntile | at least 2.5 |" in text
