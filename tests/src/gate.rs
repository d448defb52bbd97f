//! `sekisho dev` as a child process in a folder of its own.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::frames::Frames;
use crate::process::{cpu_of, resident_of};
use crate::{Ask, Backend, Kept, Ready, Reply, Wire, forge, house, tls};

/// A running gate with its people, backends and log. Ends with the value.
pub struct Gate {
    child: Mutex<Child>,
    folder: PathBuf,
    /// What `dev.json` says.
    pub ready: Ready,
    /// Held while one exchange is played, so that what the backends received belongs to it.
    turn: Mutex<()>,
}

/// Longest wait for `dev.json`, and for the end after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(60);

impl Gate {
    /// Starts one and waits until it is ready.
    pub fn start() -> Gate {
        Gate::start_in(Gate::fresh_folder())
    }

    /// Starts one with these environment variables.
    pub fn start_under(environment: &[(&str, String)]) -> Gate {
        Gate::start_with(Gate::fresh_folder(), environment)
    }

    fn fresh_folder() -> PathBuf {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("sekisho-e2e-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a temporary folder can be made");
        folder
    }

    /// Starts one in this folder, which may hold what an earlier one left.
    pub fn start_in(folder: PathBuf) -> Gate {
        Gate::start_with(folder, &[])
    }

    fn start_with(folder: PathBuf, environment: &[(&str, String)]) -> Gate {
        let (listen, admin) = free_addresses();
        let ready = folder.join("dev/dev.json");
        // A killed process could not take it away.
        let _ = fs::remove_file(&ready);
        let said = |name: &str| File::options().append(true).create(true).open(folder.join(name));
        let child = Command::new(binary())
            .args(["--lang", "en", "dev", "--dir"])
            .arg(folder.join("dev"))
            .args(["--listen", &listen.to_string(), "--admin", &admin.to_string()])
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(said("stdout").expect("a file for stdout"))
            .stderr(said("stderr").expect("a file for stderr"))
            .spawn()
            .expect("the binary starts");
        let absent = Ready::default();
        let mut gate = Gate { child: Mutex::new(child), folder, ready: absent, turn: Mutex::new(()) };
        gate.wait_until("dev.json is there", || ready.exists());
        gate.ready = Ready::read(&ready);
        gate
    }

