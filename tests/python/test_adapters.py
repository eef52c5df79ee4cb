"""The SQL for warehouses that the tests cannot reach: rendered by their adapters, read by a parser.

Nothing is run. See adapters.py for how it is rendered and dialects.py for how it is read.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import adapters
from dialects import ENGINES, Fault, faults, only_query
from engines import give_up

# Where `make` installs .ci/requirements-adapters.txt.
FOLDER = Path(os.environ.get("RFM_ADAPTERS", Path(sys.prefix) / "adapters"))

Rendered = dict[str, Any]


@pytest.fixture(scope="module")
def renderings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rendered]:
    """What adapters.py makes of the project, by adapter."""
    missing = [name for name in ENGINES if not (FOLDER / "dbt" / "adapters" / name).is_dir()]
    if missing:
        give_up(f"no dbt adapters for {', '.join(missing)} in {FOLDER} (make installs them)")
    place = tmp_path_factory.mktemp("adapters")
    done = subprocess.run(
        [sys.executable, adapters.__file__, str(place)],
        env=os.environ | {"PYTHONPATH": str(FOLDER)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return json.loads((place / "rendered.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("adapter", ENGINES)
def test_everything_is_rendered(adapter: str, renderings: dict[str, Rendered]) -> None:
    """Every model and every singular test comes out, without a warning of dbt's."""
    folders = (adapters.ROOT / "models", adapters.ROOT / "tests" / "data")
    files = {path.stem for folder in folders for path in folder.rglob("*.sql")}
    assert files <= renderings[adapter]["sql"].keys()
    assert all(sql.strip() for sql in renderings[adapter]["sql"].values())
    assert renderings[adapter]["warnings"] == []


@pytest.mark.parametrize("adapter", ENGINES)
def test_warehouse_would_understand(adapter: str, renderings: dict[str, Rendered]) -> None:
    """Every statement parses, and names only what the warehouse knows."""
    found = faults(adapter, renderings[adapter]["sql"])
    assert not found, "\n".join(f"{f.kind}: {f.detail} ({f.statement})" for f in found)


# ---------------------------------------------------------------------------------------------
# The reader itself
# ---------------------------------------------------------------------------------------------

TABLES = {
    "shop": "select cast(null as bigint) as pieces, cast(null as date) as day,"
    " cast(null as timestamp) as moment"
}


def kinds(dialect: str, sql: str) -> set[str]:
    """The kinds of faults of a statement over TABLES."""
    return {fault.kind for fault in faults(dialect, TABLES | {"statement": sql})}


@pytest.mark.parametrize("dialect", ENGINES)
@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("select pieces from db.shop", None),
        ("select cast(pieces as bigint) as pieces from db.shop where pieces in (1, 2)", None),
        ("select pieces from db.shop where", "unparsable"),
        ("select (pieces from db.shop", "unparsable"),
        ("select pieces from db.shop; select pieces from db.shop", "unparsable"),
        ("vacuum shop", "unparsable"),
        ("drop table shop", "unparsable"),
        ("select regexp_full_match('a', 'b') as is_match from db.shop", "function"),
        ("select list_sum(pieces) as total from db.shop", "function"),
        ("select cast(pieces as hugeint) as pieces from db.shop", "type"),
        (
            "select cast(cast(pieces as integer) as date) as day from db.shop",
            "cast of a number to a date",
        ),
    ],
)
def test_common_faults(dialect: str, sql: str, kind: str | None) -> None:
    """What no warehouse understands is found in every dialect, and nothing else."""
    assert kinds(dialect, sql) == ({kind} if kind else set())


@pytest.mark.parametrize(
    ("dialect", "sql", "kind"),
    [
        ("bigquery", "select cast(pieces as numeric(28, 6)) as pieces from db.shop", "type"),
        ("bigquery", "select cast(pieces as varchar) as pieces from db.shop", "type"),
        ("bigquery", "select try_cast(pieces as bigint) as pieces from db.shop", "function"),
        ("bigquery", "select pieces % 2 as rest from db.shop", "operator %"),
        ("bigquery", "select 1 as one union select 2 as one", "unparsable"),
        ("bigquery", "select 'pieces: ' || pieces as text from db.shop", "types of operands"),
        ("bigquery", "select day >= moment as is_later from db.shop", "types of operands"),
        ("bigquery", "select coalesce(pieces, '') as text from db.shop", "types of operands"),
        ("bigquery", "select price from db.shop", "unknown column"),
        ("trino", "select cast(pieces as numeric(28, 6)) as pieces from db.shop", "type"),
        ("trino", "select div(pieces, 2) as half from db.shop", "unparsable"),
        ("trino", "select 'orders: ' || count(*) as text from db.shop", "types of operands"),
        ("redshift", "select 1 as identity from db.shop", "reserved word"),
        ("snowflake", "select 1 as start from db.shop", "reserved word"),
        ("redshift", "select regexp_like('a', 'a') as is_match from db.shop", "function"),
        (
            "redshift",
            "select sum(pieces) over days as total from db.shop window days as (order by day)",
            "named window",
        ),
        ("snowflake", "select trim(both 'x' from 'xax') as text from db.shop", "unparsable"),
        ("snowflake", 'select "pieces" from db.shop', "unknown column"),
        ("databricks", "select cast('a' as varchar) as text from db.shop", "type"),
    ],
)
def test_faults_of_one_dialect(dialect: str, sql: str, kind: str) -> None:
    """What single warehouses refuse is found."""
    assert kinds(dialect, sql) == {kind}


def test_guesses_are_errors() -> None:
    """sqlglot takes for a Command what it cannot parse, and only warns of it."""
    with pytest.raises(ValueError, match="Command"):
        only_query("snowflake", "select 1; call system$wait(1)")


def test_faults_say_where() -> None:
    """A fault names its statement."""
    assert faults("trino", {"tiers": "select div_by(1) as one"}) == [
        Fault("function", "tiers", "div_by")
    ]
