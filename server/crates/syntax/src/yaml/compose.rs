//! Events to tree: anchors, merges, duplicate keys and the objections of dbt's loader.

mod scalar;

use libyaml_safer::{Event, EventData, MappingStyle, SequenceStyle};
use rustc_hash::{FxHashMap, FxHashSet};
use text_size::{TextRange, TextSize};

use super::mapping::KeyIdentity;
use super::node::Details;
use super::reader::MAX_DEPTH;
use super::recover::Patch;
use super::{DuplicateKey, Entry, Mapping, Node, Style, Value};
use crate::Problem;

/// How many nodes aliases may copy, beyond a multiple of what the file itself holds.
const ALIAS_BUDGET: usize = 50_000;

pub(super) struct Composed {
    pub(super) root: Option<Node>,
    pub(super) problems: Vec<Problem>,
    pub(super) duplicates: Vec<DuplicateKey>,
    /// Where a flow mapping starts that is Jinja without quotes.
    pub(super) jinja: Vec<usize>,
}

/// `scanned` is what gave the events; `original` the same text before patches.
pub(super) fn compose(
    events: Vec<Event>,
    scanned: &str,
    original: &str,
    patches: &[Patch],
) -> Composed {
    let aliased = events
        .iter()
        .filter_map(|it| match &it.data {
            EventData::Alias { anchor } => Some(anchor.clone()),
            _ => None,
        })
        .collect();
    let mut composer = Composer {
        scanned,
        original,
        patches,
        aliased,
        anchors: FxHashMap::default(),
        budget: ALIAS_BUDGET + 4 * events.len(),
        stack: Vec::new(),
        documents: 0,
        composed: Composed {
            root: None,
            problems: Vec::new(),
            duplicates: Vec::new(),
            jinja: Vec::new(),
        },
    };
    for event in events {
        if composer.event(event).is_break() {
            break;
        }
    }
    // Events that break off leave collections open: close them with what they have.
    while composer.stack.last().is_some() {
        composer.close(None);
    }
    composer.composed
}

struct Composer<'a> {
    scanned: &'a str,
    original: &'a str,
    patches: &'a [Patch],
    aliased: FxHashSet<String>,
    anchors: FxHashMap<String, Option<Anchored>>,
    budget: usize,
    stack: Vec<Frame>,
    documents: usize,
    composed: Composed,
}

struct Anchored {
    node: Node,
    nodes: usize,
    height: usize,
}

/// A collection whose end has not come yet.
struct Frame {
    start: usize,
    content_start: usize,
    style: Style,
    details: Details,
    children: Children,
}

enum Children {
    Items(Vec<Node>),
    Pairs { entries: Vec<Entry>, key: Option<Node> },
}

