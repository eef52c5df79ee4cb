"""Hand-computed cases of the project: a few input rows, and what must come of them.

They are the YAML files of tests/cases/by_hand, whose README says how a case is written. Each is run
on the project's own SQL; the oracle must give the same tables, from the order lines in another
order.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest
import yaml

from harness import PUBLIC_TABLES, ROOT, SEEDS, Row, assert_same
from oracle import POLICY_SEEDS, WHOLE_SEEDS, Policy
from oracle_actions import public_tables
from replay import COLUMNS, Replay, oracle_options, parsed_project

FOLDER = ROOT / "tests" / "cases" / "by_hand"
BASE = yaml.safe_load((FOLDER / "base.yml").read_text(encoding="utf-8"))
CASES = {
    f"{file.parent.name}/{file.stem}: {case['name']}": {"vars": "june"} | case
    for file in sorted(FOLDER.glob("*/*.yml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
}
KEYS = {
    "name",
    "about",
    "vars",
    "policy",
    "orders",
    "customers",
    "contacts",
    "measures",
    "expect",
    "error",
}
# Seeds of which a case replaces some rows of the minimal policy: those with the same cell here.
GROUPS = {"rfm_behaviour_bands": ["kind"], "rfm_alert_limits": ["alert", "limit_name"]}


def is_in_filter(line: Row) -> bool:
    """The filter of the vars `filtered` for the oracle."""
    standardised = {
        "category": "智能手机",
        "region": "未知",
        "channel": None,
        "amount": Decimal("2.5"),
        "list_amount": 3,
        "quantity": 1,
        "ordered_at": datetime(2024, 1, 1, 10, 30),
    }
    return line["channel"] == "app" or standardised.items() <= line.items()


def cells(line: str) -> list[str | None]:
    """The cells of a line of a table."""
    texts = (text.strip() for text in line.split("|"))
    return [json.loads(text) if text.startswith('"') else text or None for text in texts]


def read_table(text: str | None) -> list[Row]:
    """The rows of a table whose first line names the columns."""
    header, *lines = map(cells, (text or "").splitlines() or [""])
    return [dict(zip(header, line, strict=True)) for line in lines]


def repeated(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows of an input, each as often as its `customers` and `times` say."""
    for row in rows:
        first, _, last = (row.pop("customers", None) or "").rpartition("-")
        times = int(row.pop("times", None) or 1)
        for number in range(int(first or 1), int(last or 1) + 1):
            numbered = {
                name: cell and cell.replace("{}", str(number)) for name, cell in row.items()
            }
            for _ in range(times):
                yield dict(numbered)


def read_input(case: Row, name: str) -> list[Row]:
    """The rows of an input."""
    table = f"{name}_input"
    return [
        dict.fromkeys(COLUMNS[table])
        | {column: text.format(number) for column, text in BASE["inputs"][table].items()}
        | row
        for number, row in enumerate(repeated(read_table(case.get(name))), start=1)
    ]


@cache
def shipped() -> Policy:
    """The shipped policy."""
    return Policy.from_folder(SEEDS)


