//! IR as text: what `LANCEHEAD_DUMP=ir` shows and the text tests hold. [`crate::read`] reads it back.
//!
//! ```text
//! @0 = entry: function 5f00..
//! c0 = @0
//!
//! f0: func double of c0 (int) -> int
//! b0(v0: i64):
//!     v1 = const.i64 2                                        ; 2:15-16
//!     v2 = mul.i64 v0, v1 else r1                             ; 2:11-16
//!     return v2
//! r0: go 2 at 2 Interrupt locals [int v0] stack []            ; 2:11-12
//! r1: go 6 at 6 Overflow locals [int v0] stack [int v0, int v1] ; 2:11-16
//! ```
//!
//! Behind `;` stands where it comes from in the source: line, columns. Instructions have the place of the one before where none is given,
//! and `-` says none; a resume without one has none.

use crate::{
    After, AttributeLink, ClassLink, Does, Edge, Elem, Expect, Func, Kind, Links, ObjectLink, Op, Out, Path, Resume, ResumeKind,
    ScalarLink, Shape, Slot, Tag, Tags, Term, Unit, Value,
};
use base::{Index, Span};
use std::fmt::{self, Display, Formatter, Write};

/// Where a line's place in the source begins.
const PLACE_COLUMN: usize = 59;

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

/// A name of Python's: in quotes unless it is a plain word.
struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() && self.0.chars().all(is_of_word) {
            return f.write_str(self.0);
        }
        let escaped = self.0.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        write!(f, "\"{escaped}\"")
    }
}

pub(crate) fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

/// What a slot holds: values have names, in a shape there is nothing to name.
pub(crate) trait Content {
    const IS_WRITTEN: bool;
    fn name(&self) -> String;
}

impl Content for Value {
    const IS_WRITTEN: bool = true;
    fn name(&self) -> String {
        self.to_string()
    }
}

impl Content for () {
    const IS_WRITTEN: bool = false;
    fn name(&self) -> String {
        String::new()
    }
}

fn write_slot<V: Content>(slot: &Slot<V>, f: &mut Formatter<'_>) -> fmt::Result
where
    Slot<V>: Display,
{
    let mut one = |kind: &str, v: &V| write!(f, "{}", format!("{kind} {}", v.name()).trim_end());
    match slot {
        Slot::Unbound => f.write_str("unbound"),
        Slot::None => f.write_str("none"),
        Slot::Bool(v) => one("bool", v),
        Slot::Int(v) => one("int", v),
        Slot::Uint(v) => one("uint", v),
        Slot::Wide(v) => one("wide", v),
        Slot::Float(v) => one("float", v),
        Slot::NumPy(dtype, v) => one(&format!("numpy[{}]", dtype.name()), v),
        Slot::Complex(parts) => write_parts(f, "complex", parts.each_ref()),
        Slot::Object(v) => one("object", v),
        Slot::Instance(class, v) => one(&format!("instance[{class}]"), v),
        Slot::List(elem, v) => one(&format!("list[{elem}]"), v),
        Slot::Exact(kind, v) => one(&format!("exact[{kind}]"), v),
        Slot::Method(method, kind, v) => one(&format!("method.{}[{kind}]", method.full_name()), v),
        Slot::ExactIter(kind, index, object) => write_parts(f, &format!("exact_iter[{kind}]"), [index, object]),
        Slot::ArrayRow(guess, index, array) => write_parts(f, &format!("row[{}]", Kind::NumPy(*guess)), [index, array]),
        Slot::ListIter(elem, index, list) => write_parts(f, &format!("list_iter[{elem}]"), [index, list]),
        Slot::ListBack(elem, index, list) => write_parts(f, &format!("list_back[{elem}]"), [index, list]),
        Slot::ListMethod(method, elem, v) => one(&format!("list.{}[{elem}]", method.name()), v),
        Slot::Known(object) => write!(f, "known {object}"),
        Slot::Tuple(items) => write!(f, "({})", List(items)),
        Slot::Zip(items) => write!(f, "zip({})", List(items)),
        Slot::Function(object, cells) => write!(f, "function {object}({})", List(cells)),
        Slot::Generator(object, parts) => write!(f, "generator {object}({})", List(parts)),
        Slot::Slice(parts) => write!(f, "slice({})", List(&parts[..])),
        Slot::Range(parts) => write_parts(f, "range", parts.each_ref()),
        Slot::RangeIter(parts) => write_parts(f, "range_iter", parts.each_ref()),
        Slot::Any(tags, tag, bits) => write_parts(f, &format!("any[{tags}]"), [tag, bits]),
        Slot::Enumerate(count, inner) if V::IS_WRITTEN => write!(f, "enumerate({}, {inner})", count.name()),
        Slot::Enumerate(_, inner) => write!(f, "enumerate({inner})"),
        Slot::TupleIter(index, items) if V::IS_WRITTEN => {
            write!(f, "tuple_iter({}{}{})", index.name(), if items.is_empty() { "" } else { ", " }, List(items))
        }
        Slot::TupleIter(_, items) => write!(f, "tuple_iter({})", List(items)),
    }
}

fn write_parts<V: Content, const N: usize>(f: &mut Formatter<'_>, kind: &str, parts: [&V; N]) -> fmt::Result {
    match V::IS_WRITTEN {
        true => write!(f, "{kind}({})", List(&parts.map(V::name))),
        false => f.write_str(kind),
    }
}

impl Display for Slot<Value> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_slot(self, f)
    }
}

