"""Reference implementation of the tables for action: follow-ups, alerts, insights, demand.

Like `oracle`, it is written from docs/concepts/{behaviour,actions,demand}.md alone, shares nothing
with the SQL and uses no binary float. Columns of plain prose (reasons, messages, sentences) are
left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from oracle import (
    MICRO,
    MONTHS_A_PERIOD,
    PICO_PLACES,
    RESULT_TABLES,
    UNKNOWN_TEXT,
    Bin,
    CleaningRules,
    Customer,
    GradedScheme,
    Line,
    MetricScore,
    Order,
    Policy,
    Predicate,
    Row,
    Scheme,
    SchemeMetric,
    Tier,
    add_months,
    add_periods,
    add_rows,
    build_history,
    clean_lines,
    find_tier,
    first_id_fault,
    grade_schemes,
    half_up,
    interval_distance,
    measure_customers,
    order_key,
    orders_up_to,
    parse_timestamp,
    period_start,
    policy_int,
    policy_micro,
    read_customers,
    rounded_total,
    share,
    shown_totals,
    strip_text,
    summary_rows,
    tile_distance,
    to_decimal,
    total_score,
)

ACTION_TABLES = (
    "rfm_customer_preferences",
    "rfm_customer_behaviour",
    "rfm_follow_ups",
    "rfm_follow_up_workload",
    "rfm_alerts",
    "rfm_tier_insights",
    "rfm_regional_demand",
)
PREFERENCES = ("category", "channel", "payment_method", "order_value_band", "hour_band", "weekday")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Kind of an insight -> the column of rfm_customer_behaviour that says it of a customer.
INSIGHT_COLUMNS = {
    "category": "category_1",
    "channel": "main_channel",
    "order_value_band": "order_value_band",
    "hour_band": "peak_hours",
    "discount_band": "discount_band",
}
STRATEGY_COLUMNS = (
    *("strategy", "strategy_zh", "offer", "offer_zh", "new_customer_offer"),
    *("new_customer_offer_zh", "target_metric", "target", "target_zh"),
)
MONTHS_AHEAD = 12
DAYS_A_PERIOD = {"day": 1, "week": 7}
ALL = "(all)"
UNGRADED = "ungraded"
ONE_DAY = timedelta(days=1)


# --- Policy ---


@dataclass(frozen=True)
class Band:
    """A band of values: from lower (inclusive) up to upper (exclusive), in micro units."""

    name: str
    lower: int | None
    upper: int | None

    def holds(self, value: int) -> bool:
        """Whether the value lies in the band; a blank bound is open."""
        return (self.lower is None or value >= self.lower) and (
            self.upper is None or value < self.upper
        )


@dataclass(frozen=True)
class LifeCycle:
    """A stage of a customer's life, with its inclusive limits in days; None is open."""

    row: Row
    limits: tuple[int | None, int | None]

    def holds(self, *days: int) -> bool:
        """Whether neither limit, of tenure and of recency, is passed."""
        return all(
            limit is None or own <= limit for own, limit in zip(days, self.limits, strict=True)
        )


@dataclass(frozen=True)
class ActionPolicy:
    """The policy rows that these tables read, typed. Limits are in micro units."""

    bands: Mapping[str, Sequence[Band]]
    price_sensitivity: Mapping[tuple[str, str], str]
    life_cycles: Sequence[LifeCycle]
    limits: Mapping[str, Mapping[str, int]]
    strategies: Mapping[tuple[str, str], Row]

    def band(self, kind: str, value: int | None) -> str | None:
        """The band that holds the value; None of nothing, or where none holds it."""
        if value is None:
            return None
        bands = self.bands.get(kind, ())
        return next((band.name for band in bands if band.holds(value)), None)


def read_action_policy(policy: Policy) -> ActionPolicy:
    """All rows of a valid policy that are no part of the scoring."""
    bands: dict[str, list[Band]] = defaultdict(list)
    for row in policy.tables.get("rfm_behaviour_bands", ()):
        bounds = policy_micro(row["lower_bound"]), policy_micro(row["upper_bound"])
        bands[row["kind"]].append(Band(row["band"], *bounds))
    limits: dict[str, dict[str, int]] = defaultdict(dict)
    for row in policy.tables.get("rfm_alert_limits", ()):
        limits[row["alert"]][row["limit_name"]] = policy_micro(row["value"])
    stages = sorted(
        policy.tables.get("rfm_life_cycles", ()), key=lambda row: policy_int(row["priority"])
    )
    return ActionPolicy(
        bands=bands,
        price_sensitivity={
            (row["discount_band"], row["order_value_band"]): row["price_sensitivity"]
            for row in policy.tables.get("rfm_price_sensitivity", ())
        },
        life_cycles=[
            LifeCycle(
                row, (policy_int(row["max_tenure_days"]), policy_int(row["max_recency_days"]))
            )
            for row in stages
        ],
        limits=limits,
        strategies={
            (row["scheme"], row["tier"]): row for row in policy.tables.get("rfm_strategies", ())
        },
    )


# --- What a customer tends to ---


@dataclass
class Purchases:
    """What one customer ordered up to the report date, and the refund lines up to it."""

    orders: list[Order]
    lines: list[Line]
    refunds: list[Line]

    @property
    def dates(self) -> list[date]:
        """The dates of the orders, one each, ascending."""
        return [order.time.date() for order in self.orders]

    @property
    def order_days(self) -> list[date]:
        """The different dates with an order, ascending."""
        return sorted(set(self.dates))


def collect_purchases(accepted: Sequence[Line], day: date) -> dict[str, Purchases]:
    """What every customer with an order up to a day bought; an order counts whole."""
    history = build_history(accepted, None)
    lines: dict[tuple, list[Line]] = defaultdict(list)
    for line in accepted:
        if not line.is_refund:
            lines[order_key(line)].append(line)
    return {
        customer_id: Purchases(
            orders=sorted(orders, key=lambda order: order.rank),
            lines=[
                line
                for order in orders
                for line in lines[customer_id, order.source_system, order.order_id]
            ],
            refunds=[line for line in history.refunds.get(customer_id, ()) if line.day <= day],
        )
        for customer_id, orders in sorted(orders_up_to(history, day).items())
    }


def hour_band(moment: datetime) -> str | None:
    """The two hours of a time, such as 10:00-12:00; None at exactly midnight, a bare date."""
    if moment.time() == time.min:
        return None
    begin = moment.hour - moment.hour % 2
    return f"{begin:02d}:00-{begin + 2:02d}:00"


@dataclass(frozen=True)
class Preference:
    """A value that a customer bought: how often, for how much (micro), and of how many."""

    value: str
    purchases: int
    amount: int
    counted: int

    @property
    def share(self) -> Decimal:
        """Its share of the customer's purchases counted for the preference."""
        return share(self.purchases, self.counted)


