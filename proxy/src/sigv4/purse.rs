//! The proxy's own keys to AWS: fetched before they are needed, renewed before they end, and never asked for while somebody
//! waits. Without keys that count, nothing is signed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::header::HeaderValue;
use sekisho_log::Log;
use tokio::task::JoinSet;

use super::Secret;
use super::source::Source;
use crate::complaint::Complaint;

/// How long before they end keys are renewed, in seconds.
const BEFORE_S: u64 = 300;

/// How soon it is tried again after a failure, and how soon a file is looked at again, in seconds.
const AGAIN_S: u64 = 10;

/// Longest sleep: a machine that slept meanwhile has another clock.
const SLEEP: Duration = Duration::from_secs(60);

/// Keys that sign.
pub(crate) struct Keys {
    pub(super) id: String,
    pub(super) secret: Secret,
    /// What goes with keys of a role.
    pub(super) session: Option<HeaderValue>,
    /// First second, in Unix time, in which they no longer count.
    pub(super) expires_at: Option<u64>,
}

/// The keys of one `[credentials.NAME]`.
pub(crate) struct Purse {
    name: String,
    source: Source,
    keys: ArcSwapOption<Keys>,
}

impl Purse {
    /// An empty one.
    pub(crate) fn new(name: &str, source: Source) -> Purse {
        Purse { name: name.to_owned(), source, keys: ArcSwapOption::empty() }
    }

    /// The keys that count now.
    pub(crate) fn keys(&self, now_s: u64) -> Option<Arc<Keys>> {
        let keys = self.keys.load_full()?;
        let over = keys.expires_at.is_some_and(|end_s| now_s >= end_s);
        (!over).then_some(keys)
    }

    /// Asks for keys once. Those that are there stay if there are no others.
    ///
    /// # Errors
    /// Why there are none, without any of them.
    pub(crate) async fn renew(&self, now_s: u64) -> Result<(), String> {
        let at = |cause: String| format!("credential `{}`: {cause}", self.name);
        let keys = self.source.ask().await.map_err(at)?;
        if keys.expires_at.is_some_and(|end_s| now_s >= end_s) {
            return Err(at("the keys that were given have expired".to_owned()));
        }
        self.keys.store(Some(Arc::new(keys)));
        Ok(())
    }

    /// When it is asked next; `None` if what it has stays for ever.
    pub(super) fn due_s(&self, now_s: u64, failed: bool) -> Option<u64> {
        let end_s = self.keys.load().as_ref().and_then(|keys| keys.expires_at);
        match end_s {
            _ if failed => Some(now_s + AGAIN_S),
            Some(end_s) => Some(end_s.saturating_sub(BEFORE_S).max(now_s + AGAIN_S)),
            None => self.source.changes().then_some(now_s + AGAIN_S),
        }
    }

    /// Keeps keys fresh. What goes wrong is told once, not every time.
    async fn keep(self: Arc<Purse>, fault: Option<String>, now_s: impl Fn() -> u64) {
        let (mut complaint, mut fault) = (Complaint::default(), fault);
        loop {
            let failed = fault.is_some();
            let counts = self.keys(now_s()).is_some();
            complaint.tell(fault.map(|fault| format!("{fault}; {}", consequence(counts))));
            let Some(due_s) = self.due_s(now_s(), failed) else { return };
            while let Some(left_s) = due_s.checked_sub(now_s()).filter(|left_s| *left_s > 0) {
                tokio::time::sleep(Duration::from_secs(left_s).min(SLEEP)).await;
            }
            fault = self.renew(now_s()).await.err();
        }
    }
}

const fn consequence(counts: bool) -> &'static str {
    match counts {
        true => "the keys known so far count until they expire",
        false => "requests to backends that need it are refused",
    }
}

/// Fills every purse, all at the same time, and from then on keeps them filled. One that cannot be filled keeps nobody from
/// the backends of the others.
pub(crate) async fn keep(purses: Vec<Arc<Purse>>, log: &Log) -> JoinSet<()> {
    let mut first = JoinSet::new();
    for purse in purses {
        let now_s = log.now().0 / 1000;
        first.spawn(async move {
            let fault = purse.renew(now_s).await.err();
            (purse, fault)
        });
    }
    let mut kept = JoinSet::new();
    for (purse, fault) in first.join_all().await {
        let log = log.clone();
        kept.spawn(purse.keep(fault, move || log.now().0 / 1000));
    }
    kept
}

impl fmt::Debug for Purse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Purse({})", self.name)
    }
}
