//! People: entered, changed, anonymised; and who oversees which unit. **Invariant: a person is never
//! deleted; an organisation always has an administrator who can sign in; what the ledger says of a
//! person is not his name or number, because it cannot be taken out again.**

mod oversights;
pub mod store;

use openapi::{
    access::Role,
    ledger::{Deed, Subject},
    people::{
        AnonymisePerson, ListPeople, PatchPerson, Person, PersonDraft, PersonId, PutPerson, ReadPerson,
        RoleAt,
    },
    problem::{Code, FieldCode, Language},
    value::{Name, Page, Phone},
};
use serde_json::{Value, json};

use crate::{
    access::{Scope, Tenant},
    channels,
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
    sessions, units,
};

/// How many roles one person may hold, as the contract says.
const ROLES_AT_MOST: usize = 50;

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListPeople>(list);
    routes.read::<ReadPerson>(read);
    routes.write::<PutPerson>(put);
    routes.write::<PatchPerson>(patch);
    routes.write::<AnonymisePerson>(anonymise);
    oversights::mount(routes);
}

fn list(tx: &mut Reading<'_>, call: &Call<ListPeople>) -> Result<Answer<Page<Person>>> {
    Ok(Answer::ok(store::list(tx, &call.scope, &call.query)?))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadPerson>) -> Result<Answer<Person>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(store::shown(tx, row)?))
}

fn put(tx: &mut Writing<'_>, call: &Call<PutPerson>) -> Result<Answer<Person>> {
    let mut draft = canonical(call.body.clone());
    if let Some(row) = store::find(tx, &call.scope, call.path)? {
        let person = store::shown(tx, row)?;
        // Without a word on the language, the one he chose himself since is no other content.
        draft.language = draft.language.or(person.draft.language);
        return if person.draft == draft { Ok(Answer::ok(person)) } else { Err(Error::conflict()) };
    }
    // An API key has this id.
    if store::is_somebody(tx, &call.scope, call.path)? {
        return Err(Error::conflict());
    }
    check_roles(tx, &call.scope, &call.body.roles)?;
    let person = enter(tx, &call.scope, call.path, &draft)?;
    let entry = Entry::new(Deed::Created, Subject::Person, person.id).by(&call.actor);
    ledger::record(tx, call.scope.tenant(), entry.after(told(&person)))?;
    Ok(Answer::created(person))
}

/// Stores a new person whose roles have been checked; also for sheets and for founding.
pub(crate) fn enter(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: PersonId,
    draft: &PersonDraft,
) -> Result<Person> {
    check_login(tx, scope, id, draft)?;
    let row = store::insert(tx, scope, id, draft)?;
    store::shown(tx, row)
}

/// What the ledger says of a person.
pub(crate) fn told(person: &Person) -> Value {
    json!({ "roles": person.draft.roles, "language": person.draft.language, "active": person.active })
}

/// One spelling for what can be spelled in several ways.
fn canonical(mut draft: PersonDraft) -> PersonDraft {
    draft.phone = draft.phone.map(|phone| phone.canonical());
    draft.roles.sort_unstable();
    draft
}

/// A phone number as people write it: with spaces, dots, brackets, from 0, +84, 0084 or 84, or, as
/// spreadsheets leave it, without the 0. Nothing when it is none.
pub(crate) fn phone_of(text: &str) -> Option<Phone> {
    let apart = |c: &char| !c.is_whitespace() && !matches!(c, '.' | '-' | '(' | ')');
    let plain: String = text.chars().filter(apart).collect();
    let rest = plain.strip_prefix("+84").or_else(|| plain.strip_prefix("0084")).or_else(|| {
        // Nine digits from 84 are a number of the 084 series that lost its 0.
        plain.strip_prefix("84").filter(|rest| rest.len() > 7)
    });
    let digits = rest.unwrap_or(&plain);
    let national = digits.strip_prefix('0').unwrap_or(digits);
    Phone::try_from(format!("0{national}")).ok()
}

