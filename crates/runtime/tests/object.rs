//! The loader, on what gcc makes of `fixtures/unit.c` and, where llvmlite is at hand, on what LLVM makes of `fixtures/unit.ll`.

#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use runtime::object::{LoadError, Loaded, Object};

extern "C" fn host_add(a: f64, b: f64) -> f64 {
    a + b
}

extern "C" fn tail(x: f64) -> f64 {
    x * 10.0
}

static HOST_NUMBER: f64 = 40.0;

fn resolve(name: &str) -> Option<usize> {
    Some(match name {
        "host_add" => host_add as *const () as usize,
        "tail" => tail as *const () as usize,
        "host_number" => &raw const HOST_NUMBER as usize,
        _ => return None,
    })
}

/// The function of a loaded unit under its C signature.
macro_rules! function {
    ($unit:expr, $name:literal, $type:ty) => {{
        let address = $unit.symbol($name).expect($name);
        // SAFETY: the fixture defines the function with this signature, and the unit lives to the end of the test.
        unsafe { std::mem::transmute::<usize, $type>(address) }
    }};
}

fn scratch(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("lancehead-object-{}-{count}-{name}", std::process::id()))
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn gcc(source: &Path, flags: &[&str]) -> Vec<u8> {
    let object = scratch("unit.o");
    let status = Command::new("gcc").arg("-c").args(flags).arg(source).arg("-o").arg(&object).status().expect("gcc");
    assert!(status.success());
    let bytes = fs::read(&object).unwrap();
    fs::remove_file(object).unwrap();
    bytes
}

fn gcc_text(text: &str, flags: &[&str]) -> Vec<u8> {
    let source = scratch("text.c");
    fs::write(&source, text).unwrap();
    let bytes = gcc(&source, flags);
    fs::remove_file(source).unwrap();
    bytes
}

/// None: no Python with llvmlite here. `LANCEHEAD_TEST_PYTHON` names one.
fn object_of_llvm() -> Option<Vec<u8>> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = std::env::var_os("LANCEHEAD_TEST_PYTHON").map(PathBuf::from);
    let python = python.unwrap_or_else(|| match repository.join(".venv/bin/python") {
        venv if venv.exists() => venv,
        _ => "python3".into(),
    });
    let done = Command::new(python).args(["-c", "import llvmlite; print(llvmlite.__path__[0], end='')"]).output().ok()?;
    if !done.status.success() {
        eprintln!("skipped: no llvmlite for this Python");
        return None;
    }
    let folder = PathBuf::from(String::from_utf8(done.stdout).unwrap());
    // SAFETY: an llvmlite that the package may be installed with.
    let library = unsafe { llvm::Library::open(&folder.join("binding/libllvmlite.so")) }.unwrap();
    let text = fs::read_to_string(fixture("unit.ll")).unwrap();
    let job = llvm::Job { text: &text, kernels: "", opt: 2, cpu: None, output: llvm::Output::Object };
    Some(llvm::compile(&library, &job).unwrap())
}

fn check_c_unit(unit: &Loaded) {
    assert_eq!(function!(unit, "constants", extern "C" fn(f64) -> f64)(2.0), 6.625);
    assert_eq!(function!(unit, "entry", extern "C" fn(i32) -> f64)(11), 3.5);
    assert_eq!(function!(unit, "letter", extern "C" fn(i32, i32) -> u8)(2, 1), b'w');
    assert_eq!(function!(unit, "outside", extern "C" fn(f64) -> f64)(1.0), 42.0);
    assert_eq!(function!(unit, "through_tail", extern "C" fn(f64) -> f64)(1.0), 20.0);
    assert_eq!(function!(unit, "where", extern "C" fn() -> usize)(), host_add as *const () as usize);
    let by_table = function!(unit, "by_table", extern "C" fn(i32, f64) -> f64);
    assert_eq!((by_table(0, 1.0), by_table(1, 2.0)), (3.0, 6.625));
    let accumulate = function!(unit, "accumulate", extern "C" fn(f64) -> f64);
    assert_eq!((accumulate(1.0), accumulate(2.0)), (101.0, 103.0));
    let dispatch = function!(unit, "dispatch", extern "C" fn(i32, f64, f64) -> f64);
    let results: Vec<f64> = (0..10).map(|op| dispatch(op, 6.0, 2.0)).collect();
    assert_eq!(results, [8.0, 4.0, 12.0, 3.0, 8.0, 8.0, 6.0, 3.0, -6.0, -1.0]);
}

