//! Everything that must stand before the gate opens: certificates, backends, policy, people, config.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use sekisho::config::Config;
use sekisho::identity::KeyList;
use sekisho::loaded;
use sekisho::policy_folder::Folder;
use sekisho::serve::Running;
use sekisho_certs::Authority;

use super::backend::Backends;
use super::cast::Cast;
use super::client::Client;
use super::home::{Home, KEYS_LIVE_S};
use super::ledger::Ledger;
use super::people::{Issuer, Person, Taken};
use super::pki;
use super::ready::{Ready, Tokens};
use super::settings::{SERVICE_KEYS, Settings};
use super::shipped::{self, Pointing};
use super::tls;
use crate::cli::key::pair;
use crate::cli::{DevArgs, Trouble};

/// The environment, set up; its backends answer already.
pub struct Stage {
    /// The config that the gate opens with.
    pub config: Config,
    /// What the policy says about people, models and places.
    pub cast: Cast,
    /// What backends receive.
    pub ledger: Arc<Ledger>,
    /// A token for each person.
    pub tokens: Vec<(Person, String)>,
    /// A key for each service that proves itself by one.
    pub keys: Vec<(String, String)>,
    admin: SocketAddr,
    ca_pem: String,
}

impl Stage {
    /// Sets everything up in the folder.
    pub async fn set(home: &Home, args: &DevArgs, now_s: u64) -> Result<Stage, Trouble> {
        let authority = pki::authority(home)?;
        let ledger = home.at("received.jsonl");
        let ledger = Ledger::open(&ledger).map_err(|error| Trouble::at(ledger.display(), error))?;
        let ledger = Arc::new(ledger);
        let backends = backends(home, &authority, &ledger, now_s).await?;
        let pointing = Pointing { backends, lifetime_s: KEYS_LIVE_S };
        let policy = shipped::settle(home, &pointing, authority.certificate_pem())?;
        let (policy, _) = Folder::read(&policy)?.load()?;
        let cast = Cast::of(&policy)?;
        let tokens = tokens(home, &cast, now_s)?;
        let keys = keys(home, &cast, now_s)?;
        let settings = Settings {
            listen: args.listen,
            admin: args.admin,
            leaf: &pki::leaf(home, &authority, "gate", args.listen.ip(), now_s)?,
            issuer: &cast.issuer.id,
            credentials: &cast.credentials,
        };
        let config = settings.settle(home)?;
        home.write("audit_key", verifier_keys(&config)?.as_bytes())?;
        let admin = args.admin;
        Ok(Stage {
            config,
            cast,
            ledger,
            tokens,
            keys,
            admin,
            ca_pem: authority.certificate_pem().to_owned(),
        })
    }

    /// What `dev.json` says once the gate accepts.
    pub fn ready(&self, home: &Home, gate: &Running) -> Ready {
        let token = |person: Person| home.at(&token_file(person));
        Ready {
            url: format!("https://{}", gate.address),
            admin: format!("http://{}", gate.admin.unwrap_or(self.admin)),
            admin_token: home.at("admin_token"),
            ca: home.at("ca.pem"),
            tokens: Tokens {
                official: token(Person::Official),
                contractor: token(Person::Contractor),
                stranger: token(Person::Stranger),
            },
            services: self.keys.iter().map(|(id, _)| (id.clone(), home.at(&key_file(id)))).collect(),
            models: self.cast.models.clone(),
            bedrock_models: self.cast.bedrock.clone(),
            app: self.cast.application.path.clone(),
            policy_dir: home.at("policy"),
            audit_dir: home.at("audit"),
            audit_key: home.at("audit_key"),
        }
    }

    /// A client that stands where a person's program would.
    pub fn client(&self, gate: &Running) -> Result<Client, Trouble> {
        Ok(Client { gate: gate.address, tls: tls::client(self.ca_pem.as_bytes())? })
    }
}

/// Starts the backends; where they listen.
async fn backends(
    home: &Home,
    authority: &Authority,
    ledger: &Arc<Ledger>,
    now_s: u64,
) -> Result<SocketAddr, Trouble> {
    let leaf = pki::leaf(home, authority, "backends", Ipv4Addr::LOCALHOST.into(), now_s)?;
    let read =
        |name: &str| fs::read(home.at(name)).map_err(|error| Trouble::at(home.at(name).display(), error));
    let config = tls::server(&read(&leaf.certificate)?, &read(&leaf.key)?)?;
    let backends = Backends::bind().await.map_err(|error| Trouble::at("scripted backends", error))?;
    let addr = backends.addr;
    tokio::spawn(backends.run(config, Arc::clone(ledger)));
    Ok(addr)
}

fn token_file(person: Person) -> String {
    format!("tokens/{}", person.name())
}

/// Fresh tokens for everybody, good for as long as the keys.
fn tokens(home: &Home, cast: &Cast, now_s: u64) -> Result<Vec<(Person, String)>, Trouble> {
    let issuer = Issuer::new(&home.keep("keys/issuer.p8", pair::p256)?)?;
    home.write("issuer.jwks.json", issuer.jwks().as_bytes())?;
    let taken =
        Taken { audience: &cast.issuer.audience, kind: cast.issuer.types.first().map(String::as_str) };
    let mut tokens = Vec::new();
    for person in Person::ALL {
        let token = issuer.token(person, &taken, now_s, home.ends_s())?;
        home.write(&token_file(person), token.as_bytes())?;
        tokens.push((person, token));
    }
    Ok(tokens)
}

fn key_file(service: &str) -> String {
    format!("tokens/{service}")
}

/// Fresh keys for services, good for as long as all others; the gate is told their digests.
fn keys(home: &Home, cast: &Cast, now_s: u64) -> Result<Vec<(String, String)>, Trouble> {
    let mut list = KeyList::default();
    let mut keys = Vec::new();
    for service in &cast.services {
        let key = list.issue(service, now_s, home.ends_s().saturating_sub(now_s))?;
        home.write(&key_file(service), key.as_bytes())?;
        keys.push((service.clone(), key));
    }
    let text = toml::to_string(&list).map_err(|error| Trouble::at("service keys", error))?;
    home.write(SERVICE_KEYS, text.as_bytes())?;
    Ok(keys)
}

/// The lines that verify the log, by the keys that the config names.
fn verifier_keys(config: &Config) -> Result<String, Trouble> {
    let signer = loaded::signer(config).map_err(|error| Trouble::Message(error.to_string()))?;
    Ok(signer.vkeys().iter().map(|key| format!("{key}\n")).collect())
}
