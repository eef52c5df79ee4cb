"""Wrong inputs: each gets an error with the var, the value and what to write. And right ones.

The cases are tests/cases/quality/wrong_inputs.yml, whose faults are found before anything is read,
and wrong_rows.yml, whose faults are found in the rows.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import duckdb
import pytest

from harness import Project, Row, named, read_cases, write_csv

ORDERS = [
    {"order_id": f"o{number}", "customer_id": f"c{number}"}
    | {"ordered_at": "2024-12-30 10:00:00", "amount": "10.25"}
    for number in (1, 2)
]
WRONG, WRONG_ROWS = (read_cases(f"quality/wrong_{what}") for what in ("inputs", "rows"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with a file of orders, parsed, and the files and tables of the cases."""
    place = tmp_path_factory.mktemp("wrong_input")
    project = Project(place, vars={"rfm_orders_path": str(write_csv(place / "orders.csv", ORDERS))})
    for name, text in WRONG["files"].items():
        (place / name).write_text(text, "utf-8")
    with project.connect() as connection:
        for name, columns in WRONG["tables"].items():
            connection.execute(f"create table {name} as select {columns}")
        for name, columns in WRONG["parquet"].items():
            connection.execute(f"copy (select {columns}) to '{place}/{name}.parquet'")
    project.parse().succeed("seed")
    return project


@pytest.fixture(scope="module")
def pseudonyms(files: Project) -> Project:
    """The same parsed with rfm_pseudonymise, which makes tables of views."""
    vars = files.vars | {"rfm_pseudonymise": True, "rfm_salt_table": "good_salt"}
    return Project(files.place, vars=vars).parse()


def placed(case: Row, project: Project) -> Row:
    """A case whose files have their folder."""
    return json.loads(json.dumps(case).replace("PLACE", str(project.place)))


@pytest.mark.parametrize("case", named(WRONG["cases"]))
def test_wrong_input(case: Row, files: Project) -> None:
    """All problems are listed, each in full, and there are no others."""
    case = placed(case, files)
    outcome = files.dbt("run", "-s", "stg_rfm__input_check", vars=case["vars"])
    problems = len(case["says"]) + case.get("others", 0)
    assert outcome.lacks(f"found {problems} problem(s) with its inputs") == [], outcome.errors
    for text in case["says"]:
        pattern = ".*".join(re.escape(part) for part in text.split("..."))
        assert re.search(f"^ *- {pattern}$", outcome.errors, re.MULTILINE), outcome.errors


@pytest.mark.parametrize("case", named(WRONG_ROWS))
def test_wrong_rows(case: Row, files: Project, request: pytest.FixtureRequest) -> None:
    """The build stops where the rows show the fault, and grades nobody."""
    case = placed(case, files)
    secret = "rfm_pseudonymise" in case["vars"]
    project = request.getfixturevalue("pseudonyms") if secret else files
    select = "+stg_rfm__orders" if secret else case.get("select", "+rfm_customer_tiers")
    outcome = project.dbt("run", "--fail-fast", "-s", select, vars=case["vars"])
    assert outcome.lacks(*case["says"]) == [], outcome.errors
    graded = "rfm_follow_ups" if "select" in case else "rfm_customer_tiers"
    assert graded not in project.relations()


def test_salt_table(pseudonyms: Project) -> None:
    """The salt may stand in a table of the warehouse."""
    vars = {"rfm_salt_table": "main.good_salt"}
    pseudonyms.succeed("run", "-s", "+stg_rfm__orders", vars=vars)
    rows = pseudonyms.query("select customer_id from stg_rfm__orders")
    expected = {hashlib.sha256(f"s:{customer}".encode()).hexdigest() for customer in ("c1", "c2")}
    assert {row["customer_id"] for row in rows} == expected


