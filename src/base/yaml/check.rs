//! Walks a tree along a JSON Schema and notes every problem.
//!
//! The schema is one of our own types, so only what `schemars` derives for them is known here:
//! mappings with known or with free keys, lists, words, variants told apart by a tag or by their
//! keys, and plain values with bounds. A mapping may have no other keys than those of its schema.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::field::{Field, join, key_text};
use super::pattern::matches;
use super::source::Source;
use super::tree::{Node, Value};
use super::words::{expected, one_of, properties, required, tag, tag_word, text, variants, words};
use crate::base::diagnostic::{Place, Problem, Problems, did_you_mean};
use crate::base::units::Day;

const NO_WORD: &str = "a key that is no word";

/// The keys that a mapping may have, and must have, by its schema: one of several `variants`,
/// told apart by the word under `tag` or by their keys, or the only one.
struct Keys<'s> {
    known: Vec<&'s str>,
    missing: Vec<&'s str>,
    schema: &'s Json,
    tag: Option<&'s str>,
    variants: &'s [Json],
}

impl Keys<'_> {
    /// Whose keys they are, where that helps: " of the rule `quartile`", " in `data`".
    fn whose(&self, path: &str) -> String {
        match self.tag.and_then(|tag| Some((tag, tag_word(self.schema, tag)?))) {
            Some((tag, word)) => format!(" of the {tag} `{word}`"),
            None if path.is_empty() => String::new(),
            None => format!(" in `{path}`"),
        }
    }

    /// A hint to the variant that has a key which this one has not.
    fn elsewhere(&self, key: &str) -> Option<String> {
        let knows = |variant: &&Json| properties(variant).any(|(known, _)| known == key);
        let other = self.variants.iter().find(knows)?;
        Some(match self.tag.and_then(|tag| Some((tag, tag_word(other, tag)?))) {
            Some((tag, word)) => format!("the {tag} `{word}` has such a key"),
            None => "it is a key of another form: keep one of the two".to_owned(),
        })
    }
}

/// Collects problems. A method that finds a value wrong notes it and returns `None`.
pub(super) struct Check<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) problems: Problems,
}

impl<'a> Check<'a> {
    /// The value as JSON of the shape that the schema asks for.
    pub(super) fn value(&mut self, field: &Field<'a>, schema: &Json) -> Option<Json> {
        if let Some(variants) = variants(schema) {
            return match tag(variants) {
                Some(tag) => self.tagged(field, schema, tag, variants),
                None => self.choice(field, schema, variants),
            };
        }
        if !words(schema).is_empty() {
            return self.word(field, schema);
        }
        if schema.get("type").is_none() {
            return Some(field.node.value.to_json());
        }
        match text(schema, "type")? {
            "object" => match schema.get("properties") {
                Some(_) => self.mapping(field, schema, None, &[]),
                None => self.free_keys(field, schema),
            },
            "array" => self.list(field, schema),
            "boolean" => self.flag(field, schema),
            "integer" => self.whole(field, schema),
            "number" => self.number(field, schema),
            _ => self.text(field, schema),
        }
    }

    /// A mapping with the keys of the schema, which is one of several `variants` or alone.
    fn mapping(
        &mut self,
        field: &Field<'a>,
        schema: &Json,
        tag: Option<&str>,
        variants: &[Json],
    ) -> Option<Json> {
        let before = self.problems.len();
        let entries = self.entries(field, schema)?;
        let mut known: Vec<&str> = properties(schema).map(|(key, _)| key).collect();
        known.sort_by_key(|key| Some(*key) != tag);
        let missing = required(schema).collect();
        self.keys(field, entries, &Keys { known, missing, schema, tag, variants });
        let mut object = Map::new();
        for (key, schema) in properties(schema) {
            if let Some(value) = field.below(key).and_then(|below| self.value(&below, schema)) {
                object.insert(key.to_owned(), value);
            }
        }
        object.extend(self.free_entries(field, entries, schema));
        (self.problems.len() == before).then_some(Json::Object(object))
    }

