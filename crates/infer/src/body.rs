//! One function of a unit: from its first block to its last.

use crate::builder::Builder;
use crate::consume::is_yield;
use crate::exception::Handling;
use crate::list::elem_of;
use crate::note::Note;
use crate::refusal::{Refusal, Step, Stop, mixed_returns, too_many_versions};
use crate::state::{State, fits, is_iterator, join, tag_of};
use crate::unit::{Key, UnitTranslator};
use crate::versions::Version;
use crate::world::FunctionInfo;
use base::{Index, Span};
use bytecode::{LocalKind, Op as HirOp, OpId, OpKind};
use ir::{BlockId, CodeId, Consumer, Edge, Func, FuncId, Kind, Op, Owned, Resume, ResumeKind, Shape, Slot, Term, Value, Why};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// And a function that takes more steps to translate: types that multiply begin again and again.
const STEPS_AT_MOST: usize = 20_000;
/// What the callers of native code have room for.
pub const RESULT_WORDS_AT_MOST: usize = 64;
/// So many shapes that do not go together may be returned.
const ALTERNATIVES_AT_MOST: usize = 4;

/// A block that waits to be translated from a place on.
pub(crate) struct Work {
    pub op: OpId,
    pub block: BlockId,
    pub state: State<Value>,
    /// The first half of a fused instruction that the place may be the second half of.
    pub fused: Option<Fused>,
    /// Objects that were found to be no plain numbers.
    pub no_number: Vec<Value>,
    /// Objects of which it was looked of which of the classes in question they are; and whether one of them is one.
    pub no_instance: Vec<Value>,
    pub told_apart: bool,
    /// One of several continuations of an operation: they meet again where the stack is no deeper than this.
    pub meets_at: Option<usize>,
    /// It is the body of an exception handler.
    pub handling: Option<Handling>,
}

/// Where a fused instruction began: place, instruction, and the stack there.
pub(crate) type Fused = (u32, u32, Vec<Slot<Value>>);

/// The translation of one function.
pub(crate) struct Body<'u, 'w> {
    pub unit: &'u mut UnitTranslator<'w>,
    pub key: &'u Key,
    pub info: Rc<FunctionInfo>,
    pub code: CodeId,
    pub b: Builder,
    /// The names that are variables of native code: their slots stand behind the locals'.
    pub names: Vec<u32>,
    pub state: State<Value>,
    /// Behind what makes a generator, which is made when it is left.
    pub begins: OpId,
    /// The operation being translated, and the stack before it.
    pub op: OpId,
    pub before: Vec<Slot<Value>>,
    /// Where the first half of a fused instruction began.
    pub fused: Option<Fused>,
    pub no_number: Vec<Value>,
    pub no_instance: Vec<Value>,
    /// The operation before which it was looked of which class an instance is.
    pub told_apart: Option<OpId>,
    /// Several ways through the current operation meet behind it.
    pub meets_next: bool,
    /// How many of the operations behind the current one it did as well.
    pub done_ahead: u32,
    /// How much of the code works on objects, and how much on machine values.
    pub object_ops: usize,
    /// For the operations that were translated: which ran on machine values alone, and which took the slow roads through objects.
    pub on_values: HashSet<OpId>,
    pub on_objects: HashSet<OpId>,
    pub slow_object_ops: usize,
    /// How much of it works on lists in place.
    pub list_ops: usize,
    pub versions: Vec<Version>,
    pub by_op: HashMap<OpId, Vec<usize>>,
    pub work: Vec<Work>,
    pub returns: Vec<(BlockId, Slot<Value>)>,
    /// Where it is left by an exception that whoever calls it catches: one more than its place in `Key::catches`.
    pub raises: Vec<(BlockId, Value)>,
    /// The body of an exception handler is translated.
    pub handling: Option<Handling>,
    pub notes: Vec<Note>,
}

