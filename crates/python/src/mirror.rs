//! Mirrors: lists of numbers as typed buffers, for the loops that work on nothing else (`passes::mirror`).
//!
//! One list has one mirror, whatever its names are: so aliases stay aliases. A mirror is made when a loop has taken as long as copying will
//! take, lives until somebody may look at lists or change them, and is written back before that: an item becomes a new object only where
//! its value changed. While it lives it owns a reference of its list, whose length and rows stay as they are.
//!
//! Everything here runs with the interpreter's lock held, and mirrors live only while there is one Python thread.

use crate::object::Raw;
use crate::settings::{count, settings};
use codegen::Site;
use ir::Op;
use pyo3::ffi;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Instant;

/// How many mirrors there are; native code looks at it before it reads or changes lists.
static LIVE: AtomicI64 = AtomicI64::new(0);

/// What copying an item in, and back if it changed, takes, in seconds.
const ITEM_COSTS: f64 = 30e-9;
/// What part of a loop's time is saved by working on mirrors.
const SAVED: f64 = 0.8;
/// How seldom a loop is asked that took little so far, in seconds.
const ASKED_EVERY: f64 = 20e-6;
/// A loop that is entered again within this many seconds is short, and so often in a row it works in place.
const SHORT: f64 = 1e-6;
const SHORT_AT_MOST: i64 = 100;
/// Copies larger than this are made only if half of the free memory is enough for them.
const UNASKED_BYTES: u64 = 64 << 20;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaf {
    /// Nobody asked what its items are.
    Unread,
    Float,
    Int,
    /// Its items are lists.
    Rows,
}

/// Native code reads the first three fields.
#[repr(C)]
struct Mirror {
    list: Raw,
    length: i64,
    items: *mut u64,
    buffer: Vec<u64>,
    leaf: Leaf,
    /// Numbers of it may have been set since it was made or written back.
    is_ahead: bool,
}

/// A list that a loop works on, as `passes::mirror` describes it.
#[derive(Clone, Copy)]
struct Offer {
    object: usize,
    what: i64,
}

impl Offer {
    fn leaf(self) -> Leaf {
        match self.what & 3 {
            1 => Leaf::Float,
            2 => Leaf::Int,
            _ => Leaf::Unread,
        }
    }

    fn writes(self) -> bool {
        self.what & 4 != 0
    }

    fn depth(self) -> i64 {
        self.what >> 3
    }
}

#[derive(Default)]
struct Mirrors {
    /// By the address of the list.
    by_list: HashMap<usize, Box<Mirror>>,
    offers: Vec<Offer>,
    /// The mirrors of the roots of the loop that is being entered.
    taken: Vec<usize>,
    made: f64,
    cost: f64,
    /// By how much copying has to pay: mirrors that were given up too soon make it more.
    patience: f64,
}

// SAFETY: used with the interpreter's lock held only.
unsafe impl Send for Mirrors {}

fn mirrors() -> MutexGuard<'static, Mirrors> {
    static MIRRORS: OnceLock<Mutex<Mirrors>> = OnceLock::new();
    let mirrors = MIRRORS.get_or_init(|| Mutex::new(Mirrors { patience: 1.0, ..Mirrors::default() }));
    mirrors.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn seconds() -> f64 {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed().as_secs_f64()
}

pub fn are_live() -> bool {
    LIVE.load(Ordering::Relaxed) != 0
}

/// Gives all mirrors up, their lists written back.
pub fn settle() {
    if are_live() {
        lh_mirror_settle();
    }
}

extern "C" fn lh_mirror_flush() {
    let mut mirrors = mirrors();
    // SAFETY: mirrors own their lists, whose lengths are what they were.
    mirrors.by_list.values_mut().for_each(|mirror| unsafe { mirror.write_back() });
}

