//! `{% docs name %} … {% enddocs %}` in Markdown files.
//!
//! dbt looks for tags only: the text between them is Markdown and means nothing here. So this is a
//! scanner of its own, and not the template parser, which would take `{{` in prose for Jinja.

use text_size::{TextRange, TextSize};

use crate::Problem;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markdown {
    pub blocks: Vec<DocsBlock>,
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocsBlock {
    pub name: String,
    pub name_range: TextRange,
    /// Both tags and what stands between them.
    pub range: TextRange,
    /// What stands between the tags, without white space around it.
    pub contents: TextRange,
}

impl Markdown {
    /// The first block of a name.
    pub fn block(&self, name: &str) -> Option<&DocsBlock> {
        self.blocks.iter().find(|it| it.name == name)
    }
}

/// Nobody reads on.
const MAX_PROBLEMS: usize = 100;

/// Reads any text.
pub fn parse(text: &str) -> Markdown {
    let mut markdown = Markdown::default();
    let mut open: Option<Open<'_>> = None;
    let mut tags = Tags { text, at: 0, no_comment_end: false };
    while let Some(tag) = tags.next(&mut markdown.problems) {
        match tag.word {
            "docs" => {
                if let Some(open) = open.take() {
                    markdown.unclosed(&open, tag.start, text);
                }
                open = Some(Open::new(&tag, &mut markdown.problems));
            }
            "enddocs" => match open.take() {
                Some(open) => markdown.blocks.extend(open.block(tag.start, tag.end, text)),
                None => markdown
                    .problems
                    .push(Problem::new(range(tag.start, tag.end), "no `docs` block is open here")),
            },
            // What is raw has no tags.
            "raw" => tags.skip_raw(),
            _ => {}
        }
    }
    if let Some(open) = open {
        markdown.unclosed(&open, text.len(), text);
    }
    markdown.problems.sort_by_key(|it| it.range.start());
    markdown.problems.truncate(MAX_PROBLEMS);
    markdown
}

impl Markdown {
    fn unclosed(&mut self, open: &Open<'_>, end: usize, text: &str) {
        self.problems.push(Problem::new(
            range(open.start, open.end),
            "this block is not closed: `{% enddocs %}` is missing",
        ));
        self.blocks.extend(open.block(end, end, text));
    }
}

/// A `docs` tag whose end has not come yet.
struct Open<'a> {
    start: usize,
    end: usize,
    name: Option<(&'a str, usize)>,
}

impl<'a> Open<'a> {
    fn new(tag: &Tag<'a>, problems: &mut Vec<Problem>) -> Self {
        let argument = tag.rest.trim_end_matches('-').trim();
        let at = tag.rest_start + tag.rest.find(argument).unwrap_or(0);
        let is_name = argument.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
            && argument.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
        if argument.is_empty() {
            problems.push(Problem::new(range(tag.start, tag.end), "this block needs a name"));
        } else if !is_name {
            problems.push(Problem::new(
                range(at, at + argument.len()),
                "the name of a block is made of letters, digits and `_`",
            ));
        }
        Self { start: tag.start, end: tag.end, name: is_name.then_some((argument, at)) }
    }

    fn block(&self, contents_end: usize, end: usize, text: &str) -> Option<DocsBlock> {
        let (name, at) = self.name?;
        let contents = &text[self.end..contents_end];
        let start = self.end + contents.len() - contents.trim_start().len();
        let trimmed_end = self.end + contents.trim_end().len();
        Some(DocsBlock {
            name: name.to_owned(),
            name_range: range(at, at + name.len()),
            range: range(self.start, end),
            contents: range(start.min(trimmed_end), trimmed_end),
        })
    }
}

struct Tag<'a> {
    start: usize,
    end: usize,
    word: &'a str,
    /// Behind the first word, up to the closing braces.
    rest: &'a str,
    rest_start: usize,
}

struct Tags<'a> {
    text: &'a str,
    at: usize,
    /// No comment closes any more: looking again and again would take too long.
    no_comment_end: bool,
}

