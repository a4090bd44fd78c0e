//! IR as text: what `LANCEHEAD_DUMP=ir` shows and the text tests hold.

use crate::{Edge, Func, Op, Resume, ResumeKind, Slot, Term, Unit, Value};
use std::fmt::{self, Display, Formatter, Write};

struct List<'a, T>(&'a [T]);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Slot<Value> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Slot::Unbound => f.write_str("unbound"),
            Slot::None => f.write_str("none"),
            Slot::Bool(v) => write!(f, "bool {v}"),
            Slot::Int(v) => write!(f, "int {v}"),
            Slot::Uint(v) => write!(f, "uint {v}"),
            Slot::Wide(v) => write!(f, "wide {v}"),
            Slot::Float(v) => write!(f, "float {v}"),
            Slot::Object(v) => write!(f, "object {v}"),
            Slot::Known(object) => write!(f, "known {object}"),
            Slot::Tuple(items) => write!(f, "({})", List(items)),
            Slot::Range(parts) => write!(f, "range({})", List(parts)),
            Slot::RangeIter(parts) => write!(f, "range_iter({})", List(parts)),
            Slot::Enumerate(count, inner) => write!(f, "enumerate({count}, {inner})"),
            Slot::Zip(items) => write!(f, "zip({})", List(items)),
            Slot::TupleIter(index, items) => write!(f, "tuple_iter({index}, {})", List(items)),
            Slot::Any(_, tag, bits) => write!(f, "any({tag}, {bits})"),
        }
    }
}

impl Display for Edge {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.to, List(&self.args))
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Term::Missing => f.write_str("missing"),
            Term::Jump(edge) => write!(f, "jump {edge}"),
            Term::Branch { condition, then, other } => write!(f, "branch {condition} {then} {other}"),
            Term::Switch { tag, cases, default } => {
                write!(f, "switch {tag}")?;
                for (case, edge) in cases {
                    write!(f, " {case}: {edge}")?;
                }
                write!(f, " else {default}")
            }
            Term::Return(values) => write!(f, "return {}", List(values)),
            Term::Leave(resume) => write!(f, "leave {resume}"),
            Term::Unreachable => f.write_str("unreachable"),
        }
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Op::ConstBool(value) => write!(f, " {value}"),
            Op::ConstInt(value) => write!(f, " {value}"),
            Op::ConstWide(value) => write!(f, " {value}"),
            Op::ConstFloat(bits) => write!(f, " {:?}", f64::from_bits(*bits)),
            Op::ConstObject(object) => write!(f, " {object}"),
            Op::CompareInt(c) | Op::CompareUint(c) | Op::CompareWide(c) | Op::CompareFloat(c) => {
                write!(f, " {}", format!("{c:?}").to_lowercase())
            }
            Op::Select(ty) => write!(f, " {}", ty.name()),
            Op::LoadScalar { slot, ty } => write!(f, " {} {slot}", ty.name()),
            Op::Call(func) => write!(f, " {func}"),
            _ => Ok(()),
        }
    }
}

impl Display for Resume {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ResumeKind::Go => "go",
            ResumeKind::Call => "call",
        };
        write!(f, "{kind} {} at {} {:?}", self.offset, self.at, self.why)?;
        write!(f, " locals [{}] stack [{}]", List(&self.locals), List(&self.stack))
    }
}

impl Display for Func {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let params: Vec<String> = self.params.iter().map(|shape| shape.describe()).collect();
        writeln!(f, "func {} of {} ({}) -> {}", self.name, self.code, params.join(", "), self.ret.describe())?;
        let mut line = 0;
        for (index, block) in self.blocks.iter().enumerate() {
            let params: Vec<String> = block.params.iter().map(|v| format!("{v}: {}", self.ty(*v).name())).collect();
            writeln!(f, "b{index}({}):", params.join(", "))?;
            for inst in &block.insts {
                let mut text = String::from("    ");
                if !inst.results.is_empty() {
                    write!(text, "{} = ", List(&inst.results))?;
                }
                write!(text, "{}", inst.op)?;
                if !inst.args.is_empty() {
                    write!(text, " {}", List(&inst.args))?;
                }
                if let Some(resume) = inst.resume {
                    write!(text, " else {resume}")?;
                }
                if inst.span.is_known() && inst.span.line != line {
                    line = inst.span.line;
                    text = format!("{text:<60}; line {line}");
                }
                writeln!(f, "{}", text.trim_end())?;
            }
            writeln!(f, "    {}", block.term)?;
        }
        for (index, resume) in self.resumes.iter().enumerate() {
            writeln!(f, "r{index}: {resume}")?;
        }
        Ok(())
    }
}

impl Display for Unit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, object) in self.links.objects.iter().enumerate() {
            writeln!(f, "@{index} = {:?}, {:?}", object.path, object.expect)?;
        }
        for scalar in &self.links.scalars {
            writeln!(f, "scalar {} = {:?}: {}", scalar.word, scalar.path, scalar.shape.describe())?;
        }
        for (index, func) in self.funcs.iter().enumerate() {
            writeln!(f, "\nf{index}: {func}")?;
        }
        Ok(())
    }
}
