//! Amazon Bedrock Converse, ConverseStream, CountTokens and ApplyGuardrail (API version 2023-09-30, as botocore 1.44.5
//! describes them). A union is an object with one member, so its table is that of an object.
//!
//! A prompt cache (`cachePoint`) keeps text for an hour at most in the region that computes, and is taken for harmless.

use sekisho_policies::{Opaque, Voice};

use super::openai::LEVEL_KEY;
use super::shape::Shape::{
    self, Arguments, Conversation, Data, Dropped, Flag, Flow, Foreign, Id, List, Map, Name, Number, Object,
    Said, Signed, Steers, Text, Withheld, Word,
};
use super::shape::{Media, same};

/// Largest harmless count of tokens, or of milliseconds.
const COUNT_MAX: f64 = 10_000_000.0;
const COUNTED_NUMBER: Shape = Number(0.0, COUNT_MAX);

/// The request's body.
pub(crate) static REQUEST: Shape = Object(&[
    ("messages", MESSAGES),
    ("system", SYSTEM),
    ("inferenceConfig", INFERENCE),
    ("toolConfig", TOOLS),
    // What steers.
    ("guardrailConfig", GUARD_CONFIG),
    ("additionalModelRequestFields", MORE),
    ("additionalModelResponseFieldPaths", List(&Name)),
    ("promptVariables", Map(&[], &Object(&[("text", Text)]))),
    ("requestMetadata", Map(&[(LEVEL_KEY, Dropped)], &Steers(&[]))),
    ("performanceConfig", Object(&[("latency", Steers(&["standard"]))])),
    ("serviceTier", Object(&[("type", Steers(&["default", "priority"]))])),
    ("outputConfig", OUTPUT),
]);

const MESSAGES: Shape = Conversation(&MESSAGE);
const SYSTEM: Shape = Said(Voice::System, &List(&BLOCK));
pub(super) const INFERENCE: Shape = Object(&[
    ("maxTokens", Number(1.0, COUNT_MAX)),
    ("temperature", Number(0.0, 2.0)),
    ("topP", Number(0.0, 1.0)),
    ("topK", Number(0.0, 1_000.0)),
    ("stopSequences", List(&Text)),
]);
pub(super) const TOOLS: Shape = Said(
    Voice::Tool,
    &Object(&[
        ("tools", List(&TOOL)),
        ("toolChoice", Object(&[("auto", EMPTY), ("any", EMPTY), ("tool", Object(&[("name", Name)]))])),
    ]),
);
const EMPTY: Shape = Object(&[]);

/// Its results may repeat what it was given, and it may be somewhere else.
const GUARD_CONFIG: Shape = Object(&[
    ("guardrailIdentifier", Steers(&[])),
    ("guardrailVersion", Name),
    ("trace", Word(&["enabled", "disabled", "enabled_full"])),
    ("streamProcessingMode", Word(&["sync", "async"])),
]);

/// Fields of the model's own: those that only choose how it thinks.
const MORE: Shape = Object(&[
    ("top_k", Number(0.0, 1_000.0)),
    ("thinking", THINKING),
    ("reasoning_config", THINKING),
    ("reasoningConfig", Object(&[("type", Word(&["enabled", "disabled"])), ("maxReasoningEffort", EFFORT)])),
    ("inferenceConfig", INFERENCE),
]);
const THINKING: Shape = Object(&[
    ("type", Word(&["enabled", "disabled", "adaptive"])),
    ("budget_tokens", Number(0.0, COUNT_MAX)),
]);
const EFFORT: Shape = Word(&["low", "medium", "high"]);
const OUTPUT: Shape = Object(&[(
    "textFormat",
    Object(&[
        ("type", Word(&["json_schema"])),
        (
            "structure",
            Object(&[("jsonSchema", Object(&[("schema", Text), ("name", Name), ("description", Text)]))]),
        ),
    ]),
)]);

static TOOL: Shape = Object(&[
    (
        "toolSpec",
        Object(&[
            ("name", Name),
            ("description", Text),
            ("inputSchema", Object(&[("json", Data)])),
            ("strict", Flag),
        ]),
    ),
    // Computed by the vendor, wherever that is.
    ("systemTool", Shape::Unknown(Opaque::Tool)),
    ("cachePoint", CACHE),
]);
const CACHE: Shape = Object(&[("type", Word(&["default"])), ("ttl", Word(&["5m", "1h"]))]);

