//! The driver: functions of a unit, their versions, and the fixed point of what they return.

use crate::builder::{Builder, GivenUp};
use crate::note::Note;
use crate::region::{Entry, Place, Region};
use crate::state::{State, agreed, fits, is_iterator, join};
use crate::world::{FunctionInfo, Thing, World};
use base::{Index, Span};
use bytecode::{Op as HirOp, OpId, OpKind};
use ir::{
    After, BlockId, ClassKey, CodeId, Edge, Elem, Expect, Func, FuncId, Links, ObjectId, ObjectLink, Op, Path, Resume, ResumeId,
    ResumeKind, ScalarLink, Shape, Slot, Term, Unit, Value, Why,
};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// How many versions of one place there may be before their types are widened.
const VERSIONS: usize = 4;
/// The same where objects take part: each may turn out to be an int, a float or neither, and versions multiply.
const VERSIONS_WITH_OBJECTS: usize = 2;
/// And how many at most, where types can't be widened.
const VERSIONS_AT_MOST: usize = 24;
/// A function whose blocks outnumber this is left to Python.
const BLOCKS_AT_MOST: usize = 1500;
/// And a function that takes more steps to translate: types that multiply begin again and again.
const STEPS_AT_MOST: usize = 20_000;
/// And a unit with more operations: LLVM would take several seconds.
const OPERATIONS_AT_MOST: usize = 6000;
/// What the callers of native code have room for.
pub const RESULT_WORDS_AT_MOST: usize = 64;
const ROUNDS_AT_MOST: usize = 12;

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Count places and leave at every n-th (`LANCEHEAD_DEOPT_EVERY`).
    pub ticks: bool,
    /// This machine's `pow` is known well enough for the proved fast paths of small powers.
    pub small_powers: bool,
    /// Compile also what would not gain (`LANCEHEAD_THRESHOLD=0`).
    pub compiles_everything: bool,
    /// Operations, by function and bytecode offset, whose first guess failed: their ints outgrew 64 bits, or the items of a list that they
    /// read are of several types.
    pub wide: HashSet<([u8; 32], u32)>,
}

#[derive(Debug)]
pub struct Translation {
    pub unit: Unit,
    /// The functions that were translated, by `CodeId`.
    pub infos: Vec<Rc<FunctionInfo>>,
    pub notes: Vec<Note>,
}

/// Why a function is left to Python whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub code: &'static str,
    pub detail: String,
    pub span: Span,
}

/// Ends the translation of a body early.
pub(crate) enum Stop {
    /// A version was widened: begin again with what is known now.
    Again,
    Refused(Refusal),
}

pub(crate) type Step<T = ()> = Result<T, Stop>;

