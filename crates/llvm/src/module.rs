//! Contexts, modules and machines, which end when they are dropped.

use crate::library::{Library, Ref};
use crate::{Output, Refused};
use std::ffi::CString;
use std::sync::OnceLock;

pub struct Context<'a> {
    library: &'a Library,
    at: Ref,
}

impl<'a> Context<'a> {
    pub fn new(library: &'a Library) -> Context<'a> {
        // SAFETY: no arguments.
        Context { library, at: unsafe { (library.create_context)() } }
    }
}

impl Drop for Context<'_> {
    fn drop(&mut self) {
        // SAFETY: ours, and its modules borrow it.
        unsafe { (self.library.dispose_context)(self.at) };
    }
}

pub struct Module<'a> {
    library: &'a Library,
    _context: &'a Context<'a>,
    pub at: Ref,
}

impl<'a> Module<'a> {
    /// A module that is consistent: the wheels' LLVM asserts, and one that is wrong would abort the process in some pass.
    pub fn parse(library: &'a Library, context: &'a Context<'a>, machine: &Machine<'_>, text: &str) -> Result<Module<'a>, Refused> {
        let whole = c_text(machine.with_target(text));
        // SAFETY: a context and a C string.
        let (at, trouble) = library.given(|given| unsafe { (library.parse)(context.at, whole.as_ptr(), given) });
        // Where there is trouble there may be a module all the same.
        let module = Module { library, _context: context, at };
        if at.is_null() || trouble.is_some() {
            return Err(Refused(format!("LLVM cannot read the module: {}", trouble.unwrap_or_default())));
        }
        // SAFETY: a module.
        match library.given(|given| unsafe { (library.verify)(at, given) }) {
            (false, _) => Ok(module),
            (true, trouble) => Err(Refused(format!("LLVM found the module inconsistent: {}", trouble.unwrap_or_default()))),
        }
    }

    /// Takes the other module's functions over.
    pub fn link(&self, other: Module<'a>) -> Result<(), Refused> {
        let other = std::mem::ManuallyDrop::new(other);
        // SAFETY: two modules of one context; the second one ends here whatever comes of it.
        match self.library.given(|given| unsafe { (self.library.link)(self.at, other.at, given) }) {
            (0, _) => Ok(()),
            (_, trouble) => Err(Refused(format!("LLVM cannot link the kernels: {}", trouble.unwrap_or_default()))),
        }
    }
}

impl Drop for Module<'_> {
    fn drop(&mut self) {
        if !self.at.is_null() {
            // SAFETY: ours, and not used behind this.
            unsafe { (self.library.dispose_module)(self.at) };
        }
    }
}

pub struct Machine<'a> {
    library: &'a Library,
    pub at: Ref,
    /// What a text needs to know of it, in one line.
    target: String,
}

impl<'a> Machine<'a> {
    pub fn new(library: &'a Library, opt: u8, cpu: Option<&str>) -> Result<Machine<'a>, Refused> {
        let host = Host::of(library);
        // A CPU that is asked for by name brings its own features, not those of this machine.
        let (cpu, features) = cpu.map_or((host.cpu.as_str(), host.features.as_str()), |cpu| (cpu, ""));
        let [triple, cpu, features] = [&host.triple, cpu, features].map(c_text);
        // SAFETY: a C string.
        let (target, trouble) = library.given(|given| unsafe { (library.target)(triple.as_ptr(), given) });
        if target.is_null() {
            return Err(Refused(format!("LLVM does not know this machine: {}", trouble.unwrap_or_default())));
        }
        // The loader puts an object anywhere, and whole, in one mapping.
        let (relocations, model, abi) = (c"pic", c"small", c"");
        // SAFETY: a target, C strings and numbers.
        let at = unsafe {
            let texts = [triple.as_ptr(), cpu.as_ptr(), features.as_ptr()];
            let level = i32::from(opt.min(3));
            (library.create_machine)(target, texts[0], texts[1], texts[2], level, relocations.as_ptr(), model.as_ptr(), 0, 0, abi.as_ptr())
        };
        if at.is_null() {
            return Err(Refused("LLVM makes no code for this machine".into()));
        }
        // SAFETY: a machine; its layout is ours to dispose of.
        let layout = unsafe {
            let layout = (library.create_layout)(at);
            let ((), text) = library.given(|given| (library.layout_text)(layout, given));
            (library.dispose_layout)(layout);
            text.unwrap_or_default()
        };
        let target = format!("target datalayout = \"{layout}\" target triple = \"{}\" ", host.triple);
        Ok(Machine { library, at, target })
    }

    /// The text under the target's own layout: the alignments of loads and stores without `align` depend on it. Put on the first line, so that line
    /// numbers in LLVM's messages stay true.
    fn with_target(&self, text: &str) -> String {
        if text.lines().any(|line| line.starts_with("target ")) { text.to_owned() } else { format!("{}{text}", self.target) }
    }

    pub fn emit(&self, module: &Module<'_>, output: Output) -> Result<Vec<u8>, Refused> {
        let library = self.library;
        let as_object = i32::from(output == Output::Object);
        // SAFETY: a machine and a module that was verified.
        let (buffer, trouble) = library.given(|given| unsafe { (library.emit)(self.at, module.at, as_object, given) });
        if buffer.is_null() {
            return Err(Refused(format!("LLVM makes no code of the module: {}", trouble.unwrap_or_default())));
        }
        // SAFETY: the buffer is ours until it is disposed of; what is in it is copied before.
        unsafe {
            let bytes = std::slice::from_raw_parts((library.buffer_start)(buffer), (library.buffer_size)(buffer)).to_vec();
            (library.dispose_buffer)(buffer);
            Ok(bytes)
        }
    }
}

impl Drop for Machine<'_> {
    fn drop(&mut self) {
        // SAFETY: ours, and not used behind this.
        unsafe { (self.library.dispose_machine)(self.at) };
    }
}

/// This machine, as LLVM sees it.
struct Host {
    triple: String,
    cpu: String,
    features: String,
}

impl Host {
    fn of(library: &Library) -> &'static Host {
        static HOST: OnceLock<Host> = OnceLock::new();
        HOST.get_or_init(|| {
            // SAFETY: no arguments; LLVM itself comes up when its library is opened, but for the native target.
            unsafe {
                (library.init_target)();
                (library.init_printer)();
            }
            // SAFETY: each writes one string.
            let texts = unsafe {
                [
                    library.given(|given| (library.process_triple)(given)).1,
                    library.given(|given| (library.host_cpu)(given)).1,
                    library.given(|given| (library.host_features)(given)).1,
                ]
            };
            let [triple, cpu, features] = texts.map(Option::unwrap_or_default);
            Host { triple, cpu, features }
        })
    }
}

/// What stands behind a zero is cut off: none of our texts holds one.
fn c_text(text: impl AsRef<str>) -> CString {
    let text = text.as_ref();
    CString::new(text.split('\0').next().unwrap_or_default()).expect("it holds no zero")
}
