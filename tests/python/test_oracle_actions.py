"""Hand-computed checks of the reference implementation of the tables for action.

The expected numbers follow from docs/concepts/actions.md by pencil and paper.
"""

from datetime import date, datetime
from decimal import Decimal

import pytest

from oracle import POLICY_SEEDS, CleaningRules, Policy, clean_lines, grade_schemes
from oracle_actions import (
    Volume,
    estimate_credibility,
    grade_in_force,
    hour_band,
    mix_text,
    public_tables,
    rank_values,
    round_dates,
    suppress,
    suppress_mixes,
)

FAR_FUTURE = date(2999, 12, 31)


def day(text):
    """The date of an ISO text."""
    return date.fromisoformat(text)


def order(customer_id, ordered_at, amount="1", order_id=None, **columns):
    """An order line; the order id defaults to customer and time."""
    return {
        "order_id": order_id or f"{customer_id}/{ordered_at}",
        "customer_id": customer_id,
        "ordered_at": ordered_at,
        "amount": amount,
    } | columns


def orders(customer_id, count, ordered_at="2024-06-30", amount="1"):
    """Several orders of a customer on one day."""
    return [order(customer_id, ordered_at, amount, f"{customer_id}-{n}") for n in range(count)]


def contact(contact_id, customer_id, contacted_at, channel=None, outcome=None):
    """A line of the contact log."""
    return {
        "contact_id": contact_id,
        "customer_id": customer_id,
        "contacted_at": contacted_at,
        "channel": channel,
        "outcome": outcome,
    }


def bands(kind, *cuts):
    """Bands b0, b1 ... of a kind between cuts."""
    lowers, uppers = [None, *cuts], [*cuts, None]
    return [
        {"kind": kind, "band": f"b{n}", "lower_bound": lower, "upper_bound": upper}
        for n, (lower, upper) in enumerate(zip(lowers, uppers, strict=True))
    ]


FREQUENCY_BINS = (("1", None, "2"), ("2", "2", "4"), ("3", "4", None))
TIERS = (("gold", "3", None), ("silver", "2", "3"), ("bronze", None, "2"))
CADENCE = {"contacts_min": "1", "contacts_max": "1", "every_n": "1", "period": "month"}


def metric_row(metric, method="threshold", **columns):
    """A row of rfm_scheme_metrics."""
    return {
        "metric": metric,
        "method": method,
        "weight": "1",
        "direction": "higher_is_better",
    } | columns


def bin_rows(metric, bins):
    """Rows of rfm_score_bins: from lower (inclusive) up to upper (exclusive)."""
    return [
        {
            "metric": metric,
            "score": score,
            "lower_bound": lower,
            "lower_inclusive": "true",
            "upper_bound": upper,
            "upper_inclusive": "false",
        }
        for score, lower, upper in bins
    ]


def trial(metrics=None, bins=None, tiers=TIERS, cadences=None, scheme=None, **seeds):
    """A policy of the scheme `trial`, by default gold from 4 orders on and silver from 2 on."""
    rows = {
        "rfm_schemes": [
            {
                "scheme": "trial",
                "window_start": None,
                "window_months": None,
                "population": "active_in_window",
                "refresh_period": "month",
                "score_decimals": "0",
                "tier_method": "score",
            }
            | (scheme or {})
        ],
        "rfm_scheme_metrics": metrics or [metric_row("frequency")],
        "rfm_score_bins": bin_rows("frequency", FREQUENCY_BINS) if bins is None else bins,
        "rfm_tiers": [
            {"tier": tier, "tier_rank": str(rank), "min_score": low, "max_score": high}
            for rank, (tier, low, high) in enumerate(tiers, start=1)
        ],
        "rfm_follow_up_cadences": [
            {"tier": tier} | CADENCE | (cadences or {}).get(tier, {}) for tier, *_ in tiers
        ],
    }
    rows = {seed: [{"scheme": "trial"} | row for row in more] for seed, more in rows.items()}
    return Policy(dict.fromkeys(POLICY_SEEDS, ())).with_rows(rows | seeds)


def run(lines, policy=None, as_of="2024-06-30", **settings):
    """The tables of the scheme `trial` on one as-of date."""
    report_date = settings.pop("report_date", None)
    return public_tables(
        lines,
        policy or trial(),
        as_of_date=day(as_of),
        report_date=day(report_date) if report_date else None,
        **{"latest_order_date": FAR_FUTURE} | settings,
    )


def by_customer(tables, name):
    """The rows of a table by customer."""
    return {row["customer_id"]: row for row in tables[name]}


def behaviour(lines, *arguments, **settings):
    """The rows of rfm_customer_behaviour by customer."""
    return by_customer(run(lines, *arguments, **settings), "rfm_customer_behaviour")


def follow_ups(lines, *arguments, **settings):
    """The rows of rfm_follow_ups by customer."""
    return by_customer(run(lines, *arguments, **settings), "rfm_follow_ups")


def alerts(tables, alert):
    """The rows of one alert by customer."""
    return {row["customer_id"]: row for row in tables["rfm_alerts"] if row["alert"] == alert}


def limits(alert, **values):
    """Rows of rfm_alert_limits."""
    return {
        "rfm_alert_limits": [
            {"alert": alert, "limit_name": name, "value": value} for name, value in values.items()
        ]
    }


# --- preferences and behaviour -----------------------------------------------------------------


def test_preferences_are_ranked_by_purchases_amount_and_bytes():
    """Two lines of a, then b and c by amount, c and d by bytes; an unknown category is left out."""
    categories = [("a", "1"), ("d", "5"), ("c", "5"), ("b", "9"), ("a", "1"), (None, "99")]
    lines = [
        order("x", "2024-06-01", amount, "one", line_id=str(n), category=category)
        for n, (category, amount) in enumerate(categories)
    ]
    rows = [
        row for row in run(lines)["rfm_customer_preferences"] if row["preference"] == "category"
    ]
    shown = [(row["value"], row["purchases"], row["amount"], row["share"]) for row in rows]
    fifth = Decimal("0.2")
    assert shown == [
        ("a", 2, 2, 2 * fifth),
        ("b", 1, 9, fifth),
        ("c", 1, 5, fifth),
        ("d", 1, 5, fifth),
    ]
    assert [row["preference_rank"] for row in rows] == [1, 2, 3, 4]


def test_shares_are_half_up():
    """One of three is 0.333333 and two of three 0.666667."""
    ranked = rank_values([("a", 1), ("b", 1), ("b", 1), (None, 1)])
    assert [(item.value, item.share) for item in ranked] == [
        ("b", Decimal("0.666667")),
        ("a", Decimal("0.333333")),
    ]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2024-06-01 00:00:00", None),
        ("2024-06-01 00:00:00.000001", "00:00-02:00"),
        ("2024-06-01 11:59:59", "10:00-12:00"),
        ("2024-06-01 12:00:00", "12:00-14:00"),
        ("2024-06-01 23:00:00", "22:00-24:00"),
    ],
)
def test_hour_bands(moment, expected):
    """Two hours each, the first one inclusive; exactly midnight is a bare date."""
    assert hour_band(datetime.fromisoformat(moment)) == expected