fn check_login(tx: &mut Reading<'_>, scope: &Scope, id: PersonId, draft: &PersonDraft) -> Result<()> {
    if draft.phone.is_none() && draft.user_name.is_none() {
        return Err(Error::field(
            "/phone",
            FieldCode::Required,
            "Cần số điện thoại hoặc tên đăng nhập.",
            "A phone number or a user name is needed.",
        ));
    }
    let tenant = scope.tenant();
    if let Some(phone) = &draft.phone
        && store::is_phone_taken(tx, tenant, id, phone)?
    {
        return Err(Error::because(
            Code::Duplicate,
            "Số điện thoại này đã có người dùng.",
            "Somebody has this phone number already.",
        ));
    }
    if let Some(user_name) = &draft.user_name
        && store::is_user_name_taken(tx, tenant, id, user_name)?
    {
        return Err(Error::because(
            Code::Duplicate,
            "Tên đăng nhập này đã có người dùng.",
            "Somebody has this user name already.",
        ));
    }
    Ok(())
}

fn check_roles(tx: &mut Reading<'_>, scope: &Scope, roles: &[RoleAt]) -> Result<()> {
    let mut faults = Faults::default();
    if roles.len() > ROLES_AT_MOST {
        faults.add(
            "/roles",
            FieldCode::TooMany,
            format!("Nhiều nhất {ROLES_AT_MOST} vai trò."),
            format!("At most {ROLES_AT_MOST} roles."),
        );
        return faults.check();
    }
    for (at, role) in roles.iter().enumerate() {
        if roles.iter().take(at).any(|earlier| earlier == role) {
            faults.add(
                format!("/roles/{at}"),
                FieldCode::Duplicate,
                "Vai trò này đã có ở trên.",
                "This role is given twice.",
            );
        }
        if role.role == Role::Integration {
            // Another system comes with a key of its own; whoever has a password is a person.
            faults.add(
                format!("/roles/{at}/role"),
                FieldCode::NotAllowedHere,
                "Vai trò này chỉ dành cho hệ thống khác, không giao cho người.",
                "This role is for other systems, not for people.",
            );
        }
        match units::store::find(tx, scope, role.unit)? {
            None => faults.add(
                format!("/roles/{at}/unit"),
                FieldCode::NotKnown,
                "Không tìm thấy đơn vị này.",
                "There is no such unit.",
            ),
            Some(unit) if unit.merged_into.is_some() => faults.add(
                format!("/roles/{at}/unit"),
                FieldCode::NotAllowedHere,
                "Đơn vị này đã sáp nhập vào đơn vị khác.",
                "This unit has been merged into another.",
            ),
            Some(_) => {}
        }
    }
    faults.check()
}

fn patch(tx: &mut Writing<'_>, call: &Call<PatchPerson>) -> Result<Answer<Person>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    call.expect_version(row.version)?;
    let person = store::shown(tx, row.clone())?;
    let (patch, before) = (call.body.clone(), person.draft.clone());
    let active = patch.active.unwrap_or(person.active);
    let draft = canonical(PersonDraft {
        name: patch.name.unwrap_or(before.name),
        phone: patch.phone.over(before.phone),
        user_name: patch.user_name.over(before.user_name),
        roles: patch.roles.unwrap_or(before.roles),
        language: before.language,
    });
    if draft == person.draft && active == person.active {
        return Ok(Answer::ok(person));
    }
    if person.anonymised_at.is_some() {
        return Err(Error::wrong_state(
            "Người này đã được ẩn danh, không sửa được nữa.",
            "This person has been anonymised and can no longer be changed.",
        ));
    }
    if let Some(roles) = &call.body.roles {
        check_roles(tx, &call.scope, roles)?;
    }
    check_login(tx, &call.scope, call.path, &draft)?;
    if !active || !draft.roles.iter().any(|at| at.role == Role::Admin) {
        keep_an_administrator(tx, call.scope.tenant(), &person)?;
    }
    let row = store::update(tx, row, &draft, active)?;
    if person.active && !active {
        sign_out(tx, call.scope.tenant(), row.id)?;
    }
    tx.forget_actors();
    let changed = store::shown(tx, row)?;
    record_change(tx, call, &person, &changed)?;
    Ok(Answer::ok(changed))
}

