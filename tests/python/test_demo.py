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
    read_csv,
    without_prose,
    write_csv,
)
from oracle import Policy
from oracle_actions import public_tables

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
    return public_tables(
        read_csv(DEMO / "rfm_demo_orders.csv"),
        Policy.from_folder(SEEDS),
        customers=read_csv(DEMO / "rfm_demo_customers.csv"),
        contacts=read_csv(DEMO / "rfm_demo_contacts.csv"),
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


# Where, then the English and the Chinese text: one example of each sentence.
SENTENCES = [
    (
        "rfm_customer_behaviour",
        {"customer_id": "FS-00024"},
        "Last order 127 days ago, expected after 112 days (own intervals: 7): 15 days late",
        "最近一次下单在127天前，预期间隔112天（自有间隔7次），已晚15天",
    ),
    (
        "rfm_customer_behaviour",
        {"customer_id": "FS-00745"},
        "Last order 130 days ago, expected after 141 days (the mean of all customers): not late",
        "最近一次下单在130天前，预期间隔141天（全体客户的平均值），尚未到期",
    ),
    (
        "rfm_follow_ups",
        {"scheme": "classic_segments", "customer_id": "FS-00001"},
        "At risk: 1 contact a quarter; last contact 2024-12-31; still owed in this round: 0",
        "有流失风险的客户：每1个季度联系1次；最近联系 2024-12-31；本期还欠0次",
    ),
    (
        "rfm_follow_ups",
        {"scheme": "classic_segments", "customer_id": "FS-00003"},
        "Lost: 1 contact a year; never contacted; still owed in this round: 1",
        "已流失客户：每1年联系1次；从未联系；本期还欠1次",
    ),
    (
        "rfm_follow_ups",
        {"scheme": "outdoor_gear", "customer_id": "OG-00063"},
        "Ordinary: 1 to 2 contacts every 6 months; last contact 2023-08-08, 327 days overdue;"
        " still owed in this round: 1",
        "普通客户：每6个月联系1至2次；最近联系 2023-08-08，逾期327天；本期还欠1次",
    ),
    (
        "rfm_alerts",
        {"scheme": "classic_segments", "customer_id": "FS-00068", "alert": "churn_risk"},
        "Last order 284 days ago, expected after 126 days (own intervals: 4): 158 days late",
        "最近一次下单在284天前，预期间隔126天（自有间隔4次），已晚158天",
    ),
    (
        "rfm_alerts",
        {"scheme": "classic_segments", "customer_id": "FS-00004", "alert": "overdue_follow_up"},
        "Loyal customers: 1 contact a month; last contact 2023-12-02, 364 days overdue;"
        " still owed in this round: 1",
        "忠诚客户：每1个月联系1次；最近联系 2023-12-02，逾期364天；本期还欠1次",
    ),
    (
        "rfm_alerts",
        {"scheme": "classic_segments", "customer_id": "FS-00167", "alert": "about_to_order"},
        "The next order is expected on 2025-01-07",
        "预计下次下单日期 2025-01-07",
    ),
    (
        "rfm_alerts",
        {"scheme": "classic_segments", "customer_id": "FS-00011", "alert": "tier_dropped_risk"},
        "Falls to Can't lose them on 2025-01-31 unless an order comes",
        "如果到2025-01-31仍不下单，将降为 不能失去的客户",
    ),
    (
        "rfm_alerts",
        {"scheme": "finance_software", "customer_id": "FS-00445", "alert": "near_upgrade"},
        "Missing: 1 order to Medium-high value, room to grow,"
        " or 180.2 more spending to Medium-high value, room to grow",
        "还差：再下1单升为 中高价值客户，或再消费180.2升为 中高价值客户",
    ),
    # 1173.24 more spending would do, too, but is over a fifth of 4235.36.
    (
        "rfm_alerts",
        {"scheme": "finance_software", "customer_id": "FS-00203", "alert": "near_upgrade"},
        "Missing: 1 order to High value, key accounts",
        "还差：再下1单升为 高价值客户",
    ),
    (
        "rfm_alerts",
        {"scheme": "classic_segments", "customer_id": "FS-00153", "alert": "near_upgrade"},
        "Missing: 1128.36 more spending to Champions",
        "还差：再消费1128.36升为 冠军客户",
    ),
    *(
        ("rfm_tier_insights", {"scheme": "outdoor_gear", "tier": "A", "insight": insight}, *texts)
        for insight, *texts in (
            (
                "repurchase",
                "High value: 100.0% ordered twice or more in the window"
                " (all customers 60.0%, lift 1.67; 54 customers)",
                "高价值客户：100.0%在统计窗口内复购（全体60.0%，提升度1.67，依据54位客户）",
            ),
            (
                "channel: app",
                "High value: 94.4% order mostly by app"
                " (all customers 31.8%, lift 2.97; 54 customers)",
                "高价值客户：94.4%主要通过app下单（全体31.8%，提升度2.97，依据54位客户）",
            ),
            (
                "discount_band: 0-10%",
                "High value: 90.7% buy at a discount of 0-10%"
                " (all customers 50.9%, lift 1.78; 54 customers)",
                "高价值客户：90.7%折扣率在0-10%（全体50.9%，提升度1.78，依据54位客户）",
            ),
            (
                "hour_band: 10:00-12:00",
                "High value: 38.9% order mostly at 10:00-12:00"
                " (all customers 27.0%, lift 1.44; 54 customers)",
                "高价值客户：38.9%多在10:00-12:00下单（全体27.0%，提升度1.44，依据54位客户）",
            ),
            (
                "order_value_band: 100-500",
                "High value: 64.8% spend mostly 100-500 an order"
                " (all customers 56.2%, lift 1.15; 54 customers)",
                "高价值客户：64.8%多数订单金额在100-500（全体56.2%，提升度1.15，依据54位客户）",
            ),
            (
                "category: 登山杖",
                "High value: 18.5% buy mostly 登山杖"
                " (all customers 13.0%, lift 1.43; 54 customers)",
                "高价值客户：18.5%最常买登山杖（全体13.0%，提升度1.43，依据54位客户）",
            ),
        )
    ),
]


@pytest.mark.parametrize("table", PROSE)
def test_prose_is_never_missing(table: str, found: dict[str, list[Row]]) -> None:
    """Every row says it in both languages."""
    assert without_prose(table, found[table]) == []


@pytest.mark.parametrize(("table", "key", "english", "chinese"), SENTENCES)
def test_prose(
    table: str, key: Row, english: str, chinese: str, found: dict[str, list[Row]]
) -> None:
    """What a sentence says of one row, literally."""
    (row,) = (row for row in found[table] if key.items() <= row.items())
    assert (row[PROSE[table]], row[f"{PROSE[table]}_zh"]) == (english, chinese)


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
    contacts = read_csv(DEMO / "rfm_demo_contacts.csv")
    random.Random(3).shuffle(contacts)
    project.build(
        vars={
            "rfm_orders_path": str(write_csv(tmp_path / "orders.csv", lines)),
            "rfm_order_columns": {column: column for column in lines[0]},
            "rfm_customers_path": str(write_csv(tmp_path / "customers.csv", customers)),
            "rfm_customer_columns": {"identity": "identity"},
            "rfm_contacts_path": str(write_csv(tmp_path / "contacts.csv", contacts)),
            "rfm_contact_columns": {"channel": "channel", "outcome": "outcome"},
            "rfm_max_order_quantity": 1000,
            "rfm_scheme_filters": {
                "finance_software": "source_system = 'finance_software' and region = '张家口市'",
                "outdoor_gear": "source_system = 'outdoor_gear' and region = '四川'",
                "leather_market": "source_system = 'leather_market'",
            },
        }
    )
    assert_same(project.tables(), found)
