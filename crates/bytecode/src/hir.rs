//! HIR: a function as a graph of blocks of stack operations, the same for every Python version.
//!
//! Each operation carries its *place* from birth: it was decoded from that very instruction, so that the place cannot be wrong.

use base::Span;
use std::fmt;

base::index!(
    /// An operation, in bytecode order.
    OpId,
    "op"
);
base::index!(
    /// A basic block.
    BlockId,
    "bb"
);

/// A function, decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Hir {
    pub ops: Vec<Op>,
    /// In bytecode order; block 0 is the entry. Blocks partition `ops`: each holds `first..end`. What control never reaches is in none.
    /// All operations of a block are protected by the same handler, or by none.
    pub blocks: Vec<Block>,
    /// For each block, the locals (by localsplus index, as a bitset of `u64` words) that may be read before they are written, from its start on.
    /// A local that an exception handler of the block may read is live throughout the block. Behind the locals stand the names of a
    /// module's code (by index into `names`), as far as its own operations read them.
    pub live_in: Vec<Vec<u64>>,
    /// Those of them that may be read before control leaves the outermost loop around the block; of a block in no loop, all.
    pub live_in_loop: Vec<Vec<u64>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub first: OpId,
    pub end: OpId,
    /// Depth of the value stack at the start (handlers, which native code never enters, are counted right too).
    pub depth: u32,
    /// A backward jump leads here (one out of a handler into the function proper does not count).
    pub is_loop_head: bool,
    /// Reached by an exception only, directly or through other such blocks: the interpreter's, but for what native code raises itself.
    pub is_handler: bool,
    /// Where an exception of its operations goes.
    pub handler: Option<Handler>,
}

/// Where an exception is caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    pub block: BlockId,
    /// How many slots of the stack are kept: the exception, and the offset that raised it where it is wanted, come on top.
    pub kept: u32,
}

/// One stack operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Op {
    pub kind: OpKind,
    /// Byte offset at which the interpreter can begin this operation: its first prefix (EXTENDED_ARG, KW_NAMES, PRECALL, PUSH_NULL is an operation of its own).
    /// None for the second half of a fused instruction: leave before the first half or behind the second.
    pub place: Option<u32>,
    /// Byte offset of the instruction itself, where CPython's instruction pointer stands when it raises (CALL, not its PRECALL on 3.12 or later; on 3.11 PRECALL's own errors aside, CALL).
    pub at: u32,
    /// Byte offset of what follows, behind the inline caches: where to go on with the result pushed. None for the first half of a fused instruction.
    pub next: Option<u32>,
    pub span: Span,
    /// Whether an exception raised at `at` is caught by a handler in this function.
    pub is_protected: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    TrueDiv,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    LShift,
    RShift,
    And,
    Or,
    Xor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    Neg,
    /// Gone as an instruction from 3.12 on (an intrinsic there).
    Pos,
    Invert,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

/// How `FORMAT_VALUE`/`CONVERT_VALUE` convert: `!s`, `!r`, `!a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conversion {
    None,
    Str,
    Repr,
    Ascii,
}