/// The names of what changed, and the values of what may be told for ever.
fn record_change(
    tx: &mut Writing<'_>,
    call: &Call<PatchPerson>,
    before: &Person,
    after: &Person,
) -> Result<()> {
    let (was, is) = (&before.draft, &after.draft);
    let personal = [
        ("name", was.name != is.name),
        ("phone", was.phone != is.phone),
        ("user_name", was.user_name != is.user_name),
    ];
    let changed: Vec<&str> = personal.into_iter().filter(|(_, other)| *other).map(|(name, _)| name).collect();
    let mut after_fields = told(after);
    if let (Value::Object(fields), false) = (&mut after_fields, changed.is_empty()) {
        fields.insert("changed".to_owned(), json!(changed));
    }
    let entry = Entry::new(Deed::Changed, Subject::Person, after.id).by(&call.actor);
    ledger::record(tx, call.scope.tenant(), entry.before(told(before)).after(after_fields))
}

/// Refuses when this is the last administrator who can sign in.
fn keep_an_administrator(tx: &mut Reading<'_>, tenant: Tenant, person: &Person) -> Result<()> {
    let is_one = person.active && person.draft.roles.iter().any(|at| at.role == Role::Admin);
    if !is_one || store::is_there_another_administrator(tx, tenant, person.id)? {
        return Ok(());
    }
    Err(Error::wrong_state(
        "Đây là người quản trị cuối cùng đăng nhập được; hãy có người quản trị khác đã kích hoạt trước.",
        "This is the last administrator who can sign in; let another one be activated first.",
    ))
}

/// Ends what lets him in: his sessions, and the links that would open new ones.
fn sign_out(tx: &mut Writing<'_>, tenant: Tenant, person: PersonId) -> Result<()> {
    sessions::end_devices(tx, tenant, person, None)?;
    sessions::withdraw_links(tx, tenant, person)
}

fn anonymise(tx: &mut Writing<'_>, call: &Call<AnonymisePerson>) -> Result<Answer<Person>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    let person = store::shown(tx, row.clone())?;
    if person.anonymised_at.is_some() {
        return Ok(Answer::ok(person));
    }
    let tenant = call.scope.tenant();
    keep_an_administrator(tx, tenant, &person)?;
    let row = store::anonymise(tx, row, nobody(&person)?)?;
    sign_out(tx, tenant, row.id)?;
    sessions::forget_devices(tx, tenant, row.id)?;
    channels::forget(tx, tenant, row.id)?;
    tx.forget_actors();
    let changed = store::shown(tx, row)?;
    let entry = Entry::new(Deed::Anonymised, Subject::Person, changed.id).by(&call.actor);
    let entry = entry.before(told(&person)).after(json!({ "reason": call.body.reason }));
    ledger::record(tx, tenant, entry)?;
    Ok(Answer::ok(changed))
}

/// What stands where a name stood.
fn nobody(person: &Person) -> Result<Name> {
    let words = match person.draft.language {
        Some(Language::En) => "(anonymised)",
        _ => "(đã ẩn danh)",
    };
    Name::try_from(words).map_err(|bad| Error::Broken(bad.en.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::phone_of;

    #[test]
    fn a_phone_number_is_one_however_it_is_written() {
        let spellings = [
            "0912345678",
            "091 234 5678",
            "0912.345.678",
            "(091) 234-5678",
            "+84912345678",
            "+84 912 345 678",
            "+840912345678",
            "0084912345678",
            "84912345678",
            "912345678",
            "\u{a0}0912\u{a0}345\u{a0}678 ",
        ];
        for text in spellings {
            assert_eq!(phone_of(text).unwrap().as_str(), "0912345678", "{text}");
        }
        assert_eq!(phone_of("841234567").unwrap().as_str(), "0841234567");
        assert_eq!(phone_of("02083123456").unwrap().as_str(), "02083123456");
    }

    #[test]
    fn what_is_no_phone_number_is_none() {
        for text in
            ["", "0", "van.phong", "0912", "09123456789012", "0912345x78", "+1 555 0100 200", "000000000"]
        {
            assert!(phone_of(text).is_none(), "{text}");
        }
    }
}
