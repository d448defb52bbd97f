// GENAI's Lambdas, unmodified but for their environment, through the gate: node stories.mjs GENAI_JSON. Exits 0 if every
// screen showed what it should.
import { readFileSync } from "node:fs";
import { generateImage, invokeExApp, pollExAppStatus, predict, predictStream } from "./lambdas.mjs";

const genai = JSON.parse(readFileSync(process.argv[2], "utf8"));
const HELLO = "こんにちは、議事録の要約をお願いします";
const KEY = "AKIA" + "RZPUZDIKABNBHR4I";
const MY_NUMBER = "123456789018";
const [CHAT, LIGHT, PICTURES] = ["jp.anthropic.claude-sonnet-4-6", "amazon.nova-lite-v1:0", "amazon.nova-canvas-v1:0"];

/** The environment of a Lambda: the credentials of its role are there as always, and count for nothing here. */
function deployed(level) {
  process.env.AWS_ACCESS_KEY_ID = "ASIA" + "IOSFODNN7EXAMPLE";
  process.env.AWS_SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  process.env.AWS_SESSION_TOKEN = "of-the-lambdas-role";
  process.env.AWS_BEARER_TOKEN_BEDROCK = genai.key;
  process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = genai.url + (level ? `/level/${level}` : "");
}

/** An application as it is registered, here with the gate's address and the key that the gate has issued. */
const app = (path) => ({ endpoint: genai.url + path, key: genai.key, user: genai.user });

function holds(name, condition, shown = "") {
  console.log(condition ? `ok    ${name}` : `FAILS ${name}: ${JSON.stringify(shown)}`);
  if (!condition) process.exit(1);
}

const user = (content) => ({ role: "user", content });
const assistant = (content) => ({ role: "assistant", content });

/** A turn: the lines, the text of them, and how it ended. */
async function turn(...turns) {
  const lines = [];
  for await (const line of predictStream(CHAT, turns)) lines.push(line);
  const stop = lines.find((line) => line.stopReason);
  return { lines, stop, text: lines.map((line) => line.text).join("") };
}

const japanese = (text) => /[ぁ-ん]/.test(text);

async function chats() {
  let { lines, stop, text } = await turn(user(HELLO));
  holds("a turn", text === HELLO && stop.stopReason === "end_turn", lines);
  holds("in pieces, and its usage last", lines.length > 5 && lines.at(-1).metadata.usage.totalTokens > 0, lines);
  process.env.CROSS_ACCOUNT_BEDROCK_ROLE_ARN = "arn:aws:iam::210987654321:role/bedrock";
  ({ text } = await turn(user(HELLO)));
  delete process.env.CROSS_ACCOUNT_BEDROCK_ROLE_ARN;
  holds("although it is given the role of another account", text === HELLO, text);
  ({ text } = await turn(user(HELLO), assistant("要約です。"), user("続けてください")));
  holds("a second turn, with all of the first", text === "続けてください", text);
  ({ text } = await turn(user(`キーは${KEY}です`)));
  holds("a secret is redacted", !text.includes(KEY) && text.startsWith("キーは"), text);
  ({ lines, text } = await turn(user("dev:utter aws-key")));
  holds("a secret that comes in pieces is redacted", text === "キーは[secret.cloud:1]です。", lines);
}

async function refusals() {
  let { lines, stop, text } = await turn(user(`番号は${MY_NUMBER}です`));
  holds("a refused turn is one line, in Japanese, with the record", lines.length === 1 && stop.stopReason === "error"
    && japanese(text) && text.includes("記録番号") && !text.includes(MY_NUMBER), lines);
  holds("by this name, of which GenU shows a sentence of its own", stop.name === "AccessDeniedException", stop);
  ({ text } = await turn(user(`番号は${MY_NUMBER}です`), assistant(text), user("番号を書かずに聞きます")));
  holds("and does not poison the chat", text === "番号を書かずに聞きます", text);
  ({ lines, stop, text } = await turn(user("dev:utter late-marking-3")));
  holds("what was clean comes before a block in mid-stream", text.startsWith("要約は次のとおりです。\n") && !text.includes("本件"), lines);
  holds("and the line that ends it says why", stop.stopReason === "error" && stop.text.includes("記録番号"), stop);
  ({ stop } = await turn(user("dev:raise ThrottlingException")));
  holds("a busy model is told as one", stop.stopReason === "error" && japanese(stop.text), stop);
  // What is tried without a key of the gate's, or with the role's alone, reaches nothing.
  process.env.AWS_BEARER_TOKEN_BEDROCK = "sekisho_nobody";
  ({ lines, stop } = await turn(user(HELLO)));
  holds("a wrong key", lines.length === 1 && stop.name === "UnrecognizedClientException", lines);
  deployed("2");
}

async function sideCalls() {
  const title = await predict(LIGHT, `次の会話に30文字以内の題を付けてください。\n<conversation>${HELLO} ${KEY}</conversation>`);
  holds("a title, without the secret of the chat", title.includes(HELLO) && !title.includes(KEY), title);
  try {
    await predict(LIGHT, `題を付けてください。番号は${MY_NUMBER}です`);
    holds("no title of what was refused", false);
  } catch (error) {
    holds("no title of what was refused", error.name === "AccessDeniedException", error.message);
  }
}

