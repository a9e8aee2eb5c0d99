//! A server whose certificate has expired, for tests of both clients.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{io::AsyncReadExt as _, net::TcpListener};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring as crypto,
        pki_types::{CertificateDer, PrivatePkcs8KeyDer},
    },
};

const CERTIFICATE: &[u8] = include_bytes!("../../tests/fixtures/tls/expired.der");
const KEY: &[u8] = include_bytes!("../../tests/fixtures/tls/key.der");

/// It runs as long as the test.
pub struct Expired {
    /// Where it listens.
    pub address: String,
    came: Arc<AtomicUsize>,
    told: Arc<AtomicUsize>,
}

impl Expired {
    /// Starts one.
    pub async fn start() -> Self {
        let config = ServerConfig::builder_with_provider(Arc::new(crypto::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(CERTIFICATE)],
                PrivatePkcs8KeyDer::from(KEY).into(),
            )
            .expect("a certificate and its key");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (came, told) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (coming, telling) = (Arc::clone(&came), Arc::clone(&told));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                coming.fetch_add(1, Ordering::SeqCst);
                if let Ok(mut trusting) = acceptor.accept(stream).await {
                    let read = trusting.read(&mut [0; 1024]).await.unwrap_or_default();
                    telling.fetch_add(read, Ordering::SeqCst);
                }
            }
        });
        Self {
            address: format!("https://localhost:{port}"),
            came,
            told,
        }
    }

    /// Somebody came, and did not say a word.
    pub fn was_not_trusted(&self) -> bool {
        self.came.load(Ordering::SeqCst) > 0 && self.told.load(Ordering::SeqCst) == 0
    }
}
