//! Tokens inside a tag, read one at a time.

use text_size::{TextRange, TextSize};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Name,
    Str {
        terminated: bool,
    },
    Int,
    Float,
    Add,
    Sub,
    Div,
    FloorDiv,
    Mul,
    Mod,
    Pow,
    Tilde,
    LeftBracket,
    RightBracket,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Assign,
    Dot,
    Colon,
    Pipe,
    Comma,
    Semicolon,
    /// `}}` or `%}`, with the sign in front of it.
    End {
        strip: bool,
        closes: TagKind,
    },
    /// A character that starts no token.
    Bad,
    /// The end of the text, or in a broken tag the opener of the next one.
    Eof,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    pub(super) fn range(self) -> TextRange {
        range(self.start, self.end)
    }
}

pub(super) fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::new(start as u32), TextSize::new(end.max(start) as u32))
}

/// How a tag is read. A tag is read strictly first, exactly as Jinja does; only when that breaks
/// is it read again in a way that gives up early, so that the rest of the file survives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Strict,
    Recovering,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TagKind {
    Variable,
    Block,
}

pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    bytes: &'a [u8],
    pub(super) mode: Mode,
    pub(super) tag: TagKind,
    /// Open brackets, innermost last. Inside them `}}` does not end a tag.
    brackets: Vec<u8>,
    pub(super) current: Token,
    /// Where the last token that was taken ends.
    pub(super) last_end: usize,
    /// From here on there is no closing `'` (or `"`), known from a search that reached the end.
    unclosed: [usize; 2],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            mode: Mode::Strict,
            tag: TagKind::Variable,
            brackets: Vec::new(),
            current: Token { kind: Kind::Eof, start: 0, end: 0 },
            last_end: 0,
            unclosed: [usize::MAX; 2],
        }
    }

    /// Starts reading a tag whose content begins at `position`.
    pub(super) fn enter(&mut self, position: usize, tag: TagKind, mode: Mode) {
        self.brackets.clear();
        self.mode = mode;
        self.tag = tag;
        self.last_end = position;
        self.current = self.read(position);
    }

    pub(super) fn slice(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    pub(super) fn advance(&mut self) {
        let taken = self.current;
        match taken.kind {
            Kind::LeftParen => self.brackets.push(b'('),
            Kind::LeftBracket => self.brackets.push(b'['),
            Kind::LeftBrace => self.brackets.push(b'{'),
            Kind::RightParen | Kind::RightBracket | Kind::RightBrace => {
                self.brackets.pop();
            }
            // Both stay the current token, so that a reader cannot run out of its tag.
            Kind::End { .. } | Kind::Eof => return,
            _ => {}
        }
        self.last_end = taken.end;
        self.current = self.read(taken.end);
    }

    /// What would close the innermost open bracket.
    pub(super) fn closing_bracket(&self) -> Option<char> {
        self.brackets.last().map(|it| match it {
            b'(' => ')',
            b'[' => ']',
            _ => '}',
        })
    }

    /// The token after the current one, for a current token that is no bracket.
    pub(super) fn look(&mut self) -> Token {
        let end = self.current.end;
        self.read(end)
    }

    fn token(&self, kind: Kind, start: usize, len: usize) -> Token {
        Token { kind, start, end: start + len }
    }

    fn byte(&self, position: usize) -> u8 {
        self.bytes.get(position).copied().unwrap_or(0)
    }

    fn end_at(&self, start: usize) -> Option<Token> {
        let (sign, at) = match self.byte(start) {
            b'-' => (b'-', start + 1),
            b'+' => (b'+', start + 1),
            _ => (0, start),
        };
        if self.byte(at + 1) != b'}' {
            return None;
        }
        let variable = match self.byte(at) {
            b'}' => true,
            b'%' => false,
            _ => return None,
        };
        let strip = sign == b'-';
        let closes = if variable { TagKind::Variable } else { TagKind::Block };
        let token = Token { kind: Kind::End { strip, closes }, start, end: at + 2 };
        match self.mode {
            Mode::Strict => {
                let fits = self.tag == closes && self.brackets.is_empty();
                // `+}}` ends no print statement.
                (fits && !(variable && sign == b'+')).then_some(token)
            }
            Mode::Recovering if variable => {
                let depth = self.brackets.len();
                let innermost = self.brackets.last() == Some(&b'{');
                let two = innermost && depth >= 2 && self.brackets[depth - 2] == b'{';
                let closes_dict = two || (innermost && self.byte(at + 2) == b'}');
                (!closes_dict).then_some(token)
            }
            Mode::Recovering => Some(token),
        }
    }

    fn read(&mut self, from: usize) -> Token {
        let mut start = from;
        while let Some(character) = self.text[start..].chars().next() {
            if !is_space(character) {
                break;
            }
            start += character.len_utf8();
        }
        let byte = self.byte(start);
        if start >= self.bytes.len() {
            return self.token(Kind::Eof, start, 0);
        }
        if matches!(byte, b'-' | b'+' | b'}' | b'%')
            && let Some(end) = self.end_at(start)
        {
            return end;
        }
        let next = self.byte(start + 1);
        if self.mode == Mode::Recovering && byte == b'{' && matches!(next, b'{' | b'%' | b'#') {
            return self.token(Kind::Eof, start, 0);
        }
        match byte {
            b'\'' | b'"' => self.string(start, byte),
            b'0'..=b'9' => self.number(start),
            b'+' => self.token(Kind::Add, start, 1),
            b'-' => self.token(Kind::Sub, start, 1),
            b'/' if next == b'/' => self.token(Kind::FloorDiv, start, 2),
            b'/' => self.token(Kind::Div, start, 1),
            b'*' if next == b'*' => self.token(Kind::Pow, start, 2),
            b'*' => self.token(Kind::Mul, start, 1),
            b'%' => self.token(Kind::Mod, start, 1),
            b'~' => self.token(Kind::Tilde, start, 1),
            b'[' => self.token(Kind::LeftBracket, start, 1),
            b']' => self.token(Kind::RightBracket, start, 1),
            b'(' => self.token(Kind::LeftParen, start, 1),
            b')' => self.token(Kind::RightParen, start, 1),
            b'{' => self.token(Kind::LeftBrace, start, 1),
            b'}' => self.token(Kind::RightBrace, start, 1),
            b'=' if next == b'=' => self.token(Kind::Equal, start, 2),
            b'=' => self.token(Kind::Assign, start, 1),
            b'!' if next == b'=' => self.token(Kind::NotEqual, start, 2),
            b'>' if next == b'=' => self.token(Kind::GreaterEqual, start, 2),
            b'>' => self.token(Kind::Greater, start, 1),
            b'<' if next == b'=' => self.token(Kind::LessEqual, start, 2),
            b'<' => self.token(Kind::Less, start, 1),
            b'.' => self.token(Kind::Dot, start, 1),
            b':' => self.token(Kind::Colon, start, 1),
            b'|' => self.token(Kind::Pipe, start, 1),
            b',' => self.token(Kind::Comma, start, 1),
            b';' => self.token(Kind::Semicolon, start, 1),
            _ => self.name(start),
        }
    }

    fn name(&self, start: usize) -> Token {
        let mut end = start;
        let mut ascii = true;
        while self.byte(end).is_ascii_alphanumeric() || self.byte(end) == b'_' {
            end += 1;
        }
        for character in self.text[end..].chars() {
            if character.is_alphanumeric() || character == '_' || is_mark(character) {
                ascii &= character.is_ascii();
                end += character.len_utf8();
            } else {
                break;
            }
        }
        if end == start {
            let len = self.text[start..].chars().next().map_or(0, char::len_utf8);
            return self.token(Kind::Bad, start, len);
        }
        let starts_well =
            self.text[start..].chars().next().is_some_and(|it| it == '_' || it.is_alphabetic());
        let well_formed =
            ascii || self.text[start..end].chars().all(|it| it == '_' || !is_odd_number(it));
        let kind = if starts_well && well_formed { Kind::Name } else { Kind::Bad };
        Token { kind, start, end }
    }

    fn number(&self, start: usize) -> Token {
        let decimal_end = self.digits(start);
        if let Some(whole) = decimal_end
            && (start == 0 || self.byte(start - 1) != b'.')
        {
            let fraction = (self.byte(whole) == b'.').then(|| self.digits(whole + 1)).flatten();
            let mantissa = fraction.unwrap_or(whole);
            let exponent = matches!(self.byte(mantissa), b'e' | b'E').then(|| {
                let signed = matches!(self.byte(mantissa + 1), b'+' | b'-');
                self.digits(mantissa + 1 + usize::from(signed))
            });
            if let Some(end) = exponent.flatten().or(fraction) {
                return Token { kind: Kind::Float, start, end };
            }
        }
        let radix_end = match (self.byte(start), self.byte(start + 1) | 0x20) {
            (b'0', b'x') => self.digits_of(start + 2, |it| it.is_ascii_hexdigit()),
            (b'0', b'o') => self.digits_of(start + 2, |it| matches!(it, b'0'..=b'7')),
            (b'0', b'b') => self.digits_of(start + 2, |it| matches!(it, b'0' | b'1')),
            _ => None,
        };
        let end = radix_end.unwrap_or_else(|| {
            let zero = self.byte(start) == b'0';
            let digit = |it: u8| if zero { it == b'0' } else { it.is_ascii_digit() };
            self.digits_of(start, digit).unwrap_or(start + 1)
        });
        Token { kind: Kind::Int, start, end }
    }

    /// `(\d+_)*\d+`
    fn digits(&self, start: usize) -> Option<usize> {
        if !self.byte(start).is_ascii_digit() {
            return None;
        }
        let mut end = start;
        loop {
            while self.byte(end).is_ascii_digit() {
                end += 1;
            }
            if self.byte(end) == b'_' && self.byte(end + 1).is_ascii_digit() {
                end += 1;
            } else {
                return Some(end);
            }
        }
    }

    /// `(_?D)+`
    fn digits_of(&self, start: usize, digit: impl Fn(u8) -> bool) -> Option<usize> {
        let mut end = start;
        loop {
            if digit(self.byte(end)) {
                end += 1;
            } else if self.byte(end) == b'_' && digit(self.byte(end + 1)) {
                end += 2;
            } else {
                return (end > start).then_some(end);
            }
        }
    }

    fn string(&mut self, start: usize, quote: u8) -> Token {
        match self.mode {
            Mode::Strict => self.whole_string(start, quote),
            Mode::Recovering => self.string_of_broken_tag(start, quote),
        }
    }

    fn whole_string(&mut self, start: usize, quote: u8) -> Token {
        let known = &mut self.unclosed[usize::from(quote == b'"')];
        let mut at = start + 1;
        if start < *known {
            while let Some(&byte) = self.bytes.get(at) {
                if byte == quote {
                    let kind = Kind::Str { terminated: true };
                    return Token { kind, start, end: at + 1 };
                }
                at += if byte == b'\\' { 2 } else { 1 };
            }
            *known = start;
        }
        // No string to Jinja, which then stumbles over the quote itself.
        Token { kind: Kind::Bad, start, end: start + 1 }
    }

    /// The tag is broken anyway: a string ends at its quote only when that stands on the same
    /// line with no end of a tag before it.
    fn string_of_broken_tag(&self, start: usize, quote: u8) -> Token {
        let mut at = start + 1;
        while let Some(&byte) = self.bytes.get(at) {
            let next = self.byte(at + 1);
            if byte == quote {
                return Token { kind: Kind::Str { terminated: true }, start, end: at + 1 };
            }
            let ends_tag = matches!((byte, next), (b'}' | b'%', b'}'));
            let opens_tag = byte == b'{' && matches!(next, b'{' | b'%' | b'#');
            if matches!(byte, b'\n' | b'\r') || ends_tag || opens_tag {
                break;
            }
            at += if byte == b'\\' && next.is_ascii() && next != b'\n' { 2 } else { 1 };
        }
        let mut end = at.min(self.bytes.len());
        // Back over the sign and the blanks in front of the end of the tag.
        if self.byte(end) != b'\n' && matches!(self.bytes[end - 1], b'-' | b'+') && end > start + 1
        {
            end -= 1;
        }
        while end > start + 1 && matches!(self.bytes[end - 1], b' ' | b'\t') {
            end -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        Token { kind: Kind::Str { terminated: false }, start, end }
    }
}

/// What Python's `str.isspace` and `\s` take for white space.
pub fn is_space(character: char) -> bool {
    match character {
        ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1f}' => true,
        _ if character.is_ascii() => false,
        _ => character.is_whitespace(),
    }
}

/// Combining marks may stand inside an identifier.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}')
}

/// Numeric characters that are no digits (`²`, `½`) belong to a word, not to an identifier.
fn is_odd_number(character: char) -> bool {
    !character.is_ascii()
        && character.is_numeric()
        && !character.is_alphabetic()
        && matches!(character, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}' | '\u{2070}'..='\u{2189}')
}
