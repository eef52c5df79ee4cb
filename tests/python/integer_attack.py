"""An attack on rfm_regional_demand by integer programs.

The attacker sees a month as it is published and knows that pieces and revenue add up, that a total
has at most the customers and orders of its rows together and at least those of each, that pieces >=
orders >= customers >= 1 in whole numbers (of what a total has outside one of its rows, too, where
there may be none), the least number of customers, and the rule by which rows are kept back.
Whatever could be the numbers behind it is a world. A number comes out where it is the same in all.

A program looks for worlds. What it finds is not believed, but reckoned again in whole numbers and
published again by the rule: only a world that looks exactly like the truth counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy
from scipy.optimize import Bounds, LinearConstraint, milp

from oracle_actions import ALL, Key, Numbers, families, parent_of

# Rows of one month, revenue in the smallest coin.
World = Mapping[Key, Numbers]
# Coefficients of variables; under None a number.
Sum = dict[tuple | None, float]
MEASURES = Numbers._fields


def add(*parts: Sum | float, minus: Iterable[Sum | float] = ()) -> Sum:
    """Parts added up, less others."""
    total: Sum = defaultdict(float)
    for sign, group in ((1, parts), (-1, minus)):
        for part in group:
            for name, value in (part if isinstance(part, dict) else {None: part}).items():
                total[name] += sign * value
    return total


class Rule(NamedTuple):
    """Which rows of a month are kept back, and what that says of them, as inequalities."""

    suppress: Callable[[World, int], set[Key]]
    knowledge: Callable[[Attack], None]


@dataclass
class Month:
    """The rows of a month: the truth, and which of them are kept back."""

    truth: World
    least: int
    rule: Rule

    @cached_property
    def hidden(self) -> set[Key]:
        """The rows that are kept back."""
        return self.rule.suppress(self.truth, self.least)

    @cached_property
    def children(self) -> dict[Key, list[Key]]:
        """The rows of a total."""
        return {total: rows for total, rows in families(self.truth).items() if total is not None}

    def parts(self) -> Iterator[list[Key]]:
        """Rows that are kept back, apart where the numbers of one say nothing of the other's.

        Below a row that is seen its categories are for themselves.
        """
        apart = defaultdict(list)
        for key in sorted(self.hidden):
            parent = parent_of(key)
            apart[parent if key[2] != ALL and parent not in self.hidden else None].append(key)
        yield from apart.values()

    def looks_like(self, world: World) -> bool:
        """Whether a world has all that the attacker knows."""
        facts = [
            row.pieces >= row.orders >= row.customers >= 1
            and row.revenue >= 0
            and (key in self.hidden or row == self.truth[key])
            for key, row in world.items()
        ]
        for parent, children in self.children.items():
            total, rows = world[parent], [world[key] for key in children]
            customers, orders, pieces, revenue = zip(*rows, strict=True)
            facts += [
                (total.pieces, total.revenue) == (sum(pieces), sum(revenue)),
                max(customers) <= total.customers <= sum(customers),
                max(orders) <= total.orders <= sum(orders),
                *(total.customers - row.customers <= total.orders - row.orders for row in rows),
            ]
        return all(facts) and self.rule.suppress(world, self.least) == self.hidden

    def attack(self) -> list[tuple[Key, str]]:
        """All that comes out."""
        return [found for keys in self.parts() for found in Attack(self, keys).run()]


class Attack:
    """The search for worlds in which some rows are other than in truth."""

    def __init__(self, month: Month, keys: list[Key]) -> None:
        """All that is known of these rows, as a program of whole numbers."""
        self.month, self.keys, self.own = month, keys, set(keys)
        self.names: dict[tuple, int] = {}
        self.bounds: list[tuple[float, float]] = []
        self.rows: list[Sum] = []
        top = next(key for key in month.truth if parent_of(key) is None)
        # Nothing is known of how much a month has that is not seen: enough for all there can be.
        self.most = Numbers(*(2 * number + 1000 for number in month.truth[top]))
        if top not in month.hidden:
            self.most = month.truth[top]
        for key in keys:
            for measure, most in self.most._asdict().items():
                self.number((key, measure), measure != "revenue", most)
            self.at_most(self.of(key, "customers"), self.of(key, "orders"))
            self.at_most(self.of(key, "orders"), self.of(key, "pieces"))
        for parent, children in month.children.items():
            if parent in self.own or not self.own.isdisjoint(children):
                self.add_family(parent, children)
        month.rule.knowledge(self)

    def number(self, name: tuple, least: float, most: float) -> Sum:
        """A new variable."""
        self.names[name] = len(self.names)
        self.bounds.append((least, most))
        return {name: 1.0}

    def at_most(self, left: Sum | float, right: Sum | float) -> None:
        """An inequality."""
        self.rows.append(add(left, minus=[right]))

    def of(self, key: Key, measure: str) -> Sum:
        """A number of a row: a variable, or what is seen of it."""
        if key in self.own:
            return {(key, measure): 1.0}
        assert key not in self.month.hidden
        return {None: getattr(self.month.truth[key], measure)}

    def add_family(self, parent: Key, children: list[Key]) -> None:
        """A total and its rows."""
        for measure in MEASURES:
            total, parts = self.of(parent, measure), [self.of(key, measure) for key in children]
            self.at_most(total, add(*parts))
            for part in [add(*parts)] if measure in ("pieces", "revenue") else parts:
                self.at_most(part, total)
        for row in children:
            elsewhere = (
                add(self.of(parent, measure), minus=[self.of(row, measure)])
                for measure in ("customers", "orders")
            )
            self.at_most(*elsewhere)

    def is_large(self, key: Key) -> Sum:
        """A new variable: 1 where a row has at least the least number of customers, otherwise 0."""
        large = self.number((key, "is_large"), 0, 1)
        self.implies(large, self.month.least, self.of(key, "customers"))
        self.implies(add(1, minus=[large]), self.of(key, "customers"), self.month.least - 1)
        return large

    def implies(self, condition: Sum, left: Sum | float, right: Sum | float) -> None:
        """Where a condition is 1, left is at most right: customers or pieces."""
        most = 2 * self.most.pieces + self.month.least
        free = {name: -most * value for name, value in condition.items()}
        self.at_most(left, add(right, most, free))

    def search(self, wanted: Sum, gap: float = 0.0) -> dict[Key, Numbers] | None:
        """A world with most of what is wanted; None where there is none."""
        matrix = numpy.zeros((len(self.rows), len(self.names)))
        for number, row in enumerate(self.rows):
            for name in row.keys() - {None}:
                matrix[number, self.names[name]] = row[name]
        objective = numpy.zeros(len(self.names))
        for name, value in wanted.items():
            objective[self.names[name]] = -value
        result = milp(
            objective,
            integrality=numpy.ones(len(self.names)),
            bounds=Bounds(*numpy.transpose(self.bounds)),
            constraints=LinearConstraint(matrix, ub=[-row.get(None, 0.0) for row in self.rows]),
            options={"presolve": False, "mip_rel_gap": gap},
        )
        assert result.status in (0, 2), result.message
        if result.x is None:
            return None
        found = {
            key: Numbers(*(round(result.x[self.names[key, measure]]) for measure in MEASURES))
            for key in self.keys
        }
        assert self.month.looks_like({**self.month.truth, **found}), "not a world"
        return found

    def run(self) -> list[tuple[Key, str]]:
        """The numbers that come out, and under "size" whether a row has few customers."""
        truth, least = self.month.truth, self.month.least
        left = {(key, measure) for key in self.keys for measure in (*MEASURES, "size")}

        def take(found: Mapping[Key, Numbers] | None) -> None:
            for key, row in (found or {}).items():
                for measure, number, true in zip(MEASURES, row, truth[key], strict=True):
                    if number != true:
                        left.discard((key, measure))
                if (row.customers < least) != (truth[key].customers < least):
                    left.discard((key, "size"))

        # Rows change sides: as many as will at once, then those that are left one by one.
        for key in self.keys:
            change, customers = self.number((key, "size"), 0, 1), self.of(key, "customers")
            if truth[key].customers < least:
                self.implies(change, least, customers)
            else:
                self.implies(change, customers, least - 1)
        before = None
        while before != left and (sizes := {name for name in left if name[1] == "size"}):
            before = set(left)
            take(self.search(dict.fromkeys(sizes, 1.0), gap=0.5))
        for name in sorted(left):
            for sign in (1.0, -1.0):
                if name in left:
                    take(self.search({name: sign}))
        return sorted(left)


def know_rule(attack: Attack) -> None:
    """Rows kept back together: some of few customers, and others of one number of customers.

    That is not all that the rule can have done. The attacker who knows the rest knows of more
    worlds, not of fewer.
    """
    month = attack.month
    for parent, children in month.children.items():
        hidden = [child for child in children if child in attack.own]
        if parent_of(parent) is None and parent in attack.own:
            attack.at_most(attack.of(parent, "customers"), 2 * month.least - 2)
        if parent in attack.own or not hidden:
            continue
        seen = [month.truth[child].customers for child in children if child not in attack.own]
        top = attack.number((parent, "large"), month.least, min(seen, default=10**6) - 1)
        larges = []
        for key in hidden:
            large = attack.is_large(key)
            larges.append(large)
            attack.implies(large, attack.of(key, "customers"), top)
            attack.implies(large, top, attack.of(key, "customers"))
            if key[2] == ALL:
                width = len(month.children[key])
                attack.implies(large, month.least + width - 1, attack.of(key, "pieces"))
                attack.at_most(large, attack.of(key, "revenue"))
        attack.at_most(1, add(*larges))
        attack.at_most(add(*larges), len(hidden) - 1)