def test_channel_is_that_of_the_largest_line():
    """Lines 2 and 3 are the largest ones, and 2 is the smaller id; the weekday is the order's."""
    lines = [
        order("x", "2024-06-29 09:00:00", "1", "o", line_id="1", channel="app"),
        order("x", "2024-06-30 08:00:00", "5", "o", line_id="3", channel="store"),
        order("x", "2024-06-30 08:00:00", "5", "o", line_id="2", channel="web"),
    ]
    row = behaviour(lines)["x"]
    assert (row["main_channel"], row["main_channel_share"]) == ("web", 1)
    assert (row["peak_weekday"], row["peak_hours"]) == ("Saturday", "08:00-10:00")
    assert row["main_payment_method"] is None


def test_order_value_bands_take_whole_orders():
    """60 + 40 reaches 100, whose band begins there; 99.99 does not."""
    policy = trial(rfm_behaviour_bands=bands("order_value", "100"))
    lines = [
        order("x", "2024-06-01", "60", "o", line_id="1"),
        order("x", "2024-06-01", "40", "o", line_id="2"),
        order("y", "2024-06-01", "99.99"),
    ]
    rows = behaviour(lines, policy)
    assert [rows[name]["order_value_band"] for name in "xy"] == ["b1", "b0"]


def test_intervals_between_orders():
    """Gaps 0, 4 and 10: mean 14 / 3, median 4, distances 4, 0 and 6. Gaps 1 and 4: median 2.5."""
    lines = [
        *(order("x", f"2024-06-{number}") for number in ("01 08:00:00", "01 09:00:00", "05", "15")),
        *(order("y", f"2024-06-{number}") for number in ("01", "02", "06")),
        order("z", "2024-06-01"),
    ]
    rows = behaviour(lines)
    columns = ("mean_interval_days", "median_interval_days", "interval_spread_days")
    assert {name: [row[column] for column in columns] for name, row in rows.items()} == {
        "x": [Decimal("4.666667"), 4, Decimal("3.333333")],
        "y": [Decimal("2.5"), Decimal("2.5"), Decimal("1.5")],
        "z": [None, None, None],
    }
    assert (rows["x"]["orders"], rows["x"]["order_days"]) == (4, 3)
    assert (rows["x"]["tenure_days"], rows["x"]["recency_days"]) == (29, 15)


def test_an_order_counts_whole_up_to_the_report_date():
    """The order of 30 June keeps its line of July; the order of 1 July is not there yet."""
    lines = [
        order("x", "2024-06-30", "10", "o", line_id="1", quantity="2"),
        order("x", "2024-07-05", "20", "o", line_id="2", quantity="3"),
        order("x", "2024-07-01", "40"),
    ]
    row = behaviour(lines)["x"]
    assert (row["orders"], row["paid_amount"], row["quantity"]) == (1, 30, 5)
    assert (row["average_order_value"], row["pieces_per_order"]) == (30, 5)
    later = behaviour(lines, report_date="2024-07-01")["x"]
    assert (later["orders"], later["paid_amount"], later["pieces_per_order"]) == (2, 70, 3)


@pytest.mark.parametrize(
    ("pairs", "rate", "band"),
    [
        ([("90", "100"), ("50", "60"), ("7", None), ("7", "x"), ("7", "0")], "0.125", "b1"),
        ([("2", "3")], "0.333333", "b1"),
        ([("110", "100")], "-0.1", "b0"),
        ([("1", None)], None, None),
    ],
)
def test_discount_rate(pairs, rate, band):
    """140 of 160 is an eighth off; the quotient is rounded, then taken from 1."""
    policy = trial(
        rfm_behaviour_bands=bands("discount_rate", "0.1") + bands("order_value"),
        rfm_price_sensitivity=[
            {"discount_band": "b1", "order_value_band": "b0", "price_sensitivity": "high"}
        ],
    )
    lines = [
        order("x", "2024-06-01", paid, "o", line_id=str(n), list_amount=listed)
        for n, (paid, listed) in enumerate(pairs)
    ]
    row = behaviour(lines, policy)["x"]
    assert row["discount_rate"] == (None if rate is None else Decimal(rate))
    assert row["discount_band"] == band
    assert row["price_sensitivity"] == ("high" if band == "b1" else None)


def test_refunds_stand_in_their_columns_alone():
    """4 of 10 and 1 piece go back in June, the rest in July."""
    lines = [
        order("x", "2024-06-01", "10", quantity="2"),
        order("x", "2024-06-20", "-4", "r", line_id="1", quantity="-1"),
        order("x", "2024-07-20", "-6", "r", line_id="2", quantity="-1"),
        order("y", "2024-06-01"),
    ]
    columns = ("refund_lines", "refunded_amount", "refunded_quantity", "paid_amount", "orders")
    net, reject = behaviour(lines, refunds="net"), behaviour(lines)
    assert [net["x"][column] for column in columns] == [1, 4, 1, 10, 1]
    assert [net["y"][column] for column in columns] == [0, 0, 0, 1, 1]
    assert [reject["x"][column] for column in columns] == [None, None, None, 10, 1]


def test_life_cycle_is_the_first_whose_limits_are_kept():
    """Limits are inclusive: 30 days are new, 31 active; 61 days without an order are lost."""
    stages = [("lost", "3", None, None), ("new", "1", "30", None), ("active", "2", None, "60")]
    names = ("life_cycle", "priority", "max_tenure_days", "max_recency_days")
    policy = trial(rfm_life_cycles=[dict(zip(names, stage, strict=True)) for stage in stages])
    lines = [
        order("x", "2024-05-31"),
        order("y", "2024-05-30"),
        order("z", "2024-04-30"),
        order("u", "2024-05-01"),
    ]
    found = {name: row["life_cycle"] for name, row in behaviour(lines, policy).items()}
    assert found == {"x": "new", "y": "active", "z": "lost", "u": "active"}


# --- next order --------------------------------------------------------------------------------


def visits(customer_id, *ordinals):
    """Orders of a customer on some days of 2024, 1 being 1 January."""
    first = day("2024-01-01").toordinal() - 1
    return [order(customer_id, date.fromordinal(first + number).isoformat()) for number in ordinals]


