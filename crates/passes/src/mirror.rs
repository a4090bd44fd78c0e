//! Second versions of loops that work on lists of numbers: on *mirrors*, copies in typed buffers.
//!
//! ```text
//! b1(v5: i64):                        b7(v9: i64):
//!     v6 = list.item v0, v5               v10 = mirror.f64 v8, v9
//!     v7 = float.of v6 else r1            ...
//! ```
//!
//! A loop has such a version if nobody can look at the lists while it runs: it computes, reads and writes items that are numbers, reads
//! rows, puts rows elsewhere, and leaves. (What ends in it ends quietly, or when native code has left.) Its lists come from outside, the roots,
//! or are items of such lists. Lists keep their length in it, and have their rows; only numbers are ahead of the lists, until somebody outside
//! may look.
//!
//! ```text
//!   ──▶ enter ──▶ arrive ──▶ (is it due?) ──no──▶ the loop as it was ──▶ arrive
//!                              └─yes─▶ offer the roots; decide ──▶ the mirrored loop
//! ```
//!
//! Whether copying pays the extension decides (`mirror_decide`), by what the loop has taken so far; the mirrored version is entered at
//! whatever turn that is. Mirrors stay from one loop to the next. Outside of these loops, what reads numbers of a list first has them
//! written back (`mirror.flush`), what sets one sets it in the mirror too (`mirror.note`), and what changes a list otherwise has its mirror read
//! anew (`mirror.settle`). What may look at any list, and leaving, has all mirrors given up.

