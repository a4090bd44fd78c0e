//! Functions that crash, each in a way of its own: for the tests, which link machine code to them in place of functions that it calls.

/// Where the function is that ends in such a crash.
pub fn address_of(kind: &str) -> Option<usize> {
    Some(match kind {
        // No function at all: the jump faults.
        "nowhere" => 8,
        "null" => null as *const () as usize,
        "illegal" => illegal as *const () as usize,
        "division" => division as *const () as usize,
        "stack" => stack as *const () as usize,
        _ => return None,
    })
}

extern "C" fn null(x: f64) -> f64 {
    // SAFETY: there is none: it is meant to crash. Volatile, so that the compiler does it.
    x + unsafe { std::ptr::without_provenance::<f64>(16).read_volatile() }
}

extern "C" fn illegal(x: f64) -> f64 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("ud2")
    }
    x
}

extern "C" fn division(x: f64) -> f64 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!("xor ecx, ecx", "xor edx, edx", "mov eax, 1", "div ecx", out("eax") _, out("ecx") _, out("edx") _)
    }
    x
}

#[allow(unconditional_recursion)]
extern "C" fn stack(x: f64) -> f64 {
    let room = std::hint::black_box([x; 64]);
    stack(room[0] + 1.0) + room[1]
}
