//! Anthropic Messages, as Amazon Bedrock takes it for InvokeModel (anthropic-python 2.12.0 types it): `model` and `stream`
//! stand in the path there, and `anthropic_version` in the body.

use sekisho_policies::{Opaque, Voice};

use super::shape::Shape::{
    self, Arguments, Conversation, Data, Dropped, Either, Flag, Flow, Foreign, Id, List, Map, Name, Number,
    Object, Said, Signed, Steers, Tag, Tagged, Text, Withheld, Word,
};
use super::shape::{FIELD, Media, same};

const TOKENS_MAX: f64 = 10_000_000.0;
const TOKENS: Shape = Number(0.0, TOKENS_MAX);

/// The request's body.
pub(crate) static REQUEST: Shape = Object(&[
    ("anthropic_version", Name),
    ("messages", Conversation(&MESSAGE)),
    ("system", Said(Voice::System, &Either(&[Text, List(&BLOCK)]))),
    ("max_tokens", Number(0.0, TOKENS_MAX)),
    ("temperature", Number(0.0, 1.0)),
    ("top_p", Number(0.0, 1.0)),
    ("top_k", Number(0.0, 1_000.0)),
    ("stop_sequences", List(&Text)),
    (
        "thinking",
        Object(&[
            ("type", Word(&["enabled", "disabled", "adaptive"])),
            ("budget_tokens", TOKENS),
            ("display", Word(&["summarized", "omitted"])),
        ]),
    ),
    ("tools", Said(Voice::Tool, &List(&TOOL))),
    (
        "tool_choice",
        Object(&[
            ("type", Word(&["auto", "any", "tool", "none"])),
            ("name", Name),
            ("disable_parallel_tool_use", Flag),
        ]),
    ),
    (
        "output_config",
        Object(&[
            ("effort", Word(&["low", "medium", "high", "max"])),
            ("format", Object(&[("type", Word(&["json_schema"])), ("schema", Data)])),
        ]),
    ),
    // What steers: what a beta does is not known, servers are asked, files and state are kept.
    ("anthropic_beta", Steers(&[])),
    ("mcp_servers", Steers(&[])),
    ("container", Steers(&[])),
    ("context_management", Steers(&[])),
    ("metadata", Object(&[("user_id", Tag)])),
    ("service_tier", Steers(&["auto", "standard_only"])),
]);

static MESSAGE: Shape =
    Object(&[("role", Word(&["user", "assistant"])), ("content", Either(&[Text, List(&BLOCK)]))]);
const CACHE: Shape = Object(&[("type", Word(&["ephemeral"])), ("ttl", Word(&["5m", "1h"]))]);

/// One block of a message, of a request or an answer.
static BLOCK: Shape = Tagged(
    &[
        (
            "text",
            Object(&[("type", Name), ("text", Text), ("citations", List(&Data)), ("cache_control", CACHE)]),
        ),
        ("image", Object(&[("type", Name), ("source", IMAGE), ("cache_control", CACHE)])),
        (
            "document",
            Object(&[
                ("type", Name),
                ("source", same(&DOCUMENT)),
                ("title", Text),
                ("context", Text),
                ("citations", Object(&[("enabled", Flag)])),
                ("cache_control", CACHE),
            ]),
        ),
        (
            "search_result",
            Object(&[
                ("type", Name),
                ("source", Text),
                ("title", Text),
                ("content", List(&BLOCK)),
                ("citations", Object(&[("enabled", Flag)])),
                ("cache_control", CACHE),
            ]),
        ),
        ("thinking", Signed(&Object(&[("type", Name), ("thinking", Name), ("signature", Id)]))),
        ("redacted_thinking", Signed(&Object(&[("type", Name), ("data", Id)]))),
        (
            "tool_use",
            Object(&[("type", Name), ("id", Id), ("name", Name), ("input", Data), ("cache_control", CACHE)]),
        ),
        ("tool_result", Said(Voice::Tool, &RESULT)),
    ],
    FIELD,
);
static RESULT: Shape = Object(&[
    ("type", Name),
    ("tool_use_id", Id),
    ("content", Either(&[Text, List(&BLOCK)])),
    ("is_error", Flag),
    ("cache_control", CACHE),
]);
const IMAGE: Shape = Tagged(
    &[
        ("base64", Object(&[("type", Name), ("media_type", Name), ("data", Shape::Media(Media::Image))])),
        ("url", Steers(&[])),
        ("file", Steers(&[])),
    ],
    FIELD,
);
static DOCUMENT: Shape = Tagged(
    &[
        ("base64", Object(&[("type", Name), ("media_type", Name), ("data", Shape::Media(Media::Document))])),
        ("text", Object(&[("type", Name), ("media_type", Name), ("data", Text)])),
        ("content", Object(&[("type", Name), ("content", Either(&[Text, List(&BLOCK)]))])),
        ("url", Steers(&[])),
        ("file", Steers(&[])),
    ],
    FIELD,
);

/// A tool of the caller's own has no type, or says so; any other runs at the vendor's.
static TOOL: Shape = Tagged(&[("", OWN_TOOL), ("custom", OWN_TOOL)], &Shape::Unknown(Opaque::Tool));
const OWN_TOOL: Shape = Object(&[
    ("type", Name),
    ("name", Name),
    ("description", Text),
    ("input_schema", Data),
    ("input_examples", Data),
    ("strict", Flag),
    ("cache_control", CACHE),
]);

/// The answer's body.
pub(crate) static ANSWER: Shape = Object(&[
    ("id", Id),
    ("type", Name),
    ("role", Name),
    ("model", Name),
    ("content", Said(Voice::Assistant, &List(&BLOCK))),
    ("stop_reason", Name),
    ("stop_sequence", Text),
    ("usage", USAGE),
]);
const USAGE: Shape = Map(&[("service_tier", Name), ("cache_creation", Map(&[], &TOKENS))], &TOKENS);

/// One event of a streamed answer.
pub(crate) static CHUNK: Shape = Map(
    &[
        ("type", Name),
        ("index", Number(0.0, 10_000.0)),
        ("message", MESSAGE_START),
        ("content_block", Said(Voice::Assistant, &BLOCK_START)),
        ("delta", Said(Voice::Assistant, &DELTA)),
        ("usage", USAGE),
        // Of Bedrock's own: counts, and what a guardrail found.
        ("amazon-bedrock-invocationMetrics", Map(&[], &TOKENS)),
        ("amazon-bedrock-guardrailAction", Name),
        ("amazon-bedrock-trace", Data),
        ("p", Dropped),
    ],
    &Foreign,
);
/// It has no content yet.
const MESSAGE_START: Shape = Map(
    &[
        ("id", Id),
        ("type", Name),
        ("role", Name),
        ("model", Name),
        ("content", List(&Foreign)),
        ("stop_reason", Name),
        ("stop_sequence", Name),
        ("usage", USAGE),
    ],
    &Foreign,
);
/// What a block begins with, deltas of the same kind go on with.
static BLOCK_START: Shape = Map(
    &[
        ("type", Name),
        ("text", Flow),
        ("thinking", Withheld),
        ("signature", Withheld),
        ("data", Withheld),
        ("id", Id),
        ("name", Name),
        ("input", Map(&[], &Foreign)),
        ("citations", List(&Foreign)),
    ],
    &Foreign,
);
static DELTA: Shape = Map(
    &[
        ("type", Name),
        ("text", Flow),
        ("partial_json", Arguments),
        ("thinking", Withheld),
        ("signature", Withheld),
        ("citation", Data),
        ("stop_reason", Name),
        ("stop_sequence", Name),
    ],
    &Flow,
);
