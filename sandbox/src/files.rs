//! The files that people and the desk have sent, shared by both platforms. Keeps bytes in memory; the
//! `persist` module writes them beside the chats.

use std::collections::HashMap;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::locked;

/// One stored file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct File {
    #[serde(skip)]
    pub bytes: Bytes,
    pub mime: String,
    pub filename: Option<String>,
    pub at_ms: i64,
    /// Came from a person (`WhatsApp` keeps those 7 days, uploads 30).
    pub received: bool,
}

impl File {
    pub fn sha256(&self) -> Vec<u8> {
        Sha256::digest(&self.bytes).to_vec()
    }

    pub fn sha256_base64(&self) -> String {
        STANDARD.encode(self.sha256())
    }
}

#[derive(Default)]
pub(crate) struct Files(Mutex<HashMap<String, File>>);

impl Files {
    pub fn put(&self, id: &str, file: File) {
        locked(&self.0).insert(id.to_owned(), file);
    }

    pub fn get(&self, id: &str) -> Option<File> {
        locked(&self.0).get(id).cloned()
    }

    pub fn remove(&self, id: &str) -> bool {
        locked(&self.0).remove(id).is_some()
    }

    pub fn all(&self) -> Vec<(String, File)> {
        let files = locked(&self.0);
        files
            .iter()
            .map(|(id, file)| (id.clone(), file.clone()))
            .collect()
    }
}

/// Width and height of a PNG or JPEG, read from its header; `None` for anything else.
pub(crate) fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let side = |at: usize| {
            let four = bytes.get(at..at + 4)?;
            Some(u32::from_be_bytes(four.try_into().ok()?))
        };
        return Some((side(16)?, side(20)?));
    }
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    loop {
        let head = bytes.get(at..at + 9)?;
        let two = |i: usize| u32::from(head[i]) << 8 | u32::from(head[i + 1]);
        // SOF0..SOF15 carry the size; C4, C8 and CC are other tables.
        if matches!(head[1], 0xc0..=0xcf) && !matches!(head[1], 0xc4 | 0xc8 | 0xcc) {
            return Some((two(7), two(5)));
        }
        at += 2 + usize::try_from(two(2)).ok()?;
    }
}
