//! Where a Genesys organisation lives.
//!
//! There is no host per organisation: the region decides. People know their region either as AWS names it or as the
//! domain they log in at, so both are taken.

use platform::vendor::Failure;
use reqwest::Url;

/// AWS region id and Genesys domain of every region.
pub(crate) const REGIONS: [(&str, &str); 18] = [
    ("us-east-1", "mypurecloud.com"),
    ("us-east-2", "use2.us-gov-pure.cloud"),
    ("us-west-2", "usw2.pure.cloud"),
    ("ca-central-1", "cac1.pure.cloud"),
    ("mx-central-1", "mxc1.pure.cloud"),
    ("sa-east-1", "sae1.pure.cloud"),
    ("eu-west-1", "mypurecloud.ie"),
    ("eu-west-2", "euw2.pure.cloud"),
    ("eu-central-1", "mypurecloud.de"),
    ("eu-central-2", "euc2.pure.cloud"),
    ("eusc-de-east-1", "edee1.eusc-pure.cloud"),
    ("me-central-1", "mec1.pure.cloud"),
    ("ap-south-1", "aps1.pure.cloud"),
    ("ap-southeast-1", "apse1.pure.cloud"),
    ("ap-southeast-2", "mypurecloud.com.au"),
    ("ap-northeast-1", "mypurecloud.jp"),
    ("ap-northeast-2", "apne2.pure.cloud"),
    ("ap-northeast-3", "apne3.pure.cloud"),
];

/// `https://<name>.<domain>` for a region given in either way.
pub(crate) fn host(name: &str, region: &str) -> Result<Url, Failure> {
    let domain = domain(region)?;
    Url::parse(&format!("https://{name}.{domain}")).map_err(|_| unknown(region))
}

/// The Genesys domain of a region.
fn domain(region: &str) -> Result<&'static str, Failure> {
    let given = region.trim().to_ascii_lowercase();
    let found = REGIONS.iter().find(|(aws, domain)| given == *aws || given == *domain);
    found.map(|(_, domain)| *domain).ok_or_else(|| unknown(region))
}

fn unknown(region: &str) -> Failure {
    let known: Vec<_> = REGIONS.iter().map(|(aws, domain)| format!("{aws} ({domain})")).collect();
    // Something long in this place is more likely a mistyped secret than a region.
    let shown = if region.len() <= 40 { region } else { "that long text" };
    Failure::Misconfigured(format!(
        "`genesys_region` {shown:?} is not a Genesys region; known are {}",
        known.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_is_known_by_both_names() {
        for (aws, domain_name) in REGIONS {
            assert_eq!(domain(aws).unwrap(), domain_name);
            assert_eq!(domain(domain_name).unwrap(), domain_name);
        }
        assert_eq!(domain(" EU-West-1 ").unwrap(), "mypurecloud.ie");
    }

    #[test]
    fn no_region_stands_twice() {
        for (index, (aws, domain)) in REGIONS.iter().enumerate() {
            assert!(!REGIONS[index + 1..].iter().any(|(a, d)| a == aws || d == domain), "{aws}");
        }
    }

    #[test]
    fn an_unknown_region_is_answered_with_the_known_ones() {
        let Err(Failure::Misconfigured(line)) = domain("us-east-9") else { panic!() };
        assert!(
            line.contains("genesys_region")
                && line.contains("us-east-9")
                && line.contains("sa-east-1 (sae1.pure.cloud)"),
            "{line}"
        );
        assert!(domain("mypurecloud.com.evil.example").is_err());
    }
}
