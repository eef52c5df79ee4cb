"""What a user does not have stays null: orders of four columns, with and without a contact log."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from harness import PUBLIC_TABLES, SEEDS, Project, Row, assert_same, write_csv
from oracle import Policy
from oracle_actions import public_tables

# Ten customers, each with an order in January, and every other one with one in May.
ORDERS = [
    {
        "order_id": f"o{customer}-{month}",
        "customer_id": f"c{customer}",
        "ordered_at": f"2024-0{month}-{10 + customer}",
        "amount": str(100 * customer + month),
    }
    for customer in range(10)
    for month in (1, 5)
    if month == 1 or customer % 2
]
CONTACTS = [
    {"contact_id": "k1", "customer_id": "c1", "contacted_at": "2024-05-20 10:00"},
    {"contact_id": "k1", "customer_id": "c1", "contacted_at": "2024-05-21 10:00"},
    {"contact_id": "k2", "customer_id": "c1", "contacted_at": "yesterday"},
    {"contact_id": "", "customer_id": "c2", "contacted_at": "2024-05-20"},
]


@pytest.fixture
def vars(tmp_path: Path) -> Row:
    """Vars of a build on nothing but the required columns."""
    orders = write_csv(tmp_path / "orders.csv", ORDERS)
    return {
        "rfm_orders_path": str(orders),
        "rfm_as_of_date": "2024-05-31",
        "rfm_min_insight_customers": 2,
    }


def test_required_columns_are_enough(project: Project, vars: Row) -> None:
    """Every table is built; the columns of what is not there are null, and only those."""
    project.build(vars=vars)
    for table in set(PUBLIC_TABLES) - {"rfm_rejected_orders"}:
        assert project.table(table), table
    behaviour = project.table("rfm_customer_behaviour")
    assert len(behaviour) == 10
    unknown = {
        *("category_1", "category_2", "category_3", "main_channel", "main_payment_method"),
        *("discount_rate", "discount_band", "price_sensitivity", "peak_hours"),
        *("refund_lines", "refunded_amount", "refunded_quantity"),
    }
    unknown |= {f"{column}_share" for column in unknown}
    for row in behaviour:
        empty = {column for column, value in row.items() if value is None}
        intervals = {"mean_interval_days", "median_interval_days", "interval_spread_days"}
        assert empty - (intervals if row["orders"] == 1 else set()) == unknown & row.keys()
    for row in project.table("rfm_follow_ups"):
        assert row["last_contacted_at"] is row["last_contact_channel"] is None
        assert (row["status"], row["contacts_made"]) == ("never_contacted", 0)
    kinds = {row["preference"] for row in project.table("rfm_customer_preferences")}
    assert kinds == {"order_value_band", "weekday"}
    assert {row["region"] for row in project.table("rfm_regional_demand")} <= {"未知", "(all)"}


def test_schemes_without_filters(project: Project, tmp_path: Path) -> None:
    """Orders of four columns, all graded by all schemes: every value is the oracle's."""
    lines = []
    for customer in range(60):
        for order in range(1 + customer % 4):
            month, day = 1 + (5 * customer + 2 * order) % 12, 1 + customer % 28
            lines.append(
                {
                    "order_id": f"o{customer}.{order}",
                    "customer_id": f"c{customer}",
                    "ordered_at": f"{2023 + customer % 2}-{month:02}-{day:02} 10:30",
                    "amount": f"{(37 * customer + 61 * order) % 900}.50",
                }
            )
    project.build(vars={"rfm_orders_path": str(write_csv(tmp_path / "orders.csv", lines))})
    policy = Policy.from_folder(SEEDS)
    expected = public_tables(lines, policy, latest_order_date=date.today())
    assert_same(project.tables(), expected)
    assert {name for name, rows in expected.items() if not rows} == {"rfm_rejected_orders"}


def test_contacts_that_cannot_be_used_are_told(project: Project, vars: Row, tmp_path: Path) -> None:
    """They are counted in a warning, and a contact that stands twice counts once."""
    contacts = write_csv(tmp_path / "contacts.csv", CONTACTS)
    outcome = project.build(
        vars=vars | {"rfm_contacts_path": str(contacts), "rfm_report_date": "2024-06-02"}
    )
    assert "2 of 4 lines of the contact log are not counted" in outcome.warnings
    rows = {
        row["customer_id"]: row
        for row in project.table("rfm_follow_ups")
        if row["scheme"] == "sales_template"
    }
    assert {row["report_date"] for row in rows.values()} == {date(2024, 6, 2)}
    assert str(rows["c1"]["last_contacted_at"]) == "2024-05-20 10:00:00"
    assert rows["c2"]["status"] == "never_contacted"


def test_report_date_before_the_as_of_date(project: Project, vars: Row) -> None:
    """The build stops, and the message names the var, the value, the scheme and the first day."""
    settings = {"rfm_report_date": "2024-05-30"}
    outcome = project.dbt("build", "-s", "+int_rfm__report_dates", vars=vars | settings)
    assert not outcome.success
    assert 'var rfm_report_date: found "2024-05-30"' in outcome.errors
    assert "write a date from 2024-05-31" in outcome.errors


@pytest.mark.parametrize(
    ("scheme", "message"),
    [("vip", "the scheme is unknown"), ("outdoor_gear", "the scheme is not enabled")],
)
def test_demand_scheme(project: Project, vars: Row, scheme: str, message: str) -> None:
    """A scheme that nobody is graded by is a problem of the policy."""
    settings = {"rfm_enabled_schemes": ["crm_practice"], "rfm_demand_scheme": scheme}
    outcome = project.dbt("build", "-s", "+int_rfm__policy_gate", vars=vars | settings)
    assert not outcome.success
    for text in ("var rfm_demand_scheme", message, f'found "{scheme}"'):
        assert text in outcome.errors
