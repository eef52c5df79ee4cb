"""How well order_again_probability foretells who orders again, beside other methods.

    order_again.py DATABASE ORDERS [--lifetimes]

DATABASE is a DuckDB file that the project has built with a report date; ORDERS is a CSV
file with customer_id and day, one row a customer and day with an order, that goes on for at least
three months. With --lifetimes a BG/NBD of that package is fitted to the same days up to the report
date; it is no dependency of the project (docs/forecast.md says how the figures there were made).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from math import sqrt

import duckdb

QUERY = """
    with days as (
        select cast(customer_id as varchar) as customer_id, cast(day as date) as day
        from read_csv('{orders}', all_varchar = true)
    )
    select
        order_days::int, recency_days::int, tenure_days::int,
        interval_ratio::double, order_again_probability::double, churn_risk,
        exists (
            select 1 from days
            where days.customer_id = behaviour.customer_id
            and day > report_date and day <= report_date + interval 3 month
        ) as came,
        (report_date + interval 3 month)::date - report_date as days_ahead
    from rfm_customer_behaviour as behaviour
    order by behaviour.customer_id
"""
# Penalties that are tried until the fit converges.
PENALTIES = (0, 0.001, 0.01, 0.1)


def area(scores: Sequence[float], came: Sequence[bool]) -> float:
    """The share of pairs, of one who came and one who did not, in the right order; ties half."""
    ranks: dict[float, list[bool]] = {}
    for score, one in zip(scores, came, strict=True):
        ranks.setdefault(score, []).append(one)
    below = right = 0
    for score in sorted(ranks):
        others = ranks[score].count(False)
        right += (len(ranks[score]) - others) * (2 * below + others)
        below += others
    return right / (2 * below * (len(came) - below))


def wilson(ordered: int, customers: int) -> tuple[float, float]:
    """The 95% interval of a share."""
    share, square = ordered / customers, 1.96**2 / customers
    middle, distance = (
        share + square / 2,
        sqrt(square * share * (1 - share) + square**2 / 4),
    )
    return (middle - distance) / (1 + square), (middle + distance) / (1 + square)


def bg_nbd(rows: Sequence[tuple]) -> list[float]:
    """The probability of an order in the days ahead by the BG/NBD model."""
    from lifetimes import BetaGeoFitter
    from lifetimes.utils import ConvergenceError
    from numpy import array

    days, recency, tenure = (array([row[column] for row in rows], float) for column in range(3))
    repeats, last, age = days - 1, (tenure - recency) / 7, tenure / 7
    for penalty in PENALTIES:
        fitter = BetaGeoFitter(penalizer_coef=penalty)
        try:
            # An age of 0 has no likelihood.
            fitter.fit(repeats, last, age + 1e-9)
        except ConvergenceError:
            continue
        print(f"BG/NBD with penalty {penalty}: {dict(fitter.params_)}")
        break
    shape, scale = fitter.params_["r"] + repeats, fitter.params_["alpha"] + age
    alive = fitter.conditional_probability_alive(repeats, last, age)
    weeks_ahead = rows[0][7] / 7
    return list(alive * (1 - (scale / (scale + weeks_ahead)) ** shape))


def main() -> None:
    """Print ranking and calibration of each method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("orders")
    parser.add_argument("--lifetimes", action="store_true")
    options = parser.parse_args()
    with duckdb.connect(options.database, read_only=True) as connection:
        rows = connection.execute(QUERY.format(orders=options.orders)).fetchall()
    came = [row[6] for row in rows]
    scores = {
        "recency": [-row[1] for row in rows],
        "number of order days": [row[0] for row in rows],
        "interval ratio": [-row[3] for row in rows],
        "order_again_probability": [row[4] for row in rows],
    }
    if options.lifetimes:
        scores["BG/NBD"] = bg_nbd(rows)
    again = [row[0] > 1 for row in rows]
    print(f"customers: {len(rows)}, with two order days and more: {sum(again)}; came: {sum(came)}")
    for name, values in scores.items():
        repeated = [value for value, is_it in zip(values, again, strict=True) if is_it]
        came_again = [one for one, is_it in zip(came, again, strict=True) if is_it]
        print(f"{name:24} {area(values, came):.4f} {area(repeated, came_again):.4f}")
    for name in ("order_again_probability", "BG/NBD"):
        values = scores.get(name, ())
        bands = [(0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 1.01)]
        for low, high in bands if values else ():
            own = [it for it in zip(values, came, strict=True) if low <= it[0] < high]
            ordered = sum(one for _, one in own)
            if own:
                promised, (least, most) = (
                    sum(it for it, _ in own) / len(own),
                    wilson(ordered, len(own)),
                )
                print(
                    f"{name:24} from {low:.1f}: {len(own):6} customers, promised {promised:.1%},"
                    f" came {ordered / len(own):.1%} ({least:.1%} to {most:.1%})"
                )
        if values:
            mean = sum(values) / len(values)
            error = sum((it - one) ** 2 for it, one in zip(values, came, strict=True)) / len(values)
            print(f"{name:24} all: promised {mean:.1%}, came {sum(came) / len(came):.1%}")
            print(f"{name:24} mean squared error {error:.4f}")


if __name__ == "__main__":
    main()
