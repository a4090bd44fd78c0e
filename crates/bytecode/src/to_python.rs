//! HIR as runnable Python: a state machine over its blocks, whose stack slots are variables. CPython runs it, and must find what the
//! bytecode finds: an oracle for the decoder without any back end.
//!
//! ```text
//! def double(x):
//!     ...
//!     _hbb = 0
//!     while True:
//!         if _hbb == 0:
//!             _hs0 = x
//!             _hs1 = 2
//!             _hs0 = _hs0 * _hs1
//!             return _hs0
//! ```

use crate::dialect::Dialect;
use crate::literal::{quoted, quoted_bytes};
use crate::{Block, BlockId, CO_VARARGS, CO_VARKEYWORDS, Code, Const, Conversion, Hir, LocalKind, Op, OpKind, OpaqueFlow, Unary};
use base::Index;
use std::collections::BTreeSet;

impl Hir {
    /// A Python function that does the same, positions aside. None if some of it is the interpreter's own: opaque operations, closures,
    /// handlers (but those which only put the variables of an inlined comprehension back, for then the function ends).
    /// Its parameters have no defaults; its result, exceptions and their texts are those of the original.
    pub fn to_python(&self, code: &Code) -> Option<String> {
        let (dialect, _) = Dialect::of(code.minor)?;
        if !self.handlers_only_restore() || !names_are_writable(self, code) {
            return None;
        }
        let mut writer = Writer {
            code,
            null_above_callable: dialect.null_above_callable,
            prefix: unused_prefix(code),
            stores_may_unbind: self.ops.iter().any(|op| matches!(op.kind, OpKind::LoadFastAndClear(_))),
            lines: Vec::new(),
        };
        writer.function_head(self)?;
        for (index, block) in self.blocks.iter().enumerate().filter(|(_, block)| !block.is_handler) {
            writer.block(self, BlockId::new(index), block)?;
        }
        Some(writer.lines.join("\n") + "\n")
    }

    fn handlers_only_restore(&self) -> bool {
        self.blocks.iter().filter(|block| block.is_handler).all(|block| {
            self.ops[block.first.index()..block.end.index()].iter().all(|op| {
                matches!(
                    op.kind,
                    OpKind::Nop
                        | OpKind::Pop
                        | OpKind::Copy(_)
                        | OpKind::Swap(_)
                        | OpKind::StoreFast(_)
                        | OpKind::Opaque { name: "RERAISE", .. }
                )
            })
        })
    }
}

struct Writer<'a> {
    code: &'a Code,
    null_above_callable: bool,
    /// Begins all names of ours, and none of the function's.
    prefix: String,
    /// An inlined comprehension puts back what a variable was, unbound if need be.
    stores_may_unbind: bool,
    lines: Vec<String>,
}

