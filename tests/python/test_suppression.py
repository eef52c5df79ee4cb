"""Attacks on rfm_regional_demand: nothing that it keeps back may be worked out from the rest.

One attacker has the published table alone and subtracts; another knows the rule by which rows are
kept back as well, and that numbers are whole: integer_attack.py. Who bought what is counted here
from the lines that may be counted.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from operator import itemgetter

import pytest

from harness import Project, Row, read_cases, write_csv
from integer_attack import Attack, Month, Rule, World, know_rule
from oracle import add_months, group_by
from oracle_actions import ALL, Key, Numbers, families, parent_of, suppress

CUSTOMERS = read_cases("demand/suppression")["customers"]


class Case:
    """A published table, the truth behind it, and how many customers a row must have."""

    def __init__(self, project: Project, report_date: str, least: int) -> None:
        """Read the tables of a project."""
        self.least = least
        key = itemgetter("month", "region", "category")
        self.rows = {key(row): row for row in project.table("rfm_regional_demand")}
        # Of each row of the table, who bought what.
        self.cells = group_by(project.query(CUSTOMERS.format(report_date=report_date)), key)
        self.numbers = {
            key: Numbers(len(own), *(sum(row[name] for row in own) for name in Numbers._fields[1:]))
            for key, own in self.cells.items()
        }
        self.tiers = {key: Counter(row["tier"] for row in own) for key, own in self.cells.items()}
        self.families = families(self.cells)
        del self.families[None]
        self.hidden = {key for key, row in self.rows.items() if row["is_suppressed"]}
        self.small = {key for key, row in self.numbers.items() if row.customers < least}

    def customers(self, keys: Iterable[Key], tier: str = "") -> int:
        """How many different customers, or customers of a tier, some rows have together."""
        rows = (row for key in keys for row in self.cells[key])
        return len({row["customer_id"] for row in rows if tier in ("", row["tier"])})

    def worlds(self) -> dict[date, World]:
        """The numbers of each month, revenue in cents."""
        months: dict[date, dict[Key, Numbers]] = defaultdict(dict)
        for key, row in self.numbers.items():
            assert row.revenue * 100 % 1 == 0
            months[key[0]][key] = row._replace(revenue=int(row.revenue * 100))
        return dict(sorted(months.items()))


# The cases

MONTHS = 90
THIN_MONTHS = 200
FIRST_MONTH = date(2016, 1, 1)
LAST_MONTH = add_months(FIRST_MONTH, MONTHS)
FIRST_THIN_MONTH = date(1990, 1, 1)


def order_line(month: date, order: str, customer: str, region: str, category: str) -> Row:
    """A line of an order of the month."""
    keys = {"order_id": f"{month} {order}", "customer_id": customer, "line_id": "1"}
    cells = {"ordered_at": str(month), "amount": "1000", "quantity": "2"}
    return keys | cells | {"region": region, "category": category}


def random_month(number: int, *, thin: bool) -> list[Row]:
    """Orders of one month, with rows of few customers and of some more; or of few throughout.

    In every third month all measures add up: an order is one line, and all of its customer. In the
    next, orders are of one line, and only customers do not add up. In thin months many orders are
    of one piece, some free.
    """
    chance = random.Random(2 * number + thin)
    month = add_months(FIRST_THIN_MONTH if thin else FIRST_MONTH, number)
    kind = number % 3
    regions = [f"r{region}" for region in range(chance.randint(1, 5))]
    categories = [f"k{category}" for category in range(chance.randint(1, 4))]
    # Regions differ in their tiers: high spenders, low ones, and those who stay away later and are
    # not graded.
    mixtures = [(1, 0, 0), (1, 1, 0), (9, 1, 0), (9, 0, 1), (4, 4, 1)]
    groups = [chance.choice(mixtures[: 2 if number >= MONTHS // 2 else 5]) for _ in regions]
    pool = []
    for customer in range(chance.choice([4, 8, 12, 18, 30] if thin else [6, 15, 40, 80, 160])):
        region = chance.choices(range(len(regions)), [2**power for power in range(len(regions))])[0]
        group = "t" if thin else chance.choices("abd", groups[region])[0]
        pool.append((f"{group}{customer:03}", regions[region]))
    more_orders = 0 if kind == 0 else len(pool) * chance.choice([0, 1, 2, 5]) // 5
    free, single = (chance.choice([0, 0.2, 0.8]), chance.random()) if thin else (0, 0.1)
    weights = [(3 if thin else 4) ** power for power in range(len(categories))]
    lines = []
    for order, (customer, region) in enumerate(pool + chance.choices(pool, k=more_orders)):
        for line in range(chance.randint(1, 3) if kind == 2 else 1):
            if kind and chance.random() < 0.3:
                region = chance.choice(regions)
            category = chance.choices(categories, weights)[0]
            cents = chance.randint(100, 999) * (1 if customer[0] in "bt" else 100)
            cells = {
                "line_id": str(line),
                "ordered_at": str(month + timedelta(days=chance.randrange(28))),
                "amount": "0" if chance.random() < free else f"{cents / 100:.2f}",
                "quantity": "1" if chance.random() < single else str(chance.randint(1, 9)),
            }
            lines.append(order_line(month, str(order), customer, region, category) | cells)
    return lines


def last_month() -> list[Row]:
    """A month in which nobody need be kept back: twelve customers, of tier A, in each cell."""
    cells = product(("r0", "r1"), ("k0", "k1"), range(12))
    return [
        order_line(LAST_MONTH, f"{number} {order}", f"a{number:03}", region, category)
        for number, (region, category, _) in enumerate(cells)
        for order in range(2)
    ]


@pytest.fixture(scope="module")
def random_case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Random orders: months have nothing to do with each other, so one build is many cases."""
    rows = [row for number in range(MONTHS) for row in random_month(number, thin=False)]
    rows += [row for number in range(THIN_MONTHS) for row in random_month(number, thin=True)]
    rows += last_month()
    report_date = str(add_months(LAST_MONTH, 1) - timedelta(days=1))
    project = Project(tmp_path_factory.mktemp("random"))
    project.vars = {
        "rfm_orders_path": str(write_csv(project.place / "orders.csv", rows)),
        "rfm_order_columns": {name: name for name in rows[0]},
        "rfm_enabled_schemes": ["outdoor_gear"],
        "rfm_as_of_date": report_date,
    }
    project.parse().build("--select", "+rfm_regional_demand", "+rfm_customer_tiers")
    return Case(project, report_date, 5)


