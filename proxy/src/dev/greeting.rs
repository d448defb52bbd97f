//! What `dev` says when everything listens: where to go, as whom, and lines that can be pasted into a shell.

use std::path::Path;

use super::ready::Ready;
use crate::cli::out::{FAINT, STRONG};
use crate::cli::{Lang, Out, Trouble};

/// Says hello. `ends_s` is when the keys end, in seconds of the Unix epoch.
pub fn greet(ready: &Ready, ends_s: u64, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
    out.styled(STRONG, lang.pick("関所は開発用に動いています", "The checkpoint is open, for development"))?;
    let mut row = |ja: &str, en: &str, value: &str| out.line(&format!("  {:<12} {value}", lang.pick(ja, en)));
    row("URL", "URL", &ready.url)?;
    row("admin", "admin", &ready.admin)?;
    row("CA", "CA", &ready.ca.display().to_string())?;
    row("official", "official", &token(lang, &ready.tokens.official, "機密性２まで", "cleared to Level 2"))?;
    row(
        "contractor",
        "contractor",
        &token(lang, &ready.tokens.contractor, "機密性１まで", "cleared to Level 1"),
    )?;
    row("stranger", "stranger", &token(lang, &ready.tokens.stranger, "資格なし", "unknown to the policy"))?;
    for (service, key) in &ready.services {
        row(service, service, &token(lang, key, "源内のLambdaの鍵", "the key of GENAI's Lambdas"))?;
    }
    row("policy", "policy", &ready.policy_dir.display().to_string())?;
    row("log", "log", &ready.audit_dir.display().to_string())?;
    row("until", "until", &until(ends_s))?;
    for (ja, en, who, level, says) in REQUESTS {
        let token = if *who == "contractor" { &ready.tokens.contractor } else { &ready.tokens.official };
        title(lang.pick(ja, en), out)?;
        out.line(&curl(ready, token, level, says, false))?;
    }
    title(lang.pick("ストリームでも漏れない", "a stream leaks nothing either"), out)?;
    out.line(&curl(ready, &ready.tokens.official, "2", "dev:utter aws-key", true))?;
    as_genai_asks(ready, lang, out)?;
    title(lang.pick("ログの検証（動いている間は --open）", "verify the log (--open while it runs)"), out)?;
    let (log, key) = (quoted(&ready.audit_dir), quoted(&ready.audit_key));
    out.line(&format!("sekisho audit verify --open --log {log} --key {key}\n"))?;
    out.line(lang.pick("Ctrl-Cで終わります。ログは閉じられます。", "Ctrl-C ends it and closes the log."))?;
    out.flush()
}

fn title(text: &str, out: &mut Out) -> Result<(), Trouble> {
    out.line("")?;
    out.styled(FAINT, &format!("# {text}"))
}

/// What GENAI's Lambdas would ask: Amazon Bedrock by its SDK, and an application by its form.
fn as_genai_asks(ready: &Ready, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
    let Some(key) = ready.services.values().next() else { return Ok(()) };
    let model = ready.bedrock_models.first().map_or("", String::as_str);
    let (url, ca, key) = (&ready.url, quoted(&ready.ca), quoted(key));
    title(
        lang.pick("Amazon Bedrock（boto3など、AWSのSDKから）", "Amazon Bedrock (boto3 and AWS's other SDKs)"),
        out,
    )?;
    out.line(&format!(
        "export AWS_ENDPOINT_URL_BEDROCK_RUNTIME={url}/level/2 AWS_CA_BUNDLE={ca} \\\n  \
         AWS_BEARER_TOKEN_BEDROCK=\"$(cat {key})\""
    ))?;
    out.line(&format!("python3 -c {}", single(&boto3(model))))?;
    title(
        lang.pick(
            "行政実務用AIアプリ（画面で選んだ格付が申告になる）",
            "a business application (its form says the level)",
        ),
        out,
    )?;
    let inputs = serde_json::json!({ "question": "打合せの記録を議事録にしてください", "confidentiality_level": "機密性２情報" });
    let body = serde_json::json!({ "inputs": inputs }).to_string();
    out.line(&format!(
        "curl --cacert {ca} -H \"x-api-key: $(cat {key})\" -H 'Content-Type: application/json' \\\n  {url}{} -d {}",
        ready.app,
        single(&body)
    ))
}

/// A line of Python that asks one question.
fn boto3(model: &str) -> String {
    let messages = r#"[{"role": "user", "content": [{"text": "こんにちは"}]}]"#;
    format!(
        r#"import boto3; print(boto3.client("bedrock-runtime", "ap-northeast-1").converse(modelId="{model}", messages={messages})["output"])"#
    )
}

/// Title in Japanese and English, who asks, at which level, what.
type Example = (&'static str, &'static str, &'static str, &'static str, &'static str);

const REQUESTS: &[Example] = &[
    ("機密性２の依頼", "a Level 2 request", "official", "2", "こんにちは、議事録の要約をお願いします"),
    ("マイナンバーは止まる", "a My Number is stopped", "official", "2", "番号は123456789018です"),
    ("資格を超える依頼は止まる", "more than the clearance is refused", "contractor", "2", "公開前の資料です"),
    ("回答も検査される", "answers are inspected too", "official", "2", "dev:utter aws-key"),
];

fn token(lang: Lang, path: &Path, ja: &str, en: &str) -> String {
    format!("{} ({})", path.display(), lang.pick(ja, en))
}

fn until(ends_s: u64) -> String {
    let seconds = i64::try_from(ends_s).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |time| time.to_string())
}

fn curl(ready: &Ready, token: &Path, level: &str, says: &str, stream: bool) -> String {
    let model = ready.models.first().map_or("", String::as_str);
    let messages = serde_json::json!([{ "role": "user", "content": says }]);
    let body = match stream {
        true => serde_json::json!({ "model": model, "stream": true, "messages": messages }),
        false => serde_json::json!({ "model": model, "messages": messages }),
    };
    format!(
        "curl{no_buffer} --cacert {ca} -H \"Authorization: Bearer $(cat {token})\" -H 'Confidentiality-Level: {level}' \\\n  \
         -H 'Content-Type: application/json' {url}/v1/chat/completions -d {body}",
        no_buffer = if stream { " -N" } else { "" },
        ca = quoted(&ready.ca),
        token = quoted(token),
        url = ready.url,
        body = single(&body.to_string()),
    )
}

fn quoted(path: &Path) -> String {
    single(&path.display().to_string())
}

/// Quoted for a POSIX shell, if it has to be.
fn single(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_into_a_shell_is_quoted_for_it() {
        assert_eq!(single("/tmp/a-b.pem"), "/tmp/a-b.pem");
        assert_eq!(single("/tmp/my dev"), "'/tmp/my dev'");
        assert_eq!(single("it's"), r"'it'\''s'");
        assert_eq!(single("$(x)"), "'$(x)'");
    }

    #[test]
    fn an_end_is_told_in_utc() {
        assert_eq!(until(1_800_000_000), "2027-01-15T08:00:00Z");
    }
}
