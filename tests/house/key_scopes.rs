//! Every endpoint called with a key of every single scope: each opens exactly what wants it.

use openapi::access::{Access, KeyScope, scope_wanted};

use super::every_endpoint::all;
use crate::support::{Engine, World, id};

#[tokio::test]
async fn a_scope_opens_exactly_the_endpoints_that_want_it() {
    let world = World::new(Engine::Sqlite).await;
    for scope in KeyScope::ALL {
        let key = world.key(&[*scope], None).await;
        let mut opened = 0;
        for row in all().iter().filter(|row| row.access != Access::Public) {
            let address = row.address(key.base(), |_| id::<()>().to_string());
            let request = row.request(&address, row.json.as_ref()).bearer_auth(key.token().unwrap());
            let answer = request.header("accept-language", "en").send().await.unwrap();
            let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
            let wanted = scope_wanted(row.access);
            let said = format!("{} {} with {scope}: {status} {text}", row.method, row.path);
            assert!(status < 500 && status != 401, "{said}");
            assert_eq!(status != 403, wanted == Some(*scope), "{said}");
            match wanted {
                Some(wanted) if wanted != *scope => assert!(text.contains(&format!("`{wanted}`")), "{said}"),
                Some(_) => opened += 1,
                None => assert!(text.contains("not an API key"), "{said}"),
            }
        }
        assert!(opened > 0, "{scope} opens nothing");
    }
    world.end().await;
}
