/* Picks the one header that knows this minor version's frames. Each defines:
 *
 *   LH_FUNC(f) LH_CODE(f)          what the frame runs (borrowed)
 *   lh_stand_at(f, byte)           the frame is inside the instruction there
 *   lh_stand_before(f, byte)       the instruction there runs next
 *   lh_link(ts, f) lh_unlink(..)   make f the current frame, and undo it
 *   LhException lh_take lh_give    the current exception, out and in again
 *   lh_throw(ts, f)                run f from the current exception, raised by
 *                                  the instruction it stands at
 *   lh_discard(ts, f)              clear f as far as its evaluator must; the
 *                                  current exception stays what it is
 *   lh_current(ts) lh_set_current  the frame that runs
 *   lh_calls_inline(f)             its Python caller's loop runs it too
 *   lh_stands_at(f)                the byte of the instruction that f is in
 *   lh_next(f)                     the byte behind the call that f waits for
 *   lh_hide_from_tracebacks(f)     an exception passes it without an entry
 *   LH_HANDLER_AT(at)              where the loop looks for a handler when an
 *                                  inlined call comes back with an exception
 *   lh_instance_dict(o)            its attributes as a dict, if it has been asked for
 *   lh_instance_values(o)          the same as values of its class's keys
 *   lh_others_wish lh_run_gc ...   the peeks of state.c
 */
#ifndef LANCEHEAD_CPYTHON_H
#define LANCEHEAD_CPYTHON_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if PY_VERSION_HEX < 0x030B0000 || PY_VERSION_HEX >= 0x030E0000
#error "Lancehead's frames are written for CPython 3.11 to 3.13."
#endif
#ifdef Py_GIL_DISABLED
#error "Lancehead's frames need the GIL: not a free-threaded build."
#endif

#include "internal/pycore_ceval.h"
#include "internal/pycore_code.h"
#include "internal/pycore_dict.h"
#include "internal/pycore_frame.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_object.h"
#include "internal/pycore_runtime.h"
#include "frames.h"

/* An entry of a code object's exception table. */
typedef struct { int found, level, target, lasti; } LhHandler;
LhHandler lh_find_handler(PyCodeObject *code, int unit);

/* Release the value stack down to localsplus[floor]. */
void lh_pop_to(struct _PyInterpreterFrame *frame, int floor);

/* NULL if the evaluation loop could run `a`, else what is wrong with it. */
/* `running`: code that a frame of it runs, whatever its function has by now; or NULL. */
const char *lh_flaw(const LhActivation *a, PyObject *running);
/* What becomes of the result of a CALL's callee: pushed, unless it is dropped.
 * Takes result and operands over; the frame is the current one. */
PyObject *lh_after(LhActivation *a, PyObject *result);
/* Lets a consumer (LH_SUM and the others) go through a generator, from what it
 * has made of the items before; NULL: nothing yet. All are borrowed. */
PyObject *lh_consume(int consumer, PyObject *callable, PyObject *const states[2], PyObject *generator);
/* What a consumer makes of what it has gathered, which is taken over. */
PyObject *lh_consumed(int consumer, PyObject *callable, PyObject *gathered);
/* The same, in the frame: pushes or drops it, and says where it goes on. 0, or -1
 * with an exception. */
int lh_go_on_after(LhActivation *a, _PyInterpreterFrame *frame, PyObject *result);
void lh_drop_activations(LhActivation *a, Py_ssize_t n);
/* As lh_continue; the frame that is current now is the caller's. */
PyObject *lh_run_above(PyThreadState *ts, LhActivation *chain, Py_ssize_t n);

/* Frames are true: what native code put off comes to its end, and 3.11 collects
 * garbage if it is time to. */
void lh_end_what_waits(PyThreadState *ts);

/* CPython's own way to call a function; set by lh_function_ready. */
extern vectorcallfunc lh_interpret;

/* True while the evaluator that stands in interp->eval_frame is ours. */
int lh_is_ours(_PyFrameEvalFunction evaluator);

#if PY_VERSION_HEX < 0x030C0000
#include "cpython311.h"
#elif PY_VERSION_HEX < 0x030D0000
#include "cpython312.h"
#else
#include "cpython313.h"
#endif

#endif