def read_policy(given: Mapping[str, str]) -> Policy:
    """The rows of a case, and those of the shipped policy or of the minimal one."""
    rows = {seed: read_table(text) for seed, text in given.items() if seed != "base"}
    if given.get("base") == "shipped":
        return shipped().with_rows(rows)
    rows = {
        seed: [{"scheme": "trial"} | row if "scheme" in COLUMNS[seed] else row for row in more]
        for seed, more in rows.items()
    }

    def fill(seed: str, defaults: Iterable[Row], *key: str) -> None:
        """Add the rows whose cells of the key no row of the case has."""
        named = {tuple(row[column] for column in key) for row in rows.get(seed, ())}
        more = [row for row in defaults if tuple(row[column] for column in key) not in named]
        rows[seed] = rows.get(seed, []) + more

    schemes = {row["scheme"] for more in rows.values() for row in more if "scheme" in row}
    measured = {row["scheme"] for row in rows.get("rfm_scheme_metrics", ())}
    for seed, text in BASE["minimal"].items():
        lacking = (schemes or {"trial"}) - (measured if seed == "rfm_score_bins" else set())
        defaults = (row | {"scheme": scheme} for scheme in lacking for row in read_table(text))
        fill(seed, defaults, "scheme")
    tiers = [{"scheme": row["scheme"], "tier": row["tier"]} for row in rows["rfm_tiers"]]
    fill("rfm_follow_up_cadences", tiers, "scheme", "tier")
    for seed in WHOLE_SEEDS:
        fill(seed, shipped().tables[seed], *GROUPS.get(seed, ()))
    return Policy(
        {
            seed: tuple(
                dict.fromkeys(COLUMNS[seed]) | BASE["cells"].get(seed, {}) | row
                for row in rows.get(seed, ())
            )
            for seed in POLICY_SEEDS
        }
    )


def text_of(value: Any) -> str | None:
    """A value of a table as a case writes it: no zeros behind, no time at midnight."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
    if isinstance(value, datetime) and value.time() == time.min:
        return str(value.date())
    return None if value is None else str(value)


def unmet(table: str, found: Sequence[Row], text: str) -> list[str]:
    """What a table lacks of what a case expects, or has beyond it."""
    header, *lines = text.splitlines()
    named = [column.partition(" = ") for column in map(str.strip, header.split("|"))]
    chosen = {column: value for column, sign, value in named if sign}
    columns = [column for column, *_ in named]
    rows = Counter(
        tuple(text_of(row[column]) for column in columns)
        for row in found
        if all((text_of(row[column]) or "null") == value for column, value in chosen.items())
    )
    others = re.fullmatch(r"\.\.\. *(?:(\d+) in all)?", lines[-1].strip()) if lines else None
    expected = Counter(map(tuple, map(cells, lines[:-1] if others else lines)))
    problems = [f"{table} lacks {dict(zip(columns, row, strict=True))}" for row in expected - rows]
    if problems or not others:
        problems += [f"{table} has {row} as well" for row in rows - expected]
    if others and others[1] and rows.total() != int(others[1]):
        problems.append(f"{table} has {rows.total()} rows, and not {others[1]}")
    return problems


@pytest.fixture(scope="module")
def replay_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Replay]:
    """The models compiled for the vars of a name, once."""
    project = cache(
        lambda has_measures: parsed_project(tmp_path_factory.mktemp("cases"), has_measures)
    )
    return cache(
        lambda name: Replay(project("measures" in name), PUBLIC_TABLES, BASE["vars"][name])
    )


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, replay_of: Callable[[str], Replay]) -> None:
    """The tables hold what the case expects and what the oracle says; or both refuse the input."""
    case = CASES[name]
    assert set(case) <= KEYS
    replay, options = replay_of(case["vars"]), oracle_options(BASE["vars"][case["vars"]])
    policy = read_policy(case.get("policy") or {})
    inputs = {
        name: read_input(case, name) for name in ("orders", "customers", "contacts", "measures")
    }
    rows = policy.tables | {f"{name}_input": own for name, own in inputs.items()}
    lines = inputs.pop("orders")[::-1]
    filters = {"trial": is_in_filter} if case["vars"] == "filtered" else {}
    options |= inputs | {"filters": filters}
    if error := case.get("error"):
        with pytest.raises(duckdb.Error, match=error):
            replay.tables(rows, PUBLIC_TABLES)
        with pytest.raises(ValueError, match=error):
            public_tables(lines, policy, **options)
        return
    found = replay.tables(rows, list(case["expect"]))
    problems = [
        problem
        for table, texts in case["expect"].items()
        for text in ([texts] if isinstance(texts, str) else texts)
        for problem in unmet(table, found[table], text)
    ]
    assert not problems, "\n" + "\n".join(problems)
    assert_same(found, public_tables(lines, policy, **options), case["expect"])
