"""Many small functions call one another; no loop is long."""

import sys


class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []

    def deposit(self, amount):
        check(amount)
        self.balance = add(self.balance, amount)
        self.note("in", amount)

    def withdraw(self, amount):
        check(amount)
        if not covers(self.balance, amount):
            raise ValueError(message(self.owner, amount))
        self.balance = subtract(self.balance, amount)
        self.note("out", amount)

    def note(self, kind, amount):
        self.history.append(entry(kind, amount))
        if len(self.history) > 20:
            del self.history[:10]


def check(amount):
    if is_negative(amount):
        raise ValueError("negative")


def is_negative(amount):
    return amount < 0


def covers(balance, amount):
    return balance >= amount


def add(a, b):
    return a + b


def subtract(a, b):
    return a - b


def entry(kind, amount):
    return kind, amount


def message(owner, amount):
    return f"{owner} lacks {amount}"


def transfer(source, target, amount):
    try:
        source.withdraw(amount)
    except ValueError:
        return False
    target.deposit(amount)
    return True


n = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
accounts = [Account(name, 1000) for name in ("Ann", "Bob", "Cem", "Dee", "Eva")]
refused = 0
for i in range(n):
    if not transfer(accounts[i % 5], accounts[(i * i + 1) % 5], i % 97):
        refused += 1
print(refused, [(account.owner, account.balance, account.history[-1]) for account in accounts])
