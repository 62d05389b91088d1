use serde_json::Value as Json;

/// One resource of a manifest, as a selection sees it.
#[derive(Debug)]
pub struct Resource<'m> {
    pub unique_id: &'m str,
    pub section: Section,
    /// All that the manifest says.
    pub json: &'m Json,
    pub fqn: Vec<&'m str>,
}

/// The part of a manifest that a resource stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Nodes,
    Sources,
    Exposures,
    Metrics,
    SemanticModels,
    SavedQueries,
    UnitTests,
    Functions,
}

impl Section {
    pub(crate) const ALL: [Self; 8] = [
        Self::Nodes,
        Self::Sources,
        Self::Exposures,
        Self::Metrics,
        Self::SemanticModels,
        Self::SavedQueries,
        Self::UnitTests,
        Self::Functions,
    ];

    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Sources => "sources",
            Self::Exposures => "exposures",
            Self::Metrics => "metrics",
            Self::SemanticModels => "semantic_models",
            Self::SavedQueries => "saved_queries",
            Self::UnitTests => "unit_tests",
            Self::Functions => "functions",
        }
    }

    /// Whether other resources can depend on what stands there.
    pub(crate) fn has_dependents(self) -> bool {
        !matches!(self, Self::Exposures | Self::SavedQueries | Self::UnitTests)
    }
}

impl<'m> Resource<'m> {
    pub(crate) fn new(section: Section, unique_id: &'m str, json: &'m Json) -> Self {
        let fqn = json.get("fqn").and_then(Json::as_array).into_iter().flatten();
        Self { unique_id, section, json, fqn: fqn.filter_map(Json::as_str).collect() }
    }

    pub fn text(&self, key: &str) -> &'m str {
        self.json.get(key).and_then(Json::as_str).unwrap_or_default()
    }

    pub fn resource_type(&self) -> &'m str {
        self.text("resource_type")
    }

    pub(crate) fn config(&self) -> Option<&'m Json> {
        self.json.get("config")
    }

    /// Exposures have no say.
    pub(crate) fn is_enabled(&self) -> bool {
        let enabled = self.config().and_then(|it| it.get("enabled"));
        self.section == Section::Exposures || enabled != Some(&Json::Bool(false))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.section == Section::Nodes
            && self.resource_type() != "seed"
            && self.text("raw_code").trim().is_empty()
    }

    pub(crate) fn is_model(&self) -> bool {
        self.section == Section::Nodes && self.resource_type() == "model"
    }

    pub(crate) fn is_generic_test(&self) -> bool {
        let metadata = self.json.get("test_metadata");
        self.resource_type() == "test" && metadata.is_some_and(Json::is_object)
    }

    pub(crate) fn version(&self) -> Option<&'m Json> {
        self.json.get("version").filter(|it| !it.is_null())
    }

    pub(crate) fn is_versioned(&self) -> bool {
        self.is_model() && self.version().is_some()
    }

    /// Tests come with what they test.
    pub(crate) fn is_selected_indirectly(&self) -> bool {
        self.section == Section::UnitTests || self.resource_type() == "test"
    }

    pub(crate) fn tags(&self) -> Vec<&'m str> {
        let tags = match self.section {
            Section::UnitTests => self.config().and_then(|it| it.get("tags")),
            _ => self.json.get("tags"),
        };
        match tags {
            Some(Json::String(it)) => vec![it],
            Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn depends_on(&self) -> impl Iterator<Item = &'m str> + use<'m> {
        let nodes = self.json.get("depends_on").and_then(|it| it.get("nodes"));
        nodes.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
    }

    /// As `dbt ls --output name` writes it.
    #[must_use]
    pub fn search_name(&self) -> String {
        let name = self.text("name");
        match self.version().filter(|_| self.is_model()) {
            _ if self.section == Section::Sources => {
                format!("{}.{name}", self.text("source_name"))
            }
            Some(version) => format!("{name}.v{}", plain(version)),
            None => name.to_owned(),
        }
    }

    /// As `dbt ls` writes it: a word that selects the resource.
    #[must_use]
    pub fn selector(&self) -> String {
        let (package, name) = (self.text("package_name"), self.text("name"));
        match self.section {
            Section::Sources => format!("source:{package}.{}.{name}", self.text("source_name")),
            Section::Exposures => format!("exposure:{package}.{name}"),
            Section::Metrics => format!("metric:{package}.{name}"),
            Section::SavedQueries => format!("saved_query:{package}.{name}"),
            Section::SemanticModels => format!("semantic_model:{package}.{name}"),
            Section::UnitTests => match self.version() {
                Some(version) => format!("unit_test:{package}.{name}_v{}", plain(version)),
                None => format!("unit_test:{package}.{name}"),
            },
            Section::Nodes | Section::Functions => self.fqn.join("."),
        }
    }
}

/// A scalar as Python's `str()` writes it.
fn plain(value: &Json) -> String {
    match value {
        Json::String(it) => it.clone(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}
