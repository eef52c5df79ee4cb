"""History is a function of orders, policy and vars: however it is built, the same rows."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from harness import Project, Row, assert_same, write_csv
from oracle import parse_timestamp
from test_demo import INPUTS, file_vars

# A yearly, a monthly and a quarterly scheme; by ntile, quantile and thresholds.
SCHEMES = ["finance_software", "classic_segments", "crm_practice"]
GRADED = ("rfm_score_cutoffs", "rfm_score_components", "rfm_tier_summary", "rfm_tier_rule_coverage")
MOVED = ("rfm_score_changes", "rfm_tier_migrations")
MODELS = ("--select", *(f"+{table}" for table in (*GRADED, *MOVED, "rfm_tier_history")))
# What looks back further than to the as-of date before.
LOOKS_BACK = ("periods_in_tier",)
CHANCE = random.Random(14)


def built(place: Path, orders: list[Row], **vars: object) -> Project:
    """The tables of history from some order lines of the demo."""
    place.mkdir()
    for name, rows in (INPUTS | {"orders": orders}).items():
        write_csv(place / f"{name}.csv", rows)
    project = Project(place, vars=file_vars(place) | {"rfm_enabled_schemes": SCHEMES} | vars)
    project.parse().build(*MODELS)
    return project


def rows(project: Project, *tables: str, day: date | None = None, since: date | None = None):
    """The rows of tables, of an as-of date or of those after one, without what looks back."""
    return {
        table: [
            {name: value for name, value in row.items() if name not in LOOKS_BACK}
            for row in project.table(table)
            if (day is None or row["as_of_date"] == day)
            and (since is None or row["as_of_date"] > since)
        ]
        for table in tables
    }


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

    def of_shared(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
        return {
            name: [row for row in found if row["scheme"] in shared]
            for name, found in tables.items()
        }

    assert_same(of_shared(rows(whole, *GRADED, day=day)), of_shared(rows(alone, *GRADED)), GRADED)


def test_no_look_ahead(whole: Project, lines: list[Row], tmp_path: Path) -> None:
    """Lines up to a day alone give the same history up to that day."""
    day = CHANCE.choice(kept_dates(whole, "classic_segments")[2:-1])
    times = [parse_timestamp((line["ordered_at"] or "").strip()) for line in lines]
    known = [line for line, time in zip(lines, times, strict=True) if time and time.date() <= day]
    early = built(tmp_path / "early", known, rfm_as_of_date=str(day), rfm_history_periods=2)
    for scheme in SCHEMES:
        dates = [it for it in kept_dates(early, scheme) if it in kept_dates(whole, scheme)]
        if day in dates:
            found, expected = (
                {
                    name: [row for row in own if row["scheme"] == scheme]
                    for name, own in rows(project, *GRADED, *MOVED, day=day).items()
                }
                for project in (early, whole)
            )
            assert_same(found, expected, (*GRADED, *MOVED))


def test_fewer_dates(whole: Project, lines: list[Row], tmp_path: Path) -> None:
    """How many dates are kept changes nothing of those that are."""
    few = built(tmp_path / "few", lines, rfm_history_periods=3)
    tables = (*GRADED, *MOVED, "rfm_tier_history")
    for scheme in SCHEMES:
        first, *later = kept_dates(few, scheme)
        assert later == kept_dates(whole, scheme)[-len(later) :]
        found, expected = (
            {
                name: [row for row in own if row["scheme"] == scheme]
                for name, own in rows(project, *tables, since=first).items()
            }
            for project in (few, whole)
        )
        assert found["rfm_tier_history"]
        assert_same(found, expected, tables)


def test_late_orders(whole: Project, lines: list[Row], tmp_path: Path) -> None:
    """Lines that come later give, over the tables of a build without them, what all give."""
    late = set(CHANCE.sample(range(len(lines)), 40))
    early = [line for number, line in enumerate(lines) if number not in late]
    project = built(tmp_path / "late", early, rfm_history_periods=13)
    tables = (*GRADED, *MOVED, "rfm_tier_history")
    before = rows(project, *tables)
    write_csv(project.place / "orders.csv", lines)
    project.build(*MODELS)
    assert rows(project, *tables) != before
    assert_same(rows(project, *tables), rows(whole, *tables), tables)


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
