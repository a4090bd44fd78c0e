//! The versions of a place: which of them an edge leads to, and how they are widened where they would multiply.

use crate::body::{Body, Work};
use crate::note::Note;
use crate::number::{int_or_bool, int_or_float, int_or_singleton};
use crate::refusal::{Step, Stop, too_many_versions};
use crate::state::{State, agreed, fits, join};
use base::{Index, Span};
use bytecode::OpId;
use ir::{BlockId, Edge, Op, Resume, ResumeKind, Shape, Slot, Tag, Tags, Term, Value, Why};

/// How many versions of one place there may be before their types are widened.
const VERSIONS: usize = 4;
/// The same where objects take part: each may turn out to be an int, a float or neither, and versions multiply.
const VERSIONS_WITH_OBJECTS: usize = 2;
/// And how many at most, where types can't be widened.
const VERSIONS_AT_MOST: usize = 24;
/// A function whose blocks outnumber this is left to Python.
const BLOCKS_AT_MOST: usize = 1500;

pub(crate) struct Version {
    pub op: OpId,
    pub shapes: State<()>,
    pub block: BlockId,
    pub state: State<Value>,
    /// Made by widening: whatever fits is sent here.
    pub is_general: bool,
    /// Translated, or about to be. What was widened in an earlier attempt stands ready, and is translated when first reached.
    pub is_reached: bool,
}

impl Body<'_, '_> {
    pub fn add_version(&mut self, op: OpId, shapes: State<()>, is_general: bool) -> usize {
        let block = self.b.func.block();
        let state = shapes.map(|ty, ()| {
            let value = self.b.func.value(ty);
            self.b.func.blocks[block.index()].params.push(value);
            value
        });
        self.versions.push(Version { op, shapes, block, state, is_general, is_reached: false });
        let index = self.versions.len() - 1;
        self.by_op.entry(op).or_default().push(index);
        index
    }

    /// An edge from the end of the current block to a place, in this state. What has to be converted is converted in a block of its own,
    /// so that the edge can belong to a branch.
    pub fn edge(&mut self, op: OpId, state: State<Value>) -> Step<Edge> {
        self.must_not_leave_handler();
        let given_up = self.b.take_given_up();
        if !given_up.is_empty() {
            let here = self.b.block;
            let between = self.b.func.block();
            self.b.block = Some(between);
            let offset = self.info.hir.ops[op.index()].place.expect("control does not go into the middle of an instruction");
            self.let_end(given_up, offset, state.clone());
            let edge = self.edge(op, state)?;
            self.b.end(Term::Jump(edge));
            self.b.block = here;
            return Ok(Edge { to: between, args: Vec::new() });
        }
        if self.key.region.is_some_and(|region| !region.contains(op)) {
            return Ok(self.edge_to_leave(op, state, Why::End));
        }
        let shapes = self.settled(&state);
        let Some(version) = self.choose_version(op, &shapes)? else {
            self.notes.push(Note {
                function: self.code,
                offset: self.info.hir.ops[op.index()].at,
                code: "too-many-versions".into(),
                detail: "the types of the variables that meet here take too many combinations".into(),
            });
            return Ok(self.edge_to_leave(op, state, Why::Types));
        };
        let (block, wanted) = (self.versions[version].block, self.versions[version].shapes.clone());
        if wanted == state.shapes() {
            let args = state.slots().flat_map(Slot::values).map(|(_, value)| value).collect();
            return Ok(Edge { to: block, args });
        }
        let here = self.b.block;
        let between = self.b.func.block();
        self.b.block = Some(between);
        let mut args = Vec::new();
        for (slot, shape) in state.slots().zip(wanted.slots()) {
            args.extend(self.convert(slot, shape).values().into_iter().map(|(_, value)| value));
        }
        self.b.end(Term::Jump(Edge { to: block, args }));
        self.b.block = here;
        Ok(Edge { to: between, args: Vec::new() })
    }

