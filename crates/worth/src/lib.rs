//! What is worth compiling unasked, and when: `hotness` looks at a loop's turns, `budget` keeps the account, `trial` and `contest` find out whether native
//! code gains, and `brief` whether mirrors do.
//!
//! Rules over what they are told. They know no Python, no code, and no clock: each look comes with the time of it, so that tests can play any program.

pub mod brief;
pub mod budget;
mod clock;
pub mod contest;
pub mod hotness;
mod past;
pub mod trial;

pub use budget::Budget;
pub use clock::Clock;
pub use contest::{Contest, Turn};
pub use hotness::{Beside, Hotness, Judgement};
pub use past::Past;
pub use trial::{CallsOut, Finding, Trial};

use std::time::Duration;

/// What the process's threads had computed by then.
pub type Moment = Duration;
