"""Print the tiers of every scheme at its latest as-of date, as `make demo` leaves them."""

import os
from itertools import groupby

import duckdb

QUERY = """
    select scheme, as_of_date, tier, customers, customer_share, revenue_share
    from rfm_tier_summary
    qualify as_of_date = max(as_of_date) over (partition by scheme)
    order by scheme, as_of_date, tier_rank
"""


def share(value) -> str:
    return "-" if value is None else f"{value:.1%}"


def main() -> None:
    path = os.environ.get("RFM_DUCKDB_PATH", "rfm.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        rows = connection.execute(QUERY).fetchall()

    layout = "{:<18} {:<10} {:<18} {:>9} {:>12} {:>10}"
    print(layout.format("scheme", "as of", "tier", "customers", "of customers", "of revenue"))
    for scheme, tiers in groupby(rows, key=lambda row: row[0]):
        print()
        for _, as_of_date, tier, customers, of_customers, of_revenue in tiers:
            shares = share(of_customers), share(of_revenue)
            print(layout.format(scheme, str(as_of_date), tier, customers, *shares))
    print(f"\n{len(rows)} tiers, from rfm_tier_summary in {path}")


if __name__ == "__main__":
    main()
