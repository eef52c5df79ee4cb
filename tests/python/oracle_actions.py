"""The tables for action, reckoned a second time: behaviour, follow-ups, alerts, insights, demand.

Like `oracle`, it is written from docs/concepts/{behaviour,actions,demand}.md alone and shares
nothing with the SQL. Columns of plain prose (reasons, messages, sentences) are left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter
from statistics import median
from typing import Any, NamedTuple

import oracle as base
from oracle import Customer, Graded, Number, Policy, Row, Rows, Settings, group_by, quotient
from oracle_fit import fit_tables

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Columns of rfm_customer_behaviour: the preference and the rank that they show.
RANKED = {f"category_{rank}": ("category", rank) for rank in (1, 2, 3)} | {
    f"main_{name}": (name, 1) for name in ("channel", "payment_method")
}
RANKED |= {"order_value_band": ("order_value_band", 1)}
RANKED |= {"peak_hours": ("hour_band", 1), "peak_weekday": ("weekday", 1)}
# Kind of an insight -> the column of rfm_customer_behaviour that says it of a customer.
INSIGHT_COLUMNS = {"category": "category_1", "channel": "main_channel", "hour_band": "peak_hours"}
INSIGHT_COLUMNS |= {
    name: name for name in ("order_value_band", "discount_band", "price_sensitivity")
}
# Kind of an insight on what a scheme measures -> the metric.
MEASURED_INSIGHTS = {"repurchase": "frequency", "recency": "recency"}
# The square of the normal quantile of 97.5%.
CHANCE = Decimal("3.841459")
MONTHS_AHEAD = 12
# Where the bands of those who are alike begin: order days; the wait after one order day, in days
# for each month looked ahead; the wait of others, in own mean intervals.
ORDER_DAYS_FROM = (1, 2, 3, 4, 5, 7, 10)
FIRST_WAITS_FROM = (0, 10, 20, 30, 60, 120)
WAITS_FROM = tuple(map(Decimal, ("0", "0.5", "1", "2", "3", "4", "6", "8")))
# From so many own intervals on, the window is that of the customer.
OWN_WINDOW_INTERVALS = 5
ALL = "(all)"


class Rules:
    """The policy rows that belong to no scheme."""

    def __init__(self, policy: Policy) -> None:
        """Read them."""
        self.bands = group_by(policy.rows("rfm_behaviour_bands"), itemgetter("kind"))
        self.price_sensitivity = {
            (row["discount_band"], row["order_value_band"]): row["price_sensitivity"]
            for row in policy.rows("rfm_price_sensitivity")
        }
        stages = policy.rows("rfm_life_cycles")
        self.life_cycles = sorted(stages, key=itemgetter("priority"))
        self.stages = {row["life_cycle"]: row for row in stages}
        self.outcomes = {row["outcome"]: row for row in policy.rows("rfm_contact_outcomes")}
        limits = policy.rows("rfm_alert_limits")
        self.limits = {(row["alert"], row["limit_name"]): row["value"] for row in limits}

    def band(self, kind: str, value: Number | None) -> str | None:
        """The band of a value: from its lower bound up to before its upper one."""
        bands = (row for row in self.bands[kind] if value is not None)
        bounds = ((row["band"], row["lower_bound"], row["upper_bound"]) for row in bands)
        return next((band for band, low, high in bounds if base.is_within(value, low, high)), None)

    def life_cycle(self, **days: int) -> Row:
        """The first stage whose limits are not passed: of tenure_days and recency_days."""
        return next(
            row
            for row in self.life_cycles
            if all(row[f"max_{it}"] is None or days[it] <= row[f"max_{it}"] for it in days)
        )


# --- Behaviour ---


def hour_band(moment: datetime) -> str | None:
    """The two hours of a time, such as 10:00-12:00; None at exactly midnight, a bare date."""
    begin = moment.hour - moment.hour % 2
    return None if moment.time() == time.min else f"{begin:02d}:00-{begin + 2:02d}:00"


def rank_values(pairs: Iterable[tuple[str | None, Decimal]]) -> list[Row]:
    """Values with their amounts, most frequent first, then the larger amount, then by bytes."""
    amounts = group_by((pair for pair in pairs if pair[0] is not None), itemgetter(0))
    total = sum(map(len, amounts.values()))
    ranked = sorted((-len(own), -sum(it[1] for it in own), value) for value, own in amounts.items())
    return [
        {"value": value, "purchases": -count, "amount": -amount, "preference_rank": rank}
        | {"share": quotient(-count, total)}
        for rank, (count, amount, value) in enumerate(ranked, start=1)
    ]


def rank_preferences(orders: Rows, rules: Rules) -> dict[str, list[Row]]:
    """What a customer tends to: the values of each preference, by rank."""
    lines = [line for order in orders for line in order["lines"]]
    pairs = {
        "category": [(line["category"], line["amount"]) for line in lines],
        "channel": [(order["lead"]["channel"], order["amount"]) for order in orders],
        "payment_method": [(order["lead"]["payment_method"], order["amount"]) for order in orders],
        "hour_band": [(hour_band(order["time"]), order["amount"]) for order in orders],
        "weekday": [(WEEKDAYS[order["day"].weekday()], order["amount"]) for order in orders],
        "order_value_band": [
            (rules.band("order_value", order["amount"]), order["amount"]) for order in orders
        ],
    }
    pairs["category"] = [pair for pair in pairs["category"] if pair[0] != base.UNKNOWN]
    return {name: rank_values(own) for name, own in pairs.items()}


def days_between(days: Iterable[date]) -> list[int]:
    """Days between consecutive dates."""
    return [(later - earlier).days for earlier, later in pairwise(days)]


def interval_cells(gaps: Sequence[int]) -> Row:
    """Mean, median and spread of the days between consecutive orders; None for one order."""
    middle = median(map(Decimal, gaps)) if gaps else 0
    return {
        "mean_interval_days": quotient(sum(gaps), len(gaps)),
        "median_interval_days": base.rounded(middle) if gaps else None,
        "interval_spread_days": quotient(sum(abs(gap - middle) for gap in gaps), len(gaps)),
    }


class Credibility:
    """What the intervals of all customers say: Bühlmann's credibility.

    `means` is the variance of means, 0 where it cannot be had or is not above 0; `spread` is how
    far intervals lie from what is expected, as a part of it. Nothing where nobody ordered twice.
    """

    def __init__(self, order_days: Iterable[Sequence[date]]) -> None:
        """Estimate from the order days of all customers."""
        gaps = [days_between(days) for days in order_days if len(days) > 1]
        self.is_known = bool(gaps)
        if not gaps:
            return
        pairs = [(len(own), sum(own)) for own in gaps]
        count, customers = sum(n for n, _ in pairs), len(pairs)
        self.mean = quotient(sum(quotient(span, n) for n, span in pairs), customers)
        self.within = self.means = Decimal(0)
        if count > customers > 1:
            between = sum(quotient(span * span, n) for n, span in pairs)
            squares = sum(gap * gap for own in gaps for gap in own)
            self.within = quotient(squares - between, count - customers)
            excess = between - quotient(sum(span for _, span in pairs) ** 2, count)
            excess -= (customers - 1) * self.within
            divisor = count - quotient(sum(n * n for n, _ in pairs), count)
            self.means = max(Decimal(0), quotient(excess, divisor))
        self.spread = self.spread_of(gaps)

    def spread_of(self, gaps: Iterable[Sequence[int]]) -> Decimal:
        """How far intervals lie from the expected ones, as a part of these."""
        pairs = [(self.expected(len(own), sum(own)), gap) for own in gaps for gap in own]
        missed = sum(abs(gap - wanted) for wanted, gap in pairs)
        return min(Decimal(1), quotient(missed, sum(wanted for wanted, _ in pairs)))

    def expected(self, n: int, span: int) -> Decimal:
        """Expected interval of a customer with n intervals that last `span` days together."""
        if not n or not self.means:
            return self.mean
        drawn = self.means * span + base.rounded(self.within * self.mean)
        return quotient(drawn, n * self.means + self.within)

    def own_weight(self, n: int) -> Number:
        """What the customer's own mean weighs in it."""
        return quotient(n * self.means, n * self.means + self.within) if n and self.means else 0


