//! What people play in the tour: the exchanges that a person would meet, each with what is promised about it.

use super::people::Person;
use super::scene::{Both, CLOUD_KEY, Place, Promise, Scene, Which, Who};

/// A number with a right check digit that belongs to nobody.
const MY_NUMBER: &str = "123456789018";

/// In order.
pub const STORY: &[Scene] = &[
    Scene {
        title: Both { ja: "ふつうの依頼は通る", en: "an ordinary request passes" },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::Both,
        says: "こんにちは、議事録の要約をお願いします",
        promise: Promise::Answered(Place::Government),
        why: Both {
            ja: "職員は機密性２まで扱え、承認された推論環境だけに送られます",
            en: "the official is cleared to Level 2, and it goes to an approved zone alone",
        },
    },
    Scene {
        title: Both {
            ja: "クラウドの鍵は伏せて送る", en: "a cloud key is hidden from the backend"
        },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::Both,
        says: concat!("このキーはなぜ拒否されますか：", "AKIA", "RZPUZDIKABNBHR4I"),
        promise: Promise::Redacted(CLOUD_KEY),
        why: Both {
            ja: "クラウドの鍵は目印に置き換えられ、ほかの文はそのまま届きます",
            en: "a placeholder stands for the key, and the rest arrives as it was written",
        },
    },
    Scene {
        title: Both {
            ja: "マイナンバーを含む依頼は止める", en: "a request with a My Number is stopped"
        },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::Both,
        says: "番号は123456789018です。台帳に転記してください",
        promise: Promise::Refused,
        why: Both {
            ja: "個人番号は、どの推論環境にも送られません",
            en: "an individual number goes to no backend at all",
        },
    },
    Scene {
        title: Both {
            ja: "宣言より高い表示があれば引き上げる",
            en: "a marking above the declared level raises it",
        },
        who: Who::Person(Person::Official),
        level: "1",
        model: Which::Both,
        says: "【機密性２情報】打合せの記録。要約してください。",
        promise: Promise::Raised("2", Place::Government),
        why: Both {
            ja: "宣言は機密性１でも、表示のとおり機密性２として承認された環境だけに送られます",
            en: "Level 1 was declared, but it is handled as the marking says, in the approved zone alone",
        },
    },
    Scene {
        title: Both {
            ja: "機密性３の表示があれば、何と宣言しても通さない",
            en: "a Level 3 marking does not pass, whatever was declared",
        },
        who: Who::Person(Person::Official),
        level: "1",
        model: Which::Both,
        says: "【機密性３情報】大臣説明資料。要約してください。",
        promise: Promise::Refused,
        why: Both {
            ja: "宣言は機密性１でしたが、表示は機密性３で、承認された環境がありません",
            en: "Level 1 was declared, but the text is marked Level 3, and no zone is approved for that",
        },
    },
    Scene {
        title: Both { ja: "機密性１は商用モデルへ", en: "Level 1 goes to the commercial model" },
        who: Who::Person(Person::Official),
        level: "1",
        model: Which::Both,
        says: "公開資料の見出しを三つ考えてください",
        promise: Promise::Answered(Place::Commercial),
        why: Both {
            ja: "同じモデル名でも、機密性１では商用の推論環境が選ばれます",
            en: "by that name, Level 1 is computed in the commercial zone",
        },
    },
    Scene {
        title: Both {
            ja: "同じ名前でも機密性２は国内モデルへ",
            en: "by the same name, Level 2 goes to the domestic model",
        },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::Both,
        says: "公開前の資料の見出しを三つ考えてください",
        promise: Promise::Answered(Place::Government),
        why: Both {
            ja: "機密性２を扱えるのは、承認された推論環境だけです",
            en: "only an approved zone may compute Level 2",
        },
    },
    Scene {
        title: Both {
            ja: "承認された環境のないモデルに機密性２は送らない",
            en: "Level 2 with no approved zone is refused",
        },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::CommercialOnly,
        says: "公開前の資料の見出しを三つ考えてください",
        promise: Promise::Refused,
        why: Both {
            ja: "このモデルは商用の推論環境にしかありません",
            en: "that model is served from commercial zones alone",
        },
    },
    Scene {
        title: Both {
            ja: "回答に現れた秘密は渡さない", en: "a secret in an answer is kept back"
        },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::Both,
        says: "dev:utter aws-key",
        promise: Promise::Cut(CLOUD_KEY),
        why: Both {
            ja: "依頼になかった鍵をモデルが出しましたが、手前で取り除かれました",
            en: "the model uttered a key that nobody had sent; it was taken out on the way back",
        },
    },
    Scene {
        title: Both {
            ja: "回答に現れたマイナンバーも渡さない", en: "so is a My Number in an answer"
        },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::Both,
        says: "dev:utter my-number",
        promise: Promise::Cut(MY_NUMBER),
        why: Both {
            ja: "回答も、依頼と同じように検査されます", en: "answers are inspected as requests are"
        },
    },
    Scene {
        title: Both { ja: "回答は届いたそばから流れる", en: "an answer streams as it comes" },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::Both,
        says: "会議の要点を三つ挙げてください",
        promise: Promise::Streamed {
            place: Place::Government,
            hidden: "",
            told: "会議の要点を三つ挙げてください",
        },
        why: Both {
            ja: "後に続く文字で結果が変わらないことが確かになった分から、すぐに渡されます",
            en: "whatever nothing that follows could change goes on at once",
        },
    },
    Scene {
        title: Both {
            ja: "途中で切れて届いた秘密も渡さない",
            en: "a secret that is cut over chunks is kept back",
        },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::Both,
        says: "dev:utter aws-key",
        promise: Promise::Streamed {
            place: Place::Government,
            hidden: CLOUD_KEY,
            told: "キーは[secret.cloud:1]です。",
        },
        why: Both {
            ja: "鍵は三文字ずつ届きましたが、鍵かもしれない間は一文字も渡されません",
            en: "the key came three characters at a time, and none of them went on while they could be one",
        },
    },
    Scene {
        title: Both {
            ja: "途中で機密性３の表示が現れたら、そこで止める",
            en: "a Level 3 marking in mid-stream ends it there",
        },
        who: Who::Person(Person::Official),
        level: "2",
        model: Which::Both,
        says: "dev:utter late-marking-3",
        promise: Promise::BrokenOff { told: "要約は次のとおりです。\n", hidden: "本件" },
        why: Both {
            ja: "表示の前までは流れ、表示から先はエラーに置き換わりました",
            en: "what came before the marking had passed; an error took the place of the rest",
        },
    },
    Scene {
        title: Both { ja: "契約職員は機密性１まで", en: "the contractor asks at Level 1" },
        who: Who::Person(Person::Contractor),
        level: "1",
        model: Which::Both,
        says: "公開資料の要約をお願いします",
        promise: Promise::Answered(Place::Commercial),
        why: Both {
            ja: "契約職員は機密性１まで扱えます", en: "the contractor is cleared to Level 1"
        },
    },
    Scene {
        title: Both {
            ja: "契約職員の機密性２は通さない", en: "the contractor is refused at Level 2"
        },
        who: Who::Person(Person::Contractor),
        level: "2",
        model: Which::Both,
        says: "公開前の資料の要約をお願いします",
        promise: Promise::Refused,
        why: Both {
            ja: "機密性２を扱う資格がありません",
            en: "nothing in the contractor's token gives a clearance for Level 2",
        },
    },
    Scene {
        title: Both { ja: "知らない人は通さない", en: "the stranger is refused" },
        who: Who::Person(Person::Stranger),
        level: "1",
        model: Which::Both,
        says: "通してください",
        promise: Promise::Refused,
        why: Both {
            ja: "署名は正しくても、ポリシーが知る資格が一つもありません",
            en: "the token is well signed, but the policy knows none of its claims",
        },
    },
];