def test_expected_interval_by_hand():
    """Intervals 10, 20 and 40, 50: s = (4600 - 4500) / 2 = 50, a = (4500 - 3600 - 50) / 2 = 425.

    (425 x 30 + 50 x 30) / 900 = 15.833333 and (425 x 90 + 50 x 30) / 900 = 44.166667. Their
    intervals lie 10 + 10 days off 120 expected ones, so w = 0.166667.
    """
    lines = [*visits("x", 1, 11, 31), *visits("y", 1, 41, 91), *visits("z", 31)]
    rows = behaviour(lines, as_of="2024-04-30")
    assert {
        name: (row["expected_interval_days"], row["own_interval_weight"])
        for name, row in rows.items()
    } == {
        "x": (Decimal("15.833333"), Decimal("0.944444")),
        "y": (Decimal("44.166667"), Decimal("0.944444")),
        "z": (30, 0),
    }
    columns = ("next_order_window_start", "expected_next_order_date", "next_order_window_end")
    # x: 31 January + 13.19, 15.83 and 18.47 days. y: 31 March + 36.81, 44.17 and 51.53.
    assert {
        name: [row[column].isoformat() for column in columns] for name, row in rows.items()
    } == {
        "x": ["2024-02-13", "2024-02-16", "2024-02-18"],
        "y": ["2024-05-07", "2024-05-14", "2024-05-22"],
        "z": ["2024-02-25", "2024-03-01", "2024-03-06"],
    }
    # From 16 February to 30 April are 74 days; the last order lies 90 back: 90 / 15.833333.
    assert (rows["x"]["days_late"], rows["x"]["interval_ratio"]) == (74, Decimal("5.684211"))
    assert rows["y"]["days_late"] == 0


def test_every_quotient_is_rounded():
    """Intervals 1, 2 and 7: a = (53.5 - 33.333333 - 0.5) / (3 - 1.666667) = 14.750004.

    x: (44.250012 + 2.125) / 30.000008, y: (103.250028 + 2.125) / 15.250004.
    """
    days = [[date(2024, 1, number) for number in numbers] for numbers in ((1, 2, 4), (1, 8), (5,))]
    found = estimate_credibility(days)
    assert (found.mean, found.within, found.means) == (4_250_000, 500_000, 14_750_004)
    assert [found.expected(2, 3), found.expected(1, 7)] == [1_545_833, 6_909_836]
    assert [found.own_weight(1), found.own_weight(0)] == [967_213, 0]


@pytest.mark.parametrize(
    ("lines", "expected", "weight"),
    [
        # One customer alone: a has no divisor. Their intervals count for themselves all the same.
        ([*visits("x", 1, 11, 31), *visits("y", 1)], 15, 0),
        # One interval each: s has none.
        ([*visits("x", 1, 11), *visits("y", 1, 31)], 20, 0),
        # Equal means: a = (900 - 900 - 50) / 2 is below 0.
        ([*visits("x", 1, 11, 31), *visits("y", 1, 21, 31)], 15, 0),
        # Two orders on one day are one visit.
        ([*visits("x", 1), order("x", "2024-01-01", order_id="two")], None, None),
    ],
)
def test_without_variances_the_mean_is_expected(lines, expected, weight):
    """Everybody's expected interval is the mean, and nothing where nobody came back."""
    row = behaviour(lines, as_of="2024-04-30")["x"]
    assert (row["expected_interval_days"], row["own_interval_weight"]) == (expected, weight)
    if expected is None:
        assert row["next_order_window_end"] is row["interval_ratio"] is row["churn_risk"] is None


def test_churn_risk_and_window_of_equal_intervals():
    """10 days each, 20 days without an order: ratio 2, the lower end of the second band."""
    policy = trial(rfm_behaviour_bands=bands("churn_risk", "2"))
    rows = behaviour(visits("x", 1, 11, 21), policy, as_of="2024-02-10")
    row = rows["x"]
    assert (row["interval_ratio"], row["churn_risk"], row["days_late"]) == (2, "b1", 10)
    ends = (row["next_order_window_start"], row["next_order_window_end"])
    assert ends == (date(2024, 1, 31), date(2024, 1, 31))


# --- follow-ups --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "every_n", "period", "start", "end"),
    [
        ("2024-08-15", 1, "month", "2024-08-01", "2024-08-31"),
        ("2024-08-15", 6, "month", "2024-07-01", "2024-12-31"),
        ("2024-08-15", 1, "quarter", "2024-07-01", "2024-09-30"),
        ("2024-08-15", 1, "year", "2024-01-01", "2024-12-31"),
        # 2023 years have passed before 2024, so a round of two begins with 2023.
        ("2024-08-15", 2, "year", "2023-01-01", "2024-12-31"),
        ("2024-12-31", 1, "week", "2024-12-30", "2025-01-05"),
        # 105607 weeks have passed before 30 December 2024: an odd number.
        ("2024-12-31", 2, "week", "2024-12-23", "2025-01-05"),
        # 739250 days have passed before 31 December 2024.
        ("2024-12-31", 10, "day", "2024-12-31", "2025-01-09"),
    ],
)
def test_rounds_follow_the_calendar(of, every_n, period, start, end):
    """Rounds are counted from Monday, 0001-01-01."""
    assert round_dates(day(of), every_n, period) == (day(start), day(end))


def test_status_and_due_dates():
    """One contact a month: the due date is a month after the latest contact, day clipped."""
    lines = [order(name, "2024-01-01") for name in ("early", "late", "made", "never")]
    log = [
        contact("1", "early", "2024-01-31"),
        contact("2", "late", "2024-02-15 10:00:00", "phone", "reached"),
        contact("3", "made", "2024-03-01"),
        contact("4", "made", "2024-03-11"),
    ]
    rows = follow_ups(lines, as_of="2024-01-31", report_date="2024-03-10", contacts=log)
    columns = ("status", "days_overdue", "contacts_made", "contacts_owed_min")
    assert {name: tuple(row[column] for column in columns) for name, row in rows.items()} == {
        "early": ("overdue", 10, 0, 1),  # due on 29 February
        "late": ("due", 0, 0, 1),  # due on 15 March
        "made": ("ok", 0, 1, 0),
        "never": ("never_contacted", 10, 0, 1),  # due on 31 January + a month, 29 February
    }
    due = {name: row["next_contact_due_date"].isoformat() for name, row in rows.items()}
    assert due == {
        "early": "2024-02-29",
        "late": "2024-03-15",
        "made": "2024-04-01",
        "never": "2024-02-29",
    }
    assert rows["late"]["last_contacted_at"] == datetime(2024, 2, 15, 10)
    last = (rows["late"]["last_contact_channel"], rows["late"]["last_contact_outcome"])
    assert last == ("phone", "reached")
    assert (rows["early"]["round_start_date"], rows["early"]["round_end_date"]) == (
        date(2024, 3, 1),
        date(2024, 3, 31),
    )


def test_several_contacts_a_round():
    """Two to three a month: the second latest contact decides, and what is made counts."""
    policy = trial(cadences={"bronze": {"contacts_min": "2", "contacts_max": "3"}})
    lines = [order(name, "2024-01-01") for name in ("one", "two")]
    log = [
        contact("1", "one", "2024-06-20"),
        contact("2", "two", "2024-05-20"),
        contact("3", "two", "2024-06-20"),
    ]
    rows = follow_ups(lines, policy, as_of="2024-06-25", contacts=log)
    columns = ("status", "contacts_made", "contacts_owed_min", "contacts_owed_max")
    assert [rows["one"][column] for column in columns] == ["due", 1, 1, 2]
    assert [rows["two"][column] for column in columns] == ["overdue", 1, 1, 2]
    due = [rows[name]["next_contact_due_date"] for name in ("one", "two")]
    assert due == [date(2024, 7, 25), date(2024, 6, 20)]


