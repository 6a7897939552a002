//! A YAML file as typed values, or as all that is wrong with it.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::check::{Check, with_hint};
use super::field::Field;
use super::source::Source;
use super::syntax;
use super::tree::{Node, Value};
use super::words::{required, text};
use crate::base::diagnostic::{Place, Problem, Problems};

/// A YAML file and the problems found in it so far.
pub(crate) struct Yaml<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) root: &'a Node,
    problems: Problems,
}

impl<'a> Yaml<'a> {
    pub(super) fn of(source: &'a Source<'a>, root: &'a Node) -> Self {
        Self { source, root, problems: Problems::new() }
    }

    /// Reads a file as a `T`: first along the schema of `T`, then by `check`, which sees the parts
    /// that are sound and notes what several keys together make wrong. `file` is the file's name
    /// in problems.
    ///
    /// # Errors
    /// All problems in the order of the file's lines; text that is not YAML has one, its first.
    pub(crate) fn read<T, C>(
        file: &str,
        text: &str,
        check: impl FnOnce(&mut Yaml<'_>) -> C,
    ) -> Result<(T, C), Problems>
    where
        T: JsonSchema + DeserializeOwned + 'static,
    {
        let source = Source::new(file, text);
        let root = syntax::load(&source)?;
        Yaml::of(&source, &root).finish(check)
    }

    /// As [`read`](Self::read), of a tree.
    pub(super) fn finish<T, C>(
        mut self,
        check: impl FnOnce(&mut Yaml<'_>) -> C,
    ) -> Result<(T, C), Problems>
    where
        T: JsonSchema + DeserializeOwned + 'static,
    {
        let whole = self.whole::<T>();
        let checked = check(&mut self);
        self.problems.sort_by_place();
        self.problems.into_result(())?;
        match whole {
            Some(whole) => Ok((whole, checked)),
            None => Err(Problem::new("the file cannot be read").at(self.source.whole()).into()),
        }
    }

    fn whole<T: JsonSchema + DeserializeOwned + 'static>(&mut self) -> Option<T> {
        let schema = known::<T>();
        let mandatory = schema.get("required").is_some();
        if self.root.value == Value::Empty && mandatory {
            let keys: Vec<String> = required(&schema).map(|key| format!("`{key}`")).collect();
            let problem = Problem::new("the file is empty")
                .expected(format!("at least {}", keys.join(" and ")));
            self.report("", with_hint(problem, text(&schema, "x-hint")));
            return None;
        }
        let (value, problems) = self.along(self.field("").as_ref(), &schema);
        self.problems.extend(problems);
        // The check is of the type's own schema, so that nothing is left to refuse; if something
        // were, it would be told.
        let refused = |error| Problem::new(format!("the file cannot be read: {error}"));
        serde_json::from_value(value?).map_err(|error| self.report("", refused(error))).ok()
    }

    /// The value at a path, as in `models[0].alphas`, if it is sound; one that is left out has its
    /// defaults.
    pub(crate) fn get<T: JsonSchema + DeserializeOwned + 'static>(&self, path: &str) -> Option<T> {
        self.typed(self.field(path).as_ref(), &known::<T>())
    }

    fn typed<T: DeserializeOwned>(&self, field: Option<&Field<'_>>, schema: &Json) -> Option<T> {
        let (value, problems) = self.along(field, schema);
        problems.is_empty().then(|| serde_json::from_value(value?).ok()).flatten()
    }

