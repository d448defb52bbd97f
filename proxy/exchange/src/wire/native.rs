//! Bodies of InvokeModel: each maker's models have their own (Amazon Bedrock User Guide, «Inference request parameters and
//! response fields for foundation models»). Of a model that no table describes every string is text, and every field has an
//! effect that nobody has described.

use sekisho_policies::{BackendDialect, Policy, Voice};

use super::shape::Media;
use super::shape::Shape::{
    self, Conversation, Data, Dropped, Either, Flag, Float, Flow, List, Map, Name, Number, Object, Said,
    Text, Word,
};
use super::{Script, anthropic, converse};

/// Models whose bodies are alike.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    /// Anthropic Claude.
    Anthropic,
    /// Amazon Nova (text): Converse's bodies.
    Nova,
    /// Meta Llama.
    Llama,
    /// Mistral AI (text).
    Mistral,
    /// Amazon Titan: text, embeddings, and images as Nova Canvas makes them.
    Titan,
    /// Any other.
    Other,
}

/// How ids of models begin, after the prefix that says where they are computed.
const MAKERS: [(&str, Family); 7] = [
    ("anthropic.", Family::Anthropic),
    ("amazon.nova-canvas", Family::Titan),
    ("amazon.nova-reel", Family::Other),
    ("amazon.nova-", Family::Nova),
    ("amazon.titan-", Family::Titan),
    ("meta.llama", Family::Llama),
    ("mistral.", Family::Mistral),
];

impl Family {
    /// The family of a model's id, or of an ARN that ends in one.
    pub(crate) fn of(model: &str) -> Family {
        let id = model.rsplit('/').next().unwrap_or(model);
        let unprefixed = id.split_once('.').map_or("", |(_, rest)| rest);
        let begins =
            |id: &str| MAKERS.iter().find(|(maker, _)| id.starts_with(maker)).map(|(_, family)| *family);
        begins(id).or_else(|| begins(unprefixed)).unwrap_or(Family::Other)
    }

    /// Which bodies a model takes: those of the one family that all its backends on Amazon Bedrock are of.
    pub(crate) fn of_model(policy: &Policy, name: &str) -> Family {
        let backends = policy.find_model(name).map_or(&[][..], |index| &policy.model(index).backends);
        let bedrock = backends.iter().map(|index| policy.backend(*index));
        let names = bedrock.filter(|backend| backend.dialect == BackendDialect::Bedrock).map(|backend| {
            // An ARN of the account's own says nothing; the policy's name for it may.
            match Family::of(&backend.upstream_model) {
                Family::Other => Family::of(name),
                family => family,
            }
        });
        let mut families = names;
        let first = families.next().unwrap_or(Family::Other);
        if families.all(|family| family == first) { first } else { Family::Other }
    }

    pub(super) fn request(self) -> &'static Shape {
        match self {
            Family::Anthropic => &anthropic::REQUEST,
            Family::Nova => &NOVA,
            Family::Llama => &LLAMA,
            Family::Mistral => &MISTRAL,
            Family::Titan => &TITAN,
            Family::Other => &Object(&[]),
        }
    }

    pub(super) fn answer(self) -> &'static Shape {
        match self {
            Family::Anthropic => &anthropic::ANSWER,
            Family::Nova => &converse::ANSWER,
            Family::Llama | Family::Mistral | Family::Titan => &ANSWER,
            Family::Other => &Said(Voice::Assistant, &Data),
        }
    }

    pub(super) fn chunk(self) -> &'static Shape {
        match self {
            Family::Anthropic => &anthropic::CHUNK,
            Family::Nova => &converse::CHUNK,
            Family::Llama | Family::Mistral | Family::Titan => &CHUNK,
            Family::Other => &Said(Voice::Assistant, &Flow),
        }
    }

    pub(super) const fn script(self) -> Script {
        match self {
            Family::Anthropic => Script::Typed,
            Family::Nova => Script::Blocks,
            Family::Llama | Family::Mistral | Family::Titan | Family::Other => Script::Plain,
        }
    }
}

const TOKENS: Shape = Number(0.0, 10_000_000.0);
const PROMPT: Shape = Said(Voice::User, &Text);
const STOP: Shape = Either(&[Text, List(&Text)]);

static NOVA: Shape = Object(&[
    ("schemaVersion", Word(&["messages-v1"])),
    ("messages", Conversation(&converse::MESSAGE)),
    ("system", Said(Voice::System, &List(&Object(&[("text", Text)])))),
    ("inferenceConfig", converse::INFERENCE),
    ("toolConfig", converse::TOOLS),
]);

static LLAMA: Shape = Object(&[
    ("prompt", PROMPT),
    ("temperature", Number(0.0, 2.0)),
    ("top_p", Number(0.0, 1.0)),
    ("max_gen_len", TOKENS),
    ("images", List(&Shape::Media(Media::Image))),
]);

static MISTRAL: Shape = Object(&[
    ("prompt", PROMPT),
    ("messages", Conversation(&Object(&[("role", Name), ("content", Text), ("name", Name)]))),
    ("max_tokens", TOKENS),
    ("stop", STOP),
    ("temperature", Number(0.0, 2.0)),
    ("top_p", Number(0.0, 1.0)),
    ("top_k", Number(0.0, 1_000.0)),
]);