impl Display for Shape {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_slot(self, f)
    }
}

impl Display for Elem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Elem::Unknown => f.write_str("unknown"),
            Elem::Bool => f.write_str("bool"),
            Elem::Int => f.write_str("int"),
            Elem::Float => f.write_str("float"),
            Elem::Complex => f.write_str("complex"),
            Elem::Number => f.write_str("number"),
            Elem::NumPy(dtype) => write!(f, "numpy[{}]", dtype.name()),
            Elem::List(of) => write!(f, "list[{of}]"),
            Elem::Exact(kind) => write!(f, "exact[{kind}]"),
            Elem::Instance(class) => write!(f, "instance[{class}]"),
            Elem::Object => f.write_str("object"),
        }
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Str => f.write_str("str"),
            Kind::NumPy(guess) => write!(f, "numpy({}, {})", guess.dtype.name(), guess.dimensions),
            Kind::Bytes => f.write_str("bytes"),
            Kind::ByteArray => f.write_str("bytearray"),
            Kind::Array(item) => write!(f, "array({})", item.code()),
            Kind::Row(of) => write!(f, "row({of})"),
            Kind::Set(of) => write!(f, "set({of})"),
            Kind::View(of) => write!(f, "view({of})"),
            Kind::Iter(of) => write!(f, "iter({of})"),
            Kind::Cell(of) => write!(f, "cell({of})"),
            Kind::Tuple(items) => write!(f, "tuple({})", List(items)),
            Kind::Making(maker, guess) => write!(f, "{}({}: {})", maker.name(), guess.key, guess.value),
            Kind::Dict(guess) => {
                let fields: Vec<String> = guess.fields.iter().map(|(name, elem)| format!(", {}: {elem}", Name(name))).collect();
                write!(f, "dict({}: {}{})", guess.key, guess.value, fields.concat())
            }
        }
    }
}

impl Display for Tags {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Tag::name).collect::<Vec<_>>().join("|"))
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
            Term::Return(values) if values.is_empty() => f.write_str("return"),
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
            Op::ConstFloat(bits) if f64::from_bits(*bits).is_nan() => write!(f, " 0x{bits:016x}"),
            Op::ConstFloat(bits) => write!(f, " {:?}", f64::from_bits(*bits)),
            Op::ConstObject(object) => write!(f, " {object}"),
            Op::CompareInt(c) | Op::CompareUint(c) | Op::CompareWide(c) | Op::CompareFloat(c) => write!(f, " {}", c.name()),
            Op::Select(ty) => write!(f, " {}", ty.name()),
            Op::LoadScalar { slot, ty } => write!(f, " {} {slot}", ty.name()),
            Op::MirrorSite(site) => write!(f, " {site}"),
            Op::ArrayIs(guess) => write!(f, " {} {}", guess.dtype.name(), guess.dimensions),
            Op::NumPyOf(dtype) => write!(f, " {}", dtype.name()),
            Op::ExactFails(exact) | Op::ExactValue(exact) => write!(f, " {}", exact.name),
            Op::TapeEnter(tape) | Op::TapeRewind(tape) | Op::TapeSpoil(tape) | Op::TapeIsWhole(tape) | Op::TapeMissed(tape) => {
                write!(f, " {tape}")
            }
            Op::TapePut(tape, ty) | Op::TapeNext(tape, ty) => write!(f, " {} {tape}", ty.name()),
            Op::Call(func) => write!(f, " {func}"),
            Op::GuardClass(word) | Op::GuardAbsent(word) => write!(f, " {word}"),
            Op::LoadAttribute(kind, word) => write!(f, " {} {word}", kind.name()),
            Op::StoreAttribute(kind, ty, word) => write!(f, " {} {} {word}", kind.name(), ty.name()),
            _ => Ok(()),
        }
    }
}

