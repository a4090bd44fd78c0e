use crate::{ArrayGuess, AttributeKind, Dtype, Exact, FuncId, ObjectId, Runtime, Ty};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Comparison {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl Comparison {
    pub const ALL: [Comparison; 6] = [Comparison::Lt, Comparison::Le, Comparison::Eq, Comparison::Ne, Comparison::Gt, Comparison::Ge];

    pub fn name(self) -> &'static str {
        match self {
            Comparison::Lt => "lt",
            Comparison::Le => "le",
            Comparison::Eq => "eq",
            Comparison::Ne => "ne",
            Comparison::Gt => "gt",
            Comparison::Ge => "ge",
        }
    }

    pub fn holds<T: PartialOrd>(self, a: T, b: T) -> bool {
        match self {
            Comparison::Lt => a < b,
            Comparison::Le => a <= b,
            Comparison::Eq => a == b,
            Comparison::Ne => a != b,
            Comparison::Gt => a > b,
            Comparison::Ge => a >= b,
        }
    }
}

/// What an operation may do beside computing its results. Passes and code generation read this, never the names of operations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Effect {
    /// Nothing: may be moved, merged and dropped.
    Pure,
    /// May leave at its resume instead; else nothing.
    Leaves,
    /// Reads memory that calls may write; else nothing.
    Reads,
    /// The same, and may leave at its resume instead.
    Checks,
    /// Changes reference counts, objects, the thread's state.
    Writes,
    /// May leave at its resume, and may have changed objects.
    Calls,
}

