//! Builtins whose meaning depends on the shapes of their arguments.

use crate::arithmetic::Number;
use crate::body::Body;
use crate::compare::comparison;
use crate::control::Truth;
use crate::numpy::is_numpy;
use crate::refusal::Step;
use crate::state::{is_iterator, may_end_loudly};
use builtins::{Builtin, Intrinsic, Kind, Lower, Overload};
use bytecode::{Binary, Compare};
use ir::{Comparison, Dtype, Edge, Op, Slot, Term, Ty, Value, Why};

/// What a builtin does with given arguments.
enum Outcome {
    Result(Slot<Value>),
    /// The interpreter raises, most likely.
    Raises,
    /// The block has ended.
    Ended,
    NotNative,
}

impl Body<'_, '_> {
    pub fn call_builtin(&mut self, builtin: &'static Builtin, arguments: &[Slot<Value>]) -> Step {
        let outcome = match &builtin.lower {
            Lower::Exact(overloads) => self.exact_function(overloads, arguments),
            Lower::Intrinsic(intrinsic) => self.intrinsic(*intrinsic, arguments)?,
        };
        match outcome {
            // The block, or the call with it.
            Outcome::Ended => Ok(()),
            Outcome::Raises => self.leave(Why::Raises),
            Outcome::NotNative if arguments.iter().any(crate::state::owns_references) => {
                let base = self.state.stack.len() - arguments.len() - 2;
                let callee = self.state.stack[base..].iter().find(|slot| matches!(slot, Slot::Known(_))).cloned();
                let callee = callee.expect("a builtin that is called stands on the stack");
                self.object_call(&callee, arguments, &[])
            }
            Outcome::NotNative => {
                let types: Vec<String> = arguments.iter().map(|slot| slot.shape().describe()).collect();
                let name = builtin.name.trim_start_matches("builtins.");
                self.left_to_python("builtin-arguments", format!("`{name}({})`", types.join(", ")))
            }
            Outcome::Result(result) => {
                self.pop_call(arguments.len());
                // What did not become part of the result is given up.
                let kept = result.values();
                for argument in arguments.iter().filter(|argument| !argument.values().iter().any(|value| kept.contains(value))) {
                    self.b.drop_slot(argument);
                }
                self.push(result);
                Ok(())
            }
        }
    }

    fn exact_function(&mut self, overloads: &[Overload], arguments: &[Slot<Value>]) -> Outcome {
        let Some(overload) = overloads.iter().find(|overload| accepts(overload, arguments)) else { return Outcome::NotNative };
        let mut values = Vec::new();
        for (kind, slot) in overload.params.iter().zip(arguments) {
            let number = self.real(slot).expect("the overload accepts numbers only");
            values.push(match kind {
                Kind::Float => self.as_float(number),
                Kind::Int | Kind::Bool => self.as_int(number),
            });
        }
        let resume = self.resume(Why::Raises);
        let value = self.b.exact(overload.function, &values, Some(resume))[0];
        Outcome::Result(match overload.result {
            Kind::Int => Slot::Int(value),
            Kind::Float => Slot::Float(value),
            Kind::Bool => Slot::Bool(value),
        })
    }

