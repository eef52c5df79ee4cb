"""This project as a package of another dbt project, with that project's orders and schemes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness import ROOT, SCHEMES, SEEDS, Project, Row, assert_same, write_csv
from oracle import Policy
from oracle_actions import public_tables

# A seventh scheme that mixes thresholds, ntile of 3 and min-max, and an own outdoor_gear.
OWN_POLICY: dict[str, list[Row]] = {
    "rfm_schemes": [
        {
            "scheme": "corner_shop",
            "title": "Corner shop",
            "title_zh": None,
            "window_start": None,
            "window_months": "6",
            "population": "active_in_window",
            "refresh_period": "week",
            "score_decimals": "2",
            "tier_method": "score",
        },
        {
            "scheme": "outdoor_gear",
            "title": "Our outdoor gear",
            "title_zh": None,
            "window_start": "2024-01-01",
            "window_months": None,
            "population": "ever_ordered",
            "refresh_period": "day",
            "score_decimals": "0",
            "tier_method": "score",
        },
    ],
    "rfm_scheme_metrics": [
        dict(
            zip(
                (
                    *("scheme", "metric", "method", "weight", "direction", "levels"),
                    *("baseline_metric", "window"),
                ),
                cells,
                strict=True,
            )
        )
        for cells in (
            (
                "corner_shop",
                "recency",
                "threshold",
                "0.2",
                "lower_is_better",
                None,
                None,
                None,
            ),
            (
                "corner_shop",
                "frequency",
                "ntile",
                "0.3",
                "higher_is_better",
                "3",
                None,
                "scheme",
            ),
            (
                *("corner_shop", "monetary", "min_max", "0.4"),
                *("higher_is_better", None, "monetary", "all"),
            ),
            (
                *("corner_shop", "average_order_value", "quantile", "0.1"),
                *("higher_is_better", "4", None, "scheme"),
            ),
            (
                "outdoor_gear",
                "quantity",
                "ntile",
                "1",
                "higher_is_better",
                "2",
                None,
                "all",
            ),
        )
    ],
    "rfm_score_bins": [
        {
            "scheme": "corner_shop",
            "metric": "recency",
            "score": score,
            "lower_bound": lower,
            "lower_inclusive": "false" if lower else None,
            "upper_bound": upper,
            "upper_inclusive": "true" if upper else None,
        }
        for score, lower, upper in (
            ("3", None, "7"),
            ("2", "7", "45"),
            ("0.5", "45", None),
        )
    ],
    "rfm_tiers": [
        {
            "scheme": scheme,
            "tier": tier,
            "tier_rank": rank,
            "label": tier.title(),
            "label_zh": None,
            "min_score": lowest,
            "max_score": highest,
        }
        for scheme, tier, rank, lowest, highest in (
            ("corner_shop", "gold", "1", "1.7", None),
            ("corner_shop", "silver", "2", "0.95", "1.7"),
            ("corner_shop", "bronze", "3", None, "0.95"),
            ("outdoor_gear", "upper", "1", "2", None),
            ("outdoor_gear", "lower", "2", None, "2"),
        )
    ],
    "rfm_follow_up_cadences": [
        {
            "scheme": scheme,
            "tier": tier,
            "contacts_min": "1",
            "contacts_max": "2",
            "every_n": "1",
            "period": period,
            "action": "Call",
            "action_zh": None,
        }
        for scheme, tier, period in (
            ("corner_shop", "gold", "week"),
            ("corner_shop", "silver", "month"),
            ("corner_shop", "bronze", "year"),
            ("outdoor_gear", "upper", "day"),
            ("outdoor_gear", "lower", "quarter"),
        )
    ],
    "rfm_life_cycles": [
        {
            "life_cycle": life_cycle,
            "priority": priority,
            "max_tenure_days": days,
            "max_recency_days": None,
            "label": None,
            "label_zh": None,
        }
        for life_cycle, priority, days in (("new", "1", "30"), ("old", "2", None))
    ],
}


def shop_lines() -> list[Row]:
    """A few hundred order lines of a shop, in the columns of its own table."""
    lines = []
    for number in range(400):
        customer = (number * 7919) % 61
        day = datetime(2023, 6, 1, 9) + timedelta(days=(number * 37) % 580, hours=customer % 9)
        for line in range(1 + number % 3):
            cents = ((number * 104729 + line * 31) % 90000) / 100
            lines.append(
                {
                    "order_no": f"S{number}",
                    "buyer": f"B{customer:03}",
                    "line_no": line + 1,
                    "paid_at": day.isoformat(sep=" "),
                    "paid": f"{cents:.2f}",
                    "pieces": 1 + (number + line) % 4,
                }
            )
    return lines


def shop_project(folder: Path) -> Path:
    """A dbt project that installs this one as a local package and has orders of its own."""
    (folder / "models").mkdir(parents=True)
    (folder / "seeds").mkdir()
    (folder / "packages.yml").write_text(f"packages:\n  - local: {json.dumps(str(ROOT))}\n")
    (folder / "dbt_project.yml").write_text(
        json.dumps(
            {
                "name": "my_shop",
                "version": "1.0.0",
                "profile": "dbt_rfm",
                "flags": {"require_ref_searches_node_package_before_root": True},
                "vars": {
                    "rfm_orders_model": "shop_orders",
                    "rfm_order_columns": {
                        "order_id": "order_no",
                        "customer_id": "buyer",
                        "ordered_at": "paid_at",
                        "amount": "paid",
                        "line_id": "line_no",
                        "quantity": "pieces",
                    },
                    "rfm_policy": {seed: f"my_{seed}" for seed in OWN_POLICY},
                    "rfm_latest_order_date": "2026-01-01",
                },
                "seeds": {
                    "my_shop": {
                        f"my_{seed}": {
                            "+column_types": dict.fromkeys(rows[0], "varchar"),
                            "+quote_columns": True,
                        }
                        for seed, rows in OWN_POLICY.items()
                    }
                },
            }
        )
    )
    write_csv(folder / "seeds" / "shop_lines.csv", shop_lines())
    (folder / "models" / "shop_orders.sql").write_text("select * from {{ ref('shop_lines') }}\n")
    for seed, rows in OWN_POLICY.items():
        write_csv(folder / "seeds" / f"my_{seed}.csv", rows)
    return folder


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The other project, built once."""
    place = tmp_path_factory.mktemp("shop")
    project = Project(place, folder=shop_project(place / "my_shop"))
    assert project.dbt("deps").success
    return project


