use super::{Adapter, Each, Generation, ProfileKey, Support};

/// Keys of which one has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need(pub Vec<String>);

impl Need {
    /// As people say it.
    #[must_use]
    pub fn words(&self) -> String {
        let keys: Vec<String> = self.0.iter().map(|it| format!("`{it}`")).collect();
        keys.join(" or ")
    }
}

/// A way to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub name: String,
    pub(super) when: Vec<Sign>,
    /// What is taken where nothing says otherwise.
    pub is_default: bool,
    pub needs: Each<Vec<Need>>,
    /// Whether v2 knows it, under an adapter that v2 knows.
    pub v2: Support,
    /// Nobody has to keep a password, a token or a key's text in a file for it.
    pub passwordless: bool,
    pub documentation: String,
}

/// What a way to log in is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign {
    Set(String),
    Equals(String, String),
    StartsWith(String, String),
}

impl Sign {
    pub(super) fn read(text: &str) -> Self {
        match text.split_once('=') {
            None => Self::Set(text.to_owned()),
            Some((key, value)) => match value.strip_suffix('*') {
                Some(start) => Self::StartsWith(key.to_owned(), start.to_owned()),
                None => Self::Equals(key.to_owned(), value.to_owned()),
            },
        }
    }

    fn key(&self) -> &str {
        match self {
            Self::Set(key) | Self::Equals(key, _) | Self::StartsWith(key, _) => key,
        }
    }

    fn holds(&self, value: Option<&str>) -> bool {
        match self {
            Self::Set(_) => value.is_some(),
            Self::Equals(_, wanted) => value == Some(wanted),
            Self::StartsWith(_, start) => value.is_some_and(|it| it.starts_with(start)),
        }
    }
}

impl Login {
    /// How the profile says it, where it is a value: `authenticator`, `externalbrowser`.
    pub fn named_by(&self) -> impl Iterator<Item = (&str, &str)> {
        self.when.iter().filter_map(|it| match it {
            Sign::Equals(key, value) => Some((key.as_str(), value.as_str())),
            _ => None,
        })
    }

    /// Every key that it needs or is recognised by.
    pub fn concerns(&self, key: &str) -> bool {
        let needs = self.needs.core.iter().chain(&self.needs.v2);
        needs.flat_map(|it| &it.0).any(|it| it == key) || self.when.iter().any(|it| it.key() == key)
    }
}

impl Adapter {
    /// The way to log in that an output takes, as its text values tell: nothing where a value says
    /// something that nobody knows.
    #[must_use]
    pub fn login(
        &self,
        generation: Generation,
        value: &dyn Fn(&str) -> Option<String>,
    ) -> Option<&Login> {
        let written = value;
        let is_written = |key: &ProfileKey| key.spellings().any(|it| written(it).is_some());
        let value = |key: &str| {
            let key = self.key(key)?;
            key.is_read_by(generation).then(|| key.spellings().find_map(written))?
        };
        // What the other generation is told says nothing of this one.
        let named = self.login_key.as_deref().and_then(|it| self.key(it));
        if named.is_some_and(|it| !it.is_read_by(generation) && is_written(it)) {
            return None;
        }
        let default = || self.logins.iter().find(|it| it.is_default);
        if let Some(key) = &self.login_key
            && let Some(named) = value(key)
        {
            let known =
                |it: &&Login| it.when.iter().any(|it| it.key() == key && it.holds(Some(&named)));
            // Databricks takes any other word for a token.
            let any = self.key(key).is_some_and(|it| it.default.as_deref() == Some("token"));
            return self.logins.iter().find(known).or_else(|| default().filter(|_| any));
        }
        let known = |it: &&Login| it.when.iter().any(|it| it.holds(value(it.key()).as_deref()));
        if let Some(found) = self.logins.iter().find(known) {
            return Some(found);
        }
        // What says how to log in, in a word that is not listed.
        let says_otherwise = self.logins.iter().flat_map(Login::named_by);
        let mut says_otherwise = says_otherwise.map(|(key, _)| key);
        if says_otherwise.any(|key| value(key).is_some()) { None } else { default() }
    }
}