impl<'u, 'w> Body<'u, 'w> {
    fn translate(unit: &'u mut UnitTranslator<'w>, key: &'u Key) -> Step<(Func, Option<Shape>)> {
        let info = unit.infos[key.code.index()].clone();
        let func = Func::new(info.code.name.clone(), key.code, key.shapes.clone());
        let mut b = Builder::new(func);
        let entry = b.func.block();
        b.block = Some(entry);
        let mut locals: Vec<Slot<Value>> = key
            .shapes
            .iter()
            .map(|shape| {
                shape.map(&mut |ty, ()| {
                    let value = b.func.value(ty);
                    b.func.blocks[0].params.push(value);
                    value
                })
            })
            .collect();
        let names = match key.region {
            Some(region) if info.is_module() => region.stored_names(&info.hir),
            _ => key.captured.clone(),
        };
        let states = locals.split_off(locals.len() - key.consumer.map_or(0, Consumer::states));
        let captured = locals.split_off(locals.len() - key.captured.len());
        let parameters = info.parameters().min(locals.len());
        let cells = if key.region.is_none() { locals.split_off(parameters) } else { Vec::new() };
        let variables = info.code.locals.len() + names.len();
        let stack = if key.region.is_some() { locals.split_off(variables.min(locals.len())) } else { Vec::new() };
        locals.resize(variables - captured.len(), Slot::Unbound);
        let free = info.code.locals.iter().enumerate().filter(|(_, local)| local.kind == LocalKind::Free).map(|(index, _)| index);
        free.zip(cells).for_each(|(local, cell)| locals[local] = cell);
        locals.extend(captured);
        locals.extend(states);
        let first = key.region.map_or(OpId(0), |region| region.head);
        let made = info.hir.ops.iter().position(|op| matches!(op.kind, OpKind::Opaque { name: "RETURN_GENERATOR", .. }));
        let begins = OpId::new(made.map_or(0, |made| made + 2));
        let widened = unit.widened.get(key).cloned().unwrap_or_default();
        let mut body = Body {
            unit,
            key,
            info,
            code: key.code,
            b,
            names,
            state: State { locals, stack },
            begins,
            op: first,
            before: Vec::new(),
            fused: None,
            no_number: Vec::new(),
            no_instance: Vec::new(),
            told_apart: None,
            meets_next: false,
            done_ahead: 0,
            object_ops: 0,
            on_values: HashSet::new(),
            on_objects: HashSet::new(),
            slow_object_ops: 0,
            list_ops: 0,
            versions: Vec::new(),
            by_op: HashMap::new(),
            work: Vec::new(),
            returns: Vec::new(),
            raises: Vec::new(),
            handling: None,
            notes: Vec::new(),
        };
        body.add_entry_resume(first);
        if key.region.is_some_and(|region| region.is_generator_call) {
            body.know_generator_call()?;
        }
        for (op, shapes) in widened {
            body.add_version(op, shapes, true);
        }
        let state = body.state.clone();
        let edge = body.edge(first, state)?;
        body.b.end(Term::Jump(edge));
        while let Some(work) = body.work.pop() {
            body.block(work)?;
        }
        body.finish()
    }

    fn finish(mut self) -> Step<(Func, Option<Shape>)> {
        self.refuse_if_nothing_is_gained()?;
        let shapes = self.returned_shapes()?;
        let mut ret = match &shapes[..] {
            [] => None,
            [shape] => Some(shape.clone()),
            several => Some(Slot::Tuple(std::iter::once(Slot::Int(())).chain(several.iter().cloned()).collect())),
        };
        if ret.as_ref().is_some_and(|ret| ret.types().iter().map(|ty| ty.words()).sum::<usize>() > RESULT_WORDS_AT_MOST) {
            return Err(Stop::Refused(Refusal {
                code: "large-tuple",
                detail: "it returns a tuple of many values".into(),
                span: Span { line: self.info.code.first_line, ..Span::default() },
            }));
        }
        if ret.is_none() && !self.raises.is_empty() {
            ret = Some(Slot::None);
        }
        if let Some(shape) = &ret {
            let raises = std::mem::take(&mut self.raises);
            if !raises.is_empty() {
                self.unit.raising.insert(self.key.clone());
            }
            let is_raising = self.unit.raising.contains(self.key);
            for (block, slot) in std::mem::take(&mut self.returns) {
                self.b.block = Some(block);
                let mut values = self.results(&slot, &shapes);
                if is_raising {
                    values.push(self.b.int(0));
                }
                self.b.end(Term::Return(values));
            }
            self.b.func.ret = if is_raising { Slot::Tuple(vec![shape.clone(), Slot::Int(())]) } else { shape.clone() };
            self.return_raised(shape, raises);
        }
        match shapes.len() {
            ..=1 => drop(self.unit.alternatives.remove(self.key)),
            _ => drop(self.unit.alternatives.insert(self.key.clone(), shapes)),
        }
        self.unit.notes.append(&mut self.notes);
        Ok((self.b.func, ret))
    }

