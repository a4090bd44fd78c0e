//! What operators, and the builtins that are like them, ask of an instance's class: a method, called natively, and what the instruction makes of
//! its result (`After`).
//!
//! An operator whose method is called natively is in the middle of its instruction while that runs. So the frame that is left there goes on
//! behind the call (`After`), with the rest of what the instruction means.

use crate::body::Body;
use crate::call::Around;
use crate::control::Truth;
use crate::instance::Method;
use crate::refusal::Step;
use bytecode::{Binary, Compare, Unary};
use ir::{After, ClassKey, Comparison, Edge, Kind, Op, ResumeKind, Slot, Term, Ty, Value, Why};

impl Body<'_, '_> {
    /// Calls the method of an instruction's operands natively: pops so many, then what the kind says. False if it is not native.
    fn call_operator(&mut self, method: Method, arguments: Vec<Slot<Value>>, operands: usize, after: After) -> Step<bool> {
        if method.is_static {
            return Ok(false);
        }
        let Some(native) = self.native(method.function, arguments.clone(), &[])? else { return Ok(self.b.block.is_none()) };
        let fits = match (after, &native.ret) {
            (_, None) => true,
            (After::Compare(_) | After::NotEqual(_) | After::Contains(_) | After::Truth, Some(ret)) => *ret == Slot::Bool(()),
            (After::Length | After::TruthOfLength, Some(ret)) => *ret == Slot::Int(()),
            (After::Iterator, Some(ret)) => matches!(ret, Slot::Object(()) | Slot::Exact(Kind::Iter(_), ()) | Slot::Instance(..)),
            // Behind a tag it would have to be looked for.
            (After::Binary(_) | After::InPlace(_), Some(Slot::Any(tags, ..))) => !tags.contains(ir::Tags::of(ir::Tag::Object)),
            (After::Binary(_) | After::InPlace(_), Some(Slot::Known(_))) => false,
            _ => true,
        };
        if !fits {
            return Ok(false);
        }
        let guarded: Vec<(ClassKey, Value)> =
            arguments.iter().filter_map(|slot| if let Slot::Instance(class, v) = slot { Some((*class, *v)) } else { None }).collect();
        guarded.into_iter().for_each(|(class, v)| self.guard_class(class, v));
        if after.operands() > 0 {
            arguments.iter().for_each(|slot| self.b.share_slot(slot));
        }
        self.call_native(native, operands, after)?;
        Ok(true)
    }

    /// A number or None, of which it is known that it leaves an instance's operators to the instance.
    fn is_plain(&mut self, slot: &Slot<Value>) -> bool {
        *slot == Slot::None || self.number(slot).is_some()
    }

    pub fn instance_binary(&mut self, op: Binary, inplace: bool, left: &Slot<Value>, right: &Slot<Value>) -> Step<bool> {
        if self.is_guess_wrong() {
            return Ok(false);
        }
        let (name, after) = (operator_name(op), After::Binary(op as u8 * 2 + u8::from(inplace)));
        match (left, right) {
            (Slot::Instance(class, _), other) => {
                if inplace && !self.has_none(*class, &format!("__i{name}__")) {
                    // That of a power has three operands.
                    let method = if op == Binary::Pow { None } else { self.method(*class, &format!("__i{name}__")) };
                    let Some(method) = method else { return Ok(false) };
                    return self.call_operator(method, vec![left.clone(), right.clone()], 2, After::InPlace(op as u8));
                }
                let is_left_alone = match other {
                    // Of the same class, the other one is not asked.
                    Slot::Instance(other, _) => other == class || self.has_none(*other, &format!("__r{name}__")),
                    other => self.is_plain(other),
                };
                let Some(method) = self.method(*class, &format!("__{name}__")).filter(|_| is_left_alone) else { return Ok(false) };
                self.call_operator(method, vec![left.clone(), right.clone()], 2, after)
            }
            (other, Slot::Instance(class, _)) if self.is_plain(other) => {
                let Some(method) = self.method(*class, &format!("__r{name}__")) else { return Ok(false) };
                self.call_operator(method, vec![right.clone(), left.clone()], 2, after)
            }
            _ => Ok(false),
        }
    }

