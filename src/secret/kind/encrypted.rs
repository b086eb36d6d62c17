//! Files that are encrypted as a whole. They are no secret, whatever their names; but a first line that
//! only says so makes no file encrypted.

/// Whether a file is what git-crypt, age or Ansible's vault writes.
pub(super) fn is_encrypted(file: &[u8]) -> bool {
    is_git_crypt(file) || is_age(file) || is_vault(file)
}

/// A head, a nonce of 12 bytes, and cipher text.
fn is_git_crypt(file: &[u8]) -> bool {
    let body = file.strip_prefix(b"\0GITCRYPT\0");
    body.is_some_and(|body| body.len() > 12 && !is_text(body))
}

/// A head of a version, recipients and a sum, each in Base64, and cipher text.
fn is_age(file: &[u8]) -> bool {
    let Some(mut rest) = file.strip_prefix(b"age-encryption.org/v1\n") else {
        return false;
    };
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let line = &rest[..end];
        rest = &rest[end + 1..];
        let letters = line.strip_prefix(b"-> ").or(line.strip_prefix(b"--- "));
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b' ');
        if !letters.unwrap_or(line).iter().all(plain) {
            return false;
        }
        if line.starts_with(b"--- ") {
            return rest.len() > 16 && !is_text(rest);
        }
    }
    false
}

/// A head with a version and a cipher, and lines of hexadecimal digits.
fn is_vault(file: &[u8]) -> bool {
    let mut lines = file.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let head = lines.next().unwrap_or_default();
    let head = head.strip_prefix(b"$ANSIBLE_VAULT;1.");
    let mut digits = 0;
    head.is_some_and(|head| memchr::memmem::find(head, b";AES").is_some())
        && lines.all(|line| {
            digits += line.len();
            line.iter().all(u8::is_ascii_hexdigit)
        })
        && digits > 0
}

/// So many letters in a row come up in cipher text once in some hundred thousand bytes.
const LONGEST: usize = 12;

/// Whether a part can be read, as no part of cipher text can.
fn is_text(body: &[u8]) -> bool {
    let mut run = 0;
    body.iter().any(|byte| {
        run = if matches!(byte, b' '..=b'~') {
            run + 1
        } else {
            0
        };
        run > LONGEST
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher_text(length: u32) -> Vec<u8> {
        let byte = |at: u32| at.wrapping_mul(2_654_435_761).to_be_bytes()[0];
        (1..=length).map(byte).collect()
    }

    #[test]
    fn what_is_encrypted_is_known_by_its_head_and_its_body() {
        let age = "age-encryption.org/v1\n-> X25519 abcDEF+/0\nabcDEF012\n--- abcDEF012\n";
        for head in ["\0GITCRYPT\0", age] {
            let file = [head.as_bytes(), &cipher_text(200)].concat();
            assert!(is_encrypted(&file), "{head}");
            let file = [&file[..], b"\nDB_PASSWORD=hunter2\n"].concat();
            assert!(!is_encrypted(&file), "{head}");
            assert!(!is_encrypted(head.as_bytes()), "{head}");
        }
        assert!(is_encrypted(
            b"$ANSIBLE_VAULT;1.2;AES256;dev\r\n3a0f\r\n3a\r\n"
        ));
    }

    #[test]
    fn a_first_line_alone_makes_no_file_encrypted() {
        for file in [
            &b"$ANSIBLE_VAULT;\nDB_PASSWORD=hunter2"[..],
            b"$ANSIBLE_VAULT;1.1;AES256\n",
            b"$ANSIBLE_VAULT;1.1;AES256\n3a0f\nDB_PASSWORD=hunter2",
            b"age-encryption.org/v1\nDB_PASSWORD=hunter2\n",
            b"age-encryption.org/v1\n--- abc\nDB_PASSWORD=hunter2\n",
            b"\0GITCRYPT\0\nDB_PASSWORD=hunter2\n",
            b"",
        ] {
            assert!(!is_encrypted(file), "{}", file.escape_ascii());
        }
    }
}
