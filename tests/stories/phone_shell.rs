//! The app's shell: what a phone is given at `/app/` before it knows anybody, told on a folder made for
//! it; and, where the app was built, of the app itself.

use std::path::{Path, PathBuf};

use reqwest::{Client, Response, StatusCode, header, redirect};
use tempfile::TempDir;

use crate::support::{Engine, World};

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
    for path in ["/", "/app"] {
        let led = get(&world, path, &[]).await;
        assert_eq!((led.status(), said(&led, "location")), (StatusCode::SEE_OTHER, "/app/"), "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn the_page_is_given_for_every_place_in_the_app_and_may_do_little() {
    let folder = built();
    let world = world(folder.path()).await;
    for path in ["/app/", "/app/viec/123", "/app/index.html"] {
        let page = get(&world, path, &[]).await;
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
    let path = format!("/app/{HASHED}");
    let plain = get(&world, &path, &[(header::ACCEPT_ENCODING, "br;q=0, identity")]).await;
    assert_eq!((said(&plain, "content-encoding"), said(&plain, "content-type")), ("", "application/wasm"));
    assert_eq!(said(&plain, "cache-control"), "public, max-age=31536000, immutable");
    let plain_tag = said(&plain, "etag").to_owned();
    assert_eq!(plain.text().await.unwrap(), "the app");

    let small = get(&world, &path, &[(header::ACCEPT_ENCODING, "gzip, deflate, br")]).await;
    assert_eq!(said(&small, "content-encoding"), "br");
    let varies = small.headers().get_all(header::VARY).iter().any(|by| by == "accept-encoding");
    assert!(varies, "{small:?}");
    let tag = said(&small, "etag").to_owned();
    assert_ne!(tag, plain_tag);
    assert_eq!(small.text().await.unwrap(), "smaller");

    let again = get(&world, &path, &[(header::ACCEPT_ENCODING, "br"), (header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(said(&again, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(again.text().await.unwrap(), "");
    world.end().await;
}

#[tokio::test]
async fn nothing_else_is_given_out_whatever_the_path_says() {
    let folder = built();
    let world = world(folder.path()).await;
    for path in [
        "/app/other.js",
        "/app/.gitignore",
        "/app/app-0123456789abcdef.wasm.br",
        "/app/..%2f..%2fetc%2fpasswd.d",
    ] {
        assert_eq!(get(&world, path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let http = Client::builder().no_proxy().build().unwrap();
    let posted = http.post(format!("http://{}/app/", world.running.address)).send().await.unwrap();
    assert_eq!((posted.status(), said(&posted, "allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD"));
    world.end().await;
}

#[tokio::test]
async fn a_program_without_the_app_says_how_to_build_it() {
    let folder = TempDir::new().unwrap();
    let world = world(folder.path()).await;
    let page = get(&world, "/app/", &[]).await;
    assert_eq!((page.status(), said(&page, "cache-control")), (StatusCode::SERVICE_UNAVAILABLE, "no-store"));
    let page = page.text().await.unwrap();
    assert!(page.contains("chưa có ứng dụng") && page.contains("tests/setup/app.sh"), "{page}");
    world.end().await;
}

/// Every name that a built file uses is there: a page that asks for what is not would stay empty.
#[tokio::test]
async fn the_built_app_is_whole() {
    let dist = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../mobile-client/dist"));
    if !dist.join("index.html").exists() {
        let skipped = "SKIPPED: the app is not built; bash tests/setup/app.sh builds it";
        assert!(std::env::var_os("CI").is_none(), "{skipped}");
        eprintln!("{skipped}");
        return;
    }
    let world = World::new(Engine::Sqlite).await;
    let mut seen = vec!["/app/".to_owned(), "/app/sw.js".to_owned(), "/app/manifest.webmanifest".to_owned()];
    let mut next = 0;
    while let Some(path) = seen.get(next).cloned() {
        next += 1;
        let file = get(&world, &path, &[]).await;
        assert_eq!(file.status(), StatusCode::OK, "{path}");
        let immutable = said(&file, "cache-control").contains("immutable");
        let fixed = next <= 3;
        assert_eq!(immutable, !fixed, "{path}");
        if path.ends_with(".wasm") || path.ends_with(".png") {
            continue;
        }
        let text = file.text().await.unwrap();
        assert!(!text.contains("@version@") && !text.contains(".css@") && !text.contains(".js@"), "{path}");
        // wasm-bindgen's own file names what it is told otherwise.
        if path.starts_with("/app/app-") {
            continue;
        }
        for named in
            text.split(['"', '\'', '`']).filter(|word| word.starts_with("/app/") && word.contains('.'))
        {
            if !seen.iter().any(|known| known == named) {
                seen.push(named.to_owned());
            }
        }
    }
    assert!(seen.iter().any(|path| path.ends_with(".wasm")), "{seen:?}");
    world.end().await;
}
