//! The two apps: the phone's, given out at `/app/`, and the office's at `/office/`. **Invariant: each is
//! the same for everybody and knows nobody; only what was built is given out, whatever the path says.**
//!
//! They are no part of the contract: they ask the same endpoints as anybody else's program would.

use std::{collections::HashMap, fs, future::ready, path::Path, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web::{self, Bytes, ServiceConfig},
};
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    serve, tokens,
};

/// What an app may do: run what this server gives it, WebAssembly included, and ask this server.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page that every path leads to that is no file.
const PAGE: &str = "index.html";
/// How the smaller copy of a file is called.
const SMALLER: &str = ".br";

/// An app and where it is given out.
#[derive(Debug)]
pub struct Site {
    /// Below this path.
    at: &'static str,
    /// The files of a release build; a debug build has none in it.
    built_in: Option<&'static [(&'static str, &'static [u8])]>,
    /// Where a debug build finds them.
    built_beside: &'static str,
    /// What it is called where it is missing, and what builds it.
    called: &'static str,
    builds: &'static str,
}

/// The phone's app.
pub static PHONE: Site = Site {
    at: "/app",
    built_in: include!(concat!(env!("OUT_DIR"), "/phone_files.rs")),
    built_beside: concat!(env!("CARGO_MANIFEST_DIR"), "/../mobile-client/dist"),
    called: "màn hình cho điện thoại",
    builds: "bash tests/setup/app.sh",
};
/// The office's.
pub static OFFICE: Site = Site {
    at: "/office",
    built_in: include!(concat!(env!("OUT_DIR"), "/office_files.rs")),
    built_beside: concat!(env!("CARGO_MANIFEST_DIR"), "/../mobile-client/dist-office"),
    called: "màn hình cho văn phòng",
    builds: "bash tests/setup/app.sh office",
};

impl Site {
    /// Shown when it is not in this program.
    fn not_built(&self) -> String {
        format!(
            r#"<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Đôn Đốc: chưa có ứng dụng</title>
<h1>Máy chủ này chưa có {called}</h1>
<p>Máy chủ vẫn làm việc bình thường, chỉ thiếu phần {called}.</p>
<p>Người quản trị: chạy <code>{builds}</code>, rồi <code>cargo build --release --package api</code>,
và khởi động lại.</p>
</html>
"#,
            called = self.called,
            builds = self.builds
        )
    }
}

/// Everything there is to give out of one app, read once.
#[derive(Debug)]
pub struct Shelf {
    site: &'static Site,
    files: HashMap<String, Kept>,
}

#[derive(Debug)]
struct Kept {
    media: &'static str,
    plain: Bytes,
    smaller: Option<Bytes>,
    tag: String,
    forever: bool,
}

impl Shelf {
    /// What a folder holds, or, when none is named, what was built with or beside this program.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(site: &'static Site, folder: Option<&Path>) -> Result<Self> {
        let files = match (folder, site.built_in) {
            (Some(folder), _) => Self::read(folder)?,
            (None, Some(files)) => files
                .iter()
                .map(|(name, content)| ((*name).to_owned(), Bytes::from_static(content)))
                .collect(),
            (None, None) => Self::read(Path::new(site.built_beside)).unwrap_or_default(),
        };
        Ok(Self::of(site, files))
    }

    fn read(folder: &Path) -> Result<Vec<(String, Bytes)>> {
        let broken = |bad: std::io::Error| Error::Broken(format!("app in {}: {bad}", folder.display()));
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(broken)? {
            let entry = entry.map_err(broken)?;
            if let Ok(name) = entry.file_name().into_string()
                && !name.starts_with('.')
            {
                files.push((name, Bytes::from(fs::read(entry.path()).map_err(broken)?)));
            }
        }
        Ok(files)
    }

    fn of(site: &'static Site, files: Vec<(String, Bytes)>) -> Self {
        let (mut smaller, plain): (HashMap<_, _>, HashMap<_, _>) =
            files.into_iter().partition(|(name, _)| name.ends_with(SMALLER));
        let kept = |(name, plain): (String, Bytes)| {
            let hash = tokens::hex(&Sha256::digest(&plain));
            let file = Kept {
                media: media(&name),
                smaller: smaller.remove(&format!("{name}{SMALLER}")),
                tag: hash.chars().take(16).collect(),
                forever: is_named_for_its_content(&name),
                plain,
            };
            (name, file)
        };
        Self { site, files: plain.into_iter().map(kept).collect() }
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let Some(page) = self.files.get(PAGE) else {
            return HttpResponse::ServiceUnavailable()
                .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
                .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'"))
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .body(self.site.not_built());
        };
        let name = request.match_info().query("name");
        match self.files.get(name) {
            Some(file) => file.answer(request),
            None if name.contains('.') => serve::problem(request, Error::not_found()),
            None => page.answer(request),
        }
    }
}

