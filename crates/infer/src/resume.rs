//! Where the interpreter goes on when native code leaves.

use crate::body::Body;
use crate::builder::GivenUp;
use crate::note::Note;
use crate::refusal::Step;
use crate::state::State;
use base::{Index, Span};
use bytecode::{OpId, OpKind};
use ir::{After, Op, Resume, ResumeId, ResumeKind, Slot, Term, Value, Why};

impl Body<'_, '_> {
    /// Resume 0 is the beginning: left for where the recursion gets too deep. Cells are made, so CPython's prologue is behind it.
    pub fn add_entry_resume(&mut self, first: OpId) {
        let (offset, at, span) = self.behind_prologue(first);
        let State { locals, stack } = self.state.clone();
        self.b.func.add_resume(Resume { kind: ResumeKind::Go, why: Why::Interrupt, offset, at, locals, stack, borrowed: Vec::new(), span });
    }

    fn behind_prologue(&self, first: OpId) -> (u32, u32, Span) {
        let is_in_body = |op: &&bytecode::Op| !matches!(op.kind, OpKind::Nop | OpKind::MakeCell(_)) && op.place.is_some();
        let first = self.info.hir.ops[first.max(self.begins).index()..].iter().find(is_in_body);
        first.map_or((0, 0, Span::default()), |op| (op.place.unwrap_or(0), op.at, op.span))
    }

    /// Where the interpreter goes on to do the current operation itself.
    pub fn resume(&mut self, why: Why) -> ResumeId {
        self.must_not_leave_handler();
        let (offset, at, stack) = match self.current().place {
            // Cells that were not made yet are made with the frame.
            Some(_) if matches!(self.current().kind, OpKind::MakeCell(_)) || self.op < self.begins => {
                let (offset, at, _) = self.behind_prologue(self.op);
                (offset, at, Vec::new())
            }
            Some(place) => (place, self.current().at, self.before.clone()),
            None => self.fused.clone().expect("a second half follows a first one"),
        };
        let locals = self.state.locals.clone();
        let span = self.b.span;
        self.b.func.add_resume(Resume { kind: ResumeKind::Go, why, offset, at, locals, stack, borrowed: Vec::new(), span })
    }

    /// Where the interpreter goes on when the callee of the current operation has left; the stack is what lies below the call.
    pub fn resume_call(&mut self, after: After) -> ResumeId {
        self.resume_within(ResumeKind::Call(after), Why::Callee)
    }

    /// Where the interpreter goes on in the middle of the current operation; the stack is what lies below it, and what the kind says.
    pub fn resume_within(&mut self, kind: ResumeKind, why: Why) -> ResumeId {
        self.must_not_leave_handler();
        let op = self.current();
        let is_done_again = matches!(kind, ResumeKind::Call(after) | ResumeKind::Returned(after) if after.is_done_again());
        let (offset, at) = (if is_done_again { op.place } else { op.next }.expect("what calls is not fused"), op.at);
        let State { locals, stack } = self.state.clone();
        let span = self.b.span;
        self.b.func.add_resume(Resume { kind, why, offset, at, locals, stack, borrowed: Vec::new(), span })
    }

    /// Ends the block: the interpreter does the current operation.
    pub fn leave(&mut self, why: Why) -> Step {
        let resume = self.resume(why);
        self.b.end(Term::Leave(resume));
        Ok(())
    }

    /// As [`Body::leave`], with a verdict; or calls out, where that can be done.
    pub fn left_to_python(&mut self, code: &'static str, detail: impl Into<String>) -> Step {
        self.note(code, detail);
        if self.call_out()? { Ok(()) } else { self.leave(Why::Python) }
    }

    pub fn note(&mut self, code: &'static str, detail: impl Into<String>) {
        self.notes.push(Note { function: self.code, offset: self.current().at, code: code.into(), detail: detail.into() });
    }

    /// Behind the current operation: leaves for the place that follows it if something that it gave up waits for its end. That comes when
    /// the frame is true, and stands in the operation still.
    pub fn let_end(&mut self, mut given_up: Vec<GivenUp>, offset: u32, state: State<Value>) {
        // What the frame still holds lives on.
        let held: Vec<Value> = state.slots().flat_map(Slot::values).map(|(_, value)| value).collect();
        given_up.retain(|one| one.object.is_none_or(|object| !held.contains(&object)));
        if given_up.is_empty() {
            return;
        }
        let State { locals, stack } = state;
        let (at, span) = (self.current().at, self.b.span);
        let (kind, why, borrowed) = (ResumeKind::Go, Why::Finaliser, Vec::new());
        let resume = self.b.func.add_resume(Resume { kind, why, offset, at, locals, stack, borrowed, span });
        for one in given_up {
            self.b.guard(Op::GuardFalse, &[one.waits], resume);
        }
    }
}
