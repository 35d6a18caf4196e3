//! Command lines with the verdict of each on the claim that the tests pass, after the line ended with 0.

use super::steps::{Call, CallEnd, Status, steps};
use super::verdict::{Known, judge};
use proptest::prelude::*;
use protocol::{
    ClaimKind, ClaimWhy as W, Pos, RunId, Stream, Subject, Timestamp, ToolKind, Verdict,
};

pub(super) const ROOT: &str = "/w/shop";

/// A tool call that lasts one second; `at` is its place among the calls of its run.
pub(super) fn call(at: u64, kind: ToolKind, subject: Subject, status: Status) -> Call {
    let seconds = |s: u64| Timestamp::from_seconds(i64::try_from(s).unwrap());
    Call {
        run: RunId::new("run"),
        run_at: 0,
        seq: at * 10,
        at: seconds(at * 10),
        pos: Pos { stream: Stream::Stdout, offset: at, len: 1, index: 0 },
        kind,
        subject,
        result: Some(CallEnd {
            seq: at * 10 + 1,
            at: seconds(at * 10 + 1),
            is_denied: false,
            is_ok: status == Status::Exit(0),
            status,
        }),
    }
}

pub(super) fn command(at: u64, line: &str, status: Status) -> Call {
    let subject = Subject::Command { text: line.to_owned(), cwd: None };
    call(at, ToolKind::Command, subject, status)
}

pub(super) fn known(calls: &[Call]) -> Known {
    Known { steps: steps(calls, &[ROOT.to_owned()]), is_whole: true, ..Known::default() }
}

fn verdict(kind: ClaimKind, line: &str, status: Status) -> (Verdict, Option<W>) {
    let known = known(&[command(1, line, status)]);
    let found = judge(kind, &known);
    (found.verdict, found.why)
}

fn tests(line: &str) -> (Verdict, Option<W>) {
    verdict(ClaimKind::Tests, line, Status::Exit(0))
}

#[test]
fn a_line_that_ends_with_0_proves_what_had_to_succeed_for_that() {
    let proved = [
        "npm test",
        "cd a && npm test",
        "time npm test",
        "env X=1 npm test",
        "CI=1 npm test",
        "npm test > log 2>&1",
        "npm test 2>&1 && echo ok",
        "cargo test",
        "cargo test --workspace --all-features",
        "cargo +nightly test -q -- --nocapture",
        "cargo nextest run --workspace",
        "RUST_BACKTRACE=1 cargo test 2>&1",
        "go test ./...",
        "go test -race ./... -count=1",
        "pytest",
        "python -m pytest -q",
        "python3 -m pytest tests/ -x --tb=short",
        "uv run pytest -q",
        "poetry run pytest",
        "source .venv/bin/activate && pytest",
        "pnpm test",
        "yarn test",
        "pnpm -r test",
        "bun test",
        "npm run test:ci",
        "npx vitest run",
        "npx jest --ci --coverage",
        "yarn test --watchAll=false",
        "export CI=1; npm test;",
        "npm run build && npm test",
        "npm test && npm run lint",
        "set -o pipefail; npm test | tee /tmp/log",
        "set -euo pipefail\nnpm test 2>&1 | tail -5",
        "bash -c 'npm test'",
        "bash -lc 'cd a && npm test'",
        "timeout 600 npm test",
        "nice -n 5 make test",
        "(cd a && npm test)",
        "make check -j8",
        "./gradlew test",
        "mvn -B -ntp verify",
        "dotnet test --no-restore",
        "ctest --test-dir build --output-on-failure",
        "bazel test //...",
        "just test",
        "tox",
        "bundle exec rspec",
        "vendor/bin/phpunit",
        "swift test",
        "mix test",
        "deno test -A",
        "cat <<'EOF' > /tmp/x\nnpm test | cat\nEOF\nnpm test",
        "npm ci && npm test",
        "sed -i s/a/b/ src/a.ts && npm test",
    ];
    for line in proved {
        assert_eq!(tests(line), (Verdict::Proved, None), "{line}");
    }
    let unknown = [
        ("npm test | tail -5", W::Pipe),
        ("npm test 2>&1 | tee log.txt", W::Pipe),
        ("npm test |& cat", W::Pipe),
        ("npm test || true", W::OrElse),
        ("npm test && echo ok || echo no", W::OrElse),
        ("npm test; echo done", W::Sequence),
        ("npm test; echo $?", W::Sequence),
        ("npm test\necho done", W::Sequence),
        ("npm test &", W::Background),
        ("nohup npm test > log 2>&1 & sleep 1", W::Background),
        ("! npm test", W::Negated),
        ("echo \"$(npm test)\"", W::Substitution),
        ("X=$(npm test)", W::Substitution),
        ("bash -c 'npm test; true'", W::Sequence),
        ("bash -c 'npm test | cat'", W::Pipe),
        ("if npm test; then echo ok; fi", W::Unreadable),
        ("for d in a b; do (cd $d && npm test); done", W::Unreadable),
        ("npm test; exit 0", W::Sequence),
        ("trap 'exit 0' EXIT; npm test", W::Unreadable),
        ("npm() { true; }; npm test", W::Unreadable),
        ("npm test '", W::Unreadable),
        ("./run-tests.sh", W::Script),
        ("bash scripts/test.sh", W::Script),
        ("bash <<'EOF'\nnpm test\nEOF", W::Script),
        ("docker compose run app npm test", W::Script),
        ("xargs npm test", W::Script),
        ("timeout --preserve-status 5 npm test", W::Script),
        ("cargo test login", W::Part),
        ("cargo test -p api", W::Part),
        ("cargo test --lib", W::Part),
        ("cargo test -- --skip slow", W::Part),
        ("cargo nextest run -E 'test(a)'", W::Part),
        ("go test ./api", W::Part),
        ("go test -run TestA ./...", W::Part),
        ("pytest tests/test_a.py", W::Part),
        ("pytest -k login", W::Part),
        ("npm test -- login.test.ts", W::Part),
        ("npm test -w api", W::Part),
        ("npm run test:unit", W::Part),
        ("npx jest src/a.test.ts", W::Part),
        ("npx vitest run src/a.test.ts", W::Part),
        ("./gradlew test --tests A", W::Part),
        ("mvn test -Dtest=A", W::Part),
        ("cd /elsewhere && npm test", W::Part),
        ("make unit-test", W::Part),
        ("cargo xtask test", W::Script),
        ("moon run test", W::Script),
        ("export PYTEST_ADDOPTS=-x; pytest", W::Arguments),
        ("npx vitest", W::Watch),
        ("npx jest --watch", W::Watch),
        ("npm test $ARGS", W::Arguments),
        ("npm test -- --unheard-of", W::Arguments),
        ("npm test --if-present", W::Arguments),
        ("PYTEST_ADDOPTS='-k a' pytest", W::Arguments),
        ("make -i test", W::Arguments),
        ("mvn test -fn", W::Arguments),
    ];
    for (line, why) in unknown {
        assert_eq!(tests(line), (Verdict::ResultUnknown, Some(why)), "{line}");
    }
    for line in [
        "npm install",
        "npm test --help",
        "cargo test --no-run",
        "pytest --collect-only",
        "make -n test",
        "go test -list . ./...",
        "./gradlew test --dry-run",
        "mvn package -DskipTests",
        "echo npm test",
        "mkdir -p test build",
        "git checkout test",
        "grep -r 'npm test' .",
        "cat tests/test_a.py",
        "git commit -m 'npm test passes'",
        "cargo build",
        "[ -f package.json ]",
        "# npm test",
    ] {
        assert_eq!(tests(line), (Verdict::NotRun, None), "{line}");
    }
    for line in [
        "npm test && sed -i s/a/b/ src/a.ts",
        "npm test && echo x > src/a.ts",
        "npm test && git checkout main",
    ] {
        assert_eq!(tests(line), (Verdict::BeforeEdit, Some(W::Edited)), "{line}");
    }
    for line in [
        "npm test && npm install left-pad",
        "npm test && python3 gen.py",
        "npm test && npx prettier --write .",
    ] {
        assert_eq!(tests(line), (Verdict::BeforeEdit, Some(W::MayHaveEdited)), "{line}");
    }
}

