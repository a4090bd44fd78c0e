use crate::Elem;
use crate::Kind;
use serde::{Deserialize, Serialize};

/// A method of a builtin type that native code calls without making a bound one: its row in [`METHODS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Method(u16);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    Str,
    Dict,
    Set,
}

/// For which arguments a method runs no code of the user's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    Nothing,
    /// Numbers, text and None.
    Scalars,
    /// A list or tuple.
    Sequence,
    /// A key that can be looked up in its owner, and anything behind it.
    Key,
    /// Builtin containers of such keys.
    Items,
    /// Builtin containers of keys of builtin types only, as its owner is one.
    Keys,
    /// A dict of such keys.
    Entries,
}

/// What a method is known to return.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gives {
    None,
    Bool,
    Int,
    Str,
    /// A list of strings.
    Strs,
    /// A tuple of three strings.
    Parts,
    /// What its owner is.
    Owner,
    /// A view of the keys of a dict, of its values, of both.
    Keys,
    Values,
    Items,
    /// What is expected behind a key of a dict.
    Value,
    /// What is expected in a set.
    Item,
    Object,
}

pub struct MethodRow {
    pub owner: Owner,
    pub name: &'static str,
    pub takes: Takes,
    pub gives: Gives,
}

const fn row(owner: Owner, name: &'static str, takes: Takes, gives: Gives) -> MethodRow {
    MethodRow { owner, name, takes, gives }
}

pub const METHODS: &[MethodRow] = {
    use Owner::{Dict, Set, Str};
    use Takes::{Entries, Items, Key, Keys, Nothing, Scalars, Sequence};
    &[
        row(Str, "split", Scalars, Gives::Strs),
        row(Str, "rsplit", Scalars, Gives::Strs),
        row(Str, "splitlines", Scalars, Gives::Strs),
        row(Str, "strip", Scalars, Gives::Str),
        row(Str, "lstrip", Scalars, Gives::Str),
        row(Str, "rstrip", Scalars, Gives::Str),
        row(Str, "lower", Scalars, Gives::Str),
        row(Str, "upper", Scalars, Gives::Str),
        row(Str, "title", Scalars, Gives::Str),
        row(Str, "capitalize", Scalars, Gives::Str),
        row(Str, "swapcase", Scalars, Gives::Str),
        row(Str, "casefold", Scalars, Gives::Str),
        row(Str, "replace", Scalars, Gives::Str),
        row(Str, "zfill", Scalars, Gives::Str),
        row(Str, "ljust", Scalars, Gives::Str),
        row(Str, "rjust", Scalars, Gives::Str),
        row(Str, "center", Scalars, Gives::Str),
        row(Str, "format", Scalars, Gives::Str),
        row(Str, "join", Sequence, Gives::Str),
        row(Str, "partition", Scalars, Gives::Parts),
        row(Str, "rpartition", Scalars, Gives::Parts),
        row(Str, "startswith", Scalars, Gives::Bool),
        row(Str, "endswith", Scalars, Gives::Bool),
        row(Str, "isdigit", Scalars, Gives::Bool),
        row(Str, "isdecimal", Scalars, Gives::Bool),
        row(Str, "isnumeric", Scalars, Gives::Bool),
        row(Str, "isalpha", Scalars, Gives::Bool),
        row(Str, "isalnum", Scalars, Gives::Bool),
        row(Str, "isspace", Scalars, Gives::Bool),
        row(Str, "isupper", Scalars, Gives::Bool),
        row(Str, "islower", Scalars, Gives::Bool),
        row(Str, "istitle", Scalars, Gives::Bool),
        row(Str, "isidentifier", Scalars, Gives::Bool),
        row(Str, "find", Scalars, Gives::Int),
        row(Str, "rfind", Scalars, Gives::Int),
        row(Str, "index", Scalars, Gives::Int),
        row(Str, "rindex", Scalars, Gives::Int),
        row(Str, "count", Scalars, Gives::Int),
        row(Str, "encode", Nothing, Gives::Object),
        row(Dict, "get", Key, Gives::Value),
        row(Dict, "setdefault", Key, Gives::Value),
        row(Dict, "pop", Key, Gives::Value),
        row(Dict, "keys", Nothing, Gives::Keys),
        row(Dict, "values", Nothing, Gives::Values),
        row(Dict, "items", Nothing, Gives::Items),
        row(Dict, "update", Entries, Gives::None),
        row(Dict, "copy", Nothing, Gives::Owner),
        row(Dict, "clear", Nothing, Gives::None),
        row(Set, "add", Key, Gives::None),
        row(Set, "discard", Key, Gives::None),
        row(Set, "remove", Key, Gives::None),
        row(Set, "pop", Nothing, Gives::Item),
        row(Set, "update", Items, Gives::None),
        row(Set, "issuperset", Items, Gives::Bool),
        row(Set, "isdisjoint", Items, Gives::Bool),
        row(Set, "issubset", Keys, Gives::Bool),
        row(Set, "union", Keys, Gives::Owner),
        row(Set, "intersection", Keys, Gives::Owner),
        row(Set, "difference", Keys, Gives::Owner),
        row(Set, "symmetric_difference", Keys, Gives::Owner),
        row(Set, "intersection_update", Keys, Gives::None),
        row(Set, "difference_update", Keys, Gives::None),
        row(Set, "symmetric_difference_update", Keys, Gives::None),
        row(Set, "copy", Nothing, Gives::Owner),
        row(Set, "clear", Nothing, Gives::None),
    ]
};