/// What an operation does to the value stack (top to the right).
#[derive(Clone, Debug, PartialEq)]
pub enum OpKind {
    /// RESUME, NOP, CACHE, PRECALL alone: nothing.
    Nop,
    /// [] -> [local]; raises UnboundLocalError if unbound (all plain LOAD_FASTs are treated as checked).
    LoadFast(u32),
    /// 3.12+: [] -> [local or NULL], and the local becomes unbound.
    LoadFastAndClear(u32),
    StoreFast(u32),
    DeleteFast(u32),
    LoadConst(u32),
    /// [] -> [NULL]
    PushNull,
    /// [] -> [global or builtin named `names[i]`]
    LoadGlobal(u32),
    StoreGlobal(u32),
    /// At module level and in class bodies: [] -> [what `names[i]` is in the namespace, else global, else builtin]
    LoadName(u32),
    StoreName(u32),
    DeleteName(u32),
    /// [] -> [content of the cell in this localsplus slot]
    LoadDeref(u32),
    StoreDeref(u32),
    /// The cell itself, for a closure: opaque in effect, but decoded.
    LoadClosure(u32),
    /// In a function's prologue: [] -> [], and what the local is, an argument or nothing, becomes the content of a new cell.
    MakeCell(u32),
    LoadAssertionError,
    /// [v] -> []
    Pop,
    /// Pushes a copy of the n-th item, 1 is the top.
    Copy(u32),
    /// Swaps the top and the n-th item, 1 is the top.
    Swap(u32),
    Unary(Unary),
    /// 3.13 TO_BOOL: [v] -> [bool(v)]
    ToBool,
    /// [a, b] -> [a op b]
    Binary {
        op: Binary,
        inplace: bool,
    },
    /// [a, b] -> [a op b]; `as_bool`: 3.13's COMPARE_OP with the bool flag, whose result goes through bool().
    Compare {
        op: Compare,
        as_bool: bool,
    },
    /// [a, b] -> [a is b] (`invert`: is not)
    Is {
        invert: bool,
    },
    /// [a, b] -> [a in b]
    Contains {
        invert: bool,
    },
    /// [container, key] -> [value]
    Subscript,
    /// [value, container, key] -> []
    StoreSubscript,
    /// [container, key] -> []
    DeleteSubscript,
    /// 3.12+: [container, start, stop] -> [value]
    BinarySlice,
    /// 3.12+: [value, container, start, stop] -> []
    StoreSlice,
    /// [start, stop] or [start, stop, step] -> [slice]
    BuildSlice(u32),
    /// [owner] -> [owner.names[i]]
    LoadAttr(u32),
    /// The method form: [owner] -> [NULL, attribute] or [function, owner]; on 3.13 [attribute, NULL] or [function, owner].
    LoadMethod(u32),
    /// 3.12+: [super, class, self] -> what LoadAttr or LoadMethod make of `super(class, self).names[i]`; `has_arguments`: it is written so.
    LoadSuper {
        name: u32,
        is_method: bool,
        has_arguments: bool,
    },
    /// [value, owner] -> []
    StoreAttr(u32),
    /// [owner] -> []
    DeleteAttr(u32),
    /// A call with n arguments in all, the last `keywords.len()` of them by keyword. Below the arguments stand two slots:
    /// on 3.11 and 3.12 [NULL, callable] or [function, self]; on 3.13 [callable, NULL] or [function, self].
    /// -> [result]
    Call {
        args: u32,
        keywords: Vec<String>,
    },
    /// CALL_FUNCTION_EX: [NULL, callable, args] or with a dict of keywords (3.13: [callable, NULL, args..]) -> [result]
    CallEx {
        keywords: bool,
    },
    BuildTuple(u32),
    BuildList(u32),
    BuildSet(u32),
    BuildMap(u32),
    /// BUILD_CONST_KEY_MAP: [values.., names tuple] -> [dict]
    BuildConstKeyMap(u32),
    BuildString(u32),
    /// [list, .. , iterable] -> [list, ..]; n is the list's depth after the pop, as in CPython.
    ListExtend(u32),
    ListAppend(u32),
    SetAdd(u32),
    SetUpdate(u32),
    MapAdd(u32),
    DictUpdate(u32),
    DictMerge(u32),
    ListToTuple,
    /// [value] or, `has_spec`, [value, spec] -> [str]. 3.13's CONVERT_VALUE, FORMAT_SIMPLE and FORMAT_WITH_SPEC are `Convert`, `Format{None,false}` and `Format{None,true}`.
    Format {
        conversion: Conversion,
        has_spec: bool,
    },
    Convert(Conversion),
    /// [sequence] -> its n items, the first on top.
    UnpackSequence(u32),
    /// UNPACK_EX
    UnpackEx {
        before: u32,
        after: u32,
    },
    /// [iterable] -> [iterator]
    GetIter,
    /// [iterator] -> [iterator, next item], falling through; exhausted: [iterator] -> [] and on to `exit`, which stands behind END_FOR (and POP_TOP on 3.13).
    ForIter {
        exit: BlockId,
    },
    Jump(BlockId),
    /// JUMP_BACKWARD, where the interpreter looks at its eval breaker.
    JumpBack(BlockId),
    /// [v] -> []; jumps if bool(v) is `when`, else falls through. On 3.13 v is already a bool.
    JumpIf {
        when: bool,
        target: BlockId,
    },
    /// [v] -> []; jumps if (v is None) is `when`.
    JumpIfNone {
        when: bool,
        target: BlockId,
    },
    /// 3.11's JUMP_IF_TRUE_OR_POP and JUMP_IF_FALSE_OR_POP: jumps and keeps v, or pops it and falls through.
    JumpIfOrPop {
        when: bool,
        target: BlockId,
    },
    /// [v] -> returns
    Return,
    /// 3.12+: returns consts[i]
    ReturnConst(u32),
    /// RAISE_VARARGS n
    Raise(u32),
    /// Anything else (MAKE_FUNCTION, IMPORT_NAME, YIELD_VALUE, WITH, MATCH, handlers' instructions..): the interpreter's. Holds CPython's name for it and its effect on the stack where it falls through.
    Opaque {
        name: &'static str,
        effect: i32,
        flow: OpaqueFlow,
    },
}

