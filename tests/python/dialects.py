"""Read SQL as five warehouses would, as far as that can be told without one.

sqlglot parses each dialect, and forgives much that the warehouse does not: names of functions and
types, reserved words, operands of the wrong type. Those are checked here, against lists kept by
hand. They hold what the project uses, so that anything new is looked up first:

    Snowflake   docs.snowflake.com/en/sql-reference
    BigQuery    cloud.google.com/bigquery/docs/reference/standard-sql
    Databricks  docs.databricks.com/en/sql/language-manual
    Redshift    docs.aws.amazon.com/redshift/latest/dg
    Trino       trino.io/docs/current
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import NamedTuple

from sqlglot import ErrorLevel, TokenType, exp, parse
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema
from sqlglot.tokens import Token


class Fault(NamedTuple):
    """What a warehouse would refuse: the kind, the statement, and where in it."""

    kind: str
    statement: str
    detail: str


@dataclass(frozen=True)
class Engine:
    """What a warehouse knows, by the names that are written."""

    functions: frozenset[str]
    # With "(" where digits or a length have to follow.
    types: frozenset[str]
    reserved: frozenset[str]
    has_named_windows: bool = True
    has_percent_operator: bool = True
    # Whether unquoted names are told from quoted ones by their case.
    folds_to_upper: bool = False
    # Whether other types are never made texts, numbers and so on by themselves.
    is_strict: bool = False


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


COMMON_FUNCTIONS = words("""
    abs cast chr coalesce count extract floor greatest lag lead least lower max min mod ntile nullif
    rank replace round row_number substr substring sum translate trim
""")
COMMON_TYPES = words("bigint boolean date integer timestamp")


def engine(functions: str, types: str, reserved: frozenset[str], **traits: bool) -> Engine:
    """An engine that knows these beside what all have in common."""
    return Engine(
        COMMON_FUNCTIONS | words(functions), COMMON_TYPES | words(types), reserved, **traits
    )


def reserved_by_sqlglot(dialect: str) -> frozenset[str]:
    """The dialect's reserved words."""
    reserved = Dialect.get_or_raise(dialect).generator_class.RESERVED_KEYWORDS
    return frozenset(word.strip() for word in reserved)


ENGINES: dict[str, Engine] = {
    "snowflake": engine(
        """
        as_date as_timestamp_ntz collate date_trunc dateadd datediff dayofweekiso left listagg
        lpad regexp_like rpad rtrim sha2 split_part to_varchar to_variant try_cast
        try_to_timestamp_ntz
        """,
        "decimal( float numeric( text timestamp_ntz varchar(",
        words("""
            account all alter and any as between by case cast check column connect connection
            constraint create cross current current_date current_time current_timestamp
            current_user database delete distinct drop else exists false following for from full
            grant group gscluster having ilike in increment inner insert intersect into is issue
            join lateral left like localtime localtimestamp minus natural not null of on or order
            organization qualify regexp revoke right rlike row rows sample schema select set some
            start table tablesample then to trigger true try_cast union unique update using values
            view when whenever where with
        """),
        has_named_windows=False,
        folds_to_upper=True,
    ),
    "bigquery": engine(
        """
        collate datetime_add datetime_diff div error format regexp_contains regexp_replace
        safe_cast safe_offset sha256 split string_agg timestamp_trunc to_hex
        """,
        "bignumeric datetime float64 int64 numeric string",
        reserved_by_sqlglot("bigquery"),
        has_percent_operator=False,
        is_strict=True,
    ),
    "databricks": engine(
        # div is an operator.
        """
        add_months date_add date_trunc div listagg named_struct raise_error regexp_like sha2
        timestampadd timestampdiff try_cast typeof xxhash64
        """,
        "decimal( float numeric( string timestamp_ntz varchar(",
        words("""
            anti cross except full inner intersect join lateral left minus natural on right
            select semi union using
        """),
    ),
    "redshift": engine(
        """
        btrim collate date_trunc dateadd datediff left listagg lpad rpad sha2 split_part try_cast
        """,
        "decimal( float numeric( text varchar(",
        reserved_by_sqlglot("redshift"),
        has_named_windows=False,
    ),
    "trino": engine(
        """
        array_agg array_join date_add date_trunc regexp_like regexp_replace sha256 split_part to_hex
        to_milliseconds to_utf8 try_cast
        """,
        "decimal( double timestamp( varchar varchar(",
        reserved_by_sqlglot("trino"),
        is_strict=True,
    ),
}