    pub fn instance_unary(&mut self, op: Unary, operand: &Slot<Value>) -> Step<bool> {
        let (Slot::Instance(class, _), false) = (operand, self.is_guess_wrong()) else { return Ok(false) };
        let name = match op {
            Unary::Neg => "__neg__",
            Unary::Pos => "__pos__",
            Unary::Invert => "__invert__",
            Unary::Not => return Ok(false),
        };
        let Some(method) = self.method(*class, name) else { return Ok(false) };
        self.call_operator(method, vec![operand.clone()], 1, After::Push)
    }

    pub fn instance_compare(&mut self, op: Compare, left: &Slot<Value>, right: &Slot<Value>) -> Step<bool> {
        if self.is_guess_wrong() {
            return Ok(false);
        }
        let Slot::Instance(class, _) = left else { return Ok(false) };
        let is_left_alone = match right {
            Slot::Instance(other, _) => other == class,
            other => self.is_plain(other),
        };
        let name = match op {
            Compare::Lt => "__lt__",
            Compare::Le => "__le__",
            Compare::Eq => "__eq__",
            Compare::Ne => "__ne__",
            Compare::Gt => "__gt__",
            Compare::Ge => "__ge__",
        };
        let wants_bool = matches!(self.current().kind, bytecode::OpKind::Compare { as_bool: true, .. });
        let code = op as u8 * 2 + u8::from(wants_bool);
        // `object.__ne__` asks `__eq__`.
        let (name, after) = match name {
            "__ne__" if self.has_none(*class, name) => ("__eq__", After::NotEqual(code)),
            name => (name, After::Compare(code)),
        };
        let Some(method) = self.method(*class, name).filter(|_| is_left_alone) else { return Ok(false) };
        self.call_operator(method, vec![left.clone(), right.clone()], 2, after)
    }

    /// [container, key] -> [item]
    pub fn instance_item(&mut self) -> Step<bool> {
        let [container, key] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (Slot::Instance(class, object), false) = (&container, self.is_guess_wrong()) else { return Ok(false) };
        if self.field_item(*class, *object, &key) {
            return Ok(true);
        }
        let Some(method) = self.method(*class, "__getitem__") else { return Ok(false) };
        self.call_operator(method, vec![container, key], 2, After::Push)
    }

