"""The project's compiled models, run again in memory on other rows.

A dbt build takes seconds, and the SQL of the models does not depend on the rows. So a test may
compile the project once and replay its statements on each of many small inputs. Views become
tables, each statement is planned once, and nothing is optimised: on a few rows most of the time
goes into planning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date
from pathlib import Path

import duckdb

from harness import SEEDS, Project, Row, fetch, read_csv
from oracle import CONTRACT_COLUMNS, POLICY_SEEDS

Tables = Mapping[str, Sequence[Row]]
# Table -> column -> type.
Types = Mapping[str, Mapping[str, str]]

# What the models read: the input tables and the policy seeds, all of text.
COLUMNS = {
    "orders_input": CONTRACT_COLUMNS,
    "customers_input": ("customer_id", "identity", "membership_level", "registered_at"),
    "contacts_input": ("contact_id", "customer_id", "contacted_at", "channel", "outcome"),
    "measures_input": ("customer_id", "measure", "value", "valid_from"),
} | {seed: tuple(read_csv(SEEDS / f"{seed}.csv")[0]) for seed in POLICY_SEEDS}
INPUT_TYPES: Types = {name: dict.fromkeys(columns, "varchar") for name, columns in COLUMNS.items()}
INPUT_VARS = {
    "rfm_orders_table": "orders_input",
    "rfm_order_columns": {column: column for column in CONTRACT_COLUMNS},
    "rfm_customers_table": "customers_input",
    "rfm_customer_columns": {
        column: column for column in ("identity", "membership_level", "registered_at")
    },
    "rfm_contacts_table": "contacts_input",
    "rfm_contact_columns": {"channel": "channel", "outcome": "outcome"},
}
# Own measures are columns of all customers: only what is about them has the input.
MEASURES_VARS = {
    "rfm_measures_table": "measures_input",
    "rfm_measure_columns": {"valid_from": "valid_from"},
}


class Replay:
    """The models that some tables need, as statements in the order in which dbt runs them."""

    def __init__(self, project: Project, needed: Iterable[str], vars: Row | None = None) -> None:
        """Compile a project of `parsed_project`, with vars that add no ref."""
        outcome = project.succeed(
            "compile", "--select", *(f"+{name}" for name in needed), vars=vars
        )
        # An ephemeral model stands inside the statements of its readers.
        self.statements: dict[str, str] = {
            result.node.name: result.node.compiled_code
            for result in outcome.result.results
            if result.node.resource_type == "model"
            and result.node.config.materialized != "ephemeral"
        }
        self.catalog = project.database.stem
        self.types = INPUT_TYPES
        self.connection: duckdb.DuckDBPyConnection | None = None

    def after(self, given: Iterable[str], models: Iterable[str]) -> Replay:
        """A part of it: some models alone, on tables that stand for those before them."""
        self.connection = self.connection or self.open()
        part = copy(self)
        part.types = {
            name: {row["column_name"]: row["column_type"] for row in columns}
            for name in given
            if (columns := fetch(self.connection, f"describe {name}"))
        }
        part.statements = {name: self.statements[name] for name in models}
        part.connection = None
        return part

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection with all tables, still empty, and a prepared statement that fills each."""
        connection = duckdb.connect(config={"threads": 1})
        connection.execute(f"attach ':memory:' as {self.catalog}; use {self.catalog}")
        connection.execute("pragma disable_optimizer")
        create_tables(connection, self.types)
        for name, select in self.statements.items():
            # By what the statement would give, for one that stops on no rows gives nothing.
            columns = connection.execute(f"describe {select}").fetchall()
            create_tables(connection, {name: {column: type_ for column, type_, *_ in columns}})
        # Only now, for a new table has all plans made again.
        for name, select in self.statements.items():
            connection.execute(f"prepare fill_{name} as insert into {name} ({select})")
        known = {*self.types, *self.statements}
        self.reads = {
            name: known.intersection(re.findall(r"\w+", select)) - {name}
            for name, select in self.statements.items()
        }
        self.inputs: dict[str, Sequence[Row]] = dict.fromkeys(self.types, ())
        self.stale = set(self.statements)
        return connection

    def tables(self, inputs: Tables, names: Iterable[str]) -> dict[str, list[Row]]:
        """The rows of some tables, from these rows of inputs and seeds.

        Only those models run that the tables need and that read something else than before.
        """
        self.connection = self.connection or self.open()
        changed = {name for name, rows in self.inputs.items() if inputs.get(name, ()) != rows}
        for name in changed:
            self.inputs[name] = rows = inputs.get(name, ())
            self.connection.execute(f"delete from {name}")
            if rows:
                marks = f"({', '.join('?' * len(self.types[name]))})"
                self.connection.execute(
                    f"insert into {name} values {', '.join([marks] * len(rows))}",
                    [row.get(column) for row in rows for column in self.types[name]],
                )
        for name in self.statements:
            if self.reads[name] & changed:
                changed.add(name)
        self.stale |= changed.intersection(self.statements)
        needed = set(names)
        for name in reversed(self.statements):
            if name in needed:
                needed |= self.reads[name]
        for name in self.statements:
            if name in needed & self.stale:
                self.connection.execute(f"delete from {name}")
                self.connection.execute(f"execute fill_{name}")
                self.stale.remove(name)
        return {name: fetch(self.connection, f"select * from {name}") for name in names}


def parsed_project(place: Path, has_measures: bool = False) -> Project:
    """This project with inputs for replays."""
    project = Project(place, vars=INPUT_VARS | (MEASURES_VARS if has_measures else {}))
    with project.connect() as connection:
        create_tables(connection, INPUT_TYPES)
    return project.parse()


def create_tables(connection: duckdb.DuckDBPyConnection, types: Types) -> None:
    """Create empty tables of these types."""
    for name, columns in types.items():
        typed = ", ".join(f'"{column}" {type_}' for column, type_ in columns.items())
        connection.execute(f"create table {name} ({typed})")


def oracle_options(vars: Row) -> Row:
    """What the oracle is told by vars: their names without rfm_, dates as dates."""
    ours = {name.removeprefix("rfm_"): value for name, value in vars.items()}
    return {
        name: date.fromisoformat(value) if name.endswith("_date") else value
        for name, value in ours.items()
        if name not in ("scheme_filters", "order_columns", "measures_table", "measure_columns")
    }
