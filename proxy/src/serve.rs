//! A running process: everything opened in order, told when ready, ended in order.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use sekisho_audit::Notice;
use sekisho_exchange::Recall;
use sekisho_log::{Dead, Log, Recovery, Settings};
use sekisho_policies::Policy;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::admin::{self, Door, Token, Told};
use crate::certificates::Certificates;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::conversation;
use crate::crowd::Crowd;
use crate::front::{self, Budget, Drain, Surroundings};
use crate::gate::Gate;
use crate::identity::{Revoked, ServiceKeys};
use crate::keys;
use crate::loaded::{LoadError, Loaded, fingerprinter, signer};
use crate::meter::Meter;
use crate::reload::Reloader;
use crate::sealing::SealingKeys;
use crate::sigv4;
use crate::strangers::Strangers;
use crate::telemetry::{State, Telemetry};
use crate::watched::Watched;

/// After how long a silence the log renews its checkpoint.
const IDLE: Duration = Duration::from_secs(10);

/// How often failures before identity are recorded.
const STRANGERS_EVERY: Duration = Duration::from_secs(10);

/// How often the list of revocations, the keys of services and of conversations, and certificates are read again.
const REFRESH_EVERY: Duration = Duration::from_secs(2);

/// Where the process listens, and how it is stopped.
pub struct Running {
    /// Where clients connect.
    pub address: SocketAddr,
    /// Where the admin side answers, if it is a TCP address.
    pub admin: Option<SocketAddr>,
    /// What opening the log found.
    pub recovery: Recovery,
    gate: Arc<Gate>,
    drain: Drain,
    admin_stop: Drain,
    front: JoinHandle<()>,
    side: JoinHandle<()>,
    helpers: Vec<JoinHandle<()>>,
    telemetry: Arc<Telemetry>,
    /// Who keeps our own keys to backends fresh; they end with this.
    _purses: JoinSet<()>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Running({})", self.address)
    }
}

/// Opens everything that the config names and begins to serve. On return every listener accepts.
///
/// # Errors
/// What cannot be read, opened or bound; nothing runs then.
pub async fn start(config: Config) -> Result<Running, LoadError> {
    let listen = &config.listen;
    let certificates = Certificates::load(listen)?;
    let (loaded, folder) = Loaded::settled(&config, None)?;
    let (revocations, service_keys) = (revocations(&config)?, service_keys(&config)?);
    let conversations = conversations(&config)?;
    let token = admin_token(&config)?;
    let fingerprinter = Arc::new(fingerprinter(&config)?);
    let listener = TcpListener::bind(listen.address).await;
    let listener = listener.map_err(|e| one(format!("{}: {e}", listen.address)))?;
    let address = listener.local_addr().map_err(one)?;
    let door = Door::open(&config.admin).await.map_err(|e| one(format!("admin: {e}")))?;
    let admin = door.address();
    let telemetry = Telemetry::start()?;
    let keepers = keys::keepers(&config, &loaded.issuers)?;
    let (log, recovery) = open_log(&config, &telemetry)?;
    let (policy_digest, rules_digest) = (loaded.snapshot.policy_digest(), loaded.snapshot.rules_digest());
    log.notice(Notice::Started { policy_digest, rules_digest });
    let limits = config.limits.clone();
    let gate = Gate {
        loaded: ArcSwap::from_pointee(loaded),
        outdated: AtomicBool::new(false),
        revocations,
        service_keys,
        conversations,
        conversation_lifetime_s: config.conversation.as_ref().map_or(0, |own| own.lifetime_s),
        recall: Arc::new(Recall::new(RandomState::new(), limits.recall_texts_max)),
        log,
        fingerprinter,
        limits: limits.clone(),
        strangers: Strangers::default(),
        crowd: Crowd::default(),
        meter: Meter::default(),
    };
    let gate = Arc::new(gate);
    let (drain, admin_stop) = (Drain::new(), Drain::new());
    let budget = Budget::of_bytes(limits.body_budget_bytes);
    let around = Surroundings { balancers: listen.balancers.clone(), names: listen.names.clone() };
    let front =
        front::run(listener, certificates.tls(), around, limits, budget, drain.clone(), Arc::clone(&gate));
    let front = tokio::spawn(front);
    let ticker = tokio::spawn(tick(Arc::clone(&gate)));
    let refresher = tokio::spawn(refresh(Arc::clone(&gate), certificates));
    let (keepers, purses) = tokio::join!(
        keys::keep(keepers, &gate.log),
        sigv4::keep(gate.loaded.load().client.purses(), &gate.log)
    );
    let config = Arc::new(config);
    let reloader = Reloader::new(config, Arc::clone(&gate), folder, keepers)?;
    let reloader = tokio::spawn(reloader.run());
    let telemetry = Arc::new(telemetry);
    let sight = Sight { gate: Arc::clone(&gate), drain: drain.clone(), telemetry: Arc::clone(&telemetry) };
    watch(&telemetry, &sight);
    let side = tokio::spawn(admin::run(door, token, sight, admin_stop.clone()));
    // Whoever started us may wait for this; without `NOTIFY_SOCKET` it does nothing.
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    let helpers = vec![ticker, refresher, reloader];
    Ok(Running {
        address,
        admin,
        recovery,
        gate,
        drain,
        admin_stop,
        front,
        side,
        helpers,
        telemetry,
        _purses: purses,
    })
}