def test_all_problems_in_one_message(files: Project, project: Project) -> None:
    """A real build with many wrong vars lists them all at once and grades nobody."""
    case = placed(WRONG["all_at_once"], files)
    outcome = project.dbt("build", vars=case["vars"])
    problems = f"found {len(case['says'])} problem(s)"
    assert outcome.lacks(problems, *case["says"]) == [], outcome.errors
    assert "rfm_customer_tiers" not in project.relations()


# ---------------------------------------------------------------------------------------------
# Right inputs
# ---------------------------------------------------------------------------------------------

COPY_OPTIONS = {
    "csv": "format csv, header",
    "tsv": "format csv, header, delimiter '\t'",
    "csv.gz": "format csv, header, compression gzip",
    "json": "format json, array true",
    "jsonl": "format json",
    "parquet": "format parquet",
}
# Files of each kind, whatever their path is made of.
FILES = (
    *("plain.csv", "tabs.tsv", "packed.csv.gz", "lines.jsonl", "array.json", "plain.parquet"),
    *("a folder/with spaces.csv", "[brackets]/[2024].parquet", "{braces}/{a,b}.csv"),
    *('it\'s "quoted".csv', "订单/二〇二四.json"),
)


def write_orders(path: Path, first: int = 1, last: int = 3) -> None:
    """Write orders o<first> to o<last> as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    quoted = str(path).replace("'", "''")
    kind = path.name.split(".", 1)[1]
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'o' || range as order_id, 'c1' as customer_id,"
            " timestamp '2024-12-30 10:00:00' as ordered_at, 10.25 as amount, '四川' as region"
            f" from range({first}, {last + 1})) to '{quoted}' ({COPY_OPTIONS[kind]})"
        )


def read_orders(project: Project, path: Path, **columns: str) -> list[tuple]:
    """What stg_rfm__orders reads of files: order, amount, region and reason to refuse."""
    vars = {"rfm_orders_path": str(path), "rfm_order_columns": columns or None}
    project.succeed("run", "-s", "+stg_rfm__orders", vars=vars)
    return [
        (row["order_id"], str(row["amount"]), row["region"], row["reject_reason"])
        for row in project.query("select * from stg_rfm__orders order by order_id")
    ]


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, files: Project, tmp_path: Path) -> None:
    """Every kind is read alike."""
    write_orders(tmp_path / name)
    assert read_orders(files, tmp_path / name, region="region") == [
        (f"o{number}", "10.250000", "四川", None) for number in (1, 2, 3)
    ]


def test_globs_and_expressions(files: Project, tmp_path: Path) -> None:
    """All files of a glob are read; columns may be any SQL, and are null unless mapped."""
    for name, first in {"2023": 1, "2024": 3, "other": 5}.items():
        write_orders(tmp_path / "a b" / f"{name}.parquet", first, first + 1)
    columns = {"amount": "amount * 2", "region": "'a' || upper(customer_id)"}
    orders = [f"o{number}" for number in (1, 2, 3, 4)]
    expected = [(order, "20.500000", "aC1", None) for order in orders]
    assert read_orders(files, tmp_path / "a b" / "202*.parquet", **columns) == expected
    expected = [(order, "10.250000", None, None) for order in orders]
    for pattern in ("*/202[34].parquet", "**/202?.parquet"):
        assert read_orders(files, tmp_path / pattern) == expected, pattern


def test_table(project: Project) -> None:
    """A table of the warehouse, in a schema of its own."""
    with project.connect() as connection:
        connection.execute("create schema shop")
        connection.execute(
            'create table shop."Sales 2024" as select 1 as order_id, 2 as customer_id,'
            " date '2024-12-30' as ordered_at, 3.5 as amount"
        )
    project.vars = {"rfm_orders_schema": "shop", "rfm_orders_table": "Sales 2024"}
    project.parse().succeed("seed")
    project.succeed("run", "-s", "+stg_rfm__orders")
    rows = project.query("select order_id, customer_id, reject_reason from stg_rfm__orders")
    assert rows == [{"order_id": "1", "customer_id": "2", "reject_reason": None}]