    /// The shapes of a state where versions meet: which constant a string was is not worth a version.
    fn settled(&self, state: &State<Value>) -> State<()> {
        let mut shapes = state.shapes();
        for slot in shapes.locals.iter_mut().chain(&mut shapes.stack) {
            if let Slot::Known(object) = slot
                && let Some(kind) = self.kind_of_constant(*object)
            {
                *slot = Slot::Exact(kind, ());
            }
        }
        shapes
    }

    /// The interpreter goes on at a place that control goes to.
    fn edge_to_leave(&mut self, op: OpId, state: State<Value>, why: Why) -> Edge {
        let here = self.b.block;
        let block = self.b.func.block();
        self.b.block = Some(block);
        let hir = &self.info.hir.ops[op.index()];
        let offset = hir.place.expect("control does not go into the middle of an instruction");
        let (at, span) = (hir.at, hir.span);
        let State { locals, stack } = state;
        let resume = self.b.func.add_resume(Resume { kind: ResumeKind::Go, why, offset, at, locals, stack, borrowed: Vec::new(), span });
        self.b.end(Term::Leave(resume));
        self.b.block = here;
        Edge { to: block, args: Vec::new() }
    }

    fn choose_version(&mut self, op: OpId, shapes: &State<()>) -> Step<Option<usize>> {
        let candidates = self.by_op.get(&op).cloned().unwrap_or_default();
        let fitting = |body: &Self, v: &usize| {
            let version = &body.versions[*v];
            version.shapes == *shapes || version.is_general && shapes.slots().zip(version.shapes.slots()).all(|(from, to)| fits(from, to))
        };
        if let Some(found) = candidates.iter().copied().find(|v| fitting(self, v)) {
            self.reach(found);
            return Ok(Some(found));
        }
        let block = self.block_at(op);
        for v in &candidates {
            let joined = self.join_versions(&self.versions[*v].shapes, shapes, |slot, a, b| self.is_unread(block, slot, a, b));
            if let Some(joined) = joined {
                return self.widen(*v, op, joined);
            }
        }
        let kept_apart = match () {
            () if !self.unit.splits.numbers => 1,
            () if self.object_ops > 0 => VERSIONS_WITH_OBJECTS,
            () => VERSIONS,
        };
        if candidates.len() >= kept_apart {
            for v in &candidates {
                let joined = self.join_versions(&self.versions[*v].shapes, shapes, |_, _, _| true);
                if let Some(joined) = joined {
                    return self.widen(*v, op, joined);
                }
            }
            if candidates.len() >= VERSIONS_AT_MOST && self.info.hir.ops[op.index()].place.is_some() {
                return Ok(None);
            }
        }
        if self.b.func.blocks.len() > BLOCKS_AT_MOST {
            return Err(Stop::Refused(too_many_versions(Span { line: self.info.code.first_line, ..Span::default() })));
        }
        let version = self.add_version(op, shapes.clone(), false);
        self.reach(version);
        Ok(Some(version))
    }

    /// The shapes that both fit, if only slots that `may_differ` do.
    fn join_versions(&self, a: &State<()>, b: &State<()>, may_differ: impl Fn(usize, &Shape, &Shape) -> bool) -> Option<State<()>> {
        let mut slots = a.slots().zip(b.slots()).enumerate().map(|(index, (a, b))| match a == b {
            true => Some(a.clone()),
            false if may_differ(index, a, b) => join(a, b),
            false => agreed(a, b),
        });
        let locals = slots.by_ref().take(a.locals.len()).collect::<Option<_>>()?;
        let stack = slots.collect::<Option<_>>()?;
        Some(State { locals, stack })
    }

    fn widen(&mut self, version: usize, op: OpId, shapes: State<()>) -> Step<Option<usize>> {
        let old = self.versions[version].shapes.clone();
        let widened = self.unit.widened.entry(self.key.clone()).or_default();
        widened.retain(|(place, shapes)| *place != op || *shapes != old);
        widened.push((op, shapes));
        Err(Stop::Again)
    }

    pub fn reach(&mut self, version: usize) {
        if !std::mem::replace(&mut self.versions[version].is_reached, true) {
            let Version { op, block, state, .. } = &self.versions[version];
            let (op, block, state) = (*op, *block, state.clone());
            let (no_number, no_instance) = (Vec::new(), Vec::new());
            self.work.push(Work {
                op,
                block,
                state,
                fused: None,
                no_number,
                no_instance,
                told_apart: false,
                meets_at: None,
                handling: None,
            });
        }
    }

