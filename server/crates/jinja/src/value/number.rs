//! Integers of any size and floats.

use std::cmp::Ordering;
use std::rc::Rc;

use num_bigint::{BigInt, Sign};

use super::{Value, compare};
use crate::eval::{Budget, Stop};

/// Integers beyond this are refused: they only occur in runaway templates.
const MAX_BITS: u64 = 1 << 18;
/// Python refuses to print longer ones.
const MAX_DIGITS: usize = 4300;

#[derive(Clone, Debug)]
pub enum Number {
    Int(i64),
    Big(Rc<BigInt>),
    Float(f64),
}

/// An integer value from one of any size.
pub fn big(value: BigInt) -> Value {
    match i64::try_from(&value) {
        Ok(small) => Value::Int(small),
        Err(_) => Value::BigInt(Rc::new(value)),
    }
}

/// The integer that a float without fraction stands for.
pub(super) fn from_float(value: f64) -> BigInt {
    let bits = value.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 {
        return BigInt::ZERO;
    }
    let mantissa = BigInt::from(fraction | 1 << 52);
    let shift = exponent - 1075;
    let magnitude =
        if shift >= 0 { mantissa << shift as usize } else { mantissa >> (-shift) as usize };
    if value < 0.0 { -magnitude } else { magnitude }
}

impl Number {
    pub fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Int(value) => Number::Int(*value),
            Value::Bool(value) => Number::Int(i64::from(*value)),
            Value::BigInt(value) => Number::Big(Rc::clone(value)),
            Value::Float(value) => Number::Float(*value),
            _ => return None,
        })
    }

    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Some(a.cmp(b)),
            (Number::Float(a), Number::Float(b)) => a.partial_cmp(b),
            (Number::Float(a), b) => {
                compare::compare_int_float(&b.to_big(), *a).map(Ordering::reverse)
            }
            (a, Number::Float(b)) => compare::compare_int_float(&a.to_big(), *b),
            (a, b) => Some(a.to_big().cmp(&b.to_big())),
        }
    }

    /// The integer; a float loses its fraction.
    pub fn to_big(&self) -> BigInt {
        match self {
            Number::Int(value) => BigInt::from(*value),
            Number::Big(value) => value.as_ref().clone(),
            Number::Float(value) => from_float(value.trunc()),
        }
    }

    pub fn to_float(&self) -> Result<f64, Stop> {
        match self {
            Number::Int(value) => Ok(*value as f64),
            Number::Float(value) => Ok(*value),
            Number::Big(value) => {
                let text = value.to_string();
                let float: f64 = text.parse().unwrap_or(f64::INFINITY);
                if float.is_infinite() {
                    return Err(Stop::overflow("int too large to convert to float"));
                }
                Ok(float)
            }
        }
    }

    pub fn is_zero(&self) -> bool {
        match self {
            Number::Int(value) => *value == 0,
            Number::Float(value) => *value == 0.0,
            Number::Big(_) => false,
        }
    }

    pub fn is_negative(&self) -> bool {
        match self {
            Number::Int(value) => *value < 0,
            Number::Float(value) => *value < 0.0,
            Number::Big(value) => value.sign() == Sign::Minus,
        }
    }

    pub fn into_value(self) -> Value {
        match self {
            Number::Int(value) => Value::Int(value),
            Number::Float(value) => Value::Float(value),
            Number::Big(value) => Value::BigInt(value),
        }
    }

    fn is_float(&self) -> bool {
        matches!(self, Number::Float(_))
    }
}

fn checked(value: BigInt) -> Result<Value, Stop> {
    if value.bits() > MAX_BITS {
        return Err(Stop::too_large("an integer"));
    }
    Ok(big(value))
}

pub fn add(a: &Number, b: &Number) -> Result<Value, Stop> {
    match (a, b) {
        (Number::Int(x), Number::Int(y)) => match x.checked_add(*y) {
            Some(sum) => Ok(Value::Int(sum)),
            None => checked(BigInt::from(*x) + y),
        },
        _ if a.is_float() || b.is_float() => Ok(Value::Float(a.to_float()? + b.to_float()?)),
        _ => checked(a.to_big() + b.to_big()),
    }
}