impl Composer<'_> {
    fn event(&mut self, event: Event) -> std::ops::ControlFlow<()> {
        let start = self.clamp(event.start_mark.index as usize);
        let end = self.clamp(event.end_mark.index as usize).max(start);
        match event.data {
            EventData::DocumentStart { .. } => {
                self.documents += 1;
                if self.documents > 1 {
                    self.problem(
                        start,
                        end,
                        "dbt reads one YAML document per file: what follows this line is not read",
                    );
                    return std::ops::ControlFlow::Break(());
                }
            }
            EventData::Alias { anchor } => self.alias(anchor, start, end),
            EventData::Scalar { anchor, tag, value, plain_implicit, style, .. } => {
                let node = self.scalar(
                    scalar::Scanned { start, end, tag, value, plain_implicit, style },
                    &anchor,
                );
                self.finish(node);
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                let style = match style {
                    SequenceStyle::Flow => Style::Flow,
                    _ => Style::Block,
                };
                self.open(start, style, anchor, tag, Children::Items(Vec::new()));
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                let style = match style {
                    MappingStyle::Flow => Style::Flow,
                    _ => Style::Block,
                };
                let children = Children::Pairs { entries: Vec::new(), key: None };
                self.open(start, style, anchor, tag, children);
            }
            EventData::SequenceEnd | EventData::MappingEnd => self.close(Some(end)),
            _ => {}
        }
        std::ops::ControlFlow::Continue(())
    }

    fn clamp(&self, offset: usize) -> usize {
        self.scanned.floor_char_boundary(offset.min(self.scanned.len()))
    }

    fn problem(&mut self, start: usize, end: usize, message: impl Into<String>) {
        let problem = Problem::new(range(start, end), message);
        self.composed.problems.push(problem);
    }

    fn open(
        &mut self,
        start: usize,
        style: Style,
        anchor: Option<String>,
        tag: Option<String>,
        children: Children,
    ) {
        let properties = anchor.is_some() || tag.is_some();
        let content_start = if properties {
            scalar::skip_properties(self.scanned, start, self.scanned.len())
        } else {
            start
        };
        if let Some(anchor) = &anchor {
            self.declare(anchor, start);
        }
        if style == Style::Flow
            && matches!(children, Children::Pairs { .. })
            && ["{{", "{%", "{#"].iter().any(|it| self.scanned[content_start..].starts_with(it))
        {
            self.composed.jinja.push(content_start);
        }
        self.check_collection_tag(tag.as_deref(), &children, start);
        self.stack.push(Frame {
            start,
            content_start,
            style,
            details: Details { tag, anchor, ..Details::default() },
            children,
        });
    }

    fn check_collection_tag(&mut self, tag: Option<&str>, children: &Children, start: usize) {
        let Some(tag) = tag else { return };
        let short = tag.strip_prefix("tag:yaml.org,2002:");
        let fits = match children {
            Children::Items(_) => matches!(short, Some("seq" | "omap" | "pairs")),
            Children::Pairs { .. } => matches!(short, Some("map" | "set")),
        };
        if !fits && tag != "!" {
            let end = scalar::line_end(self.scanned, start);
            self.problem(start, end, scalar::unknown_tag(tag));
        }
    }

    fn check_ordered_map(&mut self, tag: Option<&str>, items: &[Node]) {
        if !matches!(tag, Some("tag:yaml.org,2002:omap" | "tag:yaml.org,2002:pairs")) {
            return;
        }
        if let Some(wrong) = items.iter().find(|it| it.entries().len() != 1) {
            let range = wrong.range;
            let message = "expected a mapping with a single key";
            self.problem(range.start().into(), range.end().into(), message);
        }
    }

    /// dbt's reader insists that an anchor's name is new.
    fn declare(&mut self, anchor: &str, start: usize) {
        if self.anchors.insert(anchor.to_owned(), None).is_some() {
            let end = start + 1 + anchor.len();
            self.problem(
                start,
                self.clamp(end),
                format!("the anchor `&{anchor}` is defined twice"),
            );
        }
    }

    fn close(&mut self, event_end: Option<usize>) {
        let Some(frame) = self.stack.pop() else {
            return;
        };
        let bracketed = frame.style == Style::Flow
            && self.scanned[frame.content_start..].starts_with(['[', '{']);
        let children_end = match &frame.children {
            Children::Items(items) => items.last().map(|it| it.range.end()),
            Children::Pairs { entries, key } => match key {
                Some(key) => Some(key.range.end()),
                None => entries.last().map(|it| it.range().end()),
            },
        };
        let end = match (bracketed, event_end, children_end) {
            (true, Some(end), _) => end,
            (_, _, Some(end)) => end.into(),
            _ => frame.content_start,
        };
        let value = match frame.children {
            Children::Items(items) => {
                self.check_ordered_map(frame.details.tag.as_deref(), &items);
                Value::Sequence(items)
            }
            Children::Pairs { mut entries, key } => {
                if let Some(key) = key {
                    let end = usize::from(key.range.end());
                    let value = scalar::null_at(end);
                    entries.push(Entry { key, value, overridden: false, is_merge: false });
                }
                Value::Mapping(self.mapping(entries))
            }
        };
        let range = range(frame.start, end.max(frame.start));
        self.finish(Node {
            range,
            value,
            style: frame.style,
            text_range: range,
            alignment: super::alignment::Alignment::default(),
            details: frame.details.boxed(),
        });
    }

    /// Puts a complete node where it belongs.
    fn finish(&mut self, node: Node) {
        if let Some(anchor) = node.anchor()
            && self.aliased.contains(anchor)
        {
            let (nodes, height) = measure(&node);
            if nodes <= self.budget {
                self.budget -= nodes;
                let name = anchor.to_owned();
                let node = node.clone();
                self.anchors.insert(name, Some(Anchored { node, nodes, height }));
            }
        }
        match self.stack.last_mut().map(|it| &mut it.children) {
            None => self.composed.root = Some(node),
            Some(Children::Items(items)) => items.push(node),
            Some(Children::Pairs { entries, key }) => match key.take() {
                None => *key = Some(node),
                Some(first) => {
                    let is_merge = scalar::is_merge_key(&first);
                    let value = scalar::close_to_key(node, &first, self.scanned);
                    entries.push(Entry { key: first, value, overridden: false, is_merge });
                }
            },
        }
    }

    fn alias(&mut self, name: String, start: usize, end: usize) {
        let depth = self.stack.len();
        let mut value = Value::Null;
        let mut style = Style::Plain;
        let mut text = None;
        match self.anchors.get(&name) {
            Some(Some(anchored)) => {
                if anchored.nodes > self.budget || depth + anchored.height > MAX_DEPTH {
                    self.problem(start, end, "the aliases of this file unfold to too much");
                } else {
                    self.budget -= anchored.nodes;
                    value = anchored.node.value.clone();
                    style = anchored.node.style;
                    text = anchored.node.scalar_text().map(str::to_owned);
                }
            }
            Some(None) => {
                let open = self.stack.iter().any(|it| it.details.anchor.as_ref() == Some(&name));
                let message = if open {
                    format!("`*{name}` stands inside what it refers to")
                } else {
                    "the aliases of this file unfold to too much".to_owned()
                };
                self.problem(start, end, message);
            }
            None => self.problem(
                start,
                end,
                format!(
                    "`*{name}` refers to an anchor that is not defined above; quote it if it is text"
                ),
            ),
        }
        if matches!(value, Value::String(_)) {
            text = None;
        }
        let details = Details { alias: Some(name), text, ..Details::default() };
        self.finish(Node {
            range: range(start, end),
            value,
            style,
            text_range: range(start, end),
            alignment: super::alignment::Alignment::default(),
            details: details.boxed(),
        });
    }

    fn mapping(&mut self, mut entries: Vec<Entry>) -> Mapping {
        let mut merged = Vec::new();
        for entry in &entries {
            if entry.is_merge {
                self.merge(&entry.value, &mut merged);
            } else if KeyIdentity::of(&entry.key).is_none() {
                let start = usize::from(entry.key.range.start());
                // Jinja without quotes gets a problem of its own.
                let jinja = &self.composed.jinja;
                if jinja.binary_search(&start.wrapping_sub(1)).is_err() {
                    self.problem(
                        start,
                        entry.key.range.end().into(),
                        "a list or a mapping cannot be a key",
                    );
                }
            }
        }
        self.find_duplicates(&mut entries);
        Mapping { entries, merged }
    }

    /// `<<: *a` or `<<: [*a, *b]`, where the first of several wins.
    fn merge(&mut self, value: &Node, merged: &mut Vec<Entry>) {
        let sources: Vec<&Node> = match &value.value {
            Value::Mapping(_) => vec![value],
            Value::Sequence(items) => items.iter().rev().collect(),
            _ => Vec::new(),
        };
        if let Some(wrong) = match &value.value {
            Value::Mapping(_) => None,
            Value::Sequence(items) => items.iter().find(|it| it.as_mapping().is_none()),
            _ => Some(value),
        } {
            self.problem(
                wrong.range.start().into(),
                wrong.range.end().into(),
                "`<<` takes a mapping or a list of mappings",
            );
        }
        for mapping in sources.into_iter().filter_map(Node::as_mapping) {
            let own = mapping.entries.iter().filter(|it| !it.is_merge);
            for entry in mapping.merged.iter().chain(own) {
                let nodes = 1 + measure(&entry.key).0 + measure(&entry.value).0;
                if nodes > self.budget {
                    self.problem(
                        value.range.start().into(),
                        value.range.end().into(),
                        "the aliases of this file unfold to too much",
                    );
                    return;
                }
                self.budget -= nodes;
                merged.push(entry.clone());
            }
        }
    }

    fn find_duplicates(&mut self, entries: &mut [Entry]) {
        if entries.len() < 2 {
            return;
        }
        let mut earlier_of = Vec::new();
        let mut seen: FxHashMap<KeyIdentity<'_>, usize> = FxHashMap::default();
        for (place, entry) in entries.iter().enumerate() {
            if entry.is_merge {
                continue;
            }
            if let Some(key) = KeyIdentity::of(&entry.key)
                && let Some(earlier) = seen.insert(key, place)
            {
                earlier_of.push((earlier, place));
            }
        }
        for (earlier, later) in earlier_of {
            self.composed.duplicates.push(DuplicateKey {
                name: entries[earlier].name().unwrap_or("").to_owned(),
                earlier: entries[earlier].key.range,
                later: entries[later].key.range,
                earlier_entry: entries[earlier].range(),
            });
            entries[earlier].overridden = true;
        }
    }
}

/// Number of nodes and levels.
fn measure(node: &Node) -> (usize, usize) {
    let mut nodes = 0;
    let mut height = 0;
    let mut stack = vec![(node, 1)];
    while let Some((node, level)) = stack.pop() {
        nodes += 1;
        height = height.max(level);
        match &node.value {
            Value::Sequence(items) => stack.extend(items.iter().map(|it| (it, level + 1))),
            Value::Mapping(mapping) => {
                for entry in mapping.entries.iter().chain(&mapping.merged) {
                    stack.push((&entry.key, level + 1));
                    stack.push((&entry.value, level + 1));
                }
            }
            _ => {}
        }
    }
    (nodes, height)
}

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::from(start as u32), TextSize::from(end.max(start) as u32))
}
