"""Inputs that hold many cases at once, for engines on which every build takes its time."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engines import Engine
from harness import ONLINE_RETAIL, ROOT, Row, read_cases, write_csv
from oracle import CONTRACT_COLUMNS, POLICY_SEEDS, WHOLE_SEEDS, Policy
from replay import COLUMNS
from test_random_orders import (
    ALIASES,
    IDENTITIES,
    LATEST_ORDER_DATE,
    LINE,
    MEASURED,
    NO_POLICY,
    ODD_AMOUNTS,
    ODD_DAYS,
    OWN_MEASURES,
    scheme_rows,
)
from test_wrong_policy import FAULTS, shipped

DEMO = ROOT / "seeds" / "demo"
# The inputs of all tests go by the same names, so that one manifest serves them all.
INPUT_VARS: Row = {
    "rfm_demo": False,
    "rfm_orders_table": "orders_input",
    "rfm_customers_table": "customers_input",
    "rfm_contacts_table": "contacts_input",
    "rfm_measures_table": "measures_input",
}

# ---------------------------------------------------------------------------------------------
# A shop: the demo, real orders, and orders of many customers
# ---------------------------------------------------------------------------------------------

MANY_CUSTOMERS = 8_000
# One of so many customers of the real orders is enough here: test_online_retail.py has all.
CUSTOMERS_OF = 5
# Seven of ten have one order, hardly two the same amount. Some lines stand twice.
MANY_ORDERS = f"""
    select
        'O' || customer || '-' || number as order_id,
        'C' || customer as customer_id,
        cast(date '2024-01-01' + (hash(customer, number) % 366)::int as varchar) as ordered_at,
        pow(10, 1 + hash(customer, number, 2) % 1_000_000 / 250_000)::decimal(18, 2)::varchar
            as amount,
        unnest(case when hash(customer, number) % 100 = 0 then ['1', '1'] else ['1'] end)
            as line_id,
        'P' || hash(customer) % 100 as product_name
    from (
        select
            customer,
            unnest(range(
                case when hash(customer, 0) % 10 < 7 then 1 else 2 + hash(customer, 1) % 5 end
                ::bigint
            )) as number
        from range({MANY_CUSTOMERS}) as customers (customer)
    )
"""
# 2011 becomes 2024, where the demo ends. Lines of every third invoice have no id: copies of one.
RETAIL_ORDERS = """
    select
        InvoiceNo as order_id,
        CustomerID::bigint::varchar as customer_id,
        (InvoiceDate + interval 13 year)::varchar as ordered_at,
        (UnitPrice::decimal(18, 6) * Quantity)::varchar as amount,
        case when hash(InvoiceNo) % 3 > 0 then StockCode end as line_id,
        Quantity::varchar as quantity,
        Description as product_name,
        left(StockCode, 1) as category,
        Country as region
    from '{file}'
    where coalesce(CustomerID, Quantity) % {customers_of} = 0
"""
SHOP_VARS: Row = {
    "rfm_measures_table": None,
    "rfm_order_columns": {
        column: column for column in CONTRACT_COLUMNS if column != "order_status"
    },
    "rfm_customer_columns": {
        column: column for column in ("identity", "registered_at", "region", "membership_level")
    },
    "rfm_contact_columns": {column: column for column in ("channel", "outcome")},
    "rfm_refunds": "net",
    # Of three months back the outcome is known.
    "rfm_history_periods": 4,
}


def shop_files(place: Path) -> dict[str, Path]:
    """The demo's inputs, in its orders those of many customers and of some real ones."""
    orders = place / "orders_input.parquet"
    parts = [f"from read_csv('{DEMO}/rfm_demo_orders.csv', all_varchar = true)", MANY_ORDERS]
    if ONLINE_RETAIL.is_file():
        parts.append(RETAIL_ORDERS.format(file=ONLINE_RETAIL, customers_of=CUSTOMERS_OF))
    with duckdb.connect() as connection:
        connection.sql(" union all by name ".join(parts)).write_parquet(str(orders))
    return {
        "orders_input": orders,
        "customers_input": DEMO / "rfm_demo_customers.csv",
        "contacts_input": DEMO / "rfm_demo_contacts.csv",
    }


def build(engine: Engine, files: dict[str, Path], vars: Row, *command: str) -> None:
    """Run all models on these inputs and seeds, or another command."""
    engine.succeed("seed")
    for table, file in files.items():
        engine.load(table, file)
    engine.succeed(*(command or ("run",)), vars=vars)


def build_shop(engine: Engine, place: Path) -> None:
    """Grade the shop by the shipped policy, with all data tests."""
    command = ("build", "--exclude-resource-type", "seed", "unit_test")
    build(engine, shop_files(place), SHOP_VARS, *command)
    assert engine.table("rfm_policy_problems") == []


# ---------------------------------------------------------------------------------------------
# Random orders and schemes
# ---------------------------------------------------------------------------------------------

