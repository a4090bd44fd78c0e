//! HIR as text, of three functions of the corpus for each version.

mod support;

use bytecode::decode;
use std::path::Path;
use support::{corpus, interpreter};

const SHOWN: &[&str] = &["collatz", "keyword_calls", "protected"];

#[test]
fn printed_hir_is_as_blessed() {
    let is_blessing = ["BLESS", "LANCEHEAD_BLESS"].iter().any(|name| std::env::var_os(name).is_some());
    let mut changed = Vec::new();
    for minor in [11, 12, 13] {
        let Some(python) = interpreter(minor) else {
            continue;
        };
        for sample in corpus(&python).iter().filter(|sample| SHOWN.contains(&sample.code.name.as_str())) {
            let found = decode(&sample.code).expect("the corpus decodes").print(&sample.code);
            let file = format!("tests/snapshots/{}.3.{minor}.txt", sample.code.name);
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
            if is_blessing {
                std::fs::write(&path, &found).expect("the snapshot can be written");
            } else if std::fs::read_to_string(&path).unwrap_or_default() != found {
                changed.push(format!("{file} is now\n{found}"));
            }
        }
    }
    assert!(changed.is_empty(), "{}\nIf that is right: BLESS=1 cargo test -p lancehead-bytecode --test snapshots", changed.join("\n"));
}
