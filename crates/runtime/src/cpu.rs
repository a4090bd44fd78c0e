//! What machine this is, as far as it decides machine code and bits.

/// The CPU's model and features, as the kernel names them: part of every cache key.
pub fn features() -> String {
    #[cfg(target_arch = "x86_64")]
    {
        let mut features = vec![std::env::consts::ARCH.to_owned()];
        macro_rules! detect {
            ($($name:tt)*) => {
                $(if std::arch::is_x86_feature_detected!($name) {
                    features.push(format!("+{}", $name));
                })*
            };
        }
        detect!("sse4.2" "avx" "avx2" "fma" "bmi1" "bmi2" "avx512f" "avx512dq" "avx512bw" "avx512vl" "avx512cd" "avx512vnni" "avx512vbmi");
        features.push(model());
        features.join(",")
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        std::env::consts::ARCH.to_owned()
    }
}

#[cfg(target_arch = "x86_64")]
fn model() -> String {
    let leaf = std::arch::x86_64::__cpuid(1);
    format!("{:x}", leaf.eax)
}

/// The C library's version: its `sin` and `pow` decide bits.
pub fn libm() -> String {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: a static string of the C library.
        let version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
        format!("glibc {}", version.to_string_lossy())
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    {
        std::env::consts::OS.to_owned()
    }
}
