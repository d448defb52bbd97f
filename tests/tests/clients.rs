//! Real clients, unmodified, through TLS with the private CA. Installed once into `target/clients`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sekisho_tests::{Ask, Gate, Genai, Script, Speaking, bedrock, house, sigv4};
use serde_json::json;

/// The script's folder, and a folder of this name to install into.
fn folders(name: &str) -> (PathBuf, PathBuf) {
    let cache = house::root().join("target/clients").join(name);
    fs::create_dir_all(&cache).unwrap();
    (house::root().join("tests/clients").join(name), cache)
}

/// Runs to the end; fails with everything it said.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?} does not start: {e}"));
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{command:?} failed:\n{said}");
    said
}

/// Installs unless this very list of packages has been installed here before. Tests that share a folder take turns.
fn once(list: &Path, cache: &Path, install: impl FnOnce()) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let installed = cache.join("installed");
    let wanted = fs::read(list).unwrap();
    if fs::read(&installed).is_ok_and(|had| had == wanted) {
        return;
    }
    install();
    fs::write(installed, wanted).unwrap();
}

/// The interpreter, with its packages installed, and a script for it.
fn python(script: &str) -> Command {
    let (scripts, cache) = folders("python");
    let python = cache.join("venv/bin/python");
    let list = scripts.join("requirements.txt");
    once(&list, &cache, || {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(cache.join("venv")));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&list));
    });
    let mut command = Command::new(python);
    command.arg(scripts.join(script)).env("PYTHONUTF8", "1");
    command
}

#[test]
#[ignore = "needs python3 with venv, and the package registry on the first run"]
fn the_openai_python_sdk_is_allowed_redacted_and_refused() {
    let gate = Gate::start();
    let script = &mut python("chat.py");
    script.arg(gate.folder().join("dev/dev.json"));
    run(script.env("SSL_CERT_FILE", &gate.ready.ca).env_remove("OPENAI_BASE_URL"));
}

/// Tells AWS's stories to a gate in front of Bedrock; gives what the backend received.
fn on_bedrock(script: &mut Command) -> Vec<String> {
    let mut profiles = String::new();
    let (gate, backend) = bedrock::serve_with("", |folder| profiles = signing(folder));
    let told = gate.folder().join("bedrock.json");
    let shared = gate.folder().join("aws-credentials");
    fs::write(&shared, profiles).unwrap();
    let models: Vec<&str> = bedrock::MODELS.iter().map(|(model, _)| *model).collect();
    let ready = json!({ "url": gate.ready.url, "tokens": gate.ready.tokens, "models": models });
    fs::write(&told, ready.to_string()).unwrap();
    run(without_settings(script)
        .arg(told)
        .env("AWS_CA_BUNDLE", &gate.ready.ca)
        .env("AWS_SHARED_CREDENTIALS_FILE", &shared)
        .env("NODE_EXTRA_CA_CERTS", &gate.ready.ca));
    backend.requests()
}

/// Services that sign, one as high as an official and one as low as a contractor; gives the profiles of their pairs.
fn signing(folder: &Path) -> String {
    let service = |id: &str, level: &str| {
        format!(
            "\n[[service]]\nid = \"{id}\"\nceiling = \"{level}\"\nclearance = \"{level}\"\nkeys = true\nja = \"署名\"\nen = \"signs\"\n"
        )
    };
    let people = folder.join("dev/policy/people.toml");
    let text = fs::read_to_string(&people).unwrap();
    let access =
        "\n[[access]]\nid = \"who-signs-may-ask\"\nthen = \"permit\"\nservices = [\"high\", \"low\"]\n";
    fs::write(&people, text + &service("high", "2") + &service("low", "1") + access).unwrap();
    let config = folder.join("dev/sekisho.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text + "\n[services]\nkeys = \"../services.toml\"\nsealing = \"../sealing.toml\"\n")
        .unwrap();
    let profile = |name: &str, service: &str| {
        let pair = sigv4::Pair::issue(folder, service);
        format!("[{name}]\naws_access_key_id = {}\naws_secret_access_key = {}\n", pair.id, pair.secret)
    };
    profile("official", "high") + &profile("contractor", "low")
}

/// Nothing of this machine's own settings for AWS counts.
fn without_settings(script: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        script.env_remove(name);
    }
    script.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_EC2_METADATA_DISABLED", "true")
}

/// Nobody's credential goes on, and nothing that was hidden.
fn nothing_of_the_client(requests: &[String]) {
    assert!(requests.len() > 20, "the stories reach the backend");
    for request in requests {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(
            !head.to_lowercase().contains("amz-sdk")
                && !head.contains("AWS4-")
                && !head.contains("Bearer ey"),
            "{head}"
        );
        assert!(!body.contains("RZPUZDIKABNBHR4I") && !body.contains("123456789018"), "{body}");
    }
}

#[test]
#[ignore = "needs python3 with venv, and the package registry on the first run"]
fn boto3_is_allowed_redacted_and_refused() {
    nothing_of_the_client(&on_bedrock(&mut python("bedrock.py")));
}

#[test]
#[ignore = "needs node and npm, and the package registry on the first run"]
fn the_aws_sdk_for_javascript_is_allowed_redacted_and_refused() {
    nothing_of_the_client(&on_bedrock(Command::new("node").arg(module("node", "bedrock.mjs"))));
}

#[test]
#[ignore = "needs node and npm, and the package registry on the first run"]
fn genais_lambdas_are_allowed_redacted_and_refused_and_their_screens_say_so() {
    let genai = Genai::serve("");
    module("genai", "lambdas.mjs");
    let script = &mut Command::new("node");
    script.arg(module("genai", "stories.mjs")).arg(genai.told());
    run(without_settings(script).env("NODE_EXTRA_CA_CERTS", genai.authorities()));
    let requests = genai.backend.requests();
    nothing_of_the_client(&requests);
    for request in requests {
        let ends_here =
            ["of-the-lambdas-role", "IOSFODNN7EXAMPLE", "another-account", "OFANOTHERACCOUNT", genai.key()];
        assert!(ends_here.iter().all(|secret| !request.contains(secret)), "{request}");
    }
}

