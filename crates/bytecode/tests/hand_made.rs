//! Small byte strings, whole and broken.

use bytecode::{
    CO_OPTIMIZED, Code, Const, DecodeError, Hir, Local, LocalKind, OpId, OpKind, OpaqueFlow, decode, fingerprint_bytes, guard,
    landing_args, opcode_table,
};

fn code(minor: u8, bytecode: &[u8]) -> Code {
    let local = |name: &str, kind| Local { name: name.to_string(), kind };
    Code {
        minor,
        name: "f".to_string(),
        qualname: "f".to_string(),
        filename: "f.py".to_string(),
        first_line: 1,
        flags: CO_OPTIMIZED,
        argcount: 1,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 4,
        bytecode: bytecode.to_vec(),
        consts: vec![Const::None, Const::Tuple(vec![Const::Str("key".to_string())])],
        names: vec!["g".to_string()],
        locals: vec![local("x", LocalKind::Fast), local("y", LocalKind::Fast), local("z", LocalKind::Free)],
        exception_table: Vec::new(),
        positions: Vec::new(),
        off: bytecode::Off::Nothing,
    }
}

/// Instructions by name, with zeroed inline caches behind them.
fn assemble(minor: u8, instructions: &[(&str, u8)]) -> Code {
    let table = opcode_table(minor);
    let mut bytes = Vec::new();
    for &(name, arg) in instructions {
        let &(number, _, caches) = table.iter().find(|row| row.1 == name).expect("an instruction of this version");
        bytes.extend([number, arg]);
        bytes.extend(vec![0; 2 * usize::from(caches)]);
    }
    code(minor, &bytes)
}

fn kinds(hir: &Hir) -> Vec<OpKind> {
    hir.ops.iter().map(|op| op.kind.clone()).collect()
}

