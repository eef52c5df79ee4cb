"""Warehouses for tests of the same models on several engines, each thrown away afterwards."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import duckdb
import pytest

from harness import Project, Row, fetch, rows_apart

SCHEMA = "rfm"


def give_up(reason: str) -> NoReturn:
    """Skip what needs a warehouse that is not installed; fail where it has to be."""
    if os.environ.get("RFM_REQUIRE_ENGINES") == "1":
        pytest.fail(reason)
    pytest.skip(f"{reason}; with RFM_REQUIRE_ENGINES=1 this fails")


class Engine(Project):
    """A warehouse."""

    def source(self, connection: duckdb.DuckDBPyConnection, table: str) -> str:
        """The rows of a table as a source for DuckDB; values may be texts."""
        raise NotImplementedError

    def load(self, table: str, file: Path) -> None:
        """Make a table of a Parquet file, with its types, or of a CSV file, all of text.

        It lies where dbt builds, so that rfm_orders_table and the like may name it.
        """
        raise NotImplementedError


def file_rows(connection: duckdb.DuckDBPyConnection, file: Path) -> duckdb.DuckDBPyRelation:
    """The rows of a file that `load` takes."""
    if file.suffix == ".csv":
        return connection.read_csv(str(file), header=True, all_varchar=True)
    return connection.read_parquet(str(file))


def differences(found: Engine, expected: Engine, table: str, columns: str = "*") -> list[str]:
    """Rows of a table that only one of two engines has, a few of each, compared as texts."""
    with duckdb.connect() as connection:
        ours, theirs = (
            f"select columns(*)::varchar from (select {columns} from"
            f" {engine.source(connection, table)})"
            for engine in (found, expected)
        )
        return rows_apart(connection, table, ours, theirs)


class DuckDBFile(Engine):
    """A DuckDB file, which the others are compared with."""

    def source(self, connection: duckdb.DuckDBPyConnection, table: str) -> str:
        """The table in its own file."""
        connection.execute(f"attach if not exists '{self.database}' as built (read_only)")
        return f"built.{table}"

    def load(self, table: str, file: Path) -> None:
        """Make a table of a Parquet or CSV file."""
        with self.connect() as connection:
            connection.execute(f'drop table if exists "{table}"')
            file_rows(connection, file).create(f'"{table}"')


# ---------------------------------------------------------------------------------------------
# PostgreSQL
# ---------------------------------------------------------------------------------------------

# DuckDB's types that PostgreSQL calls otherwise.
POSTGRES_TYPES = {"VARCHAR": "text", "DOUBLE": "double precision", "FLOAT": "real"}
# Texts sort as in a dictionary, so that an order by bytes must be asked for.
COLLATIONS = (
    ["--locale=C", "--locale-provider=icu", "--icu-locale=en"],  # from PostgreSQL 15 on
    ["--locale=en_US.UTF-8"],
)
# The server is thrown away: nothing has to survive a crash. Statistics of new tables would be
# gathered within a minute or so, after the build: without them every build plans as a first one.
SERVER_SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "synchronous_commit": "off",
    "unix_socket_directories": "",
}
PR_SET_PDEATHSIG = 1  # of Linux's sys/prctl.h


def postgres_programs() -> Path | None:
    """The folder of the server: on PATH, or the newest where Debian keeps them."""
    versions = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    folders = sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        folders.insert(0, Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class PostgresServer(Engine):
    """A PostgreSQL server with a database of its own, on a free port of this machine."""

    @staticmethod
    def lacking() -> str | None:
        """What is not installed, if anything."""
        if importlib.util.find_spec("dbt.adapters.postgres") is None:
            return "dbt-postgres is not installed"
        if postgres_programs() is None:
            return "no PostgreSQL server is installed (initdb, postgres)"
        return None

    def __init__(self, place: Path, vars: Row) -> None:
        """Make the database and start the server; dbt's target and logs go into `place`."""
        programs = postgres_programs()
        assert programs is not None, self.lacking()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.login = {
            "host": "127.0.0.1",
            "port": str(port),
            "user": "rfm",
            "password": secrets.token_hex(),
            "database": "postgres",
        }
        names = {f"RFM_POSTGRES_{name.upper()}": value for name, value in self.login.items()}
        names["RFM_POSTGRES_SCHEMA"] = SCHEMA
        super().__init__(place, vars=vars, target="postgres", environment=names)
        self.account = unprivileged_account()
        # Not below `place`: pytest's folders are closed to the account.
        self.home = Path(tempfile.mkdtemp(prefix="rfm-postgres-"))
        self.server: subprocess.Popen[bytes] | None = None
        try:
            self.make_database(programs / "initdb")
            self.start(programs / "postgres")
            self.execute(f"create schema {SCHEMA}")
        except BaseException:
            self.stop()
            raise

    def make_database(self, initdb: Path) -> None:
        """Make the database, in UTF-8."""
        password = self.home / "password"
        password.write_text(self.login["password"])
        if self.account:
            for path in (self.home, password):
                shutil.chown(path, self.account["user"], self.account["group"])
        for collation in COLLATIONS:
            made = subprocess.run(
                [
                    *(initdb, "--pgdata", self.home / "data", "--encoding=UTF8", "--no-sync"),
                    *("--username=rfm", f"--pwfile={password}", "--auth=scram-sha-256"),
                    *collation,
                ],
                cwd=self.home,
                capture_output=True,
                text=True,
                **self.account,
            )
            if made.returncode == 0:
                return
        raise RuntimeError(made.stderr)

    def start(self, postgres: Path) -> None:
        """Start the server and wait until it takes connections."""
        settings = SERVER_SETTINGS | {"port": self.login["port"]}
        log = self.home / "log"
        with log.open("wb") as output:
            self.server = subprocess.Popen(
                [
                    *(postgres, "-D", self.home / "data"),
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
                **self.account,
            )
        deadline = time.monotonic() + 60
        while b"ready to accept connections" not in log.read_bytes():
            assert self.server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server and remove its database."""
        if self.server is not None:
            # Disconnects everybody and shuts the server down.
            self.server.send_signal(signal.SIGINT)
            self.server.wait(60)
        shutil.rmtree(self.home)

    def open(self) -> Any:
        """A connection that commits each statement at once, to be closed by the caller."""
        import psycopg2

        database = {
            "dbname" if key == "database" else key: value for key, value in self.login.items()
        }
        connection = psycopg2.connect(**database, options=f"-c search_path={SCHEMA}")
        connection.autocommit = True
        return connection

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """A cursor over the tables that dbt makes."""
        with closing(self.open()) as connection, connection.cursor() as cursor:
            yield cursor

    def execute(self, sql: str) -> None:
        """Run a statement."""
        with self.cursor() as cursor:
            cursor.execute(sql)

    def query(self, sql: str) -> list[Row]:
        """The rows of a query, as Python values."""
        with self.cursor() as cursor:
            cursor.execute(sql)
            columns = [column.name for column in cursor.description]
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def source(self, connection: duckdb.DuckDBPyConnection, table: str) -> str:
        """A CSV file of what the table holds, as the server writes it."""
        file = self.home / f"{table}.csv"
        with self.cursor() as cursor, file.open("w", encoding="utf-8") as stream:
            cursor.execute(f"select * from {table} limit 0")
            texts = ", ".join(f'"{column.name}"::text' for column in cursor.description)
            copy = f"copy (select {texts} from {table}) to stdout (format csv, header)"
            cursor.copy_expert(copy, stream)
        return f"read_csv('{file}', header = true, all_varchar = true, allow_quoted_nulls = false)"

    def load(self, table: str, file: Path) -> None:
        """Make a table of a Parquet or CSV file."""
        copied = self.home / "copied.csv"
        with duckdb.connect() as connection:
            rows = file_rows(connection, file)
            columns = ", ".join(
                f'"{name}" {POSTGRES_TYPES.get(str(type_), str(type_))}'
                for name, type_ in zip(rows.columns, rows.types, strict=True)
            )
            # Quotes tell an empty text from a null.
            rows.query("rows", f"copy rows to '{copied}' (header false, force_quote *)")
        with self.cursor() as cursor, copied.open(encoding="utf-8") as stream:
            cursor.execute(f'drop table if exists "{table}" cascade')
            cursor.execute(f'create table "{table}" ({columns})')
            cursor.copy_expert(f'copy "{table}" from stdin (format csv)', stream)


def end_with_parent() -> None:
    """Have this process interrupted when its parent ends, however that comes about."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def unprivileged_account() -> dict[str, Any]:
    """For subprocess: the account to run as where this is root, as whom PostgreSQL does not run."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd  # not on Windows

    accounts = {account.pw_name: account for account in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


# ---------------------------------------------------------------------------------------------
# Spark
# ---------------------------------------------------------------------------------------------

# Two executors, each a process with one core and 1 GB, as on a cluster.
LOCAL_CLUSTER = "local-cluster[2,1,1024]"
# Most of a test's time goes into starting and planning: a JVM that compiles less is faster. Such a
# JVM has little room for compiled code unless told, and once that is full it compiles nothing more.
JVM_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
SPARK_SETTINGS = {
    # Tables of all customers are never broadcast, as if there were millions.
    "spark.sql.autoBroadcastJoinThreshold": "256KB",
}
MADE_OF_QUERY = re.compile(r"create table (\S+)\s+as\s", re.IGNORECASE)
# Of a customer or an order there are few rows, so nobody needs to count them.
FEW_ROWS = re.compile(r"(customer_id|order_id)#\d+")
# So many partitions that each gets the rows of one key, and seldom of two.
APART = 1_000_003


class SparkEngine(Engine):
    """A Spark session with a warehouse in a folder; one at a time, for a JVM has one context.

    Tables are read back with DuckDB from the Parquet files that Spark wrote: faster, and as exact.
    """

    @staticmethod
    def lacking() -> str | None:
        """What is not installed, if anything."""
        for module in ("dbt.adapters.spark", "pyspark"):
            if importlib.util.find_spec(module) is None:
                return f"{module} is not installed: pip install -c constraints.txt '.[spark]'"
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            return "no Java is installed, which Spark needs (17 or later)"
        return None

    def __init__(self, place: Path, vars: Row, master: str = LOCAL_CLUSTER) -> None:
        """Warehouse, dbt's target and logs go into `place`; dbt starts Spark when it connects."""
        import pyspark

        environment = {
            "RFM_SPARK_MASTER": master,
            "RFM_SPARK_PARTITIONS": "2",
            "RFM_SPARK_WAREHOUSE": str(place / "spark"),
            "SPARK_CONF_DIR": str(place / "conf"),
            "SPARK_HOME": str(Path(pyspark.__file__).parent),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "JDK_JAVA_OPTIONS": JVM_OPTIONS,
        }
        super().__init__(place, vars=vars, target="spark", environment=environment)
        defaults = "\n".join(f"{name} {value}" for name, value in SPARK_SETTINGS.items())
        (place / "conf").mkdir()
        (place / "conf" / "spark-defaults.conf").write_text(defaults)

    @property
    def session(self) -> Any:
        """The session of dbt, which must have connected before."""
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        assert SparkContext._active_spark_context is not None
        return SparkSession.builder.getOrCreate()

    def stop(self) -> None:
        """End Spark and its JVM."""
        from pyspark import SparkContext

        if SparkContext._active_spark_context is not None:
            self.session.stop()
            SparkContext._gateway.shutdown()
            SparkContext._gateway.proc.stdin.close()
            SparkContext._gateway.proc.wait(60)
            SparkContext._gateway = SparkContext._jvm = None

    def execute(self, *statements: str) -> None:
        """Run statements that return no rows."""
        for statement in statements:
            self.session.sql(statement)

    def load(self, table: str, file: Path) -> None:
        """Make a table of a Parquet or CSV file."""
        parquet = self.place / f"{table}.parquet"
        with duckdb.connect() as connection:
            file_rows(connection, file).write_parquet(str(parquet))
        self.execute(
            f"create schema if not exists {SCHEMA}",
            f"use {SCHEMA}",
            f"drop table if exists {SCHEMA}.{table}",
            f"create table {SCHEMA}.{table} as select * from parquet.`{parquet}`",
        )

    def source(self, connection: duckdb.DuckDBPyConnection, table: str) -> str:
        """The files of a table (not of a view)."""
        return f"'{self.place}/spark/warehouse/{SCHEMA}.db/{table}/*.parquet'"

    def table(self, name: str) -> list[Row]:
        """The rows of a table, as Python values."""
        with duckdb.connect() as connection:
            return fetch(connection, f"select * from {self.source(connection, name)}")

    def query(self, sql: str) -> list[Row]:
        """The rows of a query, by way of a table."""
        self.execute(
            f"drop table if exists {SCHEMA}.query", f"create table {SCHEMA}.query as {sql}"
        )
        return self.table("query")

    @contextmanager
    def gathered(self, bound: int) -> Iterator[dict[str, list[tuple[str, int]]]]:
        """Meanwhile, each table that dbt makes of a query: where that brings many rows together."""
        from dbt.adapters.spark.session import Cursor

        found = {}
        execute = Cursor.execute

        def watch(cursor: Any, sql: str, *parameters: Any) -> None:
            if made := MADE_OF_QUERY.search(sql):
                select = sql[made.end() :]
                found[made[1]] = gathered_rows(self.session, select, bound, made[1])
                sql = "select 1"
            execute(cursor, sql, *parameters)

        with patch.object(Cursor, "execute", watch):
            yield found


def gathered_rows(
    session: Any, select: str, bound: int, table: str | None = None
) -> list[tuple[str, int]]:
    """The exchanges of a query that bring more rows than `bound` together in one partition.

    The rows go into `table`, where one is named. Each exchange is told by its partitioning, with
    how many rows. The plan is the one at the query's end: Spark changes plans while it executes
    them. A window's rows come through an exchange by its partition keys, so they are counted here,
    too. The number of partitions plays no part: rows of a hash exchange are together where all keys
    are equal. Py4J reaches Spark's own plan nodes, which have no Python interface.
    """
    # New nodes belong to the thread's active session, which dbt may have closed.
    session._jvm.org.apache.spark.sql.classic.SparkSession.setActiveSession(session._jsparkSession)
    plan = session.sql(select)._jdf.queryExecution().executedPlan()
    rows = data_frame(session, plan)
    if table is None:
        rows.count()
    else:
        rows.write.mode("overwrite").saveAsTable(table)
    return [
        (str(node.outputPartitioning()), rows)
        for node in moving_nodes(plan)
        if (rows := most_rows(session, node, bound)) > bound
    ]


def moving_nodes(node: Any) -> Iterator[Any]:
    """The nodes below that bring rows together."""
    match node.getClass().getSimpleName():
        case "AdaptiveSparkPlanExec":
            inner = [node.executedPlan()]
        case stage if stage.endswith("QueryStageExec"):
            inner = [node.plan()]
        case "AQEShuffleReadExec" if node.isLocalRead():
            # Joined where they were written: the exchange turned out to be needless.
            inner = items(node.child().plan().children())
        case "ReusedExchangeExec":
            # Its rows are computed elsewhere in the plan.
            if node.child().getClass().getSimpleName() == "ShuffleExchangeExec":
                yield node.child()
            inner = []
        case kind:
            if kind in ("ShuffleExchangeExec", "CoalesceExec"):
                yield node
            inner = [*items(node.children()), *items(node.subqueries())]
    for child in inner:
        yield from moving_nodes(child)


def most_rows(session: Any, node: Any, bound: int) -> int:
    """How many rows the fullest partition gets."""
    partitioning = node.outputPartitioning()
    kind = partitioning.getClass().getSimpleName().rstrip("$")
    written = node.metrics().get("shuffleRecordsWritten")
    if kind == "SinglePartition":
        return written.get().value() if written.isDefined() else node.child().execute().count()
    if kind != "HashPartitioning" or written.get().value() <= bound:
        return 0
    keys = partitioning.expressions()
    if any(FEW_ROWS.fullmatch(str(key)) for key in items(keys)):
        return 0
    return rows_of_fullest_key(session, node.child(), keys)


def rows_of_fullest_key(session: Any, plan: Any, keys: Any) -> int:
    """How many rows of a plan have the same keys, at most."""
    from pyspark.sql import functions
    from pyspark.sql.classic.column import _to_seq

    spark = session._jvm.org.apache.spark.sql
    partitioning = spark.catalyst.plans.physical.HashPartitioning(keys, APART)
    number = partitioning.partitionIdExpression()
    alias = spark.catalyst.expressions.Alias
    defaults = [getattr(alias, f"apply$default${i}")(number, "key") for i in (3, 4, 5, 6)]
    named = _to_seq(session.sparkContext, [alias(number, "key", *defaults)])
    numbered = spark.execution.ProjectExec(named, plan)
    counts = data_frame(session, numbered).groupBy("key").count()
    return counts.agg(functions.max("count")).collect()[0][0]


def data_frame(session: Any, plan: Any) -> Any:
    """The rows of a plan."""
    from pyspark.sql import DataFrame

    rows = session._jsparkSession.internalCreateDataFrame(plan.execute(), plan.schema(), False)
    return DataFrame(rows, session)


def items(sequence: Any) -> list[Any]:
    """The items of a Scala sequence."""
    return [sequence.apply(i) for i in range(sequence.size())]
