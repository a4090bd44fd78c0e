//! Operations on real objects, in place: done by the extension through the C API, with Python's own meaning.
//!
//! The extension does what can't run code of the user (exact builtin types, attributes without descriptors of the user's); whatever else
//! it meets it refuses, and the interpreter goes on at that very operation. Numbers that come out of objects are taken apart again where
//! arithmetic meets them: the operation is translated once for each type that the object may turn out to have.

use crate::body::{Body, Work};
use crate::refusal::Step;
use crate::state::is_iterator;
use bytecode::{Binary, BlockId, Compare, Conversion, OpId, Unary};
use ir::{Comparison, Dtype, Edge, Elem, Kind, ListMethod, Op, Slot, Tag, Term, Value, Why, runtime_function};

/// What `next` returns where an iterator is exhausted: no address of an object.
const EXHAUSTED: i64 = 2;

/// By the number of arguments.
const CALLS: [&str; 4] = ["py_call0", "py_call1", "py_call2", "py_call3"];

/// What takes no longer than the interpreter's own way.
pub const QUICK: &[&str] = &[
    "py_tag",
    "py_any",
    "py_new",
    "py_named_tuple",
    "py_bits",
    "py_none",
    "py_cell",
    "py_empty_cell",
    "py_item_at",
    "py_item_of_sequence",
    "py_set_item_at",
    "py_next",
    "py_length",
    "py_truth",
    "py_find1",
    "py_find2",
    "py_find3",
    "py_made1",
    "py_made2",
    "py_made3",
    "py_put1",
    "py_put2",
    "py_put3",
    "py_has",
    "py_method0",
    "py_method1",
    "py_method2",
    "py_method3",
    "py_text_equal",
    "py_text_order",
    "py_text_item",
    "py_float",
    "py_numpy_float",
    "py_numpy_int",
    "py_numpy_bool",
    "py_array_row",
    "py_complex",
    "py_complex_abs",
    "py_int",
    "py_append",
    "py_append_float",
    "py_append_int",
    "py_drop_last",
    "py_extend",
    "py_list_insert",
    "py_list_find",
    "py_list_find_int",
    "py_list_count",
    "py_list_count_int",
    "py_delete_item",
    "py_iter",
    "py_list_sort",
    "py_list_reverse",
    "py_list_clear",
    "py_list_delete",
    "py_list_drop",
    "py_sorted",
    "py_sort_list",
    "py_tuple_of",
    "py_join_list",
    "py_set_add",
    "py_byte",
    "py_array_int",
    "py_array_float",
    "py_byte_set",
    "py_array_set_int",
    "py_array_set_float",
    "py_min",
    "py_max",
    "py_sum",
    "py_any_of",
    "py_all_of",
    "py_zip_of",
    "py_list_slice",
    "py_slice_of",
    "py_list_set_slice",
    "py_list_delete_slice",
    "py_repeat",
    "py_text_join",
    "py_random_of_bound",
    "py_random_below",
    "py_random_ready",
    "py_text_append",
    "py_text_format",
    "py_text_contains",
    "py_text_ord",
    "py_text_chr",
    "py_int_of_text",
    "py_float_of_text",
    "py_format",
    "py_format_spec",
    "py_join",
];

impl Body<'_, '_> {
    /// A call of the extension: leaves, or throws, where it fails.
    pub fn runtime(&mut self, name: &str, args: &[Value]) -> Option<Value> {
        let function = runtime_function(name).unwrap_or_else(|| panic!("no runtime function {name}"));
        let resume = function.effect.can_leave().then(|| {
            let why = if name.starts_with("py_call") { Why::Calls } else { Why::NotCompiled };
            self.resume(why)
        });
        self.object_ops += 1;
        self.slow_object_ops += usize::from(!QUICK.contains(&name));
        self.b.runtime(function, args, resume)
    }

    pub fn runtime_value(&mut self, name: &str, args: &[Value]) -> Value {
        self.runtime(name, args).expect("the function has a result")
    }