pub fn subtract(a: &Number, b: &Number) -> Result<Value, Stop> {
    match (a, b) {
        (Number::Int(x), Number::Int(y)) => match x.checked_sub(*y) {
            Some(difference) => Ok(Value::Int(difference)),
            None => checked(BigInt::from(*x) - y),
        },
        _ if a.is_float() || b.is_float() => Ok(Value::Float(a.to_float()? - b.to_float()?)),
        _ => checked(a.to_big() - b.to_big()),
    }
}

pub fn multiply(a: &Number, b: &Number) -> Result<Value, Stop> {
    match (a, b) {
        (Number::Int(x), Number::Int(y)) => match x.checked_mul(*y) {
            Some(product) => Ok(Value::Int(product)),
            None => checked(BigInt::from(*x) * y),
        },
        _ if a.is_float() || b.is_float() => Ok(Value::Float(a.to_float()? * b.to_float()?)),
        _ => {
            let (a, b) = (a.to_big(), b.to_big());
            if a.bits() + b.bits() > MAX_BITS {
                return Err(Stop::too_large("an integer"));
            }
            checked(a * b)
        }
    }
}

pub fn divide(a: &Number, b: &Number) -> Result<Value, Stop> {
    if b.is_zero() {
        let what = if a.is_float() || b.is_float() {
            "float division by zero"
        } else {
            "division by zero"
        };
        return Err(Stop::zero_division(what));
    }
    if let (Number::Big(_), _) | (_, Number::Big(_)) = (a, b)
        && !a.is_float()
        && !b.is_float()
    {
        return big_quotient(&a.to_big(), &b.to_big()).map(Value::Float);
    }
    Ok(Value::Float(a.to_float()? / b.to_float()?))
}

/// The nearest float of a quotient whose parts are no floats themselves.
fn big_quotient(a: &BigInt, b: &BigInt) -> Result<f64, Stop> {
    // Enough bits that what is cut off cannot change the rounding in practice.
    let shift = (b.bits() as i64 - a.bits() as i64 + 80).max(0);
    let quotient = (a << shift as usize) / b;
    let float = Number::Big(Rc::new(quotient)).to_float();
    match float {
        Ok(float) => Ok(float / 2f64.powi(shift as i32)),
        Err(_) => Err(Stop::overflow("integer division result too large for a float")),
    }
}

pub fn floor_divide(a: &Number, b: &Number) -> Result<Value, Stop> {
    Ok(divmod(a, b, "integer division or modulo by zero")?.0)
}

pub fn modulo(a: &Number, b: &Number) -> Result<Value, Stop> {
    Ok(divmod(a, b, "integer modulo by zero")?.1)
}

fn divmod(a: &Number, b: &Number, message: &str) -> Result<(Value, Value), Stop> {
    if a.is_float() || b.is_float() {
        let (x, y) = (a.to_float()?, b.to_float()?);
        if y == 0.0 {
            return Err(Stop::zero_division(if message.contains("division") {
                "float floor division by zero"
            } else {
                "float modulo"
            }));
        }
        let mut remainder = x % y;
        let mut quotient = (x - remainder) / y;
        if remainder != 0.0 {
            if (y < 0.0) != (remainder < 0.0) {
                remainder += y;
                quotient -= 1.0;
            }
        } else {
            remainder = 0f64.copysign(y);
        }
        let floor = if quotient == 0.0 {
            0f64.copysign(x / y)
        } else {
            let floor = quotient.floor();
            if quotient - floor > 0.5 { floor + 1.0 } else { floor }
        };
        return Ok((Value::Float(floor), Value::Float(remainder)));
    }
    if b.is_zero() {
        return Err(Stop::zero_division(message));
    }
    if let (Number::Int(x), Number::Int(y)) = (a, b)
        && let (Some(quotient), Some(remainder)) = (x.checked_div(*y), x.checked_rem(*y))
    {
        let down = remainder != 0 && (remainder < 0) != (*y < 0);
        return Ok(if down {
            (Value::Int(quotient - 1), Value::Int(remainder + y))
        } else {
            (Value::Int(quotient), Value::Int(remainder))
        });
    }
    let (x, y) = (a.to_big(), b.to_big());
    let mut quotient = &x / &y;
    let mut remainder = &x % &y;
    if remainder.sign() != Sign::NoSign
        && (remainder.sign() == Sign::Minus) != (y.sign() == Sign::Minus)
    {
        quotient -= 1;
        remainder += &y;
    }
    Ok((big(quotient), big(remainder)))
}