use crate::copy::{copy_blocks, join_definitions};
use base::{Index, Span};
use ir::{
    BlockId, Comparison, Dominators, Edge, Effect, Func, FuncId, Inst, Loop, Op, Runtime, Term, Ty, Unit, Value, loops, predecessors,
    runtime_function,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What a list is to a loop: lists of it, `depth` levels deep, of numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Kind {
    depth: i64,
    leaf: Option<Leaf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Leaf {
    Float = 1,
    Int = 2,
}

/// As `mirror_offer` reads it: the leaf, whether numbers or rows are set, the depth.
const WRITES: i64 = 4;
const DEPTH: i64 = 8;

/// Gives the unit's loops their mirrored versions.
pub fn mirror(unit: &mut Unit) {
    let calm = calm_functions(unit);
    let mut untouched = vec![BTreeSet::new(); unit.funcs.len()];
    let mut sites = 0;
    for (func, own) in unit.funcs.iter_mut().zip(&mut untouched) {
        // Planned again for each: writing one loop gives values behind it other names.
        while let Some(plan) = plans(func, &calm).into_iter().find(|plan| plan.blocks.is_disjoint(own)) {
            own.extend(plan.write(func, sites));
            sites += 1;
        }
    }
    if sites == 0 {
        return;
    }
    for (func, own) in unit.funcs.iter_mut().zip(&untouched) {
        let blocks = (0..func.blocks.len()).map(BlockId::new).filter(|block| !own.contains(block));
        blocks.for_each(|block| make_true_before_looking(func, block));
    }
}

/// The functions that only compute: nobody looks while they run.
fn calm_functions(unit: &Unit) -> HashSet<FuncId> {
    let mut calm: HashSet<FuncId> = (0..unit.funcs.len()).map(FuncId::new).collect();
    loop {
        let is_calm = |func: &Func| {
            func.blocks.iter().flat_map(|block| &block.insts).all(|inst| match &inst.op {
                Op::Call(callee) => calm.contains(callee),
                Op::Tick | Op::Safepoint | Op::LoadScalar { .. } => true,
                Op::GuardList | Op::BoolOf => false,
                op => matches!(op.effect(), Effect::Pure | Effect::Leaves),
            })
        };
        let still: HashSet<FuncId> = calm.iter().copied().filter(|id| is_calm(unit.func(*id))).collect();
        if still.len() == calm.len() {
            return calm;
        }
        calm = still;
    }
}

/// The loops of a function that get a mirrored version: the largest that can.
fn plans(func: &Func, calm: &HashSet<FuncId>) -> Vec<Plan> {
    let dominators = Dominators::of(func);
    let mut plans: Vec<Plan> = Vec::new();
    for each in loops(func, &dominators) {
        if plans.iter().all(|plan| plan.blocks.is_disjoint(&each.blocks))
            && let Some(plan) = Plan::of(func, &dominators, &each, calm)
        {
            plans.push(plan);
        }
    }
    plans
}

struct Plan {
    header: BlockId,
    blocks: BTreeSet<BlockId>,
    /// The blocks in an order in which definitions come first.
    order: Vec<BlockId>,
    /// What the loop's lists are, roots and rows.
    lists: HashMap<Value, Kind>,
    /// The lists that come from outside, and whether numbers or rows of theirs are set.
    roots: BTreeMap<Value, bool>,
    /// What has no item that is a list itself.
    numbers: HashSet<Value>,
}

/// What is found out about a list value.
#[derive(Default)]
struct List {
    items: Vec<Value>,
    sets: Option<Leaf>,
    /// What its numbers are, being put where such rows are.
    as_row: Option<Leaf>,
}

impl Plan {
    fn of(func: &Func, dominators: &Dominators, each: &Loop, calm: &HashSet<FuncId>) -> Option<Plan> {
        let mut order: Vec<BlockId> = each.blocks.iter().copied().collect();
        order.sort_by_key(|block| dominators.order(block.index()));
        let mut lists: BTreeMap<Value, List> = BTreeMap::new();
        let mut readers: HashMap<Value, Leaf> = HashMap::new();
        // Lists, and rows that are put into them.
        let mut rows_set: Vec<(Value, Value)> = Vec::new();
        // Values that something else than reading a number is done with.
        let mut handled: HashSet<Value> = HashSet::new();
        let mut defined: HashMap<Value, &Inst> = HashMap::new();
        for block in &order {
            let block = &func.blocks[block.index()];
            for inst in &block.insts {
                defined.extend(inst.results.iter().map(|value| (*value, inst)));
                match &inst.op {
                    Op::ListLength => drop(lists.entry(inst.args[0]).or_default()),
                    Op::ListItem => lists.entry(inst.args[0]).or_default().items.push(inst.results[0]),
                    Op::ListSetFloat => reads_as(&mut lists.entry(inst.args[0]).or_default().sets, Leaf::Float)?,
                    Op::ListSetInt => reads_as(&mut lists.entry(inst.args[0]).or_default().sets, Leaf::Int)?,
                    // A row that was read: a list of numbers has its mirror then.
                    Op::ListSetObject if lists.contains_key(&inst.args[2]) && defined.contains_key(&inst.args[2]) => {
                        lists.entry(inst.args[0]).or_default().items.push(inst.args[2]);
                        rows_set.push((inst.args[0], inst.args[2]));
                    }
                    // Nobody sets it meanwhile.
                    Op::LoadCell => {}
                    Op::FloatOf | Op::IntOf if defined.get(&inst.args[0]).is_some_and(|inst| inst.op == Op::LoadCell) => {
                        handled.insert(inst.args[0]);
                    }
                    Op::FloatOf | Op::IntOf => {
                        let leaf = if inst.op == Op::FloatOf { Leaf::Float } else { Leaf::Int };
                        let mut known = readers.get(&inst.args[0]).copied();
                        reads_as(&mut known, leaf)?;
                        readers.insert(inst.args[0], leaf);
                    }
                    Op::GuardList if defined.get(&inst.args[0]).is_some_and(|inst| inst.op == Op::ListItem) => {
                        lists.entry(inst.args[0]).or_default();
                    }
                    Op::GuardList => drop(handled.insert(inst.args[0])),
                    Op::IncRef | Op::DecRef | Op::ShareAny | Op::DropAny | Op::GuardQuiet | Op::GuardQuietAny => handled.extend(&inst.args),
                    Op::Tick | Op::Safepoint | Op::LoadScalar { .. } => {}
                    Op::Call(callee) if calm.contains(callee) => handled.extend(&inst.args),
                    Op::BoolOf => return None,
                    op if matches!(op.effect(), Effect::Pure | Effect::Leaves) => handled.extend(&inst.args),
                    _ => return None,
                }
                if let Some(resume) = inst.resume {
                    handled.extend(func.resumes[resume.index()].values().into_iter().map(|(_, value)| value));
                }
            }
            handled.extend(block.term.uses());
            handled.extend(block.term.edges().into_iter().flat_map(|edge| &edge.args));
            if let Term::Leave(resume) = block.term {
                handled.extend(func.resumes[resume.index()].values().into_iter().map(|(_, value)| value));
            }
        }
        let params: HashSet<Value> = order.iter().flat_map(|block| &func.blocks[block.index()].params).copied().collect();
        let mut plan = Plan {
            header: each.header,
            blocks: each.blocks.clone(),
            order,
            lists: HashMap::new(),
            roots: BTreeMap::new(),
            numbers: HashSet::new(),
        };
        for value in readers.keys() {
            let is_item = defined.get(value).is_some_and(|inst| inst.op == Op::ListItem);
            if !is_item || handled.contains(value) || lists.contains_key(value) {
                return None;
            }
            plan.numbers.insert(*value);
        }
        for (list, row) in &rows_set {
            // Who reads the row there finds numbers of the same type as in the others.
            let leaf = plan.kind(*list, &lists, &readers).filter(|kind| kind.depth == 1)?.leaf?;
            lists.get_mut(row).expect("it is one").as_row = Some(leaf);
            plan.lists.clear();
        }
        for list in lists.keys() {
            plan.kind(*list, &lists, &readers)?;
            // Numbers of a row may be set where it was put.
            let has_part = rows_set.iter().any(|(set, row)| set == list || row == list);
            let (mut root, mut writes) = (*list, lists[list].sets.is_some() || has_part);
            while let Some(inst) = defined.get(&root) {
                if inst.op != Op::ListItem {
                    return None;
                }
                root = inst.args[0];
            }
            if params.contains(&root) {
                return None;
            }
            writes |= plan.roots.get(&root).copied().unwrap_or(false);
            plan.roots.insert(root, writes);
        }
        if plan.numbers.is_empty() && lists.values().all(|list| list.sets.is_none()) {
            return None;
        }
        Some(plan)
    }

    /// What a list's items are, all that is known of them taken together.
    fn kind(&mut self, list: Value, lists: &BTreeMap<Value, List>, readers: &HashMap<Value, Leaf>) -> Option<Kind> {
        if let Some(kind) = self.lists.get(&list) {
            return Some(*kind);
        }
        let mut kind: Option<Kind> = None;
        let known = &lists[&list];
        for leaf in known.sets.into_iter().chain(known.as_row) {
            reads_as(&mut kind.get_or_insert_default().leaf, leaf)?;
        }
        for item in &known.items {
            let one = match readers.get(item) {
                Some(leaf) => Kind { depth: 0, leaf: Some(*leaf) },
                None if lists.contains_key(item) => {
                    let row = self.kind(*item, lists, readers)?;
                    Kind { depth: row.depth + 1, leaf: row.leaf }
                }
                None => return None,
            };
            kind = Some(match kind {
                None => one,
                Some(kind) if kind.depth == one.depth && (kind.leaf == one.leaf || one.leaf.is_none()) => kind,
                Some(kind) if kind.depth == one.depth && kind.leaf.is_none() => one,
                Some(_) => return None,
            });
        }
        let kind = kind.unwrap_or_default();
        self.lists.insert(list, kind);
        Some(kind)
    }

    /// Writes the mirrored version and the way there; the blocks in which nothing has to be made true.
    fn write(&self, func: &mut Func, site: u32) -> BTreeSet<BlockId> {
        let before = predecessors(func);
        let mut untouched = self.blocks.clone();
        let copy = copy_blocks(func, &self.blocks);
        untouched.extend(copy.blocks.values());
        let header_params = func.blocks[self.header.index()].params.clone();
        let span = func.blocks[self.header.index()].insts.first().map(|inst| inst.span).unwrap_or_default();
        let mut writer = |params: bool| {
            let block = func.block();
            untouched.insert(block);
            let values: Vec<Value> = if params {
                header_params.iter().map(|param| func.ty(*param)).collect::<Vec<_>>().into_iter().map(|ty| func.value(ty)).collect()
            } else {
                Vec::new()
            };
            func.blocks[block.index()].params = values.clone();
            (block, values)
        };
        let (enter, entered) = writer(true);
        let (arrive, arrived) = writer(true);
        let (offer, _) = writer(false);
        let (taken, _) = writer(false);
        let plain = |args: &[Value]| Edge { to: self.header, args: args.to_vec() };

        let mut at = Lines { func, block: enter, span };
        let own = at.one(Op::MirrorSite(site), &[]);
        at.act(Op::MirrorEnter, &[own]);
        at.end(Term::Jump(Edge { to: arrive, args: entered }));

        let mut at = Lines { func, block: arrive, span };
        let own = at.one(Op::MirrorSite(site), &[]);
        let is_due = at.one(Op::MirrorDue, &[own]);
        at.end(Term::Branch { condition: is_due, then: Edge { to: offer, args: Vec::new() }, other: plain(&arrived) });

        let mut at = Lines { func, block: offer, span };
        for (root, writes) in &self.roots {
            let kind = self.lists.get(root).copied().unwrap_or_default();
            let what = kind.depth * DEPTH + if *writes { WRITES } else { 0 } + kind.leaf.map_or(0, |leaf| leaf as i64);
            let what = at.one(Op::ConstInt(what), &[]);
            at.act(Op::Runtime(function("mirror_offer")), &[own, *root, what]);
        }
        let answer = at.one(Op::Runtime(function("mirror_decide")), &[own]);
        let zero = at.one(Op::ConstInt(0), &[]);
        let pays = at.one(Op::CompareInt(Comparison::Ne), &[answer, zero]);
        at.end(Term::Branch { condition: pays, then: Edge { to: taken, args: Vec::new() }, other: plain(&arrived) });

        let mut at = Lines { func, block: taken, span };
        let mut mirrors: HashMap<Value, Value> = HashMap::new();
        for (index, root) in self.roots.keys().enumerate() {
            let index = at.one(Op::ConstInt(index as i64), &[]);
            mirrors.insert(*root, at.one(Op::Runtime(function("mirror_at")), &[own, index]));
        }
        at.end(Term::Jump(Edge { to: copy.blocks[&self.header], args: arrived }));

        for from in before[self.header.index()].iter().collect::<BTreeSet<_>>() {
            let to = if self.blocks.contains(from) { arrive } else { enter };
            let edges = func.blocks[from.index()].term.edges_mut();
            edges.into_iter().filter(|edge| edge.to == self.header).for_each(|edge| edge.to = to);
        }
        let numbers: HashSet<Value> = self.numbers.iter().map(|value| copy.value(*value)).collect();
        let mut places = HashMap::new();
        for block in &self.order {
            work_on_mirrors(func, copy.blocks[block], &mut mirrors, &mut places, &numbers);
        }
        join_definitions(func, &copy);
        untouched
    }
}

/// Makes a block of a copy work on mirrors: those of the lists so far, by the copy's values. `numbers` are the items that are numbers,
/// and `places` where those stand that were seen so far.
fn work_on_mirrors(
    func: &mut Func,
    block: BlockId,
    mirrors: &mut HashMap<Value, Value>,
    places: &mut HashMap<Value, Vec<Value>>,
    numbers: &HashSet<Value>,
) {
    let insts = std::mem::take(&mut func.blocks[block.index()].insts);
    let mut out = Vec::with_capacity(insts.len());
    for mut inst in insts {
        match &inst.op {
            Op::ListLength => {
                inst.op = Op::MirrorLength;
                inst.args = vec![mirrors[&inst.args[0]]];
            }
            Op::ListItem if numbers.contains(&inst.results[0]) => {
                places.insert(inst.results[0], vec![mirrors[&inst.args[0]], inst.args[1]]);
                continue;
            }
            Op::ListItem => {
                let row = func.value(Ty::Mem);
                let args = vec![mirrors[&inst.args[0]], inst.args[1]];
                out.push(Inst { op: Op::MirrorRow, args, results: vec![row], resume: None, span: inst.span });
                mirrors.insert(inst.results[0], row);
                inst.op = Op::MirrorList;
                inst.args = vec![row];
            }
            Op::FloatOf | Op::IntOf if places.contains_key(&inst.args[0]) => {
                inst.args = places[&inst.args[0]].clone();
                inst.op = if inst.op == Op::FloatOf { Op::MirrorFloat } else { Op::MirrorInt };
                inst.resume = None;
            }
            Op::GuardList if mirrors.contains_key(&inst.args[0]) => continue,
            Op::ListSetFloat | Op::ListSetInt => {
                inst.op = if inst.op == Op::ListSetFloat { Op::MirrorSetFloat } else { Op::MirrorSetInt };
                inst.args[0] = mirrors[&inst.args[0]];
                inst.resume = None;
            }
            Op::ListSetObject => {
                inst.op = Op::MirrorSetRow;
                inst.args = vec![mirrors[&inst.args[0]], inst.args[1], mirrors[&inst.args[2]]];
                inst.resume = None;
            }
            Op::Safepoint => inst.op = Op::LeaveIfWanted,
            _ => {}
        }
        out.push(inst);
    }
    func.blocks[block.index()].insts = out;
}

fn reads_as(known: &mut Option<Leaf>, leaf: Leaf) -> Option<()> {
    match known {
        Some(known) if *known != leaf => None,
        _ => {
            *known = Some(leaf);
            Some(())
        }
    }
}

fn function(name: &str) -> &'static Runtime {
    runtime_function(name).expect("the table has it")
}

/// Appends to a block.
struct Lines<'a> {
    func: &'a mut Func,
    block: BlockId,
    span: Span,
}