    fn intrinsic(&mut self, intrinsic: Intrinsic, arguments: &[Slot<Value>]) -> Step<Outcome> {
        let result = match (intrinsic, arguments) {
            (Intrinsic::Abs, [instance @ Slot::Instance(..)]) => {
                return Ok(if self.instance_magnitude(instance)? { Outcome::Ended } else { Outcome::NotNative });
            }
            (Intrinsic::Len, [instance @ Slot::Instance(_, object)]) => {
                if !self.instance_length(instance)? {
                    // Of a class written in C, as `deque` is from 3.12 on.
                    self.length_of_object(instance, *object);
                }
                return Ok(Outcome::Ended);
            }
            (Intrinsic::Abs, [Slot::Complex(parts)]) => Slot::Float(self.complex_abs(*parts)),
            (Intrinsic::Abs, [Slot::NumPy(Dtype::Float64, v)]) => Slot::NumPy(Dtype::Float64, self.b.pure(Op::AbsFloat, &[*v])),
            (Intrinsic::Abs, [Slot::NumPy(Dtype::Int64, v)]) => {
                let resume = self.resume(Why::Raises);
                Slot::NumPy(Dtype::Int64, self.b.exact("abs.i64", &[*v], Some(resume))[0])
            }
            (Intrinsic::Abs, [x]) => match self.number(x) {
                Some(Number::Float(v)) => Slot::Float(self.b.pure(Op::AbsFloat, &[v])),
                Some(number) => {
                    let v = self.as_int(number);
                    let resume = self.resume(Why::Overflow);
                    Slot::Int(self.b.exact("abs.i64", &[v], Some(resume))[0])
                }
                None => return Ok(Outcome::NotNative),
            },
            (Intrinsic::Random, []) => {
                let method = self.builtin_called();
                let method = self.b.pure(Op::ConstObject(method), &[]);
                let function = ir::runtime_function("py_random").expect("in the table");
                Slot::Float(self.b.runtime(function, &[method], None).expect("it has a result"))
            }
            (Intrinsic::RandomChoice | Intrinsic::RandomInt | Intrinsic::RandomRange | Intrinsic::RandomUniform, arguments) => {
                let method = self.builtin_called();
                return Ok(if self.random_call(intrinsic, method, arguments)? { Outcome::Ended } else { Outcome::NotNative });
            }
            (Intrinsic::Bool, []) => Slot::Bool(self.b.bool(false)),
            (Intrinsic::Bool, [x]) => match self.truth(x) {
                Some(Truth::Known(known)) => Slot::Bool(self.b.bool(known)),
                Some(Truth::Value(value)) => Slot::Bool(value),
                None => return Ok(Outcome::NotNative),
            },
            (Intrinsic::Float, []) => Slot::Float(self.b.float(0.0)),
            (Intrinsic::Float, [x]) => match self.real(x) {
                Some(number) => Slot::Float(self.as_float(number)),
                None => return Ok(Outcome::NotNative),
            },
            (Intrinsic::Int, []) => Slot::Int(self.b.int(0)),
            (Intrinsic::Int, [Slot::NumPy(Dtype::Int64, v)]) => Slot::Int(*v),
            (Intrinsic::Int, [Slot::NumPy(Dtype::Float64, v)]) => return Ok(self.rounded("trunc.f64", &Slot::Float(*v))),
            (Intrinsic::Int | Intrinsic::MathTrunc, [x]) => return Ok(self.rounded("trunc.f64", x)),
            (Intrinsic::Round, [x] | [x, Slot::None]) => return Ok(self.rounded("round.to.i64", x)),
            (Intrinsic::Round, [x, digits]) => return Ok(self.round_digits(x, digits)),
            (Intrinsic::MathFloor, [x]) => return Ok(self.rounded("floor.f64", x)),
            (Intrinsic::MathCeil, [x]) => return Ok(self.rounded("ceil.f64", x)),
            (Intrinsic::MathFabs, [x]) => match self.real(x) {
                Some(number) => {
                    let v = self.as_float(number);
                    Slot::Float(self.b.pure(Op::AbsFloat, &[v]))
                }
                None => return Ok(Outcome::NotNative),
            },
            (Intrinsic::Divmod, [x, y]) => match (self.number(x), self.number(y)) {
                (Some(x), Some(y)) => {
                    let Some(quotient) = self.arithmetic(Binary::FloorDiv, x, y)? else { return Ok(Outcome::Ended) };
                    let Some(remainder) = self.arithmetic(Binary::Mod, x, y)? else { return Ok(Outcome::Ended) };
                    Slot::Tuple(vec![quotient, remainder])
                }
                _ => return Ok(Outcome::NotNative),
            },
            (Intrinsic::Pow, [x, y]) => match (self.number(x), self.number(y)) {
                (Some(x), Some(y)) => match self.arithmetic(Binary::Pow, x, y)? {
                    Some(result) => result,
                    None => return Ok(Outcome::Ended),
                },
                _ => return Ok(Outcome::NotNative),
            },
            (Intrinsic::Pow, [x, y, z]) => match [x, y, z].map(|slot| self.number(slot)) {
                // Of wide ints those that fit 64 bits after all; for others it leaves.
                [Some(x), Some(y), Some(z)] if ![x, y, z].iter().any(|number| matches!(number, Number::Float(_))) => {
                    let [x, y, z] = [x, y, z].map(|number| self.as_int(number));
                    let resume = self.resume(Why::Raises);
                    Slot::Int(self.b.exact("powmod.i64", &[x, y, z], Some(resume))[0])
                }
                _ => return Ok(Outcome::NotNative),
            },
            (Intrinsic::Len, [slot @ (Slot::Object(object) | Slot::Exact(ir::Kind::Set(_), object))]) => {
                self.length_of_object(slot, *object);
                return Ok(Outcome::Ended);
            }
            (Intrinsic::Len, [array @ Slot::Exact(ir::Kind::NumPy(_), _)]) => match self.array_length(array) {
                Some(length) => Slot::Int(length),
                None => return Ok(Outcome::NotNative),
            },
            (Intrinsic::Len, [Slot::Exact(kind, object)]) if has_length(kind) => Slot::Int(self.b.pure(Op::Length, &[*object])),
            (Intrinsic::Len, [Slot::List(_, list)]) => Slot::Int(self.list_length(*list)),
            (Intrinsic::Len, [Slot::Tuple(items)]) => Slot::Int(self.b.int(items.len() as i64)),
            (Intrinsic::Len, [Slot::Range([start, stop, step])]) => {
                let length = self.range_length(*start, *stop, *step);
                let resume = self.resume(Why::Overflow);
                let zero = self.b.int(0);
                let fits = self.b.compare_int(Comparison::Ge, length, zero);
                self.b.guard(Op::GuardTrue, &[fits], resume);
                Slot::Int(length)
            }
            (Intrinsic::Range, bounds @ ([_] | [_, _] | [_, _, _])) => return Ok(self.range(bounds)),
            (Intrinsic::Reversed, [Slot::Range([start, stop, step])]) => {
                let length = self.range_length(*start, *stop, *step);
                let resume = self.resume(Why::Overflow);
                let (zero, one) = (self.b.int(0), self.b.int(1));
                let fits = self.b.compare_int(Comparison::Ge, length, zero);
                self.b.guard(Op::GuardTrue, &[fits], resume);
                // Of an empty range neither is ever looked at.
                let last = self.b.pure(Op::WrapSubInt, &[length, one]);
                let last = self.b.exact("wrap_mul.i64", &[last, *step], None)[0];
                let last = self.b.pure(Op::WrapAddInt, &[*start, last]);
                let back = self.b.pure(Op::WrapSubInt, &[zero, *step]);
                Slot::RangeIter([last, length, back])
            }
            // Its own type shows wherever it isn't walked at once.
            (Intrinsic::Reversed, [tuple @ Slot::Tuple(items)]) if self.is_walked_next() && !may_end_loudly(tuple) => {
                let index = self.b.int(0);
                Slot::TupleIter(index, items.iter().rev().cloned().collect())
            }
            (Intrinsic::Enumerate, [iterable, rest @ ..]) if rest.len() <= 1 => {
                let count = match rest.first() {
                    None => self.b.int(0),
                    Some(Slot::Int(count)) => *count,
                    Some(_) => return Ok(Outcome::NotNative),
                };
                match self.iterator(iterable).filter(|inner| inner.can_lie_beneath(true)) {
                    Some(inner) => Slot::Enumerate(count, Box::new(inner)),
                    None => return Ok(Outcome::NotNative),
                }
            }
            (Intrinsic::Zip, iterables) => {
                let inners: Option<Vec<_>> = iterables.iter().map(|iterable| self.iterator(iterable)).collect();
                match inners.map(Slot::Zip).filter(|zip| zip.can_lie_beneath(true)) {
                    Some(zip) => zip,
                    None => return Ok(Outcome::NotNative),
                }
            }
            (Intrinsic::Reversed, [Slot::List(elem, list)]) => {
                let (length, one) = (self.list_length(*list), self.b.int(1));
                Slot::ListBack(elem.clone(), self.b.pure(Op::WrapSubInt, &[length, one]), *list)
            }
            (
                Intrinsic::Min | Intrinsic::Max | Intrinsic::Sum | Intrinsic::Any | Intrinsic::All,
                [items @ (Slot::List(..) | Slot::Exact(..))],
            ) => {
                let builtin = self.builtin_called();
                if self.reduce(intrinsic, builtin, items) {
                    return Ok(Outcome::Ended);
                }
                return Ok(Outcome::NotNative);
            }
            (Intrinsic::Tuple, []) => Slot::Tuple(Vec::new()),
            (Intrinsic::Tuple, [tuple @ Slot::Tuple(_)]) => tuple.clone(),
            (Intrinsic::Min | Intrinsic::Max, [Slot::Tuple(items)]) if !items.is_empty() => return self.extreme(intrinsic, items),
            (Intrinsic::Min | Intrinsic::Max, items @ [_, _, ..]) => return self.extreme(intrinsic, items),
            (Intrinsic::Sum, [Slot::Range(bounds)]) => return self.sum_of_range(*bounds, None),
            (Intrinsic::Sum, [Slot::Range(bounds), start]) => return self.sum_of_range(*bounds, Some(start)),
            (Intrinsic::Sum, [Slot::Tuple(items)]) => return self.sum(None, items),
            (Intrinsic::Sum, [Slot::Tuple(items), start]) => return self.sum(Some(start), items),
            (Intrinsic::Any | Intrinsic::All, [Slot::Tuple(items)]) => return Ok(self.any_all(intrinsic, items)),
            _ => return Ok(Outcome::NotNative),
        };
        Ok(Outcome::Result(result))
    }

