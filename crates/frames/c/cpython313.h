/* CPython 3.13: `instr_ptr` is the instruction itself; frames hang on
 * tstate->current_frame; the evaluator itself clears the frame it is given. */

#define LH_FUNC(f) ((f)->f_funcobj)
#define LH_CODE(f) ((PyCodeObject *)(f)->f_executable)
#define LH_COPY_NEW_FIELDS(to, from) \
    ((to)->func_typeparams = Py_XNewRef((from)->func_typeparams))

static inline void lh_stand_at(_PyInterpreterFrame *f, int byte) {
    f->instr_ptr = _PyCode_CODE(LH_CODE(f)) + byte / 2;
}

static inline void lh_stand_before(_PyInterpreterFrame *f, int byte) {
    lh_stand_at(f, byte);
}

static inline void lh_link(PyThreadState *ts, _PyInterpreterFrame *f) {
    f->previous = ts->current_frame;
    ts->current_frame = f;
}

static inline void lh_unlink(PyThreadState *ts, _PyInterpreterFrame *f) {
    ts->current_frame = f->previous;
}

static inline _PyInterpreterFrame *lh_current(PyThreadState *ts) { return ts->current_frame; }

static inline void lh_set_current(PyThreadState *ts, _PyInterpreterFrame *f) { ts->current_frame = f; }

static inline int lh_next(_PyInterpreterFrame *f) {
    return (int)(f->instr_ptr + f->return_offset - _PyCode_CODE(LH_CODE(f))) * 2;
}

static inline int lh_stands_at(_PyInterpreterFrame *f) {
    return (int)(f->instr_ptr - _PyCode_CODE(LH_CODE(f))) * 2;
}

/* COPY_FREE_VARS stands before the first traceable instruction of a guard. */
static inline void lh_hide_from_tracebacks(_PyInterpreterFrame *f) {
    f->instr_ptr = _PyCode_CODE(LH_CODE(f));
}

#define LH_HANDLER_AT(at) ((at) - 2)

#include "exception312.h"

static inline void lh_discard(PyThreadState *ts, _PyInterpreterFrame *f) {
    LhException kept = lh_take();
    _PyEval_FrameClearAndPop(ts, f);
    lh_give(kept);
}

/* What the evaluator does at `exception_unwind`, for the handler that covers
 * the instruction itself. */
static PyObject *lh_throw_by_hand(PyThreadState *ts, _PyInterpreterFrame *f, LhHandler handler) {
    int unit = _PyInterpreterFrame_LASTI(f);
    lh_link(ts, f);
    PyFrameObject *object = PyThreadState_GetFrame(ts);
    if (object != NULL && object->f_frame == f)
        PyTraceBack_Here(object);
    Py_XDECREF(object);
    lh_pop_to(f, LH_CODE(f)->co_nlocalsplus + handler.level);
    PyObject *lasti = handler.lasti ? PyLong_FromLong(unit) : NULL;
    if (!handler.found || (handler.lasti && lasti == NULL)) {
        lh_unlink(ts, f);       /* out of memory: this exception, and no handler */
        lh_discard(ts, f);
        return NULL;
    }
    if (lasti != NULL)
        f->localsplus[f->stacktop++] = lasti;
    f->localsplus[f->stacktop++] = lh_take();
    lh_unlink(ts, f);
    lh_stand_before(f, handler.target * 2);
    return _PyEval_EvalFrameDefault(ts, f, 0);
}

/* The evaluator, told to throw, writes the traceback for `instr_ptr` but looks
 * for the handler one unit before it (right for a generator at its RESUME).
 * Where the two units have different handlers, we do its work. */
static inline PyObject *lh_throw(PyThreadState *ts, _PyInterpreterFrame *f) {
    int unit = _PyInterpreterFrame_LASTI(f);
    LhHandler here = lh_find_handler(LH_CODE(f), unit);
    LhHandler before = lh_find_handler(LH_CODE(f), unit - 1);
    if (here.found == before.found && here.level == before.level
        && here.target == before.target && here.lasti == before.lasti)
        return _PyEval_EvalFrameDefault(ts, f, 1);
    return lh_throw_by_hand(ts, f, here);
}

static inline int *lh_recursion(PyThreadState *ts) {
    return &ts->py_recursion_remaining;
}

static inline int *lh_recursion_limit(PyThreadState *ts) {
    return &ts->py_recursion_limit;
}

/* The low byte holds the events, the rest the instrumentation version. */
static inline const void *lh_breaker(PyThreadState *ts) {
#if PY_BIG_ENDIAN
    return (const char *)&ts->eval_breaker + sizeof(ts->eval_breaker) - 1;
#else
    return &ts->eval_breaker;
#endif
}

static inline uintptr_t lh_events(PyThreadState *ts) {
    return _Py_atomic_load_uintptr_relaxed(&ts->eval_breaker) & _PY_EVAL_EVENTS_MASK;
}

static inline int lh_gil_wanted(PyThreadState *ts) {
    return (lh_events(ts) & _PY_GIL_DROP_REQUEST_BIT) != 0;
}

static inline int lh_gc_wanted(PyThreadState *ts) {
    return (lh_events(ts) & _PY_GC_SCHEDULED_BIT) != 0;
}

static inline int lh_others_wish(PyThreadState *ts) {
    return (lh_events(ts) & ~(uintptr_t)(_PY_GIL_DROP_REQUEST_BIT | _PY_GC_SCHEDULED_BIT)) != 0;
}

static inline int lh_run_gc(PyThreadState *ts) { return _Py_HandlePending(ts); }

static inline PyObject *lh_instance_dict(PyObject *o) {
    if (Py_TYPE(o)->tp_flags & Py_TPFLAGS_MANAGED_DICT)
        return (PyObject *)_PyObject_GetManagedDict(o);
    PyObject **at = _PyObject_GetDictPtr(o);
    return at == NULL ? NULL : *at;
}

static inline PyDictValues *lh_instance_values(PyObject *o) {
    if (!(Py_TYPE(o)->tp_flags & Py_TPFLAGS_INLINE_VALUES) || !_PyObject_InlineValues(o)->valid)
        return NULL;
    return _PyObject_InlineValues(o);
}

#include "shared312.h"