def test_no_contact_asked_for():
    """contacts_min 0: nothing is owed or due, one contact may still be made."""
    policy = trial(cadences={"bronze": {"contacts_min": "0"}})
    row = follow_ups([order("x", "2024-01-01")], policy)["x"]
    assert (row["status"], row["next_contact_due_date"], row["priority"]) == ("ok", None, None)
    assert (row["contacts_owed_min"], row["contacts_owed_max"]) == (0, 1)


def test_contacts_are_read_once():
    """A double counts by its earliest time, then customer; unreadable lines do not count."""
    lines = [order(name, "2024-01-01") for name in ("a", "b", "c")]
    log = [
        contact("1", "b", "2024-06-02"),
        contact("1", "b", "2024-06-20"),
        contact("2", "b", "2024-06-05"),
        contact("2", "a", "2024-06-05"),
        contact("8", "c", "2024-06-06 10:00:00", "phone"),
        contact("9", "c", "2024-06-06 10:00:00", "app"),
        contact(None, "a", "2024-06-07"),
        contact("4", None, "2024-06-07"),
        contact("5", "a", "June"),
        contact("6", "a", "2024-07-01"),
    ]
    rows = follow_ups(lines, contacts=log)
    assert {name: row["last_contacted_at"] for name, row in rows.items()} == {
        "a": datetime(2024, 6, 5),
        "b": datetime(2024, 6, 2),
        "c": datetime(2024, 6, 6, 10),
    }
    assert [rows[name]["contacts_made"] for name in "abc"] == [1, 1, 2]
    assert rows["c"]["last_contact_channel"] == "app"


def test_priority():
    """By tier, days overdue and money; equals share a number, and the next one is left out."""
    lines = [
        *orders("gold", 4, "2024-06-01", "0.01"),
        order("poor", "2024-06-01", "1"),
        order("rich", "2024-06-01", "9"),
        order("twin", "2024-06-01", "9"),
        order("late", "2024-06-01", "1"),
        order("done", "2024-06-01", "99"),
    ]
    log = [contact("1", "late", "2024-05-10"), contact("2", "done", "2024-06-10")]
    rows = follow_ups(lines, contacts=log)
    assert {name: row["priority"] for name, row in rows.items()} == {
        "gold": 1,
        "late": 2,
        "rich": 3,
        "twin": 3,
        "poor": 5,
        "done": None,
    }


def test_offers_for_new_customers():
    """Only who is new gets the offer for new customers, and only where there is one."""
    stage = {"max_recency_days": None}
    policy = trial(
        rfm_life_cycles=[
            {"life_cycle": "new", "priority": "1", "max_tenure_days": "30"} | stage,
            {"life_cycle": "old", "priority": "2", "max_tenure_days": None} | stage,
        ],
        rfm_strategies=[
            {
                "scheme": "trial",
                "tier": "bronze",
                "strategy": "grow",
                "offer": "coupon",
                "offer_zh": "优惠券",
                "new_customer_offer": "welcome",
                "new_customer_offer_zh": None,
            }
        ],
    )
    lines = [order("x", "2024-06-30"), order("y", "2024-01-01"), *orders("z", 4)]
    rows = follow_ups(lines, policy)
    columns = ("strategy", "offer", "offer_zh")
    assert {name: tuple(row[column] for column in columns) for name, row in rows.items()} == {
        "x": ("grow", "welcome", "优惠券"),
        "y": ("grow", "coupon", "优惠券"),
        "z": (None, None, None),
    }


# --- workload ----------------------------------------------------------------------------------


def workload(lines, cadence, **settings):
    """Month ahead -> row of the tier bronze, all of whose customers have the cadence."""
    tables = run(lines, trial(cadences={"bronze": cadence}), **settings)
    rows = [row for row in tables["rfm_follow_up_workload"] if row["tier"] == "bronze"]
    assert len(tables["rfm_follow_up_workload"]) == 3 * len(rows)
    return {row["month_ahead"]: row for row in rows}


@pytest.mark.parametrize(
    ("every_n", "period", "january", "february"),
    [
        ("3", "day", "20.666667", "18.666667"),  # 2 x 31 / 3, 2 x 28 / 3
        ("2", "week", "4.428571", "4"),  # 2 x 31 / 14, 2 x 28 / 14
        ("1", "month", "2", "2"),
        ("2", "quarter", "0.333333", "0.333333"),
        ("1", "year", "0.166667", "0.166667"),
    ],
)
def test_workload_at_an_even_pace(every_n, period, january, february):
    """Two customers with one to three contacts a round."""
    lines = [order("x", "2024-12-01"), order("y", "2024-12-01")]
    cadence = {"contacts_max": "3", "every_n": every_n, "period": period}
    rows = workload(lines, cadence, as_of="2024-12-31")
    assert sorted(rows) == list(range(1, 13))
    assert (rows[1]["month_start"], rows[12]["month_start"]) == (
        date(2025, 1, 1),
        date(2025, 12, 1),
    )
    assert rows[1]["contacts_min"] == Decimal(january)
    assert rows[2]["contacts_min"] == Decimal(february)
    assert rows[4]["customers"] == 2
    assert rows[4]["contacts_max"] == rows[6]["contacts_max"]  # 30 days both


def test_workload_on_the_days_due():
    """Every two months: x from 30 January; y, long overdue, from the day after 31 December."""
    lines = [order("x", "2024-12-01"), order("y", "2024-12-01")]
    log = [contact("1", "x", "2024-11-30"), contact("2", "y", "2024-01-05")]
    cadence = {"contacts_max": "2", "every_n": "2"}
    rows = workload(lines, cadence, as_of="2024-12-31", contacts=log)
    # Both in January, March and so on, nobody in the months between.
    due = {month: row["contacts_due_min"] for month, row in rows.items()}
    assert due == {month: 2 * (month % 2) for month in range(1, 13)}
    assert rows[1]["contacts_due_max"] == 4


def test_workload_without_a_due_date():
    """contacts_min 0: from the as-of date + 30 days on, that is 30 January, 1 March, 31 March."""
    cadence = {"contacts_min": "0", "every_n": "30", "period": "day"}
    rows = workload([order("x", "2024-12-01")], cadence, as_of="2024-12-31")
    assert [rows[month]["contacts_due_max"] for month in (1, 2, 3)] == [1, 0, 2]
    assert rows[3]["contacts_due_min"] == 0


def test_workload_of_months_clips_from_the_first_day():
    """31 January, 28 February, 31 March: never 28 March."""
    log = [contact("1", "x", "2024-12-31")]
    cadence = {"every_n": "1", "period": "month"}
    rows = workload([order("x", "2024-12-01")], cadence, as_of="2024-12-31", contacts=log)
    assert [row["contacts_due_min"] for row in rows.values()] == [1] * 12


# --- alerts ------------------------------------------------------------------------------------