impl Kept {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let smaller = self.smaller.as_ref().filter(|_| takes_brotli(request));
        // Other bytes are another representation, also under the same name.
        let tag = format!("\"{}{}\"", self.tag, if smaller.is_some() { "-br" } else { "" });
        let known = serve::already_known(request, &tag);
        let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        let keep = if self.forever { "public, max-age=31536000, immutable" } else { "no-cache" };
        response
            .insert_header((header::ETAG, tag))
            .insert_header((header::CACHE_CONTROL, keep))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((HeaderName::from_static("referrer-policy"), "no-referrer"))
            .insert_header((header::CONTENT_TYPE, self.media));
        if self.smaller.is_some() {
            response.append_header((header::VARY, "accept-encoding"));
        }
        if known {
            return response.finish();
        }
        match smaller {
            Some(smaller) => {
                response.insert_header((header::CONTENT_ENCODING, "br"));
                response.body(smaller.clone())
            }
            None => response.body(self.plain.clone()),
        }
    }
}

fn media(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// `app-0123456789abcdef.wasm`: what is behind such a name never changes.
fn is_named_for_its_content(name: &str) -> bool {
    let hash = name.split('.').next().and_then(|stem| stem.rsplit_once('-'));
    hash.is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn takes_brotli(request: &HttpRequest) -> bool {
    let liked = |wish: &str| {
        let (coding, weight) = wish.split_once(';').unwrap_or((wish, ""));
        let weight = weight.trim().strip_prefix("q=").map(str::trim);
        coding.trim().eq_ignore_ascii_case("br")
            && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    };
    let mut asked = request.headers().get_all(header::ACCEPT_ENCODING).filter_map(|all| all.to_str().ok());
    asked.any(|all| all.split(',').any(liked))
}

/// Mounts an app.
pub(crate) fn mount(config: &mut ServiceConfig, shelf: &Arc<Shelf>) {
    let shelf = Arc::clone(shelf);
    let at = shelf.site.at;
    let answer = move |request: HttpRequest| ready(shelf.answer(&request));
    config.service(
        web::resource(format!("{at}/{{name:.*}}"))
            .route(web::get().to(answer.clone()))
            .route(web::head().to(answer))
            .default_service(web::to(refuse)),
    );
    lead(config, at, page_of(at));
}

/// Mounts the way to the phone's app for whoever knows only the server's name.
pub(crate) fn mount_root(config: &mut ServiceConfig) {
    lead(config, "/", page_of(PHONE.at));
}

fn page_of(at: &str) -> String {
    format!("{at}/")
}

fn lead(config: &mut ServiceConfig, from: &str, to: String) {
    let answer =
        move || ready(HttpResponse::SeeOther().insert_header((header::LOCATION, to.clone())).finish());
    config.service(
        web::resource(from)
            .route(web::get().to(answer.clone()))
            .route(web::head().to(answer))
            .default_service(web::to(refuse)),
    );
}

fn refuse(request: HttpRequest) -> std::future::Ready<HttpResponse> {
    ready(serve::problem(&request, serve::wrong_method("GET, HEAD")))
}