    /// The block that begins with an operation.
    fn block_at(&self, op: OpId) -> Option<usize> {
        self.info.hir.blocks.binary_search_by_key(&op, |block| block.first).ok()
    }

    /// Whether what a variable holds is not worth a version, since nothing reads it: no more, or not in the outermost loop. But what is read
    /// behind the loop, and a module's names, keep numbers apart: who reads a number there can do without looking what it is, and setting a
    /// name that may have held an object is more than keeping a number.
    fn is_unread(&self, block: Option<usize>, slot: usize, a: &Shape, b: &Shape) -> bool {
        let locals = self.info.code.locals.len();
        let (variable, is_local) = match self.names.get(slot.wrapping_sub(locals)) {
            _ if slot < locals => (slot, true),
            Some(name) if self.info.is_module() => (locals + *name as usize, false),
            _ => return false,
        };
        let Some(block) = block else { return false };
        let is_dead = |live: &[Vec<u64>]| live[block][variable / 64] >> (variable % 64) & 1 == 0;
        let hir = &self.info.hir;
        is_local && is_dead(&hir.live_in) || is_dead(&hir.live_in_loop) && !is_number(a) && !is_number(b)
    }

    /// The slot in another shape that it fits. What it owns goes over.
    pub fn convert(&mut self, slot: &Slot<Value>, shape: &Shape) -> Slot<Value> {
        match (slot, shape) {
            (slot, Slot::Any(tags, (), ())) => {
                let (tag, bits) = self.b.tagged(slot).expect("the slot fits");
                Slot::Any(*tags, tag, bits)
            }
            (Slot::List(_, v) | Slot::Instance(_, v) | Slot::Exact(_, v), Slot::Object(())) => Slot::Object(*v),
            (Slot::Method(method, _, v), Slot::Method(_, kind, ())) => Slot::Method(*method, kind.clone(), *v),
            (Slot::Exact(_, v), Slot::Exact(kind, ())) => Slot::Exact(kind.clone(), *v),
            (Slot::ExactIter(_, index, v), Slot::ExactIter(kind, (), ())) => Slot::ExactIter(kind.clone(), *index, *v),
            (Slot::Known(object), Slot::Exact(kind, ())) => {
                let object = self.b.pure(Op::ConstObject(*object), &[]);
                self.b.act(Op::IncRef, &[object]);
                Slot::Exact(kind.clone(), object)
            }
            (Slot::None, Slot::Instance(class, ())) => {
                let none = self.b.pure(Op::NoneObject, &[]);
                self.b.act(Op::IncRef, &[none]);
                Slot::Instance(*class, none)
            }
            (Slot::List(_, v), Slot::List(elem, ())) => Slot::List(elem.clone(), *v),
            (Slot::ListIter(_, index, list), Slot::ListIter(elem, (), ())) => Slot::ListIter(elem.clone(), *index, *list),
            (Slot::ListBack(_, index, list), Slot::ListBack(elem, (), ())) => Slot::ListBack(elem.clone(), *index, *list),
            (Slot::ListMethod(method, _, v), Slot::ListMethod(_, elem, ())) => Slot::ListMethod(*method, elem.clone(), *v),
            (Slot::Known(object), Slot::Object(())) => {
                let object = self.b.pure(Op::ConstObject(*object), &[]);
                self.b.act(Op::IncRef, &[object]);
                Slot::Object(object)
            }
            (Slot::Function(object, cells), Slot::Function(_, shapes)) => {
                Slot::Function(*object, cells.iter().zip(shapes).map(|(cell, shape)| self.convert(cell, shape)).collect())
            }
            (Slot::Tuple(items), Slot::Tuple(shapes)) => {
                Slot::Tuple(items.iter().zip(shapes).map(|(item, shape)| self.convert(item, shape)).collect())
            }
            (Slot::Int(v), Slot::Wide(())) => Slot::Wide(self.b.pure(Op::IntToWide, &[*v])),
            (Slot::Uint(v), Slot::Wide(())) => Slot::Wide(self.b.pure(Op::UintToWide, &[*v])),
            (slot, _) => slot.clone(),
        }
    }

