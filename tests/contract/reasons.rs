//! The page, notifications and the tray use the same message for each reason why a story needs a
//! person.

use std::collections::BTreeMap;

/// Converts `AgentBudget` to `agent_budget`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// The page's messages by reason, without reasons of other states.
fn of_the_page() -> BTreeMap<String, String> {
    let text = tests::text("ui/src/domain/states.ts");
    let table = text.split_once("const NEEDS:").unwrap().1.split_once("};").unwrap().0;
    let lines = table.lines().filter_map(|line| line.trim().split_once(": m."));
    lines.map(|(reason, call)| (reason.to_owned(), call.replace("(),", ""))).collect()
}

/// The messages by reason of notifications and the tray.
fn of_the_shell() -> BTreeMap<String, String> {
    let text = tests::text("src-tauri/src/sentences.rs");
    let table = text.split_once("fn needs_you").unwrap().1.split_once("message.text()").unwrap().0;
    let mut found = BTreeMap::new();
    for arm in table.split("Some(").skip(1) {
        let (reasons, message) = arm.split_once("=> Message::").unwrap();
        let message = snake(message.split(',').next().unwrap().trim());
        for reason in reasons.split("Reason::").skip(1) {
            let name: String = reason.chars().take_while(char::is_ascii_alphanumeric).collect();
            found.insert(snake(&name), message.clone());
        }
    }
    found
}

#[test]
fn page_and_shell_have_the_same_word_for_every_reason() {
    let (page, shell) = (of_the_page(), of_the_shell());
    // The compiler checks that both tables are complete; this only checks that they were found.
    assert!(page.len() > 20 && page.keys().all(|reason| shell.contains_key(reason)), "{page:?}");
    for (reason, message) in shell {
        let paged = page.get(&reason).map_or("state_needs_other", String::as_str);
        assert_eq!(paged, message, "{reason}");
    }
}
