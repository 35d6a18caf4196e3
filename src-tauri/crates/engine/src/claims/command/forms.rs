//! The commands of the usual tool chains that test, build and lint, with the arguments of each that are known. An
//! argument that is not known leaves the result unknown. Pure.

use super::Act;
use super::arguments::{Found, TAKES, Takes, read};
use super::scripts::target;
use crate::claims::has;
use crate::claims::shell::{Word, base_name};
use protocol::{ClaimKind as K, ClaimWhy};

const T: &[K] = &[K::Tests];
const B: &[K] = &[K::Build];
const L: &[K] = &[K::Lint];
const TB: &[K] = &[K::Tests, K::Build];

/// Words after a program's name, what they do, and what they take.
type Form = (&'static str, &'static [&'static str], &'static [K], Takes);

const NODE: Takes = Takes {
    flags: "-i --runInBand --run --forceExit --detectOpenHandles --single-run --no-watch \
         --watch=false --watchAll=false --no-file-parallelism --exit --noEmit -b --if-changed",
    values: "-w -c --config -p --project --pool --browsers --environment --cache-dir",
    part: "-t -g --grep --testNamePattern --testPathPattern --testPathPatterns --changed \
         --onlyChanged -o --shard --related --findRelatedTests --exclude --spec \
         --selectProjects --test-name-pattern --test-only -f",
    ..TAKES
};
const LINT: Takes = Takes {
    flags: "--check -c --noEmit --no-fix --cache -l --list-different --diff \
         --report-unused-disable-directives --fail-on-warnings \
         --no-error-on-unmatched-pattern",
    values: "--config -p --project --ext --tsconfig --threshold --ignore-path",
    all: ". ./... src src/ ./src lib check",
    nothing: "--fix --write -w --fix-dry-run --apply",
    ..TAKES
};
const LIBTEST: Takes = Takes {
    flags: "--nocapture --no-capture --show-output --include-ignored",
    values: "--test-threads",
    part: "--skip --ignored --exact",
    ..TAKES
};
const CARGO: Takes = Takes {
    flags: "--workspace --all --all-targets --tests --all-features --no-default-features -r \
         --keep-going --future-incompat-report --bins --benches --examples",
    values: "-j --jobs -F --features --profile --cargo-profile --target --manifest-path \
         --message-format --color -Z --config --failure-output --success-output \
         --status-level",
    part: "-p --package --lib --bin --test --example --bench --doc --exclude -E --filter-expr \
         --partition",
    rest: Some(&LIBTEST),
    ..TAKES
};
const CLIPPY: Takes =
    Takes { rest: Some(&Takes { values: "-D -W -A", ..TAKES }), nothing: "--fix", ..CARGO };
const PYTEST: Takes = Takes {
    flags: "-s -x -l -ra -rA -rf -rfE -rs --no-header --no-summary -qq --strict-markers -n \
         -nauto --asyncio-mode=auto --exitfirst",
    values: "--tb --durations -p -n --maxfail -c --cov --cov-report --rootdir -W --junitxml \
         --dist --cov-fail-under -o",
    part: "-k -m --lf --last-failed --ff --deselect --ignore --ignore-glob --sw --stepwise \
         --testmon --failed-first",
    all: ". tests tests/ test test/ ./tests",
    ..TAKES
};
const GO: Takes = Takes {
    flags: "-race -cover -json -count=1 -shuffle=on -trimpath -mod=vendor -failfast",
    values: "-timeout -p -parallel -tags -coverprofile -covermode -count -ldflags -o",
    part: "-run -skip -short -bench",
    nothing: "-n -c -list -h",
    needs: "./...",
    ..TAKES
};
const MAKE: Takes = Takes {
    flags: "-s -B -k --keep-going --no-print-directory -w",
    values: "-j -C -f -l -O",
    nothing: "-n -q -t -p --question --touch",
    ..TAKES
};
const GRADLE: Takes = Takes {
    flags: "--continue --info --no-daemon --daemon --rerun-tasks --build-cache --no-build-cache \
         --console=plain --warning-mode=all clean cleanTest",
    values: "--console --warning-mode -p -PmaxParallelForks",
    part: "--tests -x --exclude-task",
    nothing: "-m tasks",
    ..TAKES
};
const MAVEN: Takes = Takes {
    flags: "-B -ntp -e -X -o -U --batch-mode --no-transfer-progress clean -fae -ff",
    values: "-T -f -s",
    part: "-pl --projects -Dtest -Dit.test -Dgroups -rf",
    nothing: "-DskipTests -Dmaven.test.skip",
    ..TAKES
};
const DOTNET: Takes = Takes {
    flags: "--no-restore --no-build --nologo",
    values: "-c --configuration -f --framework --verbosity -l --logger",
    part: "--filter",
    nothing: "-t",
    ..TAKES
};
const BAZEL: Takes = Takes {
    flags: "--keep_going -k --cache_test_results=no",
    values: "--config --test_output -c --jobs",
    part: "--test_filter --test_tag_filters",
    needs: "//... ...",
    ..TAKES
};
const CTEST: Takes = Takes {
    flags: "--output-on-failure --progress --rerun-failed=0 --schedule-random --stop-on-failure",
    values: "-j --test-dir -C --build-config",
    part: "-R -E -L -LE -I --rerun-failed --tests-regex",
    nothing: "-N",
    ..TAKES
};
const WIDE: Takes = Takes {
    flags: "-a --all-files -r --recursive --strict-flag",
    values: "-t --target -j --config -C -c --configuration",
    part: "--filter -k -m --only --exclude --tag -e --testsuite --group --name -n --tests \
         --failed --stale --skip -i",
    all: ".",
    ..TAKES
};

const FORMS: &[Form] = &[
    ("cargo", &["test"], TB, CARGO),
    ("cargo", &["t"], TB, CARGO),
    ("cargo", &["nextest", "run"], TB, CARGO),
    ("cargo", &["build"], B, CARGO),
    ("cargo", &["b"], B, CARGO),
    ("cargo", &["check"], B, CARGO),
    ("cargo", &["c"], B, CARGO),
    ("cargo", &["clippy"], L, CLIPPY),
    (
        "cargo",
        &["fmt"],
        L,
        Takes {
            needs: "--check",
            flags: "--all",
            rest: Some(&Takes { needs: "--check", ..TAKES }),
            ..TAKES
        },
    ),
    ("jest", &[], T, NODE),
    ("vitest", &["run"], T, NODE),
    ("mocha", &[], T, NODE),
    ("ava", &[], T, NODE),
    ("tap", &[], T, NODE),
    ("jasmine", &[], T, NODE),
    ("karma", &["start"], T, NODE),
    ("cypress", &["run"], T, NODE),
    ("playwright", &["test"], T, NODE),
    ("node", &["--test"], T, NODE),
    ("bun", &["test"], T, NODE),
    (
        "deno",
        &["test"],
        T,
        Takes {
            flags: "-A --allow-all --allow-read --allow-write --allow-net --allow-env --allow-run \
         --no-check",
            part: "--filter --ignore",
            ..TAKES
        },
    ),
    ("deno", &["task", "test"], T, NODE),
    ("deno", &["task", "build"], B, NODE),
    ("deno", &["lint"], L, LINT),
    ("deno", &["check"], L, LINT),
    ("deno", &["fmt", "--check"], L, LINT),
    (
        "tsc",
        &[],
        L,
        Takes { flags: "-b --build --noEmit --incremental", values: "-p --project", ..TAKES },
    ),
    ("vue-tsc", &[], L, LINT),
    ("svelte-check", &[], L, LINT),
    ("eslint", &[], L, LINT),
    ("oxlint", &[], L, LINT),
    ("stylelint", &[], L, LINT),
    ("prettier", &[], L, Takes { needs: "--check -c", ..LINT }),
    ("biome", &["check"], L, LINT),
    ("biome", &["ci"], L, LINT),
    ("biome", &["lint"], L, LINT),
    ("vite", &["build"], B, NODE),
    ("next", &["build"], B, NODE),
    ("nuxt", &["build"], B, NODE),
    ("astro", &["build"], B, NODE),
    ("ng", &["build"], B, NODE),
    ("ng", &["test"], T, Takes { needs: "--watch=false --no-watch", ..NODE }),
    ("webpack", &[], B, NODE),
    ("rollup", &[], B, NODE),
    ("tsup", &[], B, NODE),
    ("pytest", &[], T, PYTEST),
    ("py.test", &[], T, PYTEST),
    ("unittest", &[], T, Takes { flags: "discover -b -f", values: "-s", part: "-k -p", ..TAKES }),
    ("tox", &[], T, Takes { flags: "-p -r run", part: "-e -f --skip-env", values: "-c", ..TAKES }),
    ("nox", &[], T, WIDE),
    ("hatch", &["test"], T, PYTEST),
    ("ruff", &["check"], L, LINT),
    ("ruff", &["format"], L, Takes { needs: "--check", ..LINT }),
    ("mypy", &[], L, LINT),
    ("pyright", &[], L, LINT),
    ("basedpyright", &[], L, LINT),
    ("flake8", &[], L, LINT),
    ("pylint", &[], L, LINT),
    ("black", &[], L, Takes { needs: "--check", ..LINT }),
    ("go", &["test"], TB, GO),
    ("go", &["build"], B, GO),
    ("go", &["vet"], L, GO),
    ("gotestsum", &[], T, TAKES),
    ("golangci-lint", &["run"], L, LINT),
    ("staticcheck", &[], L, LINT),
    ("ctest", &[], T, CTEST),
    ("meson", &["test"], T, WIDE),
    ("meson", &["compile"], B, WIDE),
    ("cmake", &["--build"], B, Takes { any_word: true, ..WIDE }),
    ("dotnet", &["test"], TB, DOTNET),
    ("dotnet", &["build"], B, DOTNET),
    ("bazel", &["test"], TB, BAZEL),
    ("bazel", &["build"], B, BAZEL),
    ("bazelisk", &["test"], TB, BAZEL),
    ("bazelisk", &["build"], B, BAZEL),
    ("swift", &["test"], TB, Takes { values: "-c", part: "--filter --skip", ..WIDE }),
    ("swift", &["build"], B, WIDE),
    ("xcodebuild", &["test"], T, TAKES),
    ("mix", &["test"], TB, WIDE),
    ("mix", &["compile"], B, Takes { flags: "--warnings-as-errors --force", ..WIDE }),
    ("mix", &["credo"], L, WIDE),
    ("mix", &["format"], L, Takes { needs: "--check-formatted", ..WIDE }),
    (
        "rspec",
        &[],
        T,
        Takes {
            part: "-e -t --tag --only-failures --next-failure",
            all: "spec spec/",
            values: "-f",
            ..TAKES
        },
    ),
    ("rubocop", &[], L, LINT),
    ("rails", &["test"], T, WIDE),
    ("phpunit", &[], T, WIDE),
    ("pest", &[], T, WIDE),
    ("phpstan", &["analyse"], L, LINT),
    ("artisan", &["test"], T, WIDE),
    ("sbt", &["test"], TB, TAKES),
    ("sbt", &["compile"], B, TAKES),
    ("lein", &["test"], T, TAKES),
    ("stack", &["test"], TB, TAKES),
    ("stack", &["build"], B, TAKES),
    ("cabal", &["test"], TB, Takes { all: "all", ..TAKES }),
    ("cabal", &["build"], B, Takes { all: "all", ..TAKES }),
    ("zig", &["build", "test"], TB, TAKES),
    ("zig", &["build"], B, TAKES),
    ("dune", &["test"], TB, TAKES),
    ("dune", &["runtest"], TB, TAKES),
    ("dune", &["build"], B, TAKES),
    ("flutter", &["test"], T, WIDE),
    ("flutter", &["analyze"], L, LINT),
    ("flutter", &["build"], B, Takes { any_word: true, ..WIDE }),
    ("dart", &["test"], T, WIDE),
    ("dart", &["analyze"], L, LINT),
    ("busted", &[], T, WIDE),
    ("prove", &[], T, Takes { flags: "-r -l -lr", all: "t t/", ..TAKES }),
    ("nx", &["test"], T, TAKES),
    ("nx", &["run-many"], T, Takes { needs: "--target=test -t=test", ..TAKES }),
    ("lerna", &["run", "test"], T, TAKES),
    ("turbo", &["run", "test"], T, TAKES),
    ("turbo", &["test"], T, TAKES),
    ("turbo", &["run", "build"], B, TAKES),
    ("turbo", &["build"], B, TAKES),
    ("turbo", &["lint"], L, TAKES),
    ("pre-commit", &["run"], L, Takes { needs: "-a --all-files", ..TAKES }),
    ("docker", &["build"], B, Takes { any_word: true, ..WIDE }),
];

/// Programs that run targets of a file of the project.
const TARGETS: &[(&str, Takes)] = &[
    ("make", MAKE),
    ("gmake", MAKE),
    ("ninja", MAKE),
    (
        "just",
        Takes { nothing: "-n -l --summary --show --evaluate", values: "-f --justfile -d", ..TAKES },
    ),
    ("task", Takes { nothing: "-n -l --summary --status", ..TAKES }),
    ("rake", Takes { nothing: "-n -T -P", ..TAKES }),
    ("composer", Takes { flags: "run run-script", ..TAKES }),
    ("gradle", GRADLE),
    ("gradlew", GRADLE),
    ("mvn", MAVEN),
    ("mvnw", MAVEN),
    ("ant", TAKES),
    ("mage", TAKES),
    ("invoke", TAKES),
    ("inv", TAKES),
    ("hatch", TAKES),
];

/// Programs that run scripts of a package.
const PACKAGES: &str = "npm pnpm yarn bun";

/// Whether a program is one of these.
pub(super) fn knows(name: &str) -> bool {
    has(PACKAGES, name)
        || FORMS.iter().any(|(program, ..)| *program == name)
        || TARGETS.iter().any(|(program, _)| *program == name)
        || matches!(name, "python" | "python3" | "py" | "node")
}

/// What a program does with these arguments.
pub(super) fn of(name: &str, arguments: &[Word]) -> Option<Act> {
    if has(PACKAGES, name)
        && let Some(act) = package(name, arguments)
    {
        return act;
    }
    match (name, arguments) {
        ("python" | "python3" | "py", [m, module, rest @ ..]) if m.text == "-m" => {
            return of(base_name(&module.text), rest);
        }
        ("python" | "python3" | "php", [script, rest @ ..])
            if matches!(base_name(&script.text), "manage.py" | "artisan") =>
        {
            let is_test = rest.first().is_some_and(|word| word.text == "test");
            return is_test.then(|| done(T, read(&WIDE, &rest[1..]))).flatten();
        }
        (
            "python" | "python3" | "node" | "ruby" | "perl" | "php" | "deno" | "tsx",
            [script, ..],
        ) if !script.text.starts_with('-') && name != "deno" => {
            return super::scripts::named(&format!("./{}", script.text));
        }
        ("vitest", _) if arguments.iter().any(|word| word.text == "--run") => {
            return done(T, read(&NODE, arguments));
        }
        // A program of the project's own.
        ("cargo", [own, rest @ ..]) if matches!(own.text.as_str(), "xtask" | "make") => {
            return super::scripts::by_word(rest);
        }
        ("vitest", [run, ..]) if run.text == "run" => {}
        ("vitest", _) => return Some(Act { kinds: T, unproven: Some(ClaimWhy::Watch) }),
        _ => {}
    }
    let arguments = if name == "cargo" { after_options(arguments) } else { arguments };
    if let Some((_, takes)) = TARGETS.iter().find(|(program, _)| *program == name) {
        return targets(name, takes, arguments);
    }
    let starts = |(program, sub, ..): &&Form| {
        *program == name
            && arguments.len() >= sub.len()
            && arguments.iter().zip(*sub).all(|(word, sub)| word.text == *sub)
    };
    let (_, sub, kinds, takes) =
        FORMS.iter().filter(starts).max_by_key(|(_, sub, ..)| sub.len())?;
    let rest = &arguments[sub.len()..];
    if name == "cargo" && rest.iter().any(|word| word.text == "--no-run") {
        let others: Vec<Word> =
            rest.iter().filter(|word| word.text != "--no-run").cloned().collect();
        return done(B, read(takes, &others));
    }
    done(kinds, read(takes, rest))
}

fn done(kinds: &'static [K], found: Found) -> Option<Act> {
    match found {
        Found::All => Some(Act { kinds, unproven: None }),
        Found::Less(why) => Some(Act { kinds, unproven: Some(why) }),
        Found::Nothing => None,
    }
}

/// The arguments of cargo without its options before the command.
fn after_options(arguments: &[Word]) -> &[Word] {
    let mut rest = arguments;
    while let [first, more @ ..] = rest {
        rest = match first.text.as_str() {
            "-q" | "--quiet" | "-v" | "--locked" | "--offline" | "--frozen" => more,
            "-C" | "-Z" | "--config" | "--color" => more.get(1..).unwrap_or_default(),
            toolchain if toolchain.starts_with('+') => more,
            _ => return rest,
        };
    }
    rest
}

/// Targets of a file of the project; without one its first is made.
fn targets(name: &str, takes: &Takes, arguments: &[Word]) -> Option<Act> {
    let is_target = |word: &Word| target_of(name, &word.text).is_some();
    let (named, others): (Vec<_>, Vec<_>) = arguments.iter().cloned().partition(is_target);
    let Some(first) = named.first() else {
        let is_all = matches!(name, "make" | "gmake" | "ninja")
            && !others.iter().any(|word| is_plain(&word.text, takes));
        return is_all.then(|| done(B, read(takes, &others))).flatten();
    };
    let (kinds, less) = target_of(name, &first.text)?;
    let mut act = done(kinds, read(takes, &others))?;
    act.unproven = less.or(act.unproven);
    if named.len() > 1 {
        // Each of them would have to be looked at.
        act.unproven = act.unproven.or_else(|| {
            named
                .iter()
                .any(|word| target_of(name, &word.text).is_none_or(|(of, _)| of != kinds))
                .then_some(ClaimWhy::Arguments)
        });
    }
    Some(act)
}

/// Whether a word names something that is no target known here.
fn is_plain(text: &str, takes: &Takes) -> bool {
    !text.starts_with('-')
        && !has(takes.flags, text)
        && !text.contains(['=', '/'])
        && text.parse::<u32>().is_err()
}

fn target_of(program: &str, name: &str) -> Option<(&'static [K], Option<ClaimWhy>)> {
    if name.starts_with('-') {
        return None;
    }
    match (program, name) {
        ("gradle" | "gradlew", "test" | "check")
        | ("mvn" | "mvnw", "test" | "verify" | "package" | "install") => Some((TB, None)),
        ("gradle" | "gradlew", "build") => Some((TB, None)),
        (
            "gradle" | "gradlew" | "mvn" | "mvnw",
            "compile" | "assemble" | "classes" | "compileJava" | "test-compile",
        ) => Some((B, None)),
        ("gradle" | "gradlew", name) if name.ends_with(":test") => Some((T, Some(ClaimWhy::Part))),
        ("gradle" | "gradlew" | "mvn" | "mvnw", _) => None,
        ("make" | "gmake" | "ninja", name) => target(name, true),
        (_, name) => target(name, false),
    }
}

/// Options of a package manager before the script, with and without a value; others restrict to a part.
fn package(name: &str, arguments: &[Word]) -> Option<Option<Act>> {
    let mut less = None;
    let mut rest = arguments;
    while let [first, more @ ..] = rest {
        let value = |words: &[Word]| words.len().min(1);
        rest = match first.text.as_str() {
            "-s" | "--silent" | "-q" | "--workspaces" | "-ws" | "-r" | "--recursive"
            | "--no-bail" => more,
            "-C" | "--prefix" | "--cwd" | "--dir" | "--loglevel" => &more[value(more)..],
            "-w" | "--workspace" | "-F" | "--filter" => {
                less = Some(ClaimWhy::Part);
                &more[value(more)..]
            }
            text if text.starts_with("--workspace=") || text.starts_with("--filter=") => {
                less = Some(ClaimWhy::Part);
                more
            }
            text if text.starts_with("--prefix=") || text.starts_with("--cwd=") => more,
            "run" | "run-script" | "rum" => more,
            text if text.starts_with('-') => {
                less = less.or(Some(ClaimWhy::Arguments));
                more
            }
            _ => break,
        };
    }
    let [script, rest @ ..] = rest else { return Some(None) };
    if name == "bun" && script.text == "test" && arguments.first() == Some(script) {
        return None;
    }
    let script_name = match script.text.as_str() {
        "t" | "tst" if name == "npm" => "test",
        text => text,
    };
    let Some((kinds, of_name)) = target(script_name, false).filter(|_| script.is_literal) else {
        // `yarn jest` and `pnpm vitest run` run the package's own program.
        return Some(of(&script.text, rest).filter(|_| name != "npm").map(|act| lessen(act, less)));
    };
    let takes = Takes {
        rest: Some(&NODE),
        flags: "-s --silent --no-bail",
        part: "-w --workspace -F --filter",
        ..TAKES
    };
    // npm hands on only what stands after `--`; the others hand on everything.
    let takes = if name == "npm" { takes } else { Takes { rest: Some(&NODE), ..NODE } };
    let act = done(kinds, read(&takes, rest));
    Some(act.map(|act| lessen(Act { unproven: of_name.or(act.unproven), ..act }, less)))
}

fn lessen(act: Act, less: Option<ClaimWhy>) -> Act {
    Act { unproven: less.or(act.unproven), ..act }
}