impl Lines<'_> {
    fn one(&mut self, op: Op, args: &[Value]) -> Value {
        let ty: Ty = op.results().expect("not a call")[0];
        let value = self.func.value(ty);
        self.func.blocks[self.block.index()].insts.push(Inst {
            op,
            args: args.to_vec(),
            results: vec![value],
            resume: None,
            span: self.span,
        });
        value
    }

    fn act(&mut self, op: Op, args: &[Value]) {
        self.func.blocks[self.block.index()].insts.push(Inst { op, args: args.to_vec(), results: vec![], resume: None, span: self.span });
    }

    fn end(self, term: Term) {
        self.func.blocks[self.block.index()].term = term;
    }
}

/// Has mirrors written back before numbers of their lists are read, and told, or read anew, where lists are changed.
fn make_true_before_looking(func: &mut Func, block: BlockId) {
    let insts = std::mem::take(&mut func.blocks[block.index()].insts);
    let mut out: Vec<Inst> = Vec::with_capacity(insts.len());
    for (index, inst) in insts.iter().enumerate() {
        let line = |op: Op, args: &[Value], results: Vec<Value>| Inst { op, args: args.to_vec(), results, resume: None, span: inst.span };
        let mut needs: Vec<(Op, &[Value])> = Vec::new();
        match &inst.op {
            Op::ListItem => {
                let is_row = insts.get(index + 1).is_some_and(|next| next.op == Op::GuardList && next.args == inst.results);
                if !is_row {
                    needs.push((Op::MirrorFlush, &inst.args[..1]));
                }
            }
            Op::ListSetFloat | Op::ListSetInt => {
                let is_float = inst.op == Op::ListSetFloat;
                let mirror = func.value(Ty::Mem);
                let of = if is_float { Op::MirrorOfFloats } else { Op::MirrorOfInts };
                out.push(line(of, &inst.args[..1], vec![mirror]));
                out.push(inst.clone());
                let note = if is_float { Op::MirrorNoteFloat } else { Op::MirrorNoteInt };
                out.push(line(note, &[mirror, inst.args[1], inst.args[2]], vec![]));
                continue;
            }
            Op::ListSetObject => needs.push((Op::MirrorSettle, &inst.args[..1])),
            Op::CallOut => needs.push((Op::MirrorSettleAll, &[])),
            Op::Runtime(runtime) => match sight(runtime) {
                Sight::Nothing => {}
                Sight::ReadsIts => needs.extend(objects(runtime, inst).map(|value| (Op::MirrorFlush, value))),
                Sight::ChangesFirst => needs.push((Op::MirrorSettle, &inst.args[..1])),
                Sight::Everything => needs.push((Op::MirrorSettleAll, &[])),
            },
            _ => {}
        }
        for (op, args) in needs {
            let is_there = out.last().is_some_and(|last| last.op == Op::MirrorSettleAll || last.op == op && last.args == args);
            if !is_there {
                out.push(line(op, args, vec![]));
            }
        }
        out.push(inst.clone());
    }
    func.blocks[block.index()].insts = out;
}

