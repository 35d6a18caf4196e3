//! The forms of claims that are no files: what the words of a clause say. Pure.

use super::hedges;
use super::plain::{self, words};
use crate::claims::{command, has, shell};
use protocol::ClaimKind;

/// A form in a language with spaces: one of the first words, and one of the second not far from it.
struct Form {
    kind: ClaimKind,
    /// What passes, or who did it.
    nouns: &'static str,
    /// What happened.
    verbs: &'static str,
    /// How many words lie between them at most.
    between: usize,
    /// Whether the verb may come first.
    any_order: bool,
}

const fn form(kind: ClaimKind, nouns: &'static str, verbs: &'static str) -> Form {
    Form { kind, nouns, verbs, between: 4, any_order: false }
}

use ClaimKind::{Build, Committed, Lint, Pushed, Tests};

const TEST_NOUNS: &str = "test tests testsuite suite specs unittests pruebas testes teste prueba testen тесты тест \
     тестов тестами проверки";
const BUILD_NOUNS: &str =
    "build builds compilation kompilierung compilación compilação сборка construcción";
const BUILT_NOUNS: &str = "code project crate it everything workspace app package projekt projet proyecto projeto \
     código проект код site es alles all";
const LINT_NOUNS: &str = "lint lints linter linting linters clippy eslint ruff mypy typecheck type-check \
     typechecking types typecheck's tsc prettier checks линтер";
/// What is checked, before `checks`.
const CHECKED: &str = "type types lint lints format formatting style static";
const PASS: &str = "pass passes passed passing green succeed succeeds succeeded ok clean cleanly successful \
     successfully erfolgreich grün bestanden bestehen durch laufen fehlerfrei passent passés \
     passées réussis réussissent réussi vert verts pasan pasaron pasado pasando verde verdes \
     exitosas correctamente passam passaram passando passou sucesso проходят прошли пройдены \
     проходит прошёл прошел успешно зелёные зеленые réussit réussie réussies aprobadas \
     superadas";
const BUILT: &str = "pass passes passed passing green succeed succeeds succeeded successful successfully \
     clean cleanly erfolgreich fehlerfrei réussi réussie exitosa correctamente sucesso \
     успешно прошла";
const BUILDS: &str = "builds compiles compiled kompiliert baut compile compila compiló compilou собирается \
     компилируется";
const ME: &str = "i i've we we've changes change fix everything work branch commit commits it all has have \
     been is are was were now and also ich habe änderungen wurde wurden ist sind j'ai ai \
     modifications été he cambios hemos ha han sido alterações mudanças foi foram я изменения \
     мы commits's";

const COMMITTED: &str = "committed committet commited eingecheckt commité commités committé committée commiteado \
     confirmado comprometido commitado commitadas commitei закоммитил закоммичены закоммичено \
     закоммитила";
const PUSHED: &str = "pushed gepusht hochgeladen poussé poussés poussées pusheado empujado subido enviado \
     enviadas pushado запушил запушены запушено запушила отправлены";

const FORMS: &[Form] = &[
    Form { any_order: true, ..form(Tests, TEST_NOUNS, PASS) },
    form(Build, BUILD_NOUNS, BUILT),
    form(Build, BUILT_NOUNS, BUILDS),
    form(Lint, LINT_NOUNS, PASS),
    form(Committed, ME, COMMITTED),
    form(Pushed, ME, PUSHED),
];

/// Words with which a clause begins that says what was done, without who did it.
const ALONE: &[(&str, ClaimKind)] = &[
    ("committed", Committed),
    ("pushed", Pushed),
    ("committet", Committed),
    ("gepusht", Pushed),
    ("commité", Committed),
    ("poussé", Pushed),
    ("закоммитил", Committed),
    ("запушил", Pushed),
    ("compiles", Build),
    ("compiled", Build),
    ("builds", Build),
];

