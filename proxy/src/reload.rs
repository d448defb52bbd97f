//! Another policy while the process runs: read whole and put into force whole, or not at all. Exchanges under way keep the
//! one they began with.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sekisho_audit::{Notice, hex};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;

use crate::config::Config;
use crate::gate::Gate;
use crate::keys;
use crate::loaded::{LoadError, Loaded};

/// How often the folder is looked at. Twice in a row it must look the same, so that nobody is caught half way through
/// changing several files.
const EVERY: Duration = Duration::from_secs(2);

/// Puts what stands in the policy folder into force, when it changes or on SIGHUP.
pub struct Reloader {
    config: Arc<Config>,
    gate: Arc<Gate>,
    hangup: Signal,
    /// The folder as it was when it was last put into force, or refused.
    settled: [u8; 32],
    /// As it was when it was last looked at.
    seen: [u8; 32],
    /// Who keeps the keys of the issuers in force fresh; they end with this.
    keepers: JoinSet<()>,
}

impl Reloader {
    /// `settled` is the folder that is in force now, `keepers` are its issuers'.
    ///
    /// # Errors
    /// The signal cannot be heard.
    pub fn new(
        config: Arc<Config>,
        gate: Arc<Gate>,
        settled: [u8; 32],
        keepers: JoinSet<()>,
    ) -> Result<Reloader, LoadError> {
        let hangup = signal(SignalKind::hangup()).map_err(|error| LoadError(vec![error.to_string()]))?;
        Ok(Reloader { config, gate, hangup, settled, seen: settled, keepers })
    }

    /// For ever.
    pub async fn run(mut self) {
        loop {
            let asked = tokio::select! {
                heard = self.hangup.recv() => heard.is_some(),
                () = tokio::time::sleep(EVERY), if self.config.policy.watch => false,
            };
            let config = Arc::clone(&self.config);
            let Ok(folder) = tokio::task::spawn_blocking(move || Loaded::folder(&config)).await else {
                continue;
            };
            // A folder that cannot be read has no digest, and is worth a try if somebody asks.
            let folder = folder.unwrap_or([0; 32]);
            let settles = folder != self.settled && folder == self.seen;
            self.seen = folder;
            if asked || settles {
                self.settled = folder;
                self.reload().await;
            }
        }
    }

    async fn reload(&mut self) {
        let (config, old) = (Arc::clone(&self.config), self.gate.loaded.load_full());
        let read = tokio::task::spawn_blocking(move || Loaded::settled(&config, Some(&old))).await;
        let read = read.unwrap_or_else(|_| Err(LoadError(vec!["reading it panicked".to_owned()])));
        let taken = match read {
            Ok((loaded, folder)) => {
                self.settled = folder;
                self.take(loaded).await
            }
            Err(error) => Err(error),
        };
        self.gate.outdated.store(taken.is_err(), Ordering::Relaxed);
        tell(&match taken {
            Ok(()) => {
                let digest = hex(&self.gate.loaded.load().snapshot.policy_digest());
                format!("the policy folder is in force as it is now ({digest})")
            }
            Err(error) => format!("the policy folder is not taken, the former policy stays:\n{error}"),
        });
    }

    /// The keys of new issuers are had first. What is decided from now on is decided by this.
    async fn take(&mut self, loaded: Loaded) -> Result<(), LoadError> {
        let keepers = keys::keepers(&self.config, &loaded.issuers)?;
        self.keepers = keys::keep(keepers, &self.gate.log).await;
        let digests = |loaded: &Loaded| (loaded.snapshot.policy_digest(), loaded.snapshot.rules_digest());
        let (policy_digest, rules_digest) = digests(&loaded);
        if digests(&self.gate.loaded.load()) != (policy_digest, rules_digest) {
            self.gate.log.notice(Notice::Reloaded { policy_digest, rules_digest });
        }
        self.gate.loaded.store(Arc::new(loaded));
        Ok(())
    }
}

/// A closed standard error is nobody's business.
fn tell(message: &str) {
    let _ = writeln!(std::io::stderr(), "sekisho: {message}");
}
