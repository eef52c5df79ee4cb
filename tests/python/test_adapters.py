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
from dialects import faults
from engines import give_up

# Where `make` installs .ci/requirements-adapters.txt.
FOLDER = Path(os.environ.get("RFM_ADAPTERS", Path(sys.prefix) / "adapters"))

Rendered = dict[str, Any]


@pytest.fixture(scope="module")
def renderings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rendered]:
    """What adapters.py makes of the project, by adapter."""
    missing = [
        name for name in adapters.TARGETS if not (FOLDER / "dbt" / "adapters" / name).is_dir()
    ]
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


@pytest.mark.parametrize("adapter", adapters.TARGETS)
def test_warehouse_would_understand(adapter: str, renderings: dict[str, Rendered]) -> None:
    """Every model and singular test comes out, without a warning, and is all that is understood."""
    sql, warnings = renderings[adapter]["sql"], renderings[adapter]["warnings"]
    folders = (adapters.ROOT / "models", adapters.ROOT / "tests" / "data")
    files = {path.stem for folder in folders for path in folder.rglob("*.sql")}
    assert files <= sql.keys()
    assert warnings == []
    found = faults(adapter, sql)
    assert not found, "\n".join(f"{f.kind}: {f.detail} ({f.statement})" for f in found)


SHOP = (
    "select cast(null as bigint) as pieces, cast(null as date) as day,"
    " cast(null as timestamp) as moment"
)


@pytest.mark.parametrize(
    ("dialects", "sql", "kind"),
    [
        ("all", "select pieces from db.shop where pieces in (1, 2)", None),
        ("all", "select pieces from db.shop where", "unparsable"),
        ("all", "select pieces from db.shop; select pieces from db.shop", "unparsable"),
        ("all", "vacuum shop", "unparsable"),
        ("snowflake", "select 1; call system$wait(1)", "unparsable"),  # a guess of sqlglot's
        ("all", "select list_sum(pieces) as total from db.shop", "word"),
        ("all", "select cast(pieces as hugeint) as pieces from db.shop", "word"),
        ("all", "select price from db.shop", "unknown column"),
        ("bigquery", "select cast(pieces as varchar) as pieces from db.shop", "word"),
        ("bigquery", "select try_cast(pieces as bigint) as pieces from db.shop", "word"),
        ("bigquery", "select pieces % 2 as rest from db.shop", "word"),
        ("bigquery", "select 1 as one union select 2 as one", "unparsable"),
        ("bigquery", "select day >= moment as is_later from db.shop", "types of operands"),
        ("bigquery", "select coalesce(pieces, '') as text from db.shop", "types of operands"),
        ("trino", "select 'orders: ' || count(*) as text from db.shop", "types of operands"),
        ("trino", "select cast(pieces as numeric(28, 6)) as pieces from db.shop", "word"),
        ("trino", "select div(pieces, 2) as half from db.shop", "unparsable"),
        ("redshift", "select 1 as identity from db.shop", "word"),
        ("snowflake", "select trim(both 'x' from 'xax') as text from db.shop", "unparsable"),
        ("snowflake", 'select "pieces" from db.shop', "unknown column"),
    ],
)
def test_faults(dialects: str, sql: str, kind: str | None) -> None:
    """What warehouses refuse is found, with the statement's name, and nothing else."""
    for dialect in adapters.TARGETS if dialects == "all" else [dialects]:
        found = faults(dialect, {"shop": SHOP, "statement": sql})
        assert {(fault.kind, fault.statement) for fault in found} == (
            {(kind, "statement")} if kind else set()
        ), dialect
