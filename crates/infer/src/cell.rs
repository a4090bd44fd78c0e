//! Variables that inner functions share: their content stands in a cell, where it is read and set.

use crate::body::Body;
use crate::refusal::Step;
use bytecode::LocalKind;
use ir::{Elem, Kind, Op, Path, Slot, Value, Why};

impl Body<'_, '_> {
    pub fn load_deref(&mut self, local: usize) -> Step {
        if let Slot::Exact(Kind::Cell(elem), cell) = self.state.locals[local].clone() {
            let resume = self.resume(Why::Raises);
            let content = self.b.checked(Op::LoadCell, &[cell], resume);
            let slot = self.as_expected(&elem, content);
            self.list_ops += 1;
            self.b.share_slot(&slot);
            self.push(slot);
            return Ok(());
        }
        let locals = &self.info.code.locals;
        if locals[local].kind != LocalKind::Free {
            return self.left_to_python("inner-function", format!("`{}` is shared with an inner function", locals[local].name));
        }
        let index = locals[..local].iter().filter(|local| local.kind == LocalKind::Free).count() as u32;
        self.unit.reads_outer();
        self.load_path(Path::Closure { code: self.code, index })
    }

    /// In the prologue: the interpreter would go on behind it, with the cell if it was made, or else the content.
    pub fn make_cell(&mut self, local: usize) {
        let content = self.state.locals[local].clone();
        let cell = match content {
            Slot::Unbound => self.runtime_value("py_empty_cell", &[]),
            _ => {
                let object = self.boxed(&content).expect("arguments can be boxed");
                self.runtime_value("py_cell", &[object])
            }
        };
        self.b.drop_slot(&content);
        // Of a variable that is set later its first value will tell.
        let elem = if content == Slot::Unbound { Elem::Unknown } else { self.elem_of_item(&content) };
        self.state.locals[local] = Slot::Exact(Kind::Cell(Box::new(elem)), cell);
    }

    /// Whether it is a cell that this call has made, which is none that a function had before.
    fn is_own_cell(&self, local: usize) -> bool {
        !self.is_region() && self.info.code.locals[local].kind == LocalKind::Cell
    }

    /// [value] -> []
    pub fn store_deref(&mut self, local: usize) -> Step {
        self.settle_top();
        let Slot::Exact(Kind::Cell(elem), cell) = self.state.locals[local].clone() else {
            return self.left_to_python("inner-function", "an outer variable is set");
        };
        if !self.is_own_cell(local) && !self.unit.may_set_cells() {
            return self
                .left_to_python("inner-function", "it is set here, and may be what a function that is called natively has read before");
        }
        let value = self.state.stack.last().expect("the decoder checked the depth of the stack").clone();
        let Some(objects) = self.boxed_operands(std::slice::from_ref(&value), "a variable that an inner function shares is set")? else {
            return Ok(());
        };
        let resume = self.resume(Why::Finaliser);
        self.b.guard(Op::StoreCell, &[cell, objects[0]], resume);
        self.list_ops += 1;
        self.expect_in_cell(cell, &elem.with(&self.elem_of_item(&value)));
        self.drop_operands(1);
        Ok(())
    }

    /// From here on this is expected of the cell's content.
    fn expect_in_cell(&mut self, cell: Value, elem: &Elem) {
        for slot in self.state.locals.iter_mut().chain(&mut self.state.stack) {
            if let Slot::Exact(Kind::Cell(of), v) = slot
                && *v == cell
            {
                **of = elem.clone();
            }
        }
    }
}
