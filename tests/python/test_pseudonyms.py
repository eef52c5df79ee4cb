"""With rfm_pseudonymise no raw customer id and no salt stays behind: in no table, file or log.

The inputs and the salt lie outside the project's place; what is searched is all that a build makes.
Order ids are not pseudonyms, and are not searched for.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from harness import PUBLIC_TABLES, Project, Row, assert_same, write_csv
from oracle import strip_text
from test_demo import INPUTS, demo_by_oracle, file_vars

SALT = "a salt that must stand in no file: 5f3c"
RAW = "RAWID-"
# Of three months back the outcome is known.
PERIODS = 4


def pseudonym(customer_id: str | None) -> str | None:
    """What a customer_id becomes: SHA-256 of salt, colon and the stripped id."""
    stripped = strip_text(customer_id)
    return stripped and hashlib.sha256(f"{SALT}:{stripped}".encode()).hexdigest()


class Inputs:
    """The demo in files of a folder, with ids that cannot be taken for anything else."""

    def __init__(self, folder: Path) -> None:
        """Write the files, of every third customer."""
        self.folder = folder
        ids = set(sorted({row["customer_id"] or "" for row in INPUTS["orders"]})[::3])
        self.tables = {
            name: [dict(row) for row in rows if (row["customer_id"] or "") in ids]
            for name, rows in INPUTS.items()
        }
        # No scheme asks for this measure, but it is read.
        self.tables["measures"] = [
            {"customer_id": row["customer_id"], "measure": "margin", "value": str(number)}
            for number, row in enumerate(self.tables["customers"])
        ]
        self.vars = file_vars(folder, PERIODS)
        self.vars["rfm_measures_path"] = str(folder / "measures.csv")
        stripped = {strip_text(row["customer_id"]) for rows in self.tables.values() for row in rows}
        numbers = {customer: number for number, customer in enumerate(sorted(stripped - {None}))}
        for name, rows in self.tables.items():
            for row in rows:
                if customer := strip_text(row["customer_id"]):
                    # What stands around an id in the demo stays.
                    raw = f"{RAW}{numbers[customer]:06}"
                    row["customer_id"] = row["customer_id"].replace(customer, raw)
            write_csv(folder / f"{name}.csv", rows)
        self.twice = self.tables["customers"][7]
        write_csv(folder / "twice.csv", [*self.tables["customers"], self.twice])
        write_csv(folder / "salt.csv", [{"salt": SALT}])
        write_csv(folder / "two_salts.csv", [{"salt": SALT}] * 2)
        (folder / "no_first_line.csv").write_text(f"{SALT}\n", encoding="utf-8")

    def salt_vars(self, file: str = "salt.csv") -> Row:
        """Vars that make pseudonyms."""
        path = str(self.folder / file).replace("'", "''")
        call = f"read_csv('{path}', header = true, all_varchar = true)"
        return {"rfm_pseudonymise": True, "rfm_salt_table": call}

    def pseudonyms(self) -> dict[str, list[Row]]:
        """The inputs with pseudonyms for ids."""
        return {
            name: [row | {"customer_id": pseudonym(row["customer_id"])} for row in rows]
            for name, rows in self.tables.items()
        }


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """The files, beside the projects."""
    return Inputs(tmp_path_factory.mktemp("outside"))


@pytest.fixture(scope="module")
def secret(inputs: Inputs, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """All of the project built with pseudonyms."""
    place = tmp_path_factory.mktemp("secret")
    project = Project(place, vars=inputs.vars | inputs.salt_vars(), writes_json=True)
    # Parsed here, and not elsewhere, for all that parsing leaves behind is searched, too.
    project.parse(is_shared=False).build()
    return project


def find_in_database(project: Project, text: str) -> set[str]:
    """The columns of tables and views, of any schema, in which a text stands."""
    columns = project.query(
        "select table_schema, table_name, column_name from information_schema.columns"
    )
    found = set()
    with project.connect() as connection:
        for row in columns:
            relation = f'"{row["table_schema"]}"."{row["table_name"]}"'
            column = f'cast("{row["column_name"]}" as varchar)'
            select = f"select 1 from {relation} where contains({column}, ?) limit 1"
            if connection.execute(select, [text]).fetchone():
                found.add(f"{row['table_name']}.{row['column_name']}")
    return found


def find_in_files(project: Project, text: str) -> set[str]:
    """The files under the project's place in whose bytes a text stands."""
    files = {path for path in project.place.rglob("*") if path.is_file()}
    written = (Path("logs", "dbt.log"), Path("target", "manifest.json"))
    assert {project.database, *(project.place / path for path in written)} <= files
    return {
        str(path.relative_to(project.place)) for path in files if text.encode() in path.read_bytes()
    }


