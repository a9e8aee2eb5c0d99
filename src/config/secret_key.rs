//! The secret key, from which every other key is derived: given, or made once and kept beside the SQLite database.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use sapa_core::{ids::Ids, security::Keys};
use secrecy::SecretString;

use super::Config;

/// The configured key; with SQLite else the one in the file beside the database, which is made when it is not there.
pub fn keys(config: &Config, ids: &Ids) -> anyhow::Result<Keys> {
    let current = match (&config.security.secret_key, &config.database.file) {
        (Some(key), _) => key.clone(),
        (None, Some(database)) => kept(database, ids)?,
        (None, None) => {
            bail!("security.secret_key is missing, and PostgreSQL has no folder to keep one in")
        }
    };
    Ok(Keys::new(&current, &config.security.previous_keys))
}

/// The key in the file beside an SQLite database; made when it is not there.
pub fn kept(database: &Path, ids: &Ids) -> anyhow::Result<SecretString> {
    stored(&beside(database), ids)
}

/// The key's file beside a database.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

fn stored(path: &Path, ids: &Ids) -> anyhow::Result<SecretString> {
    let shown = path.display();
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(path, ids).with_context(|| format!("the secret key {shown} could not be made"))?;
            fs::read_to_string(path)
        }
        read => read,
    };
    let text = text.with_context(|| format!("the secret key {shown} could not be read"))?;
    let key = text.trim();
    if key.len() < 32 {
        bail!(
            "{shown} does not hold a secret key: restore it from a backup (removing it makes a new one, and what the old one protects is lost)"
        );
    }
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(path = %shown, "others on this machine can read the secret key; chmod 600 it");
    }
    Ok(SecretString::from(key))
}

/// Writes a new key whole and moves it into place; when another process was quicker, its key stays.
fn make(path: &Path, ids: &Ids) -> io::Result<()> {
    let key = format!("{}{}\n", ids.token(), ids.token());
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}", ids.token()));
    let unfinished = PathBuf::from(unfinished);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)?;
    let linked = file
        .write_all(key.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&unfinished, path));
    fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sapa_core::ids::SystemEntropy;
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = beside(&folder.path().join("sapa.db"));
        let ids = Ids::new(Arc::new(SystemEntropy));
        let first = stored(&path, &ids).expect("a key");
        let mode = fs::metadata(&path).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let read = stored(&path, &ids).expect("the key");
        assert_eq!(first.expose_secret(), read.expose_secret());
        make(&path, &ids).expect("being second is no error");
        let read = stored(&path, &ids).expect("the key");
        assert_eq!(first.expose_secret(), read.expose_secret());
        let files = fs::read_dir(folder.path()).expect("the folder").count();
        assert_eq!(files, 1, "nothing is left lying about");
    }

    #[test]
    fn a_broken_key_is_not_replaced_silently() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("sapa.db.key");
        fs::write(&path, "").expect("an empty file");
        let ids = Ids::new(Arc::new(SystemEntropy));
        assert!(stored(&path, &ids).is_err());
    }
}