def test_installed_package_grades_the_shops_orders(shop: Project) -> None:
    """All tables equal the oracle's: shipped schemes, the seventh and the replaced one."""
    outcome = shop.dbt("build", "--warn-error-options", '{"error": ["Deprecations"]}')
    assert outcome.success, outcome.errors
    lines = [
        {
            "order_id": line["order_no"],
            "customer_id": line["buyer"],
            "ordered_at": line["paid_at"],
            "amount": line["paid"],
            "line_id": str(line["line_no"]),
            "quantity": str(line["pieces"]),
        }
        for line in shop_lines()
    ]
    expected = public_tables(
        lines,
        Policy.from_folder(SEEDS).with_rows(OWN_POLICY),
        latest_order_date=datetime(2026, 1, 1, tzinfo=UTC).date(),
    )
    assert_same(shop.tables(), expected)
    graded = {row["scheme"] for row in expected["rfm_customer_tiers"]}
    assert graded == {*SCHEMES, "corner_shop"}
    tiers = {
        row["tier"] for row in expected["rfm_customer_tiers"] if row["scheme"] == "corner_shop"
    }
    assert tiers == {"gold", "silver", "bronze"}

    # Seeds without schemes are replaced as a whole; strategies go with their schemes.
    rows = shop.table("stg_rfm__policy")
    cycles = {row["life_cycle"] for row in rows if row["seed"] == "rfm_life_cycles"}
    assert cycles == {"new", "old"}
    strategies = {row["scheme"] for row in rows if row["seed"] == "rfm_strategies"}
    assert strategies == set(SCHEMES) - {"outdoor_gear"}

    # What belongs to this repository stays here: unit tests, their models, the demo.
    ran = [result.node.unique_id for result in outcome.result.results]
    assert not [name for name in ran if name.startswith("unit_test") or "demo" in name]
    assert outcome.warnings == ""


def test_installed_package_without_orders_says_what_to_set(shop: Project) -> None:
    """The demo is off in an installed package."""
    outcome = shop.dbt("run", "--select", "stg_rfm__input_check", vars={"rfm_orders_model": None})
    assert not outcome.success
    assert "no orders input is set" in outcome.errors
    assert "rfm_orders_path" in outcome.errors
