"""Hand-computed checks of the reference implementation.

The expected numbers are published ones or follow from the published rules by pencil and paper.
"""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from oracle import (
    MICRO,
    Policy,
    add_months,
    add_periods,
    grade,
    half_up,
    latest_complete_period_end,
    parse_amount,
    parse_quantity,
    parse_timestamp,
    quantile_cuts,
)

SEEDS = Path(__file__).parents[2] / "seeds" / "rfm"
FAR_FUTURE = date(2999, 12, 31)


@pytest.fixture(scope="module")
def policy():
    """The shipped policy."""
    return Policy.from_folder(SEEDS)


def order(customer_id, ordered_at, amount="1", order_id=None, **columns):
    """An order line; the order id defaults to customer and time."""
    return {
        "order_id": order_id or f"{customer_id}/{ordered_at}",
        "customer_id": customer_id,
        "ordered_at": ordered_at,
        "amount": amount,
    } | columns


def run(lines, policy, scheme, as_of, **settings):
    """The result tables of one scheme on one as-of date (ISO text; None: its latest period)."""
    return grade(
        lines,
        policy,
        as_of_date=date.fromisoformat(as_of) if as_of else None,
        enabled_schemes=[scheme],
        **{"latest_order_date": FAR_FUTURE} | settings,
    )


def tiers(tables):
    """The rows of rfm_customer_tiers by customer."""
    return {row["customer_id"]: row for row in tables["rfm_customer_tiers"]}


def components(tables, metric):
    """The rows of rfm_score_components of one metric by customer."""
    rows = [row for row in tables["rfm_score_components"] if row["metric"] == metric]
    return {row["customer_id"]: row for row in rows}


def cutoffs(tables, metric):
    """The rows of rfm_score_cutoffs of one metric by bin."""
    return {row["bin"]: row for row in tables["rfm_score_cutoffs"] if row["metric"] == metric}


def reasons(tables):
    """Reason of refusal by order id."""
    return {row["order_id"]: row["reason"] for row in tables["rfm_rejected_orders"]}


def scores(tables, metric):
    """Score of one metric by customer."""
    return {name: row["score"] for name, row in components(tables, metric).items()}


def with_one_metric(policy, metric, method, **columns):
    """The policy with a scheme `trial` of one metric, all data, one tier; bins=[...] if any."""
    scheme = {
        "scheme": "trial",
        "population": columns.pop("population", "active_in_window"),
        "window_start": None,
        "window_months": columns.pop("window_months", None),
        "refresh_period": "day",
        "score_decimals": columns.pop("score_decimals", "6"),
        "tier_method": "score",
    }
    bins = columns.pop("bins", ())
    bin_columns = ("score", "lower_bound", "lower_inclusive", "upper_bound", "upper_inclusive")
    metric_row = {
        "scheme": "trial",
        "metric": metric,
        "method": method,
        "weight": "1",
        "direction": "higher_is_better",
        "levels": None,
        "baseline_metric": None,
        "window": None,
    }
    tier = {"scheme": "trial", "tier": "all", "tier_rank": "1"}
    cadence = {"scheme": "trial", "tier": "all", "contacts_min": "1", "contacts_max": "2"}
    return policy.with_rows(
        {
            "rfm_schemes": [scheme],
            "rfm_scheme_metrics": [metric_row | columns],
            "rfm_score_bins": [
                {"scheme": "trial", "metric": metric} | dict(zip(bin_columns, row, strict=True))
                for row in bins
            ],
            "rfm_tiers": [tier],
            "rfm_follow_up_cadences": [cadence | {"every_n": "2", "period": "week"}],
        }
    )


def spend(*amounts):
    """One order on 2024-01-01 a customer; customers are c00, c01 ... in the order given."""
    return [
        order(f"c{index:02d}", "2024-01-01", amount=str(amount))
        for index, amount in enumerate(amounts)
    ]


def days_before(as_of, days):
    """ISO date some days before another one."""
    return date.fromordinal(date.fromisoformat(as_of).toordinal() - days).isoformat()


# --- published worked examples and bounds ----------------------------------------------------


def test_recency_of_the_published_example_is_16(policy):
    tables = run([order("c", "2023-11-15 23:59:59")], policy, "sales_template", "2023-12-01")
    assert tiers(tables)["c"]["recency_days"] == 16
    assert tiers(tables)["c"]["recency_score"] == 5


