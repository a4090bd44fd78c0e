//! Which of LLVM's passes a module gets.

use crate::library::{Library, Ref};
use crate::module::{Machine, Module};

/// All passes of -O`opt`.
pub fn run_whole(library: &Library, machine: &Machine<'_>, module: &Module<'_>, opt: u8) {
    // SAFETY: a builder of passes and a level.
    run(library, machine, module, opt, |builder| unsafe { (library.whole_pipeline)(builder, i32::from(opt), 0) });
}

/// A twentieth of what the passes of -O2 take, for code that they make nothing of: most of it leaves, or may.
///
/// What is computed twice and what does not change in a loop, Lancehead's own passes have seen to, and the code generator does again.
pub fn run_lean(library: &Library, machine: &Machine<'_>, module: &Module<'_>) {
    let steps = [
        library.add_always_inline,
        library.add_drop_unused,
        library.add_simplify,
        library.add_combine,
        library.add_rotate,
        library.add_simplify,
        library.add_combine,
    ];
    run(library, machine, module, 2, |_| {
        // SAFETY: passes are added to a list of them.
        unsafe {
            let passes = (library.create_passes)();
            for add in steps {
                add(passes);
            }
            passes
        }
    });
}

fn run(library: &Library, machine: &Machine<'_>, module: &Module<'_>, opt: u8, passes: impl FnOnce(Ref) -> Ref) {
    // SAFETY: each of these is made here, used while it and what it was made of are there, and disposed of once.
    unsafe {
        let tuning = (library.create_tuning)();
        // They do not follow from the level: SLP is off at -O3, and loops are vectorised at -O1.
        (library.tune_loops)(tuning, opt > 1);
        (library.tune_interleaving)(tuning, opt > 1);
        (library.tune_unrolling)(tuning, opt > 1);
        // The most expensive pass of all, half of LLVM's time on straight-line float code; what we compile gains nothing by it.
        (library.tune_straight)(tuning, opt > 2);
        let builder = (library.create_builder)(machine.at, tuning);
        let passes = passes(builder);
        (library.run_passes)(passes, module.at, builder);
        (library.dispose_passes)(passes);
        (library.dispose_builder)(builder);
        (library.dispose_tuning)(tuning);
    }
}
