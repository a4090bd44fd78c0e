/* 3.12 and later: an exception is one object. */
typedef PyObject *LhException;
static inline LhException lh_take(void) { return PyErr_GetRaisedException(); }
static inline void lh_give(LhException e) { PyErr_SetRaisedException(e); }
static inline void lh_forget(LhException *e) { Py_CLEAR(*e); }
