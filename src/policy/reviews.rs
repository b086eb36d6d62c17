//! Reviews on a forge, as its own API tells them: who approves the very commit that is judged.
//!
//! GitHub's reviews name the commit that was seen. GitLab's approvals do not, so that the versions of the merge
//! request are wanted beside them. What is of another head, dismissed, or taken back later counts for nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

/// The largest file, in bytes.
const LARGEST: usize = 8 << 20;

/// The most reviews.
const MOST: usize = 100_000;

/// An approval of the head.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Review {
    /// The reviewer's login, in lower case.
    pub login: String,
}

/// The approvals of the head, one a person, by login.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviews(BTreeSet<Review>);

impl Reviews {
    /// Reads a file: what GitHub answers to `GET /repos/{owner}/{repo}/pulls/{number}/reviews`, pages one
    /// behind the other or in a list; or a map of `approvals` and `versions`, which are what GitLab answers to
    /// `GET /projects/{id}/merge_requests/{iid}/approvals` and `…/versions`.
    ///
    /// `head` is the commit that is judged, in hexadecimal digits. The error is a reason.
    pub fn parse(text: &[u8], head: &str) -> Result<Self, String> {
        if text.len() > LARGEST {
            return Err("the file is larger than 8 MiB".to_owned());
        }
        let values = serde_json::Deserializer::from_slice(text).into_iter::<Value>();
        let values: Vec<Value> = values
            .collect::<Result<_, _>>()
            .map_err(|error| format!("the file is not JSON: {error}"))?;
        let logins = match values.as_slice() {
            [] => return Err("the file is empty".to_owned()),
            [Value::Object(both)] if both.contains_key("approvals") => {
                gitlab(&both["approvals"], both.get("versions"), head)?
            }
            pages => github(pages, head)?,
        };
        let reviews = logins.into_iter().map(|login| Review { login });
        Ok(Self(reviews.collect()))
    }

    /// The approvals, by login.
    pub fn iter(&self) -> impl Iterator<Item = &Review> {
        self.0.iter()
    }
}

/// The text at a key.
fn text<'v>(value: &'v Value, key: &str) -> Result<&'v str, String> {
    let text = value.get(key).and_then(Value::as_str);
    text.ok_or_else(|| format!("an entry has no `{key}`"))
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| format!("`{text}` is no time"))
}

/// Each person's last word: a comment changes nothing.
fn github(pages: &[Value], head: &str) -> Result<Vec<String>, String> {
    let mut reviews = Vec::new();
    for page in pages {
        let page = page.as_array().ok_or("it is no list of reviews")?;
        for entry in page {
            match entry {
                Value::Array(inner) => reviews.extend(inner),
                other => reviews.push(other),
            }
        }
    }
    if reviews.len() > MOST {
        return Err(format!("there are more than {MOST} reviews"));
    }
    let mut last: BTreeMap<String, (Timestamp, usize, bool)> = BTreeMap::new();
    for (at, review) in reviews.into_iter().enumerate() {
        let state = text(review, "state")?;
        let approves = match state {
            "APPROVED" => true,
            "CHANGES_REQUESTED" | "DISMISSED" => false,
            "COMMENTED" | "PENDING" => continue,
            other => return Err(format!("`{other}` is no state of a review")),
        };
        let user = review.get("user").filter(|user| !user.is_null());
        // Of an account that was deleted.
        let Some(user) = user else { continue };
        let login = text(user, "login")?.to_ascii_lowercase();
        let person = text(user, "type")? == "User";
        let seen = review.get("commit_id").and_then(Value::as_str) == Some(head);
        let when = (time(text(review, "submitted_at")?)?, at);
        let counts = approves && person && seen;
        let newer = last
            .get(&login)
            .is_none_or(|(time, position, _)| (*time, *position) < when);
        if newer {
            last.insert(login, (when.0, when.1, counts));
        }
    }
    let approving = last.into_iter().filter(|(_, (.., counts))| *counts);
    Ok(approving.map(|(login, _)| login).collect())
}

/// Those who approved after the head had come.
fn gitlab(approvals: &Value, versions: Option<&Value>, head: &str) -> Result<Vec<String>, String> {
    let versions = versions.and_then(Value::as_array);
    let versions = versions.ok_or("it has no list of `versions` beside the `approvals`")?;
    let mut newest: Option<(Timestamp, &str)> = None;
    for version in versions {
        let when = time(text(version, "created_at")?)?;
        let commit = text(version, "head_commit_sha")?;
        if newest.is_none_or(|(newest, _)| newest < when) {
            newest = Some((when, commit));
        }
    }
    let Some((since, _)) = newest.filter(|(_, commit)| *commit == head) else {
        return Ok(Vec::new());
    };
    let list = approvals.get("approved_by").and_then(Value::as_array);
    let list = list.ok_or("its approvals have no `approved_by`")?;
    if list.len() > MOST {
        return Err(format!("there are more than {MOST} approvals"));
    }
    let mut logins = Vec::new();
    for entry in list {
        let login = text(entry.get("user").unwrap_or(&Value::Null), "username")?;
        let when = time(text(entry, "approved_at")?)?;
        if when > since && !is_gitlab_bot(login) {
            logins.push(login.to_ascii_lowercase());
        }
    }
    Ok(logins)
}

