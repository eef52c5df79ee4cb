"""Attacks on rfm_regional_demand: nothing that it keeps back may be worked out from the rest.

One attacker has the published table alone, and writes down every equation that it gives: a month
is the sum of its regions, a region that of its categories. Numbers kept back are the unknowns.
The equations are solved exactly. No unknown may come out, and where a sum of unknowns does, it
must be of as many customers as a published row. Another knows the rule by which rows are kept back
as well, and that numbers are whole: integer_attack.py.

Who bought what is counted here from the order lines, in Python. Pieces and revenue always add up;
orders, customers and the customers of a tier do only where nobody stands in two rows. Such an
equation is given to the attacker wherever it happens to hold, as if they knew that it does.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harness import ONLINE_RETAIL, SEEDS, Project, Row, fetch, read_csv, write_csv
from integer_attack import (
    ALL,
    Key,
    Knowledge,
    Month,
    Numbers,
    World,
    attack_month,
    know_rule,
    know_rule_of_before,
    parent_of,
    suppress_as_before,
)
from oracle import CONTRACT_COLUMNS, CleaningRules, Line, Policy, add_months, clean_lines
from oracle_actions import Volume
from oracle_actions import suppress as oracle_suppress
from test_demo import DEMO

MEASURES = ("customers", "orders", "pieces", "revenue")
LATEST_ORDER_DATE = datetime.now(UTC).date() + timedelta(days=1)
# All tiers together, beside the tiers.
ANY_TIER = ""


# ---------------------------------------------------------------------------------------------
# What the order lines say
# ---------------------------------------------------------------------------------------------


@dataclass
class Cell:
    """Who bought what in a row of the table."""

    buyers: set[str] = field(default_factory=set)
    order_keys: set[tuple] = field(default_factory=set)
    pieces: int = 0
    revenue: Fraction = Fraction(0)
    tiers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def customers(self) -> int:
        """How many customers."""
        return len(self.buyers)

    @property
    def orders(self) -> int:
        """How many orders."""
        return len(self.order_keys)

    def numbers(self, coins: int) -> Numbers:
        """All measures, revenue in coins of which so many make one."""
        revenue = coins * self.revenue
        assert revenue.denominator == 1
        return Numbers(self.customers, self.orders, self.pieces, revenue.numerator)

    @property
    def has_one_tier(self) -> bool:
        """Whether all customers are in the same tier."""
        return len(self.tiers) == 1

    def customers_of(self, tier: str) -> set[str]:
        """The customers of a tier, or of any."""
        return self.buyers if tier == ANY_TIER else self.tiers.get(tier, set())


@dataclass
class Case:
    """A published table, the truth behind it, and how many customers a row must have."""

    rows: dict[Key, Row]
    truth: dict[Key, Cell]
    limit: int

    @cached_property
    def is_small(self) -> dict[Key, bool]:
        """The rows with fewer customers than the limit, which is the reason to keep them back."""
        return {key: cell.customers < self.limit for key, cell in self.truth.items()}

    @cached_property
    def has_small_tier(self) -> dict[Key, bool]:
        """The rows whose tier mix would show too few customers."""
        return {
            key: cell.customers < self.limit
            or any(len(customers) < self.limit for customers in cell.tiers.values())
            for key, cell in self.truth.items()
        }


def count_cells(
    lines: Iterable[Line], report_date: date, tier_of: Mapping[str, str]
) -> dict[Key, Cell]:
    """All rows that the table should have, from accepted lines up to the report date."""
    cells: dict[Key, Cell] = defaultdict(Cell)
    for line in lines:
        if line.day > report_date:
            continue
        month = line.day.replace(day=1)
        for key in {(month, line.region, line.category), (month, line.region, ALL), total(month)}:
            cell = cells[key]
            cell.buyers.add(line.customer_id)
            cell.order_keys.add((line.customer_id, line.source_system, line.order_id))
            cell.pieces += line.quantity
            cell.revenue += Fraction(line.amount, 10**6)
            cell.tiers[tier_of.get(line.customer_id, "ungraded")].add(line.customer_id)
    return dict(cells)


def total(month: date) -> Key:
    """The total of a month."""
    return month, ALL, ALL


def families(keys: Collection[Key]) -> Iterator[tuple[Key, list[Key]]]:
    """Every total with the rows that it is the sum of."""
    children = defaultdict(list)
    for key in keys:
        month, region, category = key
        if category != ALL:
            children[month, region, ALL].append(key)
        elif region != ALL:
            children[total(month)].append(key)
    yield from children.items()


def read_case(project: Project, lines: Iterable[Line], report_date: date, limit: int) -> Case:
    """The published table of a project and the truth of its lines."""
    rows = project.table("rfm_regional_demand")
    scheme = "(select min(scheme) from rfm_customer_tiers)"
    tiers = project.query(
        f"select customer_id, tier from rfm_customer_tiers where scheme = {scheme}"
    )
    tier_of = {row["customer_id"]: row["tier"] for row in tiers}
    return Case(
        {(row["month"], row["region"], row["category"]): row for row in rows},
        count_cells(lines, report_date, tier_of),
        limit,
    )


# ---------------------------------------------------------------------------------------------
# The cases
# ---------------------------------------------------------------------------------------------


def accepted(rows: Iterable[Row], max_order_quantity: int | None = None) -> list[Line]:
    """The lines that are not refused."""
    aliases = Policy.from_folder(SEEDS).category_aliases()
    rules = CleaningRules(LATEST_ORDER_DATE, max_order_quantity=max_order_quantity, aliases=aliases)
    return clean_lines(rows, rules)[0]


@pytest.fixture(scope="module")
def demo_case(demo: Project) -> Case:
    """The demo."""
    lines = accepted(read_csv(DEMO / "rfm_demo_orders.csv"), max_order_quantity=1000)
    return read_case(demo, lines, date(2024, 12, 31), 5)


@pytest.fixture(scope="module")
def online_retail_case(online_retail: Project) -> Case:
    """Online Retail, by country and first character of the stock code."""
    with duckdb.connect() as connection:
        rows = fetch(
            connection,
            f"select * from read_parquet('{ONLINE_RETAIL}') where CustomerID is not null",
        )
    lines = accepted(
        {
            "order_id": row["InvoiceNo"],
            "customer_id": str(int(row["CustomerID"])),
            "ordered_at": str(row["InvoiceDate"]),
            "amount": str(Decimal(repr(row["UnitPrice"])) * row["Quantity"]),
            "line_id": row["StockCode"],
            "quantity": str(row["Quantity"]),
            "product_name": row["Description"],
            "category": row["StockCode"][0],
            "region": row["Country"],
        }
        for row in rows
    )
    report_date = date.fromisoformat(online_retail.vars["rfm_report_date"])
    limit = online_retail.vars["rfm_min_cell_customers"]
    return read_case(online_retail, lines, report_date, limit)


RANDOM_MONTHS = 90
FIRST_MONTH = date(2016, 1, 1)
LAST_MONTH = add_months(FIRST_MONTH, RANDOM_MONTHS)
# Months of before, with how many customers of tier A, and not graded at all, a region has.
MADE_MONTHS: dict[date, dict[str, tuple[int, int]]] = {
    # The neighbour of a row of one tier would give it away.
    date(2015, 1, 1): {"r0": (6, 0), "r1": (5, 5)},
    # The next smallest row has none of the tier of which r0 has one.
    date(2015, 2, 1): {"r0": (6, 1), "r1": (6, 0), "r2": (10, 6)},
}


def order_line(month: date, order: str, customer: str, **cells: Any) -> Row:
    """A line of an order of the month."""
    line = {
        "order_id": f"{month} {order}",
        "customer_id": customer,
        "ordered_at": str(month),
        "amount": "10.50",
        "line_id": "1",
        "quantity": "2",
        "category": "k0",
        "region": "r0",
    }
    return line | cells


def random_month(number: int) -> list[Row]:
    """Orders of one month, with rows of few customers and of some more.

    In every third month all measures add up: an order is one line, and all of its customer. In
    the next, orders are of one line, and only customers do not add up.
    """
    chance = random.Random(number)
    month = add_months(FIRST_MONTH, number)
    kind = number % 3
    regions = [f"r{region}" for region in range(chance.randint(1, 5))]
    categories = [f"k{category}" for category in range(chance.randint(1, 4))]
    # Regions differ in their tiers: high spenders, low ones, and those who stay away later and are
    # not graded.
    mixtures = [(1, 0, 0), (1, 1, 0), (9, 1, 0), (9, 0, 1), (4, 4, 1)]
    groups = [chance.choice(mixtures[: 2 if number >= RANDOM_MONTHS // 2 else 5]) for _ in regions]
    pool = []
    for customer in range(chance.choice([6, 15, 40, 80, 160])):
        region = chance.choices(range(len(regions)), [2**power for power in range(len(regions))])[0]
        group = chance.choices("abd", groups[region])[0]
        pool.append((f"{group}{customer:03}", regions[region]))
    buyers = pool if kind == 0 else chance.choices(pool, k=len(pool) * 3 // 2)
    category_weights = [4**power for power in range(len(categories))]
    return [
        order_line(
            month,
            str(order),
            customer,
            ordered_at=str(month + timedelta(days=chance.randrange(28))),
            amount=f"{chance.randint(100, 999) / (100 if customer.startswith('b') else 1):.2f}",
            line_id=str(line),
            quantity=str(chance.randint(1, 9)),
            category=chance.choices(categories, category_weights)[0],
            region=region if kind == 0 else chance.choice([region, *regions]),
        )
        for order, (customer, region) in enumerate(buyers)
        for line in range(chance.randint(1, 3) if kind == 2 else 1)
    ]


def made_month(month: date, regions: Mapping[str, tuple[int, int]]) -> list[Row]:
    """A month in which a customer orders once."""
    buyers = [
        (group, region)
        for region, counts in regions.items()
        for group, count in zip("ad", counts, strict=True)
        for _ in range(count)
    ]
    return [
        order_line(month, str(number), f"{group}{number:03}", region=region)
        for number, (group, region) in enumerate(buyers)
    ]


def last_month() -> list[Row]:
    """A month in which nobody need be kept back: twelve customers in each of four cells."""
    return [
        order_line(
            LAST_MONTH,
            f"{customer} {order}",
            f"a{customer:03}",
            # All of tier A.
            ordered_at=str(LAST_MONTH + timedelta(days=27)),
            amount="1000",
            category=f"k{customer % 2}",
            region=f"r{customer // 2 % 2}",
        )
        for customer in range(48)
        for order in range(2)
    ]


THIN_MONTHS = 200
FIRST_THIN_MONTH = date(1990, 1, 1)


def thin_month(number: int) -> list[Row]:
    """Orders of one month of few customers and pieces: many of one piece, some free, some tied."""
    chance = random.Random(number)
    month = add_months(FIRST_THIN_MONTH, number)
    regions = [f"r{region}" for region in range(chance.randint(2, 5))]
    categories = [f"k{category}" for category in range(chance.randint(1, 4))]
    region_weights = [2**power for power in range(len(regions))]
    category_weights = [3**power for power in range(len(categories))]
    customers = [
        (f"t{customer:02}", chance.choices(regions, region_weights)[0])
        for customer in range(chance.choice([4, 8, 12, 18, 30]))
    ]
    single_pieces, free, elsewhere = chance.random(), chance.choice([0, 0.2, 0.8]), 0.3
    more_orders = len(customers) * chance.choice([0, 1, 5]) // 5
    buyers = customers + chance.choices(customers, k=more_orders)
    moves = number % 2
    return [
        order_line(
            month,
            f"t{order}",
            customer,
            line_id=str(line),
            amount="0" if chance.random() < free else f"{chance.randint(1, 900) / 100:.2f}",
            quantity=str(1 if chance.random() < single_pieces else chance.randint(1, 4)),
            category=chance.choices(categories, category_weights)[0],
            region=chance.choice(regions) if moves and chance.random() < elsewhere else region,
        )
        for order, (customer, region) in enumerate(buyers)
        for line in range(1 if chance.random() < 0.7 else 2)
    ]


def thin_lines() -> list[Row]:
    """All these months."""
    return [row for number in range(THIN_MONTHS) for row in thin_month(number)]


def random_lines() -> list[Row]:
    """All these months."""
    rows = [row for number in range(RANDOM_MONTHS) for row in random_month(number)]
    rows += thin_lines()
    for month, regions in MADE_MONTHS.items():
        rows += made_month(month, regions)
    return rows + last_month()


@pytest.fixture(scope="module")
def random_case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Random orders: months have nothing to do with each other, so one build is many cases."""
    place: Path = tmp_path_factory.mktemp("random")
    rows = random_lines()
    report_date = add_months(LAST_MONTH, 1) - timedelta(days=1)
    project = Project(
        place,
        vars={
            "rfm_orders_path": str(write_csv(place / "orders.csv", rows)),
            "rfm_order_columns": {name: name for name in CONTRACT_COLUMNS if name in rows[0]},
            "rfm_enabled_schemes": ["outdoor_gear"],
            "rfm_as_of_date": str(report_date),
        },
    )
    project.build("--select", "+rfm_regional_demand", "+rfm_customer_tiers")
    return read_case(project, accepted(rows), report_date, 5)


