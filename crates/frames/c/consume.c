/* Builtins that go through a generator, from where native code has brought them.
 *
 * Each does what CPython's own does with the items that come, which is what
 * the function itself does where there is no state to begin from. */
#include "cpython.h"
#include <math.h>
#if PY_VERSION_HEX >= 0x030D0000
#include "internal/pycore_setobject.h"
#endif

static PyObject *ask(PyObject *callable, PyObject *generator, PyObject *other) {
    PyObject *args[] = {generator, other};
    return PyObject_Vectorcall(callable, args, other == NULL ? 1 : 2, NULL);
}

static PyObject *ask_with_default(PyObject *callable, PyObject *generator, PyObject *other) {
    if (other == NULL)
        return ask(callable, generator, NULL);
    PyObject *args[] = {generator, other}, *names = Py_BuildValue("(s)", "default");
    if (names == NULL)
        return NULL;
    PyObject *result = PyObject_Vectorcall(callable, args, 1, names);
    Py_DECREF(names);
    return result;
}

/* `min` or `max`, which have found this one so far. */
static PyObject *extreme(PyObject *best, PyObject *generator, int wanted) {
    PyObject *item;
    Py_INCREF(best);
    while ((item = PyIter_Next(generator)) != NULL) {
        int is_better = PyObject_RichCompareBool(item, best, wanted);
        if (is_better > 0)
            Py_SETREF(best, item);
        else
            Py_DECREF(item);
        if (is_better < 0)
            break;
    }
    if (PyErr_Occurred())
        Py_CLEAR(best);
    return best;
}

/* `sum` from 3.12 on, which sums floats and counts what it loses. */
static PyObject *sum_of_floats(double sum, double lost, PyObject *generator) {
    PyObject *item, *total;
    while ((item = PyIter_Next(generator)) != NULL) {
        if (PyFloat_CheckExact(item)) {
            double x = PyFloat_AS_DOUBLE(item), after = sum + x;
            lost += fabs(sum) >= fabs(x) ? (sum - after) + x : (x - after) + sum;
            sum = after;
        }
        else {
            int overflow = 1;
            long value = PyLong_Check(item) ? PyLong_AsLongAndOverflow(item, &overflow) : 0;
            if (overflow)
                break;
            sum += (double)value;
        }
        Py_DECREF(item);
    }
    if (item == NULL && PyErr_Occurred())
        return NULL;
    if (lost && isfinite(lost))
        sum += lost;
    total = PyFloat_FromDouble(sum);
    for (; item != NULL; item = PyIter_Next(generator)) {
        if (total != NULL)
            Py_SETREF(total, PyNumber_Add(total, item));
        Py_DECREF(item);
        if (total == NULL)
            return NULL;
    }
    if (PyErr_Occurred())
        Py_CLEAR(total);
    return total;
}

/* `dict`, which has taken so many pairs. */
static PyObject *dict_of_pairs(PyObject *dict, PyObject *generator, Py_ssize_t taken) {
    PyObject *item;
    for (; (item = PyIter_Next(generator)) != NULL; taken++) {
        PyObject *pair = PySequence_Fast(item, "");
        Py_DECREF(item);
        if (pair == NULL) {
            if (PyErr_ExceptionMatches(PyExc_TypeError))
                PyErr_Format(PyExc_TypeError, "cannot convert dictionary update sequence element #%zd to a sequence", taken);
            return NULL;
        }
        Py_ssize_t length = PySequence_Fast_GET_SIZE(pair);
        int status = -1;
        if (length != 2)
            PyErr_Format(PyExc_ValueError, "dictionary update sequence element #%zd has length %zd; 2 is required", taken, length);
        else {
            PyObject *key = Py_NewRef(PySequence_Fast_GET_ITEM(pair, 0)), *value = Py_NewRef(PySequence_Fast_GET_ITEM(pair, 1));
            status = PyDict_SetItem(dict, key, value);
            Py_DECREF(key);
            Py_DECREF(value);
        }
        LhException kept = lh_take();
        Py_DECREF(pair);
        lh_give(kept);
        if (status < 0)
            return NULL;
    }
    return PyErr_Occurred() ? NULL : Py_NewRef(dict);
}

PyObject *lh_consume(int consumer, PyObject *callable, PyObject *const states[2], PyObject *generator) {
    switch (consumer) {
    case LH_SUM:
        if (states[1] == NULL)
            return ask(callable, generator, states[0]);
        return sum_of_floats(PyFloat_AS_DOUBLE(states[0]), PyFloat_AS_DOUBLE(states[1]), generator);
    case LH_MIN:
    case LH_MAX:
        if (states[0] == NULL)
            return ask_with_default(callable, generator, states[1]);
        return extreme(states[0], generator, consumer == LH_MIN ? Py_LT : Py_GT);
    case LH_NEXT_ITEM:
        return ask(callable, generator, states[0]);
    case LH_ANY:
    case LH_ALL:
        return ask(callable, generator, NULL);
    case LH_SET:
        if (states[0] == NULL)
            return PySet_New(generator);
        return _PySet_Update(states[0], generator) < 0 ? NULL : Py_NewRef(states[0]);
    case LH_DICT:
        if (states[0] == NULL)
            return ask(callable, generator, NULL);
        return dict_of_pairs(states[0], generator, PyLong_AsSsize_t(states[1]));
    default:
        if (states[0] == NULL)
            return PySequence_List(generator);
        return PySequence_InPlaceConcat(states[0], generator);
    }
}

PyObject *lh_consumed(int consumer, PyObject *callable, PyObject *gathered) {
    PyObject *made;
    switch (consumer) {
    case LH_TUPLE:
        made = PyList_AsTuple(gathered);
        break;
    case LH_JOIN:
        made = PyUnicode_Join(callable, gathered);
        break;
    case LH_SORTED:
        made = PyList_Sort(gathered) < 0 ? NULL : Py_NewRef(gathered);
        break;
    case LH_EXTEND:
        made = Py_NewRef(Py_None);
        break;
    default:
        return gathered;
    }
    LhException kept = lh_take();
    Py_DECREF(gathered);
    lh_give(kept);
    return made;
}
