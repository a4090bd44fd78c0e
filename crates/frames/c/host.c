/* A guard's host: a running frame that is moved to another place.
 *
 * The evaluation loop that runs a guard, a Python function, also runs its
 * caller. When the guard returns (or fails) the loop reads place and stack of
 * the caller from memory, so C code that the guard calls may have changed them.
 * On return it pushes the guard's result: the landing pad of guarded code drops
 * it and jumps on, to wherever the pad was told just before. Nothing looks at
 * signals, or lends the lock, between the two.
 */
#include "cpython.h"

static PyObject *guard_code;

void lh_guard_code(PyObject *code) {
    Py_XSETREF(guard_code, Py_NewRef(code));
}

int lh_host(PyThreadState *ts, LhHost *host) {
    _PyInterpreterFrame *guard = lh_current(ts);
    if (guard == NULL || (PyObject *)LH_CODE(guard) != guard_code || !lh_calls_inline(guard))
        return 0;
    _PyInterpreterFrame *frame = guard->previous;
    if (frame == NULL || frame->owner != FRAME_OWNED_BY_THREAD || frame->stacktop < LH_CODE(frame)->co_nlocalsplus)
        return 0;
    host->names = NULL;
    if (!(LH_CODE(frame)->co_flags & CO_OPTIMIZED)) {
        /* A class body, or exec with two namespaces: not a module's. */
        if (frame->f_locals != frame->f_globals || !PyDict_CheckExact(frame->f_globals))
            return 0;
        host->names = frame->f_globals;
    }
    host->func = LH_FUNC(frame);
    host->code = (PyObject *)LH_CODE(frame);
    host->next = lh_next(frame);
    host->nlocals = LH_CODE(frame)->co_nlocalsplus;
    host->nstack = frame->stacktop - host->nlocals;
    host->slots = frame->localsplus;
    host->frame = frame;
    host->guard = guard;
    return 1;
}

/* The guard's level of recursion is not the user's. */
void lh_host_hide(PyThreadState *ts, LhHost *host) {
    lh_set_current(ts, host->frame);
    ++*lh_recursion(ts);
}

void lh_host_show(PyThreadState *ts, LhHost *host) {
    --*lh_recursion(ts);
    lh_set_current(ts, host->guard);
}

void lh_host_stand(PyThreadState *ts, LhHost *host, int at) {
    lh_stand_at(host->frame, at);
    if (lh_anything_waits() || lh_collects_in_frames(ts))
        lh_end_what_waits(ts);
}

int lh_host_owns(LhHost *host, Py_ssize_t local) {
    const char *kinds = PyBytes_AS_STRING(LH_CODE(host->frame)->co_localspluskinds);
    return !(kinds[local] & (CO_FAST_FREE | CO_FAST_CELL));
}

/* Locals and stack of the activation go in; what stood there is given up last. */
static PyObject **fill_host(LhHost *host, LhActivation *a) {
    const char *kinds = PyBytes_AS_STRING(LH_CODE(host->frame)->co_localspluskinds);
    Py_ssize_t n = host->nlocals + host->nstack;
    PyObject **old = PyMem_New(PyObject *, n + 1);
    if (old == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < a->nlocals; i++) {
        if (kinds[i] & (CO_FAST_FREE | CO_FAST_CELL)) {
            old[i] = a->locals[i];
            continue;
        }
        old[i] = host->slots[i];
        host->slots[i] = a->locals[i];
    }
    for (Py_ssize_t i = host->nlocals; i < n; i++)
        old[i] = host->slots[i];
    for (Py_ssize_t i = 0; i < a->nstack; i++)
        host->slots[a->nlocals + i] = a->stack[i];
    host->frame->stacktop = (int)(a->nlocals + a->nstack);
    return old;
}

/* What is called out may install a profiler or tracer, which knows nothing of the
 * guard's frame: it hears nothing of what that has still to do, to return. */
static _Thread_local Py_tracefunc profiler, tracer;

static int hears(Py_tracefunc *heard, Py_tracefunc own, PyObject *object, PyFrameObject *frame, int what, PyObject *arg) {
    PyCodeObject *code = PyFrame_GetCode(frame);
    int is_guards = (PyObject *)code == guard_code;
    Py_DECREF(code);
    if (!is_guards || what == PyTrace_RETURN)
        *heard = own;
    return is_guards ? 0 : own(object, frame, what, arg);
}

static int profile_beyond_guard(PyObject *object, PyFrameObject *frame, int what, PyObject *arg) {
    return hears(&PyThreadState_Get()->c_profilefunc, profiler, object, frame, what, arg);
}

