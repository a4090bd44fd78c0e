//! NumPy's arrays: elements are read and written where they lie.
//!
//! A `Kind::NumPy` is known to be exactly an array; what its elements are, and in how many dimensions they lie, is expected only
//! (`ir::ArrayGuess`), since all of that can be changed in place. So each access looks at the head, and nothing is remembered from one to the
//! next; `passes::array` takes these looks out of loops in which nobody can change heads.
//!
//! An element is read as a scalar of NumPy's, unboxed (`numpy.rs`).

use crate::arithmetic::Number;
use crate::body::Body;
use crate::refusal::Step;
use bytecode::OpKind;
use ir::{ArrayGuess, Comparison, Dtype, Kind, Op, Slot, Ty, Value, Why};

impl Body<'_, '_> {
    fn array(slot: &Slot<Value>) -> Option<(ArrayGuess, Value)> {
        match slot {
            Slot::Exact(Kind::NumPy(guess), array) => Some((*guess, *array)),
            _ => None,
        }
    }

    /// What an index picks an element from: an array or a row of one, and the indices in it that come first.
    fn picked_from(slot: &Slot<Value>) -> Option<(ArrayGuess, Value, Option<Value>)> {
        match slot {
            Slot::ArrayRow(guess, index, array) => Some((*guess, *array, Some(*index))),
            other => Self::array(other).map(|(guess, array)| (guess, array, None)),
        }
    }

    /// Whether all that becomes of what the current operation pushes is that it is indexed, before anything else could see it.
    fn is_only_indexed(&self) -> bool {
        /// Whether each slot is the row; those below are not looked at.
        struct Slots(Vec<bool>);
        impl Slots {
            fn pop(&mut self) -> bool {
                self.0.pop().unwrap_or(false)
            }
        }
        let mut slots = Slots(vec![true]);
        for op in &self.info.hir.ops[self.op.0 as usize + 1..] {
            let is_seen = match &op.kind {
                OpKind::Nop => false,
                OpKind::LoadFast(_) | OpKind::LoadConst(_) | OpKind::LoadGlobal(_) | OpKind::LoadName(_) => {
                    slots.0.push(false);
                    false
                }
                OpKind::Copy(n) => {
                    let copied = slots.0.len().checked_sub(*n as usize).is_some_and(|at| slots.0[at]);
                    slots.0.push(copied);
                    false
                }
                OpKind::Swap(n) => match slots.0.len().checked_sub(*n as usize) {
                    Some(at) => {
                        let top = slots.0.len() - 1;
                        slots.0.swap(at, top);
                        false
                    }
                    None => true,
                },
                OpKind::Binary { .. } => {
                    let is_seen = slots.pop() | slots.pop();
                    slots.0.push(false);
                    is_seen
                }
                OpKind::Subscript => {
                    let is_seen = slots.pop();
                    slots.pop();
                    slots.0.push(false);
                    is_seen
                }
                OpKind::StoreSubscript => {
                    let is_seen = slots.pop();
                    slots.pop();
                    is_seen | slots.pop()
                }
                _ => true,
            };
            if is_seen {
                return false;
            }
            if !slots.0.contains(&true) {
                return true;
            }
        }
        false
    }

    /// Leaves unless the array is what it is expected to be.
    fn guard_array(&mut self, guess: ArrayGuess, array: Value) {
        self.list_ops += 1;
        let resume = self.resume(Why::Element);
        let is_expected = self.b.pure(Op::ArrayIs(guess), &[array]);
        self.b.guard(Op::GuardTrue, &[is_expected], resume);
    }

    /// The ints of an index, one for each dimension that it picks from; None for other indices. A bool is none: it adds a dimension.
    fn array_indices(&mut self, key: &Slot<Value>) -> Option<Vec<Value>> {
        let parts = if let Slot::Tuple(parts) = key { parts.as_slice() } else { std::slice::from_ref(key) };
        parts
            .iter()
            .map(|part| match part {
                Slot::Int(index) | Slot::NumPy(Dtype::Int64, index) => Some(*index),
                _ => None,
            })
            .collect()
    }

