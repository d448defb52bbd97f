//! What people read, in Japanese and English side by side: one without the other does not compile.

use sekisho_audit::{ExchangeId, Term};
use sekisho_policies::{Reason, Unknown};

use crate::fault::{BadRequest, ConversationFault, Fault, Stranger, Upstream};
use crate::json::{JsonError, JsonFault};
use crate::refusal::{Denied, Refusal};
use crate::wire::ErrorForm;

/// The same in both languages. Ends with a full stop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Said {
    pub ja: String,
    pub en: String,
}

impl Said {
    /// Adds by which rule it was decided and under which number it can be appealed.
    pub fn with(self, rule: Option<&Term>, record: Option<ExchangeId>) -> Said {
        let ja_rule = rule.map(|rule| format!("規則: {rule}"));
        let en_rule = rule.map(|rule| format!("rule: {rule}"));
        let ja_record = record.map(|id| format!("記録番号: {id}"));
        let en_record = record.map(|id| format!("record: {id}"));
        let ja: Vec<String> = ja_rule.into_iter().chain(ja_record).collect();
        let en: Vec<String> = en_rule.into_iter().chain(en_record).collect();
        if ja.is_empty() {
            return self;
        }
        Said {
            ja: format!("{}（{}）", self.ja, ja.join("、")),
            en: format!("{} ({})", self.en, en.join(", ")),
        }
    }
}

fn both(ja: impl Into<String>, en: impl Into<String>) -> Said {
    Said { ja: ja.into(), en: en.into() }
}

/// What happened, and what to do next.
pub(crate) fn said(refusal: &Refusal, form: ErrorForm) -> Said {
    match refusal {
        Refusal::Bad(bad) => bad_request(*bad, form),
        Refusal::Denied(denied) => denied_prompt(denied),
        Refusal::Stuck(found) => both(
            format!(
                "書き換えられない箇所に {} が見つかったため、送信しませんでした。該当箇所を取り除いてから、もう一度お試しください。",
                found.category
            ),
            format!(
                "{} was found where it cannot be replaced, so nothing was sent. Remove it and try again.",
                found.category
            ),
        ),
        Refusal::Cut(denied) => {
            let Said { ja, en } = denied_prompt(denied);
            both(
                format!("モデルの回答をお渡しできません。{ja}"),
                format!("The model's answer was withheld. {en}"),
            )
        }
        Refusal::CutStuck(found) => both(
            format!(
                "モデルの回答の書き換えられない箇所に {} が含まれていたため、お渡しできません。質問を変えてお試しください。",
                found.category
            ),
            format!(
                "The model's answer was withheld: it has {} where it cannot be replaced. Ask in another way.",
                found.category
            ),
        ),
        Refusal::Upstream(fault) => upstream(*fault),
        Refusal::Fault(fault) => own(*fault),
        Refusal::Stranger(who) => stranger(*who),
    }
}

fn denied_prompt(denied: &Denied) -> Said {
    if let Some(said) = &denied.said {
        return said.clone();
    }
    match denied.reason {
        Reason::UnknownModel => both(
            "指定されたモデルはこの形式では利用できません。利用できるモデルは GET /v1/models または管理者に確認してください。",
            "There is no such model for requests of this form. GET /v1/models, or your administrator, tells those you may use.",
        ),
        Reason::Access => both(
            "このモデルを利用する権限がありません。必要な場合は管理者にご相談ください。",
            "You may not use this model. Ask your administrator if you need it.",
        ),
        Reason::Conversation => both(
            "このサービスでは、会話ラベルが必要です。前の回答の Sekisho-Conversation をそのまま送るか、新しい会話なら Sekisho-Conversation: new を指定してください。",
            "This service must say which conversation goes on. Send back Sekisho-Conversation of the last answer, or Sekisho-Conversation: new if one begins.",
        ),
        Reason::UnderDeclared => both(
            "内容が申告された機密性を上回っています。正しい機密性を申告してください。",
            "The content is above the declared Confidentiality Level. Declare the right one.",
        ),
        Reason::Clearance => both(
            "この機密性の情報を取り扱う権限がありません。権限のある方にご相談ください。",
            "You are not cleared for this Confidentiality Level. Ask someone who is.",
        ),
        Reason::Quota => both(
            "利用回数の上限に達しました。時間をおいて再度お試しください。",
            "There have been as many exchanges as are let pass. Try again later.",
        ),
        Reason::NoZone => both(
            "この機密性の情報を処理できる承認済みの環境がありません。別のモデルを選んでください。",
            "No approved zone may compute this Confidentiality Level with this model. Choose another model.",
        ),
        Reason::Content => both(
            "送信できない内容が含まれています。該当箇所を取り除いてください。",
            "The text has content that may not pass. Remove it.",
        ),
        Reason::OpaqueField => both(
            "検査できない内容または処理先を変える指定が含まれています。取り除くか、機密性１で送信してください。",
            "It has something that cannot be inspected, or that steers where data goes. Remove it.",
        ),
        Reason::AnswerLabel => both(
            "回答の内容がこのやり取りの機密性を上回っています。",
            "Its content is above the label of this exchange.",
        ),
    }
}

