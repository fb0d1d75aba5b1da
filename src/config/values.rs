// SPDX-License-Identifier: EUPL-1.2
//! How the values of settings are written: times, sizes, addresses, numbers; each is shown as it may be written.

use std::net::IpAddr;
use std::time::Duration;

/// Seconds in each unit, the longest first.
const UNITS: [(&str, u64); 4] = [("g", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
const SIZES: [(&str, usize); 2] = [("MiB", 1024 * 1024), ("KiB", 1024)];

/// `30s`, `15m`, `10h`, `2g`, within two limits.
pub(super) fn time(text: &str, shortest: u64, longest: u64) -> Result<Duration, String> {
    let wrong = || "si scrive come `30s`, `15m`, `10h` o `2g`".to_owned();
    let (unit, each) = UNITS.into_iter().find(|(unit, _)| text.ends_with(unit)).ok_or_else(wrong)?;
    let number = text.strip_suffix(unit).map(str::trim_end).unwrap_or_default();
    let seconds = digits(number).and_then(|number| number.checked_mul(each)).ok_or_else(wrong)?;
    if !(shortest..=longest).contains(&seconds) {
        let (from, to) = (time_words(Duration::from_secs(shortest)), time_words(Duration::from_secs(longest)));
        return Err(format!("va da {from} a {to}"));
    }
    Ok(Duration::from_secs(seconds))
}

/// As [`time`] reads it.
pub(super) fn time_words(time: Duration) -> String {
    let seconds = time.as_secs();
    let (unit, each) = UNITS.into_iter().find(|(_, each)| seconds.is_multiple_of(*each)).unwrap_or(("s", 1));
    format!("{}{unit}", seconds / each)
}

/// `1MiB`, `512KiB` or bytes, within two limits.
pub(super) fn size(text: &str, least: usize, most: usize) -> Result<usize, String> {
    let wrong = || "si scrive come `1MiB`, `512KiB` o in byte".to_owned();
    let (number, each) = match SIZES.into_iter().find(|(unit, _)| text.ends_with(unit)) {
        Some((unit, each)) => (text.strip_suffix(unit).map(str::trim_end).unwrap_or_default(), each),
        None => (text, 1),
    };
    let bytes = digits(number).and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_mul(each));
    let bytes = bytes.ok_or_else(wrong)?;
    if !(least..=most).contains(&bytes) {
        return Err(format!("va da {} a {}", size_words(least), size_words(most)));
    }
    Ok(bytes)
}

/// As [`size`] reads it.
pub(super) fn size_words(bytes: usize) -> String {
    match SIZES.into_iter().find(|(_, each)| bytes.is_multiple_of(*each) && bytes > 0) {
        Some((unit, each)) => format!("{}{unit}", bytes / each),
        None => bytes.to_string(),
    }
}

/// A whole number within two limits.
pub(super) fn number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    let number = digits(text).and_then(|number| u32::try_from(number).ok());
    number.filter(|n| (least..=most).contains(n)).ok_or_else(|| format!("è un numero intero da {least} a {most}"))
}

/// Addresses of machines, separated by commas.
pub(super) fn addresses(text: &str) -> Result<Vec<IpAddr>, String> {
    let all = text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(|one| {
        let address: IpAddr = one.parse().map_err(|_| format!("`{one}` non è un indirizzo IP"))?;
        if address.is_unspecified() || address.is_multicast() {
            return Err(format!("`{one}` non è l'indirizzo di una macchina"));
        }
        Ok(address)
    });
    let all = all.collect::<Result<Vec<_>, _>>()?;
    if all.is_empty() { Err("serve almeno un indirizzo IP".into()) } else { Ok(all) }
}

/// As [`addresses`] reads them.
pub(super) fn address_words(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Digits only: no sign, no space, no separator.
fn digits(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}
