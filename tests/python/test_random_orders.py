"""Small random orders and schemes: the models and the oracle must agree on every value.

Values come from short lists on purpose, so that ties, equal cut points, window edges, shared order
ids and junk all happen within a few lines.
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness import PROSE, PUBLIC_TABLES, SEEDS, Row, assert_same, without_prose
from oracle import (
    CONTRACT_COLUMNS,
    POLICY_SEEDS,
    WHOLE_SEEDS,
    CleaningRules,
    Policy,
    clean_lines,
)
from oracle_actions import demand_rows, public_tables
from replay import COLUMNS, Replay, oracle_options, parsed_project

LATEST_ORDER_DATE = date(2024, 12, 31)
MEASURED = ("recency", "frequency", "monetary", "quantity", "average_order_value")
PERIODS = ("day", "week", "month", "quarter", "year")
IDENTITIES = ("wholesaler", "retailer", "unknown")
COMMON_VARS = {
    "rfm_latest_order_date": LATEST_ORDER_DATE.isoformat(),
    "rfm_scheme_filters": {"filtered": "region = '四川' or quantity > 1 or channel = 'app'"},
}


def is_in_filter(line: Row) -> bool:
    """The filter of the scheme `filtered` for the oracle."""
    return line["region"] == "四川" or line["quantity"] > 1 or line["channel"] == "app"


# Columns of the setting in which lines cannot be told apart.
FEW_COLUMNS = ("order_id", "customer_id", "ordered_at", "amount", "quantity", "channel")
SETTINGS: dict[str, Row] = {
    "reject": {
        "rfm_report_date": "2025-02-14",
        "rfm_min_cell_customers": 2,
        "rfm_min_insight_customers": 2,
        "rfm_rejected_statuses": ["cancelled", " 交易关闭\t"],
    },
    "net": {
        "rfm_refunds": "net",
        "rfm_max_order_quantity": 5,
        "rfm_min_cell_customers": 3,
        "rfm_min_insight_customers": 1,
        "rfm_demand_scheme": "second",
    },
    "reject, lines not told apart": {
        "rfm_as_of_date": "2024-03-31",
        "rfm_report_date": "2024-06-15",
        "rfm_max_order_quantity": 2,
        "rfm_order_columns": {
            column: column if column in FEW_COLUMNS else None for column in CONTRACT_COLUMNS
        },
        "rfm_min_cell_customers": 1,
        "rfm_min_insight_customers": 2,
        "rfm_demand_scheme": "first",
    },
    "net, on a leap day": {
        "rfm_refunds": "net",
        "rfm_as_of_date": "2024-02-29",
        "rfm_min_cell_customers": 2,
    },
}


def seen(vars: Row, lines: list[Row]) -> list[Row]:
    """The lines as the contract sees them: columns that are not mapped are null."""
    mapped = vars.get("rfm_order_columns", dict.fromkeys(CONTRACT_COLUMNS, True))
    return [{column: line[column] for column in mapped if mapped[column]} for line in lines]


# Orders


one_of = st.sampled_from


def mostly(good: list[str | None], odd: list[str | None]) -> st.SearchStrategy:
    """Values of which the odd ones are rare."""
    return one_of(good * (1 + 6 * len(odd) // len(good)) + odd)


GOOD_DAYS = [
    *("2023-01-31", "2023-03-31", "2023-12-31 23:59:59", "2024-01-01", "2024-01-01 00:00:00"),
    *("2024-02-28 12:00", "2024-02-29 23:59:59.999999", "2024/3/1 9:05", "2024-03-30T08:00:01"),
    *("2024-03-31", "2024-03-31 23:59:59", "2024-04-01", "2024-06-30", "2024-12-29"),
    *("2024-12-31", "2024-12-31 23:59:59.9", "2024-02-29 00:00:00.5", "2024-03-30 13:59:59"),
]
ODD_DAYS = ["2025-01-01", "2024-02-30", "yesterday", "2024-01-01T24:00", "2024-1-1 1", "", None]
GOOD_AMOUNTS = [
    *("0", "1", "1", "2.5", "10", "10.00", "99.99", "100", "1e2", " 7 ", "350", "0.000001"),
]
ODD_AMOUNTS = [
    *("-1", "-10", "-0.0000001", "0.0000005", "1.0000005", "999999999999.9999994", "1e12"),
    *("999999999999.9999995", "NaN", "-inf", "1_000", "1,000", "ten", "0x1", "5.", ".5", "", None),
]

DAMAGED = [
    *("8.8E12", "1.7003E4", "17003.00", "-1.0e+5", "17003.", "0017003.0", "\u300017003.0\t", "1e5"),
    *("8,80000E+12", ".5e1", "+7.0"),
]
STATUSES = [
    *("paid", "Paid ", None, "Can celled", "CANCELLED", "\u3000交易 关闭", "交易关闭", "closed"),
]

LINE_COLUMNS = {
    "order_id": mostly(
        ["o1", "o2", "o3", "o4", "o5", "e1"],
        [" o1\u3000", "O1", "", None, "0", "o6", "\u3000NULL ", *DAMAGED[:3], "o1.0", "1.5"],
    ),
    "customer_id": mostly(
        # Some begin alike, for ties are ranked by what ids begin with.
        ["c1", "c2", "c3", "c4", "c10", "c1001", "c100é", "C1", "é", "客", "d1", "d2", "d3"],
        ["\tc1 ", " \u00a0", None, "0", "00", "null", "\\n\u3000", "gäste", "NULL1", *DAMAGED],
    ),
    "ordered_at": mostly(GOOD_DAYS, ODD_DAYS),
    "amount": mostly(GOOD_AMOUNTS, ODD_AMOUNTS),
    "line_id": one_of([None, "1", "2", " 2", "10"]),
    "quantity": mostly(
        [None, "1", "2", "3", "2.0"], ["-1", "0", "-2", "1.5", "x", "1e1", "1e30", "nan"]
    ),
    "list_amount": mostly([None, "1", "3", "9", "10", "100"], ["x", "0", "-1", "0.000001"]),
    "product_name": one_of([None, "p1", "p2"]),
    "category": one_of([None, "手机", "智能手机", "a", "b"]),
    "channel": one_of([None, "app", "web"]),
    "payment_method": one_of([None, "cash", "card"]),
    "store_code": one_of([None, "s1", "S1"]),
    "region": one_of([None, "四川", " 四川", "张家口市"]),
    "source_system": one_of([None, None, "a", "b"]),
    "order_status": one_of([*["paid"] * 12, *STATUSES]),
}
LINE = st.fixed_dictionaries(LINE_COLUMNS)
# Many orders of few months, so that customers come back and regions have several of them.
BUSY_LINE = st.fixed_dictionaries(
    LINE_COLUMNS
    | {
        "order_id": one_of([f"o{number}" for number in range(9)]),
        "ordered_at": one_of(
            [
                *("2024-01-05", "2024-01-15 10:30", "2024-01-31", "2024-02-01 00:00:00"),
                *("2024-02-10 23:00", "2024-02-28 12:00", "2024-02-29 00:00:00.5", "2024-02-29"),
                *("2024-03-01 9:05", "2024-03-20", "2024-03-31 23:59:59", "2024-04-01 08:00"),
                *("2024-06-15 12:00", "2024-12-31"),
            ]
        ),
        "amount": one_of(GOOD_AMOUNTS),
        "quantity": one_of([None, "1", "2", "3"]),
        "order_status": one_of([None, "paid"]),
    }
)
LINES = st.one_of(
    st.lists(LINE, max_size=40),
    st.lists(LINE, min_size=12, max_size=40),
    *[st.lists(BUSY_LINE, min_size=25, max_size=70)] * 2,
)
CUSTOMERS = st.dictionaries(
    one_of(["c1", "c2", "c10", "é", "nobody", "0", "NULL", "17003.0", "\u3000"]),
    st.fixed_dictionaries(
        {
            "identity": one_of([*IDENTITIES, None, " "]),
            "membership_level": one_of([None, "gold ", " "]),
            "registered_at": one_of([None, "2023-12-31", "2024/1/5 8:30", "soon"]),
        }
    ),
).map(lambda rows: [{"customer_id": key} | row for key, row in rows.items()])

CONTACT = st.fixed_dictionaries(
    {
        "contact_id": mostly(
            ["k1", "k2", "k3", "k4", "k5", "k6", "K1", "0"],
            [" k1", "", None, "Null", "1E+5", "7.0", "o6"],
        ),
        "customer_id": mostly(
            ["c1", "c2", "c3", "c4", "c10", "é", "nobody"], [" c1", None, "0", "null ", "1e5"]
        ),
        "contacted_at": mostly(
            [
                *("2023-12-31", "2024-01-31 10:00", "2024-02-29", "2024-03-01 00:00:00"),
                *("2024-03-30 23:59:59", "2024-03-31", "2024-03-31 08:00", "2024-05-31"),
                *("2024-06-15 23:59", "2024-06-30", "2024-11-30", "2024-12-31 08:00"),
                *("2025-01-31", "2025-02-14", "2025-03-01"),
            ],
            ["2024-02-30", "soon", "", None],
        ),
        "channel": one_of([None, "phone", "mail "]),
        "outcome": one_of([None, "reached", "no_answer"]),
    }
)
CONTACTS = st.lists(CONTACT, max_size=16)


# Schemes, valid by construction


@st.composite
def intervals(draw: st.DrawFn, bounds: list[str], at_most: int) -> list[tuple[str | None, ...]]:
    """Pairs of a lower and an upper bound that cover everything; the ends are open."""
    cuts = draw(one_of(range(at_most)))
    inner = sorted(draw(st.sets(one_of(bounds), min_size=cuts, max_size=cuts)), key=float)
    return list(zip([None, *inner], [*inner, None], strict=True))


@st.composite
def threshold_bins(draw: st.DrawFn) -> list[Row]:
    """Bins of one metric, with scores in any order."""
    pairs = draw(intervals(["-1", "0", "1", "2", "2.5", "30", "91", "100", "350.000001"], 5))
    scores = draw(st.permutations(["1", "2", "3", "4.5", "0"]))
    inclusive = draw(st.booleans())
    rows = []
    for (lower, upper), score in zip(pairs, scores, strict=False):
        row = {"score": score, "lower_bound": lower, "upper_bound": upper}
        row["lower_inclusive"] = str(inclusive).lower()
        inclusive = draw(st.booleans())
        row["upper_inclusive"] = str(not inclusive).lower()
        rows.append(row)
    return rows


@st.composite
def metric_rows(draw: st.DrawFn, metric: str) -> dict[str, list[Row]]:
    """The rows of one metric of a scheme."""
    method = "lookup"
    if metric != "identity":
        method = draw(one_of(["ntile", "quantile", "threshold", "min_max"]))
    row = {
        "metric": metric,
        "method": method,
        "weight": draw(one_of(["0.3", "1", "0.333333", "2.5"])),
        "direction": draw(one_of(["higher_is_better", "lower_is_better"])),
        "window": draw(one_of([None, "scheme", "all"])),
    }
    rows = {"rfm_scheme_metrics": [row]}
    if method in ("ntile", "quantile"):
        row["levels"] = draw(one_of(["2", "3", "5", "10"]))
    elif method == "threshold":
        rows["rfm_score_bins"] = [item | {"metric": metric} for item in draw(threshold_bins())]
    elif method == "min_max":
        row["baseline_metric"] = draw(one_of([None, *MEASURED]))
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


CADENCE = st.fixed_dictionaries(
    {
        "contacts_min": one_of(["0", "1", "2", "3"]),
        "every_n": one_of(["1", "2", "6", "7"]),
        "period": one_of(PERIODS),
    }
).flatmap(
    lambda row: one_of([0, 1]).map(
        lambda more: row | {"contacts_max": str(int(row["contacts_min"]) + more)}
    )
)
TARGETS = {
    None: None,
    "repurchase_rate": "0.5",
    "customers": "99.999999",
    "revenue": "-1",
    "mean_recency_days": "0.1",
    "mean_frequency": "-0.05",
    "mean_monetary": "0.333333",
}
STRATEGY = st.fixed_dictionaries(
    {
        "strategy": one_of([None, "keep"]),
        "offer": one_of([None, "coupon"]),
        "offer_zh": one_of([None, "优惠券"]),
        "new_customer_offer": one_of([None, "welcome"]),
        "new_customer_offer_zh": one_of([None, "新客优惠券"]),
        "target_metric": one_of(list(TARGETS)),
    }
).map(lambda row: row | {"target_change": TARGETS[row["target_metric"]]})


WINDOW = one_of(
    [
        *({}, {"window_start": "2024-01-01"}, {"window_start": "2024-03-31"}),
        *({"window_months": "1"}, {"window_months": "3"}, {"window_months": "12"}),
    ]
)


@st.composite
def scheme_rows(draw: st.DrawFn, scheme: str) -> dict[str, list[Row]]:
    """The rows of one scheme in all policy seeds."""
    rows: dict[str, list[Row]] = {}
    for metric in draw(st.lists(one_of([*MEASURED, "identity"]), min_size=1, unique=True)):
        for seed, more in draw(metric_rows(metric)).items():
            rows.setdefault(seed, []).extend(more)
    settings_of_scheme = {
        "population": one_of(["active_in_window", "ever_ordered"]),
        "refresh_period": one_of(PERIODS),
        "score_decimals": one_of(["0", "1", "2", "6"]),
        "tier_method": one_of(["score", "rules"]),
    }
    scheme_row = draw(WINDOW) | draw(st.fixed_dictionaries(settings_of_scheme))
    rows["rfm_schemes"] = [scheme_row]
    pairs = draw(intervals(["0", "0.5", "1", "1.5", "2.05", "3"], 4))
    tiers = [{"tier": f"t{rank}", "tier_rank": str(rank)} for rank in range(1, len(pairs) + 1)]
    if scheme_row["tier_method"] == "score":
        for tier, (low, high) in zip(tiers, reversed(pairs), strict=True):
            tier |= {"min_score": low, "max_score": high}
    else:
        names = [tier["tier"] for tier in tiers]
        rows["rfm_tier_rules"] = draw(
            tier_rules(names, rows["rfm_scheme_metrics"], rows.get("rfm_score_bins", []))
        )
    rows["rfm_tiers"] = tiers
    rows["rfm_follow_up_cadences"] = [{"tier": tier["tier"]} | draw(CADENCE) for tier in tiers]
    rows["rfm_strategies"] = [
        {"tier": tier["tier"]} | draw(STRATEGY) for tier in tiers if draw(st.booleans())
    ]
    return {
        seed: [dict.fromkeys(COLUMNS[seed]) | row | {"scheme": scheme} for row in more]
        for seed, more in rows.items()
    }


# What no scheme has for itself

CUTS = {
    "order_value": ["0.000001", "1", "9.5", "10", "99.99", "100", "350"],
    "discount_rate": ["-8", "-0.1", "0", "0.1", "0.666667", "1"],
    "churn_risk": ["0.5", "1", "1.25", "3"],
}
LIMITS = {
    ("churn_risk", "min_intervals"): ["0", "1", "2"],
    ("churn_risk", "min_interval_ratio"): ["0", "0.75", "2"],
    ("churn_risk", "max_recency_days"): ["100", "366", "1000"],
    ("overdue_follow_up", "min_days_overdue"): ["1", "10", "45"],
    ("about_to_order", "min_intervals"): ["0", "1", "2"],
    ("about_to_order", "max_days_ahead"): ["0", "14", "400"],
    ("tier_dropped_risk", "min_ranks_lost"): ["1", "2"],
    ("tier_dropped_risk", "max_days_ahead"): ["0", "1", "31", "400"],
    ("near_upgrade", "max_orders_missing"): ["0", "1", "3"],
    ("near_upgrade", "max_amount_share"): ["0", "0.2", "1", "7.5"],
    ("near_upgrade", "max_recency_days"): ["30", "400", "5000"],
}


@st.composite
def action_rules(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Bands, price sensitivities, life cycles and alert limits."""
    bands = {
        kind: [
            {"kind": kind, "band": f"{kind} {number}", "lower_bound": low, "upper_bound": high}
            for number, (low, high) in enumerate(draw(intervals(cuts, 4)))
        ]
        for kind, cuts in CUTS.items()
    }
    days = [draw(one_of(choice)) for choice in (["0", "31", "90"], ["0", "60", "180"])]
    stages = [("new", days[0], None), ("active", None, days[1]), ("lapsed", None, "366")]
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
            {
                "life_cycle": stage,
                "priority": str(priority),
                "max_tenure_days": tenure,
                "max_recency_days": recency,
                "label": stage.title(),
            }
            for priority, (stage, tenure, recency) in enumerate(
                [*stages, ("lost", None, None)], start=1
            )
        ],
        "rfm_alert_limits": [
            {"alert": alert, "limit_name": name, "value": draw(one_of(values))}
            for (alert, name), values in LIMITS.items()
        ],
    }
    return {
        seed: [dict.fromkeys(COLUMNS[seed]) | row for row in more] for seed, more in rows.items()
    }