/// A message, of a request or an answer.
pub(crate) static MESSAGE: Shape =
    Object(&[("role", Word(&["user", "assistant"])), ("content", List(&BLOCK))]);

/// One block of a message.
static BLOCK: Shape = Object(&[
    ("text", Text),
    ("image", IMAGE),
    ("document", DOCUMENT),
    ("video", Object(&[("format", Name), ("source", same(&VIDEO_SOURCE))])),
    ("audio", Object(&[("format", Name), ("source", same(&AUDIO_SOURCE))])),
    (
        "toolUse",
        // A use that the vendor itself carries out is told from others by its type.
        Object(&[("toolUseId", Id), ("name", Name), ("input", Data), ("type", Steers(&[]))]),
    ),
    ("toolResult", Said(Voice::Tool, &RESULT)),
    (
        "guardContent",
        Object(&[
            (
                "text",
                Object(&[
                    ("text", Text),
                    ("qualifiers", List(&Word(&["grounding_source", "query", "guard_content"]))),
                ]),
            ),
            ("image", IMAGE),
        ]),
    ),
    ("cachePoint", CACHE),
    ("reasoningContent", Signed(&REASONING)),
    ("citationsContent", Object(&[("content", List(&CITED)), ("citations", List(&CITATION))])),
    ("searchResult", SEARCH_RESULT),
]);

const IMAGE: Shape = Object(&[
    ("format", Word(&["png", "jpeg", "gif", "webp"])),
    ("source", Object(&[("bytes", Shape::Media(Media::Image)), ("s3Location", ELSEWHERE)])),
]);
const DOCUMENT: Shape = Object(&[
    ("format", Word(&["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"])),
    ("name", Text),
    ("context", Text),
    ("citations", Object(&[("enabled", Flag)])),
    (
        "source",
        Object(&[
            ("bytes", Shape::Media(Media::Document)),
            ("s3Location", ELSEWHERE),
            ("text", Text),
            ("content", List(&CITED)),
        ]),
    ),
]);
static VIDEO_SOURCE: Shape = Object(&[("bytes", Shape::Media(Media::Video)), ("s3Location", ELSEWHERE)]);
static AUDIO_SOURCE: Shape = Object(&[("bytes", Shape::Media(Media::Sound)), ("s3Location", ELSEWHERE)]);
/// The backend would fetch it.
const ELSEWHERE: Shape = Steers(&[]);

static RESULT: Shape = Object(&[
    ("toolUseId", Id),
    (
        "content",
        List(&Object(&[
            ("text", Text),
            ("json", Data),
            ("image", IMAGE),
            ("document", DOCUMENT),
            ("video", Object(&[("format", Name), ("source", same(&VIDEO_SOURCE))])),
            ("searchResult", SEARCH_RESULT),
        ])),
    ),
    ("status", Word(&["success", "error"])),
    ("type", Steers(&[])),
]);
static REASONING: Shape =
    Object(&[("reasoningText", Object(&[("text", Name), ("signature", Id)])), ("redactedContent", Id)]);
static CITED: Shape = Object(&[("text", Text)]);
static CITATION: Shape =
    Object(&[("title", Text), ("source", Text), ("sourceContent", List(&CITED)), ("location", Data)]);
const SEARCH_RESULT: Shape = Object(&[
    ("source", Text),
    ("title", Text),
    ("content", List(&CITED)),
    ("citations", Object(&[("enabled", Flag)])),
]);

/// The answer's body. What a guardrail tells repeats what it found.
pub(crate) static ANSWER: Shape = Object(&[
    ("output", Object(&[("message", Said(Voice::Assistant, &MESSAGE))])),
    ("stopReason", Name),
    ("usage", USAGE),
    ("metrics", Map(&[], &COUNTED_NUMBER)),
    ("additionalModelResponseFields", Said(Voice::Assistant, &Data)),
    ("trace", Data),
]);
const USAGE: Shape = Map(&[("cacheDetails", List(&Map(&[("ttl", Name)], &COUNTED_NUMBER)))], &COUNTED_NUMBER);

