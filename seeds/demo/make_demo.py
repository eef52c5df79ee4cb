"""Make the demo data: rfm_demo_orders.csv, rfm_demo_customers.csv and rfm_demo_contacts.csv.

Run `python make_demo.py [folder]`; without a folder the files land beside this one. It needs only
the standard library (Python 3.11) and writes the same bytes each time.

Customers differ in what lasts: how often they order, how dear, how long they stay. So a tier
foretells something.

Three businesses share the orders table, told apart by source_system:

- finance_software: 721 customers of 张家口市 ordered in 2024; others lapsed, or live elsewhere;
- outdoor_gear: 648 customers of 四川 ordered from 2020 to 2024; others lapsed, or live elsewhere;
- leather_market: 801 trade buyers, whose identity stands in the customers file.

First a clean history is made, so that these numbers hold by construction, and the first days of
2025 after it, which no grading has seen yet. Then the history is made dirty on
purpose: `refused` adds lines that the cleaning refuses, for each reason there is, and
`write_oddly` changes some good ones (stray spaces, blank defaults, other forms of a number or a
time) without changing what they mean.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

SEED = 20241231

ORDER_COLUMNS = (
    *("order_id", "customer_id", "ordered_at", "amount", "line_id", "quantity", "list_amount"),
    *("product_name", "category", "channel", "payment_method", "store_code", "region"),
    "source_system",
)
CUSTOMER_COLUMNS = ("customer_id", "identity", "registered_at", "region", "membership_level")
CONTACT_COLUMNS = ("contact_id", "customer_id", "contacted_at", "channel", "outcome")

FIRST_DAY, LAST_DAY = date(2018, 3, 1), date(2024, 12, 31)
YEAR_2024 = (date(2024, 1, 1), LAST_DAY)
# The days after the last grading: orders of known and of new customers, and contacts.
NEW_YEAR = (date(2025, 1, 1), date(2025, 1, 9))
NEW_YEAR_ORDERS, NEW_CUSTOMERS, NEW_YEAR_CONTACTS = 90, 24, 60

# Weight of the hours 0 to 23: people buy at 10-12 and at 19-21.
HOURS = [1, 0, 0, 0, 0, 0, 1, 2, 5, 9, 20, 18, 6, 6, 8, 9, 8, 7, 9, 19, 21, 9, 5, 2]
CHANNELS = ("app", "mini_program", "store")

# What a category is called at times; rfm_category_aliases.csv leads back.
ALIASES = {
    "智能手机": ("手机", "移动电话"),
    "会计软件": ("记账软件", "财务软件"),
    "税务软件": ("报税软件",),
    "培训服务": ("培训",),
    "凭证耗材": ("耗材",),
    "登山鞋": ("徒步鞋",),
    "冲锋衣": ("硬壳外套",),
    "登山包": ("双肩包",),
    "露营用品": ("露营装备",),
    "皮衣": ("皮夹克", "真皮外套"),
    "皮草": ("裘皮",),
}


@dataclass(frozen=True)
class Business:
    source_system: str
    prefix: str  # of its customer ids
    pace: float  # how often people order there, times what their profile says
    months: tuple[int, ...]  # its seasons: the weight of January to December
    payments: tuple[str, ...]
    away: tuple[str, ...]  # what a later order may say in place of the customer's region
    catalogue: tuple[tuple[str, str, int], ...]  # category, product, list price in CNY


FINANCE_SOFTWARE = Business(
    "finance_software",
    "FS",
    0.8,
    (14, 6, 9, 9, 8, 6, 6, 6, 7, 9, 12, 20),  # the year's end and the annual tax return
    ("bank_transfer", "alipay", "wechat_pay"),
    ("",),
    (
        ("会计软件", "云会计标准版", 698),
        ("会计软件", "云会计专业版", 1980),
        ("会计软件", "总账报表套件", 2980),
        ("税务软件", "一键报税助手", 360),
        ("税务软件", "发票管理系统", 880),
        ("进销存软件", "进销存普及版", 1280),
        ("云服务", "数据备份年费", 299),
        ("云服务", "电子档案空间", 480),
        ("培训服务", "会计实操课程", 199),
        ("培训服务", "年终结账直播课", 99),
        ("凭证耗材", "凭证打印纸", 58),
        ("凭证耗材", "账簿封皮套装", 36),
        ("智能手机", "移动审批手机", 1899),
    ),
)
OUTDOOR_GEAR = Business(
    "outdoor_gear",
    "OG",
    0.8,
    (7, 6, 10, 17, 18, 9, 7, 8, 16, 18, 9, 8),  # spring and autumn
    ("wechat_pay", "alipay", "bank_card"),
    ("", "云南", "西藏"),
    (
        ("登山鞋", "中帮防水登山鞋", 459),
        ("登山鞋", "轻量徒步鞋", 299),
        ("冲锋衣", "三合一冲锋衣", 599),
        ("冲锋衣", "轻薄软壳衣", 329),
        ("登山包", "四十升登山包", 369),
        ("登山包", "日行小背包", 129),
        ("露营用品", "双人三季帐篷", 499),
        ("露营用品", "羽绒睡袋", 429),
        ("露营用品", "便携炉头", 89),
        ("登山杖", "碳素登山杖", 159),
        ("登山杖", "铝合金登山杖", 69),
        ("配件", "速干袜", 29),
        ("配件", "防风头灯", 59),
        ("配件", "保温水壶", 79),
    ),
)
LEATHER_MARKET = Business(
    "leather_market",
    "LM",
    0.8,
    (12, 4, 3, 2, 2, 2, 3, 6, 12, 17, 20, 17),  # autumn and winter
    ("bank_transfer", "wechat_pay", "cash"),
    ("",),
    (
        ("皮衣", "男士绵羊皮夹克", 1280),
        ("皮衣", "女士短款皮衣", 980),
        ("皮衣", "长款皮风衣", 1680),
        ("皮草", "水貂毛大衣", 5800),
        ("皮草", "狐狸毛马甲", 1580),
        ("皮裤", "修身皮裤", 560),
        ("毛衫", "羊绒针织衫", 480),
        ("皮具", "头层牛皮手袋", 420),
        ("皮具", "羊皮手套", 128),
    ),
)


@dataclass(frozen=True)
class Profile:
    """How a customer behaves, and goes on to: what differs between customers lasts."""

    weight: int
    yearly: tuple[float, float]  # orders a year, times the pace of the business
    starts: tuple[int, int]  # of the time that the business has been open to them, in percent
    stays: float  # the chance to stay another year
    tastes: tuple[float, ...]  # how much more often a product is bought that costs more
    discounts: tuple[int, ...]  # in percent
    channels: tuple[int, int, int]  # weights of CHANNELS


PROFILES = {
    "loyal": Profile(11, (5, 13), (0, 70), 0.98, (0.3, 0.7), (0, 0, 0, 5, 5, 8), (7, 2, 2)),
    "regular": Profile(24, (1.8, 4), (0, 85), 0.95, (0, 0.2, 0.4), (0, 0, 5, 10, 15), (5, 3, 4)),
    "occasional": Profile(29, (0.4, 1.1), (0, 95), 0.95, (-0.8, -0.3), (0, 5, 10, 20), (3, 4, 4)),
    "newcomer": Profile(9, (2, 7), (88, 98), 0.9, (-0.3, 0.2), (0, 10, 20, 30), (3, 6, 2)),
    "one_time": Profile(13, (0, 0), (0, 100), 0, (-0.8, -0.4, 0), (0, 10, 20, 30, 40), (2, 4, 4)),
    "lapsed": Profile(14, (2, 6), (0, 40), 0.2, (-0.4, 0.3), (0, 5, 10, 20), (2, 3, 5)),
}


@dataclass(frozen=True)
class Group:
    """Customers of whom every one has an order in the span, and some have a history before it."""

    business: Business
    count: int
    regions: dict[str, int]  # with weights
    span: tuple[date, date]
    history_from: date | None = None


GROUPS = (
    Group(FINANCE_SOFTWARE, 721, {"张家口市": 1}, YEAR_2024, date(2022, 1, 1)),
    Group(FINANCE_SOFTWARE, 164, {"张家口市": 1}, (date(2022, 1, 1), date(2023, 12, 31))),
    Group(
        FINANCE_SOFTWARE,
        370,
        {"石家庄市": 6, "保定市": 4, "唐山市": 3, "承德市": 2, "大同市": 1},
        (date(2022, 7, 1), LAST_DAY),
    ),
    Group(OUTDOOR_GEAR, 648, {"四川": 1}, (date(2020, 1, 1), LAST_DAY), FIRST_DAY),
    Group(OUTDOOR_GEAR, 72, {"四川": 1}, (FIRST_DAY, date(2019, 12, 31))),
    Group(
        OUTDOOR_GEAR,
        330,
        {"云南": 5, "重庆": 5, "贵州": 3, "陕西": 2, "西藏": 1},
        (date(2020, 1, 1), LAST_DAY),
    ),
    Group(
        LEATHER_MARKET,
        801,
        {"浙江": 8, "江苏": 5, "上海": 3, "山东": 3, "河北": 2, "辽宁": 2, "四川": 2, "黑龙江": 1},
        (date(2021, 8, 1), LAST_DAY),
    ),
)

# Identity of a leather buyer (None: no row in the customers file): weight, pieces a line.
IDENTITIES = {
    "wholesaler": (10, (8, 45)),
    "retailer": (25, (3, 14)),
    "online_seller": (19, (2, 10)),
    "individual": (36, (1, 2)),
    "unknown": (4, (1, 4)),
    "": (3, (1, 3)),
    None: (3, (1, 3)),
}
TRADE_DISCOUNT = {"wholesaler": 35, "retailer": 25, "online_seller": 20}


@dataclass
class Customer:
    business: Business
    region: str
    profile: str
    identity: str | None
    favourite: str  # category
    store: int
    taste: float  # dear products rather than cheap ones
    orders: list[Order] = field(default_factory=list)
    registered: date | None = None
    customer_id: str = ""


@dataclass
class Order:
    customer: Customer
    ordered_at: datetime
    region: str
    channel: str
    payment: str
    lines: list[dict[str, str]]


def weighted(rng: random.Random, weights: dict) -> object:
    """A key of the map, drawn by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def yuan(cents: int, rng: random.Random) -> str:
    """An amount as systems write it: 129.00, and now and then 129."""
    if cents % 100 == 0 and rng.random() < 0.3:
        return str(cents // 100)
    return f"{cents // 100}.{cents % 100:02d}"


def days(rng: random.Random, business: Business, first: date, last: date, count: int) -> list[date]:
    """So many days in the season."""
    length = (last - first).days + 1
    found: list[date] = []
    while len(found) < count:
        offset = rng.randrange(length)
        day = first + timedelta(days=offset)
        if rng.randrange(max(business.months)) < business.months[day.month - 1]:
            found.append(day)
    return sorted(found)


def part(rng: random.Random, span: tuple[date, date], percent: tuple[int, int]) -> date:
    return span[0] + (span[1] - span[0]) * rng.randint(*percent) // 100


def order_days(rng: random.Random, customer: Customer, group: Group) -> list[date]:
    """Orders come at the customer's own pace, in the season, until the customer stays away.

    One of them at least is in the span of the group.
    """
    profile, business = PROFILES[customer.profile], group.business
    first, last = group.history_from or group.span[0], group.span[1]
    day = part(rng, (first, last), profile.starts)
    ends = day
    while ends < last and rng.random() < profile.stays:
        ends += timedelta(days=365)
    yearly = rng.uniform(*profile.yearly) * business.pace
    found = [day]
    while yearly:
        # So many tries that in the mean season's weight lets `yearly` orders through.
        tries = yearly * max(business.months) * 12 / sum(business.months)
        day += timedelta(days=max(1, round(rng.expovariate(tries / 365))))
        if day > min(ends, last):
            break
        if rng.randrange(max(business.months)) < business.months[day.month - 1]:
            found.append(day)
    if found[-1] < group.span[0]:
        found += days(rng, business, *group.span, 1)
    return sorted(found)


def make_line(rng: random.Random, customer: Customer, product: tuple, number: int) -> dict:
    category, name, price = product
    if customer.business is LEATHER_MARKET:
        pieces = rng.randint(*IDENTITIES[customer.identity][1])
    else:
        pieces = rng.choice((1, 1, 1, 1, 1, 2)) if price < 500 else 1
    discount = rng.choice(PROFILES[customer.profile].discounts)
    discount += TRADE_DISCOUNT.get(customer.identity or "", 0)
    listed = price * pieces * 100
    paid = listed * (100 - discount) // 100
    chance = rng.random()
    if chance < 0.012 and listed <= 50000:
        paid = 0  # a gift or a sample
    elif chance < 0.022:
        paid = listed * 103 // 100  # made to measure: above the list price
    elif chance < 0.20:
        paid = max(paid - rng.randint(1, 999), 0)  # a voucher
    if rng.random() < 0.05 and category in ALIASES:
        category = rng.choice(ALIASES[category])
    return {
        "amount": yuan(paid, rng),
        "line_id": str(number),
        "quantity": str(pieces),
        "list_amount": "" if rng.random() < 0.02 else yuan(listed, rng),
        "product_name": name,
        "category": "" if rng.random() < 0.01 else category,
    }


def make_order(rng: random.Random, customer: Customer, day: date, at_home: bool) -> Order:
    """An order of a day; not `at_home`, it may be of another region, or of none."""
    business = customer.business
    hour = rng.choices(range(24), HOURS)[0]
    time = datetime(day.year, day.month, day.day, hour, rng.randrange(60), rng.randrange(60))
    region = customer.region
    if not at_home and rng.random() < 0.04:
        region = rng.choice(business.away)
    channel = rng.choices(CHANNELS, PROFILES[customer.profile].channels)[0]
    basket: list[tuple] = []
    size = rng.choices((1, 2, 3, 4), (78, 16, 5, 1))[0]
    liked = [product for product in business.catalogue if product[0] == customer.favourite]
    while len(basket) < size:
        choice = liked if rng.random() < 0.45 else business.catalogue
        product = rng.choices(choice, [price**customer.taste for *_, price in choice])[0]
        if product not in basket:
            basket.append(product)
    return Order(
        customer,
        time,
        region,
        channel,
        rng.choices(business.payments, (5, 3, 2))[0],
        [make_line(rng, customer, product, i) for i, product in enumerate(basket, 1)],
    )


def make_customer(rng: random.Random, group: Group) -> Customer:
    business = group.business
    identity = ""
    profiles = {name: profile.weight for name, profile in PROFILES.items()}
    if business is LEATHER_MARKET:
        identity = weighted(rng, {name: weight for name, (weight, _) in IDENTITIES.items()})
        if identity == "wholesaler":
            profiles |= {"loyal": 30, "one_time": 12}
    elif rng.random() < 0.02:
        identity = None  # never registered
    customer = Customer(
        business,
        weighted(rng, group.regions),
        weighted(rng, profiles),
        identity,
        rng.choice(business.catalogue)[0],
        rng.randint(1, 3),
        0,
    )
    customer.taste = rng.choice(PROFILES[customer.profile].tastes)
    ordered = order_days(rng, customer, group)
    # What the group promises is an order at home in its span.
    at_home = (ordered[0], next(day for day in ordered if day >= group.span[0]))
    for day in ordered:
        customer.orders.append(make_order(rng, customer, day, at_home=day in at_home))
    first = min(order.ordered_at for order in customer.orders).date()
    customer.registered = first - timedelta(days=rng.choice((0, 0, 0, 1, 3, 20, 90, 200)))
    return customer


def lines_of(orders: list[Order]) -> list[dict]:
    """Number the orders of each business by their time, and spread them out into lines."""
    places: dict[str, list[str]] = {"FS": [], "OG": [], "LM": []}
    for group in GROUPS:
        known = places[group.business.prefix]
        known += [region for region in group.regions if region not in known]
    numbers: Counter[str] = Counter()
    lines = []
    for order in sorted(orders, key=lambda o: (o.ordered_at, o.customer.customer_id)):
        customer, business = order.customer, order.customer.business
        place = places[business.prefix].index(customer.region) + 1
        numbers[business.source_system] += 1
        for line in order.lines:
            line |= {
                # The numbers of the three businesses overlap: only source_system tells them apart.
                "order_id": f"SO{100000 + numbers[business.source_system]}",
                "customer_id": customer.customer_id,
                "ordered_at": f"{order.ordered_at:%Y-%m-%d %H:%M:%S}",
                "channel": order.channel,
                "payment_method": order.payment,
                "store_code": f"{business.prefix}{place:02d}{customer.store}",
                "region": order.region,
                "source_system": business.source_system,
                "typed_at": order.ordered_at,  # for the order of the file; not written
            }
            lines.append(line)
    return lines


# Lines spoilt in one column: the column, what stands there, how many. Each is refused.
SPOILT = (
    ("order_id", ("", " ", "\u3000"), 14),
    ("customer_id", ("", "  ", "\u00a0"), 26),
    ("ordered_at", ("",), 9),
    ("amount", ("", "NaN", " "), 13),
    ("ordered_at", ("2024-13-45", "2023-02-30 10:15:00", "昨天", "2024-05-01 24:00:00"), 11),
    ("amount", ("12,5 元", "1,299.00", "¥299", "面议", "12.9.0"), 15),
    ("quantity", ("一件", "2件", "1.5"), 8),
    ("ordered_at", ("2099-01-01 00:00:00", "2099-12-31 23:59:59"), 6),
    ("quantity", ("0", "0", "-1"), 11),
)
# Orders of a thousand pieces and more, line by line.
ABSURD = (("1000",), ("8888",), ("640", "420"), ("99999", "1"))
LATE = datetime(2024, 12, 1)  # no refunds of later orders: the data end on LAST_DAY
NEVER_ORDERED = 40
REFUNDS, RETYPED_ORDERS, COPIED_LINES, STRAY_SPACES = 24, 30, 70, 45


def refused(rng: random.Random, lines: list[dict], spare: list[dict]) -> list[dict]:
    """Lines that the cleaning refuses: copies of `lines`, and the `spare` ones, spoilt."""
    found = []
    for column, values, count in SPOILT:
        found += [spare.pop() | {column: values[i % len(values)]} for i in range(count)]
    for pieces in ABSURD:
        line = spare.pop()
        found += [line | {"line_id": str(i), "quantity": q} for i, q in enumerate(pieces, 1)]

    paid = [line for line in lines if float(line["amount"]) > 0 and line["typed_at"] < LATE]
    for line in rng.sample(paid, REFUNDS):  # money given back: a line of its own, days later
        back = {key: f"-{line[key]}" for key in ("amount", "quantity")} | {"line_id": "9"}
        found.append(moved(line, timedelta(days=rng.randint(1, 15), minutes=37)) | back)

    by_order: dict[tuple, list[dict]] = {}
    for line in lines:
        by_order.setdefault((line["source_system"], line["order_id"]), []).append(line)
    for order in rng.sample(list(by_order.values()), RETYPED_ORDERS):  # entered twice
        delay = timedelta(minutes=rng.randint(2, 90))
        found += [moved(line, delay) for line in order]
    for i, line in enumerate(rng.sample(lines, COPIED_LINES)):
        found.append(line | ({} if i % 4 else {"order_id": f"{line['order_id']}\u00a0"}))
    return found


def write_oddly(rng: random.Random, lines: list[dict]) -> None:
    """Change how some lines are written, not what they mean."""
    for line in rng.sample(lines, STRAY_SPACES):
        column = rng.choice(("order_id", "customer_id", "customer_id", "region", "category"))
        before, after = rng.choice(((" ", ""), ("", "  "), ("\u00a0", ""), ("", "\u3000")))
        line[column] = f"{before}{line[column]}{after}"
    for line in lines:
        chance = rng.random()
        if chance < 0.001:  # a till writes 2024/3/5 9:30:00
            time = line["typed_at"]
            line["ordered_at"] = f"{time.year}/{time.month}/{time.day} {time.hour}:{time:%M:%S}"
        elif chance < 0.005 and line["quantity"] == "1":
            line["quantity"] = ""  # 1 is what blank means
        elif chance < 0.007 and line["line_id"] == "1":
            line["line_id"] = ""  # likewise
        elif chance < 0.009:
            line["quantity"] += ".0"


def moved(line: dict, delay: timedelta) -> dict:
    """The same line, entered later."""
    time = line["typed_at"] + delay
    return line | {"ordered_at": f"{time:%Y-%m-%d %H:%M:%S}", "typed_at": time}


def spare_orders(rng: random.Random, customers: list[Customer], count: int) -> list[Order]:
    """Orders of one line on top of the history, on a day when the customer orders anyway."""
    orders = []
    for customer in rng.sample(customers, count):
        day = rng.choice(customer.orders).ordered_at.date()
        order = make_order(rng, customer, day, at_home=True)
        del order.lines[1:]
        orders.append(order)
    return orders


def customer_rows(rng: random.Random, customers: list[Customer]) -> list[tuple]:
    rows = []
    for customer in customers:
        count = len(customer.orders)
        level = sum(count >= least for least in (3, 6, 10))
        if customer.identity is not None:
            rows.append(
                (
                    customer.customer_id,
                    customer.identity,
                    "" if rng.random() < 0.01 else customer.registered.isoformat(),
                    "" if rng.random() < 0.02 else customer.region,
                    ("普通会员", "银卡会员", "金卡会员", "钻石会员")[level],
                )
            )
    for i in range(1, NEVER_ORDERED + 1):  # registered, and never ordered
        day = LAST_DAY - timedelta(days=9 * i)
        rows.append((f"OG-9{i:04d}", "", day.isoformat(), "四川", "普通会员"))
    return rows


def new_year_orders(
    rng: random.Random, customers: list[Customer], numbers: Counter[str]
) -> tuple[list[Order], list[Customer]]:
    """Orders after the history, and the customers who are new in them."""

    def some_day() -> date:
        return part(rng, NEW_YEAR, (0, 100))

    recent = [
        customer
        for customer in customers
        if LAST_DAY - max(order.ordered_at for order in customer.orders).date() < timedelta(180)
    ]
    orders = [
        make_order(rng, customer, some_day(), at_home=False)
        for customer in rng.sample(recent, NEW_YEAR_ORDERS)
    ]
    newcomers = []
    days = sorted([NEW_YEAR[1], *(some_day() for _ in range(NEW_CUSTOMERS - 1))])
    for day in days:
        group = rng.choice([group for group in GROUPS if group.span[1] == LAST_DAY])
        customer = make_customer(rng, group)
        customer.orders = [make_order(rng, customer, day, at_home=True)]
        customer.registered = day
        name(customer, numbers)
        newcomers.append(customer)
        orders += customer.orders
    return orders, newcomers


def name(customer: Customer, numbers: Counter[str]) -> None:
    """Give a customer the next number of the business."""
    prefix = customer.business.prefix
    numbers[prefix] += 1
    customer.customer_id = f"{prefix}-{numbers[prefix]:05d}"


OUTCOMES = {"reached": 34, "no_answer": 26, "interested": 18, "ordered": 11, "declined": 9}
OUTCOMES["complaint"] = 2


def contacts(rng: random.Random, customers: list[Customer]) -> list[tuple]:
    """The contacts of two years: mostly with those who order often, of late about once a month."""
    found = []
    for customer in customers:
        many = len(customer.orders) >= 5
        first = max(customer.registered, date(2023, 1, 1))
        times = rng.choice((0, 1, 1, 2, 3) if many else (0, 0, 0, 0, 0, 1))
        contacted = [part(rng, (first, LAST_DAY), (0, 100)) for _ in range(times)]
        last_order = max(order.ordered_at for order in customer.orders).date()
        if many and LAST_DAY - last_order < timedelta(days=150):
            day = LAST_DAY - timedelta(days=rng.randrange(45))
            while day > first and rng.random() < 0.8:
                contacted.append(day)
                day -= timedelta(days=rng.randint(24, 40))
        for day in contacted:
            time = datetime(day.year, day.month, day.day, rng.randint(9, 17), rng.randrange(60))
            channel = rng.choice(("visit", "phone", "wechat") if many else ("sms", "wechat"))
            found.append((time, customer.customer_id, channel, weighted(rng, OUTCOMES)))
    return sorted(found)


def new_year_contacts(rng: random.Random, customers: list[Customer]) -> list[tuple]:
    """Contacts after the history, with those who order often and with new customers."""
    found = []
    for customer in rng.sample(customers, NEW_YEAR_CONTACTS):
        day = part(rng, (max(NEW_YEAR[0], customer.registered), NEW_YEAR[1]), (0, 100))
        time = datetime(day.year, day.month, day.day, rng.randint(9, 17), rng.randrange(60))
        channel = rng.choice(("phone", "wechat"))
        found.append((time, customer.customer_id, channel, weighted(rng, OUTCOMES)))
    return sorted(found)


def contact_rows(found: list[tuple]) -> list[tuple]:
    """Contacts as rows, with their numbers."""
    return [
        (f"CT{100000 + i}", customer_id, f"{time:%Y-%m-%d %H:%M:%S}", channel, outcome)
        for i, (time, customer_id, channel, outcome) in enumerate(found, 1)
    ]


def write(path: Path, columns: tuple[str, ...], rows: list) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> None:
    rng = random.Random(SEED)
    customers = [make_customer(rng, group) for group in GROUPS for _ in range(group.count)]
    rng.shuffle(customers)
    customers.sort(key=lambda customer: customer.registered)
    numbers: Counter[str] = Counter()
    for customer in customers:
        name(customer, numbers)

    history = [order for customer in customers for order in customer.orders]
    spare = spare_orders(rng, customers, sum(count for *_, count in SPOILT) + len(ABSURD))
    later = random.Random(SEED + 1)
    new_orders, newcomers = new_year_orders(later, customers, numbers)
    all_lines = lines_of(history + spare + new_orders)
    ids_of_spare, ids_of_new = (
        {id(line) for order in orders for line in order.lines} for orders in (spare, new_orders)
    )
    lines = [line for line in all_lines if id(line) not in ids_of_spare | ids_of_new]
    spare_lines = [line for line in all_lines if id(line) in ids_of_spare]
    new_lines = [line for line in all_lines if id(line) in ids_of_new]
    rng.shuffle(spare_lines)
    added = refused(rng, lines, spare_lines)
    write_oddly(rng, lines)
    lines = sorted(lines + added + new_lines, key=lambda line: (line["typed_at"], line["order_id"]))
    assert max(order.ordered_at for order in history).date() == LAST_DAY  # else take another SEED

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    rows = [[line[column] for column in ORDER_COLUMNS] for line in lines]
    write(folder / "rfm_demo_orders.csv", ORDER_COLUMNS, rows)
    rows = customer_rows(rng, customers)
    rows[-NEVER_ORDERED:-NEVER_ORDERED] = customer_rows(later, newcomers)[:-NEVER_ORDERED]
    write(folder / "rfm_demo_customers.csv", CUSTOMER_COLUMNS, rows)
    regulars = [customer for customer in customers if len(customer.orders) >= 5]
    found = contacts(rng, customers) + new_year_contacts(later, regulars + newcomers)
    write(folder / "rfm_demo_contacts.csv", CONTACT_COLUMNS, contact_rows(found))


if __name__ == "__main__":
    main()