@pytest.mark.parametrize(("amount", "score", "tier"), [("65", "0.30", "S"), ("64.99", "0.29", "A")])
def test_leather_market_0_295_becomes_0_30_and_tier_s(policy, amount, score, tier):
    # pieces 0.25 x (9 - 1) / 20 = 0.1, amount 0.3 x 65 / 100 = 0.195; times have no range.
    lines = [
        order("low", "2024-01-01", amount="0", quantity="1"),
        order("x", "2024-01-01", amount=amount, quantity="9"),
        order("high", "2024-01-01", amount="100", quantity="21"),
    ]
    row = tiers(run(lines, policy, "leather_market", "2024-01-31"))["x"]
    assert (row["score"], row["tier"]) == (Decimal(score), tier)


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("outdoor_gear", {0: 5, 10: 5, 11: 4, 30: 4, 31: 3, 60: 3, 61: 2, 120: 2, 121: 1}),
        ("sales_template", {30: 5, 31: 4, 60: 4, 61: 3, 90: 3, 91: 2, 180: 2, 181: 1}),
        ("crm_practice", {30: 5, 31: 4, 60: 4, 61: 3, 90: 3, 91: 2, 120: 2, 121: 1}),
    ],
)
def test_recency_bins_at_their_bounds(policy, scheme, expected):
    lines = [order(str(days), days_before("2024-06-30", days)) for days in expected]
    tables = run(lines, policy, scheme, "2024-06-30")
    assert scores(tables, "recency") == {str(days): score for days, score in expected.items()}


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("outdoor_gear", {1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 4, 7: 4, 8: 5}),
        ("sales_template", {0: 1, 1: 2, 2: 2, 3: 3, 4: 3, 5: 4, 9: 4, 10: 5}),
        ("crm_practice", {0: 1, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5}),
    ],
)
def test_frequency_bins_at_their_bounds(policy, scheme, expected):
    lines = [
        order(str(count), "2024-06-30", order_id=f"{count}-{number}")
        for count in expected
        for number in range(count)
    ]
    # A customer without an order in the window: the only order is two years old.
    lines += [order("0", "2022-06-30")] if 0 in expected else []
    tables = run(lines, policy, scheme, "2024-06-30")
    assert scores(tables, "frequency") == {str(count): score for count, score in expected.items()}


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (
            "outdoor_gear",
            "0:1 0.01:1 100:1 100.01:2 350:2 350.01:3 800:3 800.01:4 1500:4 1500.01:5",
        ),
        (
            "sales_template",
            "499.99:1 500:2 1999.99:2 2000:3 4999.99:3 5000:4 9999.999999:4 10000:5",
        ),
        (
            "crm_practice",
            "999.99:1 1000:2 4999.99:2 5000:3 9999.99:3 10000:4 19999.99:4 20000:5",
        ),
    ],
)
def test_monetary_bins_at_their_bounds(policy, scheme, expected):
    pairs = dict(pair.split(":") for pair in expected.split())
    lines = [order(amount, "2024-06-30", amount=amount) for amount in pairs]
    tables = run(lines, policy, scheme, "2024-06-30")
    assert scores(tables, "monetary") == {name: int(score) for name, score in pairs.items()}


def test_outdoor_gear_score_and_tier_bounds(policy):
    # R 4, F 4, M 4: 4.0 is A. R 5, F 1, M 3: 1.5 + 0.3 + 1.2 = 3.0 is B. R 1, F 1, M 1: 1.0 is D.
    lines = [order("a", "2024-06-01", amount="200", order_id=f"a{n}") for n in range(6)]
    lines += [order("b", "2024-06-30", amount="800"), order("d", "2020-01-01", amount="100")]
    rows = tiers(run(lines, policy, "outdoor_gear", "2024-06-30"))
    shown = {name: (row["score"], row["tier"]) for name, row in rows.items()}
    assert shown == {"a": (4, "A"), "b": (3, "B"), "d": (1, "D")}


def test_outdoor_gear_window_begins_on_2020_01_01(policy):
    lines = [order("old", "2019-12-31 23:59:59"), order("new", "2020-01-01")]
    assert set(tiers(run(lines, policy, "outdoor_gear", "2024-06-30"))) == {"new"}


def test_finance_software_is_weighted_0_3_0_3_0_4(policy):
    # Five customers; the k-th has the k-th best recency, the frequency k and the amount 10 k.
    lines = [
        order(f"c{k}", f"2024-12-{20 - k}", amount="10" if n == 0 else "0", order_id=f"{k}-{n}")
        for k in range(1, 6)
        for n in range(k)
    ]
    rows = tiers(run(lines, policy, "finance_software", "2024-12-31"))
    assert (rows["c1"]["recency_score"], rows["c1"]["frequency_score"]) == (5, 1)
    # All spent 10, so customer_id decides: c1 is first. 1.5 + 0.3 + 2.0 = 3.8; c5: 0.3 + 1.5 + 0.4.
    assert [(rows[name]["score"], rows[name]["tier"]) for name in ("c1", "c5")] == [
        (Decimal("3.8"), "B"),
        (Decimal("2.2"), "C"),
    ]


def test_sales_template_cells_follow_the_published_rules(policy):
    tables = run([order("c", "2024-06-30")], policy, "sales_template", "2024-06-30")
    cells = {
        tuple(int(row[f"{name}_score"]) for name in ("recency", "frequency", "monetary")): row
        for row in tables["rfm_tier_rule_coverage"]
    }
    assert len(cells) == 125
    published = {(5, 5, 5): "high_value", (1, 3, 4): "churn_risk", (4, 3, 2): "mid_potential"}
    published |= {(2, 2, 2): "general", (1, 1, 1): "low_value"}
    holes = dict.fromkeys([(2, 1, 1), (2, 1, 2), (2, 2, 1), (1, 1, 2)], "general")
    assert {cell: cells[cell]["tier"] for cell in published | holes} == published | holes
    only_last = {cell for cell, row in cells.items() if row["matched_priority"] == 8}
    assert only_last == set(holes)
    assert (cells[1, 3, 4]["matched_priority"], cells[1, 3, 4]["other_priorities"]) == (2, "4,5,8")
    assert (cells[2, 1, 1]["other_priorities"], cells[2, 1, 1]["customers"]) == (None, 0)
    assert cells[5, 2, 1]["customers"] == 1


def test_crm_practice_windows_recency_and_monetary_ever_frequency_one_year(policy):
    lines = [
        order("dormant", "2021-03-01", amount="25000"),
        order("lost", "2021-03-01", amount="10"),
        *[order("high_value", "2024-06-30", amount="4000", order_id=f"h{n}") for n in range(5)],
        order("potential", "2024-06-30", amount="5"),
        order("general", "2024-04-15", amount="5"),
    ]
    rows = tiers(run(lines, policy, "crm_practice", "2024-06-30"))
    names = ["dormant", "general", "high_value", "lost", "potential"]
    assert {name: row["tier"] for name, row in rows.items()} == {name: name for name in names}
    dormant = rows["dormant"]
    assert (dormant["tier"], dormant["score"]) == ("dormant", 1 + 1 + 5)
    assert (dormant["frequency"], dormant["monetary"], dormant["recency_days"]) == (0, 25000, 1217)
    assert rows["high_value"]["score"] == 15


