"""The grading, reckoned a second time: order lines and policy rows in, result tables out.

It is written from the specification alone and shares nothing with the SQL of the project, so that
the two can be compared row by row. All rows are dicts. Numbers are int and Decimal, never float,
and have all the digits that they need: only `rounded` and `quotient` round. Text compares by code
point, which for UTF-8 is the order of the bytes.
"""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, getcontext
from functools import lru_cache
from itertools import product
from math import ceil
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

Row = dict[str, Any]
Rows = Sequence[Row]
Number = int | Decimal
Predicate = Callable[[Row], Any]

# More digits than any sum or product here has.
getcontext().prec = 100

CONTRACT_COLUMNS = (
    *("order_id", "customer_id", "ordered_at", "amount", "line_id", "quantity", "list_amount"),
    *("product_name", "category", "channel", "payment_method", "store_code", "region"),
    *("source_system", "order_status"),
)
# Without schemes, and with a meaning only as a whole: own rows replace the present ones.
WHOLE_SEEDS = (
    *("rfm_behaviour_bands", "rfm_price_sensitivity", "rfm_life_cycles", "rfm_alert_limits"),
    "rfm_contact_outcomes",
    "rfm_channel_labels",
)
POLICY_SEEDS = (
    *("rfm_schemes", "rfm_scheme_metrics", "rfm_score_bins", "rfm_tiers", "rfm_tier_rules"),
    *("rfm_follow_up_cadences", "rfm_identity_weights", "rfm_category_aliases", "rfm_strategies"),
    *(*WHOLE_SEEDS, "rfm_placeholder_ids"),
)
# The columns of the policy that hold numbers.
NUMBERS = {
    *("window_months", "score_decimals", "weight", "levels", "score", "lower_bound", "upper_bound"),
    *("tier_rank", "min_score", "max_score", "priority", "recency_min", "recency_max"),
    *("frequency_min", "frequency_max", "monetary_min", "monetary_max", "contacts_min"),
    *("contacts_max", "every_n", "target_change", "max_tenure_days", "max_recency_days", "value"),
    *("contact_within_days", "holds_for_days"),
}
METRICS = ("recency", "frequency", "monetary", "quantity", "average_order_value", "identity")
RULE_METRICS = ("recency", "frequency", "monetary")
STRATEGY_COLUMNS = (
    *("strategy", "strategy_zh", "offer", "offer_zh", "new_customer_offer"),
    *("new_customer_offer_zh", "target_metric", "target_change", "target", "target_zh"),
)
SIDES = ("lower", "upper")
UNKNOWN = "未知"
WHITE_SPACE = " \t\n\v\f\r\u00a0\u3000"
PERIODS_A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
MONTHS_A_PERIOD = {"month": 1, "quarter": 3, "year": 12}
DAYS_A_PERIOD = {"day": 1, "week": 7}
ONE_DAY = timedelta(days=1)


# --- Numbers, texts, dates and rows ---


def rounded(value: Number, places: int = 6, rounding: str = ROUND_HALF_UP) -> Decimal:
    """A number with so many decimals, halves away from zero."""
    return Decimal(value).quantize(Decimal((0, (1,), -places)), rounding)


def quotient(part: Number, whole: Number, places: int = 6) -> Decimal | None:
    """Part of a whole, half up; None where the whole is 0."""
    return rounded(Decimal(part) / whole, places) if whole else None


def strip_text(value: str | None) -> str | None:
    """Text without ASCII white space, U+00A0 and U+3000 at both ends; empty is None."""
    return (value.strip(WHITE_SPACE) or None) if value else None


def strip_cells(row: Mapping[str, str | None]) -> Row:
    """A row of stripped texts."""
    return {column: strip_text(text) for column, text in row.items()}


def group_by(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    """Rows by what they have in common, each group in the order in which they came."""
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?)(\d+))?", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.ASCII | re.IGNORECASE)


def to_decimal(text: str) -> Decimal | None:
    """A plain number: sign, digits, fraction and exponent, nothing else; otherwise None."""
    match = PLAIN_NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, exponent = match.groups()
    if exponent and len(exponent.lstrip("0")) > 9:
        # As good as a billion.
        text = f"{text[: match.start(1)]}{sign}{10**9}"
    return Decimal(text)


@lru_cache(maxsize=1_000_000)
def parse_amount(text: str) -> tuple[Decimal, bool] | None:
    """Amount of six decimals, and whether it is below 0 before rounding.

    None if the text is not a plain number, or if the rounded amount reaches 10**12.
    """
    value = to_decimal(text)
    if value is None or value.copy_abs() >= 10**12 or abs(rounded(value)) >= 10**12:
        return None
    return rounded(value), value < 0


@lru_cache(maxsize=100_000)
def parse_quantity(text: str) -> int | None:
    """Pieces; None if the text is not a plain whole number below 10**12 in size."""
    value = to_decimal(text)
    if value is None or value.copy_abs() >= 10**12 or value != rounded(value, 0):
        return None
    return int(value)


TIMESTAMP = re.compile(
    r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?",
    re.ASCII,
)