impl Writer<'_> {
    fn function_head(&mut self, hir: &Hir) -> Option<()> {
        let prefix = self.prefix.clone();
        let name = if is_identifier(&self.code.name) { &self.code.name } else { "_function" };
        self.lines.push(format!("def {name}({}):", self.parameters()?));
        let stored_globals: BTreeSet<&str> = hir
            .ops
            .iter()
            .filter_map(|op| match op.kind {
                OpKind::StoreGlobal(index) => Some(self.code.names[index as usize].as_str()),
                _ => None,
            })
            .collect();
        for global in stored_globals {
            self.lines.push(format!("    global {global}"));
        }
        for index in 0..self.code.locals.len() as u32 {
            let local = self.local(index);
            self.lines.push(format!("    if False: {local} = None"));
        }
        self.lines.push(format!("    import builtins as {prefix}builtins, marshal as {prefix}marshal"));
        self.lines.push(format!("    {prefix}null = ['NULL']"));
        self.lines.push(format!("    {prefix}bb = 0"));
        self.lines.push("    while True:".to_string());
        Some(())
    }

    fn parameters(&self) -> Option<String> {
        let (positional, only_positional, only_keyword) = (self.code.argcount, self.code.posonlyargcount, self.code.kwonlyargcount);
        let varargs = (self.code.flags & CO_VARARGS != 0).then_some(positional.checked_add(only_keyword)?);
        let varkeywords =
            (self.code.flags & CO_VARKEYWORDS != 0).then_some(positional.checked_add(only_keyword)? + u32::from(varargs.is_some()));
        let count = varkeywords.or(varargs).map_or(positional + only_keyword, |last| last + 1);
        if count as usize > self.code.locals.len() || only_positional > positional {
            return None;
        }
        let mut parameters = Vec::new();
        for index in 0..positional {
            parameters.push(self.local(index));
            if index + 1 == only_positional {
                parameters.push("/".to_string());
            }
        }
        match varargs {
            Some(index) => parameters.push(format!("*{}", self.local(index))),
            None if only_keyword > 0 => parameters.push("*".to_string()),
            None => {}
        }
        parameters.extend((positional..positional + only_keyword).map(|index| self.local(index)));
        parameters.extend(varkeywords.map(|index| format!("**{}", self.local(index))));
        Some(parameters.join(", "))
    }

    fn block(&mut self, hir: &Hir, id: BlockId, block: &Block) -> Option<()> {
        self.lines.push(format!("        if {}bb == {}:", self.prefix, id.0));
        let mut depth = i64::from(block.depth);
        let ops = &hir.ops[block.first.index()..block.end.index()];
        for op in ops {
            self.op(op, depth)?;
            depth += op.kind.stack_effect().falling;
        }
        if ops.last()?.falls_through() {
            self.go("", BlockId(id.0 + 1));
        }
        Some(())
    }

    fn op(&mut self, op: &Op, depth: i64) -> Option<()> {
        let code = self.code;
        let prefix = self.prefix.clone();
        // The n-th item, 1 is the top; 0 is where the next push goes.
        let slot = |n: u32| format!("{prefix}s{}", depth - i64::from(n));
        let items = |count: u32| (1..=count).rev().map(slot).collect::<Vec<String>>();
        let builtin = |name: &str| format!("{prefix}builtins.{name}");
        let not = |invert: bool| if invert { "not " } else { "" };
        let name = |index: u32| &code.names[index as usize];
        match &op.kind {
            OpKind::Nop => {}
            OpKind::LoadFast(index) => self.set(&slot(0), &self.fast(*index)?),
            OpKind::LoadFastAndClear(index) => {
                let local = self.fast(*index)?;
                self.line(&format!("try: {} = {local}; del {local}", slot(0)));
                self.line(&format!("except {}: {} = {prefix}null", builtin("UnboundLocalError"), slot(0)));
            }
            OpKind::StoreFast(index) => {
                let local = self.fast(*index)?;
                self.set(&local, &slot(1));
                if self.stores_may_unbind {
                    self.line(&format!("if {local} is {prefix}null: del {local}"));
                }
            }
            OpKind::DeleteFast(index) => self.line(&format!("del {}", self.fast(*index)?)),
            OpKind::LoadConst(index) => self.set(&slot(0), &self.constant(*index)),
            OpKind::PushNull => self.set(&slot(0), &format!("{prefix}null")),
            OpKind::LoadGlobal(index) => self.set(&slot(0), name(*index)),
            OpKind::StoreGlobal(index) => self.set(name(*index), &slot(1)),
            OpKind::LoadName(_) | OpKind::StoreName(_) | OpKind::DeleteName(_) => return None,
            OpKind::LoadDeref(_) | OpKind::StoreDeref(_) | OpKind::LoadClosure(_) | OpKind::MakeCell(_) => return None,
            OpKind::LoadAssertionError => self.set(&slot(0), &builtin("AssertionError")),
            OpKind::Pop => self.set(&slot(1), "None"),
            OpKind::Copy(n) => self.set(&slot(0), &slot(*n)),
            OpKind::Swap(n) => self.set(&format!("{}, {}", slot(1), slot(*n)), &format!("{}, {}", slot(*n), slot(1))),
            OpKind::Unary(unary) => {
                let operator = match unary {
                    Unary::Neg => "-",
                    Unary::Pos => "+",
                    Unary::Invert => "~",
                    Unary::Not => "not ",
                };
                self.set(&slot(1), &format!("{operator}{}", slot(1)));
            }
            OpKind::ToBool => self.set(&slot(1), &format!("{}({})", builtin("bool"), slot(1))),
            OpKind::Binary { op, inplace: true } => self.line(&format!("{} {}= {}", slot(2), op.symbol(), slot(1))),
            OpKind::Binary { op, inplace: false } => self.set(&slot(2), &format!("{} {} {}", slot(2), op.symbol(), slot(1))),
            OpKind::Compare { op, as_bool } => {
                let comparison = format!("{} {op} {}", slot(2), slot(1));
                self.set(&slot(2), &if *as_bool { format!("{}({comparison})", builtin("bool")) } else { comparison });
            }
            OpKind::Is { invert } => self.set(&slot(2), &format!("{} is {}{}", slot(2), not(*invert), slot(1))),
            OpKind::Contains { invert } => self.set(&slot(2), &format!("{} {}in {}", slot(2), not(*invert), slot(1))),
            OpKind::Subscript => self.set(&slot(2), &format!("{}[{}]", slot(2), slot(1))),
            OpKind::StoreSubscript => self.set(&format!("{}[{}]", slot(2), slot(1)), &slot(3)),
            OpKind::DeleteSubscript => self.line(&format!("del {}[{}]", slot(2), slot(1))),
            OpKind::BinarySlice => self.set(&slot(3), &format!("{}[{}:{}]", slot(3), slot(2), slot(1))),
            OpKind::StoreSlice => self.set(&format!("{}[{}:{}]", slot(3), slot(2), slot(1)), &slot(4)),
            OpKind::BuildSlice(count) => {
                self.set(&slot(*count), &format!("{}({})", builtin("slice"), items(*count).join(", ")));
            }
            OpKind::LoadAttr(index) => self.set(&slot(1), &format!("{}.{}", slot(1), name(*index))),
            OpKind::LoadMethod(index) => {
                let bound = format!("{}.{}", slot(1), name(*index));
                let null = format!("{prefix}null");
                let pair = if self.null_above_callable { format!("{bound}, {null}") } else { format!("{null}, {bound}") };
                self.set(&format!("{}, {}", slot(1), slot(0)), &pair);
            }
            OpKind::StoreAttr(index) => self.set(&format!("{}.{}", slot(1), name(*index)), &slot(2)),
            OpKind::DeleteAttr(index) => self.line(&format!("del {}.{}", slot(1), name(*index))),
            OpKind::Call { args, keywords } => {
                let positional = args.checked_sub(keywords.len() as u32)?;
                let mut arguments = items(*args);
                for (argument, keyword) in arguments[positional as usize..].iter_mut().zip(keywords) {
                    *argument = format!("{keyword}={argument}");
                }
                let (lower, upper) = (slot(args + 2), slot(args + 1));
                let arguments = arguments.join(", ");
                let (null, function) = if self.null_above_callable { (&upper, &lower) } else { (&lower, &upper) };
                let call = format!(
                    "{function}({arguments}) if {null} is {prefix}null else {lower}({upper}{}{arguments})",
                    if arguments.is_empty() { "" } else { ", " }
                );
                self.set(&lower, &call);
            }
            OpKind::CallEx { keywords } => {
                let (mappings, result) = if *keywords { (format!(", **{}", slot(1)), slot(4)) } else { (String::new(), slot(3)) };
                let sequence = slot(1 + u32::from(*keywords));
                let function = slot(2 + u32::from(*keywords) + u32::from(self.null_above_callable));
                self.set(&result, &format!("{function}(*{sequence}{mappings})"));
            }
            OpKind::BuildTuple(count) => self.set(&slot(*count), &format!("({})", comma_ended(&items(*count)))),
            OpKind::BuildList(count) => self.set(&slot(*count), &format!("[{}]", items(*count).join(", "))),
            OpKind::BuildSet(0) => self.set(&slot(0), &format!("{}()", builtin("set"))),
            OpKind::BuildSet(count) => self.set(&slot(*count), &format!("{{{}}}", items(*count).join(", "))),
            OpKind::BuildMap(count) => {
                let pairs: Vec<String> = items(2 * count).chunks(2).map(|pair| format!("{}: {}", pair[0], pair[1])).collect();
                self.set(&slot(2 * count), &format!("{{{}}}", pairs.join(", ")));
            }
            OpKind::BuildConstKeyMap(count) => {
                let values = items(count + 1)[..*count as usize].to_vec();
                let zip = format!("{}({}, ({}))", builtin("zip"), slot(1), comma_ended(&values));
                self.set(&slot(count + 1), &format!("{}({zip})", builtin("dict")));
            }
            OpKind::BuildString(count) => self.set(&slot(*count), &format!("''.join([{}])", items(*count).join(", "))),
            OpKind::ListExtend(n) => self.set(&slot(n + 1), &format!("[*{}, *{}]", slot(n + 1), slot(1))),
            OpKind::ListAppend(n) => self.line(&format!("{}.append({})", slot(n + 1), slot(1))),
            OpKind::SetAdd(n) => self.line(&format!("{}.add({})", slot(n + 1), slot(1))),
            OpKind::SetUpdate(n) => self.set(&slot(n + 1), &format!("{{*{}, *{}}}", slot(n + 1), slot(1))),
            OpKind::MapAdd(n) => self.set(&format!("{}[{}]", slot(n + 2), slot(2)), &slot(1)),
            OpKind::DictUpdate(n) => self.set(&slot(n + 1), &format!("{{**{}, **{}}}", slot(n + 1), slot(1))),
            OpKind::DictMerge(n) => {
                // A wrong mapping is refused in the name of the callable, which lies below the positional arguments.
                let below = n + 3 + u32::from(self.null_above_callable);
                if depth < i64::from(below) {
                    return None;
                }
                let merged = format!("(**{}, **{})", slot(n + 1), slot(1));
                self.line(&format!("try: {prefix}merged = (lambda **{prefix}k: {prefix}k){merged}"));
                self.line(&format!("except {}: {prefix}merged = None", builtin("TypeError")));
                self.line(&format!("if {prefix}merged is None: {}{merged}", slot(below)));
                self.set(&slot(n + 1), &format!("{prefix}merged"));
            }
            OpKind::ListToTuple => self.set(&slot(1), &format!("(*{},)", slot(1))),
            OpKind::Format { conversion, has_spec } => {
                let value = slot(1 + u32::from(*has_spec));
                let conversion = match conversion {
                    Conversion::None => "",
                    Conversion::Str => "!s",
                    Conversion::Repr => "!r",
                    Conversion::Ascii => "!a",
                };
                let spec = if *has_spec { format!(":{{{}}}", slot(1)) } else { String::new() };
                self.set(&value, &format!("f'{{{value}{conversion}{spec}}}'"));
            }
            OpKind::Convert(conversion) => {
                let converter = match conversion {
                    Conversion::None => return Some(()),
                    Conversion::Str => "str",
                    Conversion::Repr => "repr",
                    Conversion::Ascii => "ascii",
                };
                self.set(&slot(1), &format!("{}({})", builtin(converter), slot(1)));
            }
            OpKind::UnpackSequence(count) => {
                let targets: Vec<String> = (0..*count).map(|item| self.slot_above(depth, *count, item)).collect();
                self.set(&format!("[{}]", targets.join(", ")), &slot(1));
            }
            OpKind::UnpackEx { before, after } => {
                let count = before + 1 + after;
                let mut targets: Vec<String> = (0..count).map(|item| self.slot_above(depth, count, item)).collect();
                targets[*before as usize].insert(0, '*');
                self.set(&format!("[{}]", targets.join(", ")), &slot(1));
            }
            OpKind::GetIter => self.set(&slot(1), &format!("{}({})", builtin("iter"), slot(1))),
            OpKind::ForIter { exit } => {
                self.set(&slot(0), &format!("{}({}, {prefix}null)", builtin("next"), slot(1)));
                self.go(&format!("if {} is {prefix}null: ", slot(0)), *exit);
            }
            OpKind::Jump(target) | OpKind::JumpBack(target) => self.go("", *target),
            OpKind::JumpIf { when, target } | OpKind::JumpIfOrPop { when, target } => {
                self.go(&format!("if {}{}: ", not(!when), slot(1)), *target);
            }
            OpKind::JumpIfNone { when, target } => {
                self.go(&format!("if {} is {}None: ", slot(1), not(!when)), *target);
            }
            OpKind::Return => self.line(&format!("return {}", slot(1))),
            OpKind::ReturnConst(index) => self.line(&format!("return {}", self.constant(*index))),
            OpKind::Raise(0) => self.line("raise"),
            OpKind::Raise(1) => self.line(&format!("raise {}", slot(1))),
            OpKind::Raise(_) => self.line(&format!("raise {} from {}", slot(2), slot(1))),
            OpKind::LoadSuper { .. } | OpKind::Opaque { flow: OpaqueFlow::Next | OpaqueFlow::Branch { .. } | OpaqueFlow::End, .. } => {
                return None;
            }
        }
        Some(())
    }

    fn line(&mut self, statement: &str) {
        self.lines.push(format!("            {statement}"));
    }

    fn set(&mut self, target: &str, value: &str) {
        self.line(&format!("{target} = {value}"));
    }

    fn go(&mut self, condition: &str, target: BlockId) {
        self.line(&format!("{condition}{}bb = {}; continue", self.prefix, target.0));
    }

    /// Where the `item`-th of `count` unpacked items goes, the first on top.
    fn slot_above(&self, depth: i64, count: u32, item: u32) -> String {
        format!("{}s{}", self.prefix, depth - 1 + i64::from(count - 1 - item))
    }

    /// A variable that is no cell.
    fn fast(&self, index: u32) -> Option<String> {
        (self.code.locals[index as usize].kind == LocalKind::Fast).then(|| self.local(index))
    }

    /// A comprehension's parameter is called `.0`.
    fn local(&self, index: u32) -> String {
        self.code.locals[index as usize].name.replace('.', &format!("{}p", self.prefix))
    }

    fn constant(&self, index: u32) -> String {
        self.expression(&self.code.consts[index as usize])
    }

    fn expression(&self, constant: &Const) -> String {
        match constant {
            Const::Float(bits) if !f64::from_bits(*bits).is_finite() => {
                let bytes = quoted_bytes(&[&b"g"[..], &bits.to_le_bytes()].concat());
                format!("{}marshal.loads({bytes})", self.prefix)
            }
            Const::Str(text) => quoted(text),
            Const::Tuple(items) => {
                format!("({})", comma_ended(&items.iter().map(|item| self.expression(item)).collect::<Vec<String>>()))
            }
            Const::Object(marshalled) => {
                format!("{}marshal.loads({})", self.prefix, quoted_bytes(marshalled))
            }
            Const::None | Const::Bool(_) | Const::Int(_) | Const::Wide(_) | Const::Float(_) => constant.to_string(),
        }
    }
}

