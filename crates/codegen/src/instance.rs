//! Instances of classes: guards, and attributes where they stand. The functions stand in `instances.ll`.

use crate::func::{Writer, line, resume};
use ir::{AttributeKind, Inst, Tag, Ty};
use std::fmt::Write;

/// Where CPython keeps the attributes of instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Values {
    /// 3.11
    #[default]
    Pointer,
    /// 3.12
    Tagged,
    /// 3.13
    Inline,
}

impl Values {
    fn finder(self, kind: AttributeKind) -> &'static str {
        match self {
            _ if kind == AttributeKind::Slot => "lh.values.slots",
            Values::Pointer => "lh.values.pointer",
            Values::Tagged => "lh.values.tagged",
            Values::Inline => "lh.values.inline",
        }
    }
}

fn word_at(word: u32) -> String {
    format!("getelementptr (i8, ptr @lh_scalars, i64 {})", word * 8)
}

impl Writer<'_> {
    pub fn guard_class(&mut self, inst: &Inst, word: u32) {
        let (object, name) = (inst.args[0], self.fresh("class"));
        line!(self, "%{name}.at = getelementptr i8, ptr %{object}, i64 8");
        line!(self, "%{name} = load ptr, ptr %{name}.at, align 8");
        line!(self, "%{name}.wanted = load ptr, ptr {}, align 8", word_at(word));
        line!(self, "%{name}.is = icmp eq ptr %{name}, %{name}.wanted");
        self.leave_unless(&format!("%{name}.is"), resume(inst));
        line!(self, "%{name}.version.at = getelementptr i8, ptr %{name}, i64 {}", self.options.class_version);
        line!(self, "%{name}.version = load i32, ptr %{name}.version.at, align 4");
        line!(self, "%{name}.then = load i32, ptr {}, align 8", word_at(word + 1));
        line!(self, "%{name}.same = icmp eq i32 %{name}.version, %{name}.then");
        self.leave_unless(&format!("%{name}.same"), resume(inst));
    }

    fn values(&mut self, inst: &Inst, kind: AttributeKind, name: &str) {
        line!(self, "%{name}.values = call ptr @{}(ptr %{})", self.options.values.finder(kind), inst.args[0]);
    }

    pub fn load_attribute(&mut self, inst: &Inst, kind: AttributeKind, word: u32) {
        let (object, result) = (inst.args[0], inst.results[0]);
        let name = self.fresh("attribute");
        self.values(inst, kind, &name);
        line!(self, "%{result} = call ptr @lh.attribute.load(ptr %{object}, ptr %{name}.values, ptr {})", word_at(word));
        line!(self, "%{name}.missing = icmp eq ptr %{result}, null");
        self.leave_if(&format!("%{name}.missing"), resume(inst));
    }

    pub fn store_attribute(&mut self, inst: &Inst, kind: AttributeKind, ty: Ty, word: u32) {
        let (object, value) = (inst.args[0], inst.args[1]);
        let name = self.fresh("set");
        self.values(inst, kind, &name);
        let (cell, llvm) = (word_at(word), crate::text::ty(ty));
        let function = format!("lh.attribute.set.{}", ty.name());
        line!(self, "%{name} = call i1 @{function}(ptr %{object}, ptr %{name}.values, ptr {cell}, {llvm} %{value})");
        self.leave_if(&format!("%{name}"), resume(inst));
    }

    pub fn number_tag(&mut self, inst: &Inst) {
        let (object, result) = (inst.args[0], inst.results[0]);
        let name = self.fresh("number");
        line!(self, "%{result} = call i64 @lh.number.tag.{}(ptr %{object})", self.options.layout_of_ints());
        line!(self, "%{name}.is = icmp ne i64 %{result}, {}", Tag::Object as i64);
        self.leave_unless(&format!("%{name}.is"), resume(inst));
    }

    pub fn guard_absent(&mut self, inst: &Inst, word: u32) {
        let name = self.fresh("absent");
        self.values(inst, AttributeKind::Method, &name);
        line!(self, "%{name} = call i1 @lh.attribute.is.absent(ptr %{}, ptr %{name}.values, ptr {})", inst.args[0], word_at(word));
        self.leave_unless(&format!("%{name}"), resume(inst));
    }
}
