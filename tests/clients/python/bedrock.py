"""boto3, unmodified, through the gate: bedrock.py DEV_JSON. Exits 0 if every exchange ended as it should.

The SDK finds the development CA by AWS_CA_BUNDLE and, where requests are signed, keys of the gate's own by
AWS_SHARED_CREDENTIALS_FILE, a profile for each person. The caller sets both.
"""
import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

dev = json.load(open(sys.argv[1], encoding="utf-8"))
HELLO = "こんにちは、議事録の要約をお願いします"
KEY = "AKIA" + "RZPUZDIKABNBHR4I"
MODELS = {family: next(model for model in dev["models"] if family in model)
          for family in ("anthropic", "nova", "titan", "llama", "mistral")}
TOOLS = {"tools": [{"toolSpec": {"name": "find", "inputSchema": {"json": {
    "type": "object", "properties": {"text": {"type": "string"}}}}}}]}


def bearer(who):
    """A client that shows a token, as AWS calls it an API key."""
    os.environ["AWS_BEARER_TOKEN_BEDROCK"] = open(dev["tokens"][who], encoding="utf-8").read().strip()
    return boto3.Session(aws_access_key_id="unused", aws_secret_access_key="unused")


def signed(who):
    """A client that signs what it asks (SigV4)."""
    os.environ.pop("AWS_BEARER_TOKEN_BEDROCK", None)
    return boto3.Session(profile_name=who)


def client(session, base="/level/2"):
    """Nothing is tried again: a refusal is one, and the backend fails only when it is told to."""
    once = Config(retries={"total_max_attempts": 1})
    return session.client("bedrock-runtime", region_name="ap-northeast-1", endpoint_url=dev["url"] + base, config=once)


def prompt(text):
    return [{"role": "user", "content": [{"text": text}]}]


def holds(name, condition, shown=""):
    print(("ok    " if condition else "FAILS ") + name + ("" if condition else f": {shown}"))
    if not condition:
        sys.exit(1)


def refused(name, code, ask):
    """The SDK raises its own error of this kind; returns it."""
    try:
        answer = ask()
    except ClientError as error:
        heads = error.response["ResponseMetadata"]["HTTPHeaders"]
        told = error.response["Error"]
        known = code == "UnrecognizedClientException" or heads.get("sekisho-record")
        holds(name, told["Code"] == code and told["Message"] and known, repr(error.response))
        return error
    holds(name, False, f"answered: {answer!r}")


def conversed(gate, text, model=MODELS["anthropic"], **more):
    answer = gate.converse(modelId=model, messages=prompt(text), **more)
    return answer["output"]["message"]["content"][0]


def events(gate, text, **more):
    """Each event of a stream: its name and what it says."""
    stream = gate.converse_stream(modelId=MODELS["anthropic"], messages=prompt(text), **more)["stream"]
    for event in stream:
        yield from event.items()


def pieces(gate, text, got=None):
    """Every piece of text of a stream; what came before an error stays in `got`."""
    got = [] if got is None else got
    for name, event in events(gate, text):
        if name == "contentBlockDelta":
            got.append(event["delta"]["text"])
    return got


def native(family, text):
    """A prompt as whoever made the model wants it."""
    return json.dumps({
        "anthropic": {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100,
                      "messages": [{"role": "user", "content": text}]},
        "nova": {"messages": prompt(text), "inferenceConfig": {"maxTokens": 100}},
        "titan": {"inputText": text, "textGenerationConfig": {"maxTokenCount": 100}},
        "llama": {"prompt": text, "max_gen_len": 100},
        "mistral": {"prompt": text, "max_tokens": 100},
    }[family])


def words(family, answer):
    """What a model said, whole or in one piece."""
    match family:
        case "anthropic":
            parts = answer.get("content", [answer.get("delta", {})])
            return "".join(part.get("text", "") for part in parts)
        case "nova" if "output" in answer:
            return answer["output"]["message"]["content"][0]["text"]
        case "nova":
            return answer.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
        case "titan":
            return answer["results"][0]["outputText"] if "results" in answer else answer["outputText"]
        case "llama":
            return answer["generation"]
        case "mistral":
            return answer["outputs"][0]["text"]


def invoked(gate, family, text):
    answer = gate.invoke_model(modelId=MODELS[family], body=native(family, text))
    return words(family, json.load(answer["body"]))


def invoking(gate, family, text, got=None):
    got = [] if got is None else got
    stream = gate.invoke_model_with_response_stream(modelId=MODELS[family], body=native(family, text))["body"]
    for event in stream:
        got.append(words(family, json.loads(event["chunk"]["bytes"])))
    return got


