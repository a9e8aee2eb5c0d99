//! Tokens that a client carries: JSON Web Tokens, signed with HMAC-SHA256 and with nothing else.
//!
//! The library does no cryptography by itself: it is given ours, which knows the one algorithm. A token that names another, or none, has
//! nothing to be verified with. Times are checked against the desk's clock, which the library does not know.

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result},
    signature::{Error, Signer, Verifier},
};
use serde::{Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq as _;

use super::{Keys, Label, mac};

/// No token of ours is nearly as long; a longer one is not even looked at.
const LONGEST: usize = 2_048;

static HS256: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.as_bytes())?)),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::HS256 => Ok(Box::new(Hs256::new(key.try_get_as_bytes()?)?)),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

/// HMAC-SHA256 as the library wants it.
struct Hs256([u8; 32]);

impl Hs256 {
    fn new(key: &[u8]) -> Result<Self> {
        let key = key.try_into().map_err(|_| ErrorKind::InvalidKeyFormat)?;
        Ok(Self(key))
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(mac(&self.0, message).to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], tag: &Vec<u8>) -> std::result::Result<(), Error> {
        let right = bool::from(mac(&self.0, message).as_slice().ct_eq(tag));
        right.then_some(()).ok_or_else(Error::new)
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

/// Gives the library our cryptography; it keeps the first one for ever.
fn prepare() {
    // Only a second time is an error, and then it is ours already: nobody else in this process knows the library.
    let _ = HS256.install_default();
}

impl Keys {
    /// A signed token with these claims.
    ///
    /// # Errors
    /// When the claims are no JSON object.
    pub fn sign<C: Serialize>(&self, label: Label, claims: &C) -> Result<String> {
        prepare();
        let key = super::derive(&self.current, label);
        let header = Header::new(Algorithm::HS256);
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&key))
    }

    /// The claims of a token of ours: signed by any key that is accepted, for this issuer and audience. Whether it is still good is for
    /// the caller to see. What a token says about keys (`kid`, `jku`, `x5u` …) is not looked at.
    pub fn claims<C: DeserializeOwned + Clone>(
        &self,
        label: Label,
        issuer: &str,
        audience: &str,
        token: &str,
    ) -> Option<C> {
        if token.len() > LONGEST {
            return None;
        }
        prepare();
        let mut wanted = Validation::new(Algorithm::HS256);
        wanted.set_issuer(&[issuer]);
        wanted.set_audience(&[audience]);
        wanted.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        wanted.validate_exp = false;
        self.subkeys(label).find_map(|key| {
            let key = DecodingKey::from_secret(&key);
            let token = jsonwebtoken::decode::<C>(token, &key, &wanted).ok()?;
            Some(token.claims)
        })
    }
}