    /// The slot as an object: a new reference, for a function of the extension to take over. None for what has no object of its own.
    pub fn boxed(&mut self, slot: &Slot<Value>) -> Option<Value> {
        Some(match slot {
            Slot::Object(v) | Slot::Instance(_, v) | Slot::List(_, v) | Slot::Exact(_, v) => {
                self.b.act(Op::IncRef, &[*v]);
                *v
            }
            Slot::Known(object) => {
                let object = self.b.pure(Op::ConstObject(*object), &[]);
                self.b.act(Op::IncRef, &[object]);
                object
            }
            Slot::None => self.runtime_value("py_none", &[]),
            Slot::Bool(v) => {
                let object = self.b.pure(Op::BoolToObject, &[*v]);
                self.b.act(Op::IncRef, &[object]);
                object
            }
            Slot::Int(v) => self.runtime_value("py_int", &[*v]),
            Slot::Uint(v) => self.runtime_value("py_uint", &[*v]),
            Slot::Wide(v) => self.runtime_value("py_wide", &[*v]),
            Slot::Float(v) => self.runtime_value("py_float", &[*v]),
            Slot::Complex(parts) => self.runtime_value("py_complex", parts),
            Slot::ArrayRow(_, index, array) => self.runtime_value("py_array_row", &[*array, *index]),
            Slot::NumPy(Dtype::Float64, v) => self.runtime_value("py_numpy_float", &[*v]),
            Slot::NumPy(Dtype::Int64, v) => self.runtime_value("py_numpy_int", &[*v]),
            Slot::NumPy(Dtype::Bool, v) => {
                let bits = self.b.pure(Op::BoolToInt, &[*v]);
                self.runtime_value("py_numpy_bool", &[bits])
            }
            Slot::Tuple(items) if !items.iter().any(is_iterator) => {
                let count = self.b.int(items.len() as i64);
                let tuple = self.runtime_value("py_tuple", &[count]);
                for (i, item) in items.iter().enumerate() {
                    let item = self.boxed(item)?;
                    let i = self.b.int(i as i64);
                    self.runtime("py_tuple_put", &[tuple, i, item]);
                }
                tuple
            }
            Slot::Any(_, tag, bits) => self.runtime_value("py_any", &[*tag, *bits]),
            Slot::Range([start, stop, step]) => self.runtime_value("py_range", &[*start, *stop, *step]),
            Slot::Slice(parts) => {
                let parts = parts.each_ref().map(|part| self.boxed(part).expect("a bound is an int or None"));
                self.runtime_value("py_slice", &parts)
            }
            _ => return None,
        })
    }

    pub fn can_be_boxed(slot: &Slot<Value>) -> bool {
        match slot {
            Slot::Tuple(items) => items.iter().all(Self::can_be_boxed),
            Slot::Unbound | Slot::ListMethod(..) | Slot::Method(..) | Slot::Function(..) => false,
            Slot::Any(tags, _, _) => !tags.contains(ir::Tags::of(Tag::Unbound)),
            other => !is_iterator(other),
        }
    }

    /// Boxes operands; None, with the block ended, if one can't be.
    pub fn boxed_operands(&mut self, slots: &[Slot<Value>], words: &str) -> Step<Option<Vec<Value>>> {
        if !slots.iter().all(Self::can_be_boxed) {
            self.left_to_python("object-operation", words)?;
            return Ok(None);
        }
        Ok(Some(slots.iter().map(|slot| self.boxed(slot).expect("just looked")).collect()))
    }

    pub fn drop_operands(&mut self, n: usize) {
        for slot in self.pop_n(n) {
            self.b.drop_slot(&slot);
        }
    }

