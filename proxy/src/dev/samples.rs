//! What a scripted backend says when it is told `dev:utter NAME`: texts that never stood in the prompt.

use serde_json::{Value, json};

/// What a backend says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// Words.
    Text(String),
    /// A call of one of the tools that the prompt offers.
    Call {
        /// The tool.
        name: String,
        /// JSON.
        arguments: String,
    },
}

/// The answer to somebody's last words. `dev:call TEXT` calls the first tool of the prompt, if there is one, with that text,
/// or with the sample of that name.
pub fn reply(last: &str, tool: Option<&str>) -> Said {
    let last = last.trim();
    match (last.strip_prefix("dev:call"), tool) {
        (Some(text), Some(tool)) => {
            let text = text.trim();
            let text = sample(text).unwrap_or_else(|| text.to_owned());
            Said::Call { name: tool.to_owned(), arguments: json!({ "text": text }).to_string() }
        }
        _ => {
            let uttered = last.strip_prefix("dev:utter ").and_then(|name| sample(name.trim()));
            Said::Text(uttered.unwrap_or_else(|| last.to_owned()))
        }
    }
}

/// The content of the last message of the role `user`: the string, or its text parts joined, as OpenAI, Converse and Claude
/// have them alike.
pub fn last_words(prompt: &Value) -> String {
    let messages = prompt.get("messages").and_then(Value::as_array);
    let user = |message: &&Value| message.get("role").and_then(Value::as_str) == Some("user");
    match messages.and_then(|list| list.iter().rev().find(user)).and_then(|message| message.get("content")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
        }
        _ => String::new(),
    }
}

fn sample(name: &str) -> Option<String> {
    let text = match name {
        "clean" => "本日の議事は以上です。",
        "my-number" => "番号は123456789018です。",
        // In two pieces, so that no scanner takes this file for a leak. The key belongs to nobody.
        "aws-key" => concat!("キーはAKIA", "RZPUZDIKABNBHR4I", "です。"),
        "marking-3" => "【機密性３情報】本件の詳細",
        "late-marking-3" => "要約は次のとおりです。\n【機密性３情報】\n本件の詳細",
        "long" => {
            return Some("議事は順に進められ、各課の報告のあと、質疑に移りました。\n".repeat(LONG_LINES));
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// Lines of the sample `long`: about 42 kB.
const LONG_LINES: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backend_repeats_what_it_is_told_or_utters_a_sample() {
        let text = |said: &str| match reply(said, None) {
            Said::Text(text) => text,
            Said::Call { .. } => panic!("nothing is called without a tool"),
        };
        let check = |said: &str, expect: &str| assert_eq!(text(said), expect);
        check("こんにちは", "こんにちは");
        check("dev:utter clean", "本日の議事は以上です。");
        check("dev:utter my-number\n", "番号は123456789018です。");
        check("dev:utter marking-3", "【機密性３情報】本件の詳細");
        check("dev:utter nothing-known", "dev:utter nothing-known");
        check("dev:call x", "dev:call x");
        assert!(text("dev:utter aws-key").starts_with("キーはAKIA"));
        assert!(text("dev:utter long").len() > 40_000);
    }

    #[test]
    fn the_first_tool_is_called_if_there_is_one() {
        let call = |arguments: &str| Said::Call { name: "find".to_owned(), arguments: arguments.to_owned() };
        assert_eq!(reply("dev:call 東京", Some("find")), call("{\"text\":\"東京\"}"));
        assert_eq!(reply("dev:call clean", Some("find")), call("{\"text\":\"本日の議事は以上です。\"}"));
        assert_eq!(reply("東京", Some("find")), Said::Text("東京".to_owned()));
    }

    #[test]
    fn the_last_words_of_the_person_are_found_in_every_form() {
        let talk = json!([{ "role": "user", "content": "一" }, { "role": "assistant", "content": "二" }]);
        assert_eq!(last_words(&json!({ "messages": talk })), "一");
        let openai = json!([{ "type": "text", "text": "議事" }, { "type": "text", "text": "録" }]);
        let converse = json!([{ "text": "議事" }, { "text": "録" }, { "cachePoint": { "type": "default" } }]);
        for parts in [openai, converse] {
            assert_eq!(last_words(&json!({ "messages": [{ "role": "user", "content": parts }] })), "議事録");
        }
        assert_eq!(last_words(&json!({})), "");
    }
}
