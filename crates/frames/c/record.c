/* The record of a frame that native code leaves. */
#include "cpython.h"
#include <stdarg.h>

static uint64_t *(*room_for)(void *context, uint64_t resume, uint64_t words);

static PyObject *(*call_out)(void *context);

void lh_leave_ready(uint64_t *(*room)(void *, uint64_t, uint64_t), PyObject *(*out)(void *)) {
    room_for = room;
    call_out = out;
}

static void write_record(uint64_t *word, uint64_t ints, uint64_t floats, va_list values) {
    for (; ints > 0; ints--)
        *word++ = va_arg(values, uint64_t);
    for (; floats > 0; floats--) {
        double value = va_arg(values, double);
        memcpy(word++, &value, sizeof value);
    }
}

void lh_leave(void *context, uint64_t resume, uint64_t ints, uint64_t floats, ...) {
    va_list values;
    va_start(values, floats);
    write_record(room_for(context, resume, ints + floats), ints, floats, values);
    va_end(values);
}

PyObject *lh_call_out(void *context, uint64_t resume, uint64_t ints, uint64_t floats, ...) {
    va_list values;
    va_start(values, floats);
    write_record(room_for(context, resume, ints + floats), ints, floats, values);
    va_end(values);
    return call_out(context);
}
