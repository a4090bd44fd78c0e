//! IR from its text: `read(&unit.to_string())` is the unit again. The grammar stands in `print.rs`.

use crate::print::is_of_word;
use crate::{
    After, ArrayGuess, ArrayItem, AttributeKind, AttributeLink, Block, BlockId, ClassKey, ClassLink, CodeId, Comparison, Consumer,
    DictGuess, Does, Dtype, Edge, Elem, Exact, Expect, Func, FuncId, Inst, Kind, Links, ListMethod, Maker, Method, ObjectId, ObjectLink,
    Op, Out, PLAIN_OPS, Path, Resume, ResumeId, ResumeKind, ScalarLink, Shape, Slot, Tag, Tags, Term, Ty, Unit, Value, Why, exact,
    runtime_function,
};
use base::{Index, Span};
use std::fmt;
use std::str::FromStr;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// From 1.
    pub line: usize,
    pub message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ReadError {}

type Read<T> = Result<T, ReadError>;

/// The unit that prints as this text. Whether it keeps the rules of the IR is [`crate::verify`]'s to say.
pub fn read(text: &str) -> Read<Unit> {
    Reader { text, at: 0 }.unit()
}

impl FromStr for Shape {
    type Err = ReadError;

    fn from_str(text: &str) -> Read<Shape> {
        let mut reader = Reader { text, at: 0 };
        let shape = reader.slot()?;
        reader.end_of_text()?;
        Ok(shape)
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// What a slot holds: see `print::Content`.
trait Content: Sized {
    const IS_WRITTEN: bool;
    fn read(reader: &mut Reader) -> Read<Self>;
}

impl Content for Value {
    const IS_WRITTEN: bool = true;
    fn read(reader: &mut Reader) -> Read<Value> {
        reader.id("v")
    }
}

impl Content for () {
    const IS_WRITTEN: bool = false;
    fn read(_: &mut Reader) -> Read<()> {
        Ok(())
    }
}

/// A function, and what can only be known when all are read: the types of calls' results.
struct Draft {
    func: Func,
    types: Vec<Option<Ty>>,
    calls: Vec<(usize, FuncId, Vec<Value>)>,
}

impl<'a> Reader<'a> {
    // Characters and words

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn error<T>(&self, message: impl Into<String>) -> Read<T> {
        self.error_at(self.at, message)
    }

    fn error_at<T>(&self, at: usize, message: impl Into<String>) -> Read<T> {
        Err(ReadError { line: self.text[..at].matches('\n').count() + 1, message: message.into() })
    }

    fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches(' ').len();
    }

    fn skip_blank_lines(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\n']).len();
    }

    fn end_of_line(&mut self) -> Read<()> {
        match self.eat("\n") || self.rest().is_empty() {
            true => {
                self.skip_blank_lines();
                Ok(())
            }
            false => self.error(format!("unexpected {:?}", self.rest().lines().next().unwrap_or_default())),
        }
    }

    fn end_of_text(&mut self) -> Read<()> {
        self.skip_blank_lines();
        if self.rest().is_empty() { Ok(()) } else { self.error("more than was expected") }
    }

    /// Takes a mark, if it stands here.
    fn eat(&mut self, mark: &str) -> bool {
        self.skip_spaces();
        let found = self.rest().starts_with(mark);
        if found {
            self.at += mark.len();
        }
        found
    }

    fn expect(&mut self, mark: &str) -> Read<()> {
        if self.eat(mark) { Ok(()) } else { self.error(format!("{mark:?} is missing")) }
    }

    fn peek(&mut self) -> &'a str {
        self.skip_spaces();
        let rest = self.rest();
        &rest[..rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())]
    }

    fn word(&mut self) -> Read<&'a str> {
        let word = self.peek();
        if word.is_empty() {
            return self.error("a word is missing");
        }
        self.at += word.len();
        Ok(word)
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.peek() == word;
        if found {
            self.at += word.len();
        }
        found
    }

    fn expect_word(&mut self, word: &str) -> Read<()> {
        if self.eat_word(word) { Ok(()) } else { self.error(format!("{word:?} is missing")) }
    }

    /// The row of a table whose name stands here.
    fn one_of<T: Clone>(&mut self, what: &str, rows: &[T], name: impl Fn(&T) -> String) -> Read<T> {
        let start = self.at;
        let word = self.word()?;
        match rows.iter().find(|row| name(row) == word) {
            Some(row) => Ok(row.clone()),
            None => self.error_at(start, format!("{word:?} is no {what}")),
        }
    }

    fn number<T: FromStr>(&mut self) -> Read<T> {
        self.skip_spaces();
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
        match rest[..length].parse() {
            Ok(number) => {
                self.at += length;
                Ok(number)
            }
            Err(_) => self.error(format!("{:?} is no number that fits", &rest[..length])),
        }
    }

    /// Digits only: what `number` would take too much for.
    fn digits(&mut self) -> Read<u32> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        match rest[..length].parse() {
            Ok(number) => {
                self.at += length;
                Ok(number)
            }
            Err(_) => self.error("a number is missing"),
        }
    }

    /// `v12`, `b3`, `@0`.
    fn id<T: Index>(&mut self, prefix: &str) -> Read<T> {
        self.expect(prefix)?;
        Ok(T::new(self.digits()? as usize))
    }

    fn is_at_id(&mut self, prefix: &str) -> bool {
        self.skip_spaces();
        self.rest().strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// Items between commas, as long as `begins` says that there is one.
    fn list<T>(&mut self, begins: impl Fn(&mut Self) -> bool, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut items = Vec::new();
        if begins(self) {
            items.push(item(self)?);
            while self.eat(",") {
                items.push(item(self)?);
            }
        }
        Ok(items)
    }

    fn list_until<T>(&mut self, end: &str, item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let items = self.list(
            |reader| !{
                reader.skip_spaces();
                reader.rest().starts_with(end)
            },
            item,
        )?;
        self.expect(end)?;
        Ok(items)
    }

    fn values(&mut self) -> Read<Vec<Value>> {
        self.list(|reader| reader.is_at_id("v"), |reader| reader.id("v"))
    }

    fn name(&mut self) -> Read<String> {
        if !self.eat("\"") {
            return self.word().map(str::to_owned);
        }
        let mut name = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((index, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += index + 1;
                    return Ok(name);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => name.push('\n'),
                    Some((_, c)) => name.push(c),
                    None => break,
                },
                c => name.push(c),
            }
        }
        self.error("a name does not end")
    }

    fn ty(&mut self) -> Read<Ty> {
        self.one_of("type", &Ty::ALL, |ty| ty.name().into())
    }

    /// `; 3:4-9`, where there is one.
    fn place(&mut self) -> Read<Option<Span>> {
        if !self.eat(";") {
            return Ok(None);
        }
        if self.eat("-") {
            return Ok(Some(Span::default()));
        }
        let (line, column) = self.line_and_column()?;
        self.expect("-")?;
        let first = self.digits()?;
        let (end_line, end_column) = if self.eat(":") { (first, self.digits()?) } else { (line, first) };
        Ok(Some(Span { line, end_line, column, end_column }))
    }

    fn line_and_column(&mut self) -> Read<(u32, u32)> {
        let line = self.number()?;
        self.expect(":")?;
        Ok((line, self.digits()?))
    }

    // Slots

    fn slot<V: Content>(&mut self) -> Read<Slot<V>> {
        if self.eat("(") {
            return Ok(Slot::Tuple(self.list_until(")", Self::slot)?));
        }
        let start = self.at;
        Ok(match self.word()? {
            "unbound" => Slot::Unbound,
            "none" => Slot::None,
            "bool" => Slot::Bool(V::read(self)?),
            "int" => Slot::Int(V::read(self)?),
            "uint" => Slot::Uint(V::read(self)?),
            "wide" => Slot::Wide(V::read(self)?),
            "float" => Slot::Float(V::read(self)?),
            "complex" => Slot::Complex(self.parts()?),
            "numpy" => {
                self.expect("[")?;
                let dtype = self.dtype()?;
                self.expect("]")?;
                Slot::NumPy(dtype, V::read(self)?)
            }
            "object" => Slot::Object(V::read(self)?),
            "instance" => {
                self.expect("[")?;
                let class = self.class()?;
                self.expect("]")?;
                Slot::Instance(class, V::read(self)?)
            }
            "known" => Slot::Known(self.id("@")?),
            "function" => {
                let object = self.id("@")?;
                self.expect("(")?;
                Slot::Function(object, self.list_until(")", Self::slot)?)
            }
            "generator" => {
                let object = self.id("@")?;
                self.expect("(")?;
                Slot::Generator(object, self.list_until(")", Self::slot)?)
            }
            "list" => Slot::List(self.elem_in_brackets()?, V::read(self)?),
            "exact" => Slot::Exact(self.kind_in_brackets()?, V::read(self)?),
            "exact_iter" => {
                let kind = self.kind_in_brackets()?;
                let [index, object] = self.parts()?;
                Slot::ExactIter(kind, index, object)
            }
            "row" => {
                let Kind::NumPy(guess) = self.kind_in_brackets()? else { return self.error_at(start, "rows are of arrays") };
                let [index, array] = self.parts()?;
                Slot::ArrayRow(guess, index, array)
            }
            "list_iter" => {
                let elem = self.elem_in_brackets()?;
                let [index, list] = self.parts()?;
                Slot::ListIter(elem, index, list)
            }
            "list_back" => {
                let elem = self.elem_in_brackets()?;
                let [index, list] = self.parts()?;
                Slot::ListBack(elem, index, list)
            }
            "slice" => {
                self.expect("(")?;
                match <[Slot<V>; 3]>::try_from(self.list_until(")", Self::slot)?) {
                    Ok(parts) => Slot::Slice(Box::new(parts)),
                    Err(_) => return self.error_at(start, "a slice has three parts"),
                }
            }
            "range" => Slot::Range(self.parts()?),
            "range_iter" => Slot::RangeIter(self.parts()?),
            "any" => {
                let tags = self.tags()?;
                let [tag, bits] = self.parts()?;
                Slot::Any(tags, tag, bits)
            }
            "zip" => {
                self.expect("(")?;
                Slot::Zip(self.list_until(")", Self::slot)?)
            }
            "enumerate" => {
                self.expect("(")?;
                let count = V::read(self)?;
                if V::IS_WRITTEN {
                    self.expect(",")?;
                }
                let inner = Box::new(self.slot()?);
                self.expect(")")?;
                Slot::Enumerate(count, inner)
            }
            "tuple_iter" => {
                self.expect("(")?;
                let index = V::read(self)?;
                if V::IS_WRITTEN {
                    self.eat(",");
                }
                Slot::TupleIter(index, self.list_until(")", Self::slot)?)
            }
            other if other.starts_with("method.") => {
                let method = Method::all().find(|method| other.strip_prefix("method.") == Some(&method.full_name()));
                let Some(method) = method else { return self.error_at(start, format!("{other:?} is no method")) };
                Slot::Method(method, self.kind_in_brackets()?, V::read(self)?)
            }
            other => match ListMethod::ALL.into_iter().find(|method| other.strip_prefix("list.") == Some(method.name())) {
                Some(method) => Slot::ListMethod(method, self.elem_in_brackets()?, V::read(self)?),
                None => return self.error_at(start, format!("{other:?} is no shape")),
            },
        })
    }

    fn elem_in_brackets(&mut self) -> Read<Elem> {
        self.expect("[")?;
        let elem = self.elem()?;
        self.expect("]")?;
        Ok(elem)
    }

    fn elem(&mut self) -> Read<Elem> {
        let start = self.at;
        Ok(match self.word()? {
            "unknown" => Elem::Unknown,
            "bool" => Elem::Bool,
            "int" => Elem::Int,
            "float" => Elem::Float,
            "complex" => Elem::Complex,
            "number" => Elem::Number,
            "numpy" => {
                self.expect("[")?;
                let dtype = self.dtype()?;
                self.expect("]")?;
                Elem::NumPy(dtype)
            }
            "list" => Elem::List(Box::new(self.elem_in_brackets()?)),
            "exact" => Elem::Exact(self.kind_in_brackets()?),
            "object" => Elem::Object,
            "instance" => {
                self.expect("[")?;
                let class = self.class()?;
                self.expect("]")?;
                Elem::Instance(class)
            }
            other => return self.error_at(start, format!("{other:?} is nothing to expect of items")),
        })
    }

    fn kind_in_brackets(&mut self) -> Read<Kind> {
        self.expect("[")?;
        let start = self.at;
        let kind = match self.word()? {
            "str" => Kind::Str,
            "bytes" => Kind::Bytes,
            "bytearray" => Kind::ByteArray,
            "numpy" => {
                self.expect("(")?;
                let dtype = self.dtype()?;
                self.expect(",")?;
                let dimensions = self.number()?;
                self.expect(")")?;
                Kind::NumPy(ArrayGuess { dtype, dimensions })
            }
            "array" => {
                self.expect("(")?;
                let code = self.word()?;
                let Some(item) = code.chars().next().and_then(ArrayItem::of) else {
                    return self.error_at(start, format!("there are no arrays of {code:?}"));
                };
                self.expect(")")?;
                Kind::Array(item)
            }
            word @ ("row" | "set" | "view" | "iter" | "cell") => {
                self.expect("(")?;
                let of = Box::new(self.elem()?);
                self.expect(")")?;
                match word {
                    "row" => Kind::Row(of),
                    "set" => Kind::Set(of),
                    "view" => Kind::View(of),
                    "cell" => Kind::Cell(of),
                    _ => Kind::Iter(of),
                }
            }
            "tuple" => {
                self.expect("(")?;
                Kind::Tuple(self.list_until(")", Self::elem)?)
            }
            "dict" => {
                self.expect("(")?;
                let key = self.elem()?;
                self.expect(":")?;
                let mut guess = DictGuess::of(key, self.elem()?);
                while self.eat(",") {
                    let name = self.name()?;
                    self.expect(":")?;
                    guess.fields.push((name, self.elem()?));
                }
                self.expect(")")?;
                Kind::Dict(guess)
            }
            other => {
                let Some(maker) = Maker::ALL.into_iter().find(|maker| maker.name() == other) else {
                    return self.error_at(start, format!("{other:?} is no builtin type"));
                };
                self.expect("(")?;
                let key = self.elem()?;
                self.expect(":")?;
                let guess = DictGuess::of(key, self.elem()?);
                self.expect(")")?;
                Kind::Making(maker, guess)
            }
        };
        self.expect("]")?;
        Ok(kind)
    }

    fn dtype(&mut self) -> Read<Dtype> {
        self.one_of("dtype", &Dtype::ALL, |dtype| dtype.name().into())
    }

    fn class(&mut self) -> Read<ClassKey> {
        let start = self.at;
        let digits = self.word()?;
        u64::from_str_radix(digits, 16).map(ClassKey).or_else(|_| self.error_at(start, format!("{digits:?} is no class")))
    }

    fn attribute_kind(&mut self) -> Read<AttributeKind> {
        self.one_of("kind of attribute", &AttributeKind::ALL, |kind| kind.name().into())
    }

    fn parts<V: Content, const N: usize>(&mut self) -> Read<[V; N]> {
        let mut parts = Vec::new();
        for i in 0..N {
            if V::IS_WRITTEN {
                self.expect(if i == 0 { "(" } else { "," })?;
            }
            parts.push(V::read(self)?);
        }
        if V::IS_WRITTEN {
            self.expect(")")?;
        }
        Ok(parts.try_into().unwrap_or_else(|_| unreachable!("as many as were read")))
    }

    fn tags(&mut self) -> Read<Tags> {
        self.expect("[")?;
        let mut tags = Tags::default();
        while !self.eat("]") {
            self.eat("|");
            let tag = self.one_of("tag", &Tag::ALL, |tag| tag.name().into())?;
            tags = tags.union(Tags::of(tag));
        }
        Ok(tags)
    }

    // Links

    fn unit(mut self) -> Read<Unit> {
        self.skip_blank_lines();
        let mut links = Links::default();
        while !self.is_at_id("f") && !self.rest().is_empty() {
            self.link(&mut links)?;
            self.end_of_line()?;
        }
        let mut drafts = Vec::new();
        while !self.rest().is_empty() {
            self.numbered("f", drafts.len())?;
            self.expect(":")?;
            drafts.push(self.func()?);
        }
        let funcs = self.with_types(drafts)?;
        Ok(Unit { funcs, links })
    }

    /// An id that must be the next of its table.
    fn numbered(&mut self, prefix: &str, next: usize) -> Read<()> {
        let start = self.at;
        self.expect(prefix)?;
        match self.digits()? as usize == next {
            true => Ok(()),
            false => self.error_at(start, format!("{prefix}{next} should come here")),
        }
    }

    fn link(&mut self, links: &mut Links) -> Read<()> {
        if self.is_at_id("@") {
            self.numbered("@", links.objects.len())?;
            self.expect("=")?;
            let path = self.path()?;
            self.expect(":")?;
            let expect = self.expectation()?;
            links.objects.push(ObjectLink { path, expect });
        } else if self.is_at_id("c") {
            self.numbered("c", links.codes.len())?;
            self.expect("=")?;
            links.codes.push(self.id("@")?);
        } else if self.eat_word("class") {
            let word = self.number()?;
            self.expect("=")?;
            let (key, object) = (self.class()?, self.id("@")?);
            let fields = if self.eat("(") { Some(self.list_until(")", Self::name)?) } else { None };
            let mut attributes = Vec::new();
            while self.eat(",") {
                let (word, kind) = (self.number()?, self.attribute_kind()?);
                attributes.push(AttributeLink { name: self.name()?, object: self.id("@")?, kind, word });
            }
            links.classes.push(ClassLink { key, object, word, fields, attributes });
        } else {
            self.expect_word("scalar")?;
            let word = self.number()?;
            self.expect("=")?;
            let path = self.path()?;
            self.expect(":")?;
            links.scalars.push(ScalarLink { path, shape: self.slot()?, word });
        }
        Ok(())
    }

    fn path(&mut self) -> Read<Path> {
        let start = self.at;
        Ok(match self.word()? {
            "entry" => Path::Entry,
            "const" => Path::Const { code: self.id("c")?, index: self.number()? },
            "globals" => Path::Globals { code: self.id("c")? },
            "global" => Path::Global { code: self.id("c")?, name: self.name()? },
            "inner" => Path::Inner { code: self.id("c")?, index: self.number()? },
            "closure" => Path::Closure { code: self.id("c")?, index: self.number()? },
            "attribute" => Path::Attribute { of: self.id::<ObjectId>("@")?, name: self.name()? },
            "name" => Path::Name { text: self.name()? },
            "names" => {
                let count: usize = self.number()?;
                Path::Names { texts: (0..count).map(|_| self.name()).collect::<Read<_>>()? }
            }
            "class" => Path::Class { class: self.class()?, name: self.name()? },
            "of" => {
                self.expect_word("class")?;
                Path::OfClass { class: self.class()?, name: self.name()? }
            }
            "super" => Path::Super { class: self.class()?, after: self.class()?, name: self.name()? },
            "default" => Path::Default { of: self.id::<ObjectId>("@")?, parameter: self.number()? },
            other => return self.error_at(start, format!("{other:?} is no path")),
        })
    }

    fn expectation(&mut self) -> Read<Expect> {
        let start = self.at;
        Ok(match self.word()? {
            "constant" => Expect::Constant,
            "builtin" => Expect::Builtin(self.name()?),
            "module" => Expect::Module(self.name()?),
            "class" => Expect::Class(self.class()?),
            "same" => {
                self.expect_word("as")?;
                Expect::SameAs(self.id("@")?)
            }
            "function" => {
                let digits = self.word()?;
                let mut fingerprint = [0; 32];
                for (index, byte) in fingerprint.iter_mut().enumerate().take(digits.len().div_ceil(2)) {
                    match digits.get(2 * index..2 * index + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
                        Some(read) => *byte = read,
                        None => return self.error_at(start, "a fingerprint is pairs of hex digits"),
                    }
                }
                Expect::Function(fingerprint)
            }
            other => return self.error_at(start, format!("{other:?} is nothing to expect")),
        })
    }

    // Functions

    fn func(&mut self) -> Read<Draft> {
        self.expect_word("func")?;
        let name = self.name()?;
        self.expect_word("of")?;
        let code: CodeId = self.id("c")?;
        self.expect("(")?;
        let params = self.list_until(")", Self::slot)?;
        self.expect("->")?;
        let ret = self.slot()?;
        let mut draft = Draft { func: Func::new(name, code, params), types: Vec::new(), calls: Vec::new() };
        draft.func.ret = ret;
        draft.func.is_recursive = self.eat_word("recursive");
        self.end_of_line()?;
        if self.eat_word("undefined") {
            self.list(|_| true, |reader| reader.typed(&mut draft))?;
            self.end_of_line()?;
        }
        let mut span = Span::default();
        while self.is_at_id("b") {
            self.numbered("b", draft.func.blocks.len())?;
            self.expect("(")?;
            let params = self.list_until(")", |reader| reader.typed(&mut draft))?;
            self.expect(":")?;
            self.end_of_line()?;
            let block = self.block(params, &mut draft, &mut span)?;
            draft.func.blocks.push(block);
        }
        while self.is_at_id("r") {
            self.numbered("r", draft.func.resumes.len())?;
            self.expect(":")?;
            let resume = self.resume()?;
            draft.func.resumes.push(resume);
        }
        Ok(draft)
    }

    fn typed(&mut self, draft: &mut Draft) -> Read<Value> {
        let value = self.id("v")?;
        self.expect(":")?;
        let ty = self.ty()?;
        self.define(draft, value, ty)?;
        Ok(value)
    }

    fn define(&self, draft: &mut Draft, value: Value, ty: Ty) -> Read<()> {
        if value.index() > self.text.len() {
            return self.error(format!("there can't be so many values that {value} is one"));
        }
        if draft.types.len() <= value.index() {
            draft.types.resize(value.index() + 1, None);
        }
        match draft.types[value.index()].replace(ty) {
            None => Ok(()),
            Some(_) => self.error(format!("{value} is defined twice")),
        }
    }

    fn block(&mut self, params: Vec<Value>, draft: &mut Draft, span: &mut Span) -> Read<Block> {
        let mut insts = Vec::new();
        loop {
            if let Some(term) = self.term()? {
                self.end_of_line()?;
                return Ok(Block { params, insts, term });
            }
            insts.push(self.inst(draft, span)?);
        }
    }

    fn term(&mut self) -> Read<Option<Term>> {
        Ok(Some(match () {
            () if self.eat_word("missing") => Term::Missing,
            () if self.eat_word("unreachable") => Term::Unreachable,
            () if self.eat_word("return") => Term::Return(self.values()?),
            () if self.eat_word("leave") => Term::Leave(self.id("r")?),
            () if self.eat_word("jump") => Term::Jump(self.edge()?),
            () if self.eat_word("branch") => Term::Branch { condition: self.id("v")?, then: self.edge()?, other: self.edge()? },
            () if self.eat_word("switch") => {
                let tag = self.id("v")?;
                let mut cases = Vec::new();
                while !self.eat_word("else") {
                    let case = self.number()?;
                    self.expect(":")?;
                    cases.push((case, self.edge()?));
                }
                Term::Switch { tag, cases, default: self.edge()? }
            }
            () => return Ok(None),
        }))
    }

    fn edge(&mut self) -> Read<Edge> {
        let to: BlockId = self.id("b")?;
        self.expect("(")?;
        Ok(Edge { to, args: self.list_until(")", |reader| reader.id("v"))? })
    }

    fn inst(&mut self, draft: &mut Draft, span: &mut Span) -> Read<Inst> {
        let results = self.values()?;
        if !results.is_empty() {
            self.expect("=")?;
        }
        let op = self.op()?;
        let args = self.values()?;
        let resume = if self.eat_word("else") { Some(self.id::<ResumeId>("r")?) } else { None };
        *span = self.place()?.unwrap_or(*span);
        match (&op, op.results()) {
            (Op::Call(callee), _) => draft.calls.push((self.at, *callee, results.clone())),
            (_, Some(types)) if types.len() == results.len() => {
                results.iter().zip(types).try_for_each(|(value, ty)| self.define(draft, *value, ty))?;
            }
            _ => return self.error(format!("{op} has another number of results")),
        }
        self.end_of_line()?;
        Ok(Inst { op, args, results, resume, span: *span })
    }

    fn op(&mut self) -> Read<Op> {
        let start = self.at;
        Ok(match self.word()? {
            "const.i1" => Op::ConstBool(self.number()?),
            "const.i64" => Op::ConstInt(self.number()?),
            "const.i128" => Op::ConstWide(self.number()?),
            "const.f64" if self.eat("0x") => {
                let digits = self.word()?;
                match u64::from_str_radix(digits, 16) {
                    Ok(bits) => Op::ConstFloat(bits),
                    Err(_) => return self.error_at(start, format!("0x{digits} is no float")),
                }
            }
            "const.f64" => Op::ConstFloat(self.number::<f64>()?.to_bits()),
            "const.obj" => Op::ConstObject(self.id("@")?),
            "cmp.i64" => Op::CompareInt(self.comparison()?),
            "cmp.u64" => Op::CompareUint(self.comparison()?),
            "cmp.i128" => Op::CompareWide(self.comparison()?),
            "cmp.f64" => Op::CompareFloat(self.comparison()?),
            "select" => Op::Select(self.ty()?),
            "load.scalar" => {
                let ty = self.ty()?;
                Op::LoadScalar { slot: self.number()?, ty }
            }
            "mirror.site" => Op::MirrorSite(self.number()?),
            "array.is" => Op::ArrayIs(ArrayGuess { dtype: self.dtype()?, dimensions: self.number()? }),
            "numpy.of" => Op::NumPyOf(self.dtype()?),
            "fails" => Op::ExactFails(self.exact()?),
            "value" => Op::ExactValue(self.exact()?),
            "tape.enter" => Op::TapeEnter(self.number()?),
            "tape.rewind" => Op::TapeRewind(self.number()?),
            "tape.spoil" => Op::TapeSpoil(self.number()?),
            "tape.is.whole" => Op::TapeIsWhole(self.number()?),
            "tape.missed" => Op::TapeMissed(self.number()?),
            "tape.put" => {
                let ty = self.ty()?;
                Op::TapePut(self.number()?, ty)
            }
            "tape.next" => {
                let ty = self.ty()?;
                Op::TapeNext(self.number()?, ty)
            }
            "call" => Op::Call(self.id("f")?),
            "guard.class" => Op::GuardClass(self.number()?),
            "guard.absent" => Op::GuardAbsent(self.number()?),
            "load.attribute" => Op::LoadAttribute(self.attribute_kind()?, self.number()?),
            "store.attribute" => Op::StoreAttribute(self.attribute_kind()?, self.ty()?, self.number()?),
            name => match PLAIN_OPS.iter().find(|op| op.name() == name) {
                Some(op) => op.clone(),
                None => match (exact(name), runtime_function(name)) {
                    (Some(exact), _) => Op::Exact(exact),
                    (_, Some(runtime)) => Op::Runtime(runtime),
                    _ => return self.error_at(start, format!("there is no operation {name:?}")),
                },
            },
        })
    }

    fn exact(&mut self) -> Read<&'static Exact> {
        let start = self.at;
        let name = self.word()?;
        exact(name).map_or_else(|| self.error_at(start, format!("there is no exact function {name:?}")), Ok)
    }

    fn comparison(&mut self) -> Read<Comparison> {
        self.one_of("comparison", &Comparison::ALL, |comparison| comparison.name().into())
    }

    fn after(&mut self) -> Read<After> {
        let start = self.at;
        Ok(match self.word()? {
            "push" => After::Push,
            "new" => After::New,
            "drop" => After::Drop,
            "binary" => After::Binary(self.number()?),
            "compare" => After::Compare(self.number()?),
            "not.equal" => After::NotEqual(self.number()?),
            "in.place" => After::InPlace(self.number()?),
            "truth" => After::Truth,
            "truth.of.length" => After::TruthOfLength,
            "length" => After::Length,
            "contains" => After::Contains(self.number()?),
            "iterator" => After::Iterator,
            "next" => After::Next(self.number()?),
            "consumed" => After::Consumed(self.one_of("consumer", &Consumer::ALL, |consumer| consumer.name().into())?),
            other => return self.error_at(start, format!("nothing is called {other:?} after a call")),
        })
    }

    fn does(&mut self) -> Read<Does> {
        let start = self.at;
        Ok(match self.word()? {
            "call" => Does::Call { keywords: None },
            "call.with" => Does::Call { keywords: Some(self.id("@")?) },
            "item" => Does::Item,
            "set.item" => Does::SetItem,
            "delete.item" => Does::DeleteItem,
            "attribute" => Does::Attribute { name: self.id("@")? },
            "method" => Does::Method { name: self.id("@")? },
            "set.attribute" => Does::SetAttribute { name: self.id("@")? },
            "binary" => Does::Binary(self.number()?),
            "unary" => Does::Unary(self.number()?),
            "compare" => Does::Compare { op: self.number()?, as_bool: false },
            "compare.bool" => Does::Compare { op: self.number()?, as_bool: true },
            "contains" => Does::Contains { invert: false },
            "contains.not" => Does::Contains { invert: true },
            "iterator" => Does::Iterator,
            "next" => Does::Next { exit: self.number()? },
            "format" => Does::Format { conversion: self.number()? },
            other => return self.error_at(start, format!("nothing that is done outside is called {other:?}")),
        })
    }

    fn resume(&mut self) -> Read<Resume> {
        const OUT: ResumeKind = ResumeKind::Out(Out { does: Does::Call { keywords: None }, operands: 0, next: 0 });
        let kinds = [
            (ResumeKind::Go, "go"),
            (ResumeKind::Call(After::Push), "call"),
            (ResumeKind::Returned(After::Push), "returned"),
            (OUT, "out"),
        ];
        let mut kind = self.one_of("kind of resume", &kinds, |row| row.1.into())?.0;
        let offset = self.number()?;
        self.expect_word("at")?;
        let at = self.number()?;
        let why = self.one_of("reason", &Why::ALL, |why| format!("{why:?}"))?;
        self.expect_word("locals")?;
        self.expect("[")?;
        let locals = self.list_until("]", Self::slot)?;
        self.expect_word("stack")?;
        self.expect("[")?;
        let stack = self.list_until("]", Self::slot)?;
        if let ResumeKind::Call(after) | ResumeKind::Returned(after) = &mut kind
            && self.eat_word("then")
        {
            *after = self.after()?;
        }
        if let ResumeKind::Out(out) = &mut kind {
            self.expect_word("does")?;
            out.does = self.does()?;
            self.expect_word("of")?;
            out.operands = self.number()?;
            self.expect_word("next")?;
            out.next = self.number()?;
        }
        let mut borrowed = Vec::new();
        if self.eat_word("borrowed") {
            self.expect("[")?;
            borrowed = self.list_until("]", |reader| reader.id("v"))?;
        }
        let span = self.place()?.unwrap_or_default();
        self.end_of_line()?;
        Ok(Resume { kind, why, offset, at, locals, stack, borrowed, span })
    }

    /// The functions, with the types of calls' results.
    fn with_types(&mut self, mut drafts: Vec<Draft>) -> Read<Vec<Func>> {
        let rets: Vec<Vec<Ty>> = drafts.iter().map(|draft| draft.func.ret.types()).collect();
        for draft in &mut drafts {
            for (at, callee, results) in std::mem::take(&mut draft.calls) {
                // A call that never comes back has no results, whatever its callee returns.
                let types = match rets.get(callee.index()) {
                    Some(types) if types.len() == results.len() || results.is_empty() => types,
                    _ => return self.error_at(at, format!("{callee} does not return {} values", results.len())),
                };
                self.at = at;
                results.into_iter().zip(types).try_for_each(|(value, ty)| self.define(draft, value, *ty))?;
            }
        }
        drafts
            .into_iter()
            .map(|draft| {
                let typed: Option<Vec<Ty>> = draft.types.iter().copied().collect();
                match typed {
                    Some(types) => Ok(Func { types, ..draft.func }),
                    None => {
                        let missing = Value::new(draft.types.iter().position(Option::is_none).unwrap_or_default());
                        self.error(format!("{}: {missing} is not defined", draft.func.name))
                    }
                }
            })
            .collect()
    }
}
