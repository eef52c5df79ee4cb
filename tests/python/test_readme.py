"""The README's queries, run on the demo: what it shows is what they give."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from harness import ROOT, Project, Row

BLOCKS = re.findall(
    r"```sql\n(.*?)```\n\n```text\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
)


def shown(value: Any) -> str:
    """A value as the README writes it."""
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def cells(row: Row | list[str]) -> list[str]:
    """The texts of a row."""
    return [shown(value) for value in (row.values() if isinstance(row, dict) else row)]


def test_queries_are_found() -> None:
    """Every public table that people read has a query and its output."""
    queries = " ".join(query for query, _ in BLOCKS)
    for table in (
        *("rfm_customer_tiers", "rfm_score_components", "rfm_tier_summary", "rfm_follow_ups"),
        *("rfm_follow_up_workload", "rfm_customer_behaviour", "rfm_customer_preferences"),
        *("rfm_alerts", "rfm_tier_insights", "rfm_regional_demand"),
    ):
        assert f"from {table}\n" in queries


@pytest.mark.parametrize(("query", "output"), BLOCKS)
def test_output_is_true(query: str, output: str, demo: Project) -> None:
    """The rows in the README are those of the query, cell by cell."""
    rows = demo.query(query)
    expected = [list(rows[0]), *(cells(row) for row in rows)]
    # Cells are held apart by two spaces or more.
    assert [re.split(r" {2,}", line.rstrip()) for line in output.splitlines()] == expected
