// A web front that asks for a person, with the paper's own way to sign a context: once for this body, once for another.
import { readFileSync } from "node:fs";
import { context } from "./context.mjs";

const [url, key, model] = process.argv.slice(2);
const person = { id: "ada@digital.go.jp", ministry: "digital", role: "official" };
const body = JSON.stringify({ model, messages: [{ role: "user", content: "こんにちは" }] });

async function ask(signed) {
  const headers = {
    "content-type": "application/json",
    "confidentiality-level": "1",
    "sekisho-context": context(readFileSync(key), "web-1", person, signed),
  };
  const answer = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
  return answer.status;
}

console.log(await ask(body), await ask(`${body} `));
