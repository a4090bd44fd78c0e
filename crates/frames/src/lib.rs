//! CPython's frames: where native code goes when it must leave.
//!
//! A compiled function runs without a Python frame. [`lh_continue`] makes the
//! frames it should have had and lets the interpreter go on in them, at a place
//! in the user's own bytecode; [`lh_in_frames`] lends true frames to a call that
//! may look back at them. [`lh_function_new`] makes the object that stands in for
//! the user's function. The rest are peeks at the thread's state.
//!
//! Must not know: IR, types, what the places mean (crate `bytecode`). The code is
//! C, against CPython's internal headers (`c/`, one fenced header a minor
//! version); this file only declares it. Why it is sound: `SAFETY.md`.

use core::ffi::{c_char, c_int, c_void};

/// CPython's `PyObject`; cast a `pyo3::ffi::PyObject` pointer to it and back.
#[repr(C)]
pub struct PyObject {
    _private: [u8; 0],
}

/// CPython's `PyThreadState`.
#[repr(C)]
pub struct PyThreadState {
    _private: [u8; 0],
}

/// CPython's `PyTypeObject`.
#[repr(C)]
pub struct PyTypeObject {
    _private: [u8; 0],
}

/// CPython's `vectorcallfunc`.
pub type VectorCall =
    unsafe extern "C" fn(callable: *mut PyObject, args: *const *mut PyObject, nargsf: usize, kwnames: *mut PyObject) -> *mut PyObject;

/// CPython's `visitproc`.
pub type Visit = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int;

/// CPython's `PyCFunction`, without its casts.
pub type CFunction = unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject;

/// CPython's `PyMethodDef`; an array of them ends with a null name.
#[repr(C)]
pub struct PyMethodDef {
    pub name: *const c_char,
    pub method: Option<CFunction>,
    pub flags: c_int,
    pub doc: *const c_char,
}

/// How a suspended activation goes on.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// At the instruction at `offset`, which has not run.
    Go = 0,
    /// The instruction at `at` has raised the current exception.
    Throw = 1,
    /// It is inside the call at `at`; with the result pushed (see [`Activation::after`]) it goes on at `offset`.
    Call = 2,
    /// The same, but the callee has returned.
    Returned = 3,
}

/// What a call of a compiled function asks before native code runs (`LhCallState` in `c/frames.h`).
#[repr(C)]
pub struct CallState {
    pub thread: *mut PyThreadState,
    /// Of the function; see [`lh_function_data`].
    pub data: *mut c_void,
    /// What the function would run now; borrowed.
    pub code: *mut PyObject,
    /// See [`lh_eval_breaker`].
    pub breaker: *const c_void,
    /// See [`lh_recursion_remaining`].
    pub levels: *mut c_int,
    /// See [`lh_c_recursion_remaining`].
    pub c_levels: *mut c_int,
    /// See [`lh_stack_left`].
    pub stack: usize,
    /// 3.11: the switch of the collector, which runs where something is allocated; null later.
    pub collector: *mut c_int,
    /// A word of this thread's that is the caller's; null at first.
    pub own: *mut *mut c_void,
    /// See [`lh_tracing`].
    pub watched: c_int,
}

