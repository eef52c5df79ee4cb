"""README.md and docs: figures in prose, and output without a query, are what comes out.

A comment in front of a paragraph, list, table or fenced block says where its figures come from;
CONTRIBUTING.md has the forms. tests/cases/docs/figures.yml has the figures that are no output.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harness import (
    ONLINE_RETAIL,
    ROOT,
    SEEDS,
    Project,
    copy_project,
    read_cases,
    read_csv,
    write_csv,
)
from test_readme import PAGES, shown

# Comments, and what they are about: a fenced block, or lines up to a blank one.
PART = re.compile(r"((?:^<!--(?s:.*?)-->\n)*)(^( *)```(?s:.*?)^\3```|(?:^.+\n?)+)", re.M)
COMMENT = re.compile(r"<!-- (query|prints)(?: on (\w+)| (among others))?: (.*?) -->", re.DOTALL)
# A date or a number, but neither part of a name nor the number of a decision, such as 0001.
NUMBER = re.compile(
    r"(?<![\w.])(?<!\w-)(?:\d{4}-\d\d-\d\d|(?!0\d{3})\d+(?:,\d{3})*(?:\.\d+)*%?)(?!\w)"
)
# Outputs of which other tests read the page.
TESTED = {"sql", "python"}
WORDS = {
    1: "one",
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
    12: "twelve",
    16: "sixteen",
}
NO_OUTPUT = read_cases("docs/figures")


def is_figure(number: str, digits: int) -> bool:
    """Whether a number looks like output: so many digits, a decimal, a share or a date."""
    return len(number) >= digits or not number.isdigit()


def is_shown_as(value: Any, number: str) -> bool:
    """Whether a page may write this number for a value: exactly, or as rounded percent."""
    try:
        exact, written = Decimal(shown(value)), Decimal(re.sub("[,%]", "", number))
    except InvalidOperation:
        return number in NUMBER.findall(shown(value))
    if not number.endswith("%"):
        return exact == written
    return (exact * 100).quantize(written, ROUND_HALF_UP) == written


def is_in(value: Any, text: str) -> bool:
    """Whether a text says a value, as a number, as a word for it, or word for word."""
    if value is None:
        return False
    if NUMBER.fullmatch(shown(value)):
        words = re.findall(r"\w+", text.lower())
        numbers = NUMBER.findall(text)
        return any(is_shown_as(value, each) for each in numbers) or WORDS.get(value) in words
    return shown(value) in text


@pytest.fixture(scope="module")
def own_scheme(demo: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The demo, graded by the scheme whose CSVs README.md shows."""
    place = tmp_path_factory.mktemp("own_scheme")
    folder = copy_project(place / "project")
    add_rows(folder, own_rows())
    vars = {"rfm_enabled_schemes": ["corner_shop"], "rfm_history_periods": 1}
    project = Project(place, folder=folder, profiles=folder / "profiles_example", vars=vars)
    project.database.write_bytes(demo.database.read_bytes())
    project.parse().succeed("seed", "--select", *own_rows())
    project.succeed("run", "--select", "stg_rfm__policy+,+rfm_tier_summary")
    return project


def own_rows() -> dict[str, str]:
    """The CSVs in README.md, by the shipped seed to which each adds."""
    [block] = re.findall(r"```csv\n(# my_.*?)```", PAGES["README.md"], re.DOTALL)
    files = re.findall(r"# my_(\w+)\.csv\n(.*?)(?=# |\Z)", block, re.DOTALL)
    return {f"rfm_{name}": rows for name, rows in files}


def add_rows(folder: Path, own: dict[str, str]) -> None:
    """Write the seeds of a copy of the project: the shipped rows, then these."""
    for seed, rows in own.items():
        path = folder / "seeds" / "rfm" / f"{seed}.csv"
        path.write_text(rows, encoding="utf-8")
        shipped = read_csv(SEEDS / f"{seed}.csv")
        write_csv(path, [*shipped, *read_csv(path)], shipped[0])


