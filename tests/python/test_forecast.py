"""How good the next-order forecast is: Online Retail, its last 90 days kept from the project.

docs/forecast.md has the figures. Without the file (see test_online_retail.py) this is skipped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, median

import duckdb
import pytest

from harness import ONLINE_RETAIL, ROOT, Project, Row

HIDDEN_DAYS = 90
RISKS = ("low", "medium", "high", "very_high")


@dataclass
class Forecast:
    """Customers at the report date, and the days on which they ordered, before and after."""

    report_date: date
    customers: dict[str, Row]
    days: dict[str, list[date]]
    next_days: dict[str, date]

    @property
    def intervals(self) -> dict[str, list[int]]:
        """Days between the order days of each customer."""
        return {
            customer: [(later - day).days for day, later in pairwise(days)]
            for customer, days in self.days.items()
        }

    def expected_days(self, method: str) -> dict[str, date]:
        """When a method expects the next order: the project's, or one of the two simple ones."""
        if method == "project":
            return {
                customer: row["expected_next_order_date"]
                for customer, row in self.customers.items()
            }
        intervals = self.intervals
        pooled = fmean(interval for own in intervals.values() for interval in own)
        return {
            customer: days[-1]
            + timedelta(
                days=round(
                    fmean(intervals[customer])
                    if method == "own mean" and intervals[customer]
                    else pooled
                )
            )
            for customer, days in self.days.items()
        }

    @property
    def tomorrow(self) -> date:
        """The first hidden day."""
        return self.report_date + timedelta(days=1)

    def errors(
        self,
        method: str,
        *,
        at_earliest: date = date.min,
        order_days: Container[int] = range(1, 1000),
    ) -> list[int]:
        """By how many days the method was wrong, for those who did order."""
        expected = self.expected_days(method)
        return [
            abs((day - max(expected[customer], at_earliest)).days)
            for customer, day in self.next_days.items()
            if len(self.days[customer]) in order_days
        ]

    def windows(self) -> list[tuple[date, date, date]]:
        """The window of each customer who did order, and the day on which they did."""
        return [
            (
                self.customers[customer]["next_order_window_start"],
                self.customers[customer]["next_order_window_end"],
                day,
            )
            for customer, day in self.next_days.items()
        ]

    def risks(self) -> dict[str, tuple[int, int]]:
        """How many customers run which risk, and how many of them ordered."""
        customers = Counter(row["churn_risk"] for row in self.customers.values())
        ordered = Counter(self.customers[customer]["churn_risk"] for customer in self.next_days)
        return {risk: (customers[risk], ordered[risk]) for risk in RISKS}


@pytest.fixture(scope="module")
def forecast(online_retail: Project) -> Forecast:
    """What the project expects, and what happened."""
    report_date = date.fromisoformat(online_retail.vars["rfm_report_date"])
    with duckdb.connect() as connection:
        # Lines that the project accepts: cancellations and lines without a customer are not.
        rows = connection.execute(
            "select distinct cast(cast(CustomerID as bigint) as varchar), cast(InvoiceDate as date)"
            f" from read_parquet('{ONLINE_RETAIL}')"
            " where CustomerID is not null and Quantity > 0 and UnitPrice >= 0"
            " order by all"
        ).fetchall()
    assert max(day for _, day in rows) - report_date == timedelta(days=HIDDEN_DAYS)
    days, next_days = defaultdict(list), {}
    for customer, day in rows:
        if day <= report_date:
            days[customer].append(day)
        elif customer in days:
            next_days.setdefault(customer, day)
    customers = {row["customer_id"]: row for row in online_retail.table("rfm_customer_behaviour")}
    assert customers.keys() == days.keys()
    assert all(row["last_order_date"] == days[key][-1] for key, row in customers.items())
    return Forecast(report_date, customers, dict(days), next_days)


# Days by which the project is wrong, in the mean and in the middle, and days of windows that hold
# the actual day: as measured when docs/forecast.md was written, rounded against the project.
MEAN_ERROR = 62.78
MEDIAN_ERROR = 37
MEAN_ERROR_FROM_TOMORROW = 28.80
MEDIAN_ERROR_FROM_TOMORROW = 22
SHARE_IN_WINDOW = 0.365
BASELINES = ("own mean", "pooled mean")


