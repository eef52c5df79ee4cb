"""Small random orders and schemes: the models and the oracle must agree on every value.

Values come from short lists on purpose, so that ties, equal cut points, window edges, shared order
ids and junk all happen within a few lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from harness import PUBLIC_TABLES, SEEDS, Row, assert_same
from oracle import CONTRACT_COLUMNS, POLICY_SEEDS, WHOLE_SEEDS, Policy, grade
from replay import COLUMNS, Replay, parsed_project

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


@dataclass(frozen=True)
class Setting:
    """One way to set the vars: for dbt and for the oracle."""

    vars: Row
    options: Row
    mapped: tuple[str, ...] = CONTRACT_COLUMNS

    def seen(self, lines: list[Row]) -> list[Row]:
        """The lines as the contract sees them: columns that are not mapped are null."""
        return [{column: line[column] for column in self.mapped} for line in lines]


REQUIRED = ("order_id", "customer_id", "ordered_at", "amount")
SETTINGS = {
    "reject": Setting({}, {}),
    "net": Setting(
        {"rfm_refunds": "net", "rfm_max_order_quantity": 5},
        {"refunds": "net", "max_order_quantity": 5},
    ),
    "reject, lines not told apart": Setting(
        {
            "rfm_as_of_date": "2024-03-31",
            "rfm_max_order_quantity": 2,
            "rfm_order_columns": {
                column: column if column in (*REQUIRED, "quantity", "channel") else None
                for column in CONTRACT_COLUMNS
            },
        },
        {"as_of_date": date(2024, 3, 31), "max_order_quantity": 2},
        (*REQUIRED, "quantity", "channel"),
    ),
    "net, on a leap day": Setting(
        {"rfm_refunds": "net", "rfm_as_of_date": "2024-02-29"},
        {"refunds": "net", "as_of_date": date(2024, 2, 29)},
    ),
}


# ---------------------------------------------------------------------------------------------
# Orders
# ---------------------------------------------------------------------------------------------


def mostly(good: list[str | None], odd: list[str | None]) -> st.SearchStrategy:
    """Values of which the odd ones are rare."""
    return st.sampled_from(good * (1 + 6 * len(odd) // len(good)) + odd)


GOOD_DAYS = [
    *("2023-01-31", "2023-03-31", "2023-12-31 23:59:59", "2024-01-01", "2024-01-01 00:00:00"),
    *("2024-02-28 12:00", "2024-02-29 23:59:59.999999", "2024/3/1 9:05", "2024-03-30T08:00:01"),
    *("2024-03-31", "2024-03-31 23:59:59", "2024-04-01", "2024-06-30", "2024-12-29"),
    *("2024-12-31", "2024-12-31 23:59:59.9"),
]
ODD_DAYS = ["2025-01-01", "2024-02-30", "yesterday", "2024-01-01T24:00", "2024-1-1 1", "", None]
GOOD_AMOUNTS = [
    *("0", "1", "1", "2.5", "10", "10.00", "99.99", "100", "1e2", " 7 ", "350", "0.000001"),
]
ODD_AMOUNTS = [
    *("-1", "-10", "-0.0000001", "0.0000005", "1.0000005", "999999999999.9999994", "1e12"),
    *("999999999999.9999995", "NaN", "-inf", "1_000", "1,000", "ten", "0x1", "5.", ".5", "", None),
]

LINE = st.fixed_dictionaries(
    {
        "order_id": mostly(["o1", "o2", "o3", "o4", "o5", "o6"], [" o1\u3000", "O1", "", None]),
        "customer_id": mostly(
            # Some begin alike, for ties are ranked by what ids begin with.
            ["c1", "c2", "c3", "c4", "c10", "c1001", "c100é", "C1", "é", "客", "d1", "d2", "d3"],
            ["\tc1 ", " \u00a0", None],
        ),
        "ordered_at": mostly(GOOD_DAYS, ODD_DAYS),
        "amount": mostly(GOOD_AMOUNTS, ODD_AMOUNTS),
        "line_id": st.sampled_from([None, "1", "2", " 2", "10"]),
        "quantity": mostly(
            [None, "1", "2", "3", "2.0"], ["-1", "0", "-2", "1.5", "x", "1e1", "1e30", "nan"]
        ),
        "list_amount": st.sampled_from([None, "9", "10", "x"]),
        "product_name": st.sampled_from([None, "p1", "p2"]),
        "category": st.sampled_from([None, "手机", "智能手机", "a"]),
        "channel": st.sampled_from([None, "app"]),
        "payment_method": st.sampled_from([None, "cash"]),
        "store_code": st.sampled_from([None, "s1", "S1"]),
        "region": st.sampled_from([None, "四川", " 四川", "张家口市"]),
        "source_system": st.sampled_from([None, None, "a", "b"]),
    }
)
LINES = st.lists(LINE, max_size=40)
CUSTOMERS = st.dictionaries(
    st.sampled_from(["c1", "c2", "c10", "é", "nobody"]), st.sampled_from([*IDENTITIES, None, " "])
).map(lambda rows: [{"customer_id": key, "identity": value} for key, value in rows.items()])


# ---------------------------------------------------------------------------------------------
# Schemes, valid by construction
# ---------------------------------------------------------------------------------------------


@st.composite
def intervals(draw: st.DrawFn, bounds: list[str], at_most: int) -> list[tuple[str | None, ...]]:
    """Pairs of a lower and an upper bound that cover everything; the ends are open."""
    inner = sorted(draw(st.sets(st.sampled_from(bounds), max_size=at_most - 1)), key=float)
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
        method = draw(st.sampled_from(["ntile", "quantile", "threshold", "min_max"]))
    row = {
        "metric": metric,
        "method": method,
        "weight": draw(st.sampled_from(["0.3", "1", "0.333333", "2.5"])),
        "direction": draw(st.sampled_from(["higher_is_better", "lower_is_better"])),
        "window": draw(st.sampled_from([None, "scheme", "all"])),
    }
    rows = {"rfm_scheme_metrics": [row]}
    if method in ("ntile", "quantile"):
        row["levels"] = draw(st.sampled_from(["2", "3", "5", "10"]))
    elif method == "threshold":
        rows["rfm_score_bins"] = [item | {"metric": metric} for item in draw(threshold_bins())]
    elif method == "min_max":
        row["baseline_metric"] = draw(st.sampled_from([None, *MEASURED]))
    else:
        rows["rfm_identity_weights"] = [
            {"identity": identity, "weight": draw(st.sampled_from(["0", "0.6", "1.0"]))}
            for identity in IDENTITIES
        ]
    return rows


@st.composite
def tier_rules(draw: st.DrawFn, tiers: list[str], metrics: list[Row]) -> list[Row]:
    """Rules over the metrics that have finite scores; the last one takes what is left."""
    finite = [
        row["metric"]
        for row in metrics
        if row["metric"] in ("recency", "frequency", "monetary") and row["method"] != "min_max"
    ]
    bound = st.sampled_from([None, None, "1", "2", "3"])
    rules = []
    for priority in range(draw(st.integers(0, 4))):
        rule = {"priority": str(10 * priority), "tier": draw(st.sampled_from(tiers))}
        for metric in finite:
            low, high = draw(bound), draw(bound)
            if low and high and low > high:
                low, high = high, low
            rule |= {f"{metric}_min": low, f"{metric}_max": high}
        rules.append(rule)
    return [*rules, {"priority": "99", "tier": tiers[-1]}]


@st.composite
def scheme_rows(draw: st.DrawFn, scheme: str) -> dict[str, list[Row]]:
    """The rows of one scheme in all policy seeds."""
    rows: dict[str, list[Row]] = {}
    metrics = draw(st.lists(st.sampled_from([*MEASURED, "identity"]), min_size=1, unique=True))
    for metric in metrics:
        for seed, more in draw(metric_rows(metric)).items():
            rows.setdefault(seed, []).extend(more)
    window = draw(
        st.sampled_from(
            [
                *({}, {"window_start": "2024-01-01"}, {"window_start": "2024-03-31"}),
                *({"window_months": "1"}, {"window_months": "3"}, {"window_months": "12"}),
            ]
        )
    )
    tier_method = draw(st.sampled_from(["score", "rules"]))
    rows["rfm_schemes"] = [
        window
        | {
            "population": draw(st.sampled_from(["active_in_window", "ever_ordered"])),
            "refresh_period": draw(st.sampled_from(PERIODS)),
            "score_decimals": draw(st.sampled_from(["0", "1", "2", "6"])),
            "tier_method": tier_method,
        }
    ]
    pairs = draw(intervals(["0", "0.5", "1", "1.5", "2.05", "3"], 4))
    tiers = [{"tier": f"t{rank}", "tier_rank": str(rank)} for rank in range(1, len(pairs) + 1)]
    if tier_method == "score":
        for tier, (low, high) in zip(tiers, reversed(pairs), strict=True):
            tier |= {"min_score": low, "max_score": high}
    else:
        names = [tier["tier"] for tier in tiers]
        rows["rfm_tier_rules"] = draw(tier_rules(names, rows["rfm_scheme_metrics"]))
    rows["rfm_tiers"] = tiers
    rows["rfm_follow_up_cadences"] = [
        {
            "tier": tier["tier"],
            "contacts_min": "1",
            "contacts_max": draw(st.sampled_from(["1", "2"])),
            "every_n": draw(st.sampled_from(["1", "6", "7"])),
            "period": draw(st.sampled_from(PERIODS)),
        }
        for tier in tiers
    ]
    return {
        seed: [dict.fromkeys(COLUMNS[seed]) | row | {"scheme": scheme} for row in more]
        for seed, more in rows.items()
    }


ALIASES = {"rfm_category_aliases": [{"alias": "手机", "category": "智能手机"}]}
# No schemes; what no policy may lack is as shipped.
NO_POLICY = Policy(
    dict.fromkeys(POLICY_SEEDS, ())
    | {seed: Policy.from_folder(SEEDS).tables[seed] for seed in WHOLE_SEEDS}
)
POLICIES = st.tuples(scheme_rows("first"), scheme_rows("second"), scheme_rows("filtered")).map(
    lambda schemes: reduce(Policy.with_rows, schemes, NO_POLICY.with_rows(ALIASES))
)


# ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def replays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Replay]:
    """The models compiled for each setting."""
    project, manifest = parsed_project(tmp_path_factory.mktemp("random_orders"))
    return {
        name: Replay(project, manifest, PUBLIC_TABLES, COMMON_VARS | setting.vars)
        for name, setting in SETTINGS.items()
    }


@pytest.mark.parametrize("name", SETTINGS)
@settings(
    max_examples=30,
    deadline=None,
    report_multiple_bugs=False,
    # Each example takes half a second: shrinking one would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(lines=LINES, customers=CUSTOMERS, policy=POLICIES)
def test_oracle_agrees(
    name: str, replays: dict[str, Replay], lines: list[Row], customers: list[Row], policy: Policy
) -> None:
    """All public tables are the same, or both sides refuse the as-of date."""
    setting, replay = SETTINGS[name], replays[name]
    inputs = policy.tables | {"orders_input": lines, "customers_input": customers}
    try:
        expected = grade(
            setting.seen(lines),
            policy,
            customers=customers,
            latest_order_date=LATEST_ORDER_DATE,
            filters={"filtered": is_in_filter},
            **setting.options,
        )
    except ValueError:  # an as-of date before the first order, the only fault that can happen
        with pytest.raises(duckdb.Error, match=r"rfm_as_of_date.*before the first order"):
            replay.tables(inputs, PUBLIC_TABLES)
        return
    # A limit of rfm_customer_tiers, whose scores have the type numeric(12, 6).
    assume(all(abs(row["score"]) < 10**6 for row in expected["rfm_score_components"]))
    found = replay.tables(inputs, PUBLIC_TABLES)
    # Without any order there is nothing to grade, and the specification says no more.
    has_orders = any(run["orders"] for run in expected["rfm_scheme_runs"])
    assert_same(found, expected, PUBLIC_TABLES if has_orders else ["rfm_rejected_orders"])
