//! Calls: of builtins, of the user's functions, of everything else.

use crate::body::Body;
use crate::library;
use crate::refusal::{GLOBAL_CHANGES, Step, Stop, mixed_returns};
use crate::state::is_iterator;
use crate::unit::Key;
use crate::world::FunctionInfo;
use base::{Index, Span};
use bytecode::OpId;
use ir::{After, Consumer, Edge, Elem, Expect, FuncId, ObjectId, Path, Shape, Slot, Term, Value, Why};
use std::rc::Rc;

impl Body<'_, '_> {
    pub fn call(&mut self, args: usize, keywords: &[String]) -> Step {
        if self.split_operands(args)? {
            return Ok(());
        }
        let depth = self.state.stack.len();
        let base = depth - args - 2;
        let (callee, has_self) = match (&self.state.stack[base], &self.state.stack[base + 1], self.info.code.minor) {
            (Slot::Unbound, callee, ..13) => (callee.clone(), false),
            (callee, Slot::Unbound, 13..) => (callee.clone(), false),
            (callee, _, _) => (callee.clone(), true),
        };
        let arguments = self.state.stack[depth - args..].to_vec();
        match callee.clone() {
            Slot::Known(function) if args == 0 && has_self && self.is_generator_expression(function) => {
                self.make_generator(function, Vec::new());
                return Ok(());
            }
            Slot::Function(function, cells) if args == 0 && self.is_generator_expression(function) => {
                self.make_generator(function, cells);
                return Ok(());
            }
            _ if !has_self && self.consume_generator(&callee, &arguments, keywords)? => return Ok(()),
            _ => {}
        }
        let object = match callee {
            Slot::Known(object) if !has_self => object,
            Slot::Function(function, cells) if args == 0 => {
                let iterator = self.state.stack[depth - 1].clone();
                return self.call_comprehension(function, cells, iterator);
            }
            Slot::Known(method) => {
                let arguments = self.state.stack[depth - args - 1..].to_vec();
                return self.call_function(method, arguments, keywords, args);
            }
            Slot::Instance(..) if !has_self => return self.call_instance(&callee, &arguments, keywords),
            Slot::Object(_) if !has_self => return self.object_call(&callee, &arguments, keywords),
            Slot::ListMethod(method, elem, list) if !has_self => {
                return self.call_list_method(method, &elem, list, &arguments, keywords);
            }
            Slot::Method(method, kind, owner) if !has_self && keywords.is_empty() => {
                return self.call_method(method, &kind, owner, &arguments);
            }
            _ => return self.left_to_python("unknown-callable", "what is called here is not known"),
        };
        match self.unit.links.objects[object.0 as usize].expect.clone() {
            Expect::Builtin(name) if keywords.is_empty() && self.raises_what_is_made(&name)? => Ok(()),
            Expect::Builtin(name) => match builtins::find(&name) {
                Some(_) if keywords.is_empty() && self.text_call(&name, &arguments)? => Ok(()),
                Some(builtin) if keywords.is_empty() => self.call_builtin(builtin, &arguments),
                None if name == "builtins.isinstance" && arguments.len() == 2 && self.split_classes(depth - 2, None)? => Ok(()),
                None if name == "builtins.isinstance" && self.is_instance(&arguments)? => Ok(()),
                None if name == "object.__setattr__" && keywords.is_empty() && self.set_attribute_as_object(&arguments) => Ok(()),
                None if name == "builtins.type" && self.type_of_instance(&arguments) => Ok(()),
                None if name == "builtins.super" && arguments.is_empty() && self.super_without_arguments()? => Ok(()),
                None if keywords.is_empty() && (self.gather(&name, &arguments)? || self.text_call(&name, &arguments)?) => Ok(()),
                None if keywords.is_empty() => {
                    if name == "builtins.complex"
                        && let Some(result) = self.complex_call(&arguments)
                    {
                        self.pop_call(arguments.len());
                        self.push(result);
                        return Ok(());
                    }
                    let list = match (name.as_str(), &arguments[..]) {
                        ("builtins.list", []) => Some(Elem::Unknown),
                        ("builtins.list", [Slot::Range(_)]) => Some(Elem::Int),
                        ("builtins.list" | "builtins.sorted", [Slot::List(elem, _)]) => Some(elem.clone()),
                        ("builtins.list" | "builtins.sorted", [_]) => Some(Elem::Unknown),
                        _ => None,
                    };
                    self.library_call(&name, object, &arguments, keywords)?;
                    if let Some(elem) = list {
                        self.known_as_list(elem);
                    }
                    Ok(())
                }
                _ => self.library_call(&name, object, &arguments, keywords),
            },
            Expect::Function(_) | Expect::SameAs(_) => self.call_function(object, arguments, keywords, args),
            Expect::Class(class) => self.create(class, object, arguments, keywords),
            _ => self.left_to_python("unknown-callable", "what is called here is not native"),
        }
    }

