//! One function.

use crate::context::{BREAKER, SITES, Site, TICKS_LEFT};
use crate::kernel::{self, Kernel};
use crate::{LEFT, Options, text};
use base::Index;
use ir::{BlockId, Comparison, Edge, Func, FuncId, Inst, Op, ResumeId, Term, Ty, Unit, Value};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

/// How often a recursive function may be inlined into itself: into a chain of calls, and by the instructions that come of it.
const LEVELS: u32 = 3;
const INLINED_AT_MOST: usize = 240;

pub fn define(out: &mut String, kernels: &mut String, unit: &Unit, id: FuncId, options: Options) {
    let levels = levels(unit.func(id), id);
    for level in 0..=levels {
        define_level(out, kernels, unit, id, options, (level, levels));
    }
}

/// LLVM does not inline a function into itself. So it is written several times, each calling the next and the last one the first.
fn define_level(out: &mut String, kernels: &mut String, unit: &Unit, id: FuncId, options: Options, (level, levels): (u32, u32)) {
    let func = unit.func(id);
    let mut params = depth_param(unit).to_owned();
    for value in &func.blocks[0].params {
        let _ = write!(params, ", {} %{value}", text::ty(func.ty(*value)));
    }
    let ret = text::ret_ty(&func.ret.types());
    let (name, inline) = (level_name(id, level), if level > 0 { "alwaysinline " } else { "" });
    let _ = writeln!(out, "\n; {}", func.name.replace('\n', " "));
    let _ = writeln!(out, "define internal fastcc {ret} @{name}(ptr %ctx{params}) {inline}nounwind {{");
    let mut writer = Writer {
        unit,
        func,
        first_resume: unit.first_resume(id),
        options,
        counts_depth: !depth_param(unit).is_empty(),
        level,
        levels,
        constants: constants(func),
        itself: (id, level_name(id, if level == levels { 0 } else { level + 1 })),
        ret,
        bodies: Vec::new(),
        body: String::new(),
        label: String::new(),
        fresh: 0,
        exits: BTreeSet::new(),
        incoming: vec![Vec::new(); func.blocks.len()],
        // Not of what is written several times.
        kernels: if levels == 0 { kernel::kernels(func) } else { Vec::new() },
        block: BlockId(0),
        from_outside: vec![Vec::new(); func.blocks.len()],
    };
    writer.function();
    writer.finish(out, kernels);
    out.push_str("}\n");
}

/// Where functions are recursive, every one is told how many more such calls may be made.
pub fn depth_param(unit: &Unit) -> &'static str {
    if unit.funcs.iter().any(|func| func.is_recursive) { ", i64 %depth" } else { "" }
}

fn level_name(id: FuncId, level: u32) -> String {
    if level == 0 { id.to_string() } else { format!("{id}.inner{level}") }
}

fn levels(func: &Func, id: FuncId) -> u32 {
    let insts = || func.blocks.iter().flat_map(|block| &block.insts);
    let calls = insts().filter(|inst| inst.op == Op::Call(id)).count();
    let (mut levels, mut bodies, mut sum) = (0, 1, 1);
    while calls > 0 && levels < LEVELS {
        bodies *= calls;
        sum += bodies;
        if sum * insts().count() > INLINED_AT_MOST {
            break;
        }
        levels += 1;
    }
    levels
}

pub(crate) struct Writer<'a> {
    unit: &'a Unit,
    pub func: &'a Func,
    first_resume: u32,
    pub options: Options,
    counts_depth: bool,
    /// Which of the copies of a function that is inlined into itself this is, and which is the last.
    level: u32,
    levels: u32,
    /// The 64-bit ints that are known.
    constants: HashMap<Value, i64>,
    /// The function, and what it calls where it calls itself.
    pub itself: (FuncId, String),
    ret: String,
    /// The text of each IR block, behind its phis.
    pub bodies: Vec<String>,
    pub body: String,
    /// The LLVM block that is being written: an IR block is cut wherever it may leave.
    pub label: String,
    fresh: u32,
    /// The resumes that something leaves to.
    exits: BTreeSet<ResumeId>,
    /// For each IR block, where edges come from and what they bring.
    pub incoming: Vec<Vec<(String, Vec<Value>)>>,
    /// The loops that become functions of their own, and what edges bring that lead into them.
    pub kernels: Vec<Kernel>,
    pub from_outside: Vec<Vec<(String, Vec<Value>)>>,
    /// The IR block that is being written.
    pub block: BlockId,
}

macro_rules! line {
    ($writer:expr, $($arg:tt)*) => {{
        $writer.body.push_str("  ");
        let _ = writeln!($writer.body, $($arg)*);
    }};
}

pub(crate) use line;

