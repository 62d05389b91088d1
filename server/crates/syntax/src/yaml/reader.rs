//! The scanner dbt reads with (libyaml), driven safely: events with byte offsets, or why it stopped.

use std::panic::{AssertUnwindSafe, catch_unwind};

use libyaml_safer::{Encoding, Event, EventData, Parser, ScalarStyle};

/// Collections nested deeper than this are refused: nobody writes them, and recursion over the
/// tree (drop, clone, comparison) stays within any stack.
pub(super) const MAX_DEPTH: usize = 192;

#[derive(Debug)]
pub(super) struct Failure {
    pub(super) problem: &'static str,
    pub(super) at: usize,
    pub(super) context: &'static str,
    pub(super) context_at: Option<usize>,
}

pub(super) struct Events {
    pub(super) events: Vec<Event>,
    pub(super) failure: Option<Failure>,
}

/// The text is without byte order mark; offsets are relative to it and never beyond its end.
pub(super) fn read(text: &str) -> Events {
    // The scanner panics where a file ends inside a block scalar, so it always gets a final
    // newline; what that newline adds to the value is taken away again.
    let completed;
    let input = if text.ends_with('\n') {
        text
    } else {
        completed = format!("{text}\n");
        completed.as_str()
    };
    let mut events = Vec::new();
    let stopped = catch_unwind(AssertUnwindSafe(|| pull(input, &mut events)));
    let mut failure = match stopped {
        Ok(failure) => failure,
        Err(_) => Some(Failure {
            problem: "the scanner gave up",
            at: events.last().map_or(0, |it| it.end_mark.index as usize),
            context: "",
            context_at: None,
        }),
    };
    if input.len() != text.len() && failure.is_none() {
        drop_final_newline(text, &mut events);
    }
    if let Some(failure) = &mut failure {
        failure.at = floor(text, failure.at);
        failure.context_at = failure.context_at.map(|it| floor(text, it));
    }
    Events { events, failure }
}

fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

fn pull(input: &str, events: &mut Vec<Event>) -> Option<Failure> {
    let mut bytes = input.as_bytes();
    let mut parser = Parser::new();
    parser.set_encoding(Encoding::Utf8);
    parser.set_input_string(&mut bytes);
    let mut depth = 0_usize;
    loop {
        match parser.parse() {
            Ok(event) => {
                match &event.data {
                    EventData::StreamEnd => return None,
                    EventData::SequenceStart { .. } | EventData::MappingStart { .. } => depth += 1,
                    EventData::SequenceEnd | EventData::MappingEnd => {
                        depth = depth.saturating_sub(1);
                    }
                    _ => {}
                }
                if depth > MAX_DEPTH {
                    return Some(Failure {
                        problem: "nested too deeply",
                        at: event.start_mark.index as usize,
                        context: "",
                        context_at: None,
                    });
                }
                events.push(event);
            }
            Err(error) => {
                let at = match error.problem_mark() {
                    Some(mark) => mark.index as usize,
                    // Only the reader has no mark, and it stops at characters YAML forbids.
                    None => input
                        .char_indices()
                        .find(|(_, it)| !is_allowed(*it))
                        .map_or(input.len(), |(at, _)| at),
                };
                return Some(Failure {
                    problem: error.problem(),
                    at,
                    context: error.context().unwrap_or(""),
                    context_at: error.context_mark().map(|mark| mark.index as usize),
                });
            }
        }
    }
}

/// The characters YAML 1.1 lets a stream contain.
pub(super) fn is_allowed(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// `a: |⏎  x` with and without a final newline differ by that newline in the value.
fn drop_final_newline(text: &str, events: &mut [Event]) {
    let Some(event) =
        events.iter_mut().rev().find(|it| matches!(it.data, EventData::Scalar { .. }))
    else {
        return;
    };
    let reaches_end = event.end_mark.index as usize >= text.len();
    let start = event.start_mark.index as usize;
    let EventData::Scalar { value, style, .. } = &mut event.data else {
        return;
    };
    if !reaches_end || !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
        return;
    }
    let Some(shorter) = value.strip_suffix('\n') else {
        return;
    };
    // A last line of white space adds a line of its own only where trailing lines are kept, or
    // where it reaches beyond the indentation and so is content.
    let last_line = text.rsplit(['\n', '\r']).next().unwrap_or("");
    let blank = last_line.trim_matches([' ', '\t']).is_empty();
    let keeps = text
        .get(start..)
        .and_then(|it| it.lines().next())
        .is_some_and(|header| header.split('#').next().is_some_and(|it| it.contains('+')));
    let last_content = shorter.rsplit('\n').next().unwrap_or("");
    let blank_content =
        !last_content.is_empty() && last_content.trim_matches([' ', '\t']).is_empty();
    if !blank || keeps || blank_content {
        value.pop();
    }
}
