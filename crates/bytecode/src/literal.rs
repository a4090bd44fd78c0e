//! Constants as Python expressions.

use crate::Const;
use std::fmt;

/// As Python would write it; an object that is only known by its bytes as `<object, 12 bytes>`.
impl fmt::Display for Const {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Const::None => f.write_str("None"),
            Const::Bool(true) => f.write_str("True"),
            Const::Bool(false) => f.write_str("False"),
            Const::Int(value) => write!(f, "{value}"),
            Const::Wide(value) => write!(f, "{value}"),
            Const::Float(bits) => {
                let value = f64::from_bits(*bits);
                if value.is_finite() { write!(f, "{value:?}") } else { write!(f, "float('{value}')") }
            }
            Const::Str(text) => f.write_str(&quoted(text)),
            Const::Tuple(items) => {
                let items: Vec<String> = items.iter().map(Const::to_string).collect();
                write!(f, "({}{})", items.join(", "), if items.len() == 1 { "," } else { "" })
            }
            Const::Object(marshalled) => write!(f, "<object, {} bytes>", marshalled.len()),
        }
    }
}

/// A `str` literal in ASCII.
pub(crate) fn quoted(text: &str) -> String {
    let mut literal = String::from("'");
    for character in text.chars() {
        match character {
            '\\' => literal.push_str("\\\\"),
            '\'' => literal.push_str("\\'"),
            '\n' => literal.push_str("\\n"),
            ' '..='~' => literal.push(character),
            _ => literal.push_str(&format!("\\U{:08x}", u32::from(character))),
        }
    }
    literal.push('\'');
    literal
}

/// A `bytes` literal.
pub(crate) fn quoted_bytes(bytes: &[u8]) -> String {
    let escaped: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("b'{escaped}'")
}
