"""Inputs that hold many cases at once, for engines on which every build takes its time.

Each case has order lines and a scheme of its own that grades them alone, by a filter on
payment_method. Everything is drawn by the strategies of the random tests, always the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engines import Engine, Parsed
from harness import PUBLIC_TABLES, ROOT, Row, write_csv
from oracle import CONTRACT_COLUMNS, POLICY_SEEDS, WHOLE_SEEDS, Policy
from replay import COLUMNS
from test_online_retail import ORDERS
from test_random_orders import (
    ALIASES,
    IDENTITIES,
    LATEST_ORDER_DATE,
    LINE,
    NO_POLICY,
    ODD_AMOUNTS,
    ODD_DAYS,
    scheme_rows,
)
from test_wrong_policy import FAULTS, shipped

CASES = 24
# Of these schemes each grades all lines.
UNFILTERED = 4
SEEDS_WITH_SCHEMES = [seed for seed in POLICY_SEEDS if "scheme" in COLUMNS[seed]]

# The inputs of all tests go by the same names, so that one manifest serves them all.
INPUT_VARS: Row = {
    "rfm_orders_table": "orders_input",
    "rfm_customers_table": "customers_input",
    "rfm_customer_columns": {"identity": "identity"},
}
RANDOM_VARS: Row = {
    "rfm_order_columns": {column: column for column in CONTRACT_COLUMNS},
    "rfm_latest_order_date": LATEST_ORDER_DATE.isoformat(),
    "rfm_max_order_quantity": 12,
    "rfm_scheme_filters": {f"case_{case}": f"payment_method = '{case}'" for case in range(CASES)},
}

# Texts that engines read, round or cut in ways of their own.
DAYS = [
    *("0001-01-01", "0000-01-01", "0099-12-31", "9999-12-31", "10000-01-01", "24-01-05"),
    *("2000-02-29", "2100-02-29", "2023-02-29", "2023/2/29", "2024-2-29", "2024/02/29 1:02"),
    *("2024-04-31", "2024-13-01", "2024-00-10", "2024-1-0", "2024-1-32", "2024-1/5", "20240105"),
    *("2024-01-05T07:08:09.123456789", "2024-01-05 23:59:59.9999999", "2024-01-05 7:8"),
    *("2024-01-05 24:00", "2024-01-05 23:60", "2024-01-05 23:59:60", "2024-01-05 07:08Z"),
    *("2024-01-05 07:08+08:00", "2024-01-05 07:08:09 BC", "2024-01-05t07:08", "05.01.2024"),
    *(
        "Jan 5 2024",
        "infinity",
        "now",
        "today",
        "epoch",
        "２０２４-01-05",
        "\u30002024-01-05\u00a0",
    ),
]
NUMBERS = [
    *("7.6499999999999995", "\u30007.65", "７.65", "\t 1e+2\u00a0", "1E-2", "+.5e1", "5.", "."),
    *("1e", "e1", "--1", "1-", "0x10", "1_0", "1,0", "¥1", "0.0000005", "0.00000049999999999"),
    *("-0.0", "-0.0000004", "1e-300", "-1e-300", "1e300", "1e0001", "000000000000000000007"),
    *("999999999999.9999994", "999999999999.9999995", "123456789012345678901234567890", "2.0"),
    *("2.50", "2.0000000000000000001", "1e12", "999999999999", "NaN", "-Infinity", "inf", "INF"),
    *("+nan", "true", "1 2"),
]
# Doubles whose shortest digits are not what their decimal places promise.
DOUBLES = [
    *(7.6499999999999995, 0.0010105, 0.1 + 0.2, 1e15 / 7, 5e-324, 1e22, 123456.0000005, -0.0),
    *(1e-7, -1e-7, float("nan"), float("inf"), float("-inf"), 999999999999.9999, 1e12),
]


def examples(strategy: st.SearchStrategy, count: int) -> list[Any]:
    """As many examples of a strategy, always the same."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found[:count]


def random_lines() -> list[Row]:
    """The lines of all cases, and a line for each text that engines might read differently."""
    lines = []
    for case, drawn in enumerate(examples(st.lists(LINE, min_size=20, max_size=40), CASES)):
        for line in drawn:
            # Order ids do not meet those of other cases. Customers of every other case do.
            line["order_id"] = (line["order_id"] or "").replace("o", f"o{case}.")
            if case % 2:
                line["customer_id"] = (line["customer_id"] or "").replace("c", f"c{case}.")
            lines.append(line | {"payment_method": str(case)})
    single = {
        "order_id": "Single",
        "customer_id": "Ç",
        "ordered_at": "2024-03-30",
        "amount": "10",
        "quantity": "1",
    }
    odd_cells = {
        "ordered_at": DAYS + ODD_DAYS,
        "amount": NUMBERS + ODD_AMOUNTS,
        "quantity": NUMBERS,
        "list_amount": NUMBERS,
    }
    for column, texts in odd_cells.items():
        for number, text in enumerate(texts):
            lines.append(single | {column: text, "line_id": f"{column} {number}"})
    return [dict.fromkeys(CONTRACT_COLUMNS) | line for line in lines]


def random_policy() -> Policy:
    """A scheme for each case, and some that grade all lines."""
    names = [f"case_{case}" for case in range(CASES)] + [f"all_{i}" for i in range(UNFILTERED)]
    drawn = examples(scheme_rows("drawn"), len(names))
    schemes = [
        {seed: [row | {"scheme": name} for row in rows] for seed, rows in scheme.items()}
        for name, scheme in zip(names, drawn, strict=True)
    ]
    return reduce(Policy.with_rows, schemes, NO_POLICY.with_rows(ALIASES))


