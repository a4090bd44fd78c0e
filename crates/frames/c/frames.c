/* Suspended activations become true frames.
 *
 * CPython is asked to call the function; a frame evaluator (PEP 523) that is
 * installed for just this call receives the fresh frame, fills in locals, value
 * stack and place, and hands it to the evaluation loop, which reads all three
 * when it begins, as it does for a generator. Nothing here depends on the
 * version: cpython.h does.
 */
#include "cpython.h"

vectorcallfunc lh_interpret;

/* The activations that are still to become frames, and how the innermost goes
 * on: with its own code, or (body) with a C function that borrows the frames. */
typedef struct {
    PyThreadState *ts;
    LhActivation *next;
    Py_ssize_t left;
    LhException thrown;
    PyObject *(*body)(void *);
    void *arg;
    int body_ran;
    PyFunctionObject *lent;     /* a function whose code stands aside for now */
    PyObject *own_code;
    PyObject *started;          /* a call from the start: of this function */
    PyObject **handed;          /* references that end when its frame has its own */
    Py_ssize_t nhanded;
    int collecting;     /* 3.11: the collector was on before it was held */
} Continuation;

/* Set from the call to the arrival of its frame. Per thread, because other
 * interpreters of this process may have locks of their own. */
static _Thread_local Continuation *awaited;
static _Thread_local _PyFrameEvalFunction displaced;

static PyObject *evaluate(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag);

int lh_is_ours(_PyFrameEvalFunction evaluator) {
    return evaluator == evaluate;
}

/* Nothing but the frame we wait for can arrive: binding None to plain parameters
 * runs no code. But 3.11 collects garbage where it allocates, which **kwargs
 * does, and a finaliser's frame would come first: so hold the collector. */
static void arm(Continuation *c, PyObject *func, PyObject *code) {
    c->lent = NULL;
    if (code != NULL) {
        c->lent = (PyFunctionObject *)func;
        c->own_code = c->lent->func_code;
        c->lent->func_code = code;
    }
#if PY_VERSION_HEX < 0x030C0000
    c->collecting = PyGC_Disable();
#endif
    displaced = _PyInterpreterState_GetEvalFrameFunc(c->ts->interp);
    awaited = c;
    _PyInterpreterState_SetEvalFrameFunc(c->ts->interp, evaluate);
}

static void disarm(Continuation *c) {
    awaited = NULL;
    if (c->lent != NULL)
        c->lent->func_code = c->own_code;
    _PyInterpreterState_SetEvalFrameFunc(c->ts->interp, displaced);
#if PY_VERSION_HEX < 0x030C0000
    if (c->collecting)
        PyGC_Enable();
#endif
}

static void drop(PyObject **values, Py_ssize_t n) {
    for (Py_ssize_t i = 0; i < n; i++)
        Py_XDECREF(values[i]);
}

void lh_drop_activations(LhActivation *a, Py_ssize_t n) {
    LhException kept = lh_take();
    for (; n > 0; a++, n--) {
        drop(a->locals, a->nlocals);
        drop(a->stack, a->nstack);
        drop(a->operands, 2);
        drop(a->states, 2);
        Py_XDECREF(a->returned);
        Py_CLEAR(a->made);
    }
    lh_give(kept);
}

static _Thread_local struct {
    PyObject **objects;
    Py_ssize_t n, room;
} waiting;

void lh_wait_for_frames(PyObject *object) {
    if (waiting.n == waiting.room) {
        Py_ssize_t room = 2 * waiting.room + 8;
        PyObject **objects = PyMem_Resize(waiting.objects, PyObject *, room);
        if (objects == NULL) {
            Py_DECREF(object);
            return;
        }
        waiting.objects = objects;
        waiting.room = room;
    }
    waiting.objects[waiting.n++] = object;
}

int lh_anything_waits(void) {
    return waiting.n != 0;
}

