/* Attributes of instances, where CPython keeps them: what native code does not
 * do itself. The class of the instance was guarded: it finds attributes in
 * CPython's own way, and has no data descriptor of the name.
 */
#include "cpython.h"
#include <structmember.h>

/* Three words of a unit's table (`ir::AttributeLink`). */
typedef struct {
    PyObject *name;         /* interned */
    Py_ssize_t offset;      /* in bytes, among the values; negative: not known */
    Py_ssize_t *count;      /* of names that any instance has; NULL: it is a slot, at that offset of the instance */
} LhAttribute;

static PyDictKeysObject *shared_keys(PyTypeObject *type) {
    if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT) || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE))
        return NULL;
    return ((PyHeapTypeObject *)type)->ht_cached_keys;
}

/* Names are only ever added to the keys that instances share, and stay where
 * they are. */
static Py_ssize_t index_of(PyTypeObject *type, PyObject *name) {
    PyDictKeysObject *keys = shared_keys(type);
    if (keys == NULL || !DK_IS_UNICODE(keys))
        return -1;
    for (Py_ssize_t i = 0; i < keys->dk_nentries; i++) {
        if (DK_UNICODE_ENTRIES(keys)[i].me_key == name)
            return i;
    }
    return -1;
}

static Py_ssize_t no_names = 0;

void lh_attribute_link(PyTypeObject *type, LhAttribute *a, int is_value) {
    PyDictKeysObject *keys = shared_keys(type);
    Py_ssize_t index = index_of(type, a->name);
    a->count = keys != NULL ? &keys->dk_nentries : &no_names;
    if (is_value)
        a->offset = index < 0 ? -1 : index * (Py_ssize_t)sizeof(PyObject *);
    else
        a->offset = index < 0 && keys != NULL ? *a->count : -1;
}

static _Thread_local PyObject *held_namespace;

PyObject *lh_hold_namespace(PyObject *namespace) {
    PyObject *before = held_namespace;
    held_namespace = namespace;
    return before;
}

int lh_is_held(PyObject *dict) {
    return dict == held_namespace;
}

/* Borrowed; NULL, without an exception, if there is none or it can't be told
 * without running code of the user. */
static PyObject *own(PyObject *object, PyObject *name, int *unclear) {
    *unclear = 0;
    PyObject *dict = lh_instance_dict(object);
    if (dict != NULL) {
        if (!PyDict_CheckExact(dict) || lh_is_held(dict) || !DK_IS_UNICODE(((PyDictObject *)dict)->ma_keys)) {
            *unclear = 1;
            return NULL;
        }
        return PyDict_GetItemWithError(dict, name);
    }
    PyDictValues *values = lh_instance_values(object);
    Py_ssize_t index = values == NULL ? -1 : index_of(Py_TYPE(object), name);
    return index < 0 ? NULL : values->values[index];
}

PyObject *lh_attribute_own(PyObject *object, LhAttribute *a) {
    int unclear;
    if (a->count == NULL)
        return NULL;
    if (a->offset < 0)
        lh_attribute_link(Py_TYPE(object), a, 1);
    PyObject *value = own(object, a->name, &unclear);
    if (value != NULL || unclear)
        return value;
    PyObject *found = _PyType_Lookup(Py_TYPE(object), a->name);
    return found == NULL || Py_TYPE(found)->tp_descr_get != NULL ? NULL : found;
}

int64_t lh_attribute_is_absent(PyObject *object, LhAttribute *a) {
    int unclear;
    if (own(object, a->name, &unclear) != NULL || unclear)
        return 0;
    lh_attribute_link(Py_TYPE(object), a, 0);
    return 1;
}

/* What the instance has now: borrowed, or NULL. -1 if that can't be told. */
int lh_attribute_old(PyObject *object, LhAttribute *a, PyObject **old) {
    int unclear = 0;
    *old = a->count == NULL ? *(PyObject **)((char *)object + a->offset) : own(object, a->name, &unclear);
    return unclear ? -1 : 0;
}

/* Takes the value over. The end of the old one was looked at. */
int64_t lh_attribute_set(PyObject *object, LhAttribute *a, PyObject *value) {
    if (value == NULL)
        return -1;
    if (a->count == NULL) {
        PyObject **at = (PyObject **)((char *)object + a->offset), *old = *at;
        *at = value;
        Py_XDECREF(old);
        return 0;
    }
    PyDictValues *values = lh_instance_dict(object) == NULL ? lh_instance_values(object) : NULL;
    Py_ssize_t index = values == NULL ? -1 : a->offset >= 0 ? a->offset / (Py_ssize_t)sizeof(PyObject *) : index_of(Py_TYPE(object), a->name);
    int status = 0;
    if (index >= 0) {
        PyObject *old = values->values[index];
        values->values[index] = value;
        if (old == NULL)
            _PyDictValues_AddToInsertionOrder(values, index);
        else
            Py_DECREF(old);
    }
    else {
        status = PyObject_GenericSetAttr(object, a->name, value);
        Py_DECREF(value);
        if (a->offset < 0)
            lh_attribute_link(Py_TYPE(object), a, 1);
    }
    return status;
}