    /// A mapping whose keys are the user's.
    fn free_keys(&mut self, field: &Field<'a>, schema: &Json) -> Option<Json> {
        let before = self.problems.len();
        let entries = self.entries(field, schema)?;
        let object = self.free_entries(field, entries, schema);
        (self.problems.len() == before).then_some(Json::Object(object))
    }

    /// The entries of a mapping whose keys the schema does not know.
    fn free_entries(
        &mut self,
        field: &Field<'a>,
        entries: &'a [(Node, Node)],
        schema: &Json,
    ) -> Map<String, Json> {
        let mut object = Map::new();
        let Some(values) = free(schema) else { return object };
        let known: Vec<&str> = properties(schema).map(|(key, _)| key).collect();
        for (key, node) in entries {
            let Some(name) = self.scalar(key) else {
                self.report_key(key, Problem::new(NO_WORD));
                continue;
            };
            if known.contains(&name) {
                continue;
            }
            if let Some(meant) = did_you_mean(name, known.iter().copied()) {
                let problem = Problem::new(format!("unknown key `{name}` in `{}`", field.path));
                self.report_key(key, problem.hint(format!("did you mean `{meant}`?")));
                continue;
            }
            let below = Field { path: join(&field.path, name), node };
            if let Some(value) = self.value(&below, values) {
                object.insert(name.to_owned(), value);
            }
        }
        object
    }

    /// A mapping that is one of several, told apart by the word under one key.
    fn tagged(
        &mut self,
        field: &Field<'a>,
        schema: &Json,
        tag: &str,
        variants: &[Json],
    ) -> Option<Json> {
        let Some(written) = field.below(tag) else {
            // What the other keys mean depends on the variant; without it they say nothing.
            let entries = self.entries(field, schema)?;
            let mut known = vec![tag];
            for (key, _) in variants.iter().flat_map(properties) {
                if !known.contains(&key) {
                    known.push(key);
                }
            }
            let keys = Keys { known, missing: vec![tag], schema, tag: None, variants: &[] };
            self.keys(field, entries, &keys);
            return None;
        };
        let known: Vec<&str> = variants.iter().filter_map(|v| tag_word(v, tag)).collect();
        let word = self.one_word(&written, &known)?;
        let variant = variants.iter().find(|variant| tag_word(variant, tag) == Some(&word))?;
        self.mapping(field, variant, Some(tag), variants)
    }

    /// A value that is one of several, told apart by its type or its keys.
    fn choice(&mut self, field: &Field<'a>, schema: &Json, variants: &[Json]) -> Option<Json> {
        let of_type = |name: &str| variants.iter().find(|v| text(v, "type") == Some(name));
        let words = words(schema);
        let variant = match &field.node.value {
            Value::Map(entries) => {
                // The variant that knows most of the keys, and of these the one that lacks least.
                let given = |key: &str| entries.iter().any(|(k, _)| key_text(k) == Some(key));
                let objects = variants.iter().filter(|v| text(v, "type") == Some("object"));
                objects.min_by_key(|variant| {
                    let found = properties(variant).filter(|(key, _)| given(key)).count();
                    let lacking = required(variant).filter(|key| !given(key)).count();
                    (std::cmp::Reverse(found), lacking)
                })
            }
            Value::List(_) => of_type("array"),
            Value::Whole(_) => of_type("integer"),
            _ => None,
        };
        match (variant, &field.node.value) {
            (Some(variant), Value::Map(_)) if variant.get("properties").is_some() => {
                self.mapping(field, variant, None, variants)
            }
            (Some(variant), Value::Map(_) | Value::List(_)) => self.value(field, variant),
            (Some(variant), _) => {
                // What is refused is refused by all of the variants.
                let mut alone = Check { source: self.source, problems: Problems::new() };
                let value = alone.value(field, variant);
                value.or_else(|| self.refuse(field, &expected(schema), text(schema, "x-hint")))
            }
            (None, Value::Text(_)) if words.len() == variants.len() => self.word(field, schema),
            (None, Value::Text(word)) if words.contains(&word.as_str()) => {
                Some(Json::String(word.clone()))
            }
            (None, Value::Text(word)) => {
                let problem = self.refusal(field).expected(expected(schema));
                let problem = problem.near(word, words.iter().copied());
                self.report(field, with_hint(problem, text(schema, "x-hint")))
            }
            (None, _) => self.refuse(field, &expected(schema), None),
        }
    }

