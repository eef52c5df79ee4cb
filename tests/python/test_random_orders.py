"""Small random orders and schemes: the models and the oracle must agree on every value.

What they are drawn from is in tests/cases/random_orders.yml.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, reduce
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness import PROSE, PUBLIC_TABLES, SEEDS, Row, assert_same, read_cases, without_prose
from oracle import (
    CONTRACT_COLUMNS,
    POLICY_SEEDS,
    WHOLE_SEEDS,
    Policy,
    Settings,
    clean_lines,
    parse_timestamp,
    strip_text,
)
from oracle_actions import demand_rows, public_tables
from replay import COLUMNS, Replay, oracle_options, parsed_project

LATEST_ORDER_DATE = date(2024, 12, 31)
MEASURED = ("recency", "frequency", "monetary", "quantity", "average_order_value")
OWN_MEASURES = ("margin", "毛利", "Tenure", "measure_1")
# Settings that are tried with own measures, too.
WITH_MEASURES = ("reject", "net, on a leap day")
IDENTITIES = ("wholesaler", "retailer", "unknown")
COMMON_VARS = {
    "rfm_latest_order_date": LATEST_ORDER_DATE.isoformat(),
    "rfm_scheme_filters": {"filtered": "region = '四川' or quantity > 1 or channel = 'app'"},
}
CASES = read_cases("random_orders")
SETTINGS: dict[str, Row] = CASES["settings"]
CUTS: dict[str, list[str]] = CASES["cuts"]
ALIASES: dict[str, list[Row]] = CASES["shared"]
ODD_DAYS, ODD_AMOUNTS = (CASES["lines"][name]["odd"] for name in ("ordered_at", "amount"))


def is_in_filter(line: Row) -> bool:
    """The filter of the scheme `filtered` for the oracle."""
    return line["region"] == "四川" or line["quantity"] > 1 or line["channel"] == "app"


def seen(vars: Row, lines: list[Row]) -> list[Row]:
    """The lines as the contract sees them: columns that are not mapped are null."""
    mapped = vars.get("rfm_order_columns", dict.fromkeys(CONTRACT_COLUMNS, True))
    return [{column: line[column] for column in mapped if mapped[column]} for line in lines]


# Orders

one_of = st.sampled_from


def rows_of(columns: Row) -> st.SearchStrategy[Row]:
    """Rows with one of the values of each column."""
    choices = {}
    for column, values in columns.items():
        if isinstance(values, dict):
            good, odd = values["good"], values["odd"]
            values = good * (1 + 6 * len(odd) // len(good)) + odd
        choices[column] = one_of(values)
    return st.fixed_dictionaries(choices)


LINE = rows_of(CASES["lines"])
BUSY_LINE = rows_of(CASES["lines"] | CASES["busy_lines"])
LINES = st.one_of(
    st.lists(LINE, max_size=40),
    st.lists(LINE, min_size=12, max_size=40),
    *[st.lists(BUSY_LINE, min_size=25, max_size=70)] * 2,
)
CUSTOMERS = st.lists(
    rows_of(CASES["customers"]), max_size=9, unique_by=lambda row: row["customer_id"]
)
CONTACTS = st.lists(rows_of(CASES["contacts"]), max_size=16)
OWN_ROW = {"customer_id": "has all", "value": "1", "valid_from": None}
# Two rows of one time stop a build: a case by hand shows it.
MEASURES = st.lists(
    rows_of(CASES["measures"]),
    max_size=40,
    unique_by=lambda row: (
        *(strip_text(row[column]) for column in ("customer_id", "measure")),
        parse_timestamp(row["valid_from"] or "0001-01-01"),
    ),
    # A measure that no row names is a fault of the policy.
).map(lambda rows: rows + [OWN_ROW | {"measure": name} for name in OWN_MEASURES])


# Schemes, valid by construction


@st.composite
def intervals(draw: st.DrawFn, bounds: list[str], at_most: int) -> list[tuple[str | None, ...]]:
    """Pairs of a lower and an upper bound that cover everything; the ends are open."""
    cuts = draw(one_of(range(at_most)))
    inner = sorted(draw(st.sets(one_of(bounds), min_size=cuts, max_size=cuts)), key=float)
    return list(zip([None, *inner], [*inner, None], strict=True))


@st.composite
def threshold_bins(draw: st.DrawFn, metric: str) -> list[Row]:
    """Bins of one metric, with scores in any order."""
    pairs = draw(intervals(CUTS["bins"], 5))
    scores = draw(st.permutations(["1", "2", "3", "4.5", "0"]))
    inclusive = draw(st.booleans())
    rows = []
    for (lower, upper), score in zip(pairs, scores, strict=False):
        row = {"metric": metric, "score": score, "lower_bound": lower, "upper_bound": upper}
        row["lower_inclusive"] = str(inclusive).lower()
        inclusive = draw(st.booleans())
        row["upper_inclusive"] = str(not inclusive).lower()
        rows.append(row)
    return rows


@st.composite
def metric_rows(draw: st.DrawFn, metric: str) -> dict[str, list[Row]]:
    """The rows of one metric of a scheme."""
    is_measured = metric != "identity"
    method = (
        draw(one_of(["ntile", "quantile", "threshold", "min_max"])) if is_measured else "lookup"
    )
    row = {"metric": metric, "method": method} | draw(rows_of(CASES["metrics"]))
    rows = {"rfm_scheme_metrics": [row]}
    if method in ("ntile", "quantile"):
        row["levels"] = draw(one_of(["2", "3", "5", "10"]))
    elif method == "threshold":
        rows["rfm_score_bins"] = draw(threshold_bins(metric))
    elif method == "min_max":
        own = [] if metric in MEASURED else OWN_MEASURES
        row["baseline_metric"] = draw(one_of([None, *MEASURED, *own]))
    else:
        rows["rfm_identity_weights"] = [
            {"identity": identity, "weight": draw(one_of(["0", "0.6", "1.0"]))}
            for identity in IDENTITIES
        ]
    return rows


@st.composite
def tier_rules(draw: st.DrawFn, tiers: list[str], metrics: list[Row], bins: list[Row]) -> list[Row]:
    """Rules over the metrics that have finite scores; the last one takes what is left."""
    scores = {
        row["metric"]: [item["score"] for item in bins if item["metric"] == row["metric"]]
        or [str(level + 1) for level in range(min(int(row["levels"]), 3))]
        for row in metrics
        if row["metric"] in ("recency", "frequency", "monetary") and row["method"] != "min_max"
    }
    rules = []
    for priority in range(draw(st.integers(0, 4))):
        rule = {"priority": str(10 * priority), "tier": draw(one_of(tiers))}
        for metric, possible in scores.items():
            bound = one_of([None, None, *possible])
            low, high = draw(bound), draw(bound)
            if low and high and float(low) > float(high):
                low, high = high, low
            rule |= {f"{metric}_min": low, f"{metric}_max": high}
        rules.append(rule)
    return [*rules, {"priority": "99", "tier": tiers[-1]}]


@st.composite
def tier_extras(draw: st.DrawFn, tier: str) -> dict[str, list[Row]]:
    """The cadence of a tier, and its strategy, if it has one."""
    cadence = draw(rows_of(CASES["cadences"]))
    cadence["contacts_max"] = str(int(cadence["contacts_min"]) + draw(one_of([0, 1])))
    rows = {"rfm_follow_up_cadences": [{"tier": tier} | cadence], "rfm_strategies": []}
    if draw(st.booleans()):
        metric, change = draw(one_of(list(CASES["targets"].items())))
        strategy = {"tier": tier, "target_metric": metric, "target_change": change}
        rows["rfm_strategies"] = [strategy | draw(rows_of(CASES["strategies"]))]
    return rows


def together(parts: list[dict[str, list[Row]]]) -> dict[str, list[Row]]:
    """The rows of each seed in all of the parts."""
    seeds = dict.fromkeys(seed for part in parts for seed in part)
    return {seed: [row for part in parts for row in part.get(seed, ())] for seed in seeds}


@st.composite
def scheme_rows(
    draw: st.DrawFn, scheme: str, of: tuple[str, ...] = (*MEASURED, "identity")
) -> dict[str, list[Row]]:
    """The rows of one scheme in all policy seeds."""
    metrics = draw(st.lists(one_of(of), min_size=1, unique=True))
    rows = together([draw(metric_rows(metric)) for metric in metrics])
    scheme_row = draw(one_of(CASES["windows"])) | draw(rows_of(CASES["schemes"]))
    pairs = draw(intervals(CUTS["tiers"], 4))
    tiers = [{"tier": f"t{rank}", "tier_rank": str(rank)} for rank in range(1, len(pairs) + 1)]
    names = [tier["tier"] for tier in tiers]
    if scheme_row["tier_method"] == "score":
        for tier, (low, high) in zip(tiers, reversed(pairs), strict=True):
            tier |= {"min_score": low, "max_score": high}
    else:
        rows["rfm_tier_rules"] = draw(
            tier_rules(names, rows["rfm_scheme_metrics"], rows.get("rfm_score_bins", []))
        )
    rows |= {"rfm_schemes": [scheme_row], "rfm_tiers": tiers}
    rows |= together([draw(tier_extras(name)) for name in names])
    return {
        seed: [dict.fromkeys(COLUMNS[seed]) | row | {"scheme": scheme} for row in more]
        for seed, more in rows.items()
    }


@st.composite
def action_rules(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Bands, sensitivities, life cycles, outcomes and limits, which no scheme has for itself."""
    bands = {
        kind: [
            {"kind": kind, "band": f"{kind} {number}", "lower_bound": low, "upper_bound": high}
            for number, (low, high) in enumerate(draw(intervals(CUTS[kind], 4)))
        ]
        for kind in ("order_value", "discount_rate", "churn_risk")
    }
    days = [draw(one_of(choice)) for choice in (["0", "31", "90"], ["0", "60", "180"])]
    stages = [
        *(("new", days[0], None), ("active", None, days[1])),
        *(("lapsed", None, "366"), ("lost", None, None)),
    ]
    rows = {
        "rfm_behaviour_bands": [row for of_kind in bands.values() for row in of_kind],
        "rfm_price_sensitivity": [
            {
                "discount_band": discount["band"],
                "order_value_band": value["band"],
                "price_sensitivity": draw(one_of(["low", "high"])),
            }
            for discount in bands["discount_rate"]
            for value in bands["order_value"]
        ],
        "rfm_life_cycles": [
            {"life_cycle": stage, "priority": str(priority), "label": stage.title()}
            | {"max_tenure_days": tenure, "max_recency_days": recency}
            | draw(rows_of(CASES["life_cycles"]))
            for priority, (stage, tenure, recency) in enumerate(stages, start=1)
        ],
        "rfm_contact_outcomes": [
            {"outcome": outcome, "effect": effect, "offer": offer, "offer_zh": offer}
            | draw(rows_of(CASES["outcomes"]))
            for outcome, effect, offer in (
                *(("declined", "other_offer", "gift"), ("no_answer", "hold", None)),
                ("reached", "apologise_first", None),
            )
        ],
        "rfm_alert_limits": [
            {"alert": alert, "limit_name": name, "value": draw(one_of(values))}
            for alert, limits in CASES["limits"].items()
            for name, values in limits.items()
        ],
    }
    return {
        seed: [dict.fromkeys(COLUMNS[seed]) | row for row in more] for seed, more in rows.items()
    }


