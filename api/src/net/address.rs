//! Which addresses may be reached from here. **Invariant: an address that is not plainly of the public
//! Internet is refused; what carries an IPv4 address inside is judged by that one.**
//!
//! By the special-purpose registries of IANA for IPv4 and IPv6 (RFC 6890 and what amends it), read in
//! 2026. IPv6 is allowed by what is given out for the public (`2000::/3`), so that what is assigned
//! later is refused until somebody has looked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ranges of IPv4 that are not of the public Internet: the network and how many bits of it count.
const REFUSED_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),        // this network (RFC 791)
    ([10, 0, 0, 0], 8),       // private (RFC 1918)
    ([100, 64, 0, 0], 10),    // shared behind a carrier's NAT (RFC 6598); some clouds' metadata
    ([127, 0, 0, 0], 8),      // loopback (RFC 1122)
    ([168, 63, 129, 16], 32), // the metadata of one large cloud, at a public address
    ([169, 254, 0, 0], 16),   // link-local (RFC 3927); most clouds' metadata
    ([172, 16, 0, 0], 12),    // private (RFC 1918)
    ([192, 0, 0, 0], 24),     // protocol assignments (RFC 6890)
    ([192, 0, 2, 0], 24),     // documentation (RFC 5737)
    ([192, 88, 99, 0], 24),   // 6to4 relays (RFC 7526)
    ([192, 168, 0, 0], 16),   // private (RFC 1918)
    ([198, 18, 0, 0], 15),    // benchmarks (RFC 2544)
    ([198, 51, 100, 0], 24),  // documentation (RFC 5737)
    ([203, 0, 113, 0], 24),   // documentation (RFC 5737)
    ([224, 0, 0, 0], 4),      // multicast (RFC 5771)
    ([240, 0, 0, 0], 4),      // reserved, and broadcast (RFC 1112, RFC 919)
];

/// Ranges within `2000::/3` that are not of the public Internet all the same.
const REFUSED_V6: &[([u16; 8], u32)] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // protocol assignments (RFC 2928): Teredo, ORCHID, benchmarks
    ([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32), // documentation (RFC 3849)
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4 (RFC 7526): any IPv4 address may hide in it
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation (RFC 9637)
];

/// Whether an address is of the public Internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !REFUSED_V4.iter().any(|(network, length)| {
        let shift = 32 - length;
        bits >> shift == Ipv4Addr::from(*network).to_bits() >> shift
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inside) = address.to_ipv4_mapped() {
        return is_public_v4(inside);
    }
    let within = |network: [u16; 8], length: u32| {
        let shift = 128 - length;
        address.to_bits() >> shift == Ipv6Addr::from(network).to_bits() >> shift
    };
    // The well-known prefix of NAT64 (RFC 6052): a network without IPv4 reaches all of it by this.
    if within([0x0064, 0xff9b, 0, 0, 0, 0, 0, 0], 96) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    within([0x2000, 0, 0, 0, 0, 0, 0, 0], 3)
        && !REFUSED_V6.iter().any(|(network, length)| within(*network, *length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    /// The first and the last address of every range of IANA's registry for IPv4 that is not globally
    /// reachable, and its neighbours outside.
    #[test]
    fn special_ranges_of_ipv4_are_refused_to_their_edges() {
        for (first, last) in [
            ("0.0.0.0", "0.255.255.255"),
            ("10.0.0.0", "10.255.255.255"),
            ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"),
            ("168.63.129.16", "168.63.129.16"),
            ("169.254.0.0", "169.254.255.255"),
            ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"),
            ("192.0.2.0", "192.0.2.255"),
            ("192.88.99.0", "192.88.99.255"),
            ("192.168.0.0", "192.168.255.255"),
            ("198.18.0.0", "198.19.255.255"),
            ("198.51.100.0", "198.51.100.255"),
            ("203.0.113.0", "203.0.113.255"),
            ("224.0.0.0", "255.255.255.255"),
        ] {
            assert!(!public(first) && !public(last), "{first}–{last}");
            let number = |text: &str| text.parse::<Ipv4Addr>().unwrap().to_bits();
            if let Some(before) = number(first).checked_sub(1) {
                assert!(is_public_v4(Ipv4Addr::from_bits(before)), "before {first}");
            }
            if let Some(after) = number(last).checked_add(1) {
                assert!(is_public_v4(Ipv4Addr::from_bits(after)), "after {last}");
            }
        }
        for address in
            ["1.1.1.1", "8.8.8.8", "192.31.196.1", "192.52.193.1", "192.175.48.1", "223.255.255.255"]
        {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn special_ranges_of_ipv6_are_refused() {
        for address in [
            "::",
            "::1",
            "::7f00:1",           // compatible with IPv4, long gone
            "::ffff:0:127.0.0.1", // translated IPv4 (RFC 2765)
            "64:ff9b:1::1",       // local NAT64 (RFC 8215)
            "100::1",             // discard (RFC 6666)
            "100:0:0:1::1",       // dummy (RFC 9780)
            "2001::1",            // Teredo (RFC 4380)
            "2001:1::1",
            "2001:2::1", // benchmarks (RFC 5180)
            "2001:10::1",
            "2001:20::1", // ORCHID (RFC 7343)
            "2001:30::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2002:7f00:1::1", // 6to4 around 127.0.0.1
            "2002:808:808::1",
            "3fff::1",
            "3fff:fff:ffff::1",
            "4000::1",
            "5f00::1", // segment routing (RFC 9602)
            "fc00::1",
            "fd00:ec2::254", // the metadata of one large cloud
            "fe80::1",
            "febf::1",
            "fec0::1", // site-local (RFC 3879)
            "ff02::1",
        ] {
            assert!(!public(address), "{address}");
        }
        for address in ["2001:200::1", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00::1", "3ffe::1"] {
            assert!(public(address), "{address}");
        }
    }

    proptest! {
        #[test]
        fn an_ipv4_address_is_judged_the_same_in_whatever_it_is_wrapped(bits in any::<u32>()) {
            let plain = Ipv4Addr::from_bits(bits);
            let mapped = plain.to_ipv6_mapped();
            let [a, b, c, d] = plain.octets().map(u16::from);
            let nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a << 8 | b, c << 8 | d);
            let six_to_four = Ipv6Addr::new(0x2002, a << 8 | b, c << 8 | d, 0, 0, 0, 0, 1);
            let verdict = is_public(plain.into());
            prop_assert_eq!(is_public(mapped.into()), verdict);
            prop_assert_eq!(is_public(nat64.into()), verdict);
            prop_assert!(!is_public(six_to_four.into()));
            // The standard library knows fewer ranges, and none that we would let pass.
            let known = plain.is_private() || plain.is_loopback() || plain.is_link_local()
                || plain.is_multicast() || plain.is_broadcast() || plain.is_documentation() || plain.is_unspecified();
            prop_assert!(!(known && verdict));
        }
    }
}
