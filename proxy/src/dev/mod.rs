//! `sekisho dev`: everything on one machine with nothing to set up. An authority, three people, a service's key, scripted
//! backends in every zone (chat completions, Amazon Bedrock, a business application), the shipped policy pointed at them, and a
//! log, all in one folder; and the gate itself, which is the one that `serve` runs.

mod answer;
mod app;
mod asking;
mod backend;
mod bedrock;
mod cast;
mod chat;
mod client;
mod greeting;
mod home;
mod lambdas;
mod ledger;
mod people;
mod pki;
mod promise;
mod ready;
mod reply;
mod samples;
mod scene;
mod settings;
mod shipped;
mod speech;
mod stage;
mod story;
mod tls;
mod tour;

use std::net::SocketAddr;

use sekisho::serve;

use crate::cli::clock::now_s;
use crate::cli::out::{BAD, GOOD, STRONG, paint};
use crate::cli::serve::close;
use crate::cli::stop::Stop;
use crate::cli::{DevArgs, Ended, Lang, Out, Trouble, Verdict, VerifyArgs, audit};

use home::Home;
use ready::Ready;
use stage::Stage;
use tour::Tour;

/// Runs the environment until it is asked to stop, or plays the tour.
pub fn run(args: &DevArgs, lang: Lang, out: &mut Out) -> Ended {
    loopback("--listen", args.listen, lang)?;
    loopback("--admin", args.admin, lang)?;
    let home = Home::open(&args.dir, now_s(), lang)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Trouble::at("runtime", error))?;
    runtime.block_on(live(&home, args, lang, out))
}

/// Development keys lie in a build folder: nobody else may be talked into trusting them.
fn loopback(option: &str, address: SocketAddr, lang: Lang) -> Result<(), Trouble> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    let cause = lang.pick(
        "開発環境が待ち受けるのはループバックアドレス（127.0.0.1など）だけです",
        "the development environment listens on loopback only, as 127.0.0.1",
    );
    Err(Trouble::at(format!("{option} {address}"), cause))
}

async fn live(home: &Home, args: &DevArgs, lang: Lang, out: &mut Out) -> Ended {
    // Asked for first, so that a signal that comes early is not lost.
    let mut stop = Stop::new()?;
    let stage = Stage::set(home, args, now_s()).await?;
    let gate = serve::start(stage.config.clone()).await;
    let gate = gate.map_err(|error| Trouble::Message(error.to_string()))?;
    let ready = stage.ready(home, &gate);
    let place = home.at("dev.json");
    let perform = async {
        ready.announce(&place).map_err(|error| Trouble::at(place.display(), error))?;
        if args.tour {
            let tour = Tour { stage: &stage, client: stage.client(&gate)? };
            return tokio::select! {
                kept = tour.play(lang, out) => kept,
                () = stop.asked() => Ok(false),
            };
        }
        heard(greeting::greet(&ready, home.ends_s(), lang, out))?;
        stop.asked().await;
        Ok(true)
    };
    let performed = perform.await;
    // Whatever came of it, the gate is closed in good order before that is told.
    let withdrawn = Ready::withdraw(&place);
    close(gate, lang).await?;
    withdrawn.map_err(|error| Trouble::at(place.display(), error))?;
    let kept = performed?;
    if args.tour { conclude(kept, &ready, lang, out) } else { Ok(Verdict::Positive) }
}

/// That nobody reads what is said at the start is no reason to stop.
fn heard(said: Result<(), Trouble>) -> Result<(), Trouble> {
    match said {
        Err(Trouble::Hangup) => Ok(()),
        said => said,
    }
}

/// The end of a tour: the log has to verify, as anybody would verify it.
fn conclude(kept: bool, ready: &Ready, lang: Lang, out: &mut Out) -> Ended {
    let args =
        VerifyArgs { log: ready.audit_dir.clone(), key: ready.audit_key.clone(), open: false, all: true };
    out.styled(STRONG, lang.pick("ログの検証", "the log, verified"))?;
    let whole = audit::verify(&args, lang, out)? == Verdict::Positive;
    let word = match kept && whole {
        true => paint(GOOD, lang.pick("すべて約束どおりでした", "everything was as promised")),
        false => paint(BAD, lang.pick("約束と違うことがありました", "something was NOT as promised")),
    };
    out.line("")?;
    out.line(&word)?;
    Ok(Verdict::of(kept && whole))
}
