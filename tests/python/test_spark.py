"""Spark, as a cluster of two executors, gives the tables that DuckDB gives, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine_cases import INPUT_VARS, MANY_CUSTOMERS, build_shop
from engines import SCHEMA, DuckDBFile, SparkEngine, differences, gathered_rows, give_up
from harness import ONLINE_RETAIL, PUBLIC_TABLES
from test_value_kinds import assert_advice_reads

# More rows than this are too many of the customers. There are up to 900 buckets of values for each
# power of ten.
TOGETHER = 4_000

Spark = tuple[SparkEngine, dict[str, list[tuple[str, int]]]]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """Spark with the shop, and what each model brought together while it was built."""
    if reason := SparkEngine.lacking():
        give_up(reason)
    place = tmp_path_factory.mktemp("spark")
    engine = SparkEngine(place, vars=INPUT_VARS)
    try:
        engine.parse()
        with engine.gathered(TOGETHER) as found:
            build_shop(engine, place)
        yield engine, found
    finally:
        engine.stop()


def test_shop(spark: Spark, tmp_path: Path) -> None:
    """The demo, real orders and many customers are graded alike by all schemes."""
    expected = DuckDBFile(tmp_path, vars=INPUT_VARS)
    expected.parse()
    build_shop(expected, tmp_path)
    found = [diff for table in PUBLIC_TABLES for diff in differences(spark[0], expected, table)]
    assert found == []
    [refused] = expected.query("select count(*) as lines from rfm_rejected_orders")
    assert refused["lines"] > 5_000 or not ONLINE_RETAIL.is_file()


def test_customers_are_never_gathered(spark: Spark) -> None:
    """No model brings a large part of the customers together in one partition."""
    names = ("int_rfm__tiles", "rfm_customer_tiers", "rfm_tier_summary")
    assert {f"{SCHEMA}.{name}" for name in names} <= set(spark[1])
    assert {name: gathered for name, gathered in spark[1].items() if gathered} == {}


@pytest.mark.parametrize(
    ("select", "exchanges"),
    [
        ("ntile(5) over (partition by scheme order by score, customer_id) as tile", 1),
        ("row_number() over (order by score, scheme, customer_id) as n", 1),
        ("percent_rank() over (partition by scheme, customer_id order by score) as p", 0),
        ("count(*) as customers, sum(score) as score, max(customer_id) as last", 0),
    ],
)
def test_gathered_customers_are_found(spark: Spark, select: str, exchanges: int) -> None:
    """The test above sees global windows, and lets partial sums pass."""
    sql = f"select {select} from {SCHEMA}.rfm_customer_tiers"
    gathered = gathered_rows(spark[0].session, sql, TOGETHER)
    assert len(gathered) == exchanges
    assert all(count > MANY_CUSTOMERS for _, count in gathered)


def test_advice_reads_what_it_should(spark: Spark, tmp_path: Path) -> None:
    """What warnings advise to write for values that cannot be read does read them."""
    assert_advice_reads(spark[0], "sample rlike '^({})$'", tmp_path)
