/* CPython 3.11: `prev_instr` is the unit before the next one; frames hang on
 * tstate->cframe; whoever pushed an entry frame clears it (_PyEval_Vector). */

#define LH_FUNC(f) ((PyObject *)(f)->f_func)
#define LH_CODE(f) ((f)->f_code)
#define LH_COPY_NEW_FIELDS(to, from) ((void)0)

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

static inline int lh_calls_inline(_PyInterpreterFrame *f) { return !f->is_entry; }

static inline void lh_will_return_here(_PyInterpreterFrame *f) { (void)f; }

typedef struct { PyObject_HEAD long index, start, step, len; } LhRangeIterator;

static inline void lh_range_parts(PyObject *object, int64_t parts[3]) {
    LhRangeIterator *it = (LhRangeIterator *)object;
    parts[0] = (int64_t)((unsigned long)it->start + (unsigned long)it->index * (unsigned long)it->step);
    parts[1] = it->len - it->index;
    parts[2] = it->step;
}

typedef struct { PyObject *type, *value, *traceback; } LhException;

static inline LhException lh_take(void) {
    LhException e;
    PyErr_Fetch(&e.type, &e.value, &e.traceback);
    return e;
}

static inline void lh_give(LhException e) {
    PyErr_Restore(e.type, e.value, e.traceback);
}

static inline void lh_forget(LhException *e) {
    Py_CLEAR(e->type);
    Py_CLEAR(e->value);
    Py_CLEAR(e->traceback);
}

static inline PyObject *lh_throw(PyThreadState *ts, _PyInterpreterFrame *f) {
    return _PyEval_EvalFrameDefault(ts, f, 1);
}

static inline void lh_discard(PyThreadState *ts, _PyInterpreterFrame *f) {
    (void)ts, (void)f;      /* _PyEval_Vector clears it when we return */
}

static inline int *lh_recursion(PyThreadState *ts) {
    return &ts->recursion_remaining;
}

static inline int *lh_recursion_limit(PyThreadState *ts) {
    return &ts->recursion_limit;
}

static inline const void *lh_breaker(PyThreadState *ts) {
    return &ts->interp->ceval.eval_breaker;
}

static inline int lh_others_wish(PyThreadState *ts) {
    int main_thread = PyThread_get_thread_ident() == _PyRuntime.main_thread;
    return ts->async_exc != NULL
        || (main_thread
            && (_Py_atomic_load_relaxed(&_PyRuntime.ceval.signals_pending)
                || _Py_atomic_load_relaxed(&ts->interp->ceval.pending.calls_to_do)));
}

static inline int lh_gil_wanted(PyThreadState *ts) {
    return _Py_atomic_load_relaxed(&ts->interp->ceval.gil_drop_request);
}

/* 3.11 collects where it allocates: never a wish of the breaker, but one that
 * lh_made_container puts there. */
static inline int lh_collection_is_due(PyThreadState *ts) {
    struct _gc_runtime_state *gc = &ts->interp->gc;
    return gc->generations[0].threshold != 0 && gc->generations[0].count > gc->generations[0].threshold;
}

static inline int lh_gc_wanted(PyThreadState *ts) {
    return ts->interp->gc.enabled && lh_collection_is_due(ts);
}

/* What native code put off is made up for when frames are true. */
static inline int lh_collects_in_frames(PyThreadState *ts) { return lh_gc_wanted(ts); }

/* Whatever is allocated there makes the collector run. */
static inline int lh_run_gc(PyThreadState *ts) {
    (void)ts;
    PyObject *cell = PyCell_New(NULL);
    Py_XDECREF(cell);
    return cell == NULL ? -1 : 0;
}

/* The breaker as CPython computes it. A signal that comes in between has set its
 * own flag first. */
static inline void lh_renew_breaker(PyThreadState *ts) {
    _Py_atomic_int *breaker = &ts->interp->ceval.eval_breaker;
    if (lh_others_wish(ts) || lh_gil_wanted(ts))
        return;
    _Py_atomic_store(breaker, 0);
    if (lh_others_wish(ts) || lh_gil_wanted(ts))
        _Py_atomic_store(breaker, 1);
}

static inline int lh_watched(PyThreadState *ts) { return ts->cframe->use_tracing != 0; }
static inline int lh_watched_code(PyCodeObject *co) { (void)co; return 0; }

static inline PyObject *lh_instance_dict(PyObject *o) {
    if (Py_TYPE(o)->tp_flags & Py_TPFLAGS_MANAGED_DICT)
        return *_PyObject_ManagedDictPointer(o);
    PyObject **at = _PyObject_GetDictPtr(o);
    return at == NULL ? NULL : *at;
}

static inline PyDictValues *lh_instance_values(PyObject *o) {
    return Py_TYPE(o)->tp_flags & Py_TPFLAGS_MANAGED_DICT ? *_PyObject_ValuesPointer(o) : NULL;
}