def test_errors(forecast: Forecast) -> None:
    """Smaller than those of both simple methods, and no larger than they were."""
    errors = forecast.errors("project")
    assert fmean(errors) <= MEAN_ERROR
    assert median(errors) <= MEDIAN_ERROR
    for method in BASELINES:
        others = forecast.errors(method)
        assert fmean(errors) < fmean(others)
        assert median(errors) < median(others)


def test_errors_from_tomorrow(forecast: Forecast) -> None:
    """The same where a day that has passed is moved to the day after the report date."""
    errors = forecast.errors("project", at_earliest=forecast.tomorrow)
    assert fmean(errors) <= MEAN_ERROR_FROM_TOMORROW
    assert median(errors) <= MEDIAN_ERROR_FROM_TOMORROW
    for method in BASELINES:
        others = forecast.errors(method, at_earliest=forecast.tomorrow)
        assert fmean(errors) < fmean(others)
        assert median(errors) < median(others)


def test_windows(forecast: Forecast) -> None:
    """As many windows as before hold the day of the next order."""
    assert fmean(start <= day <= end for start, end, day in forecast.windows()) >= SHARE_IN_WINDOW


def test_churn_risk(forecast: Forecast) -> None:
    """The higher the risk, the fewer customers order within the hidden days."""
    shares = [ordered / customers for customers, ordered in forecast.risks().values()]
    assert all(share > next_share for share, next_share in pairwise(shares)), shares


# ---------------------------------------------------------------------------------------------
# The document
# ---------------------------------------------------------------------------------------------

METHODS = {
    "project": "this project",
    "own mean": "own mean interval",
    "pooled mean": "mean interval of all",
}
ORDER_DAYS = {"1": range(1, 2), "2 or 3": range(2, 4), "4 and more": range(4, 1000)}


def figures(errors: list[int]) -> str:
    """Mean and median as in a table."""
    return f"{fmean(errors):.1f} | {median(errors):.0f}"


def statements(forecast: Forecast) -> Iterator[str]:
    """What docs/forecast.md has to say, in its words."""
    ordered = len(forecast.next_days)
    yield f"{len(forecast.customers):,} customers have ordered by then; {ordered:,} of them"
    yield f"{len(forecast.customers) - ordered:,} did not"
    pooled = fmean(interval for own in forecast.intervals.values() for interval in own)
    yield f"({pooled:.1f} days)"
    for method, name in METHODS.items():
        yield f"| {name} | {figures(forecast.errors(method))} |"
        errors = forecast.errors(method, at_earliest=forecast.tomorrow)
        yield f"| {name} | {figures(errors)} |"
    for name, days in ORDER_DAYS.items():
        errors = forecast.errors("project", order_days=days)
        moved = forecast.errors("project", order_days=days, at_earliest=forecast.tomorrow)
        yield f"| {name} | {len(errors):,} | {figures(errors)} | {figures(moved)} |"
    expected = forecast.expected_days("project")
    overdue = sum(expected[customer] < forecast.tomorrow for customer in forecast.next_days)
    yield f"{overdue:,} of the {ordered:,}."

    windows = forecast.windows()
    hits = sum(start <= day <= end for start, end, day in windows)
    yield f"{hits:,} of the {ordered:,} orders ({hits / ordered:.1%}) fall between"
    yield f"{sum(day < start for start, _, day in windows):,} come before it,"
    yield f"{sum(day > end for _, end, day in windows):,} after."
    over = sum(end < forecast.tomorrow for _, end, _ in windows)
    yield f"{over:,} windows had ended by the report date"
    yield f"the {ordered - over:,} others {hits / (ordered - over):.1%} were"

    for risk, (customers, came) in forecast.risks().items():
        yield f"| {risk} | {customers:,} | {came:,} | {came / customers:.1%} |"
    middle = forecast.report_date + timedelta(days=HIDDEN_DAYS // 2)
    error = fmean(abs((day - middle).days) for day in forecast.next_days.values())
    yield f"would be wrong by {error:.1f} days"


def test_document(forecast: Forecast) -> None:
    """Every figure of docs/forecast.md is what comes out."""
    text = " ".join((ROOT / "docs" / "forecast.md").read_text(encoding="utf-8").split())
    assert [statement for statement in statements(forecast) if statement not in text] == []