extern "C" fn lh_mirror_settle() {
    lh_mirror_flush();
    let given_up = {
        let mut mirrors = mirrors();
        LIVE.store(0, Ordering::Relaxed);
        let has_paid = seconds() - mirrors.made > mirrors.cost;
        mirrors.patience = if has_paid { (mirrors.patience / 2.0).max(0.25) } else { (mirrors.patience * 2.0).min(1024.0) };
        std::mem::take(&mut mirrors.by_list)
    };
    // SAFETY: each mirror owns a reference of its list.
    given_up.values().for_each(|mirror| unsafe { ffi::Py_DECREF(mirror.list) });
}

/// A list of the loop that is about to be entered.
extern "C" fn lh_mirror_offer(_: *mut Site, object: Raw, what: i64) {
    mirrors().offers.push(Offer { object: object as usize, what });
}

extern "C" fn lh_mirror_at(_: *mut Site, index: i64) -> *mut u8 {
    mirrors().taken[index as usize] as *mut u8
}

/// Whether the loop is to go on with mirrors of all the lists that were offered. If not, none of them has one.
unsafe extern "C" fn lh_mirror_decide(site: *mut Site) -> i64 {
    // SAFETY: a site of the unit that runs; objects that native code has.
    unsafe {
        let site = &mut *site;
        let mut mirrors = mirrors();
        let offers = std::mem::take(&mut mirrors.offers);
        if mirrors.takes(site, &offers) {
            return 1;
        }
        let is_mirrored = are_live() && offers.iter().any(|offer| mirrors.has_part_of(*offer));
        drop(mirrors);
        if is_mirrored {
            lh_mirror_settle();
        }
        0
    }
}

impl Mirrors {
    unsafe fn takes(&mut self, site: &mut Site, offers: &[Offer]) -> bool {
        unsafe {
            let is_forced = settings().compiles_everything();
            let items: u64 = offers.iter().map(|offer| self.items_to_copy(offer.object as Raw, offer.depth())).sum();
            let cost = items as f64 * ITEM_COSTS * self.patience;
            site.account();
            if site.short > SHORT_AT_MOST && !is_forced {
                site.rest();
                return false;
            }
            if items > 0 && !is_forced && site.taken * SAVED < cost {
                site.sleep(cost / SAVED - site.taken);
                return false;
            }
            if !is_only_thread() || !has_room(items * 8) || !offers.iter().all(|offer| self.make(*offer)) {
                site.rest();
                return false;
            }
            if items > 0 {
                (self.made, self.cost) = (seconds(), items as f64 * ITEM_COSTS);
            }
            self.taken = offers.iter().map(|offer| &raw const *self.by_list[&offer.object] as usize).collect();
            count(&settings().counters.mirrored);
            (site.taken, site.turns, site.countdown) = (0.0, 1, 1);
            true
        }
    }

    /// How many numbers would be copied.
    unsafe fn items_to_copy(&self, list: Raw, depth: i64) -> u64 {
        unsafe {
            if self.by_list.contains_key(&(list as usize)) || ffi::Py_TYPE(list) != &raw mut ffi::PyList_Type {
                return 0;
            }
            let size = ffi::PyList_GET_SIZE(list);
            match depth {
                0 => size as u64,
                _ => (0..size).map(|i| 1 + self.items_to_copy(ffi::PyList_GET_ITEM(list, i), depth - 1)).sum(),
            }
        }
    }