/// The user of an access token, as GitLab names it.
fn is_gitlab_bot(login: &str) -> bool {
    (login.starts_with("project_") || login.starts_with("group_")) && login.contains("_bot")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn github_review(login: &str, state: &str, commit: &str, minute: u8) -> Value {
        json!({
            "id": 1, "user": {"login": login, "id": 7, "type": "User"}, "body": "", "state": state,
            "commit_id": commit, "submitted_at": format!("2026-11-25T10:{minute:02}:00Z"),
        })
    }

    fn approving(value: &Value, head: &str) -> Vec<String> {
        let reviews = Reviews::parse(value.to_string().as_bytes(), head).unwrap();
        reviews.iter().map(|review| review.login.clone()).collect()
    }

    #[test]
    fn the_last_word_of_each_person_on_the_head_counts() {
        let of = |login, state, minute| github_review(login, state, "abc", minute);
        let all = json!([
            of("RLee", "APPROVED", 1),
            of("ono", "APPROVED", 1),
            of("ono", "CHANGES_REQUESTED", 2),
            of("may", "CHANGES_REQUESTED", 3),
            of("may", "APPROVED", 4),
            of("sam", "APPROVED", 5),
            of("sam", "COMMENTED", 6),
            of("kim", "DISMISSED", 7),
            github_review("old", "APPROVED", "abd", 1),
            // Later in time, although it stands before.
            of("eve", "CHANGES_REQUESTED", 9),
            of("eve", "APPROVED", 8),
        ]);
        assert_eq!(approving(&all, "abc"), ["may", "rlee", "sam"]);
        assert_eq!(approving(&json!([]), "abc"), [""; 0]);
        let pages = json!([[of("rlee", "APPROVED", 1)], [of("rlee", "DISMISSED", 2)]]);
        assert_eq!(approving(&pages, "abc"), [""; 0]);
    }

    #[test]
    fn a_later_approval_of_another_head_cancels_an_earlier_one() {
        let all = json!([
            github_review("rlee", "APPROVED", "abc", 1),
            github_review("rlee", "APPROVED", "abd", 2),
        ]);
        assert_eq!(approving(&all, "abc"), [""; 0]);
        assert_eq!(approving(&all, "abd"), ["rlee"]);
    }

    #[test]
    fn a_bot_and_a_deleted_account_are_nobody() {
        let mut bot = github_review("renovate[bot]", "APPROVED", "abc", 1);
        bot["user"]["type"] = json!("Bot");
        let mut gone = github_review("x", "APPROVED", "abc", 1);
        gone["user"] = Value::Null;
        let mut unbound = github_review("rlee", "APPROVED", "abc", 1);
        unbound["commit_id"] = Value::Null;
        assert_eq!(approving(&json!([bot, gone, unbound]), "abc"), [""; 0]);
    }

    #[test]
    fn gitlabs_approvals_count_where_they_came_after_the_head() {
        let approvals = json!({"approved": true, "approved_by": [
            {"user": {"id": 1, "username": "RLee"}, "approved_at": "2026-11-25T10:05:00.000Z"},
            {"user": {"id": 2, "username": "early"}, "approved_at": "2026-11-25T09:00:00.000Z"},
            {"user": {"id": 3, "username": "project_7_bot_1f"}, "approved_at": "2026-11-25T10:05:00Z"},
        ]});
        let versions = json!([
            {"id": 2, "head_commit_sha": "abc", "created_at": "2026-11-25T10:00:00.000Z"},
            {"id": 1, "head_commit_sha": "abd", "created_at": "2026-11-25T08:00:00.000Z"},
        ]);
        let both = json!({"approvals": approvals, "versions": versions});
        assert_eq!(approving(&both, "abc"), ["rlee"]);
        assert_eq!(
            approving(&both, "abd"),
            [""; 0],
            "it is not the head any more"
        );
    }

    #[test]
    fn what_is_no_answer_of_a_forge_is_an_error() {
        let no_state = json!([{"user": {"login": "x", "type": "User"}}]).to_string();
        let unknown = json!([github_review("x", "LGTM", "abc", 1)]).to_string();
        let alone = json!({"approvals": {"approved_by": []}}).to_string();
        let no_time = json!({"approvals": {"approved_by": [{"user": {"username": "x"}}]}, "versions": [
            {"head_commit_sha": "abc", "created_at": "2026-11-25T10:00:00Z"}]});
        let no_time = no_time.to_string();
        for bad in [
            "",
            "x",
            "{}",
            "{\"message\": \"Not Found\"}",
            "[1]",
            &no_state,
            &unknown,
            &alone,
            &no_time,
        ] {
            assert!(Reviews::parse(bad.as_bytes(), "abc").is_err(), "{bad}");
        }
    }
}
