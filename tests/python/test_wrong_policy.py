"""Wrong policies: each stops the build, says where and what to write, and grades nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harness import (
    PUBLIC_TABLES,
    SEEDS,
    Project,
    Row,
    assert_same,
    copy_project,
    read_csv,
    write_csv,
)
from oracle import CONTRACT_COLUMNS, POLICY_SEEDS
from oracle import Policy as OraclePolicy
from oracle_actions import public_tables
from replay import Replay, parsed_project

Policy = dict[str, list[Row]]
SEEDS_WITH_PROVENANCE = [seed for seed in POLICY_SEEDS if seed != "rfm_category_aliases"]


def shipped() -> Policy:
    """The shipped rows of all policy seeds."""
    return {seed: read_csv(SEEDS / f"{seed}.csv") for seed in POLICY_SEEDS}


@dataclass(frozen=True)
class Fault:
    """A change of the shipped policy, and what the problem that it causes must say."""

    name: str
    change: Callable[[Policy], None]
    seed: str
    scheme: str
    found: str
    allowed: str


def rows_of(policy: Policy, seed: str, where: Row) -> list[Row]:
    """The rows of a seed that hold these cells."""
    rows = [row for row in policy[seed] if all(row[key] == text for key, text in where.items())]
    assert rows, (seed, where)
    return rows


def cells(seed: str, where: Row, **written: str | None) -> Callable[[Policy], None]:
    """A change that writes cells of the rows that hold `where`."""

    def change(policy: Policy) -> None:
        for row in rows_of(policy, seed, where):
            row.update(written)

    return change


def without(seed: str, **where: str) -> Callable[[Policy], None]:
    """A change that leaves rows out."""

    def change(policy: Policy) -> None:
        gone = rows_of(policy, seed, where)
        policy[seed] = [row for row in policy[seed] if row not in gone]

    return change


def copied(seed: str, where: Row, **written: str | None) -> Callable[[Policy], None]:
    """A change that adds copies of rows, with other cells."""

    def change(policy: Policy) -> None:
        policy[seed] += [row | written for row in rows_of(policy, seed, where)]

    return change


def both(*changes: Callable[[Policy], None]) -> Callable[[Policy], None]:
    """Several changes as one."""
    return lambda policy: [change(policy) for change in changes] and None


def in_schemes(column: str, text: str | None, found: str, allowed: str) -> Fault:
    """A fault in the row of outdoor_gear in rfm_schemes."""
    change = cells("rfm_schemes", {"scheme": "outdoor_gear"}, **{column: text})
    return Fault(f"schemes {column}", change, "rfm_schemes", "outdoor_gear", found, allowed)


def in_metrics(
    scheme: str, metric: str, column: str, text: str | None, found: str, allowed: str
) -> Fault:
    """A fault in a row of rfm_scheme_metrics."""
    change = cells("rfm_scheme_metrics", {"scheme": scheme, "metric": metric}, **{column: text})
    name = f"metrics {column} {text}"
    return Fault(name, change, "rfm_scheme_metrics", scheme, found, allowed)


def in_bins(name: str, of_score: str, found: str, allowed: str, **written: str | None) -> Fault:
    """A fault in a bin of outdoor_gear's recency."""
    where = {"scheme": "outdoor_gear", "metric": "recency", "score": of_score}
    change = cells("rfm_score_bins", where, **written)
    return Fault(f"bins {name}", change, "rfm_score_bins", "outdoor_gear", found, allowed)


def in_tiers(name: str, of_tier: str, found: str, allowed: str, **written: str | None) -> Fault:
    """A fault in a tier of outdoor_gear."""
    change = cells("rfm_tiers", {"scheme": "outdoor_gear", "tier": of_tier}, **written)
    return Fault(f"tiers {name}", change, "rfm_tiers", "outdoor_gear", found, allowed)


def in_rules(name: str, of_priority: str, found: str, allowed: str, **written: str | None) -> Fault:
    """A fault in a rule of sales_template."""
    where = {"scheme": "sales_template", "priority": of_priority}
    change = cells("rfm_tier_rules", where, **written)
    return Fault(f"rules {name}", change, "rfm_tier_rules", "sales_template", found, allowed)