    /// Makes the mirror of a list and of its rows, those that are not there yet; false if they are not what was expected.
    unsafe fn make(&mut self, offer: Offer) -> bool {
        unsafe {
            let list = offer.object as Raw;
            if ffi::Py_TYPE(list) != &raw mut ffi::PyList_Type {
                return false;
            }
            let size = ffi::PyList_GET_SIZE(list);
            let wanted = if offer.depth() > 0 { Leaf::Rows } else { offer.leaf() };
            let known = self.by_list.get(&offer.object).map(|mirror| (mirror.leaf, mirror.is_ahead));
            if let Some((leaf, is_ahead)) = known {
                let is_to_be_read = leaf == Leaf::Unread && wanted != Leaf::Unread && size > 0;
                let fits = leaf == wanted || wanted == Leaf::Unread || size == 0;
                if !fits && !is_to_be_read {
                    return false;
                }
                // Rows that are to be set have to know it.
                if !is_to_be_read && (leaf != Leaf::Rows || !offer.writes() || is_ahead) {
                    self.by_list.get_mut(&offer.object).expect("just found").is_ahead |= offer.writes();
                    return true;
                }
            }
            let mut buffer = Vec::new();
            if wanted != Leaf::Unread {
                if buffer.try_reserve_exact(size as usize).is_err() {
                    return false;
                }
                for i in 0..size {
                    let item = ffi::PyList_GET_ITEM(list, i);
                    let kind = ffi::Py_TYPE(item);
                    buffer.push(match wanted {
                        Leaf::Rows => {
                            let row = Offer { object: item as usize, what: offer.what - 8 };
                            if item == list || !self.make(row) {
                                return false;
                            }
                            &raw const *self.by_list[&row.object] as u64
                        }
                        Leaf::Float if kind == &raw mut ffi::PyFloat_Type => ffi::PyFloat_AS_DOUBLE(item).to_bits(),
                        Leaf::Int if kind == &raw mut ffi::PyLong_Type => {
                            let mut overflow = 0;
                            let value = ffi::PyLong_AsLongLongAndOverflow(item, &mut overflow);
                            if overflow != 0 {
                                return false;
                            }
                            value as u64
                        }
                        _ => return false,
                    });
                }
            }
            let mirror = self.by_list.entry(offer.object).or_insert_with(|| {
                ffi::Py_INCREF(list);
                LIVE.store(LIVE.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                Box::new(Mirror {
                    list,
                    length: size as i64,
                    items: std::ptr::null_mut(),
                    buffer: Vec::new(),
                    leaf: wanted,
                    is_ahead: false,
                })
            });
            // Numbers that were set are in the buffer that is there.
            if mirror.buffer.is_empty() {
                mirror.buffer = buffer;
                mirror.leaf = wanted;
                mirror.items = mirror.buffer.as_mut_ptr();
            }
            mirror.is_ahead |= offer.writes();
            true
        }
    }

    /// Whether a list or one of its rows has a mirror.
    unsafe fn has_part_of(&self, offer: Offer) -> bool {
        unsafe {
            let list = offer.object as Raw;
            let is_list = ffi::Py_TYPE(list) == &raw mut ffi::PyList_Type;
            self.by_list.contains_key(&offer.object)
                || is_list
                    && offer.depth() > 0
                    && (0..ffi::PyList_GET_SIZE(list)).any(|i| {
                        let row = ffi::PyList_GET_ITEM(list, i);
                        row != list && self.has_part_of(Offer { object: row as usize, what: offer.what - 8 })
                    })
        }
    }
}

impl Mirror {
    /// Makes the list's numbers what they are here.
    unsafe fn write_back(&mut self) {
        if !std::mem::take(&mut self.is_ahead) || !matches!(self.leaf, Leaf::Float | Leaf::Int) {
            return;
        }
        // SAFETY: the list has as many items as the buffer, all of them of the type that was found when it was filled, or set here since.
        unsafe {
            for (i, bits) in self.buffer.iter().enumerate() {
                let old = ffi::PyList_GET_ITEM(self.list, i as isize);
                let new = match self.leaf {
                    Leaf::Float if ffi::PyFloat_AS_DOUBLE(old).to_bits() == *bits => continue,
                    Leaf::Float if ffi::Py_REFCNT(old) == 1 => {
                        (*old.cast::<ffi::PyFloatObject>()).ob_fval = f64::from_bits(*bits);
                        continue;
                    }
                    Leaf::Float => ffi::PyFloat_FromDouble(f64::from_bits(*bits)),
                    _ if ffi::PyLong_AsLongLong(old) as u64 == *bits => continue,
                    _ => ffi::PyLong_FromLongLong(*bits as i64),
                };
                if new.is_null() {
                    ffi::Py_FatalError(c"lancehead: no memory to write the numbers of a list back".as_ptr());
                }
                ffi::PyList_SET_ITEM(self.list, i as isize, new);
                ffi::Py_DECREF(old);
            }
        }
    }
}

/// What a site remembers of its loop's time.
trait Clocked {
    fn account(&mut self);
    fn sleep(&mut self, seconds: f64);
    fn rest(&mut self);
}

impl Clocked for Site {
    /// Adds what the loop has taken since it was asked last.
    fn account(&mut self) {
        let now = seconds();
        let turns = (self.turns - self.countdown).max(0) as f64;
        if self.entered == 0 && self.asked > 0.0 && turns > 0.0 {
            self.turn = (now - self.asked) / turns;
        }
        self.taken += turns * self.turn;
        self.short = if self.entered != 0 && now - self.asked < SHORT { self.short + 1 } else { 0 };
        (self.entered, self.asked) = (0, now);
    }

