"""Tiers over time, reckoned a second time, from docs/concepts/history.md alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Any

import oracle as base
from oracle import Customer, Graded, Number, Row, group_by, quotient
from oracle_actions import score_in_force

MEASURED = base.METRICS[:5]
NOT_GRADED = "not_graded"
# Tables that hold the latest as-of date alone.
LATEST_ONLY = ("rfm_customer_tiers",)


def as_of_dates(latest: Graded, periods: int) -> list[date]:
    """The latest as-of date and the ends of the periods before it, latest first."""
    scheme, dates = latest.scheme, [latest.as_of]
    first = min((it["day"] for own in latest.history.orders.values() for it in own), default=None)
    while first and len(dates) < periods:
        start = base.period_start(dates[-1], scheme.row["refresh_period"])
        if start - base.ONE_DAY < scheme.period_end(first):
            break
        dates.append(start - base.ONE_DAY)
    return dates


class Step:
    """A scheme at an as-of date beside the one before it, which the earliest does not have."""

    def __init__(self, now: Graded, before: Graded | None) -> None:
        """Find the customers of both dates."""
        self.now, self.before = now, before
        self.new = {it.customer_id: it for it in now.customers}
        self.old = {it.customer_id: it for it in before.customers} if before else {}
        self.both = sorted(self.new.keys() & self.old.keys())

    def movement(self, customer_id: str) -> str:
        """What became of a customer."""
        old, new = self.old.get(customer_id), self.new.get(customer_id)
        if self.before is None:
            return "first_period"
        if new is None:
            return "left"
        if old is None:
            return "new" if new.orders[0]["day"] > self.before.as_of else "returned"
        change = new.tier["tier_rank"] - old.tier["tier_rank"]
        return "same" if not change else "worse_ranked" if change > 0 else "better_ranked"

    def is_contrary(self, customer_id: str) -> bool:
        """Whether tier rank and score moved in opposite directions."""
        old, new = self.old.get(customer_id), self.new.get(customer_id)
        movement = self.movement(customer_id)
        if movement == "better_ranked":
            return new.score < old.score
        return movement == "worse_ranked" and new.score > old.score

    def deciding_metrics(self, customer_id: str) -> str | None:
        """The smallest set of metrics whose change alone gives the new tier."""
        if self.movement(customer_id) not in ("better_ranked", "worse_ranked"):
            return None
        scheme = self.now.scheme
        then, now = (
            {n: it["score"] for n, it in each[customer_id].scores.items()}
            for each in (self.old, self.new)
        )
        names = [name for name in MEASURED if name in then]
        names += sorted({*then} - {*base.METRICS})
        for size in range(1, len(names) + 1):
            # In the order of the metrics, so that of equal ones the first is taken.
            fitting = [
                chosen
                for chosen in combinations(names, size)
                if base.find_tier(scheme, then | {name: now[name] for name in chosen})[1]
                is self.new[customer_id].tier
            ]
            if fitting:
                moved = {n: abs(scheme.metrics[n]["weight"] * (now[n] - then[n])) for n in names}
                return ",".join(max(fitting, key=lambda it: sum(moved[name] for name in it)))
        raise AssertionError(customer_id)

    def history_rows(self, stays: dict[str, int]) -> Iterator[Row]:
        """Rows of rfm_tier_history, given the periods of each customer in the tier."""
        for customer_id in sorted(self.new.keys() | self.old.keys()):
            old, new = self.old.get(customer_id), self.new.get(customer_id)
            row = self.now.tier_row(new) if new else {}
            columns = ("tier", "tier_rank", "score", "recency_days", *base.METRICS[1:])
            scores = [f"{name}_score" for name in base.METRICS]
            yield self.now.head | {
                "customer_id": customer_id,
                **{column: row.get(column) for column in (*columns, *scores)},
                "previous_as_of_date": self.before and self.before.as_of,
                "previous_tier": old and old.tier["tier"],
                "previous_score": old and old.score,
                "movement": self.movement(customer_id),
                "is_contrary": self.is_contrary(customer_id),
                "periods_in_tier": stays.get(customer_id),
                "deciding_metrics": self.deciding_metrics(customer_id),
            }

    def change_rows(self) -> Iterator[Row]:
        """Rows of rfm_score_changes."""
        for customer_id in self.both:
            old, new = self.old[customer_id], self.new[customer_id]
            rest = new.score - old.score
            for name in self.now.scheme.metrics:
                row = self.change_of(name, old, new)
                if row:
                    rest -= row["contribution_change"]
                    yield self.now.head | {"customer_id": customer_id, "metric": name} | row
            if rest:
                names = ("previous_value", "value", "previous_score", "score", "own_change")
                yield self.now.head | {
                    "customer_id": customer_id,
                    "metric": "rounding",
                    **dict.fromkeys((*names, "others_change", "cause")),
                    # Nothing else is said of it.
                    "policy_change": None,
                    "contribution_change": rest,
                }

    def change_of(self, name: str, old: Customer, new: Customer) -> Row | None:
        """What changed a metric's score; None where it is the same."""
        metric = self.now.scheme.metrics[name]
        then, now = old.scores[name]["score"], new.scores[name]["score"]
        if then == now:
            return None
        between = score_in_force(self.before, name, new, new.values[name])
        if name not in base.METRICS and old.values[name] is None:
            between = now
        own, others = between - then, now - between
        is_own = abs(own) >= abs(others)
        return {
            "previous_value": old.values[name],
            "value": new.values[name],
            "previous_score": then,
            "score": now,
            "own_change": metric["weight"] * own,
            "others_change": metric["weight"] * others,
            "policy_change": 0,
            "contribution_change": metric["weight"] * (now - then),
            "cause": self.own_cause(name, old, new)
            if is_own
            else self.others_cause(name, old, new),
        }

    def own_cause(self, name: str, old: Customer, new: Customer) -> str:
        """The cause of a change that is the customer's own."""
        since = [it for it in new.orders if it["day"] > self.before.as_of]
        if name not in base.METRICS:
            return "own_value"
        if name == "recency":
            return "own_orders" if since else "time_passed"
        refunds = base.up_to(self.now.history.refunds.get(new.customer_id, ()), self.now.as_of)
        more = [it for it in refunds if it["day"] > self.before.as_of]
        came = base.window_sums(since, more, None)
        if name == "average_order_value":
            return "own_orders" if since or came["monetary"] else "left_the_window"
        left = came[name] - (new.values[name] - old.values[name])
        return "own_orders" if abs(came[name]) >= abs(left) else "left_the_window"

    def others_cause(self, name: str, old: Customer, new: Customer) -> str:
        """The cause of a change that other customers made."""
        value = new.values[name]
        if self.now.scheme.metrics[name]["method"] == "ntile" and value == old.values[name]:
            for graded, customer in ((self.before, old), (self.now, new)):
                label = customer.scores[name]["bin"]
                [own] = [it for it in graded.bins[name] if it["bin"] == label]
                for side in base.SIDES:
                    if own[f"{side}_tie_customer_id"] and own[f"{side}_bound"] == value:
                        return "tie"
        return "cut_points"

    def migration_rows(self) -> Iterator[Row]:
        """Rows of rfm_tier_migrations."""

        def pair(customer_id: str) -> tuple[str, str]:
            found = (each.get(customer_id) for each in (self.old, self.new))
            return tuple(it.tier["tier"] if it else NOT_GRADED for it in found)

        if self.before is None:
            return
        moved = group_by(self.old.keys() | self.new.keys(), pair)
        sizes: Counter[str] = Counter()
        for (start, _), ids in moved.items():
            sizes[start] += len(ids)
        for (start, end), ids in moved.items():
            yield self.now.head | {
                "from_tier": start,
                "to_tier": end,
                "customers": len(ids),
                "share_of_from": quotient(len(ids), sizes[start]),
                "monetary_before": monetary(self.old, ids) if start != NOT_GRADED else None,
                "monetary_after": monetary(self.new, ids) if end != NOT_GRADED else None,
                "contrary_customers": sum(map(self.is_contrary, ids)),
            }

    def run_cells(self) -> Row:
        """The cells of rfm_scheme_runs that look back."""
        names = ("previous_as_of_date", "stayed", "better_ranked", "worse_ranked", "contrary")
        cells = dict.fromkeys((*names, "entered", "left", "mobility", "total_variation"))
        if self.before is None:
            return cells
        count = Counter(map(self.movement, self.old.keys() | self.new.keys()))
        tiers = group_by(self.both, lambda it: self.old[it].tier["tier"])
        stayed = sum(
            Fraction(sum(self.movement(it) == "same" for it in ids), len(ids))
            for ids in tiers.values()
        )
        if len(tiers) > 1:
            cells["mobility"] = to_decimal((len(tiers) - stayed) / (len(tiers) - 1))
        if self.old and self.new:
            then, now = (
                Counter(it.tier["tier"] for it in each.values()) for each in (self.old, self.new)
            )
            shifts = (
                abs(Fraction(now[it], now.total()) - Fraction(then[it], then.total()))
                for it in then | now
            )
            cells["total_variation"] = to_decimal(sum(shifts) / 2)
        return cells | {
            "previous_as_of_date": self.before.as_of,
            "stayed": count["same"],
            **{name: count[name] for name in ("better_ranked", "worse_ranked", "left")},
            "contrary": sum(map(self.is_contrary, self.both)),
            "entered": count["new"] + count["returned"],
        }


