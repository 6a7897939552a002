//! A store in a bucket of S3, Google Cloud Storage or Azure, through `object_store`.
//!
//! Keys and endpoints come from the variables of the environment that the services' own programs
//! read: `AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, `GOOGLE_SERVICE_ACCOUNT`,
//! `AZURE_STORAGE_ACCOUNT_NAME` and so on, or from the machine where it runs at that service. An
//! object is there with all its bytes or not at all, so nothing is put aside and renamed.
//!
//! Calls wait for their answer. They come from several threads and share one runtime, which whoever
//! waits drives; so they run at the same time.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{
    BackoffConfig, Error, ObjectMeta, ObjectStore, ObjectStoreExt as _, RetryConfig,
};
use tokio::runtime::{Builder, Runtime};

use super::location::Service;
use super::name::{Failure, Listed, parsed};
use crate::base::diagnostic::Problem;

/// How long what fails is tried again.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is tried again in that time.
const RETRIES: usize = 5;

#[derive(Debug)]
pub(super) struct Bucket {
    objects: Arc<dyn ObjectStore>,
    runtime: Runtime,
    prefix: Path,
    address: String,
    /// Names of entries that were there when it was first asked for one, and those written since:
    /// asking for ten thousand one by one takes minutes, listing them a second.
    known: Mutex<Option<BTreeSet<String>>>,
}

impl Bucket {
    /// # Errors
    /// If the environment does not say how to reach it, or it does not answer.
    pub(super) fn open(service: Service, address: &str) -> Result<Self, Problem> {
        let wrong = |why: String, hint: &str| {
            Problem::new(format!("the results store `{address}`: {why}")).hint(hint)
        };
        let system = |error: std::io::Error| wrong(error.to_string(), "name a folder");
        let runtime = Builder::new_current_thread().enable_all().build().map_err(system)?;
        let opened = objects(service, address).and_then(|objects| {
            let bucket_and_prefix = address.split_once("://").map_or(address, |(_, rest)| rest);
            let prefix = bucket_and_prefix.split_once('/').map_or("", |(_, prefix)| prefix);
            let prefix = Path::parse(prefix)?;
            // Asks for the folders of kinds only, however many entries there are.
            runtime.block_on(objects.list_with_delimiter(Some(&prefix)))?;
            Ok((objects, prefix))
        });
        let (objects, prefix) = opened.map_err(|error| wrong(words(&error), hint(service)))?;
        Ok(Self { objects, runtime, prefix, address: address.to_owned(), known: Mutex::default() })
    }

    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let read = async { self.objects.get(&self.path(name)).await?.bytes().await };
        match self.runtime.block_on(read) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        let mut known = self.known();
        if known.is_none() {
            let names = self.objects_below().map(|all| all.into_iter().map(|(name, _)| name));
            *known = names.map(Iterator::collect).ok();
        }
        known.as_ref().is_some_and(|known| known.contains(name))
    }

    pub(super) fn write(&self, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        let path = self.path(name);
        let put = self.objects.put(&path, bytes.into());
        self.runtime.block_on(put).map_err(|error| failed(&error))?;
        if let Some(known) = self.known().as_mut() {
            known.insert(name.to_owned());
        }
        Ok(())
    }

    pub(super) fn delete(&self, name: &str) -> Result<(), Failure> {
        match self.runtime.block_on(self.objects.delete(&self.path(name))) {
            Err(error) if !matches!(error, Error::NotFound { .. }) => Err(failed(&error)),
            _ => Ok(()),
        }
    }

    pub(super) fn list(&self) -> Result<Vec<Listed>, Failure> {
        let entry = |(name, object): (String, ObjectMeta)| {
            let (kind, key) = parsed(&name)?;
            let modified = object.last_modified.into();
            let bytes = usize::try_from(object.size).unwrap_or(usize::MAX);
            Some(Listed { kind, key: key.to_owned(), bytes, modified })
        };
        Ok(self.objects_below()?.into_iter().filter_map(entry).collect())
    }

    /// All objects of the store, by their names in it.
    fn objects_below(&self) -> Result<Vec<(String, ObjectMeta)>, Failure> {
        let all = self.objects.list(Some(&self.prefix)).try_collect();
        let all: Vec<ObjectMeta> = self.runtime.block_on(all).map_err(|error| failed(&error))?;
        let named = |object: ObjectMeta| {
            let below = object.location.prefix_match(&self.prefix)?;
            let name = below.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/");
            Some((name, object))
        };
        Ok(all.into_iter().filter_map(named).collect())
    }

    fn known(&self) -> MutexGuard<'_, Option<BTreeSet<String>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn shown(&self, name: &str) -> String {
        if name.is_empty() { self.address.clone() } else { format!("{}/{name}", self.address) }
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), Path::join)
    }
}

/// The service's client, as the environment has it.
fn objects(service: Service, address: &str) -> Result<Arc<dyn ObjectStore>, Error> {
    // The one implementation of cryptography that is in the tree; the other needs a C compiler. One
    // that was installed already is this one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let retries = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: RETRIES,
        retry_timeout: PATIENCE,
    };
    Ok(match service {
        Service::S3 => {
            let service = AmazonS3Builder::from_env().with_url(address).with_retry(retries);
            Arc::new(service.build()?)
        }
        Service::Gcs => {
            let service = GoogleCloudStorageBuilder::from_env().with_url(address);
            Arc::new(service.with_retry(retries).build()?)
        }
        Service::Azure => {
            let service = MicrosoftAzureBuilder::from_env().with_url(address);
            Arc::new(service.with_retry(retries).build()?)
        }
    })
}

fn hint(service: Service) -> &'static str {
    match service {
        Service::S3 => {
            "keys, region and endpoint are read from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, \
             AWS_REGION and AWS_ENDPOINT_URL; the bucket must exist and its owner allow listing"
        }
        Service::Gcs => {
            "the key is read from GOOGLE_SERVICE_ACCOUNT, the path of its file; the bucket must \
             exist and its owner allow listing"
        }
        Service::Azure => {
            "account and key are read from AZURE_STORAGE_ACCOUNT_NAME and \
             AZURE_STORAGE_ACCOUNT_KEY; the container must exist and its owner allow listing"
        }
    }
}

fn failed(error: &Error) -> Failure {
    Failure { words: words(error), is_of_all: true }
}

/// What the service said, on one line: of an answer in XML the message in it.
fn words(error: &Error) -> String {
    let text = error.to_string();
    let (before, xml) = text.split_once("<?xml").unwrap_or((&text, ""));
    let message = xml.split_once("<Message>").and_then(|(_, rest)| rest.split_once("</Message>"));
    let message = message.map_or("", |(message, _)| message);
    let line = format!("{before} {message}");
    line.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(':').to_owned()
}
