"""What came of graded customers: on the demo and on real orders, beside libraries of statistics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, cohen_kappa_score, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from harness import ONLINE_RETAIL, SEEDS, Project, Row, assert_same
from oracle import Policy, Settings, clean_lines, grade_schemes
from oracle_fit import fit_tables
from test_demo import FILTERED, INPUTS
from test_online_retail import COLUMNS

TABLES = (
    *("rfm_tier_outcomes", "rfm_outcome_gains", "rfm_scheme_fit", "rfm_scheme_comparison"),
    "rfm_scheme_overlap",
)
# What each basis puts customers in order by: higher is better.
BASES = {
    "tier": ("tier_rank", -1),
    "score": ("score", 1),
    "recency": ("recency_days", -1),
    "frequency": ("frequency", 1),
    "monetary": ("monetary", 1),
}
Z2 = 3.841459
JUNE = date(2021, 6, 30)


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Online Retail by all six schemes as of the end of June, with its next three months."""
    if not ONLINE_RETAIL.is_file():
        pytest.skip(f"no online_retail.parquet at {ONLINE_RETAIL}; set RFM_ONLINE_RETAIL")
    project = Project(
        tmp_path_factory.mktemp("retail"),
        vars={
            "rfm_orders_path": str(ONLINE_RETAIL),
            "rfm_order_columns": COLUMNS | {"line_id": "StockCode"},
            "rfm_as_of_date": str(JUNE),
        },
    )
    project.build("--select", *(f"+{table}" for table in TABLES))
    return project


def tables_of(project: Project) -> dict[str, list[Row]]:
    """The tables of the room."""
    return {table: project.table(table) for table in TABLES}


def shown(value: float) -> float:
    """A figure of a library as a number of six decimals."""
    return pytest.approx(value, abs=6e-7)


# ---------------------------------------------------------------------------------------------
# The independent calculation
# ---------------------------------------------------------------------------------------------


