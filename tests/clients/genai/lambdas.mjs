// What GENAI's Lambdas send, and what they make of the answers; written anew from the papers, with the SDK that they use.
// Everything about the gate is in the environment: AWS_ENDPOINT_URL_BEDROCK_RUNTIME, AWS_BEARER_TOKEN_BEDROCK and
// NODE_EXTRA_CA_CERTS for the models; of an application, the address and the key with which it is registered.
import {
  BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand, InvokeModelCommand, ServiceQuotaExceededException,
  ThrottlingException,
} from "@aws-sdk/client-bedrock-runtime";

/** Region alone, anew for each call, and where Bedrock is another account's, a role of that; one attempt, so that what is refused
 * is asked once. */
function runtime() {
  const role = { accessKeyId: "ASIA" + "OFANOTHERACCOUNT", secretAccessKey: "of-another-account", sessionToken: "of-another-account" };
  const credentials = process.env.CROSS_ACCOUNT_BEDROCK_ROLE_ARN ? { credentials: async () => role } : {};
  return new BedrockRuntimeClient({ region: "ap-northeast-1", maxAttempts: 1, ...credentials });
}

const cachePoint = { type: "default", ttl: "5m" };
const SYSTEM = "あなたは職員を助けるアシスタントです。";

/** The whole history, each time; what may be cached ends at the last two questions, and at the system prompt. */
export function conversation(modelId, turns) {
  const asked = turns.map((turn, at) => (turn.role === "user" ? at : -1)).filter((at) => at >= 0).slice(-2);
  const messages = turns.map(({ role, content }, at) => ({
    role,
    content: asked.includes(at) ? [{ text: content }, { cachePoint }] : [{ text: content }],
  }));
  const system = [{ text: SYSTEM }, { cachePoint }];
  return { modelId, messages, system, inferenceConfig: { maxTokens: 16384, temperature: 0 } };
}

/** The lines that the browser gets of a turn. What goes wrong is told in a line as well, with status 200. */
export async function* predictStream(modelId, turns) {
  try {
    const answer = await runtime().send(new ConverseStreamCommand(conversation(modelId, turns)));
    for await (const { contentBlockDelta, messageStop, metadata } of answer.stream) {
      if (contentBlockDelta?.delta.text) yield { text: contentBlockDelta.delta.text };
      if (messageStop) yield { text: "", stopReason: messageStop.stopReason };
      if (metadata) yield { text: "", metadata: { usage: { model: modelId, provider: "bedrock", ...metadata.usage } } };
    }
  } catch (error) {
    const busy = error instanceof ThrottlingException || error instanceof ServiceQuotaExceededException;
    const text = busy ? "ただいま混み合っています。" : `エラーが発生しました。\n${error.message}`;
    yield { text, stopReason: "error", name: error.name };
  }
}

/** One question, one answer: how titles are made, of a chat or of an application's run. */
export async function predict(modelId, text) {
  const answer = await runtime().send(new ConverseCommand(conversation(modelId, [{ role: "user", content: text }])));
  return answer.output.message.content[0].text;
}

/** A picture, in base64. */
export async function generateImage(modelId, text) {
  const body = JSON.stringify({
    taskType: "TEXT_IMAGE",
    textToImageParams: { text, negativeText: "文字" },
    imageGenerationConfig: { numberOfImages: 1, quality: "standard", height: 512, width: 512, cfgScale: 8, seed: 1 },
  });
  const answer = await runtime().send(new InvokeModelCommand({ modelId, body, contentType: "application/json" }));
  return JSON.parse(new TextDecoder().decode(answer.body)).images[0];
}

const TIMEOUT_MS = 29_000;

const heads = ({ key, user }) => ({ "content-type": "application/json", "x-api-key": key, "x-user-id": user });

/** A redirect is a failure, and so is silence. */
const limits = () => ({ redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });

/** Sends a form. What the screen shows is `outputs` of an answer that went well, and nothing of any other. */
export async function invokeExApp(app, inputs, sessionId = crypto.randomUUID()) {
  const body = JSON.stringify({ inputs, sessionId });
  const answer = await fetch(app.endpoint, { method: "POST", headers: heads(app), body, ...limits() });
  return told(answer);
}

/** Asks what came of a form that was answered with 202; the address must be a path of the same origin. */
export async function pollExAppStatus(app, statusUrl) {
  const url = new URL(statusUrl, app.endpoint);
  if (!statusUrl.startsWith("/") || url.origin !== new URL(app.endpoint).origin) {
    throw new Error(`not a path of the same origin: ${statusUrl}`);
  }
  return told(await fetch(url, { headers: heads(app), ...limits() }));
}

async function told(answer) {
  const said = await answer.json();
  const screen = answer.ok ? said.outputs ?? said.error?.message ?? "" : "";
  return { status: answer.status, decision: answer.headers.get("sekisho-decision"), said, screen };
}
