//! Every endpoint of the contract is answered.

macro_rules! names {
    ($($endpoint:ty),+ $(,)?) => { vec![$(<$endpoint as openapi::endpoint::Endpoint>::NAME),+] };
}

#[test]
fn every_endpoint_is_mounted() {
    let mut mounted = api::app::routes().names();
    let mut promised: Vec<&str> = openapi::for_every_endpoint!(names);
    mounted.sort_unstable();
    promised.sort_unstable();
    let missing: Vec<_> = promised.iter().filter(|name| !mounted.contains(name)).collect();
    assert!(missing.is_empty(), "promised, and not mounted: {missing:?}");
    assert_eq!(mounted, promised, "each once, and nothing else");
}
