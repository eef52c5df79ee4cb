"""The README's queries, run on the demo: what it shows is what they give."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from harness import ONLINE_RETAIL, ROOT, Project, Row

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


def test_map_is_true(tmp_path: Path) -> None:
    """The README's map of real orders reads the same from Parquet, CSV and JSON."""
    if not ONLINE_RETAIL.is_file():
        pytest.skip(f"no online_retail.parquet at {ONLINE_RETAIL}; set RFM_ONLINE_RETAIL")
    [block] = re.findall(r"--vars '\n(.*?)'\n", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    vars = yaml.safe_load(block)
    with duckdb.connect() as connection:
        orders = connection.sql(f"select * from '{ONLINE_RETAIL}' where hash(InvoiceNo) % 50 = 0")
        for ending in ("parquet", "csv", "json"):
            orders.query("orders", f"copy orders to '{tmp_path}/orders.{ending}'")
    project = Project(tmp_path, vars=vars)
    parsed = project.dbt("parse").result
    assert project.dbt("seed", manifest=parsed).success
    read = {}
    for ending in ("parquet", "csv", "json"):
        path = {"rfm_orders_path": str(tmp_path / f"orders.{ending}")}
        outcome = project.dbt("run", "-s", "+int_rfm__checked_lines", vars=path, manifest=parsed)
        assert outcome.success, outcome.errors
        read[ending] = project.query(
            f"select {', '.join(vars['rfm_order_columns'])}, reject_reason from stg_rfm__orders"
            " order by all"
        )
        repeated = project.query(
            "select amount, quantity, line_id from int_rfm__checked_lines"
            " where reject_reason = 'duplicate'"
        )
    reasons = {row["reject_reason"] for row in read["csv"]}
    assert reasons == {None, "missing_customer_id", "negative_amount"}
    assert len(read["csv"]) > 5_000
    assert read["csv"] == read["parquet"]
    assert read["json"] == read["parquet"]
    # Lines that stand twice are copies in all: the same product twice in an order is not.
    assert 0 < len(repeated) < len(read["json"]) / 50