ALIASES = {
    "rfm_category_aliases": [{"alias": "手机", "category": "智能手机"}],
    "rfm_placeholder_ids": [
        {"id": "null", "applies_to": "both"},
        {"id": "0", "applies_to": "customer_id"},
        {"id": "\\N", "applies_to": "both"},
        {"id": "Gäste", "applies_to": "customer_id"},
        {"id": "O6", "applies_to": "order_id"},
    ],
}
# No schemes; what no policy may lack is as shipped.
NO_POLICY = Policy(
    dict.fromkeys(POLICY_SEEDS, ())
    | {seed: Policy.from_folder(SEEDS).tables[seed] for seed in WHOLE_SEEDS}
)
POLICIES = st.tuples(
    action_rules(), scheme_rows("first"), scheme_rows("second"), scheme_rows("filtered")
).map(lambda rows: reduce(Policy.with_rows, rows, NO_POLICY.with_rows(ALIASES)))


@pytest.fixture(scope="module")
def replays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Replay]:
    """The models compiled for each setting."""
    project, manifest = parsed_project(tmp_path_factory.mktemp("random_orders"))
    return {
        name: Replay(project, manifest, PUBLIC_TABLES, COMMON_VARS | vars)
        for name, vars in SETTINGS.items()
    }


# In one go Hypothesis would change little in its first ten examples and try them again.
@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize("name", SETTINGS)
@settings(
    max_examples=8,
    deadline=None,
    report_multiple_bugs=False,
    # Each example takes a second: shrinking one would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(lines=LINES, customers=CUSTOMERS, contacts=CONTACTS, policy=POLICIES)
def test_oracle_agrees(
    name: str,
    part: int,
    replays: dict[str, Replay],
    lines: list[Row],
    customers: list[Row],
    contacts: list[Row],
    policy: Policy,
) -> None:
    """All public tables are the same, or both sides refuse the lines or the as-of date."""
    replay, vars = replays[name], COMMON_VARS | SETTINGS[name]
    inputs = policy.tables | {
        "orders_input": lines,
        "customers_input": customers,
        "contacts_input": contacts,
    }
    try:
        expected = public_tables(
            seen(vars, lines),
            policy,
            customers=customers,
            contacts=contacts,
            filters={"filtered": is_in_filter},
            **oracle_options(vars),
        )
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
DEMAND_INPUTS = {
    "int_rfm__purchase_lines": {
        **dict.fromkeys(("customer_id", "order_id", "source_system"), "varchar"),
        "ordered_at": "timestamp",
        "amount": "decimal(18, 6)",
        "quantity": "bigint",
        **dict.fromkeys(("category", "region"), "varchar"),
        "is_refund": "boolean",
    },
    "int_rfm__graded_customers": {
        **dict.fromkeys(("scheme", "customer_id", "tier"), "varchar"),
        "as_of_date": "date",
    },
    "int_rfm__periods": {
        **dict.fromkeys(("scheme", "period"), "varchar"),
        "latest_report_date": "date",
    },
    "stg_rfm__policy": {
        **dict.fromkeys(("seed", "scheme", "tier", "label", "label_zh"), "varchar"),
        "tier_rank": "integer",
        **dict.fromkeys(("min_score", "max_score"), "decimal(28, 6)"),
    },
}
TIER_RANKS = {"top": 1, "a": 2, "low": 3}
BUYERS = [f"c{number}" for number in range(40)]
# Regions and categories of different sizes.
PURCHASE = st.fixed_dictionaries(
    {
        "customer_id": one_of(BUYERS),
        "ordered_at": one_of(["2024-01-05", "2024-01-31", "2024-02-01", "2024-02-29"]),
        "region": one_of([*["n"] * 4, *["西"] * 2, "w"]),
        "category": one_of([*["x"] * 3, "y", "z"]),
        "amount": one_of(["0", "1", "2.5"]),
    }
)
LATE = {"customer_id": "c0", "ordered_at": "2024-03-01", "region": "n", "amount": "7"}
PURCHASES = one_of([20, 60, 100, 140, 200]).flatmap(
    lambda count: st.lists(PURCHASE, min_size=count, max_size=count)
)
# Two tiers; all, and nobody knows; a rare one beside a common one.
BUYER_TIERS = one_of(
    [["top", "low"], ["top", "a", "low", "low", None], ["top"] + ["low"] * 9]
).flatmap(lambda found: st.lists(one_of(found), min_size=40, max_size=40))


@pytest.fixture(scope="module")
def demand_replays(replays: dict[str, Replay]) -> dict[str, Replay]:
    """The models of regional demand alone, for each setting."""
    return {name: replays[name].after(DEMAND_INPUTS, DEMAND_MODELS) for name in replays}


@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize("name", ["reject", "net"])
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(tiers=BUYER_TIERS, purchases=PURCHASES)
def test_oracle_keeps_the_same_back(
    name: str,
    part: int,
    demand_replays: dict[str, Replay],
    tiers: list[str | None],
    purchases: list[Row],
) -> None:
    """Of regional demand the same rows and tier mixes are kept back."""
    scheme = SETTINGS[name].get("rfm_demand_scheme", "filtered")
    day = date(2024, 2, 29)
    accepted, _ = clean_lines(
        [row | {"order_id": str(number)} for number, row in enumerate([LATE, *purchases])],
        CleaningRules(LATEST_ORDER_DATE),
    )
    tier_of = {buyer: tier for buyer, tier in zip(BUYERS, tiers, strict=True) if tier}
    inputs = {
        "int_rfm__purchase_lines": [
            line.as_typed_row() | {"source_system": "", "is_refund": False} for line in accepted
        ],
        "int_rfm__graded_customers": [
            {"scheme": scheme, "as_of_date": day, "customer_id": customer, "tier": tier}
            for customer, tier in tier_of.items()
        ],
        "int_rfm__periods": [
            {"scheme": scheme, "period": "as_of", "latest_report_date": day}
            for scheme in ("first", "filtered", "second")
        ],
        "stg_rfm__policy": [
            {"seed": "rfm_tiers", "scheme": scheme, "tier": tier, "tier_rank": rank}
            for tier, rank in TIER_RANKS.items()
        ],
    }
    graded = {
        customer: SimpleNamespace(tier=tier, rank=TIER_RANKS[tier])
        for customer, tier in tier_of.items()
    }
    expected = list(demand_rows(accepted, day, graded, SETTINGS[name]["rfm_min_cell_customers"]))
    table = DEMAND_MODELS[-1]
    found = demand_replays[name].tables(inputs, [table])
    assert_same(found, {table: expected}, [table])
