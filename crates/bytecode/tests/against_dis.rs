//! Everything that the decoder says about real code, `dis` says too: the corpus, and the whole standard library.
//! `LANCEHEAD_TEST_WHOLE_STDLIB=1` takes the library's own tests along.

mod support;

use base::Index;
use bytecode::{Hir, OpKind, decode};
use std::collections::BTreeSet;
use support::{Disassembled, Sample, corpus, dump, interpreter, sample};

/// Of all code objects, so many in a thousand decode at least.
const DECODED_PER_MILLE: usize = 995;

#[test]
fn opcode_tables_are_the_interpreters() {
    for minor in [11, 12, 13] {
        let Some(python) = interpreter(minor) else {
            continue;
        };
        let mut theirs = BTreeSet::new();
        dump(&python, &["opcodes"], "", |row| {
            let number = |index: usize| row[index].as_u64().expect("a number") as u8;
            theirs.insert((number(0), row[1].as_str().expect("a name").to_string(), number(2)));
        });
        let internal = |name: &str| {
            name.starts_with("INSTRUMENTED_")
                || ["CACHE", "RESERVED", "INTERPRETER_EXIT", "EXIT_INIT_CHECK", "ENTER_EXECUTOR"].contains(&name)
        };
        theirs.retain(|(_, name, _)| !internal(name));
        let ours = bytecode::opcode_table(minor).into_iter().map(|(number, name, caches)| (number, name.to_string(), caches));
        assert_eq!(ours.collect::<BTreeSet<_>>(), theirs, "the instruction table of 3.{minor}");
    }
}

#[test]
fn python_3_11_corpus() {
    compare_corpus(11);
}

#[test]
fn python_3_12_corpus() {
    compare_corpus(12);
}

#[test]
fn python_3_13_corpus() {
    compare_corpus(13);
}

#[test]
fn python_3_11_standard_library() {
    compare_standard_library(11);
}

#[test]
fn python_3_12_standard_library() {
    compare_standard_library(12);
}

#[test]
fn python_3_13_standard_library() {
    compare_standard_library(13);
}

fn compare_corpus(minor: u8) {
    let Some(python) = interpreter(minor) else {
        return;
    };
    for sample in corpus(&python) {
        let hir = decode(&sample.code).unwrap_or_else(|error| panic!("{}: {error}", sample.code.qualname));
        compare(&sample, &hir);
        for op in &hir.ops {
            assert_eq!(op.span, sample.code.positions[op.at as usize / 2], "{}: span at {}", sample.code.qualname, op.at);
        }
    }
}

fn compare_standard_library(minor: u8) {
    let Some(python) = interpreter(minor) else {
        return;
    };
    let arguments: &[&str] = if std::env::var_os("LANCEHEAD_TEST_WHOLE_STDLIB").is_some() { &["stdlib", "--tests"] } else { &["stdlib"] };
    let (mut decoded, mut ops, mut failures) = (0, 0, Vec::new());
    dump(&python, arguments, "", |value| {
        let sample = sample(&value);
        match decode(&sample.code) {
            Ok(hir) => {
                compare(&sample, &hir);
                let _ = (hir.print(&sample.code), hir.to_python(&sample.code));
                decoded += 1;
                ops += hir.ops.len();
            }
            Err(error) => failures.push(format!("{}:{}: {error}", sample.code.filename, sample.code.qualname)),
        }
    });
    eprintln!("3.{minor}: {decoded} code objects, {ops} operations; {} not decoded", failures.len());
    assert!(decoded * 1000 >= DECODED_PER_MILLE * (decoded + failures.len()), "{}", failures.join("\n"));
}

