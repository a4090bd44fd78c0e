/* What hangs on a code object, and the code units that are overwritten in it. */
#include "cpython.h"

#if PY_VERSION_HEX < 0x030C0000
#define PyUnstable_Eval_RequestCodeExtraIndex _PyEval_RequestCodeExtraIndex
#define PyUnstable_Code_GetExtra _PyCode_GetExtra
#define PyUnstable_Code_SetExtra _PyCode_SetExtra
#endif

static Py_ssize_t extra_index = -1;

int lh_extra_ready(void (*release)(void *)) {
    if (extra_index < 0)
        extra_index = PyUnstable_Eval_RequestCodeExtraIndex(release);
    return extra_index < 0 ? -1 : 0;
}

void *lh_extra(PyObject *code) {
    void *extra = NULL;
    if (extra_index < 0 || !PyCode_Check(code) || PyUnstable_Code_GetExtra(code, extra_index, &extra) < 0)
        return NULL;
    return extra;
}

int lh_extra_set(PyObject *code, void *extra) {
    return PyUnstable_Code_SetExtra(code, extra_index, extra);
}

void lh_patch(PyObject *code, int at, const unsigned char *bytes, Py_ssize_t n) {
    unsigned char *units = (unsigned char *)_PyCode_CODE((PyCodeObject *)code) + at;
    for (Py_ssize_t i = 1; i < n; i += 2)
        units[i] = bytes[i];
}

static void (*tool_watcher)(void);

static int audit(const char *event, PyObject *args, void *data) {
    (void)args, (void)data;
    if (event[0] == 's' && event[1] == 'y' && event[2] == 's' && event[3] == '.'
        && (strcmp(event, "sys.settrace") == 0 || strcmp(event, "sys.setprofile") == 0
            || strcmp(event, "sys.monitoring.register_callback") == 0))
        tool_watcher();
    return 0;
}

int lh_watch_tools(void (*watched)(void)) {
    int first = tool_watcher == NULL;
    tool_watcher = watched;
    return first ? PySys_AddAuditHook(audit, NULL) : 0;
}