    /// The shapes that are returned, as few as they go together in.
    fn returned_shapes(&mut self) -> Step<Vec<Shape>> {
        let mut shapes: Vec<Shape> = Vec::new();
        for (_, slot) in &self.returns {
            let slot = slot.shape();
            match shapes.iter_mut().find_map(|shape| join(shape, &slot).map(|joined| (shape, joined))) {
                Some((shape, joined)) => *shape = joined,
                None => shapes.push(slot),
            }
        }
        let [first, second, ..] = &shapes[..] else { return Ok(shapes) };
        let refusal = mixed_returns(&[first.clone(), second.clone()], Span { line: self.info.code.first_line, ..Span::default() });
        if self.key.consumer.is_none() && self.unit.in_progress.len() == 1 {
            // Whoever calls it from Python takes an object.
            let can_be = self.returns.iter().all(|(_, slot)| Self::can_be_boxed(slot));
            let is_news = can_be && self.unit.returns_objects.insert(self.key.clone());
            return Err(if is_news { Stop::Again } else { Stop::Refused(refusal) });
        }
        if self.key.consumer.is_some() || shapes.len() > ALTERNATIVES_AT_MOST {
            return Err(Stop::Refused(refusal));
        }
        Ok(shapes)
    }

    /// What is returned for a slot, where these shapes are.
    fn results(&mut self, slot: &Slot<Value>, shapes: &[Shape]) -> Vec<Value> {
        let words = |slot: &Slot<Value>| -> Vec<Value> { slot.values().into_iter().map(|(_, value)| value).collect() };
        if let [shape] = shapes {
            return words(&self.convert(slot, shape));
        }
        let own = slot.shape();
        let which = shapes.iter().position(|shape| fits(&own, shape)).expect("it was joined with one of them");
        let mut values = vec![self.b.int(which as i64)];
        for (index, shape) in shapes.iter().enumerate() {
            if index == which {
                let slot = self.convert(slot, shape);
                values.extend(words(&slot));
            } else {
                values.extend(self.nothing_of(shape));
            }
        }
        values
    }

    /// Translates from a place to the end of the block.
    fn block(&mut self, work: Work) -> Step {
        self.b.block = Some(work.block);
        self.state = work.state;
        self.fused = work.fused;
        self.no_number = work.no_number;
        self.no_instance = work.no_instance;
        self.told_apart = work.told_apart.then_some(work.op);
        self.handling = work.handling;
        let mut next = work.op;
        let meets_at = work.meets_at;
        // What is an instance of no class that was met is not what the function mostly works on.
        let is_rest = meets_at.is_some_and(|depth| depth != usize::MAX) && !work.told_apart;
        let info = self.info.clone();
        loop {
            self.unit.steps += 1;
            if self.unit.steps > STEPS_AT_MOST {
                return Err(Stop::Refused(too_many_versions(Span { line: self.info.code.first_line, ..Span::default() })));
            }
            let op = &info.hir.ops[next.index()];
            self.begin(next, op);
            if self.unit.options.ticks && self.handling.is_none() && op.place.is_some() && op.kind != OpKind::Nop && next >= self.begins {
                let resume = self.resume(Why::Forced);
                self.b.guard(Op::Tick, &[], resume);
            }
            let (slow, lists) = (self.slow_object_ops, self.list_ops);
            self.meets_next = false;
            self.operation(op)?;
            let meets_next = self.meets_next && self.done_ahead == 0;
            self.give_up_handling()?;
            match op.kind {
                _ if self.slow_object_ops > slow && !is_rest => drop(self.on_objects.insert(next)),
                OpKind::Binary { .. } | OpKind::Compare { .. } | OpKind::Unary(_) | OpKind::ForIter { .. } | OpKind::Call { .. } => {
                    self.on_values.insert(next);
                }
                _ if self.list_ops > lists || is_yield(&op.kind) => drop(self.on_values.insert(next)),
                _ => {}
            }
            let gives = matches!(op.kind, OpKind::Call { .. } | OpKind::Subscript | OpKind::LoadAttr(_));
            if gives && self.handling.is_none() && self.done_ahead == 0 {
                self.expect_as_seen();
            }
            if self.b.block.is_none() {
                return Ok(());
            }
            next = OpId(next.0 + 1 + std::mem::take(&mut self.done_ahead));
            // The body of a handler goes straight to its end.
            if self.handling.is_some() {
                continue;
            }
            if self.is_leader(next)
                || self.key.region.is_some_and(|region| !region.contains(next))
                || meets_next
                || meets_at.is_some_and(|depth| self.state.stack.len() <= depth) && info.hir.ops[next.index()].place.is_some()
            {
                let state = self.state.clone();
                let edge = self.edge(next, state)?;
                self.b.end(Term::Jump(edge));
                return Ok(());
            }
        }
    }