impl<'a> Tags<'a> {
    fn next(&mut self, problems: &mut Vec<Problem>) -> Option<Tag<'a>> {
        loop {
            let start = self.at + self.text[self.at..].find('{')?;
            self.at = start + 1;
            match self.text.as_bytes().get(start + 1) {
                Some(b'#') => match self.comment_end(start + 2) {
                    Some(end) => self.at = end + 2,
                    None if self.no_comment_end => {}
                    None => {
                        self.no_comment_end = true;
                        problems.push(Problem::new(
                            range(start, start + 2),
                            "this comment is not closed: `#}` is missing",
                        ));
                    }
                },
                Some(b'%') => {
                    let inner = start + 2;
                    // Only as far as the next brace of a tag, so that all tags together take one
                    // pass over the text.
                    let bytes = self.text.as_bytes();
                    let stop = bytes[inner..]
                        .windows(2)
                        .position(|it| it == b"%}" || it == b"{%")
                        .map_or(self.text.len(), |it| inner + it);
                    if bytes[stop..].starts_with(b"%}") {
                        self.at = stop + 2;
                        return Some(self.tag(start, stop, stop + 2));
                    }
                    // Half-typed: the tag ends with its line, or where the next one starts.
                    let line = &self.text[start..stop];
                    let line = line.split(['\n', '\r']).next().unwrap_or("");
                    let end = start + line.trim_end().len();
                    problems.push(Problem::new(
                        range(start, end),
                        "this tag is not closed: `%}` is missing",
                    ));
                    self.at = end.max(inner);
                    return Some(self.tag(start, end.max(inner), end.max(inner)));
                }
                _ => {}
            }
        }
    }

    fn comment_end(&self, from: usize) -> Option<usize> {
        if self.no_comment_end {
            return None;
        }
        self.text[from..].find("#}").map(|it| from + it)
    }

    fn tag(&self, start: usize, closing: usize, end: usize) -> Tag<'a> {
        let inner = &self.text[start + 2..closing];
        let word = first_word(inner);
        let rest_start = start + 2 + inner.find(word).unwrap_or(0) + word.len();
        Tag { start, end, word, rest: &self.text[rest_start..closing], rest_start }
    }

    fn skip_raw(&mut self) {
        let mut at = self.at;
        while let Some(inner) = self.text[at..].find("{%").map(|it| at + it + 2) {
            if first_word(&self.text[inner..]) == "endraw" {
                let rest = &self.text[inner..];
                self.at = rest.find("%}").map_or(self.text.len(), |it| inner + it + 2);
                return;
            }
            at = inner;
        }
        self.at = self.text.len();
    }
}

fn first_word(inner: &str) -> &str {
    let text = inner.strip_prefix(['-', '+']).unwrap_or(inner).trim_start();
    let length = text.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_'));
    &text[..length.unwrap_or(text.len())]
}

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::from(start as u32), TextSize::from(end.max(start) as u32))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        let markdown = parse(text);
        let slice = |range: TextRange| &text[range.start().into()..range.end().into()];
        let mut out = String::new();
        for block in &markdown.blocks {
            assert_eq!(slice(block.name_range), block.name);
            out += &format!("{}: {:?}\n", block.name, slice(block.contents));
        }
        for problem in &markdown.problems {
            out += &format!("{:?} {}\n", slice(problem.range), problem.message);
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn blocks_are_found() {
        check(
            "# Title {{ x\n{% docs orders %}\nAll *orders*, 100 {% of %} them.\n{% enddocs %}\n\n{%- docs  b-%}{%enddocs%}{# {% docs no %} #}{% docs c %}{% raw %}{% enddocs %}{% endraw %}{% enddocs %}",
            expect![[r#"
                orders: "All *orders*, 100 {% of %} them."
                b: ""
                c: "{% raw %}{% enddocs %}{% endraw %}"
            "#]],
        );
    }

    #[test]
    fn slips_are_explained() {
        check(
            "{% docs a %}\ntext\n{% docs b %}\nmore",
            expect![[r#"
            a: "text"
            b: "more"
            "{% docs a %}" this block is not closed: `{% enddocs %}` is missing
            "{% docs b %}" this block is not closed: `{% enddocs %}` is missing
        "#]],
        );
        check(
            "{% enddocs %}{% docs %}x{% enddocs %}{% docs a-b %}{% enddocs %}",
            expect![[r#"
            "{% enddocs %}" no `docs` block is open here
            "{% docs %}" this block needs a name
            "a-b" the name of a block is made of letters, digits and `_`
        "#]],
        );
        check(
            "## Title {#anchor}\n{% docs a %}x{% enddocs %}",
            expect![[r#"
            a: "x"
            "{#" this comment is not closed: `#}` is missing
        "#]],
        );
        check(
            "{% docs a %}x{% enddocs %}\n{% docs b\ntext",
            expect![[r#"
                a: "x"
                b: "text"
                "{% docs b" this tag is not closed: `%}` is missing
                "{% docs b" this block is not closed: `{% enddocs %}` is missing
            "#]],
        );
        check(
            "{% docs a\ntext\n{% enddocs %}{% docs",
            expect![[r#"
            a: "text"
            "{% docs a" this tag is not closed: `%}` is missing
            "{% docs" this tag is not closed: `%}` is missing
            "{% docs" this block needs a name
            "{% docs" this block is not closed: `{% enddocs %}` is missing
        "#]],
        );
        check(
            "{% docs a",
            expect![[r#"
                a: ""
                "{% docs a" this tag is not closed: `%}` is missing
                "{% docs a" this block is not closed: `{% enddocs %}` is missing
            "#]],
        );
    }

    #[test]
    fn hostile_input_ends_soon() {
        for text in [
            "{%",
            "{#",
            "{% raw %}",
            "{% docs a %}",
            "{% raw %}{%",
            "{",
            "{% %}{#",
            "{% raw %}{% raw",
            "{%\n",
        ] {
            parse(&text.repeat(100_000));
            parse(&(text.repeat(100_000) + "%}"));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([{%#} é\n-]|docs|enddocs|raw|endraw|x){0,30}") {
            let markdown = parse(&text);
            for block in &markdown.blocks {
                prop_assert!(block.range.contains_range(block.contents));
                prop_assert!(text.get(block.contents.start().into()..block.contents.end().into()).is_some());
            }
            for problem in &markdown.problems {
                prop_assert!(text.get(problem.range.start().into()..problem.range.end().into()).is_some());
            }
        }
    }
}