/// One event of a streamed answer, inside its name. Events and members that no table names are taken for words that nobody
/// can place.
pub(crate) static CHUNK: Shape = Map(
    &[
        ("messageStart", Map(&[("role", Word(&["user", "assistant"])), ("p", Dropped)], &Foreign)),
        (
            "contentBlockStart",
            Map(&[("contentBlockIndex", INDEX), ("start", START), ("p", Dropped)], &Foreign),
        ),
        (
            "contentBlockDelta",
            Map(
                &[("contentBlockIndex", INDEX), ("delta", Said(Voice::Assistant, &DELTA)), ("p", Dropped)],
                &Foreign,
            ),
        ),
        ("contentBlockStop", Map(&[("contentBlockIndex", INDEX), ("p", Dropped)], &Foreign)),
        (
            "messageStop",
            Map(
                &[
                    ("stopReason", Name),
                    ("additionalModelResponseFields", Said(Voice::Assistant, &Data)),
                    ("p", Dropped),
                ],
                &Foreign,
            ),
        ),
        (
            "metadata",
            Map(
                &[
                    ("usage", USAGE),
                    ("metrics", Map(&[], &COUNTED_NUMBER)),
                    ("trace", Data),
                    ("performanceConfig", Map(&[("latency", Name)], &Foreign)),
                    ("serviceTier", Map(&[("type", Name)], &Foreign)),
                    ("p", Dropped),
                ],
                &Foreign,
            ),
        ),
    ],
    &Foreign,
);
const INDEX: Shape = Number(0.0, 10_000.0);
const START: Shape = Map(
    &[
        ("toolUse", Map(&[("toolUseId", Id), ("name", Name), ("type", Name)], &Foreign)),
        ("toolResult", Map(&[("toolUseId", Id), ("status", Name), ("type", Name)], &Foreign)),
        ("image", Map(&[("format", Name)], &Foreign)),
    ],
    &Foreign,
);
/// Whatever stands in a delta that no table names is taken for words that go on from event to event.
static DELTA: Shape = Map(
    &[
        ("text", Flow),
        ("toolUse", Map(&[("input", Arguments)], &Flow)),
        (
            "reasoningContent",
            Map(&[("text", Withheld), ("signature", Withheld), ("redactedContent", Withheld)], &Flow),
        ),
        ("citation", CITATION_PIECE),
        ("image", Map(&[("source", Map(&[("bytes", Shape::Media(Media::Image))], &Foreign))], &Foreign)),
    ],
    &Flow,
);
/// A citation is whole in its event.
const CITATION_PIECE: Shape =
    Map(&[("title", Text), ("source", Text), ("sourceContent", List(&CITED)), ("location", Data)], &Flow);

/// The body of CountTokens: a request of Converse, or one of InvokeModel in base64.
pub(crate) static COUNT: Shape = Object(&[(
    "input",
    Object(&[
        (
            "converse",
            Object(&[
                ("messages", MESSAGES),
                ("system", SYSTEM),
                ("toolConfig", TOOLS),
                ("additionalModelRequestFields", MORE),
            ]),
        ),
        ("invokeModel", Object(&[("body", Text)])),
    ]),
)]);
pub(crate) static COUNTED: Shape = Object(&[("inputTokens", COUNTED_NUMBER)]);

/// The body of ApplyGuardrail.
pub(crate) static GUARDRAIL: Shape = Object(&[
    ("source", Word(&["INPUT", "OUTPUT"])),
    ("content", Said(Voice::User, &List(&BLOCK_TO_ASSESS))),
    ("outputScope", Word(&["INTERVENTIONS", "FULL"])),
]);
static BLOCK_TO_ASSESS: Shape = Object(&[
    (
        "text",
        Object(&[
            ("text", Text),
            ("qualifiers", List(&Word(&["grounding_source", "query", "guard_content"]))),
        ]),
    ),
    ("image", IMAGE),
]);
pub(crate) static ASSESSED: Shape = Object(&[
    ("action", Name),
    ("actionReason", Text),
    ("outputs", List(&Object(&[("text", Text)]))),
    ("usage", USAGE),
    ("assessments", Data),
    ("guardrailCoverage", Map(&[], &Map(&[], &COUNTED_NUMBER))),
]);
