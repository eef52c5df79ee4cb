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


Change = Callable[[Row], Row]


def turned(row: Row) -> Row:
    """The same columns in the opposite order."""
    return {column: row[column] for column in reversed(row)}


def with_note(row: Row) -> Row:
    """Another column in front."""
    return {"note": "seen"} | row


def without(*columns: str) -> Change:
    """A change that leaves columns out."""
    return lambda row: {column: text for column, text in row.items() if column not in columns}


def assert_seeds_load_by_name(project: Project, query: Callable[[str], list[Row]]) -> None:
    """Columns may change places; one more or less stops with a message, until a full refresh."""
    seeds = project.folder / "seeds"
    shipped = {seed: read_csv(seeds / f"{seed}.csv") for seed in CHANGED}
    names = [Path(seed).name for seed in CHANGED]
    if project.manifest is None:
        project.parse()

    def load(change: Change, *options: str) -> str:
        for seed, rows in shipped.items():
            write_csv(seeds / f"{seed}.csv", [change(row) for row in rows])
        return project.dbt("seed", "--select", *names, *options).errors

    def assert_loaded(change: Change) -> None:
        for seed, rows in shipped.items():
            found = query(f"select * from {Path(seed).name}")
            assert set(found[0]) == set(change(rows[0]))
            expected = [{column: change(row)[column] for column in found[0]} for row in rows]
            assert sorted(map(str, found)) == sorted(map(str, expected))

    for change in (dict, turned, dict):
        assert load(change) == ""
        assert_loaded(dict)

    unread = without(*(column for _, column in CHANGED.values()))
    for change, told in ((with_note, "lacks note"), (unread, "has ")):
        errors = load(change)
        for seed, (_, column) in CHANGED.items():
            name = Path(seed).name
            assert f"seed {name} " in errors
            assert f"{told}{column if change is unread else ''}" in errors
            assert f"{FULL_REFRESH} {name}" in errors
        assert_loaded(dict)
        assert load(change, "--full-refresh") == ""
        assert_loaded(change)
        assert load(dict, "--full-refresh") == ""

    # What the models read has to be there, whatever is refreshed.
    read, _ = CHANGED[POLICY_SEED]
    for options in ([], ["--full-refresh"]):
        errors = load(without(read), *options)
        assert f"the file lacks the column(s) {read}; write all of scheme, priority" in errors


def test_seeds_load_by_name(tmp_path: Path) -> None:
    """On DuckDB, where dbt's own loader goes by positions, and the models read what the file says.

    They do in a database that a build had made before, too.
    """
    folder = copy_project(tmp_path / "project")
    project = Project(tmp_path, folder=folder, profiles=folder / "profiles_example")
    file = folder / "seeds" / f"{POLICY_SEED}.csv"
    shipped = read_csv(file)
    assert_seeds_load_by_name(project, project.query)

    staged = []
    for change, options in ((dict, ["--full-refresh"]), (turned, [])):
        write_csv(file, [change(row) for row in shipped])
        project.build(*options, "--select", "+stg_rfm__policy")
        staged.append(sorted(map(str, project.table("stg_rfm__policy"))))
    assert staged[0] == staged[1] != []
