"""The report for managers: its figures are those of the tables, in both languages."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from string import Formatter
from typing import Any
from xml.etree.ElementTree import Element

import duckdb
import html5lib
import pytest
import yaml

from harness import ROOT, SCHEMES, Project, Row

SCRIPT = ROOT / "scripts" / "report.py"
FOLDER = ROOT / "scripts" / "report"
WORDS = yaml.safe_load((FOLDER / "words.yml").read_text("utf-8"))
LANGUAGES = ("en", "zh")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
XHTML = "{http://www.w3.org/1999/xhtml}"
# The tables that the report reads, each with what keeps the rows of one scheme.
ONE_SCHEME = "scheme = 'outdoor_gear'"
TABLES = {
    **dict.fromkeys(
        (
            *("rfm_scheme_runs", "rfm_tier_summary", "rfm_customer_tiers", "rfm_tier_migrations"),
            *("rfm_outcome_gains", "rfm_scheme_fit", "rfm_follow_ups", "stg_rfm__policy"),
        ),
        ONE_SCHEME,
    ),
    "rfm_regional_demand": "true",
    "rfm_expected_orders": "true",
}


def load_report() -> Any:
    """scripts/report.py as a module."""
    spec = importlib.util.spec_from_file_location("report", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REPORT = load_report()


class Page:
    """A written report, read as strictly as HTML can be."""

    def __init__(self, database: Path, language: str, schemes: tuple[str, ...] = ()) -> None:
        with duckdb.connect(str(database), read_only=True) as connection:
            self.html = REPORT.page(connection, language, list(schemes))
        self.tree = html5lib.HTMLParser(strict=True).parse(self.html)

    def texts(self, *tags: str, within: Element | None = None) -> list[str]:
        """The texts of all elements of these tags."""
        elements = (self.tree if within is None else within).iter()
        found = (each for each in elements if str(each.tag).split("}")[-1] in tags)
        return [" ".join("".join(each.itertext()).split()) for each in found]

    def section(self, place: int | str) -> Element:
        """The section of a scheme, by its place."""
        [found] = [each for each in self.tree.iter() if each.get("id") == f"scheme-{place}"]
        return found

    def prose(self) -> str:
        """All that can be read."""
        left_out = ("style", "title")
        return "\n".join(
            text
            for each in self.tree.iter()
            if str(each.tag).split("}")[-1] not in left_out
            for text in (each.text, each.tail)
            if text and text.strip()
        )

    def assert_self_contained(self) -> None:
        """No script, nothing to load, no id twice, every link leads somewhere."""
        assert not re.findall(
            r"<script|<link|<img|<iframe|@import|\burl\(|\bsrc=|\bon\w+=", self.html
        )
        assert not re.findall(r"https?:|//\w", re.sub(r"/\*.*?\*/", "", self.html))
        ids = Counter(each.get("id") for each in self.tree.iter() if each.get("id"))
        assert set(ids.values()) == {1}
        links = [each.get("href") for each in self.tree.iter(f"{XHTML}a")]
        assert links
        assert {link[1:] for link in links} <= set(ids)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def page(demo: Project, language: str) -> Page:
    """The report of the demo, in each language."""
    return Page(demo.database, language)


def percent(value: Decimal | None) -> str:
    """A share as the report is to write it."""
    if value is None:
        return "–"
    return f"{(value * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def whole(value: Decimal | int) -> str:
    """A number as the report is to write it, of 100 and more or whole."""
    return f"{int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP)):,}"


def cell_of(customer: Row) -> tuple[Any, Any]:
    """The place of a customer in the map of recency and frequency, the greater the better."""
    if customer["recency_score"] is not None:
        return customer["recency_score"], customer["frequency_score"]
    days, orders = customer["recency_days"], customer["frequency"]
    return (
        sum(days <= most for most in (30, 90, 180, 365)),
        sum(orders >= least for least in (1, 2, 3, 5, 10)),
    )


def test_demo(page: Page) -> None:
    """All six schemes with seven charts each, demand with two; small enough to be mailed."""
    page.assert_self_contained()
    assert len(page.texts("section")) == len(SCHEMES) + 1
    assert page.html.count("<svg ") == 7 * len(SCHEMES) + 2
    assert page.html.count("<table") == len(SCHEMES) + 1
    assert len(page.html.encode()) < 1_000_000


def test_figures_are_those_of_the_tables(page: Page, language: str, demo: Project) -> None:
    """Tables, tiles, sentences and charts say what the public tables say."""
    for place, scheme in enumerate(SCHEMES, 1):
        section = page.section(place)
        tiers = demo.query(
            f"""
                select * from rfm_tier_summary where scheme = '{scheme}'
                qualify as_of_date = max(as_of_date) over () order by tier_rank
            """
        )
        [run] = demo.query(
            f"""
                select * from rfm_scheme_runs where scheme = '{scheme}'
                qualify as_of_date = max(as_of_date) over ()
            """
        )
        [table] = section.iter(f"{XHTML}table")
        cells = [page.texts("td", within=row) for row in table.iter(f"{XHTML}tr")][1:]
        assert [row[1:6] for row in cells] == [
            [
                whole(tier["customers"]),
                percent(tier["customer_share"]),
                *[whole(tier["revenue"]), percent(tier["revenue_share"])],
                whole(tier["mean_recency_days"]),
            ]
            for tier in tiers
        ]
        graded, revenue, *_ = page.texts("b", within=section)
        assert (graded, revenue) == (
            whole(run["customers_graded"]),
            whole(sum(tier["revenue"] for tier in tiers)),
        )
        figures = {each.get("class"): each for each in section.iter(f"{XHTML}figure")}
        best = max(tiers, key=lambda tier: tier["revenue_share"] - tier["customer_share"])
        [sentence] = page.texts("p", within=figures["revenue"])
        assert percent(best["customer_share"]) in sentence
        assert percent(best["revenue_share"]) in sentence
        shares = [
            percent(tier[f"{side}_share"]) for tier in tiers for side in ("customer", "revenue")
        ]
        drawn = page.texts("text", within=figures["revenue"])
        assert [text for text in drawn if text.endswith("%")] == shares
        # The matrix counts everybody of both dates; what came, stayed and left is in the sentence.
        moves = demo.query(
            f"""
                select * from rfm_tier_migrations where scheme = '{scheme}'
                and as_of_date = '{run["as_of_date"]}'
            """
        )
        drawn = page.texts("text", within=figures["moves"])
        assert Counter(whole(move["customers"]) for move in moves) <= Counter(drawn)
        [sentence] = page.texts("p", within=figures["moves"])
        for column in ("stayed", "better_ranked", "worse_ranked", "entered", "left"):
            assert whole(run[column]) in sentence
        customers = demo.query(f"select * from rfm_customer_tiers where scheme = '{scheme}'")
        counts = Counter(map(cell_of, customers))
        drawn = page.texts("text", within=figures["cells"])
        assert Counter(map(whole, counts.values())) <= Counter(drawn)
        [sentence] = page.texts("p", within=figures["cells"])
        assert whole(max(counts.values())) in sentence
        assert whole(counts[max(counts, key=lambda cell: (sum(cell), cell[1]))]) in sentence
        [gains] = demo.query(
            f"""
                pivot (
                    from rfm_outcome_gains where scheme = '{scheme}' and top_share = 0.2
                    qualify as_of_date = max(as_of_date) over ()
                ) on basis using first(buyer_share) group by as_of_date
            """
        )
        [sentence] = page.texts("p", within=figures["gains"])
        for basis in ("score", "recency", "frequency", "monetary"):
            assert percent(gains[basis]) in sentence
        [calls] = demo.query(
            f"""
                select
                    count(*) filter (status = 'overdue') as overdue,
                    count(*) filter (
                        status <> 'overdue' and next_contact_due_date - report_date < 84
                    ) as later
                from rfm_follow_ups where scheme = '{scheme}'
            """
        )
        [sentence] = page.texts("p", within=figures["calls"])
        assert whole(calls["overdue"]) in sentence
        assert whole(calls["later"]) in sentence
        [verdict] = demo.query(
            f"""
                select sentence, sentence_zh from rfm_scheme_fit
                where scheme = '{scheme}' and basis = 'tier' and population = 'own'
                qualify as_of_date = max(as_of_date) over ()
            """
        )
        said = verdict["sentence" if language == "en" else "sentence_zh"]
        assert " ".join(said.split()) in page.texts("p", within=figures["fit"])[0]


def test_demand_shows_no_more_than_may_be_shown(page: Page, demo: Project) -> None:
    """Every number of the map is a published one; what is kept back is a dash."""
    rows = demo.query("select * from rfm_regional_demand where level = 'region'")
    published = {whole(row["revenue"]) for row in rows if not row["is_suppressed"]}
    [figure] = [each for each in page.tree.iter(f"{XHTML}figure") if each.get("class") == "demand"]
    drawn = page.texts("text", within=figure)
    numbers = [text for text in drawn if re.fullmatch(r"[\d,]+", text)]
    assert len(numbers) > 50
    assert set(numbers) <= published
    assert "–" in drawn


def test_languages(demo: Project) -> None:
    """Each text is there in both languages with the same figures, and none is in the other one."""
    texts = {key: each for key, each in WORDS.items() if isinstance(each, dict) and "en" in each}
    for key, each in texts.items():
        english, chinese = (
            {name for _, name, _, _ in Formatter().parse(each[language]) if name}
            for language in LANGUAGES
        )
        assert english == chinese, key
        assert not re.search(r"[一-鿿]", each["en"]), key
    words = re.findall(r"[A-Za-z_]{2,}", Page(demo.database, "zh", ("sales_template",)).prose())
    assert set(words) <= {"dbt_rfm"}


def test_a_word_for_every_verdict_and_basis() -> None:
    """What columns hold and the report says in words has words."""
    metrics = ("recency", "frequency", "monetary")
    verdicts = ["fits", "too_few", "cuts_do_not_fit", "rank_reversed"]
    verdicts += [f"no_better_than_{metric}" for metric in metrics]
    assert set(verdicts) | {"tier", "score", *metrics} <= set(WORDS)
    said = (ROOT / "models" / "marts" / "fit" / "rfm_scheme_fit.yml").read_text("utf-8")
    assert all(verdict in said for verdict in verdicts[:4])


@pytest.fixture(scope="module")
def small(demo: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of one scheme, to be changed."""
    path = tmp_path_factory.mktemp("report") / "small.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"attach '{demo.database}' as demo (read_only)")
        for table, kept in TABLES.items():
            connection.execute(f"create table {table} as from demo.{table} where {kept}")
    return path


