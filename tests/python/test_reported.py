"""What was reported first stays, and what differs now is counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from harness import Project, Row, write_csv

JUNE, JULY = date(2024, 6, 30), date(2024, 7, 31)


def order(customer: str, day: str, amount: int) -> Row:
    """An order of one line."""
    return {"order_id": day, "customer_id": customer, "ordered_at": day, "amount": amount}


def test_reported_tiers(tmp_path: Path) -> None:
    """A full refresh keeps them; a late order restates its customer, and one who was not there."""
    path = tmp_path / "orders.csv"
    project = Project(tmp_path)
    project.vars = {
        "rfm_orders_path": str(path),
        "rfm_enabled_schemes": ["outdoor_gear"],
        "rfm_keep_reported": True,
    }
    project.parse()
    write_csv(path, orders := [order("ann", "2024-01-05", 100), order("bob", "2024-06-20", 100)])
    restatements = ("--select", "+rfm_restatements")
    project.build(*restatements, vars={"rfm_as_of_date": str(JUNE)})
    # Of 1 to 5, recency 0.3, frequency 0.3, monetary 0.4: Ann 1, 1, 1 is 1.0; Bob 5, 1, 1 is 2.2.
    reported = project.table("rfm_reported_tiers")
    assert {row["customer_id"]: row["tier"] for row in reported} == {"ann": "D", "bob": "C"}
    assert project.table("rfm_restatements") == []

    late = [order("ann", "2024-06-29", 5000), order("eve", "2024-06-10", 100)]
    write_csv(path, orders + late)
    later = {"rfm_as_of_date": str(JULY), "rfm_history_periods": 2}
    project.build(*restatements, "--full-refresh", vars=later)
    again = project.table("rfm_reported_tiers")
    assert [row for row in again if row["as_of_date"] == JUNE] == reported
    assert len({row["reported_at"] for row in again}) == 2
    added = {row["customer_id"] for row in again if row["as_of_date"] == JULY}
    assert added == {"ann", "bob", "eve"}
    cells = {
        (row["as_of_date"], row["tier_reported"], row["tier"]): row["customers"]
        for row in project.table("rfm_restatements")
    }
    # Ann 5, 2, 5 is 4.1; Eve 4, 1, 1 is 1.9.
    assert cells == {(JUNE, "D", "A"): 1, (JUNE, "not_graded", "D"): 1}