pub fn power(a: &Number, b: &Number, budget: &Budget) -> Result<Value, Stop> {
    if a.is_float() || b.is_float() || b.is_negative() {
        let (x, y) = (a.to_float()?, b.to_float()?);
        if x == 0.0 && y < 0.0 {
            return Err(Stop::zero_division("0.0 cannot be raised to a negative power"));
        }
        if x < 0.0 && y.fract() != 0.0 && y.is_finite() {
            return Err(Stop::value_error("a complex number has no meaning in a template"));
        }
        let result = x.powf(y);
        if result.is_infinite() && x.is_finite() && y.is_finite() {
            return Err(Stop::overflow("(34, 'Numerical result out of range')"));
        }
        return Ok(Value::Float(result));
    }
    let base = a.to_big();
    let exponent = match b {
        Number::Int(value) => *value as u64,
        _ => u64::MAX,
    };
    if base.bits() <= 1 {
        // 0, 1 and -1 have every power.
        let odd = match b {
            Number::Int(value) => value % 2 != 0,
            other => other.to_big().bit(0),
        };
        let value = match (i64::try_from(&base).unwrap_or(0), odd) {
            _ if exponent == 0 => 1,
            (-1, false) => 1,
            (value, _) => value,
        };
        return Ok(Value::Int(value));
    }
    if base.bits().saturating_mul(exponent) > MAX_BITS {
        return Err(Stop::too_large("an integer"));
    }
    budget.charge(base.bits().saturating_mul(exponent) / 64)?;
    checked(base.pow(exponent as u32))
}

pub fn negative(value: &Number) -> Value {
    match value {
        Number::Int(value) => match value.checked_neg() {
            Some(negated) => Value::Int(negated),
            None => big(-BigInt::from(*value)),
        },
        Number::Float(value) => Value::Float(-value),
        Number::Big(value) => big(-value.as_ref()),
    }
}

pub fn int_to_string(value: &BigInt) -> Result<String, Stop> {
    if value.bits() > MAX_DIGITS as u64 * 4 {
        return Err(too_many_digits());
    }
    let text = value.to_string();
    if text.trim_start_matches('-').len() > MAX_DIGITS {
        return Err(too_many_digits());
    }
    Ok(text)
}

fn too_many_digits() -> Stop {
    Stop::value_error(
        "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit",
    )
}

/// The digits of the shortest decimal that reads back as `value`, and its exponent: the value is
/// `d.ddd × 10^exponent`.
pub(super) fn shortest_digits(value: f64) -> (String, i32) {
    let text = format!("{:e}", value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// Python's `repr` of a float.
pub fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return format!("{sign}inf");
    }
    if value == 0.0 {
        return format!("{sign}0.0");
    }
    let (digits, exponent) = shortest_digits(value);
    if (-4..16).contains(&exponent) {
        let point = exponent + 1;
        let text = if point <= 0 {
            format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize))
        } else if digits.len() <= point as usize {
            format!("{digits}{}.0", "0".repeat(point as usize - digits.len()))
        } else {
            format!("{}.{}", &digits[..point as usize], &digits[point as usize..])
        };
        return format!("{sign}{text}");
    }
    let mantissa =
        if digits.len() > 1 { format!("{}.{}", &digits[..1], &digits[1..]) } else { digits };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{mantissa}e{exponent_sign}{:02}", exponent.unsigned_abs())
}

