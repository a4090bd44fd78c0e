/* What the C twins of scripts/ include: the size from argv, and floats printed as Python prints them. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t argument(int argc, char **argv, int64_t otherwise) { return argc > 1 ? strtoll(argv[1], NULL, 10) : otherwise; }

static inline double square(double x) { return x * x; }

/* The shortest digits that give x again, without an exponent from 1e-4 up to 1e16. */
static void print_float(const char *before, double x, const char *after) {
    char text[64];
    int digits = 1;
    for (; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, x);
        if (strtod(text, NULL) == x)
            break;
    }
    char *e = strchr(text, 'e');
    int exponent = e ? atoi(e + 1) : 0;
    if (e && exponent >= -4 && exponent < 16)
        snprintf(text, sizeof text, "%.*f", digits - 1 - exponent > 1 ? digits - 1 - exponent : 1, x);
    printf("%s%s%s", before, text, after);
}