/* The code that this runs may make others wait, and drop those. */
void lh_drop_waiting(void) {
    if (waiting.n == 0)
        return;
    PyObject **objects = waiting.objects;
    Py_ssize_t n = waiting.n;
    waiting.objects = NULL;
    waiting.n = waiting.room = 0;
    LhException kept = lh_take();
    drop(objects, n);
    lh_give(kept);
    PyMem_Free(objects);
}

void lh_end_what_waits(PyThreadState *ts) {
    lh_drop_waiting();
    if (lh_collects_in_frames(ts)) {
        LhException kept = lh_take();
        if (lh_run_gc(ts) < 0)
            PyErr_Clear();
        lh_give(kept);
    }
}

static unsigned char *read_varint(unsigned char *p, int *value) {
    int v = *p & 63;
    while (*p & 64)
        v = v << 6 | (*++p & 63);
    *value = v;
    return p + 1;
}

/* The exception table is read from its start: this is for the rare path only. */
LhHandler lh_find_handler(PyCodeObject *code, int unit) {
    unsigned char *p = (unsigned char *)PyBytes_AS_STRING(code->co_exceptiontable);
    unsigned char *end = p + PyBytes_GET_SIZE(code->co_exceptiontable);
    while (p < end) {
        int start, size, target, depth;
        p = read_varint(p, &start);
        p = read_varint(p, &size);
        p = read_varint(p, &target);
        p = read_varint(p, &depth);
        if (start > unit)
            break;
        if (unit < start + size)
            return (LhHandler){1, depth >> 1, target, depth & 1};
    }
    return (LhHandler){0, 0, 0, 0};
}

void lh_pop_to(_PyInterpreterFrame *frame, int floor) {
    while (frame->stacktop > floor) {
        frame->stacktop--;
        Py_XDECREF(frame->localsplus[frame->stacktop]);
    }
}

static int is_place(PyCodeObject *code, int byte) {
    return byte % 2 == 0 && byte / 2 >= code->_co_firsttraceable && byte / 2 < Py_SIZE(code);
}

static PyCodeObject *code_of(const LhActivation *a) {
    return (PyCodeObject *)(a->code != NULL ? a->code : ((PyFunctionObject *)a->func)->func_code);
}

/* Whether arguments and variables are laid out in the same way. */
static int runs_alike(PyCodeObject *a, PyCodeObject *b) {
    return PyCode_Check(a) && a->co_argcount == b->co_argcount && a->co_kwonlyargcount == b->co_kwonlyargcount
        && a->co_nlocalsplus == b->co_nlocalsplus && a->co_nfreevars == b->co_nfreevars && a->co_flags == b->co_flags;
}

/* NULL if the evaluation loop could run `a`, else what is wrong with it. A
 * caller's mistake must become an exception: the loop itself checks nothing. */
const char *lh_flaw(const LhActivation *a, PyObject *running) {
    if (!PyObject_TypeCheck(a->func, &PyFunction_Type))
        return "its callable is not a function";
    PyCodeObject *code = code_of(a);
    if (a->code != NULL && a->code != running && !runs_alike(code, (PyCodeObject *)((PyFunctionObject *)a->func)->func_code))
        return "its code is another function's";
    int is_generator = (code->co_flags & CO_GENERATOR) != 0;
    if ((code->co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR)) || is_generator != a->is_generator)
        return "generators and coroutines own their frames";
    if (a->nlocals != code->co_nlocalsplus)
        return "the number of locals is wrong";
    if (a->nstack < 0 || a->nstack + (a->kind == LH_CALL || a->kind == LH_RETURNED) > code->co_stacksize)
        return "the value stack is too deep";
    if (a->kind != LH_THROW && !is_place(code, a->offset))
        return "the next instruction is outside its code";
    if (a->kind != LH_GO) {
        if (!is_place(code, a->at))
            return "the current instruction is outside its code";
        if (lh_find_handler(code, a->at / 2).level > a->nstack)
            return "the value stack is too shallow for its handler";
    }
    return NULL;
}

