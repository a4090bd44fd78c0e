//! `for` and its iterators, tuples and their items.

use crate::body::Body;
use crate::list::elem_of;
use crate::refusal::Step;
use crate::state::{State, may_end_loudly, owns_references};
use bytecode::{BlockId, OpId};
use ir::{Comparison, Elem, Kind, Op, Slot, Term, Value, Why};

impl Body<'_, '_> {
    /// How many items `range(start, stop, step)` has; the step is not zero.
    pub fn range_length(&mut self, start: Value, stop: Value, step: Value) -> Value {
        self.b.exact("range.length", &[start, stop, step], None)[0]
    }

    /// The iterator of a value that has a native one.
    pub fn iterator(&mut self, slot: &Slot<Value>) -> Option<Slot<Value>> {
        Some(match slot {
            Slot::Range([start, stop, step]) => {
                let left = self.range_length(*start, *stop, *step);
                Slot::RangeIter([*start, left, *step])
            }
            Slot::Tuple(items) => Slot::TupleIter(self.b.int(0), items.clone()),
            Slot::List(elem, list) => Slot::ListIter(elem.clone(), self.b.int(0), *list),
            Slot::RangeIter(_)
            | Slot::Enumerate(..)
            | Slot::Zip(_)
            | Slot::TupleIter(..)
            | Slot::ListIter(..)
            | Slot::ListBack(..)
            | Slot::ExactIter(..) => slot.clone(),
            other => return self.exact_iterator(other),
        })
    }

    pub fn get_iter(&mut self) -> Step {
        if self.split_operands(1)? {
            return Ok(());
        }
        let slot = self.state.stack[self.state.stack.len() - 1].clone();
        if self.instance_iterator()? {
            return Ok(());
        }
        let iterator = if may_end_loudly(&slot) { self.iterator_of_whole(&slot) } else { self.iterator(&slot) };
        let Some(iterator) = iterator else { return self.object_iterator() };
        self.pop();
        self.push(iterator);
        Ok(())
    }

    /// A tuple whose items end with it, not each at its turn: the tuple itself is made and walked.
    fn iterator_of_whole(&mut self, slot: &Slot<Value>) -> Option<Slot<Value>> {
        let Slot::Tuple(items) = slot else { return self.iterator(slot) };
        if !Self::can_be_boxed(slot) {
            return None;
        }
        let kind = Kind::Tuple(items.iter().map(elem_of).collect());
        let tuple = self.boxed(slot)?;
        self.b.drop_slot(slot);
        Some(Slot::ExactIter(kind, self.b.int(0), tuple))
    }

    pub fn for_iter(&mut self, exit: BlockId) -> Step {
        let iterator = self.state.stack[self.state.stack.len() - 1].clone();
        match iterator {
            Slot::Object(object) => return self.object_next(object, &Elem::Object, exit),
            Slot::Exact(Kind::Iter(ref of), object) => return self.object_next(object, of, exit),
            Slot::Instance(..) if self.instance_next(exit)? => return Ok(()),
            _ => {}
        }
        let (exit, next) = (self.first_op(exit), OpId(self.op.0 + 1));
        let mut state = self.state.clone();
        state.stack.pop();
        let mut exhausted = Exhausted { state, iterator: iterator.clone(), exit };
        if let Slot::TupleIter(_, items) = &iterator
            && is_walked_item_by_item(items)
        {
            return self.step_through_items(items.clone(), exhausted.state, exit, next);
        }
        let (item, advanced) = match self.advance(&iterator, &exhausted)? {
            Advance::To(item, advanced) => (item, advanced),
            Advance::Exhausted => return Ok(()),
            Advance::NotNative => {
                return self.left_to_python("object-operation", format!("a loop over {}", iterator.shape().describe()));
            }
        };
        // Borrowed from its list so far, which nothing could change in the meantime.
        self.share_borrowed(&iterator, &item);
        exhausted.state.stack.extend([advanced, item]);
        let edge = self.edge(next, exhausted.state)?;
        self.b.end(Term::Jump(edge));
        Ok(())
    }

