"""docs/cleaning.md: each block of vars does what the page says; warnings lead to good vars.

tests/cases/orders/cleaning.yml has a case for each YAML block of the page, and lines that are all
refused. `cells` are those of a line, or of several, beside what every line has.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from harness import ROOT, Project, Row, copy_project, named, read_cases, write_csv

PAGE = (ROOT / "docs" / "cleaning.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
[OWN_SEED] = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
CASES = read_cases("orders/cleaning")
LINE = CASES["line"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with the page's own seed, parsed."""
    place = tmp_path_factory.mktemp("cleaning")
    folder = copy_project(place / "project")
    (folder / "seeds" / "my_placeholder_ids.csv").write_text(OWN_SEED, encoding="utf-8")
    vars = {
        "rfm_orders_path": str(write_csv(place / "orders.csv", [LINE])),
        "rfm_policy": {"rfm_placeholder_ids": "my_placeholder_ids"},
    }
    project = Project(place, folder=folder, profiles=folder / "profiles_example", vars=vars)
    project.parse(is_shared=False).succeed("seed")
    return project


def write_lines(project: Project, cells: list[Row]) -> None:
    """Write the orders input."""
    lines = [LINE | {"order_id": f"o{number}"} | more for number, more in enumerate(cells, 1)]
    write_csv(Path(project.vars["rfm_orders_path"]), lines, LINE)


def assert_read(project: Project, expected: Row) -> None:
    """What is read of the first line, as text; all are refused for the same reason, or none is."""
    rows = project.query("select * from stg_rfm__orders order by order_id")
    texts = {column: rows[0][column] and str(rows[0][column]) for column in expected}
    assert texts == expected
    assert {row["reject_reason"] for row in rows} == {expected["reject_reason"]}


def test_blocks(project: Project) -> None:
    """Each block with a line that it is for; the page has no block without a case."""
    for block, case in zip(BLOCKS, CASES["blocks"], strict=True):
        assert case["block"] in block
        write_lines(project, [case["cells"]])
        project.succeed("run", "-s", "+stg_rfm__orders", vars=yaml.safe_load(block)["vars"])
        assert_read(project, case["read"])


@pytest.mark.parametrize("case", named(CASES["refused"]))
def test_no_accepted_line(case: Row, project: Project) -> None:
    """The error names the reason, the count and a sample, and what it says to write is right."""
    write_lines(project, case["cells"])
    command = ("run", "--fail-fast", "-s", "+rfm_customer_tiers")
    outcome = project.dbt(*command)
    assert outcome.lacks("no order line was accepted", *case["says"]) == [], outcome.errors
    if "advice" not in case:
        return
    advised = re.search(r"write (rfm_order_columns: \{.*?\"\})", outcome.errors)
    assert advised, outcome.errors
    assert case["advice"] in advised[1]
    project.succeed("run", "-s", "+stg_rfm__orders", vars=yaml.safe_load(advised[1]))
    assert_read(project, case["read"])