def to_decimal(share: Fraction) -> Any:
    """A share of six decimals, half up."""
    return quotient(share.numerator, share.denominator)


def monetary(customers: dict[str, Customer], ids: Iterable[str]) -> Number:
    """Sum of the monetary of some customers."""
    return sum(customers[it].values["monetary"] for it in ids)


def graded_dates(latest: Graded, periods: int) -> list[Graded]:
    """A scheme on all as-of dates that are kept, the earliest first."""
    dates = as_of_dates(latest, periods)[1:]
    earlier = [Graded(latest.scheme, day, latest.history, latest.identities) for day in dates]
    return [*reversed(earlier), latest]


def history_tables(graded: Sequence[Graded]) -> dict[str, list[Row]]:
    """The tables of a scheme that history makes or lengthens, from its as-of dates in order."""
    latest = graded[-1]
    tables: dict[str, list[Row]] = group_by((), id)
    stays: dict[str, int] = {}
    since: dict[str, date] = {}
    seen: dict[str, list[str]] = group_by((), id)
    for now, before in zip(graded, [None, *graded], strict=False):
        step = Step(now, before)
        stays = {it: stays.get(it, 0) + 1 if step.movement(it) == "same" else 1 for it in step.new}
        since = {it: since[it] if stays[it] > 1 else now.as_of for it in step.new}
        for customer_id, customer in step.new.items():
            seen[customer_id].append(customer.tier["tier"])
        own = now.tables()
        own["rfm_scheme_runs"][0].update(step.run_cells())
        own["rfm_tier_history"] = list(step.history_rows(stays))
        own["rfm_score_changes"] = list(step.change_rows())
        own["rfm_tier_migrations"] = list(step.migration_rows())
        for name, rows in own.items():
            if now is latest or name not in LATEST_ONLY:
                tables[name] += rows
    for row in tables["rfm_customer_tiers"]:
        key, tier = row["customer_id"], row["tier"]
        old = step.old.get(key)
        row["previous_tier"] = old and old.tier["tier"]
        row["tier_since"] = since[key]
        row["last_other_tier"] = next((it for it in reversed(seen[key]) if it != tier), None)
    return tables