def test_alerts_on_behaviour():
    """10 days each: on 10 February the ratio is 2, on 25 January 0.4 with six days to go."""
    more = bands("churn_risk", "2")
    lines = visits("x", 1, 11, 21)
    churn = limits("churn_risk", min_intervals="2", min_interval_ratio="2", max_recency_days="20")
    policy = trial(rfm_behaviour_bands=more, **churn)
    row = alerts(run(lines, policy, as_of="2024-02-10"), "churn_risk")["x"]
    assert (row["interval_ratio"], row["expected_next_order_date"]) == (2, date(2024, 1, 31))
    assert not run(lines, policy, as_of="2024-02-09")["rfm_alerts"]
    assert not run(lines, policy, as_of="2024-02-11")["rfm_alerts"]
    soon = trial(**limits("about_to_order", min_intervals="2", max_days_ahead="6"))
    dates = {"2024-01-24": 0, "2024-01-25": 1, "2024-01-31": 1, "2024-02-01": 0}
    for as_of, count in dates.items():
        assert len(run(lines, soon, as_of=as_of)["rfm_alerts"]) == count, as_of
    assert not run(visits("x", 1, 11), soon, as_of="2024-01-20")["rfm_alerts"]


def test_overdue_alert():
    """Due on 10 June, so 20 days overdue on 30 June."""
    log = [contact("1", "x", "2024-05-10")]
    for least, count in (("20", 1), ("21", 0)):
        policy = trial(**limits("overdue_follow_up", min_days_overdue=least))
        rows = run([order("x", "2024-06-01")], policy, contacts=log)["rfm_alerts"]
        assert [row["days_overdue"] for row in rows] == [20] * count


DROPS = limits("tier_dropped_risk", min_ranks_lost="1", max_days_ahead="31")
RECENCY_BINS = (("3", None, "31"), ("2", "31", "62"), ("1", "62", None))


def recency_trial(**scheme):
    """A policy of recency alone: gold up to 30 days, silver up to 61."""
    metric = metric_row("recency", direction="lower_is_better")
    return trial([metric], bin_rows("recency", RECENCY_BINS), scheme=scheme, **DROPS)


def test_tiers_at_the_next_refresh():
    """31 July is 31 days after 30 June: who is 30 days back will be 61 then."""
    lines = [
        order("a", "2024-06-30"),  # 0 days, then 31: silver
        order("b", "2024-05-31"),  # 30 days, then 61: silver
        order("c", "2024-05-30"),  # 31 days, then 62: bronze
        order("d", "2024-01-01"),  # bronze already
    ]
    rows = alerts(run(lines, recency_trial()), "tier_dropped_risk")
    assert {name: (row["tier"], row["other_tier"]) for name, row in rows.items()} == {
        "a": ("gold", "silver"),
        "b": ("gold", "silver"),
        "c": ("silver", "bronze"),
    }
    assert rows["a"]["next_refresh_date"] == date(2024, 7, 31)


def test_a_refresh_too_far_ahead_alerts_nobody():
    """31 July is 31 days after 30 June, and 30 after 1 July."""
    lines = [order("a", "2024-06-30")]
    for most, report_date, count in (("31", None, 1), ("30", None, 0), ("30", "2024-07-01", 1)):
        limit = limits("tier_dropped_risk", min_ranks_lost="1", max_days_ahead=most)
        rows = run(lines, recency_trial().with_rows(limit), report_date=report_date)["rfm_alerts"]
        assert len(rows) == count, (most, report_date)


def test_falling_out_of_the_scheme():
    """A window of one month up to 31 July begins on 1 July: nobody is graded any more."""
    tables = run([order("a", "2024-06-30")], recency_trial(window_months="1"))
    assert alerts(tables, "tier_dropped_risk")["a"]["other_tier"] is None
    # Two months begin on 1 June.
    tables = run([order("a", "2024-06-01")], recency_trial(window_months="2"))
    assert alerts(tables, "tier_dropped_risk")["a"]["other_tier"] == "silver"


def test_tiles_in_force_at_the_next_refresh():
    """Spending 30, 20, 10 in three tiles; 15 of the 30 lie too far back then.

    What lies between two tiles belongs to the lower one, so that 15 is bronze, as 10 is.
    """
    lines = [
        order("a", "2024-06-01", "15"),
        order("a", "2024-06-20", "15"),
        order("b", "2024-06-20", "20"),
        order("c", "2024-06-20", "10"),
    ]
    policy = trial(
        [metric_row("monetary", "ntile", levels="3")],
        [],
        scheme={"window_months": "1", "refresh_period": "week"},
        **limits("tier_dropped_risk", min_ranks_lost="2", max_days_ahead="31"),
    )
    # The window begins on 1 June, and on 8 June for the refresh on Sunday, 7 July.
    rows = alerts(run(lines, policy), "tier_dropped_risk")
    assert {name: row["other_tier"] for name, row in rows.items()} == {"a": "bronze"}
    assert rows["a"]["next_refresh_date"] == date(2024, 7, 7)


@pytest.mark.parametrize("direction", ["higher_is_better", "lower_is_better"])
def test_tiles_in_force_hold_their_own_customers(direction):
    """Eight customers with 1, 2, 2, 2, 2, 2, 3, 3: graded again by their tiles nobody moves."""
    amounts = dict(zip("habgdecf", "12222233", strict=True))
    lines = [order(name, "2024-06-01", amount) for name, amount in amounts.items()]
    metric = metric_row("monetary", "ntile", levels="4", direction=direction)
    accepted, _ = clean_lines(lines, CleaningRules(FAR_FUTURE))
    (graded,) = grade_schemes(
        accepted,
        trial([metric], []),
        customers=(),
        as_of_date=day("2024-06-30"),
        filters=None,
        enabled_schemes=None,
    )
    scores = {
        item.customer_id: item.scores["monetary"].score // 10**12 for item in graded.customers
    }
    # Tiles of two, best first; those of equal values by customer_id.
    best_first = "cfabdegh" if direction == "higher_is_better" else "habdegcf"
    assert scores == dict(zip(best_first, (4, 4, 3, 3, 2, 2, 1, 1), strict=True))
    for customer in graded.customers:
        again = grade_in_force(graded.scheme, graded.bins, customer)
        assert again.scores["monetary"].score == scores[customer.customer_id] * 10**12


def near(orders, share, recency="30"):
    """Limits of near_upgrade."""
    return limits(
        "near_upgrade", max_orders_missing=orders, max_amount_share=share, max_recency_days=recency
    )


NEAR = near("1", "0.1")


def upgrade_cells(tables):
    """Customer -> other tier, orders missing and amount missing of near_upgrade."""
    return {
        name: (row["other_tier"], row["orders_missing"], row["amount_missing"])
        for name, row in alerts(tables, "near_upgrade").items()
    }