def test_leather_market_pieces_baseline_is_the_minimum_number_of_purchases(policy):
    lines = [
        order("few", "2024-01-01", amount="5", quantity="10"),
        order("many", "2024-01-01", amount="5", quantity="13"),
    ]
    tables = run(lines, policy, "leather_market", "2024-01-31")
    # (13 - 1) / (13 - 10): the published baseline lets a term exceed 1; 0.25 x 4 = 1.
    assert scores(tables, "quantity") == {"few": 3, "many": 4}
    row = cutoffs(tables, "quantity")["range"]
    assert (row["lower_bound"], row["upper_bound"], row["score"]) == (1, 4, None)
    # A range of 0 gives a term of 0.
    assert scores(tables, "frequency") == scores(tables, "monetary") == {"few": 0, "many": 0}
    assert tiers(tables)["few"]["score"] == Decimal("0.75")


def test_leather_market_identity_alone(policy):
    names = ["wholesaler", "retailer", "online_seller", "individual", None]
    lines = [order(name or "nobody", "2024-01-01") for name in names]
    attributes = [{"customer_id": f" {name}", "identity": name} for name in names[:-1]]
    tables = run(lines, policy, "leather_market", "2024-01-31", customers=attributes)
    rows = tiers(tables)
    assert {name: row["tier"] for name, row in rows.items()} == {
        "wholesaler": "A",
        "retailer": "B",
        "online_seller": "C",
        "individual": "D",
        "nobody": "D",
    }
    assert rows["nobody"]["identity"] == "unknown"
    assert components(tables, "identity")["retailer"]["contribution"] == Decimal("0.12")
    assert components(tables, "identity")["retailer"]["value"] is None
    assert cutoffs(tables, "identity")["unknown"]["customers"] == 1


def test_identity_without_a_weight_is_an_error(policy):
    attributes = [{"customer_id": "c", "identity": "Wholesaler"}]
    with pytest.raises(ValueError, match="Wholesaler"):
        run(
            [order("c", "2024-01-01")],
            policy,
            "leather_market",
            "2024-01-31",
            customers=attributes,
        )


def test_classic_segments_first_matching_rule_wins(policy):
    tables = run([order("c", "2024-06-30")], policy, "classic_segments", "2024-06-30")
    cells = {
        tuple(int(row[f"{name}_score"]) for name in ("recency", "frequency", "monetary")): row
        for row in tables["rfm_tier_rule_coverage"]
    }
    assert len(cells) == 125
    assert (cells[4, 4, 4]["tier"], cells[4, 4, 4]["other_priorities"]) == (
        "potential_loyalist",
        "3,11",
    )
    # One customer: all cuts are the one value, at or below a cut is the lowest bin. Recency:
    # the lowest values score 5; frequency and monetary: the lowest values score 1.
    assert cells[5, 1, 1]["customers"] == 1
    assert tiers(tables)["c"]["tier"] == "new_customers"


# --- methods ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(12, [3, 3, 2, 2, 2]), (14, [3, 3, 3, 3, 2]), (10, [2] * 5), (3, [1, 1, 1, 0, 0])],
)
def test_ntile_better_tiles_are_one_larger(policy, count, sizes):
    trial = with_one_metric(policy, "monetary", "ntile", levels="5")
    tables = run(spend(*range(count)), trial, "trial", "2024-01-01")
    rows = cutoffs(tables, "monetary")
    assert [rows[label]["customers"] for label in "54321"] == sizes
    assert scores(tables, "monetary")[f"c{count - 1:02d}"] == 5
    ties = [row[f"{side}_tie_customer_id"] for row in rows.values() for side in ("lower", "upper")]
    assert ties == [None] * 10


def test_ntile_empty_tile_has_a_row_without_bounds(policy):
    trial = with_one_metric(policy, "monetary", "ntile", levels="2")
    row = cutoffs(run(spend(7), trial, "trial", "2024-01-01"), "monetary")["1"]
    assert (row["lower_bound"], row["upper_bound"], row["lower_inclusive"]) == (None, None, None)
    assert row["customers"] == 0


@pytest.mark.parametrize("direction", ["higher_is_better", "lower_is_better"])
def test_ntile_ties_go_to_the_smaller_customer_id_by_bytes(policy, direction):
    trial = with_one_metric(policy, "monetary", "ntile", levels="2", direction=direction)
    lines = [order(name, "2024-01-01", amount="5") for name in ("a", "客", "B", "10", "9")]
    tables = run(lines, trial, "trial", "2024-01-01")
    # Bytes: 10 < 9 < B < a < 客; five customers in two tiles: three and two.
    assert scores(tables, "monetary") == {"10": 2, "9": 2, "B": 2, "a": 1, "客": 1}
    better, worse = cutoffs(tables, "monetary")["2"], cutoffs(tables, "monetary")["1"]
    inner, outer = ("lower", "upper") if direction == "higher_is_better" else ("upper", "lower")
    assert better[f"{inner}_tie_customer_id"] == "B"
    assert worse[f"{outer}_tie_customer_id"] == "a"
    assert better[f"{outer}_tie_customer_id"] is None
    assert worse[f"{inner}_tie_customer_id"] is None