    fn begin(&mut self, id: OpId, op: &HirOp) {
        if let Some(offset) = op.place {
            let given_up = self.b.take_given_up();
            if let Some(handling) = &mut self.handling {
                handling.fails |= !given_up.is_empty();
            } else if !given_up.is_empty() {
                self.let_end(given_up, offset, self.state.clone());
            }
        }
        self.op = id;
        self.b.span = op.span;
        self.before = self.state.stack.clone();
        if let Some(place) = op.place {
            self.fused = Some((place, op.at, self.before.clone()));
        }
    }

    pub fn current(&self) -> &HirOp {
        &self.info.hir.ops[self.op.index()]
    }

    fn is_leader(&self, op: OpId) -> bool {
        self.info.hir.blocks.binary_search_by_key(&op, |block| block.first).is_ok()
    }

    pub fn first_op(&self, block: bytecode::BlockId) -> OpId {
        self.info.hir.blocks[block.index()].first
    }

    /// Work on objects through the C API is slower than the interpreter's own, which is made for it: what does little else stays there.
    fn refuse_if_nothing_is_gained(&self) -> Step {
        let is_inside = |first: &OpId| self.key.region.is_none_or(|region| region.contains(*first));
        let loops: Vec<(OpId, OpId)> = self.info.hir.loops().filter(|(first, _)| is_inside(first)).collect();
        let is_called = self.unit.in_progress.len() > 1;
        if is_called || self.unit.options.is_trial {
            // Called natively: the call alone gains, and leaving for it would cost more than its loops could.
            return Ok(());
        }
        let raises = |op: &OpId| {
            let hir = &self.info.hir;
            let block = hir.blocks.iter().find(|block| (block.first..block.end).contains(op));
            block.is_some_and(|block| matches!(hir.ops[block.end.index() - 1].kind, OpKind::Raise(_)))
        };
        let is_hot = |op: &&OpId| loops.is_empty() || loops.iter().any(|(first, last)| (first..=last).contains(op));
        let counts = |op: &&OpId| is_hot(op) && !raises(op);
        let slow = self.on_objects.iter().filter(counts).count();
        let fast = self.on_values.difference(&self.on_objects).filter(counts).count();
        if slow == 0 || fast > slow || self.unit.options.compiles_everything {
            return Ok(());
        }
        Err(Stop::Refused(Refusal {
            code: "no-gain",
            detail: format!("`{}` works mostly on objects", self.info.code.name),
            span: Span { line: self.info.code.first_line, ..Span::default() },
        }))
    }

    pub fn push_work(&mut self, work: Work) {
        self.must_not_leave_handler();
        self.work.push(work);
    }

    pub fn fused(&self) -> Option<Fused> {
        self.fused.clone()
    }

    // The stack

    pub fn push(&mut self, slot: Slot<Value>) {
        self.state.stack.push(slot);
    }

    pub fn pop(&mut self) -> Slot<Value> {
        self.state.stack.pop().expect("the decoder checked the depth of the stack")
    }

    pub fn pop_n(&mut self, n: usize) -> Vec<Slot<Value>> {
        let depth = self.state.stack.len() - n;
        self.state.stack.split_off(depth)
    }

    /// Goes on with the next operation in another state of the stack than the fall-through has: used where a result's type depends on a condition.
    pub fn edge_with_result(&mut self, result: Slot<Value>) -> Step<Edge> {
        let mut state = self.state.clone();
        state.stack.push(result);
        let next = OpId(self.op.0 + 1);
        self.edge(next, state)
    }

    /// The slot of a module's name, if native code has it.
    pub fn name_slot(&self, name: u32) -> Option<usize> {
        self.names.iter().position(|stored| *stored == name).map(|index| self.info.code.locals.len() + index)
    }

    /// Whether native code was entered in mid-function: the frame is the interpreter's, and so is returning from it.
    pub fn is_region(&self) -> bool {
        self.key.region.is_some()
    }

    pub fn guard_quiet(&mut self, slot: &Slot<Value>) {
        for owned in slot.owned() {
            let (op, args) = match owned {
                Owned::Text(_) => continue,
                Owned::Object(v) => (Op::GuardQuiet, vec![v]),
                Owned::Tagged(tag, bits) => (Op::GuardQuietAny, vec![tag, bits]),
            };
            let resume = self.resume(Why::Finaliser);
            self.b.guard(op, &args, resume);
        }
    }