    fn length_of_object(&mut self, slot: &Slot<Value>, object: Value) {
        let length = self.object_length(object);
        self.pop_call(1);
        self.b.drop_slot(slot);
        self.push(Slot::Int(length));
    }

    /// The builtin that is called, which stands below its arguments.
    fn builtin_called(&self) -> ir::ObjectId {
        let base = self.state.stack.len() - self.call_width();
        let known =
            self.state.stack[base..base + 2].iter().find_map(|slot| if let Slot::Known(object) = slot { Some(*object) } else { None });
        known.expect("a builtin that is called stands on the stack")
    }

    /// `int`, `round`, `floor`, `ceil` of a number.
    fn rounded(&mut self, function: &str, slot: &Slot<Value>) -> Outcome {
        Outcome::Result(match self.number(slot) {
            Some(Number::Float(v)) => {
                let resume = self.resume(Why::Raises);
                Slot::Int(self.b.exact(function, &[v], Some(resume))[0])
            }
            Some(Number::Int(v)) => Slot::Int(v),
            Some(Number::Uint(v)) => Slot::Uint(v),
            Some(Number::Wide(v)) => Slot::Wide(v),
            None => return Outcome::NotNative,
        })
    }

    fn round_digits(&mut self, x: &Slot<Value>, digits: &Slot<Value>) -> Outcome {
        let (Some(x), Some(Number::Int(digits))) = (self.number(x), self.number(digits)) else { return Outcome::NotNative };
        let resume = self.resume(Why::Raises);
        Outcome::Result(match x {
            Number::Float(v) => Slot::Float(self.b.exact("round.any.f64", &[v, digits], Some(resume))[0]),
            Number::Int(v) => Slot::Int(self.b.exact("round.i64", &[v, digits], Some(resume))[0]),
            // To whole numbers an int is rounded already; to tens and hundreds a wide one is the interpreter's.
            wide => {
                let zero = self.b.int(0);
                let is_whole = self.b.compare_int(Comparison::Ge, digits, zero);
                self.b.guard(Op::GuardTrue, &[is_whole], resume);
                if let Number::Uint(v) = wide { Slot::Uint(v) } else { Slot::Wide(self.as_wide(wide)) }
            }
        })
    }

