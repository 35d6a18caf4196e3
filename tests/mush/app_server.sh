#!/bin/sh
# Behaves on its streams like `codex app-server`. FAKE says how it misbehaves, FAKE_ID is the id of
# its request. It writes every line that it receives to the file `heard` in its working directory.

say() { printf '%s\n' "$1"; }
field() { printf '%s' "$2" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
turn() { say "{\"method\":\"turn/$1\",\"params\":{\"threadId\":\"t-1\",\"turn\":{\"id\":\"turn-$count\",\"status\":\"$2\"}}}"; }
ask() { say "{\"method\":\"item/commandExecution/requestApproval\",\"id\":$FAKE_ID,\"params\":{\"threadId\":\"t-1\",\"itemId\":\"c-1\",\"command\":\"/bin/sh -c 'make all'\",\"cwd\":\"/w\"}}"; }
answer() {
    say "{\"method\":\"item/completed\",\"params\":{\"threadId\":\"t-1\",\"item\":{\"type\":\"agentMessage\",\"id\":\"m-$count\",\"text\":\"$1\"}}}"
    used=$((used + 10))
    total="\"inputTokens\":$used,\"cachedInputTokens\":0,\"cacheWriteInputTokens\":0,\"outputTokens\":1"
    last='"inputTokens":10,"cachedInputTokens":0,"cacheWriteInputTokens":0,"outputTokens":0'
    say "{\"method\":\"thread/tokenUsage/updated\",\"params\":{\"threadId\":\"t-1\",\"tokenUsage\":{\"total\":{$total},\"last\":{$last}}}}"
    turn completed completed
}

case $1 in
--version) echo "codex-cli ${FAKE_VERSION:-0.171.0}" && exit 0 ;;
login) echo "Logged in using ChatGPT" >&2 && exit 0 ;;
esac

count=0
used=0
while IFS= read -r line; do
    printf '%s\n' "$line" >>heard
    case $line in
    *'"method":"initialize"'*)
        case $FAKE in
        silent) ;;
        refuses) say '{"error":{"code":-32600,"message":"no more clients today"},"id":"hello"}' ;;
        *) say '{"id":"hello","result":{"userAgent":"musher/0.171.0 (test)"}}' ;;
        esac
        ;;
    *'"method":"thread/'*)
        [ "$FAKE" = log ] && echo '2026-11-29T07:00:00Z  WARN a line of a log'
        policy=$(field approvalPolicy "$line")
        [ "$FAKE" = careless ] && policy=never
        sandbox=$(field sandbox "$line")
        case $FAKE$line in
        boxless*'"method":"thread/resume"'*)
            say '{"error":{"code":-32600,"message":"no rollout found for thread id t-1"},"id":"thread"}'
            continue
            ;;
        esac
        say "{\"id\":\"thread\",\"result\":{\"thread\":{\"id\":\"t-1\",\"cliVersion\":\"0.171.0\"},\"model\":\"gpt-test\",\"approvalPolicy\":\"$policy\",\"approvalsReviewer\":\"user\",\"sandbox\":{\"type\":\"$sandbox\"}}}"
        ;;
    *'"method":"account/rateLimits/read"'*)
        say '{"id":"limits","error":{"code":-32600,"message":"codex account authentication required to read rate limits"}}'
        ;;
    *'"method":"command/exec"'*)
        code=0
        [ "$FAKE" = boxless ] && code=1
        say "{\"id\":\"probe\",\"result\":{\"exitCode\":$code,\"stdout\":\"\",\"stderr\":\"bwrap: no permissions\"}}"
        ;;
    *'"method":"turn/start"'*)
        count=$((count + 1))
        say "{\"id\":\"$(field id "$line")\",\"result\":{\"turn\":{\"id\":\"turn-$count\",\"status\":\"inProgress\"}}}"
        turn started inProgress
        case $FAKE in
        asks) ask && ask ;;
        dies) ask && exit 3 ;;
        dies_answered) ask ;;
        strange) say "{\"method\":\"item/tool/call\",\"id\":$FAKE_ID,\"params\":{}}" ;;
        waits) ;;
        *) answer "It is done." ;;
        esac
        ;;
    *'"method":"turn/interrupt"'*)
        say "{\"id\":\"$(field id "$line")\",\"result\":{}}"
        turn completed interrupted
        ;;
    "{\"id\":$FAKE_ID,"*)
        [ "$FAKE" = dies_answered ] && exit 3
        case $line in
        *'"decision":"cancel"'*) turn completed interrupted ;;
        *) answer "It was answered." ;;
        esac
        ;;
    esac
done