    /// Whether one of the top `n` slots is an object that may be a number; if so the block ends in a test, and the operation is translated
    /// again for each type of number, and once for an object that is none.
    pub fn split_objects(&mut self, n: usize) -> Step<bool> {
        if !self.unit.splits.numbers {
            return Ok(false);
        }
        let depth = self.state.stack.len();
        let found = (depth.saturating_sub(n)..depth).find_map(|index| match self.state.stack[index] {
            Slot::Object(v) if !self.no_number.contains(&v) => Some((index, v)),
            _ => None,
        });
        let Some((index, object)) = found else { return Ok(false) };
        let tag = self.runtime_value("py_tag", &[object]);
        let here = self.b.block;
        let mut cases = Vec::new();
        for case in [Tag::Int, Tag::Float, Tag::Object] {
            let block = self.b.func.block();
            self.b.block = Some(block);
            let mut state = self.state.clone();
            let mut no_number = self.no_number.clone();
            if case == Tag::Object {
                no_number.push(object);
            } else {
                let bits = self.runtime_value("py_bits", &[object]);
                // A number's end is quiet.
                self.b.pure(Op::DecRef, &[object]);
                state.stack[index] = self.b.untagged(case, bits);
            }
            let no_instance = self.no_instance.clone();
            let meets_at = Some(usize::MAX);
            self.push_work(Work {
                op: self.op,
                block,
                state,
                fused: self.fused(),
                no_number,
                no_instance,
                told_apart: false,
                meets_at,
                handling: None,
            });
            cases.push((case as i64, Edge { to: block, args: Vec::new() }));
        }
        self.b.block = here;
        let (_, default) = cases.pop().expect("three cases");
        self.b.end(Term::Switch { tag, cases, default });
        Ok(true)
    }

    pub fn object_binary(&mut self, op: Binary, inplace: bool) -> Step {
        let operands = self.state.stack[self.state.stack.len() - 2..].to_vec();
        let detail = format!("`{}` of {} and {}", op.symbol(), operands[0].shape().describe(), operands[1].shape().describe());
        let Some(objects) = self.boxed_operands(&operands, &detail)? else { return Ok(()) };
        let code = self.b.int(op as i64 * 2 + i64::from(inplace));
        let result = self.runtime_or_out("py_binary", &[code, objects[0], objects[1]])?;
        self.drop_operands(2);
        self.push(Slot::Object(result));
        Ok(())
    }

    pub fn object_unary(&mut self, op: Unary) -> Step {
        let operand = self.state.stack[self.state.stack.len() - 1].clone();
        let Some(objects) = self.boxed_operands(&[operand], "a unary operator on an object")? else { return Ok(()) };
        let code = self.b.int(op as i64);
        let result = self.runtime_or_out("py_unary", &[code, objects[0]])?;
        self.drop_operands(1);
        self.push(Slot::Object(result));
        Ok(())
    }

    pub fn object_compare(&mut self, op: Compare) -> Step {
        let operands = self.state.stack[self.state.stack.len() - 2..].to_vec();
        let detail = format!("`{op}` of {} and {}", operands[0].shape().describe(), operands[1].shape().describe());
        let Some(objects) = self.boxed_operands(&operands, &detail)? else { return Ok(()) };
        let code = self.b.int(op as i64);
        let result = self.runtime_or_out("py_compare", &[code, objects[0], objects[1]])?;
        self.drop_operands(2);
        let result = self.b.pure(Op::BitsToBool, &[result]);
        self.push(Slot::Bool(result));
        Ok(())
    }

    pub fn object_contains(&mut self, invert: bool) -> Step {
        let operands = self.state.stack[self.state.stack.len() - 2..].to_vec();
        let Some(objects) = self.boxed_operands(&operands, "`in` of an object")? else { return Ok(()) };
        let result = self.runtime_or_out("py_contains", &[objects[1], objects[0]])?;
        self.drop_operands(2);
        let mut result = self.b.pure(Op::BitsToBool, &[result]);
        if invert {
            result = self.b.pure(Op::NotBool, &[result]);
        }
        self.push(Slot::Bool(result));
        Ok(())
    }

