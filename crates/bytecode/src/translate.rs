//! One instruction to the one or two operations that it is.

use crate::dialect::Dialect;
use crate::flow::{Flow, Reached};
use crate::opcode::Opcode::{self, *};
use crate::*;
use std::collections::BTreeMap;

pub(crate) enum Translation {
    One(OpKind),
    /// A fused instruction.
    Two(OpKind, OpKind),
}

pub(crate) struct Translator<'a> {
    pub code: &'a Code,
    pub dialect: &'a Dialect,
    pub block_at: &'a BTreeMap<u32, BlockId>,
    /// Where the prologue ends, which copies and makes cells.
    pub body: u32,
}

impl Translator<'_> {
    pub fn translate(&self, reached: &Reached) -> Result<Translation, DecodeError> {
        let instruction = &reached.instruction;
        let (opcode, arg) = (instruction.opcode, instruction.arg);
        let malformed = |what| DecodeError::Malformed { at: instruction.at, what };
        let local = |index: u32| {
            if (index as usize) < self.code.locals.len() { Ok(index) } else { Err(malformed("no such local")) }
        };
        let constant = |index: u32| {
            if (index as usize) < self.code.consts.len() { Ok(index) } else { Err(malformed("no such constant")) }
        };
        let name = |index: u32| {
            if (index as usize) < self.code.names.len() { Ok(index) } else { Err(malformed("no such name")) }
        };
        let depth = |depth: u32| {
            if depth > 0 { Ok(depth) } else { Err(malformed("a stack index of 0")) }
        };
        let load_fast = |index: u32| -> Result<OpKind, DecodeError> {
            let index = local(index)?;
            let is_cell = self.code.locals[index as usize].kind != LocalKind::Fast;
            Ok(if is_cell && self.dialect.closures_load_as_fast { OpKind::LoadClosure(index) } else { OpKind::LoadFast(index) })
        };
        let store_fast = |index: u32| -> Result<OpKind, DecodeError> { Ok(OpKind::StoreFast(local(index)?)) };
        let target = || match reached.flow {
            Flow::Jump(target) | Flow::Branch(target) => self.block_at[&target],
            Flow::Next | Flow::End => unreachable!("{opcode:?} jumps"),
        };
        let jump_if = |when| OpKind::JumpIf { when, target: target() };
        let jump_if_none = |when| OpKind::JumpIfNone { when, target: target() };

        let kind = match opcode {
            RESUME | NOP | COPY_FREE_VARS => OpKind::Nop,
            MAKE_CELL if reached.instruction.start < self.body => OpKind::MakeCell(local(arg)?),

            LOAD_FAST_LOAD_FAST => {
                return Ok(Translation::Two(load_fast(arg >> 4)?, load_fast(arg & 15)?));
            }
            STORE_FAST_LOAD_FAST => {
                return Ok(Translation::Two(store_fast(arg >> 4)?, load_fast(arg & 15)?));
            }
            STORE_FAST_STORE_FAST => {
                return Ok(Translation::Two(store_fast(arg >> 4)?, store_fast(arg & 15)?));
            }
            LOAD_FAST | LOAD_FAST_CHECK => load_fast(arg)?,
            LOAD_FAST_AND_CLEAR => OpKind::LoadFastAndClear(local(arg)?),
            STORE_FAST => store_fast(arg)?,
            DELETE_FAST => OpKind::DeleteFast(local(arg)?),
            LOAD_DEREF => OpKind::LoadDeref(local(arg)?),
            STORE_DEREF => OpKind::StoreDeref(local(arg)?),
            LOAD_CLOSURE => OpKind::LoadClosure(local(arg)?),

            LOAD_CONST => OpKind::LoadConst(constant(arg)?),
            PUSH_NULL => OpKind::PushNull,
            LOAD_GLOBAL => {
                let load = OpKind::LoadGlobal(name(arg >> 1)?);
                match (arg & 1 != 0, self.dialect.null_above_callable) {
                    (false, _) => load,
                    (true, false) => return Ok(Translation::Two(OpKind::PushNull, load)),
                    (true, true) => return Ok(Translation::Two(load, OpKind::PushNull)),
                }
            }
            LOAD_NAME => OpKind::LoadName(name(arg)?),
            STORE_NAME => OpKind::StoreName(name(arg)?),
            DELETE_NAME => OpKind::DeleteName(name(arg)?),
            STORE_GLOBAL => OpKind::StoreGlobal(name(arg)?),
            LOAD_ASSERTION_ERROR => OpKind::LoadAssertionError,

            POP_TOP => OpKind::Pop,
            COPY => OpKind::Copy(depth(arg)?),
            SWAP => OpKind::Swap(depth(arg)?),

            UNARY_NEGATIVE => OpKind::Unary(Unary::Neg),
            UNARY_POSITIVE => OpKind::Unary(Unary::Pos),
            UNARY_INVERT => OpKind::Unary(Unary::Invert),
            UNARY_NOT => OpKind::Unary(Unary::Not),
            CALL_INTRINSIC_1 => match arg {
                INTRINSIC_UNARY_POSITIVE => OpKind::Unary(Unary::Pos),
                INTRINSIC_LIST_TO_TUPLE => OpKind::ListToTuple,
                _ => self.opaque(reached)?,
            },
            TO_BOOL => OpKind::ToBool,
            BINARY_OP => binary(arg).ok_or(malformed("no such binary operation"))?,
            COMPARE_OP => {
                let op = compare(arg >> self.dialect.compare_shift).ok_or(malformed("no such comparison"))?;
                OpKind::Compare { op, as_bool: arg & self.dialect.compare_bool_flag != 0 }
            }
            IS_OP => OpKind::Is { invert: arg != 0 },
            CONTAINS_OP => OpKind::Contains { invert: arg != 0 },

            BINARY_SUBSCR => OpKind::Subscript,
            STORE_SUBSCR => OpKind::StoreSubscript,
            DELETE_SUBSCR => OpKind::DeleteSubscript,
            BINARY_SLICE => OpKind::BinarySlice,
            STORE_SLICE => OpKind::StoreSlice,
            BUILD_SLICE if matches!(arg, 2 | 3) => OpKind::BuildSlice(arg),
            BUILD_SLICE => return Err(malformed("a slice of neither 2 nor 3 items")),

            LOAD_ATTR if !self.dialect.attr_has_method_bit => OpKind::LoadAttr(name(arg)?),
            LOAD_ATTR if arg & 1 == 0 => OpKind::LoadAttr(name(arg >> 1)?),
            LOAD_ATTR => OpKind::LoadMethod(name(arg >> 1)?),
            LOAD_METHOD => OpKind::LoadMethod(name(arg)?),
            LOAD_SUPER_ATTR => OpKind::LoadSuper { name: name(arg >> 2)?, is_method: arg & 1 != 0, has_arguments: arg & 2 != 0 },
            STORE_ATTR => OpKind::StoreAttr(name(arg)?),
            DELETE_ATTR => OpKind::DeleteAttr(name(arg)?),

            CALL => OpKind::Call { args: arg, keywords: instruction.keywords.clone() },
            CALL_FUNCTION_EX => OpKind::CallEx { keywords: arg & 1 != 0 },

            BUILD_TUPLE => OpKind::BuildTuple(arg),
            BUILD_LIST => OpKind::BuildList(arg),
            BUILD_SET => OpKind::BuildSet(arg),
            BUILD_MAP => OpKind::BuildMap(arg),
            BUILD_CONST_KEY_MAP => OpKind::BuildConstKeyMap(arg),
            BUILD_STRING => OpKind::BuildString(arg),
            LIST_EXTEND => OpKind::ListExtend(depth(arg)?),
            LIST_APPEND => OpKind::ListAppend(depth(arg)?),
            SET_ADD => OpKind::SetAdd(depth(arg)?),
            SET_UPDATE => OpKind::SetUpdate(depth(arg)?),
            MAP_ADD => OpKind::MapAdd(depth(arg)?),
            DICT_UPDATE => OpKind::DictUpdate(depth(arg)?),
            DICT_MERGE => OpKind::DictMerge(depth(arg)?),
            LIST_TO_TUPLE => OpKind::ListToTuple,
            FORMAT_VALUE => OpKind::Format {
                conversion: conversion(arg & FORMAT_CONVERSION).ok_or(malformed("no such conversion"))?,
                has_spec: arg & FORMAT_HAS_SPEC != 0,
            },
            CONVERT_VALUE => match conversion(arg) {
                Some(Conversion::None) | None => return Err(malformed("no such conversion")),
                Some(conversion) => OpKind::Convert(conversion),
            },
            FORMAT_SIMPLE => OpKind::Format { conversion: Conversion::None, has_spec: false },
            FORMAT_WITH_SPEC => OpKind::Format { conversion: Conversion::None, has_spec: true },
            UNPACK_SEQUENCE => OpKind::UnpackSequence(arg),
            UNPACK_EX => OpKind::UnpackEx { before: arg & 0xff, after: arg >> 8 },

            GET_ITER => OpKind::GetIter,
            FOR_ITER => OpKind::ForIter { exit: target() },
            JUMP_FORWARD | JUMP_BACKWARD_NO_INTERRUPT => OpKind::Jump(target()),
            JUMP_BACKWARD => OpKind::JumpBack(target()),
            POP_JUMP_IF_FALSE | POP_JUMP_FORWARD_IF_FALSE | POP_JUMP_BACKWARD_IF_FALSE => jump_if(false),
            POP_JUMP_IF_TRUE | POP_JUMP_FORWARD_IF_TRUE | POP_JUMP_BACKWARD_IF_TRUE => jump_if(true),
            POP_JUMP_IF_NONE | POP_JUMP_FORWARD_IF_NONE | POP_JUMP_BACKWARD_IF_NONE => jump_if_none(true),
            POP_JUMP_IF_NOT_NONE | POP_JUMP_FORWARD_IF_NOT_NONE | POP_JUMP_BACKWARD_IF_NOT_NONE => jump_if_none(false),
            JUMP_IF_FALSE_OR_POP => OpKind::JumpIfOrPop { when: false, target: target() },
            JUMP_IF_TRUE_OR_POP => OpKind::JumpIfOrPop { when: true, target: target() },
            RETURN_VALUE => OpKind::Return,
            RETURN_CONST => OpKind::ReturnConst(constant(arg)?),
            RAISE_VARARGS if arg <= 2 => OpKind::Raise(arg),
            RAISE_VARARGS => return Err(malformed("a raise of more than 2 items")),

            _ => self.opaque(reached)?,
        };
        Ok(Translation::One(kind))
    }

    fn opaque(&self, reached: &Reached) -> Result<OpKind, DecodeError> {
        let instruction = &reached.instruction;
        let effect = opaque_effect(instruction.opcode, instruction.arg)
            .ok_or(DecodeError::Unsupported { at: instruction.at, what: "an instruction out of place" })?;
        let flow = match reached.flow {
            Flow::Next => OpaqueFlow::Next,
            Flow::Branch(target) => OpaqueFlow::Branch { target: self.block_at[&target], effect: self.dialect.send_done_effect },
            Flow::Jump(_) | Flow::End => OpaqueFlow::End,
        };
        Ok(OpKind::Opaque { name: instruction.opcode.name(), effect, flow })
    }
}

