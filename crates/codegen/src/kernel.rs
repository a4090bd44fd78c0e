//! Kernels: innermost loops that compute numbers in memory and can't leave. Each becomes a function of its own, in a module of its own.
//!
//! ```text
//! b7(v8: i64):                      b7:   %v8.in = phi ..
//!     ..                     ──▶          %b7.done = call { i64 } @f0.b7(ptr %v3, i64 %v8.in)
//!     branch v9 b8() b12()                %v8 = extractvalue { i64 } %b7.done, 0
//!                                         br label %b12
//! ```
//!
//! What takes LLVM's time are its passes for loops: vectorising, unrolling and what prepares them. They gain where a loop does nothing but
//! compute, and nothing where it may leave at every step, which is most of what a module holds. So they are given the one and not the other.

use crate::func::{Writer, constant};
use crate::text;
use base::Index;
use ir::{BlockId, Dominators, Edge, Effect, Func, Inst, Op, Term, Ty, Value, loops};
use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;

/// Where control goes behind a kernel, in its own text.
const EXIT: &str = "exit";
const ENTRY: &str = "entry";

pub struct Kernel {
    pub header: BlockId,
    pub blocks: BTreeSet<BlockId>,
    exit: BlockId,
    /// What it reads from outside, but for its header's parameters and constants; and what it defines that is read behind it.
    inputs: Vec<Value>,
    constants: Vec<(Value, String)>,
    outputs: Vec<Value>,
}

pub fn kernels(func: &Func) -> Vec<Kernel> {
    let all = loops(func, &Dominators::of(func));
    let is_innermost = |blocks: &BTreeSet<BlockId>| all.iter().filter(|other| other.blocks.is_subset(blocks)).count() == 1;
    all.iter().filter(|one| is_innermost(&one.blocks)).filter_map(|one| Kernel::of(func, one.header, &one.blocks)).collect()
}

impl Kernel {
    fn of(func: &Func, header: BlockId, blocks: &BTreeSet<BlockId>) -> Option<Kernel> {
        let own = || blocks.iter().map(|block| &func.blocks[block.index()]);
        let insts = || own().flat_map(|block| &block.insts);
        if !insts().all(|inst| computes(func, inst)) || !insts().any(|inst| touches_numbers(&inst.op)) {
            return None;
        }
        if own().any(|block| matches!(block.term, Term::Leave(_) | Term::Return(_) | Term::Missing | Term::Unreachable)) {
            return None;
        }
        let mut exits = own().flat_map(|block| block.term.edges()).filter(|edge| !blocks.contains(&edge.to));
        let (exit, None) = (exits.next()?, exits.next()) else { return None };
        let defined: HashSet<Value> =
            own().flat_map(|block| block.params.iter().chain(block.insts.iter().flat_map(|inst| &inst.results))).copied().collect();
        let read_in = |is_own: bool| {
            let blocks = (0..func.blocks.len()).map(BlockId::new).filter(|block| blocks.contains(block) == is_own);
            blocks.flat_map(|block| reads(func, block)).collect::<BTreeSet<Value>>()
        };
        let mut outputs = read_in(false);
        outputs.extend(&exit.args);
        outputs.retain(|value| defined.contains(value));
        let mut inputs = read_in(true);
        inputs.retain(|value| !defined.contains(value));
        let everywhere = func.blocks.iter().flat_map(|block| &block.insts);
        let constants = everywhere.filter(|inst| inst.results.first().is_some_and(|value| inputs.contains(value)));
        let constants: Vec<(Value, String)> = constants.filter_map(|inst| Some((inst.results[0], constant(&inst.op)?))).collect();
        inputs.retain(|value| constants.iter().all(|(constant, _)| constant != value));
        let (inputs, outputs) = (inputs.into_iter().collect(), outputs.into_iter().collect());
        Some(Kernel { header, blocks: blocks.clone(), exit: exit.to, inputs, constants, outputs })
    }
}

/// Whether it does nothing but compute and touch numbers in memory.
fn computes(func: &Func, inst: &Inst) -> bool {
    let has_object = inst.args.iter().chain(&inst.results).any(|value| func.ty(*value) == Ty::Obj);
    let is_done_anywhere = match &inst.op {
        Op::ConstObject(_) | Op::LoadScalar { .. } | Op::MirrorSite(_) => false,
        Op::MirrorLength | Op::MirrorRow => true,
        op => op.effect() == Effect::Pure || touches_numbers(op),
    };
    inst.resume.is_none() && !has_object && is_done_anywhere
}

fn touches_numbers(op: &Op) -> bool {
    let in_mirror = matches!(op, Op::MirrorFloat | Op::MirrorInt | Op::MirrorSetFloat | Op::MirrorSetInt);
    in_mirror || op.reads_element() || op.sets_element()
}