    /// The truth of an object, as a condition.
    pub fn object_truth(&mut self, slot: &Slot<Value>) -> Option<Value> {
        let object = match slot {
            Slot::Object(v) | Slot::Instance(_, v) | Slot::Exact(_, v) => *v,
            Slot::Known(object) => self.b.pure(Op::ConstObject(*object), &[]),
            _ => return None,
        };
        let truth = self.runtime_value("py_truth", &[object]);
        Some(self.b.pure(Op::BitsToBool, &[truth]))
    }

    pub fn object_is_none(&mut self, object: Value) -> Value {
        self.b.pure(Op::IsNone, &[object])
    }

    pub fn object_item(&mut self) -> Step {
        let operands = self.state.stack[self.state.stack.len() - 2..].to_vec();
        let result = match (&operands[0], &operands[1]) {
            (Slot::Object(container), Slot::Int(index)) => self.runtime_or_out("py_item_at", &[*container, *index])?,
            (text, Slot::Object(_)) if self.is_slice_built_before() && self.kind_of(text) == Some(Kind::Str) => {
                let Some(objects) = self.boxed_operands(&operands, "a slice")? else { return Ok(()) };
                let part = self.runtime_value("py_item", &[objects[0], objects[1]]);
                self.drop_operands(2);
                self.push(Slot::Exact(Kind::Str, part));
                return Ok(());
            }
            (Slot::List(elem, _), Slot::Object(_)) if self.is_slice_built_before() => {
                let elem = elem.clone();
                let Some(objects) = self.boxed_operands(&operands, "a slice")? else { return Ok(()) };
                let part = self.runtime_value("py_item", &[objects[0], objects[1]]);
                self.drop_operands(2);
                self.push(Slot::List(elem, part));
                return Ok(());
            }
            _ => {
                let Some(objects) = self.boxed_operands(&operands, "an item of an object")? else { return Ok(()) };
                self.runtime_or_out("py_item", &[objects[0], objects[1]])?
            }
        };
        self.drop_operands(2);
        self.push(Slot::Object(result));
        Ok(())
    }

    fn is_slice_built_before(&self) -> bool {
        self.op.0.checked_sub(1).is_some_and(|op| matches!(self.info.hir.ops[op as usize].kind, bytecode::OpKind::BuildSlice(_)))
    }

    /// [value, container, key] -> []
    pub fn object_set_item(&mut self) -> Step {
        let operands = self.state.stack[self.state.stack.len() - 3..].to_vec();
        if let [value, Slot::Object(container), Slot::Int(index)] = &operands[..] {
            let Some(objects) = self.boxed_operands(std::slice::from_ref(value), "an item of an object is set")? else { return Ok(()) };
            self.runtime_or_out("py_set_item_at", &[*container, *index, objects[0]])?;
            self.drop_operands(3);
            return Ok(());
        }
        let Some(objects) = self.boxed_operands(&operands, "an item of an object is set")? else { return Ok(()) };
        self.runtime_or_out("py_set_item", &[objects[1], objects[2], objects[0]])?;
        self.drop_operands(3);
        Ok(())
    }

    /// [container, key] -> []
    pub fn object_delete_item(&mut self) -> Step {
        let operands = self.state.stack[self.state.stack.len() - 2..].to_vec();
        let Some(objects) = self.boxed_operands(&operands, "an item of an object is deleted")? else { return Ok(()) };
        self.runtime_or_out("py_delete_item", &[objects[0], objects[1]])?;
        self.drop_operands(2);
        Ok(())
    }

