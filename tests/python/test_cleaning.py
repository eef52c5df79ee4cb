"""docs/cleaning.md: each block of vars does what the page says; warnings lead to good vars."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
import yaml

from harness import ROOT, Project, Row, copy_project, write_csv

BLOCKS = re.findall(
    r"```(yaml|csv)\n(.*?)```", (ROOT / "docs" / "cleaning.md").read_text("utf-8"), re.DOTALL
)
LINE = {
    "order_id": "o1",
    "customer_id": "c1",
    "ordered_at": "2024-01-05",
    "paid_at": "2024-01-06",
    "amount": "10",
    "product_name": "tea",
    "status": "paid",
    "order_status": "paid",
    "phone": "138",
}

# For each YAML block, in its order: a line, and what is read of it.
CASES: list[tuple[Row, Row]] = [
    # Allowed shares refuse nothing.
    ({}, {"reject_reason": None}),
    ({"customer_id": " GUEST "}, {"reject_reason": "missing_customer_id"}),
    ({"customer_id": "17003.0"}, {"customer_id": "17003", "reject_reason": None}),
    ({"order_id": '="20240001"'}, {"order_id": "20240001", "reject_reason": None}),
    ({"order_status": "等待 买家付款"}, {"reject_reason": "rejected_status"}),
    ({"customer_id": "tester"}, {"reject_reason": "rejected_status"}),
    ({"paid_at": None}, {"reject_reason": "missing_ordered_at"}),
    ({"customer_id": "guest"}, {"customer_id": "138", "reject_reason": None}),
    ({"amount": "-5"}, {"is_refund": True, "reject_reason": None}),
    ({"product_name": "gift card"}, {"reject_reason": "rejected_status"}),
    ({"amount": "2,200.50"}, {"amount": Decimal("2200.5"), "reject_reason": None}),
    ({"amount": "1.234,56"}, {"amount": Decimal("1234.56"), "reject_reason": None}),
    ({"amount": "￥１２００．５"}, {"amount": Decimal("1200.5"), "reject_reason": None}),
    ({"ordered_at": "25/12/2024"}, {"reject_reason": None}),
]


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Any]:
    """The project with the page's own seed, and its manifest."""
    place = tmp_path_factory.mktemp("cleaning")
    folder = copy_project(place / "project")
    [seed] = [text for kind, text in BLOCKS if kind == "csv"]
    (folder / "seeds" / "my_placeholder_ids.csv").write_text(seed, encoding="utf-8")
    vars = {
        "rfm_orders_path": str(write_csv(place / "orders.csv", [LINE])),
        "rfm_policy": {"rfm_placeholder_ids": "my_placeholder_ids"},
    }
    project = Project(place, folder=folder, profiles=folder / "profiles_example", vars=vars)
    outcome = project.dbt("parse")
    assert outcome.success, outcome.errors
    assert project.dbt("seed", manifest=outcome.result).success
    return project, outcome.result


def test_every_block_is_tried() -> None:
    """The page has no block that the test below leaves out."""
    assert len(CASES) == len([kind for kind, _ in BLOCKS if kind == "yaml"])


def test_blocks(parsed: tuple[Project, Any]) -> None:
    """Each block with a line that it is for."""
    project, manifest = parsed
    blocks = [text for kind, text in BLOCKS if kind == "yaml"]
    for block, (cells, expected) in zip(blocks, CASES, strict=True):
        write_csv(project.place / "orders.csv", [LINE | cells])
        outcome = project.dbt(
            *("run", "-s", "+stg_rfm__orders"),
            vars=yaml.safe_load(block)["vars"],
            manifest=manifest,
        )
        assert outcome.success, (block, outcome.errors)
        [row] = project.table("stg_rfm__orders")
        assert {column: row[column] for column in expected} == expected, (block, row)


# Lines that are all refused, and the amount or time that the advised expression reads.
REFUSED: list[tuple[list[Row], str, Row]] = [
    (
        [{"amount": "2,200.50"}, {"amount": "9,100"}],
        "unreadable_amount",
        {"amount": Decimal("2200.5")},
    ),
    ([{"ordered_at": "25/12/2024"}, {"ordered_at": "01/02/2024"}], "unreadable_ordered_at", {}),
    ([{"ordered_at": "2024年1月1日"}], "unreadable_ordered_at", {}),
]


@pytest.mark.parametrize(("cells", "reason", "expected"), REFUSED)
def test_no_accepted_line(
    parsed: tuple[Project, Any], cells: list[Row], reason: str, expected: Row
) -> None:
    """The error names the reason, the count and a sample, and what it says to write is right."""
    project, manifest = parsed
    lines = [LINE | {"order_id": f"o{n}"} | more for n, more in enumerate(cells)]
    write_csv(project.place / "orders.csv", lines)
    command = ("run", "-s", "+int_rfm__line_gate")
    outcome = project.dbt(*command, manifest=manifest)
    assert not outcome.success
    sample = min(value for more in cells for value in more.values())
    for text in ("no order line was accepted", f"{reason} on {len(cells)} lines"):
        assert text in outcome.errors
    advised = re.search(r"write (rfm_order_columns: \{.*?\"\})", outcome.errors)
    assert advised, (sample, outcome.errors)
    outcome = project.dbt(*command, vars=yaml.safe_load(advised[1]), manifest=manifest)
    assert outcome.success, outcome.errors
    rows = project.table("stg_rfm__orders")
    assert {row["reject_reason"] for row in rows} == {None}
    assert {column: rows[0][column] for column in expected} == expected


def test_an_empty_input(parsed: tuple[Project, Any]) -> None:
    """A file with a header alone says so."""
    project, manifest = parsed
    write_csv(project.place / "orders.csv", [], LINE)
    outcome = project.dbt("run", "-s", "+int_rfm__line_gate", manifest=manifest)
    assert not outcome.success
    assert "no order line was accepted" in outcome.errors
    assert "The orders input has no rows" in outcome.errors