@lru_cache(maxsize=1_000_000)
def parse_timestamp(text: str) -> datetime | None:
    """Timestamp, its fraction cut to microseconds; None if the text is none or is impossible."""
    match = TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    year, _, month, day, *clock, fraction = match.groups()
    numbers = [int(part or 0) for part in (year, month, day, *clock)]
    try:
        return datetime(*numbers, int((fraction or "0")[:6].ljust(6, "0")))
    except ValueError:
        return None


def add_months(day: date, months: int) -> date:
    """The same day some months later (or earlier), clipped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_periods(day: date, count: int, period: str) -> date:
    """The day `count` periods later; month, quarter and year clip to the month's end."""
    if period in MONTHS_A_PERIOD:
        return add_months(day, count * MONTHS_A_PERIOD[period])
    return day + timedelta(days=count * DAYS_A_PERIOD[period])


def period_start(day: date, period: str) -> date:
    """First day of the period that holds the day; weeks start on Monday."""
    if period in MONTHS_A_PERIOD:
        return date(day.year, day.month - (day.month - 1) % MONTHS_A_PERIOD[period], 1)
    return day - timedelta(days=day.weekday() if period == "week" else 0)


# --- Settings and policy ---


@dataclass
class Settings:
    """The vars of the same names; `filters` has a predicate over lines for some schemes."""

    latest_order_date: date
    customers: Iterable[Row] = ()
    contacts: Iterable[Row] = ()
    measures: Iterable[Row] = ()
    filters: Mapping[str, Predicate] = field(default_factory=dict)
    refunds: str = "reject"
    max_order_quantity: int | None = None
    rejected_statuses: Sequence[str] = ()
    as_of_date: date | None = None
    report_date: date | None = None
    enabled_schemes: Iterable[str] | None = None
    min_cell_customers: int = 5
    min_insight_customers: int = 10
    insight_recency_days: int = 90
    demand_scheme: str | None = None
    outcome_months: int = 3
    history_periods: int = 1
    daily_capacity: int | None = None


@dataclass(frozen=True)
class Policy:
    """The rows of the policy seeds, cells as stripped text, blank is None."""

    tables: Mapping[str, Sequence[Row]]

    @classmethod
    def from_folder(cls, path: Path) -> Policy:
        """Read <seed>.csv of every policy seed in a folder."""
        tables = {}
        for seed in POLICY_SEEDS:
            with (path / f"{seed}.csv").open(encoding="utf-8-sig", newline="") as file:
                tables[seed] = list(csv.DictReader(file))
        return cls({}).with_rows(tables)

    def with_rows(self, added: Mapping[str, Iterable[Row]]) -> Policy:
        """Policy with more rows.

        A scheme of the added rfm_schemes replaces the present one. Seeds that mean something only
        as a whole are replaced.
        """
        assert set(added) <= set(POLICY_SEEDS)
        new = {seed: [strip_cells(row) for row in added.get(seed, ())] for seed in POLICY_SEEDS}
        replaced = {row["scheme"] for row in new["rfm_schemes"]}
        kept = {
            seed: [row for row in rows if row.get("scheme") not in replaced]
            for seed, rows in self.tables.items()
            if seed not in WHOLE_SEEDS or seed not in added
        }
        return Policy({seed: kept.get(seed, []) + new[seed] for seed in POLICY_SEEDS})

    def rows(self, seed: str, scheme: str | None = None) -> list[Row]:
        """The rows of a seed, or of one scheme in it, with all columns and typed numbers."""
        table = self.tables[seed]
        columns = dict.fromkeys(column for row in table for column in row)
        return [
            columns | {column: typed(column, text) for column, text in row.items()}
            for row in table
            if scheme is None or row["scheme"] == scheme
        ]

    def placeholder_ids(self) -> dict[str, set[str]]:
        """The texts that stand for no id, in lower case, by the column of ids."""
        found: dict[str, set[str]] = {"order_id": set(), "customer_id": set(), "contact_id": set()}
        for row in self.tables["rfm_placeholder_ids"]:
            for column in found if row["applies_to"] == "both" else [row["applies_to"]]:
                # A CSV loader may have made nothing of the word null.
                found[column].add((row["id"] or "null").lower())
        return found


def typed(column: str, text: str | None) -> Any:
    """A cell of the policy: a whole number as int, another one as Decimal, others as they are."""
    if text is None or column not in NUMBERS:
        return text
    value = Decimal(text)
    return int(value) if value == int(value) else value