/// The operands that are objects, each by itself.
fn objects<'a>(runtime: &'a Runtime, inst: &'a Inst) -> impl Iterator<Item = &'a [Value]> {
    let operands = runtime.params.iter().zip(inst.args.chunks(1));
    operands.filter(|(ty, _)| **ty == Ty::Obj).map(|(_, value)| value)
}

/// What a function of the extension sees of lists that others have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    Nothing,
    /// Its operands' items, each as it is: not what is in these.
    ReadsIts,
    /// It changes its first operand, which is a list, and looks at no item.
    ChangesFirst,
    /// It may run code, or look into what its operands hold.
    Everything,
}

fn sight(runtime: &Runtime) -> Sight {
    match runtime.name {
        name if BLIND.contains(&name) => Sight::Nothing,
        "py_list_slice" | "py_repeat" | "py_concat" => Sight::ReadsIts,
        "py_append" | "py_append_float" | "py_append_int" => Sight::ChangesFirst,
        _ => Sight::Everything,
    }
}

/// They look at no list and set none that anyone else has.
const BLIND: &[&str] = &[
    "mirror_offer",
    "mirror_decide",
    "mirror_at",
    "py_none",
    "py_int",
    "py_uint",
    "py_wide",
    "py_float",
    "py_numpy_float",
    "py_numpy_int",
    "py_numpy_bool",
    "py_array_row",
    "py_any",
    "py_range",
    "py_list_put",
    "py_tuple",
    "py_list",
    "py_tuple_put",
    "py_tag",
    "py_bits",
    "py_new",
    "py_join",
    "py_format",
    "py_format_spec",
    "py_store_name",
    "py_find1",
    "py_find2",
    "py_find3",
    "py_text_equal",
    "py_text_order",
    "py_text_item",
    "py_random",
    "py_length",
];
