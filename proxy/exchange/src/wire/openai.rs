//! OpenAI Chat Completions (POST /v1/chat/completions, as openai-python 3.54.0 types it, and the reasoning fields of
//! vLLM and DeepSeek). Server-side tools are unknown tool types here, so policy decides about each exchange.

use sekisho_policies::{Opaque, Voice};

use super::shape::Shape::{
    self, Arguments, Conversation, Data, Dropped, Either, Flag, Flow, Foreign, Id, List, Map, Name, Number,
    Object, Said, Steers, Tag, Tagged, Text, Word,
};
use super::shape::{FIELD, Media};

/// The member of `metadata` that declares the level.
pub(crate) const LEVEL_KEY: &str = "confidentiality_level";

/// Largest harmless count of tokens.
const TOKENS_MAX: f64 = 10_000_000.0;

/// The request's body.
pub(crate) static REQUEST: Shape = Object(&[
    ("model", Name),
    ("messages", Conversation(&MESSAGE)),
    // What steers.
    ("store", Steers(&["false"])),
    ("web_search_options", Steers(&[])),
    ("moderation", Steers(&[])),
    ("prompt_cache_retention", Steers(&["in-memory", "in_memory"])),
    ("modalities", List(&Word(&["text"]))),
    ("audio", Steers(&[])),
    // What it may do with tools.
    ("tools", Said(Voice::Tool, &List(&TOOL))),
    ("functions", Said(Voice::Tool, &List(&FUNCTION))),
    ("tool_choice", Either(&[Word(&["none", "auto", "required"]), TOOL_CHOICE])),
    ("function_call", Either(&[Word(&["none", "auto"]), NAMED])),
    ("parallel_tool_calls", Flag),
    // How the answer comes and looks.
    ("stream", Flag),
    ("stream_options", Object(&[("include_usage", Flag), ("include_obfuscation", Flag)])),
    ("response_format", RESPONSE_FORMAT),
    ("prediction", Object(&[("type", Word(&["content"])), ("content", Either(&[Text, List(&PART)]))])),
    ("stop", Either(&[Text, List(&Text)])),
    ("verbosity", Word(&["low", "medium", "high"])),
    ("reasoning_effort", Word(&["none", "minimal", "low", "medium", "high", "xhigh", "max"])),
    // Numbers.
    ("n", Number(1.0, 128.0)),
    ("seed", Number(0.0, 4_294_967_295.0)),
    ("temperature", Number(0.0, 2.0)),
    ("top_p", Number(0.0, 1.0)),
    ("frequency_penalty", Number(-2.0, 2.0)),
    ("presence_penalty", Number(-2.0, 2.0)),
    ("max_tokens", Number(1.0, TOKENS_MAX)),
    ("max_completion_tokens", Number(1.0, TOKENS_MAX)),
    ("logit_bias", Map(&[], &Number(-100.0, 100.0))),
    // They would repeat the answer token by token.
    ("logprobs", Dropped),
    ("top_logprobs", Dropped),
    // Tags and tariffs.
    ("service_tier", Word(&["auto", "default", "flex", "scale", "priority"])),
    ("metadata", Map(&[(LEVEL_KEY, Dropped)], &Text)),
    ("user", Tag),
    ("safety_identifier", Tag),
    ("prompt_cache_key", Tag),
]);

static MESSAGE: Shape = Object(&[
    ("role", Word(&["system", "developer", "user", "assistant", "tool", "function"])),
    ("content", Either(&[Text, List(&PART)])),
    ("name", Name),
    ("refusal", Text),
    ("tool_calls", List(&TOOL_CALL)),
    ("function_call", CALL),
    ("tool_call_id", Id),
    // An answer that the vendor has kept: the proxy never sees what it says.
    ("audio", Steers(&[])),
    // Clients send back what an answer gave them.
    ("annotations", Data),
    ("reasoning_content", Text),
    ("reasoning", Text),
]);

static PART: Shape = Tagged(
    &[
        ("text", Object(&[("type", Name), ("text", Text)])),
        ("refusal", Object(&[("type", Name), ("refusal", Text)])),
        ("image_url", Object(&[("type", Name), ("image_url", IMAGE)])),
        ("input_audio", Object(&[("type", Name), ("input_audio", SOUND)])),
        ("file", Object(&[("type", Name), ("file", FILE)])),
    ],
    FIELD,
);

const IMAGE: Shape =
    Object(&[("url", Shape::Media(Media::ImageUrl)), ("detail", Word(&["auto", "low", "high", "original"]))]);
const SOUND: Shape = Object(&[("data", Shape::Media(Media::Sound)), ("format", Word(&["wav", "mp3"]))]);
const FILE: Shape =
    Object(&[("file_data", Shape::Media(Media::Document)), ("file_id", Steers(&[])), ("filename", Text)]);

static TOOL_CALL: Shape = Tagged(
    &[
        (
            "function",
            Object(&[("type", Name), ("id", Id), ("index", Number(0.0, 10_000.0)), ("function", CALL)]),
        ),
        (
            "custom",
            Object(&[("type", Name), ("id", Id), ("index", Number(0.0, 10_000.0)), ("custom", CUSTOM_CALL)]),
        ),
    ],
    FIELD,
);
const CALL: Shape = Object(&[("name", Name), ("arguments", Text)]);
const CUSTOM_CALL: Shape = Object(&[("name", Name), ("input", Text)]);

