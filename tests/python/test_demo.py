"""The demo data, graded by all six schemes."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from harness import (
    PUBLIC_TABLES,
    ROOT,
    SCHEMES,
    SEEDS,
    Project,
    Row,
    assert_same,
    read_csv,
    write_csv,
)
from oracle import CONTRACT_COLUMNS, Policy, grade

DEMO = ROOT / "seeds" / "demo"
FILTERS = {
    "finance_software": lambda line: (
        line["source_system"] == "finance_software" and line["region"] == "张家口市"
    ),
    "outdoor_gear": lambda line: (
        line["source_system"] == "outdoor_gear" and line["region"] == "四川"
    ),
    "leather_market": lambda line: line["source_system"] == "leather_market",
}


@pytest.fixture(scope="module")
def found(demo: Project) -> dict[str, list[Row]]:
    """The public tables of the demo."""
    return demo.tables()


@pytest.fixture(scope="module")
def expected() -> dict[str, list[Row]]:
    """The public tables by the oracle."""
    return grade(
        read_csv(DEMO / "rfm_demo_orders.csv"),
        Policy.from_folder(SEEDS),
        customers=read_csv(DEMO / "rfm_demo_customers.csv"),
        max_order_quantity=1000,
        latest_order_date=datetime.now(UTC).date() + timedelta(days=1),
        filters=FILTERS,
    )


def test_published_numbers_of_customers(found: dict[str, list[Row]]) -> None:
    """The published schemes grade as many customers as their sources do."""
    graded = Counter(row["scheme"] for row in found["rfm_customer_tiers"])
    assert set(graded) == set(SCHEMES)
    assert graded["finance_software"] == 721
    assert graded["outdoor_gear"] == 648
    assert graded["leather_market"] == 801


def test_as_of_date(found: dict[str, list[Row]]) -> None:
    """Every scheme's latest complete period ends with 2024."""
    assert {row["as_of_date"] for row in found["rfm_scheme_runs"]} == {date(2024, 12, 31)}


def test_every_tier_occurs(found: dict[str, list[Row]]) -> None:
    """The demo shows all tiers of all schemes."""
    tiers = {(row["scheme"], row["tier"]) for row in read_csv(SEEDS / "rfm_tiers.csv")}
    assert {(row["scheme"], row["tier"]) for row in found["rfm_customer_tiers"]} == tiers


def test_every_reason_occurs(found: dict[str, list[Row]]) -> None:
    """The demo is dirty in every way that the cleaning knows."""
    assert {row["reason"] for row in found["rfm_rejected_orders"]} == {
        *("missing_order_id", "missing_customer_id", "missing_ordered_at", "missing_amount"),
        *("unreadable_ordered_at", "unreadable_amount", "unreadable_quantity", "future_order"),
        *("negative_amount", "non_positive_quantity", "duplicate", "absurd_quantity"),
    }


@pytest.mark.parametrize("table", PUBLIC_TABLES)
def test_oracle_agrees(
    table: str, found: dict[str, list[Row]], expected: dict[str, list[Row]]
) -> None:
    """Every value of every row is what the independent calculation gives."""
    assert expected[table]
    assert_same(found, expected, [table])


def test_nothing_is_lost(demo: Project) -> None:
    """Accepted and refused lines are all lines."""
    read = len(read_csv(DEMO / "rfm_demo_orders.csv"))
    counts = demo.query(
        "select (select count(*) from int_rfm__accepted_lines) as accepted,"
        " (select count(*) from rfm_rejected_orders) as refused"
    )[0]
    assert counts["accepted"] + counts["refused"] == read


def test_demo_files_are_small() -> None:
    """At most 4 MB of CSV."""
    assert sum(path.stat().st_size for path in DEMO.glob("*.csv")) <= 4_000_000


def test_generator_makes_the_shipped_files(tmp_path: Path) -> None:
    """make_demo.py writes the same bytes as those in the repository."""
    subprocess.run([sys.executable, DEMO / "make_demo.py", tmp_path], check=True)
    for path in DEMO.glob("*.csv"):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_second_build_changes_nothing(demo: Project, found: dict[str, list[Row]]) -> None:
    """Building again over the tables of a build gives the same rows."""
    demo.build()
    assert_same(demo.tables(), found)


def test_row_order_does_not_matter(
    demo: Project, found: dict[str, list[Row]], project: Project, tmp_path: Path
) -> None:
    """Shuffled input gives the same tables, read from a file this time."""
    lines = read_csv(DEMO / "rfm_demo_orders.csv")
    random.Random(1).shuffle(lines)
    customers = read_csv(DEMO / "rfm_demo_customers.csv")
    random.Random(2).shuffle(customers)
    project.build(
        vars={
            "rfm_orders_path": str(write_csv(tmp_path / "orders.csv", lines)),
            "rfm_order_columns": {column: column for column in CONTRACT_COLUMNS},
            "rfm_customers_path": str(write_csv(tmp_path / "customers.csv", customers)),
            "rfm_customer_columns": {"identity": "identity"},
            "rfm_max_order_quantity": 1000,
            "rfm_scheme_filters": {
                "finance_software": "source_system = 'finance_software' and region = '张家口市'",
                "outdoor_gear": "source_system = 'outdoor_gear' and region = '四川'",
                "leather_market": "source_system = 'leather_market'",
            },
        }
    )
    assert_same(project.tables(), found)
