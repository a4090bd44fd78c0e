//! Slices: of lists, strings and tuples by their bounds, without an object for the slice.

use crate::body::Body;
use crate::list::elem_of;
use crate::refusal::Step;
use ir::{Comparison, Elem, Kind, Op, Slot, Ty, Value};

/// What the extension is given for a slice: start, stop, step, as `PySlice_Unpack` has them.
type Bounds = [Value; 3];

fn is_bound(slot: &Slot<Value>) -> bool {
    matches!(slot, Slot::None | Slot::Int(_))
}

impl Body<'_, '_> {
    /// [start, stop] or [start, stop, step] -> [slice]
    pub fn build_slice(&mut self, parts: usize) -> Step {
        if self.split_operands(parts)? {
            return Ok(());
        }
        let depth = self.state.stack.len();
        if !self.state.stack[depth - parts..].iter().all(is_bound) {
            return self.object_build_slice(parts);
        }
        let mut bounds = self.pop_n(parts);
        bounds.resize(3, Slot::None);
        let bounds = <[Slot<Value>; 3]>::try_from(bounds).expect("two or three parts");
        self.push(Slot::Slice(Box::new(bounds)));
        Ok(())
    }

    fn bounds(&mut self, [start, stop, step]: &[Slot<Value>; 3]) -> Bounds {
        let step = if let Slot::Int(step) = step { *step } else { self.b.int(1) };
        let mut bound = |slot: &Slot<Value>, forward: i64, back: i64| match slot {
            Slot::Int(v) => *v,
            _ => match self.b.known_int(step) {
                Some(known) => self.b.int(if known < 0 { back } else { forward }),
                None => {
                    let (zero, forward, back) = (self.b.int(0), self.b.int(forward), self.b.int(back));
                    let is_back = self.b.compare_int(Comparison::Lt, step, zero);
                    self.b.pure(Op::Select(Ty::I64), &[is_back, back, forward])
                }
            },
        };
        let start = bound(start, 0, i64::MAX);
        [start, bound(stop, i64::MAX, i64::MIN), step]
    }

    /// [container, slice] -> [part]; false if it is no slice, or of another container.
    pub fn slice_subscript(&mut self) -> bool {
        let depth = self.state.stack.len();
        let Slot::Slice(parts) = self.state.stack[depth - 1].clone() else { return false };
        self.part_of(&parts, 2)
    }

    /// [container, start, stop] -> [part]
    pub fn binary_slice(&mut self) -> Step {
        if self.split_operands(2)? {
            return Ok(());
        }
        let depth = self.state.stack.len();
        let parts = [self.state.stack[depth - 2].clone(), self.state.stack[depth - 1].clone(), Slot::None];
        if parts.iter().all(is_bound) && self.part_of(&parts, 3) {
            return Ok(());
        }
        self.object_slice(false)
    }

    /// Replaces the container and what means the slice, `operands` in all, by the part.
    fn part_of(&mut self, parts: &[Slot<Value>; 3], operands: usize) -> bool {
        let depth = self.state.stack.len();
        let container = self.state.stack[depth - operands].clone();
        if let Slot::List(elem, list) = container {
            let [start, stop, step] = self.bounds(parts);
            let part = self.runtime_value("py_list_slice", &[list, start, stop, step]);
            self.drop_operands(operands);
            self.push(Slot::List(elem, part));
            return true;
        }
        let Some(kind @ (Kind::Str | Kind::Tuple(_) | Kind::Row(_))) = self.kind_of(&container) else { return false };
        let kind = match kind {
            Kind::Tuple(items) => Some(self.known_items(&items, parts).map_or_else(|| row_of(&items), Kind::Tuple)),
            other => Some(other),
        };
        let object = self.object_of(&container).expect("it has a type");
        let [start, stop, step] = self.bounds(parts);
        let part = self.runtime_value("py_slice_of", &[object, start, stop, step]);
        self.drop_operands(operands);
        self.push(kind.map_or(Slot::Object(part), |kind| Slot::Exact(kind, part)));
        true
    }