static TITAN: Shape = Object(&[
    ("inputText", PROMPT),
    (
        "textGenerationConfig",
        Object(&[
            ("temperature", Number(0.0, 1.0)),
            ("topP", Number(0.0, 1.0)),
            ("maxTokenCount", TOKENS),
            ("stopSequences", List(&Text)),
        ]),
    ),
    // Embeddings.
    ("dimensions", Number(1.0, 4_096.0)),
    ("normalize", Flag),
    ("embeddingTypes", List(&Word(&["float", "binary"]))),
    ("inputImage", Shape::Media(Media::Image)),
    ("embeddingConfig", Object(&[("outputEmbeddingLength", Number(1.0, 4_096.0))])),
    // Images.
    (
        "taskType",
        Word(&[
            "TEXT_IMAGE",
            "INPAINTING",
            "OUTPAINTING",
            "IMAGE_VARIATION",
            "COLOR_GUIDED_GENERATION",
            "BACKGROUND_REMOVAL",
        ]),
    ),
    ("textToImageParams", IMAGE_PARAMS),
    ("inPaintingParams", IMAGE_PARAMS),
    ("outPaintingParams", IMAGE_PARAMS),
    ("imageVariationParams", IMAGE_PARAMS),
    ("colorGuidedGenerationParams", IMAGE_PARAMS),
    ("backgroundRemovalParams", IMAGE_PARAMS),
    (
        "imageGenerationConfig",
        Object(&[
            ("numberOfImages", Number(1.0, 10.0)),
            ("quality", Word(&["standard", "premium"])),
            ("height", Number(1.0, 10_000.0)),
            ("width", Number(1.0, 10_000.0)),
            ("cfgScale", Number(0.0, 100.0)),
            ("seed", Number(0.0, 4_294_967_295.0)),
        ]),
    ),
]);
const IMAGE_PARAMS: Shape = Said(
    Voice::User,
    &Object(&[
        ("text", Text),
        ("negativeText", Text),
        ("maskPrompt", Text),
        ("image", Shape::Media(Media::Image)),
        ("maskImage", Shape::Media(Media::Image)),
        ("conditionImage", Shape::Media(Media::Image)),
        ("referenceImage", Shape::Media(Media::Image)),
        ("images", List(&Shape::Media(Media::Image))),
        ("colors", List(&Name)),
        ("controlMode", Name),
        ("style", Name),
        ("controlStrength", Number(0.0, 1.0)),
        ("similarityStrength", Number(0.0, 1.0)),
        ("outPaintingMode", Name),
    ]),
);

/// Answers of Llama, Mistral and Titan, whose fields do not clash.
static ANSWER: Shape = Object(&[
    ("generation", SPOKEN),
    ("prompt_token_count", TOKENS),
    ("generation_token_count", TOKENS),
    ("stop_reason", Name),
    ("outputs", List(&Object(&[("text", SPOKEN), ("stop_reason", Name)]))),
    ("choices", Said(Voice::Assistant, &Data)),
    ("inputTextTokenCount", TOKENS),
    ("results", List(&Object(&[("tokenCount", TOKENS), ("outputText", SPOKEN), ("completionReason", Name)]))),
    ("embedding", VECTOR),
    ("embeddingsByType", Map(&[], &VECTOR)),
    ("images", List(&Shape::Media(Media::Image))),
    ("maskImage", Shape::Media(Media::Image)),
    ("error", Text),
]);
const SPOKEN: Shape = Said(Voice::Assistant, &Text);
/// Whatever it says, no number that people have is between these bounds.
const VECTOR: Shape = List(&Float(-1_000.0, 1_000.0));

/// Events of the same models.
static CHUNK: Shape = Said(
    Voice::Assistant,
    &Map(
        &[
            ("generation", Flow),
            ("prompt_token_count", TOKENS),
            ("generation_token_count", TOKENS),
            ("stop_reason", Name),
            ("outputs", List(&Map(&[("text", Flow), ("stop_reason", Name)], &Flow))),
            ("outputText", Flow),
            ("index", Number(0.0, 10_000.0)),
            ("totalOutputTextTokenCount", TOKENS),
            ("inputTextTokenCount", TOKENS),
            ("completionReason", Name),
            ("amazon-bedrock-invocationMetrics", Map(&[], &TOKENS)),
            ("amazon-bedrock-guardrailAction", Name),
            ("amazon-bedrock-trace", Data),
            ("p", Dropped),
        ],
        &Flow,
    ),
);

#[cfg(test)]
mod tests {
    use super::Family;

    #[test]
    fn the_family_is_told_by_the_id() {
        let check = |model, expect| assert_eq!(Family::of(model), expect, "{model}");
        check("anthropic.claude-3-5-sonnet-20240620-v1:0", Family::Anthropic);
        check("jp.anthropic.claude-sonnet-4-6", Family::Anthropic);
        check("amazon.nova-lite-v1:0", Family::Nova);
        check("jp.amazon.nova-2-lite-v1:0", Family::Nova);
        check("amazon.nova-canvas-v1:0", Family::Titan);
        check("amazon.titan-embed-text-v2:0", Family::Titan);
        check("meta.llama3-1-70b-instruct-v1:0", Family::Llama);
        check("mistral.mistral-large-2402-v1:0", Family::Mistral);
        check("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3", Family::Anthropic);
        check("arn:aws:bedrock:us-east-1:1:application-inference-profile/k3v8", Family::Other);
        check("stability.sd3-large-v1:0", Family::Other);
        check("tsuzumi-2", Family::Other);
    }
}
