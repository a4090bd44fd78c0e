from bench import jit, main


@jit
def fnv1a(n):
    h = 0xCBF29CE484222325
    for i in range(n):
        h = ((h ^ (i & 0xFF)) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


if __name__ == "__main__":
    main(fnv1a)