class Scheme:
    """A scheme, with its rows of all seeds."""

    def __init__(self, policy: Policy, name: str) -> None:
        """Read them; the policy is taken to be valid."""
        [self.row] = policy.rows("rfm_schemes", name)
        self.name, self.by_rules = name, self.row["tier_method"] == "rules"
        self.metrics = {row["metric"]: row for row in policy.rows("rfm_scheme_metrics", name)}
        bins = policy.rows("rfm_score_bins", name)
        self.bins = group_by(bins, itemgetter("metric"))
        cadences = {row["tier"]: row for row in policy.rows("rfm_follow_up_cadences", name)}
        tiers = [cadences[row["tier"]] | row for row in policy.rows("rfm_tiers", name)]
        self.tiers = sorted(tiers, key=itemgetter("tier_rank"))
        rules = policy.rows("rfm_tier_rules", name)
        self.rules = sorted(rules, key=itemgetter("priority"))
        weights = policy.rows("rfm_identity_weights", name)
        self.identities = {row["identity"]: row["weight"] for row in weights}
        self.strategies = {row["tier"]: row for row in policy.rows("rfm_strategies", name)}

    def window_start(self, as_of: date) -> date | None:
        """First day of the window that ends on the as-of date; None is all data."""
        if self.row["window_months"] is not None:
            return add_months(as_of + ONE_DAY, -self.row["window_months"])
        start = self.row["window_start"]
        return date.fromisoformat(start) if start else None

    def period_end(self, day: date) -> date:
        """Last day of the refresh period that holds a day."""
        period = self.row["refresh_period"]
        return add_periods(period_start(day, period), 1, period) - ONE_DAY

    def latest_as_of(self, latest: date) -> date:
        """Last day of the latest refresh period that is complete on a day."""
        return period_start(latest + ONE_DAY, self.row["refresh_period"]) - ONE_DAY


# --- Cleaning ---

DAMAGED = re.compile(
    # Digits, a point and zeros; or scientific notation.
    r"[+-]?\d+\.0*|[+-]?(?:\d+[.,]?\d*|[.,]\d+)e[+-]?\d+",
    re.ASCII | re.IGNORECASE,
)


def id_fault(ids: Row, placeholders: Mapping[str, set[str]]) -> str | None:
    """The first fault of some ids, if any: missing ones before damaged ones."""
    for column, text in ids.items():
        if text is None or text.lower() in placeholders[column]:
            return f"missing_{column}"
    for column, text in ids.items():
        if DAMAGED.fullmatch(text):
            return f"damaged_{column}"
    return None


def status_key(text: str) -> str:
    """A status in lower case without white space."""
    return "".join(letter for letter in text.lower() if letter not in WHITE_SPACE)


EMPTY_LINE = dict.fromkeys(CONTRACT_COLUMNS)


def read_line(raw: Row) -> Row:
    """An order line: stripped texts, the defaults of line_id and quantity, and what came."""
    line = EMPTY_LINE | strip_cells(raw)
    line["line_id"] = line["line_id"] or "1"
    line["quantity"] = line["quantity"] or "1"
    line["raw"] = raw
    return line


def first_refusal(
    line: Row, settings: Settings, placeholders: Mapping[str, set[str]], statuses: set[str]
) -> str | None:
    """Type a line in place; the first reason to refuse it by itself, or None."""
    ids = {"order_id": line["order_id"], "customer_id": line["customer_id"]}
    if fault := id_fault(ids, placeholders):
        return fault
    if line["ordered_at"] is None:
        return "missing_ordered_at"
    if line["amount"] is None or NOT_FINITE.fullmatch(line["amount"]):
        return "missing_amount"
    ordered_at, amount = parse_timestamp(line["ordered_at"]), parse_amount(line["amount"])
    if ordered_at is None:
        return "unreadable_ordered_at"
    if amount is None:
        return "unreadable_amount"
    quantity = parse_quantity(line["quantity"])
    if quantity is None:
        return "unreadable_quantity"
    line["ordered_at"], line["day"] = ordered_at, ordered_at.date()
    line["amount"], is_negative = amount
    line["quantity"] = quantity
    line["is_refund"] = is_negative or quantity < 0
    list_amount = parse_amount(line["list_amount"] or "")
    line["list_amount"] = list_amount[0] if list_amount else None
    if line["order_status"] is not None and status_key(line["order_status"]) in statuses:
        return "rejected_status"
    if line["day"] > settings.latest_order_date:
        return "future_order"
    if is_negative and settings.refunds != "net":
        return "negative_amount"
    if quantity == 0 or (quantity < 0 and settings.refunds != "net"):
        return "non_positive_quantity"
    return None


def nulls_last(values: Iterable[Any]) -> list[tuple[bool, Any]]:
    """Values as parts of a sort key."""
    return [(value is None, value or 0) for value in values]


def duplicate_rank(line: Row) -> tuple:
    """Sort key of the lines of one duplicate key: the first one stays.

    The texts as they came break what is left, so that the result never depends on row order.
    """
    columns = ("product_name", "category", "channel", "payment_method", "store_code", "region")
    return (
        *(line[column] for column in ("ordered_at", "customer_id", "amount", "quantity")),
        *nulls_last(line[column] for column in ("list_amount", *columns, "order_status")),
        *nulls_last(line["raw"].get(column) for column in CONTRACT_COLUMNS),
    )


# An order is (source_system, order_id) of one customer.
order_key = itemgetter("customer_id", "source_system", "order_id")


