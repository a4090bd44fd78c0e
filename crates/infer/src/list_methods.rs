//! Methods of lists.

use crate::arithmetic::Number;
use crate::body::Body;
use crate::refusal::Step;
use crate::slice::items_of;
use ir::{Comparison, Elem, ListMethod, Op, Slot, Value, Why};

impl Body<'_, '_> {
    /// [list] -> what a call of its method is made of; false if it is looked up as any other attribute.
    pub fn list_method(&mut self, name: &str) -> bool {
        let method = ListMethod::ALL.into_iter().find(|method| method.name() == name);
        let (Some(method), Some(Slot::List(elem, list))) = (method, self.state.stack.last().cloned()) else { return false };
        self.pop();
        self.push_callable(Slot::ListMethod(method, elem, list));
        true
    }

    pub fn call_list_method(
        &mut self,
        method: ListMethod,
        elem: &Elem,
        list: Value,
        arguments: &[Slot<Value>],
        keywords: &[String],
    ) -> Step {
        if !arguments.iter().all(Self::can_be_boxed) {
            return self.left_to_python("iterator-escapes", format!("an iterator is passed to `list.{}`", method.name()));
        }
        let result = match (method, arguments) {
            (ListMethod::Sort, [Slot::Bool(is_reversed) | Slot::Int(is_reversed)]) if keywords == ["reverse"] => {
                let zero = self.b.int(0);
                let is_reversed = if let Slot::Bool(v) = arguments[0] { self.b.pure(Op::BoolToInt, &[v]) } else { *is_reversed };
                let is_reversed = self.b.compare_int(Comparison::Ne, is_reversed, zero);
                let is_reversed = self.b.pure(Op::BoolToInt, &[is_reversed]);
                self.runtime("py_list_sort", &[list, is_reversed]);
                Slot::None
            }
            _ if !keywords.is_empty() => return self.left_to_python("unknown-callable", "a method is called with keywords"),
            (ListMethod::Append, [item]) => {
                self.append(elem, list, item);
                Slot::None
            }
            (ListMethod::Pop, []) => {
                let resume = self.resume(Why::Raises);
                let length = self.list_length(list);
                let (zero, one) = (self.b.int(0), self.b.int(1));
                let has_items = self.b.compare_int(Comparison::Ne, length, zero);
                self.b.guard(Op::GuardTrue, &[has_items], resume);
                let last = self.b.pure(Op::WrapSubInt, &[length, one]);
                let item = self.list_item(elem, list, last);
                self.b.share_slot(&item);
                self.runtime("py_drop_last", &[list]);
                item
            }
            (ListMethod::Pop, [index]) if matches!(index, Slot::Int(_) | Slot::Bool(_)) => {
                let Some(Number::Int(index)) = self.number(index) else { unreachable!("just looked") };
                let at = self.list_place(list, index);
                let item = self.list_item(elem, list, at);
                self.b.share_slot(&item);
                self.runtime("py_list_drop", &[list, at]);
                item
            }
            (ListMethod::Insert, [index, item]) if matches!(index, Slot::Int(_) | Slot::Bool(_)) => {
                let Some(Number::Int(index)) = self.number(index) else { unreachable!("just looked") };
                let object = self.boxed(item).expect("the arguments were looked at");
                self.runtime("py_list_insert", &[list, index, object]);
                self.expect_items(list, &elem.with(&self.elem_of_item(item)));
                Slot::None
            }
            (ListMethod::Extend, [items]) => {
                let object = self.boxed(items).expect("the arguments were looked at");
                self.runtime("py_extend", &[list, object]);
                self.expect_items(list, &elem.with(&items_of(items)));
                Slot::None
            }
            (ListMethod::Index, [item]) => Slot::Int(self.found_at(list, item)),
            (ListMethod::Remove, [item]) => {
                let at = self.found_at(list, item);
                self.runtime("py_list_delete", &[list, at]);
                Slot::None
            }
            (ListMethod::Count, [Slot::Int(v)]) => Slot::Int(self.runtime_value("py_list_count_int", &[list, *v])),
            (ListMethod::Count, [item]) => {
                let object = self.boxed(item).expect("the arguments were looked at");
                Slot::Int(self.runtime_value("py_list_count", &[list, object]))
            }
            (ListMethod::Sort, []) => {
                let forward = self.b.int(0);
                self.runtime("py_list_sort", &[list, forward]);
                Slot::None
            }
            (ListMethod::Reverse, []) => {
                self.runtime("py_list_reverse", &[list]);
                Slot::None
            }
            (ListMethod::Clear, []) => {
                self.runtime("py_list_clear", &[list]);
                Slot::None
            }
            (ListMethod::Copy, []) => {
                let bounds = [0, i64::MAX, 1].map(|bound| self.b.int(bound));
                Slot::List(elem.clone(), self.runtime_value("py_list_slice", &[list, bounds[0], bounds[1], bounds[2]]))
            }
            _ => return self.call_method_object(method, list, arguments),
        };
        self.drop_operands(arguments.len() + 2);
        self.push(result);
        Ok(())
    }

    /// Where an equal item is; leaves where there is none.
    fn found_at(&mut self, list: Value, item: &Slot<Value>) -> Value {
        let at = self.find_item(list, item);
        let resume = self.resume(Why::Raises);
        let length = self.list_length(list);
        let is_there = self.b.compare_int(Comparison::Lt, at, length);
        self.b.guard(Op::GuardTrue, &[is_there], resume);
        at
    }

    /// Where an equal item is, the list's length if there is none.
    fn find_item(&mut self, list: Value, item: &Slot<Value>) -> Value {
        if let Slot::Int(v) = item {
            return self.runtime_value("py_list_find_int", &[list, *v]);
        }
        let object = self.boxed(item).expect("the caller looked whether it can be boxed");
        self.runtime_value("py_list_find", &[list, object])
    }

    /// [item, list] -> [bool]; false if it is another container.
    pub fn list_contains(&mut self, invert: bool) -> bool {
        let [item, container] = [2, 1].map(|n| self.state.stack[self.state.stack.len() - n].clone());
        let Slot::List(_, list) = container else { return false };
        if !Self::can_be_boxed(&item) {
            return false;
        }
        let at = self.find_item(list, &item);
        let length = self.list_length(list);
        let comparison = if invert { Comparison::Ge } else { Comparison::Lt };
        let result = self.b.compare_int(comparison, at, length);
        self.drop_operands(2);
        self.push(Slot::Bool(result));
        true
    }
}
