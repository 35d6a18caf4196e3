#!/usr/bin/env python3
"""An agent that asks: on its streams it behaves like Claude Code.

It takes the hello line and the prompt, prints the request in `asks.json` beside it, waits for the answer, keeps
that in `answers.jsonl`, and ends its turn. Then it takes whatever comes until its input ends.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "2.1.330"


def say(**line):
    print(json.dumps(line), flush=True)


def main():
    words = sys.argv[1:]
    if words[:1] == ["--version"]:
        print(f"{VERSION} (Claude Code)")
        return 0
    if words[:1] == ["auth"]:
        return 1
    session = words[words.index("--session-id") + 1] if "--session-id" in words else "resumed"
    asks = json.loads((HERE / "asks.json").read_text())
    sys.stdin.readline()
    sys.stdin.readline()
    say(type="system", subtype="init", cwd=".", session_id=session, tools=[asks["tool"]], mcp_servers=[],
        model="claude-opus-5-5", permissionMode="default", apiKeySource="none",
        claude_code_version=VERSION, uuid="i-1")
    call = {"type": "tool_use", "id": "t1", "name": asks["tool"], "input": asks["input"]}
    say(type="assistant", session_id=session, uuid="u-1", parent_tool_use_id=None,
        message={"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-opus-5-5",
                 "content": [call], "stop_reason": None, "usage": {"input_tokens": 1, "output_tokens": 1}})
    say(type="control_request", request_id="r1",
        request={"subtype": "can_use_tool", "tool_name": asks["tool"], "tool_use_id": "t1",
                 "input": asks["input"]})
    answer = sys.stdin.readline()
    with open(HERE / "answers.jsonl", "a", encoding="utf-8") as kept:
        kept.write(answer)
    say(type="result", subtype="success", is_error=False, duration_ms=9, duration_api_ms=8, num_turns=1,
        result="Done.", session_id=session, total_cost_usd=0.01,
        usage={"input_tokens": 1, "output_tokens": 1, "cache_read_input_tokens": 0,
               "cache_creation_input_tokens": 0},
        modelUsage={}, permission_denials=[], uuid="res-1")
    while sys.stdin.readline():
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