static int trace_beyond_guard(PyObject *object, PyFrameObject *frame, int what, PyObject *arg) {
    return hears(&PyThreadState_Get()->c_tracefunc, tracer, object, frame, what, arg);
}

static void hide_return_of_guard(PyThreadState *ts) {
    if (ts->c_profilefunc != NULL && ts->c_profilefunc != profile_beyond_guard) {
        profiler = ts->c_profilefunc;
        ts->c_profilefunc = profile_beyond_guard;
    }
    if (ts->c_tracefunc != NULL && ts->c_tracefunc != trace_beyond_guard) {
        tracer = ts->c_tracefunc;
        ts->c_tracefunc = trace_beyond_guard;
    }
}

static PyObject *land(LhHost *host, int landing, int target) {
    unsigned char *pad = (unsigned char *)_PyCode_CODE(LH_CODE(host->frame)) + landing;
    unsigned distance = (unsigned)(landing + 8 - target) / 2;
    pad[3] = (unsigned char)(distance >> 16);
    pad[5] = (unsigned char)(distance >> 8);
    pad[7] = (unsigned char)distance;
    lh_stand_before(host->frame, landing);
    lh_will_return_here(host->frame);
    return Py_NewRef(Py_None);
}

#if PY_VERSION_HEX >= 0x030D0000
/* What the loop does at `exception_unwind`, for the handler that covers the
 * instruction itself. */
static PyObject *land_in_handler(PyThreadState *ts, LhHost *host, int at, LhHandler handler, int landing) {
    _PyInterpreterFrame *f = host->frame;
    PyFrameObject *object = PyThreadState_GetFrame(ts);
    if (object != NULL && object->f_frame == f)
        PyTraceBack_Here(object);
    Py_XDECREF(object);
    PyObject *lasti = handler.lasti ? PyLong_FromLong(at / 2) : NULL;
    if (handler.lasti && lasti == NULL)
        return NULL;
    lh_pop_to(f, LH_CODE(f)->co_nlocalsplus + handler.level);
    if (lasti != NULL)
        f->localsplus[f->stacktop++] = lasti;
    f->localsplus[f->stacktop++] = lh_take();
    return land(host, landing, handler.target * 2);
}
#endif

/* The current exception was raised by the host's instruction at `at`. */
static PyObject *raise_in(PyThreadState *ts, LhHost *host, int at, int landing) {
    lh_stand_at(host->frame, at);
    lh_will_return_here(host->frame);
    PyObject *result = NULL;
#if PY_VERSION_HEX >= 0x030D0000
    LhHandler here = lh_find_handler((PyCodeObject *)host->code, at / 2);
    LhHandler there = lh_find_handler((PyCodeObject *)host->code, LH_HANDLER_AT(at) / 2);
    if (here.found && (here.found != there.found || here.level != there.level || here.target != there.target || here.lasti != there.lasti))
        result = land_in_handler(ts, host, at, here, landing);
#else
    (void)ts, (void)landing;
#endif
    if (result == NULL)
        lh_hide_from_tracebacks(host->guard);
    return result;
}

PyObject *lh_host_raise(PyThreadState *ts, LhHost *host, int at, int landing) {
    lh_host_hide(ts, host);
    PyObject *result = raise_in(ts, host, at, landing);
    lh_host_show(ts, host);
    return result;
}

PyObject *lh_host_continue(PyThreadState *ts, LhHost *host, LhActivation *chain, Py_ssize_t n, int landing) {
    LhActivation *a = &chain[0];
    int thrown = PyErr_Occurred() != NULL;
    int wanted = n > 1 ? LH_CALL : thrown ? LH_THROW : a->kind == LH_RETURNED ? LH_RETURNED : LH_GO;
    const char *why = a->kind != wanted ? "it does not fit what runs above it" : lh_flaw(a, host->code);
    LhException kept = lh_take();
    PyObject **old = why == NULL ? fill_host(host, a) : NULL;
    if (old == NULL) {
        lh_forget(&kept);
        lh_drop_activations(chain, n);
        if (why != NULL)
            PyErr_Format(PyExc_SystemError, "lancehead: bad activation: %s", why);
        else
            PyErr_NoMemory();
        /* Not at the guard's own call, whose exceptions are not the program's. */
        PyObject *result = raise_in(ts, host, a->at, landing);
        lh_host_show(ts, host);
        return result;
    }
    if (n == 1 && (lh_anything_waits() || lh_collects_in_frames(ts))) {
        lh_stand_at(host->frame, a->at);
        lh_end_what_waits(ts);
    }
    lh_stand_at(host->frame, a->kind == LH_GO ? a->offset : a->at);
    for (Py_ssize_t i = 0; i < host->nlocals + host->nstack; i++)
        Py_XDECREF(old[i]);
    PyMem_Free(old);
    lh_give(kept);
    if (n > 1 || a->kind == LH_RETURNED) {
        PyObject *result = n > 1 ? lh_run_above(ts, chain + 1, n - 1) : a->returned;
        a->returned = NULL;
        result = lh_after(a, result);
        thrown = lh_go_on_after(a, host->frame, result) < 0;
    }
    PyObject *result = thrown ? raise_in(ts, host, a->at, landing) : land(host, landing, a->offset);
    lh_host_show(ts, host);
    hide_return_of_guard(ts);
    return result;
}