    /// [container, start, stop] -> [value], and with a value below: stores it.
    pub fn object_slice(&mut self, stores: bool) -> Step {
        let n = if stores { 4 } else { 3 };
        let kind = self.kind_of(&self.state.stack[self.state.stack.len() - 3].clone());
        let operands = self.state.stack[self.state.stack.len() - n..].to_vec();
        let Some(objects) = self.boxed_operands(&operands, "a slice")? else { return Ok(()) };
        let bounds = &objects[n - 2..];
        let step = self.runtime_value("py_none", &[]);
        let slice = self.runtime_value("py_slice", &[bounds[0], bounds[1], step]);
        let result = if stores {
            self.runtime("py_set_item", &[objects[1], slice, objects[0]]);
            None
        } else {
            Some(self.runtime_value("py_item", &[objects[0], slice]))
        };
        self.drop_operands(n);
        if let Some(result) = result {
            self.push(Slot::Object(result));
            match (&operands[0], kind) {
                (Slot::List(elem, _), _) => self.known_as_list(elem.clone()),
                (_, Some(Kind::Str)) => self.known_as(Kind::Str),
                _ => {}
            }
        }
        Ok(())
    }

    /// [start, stop] -> [slice]
    pub fn object_build_slice(&mut self, parts: usize) -> Step {
        let operands = self.state.stack[self.state.stack.len() - parts..].to_vec();
        let Some(objects) = self.boxed_operands(&operands, "a slice")? else { return Ok(()) };
        let step = if parts == 3 { objects[2] } else { self.runtime_value("py_none", &[]) };
        let slice = self.runtime_value("py_slice", &[objects[0], objects[1], step]);
        self.drop_operands(parts);
        self.push(Slot::Object(slice));
        Ok(())
    }

    /// The name as an object of the unit's table.
    fn name_object(&mut self, name: &str) -> Value {
        let object = self.unit.name(name);
        self.b.pure(Op::ConstObject(object), &[])
    }

    pub fn object_attribute(&mut self, name: &str, is_method: bool) -> Step {
        let owner = self.state.stack[self.state.stack.len() - 1].clone();
        let Some(objects) = self.boxed_operands(&[owner], "an attribute of an object")? else { return Ok(()) };
        let name = self.name_object(name);
        let result = self.runtime_or_out("py_attribute", &[objects[0], name])?;
        self.drop_operands(1);
        match is_method {
            false => self.push(Slot::Object(result)),
            true => self.push_callable(Slot::Object(result)),
        }
        Ok(())
    }

    /// [value, owner] -> []
    pub fn object_set_attribute(&mut self, name: &str) -> Step {
        let operands = self.state.stack[self.state.stack.len() - 2..].to_vec();
        let Some(objects) = self.boxed_operands(&operands, "an attribute is set")? else { return Ok(()) };
        let name = self.name_object(name);
        self.runtime_or_out("py_set_attribute", &[objects[1], name, objects[0]])?;
        self.drop_operands(2);
        Ok(())
    }

    /// Sets a name in the function's global namespace to an object, which is what it returns; None if the block ended.
    pub fn write_global(&mut self, name: &str, value: &Slot<Value>) -> Step<Option<Value>> {
        let Some(objects) = self.boxed_operands(std::slice::from_ref(value), "a variable of the module is set")? else { return Ok(None) };
        let namespace = self.unit.object(ir::Path::Globals { code: self.code }, ir::Expect::Constant);
        let namespace = self.b.pure(Op::ConstObject(namespace), &[]);
        let name = self.name_object(name);
        self.runtime("py_store_name", &[namespace, name, objects[0]]);
        Ok(Some(objects[0]))
    }

    /// Calls an object; the last arguments are those of the keywords.
    pub fn object_call(&mut self, callee: &Slot<Value>, arguments: &[Slot<Value>], keywords: &[String]) -> Step {
        if let Slot::Object(callable) = callee {
            self.out_unless_builtin(*callable)?;
        }
        let Some(name) = CALLS.get(arguments.len()).filter(|_| keywords.is_empty()) else {
            return self.object_call_of_many(callee, arguments, keywords);
        };
        let operands: Vec<Slot<Value>> = [callee].into_iter().chain(arguments).cloned().collect();
        let Some(objects) = self.boxed_operands(&operands, "a call")? else { return Ok(()) };
        let result = self.runtime_or_out(name, &objects)?;
        self.drop_operands(arguments.len() + 2);
        self.push(Slot::Object(result));
        Ok(())
    }