fn comma_ended(items: &[String]) -> String {
    items.iter().map(|item| format!("{item},")).collect::<Vec<String>>().join(" ")
}

/// Every name can stand in source text, and none is a variable and a global at once (as an inlined comprehension's may be).
fn names_are_writable(hir: &Hir, code: &Code) -> bool {
    let locals: BTreeSet<&str> = code.locals.iter().map(|local| local.name.as_str()).collect();
    let is_a_local_too = |op: &Op| match op.kind {
        OpKind::LoadGlobal(index) | OpKind::StoreGlobal(index) => locals.contains(code.names[index as usize].as_str()),
        _ => false,
    };
    locals.len() == code.locals.len()
        && locals.iter().all(|name| is_identifier(name.strip_prefix('.').map_or(*name, |_| "_")))
        && code.names.iter().all(|name| is_identifier(name))
        && !hir.ops.iter().any(is_a_local_too)
}

fn unused_prefix(code: &Code) -> String {
    let names = || code.names.iter().chain(code.locals.iter().map(|local| &local.name));
    let mut prefix = "_h".to_string();
    while names().any(|name| name.starts_with(&prefix)) {
        prefix.push('_');
    }
    prefix
}

fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && characters.all(|character| character == '_' || character.is_alphanumeric())
        && !KEYWORDS.contains(&name)
}

const KEYWORDS: &[&str] = &[
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "__debug__",
];
