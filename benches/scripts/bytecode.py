"""An interpreter for a small stack machine, running a program that counts Collatz steps."""

import sys

PUSH, LOAD, STORE, ADD, MUL, MOD, DIV, LESS, EQUAL, JUMP, JUMP_IF_NOT, HALT = range(12)


def run(program, variables):
    stack = []
    executed = 0
    pc = 0
    while True:
        op, argument = program[pc]
        pc += 1
        executed += 1
        if op == PUSH:
            stack.append(argument)
        elif op == LOAD:
            stack.append(variables[argument])
        elif op == STORE:
            variables[argument] = stack.pop()
        elif op == ADD:
            right = stack.pop()
            stack.append(stack.pop() + right)
        elif op == MUL:
            right = stack.pop()
            stack.append(stack.pop() * right)
        elif op == MOD:
            right = stack.pop()
            stack.append(stack.pop() % right)
        elif op == DIV:
            right = stack.pop()
            stack.append(stack.pop() // right)
        elif op == LESS:
            right = stack.pop()
            stack.append(stack.pop() < right)
        elif op == EQUAL:
            right = stack.pop()
            stack.append(stack.pop() == right)
        elif op == JUMP:
            pc = argument
        elif op == JUMP_IF_NOT:
            if not stack.pop():
                pc = argument
        elif op == HALT:
            return executed


SOURCE = """
    push 1 store start
  outer: load start load limit less unless done
    load start store n
  inner: push 1 load n less unless next
    load steps push 1 add store steps
    load n push 2 mod push 0 equal unless odd
    load n push 2 div store n jump inner
  odd: load n push 3 mul push 1 add store n jump inner
  next: load start push 1 add store start jump outer
  done: halt
"""
OPS = {"push": PUSH, "load": LOAD, "store": STORE, "add": ADD, "mul": MUL, "mod": MOD, "div": DIV, "less": LESS, "equal": EQUAL}
OPS.update({"jump": JUMP, "unless": JUMP_IF_NOT, "halt": HALT})


def assemble(source):
    program = []
    labels = {}
    names = []
    words = iter(source.split())
    for word in words:
        if word.endswith(":"):
            labels[word[:-1]] = len(program)
            continue
        argument = next(words) if word in ("push", "load", "store", "jump", "unless") else None
        if word == "push":
            argument = int(argument)
        elif word in ("load", "store"):
            if argument not in names:
                names.append(argument)
            argument = names.index(argument)
        program.append((OPS[word], argument))
    program = [(op, labels.get(argument, argument)) for op, argument in program]
    return program, names


limit = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
program, names = assemble(SOURCE)
variables = [0] * len(names)
variables[names.index("limit")] = limit
executed = run(program, variables)
print(executed, "instructions", variables[names.index("steps")], "steps")