    /// Waits for something; fails the test if the process ends before.
    #[track_caller]
    pub fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let started = Instant::now();
        while !holds() {
            let ended = hold(&self.child).try_wait().expect("the child can be asked");
            let patient = ended.is_none() && started.elapsed() < PATIENCE;
            assert!(patient, "waited until {what}; ended: {ended:?}\n{}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Leaves the folder to somebody else.
    fn give_up_folder(mut self) -> PathBuf {
        std::mem::take(&mut self.folder)
    }

    /// One page of the admin side, asked for with its token.
    pub fn admin(&self, path: &str) -> String {
        let address = self.ready.admin.trim_start_matches("http://");
        let token = fs::read_to_string(&self.ready.admin_token).expect("the admin token can be read");
        let mut stream = std::net::TcpStream::connect(address).expect("the admin side answers");
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
            token.trim()
        );
        let mut said = String::new();
        stream.write_all(head.as_bytes()).and_then(|()| stream.read_to_string(&mut said)).expect("an answer");
        said
    }

    /// Runs `serve` as an installation would, in front of one backend of the test's own instead of dev's: certificates
    /// that are not development's, dev's policy pointed at `backend`, a log of its own, and these `[limits]`.
    ///
    /// `chosen` tells where the backend's certificate is: dev's own backends' by default.
    pub fn serve(limits: &str, chosen: impl FnOnce(&Path) -> (PathBuf, PathBuf)) -> (Gate, Backend) {
        let dev = Gate::start();
        dev.stop();
        let home = dev.folder().join("dev");
        forge::certificate(dev.folder());
        conversation_key(&dev.folder().join("conversation.toml"), &[]);
        without_dev_services(&home.join("sekisho.toml"));
        let (chain, key) = chosen(dev.folder());
        let backend = Backend::start(&chain, &key);
        pointed_at(&home.join("policy/where.toml"), backend.address);
        let (listen, admin) = free_addresses();
        let config = fs::read_to_string(home.join("sekisho.toml")).expect("dev writes the config it runs by");
        let config = config
            .replace(&dev.ready.address().to_string(), &listen.to_string())
            .replace(dev.ready.admin.trim_start_matches("http://"), &admin.to_string())
            .replace("keys/gate.pem", "../server.pem")
            .replace("keys/gate.key", "../server.key")
            .replace("keys/conversation.toml", "../conversation.toml")
            .replace("\"audit\"", "\"../audit\"");
        let file = home.join("serve.toml");
        fs::write(&file, format!("{config}\n[limits]\n{limits}\n")).expect("a config can be written");
        let ready = Ready {
            url: format!("https://{listen}"),
            admin: format!("http://{admin}"),
            ca: dev.folder().join("ca.pem"),
            audit_dir: dev.folder().join("audit"),
            ..dev.ready.clone()
        };
        let folder = dev.give_up_folder();
        let said = |name: &str| File::options().append(true).create(true).open(folder.join(name));
        let child = Command::new(binary())
            .args(["--lang", "en", "serve", "--config"])
            .arg(file)
            .stdout(said("stdout").expect("a file for stdout"))
            .stderr(said("stderr").expect("a file for stderr"))
            .spawn()
            .expect("the binary starts");
        let gate = Gate { child: Mutex::new(child), folder, ready, turn: Mutex::new(()) };
        gate.wait_until("it accepts", || std::net::TcpStream::connect(listen).is_ok());
        (gate, backend)
    }

    /// One gate for all tests that run at the moment; it ends with the last of them.
    pub fn shared() -> Arc<Gate> {
        static SHARED: Mutex<Weak<Gate>> = Mutex::new(Weak::new());
        let mut shared = hold(&SHARED);
        shared.upgrade().unwrap_or_else(|| {
            let gate = Arc::new(Gate::start());
            *shared = Arc::downgrade(&gate);
            gate
        })
    }

    /// One exchange. Fails the test if no answer comes.
    #[track_caller]
    pub fn ask(&self, ask: Ask) -> Reply {
        match self.try_ask(ask) {
            Ok(reply) => reply,
            Err(error) => panic!("no answer: {error}\n{}", said_in(&self.folder)),
        }
    }

    /// One exchange, or what broke on the way.
    pub fn try_ask(&self, ask: Ask) -> Result<Reply, String> {
        let (reply, backend) = self.alone(|| self.ask_freely(ask));
        reply.map(|reply| Reply { backend, ..reply })
    }

    /// One exchange over a connection that shows the certificate in `NAME.pem` of this folder, or what broke on the way.
    pub fn try_ask_as(&self, shown: &str, ask: Ask) -> Result<Reply, String> {
        let ask = self.with_token(ask);
        let tls = tls::client_with(&self.ready.ca, ask.alpn(), &self.folder.join(shown));
        ask.send(self.ready.address(), tls)
    }

    /// A connection that shows this certificate, as [`Gate::try_ask_as`] does, and is kept open.
    pub fn keep_as(&self, shown: &str) -> Kept {
        let tls = tls::client_with(&self.ready.ca, &["http/1.1"], &self.folder.join(shown));
        Kept::over(self.ready.address(), tls)
    }

    /// Over one HTTP/2 connection: resets the stream of `first` after its first bytes, then asks `next`. Gives the id of
    /// the record that was reset, and the next reply.
    pub fn reset_then(&self, first: Ask, next: Ask) -> (String, Reply) {
        let (first, next) = (self.with_token(first.http2()), self.with_token(next.http2()));
        let tls = tls::client(&self.ready.ca, first.alpn());
        first.reset_then(&next, self.ready.address(), tls).expect("the connection outlives the stream")
    }

    /// One exchange among others at the same time; [`Reply::backend`] stays empty.
    pub fn ask_freely(&self, ask: Ask) -> Result<Reply, String> {
        let ask = self.with_token(ask);
        ask.send(self.ready.address(), tls::client(&self.ready.ca, ask.alpn()))
    }

    /// The request with the token of who asks and the name of the model filled in.
    pub fn with_token(&self, mut ask: Ask) -> Ask {
        if let Some(who) = ask.who.take() {
            ask = ask.head("authorization", &format!("Bearer {}", self.ready.token(&who)));
        }
        ask.body = replaced(&ask.body, b"$model", self.ready.model().as_bytes());
        ask
    }

    /// CPU time that the process has used.
    pub fn cpu(&self) -> Duration {
        cpu_of(hold(&self.child).id())
    }

    /// Memory that the process holds now (`VmRSS`).
    pub fn resident_bytes(&self) -> u64 {
        resident_of(hold(&self.child).id())
    }

    /// Plays something while no [`Gate::ask`] runs; returns its result and what the backends received meanwhile.
    pub fn alone<T>(&self, play: impl FnOnce() -> T) -> (T, String) {
        let _turn = hold(&self.turn);
        let before = self.received().len();
        let result = play();
        (result, self.received().split_off(before))
    }

    /// A bare TLS connection.
    pub fn wire(&self) -> Wire {
        Wire::connect(self.ready.address(), tls::client(&self.ready.ca, &[]))
    }

    /// A bare HTTP/2 connection.
    pub fn frames(&self) -> Frames {
        Frames::over(Wire::narrow(self.ready.address(), tls::client(&self.ready.ca, &["h2"])))
    }

    /// Everything the backends have received, one body a line.
    pub fn received(&self) -> String {
        fs::read_to_string(self.folder.join("dev/received.jsonl")).unwrap_or_default()
    }

    /// The folder that holds `dev/`, `stdout` and `stderr`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the process has said so far.
    pub fn said(&self) -> String {
        said_in(&self.folder)
    }

    /// Sends a signal by name, as `TERM`.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", hold(&self.child).id());
        let status = Command::new("sh").args(["-c", &kill]).status().expect("sh starts");
        assert!(status.success(), "{kill} failed");
    }