def in_cadences(column: str, text: str | None, found: str, allowed: str) -> Fault:
    """A fault in the follow-up of outdoor_gear's tier A."""
    where = {"scheme": "outdoor_gear", "tier": "A"}
    change = cells("rfm_follow_up_cadences", where, **{column: text})
    name = f"cadences {column} {text}"
    return Fault(name, change, "rfm_follow_up_cadences", "outdoor_gear", found, allowed)


def in_bands(name: str, of_band: str, found: str, allowed: str, **written: str | None) -> Fault:
    """A fault in a band."""
    change = cells("rfm_behaviour_bands", {"band": of_band}, **written)
    return Fault(f"bands {name}", change, "rfm_behaviour_bands", "(all)", found, allowed)


def in_sensitivity(name: str, found: str, allowed: str, **written: str | None) -> Fault:
    """A fault in the price sensitivity of one pair of bands."""
    change = cells("rfm_price_sensitivity", PAIR, **written)
    return Fault(f"sensitivity {name}", change, "rfm_price_sensitivity", "(all)", found, allowed)


def in_cycles(name: str, of_cycle: str, found: str, allowed: str, **written: str | None) -> Fault:
    """A fault in a life cycle."""
    change = cells("rfm_life_cycles", {"life_cycle": of_cycle}, **written)
    return Fault(f"life cycles {name}", change, "rfm_life_cycles", "(all)", found, allowed)


def in_limits(of_limit: str, column: str, text: str | None, found: str, allowed: str) -> Fault:
    """A fault in a limit of an alert."""
    change = cells("rfm_alert_limits", {"limit_name": of_limit}, **{column: text})
    name = f"limits {of_limit} {column} {text}"
    return Fault(name, change, "rfm_alert_limits", "(all)", found, allowed)


def in_strategies(name: str, found: str, allowed: str, **written: str | None) -> Fault:
    """A fault in the strategy of outdoor_gear's tier B."""
    change = cells("rfm_strategies", OUTDOOR | {"tier": "B"}, **written)
    return Fault(f"strategies {name}", change, "rfm_strategies", "outdoor_gear", found, allowed)


def unknown_scheme(seed: str, where: Row) -> Fault:
    """A row of a scheme that rfm_schemes lacks."""
    change = copied(seed, where, scheme="nowhere")
    return Fault(f"unknown scheme in {seed}", change, seed, "nowhere", "nowhere", "rfm_schemes")


def repeated_key(seed: str, where: Row, scheme: str) -> Fault:
    """A row that stands twice."""
    change = copied(seed, where)
    return Fault(f"repeated key in {seed}", change, seed, scheme, "", "one row")


OUTDOOR = {"scheme": "outdoor_gear"}
RECENCY = OUTDOOR | {"metric": "recency"}
PAIR = {"discount_band": "10-30%", "order_value_band": "100-500"}
WORDS = "lower_is_better"
NUMBER_FAULTS = ["high", "0,3", "1e", "NaN", "0.1234567"]