def clean_lines(
    rows: Iterable[Row], policy: Policy, settings: Settings
) -> tuple[list[Row], list[Row]]:
    """Accepted lines, standardised, and the rows of rfm_rejected_orders."""
    checks = policy.placeholder_ids(), set(map(status_key, settings.rejected_statuses))
    lines = group_by(map(read_line, rows), lambda line: first_refusal(line, settings, *checks))
    # Nulls are equal.
    key = itemgetter("source_system", "order_id", "line_id")
    unique: list[Row] = []
    for copies in group_by(lines.pop(None, ()), key).values():
        first, *others = sorted(copies, key=duplicate_rank) if copies[1:] else copies
        unique.append(first)
        lines["duplicate"] += others
    if settings.max_order_quantity is not None:
        orders, unique = group_by(unique, order_key).values(), []
        for order in orders:
            pieces = sum(line["quantity"] for line in order if not line["is_refund"])
            is_absurd = pieces >= settings.max_order_quantity
            (lines["absurd_quantity"] if is_absurd else unique).extend(order)
    aliases = {row["alias"]: row["category"] for row in policy.tables["rfm_category_aliases"]}
    for line in unique:
        line["category"] = aliases.get(line["category"], line["category"]) or UNKNOWN
        line["region"] = line["region"] or UNKNOWN
    rejected = [
        {column: line["raw"].get(column) for column in CONTRACT_COLUMNS} | {"reason": reason}
        for reason, refused in lines.items()
        for line in refused
    ]
    return unique, rejected


# --- Orders and customers ---


class History(NamedTuple):
    """What lines say: how many they are; by customer the orders, earliest first, and refunds."""

    lines: int
    orders: Mapping[str, list[Row]]
    refunds: Mapping[str, list[Row]]
    # By (customer_id, measure): values by the time from which they hold.
    measures: Mapping[tuple[str, str], Mapping[datetime, Decimal]] = {}

    def value_in_force(self, customer_id: str, measure: str, day: date) -> Decimal | None:
        """The value of an own measure on a day."""
        values = self.measures.get((customer_id, measure), {})
        return values.get(max((it for it in values if it.date() <= day), default=None))


Measures = Mapping[tuple[str, str], Mapping[datetime, Decimal]]


def read_measures(rows: Iterable[Row], policy: Policy) -> Measures:
    """The values of own measures that can be read."""
    placeholders = policy.placeholder_ids()
    found: dict[tuple[str, str], dict[datetime, Decimal]] = defaultdict(dict)
    for row in map(strip_cells, rows):
        value, start = to_decimal(row["value"] or ""), datetime.min
        if row["valid_from"] is not None:
            start = parse_timestamp(row["valid_from"])
        is_named = row["measure"] is not None and row["measure"] not in METRICS
        is_read = start is not None and value is not None and abs(rounded(value)) < 10**15
        if id_fault({"customer_id": row["customer_id"]}, placeholders) or not (
            is_named and is_read
        ):
            continue
        values = found[row["customer_id"], row["measure"]]
        if start in values:
            raise ValueError(f"{row['customer_id']} has several rows of measure {row['measure']}")
        values[start] = rounded(value)
    return found


def build_history(lines: Sequence[Row], measures: Measures | None = None) -> History:
    """Put lines together to orders."""
    by_kind = group_by(lines, lambda line: line["is_refund"])
    orders = []
    for (customer_id, source, order_id), own in group_by(by_kind[False], order_key).items():
        time = min(line["ordered_at"] for line in own)
        orders.append(
            {"customer_id": customer_id, "source_system": source, "order_id": order_id}
            | {"time": time, "day": time.date(), "lines": own}
            | {name: sum(line[name] for line in own) for name in ("amount", "quantity")}
            # The line of largest amount, then least id.
            | {"lead": min(own, key=lambda line: (-line["amount"], line["line_id"]))}
        )
    orders.sort(key=lambda it: (it["time"], it["order_id"], it["source_system"] or ""))
    customer = itemgetter("customer_id")
    refunds = group_by(by_kind[True], customer)
    return History(len(lines), group_by(orders, customer), refunds, measures or {})


def up_to(rows: Iterable[Row], day: date) -> list[Row]:
    """Orders or lines up to a day."""
    return [row for row in rows if row["day"] <= day]


@dataclass
class Customer:
    """A graded customer as a scheme sees them on a day."""

    customer_id: str
    identity: str
    # Up to the as-of date, earliest first.
    orders: list[Row]
    # By metric: its value, and the cells of rfm_score_components.
    values: dict[str, Number]
    scores: dict[str, Row] = field(default_factory=dict)
    score: Decimal | None = None
    tier: Row = field(default_factory=dict)


def window_sums(orders: Rows, refunds: Rows, start: date | None) -> dict[str, Number]:
    """The metrics of a window: orders by their own day, refund lines by theirs."""
    bought, refunded = (
        [row for row in rows if start is None or row["day"] >= start] for rows in (orders, refunds)
    )
    monetary = sum(row["amount"] for row in bought + refunded)
    return {
        "frequency": len(bought),
        "monetary": monetary,
        "quantity": sum(row["quantity"] for row in bought + refunded),
        "average_order_value": quotient(monetary, len(bought)) or 0,
    }


