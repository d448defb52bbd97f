//! What steers, what is no text, what is signed: each beside the nearest that passes.

use super::*;

/// What becomes of a body at Level 2: the code of its refusal, or `cleared`.
fn check(how: Ask<'_>, body: &str, expect: &str) {
    assert_eq!(refused(how, body), expect, "{body}");
}

#[test]
fn fields_that_steer_are_refused_and_those_that_only_tune_pass() {
    let with = |field: &str| says("hello").replacen('{', &format!("{{{field},"), 1);
    for field in [
        r#""inferenceConfig":{"maxTokens":16384,"temperature":0,"topP":0.9,"stopSequences":["終"]}"#,
        r#""performanceConfig":{"latency":"standard"}"#,
        r#""serviceTier":{"type":"default"}"#,
        r#""additionalModelRequestFields":{"top_k":5,"thinking":{"type":"enabled","budget_tokens":1024}}"#,
        r#""system":[{"text":"a"},{"cachePoint":{"type":"default","ttl":"5m"}}]"#,
        r#""toolConfig":{"tools":[{"toolSpec":{"name":"n","inputSchema":{"json":{}}}}],"toolChoice":{"auto":{}}}"#,
        r#""outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\"}","name":"n"}}}}"#,
        r#""requestMetadata":{"confidentiality_level":"2"}"#,
    ] {
        check(CONVERSE, &with(field), "cleared");
    }
    for field in [
        r#""performanceConfig":{"latency":"optimized"}"#,
        r#""serviceTier":{"type":"flex"}"#,
        r#""additionalModelRequestFields":{"anthropic_beta":["computer-use"]}"#,
        r#""additionalModelRequestFields":{"tools":[{"type":"web_search_20250305","name":"w"}]}"#,
        r#""guardrailConfig":{"guardrailIdentifier":"gr-1","guardrailVersion":"1"}"#,
        r#""requestMetadata":{"project":"x"}"#,
        r#""promptVariables":{"a":{"other":"b"}}"#,
        r#""toolConfig":{"tools":[{"systemTool":{"name":"nova_grounding"}}]}"#,
        r#""toolConfig":{"tools":[{"cachePoint":{"type":"persistent"}}]}"#,
        r#""newField":true"#,
    ] {
        check(CONVERSE, &with(field), "opaque");
    }
}