def test_nearest_upgrade_by_thresholds():
    """Both metrics weigh one; two points are silver and four gold."""
    metrics = [metric_row("frequency"), metric_row("monetary")]
    bins = bin_rows("frequency", (("0", None, "2"), ("2", "2", None)))
    bins += bin_rows(
        "monetary", (("0", None, "100"), ("2", "100", "200.005"), ("4", "200.005", None))
    )
    tiers = (("gold", "4", None), ("silver", "2", "4"), ("bronze", None, "2"))
    lines = [
        order("a", "2024-06-01", "50"),  # 1 order or 50 to silver
        *orders("b", 2, amount="46"),  # silver: 8 to gold, orders do not help
        order("c", "2024-06-01", "190"),  # silver: 1 order to gold, or 10.01
        *orders("d", 3, amount="30"),  # silver: 10 to gold are more than a tenth of 90
        *orders("e", 2, amount="100"),  # gold
    ]
    found = upgrade_cells(run(lines, trial(metrics, bins, tiers, **NEAR)))
    assert found == {
        "a": ("silver", 1, 50),
        "b": ("gold", None, 8),
        "c": ("gold", 1, Decimal("10.01")),
    }


def test_upgrade_to_a_tile_takes_a_step_at_least():
    """Two, two and one: the tie a, b is told apart by id; c needs two, and its id is the last."""
    lines = [*orders("a", 2), *orders("b", 2), *orders("c", 1)]
    policy = trial([metric_row("frequency", "ntile", levels="3")], [], **NEAR)
    tables = run(lines, policy)
    # Before b at two: c needs three orders. Before a at two: three, too, so gold comes with it.
    assert upgrade_cells(tables) == {"b": ("gold", 1, None)}
    wide = trial(
        [metric_row("frequency", "ntile", levels="3")],
        [],
        **near("2", "0"),
    )
    assert upgrade_cells(run(lines, wide)) == {"b": ("gold", 1, None), "c": ("gold", 2, None)}


def test_upgrade_lies_in_the_bin_that_holds_it():
    """One, one, one, two, two, three orders: quartiles 1, 1.5 and 2.

    No whole number lies between 1 and 1.5, so a second order is worth the third score.
    """
    counts = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 3}
    lines = [line for name, count in counts.items() for line in orders(name, count)]
    tiers = (("best", "4", None), ("good", "3", "4"), ("fair", "2", "3"), ("last", None, "2"))
    policy = trial([metric_row("frequency", "quantile", levels="4")], [], tiers, **NEAR)
    found = upgrade_cells(run(lines, policy))
    assert {name: cells[:2] for name, cells in found.items()} == {
        **dict.fromkeys("abc", ("good", 1)),
        **dict.fromkeys("de", ("best", 1)),
    }


def test_upgrade_by_deviation_is_the_least_that_rounds_up():
    """Scores run from 0 at 100 to 1 at 1100; 345 is 0.245, which is a score of 0.25."""
    metrics = [metric_row("monetary", "min_max", baseline_metric="monetary")]
    tiers = (("gold", "0.75", None), ("silver", "0.25", "0.75"), ("bronze", None, "0.25"))
    amounts = {"a": "100", "b": "344.99", "c": "300", "d": "700", "e": "1100"}
    lines = [order(name, "2024-06-01", amount) for name, amount in amounts.items()]
    policy = trial(
        metrics,
        [],
        tiers,
        scheme={"score_decimals": "2"},
        **near("5", "0.3"),
    )
    assert upgrade_cells(run(lines, policy)) == {
        "b": ("silver", None, Decimal("0.01")),
        "c": ("silver", None, 45),
        "d": ("gold", None, 145),
    }


def test_no_upgrade_where_the_scheme_has_no_such_metric():
    """Neither frequency nor monetary is scored."""
    tables = run(
        [order("x", "2024-01-01")],
        trial(
            [metric_row("recency", direction="lower_is_better")],
            bin_rows("recency", RECENCY_BINS),
            **NEAR,
        ),
    )
    assert not tables["rfm_alerts"]


# --- insights and targets ----------------------------------------------------------------------


def test_insights():
    """Gold: 4 of 4 came by app and all ordered again; all: 6 of 8 and 4 of 10."""
    lines = [line | {"channel": "app"} for number in range(4) for line in orders(f"g{number}", 4)]
    channels = ["app", "app", "web", "web", None, None]
    lines += [
        order(f"b{number}", "2024-06-01", channel=channel)
        for number, channel in enumerate(channels)
    ]
    rows = run(lines, min_insight_customers=2)["rfm_tier_insights"]
    columns = (
        *("customers", "matching_customers", "tier_share", "all_customers"),
        *("all_matching_customers", "all_share", "lift"),
    )
    found = {
        (row["tier"], row["insight_rank"], row["insight"]): [row[column] for column in columns]
        for row in rows
    }
    assert found == {
        # 1 - 0.4 = 0.6, 1 - 0.75 = 0.25
        ("gold", 1, "repurchase"): [4, 4, 1, 10, 4, Decimal("0.4"), Decimal("2.5")],
        ("gold", 2, "channel: app"): [4, 4, 1, 8, 6, Decimal("0.75"), Decimal("1.333333")],
        # 0.5 - 0.25, 0.5 - 0.75, 0 - 0.4
        ("bronze", 1, "channel: web"): [4, 2, Decimal("0.5"), 8, 2, Decimal("0.25"), 2],
        ("bronze", 2, "channel: app"): [
            *(4, 2, Decimal("0.5"), 8, 6, Decimal("0.75"), Decimal("0.666667")),
        ],
        ("bronze", 3, "repurchase"): [6, 0, 0, 10, 4, Decimal("0.4"), 0],
    }
    fewer = run(lines, min_insight_customers=5)["rfm_tier_insights"]
    assert [(row["tier"], row["insight"]) for row in fewer] == [("bronze", "repurchase")]


def test_insight_lift_needs_a_share_of_all():
    """Nobody ordered twice: a share of 0, and no lift."""
    row = run([order("x", "2024-06-01")], min_insight_customers=1)["rfm_tier_insights"][0]
    assert (row["insight"], row["tier_share"], row["lift"]) == ("repurchase", 0, None)


@pytest.mark.parametrize(
    ("metric", "change", "expected"),
    [
        ("repurchase_rate", "0.1", "0.366666"),  # 0.333333 x 1.1 = 0.3666663
        ("customers", "-0.5", "1.5"),
        ("revenue", "0.05", "10.5"),
        ("mean_frequency", "0.5", "2"),  # 4 orders of 3 customers: 1.333333 x 1.5 = 1.9999995
        ("mean_monetary", "0", "3.333333"),
        ("repurchase_rate", "2.1", "1"),  # 1.033332, and no rate is above 1
    ],
)
def test_targets(metric, change, expected):
    """Three customers with 10 in four orders, one of whom ordered again."""
    tiers = (("all", None, None),)
    strategy = {"scheme": "trial", "tier": "all", "target_metric": metric, "target_change": change}
    lines = [
        order("a", "2024-06-01", "1"),
        order("b", "2024-06-01", "1"),
        *orders("c", 2, amount="4"),
    ]
    row = run(lines, trial(tiers=tiers, rfm_strategies=[strategy]))["rfm_tier_summary"][0]
    assert row["repurchase_rate"] == Decimal("0.333333")
    assert (row["target_change"], row["target_value"]) == (Decimal(change), Decimal(expected))