def test_ntile_distance_to_the_better_tile(policy):
    trial = with_one_metric(policy, "monetary", "ntile", levels="2")
    # Best first: z 10, m 8, n 8 | a 3, x 2.995. The last of the better tile is n.
    lines = [
        order("z", "2024-01-01", amount="10"),
        order("m", "2024-01-01", amount="8"),
        order("n", "2024-01-01", amount="8"),
        order("a", "2024-01-01", amount="3"),
        order("x", "2024-01-01", amount="2.995"),
    ]
    distance = {
        name: row["distance_to_next"]
        for name, row in components(run(lines, trial, "trial", "2024-01-01"), "monetary").items()
    }
    # a may stop at 8, for a comes before n; x passes 8: 2.995 + 5.01 = 8.005.
    assert distance == {
        "z": None,
        "m": None,
        "n": None,
        "a": Decimal(5),
        "x": Decimal("5.01"),
    }
    lines[3]["amount"] = "8"
    tables = run([*lines, order("o", "2024-01-01", amount="6")], trial, "trial", "2024-01-01")
    rows = components(tables, "monetary")
    # Now z, a, m | n, o, x: n ties with m; o would tie at 8, but o comes after m: 2.01.
    assert (rows["n"]["distance_to_next"], rows["n"]["next_score"]) == (0, 2)
    assert rows["o"]["distance_to_next"] == Decimal("2.01")


def test_quantile_deciles_of_0_to_90_hit_whole_values_exactly(policy):
    # (91 - 1) x 7 / 10 = 63 is whole: 0.7 x 90 in binary is not.
    assert quantile_cuts([n * MICRO for n in range(91)], 10) == [n * MICRO for n in range(9, 82, 9)]
    trial = with_one_metric(policy, "monetary", "quantile", levels="10")
    tables = run(spend(*range(91)), trial, "trial", "2024-01-01")
    found = scores(tables, "monetary")
    assert (found["c63"], found["c64"], found["c00"], found["c09"], found["c90"]) == (
        7,
        8,
        1,
        1,
        10,
    )
    assert [cutoffs(tables, "monetary")[str(bin)]["customers"] for bin in range(1, 11)] == [
        10,
        *[9] * 9,
    ]


def test_quantile_cuts_are_floored_to_six_decimals():
    assert quantile_cuts([1 * MICRO, 2 * MICRO], 3) == [1_333_333, 1_666_666]
    assert quantile_cuts([-2 * MICRO, -1 * MICRO], 3) == [-1_666_667, -1_333_334]
    assert quantile_cuts([0, 10**18 - 1], 3)[0] == 333_333_333_333_333_333
    # Type 7 on 1, 2, 3, 4, 10: positions 0.8, 1.6, 2.4, 3.2.
    ordered = [n * MICRO for n in (10, 4, 3, 2, 1)]
    assert quantile_cuts(ordered, 5) == [1_800_000, 2_600_000, 3_400_000, 5_200_000]


def test_quantile_equal_values_share_a_score_and_empty_bins_are_skipped(policy):
    # Values 1, 1, 1, 1, 2: cuts 1, 1, 1, 1.2, so only bins 1, 4 (1, 1.2] and 5 have a width.
    trial = with_one_metric(policy, "monetary", "quantile", levels="5")
    tables = run(spend(1, 1, 1, 1, 2), trial, "trial", "2024-01-01")
    assert scores(tables, "monetary") == {"c00": 1, "c01": 1, "c02": 1, "c03": 1, "c04": 5}
    row = components(tables, "monetary")["c00"]
    assert (row["next_score"], row["distance_to_next"]) == (4, Decimal("0.01"))
    rows = cutoffs(tables, "monetary")
    assert (rows["2"]["lower_bound"], rows["2"]["upper_bound"], rows["2"]["customers"]) == (1, 1, 0)
    assert (rows["4"]["upper_bound"], rows["4"]["upper_inclusive"]) == (Decimal("1.2"), True)
    assert (rows["4"]["lower_inclusive"], rows["5"]["upper_inclusive"]) == (False, None)


def test_quantile_lower_is_better_scores_the_lowest_values_best(policy):
    trial = with_one_metric(policy, "recency", "quantile", levels="2", direction="lower_is_better")
    lines = [order("new", "2024-01-31"), order("mid", "2024-01-21"), order("old", "2024-01-01")]
    tables = run(lines, trial, "trial", "2024-01-31")
    # Days 0, 10, 30: the cut is 10, and 10 is at the cut: lower bin, score 2.
    assert scores(tables, "recency") == {"new": 2, "mid": 2, "old": 1}
    assert components(tables, "recency")["old"]["distance_to_next"] == 20


def test_threshold_distance_minds_exclusive_bounds(policy):
    lines = [order("c", days_before("2024-06-30", 31), amount="100")]
    tables = run(lines, policy, "outdoor_gear", "2024-06-30")
    found = {
        metric: (row["next_score"], row["distance_to_next"])
        for metric in ("recency", "frequency", "monetary")
        for row in components(tables, metric).values()
    }
    assert found == {
        "recency": (4, 1),
        "frequency": (2, 1),
        "monetary": (2, Decimal("0.01")),
    }
    # The same amount where the bound 500 is inclusive: 400.
    row = components(run(lines, policy, "sales_template", "2024-06-30"), "monetary")["c"]
    assert row["distance_to_next"] == 400


def test_threshold_scores_may_have_decimals(policy):
    bins = [("2.50", None, None, "10", "false"), ("4", "10", "true", None, None)]
    trial = with_one_metric(policy, "monetary", "threshold", bins=bins)
    tables = run(spend("9.999999", 10), trial, "trial", "2024-01-01")
    assert scores(tables, "monetary") == {"c00": Decimal("2.5"), "c01": 4}
    assert set(cutoffs(tables, "monetary")) == {"2.5", "4"}
    assert cutoffs(tables, "monetary")["2.5"]["lower_inclusive"] is None


