//! The interpreter on units written as text.

use ir::*;

/// Objects are their numbers; what happens to them is written down.
struct Room {
    ticks: i64,
    depth: i64,
    wants: bool,
    steps: u64,
    log: Vec<String>,
}

impl Default for Room {
    fn default() -> Room {
        Room { ticks: 0, depth: 100, wants: false, steps: 10_000, log: Vec::new() }
    }
}

impl Host for Room {
    fn call_out(&mut self, record: Record) -> Option<u64> {
        self.log.push(format!("call out {:?}", record.words));
        (record.words[0] < 100).then_some(7)
    }

    fn object(&mut self, id: ObjectId) -> u64 {
        1000 + u64::from(id.0)
    }
    fn incref(&mut self, object: u64) {
        self.log.push(format!("incref {object}"));
    }
    fn decref(&mut self, object: u64) -> bool {
        self.log.push(format!("decref {object}"));
        false
    }
    fn is_quiet(&mut self, object: u64) -> bool {
        object != 1003
    }
    fn runtime(&mut self, function: &'static Runtime, args: &[u64]) -> u64 {
        self.log.push(format!("{} {args:?}", function.name));
        args[0]
    }
    fn on_object(&mut self, op: &Op, args: &[u64]) -> Option<u64> {
        self.log.push(format!("{op} {args:?}"));
        args.first().copied()
    }
    fn safepoint(&mut self) -> bool {
        self.wants
    }
    fn is_wanted(&mut self) -> bool {
        self.wants
    }
    fn site(&mut self, site: u32) -> u64 {
        site.into()
    }
    fn ticks_left(&mut self) -> &mut i64 {
        &mut self.ticks
    }
    fn depth_left(&mut self) -> &mut i64 {
        &mut self.depth
    }
    fn steps_at_most(&self) -> u64 {
        self.steps
    }
}

fn unit(text: &str) -> Unit {
    let unit = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    verify(&unit).unwrap_or_else(|error| panic!("{error}\n{text}"));
    unit
}

fn run(text: &str, args: &[u64], room: &mut Room) -> Outcome {
    interpret(&unit(text), args, &[11, 22, 33], room)
}

fn returned(text: &str, args: &[u64]) -> Vec<u64> {
    match run(text, args, &mut Room::default()) {
        Outcome::Returned(words) => words,
        other => panic!("{other:?}"),
    }
}

fn left(resume: u32, words: &[u64]) -> Record {
    Record { resume, words: words.to_vec() }
}

const SUM: &str = "
f0: func sum of c0 (int) -> int
b0(v0: i64):
    v1 = const.i64 0
    jump b1(v0, v1)
b1(v2: i64, v3: i64):
    safepoint else r1
    v4 = const.i64 0
    v5 = cmp.i64 gt v2, v4
    branch v5 b2() b3(v3)
b2():
    v6 = add.i64 v3, v2 else r0
    v7 = const.i64 -1
    v8 = wadd.i64 v2, v7
    jump b1(v8, v6)
b3(v9: i64):
    return v9
r0: go 6 at 8 Overflow locals [int v2, int v3] stack [int v3, int v2]
r1: go 10 at 10 Interrupt locals [int v2, int v3] stack []
";

#[test]
fn a_loop_runs_to_its_end_or_leaves_with_what_it_has() {
    // Each value once, however many slots it stands in.
    assert_eq!(returned(SUM, &[10]), [55]);
    let wanting = &mut Room { wants: true, ..Room::default() };
    assert_eq!(run(SUM, &[3], wanting), Outcome::Left(vec![left(1, &[3, 0])]));
    let huge = (1 << 63) - 1;
    assert_eq!(run(SUM, &[huge], &mut Room::default()), Outcome::Left(vec![left(0, &[huge - 1, huge])]));
}

#[test]
fn what_never_ends_is_given_up() {
    let text = "f0: func f of c0 () -> none\nb0():\n    jump b0()\n";
    assert_eq!(run(text, &[], &mut Room::default()), Outcome::Stuck("took too many steps".into()));
}

#[test]
fn a_block_may_swap_its_own_parameters() {
    let text = "
f0: func f of c0 (int, int, bool) -> (int, int)
b0(v0: i64, v1: i64, v2: i1):
    v6 = const.i1 false
    jump b1(v0, v1, v2)
b1(v3: i64, v4: i64, v5: i1):
    branch v5 b1(v4, v3, v6) b2()
b2():
    return v3, v4
";
    assert_eq!(returned(text, &[1, 2, 1]), [2, 1]);
    assert_eq!(returned(text, &[1, 2, 0]), [1, 2]);
}

