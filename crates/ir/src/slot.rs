use crate::{ArrayGuess, ClassKey, Dtype, Elem, Kind, ListMethod, Method};
use serde::{Deserialize, Serialize};

/// The machine type of an SSA value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Ty {
    I1,
    I64,
    I128,
    F64,
    /// A `PyObject *`, never NULL.
    Obj,
    /// An address of memory of our own: a mirror, a site. Never part of a frame.
    Mem,
}

impl Ty {
    pub const ALL: [Ty; 6] = [Ty::I1, Ty::I64, Ty::I128, Ty::F64, Ty::Obj, Ty::Mem];

    /// How many 64-bit words it takes in a record.
    pub fn words(self) -> usize {
        if self == Ty::I128 { 2 } else { 1 }
    }

    pub fn name(self) -> &'static str {
        match self {
            Ty::I1 => "i1",
            Ty::I64 => "i64",
            Ty::I128 => "i128",
            Ty::F64 => "f64",
            Ty::Obj => "obj",
            Ty::Mem => "mem",
        }
    }
}

base::index!(
    /// An object that the unit knows by identity: a constant, a builtin, a function of the user.
    ObjectId,
    "@"
);

/// A Python value as native code holds it: the place of an interpreter's local or stack slot, taken apart into machine values.
///
/// `Slot<Value>` is a slot at some point of the IR, `Slot<()>` ([`Shape`]) its static type, `Slot<u32>` a layout: the words of a record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Slot<V> {
    /// An unbound local, or the NULL that stands beside a callable.
    Unbound,
    None,
    Bool(V),
    Int(V),
    /// An int in `0..2**64`, held in 64 bits.
    Uint(V),
    /// An int that fits 128 bits.
    Wide(V),
    Float(V),
    /// A scalar of NumPy's.
    NumPy(Dtype, V),
    /// Real and imaginary part.
    Complex([V; 2]),
    /// A real object; the slot owns a reference.
    Object(V),
    /// A real object that is expected to be an instance of exactly this class, or None; the slot owns a reference. A guess and never a fact: each
    /// operation looks.
    Instance(ClassKey, V),
    /// A real object that is exactly a `list`, and what its items are expected to be; the slot owns a reference.
    List(Elem, V),
    /// A real object that is exactly of that builtin type; the slot owns a reference.
    Exact(Kind, V),
    /// A bound method of such an object, on its way from being looked up to being called.
    Method(Method, Kind, V),
    /// The iterator of a tuple or string: the next index, and what it walks over.
    ExactIter(Kind, V, V),
    /// A row of an array on its way to be looked into, which nobody has seen: its index, in bounds, and the array of two dimensions. What is
    /// expected is said of the array.
    ArrayRow(ArrayGuess, V, V),
    /// The iterator of a list: the next index, and the list.
    ListIter(Elem, V, V),
    /// `reversed` of a list: the next index, below zero at the end, and the list.
    ListBack(Elem, V, V),
    /// A bound method of a list, on its way from being looked up to being called.
    ListMethod(ListMethod, Elem, V),
    /// One particular object of the unit's table.
    Known(ObjectId),
    Tuple(Vec<Slot<V>>),
    /// The function that a comprehension's code was made to, as an object of the table without its cells, and those; on its way to its call.
    Function(ObjectId, Vec<Slot<V>>),
    /// A generator that has not begun, on its way to who goes through it: the function of its code, its iterator and the cells that it shares.
    Generator(ObjectId, Vec<Slot<V>>),
    /// `start:stop:step`, each an int or None, on its way to being used as an index.
    Slice(Box<[Slot<V>; 3]>),
    /// `range(start, stop, step)`
    Range([V; 3]),
    /// The iterator of a range: the next item, how many are left, the step.
    RangeIter([V; 3]),
    /// `enumerate`: the next count and the iterator beneath.
    Enumerate(V, Box<Slot<V>>),
    /// `zip` of iterators
    Zip(Vec<Slot<V>>),
    /// The iterator of a tuple: the next index, and the items.
    TupleIter(V, Vec<Slot<V>>),
    /// One of several: which ones are possible, a [`Tag`] and 64 bits.
    Any(Tags, V, V),
}

