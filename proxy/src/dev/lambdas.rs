//! The part of the tour that GENAI's own Lambdas play: its chat asks Amazon Bedrock (hop A), its screens ask business
//! applications (hop B).

use super::scene::{Both, CLOUD_KEY, Place, Promise, Scene, Which, Who};

/// In order.
pub const LAMBDAS: &[Scene] = &[
    Scene {
        title: Both {
            ja: "源内のチャットは、国内で計算するモデルに機密性２を送れる",
            en: "GENAI's chat sends Level 2 to a model that is computed in Japan",
        },
        who: Who::ChatLambda,
        level: "2",
        model: Which::BedrockInJapan,
        says: "公開前の資料の要点を挙げてください",
        promise: Promise::Streamed {
            place: Place::Government,
            hidden: "",
            told: "公開前の資料の要点を挙げてください",
        },
        why: Both {
            ja: "「jp.」のモデルは東京か大阪で計算され、その環境は機密性２に承認されています",
            en: "models under `jp.` are computed in Tokyo or Osaka, and that zone is approved for Level 2",
        },
    },
    Scene {
        title: Both {
            ja: "どこで計算されるか分からないモデルには送らない",
            en: "but not to one that may be computed anywhere",
        },
        who: Who::ChatLambda,
        level: "2",
        model: Which::BedrockAnywhere,
        says: "公開前の資料の要点を挙げてください",
        promise: Promise::Refused,
        why: Both {
            ja: "「global.」のモデルは、宛先が同じでも国外で計算されることがあります",
            en: "models under `global.` may leave the country, though they are asked at the same address",
        },
    },
    Scene {
        title: Both {
            ja: "フレームにまたがる秘密も渡さない",
            en: "a secret that is cut over frames is kept back",
        },
        who: Who::ChatLambda,
        level: "2",
        model: Which::BedrockInJapan,
        says: "dev:utter aws-key",
        promise: Promise::Streamed {
            place: Place::Government,
            hidden: CLOUD_KEY,
            told: "キーは[secret.cloud:1]です。",
        },
        why: Both {
            ja: "AWSのイベントストリームでも、鍵かもしれない間は一文字も渡されません",
            en: "in AWS's event streams, too, nothing goes on while it could be a key",
        },
    },
    Scene {
        title: Both {
            ja: "アプリの画面で選んだ格付が、そのまま申告になる",
            en: "the level that is chosen in an application's form is the one that is declared",
        },
        who: Who::AppLambda,
        level: "2",
        model: Which::Application,
        says: "打合せの記録を議事録にしてください",
        promise: Promise::Answered(Place::Government),
        why: Both {
            ja: "必須の選択項目「機密性２情報」を関所が読み、アプリには渡しません",
            en: "the gate reads the required select 機密性２情報, and the application does not get it",
        },
    },
    Scene {
        title: Both {
            ja: "止めた理由はアプリの画面に出る",
            en: "why it was refused stands on the application's screen",
        },
        who: Who::AppLambda,
        level: "2",
        model: Which::Application,
        says: "番号は123456789018です。名簿にしてください",
        promise: Promise::Shown,
        why: Both {
            ja: "画面は`outputs`しか表示しないため、拒否も200の`outputs`で伝え、記録には拒否と残します",
            en: "the screen shows `outputs` alone, so it is told there with 200, and recorded as the refusal it is",
        },
    },
];