@pytest.fixture(params=["demo", "online_retail", "random"])
def case(request: pytest.FixtureRequest) -> Case:
    """Each of the cases."""
    return request.getfixturevalue(f"{request.param}_case")


# ---------------------------------------------------------------------------------------------
# The attack
# ---------------------------------------------------------------------------------------------

# Coefficients of the unknowns, and what they add up to.
Equation = tuple[dict[Any, Fraction], Fraction]


def solve(equations: Iterable[Equation], order: Callable[[Any], Any]) -> dict[Any, Equation]:
    """The reduced row echelon form: in each equation the unknown that is first in order is solved.

    An unknown is determined if and only if it stands in an equation of its own.
    """
    solved: dict[Any, Equation] = {}
    for coefficients, value in equations:
        for unknown in [unknown for unknown in coefficients if unknown in solved]:
            value = subtract(coefficients, value, coefficients[unknown], solved[unknown])
        if not coefficients:
            assert value == 0, "the table contradicts itself"
            continue
        first = min(coefficients, key=order)
        factor = coefficients[first]
        equation = (
            {unknown: part / factor for unknown, part in coefficients.items()},
            value / factor,
        )
        for unknown, (others, other_value) in solved.items():
            if first in others:
                solved[unknown] = others, subtract(others, other_value, others[first], equation)
        solved[first] = equation
    return solved


