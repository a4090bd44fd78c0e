//! What is printed is read back as the same unit: whatever the unit, by random ones that need not make sense.

use base::{Index, Span};
use ir::*;

/// xorshift: the same units on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 11) as usize % n
    }

    fn of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    fn many<T>(&mut self, most: usize, mut item: impl FnMut(&mut Random) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| item(self)).collect()
    }

    fn word(&mut self) -> u64 {
        let word = self.next();
        self.of(&[0, 1, 7, u64::MAX, 1 << 63, (1 << 63) - 1, word, f64::NAN.to_bits(), (-0.0f64).to_bits(), f64::INFINITY.to_bits()])
    }

    fn name(&mut self) -> String {
        self.of(&["f", "Größe", "<lambda>", "a b", "", "say \"hi\"\\", "two\nlines", "math.sqrt", "else", "v1", "; 1:2"]).to_owned()
    }

    fn span(&mut self) -> Span {
        let [line, column] = [1 + self.below(3) as u32, self.below(3) as u32];
        let span = Span { line, end_line: line + self.below(2) as u32, column, end_column: column + 4 };
        self.of(&[Span::default(), span, span, Span { line: 0, ..span }])
    }

    fn id<T: Index>(&mut self, count: usize) -> T {
        T::new(self.below(count))
    }

    fn slot<V>(&mut self, depth: usize, value: &mut impl FnMut(&mut Random) -> V) -> Slot<V> {
        let kinds = if depth == 0 { 12 } else { 16 };
        let tags = Tag::ALL.into_iter().filter(|_| self.below(2) == 0).map(Tags::of).fold(Tags::default(), Tags::union);
        match self.below(kinds) {
            0 => Slot::Unbound,
            1 => Slot::None,
            2 => Slot::Bool(value(self)),
            3 => Slot::Int(value(self)),
            4 => Slot::Uint(value(self)),
            5 => Slot::Wide(value(self)),
            6 => Slot::Float(value(self)),
            7 => Slot::Object(value(self)),
            8 => Slot::Known(self.id(20)),
            9 => Slot::Range([value(self), value(self), value(self)]),
            10 => match self.below(3) {
                0 => Slot::Instance(ClassKey(self.word()), value(self)),
                1 => Slot::RangeIter([value(self), value(self), value(self)]),
                _ => Slot::Any(tags, value(self), value(self)),
            },
            11 => {
                let elem = self.elem();
                match self.below(11) {
                    7 => Slot::NumPy(self.of(&Dtype::ALL), value(self)),
                    8 => Slot::ArrayRow(self.array(), value(self), value(self)),
                    9 => Slot::Slice(Box::new([Slot::Int(value(self)), Slot::None, Slot::Int(value(self))])),
                    10 => Slot::ListBack(elem, value(self), value(self)),
                    6 => Slot::Complex([value(self), value(self)]),
                    5 => {
                        let methods: Vec<Method> = Method::all().collect();
                        Slot::Method(self.of(&methods), self.kind(), value(self))
                    }
                    0 => Slot::List(elem, value(self)),
                    3 => Slot::Exact(self.kind(), value(self)),
                    4 => Slot::ExactIter(self.kind(), value(self), value(self)),
                    1 => Slot::ListIter(elem, value(self), value(self)),
                    _ => Slot::ListMethod(self.of(&ListMethod::ALL), elem, value(self)),
                }
            }
            12 if self.below(4) == 1 => Slot::Generator(self.id(20), self.many(2, |random| random.slot(depth - 1, &mut *value))),
            12 if self.below(4) == 0 => Slot::Function(self.id(20), self.many(2, |random| random.slot(depth - 1, &mut *value))),
            12 => Slot::Tuple(self.many(3, |random| random.slot(depth - 1, &mut *value))),
            13 => Slot::Zip(self.many(3, |random| random.slot(depth - 1, &mut *value))),
            14 => Slot::Enumerate(value(self), Box::new(self.slot(depth - 1, &mut *value))),
            _ => Slot::TupleIter(value(self), self.many(3, |random| random.slot(depth - 1, &mut *value))),
        }
    }

    fn elem(&mut self) -> Elem {
        let flat = [
            Elem::NumPy(Dtype::Int64),
            Elem::Unknown,
            Elem::Bool,
            Elem::Int,
            Elem::Float,
            Elem::Complex,
            Elem::Number,
            Elem::Instance(ClassKey(7)),
            Elem::Object,
        ];
        match self.below(5) {
            0 => Elem::list(self.elem()),
            1 => Elem::exact(self.kind()),
            _ => self.of(&flat),
        }
    }

    fn array(&mut self) -> ArrayGuess {
        ArrayGuess { dtype: self.of(&Dtype::ALL), dimensions: self.below(5) as u8 }
    }

    fn kind(&mut self) -> Kind {
        match self.below(11) {
            10 => Kind::NumPy(self.array()),
            9 => Kind::Cell(Box::new(self.elem())),
            8 => Kind::Bytes,
            7 => Kind::ByteArray,
            6 => Kind::Array(self.of(&ArrayItem::all().collect::<Vec<_>>())),
            4 => Kind::View(Box::new(self.elem())),
            5 => Kind::Iter(Box::new(self.elem())),
            0 => Kind::Str,
            1 => Kind::Set(Box::new(self.elem())),
            2 => Kind::Tuple(self.many(3, Self::elem)),
            _ => {
                let mut guess = DictGuess::of(self.elem(), self.elem());
                guess.fields = self.many(2, |random| (random.name(), random.elem()));
                Kind::Dict(guess)
            }
        }
    }

    fn shape(&mut self) -> Shape {
        self.slot(2, &mut |_| ())
    }

    fn path(&mut self) -> Path {
        let (code, of, index) = (self.id(3), self.id(9), self.below(9) as u32);
        let name = self.name();
        match self.below(11) {
            9 => Path::Inner { code, index },
            0 => Path::Entry,
            8 => Path::Super { class: ClassKey(self.word()), after: ClassKey(self.word()), name },
            6 => Path::Class { class: ClassKey(self.word()), name },
            7 => Path::OfClass { class: ClassKey(self.word()), name },
            1 => Path::Const { code, index },
            2 => Path::Global { code, name },
            3 => Path::Closure { code, index },
            4 => Path::Attribute { of, name },
            5 => Path::Name { text: name },
            10 => Path::Names { texts: self.many(3, |random| random.name()) },
            _ => Path::Default { of, parameter: index },
        }
    }

    fn expect(&mut self) -> Expect {
        let mut fingerprint = [0; 32];
        let length = self.of(&[0, 1, 5, 32]);
        fingerprint[..length].fill_with(|| self.of(&[0, 16, 255]));
        match self.below(6) {
            0 => Expect::Constant,
            4 => Expect::Class(ClassKey(self.word())),
            1 => Expect::Builtin(self.name()),
            2 => Expect::Module(self.name()),
            3 => Expect::SameAs(self.id(5)),
            _ => Expect::Function(fingerprint),
        }
    }

    fn op(&mut self, funcs: usize) -> Op {
        let (word, comparison, ty) = (self.word(), self.of(&Comparison::ALL), self.of(&Ty::ALL));
        match self.below(26) {
            21 => match (&EXACT[self.below(EXACT.len())], self.below(2)) {
                (exact, 0) => Op::ExactFails(exact),
                (exact, _) => Op::ExactValue(exact),
            },
            22 => {
                let tape = self.below(3) as u32;
                let ops = [Op::TapeEnter, Op::TapeRewind, Op::TapeSpoil, Op::TapeIsWhole, Op::TapeMissed].map(|op| op(tape));
                self.of(&ops.into_iter().chain([Op::TapePut(tape, ty), Op::TapeNext(tape, ty)]).collect::<Vec<_>>())
            }
            0 => Op::ConstBool(word & 1 == 1),
            1 => Op::ConstInt(word as i64),
            2 => Op::ConstWide((i128::from(word) << 60).wrapping_mul(-3)),
            3 | 4 => Op::ConstFloat(word),
            5 => Op::ConstObject(self.id(9)),
            6 => Op::CompareInt(comparison),
            7 => Op::CompareUint(comparison),
            8 => Op::CompareWide(comparison),
            9 => Op::CompareFloat(comparison),
            10 => Op::Select(ty),
            11 => Op::LoadScalar { slot: self.below(9) as u32, ty },
            12 => Op::Exact(&EXACT[self.below(EXACT.len())]),
            13 => Op::Call(self.id(funcs)),
            15 => Op::GuardClass(self.below(9) as u32),
            16 => Op::GuardAbsent(self.below(9) as u32),
            17 => Op::LoadAttribute(self.of(&AttributeKind::ALL), self.below(9) as u32),
            18 => Op::StoreAttribute(self.of(&AttributeKind::ALL), ty, self.below(9) as u32),
            19 => Op::ArrayIs(self.array()),
            20 => Op::NumPyOf(self.of(&Dtype::ALL)),
            14 => Op::Runtime(&RUNTIME[self.below(RUNTIME.len())]),
            _ => self.of(PLAIN_OPS),
        }
    }

    fn unit(&mut self) -> Unit {
        let links = Links {
            codes: self.many(3, |random| random.id(4)),
            objects: self.many(5, |random| ObjectLink { path: random.path(), expect: random.expect() }),
            scalars: self.many(3, |random| ScalarLink { path: random.path(), shape: random.shape(), word: random.below(50) as u32 }),
            classes: self.many(2, |random| ClassLink {
                key: ClassKey(random.word()),
                object: random.id(5),
                word: random.below(50) as u32,
                fields: (random.below(2) == 0).then(|| random.many(3, |random| random.name())),
                attributes: random.many(3, |random| AttributeLink {
                    name: random.name(),
                    object: random.id(5),
                    kind: random.of(&AttributeKind::ALL),
                    word: random.below(50) as u32,
                }),
            }),
        };
        let rets: Vec<Shape> = (0..1 + self.below(3)).map(|_| self.shape()).collect();
        let funcs = rets.iter().map(|ret| self.func(ret, &rets)).collect();
        Unit { funcs, links }
    }

    fn func(&mut self, ret: &Shape, rets: &[Shape]) -> Func {
        let mut func = Func::new(self.name(), self.id(3), self.many(3, Random::shape));
        func.ret = ret.clone();
        func.is_recursive = self.below(2) == 0;
        // Some values are defined by nobody.
        for _ in 0..self.below(3) {
            let ty = self.of(&Ty::ALL);
            func.value(ty);
        }
        for _ in 0..1 + self.below(3) {
            let block = self.block(&mut func, rets);
            func.blocks.push(block);
        }
        let resumes = self.below(4);
        for _ in 0..resumes {
            let resume = self.resume();
            func.resumes.push(resume);
        }
        func
    }

    fn block(&mut self, func: &mut Func, rets: &[Shape]) -> Block {
        let params = self.many(3, |random| func.value(random.of(&Ty::ALL)));
        let mut span = Span::default();
        let insts = self.many(8, |random| {
            let op = random.op(rets.len());
            let types = match &op {
                Op::Call(_) if random.below(3) == 0 => Vec::new(),
                Op::Call(callee) => rets[callee.index()].types(),
                op => op.results().unwrap(),
            };
            if random.below(2) == 0 {
                span = random.span();
            }
            Inst {
                op,
                args: random.many(3, |random| random.id(99)),
                results: types.into_iter().map(|ty| func.value(ty)).collect(),
                resume: (random.below(2) == 0).then(|| random.id(9)),
                span,
            }
        });
        Block { params, insts, term: self.term() }
    }

    fn term(&mut self) -> Term {
        let edge = |random: &mut Random| Edge { to: random.id(9), args: random.many(3, |random| random.id(99)) };
        match self.below(8) {
            0 => Term::Missing,
            1 => Term::Unreachable,
            2 => Term::Jump(edge(self)),
            3 => Term::Branch { condition: self.id(99), then: edge(self), other: edge(self) },
            4 => Term::Switch { tag: self.id(99), cases: self.many(3, |random| (random.word() as i64, edge(random))), default: edge(self) },
            5 => Term::Leave(self.id(9)),
            _ => Term::Return(self.many(3, |random| random.id(99))),
        }
    }

    fn resume_kind(&mut self) -> ResumeKind {
        let after = self.of(&[
            After::Push,
            After::New,
            After::Drop,
            After::Binary(7),
            After::Compare(0),
            After::NotEqual(6),
            After::InPlace(1),
            After::Truth,
            After::TruthOfLength,
            After::Length,
            After::Contains(1),
            After::Iterator,
            After::Next(36),
            After::Consumed(Consumer::Sum),
            After::Consumed(Consumer::Sorted),
        ]);
        let name = ObjectId(3);
        let does = self.of(&[
            Does::Call { keywords: None },
            Does::Call { keywords: Some(name) },
            Does::Item,
            Does::SetItem,
            Does::DeleteItem,
            Does::Attribute { name },
            Does::Method { name },
            Does::SetAttribute { name },
            Does::Binary(7),
            Does::Unary(1),
            Does::Compare { op: 2, as_bool: false },
            Does::Compare { op: 2, as_bool: true },
            Does::Contains { invert: false },
            Does::Contains { invert: true },
            Does::Iterator,
            Does::Next { exit: 36 },
            Does::Format { conversion: 1 },
        ]);
        let out = Out { does, operands: self.below(9) as u32, next: self.below(99) as u32 };
        self.of(&[ResumeKind::Go, ResumeKind::Call(after), ResumeKind::Returned(after), ResumeKind::Out(out)])
    }

    fn resume(&mut self) -> Resume {
        let slots = |random: &mut Random| random.many(3, |random| random.slot(2, &mut |random: &mut Random| random.id::<Value>(99)));
        Resume {
            kind: self.resume_kind(),
            why: self.of(&Why::ALL),
            offset: self.below(99) as u32,
            at: self.below(99) as u32,
            locals: slots(self),
            stack: slots(self),
            borrowed: self.many(2, |random| random.id(99)),
            span: self.span(),
        }
    }
}

