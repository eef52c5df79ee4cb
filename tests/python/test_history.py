"""History is a function of orders, policy and vars: however it is built, the same rows."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from harness import Project, Row, assert_same_tables, write_csv
from oracle import parse_timestamp
from test_demo import INPUTS, file_vars

# A yearly, a monthly and a quarterly scheme; by ntile, quantile and thresholds.
SCHEMES = ["finance_software", "classic_segments", "crm_practice"]
GRADED = ("rfm_score_cutoffs", "rfm_score_components", "rfm_tier_summary", "rfm_tier_rule_coverage")
MOVED = ("rfm_score_changes", "rfm_tier_migrations")
MODELS = ("--select", *(f"+{table}" for table in (*GRADED, *MOVED, "rfm_tier_history")))
# What looks back further than to the as-of date before.
LOOKS_BACK = ["periods_in_tier"]
CHANCE = random.Random(14)


def built(place: Path, orders: list[Row], **vars: object) -> Project:
    """The tables of history from some order lines of the demo."""
    place.mkdir()
    for name, rows in (INPUTS | {"orders": orders}).items():
        write_csv(place / f"{name}.csv", rows)
    project = Project(place, vars=file_vars(place) | {"rfm_enabled_schemes": SCHEMES} | vars)
    project.parse().build(*MODELS)
    return project


def assert_same_rows(found: Project, expected: Project, tables: tuple[str, ...], where: str):
    """The rows of some as-of dates and schemes are the same, but for what looks back."""
    columns = f"columns(lambda it: not list_contains({LOOKS_BACK}, it))"
    assert_same_tables(found, expected, tables, f"select {columns} from {{table}} where {where}")


def some_lines(share: float) -> list[Row]:
    """The lines of some customers of the demo."""
    customers = sorted({line["customer_id"] or "" for line in INPUTS["orders"]})
    chosen = set(CHANCE.sample(customers, int(share * len(customers))))
    return [line for line in INPUTS["orders"] if line["customer_id"] in chosen]


@pytest.fixture(scope="module")
def lines() -> list[Row]:
    """Order lines of half the demo's customers."""
    return some_lines(0.5)


@pytest.fixture(scope="module")
def whole(lines: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Thirteen as-of dates of each scheme that has so many."""
    return built(tmp_path_factory.mktemp("history") / "whole", lines, rfm_history_periods=13)


def kept_dates(project: Project, scheme: str) -> list[date]:
    """The as-of dates of a scheme, in order."""
    dates = {
        row["as_of_date"]
        for row in project.table("int_rfm__as_of_dates")
        if row["scheme"] == scheme
    }
    return sorted(dates)


def test_one_date(whole: Project, lines: list[Row], tmp_path: Path) -> None:
    """A date of the history is what a build with that rfm_as_of_date gives."""
    day = CHANCE.choice(kept_dates(whole, "crm_practice")[1:-1])
    alone = built(tmp_path / "alone", lines, rfm_as_of_date=str(day), rfm_history_periods=1)
    shared = [
        row["scheme"] for row in whole.table("int_rfm__as_of_dates") if row["as_of_date"] == day
    ]
    assert set(shared) >= {"crm_practice", "classic_segments"} or len(shared) == 1

    where = f"as_of_date = '{day}' and list_contains({shared}, scheme)"
    assert_same_rows(whole, alone, GRADED, where)


def test_no_look_ahead(whole: Project, lines: list[Row], tmp_path: Path) -> None:
    """Lines up to a day alone give the same history up to that day."""
    day = CHANCE.choice(kept_dates(whole, "classic_segments")[2:-1])
    times = [parse_timestamp((line["ordered_at"] or "").strip()) for line in lines]
    known = [line for line, time in zip(lines, times, strict=True) if time and time.date() <= day]
    early = built(tmp_path / "early", known, rfm_as_of_date=str(day), rfm_history_periods=2)
    for scheme in SCHEMES:
        if day in kept_dates(early, scheme) and day in kept_dates(whole, scheme):
            where = f"as_of_date = '{day}' and scheme = '{scheme}'"
            assert_same_rows(early, whole, (*GRADED, *MOVED), where)


def test_fewer_dates(whole: Project, lines: list[Row], tmp_path: Path) -> None:
    """How many dates are kept changes nothing of those that are."""
    few = built(tmp_path / "few", lines, rfm_history_periods=3)
    for scheme in SCHEMES:
        first, *later = kept_dates(few, scheme)
        assert later == kept_dates(whole, scheme)[-len(later) :]
        where = f"as_of_date > '{first}' and scheme = '{scheme}'"
        assert few.query(f"select 1 from rfm_tier_history where {where} limit 1")
        assert_same_rows(few, whole, (*GRADED, *MOVED, "rfm_tier_history"), where)


def test_late_orders(whole: Project, lines: list[Row], tmp_path: Path) -> None:
    """Lines that come later give, over the tables of a build without them, what all give."""
    late = set(CHANCE.sample(range(len(lines)), 40))
    early = [line for number, line in enumerate(lines) if number not in late]
    project = built(tmp_path / "late", early, rfm_history_periods=13)
    before = project.table("rfm_tier_history")
    write_csv(project.place / "orders.csv", lines)
    project.build(*MODELS)
    assert project.table("rfm_tier_history") != before
    assert_same_tables(project, whole, (*GRADED, *MOVED, "rfm_tier_history"))


def test_sums(whole: Project) -> None:
    """Contribution changes add up to those of the score; migrations to the sizes of tiers."""
    [row] = whole.query(
        """
        select count(*) as customers, max(abs(score_change - contribution_change)) as off
        from (
            select
                any_value(rfm_tier_history.score - rfm_tier_history.previous_score)
                    as score_change,
                coalesce(sum(contribution_change), 0) as contribution_change
            from rfm_tier_history
            left join rfm_score_changes using (scheme, as_of_date, customer_id)
            where tier is not null and previous_tier is not null
            group by scheme, as_of_date, customer_id
        )
        """
    )
    assert row["customers"] > 1000
    assert row["off"] == 0
    wrong = whole.query(
        """
        with sides as (
            select scheme, as_of_date, to_tier as tier, sum(customers) as moved
            from rfm_tier_migrations group by all
            union all
            select scheme, previous_as_of_date, from_tier, sum(customers)
            from rfm_tier_migrations
            inner join int_rfm__as_of_dates using (scheme, as_of_date)
            group by all
        )
        select * from sides
        inner join rfm_tier_summary using (scheme, as_of_date, tier)
        where moved <> customers
        """
    )
    assert wrong == []
