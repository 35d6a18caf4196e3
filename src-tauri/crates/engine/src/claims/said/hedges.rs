//! What makes words no claim: negations, conditions, what is to come or only meant, and parts. Pure.

use super::plain;
use crate::claims::has;

/// Words that deny, or leave open, what is said near them.
const BEFORE: &str = "not never no none nothing nobody nichts rien nada ничего neither nor cannot without should would could might may will shall \
     must can need needs needed want wants going plan planning hope hopefully assume assuming \
     likely probably presumably expect expected expecting seem seems appear appears think \
     believe guess if once when until unless after before whether ensures ensuring make makes \
     making sure to please let's let try trying tried almost nearly partially only some most \
     few half unable failed failing couldn't you you've your todo next later i'll we'll it'll \
     i'd getting wait waiting once stop unfortunately why how wherever whenever previously \
     nicht kein keine keinen ohne sollte sollten würde würden könnte wird werden werde wenn \
     falls sobald bevor bis muss müssen noch ob damit bitte wahrscheinlich vermutlich nie ne \
     n'ai n'a n'ont pas sans devrait devraient si lorsque quand dès avant après faut doit \
     doivent pour aucun aucune jamais vais peut-être sin debería deberían cuando antes \
     después debe deben para ningún ninguna nunca voy quizás hasta não nao sem deve devem \
     deveria deveriam se quando depois nenhum nenhuma vou talvez até не без если когда должны \
     должен должно бы чтобы после до пока нужно надо будет будут ни никогда возможно";

/// Words after a claim that take it back.
const AFTER: &str = "except nothing nichts rien nada ничего unless if once when until apart not fail fails failed failing back yet nicht wenn \
     außer pas sauf si excepto salvo exceto não не кроме если soon later tomorrow";

/// Words after `no` and `without` that are good when there are none.
const FAULTS: &str = "error errors warning warnings issue issues failure failures problem problems regression \
     regressions fehler erreur erreurs errores erros ошибок new further any longer";

/// Words that begin a condition for the rest of a sentence.
const CONDITIONS: &str = "if once unless assuming provided suppose should wenn falls sobald si dès cuando quando \
     если когда";

/// How far back a word is looked for that denies.
const BACK: usize = 7;

/// Whether nothing near the words from `first` to `last` makes them no claim.
pub(super) fn permits(words: &[&str], first: usize, last: usize) -> bool {
    let from = first.saturating_sub(BACK);
    let denies = |at: usize| {
        let word = words[at];
        let next = words.get(at + 1).copied().unwrap_or_default();
        let is_good =
            matches!(word, "no" | "without" | "keine" | "ohne" | "sans" | "sin" | "sem" | "без")
                && has(FAULTS, next);
        let is_order = matches!(word, "check" | "verify" | "confirm" | "ensure")
            && (at == 0 || matches!(next, "that" | "whether" | "if"));
        let is_purpose = word == "so" && next == "that";
        let is_done = word == "se" && matches!(next, "ha" | "han");
        let is_result = (matches!(word, "not" | "only") && next == "just")
            || (word == "no" && next == "longer");
        let denies = is_order
            || is_purpose
            || has(BEFORE, word)
            || word.ends_with("n't")
            || word.ends_with("'ll")
            || is_part(word);
        denies && !is_good && !is_result && !is_done
    };
    let before = (from..last.min(words.len())).any(denies);
    let after = words.iter().skip(last + 1).any(|word| has(AFTER, word) || word.ends_with("n't"));
    !before && !after && !is_of_more(words)
}

/// `3/5`: a part of all.
fn is_part(word: &str) -> bool {
    let Some((some, all)) = word.split_once('/') else { return false };
    match (some.parse::<u64>(), all.parse::<u64>()) {
        (Ok(some), Ok(all)) => some != all,
        _ => false,
    }
}

/// `3 of 5`, `3 out of 5`: a part of all.
fn is_of_more(words: &[&str]) -> bool {
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
    (0..words.len()).any(|at| {
        let all = match (words.get(at + 1), words.get(at + 2)) {
            (Some(&("of" | "von" | "sur" | "de" | "из")), _) => {
                number(at + 2).or_else(|| number(at + 3))
            }
            (Some(&"out"), Some(&"of")) => number(at + 3).or_else(|| number(at + 4)),
            _ => None,
        };
        matches!((number(at), all), (Some(some), Some(all)) if some != all)
    })
}

/// Whether a sentence tells of a failure: then what passes is not all.
pub(super) fn denies_all(sentence: &str) -> bool {
    let words = plain::words(sentence);
    let is_failure = |at: usize| {
        let word = words[at].as_str();
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map_or("", String::as_str);
        let is_none = matches!(
            before,
            "0" | "no" | "zero" | "without" | "previously" | "keine" | "sans" | "sin"
        );
        let is_failure = matches!(
            word,
            "fail"
                | "fails"
                | "failed"
                | "failure"
                | "failures"
                | "fehlgeschlagen"
                | "schlagen"
                | "échoue"
                | "échouent"
                | "échoué"
                | "falla"
                | "fallan"
                | "falha"
                | "falham"
                | "упали"
                | "падает"
                | "падают"
        );
        is_failure && !is_none
    };
    (0..words.len()).any(is_failure)
        || ["失败", "失敗しま", "未通过"].iter().any(|it| sentence.contains(it))
}

/// Whether what was said before in a sentence is a condition for what follows.
pub(super) fn opens_condition(before: &str) -> bool {
    plain::words(before).iter().any(|word| has(CONDITIONS, word.as_str()))
}

/// Pieces of languages without spaces that deny, or leave open.
const PIECES: &str = "没有 没 未 不 如果 若 应该 应当 将 会 需要 请 等 确保 之前 是否 可能 部分 尚 待 准备 除 個別 ません ない れば たら はず でしょう 予定 ください \
     場合 まだ かどうか 前に 一部 なければ";

/// Whether a clause of such a language is no claim.
pub(super) fn denies_pieces(clause: &str) -> bool {
    PIECES.split_whitespace().any(|piece| clause.contains(piece))
}