def class_of(order_days: Sequence[date], day: date, months: int) -> tuple[int, int]:
    """The bands of order days and of wait that a customer is in on a day, from 0."""
    seen = [it for it in order_days if it <= day]
    wait, intervals = (day - seen[-1]).days, len(seen) - 1
    if intervals:
        span = (seen[-1] - seen[0]).days
        waits = [span * begin for begin in WAITS_FROM]
        wait *= intervals
    else:
        waits = [months * begin for begin in FIRST_WAITS_FROM]
    return bisect_right(ORDER_DAYS_FROM, len(seen)) - 1, bisect_right(waits, wait) - 1


def earlier_dates(day: date, first: date, months: int) -> list[date]:
    """The days before the report date on which is looked at who is like whom."""
    past = [(months, months)] + [(it, max(12, months)) for it in (12, 24, 36) if it > months]
    dates = ((base.add_months(day, -back), before) for back, before in past)
    return [it for it, before in dates if base.add_months(it, -before) >= first]


class Outcomes:
    """Who ordered again: for each class the outcomes of its customers at the earlier dates."""

    def __init__(self, order_days: Sequence[Sequence[date]], day: date, months: int) -> None:
        """Look at all customers at all earlier dates."""
        self.day, self.months = day, months
        first = min((days[0] for days in order_days), default=day)
        self.outcomes: dict[tuple[int, int], list[bool]] = {}
        for earlier in earlier_dates(day, first, months):
            end = base.add_months(earlier, months)
            for days in order_days:
                if days[0] <= earlier:
                    own = self.outcomes.setdefault(class_of(days, earlier, months), [])
                    own.append(any(earlier < it <= end for it in days))

    def cells(self, order_days: Sequence[date], rules: Rules) -> Row:
        """The columns of rfm_customer_behaviour about ordering again."""
        columns = ("order_again_probability", "similar_customers", "similar_customers_ordered")
        if not self.outcomes:
            return dict.fromkeys((*columns, "churn_risk"))
        own = class_of(order_days, self.day, self.months)

        def is_nearby(other: tuple[int, int]) -> bool:
            steps = [abs(mine - theirs) for mine, theirs in zip(own, other, strict=True)]
            return max(steps) <= 1 and (own[0] == 0) == (other[0] == 0)

        groups = (
            [it for it in self.outcomes if it[0] == own[0]],
            list(filter(is_nearby, self.outcomes)),
            [it for it in self.outcomes if it == own],
        )
        everybody = [one for ones in self.outcomes.values() for one in ones]
        share = quotient(sum(everybody), len(everybody))
        for group in groups:
            alike = [one for key in group for one in self.outcomes[key]]
            share = quotient(sum(alike) + 20 * share, len(alike) + 20)
        cells = dict(zip(columns, (share, len(alike), sum(alike)), strict=True))
        return cells | {"churn_risk": rules.band("churn_risk", share)}


def next_order_cells(order_days: Sequence[date], day: date, credibility: Credibility) -> Row:
    """The columns of rfm_customer_behaviour about the next order."""
    columns = (
        *("expected_interval_days", "own_interval_weight", "expected_next_order_date"),
        *("next_order_window_start", "next_order_window_end", "days_late", "interval_ratio"),
    )
    if not credibility.is_known:
        return dict.fromkeys(columns)
    first, last, n = order_days[0], order_days[-1], len(order_days) - 1
    expected = credibility.expected(n, (last - first).days)
    has_own_window = n >= OWN_WINDOW_INTERVALS
    spread = (
        credibility.spread_of([days_between(order_days)]) if has_own_window else credibility.spread
    )
    next_date, start, end = (
        last + timedelta(days=int(base.rounded(expected * factor, 0)))
        for factor in (1, 1 - spread, 1 + spread)
    )
    ratio, late = quotient((day - last).days, expected), max(0, (day - next_date).days)
    cells = (expected, credibility.own_weight(n), next_date, start, end, late, ratio)
    return dict(zip(columns, cells, strict=True))