# Each case has order lines and a scheme of its own that grades them alone, by a filter on
# payment_method; some schemes more grade all lines.
CASE_COUNT = 24
METRICS = (*MEASURED, *OWN_MEASURES, "identity")
UNFILTERED = 4
RANDOM_VARS: Row = {
    "rfm_order_columns": {column: column for column in CONTRACT_COLUMNS},
    "rfm_customer_columns": {"identity": "identity", "registered_at": "registered_at"},
    "rfm_measure_columns": {"valid_from": "valid_from"},
    "rfm_latest_order_date": LATEST_ORDER_DATE.isoformat(),
    "rfm_max_order_quantity": 12,
    "rfm_scheme_filters": {
        f"case_{case}": f"payment_method = '{case}'" for case in range(CASE_COUNT)
    },
}
# Texts become times, doubles and so on where they can be read, otherwise nulls. No year 0: engines
# write it in different ways. Then doubles whose shortest digits are not what their places promise.
TYPED = """
    select * replace (
        try_cast(replace(nullif(ordered_at, '0000-01-01'), '/', '-') as timestamp) as ordered_at,
        try_cast(amount as double) as amount,
        try_cast(quantity as double) as quantity,
        try_cast(list_amount as float) as list_amount,
        try_cast(payment_method as integer) as payment_method
    )
    from lines
    union all by name
    select
        'Double' as order_id, 'ÿ' as customer_id, timestamp '2024-03-30' as ordered_at, amount,
        row_number() over ()::varchar as line_id
    from unnest([
        7.6499999999999995, 0.0010105, 0.1 + 0.2e0, 1e15 / 7, 5e-324, 1e22, 123456.0000005, -0.0,
        1e-7, -1e-7, 'nan', 'inf', '-inf', 999999999999.9999, 1e12
    ]::double[]) as doubles (amount)
"""


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
    for case, drawn in enumerate(examples(st.lists(LINE, min_size=20, max_size=40), CASE_COUNT)):
        for line in drawn:
            # Order ids do not meet those of other cases. Customers of every other case do.
            line["order_id"] = (line["order_id"] or "").replace("o", f"o{case}.")
            if case % 2:
                line["customer_id"] = (line["customer_id"] or "").replace("c", f"c{case}.")
            lines.append(line | {"payment_method": str(case)})
    single = {"order_id": "Single", "customer_id": "Ç", "ordered_at": "2024-03-30"}
    single |= {"amount": "10", "quantity": "1"}
    days, numbers = (list(chain(*groups)) for groups in read_cases("orders/odd_cells").values())
    odd_cells = {"ordered_at": days + ODD_DAYS, "amount": numbers + ODD_AMOUNTS}
    odd_cells |= dict.fromkeys(("quantity", "list_amount"), numbers)
    for column, texts in odd_cells.items():
        for number, text in enumerate(texts):
            lines.append(single | {column: text, "line_id": f"{column} {number}"})
    return [dict.fromkeys(CONTRACT_COLUMNS) | line for line in lines]


def random_policy() -> Policy:
    """A scheme for each case, and some that grade all lines."""
    names = [f"case_{case}" for case in range(CASE_COUNT)]
    names += [f"all_{number}" for number in range(UNFILTERED)]
    schemes = [
        {seed: [row | {"scheme": name} for row in rows] for seed, rows in scheme.items()}
        for name, scheme in zip(
            names, examples(scheme_rows("drawn", METRICS), len(names)), strict=True
        )
    ]
    return reduce(Policy.with_rows, schemes, NO_POLICY.with_rows(ALIASES))


def random_customers(lines: Iterable[Row]) -> list[Row]:
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


def random_measures(lines: Iterable[Row]) -> list[Row]:
    """Values of own measures that half the customers have, some from two days on."""
    ids = sorted({(line["customer_id"] or "").strip() for line in lines} - {""})
    return [
        {
            "customer_id": customer_id,
            "measure": measure,
            "value": str(Decimal(number * 37 % 100 - 9) / 8),
            "valid_from": valid_from,
        }
        for number, customer_id in enumerate(ids)
        for measure in OWN_MEASURES
        for valid_from in (None, "2024-03-30 12:00")[: (number + len(measure)) % 3]
    ]


def random_files(place: Path, *, typed: bool) -> dict[str, Path]:
    """The random inputs and policy: all text, or with typed columns of orders."""
    lines = random_lines()
    orders = write_csv(place / "orders_input.csv", lines)
    if typed:
        with duckdb.connect() as connection:
            # A table, for the reader of a file makes casts itself, and stops where one fails.
            connection.read_csv(str(orders), header=True, all_varchar=True).create("lines")
            rows = connection.sql(TYPED)
            rows.write_parquet(str(orders := orders.with_suffix(".parquet")))
    return write_policy(place, random_policy().tables) | {
        "orders_input": orders,
        "customers_input": write_csv(place / "customers_input.csv", random_customers(lines)),
        "contacts_input": DEMO / "rfm_demo_contacts.csv",
        "measures_input": write_csv(place / "measures_input.csv", random_measures(lines)),
    }


# ---------------------------------------------------------------------------------------------
# Wrong policies
# ---------------------------------------------------------------------------------------------


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
        elif "scheme" not in COLUMNS[fault.seed]:
            packed[fault.seed] += policy[fault.seed]
        else:
            for seed in POLICY_SEEDS:
                packed[seed] += [
                    row | {"scheme": row["scheme"] and f"{row['scheme']} {number}"}
                    for row in policy[seed]
                    if row.get("scheme", "") in {fault.scheme, "outdoor_gear", None}
                ]
    return write_policy(place, packed)


def write_policy(place: Path, policy: dict[str, list[Row]]) -> dict[str, Path]:
    """Policy rows as CSV: seed -> file."""
    return {
        seed: write_csv(place / f"{seed}.csv", policy[seed], COLUMNS[seed]) for seed in POLICY_SEEDS
    }