def subtract(
    coefficients: dict[Any, Fraction], value: Fraction, times: Fraction, equation: Equation
) -> Fraction:
    """Take an equation from another one; its coefficients change in place."""
    for unknown, part in equation[0].items():
        rest = coefficients.pop(unknown, Fraction(0)) - times * part
        if rest:
            coefficients[unknown] = rest
    return value - times * equation[1]


def sum_equation(parts: Iterable[tuple[Any, int]], known: Mapping[Any, Any]) -> Equation:
    """The equation that a sum of (number, coefficient) is 0, with what is known put in."""
    coefficients, value = {}, Fraction(0)
    for name, coefficient in parts:
        if known[name] is None:
            coefficients[name] = Fraction(coefficient)
        else:
            value -= coefficient * Fraction(known[name])
    return coefficients, value


def attack(
    known: Mapping[Key, Any], is_sum: Mapping[Key, bool]
) -> tuple[dict[Key, Fraction], list[list[Key]]]:
    """What the seen numbers of one measure give away: unknowns, and the rows of sums.

    `is_sum` says which totals are the sums of their rows. All sums of unknowns that can be had are
    made of those returned, whose rows differ from sum to sum, or take a total for rows of its own.
    No number is below 0: where a sum is 0, so are its parts.
    """
    months: dict[date, list[Equation]] = defaultdict(list)
    for parent, children in families(known):
        if is_sum[parent]:
            parts = [(parent, -1), *((child, 1) for child in children)]
            months[parent[0]].append(sum_equation(parts, known))

    def order(key: Key) -> tuple:
        """Totals that are sums come first, the largest first: so they are solved for."""
        return not is_sum.get(key, False), key[1] != ALL, key[2] != ALL, key

    found, sums = {}, []
    for equations in months.values():
        for first, (coefficients, value) in solve(equations, order).items():
            if len(coefficients) == 1:
                found[first] = value
            if not is_sum.get(first, False):
                assert set(coefficients.values()) == {1}, "a kind of sum that is not looked at"
                sums.append(list(coefficients))
                if value == 0:
                    found |= dict.fromkeys(coefficients, value)
    in_sums = [key for keys in sums for key in keys]
    assert len(in_sums) == len(set(in_sums)), "a kind of sum that is not looked at"
    return found, sums


