//! Compiles `c/` against the headers of the interpreter that PyO3 is built for.

use std::path::Path;
use std::process::Command;

const SOURCES: [&str; 8] = ["code", "consume", "frames", "function", "host", "instance", "record", "state"];

fn main() {
    println!("cargo:rerun-if-changed=c");
    println!("cargo:rerun-if-env-changed=PYO3_PYTHON");
    println!("cargo:rerun-if-env-changed=PATH");
    let python = std::env::var("PYO3_PYTHON").unwrap_or_else(|_| "python3".into());
    let (version, include) = ask(&python);
    if !["3.11", "3.12", "3.13"].contains(&version.as_str()) {
        panic!("{python} is CPython {version}, but Lancehead's frames are written for 3.11 to 3.13; set PYO3_PYTHON.");
    }
    for header in ["Python.h", "internal/pycore_frame.h"] {
        if !Path::new(&include).join(header).exists() {
            panic!("{header} is missing from {include}: install the development headers of {python} (CPython {version}).");
        }
    }
    let mut build = cc::Build::new();
    for source in SOURCES {
        build.file(format!("c/{source}.c"));
    }
    build
        .std("gnu11")
        .define("Py_BUILD_CORE", None)
        .define("Py_BUILD_CORE_MODULE", None)
        // As system headers, so that warnings are about our own code.
        .flag("-isystem")
        .flag(&include)
        .flag_if_supported("-fvisibility=hidden")
        .flag_if_supported("-Wno-unused-parameter");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        build.define("NDEBUG", None);
    }
    build.compile("lancehead_frames_c");
}

/// The interpreter's minor version and its include folder.
fn ask(python: &str) -> (String, String) {
    let question = "import sys, sysconfig; print('%d.%d' % sys.version_info[:2]); print(sysconfig.get_path('include'))";
    let output = Command::new(python).args(["-c", question]).output();
    let text = match &output {
        Ok(o) if o.status.success() => String::from_utf8_lossy(&o.stdout).into_owned(),
        _ => panic!("cannot run {python} to find Python's headers; set PYO3_PYTHON to a CPython 3.11, 3.12 or 3.13."),
    };
    let mut lines = text.lines().map(str::to_owned);
    match (lines.next(), lines.next()) {
        (Some(version), Some(include)) => (version, include),
        _ => panic!("{python} did not say where its headers are; set PYO3_PYTHON."),
    }
}