def test_min_max_lower_is_better_measures_from_the_maximum(policy):
    trial = with_one_metric(
        policy, "recency", "min_max", direction="lower_is_better", score_decimals="3"
    )
    lines = [order("new", "2024-01-31"), order("mid", "2024-01-21"), order("old", "2024-01-01")]
    tables = run(lines, trial, "trial", "2024-01-31")
    assert scores(tables, "recency") == {"new": 1, "mid": Decimal("0.666666666667"), "old": 0}
    assert tiers(tables)["mid"]["score"] == Decimal("0.667")
    assert tiers(tables)["mid"]["recency_score"] == Decimal("0.666667")


def test_min_max_is_half_up_away_from_zero_for_negatives(policy):
    # Pieces 1 - 2 = -1 and 2: (-1 - 1) / 3 with the minimum number of purchases as baseline.
    trial = with_one_metric(
        policy, "quantity", "min_max", baseline_metric="frequency", score_decimals="0"
    )
    lines = [
        order("a", "2024-01-01"),
        order("a", "2024-01-02", quantity="-2"),
        order("b", "2024-01-01", quantity="2"),
    ]
    tables = run(lines, trial, "trial", "2024-01-31", refunds="net")
    assert scores(tables, "quantity")["a"] == Decimal("-0.666666666667")
    assert tiers(tables)["a"]["score"] == -1


def test_min_max_baseline_is_measured_over_its_own_window(policy):
    # In January both ordered once, a 3 pieces and b 5: (5 - 1) / 2. Ever, a ordered twice.
    trial = with_one_metric(
        policy, "quantity", "min_max", baseline_metric="frequency", window_months="1"
    )
    lines = [
        order("a", "2024-01-01", quantity="3"),
        order("b", "2024-01-01", quantity="5"),
        *[order(name, "2023-12-31", quantity="7") for name in "ab"],
    ]
    assert scores(run(lines, trial, "trial", "2024-01-31"), "quantity") == {"a": 1, "b": 2}


def test_half_up_is_away_from_zero():
    assert [half_up(number, 2) for number in (1, 3, -1, -3, 0)] == [1, 2, -1, -2, 0]
    assert [half_up(number, 10) for number in (4, 5, 24, 25, -4, -5, -24, -25)] == [
        *(0, 1, 2, 3),
        *(0, -1, -2, -3),
    ]


def test_score_is_rounded_to_nine_decimals_first(policy):
    # 0.4999999996 becomes 0.500000000 and so 1; 0.4999999994 stays below one half.
    trial = with_one_metric(policy, "monetary", "min_max", score_decimals="0")
    amounts = (0, "4999.999996", "4999.999994", "10000")
    rows = tiers(run(spend(*amounts), trial, "trial", "2024-01-01"))
    assert [rows[f"c0{n}"]["score"] for n in range(4)] == [0, 1, 0, 1]


# --- periods, windows, populations -----------------------------------------------------------


@pytest.mark.parametrize(
    ("latest", "period", "end"),
    [
        ("2024-12-31", "year", "2024-12-31"),
        ("2024-12-30", "year", "2023-12-31"),
        ("2024-06-30", "quarter", "2024-06-30"),
        ("2024-06-29", "quarter", "2024-03-31"),
        ("2024-02-29", "month", "2024-02-29"),
        ("2024-02-28", "month", "2024-01-31"),
        ("2024-06-30", "week", "2024-06-30"),  # a Sunday
        ("2024-06-29", "week", "2024-06-23"),
        ("2024-06-29", "day", "2024-06-29"),
    ],
)
def test_latest_complete_period(latest, period, end):
    found = latest_complete_period_end(date.fromisoformat(latest), period)
    assert found == date.fromisoformat(end)


def test_as_of_date_looks_at_all_lines_not_at_the_filter(policy):
    lines = [order("a", "2024-01-15", region="x"), order("b", "2024-04-01", region="y")]
    filters = {"leather_market": lambda line: line["region"] == "x"}
    tables = run(lines, policy, "leather_market", None, filters=filters)
    row = tables["rfm_scheme_runs"][0]
    assert (row["as_of_date"], row["lines"], row["last_order_date"]) == (
        date(2024, 3, 31),
        1,
        date(2024, 1, 15),
    )


def test_months_are_clipped_to_the_months_end():
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2023, 3, 31), -1) == date(2023, 2, 28)
    assert add_months(date(2024, 1, 15), -1) == date(2023, 12, 15)
    assert add_periods(date(2023, 11, 30), 1, "quarter") == date(2024, 2, 29)
    assert add_periods(date(2024, 2, 29), 1, "year") == date(2025, 2, 28)
    assert add_periods(date(2024, 2, 29), 2, "week") == date(2024, 3, 14)
    assert add_periods(date(2024, 2, 29), 1, "day") == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("as_of", "start"), [("2024-12-31", "2024-01-01"), ("2024-02-29", "2023-03-01")]
)
def test_twelve_month_window_begins_the_day_after_a_year_earlier(policy, as_of, start):
    lines = [order("in", start), order("out", days_before(start, 1)), order("end", as_of)]
    tables = run(lines, policy, "finance_software", as_of)
    assert tables["rfm_scheme_runs"][0]["window_start"] == date.fromisoformat(start)
    assert set(tiers(tables)) == {"in", "end"}


def test_due_date_is_clipped(policy):
    row = tiers(run(spend(1), policy, "leather_market", "2024-08-31"))["c00"]
    assert (row["tier"], row["next_contact_due_date"]) == ("D", date(2026, 8, 31))
    row = tiers(run([order("c", "2024-08-31")], policy, "sales_template", "2024-08-31"))["c"]
    assert (row["tier"], row["next_contact_due_date"]) == ("mid_potential", date(2024, 11, 30))