def adds_up(numbers: Mapping[Key, Any]) -> dict[Key, bool]:
    """The totals that are the sums of their rows."""
    return {
        parent: numbers[parent] == sum(numbers[child] for child in children)
        for parent, children in families(numbers)
    }


def seen_numbers(case: Case, measure: str) -> dict[Key, Any]:
    """A measure as it is published."""
    return {key: row[measure] for key, row in case.rows.items()}


def true_numbers(case: Case, measure: str) -> dict[Key, Any]:
    """A measure of all rows."""
    return {key: getattr(cell, measure) for key, cell in case.truth.items()}


def customers_behind(case: Case, keys: Iterable[Key], tier: str = ANY_TIER) -> int:
    """How many customers, or customers of a tier, some rows are of."""
    return len(set().union(*(case.truth[key].customers_of(tier) for key in keys)))


# ---------------------------------------------------------------------------------------------
# Numbers
# ---------------------------------------------------------------------------------------------


def test_numbers_are_right(case: Case) -> None:
    """All rows are there, and what is seen is what the lines say."""
    assert case.rows.keys() == case.truth.keys()
    for measure in MEASURES:
        truth = true_numbers(case, measure)
        for key, value in seen_numbers(case, measure).items():
            assert value is None or Fraction(value) == truth[key], (measure, key)


