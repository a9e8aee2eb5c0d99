//! Whose request it is: the address of the other end, or what a proxy of ours says it was. Nobody else is believed.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};
use ipnet::IpNet;

/// As much of what a browser calls itself as anybody needs to see.
const AGENT: usize = 200;

/// Whose forwarded addresses are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

/// Something that is neither an address nor a network.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no address and no network")]
pub struct NoNetwork(String);

impl Proxies {
    /// Addresses and networks as they are written in settings: `10.0.0.1`, `10.0.0.0/8`, `::1`.
    ///
    /// # Errors
    /// When one of them is neither.
    pub fn parse(written: &[String]) -> Result<Self, NoNetwork> {
        let one = |text: &String| {
            let network = text.parse::<IpNet>().ok();
            let network = network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
            network.ok_or_else(|| NoNetwork(text.clone()))
        };
        written.iter().map(one).collect::<Result<_, _>>().map(Self)
    }

    fn trust(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&ip))
    }

    /// The client's address. Behind a proxy of ours it is the last of `X-Forwarded-For` that is not a proxy of ours too: what stands before
    /// that was written by the client itself. Headers of single providers (`CF-Connecting-IP`, `X-Real-IP`, `Forwarded`) are not looked
    /// at: a proxy that does not know them hands on what the client made up.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trust(client) {
            return client;
        }
        let forwarded = headers.get_all("x-forwarded-for").iter();
        // Whatever bytes the client made up, the proxy's own word stands after them: no line is left out.
        let lines: Vec<_> = forwarded
            .map(|line| String::from_utf8_lossy(line.as_bytes()))
            .collect();
        for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let Some(ip) = address(hop.trim()) else {
                break;
            };
            client = ip;
            if !self.trust(ip) {
                break;
            }
        }
        client
    }
}

/// An address, with a port or without (some proxies write one).
fn address(hop: &str) -> Option<IpAddr> {
    let ip = hop.parse::<IpAddr>().ok();
    let ip = ip.or_else(|| hop.parse::<SocketAddr>().ok().map(|with| with.ip()));
    ip.map(|ip| ip.to_canonical())
}

/// What a browser calls itself; whatever bytes that are, no more than a line of them.
pub(crate) fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    let agent = agent.unwrap_or_default();
    let kept = agent.chars().filter(|c| !c.is_control());
    kept.take(AGENT).collect()
}

/// The other end of a connection, as the listener saw it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let proxies: Vec<_> = proxies.iter().map(|&p| p.to_owned()).collect();
        let proxies = Proxies::parse(&proxies).expect("networks");
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().expect("a header"));
        }
        headers.insert("cf-connecting-ip", "6.6.6.6".parse().expect("a header"));
        headers.insert("x-real-ip", "6.6.6.6".parse().expect("a header"));
        headers.insert("forwarded", "for=6.6.6.6".parse().expect("a header"));
        let peer = peer.parse().expect("an address");
        proxies.client(peer, &headers).to_string()
    }

    #[test]
    fn who_is_no_proxy_of_ours_says_nothing_about_himself() {
        assert_eq!(client(&[], "1.2.3.4", &["6.6.6.6"]), "1.2.3.4");
        assert_eq!(client(&["10.0.0.0/8"], "1.2.3.4", &["6.6.6.6"]), "1.2.3.4");
        assert_eq!(client(&[], "::ffff:1.2.3.4", &[]), "1.2.3.4");
    }

    #[test]
    fn a_proxy_of_ours_is_believed_up_to_the_first_stranger() {
        let ours = ["10.0.0.0/8", "::1"];
        assert_eq!(client(&ours, "10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(client(&ours, "10.0.0.1", &["6.6.6.6, 1.2.3.4"]), "1.2.3.4");
        assert_eq!(
            client(&ours, "10.0.0.1", &["6.6.6.6", "1.2.3.4, 10.2.3.4"]),
            "1.2.3.4"
        );
        assert_eq!(client(&ours, "::1", &["6.6.6.6, 1.2.3.4:5678"]), "1.2.3.4");
        assert_eq!(client(&ours, "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(
            client(&ours, "10.0.0.1", &["6.6.6.6, who knows"]),
            "10.0.0.1"
        );
        assert_eq!(client(&ours, "::ffff:10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
    }

    #[test]
    fn odd_bytes_hide_nobody() {
        let proxies = Proxies::parse(&["10.0.0.0/8".to_owned()]).expect("networks");
        let mut headers = HeaderMap::new();
        for line in [&b"6.6.6.6"[..], b"\xff\xe9, 1.2.3.4"] {
            let line = axum::http::HeaderValue::from_bytes(line).expect("a header");
            headers.append("x-forwarded-for", line);
        }
        let peer = "10.0.0.1".parse().expect("an address");
        assert_eq!(proxies.client(peer, &headers).to_string(), "1.2.3.4");
    }

    #[test]
    fn what_a_browser_calls_itself_is_read_and_cut() {
        let called = |name: &[u8]| {
            let mut headers = HeaderMap::new();
            let name = axum::http::HeaderValue::from_bytes(name).expect("a header");
            headers.insert(header::USER_AGENT, name);
            agent(&headers)
        };
        assert_eq!(called("Péramban/1".as_bytes()), "Péramban/1");
        assert_eq!(called(b"P\xe9ramban\t/1"), "P\u{fffd}ramban/1");
        assert_eq!(called(&[b'x'; 9_000]).len(), AGENT);
        assert_eq!(agent(&HeaderMap::new()), "");
    }

    #[test]
    fn what_is_no_network_is_told() {
        assert!(Proxies::parse(&["10.0.0.0/33".to_owned()]).is_err());
        assert!(Proxies::parse(&["cloudflare".to_owned()]).is_err());
    }
}