# No schemes; what no policy may lack is as shipped.
NO_POLICY = Policy(
    dict.fromkeys(POLICY_SEEDS, ())
    | {seed: Policy.from_folder(SEEDS).tables[seed] for seed in WHOLE_SEEDS}
)


def policies(of: tuple[str, ...]) -> st.SearchStrategy[Policy]:
    """Rules for actions and three schemes of some metrics."""
    schemes = [scheme_rows(name, of) for name in ("first", "second", "filtered")]
    return st.tuples(action_rules(), *schemes).map(
        lambda rows: reduce(Policy.with_rows, rows, NO_POLICY.with_rows(ALIASES))
    )


POLICIES = policies((*MEASURED, "identity"))
POLICIES_OF_MEASURES = policies((*MEASURED, *OWN_MEASURES, *OWN_MEASURES, "identity"))


def drawn(examples: int) -> Any:
    """So many examples. Each takes a second or so: shrinking one would take minutes."""
    return settings(
        max_examples=examples,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pytest.fixture(scope="module")
def replay_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Replay]:
    """The models compiled for a setting, once."""
    project = parsed_project(tmp_path_factory.mktemp("random_orders"))
    return cache(lambda name: Replay(project, PUBLIC_TABLES, COMMON_VARS | SETTINGS[name]))


