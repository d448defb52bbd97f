//! `sekisho serve`: the gate by its config, until it is asked to stop.

use std::fs;
use std::path::Path;

use sekisho::certificates::is_of_development;
use sekisho::config::Config;
use sekisho::conversation::KeyFile;
use sekisho::serve;

use super::args::ServeArgs;
use super::stop::Stop;
use super::{Ended, Lang, Out, Trouble, Verdict};

/// Serves until SIGTERM or Ctrl-C.
pub fn run(args: &ServeArgs, lang: Lang, out: &mut Out) -> Ended {
    let config = Config::load(&args.config).map_err(|error| Trouble::Message(error.to_string()))?;
    refuse_development(&config, lang)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Trouble::at("runtime", error))?;
    runtime.block_on(async {
        let mut stop = Stop::new()?;
        let running = serve::start(config).await.map_err(|error| Trouble::Message(error.to_string()))?;
        out.line(&lang.pick(
            format!("https://{} で受け付けています", running.address),
            format!("accepting on https://{}", running.address),
        ))?;
        out.flush()?;
        stop.asked().await;
        close(running, lang).await?;
        Ok(Verdict::Positive)
    })
}

/// Lets exchanges in flight end and closes the log.
pub async fn close(running: serve::Running, lang: Lang) -> Result<(), Trouble> {
    running.stop().await.map_err(|_| {
        let message = lang.pick(
            "ログを閉じられませんでした。`sekisho audit verify --open`で最後のチェックポイントまでを確かめてください",
            "the log could not be closed; `sekisho audit verify --open` accounts for it up to its last checkpoint",
        );
        Trouble::Message(message.to_owned())
    })
}

/// Keys of a development authority lie in a build folder, where anybody may have read them.
fn refuse_development(config: &Config, lang: Lang) -> Result<(), Trouble> {
    refuse_marked(&config.listen.certificate, lang)?;
    // Whoever holds a development authority's key could be any client.
    config.listen.clients.iter().try_for_each(|clients| refuse_marked(&clients.anchors, lang))?;
    config.conversation.iter().try_for_each(|own| refuse_keys(&own.keys, lang))
}

/// Whoever has them can seal any label.
fn refuse_keys(path: &Path, lang: Lang) -> Result<(), Trouble> {
    let at = |cause: String| Trouble::at(path.display(), cause);
    let text = fs::read_to_string(path).map_err(|error| at(error.to_string()))?;
    if KeyFile::read(&text).map_err(at)?.development {
        let cause = lang.pick(
            "開発環境が作った鍵です。`serve`では使えません。`sekisho key conversation`で作ってください",
            "made by `sekisho dev`, which `serve` does not take; `sekisho key conversation` makes others",
        );
        return Err(at(cause.to_owned()));
    }
    Ok(())
}

fn refuse_marked(path: &Path, lang: Lang) -> Result<(), Trouble> {
    let at = |cause: String| Trouble::at(path.display(), cause);
    let pem = fs::read(path).map_err(|error| at(error.to_string()))?;
    if is_of_development(&pem).map_err(|error| at(error.to_string()))? {
        let cause = lang.pick(
            "開発用の認証局が発行した証明書です。`serve`では使えません",
            "issued by a development authority, which `serve` does not take; for trying things out there is `sekisho dev`",
        );
        return Err(at(cause.to_owned()));
    }
    Ok(())
}
