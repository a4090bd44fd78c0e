//! Builtin functions and types that go through a container: `sum min max any all sorted list tuple set`.

use crate::body::Body;
use crate::refusal::Step;
use crate::slice::items_of;
use builtins::Intrinsic;
use ir::{DictGuess, Elem, Kind, ObjectId, Op, Slot, Value};

impl Body<'_, '_> {
    /// `min`, `max`, `sum`, `any` or `all` of a builtin container; false if it is another argument. Then nothing is left on the stack but
    /// the result.
    pub fn reduce(&mut self, intrinsic: Intrinsic, builtin: ObjectId, items: &Slot<Value>) -> bool {
        let is_gone_through =
            matches!(items, Slot::List(..) | Slot::Exact(Kind::Tuple(_) | Kind::Row(_) | Kind::Set(_) | Kind::Dict(_) | Kind::View(_), _));
        let Some(object) = items.object().filter(|_| is_gone_through) else { return false };
        let elem = items_of(items);
        let (object, elem) = match intrinsic {
            Intrinsic::Min => (self.runtime_value("py_min", &[object]), elem),
            Intrinsic::Max => (self.runtime_value("py_max", &[object]), elem),
            Intrinsic::Sum => {
                let sum = self.b.pure(Op::ConstObject(builtin), &[]);
                let elem = match elem {
                    Elem::Bool | Elem::Int => Elem::Int,
                    Elem::Float | Elem::Complex | Elem::Number => elem,
                    _ => Elem::Object,
                };
                (self.runtime_value("py_sum", &[sum, object]), elem)
            }
            Intrinsic::Any | Intrinsic::All => {
                let answer = self.runtime_value(if intrinsic == Intrinsic::Any { "py_any_of" } else { "py_all_of" }, &[object]);
                self.drop_operands(3);
                let answer = self.b.pure(Op::BitsToBool, &[answer]);
                self.push(Slot::Bool(answer));
                return true;
            }
            _ => return false,
        };
        self.drop_operands(3);
        let result = self.narrowed(&elem, object);
        self.push(result);
        true
    }

    /// `list()`, `set()`, `dict()`
    fn empty(&mut self, name: &str) -> bool {
        let kind = match name {
            "builtins.list" => None,
            "builtins.set" => Some(Kind::Set(Box::new(Elem::Unknown))),
            "builtins.dict" => Some(Kind::Dict(DictGuess::of(Elem::Unknown, Elem::Unknown))),
            _ => return false,
        };
        let zero = self.b.int(0);
        let made = match kind {
            None => Slot::List(Elem::Unknown, self.runtime_value("py_list", &[zero])),
            Some(kind) => {
                let nothing = self.runtime_value("py_tuple", &[zero]);
                let function = if matches!(kind, Kind::Set(_)) { "py_set" } else { "py_dict" };
                Slot::Exact(kind, self.runtime_value(function, &[nothing]))
            }
        };
        self.drop_operands(2);
        self.push(made);
        true
    }

    /// Whether the call makes a container of another's items; then it is done.
    pub fn gather(&mut self, name: &str, arguments: &[Slot<Value>]) -> Step<bool> {
        let [items] = arguments else {
            let is_made = arguments.is_empty() && self.empty(name);
            return Ok(is_made);
        };
        let is_builtin = matches!(
            items,
            Slot::List(..)
                | Slot::Tuple(_)
                | Slot::Range(_)
                | Slot::Exact(Kind::Str | Kind::Tuple(_) | Kind::Row(_) | Kind::Dict(_) | Kind::Set(_) | Kind::View(_) | Kind::Iter(_), _)
        );
        let function = match name {
            "builtins.list" => "py_list_of",
            "builtins.sorted" => "py_sorted",
            "builtins.set" => "py_set_of",
            _ => return Ok(false),
        };
        if !is_builtin || !Self::can_be_boxed(items) {
            return Ok(false);
        }
        let elem = items_of(items);
        let object = self.boxed(items).expect("just looked");
        let whole = match items {
            Slot::Exact(Kind::Iter(_), _) => self.runtime_or_out(function, &[object])?,
            _ => self.runtime_value(function, &[object]),
        };
        self.drop_operands(3);
        self.push(match name {
            "builtins.set" => Slot::Exact(Kind::Set(Box::new(elem)), whole),
            _ => Slot::List(elem, whole),
        });
        Ok(true)
    }
}