def customers(lines: Iterable[Row]) -> list[Row]:
    """One row a customer of the lines, with an identity for most."""
    ids = sorted({(line["customer_id"] or "").strip() for line in lines} - {""})
    identities = [*IDENTITIES, None, " retailer\u3000"]
    return [
        {
            "customer_id": customer_id,
            "identity": identities[number % len(identities)],
            "registered_at": f"2023-01-{number % 28 + 1:02}",
        }
        for number, customer_id in enumerate(ids)
    ]


def write_text_input(place: Path) -> dict[str, Path]:
    """The random input as CSV: table -> file."""
    lines = random_lines()
    return write_policy(place, random_policy().tables) | {
        "orders_input": write_csv(place / "orders_input.csv", lines),
        "customers_input": write_csv(place / "customers_input.csv", customers(lines)),
    }


def write_typed_input(place: Path) -> dict[str, Path]:
    """The random input as Parquet: times, doubles, floats and decimals where they can be read.

    Where a text cannot be read, its cell is null. No year 0: engines write it in different ways.
    """
    files = write_text_input(place)
    orders = place / "orders_input.parquet"
    with duckdb.connect() as connection:
        lines = connection.read_csv(str(files["orders_input"]), header=True, all_varchar=True)
        typed = lines.query(
            "lines",
            """
            select * replace (
                try_cast(
                    replace(nullif(ordered_at, '0000-01-01'), '/', '-') as timestamp
                ) as ordered_at,
                try_cast(amount as double) as amount,
                try_cast(quantity as double) as quantity,
                try_cast(list_amount as float) as list_amount,
                try_cast(payment_method as integer) as payment_method
            )
            from lines
            """,
        )
        typed.create("typed")
        for number, amount in enumerate(DOUBLES):
            connection.execute(
                "insert into typed (order_id, customer_id, ordered_at, amount, line_id)"
                " values ('Double', 'ÿ', '2024-03-30', ?, ?)",
                [amount, str(number)],
            )
        connection.sql("select * from typed").write_parquet(str(orders))
    return files | {"orders_input": orders}


def faulty_policy(place: Path) -> dict[str, Path]:
    """All faults of the wrong-policy tests as seeds: each in copies of their schemes.

    Seeds without schemes cannot be copied: all that the faults change is changed in one.
    """
    packed: dict[str, list[Row]] = {seed: [] for seed in POLICY_SEEDS}
    packed |= {seed: shipped()[seed] for seed in WHOLE_SEEDS}
    for number, fault in enumerate(FAULTS):
        policy = shipped()
        fault.change(policy)
        if fault.seed in WHOLE_SEEDS:
            changed = policy[fault.seed]
            for row in shipped()[fault.seed]:
                if row in changed:
                    changed.remove(row)
                elif row in packed[fault.seed]:
                    packed[fault.seed].remove(row)
            packed[fault.seed] += changed
        elif fault.seed == "rfm_category_aliases":
            packed[fault.seed] += policy[fault.seed]
        else:
            for seed in SEEDS_WITH_SCHEMES:
                packed[seed] += [
                    row | {"scheme": row["scheme"] and f"{row['scheme']} {number}"}
                    for row in policy[seed]
                    if row["scheme"] in {fault.scheme, "outdoor_gear", None}
                ]
    return write_policy(place, packed)


def write_policy(place: Path, policy: dict[str, list[Row]]) -> dict[str, Path]:
    """Policy rows as CSV: seed -> file."""
    return {
        seed: write_csv(place / f"{seed}.csv", policy[seed], COLUMNS[seed]) for seed in POLICY_SEEDS
    }


def by_value(rows: list[Row], columns: Iterable[str]) -> list[Row]:
    """Rows whose columns of text are numbers: engines write the same double in different ways."""
    return [
        row | {name: row[name] and str(Decimal(row[name]).normalize()) for name in columns}
        for row in rows
    ]


def reasons(rows: list[Row]) -> Counter[str]:
    """How many lines were refused for which reason."""
    return Counter(row["reason"] for row in rows)


# ---------------------------------------------------------------------------------------------
# The demo and real orders
# ---------------------------------------------------------------------------------------------


def demo(engine: Engine) -> dict[str, list[Row]]:
    """The public tables of the demo."""
    seeds = [f"rfm_demo_{name}" for name in ("orders", "customers", "contacts")]
    project = Parsed(engine, {})
    project.succeed("seed", "--exclude", *seeds)
    # dbt's own loader makes null of cells of white space; here they arrive as they are.
    project.load({seed: ROOT / "seeds" / "demo" / f"{seed}.csv" for seed in seeds})
    project.succeed("build", "--exclude-resource-type", "seed", "unit_test")
    return engine.tables()


def online_retail(project: Parsed, vars: Row) -> dict[str, list[Row]]:
    """The public tables of Online Retail; of refused lines how many there are for each reason."""
    if not ORDERS.is_file():
        pytest.skip(f"no online_retail.parquet at {ORDERS}; set RFM_ONLINE_RETAIL to its path")
    project.succeed("seed")
    project.load({"orders_input": ORDERS})
    project.succeed("run", vars={"rfm_customers_table": None} | vars)
    query = project.engine.query
    tables = {
        name: query(f"select * from {name}")
        for name in PUBLIC_TABLES
        if name != "rfm_rejected_orders"
    }
    return tables | {
        "rfm_rejected_orders": query(
            "select reason, count(*) as lines from rfm_rejected_orders group by reason"
        )
    }
