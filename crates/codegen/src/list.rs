//! What is read of lists and their items. The layouts stand in `lists.ll`, and so do the longer functions.

use crate::func::{Writer, line, resume};
use crate::text;
use ir::{Inst, Tag};
use std::fmt::Write;

impl Writer<'_> {
    /// A function that says whether it leaves.
    pub fn list_set(&mut self, inst: &Inst, function: &str) {
        let name = self.fresh("set");
        let value = text::ty(inst.op.params().expect("it is no call")[2]);
        line!(self, "%{name} = call i1 @{function}(ptr %{}, i64 %{}, {value} %{})", inst.args[0], inst.args[1], inst.args[2]);
        self.leave_if(&format!("%{name}"), resume(inst));
    }

    /// Leaves unless the object is exactly of this type: only then what lies behind its head is read.
    pub fn guard_type(&mut self, inst: &Inst, kind: &str) {
        let name = self.fresh("type");
        line!(self, "%{name}.at = getelementptr i8, ptr %{}, i64 8", inst.args[0]);
        line!(self, "%{name} = load ptr, ptr %{name}.at, align 8");
        line!(self, "%{name}.is = icmp eq ptr %{name}, @{kind}");
        self.leave_unless(&format!("%{name}.is"), resume(inst));
    }

    pub fn guard_tuple(&mut self, inst: &Inst) {
        self.guard_type(inst, "lh_type_tuple");
        let name = self.fresh("tuple");
        line!(self, "%{name}.length = call i64 @lh.list.length(ptr %{})", inst.args[0]);
        line!(self, "%{name}.is = icmp eq i64 %{name}.length, %{}", inst.args[1]);
        self.leave_unless(&format!("%{name}.is"), resume(inst));
    }

    pub fn float_of(&mut self, inst: &Inst) {
        self.guard_type(inst, "lh_type_float");
        let name = self.fresh("float");
        line!(self, "%{name}.at = getelementptr i8, ptr %{}, i64 16", inst.args[0]);
        line!(self, "%{} = load double, ptr %{name}.at, align 8", inst.results[0]);
    }

    /// An int of at most one digit is read here; of longer ones the extension knows whether they fit.
    pub fn int_of(&mut self, inst: &Inst) {
        self.guard_type(inst, "lh_type_int");
        let (object, name) = (inst.args[0], self.fresh("int"));
        let [short, long, done] = ["short", "long", "done"].map(|part| format!("{name}.{part}"));
        line!(self, "%{name}.size.at = getelementptr i8, ptr %{object}, i64 16");
        line!(self, "%{name}.size = load i64, ptr %{name}.size.at, align 8");
        if self.options.immortal_objects {
            line!(self, "%{name}.is.short = icmp ult i64 %{name}.size, 16");
            line!(self, "%{name}.sign = and i64 %{name}.size, 3");
            line!(self, "%{name}.factor = sub i64 1, %{name}.sign");
        } else {
            line!(self, "%{name}.factor = add i64 %{name}.size, 0");
            line!(self, "%{name}.up = add i64 %{name}.size, 1");
            line!(self, "%{name}.is.short = icmp ult i64 %{name}.up, 3");
        }
        line!(self, "br i1 %{name}.is.short, label %{short}, label %{long}");
        self.begin(short.clone());
        line!(self, "%{name}.digit.at = getelementptr i8, ptr %{object}, i64 24");
        line!(self, "%{name}.digit = load i32, ptr %{name}.digit.at, align 4");
        line!(self, "%{name}.natural = zext i32 %{name}.digit to i64");
        line!(self, "%{name}.here = mul i64 %{name}.factor, %{name}.natural");
        line!(self, "br label %{done}");
        self.begin(long);
        line!(self, "%{name}.tag = call i64 @lh_py_tag(ptr %{object})");
        line!(self, "%{name}.fits = icmp eq i64 %{name}.tag, {}", Tag::Int as i64);
        self.leave_unless(&format!("%{name}.fits"), resume(inst));
        line!(self, "%{name}.there = call i64 @lh_py_bits(ptr %{object})");
        let from = self.label.clone();
        line!(self, "br label %{done}");
        self.begin(done);
        line!(self, "%{} = phi i64 [ %{name}.here, %{short} ], [ %{name}.there, %{from} ]", inst.results[0]);
    }

    pub fn bool_of(&mut self, inst: &Inst) {
        let (object, name) = (inst.args[0], self.fresh("bool"));
        line!(self, "%{} = icmp eq ptr %{object}, @lh_true", inst.results[0]);
        line!(self, "%{name}.false = icmp eq ptr %{object}, @lh_false");
        line!(self, "%{name}.is = or i1 %{}, %{name}.false", inst.results[0]);
        self.leave_unless(&format!("%{name}.is"), resume(inst));
    }
}
