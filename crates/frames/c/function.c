/* The type of a compiled function: a function to the whole world.
 *
 * A static subtype of CPython's function type, which only forbids subclassing
 * from Python. Vectorcall is ours; `lh_function_interpret` runs the bytecode.
 */
#include "cpython.h"
#include <structmember.h>

static int (*traverse_data)(void *, visitproc, void *);
static void (*clear_data)(void *);

typedef struct {
    PyFunctionObject function;
    void *data;
    void (*free_data)(void *);
} LhFunction;

static void function_dealloc(PyObject *self) {
    LhFunction *f = (LhFunction *)self;
    void *data = f->data;
    void (*free_data)(void *) = f->free_data;
    /* A function watcher may revive it: then it lives on interpreted. */
    f->data = NULL;
    f->free_data = NULL;
    f->function.vectorcall = lh_interpret;
    PyFunction_Type.tp_dealloc(self);
    if (free_data != NULL && data != NULL)
        free_data(data);
}

static int function_traverse(PyObject *self, visitproc visit, void *arg) {
    LhFunction *f = (LhFunction *)self;
    int stop = PyFunction_Type.tp_traverse(self, visit, arg);
    if (stop == 0 && f->data != NULL && traverse_data != NULL)
        stop = traverse_data(f->data, visit, arg);
    return stop;
}

static int function_clear(PyObject *self) {
    LhFunction *f = (LhFunction *)self;
    if (f->data != NULL && clear_data != NULL)
        clear_data(f->data);
    return PyFunction_Type.tp_clear(self);
}

/* A string means "by this name in its module", as for any function. */
static PyObject *function_reduce(PyObject *self, PyObject *protocol) {
    (void)protocol;
    return Py_NewRef(((PyFunctionObject *)self)->func_qualname);
}

static PyMethodDef function_methods[] = {
    {"__reduce__", function_reduce, METH_NOARGS, NULL},
    {"__reduce_ex__", function_reduce, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

/* Without this the type's own docstring would hide the function's. */
static PyMemberDef function_members[] = {
    {"__doc__", T_OBJECT, offsetof(PyFunctionObject, func_doc), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "lancehead.function",
    .tp_basicsize = sizeof(LhFunction),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL
              | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_dealloc = function_dealloc,
    .tp_methods = function_methods,
    .tp_members = function_members,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(PyFunctionObject, vectorcall),
    .tp_weaklistoffset = offsetof(PyFunctionObject, func_weakreflist),
    .tp_dictoffset = offsetof(PyFunctionObject, func_dict),
};

PyTypeObject *lh_function_type = &type;

/* 3.13 hides _PyFunction_Vectorcall; every fresh function carries it. */
static vectorcallfunc find_interpreter(void) {
    vectorcallfunc found = NULL;
    PyObject *globals = PyDict_New();
    PyCodeObject *code = PyCode_NewEmpty("<lancehead>", "none", 1);
    PyObject *f = globals && code ? PyFunction_New((PyObject *)code, globals) : NULL;
    if (f != NULL)
        found = ((PyFunctionObject *)f)->vectorcall;
    Py_XDECREF(f);
    Py_XDECREF(code);
    Py_XDECREF(globals);
    return found;
}

int lh_function_ready(void) {
    if (lh_interpret != NULL)
        return 0;
    /* The headers are one build's, the frames of another micro version may lie
     * elsewhere: the minor version at least is checked where it is cheap. */
    if (Py_Version >> 16 != PY_VERSION_HEX >> 16) {
        PyErr_Format(PyExc_ImportError, "lancehead was built for CPython %d.%d, this is %s",
                     PY_MAJOR_VERSION, PY_MINOR_VERSION, Py_GetVersion());
        return -1;
    }
    vectorcallfunc found = find_interpreter();
    if (found == NULL)
        return -1;
    type.tp_base = &PyFunction_Type;
    type.tp_traverse = function_traverse;
    type.tp_clear = function_clear;
    type.tp_repr = PyFunction_Type.tp_repr;
    type.tp_descr_get = PyFunction_Type.tp_descr_get;
    if (PyType_Ready(&type) < 0)
        return -1;
    lh_interpret = found;
    return 0;
}

void lh_function_collect(int (*traverse)(void *, visitproc, void *), void (*clear)(void *)) {
    traverse_data = traverse;
    clear_data = clear;
}

int lh_function_add_methods(PyMethodDef *defs) {
    for (; defs->ml_name != NULL; defs++) {
        PyObject *method = PyDescr_NewMethod(&type, defs);
        if (method == NULL)
            return -1;
        int failed = PyDict_SetItemString(type.tp_dict, defs->ml_name, method);
        Py_DECREF(method);
        if (failed)
            return -1;
    }
    PyType_Modified(&type);
    return 0;
}

PyObject *lh_function_new(PyObject *pyfunc, vectorcallfunc call, void *data,
                          void (*free_data)(void *)) {
    if (!PyObject_TypeCheck(pyfunc, &PyFunction_Type)) {
        PyErr_Format(PyExc_TypeError, "expected a function, not %.100s", Py_TYPE(pyfunc)->tp_name);
        return NULL;
    }
    PyFunctionObject *from = (PyFunctionObject *)pyfunc;
    LhFunction *made = PyObject_GC_New(LhFunction, &type);
    if (made == NULL)
        return NULL;
    PyFunctionObject *to = &made->function;
    to->func_globals = Py_NewRef(from->func_globals);
    to->func_builtins = Py_NewRef(from->func_builtins);
    to->func_name = Py_NewRef(from->func_name);
    to->func_qualname = Py_NewRef(from->func_qualname);
    to->func_code = Py_NewRef(from->func_code);
    to->func_defaults = Py_XNewRef(from->func_defaults);
    to->func_kwdefaults = Py_XNewRef(from->func_kwdefaults);
    to->func_closure = Py_XNewRef(from->func_closure);
    to->func_doc = Py_XNewRef(from->func_doc);
    to->func_dict = Py_XNewRef(from->func_dict);
    to->func_weakreflist = NULL;
    to->func_module = Py_XNewRef(from->func_module);
    to->func_annotations = Py_XNewRef(from->func_annotations);
    LH_COPY_NEW_FIELDS(to, from);
    to->vectorcall = call ? call : lh_interpret;
    to->func_version = 0;   /* the specialiser must not inline its bytecode */
    made->data = data;
    made->free_data = free_data;
    PyObject_GC_Track(made);
    return (PyObject *)made;
}

void *lh_function_data(PyObject *self) {
    return Py_IS_TYPE(self, &type) ? ((LhFunction *)self)->data : NULL;
}

PyObject *lh_function_interpret(PyObject *self, PyObject *const *args,
                                size_t nargsf, PyObject *kwnames) {
    return lh_interpret(self, args, nargsf, kwnames);
}