@pytest.fixture(scope="module")
def replay_of_measures(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Replay]:
    """The same with an input of own measures."""
    project = parsed_project(tmp_path_factory.mktemp("random_measures"), has_measures=True)
    return cache(lambda name: Replay(project, PUBLIC_TABLES, COMMON_VARS | SETTINGS[name]))


# In one go Hypothesis would change little in its first ten examples and try them again.
@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize("name", SETTINGS)
@drawn(8)
@given(orders=LINES, customers=CUSTOMERS, contacts=CONTACTS, policy=POLICIES)
def test_oracle_agrees(
    name: str, part: int, replay_of: Callable[[str], Replay], policy: Policy, **drawn: list[Row]
) -> None:
    """All public tables are the same, or both sides refuse the lines or the as-of date."""
    compare(replay_of(name), name, policy, drawn)


@pytest.mark.parametrize("part", [1, 2])
@pytest.mark.parametrize("name", WITH_MEASURES)
@drawn(8)
@given(
    orders=LINES,
    customers=CUSTOMERS,
    contacts=CONTACTS,
    measures=MEASURES,
    policy=POLICIES_OF_MEASURES,
)
def test_oracle_agrees_on_own_measures(
    name: str,
    part: int,
    replay_of_measures: Callable[[str], Replay],
    policy: Policy,
    **drawn: list[Row],
) -> None:
    """The same of schemes with own measures."""
    compare(replay_of_measures(name), name, policy, drawn)


