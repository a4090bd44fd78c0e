//! Generator expressions that a builtin goes through at once: `sum(x * x for x in xs)`.
//!
//! Nobody else gets hold of such a generator. So its code is translated as a function that is called where the builtin is: where it yields, the item
//! goes into what the builtin has made of the items before (`ir::Consumer`), which stands behind the function's variables. It can be left anywhere: the
//! generator is made as it stands, and the builtin goes on with it. What the builtin does with an item that is not done here is done by the interpreter
//! from the `yield` on, so that nothing is done twice.

use crate::arithmetic::Number;
use crate::body::Body;
use crate::call::Around;
use crate::compare::comparison;
use crate::control::Truth;
use crate::refusal::Step;
use crate::state::{State, owns_references};
use base::Index;
use bytecode::{Binary, Compare, Hir, OpId, OpKind};
use ir::{
    After, Comparison, Consumer, DictGuess, Edge, Elem, Expect, Kind, ListMethod, ObjectId, Op, ResumeKind, Slot, Term, Ty, Value, Why,
};

impl Body<'_, '_> {
    pub fn is_generator_expression(&mut self, function: ObjectId) -> bool {
        self.is_comprehension(function) && self.unit.info(function).is_some_and(|info| info.is_generator())
    }

    /// [function, iterator] -> [generator]
    pub fn make_generator(&mut self, function: ObjectId, cells: Vec<Slot<Value>>) {
        let iterator = self.pop();
        self.pop();
        self.push(Slot::Generator(function, [iterator].into_iter().chain(cells).collect()));
    }

    /// A builtin that is called with a generator: false if it is none that goes through it at once. What was called is a slot of its own.
    pub fn consume_generator(&mut self, callee: &Slot<Value>, arguments: &[Slot<Value>], keywords: &[String]) -> Step<bool> {
        let Some(Slot::Generator(function, parts)) = arguments.first() else { return Ok(false) };
        let Some((consumer, states)) = self.consumer(callee, &arguments[1..], keywords) else { return Ok(false) };
        let (iterator, cells) = (parts[0].clone(), parts[1..].to_vec());
        let is_extended = consumer == Consumer::Extend;
        let count = turns(&iterator).filter(|_| self.unit.info(*function).is_some_and(|info| yields_at_each_turn(&info.hir)));
        let around = Around { cells, consumer: Some(consumer.gathers()), states, ..Around::default() };
        let Some(native) = self.native_with(*function, vec![iterator], &[], around)? else {
            return match self.b.block {
                Some(_) => self.left_to_python("unknown-callable", "a generator is the interpreter's").map(|()| true),
                None => Ok(true),
            };
        };
        self.pop_call(arguments.len());
        if is_extended {
            native.bound.last().cloned().iter().for_each(|list| self.b.share_slot(list));
        }
        // As the one who was called, when the interpreter goes on with it.
        let callee = match callee {
            Slot::Method(_, kind, owner) => Slot::Exact(kind.clone(), *owner),
            Slot::ListMethod(_, elem, list) => Slot::List(elem.clone(), *list),
            other => other.clone(),
        };
        self.push(callee.clone());
        let resume = self.resume_call(After::Consumed(consumer));
        self.pop();
        let args: Vec<Value> = native.bound.iter().flat_map(Slot::values).map(|(_, value)| value).collect();
        let Some(ret) = native.ret else {
            self.call_without_return(native.callee, &args, resume);
            return Ok(true);
        };
        let mut results = self.b.call(native.callee, &args, &ret.types(), resume).into_iter();
        let result = ret.map(&mut |_, ()| results.next().expect("as many results as the shape has"));
        self.look_for_waiting();
        let mut result = self.made_of_gathered(consumer, &callee, result, count);
        if is_extended {
            if let (Slot::List(elem, _), Slot::List(_, list)) = (&result, &callee) {
                self.expect_items(*list, elem);
            }
            self.b.drop_slot(&result);
            result = Slot::None;
        }
        self.b.drop_slot(&callee);
        self.push(result);
        Ok(true)
    }