def test_orders_after_the_as_of_date_never_count(policy):
    lines = [order("c", "2024-01-01"), order("c", "2024-02-01"), order("new", "2024-02-01")]
    tables = run(lines, policy, "leather_market", "2024-01-31")
    row = tiers(tables)["c"]
    assert (row["frequency"], row["last_order_date"]) == (1, date(2024, 1, 1))
    assert set(tiers(tables)) == {"c"}
    found = tables["rfm_scheme_runs"][0]
    assert (found["orders"], found["customers_known"], found["last_order_date"]) == (
        3,
        1,
        date(2024, 2, 1),
    )


def test_as_of_date_before_the_first_order_is_an_error(policy):
    with pytest.raises(ValueError, match="before the first order"):
        run([order("c", "2024-01-02")], policy, "leather_market", "2024-01-01")


# --- cleaning --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", (5_000_000, False)),
        ("5.", (5_000_000, False)),
        (".5", (500_000, False)),
        ("+1e3", (1_000_000_000, False)),
        ("5E-7", (1, False)),
        ("4.9e-7", (0, False)),
        ("-0.0000005", (-1, True)),
        ("-0.0000004", (0, True)),
        ("-0", (0, False)),
        ("7.6499995", (7_650_000, False)),
        ("0.0000125", (13, False)),
        ("999999999999.9999994", (999_999_999_999_999_999, False)),
        ("999999999999.9999995", None),
        ("1e12", None),
        ("1e99999999999999999999", None),
        ("0e99999999999999999999", (0, False)),
        ("1e-99999999999999999999", (0, False)),
        ("1,000", None),
        ("1_000", None),
        ("0x10", None),
        ("", None),
        (".", None),
        ("１", None),
        ("1e", None),
    ],
)
def test_amounts(text, expected):
    assert parse_amount(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", 2),
        ("2.0", 2),
        ("2e2", 200),
        ("20e-1", 2),
        ("1.5", None),
        ("1e12", None),
        ("nan", None),
    ],
)
def test_quantities(text, expected):
    assert parse_quantity(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29", datetime(2024, 2, 29)),
        ("2024/2/9", datetime(2024, 2, 9)),
        ("2024-02-29T9:05", datetime(2024, 2, 29, 9, 5)),
        ("2024-02-29 23:59:59.123456789", datetime(2024, 2, 29, 23, 59, 59, 123456)),
        ("2024-02-29 00:00:00.5", datetime(2024, 2, 29, 0, 0, 0, 500000)),
        ("2023-02-29", None),
        ("2024-02-29 24:00", None),
        ("2024-02-29 23:59:60", None),
        ("2024-02-29 10:00Z", None),
        ("2024-02-29 10:00:00+08:00", None),
        ("2024-02-29  10:00", None),
        ("2024-02/29", None),
        ("29.02.2024", None),
        ("2024-02-29 10", None),
        ("2024-02-29 10:00:00.", None),
    ],
)
def test_timestamps(text, expected):
    assert parse_timestamp(text) == expected


def test_the_first_reason_that_applies(policy):
    bad = {"ordered_at": "soon", "amount": "much", "quantity": "some"}
    good = {"ordered_at": "2024-01-01", "amount": "1", "quantity": "1"}

    def line(order_id, **columns):
        return {"order_id": order_id, "customer_id": "c"} | columns

    lines = [
        line(" \u3000", **bad),
        line("2", **bad) | {"customer_id": "\u00a0"},
        line("3", **bad) | {"ordered_at": None},
        line("4", **bad) | {"amount": " -Inf "},
        line("5", **bad),
        line("6", **bad) | {"ordered_at": "2024-01-01"},
        line("7", **good) | {"quantity": "1.5", "ordered_at": "2024-03-01", "amount": "-1"},
        line("8", **good) | {"ordered_at": "2024-02-02", "amount": "-1"},
        line("9", **good) | {"amount": "-0.0000001", "quantity": "0"},
        line("10", **good) | {"quantity": "-1"},
        line("11", **good) | {"ordered_at": "2024-02-01 23:59:59", "amount": "0"},
    ]
    tables = run(lines, policy, "leather_market", "2024-02-29", latest_order_date=date(2024, 2, 1))
    assert reasons(tables) == {
        " \u3000": "missing_order_id",
        "2": "missing_customer_id",
        "3": "missing_ordered_at",
        "4": "missing_amount",
        "5": "unreadable_ordered_at",
        "6": "unreadable_amount",
        "7": "unreadable_quantity",
        "8": "future_order",
        "9": "negative_amount",
        "10": "non_positive_quantity",
    }
    assert tiers(tables)["c"]["last_order_id"] == "11"


def test_an_order_id_entered_twice_counts_once(policy):
    lines = [
        order("c", "2024-01-02", amount="7", order_id="1"),
        order("c", " 2024-01-01 ", amount="5", order_id="1 "),
        order("c", "2024-01-01", amount="-5", order_id="1"),
        order("c", "2024-01-01", amount="3", order_id="1", line_id="2"),
        order("c", "2024-01-03", amount="11", order_id="1", source_system="app"),
    ]
    tables = run(lines, policy, "leather_market", "2024-01-31")
    # The refused negative line does not compete; the earlier of the other two stays.
    assert sorted(row["reason"] for row in tables["rfm_rejected_orders"]) == [
        "duplicate",
        "negative_amount",
    ]
    row = tiers(tables)["c"]
    assert (row["frequency"], row["monetary"]) == (2, 5 + 3 + 11)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"customer_id": "B"}, {"customer_id": "a"}),
        ({"amount": "9"}, {"amount": "10"}),
        ({"quantity": "9"}, {"quantity": "10"}),
        ({"list_amount": "9"}, {"list_amount": "10"}),
        ({"category": "z"}, {"category": None}),
        ({"product_name": "a", "category": "z"}, {"product_name": "b", "category": "a"}),
    ],
)
def test_which_duplicate_stays(policy, first, second):
    base = order("c", "2024-01-01", order_id="1")
    for lines in ([base | first, base | second], [base | second, base | first]):
        rejected = run(lines, policy, "leather_market", "2024-01-31")["rfm_rejected_orders"]
        assert [{name: row[name] for name in second} for row in rejected] == [second]