def behaviour_row(
    orders: Rows,
    refunds: Rows | None,
    preferences: Mapping[str, Rows],
    day: date,
    credibility: Credibility,
    outcomes: Outcomes,
    rules: Rules,
) -> Row:
    """One row of rfm_customer_behaviour; refunds are None where they are refused."""
    dates = [order["day"] for order in orders]
    order_days = sorted(set(dates))
    ages = {"tenure_days": (day - dates[0]).days, "recency_days": (day - dates[-1]).days}
    paid = sum(order["amount"] for order in orders)
    quantity = sum(order["quantity"] for order in orders)
    listed = [line for order in orders for line in order["lines"] if (line["list_amount"] or 0) > 0]
    paid_part = quotient(
        sum(line["amount"] for line in listed), sum(line["list_amount"] for line in listed)
    )
    discount = None if paid_part is None else 1 - paid_part
    ranked: Row = {}
    for column, (name, rank) in RANKED.items():
        item = preferences[name][rank - 1] if rank <= len(preferences[name]) else {}
        ranked[column], ranked[f"{column}_share"] = item.get("value"), item.get("share")
    discount_band = rules.band("discount_rate", discount)
    sensitivity = rules.price_sensitivity.get((discount_band, ranked["order_value_band"]))
    stage = rules.life_cycle(**ages)
    refunded = dict.fromkeys(("refund_lines", "refunded_amount", "refunded_quantity"))
    if refunds is not None:
        refunded["refund_lines"] = len(refunds)
        for name in ("amount", "quantity"):
            refunded[f"refunded_{name}"] = -sum(line[name] for line in refunds)
    return {
        "customer_id": orders[0]["customer_id"],
        "report_date": day,
        "orders": len(orders),
        "order_days": len(order_days),
        "first_order_date": dates[0],
        "last_order_date": dates[-1],
        **ages,
        **interval_cells(days_between(dates)),
        **ranked,
        "paid_amount": paid,
        "quantity": quantity,
        "average_order_value": quotient(paid, len(orders)),
        "pieces_per_order": quotient(quantity, len(orders)),
        "discount_rate": discount,
        "discount_band": discount_band,
        "price_sensitivity": sensitivity,
        **refunded,
        "life_cycle": stage["life_cycle"],
        "life_cycle_label": stage["label"],
        "life_cycle_label_zh": stage["label_zh"],
        **next_order_cells(order_days, day, credibility),
        **outcomes.cells(order_days, rules),
    }


def behaviour_tables(
    accepted: list[Row], day: date, rules: Rules, settings: Settings
) -> tuple[dict[str, Row], list[Row]]:
    """The rows of rfm_customer_behaviour by customer, and those of rfm_customer_preferences."""
    history = base.build_history(accepted)
    known = {
        key: orders for key, all_ in history.orders.items() if (orders := base.up_to(all_, day))
    }
    order_days = [sorted({order["day"] for order in orders}) for orders in known.values()]
    credibility = Credibility(order_days)
    outcomes = Outcomes(order_days, day, settings.outcome_months)
    behaviour, preference_rows = {}, []
    for customer_id, orders in known.items():
        preferences = rank_preferences(orders, rules)
        preference_rows += [
            {"customer_id": customer_id, "preference": name} | row
            for name, rows in preferences.items()
            for row in rows
        ]
        is_net = settings.refunds == "net"
        refunds = base.up_to(history.refunds.get(customer_id, ()), day) if is_net else None
        own = orders, refunds, preferences, day, credibility, outcomes, rules
        behaviour[customer_id] = behaviour_row(*own)
    return behaviour, preference_rows


# --- Contacts and follow-ups ---


def read_contacts(rows: Iterable[Row], policy: Policy) -> dict[str, list[Row]]:
    """The contacts of every customer, latest first; a contact_id counts once."""
    placeholders = policy.placeholder_ids()
    usable = []
    for row in rows:
        contact = base.strip_cells(row)
        ids = {column: contact[column] for column in ("contact_id", "customer_id")}
        contact["time"] = base.parse_timestamp(contact["contacted_at"] or "")
        if contact["time"] is not None and base.id_fault(ids, placeholders) is None:
            contact |= {"day": contact["time"].date()}
            usable.append({"channel": None, "outcome": None} | contact)
    copies = group_by(usable, itemgetter("contact_id")).values()
    ranked = ("time", "customer_id", "channel", "outcome")
    firsts = [
        min(own, key=lambda it: base.nulls_last(it[name] for name in ranked)) for own in copies
    ]
    firsts.sort(key=lambda contact: (contact["time"], contact["contact_id"]), reverse=True)
    return group_by(firsts, itemgetter("customer_id"))


def round_dates(day: date, every_n: int, period: str) -> tuple[date, date]:
    """First and last day of the round that holds a day, rounds counted from 0001-01-01."""
    if period in base.MONTHS_A_PERIOD:
        months = (day.year - 1) * 12 + day.month - 1
        start = base.add_months(
            date.min, months - months % (every_n * base.MONTHS_A_PERIOD[period])
        )
    else:
        passed = (day - date.min).days
        start = day - timedelta(days=passed % (every_n * base.DAYS_A_PERIOD[period]))
    return start, base.add_periods(start, every_n, period) - base.ONE_DAY


def contact_cells(tier: Row | None, as_of: date, day: date, made: Rows, own: Row) -> Row:
    """The columns of a follow-up about contacts.

    From the tier (None: not graded yet), the contacts up to the day (latest first), and the first
    order and contact_within_days of the customer.
    """
    first, within = own["first_order_date"], own["contact_within_days"]
    is_welcome_owed = within is not None and all(contact["day"] < first for contact in made)
    welcome = first + timedelta(days=within) if is_welcome_owed else None
    due = start = end = None
    least = most = 0
    if tier is not None:
        pace = tier["every_n"], tier["period"]
        start, end = round_dates(day, *pace)
        least, most = tier["contacts_min"], tier["contacts_max"]
        if least:
            due = base.add_periods(made[least - 1]["day"] if len(made) >= least else as_of, *pace)
        per_year = quotient(least * base.PERIODS_A_YEAR[tier["period"]], tier["every_n"])
    else:
        per_year = None if within is None else quotient(365, within)
    counted = sum(contact["day"] >= (start or first) for contact in made)
    owed = [max(0, asked - counted, int(is_welcome_owed)) for asked in (least, most)]
    due = min((it for it in (due, welcome) if it is not None), default=None)
    status = "ok"
    if owed[0] and due <= base.add_months(day, 1):
        status = "overdue" if due < day else "due"
    last = made[0] if made else {}
    return {
        **base.tier_cells(tier or defaultdict(lambda: None)),
        "status": status,
        "next_contact_due_date": due,
        "days_overdue": (day - due).days if status == "overdue" else 0,
        "contacts_made": counted,
        "contacts_owed_min": owed[0],
        "contacts_owed_max": owed[1],
        "contacts_per_year": per_year,
        "round_start_date": start,
        "round_end_date": end,
        "last_contacted_at": last.get("time"),
        "last_contact_channel": last.get("channel"),
        "last_contact_outcome": last.get("outcome"),
    }


