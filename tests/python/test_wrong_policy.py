"""Wrong policies: each stops the build, says where and what to write, and grades nobody.

tests/cases/policy has a file a seed. A case changes the shipped policy: in the rows of a seed that
hold the cells of `where` it writes the cells of `set`; or adds copies of them with the cells of
`copy`; or leaves them out. `says` is what rfm_policy_problems then lists, in the words of the
gate's message, and `others` the number of problems beside these. Cells are text, '' is blank.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from harness import CASES, PUBLIC_TABLES, SEEDS, Project, Row, assert_same, copy_project, write_csv
from oracle import CONTRACT_COLUMNS
from oracle import Policy as OraclePolicy
from oracle_actions import public_tables
from replay import Replay, parsed_project

Policy = dict[str, list[Row]]
SHIPPED = OraclePolicy.from_folder(SEEDS).tables


def shipped() -> Policy:
    """The shipped rows of all policy seeds."""
    return {seed: [dict(row) for row in rows] for seed, rows in SHIPPED.items()}


def change(policy: Policy, changes: Row | list[Row]) -> None:
    """Change the rows of seeds as a case says."""
    for how in changes if isinstance(changes, list) else [changes]:
        where, written = (
            {column: text or None for column, text in how.get(key, {}).items()}
            for key in ("where", "set" if "set" in how else "copy")
        )
        chosen = [row for row in policy[how["in"]] if where.items() <= row.items()]
        assert chosen, how
        if "set" in how:
            for row in chosen:
                row.update(written)
        elif "copy" in how:
            policy[how["in"]] += [row | written for row in chosen]
        else:
            assert how["leave_out"]
            policy[how["in"]] = [row for row in policy[how["in"]] if row not in chosen]


class Fault:
    """A case, and the seed and scheme in which its first problem is found."""

    def __init__(self, case: Row) -> None:
        """Take over what the file says."""
        self.name, self.changes, self.says = case["name"], case["change"], case["says"]
        self.others = int(case.get("others", 0))
        self.seed, self.scheme = self.says[0].split(": ")[0].split(" / ")

    def change(self, policy: Policy) -> None:
        """Make a policy wrong."""
        change(policy, self.changes)


FAULTS = [
    Fault(case)
    for file in sorted((CASES / "policy").glob("rfm_*.yml"))
    for case in yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """All models; only those run that a test needs."""
    project = parsed_project(tmp_path_factory.mktemp("wrong_policy"))
    return Replay(project, ["rfm_policy_problems", *PUBLIC_TABLES])


def problems(scored: Replay, policy: Policy) -> list[str]:
    """What rfm_policy_problems lists for these seeds."""
    return [
        "{seed} / {scheme}: {problem}: found {found}; write {allowed}".format(**row)
        for row in scored.tables(policy, ["rfm_policy_problems"])["rfm_policy_problems"]
    ]


def test_shipped_policy_has_no_problem(scored: Replay) -> None:
    """What is shipped passes its own check."""
    assert problems(scored, shipped()) == []


def copy_of(fault: Fault) -> Policy | None:
    """The scheme of a fault alone, made wrong; None where the fault is not one scheme's own."""

    def part(policy: Policy, is_own: bool) -> Policy:
        return {
            seed: [row for row in rows if (row.get("scheme") == fault.scheme) == is_own]
            for seed, rows in policy.items()
        }

    before, after = shipped(), shipped()
    fault.change(after)
    is_own = part(before, True)["rfm_schemes"] and part(before, False) == part(after, False)
    is_told = all(f" / {fault.scheme}: " in text for text in fault.says)
    return part(after, True) if is_own and is_told else None


@pytest.fixture(scope="module")
def found(scored: Replay) -> dict[str, list[str]]:
    """What is found of each fault.

    Faults of one scheme are looked at ten at a time, each in a copy of it without other schemes.
    """
    copies = {fault.name: copy for fault in FAULTS if (copy := copy_of(fault)) is not None}
    found = {}
    for fault in FAULTS:
        if fault.name not in copies:
            policy = shipped()
            fault.change(policy)
            found[fault.name] = problems(scored, policy)
    packed = [fault for fault in FAULTS if fault.name in copies]
    for begin in range(0, len(packed), 10):
        batch = {f"copy {number}": it for number, it in enumerate(packed[begin : begin + 10])}
        policy = shipped()
        for seed in policy:
            if "scheme" in policy[seed][0]:
                rows = ((name, row) for name, it in batch.items() for row in copies[it.name][seed])
                policy[seed] = [row | {"scheme": name} for name, row in rows]
        listed = problems(scored, policy)
        for name, fault in batch.items():
            own = [text for text in listed if f" / {name}: " in text]
            found[fault.name] = [text.replace(name, fault.scheme) for text in own]
        assert len(listed) == sum(len(found[fault.name]) for fault in batch.values())
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_named(found: dict[str, list[str]], fault: Fault) -> None:
    """A single fault gives the problems of its case and as many others as it says."""
    own = found[fault.name]
    assert [text for text in fault.says if text not in own] == [], own
    assert len(own) == len(fault.says) + fault.others, own