#[test]
fn what_is_printed_is_read_back() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..3000 {
        let unit = random.unit();
        let text = unit.to_string();
        match read(&text) {
            Ok(found) => assert_eq!(found, unit, "{text}"),
            Err(error) => panic!("{error}\n{text}"),
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let mut names: Vec<&str> = PLAIN_OPS.iter().map(Op::name).chain(EXACT.iter().map(|exact| exact.name)).collect();
    names.extend(RUNTIME.iter().map(|runtime| runtime.name));
    names.extend(["const.i1", "const.i64", "const.i128", "const.f64", "const.obj", "cmp.i64", "cmp.u64", "cmp.i128", "cmp.f64"]);
    names.extend(["select", "load.scalar", "call", "missing", "jump", "branch", "switch", "return", "leave", "unreachable"]);
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// A text that was changed anywhere is refused or read as something; never a panic.
#[test]
fn damaged_text_is_refused_with_its_line() {
    let mut random = Random(7);
    for _ in 0..2000 {
        let mut text: Vec<char> = random.unit().to_string().chars().collect();
        let at = random.below(text.len());
        match random.below(3) {
            0 => drop(text.remove(at)),
            1 => text.truncate(at),
            _ => text[at] = random.of(&['9', '(', ' ', '\n', 'x', ':', '"', '@']),
        }
        let text: String = text.into_iter().collect();
        if let Err(error) = read(&text) {
            assert!((1..=text.split('\n').count()).contains(&error.line), "{error}");
        }
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let body = |inst: &str| format!("f0: func f of c0 (int) -> int\nb0(v0: i64):\n    {inst}\n    return v0\n");
    let message = |inst: &str| read(&body(inst)).unwrap_err().to_string();
    assert_eq!(message("v1 = ad.i64 v0, v0"), "line 3: there is no operation \"ad.i64\"");
    assert_eq!(message("v0 = const.i64 7"), "line 3: v0 is defined twice");
    assert_eq!(message("add.i64 v0, v0 else r0"), "line 3: add.i64 has another number of results");
    assert_eq!(message("v1 = const.i64 9999999999999999999"), "line 3: \"9999999999999999999\" is no number that fits");
    assert_eq!(message("v1, v2 = call f0 v0 else r0"), "line 3: f0 does not return 2 values");
    assert_eq!(message("v2 = not.i1 v1"), "line 5: f: v1 is not defined");
}