def outcome_in_force(made: Rows, last_order: date, day: date, rules: Rules) -> Row:
    """What the last contact's outcome means now: a row of rfm_contact_outcomes, or nothing."""
    outcome = rules.outcomes.get(made[0]["outcome"], {}) if made else {}
    holds = outcome and (day - made[0]["day"]).days <= outcome["holds_for_days"]
    return outcome if holds and last_order <= made[0]["day"] else {}


def offer_cells(strategy: Row | None, own: Row, outcome: Row, stage: Row) -> Row:
    """Offer and note of a follow-up; the strategy is None where the customer is not graded yet."""
    on_schedule = (own["expected_next_order_date"] or date.min) >= own["report_date"]
    cells: Row = {"last_outcome_effect": outcome.get("effect")}
    for end in ("", "_zh"):
        cells[f"offer_note{end}"] = outcome.get(f"note{end}")
        welcome = (strategy or {}).get(f"new_customer_offer{end}")
        if outcome.get("effect") == "other_offer":
            offer = outcome[f"offer{end}"]
        elif strategy is None:
            offer = stage[f"offer{end}"]
        elif own["life_cycle"] == "new" and welcome:
            offer = welcome
        elif strategy.get("is_win_back") == "true" and on_schedule:
            offer = stage[f"offer{end}"]
        else:
            offer = strategy.get(f"offer{end}")
        cells[f"offer{end}"] = offer
    return cells