def broken_off(name, ask):
    """A stream that ends with an exception: what came before it."""
    got = []
    try:
        ask(got)
        holds(name, False, got)
    except EventStreamError as error:
        message = error.response["Error"]["Message"]
        holds(name + " raises, with our message and the record", "記録番号" in message, repr(error.response))
    holds("what was clean came before it, and nothing else", "".join(got) == "要約は次のとおりです。\n", got)


def whole(who, how):
    gate = client(who("official"))
    holds(f"{how}: allowed", conversed(gate, HELLO)["text"] == HELLO)
    raw = gate.converse(modelId=MODELS["nova"], messages=prompt(HELLO))["ResponseMetadata"]["HTTPHeaders"]
    holds("a model whose name is encoded, and the answer names its level", raw["confidentiality-level"] == "2", raw)
    text = conversed(gate, f"キーは{KEY}です")["text"]
    holds("redacted", KEY not in text and text.startswith("キーは") and text.endswith("です"), text)
    error = refused("refused", "AccessDeniedException", lambda: conversed(client(who("contractor")), HELLO))
    holds("the SDK's error carries our message and none of the prompt", "機密性" in str(error) and HELLO not in str(error), error)
    refused("cut", "AccessDeniedException", lambda: conversed(client(who("official")), "dev:utter marking-3"))
    call = conversed(client(who("official")), "dev:call 東京", toolConfig=TOOLS)["toolUse"]
    holds("a tool is called", (call["name"], call["input"]) == ("find", {"text": "東京"}), call)
    call = conversed(client(who("official")), "dev:call aws-key", toolConfig=TOOLS)["toolUse"]
    holds("a secret in a tool's input is redacted", call["input"] == {"text": "キーは[secret.cloud:1]です。"}, call)


def levels(who, how):
    def declared(request, **_):
        request.headers["Confidentiality-Level"] = "1"

    gate = client(who("official"), base="")
    gate.meta.events.register("before-sign.bedrock-runtime.Converse", declared)
    raw = gate.converse(modelId=MODELS["anthropic"], messages=prompt(HELLO))["ResponseMetadata"]["HTTPHeaders"]
    holds(f"{how}: the level in a head", raw["confidentiality-level"] == "1", raw)


def streams(who, how):
    gate = client(who("official"))
    got = pieces(gate, HELLO)
    holds(f"{how}: streamed, in pieces", "".join(got) == HELLO and len(got) > 3, got)
    holds("usage comes last", dict(events(gate, HELLO))["metadata"]["usage"]["totalTokens"] > 0)
    got = pieces(gate, "dev:utter aws-key")
    holds("a secret in a stream is redacted", "".join(got) == "キーは[secret.cloud:1]です。", got)
    refused("a refused request is no stream", "AccessDeniedException", lambda: pieces(gate, "番号は123456789018です"))
    broken_off("a block in mid-stream", lambda got: pieces(gate, "dev:utter late-marking-3", got))
    told = list(events(gate, "dev:call 東京", toolConfig=TOOLS))
    start = [event["start"]["toolUse"]["name"] for name, event in told if name == "contentBlockStart"]
    given = "".join(event["delta"]["toolUse"]["input"] for name, event in told if name == "contentBlockDelta")
    holds("a tool call comes whole", start == ["find"] and json.loads(given) == {"text": "東京"}, told)


def natives(who, how):
    gate = client(who("official"))
    for family in MODELS:
        holds(f"{how}: {family}, invoked", invoked(gate, family, HELLO) == HELLO)
        got = invoking(gate, family, HELLO)
        holds(f"{family}, streamed", "".join(got) == HELLO and len(got) > 3, got)
        text = invoked(gate, family, f"キーは{KEY}です")
        holds("redacted", KEY not in text and text.startswith("キーは") and text.endswith("です"), text)
        got = invoking(gate, family, "dev:utter aws-key")
        holds("redacted across frames", "".join(got) == "キーは[secret.cloud:1]です。", got)
    refused("refused", "AccessDeniedException", lambda: invoked(gate, "anthropic", "番号は123456789018です"))
    refused("a refused request is no stream", "AccessDeniedException", lambda: invoking(gate, "titan", "番号は123456789018です"))
    broken_off("a block in mid-stream", lambda got: invoking(gate, "anthropic", "dev:utter late-marking-3", got))


ways = {"bearer": bearer}
if "AWS_SHARED_CREDENTIALS_FILE" in os.environ:
    ways["signed"] = signed
for how, who in ways.items():
    for story in (whole, levels, streams, natives):
        story(who, how)

counted = client(bearer("official")).count_tokens(modelId=MODELS["anthropic"], input={"converse": {"messages": prompt(HELLO)}})
holds("tokens are counted", counted["inputTokens"] > 0, counted)
os.environ["AWS_BEARER_TOKEN_BEDROCK"] = "nobody"
refused("a wrong key is an authentication error", "UnrecognizedClientException", lambda: conversed(client(boto3.Session()), HELLO))