/// Translates the world's entry function.
pub fn translate(world: &mut dyn World, entry: &Entry, options: &Options) -> Result<Translation, Refusal> {
    let links = Links::default();
    let info = world.function(&links, &Path::Entry).ok_or_else(|| Refusal {
        code: "not-a-function",
        detail: "it is not a Python function".into(),
        span: Span::default(),
    })?;
    let first_line = Span { line: info.code.first_line, ..Span::default() };
    let obstacle = if entry.place == Place::Start { info.obstacle() } else { info.obstacle_to_loops() };
    if let Some((code, detail)) = obstacle {
        return Err(Refusal { code, detail, span: first_line });
    }
    let region = match entry.place {
        Place::Start => None,
        Place::Loop(offset) | Place::Body(offset) => {
            let region =
                if matches!(entry.place, Place::Body(_)) { Region::whole(&info.hir, offset) } else { Region::around(&info.hir, offset) };
            let detail = "nothing begins at this place".into();
            Some(region.ok_or(Refusal { code: "not-a-function", detail, span: first_line })?)
        }
    };
    let mut unit = UnitTranslator {
        world,
        options,
        links,
        infos: Vec::new(),
        funcs: Vec::new(),
        ids: HashMap::new(),
        returns: HashMap::new(),
        widened: HashMap::new(),
        refused: HashMap::new(),
        in_progress: Vec::new(),
        changed: false,
        notes: Vec::new(),
        expected: HashMap::new(),
        changing: Changing::default(),
        steps: 0,
    };
    if let Some(region) = region
        && info.is_module()
    {
        let names = region.stored_names(&info.hir).into_iter().map(|name| info.code.names[name as usize].clone()).collect();
        unit.changing = Changing { globals: info.globals, names };
    }
    let itself = unit.object(Path::Entry, Expect::Function(info.fingerprint));
    let code = unit.code(itself, info);
    let key = Key { code, region, shapes: entry.shapes.clone() };
    for _ in 0..ROUNDS_AT_MOST {
        unit.changed = false;
        unit.funcs.clear();
        unit.ids.clear();
        unit.notes.clear();
        unit.function(&key).map_err(|stop| match stop {
            Stop::Refused(refusal) => refusal,
            Stop::Again => unreachable!("a body restarts itself"),
        })?;
        unit.expect_what_was_seen();
        if !unit.changed {
            let funcs: Vec<Func> = unit.funcs.into_iter().map(|func| func.expect("every function is finished")).collect();
            let operations: usize = funcs.iter().flat_map(|func| &func.blocks).map(|block| block.insts.len()).sum();
            if operations > OPERATIONS_AT_MOST {
                return Err(too_many_versions(first_line));
            }
            let mut notes = unit.notes;
            notes.sort();
            notes.dedup();
            return Ok(Translation { unit: Unit { funcs, links: unit.links }, infos: unit.infos, notes });
        }
    }
    Err(Refusal { code: "too-many-versions", detail: "what its functions return does not settle".into(), span: Span::default() })
}

/// What a function of a unit is translated from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub code: CodeId,
    /// None: from its start to its end.
    pub region: Option<Region>,
    pub shapes: Vec<Shape>,
}

pub(crate) struct UnitTranslator<'w> {
    pub world: &'w mut dyn World,
    pub options: &'w Options,
    pub links: Links,
    pub infos: Vec<Rc<FunctionInfo>>,
    funcs: Vec<Option<Func>>,
    ids: HashMap<Key, FuncId>,
    /// What each function returns, as far as is known; kept between rounds.
    returns: HashMap<Key, Shape>,
    /// Versions that were widened; kept between rounds.
    widened: HashMap<Key, Vec<(OpId, State<()>)>>,
    /// Functions that are left to Python for these shapes.
    refused: HashMap<Key, Refusal>,
    in_progress: Vec<(Key, FuncId)>,
    pub changed: bool,
    notes: Vec<Note>,
    /// What the attributes of instances are expected to be, by class and name; kept between rounds.
    pub expected: HashMap<(ClassKey, String), Elem>,
    pub changing: Changing,
    /// Operations that were translated, in all attempts.
    steps: usize,
}

/// The global names that the module's code changes natively, and writes back when it leaves: until then nobody else may read them.
#[derive(Default)]
pub(crate) struct Changing {
    pub globals: usize,
    pub names: HashSet<String>,
}

impl UnitTranslator<'_> {
    pub fn object(&mut self, path: Path, expect: Expect) -> ObjectId {
        let known = self.links.objects.iter().position(|link| link.path == path);
        ObjectId::new(known.unwrap_or_else(|| {
            self.links.objects.push(ObjectLink { path, expect });
            self.links.objects.len() - 1
        }))
    }

    pub fn code(&mut self, function: ObjectId, info: Rc<FunctionInfo>) -> CodeId {
        let known = self.infos.iter().position(|known| known.identity == info.identity);
        let index = known.unwrap_or_else(|| {
            self.links.codes.push(function);
            self.infos.push(info);
            self.infos.len() - 1
        });
        let first = self.links.codes[index];
        if first != function {
            self.links.objects[function.index()].expect = Expect::SameAs(first);
        }
        CodeId::new(index)
    }

    pub fn look(&mut self, path: &Path) -> Thing {
        self.world.look(&self.links, path)
    }

    pub fn info(&mut self, function: ObjectId) -> Option<Rc<FunctionInfo>> {
        let path = self.links.objects[function.index()].path.clone();
        self.world.function(&self.links, &path)
    }

    pub fn scalar(&mut self, path: Path, shape: Shape) -> u32 {
        if let Some(known) = self.links.scalars.iter().find(|scalar| scalar.path == path) {
            return known.word;
        }
        let word = self.links.scalar_words();
        self.links.scalars.push(ScalarLink { path, shape, word });
        word
    }

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

