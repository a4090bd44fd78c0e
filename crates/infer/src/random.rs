//! `random.choice`, `randint`, `randrange` and `uniform`, from the generator that they belong to.
//!
//! Nothing may leave for the operation itself once a number was drawn: the interpreter would draw another.

use crate::body::Body;
use crate::refusal::Step;
use builtins::Intrinsic;
use bytecode::Binary;
use ir::{Comparison, Elem, Kind, ObjectId, Op, Slot, Value, Why};

impl Body<'_, '_> {
    /// Whether the call is done; false if its arguments are the interpreter's.
    pub fn random_call(&mut self, intrinsic: Intrinsic, method: ObjectId, arguments: &[Slot<Value>]) -> Step<bool> {
        match (intrinsic, arguments) {
            (Intrinsic::RandomInt, [Slot::Int(first), Slot::Int(last)]) => {
                let resume = self.resume(Why::Overflow);
                let one = self.b.int(1);
                let width = self.b.checked(Op::SubInt, &[*last, *first], resume);
                let width = self.b.checked(Op::AddInt, &[width, one], resume);
                self.push_drawn(method, *first, width, 2);
            }
            (Intrinsic::RandomRange, [Slot::Int(stop)]) => {
                let zero = self.b.int(0);
                self.push_drawn(method, zero, *stop, 1);
            }
            (Intrinsic::RandomRange, [Slot::Int(start), Slot::Int(stop)]) => {
                let resume = self.resume(Why::Overflow);
                let width = self.b.checked(Op::SubInt, &[*stop, *start], resume);
                self.push_drawn(method, *start, width, 2);
            }
            (Intrinsic::RandomUniform, [a, b]) => {
                let (Some(a), Some(b)) = (self.number(a), self.number(b)) else { return Ok(false) };
                let Some(width) = self.arithmetic(Binary::Sub, b, a)? else { return Ok(true) };
                let Some(width) = self.number(&width) else { return Ok(false) };
                let (a, width) = (self.as_float(a), self.as_float(width));
                let method = self.ready(method);
                let drawn = self.runtime_value("py_random_of_bound", &[method]);
                let part = self.b.pure(Op::MulFloat, &[width, drawn]);
                let result = self.b.pure(Op::AddFloat, &[a, part]);
                self.pop_n(4);
                self.push(Slot::Float(result));
            }
            (Intrinsic::RandomChoice, [Slot::List(elem, list)]) => {
                let length = self.list_length(*list);
                let at = self.drawn(method, length);
                let item = self.b.pure(Op::ListItem, &[*list, at]);
                self.push_chosen(elem, item);
            }
            (Intrinsic::RandomChoice, [Slot::Exact(Kind::Tuple(items), tuple)]) => {
                let length = self.b.int(items.len() as i64);
                let at = self.drawn(method, length);
                let item = self.b.pure(Op::TupleItem, &[*tuple, at]);
                let elem = items.iter().cloned().reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown);
                self.push_chosen(&elem, item);
            }
            (Intrinsic::RandomChoice, [Slot::Exact(Kind::Row(elem), tuple)]) => {
                let length = self.b.pure(Op::Length, &[*tuple]);
                let at = self.drawn(method, length);
                let item = self.b.pure(Op::TupleItem, &[*tuple, at]);
                self.push_chosen(elem, item);
            }
            (Intrinsic::RandomChoice, [text]) if self.kind_of(text) == Some(Kind::Str) => {
                let object = self.object_of(text).expect("it has a type");
                let length = self.b.pure(Op::Length, &[object]);
                let at = self.drawn(method, length);
                let item = self.runtime_value("py_text_item", &[object, at]);
                self.drop_operands(3);
                self.push(Slot::Exact(Kind::Str, item));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The bound method, whose generator was found to be as it was.
    fn ready(&mut self, method: ObjectId) -> Value {
        let method = self.b.pure(Op::ConstObject(method), &[]);
        self.runtime("py_random_ready", &[method]);
        method
    }

    /// A number below another, which leaves where that is none to be below of.
    fn drawn(&mut self, method: ObjectId, below: Value) -> Value {
        let resume = self.resume(Why::Raises);
        let zero = self.b.int(0);
        let is_any = self.b.compare_int(Comparison::Gt, below, zero);
        self.b.guard(Op::GuardTrue, &[is_any], resume);
        let method = self.ready(method);
        self.runtime_value("py_random_below", &[method, below])
    }

    fn push_drawn(&mut self, method: ObjectId, first: Value, width: Value, arguments: usize) {
        let drawn = self.drawn(method, width);
        let result = self.b.pure(Op::WrapAddInt, &[first, drawn]);
        self.pop_n(arguments + 2);
        self.push(Slot::Int(result));
    }

    /// The item, borrowed from what is given up with the call.
    fn push_chosen(&mut self, elem: &Elem, item: Value) {
        self.b.act(Op::IncRef, &[item]);
        self.drop_operands(3);
        let item = self.narrowed(elem, item);
        self.push(item);
    }
}