/// `int(text, base)`; none when it is no integer.
pub fn parse_int(text: &str, base: u32) -> Option<BigInt> {
    let trimmed = text.trim_matches(syntax::jinja::is_space);
    let (negative, digits) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match (base, lower.get(..2)) {
        (0 | 16, Some("0x")) => (16, &lower[2..]),
        (0 | 8, Some("0o")) => (8, &lower[2..]),
        (0 | 2, Some("0b")) => (2, &lower[2..]),
        (0, _)
            if lower.len() > 1
                && lower.starts_with('0')
                && !lower.trim_matches(['0', '_']).is_empty() =>
        {
            return None;
        }
        (0, _) => (10, lower.as_str()),
        (base, _) => (base, lower.as_str()),
    };
    let digits = if base != 10 && lower.len() != digits.len() {
        digits.strip_prefix('_').unwrap_or(digits)
    } else {
        digits
    };
    if digits.is_empty()
        || digits.starts_with('_')
        || digits.ends_with('_')
        || digits.contains("__")
    {
        return None;
    }
    let digits: String = digits
        .chars()
        .filter(|it| *it != '_')
        .map(|it| if it.is_ascii() { Some(it) } else { unicode_digit(it) })
        .collect::<Option<_>>()?;
    if digits.len() > MAX_DIGITS || !(2..=36).contains(&base) {
        return None;
    }
    let value = BigInt::parse_bytes(digits.as_bytes(), base)?;
    Some(if negative { -value } else { value })
}

/// Decimal digits of other scripts, which come in runs of ten.
fn unicode_digit(character: char) -> Option<char> {
    const ZEROS: [u32; 12] =
        [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xe50, 0xed0, 0xff10];
    let code = character as u32;
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// `float(text)`; none when it is no float.
pub fn parse_float(text: &str) -> Option<f64> {
    let trimmed = text.trim_matches(syntax::jinja::is_space);
    let unsigned = trimmed.trim_start_matches(['+', '-']);
    if trimmed.len() - unsigned.len() > 1 {
        return None;
    }
    let lower = unsigned.to_ascii_lowercase();
    let value = match lower.as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        _ => {
            let bytes = lower.as_bytes();
            let well_placed = bytes.iter().enumerate().all(|(index, byte)| match byte {
                b'_' => {
                    let digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
                    index > 0 && digit(bytes.get(index - 1)) && digit(bytes.get(index + 1))
                }
                b'0'..=b'9' | b'.' | b'e' | b'+' | b'-' => true,
                _ => false,
            });
            if !well_placed {
                return None;
            }
            lower.replace('_', "").parse().ok()?
        }
    };
    Some(if trimmed.starts_with('-') { -value } else { value })
}

/// `round(value, precision)`: ties go to the even digit of the exact decimal value.
pub fn round_float(value: f64, precision: i64) -> f64 {
    if !value.is_finite() || precision > 320 {
        return value;
    }
    if precision < -310 {
        return 0f64.copysign(value);
    }
    if precision >= 0 {
        // Rust's formatting rounds the exact value half to even, as Python's does.
        return format!("{value:.*}", precision as usize).parse().unwrap_or(value);
    }
    let exact = from_float(value.trunc());
    let unit = BigInt::from(10).pow(precision.unsigned_abs() as u32);
    let rounded = round_big(&exact, &unit, value.fract() != 0.0);
    Number::Big(Rc::new(rounded)).to_float().unwrap_or(value)
}

/// `value` to the nearest multiple of `unit`, ties to the even multiple.
pub fn round_big(value: &BigInt, unit: &BigInt, more_beyond: bool) -> BigInt {
    let negative = value.sign() == Sign::Minus;
    let magnitude = if negative { -value } else { value.clone() };
    let down = &magnitude / unit;
    let rest = &magnitude % unit;
    let twice: BigInt = &rest * 2;
    let ordering = twice.cmp(unit);
    let odd = down.bit(0);
    let up = ordering == Ordering::Greater || (ordering == Ordering::Equal && (more_beyond || odd));
    let result = (if up { down + 1 } else { down }) * unit;
    if negative { -result } else { result }
}
