// The OpenAI SDK, unmodified, through the gate: node chat.mjs DEV_JSON. Exits 0 if every exchange ended as it should.
// Node finds the development CA by NODE_EXTRA_CA_CERTS, which the caller sets.
import { readFileSync } from "node:fs";
import OpenAI, { AuthenticationError, BadRequestError, PermissionDeniedError } from "openai";

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
await refused("a stream is refused for now", BadRequestError, () => say(client("official", "/v1", "1"), HELLO, { stream: true }));
try {
  await say(new OpenAI({ baseURL: dev.url + "/v1", apiKey: "nobody" }), HELLO);
  holds("a wrong key is an authentication error", false);
} catch (error) {
  holds("a wrong key is an authentication error", error instanceof AuthenticationError && error.message, String(error));
}

const names = [];
for await (const model of client("official").models.list()) names.push(model.id);
holds("models are listed", names.includes(dev.models[0]), names);