/// Every value that a block reads.
fn reads(func: &Func, block: BlockId) -> Vec<Value> {
    let block = &func.blocks[block.index()];
    let left_at = if let Term::Leave(resume) = &block.term { Some(*resume) } else { None };
    let resumes = block.insts.iter().filter_map(|inst| inst.resume).chain(left_at);
    let resumed = resumes.flat_map(|resume| func.resumes[resume.index()].values()).map(|(_, value)| value);
    let edges = block.term.edges().into_iter().flat_map(|edge| edge.args.iter().copied());
    block.insts.iter().flat_map(|inst| inst.args.iter().copied()).chain(edges).chain(block.term.uses()).chain(resumed).collect()
}

impl Writer<'_> {
    fn kernel_of(&self, block: BlockId) -> Option<usize> {
        self.kernels.iter().position(|kernel| kernel.blocks.contains(&block))
    }

    /// Notes what an edge of the current block brings, and says which label it leads to.
    pub fn lead(&mut self, edge: &Edge, from: String) -> String {
        let (here, there) = (self.kernel_of(self.block), self.kernel_of(edge.to));
        let leaves_kernel = here.filter(|_| here != there);
        // What comes out of a kernel comes, to the others, from where it is called.
        let from = leaves_kernel.map_or(from, |kernel| self.kernels[kernel].header.to_string());
        let incoming = if there.is_some() && here != there { &mut self.from_outside } else { &mut self.incoming };
        incoming[edge.to.index()].push((from, edge.args.clone()));
        if leaves_kernel.is_some() { EXIT.into() } else { edge.to.to_string() }
    }

    /// The blocks of the function without kernels, with calls of these; and the kernels.
    pub fn blocks(&self, out: &mut String, kernels: &mut String) {
        for (index, body) in self.bodies.iter().enumerate().filter(|(_, body)| !body.is_empty()) {
            let block = BlockId::new(index);
            match self.kernel_of(block) {
                None => {
                    let _ = writeln!(out, "{block}:");
                    if index > 0 {
                        self.phis(out, block, "", &self.incoming[index]);
                    }
                    out.push_str(body);
                }
                Some(kernel) if self.kernels[kernel].header == block => self.kernel(out, kernels, &self.kernels[kernel]),
                Some(_) => {}
            }
        }
    }

    /// A block's parameters, by what the edges bring that lead there.
    fn phis(&self, out: &mut String, block: BlockId, suffix: &str, incoming: &[(String, Vec<Value>)]) {
        for (position, param) in self.func.blocks[block.index()].params.iter().enumerate() {
            // The entry of a kernel brings what the kernel is given.
            let brought = |args: &[Value]| args.get(position).map_or(format!("{param}.in"), ToString::to_string);
            let edges: Vec<String> = incoming.iter().map(|(label, args)| format!("[ %{}, %{label} ]", brought(args))).collect();
            let _ = writeln!(out, "  %{param}{suffix} = phi {} {}", text::ty(self.func.ty(*param)), edges.join(", "));
        }
    }

    fn kernel(&self, out: &mut String, kernels: &mut String, kernel: &Kernel) {
        let ty = |value: &Value| text::ty(self.func.ty(*value));
        let header = kernel.header;
        let params = &self.func.blocks[header.index()].params;
        let name = format!("{}.{header}", self.itself.0);
        let types: Vec<&str> = kernel.outputs.iter().map(ty).collect();
        let ret = format!("{{ {} }}", types.join(", "));
        let inputs = kernel.inputs.iter().map(|value| format!("{} %{value}", ty(value)));
        let args: Vec<String> = inputs.chain(params.iter().map(|param| format!("{} %{param}.in", ty(param)))).collect();
        let args = args.join(", ");

        let _ = writeln!(out, "{header}:");
        self.phis(out, header, ".in", &self.from_outside[header.index()]);
        let _ = writeln!(out, "  %{header}.done = call fastcc {ret} @{name}({args})");
        for (index, value) in kernel.outputs.iter().enumerate() {
            let _ = writeln!(out, "  %{value} = extractvalue {ret} %{header}.done, {index}");
        }
        let _ = writeln!(out, "  br label %{}", kernel.exit);

        // LLVM would make calls of `memset` out of loops, which the loader does not know.
        let _ = writeln!(kernels, "\ndefine hidden fastcc {ret} @{name}({args}) nounwind \"no-builtins\" {{\n{ENTRY}:");
        for (value, constant) in &kernel.constants {
            let _ = writeln!(kernels, "  %{value} = {constant}");
        }
        let _ = writeln!(kernels, "  br label %{header}");
        for block in &kernel.blocks {
            let _ = writeln!(kernels, "{block}:");
            let mut incoming = self.incoming[block.index()].clone();
            if *block == header {
                incoming.push((ENTRY.into(), Vec::new()));
            }
            self.phis(kernels, *block, "", &incoming);
            kernels.push_str(&self.bodies[block.index()]);
        }
        let _ = writeln!(kernels, "{EXIT}:");
        let mut whole = String::from("undef");
        for (index, value) in kernel.outputs.iter().enumerate() {
            let _ = writeln!(kernels, "  %ret.{index} = insertvalue {ret} {whole}, {} %{value}, {index}", ty(value));
            whole = format!("%ret.{index}");
        }
        let _ = writeln!(kernels, "  ret {ret} {whole}\n}}");
    }
}