def test_small_rows_show_nothing(case: Case) -> None:
    """No number of a row of few customers, and none of any row that is marked."""
    shown = {
        key
        for key, row in case.rows.items()
        if any(row[column] is not None for column in (*MEASURES, "share", "growth", "tier_mix"))
    }
    assert shown == {key for key, row in case.rows.items() if not row["is_suppressed"]}
    assert not [key for key in shown if case.is_small[key]]
    for key in shown:
        assert None not in [case.rows[key][measure] for measure in MEASURES]


def test_quotients_are_of_seen_numbers(case: Case) -> None:
    """Share and growth are null where one of their two numbers is kept back."""
    for (month, region, category), row in case.rows.items():
        above = total(month) if category == ALL else (month, region, ALL)
        before = (add_months(month, -1), region, category)
        for column, other in {"share": above, "growth": before}.items():
            if row[column] is not None:
                assert not row["is_suppressed"], (column, month, region, category)
                assert not case.rows[other]["is_suppressed"], (column, month, region, category)


@pytest.mark.parametrize("measure", MEASURES)
def test_numbers_withstand(measure: str, case: Case) -> None:
    """No number that is kept back comes out, and no sum of few customers."""
    is_sum = adds_up(true_numbers(case, measure))
    found, sums = attack(seen_numbers(case, measure), is_sum)
    assert found == {}
    assert [keys for keys in sums if customers_behind(case, keys) < case.limit] == []
    assert sums


def attack_without_neighbours(case: Case, measure: str) -> tuple[dict[Key, Fraction], int]:
    """What comes out where small rows alone are kept back: rows, and how many sums of too few."""
    truth = true_numbers(case, measure)
    known = {key: None if case.is_small[key] else value for key, value in truth.items()}
    found, sums = attack(known, adds_up(truth))
    assert found == {key: truth[key] for key in found}
    return found, sum(customers_behind(case, keys) < case.limit for keys in sums)


