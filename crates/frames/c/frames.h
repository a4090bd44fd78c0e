/* The C face of the crate; src/lib.rs repeats it for Rust. Every call needs
 * the GIL; a NULL result has an exception set unless it says otherwise. */
#ifndef LANCEHEAD_FRAMES_H
#define LANCEHEAD_FRAMES_H

#include <Python.h>
#include <stddef.h>
#include <stdint.h>

enum { LH_GO = 0, LH_THROW = 1, LH_CALL = 2, LH_RETURNED = 3 };

/* What an instruction does with the result of what it called: push it; drop an
 * __init__'s None and push the instance; drop it; or, if an operator's method
 * returned NotImplemented, the rest of what the operator means. What the others
 * do, `AfterCall` in src/lib.rs says. */
enum {
    LH_PUSH = 0, LH_NEW = 1, LH_DROP = 2, LH_BINARY = 3, LH_COMPARE = 4, LH_NOT_EQUAL = 5, LH_IN_PLACE = 6,
    LH_TRUTH = 7, LH_TRUTH_OF_LENGTH = 8, LH_LENGTH = 9, LH_CONTAINS = 10, LH_ITERATOR = 11, LH_NEXT = 12, LH_CONSUMED = 13,
};

/* Builtins that go through a generator, in the order of `ir::Consumer`. */
enum {
    LH_SUM = 0, LH_ANY = 1, LH_ALL = 2, LH_MIN = 3, LH_MAX = 4, LH_NEXT_ITEM = 5, LH_LIST = 6, LH_TUPLE = 7, LH_SORTED = 8, LH_JOIN = 9, LH_SET = 10, LH_DICT = 11,
    LH_EXTEND = 12,
};

/* One suspended activation of a function. The references in `locals` and
 * `stack` are taken over by whichever call the chain is handed to, also when
 * that call fails; the arrays stay the caller's, and must outlive the call. */
typedef struct {
    PyObject *func;     /* borrowed: a function, or a subtype of it */
    PyObject *made;     /* the same if it was made for this activation, else NULL: taken
                           over, and only its frame holds it then */
    PyObject *code;     /* borrowed: what its frame runs instead of the function's
                           own code, if not NULL: the same with guards in it */
    int kind;
    int at;             /* byte offset of the instruction it is in; GO: was in */
    int offset;         /* GO, CALL: byte offset of the next instruction */
    Py_ssize_t nlocals; /* co_nlocalsplus */
    PyObject **locals;  /* NULL: unbound. Free variables: NULL. Cell variables:
                           the content, or the cell where it exists already */
    Py_ssize_t nstack;
    PyObject **stack;   /* bottom first; NULL where CPython has a NULL */
    int after;          /* CALL, RETURNED */
    int symbol;         /* which operator: of `bytecode::Binary` or `Compare`, doubled; one
                           more in place, or where a bool is wanted; 1: `not in`; an offset; or a consumer */
    PyObject *operands[2];  /* that it needs still: taken over as the stack is */
    PyObject *returned;     /* RETURNED: what the callee has returned, taken over */
    int is_generator;       /* of a generator that the activation before goes through: not its first */
    PyObject *states[2];    /* what that has made of the items so far: taken over */
} LhActivation;

/* Continue: chain[0] is the outermost; all but the last are CALLs, the last is
 * a GO, a RETURNED or a THROW. The result is that of chain[0]'s function. */
PyObject *lh_continue(LhActivation *chain, Py_ssize_t n);

/* The last reference to an object, whose end may run code, waits until frames
 * are true: it is dropped by the next lh_continue or lh_host_continue, in the
 * frame of the last activation, while that stands in the instruction at `at`.
 * Never fails: out of memory, it is dropped at once. */
void lh_wait_for_frames(PyObject *object);
int lh_anything_waits(void);
/* Drop what waits now. */
void lh_drop_waiting(void);

/* Run body(arg) inside n true frames (all of kind CALL), and drop the frames
 * again without running any code in them. *raised tells a NULL that came from
 * body (1) from one that says the frames could not be made (0: body not run). */
PyObject *lh_in_frames(LhActivation *chain, Py_ssize_t n,
                       PyObject *(*body)(void *), void *arg, int *raised);

