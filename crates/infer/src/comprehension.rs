//! Comprehensions, where they are functions of their own: before 3.12.
//!
//! A function is made of the comprehension's code and called at once with an iterator. Nobody else gets hold of it, so one that was made when the
//! unit was linked serves each time (`Path::Inner`), and it is translated and called as other functions are. What differs: its argument is an
//! iterator, which it alone goes through; and of a module's names it also reads those that native code around it holds and has not written
//! back, which it is given as more arguments; and so it is the cells of variables that it shares with the function around it.

use crate::body::Body;
use crate::call::Around;
use crate::control::Found;
use crate::refusal::{Refusal, Step, Stop};
use crate::unit::UnitTranslator;
use crate::world::{FunctionInfo, Thing};
use base::{Index, Span};
use bytecode::{LocalKind, Op as HirOp, OpKind};
use ir::{After, CodeId, Expect, Kind, ObjectId, Op, Path, Slot, Value, Why};

impl Body<'_, '_> {
    /// [code] or [cells, code] -> [function]; false if it is not that of a comprehension, or something of its variables is not here.
    pub fn make_comprehension(&mut self, effect: i32) -> bool {
        let depth = self.state.stack.len();
        let Some(Slot::Known(object)) = self.state.stack.last() else { return false };
        let Path::Const { code, index } = self.unit.links.objects[object.0 as usize].path else { return false };
        // From 3.13 on the cells are given to the function behind.
        let next = self.info.hir.ops.get(self.op.index() + 1);
        let is_given_cells = next.is_some_and(|next| matches!(next.kind, OpKind::Opaque { name: "SET_FUNCTION_ATTRIBUTE", .. }));
        let cells = match (effect, depth.checked_sub(2).map(|below| &self.state.stack[below])) {
            (0, _) if !is_given_cells => Vec::new(),
            (0 | -1, Some(Slot::Tuple(cells))) if cells.iter().all(|cell| matches!(cell, Slot::Exact(Kind::Cell(_), _))) => cells.clone(),
            _ => return false,
        };
        let path = Path::Inner { code, index };
        let Thing::Function(fingerprint) = self.unit.look(&path) else { return false };
        let function = self.unit.object(path, Expect::Function(fingerprint));
        let shared = self.unit.info(function).map(|info| info.code.locals.iter().filter(|local| local.kind == LocalKind::Free).count());
        if shared != Some(cells.len()) {
            return false;
        }
        let is_closed = effect != 0 || is_given_cells;
        self.done_ahead = is_given_cells.into();
        self.pop_n(if is_closed { 2 } else { 1 });
        self.push(if is_closed { Slot::Function(function, cells) } else { Slot::Known(function) });
        true
    }

    /// At the entry of a call with a generator: who is called, and the generator's function, are known from what has loaded them.
    pub fn know_generator_call(&mut self) -> Step {
        let info = self.info.clone();
        let region = self.key.region.expect("it is entered in a call");
        let (span, offset) = (info.hir.ops[region.head.index()].span, info.hir.ops[region.head.index()].place);
        let refused = |detail: &str| Err(Stop::Refused(Refusal { code: "unknown-callable", detail: detail.into(), span }));
        let Some(call) = offset.and_then(|offset| info.hir.generator_call_at(offset)) else { return refused("no generator is made here") };
        let depth = self.state.stack.len();
        let Some(callee) = depth.checked_sub(if info.code.minor >= 13 { 4 } else { 3 }) else { return refused("nothing is called here") };
        (self.op, self.b.span, self.before) = (region.head, span, self.state.stack.clone());
        let path = Path::Global { code: self.code, name: info.code.names[call.callee as usize].clone() };
        let (Found::Slot(Slot::Known(known)), Some(called)) = (self.slot_at(&path), self.state.stack[callee].object()) else {
            return refused("what is called here is not known");
        };
        let path = Path::Inner { code: self.code, index: call.code };
        let Thing::Function(fingerprint) = self.unit.look(&path) else { return refused("no generator is made here") };
        let function = self.unit.object(path, Expect::Function(fingerprint));
        let first = call.loads_code.index() - if call.shares > 0 { call.shares + 1 } else { 0 };
        let mut cells = Vec::new();
        for op in &info.hir.ops[first..first + call.shares] {
            match op.kind {
                OpKind::LoadClosure(local) if matches!(self.state.locals[local as usize], Slot::Exact(Kind::Cell(_), _)) => {
                    cells.push(self.state.locals[local as usize].clone());
                }
                _ => return refused("an outer variable is shared with a generator"),
            }
        }
        let resume = self.resume(Why::Types);
        let wanted = self.b.pure(Op::ConstObject(known), &[]);
        let is_it = self.b.pure(Op::IsSameObject, &[called, wanted]);
        self.b.guard(Op::GuardTrue, &[is_it], resume);
        cells.iter().for_each(|cell| self.b.share_slot(cell));
        let slot = if cells.is_empty() { Slot::Known(function) } else { Slot::Function(function, cells) };
        for (at, slot) in [(callee, Slot::Known(known)), (depth - 2, slot)] {
            let given_up = std::mem::replace(&mut self.state.stack[at], slot);
            self.b.drop_slot(&given_up);
        }
        Ok(())
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