FAULTS = [
    in_schemes("population", "everyone", "everyone", "active_in_window, ever_ordered"),
    in_schemes("refresh_period", "monthly", "monthly", "day, week, month, quarter, year"),
    in_schemes("tier_method", None, "nothing", "score, rules"),
    in_schemes("score_decimals", "7", "7", "0 to 6"),
    in_schemes("score_decimals", "one", "one", "0 to 6"),
    in_schemes("window_months", "12", "2020-01-01, 12", "one of them"),
    in_schemes("window_start", "01.01.2020", "01.01.2020", "2020-01-01"),
    in_schemes("window_start", "2023-02-29", "2023-02-29", "2020-01-01"),
    Fault(
        *(
            "schemes window_months 0",
            cells("rfm_schemes", {"scheme": "crm_practice"}, window_months="0"),
        ),
        *("rfm_schemes", "crm_practice", "0", "from 1 to 1200"),
    ),
    Fault(
        *(
            "scheme without metrics",
            without("rfm_scheme_metrics", scheme="outdoor_gear"),
        ),
        *("rfm_schemes", "outdoor_gear", "outdoor_gear", "rfm_scheme_metrics"),
    ),
    Fault(
        *("scheme without tiers", without("rfm_tiers", scheme="outdoor_gear")),
        *("rfm_schemes", "outdoor_gear", "outdoor_gear", "rfm_tiers"),
    ),
    Fault(
        *("blank scheme", cells("rfm_schemes", OUTDOOR, scheme=None)),
        *("rfm_schemes", "(blank)", "nothing", "a scheme"),
    ),
    in_metrics("outdoor_gear", "recency", "metric", "recentness", "recentness", "recency"),
    in_metrics("outdoor_gear", "recency", "method", "treshold", "treshold", "threshold"),
    in_metrics("outdoor_gear", "recency", "direction", "down", "down", WORDS),
    in_metrics("finance_software", "recency", "direction", None, "nothing", WORDS),
    in_metrics("outdoor_gear", "recency", "window", "year", "year", "scheme, all"),
    *(
        in_metrics("outdoor_gear", "recency", "weight", text, text, "a number from 0")
        for text in [*NUMBER_FAULTS, "-0.1", "1000"]
    ),
    in_metrics("outdoor_gear", "recency", "weight", None, "nothing", "a number from 0"),
    Fault(
        *("all weights 0", cells("rfm_scheme_metrics", OUTDOOR, weight="0")),
        *("rfm_scheme_metrics", "outdoor_gear", "0", "above 0"),
    ),
    *(
        in_metrics("finance_software", "recency", "levels", text, found, "from 2 to 10")
        for text, found in [("1", "1"), ("11", "11"), ("5.5", "5.5"), (None, "nothing")]
    ),
    in_metrics("outdoor_gear", "recency", "levels", "5", "5", "blank"),
    in_metrics("leather_market", "quantity", "baseline_metric", "pieces", "pieces", "quantity"),
    in_metrics("outdoor_gear", "recency", "baseline_metric", "frequency", "frequency", "blank"),
    in_metrics("leather_market", "identity", "method", "ntile", "ntile", "lookup"),
    in_metrics("outdoor_gear", "recency", "method", "lookup", "lookup", "threshold"),
    in_metrics(
        "finance_software",
        "recency",
        "method",
        "threshold",
        "recency",
        "rfm_score_bins",
    ),
    in_bins("score", "5", "five", "a number", score="five"),
    in_bins("lower_bound", "4", "ten", "a number", lower_bound="ten"),
    in_bins("inclusive", "4", "maybe", "true or false", lower_inclusive="maybe"),
    in_bins("inclusive blank", "4", "nothing", "true or false", lower_inclusive=None),
    in_bins("gap", "4", "12", "the same number", lower_bound="12"),
    in_bins("overlap", "4", "8", "the same number", lower_bound="8"),
    in_bins("bound in both", "4", "inclusive", "exactly one", lower_inclusive="true"),
    in_bins("bound in neither", "5", "exclusive", "exactly one", upper_inclusive="false"),
    in_bins("lowest", "5", "0", "blank", lower_bound="0", lower_inclusive="true"),
    in_bins("highest", "1", "999", "blank", upper_bound="999", upper_inclusive="true"),
    in_bins("upside down", "3", "30 to 20", "below", upper_bound="20"),
    *(
        in_bins(f"score {text}", "5", text, "below 1000000", score=text)
        for text in ("1000000", "-1000000", "99999999999999999999")
    ),
    in_bins("one score in two ways", "4", "5, 5.0", "another score", score="5.0"),
    in_bins("digits", "4", "1000000000000000", "15 digits", lower_bound="1000000000000000"),
    in_bins("open in the middle", "3", "blank", "the same number", upper_bound=None),
    Fault(
        *(
            "bins without a threshold metric",
            copied("rfm_score_bins", RECENCY, metric="quantity"),
        ),
        *("rfm_score_bins", "outdoor_gear", "quantity", "threshold"),
    ),
    in_tiers("rank", "B", "1, 1, 3, 4", "1 for the best", tier_rank="1"),
    in_tiers("rank word", "B", "second", "whole number", tier_rank="second"),
    in_tiers("rank gap", "D", "1, 2, 3, 5", "1 for the best", tier_rank="5"),
    in_tiers("hole", "B", "3.9", "the same number", max_score="3.9"),
    in_tiers("overlap", "B", "4.1", "the same number", max_score="4.1"),
    in_tiers("lowest", "D", "1", "blank", min_score="1"),
    in_tiers("highest", "A", "5", "blank", max_score="5"),
    in_tiers("digits", "A", "1000000000000000", "15 digits", min_score="1000000000000000"),
    in_tiers("word", "B", "three", "a number", min_score="three"),
    in_tiers("blank tier", "B", "nothing", "a tier", tier=None),
    Fault(
        *(
            "ranks against scores",
            both(
                cells("rfm_tiers", OUTDOOR | {"tier": "A"}, tier_rank="2"),
                cells("rfm_tiers", OUTDOOR | {"tier": "B"}, tier_rank="1"),
            ),
        ),
        *("rfm_tiers", "outdoor_gear", "1", "ranks that follow the scores"),
    ),
    Fault(
        *(
            "bounds beside rules",
            cells(
                "rfm_tiers",
                {"scheme": "sales_template", "tier": "general"},
                min_score="1",
            ),
        ),
        *("rfm_tiers", "sales_template", "1 to blank", "blank min_score"),
    ),
    in_rules("unknown tier", "2", "churned", "rfm_tiers", tier="churned"),
    in_rules("priority", "2", "second", "whole number", priority="second"),
    in_rules("bound", "2", "one", "a score", recency_max="one"),
    in_rules("one priority in two ways", "2", "1, 1.0", "another whole number", priority="1.0"),
    in_rules("below the scores", "2", "0", "a score from 1 to 5", recency_max="0"),
    in_rules("above the scores", "1", "6", "a score from 1 to 5", frequency_min="6"),
    in_rules("maximum above the scores", "2", "5.1", "a score from 1 to 5", monetary_max="5.1"),
    in_rules("minimum below the scores", "2", "-1", "a score from 1 to 5", monetary_min="-1"),
    in_rules(
        *("between two scores", "6", "2.1 to 2.9", "a score of recency between"),
        recency_min="2.1",
        recency_max="2.9",
    ),
    Fault(
        *(
            "rule beyond the levels",
            cells("rfm_scheme_metrics", {"scheme": "classic_segments"}, levels="4"),
        ),
        *("rfm_tier_rules", "classic_segments", "5", "a score from 1 to 4"),
    ),
    in_rules("never", "2", "3 to 1", "a minimum up to", recency_min="3"),
    Fault(
        *(
            "cell without a tier",
            without("rfm_tier_rules", scheme="sales_template", priority="8"),
        ),
        *("rfm_tier_rules", "sales_template", "2,1,1", "a last rule"),
    ),
    Fault(
        *("rules without rules", without("rfm_tier_rules", scheme="sales_template")),
        *("rfm_tier_rules", "sales_template", "rules", "rows for it in rfm_tier_rules"),
    ),
    Fault(
        *(
            "rules beside scores",
            copied(
                "rfm_tier_rules",
                {"scheme": "sales_template", "priority": "8"},
                scheme="outdoor_gear",
                tier="A",
            ),
        ),
        *("rfm_tier_rules", "outdoor_gear", "A", "tier_method rules"),
    ),
    Fault(
        *(
            "rule needs a metric",
            without("rfm_scheme_metrics", scheme="classic_segments", metric="monetary"),
        ),
        *("rfm_tier_rules", "classic_segments", "5 to 5", "monetary by ntile"),
    ),
    Fault(
        *(
            "rule needs finite scores",
            cells(
                "rfm_scheme_metrics",
                {"scheme": "classic_segments", "metric": "monetary"},
                method="min_max",
                levels=None,
            ),
        ),
        *("rfm_tier_rules", "classic_segments", "5 to 5", "monetary by ntile"),
    ),
    in_cadences("period", "fortnight", "fortnight", "day, week, month, quarter, year"),
    in_cadences("contacts_min", "some", "some", "whole number"),
    in_cadences("contacts_min", "3", "3 to 2", "a minimum up to"),
    in_cadences("contacts_max", "-1", "-1", "from 0"),
    in_cadences("every_n", "0", "0", "from 1"),
    in_cadences("tier", "Z", "Z", "a tier of the scheme"),
    Fault(
        *(
            "tier without cadence",
            without("rfm_follow_up_cadences", scheme="outdoor_gear", tier="C"),
        ),
        *("rfm_tiers", "outdoor_gear", "C", "rfm_follow_up_cadences"),
    ),
    Fault(
        *("no weight for unknown", without("rfm_identity_weights", identity="unknown")),
        *("rfm_scheme_metrics", "leather_market", "nothing", "identity unknown"),
    ),
    *(
        Fault(
            f"identity weight {text}",
            cells("rfm_identity_weights", {"identity": "retailer"}, weight=text),
            *("rfm_identity_weights", "leather_market", text, "a number from 0"),
        )
        for text in ("much", "-1", "1000000")
    ),
    Fault(
        *(
            "weights without identity",
            copied("rfm_identity_weights", {"identity": "retailer"}, scheme="outdoor_gear"),
        ),
        *("rfm_identity_weights", "outdoor_gear", "retailer", "metric identity"),
    ),
    Fault(
        *(
            "alias without category",
            cells("rfm_category_aliases", {"alias": "手机"}, category=None),
        ),
        *("rfm_category_aliases", "(all)", "nothing", "category"),
    ),
    in_strategies("unknown tier", "Z", "a tier of the scheme", tier="Z"),
    in_strategies("blank tier", "nothing", "a tier", tier=None),
    in_strategies(
        *("unknown metric", "profit", "repurchase_rate, customers, revenue"),
        target_metric="profit",
    ),
    *(
        in_strategies(f"target_change {text}", text, "a number from -1", target_change=text)
        for text in [*NUMBER_FAULTS, "+10%", "-1.1", "100"]
    ),
    in_strategies("metric alone", "mean_frequency", "a target_change", target_change=None),
    in_strategies("change alone", "0.1", "a target_metric", target_metric=None),
    in_bands("kind", "100-500", "size", "order_value, discount_rate, churn_risk", kind="size"),
    in_bands("blank kind", "100-500", "nothing", "a kind", kind=None),
    in_bands("blank band", "100-500", "nothing", "a band", band=None),
    in_bands("lower_bound", "100-500", "ten", "a number from 0", lower_bound="ten"),
    in_bands("upper_bound", "0-100", "few", "a number from 0", upper_bound="few"),
    in_bands("digits", "500+", "1000000000000000", "15 digits", lower_bound="1000000000000000"),
    in_bands("negative", "100-500", "-1", "a number from 0", lower_bound="-1"),
    in_bands("negative end", "0-100", "-0.5", "a number from 0", upper_bound="-0.5"),
    in_bands("rate word", "10-30%", "10%", "up to 1", lower_bound="10%"),
    in_bands("rate in percent", "10-30%", "30", "up to 1", upper_bound="30"),
    in_bands("gap", "100-500", "120", "the same number", lower_bound="120"),
    in_bands("overlap", "10-30%", "0.05", "the same number", lower_bound="0.05"),
    in_bands("open in the middle", "10-30%", "blank", "the same number", upper_bound=None),
    in_bands("lowest", "0-100", "0", "a blank lower_bound", lower_bound="0"),
    in_bands("highest", "500+", "900", "a blank upper_bound", upper_bound="900"),
    in_bands("upside down", "10-30%", "0.1 to 0.05", "below", upper_bound="0.05"),
    in_bands("of one value", "100-500", "100 to 100", "below", upper_bound="100"),
    *(
        Fault(
            f"no bands of kind {kind}",
            without("rfm_behaviour_bands", kind=kind),
            *("rfm_behaviour_bands", "(all)", "nothing", "at least one row"),
        )
        for kind in ("order_value", "discount_rate", "churn_risk")
    ),
    in_sensitivity("discount_band", "20-30%", "discount_rate", discount_band="20-30%"),
    in_sensitivity("order_value_band", "10-30%", "order_value", order_value_band="10-30%"),
    in_sensitivity("blank discount_band", "nothing", "a discount_band", discount_band=None),
    in_sensitivity(
        "blank order_value_band", "nothing", "an order_value_band", order_value_band=None
    ),
    in_sensitivity("blank", "nothing", "a word", price_sensitivity=None),
    Fault(
        *(
            "pair without sensitivity",
            without("rfm_price_sensitivity", **PAIR | {"order_value_band": "500+"}),
        ),
        *("rfm_price_sensitivity", "(all)", "nothing", "every pair"),
    ),
    in_cycles("blank", "lapsed", "nothing", "a life_cycle", life_cycle=None),
    in_cycles("priority word", "lapsed", "third", "a whole number", priority="third"),
    in_cycles("priority blank", "lapsed", "nothing", "a whole number", priority=None),
    in_cycles("priority fraction", "lapsed", "2.5", "a whole number", priority="2.5"),
    in_cycles("priority twice", "lapsed", "1, 2, 2, 4", "1 for what is tried", priority="2"),
    in_cycles("priority gap", "lost", "1, 2, 3, 5", "1 for what is tried", priority="5"),
    in_cycles("priority from 0", "new", "0, 2, 3, 4", "1 for what is tried", priority="0"),
    *(
        in_cycles(f"days {text}", "new", text, "days from 0", max_tenure_days=text)
        for text in ("quarter", "-1", "90.5")
    ),
    in_cycles("recency", "lapsed", "1y", "days from 0", max_recency_days="1y"),
    in_cycles("last tenure", "lost", "999, blank", "blank max_tenure_days", max_tenure_days="999"),
    in_cycles("last recency", "lost", "blank, 9", "blank max_tenure_days", max_recency_days="9"),
    in_cycles("open", "active", "blank, blank", "a later priority", max_recency_days=None),
    in_cycles("never reached", "lapsed", "blank, 180", "a later", max_recency_days="180"),
    Fault(
        *("no life cycles", without("rfm_life_cycles")),
        *("rfm_life_cycles", "(all)", "nothing", "at least one row"),
    ),
    in_limits("max_days_ahead", "alert", "order_due", "order_due", "about_to_order, tier"),
    in_limits("max_days_ahead", "alert", None, "nothing", "an alert"),
    in_limits("max_days_ahead", "limit_name", "days", "days", "min_intervals, max_days_ahead"),
    in_limits("max_days_ahead", "limit_name", None, "nothing", "a limit_name"),
    in_limits("max_days_ahead", "limit_name", "min_interval_ratio", "ratio", "min_intervals, max"),
    *(
        Fault(
            f"alert without {limit}",
            without("rfm_alert_limits", limit_name=limit),
            *("rfm_alert_limits", "(all)", "nothing", "a row for it"),
        )
        for limit in ("max_orders_missing", "min_ranks_lost")
    ),
    *(
        in_limits(limit, "value", text, text or "nothing", allowed)
        for limit, text, allowed in [
            ("min_intervals", None, "a whole number from 0"),
            ("min_intervals", "1.5", "a whole number from 0"),
            ("max_recency_days", "a year", "a whole number from 0"),
            ("max_days_ahead", "-1", "a whole number from 0"),
            ("max_days_ahead", "1000001", "a whole number from 0"),
            ("min_days_overdue", "0", "a whole number from 1"),
            ("min_days_overdue", "0.5", "a whole number from 1"),
            ("min_interval_ratio", "twice", "a number from 0"),
            ("min_interval_ratio", "-2", "a number from 0"),
            ("max_amount_share", "20%", "a number from 0"),
            ("max_amount_share", None, "a number from 0"),
        ]
    ),
    unknown_scheme("rfm_scheme_metrics", RECENCY),
    unknown_scheme("rfm_score_bins", RECENCY),
    unknown_scheme("rfm_tiers", OUTDOOR),
    unknown_scheme("rfm_tier_rules", {"scheme": "sales_template"}),
    unknown_scheme("rfm_follow_up_cadences", OUTDOOR),
    unknown_scheme("rfm_identity_weights", {"identity": "retailer"}),
    unknown_scheme("rfm_strategies", OUTDOOR),
    repeated_key("rfm_schemes", OUTDOOR, "outdoor_gear"),
    repeated_key("rfm_scheme_metrics", RECENCY, "outdoor_gear"),
    repeated_key("rfm_score_bins", RECENCY | {"score": "3"}, "outdoor_gear"),
    repeated_key("rfm_tiers", OUTDOOR | {"tier": "B"}, "outdoor_gear"),
    repeated_key(
        "rfm_tier_rules",
        {"scheme": "sales_template", "priority": "2"},
        "sales_template",
    ),
    repeated_key("rfm_follow_up_cadences", OUTDOOR | {"tier": "B"}, "outdoor_gear"),
    repeated_key("rfm_identity_weights", {"identity": "retailer"}, "leather_market"),
    repeated_key("rfm_category_aliases", {"alias": "手机"}, "(all)"),
    repeated_key("rfm_strategies", OUTDOOR | {"tier": "B"}, "outdoor_gear"),
    repeated_key("rfm_behaviour_bands", {"band": "100-500"}, "(all)"),
    repeated_key("rfm_price_sensitivity", PAIR, "(all)"),
    repeated_key("rfm_life_cycles", {"life_cycle": "lapsed"}, "(all)"),
    repeated_key("rfm_alert_limits", {"limit_name": "max_days_ahead"}, "(all)"),
]


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Any]:
    """The project with inputs for replays, and its manifest."""
    return parsed_project(tmp_path_factory.mktemp("wrong_policy"))