/* Call func as CPython would, but let its frame run `code` (see LhActivation). */
PyObject *lh_interpret_in(PyObject *func, PyObject *code, PyObject *const *args,
                          size_t nargsf, PyObject *kwnames);

/* Calls as CALL does: a callable and a NULL, or a callable and its first argument, then the others, the last of them by the names in a tuple
 * (or NULL). Takes all references over: a function of Python's has them in its frame, and nobody else. */
PyObject *lh_call_handing_over(PyObject **operands, Py_ssize_t n, PyObject *names);

/* A guard is a Python function without parameters that calls C. The frame that
 * called it, its host, can be moved: the evaluation loop reads it anew when the
 * guard returns. */
typedef struct {
    PyObject *func, *code;  /* borrowed */
    PyObject *names;        /* borrowed: the namespace of a module's code, NULL for a function's */
    int next;               /* byte offset of the instruction behind the call */
    Py_ssize_t nlocals, nstack;
    PyObject **slots;       /* locals, then stack: the frame's own */
    struct _PyInterpreterFrame *frame, *guard;
} LhHost;

/* What all guards' code is; lh_host knows them by it. */
void lh_guard_code(PyObject *code);
/* 1 if the C function that asks was called by a guard whose host can be moved. */
int lh_host(PyThreadState *ts, LhHost *host);
/* While native code runs in place of the host, the guard is not to be seen. */
void lh_host_hide(PyThreadState *ts, LhHost *host);
void lh_host_show(PyThreadState *ts, LhHost *host);
/* Move the host: chain[0] is its own activation, the rest what runs above it,
 * as for lh_continue (all are taken over). Slots that native code emptied are
 * NULL. `landing` is the byte offset of the code's landing pad: a POP_TOP, two
 * EXTENDED_ARG and a JUMP_BACKWARD_NO_INTERRUPT. Returns what the guard must
 * return. The guard is hidden before, and shown after. */
PyObject *lh_host_continue(PyThreadState *ts, LhHost *host, LhActivation *chain, Py_ssize_t n, int landing);

/* The current exception was raised by the host's instruction at `at`, and the
 * frame is as it was when the guard was called. Returns as the one above. */
PyObject *lh_host_raise(PyThreadState *ts, LhHost *host, int at, int landing);

/* The host stands in its instruction at `at`, and what waits for its end there ends. */
void lh_host_stand(PyThreadState *ts, LhHost *host, int at);
/* Whether its local is one of the frame's own, and no cell. */
int lh_host_owns(LhHost *host, Py_ssize_t local);

/* Call something as if nothing of Python ran below it; a code object is run in a
 * namespace, `with`, anything else is called with a tuple of arguments. */
PyObject *lh_run_bare(PyThreadState *ts, PyObject *what, PyObject *with);

/* What belongs to a code object; `free` gets it when the code object dies. */
int lh_extra_ready(void (*free)(void *));
void *lh_extra(PyObject *code);
int lh_extra_set(PyObject *code, void *extra);
/* Overwrite the arguments of code units in place. Their opcodes stay: CPython may
 * have specialised or instrumented them. */
void lh_patch(PyObject *code, int at, const unsigned char *units, Py_ssize_t n);

/* Call `watched` whenever a tracer, profiler or monitoring tool is installed. */
int lh_watch_tools(void (*watched)(void));

/* How many locals, cells and free variables a function's frame has. */
Py_ssize_t lh_locals(PyObject *func);
/* How many of them are variables of an outer function. */
Py_ssize_t lh_free_variables(PyObject *func);

/* The exact iterator of a range: its next item, how many are left, the step. */
int lh_range_iterator(PyObject *object, int64_t parts[3]);

/* 1 for the iterator of a list, a tuple or a string that has not come to its end: its next index, and what it goes
 * over, borrowed. */
int lh_sequence_iterator(PyObject *object, int64_t *index, PyObject **over);
/* Takes from such an iterator what it goes over: it has come to its end then. */
PyObject *lh_sequence_iterator_end(PyObject *object);

/* How many items the iterator of a dict, of its views or of a set has left; -1 for any other object. */
int64_t lh_table_iterator_left(PyObject *object);

