//! Amounts: `100000` or `64MiB`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

/// An amount, with `KiB`, `MiB` or `GiB` behind it or without a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(pub u64);

/// The amount that a text says.
pub(in crate::policy) fn parsed(text: &str) -> Option<u64> {
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
    let (digits, unit) = units
        .iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)))
        .unwrap_or((text, 1_u64));
    let decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0');
    if !decimal || padded {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parsed(&text).map(Self).ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            de::Error::custom(format!(
                "expected an amount like `1000` or `64MiB`, found `{shown}`"
            ))
        })
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount, with `KiB`, `MiB` or `GiB` behind it or without a unit.",
            "type": ["integer", "string"],
            "minimum": 0,
            "pattern": "^(0|[1-9][0-9]*)([KMG]iB)?$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::parsed;

    #[test]
    fn units_are_binary_and_written_out() {
        assert_eq!(parsed("64MiB"), Some(64 << 20));
        assert_eq!(parsed("100000"), Some(100_000));
        assert_eq!(parsed("0"), Some(0));
        for wrong in [
            "",
            "MiB",
            "64MB",
            "64 MiB",
            "-1",
            "+1",
            "1.5GiB",
            "01",
            "99999999999GiB",
        ] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }
}