impl Method {
    pub fn all() -> impl Iterator<Item = Method> {
        (0..METHODS.len() as u16).map(Method)
    }

    pub fn find(kind: &Kind, name: &str) -> Option<Method> {
        let owner = match kind {
            Kind::Str => Owner::Str,
            Kind::Dict(_) => Owner::Dict,
            Kind::Set(_) => Owner::Set,
            Kind::Tuple(_)
            | Kind::Row(_)
            | Kind::View(_)
            | Kind::Iter(_)
            | Kind::Making(..)
            | Kind::Bytes
            | Kind::ByteArray
            | Kind::Array(_)
            | Kind::NumPy(_)
            | Kind::Cell(_) => return None,
        };
        Method::all().find(|method| method.row().owner == owner && method.row().name == name)
    }

    pub fn index(self) -> usize {
        self.0.into()
    }

    pub fn row(self) -> &'static MethodRow {
        &METHODS[self.index()]
    }

    /// `str.split`
    pub fn full_name(self) -> String {
        let owner = match self.row().owner {
            Owner::Str => "str",
            Owner::Dict => "dict",
            Owner::Set => "set",
        };
        format!("{owner}.{}", self.row().name)
    }

    /// What is expected of the object that it returns, called on one of this kind.
    pub fn result(self, kind: &Kind) -> Elem {
        let guess = if let Kind::Dict(guess) = kind { Some(guess) } else { None };
        let of = |part: fn(&crate::DictGuess) -> Elem| guess.map_or(Elem::Object, part);
        let view = |part: fn(&crate::DictGuess) -> Elem| Elem::exact(Kind::View(Box::new(of(part))));
        match self.row().gives {
            Gives::Str => Elem::Exact(Kind::Str),
            Gives::Strs => Elem::list(Elem::Exact(Kind::Str)),
            Gives::Parts => Elem::exact(Kind::Tuple(vec![Elem::Exact(Kind::Str); 3])),
            Gives::Owner => Elem::exact(kind.clone()),
            Gives::Keys => view(|guess| (*guess.key).clone()),
            Gives::Values => view(|guess| (*guess.value).clone()),
            Gives::Items => view(|guess| Elem::exact(Kind::Tuple(vec![(*guess.key).clone(), (*guess.value).clone()]))),
            Gives::Value => of(|guess| (*guess.value).clone()),
            Gives::Item => {
                if let Kind::Set(of) = kind {
                    (**of).clone()
                } else {
                    Elem::Object
                }
            }
            Gives::Bool => Elem::Bool,
            Gives::Int => Elem::Int,
            Gives::None | Gives::Object => Elem::Object,
        }
    }

    /// Whether the result's type is a fact.
    pub fn is_certain(self) -> bool {
        !matches!(self.row().gives, Gives::Value | Gives::Item | Gives::Object)
    }
}
