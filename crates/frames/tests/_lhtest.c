/* A Python face of the C API, for the tests only. */
#define PY_SSIZE_T_CLEAN
#include "../c/cpython.h"

static PyObject *null_mark;     /* stands for NULL in the lists */

static PyObject *mark(PyObject *o) { return Py_NewRef(o ? o : null_mark); }

/* snapshot(frame, depth, move) -> (locals, stack). `move` leaves the frame empty
 * and its code without handlers, good for nothing but being unwound at once: so
 * nothing of it runs any more, and objects die when they should. */
static PyObject *snapshot(PyObject *m, PyObject *args) {
    PyFrameObject *fo;
    int depth, move;
    if (!PyArg_ParseTuple(args, "Oip", &fo, &depth, &move)) return NULL;
    _PyInterpreterFrame *f = fo->f_frame;
    int n = LH_CODE(f)->co_nlocalsplus;
    if (f->stacktop > 0 && f->stacktop != n + depth && PY_VERSION_HEX < 0x030C0000) {
        PyErr_Format(PyExc_AssertionError, "depth %d, stack has %d", depth, f->stacktop - n);
        return NULL;
    }
    PyObject *locals = PyList_New(n), *stack = PyList_New(depth);
    for (int i = 0; i < n; i++) PyList_SET_ITEM(locals, i, mark(f->localsplus[i]));
    for (int i = 0; i < depth; i++) PyList_SET_ITEM(stack, i, mark(f->localsplus[n + i]));
    if (move) {
        for (int i = 0; i < n + depth; i++) Py_CLEAR(f->localsplus[i]);
        Py_SETREF(LH_CODE(f)->co_exceptiontable, PyBytes_FromString(""));
        /* 3.11 copies the locals into a dict for the tracer, and back. */
        if (PY_VERSION_HEX < 0x030C0000 && f->f_locals) PyDict_Clear(f->f_locals);
    }
    return Py_BuildValue("NN", locals, stack);
}

static PyObject **take(PyObject *list, Py_ssize_t *n) {     /* empties the list */
    *n = PyList_GET_SIZE(list);
    PyObject **v = PyMem_New(PyObject *, *n + 1);
    for (Py_ssize_t i = 0; i < *n; i++) {
        PyObject *o = PyList_GET_ITEM(list, i);
        v[i] = o == null_mark ? NULL : Py_NewRef(o);
    }
    PyList_SetSlice(list, 0, *n, NULL);
    return v;
}

/* [(func, kind, at, offset, locals, stack)] to activations */
static LhActivation *chain_of(PyObject *list, Py_ssize_t *n) {
    *n = PyList_GET_SIZE(list);
    LhActivation *a = PyMem_Calloc(*n + 1, sizeof(LhActivation));
    for (Py_ssize_t i = 0; i < *n; i++) {
        PyObject *locals, *stack;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(list, i), "OiiiOO", &a[i].func, &a[i].kind,
                              &a[i].at, &a[i].offset, &locals, &stack))
            Py_FatalError("bad chain");
        a[i].code = NULL;
        a[i].locals = take(locals, &a[i].nlocals);
        a[i].stack = take(stack, &a[i].nstack);
    }
    return a;
}

static void chain_free(LhActivation *a, Py_ssize_t n) {
    for (Py_ssize_t i = 0; i < n; i++) { PyMem_Free(a[i].locals); PyMem_Free(a[i].stack); }
    PyMem_Free(a);
}

/* go(chain, exception or None[, before]): sys.exc_info() is as before afterwards */
static PyObject *go(PyObject *m, PyObject *args) {
    PyObject *list, *exc, *before = NULL;
    if (!PyArg_ParseTuple(args, "OO|O", &list, &exc, &before)) return NULL;
    Py_ssize_t n;
    LhActivation *a = chain_of(list, &n);
    if (before) Py_XDECREF(PyObject_CallNoArgs(before));
    _PyErr_StackItem *info = PyThreadState_Get()->exc_info;
    PyObject *handled = Py_XNewRef(info->exc_value);
    int depth = *lh_recursion_remaining(PyThreadState_Get());
    if (exc != Py_None) PyErr_SetObject((PyObject *)Py_TYPE(exc), exc);
    PyObject *r = lh_continue(a, n);
    if (depth != *lh_recursion_remaining(PyThreadState_Get())) Py_FatalError("recursion count");
    Py_XSETREF(info->exc_value, handled);
    chain_free(a, n);
    return r;
}

/* guarded(f) -> f(), with sys.exc_info() put back */
static PyObject *guarded(PyObject *m, PyObject *f) {
    _PyErr_StackItem *info = PyThreadState_Get()->exc_info;
    PyObject *handled = Py_XNewRef(info->exc_value);
    PyObject *r = PyObject_CallNoArgs(f);
    Py_XSETREF(info->exc_value, handled);
    return r;
}

