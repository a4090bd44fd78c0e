//! Names this build: machine code that an earlier build of the compiler made is not taken from the cache.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

fn main() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a folder of crates");
    let mut sources = BTreeSet::new();
    collect(crates, &mut sources);
    let mut hasher = DefaultHasher::new();
    for source in &sources {
        source.strip_prefix(crates).expect("it was found there").hash(&mut hasher);
        std::fs::read(source).unwrap_or_default().hash(&mut hasher);
    }
    println!("cargo::rerun-if-changed={}", crates.display());
    println!("cargo::rustc-cdylib-link-arg=-Wl,-T,{}", Path::new(env!("CARGO_MANIFEST_DIR")).join("layout.ld").display());
    println!("cargo::rustc-env=LANCEHEAD_BUILD={:016x}", hasher.finish());
}

fn collect(folder: &Path, sources: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => collect(&path, sources),
            Some("rs" | "c" | "h" | "ll") => {
                sources.insert(path);
            }
            _ => {}
        }
    }
}