pub type Shape = Slot<()>;

/// What the bits of a `Slot::Any` are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i64)]
pub enum Tag {
    Unbound = 0,
    None = 1,
    Bool = 2,
    Int = 3,
    Uint = 4,
    Float = 5,
    /// A reference that the slot owns.
    Object = 6,
    /// Scalars of NumPy's.
    NumPyFloat = 7,
    NumPyInt = 8,
    NumPyBool = 9,
}

impl Tag {
    pub const ALL: [Tag; 10] =
        [Tag::Unbound, Tag::None, Tag::Bool, Tag::Int, Tag::Uint, Tag::Float, Tag::Object, Tag::NumPyFloat, Tag::NumPyInt, Tag::NumPyBool];

    pub fn from_bits(bits: u64) -> Option<Tag> {
        Tag::ALL.get(usize::try_from(bits).ok()?).copied()
    }
}

impl Tag {
    pub fn of_numpy(dtype: Dtype) -> Tag {
        match dtype {
            Dtype::Float64 => Tag::NumPyFloat,
            Dtype::Int64 => Tag::NumPyInt,
            Dtype::Bool => Tag::NumPyBool,
        }
    }

    /// What it is a scalar of, if NumPy's.
    pub fn dtype(self) -> Option<Dtype> {
        Dtype::ALL.into_iter().find(|dtype| Tag::of_numpy(*dtype) == self)
    }

    /// In the text of IR.
    pub fn name(self) -> &'static str {
        match self {
            Tag::Unbound => "unbound",
            Tag::None => "none",
            Tag::Bool => "bool",
            Tag::Int => "int",
            Tag::Uint => "uint",
            Tag::Float => "float",
            Tag::Object => "object",
            Tag::NumPyFloat => "numpy.float64",
            Tag::NumPyInt => "numpy.int64",
            Tag::NumPyBool => "numpy.bool",
        }
    }

    pub fn describe(self) -> &'static str {
        match self {
            Tag::Unbound => "unbound",
            Tag::None => "None",
            Tag::Bool => "bool",
            Tag::Int => "int",
            Tag::Uint => "int (wide)",
            Tag::Float => "float",
            Tag::Object => "object",
            Tag::NumPyFloat => "numpy.float64",
            Tag::NumPyInt => "numpy.int64",
            Tag::NumPyBool => "numpy.bool",
        }
    }
}

/// A set of [`Tag`]s.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Tags(u16);

impl Tags {
    pub fn of(tag: Tag) -> Tags {
        Tags(1 << tag as u8)
    }

    pub fn union(self, other: Tags) -> Tags {
        Tags(self.0 | other.0)
    }

    pub fn contains(self, other: Tags) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn iter(self) -> impl Iterator<Item = Tag> {
        Tag::ALL.into_iter().filter(move |tag| self.contains(Tags::of(*tag)))
    }
}

/// A reference that a slot owns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owned<V> {
    /// Of a string: its end is quiet.
    Text(V),
    Object(V),
    /// Of a tag and bits, if the tag says so.
    Tagged(V, V),
}

impl<V: Copy> Slot<V> {
    /// The references that the slot and its parts own, in order.
    pub fn owned(&self) -> Vec<Owned<V>> {
        let mut owned = Vec::new();
        self.collect_owned(&mut owned);
        owned
    }

