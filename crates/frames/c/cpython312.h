/* CPython 3.12: `prev_instr` is the unit before the next one; frames hang on
 * tstate->cframe; the evaluator itself clears the frame it is given. */

#define LH_FUNC(f) ((f)->f_funcobj)
#define LH_CODE(f) ((f)->f_code)
#define LH_COPY_NEW_FIELDS(to, from) \
    ((to)->func_typeparams = Py_XNewRef((from)->func_typeparams))

static inline void lh_stand_at(_PyInterpreterFrame *f, int byte) {
    f->prev_instr = _PyCode_CODE(LH_CODE(f)) + byte / 2;
}

static inline void lh_stand_before(_PyInterpreterFrame *f, int byte) {
    f->prev_instr = _PyCode_CODE(LH_CODE(f)) + byte / 2 - 1;
}

static inline void lh_link(PyThreadState *ts, _PyInterpreterFrame *f) {
    f->previous = ts->cframe->current_frame;
    ts->cframe->current_frame = f;
}

static inline void lh_unlink(PyThreadState *ts, _PyInterpreterFrame *f) {
    ts->cframe->current_frame = f->previous;
}

static inline _PyInterpreterFrame *lh_current(PyThreadState *ts) { return ts->cframe->current_frame; }

static inline void lh_set_current(PyThreadState *ts, _PyInterpreterFrame *f) { ts->cframe->current_frame = f; }

static inline int lh_next(_PyInterpreterFrame *f) {
    return (int)(f->prev_instr + 1 - _PyCode_CODE(LH_CODE(f))) * 2;
}

static inline int lh_stands_at(_PyInterpreterFrame *f) {
    return (int)(f->prev_instr - _PyCode_CODE(LH_CODE(f))) * 2;
}

static inline void lh_hide_from_tracebacks(_PyInterpreterFrame *f) {
    f->prev_instr = _PyCode_CODE(LH_CODE(f)) - 1;
}

#define LH_HANDLER_AT(at) (at)

#include "exception312.h"

static inline PyObject *lh_throw(PyThreadState *ts, _PyInterpreterFrame *f) {
    return _PyEval_EvalFrameDefault(ts, f, 1);
}

/* Nothing that clears a frame is exported here, so let the evaluator do it: an
 * exception thrown in before the first instruction meets no handler, and a
 * frame that stands there gets no traceback entry. Events are off meanwhile:
 * nobody may see the exception. */
static inline void lh_discard(PyThreadState *ts, _PyInterpreterFrame *f) {
    LhException kept = lh_take();
    PyFrameObject *seen = f->frame_obj;
    if (seen != NULL && Py_REFCNT(seen) > 1)
        Py_INCREF(seen);    /* somebody keeps it: it will own the frame's copy */
    else
        seen = NULL;
    int at = _PyInterpreterFrame_LASTI(f) * 2;
    lh_stand_before(f, 0);
    PyThreadState_EnterTracing(ts);
    PyErr_SetNone(PyExc_StopIteration);
    PyObject *none = _PyEval_EvalFrameDefault(ts, f, 1);
    PyErr_Clear();
    PyThreadState_LeaveTracing(ts);
    Py_XDECREF(none);       /* always NULL */
    if (seen != NULL) {
        lh_stand_at(seen->f_frame, at);     /* f_lineno as it was seen */
        Py_DECREF(seen);
    }
    lh_give(kept);
}

static inline int *lh_recursion(PyThreadState *ts) {
    return &ts->py_recursion_remaining;
}

static inline int *lh_recursion_limit(PyThreadState *ts) {
    return &ts->py_recursion_limit;
}

static inline const void *lh_breaker(PyThreadState *ts) {
    return &ts->interp->ceval.eval_breaker;
}

static inline int lh_others_wish(PyThreadState *ts) {
    int main_thread = PyThread_get_thread_ident() == _PyRuntime.main_thread;
    return ts->async_exc != NULL
        || _Py_atomic_load_relaxed(&ts->interp->ceval.pending.calls_to_do)
        || (main_thread
            && (_Py_atomic_load_relaxed(&_PyRuntime.ceval.signals_pending)
                || _Py_atomic_load_relaxed(&_PyRuntime.ceval.pending_mainthread.calls_to_do)));
}

static inline int lh_gil_wanted(PyThreadState *ts) {
    return _Py_atomic_load_relaxed(&ts->interp->ceval.gil_drop_request);
}

static inline int lh_gc_wanted(PyThreadState *ts) {
    return _Py_atomic_load_relaxed(&ts->interp->ceval.gc_scheduled);
}

/* The collector's door is not exported: an empty program's RESUME opens it. */
static inline int lh_run_gc(PyThreadState *ts) {
    static PyObject *empty, *names;
    (void)ts;
    if (empty == NULL) {
        if (names == NULL && (names = PyDict_New()) == NULL)
            return -1;
        empty = Py_CompileString("None", "<lancehead>", Py_eval_input);
        if (empty == NULL)
            return -1;
    }
    PyObject *none = PyEval_EvalCode(empty, names, names);
    if (none != NULL) {
        Py_DECREF(none);
        return 0;
    }
    /* A signal came in between: its exception is the user's, our frame is not. */
    PyObject *exc = PyErr_GetRaisedException();
    PyTracebackObject *tb = (PyTracebackObject *)PyException_GetTraceback(exc);
    if (tb != NULL) {
        PyException_SetTraceback(exc, tb->tb_next ? (PyObject *)tb->tb_next : Py_None);
        Py_DECREF(tb);
    }
    PyErr_SetRaisedException(exc);
    return -1;
}

static inline PyObject *lh_instance_dict(PyObject *o) {
    if (!(Py_TYPE(o)->tp_flags & Py_TPFLAGS_MANAGED_DICT)) {
        PyObject **at = _PyObject_GetDictPtr(o);
        return at == NULL ? NULL : *at;
    }
    PyDictOrValues kept = *_PyObject_DictOrValuesPointer(o);
    return _PyDictOrValues_IsValues(kept) ? NULL : _PyDictOrValues_GetDict(kept);
}

static inline PyDictValues *lh_instance_values(PyObject *o) {
    if (!(Py_TYPE(o)->tp_flags & Py_TPFLAGS_MANAGED_DICT))
        return NULL;
    PyDictOrValues kept = *_PyObject_DictOrValuesPointer(o);
    return _PyDictOrValues_IsValues(kept) ? _PyDictOrValues_GetValues(kept) : NULL;
}

#include "shared312.h"
