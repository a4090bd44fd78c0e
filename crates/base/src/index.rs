/// A typed index: an index into one table can't be used for another.
pub trait Index: Copy {
    fn new(index: usize) -> Self;
    fn index(self) -> usize;
}

/// Declares `pub struct Name(pub u32)` as a typed index that prints as its prefix and its number.
#[macro_export]
macro_rules! index {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub u32);
        impl $crate::Index for $name {
            fn new(index: usize) -> Self {
                $name(u32::try_from(index).expect("a table of more than 2^32 entries"))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{self}")
            }
        }
    };
}