static int check(LhActivation *chain, Py_ssize_t n, int lend) {
    int thrown = PyErr_Occurred() != NULL;
    const char *why = NULL;
    for (Py_ssize_t i = 0; i < n && why == NULL; i++) {
        int inner = lend || i < n - 1;
        if (inner ? chain[i].kind != LH_CALL
                  : thrown ? chain[i].kind != LH_THROW
                           : chain[i].kind != LH_GO && chain[i].kind != LH_RETURNED)
            why = inner ? "it must be a call" : "it must go on, or throw the current exception";
        else if (PyObject_TypeCheck(chain[i].func, &PyFunction_Type) && !(code_of(&chain[i])->co_flags & CO_OPTIMIZED))
            why = "its code is not a function's";
        else
            why = lh_flaw(&chain[i], NULL);
    }
    if (why == NULL)
        return 0;
    lh_drop_activations(chain, n);
    PyErr_Format(PyExc_SystemError, "lancehead: bad activation: %s", why);
    return -1;
}

/* Move the activation into the frame. What the frame held are the arguments we
 * made up ourselves: releasing them runs no code. */
static int fill(_PyInterpreterFrame *frame, LhActivation *a) {
    PyCodeObject *code = LH_CODE(frame);
    const char *kinds = PyBytes_AS_STRING(code->co_localspluskinds);
    PyObject *closure = ((PyFunctionObject *)LH_FUNC(frame))->func_closure;
    Py_ssize_t first_free = code->co_nlocalsplus - code->co_nfreevars;
    int failed = 0;
    if (a->is_generator)
        lh_pop_to(frame, code->co_nlocalsplus);     /* what was sent */
    for (Py_ssize_t i = 0; i < a->nlocals; i++) {
        PyObject *value = a->locals[i];
        /* A comprehension whose closure could not be made throws, with the cells that were to be in it. */
        if ((kinds[i] & CO_FAST_FREE) && closure != NULL) {
            Py_XDECREF(value);
            value = Py_NewRef(PyTuple_GET_ITEM(closure, i - first_free));
        }
        else if ((kinds[i] & CO_FAST_CELL) && (value == NULL || !PyCell_Check(value))) {
            PyObject *cell = PyCell_New(value);
            Py_XDECREF(value);
            failed |= cell == NULL;
            value = cell;
        }
        PyObject *made_up = frame->localsplus[i];
        frame->localsplus[i] = value;
        Py_XDECREF(made_up);
    }
    for (Py_ssize_t i = 0; i < a->nstack; i++)
        frame->localsplus[a->nlocals + i] = a->stack[i];
    frame->stacktop = (int)(a->nlocals + a->nstack);
    /* With the function's end what it shares may end. */
    Py_CLEAR(a->made);
    return failed ? -1 : 0;
}

/* The generator is made, and its frame arrives in evaluate when the first item
 * is asked for. */
static PyObject *enter_generator(Continuation *c) {
    LhActivation *a = c->next, *consumer = a - 1;
    PyObject *states[] = {a->states[0], a->states[1]}, *argument = Py_None, *result = NULL;
    Py_ssize_t before = c->left;
    a->states[0] = a->states[1] = NULL;
    PyObject *generator = lh_interpret(a->func, &argument, 1, NULL);
    if (generator != NULL) {
        arm(c, a->func, NULL);
        result = lh_consume(consumer->symbol, consumer->operands[0], states, generator);
        if (c->left == before)
            disarm(c);
    }
    if (c->left == before) {        /* it never came: out of memory */
        lh_drop_activations(c->next, c->left);
        lh_forget(&c->thrown);
        c->left = 0;
    }
    LhException kept = lh_take();
    Py_XDECREF(generator);
    drop(states, 2);
    lh_give(kept);
    return result;
}

/* Call the next activation's function, so that its frame arrives in evaluate.
 * Exactly its own arguments, all None: binding cannot fail and runs no code. */