    /// A function written in C, whose result is expected to be what it always is.
    fn library_call(&mut self, name: &str, function: ObjectId, arguments: &[Slot<Value>], keywords: &[String]) -> Step {
        self.object_call(&Slot::Known(function), arguments, keywords)?;
        if self.b.block.is_some()
            && let Some(elem) = library::result_of(name)
            && let Some(Slot::Object(result)) = self.state.stack.last().cloned()
        {
            self.pop();
            let result = self.narrowed(&elem, result);
            self.push(result);
        }
        Ok(())
    }

    /// Takes the callable and its arguments off the stack.
    pub fn pop_call(&mut self, args: usize) {
        self.pop_n(args + 2);
    }

    fn call_function(&mut self, function: ObjectId, arguments: Vec<Slot<Value>>, keywords: &[String], args: usize) -> Step {
        let catches = self.catches_of_callee(args + 2);
        let around = Around { catches, takes_alternatives: self.unit.splits.returns, ..Around::default() };
        let Some(native) = self.native_with(function, arguments, keywords, around)? else {
            return match self.b.block {
                Some(_) => self.left_to_python("unknown-callable", "what is called here is not native"),
                None => Ok(()),
            };
        };
        // The arguments are the callee's; what was called needs no reference.
        self.pop_call(args);
        self.call_native(native, 0, After::Push)
    }

    /// The function, compiled for these arguments. None if it is the interpreter's: where more is known of why, the block has ended.
    pub fn native(&mut self, function: ObjectId, arguments: Vec<Slot<Value>>, keywords: &[String]) -> Step<Option<Native>> {
        self.native_with(function, arguments, keywords, Around::default())
    }

    /// The same with what the call's surroundings give.
    pub fn native_with(
        &mut self,
        function: ObjectId,
        arguments: Vec<Slot<Value>>,
        keywords: &[String],
        around: Around,
    ) -> Step<Option<Native>> {
        let Some(info) = self.unit.info(function) else { return Ok(None) };
        if around.consumer.is_none()
            && let Some((code, detail)) = info.obstacle()
        {
            self.left_to_python(code, detail)?;
            return Ok(None);
        }
        let is_comprehension = self.is_comprehension(function);
        if !is_comprehension && arguments.iter().any(is_iterator) {
            self.left_to_python("iterator-escapes", "an iterator is passed on")?;
            return Ok(None);
        }
        let mut bound = match self.bind(function, &info, arguments, keywords)? {
            Bound::Params(params) => params,
            Bound::Raises => {
                self.leave(Why::Raises)?;
                return Ok(None);
            }
            Bound::Unknown => {
                self.left_to_python("object-operation", "a default value is an object")?;
                return Ok(None);
            }
        };
        let code = self.unit.code(function, info.clone());
        if let Some(refusal) = self.unit.obstacle_of_cells(code, &bound) {
            self.left_to_python(refusal.code, refusal.detail)?;
            return Ok(None);
        }
        let (captured, variables) = if is_comprehension { self.captured_by(&info) } else { Default::default() };
        bound.extend(around.cells);
        let given = bound.len()..bound.len() + variables.len();
        bound.extend(variables);
        bound.extend(around.states);
        let shapes: Vec<Shape> = bound.iter().map(Slot::shape).collect();
        let key = Key { code, region: None, shapes, catches: around.catches, captured, consumer: around.consumer };
        let (callee, ret) = match self.unit.function(&key) {
            Err(Stop::Refused(refusal)) if refusal.code == GLOBAL_CHANGES && !self.is_region() => return Err(Stop::Refused(refusal)),
            Err(Stop::Refused(refusal)) => {
                self.left_to_python(refusal.code, refusal.detail)?;
                return Ok(None);
            }
            found => found?,
        };
        let has_alternatives = match self.unit.alternatives.get(&key).map(Vec::as_slice) {
            Some([one, other, ..]) if !around.takes_alternatives => {
                let refusal = mixed_returns(&[one.clone(), other.clone()], Span::default());
                self.left_to_python(refusal.code, refusal.detail)?;
                return Ok(None);
            }
            alternatives => alternatives.is_some(),
        };
        bound[given].to_vec().iter().for_each(|slot| self.b.share_slot(slot));
        Ok(Some(Native { callee, bound, ret, has_alternatives, raises: self.unit.raising.contains(&key) }))
    }

