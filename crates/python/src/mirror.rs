//! Mirrors: lists of numbers as typed buffers, for the loops that work on nothing else (`passes::mirror`).
//!
//! One list has one mirror, whatever its names are: so aliases stay aliases. A mirror is made when a loop has taken as long as copying will
//! take, lives until anybody may look at lists or change them, and is written back before that: an item becomes a new object only where
//! its value changed. While it lives it owns a reference of its list.
//!
//! Native code outside of mirrored loops says which list it reads or changes. Then that one's mirror is written back, told, or *stale*: read
//! anew before a loop takes it again. Each such question costs a look; when there were many in vain, all mirrors are given up.
//!
//! Everything here runs with the interpreter's lock held, and mirrors live only while there is one Python thread.

use crate::object::Raw;
use crate::settings::{count, count_all, settings};
use codegen::Site;
use ir::Op;
use pyo3::ffi;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Duration;
use worth::brief::{Answer, BriefEntries};

/// How many mirrors there are, and how many of them may be ahead of their lists; native code looks at these before it changes lists or reads
/// numbers of them.
static LIVE: AtomicI64 = AtomicI64::new(0);
static AHEAD: AtomicI64 = AtomicI64::new(0);

/// What copying an item in, and back if it changed, takes, in seconds.
const ITEM_COSTS: f64 = 30e-9;
/// What part of a loop's time is saved by working on mirrors.
const SAVED: f64 = 0.8;
/// How seldom a loop is asked that took little so far, in seconds.
const ASKED_EVERY: f64 = 20e-6;
/// So often may a loop copy before it has taken as long, if it took so much longer in place each time before.
const TRUSTED: i64 = 15;
const BY_FAR: f64 = 2.0;
/// By how much copying has to pay at most.
const PATIENCE_AT_MOST: f64 = 1024.0;
/// A look for a list's mirror costs about a quarter of copying an item in and back. As many may be in vain, and one for each so many items.
const IN_VAIN_AT_LEAST: usize = 64;
const ITEMS_OF_A_LOOK: usize = 4;
/// Lists that nobody else has are looked for when there are twice as many mirrors as were left then, and so many more.
const SWEPT_AT_LEAST: usize = 64;
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
    /// Its list has changed: it has to be read anew.
    is_stale: bool,
    /// Of lists of lists: when its rows were told that their numbers may be set.
    told: u64,
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

/// Of addresses: one multiplication.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_usize((*byte).into()));
    }

    fn write_usize(&mut self, address: usize) {
        let mixed = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }
}

type ByList = HashMap<usize, Box<Mirror>, BuildHasherDefault<AddressHasher>>;

#[derive(Default)]
struct Mirrors {
    /// By the address of the list.
    by_list: ByList,
    /// How many of them are stale; how many items all of them have.
    stale: usize,
    /// Of how many the items were not read.
    unread: usize,
    items: usize,
    /// How often a list was looked for since a loop took mirrors.
    looks: usize,
    /// How many items were written back since then, for somebody who read one: the loop that takes them again pays for that.
    written: usize,
    /// How often lists were made true: then their mirrors have to be told again that they may be set.
    times_true: u64,
    swept_at: usize,
    offers: Vec<Offer>,
    /// The mirrors of the roots of the loop that is being entered.
    taken: Vec<usize>,
    made: f64,
    cost: f64,
    /// By how much copying has to pay: mirrors that were given up too soon make it more.
    patience: f64,
    /// Of the loops of which entries may be brief.
    brief: Vec<BriefEntries>,
}

// SAFETY: used with the interpreter's lock held only.
unsafe impl Send for Mirrors {}