    fn range(&mut self, bounds: &[Slot<Value>]) -> Outcome {
        let mut values = Vec::new();
        for bound in bounds {
            match self.real(bound) {
                Some(Number::Float(_)) => return Outcome::Raises,
                Some(number) => values.push(self.as_int(number)),
                None => return Outcome::NotNative,
            }
        }
        let (zero, one) = (self.b.int(0), self.b.int(1));
        let [start, stop, step] = match values[..] {
            [stop] => [zero, stop, one],
            [start, stop] => [start, stop, one],
            [start, stop, step] => [start, stop, step],
            _ => return Outcome::NotNative,
        };
        if self.b.known_int(step).is_none_or(|step| step == 0) {
            let resume = self.resume(Why::Raises);
            let is_zero = self.b.compare_int(Comparison::Eq, step, zero);
            self.b.guard(Op::GuardFalse, &[is_zero], resume);
        }
        if values.len() > 1 {
            // A range of more than 2**63 items is the interpreter's.
            let resume = self.resume(Why::Overflow);
            let length = self.range_length(start, stop, step);
            let fits = self.b.compare_int(Comparison::Ge, length, zero);
            self.b.guard(Op::GuardTrue, &[fits], resume);
        }
        Outcome::Result(Slot::Range([start, stop, step]))
    }

