"""The least that this project's way of cleaning needs in DuckDB: lines read, ids stripped, orders
grouped once and added up by customer, and the lines of orders with a repeated one read again.

It writes nothing of use; its time is a limit, not an answer.
"""

from __future__ import annotations

import argparse

import duckdb

CLEANED = """
    select
        trim(order_id) as order_id,
        trim(customer_id) as customer_id,
        line_id,
        ordered_at,
        amount
    from read_parquet(getvariable('orders'))
"""

STATEMENTS = f"""
create table sums as
with orders as (
    select
        order_id,
        min(customer_id) as customer_id,
        min(ordered_at) as ordered_at,
        sum(amount) as amount,
        bit_count(bit_or(1::ubigint << (hash(line_id) % 64))) < count(*) as may_repeat
    from ({CLEANED})
    group by order_id
)

select
    case when may_repeat then order_id end as order_id,
    case when not may_repeat then customer_id end as customer_id,
    max(ordered_at) as ordered_at,
    count(*) as orders,
    sum(amount) as amount
from orders
group by all;

create table repeats as
select lines.*
from ({CLEANED}) as lines
inner join sums
    on lines.order_id = sums.order_id;
"""


def main() -> None:
    """Run the statements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("orders", help="a Parquet file of order lines")
    parser.add_argument("database", help="the DuckDB file to write")
    parser.add_argument("--as-of-date", help="not needed; all contenders are given it")
    arguments = parser.parse_args()
    with duckdb.connect(arguments.database) as connection:
        connection.execute("set variable orders = ?", [arguments.orders])
        connection.execute(STATEMENTS)


if __name__ == "__main__":
    main()