@pytest.fixture(scope="module")
def replay(parsed: tuple[Project, Any]) -> Replay:
    """The models that check the policy."""
    return Replay(*parsed, ["rfm_policy_problems"])


@pytest.fixture(scope="module")
def scored(parsed: tuple[Project, Any]) -> Replay:
    """All models."""
    return Replay(*parsed, PUBLIC_TABLES)


def problems(replay: Replay, policy: Policy) -> list[Row]:
    """The rows of rfm_policy_problems for these seeds."""
    return replay.tables(policy, ["rfm_policy_problems"])["rfm_policy_problems"]


def is_named(problem: Row, fault: Fault) -> bool:
    """Whether a row of rfm_policy_problems says all that it should of a fault."""
    return (
        problem["seed"] == fault.seed
        and problem["scheme"] == fault.scheme
        and fault.found in problem["found"]
        and fault.allowed in problem["allowed"]
    )


def test_shipped_policy_has_no_problem(replay: Replay) -> None:
    """What is shipped passes its own check."""
    assert problems(replay, shipped()) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_named(replay: Replay, fault: Fault) -> None:
    """A single fault gives a problem with seed, scheme, what was found and what to write."""
    policy = shipped()
    fault.change(policy)
    found = problems(replay, policy)
    assert any(is_named(row, fault) for row in found), found