fn compare(sample: &Sample, hir: &Hir) {
    let code = &sample.code;
    let whose = format!("{}:{}", code.filename, code.qualname);
    let index_at = |offset: u32| {
        sample
            .instructions
            .binary_search_by_key(&offset, |instruction| instruction.offset)
            .unwrap_or_else(|_| panic!("{whose}: no instruction at {offset}"))
    };
    let offset_behind =
        |offset: u32| sample.instructions.get(index_at(offset) + 1).map_or(code.bytecode.len() as u32, |instruction| instruction.offset);
    let start_of = |block: bytecode::BlockId| hir.ops[hir.blocks[block.index()].first.index()].place.expect("a block begins at a place");

    for op in &hir.ops {
        let at = op.at;
        let instruction = &sample.instructions[index_at(at)];
        assert!(names(&op.kind).contains(&instruction.name.as_str()), "{whose}: {:?} at {at} is {}", op.kind, instruction.name);
        assert!(op.next.is_none_or(|next| next == offset_behind(at)), "{whose}: next at {at}");
        if let Some(place) = op.place {
            assert!(index_at(place) <= index_at(at), "{whose}: place at {at}");
            let prefixes = &sample.instructions[index_at(place)..index_at(at)];
            let is_prefix = |name: &str| {
                ["EXTENDED_ARG", "KW_NAMES", "PRECALL"].contains(&name) || instruction.name == "CALL_KW" && name == "LOAD_CONST"
            };
            assert!(prefixes.iter().all(|prefix| is_prefix(&prefix.name)), "{whose}: place at {at}");
        }
        assert_eq!(op.is_protected, sample.protected.iter().any(|&(start, end)| start <= at && at < end), "{whose}: protection at {at}");
        if let Some(target) = op.target() {
            let mut theirs = instruction.target.unwrap_or_else(|| panic!("{whose}: {} at {at} jumps", instruction.name));
            for _ in 0..if instruction.name == "FOR_ITER" { code.minor - 11 } else { 0 } {
                theirs = offset_behind(theirs);
            }
            assert_eq!(start_of(target), theirs, "{whose}: target of {} at {at}", instruction.name);
        } else {
            assert_eq!(instruction.target, None, "{whose}: {} at {at} jumps", instruction.name);
        }
    }

    for (index, block) in hir.blocks.iter().enumerate() {
        let id = bytecode::BlockId::new(index);
        let start = &sample.instructions[index_at(start_of(id))];
        assert_eq!(Some(block.depth), start.depth, "{whose}: depth of {id} at {}", start.offset);
    }

    let ours: BTreeSet<u32> = hir.ops.iter().map(|op| op.at).collect();
    let theirs: BTreeSet<u32> = (0..sample.instructions.len())
        .filter(|&index| is_operation(&sample.instructions, index, code.minor))
        .map(|index| sample.instructions[index].offset)
        .collect();
    assert_eq!(ours, theirs, "{whose}: the instructions that have operations");
}

/// Reachable, no prefix, and no part of the end of a loop that FOR_ITER skips.
fn is_operation(instructions: &[Disassembled], index: usize, minor: u8) -> bool {
    let name = |index: Option<usize>| index.and_then(|index| instructions.get(index)).map_or("", |instruction| &instruction.name);
    let folded = match name(Some(index)) {
        "EXTENDED_ARG" | "KW_NAMES" | "PRECALL" | "END_FOR" => true,
        "POP_TOP" => minor >= 13 && name(index.checked_sub(1)) == "END_FOR",
        "LOAD_CONST" => {
            instructions[index + 1..].iter().find(|next| next.name != "EXTENDED_ARG").is_some_and(|next| next.name == "CALL_KW")
        }
        _ => false,
    };
    instructions[index].depth.is_some() && !folded
}