def own_measures(scheme: Scheme) -> list[str]:
    """The metrics of a scheme, or of its baselines, that are none of orders."""
    named = {
        row[column] for row in scheme.metrics.values() for column in ("metric", "baseline_metric")
    }
    return sorted(named - {*METRICS, None})


def measure_customers(
    scheme: Scheme,
    history: History,
    identities: Mapping[str, str],
    as_of: date,
    known_until: date | None = None,
) -> list[Customer]:
    """The population on a day with its metrics, of what is known until a day, by customer_id."""
    starts = {"scheme": scheme.window_start(as_of), "all": None}
    windows = {name: row["window"] or "scheme" for name, row in scheme.metrics.items()}
    population = []
    for customer_id, all_orders in sorted(history.orders.items()):
        orders = up_to(all_orders, known_until or as_of)
        refunds = up_to(history.refunds.get(customer_id, ()), known_until or as_of)
        sums = {window: window_sums(orders, refunds, start) for window, start in starts.items()}
        is_active = sums["scheme"]["frequency"] > 0
        if orders and (is_active or scheme.row["population"] == "ever_ordered"):
            values = {name: sums[windows.get(name, "scheme")][name] for name in METRICS[1:5]}
            values["recency"] = (as_of - orders[-1]["day"]).days
            for name in own_measures(scheme):
                values[name] = history.value_in_force(customer_id, name, as_of)
            identity = identities.get(customer_id, "unknown")
            population.append(Customer(customer_id, identity, orders, values))
    return population


def read_customers(customers: Iterable[Row], policy: Policy) -> dict[str, Row]:
    """The rows of customers by customer_id, stripped, without those whose id is of no use."""
    placeholders = policy.placeholder_ids()
    found = {}
    for row in map(strip_cells, customers):
        if id_fault({"customer_id": row["customer_id"]}, placeholders) is None:
            assert row["customer_id"] not in found
            found[row["customer_id"]] = row
    return found


# --- Scoring: each method settles its bins, then places every customer ---


def new_bin(label: Any, score: Number | None, customers: int = 0) -> Row:
    """A bin without bounds: the cells of rfm_score_cutoffs."""
    cells = ("bound", "inclusive", "tie_customer_id")
    empty = dict.fromkeys(f"{side}_{cell}" for cell in cells for side in SIDES)
    return {"bin": str(label), "score": score, "customers": customers} | empty


def place(customer: Customer, metric: Row, own: Row, score: Number, *following: Number) -> None:
    """Put a customer into a bin, the next better score and the distance to it being known or not.

    That makes the cells of rfm_score_components.
    """
    next_score, distance = following or (None, None)
    name = metric["metric"]
    customer.scores[name] = {
        "value": customer.values.get(name),
        "score": score,
        "contribution": metric["weight"] * score,
        "next_score": next_score,
        "distance_to_next": distance,
        **{column: metric[column] for column in ("metric", "method", "weight")},
        **{column: own[column] for column in ("bin", "lower_bound", "upper_bound")},
    }


def is_ascending(metric: Row) -> bool:
    """Whether more is better."""
    return metric["direction"] == "higher_is_better"


def in_steps(gap: Number, metric: Row, is_beyond: bool) -> Number:
    """A gap in whole steps: days, orders, pieces or 0.01 of money; or, if beyond it, past it."""
    name = metric["metric"]
    step = Decimal("0.01") if name in METRICS else Decimal("0.000001")
    step = 1 if name in ("recency", "frequency", "quantity") else step
    steps = ceil(Decimal(gap) / step)
    return (steps + (is_beyond and steps * step == gap)) * step


def is_beyond(item: Row, side: str, value: Number) -> bool:
    """Whether a value lies below the lower or above the upper bound of a bin."""
    bound, sign = item[f"{side}_bound"], 1 if side == "upper" else -1
    if bound is None or sign * value < sign * bound:
        return False
    return value != bound or not item[f"{side}_inclusive"]


def bin_of(bins: Iterable[Row], value: Number) -> Row:
    """The bin that holds a value."""
    return next(it for it in bins if not any(is_beyond(it, side, value) for side in SIDES))


def distance_to_bin(value: Number, target: Row, metric: Row) -> Number:
    """Change, in whole steps, that takes a value over the near bound of a bin."""
    side = "lower" if is_beyond(target, "lower", value) else "upper"
    gap = abs(target[f"{side}_bound"] - value)
    return in_steps(gap, metric, not target[f"{side}_inclusive"])


def distance_to_tile(customer: Customer, worst: Customer, metric: Row) -> Number:
    """Change, in whole steps, that puts a customer before the last one of a better tile."""
    gap = abs(worst.values[metric["metric"]] - customer.values[metric["metric"]])
    return in_steps(gap, metric, customer.customer_id > worst.customer_id) if gap else 0


def best_first(customers: Iterable[Customer], metric: Row) -> list[Customer]:
    """Customers by a metric, ties by customer_id."""
    name, sign = metric["metric"], -1 if is_ascending(metric) else 1
    return sorted(customers, key=lambda it: (sign * it.values[name], it.customer_id))