@pytest.mark.parametrize("measure", MEASURES)
def test_attack_finds_numbers(measure: str, random_case: Case) -> None:
    """It works: without the neighbours of small rows it gets some of these, and gets them right."""
    found, thin_sums = attack_without_neighbours(random_case, measure)
    assert found
    assert thin_sums


def test_attack_finds_sums(case: Case) -> None:
    """It works on all data: without the neighbours it gets the revenue of a few customers."""
    assert attack_without_neighbours(case, "revenue")[1]


def test_rows_are_hidden_by_the_rule(case: Case) -> None:
    """Those that the oracle hides, and no other."""
    hidden = {key for key, row in case.rows.items() if row["is_suppressed"]}
    expected = set()
    for world in worlds_of(case.truth, coins=10**6).values():
        expected |= suppress(world, case.limit)
    assert hidden == expected


def test_nothing_is_hidden_without_need(case: Case) -> None:
    """What need not be hidden is the smallest that there is, and beside what must be, alone.

    A region must be where its categories would be known to have few customers or no revenue.
    """
    hidden = {key for key, row in case.rows.items() if row["is_suppressed"]}
    unfit = {key for key, is_small in case.is_small.items() if is_small}
    below = dict(families(case.truth))
    for key in {parent_of(key) for key in unfit if key[2] != ALL}:
        spare = case.truth[key].pieces - len(below[key]) + 1
        if spare < case.limit or not case.truth[key].revenue:
            unfit.add(key)
    for parent, children in families(case.rows):
        needless = hidden.intersection(children) - unfit
        if parent[1] == ALL and case.truth[parent].customers < 2 * case.limit - 1:
            assert {parent, *children} <= hidden
        elif parent in hidden:
            assert set(children) <= hidden
            assert parent[1] != ALL or unfit.intersection(children)
        elif unfit.isdisjoint(children):
            assert not needless
        else:
            assert unfit.intersection(children) <= hidden
            sizes = {key: case.truth[key].customers for key in children if key not in unfit}
            largest = max((sizes[key] for key in needless), default=0)
            assert needless == {key for key, size in sizes.items() if size <= largest}


def test_all_is_shown_where_nobody_is_few(random_case: Case) -> None:
    """The last month, of twelve customers a cell."""
    rows = [row for key, row in random_case.rows.items() if key[0] == LAST_MONTH]
    assert len(rows) == 7
    assert not [row for row in rows if row["is_suppressed"]]


def test_made_months(random_case: Case) -> None:
    """Their tiers are as they should be, and all their mixes but the month's are kept back."""
    for month, regions in MADE_MONTHS.items():
        for region, (graded, ungraded) in regions.items():
            cell = random_case.truth[month, region, ALL]
            assert len(cell.customers_of("A")) == graded
            assert len(cell.customers_of("ungraded")) == ungraded
            assert random_case.rows[month, region, ALL]["customers"] == graded + ungraded
            assert random_case.rows[month, region, ALL]["tier_mix"] is None
        assert random_case.rows[total(month)]["tier_mix"] is not None


def test_random_months_add_up(random_case: Case) -> None:
    """In every third month all measures do, and orders in two of three."""
    for measure, kinds in {"customers": {0}, "orders": {0, 1}, "pieces": {0, 1, 2}}.items():
        truth = true_numbers(random_case, measure)
        hidden_months = {key[0] for key, row in random_case.rows.items() if row["is_suppressed"]}
        added_up = {key[0] for key in truth} - {
            key[0] for key, is_sum in adds_up(truth).items() if not is_sum
        }
        months = {
            add_months(FIRST_MONTH, number)
            for number in range(RANDOM_MONTHS)
            if number % 3 in kinds
        }
        assert months <= added_up
        assert months & hidden_months


# ---------------------------------------------------------------------------------------------
# Whole numbers
# ---------------------------------------------------------------------------------------------


