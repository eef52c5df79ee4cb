"""Reference implementation of the scoring: order lines and policy rows in, result tables out.

It is written from the specification alone and shares nothing with the SQL of the project, so that
the two can be compared row by row. No binary float is used. Inside, every number with decimals is
a whole number of small units:

    micro  1 / 10**6   amounts, values of metrics, bounds, weights
    pico   1 / 10**12  scores of one metric
    atto   1 / 10**18  contributions (weight x score) and their sum

Recency, frequency and quantity are plain integers (days, orders, pieces) until they become values
of a metric, which are micro units. Result tables hold int, Decimal, date, datetime, str, bool and
None. Text compares by code point, which for UTF-8 is the order of the bytes.
"""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Predicate = Callable[[Row], Any]

MICRO_PLACES = 6
PICO_PLACES = 12
ATTO_PLACES = 18
MICRO = 10**MICRO_PLACES
MONEY_STEP = MICRO // 100

CONTRACT_COLUMNS = (
    *("order_id", "customer_id", "ordered_at", "amount", "line_id", "quantity", "list_amount"),
    *("product_name", "category", "channel", "payment_method", "store_code", "region"),
    *("source_system", "order_status"),
)
POLICY_SEEDS = (
    *("rfm_schemes", "rfm_scheme_metrics", "rfm_score_bins", "rfm_tiers", "rfm_tier_rules"),
    *("rfm_follow_up_cadences", "rfm_identity_weights", "rfm_category_aliases", "rfm_strategies"),
    *("rfm_behaviour_bands", "rfm_price_sensitivity", "rfm_life_cycles", "rfm_alert_limits"),
    "rfm_placeholder_ids",
)
# Without schemes, and with a meaning only as a whole: own rows replace the present ones.
WHOLE_SEEDS = (
    *("rfm_behaviour_bands", "rfm_price_sensitivity", "rfm_life_cycles", "rfm_alert_limits"),
)
METRICS = (*("recency", "frequency", "monetary", "quantity", "average_order_value", "identity"),)
RULE_METRICS = ("recency", "frequency", "monetary")
UNKNOWN_TEXT = "未知"
UNKNOWN_IDENTITY = "unknown"
WHITE_SPACE = " \t\n\v\f\r\u00a0\u3000"
PERIODS_A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
MONTHS_A_PERIOD = {"month": 1, "quarter": 3, "year": 12}

# An operation that would have to round raises instead.
EXACT = Context(prec=120, traps=[Inexact, InvalidOperation, Overflow])


# --- Numbers, texts and dates ---


def half_up(numerator: int, denominator: int) -> int:
    """Quotient as a whole number, halves away from zero; the denominator is positive."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -quotient if numerator < 0 else quotient


def drop_places(units: int, places: int, kept: int) -> int:
    """Units with `places` decimals, rounded half up to units with `kept` decimals."""
    return half_up(units, 10 ** (places - kept))


def to_decimal(units: int | None, places: int = MICRO_PLACES) -> Decimal | None:
    """Exact Decimal of a whole number of units with `places` decimals."""
    return None if units is None else EXACT.scaleb(Decimal(units), -places)


def plain_text(units: int, places: int = MICRO_PLACES) -> str:
    """Units with `places` decimals as plain text without trailing zeros: 2500000 is '2.5'."""
    text = f"{to_decimal(units, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def strip_text(value: str | None) -> str | None:
    """Text without ASCII white space, U+00A0 and U+3000 at both ends; empty is None."""
    return (value.strip(WHITE_SPACE) or None) if value is not None else None


PLAIN_NUMBER = re.compile(r"([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.ASCII | re.IGNORECASE)


def split_number(text: str) -> tuple[bool, str, int] | None:
    """A plain number as (negative, digits, point): 0.digits x 10**point; zero has no digits.

    None if the text is not a plain number: sign, digits, fraction and exponent, nothing else.
    """
    match = PLAIN_NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction, bare_fraction, exponent = match.groups()
    whole = whole or ""
    digits = whole + (fraction or bare_fraction or "")
    significant = digits.lstrip("0")
    point = len(whole) - (len(digits) - len(significant)) + bounded_exponent(exponent or "0")
    significant = significant.rstrip("0")
    return sign == "-" and bool(significant), significant, point


def bounded_exponent(text: str) -> int:
    """An exponent as a whole number; more than nine digits are as good as a billion."""
    digits = text.lstrip("+-").lstrip("0")
    size = int(digits or "0") if len(digits) <= 9 else 10**9
    return -size if text.startswith("-") else size


@lru_cache(maxsize=1_000_000)
def parse_amount(text: str) -> tuple[int, bool] | None:
    """Amount in micro units, half up, and whether it is below 0 before rounding.

    None if the text is not a plain number, or if the rounded amount reaches 10**12.
    """
    parts = split_number(text)
    if parts is None:
        return None
    negative, digits, point = parts
    if digits and point > 12:
        return None
    kept = point + MICRO_PLACES
    if not digits or kept < 0:
        return 0, negative
    units = int(digits[:kept].ljust(kept, "0") or "0")
    # Half up depends on the first dropped digit alone.
    units += digits[kept : kept + 1] >= "5"
    if units >= 10**12 * MICRO:
        return None
    return (-units if negative else units), negative


@lru_cache(maxsize=100_000)
def parse_quantity(text: str) -> int | None:
    """Pieces; None if the text is not a plain whole number below 10**12 in size."""
    parts = split_number(text)
    if parts is None:
        return None
    negative, digits, point = parts
    if not digits:
        return 0
    if point > 12 or len(digits) > point:
        return None
    pieces = int(digits.ljust(point, "0"))
    return -pieces if negative else pieces


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
    year, _, month, day, hour, minute, second, fraction = match.groups()
    clock = (int(part or 0) for part in (hour, minute, second))
    try:
        return datetime(
            *map(int, (year, month, day)), *clock, int((fraction or "0")[:6].ljust(6, "0"))
        )
    except ValueError:
        return None


def policy_micro(text: str | None) -> int | None:
    """A policy number in micro units; blank is None; more than six decimals are an error."""
    if text is None:
        return None
    parts = split_number(text)
    if parts is None or len(parts[1]) - parts[2] > MICRO_PLACES:
        raise ValueError(f"not a number with at most {MICRO_PLACES} decimals: {text!r}")
    negative, digits, point = parts
    units = int(digits.ljust(point + MICRO_PLACES, "0") or "0")
    return -units if negative else units


def policy_int(text: str | None) -> int | None:
    """A policy number that is whole; blank is None."""
    units = policy_micro(text)
    if units is not None and units % MICRO:
        raise ValueError(f"not a whole number: {text!r}")
    return None if units is None else units // MICRO


def add_months(day: date, months: int) -> date:
    """The same day some months later (or earlier), clipped to the month's end."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    month = month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_periods(day: date, count: int, period: str) -> date:
    """The day `count` periods later; month, quarter and year clip to the month's end."""
    if period in MONTHS_A_PERIOD:
        return add_months(day, count * MONTHS_A_PERIOD[period])
    return day + timedelta(days=count * (7 if period == "week" else 1))