ODD_LABEL = """<script>alert("x")</script> & 'quoted'"""
# What a table holds, and a figure with what it then says in English; None: a chart as ever.
CASES: dict[str, tuple[list[str], dict[str, str | None]]] = {
    "one period": (
        [
            "delete from rfm_tier_summary where as_of_date < '2024-12-31'",
            "update rfm_scheme_runs set previous_as_of_date = null, stayed = null, entered = null",
            "delete from rfm_tier_migrations",
        ],
        {"periods": "only one period", "moves": "no period before", "revenue": None},
    ),
    "no outcome yet": (
        ["delete from rfm_outcome_gains", "delete from rfm_scheme_fit"],
        {"gains": "No outcome yet", "fit": "No verdict yet", "cells": None},
    ),
    "rules without a score": (
        [
            "delete from rfm_outcome_gains where basis = 'score'",
            "delete from rfm_scheme_fit where basis = 'score'",
            "update rfm_customer_tiers set recency_score = null, score = null",
        ],
        {"gains": None, "fit": None, "cells": None},
    ),
    "scores within a range": (
        ["update rfm_customer_tiers set recency_score = recency_days / 1000"],
        {"cells": None},
    ),
    "nobody bought": (
        [
            "update rfm_outcome_gains set buyer_share = null, revenue_share = null",
            "update rfm_scheme_fit set gini = null, gini_low = null, gini_high = null",
        ],
        {"gains": "nobody bought", "fit": None},
    ),
    "no contacts": (
        ["update rfm_follow_ups set last_contacted_at = null, last_contact_channel = null"],
        {"calls": "No contact is on record"},
    ),
    "nobody to contact": (["delete from rfm_follow_ups"], {"calls": "nobody to contact"}),
    "nobody graded": (
        [
            "delete from rfm_customer_tiers",
            "delete from rfm_follow_ups",
            "update rfm_scheme_runs set customers_graded = 0, first_order_date = null",
            """
                update rfm_tier_summary set customers = 0, customer_share = null, revenue = 0,
                revenue_share = null, mean_recency_days = null, mean_frequency = null,
                mean_monetary = null, repurchase_rate = null
            """,
        ],
        {"revenue": "Nobody is graded"},
    ),
    "one customer": (
        [
            "delete from rfm_customer_tiers where customer_id <> 'OG-00011'",
            "delete from rfm_follow_ups where customer_id <> 'OG-00011'",
            "update rfm_scheme_runs set customers_graded = 1, stayed = 1, better_ranked = 0",
            """
                update rfm_tier_summary set customers = (tier = 'B')::int, revenue = 0,
                customer_share = (tier = 'B')::int, revenue_share = null
            """,
            "delete from rfm_tier_migrations where from_tier <> 'B' or to_tier <> 'B'",
            "update rfm_tier_migrations set customers = 1, share_of_from = 1",
        ],
        {"cells": "holds 1 customer (100.0%)", "moves": "1 customer stayed"},
    ),
    "odd labels": (
        [
            f"""
                update stg_rfm__policy set label_zh = null, label = case tier
                when 'A' then '{ODD_LABEL.replace("'", "''")}' else repeat('Long name ', 40) end
                where tier is not null
            """,
            "update stg_rfm__policy set title_zh = null where tier is null",
        ],
        {"revenue": ODD_LABEL, "moves": None, "calls": None},
    ),
    "forty tiers": (
        [
            """
                insert into rfm_tier_summary by name
                select tiers.* replace (
                    'tier_' || number as tier, cast(4 + number as integer) as tier_rank
                )
                from (from rfm_tier_summary where tier = 'D') as tiers, range(1, 37) as n (number)
            """,
            """
                insert into rfm_tier_migrations by name
                select moves.* replace (
                    'tier_' || number as from_tier, 'tier_' || number as to_tier
                )
                from (from rfm_tier_migrations where from_tier = 'D' and to_tier = 'D') as moves,
                range(1, 37) as n (number)
            """,
        ],
        {"revenue": None, "moves": None, "periods": None},
    ),
    "nothing may be shown": (
        [
            """
                update rfm_regional_demand set is_suppressed = true, customers = null,
                orders = null, pieces = null, revenue = null, share = null, growth = null
            """,
            "update rfm_expected_orders set is_suppressed = true, expected_pieces = null",
        ],
        {"demand": "No region may be shown", "expected": "No forecast may be shown"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_odd_data(name: str, small: Path, tmp_path: Path) -> None:
    """What is not there is said in a sentence, in both languages, instead of an empty chart."""
    statements, expected = CASES[name]
    path = tmp_path / "odd.duckdb"
    shutil.copy(small, path)
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    for language in LANGUAGES:
        page = Page(path, language)
        page.assert_self_contained()
        assert not re.search(r"\b(None|nan|NaN|null|undefined|Infinity)\b", page.prose())
        figures = {each.get("class"): each for each in page.tree.iter(f"{XHTML}figure")}
        for key, sentence in expected.items():
            has_chart = any("svg" in str(each.tag) for each in figures[key].iter())
            says = page.texts("p", within=figures[key])[0]
            if language == "en" and sentence:
                assert sentence in says
            none = WORDS.get(f"{key}_none", {}).get(language, "")
            assert has_chart == (" ".join(none.split()) != says)


def test_same_tables_give_the_same_file(small: Path) -> None:
    """No clock, no chance."""
    assert Page(small, "en").html == Page(small, "en").html


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> str:
    """What the command says when it gives up."""
    monkeypatch.setattr(sys, "argv", ["report.py", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        REPORT.main()
    return str(stopped.value)


def test_messages(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """A wrong file, an older build, no table, an unknown scheme or language: one sentence."""
    output = tmp_path / "report.html"
    assert "There is no file" in run(monkeypatch, tmp_path / "none.duckdb", "--output", output)
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    assert "run dbt build" in run(monkeypatch, empty, "--output", output)
    text = tmp_path / "text.duckdb"
    text.write_text("no database")
    assert "run dbt build" in run(monkeypatch, text, "--output", output)
    older = tmp_path / "older.duckdb"
    shutil.copy(small, older)
    with duckdb.connect(str(older)) as connection:
        connection.execute("alter table rfm_scheme_runs drop column stayed")
    message = run(monkeypatch, older, "--output", output)
    assert "stayed" in message
    assert "\n" not in message
    disabled = tmp_path / "disabled.duckdb"
    shutil.copy(small, disabled)
    with duckdb.connect(str(disabled)) as connection:
        connection.execute("drop table rfm_regional_demand")
        connection.execute("drop table rfm_expected_orders")
    message = run(monkeypatch, disabled, "--output", output)
    assert message.endswith(
        "Enable them and run dbt build: rfm_expected_orders, rfm_regional_demand."
    )
    message = run(monkeypatch, small, "--scheme", "elsewhere", "--output", output)
    assert message == "There is no scheme elsewhere. There are: outdoor_gear."
    assert run(monkeypatch, small, "--language", "fr") == "2"
    assert "'en', 'zh'" in capsys.readouterr().err.replace("en, zh", "'en', 'zh'")
    assert not output.exists()


def test_tables_in_schemas_of_their_own(small: Path, tmp_path: Path) -> None:
    """A package's tables may lie in any schema."""
    path = tmp_path / "elsewhere.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"attach '{small}' as small (read_only)")
        for schema in ("marts", "staging"):
            connection.execute(f"create schema {schema}")
        for table in TABLES:
            schema = "staging" if table.startswith("stg") else "marts"
            connection.execute(f"create table {schema}.{table} as from small.{table}")
    assert Page(path, "en").html == Page(small, "en").html


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium or google-chrome on the PATH")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_shows_it_without_network(language: str, small: Path, tmp_path: Path) -> None:
    """Chromium with all hosts blocked reads it, prints it, and complains of nothing."""
    path = tmp_path / "report.html"
    path.write_text(Page(small, language).html, "utf-8")
    options = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'home'}",
    )
    blocked = "--host-resolver-rules=MAP * ~NOTFOUND"
    printed = tmp_path / "report.pdf"
    for wanted in (f"--print-to-pdf={printed}", "--dump-dom"):
        done = subprocess.run(
            [CHROMIUM, *options, blocked, "--enable-logging=stderr", wanted, path.as_uri()],
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        )
        assert "CONSOLE" not in done.stderr
    assert done.stdout.count("<svg ") == 9
    assert printed.stat().st_size > 50_000
