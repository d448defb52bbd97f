//! The listener's certificate, and what client certificates are held against: files that somebody renews, read again and
//! again. Connections that are open are held to the new ones too.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sekisho_audit::sha256;
use sekisho_certs::{CertError, bundle, inspect};

use crate::config::Listen;
use crate::front::{Clients, Served, Tls, Versions, served};
use crate::loaded::LoadError;

/// What `[listen]` names.
pub struct Certificates {
    listen: Listen,
    /// SHA-256 of each file that is in force.
    seen: Mutex<Vec<[u8; 32]>>,
    /// Whether they are for trying things out.
    development: bool,
    tls: Arc<Tls>,
}

/// The files' bytes.
struct Files {
    chain: Vec<u8>,
    key: Vec<u8>,
    clients: Option<Clients>,
}

impl Certificates {
    /// Reads the files.
    ///
    /// # Errors
    /// One of them cannot be read or used.
    pub fn load(listen: &Listen) -> Result<Certificates, LoadError> {
        let files = Files::read(listen)?;
        let tls = Arc::new(Tls::new(files.served(listen)?));
        let (seen, development) = (Mutex::new(files.digests()), files.are_of_development(listen)?);
        Ok(Certificates { listen: listen.clone(), seen, development, tls })
    }

    /// What handshakes go by.
    pub fn tls(&self) -> Arc<Tls> {
        Arc::clone(&self.tls)
    }

    /// Reads the files again. What cannot be read or used changes nothing; neither do certificates of a development
    /// authority where there were none.
    ///
    /// # Errors
    /// Why nothing changed.
    pub fn refresh(&self) -> Result<(), LoadError> {
        let (files, mut seen) =
            (Files::read(&self.listen)?, self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let digests = files.digests();
        if *seen == digests {
            return Ok(());
        }
        if !self.development && files.are_of_development(&self.listen)? {
            return Err(LoadError::at(
                &self.listen.certificate,
                "it or who signs clients is of a development authority; the former ones stay",
            ));
        }
        self.tls.renew(files.served(&self.listen)?);
        *seen = digests;
        Ok(())
    }
}

impl Files {
    fn read(listen: &Listen) -> Result<Files, LoadError> {
        let file = |path: &Path| fs::read(path).map_err(|error| LoadError::at(path, error));
        let clients = match &listen.clients {
            None => None,
            Some(clients) => Some(Clients {
                anchors: file(&clients.anchors)?,
                revoked: clients.revoked.iter().map(|list| file(list)).collect::<Result<_, _>>()?,
                required: clients.required,
            }),
        };
        Ok(Files { chain: file(&listen.certificate)?, key: file(&listen.key)?, clients })
    }

    fn digests(&self) -> Vec<[u8; 32]> {
        let clients =
            self.clients.iter().flat_map(|clients| clients.revoked.iter().chain([&clients.anchors]));
        [&self.chain, &self.key].into_iter().chain(clients).map(|bytes| sha256(&[bytes])).collect()
    }

    fn served(&self, listen: &Listen) -> Result<Served, LoadError> {
        let versions = if listen.tls_1_2 { Versions::Tls12And13 } else { Versions::Tls13 };
        let served = served(&self.chain, &self.key, versions, self.clients.as_ref());
        // It says itself which of the files is meant.
        served.map_err(|error| LoadError::all([error]))
    }

    fn are_of_development(&self, listen: &Listen) -> Result<bool, LoadError> {
        let mut files =
            [Some(&self.chain), self.clients.as_ref().map(|clients| &clients.anchors)].into_iter().flatten();
        let marked =
            files.try_fold(false, |marked, pem| Ok::<_, CertError>(marked || is_of_development(pem)?));
        marked.map_err(|error| LoadError::at(&listen.certificate, error))
    }
}

/// Whether one of these certificates (PEM) is, or was issued by, a development authority.
///
/// # Errors
/// They cannot be read.
pub fn is_of_development(pem: &[u8]) -> Result<bool, CertError> {
    let chain = bundle(pem)?;
    chain.iter().try_fold(false, |marked, der| Ok(marked || inspect(der)?.is_development))
}