def period_start(day: date, period: str) -> date:
    """First day of the period that holds the day; weeks start on Monday."""
    if period not in MONTHS_A_PERIOD:
        return day - timedelta(days=day.weekday() if period == "week" else 0)
    months = MONTHS_A_PERIOD[period]
    return date(day.year, day.month - (day.month - 1) % months, 1)


def latest_complete_period_end(latest: date, period: str) -> date:
    """Last day of the latest period that is complete on the date `latest`."""
    return period_start(latest + timedelta(days=1), period) - timedelta(days=1)


# --- Policy ---


@dataclass(frozen=True)
class Policy:
    """The rows of the policy seeds, cells as stripped text, blank is None."""

    tables: Mapping[str, tuple[Row, ...]]

    @classmethod
    def from_folder(cls, path: str | Path) -> Policy:
        """Read <seed>.csv of every policy seed in a folder."""
        tables = {}
        for seed in POLICY_SEEDS:
            place = Path(path) / f"{seed}.csv"
            with place.open(encoding="utf-8-sig", newline="") as file:
                tables[seed] = tuple(clean_cells(row) for row in csv.DictReader(file))
        return cls(tables)

    def with_rows(self, added: Mapping[str, Iterable[Mapping[str, Any]]]) -> Policy:
        """Policy with more rows.

        A scheme of the added rfm_schemes replaces the present one. Seeds that mean something only
        as a whole are replaced.
        """
        unknown = set(added) - set(POLICY_SEEDS)
        if unknown:
            raise ValueError(f"unknown policy seeds: {sorted(unknown)}")
        new_rows = {
            seed: [clean_cells(row) for row in added.get(seed, ())] for seed in POLICY_SEEDS
        }
        replaced = {row["scheme"] for row in new_rows["rfm_schemes"]}
        return Policy(
            {
                seed: tuple(
                    row
                    for row in self.tables[seed]
                    if not (seed in WHOLE_SEEDS and seed in added)
                    and row.get("scheme") not in replaced
                )
                + tuple(new_rows[seed])
                for seed in POLICY_SEEDS
            }
        )

    def rows(self, seed: str, scheme: str) -> list[Row]:
        """The rows of one scheme in one seed."""
        return [row for row in self.tables[seed] if row["scheme"] == scheme]

    def schemes(self, enabled: Iterable[str] | None) -> list[Scheme]:
        """The enabled schemes (None: all), by name."""
        names = sorted(row["scheme"] for row in self.tables["rfm_schemes"])
        if enabled is not None:
            chosen = set(enabled)
            if chosen - set(names):
                raise ValueError(f"unknown schemes: {sorted(chosen - set(names))}")
            names = [name for name in names if name in chosen]
        return [read_scheme(self, name) for name in names]

    def category_aliases(self) -> dict[str, str]:
        """Raw category name -> category."""
        return {row["alias"]: row["category"] for row in self.tables["rfm_category_aliases"]}

    def placeholder_ids(self) -> dict[str, set[str]]:
        """The texts that stand for no id, by the kind of id: order_id, customer_id, other."""
        found: dict[str, set[str]] = {"order_id": set(), "customer_id": set(), "other": set()}
        for row in self.tables["rfm_placeholder_ids"]:
            kinds = found if row["applies_to"] == "both" else [row["applies_to"]]
            for kind in kinds:
                # A CSV loader may have made nothing of the word null.
                found[kind].add((row["id"] or "null").lower())
        return found


def clean_cells(row: Mapping[str, Any]) -> Row:
    """A policy row with stripped text cells; blank is None."""
    return {
        column: None if value is None else strip_text(str(value)) for column, value in row.items()
    }


@dataclass
class Bin:
    """One row of the cut points: what a value must be to get a score. Bounds in micro units."""

    label: str
    score: int | None  # pico
    lower: int | None = None
    lower_inclusive: bool | None = None
    upper: int | None = None
    upper_inclusive: bool | None = None
    lower_tie: str | None = None
    upper_tie: str | None = None
    customers: int = 0

    def is_above(self, value: int) -> bool:
        """Whether the whole bin lies above the value."""
        lower = self.lower
        return lower is not None and (
            value < lower or (value == lower and not self.lower_inclusive)
        )

    def is_below(self, value: int) -> bool:
        """Whether the whole bin lies below the value."""
        upper = self.upper
        return upper is not None and (
            value > upper or (value == upper and not self.upper_inclusive)
        )

    def holds(self, value: int) -> bool:
        """Whether the value lies in the bin."""
        return not self.is_above(value) and not self.is_below(value)


@dataclass(frozen=True)
class SchemeMetric:
    """How a scheme scores one metric. The weight is in micro units."""

    metric: str
    method: str
    weight: int
    higher_is_better: bool
    levels: int | None
    baseline_metric: str
    window: str
    bins: tuple[Bin, ...]

    @property
    def step(self) -> int:
        """Smallest change that counts, in micro units: 1 day, order or piece, or 0.01 money."""
        return MONEY_STEP if self.metric in ("monetary", "average_order_value") else MICRO


@dataclass(frozen=True)
class Tier:
    """A tier with its score bounds (micro units) and its follow-up."""

    tier: str
    rank: int
    label: str | None
    label_zh: str | None
    min_score: int | None
    max_score: int | None
    contacts_min: int
    contacts_max: int
    every_n: int
    period: str
    action: str | None
    action_zh: str | None

    def contacts_per_year(self, contacts: int) -> int:
        """Contacts a year of one customer, micro units, half up."""
        return half_up(contacts * PERIODS_A_YEAR[self.period] * MICRO, self.every_n)