def test_faults_are_found_together(replay: Replay) -> None:
    """One fault does not hide another: not in its row, nor in its seed, nor in another seed."""
    together = [
        *(
            "schemes population",
            "strategies target_change high",
            "bands overlap",
            "limits max_days_ahead value -1",
            "metrics weight high",
            "metrics direction down",
            "bins gap",
        ),
        *("tiers hole", "rules priority", "cadences every_n 0", "identity weight much"),
        *("alias without category", "tier without cadence"),
    ]
    chosen = [fault for fault in FAULTS if fault.name in together]
    assert len(chosen) == len(together)
    policy = shipped()
    for fault in chosen:
        fault.change(policy)
    found = problems(replay, policy)
    for fault in chosen:
        assert any(is_named(row, fault) for row in found), fault.name


@pytest.mark.parametrize(
    ("baseline", "message"),
    [
        (
            "recency",
            "leather_market / quantity: found values from 2000000 to 2000001, measured from 0"
            " of baseline_metric recency; write a blank baseline_metric",
        ),
        ("quantity", None),
    ],
)
def test_min_max_score_that_does_not_fit_is_named(
    baseline: str, message: str | None, scored: Replay
) -> None:
    """Two customers whose values are close are far from the baseline of another metric."""
    policy = shipped()
    where = {"scheme": "leather_market", "metric": "quantity"}
    cells("rfm_scheme_metrics", where, baseline_metric=baseline)(policy)
    policy["orders_input"] = [
        {
            "order_id": customer,
            "customer_id": customer,
            "ordered_at": "2024-12-31",
            "amount": "1",
            "quantity": quantity,
        }
        for customer, quantity in (("a", "2000001"), ("b", "2000000"))
    ]
    if message is None:
        graded = scored.tables(policy, ["rfm_score_components", "rfm_alerts"])
        scores = {
            row["customer_id"]: row["score"]
            for row in graded["rfm_score_components"]
            if row["scheme"] == "leather_market" and row["metric"] == "quantity"
        }
        assert scores == {"a": 1, "b": 0}
    else:
        with pytest.raises(duckdb.Error, match=re.escape(message)):
            scored.tables(policy, ["rfm_score_components"])