static PyObject *enter(Continuation *c) {
    LhActivation *a = c->next;
    PyCodeObject *code = code_of(a);
    Py_ssize_t positional = code->co_argcount, named = code->co_kwonlyargcount;
    PyObject *few[16], **args = few, *names = NULL, *result = NULL;
    Py_ssize_t before = c->left;

    if (a->is_generator)
        return enter_generator(c);
    if (positional + named > 16)
        args = PyMem_New(PyObject *, positional + named);
    if (args == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 0; i < positional + named; i++)
        args[i] = Py_None;
    if (named) {
        names = PyTuple_GetSlice(code->co_localsplusnames, positional, positional + named);
        if (names == NULL)
            goto done;
    }
    arm(c, a->func, a->code);
    result = lh_interpret(a->func, args, (size_t)positional, names);
    if (c->left == before)
        disarm(c);
done:
    if (c->left == before) {        /* it never came: out of memory */
        lh_drop_activations(c->next, c->left);
        lh_forget(&c->thrown);
        c->left = 0;
    }
    Py_XDECREF(names);
    if (args != few)
        PyMem_Free(args);
    return result;
}

/* In the order of `bytecode::Binary`. */
static const char *const operators[] = {"+", "-", "*", "/", "//", "%", "** or pow()", "@", "<<", ">>", "&", "|", "^"};
static const char *const in_place[] = {"+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=", "<<=", ">>=", "&=", "|=", "^="};
/* In the order of `bytecode::Compare`. */
static const struct { int op, mirrored; const char *text; } comparisons[] = {
    {Py_LT, Py_GT, "<"}, {Py_LE, Py_GE, "<="}, {Py_EQ, Py_EQ, "=="}, {Py_NE, Py_NE, "!="}, {Py_GT, Py_LT, ">"}, {Py_GE, Py_LE, ">="},
};

/* Native code asked the one operand that there was to ask. */
static PyObject *unsupported(LhActivation *a) {
    const char *name = (a->symbol & 1 ? in_place : operators)[a->symbol / 2];
    PyErr_Format(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'", name,
                 Py_TYPE(a->operands[0])->tp_name, Py_TYPE(a->operands[1])->tp_name);
    return NULL;
}

/* As do_richcompare goes on when the first operand does not know. */
static PyObject *compare_mirrored(LhActivation *a) {
    PyObject *v = a->operands[0], *w = a->operands[1];
    richcmpfunc ask = Py_TYPE(w)->tp_richcompare;
    if (ask != NULL) {
        PyObject *result = ask(w, v, comparisons[a->symbol / 2].mirrored);
        if (result != Py_NotImplemented)
            return result;
        Py_DECREF(result);
    }
    switch (comparisons[a->symbol / 2].op) {
    case Py_EQ:
        return PyBool_FromLong(v == w);
    case Py_NE:
        return PyBool_FromLong(v != w);
    }
    PyErr_Format(PyExc_TypeError, "'%s' not supported between instances of '%.100s' and '%.100s'", comparisons[a->symbol / 2].text,
                 Py_TYPE(v)->tp_name, Py_TYPE(w)->tp_name);
    return NULL;
}

static PyObject *truth_of(PyObject *result, int negated) {
    int truth = PyObject_IsTrue(result);
    Py_DECREF(result);
    return truth < 0 ? NULL : PyBool_FromLong(truth ^ negated);
}

/* Of the operators that have a method in place, in the order of
 * `bytecode::Binary`; a power has three operands. */
static const size_t number_slots[] = {
    offsetof(PyNumberMethods, nb_add), offsetof(PyNumberMethods, nb_subtract), offsetof(PyNumberMethods, nb_multiply),
    offsetof(PyNumberMethods, nb_true_divide), offsetof(PyNumberMethods, nb_floor_divide), offsetof(PyNumberMethods, nb_remainder),
    0, offsetof(PyNumberMethods, nb_matrix_multiply), offsetof(PyNumberMethods, nb_lshift), offsetof(PyNumberMethods, nb_rshift),
    offsetof(PyNumberMethods, nb_and), offsetof(PyNumberMethods, nb_or), offsetof(PyNumberMethods, nb_xor),
};