/// CPython's names for the instructions that an operation comes from.
fn names(kind: &OpKind) -> &'static [&'static str] {
    match kind {
        OpKind::Nop => &["RESUME", "NOP", "COPY_FREE_VARS"],
        OpKind::LoadFast(_) => &["LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_LOAD_FAST", "STORE_FAST_LOAD_FAST"],
        OpKind::LoadFastAndClear(_) => &["LOAD_FAST_AND_CLEAR"],
        OpKind::StoreFast(_) => &["STORE_FAST", "STORE_FAST_LOAD_FAST", "STORE_FAST_STORE_FAST"],
        OpKind::DeleteFast(_) => &["DELETE_FAST"],
        OpKind::LoadConst(_) => &["LOAD_CONST"],
        OpKind::PushNull => &["PUSH_NULL", "LOAD_GLOBAL"],
        OpKind::LoadGlobal(_) => &["LOAD_GLOBAL"],
        OpKind::LoadName(_) => &["LOAD_NAME"],
        OpKind::StoreName(_) => &["STORE_NAME"],
        OpKind::DeleteName(_) => &["DELETE_NAME"],
        OpKind::StoreGlobal(_) => &["STORE_GLOBAL"],
        OpKind::LoadDeref(_) => &["LOAD_DEREF"],
        OpKind::StoreDeref(_) => &["STORE_DEREF"],
        OpKind::LoadClosure(_) => &["LOAD_CLOSURE", "LOAD_FAST", "LOAD_FAST_LOAD_FAST", "STORE_FAST_LOAD_FAST"],
        OpKind::MakeCell(_) => &["MAKE_CELL"],
        OpKind::LoadAssertionError => &["LOAD_ASSERTION_ERROR"],
        OpKind::Pop => &["POP_TOP"],
        OpKind::Copy(_) => &["COPY"],
        OpKind::Swap(_) => &["SWAP"],
        OpKind::Unary(_) => &["UNARY_NEGATIVE", "UNARY_POSITIVE", "UNARY_INVERT", "UNARY_NOT", "CALL_INTRINSIC_1"],
        OpKind::ToBool => &["TO_BOOL"],
        OpKind::Binary { .. } => &["BINARY_OP"],
        OpKind::Compare { .. } => &["COMPARE_OP"],
        OpKind::Is { .. } => &["IS_OP"],
        OpKind::Contains { .. } => &["CONTAINS_OP"],
        OpKind::Subscript => &["BINARY_SUBSCR"],
        OpKind::StoreSubscript => &["STORE_SUBSCR"],
        OpKind::DeleteSubscript => &["DELETE_SUBSCR"],
        OpKind::BinarySlice => &["BINARY_SLICE"],
        OpKind::StoreSlice => &["STORE_SLICE"],
        OpKind::BuildSlice(_) => &["BUILD_SLICE"],
        OpKind::LoadAttr(_) => &["LOAD_ATTR"],
        OpKind::LoadMethod(_) => &["LOAD_ATTR", "LOAD_METHOD"],
        OpKind::LoadSuper { .. } => &["LOAD_SUPER_ATTR"],
        OpKind::StoreAttr(_) => &["STORE_ATTR"],
        OpKind::DeleteAttr(_) => &["DELETE_ATTR"],
        OpKind::Call { keywords, .. } if keywords.is_empty() => &["CALL"],
        OpKind::Call { .. } => &["CALL", "CALL_KW"],
        OpKind::CallEx { .. } => &["CALL_FUNCTION_EX"],
        OpKind::BuildTuple(_) => &["BUILD_TUPLE"],
        OpKind::BuildList(_) => &["BUILD_LIST"],
        OpKind::BuildSet(_) => &["BUILD_SET"],
        OpKind::BuildMap(_) => &["BUILD_MAP"],
        OpKind::BuildConstKeyMap(_) => &["BUILD_CONST_KEY_MAP"],
        OpKind::BuildString(_) => &["BUILD_STRING"],
        OpKind::ListExtend(_) => &["LIST_EXTEND"],
        OpKind::ListAppend(_) => &["LIST_APPEND"],
        OpKind::SetAdd(_) => &["SET_ADD"],
        OpKind::SetUpdate(_) => &["SET_UPDATE"],
        OpKind::MapAdd(_) => &["MAP_ADD"],
        OpKind::DictUpdate(_) => &["DICT_UPDATE"],
        OpKind::DictMerge(_) => &["DICT_MERGE"],
        OpKind::ListToTuple => &["LIST_TO_TUPLE", "CALL_INTRINSIC_1"],
        OpKind::Format { .. } => &["FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC"],
        OpKind::Convert(_) => &["CONVERT_VALUE"],
        OpKind::UnpackSequence(_) => &["UNPACK_SEQUENCE"],
        OpKind::UnpackEx { .. } => &["UNPACK_EX"],
        OpKind::GetIter => &["GET_ITER"],
        OpKind::ForIter { .. } => &["FOR_ITER"],
        OpKind::Jump(_) => &["JUMP_FORWARD", "JUMP_BACKWARD_NO_INTERRUPT"],
        OpKind::JumpBack(_) => &["JUMP_BACKWARD"],
        OpKind::JumpIf { when: false, .. } => &["POP_JUMP_IF_FALSE", "POP_JUMP_FORWARD_IF_FALSE", "POP_JUMP_BACKWARD_IF_FALSE"],
        OpKind::JumpIf { when: true, .. } => &["POP_JUMP_IF_TRUE", "POP_JUMP_FORWARD_IF_TRUE", "POP_JUMP_BACKWARD_IF_TRUE"],
        OpKind::JumpIfNone { when: true, .. } => &["POP_JUMP_IF_NONE", "POP_JUMP_FORWARD_IF_NONE", "POP_JUMP_BACKWARD_IF_NONE"],
        OpKind::JumpIfNone { when: false, .. } => {
            &["POP_JUMP_IF_NOT_NONE", "POP_JUMP_FORWARD_IF_NOT_NONE", "POP_JUMP_BACKWARD_IF_NOT_NONE"]
        }
        OpKind::JumpIfOrPop { when: false, .. } => &["JUMP_IF_FALSE_OR_POP"],
        OpKind::JumpIfOrPop { when: true, .. } => &["JUMP_IF_TRUE_OR_POP"],
        OpKind::Return => &["RETURN_VALUE"],
        OpKind::ReturnConst(_) => &["RETURN_CONST"],
        OpKind::Raise(_) => &["RAISE_VARARGS"],
        OpKind::Opaque { name, .. } => opaque(name),
    }
}

fn opaque(name: &'static str) -> &'static [&'static str] {
    static NAMES: std::sync::LazyLock<Vec<&'static str>> =
        std::sync::LazyLock::new(|| [11, 12, 13].into_iter().flat_map(bytecode::opcode_table).map(|(_, name, _)| name).collect());
    NAMES.iter().position(|known| *known == name).map_or(&[], |index| &NAMES[index..=index])
}