#[test]
fn what_a_backend_would_fetch_is_refused() {
    for block in [
        r#"{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/k"}}}}"#,
        r#"{"document":{"format":"pdf","name":"n","source":{"s3Location":{"uri":"s3://b/k"}}}}"#,
        r#"{"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://b/k"}}}}"#,
        r#"{"toolUse":{"toolUseId":"t","name":"n","input":{},"type":"server_tool_use"}}"#,
        r#"{"image":{"format":"png","source":{"bytes":"iVBORw0KGgoAAAAN"}}}"#,
        r#"{"document":{"format":"pdf","name":"n","source":{"bytes":"JVBERi0xLjcK"}}}"#,
        r#"{"toolAddition":{"toolSpec":{}}}"#,
    ] {
        check(CONVERSE, &converse(block), "opaque");
    }
    check(
        CONVERSE,
        &converse(r#"{"document":{"format":"txt","name":"n","source":{"text":"本文"}}}"#),
        "cleared",
    );
}

#[test]
fn native_bodies_are_known_by_the_model() {
    let claude = |more: &str| {
        format!(
            r#"{{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,{more}"messages":[{{"role":"user","content":"hello"}}]}}"#
        )
    };
    let invoke = at("/model/claude/invoke");
    check(invoke, &claude(""), "cleared");
    check(invoke, &claude(r#""tools":[{"name":"n","input_schema":{"type":"object"}}],"#), "cleared");
    check(invoke, &claude(r#""tools":[{"type":"custom","name":"n","input_schema":{}}],"#), "cleared");
    for more in [
        r#""tools":[{"type":"web_search_20250305","name":"web_search"}],"#,
        r#""mcp_servers":[{"type":"url","url":"https://e.example"}],"#,
        r#""anthropic_beta":["code-execution"],"#,
        r#""container":"c-1","#,
        r#""thinking":{"type":"new"},"#,
        r#""unheard_of":1,"#,
    ] {
        check(invoke, &claude(more), "opaque");
    }
    let nova = at("/model/amazon.nova-lite-v1%3A0/invoke");
    check(nova, &says("hello").replacen('{', r#"{"schemaVersion":"messages-v1","#, 1), "cleared");
    check(nova, &claude(""), "opaque");
}

#[test]
fn of_a_model_that_nobody_describes_every_field_is_unknown_and_every_string_is_read() {
    let other =
        |level| Ask { target: "/model/stability.sd3-large-v1%3A0/invoke", header: Some(level), ..AT_1 };
    // The policy lets unknown fields pass at Level 1.
    assert_eq!(
        cleared(other("1"), &format!(r#"{{"a":{{"b":["{KEY}"]}}}}"#)),
        r#"{"a":{"b":["[secret.cloud:1]"]}}"#
    );
    check(other("1"), r#"{"a":"4111 1111 1111 1111"}"#, "content");
    check(other("2"), r#"{"a":"b"}"#, "no-zone");
}

#[test]
fn counting_and_guardrails_are_read_like_prompts() {
    let count = at("/model/claude/count-tokens");
    let body = |text: &str| format!(r#"{{"input":{{"converse":{}}}}}"#, says(text));
    assert_eq!(cleared(count, &body(KEY)), body("[secret.cloud:1]"));
    check(count, &body("4111 1111 1111 1111"), "content");
    check(count, r#"{"input":{"other":{}}}"#, "opaque");
    check(at("/guardrail/gr-1/version/1/apply"), r#"{"source":"INPUT","content":[]}"#, "unknown-model");
}

const SIGNED: &str = r#"{"reasoningContent":{"reasoningText":{"text":"TEXT","signature":"c2ln"}}}"#;

#[test]
fn signed_reasoning_stays_as_it_is_or_refuses() {
    let turn = |text: &str| {
        let block = SIGNED.replace("TEXT", text);
        format!(
            r#"{{"messages":[{{"role":"user","content":[{{"text":"a"}}]}},{{"role":"assistant","content":[{block},{{"text":"b"}}]}},{{"role":"user","content":[{{"text":"c"}}]}}]}}"#
        )
    };
    assert_eq!(cleared(CONVERSE, &turn("考え")), turn("考え"));
    check(CONVERSE, &turn(KEY), "not-removable");
    let answered = |text: &str| {
        let block = SIGNED.replace("TEXT", text);
        let body = format!(
            r#"{{"output":{{"message":{{"role":"assistant","content":[{block}]}}}},"stopReason":"end_turn"}}"#
        );
        answer(CONVERSE, 200, &body).map(|_| ()).map_err(|told| told.refusal.code())
    };
    assert_eq!(answered("考え"), Ok(()));
    assert_eq!(answered(KEY), Err("answer-not-removable"));
}

#[test]
fn signed_reasoning_goes_whole_where_policy_says_so_but_leaves_no_message_empty() {
    let turn = |blocks: &str| {
        format!(
            r#"{{"messages":[{{"role":"user","content":[{{"text":"a"}}]}},{{"role":"assistant","content":[{blocks}]}},{{"role":"user","content":[{{"text":"c"}}]}}]}}"#
        )
    };
    let (dirty, clean) = (SIGNED.replace("TEXT", KEY), SIGNED.replace("TEXT", "考え"));
    let sent = |blocks: &str| {
        let asked = ask_under(&DROPPING, CONVERSE, &turn(blocks));
        asked
            .map(|(cleared, _)| String::from_utf8(cleared.into_body()).unwrap())
            .map_err(|told| told.refusal.code())
    };
    assert_eq!(sent(&format!(r#"{dirty},{{"text":"b"}}"#)), Ok(turn(r#"{"text":"b"}"#)));
    assert_eq!(sent(&format!(r#"{{"text":"b"}}, {dirty}"#)), Ok(turn(r#"{"text":"b"}"#)));
    assert_eq!(sent(&format!(r#"{clean},{{"text":"b"}}"#)), Ok(turn(&format!(r#"{clean},{{"text":"b"}}"#))));
    assert_eq!(sent(&dirty), Err("not-removable"));
    // What blocks, blocks here too.
    assert_eq!(
        sent(&format!(r#"{},{{"text":"b"}}"#, SIGNED.replace("TEXT", "4111 1111 1111 1111"))),
        Err("content")
    );
    let (_, passage) = ask_under(&DROPPING, CONVERSE, &says("hello")).map_err(|told| told.refusal).unwrap();
    let body =
        format!(r#"{{"output":{{"message":{{"role":"assistant","content":[{dirty},{{"text":"b"}}]}}}}}}"#);
    let received = Received::new(200, Some("application/json"), body.into_bytes());
    let (reply, completion) = answered(passage, received).map_err(|told| told.refusal).unwrap();
    assert_eq!(text(&reply), r#"{"output":{"message":{"role":"assistant","content":[{"text":"b"}]}}}"#);
    assert_eq!(completion.obligations.len(), 1);
}
