//! Photos and files: declared, then uploaded exactly as declared.

use openapi::{
    attachments::{FileContent, FileRef, FileType, PutAttachment, ReadAttachment},
    endpoint::{Bytes, Nothing},
    reports::{ReadReport, ReportDraft, SubmitReport},
};
use sha2::Digest;

use crate::{
    on_both,
    support::{World, id, name, report},
};

fn photo(content: &[u8]) -> (FileRef, FileContent) {
    let sha256: String = sha2::Sha256::digest(content).iter().map(|b| format!("{b:02x}")).collect();
    let file = FileRef {
        id: id(),
        name: name("anh.jpg"),
        media_type: FileType::Jpeg,
        size: i64::try_from(content.len()).unwrap().try_into().unwrap(),
        sha256: sha256.parse().unwrap(),
    };
    (file, FileContent(Bytes { media: "image/jpeg".to_owned(), content: content.to_vec() }))
}

on_both! {
    async fn text_first_and_photos_after(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let assignment = world.give("Thôn Một", 3).await;
        let (file, content) = photo(b"\xFF\xD8\xFF\xE0 a picture");
        let one = id();
        let draft = ReportDraft { files: vec![file.clone()], ..report(world, assignment) };
        let kept = head.call::<SubmitReport>(one, draft.clone()).await.unwrap();
        assert_eq!((kept.status, kept.reply.missing_files.as_slice()), (202, [file.id].as_slice()));
        assert_eq!(head.call::<ReadAttachment>(file.id, Nothing).await.unwrap_err().status(), 404);
        let (_, other) = photo(b"\xFF\xD8\xFF\xE0 b picture");
        assert_eq!(head.call::<PutAttachment>(file.id, other).await.unwrap_err().status(), 422);
        let stranger = world.head_of("Thôn Hai").await;
        assert_eq!(stranger.call::<PutAttachment>(file.id, content.clone()).await.unwrap_err().status(), 404);
        assert_eq!(head.call::<PutAttachment>(file.id, content.clone()).await.unwrap().status, 201);
        assert_eq!(head.call::<PutAttachment>(file.id, content.clone()).await.unwrap().status, 200);
        assert!(head.call::<ReadReport>(one, Nothing).await.unwrap().reply.missing_files.is_empty());
        assert_eq!(head.call::<SubmitReport>(one, draft).await.unwrap().status, 200);
        let leader = world.leader().await;
        assert_eq!(leader.call::<ReadAttachment>(file.id, Nothing).await.unwrap().reply, content);
        assert_eq!(stranger.call::<ReadAttachment>(file.id, Nothing).await.unwrap_err().status(), 404);
        assert_eq!(leader.call::<PutAttachment>(file.id, content).await.unwrap_err().status(), 403);
    }

    async fn a_file_that_is_not_what_it_says_is_refused(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let assignment = world.give("Thôn Một", 3).await;
        let (file, content) = photo(b"#!/bin/sh\n");
        let draft = ReportDraft { files: vec![file.clone()], ..report(world, assignment) };
        head.call::<SubmitReport>(id(), draft).await.unwrap();
        assert_eq!(head.call::<PutAttachment>(file.id, content).await.unwrap_err().status(), 422);
    }
}