def worlds_of(truth: Mapping[Key, Cell], coins: int = 100) -> dict[date, World]:
    """The numbers of each month."""
    months: dict[date, dict[Key, Numbers]] = defaultdict(dict)
    for key, cell in truth.items():
        months[key[0]][key] = cell.numbers(coins)
    return dict(months)


def suppress(world: World, least: int) -> set[Key]:
    """The rows that the oracle hides."""

    def level(key: Key) -> str:
        return "category" if key[2] != ALL else "region" if key[1] != ALL else "total"

    counts = {
        (level((month, region, category)), region, category, month): Volume(
            row.customers, row.pieces, row.revenue
        )
        for (month, region, category), row in world.items()
    }
    hidden = oracle_suppress(counts, least)
    return {(month, region, category) for _, region, category, month in hidden}


@pytest.fixture(scope="module")
def thin_worlds() -> list[tuple[World, int]]:
    """The thin months, with a least number of customers for each."""
    worlds = worlds_of(count_cells(accepted(thin_lines()), LATEST_ORDER_DATE, {}))
    assert len(worlds) == THIN_MONTHS
    return [(worlds[month], 2 + number % 5) for number, month in enumerate(sorted(worlds))]


def found_by_attack(
    worlds: Iterable[tuple[World, int]], rule: Callable[[World, int], set[Key]], known: Knowledge
) -> tuple[list[tuple[Key, str]], set[int | None]]:
    """What comes out, and the highest levels at which rows were hidden in the months."""
    found, levels = [], set()
    for world, least in worlds:
        month = Month(world, least, rule)
        found += attack_month(month, known)
        # 2 is the month itself, 1 its regions, 0 categories of regions that are seen.
        levels.add(max((key[1:].count(ALL) for key in month.hidden), default=None))
    return found, levels


def test_thin_months_withstand_whole_numbers(thin_worlds: list[tuple[World, int]]) -> None:
    """No number comes out, nor whether a row has few customers; months are hidden in all ways."""
    found, levels = found_by_attack(thin_worlds, suppress, know_rule)
    assert found == []
    assert levels == {None, 0, 1, 2}


def test_demo_withstands_whole_numbers(demo_case: Case) -> None:
    """Nor in the demo."""
    worlds = [(world, demo_case.limit) for world in worlds_of(demo_case.truth).values()]
    assert found_by_attack(worlds, suppress, know_rule)[0] == []


def test_integer_attack_finds_numbers(thin_worlds: list[tuple[World, int]]) -> None:
    """It works: under the rule of before some numbers come out."""
    found, _ = found_by_attack(thin_worlds[:60], suppress_as_before, know_rule_of_before)
    assert {measure for _, measure in found} == {*MEASURES, "size"}


def test_integer_attack_finds_a_single_customer() -> None:
    """27 pieces; r0 has 15 and r2 6, so r1 and r3 have 6: 5 customers and 1 in some order.

    r1 has three categories, so r3 cannot have five pieces: it is one customer with one order.
    """
    month = date(2024, 1, 1)
    world = {
        (month, ALL, ALL): Numbers(18, 20, 27, 5000),
        (month, "r0", ALL): Numbers(7, 9, 15, 2000),
        (month, "r0", "k0"): Numbers(7, 9, 15, 2000),
        (month, "r1", ALL): Numbers(5, 5, 5, 900),
        (month, "r1", "k0"): Numbers(3, 3, 3, 500),
        (month, "r1", "k1"): Numbers(1, 1, 1, 300),
        (month, "r1", "k2"): Numbers(1, 1, 1, 100),
        (month, "r2", ALL): Numbers(6, 6, 6, 1000),
        (month, "r2", "k0"): Numbers(6, 6, 6, 1000),
        (month, "r3", ALL): Numbers(1, 1, 1, 1100),
        (month, "r3", "k0"): Numbers(1, 1, 1, 1100),
    }
    before = attack_month(Month(world, 5, suppress_as_before), know_rule_of_before)
    numbers = ("customers", "orders", "pieces", "size")
    assert {((month, "r3", ALL), measure) for measure in numbers} <= set(before)
    assert attack_month(Month(world, 5, suppress), know_rule) == []