    fn object_call_of_many(&mut self, callee: &Slot<Value>, arguments: &[Slot<Value>], keywords: &[String]) -> Step {
        let operands = [callee.clone(), Slot::Tuple(arguments.to_vec())];
        let Some(objects) = self.boxed_operands(&operands, "a call")? else { return Ok(()) };
        let count = self.b.int(keywords.len() as i64);
        let names = self.runtime_value("py_tuple", &[count]);
        for (i, keyword) in keywords.iter().enumerate() {
            let name = self.name_object(keyword);
            self.b.act(Op::IncRef, &[name]);
            let i = self.b.int(i as i64);
            self.runtime("py_tuple_put", &[names, i, name]);
        }
        let result = self.runtime_or_out("py_call_many", &[objects[0], objects[1], names])?;
        self.drop_operands(arguments.len() + 2);
        self.push(Slot::Object(result));
        Ok(())
    }

    /// Calls a method of a list through the bound method itself.
    pub fn call_method_object(&mut self, method: ListMethod, list: Value, arguments: &[Slot<Value>]) -> Step {
        let Some(name) = CALLS.get(arguments.len()) else {
            return self.left_to_python("unknown-callable", "a call with many arguments");
        };
        self.b.act(Op::IncRef, &[list]);
        let attribute = self.name_object(method.name());
        let mut objects = vec![self.runtime_value("py_attribute", &[list, attribute])];
        objects.extend(arguments.iter().map(|argument| self.boxed(argument).expect("the caller looked whether it can be boxed")));
        let result = self.runtime_value(name, &objects);
        self.drop_operands(arguments.len() + 2);
        self.push(Slot::Object(result));
        Ok(())
    }

    pub fn object_iterator(&mut self) -> Step {
        let operand = self.state.stack[self.state.stack.len() - 1].clone();
        let items = match self.kind_of(&operand) {
            Some(Kind::View(of) | Kind::Iter(of) | Kind::Set(of)) => Some(*of),
            Some(Kind::Dict(guess) | Kind::Making(_, guess)) => Some(*guess.key),
            _ => None,
        };
        let Some(objects) = self.boxed_operands(&[operand], "a loop over an object")? else { return Ok(()) };
        let iterator = self.runtime_or_out("py_iter", &[objects[0]])?;
        self.drop_operands(1);
        self.push(match items {
            Some(elem) => Slot::Exact(Kind::Iter(Box::new(elem)), iterator),
            None => Slot::Object(iterator),
        });
        Ok(())
    }

    pub fn object_next(&mut self, iterator: Value, expected: &Elem, exit: BlockId) -> Step {
        let item = self.runtime_or_out("py_next", &[iterator])?;
        self.unless_exhausted(item, &Slot::Object(iterator), exit)?;
        let item = self.narrowed(expected, item);
        let mut state = self.state.clone();
        state.stack.push(item);
        let to_body = self.edge(OpId(self.op.0 + 1), state)?;
        self.b.end(Term::Jump(to_body));
        Ok(())
    }

    /// Goes on where an iterator, on top of the stack, has given an item; where it has none it is dropped, and the loop is behind.
    pub fn unless_exhausted(&mut self, item: Value, iterator: &Slot<Value>, exit: BlockId) -> Step {
        let bits = self.b.pure(Op::ObjectToBits, &[item]);
        let exhausted = self.b.int(EXHAUSTED);
        let is_exhausted = self.b.compare_int(Comparison::Eq, bits, exhausted);
        let (end, more) = (self.b.func.block(), self.b.func.block());
        let edge = |to| Edge { to, args: Vec::new() };
        self.b.end(Term::Branch { condition: is_exhausted, then: edge(end), other: edge(more) });
        self.b.block = Some(end);
        let mut state = self.state.clone();
        state.stack.pop();
        self.b.drop_slot(iterator);
        let to_exit = self.edge(self.first_op(exit), state)?;
        self.b.end(Term::Jump(to_exit));
        self.b.block = Some(more);
        Ok(())
    }