/* The offset of a slot, or -1 if it is not one that any object may be put into. */
Py_ssize_t lh_slot_offset(PyObject *descriptor) {
    if (!Py_IS_TYPE(descriptor, &PyMemberDescr_Type))
        return -1;
    PyMemberDef *member = ((PyMemberDescrObject *)descriptor)->d_member;
    return member->type == T_OBJECT_EX && !(member->flags & READONLY) ? member->offset : -1;
}

/* What an instance has, own attributes and slots: borrowed, at most so many. */
Py_ssize_t lh_instance_contents(PyObject *object, PyObject **out, Py_ssize_t room) {
    Py_ssize_t n = 0, at = 0;
    PyObject *dict = lh_instance_dict(object), *key, *value;
    PyDictValues *values = lh_instance_values(object);
    PyDictKeysObject *keys = shared_keys(Py_TYPE(object));
    if (dict != NULL && PyDict_CheckExact(dict)) {
        while (n < room && PyDict_Next(dict, &at, &key, &value))
            out[n++] = value;
    }
    else if (values != NULL && keys != NULL) {
        for (; at < keys->dk_nentries && n < room; at++) {
            if (values->values[at] != NULL)
                out[n++] = values->values[at];
        }
    }
    for (PyTypeObject *type = Py_TYPE(object); type != NULL; type = type->tp_base) {
        for (PyMemberDef *member = type->tp_members; member != NULL && member->name != NULL && n < room; member++) {
            if (member->type == T_OBJECT_EX && *(PyObject **)((char *)object + member->offset) != NULL)
                out[n++] = *(PyObject **)((char *)object + member->offset);
        }
    }
    return n;
}

static int is_leaf(PyTypeObject *type) {
    return type == &PyFloat_Type || type == &PyLong_Type || type == &PyUnicode_Type || type == Py_TYPE(Py_None) || type == &PyBool_Type;
}

/* Whether all that an instance refers to, but for its class, are values of types
 * that refer to nothing, in the place where instances of its class have them. */
int lh_holds_leaves(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    PyDictKeysObject *keys = shared_keys(type);
    Py_ssize_t head = (Py_ssize_t)sizeof(PyObject) + (type->tp_weaklistoffset > 0 ? (Py_ssize_t)sizeof(PyObject *) : 0);
    if (keys == NULL || type->tp_basicsize != head || type->tp_itemsize != 0 || lh_instance_dict(object) != NULL)
        return 0;
    PyDictValues *values = lh_instance_values(object);
    if (values == NULL)
        return 0;
    for (Py_ssize_t i = 0; i < keys->dk_nentries; i++) {
        if (values->values[i] != NULL && !is_leaf(Py_TYPE(values->values[i])))
            return 0;
    }
    return 1;
}

/* Whether instances may have attributes of their own, in a dict. */
int lh_class_has_dict(PyTypeObject *type) {
    return (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0 || type->tp_dictoffset != 0;
}

/* An own attribute or a slot of that name: borrowed, or NULL without an exception. */
PyObject *lh_instance_value(PyObject *object, PyObject *name) {
    int unclear;
    PyObject *found = _PyType_Lookup(Py_TYPE(object), name);
    Py_ssize_t offset = found == NULL ? -1 : lh_slot_offset(found);
    return offset >= 0 ? *(PyObject **)((char *)object + offset) : own(object, name, &unclear);
}

/* Borrowed. */
PyObject *lh_class_dict(PyTypeObject *type) {
#if PY_VERSION_HEX >= 0x030C0000
    PyObject *dict = PyType_GetDict(type);  /* that of a builtin type is the interpreter's */
    Py_XDECREF(dict);
    return dict;
#else
    return type->tp_dict;
#endif
}

size_t lh_class_version_offset(void) {
    return offsetof(PyTypeObject, tp_version_tag);
}

/* Zero if it has none. */
unsigned lh_class_version(PyTypeObject *type) {
    return type->tp_version_tag;
}

/* 3.11 collects garbage where it allocates: whether the next container would be
 * too many. */
int lh_collection_is_next(void) {
#if PY_VERSION_HEX < 0x030C0000
    struct _gc_runtime_state *gc = &PyInterpreterState_Get()->gc;
    return gc->generations[0].threshold != 0 && gc->generations[0].count >= gc->generations[0].threshold;
#else
    return 0;
#endif
}