fn one(cause: impl fmt::Display) -> LoadError {
    LoadError(vec![cause.to_string()])
}

fn admin_token(config: &Config) -> Result<Token, LoadError> {
    let token = std::fs::read_to_string(&config.admin.token).map_err(one)?;
    Token::read(&token).ok_or_else(|| one("the admin token is shorter than 16 bytes"))
}

fn open_log(config: &Config, telemetry: &Telemetry) -> Result<(Log, Recovery), LoadError> {
    let settings = Settings {
        signer: signer(config)?,
        segment_bytes: config.audit.segment_bytes,
        exchanges_max: config.limits.exchanges_max,
        idle: IDLE,
        observer: Some(telemetry.observer()),
    };
    Log::open(&config.audit.dir, settings).map_err(|e| one(format!("{}: {e}", config.audit.dir.display())))
}

/// What the admin side sees.
struct Sight {
    gate: Arc<Gate>,
    drain: Drain,
    telemetry: Arc<Telemetry>,
}

impl Told for Sight {
    fn is_ready(&self) -> bool {
        is_ready(&self.gate, &self.drain)
    }

    fn is_outdated(&self) -> bool {
        self.gate.outdated.load(Ordering::Relaxed)
    }

    fn metrics(&self) -> String {
        self.telemetry.text()
    }
}

/// Ready to be sent exchanges: not draining, the log takes records, the list of revocations is fresh, and the keys of at
/// least one issuer are.
fn is_ready(gate: &Gate, drain: &Drain) -> bool {
    let now_s = gate.log.now().0 / 1000;
    let stale = gate.revocations.current().is_stale(now_s) || !gate.loaded.load().issuers.are_fresh(now_s);
    !drain.started() && !gate.log.is_dead() && !stale
}

/// The metrics say the gate's state. They outlive it: whoever reads them keeps nothing open.
fn watch(telemetry: &Telemetry, sight: &Sight) {
    let (gate, drain) = (Arc::downgrade(&sight.gate), sight.drain.clone());
    telemetry.watch(move || {
        let Some(gate) = gate.upgrade() else { return State::default() };
        let now_s = gate.log.now().0 / 1000;
        let loaded = gate.loaded.load();
        let rings = loaded.issuers.keyrings();
        State {
            ready: is_ready(&gate, &drain),
            open: u64::try_from(gate.log.open_exchanges()).unwrap_or(u64::MAX),
            outdated: gate.outdated.load(Ordering::Relaxed),
            issuers: rings.map(|(id, _, ring)| (id.to_owned(), ring.is_fresh(now_s))).collect(),
        }
    });
}

