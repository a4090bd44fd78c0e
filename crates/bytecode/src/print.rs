//! HIR as text to read: a header line a block, then a line an operation: where it stands in the bytecode and in the source, and what it does.

use crate::{Block, BlockId, Code, Conversion, Hir, OpKind, OpaqueFlow, Unary};
use base::Index;
use std::fmt::Write;

impl Hir {
    /// ```text
    /// bb1 (loop head, depth 1, live total):
    ///    12  L3:4   for_iter else bb3
    /// ```
    /// Operations that a handler protects are marked with `!`; the second half of a fused instruction has no offset.
    pub fn print(&self, code: &Code) -> String {
        let mut text = String::new();
        for (index, block) in self.blocks.iter().enumerate() {
            let _ = writeln!(text, "{} ({}):", BlockId::new(index), self.header(block, &self.live_in[index], code));
            for op in &self.ops[block.first.index()..block.end.index()] {
                let offset = op.place.map_or(String::new(), |place| place.to_string());
                let span = if op.span.is_known() { format!("L{}", op.span) } else { "-".to_string() };
                let mark = if op.is_protected { '!' } else { ' ' };
                let _ = writeln!(text, "{offset:>5}{mark} {span:<8} {}", describe(&op.kind, code));
            }
        }
        text
    }

    fn header(&self, block: &Block, live: &[u64], code: &Code) -> String {
        let mut facts = Vec::new();
        if block.is_handler {
            facts.push("handler".to_string());
        }
        if block.is_loop_head {
            facts.push("loop head".to_string());
        }
        facts.push(format!("depth {}", block.depth));
        let is_live = |local: usize| live[local / 64] >> (local % 64) & 1 != 0;
        let names: Vec<&str> =
            code.locals.iter().enumerate().filter(|(local, _)| is_live(*local)).map(|(_, local)| local.name.as_str()).collect();
        if !names.is_empty() {
            facts.push(format!("live {}", names.join(" ")));
        }
        facts.join(", ")
    }
}