def test_an_empty_tier_has_no_rate():
    """Nor has a tier without a strategy any target."""
    rows = {row["tier"]: row for row in run([order("x", "2024-06-01")])["rfm_tier_summary"]}
    assert rows["gold"]["repurchase_rate"] is rows["gold"]["target_value"] is None
    assert rows["bronze"]["repurchase_rate"] == 0


# --- regional demand ---------------------------------------------------------------------------

MONTH = date(2024, 6, 1)
TOTAL = ("total", "(all)", "(all)", MONTH)


def region(name):
    """The row of a region."""
    return "region", name, "(all)", MONTH


def cell(name, category):
    """The row of a region and category."""
    return "category", name, category, MONTH


def month_of(customers, regions):
    """Of each region customers, pieces, revenue and its categories' customers.

    The first category has the pieces that the others leave, and the revenue.
    """
    volumes = {TOTAL: Volume(customers, 0, 0)}
    for name, (count, pieces, revenue, categories) in regions.items():
        volumes[region(name)] = Volume(count, pieces, revenue)
        first, *others = categories
        volumes[cell(name, "x0")] = Volume(first, pieces - sum(others), revenue)
        for number, other in enumerate(others, start=1):
            volumes[cell(name, f"x{number}")] = Volume(other, other, 0)
        volumes[TOTAL] = Volume(
            customers, volumes[TOTAL].pieces + pieces, volumes[TOTAL].revenue + revenue
        )
    return volumes


def simple(customers, pieces=50, revenue=9):
    """A region of one category."""
    return customers, pieces, revenue, [customers]


@pytest.mark.parametrize(
    ("customers", "regions", "hidden"),
    [
        (21, {"a": simple(5), "b": simple(9), "c": simple(7)}, ""),
        (20, {"a": simple(4), "b": simple(9), "c": simple(7)}, "ac"),
        (16, {"a": simple(4), "b": simple(3), "c": simple(9)}, "abc"),
        # Of b and c one is as large as the other; together at most 4 + 4 + 8 customers of 25 - 9.
        (25, {"a": simple(4), "b": simple(7), "c": simple(7), "d": simple(9)}, "abc"),
        # 26 - 9 are more than that.
        (26, {"a": simple(4), "b": simple(7), "c": simple(7), "d": simple(9)}, "abcd"),
        # 20 - 9 customers need 11 pieces, one category each.
        (20, {"a": simple(4, 4), "b": simple(9), "c": simple(7, 7)}, "ac"),
        (20, {"a": (4, 4, 9, [3, 2]), "b": simple(9), "c": simple(7, 7)}, "abc"),
        # Who pays nothing hides nobody.
        (20, {"a": simple(4, 50, 0), "b": simple(9), "c": simple(7, 50, 0)}, "abc"),
        # b has 5 customers, but none of its categories can have them: 6 pieces less 2.
        (29, {"a": simple(15), "b": (5, 6, 9, [4, 1, 1]), "c": simple(11)}, "bc"),
        # Its pieces are enough, but nobody paid.
        (29, {"a": simple(15), "b": (5, 60, 0, [4, 1, 1]), "c": simple(11)}, "bc"),
        (29, {"a": simple(15), "b": (5, 60, 0, [5, 5]), "c": simple(11)}, ""),
        # All are small, and one of them could have all the customers that the others leave.
        (9, {"a": simple(4), "b": simple(4), "c": simple(3)}, "abc"),
    ],
)
def test_regions_are_suppressed_until_each_may_be_the_large_one(customers, regions, hidden):
    """Fewer than five customers, and those of the fewest customers of the others."""
    found = suppress(month_of(customers, regions), 5)
    assert {row for row in found if row[0] != "category"} == {region(name) for name in hidden}
    assert {row[1] for row in found if row[0] == "category"} == set(hidden)


@pytest.mark.parametrize(
    ("customers", "regions"),
    [
        # One customer more would do.
        (8, {"a": simple(8)}),
        # There is no other region.
        (9, {"a": (9, 6, 9, [4, 1, 1])}),
        (9, {"a": simple(4, 50, 0), "b": simple(9, 50, 0)}),
        # Ten customers and two more categories need 12 - 2 + 1 pieces.
        (10, {"a": (4, 5, 9, [4, 1]), "b": (3, 4, 9, [2, 2]), "c": simple(3, 2)}),
    ],
)
def test_months_are_suppressed_where_no_region_hides_the_others(customers, regions):
    """With all that is in them."""
    month = month_of(customers, regions)
    assert suppress(month, 5) == set(month)
    assert suppress(month, 1) == set()


def test_categories_of_a_seen_region():
    """x0 and x1 are small; x2 is the smallest other one. What paid nothing hides nobody."""
    volumes = month_of(30, {"a": (20, 60, 9, [1, 4, 6, 9]), "b": simple(12)})
    assert suppress(volumes, 5) == {cell("a", f"x{number}") for number in range(3)}
    free = month_of(30, {"a": (20, 60, 9, [9, 4, 6]), "b": simple(12)})
    assert suppress(free, 5) == {cell("a", f"x{number}") for number in range(3)}


def test_demand_rows():
    """North: nine customers in May, five in June; south: four, so that north is hidden, too."""
    lines = [
        order(f"n{number}", f"2024-0{month}-10", amount, region="n", category="x", quantity="2")
        for month, amount, count in ((5, "10", 9), (6, "13", 5))
        for number in range(count)
    ]
    lines += [order("n0", "2024-06-11", "5", "again", region="n", category="y")]
    lines += [
        order(f"s{number}", "2024-06-10", "1", region="s", category="x") for number in range(4)
    ]
    lines += [order("n1", "2024-07-01", "99", region="n", category="x")]
    rows = {
        (row["level"], row["region"], row["category"], row["month"].month): row
        for row in run(lines)["rfm_regional_demand"]
    }
    assert len(rows) == 3 + 6
    columns = ("customers", "orders", "pieces", "revenue", "share", "growth", "tier_mix")
    shown = {key: [row[column] for column in columns] for key, row in rows.items()}
    # May knows one region: no row is hidden. n0 to n4 are silver, by two orders each, and n0 by
    # three; four are bronze, so the mix is not shown.
    assert shown["total", "(all)", "(all)", 5] == [9, 9, 18, 90, None, None, None]
    assert shown["region", "n", "(all)", 5] == [9, 9, 18, 90, 1, None, None]
    # 65 + 5 + 4 in June: 74 / 90 - 1. Again four are bronze.
    growth = Decimal("-0.177778")
    assert shown["total", "(all)", "(all)", 6] == [9, 10, 15, 74, None, growth, None]
    hidden = [key for key, row in rows.items() if row["is_suppressed"]]
    assert sorted(hidden) == [
        ("category", "n", "x", 6),
        ("category", "n", "y", 6),
        ("category", "s", "x", 6),
        ("region", "n", "(all)", 6),
        ("region", "s", "(all)", 6),
    ]
    assert all(shown[key] == [None] * 7 for key in hidden)


