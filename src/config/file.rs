//! The file `.env`, as editors of every system write it. No error shows a line of it: one may hold
//! the token.

use super::SettingsError;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

const NAME: &str = ".env";

/// Names and values of the `.env` here or in a folder above; none where there is no such file.
pub fn read() -> Result<HashMap<String, String>, SettingsError> {
    let here = std::env::current_dir().unwrap_or_default();
    for folder in here.ancestors() {
        if let Some(pairs) = read_in(folder)? {
            return Ok(pairs);
        }
    }
    Ok(HashMap::new())
}

fn read_in(folder: &Path) -> Result<Option<HashMap<String, String>>, SettingsError> {
    let path = folder.join(NAME);
    // A folder of that name is no file of settings.
    if path.is_dir() {
        return Ok(None);
    }
    match std::fs::read(&path) {
        Ok(bytes) => pairs(&bytes).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(SettingsError::File(
            "this user may not read the file".to_owned(),
        )),
        Err(_) => Err(SettingsError::File("the file cannot be opened".to_owned())),
    }
}

fn pairs(bytes: &[u8]) -> Result<HashMap<String, String>, SettingsError> {
    let text = text(bytes)?;
    dotenvy::from_read_iter(text.as_bytes())
        .map(|pair| pair.map_err(|error| SettingsError::File(fault(&text, &error))))
        .collect()
}

/// Editors of Windows put a mark before UTF-8 or write UTF-16.
fn text(bytes: &[u8]) -> Result<String, SettingsError> {
    let wide = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| of([pair[0], pair[1]]))
            .collect();
        String::from_utf16(&units).ok()
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => str::from_utf8(rest).ok().map(str::to_owned),
        all => str::from_utf8(all).ok().map(str::to_owned),
    };
    text.ok_or_else(|| SettingsError::File("it is not saved as UTF-8".to_owned()))
}

/// Which line is not understood, by its number.
fn fault(text: &str, error: &dotenvy::Error) -> String {
    let dotenvy::Error::LineParse(wrong, _) = error else {
        return "it is not saved as UTF-8".to_owned();
    };
    let first = wrong.lines().next().unwrap_or_default();
    match text.lines().position(|line| line.trim() == first.trim()) {
        Some(at) => format!("line {} is not understood", at + 1),
        None => "one of its lines is not understood".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> String {
        pairs(bytes).expect_err("it is refused").to_string()
    }

    #[test]
    fn a_file_is_read_as_editors_of_windows_save_it() {
        let line = "LEDE_TEXT_DAYS=\"30\"\r\nLEDE_LOG_FORMAT=json # a word\r\n";
        let marked = [b"\xef\xbb\xbf", line.as_bytes()].concat();
        let wide: Vec<u8> = std::iter::once(0xfeff)
            .chain(line.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [line.as_bytes(), &marked, &wide] {
            let pairs = pairs(bytes).expect("it is read");
            assert_eq!(pairs["LEDE_TEXT_DAYS"], "30");
            assert_eq!(pairs["LEDE_LOG_FORMAT"], "json");
        }
    }

    #[test]
    fn a_line_that_is_not_understood_is_named_by_its_number_and_never_shown() {
        let error = refusal(b"# settings\n\nLEDE_TEXT_DAYS=3\nhush my token\n");
        assert_eq!(
            error,
            ".env cannot be read (line 4 is not understood); it wants lines of the form NAME=value"
        );
        assert!(!refusal(b"hush'unclosed=\n").contains("hush"));
        assert!(refusal(b"LEDE_CONTACT=\xe9\n").contains("not saved as UTF-8"));
    }
}