/// A list that is older than the one in force is not taken: that one grows old, and then nobody passes.
fn revocations(config: &Config) -> Result<Watched<Revoked>, LoadError> {
    let (file, max_age_s) = config.revocations.as_ref().map(|r| (r.file.as_path(), r.max_age_s)).unzip();
    Watched::load(file, move |text, current: &Revoked| {
        let next = Revoked::read(text, max_age_s.unwrap_or(0))?;
        let follows = next.follows(current);
        if follows { Ok(next) } else { Err("older than the list in force; it was not taken".to_owned()) }
    })
}

fn service_keys(config: &Config) -> Result<Watched<ServiceKeys>, LoadError> {
    let services = config.services.as_ref();
    let sealing = services.and_then(|services| services.sealing.clone());
    Watched::load(services.and_then(|services| services.keys.as_deref()), move |text, _| {
        // Both are read every time: keys are changed by changing one file, then the other.
        let keys = sealing.as_ref().map_or(Ok(SealingKeys::default()), |file| sealing_keys(file))?;
        ServiceKeys::read(text, &keys)
    })
}

fn sealing_keys(file: &Path) -> Result<SealingKeys, String> {
    let at = |cause: &dyn fmt::Display| format!("{}: {cause}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| at(&error))?;
    SealingKeys::read(&text).map_err(|cause| at(&cause))
}

fn conversations(config: &Config) -> Result<Watched<conversation::Keys>, LoadError> {
    let file = config.conversation.as_ref().map(|own| own.keys.as_path());
    Watched::load(file, |text, _| conversation::Keys::read(text))
}

/// Reads lists, keys and certificates again and again. A fault is told once, not every time.
async fn refresh(gate: Arc<Gate>, certificates: Certificates) {
    let certificates = Arc::new(certificates);
    let mut complaint = Complaint::default();
    loop {
        tokio::time::sleep(REFRESH_EVERY).await;
        let (read, certificates) = (Arc::clone(&gate), Arc::clone(&certificates));
        let read = tokio::task::spawn_blocking(move || {
            let faults = [
                read.revocations.refresh().err(),
                read.service_keys.refresh().err(),
                read.conversations.refresh().err(),
                certificates.refresh().err(),
            ];
            faults.into_iter().flatten().map(|fault| fault.to_string()).collect::<Vec<_>>().join("\n")
        });
        complaint.tell(read.await.ok().filter(|fault| !fault.is_empty()));
    }
}

async fn tick(gate: Arc<Gate>) {
    loop {
        tokio::time::sleep(STRANGERS_EVERY).await;
        record_strangers(&gate);
    }
}

fn record_strangers(gate: &Gate) {
    if let Some(notice) = gate.strangers.take() {
        gate.log.notice(notice);
    }
}

impl Running {
    /// The policy in force.
    pub fn policy(&self) -> Arc<Policy> {
        Arc::clone(self.gate.loaded.load().snapshot.policy())
    }

    /// Stops accepting, lets exchanges in flight finish within the limit, closes the log.
    ///
    /// # Errors
    /// The log could not be closed in good order.
    pub async fn stop(self) -> Result<(), Dead> {
        let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
        self.drain.start();
        let _ = self.front.await;
        self.helpers.iter().for_each(JoinHandle::abort);
        record_strangers(&self.gate);
        let log = self.gate.log.clone();
        let telemetry = self.telemetry;
        let closed = tokio::task::spawn_blocking(move || {
            let closed = log.close();
            telemetry.end();
            closed
        });
        let closed = closed.await.unwrap_or(Err(Dead));
        self.admin_stop.start();
        let _ = self.side.await;
        closed
    }
}