impl Writer<'_> {
    fn function(&mut self) {
        let reachable = reachable(self.func);
        for (index, block) in self.func.blocks.iter().enumerate() {
            if !reachable[index] {
                self.bodies.push(String::new());
                continue;
            }
            self.block = BlockId::new(index);
            self.label = self.block.to_string();
            self.body.clear();
            if index == 0 {
                self.prologue();
            }
            for inst in &block.insts {
                self.inst(inst);
            }
            self.term(&block.term);
            self.bodies.push(std::mem::take(&mut self.body));
        }
    }

    fn finish(mut self, out: &mut String, kernels: &mut String) {
        self.blocks(out, kernels);
        self.body.clear();
        for exits in self.exits_by_record() {
            self.exit(&exits);
        }
        out.push_str(&self.body);
    }

    fn prologue(&mut self) {
        self.make_tapes();
        line!(self, "%breaker.at = getelementptr i8, ptr %ctx, i64 {BREAKER}");
        line!(self, "%breaker = load ptr, ptr %breaker.at, !invariant.load !2");
        if self.func.is_recursive {
            line!(self, "%depth.less = sub i64 %depth, 1");
            // The copies stand inside the first one, which asks for all of them: to leave a few levels early is as good.
            if self.level == 0 {
                line!(self, "%too.deep = icmp slt i64 %depth, {}", 1 + self.levels);
                self.leave_if("%too.deep", ResumeId(0));
                // A recursion without loops has no other place to look at signals.
                self.safepoint(ResumeId(0));
            }
        }
    }

    /// Goes on in a new LLVM block unless `condition`, which leaves.
    pub fn leave_if(&mut self, condition: &str, resume: ResumeId) {
        self.exits.insert(resume);
        let next = self.fresh("on");
        line!(self, "br i1 {condition}, label %leave.{resume}, label %{next}, !prof !0");
        self.begin(next);
    }

    pub fn leave_unless(&mut self, condition: &str, resume: ResumeId) {
        self.exits.insert(resume);
        let next = self.fresh("on");
        line!(self, "br i1 {condition}, label %{next}, label %leave.{resume}, !prof !1");
        self.begin(next);
    }

    pub fn fresh(&mut self, stem: &str) -> String {
        self.fresh += 1;
        format!("{stem}.{}", self.fresh)
    }

    pub fn begin(&mut self, label: String) {
        let _ = writeln!(self.body, "{label}:");
        self.label = label;
    }

    /// The exits, those together whose records hold the same: an operation may leave for several reasons.
    fn exits_by_record(&mut self) -> Vec<Vec<ResumeId>> {
        let mut groups: Vec<Vec<ResumeId>> = Vec::new();
        let mut places = HashMap::new();
        for exit in std::mem::take(&mut self.exits) {
            let resume = &self.func.resumes[exit.index()];
            let place: usize = *places.entry((resume.record(), &resume.borrowed)).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.push(exit),
                None => groups.push(vec![exit]),
            }
        }
        groups
    }

    /// Writes the record of the frame and returns. All values are the arguments of one call: there are more exits than anything else in a
    /// module, and LLVM takes its time for each instruction, run or not.
    fn exit(&mut self, exits: &[ResumeId]) {
        let id = exits[0];
        let resume = &self.func.resumes[id.index()];
        let values = resume.record();
        let mut number = (self.first_resume + id.0).to_string();
        if exits.len() > 1 {
            for exit in exits {
                self.begin(format!("leave.{exit}"));
                line!(self, "br label %record.{id}");
            }
            let numbers: Vec<String> = exits.iter().map(|exit| format!("[ {}, %leave.{exit} ]", self.first_resume + exit.0)).collect();
            self.begin(format!("record.{id}"));
            number = format!("%{id}.number");
            line!(self, "{number} = phi i64 {}", numbers.join(", "));
        } else {
            self.begin(format!("leave.{id}"));
        }
        for value in &resume.borrowed {
            line!(self, "call void @lh_incref(ptr %{value})");
        }
        let (words, args) = self.record(&id.to_string(), values);
        line!(self, "call void (ptr, i64, i64, i64, ...) @lh_leave(ptr %ctx, i64 {number}, {words}{args}) nomerge");
        self.return_left();
    }

    fn return_left(&mut self) {
        let undefined: String = self.func.ret.types().iter().map(|ty| format!("{} undef, ", text::ty(*ty))).collect();
        line!(self, "ret {} {{ {undefined}i64 {LEFT} }}", self.ret);
    }

    /// The arguments that hand a record over: how many words of each kind, and the values.
    fn record(&mut self, stem: &str, values: Vec<(Ty, Value)>) -> (String, String) {
        let mut args = String::new();
        let mut words = [0, 0];
        for (index, (ty, value)) in values.into_iter().enumerate() {
            words[usize::from(ty == Ty::F64)] += ty.words();
            let name = format!("{stem}.{index}");
            match ty {
                Ty::I1 => {
                    line!(self, "%{name} = zext i1 %{value} to i64");
                    let _ = write!(args, ", i64 %{name}");
                }
                Ty::I128 => {
                    line!(self, "%{name}.low = trunc i128 %{value} to i64");
                    line!(self, "%{name}.up = lshr i128 %{value}, 64");
                    line!(self, "%{name}.high = trunc i128 %{name}.up to i64");
                    let _ = write!(args, ", i64 %{name}.low, i64 %{name}.high");
                }
                _ => {
                    let _ = write!(args, ", {} %{value}", text::ty(ty));
                }
            }
        }
        let [ints, floats] = words;
        (format!("i64 {ints}, i64 {floats}"), args)
    }

    /// As an exit, but what comes back may be a result.
    fn call_out(&mut self, inst: &Inst) {
        let id = resume(inst);
        let values = self.func.resumes[id.index()].record();
        let (name, left, next) = (self.fresh("out"), self.fresh("left"), self.fresh("on"));
        let number = self.first_resume + id.0;
        let (words, args) = self.record(&name, values);
        let result = inst.results[0];
        line!(self, "%{result} = call ptr (ptr, i64, i64, i64, ...) @lh_call_out(ptr %ctx, i64 {number}, {words}{args})");
        line!(self, "%{name}.left = icmp eq ptr %{result}, null");
        line!(self, "br i1 %{name}.left, label %{left}, label %{next}, !prof !0");
        self.begin(left);
        self.return_left();
        self.begin(next);
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::Missing | Term::Unreachable => line!(self, "unreachable"),
            Term::Jump(edge) => {
                let label = self.edge(edge);
                line!(self, "br label %{label}");
            }
            Term::Branch { condition, then, other } => {
                let stubs = then.to == other.to;
                let (then, other) = (self.edge_in(then, stubs), self.edge_in(other, stubs));
                line!(self, "br i1 %{condition}, label %{}, label %{}", then.0, other.0);
                self.stubs([then, other]);
            }
            Term::Switch { tag, cases, default } => {
                let targets: Vec<(String, Option<String>)> = cases.iter().map(|(_, edge)| self.edge_in(edge, true)).collect();
                let default = self.edge_in(default, true);
                let mut text = format!("switch i64 %{tag}, label %{} [", default.0);
                for ((case, _), target) in cases.iter().zip(&targets) {
                    let _ = write!(text, " i64 {case}, label %{}", target.0);
                }
                line!(self, "{text} ]");
                self.stubs(targets.into_iter().chain([default]));
            }
            Term::Return(values) => {
                let ret = self.ret.clone();
                let mut whole = String::from("undef");
                for (index, value) in values.iter().enumerate() {
                    let name = self.fresh("ret");
                    line!(self, "%{name} = insertvalue {ret} {whole}, {} %{value}, {index}", text::ty(self.func.ty(*value)));
                    whole = format!("%{name}");
                }
                let name = self.fresh("ret");
                line!(self, "%{name} = insertvalue {ret} {whole}, i64 0, {}", values.len());
                line!(self, "ret {ret} %{name}");
            }
            Term::Leave(resume) => {
                self.exits.insert(*resume);
                line!(self, "br label %leave.{resume}");
            }
        }
    }

    fn edge(&mut self, edge: &Edge) -> String {
        self.lead(edge, self.label.clone())
    }

    /// An edge of a term that has several: through a stub where two could lead to one block.
    fn edge_in(&mut self, edge: &Edge, through_stub: bool) -> (String, Option<String>) {
        if !through_stub {
            return (self.edge(edge), None);
        }
        let stub = self.fresh("edge");
        let label = self.lead(edge, stub.clone());
        (stub, Some(label))
    }

    fn stubs(&mut self, targets: impl IntoIterator<Item = (String, Option<String>)>) {
        for (label, to) in targets {
            if let Some(to) = to {
                let _ = writeln!(self.body, "{label}:\n  br label %{to}");
            }
        }
    }

    fn inst(&mut self, inst: &Inst) {
        let arg = |index: usize| format!("%{}", inst.args[index]);
        let result = inst.results.first().map(|v| format!("%{v}")).unwrap_or_default();
        let flags = if self.options.fastmath { "reassoc nsz arcp contract " } else { "" };
        let two = |name: &str, ty: &str| format!("{result} = {name} {ty} {}, {}", arg(0), arg(1));
        let one = |name: &str, from: &str, to: &str| format!("{result} = {name} {from} {} to {to}", arg(0));
        let compare = |name: &str, ty: &str| two(name, ty);
        let text = match &inst.op {
            Op::ConstBool(_) | Op::ConstInt(_) | Op::ConstWide(_) | Op::ConstFloat(_) => {
                format!("{result} = {}", constant(&inst.op).expect("it is one"))
            }
            Op::ConstObject(object) => {
                format!("{result} = load ptr, ptr getelementptr (i8, ptr @lh_objects, i64 {})", object.0 * 8)
            }
            Op::LoadScalar { slot, ty } => {
                let at = format!("getelementptr (i8, ptr @lh_scalars, i64 {})", slot * 8);
                let mut text = String::new();
                text::load_word(&mut text, result.trim_start_matches('%'), *ty, &at);
                text.trim().to_owned()
            }
            Op::CompareInt(c) => compare(&format!("icmp {}", signed(*c)), "i64"),
            Op::CompareUint(c) => compare(&format!("icmp {}", unsigned(*c)), "i64"),
            Op::CompareWide(c) => compare(&format!("icmp {}", signed(*c)), "i128"),
            Op::CompareFloat(c) => compare(&format!("fcmp {}", ordered(*c)), "double"),
            Op::Select(ty) => {
                let ty = text::ty(*ty);
                format!("{result} = select i1 {}, {ty} {}, {ty} {}", arg(0), arg(1), arg(2))
            }
            Op::AddInt => return self.overflow(inst, "llvm.sadd.with.overflow", Ty::I64),
            Op::SubInt => return self.overflow(inst, "llvm.ssub.with.overflow", Ty::I64),
            Op::MulInt => return self.multiply(inst),
            Op::AddWide => return self.overflow(inst, "llvm.sadd.with.overflow", Ty::I128),
            Op::SubWide => return self.overflow(inst, "llvm.ssub.with.overflow", Ty::I128),
            Op::MulWide => return self.multiply_wide(inst),
            Op::WrapAddInt => two("add", "i64"),
            Op::WrapSubInt => two("sub", "i64"),
            Op::AndInt => two("and", "i64"),
            Op::OrInt => two("or", "i64"),
            Op::XorInt => two("xor", "i64"),
            Op::AndWide => two("and", "i128"),
            Op::OrWide => two("or", "i128"),
            Op::XorWide => two("xor", "i128"),
            Op::ShrWide => two("ashr", "i128"),
            Op::ShrUint => two("lshr", "i64"),
            Op::DivUint => two("udiv", "i64"),
            Op::RemUint => two("urem", "i64"),
            Op::AddFloat => two(&format!("fadd {flags}"), "double"),
            Op::SubFloat => two(&format!("fsub {flags}"), "double"),
            Op::MulFloat => two(&format!("fmul {flags}"), "double"),
            Op::DivFloat => two(&format!("fdiv {flags}"), "double"),
            Op::NegFloat => format!("{result} = fneg double {}", arg(0)),
            Op::AbsFloat => format!("{result} = call double @llvm.fabs.f64(double {})", arg(0)),
            Op::AndBool => two("and", "i1"),
            Op::OrBool => two("or", "i1"),
            Op::XorBool => two("xor", "i1"),
            Op::NotBool => format!("{result} = xor i1 {}, true", arg(0)),
            Op::BoolToInt => one("zext", "i1", "i64"),
            Op::IntToFloat => one("sitofp", "i64", "double"),
            Op::UintToFloat => one("uitofp", "i64", "double"),
            Op::IntToWide => one("sext", "i64", "i128"),
            Op::UintToWide => one("zext", "i64", "i128"),
            Op::WideToInt => one("trunc", "i128", "i64"),
            Op::NarrowWide => return self.narrow(inst),
            Op::FloatToBits => one("bitcast", "double", "i64"),
            Op::BitsToFloat => one("bitcast", "i64", "double"),
            Op::BitsToBool => one("trunc", "i64", "i1"),
            Op::ObjectToBits => one("ptrtoint", "ptr", "i64"),
            Op::BitsToObject => one("inttoptr", "i64", "ptr"),
            Op::AddOverflows => return self.overflows(inst, "sadd"),
            Op::SubOverflows => return self.overflows(inst, "ssub"),
            Op::MulOverflows => return self.overflows(inst, "smul"),
            Op::IsWanted => return self.is_wanted(&result),
            Op::LeaveIfWanted => {
                let name = self.fresh("wanted");
                self.is_wanted(&format!("%{name}"));
                return self.leave_if(&format!("%{name}"), resume(inst));
            }
            Op::MirrorSite(site) => return self.mirror_site(&result, *site),
            Op::MirrorEnter => format!("call void @lh.mirror.enter(ptr {})", arg(0)),
            Op::MirrorDue => format!("{result} = call i1 @lh.mirror.due(ptr {})", arg(0)),
            Op::MirrorFlush => format!("call void @lh.mirror.flush(ptr {})", arg(0)),
            Op::MirrorSettle => format!("call void @lh.mirror.settle(ptr {})", arg(0)),
            Op::MirrorSettleAll => "call void @lh.mirror.settle.all()".into(),
            Op::MirrorOfFloats => format!("{result} = call ptr @lh.mirror.of(ptr {}, i64 1)", arg(0)),
            Op::MirrorOfInts => format!("{result} = call ptr @lh.mirror.of(ptr {}, i64 2)", arg(0)),
            Op::MirrorNoteFloat => format!("call void @lh.mirror.note.f64(ptr {}, i64 {}, double {})", arg(0), arg(1), arg(2)),
            Op::MirrorNoteInt => format!("call void @lh.mirror.note.i64(ptr {}, i64 {}, i64 {})", arg(0), arg(1), arg(2)),
            Op::MirrorList => format!("{result} = call ptr @lh.mirror.list(ptr {})", arg(0)),
            Op::MirrorLength => format!("{result} = call i64 @lh.mirror.length(ptr {})", arg(0)),
            Op::MirrorRow => format!("{result} = call ptr @lh.mirror.row(ptr {}, i64 {})", arg(0), arg(1)),
            Op::MirrorFloat => format!("{result} = call double @lh.mirror.f64(ptr {}, i64 {})", arg(0), arg(1)),
            Op::MirrorInt => format!("{result} = call i64 @lh.mirror.i64(ptr {}, i64 {})", arg(0), arg(1)),
            Op::MirrorSetFloat => format!("call void @lh.mirror.set.f64(ptr {}, i64 {}, double {})", arg(0), arg(1), arg(2)),
            Op::MirrorSetInt => format!("call void @lh.mirror.set.i64(ptr {}, i64 {}, i64 {})", arg(0), arg(1), arg(2)),
            Op::MirrorSetRow => format!("call void @lh_mirror_set_row(ptr {}, i64 {}, ptr {})", arg(0), arg(1), arg(2)),
            Op::GuardTrue => return self.leave_unless(&arg(0), resume(inst)),
            Op::GuardFalse => return self.leave_if(&arg(0), resume(inst)),
            Op::Tick => return self.tick(resume(inst)),
            Op::Safepoint => return self.safepoint(resume(inst)),
            Op::CallOut => return self.call_out(inst),
            Op::IncRef => format!("call void @lh_incref(ptr {})", arg(0)),
            Op::DecRef => format!("{result} = call i1 @lh_decref(ptr {})", arg(0)),
            Op::ShareAny => format!("call void @lh.share.any(i64 {}, i64 {})", arg(0), arg(1)),
            Op::DropAny => {
                format!("{result} = call i1 @lh.drop.any(i64 {}, i64 {})", arg(0), arg(1))
            }
            Op::GuardQuiet | Op::GuardQuietAny => return self.guard_quiet(inst),
            Op::IsSameObject => two("icmp eq", "ptr"),
            Op::ArrayIs(guess) => self.array_is(&result, inst.args[0], *guess),
            Op::NumPyOf(dtype) => return self.numpy_of(inst, *dtype),
            Op::GuardArray => return self.guard_array(inst),
            Op::ArrayIsWritable => format!("{result} = call i1 @lh.array.is.writable(ptr {})", arg(0)),
            Op::ArrayLength => format!("{result} = call i64 @lh.array.along(ptr {}, i64 32, i64 {})", arg(0), arg(1)),
            Op::ArrayStride => format!("{result} = call i64 @lh.array.along(ptr {}, i64 40, i64 {})", arg(0), arg(1)),
            Op::ArrayData => format!("{result} = call ptr @lh.array.data(ptr {})", arg(0)),
            Op::ArrayAt => return self.array_at(&result, inst),
            Op::ArrayFloat => format!("{result} = load double, ptr {}, align 8, !tbaa !30", arg(0)),
            Op::ArrayInt => format!("{result} = load i64, ptr {}, align 8, !tbaa !30", arg(0)),
            Op::ArrayBool => format!("{result} = call i1 @lh.array.i1(ptr {})", arg(0)),
            Op::ArraySetFloat => format!("store double {}, ptr {}, align 8, !tbaa !30", arg(1), arg(0)),
            Op::ArraySetInt => format!("store i64 {}, ptr {}, align 8, !tbaa !30", arg(1), arg(0)),
            Op::ArraySetBool => format!("call void @lh.array.set.i1(ptr {}, i1 {})", arg(0), arg(1)),
            Op::FlagsClear => "call void @lh.flags.clear()".into(),
            Op::FlagsSaid => format!("{result} = call i1 @lh.flags.said()"),
            Op::Keep => format!("call void @lh.keep(double {})", arg(0)),
            Op::Opaque => format!("{result} = call double @lh.opaque(double {})", arg(0)),
            Op::ArrayRemember => {
                let of = format!("ptr {}, ptr {}, i64 {}, i64 {}, i64 {}", arg(0), arg(1), arg(2), arg(3), arg(4));
                format!("{result} = call i1 @lh.array.remember({of})")
            }
            Op::ArrayTakeBack => "call void @lh_array_take_back()".into(),
            Op::QuietSum => return self.quiet(inst, "sum"),
            Op::QuietProduct => return self.quiet(inst, "product"),
            Op::QuietQuotient => return self.quiet(inst, "quotient"),
            Op::ListLength => format!("{result} = call i64 @lh.list.length(ptr {})", arg(0)),
            Op::ListItem => format!("{result} = call ptr @lh.list.item(ptr {}, i64 {})", arg(0), arg(1)),
            Op::BoolToObject => format!("{result} = select i1 {}, ptr @lh_true, ptr @lh_false", arg(0)),
            Op::ListSetFloat => return self.list_set(inst, "lh.list.set.f64"),
            Op::ListSetInt if self.options.immortal_objects => return self.list_set(inst, "lh.list.set.i64.tagged"),
            Op::ListSetInt => return self.list_set(inst, "lh.list.set.i64.sized"),
            Op::ListSetObject => return self.list_set(inst, "lh.list.set.obj"),
            Op::GuardList => return self.guard_type(inst, "lh_type_list"),
            Op::GuardComplex => return self.guard_type(inst, "lh_type_complex"),
            Op::ComplexReal => format!("{result} = call double @lh.complex.part(ptr {}, i64 16)", arg(0)),
            Op::ComplexImaginary => format!("{result} = call double @lh.complex.part(ptr {}, i64 24)", arg(0)),
            Op::GuardStr => return self.guard_type(inst, "lh_type_str"),
            Op::GuardDict => return self.guard_type(inst, "lh_type_dict"),
            Op::GuardSet => return self.guard_type(inst, "lh_type_set"),
            Op::GuardRow => return self.guard_type(inst, "lh_type_tuple"),
            Op::GuardTuple => return self.guard_tuple(inst),
            Op::TupleItem => format!("{result} = call ptr @lh.tuple.item(ptr {}, i64 {})", arg(0), arg(1)),
            Op::Length => format!("{result} = call i64 @lh.list.length(ptr {})", arg(0)),
            Op::FloatOf => return self.float_of(inst),
            Op::IntOf => return self.int_of(inst),
            Op::BoolOf => return self.bool_of(inst),
            Op::Exact(exact) => {
                if self.options.fastmath
                    && let Some(text) = multiplied_power(exact.name, &result, &arg(0), flags)
                {
                    self.body.push_str(&text);
                    return;
                }
                return self.exact(inst, exact);
            }
            Op::ExactFails(exact) => return self.exact_part(inst, exact, 1),
            Op::ExactValue(exact) => return self.exact_part(inst, exact, 0),
            Op::TapeEnter(_)
            | Op::TapeRewind(_)
            | Op::TapePut(..)
            | Op::TapeNext(..)
            | Op::TapeSpoil(_)
            | Op::TapeIsWhole(_)
            | Op::TapeMissed(_) => return self.tape(inst),
            Op::GuardClass(word) => return self.guard_class(inst, *word),
            Op::GuardAbsent(word) => return self.guard_absent(inst, *word),
            Op::LoadAttribute(kind, word) => return self.load_attribute(inst, *kind, *word),
            Op::StoreAttribute(kind, ty, word) => return self.store_attribute(inst, *kind, *ty, *word),
            Op::LoadCell => return self.load_cell(inst),
            Op::StoreCell => return self.store_cell(inst),
            Op::NumberTag => return self.number_tag(inst),
            Op::NumberBits => {
                format!("{result} = call i64 @lh.number.bits.{}(ptr {}, i64 {})", self.options.layout_of_ints(), arg(0), arg(1))
            }
            Op::IsNone => format!("{result} = icmp eq ptr {}, @lh_none", arg(0)),
            Op::IsNotImplemented => format!("{result} = icmp eq ptr {}, @lh_not_implemented", arg(0)),
            Op::NoneObject => format!("{result} = getelementptr i8, ptr @lh_none, i64 0"),
            Op::Runtime(runtime) => return self.runtime(inst, runtime),
            Op::Call(callee) => return self.call(inst, *callee),
        };
        line!(self, "{text}");
    }

    fn overflow(&mut self, inst: &Inst, intrinsic: &str, ty: Ty) {
        let ty = text::ty(ty);
        let pair = self.fresh("pair");
        line!(self, "%{pair} = call {{ {ty}, i1 }} @{intrinsic}.{ty}({ty} %{}, {ty} %{})", inst.args[0], inst.args[1]);
        self.checked_pair(inst, &format!("{{ {ty}, i1 }}"), &pair);
    }

    /// By a factor that an addition or a shift does in one cycle, a multiplication with overflow would take three: there the other factor
    /// is looked at instead.
    fn multiply(&mut self, inst: &Inst) {
        let factor = |value: &Value| self.constants.get(value).copied().filter(|n| matches!(n, 3 | 5 | 9) || *n > 2 && n.count_ones() == 1);
        let (constant, other) = match (factor(&inst.args[0]), factor(&inst.args[1])) {
            (Some(constant), _) => (constant, inst.args[1]),
            (_, Some(constant)) => (constant, inst.args[0]),
            _ => return self.overflow(inst, "llvm.smul.with.overflow", Ty::I64),
        };
        let (least, most) = (i64::MIN / constant, i64::MAX / constant);
        let name = self.fresh("factor");
        line!(self, "%{name}.up = sub i64 %{other}, {least}");
        line!(self, "%{name}.bad = icmp ugt i64 %{name}.up, {}", most - least);
        self.leave_if(&format!("%{name}.bad"), resume(inst));
        line!(self, "%{} = mul i64 %{other}, {constant}", inst.results[0]);
    }

    /// The 128-bit multiplication with overflow would call a library function; ints that big are rare, so the fast lane asks for less:
    /// one factor in 64 bits (signed) and the other below 2**63 or in 64 bits unsigned can't overflow.
    fn multiply_wide(&mut self, inst: &Inst) {
        let (a, b) = (inst.args[0], inst.args[1]);
        let name = self.fresh("wide");
        for (part, value) in [("a", a), ("b", b)] {
            line!(self, "%{name}.{part}.low = trunc i128 %{value} to i64");
            line!(self, "%{name}.{part}.signed = sext i64 %{name}.{part}.low to i128");
            line!(self, "%{name}.{part}.fits = icmp eq i128 %{name}.{part}.signed, %{value}");
            line!(self, "%{name}.{part}.unsigned = lshr i128 %{value}, 64");
            line!(self, "%{name}.{part}.natural = icmp eq i128 %{name}.{part}.unsigned, 0");
        }
        // i64 * (i64 or u64) stays within 2**127.
        line!(self, "%{name}.b.either = or i1 %{name}.b.fits, %{name}.b.natural");
        line!(self, "%{name}.ab = and i1 %{name}.a.fits, %{name}.b.either");
        line!(self, "%{name}.a.either = or i1 %{name}.a.fits, %{name}.a.natural");
        line!(self, "%{name}.ba = and i1 %{name}.b.fits, %{name}.a.either");
        line!(self, "%{name}.small = or i1 %{name}.ab, %{name}.ba");
        self.leave_unless(&format!("%{name}.small"), resume(inst));
        line!(self, "%{} = mul i128 %{a}, %{b}", inst.results[0]);
    }

    fn narrow(&mut self, inst: &Inst) {
        let name = self.fresh("narrow");
        line!(self, "%{} = trunc i128 %{} to i64", inst.results[0], inst.args[0]);
        line!(self, "%{name}.back = sext i64 %{} to i128", inst.results[0]);
        line!(self, "%{name}.fits = icmp eq i128 %{name}.back, %{}", inst.args[0]);
        self.leave_unless(&format!("%{name}.fits"), resume(inst));
    }

    /// Leaves if the second part of a pair is set, else names the first.
    fn checked_pair(&mut self, inst: &Inst, ty: &str, pair: &str) {
        line!(self, "%{pair}.bad = extractvalue {ty} %{pair}, 1");
        self.leave_if(&format!("%{pair}.bad"), resume(inst));
        line!(self, "%{} = extractvalue {ty} %{pair}, 0", inst.results[0]);
    }

    fn exact(&mut self, inst: &Inst, exact: &ir::Exact) {
        let (call, result) = self.exact_call(inst, exact);
        if !exact.is_checked {
            line!(self, "%{} = call {result} {call}", inst.results[0]);
            return;
        }
        let pair = self.fresh("pair");
        let ty = format!("{{ {result}, i1 }}");
        line!(self, "%{pair} = call {ty} {call}");
        self.checked_pair(inst, &ty, &pair);
    }

    /// The value of a checked function, or whether it leaves.
    fn exact_part(&mut self, inst: &Inst, exact: &ir::Exact, part: u32) {
        let (call, result) = self.exact_call(inst, exact);
        let pair = self.fresh("pair");
        line!(self, "%{pair} = call {{ {result}, i1 }} {call}");
        line!(self, "%{} = extractvalue {{ {result}, i1 }} %{pair}, {part}", inst.results[0]);
    }

    /// The call without what it returns, and that.
    fn exact_call(&mut self, inst: &Inst, exact: &ir::Exact) -> (String, &'static str) {
        let mut args = String::new();
        for (index, (ty, value)) in exact.params.iter().zip(&inst.args).enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let _ = write!(args, "{comma}{} %{value}", text::ty(*ty));
        }
        let name = match exact.name {
            "floordiv.i64" if !self.constants.contains_key(&inst.args[1]) => "floordiv.any.i64",
            "mod.i64" if !self.constants.contains_key(&inst.args[1]) => "mod.any.i64",
            name => name,
        };
        if crate::prelude::takes_fma(&format!("lh.{name}")) {
            let _ = write!(args, ", i1 {}", self.options.fma);
        }
        (format!("@lh.{name}({args})"), text::ty(exact.results[0]))
    }

    /// A call of the extension: no object stands at the addresses 0 and 1, and no count is negative.
    fn runtime(&mut self, inst: &Inst, runtime: &ir::Runtime) {
        let mut args = String::new();
        for (index, (ty, value)) in runtime.params.iter().zip(&inst.args).enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let _ = write!(args, "{comma}{} %{value}", text::ty(*ty));
        }
        let (Some(ty), Some(result)) = (runtime.result, inst.results.first()) else {
            line!(self, "call void @lh_{}({args})", runtime.name);
            return;
        };
        // Most keys are found without the extension.
        let function = if runtime.name == "py_find1" { "lh.find" } else { &format!("lh_{}", runtime.name) };
        line!(self, "%{result} = call {} @{function}({args})", text::ty(ty));
        if let Some(resume) = inst.resume {
            let name = self.fresh("failed");
            if ty == Ty::Obj {
                line!(self, "%{name} = icmp ult ptr %{result}, inttoptr (i64 2 to ptr)");
            } else {
                line!(self, "%{name} = icmp slt i64 %{result}, 0");
            }
            self.leave_if(&format!("%{name}"), resume);
        }
    }

    fn call(&mut self, inst: &Inst, callee: FuncId) {
        let target = self.unit.func(callee);
        let results = target.ret.types();
        let ret = text::ret_ty(&results);
        let mut args = String::new();
        if self.counts_depth {
            args.push_str(if self.func.is_recursive { ", i64 %depth.less" } else { ", i64 %depth" });
        }
        for value in &inst.args {
            let _ = write!(args, ", {} %{value}", text::ty(self.func.ty(*value)));
        }
        let callee = if callee == self.itself.0 { self.itself.1.clone() } else { callee.to_string() };
        let name = self.fresh("call");
        line!(self, "%{name} = call fastcc {ret} @{callee}(ptr %ctx{args})");
        line!(self, "%{name}.status = extractvalue {ret} %{name}, {}", results.len());
        line!(self, "%{name}.left = icmp ne i64 %{name}.status, 0");
        self.leave_if(&format!("%{name}.left"), resume(inst));
        for (index, value) in inst.results.iter().enumerate() {
            line!(self, "%{value} = extractvalue {ret} %{name}, {index}");
        }
    }

    fn overflows(&mut self, inst: &Inst, stem: &str) {
        let pair = self.fresh("pair");
        line!(self, "%{pair} = call {{ i64, i1 }} @llvm.{stem}.with.overflow.i64(i64 %{}, i64 %{})", inst.args[0], inst.args[1]);
        line!(self, "%{} = extractvalue {{ i64, i1 }} %{pair}, 1", inst.results[0]);
    }

    fn is_wanted(&mut self, result: &str) {
        let name = self.fresh("poll");
        line!(self, "%{name} = load volatile i8, ptr %breaker");
        line!(self, "{result} = icmp ne i8 %{name}, 0");
    }

    fn mirror_site(&mut self, result: &str, site: u32) {
        let name = self.fresh("sites");
        line!(self, "%{name}.at = getelementptr i8, ptr %ctx, i64 {SITES}");
        line!(self, "%{name} = load ptr, ptr %{name}.at, align 8, !invariant.load !2");
        line!(self, "{result} = getelementptr i8, ptr %{name}, i64 {}", site as usize * size_of::<Site>());
    }

    fn tick(&mut self, resume: ResumeId) {
        let name = self.fresh("tick");
        line!(self, "%{name}.at = getelementptr i8, ptr %ctx, i64 {TICKS_LEFT}");
        line!(self, "%{name}.old = load i64, ptr %{name}.at");
        line!(self, "%{name} = sub i64 %{name}.old, 1");
        line!(self, "store i64 %{name}, ptr %{name}.at");
        line!(self, "%{name}.now = icmp eq i64 %{name}, 0");
        self.leave_if(&format!("%{name}.now"), resume);
    }

    fn guard_quiet(&mut self, inst: &Inst) {
        let name = self.fresh("quiet");
        if inst.op == Op::GuardQuiet {
            line!(self, "%{name} = call i1 @lh_drops_quietly(ptr %{})", inst.args[0]);
        } else {
            line!(self, "%{name}.status = call i64 @lh_is_quiet_any(i64 %{}, i64 %{})", inst.args[0], inst.args[1]);
            line!(self, "%{name} = icmp ne i64 %{name}.status, 0");
        }
        self.leave_unless(&format!("%{name}"), resume(inst));
    }

    fn safepoint(&mut self, resume: ResumeId) {
        self.exits.insert(resume);
        let name = self.fresh("poll");
        let (ask, next) = (self.fresh("ask"), self.fresh("on"));
        line!(self, "%{name} = load volatile i8, ptr %breaker");
        line!(self, "%{name}.wants = icmp ne i8 %{name}, 0");
        line!(self, "br i1 %{name}.wants, label %{ask}, label %{next}, !prof !0");
        self.begin(ask);
        line!(self, "%{name}.answer = call i64 @lh_safepoint_native(ptr %ctx)");
        line!(self, "%{name}.leave = icmp ne i64 %{name}.answer, 0");
        line!(self, "br i1 %{name}.leave, label %leave.{resume}, label %{next}");
        self.begin(next);
    }
}