async function pictures() {
  deployed("1");
  const picture = await generateImage(PICTURES, "桜の咲く庁舎");
  holds("a picture, where policy lets it pass", picture.startsWith("iVBOR"), picture);
  for (const [level, text, why] of [["2", "桜の咲く庁舎", "検査できない内容"], ["1", `番号は${MY_NUMBER}`, "マイナンバー"]]) {
    deployed(level);
    try {
      holds(`no picture at Level ${level} of ${why}`, !(await generateImage(PICTURES, text)));
    } catch (error) {
      holds(`no picture at Level ${level}: ${why}`, error.message.includes(why) && error.message.includes("記録番号"), error.message);
    }
  }
  deployed("2");
}

async function applications() {
  const minutes = app("/apps/minutes/invoke");
  const translate = app("/apps/translate/invoke");
  const level = (text) => ({ confidentiality_level: text });
  let run = await invokeExApp(minutes, { question: HELLO, step: 35, prefecture: 13, fruits: "apple,banana", conversation_history: "", files: [] });
  holds("a form", run.status === 200 && run.screen === HELLO && !run.decision, run);
  const straight = { endpoint: `${genai.straight}/minutes/invoke`, key: "registered-before", user: genai.user };
  const before = await invokeExApp(straight, { question: HELLO });
  holds("answered as without the gate", JSON.stringify(before.said) === JSON.stringify(run.said), [before, run]);
  run = await invokeExApp(minutes, { question: `キーは${KEY}です`, ...level("機密性２情報") });
  holds("a secret is redacted", !run.screen.includes(KEY) && run.screen.startsWith("キーは"), run);
  run = await invokeExApp(minutes, { question: "dev:utter aws-key" });
  holds("and one in the answer", run.screen === "キーは[secret.cloud:1]です。", run);
  for (const [why, to, inputs] of [
    ["個人番号", minutes, { question: `番号は${MY_NUMBER}です` }],
    ["モデルの回答をお渡しできません", minutes, { question: "dev:utter marking-3" }],
    ["ファイル", minutes, { question: HELLO, files: [{ key: "k", files: [{ filename: "a.pdf", content: "JVBERi0xLjcK" }] }] }],
    ["環境がありません", translate, { question: HELLO, ...level("機密性２情報") }],
  ]) {
    run = await invokeExApp(to, inputs);
    const shown = run.screen.includes(why) && run.screen.includes("記録番号") && !run.screen.includes(MY_NUMBER);
    holds(`refused, and the screen says why: ${why}`, run.status === 200 && run.decision === "refused" && shown, run);
  }
  run = await invokeExApp(translate, { question: HELLO, ...level("機密性１情報") });
  holds("the same at Level 1", run.screen === HELLO, run);
  run = await invokeExApp({ ...minutes, key: "sekisho_nobody" }, { question: HELLO });
  holds("a wrong key keeps its status", run.status === 401 && run.screen === "" && japanese(run.said.outputs), run);
  // As after every run: inputs and outputs again, to a light model, for a title.
  const title = await predict(LIGHT, `題を付けてください。\n${JSON.stringify({ question: KEY })}\n${HELLO}`);
  holds("a title of the run", title.includes(HELLO) && !title.includes(KEY), title);
}

/** A form that is answered later: begun, asked about, over. */
async function laterOn(how, report) {
  const asked = async (question) => {
    const begun = await invokeExApp(report, { question });
    if (begun.status !== 202) return [begun];
    const [first, last] = [await pollExAppStatus(report, begun.said.status_url), await pollExAppStatus(report, begun.said.status_url)];
    return [begun, first, last];
  };
  let [begun, first, last] = await asked(HELLO);
  holds(`${how}: begun`, begun.status === 202 && begun.said.status === "PENDING" && begun.screen, begun);
  holds("under way", first.said.status === "IN_PROGRESS", first);
  holds("over", last.said.status === "COMPLETED" && last.screen === HELLO, last);
  [, , last] = await asked("dev:fail");
  holds("failed", last.said.status === "ERROR" && last.screen, last);
  return asked;
}

async function laterOnThroughTheGate() {
  const report = app("/apps/report/requests");
  const asked = await laterOn("through the gate", report);
  let [begun] = await asked(`番号は${MY_NUMBER}です`);
  holds("refused at once", begun.status === 200 && begun.decision === "refused" && begun.screen.includes("個人番号"), begun);
  let [, , last] = await asked("dev:utter aws-key");
  holds("what came of it is redacted", last.screen === "キーは[secret.cloud:1]です。", last);
  [, , last] = await asked("dev:utter marking-3");
  holds("or withheld", last.said.status === "ERROR" && last.decision === "refused" && !last.screen.includes("本件"), last);
  [, , last] = await asked("dev:file");
  holds("and so is a file", last.said.status === "ERROR" && !JSON.stringify(last.said).includes("JVBERi0xLjcK"), last);
  [begun] = await asked(HELLO);
  const other = await pollExAppStatus(report, begun.said.status_url.slice(0, -2) + "AA");
  holds("an address that nobody was given leads nowhere", other.status === 404, other);
}

deployed("2");
for (const story of [chats, refusals, sideCalls, pictures, applications]) await story();
deployed(undefined);
await chats();
await laterOn("without the gate", { endpoint: `${genai.straight}/report/requests`, key: "registered-before", user: genai.user });
await laterOnThroughTheGate();
process.exit(0);
