//! The calls by which a desk is saved. **Invariant: whatever comes back is one of the answers the saving
//! knows; what is not an answer of ours is no answer.**

use openapi::{
    directives::{DirectiveId, PatchDirective, PutDirective, ReadDirective},
    endpoint::Nothing,
    problem::Code,
    tasks::{DeleteTask, PatchTask, PutTask, ReadTask},
};

use crate::{
    Failed,
    office::{
        editor::saving::{Answer, Step, patch, patch_facts},
        session::Office,
    },
};

/// Makes one call.
pub async fn ask(office: Office, id: DirectiveId, step: &Step) -> Answer {
    let answer = match step {
        Step::PutDirective(draft) => office
            .call::<PutDirective>(id, (**draft).clone())
            .await
            .map(|found| Answer::Directive(Box::new(found))),
        Step::PatchDirective(draft, version) => office
            .change::<PatchDirective>(id, *version, patch_facts(draft))
            .await
            .map(|found| Answer::Directive(Box::new(found))),
        Step::LookAtDirective(_) => {
            office.call::<ReadDirective>(id, Nothing).await.map(|found| Answer::Directive(Box::new(found)))
        }
        Step::PutTask(task, draft) => {
            office.call::<PutTask>(*task, (**draft).clone()).await.map(|found| Answer::Task(Box::new(found)))
        }
        Step::PatchTask(task, draft, version) => office
            .change::<PatchTask>(*task, *version, patch(draft))
            .await
            .map(|found| Answer::Task(Box::new(found))),
        Step::LookAtTask(task, _) => {
            office.call::<ReadTask>(*task, Nothing).await.map(|found| Answer::Task(Box::new(found)))
        }
        Step::DeleteTask(task, version) => {
            office.change::<DeleteTask>(*task, *version, Nothing).await.map(|_| Answer::Done)
        }
    };
    answer.unwrap_or_else(|failed| refused(office, &failed))
}

fn refused(office: Office, failed: &Failed) -> Answer {
    match (failed.code(), failed.status()) {
        (_, 0 | 401 | 408 | 429 | 500..) => Answer::Lost,
        (Code::Stale | Code::Conflict, _) => Answer::Stale,
        (Code::WrongState, _) => Answer::Issued,
        (_, 404) => Answer::Gone,
        _ => {
            let fields = failed.problem().map(|problem| {
                problem.fields.iter().map(|field| field.detail.to_string()).collect::<Vec<_>>().join(" ")
            });
            Answer::Refused(fields.filter(|text| !text.is_empty()).unwrap_or_else(|| office.why(failed)))
        }
    }
}
