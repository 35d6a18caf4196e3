//! What a notification says of the agent's claims: the doubtful ones first. Pure.

use protocol::{Claim, ClaimKind, Verdict};
use words::Message;

/// The most claims in a notification; the story has all of them.
const MOST: usize = 3;

/// The claims in a line; empty if there are none.
pub(super) fn line(claims: &[Claim]) -> String {
    let mut claims: Vec<&Claim> = claims.iter().collect();
    claims.sort_by_key(|claim| claim.verdict == Verdict::Proved);
    claims.iter().take(MOST).map(|claim| said(claim)).collect::<Vec<_>>().join("; ")
}

fn said(claim: &Claim) -> String {
    let kind = match claim.kind {
        ClaimKind::Tests => Message::ClaimsKindTests,
        ClaimKind::Build => Message::ClaimsKindBuild,
        ClaimKind::Lint => Message::ClaimsKindLint,
        ClaimKind::Committed => Message::ClaimsKindCommitted,
        ClaimKind::Pushed => Message::ClaimsKindPushed,
        ClaimKind::File => Message::ClaimsKindFile,
    };
    let verdict = match (claim.verdict, claim.kind) {
        (Verdict::BeforeEdit, ClaimKind::Committed) => Message::ClaimsVerdictNotEverything,
        (Verdict::Proved, _) => Message::ClaimsVerdictProved,
        (Verdict::BeforeEdit, _) => Message::ClaimsVerdictBeforeEdit,
        (Verdict::ResultUnknown, _) => Message::ClaimsVerdictResultUnknown,
        (Verdict::Failed, _) => Message::ClaimsVerdictFailed,
        (Verdict::NotRun, _) => Message::ClaimsVerdictNotRun,
        (Verdict::NotFound, _) => Message::ClaimsVerdictNotFound,
        (Verdict::Unknown, _) => Message::ClaimsVerdictUnknown,
    };
    let path = claim.path.as_deref().unwrap_or_default();
    let kind = [kind.text().as_str(), path].join(" ");
    Message::NotificationClaim { claim: kind.trim_end(), verdict: &verdict.text() }.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Pos, RunId, Stream};

    fn claim(kind: ClaimKind, verdict: Verdict, path: Option<&str>) -> Claim {
        Claim {
            kind,
            words: "All tests pass.".to_owned(),
            verdict,
            why: None,
            run: None,
            pos: None,
            gate: false,
            command: None,
            exit_code: None,
            path: path.map(str::to_owned),
            object: None,
            count: None,
            said_run: RunId::new("run"),
            said_pos: Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 },
        }
    }

    #[test]
    fn what_is_doubtful_comes_first() {
        let claims = [
            claim(ClaimKind::Tests, Verdict::Proved, None),
            claim(ClaimKind::Committed, Verdict::BeforeEdit, None),
            claim(ClaimKind::File, Verdict::NotFound, Some("a.md")),
            claim(ClaimKind::Pushed, Verdict::NotRun, None),
        ];
        let all = "Committed: committed, but not everything; File written a.md: claimed, not found; \
                   Pushed: claimed, not run";
        assert_eq!(line(&claims), all);
        assert_eq!(line(&claims[..1]), "Tests pass: proved");
        assert_eq!(line(&[]), "");
    }
}