def compare(replay: Replay, name: str, policy: Policy, drawn: dict[str, list[Row]]) -> None:
    """Hold all public tables against the oracle's."""
    vars = COMMON_VARS | SETTINGS[name]
    inputs = policy.tables | {f"{kind}_input": rows for kind, rows in drawn.items()}
    lines = seen(vars, drawn.pop("orders"))
    options = drawn | oracle_options(vars) | {"filters": {"filtered": is_in_filter}}
    try:
        expected = public_tables(lines, policy, **options)
    except ValueError as error:  # no accepted line, or an as-of date before the first order
        told = "no order line was accepted"
        if told not in str(error):
            told = r"rfm_as_of_date.*before the first order"
        with pytest.raises(duckdb.Error, match=told):
            replay.tables(inputs, PUBLIC_TABLES)
        return
    # A limit of rfm_customer_tiers, whose scores have the type numeric(12, 6).
    if any(abs(row["score"]) >= 999_999 for row in expected["rfm_score_components"]):
        with pytest.raises(duckdb.Error, match="999999 and more, which do not fit"):
            replay.tables(inputs, PUBLIC_TABLES)
        return
    found = replay.tables(inputs, PUBLIC_TABLES)
    # Without any order there is nothing to grade, and the specification says no more.
    has_orders = any(run["orders"] for run in expected["rfm_scheme_runs"])
    assert_same(found, expected, PUBLIC_TABLES if has_orders else ["rfm_rejected_orders"])
    assert [row for table in PROSE for row in without_prose(table, found[table])] == []


# Regional demand alone, of so many customers that suppression goes through all its steps

DEMAND_MODELS = (
    *("int_rfm__demand_customers", "int_rfm__demand_cells", "int_rfm__demand_mixes"),
    "rfm_regional_demand",
)
DEMAND_INPUTS = (
    *("int_rfm__purchase_lines", "int_rfm__graded_customers", "int_rfm__periods"),
    "stg_rfm__policy",
)
TIER_RANKS = {"top": 1, "a": 2, "low": 3}
DEMAND = CASES["demand"]
BUYERS = [f"c{number}" for number in range(40)]
PURCHASE = rows_of({"customer_id": BUYERS} | {k: v for k, v in DEMAND.items() if k != "tiers"})
LATE = {"customer_id": "c0", "ordered_at": "2024-03-01", "region": "n", "amount": "7"}
PURCHASES = one_of([20, 60, 100, 140, 200]).flatmap(
    lambda count: st.lists(PURCHASE, min_size=count, max_size=count)
)
BUYER_TIERS = one_of(DEMAND["tiers"]).flatmap(
    lambda found: st.lists(one_of(found), min_size=40, max_size=40)
)


@pytest.fixture(scope="module")
def demand_replay_of(replay_of: Callable[[str], Replay]) -> Callable[[str], Replay]:
    """The models of regional demand alone, for a setting."""
    return cache(lambda name: replay_of(name).after(DEMAND_INPUTS, DEMAND_MODELS))


@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize("name", ["reject", "net"])
@drawn(12)
@given(tiers=BUYER_TIERS, purchases=PURCHASES)
def test_oracle_keeps_the_same_back(
    name: str,
    part: int,
    demand_replay_of: Callable[[str], Replay],
    tiers: list[str | None],
    purchases: list[Row],
) -> None:
    """Of regional demand the same rows and tier mixes are kept back."""
    scheme = SETTINGS[name].get("rfm_demand_scheme", "filtered")
    day = date(2024, 2, 29)
    lines = [row | {"order_id": str(number)} for number, row in enumerate([LATE, *purchases])]
    accepted, _ = clean_lines(lines, NO_POLICY, Settings(LATEST_ORDER_DATE))
    tier_of = {buyer: tier for buyer, tier in zip(BUYERS, tiers, strict=True) if tier}
    inputs = {
        "int_rfm__purchase_lines": [line | {"source_system": ""} for line in accepted],
        "int_rfm__graded_customers": [
            {"scheme": scheme, "as_of_date": day, "customer_id": customer, "tier": tier}
            | {"is_latest": True}
            for customer, tier in tier_of.items()
        ],
        "int_rfm__periods": [
            {"scheme": scheme, "period": "as_of", "report_date": day}
            for scheme in ("first", "filtered", "second")
        ],
        "stg_rfm__policy": [
            {"seed": "rfm_tiers", "scheme": scheme, "tier": tier, "tier_rank": rank}
            for tier, rank in TIER_RANKS.items()
        ],
    }
    graded = {key: {"tier": tier, "tier_rank": TIER_RANKS[tier]} for key, tier in tier_of.items()}
    expected = list(demand_rows(accepted, day, graded, SETTINGS[name]["rfm_min_cell_customers"]))
    table = DEMAND_MODELS[-1]
    found = demand_replay_of(name).tables(inputs, [table])
    assert_same(found, {table: expected}, [table])