impl Display for After {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            After::Push => f.write_str("push"),
            After::New => f.write_str("new"),
            After::Drop => f.write_str("drop"),
            After::Binary(code) => write!(f, "binary {code}"),
            After::Compare(code) => write!(f, "compare {code}"),
            After::NotEqual(code) => write!(f, "not.equal {code}"),
            After::InPlace(code) => write!(f, "in.place {code}"),
            After::Truth => f.write_str("truth"),
            After::TruthOfLength => f.write_str("truth.of.length"),
            After::Length => f.write_str("length"),
            After::Contains(code) => write!(f, "contains {code}"),
            After::Iterator => f.write_str("iterator"),
            After::Next(exit) => write!(f, "next {exit}"),
            After::Consumed(consumer) => write!(f, "consumed {}", consumer.name()),
        }
    }
}

impl Display for Does {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Does::Call { keywords: None } => f.write_str("call"),
            Does::Call { keywords: Some(names) } => write!(f, "call.with {names}"),
            Does::Item => f.write_str("item"),
            Does::SetItem => f.write_str("set.item"),
            Does::DeleteItem => f.write_str("delete.item"),
            Does::Attribute { name } => write!(f, "attribute {name}"),
            Does::Method { name } => write!(f, "method {name}"),
            Does::SetAttribute { name } => write!(f, "set.attribute {name}"),
            Does::Binary(code) => write!(f, "binary {code}"),
            Does::Unary(code) => write!(f, "unary {code}"),
            Does::Compare { op, as_bool: false } => write!(f, "compare {op}"),
            Does::Compare { op, as_bool: true } => write!(f, "compare.bool {op}"),
            Does::Contains { invert: false } => f.write_str("contains"),
            Does::Contains { invert: true } => f.write_str("contains.not"),
            Does::Iterator => f.write_str("iterator"),
            Does::Next { exit } => write!(f, "next {exit}"),
            Does::Format { conversion } => write!(f, "format {conversion}"),
        }
    }
}

impl Display for Resume {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ResumeKind::Go => "go",
            ResumeKind::Call(_) => "call",
            ResumeKind::Returned(_) => "returned",
            ResumeKind::Out(_) => "out",
        };
        write!(f, "{kind} {} at {} {:?}", self.offset, self.at, self.why)?;
        write!(f, " locals [{}] stack [{}]", List(&self.locals), List(&self.stack))?;
        match self.kind {
            ResumeKind::Call(after) | ResumeKind::Returned(after) if after != After::Push => write!(f, " then {after}")?,
            ResumeKind::Out(Out { does, operands, next }) => write!(f, " does {does} of {operands} next {next}")?,
            _ => {}
        }
        if !self.borrowed.is_empty() {
            write!(f, " borrowed [{}]", List(&self.borrowed))?;
        }
        Ok(())
    }
}

struct Place(Span);

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Span { line, end_line, column, end_column } = self.0;
        match self.0 {
            span if span == Span::default() => f.write_str("-"),
            _ if line == end_line => write!(f, "{line}:{column}-{end_column}"),
            _ => write!(f, "{line}:{column}-{end_line}:{end_column}"),
        }
    }
}

impl Func {
    /// Values that were defined once, and have only a type left.
    fn undefined(&self) -> Vec<Value> {
        let mut is_defined = vec![false; self.types.len()];
        for block in &self.blocks {
            let results = block.insts.iter().flat_map(|inst| &inst.results);
            block.params.iter().chain(results).for_each(|value| is_defined[value.index()] = true);
        }
        (0..self.types.len()).filter(|index| !is_defined[*index]).map(Value::new).collect()
    }