static binaryfunc number_slot(PyObject *object, size_t slot) {
    PyNumberMethods *methods = Py_TYPE(object)->tp_as_number;
    return methods == NULL ? NULL : *(binaryfunc *)((char *)methods + slot);
}

/* As binary_iop1 goes on when the method in place does not know; the first
 * operand is an instance of a class of Python's. */
static PyObject *without_in_place(LhActivation *a) {
    PyObject *v = a->operands[0], *w = a->operands[1], *result;
    size_t slot = number_slots[a->symbol / 2];
    binaryfunc left = number_slot(v, slot), right = Py_IS_TYPE(w, Py_TYPE(v)) ? NULL : number_slot(w, slot);
    binaryfunc ways[2] = {left, right == left ? NULL : right};
    if (ways[0] != NULL && ways[1] != NULL && PyType_IsSubtype(Py_TYPE(w), Py_TYPE(v))) {
        ways[0] = right;
        ways[1] = left;
    }
    for (int i = 0; i < 2; i++) {
        if (ways[i] == NULL)
            continue;
        result = ways[i](v, w);
        if (result != Py_NotImplemented)
            return result;
        Py_DECREF(result);
    }
    /* A class of Python's has room for a sequence's slots, so that the other operand's are not asked. */
    return unsupported(a);
}

static Py_ssize_t length_of(PyObject *result) {
    PyObject *index = PyNumber_Index(result);
    Py_DECREF(result);
    if (index == NULL)
        return -1;
    Py_ssize_t length = -1;
    if (_PyLong_Sign(index) < 0)
        PyErr_SetString(PyExc_ValueError, "__len__() should return >= 0");
    else
        length = PyNumber_AsSsize_t(index, PyExc_OverflowError);
    Py_DECREF(index);
    return length;
}