    fn word(&mut self, field: &Field<'a>, schema: &Json) -> Option<Json> {
        self.one_word(field, &words(schema)).map(Json::String)
    }

    fn one_word(&mut self, field: &Field<'a>, words: &[&str]) -> Option<String> {
        let Some(word) = self.scalar(field.node) else {
            return self.refuse(field, &one_of(words), None);
        };
        if words.contains(&word) {
            return Some(word.to_owned());
        }
        let problem = Problem::new(format!("unknown {} `{word}`", field.key()))
            .expected(one_of(words))
            .near(word, words.iter().copied());
        self.report(field, problem)
    }

    fn list(&mut self, field: &Field<'a>, schema: &Json) -> Option<Json> {
        let items = schema.get("items")?;
        let Value::List(nodes) = &field.node.value else {
            let problem = self.refusal(field).expected(expected(schema));
            // A plain value was meant as a list of one.
            let plain = variants(items).is_none() && text(items, "type") != Some("object");
            let hint = match &field.node.value {
                Value::Empty | Value::Map(_) => None,
                _ => plain.then(|| format!("write `[{}]`", self.source.written(field.node))),
            };
            return self.report(field, with_hint(problem, hint.as_deref()));
        };
        let before = self.problems.len();
        let count = |key: &str| schema.get(key).and_then(Json::as_u64);
        let (least, most) = (count("minItems"), count("maxItems"));
        let given = nodes.len() as u64;
        if least.is_some_and(|least| given < least) || most.is_some_and(|most| given > most) {
            let found = match given {
                0 => "is empty".to_owned(),
                1 => "has 1 entry".to_owned(),
                _ => format!("has {given} entries"),
            };
            let problem = Problem::new(format!("`{}` {found}", field.path));
            let problem = problem.expected(match most {
                Some(most) if given > most && least != Some(most) => format!("at most {most}"),
                _ => expected(schema),
            });
            return self.report(field, with_hint(problem, text(schema, "x-hint")));
        }
        let unique = schema.get("uniqueItems") == Some(&Json::Bool(true));
        let mut known: BTreeSet<String> = BTreeSet::new();
        let mut list: Vec<Json> = Vec::new();
        for item in field.items() {
            let Some(value) = self.value(&item, items) else { continue };
            if unique && !known.insert(value.to_string()) {
                let written = self.source.written(item.node);
                let problem = Problem::new(format!("`{written}` stands twice in `{}`", field.path));
                self.report::<()>(&item, problem.expected("each one once"));
            }
            list.push(value);
        }
        (self.problems.len() == before).then_some(Json::Array(list))
    }

    fn flag(&mut self, field: &Field<'a>, schema: &Json) -> Option<Json> {
        if let Value::Flag(flag) = field.node.value {
            return Some(Json::Bool(flag));
        }
        let written = self.scalar(field.node).map(str::to_lowercase);
        let hint = match written.as_deref() {
            Some("yes" | "on") => Some("write `true`"),
            Some("no" | "off") => Some("write `false`"),
            _ => None,
        };
        self.refuse(field, &expected(schema), hint)
    }

    fn whole(&mut self, field: &Field<'a>, schema: &Json) -> Option<Json> {
        let bound = |key: &str| schema.get(key).and_then(Json::as_i64).map(i128::from);
        let number = match field.node.value {
            Value::Whole(number) => u64::try_from(number).ok(),
            _ => None,
        };
        let sound = number.filter(|number| {
            let number = i128::from(*number);
            bound("minimum").is_none_or(|least| number >= least)
                && bound("maximum").is_none_or(|most| number <= most)
        });
        sound.map(Json::from).or_else(|| self.refuse_number(field, schema))
    }

