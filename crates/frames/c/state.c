/* What native code may look at between two operations. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "cpython.h"
#include <pthread.h>

const void *lh_eval_breaker(PyThreadState *ts) {
    return lh_breaker(ts);
}

int *lh_c_recursion_remaining(PyThreadState *ts) {
#if PY_VERSION_HEX >= 0x030C0000
    return &ts->c_recursion_remaining;
#else
    (void)ts;
    return NULL;
#endif
}

int *lh_recursion_remaining(PyThreadState *ts) {
    return lh_recursion(ts);
}

int lh_tracing(PyThreadState *ts) {
    _PyFrameEvalFunction evaluator = ts->interp->eval_frame;
    return ts->c_tracefunc != NULL || ts->c_profilefunc != NULL || lh_watched(ts)
        || (evaluator != NULL && !lh_is_ours(evaluator));
}

int lh_code_monitored(PyObject *code) {
    return PyCode_Check(code) && lh_watched_code((PyCodeObject *)code);
}

/* Returns 0: go on. 1: leave, the interpreter has something to do here.
 * -1: an exception came (a signal's), raise it here. */
int lh_safepoint(PyThreadState *ts) {
    if (lh_others_wish(ts))
        return 1;
    if (lh_gc_wanted(ts) && lh_run_gc(ts) < 0)
        return -1;
    lh_renew_breaker(ts);
    const volatile unsigned char *breaker = lh_breaker(ts);
    if (!*breaker)
        return 0;
    if (lh_gil_wanted(ts))
        PyEval_RestoreThread(PyEval_SaveThread());
    /* Somebody may be waiting for the lock again: that is what the next
     * safepoint is for. All else that is left, the interpreter must see. */
    return lh_others_wish(ts) || (*breaker && !lh_gil_wanted(ts) && !lh_gc_wanted(ts));
}

/* The Rust side reads what a weak reference refers to. */
_Static_assert(offsetof(PyWeakReference, wr_object) == sizeof(PyObject), "weak references lie otherwise");

/* 3.13 deprecates the field and still keeps it; the watchers' bits in it change
 * a version that is the same, never the other way round. */
uint64_t lh_dict_version(PyObject *dict) {
    return ((PyDictObject *)dict)->ma_version_tag;
}

int lh_attribute(PyObject *owner, PyObject *name, PyObject **found) {
#if PY_VERSION_HEX < 0x030D0000
    return _PyObject_LookupAttr(owner, name, found);
#else
    return PyObject_GetOptionalAttr(owner, name, found);
#endif
}

int *lh_collector(PyThreadState *ts) {
#if PY_VERSION_HEX < 0x030C0000
    return &ts->interp->gc.enabled;
#else
    (void)ts;
    return NULL;
#endif
}

void lh_made_container(void) {
#if PY_VERSION_HEX < 0x030C0000
    PyThreadState *ts = PyThreadState_Get();
    if (lh_collection_is_due(ts))
        _Py_atomic_store_relaxed(&ts->interp->ceval.eval_breaker, 1);
#endif
}

void lh_forget_containers(PyThreadState *ts) {
    lh_renew_breaker(ts);
}

int lh_is_only_thread(PyThreadState *ts) {
    return ts->next == NULL && ts->prev == NULL;
}

int lh_ask_main_thread(int (*call)(void *), void *arg) {
    int status = Py_AddPendingCall(call, arg);
#if PY_VERSION_HEX < 0x030D0000
    if (status == 0)
        _Py_atomic_store_relaxed(&PyInterpreterState_Main()->ceval.eval_breaker, 1);
#endif
    return status;
}

int lh_runs_within(PyObject *code, int first, int last) {
    PyInterpreterState *interpreter = PyThreadState_Get()->interp;
    for (PyThreadState *ts = PyInterpreterState_ThreadHead(interpreter); ts != NULL; ts = PyThreadState_Next(ts))
        for (_PyInterpreterFrame *f = lh_current(ts); f != NULL; f = f->previous)
            if ((PyObject *)LH_CODE(f) == code && lh_stands_at(f) >= first && lh_stands_at(f) < last)
                return 1;
    return 0;
}

int lh_awaits_interpreter(PyThreadState *ts) {
    const volatile unsigned char *breaker = lh_breaker(ts);
    return *breaker && lh_others_wish(ts);
}

/* What belongs to this thread, in one variable: finding it is a call. */
static _Thread_local struct {
    uintptr_t stack_end;
    void *own;
} mine;

static uintptr_t find_stack_end(void) {
    uintptr_t end = 0;
#if defined(__linux__)
    pthread_attr_t attributes;
    void *base = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        if (pthread_attr_getstack(&attributes, &base, &size) != 0)
            base = NULL;
        pthread_attr_destroy(&attributes);
    }
    end = (uintptr_t)base;
#elif defined(__APPLE__)
    end = (uintptr_t)pthread_get_stackaddr_np(pthread_self())
        - pthread_get_stacksize_np(pthread_self());
#endif
    if (end == 0)
        end = (uintptr_t)__builtin_frame_address(0) - 256 * 1024;   /* a guess that is small enough anywhere */
    return end;
}

static size_t stack_left(uintptr_t *end) {
    if (*end == 0)
        *end = find_stack_end();
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    return here > *end ? (size_t)(here - *end) : 0;
}

size_t lh_stack_left(void) {
    return stack_left(&mine.stack_end);
}

void lh_call_state(PyObject *function, LhCallState *state) {
    PyThreadState *ts = PyThreadState_Get();
    state->thread = ts;
    state->data = lh_function_data(function);
    state->code = ((PyFunctionObject *)function)->func_code;
    state->breaker = lh_breaker(ts);
    state->levels = lh_recursion(ts);
    state->c_levels = lh_c_recursion_remaining(ts);
    state->stack = stack_left(&mine.stack_end);
    state->collector = lh_collector(ts);
    state->own = &mine.own;
    state->watched = lh_tracing(ts);
}