    /// Whether a part of the index on top of the stack is tagged; if so, the block ends in a split of it.
    fn split_index(&mut self) -> Step<bool> {
        let depth = self.state.stack.len();
        let Slot::Tuple(parts) = &self.state.stack[depth - 1] else { return Ok(false) };
        let Some(tagged) = parts.iter().position(|part| matches!(part, Slot::Any(..))) else { return Ok(false) };
        self.split(|state| match &mut state.stack[depth - 1] {
            Slot::Tuple(parts) => &mut parts[tagged],
            _ => unreachable!("just looked"),
        })?;
        Ok(true)
    }

    /// Where the element lies that an index means; leaves where it is out of bounds. Of a row, its own index is counted from the front.
    fn array_place(&mut self, array: Value, indices: &[Value], is_in_row: bool) -> Value {
        let resume = self.resume(Why::Raises);
        let mut places = Vec::new();
        for (number, index) in indices.iter().enumerate() {
            let axis = self.b.int(number as i64);
            let length = self.b.pure(Op::ArrayLength, &[array, axis]);
            let at = if is_in_row && number == 0 { *index } else { self.place_within(*index, length) };
            let in_bounds = self.b.pure(Op::CompareUint(Comparison::Lt), &[at, length]);
            self.b.guard(Op::GuardTrue, &[in_bounds], resume);
            places.push((axis, at));
        }
        let mut place = self.b.pure(Op::ArrayData, &[array]);
        for (axis, at) in places {
            let stride = self.b.pure(Op::ArrayStride, &[array, axis]);
            place = self.b.pure(Op::ArrayAt, &[place, at, stride]);
        }
        place
    }

    fn element(&mut self, dtype: Dtype, place: Value) -> Slot<Value> {
        let op = match dtype {
            Dtype::Float64 => Op::ArrayFloat,
            Dtype::Int64 => Op::ArrayInt,
            Dtype::Bool => Op::ArrayBool,
        };
        Slot::NumPy(dtype, self.b.pure(op, &[place]))
    }

    /// [array, index] -> [element or row]; false if it is another container, or an index for NumPy.
    pub fn array_subscript(&mut self) -> Step<bool> {
        let [container, key] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let Some((guess, array, first)) = Self::picked_from(&container) else { return Ok(false) };
        if self.split_index()? {
            return Ok(true);
        }
        let Some(indices) = self.array_indices(&key) else { return Ok(false) };
        let indices: Vec<Value> = first.into_iter().chain(indices).collect();
        let dimensions = usize::from(guess.dimensions);
        if indices.len() == dimensions {
            self.guard_array(guess, array);
            let place = self.array_place(array, &indices, first.is_some());
            let element = self.element(guess.dtype, place);
            self.drop_operands(2);
            self.push(element);
            return Ok(true);
        }
        let (None, [index], Slot::Int(_) | Slot::NumPy(Dtype::Int64, _)) = (first, &indices[..], &key) else { return Ok(false) };
        if dimensions < 2 {
            return Ok(false);
        }
        self.guard_array(guess, array);
        let at = self.row_index(array, *index);
        if dimensions == 2 && self.is_only_indexed() {
            // What the container's slot owned goes over to the row's.
            self.pop_n(2);
            self.push(Slot::ArrayRow(guess, at, array));
            return Ok(true);
        }
        let row = self.runtime_value("py_array_row", &[array, at]);
        self.drop_operands(2);
        self.push(Slot::Exact(Kind::NumPy(ArrayGuess { dimensions: guess.dimensions - 1, ..guess }), row));
        Ok(true)
    }

    /// What stepping through an array comes to: an element, or a new row.
    pub fn array_item(&mut self, guess: ArrayGuess, array: Value, index: Value) -> Slot<Value> {
        if guess.dimensions > 1 {
            let row = self.runtime_value("py_array_row", &[array, index]);
            return Slot::Exact(Kind::NumPy(ArrayGuess { dimensions: guess.dimensions - 1, ..guess }), row);
        }
        let place = self.array_place(array, &[index], true);
        self.element(guess.dtype, place)
    }

    /// An index of the first axis, in bounds.
    fn row_index(&mut self, array: Value, index: Value) -> Value {
        let resume = self.resume(Why::Raises);
        let axis = self.b.int(0);
        let length = self.b.pure(Op::ArrayLength, &[array, axis]);
        let at = self.place_within(index, length);
        let in_bounds = self.b.pure(Op::CompareUint(Comparison::Lt), &[at, length]);
        self.b.guard(Op::GuardTrue, &[in_bounds], resume);
        at
    }