fn mirrors() -> MutexGuard<'static, Mirrors> {
    static MIRRORS: OnceLock<Mutex<Mirrors>> = OnceLock::new();
    let mirrors = MIRRORS.get_or_init(|| Mutex::new(Mirrors { patience: 1.0, ..Mirrors::default() }));
    mirrors.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn seconds() -> f64 {
    crate::account::computed().as_secs_f64()
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

/// Somebody reads a number of this list.
extern "C" fn lh_mirror_flush(list: Raw) {
    let mut mirrors = mirrors();
    match mirrors.are_worth_a_look() {
        true => mirrors.write_back(list),
        false => mirrors.write_all_back(),
    }
}

/// Somebody changes this list.
extern "C" fn lh_mirror_settle_one(list: Raw) {
    let mut mirrors = mirrors();
    if mirrors.are_worth_a_look() {
        mirrors.spoil(list);
    } else {
        drop(mirrors);
        lh_mirror_settle();
    }
}

/// Somebody sets a number of this list, of this leaf: its mirror, or null.
extern "C" fn lh_mirror_of(list: Raw, leaf: i64) -> *mut Mirror {
    let mut mirrors = mirrors();
    if !mirrors.are_worth_a_look() {
        drop(mirrors);
        lh_mirror_settle();
        return std::ptr::null_mut();
    }
    let wanted = if leaf == 1 { Leaf::Float } else { Leaf::Int };
    match mirrors.by_list.get_mut(&(list as usize)) {
        Some(mirror) if mirror.leaf == wanted && !mirror.is_stale => &raw mut **mirror,
        _ => {
            mirrors.spoil(list);
            std::ptr::null_mut()
        }
    }
}

/// Puts another mirror's list there, and takes its reference over.
unsafe extern "C" fn lh_mirror_set_row(mirror: *mut Mirror, index: i64, row: *mut Mirror) {
    // SAFETY: mirrors of the loop that runs, and an index that is in bounds. The old item has a mirror, which keeps it: nothing ends here.
    unsafe {
        let old = ffi::PyList_GET_ITEM((*mirror).list, index as isize);
        ffi::PyList_SET_ITEM((*mirror).list, index as isize, (*row).list);
        *(*mirror).items.add(index as usize) = row as u64;
        ffi::Py_DECREF(old);
    }
}

extern "C" fn lh_mirror_settle() {
    let given_up = {
        let mut mirrors = mirrors();
        LIVE.store(0, Ordering::Relaxed);
        // In place it would have taken so much longer.
        let has_paid = (seconds() - mirrors.made) * SAVED / (1.0 - SAVED) > mirrors.cost;
        mirrors.patience = if has_paid { (mirrors.patience / 2.0).max(0.25) } else { (mirrors.patience * 2.0).min(PATIENCE_AT_MOST) };
        mirrors.take_all()
    };
    let (lists_of_lists, of_numbers): (Vec<_>, Vec<_>) = given_up.into_values().partition(|mirror| mirror.leaf == Leaf::Rows);
    // SAFETY: each mirror owns a reference of its list. The lists of lists first: what nobody else has need not be written back.
    unsafe {
        for mut mirror in lists_of_lists.into_iter().chain(of_numbers) {
            mirror.let_go();
        }
    }
}

/// A list of the loop that is about to be entered.
extern "C" fn lh_mirror_offer(_: *mut Site, object: Raw, what: i64) {
    mirrors().offers.push(Offer { object: object as usize, what });
}

extern "C" fn lh_mirror_at(_: *mut Site, index: i64) -> *mut u8 {
    mirrors().taken[index as usize] as *mut u8
}

/// Whether the loop is to go on with mirrors of all the lists that were offered. If not, it works on the lists.
unsafe extern "C" fn lh_mirror_decide(site: *mut Site) -> i64 {
    // SAFETY: a site of the unit that runs; objects that native code has.
    unsafe {
        let site = &mut *site;
        let mut mirrors = mirrors();
        let offers = std::mem::take(&mut mirrors.offers);
        let taken = mirrors.takes(site, &offers);
        if taken == Taken::Mirrors {
            return 1;
        }
        let steps_back = taken == Taken::Nothing && is_only_thread() && offers.iter().all(|offer| mirrors.step_back(*offer));
        drop(mirrors);
        if !steps_back {
            settle();
        }
        0
    }
}

#[derive(PartialEq, Eq)]
enum Taken {
    Mirrors,
    Nothing,
    /// There are to be none.
    NoneAtAll,
}

impl Mirrors {
    unsafe fn takes(&mut self, site: &mut Site, offers: &[Offer]) -> Taken {
        unsafe {
            let is_forced = settings().compiles_everything();
            let items: u64 = offers.iter().map(|offer| self.items_to_copy(offer.object as Raw, offer.depth())).sum();
            let written = std::mem::take(&mut self.written) as u64;
            let cost = (items + written) as f64 * ITEM_COSTS * self.patience;
            let (now, entered) = (seconds(), site.entered);
            site.account(now);
            if !is_forced
                && let Answer::InPlace { turns, begins } = self.brief_entries(site).ask(Duration::from_secs_f64(now), entered as u32)
            {
                (site.turns, site.countdown) = (turns, turns);
                return if begins { Taken::NoneAtAll } else { Taken::Nothing };
            }
            let is_earned = items + written == 0 || is_forced || site.taken * SAVED >= cost;
            let is_trusted = site.trust > 0 && site.per_entry * SAVED >= cost * BY_FAR;
            if !is_earned && !is_trusted {
                if written > 0 {
                    self.patience = (self.patience * 2.0).min(PATIENCE_AT_MOST);
                }
                site.sleep(cost / SAVED - site.taken);
                return Taken::Nothing;
            }
            if !is_only_thread() || !has_room(items * 8) || !offers.iter().all(|offer| self.make(*offer)) {
                site.rest();
                return Taken::Nothing;
            }
            if items > 0 {
                (self.made, self.cost) = (seconds(), items as f64 * ITEM_COSTS);
                site.trust = if is_earned { TRUSTED } else { site.trust - 1 };
            }
            self.looks = 0;
            self.taken = offers.iter().map(|offer| &raw const *self.by_list[&offer.object] as usize).collect();
            count(&settings().counters.mirrored);
            (site.taken, site.turns, site.countdown) = (0.0, 1, 1);
            site.of_entry = f64::NAN;
            Taken::Mirrors
        }
    }

    fn brief_entries(&mut self, site: &mut Site) -> &mut BriefEntries {
        if site.brief == 0 {
            self.brief.push(BriefEntries::default());
            site.brief = self.brief.len();
        }
        &mut self.brief[site.brief - 1]
    }

    /// Counts a look for a list: whether the mirrors are worth it.
    fn are_worth_a_look(&mut self) -> bool {
        self.looks += 1;
        self.looks <= IN_VAIN_AT_LEAST + self.items / ITEMS_OF_A_LOOK
    }

    /// Makes a list true, if its mirror is ahead.
    fn write_back(&mut self, list: Raw) {
        if let Some(mirror) = self.by_list.get_mut(&(list as usize)) {
            self.times_true += u64::from(mirror.is_ahead);
            self.written += if mirror.is_ahead { mirror.buffer.len() } else { 0 };
            mirror.write_back();
        }
    }

    fn write_all_back(&mut self) {
        self.times_true += 1;
        for mirror in self.by_list.values_mut() {
            self.written += if mirror.is_ahead { mirror.buffer.len() } else { 0 };
            mirror.write_back();
        }
    }

    /// A list is about to be changed.
    fn spoil(&mut self, list: Raw) {
        if let Some(mirror) = self.by_list.get_mut(&(list as usize)) {
            self.times_true += 1;
            mirror.write_back();
            self.stale += usize::from(!std::mem::replace(&mut mirror.is_stale, true));
        }
    }

    fn take_all(&mut self) -> ByList {
        (self.stale, self.unread, self.items, self.looks, self.written) = (0, 0, 0, 0, 0);
        std::mem::take(&mut self.by_list)
    }

    /// Gives up what nobody can look at any more: the lists that only their mirrors have.
    unsafe fn sweep(&mut self) {
        // SAFETY: each mirror owns a reference of its list.
        let is_alone = |mirror: &Mirror| unsafe { ffi::Py_REFCNT(mirror.list) == 1 };
        let ends: Vec<usize> = self.by_list.iter().filter(|(_, mirror)| is_alone(mirror)).map(|(list, _)| *list).collect();
        for list in ends {
            let mut mirror = self.by_list.remove(&list).expect("just found");
            self.stale -= usize::from(mirror.is_stale);
            self.items -= mirror.buffer.len();
            self.unread -= usize::from(mirror.leaf == Leaf::Unread);
            LIVE.store(LIVE.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
            unsafe { mirror.let_go() };
        }
        self.swept_at = 2 * self.by_list.len() + SWEPT_AT_LEAST;
    }

    /// How many numbers would be copied.
    unsafe fn items_to_copy(&self, list: Raw, depth: i64) -> u64 {
        unsafe {
            if ffi::Py_TYPE(list) != &raw mut ffi::PyList_Type {
                return 0;
            }
            match self.by_list.get(&(list as usize)) {
                Some(mirror) if !mirror.is_stale && (self.stale == 0 || depth == 0) => return 0,
                Some(mirror) if !mirror.is_stale => {
                    let rows = (0..ffi::PyList_GET_SIZE(list)).map(|i| ffi::PyList_GET_ITEM(list, i));
                    return rows.map(|row| self.items_to_copy(row, depth - 1)).sum();
                }
                _ => {}
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
            let known = self.by_list.get(&offer.object).filter(|mirror| !mirror.is_stale);
            let is_told = |mirror: &Mirror| mirror.told == self.times_true || !offer.writes();
            let are_read = self.stale == 0 && (self.unread == 0 || offer.leaf() == Leaf::Unread);
            if let Some((leaf, are_ready)) = known.map(|mirror| (mirror.leaf, are_read && is_told(mirror))) {
                let is_to_be_read = leaf == Leaf::Unread && wanted != Leaf::Unread && size > 0;
                let fits = leaf == wanted || wanted == Leaf::Unread || size == 0;
                if !fits && !is_to_be_read {
                    return false;
                }
                // Rows that are to be set have to know it, and stale ones to be read.
                if !is_to_be_read && (leaf != Leaf::Rows || are_ready) {
                    self.by_list.get_mut(&offer.object).expect("just found").is_to_be_set(offer.writes(), self.times_true);
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
            if self.by_list.len() >= self.swept_at {
                self.sweep();
            }
            let mirror = self.by_list.entry(offer.object).or_insert_with(|| {
                ffi::Py_INCREF(list);
                LIVE.store(LIVE.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                self.unread += 1;
                Box::new(Mirror {
                    list,
                    length: size as i64,
                    items: std::ptr::null_mut(),
                    buffer: Vec::new(),
                    leaf: Leaf::Unread,
                    is_ahead: false,
                    is_stale: false,
                    told: u64::MAX,
                })
            });
            // Numbers that were set are in the buffer that is there.
            let is_stale = std::mem::take(&mut mirror.is_stale);
            if mirror.buffer.is_empty() || is_stale {
                self.stale -= usize::from(is_stale);
                self.items += buffer.len();
                self.items -= mirror.buffer.len();
                self.unread += usize::from(wanted == Leaf::Unread);
                self.unread -= usize::from(mirror.leaf == Leaf::Unread);
                mirror.length = size as i64;
                count_all(&settings().counters.copied, buffer.len());
                mirror.buffer = buffer;
                mirror.leaf = wanted;
                mirror.items = mirror.buffer.as_mut_ptr();
            }
            mirror.is_to_be_set(offer.writes(), self.times_true);
            true
        }
    }

    /// A list and its rows are worked on in place: what has a mirror is true, and the mirror read anew if numbers or rows are set. False if too
    /// many were looked for.
    unsafe fn step_back(&mut self, offer: Offer) -> bool {
        let list = offer.object as Raw;
        if !self.are_worth_a_look() {
            return false;
        }
        match offer.writes() {
            true => self.spoil(list),
            false => self.write_back(list),
        }
        // SAFETY: an object that native code has, and what is in it.
        unsafe {
            if offer.depth() == 0 || ffi::Py_TYPE(list) != &raw mut ffi::PyList_Type {
                return true;
            }
            let mut rows = (0..ffi::PyList_GET_SIZE(list)).map(|i| ffi::PyList_GET_ITEM(list, i));
            rows.all(|row| self.step_back(Offer { object: row as usize, what: offer.what - 8 }))
        }
    }
}

impl Mirror {
    fn is_to_be_set(&mut self, writes: bool, now: u64) {
        if writes && self.leaf == Leaf::Rows {
            self.told = now;
        } else if writes && !std::mem::replace(&mut self.is_ahead, true) {
            AHEAD.store(AHEAD.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    }

    fn is_true_again(&mut self) -> bool {
        let was_ahead = std::mem::take(&mut self.is_ahead);
        if was_ahead {
            AHEAD.store(AHEAD.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
        }
        was_ahead
    }

    /// Gives the list's reference back. Nobody looks at what a list holds that ends with it.
    unsafe fn let_go(&mut self) {
        unsafe {
            if ffi::Py_REFCNT(self.list) == 1 {
                self.is_true_again();
            }
            self.write_back();
            ffi::Py_DECREF(self.list);
        }
    }

    /// Makes the list's numbers what they are here.
    fn write_back(&mut self) {
        if !self.is_true_again() || !matches!(self.leaf, Leaf::Float | Leaf::Int) {
            return;
        }
        count_all(&settings().counters.copied, self.buffer.len());
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
    fn account(&mut self, now: f64);
    fn sleep(&mut self, seconds: f64);
    fn rest(&mut self);
}

impl Clocked for Site {
    /// Adds what the loop has taken since it was asked last.
    fn account(&mut self, now: f64) {
        let turns = (self.turns - self.countdown).max(0) as f64;
        if self.entered == 0 && self.asked > 0.0 && turns > 0.0 {
            self.turn = (now - self.asked) / turns;
        }
        self.of_entry += turns;
        if self.entered > 0 {
            // The turns of the entry before, or of all entries since then; not if it had mirrors.
            if !self.of_entry.is_nan() {
                self.per_entry = self.of_entry * self.turn / self.entered as f64;
            }
            self.of_entry = 0.0;
        }
        self.taken += turns * self.turn;
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
        self.taken = 0.0;
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
                (*site()).entered += 1;
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
                if AHEAD.load(Ordering::Relaxed) != 0 {
                    lh_mirror_flush(args[0] as Raw);
                }
                0
            }
            Op::MirrorSettle => {
                if are_live() {
                    lh_mirror_settle_one(args[0] as Raw);
                }
                0
            }
            Op::MirrorSettleAll => {
                settle();
                0
            }
            Op::MirrorOfFloats | Op::MirrorOfInts if !are_live() => 0,
            Op::MirrorOfFloats => lh_mirror_of(args[0] as Raw, 1) as u64,
            Op::MirrorOfInts => lh_mirror_of(args[0] as Raw, 2) as u64,
            Op::MirrorNoteFloat | Op::MirrorNoteInt if args[0] == 0 => 0,
            Op::MirrorList => mirror().list as u64,
            Op::MirrorLength => mirror().length as u64,
            Op::MirrorRow | Op::MirrorFloat | Op::MirrorInt => *item(),
            Op::MirrorSetFloat | Op::MirrorSetInt | Op::MirrorNoteFloat | Op::MirrorNoteInt => {
                *item() = args[2];
                0
            }
            Op::MirrorSetRow => {
                lh_mirror_set_row(args[0] as *mut Mirror, args[1] as i64, args[2] as *mut Mirror);
                0
            }
            _ => return None,
        })
    }
}

pub fn address_of(symbol: &str) -> Option<usize> {
    Some(match symbol {
        "lh_mirrors_live" => LIVE.as_ptr() as usize,
        "lh_mirrors_ahead" => AHEAD.as_ptr() as usize,
        "lh_mirror_flush" => lh_mirror_flush as *const () as usize,
        "lh_mirror_settle_one" => lh_mirror_settle_one as *const () as usize,
        "lh_mirror_of" => lh_mirror_of as *const () as usize,
        "lh_mirror_set_row" => lh_mirror_set_row as *const () as usize,
        "lh_mirror_settle" => lh_mirror_settle as *const () as usize,
        "lh_mirror_offer" => lh_mirror_offer as *const () as usize,
        "lh_mirror_decide" => lh_mirror_decide as *const () as usize,
        "lh_mirror_at" => lh_mirror_at as *const () as usize,
        _ => return None,
    })
}