    /// `min` and `max`: the first of equals, and whatever comparing with a NaN gives.
    fn extreme(&mut self, intrinsic: Intrinsic, items: &[Slot<Value>]) -> Step<Outcome> {
        let op = if intrinsic == Intrinsic::Max { Compare::Gt } else { Compare::Lt };
        let mut best = items[0].clone();
        for (index, item) in items.iter().enumerate().skip(1) {
            let Some(better) = self.is_better(op, item, &best) else { return Ok(Outcome::NotNative) };
            if item.shape() == best.shape() {
                let mut others = best.values().into_iter();
                best = item.map(&mut |ty, value| {
                    let (_, other) = others.next().expect("the shapes are equal");
                    self.b.pure(Op::Select(ty), &[better, *value, other])
                });
            } else {
                let rest = &items[index + 1..];
                let are_numbers = rest.iter().chain([&best, item]).all(|slot| self.number(slot).is_some());
                if !rest.is_empty() && (rest.len() > 2 || !are_numbers) {
                    return Ok(Outcome::NotNative);
                }
                self.go_on_with_better(op, better, [item.clone(), best], rest)?;
                return Ok(Outcome::Ended);
            }
        }
        Ok(Outcome::Result(best))
    }

    /// The type of the result depends on which it is: what comes behind is translated for each.
    fn go_on_with_better(&mut self, op: Compare, better: Value, either: [Slot<Value>; 2], rest: &[Slot<Value>]) -> Step {
        let blocks = [self.b.func.block(), self.b.func.block()];
        let [then, other] = blocks.map(|to| Edge { to, args: Vec::new() });
        self.b.end(Term::Branch { condition: better, then, other });
        for (block, best) in blocks.into_iter().zip(either) {
            self.b.block = Some(block);
            match rest {
                [item, rest @ ..] => {
                    let better = self.is_better(op, item, &best).expect("they are numbers");
                    self.go_on_with_better(op, better, [item.clone(), best], rest)?;
                }
                [] => {
                    let mut state = self.state.clone();
                    let depth = state.stack.len() - self.call_width();
                    state.stack.truncate(depth);
                    let outer = std::mem::replace(&mut self.state, state);
                    let edge = self.edge_with_result(best);
                    self.state = outer;
                    self.b.end(Term::Jump(edge?));
                }
            }
        }
        Ok(())
    }