LARGEST = {
    "weights": cells("rfm_scheme_metrics", {}, weight="999.999999"),
    "identity weights": cells("rfm_identity_weights", {}, weight="999999.999999"),
    "scores": cells("rfm_score_bins", RECENCY | {"score": "5"}, score="999999.999999"),
    "tiers": both(
        cells("rfm_tiers", OUTDOOR | {"tier": "A"}, min_score="999999999999999.999999"),
        cells("rfm_tiers", OUTDOOR | {"tier": "B"}, max_score="999999999999999.999999"),
    ),
    "cadences": cells(
        *("rfm_follow_up_cadences", {}),
        contacts_min="1000",
        contacts_max="1000",
        every_n="1",
        period="day",
    ),
    "rounds": cells("rfm_follow_up_cadences", OUTDOOR, every_n="1000", period="year"),
    "targets": cells("rfm_strategies", {}, target_metric="revenue", target_change="99.999999"),
    "days": cells("rfm_alert_limits", {"limit_name": "max_days_ahead"}, value="1000000"),
    "shares": cells("rfm_alert_limits", {"limit_name": "max_amount_share"}, value="1000000"),
}


def test_largest_numbers_fit(scored: Replay) -> None:
    """A policy of the largest numbers that the check lets through is graded as by the oracle."""
    policy = shipped()
    for change in LARGEST.values():
        change(policy)
    lines = [
        dict.fromkeys(CONTRACT_COLUMNS)
        | {"order_id": str(number), "customer_id": f"c{number % 7}", "amount": str(number**3 + 1)}
        | {"ordered_at": f"202{number % 5}-12-{number % 28 + 1:02}", "quantity": str(number + 1)}
        for number in range(40)
    ]
    expected = public_tables(
        lines, OraclePolicy(policy), customers=[], contacts=[], latest_order_date=date(2026, 1, 1)
    )
    assert_same(scored.tables(policy | {"orders_input": lines}, PUBLIC_TABLES), expected)