    /// What goes through a generator when it is called with it and these arguments, and its state at first.
    fn consumer(&self, callee: &Slot<Value>, rest: &[Slot<Value>], keywords: &[String]) -> Option<(Consumer, Vec<Slot<Value>>)> {
        let none = || Slot::Unbound;
        let name = match callee {
            Slot::Method(method, Kind::Str, _) if method.row().name == "join" => "join",
            Slot::ListMethod(ListMethod::Extend, ..) => "extend",
            Slot::Known(object) => match &self.unit.links.objects[object.index()].expect {
                Expect::Builtin(name) => name.as_str(),
                _ => return None,
            },
            _ => return None,
        };
        let keyword = keywords.first().map(String::as_str);
        let consumer = Consumer::ALL.into_iter().find(|consumer| consumer.name() == name.trim_start_matches("builtins."))?;
        let states = match (consumer, rest, keyword) {
            (Consumer::Sum, [], _) => vec![none(), none()],
            (Consumer::Sum, [start @ (Slot::Int(_) | Slot::Float(_))], None | Some("start")) => vec![start.clone(), none()],
            (Consumer::Any | Consumer::All, [], _) => Vec::new(),
            (Consumer::Min | Consumer::Max, [], _) => vec![none(), none()],
            (Consumer::Min | Consumer::Max, [default], Some("default")) => vec![none(), default.clone()],
            (Consumer::Next, [default], None) => vec![default.clone()],
            (Consumer::Dict, [], None) => vec![none(), none()],
            (Consumer::Dict, ..) => return None,
            (Consumer::Extend, [], None) => match callee {
                Slot::ListMethod(_, elem, list) => vec![Slot::List(elem.clone(), *list)],
                _ => return None,
            },
            (Consumer::Sum | Consumer::Min | Consumer::Max, ..) => return None,
            (_, [], _) => vec![none()],
            _ => return None,
        };
        Some((consumer, states))
    }

    /// What the consumer makes of what was gathered for it: so many items, if it is known how many.
    fn made_of_gathered(&mut self, consumer: Consumer, callee: &Slot<Value>, gathered: Slot<Value>, count: Option<usize>) -> Slot<Value> {
        let (Consumer::Tuple | Consumer::Sorted | Consumer::Join, Slot::List(elem, list)) = (consumer, &gathered) else { return gathered };
        self.state.stack.extend([callee.clone(), gathered.clone()]);
        let resume = self.resume_within(ResumeKind::Returned(After::Consumed(consumer)), Why::NotCompiled);
        self.pop_n(2);
        let (function, operands) = match (consumer, callee) {
            (Consumer::Join, Slot::Exact(_, text)) => ("py_join_list", vec![*text, *list]),
            (Consumer::Sorted, _) => ("py_sort_list", vec![*list]),
            _ => ("py_tuple_of", vec![*list]),
        };
        // An iterator that the program had before may not stand at its beginning.
        let count = count.filter(|_| consumer == Consumer::Tuple && *elem != Elem::Unknown);
        if let Some(count) = count {
            let (length, count) = (self.list_length(*list), self.b.int(count as i64));
            let is_whole = self.b.compare_int(Comparison::Eq, length, count);
            self.b.guard(Op::GuardTrue, &[is_whole], resume);
        }
        let function = ir::runtime_function(function).expect("in the table");
        let made = self.b.runtime(function, &operands, Some(resume)).expect("it has a result");
        if consumer == Consumer::Sorted {
            return Slot::List(elem.clone(), *list);
        }
        self.b.drop_slot(&gathered);
        match (consumer, count) {
            (Consumer::Join, _) => Slot::Exact(Kind::Str, made),
            (_, Some(count)) => Slot::Exact(Kind::Tuple(vec![elem.clone(); count]), made),
            _ => Slot::Exact(Kind::Row(Box::new(elem.clone())), made),
        }
    }

    // In the generator's code

    fn consumer_of_items(&self) -> Consumer {
        self.key.consumer.expect("it is a generator's code")
    }

    /// Where among the variables the consumer's state begins.
    pub fn states_begin(&self) -> usize {
        self.state.locals.len() - self.key.consumer.map_or(0, Consumer::states)
    }

    fn consumer_state(&mut self, index: usize) -> &mut Slot<Value> {
        let at = self.states_begin() + index;
        &mut self.state.locals[at]
    }

    /// Goes on at the current operation for each type that a part of the state may have; then the block has ended.
    fn split_state(&mut self, index: usize) -> Step<bool> {
        let at = self.states_begin() + index;
        if !matches!(self.state.locals[at], Slot::Any(..)) {
            return Ok(false);
        }
        self.split(|state| &mut state.locals[at])?;
        Ok(true)
    }

