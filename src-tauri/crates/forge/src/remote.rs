//! Reads where the address of a remote leads. A password or token in it is left out.

use url::Url;

/// What kind of host a remote is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostKind {
    /// GitHub, also one of a company.
    GitHub,
    /// GitLab, also one of a company.
    GitLab,
    /// Bitbucket's cloud.
    Bitbucket,
    /// Gitea or Forgejo.
    Gitea,
    /// A host whose name does not say what it is.
    Other,
}

/// A repository on a host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Remote {
    /// The host's name, in lower case.
    pub host: String,
    /// The port of its pages, if the address is one of HTTP and has one.
    pub port: Option<u16>,
    /// Owner and name: `ann/shop`, or `group/team/shop`.
    pub path: String,
}

/// Hosts that answer SSH under another name because of a port that is blocked less often.
/// Source: "Using SSH over the HTTPS port" in GitHub's documentation, "altssh" in GitLab's and Bitbucket's.
const OTHER_NAMES: [(&str, &str); 3] = [
    ("ssh.github.com", "github.com"),
    ("altssh.gitlab.com", "gitlab.com"),
    ("altssh.bitbucket.org", "bitbucket.org"),
];

impl Remote {
    /// Reads an address as git knows it: a URL, or `user@host:path`. `None` for a folder, and for an address without
    /// an owner and a name.
    pub fn of(address: &str) -> Option<Self> {
        let address = address.trim();
        let (host, port, path) = match address.contains("://") {
            true => of_url(address)?,
            false => of_words(address)?,
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let known = OTHER_NAMES.iter().find(|(other, _)| *other == host);
        let host = known.map_or(host, |(_, name)| (*name).to_owned());
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
        let is_named = |part: &str| {
            let is_odd = |c: char| c.is_control() || c.is_whitespace() || "\"'<>\\?#%".contains(c);
            !matches!(part, "" | "." | "..") && !part.starts_with('-') && !part.contains(is_odd)
        };
        let parts = path.split('/').count();
        let is_whole = parts >= 2 && path.split('/').all(is_named) && is_host(&host);
        is_whole.then(|| Self { host, port, path: path.to_owned() })
    }

    /// What kind of host it is, as far as its name says it.
    pub fn kind(&self) -> HostKind {
        let is_part = |word: &str| self.host.split(['.', '-']).any(|part| part == word);
        match self.host.as_str() {
            "bitbucket.org" => HostKind::Bitbucket,
            "codeberg.org" => HostKind::Gitea,
            host if host.ends_with(".ghe.com") || is_part("github") => HostKind::GitHub,
            _ if is_part("gitlab") => HostKind::GitLab,
            _ if is_part("gitea") || is_part("forgejo") => HostKind::Gitea,
            _ => HostKind::Other,
        }
    }

    /// The host's name with the port of its pages.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The owner: everything before the name.
    pub fn owner(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(owner, _)| owner)
    }
}

/// Host, port of its pages, and path of a URL.
fn of_url(address: &str) -> Option<(String, Option<u16>, String)> {
    let url = Url::parse(address).ok()?;
    let is_http = matches!(url.scheme(), "https" | "http");
    let is_other = matches!(url.scheme(), "ssh" | "git" | "git+ssh" | "ssh+git");
    let host = url.host_str().filter(|_| is_http || is_other)?.to_owned();
    Some((host, url.port().filter(|_| is_http), url.path().to_owned()))
}

/// Host and path of `user@host:path`. One letter before the colon is a drive of Windows.
fn of_words(address: &str) -> Option<(String, Option<u16>, String)> {
    let (before, path) = address.split_once(':')?;
    let is_folder = before.contains('/') || before.contains('\\') || before.len() < 2;
    let host = before.rsplit_once('@').map_or(before, |(_, host)| host);
    (!is_folder).then(|| (host.to_owned(), None, path.to_owned()))
}

/// Whether it is a name that no program reads as an option or as something else.
fn is_host(host: &str) -> bool {
    let is_part = |part: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        !part.is_empty() && !part.starts_with('-') && part.chars().all(fits)
    };
    host.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_as_git_knows_them() {
        let table = [
            ("https://github.com/ann/shop.git", "github.com ann/shop"),
            ("https://github.com/ann/shop/", "github.com ann/shop"),
            ("https://ann:token@github.com/ann/shop", "github.com ann/shop"),
            ("https://x-access-token:ghs_1@GitHub.com/ann/shop.git", "github.com ann/shop"),
            ("git@github.com:ann/shop.git", "github.com ann/shop"),
            ("github.com:ann/shop", "github.com ann/shop"),
            ("ssh://git@github.com/ann/shop.git", "github.com ann/shop"),
            ("ssh://git@ssh.github.com:443/ann/shop.git", "github.com ann/shop"),
            ("git@ssh.github.com:ann/shop.git", "github.com ann/shop"),
            ("git://host.example/ann/shop.git", "host.example ann/shop"),
            ("ssh://git@altssh.gitlab.com:443/group/team/shop.git", "gitlab.com group/team/shop"),
            (
                "https://git.example.com:8443/group/team/shop.git",
                "git.example.com:8443 group/team/shop",
            ),
            ("ssh://git@git.example.com:2222/group/shop.git", "git.example.com group/shop"),
            ("  git@gitlab.example.com:group/shop.git\n", "gitlab.example.com group/shop"),
            ("https://github.com/ann/shop.js", "github.com ann/shop.js"),
        ];
        for (address, expected) in table {
            let found = Remote::of(address);
            let shown = found.map(|it| format!("{} {}", it.authority(), it.path));
            assert_eq!(shown.as_deref(), Some(expected), "{address}");
        }
    }

    #[test]
    fn folders_and_odd_addresses_lead_to_no_host() {
        for address in [
            "",
            "/srv/shop.git",
            "../shop",
            "./a:b",
            "C:\\shop",
            "C:/shop",
            "file:///srv/shop.git",
            "https://github.com/",
            "https://github.com/ann",
            "https://github.com/-ann/shop",
            "https://-option/ann/shop",
            "git@github.com:ann/../shop/..",
            "-oProxyCommand=touch:ann/shop",
            "git@ho st:ann/shop",
            "ext::sh -c touch% x/y",
            "https://github.com/ann/sh op",
        ] {
            assert_eq!(Remote::of(address), None, "{address}");
        }
    }

    #[test]
    fn the_kind_is_told_by_the_host_s_name_alone() {
        for (host, kind) in [
            ("github.com", HostKind::GitHub),
            ("github.example.com", HostKind::GitHub),
            ("acme.ghe.com", HostKind::GitHub),
            ("gitlab.com", HostKind::GitLab),
            ("my-gitlab.example.com", HostKind::GitLab),
            ("bitbucket.org", HostKind::Bitbucket),
            ("codeberg.org", HostKind::Gitea),
            ("gitea.example.com", HostKind::Gitea),
            ("git.example.com", HostKind::Other),
            ("notgithub.com", HostKind::Other),
        ] {
            let remote = Remote::of(&format!("https://{host}/ann/shop")).unwrap();
            assert_eq!(remote.kind(), kind, "{host}");
        }
    }

    proptest! {
        #[test]
        fn no_part_of_a_remote_can_be_read_as_an_option(address in "\\PC{0,60}") {
            if let Some(remote) = Remote::of(&address) {
                prop_assert!(!remote.host.starts_with('-'));
                prop_assert!(remote.path.split('/').all(|part| !part.starts_with('-')));
                prop_assert!(!remote.path.contains(char::is_whitespace));
            }
        }
    }
}
