"""The OpenAI SDK, unmodified, through the gate: chat.py DEV_JSON. Exits 0 if every exchange ended as it should.

The SDK finds the development CA by SSL_CERT_FILE, which the caller sets.
"""
import json
import sys

import openai

dev = json.load(open(sys.argv[1], encoding="utf-8"))
HELLO = "こんにちは、議事録の要約をお願いします"
KEY = "AKIA" + "RZPUZDIKABNBHR4I"


def client(who, base="/v1", level=None):
    token = open(dev["tokens"][who], encoding="utf-8").read().strip()
    heads = {"Confidentiality-Level": level} if level else None
    return openai.OpenAI(base_url=dev["url"] + base, api_key=token, default_headers=heads)


def say(gate, text, **more):
    messages = [{"role": "user", "content": text}]
    return gate.chat.completions.create(model=dev["models"][0], messages=messages, **more)


def holds(name, condition, shown=""):
    print(("ok    " if condition else "FAILS ") + name + ("" if condition else f": {shown}"))
    if not condition:
        sys.exit(1)


def refused(name, kind, ask):
    """The SDK raises its own error of this kind; returns it."""
    try:
        answer = ask()
    except kind as error:
        holds(name, error.message and error.response.headers["sekisho-record"], repr(error))
        return error
    holds(name, False, f"answered: {answer!r}")


answer = say(client("official", level="2"), HELLO)
holds("allowed", answer.choices[0].message.content == HELLO, answer)
answer = say(client("official", base="/level/1/v1"), HELLO)
holds("allowed, with the level in the base URL", answer.choices[0].message.content == HELLO, answer)
answer = say(client("official"), HELLO, metadata={"confidentiality_level": "1"})
holds("allowed, with the level in metadata", answer.choices[0].message.content == HELLO, answer)
raw = client("official", level="1").chat.completions.with_raw_response.create(
    model=dev["models"][0], messages=[{"role": "user", "content": HELLO}])
holds("the answer names its level", raw.headers["confidentiality-level"] == "1", raw.headers)

answer = say(client("official", level="2"), f"キーは{KEY}です")
text = answer.choices[0].message.content
holds("redacted", KEY not in text and text.startswith("キーは") and text.endswith("です"), text)

error = refused("refused", openai.PermissionDeniedError, lambda: say(client("contractor", level="2"), HELLO))
holds("the SDK's error carries our message and none of the prompt", "機密性" in error.message and HELLO not in str(error), error)
refused("cut", openai.PermissionDeniedError, lambda: say(client("official", level="2"), "dev:utter marking-3"))

# Streams.
TOOLS = [{"type": "function", "function": {"name": "find", "parameters": {"type": "object", "properties": {"text": {"type": "string"}}}}}]


def deltas(text, **more):
    """Every piece of content of a stream."""
    chunks = say(client("official", level="2"), text, stream=True, **more)
    return [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]


pieces = deltas(HELLO)
holds("streamed, in pieces", "".join(pieces) == HELLO and len(pieces) > 3, pieces)
pieces = deltas("dev:utter aws-key")
holds("a secret in a stream is redacted", "".join(pieces) == "キーは[secret.cloud:1]です。", pieces)
usage = [chunk.usage for chunk in say(client("official", level="2"), HELLO, stream=True, stream_options={"include_usage": True})]
holds("usage comes with the last chunk", usage[-1].total_tokens > 0 and not any(usage[:-1]), usage)
refused("a refused request is no stream", openai.PermissionDeniedError, lambda: deltas("番号は123456789018です"))

got = []
try:
    for chunk in say(client("official", level="2"), "dev:utter late-marking-3", stream=True):
        got.append(chunk.choices[0].delta.content or "")
    holds("a block in mid-stream raises", False, got)
except openai.APIError as error:
    holds("a block in mid-stream raises, with our message and the record", "記録番号" in error.message and error.code == "answer-label", repr(error))
    holds("what was clean came before it, and nothing else", "".join(got) == "要約は次のとおりです。\n", got)

with client("official", level="2").chat.completions.stream(
    model=dev["models"][0], messages=[{"role": "user", "content": "dev:call 東京"}], tools=TOOLS) as stream:
    for _ in stream:
        pass
    call = stream.get_final_completion().choices[0].message.tool_calls[0]
holds("a tool call comes whole", call.function.name == "find" and json.loads(call.function.arguments) == {"text": "東京"}, call)
with client("official", level="2").chat.completions.stream(
    model=dev["models"][0], messages=[{"role": "user", "content": "dev:utter my-number"}]) as stream:
    final = stream.get_final_completion().choices[0].message
holds("the stream helper's final answer is the redacted one", final.content == "番号は[pii.jp.my-number:1]です。" and final.role == "assistant", final)

try:
    say(openai.OpenAI(base_url=dev["url"] + "/v1", api_key="nobody"), HELLO)
    holds("a wrong key is an authentication error", False)
except openai.AuthenticationError as error:
    holds("a wrong key is an authentication error", bool(error.message))

names = [model.id for model in client("official").models.list()]
holds("models are listed", dev["models"][0] in names, names)