def test_faults_are_found_together(scored: Replay) -> None:
    """One fault does not hide another: not in its row, nor in its seed, nor in another seed."""
    together = {
        *("schemes population", "strategies target_change high", "bands overlap", "bins gap"),
        *("limits max_days_ahead value -1", "metrics weight high", "metrics direction down"),
        *("tiers hole", "rules priority", "cadences every_n 0", "identity weight much"),
        *("alias without category", "tier without cadence"),
    }
    chosen = [fault for fault in FAULTS if fault.name in together]
    assert len(chosen) == len(together)
    policy = shipped()
    for fault in chosen:
        fault.change(policy)
    found = problems(scored, policy)
    assert [text for fault in chosen for text in fault.says if text not in found] == [], found


@pytest.mark.parametrize("baseline", ["recency", "quantity"])
def test_min_max_score_that_does_not_fit_is_named(baseline: str, scored: Replay) -> None:
    """Two customers whose values are close are far from the baseline of another metric."""
    policy = shipped()
    where = {"scheme": "leather_market", "metric": "quantity"}
    here = {"in": "rfm_scheme_metrics", "where": where}
    change(policy, here | {"set": {"baseline_metric": baseline}})
    policy["orders_input"] = [
        {"order_id": customer, "customer_id": customer, "ordered_at": "2024-12-31"}
        | {"amount": "1", "quantity": quantity}
        for customer, quantity in (("a", "2000001"), ("b", "2000000"))
    ]
    if baseline == "recency":
        message = (
            "leather_market / quantity: found values from 2000000 to 2000001, measured from 0"
            " of baseline_metric recency; write a blank baseline_metric"
        )
        with pytest.raises(duckdb.Error, match=re.escape(message)):
            scored.tables(policy, ["rfm_score_components"])
    else:
        rows = scored.tables(policy, ["rfm_score_components"])["rfm_score_components"]
        scores = {row["customer_id"]: row["score"] for row in rows if where.items() <= row.items()}
        assert scores == {"a": 1, "b": 0}


def test_largest_numbers_fit(scored: Replay) -> None:
    """A policy of the largest numbers that the check lets through is graded as by the oracle."""
    policy = shipped()
    change(policy, yaml.load((CASES / "policy" / "largest.yml").read_text(), yaml.BaseLoader))
    lines = [
        dict.fromkeys(CONTRACT_COLUMNS)
        | {"order_id": str(number), "customer_id": f"c{number % 7}", "amount": str(number**3 + 1)}
        | {"ordered_at": f"202{number % 5}-12-{number % 28 + 1:02}", "quantity": str(number + 1)}
        for number in range(40)
    ]
    expected = public_tables(
        lines, OraclePolicy(policy), customers=[], contacts=[], latest_order_date=date(2026, 1, 1)
    )
    assert_same(scored.tables(policy | {"orders_input": lines}, PUBLIC_TABLES), expected)


def test_every_row_says_where_it_comes_from() -> None:
    """Each row is published, interpreted or convention; an interpreted one names the cell."""
    policy = shipped()
    del policy["rfm_category_aliases"]
    for seed, rows in policy.items():
        cells = {*rows[0], "bounds", "the whole rule", "the whole tier"}
        for row in rows:
            assert row["provenance"] in {"published", "interpreted", "convention"}, (seed, row)
            if row["provenance"] == "interpreted":
                note = row["provenance_note"] or ""
                assert cells & set(re.split(", | and ", note.split(":")[0])), (seed, row)


def test_gate_stops_build_and_run_and_keeps_the_last_tables(demo: Project, tmp_path: Path) -> None:
    """Two faults in two schemes: one message, nothing graded; an earlier build's tables stay."""
    folder = copy_project(tmp_path / "project")
    project = Project(tmp_path, folder=folder, profiles=folder / "profiles_example").parse()
    policy = shipped()
    chosen = [f for f in FAULTS if f.name in {"metrics weight high", "tier without cadence"}]
    says = [text for fault in chosen for text in fault.says]
    for fault in chosen:
        fault.change(policy)
    for seed in ("rfm_scheme_metrics", "rfm_follow_up_cadences"):
        write_csv(folder / "seeds" / "rfm" / f"{seed}.csv", policy[seed])

    def graded(of: Project) -> list[str]:
        return sorted(map(str, of.table("rfm_customer_tiers")))

    first = project.dbt("build", "--exclude-resource-type", "unit_test")
    assert first.lacks(f"{len(says)} problem(s)", *says) == [], first.errors
    assert not {"rfm_customer_tiers", "rfm_score_components"} & project.relations()
    assert len(project.table("rfm_policy_problems")) == len(says) > 1

    project.database.write_bytes(demo.database.read_bytes())
    project.succeed("seed")
    again = project.dbt("run")
    assert again.lacks(*says) == [], again.errors
    assert graded(project) == graded(demo) != []
