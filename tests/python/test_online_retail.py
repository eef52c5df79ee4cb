"""Half a million real order lines, graded through vars alone by all six schemes.

The file is no part of the project: its path comes from RFM_ONLINE_RETAIL, or it lies beside the
project in ../shared/data. Without it these tests are skipped.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from harness import ONLINE_RETAIL as ORDERS
from harness import PUBLIC_TABLES, SCHEMES, SEEDS, Project, Row, assert_same, fetch
from oracle import Policy
from oracle_actions import public_tables

# Refused lines are compared by reason: Python and SQL write the same number in different ways.
COMPARED = [name for name in PUBLIC_TABLES if name != "rfm_rejected_orders"]
COLUMNS = {
    "order_id": "InvoiceNo",
    "customer_id": "cast(cast(CustomerID as bigint) as varchar)",
    # 2011 becomes 2021, for the window of outdoor_gear begins in 2020.
    "ordered_at": "InvoiceDate + interval 10 year",
    "amount": "cast(UnitPrice as decimal(18, 6)) * Quantity",
    "quantity": "Quantity",
    "product_name": "Description",
    "region": "Country",
}

ALL = "from '{file}'"
SOME = f"{ALL} where coalesce(CustomerID, 0) % 3 = 0"
# Without line_id an invoice counts as one line, its copies as duplicates; refunds and as-of dates
# vary with it, so that each build tells something new. All lines, or those of a third.
CASES = {
    "reject, without line_id": (SOME, {}, {}),
    "reject, with line_id": (SOME, {"line_id": "StockCode"}, {"as_of_date": date(2021, 6, 30)}),
    "net, with line_id": (ALL, {"line_id": "StockCode"}, {"refunds": "net"}),
}


def read_lines(file: Path) -> list[Row]:
    """All lines as the contract's texts, put together in Python and not by the column map."""
    with duckdb.connect() as connection:
        rows = fetch(connection, f"from '{file}'")
    return [
        {
            "order_id": row["InvoiceNo"],
            "customer_id": None if row["CustomerID"] is None else str(int(row["CustomerID"])),
            "ordered_at": str(row["InvoiceDate"].replace(year=row["InvoiceDate"].year + 10)),
            "amount": str(Decimal(repr(row["UnitPrice"])) * row["Quantity"]),
            "line_id": row["StockCode"],
            "quantity": str(row["Quantity"]),
            "product_name": row["Description"],
            "region": row["Country"],
        }
        for row in rows
    ]


@pytest.mark.parametrize("name", CASES)
def test_oracle_agrees(name: str, project: Project) -> None:
    """Every value of every row is what the independent calculation gives."""
    if not ORDERS.is_file():
        pytest.skip(f"no online_retail.parquet at {ORDERS}; set RFM_ONLINE_RETAIL to its path")
    chosen, more_columns, options = CASES[name]
    file = project.place / "orders.parquet"
    with duckdb.connect() as connection:
        connection.sql(chosen.format(file=ORDERS)).write_parquet(str(file))
    project.build(
        vars={
            "rfm_orders_path": str(file),
            "rfm_order_columns": COLUMNS | more_columns,
            "rfm_refunds": options.get("refunds"),
            "rfm_as_of_date": str(options["as_of_date"]) if "as_of_date" in options else None,
        }
    )
    lines = read_lines(file)
    if "line_id" not in more_columns:
        lines = [row | {"line_id": None} for row in lines]
    expected = public_tables(
        lines, Policy.from_folder(SEEDS), latest_order_date=date.today(), **options
    )
    graded = {row["scheme"] for row in expected["rfm_customer_tiers"]}
    assert graded == set(SCHEMES)
    found = project.tables()
    assert_same(found, expected, COMPARED)
    assert reasons(found) == reasons(expected)


def reasons(tables: dict[str, list[Row]]) -> Counter[str]:
    """How many lines were refused for which reason."""
    return Counter(row["reason"] for row in tables["rfm_rejected_orders"])