#[test]
fn units_of_gcc_run() {
    let ways: [&[&str]; 6] = [
        &["-O2", "-fPIC"],
        &["-O0", "-fPIC"],
        &["-O3", "-fPIC", "-fno-plt", "-march=x86-64-v3"],
        &["-O2", "-fPIC", "-ffunction-sections", "-fdata-sections"],
        &["-O2", "-fPIC", "-g", "-fno-asynchronous-unwind-tables"],
        &["-Os", "-fPIC", "-fno-jump-tables"],
    ];
    for flags in ways {
        let bytes = gcc(&fixture("unit.c"), flags);
        let unit = Object::load(&bytes, &resolve).unwrap_or_else(|error| panic!("{flags:?}: {error}"));
        check_c_unit(&unit);
    }
}

#[test]
fn units_of_llvm_run() {
    let Some(bytes) = object_of_llvm() else { return };
    let unit = Object::load(&bytes, &resolve).unwrap();
    assert_eq!(function!(unit, "constants", extern "C" fn(f64) -> f64)(2.0), 6.625);
    assert_eq!(function!(unit, "entry", extern "C" fn(i32) -> f64)(7), 3.5);
    assert_eq!(function!(unit, "outside", extern "C" fn(f64) -> f64)(1.0), 42.0);
    let by_table = function!(unit, "by_table", extern "C" fn(i32, f64) -> f64);
    assert_eq!((by_table(0, 2.0), by_table(1, 2.0)), (6.625, 9.0));
    let accumulate = function!(unit, "accumulate", extern "C" fn(f64) -> f64);
    assert_eq!((accumulate(1.0), accumulate(2.0)), (1.0, 3.0));
    let dispatch = function!(unit, "dispatch", extern "C" fn(i32, f64, f64) -> f64);
    let results: Vec<f64> = (0..7).map(|op| dispatch(op, 6.0, 2.0)).collect();
    assert_eq!(results, [8.0, 4.0, 12.0, 3.0, 8.0, 3.0, -1.0]);
    let numbers = [1e16, 1.0, -1e16, 1.0];
    assert_eq!(function!(unit, "sum", extern "C" fn(*const f64, i64) -> f64)(numbers.as_ptr(), 4), 1.0);
}

#[test]
fn nothing_is_writable_and_executable() {
    let unit = Object::load(&gcc(&fixture("unit.c"), &["-O2", "-fPIC"]), &resolve).unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let modes: Vec<&str> = maps
        .lines()
        .filter(|line| {
            let start = line.split('-').next().unwrap();
            unit.contains(usize::from_str_radix(start, 16).unwrap())
        })
        .map(|line| line.split(' ').nth(1).unwrap())
        .collect();
    assert!(modes.contains(&"r-xp"), "{modes:?}");
    assert!(!modes.iter().any(|mode| mode.contains("wx")), "{modes:?}");
}

#[test]
fn dropping_a_unit_gives_its_memory_back_and_leaking_keeps_it() {
    let bytes = gcc(&fixture("unit.c"), &["-O2", "-fPIC"]);
    let is_mapped = |address: usize| {
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        maps.lines().filter_map(|line| line.split(' ').next()?.split_once('-')).any(|(start, end)| {
            let number = |text| usize::from_str_radix(text, 16).unwrap();
            (number(start)..number(end)).contains(&address)
        })
    };
    let kept = Object::load(&bytes, &resolve).unwrap().leak();
    check_c_unit(kept);
    // Other tests of this process map memory as well: the address can be taken again, but not every time.
    let freed = (0..20).any(|_| {
        let unit = Object::load(&bytes, &resolve).unwrap();
        let address = unit.symbol("constants").unwrap();
        assert!(is_mapped(address));
        drop(unit);
        !is_mapped(address)
    });
    assert!(freed);
}

#[test]
fn what_is_needed_is_listed_and_what_is_missing_is_named() {
    let bytes = gcc(&fixture("unit.c"), &["-O2", "-fPIC"]);
    assert_eq!(Object::needed(&bytes).unwrap(), ["host_add", "host_number", "tail"]);
    let error = Object::load(&bytes, &|name| resolve(name).filter(|_| name != "tail")).err().unwrap();
    assert!(matches!(&error, LoadError::Unresolved(name) if name == "tail"), "{error}");
    assert!(error.to_string().contains("`tail`"));
}

#[test]
fn hidden_and_static_symbols_are_no_exports() {
    let unit = Object::load(&gcc_text("static int a(void) {return 1;} int b(void) {return a();}", &["-O0", "-fPIC"]), &resolve).unwrap();
    assert!(unit.symbol("b").is_some());
    assert!(unit.symbol("a").is_none());
    assert!(unit.symbol("").is_none());
}

