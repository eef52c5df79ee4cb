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

from engine_cases import INPUT_VARS, RANDOM_VARS, build, build_shop, faulty_policy, random_files
from engines import SCHEMA, DuckDBFile, PostgresServer, differences, give_up
from harness import (
    ONLINE_RETAIL,
    PUBLIC_TABLES,
    Outcome,
    Project,
    Row,
    copy_project,
    named,
    read_cases,
)
from test_pseudonyms import SALT
from test_seed_columns import assert_seeds_load_by_name
from test_value_kinds import assert_advice_reads
from test_wrong_input import WRONG, WRONG_ROWS
from test_wrong_policy import FAULTS

# What is compared beside the public tables: the cells of the orders as they were read.
READ_COLUMNS = (
    "order_id, customer_id, ordered_at, amount, line_id, quantity, list_amount, product_name,"
    " category, source_system, is_refund, reject_reason"
)
# Engines write the same double in different ways.
AS_NUMBERS = "* replace ({})".format(
    ", ".join(f"{name}::double as {name}" for name in ("amount", "quantity", "list_amount"))
)
# With which refunds, and reasons that some lines must be refused for.
RANDOM_INPUTS = {
    "text": (
        "net",
        {
            *("missing_order_id", "missing_customer_id", "missing_ordered_at", "missing_amount"),
            *("damaged_order_id", "damaged_customer_id"),
            *("unreadable_ordered_at", "unreadable_amount", "unreadable_quantity", "future_order"),
            *("non_positive_quantity", "duplicate", "absurd_quantity"),
        },
    ),
    "typed": ("reject", {"missing_amount", "negative_amount", "non_positive_quantity"}),
}


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server for the tests of this file."""
    if reason := PostgresServer.lacking():
        give_up(reason)
    server = PostgresServer(tmp_path_factory.mktemp("postgres"), vars=INPUT_VARS)
    try:
        server.parse()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def duckdb_file(tmp_path_factory: pytest.TempPathFactory) -> DuckDBFile:
    """DuckDB, which it is compared with."""
    engine = DuckDBFile(tmp_path_factory.mktemp("duckdb"), vars=INPUT_VARS)
    engine.parse()
    return engine


def test_texts_do_not_sort_by_bytes(postgres: PostgresServer) -> None:
    """Without this the other tests would tell less; every way to install PostgreSQL has it."""
    assert postgres.query("select 'a' < 'B' as is_dictionary") == [{"is_dictionary": True}]


def test_shop(duckdb_file: DuckDBFile, postgres: PostgresServer, tmp_path: Path) -> None:
    """The demo, real orders and many customers are graded alike by all schemes."""
    for engine in (duckdb_file, postgres):
        build_shop(engine, tmp_path)
    found = [diff for table in PUBLIC_TABLES for diff in differences(postgres, duckdb_file, table)]
    assert found == []
    [refused] = duckdb_file.query("select count(*) as lines from rfm_rejected_orders")
    assert refused["lines"] > 5_000 or not ONLINE_RETAIL.is_file()


@pytest.mark.parametrize("name", RANDOM_INPUTS)
def test_random_orders(
    name: str, duckdb_file: DuckDBFile, postgres: PostgresServer, tmp_path: Path
) -> None:
    """Random lines and schemes: texts as found in files, or times, doubles and whole numbers."""
    refunds, reasons = RANDOM_INPUTS[name]
    files = random_files(tmp_path, typed=name == "typed")
    for engine in (duckdb_file, postgres):
        build(engine, files, RANDOM_VARS | {"rfm_refunds": refunds})
    found = differences(postgres, duckdb_file, "stg_rfm__orders", READ_COLUMNS)
    for table in PUBLIC_TABLES:
        is_typed = table == "rfm_rejected_orders" and name == "typed"
        found += differences(postgres, duckdb_file, table, AS_NUMBERS if is_typed else "*")
    assert found == []

    def of(column: str, table: str) -> set[str]:
        return {row[column] for row in duckdb_file.query(f"select distinct {column} from {table}")}

    refused = of("reason", "rfm_rejected_orders")
    assert reasons == refused if name == "text" else reasons <= refused
    methods = {"ntile", "quantile", "threshold", "min_max", "lookup"}
    assert of("method", "rfm_score_components") == methods
    assert of("lower_tie_customer_id", "rfm_score_cutoffs") > {None}


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


def test_advice_reads_what_it_should(postgres: PostgresServer, tmp_path: Path) -> None:
    """What warnings advise to write for values that cannot be read does read them."""
    assert_advice_reads(postgres, "sample ~ '^({})$'", tmp_path)


# ---------------------------------------------------------------------------------------------
# Messages
# ---------------------------------------------------------------------------------------------


def test_policy_problems(duckdb_file: DuckDBFile, postgres: PostgresServer, tmp_path: Path) -> None:
    """All faults of test_wrong_policy.py are found, and listed in the same order in one message."""
    files = faulty_policy(tmp_path)
    messages = []
    for engine in (duckdb_file, postgres):
        for table, file in files.items():
            engine.load(table, file)
        models = ("+int_rfm__policy_gate", "rfm_policy_problems")
        outcome = engine.dbt("run", "-s", *models, vars={"rfm_measures_table": None})
        assert not outcome.success
        messages.append(set(re.findall(r"rfm policy: .*; write [^\n\"]*", outcome.errors)))
    assert len(duckdb_file.table("rfm_policy_problems")) > len(FAULTS)
    assert differences(postgres, duckdb_file, "rfm_policy_problems") == []
    assert len(messages[0]) == 1
    assert messages[1] == messages[0]


ON_POSTGRES = read_cases("quality/on_postgres")
INPUTS = ON_POSTGRES["inputs"]
CASES = {case["name"]: case for case in [*WRONG["cases"], *WRONG_ROWS]}
SALTS = WRONG["tables"] | {"good_salt": f"'{SALT}' as salt"}
SMALL_VARS: Row = {
    "rfm_measures_table": None,
    "rfm_contacts_table": None,
    "rfm_customer_columns": {"identity": "identity"},
}


@pytest.fixture(scope="module")
def small(postgres: PostgresServer) -> PostgresServer:
    """PostgreSQL with the shipped policy and tables of salts."""
    for name, columns in SALTS.items():
        postgres.execute(f"create table {name} as select {columns}")
    postgres.succeed("seed")
    return postgres


def staged(
    postgres: PostgresServer,
    vars: Row,
    orders: str | None = "good",
    customers: str = "two customers",
    run: str = "+stg_rfm__orders",
) -> Outcome:
    """Run up to a model on small inputs."""
    postgres.execute("drop table if exists orders_input, customers_input cascade")
    postgres.execute(f"create table customers_input as {INPUTS[customers]}")
    if orders:
        postgres.execute(f"create table orders_input as {INPUTS[orders]}")
    return postgres.dbt("run", "-s", run, vars=SMALL_VARS | vars)


@pytest.mark.parametrize("group", named(ON_POSTGRES["groups"]))
def test_wrong_input(group: Row, small: PostgresServer) -> None:
    """Each error names the var and the value and says what to write, as with DuckDB."""
    cases = [CASES[name] for name in group["cases"]]
    vars = dict(group.get("vars", {}))
    for case in cases:
        for name, value in case["vars"].items():
            if not name.endswith("_path"):
                vars[name] = vars.get(name, {}) | value if isinstance(value, dict) else value
    texts = [text for case in [group, *cases] for text in case.get("says", [])]
    given = {name: group[name] for name in ("orders", "customers", "run") if name in group}
    outcome = staged(small, vars, **given)
    assert not outcome.success
    # Three dots stand for the engine's own words.
    patterns = {text: ".*".join(map(re.escape, text.split("..."))) for text in texts}
    lacking = [text for text in texts if not re.search(patterns[text], outcome.errors)]
    assert lacking == [], outcome.errors


def test_pseudonyms(small: PostgresServer) -> None:
    """They are those of every engine: SHA-256 of salt, colon and id."""
    outcome = staged(small, {"rfm_pseudonymise": True, "rfm_salt_table": f"{SCHEMA}.good_salt"})
    assert outcome.success, outcome.errors
    expected = {hashlib.sha256(f"{SALT}:{name}".encode()).hexdigest() for name in ("c1", "c2")}
    for column in ("customer_id", "customer_id_as_read"):
        rows = small.query(f"select {column} as id from stg_rfm__orders")
        assert {row["id"] for row in rows} == expected


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
    from ({INPUTS["good"]}) as good
    where cast(pg_advisory_xact_lock_shared(1) as text) = ''
"""
TIERS = ("run", "-s", "+rfm_customer_tiers")
TIERS_VARS = SMALL_VARS | {
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
def waiting_build(postgres: PostgresServer, hold: str) -> Iterator[multiprocessing.Process]:
    """A build in another process that waits for a session of ours until this ends."""

    def build() -> None:
        outcome = postgres.dbt(*TIERS, vars=TIERS_VARS)
        print(outcome.errors)
        sys.exit(not outcome.success)

    process = multiprocessing.get_context("fork").Process(target=build)
    with closing(postgres.open()) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute(hold)
        process.start()
        deadline = time.monotonic() + 300
        while not postgres.query("select 1 from pg_locks where not granted"):
            assert process.is_alive(), "the first build has ended"
            assert time.monotonic() < deadline, "the first build never waited"
            time.sleep(0.1)
        yield process
    process.join()


def test_two_builds(small: PostgresServer) -> None:
    """A build that finds another one says so and stops; the first one is none the worse."""

    def tiers() -> list[Row]:
        return small.query("select * from rfm_customer_tiers order by customer_id")

    staged(small, {})
    small.execute(SLOW_ORDERS)
    small.succeed(*TIERS, vars=TIERS_VARS)
    expected = tiers()
    assert len(expected) == 2
    for model, hold in WAITS.items():
        with waiting_build(small, hold) as first:
            [session] = small.query("select pid from pg_locks where not granted")
            second = small.dbt("run", "-s", "stg_rfm__input_check", vars=TIERS_VARS)
        says = (
            *("found 1 problem(s)", f"schema {SCHEMA}: found another build running"),
            *(f"process {session['pid']} of user rfm writes {model}", "since 20", "wait until"),
        )
        assert second.lacks(*says) == [], second.errors
        assert first.exitcode == 0
        assert tiers() == expected
    small.execute("drop view orders_input cascade")


def test_bystanders(small: PostgresServer) -> None:
    """Sessions that build nothing here stop nothing, though dbt's words stand in what they said."""
    staged(small, {})
    connections = [small.open() for _ in BYSTANDERS]
    try:
        for connection, (node, relation) in zip(connections, BYSTANDERS, strict=True):
            connection.cursor().execute(f"""/* {{"node_id": "{node}"}} */ select '{relation}'""")
        outcome = small.dbt("run", "-s", "stg_rfm__input_check", vars=SMALL_VARS)
    finally:
        for connection in connections:
            connection.close()
    assert outcome.success, outcome.errors
