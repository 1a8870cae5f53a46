//! A small judge of requests by Discord's own description of its API.
//!
//! It knows the part of JSON Schema that the description uses, and is stricter in one thing: a key
//! that no schema names fails, where the description itself leaves objects open.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

/// The schemas nest components in containers; nothing sound is deeper.
const DEPTH_MAX: usize = 64;

pub struct Description(Value);

impl Description {
    pub fn new(description: Value) -> Self {
        Self(description)
    }

    /// Discord's own, where the environment names the folder that holds it.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Description>> = OnceLock::new();
        let load = || {
            let Ok(folder) = std::env::var("LEDE_SHARED") else {
                eprintln!(
                    "LEDE_SHARED is not set: requests are not judged by Discord's description"
                );
                return None;
            };
            let path = Path::new(&folder).join("discord/openapi.json");
            let text =
                std::fs::read_to_string(&path).expect("LEDE_SHARED has discord/openapi.json");
            Some(Self(
                serde_json::from_str(&text).expect("the description is JSON"),
            ))
        };
        SHARED.get_or_init(load).as_ref()
    }

    /// What is wrong with a request; `path` begins behind the version (`/channels/1/messages`).
    pub fn check(&self, method: &str, path: &str, body: Option<&Value>) -> Vec<String> {
        let Some(operation) = self.operation(&method.to_lowercase(), path) else {
            return vec![format!("{method} {path}: not in the description")];
        };
        let wanted = &operation["requestBody"];
        let schema = &wanted["content"]["application/json"]["schema"];
        let needed = wanted["required"] == true;
        match body {
            None if needed => vec!["the body is missing".to_owned()],
            None => Vec::new(),
            Some(_) if schema.is_null() => vec!["a body where none is described".to_owned()],
            Some(body) => self.validate(schema, body),
        }
    }

    /// What keeps `value` from being valid, each with the place where.
    pub fn validate(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut errors = Vec::new();
        self.walk(schema, value, "", true, 0, &mut errors);
        errors
    }

    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let path: Vec<&str> = path.trim_matches('/').split('/').collect();
        let fits = |template: &str| {
            let template: Vec<&str> = template.trim_matches('/').split('/').collect();
            let same = |(known, given): (&&str, &&str)| known == given || known.starts_with('{');
            template.len() == path.len() && template.iter().zip(&path).all(same)
        };
        let paths = self.0["paths"].as_object()?;
        let found = paths.iter().filter(|(template, _)| fits(template));
        // `@me` before `{user_id}`.
        let nearest = found.min_by_key(|(template, _)| template.matches('{').count());
        nearest.and_then(|(_, methods)| methods.get(method))
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        for _ in 0..DEPTH_MAX {
            let Some(name) = schema["$ref"].as_str() else {
                break;
            };
            schema = self
                .0
                .pointer(name.trim_start_matches('#'))
                .unwrap_or(&Value::Null);
        }
        schema
    }

    /// `closed`: unknown keys fail here; not inside of `allOf`, whose parts share an object.
    fn walk(
        &self,
        schema: &Value,
        value: &Value,
        at: &str,
        closed: bool,
        depth: usize,
        errors: &mut Vec<String>,
    ) {
        let schema = self.resolve(schema);
        if depth > DEPTH_MAX || schema.is_null() {
            errors.push(format!("{at}: no schema"));
            return;
        }
        if let Some(error) = plain_error(schema, value) {
            errors.push(format!("{at}: {error}"));
            return;
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.walk(part, value, at, false, depth + 1, errors);
        }
        for union in ["anyOf", "oneOf"] {
            if let Some(branches) = schema[union].as_array() {
                errors.extend(self.union_errors(branches, value, at, depth));
            }
        }
        if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
            for (number, one) in values.iter().enumerate() {
                self.walk(
                    items,
                    one,
                    &format!("{at}/{number}"),
                    true,
                    depth + 1,
                    errors,
                );
            }
        }
        if let Some(object) = value.as_object() {
            self.object(schema, object, at, closed, depth, errors);
        }
    }

    fn object(
        &self,
        schema: &Value,
        object: &Map<String, Value>,
        at: &str,
        closed: bool,
        depth: usize,
        errors: &mut Vec<String>,
    ) {
        for name in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !object.contains_key(name) {
                errors.push(format!("{at}: the key {name} is missing"));
            }
        }
        let properties = schema["properties"].as_object();
        let others = schema
            .get("additionalProperties")
            .filter(|others| others.is_object());
        let known = if closed { self.keys(schema, 0) } else { None };
        for (key, value) in object {
            let at = format!("{at}/{key}");
            match (properties.and_then(|all| all.get(key)), others) {
                (Some(schema), _) | (None, Some(schema)) => {
                    self.walk(schema, value, &at, true, depth + 1, errors)
                }
                _ if known.as_ref().is_some_and(|known| !known.contains(key)) => {
                    errors.push(format!("{at}: no schema names this key"));
                }
                _ => {}
            }
        }
    }

    /// The keys that a schema and its parts name; none where it says nothing of keys.
    fn keys(&self, schema: &Value, depth: usize) -> Option<BTreeSet<String>> {
        let schema = self.resolve(schema);
        if depth > DEPTH_MAX || schema["additionalProperties"] == true {
            return None;
        }
        let mut keys: Option<BTreeSet<String>> = schema["properties"]
            .as_object()
            .map(|all| all.keys().cloned().collect());
        for union in ["allOf", "anyOf", "oneOf"] {
            for part in schema[union].as_array().into_iter().flatten() {
                if let Some(more) = self.keys(part, depth + 1) {
                    keys.get_or_insert_default().extend(more);
                }
            }
        }
        keys
    }

    /// Nothing where one branch fits; else the errors of the branch that was most likely meant.
    fn union_errors(
        &self,
        branches: &[Value],
        value: &Value,
        at: &str,
        depth: usize,
    ) -> Vec<String> {
        let mut best: Option<(bool, usize, Vec<String>)> = None;
        let meant = |branch: &&Value| value.is_null() || branch["type"] != "null";
        for branch in branches.iter().filter(meant) {
            let mut errors = Vec::new();
            self.walk(branch, value, at, true, depth + 1, &mut errors);
            if errors.is_empty() {
                return Vec::new();
            }
            let own = format!("{at}: ");
            let kind = format!("{at}/type: ");
            let stray = errors
                .iter()
                .any(|error| error.starts_with(&kind) || error.starts_with(&own));
            let rank = (stray, errors.len());
            if best
                .as_ref()
                .is_none_or(|(stray, count, _)| rank < (*stray, *count))
            {
                best = Some((rank.0, rank.1, errors));
            }
        }
        best.map_or_else(|| vec![format!("{at}: no branch")], |(_, _, errors)| errors)
    }
}

