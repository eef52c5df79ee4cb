"""examples/segmentations: customers get the groups that the sources describe, cell by cell."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
import yaml

from harness import ROOT, Row, assert_same, read_cases, read_csv
from oracle_actions import public_tables
from replay import COLUMNS, Replay, parsed_project
from test_random_orders import NO_POLICY

FOLDER = ROOT / "examples" / "segmentations"
# What the sources say, beside the rows that are tested.
GROUPS = read_cases("policy/segmentations")
LAST_DAY = date(2024, 12, 31)
TABLES = ("rfm_customer_tiers", "rfm_tier_rule_coverage", "rfm_policy_problems")


def orders() -> list[Row]:
    """Customers whose recency, frequency and money have nothing to do with one another."""
    # 420 can be divided among any of these numbers of orders.
    lines = [
        {
            "order_id": f"o{customer}.{number}",
            "customer_id": f"c{customer}",
            "ordered_at": str(LAST_DAY - timedelta(days=customer * 37 % 601)),
            "amount": str(420 * (1 + customer * 113 % 997) // count),
        }
        for customer in range(1000)
        for count in [1 + customer * 31 % 7]
        for number in range(count)
    ]
    return [dict.fromkeys(COLUMNS["orders_input"]) | line for line in lines]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    """The tables of these customers by these schemes alone."""
    policy = NO_POLICY.with_rows(
        {
            f"rfm_{file.stem.removeprefix('my_')}": read_csv(file)
            for file in sorted(FOLDER.glob("*.csv"))
        }
    )
    vars = {"rfm_latest_order_date": str(LAST_DAY), "rfm_as_of_date": str(LAST_DAY)}
    place: Path = tmp_path_factory.mktemp("segmentations")
    replay = Replay(parsed_project(place), TABLES, vars)
    found = replay.tables(policy.tables | {"orders_input": orders()}, TABLES)
    expected = public_tables(orders(), policy, latest_order_date=LAST_DAY, as_of_date=LAST_DAY)
    assert_same(found, expected, TABLES[:2])
    return found


def in_words(recency: int, mean: float) -> str:
    """The group of the source's descriptions, with borders as on the page."""
    has = "many" if mean >= 4 else "some" if mean > 2 else "few"
    if recency <= 2:
        history = "very strong" if mean > 4 else "strong" if mean >= 3 else "low"
        return GROUPS["shop_groups"]["not recent"][history][recency - 1]
    return GROUPS["shop_groups"][{5: "very recent", 4: "recent", 3: "less recent"}[recency]][has]


def test_seeds_are_loaded_as_text() -> None:
    """The YAML beside the CSVs names all of their columns."""
    seeds = yaml.safe_load((FOLDER / "_my_policy.yml").read_text("utf-8"))["seeds"]
    columns = {seed["name"]: list(seed["config"]["column_types"]) for seed in seeds}
    assert columns == {file.stem: list(read_csv(file)[0]) for file in FOLDER.glob("*.csv")}


def test_policy_is_sound(graded: dict[str, list[Row]]) -> None:
    """Nothing is wrong with the rows, and every cell of three and of five levels is met."""
    assert graded["rfm_policy_problems"] == []
    cells = Counter(row["scheme"] for row in graded["rfm_tier_rule_coverage"])
    assert cells == {"three_levels": 27, "shop_groups": 125}


def test_codes_of_cells(graded: dict[str, list[Row]]) -> None:
    """The score is the code, and the tier, too."""
    rows = [row for row in graded["rfm_customer_tiers"] if row["scheme"] == "cell_codes"]
    codes = [
        "".join(f"{row[f'{metric}_score']:.0f}" for metric in ("recency", "frequency", "monetary"))
        for row in rows
    ]
    assert [row["tier"] for row in rows] == codes
    assert [f"{row['score']:.0f}" for row in rows] == codes
    assert set(codes) == {"".join(code) for code in product("12345", repeat=3)}


def test_groups_of_cells(graded: dict[str, list[Row]]) -> None:
    """Each cell has the group of its source, whether a customer is in it or not."""
    levels = {code: tier for tier, codes in GROUPS["three_levels"].items() for code in codes}
    for row in graded["rfm_tier_rule_coverage"]:
        recency, frequency, monetary = (
            int(row[f"{metric}_score"]) for metric in ("recency", "frequency", "monetary")
        )
        if row["scheme"] == "three_levels":
            expected = levels[100 * recency + 10 * frequency + monetary]
        else:
            expected = in_words(recency, (frequency + monetary) / 2)
        assert row["tier"] == expected, row
