"""Run dbt on files of its own, read tables back as rows, and compare them with the oracle's.

A test never touches the checkout's target/, logs/ or rfm.duckdb: each Project has a folder for
all three. dbt runs inside this process, for importing it takes longer than most of its runs, and
parsing takes longer than both: see Project.parse.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import os
import pickle
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

Row = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds" / "rfm"
CASES = ROOT / "tests" / "cases"
# Half a million real order lines, no part of the project.
ONLINE_RETAIL = Path(
    os.environ.get("RFM_ONLINE_RETAIL", ROOT.parent / "shared" / "data" / "online_retail.parquet")
)
SCHEMES = (
    "classic_segments",
    "crm_practice",
    "finance_software",
    "leather_market",
    "outdoor_gear",
    "sales_template",
)

# The key of each public table; a table without one here is compared as a bag of rows.
KEYS: dict[str, tuple[str, ...]] = {
    "rfm_rejected_orders": (),
    "rfm_score_cutoffs": ("scheme", "as_of_date", "metric", "bin"),
    "rfm_score_components": ("scheme", "as_of_date", "customer_id", "metric"),
    "rfm_customer_tiers": ("scheme", "customer_id"),
    "rfm_tier_summary": ("scheme", "as_of_date", "tier"),
    "rfm_scheme_runs": ("scheme", "as_of_date"),
    "rfm_tier_rule_coverage": (
        *("scheme", "as_of_date", "recency_score", "frequency_score", "monetary_score"),
    ),
    "rfm_tier_history": ("scheme", "as_of_date", "customer_id"),
    "rfm_target_tracking": ("scheme", "as_of_date", "tier"),
    "rfm_score_changes": ("scheme", "as_of_date", "customer_id", "metric"),
    "rfm_tier_migrations": ("scheme", "as_of_date", "from_tier", "to_tier"),
    "rfm_tier_outcomes": ("scheme", "as_of_date", "tier"),
    "rfm_outcome_gains": ("scheme", "as_of_date", "basis", "top_share"),
    "rfm_scheme_fit": ("as_of_date", "scheme", "basis", "population"),
    "rfm_scheme_comparison": ("as_of_date", "scheme_a", "scheme_b"),
    "rfm_scheme_overlap": ("as_of_date", "scheme_a", "scheme_b", "tier_a", "tier_b"),
    "rfm_customer_preferences": ("customer_id", "preference", "value"),
    "rfm_customer_behaviour": ("customer_id",),
    "rfm_follow_ups": ("scheme", "customer_id"),
    "rfm_follow_up_workload": ("scheme", "tier", "month_ahead"),
    "rfm_alerts": ("scheme", "customer_id", "alert"),
    "rfm_tier_insights": ("scheme", "as_of_date", "tier", "insight"),
    "rfm_regional_demand": ("region", "category", "month"),
    "rfm_expected_orders": ("week_ahead", "category", "region"),
}
PUBLIC_TABLES = tuple(KEYS)
# Columns of prose, each with another one in Chinese; the oracle writes none.
PROSE = {
    "rfm_customer_behaviour": "churn_risk_reason",
    "rfm_follow_ups": "reason",
    "rfm_alerts": "message",
    "rfm_tier_insights": "sentence",
    "rfm_tier_history": "reason",
}
# Movements of which there is nothing to say.
UNSAID = ("same", "first_period")

# Vars that change what models refer to, or how they are kept: what was parsed with others of these
# cannot be used.
PARSED_VARS = re.compile(
    r"rfm_(demo|policy|pseudonymise|keep_reported|(orders|customers|contacts|measures)_(model|table|schema|database))"
)
# Only with a filter of a scheme that is enabled the ledger of orders reads lines. What is parsed
# with one does for all vars.
FILTERED = {"rfm_scheme_filters": {"any": "1 = 1"}, "rfm_enabled_schemes": None}
# Where the processes of one run of tests leave what the others need, too; conftest.py says.
SHARED = [Path(tempfile.gettempdir())]


def once(name: str, make: Callable[[Path], None]) -> Path:
    """A file that the first process of a run of tests to need it makes for all."""
    path = SHARED[0] / name
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            make(unfinished)
            unfinished.rename(path)
    return path


@dataclass
class Outcome:
    """What one dbt command gave: whether it went well, and its errors and warnings as text."""

    success: bool
    errors: str
    warnings: str
    result: Any = None

    def lacks(self, *parts: str) -> list[str]:
        """What the errors of a command that must have failed do not say."""
        assert not self.success
        return [part for part in parts if part not in self.errors]


@dataclass
class Project:
    """A dbt project whose database, target and logs lie in a place of their own."""

    place: Path
    folder: Path = ROOT
    profiles: Path = ROOT / "profiles_example"
    vars: Row = field(default_factory=dict)
    # Another target of the profile than its own, and what that reads from the environment.
    target: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    # What `parse` gave, for all commands after it, which then write manifest.json and
    # run_results.json only if told to: that takes longer than a small run.
    manifest: Any = None
    writes_json: bool = False

    @property
    def database(self) -> Path:
        """The DuckDB file."""
        return self.place / "rfm.duckdb"

    def parse(self, is_shared: bool = True) -> Project:
        """Parse, so that no later command does, with vars of its own that change no ref either.

        It is shared with all projects that differ from this one in nothing but files of seeds.
        """

        def parse(path: Path) -> None:
            outcome = self.dbt("parse", vars=FILTERED)
            assert outcome.success, outcome.errors
            # A manifest itself is not the same after pickling: its lookups change places.
            names = [each.name for each in fields(Manifest) if each.init and each.name[0] != "_"]
            parsed = {name: getattr(outcome.result, name) for name in names}
            path.write_bytes(pickle.dumps(parsed))

        given = {name: value for name, value in self.vars.items() if PARSED_VARS.fullmatch(name)}
        owner = None if is_shared else str(self.place)
        # Whether files are read, not which, decides what models refer to.
        files = sorted({"rfm_orders_path", "rfm_measures_path"} & self.vars.keys())
        key = [owner, self.target, files, sorted(given.items())]
        name = f"parsed-{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]}.pickle"
        self.manifest = Manifest(**pickle.loads(once(name, parse).read_bytes()))
        for node in self.manifest.nodes.values():
            if node.resource_type == "seed" and node.package_name == "dbt_rfm" and is_shared:
                node.root_path = str(self.folder)
        return self

    def dbt(self, *command: str, vars: Row | None = None, manifest: Any = None) -> Outcome:
        """Run one dbt command. With a manifest of `parse` nothing is parsed again."""
        manifest = manifest or self.manifest
        if manifest is not None:
            # dbt takes what ephemeral models gave to a statement once for what they give for ever.
            for node in manifest.nodes.values():
                if node.resource_type == "model":
                    node.compiled, node.extra_ctes_injected, node.extra_ctes = False, False, []
        heard: dict[str, list[str]] = {"warn": [], "error": []}
        arguments = [
            *command,
            *("--project-dir", str(self.folder), "--profiles-dir", str(self.profiles)),
            *("--vars", json.dumps(self.vars | (vars or {}), ensure_ascii=False)),
        ]
        if command[0] != "deps":
            arguments += ["--target-path", str(self.place / "target")]
        if self.target is not None:
            arguments += ["--target", self.target]
        options = ["--quiet", "--no-use-colors", "--log-path", str(self.place / "logs")]
        if self.manifest is not None and not self.writes_json:
            options.append("--no-write-json")
        runner = dbtRunner(
            manifest=manifest,
            callbacks=[lambda event: heard.get(event.info.level, []).append(event.info.msg)],
        )
        environment = {"RFM_DUCKDB_PATH": str(self.database)} | self.environment
        with patch.dict(os.environ, environment):
            try:
                outcome = runner.invoke([*options, *arguments])
            finally:
                # dbt keeps the file open, and with it a lock.
                DuckDBConnectionManager.close_all_connections()
        if outcome.exception is not None:
            heard["error"].append(str(outcome.exception))
        return Outcome(
            outcome.success, "\n".join(heard["error"]), "\n".join(heard["warn"]), outcome.result
        )

    def succeed(self, *command: str, vars: Row | None = None) -> Outcome:
        """Run one dbt command that must go well."""
        outcome = self.dbt(*command, vars=vars)
        assert outcome.success, outcome.errors
        return outcome

    def build(self, *arguments: str, vars: Row | None = None) -> Outcome:
        """`dbt build`, without unit tests, that must go well."""
        return self.succeed("build", "--exclude-resource-type", "unit_test", *arguments, vars=vars)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection to the DuckDB file, to be closed by the caller."""
        return duckdb.connect(str(self.database))

    def query(self, sql: str) -> list[Row]:
        """The rows of a query, as Python values."""
        with self.connect() as connection:
            return fetch(connection, sql)

    def table(self, name: str) -> list[Row]:
        """All rows of a table."""
        return self.query(f'select * from "{name}"')

    def tables(self) -> dict[str, list[Row]]:
        """All public tables."""
        with self.connect() as connection:
            return {name: fetch(connection, f'select * from "{name}"') for name in PUBLIC_TABLES}

    def relations(self) -> set[str]:
        """The names of all tables and views of the main schema."""
        rows = self.query(
            "select table_name as name from information_schema.tables where table_schema = 'main'"
        )
        return {row["name"] for row in rows}

    def columns(self, relation: str) -> list[str]:
        """The names of the columns of a table or view of the main schema."""
        return [row["column_name"] for row in self.query(f'describe "{relation}"')]


def fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """The rows of a query, as Python values."""
    cursor = connection.execute(sql)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def read_cases(name: str) -> Any:
    """What a YAML file in tests/cases holds."""
    return yaml.safe_load((CASES / f"{name}.yml").read_text("utf-8"))


def named(cases: Iterable[Row]) -> Any:
    """Cases as the parameter of a test, each by its name."""
    return [pytest.param(case, id=case["name"]) for case in cases]


def read_csv(path: Path) -> list[Row]:
    """The rows of a CSV file as text; an empty cell is None."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {column: text or None for column, text in row.items()} for row in csv.DictReader(file)
        ]


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]], columns: Iterable[str] = ()) -> Path:
    """Write rows as CSV; None is an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns) or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def copy_project(target: Path) -> Path:
    """A copy of this project that a test may change."""
    left_out = (".*", "target", "logs", "docs", "python", "cases", "*.duckdb*", "__pycache__")
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*left_out))
    return target


def differences(
    name: str, found: Sequence[Row], expected: Sequence[Row], shown: int = 10
) -> list[str]:
    """Where two versions of a public table differ: lines of text, none where they are equal.

    Only the columns of the expected rows are compared. Rows of the same key are shown together.
    """
    columns = list((expected or found or [{}])[0])
    if found and (lacking := set(columns) - set(found[0])):
        return [f"{name}: columns {sorted(lacking)} are missing"]
    ours, theirs = (
        Counter(tuple(row[column] for column in columns) for row in rows)
        for rows in (found, expected)
    )
    if ours == theirs:
        return []
    key = [columns.index(column) for column in KEYS.get(name, ())] or range(len(columns))
    lines = [f"{name}: {(ours - theirs).total()} of {len(found)} row(s) are not as expected"]
    missing = {tuple(row[place] for place in key): row for row in theirs - ours}
    for row in list(ours - theirs)[:shown]:
        where = tuple(row[place] for place in key)
        right = missing.pop(where, None)
        lines += [f"  too many: {readable(row)}"] if right is None else []
        lines += [
            f"  {column} of {readable(where)}: found {readable(mine)}, expected {readable(other)}"
            for column, mine, other in zip(columns, row, right or row, strict=True)
            if mine != other
        ]
    return lines + [f"  missing: {readable(row)}" for row in list(missing.values())[:shown]]


