/* random.seed(n) for 0 <= n < 2**32, and random.random(): the same stream as Python's. */
#include <stdint.h>

static uint32_t mt_state[624];
static int mt_next = 624;

static void random_seed(uint32_t seed) {
    mt_state[0] = 19650218u;
    for (int i = 1; i < 624; i++)
        mt_state[i] = 1812433253u * (mt_state[i - 1] ^ (mt_state[i - 1] >> 30)) + i;
    int i = 1;
    for (int k = 0; k < 624; k++) {
        mt_state[i] = (mt_state[i] ^ ((mt_state[i - 1] ^ (mt_state[i - 1] >> 30)) * 1664525u)) + seed;
        if (++i == 624) {
            mt_state[0] = mt_state[623];
            i = 1;
        }
    }
    for (int k = 0; k < 623; k++) {
        mt_state[i] = (mt_state[i] ^ ((mt_state[i - 1] ^ (mt_state[i - 1] >> 30)) * 1566083941u)) - i;
        if (++i == 624) {
            mt_state[0] = mt_state[623];
            i = 1;
        }
    }
    mt_state[0] = 0x80000000u;
    mt_next = 624;
}

static void mt_refill(void) {
    for (int k = 0; k < 624; k++) {
        uint32_t y = (mt_state[k] & 0x80000000u) | (mt_state[(k + 1) % 624] & 0x7fffffffu);
        mt_state[k] = mt_state[(k + 397) % 624] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
    }
    mt_next = 0;
}

static uint32_t mt_word(void) {
    if (mt_next == 624)
        mt_refill();
    uint32_t y = mt_state[mt_next++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

static double random_random(void) {
    uint32_t a = mt_word() >> 5, b = mt_word() >> 6;
    return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
}
