"""Spark as one of the engines of the tests, in a process of its own.

A JVM has one SparkContext, and a context one master. So each engine starts a process in which dbt
and Spark run until it is stopped; requests go to it through a pipe. Tables are read back from the
Parquet files that Spark wrote, with DuckDB: faster than through Spark, and as exact.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import re
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb
from dbt.cli.main import dbtRunner

import spark_plans
from engines import file_rows
from harness import PUBLIC_TABLES, Outcome, Project, Row, fetch

SCHEMA = "rfm"
# Two executors, each a process with one core and 1 GB, as on a cluster.
LOCAL_CLUSTER = "local-cluster[2,1,1024]"
# Most of a test's time goes into starting and planning: a JVM that compiles less is faster, and
# small inputs need few tasks. Such a JVM has little room for compiled code unless told, and once
# that is full it compiles nothing more. The rest is as in the profile that users start from.
JVM_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"


class SparkEngine:
    """A Spark session with a warehouse in a folder."""

    target = "spark"

    @staticmethod
    def lacking() -> str | None:
        """What is not installed, if anything."""
        for module in ("dbt.adapters.spark", "pyspark"):
            if importlib.util.find_spec(module) is None:
                return f"{module} is not installed: pip install -c constraints.txt '.[spark]'"
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            return "no Java is installed, which Spark needs (17 or later)"
        return None

    def __init__(
        self,
        place: Path,
        master: str = "local[2]",
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Warehouse, dbt's target and logs go into `place`. `settings` are Spark's own."""
        self.place = place
        self.environment = {
            "RFM_SPARK_MASTER": master,
            "RFM_SPARK_PARTITIONS": "2",
            "RFM_SPARK_WAREHOUSE": str(place / "spark"),
            "SPARK_CONF_DIR": str(place / "conf"),
            "SPARK_HOME": str(pyspark_folder()),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "JDK_JAVA_OPTIONS": JVM_OPTIONS,
        } | dict(environment or {})
        defaults = place / "conf" / "spark-defaults.conf"
        defaults.parent.mkdir(parents=True)
        defaults.write_text(
            "".join(f"{name} {value}\n" for name, value in (settings or {}).items())
        )
        # Spawned, not forked, for the tests' process has threads.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=serve, args=(theirs, place, self.environment), daemon=True
        )
        self.process.start()
        theirs.close()

    def stop(self) -> None:
        """End the process, and Spark with it."""
        self.pipe.close()
        self.process.join(60)
        if self.process.is_alive():
            self.process.kill()

    def load(self, table: str, file: Path) -> None:
        """Make a table of a Parquet file, with its types, or of a CSV file, all of text."""
        parquet = self.place / "loaded" / f"{table}.parquet"
        parquet.parent.mkdir(exist_ok=True)
        with duckdb.connect() as connection:
            file_rows(connection, file).write_parquet(str(parquet))
        self.execute(f"drop table if exists {SCHEMA}.{table}")
        self.execute(f"create table {SCHEMA}.{table} as select * from parquet.`{parquet}`")

    def execute(self, *statements: str) -> None:
        """Run statements that return no rows."""
        self.ask("execute", statements)

    def run(self, *command: str, vars: Row | None = None, manifest: Any = None) -> Outcome:
        """Run one dbt command. With the result of a `parse` as manifest nothing is parsed again."""
        return self.ask("run", command, vars, manifest)

    def gathered_rows(
        self, select: str, bound: int, table: str | None = None
    ) -> list[tuple[str, int]]:
        """Where a query brings more rows than `bound` together in one partition.

        A table that is named gets its rows.
        """
        return self.ask("gathered_rows", select, bound, table and f"{SCHEMA}.{table}")

    def ask(self, request: str, *arguments: Any) -> Any:
        """Send a request to the process and wait for its answer."""
        self.pipe.send((request, arguments))
        answer = self.pipe.recv()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def query(self, sql: str) -> list[Row]:
        """The rows of a query, by DuckDB over Spark's tables (not its views), as Python values."""
        folder = self.place / "spark" / "warehouse" / f"{SCHEMA}.db"
        with duckdb.connect() as connection:
            for table in folder.iterdir():
                if any(table.glob("*.parquet")):
                    connection.read_parquet(str(table / "*.parquet")).create_view(table.name)
            return fetch(connection, sql)

    def tables(self) -> dict[str, list[Row]]:
        """All public tables."""
        return {name: self.query(f'select * from "{name}"') for name in PUBLIC_TABLES}


@cache
def pyspark_folder() -> Path:
    """Where pip installed Spark; found without importing it."""
    spec = importlib.util.find_spec("pyspark")
    assert spec is not None, SparkEngine.lacking()
    return Path(str(spec.origin)).parent


# ---------------------------------------------------------------------------------------------
# In the process of the engine
# ---------------------------------------------------------------------------------------------


def serve(pipe: Connection, place: Path, environment: Mapping[str, str]) -> None:
    """Answer requests until the other end is closed."""
    os.environ.update(environment)
    worker = Worker(Project(place, target="spark", environment=dict(environment)))
    requests: dict[str, Callable[..., Any]] = {
        "execute": worker.execute,
        "gathered_rows": worker.gathered_rows,
        "run": worker.run,
    }
    while True:
        try:
            request, arguments = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(requests[request](*arguments))
        except Exception as error:
            # Exceptions of Java and dbt hold what cannot be sent.
            pipe.send(RuntimeError(without_java_frames(f"{type(error).__name__}: {error}")))


class Worker:
    """dbt, and Spark in the same process."""

    def __init__(self, project: Project) -> None:
        """Nothing is started before the first request."""
        self.project = project
        self.session: Any = None
        self.manifests: list[Any] = []

    def execute(self, statements: tuple[str, ...]) -> None:
        """Run statements in the session that dbt uses, too."""
        if self.session is None:
            # dbt starts the session, with the parameters of the profile.
            folders = (
                "--project-dir",
                self.project.folder,
                "--profiles-dir",
                self.project.profiles,
            )
            outcome = dbtRunner().invoke(
                ["--quiet", "debug", "--connection", "--target", "spark", *map(str, folders)]
            )
            assert outcome.success, outcome.exception
            from pyspark.sql import SparkSession

            self.session = SparkSession.builder.getOrCreate()
            self.session.sql(f"create schema if not exists {SCHEMA}")
        for statement in statements:
            self.session.sql(statement)

    def gathered_rows(self, select: str, bound: int, table: str | None) -> list[tuple[str, int]]:
        """Look at the plan of a query, in a session that has been started."""
        return spark_plans.gathered_rows(self.session, select, bound, table)

    def run(self, command: tuple[str, ...], vars: Row | None, manifest: int | None) -> Outcome:
        """Run one dbt command. A manifest stays here; its number goes out and comes back."""
        outcome = self.project.dbt(
            *command, vars=vars, manifest=None if manifest is None else self.manifests[manifest]
        )
        number = None
        if command[0] == "parse" and outcome.success:
            number = len(self.manifests)
            self.manifests.append(outcome.result)
        return Outcome(
            outcome.success, without_java_frames(outcome.errors), outcome.warnings, number
        )


JAVA_FRAME = re.compile(r"\s+at [\w.$/<>]+\(|\s+\.\.\. \d+ more|JVM stacktrace:$")


def without_java_frames(text: str) -> str:
    """An error's text without the places in Java that it came through."""
    return "\n".join(line for line in text.splitlines() if not JAVA_FRAME.match(line))
