"""An order book of data classes: made, compared, replaced, sorted."""

import sys
from dataclasses import asdict, dataclass, field, replace


@dataclass(order=True, frozen=True)
class Item:
    price: float
    name: str = field(compare=False)
    count: int = 1

    @property
    def cost(self):
        return self.price * self.count


@dataclass
class Order:
    number: int
    items: list = field(default_factory=list)

    def total(self):
        return sum(item.cost for item in self.items)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
orders = []
for i in range(n):
    order = Order(i)
    for k in range(5):
        order.items.append(Item((i * 7 + k * 13) % 100 / 4, f"item {k}", k + 1))
    orders.append(order)
total = 0.0
for order in orders:
    order.items.sort()
    order.items[0] = replace(order.items[0], count=2)
    total += order.total()
text = 0
for order in orders[: n // 5]:
    text += len(repr(order)) + len(asdict(order)["items"])
print(total, text, max(orders, key=Order.total).number)
