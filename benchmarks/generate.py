"""Write order lines of an invented shop as one Parquet file, by DuckDB alone.

Every cell is a function of the seed and of the line's number, by DuckDB's hash(), so the same
arguments give the same rows with the same DuckDB version, whatever the number of threads.

- Orders come in the order of their times, five years up to 2024-12-31, three times as many a day at
  the end as at the start, between 8:00 and 23:00. Lines of an order are a few seconds apart, so an
  order has one date.
- A customer buys for a part of the years, more or less often by a power law: with the default
  sizes every second customer has one to three orders, and a few have many hundreds.
- What cleaning has to find: repeated lines, which come later in time and in the file; negative
  amounts; orders without a customer (null, empty or blank); ids with blanks around them.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

LAST_DATE = date(2024, 12, 31)
DEFAULT_LINES = 20_000_000
CUSTOMERS_PER_LINE = 0.042

# Of 10,000 lines or orders.
REPEATED_LINES = 50
NEGATIVE_LINES = 30
ORDERS_WITHOUT_CUSTOMER = 20
PADDED_IDS = 40

CATEGORIES = (
    *("jackets", "trousers", "footwear", "backpacks", "tents", "sleeping bags", "stoves"),
    *("lighting", "climbing", "navigation", "water", "first aid", "headwear", "gloves"),
    *("socks", "base layers", "fleece", "poles", "furniture", "cookware", "snacks", "repair"),
    *("bicycles", "winter sports"),
)
REGIONS = (
    *("北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省"),
    *("上海市", "江苏省", "浙江省", "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省"),
    *("湖南省", "广东省", "广西壮族自治区", "海南省", "重庆市", "四川省", "贵州省", "云南省"),
    *("西藏自治区", "陕西省", "甘肃省", "青海省", "宁夏回族自治区", "新疆维吾尔自治区"),
)
CHANNELS = ("app", "mini_program", "store", "web")
STORES = 320
PRODUCTS = 480

# How many times a customer is followed by another in the years: lives last years / GENERATIONS.
GENERATIONS = 3


@dataclass(frozen=True)
class Size:
    """What to generate."""

    lines: int = DEFAULT_LINES
    customers: int | None = None
    years: int = 5
    lines_per_order: float = 2
    seed: int = 1

    @property
    def customer_count(self) -> int:
        """How many customers there are, a whole number of generations."""
        wanted = self.customers or round(self.lines * CUSTOMERS_PER_LINE)
        return max(1, wanted // (GENERATIONS + 1)) * (GENERATIONS + 1)


def text_list(words: tuple[str, ...]) -> str:
    """A list of words in SQL."""
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"


def numbering(size: Size) -> str:
    """SQL: which order each line belongs to. An order goes on with a probability that gives the
    mean number of lines; the window functions stream over the lines in their order.
    """
    ends = round(2**32 / max(1.0, size.lines_per_order))
    return f"""
        create temp table numbered as
        with lines as (
            select
                range as line,
                range = 0 or hash(range, {size.seed}, 'order') % 4294967296 < {ends} as starts_order
            from range({size.lines - size.lines * REPEATED_LINES // 10_000})
        )
        select
            line,
            sum(starts_order::integer) over so_far - 1 as order_number,
            line - max(case when starts_order then line end) over so_far + 1 as line_number
        from lines
        window so_far as (rows between unbounded preceding and current row)
    """


def lines(size: Size, orders: int) -> str:
    """SQL: all columns of the lines, numbered as in `numbering`."""
    customers = size.customer_count
    slots = customers // (GENERATIONS + 1)
    # Any step that shares no divisor with the modulus visits every number once.
    slot_step = next(n for n in range(slots * 5 // 8 + 1, slots * 2 + 2) if coprime(n, slots))
    id_step = next(n for n in range(61_803_399, 61_904_000) if coprime(n, 10**8))
    first_date = LAST_DATE.replace(year=LAST_DATE.year - size.years)
    days = (LAST_DATE - first_date).days

    def draw(name: str, of: str = "line", below: int = 10_000) -> str:
        return f"(hash({of}, {size.seed}, '{name}') % {below})::bigint"

    customer_id = f"'C' || lpad((customer_number * {id_step} % 100000000)::varchar, 8, '0')"

    def padded(name: str, text: str) -> str:
        blanks = f"{draw(name, 'line, copy')}"
        return f"""case
            when {blanks} < {PADDED_IDS // 2} then ' ' || {text}
            when {blanks} < {PADDED_IDS} then {text} || '  '
            else {text}
        end"""

    return f"""
        with copies as (
            select *, 0 as copy from numbered
            union all
            (
                select *, 1 as copy from numbered
                order by hash(line, {size.seed}, 'copy'), line
                limit {size.lines * REPEATED_LINES // 10_000}
            )
        ),
        placed as (
            select
                *,
                -- How much of the years' orders came before.
                (order_number + 0.5::double) / {orders} as progress,
                {draw("customer", "order_number", 2**32)} / {2**32}::double as chance
            from copies
        ),
        timed as (
            select
                *,
                {days}::double * (1.5 * progress - 0.5 * progress * progress) as days_done,
                -- Once in a while each customer's turn comes; all other orders go to one of the
                -- slots, the first ones more often, and to the customer who holds it now.
                floor(progress * {customers})
                > floor((order_number - 0.5::double) / {orders} * {customers}) as is_turn,
                least(
                    {slots} - 1,
                    floor({slots} * (1 / pow(10 - 9.005 * chance, 2) - 0.01))
                )::bigint * {slot_step} % {slots} as slot
            from placed
        ),
        customers as (
            select
                *,
                case
                    when is_turn then floor(progress * {customers})::bigint
                    else
                        slot + {slots}
                        * floor(progress * {GENERATIONS} + 1 - slot / {slots}::double)::bigint
                end as customer_number,
                {draw("product")} * {draw("product skew")} // {10_000 * 10_000 // PRODUCTS}
                    as product_number,
                least(9, 1 + {draw("quantity", below=6)} * {draw("quantity skew", below=4)} // 4)
                    as quantity,
                -- A tenth of the prices stands above five times the lowest, one in 500 above 77.
                least(
                    5_000_000,
                    floor(1500 * pow(1 - {draw("price", below=2**32)} / {2**32}::double, -0.7))
                )::bigint as cents,
                date '{first_date}' + interval 1 day + to_days(floor(days_done)::integer)
                + to_seconds(
                    28_800 + floor((days_done - floor(days_done)) * 53_900)
                    + 2 * (line_number - 1)
                ) as ordered_at
            from timed
        )
        select
            {padded("order id", "'SO' || lpad(order_number::varchar, 10, '0')")} as order_id,
            line_number::varchar as line_id,
            case
                when no_customer < {ORDERS_WITHOUT_CUSTOMER // 2} then null
                when no_customer < {ORDERS_WITHOUT_CUSTOMER} then repeat(' ', no_customer % 3)
                else {padded("customer id", customer_id)}
            end as customer_id,
            case
                when copy = 0 then ordered_at
                else least(
                    ordered_at + to_seconds(60 + {draw("delay", below=259_200)}),
                    timestamp '{LAST_DATE} 23:59:59'
                )
            end as ordered_at,
            (
                quantity * cents * case when {draw("sign")} < {NEGATIVE_LINES} then -1 else 1 end
                * 0.01::decimal(3, 2)
            )::decimal(18, 2) as amount,
            quantity::integer as quantity,
            category || ' ' || lpad(product_number::varchar, 3, '0') as product_name,
            category,
            {text_list(REGIONS)}[1 + store_number % {len(REGIONS)}] as region,
            {text_list(CHANNELS)}[1 + {draw("channel", "order_number")} % {len(CHANNELS)}]
                as channel,
            'S' || lpad(store_number::varchar, 3, '0') as store_code
        from (
            select
                *,
                {draw("no customer", "order_number")} as no_customer,
                {draw("store", "order_number", STORES)} as store_number,
                {text_list(CATEGORIES)}[1 + product_number % {len(CATEGORIES)}] as category
            from customers
        )
    """


def coprime(number: int, other: int) -> bool:
    """Whether two numbers share no divisor."""
    while other:
        number, other = other, number % other
    return number == 1


def generate(path: Path, size: Size) -> Path:
    """Write the file and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"temp_directory": f"{path}.tmp"}) as connection:
        connection.execute(numbering(size))
        orders = connection.execute("select max(order_number) + 1 from numbered").fetchone()[0]
        connection.execute(
            f"copy ({lines(size, orders)}) to '{path}' (format parquet, compression zstd)"
        )
    return path


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="the Parquet file to write")
    parser.add_argument("--lines", type=int, default=DEFAULT_LINES)
    parser.add_argument(
        "--customers", type=int, help=f"default: {CUSTOMERS_PER_LINE:.1%} of the lines"
    )
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument(
        "--lines-per-order", type=float, default=2, help="mean; 1 makes each line an order"
    )
    parser.add_argument("--seed", type=int, default=1)
    arguments = vars(parser.parse_args())
    generate(arguments.pop("path"), Size(**arguments))


if __name__ == "__main__":
    main()