/// What a schema says of a value itself, not of what is inside.
fn plain_error(schema: &Value, value: &Value) -> Option<String> {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is_kind(value, kind)) {
        return Some(format!(
            "{} is not of type {}",
            short(value),
            kinds.join(" or ")
        ));
    }
    if schema.get("const").is_some_and(|wanted| wanted != value) {
        return Some(format!("{} is not {}", short(value), schema["const"]));
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|all| !all.contains(value))
    {
        return Some(format!("{} is none of {}", short(value), schema["enum"]));
    }
    let size = match value {
        Value::String(text) => Some((text.encode_utf16().count(), "minLength", "maxLength")),
        Value::Array(items) => Some((items.len(), "minItems", "maxItems")),
        Value::Object(keys) => Some((keys.len(), "minProperties", "maxProperties")),
        _ => None,
    };
    if let Some((size, min, max)) = size {
        let limit = |name: &str| schema[name].as_u64();
        if limit(min).is_some_and(|min| (size as u64) < min)
            || limit(max).is_some_and(|max| size as u64 > max)
        {
            return Some(format!(
                "a size of {size} is not within {} to {}",
                schema[min], schema[max]
            ));
        }
    }
    if let Some(number) = value.as_f64() {
        let limit = |name: &str| schema[name].as_f64();
        if limit("minimum").is_some_and(|min| number < min)
            || limit("maximum").is_some_and(|max| number > max)
        {
            return Some(format!(
                "{number} is not within {} to {}",
                schema["minimum"], schema["maximum"]
            ));
        }
    }
    if let (true, Some(items)) = (schema["uniqueItems"] == true, value.as_array()) {
        let all: BTreeSet<String> = items.iter().map(Value::to_string).collect();
        if all.len() < items.len() {
            return Some("one value twice".to_owned());
        }
    }
    format_error(schema["format"].as_str()?, value)
}

fn is_kind(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

fn format_error(format: &str, value: &Value) -> Option<String> {
    let text = value.as_str();
    let bad = match format {
        "snowflake" => {
            text.is_some_and(|text| text.parse::<u64>().is_err() || text.starts_with('+'))
        }
        "uri" => text.is_some_and(|text| {
            !text.starts_with("attachment://") && url::Url::parse(text).is_err()
        }),
        "int32" => {
            value.is_number()
                && value
                    .as_i64()
                    .is_none_or(|number| i32::try_from(number).is_err())
        }
        _ => false,
    };
    bad.then(|| format!("{} is no {format}", short(value)))
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    let end = text.floor_char_boundary(60);
    if end < text.len() {
        format!("{}…", &text[..end])
    } else {
        text
    }
}