def score_ntile(scheme: Scheme, metric: Row, customers: list[Customer]) -> list[Row]:
    """SQL's ntile over the customers, best first; who stands at a border inside equal values."""
    ranked = best_first(customers, metric)
    values = [customer.values[metric["metric"]] for customer in ranked]
    small, larger_tiles = divmod(len(ranked), metric["levels"])
    bins: list[Row] = []
    begin = 0
    for tile in range(metric["levels"]):
        end = begin + small + (tile < larger_tiles)
        score = metric["levels"] - tile
        own = new_bin(score, score, end - begin)
        # The first and the last place of the tile, each with the one beside it.
        ends = [(begin, begin - 1), (end - 1, end)] if begin < end else []
        for side, (inside, beside) in zip(
            SIDES, reversed(ends) if is_ascending(metric) else ends, strict=False
        ):
            is_tie = 0 <= beside < len(values) and values[beside] == values[inside]
            own[f"{side}_bound"], own[f"{side}_inclusive"] = values[inside], True
            own[f"{side}_tie_customer_id"] = ranked[inside].customer_id if is_tie else None
        for customer in ranked[begin:end]:
            better = ()
            if bins:
                distance = distance_to_tile(customer, ranked[begin - 1], metric)
                better = bins[-1]["score"], distance
            place(customer, metric, own, score, *better)
        bins.append(own)
        begin = end
    return bins


def can_hold(item: Row) -> bool:
    """Whether a bin of values can hold any."""
    low, high = item["lower_bound"], item["upper_bound"]
    return low is None or high is None or low < high or item["lower_inclusive"]


def place_by_value(metric: Row, customers: Iterable[Customer], bins: Rows) -> None:
    """Place customers in bins of values."""
    by_score = sorted(filter(can_hold, bins), key=itemgetter("score"))
    for customer in customers:
        value = customer.values[metric["metric"]]
        own = bin_of(bins, value)
        own["customers"] += 1
        following = ()
        for target in [item for item in by_score if item["score"] > own["score"]][:1]:
            following = target["score"], distance_to_bin(value, target, metric)
        place(customer, metric, own, own["score"], *following)


def score_quantile(scheme: Scheme, metric: Row, customers: list[Customer]) -> list[Row]:
    """Bins between the quantiles of the raw value; equal values share a score.

    Cuts are linear-interpolated percentiles ("type 7") at 1/levels ..., floored to six decimals.
    """
    levels = metric["levels"]
    values = sorted(customer.values[metric["metric"]] for customer in customers)
    cuts = []
    for level in range(1, levels) if values else ():
        index, rest = divmod((len(values) - 1) * level, levels)
        gap = values[index + 1] - values[index] if rest else 0
        cuts.append(rounded(values[index] + Decimal(gap * rest) / levels, 6, ROUND_FLOOR))
    cuts = cuts or [None] * (levels - 1)
    bins = []
    for level, (low, high) in enumerate(zip([None, *cuts], [*cuts, None], strict=True), start=1):
        score = level if is_ascending(metric) else levels + 1 - level
        own = new_bin(score, score) | {"lower_bound": low, "upper_bound": high}
        own["lower_inclusive"] = None if low is None else False
        own["upper_inclusive"] = None if high is None else True
        bins.append(own)
    place_by_value(metric, customers, bins)
    return bins


def score_threshold(scheme: Scheme, metric: Row, customers: list[Customer]) -> list[Row]:
    """The bins of the policy; the flag of a blank bound is ignored."""
    bins = []
    for row in scheme.bins[metric["metric"]]:
        own = new_bin(f"{Decimal(row['score']).normalize():f}", row["score"])
        for side in SIDES:
            own[f"{side}_bound"] = row[f"{side}_bound"]
            if own[f"{side}_bound"] is not None:
                own[f"{side}_inclusive"] = row[f"{side}_inclusive"].lower() == "true"
        bins.append(own)
    place_by_value(metric, customers, bins)
    return bins


def score_min_max(scheme: Scheme, metric: Row, customers: list[Customer]) -> list[Row]:
    """Deviation from the baseline as a share of the range."""
    values = [customer.values[metric["metric"]] for customer in customers]
    values = [value for value in values if value is not None]
    baseline = metric["baseline_metric"] or metric["metric"]
    baselines = [customer.values[baseline] for customer in customers]
    baselines = [value for value in baselines if value is not None]
    own = new_bin("range", None, len(values))
    if customers:
        own |= {"lower_inclusive": True, "upper_inclusive": True}
    if values and baselines:
        span = max(values) - min(values)
        low = min(baselines) if is_ascending(metric) else max(baselines) - span
        own |= {"lower_bound": low, "upper_bound": low + span}
    for customer in customers:
        value = customer.values[metric["metric"]]
        if value is not None:
            place(customer, metric, own, deviation_score(metric, own, value))
    return [own]


def deviation_score(metric: Row, own: Row, value: Number) -> Number:
    """How far a value is from the baseline, as a share of the range; 0 where the range is 0."""
    low, high = own["lower_bound"], own["upper_bound"]
    if low is None:
        return 0
    return quotient(value - low if is_ascending(metric) else high - value, high - low, 12) or 0