@pytest.mark.parametrize("seed", SEEDS_WITH_PROVENANCE)
def test_every_row_says_where_it_comes_from(seed: str) -> None:
    """Each row is published, interpreted or convention; an interpreted one names the cell."""
    rows = read_csv(SEEDS / f"{seed}.csv")
    columns = set(rows[0])
    for row in rows:
        assert row["provenance"] in {"published", "interpreted", "convention"}, row
        if row["provenance"] == "interpreted":
            note = row["provenance_note"] or ""
            named = set(note.split(":")[0].replace(" and ", ", ").split(", "))
            assert named & (columns | {"bounds", "the whole rule", "the whole tier"}), row


# ---------------------------------------------------------------------------------------------
# The gate, in real builds
# ---------------------------------------------------------------------------------------------


def write_seeds(folder: Path, policy: Policy, names: Sequence[str]) -> None:
    """Write policy rows over the seeds of a copy of the project."""
    for name in names:
        write_csv(folder / "seeds" / "rfm" / f"{name}.csv", policy[name])


def test_gate_stops_build_and_run_and_keeps_the_last_tables(tmp_path: Path) -> None:
    """Two faults in two schemes: one message, nothing graded; an earlier build's tables stay."""
    folder = copy_project(tmp_path / "project")
    project = Project(tmp_path, folder=folder, profiles=folder / "profiles_example")
    policy = shipped()
    cells("rfm_scheme_metrics", RECENCY, weight="high")(policy)
    without("rfm_follow_up_cadences", scheme="crm_practice", tier="lost")(policy)
    changed = ["rfm_scheme_metrics", "rfm_follow_up_cadences"]
    models = ["--exclude-resource-type", "unit_test"]

    write_seeds(folder, policy, changed)
    first = project.dbt("build", *models)
    assert not first.success
    for part in (
        *(
            "2 problem(s)",
            "rfm_scheme_metrics / outdoor_gear",
            'found "high"',
            "a number from 0",
        ),
        *("rfm_tiers / crm_practice", 'found "lost"', "rfm_follow_up_cadences"),
    ):
        assert part in first.errors
    assert not {"rfm_customer_tiers", "rfm_score_components"} & project.relations()
    listed = project.table("rfm_policy_problems")
    assert {(row["seed"], row["scheme"]) for row in listed} == {
        ("rfm_scheme_metrics", "outdoor_gear"),
        ("rfm_tiers", "crm_practice"),
    }

    write_seeds(folder, shipped(), changed)
    project.build(*models)
    graded = project.table("rfm_customer_tiers")
    assert graded

    write_seeds(folder, policy, changed)
    assert project.dbt("seed").success
    again = project.dbt("run")
    assert not again.success
    assert "rfm_scheme_metrics / outdoor_gear" in again.errors
    assert "rfm_tiers / crm_practice" in again.errors
    assert sorted(map(str, project.table("rfm_customer_tiers"))) == sorted(map(str, graded))