#[test]
fn common_symbols_get_zeros() {
    let bytes = gcc_text("double c[3]; double f(int i) { return c[i] += 1; }", &["-O2", "-fPIC", "-fcommon"]);
    let unit = Object::load(&bytes, &resolve).unwrap();
    let f = function!(unit, "f", extern "C" fn(i32) -> f64);
    assert_eq!((f(0), f(2), f(2)), (1.0, 1.0, 2.0));
}

#[test]
fn an_empty_unit_is_one_too() {
    let unit = Object::load(&gcc_text("", &["-fPIC"]), &resolve).unwrap();
    assert!(unit.symbol("main").is_none());
}

#[test]
fn what_the_loader_does_not_do_is_refused_with_a_reason() {
    let cases: [(&str, &[&str], &str); 5] = [
        ("int x; int *f(void) { return &x; }", &["-O2", "-fno-pie", "-fno-pic"], "relocation type"),
        ("__thread int x; int f(void) { return x; }", &["-O2", "-fPIC"], "thread-local"),
        ("extern int x; int f(void) { return x; }", &["-O2", "-fPIE", "-mno-direct-extern-access"], ""),
        ("extern int x; int f(void) { return x; }", &["-O2", "-fpie", "-mdirect-extern-access"], "data from outside"),
        ("__attribute__((constructor)) void f(void) {}", &["-O2", "-fPIC"], "neither code nor data"),
    ];
    for (text, flags, reason) in cases {
        let result = Object::load(&gcc_text(text, flags), &|_| Some(&raw const HOST_NUMBER as usize));
        match result {
            Ok(_) => assert_eq!(reason, "", "{text}"),
            Err(LoadError::Unsupported(what)) => assert!(what.contains(reason) && !reason.is_empty(), "{text}: {what}"),
            Err(other) => panic!("{text}: {other}"),
        }
    }
}

/// Loads what may be anything. The code is not run: that it is the right code is the checksum's business.
fn survives(bytes: &[u8]) -> bool {
    Object::load(bytes, &|_| Some(0x1000)).is_ok()
}

#[test]
fn cut_files_are_errors() {
    let bytes = gcc(&fixture("unit.c"), &["-O2", "-fPIC"]);
    for length in 0..bytes.len() {
        // The section headers stand last, so every cut is seen.
        assert!(!survives(&bytes[..length]), "cut at {length}");
    }
    for junk in [&b""[..], b"\x7fELF", &[0; 64], &[0xff; 4096]] {
        assert!(matches!(Object::load(junk, &resolve), Err(LoadError::Damaged(_) | LoadError::Unsupported(_))));
    }
}

#[test]
fn flipped_files_never_crash_the_loader() {
    let mut bytes = gcc(&fixture("unit.c"), &["-O2", "-fPIC"]);
    // Three is no divisor of eight: every kind of bit of every other byte.
    for bit in (0..bytes.len() * 8).step_by(3) {
        bytes[bit / 8] ^= 1 << (bit % 8);
        survives(&bytes);
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn hostile_files_never_crash_the_loader() {
    let original = gcc(&fixture("unit.c"), &["-O2", "-fPIC"]);
    // Numbers that break offset arithmetic, at every fourth place, of every size.
    for value in [0u64, 1, u64::MAX, u64::MAX - 7, 1 << 63, (1 << 31) - 1, 1 << 20, 0xfff2] {
        for at in (0..original.len() - 8).step_by(4) {
            for size in [2, 4, 8] {
                if at % size == 0 {
                    let mut bytes = original.clone();
                    bytes[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
                    survives(&bytes);
                }
            }
        }
    }
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize
    };
    for _ in 0..5_000 {
        let mut bytes = original.clone();
        for _ in 0..1 + random() % 20 {
            let at = random() % bytes.len();
            bytes[at] = random() as u8;
        }
        survives(&bytes);
    }
}

#[test]
fn any_alignment_of_the_bytes_will_do() {
    let bytes = gcc(&fixture("unit.c"), &["-O2", "-fPIC"]);
    for shift in 0..8 {
        let shifted = [&vec![0; shift][..], &bytes].concat();
        check_c_unit(&Object::load(&shifted[shift..], &resolve).unwrap());
    }
}

/// `cargo test --release --test object -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn time_of_a_load() {
    let bytes = gcc(&fixture("unit.c"), &["-O2", "-fPIC"]);
    let mut times: Vec<f64> = (0..1000)
        .map(|_| {
            let begin = Instant::now();
            let unit = Object::load(&bytes, &resolve).unwrap();
            let time = begin.elapsed().as_secs_f64() * 1e6;
            drop(unit);
            time
        })
        .collect();
    times.sort_by(f64::total_cmp);
    eprintln!("load of {} bytes: median {:.1} us, 99 % {:.1} us", bytes.len(), times[500], times[990]);
}
