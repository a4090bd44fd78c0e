//! Strings: joined, formatted, searched; and the builtin functions between them and numbers.

use crate::body::Body;
use crate::refusal::Step;
use bytecode::{Binary, OpKind};
use ir::{Elem, Kind, Op, Slot, Value};

impl Body<'_, '_> {
    fn is_text(&self, slot: &Slot<Value>) -> bool {
        self.kind_of(slot) == Some(Kind::Str)
    }

    /// [a, b] -> [string]; false if it is another operation.
    pub fn text_binary(&mut self, op: Binary) -> Step<bool> {
        let [left, right] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        match op {
            Binary::Add if self.is_text(&left) && self.is_text(&right) => {
                let [a, b] = [&left, &right].map(|slot| self.object_of(slot).expect("it has a type"));
                if self.is_appended_to(&left) {
                    let text = self.runtime_value("py_text_append", &[a, b]);
                    self.drop_operands(1);
                    // What the variable and the stack owned went into the result.
                    self.pop();
                    let variable = self.variable_stored_next().expect("just looked");
                    self.state.locals[variable] = Slot::Unbound;
                    self.push(Slot::Exact(Kind::Str, text));
                } else {
                    let text = self.runtime_value("py_text_join", &[a, b]);
                    self.drop_operands(2);
                    self.push(Slot::Exact(Kind::Str, text));
                }
            }
            Binary::Mod if self.is_text(&left) && Self::can_be_boxed(&right) => {
                let Some(objects) = self.boxed_operands(&[left, right], "a string is formatted")? else { return Ok(true) };
                let text = self.runtime_value("py_text_format", &objects);
                self.drop_operands(2);
                self.push(Slot::Exact(Kind::Str, text));
            }
            Binary::Mul if self.is_text(&left) && matches!(right, Slot::Int(_)) || matches!(left, Slot::Int(_)) && self.is_text(&right) => {
                let (text, Slot::Int(count)) = (if self.is_text(&left) { (&left, &right) } else { (&right, &left) }) else {
                    unreachable!("just looked")
                };
                let text = self.object_of(text).expect("it has a type");
                let text = self.runtime_value("py_repeat", &[text, *count]);
                self.drop_operands(2);
                self.push(Slot::Exact(Kind::Str, text));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The local variable that the next operation sets.
    fn variable_stored_next(&self) -> Option<usize> {
        match self.info.hir.ops.get(self.op.0 as usize + 1)?.kind {
            OpKind::StoreFast(local) => Some(local as usize),
            _ => None,
        }
    }

    /// Whether a string is about to be replaced by a longer one in the variable that it came from, and is nobody else's here: as CPython does,
    /// it may then grow where it stands.
    fn is_appended_to(&self, text: &Slot<Value>) -> bool {
        let Slot::Exact(Kind::Str, object) = text else { return false };
        let Some(variable) = self.variable_stored_next() else { return false };
        let holders = self.state.slots().flat_map(Slot::values).filter(|(_, value)| value == object).count();
        self.state.locals.get(variable) == Some(text) && holders == 2
    }

    /// [item, string] -> [bool]; false if one of them is none.
    pub fn text_contains(&mut self, invert: bool) -> bool {
        let [part, text] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if !self.is_text(&part) || !self.is_text(&text) {
            return false;
        }
        let [part, text] = [&part, &text].map(|slot| self.object_of(slot).expect("it has a type"));
        let answer = self.runtime_value("py_text_contains", &[text, part]);
        let mut result = self.b.pure(Op::BitsToBool, &[answer]);
        if invert {
            result = self.b.pure(Op::NotBool, &[result]);
        }
        self.drop_operands(2);
        self.push(Slot::Bool(result));
        true
    }

    /// Whether the call is one between strings and numbers; then it is done.
    pub fn text_call(&mut self, name: &str, arguments: &[Slot<Value>]) -> Step<bool> {
        let [argument] = arguments else { return Ok(false) };
        let result = match (name, argument) {
            ("builtins.ord", text) if self.is_text(text) => {
                let text = self.object_of(text).expect("it has a type");
                Slot::Int(self.runtime_value("py_text_ord", &[text]))
            }
            ("builtins.chr", Slot::Int(v)) => Slot::Exact(Kind::Str, self.runtime_value("py_text_chr", &[*v])),
            ("builtins.str", text @ Slot::Exact(Kind::Str, _)) => {
                self.b.share_slot(text);
                text.clone()
            }
            ("builtins.str" | "builtins.repr", number @ (Slot::Bool(_) | Slot::Int(_) | Slot::Float(_) | Slot::Exact(Kind::Str, _))) => {
                let conversion = self.b.int(if name == "builtins.str" { 1 } else { 2 });
                let object = self.boxed(number).expect("it is a number or a string");
                Slot::Exact(Kind::Str, self.runtime_value("py_format", &[conversion, object]))
            }
            ("builtins.int" | "builtins.float", text) if self.is_text(text) => {
                let object = self.object_of(text).expect("it has a type");
                let (function, elem) =
                    if name == "builtins.int" { ("py_int_of_text", Elem::Int) } else { ("py_float_of_text", Elem::Float) };
                let number = self.runtime_value(function, &[object]);
                self.drop_operands(3);
                let number = self.narrowed(&elem, number);
                self.push(number);
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.drop_operands(3);
        self.push(result);
        Ok(true)
    }
}