    /// RETURN_GENERATOR: [] -> [None], which was sent.
    pub fn begin_consuming(&mut self) {
        match self.consumer_of_items() {
            Consumer::Sum => {
                if *self.consumer_state(0) == Slot::Unbound {
                    let zero = self.b.int(0);
                    *self.consumer_state(0) = Slot::Int(zero);
                } else if matches!(self.consumer_state(0), Slot::Float(_)) {
                    self.begin_to_lose();
                }
            }
            Consumer::List => {
                let zero = self.b.int(0);
                let list = self.runtime_value("py_list", &[zero]);
                *self.consumer_state(0) = Slot::List(Elem::Unknown, list);
            }
            Consumer::Set => {
                let zero = self.b.int(0);
                let nothing = self.runtime_value("py_tuple", &[zero]);
                let set = self.runtime_value("py_set", &[nothing]);
                *self.consumer_state(0) = Slot::Exact(Kind::Set(Box::new(Elem::Unknown)), set);
            }
            Consumer::Dict => {
                let zero = self.b.int(0);
                let nothing = self.runtime_value("py_tuple", &[zero]);
                let dict = self.runtime_value("py_dict", &[nothing]);
                *self.consumer_state(0) = Slot::Exact(Kind::Dict(DictGuess::of(Elem::Unknown, Elem::Unknown)), dict);
                *self.consumer_state(1) = Slot::Int(zero);
            }
            _ => {}
        }
        self.push(Slot::None);
    }

    /// YIELD_VALUE: [item] -> [None]
    pub fn consume(&mut self) -> Step {
        let consumer = self.consumer_of_items();
        self.settle_top();
        if self.split_operands(1)? {
            return Ok(());
        }
        let item = self.state.stack.last().expect("the decoder checked the depth of the stack").clone();
        let is_done = match consumer {
            Consumer::Sum => self.split_state(0)? || self.split_objects(1)? || self.add_to_sum(&item)?,
            Consumer::Any | Consumer::All => self.test(consumer, &item)?,
            Consumer::Min | Consumer::Max => self.split_state(0)? || self.split_objects(1)? || self.keep_extreme(consumer, &item)?,
            Consumer::Next => {
                self.guard_end();
                let item = self.pop();
                self.end_generator(item);
                true
            }
            Consumer::Set => return self.gather_in_set(&item),
            Consumer::Dict => self.gather_in_dict(&item),
            _ => return self.gather_in_list(&item),
        };
        if is_done {
            Ok(())
        } else {
            self.left_to_python("object-operation", format!("{} of {}", consumer.name(), item.shape().describe()))
        }
    }

    /// From 3.12 on the sum of floats keeps what it loses.
    fn begin_to_lose(&mut self) {
        if self.info.code.minor >= 12 {
            let nothing = self.b.float(0.0);
            *self.consumer_state(1) = Slot::Float(nothing);
        }
    }

    fn add_to_sum(&mut self, item: &Slot<Value>) -> Step<bool> {
        let (sum, lost) = (self.consumer_state(0).clone(), self.consumer_state(1).clone());
        let (Some(sum), Some(number)) = (self.number(&sum), self.number(item)) else { return Ok(false) };
        let result = match (sum, number, lost) {
            (Number::Float(sum), Number::Float(x), Slot::Float(lost)) => {
                let (sum, lost) = self.add_and_lose(sum, lost, x);
                *self.consumer_state(1) = Slot::Float(lost);
                Slot::Float(sum)
            }
            // From 3.12 on what doesn't fit a C long on the way changes how floats are added behind it: that is the interpreter's.
            (_, Number::Uint(_) | Number::Wide(_), _) if self.info.code.minor >= 12 => return Ok(false),
            (Number::Int(sum), Number::Int(x), _) if self.info.code.minor >= 12 => {
                let resume = self.resume(Why::Overflow);
                Slot::Int(self.b.checked(Op::AddInt, &[sum, x], resume))
            }
            (sum, number, _) => match self.arithmetic(Binary::Add, sum, number)? {
                Some(result) => result,
                None => return Ok(true),
            },
        };
        if matches!((sum, &result), (Number::Int(_) | Number::Uint(_) | Number::Wide(_), Slot::Float(_))) {
            self.begin_to_lose();
        }
        *self.consumer_state(0) = result;
        self.pop();
        self.push(Slot::None);
        Ok(true)
    }