@dataclass(frozen=True)
class TierRule:
    """A rule on the recency, frequency and monetary scores: inclusive bounds in pico units."""

    priority: int
    tier: str
    bounds: tuple[tuple[int | None, int | None], ...]

    def matches(self, scores: Sequence[int | None]) -> bool:
        """Whether the three scores meet the rule; a blank bound is open."""
        return all(
            (low is None or score >= low) and (high is None or score <= high)
            for score, (low, high) in zip(scores, self.bounds, strict=True)
        )


@dataclass(frozen=True)
class Scheme:
    """One scheme with all its policy rows, typed."""

    name: str
    window_start: date | None
    window_months: int | None
    population: str
    refresh_period: str
    score_decimals: int
    by_rules: bool
    metrics: tuple[SchemeMetric, ...]
    tiers: tuple[Tier, ...]
    rules: tuple[TierRule, ...]
    identity_weights: Mapping[str, int]  # micro

    def metric(self, name: str) -> SchemeMetric | None:
        """The scheme's row of a metric, if it has one."""
        return next((metric for metric in self.metrics if metric.metric == name), None)

    def window_of(self, metric: str) -> str:
        """'scheme' or 'all': the window a metric is measured over, for display as well."""
        row = self.metric(metric)
        return row.window if row else "scheme"

    def window_begin(self, as_of: date) -> date | None:
        """First day of the window that ends on the as-of date; None is all data."""
        if self.window_months is not None:
            return add_months(as_of + timedelta(days=1), -self.window_months)
        return self.window_start


def read_scheme(policy: Policy, name: str) -> Scheme:
    """All policy rows of one scheme, typed; the policy is taken to be valid."""
    row = policy.rows("rfm_schemes", name)[0]
    start = row["window_start"]
    metrics = [read_metric(policy, metric) for metric in policy.rows("rfm_scheme_metrics", name)]
    return Scheme(
        name=name,
        window_start=date.fromisoformat(start) if start else None,
        window_months=policy_int(row["window_months"]),
        population=row["population"],
        refresh_period=row["refresh_period"],
        score_decimals=policy_int(row["score_decimals"]),
        by_rules=row["tier_method"] == "rules",
        metrics=tuple(sorted(metrics, key=lambda metric: METRICS.index(metric.metric))),
        tiers=tuple(read_tiers(policy, name)),
        rules=tuple(read_rules(policy, name)),
        identity_weights={
            weight["identity"]: policy_micro(weight["weight"])
            for weight in policy.rows("rfm_identity_weights", name)
        },
    )


def read_metric(policy: Policy, row: Row) -> SchemeMetric:
    """One row of rfm_scheme_metrics with its bins, lowest first."""
    bins = [
        read_bin(bin_row)
        for bin_row in policy.rows("rfm_score_bins", row["scheme"])
        if bin_row["metric"] == row["metric"]
    ]
    return SchemeMetric(
        metric=row["metric"],
        method=row["method"],
        weight=policy_micro(row["weight"]),
        higher_is_better=row["direction"] == "higher_is_better",
        levels=policy_int(row.get("levels")),
        baseline_metric=row.get("baseline_metric") or row["metric"],
        window=row.get("window") or "scheme",
        bins=tuple(sorted(bins, key=lambda item: (item.lower is not None, item.lower or 0))),
    )


def read_bin(row: Row) -> Bin:
    """One row of rfm_score_bins; the flag of a blank bound is ignored."""
    score = policy_micro(row["score"])
    lower = policy_micro(row["lower_bound"])
    upper = policy_micro(row["upper_bound"])
    return Bin(
        label=plain_text(score),
        score=score * MICRO,
        lower=lower,
        lower_inclusive=None if lower is None else row["lower_inclusive"].lower() == "true",
        upper=upper,
        upper_inclusive=None if upper is None else row["upper_inclusive"].lower() == "true",
    )


def read_tiers(policy: Policy, scheme: str) -> list[Tier]:
    """The tiers of a scheme with their cadences, best first."""
    cadences = {row["tier"]: row for row in policy.rows("rfm_follow_up_cadences", scheme)}
    tiers = [
        Tier(
            **{column: row.get(column) for column in ("tier", "label", "label_zh")},
            rank=policy_int(row["tier_rank"]),
            min_score=policy_micro(row.get("min_score")),
            max_score=policy_micro(row.get("max_score")),
            **{
                column: policy_int(cadences[row["tier"]][column])
                for column in ("contacts_min", "contacts_max", "every_n")
            },
            **{
                column: cadences[row["tier"]].get(column)
                for column in ("period", "action", "action_zh")
            },
        )
        for row in policy.rows("rfm_tiers", scheme)
    ]
    return sorted(tiers, key=lambda tier: tier.rank)


def read_rules(policy: Policy, scheme: str) -> list[TierRule]:
    """The tier rules of a scheme in the order in which they are tried."""

    def bound(text: str | None) -> int | None:
        units = policy_micro(text)
        return None if units is None else units * MICRO

    rules = [
        TierRule(
            policy_int(row["priority"]),
            row["tier"],
            tuple(
                (bound(row.get(f"{metric}_min")), bound(row.get(f"{metric}_max")))
                for metric in RULE_METRICS
            ),
        )
        for row in policy.rows("rfm_tier_rules", scheme)
    ]
    return sorted(rules, key=lambda rule: rule.priority)


# --- Cleaning ---


NO_PLACEHOLDERS: Mapping[str, set[str]] = {"order_id": set(), "customer_id": set(), "other": set()}


@dataclass(frozen=True)
class CleaningRules:
    """What decides which lines are refused."""

    latest_order_date: date
    net: bool = False
    max_order_quantity: int | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    placeholder_ids: Mapping[str, set[str]] = field(default_factory=lambda: NO_PLACEHOLDERS)
    rejected_statuses: Sequence[str] = ()


class Line:
    """One order line: the texts as they came, and the typed values (amount in micro units)."""

    __slots__ = (*CONTRACT_COLUMNS, "raw", "day", "is_refund", "typed")

    def __init__(self, raw: Mapping[str, str | None]) -> None:
        """Strip all texts and put in the defaults of line_id and quantity."""
        self.raw = raw
        for column in CONTRACT_COLUMNS:
            setattr(self, column, strip_text(raw.get(column)))
        self.line_id = self.line_id or "1"
        self.quantity = self.quantity or "1"
        self.typed = None

    @property
    def list_units(self) -> int | None:
        """The list amount in micro units, if it can be read."""
        parsed = parse_amount(self.list_amount) if self.list_amount else None
        return parsed[0] if parsed else None

    def as_typed_row(self) -> Row:
        """The standardised line as a predicate of rfm_scheme_filters sees it."""
        if self.typed is None:
            row = {column: getattr(self, column) for column in CONTRACT_COLUMNS}
            row["amount"] = to_decimal(self.amount)
            row["list_amount"] = to_decimal(self.list_units)
            self.typed = row
        return self.typed


