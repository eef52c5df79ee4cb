"""Warehouses for tests of the same models on several engines, each thrown away afterwards.

All have the same few members (Engine), so that a test may take whichever it is given.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Protocol

import duckdb
import pytest

from harness import FILTERED, PUBLIC_TABLES, Outcome, Project, Row

try:
    import psycopg2
    from dbt.adapters import postgres as dbt_postgres
except ImportError:
    psycopg2 = dbt_postgres = None


class Engine(Protocol):
    """What a test may ask of a warehouse."""

    @property
    def target(self) -> str:
        """The target of the profile."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that the profile reads."""

    def load(self, table: str, file: Path) -> None:
        """Make a table of a Parquet file, with its types, or of a CSV file, all of text.

        It lies where dbt builds, so that rfm_orders_table and the like may name it.
        """

    def run(self, *command: str, vars: Row | None = None, manifest: Any = None) -> Outcome:
        """Run one dbt command. With a manifest of `parse` nothing is parsed again."""

    def query(self, sql: str) -> list[Row]:
        """The rows of a query, as Python values."""

    def tables(self) -> dict[str, list[Row]]:
        """All public tables, as Python values."""


@dataclass
class Parsed:
    """An engine with some vars, and the manifest for all that change no ref: parsing takes long."""

    engine: Engine
    vars: Row

    def __post_init__(self) -> None:
        """Parse the project."""
        outcome = self.engine.run("parse", vars=FILTERED | self.vars)
        assert outcome.success, outcome.errors
        self.manifest = outcome.result

    def run(self, *command: str, vars: Row | None = None) -> Outcome:
        """Run one dbt command, with more vars."""
        return self.engine.run(*command, vars=self.vars | (vars or {}), manifest=self.manifest)

    def succeed(self, *command: str, vars: Row | None = None) -> None:
        """Run one dbt command that must go well."""
        outcome = self.run(*command, vars=vars)
        assert outcome.success, f"{self.engine.target}: {outcome.errors}"

    def load(self, files: Mapping[str, Path]) -> None:
        """Make tables of files, also in the place of seeds."""
        for table, file in files.items():
            self.engine.load(table, file)


def give_up(reason: str) -> NoReturn:
    """Skip what needs a warehouse that is not installed; fail where it has to be."""
    if os.environ.get("RFM_REQUIRE_ENGINES") == "1":
        pytest.fail(reason)
    pytest.skip(f"{reason}; with RFM_REQUIRE_ENGINES=1 this fails")


def file_rows(connection: duckdb.DuckDBPyConnection, file: Path) -> duckdb.DuckDBPyRelation:
    """The rows of a file that `load` takes."""
    if file.suffix == ".csv":
        return connection.read_csv(str(file), header=True, all_varchar=True)
    return connection.read_parquet(str(file))


# ---------------------------------------------------------------------------------------------
# DuckDB
# ---------------------------------------------------------------------------------------------


class DuckDBFile:
    """A DuckDB file, which the others are compared with."""

    target = "duckdb"

    def __init__(self, place: Path) -> None:
        """The database, dbt's target and logs go into `place`."""
        self.project = Project(place)
        self.environment = {"RFM_DUCKDB_PATH": str(self.project.database)}

    def load(self, table: str, file: Path) -> None:
        """Make a table of a Parquet or CSV file."""
        with self.project.connect() as connection:
            connection.execute(f'drop table if exists "{table}"')
            file_rows(connection, file).create(f'"{table}"')

    def run(self, *command: str, vars: Row | None = None, manifest: Any = None) -> Outcome:
        """Run one dbt command."""
        return self.project.dbt(*command, vars=vars, manifest=manifest)

    def query(self, sql: str) -> list[Row]:
        """The rows of a query."""
        return self.project.query(sql)

    def tables(self) -> dict[str, list[Row]]:
        """All public tables."""
        return self.project.tables()


# ---------------------------------------------------------------------------------------------
# PostgreSQL
# ---------------------------------------------------------------------------------------------

