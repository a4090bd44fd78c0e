//! Names that native code sets in the namespace of its module: what a look at its version must not take for a change by others.

use crate::object::Raw;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The version that a namespace had when it was looked at last, or after native code's own changes since. No two dicts have the same one. Whoever
/// runs native code holds the lock.
static KNOWN: AtomicU64 = AtomicU64::new(0);
/// Whether native code has made such changes: what stands behind a name now may be at the address of what stood there.
static HAS_CHANGED: AtomicBool = AtomicBool::new(false);

unsafe fn version(namespace: Raw) -> u64 {
    unsafe { frames::lh_dict_version(namespace.cast()) }
}

/// From here on changes by others are to be told. The version.
///
/// # Safety
/// A live dict, and the lock is held; the same below.
pub unsafe fn begin(namespace: Raw) -> u64 {
    let now = unsafe { version(namespace) };
    KNOWN.store(now, Ordering::Relaxed);
    HAS_CHANGED.store(false, Ordering::Relaxed);
    now
}

/// Whether nobody at all has changed it since.
pub unsafe fn are_none(namespace: Raw) -> bool {
    unsafe { are_all(namespace) && !HAS_CHANGED.load(Ordering::Relaxed) }
}

/// Whether nobody but native code has changed it since.
pub unsafe fn are_all(namespace: Raw) -> bool {
    unsafe { version(namespace) == KNOWN.load(Ordering::Relaxed) }
}

/// A change of native code's own, which runs nothing else.
pub unsafe fn change<T>(namespace: Raw, change: impl FnOnce() -> T) -> T {
    unsafe {
        let are_all = are_all(namespace);
        let result = change();
        if are_all {
            KNOWN.store(version(namespace), Ordering::Relaxed);
            HAS_CHANGED.store(true, Ordering::Relaxed);
        }
        result
    }
}
