//! The tables, as Diesel sees them. Held against the database by `tests/house/schema.rs`.
#![expect(missing_docs, reason = "the migration describes each column")]

diesel::table! {
    installation (id) {
        id -> Integer,
        epoch -> Text,
        secret -> Binary,
        touched_at -> Nullable<Timestamp>,
        held_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    signing_keys (kid) {
        kid -> Text,
        secret -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    organisations (number) {
        number -> Integer,
        id -> Text,
        slug -> Text,
        name -> Text,
        time_zone -> Text,
        due_soon_days -> Integer,
        update_rate_days -> Integer,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    units (organisation, id) {
        id -> Text,
        organisation -> Integer,
        kind -> Text,
        name -> Text,
        name_folded -> Text,
        search -> Text,
        parent_id -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        merged_into -> Nullable<Text>,
        merged_on -> Nullable<Date>,
        merge_reason -> Nullable<Text>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        merge_moved -> Nullable<Integer>,
        merge_cancelled -> Nullable<Integer>,
        merge_people -> Nullable<Integer>,
    }
}

diesel::table! {
    unit_aliases (organisation, unit_id, position) {
        organisation -> Integer,
        unit_id -> Text,
        position -> Integer,
        alias -> Text,
        alias_folded -> Text,
    }
}

diesel::table! {
    people (organisation, id) {
        id -> Text,
        organisation -> Integer,
        name -> Text,
        name_folded -> Text,
        phone -> Nullable<Text>,
        user_name -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        language -> Text,
        active -> Bool,
        anonymised_at -> Nullable<Timestamp>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        integration -> Bool,
    }
}

diesel::table! {
    roles (organisation, person_id, role, unit_id) {
        organisation -> Integer,
        person_id -> Text,
        role -> Text,
        unit_id -> Text,
    }
}

diesel::table! {
    oversights (organisation, id) {
        id -> Text,
        organisation -> Integer,
        person_id -> Text,
        unit_id -> Text,
        from_on -> Date,
        to_on -> Nullable<Date>,
        version -> Integer,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    activations (organisation, id) {
        id -> Text,
        organisation -> Integer,
        person_id -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    devices (id) {
        id -> Text,
        organisation -> Integer,
        person_id -> Text,
        name -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        refresh_hash -> Text,
        previous_hash -> Nullable<Text>,
        rotated_at -> Timestamp,
        refresh_expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sign_in_failures (key) {
        key -> Text,
        failures -> Integer,
        last_at -> Timestamp,
        not_before -> Timestamp,
    }
}

diesel::table! {
    named_events (organisation, id) {
        id -> Text,
        organisation -> Integer,
        name -> Text,
        name_folded -> Text,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        version -> Integer,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    calendar_years (organisation, year) {
        organisation -> Integer,
        year -> Integer,
        version -> Integer,
    }
}

diesel::table! {
    calendar_days (organisation, on_day) {
        organisation -> Integer,
        on_day -> Date,
        kind -> Text,
        name -> Text,
    }
}

diesel::table! {
    roster_imports (organisation, id) {
        id -> Text,
        organisation -> Integer,
        sha256 -> Text,
        report -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    directives (organisation, id) {
        id -> Text,
        organisation -> Integer,
        kind -> Text,
        issuer -> Text,
        issuer_unit_id -> Nullable<Text>,
        number -> Nullable<Text>,
        symbol -> Nullable<Text>,
        natural_key -> Nullable<Text>,
        title -> Text,
        search -> Text,
        issued_on -> Nullable<Date>,
        meeting_on -> Nullable<Date>,
        signer -> Nullable<Text>,
        signing_authority -> Nullable<Text>,
        signing_position -> Nullable<Text>,
        concluded_by -> Nullable<Text>,
        period_text -> Nullable<Text>,
        period_from -> Nullable<Date>,
        period_to -> Nullable<Date>,
        recipients -> Text,
        body -> Nullable<Text>,
        notes -> Nullable<Text>,
        state -> Text,
        issued_at -> Nullable<Timestamp>,
        issued_by -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        closed_reason -> Nullable<Text>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    tasks (organisation, id) {
        id -> Text,
        organisation -> Integer,
        directive_id -> Text,
        parent_id -> Nullable<Text>,
        carried_from_id -> Nullable<Text>,
        position -> Integer,
        place -> Nullable<Text>,
        heading -> Nullable<Text>,
        content -> Text,
        search -> Text,
        quote -> Nullable<Text>,
        kind -> Text,
        nature -> Text,
        priority -> Text,
        due_text -> Nullable<Text>,
        due_on -> Nullable<Date>,
        due_precision -> Nullable<Text>,
        due_source -> Text,
        event_id -> Nullable<Text>,
        event_relation -> Nullable<Text>,
        due_shared_with -> Nullable<Text>,
        product -> Nullable<Text>,
        targets -> Text,
        recurrence -> Nullable<Text>,
        assignees -> Text,
        unassigned -> Bool,
        suggestions -> Text,
        notes -> Nullable<Text>,
        private_note -> Nullable<Text>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    task_links (organisation, task_id, related_id) {
        organisation -> Integer,
        task_id -> Text,
        related_id -> Text,
    }
}

diesel::table! {
    assignments (organisation, id) {
        id -> Text,
        organisation -> Integer,
        directive_id -> Text,
        task_id -> Text,
        unit_id -> Text,
        role -> Text,
        period_number -> Integer,
        period_from -> Nullable<Date>,
        period_to -> Nullable<Date>,
        state -> Text,
        due_on -> Nullable<Date>,
        due_sort -> Date,
        original_due_on -> Nullable<Date>,
        runs_out_on -> Nullable<Date>,
        stopped_late -> Nullable<Integer>,
        assigned_at -> Timestamp,
        acknowledged_at -> Nullable<Timestamp>,
        finished_on -> Nullable<Date>,
        closed_at -> Nullable<Timestamp>,
        percent -> Nullable<Integer>,
        quantity -> Nullable<BigInt>,
        last_report_id -> Nullable<Text>,
        last_report_at -> Nullable<Timestamp>,
        last_report_completes -> Nullable<Bool>,
        last_received_at -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
        paused_from -> Nullable<Text>,
        extension_asked -> Bool,
        excused -> Bool,
        version -> Integer,
        updated_at -> Timestamp,
        carried_times -> Integer,
    }
}

diesel::table! {
    carry_overs (organisation, from_id) {
        organisation -> Integer,
        from_id -> Text,
        to_id -> Text,
    }
}

diesel::table! {
    report_places (organisation, report_id, assignment_id) {
        organisation -> Integer,
        report_id -> Text,
        assignment_id -> Text,
        completes -> Bool,
    }
}

diesel::table! {
    assignment_past (organisation, assignment_id, number) {
        assignment_id -> Text,
        number -> Integer,
        from_at -> Timestamp,
        until_at -> Nullable<Timestamp>,
        organisation -> Integer,
        directive_id -> Text,
        unit_id -> Text,
        state -> Text,
        due_on -> Nullable<Date>,
        original_due_on -> Nullable<Date>,
        runs_out_on -> Nullable<Date>,
        finished_on -> Nullable<Date>,
        excused -> Bool,
    }
}

diesel::table! {
    reports (organisation, id) {
        id -> Text,
        organisation -> Integer,
        assignment_id -> Text,
        unit_id -> Text,
        author_id -> Text,
        percent -> Nullable<Integer>,
        quantity -> Nullable<BigInt>,
        words -> Nullable<Text>,
        completes -> Bool,
        made_at -> Timestamp,
        received_at -> Timestamp,
        counts_on -> Date,
        corrects_id -> Nullable<Text>,
        told_by -> Nullable<Text>,
        flags -> Text,
        verdict -> Nullable<Text>,
        verdict_reason -> Nullable<Text>,
        reviewed_by -> Nullable<Text>,
        reviewed_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    attachments (organisation, id) {
        id -> Text,
        organisation -> Integer,
        report_id -> Nullable<Text>,
        directive_id -> Nullable<Text>,
        unit_id -> Nullable<Text>,
        position -> Integer,
        name -> Text,
        media_type -> Text,
        size -> Integer,
        sha256 -> Text,
        stored_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    attachment_contents (organisation, attachment_id) {
        organisation -> Integer,
        attachment_id -> Text,
        content -> Binary,
    }
}

diesel::table! {
    extensions (organisation, id) {
        id -> Text,
        organisation -> Integer,
        assignment_id -> Text,
        unit_id -> Text,
        author_id -> Text,
        asked_due_on -> Date,
        reason -> Text,
        made_at -> Timestamp,
        received_at -> Timestamp,
        due_on_before -> Nullable<Date>,
        state -> Text,
        granted_due_on -> Nullable<Date>,
        decision_reason -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    excuses (organisation, id) {
        id -> Text,
        organisation -> Integer,
        assignment_id -> Text,
        unit_id -> Text,
        author_id -> Text,
        reason -> Text,
        made_at -> Timestamp,
        received_at -> Timestamp,
        state -> Text,
        decision_reason -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    difficulties (organisation, id) {
        id -> Text,
        organisation -> Integer,
        assignment_id -> Nullable<Text>,
        unit_id -> Text,
        author_id -> Text,
        words -> Text,
        made_at -> Timestamp,
        received_at -> Timestamp,
        answer -> Nullable<Text>,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    ledger (organisation, id) {
        id -> Text,
        organisation -> Integer,
        at -> Timestamp,
        by_person -> Nullable<Text>,
        deed -> Text,
        subject -> Text,
        subject_id -> Text,
        assignment_id -> Nullable<Text>,
        unit_id -> Nullable<Text>,
        former_unit_id -> Nullable<Text>,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        position -> Nullable<BigInt>,
        previous_hash -> Nullable<Text>,
        hash -> Nullable<Text>,
    }
}

diesel::table! {
    ledger_heads (organisation) {
        organisation -> Integer,
        position -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    ladders (organisation) {
        organisation -> Integer,
        ladder -> Text,
        version -> Integer,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    alerts (organisation, assignment_id, due_on, rung) {
        organisation -> Integer,
        assignment_id -> Text,
        due_on -> Date,
        rung -> Integer,
        warned_at -> Timestamp,
    }
}

diesel::table! {
    escalations (organisation, question_id, stage) {
        organisation -> Integer,
        question_id -> Text,
        stage -> Integer,
        passed_on_at -> Timestamp,
    }
}

diesel::table! {
    inboxes (organisation, person_id) {
        organisation -> Integer,
        person_id -> Text,
        number -> BigInt,
    }
}

diesel::table! {
    notices (organisation, id) {
        organisation -> Integer,
        id -> Text,
        person_id -> Text,
        number -> BigInt,
        kind -> Text,
        escalated -> Bool,
        at_once -> Bool,
        assignment_id -> Nullable<Text>,
        unit_id -> Nullable<Text>,
        directive_id -> Nullable<Text>,
        question_id -> Nullable<Text>,
        due_on -> Nullable<Date>,
        rung -> Nullable<Integer>,
        created_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
        message_id -> Nullable<Text>,
        read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    digests (organisation, person_id, on_day) {
        organisation -> Integer,
        person_id -> Text,
        on_day -> Date,
        message_id -> Text,
    }
}

diesel::table! {
    mutes (organisation, person_id, directive_id) {
        organisation -> Integer,
        person_id -> Text,
        directive_id -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    warning_progress (organisation) {
        organisation -> Integer,
        position -> BigInt,
        digest_on -> Nullable<Date>,
    }
}

diesel::table! {
    push_keys (id) {
        id -> Integer,
        secret -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    channel_choices (organisation, person_id) {
        organisation -> Integer,
        person_id -> Text,
        push -> Bool,
        mail -> Bool,
        gateway -> Bool,
        email -> Nullable<Text>,
        email_confirmed_at -> Nullable<Timestamp>,
        email_failing_at -> Nullable<Timestamp>,
        version -> Integer,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    push_subscriptions (organisation, id) {
        id -> Text,
        organisation -> Integer,
        person_id -> Text,
        device_id -> Text,
        endpoint -> Text,
        p256dh -> Text,
        auth -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    messages (organisation, id) {
        id -> Text,
        organisation -> Integer,
        person_id -> Text,
        purpose -> Text,
        title -> Text,
        body -> Text,
        lines -> Text,
        link -> Nullable<Text>,
        urgent -> Bool,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sendings (organisation, message_id, channel, target) {
        organisation -> Integer,
        message_id -> Text,
        channel -> Text,
        target -> Text,
        state -> Text,
        attempts -> Integer,
        next_at -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_keys (organisation, id) {
        id -> Text,
        organisation -> Integer,
        name -> Text,
        scopes -> Text,
        units -> Nullable<Text>,
        addresses -> Nullable<Text>,
        days -> Integer,
        created_at -> Timestamp,
        created_by -> Text,
        expires_at -> Timestamp,
        rotated_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_key_secrets (organisation, id) {
        id -> Text,
        organisation -> Integer,
        key_id -> Text,
        starts_with -> Text,
        hash -> Text,
        salt -> Nullable<Binary>,
        asked -> Nullable<Text>,
        made_at -> Timestamp,
        ends_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    calendar_feeds (organisation, id) {
        id -> Text,
        organisation -> Integer,
        person_id -> Text,
        unit_id -> Nullable<Text>,
        name -> Text,
        hash -> Text,
        salt -> Nullable<Binary>,
        created_at -> Timestamp,
        last_read_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    webhooks (organisation, id) {
        id -> Text,
        organisation -> Integer,
        url -> Text,
        description -> Nullable<Text>,
        events -> Text,
        format -> Text,
        state -> Text,
        disabled_why -> Nullable<Text>,
        disabled_at -> Nullable<Timestamp>,
        failing_since -> Nullable<Timestamp>,
        position -> BigInt,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    webhook_secrets (organisation, webhook_id, id) {
        id -> Text,
        organisation -> Integer,
        webhook_id -> Text,
        chance -> Binary,
        overlap_hours -> Nullable<Integer>,
        created_at -> Timestamp,
        ends_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    webhook_deliveries (organisation, webhook_id, id) {
        id -> Text,
        organisation -> Integer,
        webhook_id -> Text,
        kind -> Text,
        sequence -> Nullable<BigInt>,
        at -> Timestamp,
        data -> Text,
        state -> Text,
        attempts -> Integer,
        tried_at -> Nullable<Timestamp>,
        next_at -> Nullable<Timestamp>,
        leased_until -> Nullable<Timestamp>,
        status -> Nullable<Integer>,
        error -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    webhook_replays (organisation, webhook_id, id) {
        id -> Text,
        organisation -> Integer,
        webhook_id -> Text,
        asked_sequence -> Nullable<BigInt>,
        asked_from -> Nullable<Timestamp>,
        from_sequence -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    installation,
    signing_keys,
    organisations,
    units,
    unit_aliases,
    people,
    roles,
    oversights,
    activations,
    devices,
    sign_in_failures,
    named_events,
    calendar_years,
    calendar_days,
    roster_imports,
    directives,
    tasks,
    task_links,
    carry_overs,
    report_places,
    assignments,
    assignment_past,
    reports,
    attachments,
    attachment_contents,
    extensions,
    excuses,
    difficulties,
    ledger,
    ledger_heads,
    ladders,
    alerts,
    escalations,
    inboxes,
    notices,
    digests,
    mutes,
    warning_progress,
    push_keys,
    channel_choices,
    push_subscriptions,
    messages,
    sendings,
    api_keys,
    api_key_secrets,
    calendar_feeds,
    webhooks,
    webhook_secrets,
    webhook_deliveries,
    webhook_replays,
);
