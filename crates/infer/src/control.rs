//! What each operation of HIR does, for the shapes that the stack holds now: loads, stores, jumps; the rest in the files beside.

use crate::body::Body;
use crate::consume::is_yield;
use crate::list::elem_of;
use crate::refusal::{GLOBAL_CHANGES, Refusal, Step, Stop};
use crate::state::{State, is_iterator, owns_references};
use crate::world::Thing;
use bytecode::{BlockId, Const, Off, Op as HirOp, OpId, OpKind};
use ir::{Elem, Expect, Kind, Op, Path, Slot, Term, Value, Why};

/// A larger tuple is an object: native code would only carry its items around.
pub const VALUES_AT_MOST: usize = 24;

impl Body<'_, '_> {
    pub fn operation(&mut self, op: &HirOp) -> Step {
        if let Off::Loops(heads) = &self.info.code.off
            && op.place.is_some_and(|place| heads.contains(&place))
        {
            self.note("switched-off", "a loop with `# lancehead: off` in its header begins");
            return self.leave(Why::Python);
        }
        if op.next.is_none() && self.prepare_fused()? {
            return Ok(());
        }
        match &op.kind {
            OpKind::Nop => Ok(()),
            OpKind::LoadFast(local) => self.load_fast(*local as usize),
            OpKind::LoadFastAndClear(local) => {
                let slot = std::mem::replace(&mut self.state.locals[*local as usize], Slot::Unbound);
                self.push(slot);
                Ok(())
            }
            OpKind::StoreFast(local) => self.store_fast(*local as usize),
            OpKind::DeleteFast(local) => match self.state.locals[*local as usize].clone() {
                Slot::Unbound => self.leave(Why::Raises),
                Slot::Any(..) => self.split(|state| &mut state.locals[*local as usize]),
                slot => {
                    self.state.locals[*local as usize] = Slot::Unbound;
                    self.b.drop_slot(&slot);
                    Ok(())
                }
            },
            OpKind::LoadConst(index) => self.load_const(*index),
            OpKind::PushNull => {
                self.push(Slot::Unbound);
                Ok(())
            }
            OpKind::StoreName(_) | OpKind::StoreGlobal(_) if !self.is_region() && !self.names.is_empty() => {
                self.left_to_python("global-changes", "a comprehension sets a variable of the module")
            }
            OpKind::LoadName(name) | OpKind::LoadGlobal(name) if self.name_slot(*name).is_some() => {
                let slot = self.name_slot(*name).expect("just looked");
                self.load_fast(slot)
            }
            OpKind::StoreName(name) | OpKind::StoreGlobal(name) if self.name_slot(*name).is_some() => self.store_name(*name),
            OpKind::LoadName(name) | OpKind::LoadGlobal(name) => {
                let name = self.info.code.names[*name as usize].clone();
                self.load_path(Path::Global { code: self.code, name })
            }
            OpKind::LoadDeref(local) => self.load_deref(*local as usize),
            OpKind::StoreDeref(local) => self.store_deref(*local as usize),
            OpKind::Raise(1) if self.raises_known_class()? => Ok(()),
            OpKind::LoadAssertionError | OpKind::Raise(_) => self.leave(Why::Raises),
            OpKind::Pop => {
                let slot = self.pop();
                self.b.drop_slot(&slot);
                Ok(())
            }
            OpKind::Copy(n) => {
                let slot = self.state.stack[self.state.stack.len() - *n as usize].clone();
                if is_iterator(&slot) {
                    return self.left_to_python("iterator-escapes", "an iterator is used in two places");
                }
                self.b.share_slot(&slot);
                self.push(slot);
                Ok(())
            }
            OpKind::Swap(n) => {
                let depth = self.state.stack.len();
                self.state.stack.swap(depth - 1, depth - *n as usize);
                Ok(())
            }
            OpKind::Unary(op) => self.unary(*op),
            OpKind::ToBool => {
                if self.split_operands(1)? || self.settle_truth()? {
                    return Ok(());
                }
                self.bool_on_stack()
            }
            OpKind::Binary { op, inplace } => self.binary(*op, *inplace),
            OpKind::Compare { op, as_bool } => self.compare(*op, *as_bool),
            OpKind::Is { invert } => self.is(*invert),
            OpKind::Contains { invert } => self.contains(*invert),
            OpKind::Subscript => self.subscript(),
            OpKind::LoadAttr(name) => self.load_attribute(*name, false),
            OpKind::LoadMethod(name) => self.load_attribute(*name, true),
            OpKind::LoadSuper { name, is_method, has_arguments } => self.load_super(*name, *is_method && !has_arguments),
            OpKind::Call { args, keywords } => self.call(*args as usize, keywords),
            OpKind::CallEx { keywords } => self.call_ex(*keywords),
            OpKind::BuildTuple(n) => {
                let items = &self.state.stack[self.state.stack.len() - *n as usize..];
                if items.iter().any(is_iterator) {
                    return self.left_to_python("iterator-escapes", "an iterator is put into a tuple");
                }
                if items.iter().map(|item| item.values().len()).sum::<usize>() > VALUES_AT_MOST {
                    return self.left_to_python("large-tuple", "a tuple of many values is made");
                }
                let items = self.pop_n(*n as usize);
                self.push(Slot::Tuple(items));
                Ok(())
            }
            OpKind::UnpackSequence(n) => self.unpack(*n as usize),
            OpKind::GetIter => self.get_iter(),
            OpKind::ForIter { exit } => self.for_iter(*exit),
            OpKind::Jump(target) => self.jump(*target),
            OpKind::JumpBack(target) => {
                self.safepoint();
                self.jump(*target)
            }
            OpKind::JumpIf { when, target } => self.jump_if(*when, *target, false),
            OpKind::JumpIfOrPop { when, target } => self.jump_if(*when, *target, true),
            OpKind::JumpIfNone { when, target } => self.jump_if_none(*when, *target),
            OpKind::Return | OpKind::ReturnConst(_) if self.is_region() => self.leave(Why::End),
            OpKind::Return | OpKind::ReturnConst(_) if self.key.consumer.is_some() => self.end_consuming(),
            OpKind::Return => {
                let slot = self.pop();
                self.return_slot(slot)
            }
            OpKind::ReturnConst(index) => {
                self.load_const(*index)?;
                let slot = self.pop();
                self.return_slot(slot)
            }
            OpKind::StoreSubscript => self.store_subscript(),
            OpKind::DeleteSubscript => {
                if self.instance_delete_item()? {
                    Ok(())
                } else {
                    self.delete_subscript()
                }
            }
            OpKind::BinarySlice => self.binary_slice(),
            OpKind::StoreSlice => self.store_slice(),
            OpKind::BuildSlice(parts) => self.build_slice(*parts as usize),
            OpKind::StoreAttr(name) => {
                let name = self.info.code.names[*name as usize].clone();
                if self.instance_set_attribute(&name)? || self.split_classes(self.state.stack.len() - 1, Some(&name))? {
                    return Ok(());
                }
                self.object_set_attribute(&name)
            }
            OpKind::BuildList(n) => self.build_list(*n as usize),
            OpKind::BuildSet(n) => self.build_set(*n as usize),
            OpKind::BuildMap(n) => self.object_build_map(*n as usize),
            OpKind::BuildConstKeyMap(n) => self.build_const_key_map(*n as usize),
            OpKind::BuildString(n) => self.object_build_string(*n as usize),
            OpKind::ListAppend(n) => self.list_append(*n as usize),
            OpKind::SetAdd(n) => self.set_add(*n as usize),
            OpKind::MapAdd(n) => self.map_add(*n as usize),
            OpKind::ListExtend(n) => self.list_extend(*n as usize),
            OpKind::Format { conversion, has_spec } => self.object_format(*conversion, *has_spec),
            OpKind::Convert(conversion) => self.object_format(*conversion, false),
            OpKind::MakeCell(local) => {
                self.make_cell(*local as usize);
                Ok(())
            }
            OpKind::Opaque { name: "POP_EXCEPT", .. } if self.handling.is_some() => {
                self.end_handling();
                Ok(())
            }
            OpKind::LoadClosure(local) if matches!(self.state.locals[*local as usize], Slot::Exact(Kind::Cell(_), _)) => {
                self.load_fast(*local as usize)
            }
            OpKind::Opaque { name: "MAKE_FUNCTION", effect, .. } if self.make_comprehension(*effect) => Ok(()),
            OpKind::Opaque { name: "RETURN_GENERATOR", .. } if self.key.consumer.is_some() => {
                self.begin_consuming();
                Ok(())
            }
            kind if is_yield(kind) && self.key.consumer.is_some() => self.consume(),
            OpKind::Opaque { name, .. } => self.left_to_python("python-statement", opaque_words(name)),
            other => self.left_to_python("object-operation", object_words(other)),
        }
    }

