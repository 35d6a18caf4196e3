//! The page of a host on which a person begins a pull request.

use crate::{HostKind, Remote};
use url::Url;

/// The address of the page on which a pull request from `branch` into `base` is begun; `None` for a host of which that
/// is not known.
pub fn new_page(remote: &Remote, branch: &str, base: &str) -> Option<String> {
    let mut url = Url::parse(&format!("https://{}/", remote.authority())).ok()?;
    let push = |url: &mut Url, more: &[&str]| {
        let mut parts = url.path_segments_mut().ok()?;
        parts.pop_if_empty().extend(remote.path.split('/')).extend(more);
        Some(())
    };
    match remote.kind() {
        HostKind::GitHub => {
            push(&mut url, &["compare"])?;
            between(&mut url, branch, base)?;
            url.query_pairs_mut().append_pair("expand", "1");
        }
        HostKind::GitLab => {
            push(&mut url, &["-", "merge_requests", "new"])?;
            url.query_pairs_mut()
                .append_pair("merge_request[source_branch]", branch)
                .append_pair("merge_request[target_branch]", base);
        }
        HostKind::Bitbucket => {
            push(&mut url, &["pull-requests", "new"])?;
            url.query_pairs_mut().append_pair("source", branch).append_pair("dest", base);
        }
        HostKind::Gitea => {
            push(&mut url, &["compare"])?;
            between(&mut url, branch, base)?;
        }
        HostKind::Other => return None,
    }
    Some(url.into())
}

/// `base...branch`; a slash in a name of a branch is one in the path.
fn between(url: &mut Url, branch: &str, base: &str) -> Option<()> {
    url.path_segments_mut().ok()?.extend(format!("{base}...{branch}").split('/'));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_its_page() {
        let table = [
            (
                "git@github.com:ann/shop.git",
                "musher/login-fix",
                "https://github.com/ann/shop/compare/main...musher/login-fix?expand=1",
            ),
            (
                "git@github.com:ann/shop.git",
                "a?b#c d%",
                "https://github.com/ann/shop/compare/main...a%3Fb%23c%20d%25?expand=1",
            ),
            (
                "https://gitlab.example.com:8443/group/team/shop.git",
                "musher/x&y",
                "https://gitlab.example.com:8443/group/team/shop/-/merge_requests/new?\
                 merge_request%5Bsource_branch%5D=musher%2Fx%26y&merge_request%5Btarget_branch%5D=main",
            ),
            (
                "git@bitbucket.org:ann/shop.git",
                "x",
                "https://bitbucket.org/ann/shop/pull-requests/new?source=x&dest=main",
            ),
            (
                "git@codeberg.org:ann/shop.git",
                "x",
                "https://codeberg.org/ann/shop/compare/main...x",
            ),
        ];
        for (address, branch, expected) in table {
            let remote = Remote::of(address).unwrap();
            assert_eq!(new_page(&remote, branch, "main").as_deref(), Some(expected));
        }
        let other = Remote::of("git@git.example.com:ann/shop.git").unwrap();
        assert_eq!(new_page(&other, "x", "main"), None);
    }
}
