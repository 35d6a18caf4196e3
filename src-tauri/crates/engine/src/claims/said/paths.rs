//! The files of which a clause says that they were written. Pure.

use super::hedges;
use super::plain::{self, Sentence};
use crate::claims::has;

/// Words that say that a file was written.
const VERBS: &str = "created wrote written added updated saved generated modified edited changed erstellt \
     geschrieben angelegt aktualisiert geändert hinzugefügt créé écrit ajouté modifié creado \
     creé escrito escribí añadido agregado actualizado criei criado escrevi adicionado \
     adicionei atualizado atualizei создал создан написал добавил обновил изменил обновлён \
     обновлен 创建了 已创建 新增了 更新了 修改了 作成しました 追加しました 更新しました";

/// Words between a verb and its file.
const BETWEEN: &str = "the a an new file files to in into at as script module test tests die datei der den eine \
     le fichier un el archivo o arquivo файл 文件 unit und and config page component document";

/// Words between a file and the verb.
const AUXILIARY: &str =
    "is was were are has have been now file wurde wurden ist a été ha sido foi был を ファイルを";

/// Endings of files, so that `object.method` is none.
const ENDINGS: &str = "rs ts tsx js jsx mjs cjs py go java kt kts c h cc cpp hpp cs rb php swift scala ex exs \
     erl hs ml lua dart zig sql sh bash ps1 bat md mdx txt rst json jsonc yaml yml toml ini \
     cfg conf xml html css scss sass less svelte vue astro proto graphql lock csv svg png \
     gradle tf nix env snap ipynb r jl m mm cmake mk dockerfile";

/// Files without an ending.
const NAMES: &str = "Makefile Dockerfile LICENSE README Justfile justfile Gemfile Rakefile .gitignore .env \
     CHANGELOG CODEOWNERS";

/// The files that a clause claims, as the agent writes them.
pub(super) fn claimed(clause: &str, sentence: &Sentence) -> Vec<String> {
    let words = words(clause);
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    let path = |at: usize| texts.get(at).and_then(|word| path(word, sentence));
    for (at, word) in texts.iter().enumerate() {
        if !has(VERBS, word) {
            continue;
        }
        let mut next = at + 1;
        while texts.get(next).is_some_and(|word| has(BETWEEN, word)) {
            next += 1;
        }
        let found = path(next).filter(|_| hedges::permits(&texts[..=at], at, at)).or_else(|| {
            let mut before = at.checked_sub(1)?;
            while before > 0 && has(AUXILIARY, texts[before]) {
                before -= 1;
            }
            path(before).filter(|_| hedges::permits(&texts[..=at], before, at))
        });
        if let Some(found) = found {
            return vec![found];
        }
    }
    Vec::new()
}

fn words(clause: &str) -> Vec<String> {
    let is_end = |c: char| c.is_whitespace() || ",;:()[]{}*\"".contains(c);
    clause
        .split(is_end)
        .map(|word| word.trim_matches('\'').trim_end_matches('.').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The path that a word is, in its own letters if it is code.
fn path(word: &str, sentence: &Sentence) -> Option<String> {
    let text = match plain::code(word, &sentence.codes) {
        Some(code) => code.to_owned(),
        None => words(&sentence.shown).into_iter().find(|shown| shown.to_lowercase() == word)?,
    };
    let text = text.strip_prefix("./").unwrap_or(&text).to_owned();
    is_file(&text).then_some(text)
}

fn is_file(text: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || "()<>*?\"'`|;$={}!,".contains(c);
    if text.len() > 500 || text.contains("://") || text.ends_with('/') || text.contains(is_odd) {
        return false;
    }
    let name = text.rsplit('/').next().unwrap_or(text);
    let ending =
        name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending);
    has(NAMES, name)
        || ending.is_some_and(|ending| has(ENDINGS, ending.to_ascii_lowercase().as_str()))
}
