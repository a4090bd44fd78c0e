use serde::{Deserialize, Serialize};

/// A builtin that goes through a generator at once, so that nobody else gets hold of it.
///
/// Its generator's code is a function natively, in which each `yield` hands an item to the consumer: what that has made of the items so far is its
/// *state*, slots that stand behind the function's variables. Where native code leaves, the generator is made as it stands, and the consumer goes on
/// with it from its state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Consumer {
    /// State: the sum; and, from 3.12 on, of floats what their sum has lost.
    Sum,
    Any,
    All,
    /// State: the smallest so far, and what there is if there is none.
    Min,
    Max,
    /// State: what there is if nothing comes.
    Next,
    /// State: the list.
    List,
    /// The same, of which a tuple is made,
    Tuple,
    /// which is sorted,
    Sorted,
    /// or joined: not with a builtin, but with the string whose method it is.
    Join,
    /// State: the set.
    Set,
    /// State: the dict, and how many items have come.
    Dict,
    /// `list.extend`. State: the list, which others may have.
    Extend,
}

impl Consumer {
    pub const ALL: [Consumer; 13] = [
        Consumer::Sum,
        Consumer::Any,
        Consumer::All,
        Consumer::Min,
        Consumer::Max,
        Consumer::Next,
        Consumer::List,
        Consumer::Tuple,
        Consumer::Sorted,
        Consumer::Join,
        Consumer::Set,
        Consumer::Dict,
        Consumer::Extend,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Consumer::Sum => "sum",
            Consumer::Any => "any",
            Consumer::All => "all",
            Consumer::Min => "min",
            Consumer::Max => "max",
            Consumer::Next => "next",
            Consumer::List => "list",
            Consumer::Tuple => "tuple",
            Consumer::Sorted => "sorted",
            Consumer::Join => "join",
            Consumer::Set => "set",
            Consumer::Dict => "dict",
            Consumer::Extend => "extend",
        }
    }

    /// How many slots its state has.
    pub fn states(self) -> usize {
        match self {
            Consumer::Any | Consumer::All => 0,
            Consumer::Sum | Consumer::Min | Consumer::Max | Consumer::Dict => 2,
            Consumer::Next | Consumer::List | Consumer::Tuple | Consumer::Sorted | Consumer::Join | Consumer::Set | Consumer::Extend => 1,
        }
    }

    /// What it does with each item: those that make something of a list gather one first.
    pub fn gathers(self) -> Consumer {
        match self {
            Consumer::Tuple | Consumer::Sorted | Consumer::Join => Consumer::List,
            other => other,
        }
    }
}