# Words before a parenthesis that are no functions.
WORDS = words("""
    all and as between by case distinct else except exists filter from group having in intersect
    interval is join like not on or over select then union using values when where with
""")
CASTS = words("cast safe_cast try_cast")


def faults(dialect: str, statements: Mapping[str, str]) -> list[Fault]:
    """All that the engine of this dialect would refuse, as far as is known.

    The statements' names are those of the tables that they make.
    """
    found = []
    trees = {}
    for name, sql in statements.items():
        try:
            trees[name] = only_query(dialect, sql)
        except (SqlglotError, ValueError) as error:
            found.append(Fault("unparsable", name, str(error)))
            continue
        found += [Fault(kind, name, detail) for kind, detail in word_faults(dialect, sql)]
        found += [Fault(kind, name, detail) for kind, detail in tree_faults(dialect, trees[name])]
    if ENGINES[dialect].is_strict or ENGINES[dialect].folds_to_upper:
        found += column_faults(dialect, trees)
    return found


def only_query(dialect: str, sql: str) -> exp.Expression:
    """The one query that the text is; an error where sqlglot gives up, guesses or warns."""
    with warnings_as_errors():
        trees = parse(sql, read=dialect, error_level=ErrorLevel.IMMEDIATE)
        if len(trees) != 1 or not isinstance(trees[0], exp.Query):
            raise ValueError(f"not one query: {[type(tree).__name__ for tree in trees]}")
        if (command := trees[0].find(exp.Command)) is not None:
            raise ValueError(f"not understood: {command.sql()}")
        trees[0].sql(dialect=dialect, unsupported_level=ErrorLevel.RAISE)
    return trees[0]