    /// The same as an object, if it does not go together with everything as it is.
    fn goes_with_others(&mut self, slot: Slot<Value>) -> Slot<Value> {
        if tag_of(&slot).is_some() || matches!(slot, Slot::Any(..)) {
            return slot;
        }
        let Some(object) = self.boxed(&slot) else { return slot };
        self.b.drop_slot(&slot);
        match &slot {
            Slot::Tuple(items) => Slot::Exact(Kind::Tuple(items.iter().map(elem_of).collect()), object),
            _ => Slot::Object(object),
        }
    }

    pub fn return_slot(&mut self, slot: Slot<Value>) -> Step {
        if is_iterator(&slot) {
            return self.left_to_python("iterator-escapes", "it returns an iterator");
        }
        let slot = if self.unit.returns_objects.contains(self.key) { self.goes_with_others(slot) } else { slot };
        for index in 0..self.states_begin() {
            // What does not end quietly is dropped by the interpreter, and so is all behind it.
            let local = self.state.locals[index].clone();
            self.guard_quiet(&local);
            self.b.drop_slot(&local);
            self.state.locals[index] = Slot::Unbound;
            let given_up = self.b.take_given_up();
            // Several references could be the last two of one object.
            if given_up.len() > 1 {
                let resume = self.resume(Why::Finaliser);
                given_up.iter().for_each(|one| self.b.guard(Op::GuardFalse, &[one.waits], resume));
            }
        }
        if self.key.consumer.is_some() {
            self.drop_state_but(&slot);
        }
        let block = self.b.block.take().expect("a block is open");
        self.returns.push((block, slot));
        Ok(())
    }
}

impl UnitTranslator<'_> {
    /// The function of that key and what it returns; None if that is not known yet, or if it never returns natively.
    pub fn function(&mut self, key: &Key) -> Step<(FuncId, Option<Shape>)> {
        if let Some(id) = self.ids.get(key).copied() {
            if let Some(depth) = self.in_progress.iter().position(|(_, open)| *open == id) {
                for (_, open) in &self.in_progress[depth..] {
                    self.funcs[open.index()].get_or_insert_with(placeholder).is_recursive = true;
                }
            }
            return Ok((id, self.returns.get(key).cloned()));
        }
        if let Some(refusal) = self.refused.get(key) {
            return Err(Stop::Refused(refusal.clone()));
        }
        let id = FuncId::new(self.funcs.len());
        self.funcs.push(None);
        self.ids.insert(key.clone(), id);
        self.in_progress.push((key.clone(), id));
        let was_raising = self.raising.contains(key);
        let (mut func, ret) = loop {
            match Body::translate(self, key) {
                Err(Stop::Again) => {}
                Err(Stop::Refused(refusal)) => {
                    // Its number stays taken, by a function that nobody calls.
                    self.in_progress.pop();
                    self.funcs[id.index()] = Some(never_called(key));
                    self.refused.insert(key.clone(), refusal.clone());
                    // Callers that were met in a recursion count on it.
                    self.changed = true;
                    return Err(Stop::Refused(refusal));
                }
                Ok(done) => break done,
            }
        };
        self.in_progress.pop();
        func.is_recursive = self.funcs[id.index()].as_ref().is_some_and(|func| func.is_recursive);
        self.changed |= func.is_recursive && self.raising.contains(key) != was_raising;
        self.funcs[id.index()] = Some(func);
        if let Some(ret) = &ret
            && self.returns.get(key) != Some(ret)
        {
            self.changed |= self.funcs[id.index()].as_ref().is_some_and(|func| func.is_recursive);
            self.returns.insert(key.clone(), ret.clone());
        }
        Ok((id, ret))
    }
}

fn never_called(key: &Key) -> Func {
    let mut func = Func::new("never called".into(), key.code, key.shapes.clone());
    let block = func.block();
    for ty in key.shapes.iter().flat_map(|shape| shape.types()) {
        let value = func.value(ty);
        func.blocks[0].params.push(value);
    }
    func.blocks[block.index()].term = Term::Unreachable;
    func.add_resume(Resume {
        kind: ResumeKind::Go,
        why: Why::Interrupt,
        offset: 0,
        at: 0,
        locals: Vec::new(),
        stack: Vec::new(),
        borrowed: Vec::new(),
        span: Span::default(),
    });
    func
}

fn placeholder() -> Func {
    Func::new(String::new(), CodeId(0), Vec::new())
}