    fn number(&mut self, field: &Field<'a>, schema: &Json) -> Option<Json> {
        let bound = |key: &str| schema.get(key).and_then(Json::as_f64);
        let number = match field.node.value {
            // Exact below 2^53; a file has no use for more.
            Value::Whole(number) => Some(number as f64),
            Value::Real(number) => Some(number),
            _ => None,
        };
        let sound = number.filter(|number| {
            number.is_finite()
                && bound("minimum").is_none_or(|least| *number >= least)
                && bound("maximum").is_none_or(|most| *number <= most)
                && bound("exclusiveMinimum").is_none_or(|above| *number > above)
                && bound("exclusiveMaximum").is_none_or(|below| *number < below)
        });
        sound.map(Json::from).or_else(|| self.refuse_number(field, schema))
    }

    fn refuse_number(&mut self, field: &Field<'a>, schema: &Json) -> Option<Json> {
        let hint = match &field.node.value {
            Value::Text(text) if text.parse::<f64>().is_ok() => Some("drop the quotes"),
            Value::Whole(_) | Value::Real(_) => text(schema, "x-hint"),
            _ => None,
        };
        self.refuse(field, &expected(schema), hint)
    }

    /// Text; a number or a flag counts as the characters it is written with.
    fn text(&mut self, field: &Field<'a>, schema: &Json) -> Option<Json> {
        let Some(written) = self.scalar(field.node) else {
            return self.refuse(field, &expected(schema), None);
        };
        let sound = if text(schema, "format") == Some("date") {
            // jiff also reads times and other spellings; a file has one spelling a day.
            written.parse::<Day>().is_ok_and(|day| day.to_string() == written)
        } else if let Some(pattern) = text(schema, "pattern") {
            matches(pattern, written)
        } else {
            let given = written.chars().count() as u64;
            if let Some(most) =
                schema.get("maxLength").and_then(Json::as_u64).filter(|m| given > *m)
            {
                let problem = Problem::new(format!("`{}` has {given} characters", field.path));
                return self.report(field, problem.expected(format!("at most {most}")));
            }
            schema.get("minLength").is_none() || !written.trim().is_empty()
        };
        if !sound {
            return self.refuse(field, &expected(schema), text(schema, "x-hint"));
        }
        Some(Json::String(written.to_owned()))
    }