def score_lookup(scheme: Scheme, metric: Row, customers: list[Customer]) -> list[Row]:
    """The weight of the customer's identity."""
    bins = {identity: new_bin(identity, weight) for identity, weight in scheme.identities.items()}
    for customer in customers:
        if customer.identity not in bins:
            raise ValueError(f"identity without a weight: {customer.identity!r}")
        own = bins[customer.identity]
        own["customers"] += 1
        place(customer, metric, own, own["score"])
    return list(bins.values())


METHODS = {
    "ntile": score_ntile,
    "quantile": score_quantile,
    "threshold": score_threshold,
    "min_max": score_min_max,
    "lookup": score_lookup,
}


def matches(rule: Row, scores: Mapping[str, Number | None]) -> bool:
    """Whether scores meet a rule, whose bounds are inclusive; a blank one is open."""
    return all(
        (rule[f"{name}_min"] is None or scores[name] >= rule[f"{name}_min"])
        and (rule[f"{name}_max"] is None or scores[name] <= rule[f"{name}_max"])
        for name in RULE_METRICS
    )


def is_within(value: Number, low: Number | None, high: Number | None) -> bool:
    """Whether a value lies from a lower bound up to before an upper one; None is open."""
    return (low is None or value >= low) and (high is None or value < high)


def find_tier(scheme: Scheme, scores: Mapping[str, Number]) -> tuple[Decimal, Row]:
    """The weighted sum, rounded, and the tier by the first matching rule or by that sum."""
    total = sum(metric["weight"] * scores[name] for name, metric in scheme.metrics.items())
    score = rounded(rounded(total, 9), scheme.row["score_decimals"])
    if scheme.by_rules:
        name = next(rule["tier"] for rule in scheme.rules if matches(rule, scores))
        return score, next(tier for tier in scheme.tiers if tier["tier"] == name)
    bounds = ((tier, tier["min_score"], tier["max_score"]) for tier in scheme.tiers)
    return score, next(tier for tier, low, high in bounds if is_within(score, low, high))


# --- Result tables ---


