//! What differs between operating systems and processors, and all the `unsafe` of the loader and the cache.
//!
//! Memory for machine code, and who we are. (The handler of crashes is in `crash`.)

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::ptr::NonNull;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// From now on these are called around each fork of the process: before it, and behind it in the parent and in the child.
pub fn around_forks(before: extern "C" fn(), in_parent: extern "C" fn(), in_child: extern "C" fn()) {
    // SAFETY: functions that live as long as the process. Where there is no memory for it, they are not called.
    unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
}

/// This is called when the process ends, before libraries that are loaded by now are taken apart.
pub fn at_exit(act: extern "C" fn()) {
    // SAFETY: as for `around_forks`.
    unsafe { libc::atexit(act) };
}

/// Pages of fresh memory, writable and not executable.
pub struct Pages {
    start: NonNull<u8>,
    len: usize,
}

/// What a run of pages may be used for from now on. There is no case that is both written and executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    Execute,
    Read,
    Write,
}

/// Gives back the memory that this library's own code and constants lie in. It comes from its file again, or from the kernel's copy of that, where it
/// is touched: what only a start needs, or only loading, does not stay. Reading it again takes some ten microseconds, so that is not done often.
pub fn give_back_own_code() {
    const TIMES_AT_MOST: u32 = 24;
    static TIMES: AtomicU32 = AtomicU32::new(0);
    if TIMES.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |times| (times < TIMES_AT_MOST).then_some(times + 1)).is_err() {
        return;
    }
    static RUNS: OnceLock<Vec<(usize, usize)>> = OnceLock::new();
    for &(start, end) in RUNS.get_or_init(runs_of_own_code) {
        // SAFETY: whole pages of a private mapping of a file that nothing writes to: what is read there next is the file's, as it was.
        unsafe { libc::madvise(std::ptr::without_provenance_mut(start), end - start, libc::MADV_DONTNEED) };
    }
}

/// The segments of this library that are not written to, by their addresses, without the pages that they share with others.
fn runs_of_own_code() -> Vec<(usize, usize)> {
    struct Search {
        within: usize,
        runs: Vec<(usize, usize)>,
    }
    unsafe extern "C" fn look(info: *mut libc::dl_phdr_info, _: usize, search: *mut libc::c_void) -> libc::c_int {
        // SAFETY: what the loader tells about a library that is loaded, and the search that was given below.
        let (info, search) = unsafe { (&*info, &mut *search.cast::<Search>()) };
        let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
        let place = |header: &libc::Elf64_Phdr| {
            let start = info.dlpi_addr as usize + header.p_vaddr as usize;
            start..start + header.p_memsz as usize
        };
        let loaded = || headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
        if !loaded().any(|header| place(header).contains(&search.within)) {
            return 0;
        }
        let page = page_size();
        let runs = loaded().filter(|header| header.p_flags & libc::PF_W == 0).map(|header| {
            let place = place(header);
            (place.start.next_multiple_of(page), place.end / page * page)
        });
        search.runs = runs.filter(|(start, end)| start < end).collect();
        1
    }
    let mut search = Search { within: (runs_of_own_code as fn() -> Vec<(usize, usize)>) as usize, runs: Vec::new() };
    // SAFETY: `look` is called with `search` before this returns, and not later.
    unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut search).cast()) };
    search.runs
}

/// Pages whose protections are final. Unmapped on drop.
pub struct Sealed(Pages);

// SAFETY: `Pages` owns its mapping as a `Box<[u8]>` would: no thread-bound state, and shared access to `Sealed` reads two integers.
unsafe impl Send for Pages {}
unsafe impl Sync for Pages {}

impl Pages {
    /// Zeroed pages; `len` is rounded up to whole pages and must not be 0.
    pub fn map(len: usize) -> io::Result<Pages> {
        let len = round_up_to_page(len).filter(|&len| len > 0 && isize::try_from(len).is_ok());
        let len = len.ok_or(io::ErrorKind::InvalidInput)?;
        // SAFETY: a new anonymous mapping at an address of the kernel's choice touches no memory that exists.
        let start = unsafe {
            libc::mmap(std::ptr::null_mut(), len, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0)
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Pages { start, len })
    }