    /// Goes on behind the `yield` in each of two states, where the condition holds and where it does not. What each gives up is dropped there.
    fn go_two_ways(&mut self, condition: Value, ways: [(State<Value>, Slot<Value>); 2]) -> Step {
        let blocks = [self.b.func.block(), self.b.func.block()];
        let [then, other] = blocks.map(|to| Edge { to, args: Vec::new() });
        self.b.end(Term::Branch { condition, then, other });
        for (block, (state, given_up)) in blocks.into_iter().zip(ways) {
            self.b.block = Some(block);
            self.b.drop_slot(&given_up);
            let edge = self.edge(OpId(self.op.0 + 1), state)?;
            self.b.end(Term::Jump(edge));
        }
        Ok(())
    }

    fn keep_extreme(&mut self, consumer: Consumer, item: &Slot<Value>) -> Step<bool> {
        let best = self.consumer_state(0).clone();
        if best == Slot::Unbound {
            let first = self.pop();
            *self.consumer_state(0) = first;
            self.push(Slot::None);
            return Ok(true);
        }
        let op = if consumer == Consumer::Max { Compare::Gt } else { Compare::Lt };
        let is_number = |slot: &Slot<Value>| matches!(slot, Slot::Int(_) | Slot::Float(_));
        if is_number(&best) && best.shape() == item.shape() {
            let (Some(x), Some(y)) = (self.number(item), self.number(&best)) else { unreachable!("just looked") };
            let is_better = self.compare_numbers(comparison(op), x, y);
            let ty = if matches!(best, Slot::Int(_)) { Ty::I64 } else { Ty::F64 };
            let mut others = best.values().into_iter();
            let kept = item.map(&mut |_, value| {
                let (_, other) = others.next().expect("the shapes are equal");
                self.b.pure(Op::Select(ty), &[is_better, *value, other])
            });
            *self.consumer_state(0) = kept;
            self.pop();
            self.push(Slot::None);
            return Ok(true);
        }
        let order = match self.text_comparison(op, item, &best) {
            None => self.comparison(op, item, &best),
            order => order,
        };
        let Some(is_better) = order else { return Ok(false) };
        self.pop();
        self.push(Slot::None);
        let worse = self.state.clone();
        *self.consumer_state(0) = item.clone();
        let better = self.state.clone();
        self.go_two_ways(is_better, [(better, best), (worse, item.clone())])?;
        Ok(true)
    }

    fn test(&mut self, consumer: Consumer, item: &Slot<Value>) -> Step<bool> {
        let Some(truth) = self.truth(item) else { return Ok(false) };
        let ends_at = consumer == Consumer::Any;
        self.pop();
        let condition = match truth {
            Truth::Value(condition) => condition,
            Truth::Known(known) => self.b.bool(known),
        };
        let (ends, goes_on) = (self.b.func.block(), self.b.func.block());
        let [end, on] = [ends, goes_on].map(|to| Edge { to, args: Vec::new() });
        let (then, other) = if ends_at { (end, on) } else { (on, end) };
        self.b.end(Term::Branch { condition, then, other });
        let state = self.state.clone();
        self.b.block = Some(ends);
        self.guard_end();
        self.b.drop_slot(item);
        let result = Slot::Bool(self.b.bool(ends_at));
        self.end_generator(result);
        self.state = state;
        self.b.block = Some(goes_on);
        self.b.drop_slot(item);
        self.push(Slot::None);
        let (state, next) = (self.state.clone(), OpId(self.op.0 + 1));
        let edge = self.edge(next, state)?;
        self.b.end(Term::Jump(edge));
        Ok(true)
    }

    fn gather_in_list(&mut self, item: &Slot<Value>) -> Step {
        let Slot::List(elem, list) = self.consumer_state(0).clone() else { unreachable!("it was made where the generator began") };
        if !Self::can_be_boxed(item) {
            return self.left_to_python("object-operation", "an item of a generator can't be gathered");
        }
        self.append(&elem, list, item);
        self.drop_operands(1);
        self.push(Slot::None);
        Ok(())
    }

    fn gather_in_set(&mut self, item: &Slot<Value>) -> Step {
        let Slot::Exact(Kind::Set(of), set) = self.consumer_state(0).clone() else { unreachable!("it was made where the generator began") };
        self.add_to_set(&of, set, item)?;
        if self.b.block.is_some() {
            self.push(Slot::None);
        }
        Ok(())
    }