# --- Targets ---

COUNTS = ("stayed", "better_ranked", "worse_ranked", "left", "ordered")
COUNTS_OF_LOG = ("contacted", "ordered_after_contact", "not_contacted", "ordered_without")

TARGET_VALUES = {
    "repurchase_rate": lambda they: quotient(sum(it["frequency"] >= 2 for it in they), len(they)),
    "revenue": lambda they: sum(it["monetary"] for it in they),
    **{
        f"mean_{column}": lambda they, name=name: quotient(sum(it[name] for it in they), len(they))
        for column, name in zip(("recency_days", *MEASURED[1:3]), MEASURED, strict=False)
    },
}


def tracking_rows(graded: Sequence[Graded], contacts: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """Rows of rfm_target_tracking; `contacts` of each customer, of all dates."""
    for before, now in zip(graded, [*graded[1:], None], strict=True):
        step = now and Step(now, before)
        for tier in before.scheme.tiers:
            cohort = before.members(tier)
            summary = before.summary_row(tier)
            metric, change = summary["target_metric"], summary["target_change"]
            start = summary[metric] if metric else None
            row = {
                "scheme": before.scheme.name,
                "as_of_date": before.as_of,
                "tier": tier["tier"],
                "next_as_of_date": now and now.as_of,
                **dict.fromkeys((*COUNTS, *COUNTS_OF_LOG)),
                "customers": len(cohort),
                "target_metric": metric,
                "target_change": change,
                "value_at_start": start,
                "target_value": summary["target_value"],
                "value_at_end": None,
                "target_reached": None,
                "status": "open",
            }
            if step:
                row |= cohort_cells(step, cohort, metric, contacts)
                row["status"] = target_status(row)
            if row["status"] == "complete":
                end, target = row["value_at_end"], row["target_value"]
                row["target_reached"] = end >= target if change >= 0 else end <= target
            yield row


def target_status(row: Row) -> str:
    """Whether a target that has been followed says something."""
    metric, start = row["target_metric"], row["value_at_start"]
    if metric is None:
        return "no_target"
    if not row["customers"]:
        return "no_customers"
    is_full = metric == "repurchase_rate" and start == 1 and row["target_change"] > 0
    return "cannot_show" if metric == "customers" or start <= 0 or is_full else "complete"


def cohort_cells(
    step: Step,
    cohort: Sequence[Customer],
    metric: str | None,
    contacts: Mapping[str, Sequence[Row]],
) -> Row:
    """What became of the customers of a tier by the next as-of date."""
    since, until = step.before.as_of, step.now.as_of
    counts = Counter()
    values = []
    for customer in cohort:
        new = step.new.get(customer.customer_id)
        passed = (until - since).days
        gone = {"recency": customer.values["recency"] + passed, "frequency": 0, "monetary": 0}
        values.append(new.values if new else gone)
        movement = step.movement(customer.customer_id)
        counts["stayed" if movement == "same" else movement] += 1
        last = new.orders[-1] if new else None
        has_ordered = last is not None and last["day"] > since
        mine = contacts.get(customer.customer_id, ())
        times = [it["time"] for it in mine if since < it["day"] <= until]
        counts["ordered"] += has_ordered
        counts["contacted" if times else "not_contacted"] += 1
        counts["ordered_after_contact"] += has_ordered and bool(times) and last["time"] > min(times)
        counts["ordered_without"] += has_ordered and not times
    cells = {name: counts[name] if cohort else None for name in COUNTS}
    cells |= {name: counts[name] if cohort and contacts else None for name in COUNTS_OF_LOG}
    if metric == "customers":
        cells["value_at_end"] = counts["stayed"] if cohort else None
    elif metric and cohort:
        cells["value_at_end"] = TARGET_VALUES[metric](values)
    return cells
