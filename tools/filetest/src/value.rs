//! Python's values as data, and as words.

use ir::{Shape, Slot, Tag, Ty};
use serde_json::{Value, json};

/// The shape that native code takes a value by; as `crates/python/src/object.rs`.
pub fn shape_of(value: &Value) -> Shape {
    match value {
        Value::Null => Slot::None,
        Value::Bool(_) => Slot::Bool(()),
        value => match kind(value) {
            ("int", content) if content.as_str().is_some_and(|digits| digits.parse::<i64>().is_ok()) => Slot::Int(()),
            ("float", _) => Slot::Float(()),
            ("tuple", Value::Array(items)) if items.len() <= 8 => {
                let items: Vec<Shape> = items.iter().map(shape_of).collect();
                if items.contains(&Slot::Object(())) { Slot::Object(()) } else { Slot::Tuple(items) }
            }
            _ => Slot::Object(()),
        },
    }
}

fn kind(value: &Value) -> (&str, &Value) {
    let (kind, content) = value.as_object().and_then(|object| object.iter().next()).expect("a kind and a content");
    (kind, content)
}

/// The words of a value of that shape. Objects are all the same one.
pub fn words_of(value: &Value, shape: &Shape, words: &mut Vec<u64>) {
    match shape {
        Slot::Bool(()) => words.push((value == true).into()),
        Slot::Int(()) => words.push(kind(value).1.as_str().and_then(|digits| digits.parse::<i64>().ok()).expect("an int") as u64),
        Slot::Float(()) => words.push(kind(value).1.as_str().and_then(|digits| u64::from_str_radix(digits, 16).ok()).expect("a float")),
        Slot::Tuple(shapes) => {
            let items = kind(value).1.as_array().expect("a tuple");
            items.iter().zip(shapes).for_each(|(item, shape)| words_of(item, shape, words));
        }
        Slot::Object(()) | Slot::List(..) => words.push(1),
        _ => {}
    }
}

/// What a returned slot means, as data; None for what only a process can hold.
pub fn value_of(shape: &Shape, words: &[u64]) -> Option<Value> {
    let mut at = 0;
    let slot = shape.map(&mut |ty: Ty, ()| {
        let word = words[at];
        let high = if ty == Ty::I128 { words[at + 1] } else { 0 };
        at += ty.words();
        u128::from(word) | u128::from(high) << 64
    });
    slot_value(&slot)
}

fn slot_value(slot: &Slot<u128>) -> Option<Value> {
    Some(match slot {
        Slot::None => Value::Null,
        Slot::Bool(bits) => (*bits == 1).into(),
        Slot::Int(bits) => json!({"int": (*bits as i64).to_string()}),
        Slot::Uint(bits) => json!({"int": bits.to_string()}),
        Slot::Wide(bits) => json!({"int": (*bits as i128).to_string()}),
        Slot::Float(bits) => json!({"float": format!("{bits:016x}")}),
        Slot::Tuple(items) => json!({"tuple": items.iter().map(slot_value).collect::<Option<Vec<_>>>()?}),
        Slot::Any(_, tag, bits) => match Tag::from_bits(*tag as u64)? {
            Tag::None => Value::Null,
            Tag::Bool => (*bits == 1).into(),
            Tag::Int => json!({"int": (*bits as i64).to_string()}),
            Tag::Uint => json!({"int": bits.to_string()}),
            Tag::Float => json!({"float": format!("{bits:016x}")}),
            Tag::Unbound | Tag::Object | Tag::NumPyFloat | Tag::NumPyInt | Tag::NumPyBool => return None,
        },
        _ => return None,
    })
}

/// Whether both are the same but for which NaN a NaN is.
pub fn are_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(_), Value::Object(_)) => match (kind(a), kind(b)) {
            (("float", a), ("float", b)) => a == b || is_nan(a) && is_nan(b),
            (("tuple", Value::Array(a)), ("tuple", Value::Array(b))) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| are_same(a, b)),
            (a, b) => a == b,
        },
        (a, b) => a == b,
    }
}

fn is_nan(digits: &Value) -> bool {
    digits.as_str().and_then(|digits| u64::from_str_radix(digits, 16).ok()).is_some_and(|bits| f64::from_bits(bits).is_nan())
}