@pytest.mark.parametrize("text", [RAW, SALT], ids=["ids", "salt"])
def test_nothing_stays_behind(text: str, secret: Project) -> None:
    """No raw id and no salt in any table, view or file of a build."""
    assert find_in_database(secret, text) == set()
    assert find_in_files(secret, text) == set()


def test_grades_are_those_of_the_pseudonyms(secret: Project, inputs: Inputs) -> None:
    """All customers, with their contacts, are as if their pseudonyms were their ids."""
    assert_same(secret.tables(), demo_by_oracle(inputs.pseudonyms(), PERIODS))


def test_every_customer_id_is_a_pseudonym(secret: Project, inputs: Inputs) -> None:
    """Every column of them, in every table and view, has pseudonyms of the inputs alone."""
    known = {row["customer_id"] for rows in inputs.pseudonyms().values() for row in rows}
    columns = secret.query(
        "select table_name as relation, column_name as name from information_schema.columns"
        " where column_name like 'customer_id%'"
    )
    filled = 0
    for column in columns:
        select = f'select distinct "{column["name"]}" as id from "{column["relation"]}"'
        ids = {row["id"] for row in secret.query(select)}
        assert ids - {None} <= known, column
        filled += len(ids) > 1
    assert filled > len(PUBLIC_TABLES) / 2


# Vars of builds that fail, the models that they need, and what the error says.
FAILURES = {
    "a customer on two rows": (
        lambda inputs: {"rfm_customers_path": str(inputs.folder / "twice.csv")},
        ("+rfm_customer_tiers", "--fail-fast"),
        lambda inputs: f'"{pseudonym(inputs.twice["customer_id"])}" stands on 2 rows',
    ),
    "a wrong policy": (
        lambda inputs: {"rfm_enabled_schemes": ["nowhere"]},
        ("+rfm_customer_tiers", "--fail-fast"),
        lambda inputs: 'found "nowhere"',
    ),
    "two salts": (
        lambda inputs: inputs.salt_vars("two_salts.csv"),
        ("stg_rfm__orders", "stg_rfm__customers"),
        lambda inputs: "the table has 2 rows",
    ),
    # The names of its columns are then what stands in it.
    "a file of the salt without the column's name": (
        lambda inputs: inputs.salt_vars("no_first_line.csv"),
        ("stg_rfm__input_check", "stg_rfm__customers"),
        lambda inputs: "has other columns",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_nothing_stays_behind_of_a_failure(name: str, secret: Project, inputs: Inputs) -> None:
    """No raw id and no salt in the logs, results and database of a build that fails."""
    vars, models, message = FAILURES[name]
    outcome = secret.dbt("run", "-s", *models, vars=vars(inputs))
    assert outcome.lacks(message(inputs)) == [], outcome.errors
    assert RAW not in outcome.errors
    for text in (RAW, SALT):
        assert find_in_files(secret, text) == set()


def test_search_finds_what_is_there(secret: Project, inputs: Inputs, tmp_path: Path) -> None:
    """It works: without rfm_pseudonymise it finds ids, and those of an error in log and results.

    And a salt that is typed into a var stands in the compiled SQL.
    """
    plain = Project(tmp_path, vars=inputs.vars, writes_json=True).parse()
    vars = {"rfm_customers_path": str(inputs.folder / "twice.csv")}
    plain.succeed("seed")
    outcome = plain.dbt("run", "--select", "+rfm_customer_tiers", "stg_rfm__measures", vars=vars)
    assert outcome.lacks("stands on 2 rows") == [], outcome.errors
    assert {
        *("stg_rfm__order_rows.customer_id", "stg_rfm__orders.customer_id_as_read"),
        *("stg_rfm__customers.customer_id", "stg_rfm__measures.customer_id"),
    } <= find_in_database(plain, RAW)
    files = {"rfm.duckdb", str(Path("logs", "dbt.log")), str(Path("target", "run_results.json"))}
    assert files <= find_in_files(plain, RAW)

    typed = {"rfm_salt_table": f"(select '{SALT}' as salt)"}
    project = Project(tmp_path, vars=secret.vars | typed, manifest=secret.manifest)
    project.succeed("compile", "-s", "stg_rfm__customers")
    found = find_in_files(project, SALT)
    assert [path for path in found if path.endswith("stg_rfm__customers.sql")]
