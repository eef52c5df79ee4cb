"""Spark gives the tables that DuckDB gives, in one process and on a cluster of two executors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import engine_cases
from engines import DuckDBFile, Parsed, give_up
from harness import Project, assert_same
from spark_engine import LOCAL_CLUSTER, SparkEngine

# Expressions that DuckDB and Spark read alike; 2011 becomes 2021 for the window of outdoor_gear.
RETAIL_VARS = {
    "rfm_demo": False,
    "rfm_orders_table": "orders_input",
    "rfm_order_columns": {
        "order_id": "InvoiceNo",
        "customer_id": "cast(cast(CustomerID as bigint) as varchar(20))",
        "ordered_at": "InvoiceDate + interval '10' year",
        "amount": "cast(UnitPrice as decimal(18, 6)) * Quantity",
        "line_id": "StockCode",
        "quantity": "Quantity",
        "product_name": "Description",
        "region": "Country",
    },
    "rfm_refunds": "net",
}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], SparkEngine]]:
    """Starts Spark with a master."""
    if reason := SparkEngine.lacking():
        give_up(reason)
    started = []

    def start(master: str) -> SparkEngine:
        started.append(SparkEngine(tmp_path_factory.mktemp("spark"), master))
        return started[-1]

    yield start
    for engine in started:
        engine.stop()


def test_demo(demo: Project, start: Callable[[str], SparkEngine]) -> None:
    """The demo is the same, row for row."""
    engine = start("local[2]")
    assert_same(engine_cases.demo(engine), demo.tables())
    assert engine.query("select * from rfm_policy_problems") == []


def test_online_retail_on_a_cluster(start: Callable[[str], SparkEngine], tmp_path: Path) -> None:
    """Half a million real order lines are graded the same where executors share the work."""
    expected, found = (
        engine_cases.online_retail(Parsed(engine, RETAIL_VARS), {})
        for engine in (DuckDBFile(tmp_path), start(LOCAL_CLUSTER))
    )
    assert len(expected["rfm_customer_tiers"]) > 10_000
    assert_same(found, expected, expected)