def follow_up_rows(
    graded: Graded,
    day: date,
    contacts: Mapping[str, Rows],
    behaviour: Mapping[str, Row],
    known_customers: Mapping[str, Row],
    rules: Rules,
    capacity: int | None,
) -> list[Row]:
    """Rows of rfm_follow_ups of one scheme."""
    rows = []
    listed = [(it.customer_id, it.tier, it.values["monetary"]) for it in graded.customers]
    listed += [
        (it.customer_id, None, it.values["monetary"])
        for it in base.measure_customers(graded.scheme, graded.history, graded.identities, day)
        if it.orders[0]["day"] > graded.as_of
    ]
    taken = ("first_order_date", "last_order_date", "expected_next_order_date", "life_cycle")
    taken += ("main_channel", "peak_hours", "churn_risk")
    for key, tier, monetary in listed:
        own, member = behaviour[key], known_customers.get(key, {})
        stage = rules.stages[own["life_cycle"]]
        strategy = tier and graded.scheme.strategies.get(tier["tier"], {})
        made = base.up_to(contacts.get(key, ()), day)
        welcome = {"contact_within_days": stage["contact_within_days"]}
        outcome = outcome_in_force(made, own["last_order_date"], day, rules)
        row = {
            "report_date": day,
            "customer_id": key,
            "monetary": monetary,
            "membership_level": member.get("membership_level"),
            "registered_at": base.parse_timestamp(member.get("registered_at") or ""),
            "preferred_category": own["category_1"],
            **{column: own[column] for column in taken},
            **{column: (strategy or {}).get(column) for column in ("strategy", "strategy_zh")},
            "priority": None,
            "planned_contact_date": None,
        }
        row |= offer_cells(strategy, own, outcome, stage)
        rows.append(graded.head | row | contact_cells(tier, graded.as_of, day, made, own | welcome))
    waiting = [row for row in rows if row["status"] != "ok"]
    places = group_by(
        waiting,
        lambda row: (
            *(-row["contacts_per_year"], -row["days_overdue"]),
            *(row["tier_rank"] or 0, -row["monetary"]),
        ),
    )
    priority = 1
    for _, equals in sorted(places.items()):
        for place, row in enumerate(sorted(equals, key=itemgetter("customer_id")), priority):
            row["priority"] = priority
            if capacity is not None and (working_days := (place - 1) // capacity) < 260:
                row["planned_contact_date"] = working_day_after(day, working_days)
        priority += len(equals)
    return rows


def working_day_after(day: date, count: int) -> date:
    """The working day, Monday to Friday, so many of them after the first one from a day on."""
    while count or day.weekday() > 4:
        count -= day.weekday() < 5
        day += base.ONE_DAY
    return day


def workload_rows(graded: Graded, day: date, follow_ups: Rows) -> Iterator[Row]:
    """Rows of rfm_follow_up_workload of one scheme."""
    begin = base.period_start(day + base.ONE_DAY, "month")
    end = base.add_months(begin, MONTHS_AHEAD)
    for tier in graded.scheme.tiers:
        every_n, period = tier["every_n"], tier["period"]
        members = [row for row in follow_ups if row["tier"] == tier["tier"]]
        after_round = base.add_periods(graded.as_of, every_n, period)
        dues = (row["next_contact_due_date"] or after_round for row in members)
        due: Counter[date] = Counter()
        for first, customers in Counter(max(it, day + base.ONE_DAY) for it in dues).items():
            rounds, due_day = 0, first
            while due_day < end:
                due[base.period_start(due_day, "month")] += customers
                rounds += 1
                due_day = base.add_periods(first, rounds * every_n, period)
        for number in range(MONTHS_AHEAD):
            month = base.add_months(begin, number)
            # The rounds of a month: a part of a round's months, or its days in rounds of days.
            part, whole = 1, base.MONTHS_A_PERIOD.get(period)
            if whole is None:
                part, whole = (base.add_months(month, 1) - month).days, base.DAYS_A_PERIOD[period]
            row = {
                "report_date": day,
                "tier": tier["tier"],
                "tier_rank": tier["tier_rank"],
                "month_ahead": number + 1,
                "month_start": month,
                "customers": len(members),
            }
            for side in ("min", "max"):
                contacts = tier[f"contacts_{side}"]
                pace = quotient(len(members) * contacts * part, whole * every_n)
                row |= {f"contacts_{side}": pace, f"contacts_due_{side}": due[month] * contacts}
            yield graded.head | row


# --- Cut points in force, applied to other values ---


def tile_is_reached(tile: Row, metric: Row, value: Number, customer_id: str) -> bool:
    """Whether a value is not below a tile; at a shared bound the customer ids decide."""
    tie = tile["lower_tie_customer_id"]
    if value != tile["lower_bound"] or tie is None:
        return value >= tile["lower_bound"]
    return customer_id <= tie if base.is_ascending(metric) else customer_id >= tie


# A min-max score by a range that was settled before stays within so many ranges of the baseline.
MOST_RANGES = 999_999


def score_in_force(graded: Graded, name: str, customer: Customer, value: Number) -> Number:
    """Score of a value of a customer by bins that were settled before."""
    metric, bins = graded.scheme.metrics[name], graded.bins[name]
    if metric["method"] == "lookup":
        return graded.scheme.identities[customer.identity]
    has_bins = metric["method"] == "threshold" or any(
        customer.values[name] is not None for customer in graded.customers
    )
    if value is None or not has_bins:
        return 0
    if metric["method"] == "min_max":
        return max(-MOST_RANGES, min(MOST_RANGES, base.deviation_score(metric, bins[0], value)))
    if metric["method"] != "ntile":
        return base.bin_of(bins, value)["score"]
    # A value between two tiles belongs to the lower one, as in the scoring.
    tiles = [item for item in bins if item["customers"]]
    if not base.is_ascending(metric):
        tiles.reverse()
    reached = (it for it in tiles if tile_is_reached(it, metric, value, customer.customer_id))
    return next(reached, tiles[-1])["score"]


def graded_later(graded: Graded, day: date, known_until: date) -> dict[str, Customer]:
    """The customers graded, as they stand on a later day with what is known until another."""
    later = base.measure_customers(
        graded.scheme, graded.history, graded.identities, day, known_until=known_until
    )
    known = {customer.customer_id for customer in graded.customers}
    found = {}
    for customer in later:
        if customer.customer_id not in known:
            continue
        values = {name: customer.values.get(name) for name in graded.scheme.metrics}
        scores = {name: score_in_force(graded, name, customer, it) for name, it in values.items()}
        customer.scores = {name: {"score": score} for name, score in scores.items()}
        customer.score, customer.tier = base.find_tier(graded.scheme, scores)
        found[customer.customer_id] = customer
    return found


class Upgrades:
    """The nearest upgrades of the customers of one scheme by one metric."""

    def __init__(self, graded: Graded, name: str) -> None:
        """Find the last customer of every tile, best tile first."""
        self.graded, self.name = graded, name
        self.step = 1 if name == "frequency" else Decimal("0.01")
        self.metric = graded.scheme.metrics.get(name)
        self.last: dict[Number, Customer] = {}
        if self.metric and self.metric["method"] == "ntile":
            ranked = base.best_first(graded.customers, self.metric)
            self.last = {customer.scores[name]["score"]: customer for customer in ranked}

    def nearest(self, customer: Customer, tier: Row) -> tuple[Number | None, Row]:
        """The smallest rise to a tier better than the customer's and this one, and that tier.

        All else unchanged; None if there is none.
        """
        best = min(customer.tier, tier, key=itemgetter("tier_rank"))
        for rise in sorted(self.rises(customer, best)) if self.metric else ():
            reached = self.after(customer, rise)[1]
            if reached["tier_rank"] < best["tier_rank"]:
                return rise, reached
        return None, {}

    def after(self, customer: Customer, rise: Number) -> tuple[Decimal, Row]:
        """Score and tier of a customer after a rise of the metric."""
        scores = {name: placed["score"] for name, placed in customer.scores.items()}
        value = customer.values[self.name] + rise
        scores[self.name] = score_in_force(self.graded, self.name, customer, value)
        if self.last and base.is_ascending(self.metric):
            # Into a tile comes who comes before its last customer.
            place = -value, customer.customer_id
            scores[self.name] = next(
                (
                    score
                    for score, last in self.last.items()
                    if place <= (-last.values[self.name], last.customer_id)
                ),
                min(self.last),
            )
        return base.find_tier(self.graded.scheme, scores)

    def rises(self, customer: Customer, tier: Row) -> Iterable[Number]:
        """Among these is the smallest rise to better than a tier; each is at least one step."""
        metric, bins = self.metric, self.graded.bins[self.name]
        value, own = customer.values[self.name], customer.scores[self.name]["score"]
        if metric["method"] == "min_max":
            return self.deviation_rises(customer, tier)
        if metric["method"] != "ntile":
            gaps = [
                base.distance_to_bin(value, item, metric)
                for item in bins
                if base.is_beyond(item, "lower", value)
            ]
        elif base.is_ascending(metric):
            better = [last for score, last in self.last.items() if score > own]
            gaps = [base.distance_to_tile(customer, last, metric) for last in better]
        else:
            # Tiles of larger values are the worse ones; but a rule may like them.
            gaps = []
            for item in bins:
                if item["customers"] and item["score"] < own:
                    gap = max(self.step, base.in_steps(item["lower_bound"] - value, metric, False))
                    reached = tile_is_reached(item, metric, value + gap, customer.customer_id)
                    gaps.append(gap if reached else gap + self.step)
        return [max(gap, self.step) for gap in gaps]

    def deviation_rises(self, customer: Customer, tier: Row) -> Iterator[Number]:
        """The smallest rise to the lower bound of the next better tier, where more is better."""
        rank = tier["tier_rank"] - 1
        if self.graded.scheme.by_rules or not base.is_ascending(self.metric) or not rank:
            return
        wanted = self.graded.scheme.tiers[rank - 1]["min_score"]

        def score(steps: int) -> Decimal:
            return self.after(customer, steps * self.step)[0]

        enough = 1
        # A score need not depend on its metric.
        while score(enough) < wanted and enough < 10**15:
            enough *= 2
        tried = range(enough // 2, enough)
        yield (tried.start + bisect_left(tried, wanted, key=score)) * self.step


# --- Alerts ---


def alert_head(alert: str, row: Row, rules: Rules) -> Row:
    """The cells that every alert has, those of its own still empty."""
    columns = (
        *("interval_ratio", "order_again_probability", "days_overdue", "expected_next_order_date"),
        *("next_refresh_date", "other_tier", "orders_missing", "amount_missing"),
    )
    shown = ("scheme", "as_of_date", "report_date", "customer_id", "tier", "tier_rank", "monetary")
    own = {"alert": alert, "priority": rules.limits[alert, "priority"]}
    return {column: row.get(column) for column in shown} | dict.fromkeys(columns) | own


def customer_alert_rows(behaviour: Mapping[str, Row], rules: Rules) -> Iterator[Row]:
    """Rows of rfm_alerts that know no scheme."""
    for own in behaviour.values():

        def is_within(alert: str, own: Row = own) -> bool:
            """Whether a customer has intervals enough, and is not away for too long."""
            limits = {name: value for (it, name), value in rules.limits.items() if it == alert}
            is_recent = own["recency_days"] <= limits.get("max_recency_days", 10**9)
            return own["order_days"] - 1 >= limits["min_intervals"] and is_recent

        expected, late = own["expected_next_order_date"], own["days_late"]
        if expected is None:
            continue
        raised = None
        again = own["order_again_probability"]
        low = rules.limits["churn_risk", "order_again_probability_below"]
        if late > 0 and again is not None and again < low and is_within("churn_risk"):
            raised = "churn_risk"
        elif late >= rules.limits["late", "min_days_late"] and is_within("late"):
            raised = "late"
        head = own | {"scheme": ALL, "monetary": own["paid_amount"]}
        when = {"expected_next_order_date": expected}
        if raised:
            risk = {name: own[name] for name in ("interval_ratio", "order_again_probability")}
            yield alert_head(raised, head, rules) | risk | when
        days_ahead = (expected - own["report_date"]).days
        is_soon = 0 <= days_ahead <= rules.limits["about_to_order", "max_days_ahead"]
        if is_soon and is_within("about_to_order"):
            yield alert_head("about_to_order", head, rules) | when


def alert_rows(
    graded: Graded, day: date, follow_ups: Rows, behaviour: Mapping[str, Row], rules: Rules
) -> Iterator[Row]:
    """Rows of rfm_alerts of one scheme."""
    refresh = graded.scheme.period_end(day + base.ONE_DAY)
    today, later = graded_later(graded, day, day), graded_later(graded, refresh, day)
    by_orders, by_amount = Upgrades(graded, "frequency"), Upgrades(graded, "monetary")

    def limit(alert: str, name: str) -> Number:
        return rules.limits[alert, name]

    tiers = {customer.customer_id: customer.tier for customer in graded.customers}
    for follow_up in follow_ups:
        key = follow_up["customer_id"]
        raised: dict[str, Row] = {}
        own, tier = behaviour[key], tiers.get(key)
        if follow_up["days_overdue"] >= limit("overdue_follow_up", "min_days_overdue"):
            raised["overdue_follow_up"] = {"days_overdue": follow_up["days_overdue"]}
        if tier is not None:
            then = later[key].tier if key in later else None
            # Not to be graded any more is worse than any tier.
            lost = then["tier_rank"] - tier["tier_rank"] if then else 10**6
            expected, again = own["expected_next_order_date"], own["order_again_probability"]
            is_at_risk = again is not None and again < limit(
                "tier_dropped_risk", "order_again_probability_below"
            )
            if (
                lost >= limit("tier_dropped_risk", "min_ranks_lost")
                and (refresh - day).days <= limit("tier_dropped_risk", "max_days_ahead")
                and (expected is None or expected > refresh or is_at_risk)
            ):
                raised["tier_dropped_risk"] = {
                    "next_refresh_date": refresh,
                    "other_tier": then["tier"] if then else None,
                    "expected_next_order_date": expected,
                    "order_again_probability": again,
                }
        is_recent = own["recency_days"] <= limit("near_upgrade", "max_recency_days")
        if is_recent and tier is not None and key in today:
            orders, order_tier = by_orders.nearest(today[key], tier)
            amount, amount_tier = by_amount.nearest(today[key], tier)
            most = limit("near_upgrade", "max_amount_share") * follow_up["monetary"]
            is_few = orders is not None and orders <= limit("near_upgrade", "max_orders_missing")
            if is_few or (amount is not None and amount <= most):
                other = (order_tier if is_few else amount_tier)["tier"]
                missing = {"orders_missing": orders, "amount_missing": amount}
                raised["near_upgrade"] = {"other_tier": other} | missing
        for alert, cells in raised.items():
            yield alert_head(alert, follow_up, rules) | cells


# --- Insights ---


def holds(kind: str, customer: Customer, recency_days: int) -> bool:
    """Whether an insight on what a scheme measures holds of a customer."""
    if kind == "repurchase":
        return base.has_again(customer)
    return customer.values["recency"] > recency_days


def count_insights(
    customers: Sequence[Customer], behaviour: Mapping[str, Row], recency_days: int
) -> dict[tuple[str, str | None], tuple[int, int]]:
    """By kind and value of an insight: of how many customers it is known, and true."""
    counts: dict[tuple[str, str | None], tuple[int, int]] = {}
    for kind in MEASURED_INSIGHTS:
        true = sum(holds(kind, customer, recency_days) for customer in customers)
        counts[kind, None] = len(customers), true
    for kind, column in INSIGHT_COLUMNS.items():
        values = Counter(behaviour[customer.customer_id][column] for customer in customers)
        values.pop(None, None)
        counts |= {(kind, value): (values.total(), count) for value, count in values.items()}
    return counts


def may_be_chance(true: int, known: int, all_true: int, all_known: int) -> bool:
    """Whether a share differs from that of all others no more than two samples of one might."""
    others, others_true = all_known - known, all_true - true
    pooled = Fraction(all_true, all_known)
    if not others or pooled in (0, 1):
        return True
    apart = Fraction(true, known) - Fraction(others_true, others)
    variance = pooled * (1 - pooled) * (Fraction(1, known) + Fraction(1, others))
    return apart**2 / variance <= Fraction(CHANCE)


def goes_by(graded: Graded, tier: Row, name: str) -> bool:
    """Whether a metric decides on a tier: weighed in its score, or not each score is let in."""
    if not graded.scheme.by_rules:
        return graded.scheme.metrics.get(name, {"weight": 0})["weight"] > 0
    cells = list(graded.coverage_rows())
    own = {row[f"{name}_score"] for row in cells if row["tier"] == tier["tier"]}
    return bool(own) and own != {row[f"{name}_score"] for row in cells}


def insight_rows(graded: Graded, behaviour: Mapping[str, Row], settings: Settings) -> Iterator[Row]:
    """Rows of rfm_tier_insights of one scheme."""
    least, days = settings.min_insight_customers, settings.insight_recency_days
    of_all = count_insights(graded.customers, behaviour, days)
    for tier in graded.scheme.tiers:
        found = []
        counts = count_insights(graded.members(tier), behaviour, days)
        for (kind, value), (known, true) in counts.items():
            all_known, all_true = of_all[kind, value]
            if not known or known < least or may_be_chance(true, known, all_true, all_known):
                continue
            metric = MEASURED_INSIGHTS.get(kind)
            if metric and true in (0, known) and goes_by(graded, tier, metric):
                continue
            if metric or true >= least:
                row = {
                    "tier": tier["tier"],
                    "tier_rank": tier["tier_rank"],
                    "insight": f"{kind}: {value}" if value else kind,
                    "kind": kind,
                    "value": value,
                    "customers": known,
                    "matching_customers": true,
                    "tier_share": quotient(true, known),
                    "all_customers": all_known,
                    "all_matching_customers": all_true,
                    "all_share": quotient(all_true, all_known),
                    "lift": quotient(true * all_known, known * all_true),
                }
                # What sets the tier apart most comes first, by twelve decimals.
                apart = quotient(true * all_known - all_true * known, known * all_known, 12)
                found.append((-apart, -quotient(true, known, 12), row["insight"], row))
        for rank, (*_, row) in enumerate(sorted(found), start=1):
            yield graded.head | row | {"insight_rank": rank}


# --- Regional demand ---

# Month, region and category, both (all) in the total of a month.
Key = tuple[date, str, str]


class Numbers(NamedTuple):
    """The numbers of a row of rfm_regional_demand."""

    customers: int
    orders: int
    pieces: int
    revenue: Number


def parent_of(key: Key) -> Key | None:
    """The total that a row is in."""
    month, region, category = key
    if category != ALL:
        return month, region, ALL
    return None if region == ALL else (month, ALL, ALL)


def families(keys: Iterable[Key]) -> dict[Key | None, list[Key]]:
    """Every total with the rows that it is the sum of; the totals of months under None."""
    return group_by(sorted(keys), parent_of)


def suppress(rows: Mapping[Key, Any], least: int) -> set[Key]:
    """Rows to hide, month by month from the top down, by their customers, pieces and revenue."""
    parts = families(rows)
    few = {key for key, row in rows.items() if row.customers < least}

    def is_revealing(region: Key) -> bool:
        """Whether all would know of a category that it has few customers, or no revenue."""
        spare = rows[region].pieces - len(parts[region])
        has_few = not few.isdisjoint([region, *parts[region]])
        return region in few or spare + 1 < least or (has_few and not rows[region].revenue)

    hidden: set[Key] = set()
    for total in parts[None]:
        widths = {region: len(parts[region]) for region in parts[total]}
        unfit = {region for region in widths if is_revealing(region)}
        regions = rows_to_hide(total, unfit, widths, rows, least)
        if rows[total].customers <= 2 * (least - 1) or regions is None:
            regions = {total, *parts[total]}
        hidden |= regions
        for region in parts[total]:
            cells = dict.fromkeys(parts[region], 1)
            below = rows_to_hide(region, few & cells.keys(), cells, rows, least)
            hidden |= cells.keys() if region in hidden else below
    return hidden


def rows_to_hide(
    whole: Key, unfit: set[Key], widths: Mapping[Key, int], rows: Mapping[Key, Any], least: int
) -> set[Key] | None:
    """The rows of a total to hide: the unfit ones and the next smallest, until they will do.

    `widths` says of how many categories each row is. None where not even all of them will do.
    """
    if not unfit:
        return set()
    others = [key for key in widths if key not in unfit]
    for limit in sorted({rows[key].customers for key in others}) or [0]:
        hidden = unfit | {key for key in others if rows[key].customers <= limit}
        seen = [rows[key].customers for key in widths if key not in hidden]
        rest = rows[whole].customers - sum(seen)
        # For all that is seen, one row may be the large one, whichever it is; the others are small.
        large = max(least, rest - len(hidden) + 1)
        room = sum(rows[key].pieces - widths[key] for key in hidden) + 1
        most = (len(hidden) - 1) * (least - 1) + min(seen, default=rest + 1) - 1
        has_revenue = any(rows[key].revenue for key in hidden)
        if len(hidden) > 1 and has_revenue and large <= room and rest <= most:
            return hidden
    return None


def is_telling(mix: Mapping[str, int], least: int) -> bool:
    """Whether a number would tell customers' tiers: few are in one, or all are."""
    return len(mix) == 1 or any(count < least for count in mix.values())


def suppress_mixes(hidden_rows: set[Key], mixes: Mapping[Key, Counter], least: int) -> set[Key]:
    """Rows whose tier mix is hidden, from the top down.

    Those with reasons of their own, all below a hidden one, and neighbours, smallest first, until
    the hidden ones together have none or enough customers of every tier, and several tiers.
    """
    hidden: set[Key] = set()
    parts = families(mixes)
    for parent in sorted(parts, key=lambda key: -3 if key is None else -key.count(ALL)):
        keys = set(parts[parent])
        own = {key for key in keys if key in hidden_rows or is_telling(mixes[key], least)}
        others = sorted(keys - own, key=lambda key: (mixes[key].total(), key))
        if parent in hidden:
            own = keys
        elif parent is not None:
            while others and is_telling(sum((mixes[key] for key in own), Counter()), least):
                own.add(others.pop(0))
        hidden |= own
    return hidden


def mix_text(mix: Mapping[str, int], ranks: Mapping[str, int]) -> str:
    """The shares of tiers as text, in percent with one decimal: A 25.0%, B 75.0%."""
    total = sum(mix.values())
    ranked = sorted(mix, key=lambda tier: ranks.get(tier, 10**6))
    return ", ".join(f"{tier} {quotient(mix[tier] * 100, total, 1)}%" for tier in ranked)


def demand_rows(
    accepted: Iterable[Row], day: date, tiers: Mapping[str, Row], least: int
) -> Iterator[Row]:
    """Rows of rfm_regional_demand after suppression, with tiers by customer."""
    cells: dict[Key, list[Row]] = group_by((), parent_of)
    for line in base.up_to(accepted, day):
        if not line["is_refund"]:
            month = line["day"].replace(day=1)
            for names in ((ALL, ALL), (line["region"], ALL), (line["region"], line["category"])):
                cells[month, *names].append(line)
    rows, mixes = {}, {}
    for key, lines in cells.items():
        customers = {line["customer_id"] for line in lines}
        sums = (sum(line[name] for line in lines) for name in ("quantity", "amount"))
        rows[key] = Numbers(len(customers), len(set(map(base.order_key, lines))), *sums)
        mixes[key] = Counter(tiers[it]["tier"] if it in tiers else "ungraded" for it in customers)
    ranks = {tier["tier"]: tier["tier_rank"] for tier in tiers.values()}
    hidden = suppress(rows, least)
    hidden_mixes = suppress_mixes(hidden, mixes, least)
    published = {key: row.revenue for key, row in rows.items() if key not in hidden}
    for key, row in rows.items():
        month, region, category = key
        cell = {"month": month, "region": region, "category": category}
        cell["level"] = ("category", "region", "total")[key.count(ALL)]
        cell["is_suppressed"] = key in hidden
        cell |= dict.fromkeys((*Numbers._fields, "share", "growth", "tier_mix"))
        if key not in hidden:
            before = published.get((base.add_months(month, -1), region, category))
            growth = quotient(row.revenue, before or 0)
            cell |= row._asdict() | {
                "share": quotient(row.revenue, published.get(parent_of(key)) or 0),
                "growth": None if growth is None else growth - 1,
                "tier_mix": None if key in hidden_mixes else mix_text(mixes[key], ranks),
            }
        yield cell


# --- Expected orders ---

WEEKS_AHEAD = 12


def class_weeks(
    order_days: Mapping[str, Sequence[date]], day: date, months: int
) -> dict[tuple[int, int], list[tuple[Decimal, Decimal]]]:
    """By class of today's customers: in each week ahead, customers and order days of one customer.

    Nothing where no earlier date has all weeks after it.
    """
    span = timedelta(days=7 * WEEKS_AHEAD)
    first = min((days[0] for days in order_days.values()), default=day)
    past = [
        (
            class_of(days, earlier, months),
            Counter(((it - earlier).days - 1) // 7 for it in days if it > earlier),
        )
        for earlier in earlier_dates(day, first, months)
        if earlier + span <= day
        for days in order_days.values()
        if days[0] <= earlier
    ]
    if not past:
        return {}
    shares = {}
    for own in {class_of(days, day, months) for days in order_days.values()}:
        shares[own] = []
        for week in range(WEEKS_AHEAD):
            drawn: list[Decimal] = []
            for is_alike in (
                lambda it: True,
                lambda it, own=own: it[0] == own[0],
                lambda it, own=own: it == own,
            ):
                counts = [weeks[week] for other, weeks in past if is_alike(other)]
                found = [sum(map(bool, counts)), sum(counts)]
                if drawn:
                    drawn = [
                        quotient(part + 20 * share, len(counts) + 20)
                        for part, share in zip(found, drawn, strict=True)
                    ]
                else:
                    drawn = [quotient(part, len(counts)) for part in found]
            shares[own].append((drawn[0], drawn[1]))
    return shares


def expected_order_rows(
    accepted: Iterable[Row], day: date, months: int, least: int
) -> Iterator[Row]:
    """Rows of rfm_expected_orders."""
    bought = [line for line in base.up_to(accepted, day) if not line["is_refund"]]
    orders = base.build_history(bought).orders
    order_days = {key: sorted({order["day"] for order in own}) for key, own in orders.items()}
    weeks = class_weeks(order_days, day, months)
    if not weeks:
        return
    lines = group_by(bought, itemgetter("customer_id"))
    days_of = {key: {line["day"] for line in own} for key, own in lines.items()}
    cells = group_by(bought, lambda line: (line["region"], line["category"]))
    begin = day - timedelta(days=7 * WEEKS_AHEAD)
    for (region, category), in_cell in cells.items():
        buyers = group_by(in_cell, itemgetter("customer_id"))
        firsts = [line for line in in_cell if line["day"] == min(days_of[line["customer_id"]])]
        new = [line for line in firsts if line["day"] > begin]
        new_customers = quotient(len({line["customer_id"] for line in new}), WEEKS_AHEAD)
        new_pieces = quotient(sum(line["quantity"] for line in new), WEEKS_AHEAD)
        for week in range(WEEKS_AHEAD):
            customers, pieces = new_customers, new_pieces
            for key, own in buyers.items():
                share, days = weeks[class_of(order_days[key], day, months)][week]
                all_days = len(days_of[key])
                customers += share * quotient(len({line["day"] for line in own}), all_days)
                pieces += days * quotient(sum(line["quantity"] for line in own), all_days)
            row = {
                "report_date": day,
                "week_ahead": week + 1,
                "week_start_date": day + timedelta(days=7 * week + 1),
                "category": category,
                "region": region,
                "is_suppressed": len(buyers) < least,
                "expected_customers": base.rounded(customers),
                "expected_pieces": base.rounded(pieces),
            }
            if row["is_suppressed"]:
                row |= dict.fromkeys(("expected_customers", "expected_pieces"))
            yield row


# --- All tables ---


def public_tables(rows: Iterable[Row], policy: Policy, **options: Any) -> dict[str, list[Row]]:
    """All public tables from order lines (texts), a valid policy and the options of Settings.

    Where no line is accepted, or dates are out of order, ValueError is raised.
    """
    from oracle_history import graded_dates, history_tables, tracking_rows

    settings = Settings(**options)
    accepted, rejected = base.clean_lines(rows, policy, settings)
    tables = group_by((), id) | {"rfm_rejected_orders": rejected}
    schemes = base.grade_schemes(accepted, policy, settings)
    latest = max(graded.as_of for graded in schemes)
    if settings.report_date is not None and settings.report_date < latest:
        raise ValueError(f"report date {settings.report_date} lies before the as-of date {latest}")
    # One day for all tables: that of the latest line, unless told.
    latest = max(latest, *(line["day"] for line in accepted))
    day, rules = settings.report_date or latest, Rules(policy)
    behaviour, preferences = behaviour_tables(accepted, day, rules, settings)
    tables["rfm_customer_behaviour"] = list(behaviour.values())
    tables["rfm_customer_preferences"] = preferences
    contacts = read_contacts(settings.contacts, policy)
    known_customers = base.read_customers(settings.customers, policy)
    on_all_dates: list[Graded] = []
    for graded in schemes:
        follow_ups = follow_up_rows(
            graded, day, contacts, behaviour, known_customers, rules, settings.daily_capacity
        )
        insights = insight_rows(graded, behaviour, settings)
        more = {
            "rfm_follow_ups": follow_ups,
            "rfm_follow_up_workload": workload_rows(graded, day, follow_ups),
            "rfm_alerts": alert_rows(graded, day, follow_ups, behaviour, rules),
            "rfm_tier_insights": insights,
        }
        of_dates = graded_dates(graded, settings.history_periods)
        on_all_dates += of_dates
        more["rfm_target_tracking"] = tracking_rows(of_dates, contacts)
        for name, found in (history_tables(of_dates) | more).items():
            tables[name] = [*tables.get(name, ()), *found]
    tables["rfm_alerts"] = [*tables["rfm_alerts"], *customer_alert_rows(behaviour, rules)]
    chosen = next(it for it in schemes if settings.demand_scheme in (None, it.scheme.name))
    tiers = {customer.customer_id: customer.tier for customer in chosen.customers}
    demand = demand_rows(accepted, day, tiers, settings.min_cell_customers)
    tables["rfm_regional_demand"] = list(demand)
    least, months = settings.min_cell_customers, settings.outcome_months
    tables["rfm_expected_orders"] = list(expected_order_rows(accepted, day, months, least))
    tables |= fit_tables(on_all_dates, max(line["day"] for line in accepted), months)
    return tables