/// Each frame has a record, numbered in the unit, innermost first; 128 bits are two words, the low one first.
#[test]
fn a_leaving_callee_takes_its_callers_along() {
    let text = "
f0: func outer of c0 (int) -> wide
b0(v0: i64):
    v1 = i64.to.i128 v0
    v2 = call f1 v1 else r1
    return v2
r0: go 0 at 0 Interrupt locals [int v0] stack []
r1: call 8 at 6 Callee locals [int v0] stack [wide v1, known @0]

f1: func inner of c1 (wide) -> wide
b0(v0: i128):
    v1 = mul.i128 v0, v0 else r1
    v2 = mul.i128 v1, v0 else r2
    return v2
r0: go 0 at 0 Interrupt locals [wide v0] stack []
r1: go 2 at 2 Overflow locals [wide v0] stack []
r2: go 4 at 4 Overflow locals [wide v1] stack [wide v0]
";
    assert_eq!(returned(text, &[(-3i64) as u64]), [(-27i64) as u64, u64::MAX]);
    let cube = 3u64 << 40;
    let square = u128::from(cube) * u128::from(cube);
    assert_eq!(
        run(text, &[1 << 63], &mut Room::default()),
        Outcome::Left(vec![left(4, &[0, 1 << 62, 1 << 63, u64::MAX]), left(1, &[1 << 63, 1 << 63, u64::MAX])])
    );
    assert_eq!(
        run(text, &[cube], &mut Room::default()),
        Outcome::Left(vec![left(4, &[square as u64, (square >> 64) as u64, cube, 0]), left(1, &[cube, cube, 0])])
    );
}

const COUNT_DOWN: &str = "
f0: func down of c0 (int) -> int recursive
b0(v0: i64):
    v1 = const.i64 0
    v2 = cmp.i64 le v0, v1
    branch v2 b1() b2()
b1():
    return v1
b2():
    v3 = const.i64 1
    v4 = sub.i64 v0, v3 else r0
    v5 = call f0 v4 else r1
    v6 = add.i64 v5, v3 else r0
    return v6
r0: go 2 at 2 Interrupt locals [int v0] stack []
r1: call 6 at 4 Callee locals [int v0] stack []
";

#[test]
fn recursion_counts_its_depth_and_gives_it_back() {
    let mut room = Room::default();
    assert_eq!(run(COUNT_DOWN, &[99], &mut room), Outcome::Returned(vec![99]));
    assert_eq!(room.depth, 100);
    let shallow = &mut Room { depth: 2, ..Room::default() };
    assert_eq!(run(COUNT_DOWN, &[9], shallow), Outcome::Left(vec![left(0, &[7]), left(1, &[8]), left(1, &[9])]));
}

#[test]
fn depth_is_memory_not_stack() {
    let deep = &mut Room { depth: 300_000, steps: 10_000_000, ..Room::default() };
    assert_eq!(run(COUNT_DOWN, &[200_000], deep), Outcome::Returned(vec![200_000]));
}

#[test]
fn ticks_count_down_to_a_leave() {
    let text = "
f0: func f of c0 () -> none
b0():
    tick else r0
    tick else r1
    return
r0: go 0 at 0 Forced locals [] stack []
r1: go 2 at 2 Forced locals [] stack []
";
    let outcome = |ticks| run(text, &[], &mut Room { ticks, ..Room::default() });
    assert_eq!(outcome(1), Outcome::Left(vec![left(0, &[])]));
    assert_eq!(outcome(2), Outcome::Left(vec![left(1, &[])]));
    assert_eq!(outcome(3), Outcome::Returned(vec![]));
    assert_eq!(outcome(0), Outcome::Returned(vec![]));
}

#[test]
fn references_are_the_host_s() {
    let text = "
f0: func f of c0 (object, any[int|object]) -> (bool, wide)
b0(v0: obj, v1: i64, v2: i64):
    v3 = const.obj @2
    incref v3
    share.any v1, v2
    v4 = decref v0
    v5 = drop.any v1, v2
    guard.quiet v0 else r0
    guard.quiet.any v1, v2 else r0
    v6 = same.obj v0, v3
    v7 = load.scalar i128 1
    return v6, v7
r0: go 0 at 0 Finaliser locals [] stack []
";
    let mut room = Room::default();
    assert_eq!(run(text, &[1002, 6, 77], &mut room), Outcome::Returned(vec![1, 22, 33]));
    assert_eq!(room.log, ["incref 1002", "incref 77", "decref 1002", "decref 77"]);
    let mut room = Room::default();
    assert_eq!(run(text, &[5, 3, 77], &mut room), Outcome::Returned(vec![0, 22, 33]));
    assert_eq!(room.log, ["incref 1002", "decref 5"]);
    let leaves = || Outcome::Left(vec![Record { resume: 0, words: vec![] }]);
    assert_eq!(run(text, &[1003, 3, 77], &mut Room::default()), leaves());
    assert_eq!(run(text, &[5, 6, 1003], &mut Room::default()), leaves());
    assert_eq!(run(text, &[5, 3, 1003], &mut Room::default()), Outcome::Returned(vec![0, 22, 33]));
}