@contextmanager
def warnings_as_errors() -> Iterator[None]:
    """Raise what sqlglot only logs."""

    class Raising(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise ValueError(record.getMessage())

    handler = Raising(logging.WARNING)
    logger = logging.getLogger("sqlglot")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def word_faults(dialect: str, sql: str) -> Iterator[tuple[str, str]]:
    """Names of functions and types that the engine does not know, as they are written."""
    known = ENGINES[dialect]
    tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    callers: list[str] = []  # whose parentheses are open
    for before, token, after in neighbours(tokens):
        word = token.text.lower()
        opens = after is not None and after.token_type == TokenType.L_PAREN
        if token.token_type == TokenType.L_PAREN:
            callers.append(before.text.lower() if before is not None else "")
        elif token.token_type == TokenType.R_PAREN:
            callers.pop()
        elif token.token_type == TokenType.MOD and not known.has_percent_operator:
            yield "operator %", "write mod(a, b)"
        elif is_type(before, callers):
            if word + "(" * opens not in known.types:
                yield "type", word + "(...)" * opens
        elif opens and is_name(token) and word not in known.functions | WORDS:
            yield "function", word


def neighbours(tokens: list[Token]) -> Iterator[tuple[Token | None, Token, Token | None]]:
    """Each token with the one before and the one after."""
    return zip([None, *tokens], tokens, [*tokens[1:], None], strict=False)


def is_type(before: Token | None, callers: list[str]) -> bool:
    """Whether a token that stands after this one is the type in a cast."""
    return before is not None and before.text.lower() == "as" and bool(CASTS & {*callers[-1:]})


def is_name(token: Token) -> bool:
    """Whether the token is a word outside of quotation marks."""
    quoted = (TokenType.STRING, TokenType.IDENTIFIER)
    return token.token_type not in quoted and token.text.isidentifier()


def tree_faults(dialect: str, tree: exp.Expression) -> Iterator[tuple[str, str]]:
    """What the parser lets pass and the engine does not."""
    known = ENGINES[dialect]
    for node in tree.walk():
        if isinstance(node, exp.Select) and node.args.get("windows"):
            if not known.has_named_windows:
                yield "named window", node.args["windows"][0].sql(dialect)
        elif isinstance(node, exp.Identifier):
            # After a dot any word may stand.
            is_first = not isinstance(node.parent, exp.Column) or not node.parent.table
            if not node.quoted and is_first and node.name.lower() in known.reserved:
                yield "reserved word", node.name
        elif is_cast_to(node, exp.DataType.Type.DATE) and is_cast_to(
            node.this, *exp.DataType.NUMERIC_TYPES
        ):
            yield "cast of a number to a date", node.sql(dialect)


def is_cast_to(node: exp.Expression, *types: exp.DataType.Type) -> bool:
    """Whether this is a cast, safe or not, to one of the types."""
    return isinstance(node, exp.Cast) and node.to.is_type(*types)


# ---------------------------------------------------------------------------------------------
# Columns
# ---------------------------------------------------------------------------------------------


def column_faults(dialect: str, trees: Mapping[str, exp.Expression]) -> Iterator[Fault]:
    """Columns that do not exist, and operands whose types an engine that casts nothing refuses.

    The columns of every table are worked out from those of the tables that it is made of.
    """
    made_of = {
        name: {table.name for table in tree.find_all(exp.Table)} & trees.keys() - {name}
        for name, tree in trees.items()
    }
    places = {
        table.name: table
        for tree in trees.values()
        for table in tree.find_all(exp.Table)
        if table.db and table.name in trees
    }
    schema = MappingSchema(dialect=dialect)
    for name in TopologicalSorter(made_of).static_order():
        try:
            tree = qualify(trees[name], dialect=dialect, schema=schema, quote_identifiers=False)
            if ENGINES[dialect].is_strict:
                tree = annotate_types(tree, dialect=dialect, schema=schema)
        except SqlglotError as error:
            yield Fault("unknown column", name, str(error))
            continue
        if name in places:
            columns = {
                exp.to_identifier(column.alias_or_name, quoted=True).sql(dialect): column.type
                for column in tree.selects
            }
            schema.add_table(places[name].copy(), columns, dialect=dialect)
        if ENGINES[dialect].is_strict:
            for detail in operand_faults(dialect, tree):
                yield Fault("types of operands", name, detail)


def operand_faults(dialect: str, tree: exp.Expression) -> Iterator[str]:
    """Operands of types that the engine would have to cast."""
    for node in tree.walk():
        for kind, operands in operands_of(node):
            families = {family(operand) for operand in operands} - {None}
            if len(families) > 1 or (kind == "texts" and families - {"text"}):
                yield f"{sorted(families)}: {node.sql(dialect)}"


def operands_of(node: exp.Expression) -> Iterator[tuple[str, list[exp.Expression]]]:
    """The operands of this node that have to be texts, or of one type."""
    if isinstance(node, exp.DPipe):
        yield "texts", [node.left, node.right]
    elif isinstance(node, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        yield "alike", [node.left, node.right]
    elif isinstance(node, exp.In) and not node.args.get("query"):
        yield "alike", [node.this, *node.expressions]
    elif isinstance(node, exp.Between):
        yield "alike", [node.this, node.args["low"], node.args["high"]]
    elif isinstance(node, exp.Coalesce | exp.Greatest | exp.Least):
        yield "alike", [node.this, *node.expressions]
    elif isinstance(node, exp.Case):
        branches = node.args["ifs"]
        yield "alike", [branch.args["true"] for branch in branches] + [node.args.get("default")]
        if node.this is not None:
            yield "alike", [node.this, *(branch.this for branch in branches)]


def family(node: exp.Expression | None) -> str | None:
    """The types that are compared and joined with one another; None where it is not known."""
    if node is None or node.type is None or node.is_type("unknown", "null"):
        return None
    if node.is_type(*exp.DataType.TEXT_TYPES):
        return "text"
    if node.is_type(*exp.DataType.NUMERIC_TYPES):
        return "number"
    return node.type.this.name.lower()