# DuckDB's types that PostgreSQL calls otherwise or, for lack of one, takes in a wider one.
POSTGRES_TYPES = {
    "VARCHAR": "text",
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20)",
    "HUGEINT": "numeric(39)",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_NS": "timestamp",
}
# Texts sort as in a dictionary where that can be had, so that an order by bytes must be asked for.
COLLATIONS = (
    ["--locale=C", "--locale-provider=icu", "--icu-locale=en"],  # from PostgreSQL 15 on
    ["--locale=en_US.UTF-8"],
    ["--locale=C"],
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
PROGRAMS = ("initdb", "postgres")
PR_SET_PDEATHSIG = 1  # of Linux's sys/prctl.h
SCHEMA = "rfm"


def postgres_programs() -> Path | None:
    """The folder of the server: on PATH, by pg_config, or the newest where Debian keeps them."""
    folders = []
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    if pg_config := shutil.which("pg_config"):
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        folders.append(Path(told.stdout.strip()))
    versions = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    folders += sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    complete = (
        folder for folder in folders if all((folder / program).exists() for program in PROGRAMS)
    )
    return next(complete, None)


class PostgresServer:
    """A PostgreSQL server with a database of its own, on a free port of this machine."""

    target = "postgres"

    @staticmethod
    def lacking() -> str | None:
        """What is not installed, if anything."""
        if dbt_postgres is None:
            return "dbt-postgres is not installed"
        if postgres_programs() is None:
            return "no PostgreSQL server is installed (initdb, postgres)"
        return None

    def __init__(self, place: Path) -> None:
        """Make the database and start the server; dbt's target and logs go into `place`."""
        programs = postgres_programs()
        assert programs is not None, self.lacking()
        self.place = place
        self.account = unprivileged_account()
        # Not below `place`: pytest's folders are closed to the account.
        self.folder = Path(tempfile.mkdtemp(prefix="rfm-postgres-"))
        self.environment = {
            "RFM_POSTGRES_HOST": "127.0.0.1",
            "RFM_POSTGRES_PORT": str(free_port()),
            "RFM_POSTGRES_USER": "rfm",
            "RFM_POSTGRES_PASSWORD": secrets.token_hex(),
            "RFM_POSTGRES_DATABASE": "postgres",
            "RFM_POSTGRES_SCHEMA": SCHEMA,
        }
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
        password = self.folder / "password"
        password.write_text(self.environment["RFM_POSTGRES_PASSWORD"])
        if self.account:
            for path in (self.folder, password):
                shutil.chown(path, self.account["user"], self.account["group"])
        for collation in COLLATIONS:
            made = subprocess.run(
                [
                    *(initdb, "--pgdata", self.folder / "data", "--encoding=UTF8", "--no-sync"),
                    *("--username=rfm", f"--pwfile={password}", "--auth=scram-sha-256"),
                    *collation,
                ],
                cwd=self.folder,
                capture_output=True,
                text=True,
                **self.account,
            )
            if made.returncode == 0:
                return
        raise RuntimeError(made.stderr)

    def start(self, postgres: Path) -> None:
        """Start the server and wait until it takes connections."""
        settings = SERVER_SETTINGS | {"port": self.environment["RFM_POSTGRES_PORT"]}
        log = self.folder / "log"
        with log.open("wb") as output:
            self.server = subprocess.Popen(
                [
                    *(postgres, "-D", self.folder / "data"),
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
                **self.account,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                self.connect().close()
                return
            except psycopg2.OperationalError as error:
                if self.server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{error}\n{log.read_text()}") from error
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server and remove its database."""
        if self.server is not None:
            # Disconnects everybody and shuts the server down.
            self.server.send_signal(signal.SIGINT)
            self.server.wait(60)
        shutil.rmtree(self.folder)

    def connect(self) -> Any:
        """A connection that commits each statement at once, to be closed by the caller."""
        connection = psycopg2.connect(
            host=self.environment["RFM_POSTGRES_HOST"],
            port=self.environment["RFM_POSTGRES_PORT"],
            user=self.environment["RFM_POSTGRES_USER"],
            password=self.environment["RFM_POSTGRES_PASSWORD"],
            dbname=self.environment["RFM_POSTGRES_DATABASE"],
        )
        connection.autocommit = True
        return connection

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """A cursor over the tables that dbt makes."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(f"set search_path to {SCHEMA}")
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

    def tables(self) -> dict[str, list[Row]]:
        """All public tables."""
        return {name: self.query(f'select * from "{name}"') for name in PUBLIC_TABLES}

    def load(self, table: str, file: Path) -> None:
        """Make a table of a Parquet or CSV file."""
        copied = self.folder / "copied.csv"
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

    def run(self, *command: str, vars: Row | None = None, manifest: Any = None) -> Outcome:
        """Run one dbt command."""
        project = Project(self.place, target=self.target, environment=self.environment)
        return project.dbt(*command, vars=vars, manifest=manifest)


def end_with_parent() -> None:
    """Have this process interrupted when its parent ends, however that comes about."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def unprivileged_account() -> dict[str, Any]:
    """For subprocess: the account to run as where this is root, as whom PostgreSQL does not run."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd  # not on Windows

    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError(
        "PostgreSQL does not run as root, and there is no account postgres or nobody"
    )


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]