    /// It is asked again when about half of that time has passed.
    fn sleep(&mut self, seconds: f64) {
        let wait = (seconds / 2.0).max(ASKED_EVERY);
        self.turns = if self.turn > 0.0 { (wait / self.turn).clamp(1.0, 1e6) as i64 } else { 1 };
        self.countdown = self.turns;
    }

    /// Its lists can't be mirrored: it is not asked for a while.
    fn rest(&mut self) {
        (self.taken, self.short) = (0.0, 0);
        self.turns = 100_000;
        self.countdown = self.turns;
    }
}

fn is_only_thread() -> bool {
    unsafe extern "C" {
        fn PyInterpreterState_ThreadHead(interpreter: *mut ffi::PyInterpreterState) -> *mut ffi::PyThreadState;
        fn PyThreadState_Next(thread: *mut ffi::PyThreadState) -> *mut ffi::PyThreadState;
    }
    // SAFETY: the lock is held.
    unsafe { PyThreadState_Next(PyInterpreterState_ThreadHead(ffi::PyInterpreterState_Get())).is_null() }
}

fn has_room(bytes: u64) -> bool {
    if bytes <= UNASKED_BYTES {
        return true;
    }
    runtime::memory::free().is_some_and(|free| bytes < free / 2)
}

/// What the code generator's `mirrors.ll` does, for interpreted IR.
pub unsafe fn on_mirror(op: &Op, args: &[u64]) -> Option<u64> {
    unsafe {
        let site = || args[0] as *mut Site;
        let mirror = || &*(args[0] as *const Mirror);
        let item = || mirror().items.add(args[1] as usize);
        Some(match op {
            Op::MirrorEnter => {
                (*site()).entered = 1;
                if are_live() {
                    (*site()).turns -= (*site()).countdown - 1;
                    (*site()).countdown = 1;
                }
                0
            }
            Op::MirrorDue => {
                (*site()).countdown -= 1;
                ((*site()).countdown < 1).into()
            }
            Op::MirrorFlush => {
                if are_live() {
                    lh_mirror_flush();
                }
                0
            }
            Op::MirrorSettle => {
                settle();
                0
            }
            Op::MirrorList => mirror().list as u64,
            Op::MirrorLength => mirror().length as u64,
            Op::MirrorRow | Op::MirrorFloat | Op::MirrorInt => *item(),
            Op::MirrorSetFloat | Op::MirrorSetInt => {
                *item() = args[2];
                0
            }
            _ => return None,
        })
    }
}

pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_mirrors_live" => LIVE.as_ptr() as usize,
        "lh_mirror_flush" => lh_mirror_flush as *const () as usize,
        "lh_mirror_settle" => lh_mirror_settle as *const () as usize,
        "lh_mirror_offer" => lh_mirror_offer as *const () as usize,
        "lh_mirror_decide" => lh_mirror_decide as *const () as usize,
        "lh_mirror_at" => lh_mirror_at as *const () as usize,
        _ => return None,
    })
}
