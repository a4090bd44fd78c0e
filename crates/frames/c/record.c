/* The record of a frame that native code leaves. */
#include "cpython.h"
#include <stdarg.h>

static uint64_t *(*room_for)(void *context, uint64_t resume, uint64_t words);

void lh_leave_ready(uint64_t *(*room)(void *, uint64_t, uint64_t)) {
    room_for = room;
}

void lh_leave(void *context, uint64_t resume, uint64_t ints, uint64_t floats, ...) {
    uint64_t *word = room_for(context, resume, ints + floats);
    va_list values;
    va_start(values, floats);
    for (; ints > 0; ints--)
        *word++ = va_arg(values, uint64_t);
    for (; floats > 0; floats--) {
        double value = va_arg(values, double);
        memcpy(word++, &value, sizeof value);
    }
    va_end(values);
}