/* The iterator beneath an `enumerate`, borrowed, and its next count; else NULL. */
PyObject *lh_enumerate(PyObject *object, int64_t *count);
/* The tuple of iterators of a `zip` that is not strict, borrowed; else NULL. */
PyObject *lh_zip(PyObject *object);

/* The function type. lh_function_ready comes first, before anything above. */
extern PyTypeObject *lh_function_type;
int lh_function_ready(void);
int lh_function_add_methods(PyMethodDef *defs);
PyObject *lh_function_new(PyObject *pyfunc, vectorcallfunc call, void *data,
                          void (*free_data)(void *));
void *lh_function_data(PyObject *self);
/* How the collector finds, and drops, the references that functions' data hold. */
void lh_function_collect(int (*traverse)(void *data, visitproc visit, void *arg), void (*clear)(void *data));
PyObject *lh_function_interpret(PyObject *self, PyObject *const *args,
                                size_t nargsf, PyObject *kwnames);

/* What native code calls where it leaves: writes a record of so many words, ints and addresses first, where `room` says. Variadic, so that
 * machine code has one call for it. */
void lh_leave_ready(uint64_t *(*room)(void *context, uint64_t resume, uint64_t words), PyObject *(*out)(void *context));
void lh_leave(void *context, uint64_t resume, uint64_t ints, uint64_t floats, ...);
/* And where it calls out: does by `out` what the record's resume says. NULL: native code leaves. */
PyObject *lh_call_out(void *context, uint64_t resume, uint64_t ints, uint64_t floats, ...);

/* What native code may look at. */
const void *lh_eval_breaker(PyThreadState *ts);
int lh_safepoint(PyThreadState *ts);
/* 3.11: what lh_made_container asked for is dealt with elsewhere. */
void lh_forget_containers(PyThreadState *ts);
/* Signals and the like, which only the interpreter can deal with. */
int lh_awaits_interpreter(PyThreadState *ts);
int lh_tracing(PyThreadState *ts);
int lh_code_monitored(PyObject *code);
int *lh_recursion_remaining(PyThreadState *ts);
/* 3.12 and later: C levels left, which calls between Python functions don't take; NULL before. */
int *lh_c_recursion_remaining(PyThreadState *ts);
/* No other Python thread could run if this one lent the lock. */
int lh_is_only_thread(PyThreadState *ts);
/* As Py_AddPendingCall, of any thread, without the lock; and the main thread sees
 * it soon: before 3.13 CPython forgets to tell it what another thread asks for. */
int lh_ask_main_thread(int (*call)(void *), void *arg);
/* A frame that runs this code, of whichever thread, stands within these bytes
 * of it; calls that it waits for may stand above. */
int lh_runs_within(PyObject *code, int first, int last);
uint64_t lh_dict_version(PyObject *dict);
/* An attribute, or NULL without an exception where there is none: 1, 0; -1 with one. */
int lh_attribute(PyObject *owner, PyObject *name, PyObject **found);
size_t lh_stack_left(void);

/* The namespace of which native code of this thread holds names, or NULL: from now on, and before. It has not their values meanwhile. */
PyObject *lh_hold_namespace(PyObject *namespace);
int lh_is_held(PyObject *dict);

/* 3.11 collects garbage where it allocates: not while native code runs. The
 * collector's switch; NULL from 3.12 on, which collects where the breaker is
 * looked at. */
int *lh_collector(PyThreadState *ts);
/* A container was made while the collector was held: the breaker is set if it
 * would have run. */
void lh_made_container(void);

/* All that a call asks before native code runs, in one crossing. */
typedef struct {
    PyThreadState *thread;
    void *data;             /* of the function */
    PyObject *code;         /* what the function would run now; borrowed */
    const void *breaker;
    int *levels;            /* lh_recursion_remaining */
    int *c_levels;          /* lh_c_recursion_remaining */
    size_t stack;           /* lh_stack_left */
    int *collector;         /* lh_collector */
    void **own;             /* a word of this thread's that is the caller's; NULL at first */
    int watched;            /* lh_tracing */
} LhCallState;
void lh_call_state(PyObject *function, LhCallState *state);

#endif
