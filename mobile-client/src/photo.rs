//! Photos, made small before they are kept. **Invariant: what leaves the phone is drawn anew, so that
//! where it was taken does not go along; when it was taken stands in its name.**

use crate::when;
use chrono::Timelike;
use js_sys::{ArrayBuffer, Uint8Array};
use openapi::{
    attachments::{FileRef, FileSize, FileType},
    id::Id,
    value::{Instant, Name, Sha256},
};
use sha2::Digest;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, HtmlImageElement, Url};

use crate::device;

/// The longer edge at most, in pixels.
const EDGE: f64 = 1280.0;
/// How much of the picture JPEG keeps.
const QUALITY: f64 = 0.8;

/// A photo ready to be sent.
#[derive(Debug, Clone)]
pub struct Photo {
    /// What is declared of it.
    pub file: FileRef,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Where the page can show it.
    pub address: String,
}

/// Makes a photo of a file the person chose. Nothing when it is no picture that this phone can open.
pub async fn take<T>(file: &File, id: Id<T>) -> Option<Photo> {
    let picture = open(file).await?;
    let (width, height) = (f64::from(picture.natural_width()), f64::from(picture.natural_height()));
    let scale = (EDGE / width.max(height)).min(1.0);
    let bytes = drawn(&picture, width * scale, height * scale).await?;
    let name = name(file)?;
    let size = FileSize::try_from(i64::try_from(bytes.len()).ok()?).ok()?;
    let hash: [u8; 32] = sha2::Sha256::digest(&bytes).into();
    let sha256: Sha256 = hex(&hash).parse().ok()?;
    let address = device::address(&bytes, FileType::Jpeg.as_str())?;
    let file = FileRef { id: id.cast(), name, media_type: FileType::Jpeg, size, sha256 };
    Some(Photo { file, bytes, address })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// When it was taken, as far as the phone knows: the day and hour of the file.
fn name(file: &File) -> Option<Name> {
    #[expect(clippy::as_conversions, reason = "milliseconds since 1970 are whole and far below 2^53")]
    let ms = file.last_modified() as i64;
    let at = chrono::DateTime::from_timestamp_millis(ms).map_or_else(device::now, Instant::new);
    let there = at.plus(chrono::TimeDelta::hours(7)).utc();
    let text = format!("anh-{}-{:02}h{:02}.jpg", when::day(at), there.hour(), there.minute());
    text.parse().ok()
}

/// Opens it as a picture, turned as the camera was held.
async fn open(file: &File) -> Option<HtmlImageElement> {
    let address = Url::create_object_url_with_blob(file).ok()?;
    let picture = HtmlImageElement::new().ok()?;
    picture.set_src(&address);
    let opened = JsFuture::from(picture.decode()).await;
    device::forget_address(&address);
    opened.ok()?;
    (picture.natural_width() > 0).then_some(picture)
}

async fn drawn(picture: &HtmlImageElement, width: f64, height: f64) -> Option<Vec<u8>> {
    let page = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = page.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(whole(width));
    canvas.set_height(whole(height));
    let pen: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    pen.draw_image_with_html_image_element_and_dw_and_dh(picture, 0.0, 0.0, width, height).ok()?;
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let done = Closure::once_into_js(move |blob: JsValue| {
            let _ = resolve.call1(&JsValue::NULL, &blob);
        });
        let _ = canvas.to_blob_with_type_and_encoder_options(
            done.unchecked_ref(),
            FileType::Jpeg.as_str(),
            &QUALITY.into(),
        );
    });
    let blob: Blob = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    let buffer: ArrayBuffer = JsFuture::from(blob.array_buffer()).await.ok()?.dyn_into().ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most 1280"
)]
fn whole(edge: f64) -> u32 {
    edge.round().max(1.0) as u32
}