/// What gives a number that is known.
pub fn constant(op: &Op) -> Option<String> {
    Some(match op {
        Op::ConstBool(value) => format!("and i1 {value}, true"),
        Op::ConstInt(value) => format!("add i64 {value}, 0"),
        Op::ConstWide(value) => format!("add i128 {value}, 0"),
        Op::ConstFloat(bits) => format!("bitcast double {} to double", text::float(*bits)),
        _ => return None,
    })
}

fn constants(func: &Func) -> HashMap<Value, i64> {
    let insts = func.blocks.iter().flat_map(|block| &block.insts);
    insts.filter_map(|inst| if let Op::ConstInt(value) = inst.op { Some((inst.results[0], value)) } else { None }).collect()
}

fn reachable(func: &Func) -> Vec<bool> {
    let mut reachable = vec![false; func.blocks.len()];
    let mut work = vec![BlockId(0)];
    while let Some(block) = work.pop() {
        if !std::mem::replace(&mut reachable[block.index()], true) {
            work.extend(func.blocks[block.index()].term.edges().into_iter().map(|edge| edge.to));
        }
    }
    reachable
}

pub fn resume(inst: &Inst) -> ResumeId {
    inst.resume.expect("the verifier saw that what can leave says where to")
}

/// `x ** 2` and `x ** 3` as products, which is not what libm's `pow` gives.
fn multiplied_power(name: &str, result: &str, x: &str, flags: &str) -> Option<String> {
    match name {
        "pow2.f64" => Some(format!("  {result} = fmul {flags} double {x}, {x}\n")),
        "pow3.f64" => {
            Some(format!("  {result}.square = fmul {flags} double {x}, {x}\n  {result} = fmul {flags} double {result}.square, {x}\n"))
        }
        _ => None,
    }
}

fn signed(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Lt => "slt",
        Comparison::Le => "sle",
        Comparison::Eq => "eq",
        Comparison::Ne => "ne",
        Comparison::Gt => "sgt",
        Comparison::Ge => "sge",
    }
}

fn unsigned(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Lt => "ult",
        Comparison::Le => "ule",
        Comparison::Eq => "eq",
        Comparison::Ne => "ne",
        Comparison::Gt => "ugt",
        Comparison::Ge => "uge",
    }
}

/// False where an operand is a NaN, but for `!=`.
fn ordered(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Lt => "olt",
        Comparison::Le => "ole",
        Comparison::Eq => "oeq",
        Comparison::Ne => "une",
        Comparison::Gt => "ogt",
        Comparison::Ge => "oge",
    }
}
