"""How good the next-order forecast is: Online Retail, its last 90 days kept from the project.

docs/forecast.md has the figures. Without the file (see test_online_retail.py) this is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise

import duckdb
import pytest

from harness import ONLINE_RETAIL, ROOT, Project

# A row a customer: on which day each method expects the next order, and when it came.
FORECASTS = f"""
    create table forecasts as
    with days as (
        -- Lines that the project accepts: cancellations and lines without a customer are not.
        select distinct CustomerID::bigint::varchar as customer_id, InvoiceDate::date as day
        from '{ONLINE_RETAIL}'
        where CustomerID is not null and Quantity > 0 and UnitPrice >= 0
    ),
    intervals as (
        select *, day - lag(day) over (partition by customer_id order by day) as days
        from days where day <= getvariable('report_date')
    ),
    customers as (
        select
            customer_id, max(day) as last_day, count(*) as order_days, avg(days) as own_mean,
            (select avg(days) from intervals) as pooled_mean
        from intervals group by customer_id
    ),
    next_days as (
        select customer_id, min(day) as next_day
        from days where day > getvariable('report_date') group by customer_id
    )
    select
        customers.*, next_day, last_order_date, churn_risk,
        next_order_window_start as window_start, next_order_window_end as window_end,
        expected_next_order_date as project,
        last_day + round_even(coalesce(own_mean, pooled_mean), 0)::int as own,
        last_day + round_even(pooled_mean, 0)::int as pooled,
        next_day is not null as came, (select max(day) from days) as last_hidden_day
    from customers
    full join built.rfm_customer_behaviour using (customer_id)
    left join next_days using (customer_id)
"""
METHODS = {"project": "this project", "own": "own mean interval", "pooled": "mean interval of all"}
ORDER_DAYS = {"1": "= 1", "2 or 3": "in (2, 3)", "4 and more": ">= 4"}
# Days by which the project is wrong, in the mean and in the middle, then the same where a day that
# has passed is moved to the day after the report date: as measured when docs/forecast.md was
# written, rounded against the project. And the share of windows that hold the actual day.
MOST = (62.78, 37, 28.80, 22)
LEAST_IN_WINDOW = 0.365
RISKS = ("low", "medium", "high", "very_high")
Ask = Callable[..., tuple]


@pytest.fixture(scope="module")
def ask(online_retail: Project) -> Iterator[Ask]:
    """Asks what the project expects and what happened: values of those who came, or of all."""
    report_date = date.fromisoformat(online_retail.vars["rfm_report_date"])
    with duckdb.connect() as connection:
        connection.execute(f"attach '{online_retail.database}' as built (read_only)")
        connection.execute(f"set variable report_date = date '{report_date}'")
        connection.execute(FORECASTS)

        def ask(values: str, where: str = "came") -> tuple:
            return connection.sql(f"select {values} from forecasts where {where}").fetchall()[0]

        wrong = "last_day is distinct from last_order_date"
        assert ask("count(*)", wrong) == (0,)
        yield ask


def errors(ask: Ask, method: str, where: str = "true") -> tuple[float, ...]:
    """Mean and median error of those who came; the same with days passed moved to tomorrow."""
    moved = f"greatest({method}, getvariable('report_date') + 1)"
    return ask(
        ", ".join(
            f"{kind}(abs(next_day - {day}))"
            for day in (method, moved)
            for kind in ("avg", "median")
        ),
        f"came and {where}",
    )


def test_errors(ask: Ask) -> None:
    """Smaller than those of both simple methods, and no larger than they were."""
    own, *others = (errors(ask, method) for method in METHODS)
    assert all(found <= most for found, most in zip(own, MOST, strict=True)), own
    for other in others:
        assert all(found < theirs for found, theirs in zip(own, other, strict=True)), other


def test_windows(ask: Ask) -> None:
    """As many windows as before hold the day of the next order."""
    [share] = ask("avg((next_day between window_start and window_end)::int)")
    assert share >= LEAST_IN_WINDOW


def test_churn_risk(ask: Ask) -> None:
    """The higher the risk, the fewer customers order within the hidden days."""
    shares = [ask("avg(came::int)", f"churn_risk = '{risk}'") for risk in RISKS]
    assert all(share > next_share for share, next_share in pairwise(shares)), shares


def statements(ask: Ask) -> Iterator[str]:
    """What docs/forecast.md has to say, in its words."""
    customers, ordered = ask("count(*), count(next_day)", "true")
    yield f"{customers:,} customers have ordered by then; {ordered:,} of them"
    yield f"{customers - ordered:,} did not"
    yield "({:.1f} days)".format(*ask("any_value(pooled_mean)"))
    for method, name in METHODS.items():
        mean, middle, moved_mean, moved_middle = errors(ask, method)
        yield f"| {name} | {mean:.1f} | {middle:.0f} |"
        yield f"| {name} | {moved_mean:.1f} | {moved_middle:.0f} |"
    for name, days in ORDER_DAYS.items():
        [count] = ask("count(*)", f"came and order_days {days}")
        mean, middle, moved_mean, moved_middle = errors(ask, "project", f"order_days {days}")
        yield (
            f"| {name} | {count:,} | {mean:.1f} | {middle:.0f} |"
            f" {moved_mean:.1f} | {moved_middle:.0f} |"
        )
    past = "getvariable('report_date')"
    yield "{:,} of the {:,}.".format(*ask(f"sum((project <= {past})::int), count(*)"))
    hits, before, after, over = ask(
        "sum((next_day between window_start and window_end)::int),"
        " sum((next_day < window_start)::int), sum((next_day > window_end)::int),"
        f" sum((window_end <= {past})::int)"
    )
    yield f"{hits:,} of the {ordered:,} orders ({hits / ordered:.1%}) fall between"
    yield f"{before:,} come before it, {after:,} after."
    yield f"{over:,} windows had ended by the report date"
    yield f"the {ordered - over:,} others {hits / (ordered - over):.1%} were"
    for risk in RISKS:
        customers, came = ask("count(*), count(next_day)", f"churn_risk = '{risk}'")
        yield f"| {risk} | {customers:,} | {came:,} | {came / customers:.1%} |"
    hidden, error = ask(f"max(last_hidden_day) - {past}, avg(abs(next_day - {past} - 45))")
    yield f"Its last {hidden} days are hidden"
    yield f"would be wrong by {error:.1f} days"


def test_document(ask: Ask) -> None:
    """Every figure of docs/forecast.md is what comes out."""
    text = " ".join((ROOT / "docs" / "forecast.md").read_text(encoding="utf-8").split())
    assert [statement for statement in statements(ask) if statement not in text] == []
