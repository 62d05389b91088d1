use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use base::{Content, FilePath, Unreadable};

/// No model or YAML file that a person wrote comes near this.
const TEXT_LIMIT: u64 = 8 << 20;
/// Manifests and catalogs of large projects are large.
const ARTIFACT_LIMIT: u64 = 512 << 20;
/// Of a seed only the header and a sample of rows are of interest.
const SEED_LIMIT: u64 = 1 << 20;

/// What a path holds. Only regular files are opened: opening a pipe would wait for its writer.
#[must_use]
pub fn read(path: &FilePath) -> Content {
    let os_path = Path::new(path.as_str());
    let metadata = match fs::symlink_metadata(os_path) {
        Ok(metadata) if metadata.is_symlink() => match fs::metadata(os_path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return failed(&error),
            Err(_) => return Content::Unreadable(Unreadable::Link),
        },
        Ok(metadata) => metadata,
        Err(error) => return failed(&error),
    };
    if !metadata.is_file() {
        return Content::Unreadable(Unreadable::NotAFile);
    }
    match path.extension() {
        "csv" => seed(os_path),
        "json" => text(os_path, metadata.len(), ARTIFACT_LIMIT),
        _ => text(os_path, metadata.len(), TEXT_LIMIT),
    }
}

/// The text that an editor holds, under the same limit as the file on disk would be.
#[must_use]
pub fn from_editor(text: Arc<str>) -> Content {
    let bytes = text.len() as u64;
    if bytes > TEXT_LIMIT {
        return Content::Unreadable(Unreadable::TooLarge { bytes, limit: TEXT_LIMIT });
    }
    Content::Text(text)
}

fn text(path: &Path, length: u64, limit: u64) -> Content {
    if length > limit {
        return Content::Unreadable(Unreadable::TooLarge { bytes: length, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // The file may grow between the look and the read.
    let read = fs::File::open(path).and_then(|it| it.take(limit + 1).read_to_end(&mut bytes));
    match read {
        Ok(length) if length as u64 > limit => {
            Content::Unreadable(Unreadable::TooLarge { bytes: length as u64, limit })
        }
        Ok(_) => decode(bytes),
        Err(error) => failed(&error),
    }
}

fn seed(path: &Path) -> Content {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|it| it.take(SEED_LIMIT + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        return failed(&error);
    }
    if bytes.len() as u64 > SEED_LIMIT {
        bytes.pop();
        let end = bytes.iter().rposition(|it| *it == b'\n').map_or_else(
            || bytes.utf8_chunks().next().map_or(0, |it| it.valid().len()),
            |newline| newline + 1,
        );
        bytes.truncate(end);
    }
    decode(bytes)
}

fn decode(bytes: Vec<u8>) -> Content {
    match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text.into()),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(offset);
            let line = bytes.iter().filter(|it| **it == b'\n').count() + 1;
            bytes.truncate(bytes.iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1));
            let before = String::from_utf8(bytes).unwrap_or_default().into();
            Content::Unreadable(Unreadable::NotUtf8 { offset, line, before })
        }
    }
}

fn failed(error: &io::Error) -> Content {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Content::Missing,
        _ => Content::Unreadable(Unreadable::Failed(error.to_string().into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(name: &str, bytes: &[u8]) -> Content {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        read(&FilePath::new(path.to_str().unwrap()))
    }

    #[test]
    fn text_is_kept_as_it_is() {
        let text = "\u{feff}select 1\r\n";
        assert_eq!(content("a.sql", text.as_bytes()), Content::Text(text.into()));
    }

    #[test]
    fn the_first_wrong_byte_is_told() {
        assert_eq!(
            content("a.sql", b"one\ntwo \xff"),
            Content::Unreadable(Unreadable::NotUtf8 { offset: 8, line: 2, before: "one\n".into() })
        );
    }

    #[test]
    fn a_large_model_is_refused_and_a_large_seed_cut_at_a_line() {
        let large = vec![b'x'; 9 << 20];
        assert!(matches!(
            content("a.sql", &large),
            Content::Unreadable(Unreadable::TooLarge { bytes: 9437184, .. })
        ));
        let Content::Text(seed) = content("a.csv", "id,name\n1,é\n".repeat(200_000).as_bytes())
        else {
            panic!("a seed is text");
        };
        assert!(seed.len() <= 1 << 20 && seed.ends_with('\n'));
        let Content::Text(one_line) = content("b.csv", "é".repeat(1 << 20).as_bytes()) else {
            panic!("a seed is text");
        };
        assert!(one_line.chars().all(|it| it == 'é'));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_never_opened() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| FilePath::new(folder.path().join(name).to_str().unwrap());
        fs::create_dir(folder.path().join("folder.sql")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("dangling.sql")).unwrap();
        std::os::unix::fs::symlink("self.sql", folder.path().join("self.sql")).unwrap();
        let pipe = folder.path().join("pipe.sql");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(read(&at("folder.sql")), Content::Unreadable(Unreadable::NotAFile));
        assert_eq!(read(&at("dangling.sql")), Content::Unreadable(Unreadable::Link));
        assert_eq!(read(&at("self.sql")), Content::Unreadable(Unreadable::Link));
        assert_eq!(read(&at("pipe.sql")), Content::Unreadable(Unreadable::NotAFile));
        assert_eq!(read(&at("folder.sql/a.sql")), Content::Missing);
        assert_eq!(read(&at("none.sql")), Content::Missing);
    }
}