def rank_values(counted: Iterable[tuple[str | None, int]]) -> list[Preference]:
    """Values with their amounts, most frequent first, then the larger amount, then by bytes."""
    purchases: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for value, amount in counted:
        if value is not None:
            purchases[value] += 1
            amounts[value] += amount
    total = purchases.total()
    ranked = sorted(purchases, key=lambda value: (-purchases[value], -amounts[value], value))
    return [Preference(value, purchases[value], amounts[value], total) for value in ranked]


def rank_preferences(own: Purchases, rules: ActionPolicy) -> dict[str, list[Preference]]:
    """The values of every preference of one customer, by rank."""
    counted: dict[str, list[tuple[str | None, int]]] = {name: [] for name in PREFERENCES}
    for line in own.lines:
        category = None if line.category == UNKNOWN_TEXT else line.category
        counted["category"].append((category, line.amount))
    for order in own.orders:
        values = {
            "channel": order.lead.channel,
            "payment_method": order.lead.payment_method,
            "order_value_band": rules.band("order_value", order.amount),
            "hour_band": hour_band(order.time),
            "weekday": WEEKDAYS[order.time.weekday()],
        }
        for name, value in values.items():
            counted[name].append((value, order.amount))
    return {name: rank_values(pairs) for name, pairs in counted.items()}


def preference_rows(
    customer_id: str, preferences: Mapping[str, Sequence[Preference]]
) -> Iterable[Row]:
    """Rows of rfm_customer_preferences of one customer."""
    for name, ranked in preferences.items():
        for rank, item in enumerate(ranked, start=1):
            yield {
                "customer_id": customer_id,
                "preference": name,
                "value": item.value,
                "purchases": item.purchases,
                "amount": to_decimal(item.amount),
                "share": item.share,
                "preference_rank": rank,
            }


# --- Next order ---


def days_between(days: Sequence[date]) -> list[int]:
    """Days between consecutive dates."""
    return [(later - earlier).days for earlier, later in pairwise(days)]


@dataclass(frozen=True)
class Credibility:
    """What the intervals of all customers say, in micro units.

    `means` is the variance of means, 0 where it cannot be had or is not above 0; `spread` is how
    far intervals lie from what is expected, as a part of it.
    """

    mean: int
    within: int
    means: int
    spread: int = 0

    def expected(self, intervals: int, span: int) -> int:
        """Expected interval of a customer with some intervals that last `span` days together."""
        if not intervals or not self.means:
            return self.mean
        weighted = self.means * span + half_up(self.within * self.mean, MICRO)
        return half_up(weighted * MICRO, intervals * self.means + self.within)

    def own_weight(self, intervals: int) -> int:
        """What the customer's own mean weighs in it."""
        if not intervals or not self.means:
            return 0
        own = intervals * self.means
        return half_up(own * MICRO, own + self.within)


def estimate_credibility(order_days: Iterable[Sequence[date]]) -> Credibility | None:
    """Estimate from the order days of all customers; None where nobody ordered on two days."""
    intervals = [days_between(days) for days in order_days if len(days) > 1]
    if not intervals:
        return None
    customers = len(intervals)
    pairs = [(len(own), sum(own)) for own in intervals]
    count = sum(n for n, _ in pairs)
    days = sum(span for _, span in pairs)
    squares = sum(gap * gap for own in intervals for gap in own)
    mean = half_up(sum(half_up(span * MICRO, n) for n, span in pairs), customers)
    between = sum(half_up(span * span * MICRO, n) for n, span in pairs)
    within = means = 0
    if count > customers > 1:
        within = half_up(squares * MICRO - between, count - customers)
        excess = between - half_up(days * days * MICRO, count) - (customers - 1) * within
        divisor = count * MICRO - half_up(sum(n * n for n, _ in pairs) * MICRO, count)
        means = max(0, half_up(excess * MICRO, divisor))
    plain = Credibility(mean, within, means)
    expected = [plain.expected(n, span) for n, span in pairs]
    missed = sum(
        abs(gap * MICRO - wanted)
        for wanted, own in zip(expected, intervals, strict=True)
        for gap in own
    )
    foreseen = sum(n * wanted for wanted, (n, _) in zip(expected, pairs, strict=True))
    return replace(plain, spread=min(MICRO, half_up(missed * MICRO, foreseen)))


def next_order_cells(
    order_days: Sequence[date], day: date, credibility: Credibility | None, rules: ActionPolicy
) -> Row:
    """The columns of rfm_customer_behaviour about the next order and churn."""
    columns = (
        *("expected_interval_days", "own_interval_weight", "expected_next_order_date"),
        *("next_order_window_start", "next_order_window_end", "days_late", "interval_ratio"),
        "churn_risk",
    )
    if credibility is None:
        return dict.fromkeys(columns)
    first, last = order_days[0], order_days[-1]
    intervals = len(order_days) - 1
    expected = credibility.expected(intervals, (last - first).days)

    def after_last(factor: int) -> date:
        return last + timedelta(days=half_up(expected * factor, MICRO * MICRO))

    next_date = after_last(MICRO)
    ratio = half_up((day - last).days * MICRO * MICRO, expected)
    cells = (
        to_decimal(expected),
        to_decimal(credibility.own_weight(intervals)),
        next_date,
        after_last(MICRO - credibility.spread),
        after_last(MICRO + credibility.spread),
        max(0, (day - next_date).days),
        to_decimal(ratio),
        rules.band("churn_risk", ratio),
    )
    return dict(zip(columns, cells, strict=True))


# --- Behaviour ---