class Graded:
    """One scheme on its as-of date: the bins in force, and its customers with their tiers."""

    def __init__(
        self, scheme: Scheme, as_of: date, history: History, identities: Mapping[str, str]
    ) -> None:
        """Grade the customers."""
        self.scheme, self.as_of = scheme, as_of
        self.history, self.identities = history, identities
        self.head = {"scheme": scheme.name, "as_of_date": as_of}
        self.customers = measure_customers(scheme, history, identities, as_of)
        self.bins = {}
        for name, metric in scheme.metrics.items():
            # Who has no value of an own measure stands in none of its bins, and scores 0.
            having = group_by(
                self.customers, lambda it, name=name: it.values.get(name, 0) is not None
            )
            population = self.customers if metric["method"] == "min_max" else having[True]
            self.bins[name] = METHODS[metric["method"]](scheme, metric, population)
            for customer in having[False]:
                place(customer, metric, new_bin("", None) | {"bin": None}, 0)
        for customer in self.customers:
            scores = {name: placed["score"] for name, placed in customer.scores.items()}
            customer.score, customer.tier = find_tier(scheme, scores)

    def members(self, tier: Row) -> list[Customer]:
        """The customers of a tier."""
        return [customer for customer in self.customers if customer.tier is tier]

    def tables(self) -> dict[str, list[Row]]:
        """The rows of the result tables."""
        rows = {
            "rfm_score_cutoffs": (
                {"metric": name} | item for name, bins in self.bins.items() for item in bins
            ),
            "rfm_score_components": (
                {"customer_id": customer.customer_id} | placed
                for customer in self.customers
                for placed in customer.scores.values()
            ),
            "rfm_customer_tiers": map(self.tier_row, self.customers),
            "rfm_tier_summary": map(self.summary_row, self.scheme.tiers),
            "rfm_scheme_runs": [self.run_row()],
            "rfm_tier_rule_coverage": self.coverage_rows() if self.scheme.by_rules else (),
        }
        return {table: [self.head | row for row in more] for table, more in rows.items()}

    def tier_row(self, customer: Customer) -> Row:
        """One row of rfm_customer_tiers."""
        last, tier = customer.orders[-1], customer.tier
        return {
            "window_start": self.scheme.window_start(self.as_of),
            "customer_id": customer.customer_id,
            "recency_days": customer.values["recency"],
            **{name: customer.values[name] for name in METRICS[1:5]},
            "identity": customer.identity,
            "first_order_date": customer.orders[0]["day"],
            "last_order_date": last["day"],
            "last_ordered_at": last["time"],
            "last_order_id": last["order_id"],
            "last_order_amount": last["amount"],
            "last_product_name": last["lead"]["product_name"],
            "region": last["lead"]["region"],
            "store_code": last["lead"]["store_code"],
            **dict.fromkeys(f"{name}_score" for name in METRICS),
            **{
                f"{name}_score": rounded(it["score"])
                for name, it in customer.scores.items()
                if name in METRICS
            },
            "score": customer.score,
            **tier_cells(tier),
        }

    def summary_row(self, tier: Row) -> Row:
        """The row of a tier in rfm_tier_summary."""
        members = self.members(tier)
        measures = {
            column: [customer.values[name] for customer in members]
            for column, name in zip(("recency_days", *METRICS[1:3]), METRICS, strict=False)
        }
        revenue = sum(measures["monetary"])
        all_revenue = sum(customer.values["monetary"] for customer in self.customers)
        strategy = self.scheme.strategies.get(tier["tier"], {})
        row = {
            "tier": tier["tier"],
            "tier_rank": tier["tier_rank"],
            "customers": len(members),
            "customer_share": quotient(len(members), len(self.customers)),
            "revenue": revenue,
            "revenue_share": quotient(revenue, all_revenue),
            "repurchase_rate": quotient(sum(map(has_again, members)), len(members)),
            **{column: strategy.get(column) for column in STRATEGY_COLUMNS},
            "target_value": None,
        }
        for name, values in measures.items():
            row[f"mean_{name}"] = quotient(sum(values), len(values))
            row[f"median_{name}"] = rounded(median(map(Decimal, values))) if values else None
        for end in ("min", "max"):
            contacts = tier[f"contacts_{end}"] * PERIODS_A_YEAR[tier["period"]]
            row[f"contacts_per_year_{end}"] = quotient(contacts, tier["every_n"])
        present = row.get(row["target_metric"])
        if present is not None:
            target = rounded(present * (1 + row["target_change"]))
            is_rate = row["target_metric"] == "repurchase_rate"
            row["target_value"] = min(target, 1) if is_rate else target
        return row

    def run_row(self) -> Row:
        """The row of rfm_scheme_runs; lines, orders and their dates are of all dates."""
        days = [order["day"] for orders in self.history.orders.values() for order in orders]
        known = [True for orders in self.history.orders.values() if up_to(orders, self.as_of)]
        return {
            "window_start": self.scheme.window_start(self.as_of),
            "lines": self.history.lines,
            "orders": len(days),
            "customers_known": len(known),
            "customers_graded": len(self.customers),
            "first_order_date": min(days, default=None),
            "last_order_date": max(days, default=None),
        }

    def coverage_rows(self) -> Iterator[Row]:
        """Rows of rfm_tier_rule_coverage: each cell of recency x frequency x monetary score."""
        # Of a deviation there is no end of scores, and no rule may look at it.
        looked_at = [
            name
            for name in RULE_METRICS
            if name in self.bins and self.scheme.metrics[name]["method"] != "min_max"
        ]
        counts = Counter(
            tuple(customer.scores[name]["score"] for name in looked_at)
            for customer in self.customers
        )
        possible = [sorted({item["score"] for item in self.bins[name]}) for name in looked_at]
        for cell in product(*possible):
            scores = dict.fromkeys(RULE_METRICS) | dict(zip(looked_at, cell, strict=True))
            first, *others = [rule for rule in self.scheme.rules if matches(rule, scores)]
            yield {
                **{f"{name}_score": score for name, score in scores.items()},
                "tier": first["tier"],
                "matched_priority": first["priority"],
                "other_priorities": ",".join(str(rule["priority"]) for rule in others) or None,
                "customers": counts[cell],
            }


def tier_cells(tier: Row) -> Row:
    """The cells that say of a customer's tier what it is and asks for."""
    columns = ("tier", "tier_rank", "contacts_min", "contacts_max", "action", "action_zh")
    return {column: tier[column] for column in columns} | {
        "tier_label": tier["label"],
        "tier_label_zh": tier["label_zh"],
        "contact_every_n": tier["every_n"],
        "contact_period": tier["period"],
    }


def has_again(customer: Customer) -> bool:
    """Whether a customer ordered twice or more."""
    return customer.values["frequency"] >= 2


def grade_schemes(accepted: list[Row], policy: Policy, settings: Settings) -> list[Graded]:
    """Grade the customers of accepted lines by every enabled scheme."""
    if not accepted:
        raise ValueError("no order line was accepted")
    days = [line["day"] for line in accepted]
    orders = [line["day"] for line in accepted if not line["is_refund"]]
    if settings.as_of_date and settings.as_of_date < min(orders, default=date.min):
        raise ValueError(f"as-of date {settings.as_of_date} lies before the first order")
    known = read_customers(settings.customers, policy)
    identities = {key: row["identity"] for key, row in known.items() if row.get("identity")}
    measures = read_measures(settings.measures, policy)
    everything = build_history(accepted, measures)
    graded = []
    for name in sorted(row["scheme"] for row in policy.tables["rfm_schemes"]):
        if settings.enabled_schemes is None or name in settings.enabled_schemes:
            scheme, history = Scheme(policy, name), everything
            if predicate := settings.filters.get(name):
                history = build_history([it for it in accepted if predicate(it)], measures)
            as_of = settings.as_of_date or scheme.latest_as_of(max(days))
            graded.append(Graded(scheme, as_of, history, identities))
    return graded
