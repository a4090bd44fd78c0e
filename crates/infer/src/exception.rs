//! Exceptions that are raised and caught natively.
//!
//! `raise ValueError(..)`, in a function that is called in a `try: .. except ValueError:`, gives up what the frames between them hold, and goes
//! on in the handler. No exception is made: it is of a builtin type, the handler has no name for it, and what runs until the handler ends
//! (POP_EXCEPT) can neither fail nor leave, for a frame that were left there would have to hold it. Other handlers are the interpreter's, and so
//! is all that they catch: native code leaves where it is raised.
//!
//! What the frames held ends with the exception, at the end of the handler: finalisers that have to wait until frames are true find that place.

use crate::body::{Body, Work};
use crate::builder::GivenUp;
use crate::control::Found;
use crate::refusal::{Step, Stop};
use crate::state::owns_references;
use base::Index;
use bytecode::{Binary, BlockId, OpId, OpKind};
use ir::{Comparison, Edge, Expect, Kind, Op, Path, Resume, ResumeId, ResumeKind, Shape, Slot, Term, Value, Why};

/// Builtin exceptions, and what each is a kind of.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("Exception", "BaseException"),
    ("ArithmeticError", "Exception"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("EOFError", "Exception"),
    ("LookupError", "Exception"),
    ("NameError", "Exception"),
    ("OSError", "Exception"),
    ("RuntimeError", "Exception"),
    ("StopIteration", "Exception"),
    ("TypeError", "Exception"),
    ("ValueError", "Exception"),
    ("FloatingPointError", "ArithmeticError"),
    ("OverflowError", "ArithmeticError"),
    ("ZeroDivisionError", "ArithmeticError"),
    ("IndexError", "LookupError"),
    ("KeyError", "LookupError"),
    ("NotImplementedError", "RuntimeError"),
    ("RecursionError", "RuntimeError"),
    ("KeyboardInterrupt", "BaseException"),
];

fn is_exception(name: &str) -> bool {
    name == "BaseException" || EXCEPTIONS.iter().any(|(known, _)| *known == name)
}

fn is_kind_of(name: &str, of: &str) -> bool {
    name == of || EXCEPTIONS.iter().find(|(known, _)| *known == name).is_some_and(|(_, base)| is_kind_of(base, of))
}

/// The body of a handler is being translated.
pub(crate) struct Handling {
    block: BlockId,
    /// What ends with the exception.
    given_up: Vec<GivenUp>,
    /// Callees gave something up, too.
    has_called: bool,
    /// The locals where it began.
    locals: Vec<Shape>,
    /// Something may leave: it can't be entered natively.
    pub fails: bool,
}

/// A handler that is entered natively.
struct NativeHandler {
    block: BlockId,
    /// How many slots of the stack are kept.
    kept: usize,
    /// What it catches, and where that is handled.
    clauses: Vec<(String, OpId)>,
}