int lh_range_iterator(PyObject *object, int64_t parts[3]) {
    if (!Py_IS_TYPE(object, &PyRangeIter_Type))
        return 0;
    lh_range_parts(object, parts);
    return 1;
}

/* The iterators of lists, tuples and strings are laid out alike. */
typedef struct {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *over;
} SequenceIterator;

int lh_sequence_iterator(PyObject *object, int64_t *index, PyObject **over) {
    const SequenceIterator *iterator = (SequenceIterator *)object;
    if (!Py_IS_TYPE(object, &PyListIter_Type) && !Py_IS_TYPE(object, &PyTupleIter_Type) &&
        !Py_IS_TYPE(object, &PyUnicodeIter_Type) && strcmp(Py_TYPE(object)->tp_name, "str_ascii_iterator") != 0)
        return 0;
    *index = iterator->index;
    *over = iterator->over;
    return iterator->over != NULL;
}

PyObject *lh_sequence_iterator_end(PyObject *object) {
    SequenceIterator *iterator = (SequenceIterator *)object;
    PyObject *over = iterator->over;
    iterator->over = NULL;
    return over;
}

/* The iterators of dicts, of their views and of sets begin alike. */
typedef struct {
    PyObject_HEAD
    PyObject *over;
    Py_ssize_t used, position;
} TableIterator;

int64_t lh_table_iterator_left(PyObject *object) {
    const TableIterator *iterator = (TableIterator *)object;
    if (Py_IS_TYPE(object, &PySetIter_Type)) {
        const struct {
            TableIterator head;
            Py_ssize_t left;
        } *of_set = (void *)object;
        return iterator->over != NULL ? of_set->left : 0;
    }
    if (!Py_IS_TYPE(object, &PyDictIterKey_Type) && !Py_IS_TYPE(object, &PyDictIterValue_Type)
        && !Py_IS_TYPE(object, &PyDictIterItem_Type))
        return -1;
    const struct {
        TableIterator head;
        PyObject *result;
        Py_ssize_t left;
    } *of_dict = (void *)object;
    return iterator->over != NULL ? of_dict->left : 0;
}

typedef struct {
    PyObject_HEAD
    Py_ssize_t count;
    PyObject *inner;
} Enumerate;

PyObject *lh_enumerate(PyObject *object, int64_t *count) {
    const Enumerate *enumerate = (Enumerate *)object;
    if (!Py_IS_TYPE(object, &PyEnum_Type) || enumerate->count == PY_SSIZE_T_MAX)
        return NULL;
    *count = enumerate->count;
    return enumerate->inner;
}

typedef struct {
    PyObject_HEAD
    Py_ssize_t size;
    PyObject *iterators;
    PyObject *result;
    int strict;
} Zip;

PyObject *lh_zip(PyObject *object) {
    const Zip *zip = (Zip *)object;
    return Py_IS_TYPE(object, &PyZip_Type) && !zip->strict && zip->size > 0 ? zip->iterators : NULL;
}

Py_ssize_t lh_locals(PyObject *func) {
    return ((PyCodeObject *)((PyFunctionObject *)func)->func_code)->co_nlocalsplus;
}

Py_ssize_t lh_free_variables(PyObject *func) {
    return ((PyCodeObject *)((PyFunctionObject *)func)->func_code)->co_nfreevars;
}

PyObject *lh_run_bare(PyThreadState *ts, PyObject *what, PyObject *with) {
    _PyInterpreterFrame *below = lh_current(ts);
    int used = *lh_recursion_limit(ts) - *lh_recursion(ts);
    *lh_recursion(ts) += used;
    lh_set_current(ts, NULL);
    PyObject *result = PyCode_Check(what) ? PyEval_EvalCode(what, with, with) : PyObject_CallObject(what, with);
    lh_set_current(ts, below);
    *lh_recursion(ts) -= used;
    return result;
}
