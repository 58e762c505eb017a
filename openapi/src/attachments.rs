//! Photos and files. **Invariant: a file is declared (name, type, size, SHA-256) in the thing it
//! belongs to before it is uploaded, and what is uploaded is exactly that, or is refused.**

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::{Access, Action},
    endpoint::{Dto, bytes_body, endpoints},
    id::Id,
    sessions::{example, example_id},
    value::{Name, Sha256, codes, number_value},
};

codes! {
    /// The types of file that are taken. The content must really be of its type.
    FileType {
        Jpeg = "image/jpeg", "Ảnh JPEG", "JPEG picture";
        Png = "image/png", "Ảnh PNG", "PNG picture";
        Webp = "image/webp", "Ảnh WebP", "WebP picture";
        Pdf = "application/pdf", "PDF", "PDF";
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Văn bản Word", "Word document";
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Bảng tính Excel", "Excel sheet";
    }
}

number_value! {
    /// The size of a file in bytes: at most 10 MB.
    FileSize: 1..=10485760, example 248113
}

/// A file that belongs to a report or a directive, declared before it is uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileRef {
    /// Its id, under which it is uploaded.
    pub id: AttachmentId,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub media_type: FileType,
    /// Its size in bytes.
    pub size: FileSize,
    /// SHA-256 of its content.
    pub sha256: Sha256,
}
impl Dto for FileRef {
    fn example() -> Self {
        Self {
            id: example_id(0x71),
            name: example("anh-hien-truong.jpg"),
            media_type: FileType::Jpeg,
            size: FileSize::example(),
            sha256: Sha256::example(),
        }
    }
}

/// The id of an [`Attachment`].
pub type AttachmentId = Id<Attachment>;

/// A file and whether it has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// What was declared.
    pub file: FileRef,
    /// Whether its content has arrived.
    pub stored: bool,
}
impl Dto for Attachment {
    fn example() -> Self {
        Self { file: FileRef::example(), stored: true }
    }
}

bytes_body! {
    /// The content of a file.
    FileContent:
        "image/jpeg",
        "image/png",
        "image/webp",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

endpoints! {
    tag "Attachments";

    /// Upload a file
    ///
    /// The content of a file declared in a report or directive: exactly as many bytes, of that
    /// type, with that SHA-256. Sent again it answers the same.
    PutAttachment = Put "/v1/attachments/{attachment}" as "put_attachment",
        access: Access::To(Action::Upload),
        path: AttachmentId,
        body: FileContent,
        reply: Attachment,
        answers: [201, 200];

    /// Download a file
    ///
    /// The content as it was uploaded. `404` until it has arrived.
    ReadAttachment = Get "/v1/attachments/{attachment}" as "read_attachment",
        access: Access::To(Action::ReadAttachments),
        path: AttachmentId,
        reply: FileContent,
        answers: [200];
}