    /// Waits for the end.
    pub fn wait(&self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = hold(&self.child).try_wait().expect("the child can be asked") {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "the process did not end\n{}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it in good order: SIGTERM, exit code 0.
    pub fn stop(&self) {
        self.signal("TERM");
        let status = self.wait();
        assert_eq!(status.code(), Some(0), "SIGTERM drains and exits 0\n{}", self.said());
    }

    /// `sekisho audit verify` on the log, with more arguments such as `--open`.
    pub fn verify(&self, more: &[&str]) -> Verified {
        verify(&self.ready.audit_dir, &self.ready.audit_key, more)
    }

    /// The log's events, as `sekisho audit tail` prints them.
    pub fn events(&self) -> Vec<Value> {
        let log = self.ready.audit_dir.to_str().expect("the folder's name is UTF-8");
        let output = sekisho(&["audit", "tail", "--log", log]);
        assert!(output.status.success(), "audit tail failed: {}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).expect("events are UTF-8");
        lines.lines().map(|l| serde_json::from_str(l).expect("an event is JSON")).collect()
    }

    /// The two events of this exchange, the decision first; fewer if the log lacks one.
    pub fn events_of(&self, record: &str) -> Vec<Value> {
        let of = |event: &Value| event.pointer("/api/request/uid").and_then(Value::as_str) == Some(record);
        self.events().into_iter().filter(of).collect()
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let mut child = hold(&self.child);
        let _ = child.kill();
        let _ = child.wait();
        let kept = std::thread::panicking() || self.folder.as_os_str().is_empty();
        if !kept {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// What the verifier said.
#[derive(Debug)]
pub struct Verified {
    /// 0 whole, 1 not, 2 could not look.
    pub code: Option<i32>,
    /// Both outputs.
    pub said: String,
}

/// `sekisho audit verify` on any folder.
pub fn verify(log: &Path, key: &Path, more: &[&str]) -> Verified {
    let (log, key) = (log.to_str().unwrap_or_default(), key.to_str().unwrap_or_default());
    let output = sekisho(&[&["audit", "verify", "--log", log, "--key", key], more].concat());
    let said = [output.stdout, output.stderr].concat();
    Verified { code: output.status.code(), said: String::from_utf8_lossy(&said).into_owned() }
}

/// Adds a key to the file of those that seal the labels of conversations, with more arguments such as `--last`.
pub fn conversation_key(file: &Path, more: &[&str]) {
    let path = file.to_str().unwrap_or_default();
    let output = sekisho(&[&["key", "conversation", "--file", path], more].concat());
    assert!(output.status.success(), "a key is made: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs the binary to its end.
pub fn sekisho(arguments: &[&str]) -> Output {
    Command::new(binary()).args(arguments).output().expect("the binary starts")
}

/// The binary under test, built once: `SEKISHO` names another.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os("SEKISHO") {
        Some(other) => PathBuf::from(other),
        None => build(),
    })
}

/// `cargo build`, so that the tests never meet an old binary; cargo says where it put it. Optimised as these tests are.
fn build() -> PathBuf {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let build = ["build", "-p", "sekisho", "--bin", "sekisho", "--profile", profile];
    let said = house::cargo(&[build.as_slice(), &["--message-format", "json-render-diagnostics"]].concat());
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = |message: Value| Some(PathBuf::from(message.get("executable")?.as_str()?));
    messages.filter_map(executable).next_back().expect("cargo names the binary that it built")
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn said_in(folder: &Path) -> String {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
    format!("{}: {}{}", folder.display(), read("stdout"), read("stderr"))
}

/// Two addresses that nobody has. They lie below the ports that the system itself gives out (Linux: from 32768), so that
/// until the gate listens there, no other test's listener or connection takes them and no connection meets itself.
fn free_addresses() -> (SocketAddr, SocketAddr) {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    const LOWEST: u32 = 12_000;
    const COUNT: u32 = 20_000;
    let here = std::process::id().wrapping_mul(64);
    let next = || {
        let port = LOWEST + here.wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed)) % COUNT;
        TcpListener::bind(("127.0.0.1", u16::try_from(port).ok()?)).ok()?.local_addr().ok()
    };
    let free = || (0..COUNT).find_map(|_| next()).expect("a port of loopback is free");
    (free(), free())
}

/// Dev's own key of a service counts nowhere else: whoever needs one issues it.
fn without_dev_services(config: &Path) {
    const OWN: &str = "[services]\nkeys = \"keys/services.toml\"\n";
    let text = fs::read_to_string(config).expect("dev writes the config it runs by");
    assert!(text.contains(OWN), "dev issues keys to services");
    fs::write(config, text.replace(OWN, "")).expect("a config can be written");
}

/// Every `https://127.0.0.1:PORT` of the file becomes this address.
fn pointed_at(file: &Path, address: SocketAddr) {
    const HERE: &str = "https://127.0.0.1:";
    let policy = fs::read_to_string(file).expect("the policy says where");
    let mut parts = policy.split(HERE);
    let first = parts.next().unwrap_or_default().to_owned();
    let pointed = parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        format!("{text}https://{address}{rest}")
    });
    fs::write(file, pointed).expect("the policy can be written");
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let Some(at) = bytes.windows(from.len()).position(|window| window == from) else {
        return bytes.to_vec();
    };
    let (before, rest) = bytes.split_at(at);
    let after = rest.get(from.len()..).unwrap_or_default();
    [before, to, &replaced(after, from, to)].concat()
}
