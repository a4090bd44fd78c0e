//! The hand-written LLVM functions, of which a module gets those that it calls.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// The exact functions, tested against CPython; see `runtime::exact`.
const EXACT: &str = include_str!("prelude.ll");
const SUPPORT: &str = include_str!("support.ll");
/// Lists and what stands in them, as CPython lays them out.
const LISTS: &str = include_str!("lists.ll");
/// Look-ups in dicts.
const DICTS: &str = include_str!("dicts.ll");
const ARRAYS: &str = include_str!("arrays.ll");
const MIRRORS: &str = include_str!("mirrors.ll");
/// Instances of the user's classes.
const INSTANCES: &str = include_str!("instances.ll");
const CELLS: &str = include_str!("cells.ll");

struct Piece {
    text: &'static str,
    /// The last parameter says whether the target has FMA.
    takes_fma: bool,
    /// Of the names that its text mentions, those that are pieces or declarations.
    mentions: Vec<&'static str>,
}

struct Prelude {
    pieces: HashMap<&'static str, Piece>,
    declarations: HashMap<&'static str, &'static str>,
}

fn prelude() -> &'static Prelude {
    static PRELUDE: OnceLock<Prelude> = OnceLock::new();
    PRELUDE.get_or_init(|| {
        let mut prelude = Prelude { pieces: HashMap::new(), declarations: HashMap::new() };
        for source in [EXACT, SUPPORT, LISTS, DICTS, ARRAYS, MIRRORS, INSTANCES, CELLS] {
            for line in source.lines().filter(|line| is_declaration(line)) {
                let name = names(line).next().expect("a declaration has a name");
                prelude.declarations.insert(name, line);
            }
            for start in source.match_indices("\ndefine ").map(|(index, _)| index + 1) {
                let end = start + source[start..].find("\n}").expect("a definition ends") + 2;
                let text = &source[start..end];
                let mut mentions = names(text);
                let name = mentions.next().expect("a definition has a name");
                let mentions = mentions.filter(|mention| *mention != name).collect();
                let header = text.lines().next().expect("a definition has a first line");
                prelude.pieces.insert(name, Piece { text, takes_fma: header.contains("i1 %fma)"), mentions });
            }
        }
        prelude
    })
}

/// Of a function, or of an object outside.
fn is_declaration(line: &str) -> bool {
    line.starts_with("declare ") || line.starts_with('@') && line.contains(" = external ")
}

/// The global names in a text, in order.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('@').map(|(index, _)| {
        let rest = &text[index + 1..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        &rest[..end]
    })
}

pub fn takes_fma(name: &str) -> bool {
    prelude().pieces.get(name).is_some_and(|piece| piece.takes_fma)
}

/// Appends what the module's text needs from the prelude.
pub fn complete(module: &mut String) {
    let prelude = prelude();
    let declared: HashSet<&str> = module.lines().filter(|line| is_declaration(line)).filter_map(|line| names(line).next()).collect();
    let mut wanted: Vec<&str> = names(module).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut added = String::new();
    while let Some(name) = wanted.pop() {
        if !seen.insert(name) {
            continue;
        }
        if let Some(piece) = prelude.pieces.get(name) {
            added.push('\n');
            added.push_str(piece.text);
            added.push('\n');
            wanted.extend(&piece.mentions);
        } else if let Some(line) = prelude.declarations.get(name)
            && !declared.contains(name)
        {
            added.push_str(line);
            added.push('\n');
        }
    }
    module.push_str(&added);
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_exact_function_is_in_the_prelude() {
        for exact in ir::EXACT {
            let name = format!("lh.{}", exact.name);
            assert!(super::prelude().pieces.contains_key(name.as_str()), "{name} is not in the prelude");
        }
    }

    #[test]
    fn libm_is_never_called_by_its_own_names() {
        for (name, _) in super::prelude().declarations.iter().chain(std::iter::empty()) {
            let is_ours = name.starts_with("lh_");
            let is_exact = ["abs", "smin", "umin", "ctlz", "ctpop", "fptosi", "ssub", "smul", "fabs", "copysign", "sqrt", "fma", "x86.sse"]
                .iter()
                .any(|allowed| name.starts_with(&format!("llvm.{allowed}.")));
            assert!(is_ours || is_exact, "{name}");
        }
    }
}