def test_refunds_net(policy):
    lines = [
        order("c", "2024-01-10", amount="100", quantity="5", order_id="1"),
        order("c", "2024-01-20", amount="-30", quantity="-2", order_id="2"),
        order("c", "2024-02-01", amount="-50", quantity="-1", order_id="3"),
        order("only_refunds", "2024-01-20", amount="-1", order_id="4"),
        order("c", "2024-01-21", amount="1", quantity="0", order_id="5"),
        order("c", "2024-01-22", amount="2", quantity="-1", order_id="6"),
    ]
    tables = run(lines, policy, "leather_market", "2024-01-31", refunds="net")
    assert reasons(tables) == {"5": "non_positive_quantity"}
    assert set(tiers(tables)) == {"c"}
    row = tiers(tables)["c"]
    assert (row["frequency"], row["monetary"], row["quantity"]) == (1, 72, 2)
    assert (row["recency_days"], row["last_order_id"], row["last_order_amount"]) == (21, "1", 100)
    assert row["average_order_value"] == 72
    run_row = tables["rfm_scheme_runs"][0]
    assert (run_row["lines"], run_row["orders"]) == (5, 1)


def test_average_order_value_is_half_up(policy):
    trial = with_one_metric(policy, "average_order_value", "threshold", bins=[("1", *[None] * 4)])
    lines = [
        order("c", "2024-01-01", amount=amount, order_id=str(number))
        for number, amount in enumerate(["1", "1", "0", "-2"])
    ]
    for refunds, expected in (("reject", "0.666667"), ("net", "0")):
        tables = run(lines, trial, "trial", "2024-01-31", refunds=refunds)
        assert tiers(tables)["c"]["average_order_value"] == Decimal(expected)


@pytest.mark.parametrize(("second", "refused"), [("400", True), ("399", False)])
def test_absurd_quantity_is_of_the_whole_order(policy, second, refused):
    lines = [
        order("c", "2024-01-01", order_id="1", line_id="1", quantity="600"),
        order("c", "2024-01-01", order_id="1", line_id="2", quantity=second),
        order("c", "2024-01-01", order_id="1", line_id="2", quantity="999"),  # a duplicate
        order("c", "2024-01-01", order_id="1", line_id="3", amount="-1"),
        order("d", "2024-01-01", order_id="1", line_id="4", quantity="999"),
    ]
    tables = run(
        lines, policy, "leather_market", "2024-01-31", refunds="net", max_order_quantity=1000
    )
    found = sorted(row["reason"] for row in tables["rfm_rejected_orders"])
    # The refund line is left out of the sum but goes with its order; the other customer stays.
    assert found == ["absurd_quantity"] * (3 * refused) + ["duplicate"]
    assert set(tiers(tables)) == ({"d"} if refused else {"c", "d"})


def test_rejected_orders_show_the_text_as_it_came(policy):
    line = order(" c ", "2024-01-01", amount="-1.50 ", category=" 手机 ")
    lines = [line, order("d", "2024-01-01")]
    [row] = run(lines, policy, "leather_market", None)["rfm_rejected_orders"]
    assert (row["customer_id"], row["amount"], row["category"], row["line_id"], row["region"]) == (
        " c ",
        "-1.50 ",
        " 手机 ",
        None,
        None,
    )


def test_filters_see_the_standardised_line(policy):
    lines = [
        order("phone", "2024-01-01 10:30", amount="2.5", category=" 手机\u3000", list_amount="3"),
        order("other", "2024-01-01", category="x", list_amount="a lot"),
    ]
    seen = {}

    def keep(line):
        seen[line["customer_id"]] = line
        return line["category"] == "智能手机" or None

    tables = run(lines, policy, "leather_market", "2024-01-31", filters={"leather_market": keep})
    assert set(tiers(tables)) == {"phone"}
    phone, other = seen["phone"], seen["other"]
    assert (phone["amount"], phone["list_amount"]) == (Decimal("2.5"), 3)
    assert (phone["ordered_at"], phone["quantity"]) == (datetime(2024, 1, 1, 10, 30), 1)
    assert (phone["region"], phone["channel"], other["list_amount"]) == ("未知", None, None)


# --- orders, summary, policy -----------------------------------------------------------------


def test_last_order_is_by_time_then_greatest_id_by_bytes(policy):
    more = {"store_code": "s", "region": "r"}
    lines = [
        order("c", "2024-01-02 10:00", amount="9", order_id="10", product_name="no"),
        order("c", "2024-01-02 10:00", amount="1", order_id="9", line_id="1", product_name="no"),
        order("c", "2024-01-05", "3", order_id="9", line_id="9", product_name="no"),
        order("c", "2024-01-05", "3", order_id="9", line_id="10", product_name="yes", **more),
        order("c", "2024-01-01", order_id="99", amount="1"),
    ]
    row = tiers(run(lines, policy, "leather_market", "2024-01-31"))["c"]
    assert (row["last_order_id"], row["last_ordered_at"]) == ("9", datetime(2024, 1, 2, 10))
    assert (row["last_order_amount"], row["last_product_name"]) == (7, "yes")
    assert (row["region"], row["store_code"], row["first_order_date"]) == (
        "r",
        "s",
        date(2024, 1, 1),
    )