fn what(code: &Code) -> &'static str {
    match decode(code) {
        Err(DecodeError::Malformed { what, .. } | DecodeError::Unsupported { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unknown_version_is_refused() {
    assert_eq!(decode(&code(10, &[0, 0])), Err(DecodeError::UnknownVersion(10)));
    assert_eq!(decode(&code(14, &[0, 0])), Err(DecodeError::UnknownVersion(14)));
}

#[test]
fn a_prefix_belongs_to_its_operation() {
    let mut wide = assemble(12, &[("EXTENDED_ARG", 1), ("LOAD_CONST", 2), ("RETURN_VALUE", 0)]);
    wide.consts = vec![Const::None; 259];
    let hir = decode(&wide).expect("decodes");
    assert_eq!(hir.ops[0].kind, OpKind::LoadConst(258));
    assert_eq!((hir.ops[0].place, hir.ops[0].at, hir.ops[0].next), (Some(0), 2, Some(4)));
}

#[test]
fn a_call_with_keywords_begins_at_its_first_part() {
    let places = |code: &Code| {
        let hir = decode(code).expect("decodes");
        let call = hir.ops.iter().find(|op| matches!(op.kind, OpKind::Call { .. })).expect("a call").clone();
        assert_eq!(call.kind, OpKind::Call { args: 1, keywords: vec!["key".to_string()] });
        (call.place, call.at, call.next)
    };
    let loads = [("PUSH_NULL", 0), ("LOAD_FAST", 0), ("LOAD_FAST", 0)];
    let with = |minor, call: &[(&str, u8)]| assemble(minor, &[&loads, call, &[("RETURN_VALUE", 0)]].concat());
    assert_eq!(places(&with(11, &[("KW_NAMES", 1), ("PRECALL", 1), ("CALL", 1)])), (Some(6), 12, Some(22)));
    assert_eq!(places(&with(12, &[("KW_NAMES", 1), ("CALL", 1)])), (Some(6), 8, Some(16)));
    assert_eq!(places(&with(13, &[("LOAD_CONST", 1), ("CALL_KW", 1)])), (Some(6), 8, Some(10)));
}

#[test]
fn a_fused_instruction_is_two_operations_with_one_place_and_one_next() {
    let hir = decode(&assemble(13, &[("LOAD_FAST_LOAD_FAST", 0x01), ("BUILD_TUPLE", 2), ("RETURN_VALUE", 0)])).expect("decodes");
    assert_eq!(kinds(&hir)[..2], [OpKind::LoadFast(0), OpKind::LoadFast(1)]);
    assert_eq!((hir.ops[0].place, hir.ops[0].next), (Some(0), None));
    assert_eq!((hir.ops[1].place, hir.ops[1].next), (None, Some(2)));
    assert_eq!(hir.live_in, [[0b11]]);
}

#[test]
fn what_only_code_behind_a_loop_reads_is_not_read_in_it() {
    // for x in x: pass; return y
    let code = assemble(
        11,
        &[
            ("LOAD_FAST", 0),
            ("GET_ITER", 0),
            ("FOR_ITER", 2),
            ("STORE_FAST", 0),
            ("JUMP_BACKWARD", 3),
            ("LOAD_FAST", 1),
            ("RETURN_VALUE", 0),
        ],
    );
    let hir = decode(&code).expect("decodes");
    assert_eq!(hir.outermost_loop(hir.blocks[1].first), Some((hir.blocks[1].first, OpId(4))));
    assert_eq!(hir.live_in, [[0b11], [0b10], [0b10], [0b10]]);
    assert_eq!(hir.live_in_loop, [[0b11], [0b00], [0b00], [0b10]]);
}

#[test]
fn the_null_of_a_global_lies_below_it_and_from_3_13_on_above() {
    let of = |minor| {
        let name_and_null = assemble(minor, &[("LOAD_GLOBAL", 1), ("POP_TOP", 0), ("RETURN_VALUE", 0)]);
        kinds(&decode(&name_and_null).expect("decodes"))[..2].to_vec()
    };
    assert_eq!(of(11), [OpKind::PushNull, OpKind::LoadGlobal(0)]);
    assert_eq!(of(12), [OpKind::PushNull, OpKind::LoadGlobal(0)]);
    assert_eq!(of(13), [OpKind::LoadGlobal(0), OpKind::PushNull]);
}

#[test]
fn a_handler_keeps_its_variables_alive_in_what_it_protects() {
    // x = None under a handler that returns y.
    let mut code = assemble(
        11,
        &[
            ("LOAD_CONST", 0),
            ("STORE_FAST", 1),
            ("LOAD_CONST", 0),
            ("RETURN_VALUE", 0),
            ("PUSH_EXC_INFO", 0),
            ("LOAD_FAST", 1),
            ("RETURN_VALUE", 0),
        ],
    );
    code.exception_table = vec![0x80 | 2, 1, 4, 0];
    let hir = decode(&code).expect("decodes");
    let shape: Vec<_> = hir.blocks.iter().map(|block| (block.first.0, block.depth, block.is_handler)).collect();
    assert_eq!(shape, [(0, 0, false), (2, 0, false), (3, 1, false), (4, 1, true)]);
    assert_eq!(hir.live_in, [[0b00], [0b10], [0b00], [0b10]]);
    assert!(hir.ops[2].is_protected && !hir.ops[3].is_protected);
    assert_eq!(hir.ops[4].kind, OpKind::Opaque { name: "PUSH_EXC_INFO", effect: 1, flow: OpaqueFlow::Next });
}

#[test]
fn broken_bytecode_is_refused_with_a_reason() {
    let end = ("RETURN_VALUE", 0);
    assert_eq!(what(&code(12, &[])), "the bytecode is no sequence of code units");
    assert_eq!(what(&code(12, &[9])), "the bytecode is no sequence of code units");
    assert_eq!(what(&code(12, &[255, 0])), "unknown instruction");
    assert_eq!(what(&code(12, &[25, 0])), "the inline cache is cut off");
    assert_eq!(what(&code(12, &[25, 0, 1, 0])), "the inline cache is in use: this is not co_code");
    assert_eq!(what(&assemble(12, &[("EXTENDED_ARG", 0)])), "EXTENDED_ARG at the end");
    assert_eq!(what(&assemble(12, &[("NOP", 0)])), "control goes to where no instruction begins");
    assert_eq!(what(&assemble(12, &[("JUMP_FORWARD", 9), end])), "control goes to where no instruction begins");
    assert_eq!(what(&assemble(12, &[("JUMP_BACKWARD", 9), end])), "a jump out of the code");
    assert_eq!(
        what(&assemble(12, &[("JUMP_FORWARD", 1), ("KW_NAMES", 1), ("CALL", 1), end])),
        "control goes to where no instruction begins"
    );
    assert_eq!(what(&assemble(12, &[("LOAD_FAST", 0), ("FOR_ITER", 0), end])), "a FOR_ITER without the END_FOR that it skips");
    assert_eq!(what(&assemble(12, &[("LOAD_FAST", 3), end])), "no such local");
    assert_eq!(what(&assemble(12, &[("LOAD_CONST", 2), end])), "no such constant");
    assert_eq!(what(&assemble(12, &[("LOAD_GLOBAL", 2), end])), "no such name");
    assert_eq!(what(&assemble(12, &[("KW_NAMES", 0), ("CALL", 0), end])), "KW_NAMES of something else than names");
    assert_eq!(what(&assemble(12, &[("KW_NAMES", 1), ("CALL", 0), end])), "more keywords than arguments");
    assert_eq!(what(&assemble(12, &[end])), "an operation on less than the stack holds");
    assert_eq!(what(&assemble(12, &[("LOAD_FAST", 0), ("JUMP_BACKWARD", 2)])), "the depth of the stack depends on the way here");
    assert_eq!(what(&assemble(12, &[("LOAD_FAST", 0), ("UNPACK_SEQUENCE", 9), end])), "the stack grows beyond its size");
    assert_eq!(what(&assemble(12, &[("LOAD_FAST", 0), ("END_FOR", 0), end])), "an instruction out of place");
    let mut bad_table = assemble(12, &[("LOAD_FAST", 0), end]);
    bad_table.exception_table = vec![0];
    assert_eq!(what(&bad_table), "the exception table");
}

#[test]
fn a_loop_gets_a_guard_in_front_and_a_landing_pad_behind() {
    let code = assemble(
        12,
        &[("NOP", 0), ("LOAD_FAST", 0), ("POP_JUMP_IF_FALSE", 1), ("JUMP_BACKWARD", 3), ("LOAD_FAST", 0), ("RETURN_VALUE", 0)],
    );
    let guarded = guard(&code, &[], 2, false, &[]).expect("is guarded");
    let expected = assemble(
        12,
        &[
            ("NOP", 0),
            ("JUMP_FORWARD", 0),
            ("PUSH_NULL", 0),
            ("LOAD_CONST", 2),
            ("CALL", 0),
            ("POP_TOP", 0),
            ("LOAD_FAST", 0),
            ("POP_JUMP_IF_FALSE", 1),
            ("JUMP_BACKWARD", 3),
            ("LOAD_FAST", 0),
            ("RETURN_VALUE", 0),
            ("POP_TOP", 0),
            ("EXTENDED_ARG", 0),
            ("EXTENDED_ARG", 0),
            ("JUMP_BACKWARD_NO_INTERRUPT", 4),
        ],
    );
    assert_eq!(guarded.bytecode, expected.bytecode);
    assert_eq!((guarded.stacksize, guarded.landing), (code.stacksize + 2, Some(28)));
    assert_eq!((0..6).map(|unit| guarded.moved(2 * unit)).collect::<Vec<_>>(), [0, 18, 20, 22, 24, 26]);
    let [one] = &guarded.loops[..] else { panic!("one loop") };
    assert_eq!((one.head, one.new_head, one.guard, one.call, one.behind), (2, 18, 2, 8, 16));
    let args = |bytes: &[u8]| bytes.iter().skip(1).step_by(2).copied().collect::<Vec<u8>>();
    assert_eq!((one.switch.at, args(&one.switch.on), args(&one.switch.off)), (2, vec![0], vec![7]));
    let [edge] = &one.back_edges[..] else { panic!("one back edge") };
    assert_eq!((edge.at, args(&edge.on), args(&edge.off)), (22, vec![11], vec![3]));
    assert_eq!((landing_args(28, 28), landing_args(28, 2), landing_args(1 << 20, 4)), ([0, 0, 4], [0, 0, 17], [8, 0, 2]));
}

#[test]
fn no_guard_comes_between_what_an_exhausted_iterator_skips() {
    let to_end_for =
        assemble(12, &[("LOAD_FAST", 0), ("FOR_ITER", 1), ("NOP", 0), ("END_FOR", 0), ("JUMP_BACKWARD", 2), ("RETURN_VALUE", 0)]);
    let refused =
        |code: &Code| matches!(guard(code, &[], 2, false, &[]), Err(DecodeError::Unsupported { what: "a loop at what ends another", .. }));
    assert!(refused(&to_end_for));
    let behind_end_for =
        assemble(12, &[("LOAD_FAST", 0), ("FOR_ITER", 1), ("NOP", 0), ("END_FOR", 0), ("JUMP_BACKWARD", 1), ("RETURN_VALUE", 0)]);
    assert!(!refused(&behind_end_for));
}

#[test]
fn code_without_loops_stays_as_it_is() {
    let code = assemble(13, &[("LOAD_FAST", 0), ("RETURN_VALUE", 0)]);
    let guarded = guard(&code, &[0xf8], 2, false, &[]).expect("nothing to do");
    assert_eq!((guarded.bytecode, guarded.line_table, guarded.landing), (code.bytecode, vec![0xf8], None));
    assert!(guarded.loops.is_empty());
}

#[test]
fn guards_refuse_broken_parts() {
    let code = assemble(12, &[("NOP", 0), ("JUMP_BACKWARD", 2)]);
    assert!(guard(&code, &[], 2, false, &[]).is_ok());
    assert!(matches!(guard(&code, &[0], 2, false, &[]), Err(DecodeError::Malformed { what: "the line table", .. })));
    assert!(matches!(guard(&code, &[], u32::MAX, false, &[]).map(|guarded| guarded.loops.len()), Ok(1)));
    let unreachable = assemble(12, &[("NOP", 0), ("JUMP_BACKWARD", 2), ("JUMP_FORWARD", 9)]);
    assert!(matches!(guard(&unreachable, &[], 2, false, &[]), Err(DecodeError::Malformed { at: 4, .. })));
}

/// xorshift64*
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound
    }
}

#[test]
fn random_bytes_never_panic() {
    let mut random = Random(42);
    let (mut decoded, mut guards) = (0, 0);
    for round in 0..200_000 {
        let minor = 11 + random.below(3) as u8;
        let mut code = if round % 4 == 0 {
            let length = random.below(40);
            let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
            code(minor, &bytes)
        } else {
            let table = opcode_table(minor);
            let instructions: Vec<(&str, u8)> =
                (0..1 + random.below(12)).map(|_| (table[random.below(table.len())].1, random.below(4) as u8)).collect();
            let mut code = assemble(minor, &[&[("LOAD_FAST", 0); 3][..], &instructions, &[("RETURN_VALUE", 0)]].concat());
            if random.below(8) == 0 {
                let at = random.below(code.bytecode.len());
                code.bytecode[at] = random.next() as u8;
            }
            code
        };
        code.stacksize = [4, 30, 1000][random.below(3)];
        code.exception_table = (0..random.below(9)).map(|_| random.below(256) as u8 & 0x8f).collect();
        let line_table: Vec<u8> = (0..random.below(9)).map(|_| random.below(256) as u8).collect();
        if let Ok(guarded) = guard(&code, &line_table, random.below(300) as u32, false, &[]) {
            guards += guarded.loops.len();
        }
        if let Ok(hir) = decode(&code) {
            decoded += 1;
            let _ = (hir.print(&code), hir.to_python(&code));
        }
    }
    assert!(decoded > 1000, "only {decoded} of the random functions decode: they test nothing");
    // Few: only what decodes gets guards.
    assert!(guards > 20, "only {guards} loops of the random functions get guards");
}

#[test]
fn the_fingerprint_holds_what_the_function_does_and_not_where_it_stands() {
    let one = assemble(12, &[("LOAD_FAST", 0), ("RETURN_VALUE", 0)]);
    let mut moved = one.clone();
    (moved.first_line, moved.filename, moved.name, moved.qualname) = (99, "g.py".into(), "g".into(), "C.g".into());
    moved.positions = vec![base::Span { line: 99, end_line: 99, column: 0, end_column: 1 }; 2];
    assert_eq!(fingerprint_bytes(&one), fingerprint_bytes(&moved));
    let changes: [fn(&mut Code); 9] = [
        |code| code.minor = 13,
        |code| code.flags |= 4,
        |code| code.argcount += 1,
        |code| code.kwonlyargcount += 1,
        |code| code.bytecode[1] = 1,
        |code| code.consts[0] = Const::Float((-0.0f64).to_bits()),
        |code| code.names[0] = "h".to_string(),
        |code| code.locals[2].kind = LocalKind::Cell,
        |code| code.exception_table = vec![0x80],
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut changed = one.clone();
        change(&mut changed);
        assert_ne!(fingerprint_bytes(&one), fingerprint_bytes(&changed), "change {index}");
    }
}