    /// The iterator holds the items that are left, so that each of them meets a loop body of its own types.
    fn step_through_items(&mut self, mut items: Vec<Slot<Value>>, mut exhausted: State<Value>, exit: OpId, next: OpId) -> Step {
        let edge = if items.is_empty() {
            self.edge(exit, exhausted)?
        } else {
            let item = items.remove(0);
            let index = self.b.int(0);
            exhausted.stack.extend([Slot::TupleIter(index, items), item]);
            self.edge(next, exhausted)?
        };
        self.b.end(Term::Jump(edge));
        Ok(())
    }

    /// Steps an iterator: branches to `exit` where it is exhausted, and goes on with its item and its next state.
    fn advance(&mut self, iterator: &Slot<Value>, exhausted: &Exhausted) -> Step<Advance> {
        let (item, advanced) = match iterator {
            Slot::RangeIter([next, left, step]) => {
                let zero = self.b.int(0);
                let more = self.b.compare_int(Comparison::Ne, *left, zero);
                self.branch_to_exit(more, exhausted)?;
                let one = self.b.int(1);
                // The last item may be followed by one beyond 64 bits, which is never looked at.
                let after = self.b.pure(Op::WrapAddInt, &[*next, *step]);
                let left = self.b.pure(Op::WrapSubInt, &[*left, one]);
                (Slot::Int(*next), Slot::RangeIter([after, left, *step]))
            }
            Slot::TupleIter(index, items) => {
                if items.iter().any(owns_references) {
                    return Ok(Advance::NotNative);
                }
                if items.is_empty() {
                    return self.exhaust(exhausted);
                }
                if is_walked_item_by_item(items) {
                    let index = self.b.int(0);
                    return Ok(Advance::To(items[0].clone(), Slot::TupleIter(index, items[1..].to_vec())));
                }
                let count = self.b.int(items.len() as i64);
                let more = self.b.compare_int(Comparison::Lt, *index, count);
                self.branch_to_exit(more, exhausted)?;
                let Some(item) = self.select_item(*index, items) else { return Ok(Advance::NotNative) };
                let one = self.b.int(1);
                (item, Slot::TupleIter(self.b.pure(Op::WrapAddInt, &[*index, one]), items.clone()))
            }
            Slot::ListIter(elem, index, list) => {
                let length = self.list_length(*list);
                // It may have been longer, or shorter, in the last trip.
                let more = self.b.pure(Op::CompareUint(Comparison::Lt), &[*index, length]);
                self.branch_to_exit(more, exhausted)?;
                let item = self.list_item(elem, *list, *index);
                let one = self.b.int(1);
                (item, Slot::ListIter(elem.clone(), self.b.pure(Op::WrapAddInt, &[*index, one]), *list))
            }
            Slot::ListBack(elem, index, list) => {
                let length = self.list_length(*list);
                // Below zero it is beyond all lengths.
                let more = self.b.pure(Op::CompareUint(Comparison::Lt), &[*index, length]);
                self.branch_to_exit(more, exhausted)?;
                let item = self.list_item(elem, *list, *index);
                let one = self.b.int(1);
                (item, Slot::ListBack(elem.clone(), self.b.pure(Op::WrapSubInt, &[*index, one]), *list))
            }
            Slot::ExactIter(kind, index, object) => {
                let length = match kind {
                    Kind::NumPy(_) => self.array_length(&Slot::Exact(kind.clone(), *object)).expect("it is an array"),
                    _ => self.b.pure(Op::Length, &[*object]),
                };
                let more = self.b.pure(Op::CompareUint(Comparison::Lt), &[*index, length]);
                self.branch_to_exit(more, exhausted)?;
                let item = self.item_of_kind(kind, *object, *index);
                let one = self.b.int(1);
                (item, Slot::ExactIter(kind.clone(), self.b.pure(Op::WrapAddInt, &[*index, one]), *object))
            }
            Slot::Enumerate(count, inner) => {
                // The count outgrowing 64 bits is looked at before the iterator is stepped.
                let resume = self.resume(Why::Overflow);
                let one = self.b.int(1);
                let after = self.b.checked(Op::AddInt, &[*count, one], resume);
                let (item, inner) = match self.advance(inner, exhausted)? {
                    Advance::To(item, inner) => (item, inner),
                    other => return Ok(other),
                };
                (Slot::Tuple(vec![Slot::Int(*count), item]), Slot::Enumerate(after, Box::new(inner)))
            }
            Slot::Zip(inners) => {
                if inners.is_empty() {
                    return self.exhaust(exhausted);
                }
                let (mut items, mut advanced) = (Vec::new(), Vec::new());
                for inner in inners {
                    match self.advance(inner, exhausted)? {
                        Advance::To(item, next) => {
                            items.push(item);
                            advanced.push(next);
                        }
                        other => return Ok(other),
                    }
                }
                (Slot::Tuple(items), Slot::Zip(advanced))
            }
            _ => return Ok(Advance::NotNative),
        };
        Ok(Advance::To(item, advanced))
    }

