//! Who may call what, obtained by calling, held against a reviewed file. To accept a change of the
//! policy: `UPDATE_MATRIX=1 cargo nextest run -p tests access_matrix`, and read the difference.

use openapi::access::KeyScope;

use super::every_endpoint::all;
use crate::support::{Engine, World, id};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/house/access_matrix.txt");

/// Stands for another system among the names of users.
const KEY: &str = "key";

#[tokio::test]
async fn the_matrix_is_the_one_that_was_reviewed() {
    let world = World::new(Engine::Sqlite).await;
    let _everybody = (
        world.office().await,
        world.leader().await,
        world.overseer_of(&["Thôn Một"]).await,
        world.head_of("Thôn Một").await,
        world.inspector().await,
    );
    let integration = world.key(KeyScope::ALL, None).await;
    let users = ["quan.tri", "van.phong", "thuong.truc", "uy.vien", "thon.mot", "kiem.tra", KEY];
    let mut matrix = String::from(
        "# yes: admitted; no: 403; 401: must sign in. Obtained by calling every endpoint as everybody.\n",
    );
    let heads = ["nobody", "admin", "office", "leader", "overseer", "reporter", "inspector", "integration"];
    matrix += &format!("{:<68}{}\n", "", heads.map(|head| format!("{head:<10}")).join("").trim_end());
    let base = world.stranger().base().to_owned();
    for row in all() {
        let mut line = format!("{:<68}", format!("{:<6} {}", row.method, row.path));
        for user in std::iter::once(None).chain(users.iter().map(Some)) {
            let address = row.address(&base, |_| id::<()>().to_string());
            let mut request = row.request(&address, row.json.as_ref());
            if let Some(user) = user {
                // Another system has a key that may all a key may. Others are signed in anew each time: some
                // endpoints end sessions.
                let client = if *user == KEY { integration.clone() } else { world.sign_in(user).await };
                request = request.bearer_auth(client.token().unwrap());
            }
            let status = request.send().await.unwrap().status().as_u16();
            assert!(status < 500, "{line} as {user:?}: {status}");
            let word = match (status, user) {
                (403, _) => "no",
                (401, None) if !row.path.starts_with("/v1/sessions") => "401",
                (401, Some(_)) if row.path.starts_with("/v1/sessions") => "yes",
                (401, Some(_)) => panic!("{line}: signed in and told to sign in"),
                _ if row.type_name == "SignOut" && user.is_none() => "401",
                _ => "yes",
            };
            line += &format!("{word:<10}");
        }
        matrix += line.trim_end();
        matrix.push('\n');
    }
    world.end().await;
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(FILE, &matrix).unwrap();
    }
    let reviewed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert_eq!(matrix, reviewed, "the policy differs from the reviewed file {FILE}");
}