    fn collect_owned(&self, out: &mut Vec<Owned<V>>) {
        match self {
            Slot::Exact(Kind::Str, v) | Slot::Method(_, Kind::Str, v) | Slot::ExactIter(Kind::Str, _, v) => out.push(Owned::Text(*v)),
            Slot::Object(v)
            | Slot::Instance(_, v)
            | Slot::List(_, v)
            | Slot::ListIter(_, _, v)
            | Slot::ArrayRow(_, _, v)
            | Slot::ListBack(_, _, v)
            | Slot::ListMethod(_, _, v)
            | Slot::Exact(_, v)
            | Slot::Method(_, _, v)
            | Slot::ExactIter(_, _, v) => out.push(Owned::Object(*v)),
            Slot::Any(tags, tag, bits) if tags.contains(Tags::of(Tag::Object)) => out.push(Owned::Tagged(*tag, *bits)),
            Slot::Tuple(items) | Slot::Zip(items) | Slot::TupleIter(_, items) | Slot::Function(_, items) | Slot::Generator(_, items) => {
                items.iter().for_each(|item| item.collect_owned(out));
            }
            Slot::Enumerate(_, inner) => inner.collect_owned(out),
            Slot::Slice(parts) => parts.iter().for_each(|part| part.collect_owned(out)),
            Slot::Unbound
            | Slot::None
            | Slot::Bool(_)
            | Slot::Int(_)
            | Slot::Uint(_)
            | Slot::Wide(_)
            | Slot::Float(_)
            | Slot::NumPy(..)
            | Slot::Complex(_)
            | Slot::Known(_)
            | Slot::Range(_)
            | Slot::RangeIter(_)
            | Slot::Any(..) => {}
        }
    }
}

impl<V> Slot<V> {
    /// Whether an iterator can be taken apart beneath an `enumerate` or a `zip`. Those hold each item until the next turn: that must not
    /// show. And of several each but the last must have its items lying there, since nothing may leave behind one that is made.
    pub fn can_lie_beneath(&self, is_last: bool) -> bool {
        match self {
            Slot::RangeIter(_) | Slot::TupleIter(..) => true,
            Slot::ListIter(elem, ..) | Slot::ListBack(elem, ..) => elem.ends_unseen(),
            Slot::ExactIter(Kind::Str | Kind::NumPy(_), ..) => is_last,
            Slot::ExactIter(..) => true,
            Slot::Enumerate(_, inner) => inner.can_lie_beneath(is_last),
            Slot::Zip(inners) => inners.iter().enumerate().all(|(i, inner)| inner.can_lie_beneath(is_last && i + 1 == inners.len())),
            _ => false,
        }
    }
}

impl<V> Slot<V> {
    /// The objects of the unit that it refers to.
    pub fn known(&self, found: &mut impl FnMut(ObjectId)) {
        match self {
            Slot::Known(object) => found(*object),
            Slot::Function(object, parts) | Slot::Generator(object, parts) => {
                found(*object);
                parts.iter().for_each(|part| part.known(found));
            }
            Slot::Tuple(items) | Slot::Zip(items) | Slot::TupleIter(_, items) => items.iter().for_each(|item| item.known(found)),
            Slot::Enumerate(_, inner) => inner.known(found),
            Slot::Slice(parts) => parts.iter().for_each(|part| part.known(found)),
            _ => {}
        }
    }
}

impl<V: Clone> Slot<V> {
    /// The machine values inside, in order.
    pub fn values(&self) -> Vec<(Ty, V)> {
        let mut values = Vec::new();
        self.collect(&mut values);
        values
    }