/// Forms of languages without spaces: all these pieces, in their order and near each other.
const PIECES: &[(ClaimKind, &[&str], &[&str])] = &[
    (Tests, &["测试", "測試"], &["通过", "通過", "成功"]),
    (Tests, &["通过", "通過"], &["测试", "測試"]),
    (
        Tests,
        &["テスト"],
        &["通り", "通っ", "通ることを確認しました", "通過", "成功", "パス", "合格", "グリーン"],
    ),
    (Build, &["构建", "編譯", "编译"], &["成功", "通过", "通過"]),
    (Build, &["ビルド", "コンパイル"], &["成功", "通り", "通っ"]),
    (Lint, &["类型检查", "代码检查", "lint"], &["通过"]),
    (
        Committed,
        &["已提交", "提交了", "已经提交", "コミットしました", "コミット済", "コミットしてあり"],
        &[""],
    ),
    (
        Pushed,
        &[
            "已推送",
            "推送了",
            "已经推送",
            "プッシュしました",
            "プッシュ済",
            "push しました",
            "pushしました",
        ],
        &[""],
    ),
];

/// How far a verb lies from a command (words).
const NEAR_WORDS: usize = 4;

/// How far the pieces lie from each other (characters).
const NEAR: usize = 12;

/// What a clause claims.
pub(super) fn claims(clause: &str, codes: &[String]) -> Vec<ClaimKind> {
    let words = words(clause);
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut kinds: Vec<ClaimKind> =
        FORMS.iter().filter(|form| form.is_in(&texts)).map(|form| form.kind).collect();
    if let Some((_, kind)) =
        texts.first().and_then(|first| ALONE.iter().find(|(word, _)| word == first))
        && hedges::permits(&texts, 0, 0)
    {
        kinds.push(*kind);
    }
    kinds.extend(commands_passed(&texts, codes));
    if counts_passed(&texts) {
        kinds.push(Tests);
    }
    if !hedges::denies_pieces(clause) {
        kinds.extend(
            PIECES
                .iter()
                .filter(|(_, first, then)| are_near(clause, first, then))
                .map(|(kind, ..)| *kind),
        );
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

impl Form {
    fn is_in(&self, words: &[&str]) -> bool {
        let of = |list: &str| -> Vec<usize> {
            words.iter().enumerate().filter(|(_, word)| has(list, word)).map(|(at, _)| at).collect()
        };
        let (nouns, verbs) = (of(self.nouns), of(self.verbs));
        nouns.iter().any(|noun| {
            verbs.iter().any(|verb| {
                let (first, last) = (*noun.min(verb), *noun.max(verb));
                // Of checks it has to be said of what.
                let before = noun.checked_sub(1).map_or("", |at| words[at]);
                let is_vague = matches!(words[*noun], "check" | "checks") && !has(CHECKED, before);
                let is_ordered = noun < verb || (self.any_order && noun > verb);
                let is_base = words[*verb] == "builds"
                    && matches!(words.get(verb + 1), Some(&("on" | "upon")));
                is_ordered
                    && !is_vague
                    && !is_base
                    && last - first <= self.between + 1
                    && hedges::permits(words, first, last)
            })
        })
    }
}

/// `npm test` passes: what commands do that are named as code.
fn commands_passed(words: &[&str], codes: &[String]) -> Vec<ClaimKind> {
    let kinds = |at: usize| -> &'static [ClaimKind] {
        let code = plain::code(words[at], codes).unwrap_or_default();
        let ran = shell::read(code);
        ran.iter().find_map(|one| command::act(&one.simple)).map_or(&[], |act| act.kinds)
    };
    let passes = |at: usize| {
        let near = words.iter().enumerate().skip(at + 1).take(NEAR_WORDS);
        near.filter(|(_, word)| has(PASS, word)).any(|(verb, _)| hedges::permits(words, at, verb))
    };
    let mut found = Vec::new();
    for at in (0..words.len()).filter(|at| passes(*at)) {
        // The first is what it is above all: tests, which also build.
        found.extend(kinds(at).first());
    }
    found
}

/// `42 passed`, as test programs print it, and no other count in it that is not 0.
fn counts_passed(words: &[&str]) -> bool {
    let counts = words.iter().zip(words.iter().skip(1));
    let mut passed = counts.filter(|(count, word)| {
        matches!(**word, "passed" | "passing") && count.parse::<u64>().is_ok_and(|count| count > 0)
    });
    passed.next().is_some() && hedges::permits(words, 0, words.len() - 1)
}

fn are_near(clause: &str, first: &[&str], then: &[&str]) -> bool {
    first.iter().any(|first| {
        clause.match_indices(first).any(|(at, _)| {
            let rest: String = clause[at + first.len()..].chars().take(NEAR).collect();
            then.iter().any(|then| rest.contains(then))
        })
    })
}
