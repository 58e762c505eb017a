//! The document and the page to browse it. **Invariant: nothing is fetched from elsewhere: the page
//! works without the internet, and its policy forbids it to ask.**

use std::{
    borrow::Cow,
    future::ready,
    sync::{Arc, LazyLock},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web::{self, Bytes, ServiceConfig},
};
use sha2::{Digest, Sha256};

use crate::{serve, tokens};

const DOCUMENT: &str = include_str!("../../openapi/openapi.json");
const DOCUMENT_3_0: &str = include_str!("../../openapi/openapi-3.0.json");

/// What the page may do: run what this server gives it, and ask this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Đôn Đốc: the API</title>
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="page"></div>
<noscript>This page needs JavaScript. The document itself is <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"#;

/// `validatorUrl` would send the address of the document to somebody else's server.
const START: &str = r##"SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
"##;

/// Something that is the same for everybody until the program is replaced.
struct Still {
    media: String,
    content: Bytes,
    zipped: bool,
    tag: String,
}

impl Still {
    fn new(media: &str, content: Bytes, zipped: bool) -> Self {
        let hash = tokens::hex(&Sha256::digest(&content));
        let tag = format!("\"{}\"", hash.chars().take(16).collect::<String>());
        Self { media: media.to_owned(), content, zipped, tag }
    }

    /// A file of Swagger UI's, from inside the program.
    fn of_swagger(name: &str) -> Option<Self> {
        let file = utoipa_swagger_ui::serve(name, Arc::default()).ok()??;
        let content = match file.bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        Some(Self::new(&file.content_type, content, file.gzpipped))
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let known = serve::already_known(request, &self.tag);
        let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((header::ETAG, self.tag.clone()))
            .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((HeaderName::from_static("referrer-policy"), "no-referrer"))
            .insert_header((header::CONTENT_TYPE, self.media.clone()));
        if known {
            return response.finish();
        }
        if self.zipped {
            response.insert_header((header::CONTENT_ENCODING, "gzip"));
        }
        response.body(self.content.clone())
    }
}

/// All of it, made once.
static STILLS: LazyLock<Vec<(&str, Still)>> = LazyLock::new(|| {
    let json = "application/json";
    let own = [
        ("/openapi.json", Some(Still::new(json, Bytes::from_static(DOCUMENT.as_bytes()), false))),
        ("/openapi-3.0.json", Some(Still::new(json, Bytes::from_static(DOCUMENT_3_0.as_bytes()), false))),
        ("/docs", Some(Still::new("text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes()), false))),
        (
            "/docs/start.js",
            Some(Still::new("text/javascript; charset=utf-8", Bytes::from_static(START.as_bytes()), false)),
        ),
        ("/docs/swagger-ui.css", Still::of_swagger("swagger-ui.css")),
        ("/docs/swagger-ui-bundle.js", Still::of_swagger("swagger-ui-bundle.js")),
        ("/docs/favicon-32x32.png", Still::of_swagger("favicon-32x32.png")),
    ];
    own.into_iter().filter_map(|(path, still)| Some((path, still?))).collect()
});

pub(crate) fn mount(config: &mut ServiceConfig) {
    for (path, still) in STILLS.iter() {
        let answer = |request: HttpRequest| ready(still.answer(&request));
        let refuse = |request: HttpRequest| ready(serve::problem(&request, serve::wrong_method("GET, HEAD")));
        let resource = web::resource(*path)
            .route(web::get().to(answer))
            .route(web::head().to(answer))
            .default_service(web::to(refuse));
        config.service(resource);
    }
}