SCIENTIFIC = re.compile(r"(?:\d+[.,]?\d*|[.,]\d+)e[+-]?\d+", re.ASCII | re.IGNORECASE)


def is_damaged(number: str) -> bool:
    """Whether an id is a number in scientific notation, or ends in a point and only zeros."""
    number = number[1:] if number[0] in "+-" else number
    whole, point, fraction = number.partition(".")
    if point and whole.isascii() and whole.isdigit() and not fraction.strip("0"):
        return True
    return SCIENTIFIC.fullmatch(number) is not None


def id_fault(column: str, number: str | None, placeholders: Mapping[str, set[str]]) -> str | None:
    """Missing or damaged, or None. A column without placeholders of its own has the common ones."""
    if number is None or number.lower() in placeholders.get(column, placeholders["other"]):
        return f"missing_{column}"
    return f"damaged_{column}" if is_damaged(number) else None


def first_id_fault(
    numbers: Mapping[str, str | None], placeholders: Mapping[str, set[str]]
) -> str | None:
    """The first fault of several ids: missing ones before damaged ones."""
    faults = [id_fault(column, number, placeholders) for column, number in numbers.items()]
    return min(filter(None, faults), key=lambda fault: fault.startswith("damaged"), default=None)


def status_key(text: str) -> str:
    """A status in lower case without white space."""
    return "".join(letter for letter in text.lower() if letter not in WHITE_SPACE)


def read_values(line: Line, rules: CleaningRules) -> str | None:
    """Type a line in place; the first reason to refuse it by itself, or None."""
    numbers = {"order_id": line.order_id, "customer_id": line.customer_id}
    fault = first_id_fault(numbers, rules.placeholder_ids)
    if fault is not None:
        return fault
    if line.ordered_at is None:
        return "missing_ordered_at"
    if line.amount is None or NOT_FINITE.fullmatch(line.amount):
        return "missing_amount"
    ordered_at = parse_timestamp(line.ordered_at)
    if ordered_at is None:
        return "unreadable_ordered_at"
    amount = parse_amount(line.amount)
    if amount is None:
        return "unreadable_amount"
    quantity = parse_quantity(line.quantity)
    if quantity is None:
        return "unreadable_quantity"
    line.ordered_at = ordered_at
    line.day = ordered_at.date()
    line.amount, is_negative = amount
    line.quantity = quantity
    line.is_refund = is_negative or quantity < 0
    if line.order_status is not None and status_key(line.order_status) in map(
        status_key, rules.rejected_statuses
    ):
        return "rejected_status"
    if line.day > rules.latest_order_date:
        return "future_order"
    if is_negative and not rules.net:
        return "negative_amount"
    if quantity == 0 or (quantity < 0 and not rules.net):
        return "non_positive_quantity"
    return None


def duplicate_rank(line: Line) -> tuple:
    """Sort key of the lines of one duplicate key: the first one stays; nulls last.

    The texts as they came break what is left, so that the result never depends on row order.
    """
    columns = ("product_name", "category", "channel", "payment_method", "store_code", "region")
    texts = (
        *(getattr(line, column) for column in (*columns, "order_status")),
        *(line.raw.get(column) for column in CONTRACT_COLUMNS),
    )
    return (
        line.ordered_at,
        line.customer_id,
        line.amount,
        line.quantity,
        (line.list_units is None, line.list_units or 0),
        *((text is None, text or "") for text in texts),
    )