def printed(script: str, demo: Project) -> str:
    """What a script of the project prints where the demo's file is."""
    environment = {key: text for key, text in os.environ.items() if key != "RFM_DUCKDB_PATH"}
    command = [sys.executable, str(ROOT / script)]
    return subprocess.run(
        command, cwd=demo.place, env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("page", PAGES)
def test_figures(
    page: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the queries give is said, and nothing that looks like output is without a source."""
    left_out = NO_OUTPUT.get(page, [])
    if isinstance(left_out, str):
        return
    monkeypatch.chdir(ROOT)
    no_output = [str(each) for case in left_out for each in case["figures"]]
    wrong, before = [], ""
    for comments, text, _ in PART.findall(PAGES[page]):
        language = re.match(r" *```(\w*)", text)
        said = " ".join(text.split())
        values, is_sourced, is_skipped = [], False, False
        for kind, place, others, source in COMMENT.findall(comments):
            is_sourced = True
            if kind == "prints":
                output = printed(source, request.getfixturevalue("demo"))
                block = text.split("\n", 1)[1].removesuffix("```")
                pieces = block.split("\n\n") if others else [block]
                wrong += [piece for piece in pieces if piece.strip() not in output]
            elif place == "online_retail" and not ONLINE_RETAIL.is_file():
                is_skipped = True
            else:
                project = request.getfixturevalue(place or "demo")
                rows = project.query(source)
                assert rows, source
                values += [value for row in rows for value in row.values()]
        wrong += [
            f"{shown(value)} is not in: {said[:200]}" for value in values if not is_in(value, said)
        ]
        if language:
            is_output = language[1] == "text" and before not in TESTED
            unsaid = [text.splitlines()[1].strip()] if is_output and not is_sourced else []
        else:
            prose = re.sub(r"`[^`]*`|\]\([^)]*\)", " ", text)
            unsaid = [
                number
                for number in NUMBER.findall(prose)
                if is_figure(number, digits=2 if values else 3)
                and not any(is_shown_as(value, number) for value in values)
            ]
        for each in unsaid if not is_skipped else ():
            if each in no_output:
                no_output.remove(each)
            else:
                wrong.append(f"{each} has no source in: {said[:200]}")
        before = language[1] if language else ""
    wrong += [f"{each} of docs/figures.yml is not there" for each in no_output]
    assert not wrong, "\n".join(wrong)


def test_message_of_a_wrong_policy(own_scheme: Project, tmp_path: Path) -> None:
    """docs/concepts/policy.md: a gap between two bins, and a period that is none."""
    [message] = re.findall(
        r"```text\n(rfm policy: .*?)```", PAGES["docs/concepts/policy.md"], re.DOTALL
    )
    rows = own_rows()
    for seed, right, wrong in (
        ("rfm_score_bins", "frequency,3,4,true", "frequency,3,5,true"),
        ("rfm_follow_up_cadences", "silver,1,1,1,month", "silver,1,1,1,monthly"),
    ):
        assert right in rows[seed]
        rows[seed] = rows[seed].replace(right, wrong)
    folder = copy_project(tmp_path / "project")
    add_rows(folder, rows)
    project = Project(tmp_path, folder=folder, profiles=folder / "profiles_example").parse()
    project.database.write_bytes(own_scheme.database.read_bytes())
    project.succeed("seed", "--select", *rows)
    outcome = project.dbt("run", "--select", "stg_rfm__policy+,+int_rfm__policy_gate")
    assert not outcome.success
    assert " ".join(message.split()) in " ".join(outcome.errors.split())


def test_message_of_a_file_in_use(tmp_path: Path) -> None:
    """docs/engines.md: what DuckDB says while another process has the file open."""
    [message] = re.findall(r"```text\n(IO Error: .*?)```", PAGES["docs/engines.md"], re.DOTALL)
    pattern = re.escape(" ".join(message.split()))
    for shown_part, any_part in (
        *(("rfm.duckdb", r"\S*rfm.duckdb"), ("/usr/bin/python3.11", r"\S+")),
        ("27734", r"\d+"),
    ):
        assert re.escape(shown_part) in pattern
        pattern = pattern.replace(re.escape(shown_part), any_part)
    path = tmp_path / "rfm.duckdb"
    hold = f"import duckdb; held = duckdb.connect({str(path)!r}); print(flush=True); input()"
    command = [sys.executable, "-c", hold]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        with pytest.raises(duckdb.IOException, match=pattern):
            duckdb.connect(str(path))
        other.communicate(b"\n")
