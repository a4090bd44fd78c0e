//! Named tuples: instances of classes that `namedtuple` made, whose attributes are the items of a tuple.
//!
//! That the class leaves making, walking and indexing to the tuple, its fields say (`World::fields`); how many items there are is looked at,
//! for `tuple.__new__` makes any number.

use crate::arithmetic::Number;
use crate::body::Body;
use crate::list::elem_of;
use crate::refusal::Step;
use ir::{AttributeKind, ClassKey, Comparison, ObjectId, Op, Slot, Ty, Value, Why};

impl Body<'_, '_> {
    /// Leaves unless the tuple has so many items.
    pub fn guard_length(&mut self, tuple: Value, wanted: usize) {
        let (length, wanted) = (self.b.pure(Op::Length, &[tuple]), self.b.int(wanted as i64));
        let is_whole = self.b.compare_int(Comparison::Eq, length, wanted);
        let resume = self.resume(Why::Element);
        self.b.guard(Op::GuardTrue, &[is_whole], resume);
    }

    /// The items, borrowed, of what is an instance of that class.
    fn named_items(&mut self, class: ClassKey, tuple: Value, fields: &[String]) -> Vec<Slot<Value>> {
        self.guard_class(class, tuple);
        self.guard_length(tuple, fields.len());
        let mut items = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            // The unit depends on the fields being what they are.
            self.unit.attribute_word(class, field, AttributeKind::Slot);
            let (index, elem) = (self.b.int(index as i64), self.unit.expected(class, field));
            let item = self.b.pure(Op::TupleItem, &[tuple, index]);
            items.push(self.as_expected(&elem, item));
        }
        items
    }

    /// [named tuple] -> [its items in reverse]; false if it is none of that many fields.
    pub fn named_tuple_unpack(&mut self, class: ClassKey, tuple: Value, n: usize) -> bool {
        let fields = self.unit.world.fields(class).filter(|fields| fields.len() == n && !self.is_guess_wrong());
        let Some(fields) = fields else { return false };
        let items = self.named_items(class, tuple, &fields);
        items.iter().for_each(|item| self.b.share_slot(item));
        self.drop_operands(1);
        self.state.stack.extend(items.into_iter().rev());
        true
    }

    /// [named tuple, index] -> [item]; false if it is none, or the index is not known.
    pub fn field_item(&mut self, class: ClassKey, tuple: Value, index: &Slot<Value>) -> bool {
        let Some(fields) = self.unit.world.fields(class) else { return false };
        let Some(Number::Int(index)) = self.number(index) else { return false };
        let Some(known) = self.b.known_int(index) else { return false };
        let at = if known < 0 { known + fields.len() as i128 } else { known };
        let Some(field) = usize::try_from(at).ok().and_then(|at| fields.get(at)).cloned() else { return false };
        self.unit.attribute_word(class, &field, AttributeKind::Slot);
        self.guard_class(class, tuple);
        self.guard_length(tuple, fields.len());
        let (at, elem) = (self.b.int(at as i64), self.unit.expected(class, &field));
        let item = self.b.pure(Op::TupleItem, &[tuple, at]);
        let item = self.as_expected(&elem, item);
        self.b.share_slot(&item);
        self.drop_operands(2);
        self.push(item);
        true
    }

    /// `P(x, y)`, with a value for each field.
    pub fn create_named_tuple(&mut self, class: ClassKey, object: ObjectId, fields: &[String], values: &[Slot<Value>]) -> Step {
        let Some(objects) = self.boxed_operands(values, "a named tuple is made")? else { return Ok(()) };
        for (field, value) in fields.iter().zip(values) {
            self.unit.attribute_word(class, field, AttributeKind::Slot);
            self.unit.expect(class, field, &elem_of(value));
        }
        let word = self.unit.class_word(class);
        let version = self.b.pure(Op::LoadScalar { slot: word + 1, ty: Ty::I64 }, &[]);
        let itself = self.b.pure(Op::ConstObject(object), &[]);
        let size = self.b.int(fields.len() as i64);
        let tuple = self.runtime_value("py_named_tuple", &[itself, version, size]);
        for (index, object) in objects.into_iter().enumerate() {
            let index = self.b.int(index as i64);
            self.runtime("py_tuple_put", &[tuple, index, object]);
        }
        self.list_ops += 1;
        self.drop_operands(values.len() + 2);
        self.push(Slot::Instance(class, tuple));
        Ok(())
    }
}