    fn typed(&self, values: &[Value]) -> String {
        values.iter().map(|v| format!("{v}: {}", self.ty(*v).name())).collect::<Vec<_>>().join(", ")
    }
}

impl Display for Func {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let recursive = if self.is_recursive { " recursive" } else { "" };
        writeln!(f, "func {} of {} ({}) -> {}{recursive}", Name(&self.name), self.code, List(&self.params), self.ret)?;
        let undefined = self.undefined();
        if !undefined.is_empty() {
            writeln!(f, "undefined {}", self.typed(&undefined))?;
        }
        let mut last = Span::default();
        for (index, block) in self.blocks.iter().enumerate() {
            writeln!(f, "b{index}({}):", self.typed(&block.params))?;
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
                if inst.span != last {
                    last = inst.span;
                    text = format!("{text:<PLACE_COLUMN$} ; {}", Place(last));
                }
                writeln!(f, "{text}")?;
            }
            writeln!(f, "    {}", block.term)?;
        }
        for (index, resume) in self.resumes.iter().enumerate() {
            let text = format!("r{index}: {resume}");
            match resume.span {
                span if span == Span::default() => writeln!(f, "{text}")?,
                span => writeln!(f, "{text:<PLACE_COLUMN$} ; {}", Place(span))?,
            }
        }
        Ok(())
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Path::Entry => f.write_str("entry"),
            Path::Const { code, index } => write!(f, "const {code} {index}"),
            Path::Globals { code } => write!(f, "globals {code}"),
            Path::Global { code, name } => write!(f, "global {code} {}", Name(name)),
            Path::Inner { code, index } => write!(f, "inner {code} {index}"),
            Path::Closure { code, index } => write!(f, "closure {code} {index}"),
            Path::Attribute { of, name } => write!(f, "attribute {of} {}", Name(name)),
            Path::Class { class, name } => write!(f, "class {class} {}", Name(name)),
            Path::OfClass { class, name } => write!(f, "of class {class} {}", Name(name)),
            Path::Super { class, after, name } => write!(f, "super {class} {after} {}", Name(name)),
            Path::Name { text } => write!(f, "name {}", Name(text)),
            Path::Names { texts } => {
                write!(f, "names {}", texts.len())?;
                texts.iter().try_for_each(|text| write!(f, " {}", Name(text)))
            }
            Path::Default { of, parameter } => write!(f, "default {of} {parameter}"),
        }
    }
}

impl Display for Expect {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expect::Constant => f.write_str("constant"),
            Expect::Builtin(name) => write!(f, "builtin {}", Name(name)),
            Expect::Module(name) => write!(f, "module {}", Name(name)),
            Expect::Class(class) => write!(f, "class {class}"),
            Expect::SameAs(other) => write!(f, "same as {other}"),
            // Without the zeros that it ends in.
            Expect::Function(fingerprint) => {
                let end = fingerprint.iter().rposition(|byte| *byte != 0).map_or(1, |last| last + 1);
                f.write_str("function ")?;
                fingerprint[..end].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    }
}

impl Display for Links {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, ObjectLink { path, expect }) in self.objects.iter().enumerate() {
            writeln!(f, "@{index} = {path}: {expect}")?;
        }
        for (index, object) in self.codes.iter().enumerate() {
            writeln!(f, "c{index} = {object}")?;
        }
        for ScalarLink { path, shape, word } in &self.scalars {
            writeln!(f, "scalar {word} = {path}: {shape}")?;
        }
        for ClassLink { key, object, word, fields, attributes } in &self.classes {
            write!(f, "class {word} = {key} {object}")?;
            if let Some(fields) = fields {
                let fields: Vec<Name<'_>> = fields.iter().map(|field| Name(field)).collect();
                write!(f, " ({})", List(&fields))?;
            }
            for AttributeLink { name, object, kind, word } in attributes {
                write!(f, ", {word} {} {} {object}", kind.name(), Name(name))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl Display for Unit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.links.fmt(f)?;
        for (index, func) in self.funcs.iter().enumerate() {
            writeln!(f, "\nf{index}: {}", func.to_string().trim_end())?;
        }
        Ok(())
    }
}