def test_growth_rounds_the_quotient():
    """2 / 3 is 0.666667, so growth is -0.333333."""
    lines = [order("x", "2024-05-01", "3"), order("x", "2024-06-01", "2")]
    rows = run(lines, min_cell_customers=1)["rfm_regional_demand"]
    growths = {row["growth"] for row in rows if row["month"] == MONTH}
    assert growths == {Decimal("-0.333333")}


def test_tier_mix_text():
    """By rank, with one decimal, half up; who has no grade comes last."""
    assert mix_text([("A", 1), ("B", 3)]) == "A 25.0%, B 75.0%"
    assert mix_text([("A", 1), ("B", 799), ("ungraded", 800)]) == "A 0.1%, B 49.9%, ungraded 50.0%"


@pytest.mark.parametrize(
    ("regions", "hidden"),
    [
        ({"a": {"gold": 5, "bronze": 5}, "b": {"gold": 6, "bronze": 5}}, ""),
        # One gold customer of a; with b there are 6 gold ones.
        (
            {
                "a": {"gold": 1, "bronze": 9},
                "b": {"gold": 5, "bronze": 5},
                "c": {"gold": 5, "x": 6},
            },
            "ab",
        ),
        # b is smaller, but has no gold one: c is needed, too. d is as large, and later by bytes.
        (
            {
                "a": {"gold": 1, "bronze": 9},
                "b": {"silver": 5, "bronze": 5},
                "c": {"gold": 5, "bronze": 6},
                "d": {"gold": 6, "bronze": 5},
            },
            "abc",
        ),
        # What follows brings no tier of few customers: c has 7 ungraded ones.
        (
            {
                "a": {"gold": 4, "bronze": 9},
                "b": {"gold": 6, "bronze": 5},
                "c": {"bronze": 5, "ungraded": 7},
            },
            "ab",
        ),
        # a and b together have enough of every tier.
        (
            {"a": {"gold": 3, "x": 6}, "b": {"gold": 2, "x": 6}, "c": {"gold": 5, "x": 5}},
            "ab",
        ),
        # Nobody else is gold.
        ({"a": {"gold": 1, "x": 6}, "b": {"x": 9, "y": 5}, "c": {"x": 6, "y": 5}}, "abc"),
        # All in one tier, and enough of them: alone, a would be what b leaves of the total.
        ({"a": {"gold": 7}, "b": {"gold": 5, "x": 6}}, "ab"),
    ],
)
def test_tier_mixes_are_suppressed_until_none_is_thin(regions, hidden):
    """Fewer than five customers of a tier: neighbours follow, the fewest customers first."""
    mixes = {TOTAL: [("gold", 20), ("x", 20)]}
    mixes |= {region(name): list(counts.items()) for name, counts in regions.items()}
    customers = {row: sum(count for _, count in counts) for row, counts in mixes.items()}
    assert suppress_mixes(set(), mixes, customers, 5) == {region(name) for name in hidden}


def test_tier_mixes_below_a_suppressed_one():
    """a is hidden for its one gold customer, so all its categories are; those of b are not.

    A suppressed row is a reason of its own: with z of a, y is hidden, and 4 + 6 gold are enough.
    """
    good = [("gold", 6), ("bronze", 6)]
    mixes = {
        TOTAL: [("gold", 20), ("bronze", 20)],
        region("a"): [("gold", 1), ("bronze", 20)],
        region("b"): good,
        region("c"): [("gold", 9), ("bronze", 9)],
        cell("a", "x"): good,
        cell("a", "y"): good,
        cell("b", "x"): good,
        cell("c", "x"): [("gold", 7), ("bronze", 7)],
        cell("c", "y"): good,
        cell("c", "z"): [("gold", 4)],
    }
    customers = {row: sum(count for _, count in counts) for row, counts in mixes.items()}
    below = {cell("a", "x"), cell("a", "y"), cell("b", "x"), cell("c", "y"), cell("c", "z")}
    found = suppress_mixes({cell("c", "z")}, mixes, customers, 5)
    assert found == {region("a"), region("b")} | below
    # Below a hidden total nothing is shown.
    mixes[TOTAL] = [("gold", 40)]
    assert suppress_mixes(set(), mixes, customers, 5) == set(mixes)


def test_tier_mix_is_suppressed_by_itself():
    """North has one gold customer of six; with south it has six. West keeps its mix."""
    golds = {"n": (1, 5), "s": (5, 5), "w": (6, 6)}
    lines = [
        line | {"region": name}
        for name, (gold, bronze) in golds.items()
        for number in range(gold + bronze)
        for line in orders(f"{name}{number}", 4 if number < gold else 1)
    ]
    rows = [row for row in run(lines)["rfm_regional_demand"] if row["level"] != "category"]
    assert not any(row["is_suppressed"] for row in rows)
    # 28 customers, 12 of them gold.
    assert {row["region"]: row["tier_mix"] for row in rows} == {
        "(all)": "gold 42.9%, bronze 57.1%",
        "n": None,
        "s": None,
        "w": "gold 50.0%, bronze 50.0%",
    }


def test_customers_without_a_grade():
    """The filter of the scheme takes the app alone, demand takes all lines."""
    lines = [order(f"a{number}", "2024-06-01", channel="app") for number in range(5)]
    lines += [order(f"w{number}", "2024-06-01", channel="web") for number in range(15)]
    rows = run(lines, filters={"trial": lambda line: line["channel"] == "app"})
    mixes = {row["tier_mix"] for row in rows["rfm_regional_demand"]}
    assert mixes == {"bronze 25.0%, ungraded 75.0%"}
    assert len(rows["rfm_follow_ups"]) == 5
    assert len(rows["rfm_customer_behaviour"]) == 20


# --- settings ----------------------------------------------------------------------------------


def test_report_date():
    """By default the scheme's as-of date; one before it is refused."""
    lines = [order("x", "2024-05-15"), order("x", "2024-06-15")]
    tables = public_tables(lines, trial(), latest_order_date=FAR_FUTURE)
    for name in ("rfm_follow_ups", "rfm_customer_behaviour"):
        assert tables[name][0]["report_date"] == date(2024, 5, 31)
    assert tables["rfm_customer_behaviour"][0]["orders"] == 1
    assert run(lines)["rfm_customer_behaviour"][0]["orders"] == 2
    with pytest.raises(ValueError, match="report date"):
        run(lines, report_date="2024-06-29")
    with pytest.raises(ValueError, match="not an enabled scheme"):
        run(lines, demand_scheme="other")


def test_own_rows_replace_seeds_without_scheme():
    """Bands are replaced whole, strategies are added to."""
    policy = trial(
        rfm_behaviour_bands=bands("order_value", "100"),
        rfm_strategies=[{"scheme": "trial", "tier": "gold"}],
    )
    own = policy.with_rows(
        {
            "rfm_behaviour_bands": bands("churn_risk"),
            "rfm_strategies": [{"scheme": "other", "tier": "gold"}],
        }
    )
    assert [row["kind"] for row in own.tables["rfm_behaviour_bands"]] == ["churn_risk"]
    assert [row["scheme"] for row in own.tables["rfm_strategies"]] == ["trial", "other"]