fn describe(kind: &OpKind, code: &Code) -> String {
    let local = |index: u32| &code.locals[index as usize].name;
    let name = |index: u32| &code.names[index as usize];
    let constant = |index: u32| code.consts[index as usize].to_string();
    let not = |invert: bool| if invert { "not " } else { "" };
    match kind {
        OpKind::Nop => "nop".to_string(),
        OpKind::LoadFast(index) => format!("load_fast {}", local(*index)),
        OpKind::LoadFastAndClear(index) => format!("load_fast_and_clear {}", local(*index)),
        OpKind::StoreFast(index) => format!("store_fast {}", local(*index)),
        OpKind::DeleteFast(index) => format!("delete_fast {}", local(*index)),
        OpKind::LoadConst(index) => format!("load_const {}", constant(*index)),
        OpKind::PushNull => "push_null".to_string(),
        OpKind::LoadGlobal(index) => format!("load_global {}", name(*index)),
        OpKind::LoadName(index) => format!("load_name {}", name(*index)),
        OpKind::StoreName(index) => format!("store_name {}", name(*index)),
        OpKind::DeleteName(index) => format!("delete_name {}", name(*index)),
        OpKind::StoreGlobal(index) => format!("store_global {}", name(*index)),
        OpKind::LoadDeref(index) => format!("load_deref {}", local(*index)),
        OpKind::StoreDeref(index) => format!("store_deref {}", local(*index)),
        OpKind::LoadClosure(index) => format!("load_closure {}", local(*index)),
        OpKind::MakeCell(index) => format!("make_cell {}", local(*index)),
        OpKind::LoadAssertionError => "load_assertion_error".to_string(),
        OpKind::Pop => "pop".to_string(),
        OpKind::Copy(depth) => format!("copy {depth}"),
        OpKind::Swap(depth) => format!("swap {depth}"),
        OpKind::Unary(op) => format!(
            "unary {}",
            match op {
                Unary::Neg => "-",
                Unary::Pos => "+",
                Unary::Invert => "~",
                Unary::Not => "not",
            }
        ),
        OpKind::ToBool => "to_bool".to_string(),
        OpKind::Binary { op, inplace } => {
            format!("binary {}{}", op.symbol(), if *inplace { "=" } else { "" })
        }
        OpKind::Compare { op, as_bool } => {
            format!("compare {op}{}", if *as_bool { " as bool" } else { "" })
        }
        OpKind::Is { invert } => format!("is {}", not(*invert)).trim_end().to_string(),
        OpKind::Contains { invert } => format!("{}in", not(*invert)),
        OpKind::Subscript => "subscript".to_string(),
        OpKind::StoreSubscript => "store_subscript".to_string(),
        OpKind::DeleteSubscript => "delete_subscript".to_string(),
        OpKind::BinarySlice => "binary_slice".to_string(),
        OpKind::StoreSlice => "store_slice".to_string(),
        OpKind::BuildSlice(items) => format!("build_slice {items}"),
        OpKind::LoadAttr(index) => format!("load_attr {}", name(*index)),
        OpKind::LoadMethod(index) => format!("load_method {}", name(*index)),
        OpKind::LoadSuper { name: index, is_method, .. } => {
            format!("load_super_{} {}", if *is_method { "method" } else { "attr" }, name(*index))
        }
        OpKind::StoreAttr(index) => format!("store_attr {}", name(*index)),
        OpKind::DeleteAttr(index) => format!("delete_attr {}", name(*index)),
        OpKind::Call { args, keywords } if keywords.is_empty() => format!("call {args}"),
        OpKind::Call { args, keywords } => format!("call {args} keywords {}", keywords.join(" ")),
        OpKind::CallEx { keywords } => {
            format!("call_ex{}", if *keywords { " keywords" } else { "" })
        }
        OpKind::BuildTuple(items) => format!("build_tuple {items}"),
        OpKind::BuildList(items) => format!("build_list {items}"),
        OpKind::BuildSet(items) => format!("build_set {items}"),
        OpKind::BuildMap(items) => format!("build_map {items}"),
        OpKind::BuildConstKeyMap(items) => format!("build_const_key_map {items}"),
        OpKind::BuildString(items) => format!("build_string {items}"),
        OpKind::ListExtend(depth) => format!("list_extend {depth}"),
        OpKind::ListAppend(depth) => format!("list_append {depth}"),
        OpKind::SetAdd(depth) => format!("set_add {depth}"),
        OpKind::SetUpdate(depth) => format!("set_update {depth}"),
        OpKind::MapAdd(depth) => format!("map_add {depth}"),
        OpKind::DictUpdate(depth) => format!("dict_update {depth}"),
        OpKind::DictMerge(depth) => format!("dict_merge {depth}"),
        OpKind::ListToTuple => "list_to_tuple".to_string(),
        OpKind::Format { conversion, has_spec } => {
            format!("format{}{}", conversion_suffix(*conversion), if *has_spec { " with spec" } else { "" })
        }
        OpKind::Convert(conversion) => format!("convert{}", conversion_suffix(*conversion)),
        OpKind::UnpackSequence(items) => format!("unpack_sequence {items}"),
        OpKind::UnpackEx { before, after } => format!("unpack_ex {before} * {after}"),
        OpKind::GetIter => "get_iter".to_string(),
        OpKind::ForIter { exit } => format!("for_iter else {exit}"),
        OpKind::Jump(target) => format!("jump {target}"),
        OpKind::JumpBack(target) => format!("jump_back {target}"),
        OpKind::JumpIf { when, target } => format!("jump_if {when} {target}"),
        OpKind::JumpIfNone { when, target } => {
            format!("jump_if_{}none {target}", if *when { "" } else { "not_" })
        }
        OpKind::JumpIfOrPop { when, target } => format!("jump_if_or_pop {when} {target}"),
        OpKind::Return => "return".to_string(),
        OpKind::ReturnConst(index) => format!("return_const {}", constant(*index)),
        OpKind::Raise(items) => format!("raise {items}"),
        OpKind::Opaque { name, effect, flow } => match flow {
            OpaqueFlow::Next => format!("opaque {name} {effect:+}"),
            OpaqueFlow::Branch { target, effect: jumping } => format!("opaque {name} {effect:+} or {target} {jumping:+}"),
            OpaqueFlow::End => format!("opaque {name} end"),
        },
    }
}

fn conversion_suffix(conversion: Conversion) -> &'static str {
    match conversion {
        Conversion::None => "",
        Conversion::Str => " !s",
        Conversion::Repr => " !r",
        Conversion::Ascii => " !a",
    }
}