fn too_many_versions(span: Span) -> Refusal {
    Refusal { code: "too-many-versions", detail: "its variables take too many combinations of types".into(), span }
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

/// A block that waits to be translated from a place on.
pub(crate) struct Work {
    pub op: OpId,
    pub block: BlockId,
    pub state: State<Value>,
    /// The first half of a fused instruction that the place may be the second half of.
    pub fused: Option<Fused>,
    /// Objects that were found to be no plain numbers.
    pub no_number: Vec<Value>,
    /// One of several continuations of an operation: behind it they meet again.
    pub is_case: bool,
}

/// Where a fused instruction began: place, instruction, and the stack there.
pub(crate) type Fused = (u32, u32, Vec<Slot<Value>>);

struct Version {
    op: OpId,
    shapes: State<()>,
    block: BlockId,
    state: State<Value>,
    /// Made by widening: whatever fits is sent here.
    is_general: bool,
    /// Translated, or about to be. What was widened in an earlier attempt stands ready, and is translated when first reached.
    is_reached: bool,
}

/// The translation of one function.
pub(crate) struct Body<'u, 'w> {
    pub unit: &'u mut UnitTranslator<'w>,
    key: &'u Key,
    pub info: Rc<FunctionInfo>,
    pub code: CodeId,
    pub b: Builder,
    /// The names that are variables of native code: their slots stand behind the locals'.
    names: Vec<u32>,
    pub state: State<Value>,
    /// The operation being translated, and the stack before it.
    pub op: OpId,
    pub before: Vec<Slot<Value>>,
    /// Where the first half of a fused instruction began.
    fused: Option<Fused>,
    pub no_number: Vec<Value>,
    /// How much of the code works on objects, and how much on machine values.
    pub object_ops: usize,
    /// For the operations that were translated: which ran on machine values alone, and which took the slow roads through objects.
    on_values: HashSet<OpId>,
    on_objects: HashSet<OpId>,
    pub slow_object_ops: usize,
    /// How much of it works on lists in place.
    pub list_ops: usize,
    versions: Vec<Version>,
    by_op: HashMap<OpId, Vec<usize>>,
    work: Vec<Work>,
    returns: Vec<(BlockId, Slot<Value>)>,
    notes: Vec<Note>,
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
            _ => Vec::new(),
        };
        let variables = info.code.locals.len() + names.len();
        let stack = if key.region.is_some() { locals.split_off(variables.min(locals.len())) } else { Vec::new() };
        locals.resize(variables, Slot::Unbound);
        let first = key.region.map_or(OpId(0), |region| region.head);
        let widened = unit.widened.get(key).cloned().unwrap_or_default();
        let mut body = Body {
            unit,
            key,
            info,
            code: key.code,
            b,
            names,
            state: State { locals, stack },
            op: first,
            before: Vec::new(),
            fused: None,
            no_number: Vec::new(),
            object_ops: 0,
            on_values: HashSet::new(),
            on_objects: HashSet::new(),
            slow_object_ops: 0,
            list_ops: 0,
            versions: Vec::new(),
            by_op: HashMap::new(),
            work: Vec::new(),
            returns: Vec::new(),
            notes: Vec::new(),
        };
        body.add_entry_resume(first);
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
        let mut ret: Option<Shape> = None;
        for (_, slot) in &self.returns {
            ret = Some(match ret {
                None => slot.shape(),
                Some(ret) => join(&ret, &slot.shape()).ok_or_else(|| {
                    Stop::Refused(Refusal {
                        code: "mixed-returns",
                        detail: format!("it returns {} in one place and {} in another", ret.describe(), slot.shape().describe()),
                        span: Span { line: self.info.code.first_line, ..Span::default() },
                    })
                })?,
            });
        }
        if ret.as_ref().is_some_and(|ret| ret.types().iter().map(|ty| ty.words()).sum::<usize>() > RESULT_WORDS_AT_MOST) {
            return Err(Stop::Refused(Refusal {
                code: "large-tuple",
                detail: "it returns a tuple of many values".into(),
                span: Span { line: self.info.code.first_line, ..Span::default() },
            }));
        }
        if let Some(shape) = &ret {
            for (block, slot) in std::mem::take(&mut self.returns) {
                self.b.block = Some(block);
                let slot = self.convert(&slot, shape);
                let values = slot.values().into_iter().map(|(_, value)| value).collect();
                self.b.end(Term::Return(values));
            }
            self.b.func.ret = shape.clone();
        }
        self.unit.notes.append(&mut self.notes);
        Ok((self.b.func, ret))
    }

    /// Translates from a place to the end of the block.
    fn block(&mut self, work: Work) -> Step {
        self.b.block = Some(work.block);
        self.state = work.state;
        self.fused = work.fused;
        self.no_number = work.no_number;
        let mut next = work.op;
        let mut is_case = work.is_case;
        let info = self.info.clone();
        loop {
            self.unit.steps += 1;
            if self.unit.steps > STEPS_AT_MOST {
                return Err(Stop::Refused(too_many_versions(Span { line: self.info.code.first_line, ..Span::default() })));
            }
            let op = &info.hir.ops[next.index()];
            self.begin(next, op);
            if self.unit.options.ticks && op.place.is_some() && op.kind != OpKind::Nop {
                let resume = self.resume(Why::Forced);
                self.b.guard(Op::Tick, &[], resume);
            }
            let (slow, lists) = (self.slow_object_ops, self.list_ops);
            self.operation(op)?;
            match op.kind {
                _ if self.slow_object_ops > slow => drop(self.on_objects.insert(next)),
                OpKind::Binary { .. } | OpKind::Compare { .. } | OpKind::Unary(_) | OpKind::ForIter { .. } | OpKind::Call { .. } => {
                    self.on_values.insert(next);
                }
                _ if self.list_ops > lists => drop(self.on_values.insert(next)),
                _ => {}
            }
            if self.b.block.is_none() {
                return Ok(());
            }
            next = OpId(next.0 + 1);
            if self.is_leader(next) || std::mem::take(&mut is_case) && info.hir.ops[next.index()].place.is_some() {
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
            if !given_up.is_empty() {
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
        if loops.is_empty() && self.unit.in_progress.len() > 1 {
            // Called natively: the call alone gains.
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
        if slow == 0 || fast > slow || self.unit.options.ticks || self.unit.options.compiles_everything {
            return Ok(());
        }
        Err(Stop::Refused(Refusal {
            code: "no-gain",
            detail: format!("`{}` works mostly on objects", self.info.code.name),
            span: Span { line: self.info.code.first_line, ..Span::default() },
        }))
    }

    // Leaving

    /// Resume 0 is the beginning: left for where the recursion gets too deep. Cells are made, so CPython's prologue is behind it.
    fn add_entry_resume(&mut self, first: OpId) {
        let first = self.info.hir.ops[first.index()..].iter().find(|op| op.kind != OpKind::Nop && op.place.is_some());
        let (offset, at, span) = first.map_or((0, 0, Span::default()), |op| (op.place.unwrap_or(0), op.at, op.span));
        let State { locals, stack } = self.state.clone();
        self.b.func.add_resume(Resume { kind: ResumeKind::Go, why: Why::Interrupt, offset, at, locals, stack, borrowed: Vec::new(), span });
    }

    /// Where the interpreter goes on to do the current operation itself.
    pub fn resume(&mut self, why: Why) -> ResumeId {
        let (offset, at, stack) = match self.current().place {
            Some(place) => (place, self.current().at, self.before.clone()),
            None => self.fused.clone().expect("a second half follows a first one"),
        };
        let locals = self.state.locals.clone();
        let span = self.b.span;
        self.b.func.add_resume(Resume { kind: ResumeKind::Go, why, offset, at, locals, stack, borrowed: Vec::new(), span })
    }

    /// Where the interpreter goes on when the callee of the current operation has left; the stack is what lies below the call.
    pub fn resume_call(&mut self, after: After) -> ResumeId {
        self.resume_within(ResumeKind::Call(after), Why::Callee)
    }

    /// Where the interpreter goes on in the middle of the current operation; the stack is what lies below it, and what the kind says.
    pub fn resume_within(&mut self, kind: ResumeKind, why: Why) -> ResumeId {
        let op = self.current();
        let (offset, at) = (op.next.expect("what calls is not fused"), op.at);
        let State { locals, stack } = self.state.clone();
        let span = self.b.span;
        self.b.func.add_resume(Resume { kind, why, offset, at, locals, stack, borrowed: Vec::new(), span })
    }

    /// Ends the block: the interpreter does the current operation.
    pub fn leave(&mut self, why: Why) -> Step {
        let resume = self.resume(why);
        self.b.end(Term::Leave(resume));
        Ok(())
    }

    /// As [`Body::leave`], with a verdict.
    pub fn left_to_python(&mut self, code: &'static str, detail: impl Into<String>) -> Step {
        let note = Note { function: self.code, offset: self.current().at, code: code.into(), detail: detail.into() };
        self.notes.push(note);
        self.leave(Why::Python)
    }

    /// Behind the current operation: leaves for the place that follows it if something that it gave up waits for its end. That comes when
    /// the frame is true, and stands in the operation still.
    fn let_end(&mut self, mut given_up: Vec<GivenUp>, offset: u32, state: State<Value>) {
        // What the frame still holds lives on.
        let held: Vec<Value> = state.slots().flat_map(Slot::values).map(|(_, value)| value).collect();
        given_up.retain(|one| one.object.is_none_or(|object| !held.contains(&object)));
        if given_up.is_empty() {
            return;
        }
        let State { locals, stack } = state;
        let (at, span) = (self.current().at, self.b.span);
        let (kind, why, borrowed) = (ResumeKind::Go, Why::Finaliser, Vec::new());
        let resume = self.b.func.add_resume(Resume { kind, why, offset, at, locals, stack, borrowed, span });
        for one in given_up {
            self.b.guard(Op::GuardFalse, &[one.waits], resume);
        }
    }

    // Versions

    fn add_version(&mut self, op: OpId, shapes: State<()>, is_general: bool) -> usize {
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
        let live = self.live_at(op);
        let is_live =
            |slot: usize| slot >= self.info.code.locals.len() || live.as_ref().is_none_or(|live| live[slot / 64] >> (slot % 64) & 1 == 1);
        for v in &candidates {
            let joined = self.join_versions(&self.versions[*v].shapes, shapes, |slot| !is_live(slot));
            if let Some(joined) = joined {
                return self.widen(*v, op, joined);
            }
        }
        if candidates.len() >= if self.object_ops > 0 { VERSIONS_WITH_OBJECTS } else { VERSIONS } {
            for v in &candidates {
                let joined = self.join_versions(&self.versions[*v].shapes, shapes, |_| true);
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
    fn join_versions(&self, a: &State<()>, b: &State<()>, may_differ: impl Fn(usize) -> bool) -> Option<State<()>> {
        let mut slots = a.slots().zip(b.slots()).enumerate().map(|(index, (a, b))| match a == b {
            true => Some(a.clone()),
            false if may_differ(index) => join(a, b),
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

    fn reach(&mut self, version: usize) {
        if !std::mem::replace(&mut self.versions[version].is_reached, true) {
            let Version { op, block, state, .. } = &self.versions[version];
            self.work.push(Work { op: *op, block: *block, state: state.clone(), fused: None, no_number: Vec::new(), is_case: false });
        }
    }

    /// The locals that may still be read, at the start of a block.
    fn live_at(&self, op: OpId) -> Option<Vec<u64>> {
        let block = self.info.hir.blocks.binary_search_by_key(&op, |block| block.first).ok()?;
        Some(self.info.hir.live_in[block].clone())
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
            (Slot::ListMethod(method, _, v), Slot::ListMethod(_, elem, ())) => Slot::ListMethod(*method, elem.clone(), *v),
            (Slot::Known(object), Slot::Object(())) => {
                let object = self.b.pure(Op::ConstObject(*object), &[]);
                self.b.act(Op::IncRef, &[object]);
                Slot::Object(object)
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
        let here = self.b.block;
        let mut cases = Vec::new();
        for case in tags.iter() {
            let block = self.b.func.block();
            self.b.block = Some(block);
            let mut state = self.state.clone();
            *place(&mut state) = self.b.untagged(case, bits);
            self.push_work(Work { op: self.op, block, state, fused: self.fused.clone(), no_number: self.no_number.clone(), is_case: true });
            cases.push((case as i64, Edge { to: block, args: Vec::new() }));
        }
        self.b.block = here;
        let (_, default) = cases.pop().expect("a tagged slot has a type");
        self.b.end(Term::Switch { tag, cases, default });
        Ok(())
    }

    /// Whether one of the top `n` slots of the stack is tagged; if so, the block ends in a split of it.
    pub fn split_operands(&mut self, n: usize) -> Step<bool> {
        let depth = self.state.stack.len();
        let tagged = (depth.saturating_sub(n)..depth).find(|index| matches!(self.state.stack[*index], Slot::Any(..)));
        let Some(index) = tagged else { return Ok(false) };
        self.split(|state| &mut state.stack[index])?;
        Ok(true)
    }

    pub fn push_work(&mut self, work: Work) {
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

    fn guard_quiet(&mut self, slot: &Slot<Value>) {
        match slot {
            Slot::Exact(ir::Kind::Str, _) => {}
            Slot::Object(v)
            | Slot::Instance(_, v)
            | Slot::List(_, v)
            | Slot::ListIter(_, _, v)
            | Slot::ListMethod(_, _, v)
            | Slot::Exact(_, v)
            | Slot::ExactIter(_, _, v)
            | Slot::Method(_, _, v) => {
                let resume = self.resume(Why::Finaliser);
                self.b.guard(Op::GuardQuiet, &[*v], resume);
            }
            Slot::Any(_, tag, bits) if crate::state::owns_references(slot) => {
                let resume = self.resume(Why::Finaliser);
                self.b.guard(Op::GuardQuietAny, &[*tag, *bits], resume);
            }
            Slot::Tuple(items) | Slot::Zip(items) | Slot::TupleIter(_, items) => items.iter().for_each(|item| self.guard_quiet(item)),
            Slot::Enumerate(_, inner) => self.guard_quiet(inner),
            _ => {}
        }
    }

    pub fn return_slot(&mut self, slot: Slot<Value>) -> Step {
        if is_iterator(&slot) {
            return self.left_to_python("iterator-escapes", "it returns an iterator");
        }
        for index in 0..self.state.locals.len() {
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
        let block = self.b.block.take().expect("a block is open");
        self.returns.push((block, slot));
        Ok(())
    }
}