static PyObject *call_body(void *f) { return PyObject_CallNoArgs(f); }

/* in_frames(chain, f) -> (f(), 0) or (exception's repr, raised) */
static PyObject *in_frames(PyObject *m, PyObject *args) {
    PyObject *list, *f;
    if (!PyArg_ParseTuple(args, "OO", &list, &f)) return NULL;
    Py_ssize_t n;
    int raised = -1;
    LhActivation *a = chain_of(list, &n);
    int depth = *lh_recursion_remaining(PyThreadState_Get());
    PyObject *r = lh_in_frames(a, n, call_body, f, &raised);
    if (depth != *lh_recursion_remaining(PyThreadState_Get())) Py_FatalError("recursion count");
    chain_free(a, n);
    if (r == NULL && raised == 1) return NULL;
    if (r == NULL) {
        PyObject *t, *v, *tb;
        PyErr_Fetch(&t, &v, &tb);
        PyErr_NormalizeException(&t, &v, &tb);
        Py_XDECREF(t); Py_XDECREF(tb);
        return Py_BuildValue("Ni", v, raised);
    }
    return Py_BuildValue("Ni", r, raised);
}

static long calls, freed;
static PyObject *counted(PyObject *self, PyObject *const *args, size_t n, PyObject *kw) {
    calls++;
    return lh_function_interpret(self, args, n, kw);
}
static void gone(void *data) { freed += *(long *)data; PyMem_Free(data); }

static PyObject *function(PyObject *m, PyObject *f) {
    long *data = PyMem_Malloc(sizeof(long));
    *data = 1;
    PyObject *r = lh_function_new(f, counted, data, gone);
    if (r == NULL) PyMem_Free(data);
    return r;
}
static PyObject *counts(PyObject *m, PyObject *x) { return Py_BuildValue("ll", calls, freed); }

/* peek() -> (breaker, tracing, recursion remaining, stack left) */
static PyObject *peek(PyObject *m, PyObject *x) {
    PyThreadState *ts = PyThreadState_Get();
    return Py_BuildValue("iiin", *(const unsigned char *)lh_eval_breaker(ts) != 0, lh_tracing(ts),
                         *lh_recursion_remaining(ts), (Py_ssize_t)lh_stack_left());
}
static PyObject *monitored(PyObject *m, PyObject *co) { return PyBool_FromLong(lh_code_monitored(co)); }
static PyObject *dict_version(PyObject *m, PyObject *d) { return PyLong_FromUnsignedLongLong(lh_dict_version(d)); }

/* spin(seconds): a native loop with safepoints -> (safepoints that had work, last answer) */
static PyObject *spin(PyObject *m, PyObject *arg) {
    PyThreadState *ts = PyThreadState_Get();
    const volatile unsigned char *breaker = lh_eval_breaker(ts);
    double end = PyFloat_AsDouble(arg) * 1e6;
    long hits = 0;
    struct timespec t0, t;
    clock_gettime(CLOCK_MONOTONIC, &t0);
    for (;;) {
        clock_gettime(CLOCK_MONOTONIC, &t);
        if ((t.tv_sec - t0.tv_sec) * 1e6 + (t.tv_nsec - t0.tv_nsec) / 1e3 > end) break;
        if (*breaker) {
            hits++;
            int r = lh_safepoint(ts);
            if (r < 0) return NULL;
            if (r) return Py_BuildValue("li", hits, 1);
        }
    }
    return Py_BuildValue("li", hits, 0);
}
static int nothing(void *x) { return 0; }
static PyObject *pend(PyObject *m, PyObject *x) { Py_AddPendingCall(nothing, NULL); Py_RETURN_NONE; }

static PyObject *answer(PyObject *self, PyObject *x) { return PyLong_FromLong(lh_function_data(self) ? 42 : 0); }
static PyMethodDef extra[] = {{"answer", answer, METH_NOARGS, "doc"}, {0}};

static PyMethodDef methods[] = {
    {"snapshot", snapshot, METH_VARARGS, 0}, {"go", go, METH_VARARGS, 0},
    {"guarded", guarded, METH_O, 0}, {"in_frames", in_frames, METH_VARARGS, 0}, {"function", function, METH_O, 0},
    {"counts", counts, METH_NOARGS, 0}, {"peek", peek, METH_NOARGS, 0},
    {"monitored", monitored, METH_O, 0}, {"dict_version", dict_version, METH_O, 0},
    {"spin", spin, METH_O, 0}, {"pend", pend, METH_NOARGS, 0}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_lhtest", 0, -1, methods, 0, 0, 0, 0};

PyMODINIT_FUNC PyInit__lhtest(void) {
    if (lh_function_ready() < 0 || lh_function_add_methods(extra) < 0) return NULL;
    PyObject *m = PyModule_Create(&module);
    null_mark = PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type);
    PyModule_AddObjectRef(m, "NULL", null_mark);
    return m;
}