fn bad_request(bad: BadRequest, form: ErrorForm) -> Said {
    match bad {
        BadRequest::Target => both(
            "要求の宛先を読み取れません。クエリや % を含まないパスを指定してください。",
            "The request target cannot be read. Use a plain path without query or percent signs.",
        ),
        BadRequest::UnknownPath => unknown_path(form),
        BadRequest::Method | BadRequest::WrongMethod { .. } => {
            both("このパスではそのメソッドを使えません。", "The path does not take this method.")
        }
        BadRequest::Misdirected => both(
            "この名前あての要求はここでは受け付けません。接続先の設定を確かめてください。",
            "Requests for this name are not served here. Check the address that the client is set to.",
        ),
        BadRequest::Head => both(
            "ヘッダーを読み取れません。同じヘッダーは一度だけ指定してください。",
            "A header cannot be read. Send it once, in its plain form.",
        ),
        BadRequest::SteeringHead => both(
            "ガードレールなどを指定する X-Amzn-Bedrock-… ヘッダーは通せません。外してから送信してください。必要な場合は管理者にご相談ください。",
            "Heads that choose a guardrail or another setting (X-Amzn-Bedrock-…) do not pass. Leave them out, or ask your administrator.",
        ),
        BadRequest::BodyTooLarge { limit_bytes } => both(
            format!("本文が上限の {limit_bytes} バイトを超えています。短くしてください。"),
            format!("The body exceeds the limit of {limit_bytes} bytes. Shorten it."),
        ),
        BadRequest::BodyTimeout => both(
            "本文が時間内に届きませんでした。もう一度お試しください。",
            "The body did not arrive in time. Try again.",
        ),
        BadRequest::BodyBroken => {
            both("本文が途中で途切れました。もう一度お試しください。", "The body broke off. Try again.")
        }
        BadRequest::ContentEncoding => both(
            "圧縮された本文は受け付けません。圧縮せずに送信してください。",
            "Encoded bodies are not accepted. Send it unencoded.",
        ),
        BadRequest::ContentType => both(
            "本文は Content-Type: application/json（UTF-8）で送信してください。",
            "Send the body as Content-Type: application/json in UTF-8.",
        ),
        BadRequest::Json(error) => json(error),
        BadRequest::Field(name) => both(
            format!("項目 {name} がないか、型が違います。"),
            format!("The field {name} is missing or has the wrong type."),
        ),
        BadRequest::Nesting => {
            both("文字列の中の JSON が深すぎます。", "JSON inside strings is nested too deep.")
        }
        BadRequest::LevelsDiffer => both(
            "申告された機密性が食い違っています。一か所だけで申告してください。",
            "Two declared Confidentiality Levels differ. Declare it in one place.",
        ),
        BadRequest::LevelUnknown => both(
            "申告された機密性は定められていません。1、2 などの値を指定してください。",
            "The declared Confidentiality Level is none of the scale. Use a value such as 1 or 2.",
        ),
        BadRequest::NothingPending => both(
            "この照会先で受け取れる処理はありません。期限が過ぎたか、ほかの利用者のものです。もう一度実行してください。",
            "Nothing is under way that you could fetch here: its time is over, or it is another's. Run it again.",
        ),
        BadRequest::ContextDigest => both(
            "署名された本文のダイジェスト（Sekisho-Context の digest または x-amz-content-sha256）が本文と一致しません。送る本文そのものの SHA-256 に署名してください。",
            "The signed digest (of Sekisho-Context, or x-amz-content-sha256) is not that of the body. Sign the SHA-256 of the very body that is sent.",
        ),
        BadRequest::Conversation(fault) => conversation(fault),
    }
}

