# Coroutines beside loops.
import asyncio


async def count(n):
    s = 0
    for k in range(n):
        await asyncio.sleep(0)
        s += k
    return s


async def numbers(n):
    for k in range(n):
        yield k * 0.5


async def main():
    total = 0
    for i in range(3):
        total += await count(i + 2)
    async for x in numbers(4):
        total += x
    print(total, await asyncio.gather(*(count(k) for k in range(4))), [x async for x in numbers(3)])


for i in range(2):
    asyncio.run(main())