    /// Goes on at the current operation once for each type that a tagged slot may have, in blocks of their own: what follows meets again
    /// at the next place where control flow does.
    pub fn split(&mut self, place: impl Fn(&mut State<Value>) -> &mut Slot<Value>) -> Step {
        let mut state = self.state.clone();
        let Slot::Any(tags, tag, bits) = place(&mut state).clone() else { unreachable!("only tagged slots are split") };
        let mut cases: Vec<_> = tags.iter().map(|case| (case as i64, self.edge_of_case(&place, Some(case), bits))).collect();
        let (_, default) = cases.pop().expect("a tagged slot has a type");
        self.b.end(Term::Switch { tag, cases, default });
        Ok(())
    }

    /// The same for the operands of an operation that takes bools for the ints that they are: what is one or the other is an int, at once.
    pub fn split_numbers(&mut self, n: usize) -> Step<bool> {
        let operands = self.state.stack.len() - n..self.state.stack.len();
        let may_be_number = |slot: &Slot<Value>| match slot {
            Slot::Any(tags, ..) => int_or_singleton().union(int_or_float()).contains(*tags),
            slot => matches!(slot, Slot::Bool(_) | Slot::Int(_) | Slot::Uint(_) | Slot::Wide(_) | Slot::Float(_)),
        };
        if !self.state.stack[operands.clone()].iter().all(may_be_number) {
            return self.split_operands(n);
        }
        for index in operands {
            let Slot::Any(tags, tag, bits) = self.state.stack[index] else { continue };
            if int_or_bool().contains(tags) {
                self.state.stack[index] = Slot::Int(bits);
            } else if tags.contains(int_or_bool()) {
                let others = tags.iter().filter(|tag| !int_or_bool().contains(Tags::of(*tag)));
                let cases =
                    others.map(|case| (case, self.edge_of_case(|state| &mut state.stack[index], Some(case), bits))).collect::<Vec<_>>();
                let default = self.edge_of_case(|state| &mut state.stack[index], None, bits);
                let cases = cases.into_iter().map(|(case, edge)| (case as i64, edge)).collect();
                self.b.end(Term::Switch { tag, cases, default });
                return Ok(true);
            } else {
                self.split(|state| &mut state.stack[index])?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A block in which the current operation goes on with a slot that is known to have this tag; None: it is an int.
    fn edge_of_case(&mut self, place: impl Fn(&mut State<Value>) -> &mut Slot<Value>, case: Option<Tag>, bits: Value) -> Edge {
        let here = self.b.block;
        let block = self.b.func.block();
        self.b.block = Some(block);
        let mut state = self.state.clone();
        *place(&mut state) = match case {
            Some(case) => self.b.untagged(case, bits),
            None => Slot::Int(bits),
        };
        let (no_number, no_instance) = (self.no_number.clone(), self.no_instance.clone());
        let (fused, meets_at) = (self.fused(), Some(usize::MAX));
        self.push_work(Work { op: self.op, block, state, fused, no_number, no_instance, told_apart: false, meets_at, handling: None });
        self.b.block = here;
        Edge { to: block, args: Vec::new() }
    }

    /// Whether one of the top `n` slots of the stack is tagged; if so, the block ends in a split of it.
    pub fn split_operands(&mut self, n: usize) -> Step<bool> {
        let depth = self.state.stack.len();
        let tagged = (depth.saturating_sub(n)..depth).find(|index| matches!(self.state.stack[*index], Slot::Any(..)));
        let Some(index) = tagged else { return Ok(false) };
        self.split(|state| &mut state.stack[index])?;
        Ok(true)
    }
}

fn is_number(shape: &Shape) -> bool {
    matches!(shape, Slot::Bool(()) | Slot::Int(()) | Slot::Uint(()) | Slot::Wide(()) | Slot::Float(()) | Slot::Complex(_) | Slot::NumPy(..))
}