/// One suspended activation of a function (`LhActivation` in `c/frames.h`).
///
/// The references in `locals` and `stack` are taken over by the call that gets
/// the chain, also when it fails. The arrays stay the caller's and must live
/// until it returns.
#[repr(C)]
pub struct Activation {
    /// Borrowed: a function or an object of [`lh_function_type`].
    pub func: *mut PyObject,
    /// The same if it was made for this activation: taken over. Else null.
    pub made: *mut PyObject,
    /// Borrowed: what its frame runs in place of the function's own code; null for that.
    pub code: *mut PyObject,
    pub kind: Kind,
    /// Byte offset of the instruction it is in (a Go: was in), after any prefix.
    pub at: c_int,
    /// Go, Call: byte offset of the next instruction, before any prefix.
    pub offset: c_int,
    /// `co_nlocalsplus`.
    pub nlocals: isize,
    /// Null: unbound. Free variables: null. Cell variables: the content, or the
    /// cell where it exists already.
    pub locals: *mut *mut PyObject,
    pub nstack: isize,
    /// Bottom first, null where CPython has a NULL. For a Throw at least as deep
    /// as the handler wants it; for a Call without callable and arguments.
    pub stack: *mut *mut PyObject,
    /// Call, Returned: what the instruction does with the result.
    pub after: AfterCall,
    /// Which operator: of `bytecode::Binary` or `Compare`, doubled; one more in place, or where a bool is wanted. Or a consumer.
    pub symbol: c_int,
    /// What it needs still, taken over; null beyond.
    pub operands: [*mut PyObject; 2],
    /// Returned: what the callee has returned, taken over.
    pub returned: *mut PyObject,
    /// 1: of a generator that the activation before goes through.
    pub is_generator: c_int,
    /// What that has made of the items so far: taken over.
    pub states: [*mut PyObject; 2],
}

/// What an instruction does with the result of what it called.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterCall {
    Push = 0,
    /// It is an `__init__`'s: pushes the first operand.
    New = 1,
    Drop = 2,
    /// It may be NotImplemented: then the rest of what the operator means.
    Binary = 3,
    Compare = 4,
    /// `__eq__`'s for `!=`: its negation.
    NotEqual = 5,
    /// It may be NotImplemented: then the operands are asked as for the operator that is not in place.
    InPlace = 6,
    /// Must be a bool; a length, of which whether it is not zero is pushed; a length. The first two push a bool.
    Truth = 7,
    TruthOfLength = 8,
    Length = 9,
    /// Pushes its truth, negated if the symbol says so.
    Contains = 10,
    /// Must be an iterator.
    Iterator = 11,
    /// Pushes it; where StopIteration was raised, drops the iterator on top of the stack and goes on at the offset that `symbol` is.
    Next = 12,
    /// What a consumer has gathered: pushes what it makes of that.
    Consumed = 13,
}

/// A frame that a guard was called from (`LhHost` in `c/frames.h`).
#[repr(C)]
pub struct Host {
    /// Borrowed, as the next.
    pub func: *mut PyObject,
    pub code: *mut PyObject,
    /// Borrowed: the namespace of a module's code, null for a function's.
    pub names: *mut PyObject,
    /// Byte offset of the instruction behind the guard's call.
    pub next: c_int,
    pub nlocals: isize,
    pub nstack: isize,
    /// Locals, then stack: the frame's own.
    pub slots: *mut *mut PyObject,
    frame: *mut c_void,
    guard: *mut c_void,
}

impl Host {
    pub const EMPTY: Host = Host {
        func: core::ptr::null_mut(),
        code: core::ptr::null_mut(),
        names: core::ptr::null_mut(),
        next: 0,
        nlocals: 0,
        nstack: 0,
        slots: core::ptr::null_mut(),
        frame: core::ptr::null_mut(),
        guard: core::ptr::null_mut(),
    };
}