    fn collect(&self, out: &mut Vec<(Ty, V)>) {
        match self {
            Slot::Unbound | Slot::None | Slot::Known(_) => {}
            Slot::Bool(v) => out.push((Ty::I1, v.clone())),
            Slot::Int(v) | Slot::Uint(v) => out.push((Ty::I64, v.clone())),
            Slot::Wide(v) => out.push((Ty::I128, v.clone())),
            Slot::Float(v) => out.push((Ty::F64, v.clone())),
            Slot::NumPy(dtype, v) => out.push((dtype.ty(), v.clone())),
            Slot::Complex(parts) => out.extend(parts.iter().map(|v| (Ty::F64, v.clone()))),
            Slot::Object(v)
            | Slot::Instance(_, v)
            | Slot::List(_, v)
            | Slot::ListMethod(_, _, v)
            | Slot::Exact(_, v)
            | Slot::Method(_, _, v) => out.push((Ty::Obj, v.clone())),
            Slot::ListIter(_, index, list)
            | Slot::ListBack(_, index, list)
            | Slot::ExactIter(_, index, list)
            | Slot::ArrayRow(_, index, list) => out.extend([(Ty::I64, index.clone()), (Ty::Obj, list.clone())]),
            Slot::Tuple(items) | Slot::Zip(items) | Slot::Function(_, items) | Slot::Generator(_, items) => {
                items.iter().for_each(|item| item.collect(out));
            }
            Slot::Slice(parts) => parts.iter().for_each(|part| part.collect(out)),
            Slot::Range(parts) | Slot::RangeIter(parts) => out.extend(parts.iter().map(|v| (Ty::I64, v.clone()))),
            Slot::Enumerate(count, inner) => {
                out.push((Ty::I64, count.clone()));
                inner.collect(out);
            }
            Slot::TupleIter(index, items) => {
                out.push((Ty::I64, index.clone()));
                items.iter().for_each(|item| item.collect(out));
            }
            Slot::Any(_, tag, bits) => out.extend([(Ty::I64, tag.clone()), (Ty::I64, bits.clone())]),
        }
    }

    /// The same slot over other values, taken from `next` in the order of [`Slot::values`].
    pub fn map<W>(&self, next: &mut impl FnMut(Ty, &V) -> W) -> Slot<W> {
        let mut int = |v: &V| next(Ty::I64, v);
        match self {
            Slot::Unbound => Slot::Unbound,
            Slot::None => Slot::None,
            Slot::Known(object) => Slot::Known(*object),
            Slot::Bool(v) => Slot::Bool(next(Ty::I1, v)),
            Slot::Int(v) => Slot::Int(int(v)),
            Slot::Uint(v) => Slot::Uint(int(v)),
            Slot::Wide(v) => Slot::Wide(next(Ty::I128, v)),
            Slot::Float(v) => Slot::Float(next(Ty::F64, v)),
            Slot::NumPy(dtype, v) => Slot::NumPy(*dtype, next(dtype.ty(), v)),
            Slot::Complex([real, imaginary]) => {
                let real = next(Ty::F64, real);
                Slot::Complex([real, next(Ty::F64, imaginary)])
            }
            Slot::Object(v) => Slot::Object(next(Ty::Obj, v)),
            Slot::Instance(class, v) => Slot::Instance(*class, next(Ty::Obj, v)),
            Slot::List(elem, v) => Slot::List(elem.clone(), next(Ty::Obj, v)),
            Slot::Exact(kind, v) => Slot::Exact(kind.clone(), next(Ty::Obj, v)),
            Slot::Method(method, kind, v) => Slot::Method(*method, kind.clone(), next(Ty::Obj, v)),
            Slot::ExactIter(kind, index, object) => {
                let index = int(index);
                Slot::ExactIter(kind.clone(), index, next(Ty::Obj, object))
            }
            Slot::ArrayRow(guess, index, array) => {
                let index = int(index);
                Slot::ArrayRow(*guess, index, next(Ty::Obj, array))
            }
            Slot::ListIter(elem, index, list) => {
                let index = int(index);
                Slot::ListIter(elem.clone(), index, next(Ty::Obj, list))
            }
            Slot::ListBack(elem, index, list) => {
                let index = int(index);
                Slot::ListBack(elem.clone(), index, next(Ty::Obj, list))
            }
            Slot::ListMethod(method, elem, v) => Slot::ListMethod(*method, elem.clone(), next(Ty::Obj, v)),
            Slot::Tuple(items) => Slot::Tuple(items.iter().map(|item| item.map(next)).collect()),
            Slot::Function(object, cells) => Slot::Function(*object, cells.iter().map(|cell| cell.map(next)).collect()),
            Slot::Generator(object, parts) => Slot::Generator(*object, parts.iter().map(|part| part.map(next)).collect()),
            Slot::Zip(items) => Slot::Zip(items.iter().map(|item| item.map(next)).collect()),
            Slot::Slice(parts) => Slot::Slice(Box::new(parts.each_ref().map(|part| part.map(next)))),
            Slot::Range([a, b, c]) => Slot::Range([int(a), int(b), int(c)]),
            Slot::RangeIter([a, b, c]) => Slot::RangeIter([int(a), int(b), int(c)]),
            Slot::Enumerate(count, inner) => {
                let count = int(count);
                Slot::Enumerate(count, Box::new(inner.map(next)))
            }
            Slot::TupleIter(index, items) => {
                let index = int(index);
                Slot::TupleIter(index, items.iter().map(|item| item.map(next)).collect())
            }
            Slot::Any(tags, tag, bits) => {
                let tag = int(tag);
                Slot::Any(*tags, tag, next(Ty::I64, bits))
            }
        }
    }