def test_oracle_agrees_on_the_demo(demo: Project) -> None:
    """Every value of every row on some as-of dates, the first, the last and those between."""
    found = tables_of(demo)
    dates = {(row["scheme"], row["as_of_date"]) for row in found["rfm_tier_outcomes"]}
    days = sorted({day for _, day in dates})
    chosen = {days[0], days[len(days) // 2], days[-4], days[-1]}
    policy = Policy.from_folder(SEEDS)
    options = {
        "latest_order_date": datetime.now(UTC).date() + timedelta(days=1),
        "customers": INPUTS["customers"],
        "max_order_quantity": 1000,
        "filters": {
            scheme: lambda line, cells=cells: cells.items() <= line.items()
            for scheme, cells in FILTERED.items()
        },
    }
    accepted, _ = clean_lines(INPUTS["orders"], policy, Settings(**options))
    graded = [
        one
        for day in chosen
        for one in grade_schemes(accepted, policy, Settings(**options, as_of_date=day))
        if (one.scheme.name, day) in dates
    ]
    expected = fit_tables(graded, max(line["day"] for line in accepted), 3)
    on_days = {
        table: [row for row in rows if row["as_of_date"] in chosen] for table, rows in found.items()
    }
    assert all(expected[table] for table in TABLES)
    assert_same(on_days, expected, TABLES)


def test_sentences(demo: Project) -> None:
    """Each verdict is said in both languages, and nothing else is."""
    rows = demo.table("rfm_scheme_fit")
    for row in rows:
        texts = [row[column] for column in ("verdict", "sentence", "sentence_zh")]
        assert all(texts) if row["basis"] == "tier" else not any(texts)


# ---------------------------------------------------------------------------------------------
# Libraries of statistics
# ---------------------------------------------------------------------------------------------


def customers_of(project: Project) -> Iterator[tuple[tuple[str, date], dict[str, np.ndarray]]]:
    """By scheme and as-of date, columns of customers who have an outcome."""
    columns = [column for column, _ in BASES.values()]
    with project.connect() as connection:
        keys = connection.execute(
            "select distinct scheme, as_of_date from int_rfm__customer_outcomes"
        ).fetchall()
        for scheme, as_of_date in keys:
            rows = connection.execute(
                f"select customer_id, is_buyer, {', '.join(columns)}"
                " from int_rfm__customer_outcomes where scheme = ? and as_of_date = ?"
                " order by customer_id",
                [scheme, as_of_date],
            ).fetchall()
            names = ["customer_id", "is_buyer", *columns]
            found = {
                name: np.array([row[place] for row in rows]) for place, name in enumerate(names)
            }
            yield (
                (scheme, as_of_date),
                found | {column: found[column].astype(float) for column in columns},
            )


def placements(buys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """DeLong's placements of buyers and of others, each customer held against each."""
    buyers, others = values[buys][:, None], values[~buys][None, :]
    wins = (buyers > others) + 0.5 * (buyers == others)
    return wins.mean(axis=1), wins.mean(axis=0)


def test_gini_and_its_interval(retail: Project) -> None:
    """2 AUC - 1 of scikit-learn, and DeLong's interval by numpy."""
    found = {
        (row["scheme"], row["basis"]): row
        for row in retail.table("rfm_scheme_fit")
        if row["population"] == "own"
    }
    for (scheme, _), customers in customers_of(retail):
        buys = customers["is_buyer"]
        for basis, (column, sign) in BASES.items():
            row, values = found[scheme, basis], sign * customers[column]
            gini = 2 * roc_auc_score(buys, values) - 1
            of_buyers, of_others = placements(buys, values)
            variance = of_buyers.var(ddof=1) / buys.sum() + of_others.var(ddof=1) / (~buys).sum()
            margin = np.sqrt(Z2 * 4 * variance)
            ends = (row["gini"], row["gini_low"], row["gini_high"])
            assert [float(it) for it in ends] == [
                *(shown(gini), shown(gini - margin), shown(gini + margin)),
            ]
            rates = np.sort(values)[::-1]
            steps = [
                abs((values[buys] >= it).mean() - (values[~buys] >= it).mean())
                for it in np.unique(rates)
            ]
            assert float(row["ks"]) == shown(max(steps))


def test_paired_differences(retail: Project) -> None:
    """DeLong's test of two scores on the same customers, by numpy."""
    found = {
        (row["scheme_a"], row["scheme_b"]): row for row in retail.table("rfm_scheme_comparison")
    }
    of_scheme = {scheme: customers for (scheme, _), customers in customers_of(retail)}
    assert len(found) == 15
    for one, other in combinations(sorted(of_scheme), 2):
        row = found[one, other]
        both, first, second = np.intersect1d(
            *(of_scheme[name]["customer_id"] for name in (one, other)), return_indices=True
        )
        buys = of_scheme[one]["is_buyer"][first]
        placed = [
            placements(buys, of_scheme[name]["score"][chosen])
            for name, chosen in ((one, first), (other, second))
        ]
        of_buyers, of_others = (placed[0][side] - placed[1][side] for side in (0, 1))
        variance = of_buyers.var(ddof=1) / buys.sum() + of_others.var(ddof=1) / (~buys).sum()
        assert row["customers"] == len(both)
        assert float(row["gini_difference"]) == shown(2 * of_buyers.mean())
        assert row["is_different"] == (of_buyers.mean() ** 2 > Z2 * variance)


def test_agreement_of_tiers(retail: Project) -> None:
    """Adjusted Rand index and Cohen's kappa of scikit-learn."""
    of_scheme: dict[str, dict[str, str]] = {}
    for row in retail.query("select scheme, customer_id, tier from int_rfm__graded_customers"):
        of_scheme.setdefault(row["scheme"], {})[row["customer_id"]] = row["tier"]
    kappas = 0
    for row in retail.table("rfm_scheme_comparison"):
        one, other = of_scheme[row["scheme_a"]], of_scheme[row["scheme_b"]]
        tiers = [[tiers[it] for it in sorted(one.keys() & other.keys())] for tiers in (one, other)]
        assert float(row["adjusted_rand_index"]) == shown(adjusted_rand_score(*tiers))
        if row["kappa"] is not None:
            kappas += 1
            assert float(row["kappa"]) == shown(cohen_kappa_score(*tiers))
            assert float(row["same_tier_share"]) == shown(np.mean(np.array(tiers[0]) == tiers[1]))
    # finance_software and outdoor_gear alone have the same tier names.
    assert kappas == 1


@pytest.mark.parametrize("name", ["demo", "retail"])
def test_interval_of_a_rate(name: str, request: pytest.FixtureRequest) -> None:
    """Wilson's interval by statsmodels."""
    rows = request.getfixturevalue(name).table("rfm_tier_outcomes")
    counted = [row for row in rows if row["customers"]]
    assert counted
    for row in counted:
        # Of z this has all digits, where the project's z squared has seven.
        low, high = proportion_confint(row["buyers"], row["customers"], method="wilson")
        assert float(row["buy_rate_low"]) == pytest.approx(low, abs=1e-6)
        assert float(row["buy_rate_high"]) == pytest.approx(high, abs=1e-6)


# ---------------------------------------------------------------------------------------------
# Which scheme fits a gift shop
# ---------------------------------------------------------------------------------------------


def test_verdicts_on_real_orders(retail: Project) -> None:
    """No two reasons are the same, and two of six schemes fit."""
    rows = retail.table("rfm_scheme_fit")
    verdicts = {
        row["scheme"]: row["verdict"]
        for row in rows
        if row["basis"] == "tier" and row["population"] == "own"
    }
    assert verdicts == {
        "classic_segments": "rank_reversed",
        "crm_practice": "rank_reversed",
        "finance_software": "fits",
        "leather_market": "cuts_do_not_fit",
        "outdoor_gear": "fits",
        "sales_template": "no_better_than_monetary",
    }
    [sentence] = [
        (row["sentence"], row["sentence_zh"])
        for row in rows
        if (row["scheme"], row["basis"], row["population"]) == ("crm_practice", "tier", "own")
    ]
    assert sentence == (
        '"CRM practice: bins and a plain sum" ranks Potential before General, but 46.2% of the '
        "former and 68.6% of the latter bought in the 3 months after (2960 customers, 1505 buyers)",
        "“客户关系管理实践”把“潜力客户”排在“一般客户”之前，但之后3个月内，前者有46.2%下单，"
        "后者有68.6%（2960位客户，其中1505位下单）",
    )


def test_all_customers_hold_all(retail: Project) -> None:
    """The last tenth holds everything, whatever the order; no tenth holds less than one before."""
    shares: dict[tuple[str, str], list[tuple[Decimal, Decimal]]] = {}
    rows = sorted(retail.table("rfm_outcome_gains"), key=lambda row: row["top_share"])
    for row in rows:
        of_basis = shares.setdefault((row["scheme"], row["basis"]), [])
        of_basis.append((row["buyer_share"], row["revenue_share"]))
    assert len(shares) == 6 * len(BASES)
    for of_basis in shares.values():
        assert len(of_basis) == 10
        assert of_basis[-1] == (1, 1)
        assert all(sorted(of_side) == list(of_side) for of_side in zip(*of_basis, strict=True))