    /// [value, container, key] -> []
    pub fn instance_set_item(&mut self) -> Step<bool> {
        let [value, container, key] = [3, 2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (Slot::Instance(class, _), false) = (&container, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__setitem__") else { return Ok(false) };
        self.call_operator(method, vec![container, key, value], 3, After::Drop)
    }

    /// [container, key] -> []
    pub fn instance_delete_item(&mut self) -> Step<bool> {
        let [container, key] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (Slot::Instance(class, _), false) = (&container, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__delitem__") else { return Ok(false) };
        self.call_operator(method, vec![container, key], 2, After::Drop)
    }

    /// [item, container] -> [bool]
    pub fn instance_contains(&mut self, invert: bool) -> Step<bool> {
        let [item, container] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let (Slot::Instance(class, _), false) = (&container, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__contains__") else { return Ok(false) };
        self.call_operator(method, vec![container, item], 2, After::Contains(invert.into()))
    }

    /// [iterable] -> [iterator]
    pub fn instance_iterator(&mut self) -> Step<bool> {
        let iterable = self.state.stack[self.state.stack.len() - 1].clone();
        let (Slot::Instance(class, _), false) = (&iterable, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__iter__") else { return Ok(false) };
        self.call_operator(method, vec![iterable], 1, After::Iterator)
    }

    /// [iterator] -> [iterator, item], or on at the exit where its `__next__` raises StopIteration; false if that is not native.
    pub fn instance_next(&mut self, exit: bytecode::BlockId) -> Step<bool> {
        let iterator = self.state.stack[self.state.stack.len() - 1].clone();
        let (Slot::Instance(class, object), false) = (&iterator, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__next__").filter(|method| !method.is_static) else { return Ok(false) };
        let caught = vec!["StopIteration".to_owned()];
        let Some(native) =
            self.native_with(method.function, vec![iterator.clone()], &[], Around { catches: caught, ..Around::default() })?
        else {
            return Ok(self.b.block.is_none());
        };
        let exit = self.first_op(exit);
        let offset = self.info.hir.ops[exit.0 as usize].place.expect("control does not go into the middle of an instruction");
        self.guard_class(*class, *object);
        self.b.share_slot(&iterator);
        let resume = self.resume_call(After::Next(offset));
        let args: Vec<Value> = native.bound.iter().flat_map(Slot::values).map(|(_, value)| value).collect();
        let Some(ret) = native.ret else {
            self.call_without_return(native.callee, &args, resume);
            return Ok(true);
        };
        let types = ret.types().into_iter().chain(native.raises.then_some(Ty::I64)).collect::<Vec<_>>();
        let mut results = self.b.call(native.callee, &args, &types, resume).into_iter();
        let item = ret.map(&mut |_, ()| results.next().expect("as many results as the shape has"));
        if let Some(code) = results.next() {
            let zero = self.b.int(0);
            let is_exhausted = self.b.compare_int(Comparison::Ne, code, zero);
            let [end, more] = [self.b.func.block(), self.b.func.block()];
            let edge = |to| Edge { to, args: Vec::new() };
            self.b.end(Term::Branch { condition: is_exhausted, then: edge(end), other: edge(more) });
            self.b.block = Some(end);
            let mut state = self.state.clone();
            state.stack.pop();
            self.b.drop_slot(&iterator);
            self.look_for_waiting();
            let edge = self.edge(exit, state)?;
            self.b.end(Term::Jump(edge));
            self.b.block = Some(more);
        }
        self.push(item);
        Ok(true)
    }

    /// `len(instance)`: the call becomes its result; false if it is not native.
    pub fn instance_length(&mut self, instance: &Slot<Value>) -> Step<bool> {
        let (Slot::Instance(class, _), false) = (instance, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__len__") else { return Ok(false) };
        self.call_with_one(method, After::Length)
    }

    /// `abs(instance)`: the same.
    pub fn instance_magnitude(&mut self, instance: &Slot<Value>) -> Step<bool> {
        let (Slot::Instance(class, _), false) = (instance, self.is_guess_wrong()) else { return Ok(false) };
        let Some(method) = self.method(*class, "__abs__") else { return Ok(false) };
        self.call_with_one(method, After::Push)
    }

    /// A builtin of one argument lies on the stack, whose meaning is a method of that.
    fn call_with_one(&mut self, method: Method, after: After) -> Step<bool> {
        let depth = self.state.stack.len();
        let (call, argument) = (self.state.stack[depth - 3..].to_vec(), self.state.stack[depth - 1].clone());
        self.state.stack.truncate(depth - 3);
        self.push(argument.clone());
        let is_native = self.call_operator(method, vec![argument], 1, after)?;
        if !is_native {
            self.state.stack.truncate(depth - 3);
            self.state.stack.extend(call);
        }
        Ok(is_native)
    }

    /// The condition on top of the stack, an instance that says itself whether it is true, becomes a bool, of which the instruction is done.
    /// True if the block has ended.
    pub fn settle_truth(&mut self) -> Step<bool> {
        let condition = self.state.stack[self.state.stack.len() - 1].clone();
        let (Slot::Instance(class, _), false) = (&condition, self.is_guess_wrong()) else { return Ok(false) };
        let (name, after) = match self.has_none(*class, "__bool__") {
            true if self.has_none(*class, "__len__") => return Ok(false),
            true => ("__len__", After::TruthOfLength),
            false => ("__bool__", After::Truth),
        };
        let Some(method) = self.method(*class, name) else { return Ok(false) };
        self.call_operator(method, vec![condition], 1, after)?;
        self.before = self.state.stack.clone();
        let given_up = self.b.take_given_up();
        if self.b.block.is_none() || given_up.is_empty() {
            return Ok(self.b.block.is_none());
        }
        // It ends here, before the instruction goes one of two ways.
        let place = self.current().place.expect("what calls is not fused");
        self.let_end(given_up, place, self.state.clone());
        Ok(false)
    }

    /// Whether an instance is true: None is not, others are unless they say so.
    pub fn instance_truth(&mut self, class: ClassKey, object: Value) -> Truth {
        if self.is_guess_wrong() || !self.has_none(class, "__bool__") || !self.has_none(class, "__len__") {
            let truth = self.runtime_value("py_truth", &[object]);
            return Truth::Value(self.b.pure(Op::BitsToBool, &[truth]));
        }
        let is_none = self.b.pure(Op::IsNone, &[object]);
        let (some, behind) = (self.b.func.block(), self.b.func.block());
        let edge = |to| Edge { to, args: Vec::new() };
        self.b.end(Term::Branch { condition: is_none, then: edge(behind), other: edge(some) });
        self.b.block = Some(some);
        self.guard_class(class, object);
        self.b.end(Term::Jump(edge(behind)));
        self.b.block = Some(behind);
        Truth::Value(self.b.pure(Op::NotBool, &[is_none]))
    }

    /// Leaves, in the middle of the current operation, where its method said that it does not know the operands.
    fn guard_implemented(&mut self, result: &Slot<Value>, operands: &[Slot<Value>], after: After) {
        let Some(object) = result.object() else { return };
        let is_refused = self.b.pure(Op::IsNotImplemented, &[object]);
        let resume = self.resume_returned(result, operands, after);
        self.b.guard(Op::GuardFalse, &[is_refused], resume);
    }

    /// Where the interpreter goes on with what the method of the current operation has returned.
    fn resume_returned(&mut self, result: &Slot<Value>, operands: &[Slot<Value>], after: After) -> ir::ResumeId {
        let depth = self.state.stack.len();
        self.state.stack.extend(operands.iter().cloned().chain([result.clone()]));
        let resume = self.resume_within(ResumeKind::Returned(after), Why::Types);
        self.state.stack.truncate(depth);
        resume
    }

    /// The length that a method has returned, which is none if it is negative.
    fn length_returned(&mut self, result: &Slot<Value>, operands: &[Slot<Value>], after: After) -> Value {
        let &Slot::Int(length) = result else { unreachable!("an int is asked for") };
        let zero = self.b.int(0);
        let is_length = self.b.compare_int(Comparison::Ge, length, zero);
        let resume = self.resume_returned(result, operands, after);
        self.b.guard(Op::GuardTrue, &[is_length], resume);
        length
    }

    /// What an operator makes of what its method has returned, where that is as expected.
    pub fn made_of(&mut self, result: Slot<Value>, operands: &[Slot<Value>], after: After) -> Slot<Value> {
        match (after, &result) {
            (After::NotEqual(_) | After::Contains(1), Slot::Bool(v)) => Slot::Bool(self.b.pure(Op::NotBool, &[*v])),
            (After::Length, _) => Slot::Int(self.length_returned(&result, operands, after)),
            (After::TruthOfLength, _) => {
                let (length, zero) = (self.length_returned(&result, operands, after), self.b.int(0));
                Slot::Bool(self.b.compare_int(Comparison::Ne, length, zero))
            }
            (After::Iterator, Slot::Object(object)) => {
                let is_iterator = self.b.runtime(ir::runtime_function("py_is_iterator").expect("in the table"), &[*object], None);
                let is_iterator = self.b.pure(Op::BitsToBool, &[is_iterator.expect("it has a result")]);
                let resume = self.resume_returned(&result, operands, after);
                self.b.guard(Op::GuardTrue, &[is_iterator], resume);
                result
            }
            (After::Iterator, Slot::Instance(class, object)) => {
                let (class, object) = (*class, *object);
                let resume = self.resume_returned(&result, operands, after);
                let word = self.unit.class_word(class);
                // What is not of that class may be none.
                self.b.guard(Op::GuardClass(word), &[object], resume);
                let is_iterator = !self.has_none(class, "__next__");
                let is_iterator = self.b.bool(is_iterator);
                self.b.guard(Op::GuardTrue, &[is_iterator], resume);
                result
            }
            _ => {
                self.guard_implemented(&result, operands, after);
                result
            }
        }
    }
}

/// The method that the left operand is asked for.
pub fn operator_method(op: Binary) -> String {
    format!("__{}__", operator_name(op))
}

/// Of the methods for it.
fn operator_name(op: Binary) -> &'static str {
    match op {
        Binary::Add => "add",
        Binary::Sub => "sub",
        Binary::Mul => "mul",
        Binary::TrueDiv => "truediv",
        Binary::FloorDiv => "floordiv",
        Binary::Mod => "mod",
        Binary::Pow => "pow",
        Binary::MatMul => "matmul",
        Binary::LShift => "lshift",
        Binary::RShift => "rshift",
        Binary::And => "and",
        Binary::Or => "or",
        Binary::Xor => "xor",
    }
}
