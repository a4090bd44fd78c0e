//! Tapes: the words that a loop's turns have in common, in the function's own frame.

use crate::func::{Writer, line};
use crate::text;
use ir::{Inst, MISSES_OF_TAPE, Op, Ty, VALUES_OF_TAPE};
use std::collections::BTreeSet;
use std::fmt::Write;

impl Writer<'_> {
    pub fn make_tapes(&mut self) {
        let insts = self.func.blocks.iter().flat_map(|block| &block.insts);
        let tapes: BTreeSet<u32> = insts.filter_map(|inst| if let Op::TapeEnter(tape) = inst.op { Some(tape) } else { None }).collect();
        for tape in tapes {
            line!(self, "%tape.{tape} = alloca [{} x i64], align 8", VALUES_OF_TAPE + 1);
            line!(self, "%tape.{tape}.at = alloca i64");
            line!(self, "%tape.{tape}.spoilt = alloca i1");
            line!(self, "%tape.{tape}.missed = alloca i64");
            line!(self, "store i64 0, ptr %tape.{tape}.at");
            line!(self, "store i1 true, ptr %tape.{tape}.spoilt");
            line!(self, "store i64 0, ptr %tape.{tape}.missed");
        }
    }

    pub fn tape(&mut self, inst: &Inst) {
        match &inst.op {
            Op::TapeEnter(tape) => line!(self, "store i64 0, ptr %tape.{tape}.missed"),
            Op::TapeRewind(tape) => {
                line!(self, "store i64 0, ptr %tape.{tape}.at");
                line!(self, "store i1 false, ptr %tape.{tape}.spoilt");
            }
            Op::TapePut(tape, ty) => {
                let place = self.place_on_tape(*tape);
                match ty {
                    Ty::I1 => {
                        line!(self, "%{place}.word = zext i1 %{} to i64", inst.args[0]);
                        line!(self, "store i64 %{place}.word, ptr %{place}, align 8");
                    }
                    ty => line!(self, "store {} %{}, ptr %{place}, align 8", text::ty(*ty), inst.args[0]),
                }
            }
            Op::TapeNext(tape, ty) => {
                let place = self.place_on_tape(*tape);
                let result = inst.results[0];
                match ty {
                    Ty::I1 => {
                        line!(self, "%{place}.word = load i64, ptr %{place}, align 8");
                        line!(self, "%{result} = trunc i64 %{place}.word to i1");
                    }
                    ty => line!(self, "%{result} = load {}, ptr %{place}, align 8", text::ty(*ty)),
                }
            }
            Op::TapeSpoil(tape) => line!(self, "store i1 true, ptr %tape.{tape}.spoilt"),
            Op::TapeMissed(tape) => {
                let name = self.fresh("missed");
                line!(self, "%{name}.old = load i64, ptr %tape.{tape}.missed");
                line!(self, "%{name} = add i64 %{name}.old, 1");
                line!(self, "store i64 %{name}, ptr %tape.{tape}.missed");
            }
            Op::TapeIsWhole(tape) => {
                let name = self.fresh("whole");
                line!(self, "%{name}.at = load i64, ptr %tape.{tape}.at");
                line!(self, "%{name}.fits = icmp ule i64 %{name}.at, {VALUES_OF_TAPE}");
                line!(self, "%{name}.spoilt = load i1, ptr %tape.{tape}.spoilt");
                line!(self, "%{name}.missed = load i64, ptr %tape.{tape}.missed");
                line!(self, "%{name}.few = icmp ult i64 %{name}.missed, {MISSES_OF_TAPE}");
                line!(self, "%{name}.good = select i1 %{name}.spoilt, i1 false, i1 %{name}.few");
                line!(self, "%{} = and i1 %{name}.good, %{name}.fits", inst.results[0]);
            }
            op => unreachable!("{op} has no tape"),
        }
    }

    /// The place of the next value, which takes it. What is beyond the end has one place, that nothing is read from.
    fn place_on_tape(&mut self, tape: u32) -> String {
        let place = self.fresh("tape.place");
        line!(self, "%{place}.at = load i64, ptr %tape.{tape}.at");
        line!(self, "%{place}.next = add i64 %{place}.at, 1");
        line!(self, "store i64 %{place}.next, ptr %tape.{tape}.at");
        line!(self, "%{place}.in = icmp ult i64 %{place}.at, {VALUES_OF_TAPE}");
        line!(self, "%{place}.index = select i1 %{place}.in, i64 %{place}.at, i64 {VALUES_OF_TAPE}");
        line!(self, "%{place} = getelementptr i64, ptr %tape.{tape}, i64 %{place}.index");
        place
    }
}
