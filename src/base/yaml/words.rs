//! What a JSON Schema expects, in words.

use serde_json::Value as Schema;

/// What stands at a place of a schema, if it is text.
pub(super) fn text<'s>(schema: &'s Schema, key: &str) -> Option<&'s str> {
    schema.get(key)?.as_str()
}

/// The variants of a schema that is a choice.
pub(super) fn variants(schema: &Schema) -> Option<&Vec<Schema>> {
    schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()
}

/// The keys of a mapping with their schemas.
pub(super) fn properties(schema: &Schema) -> impl Iterator<Item = (&str, &Schema)> {
    let properties = schema.get("properties").and_then(Schema::as_object);
    properties.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// The keys that a mapping must have.
pub(super) fn required(schema: &Schema) -> impl Iterator<Item = &str> {
    let required = schema.get("required").and_then(Schema::as_array);
    required.into_iter().flatten().filter_map(Schema::as_str)
}

/// The key by whose word variants are told apart: the one that is a constant in each of them.
pub(super) fn tag(variants: &[Schema]) -> Option<&str> {
    let (key, _) =
        properties(variants.first()?).find(|(_, schema)| text(schema, "const").is_some())?;
    variants.iter().all(|variant| tag_word(variant, key).is_some()).then_some(key)
}

/// The word of a variant under the key that tells variants apart.
pub(super) fn tag_word<'s>(variant: &'s Schema, tag: &str) -> Option<&'s str> {
    text(variant.get("properties")?.get(tag)?, "const")
}

/// The words that a schema allows as they are.
pub(super) fn words(schema: &Schema) -> Vec<&str> {
    let own = schema.get("enum").and_then(Schema::as_array);
    let own = own.into_iter().flatten().filter_map(Schema::as_str).chain(text(schema, "const"));
    own.chain(variants(schema).into_iter().flatten().flat_map(words)).collect()
}

pub(super) fn expected(schema: &Schema) -> String {
    if let Some(said) = text(schema, "x-expected") {
        return said.to_owned();
    }
    if let Some(variants) = variants(schema) {
        let example = |tag| tag_word(variants.first()?, tag);
        return match tag(variants).and_then(|tag| Some((tag, example(tag)?))) {
            Some((tag, word)) => format!("a mapping as in {{{tag}: {word}}}"),
            None => one_of_forms(variants),
        };
    }
    match (words(schema), text(schema, "type")) {
        (words, _) if !words.is_empty() => one_of(&words),
        (_, Some("object")) => {
            let keys: Vec<String> = required(schema).map(|key| format!("`{key}`")).collect();
            if keys.is_empty() {
                "a mapping".to_owned()
            } else {
                format!("a mapping with {}", keys.join(" and "))
            }
        }
        (_, Some("array")) => "a list".to_owned(),
        (_, Some("boolean")) => "true or false".to_owned(),
        (_, Some("string")) if text(schema, "format") == Some("date") => {
            "a day of the calendar as in 1998-12-22".to_owned()
        }
        (_, Some("integer")) => bounded("a whole number", schema),
        (_, Some("number")) => bounded("a finite number", schema),
        _ => "text".to_owned(),
    }
}

/// The forms of a choice: words, and what else there is.
fn one_of_forms(variants: &[Schema]) -> String {
    let all: Vec<&str> = variants.iter().flat_map(words).collect();
    if all.len() == variants.len() {
        return one_of(&all);
    }
    let forms: Vec<String> = variants.iter().map(expected).collect();
    match forms.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// A number with its bounds: "a whole number, at least 2 and at most 6".
fn bounded(noun: &str, schema: &Schema) -> String {
    let bounds = [
        ("minimum", "at least"),
        ("exclusiveMinimum", "above"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "below"),
    ];
    let bound = |(key, words): (&str, &str)| Some(format!("{words} {}", schema.get(key)?));
    let bounds: Vec<String> = bounds.into_iter().filter_map(bound).collect();
    if bounds.is_empty() { noun.to_owned() } else { format!("{noun}, {}", bounds.join(" and ")) }
}

pub(crate) fn one_of(words: &[&str]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [only] => format!("`{only}`"),
        _ => format!("one of {}", words.join(", ")),
    }
}
