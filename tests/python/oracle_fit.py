"""What came of graded customers, and what a scheme is worth, reckoned a second time.

It is written from docs/concepts/fit.md alone, in fractions: every customer is looked at by himself,
and compared with every other one by sorting. Prose is not written.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from math import isqrt
from typing import Any

import oracle as base
from oracle import Customer, Graded, Row

Number = int | Decimal | Fraction
Z2 = Fraction(3_841_459, 1_000_000)
METRICS = ("recency", "frequency", "monetary")
ONE_DAY = timedelta(days=1)


def shown(value: Number | None, places: int = 6) -> Decimal | None:
    """A number as it is shown: half up, away from zero."""
    if value is None:
        return None
    value = Fraction(value)
    whole = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def ratio(part: Number, whole: Number) -> Fraction | None:
    """Part of a whole above 0, else None."""
    return Fraction(part) / Fraction(whole) if whole > 0 else None


def share_of_revenue(part: Number, whole: Number) -> Fraction | None:
    """The same, where the type holds it."""
    share = ratio(part, whole)
    return share if share is not None and abs(share) < 999 else None


def root(value: Fraction) -> Fraction:
    """A square root, cut after 9 decimals."""
    return Fraction(isqrt(int(value * 10**18)), 10**9)


@dataclass(frozen=True)
class Fate:
    """A graded customer and what they did in the months after."""

    customer: Customer
    orders: int
    revenue: Decimal

    @property
    def buys(self) -> bool:
        """Whether they ordered."""
        return self.orders > 0


Order = Callable[[Fate], Number]
# What each basis puts customers in order by: higher is better.
BASES: dict[str, Order] = {
    "tier": lambda fate: -fate.customer.tier["tier_rank"],
    "score": lambda fate: fate.customer.score,
    "recency": lambda fate: -fate.customer.values["recency"],
    "frequency": lambda fate: fate.customer.values["frequency"],
    "monetary": lambda fate: fate.customer.values["monetary"],
}


def outcome_until(as_of: date, months: int) -> date:
    """The last day of the months after an as-of date."""
    return base.add_months(as_of + ONE_DAY, months) - ONE_DAY


def fates(graded: Graded, until: date) -> dict[str, Fate]:
    """By customer, what came after the as-of date."""
    found, start = {}, graded.as_of
    for customer in graded.customers:
        orders, refunds = (
            [row for row in kind.get(customer.customer_id, ()) if start < row["day"] <= until]
            for kind in (graded.history.orders, graded.history.refunds)
        )
        revenue = sum((row["amount"] for row in [*orders, *refunds]), Decimal(0))
        found[customer.customer_id] = Fate(customer, len(orders), revenue)
    return found


# --- Orders of customers ---


def places(values: Mapping[str, Number], buys: Mapping[str, bool]) -> dict[str, int]:
    """Of each buyer: 2 x others with a worse value + others with the same; of each other customer
    2 x buyers with a better value + buyers with the same."""
    sides = {kind: sorted(values[key] for key in values if buys[key] == kind) for kind in (0, 1)}
    found = {}
    for key, value in values.items():
        others = sides[not buys[key]]
        low, high = bisect_left(others, value), bisect_right(others, value)
        found[key] = low + high if buys[key] else 2 * len(others) - low - high
    return found


def spread(numbers: Mapping[str, int], buys: Mapping[str, bool]) -> Fraction | None:
    """A + B of a DeLong variance, each cut to 6 decimals; None below two buyers or others."""
    terms = []
    for kind in (False, True):
        of_kind = [numbers[key] for key in numbers if buys[key] == kind]
        if len(of_kind) < 2:
            return None
        squares = len(of_kind) * sum(it * it for it in of_kind) - sum(of_kind) ** 2
        terms.append(Fraction(10**6 * squares // (len(of_kind) - 1), 10**6))
    return sum(terms)


def count_kinds(buys: Mapping[str, bool]) -> tuple[int, int]:
    """Buyers and others."""
    buyers = sum(buys.values())
    return buyers, len(buys) - buyers


def gini_of(values: Mapping[str, Number], buys: Mapping[str, bool]) -> Fraction | None:
    """The Gini coefficient of an order."""
    buyers, others = count_kinds(buys)
    if not buyers * others:
        return None
    found = places(values, buys)
    return Fraction(sum(found[key] for key in found if buys[key]), buyers * others) - 1


def compare(
    one: Mapping[str, Number], other: Mapping[str, Number], buys: Mapping[str, bool]
) -> tuple[Fraction | None, bool | None]:
    """The difference of two Gini coefficients, and whether it is more than chance."""
    of_one, of_other = places(one, buys), places(other, buys)
    differences = {key: of_one[key] - of_other[key] for key in buys}
    total = sum(differences[key] for key in differences if buys[key])
    variance = spread(differences, buys)
    buyers, others = count_kinds(buys)
    difference = Fraction(total, buyers * others) if buyers * others else None
    return difference, None if variance is None else total**2 > Z2 * variance


def groups(people: Iterable[Fate], order: Order) -> list[list[Fate]]:
    """Customers who are equal, the best first."""
    found = base.group_by(people, order)
    return [found[value] for value in sorted(found, reverse=True)]


def captured(sizes: Sequence[tuple[int, Number]], share: Fraction) -> Fraction:
    """What the best share of the customers has: of groups, the customers and what they have."""
    left, total = share * sum(customers for customers, _ in sizes), Decimal(0)
    for customers, amount in sizes:
        if left < customers:
            return Fraction(total) + left / customers * Fraction(amount)
        left, total = left - customers, total + amount
    return Fraction(total)


def totals(ordered: Iterable[Sequence[Fate]], measure: Order) -> list[tuple[int, Number]]:
    """The customers of each group, and the sum of a measure."""
    return [(len(group), sum(map(measure, group))) for group in ordered]


def excess(ordered: Iterable[Sequence[Fate]], people: Sequence[Fate]) -> int:
    """How much more revenue comes first than in any order, in millionths."""
    above = total = 0
    for customers, revenue in totals(ordered, lambda fate: int(fate.revenue.scaleb(6))):
        total += customers * (2 * above + revenue)
        above += revenue
    return total - len(people) * above


# --- Tiers ---


def has_place(graded: Graded, tier: Row) -> bool:
    """Whether a tier is a grade, and not what is left over."""
    if not graded.scheme.by_rules or tier is not max(
        graded.scheme.tiers, key=lambda it: it["tier_rank"]
    ):
        return True
    bounds = [f"{name}_{end}" for name in METRICS for end in ("min", "max")]
    return any(
        rule[bound] is not None
        for rule in graded.scheme.rules
        if rule["tier"] == tier["tier"]
        for bound in bounds
    )


def rank_order(better: Sequence[Fate], worse: Sequence[Fate]) -> str:
    """How two neighbouring tiers stand to each other."""
    n1, n2 = len(better), len(worse)
    if min(n1, n2) < 30:
        return "too_few"
    k1, k2 = (sum(fate.buys for fate in tier) for tier in (better, worse))
    gap = k1 * n2 - k2 * n1
    if gap >= 0:
        return "ordered"
    k, n = k1 + k2, n1 + n2
    is_certain = gap**2 > Z2 * Fraction(k * (n - k) * n1 * n2, n)
    return "reversed_significantly" if is_certain else "reversed"


def rank_orders(graded: Graded, people: Sequence[Fate]) -> dict[str, str | None]:
    """The rank order of each tier."""
    tiers = sorted(graded.scheme.tiers, key=lambda it: it["tier_rank"])
    members = base.group_by(people, lambda fate: fate.customer.tier["tier"])
    found: dict[str, str | None] = {tier["tier"]: None for tier in tiers}
    for tier, following in pairwise(tiers):
        if has_place(graded, following):
            pair = (members.get(it["tier"], []) for it in (tier, following))
            found[tier["tier"]] = rank_order(*pair)
    return found


def wilson(buyers: int, customers: int, sign: int) -> Fraction:
    """An end of Wilson's interval."""
    inner = Fraction(4 * 10**12 * buyers * (customers - buyers) // customers, 10**12)
    end = 2 * buyers + Z2 + sign * root(Z2 * (Z2 + inner))
    # The root has more decimals than money.
    return Fraction(shown(end)) / (2 * (customers + Z2))


def tier_outcome_rows(graded: Graded, people: Sequence[Fate] | None, until: date) -> Iterator[Row]:
    """Rows of rfm_tier_outcomes; without people the outcome is open."""
    orders = rank_orders(graded, people or ())
    all_buyers = sum(fate.buys for fate in people or ())
    all_revenue = sum((fate.revenue for fate in people or ()), Decimal(0))
    customers_up_to, revenue_up_to = 0, Decimal(0)
    for tier in sorted(graded.scheme.tiers, key=lambda it: it["tier_rank"]):
        row = graded.head | {
            "tier": tier["tier"],
            "tier_rank": tier["tier_rank"],
            "outcome_until": until,
            "status": "open",
            **dict.fromkeys(("customers", "buyers", "buy_rate", "buy_rate_low", "buy_rate_high")),
            **dict.fromkeys(("orders", "revenue", "revenue_per_customer", "lift", "revenue_lift")),
            **dict.fromkeys(("cumulative_customer_share", "cumulative_revenue_share")),
            "rank_order": None,
        }
        if people is not None:
            own = [fate for fate in people if fate.customer.tier["tier"] == tier["tier"]]
            n, k = len(own), sum(fate.buys for fate in own)
            revenue = sum((fate.revenue for fate in own), Decimal(0))
            customers_up_to, revenue_up_to = customers_up_to + n, revenue_up_to + revenue
            row |= {
                "status": "complete",
                "customers": n,
                "buyers": k,
                "buy_rate": shown(ratio(k, n)),
                "buy_rate_low": shown(wilson(k, n, -1)) if n else None,
                "buy_rate_high": shown(wilson(k, n, 1)) if n else None,
                "orders": sum(fate.orders for fate in own),
                "revenue": revenue,
                "revenue_per_customer": shown(ratio(revenue, n)),
                "lift": shown(ratio(k * len(people), n * all_buyers)),
                "revenue_lift": shown(ratio(revenue * len(people), n * all_revenue)),
                "cumulative_customer_share": shown(ratio(customers_up_to, len(people))),
                "cumulative_revenue_share": shown(share_of_revenue(revenue_up_to, all_revenue)),
                "rank_order": orders[tier["tier"]],
            }
        yield row


# --- Schemes ---


def gains_rows(graded: Graded, people: Sequence[Fate]) -> Iterator[Row]:
    """Rows of rfm_outcome_gains."""
    buyers = sum(fate.buys for fate in people)
    revenue = sum((fate.revenue for fate in people), Decimal(0))
    for basis, order in BASES.items():
        ordered = groups(people, order)
        bought_by = totals(ordered, lambda fate: int(fate.buys))
        paid_by = totals(ordered, lambda fate: fate.revenue)
        for tenth in range(1, 11) if people else ():
            share = Fraction(tenth, 10)
            bought, paid = captured(bought_by, share), captured(paid_by, share)
            yield graded.head | {
                "basis": basis,
                "top_share": shown(share),
                "buyer_share": shown(ratio(bought, buyers)),
                "revenue_share": shown(share_of_revenue(paid, revenue)),
            }


def figures(people: Sequence[Fate], order: Order) -> Row:
    """The figures of an order in rfm_scheme_fit."""
    buys = {fate.customer.customer_id: fate.buys for fate in people}
    values = {fate.customer.customer_id: order(fate) for fate in people}
    buyers, others = count_kinds(buys)
    gini = gini_of(values, buys)
    variance, margin = spread(places(values, buys), buys), None
    if variance is not None:
        margin = root(Z2 * 4 * Fraction(shown(variance / (4 * buyers**2 * others**2), 12)))
    ordered = groups(people, order)
    revenue = sum((fate.revenue for fate in people), Decimal(0))
    most = excess(groups(people, lambda fate: fate.revenue), people)
    gaps, bought, left = [], 0, 0
    for group in ordered:
        bought += sum(fate.buys for fate in group)
        left += sum(not fate.buys for fate in group)
        gaps.append(abs(bought * others - left * buyers))
    top = captured(totals(ordered, lambda fate: fate.revenue), Fraction(1, 5))
    return {
        "customers": len(people),
        "buyers": buyers,
        "gini": shown(gini),
        "gini_low": None if margin is None else shown(max(gini - margin, -1)),
        "gini_high": None if margin is None else shown(min(gini + margin, 1)),
        "revenue_gini": shown(ratio(excess(ordered, people), most))
        if revenue > 0 and most
        else None,
        "ks": shown(ratio(max(gaps), buyers * others)),
        "top_20_revenue_share": shown(share_of_revenue(top, revenue)),
    }


def verdict(graded: Graded, people: Sequence[Fate]) -> str:
    """The first verdict that holds."""
    buys = {fate.customer.customer_id: fate.buys for fate in people}
    if min(count_kinds(buys)) < 100:
        return "too_few"
    values = {
        basis: {fate.customer.customer_id: order(fate) for fate in people}
        for basis, order in BASES.items()
    }
    ginis = {basis: gini_of(of_basis, buys) for basis, of_basis in values.items()}
    largest = max(Counter(fate.customer.tier["tier"] for fate in people).values())
    is_lost = not graded.scheme.by_rules and 0 < ginis["score"] > 2 * ginis["tier"]
    if 10 * largest > 9 * len(people) or is_lost:
        return "cuts_do_not_fit"
    members = base.group_by(people, lambda fate: fate.customer.tier["tier"])
    tiers = sorted(graded.scheme.tiers, key=lambda it: it["tier_rank"])
    large = [
        members[tier["tier"]]
        for tier in tiers
        if has_place(graded, tier) and len(members.get(tier["tier"], ())) >= 30
    ]
    if any(rank_order(*pair) == "reversed_significantly" for pair in pairwise(large)):
        return "rank_reversed"
    best = max(METRICS, key=lambda metric: ginis[metric])
    difference, is_different = compare(values["score"], values[best], buys)
    return "fits" if difference > 0 and is_different else f"no_better_than_{best}"


def fit_rows(graded: Graded, populations: Mapping[str, Sequence[Fate]]) -> Iterator[Row]:
    """Rows of rfm_scheme_fit, without the sentences."""
    for population, people in populations.items():
        for basis, order in BASES.items() if people else ():
            yield {
                "as_of_date": graded.as_of,
                "scheme": graded.scheme.name,
                "basis": basis,
                "population": population,
                **figures(people, order),
                "verdict": verdict(graded, people) if basis == "tier" else None,
            }


def pairs_of(counts: Iterable[int]) -> int:
    """Pairs of customers who are in the same of these."""
    return sum(count * (count - 1) // 2 for count in counts)


def comparison_row(head: Row, one: Graded, other: Graded, cells: Counter[Any]) -> Row:
    """The figures of agreement."""
    n = sum(cells.values())
    tiers_a: Counter[Hashable] = Counter()
    tiers_b: Counter[Hashable] = Counter()
    for (tier_a, tier_b), count in cells.items():
        tiers_a[tier_a] += count
        tiers_b[tier_b] += count
    names = [{tier["tier"] for tier in graded.scheme.tiers} for graded in (one, other)]
    same = kappa = rand = None
    if names[0] == names[1]:
        same = Fraction(sum(cells[tier, tier] for tier in names[0]), n)
        chance = Fraction(sum(tiers_a[tier] * tiers_b[tier] for tier in names[0]), n * n)
        kappa = (same - chance) / (1 - chance) if chance != 1 else None
    s, sa, sb = (pairs_of(counts.values()) for counts in (cells, tiers_a, tiers_b))
    if pairs := pairs_of([n]):
        expected = Fraction(sa * sb, pairs)
        most = Fraction(sa + sb, 2) - expected
        rand = (s - expected) / most if most else None
    return head | {
        "customers": n,
        "same_tier_share": shown(same),
        "kappa": shown(kappa),
        "adjusted_rand_index": shown(rand),
        "gini_difference": None,
        "is_different": None,
    }


def pair_tables(
    one: Graded, other: Graded, fates_of: Sequence[dict[str, Fate]] | None
) -> dict[str, list[Row]]:
    """Rows of rfm_scheme_comparison and rfm_scheme_overlap of a pair; without fates it is open."""
    first, second = ({it.customer_id: it for it in graded.customers} for graded in (one, other))
    both = first.keys() & second.keys()
    if not both:
        return {}
    head = {"as_of_date": one.as_of, "scheme_a": one.scheme.name, "scheme_b": other.scheme.name}
    cells = base.group_by(both, lambda key: (first[key].tier["tier"], second[key].tier["tier"]))
    row = comparison_row(
        head, one, other, Counter({cell: len(keys) for cell, keys in cells.items()})
    )
    if fates_of is not None:
        buys = {key: fates_of[0][key].buys or fates_of[1][key].buys for key in both}
        scores = ({key: people[key].score for key in both} for people in (first, second))
        difference, row["is_different"] = compare(*scores, buys)
        row["gini_difference"] = shown(difference)
    overlap = [
        head
        | {
            "tier_a": tier_a,
            "tier_b": tier_b,
            "customers": len(keys),
            "revenue": sum((first[key].values["monetary"] for key in keys), Decimal(0)),
        }
        for (tier_a, tier_b), keys in cells.items()
    ]
    return {"rfm_scheme_comparison": [row], "rfm_scheme_overlap": overlap}


def fit_tables(schemes: Sequence[Graded], last_line: date, months: int) -> dict[str, list[Row]]:
    """The tables of the room from the schemes on all their as-of dates and the last line's date."""
    tables: dict[str, list[Row]] = defaultdict(list)
    enabled = {graded.scheme.name for graded in schemes}
    for as_of, on_date in base.group_by(schemes, lambda graded: graded.as_of).items():
        on_date.sort(key=lambda graded: graded.scheme.name)
        until = outcome_until(as_of, months)
        is_complete = until <= last_line
        fates_of = {it.scheme.name: fates(it, until) for it in on_date} if is_complete else {}
        everybody = [{it.customer_id for it in graded.customers} for graded in on_date]
        common = set.intersection(*everybody) if len(on_date) == len(enabled) else set()
        for graded in on_date:
            people = fates_of.get(graded.scheme.name)
            own = list(people.values()) if people is not None else None
            tables["rfm_tier_outcomes"] += tier_outcome_rows(graded, own, until)
            if people is not None:
                shared = [fate for key, fate in people.items() if key in common]
                tables["rfm_outcome_gains"] += gains_rows(graded, own)
                tables["rfm_scheme_fit"] += fit_rows(graded, {"own": own, "common": shared})
        for pair in combinations(on_date, 2):
            known = [fates_of[it.scheme.name] for it in pair] if is_complete else None
            for name, rows in pair_tables(*pair, known).items():
                tables[name] += rows
    return tables