def test_an_order_counts_whole_where_its_first_line_counts(policy):
    lines = [
        order("c", "2024-01-31", amount="1", order_id="1", line_id="1"),
        order("c", "2024-02-01", amount="2", order_id="1", line_id="2"),
    ]
    row = tiers(run(lines, policy, "leather_market", "2024-01-31"))["c"]
    assert (row["monetary"], row["quantity"], row["recency_days"]) == (3, 2, 0)


def test_the_same_order_id_of_two_customers_is_two_orders(policy):
    lines = [
        order("a", "2024-01-01", order_id="1", line_id="1"),
        order("b", "2024-01-01", order_id="1", line_id="2"),
    ]
    tables = run(lines, policy, "leather_market", "2024-01-31")
    assert tables["rfm_scheme_runs"][0]["orders"] == 2
    assert {row["frequency"] for row in tables["rfm_customer_tiers"]} == {1}


def test_summary_has_every_tier_with_shares_medians_and_contacts(policy):
    lines = [
        order(name, "2024-01-01", amount=amount) for name, amount in zip("abc", "125", strict=True)
    ]
    rows = {
        row["tier"]: row
        for row in run(lines, policy, "outdoor_gear", "2024-01-31")["rfm_tier_summary"]
    }
    # Recency 30: 4; frequency 1: 1; monetary: 1. 1.2 + 0.3 + 0.4 = 1.9 is D for all three.
    assert {tier: row["customers"] for tier, row in rows.items()} == {
        "A": 0,
        "B": 0,
        "C": 0,
        "D": 3,
    }
    assert (rows["D"]["mean_monetary"], rows["D"]["median_monetary"]) == (Decimal("2.666667"), 2)
    assert (rows["D"]["revenue"], rows["D"]["revenue_share"], rows["A"]["revenue_share"]) == (
        *(8, 1),
        0,
    )
    assert (rows["A"]["mean_monetary"], rows["A"]["median_recency_days"]) == (None, None)
    assert (rows["A"]["contacts_per_year_min"], rows["A"]["contacts_per_year_max"]) == (12, 24)
    assert (rows["C"]["contacts_per_year_min"], rows["C"]["contacts_per_year_max"]) == (2, 4)


def test_summary_of_an_even_number_and_of_no_revenue(policy):
    trial = with_one_metric(policy, "monetary", "ntile", levels="2")
    row = run(spend("0.000001", "0.000004"), trial, "trial", "2024-01-01")["rfm_tier_summary"][0]
    assert row["median_monetary"] == Decimal("0.000003")  # 0.0000025
    assert (row["contacts_per_year_min"], row["contacts_per_year_max"]) == (26, 52)
    row = run(spend(0, 0), trial, "trial", "2024-01-01")["rfm_tier_summary"][0]
    assert (row["customer_share"], row["revenue_share"]) == (1, None)


def test_a_scheme_that_grades_nobody_still_shows_its_tiers_and_cut_points(policy):
    lines = [order("c", "2019-06-01")]
    tables = run(lines, policy, "outdoor_gear", "2019-12-31")
    assert tables["rfm_customer_tiers"] == tables["rfm_score_components"] == []
    assert [row["customer_share"] for row in tables["rfm_tier_summary"]] == [None] * 4
    assert len(tables["rfm_score_cutoffs"]) == 15
    assert tables["rfm_scheme_runs"][0]["customers_graded"] == 0


def test_an_added_scheme_replaces_the_shipped_one_everywhere(policy):
    replaced = policy.with_rows(
        {
            "rfm_schemes": [policy.rows("rfm_schemes", "outdoor_gear")[0] | {"title": "mine"}],
            "rfm_category_aliases": [{"alias": "x", "category": "y"}],
        }
    )
    assert [row["title"] for row in replaced.rows("rfm_schemes", "outdoor_gear")] == ["mine"]
    assert replaced.rows("rfm_score_bins", "outdoor_gear") == []
    assert replaced.rows("rfm_tiers", "leather_market") == policy.rows(
        "rfm_tiers", "leather_market"
    )
    assert replaced.category_aliases() == policy.category_aliases() | {"x": "y"}


def test_result_does_not_depend_on_the_order_of_the_lines(policy):
    lines = [
        order(f"c{n % 7}", f"2024-06-{n % 28 + 1:02d}", amount=str(n % 5), order_id=str(n % 40))
        for n in range(120)
    ]
    settings = {"policy": policy, "latest_order_date": FAR_FUTURE, "as_of_date": date(2024, 6, 30)}
    assert grade(lines, **settings) == grade(lines[::-1], **settings)


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("customer_id", "8.8E12", "damaged_customer_id"),
        ("customer_id", "17003.00", "damaged_customer_id"),
        ("customer_id", "\u3000-1.0e+5", "damaged_customer_id"),
        ("customer_id", " Null", "missing_customer_id"),
        ("order_id", "17003.", "damaged_order_id"),
        ("order_id", "#N/A", "missing_order_id"),
        ("order_status", "Can celled ", "rejected_status"),
        ("customer_id", "1.7.0", None),
        ("order_id", "1e", None),
    ],
)
def test_ids_and_statuses(policy, column, text, reason):
    lines = [order("d", "2024-01-01"), order("c", "2024-01-01") | {column: text}]
    tables = grade(
        lines,
        policy,
        latest_order_date=date(2024, 12, 31),
        enabled_schemes=["leather_market"],
        rejected_statuses=["CANCELLED"],
    )
    assert [row["reason"] for row in tables["rfm_rejected_orders"]] == [reason] * bool(reason)


def test_no_accepted_line_is_an_error(policy):
    with pytest.raises(ValueError, match="no order line was accepted"):
        run([], policy, "leather_market", "2024-01-31")