impl Effect {
    pub fn can_leave(self) -> bool {
        matches!(self, Effect::Leaves | Effect::Checks | Effect::Calls)
    }
}

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident $text:literal ($($arg:ident)*) -> ($($result:ident)*) $effect:ident;)*) => {
        /// An operation of the IR. Rows of one table: the operands' and results' types, and the effect.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Op {
            $($(#[$doc])* $name,)*
            ConstBool(bool),
            ConstInt(i64),
            ConstWide(i128),
            /// By its bits: NaNs and zeros stay what they are.
            ConstFloat(u64),
            ConstObject(ObjectId),
            CompareInt(Comparison),
            /// Of unsigned 64-bit ints.
            CompareUint(Comparison),
            CompareWide(Comparison),
            CompareFloat(Comparison),
            /// One of two values of a type: `condition, then, other`.
            Select(Ty),
            /// A scalar of the unit's table of globals, as it was when the outermost call began.
            LoadScalar { slot: u32, ty: Ty },
            /// What is remembered of one of the unit's loops that have a mirrored version.
            MirrorSite(u32),
            /// Whether an array has such elements, aligned, in so many dimensions.
            ArrayIs(ArrayGuess),
            /// The value of what is exactly such a scalar of NumPy's; leaves if it is not.
            NumPyOf(Dtype),
            /// One of the exact functions.
            Exact(&'static Exact),
            /// Whether a checked one leaves, for these operands; and what it gives where it does not.
            ExactFails(&'static Exact),
            ExactValue(&'static Exact),
            /// A tape keeps values that each turn of a loop computes anew, the same each time, in the order in which it does. Its loop is entered.
            TapeEnter(u32),
            /// A turn begins.
            TapeRewind(u32),
            /// The next value of this turn, written and read.
            TapePut(u32, Ty),
            TapeNext(u32, Ty),
            /// The turn has changed, or may have, what its values are computed from.
            TapeSpoil(u32),
            /// At the end of a turn: whether the tape has all its values, and the next turns may take them from there.
            TapeIsWhole(u32),
            /// A turn that took its values from the tape has to be done again as it was written.
            TapeMissed(u32),
            /// Work on objects through the interpreter's own functions.
            Runtime(&'static Runtime),
            /// A function of the unit.
            Call(FuncId),
            /// Leaves unless the object is an instance of exactly the class whose words lie there, and that is as it was.
            GuardClass(u32),
            /// Leaves if the instance has an attribute of its own of that name. Its class was guarded, as for the next two.
            GuardAbsent(u32),
            /// The attribute of an instance, borrowed; leaves if it has none.
            LoadAttribute(AttributeKind, u32),
            /// Sets it: a float, an int, or an object whose reference is taken over. Leaves, thrown, if memory runs out; dropping the old one may
            /// run a finaliser.
            StoreAttribute(AttributeKind, Ty, u32),
        }

        /// The operations that have no parameters of their own.
        pub const PLAIN_OPS: &[Op] = &[$(Op::$name,)*];

        impl Op {
            pub fn name(&self) -> &'static str {
                match self {
                    $(Op::$name => $text,)*
                    Op::ConstBool(_) => "const.i1",
                    Op::ConstInt(_) => "const.i64",
                    Op::ConstWide(_) => "const.i128",
                    Op::ConstFloat(_) => "const.f64",
                    Op::ConstObject(_) => "const.obj",
                    Op::CompareInt(_) => "cmp.i64",
                    Op::CompareUint(_) => "cmp.u64",
                    Op::CompareWide(_) => "cmp.i128",
                    Op::CompareFloat(_) => "cmp.f64",
                    Op::Select(_) => "select",
                    Op::LoadScalar { .. } => "load.scalar",
                    Op::MirrorSite(_) => "mirror.site",
                    Op::ArrayIs(_) => "array.is",
                    Op::NumPyOf(_) => "numpy.of",
                    Op::Exact(exact) => exact.name,
                    Op::ExactFails(_) => "fails",
                    Op::ExactValue(_) => "value",
                    Op::TapeEnter(_) => "tape.enter",
                    Op::TapeRewind(_) => "tape.rewind",
                    Op::TapePut(..) => "tape.put",
                    Op::TapeNext(..) => "tape.next",
                    Op::TapeSpoil(_) => "tape.spoil",
                    Op::TapeIsWhole(_) => "tape.is.whole",
                    Op::TapeMissed(_) => "tape.missed",
                    Op::Runtime(runtime) => runtime.name,
                    Op::Call(_) => "call",
                    Op::GuardClass(_) => "guard.class",
                    Op::GuardAbsent(_) => "guard.absent",
                    Op::LoadAttribute(..) => "load.attribute",
                    Op::StoreAttribute(..) => "store.attribute",
                }
            }

            /// The operands' types; None for a call, whose callee says.
            pub fn params(&self) -> Option<Vec<Ty>> {
                Some(match self {
                    $(Op::$name => vec![$(Ty::$arg),*],)*
                    Op::ConstBool(_) | Op::ConstInt(_) | Op::ConstWide(_) | Op::ConstFloat(_) | Op::ConstObject(_) => vec![],
                    Op::LoadScalar { .. } | Op::MirrorSite(_) => vec![],
                    Op::CompareInt(_) | Op::CompareUint(_) => vec![Ty::I64, Ty::I64],
                    Op::CompareWide(_) => vec![Ty::I128, Ty::I128],
                    Op::CompareFloat(_) => vec![Ty::F64, Ty::F64],
                    Op::Select(ty) => vec![Ty::I1, *ty, *ty],
                    Op::Exact(exact) | Op::ExactFails(exact) | Op::ExactValue(exact) => exact.params.to_vec(),
                    Op::TapePut(_, ty) => vec![*ty],
                    Op::TapeEnter(_) | Op::TapeRewind(_) | Op::TapeNext(..) => vec![],
                    Op::TapeSpoil(_) | Op::TapeIsWhole(_) | Op::TapeMissed(_) => vec![],
                    Op::Runtime(runtime) => runtime.params.to_vec(),
                    Op::Call(_) => return None,
                    Op::GuardClass(_) | Op::GuardAbsent(_) | Op::LoadAttribute(..) | Op::ArrayIs(_) | Op::NumPyOf(_) => vec![Ty::Obj],
                    Op::StoreAttribute(_, ty, _) => vec![Ty::Obj, *ty],
                })
            }

            pub fn results(&self) -> Option<Vec<Ty>> {
                Some(match self {
                    $(Op::$name => vec![$(Ty::$result),*],)*
                    Op::ConstBool(_) | Op::CompareInt(_) | Op::CompareUint(_) | Op::CompareWide(_) | Op::CompareFloat(_) => vec![Ty::I1],
                    Op::ConstInt(_) => vec![Ty::I64],
                    Op::ConstWide(_) => vec![Ty::I128],
                    Op::ConstFloat(_) => vec![Ty::F64],
                    Op::ConstObject(_) => vec![Ty::Obj],
                    Op::MirrorSite(_) => vec![Ty::Mem],
                    Op::ArrayIs(_) => vec![Ty::I1],
                    Op::NumPyOf(dtype) => vec![dtype.ty()],
                    Op::Select(ty) | Op::LoadScalar { ty, .. } => vec![*ty],
                    Op::GuardClass(_) | Op::GuardAbsent(_) | Op::StoreAttribute(..) => vec![],
                    Op::LoadAttribute(..) => vec![Ty::Obj],
                    Op::Exact(exact) | Op::ExactValue(exact) => exact.results.to_vec(),
                    Op::ExactFails(_) | Op::TapeIsWhole(_) => vec![Ty::I1],
                    Op::TapeNext(_, ty) => vec![*ty],
                    Op::TapeEnter(_) | Op::TapeRewind(_) | Op::TapePut(..) | Op::TapeSpoil(_) | Op::TapeMissed(_) => vec![],
                    Op::Runtime(runtime) => runtime.result.into_iter().collect(),
                    Op::Call(_) => return None,
                })
            }

            /// Whether doing it may drop a reference, and so free objects.
            pub fn may_release(&self) -> bool {
                !matches!(self, Op::IncRef | Op::ShareAny | Op::Tick) && !self.sets_element() && matches!(self.effect(), Effect::Writes | Effect::Calls)
            }

            /// How many stores of a loop elements are kept for, and for how many turns of each.
            pub const KEPT_AT_MOST: i64 = 8;
            pub const TURNS_KEPT: i64 = 1024;

            /// Whether it writes an element of an array, and nothing else: no head of an array, no object.
            pub fn sets_element(&self) -> bool {
                self.element_set().is_some()
            }

            /// The type of the elements that it writes one of.
            pub fn element_set(&self) -> Option<Dtype> {
                match self {
                    Op::ArraySetFloat => Some(Dtype::Float64),
                    Op::ArraySetInt => Some(Dtype::Int64),
                    Op::ArraySetBool => Some(Dtype::Bool),
                    _ => None,
                }
            }

            /// Whether it reads an element of an array.
            pub fn reads_element(&self) -> bool {
                matches!(self, Op::ArrayFloat | Op::ArrayInt | Op::ArrayBool)
            }

            /// Whether it may release, but holds the object that is its first operand while it does: nobody has to own it for its sake.
            pub fn holds_list(&self) -> bool {
                matches!(self, Op::ListSetFloat | Op::ListSetInt | Op::ListSetObject | Op::StoreAttribute(..))
            }

            pub fn effect(&self) -> Effect {
                match self {
                    $(Op::$name => Effect::$effect,)*
                    Op::LoadScalar { .. } | Op::ArrayIs(_) => Effect::Reads,
                    Op::Exact(exact) if exact.is_checked => Effect::Leaves,
                    Op::Runtime(runtime) => runtime.effect,
                    Op::TapeEnter(_) | Op::TapeRewind(_) | Op::TapePut(..) | Op::TapeNext(..) => Effect::Writes,
                    Op::TapeSpoil(_) | Op::TapeIsWhole(_) | Op::TapeMissed(_) => Effect::Writes,
                    Op::Call(_) | Op::StoreAttribute(..) => Effect::Calls,
                    Op::GuardClass(_) | Op::GuardAbsent(_) | Op::LoadAttribute(..) | Op::NumPyOf(_) => Effect::Checks,
                    _ => Effect::Pure,
                }
            }
        }
    };
}

ops! {
    /// Leaves on overflow, as the next two.
    AddInt "add.i64" (I64 I64) -> (I64) Leaves;
    SubInt "sub.i64" (I64 I64) -> (I64) Leaves;
    MulInt "mul.i64" (I64 I64) -> (I64) Leaves;
    /// Where the result is known to fit (or is meant to wrap).
    WrapAddInt "wadd.i64" (I64 I64) -> (I64) Pure;
    WrapSubInt "wsub.i64" (I64 I64) -> (I64) Pure;
    AndInt "and.i64" (I64 I64) -> (I64) Pure;
    OrInt "or.i64" (I64 I64) -> (I64) Pure;
    XorInt "xor.i64" (I64 I64) -> (I64) Pure;
    AddWide "add.i128" (I128 I128) -> (I128) Leaves;
    SubWide "sub.i128" (I128 I128) -> (I128) Leaves;
    MulWide "mul.i128" (I128 I128) -> (I128) Leaves;
    AndWide "and.i128" (I128 I128) -> (I128) Pure;
    OrWide "or.i128" (I128 I128) -> (I128) Pure;
    XorWide "xor.i128" (I128 I128) -> (I128) Pure;
    /// Arithmetic shift by a count that is known to be in `0..128`.
    ShrWide "shr.i128" (I128 I128) -> (I128) Pure;
    ShrUint "shr.u64" (I64 I64) -> (I64) Pure;
    /// The divisor is known not to be zero.
    DivUint "div.u64" (I64 I64) -> (I64) Pure;
    RemUint "rem.u64" (I64 I64) -> (I64) Pure;
    AddFloat "add.f64" (F64 F64) -> (F64) Pure;
    SubFloat "sub.f64" (F64 F64) -> (F64) Pure;
    MulFloat "mul.f64" (F64 F64) -> (F64) Pure;
    /// The divisor is known not to be zero.
    DivFloat "div.f64" (F64 F64) -> (F64) Pure;
    NegFloat "neg.f64" (F64) -> (F64) Pure;
    AbsFloat "abs.f64" (F64) -> (F64) Pure;
    AndBool "and.i1" (I1 I1) -> (I1) Pure;
    OrBool "or.i1" (I1 I1) -> (I1) Pure;
    XorBool "xor.i1" (I1 I1) -> (I1) Pure;
    NotBool "not.i1" (I1) -> (I1) Pure;
    BoolToInt "i1.to.i64" (I1) -> (I64) Pure;
    /// As CPython rounds: half to even.
    IntToFloat "i64.to.f64" (I64) -> (F64) Pure;
    UintToFloat "u64.to.f64" (I64) -> (F64) Pure;
    IntToWide "i64.to.i128" (I64) -> (I128) Pure;
    UintToWide "u64.to.i128" (I64) -> (I128) Pure;
    /// The low 64 bits.
    WideToInt "i128.to.i64" (I128) -> (I64) Pure;
    /// Leaves if the value doesn't fit.
    NarrowWide "narrow.i64" (I128) -> (I64) Leaves;
    FloatToBits "f64.to.bits" (F64) -> (I64) Pure;
    BitsToFloat "bits.to.f64" (I64) -> (F64) Pure;
    BitsToBool "bits.to.i1" (I64) -> (I1) Pure;
    ObjectToBits "obj.to.bits" (Obj) -> (I64) Pure;
    BitsToObject "bits.to.obj" (I64) -> (Obj) Pure;
    /// Leaves unless true, as the next unless false.
    GuardTrue "guard.true" (I1) -> () Leaves;
    GuardFalse "guard.false" (I1) -> () Leaves;
    /// Does the operation of its resume, which may run anything, in the frame made true, and takes over what that finds on the stack. Leaves if
    /// it raises, if it is not to be done now, or if native code can't go on behind it.
    CallOut "call.out" () -> (Obj) Calls;
    /// Forced leaving (`LANCEHEAD_DEOPT_EVERY`): counts down, leaves at zero.
    Tick "tick" () -> () Calls;
    /// Leaves if the interpreter has something to do that needs a frame.
    Safepoint "safepoint" () -> () Calls;
    /// A new reference.
    IncRef "incref" (Obj) -> () Writes;
    /// Drops a reference. True: the end of an object may run code of the user, which must find true frames and names: it waits until native
    /// code has left.
    DecRef "decref" (Obj) -> (I1) Writes;
    /// Makes a second owner of what a `Slot::Any` owns.
    ShareAny "share.any" (I64 I64) -> () Writes;
    /// Drops what a `Slot::Any` owns; true as for `decref`.
    DropAny "drop.any" (I64 I64) -> (I1) Writes;
    /// Leaves if the reference is the last one and dropping it may run code of the user.
    GuardQuiet "guard.quiet" (Obj) -> () Checks;
    GuardQuietAny "guard.quiet.any" (I64 I64) -> () Checks;
    IsSameObject "same.obj" (Obj Obj) -> (I1) Pure;
    /// How many items a list has now.
    ListLength "list.length" (Obj) -> (I64) Reads;
    /// The item at an index that is in bounds, borrowed from the list.
    ListItem "list.item" (Obj I64) -> (Obj) Reads;
    /// Puts an item at an index that is in bounds. Leaves, thrown, if memory runs out; and if dropping the old item may run code of the user.
    ListSetFloat "list.set.f64" (Obj I64 F64) -> () Calls;
    ListSetInt "list.set.i64" (Obj I64 I64) -> () Calls;
    /// The same, and takes the item's reference over.
    ListSetObject "list.set.obj" (Obj I64 Obj) -> () Calls;
    /// Leaves unless it is exactly a list.
    GuardList "guard.list" (Obj) -> () Leaves;
    GuardComplex "guard.complex" (Obj) -> () Leaves;
    /// The parts of what is exactly a complex number.
    ComplexReal "complex.real" (Obj) -> (F64) Reads;
    ComplexImaginary "complex.imag" (Obj) -> (F64) Reads;
    /// The same of a string, a dict, a set; of a tuple, and of one of that many items.
    GuardStr "guard.str" (Obj) -> () Leaves;
    GuardDict "guard.dict" (Obj) -> () Leaves;
    GuardSet "guard.set" (Obj) -> () Leaves;
    GuardRow "guard.row" (Obj) -> () Leaves;
    GuardTuple "guard.tuple" (Obj I64) -> () Leaves;
    /// The item of a tuple at an index that is in bounds, borrowed.
    TupleItem "tuple.item" (Obj I64) -> (Obj) Reads;
    /// How many items a string, a tuple or a dict has now.
    Length "length" (Obj) -> (I64) Reads;
    /// The value of what is exactly a float, an int of 64 bits, a bool; leaves if it is not.
    FloatOf "float.of" (Obj) -> (F64) Checks;
    IntOf "int.of" (Obj) -> (I64) Checks;
    BoolOf "bool.of" (Obj) -> (I1) Leaves;
    /// Whether the sum, the difference, the product of two ints is none of 64 bits.
    AddOverflows "add.overflows" (I64 I64) -> (I1) Pure;
    SubOverflows "sub.overflows" (I64 I64) -> (I1) Pure;
    MulOverflows "mul.overflows" (I64 I64) -> (I1) Pure;
    /// Whether the interpreter wants attention.
    IsWanted "is.wanted" () -> (I1) Reads;
    /// Leaves if the interpreter wants attention: a safepoint where nothing may run.
    LeaveIfWanted "leave.if.wanted" () -> () Checks;
    /// The loop of a site is entered from outside.
    MirrorEnter "mirror.enter" (Mem) -> () Writes;
    /// Counts the turns of a site's loop: whether it is time to ask for mirrors.
    MirrorDue "mirror.due" (Mem) -> (I1) Writes;
    /// Makes a list true again where its mirror is ahead of it; the mirror stays.
    MirrorFlush "mirror.flush" (Obj) -> () Writes;
    /// The same, and what the mirror knows is of no use any more: the list is about to change.
    MirrorSettle "mirror.settle" (Obj) -> () Writes;
    /// The same for all lists, and gives all mirrors up: anybody may look, and change them.
    MirrorSettleAll "mirror.settle.all" () -> () Writes;
    /// The mirror of a list in which a number is about to be set, if it has one of such numbers; one of others is settled.
    MirrorOfFloats "mirror.of.f64" (Obj) -> (Mem) Writes;
    MirrorOfInts "mirror.of.i64" (Obj) -> (Mem) Writes;
    /// There is such a number now, if there is a mirror.
    MirrorNoteFloat "mirror.note.f64" (Mem I64 F64) -> () Writes;
    MirrorNoteInt "mirror.note.i64" (Mem I64 I64) -> () Writes;
    /// The list behind a mirror, borrowed; how many items it has.
    MirrorList "mirror.list" (Mem) -> (Obj) Reads;
    MirrorLength "mirror.length" (Mem) -> (I64) Reads;
    /// The mirror of an item that is a list, the value of one that is a number; the index is in bounds.
    MirrorRow "mirror.row" (Mem I64) -> (Mem) Reads;
    MirrorFloat "mirror.f64" (Mem I64) -> (F64) Reads;
    MirrorInt "mirror.i64" (Mem I64) -> (I64) Reads;
    MirrorSetFloat "mirror.set.f64" (Mem I64 F64) -> () Writes;
    MirrorSetInt "mirror.set.i64" (Mem I64 I64) -> () Writes;
    /// Puts the list of another mirror there, as an item of the list and of its mirror, and takes its reference over.
    MirrorSetRow "mirror.set.row" (Mem I64 Mem) -> () Writes;
    /// What a variable's cell holds, borrowed; leaves if that is nothing.
    LoadCell "load.cell" (Obj) -> (Obj) Checks;
    /// Puts an object there, whose reference is taken over. Leaves if dropping the old one may run code of the user.
    StoreCell "store.cell" (Obj Obj) -> () Calls;
    /// Leaves unless it is exactly an array of NumPy's.
    GuardArray "guard.array" (Obj) -> () Leaves;
    /// Whether elements of the array may be set without anybody being told.
    ArrayIsWritable "array.is.writable" (Obj) -> (I1) Reads;
    /// How many elements an array has along an axis that it has, and how many bytes lie from one to the next.
    ArrayLength "array.length" (Obj I64) -> (I64) Reads;
    ArrayStride "array.stride" (Obj I64) -> (I64) Reads;
    /// Where the first element lies.
    ArrayData "array.data" (Obj) -> (Mem) Reads;
    /// So many steps on, of so many bytes.
    ArrayAt "array.at" (Mem I64 I64) -> (Mem) Pure;
    /// The element there.
    ArrayFloat "array.f64" (Mem) -> (F64) Reads;
    ArrayInt "array.i64" (Mem) -> (I64) Reads;
    ArrayBool "array.i1" (Mem) -> (I1) Reads;
    ArraySetFloat "array.set.f64" (Mem F64) -> () Writes;
    ArraySetInt "array.set.i64" (Mem I64) -> () Writes;
    ArraySetBool "array.set.i1" (Mem I1) -> () Writes;
    /// Leaves if NumPy would say something of this sum or difference, product, quotient: of the operands and the result.
    QuietSum "quiet.sum" (F64 F64 F64) -> () Leaves;
    QuietProduct "quiet.product" (F64 F64 F64) -> () Leaves;
    QuietQuotient "quiet.quotient" (F64 F64 F64) -> () Leaves;
    /// Forgets what the floating-point unit met; whether NumPy would say something of what it met since.
    FlagsClear "flags.clear" () -> () Writes;
    FlagsSaid "flags.said" () -> (I1) Writes;
    /// The float is needed, though nobody reads it.
    Keep "keep" (F64) -> () Writes;
    /// The same float, of which LLVM knows nothing, nor computes with it before.
    Opaque "opaque.f64" (F64) -> (F64) Writes;
    /// Keeps the elements that a chunk of a loop is about to set: at the first place, at that of the second turn, and so on; then how many
    /// turns, how many bytes an element, which of the chunk's stores. False if places overlap.
    ArrayRemember "array.remember" (Mem Mem I64 I64 I64) -> (I1) Writes;
    /// Puts back what the chunk has set.
    ArrayTakeBack "array.take.back" () -> () Writes;
    /// Whether it is exactly a float or an int of 64 bits, as a tag; leaves if it is neither.
    NumberTag "number.tag" (Obj) -> (I64) Checks;
    /// The bits of what has that tag.
    NumberBits "number.bits" (Obj I64) -> (I64) Reads;
    IsNone "is.none" (Obj) -> (I1) Pure;
    IsNotImplemented "is.not.implemented" (Obj) -> (I1) Pure;
    /// `None`, borrowed.
    NoneObject "none.obj" () -> (Obj) Pure;
    /// `True` or `False`, borrowed.
    BoolToObject "i1.to.obj" (I1) -> (Obj) Pure;
}
