//! The cells of variables that inner functions share. The layout stands in `cells.ll`.

use crate::func::{Writer, line, resume};
use ir::Inst;
use std::fmt::Write;

impl Writer<'_> {
    pub fn load_cell(&mut self, inst: &Inst) {
        let (cell, result) = (inst.args[0], inst.results[0]);
        let name = self.fresh("content");
        line!(self, "%{result} = call ptr @lh.cell.content(ptr %{cell})");
        line!(self, "%{name}.is = icmp ne ptr %{result}, null");
        self.leave_unless(&format!("%{name}.is"), resume(inst));
    }

    pub fn store_cell(&mut self, inst: &Inst) {
        let name = self.fresh("set");
        line!(self, "%{name} = call i64 @lh_cell_set(ptr %{}, ptr %{})", inst.args[0], inst.args[1]);
        line!(self, "%{name}.fails = icmp slt i64 %{name}, 0");
        self.leave_if(&format!("%{name}.fails"), resume(inst));
    }
}