    /// The entries of a mapping, duplicate keys told.
    fn entries(&mut self, field: &Field<'a>, schema: &Json) -> Option<&'a [(Node, Node)]> {
        let Value::Map(entries) = &field.node.value else {
            return self.refuse(field, &expected(schema), None);
        };
        let mut lines: BTreeMap<&str, u64> = BTreeMap::new();
        for (key, _) in entries {
            let Some(word) = key_text(key) else { continue };
            let Some(first) = lines.get(word) else {
                lines.insert(word, key.referenced.line());
                continue;
            };
            let problem = Problem::new(format!("duplicate key `{}`", self.source.written(key)));
            self.report_key(key, problem.hint(format!("it stands on line {first} already")));
        }
        Some(entries)
    }

    /// Tells the keys that are not known, and those that must be there and are not.
    fn keys(&mut self, field: &Field<'a>, entries: &'a [(Node, Node)], keys: &Keys<'_>) {
        let given: BTreeSet<&str> = entries.iter().filter_map(|(key, _)| key_text(key)).collect();
        let given = |key: &str| given.contains(key);
        let whose = keys.whose(&field.path);
        let Keys { known, schema, .. } = keys;
        if free(schema).is_some() {
            return;
        }
        let mut missing = keys.missing.clone();
        missing.retain(|key| !given(key));
        for (key, _) in entries {
            let Some(name) = self.scalar(key) else {
                self.report_key(key, Problem::new(NO_WORD));
                continue;
            };
            if known.contains(&name) && key_text(key).is_some() {
                continue;
            }
            // A key misspelt is not a key missing.
            if let Some(meant) = did_you_mean(name, missing.iter().copied()) {
                missing.retain(|key| *key != meant);
            }
            // A key not yet there is more likely meant than one that is.
            let absent = known.iter().copied().filter(|key| !given(key));
            let near =
                did_you_mean(name, absent).or_else(|| did_you_mean(name, known.iter().copied()));
            let near = near.map(|near| format!("did you mean `{near}`?"));
            let hint = near.or_else(|| keys.elsewhere(name));
            let problem =
                Problem::new(format!("unknown key `{name}`{whose}")).expected(one_of(known));
            self.report_key(key, with_hint(problem, hint.as_deref()));
        }
        for key in missing {
            let problem = Problem::new(format!("missing key `{}`", join(&field.path, key)));
            let (place, expected) = match entries.first() {
                // The first key stands for a section; nothing in the text stands for the file.
                Some((first, _)) if !field.path.is_empty() => {
                    (self.source.place_of(first), format!("`{key}` beside it"))
                }
                _ => {
                    let schema = properties(schema).find(|(name, _)| *name == key);
                    (self.place(field), schema.map_or_else(String::new, |(_, s)| expected(s)))
                }
            };
            self.problems.push(problem.at(place).expected(expected));
        }
    }

    fn report_key(&mut self, key: &Node, problem: Problem) {
        self.problems.push(problem.at(self.source.place_of(key)));
    }

    /// The characters of a plain value; `None` of nothing, a list and a mapping.
    fn scalar(&self, node: &'a Node) -> Option<&'a str> {
        match &node.value {
            Value::Text(text) => Some(text),
            Value::Flag(_) | Value::Whole(_) | Value::Real(_) => Some(self.source.written(node)),
            Value::Empty | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The place of a value; the file as a whole of all of it, if it is a mapping.
    pub(super) fn place(&self, field: &Field<'_>) -> Place {
        match field.node.value {
            Value::Map(_) | Value::Empty if field.path.is_empty() => self.source.whole(),
            _ => self.source.place_of(field.node),
        }
    }

    /// Notes a problem with a value; there is then none.
    fn report<T>(&mut self, field: &Field<'_>, problem: Problem) -> Option<T> {
        self.problems.push(problem.at(self.place(field)));
        None
    }

    /// Notes that a value is not what it has to be; there is then none.
    fn refuse<T>(&mut self, field: &Field<'_>, expected: &str, hint: Option<&str>) -> Option<T> {
        let problem = self.refusal(field).expected(expected);
        self.report(field, with_hint(problem, hint))
    }

    /// "`key` is so": the start of a problem.
    fn refusal(&self, field: &Field<'_>) -> Problem {
        let found = match &field.node.value {
            Value::Empty => "empty".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
            Value::Text(text) if text.trim().is_empty() => "an empty text".to_owned(),
            Value::Text(text) => match text.lines().next() {
                Some(line) if line.chars().count() <= 40 => format!("the text `{line}`"),
                _ => "a text".to_owned(),
            },
            Value::Flag(_) | Value::Whole(_) | Value::Real(_) => {
                self.source.written(field.node).to_owned()
            }
        };
        match field.path.as_str() {
            "" => Problem::new(format!("the file is {found}")),
            path => Problem::new(format!("`{path}` is {found}")),
        }
    }
}

/// The schema of keys that are the user's, of a mapping that has such keys.
fn free(schema: &Json) -> Option<&Json> {
    schema.get("additionalProperties").filter(|schema| schema.is_object())
}

/// Adds a hint where there is one and the problem has none yet.
pub(super) fn with_hint(problem: Problem, hint: Option<&str>) -> Problem {
    match hint {
        Some(hint) if problem.hint.is_none() => problem.hint(hint),
        _ => problem,
    }
}
