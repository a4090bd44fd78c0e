//! What is worth compiling unasked, and when: `hotness` looks at a loop's turns, `budget` keeps the account, `trial` and `contest` find out whether native
//! code gains, and `brief` whether mirrors do.
//!
//! Rules over what they are told. They know no Python, no code, and no clock: each look comes with the time of it, so that tests can play any program.

pub mod brief;
pub mod budget;
pub mod contest;
pub mod hotness;
pub mod trial;

pub use budget::Budget;
pub use contest::{Contest, Turn};
pub use hotness::{Hotness, Judgement};
pub use trial::{Finding, Trial};

use std::time::Duration;

/// Since the process began.
pub type Moment = Duration;
