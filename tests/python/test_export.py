"""rfm_export: the public tables of one build as Parquet files, and a pointer to the last set."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import duckdb
import pytest

from harness import PUBLIC_TABLES, Outcome, Project, Row, fetch, rows_apart

STAMP = "dbt_rfm: built by invocation {}, begun {} UTC"


@pytest.fixture
def built(demo: Project, tmp_path: Path) -> Project:
    """The demo's tables in a file that a test may change."""
    project = Project(tmp_path / "built")
    project.place.mkdir()
    shutil.copy(demo.database, project.database)
    return project.parse()


def export(project: Project, folder: Path | str, **arguments: object) -> Outcome:
    """Run the operation."""
    given = {"folder": str(folder), **arguments}
    return project.dbt("run-operation", "rfm_export", "--args", json.dumps(given))


def latest(folder: Path) -> Row:
    """What the pointer says."""
    return json.loads((folder / "latest.json").read_text("utf-8"))


def files(folder: Path, manifest: Row) -> dict[str, str]:
    """The files of a set as SQL reads them, by table."""
    return {
        each["table"]: "'{}'".format(
            str(folder / manifest["folder"] / each["file"]).replace("'", "''")
        )
        for each in manifest["tables"]
    }


def counts(folder: Path, manifest: Row) -> dict[str, int]:
    """How many rows are in each table of a set, all of them read."""
    with duckdb.connect() as connection:
        return {
            table: fetch(connection, f"select count(hash(it)) as n from {file} as it")[0]["n"]
            for table, file in files(folder, manifest).items()
        }


def stamps(project: Project) -> set[str]:
    """The comments of all public tables."""
    query = "select comment from duckdb_tables() where comment is not null"
    return {row["comment"] for row in project.query(query)}


def test_files_hold_the_tables(built: Project, tmp_path: Path) -> None:
    """Every value and type of every table, in a folder made for it whose name needs care."""
    folder = tmp_path / "no such" / "it's 客 #1"
    assert export(built, folder).success
    found = latest(folder)
    assert stamps(built) == {
        STAMP.format(found["invocation_id"], found["build_began_at"].removesuffix(" UTC"))
    }
    assert found["invocation_id"] in found["folder"]
    tables = files(folder, found)
    assert set(tables) == {*PUBLIC_TABLES, "rfm_policy_problems"}
    written = {each["table"]: each["rows"] for each in found["tables"]}
    assert written == counts(folder, found)
    assert sum(written.values()) > 50_000
    place = folder / found["folder"]
    assert json.loads((place / "manifest.json").read_text("utf-8")) == found
    assert len(list(place.iterdir())) == len(tables) + 1
    with built.connect() as connection:
        for name, file in tables.items():
            assert rows_apart(connection, name, f"from {file}", f"from {name}") == []
            types = "select column_name, column_type from (describe from {})"
            of_file, of_table = (fetch(connection, types.format(it)) for it in (file, name))
            assert of_file == of_table

    # Another build's set stands beside it.
    built.succeed("run", "--select", "path:models/marts")
    assert export(built, folder, tables=["rfm_scheme_runs", "rfm_alerts"]).success
    second = latest(folder)
    assert second["invocation_id"] != found["invocation_id"]
    assert [each["table"] for each in second["tables"]] == ["rfm_alerts", "rfm_scheme_runs"]
    assert counts(folder, found) == written
    assert len(list(folder.iterdir())) == 3


def test_no_set_of_two_builds(built: Project, tmp_path: Path) -> None:
    """Tables of several builds, not built or not of dbt are named, and nothing is written."""
    old = built.query("select comment from duckdb_tables() where comment is not null limit 1")
    built.succeed("run", "--select", "rfm_tier_summary")
    outcome = export(built, tmp_path / "exports")
    [new] = stamps(built) - {old[0]["comment"]}
    parts = [comment.split()[4].strip(",") for comment in (old[0]["comment"], new)]
    assert outcome.lacks(*parts, "UTC: rfm_tier_summary\n", "build all tables") == []

    for statement, said in {
        "comment on table rfm_alerts is null": "not known, before this version or not by dbt: rfm",
        "drop table rfm_alerts": "not built yet: rfm_alerts",
    }.items():
        with built.connect() as connection:
            connection.execute(statement)
        outcome = export(built, tmp_path / "exports")
        assert outcome.lacks(said) == [], outcome.errors
    assert not (tmp_path / "exports").exists()
    assert export(built, tmp_path / "exports", tables=["rfm_tier_summary"]).success


def test_wrong_arguments(built: Project, tmp_path: Path) -> None:
    """All problems in one message."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder, tables, said in (
        ("", None, "folder: found nothing"),
        (tmp_path / "file", None, "which is a file"),
        ("exports/*", None, "without * and ?"),
        ("exports", [], "write a list of public tables"),
        ("exports", "rfm_alerts", "write a list of public tables"),
        ("exports", ["rfm_alert", "int_rfm__orders"], 'found "int_rfm__orders"; write names'),
    ):
        outcome = export(built, folder, **({} if tables is None else {"tables": tables}))
        assert outcome.lacks(said, "wrote nothing") == [], outcome.errors


def test_descriptions_stay_in_comments(built: Project) -> None:
    """With persist_docs a table has its description and its build."""
    node = built.manifest.nodes["model.dbt_rfm.rfm_scheme_runs"]
    node.config.persist_docs = {"relation": True, "columns": True}
    built.succeed("run", "--select", "rfm_scheme_runs")
    [found] = built.query("select comment from duckdb_tables() where comment like '%\n%'")
    assert found["comment"].startswith(node.description)
    assert "built by invocation" in found["comment"]


def test_readers_never_see_two_sets_mixed(built: Project, tmp_path: Path) -> None:
    """Whoever follows latest.json finds all files of one build, while others are being written.

    Of two builds in turn the one has all rows and the other none.
    """
    tables = [name for name in PUBLIC_TABLES if built.query(f"select 1 from {name} limit 1")]
    folder, seen, problems = tmp_path / "exports", set(), []
    assert export(built, folder).success
    is_over = threading.Event()

    def follow() -> None:
        """Read sets until all is over."""
        while not is_over.is_set():
            found = latest(folder)
            read = counts(folder, found)
            seen.add(found["invocation_id"])
            if any(read[each["table"]] != each["rows"] for each in found["tables"]):
                problems.append(found)
            if len({read[name] > 0 for name in tables}) != 1:
                problems.append(read)

    reader = threading.Thread(target=follow)
    reader.start()
    try:
        with built.connect() as connection:
            connection.execute("create schema kept")
            for name in tables:
                connection.execute(f"create table kept.{name} as from {name}")
        for number in range(1, 5):
            stamp = STAMP.format(f"{number}-{number}", f"2030-01-0{number} 00:00:00")
            with built.connect() as connection:
                for name in (*tables, "rfm_policy_problems"):
                    connection.execute(f"delete from {name}")
                    if number % 2 == 0 and name in tables:
                        connection.execute(f"insert into {name} from kept.{name}")
                    connection.execute(f"comment on table {name} is '{stamp}'")
            assert export(built, folder).success
        built.succeed("run", "--select", "rfm_tier_summary")
    finally:
        is_over.set()
        reader.join()
    assert problems == []
    assert len(seen) > 1
