use crate::{AttributeLink, ClassKey, ClassLink, CodeId, Elem, Func, FuncId, ObjectId, Op, ResumeKind, Shape, Slot, Ty, Value, Why};
use base::Index;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is compiled together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unit {
    /// Function 0 is the entry.
    pub funcs: Vec<Func>,
    pub links: Links,
}

/// What a unit takes from the running process: found by path when it is loaded, checked when it is entered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Links {
    /// The functions whose code objects were translated, as objects of the table; the first is the entry function itself.
    pub codes: Vec<ObjectId>,
    pub objects: Vec<ObjectLink>,
    pub scalars: Vec<ScalarLink>,
    pub classes: Vec<ClassLink>,
}

/// How an object is found from the entry function.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Path {
    /// The entry function.
    Entry,
    /// `co_consts[index]`
    Const { code: CodeId, index: u32 },
    /// A name in the function's globals, else in its builtins.
    Global { code: CodeId, name: String },
    /// The function's global namespace itself.
    Globals { code: CodeId },
    /// The function that a comprehension's code, `co_consts[index]`, is made to each time: one serves for all.
    Inner { code: CodeId, index: u32 },
    /// The content of the function's n-th closure cell.
    Closure { code: CodeId, index: u32 },
    /// An attribute of a module.
    Attribute { of: ObjectId, name: String },
    /// A class of the user, and its name for where no instance of it was met yet: `module:qualified.name`.
    Class { class: ClassKey, name: String },
    /// What is found under a name in a class or its bases.
    OfClass { class: ClassKey, name: String },
    /// What `super()` finds under a name in the bases of a class, behind the one whose method asks.
    Super { class: ClassKey, after: ClassKey, name: String },
    /// A string: the name of an attribute.
    Name { text: String },
    /// A tuple of strings: the names of arguments.
    Names { texts: Vec<String> },
    /// The default value of a parameter, by its index among all the parameters (keyword-only ones last).
    Default { of: ObjectId, parameter: u32 },
}

/// An object that is known by identity while the unit is valid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectLink {
    pub path: Path,
    pub expect: Expect,
}

/// What must be found at a path for machine code to be valid in another process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expect {
    /// A constant: part of the code object, nothing to check.
    Constant,
    /// A builtin function or type of that name.
    Builtin(String),
    /// A module of that name.
    Module(String),
    /// A function with this fingerprint of its code.
    Function([u8; 32]),
    /// A class of the user.
    Class(ClassKey),
    /// The same function as another object of the table: it was found by two paths, and translated once.
    SameAs(ObjectId),
}

/// A value that is loaded anew when the unit is entered: only its shape is compiled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScalarLink {
    pub path: Path,
    pub shape: Shape,
    /// Its first word in the table of scalars.
    pub word: u32,
}

impl Links {
    pub fn scalar_words(&self) -> u32 {
        let scalars = self.scalars.iter().map(|scalar| scalar.word + scalar.shape.types().iter().map(|ty| ty.words() as u32).sum::<u32>());
        let classes = self.classes.iter().map(|class| class.word + ClassLink::WORDS);
        let attributes = self.classes.iter().flat_map(|class| &class.attributes).map(|attribute| attribute.word + AttributeLink::WORDS);
        scalars.chain(classes).chain(attributes).max().unwrap_or(0)
    }
}

/// Everything about a unit that must outlive its compilation: stored beside the machine code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitMeta {
    pub links: Links,
    pub params: Vec<Shape>,
    pub ret: Shape,
    pub resumes: Vec<ResumeMeta>,
    /// Per function: name, and its first resume.
    pub funcs: Vec<(String, u32)>,
    /// Those scalars that are lists of which nothing was known, and whose items are read: with a better guess the unit would be another.
    pub guesses: Vec<u32>,
    /// How many loops have mirrored versions.
    pub sites: u32,
}

/// A [`crate::Resume`] by the words of its record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumeMeta {
    pub code: CodeId,
    pub kind: ResumeKind,
    pub why: Why,
    pub offset: u32,
    pub at: u32,
    pub words: u32,
    pub locals: Vec<Slot<u32>>,
    pub stack: Vec<Slot<u32>>,
}

impl Unit {
    pub fn func(&self, id: FuncId) -> &Func {
        &self.funcs[id.index()]
    }

    /// The number of a function's first resume in the unit's one list.
    pub fn first_resume(&self, id: FuncId) -> u32 {
        self.funcs[..id.index()].iter().map(|func| func.resumes.len() as u32).sum()
    }

    /// How many loops have mirrored versions.
    pub fn sites(&self) -> u32 {
        let insts = self.funcs.iter().flat_map(|func| &func.blocks).flat_map(|block| &block.insts);
        insts.filter_map(|inst| if let Op::MirrorSite(site) = inst.op { Some(site + 1) } else { None }).max().unwrap_or(0)
    }

    pub fn meta(&self) -> UnitMeta {
        let mut resumes = Vec::new();
        let mut funcs = Vec::new();
        for func in &self.funcs {
            funcs.push((func.name.clone(), resumes.len() as u32));
            for resume in &func.resumes {
                let mut words = 0;
                let mut places = HashMap::new();
                for (ty, value) in resume.record() {
                    places.insert(value, words);
                    words += ty.words() as u32;
                }
                let mut next = |_: Ty, value: &Value| places[value];
                let locals = resume.locals.iter().map(|slot| slot.map(&mut next)).collect();
                let stack = resume.stack.iter().map(|slot| slot.map(&mut next)).collect();
                resumes.push(ResumeMeta {
                    code: func.code,
                    kind: resume.kind,
                    why: resume.why,
                    offset: resume.offset,
                    at: resume.at,
                    words,
                    locals,
                    stack,
                });
            }
        }
        let entry = &self.funcs[0];
        UnitMeta {
            links: self.links.clone(),
            params: entry.params.clone(),
            ret: entry.ret.clone(),
            resumes,
            funcs,
            guesses: self.guesses(),
            sites: self.sites(),
        }
    }

    fn guesses(&self) -> Vec<u32> {
        let mut guesses = Vec::new();
        for (number, scalar) in self.links.scalars.iter().enumerate() {
            if matches!(scalar.shape, Slot::List(Elem::Unknown, _)) && self.funcs.iter().any(|func| func.reads_items_of(scalar.word)) {
                guesses.push(number as u32);
            }
        }
        guesses
    }
}