    /// Makes the step's item a new reference where it is borrowed from what is walked over.
    fn share_borrowed(&mut self, iterator: &Slot<Value>, item: &Slot<Value>) {
        match (iterator, item) {
            (Slot::ListIter(..) | Slot::ListBack(..) | Slot::ExactIter(Kind::Tuple(_) | Kind::Row(_), ..), item) => self.b.share_slot(item),
            (Slot::Enumerate(_, inner), Slot::Tuple(items)) => self.share_borrowed(inner, &items[1]),
            (Slot::Zip(inners), Slot::Tuple(items)) => inners.iter().zip(items).for_each(|(inner, item)| self.share_borrowed(inner, item)),
            _ => {}
        }
    }

    /// Nothing is left, whatever happens.
    fn exhaust(&mut self, exhausted: &Exhausted) -> Step<Advance> {
        self.b.drop_slot(&exhausted.iterator);
        let edge = self.edge(exhausted.exit, exhausted.state.clone())?;
        self.b.end(Term::Jump(edge));
        Ok(Advance::Exhausted)
    }

    fn branch_to_exit(&mut self, more: Value, exhausted: &Exhausted) -> Step {
        let other = match owns_references(&exhausted.iterator) {
            false => self.edge(exhausted.exit, exhausted.state.clone())?,
            true => {
                let here = self.b.block;
                let end = self.b.func.block();
                self.b.block = Some(end);
                self.b.drop_slot(&exhausted.iterator);
                let edge = self.edge(exhausted.exit, exhausted.state.clone())?;
                self.b.end(Term::Jump(edge));
                self.b.block = here;
                ir::Edge { to: end, args: Vec::new() }
            }
        };
        let block = self.b.func.block();
        let then = ir::Edge { to: block, args: Vec::new() };
        self.b.end(Term::Branch { condition: more, then, other });
        self.b.block = Some(block);
        Ok(())
    }

    /// The item at an index that is in bounds; all items have one shape.
    fn select_item(&mut self, index: Value, items: &[Slot<Value>]) -> Option<Slot<Value>> {
        if items.iter().any(owns_references) {
            return None;
        }
        let mut picked = items.last()?.clone();
        for (i, item) in items.iter().enumerate().rev().skip(1) {
            let i = self.b.int(i as i64);
            let here = self.b.compare_int(Comparison::Eq, index, i);
            let mut others = picked.values().into_iter();
            picked = item.map(&mut |ty, value| {
                let (_, other) = others.next().expect("the shapes are equal");
                self.b.pure(Op::Select(ty), &[here, *value, other])
            });
        }
        Some(picked)
    }

