//! The apps' shells: what a phone is given at `/app/` and the office at `/office/` before anybody is known,
//! told on a folder made for it; and, where the apps were built, of the apps themselves.

use std::path::{Path, PathBuf};

use reqwest::{Client, Response, StatusCode, header, redirect};
use tempfile::TempDir;

use crate::support::{Engine, World};

/// Where the apps are given out.
const SITES: [&str; 2] = ["/app/", "/office/"];

const HASHED: &str = "app-0123456789abcdef.wasm";

/// A folder as `tests/setup/app.sh` leaves one.
fn built() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, content) in [
        ("index.html", "<!doctype html><title>Đôn Đốc</title>"),
        ("sw.js", "// keeps the shell"),
        ("manifest.webmanifest", "{}"),
        (HASHED, "the app"),
        ("app-0123456789abcdef.wasm.br", "smaller"),
        (".gitignore", "*"),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

async fn world(app: &Path) -> World {
    World::with_app(Engine::Sqlite, app.to_owned()).await
}

async fn get(world: &World, path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
    let http = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
    let mut request = http.get(format!("http://{}{path}", world.running.address));
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let answer = request.send().await.unwrap();
    // Without it the service worker would take our own answer for a captive portal's.
    assert!(answer.headers().contains_key("dondoc-version"), "{path}");
    answer
}

fn said<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn whoever_knows_only_the_name_of_the_server_is_led_to_the_app() {
    let folder = built();
    let world = world(folder.path()).await;
    for (path, site) in [("/", "/app/"), ("/app", "/app/"), ("/office", "/office/")] {
        let led = get(&world, path, &[]).await;
        assert_eq!((led.status(), said(&led, "location")), (StatusCode::SEE_OTHER, site), "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn the_page_is_given_for_every_place_in_the_app_and_may_do_little() {
    let folder = built();
    let world = world(folder.path()).await;
    let places = ["", "viec/123", "index.html"];
    for path in SITES.iter().flat_map(|site| places.map(|place| format!("{site}{place}"))) {
        let page = get(&world, &path, &[]).await;
        assert_eq!((page.status(), said(&page, "cache-control")), (StatusCode::OK, "no-cache"), "{path}");
        assert_eq!(said(&page, "content-type"), "text/html; charset=utf-8");
        assert_eq!(said(&page, "x-content-type-options"), "nosniff");
        assert_eq!(said(&page, "referrer-policy"), "no-referrer");
        let policy = said(&page, "content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert!(page.text().await.unwrap().contains("Đôn Đốc"));
    }
    for (path, media) in [
        ("/app/sw.js", "text/javascript; charset=utf-8"),
        ("/app/manifest.webmanifest", "application/manifest+json"),
    ] {
        let file = get(&world, path, &[]).await;
        assert_eq!(
            (said(&file, "cache-control"), said(&file, "content-type")),
            ("no-cache", media),
            "{path}"
        );
    }
    world.end().await;
}

#[tokio::test]
async fn what_is_named_for_its_content_is_fetched_once_and_small() {
    let folder = built();
    let world = world(folder.path()).await;
    for site in SITES {
        fetched_once(&world, &format!("{site}{HASHED}")).await;
    }
    world.end().await;
}

async fn fetched_once(world: &World, path: &str) {
    let plain = get(world, path, &[(header::ACCEPT_ENCODING, "br;q=0, identity")]).await;
    assert_eq!((said(&plain, "content-encoding"), said(&plain, "content-type")), ("", "application/wasm"));
    assert_eq!(said(&plain, "cache-control"), "public, max-age=31536000, immutable");
    let plain_tag = said(&plain, "etag").to_owned();
    assert_eq!(plain.text().await.unwrap(), "the app");

    let small = get(world, path, &[(header::ACCEPT_ENCODING, "gzip, deflate, br")]).await;
    assert_eq!(said(&small, "content-encoding"), "br");
    let varies = small.headers().get_all(header::VARY).iter().any(|by| by == "accept-encoding");
    assert!(varies, "{small:?}");
    let tag = said(&small, "etag").to_owned();
    assert_ne!(tag, plain_tag);
    assert_eq!(small.text().await.unwrap(), "smaller");

    let again = get(world, path, &[(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(said(&again, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(again.text().await.unwrap(), "");
}

#[tokio::test]
async fn nothing_else_is_given_out_whatever_the_path_says() {
    let folder = built();
    let world = world(folder.path()).await;
    for site in SITES {
        for name in ["other.js", ".gitignore", "app-0123456789abcdef.wasm.br", "..%2f..%2fetc%2fpasswd.d"] {
            let path = format!("{site}{name}");
            assert_eq!(get(&world, &path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
        let http = Client::builder().no_proxy().build().unwrap();
        let posted = http.post(format!("http://{}{site}", world.running.address)).send().await.unwrap();
        assert_eq!((posted.status(), said(&posted, "allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD"));
    }
    world.end().await;
}

#[tokio::test]
async fn a_program_without_the_app_says_how_to_build_it() {
    let folder = TempDir::new().unwrap();
    let world = world(folder.path()).await;
    for (site, builds) in [("/app/", "tests/setup/app.sh<"), ("/office/", "tests/setup/app.sh office<")] {
        let page = get(&world, site, &[]).await;
        assert_eq!(
            (page.status(), said(&page, "cache-control")),
            (StatusCode::SERVICE_UNAVAILABLE, "no-store"),
            "{site}"
        );
        let page = page.text().await.unwrap();
        assert!(page.contains("chưa có ứng dụng") && page.contains(builds), "{page}");
    }
    world.end().await;
}

/// Every name that a built file uses is there: a page that asks for what is not would stay empty.
#[tokio::test]
async fn the_built_apps_are_whole() {
    whole("dist", "/app/", &["", "sw.js", "manifest.webmanifest"], "app-").await;
    whole("dist-office", "/office/", &[""], "office-").await;
}

async fn whole(folder: &str, site: &str, fixed: &[&str], program: &str) {
    let dist = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../mobile-client")).join(folder);
    if !dist.join("index.html").exists() {
        let skipped = format!("SKIPPED: {site} is not built; bash tests/setup/app.sh builds the apps");
        assert!(std::env::var_os("CI").is_none(), "{skipped}");
        eprintln!("{skipped}");
        return;
    }
    let world = World::new(Engine::Sqlite).await;
    let mut seen: Vec<String> = fixed.iter().map(|name| format!("{site}{name}")).collect();
    let mut next = 0;
    while let Some(path) = seen.get(next).cloned() {
        next += 1;
        let file = get(&world, &path, &[]).await;
        assert_eq!(file.status(), StatusCode::OK, "{path}");
        let immutable = said(&file, "cache-control").contains("immutable");
        assert_eq!(immutable, next > fixed.len(), "{path}");
        if path.ends_with(".wasm") || path.ends_with(".png") {
            continue;
        }
        let text = file.text().await.unwrap();
        assert!(!text.contains("@version@") && !text.contains(".css@") && !text.contains(".js@"), "{path}");
        // wasm-bindgen's own file names what it is told otherwise.
        if path.starts_with(&format!("{site}{program}")) {
            continue;
        }
        for named in text.split(['"', '\'', '`']).filter(|word| word.starts_with(site) && word.contains('.'))
        {
            if !seen.iter().any(|known| known == named) {
                seen.push(named.to_owned());
            }
        }
    }
    assert!(seen.iter().any(|path| path.ends_with(".wasm")), "{seen:?}");
    world.end().await;
}