/// An object below 2 and a negative int say that it failed, where that can be.
#[test]
fn functions_of_the_extension_are_the_host_s() {
    let text = "
f0: func f of c0 (object, int, wide) -> int
b0(v0: obj, v1: i64, v2: i128):
    v3 = py_wide v2 else r0
    v4 = py_truth v0 else r1
    v5 = py_tag v0
    return v5
r0: go 0 at 0 NotCompiled locals [] stack []
r1: go 2 at 2 NotCompiled locals [int v1] stack []
";
    let mut room = Room::default();
    assert_eq!(run(text, &[5, 0, 7, 8], &mut room), Outcome::Returned(vec![5]));
    assert_eq!(room.log, ["py_wide [7, 8]", "py_truth [5]", "py_tag [5]"]);
    assert_eq!(run(text, &[5, 0, 1, 8], &mut Room::default()), Outcome::Left(vec![left(0, &[])]));
    assert_eq!(run(text, &[u64::MAX, 9, 7, 8], &mut Room::default()), Outcome::Left(vec![left(1, &[9])]));
}

#[test]
fn a_tag_chooses_where_to_go_on() {
    let text = "
f0: func f of c0 (any[bool|int|float]) -> int
b0(v0: i64, v1: i64):
    switch v0 2: b1() 3: b2(v1) else b3()
b1():
    v2 = bits.to.i1 v1
    v3 = i1.to.i64 v2
    jump b2(v3)
b2(v4: i64):
    return v4
b3():
    v5 = bits.to.f64 v1
    v6 = trunc.f64 v5 else r0
    jump b2(v6)
r0: go 0 at 0 Raises locals [any[bool|int|float](v0, v1)] stack []
";
    assert_eq!(returned(text, &[2, 1]), [1]);
    assert_eq!(returned(text, &[3, 40]), [40]);
    assert_eq!(returned(text, &[5, (-2.5f64).to_bits()]), [-2i64 as u64]);
    let nan = f64::NAN.to_bits();
    assert_eq!(run(text, &[5, nan], &mut Room::default()), Outcome::Left(vec![left(0, &[5, nan])]));
}

/// One operation on words; None where it leaves.
fn one(op: &str, params: &str, ret: &str, args: &[u64]) -> Option<Vec<u64>> {
    let params: Vec<Shape> = params.split(' ').map(|shape| shape.parse().unwrap()).collect();
    let types: Vec<String> = params.iter().flat_map(Slot::types).enumerate().map(|(i, ty)| format!("v{i}: {}", ty.name())).collect();
    let names: Vec<String> = (0..params.len()).map(|i| format!("v{i}")).collect();
    let shapes: Vec<String> = params.iter().map(Shape::to_string).collect();
    let (result, otherwise) = (names.len(), |can_leave| if can_leave { " else r0" } else { "" });
    let text = |can_leave| {
        format!(
            "f0: func f of c0 ({}) -> {ret}\nb0({}):\n    v{result} = {op} {}{}\n    return v{result}\nr0: go 0 at 0 Raises locals [] stack []\n",
            shapes.join(", "),
            types.join(", "),
            names.join(", "),
            otherwise(can_leave)
        )
    };
    let unit = [true, false].iter().filter_map(|can_leave| read(&text(*can_leave)).ok()).find(|unit| verify(unit).is_ok());
    match interpret(&unit.unwrap_or_else(|| panic!("{}", text(true))), args, &[], &mut Room::default()) {
        Outcome::Returned(words) => Some(words),
        Outcome::Left(_) => None,
        Outcome::Stuck(text) => panic!("{text}"),
    }
}

