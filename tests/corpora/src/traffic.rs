//! The identifiers, timestamps and signatures that SDKs of AI vendors and clouds send and receive: none is a secret that
//! anyone could use, and none may be flagged.

use crate::draw::Draw;

/// Somebody's structural identifier: a name, and how it looks.
type Shape = (&'static str, fn(&mut Draw) -> String);

/// Every kind of structural text; a family that is missing here is missing in the promise.
pub const SHAPES: &[Shape] = &[
    ("chat completion", |d| d.pattern("chatcmpl-{n29}")),
    ("completion", |d| d.pattern("cmpl-{n29}")),
    ("response", |d| d.pattern("resp_{x48}")),
    ("response item", |d| d.pattern("msg_{x48}")),
    ("reasoning item", |d| d.pattern("rs_{x48}")),
    ("function call item", |d| d.pattern("fc_{x48}")),
    ("message", |d| d.pattern("msg_01{n22}")),
    ("tool use", |d| d.pattern("toolu_01{n22}")),
    ("tool use of Bedrock", |d| d.pattern("tooluse_{w22}")),
    ("server tool use", |d| d.pattern("srvtoolu_01{n22}")),
    ("call", |d| d.pattern("call_{n24}")),
    ("request", |d| d.pattern("req_{x32}")),
    ("request of Anthropic", |d| d.pattern("req_011C{n20}")),
    ("batch", |d| d.pattern("batch_{x32}")),
    ("message batch", |d| d.pattern("msgbatch_01{n22}")),
    ("file", |d| d.pattern("file-{n24}")),
    ("file of Anthropic", |d| d.pattern("file_011C{n20}")),
    ("thread", |d| d.pattern("thread_{n24}")),
    ("run", |d| d.pattern("run_{n24}")),
    ("step", |d| d.pattern("step_{n24}")),
    ("assistant", |d| d.pattern("asst_{n24}")),
    ("vector store", |d| d.pattern("vs_{x32}")),
    ("fine-tuning job", |d| d.pattern("ftjob-{n24}")),
    ("organisation", |d| d.pattern("org-{n24}")),
    ("project", |d| d.pattern("proj_{n24}")),
    ("system fingerprint", |d| d.pattern("fp_{x10}")),
    ("generation", |d| d.pattern("gen-17{d8}-{n20}")),
    ("UUID", Draw::uuid),
    ("UUID, upper case", |d| d.uuid().to_uppercase()),
    ("ULID", |d| format!("01{}", d.chars("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24))),
    ("KSUID", |d| d.pattern("2{n26}")),
    ("nano id", |d| d.pattern("{w21}")),
    ("object id", |d| d.pattern("{x24}")),
    ("seconds", |d| d.pattern("17{d8}")),
    ("milliseconds", |d| d.pattern("17{d11}")),
    ("microseconds", |d| d.pattern("17{d14}")),
    ("nanoseconds", |d| d.pattern("17{d17}")),
    ("RFC 3339", |d| {
        format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}.{}Z",
            d.between(1, 12),
            d.between(1, 28),
            d.below(24),
            d.below(60),
            d.below(60),
            d.digits(6)
        )
    }),
    ("basic date", |d| {
        format!(
            "2026{:02}{:02}T{:02}{:02}{:02}Z",
            d.between(1, 12),
            d.between(1, 28),
            d.below(24),
            d.below(60),
            d.below(60)
        )
    }),
    ("SigV4 signature", |d| d.pattern("{x64}")),
    ("SigV4 header", |d| {
        d.pattern("AWS4-HMAC-SHA256 SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature={x64}")
    }),
    ("payload digest", |d| d.pattern("x-amz-content-sha256: {x64}")),
    ("request id of AWS", |d| format!("x-amzn-RequestId: {}", d.uuid())),
    ("extended request id of S3", |d| d.pattern("x-amz-id-2: {b75}=")),
    ("X-Ray trace", |d| d.pattern("Root=1-{x8}-{x24};Parent={x16};Sampled=1")),
    ("trace parent", |d| d.pattern("traceparent: 00-{x32}-{x16}-01")),
    ("trace state", |d| d.pattern("tracestate: vendor={x16}")),
    ("span", |d| d.pattern("\"trace_id\":\"{x32}\",\"span_id\":\"{x16}\"")),
    ("ETag", |d| d.pattern("ETag: \"{x32}\"")),
    ("ETag of parts", |d| d.pattern("ETag: \"{x32}-{d1}\"")),
    ("weak ETag", |d| d.pattern("W/\"{x4}-{b27}\"")),
    ("signature of a thinking block", |d| d.pattern("\"signature\":\"ErUB{b240}==\"")),
    ("redacted thinking", |d| d.pattern("\"data\":\"EmwK{b320}=\"")),
    ("encrypted reasoning", |d| d.pattern("\"encrypted_content\":\"gAAAAAB{w400}==\"")),
    ("thought signature", |d| d.pattern("\"thoughtSignature\":\"Cs{b180}==\"")),
    ("obfuscation", |d| d.pattern("\"obfuscation\":\"{n16}\"")),
    ("digest of a commit", |d| d.pattern("{x40}")),
    ("digest of an image", |d| d.pattern("sha256:{x64}")),
    ("integrity", |d| d.pattern("sha512-{b86}==")),
    ("Cloudflare ray", |d| d.pattern("cf-ray: {x16}-NRT")),
    ("Azure request", |d| format!("apim-request-id: {}", d.uuid())),
    ("idempotency key of an SDK", |d| format!("idempotency-key: stainless-node-retry-{}", d.uuid())),
    ("ARN of a profile", |d| {
        d.pattern("arn:aws:bedrock:ap-northeast-1:{d12}:application-inference-profile/{a12}")
    }),
    ("rate limits", |d| d.pattern("x-ratelimit-remaining-tokens: {d7}")),
    ("token counts", |d| {
        d.pattern("\"usage\":{\"prompt_tokens\":{d4},\"completion_tokens\":{d3},\"total_tokens\":{d5}}")
    }),
    ("log probability", |d| d.pattern("\"logprob\":-0.{d16}")),
    ("embedding", |d| d.pattern("0.0{d9}, -0.0{d9}, 0.0{d9}, -0.1{d8}")),
    ("seed", |d| d.pattern("\"seed\":{d10}")),
    ("conversation", |d| d.pattern("conv_{x48}")),
    ("container", |d| d.pattern("cntr_{x48}")),
];

/// So many identifiers, every shape in turn, each in the JSON, header or prose that it comes in.
pub fn identifiers(count: usize) -> impl Iterator<Item = (&'static str, String)> {
    let mut draw = Draw::of("structural identifiers");
    (0..count).map(move |number| {
        let (name, make) = SHAPES[number % SHAPES.len()];
        let text = make(&mut draw);
        (name, dressed(number / SHAPES.len(), text))
    })
}

fn dressed(turn: usize, text: String) -> String {
    let plain = !text.contains(['"', ':', ' ']);
    match turn % 5 {
        0 if plain => format!("{{\"id\":\"{text}\",\"object\":\"chat.completion\"}}"),
        1 if plain => format!("\"tool_call_id\": \"{text}\""),
        2 if plain => format!("識別子は{text}です"),
        3 if plain => format!("x-request-id: {text}"),
        _ => text,
    }
}
