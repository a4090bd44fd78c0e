//! Where the cache lies and how large it may grow, as the user or the environment says.

use std::ffi::OsString;
use std::path::PathBuf;

pub const DEFAULT_LIMIT: u64 = 512 << 20;

#[derive(Debug, PartialEq, Eq)]
pub struct Settings {
    pub folder: Option<PathBuf>,
    pub limit: u64,
    /// A sentence about what was not understood.
    pub trouble: Option<String>,
}

impl Settings {
    /// `dir` goes before the environment.
    pub fn find(dir: Option<PathBuf>, env: &dyn Fn(&str) -> Option<OsString>) -> Settings {
        let mut settings = Settings { folder: None, limit: DEFAULT_LIMIT, trouble: None };
        if let Some(size) = env("LANCEHEAD_CACHE_SIZE") {
            match size.to_str().and_then(parse_size) {
                Some(limit) => settings.limit = limit,
                None => {
                    settings.trouble =
                        Some(format!("LANCEHEAD_CACHE_SIZE={} is not a size such as 512M or 2G; 512M it is", size.to_string_lossy()));
                }
            }
        }
        if settings.limit == 0 {
            return settings;
        }
        let said = dir.or_else(|| env("LANCEHEAD_CACHE_DIR").map(PathBuf::from));
        settings.folder = match said {
            Some(said) if said.as_os_str().is_empty() || said.as_os_str() == "off" => None,
            // A program may change its directory; the cache stays.
            Some(said) => std::path::absolute(&said).ok(),
            None => {
                let found = users_folder(env);
                if found.is_none() {
                    settings.trouble =
                        Some("there is no home folder to keep compiled code in; LANCEHEAD_CACHE_DIR can name a place".into());
                }
                found
            }
        };
        settings
    }
}

fn users_folder(env: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    // The standard asks to ignore relative ones, and a relative home is a broken one.
    let absolute = |name| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    let folder = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(caches)))?;
    Some(folder.join("lancehead"))
}

/// "512M", "2GiB", "1000000": powers of 1024.
fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim().to_ascii_lowercase().trim_end_matches("ib").trim_end_matches('b') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(dir: Option<&str>, env: &[(&str, &str)]) -> Settings {
        let env = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value));
        Settings::find(dir.map(PathBuf::from), &env)
    }

    fn folder(dir: Option<&str>, env: &[(&str, &str)]) -> Option<String> {
        find(dir, env).folder.map(|path| path.display().to_string())
    }

    #[test]
    fn the_folder_is_the_first_that_is_said() {
        let all = [("LANCEHEAD_CACHE_DIR", "/env"), ("XDG_CACHE_HOME", "/xdg"), ("HOME", "/home/u")];
        assert_eq!(folder(Some("/arg"), &all).unwrap(), "/arg");
        assert_eq!(folder(None, &all).unwrap(), "/env");
        assert_eq!(folder(None, &all[1..]).unwrap(), "/xdg/lancehead");
        let home = if cfg!(target_os = "macos") { "/home/u/Library/Caches/lancehead" } else { "/home/u/.cache/lancehead" };
        assert_eq!(folder(None, &all[2..]).unwrap(), home);
        assert_eq!(folder(None, &[("XDG_CACHE_HOME", "not/absolute"), ("HOME", "/home/u")]).unwrap(), home);
    }

    #[test]
    fn off_is_off_and_no_trouble() {
        for said in ["off", ""] {
            let settings = find(None, &[("LANCEHEAD_CACHE_DIR", said), ("HOME", "/home/u")]);
            assert_eq!((settings.folder, settings.trouble), (None, None));
        }
        let settings = find(None, &[("LANCEHEAD_CACHE_SIZE", "0"), ("HOME", "/home/u")]);
        assert_eq!((settings.folder, settings.trouble), (None, None));
    }

    #[test]
    fn a_missing_home_is_said() {
        let settings = find(None, &[]);
        assert_eq!(settings.folder, None);
        assert!(settings.trouble.unwrap().contains("no home folder"));
    }

    #[test]
    fn sizes() {
        for (text, size) in [("100", 100), ("1k", 1024), ("512M", 512 << 20), ("2GiB", 2 << 30), (" 3 mb ", 3 << 20)] {
            assert_eq!(parse_size(text), Some(size), "{text}");
        }
        for text in ["", "M", "-1", "1.5G", "99999999999T", "many"] {
            assert_eq!(parse_size(text), None, "{text}");
        }
        let settings = find(Some("/x"), &[("LANCEHEAD_CACHE_SIZE", "lots")]);
        assert_eq!(settings.limit, DEFAULT_LIMIT);
        assert!(settings.trouble.unwrap().contains("LANCEHEAD_CACHE_SIZE=lots"));
    }
}