    /// Which items of a tuple a slice with known bounds and without a step takes.
    fn known_items(&self, items: &[Elem], [start, stop, step]: &[Slot<Value>; 3]) -> Option<Vec<Elem>> {
        let count = items.len() as i128;
        let place = |slot: &Slot<Value>, missing: i128| match slot {
            Slot::Int(v) => {
                let known = self.b.known_int(*v)?;
                Some(if known < 0 { known + count } else { known }.clamp(0, count))
            }
            _ => Some(missing),
        };
        if *step != Slot::None {
            return None;
        }
        let (start, stop) = (place(start, 0)? as usize, place(stop, count)? as usize);
        Some(items[start..stop.max(start)].to_vec())
    }

    /// [value, list, slice] -> []; false if it is no slice of a list, or the value no sequence.
    pub fn store_slice_subscript(&mut self) -> bool {
        let depth = self.state.stack.len();
        let Slot::Slice(parts) = self.state.stack[depth - 1].clone() else { return false };
        self.set_part(&parts, 3)
    }

    /// [value, container, start, stop] -> []
    pub fn store_slice(&mut self) -> Step {
        if self.split_operands(4)? {
            return Ok(());
        }
        let depth = self.state.stack.len();
        let parts = [self.state.stack[depth - 2].clone(), self.state.stack[depth - 1].clone(), Slot::None];
        if parts.iter().all(is_bound) && self.set_part(&parts, 4) {
            return Ok(());
        }
        self.object_slice(true)
    }

    fn set_part(&mut self, parts: &[Slot<Value>; 3], operands: usize) -> bool {
        let depth = self.state.stack.len();
        let (value, container) = (self.state.stack[depth - operands].clone(), self.state.stack[depth - operands + 1].clone());
        let Slot::List(elem, list) = container else { return false };
        if !matches!(value, Slot::List(..) | Slot::Exact(Kind::Tuple(_) | Kind::Row(_), _) | Slot::Tuple(_) | Slot::Object(_))
            || !Self::can_be_boxed(&value)
        {
            return false;
        }
        let items = self.boxed(&value).expect("just looked");
        let [start, stop, step] = self.bounds(parts);
        self.runtime("py_list_set_slice", &[list, start, stop, step, items]);
        self.expect_items(list, &elem.with(&items_of(&value)));
        self.drop_operands(operands);
        true
    }

    /// [container, key] -> []
    pub fn delete_subscript(&mut self) -> Step {
        if self.split_operands(1)? {
            return Ok(());
        }
        let depth = self.state.stack.len();
        let (container, key) = (self.state.stack[depth - 2].clone(), self.state.stack[depth - 1].clone());
        match (&container, &key) {
            (Slot::List(_, list), Slot::Slice(parts)) => {
                let [start, stop, step] = self.bounds(parts);
                self.runtime("py_list_delete_slice", &[*list, start, stop, step]);
            }
            (Slot::List(_, list), Slot::Int(index)) => {
                let at = self.list_place(*list, *index);
                self.runtime("py_list_delete", &[*list, at]);
            }
            _ => return self.object_delete_item(),
        }
        self.drop_operands(2);
        Ok(())
    }
}

/// A tuple of some of these items.
fn row_of(items: &[Elem]) -> Kind {
    Kind::Row(Box::new(items.iter().cloned().reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown)))
}

/// What is expected of what a value comes to when it is gone through.
pub fn items_of<V>(slot: &Slot<V>) -> Elem {
    match slot {
        Slot::List(of, _) => of.clone(),
        Slot::Tuple(items) => crate::list::elem_of_all(items),
        Slot::Range(_) => Elem::Int,
        Slot::Exact(Kind::Str, _) => elem_of(slot),
        Slot::Exact(Kind::Bytes | Kind::ByteArray, _) => Elem::Int,
        Slot::Exact(Kind::Array(item), _) => {
            if item.is_float() {
                Elem::Float
            } else {
                Elem::Int
            }
        }
        Slot::Exact(Kind::Tuple(items), _) => items.iter().cloned().reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown),
        Slot::Exact(Kind::Row(of) | Kind::Set(of) | Kind::View(of) | Kind::Iter(of), _) => (**of).clone(),
        Slot::Exact(Kind::Dict(guess) | Kind::Making(_, guess), _) => (*guess.key).clone(),
        _ => Elem::Object,
    }
}