def interval_cells(dates: Sequence[date]) -> Row:
    """Mean, median and spread of the days between consecutive orders; None for one order."""
    gaps = sorted(days_between(dates))
    if not gaps:
        return {f"{name}_interval_days": None for name in ("mean", "median")} | {
            "interval_spread_days": None
        }
    count = len(gaps)
    twice_median = gaps[(count - 1) // 2] + gaps[count // 2]
    distances = sum(abs(2 * gap - twice_median) for gap in gaps)
    return {
        "mean_interval_days": share(sum(gaps), count),
        "median_interval_days": share(twice_median, 2),
        "interval_spread_days": share(distances, 2 * count),
    }


def discount_rate(lines: Iterable[Line]) -> int | None:
    """1 - paid / list in micro units over lines with a list amount above 0; None without any."""
    paid = listed = 0
    for line in lines:
        if (line.list_units or 0) > 0:
            paid += line.amount
            listed += line.list_units
    return MICRO - half_up(paid * MICRO, listed) if listed else None


def refund_cells(refunds: Sequence[Line], net: bool) -> Row:
    """What went back, positive; None where refunds are refused."""
    columns = ("refund_lines", "refunded_amount", "refunded_quantity")
    if not net:
        return dict.fromkeys(columns)
    cells = (
        len(refunds),
        to_decimal(-sum(line.amount for line in refunds)),
        -sum(line.quantity for line in refunds),
    )
    return dict(zip(columns, cells, strict=True))


def ranked_cells(preferences: Mapping[str, Sequence[Preference]]) -> Row:
    """The values of first rank, three of them for categories, with their shares."""
    wanted = {
        "category_1": ("category", 0),
        "category_2": ("category", 1),
        "category_3": ("category", 2),
        "main_channel": ("channel", 0),
        "main_payment_method": ("payment_method", 0),
        "order_value_band": ("order_value_band", 0),
        "peak_hours": ("hour_band", 0),
        "peak_weekday": ("weekday", 0),
    }
    cells: Row = {}
    for column, (name, position) in wanted.items():
        ranked = preferences[name]
        item = ranked[position] if position < len(ranked) else None
        cells[column] = item.value if item else None
        cells[f"{column}_share"] = item.share if item else None
    return cells


def behaviour_row(
    customer_id: str,
    own: Purchases,
    preferences: Mapping[str, Sequence[Preference]],
    day: date,
    credibility: Credibility | None,
    rules: ActionPolicy,
    net: bool,
) -> Row:
    """One row of rfm_customer_behaviour."""
    dates, order_days = own.dates, own.order_days
    tenure_days, recency_days = (day - dates[0]).days, (day - dates[-1]).days
    paid = sum(order.amount for order in own.orders)
    quantity = sum(order.quantity for order in own.orders)
    ranked = ranked_cells(preferences)
    discount = discount_rate(own.lines)
    discount_band = rules.band("discount_rate", discount)
    stages = rules.life_cycles
    stage = next((item.row for item in stages if item.holds(tenure_days, recency_days)), {})
    return (
        {
            "customer_id": customer_id,
            "report_date": day,
            "orders": len(dates),
            "order_days": len(order_days),
            "first_order_date": dates[0],
            "last_order_date": dates[-1],
            "tenure_days": tenure_days,
            "recency_days": recency_days,
        }
        | interval_cells(dates)
        | ranked
        | {
            "paid_amount": to_decimal(paid),
            "quantity": quantity,
            "average_order_value": to_decimal(half_up(paid, len(dates))),
            "pieces_per_order": share(quantity, len(dates)),
            "discount_rate": to_decimal(discount),
            "discount_band": discount_band,
            "price_sensitivity": rules.price_sensitivity.get(
                (discount_band, ranked["order_value_band"])
            ),
        }
        | refund_cells(own.refunds, net)
        | {
            "life_cycle": stage.get("life_cycle"),
            "life_cycle_label": stage.get("label"),
            "life_cycle_label_zh": stage.get("label_zh"),
        }
        | next_order_cells(order_days, day, credibility, rules)
    )


# --- Contacts and follow-ups ---


@dataclass(frozen=True)
class Contact:
    """A contact of the log that can be read."""

    contact_id: str
    customer_id: str
    time: datetime
    channel: str | None
    outcome: str | None

    @property
    def rank(self) -> tuple:
        """Sort key of the copies of one contact: the first one counts; nulls last."""
        texts = ((text is None, text or "") for text in (self.channel, self.outcome))
        return self.time, self.customer_id, *texts


def read_contact(row: Mapping[str, str | None]) -> Contact | None:
    """A line of the contact log; None where its id, customer or time cannot be read."""
    contact_id, customer_id, moment, channel, outcome = (
        strip_text(row.get(column))
        for column in ("contact_id", "customer_id", "contacted_at", "channel", "outcome")
    )
    contacted_at = parse_timestamp(moment) if moment else None
    if contact_id is None or customer_id is None or contacted_at is None:
        return None
    return Contact(contact_id, customer_id, contacted_at, channel, outcome)


def read_contacts(
    rows: Iterable[Mapping[str, str | None]], placeholders: Mapping[str, set[str]]
) -> dict[str, list[Contact]]:
    """The contacts of every customer, latest first; a contact_id counts once."""
    firsts: dict[str, Contact] = {}
    for row in rows:
        contact = read_contact(row)
        if contact is None:
            continue
        numbers = {"contact_id": contact.contact_id, "customer_id": contact.customer_id}
        if first_id_fault(numbers, placeholders) is None:
            known = firsts.get(contact.contact_id, contact)
            firsts[contact.contact_id] = min(known, contact, key=lambda item: item.rank)
    contacts: dict[str, list[Contact]] = defaultdict(list)
    for contact in firsts.values():
        contacts[contact.customer_id].append(contact)
    for own in contacts.values():
        own.sort(key=lambda item: (item.time, item.contact_id), reverse=True)
    return contacts


def round_dates(day: date, every_n: int, period: str) -> tuple[date, date]:
    """First and last day of the round that holds a day, rounds counted from 0001-01-01."""
    if period in MONTHS_A_PERIOD:
        months = (day.year - 1) * 12 + day.month - 1
        start = add_months(date.min, months - months % (every_n * MONTHS_A_PERIOD[period]))
    else:
        passed = (day - date.min).days
        start = day - timedelta(days=passed % (every_n * DAYS_A_PERIOD[period]))
    return start, add_periods(start, every_n, period) - ONE_DAY


def follow_up_rows(
    graded: GradedScheme,
    day: date,
    contacts: Mapping[str, Sequence[Contact]],
    behaviour: Mapping[str, Row],
    rules: ActionPolicy,
    customers: Mapping[str, Mapping[str, str | None]],
) -> list[Row]:
    """Rows of rfm_follow_ups of one scheme."""
    rows = []
    for customer in graded.customers:
        logged = contacts.get(customer.customer_id, ())
        made = [contact for contact in logged if contact.time.date() <= day]
        own = behaviour[customer.customer_id]
        rows.append(
            {
                "scheme": graded.scheme.name,
                "as_of_date": graded.as_of,
                "report_date": day,
                "customer_id": customer.customer_id,
            }
            | contact_cells(customer.tier, graded.as_of, day, made)
            | {
                "monetary": to_decimal(shown_totals(graded.scheme, customer)["monetary"]),
                "last_order_date": customer.last_order.time.date(),
                "life_cycle": own["life_cycle"],
                "main_channel": own["main_channel"],
                "churn_risk": own["churn_risk"],
            }
            | member_cells(customers.get(customer.customer_id, {}))
            | strategy_cells(graded.scheme, customer.tier, own["life_cycle"], rules)
        )
    set_priorities(rows)
    return rows


def member_cells(row: Mapping[str, str | None]) -> Row:
    """What the customers input says of a customer beyond the identity."""
    registered_at = strip_text(row.get("registered_at"))
    return {
        "membership_level": strip_text(row.get("membership_level")),
        "registered_at": parse_timestamp(registered_at) if registered_at else None,
    }


def contact_cells(tier: Tier, as_of: date, day: date, made: Sequence[Contact]) -> Row:
    """The columns of a follow-up that the tier and the contacts up to a day (latest first) give."""
    start, end = round_dates(day, tier.every_n, tier.period)
    in_round = sum(contact.time.date() >= start for contact in made)
    owed_min = max(0, tier.contacts_min - in_round)
    due = None
    if tier.contacts_min:
        enough = len(made) >= tier.contacts_min
        begin = made[tier.contacts_min - 1].time.date() if enough else as_of
        due = add_periods(begin, tier.every_n, tier.period)
    if not owed_min:
        status = "ok"
    elif not made:
        status = "never_contacted"
    elif due < day:
        status = "overdue"
    else:
        status = "due" if due <= add_months(day, 1) else "ok"
    last = made[0] if made else None
    return {
        "tier": tier.tier,
        "tier_rank": tier.rank,
        "tier_label": tier.label,
        "tier_label_zh": tier.label_zh,
        "status": status,
        "next_contact_due_date": due,
        "days_overdue": 0 if status == "ok" else max(0, (day - due).days),
        "contacts_made": in_round,
        "contacts_owed_min": owed_min,
        "contacts_owed_max": max(0, tier.contacts_max - in_round),
        "contacts_min": tier.contacts_min,
        "contacts_max": tier.contacts_max,
        "contact_every_n": tier.every_n,
        "contact_period": tier.period,
        "round_start_date": start,
        "round_end_date": end,
        "last_contacted_at": last.time if last else None,
        "last_contact_channel": last.channel if last else None,
        "last_contact_outcome": last.outcome if last else None,
        "action": tier.action,
        "action_zh": tier.action_zh,
    }


def strategy_cells(scheme: Scheme, tier: Tier, life_cycle: str | None, rules: ActionPolicy) -> Row:
    """Strategy and offer of the tier; new customers get the offer for them where there is one."""
    strategy = rules.strategies.get((scheme.name, tier.tier), {})
    cells = {column: strategy.get(column) for column in ("strategy", "strategy_zh")}
    for column in ("offer", "offer_zh"):
        for_new = strategy.get(f"new_customer_{column}") if life_cycle == "new" else None
        cells[column] = for_new or strategy.get(column)
    return cells


def set_priorities(rows: Iterable[Row]) -> None:
    """Put the priority into the follow-ups of one scheme; equals share a number."""
    first: dict[tuple, int] = {}

    def key(row: Row) -> tuple:
        return row["tier_rank"], -row["days_overdue"], -row["monetary"]

    open_rows = sorted((row for row in rows if row["status"] != "ok"), key=key)
    for position, row in enumerate(open_rows, start=1):
        first.setdefault(key(row), position)
    for row in rows:
        row["priority"] = None if row["status"] == "ok" else first[key(row)]


# --- Workload ---


def rounds_a_month(tier: Tier, month_start: date) -> Fraction:
    """How many rounds of the tier's cadence a calendar month has, at an even pace."""
    if tier.period in MONTHS_A_PERIOD:
        return Fraction(1, MONTHS_A_PERIOD[tier.period] * tier.every_n)
    days = (add_months(month_start, 1) - month_start).days
    return Fraction(days, DAYS_A_PERIOD[tier.period] * tier.every_n)


def rounded(value: Fraction) -> Decimal:
    """A fraction half up to six decimals."""
    return share(value.numerator, value.denominator)


def due_days(first: date, tier: Tier, end: date) -> Iterable[date]:
    """The first day and every round after it, before the day `end`."""
    count, day = 0, first
    while day < end:
        yield day
        count += 1
        day = add_periods(first, count * tier.every_n, tier.period)


def workload_rows(graded: GradedScheme, day: date, follow_ups: Sequence[Row]) -> Iterable[Row]:
    """Rows of rfm_follow_up_workload of one scheme."""
    begin = period_start(day + ONE_DAY, "month")
    months = [add_months(begin, number) for number in range(MONTHS_AHEAD)]
    end = add_months(begin, MONTHS_AHEAD)
    for tier in graded.scheme.tiers:
        members = [row for row in follow_ups if row["tier"] == tier.tier]
        after_round = add_periods(graded.as_of, tier.every_n, tier.period)
        firsts = Counter(
            max(row["next_contact_due_date"] or after_round, day + ONE_DAY) for row in members
        )
        due: Counter[date] = Counter()
        for first, customers in firsts.items():
            for due_day in due_days(first, tier, end):
                due[period_start(due_day, "month")] += customers
        for number, month in enumerate(months, start=1):
            pace = len(members) * rounds_a_month(tier, month)
            yield {
                "scheme": graded.scheme.name,
                "as_of_date": graded.as_of,
                "report_date": day,
                "tier": tier.tier,
                "tier_rank": tier.rank,
                "month_ahead": number,
                "month_start": month,
                "customers": len(members),
                "contacts_min": rounded(pace * tier.contacts_min),
                "contacts_max": rounded(pace * tier.contacts_max),
                "contacts_due_min": due[month] * tier.contacts_min,
                "contacts_due_max": due[month] * tier.contacts_max,
            }


# --- Cut points in force, applied to other values ---


def tile_is_reached(tile: Bin, metric: SchemeMetric, value: int, customer_id: str) -> bool:
    """Whether a value is not below a tile; at a shared bound the customer ids decide."""
    if value != tile.lower or tile.lower_tie is None:
        return value >= tile.lower
    if metric.higher_is_better:
        return customer_id <= tile.lower_tie
    return customer_id >= tile.lower_tie


def score_in_force(
    metric: SchemeMetric, bins: Sequence[Bin], customer: Customer, rise: int = 0
) -> int:
    """Score of a customer, as measured now, by bins that were settled before; in pico units.

    `rise` is added to the value, in micro units.
    """
    if metric.method == "lookup":
        return next(item.score for item in bins if item.label == customer.identity)
    value = customer.value(metric.metric, metric.window) + rise
    if metric.method == "min_max":
        span = bins[0].upper - bins[0].lower
        deviation = value - bins[0].lower if metric.higher_is_better else bins[0].upper - value
        return half_up(deviation * 10**PICO_PLACES, span) if span else 0
    if metric.method != "ntile":
        return next(item.score for item in bins if item.holds(value))
    # A value between two tiles belongs to the lower one, as in the scoring.
    tiles = [item for item in bins if item.customers]
    if not metric.higher_is_better:
        tiles.reverse()
    reached = (item for item in tiles if tile_is_reached(item, metric, value, customer.customer_id))
    return next(reached, tiles[-1]).score


def grade_in_force(
    scheme: Scheme, bins: Mapping[str, Sequence[Bin]], customer: Customer
) -> Customer:
    """The customer with scores, score and tier by bins that were settled before."""
    scores = {
        metric.metric: MetricScore(
            bins[metric.metric][0],
            None,
            score_in_force(metric, bins[metric.metric], customer),
        )
        for metric in scheme.metrics
    }
    return with_scores(scheme, customer, scores)


def with_scores(scheme: Scheme, customer: Customer, scores: dict[str, MetricScore]) -> Customer:
    """The customer with other scores of the metrics, and the score and tier that follow."""
    other = replace(customer, scores=scores)
    other.score = total_score(scheme, other)
    other.tier = find_tier(scheme, other)
    return other


def next_refresh_date(scheme: Scheme, as_of: date) -> date:
    """Last day of the refresh period that holds the day after the as-of date."""
    begin = period_start(as_of + ONE_DAY, scheme.refresh_period)
    return add_periods(begin, 1, scheme.refresh_period) - ONE_DAY


def tiers_at_next_refresh(graded: GradedScheme) -> dict[str, Tier]:
    """Tier by customer on the next refresh, if nobody orders until then."""
    refunds = {
        customer_id: [line for line in lines if line.day <= graded.as_of]
        for customer_id, lines in graded.history.refunds.items()
    }
    population = measure_customers(
        graded.scheme,
        graded.known,
        refunds,
        {customer.customer_id: customer.identity for customer in graded.customers},
        next_refresh_date(graded.scheme, graded.as_of),
    )
    known = {customer.customer_id for customer in graded.customers}
    return {
        customer.customer_id: grade_in_force(graded.scheme, graded.bins, customer).tier
        for customer in population
        if customer.customer_id in known
    }


# Where looking for a rise ends: a score need not depend on its metric.
MOST_STEPS = 10**15
# Last customer of each tile, in the order of the scoring, by the tile's score.
LastOfTile = Mapping[int, Customer]


def last_of_tiles(metric: SchemeMetric, customers: Iterable[Customer]) -> LastOfTile:
    """The worst customer of every tile."""
    sign = -1 if metric.higher_is_better else 1

    def rank(customer: Customer) -> tuple:
        return sign * customer.value(metric.metric, metric.window), customer.customer_id

    last: dict[int, Customer] = {}
    for customer in customers:
        score = customer.scores[metric.metric].score
        if score not in last or rank(customer) > rank(last[score]):
            last[score] = customer
    return last


def bin_rises(
    metric: SchemeMetric, bins: Sequence[Bin], customer: Customer, last: LastOfTile
) -> Iterable[int]:
    """The smallest rise into each bin above the customer's own; ntile as in distance_to_next."""
    value = customer.value(metric.metric, metric.window)
    if metric.method != "ntile":
        gaps = (
            interval_distance(value, item, metric.step) for item in bins if item.is_above(value)
        )
    elif metric.higher_is_better:
        own = customer.scores[metric.metric].score
        gaps = (
            tile_distance(
                customer,
                last_of_tile,
                lambda item: item.value(metric.metric, metric.window),
                metric.step,
            )
            for score, last_of_tile in last.items()
            if score > own
        )
    else:
        gaps = worse_tile_rises(metric, bins, customer)
    return (max(gap, metric.step) for gap in gaps)


def worse_tile_rises(
    metric: SchemeMetric, bins: Sequence[Bin], customer: Customer
) -> Iterable[int]:
    """Rises into tiles of larger values where those are the worse ones."""
    value = customer.value(metric.metric, metric.window)
    for item in bins:
        if not item.customers or item.score >= customer.scores[metric.metric].score:
            continue
        steps = max(1, -((value - item.lower) // metric.step))
        if not tile_is_reached(item, metric, value + steps * metric.step, customer.customer_id):
            steps += 1
        yield steps * metric.step


def deviation_rises(
    metric: SchemeMetric, tiers: Iterable[Tier], score: Callable[[int], int]
) -> Iterable[int]:
    """The smallest rise to the lower bound of each tier; `score` is what it is after a rise."""
    for tier in tiers:
        if tier.min_score is None:
            continue
        enough = 1
        while score(enough * metric.step) < tier.min_score and enough < MOST_STEPS:
            enough *= 2
        tried = range(enough // 2, enough)
        steps = bisect_left(tried, tier.min_score, key=lambda step: score(step * metric.step))
        yield (tried.start + steps) * metric.step


@dataclass(frozen=True)
class Upgrade:
    """The smallest rise of one metric that gives a better tier; micro units."""

    missing: int
    tier: Tier


class Upgrades:
    """The nearest upgrades of the customers of one scheme."""

    def __init__(self, graded: GradedScheme, metric_name: str) -> None:
        """Prepare for one metric."""
        self.graded = graded
        self.metric = graded.scheme.metric(metric_name)
        self.last: LastOfTile = {}
        if self.metric is not None and self.metric.method == "ntile":
            self.last = last_of_tiles(self.metric, graded.customers)

    def nearest(self, customer: Customer) -> Upgrade | None:
        """The smallest rise to a better tier, all else unchanged."""
        if self.metric is None:
            return None
        for missing in sorted(self.rises(customer)):
            other = self.after(customer, missing)
            if other.tier.rank < customer.tier.rank:
                return Upgrade(missing, other.tier)
        return None

    def after(self, customer: Customer, rise: int) -> Customer:
        """The customer graded again after a rise of the metric."""
        name = self.metric.metric
        score = score_in_force(self.metric, self.graded.bins[name], customer, rise)
        placed = replace(customer.scores[name], score=score)
        return with_scores(self.graded.scheme, customer, customer.scores | {name: placed})

    def rises(self, customer: Customer) -> Iterable[int]:
        """Among these is the smallest rise to a better tier."""
        bins = self.graded.bins[self.metric.metric]
        if self.metric.method != "min_max":
            return bin_rises(self.metric, bins, customer, self.last)
        if self.graded.scheme.by_rules or not self.metric.higher_is_better:
            return []
        better = [tier for tier in self.graded.scheme.tiers if tier.rank == customer.tier.rank - 1]
        scores = {name: found.score for name, found in customer.scores.items()}

        def score(rise: int) -> int:
            scores[self.metric.metric] = score_in_force(self.metric, bins, customer, rise)
            return rounded_total(
                self.graded.scheme,
                sum(metric.weight * scores[metric.metric] for metric in self.graded.scheme.metrics),
            )

        return deviation_rises(self.metric, better, score)


# --- Alerts ---

ALERT_COLUMNS = (
    *("interval_ratio", "days_overdue", "expected_next_order_date", "next_refresh_date"),
    *("other_tier", "orders_missing", "amount_missing"),
)


def raised_alerts(
    limits_of: Mapping[str, Mapping[str, int]],
    own: Row,
    follow_up: Row,
    drop: tuple[int, int, Row],
    upgrades: tuple[Upgrade | None, Upgrade | None],
) -> Iterable[tuple[str, Row]]:
    """The alerts of one customer with their cells; one without limits is never raised.

    `own` is the customer's behaviour, `drop` the days to the next refresh, the ranks lost until
    then and the alert's cells, `upgrades` the nearest ones by orders and by amount.
    """
    ratio, expected = own["interval_ratio"], own["expected_next_order_date"]
    intervals, recency = (own["order_days"] - 1) * MICRO, own["recency_days"] * MICRO
    if (
        (limits := limits_of.get("churn_risk"))
        and intervals >= limits["min_intervals"]
        and ratio is not None
        and ratio >= to_decimal(limits["min_interval_ratio"])
        and recency <= limits["max_recency_days"]
    ):
        yield "churn_risk", {"interval_ratio": ratio, "expected_next_order_date": expected}
    overdue = follow_up["days_overdue"]
    if (limits := limits_of.get("overdue_follow_up")) and (
        overdue * MICRO >= limits["min_days_overdue"]
    ):
        yield "overdue_follow_up", {"days_overdue": overdue}
    if (
        (limits := limits_of.get("about_to_order"))
        and intervals >= limits["min_intervals"]
        and expected is not None
        and 0 <= (expected - own["report_date"]).days * MICRO <= limits["max_days_ahead"]
    ):
        yield "about_to_order", {"expected_next_order_date": expected}
    days_ahead, ranks_lost, cells = drop
    if (
        (limits := limits_of.get("tier_dropped_risk"))
        and days_ahead * MICRO <= limits["max_days_ahead"]
        and ranks_lost > 0
        and ranks_lost * MICRO >= limits["min_ranks_lost"]
    ):
        yield "tier_dropped_risk", cells
    limits = limits_of.get("near_upgrade")
    if not limits or recency > limits["max_recency_days"]:
        return
    orders, amount = upgrades
    most = limits["max_amount_share"] * int(follow_up["monetary"] * MICRO)
    few_orders = orders is not None and orders.missing <= limits["max_orders_missing"]
    if few_orders or (amount is not None and amount.missing * MICRO <= most):
        yield (
            "near_upgrade",
            {
                "other_tier": (orders if few_orders else amount).tier.tier,
                "orders_missing": orders.missing // MICRO if orders else None,
                "amount_missing": to_decimal(amount.missing) if amount else None,
            },
        )


def alert_rows(
    graded: GradedScheme,
    day: date,
    follow_ups: Iterable[Row],
    behaviour: Mapping[str, Row],
    rules: ActionPolicy,
) -> Iterable[Row]:
    """Rows of rfm_alerts of one scheme."""
    refresh = next_refresh_date(graded.scheme, graded.as_of)
    later = tiers_at_next_refresh(graded)
    by_orders, by_amount = Upgrades(graded, "frequency"), Upgrades(graded, "monetary")
    for customer, follow_up in zip(graded.customers, follow_ups, strict=True):
        name, tier = customer.customer_id, later.get(customer.customer_id)
        # Not to be graded any more is worse than any tier.
        lost = tier.rank - customer.tier.rank if tier else MICRO
        cells = {"next_refresh_date": refresh, "other_tier": tier.tier if tier else None}
        for alert, found in raised_alerts(
            rules.limits,
            behaviour[name],
            follow_up,
            ((refresh - day).days, lost, cells),
            (by_orders.nearest(customer), by_amount.nearest(customer)),
        ):
            shown = ("scheme", "as_of_date", "report_date", "customer_id")
            yield (
                {column: follow_up[column] for column in (*shown, "tier", "tier_rank", "monetary")}
                | {"alert": alert}
                | dict.fromkeys(ALERT_COLUMNS)
                | found
            )


# --- Tiers: insights, strategies and targets ---


def orders_again(scheme: Scheme, customer: Customer) -> bool:
    """Whether the customer's frequency is 2 or more."""
    return shown_totals(scheme, customer)["frequency"] >= 2


class Counts(NamedTuple):
    """For how many customers something is known, and for how many of them it holds."""

    known: int
    matching: int

    @property
    def part(self) -> Fraction:
        """The matching ones' share, unrounded."""
        return Fraction(self.matching, self.known)


def count_insights(
    scheme: Scheme, customers: Sequence[Customer], behaviour: Mapping[str, Row]
) -> dict[tuple[str, str | None], Counts]:
    """Counts of all insights into some customers, by (kind, value)."""
    again = sum(orders_again(scheme, customer) for customer in customers)
    counts = {("repurchase", None): Counts(len(customers), again)}
    for kind, column in INSIGHT_COLUMNS.items():
        values = Counter(behaviour[customer.customer_id][column] for customer in customers)
        values.pop(None, None)
        for value, count in values.items():
            counts[kind, value] = Counts(values.total(), count)
    return counts


def insight_rank(item: tuple[str, str, str | None, Counts, Counts]) -> tuple:
    """Sort key of an insight: what sets the tier apart most comes first, by twelve decimals."""
    insight, _, _, counts, of_all = item

    def units(value: Fraction) -> int:
        return half_up(value.numerator * 10**PICO_PLACES, value.denominator)

    return -units(counts.part - of_all.part), -units(counts.part), insight


def insight_rows(
    graded: GradedScheme, behaviour: Mapping[str, Row], min_customers: int
) -> Iterable[Row]:
    """Rows of rfm_tier_insights of one scheme."""
    of_all = count_insights(graded.scheme, graded.customers, behaviour)
    for tier in graded.scheme.tiers:
        members = [item for item in graded.customers if item.tier.tier == tier.tier]
        if not members:
            continue
        found = []
        for key, counts in count_insights(graded.scheme, members, behaviour).items():
            kind, value = key
            enough = kind == "repurchase" or counts.matching >= min_customers
            if counts.known >= min_customers and enough:
                insight = kind if value is None else f"{kind}: {value}"
                found.append((insight, kind, value, counts, of_all[key]))
        found.sort(key=insight_rank)
        for rank, (insight, kind, value, counts, all_counts) in enumerate(found, start=1):
            yield {
                "scheme": graded.scheme.name,
                "as_of_date": graded.as_of,
                "tier": tier.tier,
                "tier_rank": tier.rank,
                "insight": insight,
                "kind": kind,
                "value": value,
                "customers": counts.known,
                "matching_customers": counts.matching,
                "tier_share": rounded(counts.part),
                "all_customers": all_counts.known,
                "all_matching_customers": all_counts.matching,
                "all_share": rounded(all_counts.part),
                "lift": rounded(counts.part / all_counts.part) if all_counts.matching else None,
                "insight_rank": rank,
            }


def strategy_rows(graded: GradedScheme, rules: ActionPolicy) -> Iterable[Row]:
    """Rows of rfm_tier_summary of one scheme, with strategies and targets."""
    for row in summary_rows(graded.scheme, graded.as_of, graded.customers):
        members = [item for item in graded.customers if item.tier.tier == row["tier"]]
        again = sum(orders_again(graded.scheme, customer) for customer in members)
        rate = share(again, len(members))
        strategy = rules.strategies.get((graded.scheme.name, row["tier"]), {})
        change = policy_micro(strategy.get("target_change"))
        metric = strategy.get("target_metric")
        present = (row | {"repurchase_rate": rate})[metric] if metric else None
        target = None
        if present is not None and change is not None:
            target = rounded(Fraction(present) * Fraction(MICRO + change, MICRO))
            if metric == "repurchase_rate":
                target = min(target, Decimal(1))
        yield (
            row
            | {"repurchase_rate": rate}
            | {column: strategy.get(column) for column in STRATEGY_COLUMNS}
            | {"target_change": to_decimal(change), "target_value": target}
        )


# --- Regional demand ---


# (level, region, category, month)
Cell = tuple[str, str, str, date]


@dataclass
class Demand:
    """The sums of one row of rfm_regional_demand; revenue in micro units."""

    customers: set[str] = field(default_factory=set)
    orders: set[tuple] = field(default_factory=set)
    pieces: int = 0
    revenue: int = 0

    def add(self, line: Line) -> None:
        """Take in one line."""
        self.customers.add(line.customer_id)
        self.orders.add(order_key(line))
        self.pieces += line.quantity
        self.revenue += line.amount


def cells_of(line: Line) -> tuple[Cell, Cell, Cell]:
    """The three rows in which a line counts."""
    month = line.day.replace(day=1)
    return (
        ("total", ALL, ALL, month),
        ("region", line.region, ALL, month),
        ("category", line.region, line.category, month),
    )


def parent_of(cell: Cell) -> Cell | None:
    """The row that has the sum over a row and its neighbours."""
    level, region, _, month = cell
    if level == "category":
        return "region", region, ALL, month
    return ("total", ALL, ALL, month) if level == "region" else None


class Volume(NamedTuple):
    """What decides whether a row of rfm_regional_demand is hidden; revenue in micro units."""

    customers: int
    pieces: int
    revenue: int


def suppress(counts: Mapping[Cell, Volume], least: int) -> set[Cell]:
    """Rows to hide, month by month from the top down."""
    parts: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in counts:
        if (whole := parent_of(cell)) is not None:
            parts[whole].append(cell)

    def is_revealing(region: Cell) -> bool:
        """Whether all would know of a category that it has few customers, or no revenue."""
        spare = counts[region].pieces - len(parts[region])
        few = [cell for cell in (region, *parts[region]) if counts[cell].customers < least]
        return region in few or spare + 1 < least or bool(few and not counts[region].revenue)

    hidden: set[Cell] = set()
    for total in [cell for cell in counts if cell[0] == "total"]:
        unfit = {region for region in parts[total] if is_revealing(region)}
        widths = {region: len(parts[region]) for region in parts[total]}
        regions = rows_to_hide(total, unfit, widths, counts, least)
        if counts[total].customers <= 2 * (least - 1) or regions is None:
            hidden |= {total, *parts[total]}
        else:
            hidden |= regions
        for region in parts[total]:
            cells = parts[region]
            few = {cell for cell in cells if counts[cell].customers < least}
            below = rows_to_hide(region, few, dict.fromkeys(cells, 1), counts, least)
            hidden |= set(cells) if region in hidden else below
    return hidden


def rows_to_hide(
    whole: Cell,
    unfit: set[Cell],
    widths: Mapping[Cell, int],
    counts: Mapping[Cell, Volume],
    least: int,
) -> set[Cell] | None:
    """The rows of a total to hide: the unfit ones and the next smallest, until they will do.

    `widths` says of how many categories each row is. None where not even all of them will do.
    """
    if not unfit:
        return set()
    others = [row for row in widths if row not in unfit]
    for limit in sorted({counts[row].customers for row in others}) or [0]:
        hidden = unfit | {row for row in others if counts[row].customers <= limit}
        seen = [counts[row].customers for row in widths if row not in hidden]
        # For all that is seen, one row may be the large one, whichever it is; the others are small.
        large = max(least, counts[whole].customers - sum(seen) - len(hidden) + 1)
        room = sum(counts[row].pieces - widths[row] for row in hidden) + 1
        most = (len(hidden) - 1) * (least - 1) + min(seen, default=0) - 1
        fits = not seen or counts[whole].customers - sum(seen) <= most
        if (
            len(hidden) > 1
            and any(counts[row].revenue for row in hidden)
            and large <= room
            and fits
        ):
            return hidden
    return None


def suppress_mixes(
    suppressed: set[Cell],
    mixes: Mapping[Cell, Sequence[tuple[str, int]]],
    customers: Mapping[Cell, int],
    least: int,
) -> set[Cell]:
    """Rows whose tier mix is hidden.

    From the top down: those with reasons of their own, all below a hidden one, and neighbours,
    smallest first, until the hidden ones together have none or enough customers of every tier, and
    several tiers.
    """

    def is_thin(cell: Cell) -> bool:
        return cell in suppressed or is_telling(mixes[cell], least)

    hidden = {cell for cell in mixes if cell[0] == "total" and is_thin(cell)}
    for level in ("region", "category"):
        neighbours: dict[Cell, list[Cell]] = defaultdict(list)
        for cell in mixes:
            if cell[0] == level:
                neighbours[parent_of(cell)].append(cell)
        for parent, cells in neighbours.items():
            if parent in hidden:
                hidden.update(cells)
                continue
            kept_back = {cell for cell in cells if is_thin(cell)}
            others = sorted(
                (cell for cell in cells if cell not in kept_back),
                key=lambda cell: (customers[cell], cell),
            )
            while others and is_telling(add_counts(mixes[cell] for cell in kept_back), least):
                kept_back.add(others.pop(0))
            hidden |= kept_back
    return hidden


def is_telling(counts: Iterable[tuple[str, int]], least: int) -> bool:
    """Whether a number would tell customers' tiers: few are in one, or all are."""
    numbers = [count for _, count in counts if count]
    return len(numbers) == 1 or any(count < least for count in numbers)


def add_counts(mixes: Iterable[Iterable[tuple[str, int]]]) -> Iterable[tuple[str, int]]:
    """Customers by tier of several rows together."""
    total: Counter[str] = Counter()
    for counts in mixes:
        total.update(dict(counts))
    return total.items()


def count_tiers(demand: Demand, tiers: Mapping[str, Tier]) -> list[tuple[str, int]]:
    """The tiers with customers of a row, best first, those without a grade last."""
    ranks: dict[str, int] = {}
    counts: Counter[str | None] = Counter()
    for customer_id in demand.customers:
        tier = tiers.get(customer_id)
        counts[tier.tier if tier else None] += 1
        if tier:
            ranks[tier.tier] = tier.rank
    named = sorted((name for name in counts if name is not None), key=ranks.__getitem__)
    found = [(name, counts[name]) for name in named]
    return [*found, (UNGRADED, counts[None])] if counts[None] else found


def mix_text(counts: Sequence[tuple[str, int]]) -> str:
    """The shares of tiers as text, in percent with one decimal: A 25.0%, B 75.0%."""
    total = sum(count for _, count in counts)
    tenths = [(name, half_up(count * 1000, total)) for name, count in counts]
    return ", ".join(f"{name} {part // 10}.{part % 10}%" for name, part in tenths)


def growth(revenue: int, before: int) -> Decimal:
    """Revenue by that of the month before, the quotient half up to six decimals, less 1."""
    return to_decimal(half_up(revenue * MICRO, before) - MICRO)


def demand_rows(
    accepted: Iterable[Line], day: date, tiers: Mapping[str, Tier], min_customers: int
) -> Iterable[Row]:
    """Rows of rfm_regional_demand after suppression."""
    cells: dict[Cell, Demand] = defaultdict(Demand)
    for line in accepted:
        if not line.is_refund and line.day <= day:
            for cell in cells_of(line):
                cells[cell].add(line)
    customers = {cell: len(demand.customers) for cell, demand in cells.items()}
    mixes = {cell: count_tiers(demand, tiers) for cell, demand in cells.items()}
    hidden = suppress(
        {
            cell: Volume(customers[cell], demand.pieces, demand.revenue)
            for cell, demand in cells.items()
        },
        min_customers,
    )
    hidden_mixes = suppress_mixes(hidden, mixes, customers, min_customers)
    published = {cell: demand.revenue for cell, demand in cells.items() if cell not in hidden}
    for cell, demand in sorted(cells.items()):
        level, region, category, month = cell
        row: dict[str, Any] = {
            "region": region,
            "category": category,
            "month": month,
            "level": level,
            "is_suppressed": cell in hidden,
        }
        numbers = ("customers", "orders", "pieces", "revenue", "share", "growth", "tier_mix")
        if cell in hidden:
            yield row | dict.fromkeys(numbers)
            continue
        whole = published.get(parent_of(cell))
        before = published.get((level, region, category, add_months(month, -1)))
        yield row | {
            "customers": customers[cell],
            "orders": len(demand.orders),
            "pieces": demand.pieces,
            "revenue": to_decimal(demand.revenue),
            "share": share(demand.revenue, whole) if whole else None,
            "growth": growth(demand.revenue, before) if before else None,
            "tier_mix": None if cell in hidden_mixes else mix_text(mixes[cell]),
        }


# --- All tables ---


def demand_tiers(schemes: Sequence[GradedScheme], name: str | None) -> dict[str, Tier]:
    """Tier by customer of the scheme of rfm_demand_scheme, by default the first by name."""
    chosen = [item for item in schemes if name is None or item.scheme.name == name]
    if not chosen:
        raise ValueError(f"not an enabled scheme: {name!r}")
    return {customer.customer_id: customer.tier for customer in chosen[0].customers}


def public_tables(
    rows: Iterable[Mapping[str, str | None]],
    policy: Policy,
    *,
    customers: Iterable[Mapping[str, str | None]] = (),
    contacts: Iterable[Mapping[str, str | None]] = (),
    filters: Mapping[str, Predicate] | None = None,
    latest_order_date: date,
    refunds: str = "reject",
    max_order_quantity: int | None = None,
    rejected_statuses: Sequence[str] = (),
    as_of_date: date | None = None,
    report_date: date | None = None,
    enabled_schemes: Iterable[str] | None = None,
    min_cell_customers: int = 5,
    min_insight_customers: int = 10,
    demand_scheme: str | None = None,
) -> dict[str, list[Row]]:
    """All public tables from order lines, customers, contacts (texts) and a valid policy.

    The settings are the vars of the same names. `filters` maps a scheme to a predicate over the
    standardised line (typed, or text). Where no line is accepted, ValueError is raised.
    """
    net = refunds == "net"
    tables: dict[str, list[Row]] = {name: [] for name in (*RESULT_TABLES, *ACTION_TABLES)}
    rules_of_lines = CleaningRules(
        latest_order_date,
        net=net,
        max_order_quantity=max_order_quantity,
        aliases=policy.category_aliases(),
        placeholder_ids=policy.placeholder_ids(),
        rejected_statuses=rejected_statuses,
    )
    accepted, tables["rfm_rejected_orders"] = clean_lines(rows, rules_of_lines)
    schemes = list(
        grade_schemes(
            accepted,
            policy,
            customers=customers,
            as_of_date=as_of_date,
            filters=filters,
            enabled_schemes=enabled_schemes,
        )
    )
    if not schemes:
        return tables
    latest = max(graded.as_of for graded in schemes)
    if report_date is not None and report_date < latest:
        raise ValueError(f"report date {report_date} lies before the as-of date {latest}")
    day = report_date or latest
    rules = read_action_policy(policy)
    behaviour: dict[str, Row] = {}
    purchases = collect_purchases(accepted, day)
    credibility = estimate_credibility(own.order_days for own in purchases.values())
    for customer_id, own in purchases.items():
        preferences = rank_preferences(own, rules)
        tables["rfm_customer_preferences"].extend(preference_rows(customer_id, preferences))
        behaviour[customer_id] = behaviour_row(
            customer_id, own, preferences, day, credibility, rules, net
        )
    tables["rfm_customer_behaviour"].extend(behaviour.values())
    logged = read_contacts(contacts, policy.placeholder_ids())
    known_customers = read_customers(customers, policy.placeholder_ids())
    for graded in schemes:
        own_day = report_date or graded.as_of
        follow_ups = follow_up_rows(graded, own_day, logged, behaviour, rules, known_customers)
        tables["rfm_follow_ups"].extend(follow_ups)
        tables["rfm_follow_up_workload"].extend(workload_rows(graded, own_day, follow_ups))
        tables["rfm_alerts"].extend(alert_rows(graded, own_day, follow_ups, behaviour, rules))
        tables["rfm_tier_insights"].extend(insight_rows(graded, behaviour, min_insight_customers))
        tables["rfm_tier_summary"].extend(strategy_rows(graded, rules))
        add_rows(graded, tables)
    tables["rfm_regional_demand"].extend(
        demand_rows(accepted, day, demand_tiers(schemes, demand_scheme), min_cell_customers)
    )
    return tables