    /// The second half of a fused instruction can't be left before: what it would leave for is looked at before the first half.
    /// True if the block ended.
    fn prepare_fused(&mut self) -> Step<bool> {
        let next = &self.info.hir.ops[self.op.0 as usize + 1];
        let OpKind::LoadFast(local) = next.kind else { return Ok(false) };
        let local = local as usize;
        if matches!(self.current().kind, OpKind::StoreFast(stored) if stored as usize == local) {
            // A tagged value is split where it is read: then what was stored before has been given up.
            return self.split_operands(1);
        }
        match self.state.locals[local] {
            Slot::Unbound => self.leave(Why::Raises)?,
            Slot::Any(..) => self.split(|state| &mut state.locals[local])?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn load_fast(&mut self, local: usize) -> Step {
        match self.state.locals[local].clone() {
            Slot::Unbound => self.leave(Why::Raises),
            Slot::Any(..) => self.split(|state| &mut state.locals[local]),
            // What a comprehension goes through: read once, and then the stack's.
            slot if is_iterator(&slot) => {
                self.state.locals[local] = Slot::Unbound;
                self.push(slot);
                Ok(())
            }
            slot => {
                self.b.share_slot(&slot);
                self.push(slot);
                Ok(())
            }
        }
    }

    fn store_fast(&mut self, local: usize) -> Step {
        self.settle_top();
        self.expect_as_at_entry(local);
        if self.state.stack.last().is_some_and(is_iterator) {
            return self.left_to_python("iterator-escapes", "an iterator is kept in a variable");
        }
        let slot = self.pop();
        let old = std::mem::replace(&mut self.state.locals[local], slot);
        if owns_references(&old) {
            self.b.drop_slot(&old);
        }
        Ok(())
    }

    /// What nothing is known of, as the result of a call, is expected to be what the variable held when the loop was entered.
    fn expect_as_at_entry(&mut self, variable: usize) {
        let (Some(_), Some(Slot::Object(object)), Some(offset)) = (self.key.region, self.state.stack.last().cloned(), self.current().place)
        else {
            return;
        };
        let elem = self.key.shapes.get(variable).map_or(Elem::Unknown, elem_of);
        if matches!(elem, Elem::Unknown | Elem::Object | Elem::Instance(_)) || self.is_wide_at(offset) {
            return;
        }
        let resume = self.resume(Why::Element);
        let slot = self.guarded(&elem, object, resume);
        if slot.object().is_none() {
            self.b.pure(Op::DecRef, &[object]);
        }
        self.pop();
        self.push(slot);
    }

    /// A name of a module keeps its value in native code, and the namespace gets it when that leaves; but at once where somebody could tell:
    /// a new name has its order among the others, and objects have references that are counted.
    fn store_name(&mut self, name: u32) -> Step {
        self.settle_top();
        let variable = self.name_slot(name).expect("the caller looked");
        self.expect_as_at_entry(variable);
        let old = self.state.locals[variable].clone();
        if matches!(old, Slot::Any(..)) {
            return self.split(|state| &mut state.locals[variable]);
        }
        let new = self.state.stack.last().expect("the decoder checked the depth of the stack").clone();
        if is_iterator(&new) {
            return self.left_to_python("iterator-escapes", "an iterator is kept in a variable");
        }
        let is_plain = |slot: &Slot<Value>| {
            matches!(
                slot,
                Slot::Exact(Kind::Str, _)
                    | Slot::None
                    | Slot::Bool(_)
                    | Slot::Int(_)
                    | Slot::Uint(_)
                    | Slot::Wide(_)
                    | Slot::Float(_)
                    | Slot::NumPy(..)
            )
        };
        if !is_plain(&old) || !is_plain(&new) {
            let name = self.info.code.names[name as usize].clone();
            let Some(object) = self.write_global(&name, &new)? else { return Ok(()) };
            // From here on the variable is that very tuple.
            if let Slot::Tuple(_) = new
                && let Elem::Exact(kind) = elem_of(&new)
            {
                self.b.act(Op::IncRef, &[object]);
                self.drop_operands(1);
                self.push(Slot::Exact(kind, object));
            }
        }
        self.state.locals[variable] = self.pop();
        if owns_references(&old) {
            self.b.drop_slot(&old);
        }
        Ok(())
    }

    fn load_const(&mut self, index: u32) -> Step {
        let slot = match self.const_slot(&self.info.code.consts[index as usize].clone()) {
            Some(slot) => slot,
            None => Slot::Known(self.unit.object(Path::Const { code: self.code, index }, Expect::Constant)),
        };
        self.push(slot);
        Ok(())
    }

    fn const_slot(&mut self, value: &Const) -> Option<Slot<Value>> {
        Some(match value {
            Const::None => Slot::None,
            Const::Bool(value) => Slot::Bool(self.b.bool(*value)),
            Const::Int(value) => Slot::Int(self.b.int(*value)),
            Const::Wide(value) => match u64::try_from(*value) {
                Ok(value) => Slot::Uint(self.b.uint(value)),
                Err(_) => Slot::Wide(self.b.wide(*value)),
            },
            Const::Float(bits) => Slot::Float(self.b.float(f64::from_bits(*bits))),
            Const::Tuple(items) => Slot::Tuple(items.iter().map(|item| self.const_slot(item)).collect::<Option<_>>()?),
            Const::Object(marshalled) => Slot::Complex(crate::complex::constant(marshalled)?.map(|part| self.b.float(part))),
            Const::Str(_) => return None,
        })
    }

    /// Pushes what stands at a path: a scalar by value, a known object by identity.
    pub fn load_path(&mut self, path: Path) -> Step {
        match self.slot_at(&path) {
            Found::Slot(slot) => {
                self.push(slot);
                Ok(())
            }
            Found::Missing => self.leave(Why::Raises),
            Found::Changing => {
                let Path::Global { name, .. } = &path else { unreachable!("only globals change") };
                let (code, detail) = (GLOBAL_CHANGES, format!("`{name}` is set in the loop that calls this"));
                if self.is_region() {
                    return self.left_to_python(code, detail);
                }
                // The loop calls it out, with the names as they are.
                Err(Stop::Refused(Refusal { code, detail, span: self.b.span }))
            }
            Found::Object => {
                let name = match &path {
                    Path::Global { name, .. } | Path::Attribute { name, .. } => name.clone(),
                    _ => "an outer variable".into(),
                };
                self.left_to_python("object-operation", format!("`{name}` is an object"))
            }
        }
    }

    pub fn slot_at(&mut self, path: &Path) -> Found {
        if let Path::Global { code, name } = path
            && self.unit.infos[base::Index::index(*code)].globals == self.unit.changing.globals
            && self.unit.changing.names.contains(name)
        {
            return Found::Changing;
        }
        let thing = self.unit.look(path);
        let expect = match thing {
            Thing::Missing => return Found::Missing,
            Thing::Other => {
                // Borrowed from its dict, or its cell: made our own at once.
                let word = self.unit.scalar(path.clone(), Slot::Object(()));
                let object = self.b.pure(Op::LoadScalar { slot: word, ty: ir::Ty::Obj }, &[]);
                self.b.act(Op::IncRef, &[object]);
                return Found::Slot(Slot::Object(object));
            }
            Thing::Scalar(shape) => {
                let mut word = self.unit.scalar(path.clone(), shape.clone());
                let slot = shape.map(&mut |ty, ()| {
                    let value = self.b.pure(Op::LoadScalar { slot: word, ty }, &[]);
                    word += ty.words() as u32;
                    value
                });
                // A list is borrowed as other objects are.
                self.b.share_slot(&slot);
                return Found::Slot(slot);
            }
            Thing::Builtin(name) => Expect::Builtin(name),
            Thing::Module(name) => Expect::Module(name),
            Thing::Function(fingerprint) => Expect::Function(fingerprint),
            Thing::Class(class) => Expect::Class(class),
        };
        Found::Slot(Slot::Known(self.unit.object(path.clone(), expect)))
    }

    fn load_attribute(&mut self, name: u32, is_method: bool) -> Step {
        let name = self.info.code.names[name as usize].clone();
        if is_method && self.exact_method(&name) || !is_method && (self.complex_part(&name) || self.array_attribute(&name)) {
            return Ok(());
        }
        let Some(Slot::Known(owner)) = self.state.stack.last().cloned() else {
            if is_method && self.list_method(&name) {
                return Ok(());
            }
            if let Some(Slot::Instance(class, object)) = self.state.stack.last().cloned()
                && self.instance_attribute(class, object, &name, is_method)?
            {
                return Ok(());
            }
            if self.split_classes(self.state.stack.len() - 1, Some(&name))? {
                return Ok(());
            }
            return self.object_attribute(&name, is_method);
        };
        let is_module = match &self.unit.links.objects[owner.0 as usize].expect {
            Expect::Module(_) => true,
            Expect::Builtin(owner) => owner == "builtins.object" && name == "__setattr__",
            _ => false,
        };
        let path = Path::Attribute { of: owner, name: name.clone() };
        let found = if is_module { self.slot_at(&path) } else { Found::Object };
        match found {
            Found::Slot(slot) => {
                self.pop();
                match is_method {
                    false => self.push(slot),
                    true => self.push_callable(slot),
                }
                Ok(())
            }
            Found::Missing => self.leave(Why::Raises),
            _ if self.class_attribute(owner, &name, is_method)? => Ok(()),
            Found::Object | Found::Changing => self.object_attribute(&name, is_method),
        }
    }

    /// Pushes what is called without a `self`: a NULL stands beside it.
    pub fn push_callable(&mut self, slot: Slot<Value>) {
        match self.info.code.minor >= 13 {
            false => self.state.stack.extend([Slot::Unbound, slot]),
            true => self.state.stack.extend([slot, Slot::Unbound]),
        }
    }

    // Jumps

    pub fn safepoint(&mut self) {
        let resume = self.resume(Why::Interrupt);
        self.b.guard(Op::Safepoint, &[], resume);
    }

    fn jump(&mut self, target: BlockId) -> Step {
        let state = self.state.clone();
        let edge = self.edge(self.first_op(target), state)?;
        self.b.end(Term::Jump(edge));
        Ok(())
    }

    /// `keeps`: the value stays on the stack where it jumps.
    fn jump_if(&mut self, when: bool, target: BlockId, keeps: bool) -> Step {
        // What is kept is the object itself.
        if self.split_operands(1)? || !keeps && self.settle_truth()? {
            return Ok(());
        }
        if self.first_op(target) <= self.op {
            self.safepoint();
        }
        let slot = self.state.stack[self.state.stack.len() - 1].clone();
        let Some(truth) = self.truth(&slot) else {
            return self.left_to_python("object-operation", "the truth of an object");
        };
        self.pop();
        let mut jumping = self.state.clone();
        if keeps {
            jumping.stack.push(slot.clone());
        }
        if !crate::state::owns_references(&slot) {
            return self.branch(truth, when, target, jumping);
        }
        // The condition is given up where it isn't kept.
        let condition = match truth {
            Truth::Value(condition) => condition,
            Truth::Known(known) => {
                if !(keeps && known == when) {
                    self.b.drop_slot(&slot);
                }
                return self.branch(truth, when, target, jumping);
            }
        };
        let falling = self.state.clone();
        self.branch_giving_up(condition, when, &slot, [(self.first_op(target), jumping, !keeps), (OpId(self.op.0 + 1), falling, true)])
    }

    /// Goes to the first of two places where the condition is `when`, else to the second; tells for each whether the slot is given up there.
    fn branch_giving_up(&mut self, condition: Value, when: bool, slot: &Slot<Value>, ways: [(OpId, State<Value>, bool); 2]) -> Step {
        let (jump, fall) = (self.b.func.block(), self.b.func.block());
        let edge = |to| ir::Edge { to, args: Vec::new() };
        let (then, other) = if when { (edge(jump), edge(fall)) } else { (edge(fall), edge(jump)) };
        self.b.end(Term::Branch { condition, then, other });
        for (block, (op, state, gives_up)) in [jump, fall].into_iter().zip(ways) {
            self.b.block = Some(block);
            if gives_up {
                self.b.drop_slot(slot);
            }
            let edge = self.edge(op, state)?;
            self.b.end(Term::Jump(edge));
        }
        Ok(())
    }

    /// Goes to `target` where `truth` is `when`, else on to the next operation.
    fn branch(&mut self, truth: Truth, when: bool, target: BlockId, jumping: State<Value>) -> Step {
        let (target, next) = (self.first_op(target), OpId(self.op.0 + 1));
        let falling = self.state.clone();
        let term = match truth {
            Truth::Known(known) if known == when => Term::Jump(self.edge(target, jumping)?),
            Truth::Known(_) => Term::Jump(self.edge(next, falling)?),
            Truth::Value(condition) => {
                let jumps = self.edge(target, jumping)?;
                let falls = self.edge(next, falling)?;
                let (then, other) = if when { (jumps, falls) } else { (falls, jumps) };
                Term::Branch { condition, then, other }
            }
        };
        self.b.end(term);
        Ok(())
    }

    fn jump_if_none(&mut self, when: bool, target: BlockId) -> Step {
        if self.split_operands(1)? {
            return Ok(());
        }
        if self.first_op(target) <= self.op {
            self.safepoint();
        }
        if let Some(Slot::Object(object) | Slot::Instance(_, object)) = self.state.stack.last().cloned() {
            let condition = self.object_is_none(object);
            let slot = self.pop();
            let (jumping, falling) = (self.state.clone(), self.state.clone());
            return self.branch_giving_up(
                condition,
                when,
                &slot,
                [(self.first_op(target), jumping, true), (OpId(self.op.0 + 1), falling, true)],
            );
        }
        let slot = self.pop();
        self.b.drop_slot(&slot);
        let jumping = self.state.clone();
        self.branch(Truth::Known(slot == Slot::None), when, target, jumping)
    }
}

pub enum Found {
    Slot(Slot<Value>),
    /// A global that the loop around sets.
    Changing,
    Object,
    Missing,
}

/// What is known of a condition.
#[derive(Clone, Copy)]
pub enum Truth {
    Known(bool),
    Value(Value),
}

fn opaque_words(name: &str) -> String {
    let what = match name {
        "MAKE_FUNCTION" | "MAKE_CELL" | "LOAD_CLOSURE" => "an inner function, lambda or comprehension is made",
        "IMPORT_NAME" | "IMPORT_FROM" => "an import",
        "BEFORE_WITH" => "a `with` statement",
        "LOAD_BUILD_CLASS" => "a class is made",
        "PUSH_EXC_INFO" | "CHECK_EXC_MATCH" | "POP_EXCEPT" | "RERAISE" => "an `except` or `finally` body",
        _ if name.starts_with("MATCH") => "a `match` statement",
        _ => return format!("{name} is the interpreter's"),
    };
    what.into()
}

fn object_words(kind: &OpKind) -> &'static str {
    match kind {
        OpKind::BuildList(_) | OpKind::ListExtend(_) | OpKind::ListAppend(_) => "a list is built",
        OpKind::BuildMap(_) | OpKind::BuildConstKeyMap(_) | OpKind::MapAdd(_) => "a dict is built",
        OpKind::BuildSet(_) | OpKind::SetAdd(_) | OpKind::SetUpdate(_) => "a set is built",
        OpKind::BuildString(_) | OpKind::Format { .. } | OpKind::Convert(_) => "a string is formatted",
        OpKind::StoreSubscript | OpKind::DeleteSubscript | OpKind::StoreSlice => "an item of an object is set",
        OpKind::BinarySlice | OpKind::BuildSlice(_) => "a slice",
        OpKind::StoreAttr(_) | OpKind::DeleteAttr(_) => "an attribute is set",
        OpKind::StoreGlobal(_) => "a global is set",
        _ => "an operation on objects",
    }
}
