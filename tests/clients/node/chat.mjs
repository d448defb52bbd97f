// The OpenAI SDK, unmodified, through the gate: node chat.mjs DEV_JSON. Exits 0 if every exchange ended as it should.
// Node finds the development CA by NODE_EXTRA_CA_CERTS, which the caller sets.
import { readFileSync } from "node:fs";
import OpenAI, { APIError, AuthenticationError, PermissionDeniedError } from "openai";

const dev = JSON.parse(readFileSync(process.argv[2], "utf8"));
const HELLO = "こんにちは、議事録の要約をお願いします";
const KEY = "AKIA" + "RZPUZDIKABNBHR4I";

function client(who, base = "/v1", level = undefined) {
  const apiKey = readFileSync(dev.tokens[who], "utf8").trim();
  const defaultHeaders = level ? { "Confidentiality-Level": level } : {};
  return new OpenAI({ baseURL: dev.url + base, apiKey, defaultHeaders });
}

const say = (gate, text, more = {}) =>
  gate.chat.completions.create({ model: dev.models[0], messages: [{ role: "user", content: text }], ...more });

function holds(name, condition, shown = "") {
  console.log(condition ? `ok    ${name}` : `FAILS ${name}: ${shown}`);
  if (!condition) process.exit(1);
}

/** The SDK throws its own error of this kind; returns it. */
async function refused(name, kind, ask) {
  try {
    const answer = await ask();
    holds(name, false, `answered: ${JSON.stringify(answer)}`);
  } catch (error) {
    holds(name, error instanceof kind && error.message && error.headers.get("sekisho-record"), String(error));
    return error;
  }
}

let answer = await say(client("official", "/v1", "2"), HELLO);
holds("allowed", answer.choices[0].message.content === HELLO, JSON.stringify(answer));
answer = await say(client("official", "/level/1/v1"), HELLO);
holds("allowed, with the level in the base URL", answer.choices[0].message.content === HELLO, JSON.stringify(answer));
answer = await say(client("official"), HELLO, { metadata: { confidentiality_level: "1" } });
holds("allowed, with the level in metadata", answer.choices[0].message.content === HELLO, JSON.stringify(answer));

answer = await say(client("official", "/v1", "2"), `キーは${KEY}です`);
const text = answer.choices[0].message.content;
holds("redacted", !text.includes(KEY) && text.startsWith("キーは") && text.endsWith("です"), text);

const error = await refused("refused", PermissionDeniedError, () => say(client("contractor", "/v1", "2"), HELLO));
holds("the SDK's error carries our message and none of the prompt", error.message.includes("機密性") && !error.message.includes(HELLO), error.message);
await refused("cut", PermissionDeniedError, () => say(client("official", "/v1", "2"), "dev:utter marking-3"));

// Streams.
const tools = [{ type: "function", function: { name: "find", parameters: { type: "object", properties: { text: { type: "string" } } } } }];
const official = client("official", "/v1", "2");

/** Every piece of content of a stream. */
async function deltas(text, more = {}, pieces = []) {
  for await (const chunk of await say(official, text, { stream: true, ...more })) {
    if (chunk.choices[0]?.delta.content) pieces.push(chunk.choices[0].delta.content);
  }
  return pieces;
}

let pieces = await deltas(HELLO);
holds("streamed, in pieces", pieces.join("") === HELLO && pieces.length > 3, pieces);
pieces = await deltas("dev:utter aws-key");
holds("a secret in a stream is redacted", pieces.join("") === "キーは[secret.cloud:1]です。", pieces);
await refused("a refused request is no stream", PermissionDeniedError, () => deltas("番号は123456789018です"));
pieces = [];
try {
  await deltas("dev:utter late-marking-3", {}, pieces);
  holds("a block in mid-stream throws", false, pieces);
} catch (error) {
  holds("a block in mid-stream throws, with our message and the record", error instanceof APIError && error.message.includes("記録番号") && error.code === "answer-label", String(error));
  holds("what was clean came before it, and nothing else", pieces.join("") === "要約は次のとおりです。\n", pieces);
}
const called = await official.chat.completions.stream({ model: dev.models[0], messages: [{ role: "user", content: "dev:call 東京" }], tools }).finalChatCompletion();
const call = called.choices[0].message.tool_calls[0].function;
holds("a tool call comes whole", call.name === "find" && JSON.parse(call.arguments).text === "東京", JSON.stringify(called));
const final = await official.chat.completions.stream({ model: dev.models[0], messages: [{ role: "user", content: "dev:utter my-number" }] }).finalContent();
holds("the stream helper's final answer is the redacted one", final === "番号は[pii.jp.my-number:1]です。", final);

try {
  await say(new OpenAI({ baseURL: dev.url + "/v1", apiKey: "nobody" }), HELLO);
  holds("a wrong key is an authentication error", false);
} catch (error) {
  holds("a wrong key is an authentication error", error instanceof AuthenticationError && error.message, String(error));
}

const names = [];
for await (const model of client("official").models.list()) names.push(model.id);
holds("models are listed", names.includes(dev.models[0]), names);
