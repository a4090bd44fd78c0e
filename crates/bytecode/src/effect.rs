//! What each operation does to the depth of the value stack.

use crate::{OpKind, OpaqueFlow};

/// The depth that an operation asks for, and how it changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackEffect {
    /// So many items it reads, moves or pops.
    pub needs: i64,
    /// Change of depth where control goes on to the next operation.
    pub falling: i64,
    /// Change of depth where control jumps.
    pub jumping: i64,
}

impl OpKind {
    pub fn stack_effect(&self) -> StackEffect {
        let pops_pushes = |pops: i64, pushes: i64| StackEffect { needs: pops, falling: pushes - pops, jumping: pushes - pops };
        let reads = |depth: i64, falling: i64| StackEffect { needs: depth, falling, jumping: falling };
        let n = |n: u32| i64::from(n);
        match *self {
            OpKind::Nop
            | OpKind::MakeCell(_)
            | OpKind::DeleteFast(_)
            | OpKind::DeleteName(_)
            | OpKind::Jump(_)
            | OpKind::JumpBack(_)
            | OpKind::ReturnConst(_) => pops_pushes(0, 0),
            OpKind::LoadFast(_)
            | OpKind::LoadFastAndClear(_)
            | OpKind::LoadConst(_)
            | OpKind::PushNull
            | OpKind::LoadGlobal(_)
            | OpKind::LoadName(_)
            | OpKind::LoadDeref(_)
            | OpKind::LoadClosure(_)
            | OpKind::LoadAssertionError => pops_pushes(0, 1),
            OpKind::StoreFast(_)
            | OpKind::StoreGlobal(_)
            | OpKind::StoreName(_)
            | OpKind::StoreDeref(_)
            | OpKind::Pop
            | OpKind::DeleteAttr(_)
            | OpKind::JumpIf { .. }
            | OpKind::JumpIfNone { .. }
            | OpKind::Return => pops_pushes(1, 0),
            OpKind::Copy(depth) => reads(n(depth), 1),
            OpKind::Swap(depth) => reads(n(depth), 0),
            OpKind::Unary(_) | OpKind::ToBool | OpKind::LoadAttr(_) | OpKind::ListToTuple | OpKind::Convert(_) | OpKind::GetIter => {
                pops_pushes(1, 1)
            }
            OpKind::Binary { .. } | OpKind::Compare { .. } | OpKind::Is { .. } | OpKind::Contains { .. } | OpKind::Subscript => {
                pops_pushes(2, 1)
            }
            OpKind::StoreSubscript => pops_pushes(3, 0),
            OpKind::DeleteSubscript | OpKind::StoreAttr(_) => pops_pushes(2, 0),
            OpKind::BinarySlice => pops_pushes(3, 1),
            OpKind::StoreSlice => pops_pushes(4, 0),
            OpKind::LoadMethod(_) => pops_pushes(1, 2),
            OpKind::LoadSuper { is_method, .. } => pops_pushes(3, 1 + i64::from(is_method)),
            OpKind::Call { args, .. } => pops_pushes(n(args) + 2, 1),
            OpKind::CallEx { keywords } => pops_pushes(3 + i64::from(keywords), 1),
            OpKind::BuildSlice(items)
            | OpKind::BuildTuple(items)
            | OpKind::BuildList(items)
            | OpKind::BuildSet(items)
            | OpKind::BuildString(items) => pops_pushes(n(items), 1),
            OpKind::BuildMap(items) => pops_pushes(2 * n(items), 1),
            OpKind::BuildConstKeyMap(items) => pops_pushes(n(items) + 1, 1),
            OpKind::ListExtend(depth)
            | OpKind::ListAppend(depth)
            | OpKind::SetAdd(depth)
            | OpKind::SetUpdate(depth)
            | OpKind::DictUpdate(depth)
            | OpKind::DictMerge(depth) => reads(n(depth) + 1, -1),
            OpKind::MapAdd(depth) => reads(n(depth) + 2, -2),
            OpKind::Format { has_spec, .. } => pops_pushes(1 + i64::from(has_spec), 1),
            OpKind::UnpackSequence(items) => pops_pushes(1, n(items)),
            OpKind::UnpackEx { before, after } => pops_pushes(1, n(before) + 1 + n(after)),
            OpKind::ForIter { .. } => StackEffect { needs: 1, falling: 1, jumping: -1 },
            OpKind::JumpIfOrPop { .. } => StackEffect { needs: 1, falling: -1, jumping: 0 },
            OpKind::Raise(items) => pops_pushes(n(items), 0),
            OpKind::Opaque { effect, flow, .. } => {
                let falling = i64::from(effect);
                let jumping = match flow {
                    OpaqueFlow::Branch { effect, .. } => i64::from(effect),
                    OpaqueFlow::Next | OpaqueFlow::End => falling,
                };
                StackEffect { needs: (-falling).max(-jumping).max(0), falling, jumping }
            }
        }
    }
}