#[test]
fn builds_and_lints_are_recognised_too() {
    let proved = |kind, line: &str| {
        assert_eq!(verdict(kind, line, Status::Exit(0)).0, Verdict::Proved, "{kind:?} {line}");
    };
    for line in [
        "cargo build --release",
        "cargo test --no-run",
        "cargo test",
        "npm run build",
        "make",
        "go build ./...",
        "tsc -b && vite build",
        "dotnet build",
        "mvn compile",
        "cmake --build build -j8",
        "pnpm build",
    ] {
        proved(ClaimKind::Build, line);
    }
    for line in [
        "cargo clippy --all-targets -- -D warnings",
        "cargo fmt --all --check",
        "npm run lint",
        "npx eslint . --max-warnings 0",
        "npx tsc --noEmit",
        "ruff check .",
        "mypy .",
        "npx prettier --check .",
    ] {
        proved(ClaimKind::Lint, line);
    }
    assert_eq!(verdict(ClaimKind::Lint, "cargo fmt", Status::Exit(0)).0, Verdict::ResultUnknown);
    assert_eq!(verdict(ClaimKind::Lint, "npx eslint --fix .", Status::Exit(0)).0, Verdict::NotRun);
}

#[test]
fn a_status_that_is_not_0_is_a_failure_if_it_is_certain_whose() {
    for line in ["npm test", "cd a && npm test", "cargo test login"] {
        assert_eq!(verdict(ClaimKind::Tests, line, Status::Exit(1)).0, Verdict::Failed, "{line}");
    }
    for line in ["npm run lint && npm test", "npm test | tail", "npm test; false"] {
        let found = verdict(ClaimKind::Tests, line, Status::Exit(1)).0;
        assert_eq!(found, Verdict::ResultUnknown, "{line}");
    }
    for why in [W::NoStatus, W::CutShort, W::Background] {
        let found = verdict(ClaimKind::Tests, "npm test", Status::NotKnown(why));
        assert_eq!(found, (Verdict::ResultUnknown, Some(why)));
    }
}

/// A piece of a line.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "npm test",
        "cargo test",
        "cd a",
        "echo x",
        "X=1",
        "bash -c 'npm test'",
        "(",
        ")",
        "{",
        "}",
        "&&",
        "||",
        ";",
        "|",
        "&",
        "\n",
        "!",
        "<<EOF",
        "EOF",
        "> f",
        "2>&1",
        "'",
        "\"",
        "`",
        "$(",
        "#",
        "\\",
        "set -e",
        "set -o pipefail",
        "time",
        "env",
        "if",
        "then",
        "fi",
        "--",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn an_appended_true_never_leaves_anything_proved(pieces in prop::collection::vec(piece(), 0..8), space in "[ ]?") {
        let line = pieces.join(" ");
        for kind in [ClaimKind::Tests, ClaimKind::Build, ClaimKind::Lint] {
            let whole = format!("{line}{space}; true");
            // With `set -e` a failure ends the line before it comes to `true`.
            let stops = line.contains("set -e");
            let found = verdict(kind, &whole, Status::Exit(0)).0;
            prop_assert!(stops || found != Verdict::Proved, "{whole}");
        }
    }
}