    fn gather_in_dict(&mut self, item: &Slot<Value>) -> bool {
        let (Slot::Exact(Kind::Dict(guess), dict), Slot::Int(count)) = (self.consumer_state(0).clone(), self.consumer_state(1).clone())
        else {
            unreachable!("it was made where the generator began")
        };
        let Slot::Tuple(pair) = item else { return false };
        let [key, value] = &pair[..] else { return false };
        if !self.put_pair(&guess, dict, key, value) {
            return false;
        }
        let one = self.b.int(1);
        let count = self.b.pure(Op::WrapAddInt, &[count, one]);
        *self.consumer_state(1) = Slot::Int(count);
        self.drop_operands(1);
        self.push(Slot::None);
        true
    }

    /// The generator has come to its end.
    pub fn end_consuming(&mut self) -> Step {
        let consumer = self.consumer_of_items();
        if consumer.states() > 0 && self.split_state(0)? {
            return Ok(());
        }
        let result = match consumer {
            Consumer::Any | Consumer::All => Slot::Bool(self.b.bool(consumer == Consumer::All)),
            Consumer::Sum => match (self.consumer_state(0).clone(), self.consumer_state(1).clone()) {
                (Slot::Float(sum), Slot::Float(lost)) => Slot::Float(self.whole_sum(sum, lost)),
                (sum, _) => sum,
            },
            Consumer::Min | Consumer::Max if *self.consumer_state(0) == Slot::Unbound => self.consumer_state(1).clone(),
            _ => self.consumer_state(0).clone(),
        };
        // The interpreter raises.
        if result == Slot::Unbound {
            return self.leave(Why::Raises);
        }
        self.return_slot(result)
    }

    /// Leaves, before anything has ended, if something in the generator ends with code of the user's: what ends together does so in its own order.
    fn guard_end(&mut self) {
        let State { locals, stack } = self.state.clone();
        locals.iter().chain(&stack).for_each(|slot| self.guard_quiet(slot));
    }

    /// Ends the block: the consumer has its result, and the generator ends where it stands. If something in it must wait for its end, whoever called
    /// looks for that.
    fn end_generator(&mut self, result: Slot<Value>) {
        let State { locals, stack } = std::mem::replace(&mut self.state, State { locals: Vec::new(), stack: Vec::new() });
        // The interpreter raises GeneratorExit there, which takes the stack down; what lies lowest is the first variable, too.
        stack.iter().rev().chain(&locals).for_each(|slot| self.b.drop_slot(slot));
        self.b.take_given_up();
        let block = self.b.block.take().expect("a block is open");
        self.returns.push((block, result));
    }

    /// What of the state is not the result is given up; whoever called looks whether it must wait.
    pub fn drop_state_but(&mut self, result: &Slot<Value>) {
        let states = self.state.locals.split_off(self.states_begin());
        let result = states.iter().position(|state| owns_references(state) && state == result);
        for (index, state) in states.iter().enumerate() {
            if Some(index) != result {
                self.b.drop_slot(state);
            }
        }
        self.b.take_given_up();
    }
}

/// Whether what generators yield is handed over there.
pub fn is_yield(kind: &OpKind) -> bool {
    matches!(kind, OpKind::Opaque { name: "YIELD_VALUE", .. })
}

/// How many turns a loop over an iterator has that stands at its beginning, if its type tells.
fn turns<V>(iterator: &Slot<V>) -> Option<usize> {
    match iterator {
        Slot::TupleIter(_, items) => Some(items.len()),
        Slot::ExactIter(Kind::Tuple(items), ..) => Some(items.len()),
        Slot::Enumerate(_, inner) => turns(inner),
        Slot::Zip(parts) => parts.iter().map(turns).collect::<Option<Vec<_>>>()?.into_iter().min(),
        _ => None,
    }
}

/// Whether a generator is one loop that yields once in each of its turns.
fn yields_at_each_turn(hir: &Hir) -> bool {
    let count = |what: fn(&OpKind) -> bool| hir.ops.iter().filter(|op| what(&op.kind)).count();
    let jumps = |kind: &OpKind| matches!(kind, OpKind::JumpIf { .. } | OpKind::JumpIfNone { .. } | OpKind::JumpIfOrPop { .. });
    count(jumps) == 0 && count(is_yield) == 1 && count(|kind| matches!(kind, OpKind::ForIter { .. })) == 1
}