    /// The sound items of the list at a path, each with its own path; none of a list that is
    /// refused as a whole.
    pub(crate) fn items<T: JsonSchema + DeserializeOwned + 'static>(
        &self,
        path: &str,
    ) -> Vec<(String, T)> {
        let schema = known::<T>();
        let refused: BTreeSet<&Place> =
            self.problems.iter().filter_map(|problem| problem.place.as_ref()).collect();
        let sound = |item: &Field<'_>| !refused.contains(&self.source.place_of(item.node));
        let typed = |item: Field<'_>| Some((self.typed(Some(&item), &schema)?, item.path));
        let items = self.list(path).filter(sound).filter_map(typed);
        items.map(|(value, path)| (path, value)).collect()
    }

    pub(crate) fn paths(&self, path: &str) -> Vec<String> {
        self.list(path).map(|item| item.path).collect()
    }

    fn list(&self, path: &str) -> impl Iterator<Item = Field<'_>> {
        let list = self.field(path);
        let list = list.filter(|list| !self.is_refused(&self.source.place_of(list.node)));
        list.into_iter().flat_map(|list| list.items())
    }

    /// Whether anything was found wrong so far.
    pub(crate) fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// What was found wrong so far.
    pub(crate) fn problems(&self) -> &Problems {
        &self.problems
    }

    /// Notes problems that have their places.
    pub(crate) fn extend(&mut self, problems: Problems) {
        self.problems.extend(problems);
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.field(path).is_some()
    }

    fn is_refused(&self, place: &Place) -> bool {
        self.problems.iter().any(|problem| problem.place.as_ref() == Some(place))
    }

    /// The place of the value at a path; the file as a whole where there is none.
    pub(crate) fn place(&self, path: &str) -> Place {
        match self.field(path) {
            Some(field) if !path.is_empty() => self.source.place_of(field.node),
            _ => self.source.whole(),
        }
    }

    /// The place of some characters of the text at a path, counted from 0; all of it where the file
    /// writes the text in several lines or with escapes.
    pub(crate) fn place_within(&self, path: &str, part: Range<usize>) -> Place {
        let field = self.field(path);
        match field.as_ref().map(|field| (field, &field.node.value)) {
            Some((field, Value::Text(text))) => self.source.place_within(field.node, text, part),
            _ => self.place(path),
        }
    }

    /// Notes a problem with the value at a path; with the file as a whole where there is none.
    pub(crate) fn report(&mut self, path: &str, problem: Problem) {
        self.problems.push(problem.at(self.place(path)));
    }

    /// The keys and values of the mapping at a path, or the items of a list each for both: text
    /// and place of the two.
    pub(crate) fn pairs(&self, path: &str) -> Vec<[(String, Place); 2]> {
        let Some(field) = self.field(path) else { return Vec::new() };
        let shown = |node: &Node| {
            let text = match &node.value {
                Value::Text(text) => text.as_str(),
                _ => self.source.written(node),
            };
            (text.to_owned(), self.source.place_of(node))
        };
        match &field.node.value {
            Value::Map(entries) => {
                entries.iter().map(|(key, value)| [shown(key), shown(value)]).collect()
            }
            Value::List(items) => items.iter().map(|item| [shown(item), shown(item)]).collect(),
            _ => Vec::new(),
        }
    }

    /// Notes a problem at a place of [`pairs`](Self::pairs).
    pub(crate) fn report_at(&mut self, place: &Place, problem: Problem) {
        self.problems.push(problem.at(place.clone()));
    }

    fn field(&self, path: &str) -> Option<Field<'_>> {
        let root = Field { path: String::new(), node: self.root };
        let steps = path.split(['.', '[']).filter(|step| !step.is_empty());
        steps.map(|step| step.trim_end_matches(']')).try_fold(root, |field, step| field.below(step))
    }

    /// The value along a schema, and what is wrong with it.
    fn along(&self, field: Option<&Field<'_>>, schema: &Json) -> (Option<Json>, Problems) {
        let mut check = Check { source: self.source, problems: Problems::new() };
        let value = match field {
            Some(field) if field.node.value != Value::Empty || !field.path.is_empty() => {
                check.value(field, schema)
            }
            // What is left out has nothing but defaults.
            _ => Some(Json::Object(serde_json::Map::new())),
        };
        (value, check.problems)
    }
}

/// The JSON Schema of a type, draft 7, with everything in its place: no references.
pub(crate) fn schema<T: JsonSchema>() -> Json {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// The [`schema`] of a type, made once: making it takes longer than reading a file along it.
fn known<T: JsonSchema + 'static>() -> Arc<Json> {
    static KNOWN: Mutex<BTreeMap<TypeId, Arc<Json>>> = Mutex::new(BTreeMap::new());
    // A panic elsewhere leaves the map whole: nothing is ever changed in it.
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(known.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(schema::<T>())))
}
