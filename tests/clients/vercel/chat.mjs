// The Vercel AI SDK, unmodified, through the gate: node chat.mjs DEV_JSON. Exits 0 if every stream ended as it should.
// Node finds the development CA by NODE_EXTRA_CA_CERTS, which the caller sets.
import { readFileSync } from "node:fs";
import { createOpenAI } from "@ai-sdk/openai";
import { stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const dev = JSON.parse(readFileSync(process.argv[2], "utf8"));
const HELLO = "こんにちは、議事録の要約をお願いします";
const apiKey = readFileSync(dev.tokens.official, "utf8").trim();
const openai = createOpenAI({ baseURL: dev.url + "/v1", apiKey, headers: { "Confidentiality-Level": "2" } });
const model = openai.chat(dev.models[0]);

function holds(name, condition, shown = "") {
  console.log(condition ? `ok    ${name}` : `FAILS ${name}: ${shown}`);
  if (!condition) process.exit(1);
}

/** What a stream says, in pieces, and the error that ended it. */
async function streamed(prompt, more = {}) {
  const said = { pieces: [], calls: [], error: undefined };
  const result = streamText({ model, prompt, maxRetries: 0, onError() {}, ...more });
  for await (const part of result.fullStream) {
    if (part.type === "text-delta") said.pieces.push(part.text);
    if (part.type === "tool-call") said.calls.push(part);
    if (part.type === "error") said.error = part.error;
  }
  return said;
}

let said = await streamed(HELLO);
holds("streamed, in pieces", said.pieces.join("") === HELLO && said.pieces.length > 3 && !said.error, JSON.stringify(said));
said = await streamed("dev:utter aws-key");
holds("a secret in a stream is redacted", said.pieces.join("") === "キーは[secret.cloud:1]です。", JSON.stringify(said));
said = await streamed("dev:utter late-marking-3");
holds("what was clean came before a block", said.pieces.join("") === "要約は次のとおりです。\n", JSON.stringify(said));
holds("a block in mid-stream is an error part with our message and the record", JSON.stringify(said.error?.message ?? said.error).includes("記録番号"), JSON.stringify(said));
said = await streamed("番号は123456789018です");
holds("a refused request is an error with our message", String(said.error).includes("マイナンバー") && said.pieces.length === 0, String(said.error));
const find = tool({ inputSchema: z.object({ text: z.string() }), execute: async ({ text }) => `found ${text}` });
said = await streamed("dev:call 東京", { tools: { find }, stopWhen: stepCountIs(1) });
holds("a tool call comes whole", said.calls[0]?.toolName === "find" && said.calls[0].input.text === "東京", JSON.stringify(said));
said = await streamed("dev:call aws-key", { tools: { find }, stopWhen: stepCountIs(1) });
holds("and without the secret in it", said.calls[0]?.input.text === "キーは[secret.cloud:1]です。", JSON.stringify(said));
