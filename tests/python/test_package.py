"""This project as a package of another dbt project, with that project's orders and schemes."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from harness import ROOT, SCHEMES, SEEDS, Project, Row, assert_same, read_cases, read_csv, write_csv
from oracle import Policy
from oracle_actions import public_tables

OWN_POLICY: dict[str, str] = read_cases("policy/own_policy")
# Its orders are in a table with names of its own.
COLUMNS = {
    "order_id": "order_no",
    "customer_id": "buyer",
    "ordered_at": "paid_at",
    "amount": "paid",
    "line_id": "line_no",
    "quantity": "pieces",
}
# So are margins, a measure of its own, in a table without a column for its name.
MEASURE_COLUMNS = {
    "customer_id": "buyer",
    "measure": "'margin'",
    "value": "margin",
    "valid_from": "reckoned_on",
}


def shop_lines() -> list[Row]:
    """A few hundred order lines of a shop, in the columns of its own table."""
    first, customers = datetime(2023, 6, 1, 9), 61
    return [
        {
            "order_no": f"S{number}",
            "buyer": f"B{(number * 7919) % customers:03}",
            "line_no": str(line + 1),
            "paid_at": str(
                first + timedelta(days=(number * 37) % 580, hours=(number * 7919) % customers % 9)
            ),
            "paid": f"{((number * 104729 + line * 31) % 90000) / 100:.2f}",
            "pieces": str(1 + (number + line) % 4),
        }
        for number in range(400)
        for line in range(1 + number % 3)
    ]


def shop_margins() -> list[Row]:
    """What the shop earns by most of its customers, which it reckons anew in 2024."""
    return [
        {"buyer": f"B{number:03}", "margin": f"{margin / 4}", "reckoned_on": reckoned_on}
        for number in range(59)
        for margin, reckoned_on in ((number * 31 % 50, None), (number * 17 % 50, "2024-10-01"))
    ]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A dbt project that installs this one as a local package and has orders of its own."""
    place = tmp_path_factory.mktemp("shop")
    folder = place / "my_shop"
    settings = {
        "name": "my_shop",
        "version": "1.0.0",
        "profile": "dbt_rfm",
        "flags": {"require_ref_searches_node_package_before_root": True},
        "vars": {
            "rfm_orders_model": "shop_orders",
            "rfm_order_columns": COLUMNS,
            "rfm_measures_model": "shop_margins",
            "rfm_measure_columns": MEASURE_COLUMNS,
            "rfm_policy": {seed: f"my_{seed}" for seed in OWN_POLICY},
            "rfm_latest_order_date": "2026-01-01",
            "rfm_history_periods": 3,
        },
        "seeds": {
            "my_shop": {
                f"my_{seed}": {
                    "+column_types": dict.fromkeys(rows.splitlines()[0].split(","), "varchar"),
                    "+quote_columns": True,
                }
                for seed, rows in OWN_POLICY.items()
            }
        },
    }
    files = {
        "packages.yml": f"packages:\n  - local: {json.dumps(str(ROOT))}\n",
        "dbt_project.yml": json.dumps(settings),
        "models/shop_orders.sql": "select * from {{ ref('shop_lines') }}\n",
    } | {f"seeds/my_{seed}.csv": rows for seed, rows in OWN_POLICY.items()}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    write_csv(folder / "seeds" / "shop_lines.csv", shop_lines())
    write_csv(folder / "seeds" / "shop_margins.csv", shop_margins())
    project = Project(place, folder=folder)
    project.succeed("deps")
    return project


def test_installed_package_without_orders_says_what_to_set(shop: Project) -> None:
    """The demo is off in an installed package."""
    outcome = shop.dbt("run", "--select", "stg_rfm__input_check", vars={"rfm_orders_model": None})
    assert outcome.lacks("no orders input is set", "rfm_orders_path") == [], outcome.errors


def test_installed_package_grades_the_shops_orders(shop: Project) -> None:
    """All tables equal the oracle's: shipped schemes, the seventh and the replaced one."""
    outcome = shop.succeed("build", "--warn-error-options", '{"error": ["Deprecations"]}')
    lines = [{column: line[name] for column, name in COLUMNS.items()} for line in shop_lines()]
    seeds = shop.folder / "seeds"
    own = {seed: read_csv(seeds / f"my_{seed}.csv") for seed in OWN_POLICY}
    policy = Policy.from_folder(SEEDS).with_rows(own)
    measures = [
        {"customer_id": row["buyer"], "measure": "margin", "value": row["margin"]}
        | {"valid_from": row["reckoned_on"]}
        for row in shop_margins()
    ]
    expected = public_tables(
        lines, policy, measures=measures, latest_order_date=date(2026, 1, 1), history_periods=3
    )
    assert_same(shop.tables(), expected)
    tiers = {(row["scheme"], row["tier"]) for row in expected["rfm_customer_tiers"]}
    assert {scheme for scheme, _ in tiers} == {*SCHEMES, "corner_shop"}
    assert {("corner_shop", tier) for tier in ("gold", "silver", "bronze")} <= tiers

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