/// A folder's script, with its packages installed beside it.
fn module(name: &str, script: &str) -> PathBuf {
    let (scripts, cache) = folders(name);
    let list = scripts.join("package.json");
    once(&list, &cache, || {
        fs::copy(&list, cache.join("package.json")).unwrap();
        run(Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&cache));
    });
    // A module is resolved from where the script lies.
    fs::copy(scripts.join(script), cache.join(script)).unwrap();
    cache.join(script)
}

/// Runs a folder's `chat.mjs` against a gate of its own.
fn node(name: &str) {
    let (script, gate) = (module(name, "chat.mjs"), Gate::start());
    let node = &mut Command::new("node");
    run(node.arg(script).arg(gate.folder().join("dev/dev.json")).env("NODE_EXTRA_CA_CERTS", &gate.ready.ca));
}

#[test]
#[ignore = "needs node and npm, and the package registry on the first run"]
fn the_openai_node_sdk_is_allowed_redacted_and_refused() {
    node("node");
}

#[test]
#[ignore = "needs node and npm, and the package registry on the first run"]
fn the_vercel_ai_sdk_streams_redacted_and_is_refused() {
    node("vercel");
}

/// A provider that runs until this is dropped.
struct Issuer {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Issuer {
    fn start() -> Issuer {
        let node = &mut Command::new("node");
        node.arg(module("oidc", "issuer.mjs")).arg("https://sekisho.example/");
        let mut child = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        Issuer { child, said }
    }

    /// What it says next under this word; it tells its operator other things too.
    fn says(&mut self, word: &str) -> String {
        let mut lines = self.said.by_ref().map(Result::unwrap);
        lines.find_map(|line| line.strip_prefix(word).map(|rest| rest.trim().to_owned())).unwrap()
    }

    fn ask(&mut self, word: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{word}").unwrap();
    }

    fn token(&mut self) -> String {
        self.ask("token");
        self.says("token")
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs node and npm, and the package registry on the first run"]
fn a_real_openid_provider_is_discovered_and_may_change_its_keys() {
    let mut issuer = Issuer::start();
    let iss = issuer.says("issuer");
    let (gate, backend) = Gate::serve("", |folder| {
        let edit = |name: &str, from: &str, to: &str| {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            assert!(text.contains(from), "{name}: {text}");
            fs::write(folder.join(name), text.replace(from, to)).unwrap();
        };
        edit("dev/policy/people.toml", "https://sekisho.invalid/development", &iss);
        edit("dev/sekisho.toml", "jwks = \"issuer.jwks.json\"", "discovery = true\nrefresh_s = 30");
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    let ask = |token: &str| {
        let ask = Ask::chat("こんにちは").nobody().head("authorization", &format!("Bearer {token}"));
        gate.ask(ask.level("2")).status
    };
    let elder = issuer.token();
    assert_eq!(ask(&elder), 200);
    let (signed, _) = elder.rsplit_once('.').unwrap();
    let (_, signature) = issuer.token().rsplit_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(ask(&format!("{signed}.{signature}")), 401, "the signature of another token");
    issuer.ask("rotate");
    issuer.says("rotated");
    let (younger, started) = (issuer.token(), Instant::now());
    while ask(&younger) != 200 {
        assert!(started.elapsed() < Duration::from_secs(60), "the new key is asked for");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(ask(&elder), 401, "the key is not published any more");
}

/// What a Lambda of GENAI's web front has to do is in the paper; here it does that.
#[test]
#[ignore = "needs node"]
fn a_web_front_speaks_for_a_person_as_the_paper_shows() {
    let scene = Speaking::serve();
    let paper = house::text(&house::root().join("docs/identity.md"));
    let shown = paper.split("```js\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let (scripts, cache) = folders("context");
    fs::write(cache.join("context.mjs"), shown).unwrap();
    fs::copy(scripts.join("lambda.mjs"), cache.join("lambda.mjs")).unwrap();
    let node = &mut Command::new("node");
    node.arg(cache.join("lambda.mjs")).arg(&scene.gate.ready.url).arg(scene.key());
    let said = run(node
        .arg(scene.gate.ready.model())
        .env("NODE_EXTRA_CA_CERTS", scene.gate.folder().join("ca.pem")));
    assert_eq!(said.trim(), "200 400", "for this body, and for another");
}

#[test]
#[ignore = "needs bash, curl and python3"]
fn the_readmes_five_minutes_go_as_it_says() {
    let gate = Gate::start();
    let readme = house::text(&house::root().join("README.md"));
    let block = |begins: &str| {
        let block = readme.split("```sh\n").find(|block| block.starts_with(begins)).unwrap();
        block.split("```").next().unwrap().to_owned()
    };
    let script = (block("D=target/dev") + &block("KEY="))
        .replace("D=target/dev", &format!("D={}", gate.folder().join("dev").display()));
    let said = run(Command::new("bash").args(["-euo", "pipefail", "-c", &script]));
    let statuses: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("HTTP/"))
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    let people = ["200", "200", "403", "200", "403", "403", "200", "403"];
    assert_eq!(statuses, [&people[..], &["200", "403", "200", "200"]].concat(), "{said}");
    assert!(said.to_lowercase().contains("sekisho-decision: refused"), "{said}");
    assert!(!said.contains("RZPUZDIKABNBHR4I") && !said.contains("123456789018"), "{said}");
}
