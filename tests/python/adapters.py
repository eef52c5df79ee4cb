"""Render the models as the dbt adapters of other warehouses do, without any connection.

    python adapters.py PLACE

Needs the adapters of .ci/requirements-adapters.txt in PYTHONPATH, installed without the clients
that would connect. Those are stood in for by modules that know every name and do nothing; a
connection is an error. dbt parses and compiles the project with each adapter's own macros, and what
came of it is written to PLACE/rendered.json. A program of its own, for adapters change the process.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]

# Just enough for dbt to take each for a target; nothing of it is ever used.
LOGIN = {"host": "none.invalid", "user": "none", "password": "none", "schema": "rfm", "threads": 1}
TARGETS: dict[str, dict[str, Any]] = {
    "bigquery": {"method": "oauth", "project": "analytics", "dataset": "rfm", "threads": 1},
    "databricks": LOGIN
    | {"http_path": "/sql/1.0/warehouses/none", "token": "none", "catalog": "analytics"},
    "redshift": LOGIN | {"port": 5439, "dbname": "analytics"},
    "snowflake": LOGIN | {"account": "none", "warehouse": "none", "database": "analytics"},
    "trino": LOGIN | {"port": 8080, "method": "none", "database": "analytics", "retries": 1},
}

# The vars that add SQL, over a typed table of orders and the demo's customers and contacts. The
# policy's own rows are the shipped ones once more.
VARIABLES: dict[str, Any] = {
    "rfm_demo": True,
    "rfm_orders_database": "lake",
    "rfm_orders_schema": "shop",
    "rfm_orders_table": "orders",
    "rfm_order_columns": {
        "line_id": "line_number",
        "quantity": "pieces",
        "source_system": "'till'",
        "region": "city",
    },
    "rfm_latest_order_date": "2025-01-01",
    "rfm_enabled_schemes": ["classic_segments", "the shop's", "back\\slash"],
    "rfm_scheme_filters": {"classic_segments": "region = 'north' and amount > 1"},
    "rfm_refunds": "net",
    "rfm_max_order_quantity": 500,
    "rfm_pseudonymise": True,
    "rfm_keep_reported": True,
    "rfm_history_periods": 3,
    "rfm_salt_table": "lake.secrets.rfm_salt",
    "rfm_policy": {"rfm_schemes": "rfm_schemes", "rfm_tiers": "rfm_tiers"},
}

# The tables that these name: columns and dbt's names of their types.
OWN_TABLES: dict[str, dict[str, str]] = {
    "orders": {
        "order_id": "bigint",
        "customer_id": "string",
        "ordered_at": "timestamp",
        "amount": "float",
        "line_number": "integer",
        "pieces": "integer",
        "city": "string",
    },
    "rfm_salt": {"salt": "string"},
}

# ---------------------------------------------------------------------------------------------
# Stand-ins for the clients
# ---------------------------------------------------------------------------------------------

CLIENTS = (
    *("cryptography", "databricks", "google.api_core", "google.auth", "google.cloud"),
    *("google.oauth2", "psycopg2", "redshift_connector", "snowflake", "sqlparams", "thrift"),
    "trino",
)


class StandInType(type):
    """The class of every name that a stand-in module is asked for."""

    def __getattr__(cls, name: str) -> StandInType:
        return stand_in(name)


def stand_in(name: str) -> StandInType:
    """A class that may be called, inherited from, raised and asked for more of its kind."""
    if name.startswith("__"):
        raise AttributeError(name)
    members = {
        "__new__": lambda cls, *_, **__: Exception.__new__(cls),
        "__init__": lambda self, *_, **__: None,
    }
    return StandInType(name, (Exception,), members)


class StandInModule(ModuleType):
    """A module that has every name."""

    __path__: Sequence[str] = ()
    __version__ = "0"

    def __getattr__(self, name: str) -> StandInType:
        return stand_in(name)


class StandInFinder(MetaPathFinder, Loader):
    """Finds the clients' modules, asked last: a client that is installed is taken as it is."""

    def find_spec(self, fullname: str, *_: Any) -> ModuleSpec | None:
        """A module of a client."""
        if fullname.startswith(tuple(f"{client}." for client in CLIENTS)) or fullname in CLIENTS:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module that has every name."""
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def load_adapter(name: str) -> Any:
    """The adapter, which can do all but connect."""
    adapter = importlib.import_module(f"dbt.adapters.{name}").Plugin.adapter

    def connect(_: Any, connection: Any) -> NoReturn:
        raise RuntimeError(f"{name} would connect for {connection.name}")

    # dbt-bigquery connects in order to close.
    adapter.ConnectionManager.open = classmethod(connect)
    adapter.ConnectionManager.close = classmethod(lambda _, connection: connection)
    # As before a first build: an incremental model asks whether its table is there.
    adapter.get_relation = lambda *_, **__: None
    return adapter


# ---------------------------------------------------------------------------------------------
# Rendering
# ---------------------------------------------------------------------------------------------


OPTIONS = {
    "parse": ["--no-partial-parse"],
    "compile": ["--no-populate-cache", "--no-inject-ephemeral-ctes"],
}


def render(name: str, place: Path) -> dict[str, Any]:
    """The SQL of each node, of tables and contracts that of their types, and dbt's warnings."""
    from dbt.cli.main import dbtRunner

    adapter = load_adapter(name)
    place.mkdir()
    profile = {"target": name, "outputs": {name: {"type": name} | TARGETS[name]}}
    # JSON is YAML.
    (place / "profiles.yml").write_text(json.dumps({"dbt_rfm": profile}), encoding="utf-8")

    heard: list[str] = []

    def listen(event: Any) -> None:
        if event.info.level in ("warn", "error"):
            heard.append(event.info.msg)

    manifest = None
    for command in OPTIONS:
        outcome = dbtRunner(manifest=manifest, callbacks=[listen]).invoke(
            [
                *("--quiet", "--no-use-colors", "--no-write-json"),
                *("--log-path", str(place / "logs"), command, "--target-path", str(place)),
                *("--project-dir", str(ROOT), "--profiles-dir", str(place)),
                *("--vars", json.dumps(VARIABLES)),
                *OPTIONS[command],
            ]
        )
        if not outcome.success:
            raise SystemExit("\n".join([name, *heard, str(outcome.exception)]))
        manifest = manifest or outcome.result

    def quoted(column: str, is_quoted: bool | None) -> str:
        quote = adapter.Relation.quote_character
        return f"{quote}{column}{quote}" if is_quoted else column

    translated = adapter.Column.translate_type
    sql = {
        table: empty_rows({column: translated(type) for column, type in columns.items()})
        for table, columns in OWN_TABLES.items()
    }
    for node in manifest.nodes.values():
        if node.resource_type == "seed":
            # Seeds are loaded, in part by no SQL; this says what the tables are.
            types = node.config.column_types
            if name == "bigquery":
                types = types_loaded_by_bigquery(node, manifest)
            columns = {quoted(column, node.config.quote_columns): types[column] for column in types}
            if node.name in VARIABLES["rfm_policy"]:
                columns |= types  # one's own seeds may be loaded without quotes
            sql[node.name] = empty_rows(columns)
            continue
        # Ephemeral models are read as if they were tables, so that each is checked once.
        sql[node.name] = node.compiled_code.replace("__dbt__cte__", "analytics.rfm.")
        if node.resource_type == "model" and node.config.contract.enforced:
            # What dbt runs to compare a model with its contract.
            sql[f"{node.name} (contract)"] = empty_rows(
                {
                    quoted(column.name, column.quote): translated(column.data_type)
                    for column in node.columns.values()
                }
            )
    return {"sql": sql, "warnings": heard}


def types_loaded_by_bigquery(node: Any, manifest: Any) -> dict[str, str]:
    """The types that dbt-bigquery, which loads seeds by no SQL, is asked to load one with."""
    from dbt.adapters.exceptions import InvalidConnectionError
    from dbt.adapters.factory import FACTORY
    from dbt.context.providers import generate_runtime_model_context

    adapter = FACTORY.lookup_adapter("bigquery")
    context = generate_runtime_model_context(node, adapter.config, manifest)
    types: dict[str, str] = {}

    def load(_: Any, *arguments: Any) -> None:
        types.update(arguments[4])

    # The statement that follows needs a connection.
    with patch.object(type(adapter), "load_dataframe", load), suppress(InvalidConnectionError):
        context["load_csv_rows"](context["model"], None)
    return types


def empty_rows(types: dict[str, str]) -> str:
    """A query of columns of these types."""
    return "select " + ", ".join(f"cast(null as {type}) as {name}" for name, type in types.items())


def main(place: str) -> None:
    """Render with all adapters."""
    os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1")
    sys.meta_path.append(StandInFinder())
    rendered = {name: render(name, Path(place, name)) for name in TARGETS}
    Path(place, "rendered.json").write_text(json.dumps(rendered), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
