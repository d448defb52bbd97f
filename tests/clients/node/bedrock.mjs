// The AWS SDK for JavaScript, unmodified, through the gate: node bedrock.mjs DEV_JSON. Exits 0 if every exchange ended as it
// should. Node finds the development CA by NODE_EXTRA_CA_CERTS and, where requests are signed, the SDK finds keys of the gate's
// own by AWS_SHARED_CREDENTIALS_FILE, a profile for each person. The caller sets both.
import { readFileSync } from "node:fs";
import {
  AccessDeniedException, BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand, CountTokensCommand, InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";

const dev = JSON.parse(readFileSync(process.argv[2], "utf8"));
const HELLO = "こんにちは、議事録の要約をお願いします";
const KEY = "AKIA" + "RZPUZDIKABNBHR4I";
const families = ["anthropic", "nova", "titan", "llama", "mistral"];
const MODELS = Object.fromEntries(families.map((family) => [family, dev.models.find((model) => model.includes(family))]));
const inputSchema = { json: { type: "object", properties: { text: { type: "string" } } } };
const toolConfig = { tools: [{ toolSpec: { name: "find", inputSchema } }] };

const tokenOf = (who) => readFileSync(dev.tokens[who], "utf8").trim();

/**
 * What a client shows: a token, which AWS calls an API key, or a signature (SigV4) of what it asks. The environment's token is
 * read anew for each request, so it is one person's.
 */
const ways = {
  bearer: (who) => {
    process.env.AWS_BEARER_TOKEN_BEDROCK = tokenOf("official");
    return who === "official" ? {} : { token: { token: tokenOf(who) } };
  },
  signed: (profile) => {
    delete process.env.AWS_BEARER_TOKEN_BEDROCK;
    return { profile };
  },
};
if (!process.env.AWS_SHARED_CREDENTIALS_FILE) delete ways.signed;

/** The SDK speaks HTTP/2 unless it is given another handler. */
let requestHandler;

/** Nothing is tried again: a refusal is one. */
function client(shown, base = "/level/2") {
  const place = { region: "ap-northeast-1", endpoint: dev.url + base, maxAttempts: 1 };
  return new BedrockRuntimeClient({ ...place, requestHandler, ...shown });
}

const prompt = (text) => [{ role: "user", content: [{ text }] }];

function holds(name, condition, shown = "") {
  console.log(condition ? `ok    ${name}` : `FAILS ${name}: ${shown}`);
  if (!condition) process.exit(1);
}

/** The SDK throws its own error of this kind; returns it. */
async function refused(name, kind, ask) {
  let answer;
  try {
    answer = await ask();
  } catch (error) {
    const heads = error.$response?.headers ?? {};
    const known = kind === "UnrecognizedClientException" || heads["sekisho-record"];
    holds(name, error.name === kind && error.message && known, `${error.name} ${error.message}`);
    if (kind === "AccessDeniedException") holds("it is of the SDK's own class", error instanceof AccessDeniedException, error);
    return error;
  }
  holds(name, false, `answered: ${JSON.stringify(answer)}`);
}

async function conversed(gate, text, more = {}) {
  const answer = await gate.send(new ConverseCommand({ modelId: MODELS.anthropic, messages: prompt(text), ...more }));
  return answer.output.message.content[0];
}

/** Each event of a stream. */
async function* events(gate, text, more = {}) {
  const answer = await gate.send(new ConverseStreamCommand({ modelId: MODELS.anthropic, messages: prompt(text), ...more }));
  yield* answer.stream;
}

/** Every piece of text of a stream; what came before an error stays in `got`. */
async function pieces(gate, text, got = [], more = {}) {
  for await (const { contentBlockDelta } of events(gate, text, more)) {
    if (contentBlockDelta) got.push(contentBlockDelta.delta.text);
  }
  return got;
}

/** A prompt as whoever made the model wants it. */
const native = (family, text) => JSON.stringify({
  anthropic: { anthropic_version: "bedrock-2023-05-31", max_tokens: 100, messages: [{ role: "user", content: text }] },
  nova: { messages: prompt(text), inferenceConfig: { maxTokens: 100 } },
  titan: { inputText: text, textGenerationConfig: { maxTokenCount: 100 } },
  llama: { prompt: text, max_gen_len: 100 },
  mistral: { prompt: text, max_tokens: 100 },
}[family]);

/** What a model said, whole or in one piece. */
const words = (family, answer) => ({
  anthropic: () => (answer.content ?? [answer.delta ?? {}]).map((part) => part.text ?? "").join(""),
  nova: () => answer.output?.message.content[0].text ?? answer.contentBlockDelta?.delta.text ?? "",
  titan: () => answer.results?.[0].outputText ?? answer.outputText,
  llama: () => answer.generation,
  mistral: () => answer.outputs[0].text,
})[family]();

async function invoked(gate, family, text) {
  const answer = await gate.send(new InvokeModelCommand({ modelId: MODELS[family], body: native(family, text) }));
  return words(family, JSON.parse(new TextDecoder().decode(answer.body)));
}

async function invoking(gate, family, text, got = []) {
  const ask = new InvokeModelWithResponseStreamCommand({ modelId: MODELS[family], body: native(family, text) });
  for await (const { chunk } of (await gate.send(ask)).body) {
    got.push(words(family, JSON.parse(new TextDecoder().decode(chunk.bytes))));
  }
  return got;
}

/** A stream that ends with an exception: what came before it. */
async function brokenOff(name, ask) {
  const got = [];
  try {
    await ask(got);
    holds(name, false, got);
  } catch (error) {
    holds(`${name} throws, with our message and the record`, error.message?.includes("記録番号"), String(error));
  }
  holds("what was clean came before it, and nothing else", got.join("") === "要約は次のとおりです。\n", got);
}

const withoutKey = (text) => !text.includes(KEY) && text.startsWith("キーは") && text.endsWith("です");

async function whole(who, how) {
  const gate = client(who("official"));
  holds(`${how}: allowed`, (await conversed(gate, HELLO)).text === HELLO);
  holds("a model whose name is encoded", (await conversed(gate, HELLO, { modelId: MODELS.nova })).text === HELLO);
  const { text } = await conversed(gate, `キーは${KEY}です`);
  holds("redacted", withoutKey(text), text);
  const error = await refused("refused", "AccessDeniedException", () => conversed(client(who("contractor")), HELLO));
  holds("the SDK's error carries our message and none of the prompt", error.message.includes("機密性") && !error.message.includes(HELLO), error.message);
  await refused("cut", "AccessDeniedException", () => conversed(gate, "dev:utter marking-3"));
  const call = async (text) => (await conversed(gate, text, { toolConfig })).toolUse;
  const called = await call("dev:call 東京");
  holds("a tool is called", called.name === "find" && called.input.text === "東京", JSON.stringify(called));
  const hidden = (await call("dev:call aws-key")).input.text;
  holds("a secret in a tool's input is redacted", hidden === "キーは[secret.cloud:1]です。", hidden);
}

async function levels(who, how) {
  const gate = client(who("official"), "");
  const declared = (next) => (args) => {
    args.request.headers["confidentiality-level"] = "1";
    return next(args);
  };
  gate.middlewareStack.add(declared, { step: "build" });
  holds(`${how}: the level in a head`, (await conversed(gate, HELLO)).text === HELLO);
}

async function streams(who, how) {
  const gate = client(who("official"));
  let got = await pieces(gate, HELLO);
  holds(`${how}: streamed, in pieces`, got.join("") === HELLO && got.length > 3, got);
  // As GENAI's web front asks: all turns again, what may be cached, and how to speak.
  const cachePoint = { type: "default", ttl: "5m" };
  const turns = [...prompt("前の質問"), { role: "assistant", content: [{ text: "前の回答" }] }];
  const messages = [...turns, { role: "user", content: [{ text: HELLO }, { cachePoint }] }];
  const system = [{ text: "あなたは職員を助けます。" }, { cachePoint }];
  got = await pieces(gate, "", [], { messages, system, inferenceConfig: { maxTokens: 16384, temperature: 0 } });
  holds("a conversation goes on", got.join("") === HELLO, got);
  let last;
  for await (const event of events(gate, HELLO)) last = event;
  holds("usage comes last", last.metadata.usage.totalTokens > 0, JSON.stringify(last));
  got = await pieces(gate, "dev:utter aws-key");
  holds("a secret in a stream is redacted", got.join("") === "キーは[secret.cloud:1]です。", got);
  await refused("a refused request is no stream", "AccessDeniedException", () => pieces(gate, "番号は123456789018です"));
  await brokenOff("a block in mid-stream", (got) => pieces(gate, "dev:utter late-marking-3", got));
  let [name, given] = ["", ""];
  for await (const { contentBlockStart, contentBlockDelta } of events(gate, "dev:call 東京", { toolConfig })) {
    name += contentBlockStart?.start.toolUse.name ?? "";
    given += contentBlockDelta?.delta.toolUse.input ?? "";
  }
  holds("a tool call comes whole", name === "find" && JSON.parse(given).text === "東京", given);
}

async function natives(who, how) {
  const gate = client(who("official"));
  for (const family of families) {
    holds(`${how}: ${family}, invoked`, (await invoked(gate, family, HELLO)) === HELLO);
    let got = await invoking(gate, family, HELLO);
    holds(`${family}, streamed`, got.join("") === HELLO && got.length > 3, got);
    const text = await invoked(gate, family, `キーは${KEY}です`);
    holds("redacted", withoutKey(text), text);
    got = await invoking(gate, family, "dev:utter aws-key");
    holds("redacted across frames", got.join("") === "キーは[secret.cloud:1]です。", got);
  }
  await refused("refused", "AccessDeniedException", () => invoked(gate, "anthropic", "番号は123456789018です"));
  await refused("a refused request is no stream", "AccessDeniedException", () => invoking(gate, "titan", "番号は123456789018です"));
  await brokenOff("a block in mid-stream", (got) => invoking(gate, "anthropic", "dev:utter late-marking-3", got));
}

for (const [how, who] of Object.entries(ways)) {
  for (const story of [whole, levels, streams, natives]) await story(who, how);
}
requestHandler = new NodeHttpHandler();
for (const story of [whole, streams]) await story(ways.bearer, "over HTTP/1.1");

const input = { converse: { messages: prompt(HELLO) } };
const counted = await client(ways.bearer("official")).send(new CountTokensCommand({ modelId: MODELS.anthropic, input }));
holds("tokens are counted", counted.inputTokens > 0, JSON.stringify(counted));
process.env.AWS_BEARER_TOKEN_BEDROCK = "nobody";
await refused("a wrong key is an authentication error", "UnrecognizedClientException", () => conversed(client({}), HELLO));
process.exit(0);