    /// What was returned has one of several shapes. With each it goes on behind the current operation, in a version of its own.
    pub fn go_on_with_each(&mut self, returned: Slot<Value>) -> Step {
        let Slot::Tuple(parts) = returned else { unreachable!("alternatives come as a tuple") };
        let [Slot::Int(which), alternatives @ ..] = &parts[..] else { unreachable!("the first says which") };
        self.unit.has_split_returns = true;
        let (here, next, given_up) = (self.b.block, OpId(self.op.0 + 1), self.b.take_given_up());
        let mut cases = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            let block = self.b.func.block();
            self.b.block = Some(block);
            let mut state = self.state.clone();
            state.stack.push(alternative.clone());
            if let Some(place) = self.info.hir.ops[next.index()].place.filter(|_| !given_up.is_empty()) {
                self.let_end(given_up.clone(), place, state.clone());
            }
            let edge = self.edge(next, state)?;
            self.b.end(Term::Jump(edge));
            cases.push((index as i64, Edge { to: block, args: Vec::new() }));
        }
        self.b.block = here;
        let (_, default) = cases.pop().expect("there are several");
        self.b.end(Term::Switch { tag: *which, cases, default });
        Ok(())
    }

    /// One slot a parameter, as CPython binds them.
    fn bind(&mut self, function: ObjectId, info: &Rc<FunctionInfo>, mut arguments: Vec<Slot<Value>>, keywords: &[String]) -> Step<Bound> {
        let by_keyword = arguments.split_off(arguments.len() - keywords.len());
        if arguments.len() > info.code.argcount as usize {
            return Ok(Bound::Raises);
        }
        let mut params: Vec<Option<Slot<Value>>> = arguments.into_iter().map(Some).collect();
        params.resize(info.parameters(), None);
        for (name, value) in keywords.iter().zip(by_keyword) {
            let named = info.code.locals[..info.parameters()].iter().position(|local| local.name == *name);
            match named {
                Some(index) if index >= info.code.posonlyargcount as usize && params[index].is_none() => params[index] = Some(value),
                _ => return Ok(Bound::Raises),
            }
        }
        let mut bound = Vec::new();
        for (index, param) in params.into_iter().enumerate() {
            bound.push(match param {
                Some(slot) => slot,
                None if !info.defaults[index] => return Ok(Bound::Raises),
                None => match self.slot_at(&Path::Default { of: function, parameter: index as u32 }) {
                    crate::control::Found::Slot(slot) => slot,
                    _ => return Ok(Bound::Unknown),
                },
            });
        }
        Ok(Bound::Params(bound))
    }
}

/// What the surroundings of a call give to it.
#[derive(Default)]
pub struct Around {
    /// Builtin exceptions that are caught natively around it, by name.
    pub catches: Vec<String>,
    /// The cells of what it shares.
    pub cells: Vec<Slot<Value>>,
    /// What goes through the generator that it is, and the state of that.
    pub consumer: Option<Consumer>,
    pub states: Vec<Slot<Value>>,
    /// Whether it goes on with each of several shapes that the result may have.
    pub takes_alternatives: bool,
}

/// A call that is ready to be made.
pub struct Native {
    pub callee: FuncId,
    /// A slot for each parameter.
    pub bound: Vec<Slot<Value>>,
    /// None: as far as is known it never comes back.
    pub ret: Option<Shape>,
    /// Its results are those of several shapes, and the first says which.
    pub has_alternatives: bool,
    /// It raises what is caught natively around the call: one more result says what.
    pub raises: bool,
}

enum Bound {
    Params(Vec<Slot<Value>>),
    Raises,
    Unknown,
}
