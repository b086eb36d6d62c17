//! What a forge's API says of reviews: nobody approves a commit of which nothing stands there.

#![no_main]

use bstr::ByteSlice as _;
use cordon::policy::Reviews;
use libfuzzer_sys::fuzz_target;

/// The head of the seeds.
const HEAD: &str = "2222222222222222222222222222222222222222";

/// A commit of which nothing is written, but by escapes of JSON.
const ABSENT: &str = "3333333333333333333333333333333333333333";

fuzz_target!(|text: &[u8]| {
    let reviews = Reviews::parse(text, HEAD);
    if let Ok(reviews) = &reviews {
        let approvals = text.find_iter("pprove").count() + text.find_iter("\\u").count();
        assert!(reviews.iter().count() <= approvals + text.find_iter("user").count());
        assert!(
            reviews
                .iter()
                .all(|review| !review.login.contains(|c: char| c.is_ascii_uppercase()))
        );
    }
    if let Ok(reviews) = Reviews::parse(text, ABSENT)
        && !text.contains_str(ABSENT)
        && !text.contains_str("\\u")
    {
        assert_eq!(reviews.iter().count(), 0);
    }
});
