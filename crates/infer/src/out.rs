//! Calling out: operations that may run anything, which native code does in the frame that it was entered in, made true.

use crate::body::Body;
use crate::object::QUICK;
use crate::refusal::Step;
use bytecode::{BlockId, OpId, OpKind, Unary};
use ir::{Comparison, Does, Edge, Expect, Op, Out, Path, Resume, ResumeId, ResumeKind, Slot, Term, Ty, Value, Why, runtime_function};

/// No address of an object: what the extension does not do itself.
const REFUSED: i64 = 1;

impl Body<'_, '_> {
    /// The current operation, if native code can do it by calling out: it was entered in a frame of the interpreter's, which is there to be
    /// made true.
    fn out(&mut self) -> Option<Out> {
        let op = self.current();
        let is_followed = self.info.hir.ops.get(self.op.0 as usize + 1).is_some_and(|next| next.place.is_some());
        if !self.is_region() || self.handling.is_some() || !is_followed || op.place.is_none() {
            return None;
        }
        let (next, kind) = (op.next?, op.kind.clone());
        let (does, operands) = match kind {
            OpKind::Call { args, keywords: texts } => {
                let keywords = (!texts.is_empty()).then(|| self.unit.object(Path::Names { texts }, Expect::Constant));
                (Does::Call { keywords }, args + 2)
            }
            OpKind::Subscript => (Does::Item, 2),
            OpKind::StoreSubscript => (Does::SetItem, 3),
            OpKind::DeleteSubscript => (Does::DeleteItem, 2),
            OpKind::LoadAttr(name) => (Does::Attribute { name: self.name_of(name) }, 1),
            OpKind::LoadMethod(name) => (Does::Method { name: self.name_of(name) }, 1),
            OpKind::StoreAttr(name) => (Does::SetAttribute { name: self.name_of(name) }, 2),
            OpKind::Binary { op, inplace } => (Does::Binary(op as u8 * 2 + u8::from(inplace)), 2),
            OpKind::Unary(op @ (Unary::Neg | Unary::Pos | Unary::Invert)) => (Does::Unary(op as u8), 1),
            OpKind::Compare { op, as_bool } => (Does::Compare { op: op as u8, as_bool }, 2),
            OpKind::Contains { invert } => (Does::Contains { invert }, 2),
            OpKind::GetIter => (Does::Iterator, 1),
            OpKind::ForIter { exit } if self.before.last().is_some_and(|iterator| iterator.object().is_some()) => {
                (Does::Next { exit: self.info.hir.ops[self.first_op(exit).0 as usize].place? }, 0)
            }
            OpKind::Format { conversion, has_spec } => (Does::Format { conversion: conversion as u8 }, 1 + u32::from(has_spec)),
            _ => return None,
        };
        Some(Out { does, operands, next })
    }

    fn name_of(&mut self, name: u32) -> ir::ObjectId {
        let name = self.info.code.names[name as usize].clone();
        self.unit.name(&name)
    }

    fn resume_out(&mut self, out: Out) -> ResumeId {
        let (offset, at, span) = (self.current().place.unwrap_or_default(), self.current().at, self.b.span);
        let (locals, stack) = (self.state.locals.clone(), self.before.clone());
        let (kind, why) = (ResumeKind::Out(out), Why::Calls);
        self.b.func.add_resume(Resume { kind, why, offset, at, locals, stack, borrowed: Vec::new(), span })
    }

    /// Ends the block: the current operation is done by calling out, whatever was found out of it so far. False if it can't be.
    pub fn call_out(&mut self) -> Step<bool> {
        let Some(out) = self.out() else { return Ok(false) };
        self.object_ops += 1;
        self.slow_object_ops += 1;
        self.do_outside(out)?;
        Ok(true)
    }

    fn do_outside(&mut self, out: Out) -> Step {
        let resume = self.resume_out(out);
        let result = self.b.checked(Op::CallOut, &[], resume);
        let mut state = self.state.clone();
        state.stack = self.before[..self.before.len() - out.operands as usize].to_vec();
        if let (Does::Next { .. }, OpKind::ForIter { exit }) = (out.does, &self.current().kind) {
            return self.go_by_item(result, *exit);
        }
        std::mem::swap(&mut self.state, &mut state);
        match out.does.results() {
            // None.
            0 => drop(self.b.pure(Op::DecRef, &[result])),
            1 => self.push(Slot::Object(result)),
            _ => self.push_callable(Slot::Object(result)),
        }
        if matches!(out.does, Does::Call { .. } | Does::Item | Does::Attribute { .. }) {
            self.expect_as_seen();
        }
        if self.b.block.is_some() {
            let next = OpId(self.op.0 + 1);
            let edge = self.edge(next, self.state.clone())?;
            self.b.end(Term::Jump(edge));
        }
        self.state = state;
        Ok(())
    }

    /// Into the loop's body with the next item, or behind the loop.
    fn go_by_item(&mut self, item: Value, exit: BlockId) -> Step {
        let iterator = self.before.last().cloned().expect("the iterator lies there");
        let stack = std::mem::replace(&mut self.state.stack, self.before.clone());
        self.unless_exhausted(item, &iterator, exit)?;
        let mut state = self.state.clone();
        self.state.stack = stack;
        state.stack.push(Slot::Object(item));
        let to_body = self.edge(OpId(self.op.0 + 1), state)?;
        self.b.end(Term::Jump(to_body));
        Ok(())
    }

    /// Has the extension do the current operation if that runs no code of the user's; else calls out, where that can be done, or leaves.
    /// Both ways meet behind the operation.
    pub fn runtime_or_out(&mut self, name: &str, args: &[Value]) -> Step<Value> {
        let Some(out) = self.out() else { return Ok(self.runtime_value(name, args)) };
        let function = runtime_function(name).unwrap_or_else(|| panic!("no runtime function {name}"));
        self.object_ops += 1;
        self.slow_object_ops += usize::from(!QUICK.contains(&name));
        let result = self.b.runtime(function, args, None).expect("the function has a result");
        let is_refused = match function.result {
            Some(Ty::Obj) => {
                let (bits, last) = (self.b.pure(Op::ObjectToBits, &[result]), self.b.int(REFUSED));
                self.b.pure(Op::CompareUint(Comparison::Le), &[bits, last])
            }
            _ => {
                let zero = self.b.int(0);
                self.b.compare_int(Comparison::Lt, result, zero)
            }
        };
        self.out_where(is_refused, out)?;
        Ok(result)
    }

    /// Calls out where the condition holds, and goes on in a block where it doesn't.
    fn out_where(&mut self, condition: Value, out: Out) -> Step {
        let (refused, done) = (self.b.func.block(), self.b.func.block());
        let edge = |to| Edge { to, args: Vec::new() };
        self.b.end(Term::Branch { condition, then: edge(refused), other: edge(done) });
        self.b.block = Some(refused);
        self.do_outside(out)?;
        self.b.block = Some(done);
        self.meets_next = true;
        Ok(())
    }

    /// Calls out at once where the callable is not one of those that the extension looks at.
    pub fn out_unless_builtin(&mut self, callable: Value) -> Step {
        let Some(out) = self.out() else { return Ok(()) };
        let is_builtin = self.runtime_value("py_is_builtin", &[callable]);
        let zero = self.b.int(0);
        let is_other = self.b.compare_int(Comparison::Eq, is_builtin, zero);
        self.out_where(is_other, out)
    }
}
