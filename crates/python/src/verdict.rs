//! The pages of the verdicts: what `docs/verdicts/<code>.md` says, carried in the extension.

macro_rules! pages {
    ($($code:literal)*) => {
        /// Every verdict's code and page.
        pub const PAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!("../../../docs/verdicts/", $code, ".md"))),)*];
    };
}

pages! {
    "builtin-arguments"
    "calls-out"
    "crashed-before"
    "generator"
    "global-changes"
    "identity"
    "inner-function"
    "iterator-escapes"
    "keeps-leaving"
    "large-tuple"
    "mixed-returns"
    "no-gain"
    "not-a-function"
    "object-operation"
    "python-statement"
    "star-parameters"
    "switched-off"
    "too-many-versions"
    "unknown-callable"
}

pub fn page(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| *page)
}

/// What would help: the page's section of that name, its first sentence.
pub fn advice(code: &str) -> Option<&'static str> {
    let section = page(code)?.split("## What helps").nth(1)?;
    section.trim().lines().next()
}