const INTRINSIC_UNARY_POSITIVE: u32 = 5;
const INTRINSIC_LIST_TO_TUPLE: u32 = 6;
const FORMAT_CONVERSION: u32 = 3;
const FORMAT_HAS_SPEC: u32 = 4;
const FIRST_INPLACE: u32 = 13;

fn binary(arg: u32) -> Option<OpKind> {
    let op = match arg % FIRST_INPLACE {
        0 => Binary::Add,
        1 => Binary::And,
        2 => Binary::FloorDiv,
        3 => Binary::LShift,
        4 => Binary::MatMul,
        5 => Binary::Mul,
        6 => Binary::Mod,
        7 => Binary::Or,
        8 => Binary::Pow,
        9 => Binary::RShift,
        10 => Binary::Sub,
        11 => Binary::TrueDiv,
        _ => Binary::Xor,
    };
    (arg < 2 * FIRST_INPLACE).then_some(OpKind::Binary { op, inplace: arg >= FIRST_INPLACE })
}

fn compare(op: u32) -> Option<Compare> {
    Some(match op {
        0 => Compare::Lt,
        1 => Compare::Le,
        2 => Compare::Eq,
        3 => Compare::Ne,
        4 => Compare::Gt,
        5 => Compare::Ge,
        _ => return None,
    })
}