fn unknown_path(form: ErrorForm) -> Said {
    match form {
        ErrorForm::Aws => both(
            "この操作はありません。Converse、InvokeModel、それぞれのストリーム、CountTokens、ApplyGuardrail をご利用ください。",
            "There is no such operation. Use Converse, InvokeModel, their streams, CountTokens or ApplyGuardrail.",
        ),
        ErrorForm::OpenAi | ErrorForm::ExApp | ErrorForm::ExAppStatus => both(
            "このパスはありません。/v1/chat/completions または /v1/models をご利用ください。",
            "There is no such path. Use /v1/chat/completions or /v1/models.",
        ),
    }
}

fn conversation(fault: ConversationFault) -> Said {
    let (ja, en) = match fault {
        ConversationFault::Unreadable => {
            ("会話ラベル（Sekisho-Conversation）を読み取れません", "Sekisho-Conversation cannot be read")
        }
        ConversationFault::Key => (
            "会話ラベルを封じた鍵は、もう使われていません",
            "The key that sealed Sekisho-Conversation is not known any more",
        ),
        ConversationFault::Expired => ("会話ラベルの期限が切れています", "Sekisho-Conversation is too old"),
        ConversationFault::Label => (
            "会話ラベルの格付は、現在のポリシーにありません",
            "The label of Sekisho-Conversation is none of the policy's any more",
        ),
        ConversationFault::Ministry => (
            "会話ラベルは別の府省のものです",
            "Sekisho-Conversation is that of another ministry's conversation",
        ),
    };
    both(
        format!("{ja}。新しい会話を始め、最初の要求に Sekisho-Conversation: new を指定してください。"),
        format!("{en}. Begin a new conversation, with Sekisho-Conversation: new in its first request."),
    )
}

fn json(error: JsonError) -> Said {
    both(
        format!(
            "本文を JSON として一意に読み取れません（{}、{} バイト目）。",
            json_fault(error.fault),
            error.at
        ),
        format!("The body is not strict JSON: {error}."),
    )
}

fn json_fault(fault: JsonFault) -> &'static str {
    match fault {
        JsonFault::Utf8 => "UTF-8 ではありません",
        JsonFault::ByteOrderMark => "BOM があります",
        JsonFault::Syntax => "構文の誤り",
        JsonFault::Unfinished => "途中で終わっています",
        JsonFault::Escape => "不明なエスケープ",
        JsonFault::LoneSurrogate => "単独のサロゲート",
        JsonFault::Control => "文字列内の制御文字",
        JsonFault::Number => "数値が範囲外",
        JsonFault::DuplicateKey => "キーの重複",
        JsonFault::TooDeep => "入れ子が深すぎます",
        JsonFault::TooMany => "値が多すぎます",
        JsonFault::Trailing => "余分なデータがあります",
    }
}

fn upstream(fault: Upstream) -> Said {
    match fault {
        Upstream::Unreachable | Upstream::Tls => both(
            "モデルに接続できません。時間をおいてお試しください。",
            "The model cannot be reached. Try again later.",
        ),
        Upstream::Silent { after_ms } => both(
            format!("モデルが {after_ms} ミリ秒以内に応答しませんでした。時間をおいてお試しください。"),
            format!("The model did not answer within {after_ms} ms. Try again later."),
        ),
        Upstream::TooLarge { limit_bytes } => both(
            format!("モデルの回答が上限の {limit_bytes} バイトを超えました。短い回答を求めてください。"),
            format!("The model's answer exceeds the limit of {limit_bytes} bytes. Ask for a shorter one."),
        ),
        Upstream::WrongType | Upstream::Encoded | Upstream::Broken | Upstream::Unreadable(_) => both(
            "モデルの回答を読み取れないため、お渡しできません。時間をおいてお試しください。",
            "The model's answer cannot be read and was withheld. Try again later.",
        ),
        Upstream::Reported => both(
            "モデルが回答の途中でエラーを返しました。時間をおいてお試しください。",
            "The model reported an error in the middle of its answer. Try again later.",
        ),
        Upstream::Status(status) => both(
            format!("モデルがエラー（{status}）を返しました。時間をおいてお試しください。"),
            format!("The model answered with an error ({status}). Try again later."),
        ),
    }
}