#[test]
fn ints_wrap_or_leave() {
    let (max, min) = (i64::MAX as u64, i64::MIN as u64);
    assert_eq!(one("add.i64", "int int", "int", &[max, 1]), None);
    assert_eq!(one("wadd.i64", "int int", "int", &[max, 1]), Some(vec![min]));
    assert_eq!(one("wsub.i64", "int int", "int", &[min, 1]), Some(vec![max]));
    assert_eq!(one("sub.i64", "int int", "int", &[0, min]), None);
    assert_eq!(one("mul.i64", "int int", "int", &[1 << 32, 1 << 31]), None);
    assert_eq!(one("shr.u64", "uint uint", "uint", &[min, 63]), Some(vec![1]));
    assert_eq!(one("div.u64", "uint uint", "uint", &[u64::MAX, 2]), Some(vec![max]));
    assert_eq!(one("rem.u64", "uint uint", "uint", &[u64::MAX, 10]), Some(vec![5]));
    assert_eq!(one("cmp.i64 lt", "int int", "bool", &[min, 1]), Some(vec![1]));
    assert_eq!(one("cmp.u64 lt", "int int", "bool", &[min, 1]), Some(vec![0]));
    assert_eq!(one("range.length", "int int int", "int", &[min, max, 1]), Some(vec![u64::MAX]));
    assert_eq!(one("range.length", "int int int", "int", &[10, 0, -3i64 as u64]), Some(vec![4]));
    assert_eq!(one("range.length", "int int int", "int", &[max, min, min]), Some(vec![2]));
}

#[test]
fn wide_ints_leave_where_native_code_does() {
    let wide = |value: i128| [value as u64, (value >> 64) as u64];
    let two = |op: &str, a: i128, b: i128| {
        one(op, "wide wide", "wide", &[wide(a), wide(b)].concat()).map(|words| i128::from(words[0]) | i128::from(words[1]) << 64)
    };
    assert_eq!(two("add.i128", i128::MAX, 1), None);
    assert_eq!(two("sub.i128", 0, 1), Some(-1));
    assert_eq!(two("mul.i128", -(1 << 63), u64::MAX.into()), Some(-(1 << 63) * i128::from(u64::MAX)));
    // Fits, but is not looked at closely.
    assert_eq!(two("mul.i128", 1 << 64, 2), None);
    assert_eq!(two("mul.i128", u64::MAX.into(), u64::MAX.into()), None);
    assert_eq!(two("mul.i128", u64::MAX.into(), 2), Some(i128::from(u64::MAX) * 2));
    assert_eq!(two("shr.i128", -5, 127), Some(-1));
    assert_eq!(one("narrow.i64", "wide", "int", &wide(1 << 63)), None);
    assert_eq!(one("narrow.i64", "wide", "int", &wide(-(1 << 63))), Some(vec![1 << 63]));
    assert_eq!(one("i128.to.i64", "wide", "uint", &wide((7 << 64) | 5)), Some(vec![5]));
    assert_eq!(one("u64.to.i128", "uint", "wide", &[u64::MAX]), Some(vec![u64::MAX, 0]));
}

#[test]
fn floats_keep_their_signs_and_nans() {
    let f = |value: f64| value.to_bits();
    let two = |op: &str, a: f64, b: f64| one(op, "float float", "float", &[f(a), f(b)]).map(|words| words[0]);
    assert_eq!(two("sub.f64", 0.0, 0.0), Some(f(0.0)));
    assert_eq!(one("neg.f64", "float", "float", &[f(0.0)]), Some(vec![f(-0.0)]));
    assert_eq!(two("mod.f64", -0.0, 3.0), Some(f(0.0)));
    assert_eq!(two("floordiv.f64", 1.0, 0.0), None);
    assert_eq!(two("pow.f64", -8.0, 1.0 / 3.0), None);
    assert_eq!(two("math.hypot", 3.0, 4.0), Some(f(5.0)));
    assert_eq!(two("math.hypot", 1e300, 1e300), None);
    assert_eq!(two("math.log.base", 8.0, 1.0), None);
    assert_eq!(one("math.log", "float", "float", &[f(0.0)]), None);
    let compare = |c: &str| one(&format!("cmp.f64 {c}"), "float float", "bool", &[f(f64::NAN), f(1.0)]);
    assert_eq!(["lt", "le", "eq", "ne", "gt", "ge"].map(compare), [0, 0, 0, 1, 0, 0].map(|word| Some(vec![word])));
    let mixed = |c: &str, float: f64| one(&format!("{c}.i64.f64"), "int float", "bool", &[i64::MAX as u64, f(float)]).unwrap()[0];
    assert_eq!([mixed("lt", 2f64.powi(63)), mixed("eq", 2f64.powi(63)), mixed("ne", f64::NAN), mixed("ge", f64::NAN)], [1, 0, 1, 0]);
}
