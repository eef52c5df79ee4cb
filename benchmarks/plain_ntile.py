"""Contender of the scoring benchmark: SQL's ntile over all customers, one metric at a time.

The table customer_metrics of the DuckDB file is read, the table plain_scores is written.
"""

from __future__ import annotations

import argparse

import duckdb

FORMS = {
    # One row a customer, three windows.
    "wide": """
        create table plain_scores as
        select
            customer_id,
            6 - ntile(5) over (order by recency_days, customer_id) as recency_score,
            6 - ntile(5) over (order by frequency desc, customer_id) as frequency_score,
            6 - ntile(5) over (order by monetary desc, customer_id) as monetary_score
        from customer_metrics
    """,
    # One row a customer and metric, one window.
    "long": """
        create table plain_scores as
        with metric_values as (
            select customer_id, 'recency' as metric, -recency_days as value from customer_metrics
            union all
            select customer_id, 'frequency' as metric, frequency as value from customer_metrics
            union all
            select customer_id, 'monetary' as metric, monetary as value from customer_metrics
        )

        select
            customer_id,
            metric,
            6 - ntile(5) over (partition by metric order by value desc, customer_id) as score
        from metric_values
    """,
}


def main() -> None:
    """Score the customers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", help="a DuckDB file")
    parser.add_argument("form", choices=FORMS)
    arguments = parser.parse_args()
    with duckdb.connect(arguments.database) as connection:
        connection.execute(FORMS[arguments.form])


if __name__ == "__main__":
    main()
