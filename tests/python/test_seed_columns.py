"""Seeds load by the names of their columns, also into a table of an earlier build.

Each case changes the columns of two seeds in a copy of the project, policy and demo.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness import Project, Row, copy_project, read_csv, write_csv

# A column that the project reads, and one that it does not.
CHANGED = {
    "rfm/rfm_tier_rules": ("recency_max", "provenance_note"),
    "demo/rfm_demo_contacts": ("outcome", "channel"),
}
POLICY_SEED = "rfm/rfm_tier_rules"
FULL_REFRESH = "run once dbt seed --full-refresh --select"


def turned(row: Row) -> Row:
    """The same columns in the opposite order."""
    return {column: row[column] for column in reversed(row)}


def without(*columns: str) -> Callable[[Row], Row]:
    """A change that leaves columns out."""
    return lambda row: {column: text for column, text in row.items() if column not in columns}


def with_note(row: Row) -> Row:
    """Another column in front."""
    return {"note": "seen"} | row


def assert_seeds_load_by_name(project: Project, query: Callable[[str], list[Row]]) -> None:
    """Columns may change places; one more or less stops with a message, until a full refresh."""
    seeds = project.folder / "seeds"
    shipped = {seed: read_csv(seeds / f"{seed}.csv") for seed in CHANGED}
    names = [Path(seed).name for seed in CHANGED]

    def load(change: Callable[[Row], Row], *options: str) -> str:
        for seed, rows in shipped.items():
            write_csv(seeds / f"{seed}.csv", [change(row) for row in rows])
        return project.dbt("seed", "--select", *names, *options).errors

    def loaded(seed: str) -> list[Row]:
        return sorted(query(f"select * from {Path(seed).name}"), key=str)

    def expected(seed: str, change: Callable[[Row], Row]) -> list[Row]:
        columns = list(loaded(seed)[0])
        rows = [change(row) for row in shipped[seed]]
        return sorted(({column: row[column] for column in columns} for row in rows), key=str)

    assert load(dict) == ""
    for change in (turned, dict):
        assert load(change) == ""
        for seed in CHANGED:
            assert loaded(seed) == expected(seed, dict)

    unread = without(*(column for _, column in CHANGED.values()))
    for change, told in ((with_note, "lacks note"), (unread, "has ")):
        errors = load(change)
        for seed, (_, column) in CHANGED.items():
            name = Path(seed).name
            assert f"seed {name} " in errors
            assert f"{told}{column if change is unread else ''}" in errors
            assert f"{FULL_REFRESH} {name}" in errors
            assert loaded(seed) == expected(seed, dict)
        assert load(change, "--full-refresh") == ""
        for seed in CHANGED:
            assert loaded(seed) == expected(seed, change)
            assert set(loaded(seed)[0]) == set(change(shipped[seed][0]))
        assert load(dict, "--full-refresh") == ""

    # What the models read has to be there, whatever is refreshed.
    read, _ = CHANGED[POLICY_SEED]
    for options in ([], ["--full-refresh"]):
        errors = load(without(read), *options)
        assert f"the file lacks the column(s) {read}; write all of scheme, priority" in errors


def test_seeds_load_by_name(tmp_path: Path) -> None:
    """On DuckDB, where dbt's own loader goes by positions."""
    folder = copy_project(tmp_path / "project")
    project = Project(tmp_path, folder=folder, profiles=folder / "profiles_example")
    assert_seeds_load_by_name(project, project.query)


def test_columns_that_change_places_change_no_grade(tmp_path: Path) -> None:
    """The models read what the file says, in a database that a build had made before."""
    folder = copy_project(tmp_path / "project")
    project = Project(tmp_path, folder=folder, profiles=folder / "profiles_example")
    file = folder / "seeds" / f"{POLICY_SEED}.csv"
    models = ["--select", "+int_rfm__tier_rule_cells"]
    project.build(*models)
    before = project.table("int_rfm__tier_rule_cells")
    write_csv(file, [turned(row) for row in read_csv(file)])
    project.build(*models)
    assert sorted(map(str, before)) == sorted(map(str, project.table("int_rfm__tier_rule_cells")))