fn own(fault: Fault) -> Said {
    match fault {
        Fault::Overload => both(
            "混み合っています。少し待ってからお試しください。",
            "Too many exchanges at once. Try again in a moment.",
        ),
        Fault::Crowded => both(
            "あなたの処理が同時に多すぎます。どれかが終わってからお試しください。",
            "You have too many exchanges under way. Try again when one of them has ended.",
        ),
        Fault::Draining => both(
            "この装置は停止中です。もう一度お試しください。",
            "This instance is shutting down. Try again.",
        ),
        Fault::LogDead => both(
            "記録を残せないため、受け付けを停止しています。管理者にご連絡ください。",
            "The audit log cannot take records, so nothing passes. Tell your administrator.",
        ),
        Fault::NoSeal => both(
            "封印鍵が設定されていないため、後から結果を受け取る処理は利用できません。管理者にご連絡ください。",
            "No sealing key is set, so nothing can be fetched later. Tell your administrator.",
        ),
        Fault::Stale => both(
            "失効リストが古いため、受け付けを停止しています。管理者にご連絡ください。",
            "The list of revocations is too old, so nothing passes. Tell your administrator.",
        ),
        Fault::Keys => both(
            "認証基盤の公開鍵を取得できないため、トークンを確認できません。しばらくしてからお試しください。続く場合は管理者にご連絡ください。",
            "The keys of your token's issuer cannot be had, so it cannot be verified. Try again later; if this goes on, tell your administrator.",
        ),
        Fault::Credential => both(
            "モデルの提供元に対するこの装置の鍵が取得できていないため、送信しませんでした。管理者にご連絡ください。",
            "This gate has no valid keys for the model's provider at the moment, so nothing was sent. Tell your administrator.",
        ),
        Fault::Expired => both(
            "処理が長引き、許可の期限が切れました。もう一度お試しください。",
            "The permit expired before it was used. Try again.",
        ),
        Fault::Internal => both(
            "内部の不具合により中止しました。管理者に記録番号をお伝えください。",
            "A defect ended the exchange. Tell your administrator the record id.",
        ),
    }
}

fn stranger(who: Stranger) -> Said {
    match who {
        Stranger::NoCredential => both(
            "認証情報がありません。Authorization: Bearer にトークンを指定してください。",
            "No credential was sent. Send a token in Authorization: Bearer.",
        ),
        Stranger::SeveralCredentials => both(
            "認証情報が複数あります。一つだけ指定してください。",
            "More than one credential was sent. Send one.",
        ),
        Stranger::Credential(code) => both(
            format!("認証情報を受け付けられません（{code}）。新しいトークンを取得してください。"),
            format!("The credential was not accepted ({code}). Get a new token."),
        ),
        Stranger::Signature(code) => both(
            format!(
                "要求の署名（AWS SigV4）を受け付けられません（{code}）。発行された鍵の組で、サービス名 bedrock、送る内容そのものに署名してください。"
            ),
            format!(
                "The signature of the request (AWS SigV4) was not accepted ({code}). Sign the very request that is sent, for the service bedrock, with the pair of keys that was issued."
            ),
        ),
        Stranger::Clock => both(
            "署名の時刻が現在の時刻と5分以上ずれています（sigv4-clock）。端末の時計を合わせてください。",
            "Signature expired, or not yet valid (sigv4-clock): the request was signed more than five minutes from the time here. Set the clock.",
        ),
        Stranger::Unknown(unknown) => unfamiliar(unknown),
    }
}

/// Says who can help; what would have been enough is told to those who write policies.
fn unfamiliar(unknown: Unknown) -> Said {
    match unknown {
        Unknown::NoGrant => both(
            "利用が許可されていません。管理者にご相談ください。",
            "The policy does not know you. Ask your administrator.",
        ),
        Unknown::Unbound => both(
            "このトークンはクライアント証明書と結び付いている必要があります。管理者にご相談ください。",
            "Such a token counts only with the client certificate that it names. Ask your administrator.",
        ),
        Unknown::NoMinistry => both(
            "所属府省を確認できません。所属先のアカウント管理者にご相談ください。",
            "Your ministry is not known. Ask the administrator of your account.",
        ),
        Unknown::SeveralMinistries => both(
            "所属府省が複数登録されています。所属先のアカウント管理者にご相談ください。",
            "Your account belongs to several ministries. Ask its administrator.",
        ),
        Unknown::NotServed => both(
            "このサービスは所属府省の利用者に対応していません。サービスの運用者にご相談ください。",
            "This service may not speak for people of your ministry. Ask those who run the service.",
        ),
        Unknown::ServiceAlone => both(
            "このサービスは利用者を示さずに要求できません。サービスの運用者は利用者のトークンを送ってください。",
            "This service may not ask without saying for whom. Those who run it must send the person's token.",
        ),
    }
}