    /// `sum` of a range, in 128 bits: as often its first and its last number as it has pairs of them.
    fn sum_of_range(&mut self, [start, stop, step]: [Value; 3], more: Option<&Slot<Value>>) -> Step<Outcome> {
        let more = match more {
            None => None,
            Some(Slot::Int(more)) => Some(*more),
            Some(_) => return Ok(Outcome::NotNative),
        };
        let length = self.range_length(start, stop, step);
        let resume = self.resume(Why::Overflow);
        let zero = self.b.int(0);
        let fits = self.b.compare_int(Comparison::Ge, length, zero);
        self.b.guard(Op::GuardTrue, &[fits], resume);
        let [length, start, step] = [length, start, step].map(|value| self.b.pure(Op::IntToWide, &[value]));
        let one = self.b.wide(1);
        let steps = self.b.checked(Op::SubWide, &[length, one], resume);
        let to_last = self.b.checked(Op::MulWide, &[steps, step], resume);
        let last = self.b.checked(Op::AddWide, &[start, to_last], resume);
        let ends = self.b.checked(Op::AddWide, &[start, last], resume);
        let twice = self.b.checked(Op::MulWide, &[ends, length], resume);
        let mut total = self.b.pure(Op::ShrWide, &[twice, one]);
        if let Some(more) = more {
            let more = self.b.pure(Op::IntToWide, &[more]);
            total = self.b.checked(Op::AddWide, &[total, more], resume);
        }
        if self.is_guess_wrong() {
            return Ok(Outcome::Result(Slot::Wide(total)));
        }
        Ok(Outcome::Result(Slot::Int(self.as_int(Number::Wide(total)))))
    }

    fn is_better(&mut self, op: Compare, item: &Slot<Value>, best: &Slot<Value>) -> Option<Value> {
        if is_numpy(item) || is_numpy(best) {
            return self.compare_with_numpy(op, item, best);
        }
        let (a, b) = (self.number(item)?, self.number(best)?);
        Some(self.compare_numbers(comparison(op), a, b))
    }

    /// How many slots the current call takes from the stack.
    fn call_width(&self) -> usize {
        match self.current().kind {
            bytecode::OpKind::Call { args, .. } => args as usize + 2,
            _ => unreachable!("builtins are lowered for calls only"),
        }
    }

    fn is_walked_next(&self) -> bool {
        self.info.hir.ops.get(self.op.0 as usize + 1).is_some_and(|op| op.kind == bytecode::OpKind::GetIter)
    }

    fn sum(&mut self, start: Option<&Slot<Value>>, items: &[Slot<Value>]) -> Step<Outcome> {
        if let (Some(start), []) = (start, items) {
            // As it is: a bool stays one.
            return Ok(if self.number(start).is_some() { Outcome::Result(start.clone()) } else { Outcome::NotNative });
        }
        let has_floats = items.iter().chain(start).any(|slot| matches!(slot, Slot::Float(_)));
        // A bool is no int to begin with: CPython then adds item after item, whatever they are.
        if has_floats && self.info.code.minor >= 12 && !matches!(start, Some(Slot::Bool(_))) {
            return self.compensated_sum(start, items);
        }
        let mut total = match start {
            None => Number::Int(self.b.int(0)),
            Some(start) => match self.number(start) {
                Some(number) => number,
                None => return Ok(Outcome::NotNative),
            },
        };
        for item in items {
            let Some(item) = self.number(item) else { return Ok(Outcome::NotNative) };
            let Some(sum) = self.arithmetic(Binary::Add, total, item)? else { return Ok(Outcome::Ended) };
            total = self.number(&sum).expect("a sum of numbers is one");
        }
        Ok(Outcome::Result(match total {
            Number::Int(v) => Slot::Int(v),
            Number::Uint(v) => Slot::Uint(v),
            Number::Wide(v) => Slot::Wide(v),
            Number::Float(v) => Slot::Float(v),
        }))
    }