    /// [value, array, index] -> []; false if it is another container, or for NumPy.
    pub fn array_store(&mut self) -> Step<bool> {
        let [value, container, key] = [3, 2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let Some((guess, array, first)) = Self::picked_from(&container) else { return Ok(false) };
        if self.split_index()? {
            return Ok(true);
        }
        let Some(indices) = self.array_indices(&key) else { return Ok(false) };
        let indices: Vec<Value> = first.into_iter().chain(indices).collect();
        if indices.len() != usize::from(guess.dimensions) {
            return Ok(false);
        }
        let Some(number) = self.any_number(&value) else { return Ok(false) };
        self.guard_array(guess, array);
        let resume = self.resume(Why::Raises);
        let is_writable = self.b.pure(Op::ArrayIsWritable, &[array]);
        self.b.guard(Op::GuardTrue, &[is_writable], resume);
        let element = self.as_element(guess.dtype, &value, number);
        let place = self.array_place(array, &indices, first.is_some());
        let op = match guess.dtype {
            Dtype::Float64 => Op::ArraySetFloat,
            Dtype::Int64 => Op::ArraySetInt,
            Dtype::Bool => Op::ArraySetBool,
        };
        self.b.act(op, &[place, element]);
        self.drop_operands(3);
        Ok(true)
    }

    /// What of a number goes into an array: a float is cut to an int, and leaves where it is none of 64 bits; of a bool only counts whether it
    /// is zero.
    fn as_element(&mut self, dtype: Dtype, slot: &Slot<Value>, number: Number) -> Value {
        match (dtype, slot, number) {
            (Dtype::Bool, Slot::Bool(v) | Slot::NumPy(Dtype::Bool, v), _) => *v,
            (Dtype::Bool, _, Number::Float(v)) => {
                let zero = self.b.float(0.0);
                self.b.pure(Op::CompareFloat(Comparison::Ne), &[v, zero])
            }
            (Dtype::Bool, _, number) => {
                let (v, zero) = (self.as_int(number), self.b.int(0));
                self.b.compare_int(Comparison::Ne, v, zero)
            }
            (Dtype::Float64, _, number) => self.as_float(number),
            (Dtype::Int64, _, Number::Float(v)) => {
                let resume = self.resume(Why::Raises);
                self.b.exact("trunc.f64", &[v], Some(resume))[0]
            }
            (Dtype::Int64, _, number) => self.as_int(number),
        }
    }

    /// [array] -> [what its head says]; false if it is looked up as any other attribute.
    pub fn array_attribute(&mut self, name: &str) -> bool {
        let Some((guess, array)) = self.state.stack.last().and_then(Self::array) else { return false };
        if !matches!(name, "shape" | "ndim" | "size") {
            return false;
        }
        self.guard_array(guess, array);
        let lengths: Vec<Value> = (0..guess.dimensions)
            .map(|axis| {
                let axis = self.b.int(axis.into());
                self.b.pure(Op::ArrayLength, &[array, axis])
            })
            .collect();
        let result = match name {
            "shape" => Slot::Tuple(lengths.into_iter().map(Slot::Int).collect()),
            "ndim" => Slot::Int(self.b.int(guess.dimensions.into())),
            // An array that has no elements may have lengths whose product overflows, but then that is multiplied by zero.
            _ => Slot::Int(lengths.into_iter().reduce(|a, b| self.b.exact("wrap_mul.i64", &[a, b], None)[0]).expect("it has dimensions")),
        };
        self.drop_operands(1);
        self.push(result);
        true
    }

    /// `len(array)`
    pub fn array_length(&mut self, slot: &Slot<Value>) -> Option<Value> {
        let (guess, array) = Self::array(slot)?;
        self.guard_array(guess, array);
        let axis = self.b.int(0);
        Some(self.b.pure(Op::ArrayLength, &[array, axis]))
    }

    /// The place that an index means, counted from the front; whether it is in bounds is still to be looked at.
    fn place_within(&mut self, index: Value, length: Value) -> Value {
        match self.b.known_int(index) {
            Some(0..) => index,
            Some(_) => self.b.pure(Op::WrapAddInt, &[index, length]),
            None => {
                let zero = self.b.int(0);
                let is_negative = self.b.compare_int(Comparison::Lt, index, zero);
                let wrapped = self.b.pure(Op::WrapAddInt, &[index, length]);
                self.b.pure(Op::Select(Ty::I64), &[is_negative, wrapped, index])
            }
        }
    }
}
