//! Comprehensions, where they are functions of their own: before 3.12.
//!
//! A function is made of the comprehension's code and called at once with an iterator. Nobody else gets hold of it, so one that was made when the
//! unit was linked serves each time (`Path::Inner`), and it is translated and called as other functions are. What differs: its argument is an
//! iterator, which it alone goes through; and of a module's names it also reads those that native code around it holds and has not written
//! back, which it is given as more arguments; and so it is the cells of variables that it shares with the function around it.

use crate::body::Body;
use crate::call::Around;
use crate::refusal::{Refusal, Step};
use crate::unit::UnitTranslator;
use crate::world::{FunctionInfo, Thing};
use base::{Index, Span};
use bytecode::{LocalKind, Op as HirOp, OpKind};
use ir::{After, CodeId, Expect, Kind, ObjectId, Path, Slot, Value};

impl Body<'_, '_> {
    /// [code] or [cells, code] -> [function]; false if it is not that of a comprehension, or something of its variables is not here.
    pub fn make_comprehension(&mut self, effect: i32) -> bool {
        let depth = self.state.stack.len();
        let Some(Slot::Known(object)) = self.state.stack.last() else { return false };
        let Path::Const { code, index } = self.unit.links.objects[object.0 as usize].path else { return false };
        let cells = match (effect, depth.checked_sub(2).map(|below| &self.state.stack[below])) {
            (0, _) => Vec::new(),
            (-1, Some(Slot::Tuple(cells))) if cells.iter().all(|cell| matches!(cell, Slot::Exact(Kind::Cell(_), _))) => cells.clone(),
            _ => return false,
        };
        let path = Path::Inner { code, index };
        let Thing::Function(fingerprint) = self.unit.look(&path) else { return false };
        let function = self.unit.object(path, Expect::Function(fingerprint));
        let shared = self.unit.info(function).map(|info| info.code.locals.iter().filter(|local| local.kind == LocalKind::Free).count());
        if shared != Some(cells.len()) {
            return false;
        }
        self.pop_n(if effect == 0 { 1 } else { 2 });
        self.push(if effect == 0 { Slot::Known(function) } else { Slot::Function(function, cells) });
        true
    }

    /// [function, iterator] -> [result]
    pub fn call_comprehension(&mut self, function: ObjectId, cells: Vec<Slot<Value>>, iterator: Slot<Value>) -> Step {
        let Some(native) = self.native_with(function, vec![iterator], &[], Around { cells, ..Around::default() })? else {
            return match self.b.block {
                Some(_) => self.left_to_python("unknown-callable", "what is called here is not native"),
                None => Ok(()),
            };
        };
        self.pop_n(2);
        self.call_native(native, 0, After::Push)
    }

    pub fn is_comprehension(&self, function: ObjectId) -> bool {
        matches!(self.unit.links.objects[function.0 as usize].path, Path::Inner { .. })
    }

    /// The names that a comprehension reads and native code here has: by their indices in its code, and what they are.
    pub fn captured_by(&self, info: &FunctionInfo) -> (Vec<u32>, Vec<Slot<Value>>) {
        let mut captured = Vec::new();
        let mut variables = Vec::new();
        for op in &info.hir.ops {
            let (OpKind::LoadGlobal(name) | OpKind::LoadName(name)) = op.kind else { continue };
            let is_it = |mine: &u32| self.info.code.names[*mine as usize] == info.code.names[name as usize];
            if captured.contains(&name) {
                continue;
            }
            if let Some(slot) = self.names.iter().copied().find(is_it).and_then(|mine| self.name_slot(mine))
                && self.state.locals[slot] != Slot::Unbound
            {
                captured.push(name);
                variables.push(self.state.locals[slot].clone());
            }
        }
        (captured, variables)
    }
}

impl UnitTranslator<'_> {
    /// Why a function is never entered at its start because of what inner functions share with it, if so: comprehensions alone are native too.
    pub fn obstacle_of_cells<V>(&mut self, code: CodeId, arguments: &[Slot<V>]) -> Option<Refusal> {
        let info = self.infos[code.index()].clone();
        if !info.has_cells() {
            return None;
        }
        let makes = |op: &HirOp| matches!(op.kind, OpKind::Opaque { name: "MAKE_FUNCTION", .. });
        let mut made =
            info.hir.ops.iter().enumerate().filter(|(_, op)| makes(op)).map(|(at, _)| at.checked_sub(1).map(|at| &info.hir.ops[at].kind));
        let are_comprehensions = made.all(|code_of| match code_of {
            Some(OpKind::LoadConst(index)) => matches!(self.look(&Path::Inner { code, index: *index }), Thing::Function(_)),
            _ => false,
        });
        if are_comprehensions && !info.may_be_given_cell(arguments) {
            return None;
        }
        Some(Refusal {
            code: "inner-function",
            detail: format!("`{}` has variables that an inner function shares", info.code.name),
            span: Span { line: info.code.first_line, ..Span::default() },
        })
    }
}