    /// `sum` from 3.12 on: ints until the first float comes, then Neumaier's compensated sum, to which ints are added plainly. What becomes
    /// too large for a C long on the way changes the algorithm, and is the interpreter's.
    fn compensated_sum(&mut self, start: Option<&Slot<Value>>, items: &[Slot<Value>]) -> Step<Outcome> {
        let mut total = match start {
            None => Number::Int(self.b.int(0)),
            Some(start) => match self.number(start) {
                Some(number @ (Number::Int(_) | Number::Float(_))) => number,
                _ => return Ok(Outcome::NotNative),
            },
        };
        let mut lost = self.b.float(0.0);
        for item in items {
            let Some(item) = self.number(item) else { return Ok(Outcome::NotNative) };
            total = match (total, item) {
                (Number::Float(sum), Number::Float(x)) => {
                    let after;
                    (after, lost) = self.add_and_lose(sum, lost, x);
                    Number::Float(after)
                }
                (Number::Int(_), Number::Int(_) | Number::Float(_)) | (Number::Float(_), Number::Int(_)) => {
                    let Some(sum) = self.arithmetic(Binary::Add, total, item)? else { return Ok(Outcome::Ended) };
                    self.number(&sum).expect("a sum of numbers is one")
                }
                _ => return Ok(Outcome::NotNative),
            };
        }
        // All ints in the end: too many of them for 64 bits.
        let Number::Float(sum) = total else { return Ok(Outcome::NotNative) };
        Ok(Outcome::Result(Slot::Float(self.whole_sum(sum, lost))))
    }

    /// A step of a compensated sum: the sum, and what it has lost so far.
    pub fn add_and_lose(&mut self, sum: Value, lost: Value, x: Value) -> (Value, Value) {
        let after = self.b.pure(Op::AddFloat, &[sum, x]);
        let sizes = [sum, x].map(|value| self.b.pure(Op::AbsFloat, &[value]));
        let is_larger = self.b.pure(Op::CompareFloat(Comparison::Ge), &sizes);
        let large = self.b.pure(Op::Select(Ty::F64), &[is_larger, sum, x]);
        let small = self.b.pure(Op::Select(Ty::F64), &[is_larger, x, sum]);
        let rest = self.b.pure(Op::SubFloat, &[large, after]);
        let error = self.b.pure(Op::AddFloat, &[rest, small]);
        (after, self.b.pure(Op::AddFloat, &[lost, error]))
    }

    /// A compensated sum at its end. Nothing lost is not added, for the sign of -0.0; nor what would turn an infinity to NaN.
    pub fn whole_sum(&mut self, sum: Value, lost: Value) -> Value {
        let zero = self.b.float(0.0);
        let is_some = self.b.pure(Op::CompareFloat(Comparison::Ne), &[lost, zero]);
        let is_finite = self.b.exact("math.isfinite", &[lost], None)[0];
        let counts = self.b.pure(Op::AndBool, &[is_some, is_finite]);
        let whole = self.b.pure(Op::AddFloat, &[sum, lost]);
        self.b.pure(Op::Select(Ty::F64), &[counts, whole, sum])
    }

    fn any_all(&mut self, intrinsic: Intrinsic, items: &[Slot<Value>]) -> Outcome {
        let is_any = intrinsic == Intrinsic::Any;
        let mut result = self.b.bool(!is_any);
        for item in items {
            let value = match self.truth(item) {
                Some(Truth::Known(known)) => self.b.bool(known),
                Some(Truth::Value(value)) => value,
                None => return Outcome::NotNative,
            };
            result = self.b.pure(if is_any { Op::OrBool } else { Op::AndBool }, &[result, value]);
        }
        Outcome::Result(Slot::Bool(result))
    }
}

/// Whose length stands where a list's does.
fn has_length(kind: &ir::Kind) -> bool {
    use ir::Kind::{Array, ByteArray, Bytes, Dict, Row, Str, Tuple};
    matches!(kind, Str | Tuple(_) | Row(_) | Dict(_) | Bytes | ByteArray | Array(_))
}

fn accepts(overload: &Overload, arguments: &[Slot<Value>]) -> bool {
    overload.params.len() == arguments.len()
        && overload.params.iter().zip(arguments).all(|(kind, slot)| match kind {
            Kind::Float => {
                matches!(slot, Slot::Bool(_) | Slot::Int(_) | Slot::Uint(_) | Slot::Wide(_) | Slot::Float(_))
                    || matches!(slot, Slot::NumPy(Dtype::Float64 | Dtype::Int64, _))
            }
            Kind::Int => matches!(slot, Slot::Bool(_) | Slot::Int(_) | Slot::Uint(_) | Slot::Wide(_)),
            Kind::Bool => matches!(slot, Slot::Bool(_)),
        } && !is_iterator(slot))
}
