//! A sentence about each key, in Japanese and English, in the order of the reference.

/// Table, key, Japanese, English.
type Described = (&'static str, &'static str, &'static str, &'static str);

/// What a key means.
pub(super) fn of(table: &str, key: &str) -> Option<(&'static str, &'static str)> {
    let known = KEYS.iter().find(|(own, name, _, _)| *own == table && *name == key);
    known.map(|(_, _, ja, en)| (*ja, *en))
}

/// The place of a table in the reference.
pub(super) fn table(table: &str) -> usize {
    KEYS.iter().position(|(own, _, _, _)| *own == table).unwrap_or(usize::MAX)
}

/// The place of a key in its table.
pub(super) fn position(table: &str, key: &str) -> usize {
    KEYS.iter().position(|(own, name, _, _)| *own == table && *name == key).unwrap_or(usize::MAX)
}

/// Every table and key.
#[cfg(test)]
pub(super) fn each() -> impl Iterator<Item = (&'static str, &'static str)> {
    KEYS.iter().map(|(table, key, _, _)| (*table, *key))
}

#[rustfmt::skip]
const KEYS: &[Described] = &[
    ("", "inherits", "このフォルダーが厳しくするだけのポリシー", "the policy that this folder may only tighten"),
    ("", "undeclared", "格付の宣言がない要求の扱い", "the label of a request that declares none"),
    ("", "under_declared", "内容が宣言を上回るとき：引き上げるか拒否するか", "when the content is above what was declared: raise it, or refuse"),
    ("", "recall", "以前に高い機密性で扱った文が、低い宣言で再び現れたとき：引き上げるか、覚えないか。なければ`raise`", "when a text comes again that was handled at a higher label than is declared now: raise it, or remember nothing; without it, `raise`"),
    ("", "utc_offset", "日付と時刻の基準（UTCとの差）。なければUTC", "how far the policy's dates and hours are ahead of UTC; without it, UTC"),
    ("", "signed_reasoning", "署名付きの推論過程に義務が生じたとき：拒否するか、その部分を除くか", "signed reasoning that an obligation is about: refuse, or drop the block"),
    ("", "level", "格付。低い順に", "the levels, lowest first"),
    ("", "compartment", "取扱制限", "handling restrictions: who, beyond the level, may see it"),
    ("", "zone", "推論環境", "approved places to compute"),
    ("", "backend", "接続先", "one model at one address under one trust anchor"),
    ("", "model", "利用者が指定するモデル名", "the names that clients ask for"),
    ("", "inference_profile", "Amazon BedrockのARNが指すもの", "what ARNs of Amazon Bedrock stand for"),
    ("", "app", "専用のパスを持つ行政実務用AIアプリ", "business applications with a path of their own"),
    ("", "issuer", "トークンの発行者", "whose tokens count"),
    ("", "ministry", "府省", "the organisations that people belong to"),
    ("", "service", "利用者に代わって、または単独で要求するサービス", "programs that ask, for people or by themselves"),
    ("", "certificate", "クライアント証明書が示す人", "which name of a client certificate says who the person is"),
    ("", "grant", "資格と取扱可能区分", "what claims earn"),
    ("", "access", "誰がどのモデルを使えるか", "who may ask for which models"),
    ("", "content", "見つかった内容に応じた義務", "what findings oblige to"),
    ("", "field", "通してよい項目", "fields that may pass although nobody describes them"),
    ("", "quota", "回数の上限", "how many exchanges are let pass"),
    ("", "limits", "時間の上限", "bounds of time"),
    ("", "answers", "回答の渡し方", "how answers are given"),
    ("", "test", "このポリシーが守る約束", "what the policy promises"),

    ("inherits", "folder", "元のポリシーのフォルダー（このフォルダーからの相対）", "the folder of that policy, relative to this one"),
    ("inherits", "ministry", "対象の府省。なければ全員", "whose people it is about; without it, everybody"),

    ("level", "id", "要求とポリシーで使う名", "what requests and policies write"),
    ("level", "ja", "日本語の名称", "its name in Japanese"),
    ("level", "en", "英語の名称", "its name in English"),
    ("level", "answers", "回答を逐次渡すか、全文の検査後に渡すか", "whether answers go on as they come, or when all was inspected"),

    ("compartment", "id", "要求とポリシーで使う名", "what requests and policies write"),
    ("compartment", "ja", "日本語の名称", "its name in Japanese"),
    ("compartment", "en", "英語の名称", "its name in English"),

    ("zone", "id", "規則と記録で使う名", "what rules and records write"),
    ("zone", "ja", "日本語の名称", "its name in Japanese"),
    ("zone", "en", "英語の名称", "its name in English"),
    ("zone", "ceiling", "承認が有効な間に扱える最高の格付", "the highest label it may compute while its accreditation is in force"),
    ("zone", "unaccredited_ceiling", "承認の期限後に扱える格付。なければ何も扱えない", "what remains when it has expired; without it, nothing"),
    ("zone", "accreditation", "格付の根拠", "on what the ceiling rests"),

    ("zone.accreditation", "evidence", "承認書の名称・番号", "where the evidence is kept: a document's name or number"),
    ("zone.accreditation", "expires", "承認の期限", "from when on it no longer counts"),
    ("zone.accreditation", "names", "承認の対象。四つすべてが一致する接続先だけが承認済み", "what it is about: a backend is accredited if all four are the same"),

    ("zone.accreditation.names", "url", "接続先のアドレス", "the backend's base address"),
    ("zone.accreditation.names", "trust_anchor", "信頼する認証局", "whose certificates are believed"),
    ("zone.accreditation.names", "upstream_model", "接続先でのモデル名", "the model id that it knows"),
    ("zone.accreditation.names", "deployment", "配置の種類", "how far the vendor may move the computing"),

    ("backend", "id", "モデルと記録で使う名", "what models and records write"),
    ("backend", "zone", "どの推論環境にあるか", "the zone that it is in"),
    ("backend", "url", "アドレス。HTTPS、またはループバックのHTTP", "its base address: HTTPS, or HTTP on a loopback address"),
    ("backend", "trust_anchor", "認証局のPEMファイル（フォルダーからの相対）、または`system`", "a PEM file, relative to the folder, or `system`"),
    ("backend", "upstream_model", "接続先でのモデル名", "the model id that it knows"),
    ("backend", "deployment", "事業者が計算の場所をどこまで動かせるか", "how far the vendor may move the computing"),
    ("backend", "dialect", "通信の形式", "the wire form it speaks"),
    ("backend", "credential", "プロセス設定の認証情報の名", "the name of a credential of the process config"),
    ("backend", "credentials", "府省ごとの認証情報", "credentials of single ministries"),
    ("backend", "region", "リージョン。Amazon Bedrockでは要求先と署名の対象", "the region; on Amazon Bedrock, where it is asked and for which requests are signed"),

    ("backend.credentials", "*", "府省のidと認証情報の名", "a ministry's id, and the name of its credential"),

    ("model", "id", "利用者が指定する名", "the name that clients ask for"),
    ("model", "backends", "接続先。望ましい順に", "where it may be computed, most wanted first"),

    ("app", "id", "規則と記録で使う名。モデル名と同じ扱い", "what rules and records write, as they do of a model"),
    ("app", "path", "呼び出し先のパス", "where clients ask for it"),
    ("app", "backend", "接続先", "the backend that computes it"),
    ("app", "level_key", "格付を申告する入力項目（`inputs`のキー）", "the input by which a form declares the level, a key of `inputs`"),
    ("app", "levels", "入力項目の値と格付", "what stands in that input, and the level that it means"),
    ("app", "service", "呼び出せる唯一のサービス。なければ利用規則のとおり", "the only service that may ask; without it, whoever the access rules permit"),
    ("app", "ceiling", "このアプリに渡せる最も高い格付", "the highest label that it may be given"),
    ("app", "owner", "非同期処理の結果を受け取れる者：本人、またはサービス", "who may fetch a result that comes later: the person, or the service"),
    ("app", "timeout_s", "回答を待つ秒数", "how long clients wait for an answer, in seconds"),

    ("app.levels", "*", "値と格付", "a value, and its level"),

    ("inference_profile", "arn", "推論プロファイルまたはデプロイのARN", "the ARN of an inference profile or a deployment"),
    ("inference_profile", "model", "このARNで指定されたときのモデル名", "the model that a client gets who asks for it"),
    ("inference_profile", "regions", "計算しうるすべてのリージョン。`global`はどこでも", "every region that it may compute in; `global` for anywhere"),

    ("issuer", "id", "資格と記録で使う名", "what grants and records write"),
    ("issuer", "iss", "クレーム`iss`の値", "the claim `iss`, byte for byte"),
    ("issuer", "audience", "宛先として必要な値", "a value that the audience must contain"),
    ("issuer", "audience_claim", "宛先のクレーム。なければ`aud`", "the claim of the audience; without it, `aud`"),
    ("issuer", "algorithms", "認める署名方式", "the only accepted signature algorithms"),
    ("issuer", "types", "認めるヘッダー`typ`", "the only accepted values of the header's `typ`"),
    ("issuer", "untyped", "`typ`のないトークンも認める", "tokens without `typ` count, too"),
    ("issuer", "require", "必要なクレーム", "claims that must hold one of these values"),
    ("issuer", "subject_claim", "人を表すクレーム。なければ`sub`", "the claim that names the person; without it, `sub`"),
    ("issuer", "lifetime_max_s", "有効期間の上限（秒）", "longest life of a token, in seconds"),
    ("issuer", "leeway_s", "時計のずれの許容（秒）", "tolerance for clocks that differ, in seconds"),
    ("issuer", "bound", "証明書と結び付いたトークンだけを認める", "a token counts only with the certificate that it names"),
    ("issuer", "unbound_ceiling", "結び付いていないトークンで扱える格付", "the most that a token without such a certificate earns"),

    ("issuer.require", "*", "クレームと、認める値", "a claim, and the values that count"),

    ("ministry", "id", "規則と記録で使う名", "what rules and records write"),
    ("ministry", "ja", "日本語の名称", "its name in Japanese"),
    ("ministry", "en", "英語の名称", "its name in English"),

    ("service", "id", "規則と記録で使う名", "what rules and records write"),
    ("service", "ja", "日本語の名称", "its name in Japanese"),
    ("service", "en", "英語の名称", "its name in English"),
    ("service", "ceiling", "このサービスを通る最高の格付", "the highest label that goes through it"),
    ("service", "floor", "このサービスから来るものの最低の格付", "the lowest label of anything that comes through it"),
    ("service", "clearance", "単独で要求するときの取扱可能区分", "what it may handle by itself; without it, it may not ask by itself"),
    ("service", "undeclared", "宣言がない要求を、期限まで低く扱う", "a lower label for requests that declare none, until a date"),
    ("service", "conversation", "要求に会話ラベル（`Sekisho-Conversation`）または`new`を必須とするか", "whether its requests must bring a conversation's label (`Sekisho-Conversation`), or say `new`"),
    ("service", "ministries", "代理できる府省", "the ministries whose people it may speak for"),
    ("service", "certificates", "クライアント証明書の名", "names of its client certificates"),
    ("service", "keys", "発行した鍵で足りる", "a key that was issued to it is enough"),
    ("service", "contexts", "文脈トークンの署名方式", "algorithms of the context tokens that it signs"),

    ("service.undeclared", "level", "格付", "the label"),
    ("service.undeclared", "until", "期限", "from when on the policy's own counts again"),

    ("certificate", "person", "人を表す名の種類", "which kind of name it is"),

    ("grant", "id", "規則と記録で使う名", "what rules and records write"),
    ("grant", "ja", "日本語の名称", "its name in Japanese"),
    ("grant", "en", "英語の名称", "its name in English"),
    ("grant", "issuer", "クレームを保証する発行者", "the issuer that vouches for the claims"),
    ("grant", "service", "または、文脈で述べるサービス", "or the service that says them in its contexts"),
    ("grant", "certificate", "または、クライアント証明書", "or a client certificate"),
    ("grant", "claims", "必要なクレーム", "claims that must hold one of these values"),
    ("grant", "clearance", "取扱可能区分", "what its holders may handle"),
    ("grant", "ministry", "所属する府省", "the ministry that they belong to"),

    ("grant.claims", "*", "クレームと、認める値", "a claim, and the values that count"),

    ("access", "id", "記録と拒否の通知で使う名", "what records and refusals write"),
    ("access", "then", "認めるか、禁じるか", "permit or forbid; forbid wins"),
    ("access", "grants", "いずれかの資格を持つ人", "holders of any of these"),
    ("access", "services", "いずれかのサービス", "through any of these"),
    ("access", "ministries", "いずれかの府省の人", "people of any of these"),
    ("access", "models", "いずれかのモデル", "for any of these"),
    ("access", "levels", "いずれかの格付", "at any of these: a permit reaches up to a level, a forbid from one on"),
    ("access", "networks", "いずれかのネットワークから", "from any of these networks"),
    ("access", "except_networks", "ただし、これらを除く", "but not from these"),
    ("access", "hours", "この時間帯", "at these hours"),
    ("access", "begins", "この日から", "from this day on"),
    ("access", "ends", "この日まで（当日を含まない）", "before this day"),
    ("access", "mode", "施行するか、記録だけか", "in force, or only recorded"),
    ("access", "enforce_from", "記録だけの規則を施行する日", "the day from which a rule in shadow is in force"),
    ("access", "message", "禁じる理由", "why it is forbidden"),
    ("access", "next", "次にできること", "what the person can do next"),

    ("access.hours", "days", "曜日。なければ毎日", "days of the week; without it, every day"),
    ("access.hours", "from", "始まり", "the first minute"),
    ("access.hours", "to", "終わり（含まない）。始まり以前なら翌日まで", "the first minute after it; not after `from`, it lasts past midnight"),

    ("content", "id", "記録と拒否の通知で使う名", "what records and refusals write"),
    ("content", "categories", "対象の種類", "categories it is about, as `pii.*`"),
    ("content", "except", "対象から除く種類", "categories it is not about"),
    ("content", "confidence", "最低の確からしさ。なければ`low`", "the least confidence that counts; without it, `low`"),
    ("content", "direction", "入力、回答、または両方", "prompts, answers or both"),
    ("content", "voices", "誰の言葉か", "whose words"),
    ("content", "turn", "最新の発言か、それ以前か", "the newest turn, or earlier ones"),
    ("content", "ministries", "いずれかの府省の人", "people of any of these"),
    ("content", "levels", "いずれかの格付", "at any of these: `allow` reaches up to a level, `block` from one on"),
    ("content", "zones", "いずれかの環境、または承認の有無", "in any of these zones, or where an accreditation is in force or is not"),
    ("content", "at_least", "これだけ見つかったとき", "when so many are found; above 1 for `block` and `raise` alone"),
    ("content", "then", "許す、伏せる、止める、引き上げる", "allow, redact, block or raise; the strictest wins"),
    ("content", "to", "引き上げる先の格付", "the label that `raise` raises to"),
    ("content", "mode", "施行するか、記録だけか", "in force, or only recorded"),
    ("content", "enforce_from", "記録だけの規則を施行する日", "the day from which a rule in shadow is in force"),
    ("content", "ends", "許す規則の期限（当日を含まない）", "the day on which an `allow` ends"),
    ("content", "message", "理由", "why"),
    ("content", "next", "次にできること", "what the person can do next"),

    ("field", "id", "記録で使う名", "what records write"),
    ("field", "dialect", "通信の形式", "in bodies of this form"),
    ("field", "path", "項目の場所", "its keys from the outermost object on, with `[]` after each list"),
    ("field", "values", "認める値。なければ何でも", "the values that may stand there; without it, any"),
    ("field", "levels", "通してよい格付。なければすべて", "at which levels it passes, from the lowest on; without it, all"),

    ("quota", "id", "記録と拒否の通知で使う名", "what records and refusals write"),
    ("quota", "per", "人、サービス、府省のどれごとに数えるか", "who is counted"),
    ("quota", "exchanges", "回数", "how many exchanges are let pass"),
    ("quota", "every", "数え直すまでの時間", "in which time; it begins on the clock"),
    ("quota", "grants", "いずれかの資格を持つ人", "holders of any of these"),
    ("quota", "services", "いずれかのサービス", "through any of these"),
    ("quota", "ministries", "いずれかの府省の人", "people of any of these"),
    ("quota", "models", "いずれかのモデル", "for any of these"),
    ("quota", "mode", "施行するか、記録だけか", "in force, or only recorded"),
    ("quota", "enforce_from", "使えない（記録だけにするかどうかは`mode`で）", "not for quotas: `mode` says it"),
    ("quota", "message", "理由", "why"),
    ("quota", "next", "次にできること", "what the person can do next"),

    ("limits", "permit_s", "許可の有効期間（秒）", "how long a permit is good for, in seconds"),

    ("answers", "tool_arguments", "ツール呼び出しの引数の渡し方", "how arguments of tool calls are given"),

    ("test", "name", "この試験が示す文", "the sentence that it proves"),
    ("test", "issuer", "クレームを保証する発行者", "the issuer that vouches for the claims"),
    ("test", "certificate", "または、クライアント証明書", "or a client certificate"),
    ("test", "context", "または、サービスの文脈", "or the service, in its context"),
    ("test", "claims", "クレーム", "what is claimed"),
    ("test", "bound", "トークンが接続の証明書を示す", "the token names the certificate of its connection"),
    ("test", "grants", "クレームの代わりに資格", "grants instead of claims"),
    ("test", "service", "経由する、または単独のサービス", "the service that asks, for them or by itself"),
    ("test", "level", "宣言した格付。なければ宣言なし", "the declared label; without it, none"),
    ("test", "conversation", "持ち込まれた会話の格付、または`new`。なければ何もない", "the label that a conversation brings, or `new`; without it, nothing"),
    ("test", "recalled", "以前に見た文の格付。なければ見ていない", "the label of texts that were seen before; without it, none were"),
    ("test", "model", "モデル名", "the model asked for"),
    ("test", "text", "最新の発言", "the newest words"),
    ("test", "findings", "見つかったとみなすもの", "findings to assume in the prompt"),
    ("test", "earlier", "それ以前の発言", "words of earlier turns"),
    ("test", "answer", "回答", "the answer"),
    ("test", "answer_findings", "回答に見つかったとみなすもの", "findings to assume in the answer"),
    ("test", "at", "時点。なければ現在", "when; without it, now"),
    ("test", "from", "接続元のアドレス", "where the connection comes from; without it, from no network of any rule"),
    ("test", "used_up", "使い切った上限", "quotas that are used up"),
    ("test", "expect", "結果", "what comes out"),
    ("test", "reason", "拒否の理由", "why it is refused"),
    ("test", "rule", "拒否した規則", "the rule that refuses it"),
    ("test", "effective", "判定に使う格付", "the label that counts"),
    ("test", "zone", "最初の推論環境", "the zone that it goes to first"),
    ("test", "backend", "最初の接続先", "the backend that it goes to first"),
    ("test", "obligations", "見つかったものの扱い", "what becomes of findings"),
    ("test", "forwarded", "渡される文", "the text as it goes on"),
    ("test", "shadows", "施行されていれば適用された規則", "rules in shadow that would have applied"),

    ("test.claims", "*", "クレームと値", "a claim, and its values"),
    ("test.findings", "of", "検出規則または種類", "a detector rule, or a category"),
    ("test.findings", "count", "個数", "how many"),
    ("test.findings", "voice", "誰の言葉か", "whose words"),
    ("test.findings", "turn", "最新か、それ以前か", "the newest turn, or an earlier one"),
    ("test.findings", "confidence", "確からしさ", "how sure"),
    ("test.findings", "field", "ポリシーが挙げた項目", "the field of the policy's list that it is"),
    ("test.answer_findings", "of", "検出規則または種類", "a detector rule, or a category"),
    ("test.answer_findings", "count", "個数", "how many"),
    ("test.answer_findings", "voice", "誰の言葉か", "whose words"),
    ("test.answer_findings", "turn", "最新か、それ以前か", "the newest turn, or an earlier one"),
    ("test.answer_findings", "confidence", "確からしさ", "how sure"),
    ("test.answer_findings", "field", "ポリシーが挙げた項目", "the field of the policy's list that it is"),
    ("test.obligations", "*", "検出規則または種類と、その扱い", "a rule or category, and what becomes of it"),
];
