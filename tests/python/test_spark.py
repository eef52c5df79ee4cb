"""Spark gives the tables that DuckDB gives, in one process and on a cluster of two executors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import pytest

import engine_cases
from engines import DuckDBFile, Parsed, give_up
from harness import Project, Row, assert_same
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

CUSTOMERS = 16_000
# More rows than this are too many of the customers. There are up to 900 buckets of values for each
# power of ten.
TOGETHER = 4_000
# Every method but threshold, whose bins need no customers.
MANY_CUSTOMERS_VARS = {
    "rfm_demo": False,
    "rfm_orders_table": "orders_input",
    "rfm_order_columns": {
        column: column
        for column in (
            *("order_id", "customer_id", "ordered_at", "amount", "line_id", "product_name"),
        )
    },
    "rfm_enabled_schemes": ["finance_software", "classic_segments", "leather_market"],
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


@pytest.fixture(scope="module")
def spark_demo(start: Callable[[str], SparkEngine]) -> tuple[SparkEngine, dict[str, list[Row]]]:
    """Spark with the demo, and its public tables."""
    engine = start("local[2]")
    return engine, engine_cases.demo(engine)


def test_demo(demo: Project, spark_demo: tuple[SparkEngine, dict[str, list[Row]]]) -> None:
    """The demo is the same, row for row."""
    engine, tables = spark_demo
    assert_same(tables, demo.tables())
    assert engine.query("select * from rfm_policy_problems") == []


@pytest.fixture(scope="module")
def many_customers(
    spark_demo: tuple[SparkEngine, dict[str, list[Row]]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[SparkEngine, dict[str, list[tuple[str, int]]]]:
    """Spark with all models that read orders built on those of many customers.

    With it comes what each brought together.
    """
    engine, _ = spark_demo
    # Tables of all customers are never broadcast, as if there were millions.
    engine.execute("set spark.sql.autoBroadcastJoinThreshold = 256KB")
    project = Parsed(engine, MANY_CUSTOMERS_VARS)
    project.load({"orders_input": write_orders(tmp_path_factory.mktemp("orders"))})
    # The policy is the demo's, checked and read above.
    project.succeed("compile", "--select", "source:rfm_orders+,resource_type:model")
    found = {}
    for name, model in compiled_models(engine).items():
        select = model["compiled_code"]
        if model["config"]["materialized"] == "view":
            engine.execute(f"create or replace view {model['relation_name']} as {select}")
        else:
            found[name] = engine.gathered_rows(select, TOGETHER, name)
    return engine, found


def compiled_models(engine: SparkEngine) -> dict[str, Row]:
    """The models that dbt compiled, in the order of their dependencies.

    Ephemeral ones stand within those that read them.
    """
    manifest = json.loads((engine.place / "target" / "manifest.json").read_text("utf-8"))
    parents = {
        name: node.get("depends_on", {}).get("nodes", ())
        for name, node in manifest["nodes"].items()
    }
    ordered = (manifest["nodes"].get(name) for name in TopologicalSorter(parents).static_order())
    return {
        node["name"]: node
        for node in ordered
        if node
        and node["resource_type"] == "model"
        and node.get("compiled")
        and node["config"]["materialized"] != "ephemeral"
    }


def write_orders(place: Path) -> Path:
    """Orders of many customers: seven of ten have one order, hardly two the same amount."""
    path = place / "orders.parquet"
    with duckdb.connect() as connection:
        connection.sql(
            f"""
            with customers as (
                select
                    range as customer,
                    case when hash(range, 0) % 10 < 7 then 1 else 2 + hash(range, 1) % 5 end
                        ::bigint as orders
                from range({CUSTOMERS})
            ),
            orders as (
                select customer, unnest(range(orders)) as number from customers
            )
            select
                'O' || customer || '-' || number as order_id,
                'C' || customer as customer_id,
                timestamp '2024-01-01' + to_days((hash(customer, number) % 366)::int) as ordered_at,
                pow(10, 1 + hash(customer, number, 2) % 1_000_000 / 250_000)::decimal(18, 2)
                    as amount,
                -- A hundredth of the lines stand twice.
                unnest(case when hash(customer, number) % 100 = 0 then [1, 1] else [1] end)
                    as line_id,
                'P' || hash(customer) % 100 as product_name
            from orders
            """
        ).write_parquet(str(path))
    return path


def test_customers_are_never_gathered(many_customers: tuple[SparkEngine, dict]) -> None:
    """No model brings a large part of the customers together in one partition."""
    engine, found = many_customers
    assert {"int_rfm__tiles", "rfm_customer_tiers", "rfm_tier_summary"} <= set(found)
    assert {name: gathered for name, gathered in found.items() if gathered} == {}
    [customers] = engine.query("select count(*) as customers from rfm_customer_behaviour")
    assert customers == {"customers": CUSTOMERS}


@pytest.mark.parametrize(
    ("select", "rows"),
    [
        ("ntile(5) over (partition by scheme order by monetary, customer_id) as tile", CUSTOMERS),
        ("row_number() over (order by monetary, scheme, customer_id) as n", 3 * CUSTOMERS),
        ("percent_rank() over (partition by scheme, customer_id order by monetary) as p", None),
        ("count(*) as customers, sum(monetary) as monetary, max(customer_id) as last", None),
    ],
)
def test_gathered_customers_are_found(
    many_customers: tuple[SparkEngine, dict], select: str, rows: int | None
) -> None:
    """The test above sees global windows, and lets partial sums pass."""
    gathered = many_customers[0].gathered_rows(
        f"select {select} from rfm.int_rfm__customer_metrics", TOGETHER
    )
    assert [count for _, count in gathered] == ([rows] if rows else [])


def test_online_retail_on_a_cluster(start: Callable[[str], SparkEngine], tmp_path: Path) -> None:
    """Half a million real order lines are graded the same where executors share the work."""
    expected, found = (
        engine_cases.online_retail(Parsed(engine, RETAIL_VARS), {})
        for engine in (DuckDBFile(tmp_path), start(LOCAL_CLUSTER))
    )
    assert len(expected["rfm_customer_tiers"]) > 10_000
    assert_same(found, expected, expected)
