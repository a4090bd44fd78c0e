//! `f(*items)`: of builtins that run nothing of the user's.

use crate::body::Body;
use crate::refusal::Step;
use crate::slice::items_of;
use ir::{Elem, Expect, Kind, Slot};

impl Body<'_, '_> {
    /// [NULL, callable, items] -> [result], or from 3.13 on with the first two the other way round.
    pub fn call_ex(&mut self, has_keywords: bool) -> Step {
        if !has_keywords && (self.split_operands(1)? || self.zip_of_rows()) {
            return Ok(());
        }
        self.left_to_python("object-operation", "a call with *args or **kwargs")
    }

    /// `zip(*rows)`, of which nobody knows how many rows there are: an object, whose items are tuples of any length.
    fn zip_of_rows(&mut self) -> bool {
        let depth = self.state.stack.len();
        let is_zip = self.state.stack[depth - 3..depth - 1].iter().any(|slot| match slot {
            Slot::Known(object) => {
                matches!(&self.unit.links.objects[object.0 as usize].expect, Expect::Builtin(name) if name == "builtins.zip")
            }
            _ => false,
        });
        let rows = self.state.stack[depth - 1].clone();
        if !is_zip || !matches!(rows, Slot::List(..) | Slot::Exact(Kind::Tuple(_) | Kind::Row(_), _)) {
            return false;
        }
        let item = match items_of(&rows) {
            Elem::List(of) => *of,
            Elem::Exact(Kind::Row(of)) => *of,
            Elem::Exact(Kind::Tuple(items)) => items.into_iter().reduce(|a, b| a.join(&b)).unwrap_or(Elem::Unknown),
            Elem::Exact(Kind::Str) => Elem::Exact(Kind::Str),
            _ => Elem::Object,
        };
        let object = self.boxed(&rows).expect("a list or a tuple");
        let zip = self.runtime_value("py_zip_of", &[object]);
        self.drop_operands(3);
        self.push(Slot::Exact(Kind::Iter(Box::new(Elem::exact(Kind::Row(Box::new(item))))), zip));
        true
    }
}