fn conversion(arg: u32) -> Option<Conversion> {
    Some(match arg {
        0 => Conversion::None,
        1 => Conversion::Str,
        2 => Conversion::Repr,
        3 => Conversion::Ascii,
        _ => return None,
    })
}

/// Change of depth where control goes on behind an instruction that HIR only names.
fn opaque_effect(opcode: Opcode, arg: u32) -> Option<i32> {
    Some(match opcode {
        MAKE_CELL
        | DELETE_DEREF
        | DELETE_GLOBAL
        | SETUP_ANNOTATIONS
        | YIELD_VALUE
        | ASYNC_GEN_WRAP
        | GET_AITER
        | GET_AWAITABLE
        | GET_YIELD_FROM_ITER
        | CHECK_EXC_MATCH
        | CHECK_EG_MATCH
        | CALL_INTRINSIC_1
        | SEND
        | LOAD_FROM_DICT_OR_DEREF
        | LOAD_FROM_DICT_OR_GLOBALS => 0,
        RETURN_GENERATOR | LOAD_LOCALS | LOAD_CLASSDEREF | LOAD_BUILD_CLASS | IMPORT_FROM | GET_ANEXT | GET_LEN | MATCH_MAPPING
        | MATCH_SEQUENCE | MATCH_KEYS | PUSH_EXC_INFO | BEFORE_WITH | BEFORE_ASYNC_WITH | WITH_EXCEPT_START => 1,
        IMPORT_NAME
        | IMPORT_STAR
        | PRINT_EXPR
        | POP_EXCEPT
        | RERAISE
        | PREP_RERAISE_STAR
        | END_SEND
        | CLEANUP_THROW
        | CALL_INTRINSIC_2
        | SET_FUNCTION_ATTRIBUTE => -1,
        MATCH_CLASS | END_ASYNC_FOR => -2,
        MAKE_FUNCTION => -((arg & 15).count_ones() as i32),
        CALL_KW => i32::try_from(arg).ok()?.checked_neg()?.checked_sub(2)?,
        _ => return None,
    })
}
