// SPDX-License-Identifier: EUPL-1.2
//! How many requests somebody may make: a bucket for each account, or for each address before anybody has signed in.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Buckets are kept in parts, so that requests rarely wait for one another.
const PARTS: usize = 16;
/// In one part, above this the full buckets are thrown away.
const KEPT: usize = 4_096;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// What is left to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    pub allowed: bool,
    /// Requests in a full bucket.
    pub limit: u32,
    pub remaining: u32,
    /// Seconds until the bucket is full again; where nothing is left, until one request may be made.
    pub reset: u64,
}

/// See the module.
#[derive(Debug)]
pub struct Limits {
    per_minute: u32,
    hasher: RandomState,
    parts: Vec<Mutex<HashMap<String, Bucket>>>,
}

impl Limits {
    pub fn new(per_minute: u32) -> Self {
        Self {
            per_minute: per_minute.max(1),
            hasher: RandomState::new(),
            parts: (0..PARTS).map(|_| Mutex::default()).collect(),
        }
    }

    /// Takes one request from somebody's bucket.
    pub fn take(&self, who: &str, now: Instant) -> Left {
        let limit = self.per_minute;
        let full = f64::from(limit);
        let per_second = full / 60.0;
        let at = usize::try_from(self.hasher.hash_one(who) % PARTS as u64).unwrap_or(0);
        let Some(part) = self.parts.get(at) else { return Left { allowed: true, limit, remaining: limit, reset: 0 } };
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        if part.len() > KEPT {
            part.retain(|_, bucket| now.duration_since(bucket.at).as_secs() < 60);
        }
        let bucket = part.entry(who.to_owned()).or_insert(Bucket { left: full, at: now });
        bucket.left = (bucket.left + now.duration_since(bucket.at).as_secs_f64() * per_second).min(full);
        bucket.at = now;
        let allowed = bucket.left >= 1.0;
        if allowed {
            bucket.left -= 1.0;
        }
        let seconds = if allowed { (full - bucket.left) / per_second } else { (1.0 - bucket.left) / per_second };
        Left { allowed, limit, remaining: whole(bucket.left), reset: u64::from(whole(seconds.ceil().max(1.0))) }
    }
}

/// A number that is never negative nor large, without its fraction.
fn whole(number: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the limit of a minute")]
    let whole = number.clamp(0.0, f64::from(u32::MAX)) as u32;
    whole
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Limits;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let (limits, start) = (Limits::new(60), Instant::now());
        for taken in 1..=60 {
            let left = limits.take("a", start);
            assert!(left.allowed);
            assert_eq!(left.remaining, 60 - taken);
        }
        let none = limits.take("a", start);
        assert!(!none.allowed && none.reset == 1, "{none:?}");
        assert!(limits.take("b", start).allowed, "another's bucket is another's");
        assert!(limits.take("a", start + Duration::from_secs(1)).allowed);
        assert!(!limits.take("a", start + Duration::from_secs(1)).allowed);
    }
}