@pytest.fixture(scope="module")
def demo_case(demo: Project) -> Case:
    """The demo."""
    return Case(demo, "2025-01-09", 5)


@pytest.fixture(params=["demo", "online_retail", "random"], scope="module")
def case(request: pytest.FixtureRequest) -> Case:
    """Each of the cases; Online Retail is by country and first character of the stock code."""
    if request.param != "online_retail":
        return request.getfixturevalue(f"{request.param}_case")
    project = request.getfixturevalue("online_retail")
    return Case(project, project.vars["rfm_report_date"], project.vars["rfm_min_cell_customers"])


# Numbers


def test_numbers(case: Case) -> None:
    """A row shows what the lines say, or nothing; quotients are null where one part is."""
    assert case.rows.keys() == case.cells.keys()
    assert case.small <= case.hidden
    for key, row in case.rows.items():
        month, region, category = key
        shown = tuple(row[measure] for measure in Numbers._fields)
        before = (add_months(month, -1), region, category)
        if key in case.hidden:
            assert {*shown, row["share"], row["growth"], row["tier_mix"]} == {None}, key
        else:
            assert shown == case.numbers[key]
        assert row["share"] is None or parent_of(key) not in case.hidden, key
        assert row["growth"] is None or before not in case.hidden, key


def subtracted(case: Case, hidden: Collection[Key]) -> list[Key]:
    """The totals from which too much can be worked out by equations.

    A hidden row stands in two: its total is the sum of it and its neighbours, and it is the sum of
    its own rows. Where all below a hidden row is hidden, too, all that they give is what the hidden
    rows of a total that is seen have together. That must not be one row, nor of few customers, nor
    nothing: then it is nothing in each.
    """
    found = []
    for parent, children in case.families.items():
        below = [key for key in children if key in hidden]
        if parent in hidden:
            if len(below) < len(children):
                found.append(parent)
        elif below:
            is_nothing = not sum(case.numbers[key].revenue for key in below)
            if len(below) == 1 or is_nothing or case.customers(below) < case.least:
                found.append(parent)
    return found


def test_nothing_can_be_subtracted(case: Case) -> None:
    """No number that is kept back comes out, and no sum of few customers."""
    assert subtracted(case, case.hidden) == []
    # It can where small rows alone are kept back.
    assert subtracted(case, case.small)


def test_rows_are_hidden_by_the_rule(case: Case) -> None:
    """Those that the oracle hides, and no other."""
    assert case.hidden == suppress(case.numbers, case.least)


def test_all_is_shown_where_nobody_is_few(random_case: Case) -> None:
    """The last month, of twelve customers a cell."""
    last = [row for key, row in random_case.rows.items() if key[0] == LAST_MONTH]
    assert [row["is_suppressed"] for row in last] == [False] * 7


# Whole numbers


def know_small(attack: Attack) -> None:
    """All rows kept back have few customers."""
    for key in attack.keys:
        attack.at_most(attack.of(key, "customers"), attack.month.least - 1)


RULE = Rule(suppress, know_rule)
SMALL_ROWS = Rule(
    lambda world, least: {key for key, row in world.items() if row.customers < least}, know_small
)


@pytest.fixture(scope="module")
def thin_months(random_case: Case) -> list[tuple[World, int]]:
    """The thin months, with a least number of customers for each."""
    worlds = [world for month, world in random_case.worlds().items() if month < FIRST_MONTH]
    assert len(worlds) == THIN_MONTHS
    return [(world, 2 + number % 5) for number, world in enumerate(worlds)]


