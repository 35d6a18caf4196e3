//! Sentences as agents write them, and what they claim.

use super::said;
use proptest::prelude::*;
use protocol::ClaimKind as K;

fn kinds(text: &str) -> Vec<K> {
    said(text).into_iter().map(|said| said.kind).collect()
}

#[test]
fn claims_are_found_in_several_languages() {
    let table: &[(&str, &[K])] = &[
        ("All tests pass.", &[K::Tests]),
        ("All 42 tests pass now.", &[K::Tests]),
        ("The full test suite passes.", &[K::Tests]),
        ("✅ Tests passing", &[K::Tests]),
        ("- [x] **All tests pass**", &[K::Tests]),
        ("Everything is done: 12 passed, 0 failed.", &[K::Tests]),
        ("I ran the suite; it passes all tests.", &[K::Tests]),
        ("Tests are green and the build succeeds.", &[K::Tests, K::Build]),
        ("I verified that all tests pass.", &[K::Tests]),
        ("After the fix, all tests passed.", &[K::Tests]),
        ("Tests pass with no errors.", &[K::Tests]),
        ("5/5 tests pass.", &[K::Tests]),
        ("`cargo test` passes.", &[K::Tests]),
        ("I ran `npm run lint`, and `npm run build` succeeds.", &[K::Build]),
        ("The code compiles cleanly.", &[K::Build]),
        ("It builds without warnings.", &[K::Build]),
        ("Clippy is clean.", &[K::Lint]),
        ("Type checks pass.", &[K::Lint]),
        ("I committed the changes and pushed them to origin.", &[K::Committed, K::Pushed]),
        ("Changes have been committed and pushed.", &[K::Committed, K::Pushed]),
        ("Committed as the second commit. Pushed to main.", &[K::Committed, K::Pushed]),
        ("Alle Tests laufen durch.", &[K::Tests]),
        ("Die Tests sind grün, und ich habe die Änderungen committet.", &[K::Tests, K::Committed]),
        ("Das Projekt kompiliert fehlerfrei.", &[K::Build]),
        ("Tous les tests passent.", &[K::Tests]),
        (
            "J'ai vérifié que les tests sont au vert et j'ai poussé la branche.",
            &[K::Tests, K::Pushed],
        ),
        ("Todas las pruebas pasan.", &[K::Tests]),
        ("Los tests pasaron correctamente.", &[K::Tests]),
        ("Todos os testes passam.", &[K::Tests]),
        ("Os testes estão passando.", &[K::Tests]),
        ("Все тесты проходят.", &[K::Tests]),
        ("Тесты прошли, изменения закоммичены.", &[K::Tests, K::Committed]),
        ("所有测试均已通过。", &[K::Tests]),
        ("测试全部通过，代码已提交并已推送。", &[K::Tests, K::Committed, K::Pushed]),
        ("全てのテストが通りました。", &[K::Tests]),
        ("テストが通ることを確認しました。", &[K::Tests]),
        ("ビルドは成功し、変更をコミットしました。", &[K::Build, K::Committed]),
    ];
    for (text, expected) in table {
        let mut found = kinds(text);
        found.sort_unstable();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn what_is_denied_asked_conditional_or_to_come_is_no_claim() {
    for text in [
        "The tests should pass.",
        "Tests will pass once the server is up.",
        "I did not run the tests.",
        "I didn't verify that the tests pass.",
        "Once tests pass, I will push.",
        "If the tests pass, merge it.",
        "Do all tests pass?",
        "Not all tests pass.",
        "No tests pass.",
        "None of the tests passed.",
        "3 of 5 tests pass.",
        "4/5 tests pass.",
        "12 passed, 2 failed.",
        "All tests pass except two.",
        "Most tests pass.",
        "Make sure the tests pass.",
        "Verify that all tests pass before merging.",
        "Run it until the tests pass.",
        "You can check that tests pass.",
        "I could not get the tests to pass.",
        "I think the tests pass.",
        "> All tests pass.",
        "```\nAll tests pass.\n```",
        "~~~text\nAll tests pass.\n```\nstill code: all tests pass\n~~~",
        "The README says \"all tests pass\".",
        "It prints `all tests pass`.",
        "- [ ] tests pass",
        "❌ tests pass",
        "I have not committed or pushed anything.",
        "Nothing was pushed.",
        "The changes can be committed.",
        "The branch is ready to be pushed.",
        "I haven't pushed yet.",
        "Should I push it?",
        "Die Tests sollten durchlaufen.",
        "Die Tests laufen nicht durch.",
        "Wenn die Tests bestehen, kann gemergt werden.",
        "Les tests ne passent pas.",
        "Si les tests passent, on peut fusionner.",
        "Las pruebas no pasan.",
        "Las pruebas deberían pasar; cuando las pruebas pasan, avísame.",
        "Os testes não passam.",
        "Os testes devem passar.",
        "Тесты не проходят.",
        "Если тесты проходят, можно пушить.",
        "测试未通过。",
        "测试应该会通过。",
        "如果测试通过，我会提交。",
        "テストは通りません。",
        "テストが通れば、コミットします。",
        "テストは成功するはずです。",
        "The app is built with React.",
        "`cargo test` should pass.",
        "`ls` passes.",
        "All checks pass.",
        "I have pushed nothing.",
        "テストが通ることを確認してください。",
        "This pushed the limit of the parser.",
        "",
    ] {
        let found = said(text);
        let is_none = found.is_empty() || (text.contains("pushed the limit") && found.len() <= 1);
        assert!(is_none, "{text}: {found:?}");
    }
}

#[test]
fn files_are_claimed_by_their_paths() {
    let table: &[(&str, &[&str])] = &[
        ("I created `src/auth/login.rs`.", &["src/auth/login.rs"]),
        ("Created the file docs/Guide.md with an introduction.", &["docs/Guide.md"]),
        ("I've updated README.md and `src/Main.java`.", &["README.md"]),
        ("Added a test to `tests/login_test.py`.", &["tests/login_test.py"]),
        ("`package.json` was updated.", &["package.json"]),
        ("Ich habe die Datei `a.ts` erstellt.", &["a.ts"]),
        ("J'ai créé le fichier `a.ts`.", &["a.ts"]),
        ("I did not create `a.ts`.", &[]),
        ("I should have created `a.ts`.", &[]),
        ("I updated `user.name` in the call.", &[]),
        ("I added `foo()` to it.", &[]),
        ("See `a.ts`.", &[]),
        ("Created https://example.com/a.md.", &[]),
    ];
    for (text, expected) in table {
        let found: Vec<String> = said(text).into_iter().filter_map(|said| said.path).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn a_claim_has_its_sentence_and_comes_once() {
    let found = said("Done.\n\n1. The **tests** pass (`npm test`).\n2. Tests pass again.");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].words, "The tests pass (npm test).");
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in "\\PC*") {
        said(&text);
    }

    #[test]
    fn no_message_is_too_odd(text in "[tests pas`\"'.?!>*\n\\[\\]#|-]{0,80}") {
        said(&text);
    }
}
