"""What a user does not have stays null: orders of four columns, with a contact log of three."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from harness import PUBLIC_TABLES, SEEDS, Project, assert_same, write_csv
from oracle import Policy
from oracle_actions import public_tables

REPORT_DATE = date(2025, 1, 2)
# Sixty customers with one to four orders.
ORDERS = [
    {
        "order_id": f"o{customer}.{order}",
        "customer_id": f"c{customer}",
        "ordered_at": f"{2023 + customer % 2}-{1 + (5 * customer + 2 * order) % 12:02}"
        f"-{1 + customer % 28:02}",
        "amount": f"{(37 * customer + 61 * order) % 900}.50",
    }
    for customer in range(60)
    for order in range(1 + customer % 4)
]
# A contact that stands twice counts once; two lines cannot be used.
CONTACTS = [
    {"contact_id": "k1", "customer_id": "c1", "contacted_at": "2024-12-20 10:00"},
    {"contact_id": "k1", "customer_id": "c1", "contacted_at": "2024-12-21 10:00"},
    {"contact_id": "k2", "customer_id": "c1", "contacted_at": "yesterday"},
    {"contact_id": "", "customer_id": "c2", "contacted_at": "2024-12-20"},
]


def test_required_columns_are_enough(project: Project, tmp_path: Path) -> None:
    """Every table is built; the columns of what is not there are null, and only those."""
    project.vars = {
        "rfm_orders_path": str(write_csv(tmp_path / "orders.csv", ORDERS)),
        "rfm_contacts_path": str(write_csv(tmp_path / "contacts.csv", CONTACTS)),
        "rfm_report_date": str(REPORT_DATE),
        "rfm_min_insight_customers": 2,
        "rfm_history_periods": 12,
    }
    outcome = project.parse().build()
    assert "2 of 4 lines of the contact log are not counted" in outcome.warnings
    found = project.tables()
    expected = public_tables(
        ORDERS,
        Policy.from_folder(SEEDS),
        contacts=CONTACTS,
        latest_order_date=date.today(),
        report_date=REPORT_DATE,
        min_insight_customers=2,
        history_periods=12,
    )
    assert_same(found, expected)
    assert {name for name in PUBLIC_TABLES if not found[name]} == {"rfm_rejected_orders"}

    unknown = {
        *("category_1", "category_2", "category_3", "main_channel", "main_payment_method"),
        *("discount_rate", "discount_band", "price_sensitivity", "peak_hours"),
        *("refund_lines", "refunded_amount", "refunded_quantity"),
    }
    unknown |= {f"{column}_share" for column in unknown}
    intervals = {"mean_interval_days", "median_interval_days", "interval_spread_days"}
    for row in found["rfm_customer_behaviour"]:
        empty = {column for column, value in row.items() if value is None}
        assert empty - (intervals if row["orders"] == 1 else set()) == unknown & row.keys()
    kinds = {row["preference"] for row in found["rfm_customer_preferences"]}
    assert kinds == {"order_value_band", "weekday"}
    assert {row["region"] for row in found["rfm_regional_demand"]} <= {"未知", "(all)"}

    for row in found["rfm_follow_ups"]:
        assert (row["report_date"], row["last_contact_channel"]) == (REPORT_DATE, None)
        if row["customer_id"] == "c1":
            assert str(row["last_contacted_at"]) == "2024-12-20 10:00:00"
        else:
            assert (row["last_contacted_at"], row["contacts_made"]) == (None, 0)
            assert row["status"] in ("overdue", "due", "ok")
