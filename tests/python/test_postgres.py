"""PostgreSQL gives the tables and the messages that DuckDB gives.

The server's programs have to be installed; each run makes a database of its own with them. Its
texts do not sort by bytes, so that an order by bytes that was forgotten shows.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import re
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import engine_cases
from engine_cases import INPUT_VARS, RANDOM_VARS
from engines import SCHEMA, DuckDBFile, Parsed, PostgresServer, give_up
from harness import Outcome, Project, Row, assert_same, copy_project
from test_online_retail import ORDERS
from test_pseudonyms import SALT
from test_seed_columns import assert_seeds_load_by_name
from test_wrong_input import WRONG, WRONG_ROWS
from test_wrong_policy import FAULTS

# What is compared beside the public tables: the cells of the orders as they were read.
READ_COLUMNS = (
    *("order_id", "customer_id", "ordered_at", "amount", "line_id", "quantity", "list_amount"),
    *("product_name", "category", "source_system", "is_refund", "reject_reason"),
)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server for the tests of this file."""
    if reason := PostgresServer.lacking():
        give_up(reason)
    server = PostgresServer(tmp_path_factory.mktemp("postgres"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def parsed(postgres: PostgresServer) -> Parsed:
    """PostgreSQL with the names of the inputs."""
    return Parsed(postgres, INPUT_VARS)


@pytest.fixture(scope="module")
def both(parsed: Parsed, tmp_path_factory: pytest.TempPathFactory) -> tuple[Parsed, Parsed]:
    """DuckDB and PostgreSQL."""
    return Parsed(DuckDBFile(tmp_path_factory.mktemp("duckdb")), INPUT_VARS), parsed


def test_texts_do_not_sort_by_bytes(postgres: PostgresServer) -> None:
    """Without this the other tests would tell less; every way to install PostgreSQL has it."""
    [row] = postgres.query("select 'a' < 'B' as is_dictionary_order")
    assert row["is_dictionary_order"]


def test_demo(demo: Project, postgres: PostgresServer) -> None:
    """The demo is the same, row for row."""
    assert_same(engine_cases.demo(postgres), demo.tables())
    assert postgres.query("select * from rfm_policy_problems") == []


def test_seeds_load_by_name(postgres: PostgresServer, tmp_path: Path) -> None:
    """Columns of seeds may change places; one more or less stops with a message."""
    folder = copy_project(tmp_path / "project")
    project = Project(
        tmp_path,
        folder=folder,
        profiles=folder / "profiles_example",
        target=postgres.target,
        environment=postgres.environment,
    )
    assert_seeds_load_by_name(project, postgres.query)


# ---------------------------------------------------------------------------------------------
# Online Retail
# ---------------------------------------------------------------------------------------------

RETAIL_COLUMNS = {
    "order_id": '"InvoiceNo"',
    "customer_id": 'cast(cast("CustomerID" as bigint) as varchar)',
    "ordered_at": "\"InvoiceDate\" + interval '10' year",
    "amount": 'cast("UnitPrice" as decimal(18, 6)) * "Quantity"',
    "quantity": '"Quantity"',
    "product_name": '"Description"',
    "region": '"Country"',
}
RETAIL_VARS = {
    "reject, without line_id": {"rfm_order_columns": RETAIL_COLUMNS},
    "net, with line_id": {
        "rfm_order_columns": RETAIL_COLUMNS | {"line_id": '"StockCode"'},
        "rfm_refunds": "net",
    },
}


@pytest.mark.parametrize("name", RETAIL_VARS)
def test_online_retail(name: str, both: tuple[Parsed, Parsed]) -> None:
    """Half a million real order lines are graded the same by all six schemes."""
    if not ORDERS.is_file():
        pytest.skip(f"no online_retail.parquet at {ORDERS}; set RFM_ONLINE_RETAIL to its path")
    expected, found = (engine_cases.online_retail(project, RETAIL_VARS[name]) for project in both)
    assert len(expected["rfm_customer_tiers"]) > 10_000
    assert_same(found, expected, expected)


# ---------------------------------------------------------------------------------------------
# Random orders and schemes
# ---------------------------------------------------------------------------------------------


def graded(project: Parsed, files: dict[str, Path], vars: Row) -> dict[str, list[Row]]:
    """The public tables on these inputs and policy seeds, and the orders as they were read."""
    project.succeed("seed")
    project.load(files)
    project.succeed("run", vars=RANDOM_VARS | vars)
    read = project.engine.query(f"select {', '.join(READ_COLUMNS)} from stg_rfm__orders")
    return project.engine.tables() | {"stg_rfm__orders": read}


def test_text_is_read_and_graded_alike(both: tuple[Parsed, Parsed], tmp_path: Path) -> None:
    """Nearly all reasons to refuse, every method, ties at ntile cuts; refunds are netted."""
    files = engine_cases.write_text_input(tmp_path)
    expected, found = (graded(project, files, {"rfm_refunds": "net"}) for project in both)
    assert_same(found, expected, expected)
    assert set(engine_cases.reasons(expected["rfm_rejected_orders"])) == {
        *("missing_order_id", "missing_customer_id", "missing_ordered_at", "missing_amount"),
        *("damaged_order_id", "damaged_customer_id"),
        *("unreadable_ordered_at", "unreadable_amount", "unreadable_quantity", "future_order"),
        *("non_positive_quantity", "duplicate", "absurd_quantity"),
    }
    methods = {row["method"] for row in expected["rfm_score_components"]}
    assert methods == {"ntile", "quantile", "threshold", "min_max", "lookup"}
    assert any(row["lower_tie_customer_id"] for row in expected["rfm_score_cutoffs"])


def test_typed_columns_are_read_and_graded_alike(
    both: tuple[Parsed, Parsed], tmp_path: Path
) -> None:
    """Times, doubles, floats and whole numbers; refunds are refused."""
    files = engine_cases.write_typed_input(tmp_path)
    expected, found = (graded(project, files, {}) for project in both)
    for tables in (expected, found):
        tables["rfm_rejected_orders"] = engine_cases.by_value(
            tables["rfm_rejected_orders"], ["amount", "quantity", "list_amount"]
        )
    assert_same(found, expected, expected)
    refused = engine_cases.reasons(expected["rfm_rejected_orders"])
    assert {"missing_amount", "negative_amount", "non_positive_quantity"} <= set(refused)


# ---------------------------------------------------------------------------------------------
# Wrong policies and wrong inputs
# ---------------------------------------------------------------------------------------------


def test_policy_problems(both: tuple[Parsed, Parsed], tmp_path: Path) -> None:
    """All faults of test_wrong_policy.py are found, and listed in the same order in one message."""
    files = engine_cases.faulty_policy(tmp_path)
    found, messages = [], []
    for project in both:
        project.succeed("seed")
        project.load(files)
        outcome = project.run("run", "-s", "+int_rfm__policy_gate")
        assert not outcome.success
        rows = project.engine.query("select * from rfm_policy_problems")
        found.append({"rfm_policy_problems": rows})
        messages.append(set(re.findall(r"rfm policy: .*; write [^\n\"]*", outcome.errors)))
    assert len(found[0]["rfm_policy_problems"]) > len(FAULTS)
    assert_same(found[1], found[0], found[0])
    assert len(messages[0]) == 1
    assert messages[1] == messages[0]


ORDERS_INPUTS = {
    "good": "select *, timestamp '2024-12-30 10:00:00' as ordered_at, '10' as amount"
    " from (values ('o1', 'c1'), ('o2', 'c2')) as ids (order_id, customer_id)",
    "no amount": "select 'o' as order_id, 'c' as customer_id, date '2024-01-01' as ordered_at,"
    " 1 as total",
    "floats": "select cast(1.5 as double precision) as order_id, cast(7 as real) as customer_id,"
    " current_timestamp as ordered_at, 1 as amount",
}
CUSTOMERS = (
    "select * from (values ('c1', 'tailor'), ('c2', 'broker')) as ids (customer_id, identity)"
)
SALT_TABLES = {
    "two_columns": "select 's' as salt, 1 as other",
    "good_salt": f"select '{SALT}' as salt",
    "empty_salt": "select 's' as salt where 1 = 0",
    "two_salts": "select 's' as salt union all select 't' as salt",
    "blank_salt": "select ' ' as salt",
    "null_salt": "select cast(null as text) as salt",
}


@pytest.fixture(scope="module")
def wrong(postgres: PostgresServer, parsed: Parsed) -> Parsed:
    """PostgreSQL with the shipped policy and tables of salts."""
    for name, query in SALT_TABLES.items():
        postgres.execute(f"create table {name} as {query}")
    parsed.succeed("seed")
    return parsed


def staged(project: Parsed, vars: Row, orders: str | None = "good") -> Outcome:
    """Check the inputs and read the orders."""
    execute = project.engine.execute
    execute("drop table if exists orders_input, customers_input cascade")
    execute(f"create table customers_input as {CUSTOMERS}")
    if orders:
        execute(f"create table orders_input as {ORDERS_INPUTS[orders]}")
    return project.run("run", "-s", "+stg_rfm__orders", vars=vars)


def lacking(outcome: Outcome, texts: list[str]) -> list[str]:
    """What the errors of a failed run do not say; three dots stand for the engine's own words."""
    assert not outcome.success
    patterns = {text: ".*".join(re.escape(part) for part in text.split("...")) for text in texts}
    return [text for text, pattern in patterns.items() if not re.search(pattern, outcome.errors)]


PSEUDONYMISE = {"rfm_pseudonymise": True}
CASES = {case["name"]: case for case in [*WRONG["cases"], *WRONG_ROWS]}
# Cases of test_wrong_input.py that go together, for an orders input, with what else is said.
TOGETHER: dict[str, tuple[str | None, list[str], list[str]]] = {
    "types and values": (
        "floats",
        [
            *("floating-point ids", "a time zone", "an unknown var", "a day that is none"),
            *("a limit of 0", "schemes that are no list", "a salt table of two columns"),
        ],
        ["found 8 problem(s)"],
    ),
    "columns": (
        "no amount",
        [
            "an unknown customers key",
            "a mapped column is missing",
            "an expression that is no SQL",
            "an unclosed comment",
            "a filter over no column",
            "a salt table that is not there",
        ],
        [
            "found 8 problem(s)",
            "required column amount",
            'rfm_orders_table "orders_input"',
            "{amount: <",
        ],
    ),
    "no such table": (
        None,
        ["refunds of another kind", "an unknown policy seed"],
        [
            "found 3 problem(s)",
            'rfm_orders_table: found "orders_input"',
            "write a relation that exists",
        ],
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_wrong_input(name: str, wrong: Parsed) -> None:
    """Each error names the var and the value and says what to write, as with DuckDB."""
    orders, cases, parts = TOGETHER[name]
    vars: Row = {}
    for case in cases:
        for key, value in CASES[case]["vars"].items():
            vars[key] = vars.get(key, {}) | value if isinstance(value, dict) else value
    parts = parts + [text for case in cases for text in CASES[case]["says"]]
    outcome = staged(wrong, vars | {"rfm_orders_path": None}, orders)
    assert lacking(outcome, parts) == [], outcome.errors


def test_file_input(wrong: Parsed) -> None:
    """Only DuckDB reads files."""
    outcome = staged(wrong, {"rfm_orders_path": "orders.csv", "rfm_orders_table": None})
    said = 'rfm_orders_path: found "orders.csv"; write rfm_orders_table instead'
    assert lacking(outcome, [said]) == [], outcome.errors


@pytest.mark.parametrize("name", [case["name"] for case in WRONG_ROWS if "salt" in case["name"]])
def test_wrong_salt(name: str, wrong: Parsed) -> None:
    """A salt table without exactly one salt stops the build."""
    outcome = staged(wrong, CASES[name]["vars"])
    assert lacking(outcome, CASES[name]["says"]) == [], outcome.errors


def test_pseudonyms(wrong: Parsed) -> None:
    """They are those of every engine: SHA-256 of salt, colon and id."""
    outcome = staged(wrong, PSEUDONYMISE | {"rfm_salt_table": f"{SCHEMA}.good_salt"})
    assert outcome.success, outcome.errors
    rows = wrong.engine.query("select customer_id, customer_id_as_read from stg_rfm__orders")
    expected = {hashlib.sha256(f"{SALT}:{name}".encode()).hexdigest() for name in ("c1", "c2")}
    assert {row["customer_id"] for row in rows} == expected
    assert {row["customer_id_as_read"] for row in rows} == expected


def test_wrong_rows(wrong: Parsed) -> None:
    """The build stops where the rows show the fault."""
    staged(wrong, {})

    def errors_of(case: str, *models: str) -> list[str]:
        given = CASES[case]["vars"].items()
        vars = {key: value for key, value in given if key not in INPUT_VARS}
        vars.pop("rfm_customers_path", None)
        return lacking(wrong.run("run", "-s", *models, vars=vars), CASES[case]["says"])

    assert errors_of("identities without a weight", "+int_rfm__lookup_bins") == []
    assert errors_of("an as-of date before the first order", "int_rfm__periods") == []
    wrong.engine.execute("update customers_input set customer_id = 'c1'")
    assert errors_of("a customer on two rows", "int_rfm__customer_metrics") == []


# ---------------------------------------------------------------------------------------------
# Two builds at once
# ---------------------------------------------------------------------------------------------

# Where a first build is made to wait: at the first table of the orders, by a lock that only rows
# of its input ask for; and at a public table, by a reader whose transaction stays open.
WAITS = {
    "stg_rfm__orders": "select pg_advisory_lock(1)",
    "rfm_customer_tiers": f"select count(*) from {SCHEMA}.rfm_customer_tiers",
}
SLOW_ORDERS = f"""
    drop table orders_input cascade;
    create view orders_input as
    select good.*
    from ({ORDERS_INPUTS["good"]}) as good
    where cast(pg_advisory_xact_lock_shared(1) as text) = ''
"""
TWO_BUILDS = ("run", "-s", "+rfm_customer_tiers")
TWO_BUILDS_VARS = {
    "rfm_enabled_schemes": ["crm_practice"],
    "rfm_as_of_date": "2024-12-31",
    "rfm_latest_order_date": "2024-12-31",
}
# What sessions may have said last that build nothing here: a build elsewhere, one that only reads
# (`dbt show`), a model that the build itself may be writing, an editor that was left open.
BYSTANDERS = (
    ("model.dbt_rfm.stg_rfm__orders", '"postgres"."other"."stg_rfm__orders__dbt_tmp"'),
    ("model.dbt_rfm.rfm_customer_tiers", f'"postgres"."{SCHEMA}"."rfm_score_components"'),
    ("model.dbt_rfm.stg_rfm__policy", f'"postgres"."{SCHEMA}"."stg_rfm__policy__dbt_tmp"'),
    ("", f'"postgres"."{SCHEMA}"."rfm_customer_tiers__dbt_tmp"'),
)


@contextmanager
def waiting_build(project: Parsed, hold: str) -> Iterator[multiprocessing.Process]:
    """A build in another process that waits for a session of ours until this ends."""

    def build() -> None:
        outcome = project.run(*TWO_BUILDS, vars=TWO_BUILDS_VARS)
        print(outcome.errors)
        sys.exit(not outcome.success)

    process = multiprocessing.get_context("fork").Process(target=build)
    with closing(project.engine.connect()) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute(hold)
        process.start()
        deadline = time.monotonic() + 300
        while not project.engine.query("select 1 from pg_locks where not granted"):
            assert process.is_alive(), "the first build has ended"
            assert time.monotonic() < deadline, "the first build never waited"
            time.sleep(0.1)
        yield process
    process.join()


def test_two_builds(wrong: Parsed) -> None:
    """A build that finds another one says so and stops; the first one is none the worse."""

    def tiers() -> dict[str, list[Row]]:
        return {"rfm_customer_tiers": wrong.engine.query("select * from rfm_customer_tiers")}

    staged(wrong, {})
    wrong.engine.execute(SLOW_ORDERS)
    wrong.succeed(*TWO_BUILDS, vars=TWO_BUILDS_VARS)
    expected = tiers()
    assert len(expected["rfm_customer_tiers"]) == 2
    for model, hold in WAITS.items():
        with waiting_build(wrong, hold) as first:
            [session] = wrong.engine.query("select pid from pg_locks where not granted")
            second = wrong.run("run", "-s", "stg_rfm__input_check", vars=TWO_BUILDS_VARS)
        said = [
            *("found 1 problem(s)", f"schema {SCHEMA}: found another build running"),
            *(f"process {session['pid']} of user rfm writes {model}", "since 20", "wait until"),
        ]
        assert lacking(second, said) == [], second.errors
        assert first.exitcode == 0
        assert_same(tiers(), expected, expected)
    wrong.engine.execute("drop view orders_input cascade")


def test_bystanders(wrong: Parsed) -> None:
    """Sessions that build nothing here stop nothing, though dbt's words stand in what they said."""
    staged(wrong, {})
    connections = [wrong.engine.connect() for _ in BYSTANDERS]
    try:
        for connection, (node, relation) in zip(connections, BYSTANDERS, strict=True):
            connection.cursor().execute(f"""/* {{"node_id": "{node}"}} */ select '{relation}'""")
        outcome = wrong.run("run", "-s", "stg_rfm__input_check")
    finally:
        for connection in connections:
            connection.close()
    assert outcome.success, outcome.errors
