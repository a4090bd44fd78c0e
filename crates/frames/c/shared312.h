/* 3.12 and later. Tracers, profilers and monitoring tools are all tools. */
static inline int lh_any_tool(const uint8_t *tools, int n) {
    unsigned any = 0;       /* no early way out: it is done in one sweep */
    for (int event = 0; event < n; event++)
        any |= tools[event];
    return any != 0;
}

static inline int lh_watched(PyThreadState *ts) {
    return lh_any_tool(ts->interp->monitors.tools, _PY_MONITORING_UNGROUPED_EVENTS);
}

static inline int lh_watched_code(PyCodeObject *co) {
    return co->_co_monitoring != NULL
        && lh_any_tool(co->_co_monitoring->local_monitors.tools, _PY_MONITORING_LOCAL_EVENTS);
}

static inline void lh_renew_breaker(PyThreadState *ts) { (void)ts; }
/* The evaluation loop will see to it. */
static inline int lh_collects_in_frames(PyThreadState *ts) { (void)ts; return 0; }

static inline int lh_calls_inline(_PyInterpreterFrame *f) {
    return f->previous != NULL && f->previous->owner != FRAME_OWNED_BY_CSTACK;
}

static inline void lh_will_return_here(_PyInterpreterFrame *f) { f->return_offset = 0; }

#include "internal/pycore_range.h"

static inline void lh_range_parts(PyObject *object, int64_t parts[3]) {
    _PyRangeIterObject *it = (_PyRangeIterObject *)object;
    parts[0] = it->start;
    parts[1] = it->len;
    parts[2] = it->step;
}
