//! More time, excuses and difficulties: asked by the unit, decided by the leader.

use openapi::{
    decisions::{
        AnswerDifficulty, DecideExcuse, DecideExtension, DifficultiesQuery, DifficultyAnswer,
        DifficultyDraft, ExcuseDecision, ExcuseDraft, ExcusesQuery, ExtensionDecision, ExtensionDraft,
        ExtensionsQuery, ListDifficulties, ListExcuses, ListExtensions, PutDifficulty, PutExcuse,
        PutExtension, ReadDifficulty, ReadExcuse, ReadExtension, RequestState,
    },
    endpoint::Nothing,
    timeliness::Timeliness,
};

use crate::{
    on_both,
    support::{World, id, note},
};

on_both! {
    async fn more_time_is_asked_for_and_granted(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let leader = world.leader().await;
        let assignment = world.give("Thôn Một", 2).await;
        let ask = |to: i64| ExtensionDraft {
            assignment,
            asked_due_on: world.day(to),
            reason: note("Mưa lũ."),
            made_at: world.now(),
        };
        assert_eq!(head.call::<PutExtension>(id(), ask(2)).await.unwrap_err().status(), 422);
        let one = id();
        assert_eq!(head.call::<PutExtension>(one, ask(9)).await.unwrap().status, 201);
        assert_eq!(head.call::<PutExtension>(one, ask(9)).await.unwrap().status, 200);
        assert_eq!(head.call::<PutExtension>(one, ask(10)).await.unwrap_err().status(), 409);
        assert_eq!(head.call::<PutExtension>(id(), ask(12)).await.unwrap_err().status(), 409);
        assert!(world.assignment(assignment).await.extension_asked);
        let yes = ExtensionDecision { granted: true, due_on: None, reason: None };
        assert_eq!(head.call::<DecideExtension>(one, yes.clone()).await.unwrap_err().status(), 403);
        let granted = leader.call::<DecideExtension>(one, yes.clone()).await.unwrap().reply;
        assert_eq!((granted.state, granted.granted_due_on), (RequestState::Granted, Some(world.day(9))));
        assert_eq!(leader.call::<DecideExtension>(one, yes).await.unwrap().reply, granted);
        let no = ExtensionDecision { granted: false, due_on: None, reason: Some(note("Không.")) };
        assert_eq!(leader.call::<DecideExtension>(one, no).await.unwrap_err().status(), 409);
        let moved = world.assignment(assignment).await;
        assert_eq!((moved.due_on, moved.original_due_on), (Some(world.day(9)), Some(world.day(2))));
        assert!(!moved.extension_asked);
        let listed = head.query::<ListExtensions>((), ExtensionsQuery::default()).await.unwrap().reply;
        assert_eq!(listed.items, [granted]);
        let other = world.head_of("Thôn Hai").await;
        assert_eq!(other.call::<ReadExtension>(one, Nothing).await.unwrap_err().status(), 404);
    }

    async fn refusing_needs_a_reason_and_moves_nothing(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let leader = world.leader().await;
        let assignment = world.give("Thôn Một", 2).await;
        let one = id();
        let ask = ExtensionDraft { assignment, asked_due_on: world.day(9), reason: note("Bận."), made_at: world.now() };
        head.call::<PutExtension>(one, ask).await.unwrap();
        let no = |reason| ExtensionDecision { granted: false, due_on: None, reason };
        assert_eq!(leader.call::<DecideExtension>(one, no(None)).await.unwrap_err().status(), 422);
        leader.call::<DecideExtension>(one, no(Some(note("Không có lý do chính đáng.")))).await.unwrap();
        assert_eq!(world.assignment(assignment).await.due_on, Some(world.day(2)));
    }

    async fn a_confirmed_excuse_stands_beside_the_lateness(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let leader = world.leader().await;
        let assignment = world.give("Thôn Một", 2).await;
        world.days_pass(5);
        let one = id();
        let excuse = ExcuseDraft { assignment, reason: note("Sạt lở."), made_at: world.now() };
        head.call::<PutExcuse>(one, excuse.clone()).await.unwrap();
        assert_eq!(head.call::<PutExcuse>(one, excuse).await.unwrap().status, 200);
        assert!(!world.assignment(assignment).await.excused);
        let yes = ExcuseDecision { confirmed: true, reason: None };
        leader.call::<DecideExcuse>(one, yes).await.unwrap();
        let late = world.assignment(assignment).await;
        assert_eq!((late.excused, late.standing.class), (true, Some(Timeliness::OpenOverdue)));
        let listed = leader.query::<ListExcuses>((), ExcusesQuery::default()).await.unwrap().reply;
        assert_eq!(listed.items[0], leader.call::<ReadExcuse>(one, Nothing).await.unwrap().reply);
    }

    async fn a_difficulty_is_open_until_somebody_answers(world: &World) {
        let head = world.head_of("Thôn Một").await;
        let unit = world.village("Thôn Một").await;
        let overseer = world.overseer_of(&["Thôn Một"]).await;
        let stranger = world.head_of("Thôn Hai").await;
        let one = id();
        let draft = DifficultyDraft { unit, assignment: None, words: note("Dân chưa đồng thuận."), made_at: world.now() };
        assert_eq!(stranger.call::<PutDifficulty>(id(), draft.clone()).await.unwrap_err().status(), 422);
        head.call::<PutDifficulty>(one, draft.clone()).await.unwrap();
        assert_eq!(head.call::<PutDifficulty>(one, draft).await.unwrap().status, 200);
        let open = DifficultiesQuery { answered: Some(false), ..DifficultiesQuery::default() };
        assert_eq!(overseer.query::<ListDifficulties>((), open.clone()).await.unwrap().reply.items.len(), 1);
        let answer = DifficultyAnswer { words: note("Tôi sẽ xuống họp.") };
        assert_eq!(head.call::<AnswerDifficulty>(one, answer.clone()).await.unwrap_err().status(), 403);
        overseer.call::<AnswerDifficulty>(one, answer.clone()).await.unwrap();
        assert_eq!(overseer.call::<AnswerDifficulty>(one, answer.clone()).await.unwrap().status, 200);
        assert!(overseer.query::<ListDifficulties>((), open).await.unwrap().reply.items.is_empty());
        let read = head.call::<ReadDifficulty>(one, Nothing).await.unwrap().reply;
        assert_eq!(read.answer.unwrap().words, answer.words);
        assert_eq!(stranger.call::<ReadDifficulty>(one, Nothing).await.unwrap_err().status(), 404);
    }
}
