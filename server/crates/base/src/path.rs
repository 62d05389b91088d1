use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// An absolute, normalised path with `/` between its parts. Cheap to clone.
///
/// Links are not followed here: two paths are the same file only where the server says so.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FilePath(Arc<str>);

impl FilePath {
    /// Takes `.` and `..` out, turns `\` of Windows paths with a drive letter into `/`.
    #[must_use]
    pub fn new(path: &str) -> Self {
        let drive = path.as_bytes().get(1) == Some(&b':');
        let turned;
        let path = if drive && path.contains('\\') {
            turned = path.replace('\\', "/");
            turned.as_str()
        } else {
            path
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                _ => parts.push(part),
            }
        }
        let mut text = String::with_capacity(path.len() + 1);
        for (index, part) in parts.iter().enumerate() {
            if index > 0 || !drive {
                text.push('/');
            }
            text.push_str(part);
        }
        if text.is_empty() {
            text.push('/');
        }
        Self(text.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `other` is taken as it is when it is absolute.
    #[must_use]
    pub fn join(&self, other: &str) -> Self {
        let absolute = other.starts_with('/') || other.as_bytes().get(1) == Some(&b':');
        if absolute { Self::new(other) } else { Self::new(&format!("{}/{other}", self.0)) }
    }

    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.and_above().nth(1).map(|it| Self(it.into()))
    }

    /// The path itself, then each folder above it, as [`Self::as_str`] has them.
    pub fn and_above(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |it| match it.rsplit_once('/')? {
            ("", "") => None,
            ("", _) => Some("/"),
            (parent, _) => Some(parent),
        })
    }

    /// The last part, with its extension.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The last part without its extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        match self.name().rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => self.name(),
        }
    }

    /// Without the dot; empty where there is none.
    #[must_use]
    pub fn extension(&self) -> &str {
        match self.name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension,
            _ => "",
        }
    }

    /// This path as seen from `root`, or nothing when it is not below it.
    #[must_use]
    pub fn relative_to(&self, root: &Self) -> Option<&str> {
        if root.as_str() == "/" {
            return self.0.strip_prefix('/');
        }
        let rest = self.0.strip_prefix(root.as_str())?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }

    #[must_use]
    pub fn is_below(&self, root: &Self) -> bool {
        self.relative_to(root).is_some()
    }
}

/// Paths are found in sets by their texts.
impl Borrow<str> for FilePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for FilePath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised() {
        assert_eq!(FilePath::new("/a/./b/../c//d").as_str(), "/a/c/d");
        assert_eq!(FilePath::new(r"C:\a\b").as_str(), "C:/a/b");
        assert_eq!(FilePath::new("/").parent(), None);
        assert_eq!(FilePath::new("/a").parent(), Some(FilePath::new("/")));
    }

    #[test]
    fn names_have_parts() {
        let path = FilePath::new("/p/models/orders.v2.sql");
        assert_eq!(
            (path.name(), path.stem(), path.extension()),
            ("orders.v2.sql", "orders.v2", "sql")
        );
        assert_eq!(FilePath::new("/p/.env").stem(), ".env");
        assert_eq!(FilePath::new("/p/.env").extension(), "");
    }

    #[test]
    fn below_means_whole_parts() {
        let root = FilePath::new("/p/shop");
        assert_eq!(FilePath::new("/p/shop/models/a.sql").relative_to(&root), Some("models/a.sql"));
        assert_eq!(FilePath::new("/p/shop2/a.sql").relative_to(&root), None);
        assert_eq!(root.join("../other").as_str(), "/p/other");
        assert_eq!(root.join("/etc").as_str(), "/etc");
    }
}