/// Where control goes from an opaque operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpaqueFlow {
    Next,
    /// SEND: on, or to `target` with this effect on the stack.
    Branch {
        target: BlockId,
        effect: i32,
    },
    /// RERAISE: nowhere.
    End,
}

impl Hir {
    /// The operations of each loop, first and last: from the head to the jump back.
    pub fn loops(&self) -> impl Iterator<Item = (OpId, OpId)> + '_ {
        self.ops.iter().enumerate().filter_map(|(index, op)| {
            let head = self.blocks[op.target()?.0 as usize].first;
            let jump = OpId(index as u32);
            (head <= jump).then_some((head, jump))
        })
    }

    /// The operations of the outermost loop around one, first and last: with all loops that reach into it.
    pub fn outermost_loop(&self, op: OpId) -> Option<(OpId, OpId)> {
        let mut around = self.loops().find(|(first, last)| (*first..=*last).contains(&op))?;
        loop {
            let before = around;
            for (first, last) in self.loops().filter(|(first, last)| *first <= before.1 && before.0 <= *last) {
                around = (around.0.min(first), around.1.max(last));
            }
            if around == before {
                return Some(around);
            }
        }
    }
}

impl Op {
    /// Whether control may go on to the next operation in order.
    pub fn falls_through(&self) -> bool {
        !matches!(
            self.kind,
            OpKind::Jump(_)
                | OpKind::JumpBack(_)
                | OpKind::Return
                | OpKind::ReturnConst(_)
                | OpKind::Raise(_)
                | OpKind::Opaque { flow: OpaqueFlow::End, .. }
        )
    }

    /// Where else control may go.
    pub fn target(&self) -> Option<BlockId> {
        match self.kind {
            OpKind::ForIter { exit } => Some(exit),
            OpKind::Jump(target)
            | OpKind::JumpBack(target)
            | OpKind::JumpIf { target, .. }
            | OpKind::JumpIfNone { target, .. }
            | OpKind::JumpIfOrPop { target, .. }
            | OpKind::Opaque { flow: OpaqueFlow::Branch { target, .. }, .. } => Some(target),
            _ => None,
        }
    }
}

impl Binary {
    pub fn symbol(self) -> &'static str {
        match self {
            Binary::Add => "+",
            Binary::Sub => "-",
            Binary::Mul => "*",
            Binary::TrueDiv => "/",
            Binary::FloorDiv => "//",
            Binary::Mod => "%",
            Binary::Pow => "**",
            Binary::MatMul => "@",
            Binary::LShift => "<<",
            Binary::RShift => ">>",
            Binary::And => "&",
            Binary::Or => "|",
            Binary::Xor => "^",
        }
    }
}

impl fmt::Display for Compare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Compare::Lt => "<",
            Compare::Le => "<=",
            Compare::Eq => "==",
            Compare::Ne => "!=",
            Compare::Gt => ">",
            Compare::Ge => ">=",
        })
    }
}
