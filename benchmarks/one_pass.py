"""What any exact answer in DuckDB needs at least: lines read, ids stripped, orders grouped, once.

It writes nothing of use; its time is a limit, not an answer.
"""

from __future__ import annotations

import argparse

import duckdb

ONE_PASS = """
create table limits as
with cleaned as (
    select
        trim(order_id) as order_id,
        trim(customer_id) as customer_id,
        line_id,
        ordered_at,
        amount
    from read_parquet(?)
),

orders as (
    select
        order_id,
        min(customer_id) as customer_id,
        min(ordered_at) as ordered_at,
        sum(amount) as amount,
        min(line_id) = max(line_id) as has_one_line_id
    from cleaned
    group by order_id
)

select
    count(*) as orders,
    max(customer_id) as customer_id,
    max(ordered_at) as ordered_at,
    sum(amount) as amount,
    bool_and(has_one_line_id) as has_one_line_id
from orders
"""


def main() -> None:
    """Group the lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("orders", help="a Parquet file of order lines")
    parser.add_argument("database", help="the DuckDB file to write")
    parser.add_argument("--as-of-date", help="not needed; all contenders are given it")
    arguments = parser.parse_args()
    with duckdb.connect(arguments.database) as connection:
        connection.execute(ONE_PASS, [arguments.orders])


if __name__ == "__main__":
    main()
