//! Where a store is: what a user writes for it.

use std::path::PathBuf;

use crate::base::diagnostic::Problem;

/// A service that keeps objects in buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// S3, of Amazon or of others.
    S3,
    /// Google Cloud Storage.
    Gcs,
    /// Azure Blob Storage.
    Azure,
}

/// Schemes of addresses, and what they lead to; `None` is a folder.
const SCHEMES: [(&str, Option<Service>); 4] = [
    ("file", None),
    ("s3", Some(Service::S3)),
    ("gs", Some(Service::Gcs)),
    ("az", Some(Service::Azure)),
];

/// A place for a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Location {
    Folder(PathBuf),
    #[cfg(feature = "cloud")]
    Bucket {
        service: Service,
        /// `scheme://bucket` or `scheme://bucket/prefix`, without a `/` at its end.
        address: String,
    },
}

impl Location {
    /// Reads a folder's path or an address.
    ///
    /// # Errors
    /// If it is empty, of another scheme, without a bucket, or not for this build of the program.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = |why: &str| Problem::new(format!("the results store `{text}`: {why}"));
        if text.trim().is_empty() {
            return Err(wrong("the place is empty").expected(EXPECTED));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Self::Folder(PathBuf::from(text)));
        };
        let known = SCHEMES.iter().find(|(known, _)| *known == scheme);
        let Some((_, service)) = known else {
            let problem = wrong(&format!("there are no stores at `{scheme}`")).expected(EXPECTED);
            return Err(problem.near(scheme, SCHEMES.iter().map(|(known, _)| *known)));
        };
        let Some(service) = service else {
            return folder(rest).map(Self::Folder).ok_or_else(|| {
                wrong("the path is not absolute").expected("`file://` and a path from the root")
            });
        };
        let address = text.trim_end_matches('/');
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() || bucket.contains(['@', ':', '?', '#', ' ']) {
            return Err(
                wrong("the bucket has no name").expected(format!("`{scheme}://bucket/prefix`"))
            );
        }
        let parts = || prefix.trim_end_matches('/').split('/');
        if !prefix.is_empty() && parts().any(|part| ["", ".", ".."].contains(&part)) {
            return Err(wrong("the prefix has an empty part, or one of dots"));
        }
        if prefix.contains(['?', '#', '%']) {
            return Err(wrong("the prefix has a sign of addresses: `?`, `#` or `%`"));
        }
        bucket_of(*service, address, wrong)
    }
}

const EXPECTED: &str = "a folder, or an address of file://, s3://, gs:// or az://";

#[cfg(feature = "cloud")]
fn bucket_of(
    service: Service,
    address: &str,
    _: impl Fn(&str) -> Problem,
) -> Result<Location, Problem> {
    Ok(Location::Bucket { service, address: address.to_owned() })
}

#[cfg(not(feature = "cloud"))]
fn bucket_of(_: Service, _: &str, wrong: impl Fn(&str) -> Problem) -> Result<Location, Problem> {
    let problem = wrong("this program was built without object stores");
    Err(problem.hint("build it with cargo's feature `cloud`, or name a folder"))
}

/// The path of an address `file://`, after those signs.
fn folder(rest: &str) -> Option<PathBuf> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = percent_decoded(path)?;
    let from_root = path.strip_prefix('/')?;
    // `file:///C:/results`.
    let is_drive = cfg!(windows) && from_root.get(1..2) == Some(":");
    Some(PathBuf::from(if is_drive { from_root } else { &path }))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_bucket_or_told() {
        for (text, path) in [
            (".dfa/results", ".dfa/results"),
            ("/scratch/my store", "/scratch/my store"),
            ("file:///scratch/my%20store", "/scratch/my store"),
            ("file://localhost/scratch", "/scratch"),
            ("C:\\results", "C:\\results"),
        ] {
            assert_eq!(Location::parse(text).unwrap(), Location::Folder(path.into()), "{text}");
        }
        for (text, expected) in [
            ("", "the place is empty"),
            (" ", "the place is empty"),
            ("file://results", "is not absolute"),
            ("file:///a%zz", "is not absolute"),
            ("file:///a%ff", "is not absolute"),
            ("flie:///results", "did you mean `file`?"),
            ("s4://bucket", "there are no stores at `s4`"),
            ("https://example.org", "there are no stores at `https`"),
            ("s3://", "the bucket has no name"),
            ("s3:///prefix", "the bucket has no name"),
            ("s3://key@bucket", "the bucket has no name"),
            ("gs://bucket//a", "an empty part"),
            ("az://bucket/a/../b", "one of dots"),
            ("s3://bucket/a?b", "a sign of addresses"),
        ] {
            let told = Location::parse(text).unwrap_err().to_string();
            assert!(told.contains(expected), "{text}: {told}");
        }
        for text in ["s3://bucket", "s3://bucket/", "gs://bucket/a/b", "az://bucket/a"] {
            let told = Location::parse(text);
            #[cfg(feature = "cloud")]
            assert!(matches!(told, Ok(Location::Bucket { .. })), "{told:?}");
            #[cfg(not(feature = "cloud"))]
            assert!(told.unwrap_err().to_string().contains("feature `cloud`"));
        }
    }
}