    pub fn unpack(&mut self, n: usize) -> Step {
        if self.split_operands(1)? {
            return Ok(());
        }
        match self.state.stack.last().cloned() {
            Some(Slot::Tuple(items)) if items.len() == n => {
                self.pop();
                self.state.stack.extend(items.into_iter().rev());
                Ok(())
            }
            Some(Slot::Tuple(_)) => self.leave(Why::Raises),
            Some(Slot::Exact(Kind::Tuple(items), _)) if items.len() != n => self.leave(Why::Raises),
            Some(Slot::Exact(Kind::Tuple(items), tuple)) => {
                self.tuple_unpack(&items, tuple);
                Ok(())
            }
            Some(Slot::Exact(Kind::Row(elem), tuple)) => {
                let (resume, length) = (self.resume(Why::Raises), self.b.int(n as i64));
                self.b.guard(Op::GuardTuple, &[tuple, length], resume);
                self.tuple_unpack(&vec![*elem; n], tuple);
                Ok(())
            }
            Some(Slot::List(elem, list)) => {
                self.list_unpack(&elem, list, n);
                Ok(())
            }
            Some(Slot::Instance(class, object)) if self.named_tuple_unpack(class, object, n) => Ok(()),
            _ => self.object_unpack(n),
        }
    }

    pub fn subscript(&mut self) -> Step {
        let is_in_list = matches!(self.state.stack[self.state.stack.len() - 2], Slot::List(..));
        if is_in_list && self.split_numbers(1)?
            || self.split_operands(2)?
            || self.array_subscript()?
            || self.slice_subscript()
            || self.dict_subscript()?
            || self.split_objects(1)?
            || self.exact_subscript()?
        {
            return Ok(());
        }
        let [container, key] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        if is_in_list && key == Slot::None {
            return self.leave(Why::Raises);
        }
        let item = match (&container, self.real(&key)) {
            (Slot::List(elem, list), Some(crate::arithmetic::Number::Int(index))) => {
                self.list_subscript(elem, *list, index);
                return Ok(());
            }
            (Slot::Tuple(items), Some(crate::arithmetic::Number::Int(index))) => match self.b.known_int(index) {
                Some(known) => {
                    let count = items.len() as i128;
                    let at = if known < 0 { known + count } else { known };
                    if !(0..count).contains(&at) {
                        return self.leave(Why::Raises);
                    }
                    Some(items[at as usize].clone())
                }
                None => self.item_at(index, items)?,
            },
            _ => None,
        };
        if self.b.block.is_none() {
            return Ok(());
        }
        let Some(item) = item else {
            return if self.instance_item()? { Ok(()) } else { self.object_item() };
        };
        self.b.share_slot(&item);
        for slot in self.pop_n(2) {
            self.b.drop_slot(&slot);
        }
        self.push(item);
        Ok(())
    }

    fn item_at(&mut self, index: Value, items: &[Slot<Value>]) -> Step<Option<Slot<Value>>> {
        if items.is_empty() {
            self.leave(Why::Raises)?;
            return Ok(None);
        }
        if items.iter().any(|item| item.shape() != items[0].shape()) {
            return Ok(None);
        }
        let resume = self.resume(Why::Raises);
        let (zero, count) = (self.b.int(0), self.b.int(items.len() as i64));
        let is_negative = self.b.compare_int(Comparison::Lt, index, zero);
        let wrapped = self.b.pure(Op::WrapAddInt, &[index, count]);
        let at = self.b.pure(Op::Select(ir::Ty::I64), &[is_negative, wrapped, index]);
        let in_bounds = self.b.pure(Op::CompareUint(Comparison::Lt), &[at, count]);
        self.b.guard(Op::GuardTrue, &[in_bounds], resume);
        Ok(self.select_item(at, items))
    }
}

/// Where a loop goes when its iterator has no more items, and what is given up then.
struct Exhausted {
    state: State<Value>,
    iterator: Slot<Value>,
    exit: OpId,
}

/// What stepping an iterator comes to.
enum Advance {
    /// An item, and the iterator behind it.
    To(Slot<Value>, Slot<Value>),
    /// The block has ended in a jump to the exit.
    Exhausted,
    NotNative,
}

/// A tuple of items that differ in type, or own references, is not indexed: what is left of it is part of the iterator's shape.
fn is_walked_item_by_item(items: &[Slot<Value>]) -> bool {
    items.len() <= 1 || items.iter().any(|item| item.shape() != items[0].shape() || owns_references(item))
}