# ---------------------------------------------------------------------------------------------
# Tier mixes
# ---------------------------------------------------------------------------------------------


def tiers_of(case: Case) -> list[str]:
    """All tiers that occur."""
    return sorted({tier for cell in case.truth.values() for tier in cell.tiers})


def mix_text(cell: Cell, tiers: Iterable[str]) -> str:
    """The tier mix of a row."""
    parts = []
    for tier in tiers:
        if customers := len(cell.customers_of(tier)):
            share = (Decimal(customers) / cell.customers).quantize(Decimal("1e-6"), ROUND_HALF_UP)
            parts.append(f"{tier} {(100 * share).quantize(Decimal('0.1'), ROUND_HALF_UP)}%")
    return ", ".join(parts)


def test_mixes_are_right(case: Case) -> None:
    """What is seen is what the customers are, and never a tier of few."""
    shown = {key: row["tier_mix"] for key, row in case.rows.items() if row["tier_mix"] is not None}
    assert shown
    for key, mix in shown.items():
        assert not case.has_small_tier[key], key
        expected = mix_text(case.truth[key], tiers_of(case))
        assert sorted(mix.split(", ")) == sorted(expected.split(", ")), key


def attack_mixes(
    case: Case, hidden: Mapping[Key, bool]
) -> tuple[list[tuple[Key, str]], list[tuple[str, list[Key]]]]:
    """What mixes give away: a tier of a row, and the few customers of a tier in some rows.

    That a row has none of a tier may be known: mixes that are shown say so, too.
    """
    tiers = tiers_of(case)
    counts = {
        tier: {key: len(cell.customers_of(tier)) for key, cell in case.truth.items()}
        for tier in (ANY_TIER, *tiers)
    }
    known = {
        (key, tier): None if hidden[key] else counts[tier][key]
        for tier in tiers
        for key in case.truth
    }
    known |= {(key, ANY_TIER): count for key, count in seen_numbers(case, "customers").items()}
    is_sum = {tier: adds_up(numbers) for tier, numbers in counts.items()}

    # A tier for itself.
    thin_sums = []
    for tier in tiers:
        found, sums = attack({key: known[key, tier] for key in case.truth}, is_sum[tier])
        known |= {(key, tier): 0 for key, count in found.items() if count == 0}
        thin_sums += [
            (tier, keys) for keys in sums if 0 < customers_behind(case, keys, tier) < case.limit
        ]

    # All tiers at once, for those of a row are its customers.
    months: dict[date, list[Equation]] = defaultdict(list)
    for parent, children in families(case.truth):
        for tier in counts:
            if is_sum[tier][parent]:
                parts = [((parent, tier), -1), *(((child, tier), 1) for child in children)]
                months[parent[0]].append(sum_equation(parts, known))
    for key in case.truth:
        parts = [((key, ANY_TIER), -1), *(((key, tier), 1) for tier in tiers)]
        months[key[0]].append(sum_equation(parts, known))
    single_counts = [
        (key, tier)
        for equations in months.values()
        for (key, tier), (coefficients, _) in solve(equations, str).items()
        if len(coefficients) == 1 and counts[tier][key] > 0
    ]
    return single_counts, thin_sums


def test_mixes_withstand(case: Case) -> None:
    """No tier that is kept back comes out, nor a sum of few customers."""
    hidden = {key: row["tier_mix"] is None for key, row in case.rows.items()}
    assert attack_mixes(case, hidden) == ([], [])


def test_attack_finds_mixes(random_case: Case) -> None:
    """It works: where only mixes with few customers of a tier are kept back, it gets some."""
    single_counts, thin_sums = attack_mixes(random_case, random_case.has_small_tier)
    assert single_counts
    assert thin_sums


def test_attack_finds_rows_of_one_tier(random_case: Case) -> None:
    """It works: where only rows of one tier are kept back, it gets some."""
    hidden = {key: cell.has_one_tier for key, cell in random_case.truth.items()}
    assert attack_mixes(random_case, hidden)[0]