unsafe extern "C" {
    /// Call `func` as CPython would, but let its frame run `code`.
    pub fn lh_interpret_in(
        func: *mut PyObject,
        code: *mut PyObject,
        args: *const *mut PyObject,
        nargsf: usize,
        kwnames: *mut PyObject,
    ) -> *mut PyObject;

    /// As CALL does, of what it finds on the stack: a callable and null, on either side, or a callable and its first argument, then the others,
    /// the last by the names in a tuple, or null. Takes all references over. A new reference or null.
    pub fn lh_call_handing_over(operands: *mut *mut PyObject, n: isize, names: *mut PyObject) -> *mut PyObject;

    /// What all guards' code is: [`lh_host`] knows them by it.
    pub fn lh_guard_code(code: *mut PyObject);

    /// 1 if the C function that asks was called by a guard whose host can be moved.
    pub fn lh_host(ts: *mut PyThreadState, host: *mut Host) -> c_int;

    /// While native code runs in place of the host, the guard is not to be seen.
    pub fn lh_host_hide(ts: *mut PyThreadState, host: *mut Host);

    /// It stands in its instruction at `at`, and what waits for its end there ends.
    pub fn lh_host_stand(ts: *mut PyThreadState, host: *mut Host, at: c_int);

    /// Whether its local is one of the frame's own, and no cell.
    pub fn lh_host_owns(host: *mut Host, local: isize) -> c_int;

    pub fn lh_host_show(ts: *mut PyThreadState, host: *mut Host);

    /// Move the host, and run what belongs above it: `chain[0]` is the host's own activation. All are taken over; slots that native code
    /// emptied are null. `landing`: byte offset of the code's landing pad. Returns what the guard must return. Hidden before, shown after.
    pub fn lh_host_continue(ts: *mut PyThreadState, host: *mut Host, chain: *mut Activation, n: isize, landing: c_int) -> *mut PyObject;

    /// The current exception was raised by the host's instruction at `at`, and the frame is as the guard found it. Returns what the guard
    /// must return.
    pub fn lh_host_raise(ts: *mut PyThreadState, host: *mut Host, at: c_int, landing: c_int) -> *mut PyObject;

    /// As if nothing of Python ran below it: run a code object in a namespace, `with`, or call anything else with a tuple of arguments. A new
    /// reference or null.
    pub fn lh_run_bare(ts: *mut PyThreadState, what: *mut PyObject, with: *mut PyObject) -> *mut PyObject;

    /// How what hangs on code objects is released. Call first: 0, or -1.
    pub fn lh_extra_ready(release: unsafe extern "C" fn(*mut c_void)) -> c_int;

    /// What hangs on a code object; null for none, and for what is no code object.
    pub fn lh_extra(code: *mut PyObject) -> *mut c_void;

    pub fn lh_extra_set(code: *mut PyObject, extra: *mut c_void) -> c_int;

    /// Overwrite the arguments of a code object's units in place; their opcodes stay what CPython has made of them.
    pub fn lh_patch(code: *mut PyObject, at: c_int, units: *const u8, n: isize);

    /// Call `watched` whenever a tracer, profiler or monitoring tool is installed: 0, or -1 with an exception.
    pub fn lh_watch_tools(watched: unsafe extern "C" fn()) -> c_int;

    /// How many locals, cells and free variables a function's frame has.
    pub fn lh_locals(func: *mut PyObject) -> isize;
    /// How many of them are variables of an outer function.
    pub fn lh_free_variables(func: *mut PyObject) -> isize;

    /// 1 for the exact iterator of a range: its next item, how many are left, the step.
    pub fn lh_range_iterator(object: *mut PyObject, parts: *mut i64) -> c_int;

    /// 1 for the iterator of a list, a tuple or a string that has not come to its end: its next index, and what it goes over, borrowed.
    pub fn lh_sequence_iterator(object: *mut PyObject, index: *mut i64, over: *mut *mut PyObject) -> c_int;

    /// Takes from such an iterator what it goes over: it has come to its end then.
    pub fn lh_sequence_iterator_end(object: *mut PyObject) -> *mut PyObject;

    /// How many items the iterator of a dict, of its views or of a set has left; -1 for any other object.
    pub fn lh_table_iterator_left(object: *mut PyObject) -> i64;

    /// The iterator beneath an `enumerate`, borrowed, and its next count; else NULL.
    pub fn lh_enumerate(object: *mut PyObject, count: *mut i64) -> *mut PyObject;

    /// The tuple of iterators of a `zip` that is not strict, borrowed; else NULL.
    pub fn lh_zip(object: *mut PyObject) -> *mut PyObject;

    /// Go on in the interpreter. `chain[0]` is the outermost; all but the last
    /// are [`Kind::Call`], the last is a Throw if an exception is set, else a Go.
    /// Returns what `chain[0]`'s function returns: a new reference or null.
    /// Give back the recursion levels that the native calls took before this.
    pub fn lh_continue(chain: *mut Activation, n: isize) -> *mut PyObject;

    /// The last reference to an object, whose end may run code, waits until frames are true: the next [`lh_continue`] or
    /// [`lh_host_continue`] drops it, in the innermost frame, while that stands in the instruction at its `at`.
    pub fn lh_wait_for_frames(object: *mut PyObject);

    /// Whether anything waits.
    pub fn lh_anything_waits() -> c_int;

    /// Drop what waits now.
    pub fn lh_drop_waiting();

    /// Run `body(arg)` inside `n` true frames (all [`Kind::Call`]), then drop the
    /// frames without running code in them; keep references of your own to what
    /// must live on. Null with `*raised == 1`: body raised, no traceback entry was
    /// added. Null with 0: the frames could not be made and body did not run.
    pub fn lh_in_frames(
        chain: *mut Activation,
        n: isize,
        body: unsafe extern "C" fn(*mut c_void) -> *mut PyObject,
        arg: *mut c_void,
        raised: *mut c_int,
    ) -> *mut PyObject;

    /// 3.11, which collects garbage where it allocates: whether the next container would be too many.
    pub fn lh_collection_is_next() -> c_int;

    /// Where a class has its version, in bytes.
    pub fn lh_class_version_offset() -> usize;

    /// The version of what is found in a class; 0 if it has none.
    pub fn lh_holds_leaves(object: *mut PyObject) -> c_int;
    pub fn lh_class_dict(class: *mut PyTypeObject) -> *mut PyObject;
    pub fn lh_class_version(class: *mut PyTypeObject) -> u32;

    /// Whether instances may have attributes of their own, in a dict.
    pub fn lh_class_has_dict(class: *mut PyTypeObject) -> c_int;

    /// What an instance has, own attributes and slots: borrowed, at most so many.
    pub fn lh_instance_contents(object: *mut PyObject, out: *mut *mut PyObject, room: isize) -> isize;

    /// An own attribute or a slot of that name: borrowed, or null without an exception.
    pub fn lh_instance_value(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject;

    /// Fill two words of an attribute (`ir::AttributeLink`), of which the first is its name.
    pub fn lh_attribute_link(class: *mut PyTypeObject, attribute: *mut u64, is_value: c_int);

    /// The offset of a slot; -1 for what is no slot that can be set.
    pub fn lh_slot_offset(descriptor: *mut PyObject) -> isize;

    /// What native code calls where an attribute does not stand where it should (see `c/instance.c`).
    pub fn lh_attribute_own(object: *mut PyObject, attribute: *mut u64) -> *mut PyObject;
    pub fn lh_attribute_is_absent(object: *mut PyObject, attribute: *mut u64) -> i64;
    pub fn lh_attribute_old(object: *mut PyObject, attribute: *mut u64, old: *mut *mut PyObject) -> c_int;
    pub fn lh_attribute_set(object: *mut PyObject, attribute: *mut u64, value: *mut PyObject) -> i64;

    /// The namespace of which native code of this thread holds names, or null: from now on, and before. It has not their values meanwhile.
    pub fn lh_hold_namespace(namespace: *mut PyObject) -> *mut PyObject;
    pub fn lh_is_held(dict: *mut PyObject) -> c_int;

    /// The type of compiled functions; ready after [`lh_function_ready`].
    pub static lh_function_type: *mut PyTypeObject;

    /// Call first, once: 0, or -1 with an exception.
    pub fn lh_function_ready() -> c_int;

    /// Add methods to the type. The array must live as long as the process.
    pub fn lh_function_add_methods(defs: *mut PyMethodDef) -> c_int;

    /// A compiled function with all fields of `pyfunc`. `call` None: interpreted.
    /// `free_data(data)` runs when it dies, not if this fails.
    pub fn lh_function_new(
        pyfunc: *mut PyObject,
        call: Option<VectorCall>,
        data: *mut c_void,
        free_data: Option<unsafe extern "C" fn(*mut c_void)>,
    ) -> *mut PyObject;

    /// What gives room for the records that [`lh_leave`] writes: so many words of one context, for that resume. And what [`lh_call_out`] has
    /// done by.
    pub fn lh_leave_ready(
        room: unsafe extern "C" fn(context: *mut c_void, resume: u64, words: u64) -> *mut u64,
        out: unsafe extern "C" fn(context: *mut c_void) -> *mut PyObject,
    );

    /// As [`lh_leave`]; a new reference, or null where native code leaves.
    pub fn lh_call_out(context: *mut c_void, resume: u64, ints: u64, floats: u64, ...) -> *mut PyObject;

    /// What native code calls where it leaves: the words of a record, ints and addresses first, then floats.
    pub fn lh_leave(context: *mut c_void, resume: u64, ints: u64, floats: u64, ...);

    /// How the cycle collector visits, and drops, the references that functions' `data` hold.
    pub fn lh_function_collect(
        traverse: unsafe extern "C" fn(*mut c_void, Visit, *mut c_void) -> c_int,
        clear: unsafe extern "C" fn(*mut c_void),
    );

    /// The `data` of a compiled function; null for any other object.
    pub fn lh_function_data(function: *mut PyObject) -> *mut c_void;

    /// Run its bytecode: what CPython's own functions do when called.
    pub fn lh_function_interpret(
        function: *mut PyObject,
        args: *const *mut PyObject,
        nargsf: usize,
        kwnames: *mut PyObject,
    ) -> *mut PyObject;

    /// The byte at this address is nonzero when the interpreter wants attention.
    /// It belongs to this thread (3.13) or interpreter, and stays where it is.
    pub fn lh_eval_breaker(ts: *mut PyThreadState) -> *const c_void;

    /// For native code that saw the breaker set. 0: go on (the lock may have been
    /// lent to another thread, garbage collected: check your guards again).
    /// 1: leave, the interpreter has work here. -1: throw the current exception.
    pub fn lh_safepoint(ts: *mut PyThreadState) -> c_int;

    /// 3.11: a container was made while the collector was held; the breaker is set if it would have run.
    pub fn lh_made_container();

    /// 3.11: what [`lh_made_container`] asked for is dealt with elsewhere.
    pub fn lh_forget_containers(ts: *mut PyThreadState);

    /// Whether a signal or the like waits that only the interpreter can deal with.
    pub fn lh_awaits_interpreter(ts: *mut PyThreadState) -> c_int;

    /// Whether anybody watches: tracer, profiler, a monitoring tool with global
    /// events, somebody else's frame evaluator.
    pub fn lh_tracing(ts: *mut PyThreadState) -> c_int;

    /// Whether a monitoring tool watches this one code object.
    pub fn lh_code_monitored(code: *mut PyObject) -> c_int;

    /// Levels of Python recursion left; native calls count theirs down here.
    pub fn lh_recursion_remaining(ts: *mut PyThreadState) -> *mut c_int;

    /// 3.12 and later: C levels left, of which calls between Python functions take none; null before.
    pub fn lh_c_recursion_remaining(ts: *mut PyThreadState) -> *mut c_int;

    /// Whether no other Python thread could run if this one lent the lock.
    pub fn lh_is_only_thread(ts: *mut PyThreadState) -> c_int;

    /// As `Py_AddPendingCall`, of any thread, without the lock; the main thread sees it soon.
    pub fn lh_ask_main_thread(call: unsafe extern "C" fn(*mut c_void) -> c_int, arg: *mut c_void) -> c_int;

    /// Whether a frame that runs this code, of whichever thread, stands within these bytes of it.
    pub fn lh_runs_within(code: *mut PyObject, first: c_int, last: c_int) -> c_int;

    /// Changes when the dict does; 0 would mean "unknown".
    pub fn lh_dict_version(dict: *mut PyObject) -> u64;

    /// An attribute, or null where there is none: 1, 0; -1 with an exception.
    pub fn lh_attribute(owner: *mut PyObject, name: *mut PyObject, found: *mut *mut PyObject) -> c_int;

    /// About how many bytes of this thread's C stack are left.
    pub fn lh_stack_left() -> usize;

    /// All of it at once, for a compiled function that is being called.
    pub fn lh_call_state(function: *mut PyObject, state: *mut CallState);
}
