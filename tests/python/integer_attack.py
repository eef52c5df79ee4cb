"""An attack on rfm_regional_demand by integer programs.

The attacker sees a month as it is published and knows that pieces and revenue add up, that a total
has at most the customers and orders of its rows together and at least those of each, that pieces
>= orders >= customers >= 1 in whole numbers (of what a total has outside one of its rows, too,
where there may be none), the least number of customers, and the rule by which
rows are kept back. Whatever could be the numbers behind it is a world. A number comes out where it
is the same in all of them.

A program looks for worlds. What it finds is not believed, but reckoned again in whole numbers and
published again by the rule: only a world that looks exactly like the truth counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

ALL = "(all)"
# Month, region and category, both (all) in the total of a month.
Key = tuple[date, str, str]


class Numbers(NamedTuple):
    """The numbers of a row; revenue in the smallest coin."""

    customers: int
    orders: int
    pieces: int
    revenue: int


World = Mapping[Key, Numbers]
# The rows that are kept back of a month with so many customers at least.
Suppress = Callable[[World, int], set[Key]]
# Coefficients of variables; under None a number.
Sum = dict[tuple | None, float]


def parent_of(key: Key) -> Key | None:
    """The total that a row is in."""
    month, region, category = key
    if category != ALL:
        return month, region, ALL
    return None if region == ALL else (month, ALL, ALL)


def add(*parts: Sum | float, minus: Iterable[Sum | float] = ()) -> Sum:
    """Parts added up, less others."""
    total: Sum = defaultdict(float)
    for sign, group in ((1, parts), (-1, minus)):
        for part in group:
            for name, value in (part if isinstance(part, dict) else {None: part}).items():
                total[name] += sign * value
    return total


@dataclass
class Program:
    """Whole numbers that keep to some inequalities."""

    names: dict[tuple, int] = field(default_factory=dict)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    rows: list[Sum] = field(default_factory=list)

    def number(self, name: tuple, least: float, most: float) -> Sum:
        """A new variable."""
        self.names[name] = len(self.names)
        self.bounds.append((least, most))
        return {name: 1.0}

    def at_most(self, left: Sum | float, right: Sum | float) -> None:
        """An inequality."""
        self.rows.append(add(left, minus=[right]))

    def equal(self, left: Sum | float, right: Sum | float) -> None:
        """Two of them."""
        self.at_most(left, right)
        self.at_most(right, left)

    def solve(self, wanted: Sum, gap: float = 0.0) -> dict[tuple, int] | None:
        """Values that have most of what is wanted; None where there are none."""
        entries = [
            (value, number, self.names[name])
            for number, row in enumerate(self.rows)
            for name, value in row.items()
            if name is not None and value
        ]
        values, numbers, columns = zip(*entries, strict=True)
        matrix = coo_array((values, (numbers, columns)), shape=(len(self.rows), len(self.names)))
        objective = numpy.zeros(len(self.names))
        for name, value in wanted.items():
            objective[self.names[name]] = -value
        result = milp(
            objective,
            integrality=numpy.ones(len(self.names)),
            bounds=Bounds(*numpy.transpose(self.bounds)),
            constraints=LinearConstraint(
                matrix.tocsr(), ub=[-row.get(None, 0.0) for row in self.rows]
            ),
            options={"presolve": False, "mip_rel_gap": gap},
        )
        assert result.status in (0, 2), result.message
        if result.x is None:
            return None
        return {name: round(result.x[column]) for name, column in self.names.items()}


@dataclass
class Month:
    """The rows of a month: the truth, and which of them are kept back."""

    truth: World
    least: int
    suppress: Suppress

    @cached_property
    def hidden(self) -> set[Key]:
        """The rows that are kept back."""
        return self.suppress(self.truth, self.least)

    @cached_property
    def children(self) -> dict[Key, list[Key]]:
        """The rows of a total."""
        found = defaultdict(list)
        for key in sorted(self.truth):
            if (parent := parent_of(key)) is not None:
                found[parent].append(key)
        return dict(found)

    def parts(self) -> Iterator[list[Key]]:
        """Rows that are kept back, apart where the numbers of one say nothing of the other's.

        Below a row that is seen its categories are for themselves.
        """
        together, apart = [], defaultdict(list)
        for key in sorted(self.hidden):
            parent = parent_of(key)
            if key[2] != ALL and parent not in self.hidden:
                apart[parent].append(key)
            else:
                together.append(key)
        yield from (keys for keys in (together, *apart.values()) if keys)

    def looks_like(self, world: World) -> bool:
        """Whether a world has all that the attacker knows."""
        for key, row in world.items():
            if not (row.pieces >= row.orders >= row.customers >= 1 and row.revenue >= 0):
                return False
            if key not in self.hidden and row != self.truth[key]:
                return False
        for parent, children in self.children.items():
            total, rows = world[parent], [world[child] for child in children]
            if total.pieces != sum(row.pieces for row in rows):
                return False
            if total.revenue != sum(row.revenue for row in rows):
                return False
            for measure in ("customers", "orders"):
                numbers = [getattr(row, measure) for row in rows]
                if not max(numbers) <= getattr(total, measure) <= sum(numbers):
                    return False
            if any(total.customers - row.customers > total.orders - row.orders for row in rows):
                return False
        return self.suppress(world, self.least) == self.hidden


# What a rule says of the month's rows, as inequalities of the program.
Knowledge = Callable[["Attack"], None]


class Attack:
    """The search for worlds in which some rows are other than in truth."""

    def __init__(self, month: Month, keys: list[Key], knowledge: Knowledge) -> None:
        """All that is known of these rows."""
        self.month, self.keys, self.program = month, keys, Program()
        self.own = set(keys)
        top = next(key for key in month.truth if parent_of(key) is None)
        # Nothing is known of how much a month has that is not seen: enough for all there can be.
        self.most = Numbers(*(2 * number + 1000 for number in month.truth[top]))
        if top not in month.hidden:
            self.most = month.truth[top]
        for key in keys:
            for measure, most in self.most._asdict().items():
                self.program.number((key, measure), measure != "revenue", most)
            self.program.at_most(self.of(key, "customers"), self.of(key, "orders"))
            self.program.at_most(self.of(key, "orders"), self.of(key, "pieces"))
        for parent, children in month.children.items():
            if parent in self.own or not self.own.isdisjoint(children):
                self.add_family(parent, children)
        knowledge(self)

    def of(self, key: Key, measure: str) -> Sum:
        """A number of a row: a variable, or what is seen of it."""
        if key in self.own:
            return {(key, measure): 1.0}
        assert key not in self.month.hidden
        return {None: getattr(self.month.truth[key], measure)}

    def add_family(self, parent: Key, children: list[Key]) -> None:
        """A total and its rows."""
        for measure in ("pieces", "revenue"):
            parts = [self.of(child, measure) for child in children]
            self.program.equal(self.of(parent, measure), add(*parts))
        for measure in ("customers", "orders"):
            parts = [self.of(child, measure) for child in children]
            self.program.at_most(self.of(parent, measure), add(*parts))
            for part in parts:
                self.program.at_most(part, self.of(parent, measure))
        for row in children:
            elsewhere = [
                add(self.of(parent, measure), minus=[self.of(row, measure)])
                for measure in ("customers", "orders")
            ]
            self.program.at_most(*elsewhere)

    def is_large(self, key: Key) -> Sum:
        """A new variable: 1 where a row has at least the least number of customers, otherwise 0."""
        large = self.program.number((key, "is_large"), 0, 1)
        self.implies(large, self.month.least, self.of(key, "customers"))
        self.implies(add(1, minus=[large]), self.of(key, "customers"), self.month.least - 1)
        return large

    def implies(self, condition: Sum, left: Sum | float, right: Sum | float) -> None:
        """Where a condition is 1, left is at most right: customers or pieces."""
        most = 2 * self.most.pieces + self.month.least
        free = {name: -most * value for name, value in condition.items()}
        self.program.at_most(left, add(right, most, free))

    def search(self, wanted: Sum, gap: float = 0.0) -> dict[Key, Numbers] | None:
        """A world with most of what is wanted."""
        values = self.program.solve(wanted, gap)
        if values is None:
            return None
        found = {
            key: Numbers(*(values[key, measure] for measure in Numbers._fields))
            for key in self.keys
        }
        assert self.month.looks_like({**self.month.truth, **found}), "not a world"
        return found

    def run(self) -> list[tuple[Key, str]]:
        """The numbers that come out, and under "size" whether a row has few customers."""
        truth, least = self.month.truth, self.month.least
        left = {(key, measure) for key in self.keys for measure in (*Numbers._fields, "size")}

        def take(found: Mapping[Key, Numbers] | None) -> None:
            for key, row in (found or {}).items():
                true = truth[key]
                left.difference_update(
                    (key, measure)
                    for measure, number in row._asdict().items()
                    if number != getattr(true, measure)
                )
                if (row.customers < least) != (true.customers < least):
                    left.discard((key, "size"))

        # Rows change sides: as many as will at once, then those that are left one by one.
        changes = {}
        for key in self.keys:
            changes[key] = self.program.number((key, "changes"), 0, 1)
            customers = self.of(key, "customers")
            if truth[key].customers < least:
                self.implies(changes[key], least, customers)
            else:
                self.implies(changes[key], customers, least - 1)
        before = None
        while before != left and any(measure == "size" for _, measure in left):
            before = set(left)
            wanted = [changes[key] for key, measure in sorted(left) if measure == "size"]
            take(self.search(add(*wanted), gap=0.5))
        for key, measure in sorted(left):
            name = (key, "changes" if measure == "size" else measure)
            for sign in (1.0, -1.0):
                if (key, measure) in left:
                    take(self.search({name: sign}))
        return sorted(left)


def attack_month(month: Month, knowledge: Knowledge) -> list[tuple[Key, str]]:
    """All that comes out in a month."""
    return [found for keys in month.parts() for found in Attack(month, keys, knowledge).run()]


def know_rule(attack: Attack) -> None:
    """Rows kept back together: some of few customers, and others of one number of customers.

    That is not all that the rule can have done. The attacker who knows the rest knows of more
    worlds, not of fewer.
    """
    month, program = attack.month, attack.program
    for parent, children in month.children.items():
        hidden = [child for child in children if child in attack.own]
        if parent_of(parent) is None and parent in attack.own:
            program.at_most(attack.of(parent, "customers"), 2 * month.least - 2)
        if parent in attack.own or not hidden:
            continue
        seen = [month.truth[child].customers for child in children if child not in attack.own]
        top = program.number((parent, "large"), month.least, min(seen, default=10**6) - 1)
        larges = []
        for key in hidden:
            large = attack.is_large(key)
            larges.append(large)
            attack.implies(large, attack.of(key, "customers"), top)
            attack.implies(large, top, attack.of(key, "customers"))
            if key[2] == ALL:
                width = len(month.children[key])
                attack.implies(large, month.least + width - 1, attack.of(key, "pieces"))
                program.at_most(large, attack.of(key, "revenue"))
        program.at_most(1, add(*larges))
        program.at_most(add(*larges), len(hidden) - 1)


# ---------------------------------------------------------------------------------------------
# The rule of before, which does not stand
# ---------------------------------------------------------------------------------------------


def suppress_as_before(world: World, least: int) -> set[Key]:
    """Rows of few customers, and the smallest other one beside each and below what is hidden."""
    hidden = {key for key, row in world.items() if row.customers < least}
    few = set(hidden)
    families = defaultdict(list)
    for key in sorted(world):
        if (parent := parent_of(key)) is not None:
            families[parent].append(key)
    for parent, children in sorted(families.items(), key=lambda item: item[0][1] != ALL):
        others = [child for child in children if child not in few]
        if others and (parent in hidden or not few.isdisjoint(children)):
            hidden.add(min(others, key=lambda child: (world[child].customers, child)))
    return hidden


def know_rule_of_before(attack: Attack) -> None:
    """Of the rows kept back together all but one have few customers; that one is the smallest."""
    month, program = attack.month, attack.program
    for parent, children in month.children.items():
        hidden = [child for child in children if child in attack.own]
        if parent_of(parent) is None and parent in attack.own:
            program.at_most(attack.of(parent, "customers"), month.least - 1)
        if not hidden:
            continue
        seen = [child for child in children if child not in attack.own]
        larges = [attack.is_large(key) for key in hidden]
        program.at_most(add(*larges), 1)
        if seen:
            program.at_most(1, add(*larges))
        if parent not in attack.own:
            program.at_most(add(*larges), len(hidden) - 1)
        for key, large in zip(hidden, larges, strict=True):
            for other in seen:
                most = month.truth[other].customers - (other < key)
                attack.implies(large, attack.of(key, "customers"), most)