static TOOL: Shape = Tagged(
    &[
        ("function", Object(&[("type", Name), ("function", FUNCTION)])),
        ("custom", Object(&[("type", Name), ("custom", CUSTOM_TOOL)])),
    ],
    &Shape::Unknown(Opaque::Tool),
);
const FUNCTION: Shape =
    Object(&[("name", Name), ("description", Text), ("parameters", Data), ("strict", Flag)]);
const CUSTOM_TOOL: Shape = Object(&[("name", Name), ("description", Text), ("format", Data)]);

const NAMED: Shape = Object(&[("name", Name)]);
const TOOL_CHOICE: Shape = Tagged(
    &[
        ("function", Object(&[("type", Name), ("function", NAMED)])),
        ("custom", Object(&[("type", Name), ("custom", NAMED)])),
        (
            "allowed_tools",
            Object(&[
                ("type", Name),
                ("allowed_tools", Object(&[("mode", Word(&["auto", "required"])), ("tools", Data)])),
            ]),
        ),
    ],
    FIELD,
);
const RESPONSE_FORMAT: Shape = Tagged(
    &[
        ("text", Object(&[("type", Name)])),
        ("json_object", Object(&[("type", Name)])),
        ("json_schema", Object(&[("type", Name), ("json_schema", SCHEMA)])),
    ],
    FIELD,
);
const SCHEMA: Shape = Object(&[("name", Name), ("description", Text), ("schema", Data), ("strict", Flag)]);

/// The answer's body.
pub(crate) static ANSWER: Shape = Object(&[
    ("id", Id),
    ("object", Name),
    ("created", Number(0.0, 9_999_999_999.0)),
    ("model", Name),
    ("choices", Said(Voice::Assistant, &List(&CHOICE))),
    ("usage", USAGE),
    ("system_fingerprint", Id),
    ("service_tier", Name),
]);

static CHOICE: Shape = Object(&[
    ("index", Number(0.0, 10_000.0)),
    ("message", ANSWER_MESSAGE),
    ("finish_reason", Name),
    ("logprobs", Dropped),
    ("stop_reason", Either(&[Text, Number(0.0, TOKENS_MAX)])),
]);
const ANSWER_MESSAGE: Shape = Object(&[
    ("role", Name),
    ("content", Either(&[Text, List(&PART)])),
    ("refusal", Text),
    ("tool_calls", List(&TOOL_CALL)),
    ("function_call", CALL),
    ("reasoning_content", Text),
    ("reasoning", Text),
    ("annotations", Data),
    (
        "audio",
        Object(&[
            ("id", Id),
            ("data", Shape::Media(Media::Sound)),
            ("transcript", Text),
            ("expires_at", Number(0.0, 9_999_999_999.0)),
        ]),
    ),
]);
const USAGE: Shape = Object(&[
    ("prompt_tokens", TOKENS),
    ("completion_tokens", TOKENS),
    ("total_tokens", TOKENS),
    ("prompt_tokens_details", Map(&[], &TOKENS)),
    ("completion_tokens_details", Map(&[], &TOKENS)),
]);
const TOKENS: Shape = Number(0.0, TOKENS_MAX);

/// One event of a streamed answer (`chat.completion.chunk`), with what vLLM and Azure add.
pub(crate) static CHUNK: Shape = Map(
    &[
        ("id", Id),
        ("object", Name),
        ("created", Number(0.0, 9_999_999_999.0)),
        ("model", Name),
        ("choices", Said(Voice::Assistant, &List(&CHUNK_CHOICE))),
        ("usage", USAGE),
        ("system_fingerprint", Id),
        ("service_tier", Name),
        // Padding against who measures lengths; it would not fit what is left of a delta.
        ("obfuscation", Dropped),
        ("prompt_filter_results", List(&Map(&[("content_filter_results", FILTERS)], &Foreign))),
    ],
    &Foreign,
);

static CHUNK_CHOICE: Shape = Map(
    &[
        ("index", Number(0.0, 10_000.0)),
        ("delta", DELTA),
        ("finish_reason", Name),
        ("logprobs", Dropped),
        ("stop_reason", Either(&[Name, Number(0.0, TOKENS_MAX)])),
        ("content_filter_results", FILTERS),
    ],
    &Foreign,
);
/// Whatever stands in a delta that no table names is taken for words that go on from event to event.
const DELTA: Shape = Map(
    &[
        ("role", Name),
        ("content", Flow),
        ("refusal", Flow),
        ("reasoning_content", Flow),
        ("reasoning", Flow),
        ("tool_calls", List(&PIECE_OF_TOOL_CALL)),
        ("function_call", Map(&[("name", Name), ("arguments", Arguments)], &Flow)),
        ("audio", Map(AUDIO_PIECE, &Flow)),
    ],
    &Flow,
);
const AUDIO_PIECE: &[(&str, Shape)] = &[
    ("id", Id),
    ("data", Shape::Media(Media::Sound)),
    ("transcript", Flow),
    ("expires_at", Number(0.0, 9_999_999_999.0)),
];
/// Only its first piece says which call it is.
static PIECE_OF_TOOL_CALL: Shape = Map(
    &[
        ("index", Number(0.0, 10_000.0)),
        ("id", Id),
        ("type", Name),
        ("function", Map(&[("name", Name), ("arguments", Arguments)], &Flow)),
        ("custom", Map(&[("name", Name), ("input", Arguments)], &Flow)),
    ],
    &Flow,
);
const FILTERS: Shape =
    Map(&[], &Map(&[("filtered", Flag), ("detected", Flag), ("severity", Name)], &Foreign));
