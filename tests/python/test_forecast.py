"""How good the next-order forecast is: Online Retail, its last 90 days kept from the project.

docs/forecast.md has the figures. Without the file (see test_online_retail.py) this is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import duckdb
import pytest

from harness import ONLINE_RETAIL, ROOT, Project, Row, fetch, read_cases

FORECAST = read_cases("behaviour/forecast")
Ask = Callable[[str], list[Row]]


@pytest.fixture(scope="module")
def ask(online_retail: Project) -> Iterator[Ask]:
    """Asks what the project expects and what happened."""
    report_date = online_retail.vars["rfm_report_date"]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{online_retail.database}' as built (read_only)")
        connection.execute(f"set variable report_date = date '{report_date}'")
        connection.execute(f"set variable orders = '{ONLINE_RETAIL}'")
        for statement in FORECAST["setup"]:
            connection.execute(statement)
        yield lambda query: fetch(connection, query)


def test_last_orders(ask: Ask) -> None:
    """What is measured are the customers that the project knows, with the same last order."""
    is_same = "last_day is not distinct from last_order_date as is_same"
    assert {row["is_same"] for row in ask(f"select {is_same} from forecasts")} == {True}


def test_errors(ask: Ask) -> None:
    """Smaller than those of both simple methods, and no larger than they were."""
    errors = {row.pop("method"): row for row in ask("select * from methods")}
    own = errors.pop("project")
    for measure, most in FORECAST["most"].items():
        assert own[measure] <= most
        assert [other for other in errors.values() if other[measure] <= own[measure]] == []
    assert len(errors) == 2


def test_windows(ask: Ask) -> None:
    """As many windows as before hold the day of the next order."""
    [row] = ask("select avg(is_hit::int) as share from forecasts where came")
    assert row["share"] >= FORECAST["least_in_window"]


def test_churn_risk(ask: Ask) -> None:
    """The higher the risk, the fewer customers order within the hidden days."""
    shares = {row["risk"]: row["share"] for row in ask("select * from risks")}
    ordered = [shares[risk] for risk in ("low", "medium", "high", "very_high")]
    assert all(share > next_share for share, next_share in pairwise(ordered)), shares


def test_ordering_again(ask: Ask) -> None:
    """The probability tells customers apart better than recency, order days and interval ratio."""
    rows = ask("select * from rankings")
    for population, lead in FORECAST["least_lead"].items():
        found = {row["method"]: row["auc"] for row in rows if row["population"] == population}
        assert found.pop("project") - max(found.values()) >= lead
        assert len(found) == 3


def test_document(ask: Ask) -> None:
    """Every figure of docs/forecast.md is what comes out."""
    text = " ".join((ROOT / "docs" / "forecast.md").read_text(encoding="utf-8").split())
    statements = [
        template.format(**row)
        for case in FORECAST["statements"]
        for row in ask(case["query"])
        for template in case["says"]
    ]
    assert [statement for statement in statements if statement not in text] == []
    assert len(statements) == 34