def rows_apart(
    connection: duckdb.DuckDBPyConnection, name: str, found: str, expected: str
) -> list[str]:
    """Rows that only one of two queries gives, a few of each: lines of text.

    DuckDB compares, for tables may be large.
    """
    ours, theirs = connection.sql(found), connection.sql(expected)
    if ours.columns != theirs.columns:
        return [f"{name}: found columns {ours.columns}, expected {theirs.columns}"]
    return [
        f"{name}, {what}: {dict(zip(one.columns, row, strict=True))}"
        for what, one, other in (("too many", ours, theirs), ("missing", theirs, ours))
        for row in connection.sql("from one except all from other limit 3").fetchall()
    ]


def assert_same_tables(
    found: Project,
    expected: Project,
    tables: Iterable[str] = PUBLIC_TABLES,
    query: str = "from {table}",
) -> None:
    """Fail with rows that only one of two projects has in its tables, or in a query on each."""
    with duckdb.connect() as connection:
        for name, project in {"found": found, "expected": expected}.items():
            connection.execute(f"attach '{project.database}' as {name} (read_only)")
        lines = []
        for table in tables:
            ours, theirs = (query.format(table=f"{it}.{table}") for it in ("found", "expected"))
            lines += rows_apart(connection, table, ours, theirs)
    assert not lines, "\n" + "\n".join(lines)


def without_prose(name: str, rows: Iterable[Row]) -> list[Row]:
    """The rows of a table that lack their prose in one of both languages."""
    columns = (PROSE[name], f"{PROSE[name]}_zh")
    said = (row for row in rows if row.get("movement") not in UNSAID)
    return [row for row in said if not all(row[column] for column in columns)]


def readable(value: Any) -> str:
    """A value, or the values of a row, as short text."""
    if isinstance(value, tuple):
        return "(" + ", ".join(map(readable, value)) + ")"
    return repr(value) if value is None or isinstance(value, str | bool) else str(value)


def assert_same(
    found: Mapping[str, list[Row]],
    expected: Mapping[str, list[Row]],
    tables: Iterable[str] = PUBLIC_TABLES,
) -> None:
    """Fail with all differences between the tables, if there are any."""
    lines = [line for name in tables for line in differences(name, found[name], expected[name])]
    assert not lines, "\n" + "\n".join(lines)