def split_duplicates(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Lines that stay, and duplicates by (source_system, order_id, line_id), nulls equal."""
    groups: dict[tuple, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.source_system, line.order_id, line.line_id].append(line)
    kept, duplicates = [], []
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=duplicate_rank)
            duplicates.extend(group[1:])
        kept.append(group[0])
    return kept, duplicates


def order_key(line: Line) -> tuple[str, str | None, str]:
    """An order is (source_system, order_id) of one customer."""
    return line.customer_id, line.source_system, line.order_id


def split_absurd(lines: list[Line], limit: int | None) -> tuple[list[Line], list[Line]]:
    """Lines that stay, and all lines of orders whose pieces (refunds left out) reach the limit."""
    if limit is None:
        return lines, []
    pieces: Counter = Counter()
    for line in lines:
        if not line.is_refund:
            pieces[order_key(line)] += line.quantity
    absurd = {key for key, total in pieces.items() if total >= limit}
    kept = [line for line in lines if order_key(line) not in absurd]
    return kept, [line for line in lines if order_key(line) in absurd]


def clean_lines(
    rows: Iterable[Mapping[str, str | None]], rules: CleaningRules
) -> tuple[list[Line], list[Row]]:
    """Accepted lines, standardised, and the rows of rfm_rejected_orders."""
    rejected: list[Row] = []
    passed: list[Line] = []
    for raw in rows:
        line = Line(raw)
        reason = read_values(line, rules)
        if reason is None:
            passed.append(line)
        else:
            rejected.append(rejected_row(line, reason))
    unique, duplicates = split_duplicates(passed)
    accepted, absurd = split_absurd(unique, rules.max_order_quantity)
    rejected.extend(rejected_row(line, "duplicate") for line in duplicates)
    rejected.extend(rejected_row(line, "absurd_quantity") for line in absurd)
    for line in accepted:
        line.category = rules.aliases.get(line.category, line.category) or UNKNOWN_TEXT
        line.region = line.region or UNKNOWN_TEXT
    return accepted, sorted(rejected, key=lambda row: [text or "" for text in row.values()])


def rejected_row(line: Line, reason: str) -> Row:
    """A refused line: the contract columns as they came, and the reason."""
    return {column: line.raw.get(column) for column in CONTRACT_COLUMNS} | {"reason": reason}


# --- Orders and customers ---


class Order:
    """An order over the matching order lines of a scheme; amount in micro units."""

    __slots__ = ("amount", "lead", "order_id", "quantity", "source_system", "time")

    def __init__(self, line: Line) -> None:
        """An order of one line so far."""
        self.order_id = line.order_id
        self.source_system = line.source_system
        self.time = line.ordered_at
        self.amount = line.amount
        self.quantity = line.quantity
        self.lead = line

    def add(self, line: Line) -> None:
        """Take in one more line: earliest time, sums, line of largest amount then least id."""
        self.time = min(self.time, line.ordered_at)
        self.amount += line.amount
        self.quantity += line.quantity
        if (-line.amount, line.line_id) < (-self.lead.amount, self.lead.line_id):
            self.lead = line

    @property
    def rank(self) -> tuple:
        """Sort key of the orders of one customer: the greatest one is the last order."""
        source = self.source_system
        return self.time, self.order_id, source is not None, source or ""


@dataclass
class History:
    """All that the matching lines of a scheme say: orders and refund lines by customer."""

    lines: int
    orders: Mapping[str, list[Order]]
    refunds: Mapping[str, list[Line]]


def build_history(lines: Iterable[Line], predicate: Predicate | None) -> History:
    """Orders and refunds of the lines that a filter lets through (None: all)."""
    orders: dict[tuple, Order] = {}
    refunds: dict[str, list[Line]] = defaultdict(list)
    count = 0
    for line in lines:
        if predicate is not None and not predicate(line.as_typed_row()):
            continue
        count += 1
        if line.is_refund:
            refunds[line.customer_id].append(line)
            continue
        key = order_key(line)
        if key in orders:
            orders[key].add(line)
        else:
            orders[key] = Order(line)
    by_customer: dict[str, list[Order]] = defaultdict(list)
    for (customer_id, _, _), order in orders.items():
        by_customer[customer_id].append(order)
    return History(count, by_customer, refunds)


@dataclass
class Totals:
    """Sums of one customer over one window; monetary in micro units."""

    frequency: int
    monetary: int
    quantity: int

    @property
    def average_order_value(self) -> int:
        """Monetary per order, micro units, half up; 0 where there is no order."""
        return half_up(self.monetary, self.frequency) if self.frequency else 0


@dataclass
class Customer:
    """One graded customer as a scheme sees them on its as-of date."""

    customer_id: str
    identity: str
    recency_days: int
    first_order: Order
    last_order: Order
    totals: dict[str, Totals]  # by window: 'scheme', 'all'
    scores: dict[str, MetricScore] = field(default_factory=dict)
    score: int = 0  # micro, rounded to the scheme's decimals
    tier: Tier | None = None

    def value(self, metric: str, window: str) -> int:
        """Value of a metric in micro units."""
        if metric == "recency":
            return self.recency_days * MICRO
        totals = self.totals[window]
        if metric == "monetary":
            return totals.monetary
        if metric == "average_order_value":
            return totals.average_order_value
        return getattr(totals, metric) * MICRO


def sum_window(
    orders: list[Order], refunds: Iterable[Line], start: date | None, as_of: date
) -> Totals:
    """Sums over [start, as_of]: orders by their time, refund lines by their own date."""
    counted = [order for order in orders if start is None or order.time.date() >= start]
    refunded = [
        line for line in refunds if line.day <= as_of and (start is None or line.day >= start)
    ]
    return Totals(
        frequency=len(counted),
        monetary=sum(order.amount for order in counted) + sum(line.amount for line in refunded),
        quantity=sum(order.quantity for order in counted) + sum(line.quantity for line in refunded),
    )


def orders_up_to(history: History, as_of: date) -> dict[str, list[Order]]:
    """The orders of every customer who has one up to the as-of date."""
    known = {}
    for customer_id, orders in history.orders.items():
        counted = [order for order in orders if order.time.date() <= as_of]
        if counted:
            known[customer_id] = counted
    return known


def measure_customers(
    scheme: Scheme,
    known: Mapping[str, list[Order]],
    refunds: Mapping[str, list[Line]],
    identities: Mapping[str, str],
    as_of: date,
) -> list[Customer]:
    """The scheme's population with its metrics, by customer_id."""
    start = scheme.window_begin(as_of)
    population = []
    for customer_id, orders in known.items():
        own_refunds = refunds.get(customer_id, ())
        in_window = sum_window(orders, own_refunds, start, as_of)
        if scheme.population == "active_in_window" and not in_window.frequency:
            continue
        last = max(orders, key=lambda order: order.rank)
        population.append(
            Customer(
                customer_id=customer_id,
                identity=identities.get(customer_id, UNKNOWN_IDENTITY),
                recency_days=(as_of - last.time.date()).days,
                first_order=min(orders, key=lambda order: order.time),
                last_order=last,
                totals={
                    "scheme": in_window,
                    "all": sum_window(orders, own_refunds, None, as_of),
                },
            )
        )
    return sorted(population, key=lambda customer: customer.customer_id)


def read_customers(
    customers: Iterable[Mapping[str, str | None]], placeholders: Mapping[str, set[str]]
) -> dict[str, Mapping[str, str | None]]:
    """The rows of customers by customer_id, without those whose number is of no use."""
    found: dict[str, Mapping[str, str | None]] = {}
    for row in customers:
        customer_id = strip_text(row.get("customer_id"))
        if customer_id in found:
            raise ValueError(f"more than one row of customer {customer_id!r}")
        if id_fault("customer_id", customer_id, placeholders) is None:
            found[customer_id] = row
    return found


# --- Scoring: each method settles its bins, then places every customer ---


@dataclass
class MetricScore:
    """What one metric says of one customer: value and distance in micro units, scores in pico."""

    bin: Bin
    value: int | None
    score: int
    next_score: int | None = None
    distance: int | None = None


def score_ntile(metric: SchemeMetric, customers: list[Customer]) -> list[Bin]:
    """SQL's ntile over the customers, best first; ties by customer_id."""

    def value(customer: Customer) -> int:
        return customer.value(metric.metric, metric.window)

    sign = -1 if metric.higher_is_better else 1
    ranked = sorted(customers, key=lambda customer: (sign * value(customer), customer.customer_id))
    small, larger_tiles = divmod(len(ranked), metric.levels)
    bins: list[Bin] = []
    begin = 0
    for tile in range(1, metric.levels + 1):
        end = begin + small + (tile <= larger_tiles)
        members = ranked[begin:end]
        score = metric.levels + 1 - tile
        tile_bin = Bin(str(score), score * 10**PICO_PLACES, customers=len(members))
        bins.append(tile_bin)
        if members:
            set_tile_bounds(tile_bin, metric, ranked, begin, end)
        for customer in members:
            placed = MetricScore(tile_bin, value(customer), tile_bin.score)
            if tile > 1:
                placed.next_score = bins[-2].score
                worst = ranked[begin - 1]
                placed.distance = tile_distance(customer, worst, value, metric.step)
            customer.scores[metric.metric] = placed
        begin = end
    return bins


def set_tile_bounds(
    tile: Bin, metric: SchemeMetric, ranked: list[Customer], begin: int, end: int
) -> None:
    """Smallest and largest value of a tile, and who stands at a border inside equal values."""

    def value(position: int) -> int:
        return ranked[position].value(metric.metric, metric.window)

    first, last = ranked[begin], ranked[end - 1]
    first_tie = begin > 0 and value(begin - 1) == value(begin)
    last_tie = end < len(ranked) and value(end) == value(end - 1)
    best_tie = first.customer_id if first_tie else None
    worst_tie = last.customer_id if last_tie else None
    tile.lower_inclusive = tile.upper_inclusive = True
    if metric.higher_is_better:
        tile.lower, tile.upper = value(end - 1), value(begin)
        tile.lower_tie, tile.upper_tie = worst_tie, best_tie
    else:
        tile.lower, tile.upper = value(begin), value(end - 1)
        tile.lower_tie, tile.upper_tie = best_tie, worst_tie


def tile_distance(
    customer: Customer, worst: Customer, value: Callable[[Customer], int], step: int
) -> int:
    """Change, in whole steps, that puts a customer before the last one of the better tile."""
    gap = abs(value(worst) - value(customer))
    if gap == 0:
        return 0
    steps, rest = divmod(gap, step)
    needs_more = rest > 0 or customer.customer_id > worst.customer_id
    return (steps + needs_more) * step


def quantile_cuts(values: list[int], levels: int) -> list[int]:
    """Linear-interpolated percentiles ("type 7") at 1/levels ..., floored to whole units."""
    ordered = sorted(values)
    cuts = []
    for level in range(1, levels):
        index, rest = divmod((len(ordered) - 1) * level, levels)
        cut = ordered[index]
        if rest:
            cut += (ordered[index + 1] - ordered[index]) * rest // levels
        cuts.append(cut)
    return cuts


def quantile_bins(metric: SchemeMetric, values: list[int]) -> list[Bin]:
    """A bin a level, lowest values first: above the cut below, up to and with the cut above."""
    levels = metric.levels
    cuts = quantile_cuts(values, levels) if values else [None] * (levels - 1)
    lowers, uppers = [None, *cuts], [*cuts, None]
    bins = []
    for position, (lower, upper) in enumerate(zip(lowers, uppers, strict=True), start=1):
        score = position if metric.higher_is_better else levels + 1 - position
        bins.append(
            Bin(
                label=str(score),
                score=score * 10**PICO_PLACES,
                lower=lower,
                lower_inclusive=None if lower is None else False,
                upper=upper,
                upper_inclusive=None if upper is None else True,
            )
        )
    return bins


def score_intervals(
    metric: SchemeMetric, customers: list[Customer], bins: list[Bin], usable: list[Bin]
) -> list[Bin]:
    """Place customers in bins of values; `usable` are the bins that can hold a value."""
    for customer in customers:
        value = customer.value(metric.metric, metric.window)
        own = next(item for item in bins if item.holds(value))
        own.customers += 1
        placed = MetricScore(own, value, own.score)
        better = [item for item in usable if item.score > own.score]
        if better:
            target = min(better, key=lambda item: item.score)
            placed.next_score = target.score
            placed.distance = interval_distance(value, target, metric.step)
        customer.scores[metric.metric] = placed
    return bins


def interval_distance(value: int, target: Bin, step: int) -> int:
    """Change, in whole steps, that takes a value over the near bound of the target bin."""
    if target.is_above(value):
        gap, inclusive = target.lower - value, target.lower_inclusive
    else:
        gap, inclusive = value - target.upper, target.upper_inclusive
    steps, rest = divmod(gap, step)
    return (steps + (rest > 0 or not inclusive)) * step


def score_quantile(metric: SchemeMetric, customers: list[Customer]) -> list[Bin]:
    """Bins between the quantiles of the raw value; equal values share a score."""
    bins = quantile_bins(metric, [item.value(metric.metric, metric.window) for item in customers])
    usable = [
        item for item in bins if item.lower is None or item.upper is None or item.lower < item.upper
    ]
    return score_intervals(metric, customers, bins, usable)


def score_threshold(metric: SchemeMetric, customers: list[Customer]) -> list[Bin]:
    """The bins of the policy."""
    bins = [Bin(**vars(item)) for item in metric.bins]
    return score_intervals(metric, customers, bins, bins)


def score_min_max(
    metric: SchemeMetric, customers: list[Customer], baseline_window: str
) -> list[Bin]:
    """Deviation from the baseline as a share of the range; 0 where the range is 0."""
    span_bin = Bin("range", None, customers=len(customers))
    if not customers:
        return [span_bin]
    values = [customer.value(metric.metric, metric.window) for customer in customers]
    baseline = [customer.value(metric.baseline_metric, baseline_window) for customer in customers]
    span = max(values) - min(values)
    if metric.higher_is_better:
        span_bin.lower = min(baseline)
        span_bin.upper = span_bin.lower + span
    else:
        span_bin.upper = max(baseline)
        span_bin.lower = span_bin.upper - span
    span_bin.lower_inclusive = span_bin.upper_inclusive = True
    for customer, value in zip(customers, values, strict=True):
        deviation = value - span_bin.lower if metric.higher_is_better else span_bin.upper - value
        score = half_up(deviation * 10**PICO_PLACES, span) if span else 0
        customer.scores[metric.metric] = MetricScore(span_bin, value, score)
    return [span_bin]


def score_lookup(
    metric: SchemeMetric, customers: list[Customer], weights: Mapping[str, int]
) -> list[Bin]:
    """The weight of the customer's identity."""
    bins = {identity: Bin(identity, weight * MICRO) for identity, weight in sorted(weights.items())}
    for customer in customers:
        if customer.identity not in bins:
            raise ValueError(f"identity without a weight: {customer.identity!r}")
        own = bins[customer.identity]
        own.customers += 1
        customer.scores[metric.metric] = MetricScore(own, None, own.score)
    return list(bins.values())


def score_metric(scheme: Scheme, metric: SchemeMetric, customers: list[Customer]) -> list[Bin]:
    """Settle the bins of one metric and put a MetricScore into every customer."""
    if metric.method == "min_max":
        return score_min_max(metric, customers, scheme.window_of(metric.baseline_metric))
    if metric.method == "lookup":
        return score_lookup(metric, customers, scheme.identity_weights)
    methods = {"ntile": score_ntile, "quantile": score_quantile, "threshold": score_threshold}
    return methods[metric.method](metric, customers)


def total_score(scheme: Scheme, customer: Customer) -> int:
    """The weighted sum, rounded; in micro units."""
    total = sum(metric.weight * customer.scores[metric.metric].score for metric in scheme.metrics)
    return rounded_total(scheme, total)


def rounded_total(scheme: Scheme, total: int) -> int:
    """Atto units as micro units, half up to 9 decimals, then to the scheme's decimals."""
    nano = drop_places(total, ATTO_PLACES, 9)
    rounded = drop_places(nano, 9, scheme.score_decimals)
    return rounded * 10 ** (MICRO_PLACES - scheme.score_decimals)


def find_tier(scheme: Scheme, customer: Customer) -> Tier:
    """The tier by the first matching rule, or by the bounds of the score."""
    if scheme.by_rules:
        scores = [
            customer.scores[metric].score if metric in customer.scores else None
            for metric in RULE_METRICS
        ]
        name = next(rule.tier for rule in scheme.rules if rule.matches(scores))
        return next(tier for tier in scheme.tiers if tier.tier == name)
    return next(
        tier
        for tier in scheme.tiers
        if (tier.min_score is None or customer.score >= tier.min_score)
        and (tier.max_score is None or customer.score < tier.max_score)
    )


# --- Result tables ---


def cutoff_rows(scheme: Scheme, as_of: date, bins: Mapping[str, list[Bin]]) -> Iterable[Row]:
    """Rows of rfm_score_cutoffs."""
    for metric, metric_bins in bins.items():
        for item in metric_bins:
            yield {
                "scheme": scheme.name,
                "as_of_date": as_of,
                "metric": metric,
                "bin": item.label,
                "score": to_decimal(item.score, PICO_PLACES),
                "lower_bound": to_decimal(item.lower),
                "lower_inclusive": item.lower_inclusive,
                "upper_bound": to_decimal(item.upper),
                "upper_inclusive": item.upper_inclusive,
                "lower_tie_customer_id": item.lower_tie,
                "upper_tie_customer_id": item.upper_tie,
                "customers": item.customers,
            }


def component_rows(scheme: Scheme, as_of: date, customers: list[Customer]) -> Iterable[Row]:
    """Rows of rfm_score_components."""
    for customer in customers:
        for metric in scheme.metrics:
            placed = customer.scores[metric.metric]
            yield {
                "scheme": scheme.name,
                "as_of_date": as_of,
                "customer_id": customer.customer_id,
                "metric": metric.metric,
                "value": to_decimal(placed.value),
                "method": metric.method,
                "score": to_decimal(placed.score, PICO_PLACES),
                "weight": to_decimal(metric.weight),
                "contribution": to_decimal(metric.weight * placed.score, ATTO_PLACES),
                "bin": placed.bin.label,
                "lower_bound": to_decimal(placed.bin.lower),
                "upper_bound": to_decimal(placed.bin.upper),
                "next_score": to_decimal(placed.next_score, PICO_PLACES),
                "distance_to_next": to_decimal(placed.distance),
            }


def shown_totals(scheme: Scheme, customer: Customer) -> Row:
    """The metrics as rfm_customer_tiers shows them: money in micro units, the rest whole."""
    monetary = customer.value("monetary", scheme.window_of("monetary"))
    average = customer.value("average_order_value", scheme.window_of("average_order_value"))
    return {
        "recency_days": customer.recency_days,
        "frequency": customer.totals[scheme.window_of("frequency")].frequency,
        "monetary": monetary,
        "quantity": customer.totals[scheme.window_of("quantity")].quantity,
        "average_order_value": average,
    }


def tier_row(scheme: Scheme, as_of: date, customer: Customer) -> Row:
    """One row of rfm_customer_tiers."""
    shown = shown_totals(scheme, customer)
    last, tier = customer.last_order, customer.tier
    row = {
        "scheme": scheme.name,
        "as_of_date": as_of,
        "window_start": scheme.window_begin(as_of),
        "customer_id": customer.customer_id,
        "recency_days": shown["recency_days"],
        "frequency": shown["frequency"],
        "monetary": to_decimal(shown["monetary"]),
        "quantity": shown["quantity"],
        "average_order_value": to_decimal(shown["average_order_value"]),
        "identity": customer.identity,
        "first_order_date": customer.first_order.time.date(),
        "last_order_date": last.time.date(),
        "last_ordered_at": last.time,
        "last_order_id": last.order_id,
        "last_order_amount": to_decimal(last.amount),
        "last_product_name": last.lead.product_name,
        "region": last.lead.region,
        "store_code": last.lead.store_code,
    }
    for metric in METRICS:
        placed = customer.scores.get(metric)
        units = drop_places(placed.score, PICO_PLACES, MICRO_PLACES) if placed else None
        row[f"{metric}_score"] = to_decimal(units)
    return row | {
        "score": to_decimal(customer.score),
        "tier": tier.tier,
        "tier_rank": tier.rank,
        "tier_label": tier.label,
        "tier_label_zh": tier.label_zh,
        "contacts_min": tier.contacts_min,
        "contacts_max": tier.contacts_max,
        "contact_every_n": tier.every_n,
        "contact_period": tier.period,
        "action": tier.action,
        "action_zh": tier.action_zh,
    }


def share(part: int, whole: int) -> Decimal | None:
    """Part of the whole, half up to 6 decimals; None where the whole is 0."""
    if whole < 0:
        part, whole = -part, -whole
    return to_decimal(half_up(part * MICRO, whole)) if whole else None


def mean(units: Sequence[int]) -> Decimal | None:
    """Mean of micro units, half up; None of nothing."""
    return to_decimal(half_up(sum(units), len(units))) if units else None


def median(units: Sequence[int]) -> Decimal | None:
    """Median of micro units: the middle, or half way between two, half up; None of nothing."""
    if not units:
        return None
    ordered = sorted(units)
    size = len(ordered)
    return to_decimal(half_up(ordered[(size - 1) // 2] + ordered[size // 2], 2))


def summary_rows(scheme: Scheme, as_of: date, customers: list[Customer]) -> Iterable[Row]:
    """Rows of rfm_tier_summary, one for every tier of the scheme."""
    shown = [(customer.tier.tier, shown_totals(scheme, customer)) for customer in customers]
    revenue_of_all = sum(totals["monetary"] for _, totals in shown)
    for tier in scheme.tiers:
        members = [totals for name, totals in shown if name == tier.tier]
        revenue = sum(totals["monetary"] for totals in members)
        measures = {
            "recency_days": [totals["recency_days"] * MICRO for totals in members],
            "frequency": [totals["frequency"] * MICRO for totals in members],
            "monetary": [totals["monetary"] for totals in members],
        }
        yield (
            {
                "scheme": scheme.name,
                "as_of_date": as_of,
                "tier": tier.tier,
                "tier_rank": tier.rank,
                "customers": len(members),
                "customer_share": share(len(members), len(customers)),
                "revenue": to_decimal(revenue),
                "revenue_share": share(revenue, revenue_of_all),
            }
            | {f"mean_{name}": mean(units) for name, units in measures.items()}
            | {f"median_{name}": median(units) for name, units in measures.items()}
            | {
                "contacts_per_year_min": to_decimal(tier.contacts_per_year(tier.contacts_min)),
                "contacts_per_year_max": to_decimal(tier.contacts_per_year(tier.contacts_max)),
            }
        )


def run_row(
    scheme: Scheme, as_of: date, history: History, customers_known: int, customers_graded: int
) -> Row:
    """The row of rfm_scheme_runs; lines, orders and their dates are of all dates."""
    days = [order.time.date() for orders in history.orders.values() for order in orders]
    return {
        "scheme": scheme.name,
        "as_of_date": as_of,
        "window_start": scheme.window_begin(as_of),
        "lines": history.lines,
        "orders": len(days),
        "customers_known": customers_known,
        "customers_graded": customers_graded,
        "first_order_date": min(days, default=None),
        "last_order_date": max(days, default=None),
    }


def coverage_rows(
    scheme: Scheme, as_of: date, bins: Mapping[str, list[Bin]], customers: list[Customer]
) -> Iterable[Row]:
    """Rows of rfm_tier_rule_coverage: every cell of recency x frequency x monetary score."""
    if not scheme.by_rules:
        return
    counts = Counter(
        tuple(
            customer.scores[metric].bin.score if metric in customer.scores else None
            for metric in RULE_METRICS
        )
        for customer in customers
    )
    possible = [
        sorted({item.score for item in bins[metric]}) if metric in bins else [None]
        for metric in RULE_METRICS
    ]
    for cell in product(*possible):
        matching = [rule for rule in scheme.rules if rule.matches(cell)]
        others = ",".join(str(rule.priority) for rule in matching[1:])
        yield {
            "scheme": scheme.name,
            "as_of_date": as_of,
            "recency_score": to_decimal(cell[0], PICO_PLACES),
            "frequency_score": to_decimal(cell[1], PICO_PLACES),
            "monetary_score": to_decimal(cell[2], PICO_PLACES),
            "tier": matching[0].tier if matching else None,
            "matched_priority": matching[0].priority if matching else None,
            "other_priorities": others or None,
            "customers": counts[cell],
        }


RESULT_TABLES = (
    *("rfm_rejected_orders", "rfm_score_cutoffs", "rfm_score_components", "rfm_customer_tiers"),
    *("rfm_tier_summary", "rfm_scheme_runs", "rfm_tier_rule_coverage"),
)


def check_as_of_date(as_of_date: date | None, accepted: Iterable[Line]) -> None:
    """A given as-of date before the first accepted order line is an error."""
    first = min((line.day for line in accepted if not line.is_refund), default=None)
    if as_of_date is not None and first is not None and as_of_date < first:
        raise ValueError(f"as-of date {as_of_date} lies before the first order of {first}")


@dataclass
class GradedScheme:
    """One scheme on one as-of date: the bins in force, and its customers with their tiers."""

    scheme: Scheme
    as_of: date
    history: History
    known: Mapping[str, list[Order]]
    customers: list[Customer]
    bins: Mapping[str, list[Bin]]


def grade_schemes(
    accepted: list[Line],
    policy: Policy,
    *,
    customers: Iterable[Mapping[str, str | None]],
    as_of_date: date | None,
    filters: Mapping[str, Predicate] | None,
    enabled_schemes: Iterable[str] | None,
) -> Iterable[GradedScheme]:
    """Grade the customers of accepted lines by every enabled scheme; see `grade`."""
    if not accepted:
        raise ValueError("no order line was accepted")
    check_as_of_date(as_of_date, accepted)
    latest = max(line.day for line in accepted)
    known_customers = read_customers(customers, policy.placeholder_ids())
    identities = {
        customer_id: identity
        for customer_id, row in known_customers.items()
        if (identity := strip_text(row.get("identity"))) is not None
    }
    unfiltered: History | None = None
    for scheme in policy.schemes(enabled_schemes):
        predicate = (filters or {}).get(scheme.name)
        if predicate is not None:
            history = build_history(accepted, predicate)
        else:
            history = unfiltered = unfiltered or build_history(accepted, None)
        as_of = as_of_date or latest_complete_period_end(latest, scheme.refresh_period)
        yield grade_scheme(scheme, as_of, history, identities)


def grade_scheme(
    scheme: Scheme, as_of: date, history: History, identities: Mapping[str, str]
) -> GradedScheme:
    """Grade the customers of one scheme on one as-of date."""
    known = orders_up_to(history, as_of)
    customers = measure_customers(scheme, known, history.refunds, identities, as_of)
    bins = {metric.metric: score_metric(scheme, metric, customers) for metric in scheme.metrics}
    for customer in customers:
        customer.score = total_score(scheme, customer)
        customer.tier = find_tier(scheme, customer)
    return GradedScheme(scheme, as_of, history, known, customers, bins)


def add_rows(graded: GradedScheme, tables: dict[str, list[Row]]) -> None:
    """Add the rows of one graded scheme to the result tables."""
    scheme, as_of, customers, bins = graded.scheme, graded.as_of, graded.customers, graded.bins
    tables["rfm_score_cutoffs"].extend(cutoff_rows(scheme, as_of, bins))
    tables["rfm_score_components"].extend(component_rows(scheme, as_of, customers))
    tables["rfm_customer_tiers"].extend(tier_row(scheme, as_of, item) for item in customers)
    tables["rfm_scheme_runs"].append(
        run_row(scheme, as_of, graded.history, len(graded.known), len(customers))
    )
    tables["rfm_tier_rule_coverage"].extend(coverage_rows(scheme, as_of, bins, customers))
