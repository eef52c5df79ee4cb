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
    PROSE,
    PUBLIC_TABLES,
    ROOT,
    SCHEMES,
    SEEDS,
    Project,
    Row,
    assert_same,
    assert_same_tables,
    read_cases,
    read_csv,
    without_prose,
    write_csv,
)
from oracle import Policy
from oracle_actions import public_tables

DEMO = ROOT / "seeds" / "demo"
INPUTS = {
    name: read_csv(DEMO / f"rfm_demo_{name}.csv") for name in ("orders", "customers", "contacts")
}
# The cells that an order line of a scheme holds.
FILTERED = {
    "finance_software": {"source_system": "finance_software", "region": "张家口市"},
    "outdoor_gear": {"source_system": "outdoor_gear", "region": "四川"},
    "leather_market": {"source_system": "leather_market"},
}


def file_vars(folder: Path, history_periods: int = 13) -> Row:
    """Vars that read the demo from orders.csv, customers.csv and contacts.csv of a folder."""
    return {
        "rfm_orders_path": str(folder / "orders.csv"),
        "rfm_order_columns": {column: column for column in INPUTS["orders"][0]},
        "rfm_customers_path": str(folder / "customers.csv"),
        "rfm_customer_columns": {column: column for column in INPUTS["customers"][0]},
        "rfm_contacts_path": str(folder / "contacts.csv"),
        "rfm_contact_columns": {column: column for column in INPUTS["contacts"][0]},
        "rfm_max_order_quantity": 1000,
        "rfm_history_periods": history_periods,
        "rfm_scheme_filters": {
            scheme: " and ".join(f"{column} = '{text}'" for column, text in cells.items())
            for scheme, cells in FILTERED.items()
        },
    }


def demo_by_oracle(inputs: dict[str, list[Row]], history_periods: int = 13) -> dict[str, list[Row]]:
    """The public tables of the demo's inputs, or of inputs like these, by the oracle."""
    return public_tables(
        inputs["orders"],
        Policy.from_folder(SEEDS),
        customers=inputs["customers"],
        contacts=inputs["contacts"],
        max_order_quantity=1000,
        history_periods=history_periods,
        latest_order_date=datetime.now(UTC).date() + timedelta(days=1),
        filters={
            scheme: lambda line, cells=cells: cells.items() <= line.items()
            for scheme, cells in FILTERED.items()
        },
    )


@pytest.fixture(scope="module")
def found(demo: Project) -> dict[str, list[Row]]:
    """The public tables of the demo."""
    return demo.tables()


@pytest.fixture(scope="module")
def expected() -> dict[str, list[Row]]:
    """The public tables by the oracle."""
    return demo_by_oracle(INPUTS)


def test_demo_shows_all_that_it_should(demo: Project, found: dict[str, list[Row]]) -> None:
    """The published numbers of customers, all tiers, all reasons to refuse, and no line lost."""
    graded = Counter(row["scheme"] for row in found["rfm_customer_tiers"])
    assert set(graded) == set(SCHEMES)
    published = {"finance_software": 721, "outdoor_gear": 648, "leather_market": 801}
    assert published.items() <= graded.items()
    # Every scheme's latest complete period ends with 2024.
    assert {row["as_of_date"] for row in found["rfm_customer_tiers"]} == {date(2024, 12, 31)}
    tiers = {(row["scheme"], row["tier"]) for row in read_csv(SEEDS / "rfm_tiers.csv")}
    assert {(row["scheme"], row["tier"]) for row in found["rfm_customer_tiers"]} == tiers
    assert {row["reason"] for row in found["rfm_rejected_orders"]} == {
        *("missing_order_id", "missing_customer_id", "missing_ordered_at", "missing_amount"),
        *("unreadable_ordered_at", "unreadable_amount", "unreadable_quantity", "future_order"),
        *("negative_amount", "non_positive_quantity", "duplicate", "absurd_quantity"),
    }
    [accepted] = demo.query("select count(*) as lines from int_rfm__purchase_lines")
    refused = len(found["rfm_rejected_orders"])
    assert accepted["lines"] + refused == len(INPUTS["orders"])


@pytest.mark.parametrize("table", PUBLIC_TABLES)
def test_oracle_agrees(
    table: str, found: dict[str, list[Row]], expected: dict[str, list[Row]]
) -> None:
    """Every value of every row is what the independent calculation gives."""
    assert expected[table]
    assert_same(found, expected, [table])


def test_parts_can_be_built(demo: Project) -> None:
    """A data test reads one table: dbt runs it once any of those it reads is selected."""
    reads = {
        node.name: node.depends_on.nodes
        for node in demo.manifest.nodes.values()
        if node.resource_type == "test"
    }
    assert len(reads) > 20
    assert {name: nodes for name, nodes in reads.items() if len(nodes) > 1} == {}


def test_prose(found: dict[str, list[Row]]) -> None:
    """Every row says it in both languages; one example of each sentence, word for word."""
    assert [row for table in PROSE for row in without_prose(table, found[table])] == []
    for case in read_cases("actions/demo_sentences"):
        column = PROSE[case["table"]]
        [row] = [row for row in found[case["table"]] if case["where"].items() <= row.items()]
        assert (row[column], row[f"{column}_zh"]) == (case["english"], case["chinese"])


def test_generator_makes_the_shipped_files(tmp_path: Path) -> None:
    """make_demo.py writes the same bytes as those in the repository, at most 4 MB."""
    subprocess.run([sys.executable, DEMO / "make_demo.py", tmp_path], check=True)
    shipped = {path.name: path.read_bytes() for path in DEMO.glob("*.csv")}
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")} == shipped
    assert sum(map(len, shipped.values())) <= 4_000_000


def test_a_build_over_another_in_any_order_changes_nothing(demo: Project, tmp_path: Path) -> None:
    """Shuffled lines, read from files this time, over the tables of a build: the same rows."""
    for number, (name, rows) in enumerate(INPUTS.items()):
        shuffled = random.Random(number).sample(rows, len(rows))
        write_csv(tmp_path / f"{name}.csv", shuffled)
    project = Project(tmp_path, vars=file_vars(tmp_path)).parse()
    project.database.write_bytes(demo.database.read_bytes())
    project.build()
    assert_same_tables(project, demo)