def test_thin_months_withstand_whole_numbers(thin_months: list[tuple[World, int]]) -> None:
    """No number comes out, nor whether a row has few customers; months are hidden in all ways."""
    months = [Month(world, least, RULE) for world, least in thin_months]
    assert [found for month in months for found in month.attack()] == []
    # Up to the month itself, to its regions, to categories of regions that are seen; or not at all.
    levels = {max((key[1:].count(ALL) for key in month.hidden), default=None) for month in months}
    assert levels == {None, 0, 1, 2}


def test_demo_withstands_whole_numbers(demo_case: Case) -> None:
    """Nor in the demo."""
    for world in demo_case.worlds().values():
        assert Month(world, demo_case.least, RULE).attack() == []


def test_whole_numbers_are_found(thin_months: list[tuple[World, int]]) -> None:
    """The attack works: where rows of few customers alone are kept back, numbers come out."""
    months = [Month(world, least, SMALL_ROWS) for world, least in thin_months[:10]]
    found = {measure for month in months for _, measure in month.attack()}
    assert found == {*Numbers._fields, "size"}


# Tier mixes


def test_mixes_are_of_enough_customers(case: Case) -> None:
    """A mix that is seen never has a tier of few."""
    shown = [key for key, row in case.rows.items() if row["tier_mix"] is not None]
    assert shown
    assert [key for key in shown if min(case.tiers[key].values()) < case.least] == []


def mixes_given_away(case: Case, is_hidden: Callable[[Key], bool]) -> Iterator[tuple]:
    """What mixes give away: a tier of a row, and the few customers of a tier in some rows.

    Where customers happen to add up, the attacker knows that they do. That a row has none of a tier
    may be known: mixes that are shown say so, too.
    """
    mixes = {key for key in case.cells if is_hidden(key)}
    tiers = sorted(set().union(*case.tiers.values()))
    equations: dict[date, list[dict[tuple[Key, str], int]]] = defaultdict(list)
    none = set()
    # Totals first, so that none in a total is none in its rows.
    for parent, children in sorted(case.families.items(), key=lambda item: item[0][1] != ALL):
        for tier in ("", *tiers):
            hidden = mixes if tier else case.hidden
            counts = {key: case.customers([key], tier) for key in (parent, *children)}
            if 2 * counts[parent] != sum(counts.values()):
                continue
            unknown = {key: 1 for key in children if key in hidden}
            total = sum(counts[key] for key in unknown)
            if parent in hidden and (parent, tier) not in none:
                unknown[parent] = -1
            elif total == 0:
                none |= {(key, tier) for key in unknown}
            elif case.customers(unknown, tier) < case.least:
                yield tier, parent
            equations[parent[0]].append({(key, tier): sign for key, sign in unknown.items()})
    # All tiers of a row are its customers, a number that may be hidden.
    for key in mixes:
        sums = {(key, tier): 1 for tier in tiers}
        equations[key[0]].append(sums | ({(key, ""): -1} if key in case.hidden else {}))
    for parts in equations.values():
        rows = [{name: sign for name, sign in row.items() if name not in none} for row in parts]
        for key, tier in determined(rows):
            if case.customers([key], tier):
                yield key, tier


def determined(equations: Iterable[Mapping[tuple, int]]) -> Iterator[tuple]:
    """The unknowns that have one value in all solutions of linear equations (Gauss, Jordan)."""
    # Equations solved for an unknown that stands in no other of them.
    solved: dict[tuple, dict[tuple, Fraction]] = {}

    def without(row: Mapping[tuple, Fraction], pivot: tuple) -> dict[tuple, Fraction]:
        total = Counter(row)
        for name, value in solved[pivot].items():
            total[name] -= row[pivot] * value
        return {name: value for name, value in total.items() if value}

    for equation in equations:
        row = {name: Fraction(sign) for name, sign in equation.items()}
        for pivot in solved.keys() & row.keys():
            row = without(row, pivot)
        if row:
            pivot = min(row)
            solved[pivot] = {name: value / row[pivot] for name, value in row.items()}
            for other, own in solved.items():
                if other != pivot and pivot in own:
                    solved[other] = without(own, pivot)
    yield from (pivot for pivot, row in solved.items() if len(row) == 1)


def test_mixes_withstand(case: Case) -> None:
    """No tier that is kept back comes out, nor a sum of few customers."""
    assert list(mixes_given_away(case, lambda key: case.rows[key]["tier_mix"] is None)) == []


def test_mixes_are_found(random_case: Case) -> None:
    """The attack works: where rows with few of a tier, or of one tier, alone are kept back."""

    def has_few(key: Key) -> bool:
        return min(random_case.tiers[key].values()) < random_case.least

    def has_one(key: Key) -> bool:
        return len(random_case.tiers[key]) == 1

    found = list(mixes_given_away(random_case, has_few))
    assert {type(first) for first, _ in found} == {str, tuple}
    assert list(mixes_given_away(random_case, has_one))