    /// The object itself, of a slot that holds a real one.
    pub fn object(&self) -> Option<V> {
        match self {
            Slot::Object(v) | Slot::Instance(_, v) | Slot::List(_, v) | Slot::Exact(_, v) => Some(v.clone()),
            _ => None,
        }
    }

    pub fn shape(&self) -> Shape {
        self.map(&mut |_, _| ())
    }
}

impl Shape {
    pub fn types(&self) -> Vec<Ty> {
        self.values().into_iter().map(|(ty, ())| ty).collect()
    }

    /// How a user would name it.
    pub fn describe(&self) -> String {
        let list = |items: &[Shape]| items.iter().map(Shape::describe).collect::<Vec<_>>().join(", ");
        match self {
            Slot::Unbound => "unbound".into(),
            Slot::None => "None".into(),
            Slot::Bool(()) => "bool".into(),
            Slot::Int(()) => "int".into(),
            Slot::Uint(()) | Slot::Wide(()) => "int (wide)".into(),
            Slot::Float(()) => "float".into(),
            Slot::NumPy(dtype, ()) => format!("numpy.{}", dtype.name()),
            Slot::Complex(_) => "complex".into(),
            Slot::Object(()) => "object".into(),
            Slot::Instance(..) => "instance".into(),
            Slot::List(elem, ()) => Elem::List(Box::new(elem.clone())).describe(),
            Slot::Exact(kind, ()) => kind.describe(),
            Slot::Method(method, ..) => method.full_name(),
            Slot::ExactIter(kind, (), ()) => format!("iterator of {}", kind.describe()),
            Slot::ArrayRow(guess, (), ()) => format!("row of {}", guess.describe()),
            Slot::ListIter(elem, (), ()) => format!("iterator of list[{}]", elem.describe()),
            Slot::ListBack(elem, (), ()) => format!("reversed list[{}]", elem.describe()),
            Slot::ListMethod(method, ..) => format!("list.{}", method.name()),
            Slot::Slice(_) => "slice".into(),
            Slot::Known(_) => "known object".into(),
            Slot::Function(..) => "function".into(),
            Slot::Generator(..) => "generator".into(),
            Slot::Tuple(items) => format!("tuple[{}]", list(items)),
            Slot::Range(_) => "range".into(),
            Slot::RangeIter(_) => "range iterator".into(),
            Slot::Enumerate(_, inner) => format!("enumerate of {}", inner.describe()),
            Slot::Zip(items) => format!("zip of {}", list(items)),
            Slot::TupleIter(_, items) => format!("iterator of tuple[{}]", list(items)),
            Slot::Any(tags, (), ()) => tags.iter().map(Tag::describe).collect::<Vec<_>>().join(" or "),
        }
    }
}