/* What is pushed: takes the result of the callee over. */
static PyObject *made_of(LhActivation *a, PyObject *result) {
    Py_ssize_t length;
    switch (a->after) {
    case LH_TRUTH:
        if (PyBool_Check(result))
            return result;
        PyErr_Format(PyExc_TypeError, "__bool__ should return bool, returned %s", Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    case LH_TRUTH_OF_LENGTH:
        length = length_of(result);
        return length < 0 ? NULL : PyBool_FromLong(length != 0);
    case LH_LENGTH:
        length = length_of(result);
        return length < 0 ? NULL : PyLong_FromSsize_t(length);
    case LH_CONTAINS:
        return truth_of(result, a->symbol);
    case LH_ITERATOR:
        if (PyIter_Check(result))
            return result;
        PyErr_Format(PyExc_TypeError, "iter() returned non-iterator of type '%.100s'", Py_TYPE(result)->tp_name);
        Py_DECREF(result);
        return NULL;
    case LH_IN_PLACE:
        if (result != Py_NotImplemented)
            return result;
        Py_DECREF(result);
        return without_in_place(a);
    case LH_NOT_EQUAL:
        return result == Py_NotImplemented ? result : truth_of(result, 1);
    case LH_CONSUMED:
        return lh_consumed(a->symbol, a->operands[0], result);
    default:
        return result;
    }
}

PyObject *lh_after(LhActivation *a, PyObject *result) {
    PyObject *first = a->operands[0], *second = a->operands[1];
    if (result != NULL)
        result = made_of(a, result);
    if (result != NULL && a->after == LH_NEW) {
        if (result == Py_None)
            Py_SETREF(result, Py_NewRef(first));
        else {
            PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", Py_TYPE(result)->tp_name);
            Py_CLEAR(result);
        }
    }
    int is_comparison = a->after == LH_COMPARE || a->after == LH_NOT_EQUAL;
    if (result == Py_NotImplemented && (a->after == LH_BINARY || is_comparison)) {
        Py_DECREF(result);
        result = is_comparison ? compare_mirrored(a) : unsupported(a);
    }
    if (result != NULL && is_comparison && (a->symbol & 1))
        result = truth_of(result, 0);
    a->operands[0] = a->operands[1] = NULL;
    LhException kept = lh_take();
    Py_XDECREF(first);
    Py_XDECREF(second);
    lh_give(kept);
    return result;
}

int lh_go_on_after(LhActivation *a, _PyInterpreterFrame *frame, PyObject *result) {
    if (a->after == LH_NEXT && result == NULL && PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyErr_Clear();
        PyObject *iterator = frame->localsplus[--frame->stacktop];
        Py_DECREF(iterator);
        a->offset = a->symbol;
        return 0;
    }
    if (result == NULL)
        return -1;
    if (a->after == LH_DROP)
        Py_DECREF(result);
    else
        frame->localsplus[frame->stacktop++] = result;
    return 0;
}

/* The part of a CALL activation while its callee runs: the frame is the current
 * one, stands at the call, and costs a level of recursion. */
static PyObject *run_inside(Continuation *c, _PyInterpreterFrame *frame, LhActivation *a, int at) {
    lh_stand_at(frame, at);
    lh_link(c->ts, frame);
    --*lh_recursion(c->ts);
    PyObject *result;
    if (a->kind == LH_RETURNED) {
        result = a->returned;
        a->returned = NULL;
    }
    else if (c->left)
        result = enter(c);
    else {
        c->body_ran = 1;
        result = c->body(c->arg);
    }
    ++*lh_recursion(c->ts);
    if (c->body == NULL)
        result = lh_after(a, result);
    lh_unlink(c->ts, frame);
    return result;
}

static PyObject *evaluate(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag) {
    Continuation *c = awaited;
    if (c == NULL || c->ts != ts || throwflag || LH_FUNC(frame) != (c->started ? c->started : c->next->func))
        return (displaced ? displaced : _PyEval_EvalFrameDefault)(ts, frame, throwflag);
    disarm(c);
    if (c->started) {
        c->started = NULL;
        drop(c->handed, c->nhanded);
        c->nhanded = 0;
        return _PyEval_EvalFrameDefault(ts, frame, 0);
    }
    LhActivation *a = c->next++;
    c->left--;
#if PY_VERSION_HEX < 0x030C0000
    int collecting = PyGC_Disable();    /* cells are made, in a frame that is not whole */
    int failed = fill(frame, a) < 0;
    if (collecting)
        PyGC_Enable();
#else
    int failed = fill(frame, a) < 0;
#endif
    if (failed) {
        lh_drop_activations(c->next, c->left);
        lh_forget(&c->thrown);
        c->left = 0;
        lh_discard(ts, frame);
        return NULL;
    }
    if (a->kind != LH_CALL && (lh_anything_waits() || lh_collects_in_frames(ts))) {
        lh_stand_at(frame, a->at);
        lh_link(ts, frame);
        --*lh_recursion(ts);
        lh_end_what_waits(ts);
        ++*lh_recursion(ts);
        lh_unlink(ts, frame);
    }
    /* From here CPython's own loop, not the displaced evaluator: that one would
     * take the frame for a call from the start (a JIT would run other code). */
    if (a->kind == LH_GO) {
        lh_stand_before(frame, a->offset);
        return _PyEval_EvalFrameDefault(ts, frame, 0);
    }
    if (a->kind == LH_THROW) {
        lh_stand_at(frame, a->at);
        lh_give(c->thrown);
        return lh_throw(ts, frame);
    }
    PyObject *result = run_inside(c, frame, a, a->at);
    if (c->body != NULL) {
        /* Before a frame object that somebody keeps can take the stack over. */
        lh_pop_to(frame, LH_CODE(frame)->co_nlocalsplus);
        lh_discard(ts, frame);
        return result;
    }
    if (lh_go_on_after(a, frame, result) < 0)
        return lh_throw(ts, frame);
    lh_stand_before(frame, a->offset);
    return _PyEval_EvalFrameDefault(ts, frame, 0);
}

PyObject *lh_run_above(PyThreadState *ts, LhActivation *chain, Py_ssize_t n) {
    if (check(chain, n, 0) < 0)
        return NULL;
    Continuation c = {.ts = ts, .next = chain, .left = n, .thrown = lh_take()};
    PyObject *result = enter(&c);
    lh_drop_waiting();      /* no frame came */
    return result;
}

PyObject *lh_continue(LhActivation *chain, Py_ssize_t n) {
    if (n < 1) {
        PyErr_SetString(PyExc_SystemError, "lancehead: nothing to continue");
        return NULL;
    }
    return lh_run_above(PyThreadState_Get(), chain, n);
}

PyObject *lh_in_frames(LhActivation *chain, Py_ssize_t n,
                       PyObject *(*body)(void *), void *arg, int *raised) {
    Continuation c = {.ts = PyThreadState_Get(), .next = chain, .left = n,
                      .body = body, .arg = arg};
    PyObject *result = NULL;
    if (n == 0) {
        c.body_ran = 1;
        result = body(arg);
    }
    else if (check(chain, n, 1) == 0)
        result = enter(&c);
    *raised = result == NULL && c.body_ran;
    return result;
}

PyObject *lh_interpret_in(PyObject *func, PyObject *code, PyObject *const *args,
                          size_t nargsf, PyObject *kwnames) {
    if (!runs_alike((PyCodeObject *)code, (PyCodeObject *)((PyFunctionObject *)func)->func_code)
        || _PyInterpreterState_GetEvalFrameFunc(PyInterpreterState_Get()) != _PyEval_EvalFrameDefault)
        return lh_interpret(func, args, nargsf, kwnames);
    Continuation c = {.ts = PyThreadState_Get(), .started = func};
    arm(&c, func, code);
    PyObject *result = lh_interpret(func, args, nargsf, kwnames);
    if (c.started != NULL)      /* the arguments did not fit */
        disarm(&c);
    return result;
}

/* [method, NULL, args..] is [function, self, args..]. */
static int unpack_method(PyObject **operands, PyObject *callable) {
    if (!Py_IS_TYPE(callable, &PyMethod_Type))
        return 0;
    operands[0] = Py_NewRef(PyMethod_GET_FUNCTION(callable));
    operands[1] = Py_NewRef(PyMethod_GET_SELF(callable));
    Py_DECREF(callable);
    return 1;
}

PyObject *lh_call_handing_over(PyObject **operands, Py_ssize_t n, PyObject *names) {
    PyObject *callable = operands[0] == NULL ? operands[1] : operands[0];
    int first = operands[0] != NULL && operands[1] != NULL ? 1 : 2;
    if (first == 2 && unpack_method(operands, callable)) {
        callable = operands[0];
        first = 1;
    }
    PyObject **args = operands + first, *result;
    size_t nargsf = (size_t)(n - first - (names ? PyTuple_GET_SIZE(names) : 0)) | PY_VECTORCALL_ARGUMENTS_OFFSET;
    Continuation c = {.ts = PyThreadState_Get(), .handed = operands, .nhanded = n};
    if (Py_IS_TYPE(callable, &PyFunction_Type) && ((PyFunctionObject *)callable)->vectorcall == lh_interpret
        && _PyInterpreterState_GetEvalFrameFunc(c.ts->interp) == _PyEval_EvalFrameDefault) {
        c.started = callable;
        arm(&c, callable, NULL);
        result = lh_interpret(callable, args, nargsf, names);
        if (c.started != NULL)
            disarm(&c);
    }
    else
        result = PyObject_Vectorcall(callable, args, nargsf, names);
    if (c.nhanded > 0) {
        LhException kept = lh_take();
        drop(operands, n);
        lh_give(kept);
    }
    return result;
}
