//! Hardware keys played in software, for tests here and of the program: what a real one signs.

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::public::{KeyData, SkEcdsaSha2NistP256, SkEd25519};
use ssh_key::sha2::{Digest as _, Sha256};
use ssh_key::{HashAlg, PrivateKey, PublicKey, Signature, SigningKey, SshSig};

/// A key that says what it is told to say.
pub(crate) struct SoftwareKey {
    pair: KeypairData,
    application: String,
}

impl SoftwareKey {
    /// One of the kind `sk-ssh-ed25519`.
    pub(crate) fn ed25519(seed: u8) -> Self {
        Self {
            pair: Ed25519Keypair::from_seed(&[seed; 32]).into(),
            application: "ssh:".to_owned(),
        }
    }

    /// One of the kind `sk-ecdsa`, of an ECDSA key that `ssh-keygen` made.
    pub(crate) fn ecdsa(private: &str) -> Self {
        let key = PrivateKey::from_openssh(private).unwrap();
        Self {
            pair: key.key_data().clone(),
            application: "ssh:".to_owned(),
        }
    }

    fn key(&self) -> KeyData {
        match &self.pair {
            KeypairData::Ed25519(pair) => {
                KeyData::SkEd25519(SkEd25519::new(pair.public, self.application.clone()))
            }
            pair => {
                let plain = KeyData::try_from(pair).unwrap();
                let KeyData::Ecdsa(ssh_key::public::EcdsaPublicKey::NistP256(point)) = plain else {
                    panic!("a hardware key is of P-256");
                };
                KeyData::SkEcdsaSha2NistP256(SkEcdsaSha2NistP256::new(
                    point,
                    self.application.clone(),
                ))
            }
        }
    }

    /// The public key, as OpenSSH writes it.
    pub(crate) fn public(&self) -> String {
        PublicKey::from(self.key()).to_openssh().unwrap()
    }

    /// An armored signature with these flags. 1 is a touch, 4 a PIN.
    pub(crate) fn sign(&self, namespace: &str, message: &[u8], flags: u8) -> String {
        let counter = 7_u32.to_be_bytes();
        let to_sign = SshSig::signed_data(namespace, HashAlg::Sha512, message).unwrap();
        let mut attested = Sha256::digest(&self.application).to_vec();
        attested.push(flags);
        attested.extend(counter);
        attested.extend(Sha256::digest(&to_sign));
        let pair = PrivateKey::new(self.pair.clone(), "").unwrap();
        let made = by(&pair, &attested);
        let mut signature = string(self.key().algorithm().as_str().as_bytes());
        signature.extend(string(made.as_bytes()));
        signature.push(flags);
        signature.extend(counter);
        let mut blob = b"SSHSIG\0\0\0\x01".to_vec();
        blob.extend(string(&PublicKey::from(self.key()).to_bytes().unwrap()));
        blob.extend(string(namespace.as_bytes()));
        blob.extend(string(b""));
        blob.extend(string(b"sha512"));
        blob.extend(string(&signature));
        armored(&blob)
    }
}

fn by<S: SigningKey>(key: &S, message: &[u8]) -> Signature {
    key.try_sign(message).unwrap()
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [&length[..], bytes].concat()
}

/// The frame around a signature.
pub(crate) fn armored(blob: &[u8]) -> String {
    use base64ct::{Base64, Encoding as _};
    let text = Base64::encode_string(blob);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(70)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
        lines.join("\n")
    )
}