    pub fn object_unpack(&mut self, n: usize) -> Step {
        let Some(Slot::Object(sequence)) = self.state.stack.last().cloned() else {
            return self.left_to_python("object-operation", "an object is unpacked");
        };
        let count = self.b.int(n as i64);
        self.runtime("py_has_length", &[sequence, count]);
        let items: Vec<Value> = (0..n)
            .map(|i| {
                let i = self.b.int(i as i64);
                self.runtime_value("py_item_of_sequence", &[sequence, i])
            })
            .collect();
        self.drop_operands(1);
        self.state.stack.extend(items.into_iter().rev().map(Slot::Object));
        Ok(())
    }

    pub fn object_build_list(&mut self, n: usize) -> Step {
        self.build_from_items(n, "py_list", "py_list_put", "a list is built")
    }

    pub fn object_build_string(&mut self, n: usize) -> Step {
        let operands = self.state.stack[self.state.stack.len() - n..].to_vec();
        let Some(objects) = self.boxed_operands(&[Slot::Tuple(operands)], "a string is formatted")? else { return Ok(()) };
        let text = self.runtime_value("py_join", &[objects[0]]);
        self.drop_operands(n);
        self.push(Slot::Exact(Kind::Str, text));
        Ok(())
    }

    fn build_from_items(&mut self, n: usize, new: &str, put: &str, words: &str) -> Step {
        let operands = self.state.stack[self.state.stack.len() - n..].to_vec();
        let Some(objects) = self.boxed_operands(&operands, words)? else { return Ok(()) };
        let count = self.b.int(n as i64);
        let whole = self.runtime_value(new, &[count]);
        for (i, object) in objects.into_iter().enumerate() {
            // Takes the reference over.
            let i = self.b.int(i as i64);
            self.runtime(put, &[whole, i, object]);
        }
        self.drop_operands(n);
        self.push(Slot::Object(whole));
        Ok(())
    }

    /// [key, value, ..] -> [dict]
    pub fn object_build_map(&mut self, n: usize) -> Step {
        let operands = self.state.stack[self.state.stack.len() - 2 * n..].to_vec();
        let guess = self.guess_of_entries(&operands);
        let Some(objects) = self.boxed_operands(&[Slot::Tuple(operands)], "a dict is built")? else { return Ok(()) };
        let dict = self.runtime_value("py_dict", &objects);
        self.drop_operands(2 * n);
        self.push(Slot::Exact(Kind::Dict(guess), dict));
        Ok(())
    }

    /// [list, .., item] -> [list, ..]
    pub fn object_list_append(&mut self, depth: usize) -> Step {
        let list = self.state.stack[self.state.stack.len() - 1 - depth].clone();
        let item = self.state.stack[self.state.stack.len() - 1].clone();
        let Slot::Object(list) = list else { return self.left_to_python("object-operation", "a list is built") };
        let Some(objects) = self.boxed_operands(&[item], "a list is built")? else { return Ok(()) };
        self.runtime("py_append", &[list, objects[0]]);
        self.drop_operands(1);
        Ok(())
    }

    pub fn object_format(&mut self, conversion: Conversion, has_spec: bool) -> Step {
        let n = if has_spec { 2 } else { 1 };
        let operands = self.state.stack[self.state.stack.len() - n..].to_vec();
        let Some(objects) = self.boxed_operands(&operands, "a string is formatted")? else { return Ok(()) };
        let code = self.b.int(conversion as i64);
        let text = match has_spec {
            true => self.runtime_or_out("py_format_spec", &[code, objects[0], objects[1]])?,
            false => self.runtime_or_out("py_format", &[code, objects[0]])?,
        };
        self.drop_operands(n);
        self.push(Slot::Exact(Kind::Str, text));
        Ok(())
    }

    pub fn object_length(&mut self, object: Value) -> Value {
        self.runtime_value("py_length", &[object])
    }
}