    pub fn address(&self) -> usize {
        self.start.as_ptr().addr()
    }

    pub fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: `start..start+len` is our own mapping, readable and writable until `seal` consumes `self`; zeroed by the kernel, so
        // initialised; `len` fits isize; `&mut self` makes the slice the only way in.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }

    /// Gives each run of bytes its protection; runs follow each other from the start, each a whole number of pages. What is left over
    /// can only be read.
    pub fn seal(self, runs: &[(usize, Protection)]) -> io::Result<Sealed> {
        let mut at = 0;
        let rest = self.len - runs.iter().map(|(len, _)| len).sum::<usize>();
        for &(len, protection) in runs.iter().chain([&(rest, Protection::Read)]) {
            assert!(len % page_size() == 0 && len <= self.len - at, "runs are whole pages within the mapping");
            let flags = match protection {
                Protection::Execute => libc::PROT_READ | libc::PROT_EXEC,
                Protection::Read => libc::PROT_READ,
                Protection::Write => libc::PROT_READ | libc::PROT_WRITE,
            };
            // The pages are writable already, and an empty run has none.
            if len > 0 && protection != Protection::Write {
                // SAFETY: `at..at+len` lies within our mapping (asserted above), and no slice into it lives: `seal` took `self`.
                if unsafe { libc::mprotect(self.start.as_ptr().add(at).cast(), len, flags) } != 0 {
                    return Err(io::Error::last_os_error());
                }
            }
            at += len;
        }
        // x86-64 keeps its instruction cache coherent. aarch64 needs `__clear_cache` here.
        Ok(Sealed(self))
    }
}

impl Sealed {
    pub fn address(&self) -> usize {
        self.0.address()
    }

    pub fn len(&self) -> usize {
        self.0.len
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: unmaps exactly what `map` mapped, once. That nobody still runs the code is the promise of whoever called into it.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
    }
}

pub fn page_size() -> usize {
    // SAFETY: `sysconf` takes any number and touches no memory of ours.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4096)
}

/// None where it would overflow.
pub fn round_up_to_page(len: usize) -> Option<usize> {
    len.checked_next_multiple_of(page_size())
}

/// Whether only this user (or root) can have written a file or a folder. The error says who else could, for `doctor`.
pub fn is_ours(found: &Metadata) -> Result<(), String> {
    // SAFETY: `geteuid` has no arguments and cannot fail.
    let us = unsafe { libc::geteuid() };
    if found.uid() != us && found.uid() != 0 {
        return Err(format!("it belongs to another user (uid {}, and we are {us})", found.uid()));
    }
    if found.mode() & 0o022 != 0 {
        return Err(format!("others may write to it (mode {:03o}); `chmod go-w` makes it private", found.mode() & 0o777));
    }
    Ok(())
}

/// Flags for opening a cache entry: never through a link, and without waiting where a pipe stands in its place.
pub const OPEN_PLAIN: i32 = libc::O_NOFOLLOW | libc::O_NONBLOCK;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_zeroed_and_whole() {
        let mut pages = Pages::map(1).unwrap();
        assert_eq!(pages.bytes().len(), page_size());
        assert!(pages.bytes().iter().all(|&byte| byte == 0));
        assert!(Pages::map(0).is_err());
        assert!(Pages::map(usize::MAX).is_err());
    }

    #[test]
    fn sealed_pages_have_their_protections() {
        let page = page_size();
        let pages = Pages::map(4 * page).unwrap();
        let sealed = pages.seal(&[(page, Protection::Execute), (page, Protection::Read), (page, Protection::Write)]).unwrap();
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let modes: Vec<&str> = (0..4)
            .map(|i| {
                let at = sealed.address() + i * page;
                let line = maps.lines().find(|line| {
                    let (start, end) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
                    (usize::from_str_radix(start, 16).unwrap()..usize::from_str_radix(end, 16).unwrap()).contains(&at)
                });
                line.unwrap().split(' ').nth(1).unwrap()
            })
            .collect();
        assert_eq!(modes, ["r-xp", "r--p", "rw-p", "r--p"]);
        assert_eq!(sealed.len(), 4 * page);
    }
}
