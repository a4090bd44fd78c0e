//! The functions of llvmlite's shared library that are used, with their signatures.

use libc::{c_char, c_int, c_void};
use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Anything of LLVM's.
pub type Ref = *mut c_void;
/// A string that LLVM gives.
pub type Given = *mut *const c_char;

macro_rules! functions {
    ($($field:ident = $name:literal ($($param:ty),*) $(-> $ret:ty)?;)*) => {
        /// llvmlite's shared library, open for good.
        pub struct Library {
            $(pub(crate) $field: unsafe extern "C" fn($($param),*) $(-> $ret)?,)*
        }

        /// Each function's name, and how many parameters it has.
        pub const SIGNATURES: &[(&str, usize)] = &[$(($name, <[&str]>::len(&[$(stringify!($param)),*]))),*];

        impl Library {
            /// # Safety
            /// The file is the shared library of an llvmlite whose functions have these signatures.
            pub unsafe fn open(path: &Path) -> Result<Library, String> {
                let file = Handle::open(path)?;
                Ok(Library {
                    // SAFETY: the caller's promise; a pointer to data and one to a function are alike on these platforms.
                    $($field: unsafe { std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($param),*) $(-> $ret)?>(file.find($name)?) },)*
                })
            }
        }
    };
}

functions! {
    version = "LLVMPY_GetVersionInfo"() -> u32;
    dispose_string = "LLVMPY_DisposeString"(*const c_char);

    init_target = "LLVMPY_InitializeNativeTarget"() -> c_int;
    init_printer = "LLVMPY_InitializeNativeAsmPrinter"() -> c_int;
    process_triple = "LLVMPY_GetProcessTriple"(Given);
    host_cpu = "LLVMPY_GetHostCPUName"(Given);
    host_features = "LLVMPY_GetHostCPUFeatures"(Given) -> c_int;
    target = "LLVMPY_GetTargetFromTriple"(*const c_char, Given) -> Ref;
    // Target, triple, CPU, features, level, relocations, code model, whether it prints, whether it is for a JIT, ABI.
    create_machine = "LLVMPY_CreateTargetMachine"(Ref, *const c_char, *const c_char, *const c_char, c_int, *const c_char, *const c_char, c_int, c_int, *const c_char) -> Ref;
    dispose_machine = "LLVMPY_DisposeTargetMachine"(Ref);
    create_layout = "LLVMPY_CreateTargetMachineData"(Ref) -> Ref;
    layout_text = "LLVMPY_CopyStringRepOfTargetData"(Ref, Given);
    dispose_layout = "LLVMPY_DisposeTargetData"(Ref);

    create_context = "LLVMPY_ContextCreate"() -> Ref;
    dispose_context = "LLVMPY_ContextDispose"(Ref);
    parse = "LLVMPY_ParseAssembly"(Ref, *const c_char, Given) -> Ref;
    verify = "LLVMPY_VerifyModule"(Ref, Given) -> bool;
    link = "LLVMPY_LinkModules"(Ref, Ref, Given) -> c_int;
    dispose_module = "LLVMPY_DisposeModule"(Ref);

    create_tuning = "LLVMPY_CreatePipelineTuningOptions"() -> Ref;
    tune_interleaving = "LLVMPY_PTOSetLoopInterleaving"(Ref, bool);
    tune_loops = "LLVMPY_PTOSetLoopVectorization"(Ref, bool);
    tune_straight = "LLVMPY_PTOSetSLPVectorization"(Ref, bool);
    tune_unrolling = "LLVMPY_PTOSetLoopUnrolling"(Ref, bool);
    dispose_tuning = "LLVMPY_DisposePipelineTuningOptions"(Ref);
    create_builder = "LLVMPY_CreatePassBuilder"(Ref, Ref) -> Ref;
    dispose_builder = "LLVMPY_DisposePassBuilder"(Ref);
    // Speed level; size level, which LLVM 22 does not have, and does not look at.
    whole_pipeline = "LLVMPY_buildPerModuleDefaultPipeline"(Ref, c_int, c_int) -> Ref;
    create_passes = "LLVMPY_CreateNewModulePassManager"() -> Ref;
    run_passes = "LLVMPY_RunNewModulePassManager"(Ref, Ref, Ref);
    dispose_passes = "LLVMPY_DisposeNewModulePassManger"(Ref);
    add_always_inline = "LLVMPY_module_AddAlwaysInlinerPass"(Ref);
    add_drop_unused = "LLVMPY_module_AddGlobalDCEPass"(Ref);
    add_simplify = "LLVMPY_module_AddSimplifyCFGPass"(Ref);
    add_combine = "LLVMPY_module_AddInstCombinePass"(Ref);
    add_rotate = "LLVMPY_module_AddLoopRotatePass"(Ref);

    emit = "LLVMPY_TargetMachineEmitToMemory"(Ref, Ref, c_int, Given) -> Ref;
    buffer_start = "LLVMPY_GetBufferStart"(Ref) -> *const u8;
    buffer_size = "LLVMPY_GetBufferSize"(Ref) -> usize;
    dispose_buffer = "LLVMPY_DisposeMemoryBuffer"(Ref);
}

impl Library {
    /// LLVM's version: (20, 1, 8).
    pub fn llvm_version(&self) -> (u32, u32, u32) {
        // SAFETY: no arguments.
        let packed = unsafe { (self.version)() };
        (packed >> 16 & 0xff, packed >> 8 & 0xff, packed & 0xff)
    }

    /// What a function writes where it is told to, and what it returns.
    pub(crate) fn given<T>(&self, call: impl FnOnce(Given) -> T) -> (T, Option<String>) {
        let mut text: *const c_char = std::ptr::null();
        let result = call(&raw mut text);
        if text.is_null() {
            return (result, None);
        }
        // SAFETY: what is given is a C string, and ours to dispose of.
        let owned = unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
        // SAFETY: as above, and not used behind this.
        unsafe { (self.dispose_string)(text) };
        (result, Some(owned))
    }
}

/// What `dlopen` gave. Never closed: LLVM's own threads' ends and statics need it, and an llvmlite that the program imports has it too.
struct Handle(*mut c_void);

impl Handle {
    fn open(path: &Path) -> Result<Handle, String> {
        let name = CString::new(path.as_os_str().as_bytes()).map_err(|_| "its path holds a zero".to_owned())?;
        // SAFETY: a C string. The library's own start runs, as in every process that imports llvmlite.
        let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        if handle.is_null() { Err(trouble()) } else { Ok(Handle(handle)) }
    }

    fn find(&self, name: &str) -> Result<*mut c_void, String> {
        let name = CString::new(name).expect("names of functions hold no zero");
        // SAFETY: an open library and a C string.
        let found = unsafe { libc::dlsym(self.0, name.as_ptr()) };
        if found.is_null() { Err(trouble()) } else { Ok(found) }
    }
}

fn trouble() -> String {
    // SAFETY: null, or a C string that stands until the thread's next call of these functions.
    unsafe {
        let text = libc::dlerror();
        if text.is_null() { "no reason given".into() } else { CStr::from_ptr(text).to_string_lossy().into_owned() }
    }
}