impl NativeHandler {
    fn catches(&self) -> Vec<String> {
        self.clauses.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// Who catches natively what the current operation raises.
enum Catcher {
    Here(NativeHandler),
    Caller(Vec<String>),
    Nobody,
}

impl Body<'_, '_> {
    fn catcher(&mut self) -> Catcher {
        if self.handling.is_some() {
            return Catcher::Nobody;
        }
        let blocks = &self.info.hir.blocks;
        let handler = blocks.iter().find(|block| (block.first..block.end).contains(&self.op)).and_then(|block| block.handler);
        match handler {
            None if self.key.region.is_none() && !self.key.catches.is_empty() => Catcher::Caller(self.key.catches.clone()),
            None => Catcher::Nobody,
            Some(handler) => self.native_handler(handler).map_or(Catcher::Nobody, Catcher::Here),
        }
    }

    /// `except A:`, `except (A, B):`, `except:`, one after the other, each a builtin exception without a name.
    fn native_handler(&mut self, handler: bytecode::Handler) -> Option<NativeHandler> {
        if self.unit.unhandled.contains(&(self.code, handler.block)) {
            return None;
        }
        let info = self.info.clone();
        let ops = &info.hir.ops;
        let mut at = self.first_op(handler.block).index();
        let mut clauses = Vec::new();
        let is_opaque = |at: usize, wanted: &str| matches!(ops.get(at)?.kind, OpKind::Opaque { name, .. } if name == wanted).then_some(());
        is_opaque(at, "PUSH_EXC_INFO")?;
        at += 1;
        loop {
            let mut names = Vec::new();
            loop {
                match ops.get(at)?.kind {
                    OpKind::LoadGlobal(name) | OpKind::LoadName(name) => names.push(self.exception_named(name)?),
                    OpKind::Nop => {}
                    OpKind::BuildTuple(n) if n as usize == names.len() => {}
                    _ => break,
                }
                at += 1;
            }
            if names.is_empty() {
                match ops[at].kind {
                    OpKind::Pop => clauses.push(("BaseException".to_owned(), OpId::new(at + 1))),
                    // None of them: it is raised again.
                    OpKind::Opaque { .. } if !clauses.is_empty() => {}
                    _ => return None,
                }
                break;
            }
            is_opaque(at, "CHECK_EXC_MATCH")?;
            let OpKind::JumpIf { when: false, target } = ops.get(at + 1)?.kind else { return None };
            let OpKind::Pop = ops.get(at + 2)?.kind else { return None };
            clauses.extend(names.into_iter().map(|name| (name, OpId::new(at + 3))));
            at = self.first_op(target).index();
        }
        Some(NativeHandler { block: handler.block, kept: handler.kept as usize, clauses })
    }

    /// The builtin exception that stands under a global name.
    fn exception_named(&mut self, name: u32) -> Option<String> {
        if self.name_slot(name).is_some() {
            return None;
        }
        let path = Path::Global { code: self.code, name: self.info.code.names[name as usize].clone() };
        let crate::world::Thing::Builtin(full) = self.unit.look(&path) else { return None };
        let name = full.strip_prefix("builtins.").filter(|name| is_exception(name))?.to_owned();
        // Depends on it from now on; none that the loop around sets.
        let Found::Slot(Slot::Known(_)) = self.slot_at(&path) else { return None };
        Some(name)
    }

    /// What is caught natively around the call that lies on the stack, of so many slots. What else lies there must have no end.
    pub fn catches_of_callee(&mut self, call: usize) -> Vec<String> {
        let base = self.state.stack.len() - call;
        let is_free = |slots: &[Slot<Value>]| !slots.iter().any(|slot| owns_references(slot) && !matches!(slot, Slot::Exact(Kind::Str, _)));
        match self.catcher() {
            Catcher::Here(handler) if is_free(&self.state.stack[handler.kept.min(base)..base]) => handler.catches(),
            Catcher::Caller(names) if is_free(&self.state.stack[..base]) => names,
            _ => Vec::new(),
        }
    }

    /// `raise ValueError`
    pub fn raises_known_class(&mut self) -> Step<bool> {
        let Some(Slot::Known(class)) = self.state.stack.last() else { return Ok(false) };
        match self.unit.links.objects[class.0 as usize].expect.clone() {
            Expect::Builtin(name) => self.raises(&name),
            _ => Ok(false),
        }
    }

    /// `raise ValueError(..)`: the call and the next operation in one.
    pub fn raises_what_is_made(&mut self, name: &str) -> Step<bool> {
        let next = self.info.hir.ops.get(self.op.index() + 1);
        if next.is_some_and(|next| next.kind == OpKind::Raise(1)) { self.raises(name) } else { Ok(false) }
    }

    /// Raises a builtin exception, if it is caught natively; the block has ended then.
    fn raises(&mut self, name: &str) -> Step<bool> {
        let Some(name) = name.strip_prefix("builtins.").filter(|name| is_exception(name)) else { return Ok(false) };
        let is_caught = |by: &String| is_kind_of(name, by);
        match self.catcher() {
            Catcher::Here(handler) => {
                let Some(clause) = handler.clauses.iter().find(|(by, _)| is_caught(by)).map(|(_, body)| *body) else { return Ok(false) };
                // What only the stack holds ends before the handler begins.
                let gone = self.state.stack[handler.kept..].to_vec();
                gone.iter().for_each(|slot| self.guard_quiet(slot));
                gone.iter().for_each(|slot| self.b.drop_slot(slot));
                self.enter_handler(&handler, clause, false);
                Ok(true)
            }
            Catcher::Caller(names) => {
                let Some(place) = names.iter().position(is_caught) else { return Ok(false) };
                let gone = self.state.stack.clone();
                gone.iter().for_each(|slot| self.guard_quiet(slot));
                gone.iter().for_each(|slot| self.b.drop_slot(slot));
                let code = self.b.int(place as i64 + 1);
                self.raise_to_caller(code);
                Ok(true)
            }
            Catcher::Nobody => Ok(false),
        }
    }

    /// Ends the block: the caller is told what was raised. What the locals hold ends with the exception.
    fn raise_to_caller(&mut self, code: Value) {
        let locals = std::mem::take(&mut self.state.locals);
        locals.iter().for_each(|local| self.b.drop_slot(local));
        // It waits, where it has to: whoever catches asks.
        self.b.take_given_up();
        let block = self.b.block.take().expect("a block is open");
        self.raises.push((block, code));
    }

    /// Ends the block: goes on in the body of the handler.
    fn enter_handler(&mut self, handler: &NativeHandler, body: OpId, has_called: bool) {
        let given_up = self.b.take_given_up();
        let block = self.b.func.block();
        self.b.end(Term::Jump(Edge { to: block, args: Vec::new() }));
        let mut state = self.state.clone();
        state.stack.truncate(handler.kept);
        let locals = state.locals.iter().map(Slot::shape).collect();
        let handling = Handling { block: handler.block, given_up, has_called, locals, fails: false };
        let (no_number, no_instance) = (self.no_number.clone(), self.no_instance.clone());
        self.push_work(Work {
            op: body,
            block,
            state,
            fused: None,
            no_number,
            no_instance,
            told_apart: false,
            meets_at: None,
            handling: Some(handling),
        });
    }

    /// Behind a call that may have raised: goes to the handler where it did.
    pub fn branch_where_raised(&mut self, code: Value) -> Step {
        let zero = self.b.int(0);
        let is_raised = self.b.compare_int(Comparison::Ne, code, zero);
        let [fine, raised] = [self.b.func.block(), self.b.func.block()];
        let edge = |to| Edge { to, args: Vec::new() };
        self.b.end(Term::Branch { condition: is_raised, then: edge(raised), other: edge(fine) });
        let (state, before) = (self.state.clone(), self.before.clone());
        self.b.block = Some(raised);
        match self.catcher() {
            Catcher::Here(handler) => {
                let mut cases: Vec<(i64, Edge)> = Vec::new();
                for (place, (_, body)) in handler.clauses.iter().enumerate() {
                    let block = self.b.func.block();
                    self.b.block = Some(block);
                    self.state = state.clone();
                    self.state.stack[handler.kept..].to_vec().iter().for_each(|slot| self.b.drop_slot(slot));
                    self.enter_handler(&handler, *body, true);
                    cases.push((place as i64 + 1, edge(block)));
                }
                self.b.block = Some(raised);
                let (_, default) = cases.pop().expect("a handler catches something");
                self.b.end(Term::Switch { tag: code, cases, default });
            }
            Catcher::Caller(_) => {
                self.state.stack.clone().iter().for_each(|slot| self.b.drop_slot(slot));
                self.raise_to_caller(code);
            }
            // The same function, for other types, has shown meanwhile that the handler can't be entered.
            Catcher::Nobody => return Err(Stop::Again),
        }
        (self.state, self.before) = (state, before);
        self.b.block = Some(fine);
        Ok(())
    }

    /// The functions that end in an exception: what they return is nobody's.
    pub fn return_raised(&mut self, ret: &Shape, raises: Vec<(ir::BlockId, Value)>) {
        for (block, code) in raises {
            self.b.block = Some(block);
            let mut values = self.nothing_of(ret);
            values.push(code);
            self.b.end(Term::Return(values));
        }
    }

    /// Values that stand where nobody reads them.
    pub fn nothing_of(&mut self, shape: &Shape) -> Vec<Value> {
        let mut nothing = |ty| match ty {
            ir::Ty::I1 => self.b.bool(false),
            ir::Ty::I64 => self.b.int(0),
            ir::Ty::I128 => self.b.wide(0),
            ir::Ty::F64 => self.b.float(0.0),
            ir::Ty::Obj | ir::Ty::Mem => self.b.pure(Op::NoneObject, &[]),
        };
        shape.types().into_iter().map(&mut nothing).collect()
    }

    // In a handler

    /// Whatever can leave, or goes on elsewhere, can't stand in the body of a handler.
    pub fn must_not_leave_handler(&mut self) {
        if let Some(handling) = &mut self.handling {
            handling.fails = true;
        }
    }

    /// Begins again, without the handler, if its body turned out to be the interpreter's.
    pub fn give_up_handling(&mut self) -> Step {
        match &self.handling {
            Some(handling) if handling.fails || self.b.block.is_none() => {
                self.unit.unhandled.insert((self.code, handling.block));
                Err(Stop::Again)
            }
            _ => Ok(()),
        }
    }

    /// A sum of ints takes 128 bits, so that it can't overflow; where the handler ends it must fit again.
    pub fn exact_sum(&mut self, op: Binary) -> bool {
        let depth = self.state.stack.len();
        let [Slot::Int(x), Slot::Int(y)] = self.state.stack[depth - 2..] else { return false };
        let sum = match op {
            Binary::Add => Op::AddWide,
            Binary::Sub => Op::SubWide,
            _ => return false,
        };
        let [x, y] = [x, y].map(|number| self.b.pure(Op::IntToWide, &[number]));
        // The entry's resume: it is never left there.
        let result = self.b.checked(sum, &[x, y], ResumeId::new(0));
        self.pop_n(2);
        self.push(Slot::Wide(result));
        true
    }

    /// Callees that raised gave up what they held: at the next place native code leaves if something of it waits for its end.
    pub fn look_for_waiting(&mut self) {
        let waits = self.b.runtime(ir::runtime_function("py_waits").expect("in the table"), &[], None).expect("it has a result");
        let waits = self.b.pure(Op::BitsToBool, &[waits]);
        self.b.give_up(vec![GivenUp { waits, object: None }]);
    }

    /// POP_EXCEPT: the exception ends, and what it held.
    pub fn end_handling(&mut self) {
        let handling = self.handling.take().expect("the caller looked");
        self.b.give_up(handling.given_up);
        if handling.has_called {
            self.look_for_waiting();
        }
        for (index, before) in handling.locals.iter().enumerate() {
            let Slot::Wide(sum) = self.state.locals[index] else { continue };
            if *before != Slot::Int(()) {
                continue;
            }
            let (at, offset, span) = (self.current().at, self.current().next.expect("it is not fused"), self.b.span);
            let (locals, stack) = (self.state.locals.clone(), self.state.stack.clone());
            let (kind, why, borrowed) = (ResumeKind::Go, Why::Overflow, Vec::new());
            let resume = self.b.func.add_resume(Resume { kind, why, offset, at, locals, stack, borrowed, span });
            self.state.locals[index] = Slot::Int(self.b.checked(Op::NarrowWide, &[sum], resume));
        }
    }

    /// A condition that must hold, or a builtin exception is raised: the interpreter raises it, unless it is caught natively.
    pub fn guard_or_raise(&mut self, condition: Value, exception: &str) -> Step {
        let is_caught = match self.catcher() {
            Catcher::Here(handler) => handler.clauses.iter().any(|(by, _)| is_kind_of(exception, by)),
            Catcher::Caller(names) => names.iter().any(|by| is_kind_of(exception, by)),
            Catcher::Nobody => false,
        };
        if !is_caught {
            let resume = self.resume(Why::Raises);
            self.b.guard(Op::GuardTrue, &[condition], resume);
            return Ok(());
        }
        let [fine, raised] = [self.b.func.block(), self.b.func.block()];
        let edge = |to| Edge { to, args: Vec::new() };
        self.b.end(Term::Branch { condition, then: edge(fine), other: edge(raised) });
        let state = self.state.clone();
        self.b.block = Some(raised);
        self.raises(&format!("builtins.{exception}"))?;
        self.state = state;
        self.b.block = Some(fine);
        Ok(())
    }
}
